//! Texts that several tests share: the TPC-H queries and one text per construct.

use std::path::Path;

use rocky_syntax::DialectKind;

/// The 22 queries of TPC-H: name and text.
pub(crate) fn tpch() -> Vec<(String, String)> {
    let found = queries_in("projects/tpch/models/queries");
    assert!(found.len() >= 22, "TPC-H has 22 queries");
    found
}

/// The 99 queries of TPC-DS: name and text.
pub(crate) fn tpcds() -> Vec<(String, String)> {
    let found = queries_in("corpus/tpcds");
    assert!(found.len() >= 99, "TPC-DS has 99 queries");
    found
}

fn queries_in(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data").join(folder);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("the queries are in the repository") {
        let path = entry.expect("a folder entry").path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            found.push((name, std::fs::read_to_string(&path).expect("a readable model")));
        }
    }
    found.sort();
    found
}

/// One text per construct, with a dialect that has it.
pub(crate) const CONSTRUCTS: &[(DialectKind, &str)] = &[
    (
        DialectKind::DuckDb,
        "SELECT a, b AS c, t.d, 1 + 2 * 3, -x, NOT y FROM t WHERE a > 1 AND b < 2 OR c = 'x'",
    ),
    (
        DialectKind::DuckDb,
        "WITH a AS (SELECT 1 AS x), b(y) AS (SELECT x FROM a) SELECT y FROM b ORDER BY y DESC LIMIT 3",
    ),
    (DialectKind::DuckDb, "SELECT DISTINCT ON (k) k, v FROM t ORDER BY k, v DESC NULLS LAST"),
    (DialectKind::DuckDb, "SELECT a FROM t UNION ALL BY NAME SELECT b FROM u EXCEPT SELECT c FROM v"),
    (DialectKind::DuckDb, "SELECT * EXCLUDE (a) REPLACE (b + 1 AS b) RENAME (c AS d) FROM t"),
    (DialectKind::DuckDb, "FROM t SELECT a WHERE b"),
    (
        DialectKind::DuckDb,
        "SELECT row_number() OVER (PARTITION BY a ORDER BY b DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS r FROM t QUALIFY r = 1",
    ),
    (
        DialectKind::DuckDb,
        "SELECT sum(x) FILTER (WHERE y), count(DISTINCT z), string_agg(a, ',' ORDER BY b DESC) FROM t GROUP BY ALL HAVING count(*) > 1",
    ),
    (
        DialectKind::DuckDb,
        "SELECT a::INT, try_cast(b AS DECIMAL(10, 2)), CAST(c AS TIMESTAMP WITH TIME ZONE) FROM t",
    ),
    (DialectKind::DuckDb, "SELECT CASE WHEN a THEN 1 ELSE 2 END, CASE x WHEN 1 THEN 'a' END FROM t"),
    (
        DialectKind::DuckDb,
        "SELECT a IS NOT NULL, b IS DISTINCT FROM c, d ILIKE 'x%', e NOT IN (1, 2), f BETWEEN 1 AND 2 FROM t",
    ),
    (
        DialectKind::DuckDb,
        "SELECT (SELECT max(b) FROM u WHERE u.a = t.a), EXISTS (SELECT 1 FROM v), x IN (SELECT y FROM w) FROM t",
    ),
    (
        DialectKind::DuckDb,
        "SELECT [1, 2], {'a': 1}, MAP {'k': v}, a[1], a[1:2], list_transform(l, x -> x + 1) FROM t",
    ),
    (
        DialectKind::DuckDb,
        "SELECT a.x, b.y FROM a LEFT JOIN b ON a.k = b.k CROSS JOIN c NATURAL JOIN d JOIN e USING (k)",
    ),
    (DialectKind::DuckDb, "SELECT * FROM a SEMI JOIN b ON a.k = b.k ANTI JOIN c USING (k)"),
    (DialectKind::DuckDb, "SELECT * FROM a ASOF LEFT JOIN b ON a.t >= b.t, LATERAL (SELECT a.x) AS l"),
    (
        DialectKind::DuckDb,
        "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(n, s), range(3) AS r(i), 'file.csv' AS f",
    ),
    (DialectKind::DuckDb, "PIVOT t ON c USING sum(x) AS s GROUP BY k"),
    (DialectKind::DuckDb, "UNPIVOT t ON a, b INTO NAME n VALUE v"),
    (DialectKind::DuckDb, "SELECT COLUMNS('a.*'), COLUMNS(* EXCLUDE (x)) FROM t"),
    (
        DialectKind::DuckDb,
        "SELECT extract(year FROM d), date '2024-01-01' + INTERVAL 3 DAY, substring(a FROM 2 FOR 3), trim(both 'x' from b) FROM t",
    ),
    (DialectKind::DuckDb, "SELECT a FROM t GROUP BY ROLLUP (a, b), GROUPING SETS ((a, b), (a), ())"),
    (
        DialectKind::DuckDb,
        "SELECT sum(x) OVER w, avg(x) OVER (w ORDER BY y) FROM t WINDOW w AS (PARTITION BY z)",
    ),
    (DialectKind::DuckDb, "SELECT a FROM t TABLESAMPLE (10 PERCENT) LIMIT 10 OFFSET 5"),
    (
        DialectKind::Snowflake,
        "SELECT v:a.b[0]::string AS s, t.$1 FROM t, LATERAL FLATTEN(input => v:items) f",
    ),
    (
        DialectKind::Snowflake,
        "SELECT * FROM t AT (OFFSET => -60) PIVOT (sum(x) FOR q IN ('a' AS a1, 'b')) AS p",
    ),
    (
        DialectKind::Snowflake,
        "SELECT TOP 5 a, b FROM t ASOF JOIN u MATCH_CONDITION (t.ts >= u.ts) ON t.k = u.k",
    ),
    (
        DialectKind::Databricks,
        "SELECT x, y FROM t LEFT ANTI JOIN u ON t.a = u.a LATERAL VIEW OUTER explode(m) e AS x, y",
    ),
    (
        DialectKind::Databricks,
        "SELECT a div b, a <=> b, try_cast(c AS int), stack(2, 1, 2) AS (p, q) FROM t VERSION AS OF 3",
    ),
    (
        DialectKind::BigQuery,
        "SELECT AS STRUCT a, STRUCT(1 AS x, b), ARRAY<INT64>[1, 2], arr[OFFSET(0)] FROM `p.d.t`",
    ),
    (
        DialectKind::BigQuery,
        "SELECT i.x, o FROM orders AS t, UNNEST(t.items) AS i WITH OFFSET AS o WHERE x IN UNNEST(t.ids)",
    ),
    (
        DialectKind::BigQuery,
        "FROM t |> WHERE a > 1 |> AGGREGATE sum(b) AS s GROUP BY c |> EXTEND s * 2 AS d |> ORDER BY d DESC |> LIMIT 3",
    ),
    (
        DialectKind::BigQuery,
        "SELECT ANY_VALUE(x HAVING MAX y), SAFE.SUBSTR(a, 1), SAFE_CAST(b AS STRING), ARRAY(SELECT 1) FROM t",
    ),
];
