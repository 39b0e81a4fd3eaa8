-- one statement a paragraph; every dialect takes these
select 1

select a, b as c, t.d e, "f g" from s.t

WITH a AS (SELECT 1 AS x), b (y) AS (SELECT x FROM a) SELECT * FROM a, b WHERE a.x = b.y

WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT n FROM r

with a as (with b as (select 1 x) select * from b) select * from a

select 1 union all select 2 union select 3 intersect select 4 except distinct select 5 order by 1 limit 3

(select 1) union all (select 2)

((select 1))

(select a from t order by a limit 1) union (select b from u) order by 1

select * from (select 1 as a) t

select * from ((select 1 as a) union all (select 2)) t

select * from (a join b on a.x = b.x)

select * from ((select 1 as a) x join b on x.a = b.a) left join c using (a)

select * from a natural join b cross join c inner join d using (x, y) left outer join e on true right join f on 1 = 1 full outer join g on a.x = g.x

select * from a left join b on a.id = b.id and b.x is not null, c

select a from t where exists (select 1 from u where u.x = t.x) and a in (select x from u) and not exists (select 1)

select (select max(x) from u) as m, a in (1, 2), a not in (1), (a, b) in ((1, 2), (3, 4)) from t

select a from t where a = any (select x from u) or a > all (select x from u) or a <> some (select 1)

select case when a > 1 then 'x' when b then 'y' else null end, case a when 1 then 2 end from t

select cast(a as decimal(10, 2)), cast(b as varchar), cast(c as timestamp), cast(d as double precision) from t

select count(*), count(distinct a), sum(a) filter (where b > 1), max(a) over (partition by b order by c desc nulls last rows between unbounded preceding and 1 following) from t

select row_number() over (order by a), lag(a, 1, 0) over w, sum(a) over (w rows current row) from t window w as (partition by b), v as (w order by c)

select sum(a) over (order by b range between interval '1' day preceding and current row) from t

select sum(a) over (order by b rows between 3 preceding and 1 preceding exclude current row), sum(a) over (order by b groups 2 preceding exclude no others) from t

select a, sum(b) from t group by a having sum(b) > 1 order by 2 desc, a nulls first limit 10 offset 5

select a, b, sum(c) from t group by rollup (a, b)

select a, b, sum(c) from t group by grouping sets ((a, b), (a), ()), cube (a, b)

select a from t group by 1, 2

select a from t order by a offset 5 rows fetch first 10 rows only

select a from t fetch next row only

select * from (values (1, 'a'), (2, 'b')) as v (id, name)

values (1, 2), (3, 4)

select date '2024-01-01', timestamp '2024-01-01 00:00:00', time '10:00', interval '1' day, interval '1 day', interval '1-2' year to month

select extract(year from d), extract(day from ts at time zone 'UTC'), position('a' in b), substring(a from 1 for 2), substring(a, 1, 2), trim(both ' ' from a), trim(a), trim(leading from a), overlay(a placing 'x' from 1 for 2) from t

select a like 'x%' escape '!', a not like 'y', a between 1 and 2 and b not between 3 and 4, a is distinct from b, a is not distinct from b, a is true, a is not unknown from t

select -a, +a, not a, - -1, a - -1, a || b || c, a + b * c - d / e % f from t

select a.b.c.d from a

select coalesce(a, b), nullif(a, 1), greatest(a, b), left(a, 2), right(a, 2), replace(a, 'x', 'y'), mod(a, 2), row(1, 2) from t

select percentile_cont(0.5) within group (order by a), listagg(a, ',') within group (order by b desc) from t

select first_value(a ignore nulls) over (order by b), last_value(a) ignore nulls over (order by b), nth_value(a, 2) respect nulls over (order by b) from t

select date, time, timestamp, value, key, name, type, status, rank, row_number, year, month, day, hour, first, last, filter, sample, replace, rename, exclude, map, array, struct, json, offset, language, user, index from t

select t.order, t.select, t.from as group, t.table from t

select a as order, b as select from t

select current_date, current_timestamp, current_user, localtimestamp from t

select * from t where ts >= @start_date and ts < @end_date

select * from t where ts >=@start_date and ts <@end_date

select @cents(amount) as amount, @safe_div(a, b) + 1 from orders where day = @var(day) and x = @var(name, default)

select * from @latest(orders) o join @var(schema).items i on o.id = i.id

select {{ dbt_utils.star(ref('a')) }} from {{ ref('orders') }} as o where x = {{ var('x') }}

{{ config(materialized='table') }} with a as (select * from {{ source('a', 'b') }}) select * from a {% if is_incremental() %} where x > 1 {% endif %}

{{ some_macro() }}

select * from db.{{ schema }}.t, {{ prefix }}_orders

{% set x = 1 %}
select {{ x }} as a, '{{ x }}' as b {# comment #} from {{ ref('m') }}

select a -- trailing comment
, b /* block */ from t

select 1;

;;select 1;;

select a from t where a = 'it''s' and b = N'x'

select 1e10, 1.5, .5, 1., 1.5e-3, 0xFF, 1_000

select x.* from t x

select count(*) as "Count", sum(case when a then 1 else 0 end) / nullif(count(*), 0) * 100.0 as pct from t

select a from t1 where (a, b) = (1, 2) and ((a = 1 or b = 2) and (c = 3))

select * from t as a (x, y), u b (z)

select * from f(1, 'x') as g, lateral (select g.x) h, lateral f(g.x) i

select * from t tablesample bernoulli (10) repeatable (1)

select * from unnest(a) as u (x)

select a from t qualify row_number() over (partition by b order by c) = 1

select ? , ?1, :name, $1 from t where a = :x and b = ?

select * from t order by case when a then 1 else 2 end, b + 1 desc

select grouping(a), grouping_id(a, b) from t group by all

select distinct a, b from t

select all a from t

select 'a'
'b'

select a b, c d from t e

select x from t where a and b or c and not d

select t1.a from t1 join t2 join t3 on t2.x = t3.x on t1.x = t2.x

select * from a join b on (a.x = b.x) join (select 1 as y) c on (c.y = b.y) where (1 = 1)

with a as (select 1), select * from a

select a, b, from t

select größe, "naïve", 表 from straße

select exists(select 1), not exists (select 2), array_agg(a order by b desc limit 1) from t

select json_object('a': 1, 'b': 2), json_object('a' value 1), json_object(key 'a' value 1 null on null) from t

select string_agg(distinct a, ',' order by a) from t

select cast(a as timestamp with time zone), cast(b as time without time zone), cast(c as character varying(10)) from t

select timestamp with time zone '2024-01-01 00:00:00+00'

select a from t for update

select sum(a) total, max(b) as "max" from t where not (a is null) group by b, c having (count(*)) > 1

select nested.* from (select * from (select * from (select 1 as a) x) y) nested

with t as (values (1, 2)) select * from t

table t

select a collate "de" from t order by a collate nocase

select * from a join b join c using (id) using (id)

select * from x where y in ((select 1) union (select 2)) and z in ((select 1), 2)

select 1 offset 1

select * from t where a like any f('x', 'y')

select json_object('x': 1, 'y': 2 absent on null with unique keys), json_object('x': 1 returning varchar format json encoding utf8)

select row() over (partition by x) from t

select cast('45' as interval days)

select a from t tablesample (bucket 3 out of 32 on rand())

select struct(values as value)

select jt.x from t, json_table(t.doc, '$.a[*]' columns (x int path '$.x', nested path '$.b' columns (y int))) as jt

select a.b from t as a where a is json array unique keys

select 5.5::double < x as a, max(y) > 1 as b, z::date < w and v > u as c from t group by x
