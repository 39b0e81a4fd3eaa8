select `a b`, "text", 'it\'s', r'raw\n' from `cat`.`sch`.`tab`

select * except (a, b) from t

select t.* except (a) from t

select a:b.c[0].d::int, a:['k'], a:b:c, raw:`odd name`.x, v?::int from t

select transform(l, x -> x + 1), filter(l, x -> x > 1), aggregate(l, 0, (acc, x) -> acc + x), exists(l, x -> x is null), map_filter(m, (k, v) -> k > v) from t

select a, b from t lateral view explode(l) x as y lateral view outer posexplode(m) z as p, v where y > 1

select * from t, lateral explode(t.l) as e

select * from t, lateral explode(t.m) as e(k, v)

select * from a left semi join b on a.x = b.x left anti join c using (x)

select * from a cross join b lateral view inline(s) i

select * from t version as of 3

select * from t timestamp as of '2024-01-01', u@v12, v for version as of 3

select * from delta.`/path/to/table`, csv.`/x.csv`, read_files('/x', format => 'json')

select * from values (1, 'a'), (2, 'b') as t(a, b)

select * from table_changes('t', 1, 2), range(10)

select interval 1 day, interval '1' day, interval 1 day 2 hours, interval '1-2' year to month, interval '10:11' hour to minute

select cast(a as array<int>), cast(b as map<string, array<struct<x: int, y: string>>>), cast(c as struct<a int, b string not null comment 'x'>) from t

select named_struct('a', 1), struct(a, b as c), array(1, 2), map('a', 1), stack(2, 1, 2) as (a, b) from t

select * from t pivot (sum(x) as s, max(y) for c in ('a' as a1, 'b'))

select * from t pivot (sum(x) for (a, b) in ((1, 2) as ab, (3, 4)))

select * from t unpivot include nulls (v for n in (a as `A`, b))

select * from t unpivot ((a, b) for n in ((c, d) as cd, (e, f)))

select a, b, sum(c) from t group by a, b with rollup

select a, b, sum(c) from t group by a, b grouping sets ((a), (b))

select /*+ BROADCAST(b) */ a from t

select a from t sort by a distribute by b

select a from t cluster by b

select a <=> b, a rlike 'x', a regexp 'y', a like any ('x', 'y'), a not like all ('x'), a ilike 'z', a div 2, !a, a == b, a || b, a ^ b from t

select try_cast(a as int), a::int, 10L, 1.5BD, 3Y, 1e5D, date '2024-01-01' from t

select count_if(a > 1), any_value(a) ignore nulls, first(a, true), percentile_approx(a, 0.5), collect_list(a) filter (where b) from t

select identifier('a'), * from identifier('t')

select current_date(), current_timestamp, `_metadata`.file_path from t

select a from t limit 10 offset 2

from t |> where a > 1 |> aggregate sum(b) as s group by c |> order by s desc |> limit 5

from t |> select a, b |> extend a + b as c |> drop a |> set b = 1 |> as x |> join u using (c)

select a from t tablesample (10 percent), u tablesample (5 rows), v tablesample (bucket 1 out of 4)

select :param, :1, ? from t where a = :p

select ${env}.x from t

with t(a) as (select 1) select * from t

with t (select 1 as a) select a from t

select a from t minus select b from u

select * from json_tuple(x, 'a', 'b')

select if(a, b, c), a.b.c, m['k'], l[0] from t

select variant_get(v, '$.a', 'int'), v:a.b::string, parse_json('{}'):a from t

select explode(l) as (k, v), posexplode(l) as (p, c) from t

select * from a full outer join b on a.x = b.x where a.y is not null qualify rank() over (order by a.x) < 3

select transform(zip, name) using 'cat' as (a string, b string) from person where zip > 1

select transform(name) row format delimited fields terminated by ',' null defined as 'NULL' using 'cat' as (n string) row format delimited fields terminated by '@' from person

select transform(name) row format serde 'a.b.C' with serdeproperties ('field.delim' = '\t') using 'cat' from person

select 1a, 2_b as 3c, t.4d, 10L, 1.5BD from 5e as t

select * from src tablesample (100 M) s

values (1 as a, 2 as b, 3)
