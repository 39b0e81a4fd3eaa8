from t

from t select a, b where c > 1

from t where x limit 5

from read_csv('a.csv', header = true) select *

from 'data/*.parquet'

select * from 'file.csv' as f, "other.csv"

select * exclude (a, b) replace (c + 1 as c) rename (d as e) from t

select * exclude a, t.* exclude (b) from t

select * like 'x%', * not ilike 'y', * similar to '.*', * glob 'a*' from t

select columns(*), columns('a.*'), min(columns(* exclude (a))), columns(c -> c like 'x%'), *columns('b') from t

select columns(lambda c: c like 'x%') from t

select a: 1, b: x + 1 from c: t

select distinct on (a, b) a, b, c from t order by a

select a::int, '1'::decimal(10, 2)::varchar, (a + b)::double[], x::struct(a int, b varchar[])[], y::map(int, varchar), z::union(a int, b text) from t

select try_cast(a as int), a::int[3] from t

select {'a': 1, 'b': [1, 2], c: {'d': null}}, map {'x': 1, 'y': 2}, map {1: 'a'}, [1, 2, 3], array[1, 2], [], {} from t

select a[1], a[1:2], a[:2], a[1:], a[1:10:2], a[-1], a['k'], s.f, (s).f, (s).*, f(x).y, [1, 2][1] from t

select [x * 2 for x in l if x > 1], list_transform(l, x -> x + 1), list_reduce(l, (a, b) -> a + b), list_filter(l, lambda x: x > 1), list_transform(l, lambda x, i: x + i) from t

select j -> 'a' ->> 'b', j->>'$.x', (j->'a')->0 from t

select 'abc'.upper().lower(), a.trim().length(), list_value(1, 2).list_sum() from t

select struct_pack(a := 1, b := 2), read_csv('x', header := true), f(a => 1) from t

select * from a asof join b on a.t >= b.t and a.k = b.k

select * from a asof left join b using (k, t)

select * from a positional join b

select * from a semi join b using (x) anti join c on a.y = c.y

select * from t using sample 10%

select * from t using sample reservoir(20 rows) repeatable (1)

select * from t tablesample 10%, u tablesample reservoir(5 rows), v tablesample 10 rows

select * from t limit 10%

select * from t limit 10 offset 5

pivot t on c using sum(x) as s, max(y) group by k

pivot t on c in ('a', 'b'), d using sum(x)

from t pivot (sum(x) as s for c in ('a' as a1, 'b') d in (1, 2) group by k) as p

unpivot t on a, b, (c, d) into name n value v

unpivot t include nulls on columns(* exclude (id)) into name n value v, w

select * from t unpivot include nulls (v for n in (a, b as bb))

select * from (pivot t on c using sum(x)) p

with p as (pivot t on c using sum(x) group by k) select * from p

select a from t union all by name select b from u

select unnest([1, 2]), unnest({'a': 1}, recursive := true), unnest(l) from t

select * from range(10) r(i), generate_series(1, 10, 2) g, unnest([1, 2]) u(x)

select * from t at (version => 3)

select interval 1 day, interval (n) day, interval '1 day', n * interval '1 month', interval 5 minutes, to_days(3), interval n hour from t

select 10 // 3, 2 ** 3, 2 ^ 3, a % b, ~1, 1 << 2 >> 1, a & b | c, xor(a, b), a != b, a == b, a <> b from t

select a is null, a isnull, a notnull, a not null from t

select a ~ 'x', a !~ 'y', a ^@ 'z', a ~~ 'x', a !~~ 'y', a ~~* 'x', a similar to 'x', a not similar to 'y', a glob 'x*', a ilike any (array['x']) from t

select x in l, x in [1, 2], x not in (1, 2) from t

select list_aggregate(l, 'sum'), array_agg(a order by b), first(a order by b) filter (where c), count(*) filter (c) from t

select arg_max(a, b), quantile_cont(a, [0.1, 0.9]), mode() within group (order by a) from t

select $$a'b$$, $tag$x$tag$, e'a\nb', x'ff', '\x', "col""umn" from t

select #1, $1, $name, ?, ?2 from t

/* a /* nested */ comment */ select 1

select * from (describe t), (summarize t), (show tables)

select a from t group by all order by all desc

select date_trunc('month', d)::date as m, count(*) from t group by 1

select * from t qualify row_number() over w = 1 window w as (partition by a)

select a, count(*) over () from t window w as (order by a) qualify a > 1

with t as materialized (select 1), u as not materialized (select 2) select * from t, u

with recursive t(a) using key (a) as (select 1 union select a + 1 from t) select * from t

select * from read_parquet(['a.parquet', 'b.parquet'], hive_partitioning = true)

select cast({'a': 1} as struct(a integer)), row(1, 'x')::row(a int, b text) from t

select a at time zone 'UTC', timezone('UTC', a), a::timestamptz from t

select * from t1, lateral (select t1.a + 1 as b) x, lateral unnest(t1.l) u(v)

select (1, 2).x, (select 1)::int, case when a then b end::int from t

select if(a, b, c), ifnull(a, b), coalesce(a), a.b.c.d from t

select max(a) over (order by b rows between unbounded preceding and current row exclude ties) from t

select 42 as "answer" , 'x' as 'y' from t

select sum(x) over (partition by y order by z range between interval 7 days preceding and interval 1 day following) from t

select * from values (1, 2) v(a, b)

select a, from t

select * from t order by a desc nulls first, b asc nulls last

select extract('year' from d), date_part('year', d), year(d) from t

select 5!, @-3, |/ 4 from t

select a from t limit all

select grouping_id(a) from t group by cube(a, b), rollup(c), grouping sets ((d), e)

select * from (from t select a) x, (values (1)) y(z)

select exists(from t), (from u select max(x)), array(select 1) from t

select * from query_table('t'), query('select 1')


select (x -> x.a) from t

pivot first on a using sum(b)

select $é$ x $y$ z $é$

from extract(week from cast('2026-01-06' as date))

select set.a from t set join u as set2 on set.a = set2.a
