//! What lowering makes of a text, as dumps.

use expect_test::{Expect, expect};
use rocky_hir::dump::dump;
use rocky_syntax::DialectKind;

use crate::body_of;

fn check(dialect: DialectKind, sql: &str, expected: Expect) {
    expected.assert_eq(&dump(&body_of(sql, dialect).0));
}

#[test]
fn select_list() {
    check(
        DialectKind::DuckDb,
        "SELECT a, t.b AS c, 'x''y' AS \"Q q\", 1_000.5e3, TRUE, NULL, d: e FROM s.t AS t",
        expect![[r##"
            #0 select a, t.b as c, 'x''y' as "Q q", 1000.5e3, true, null, e as d
              from s.t as t
        "##]],
    );
}

#[test]
fn operators_fold_by_level() {
    check(
        DialectKind::DuckDb,
        "SELECT a + b - c * d / e, (a + b) + c, a - (b - c), NOT a AND b OR c, -x ** 2, a || b FROM t",
        expect![[r#"
            #0 select (a + b - (c * d / e)), (a + b + c), (a - (b - c)), ((not a and b) or c), (-x ** 2), (a || b)
              from t
            details **
        "#]],
    );
}

#[test]
fn tests_and_patterns() {
    check(
        DialectKind::DuckDb,
        "SELECT a IS NOT NULL, b ISNULL, c NOTNULL, d IS DISTINCT FROM e, f NOT ILIKE 'x%', g NOT BETWEEN 1 AND 2, h IN (1, 2), i = ANY (SELECT 1) FROM t",
        expect![[r#"
            #0 select 1
            #1 select (a is not null), (b is null), (c is not null), (d is distinct from e), (f not like 'x%'), (g not between 1 and 2), (h in (1, 2)), (i = any #0)
              from t
            details ILIKE
        "#]],
    );
}

#[test]
fn queries_nest() {
    check(
        DialectKind::DuckDb,
        "WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM a WHERE x < 9), b AS MATERIALIZED (SELECT * FROM a) SELECT x, (SELECT max(x) FROM b) FROM b WHERE EXISTS (SELECT 1 FROM c) ORDER BY x DESC LIMIT 3",
        expect![[r#"
            #0 select 1
            #1 select (x + 1)
              from a
              where (x < 9)
            #2 #0 union all #1
            #3 select *
              from a
            #4 select MAX(x)
              from b
            #5 select 1
              from c
            #6 with recursive a(x) #2, b #3: select x, #4
              from b
              where exists #5
              order by x
              limit 3
            details MATERIALIZED DESC
        "#]],
    );
}

#[test]
fn set_operations() {
    check(
        DialectKind::DuckDb,
        "SELECT a FROM t UNION ALL BY NAME (SELECT b FROM u ORDER BY b LIMIT 1) EXCEPT SELECT c FROM v ORDER BY 1",
        expect![[r#"
            #0 select a
              from t
            #1 select b
              from u
              order by b
              limit 1
            #2 select c
              from v
            #3 #0 union all by name #1 except #2
              order by 1
        "#]],
    );
    check(
        DialectKind::DuckDb,
        "(SELECT a FROM t) ORDER BY a",
        expect![[r#"
        #0 select a
          from t
        #1 nested #0
          order by a
    "#]],
    );
    check(
        DialectKind::DuckDb,
        "(SELECT a FROM t LIMIT 2) LIMIT 1",
        expect![[r#"
        #0 select a
          from t
          limit 2
        #1 nested #0
          limit 1
    "#]],
    );
}

#[test]
fn joins() {
    check(
        DialectKind::DuckDb,
        "SELECT * FROM a, b LEFT JOIN c ON b.k = c.k RIGHT JOIN d USING (k, l) FULL JOIN e ON TRUE CROSS JOIN f NATURAL JOIN g",
        expect![[r#"
            #0 select *
              from a
              from b
                left join c on (b.k = c.k)
                right join d using(k, l)
                full join e on true
                inner join f
                natural inner join g
        "#]],
    );
    check(
        DialectKind::DuckDb,
        "SELECT * FROM a SEMI JOIN b USING (k) ANTI JOIN c USING (k) ASOF LEFT JOIN d ON a.t >= d.t ASOF JOIN e USING (t)",
        expect![[r#"
            #0 select *
              from a
                semi join b using(k)
                anti join c using(k)
                left join d on (a.t >= d.t)
                inner join e using(t)
            details ASOF ASOF
        "#]],
    );
    check(
        DialectKind::DuckDb,
        "SELECT * FROM (a JOIN b ON x) JOIN (c JOIN d ON y) AS n ON z, (e) AS f",
        expect![[r#"
            #0 select *
              from a
                inner join b on x
                inner join (c inner join d on y) as n on z
              from e as f
        "#]],
    );
    check(
        DialectKind::DuckDb,
        "SELECT * FROM a JOIN b JOIN c ON x ON y",
        expect![[r#"
        #0 select *
          from a
            inner join (b inner join c on x) on y
    "#]],
    );
    check(
        DialectKind::Snowflake,
        "SELECT * FROM t ASOF JOIN u MATCH_CONDITION (t.ts >= u.ts) ON t.k = u.k",
        expect![[r#"
            #0 select *
              from t
                left join u on (t.ts >= u.ts) on (t.k = u.k)
            details ASOF
        "#]],
    );
}

#[test]
fn relations() {
    check(
        DialectKind::DuckDb,
        "SELECT * FROM (SELECT 1 AS x) AS d(y), (VALUES (1, 'a')) AS v, range(3) AS r(i), LATERAL (SELECT d.y), 'f.csv', t TABLESAMPLE (10 PERCENT)",
        expect![[r#"
            #0 select 1 as x
            #1 values (1, 'a')
            #2 select d.y
            #3 select *
              from #0 as d(y)
              from #1 as v
              from RANGE(3) as r(i)
              from lateral #2
              from opaque([] [])
              from t
            details 'f.csv' TABLESAMPLE ( 10 PERCENT )
        "#]],
    );
    check(
        DialectKind::Snowflake,
        "SELECT * FROM t AT (OFFSET => -60) x, LATERAL FLATTEN(input => x.v, outer => TRUE) f, TABLE(gen(3)), @st/p (FILE_FORMAT => 'csv') s",
        expect![[r#"
            #0 select *
              from t as x
              from lateral FLATTEN(input => x.v, outer => true) as f
              from GEN(3)
              from opaque([] ['csv']) as s
            details AT ( OFFSET => - 60 ) @st / p
        "#]],
    );
    check(
        DialectKind::Databricks,
        "SELECT * FROM t VERSION AS OF 3 LATERAL VIEW OUTER explode(m) e AS k, v LATERAL VIEW posexplode(l) AS p, c",
        expect![[r#"
            #0 select *
              from t
                left join lateral EXPLODE(m) as e(k, v)
                inner join lateral POSEXPLODE(l)(p, c)
            details VERSION AS OF 3
        "#]],
    );
    check(
        DialectKind::BigQuery,
        "SELECT * FROM `p.d.orders` AS o, UNNEST(o.items) AS i WITH OFFSET AS n, o.parts AS p",
        expect![[r##"
            #0 select *
              from "p"."d"."orders" as o
              from UNNEST(o.items) offset n as i
              from lateral UNNEST(o.parts) as p
        "##]],
    );
}

#[test]
fn pivots() {
    check(
        DialectKind::DuckDb,
        "PIVOT t ON c IN ('a', 'b') USING sum(x) AS s, count(*) GROUP BY k",
        expect![[r#"
            #0 select *
              from pivot(t using SUM(x) as s, COUNT(*) on c in ('a', 'b') group by k)
        "#]],
    );
    check(
        DialectKind::DuckDb,
        "UNPIVOT t ON a, b INTO NAME n VALUE v",
        expect![[r#"
        #0 select *
          from unpivot(t into(v) for n in (a, b))
    "#]],
    );
    check(
        DialectKind::Snowflake,
        "SELECT * FROM t PIVOT (sum(x) AS s FOR c IN ('a' AS a1, 'b')) AS p",
        expect![[r#"
            #0 select *
              from pivot(t using SUM(x) as s on c in ('a' as a1, 'b')) as p
        "#]],
    );
    check(
        DialectKind::Snowflake,
        "SELECT * FROM t PIVOT (sum(x) FOR c IN (ANY ORDER BY c)) PIVOT (max(y) FOR d IN (SELECT e FROM u))",
        expect![[r#"
            #0 select e
              from u
            #1 select *
              from pivot(pivot(t using SUM(x) on c in ?) using MAX(y) on d in ? values #0)
            details ANY ORDER BY c
        "#]],
    );
    check(
        DialectKind::Databricks,
        "SELECT * FROM t UNPIVOT INCLUDE NULLS (v FOR n IN (a AS x, b)) u",
        expect![[r#"
            #0 select *
              from unpivot(t include nulls into(v) for n in (a as x, b)) as u
        "#]],
    );
}

#[test]
fn stars() {
    check(
        DialectKind::DuckDb,
        "SELECT *, t.* EXCLUDE (a) REPLACE (b + 1 AS b) RENAME (c AS d), (s).*, COLUMNS('x.*'), COLUMNS(* EXCLUDE (k)), max(COLUMNS(*)), count(*) FROM t",
        expect![[r#"
            #0 select *, t.* exclude(a) replace((b + 1) as b) rename(c as d), (s).*, * filtered, * exclude(k), MAX(*), COUNT(*)
              from t
            details ( 'x.*' )
        "#]],
    );
    check(
        DialectKind::DuckDb,
        "FROM t",
        expect![[r#"
        #0 select *
          from t
    "#]],
    );
    check(
        DialectKind::DuckDb,
        "FROM t SELECT a",
        expect![[r#"
        #0 select a
          from t
    "#]],
    );
    check(
        DialectKind::Snowflake,
        "SELECT * ILIKE 'x%' FROM t",
        expect![[r#"
        #0 select * filtered
          from t
        details ILIKE 'x%'
    "#]],
    );
}

#[test]
fn grouping() {
    check(
        DialectKind::DuckDb,
        "SELECT a, sum(b) FROM t GROUP BY a, 2 HAVING sum(b) > 1 QUALIFY row_number() OVER w = 1",
        expect![[r#"
            #0 select a, SUM(b)
              from t
              group by a, 2
              having (SUM(b) > 1)
              qualify (ROW_NUMBER() over (w) = 1)
        "#]],
    );
    check(
        DialectKind::DuckDb,
        "SELECT a FROM t GROUP BY ALL",
        expect![[r#"
        #0 select a
          from t
          group by all
    "#]],
    );
    check(
        DialectKind::DuckDb,
        "SELECT a FROM t GROUP BY ROLLUP (a, b), GROUPING SETS ((a, c), ())",
        expect![[r#"
            #0 select a
              from t
              group by sets a, b, a, c
            details ROLLUP ( ) GROUPING ( ( ) ( ) )
        "#]],
    );
    check(
        DialectKind::DuckDb,
        "SELECT DISTINCT ON (a, b) * FROM t",
        expect![[r#"
        #0 select distinct on (a, b) *
          from t
    "#]],
    );
}

#[test]
fn windows() {
    check(
        DialectKind::DuckDb,
        "SELECT sum(x) OVER (PARTITION BY a ORDER BY b DESC ROWS BETWEEN 2 PRECEDING AND CURRENT ROW), lag(x IGNORE NULLS) OVER w, avg(x) OVER (w ORDER BY y) FROM t WINDOW w AS (PARTITION BY z)",
        expect![[r#"
            #0 select SUM(x) over (partition by a order by b frame [2]), LAG(x) over (w), AVG(x) over (w order by y)
              from t
              window w as (partition by z)
            details DESC ROWS BETWEEN PRECEDING CURRENT ROW IGNORE NULLS
        "#]],
    );
}

#[test]
fn calls() {
    check(
        DialectKind::DuckDb,
        "SELECT count(DISTINCT a), string_agg(a, ',' ORDER BY b DESC), sum(x) FILTER (WHERE y), percentile_cont(0.5) WITHIN GROUP (ORDER BY z), s.my_Fn(1), f(a => 1, b := 2), x.upper(), (a || b).lower() FROM t",
        expect![[r#"
            #0 select COUNT(distinct a), STRING_AGG(a, ',' order by b), SUM(x) filter (y), PERCENTILE_CONT(0.5 order by z), S.MY_FN(1), F(a => 1, b => 2), X.UPPER(), LOWER((a || b))
              from t
            details DESC
        "#]],
    );
    check(
        DialectKind::BigQuery,
        "SELECT ANY_VALUE(x HAVING MAX y), ARRAY_AGG(x IGNORE NULLS ORDER BY y LIMIT 3), SAFE.SUBSTR(a, 1) FROM t",
        expect![[r#"
            #0 select ANY_VALUE(x order by y), ARRAY_AGG(x order by y), SAFE.SUBSTR(a, 1)
              from t
            details MAX IGNORE NULLS LIMIT 3
        "#]],
    );
}

#[test]
fn special_forms() {
    check(
        DialectKind::DuckDb,
        "SELECT a::INT[], TRY_CAST(b AS DECIMAL(10, 2)), position('x' IN a), substring(a FROM 2 FOR 3), trim(LEADING 'x' FROM a), overlay(a PLACING 'b' FROM 2 FOR 1), extract(YEAR FROM d), DATE '2024-01-01', INTERVAL '1' DAY, a COLLATE nocase, a AT TIME ZONE 'UTC', [x + 1 FOR x IN l IF x > 2]",
        expect![[r#"
            #0 select cast(a as INT[]), try_cast(b as DECIMAL(10,2)), POSITION('x', a), SUBSTRING(a, 2, 3), LTRIM(a, 'x'), OVERLAY(a, 'b', 2, 1), extract(YEAR from d), DATE '2024-01-01', interval '1', COLLATE(a, 'nocase'), TIMEZONE('UTC', a), LIST_TRANSFORM(LIST_FILTER(l, (x) -> (x > 2)), (x) -> (x + 1))
            details FOR DAY
        "#]],
    );
}

#[test]
fn constructors() {
    check(
        DialectKind::DuckDb,
        "SELECT [1, 2], {'a': 1, b: 2}, MAP {'k': v}, ROW(1, 2), (1, 2), list_transform(l, x -> x + 1), reduce(l, (a, b) -> a + b), a[1], a[1:3], (s).f, ARRAY(SELECT 1)",
        expect![[r##"
            #0 select 1
            #1 select [1, 2], {"a": 1, b: 2}, map{'k': v}, tuple(1, 2), tuple(1, 2), LIST_TRANSFORM(l, (x) -> (x + 1)), REDUCE(l, (a, b) -> (a + b)), a[1], a[slice 1, 3], (s).f, array #0
            details :
        "##]],
    );
    check(
        DialectKind::BigQuery,
        "SELECT AS STRUCT STRUCT(1 AS x, b), STRUCT<a INT64, b STRING>(1, 'x'), ARRAY<INT64>[1, 2], arr[OFFSET(0)] FROM t",
        expect![[r#"
            #0 select as struct {x: 1, b}, cast({1, 'x'} as STRUCT<a INT64,b STRING>), cast([1, 2] as ARRAY<INT64>), arr[OFFSET(0)]
              from t
        "#]],
    );
    check(
        DialectKind::Databricks,
        "SELECT named_struct('a', 1), stack(2, 1, 2) AS (p, q), v:a.b[0]::string, x?::INT, a <=> b FROM t",
        expect![[r#"
            #0 select NAMED_STRUCT('a', 1), STACK(2, 1, 2) as(p, q), cast(v:a.b[0] as STRING), try_cast(x as INT), (a <=> b)
              from t
        "#]],
    );
}

#[test]
fn case_expressions() {
    check(
        DialectKind::DuckDb,
        "SELECT CASE WHEN a THEN 1 ELSE 2 END, CASE x WHEN 1 THEN 'a' END FROM t",
        expect![[r#"
            #0 select case when a then 1 else 2 end, case x when 1 then 'a' end
              from t
        "#]],
    );
}

#[test]
fn placeholders_and_macros() {
    check(
        DialectKind::DuckDb,
        "SELECT * FROM t WHERE d >= @start_date AND x = ? AND y = $1",
        expect![[r#"
        #0 select *
          from t
          where ((d >= @start_date) and (x = ?) and (y = ?))
        details ? $1
    "#]],
    );
}

#[test]
fn pipes() {
    check(
        DialectKind::BigQuery,
        "FROM t AS x |> WHERE x.a > 1 |> WHERE x.b < 2 |> JOIN u ON x.k = u.k |> SELECT x.a, u.c AS d |> AS y |> EXTEND y.a + 1 AS e |> SET d = 0 |> DROP e |> RENAME a AS z |> DISTINCT |> ORDER BY z DESC |> LIMIT 3 OFFSET 1",
        expect![[r#"
            #0 select *
              from t as x
              where ((x.a > 1) and (x.b < 2))
            #1 select x.a, u.c as d
              from #0 as x
                inner join u on (x.k = u.k)
            #2 select *, (y.a + 1) as e
              from #1 as y
            #3 select * replace(0 as d)
              from #2 as y
            #4 select * exclude(e)
              from #3 as y
            #5 select * rename(a as z)
              from #4 as y
            #6 select distinct *
              from #5 as y
            #7 select *
              from #6 as y
              order by z
            #8 select *
              from #7 as y
              limit 3, 1
            details DESC OFFSET
        "#]],
    );
    check(
        DialectKind::BigQuery,
        "WITH c AS (SELECT * FROM r) FROM c |> AGGREGATE sum(x) AS s, count(*) GROUP BY k AS key, l |> UNION ALL (SELECT 1, 2, 3, 4)",
        expect![[r#"
            #0 select *
              from r
            #1 select k as key, l, SUM(x) as s, COUNT(*)
              from c
              group by k, l
            #2 select 1, 2, 3, 4
            #3 with c #0: #1 union all #2
        "#]],
    );
}

#[test]
fn hierarchies() {
    check(
        DialectKind::Snowflake,
        "SELECT a, LEVEL FROM t START WITH p IS NULL CONNECT BY PRIOR k = p",
        expect![[r#"
            #0 select opaque a, LEVEL
              from t
              where opaque((p is null), (opaque(k) = p))
            details START WITH CONNECT BY PRIOR
            incomplete
        "#]],
    );
}
