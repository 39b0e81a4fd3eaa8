select a::text, '{1,2}'::int[], array[1, 2], array[[1], [2]], a[1], a[1:2], (a).b, row(1, 2) from t

select a -> 'b' ->> 'c', a #> '{x}', a #>> '{y}', a @> b, a <@ b, a ? 'k', a ?| array['x'], a @? '$.x', a - 'k', a #- '{x}' from t

select distinct on (a) a from t order by a, b desc

select * from t1, lateral (select * from u where u.x = t1.x) l left join lateral f(t1.x) g on true

select * from f(1) with ordinality as t(a, n), rows from (f(1), g(2)) as h

select a ~ 'x', a ~* 'y', a !~ 'z', a !~* 'w', a similar to 'x' from t

select $1, $2::int, e'a\n', $$x$$, u&'d\0061', b'101', x'ff'

select count(*) filter (where a > 1), string_agg(a, ',' order by b), percentile_disc(0.5) within group (order by a) from t

select * from only t, t2 *

select a from t order by a using <

with t as not materialized (select 1) select * from t

with recursive t as (select 1 as a union select a from t) search depth first by a set o select * from t

with recursive t(a) as (select 1) cycle a set c to true default false using p select * from t

select * from json_to_record('{}') as x(a int, b text)

select a operator(pg_catalog.+) b, a at time zone 'utc', now() - interval '1 day', extract(epoch from now()) from t

select a from t for update skip locked

select a collate "C", a is json, a is json object, a is normalized, a is document, (a, b) overlaps (c, d) from t

select cast(a as double precision), cast(b as bit varying(3)), cast(c as interval day to second), cast(d as timestamp(3) with time zone) from t

select exists (select 1), array(select a from t), (select 1), a = any(array[1]), a = any('{1}'::int[]) from t

select * from generate_series(1, 3) g(i) cross join t tablesample system (10)

select coalesce(a, 'x'::text) || ' ' || b from t

select a from t limit 5 offset 2

select |/ 25, ||/ 27, @ -5, 2 ^ 3, 5 % 2, ~1 from t

select b'0'
'1'
'0', x'12'
'34'
'56', date '2024-'
'01-01'

select * from x as t, xmltable(xmlnamespaces('a' as b), '/r' passing t.doc columns id int path '@b:id') as y

select u&"d\0061t\+000061", U&"d!0061ta" uescape '!' from u&"t" as x

select * from substring('Thomas' from 2 for 3)

select * from substring('Thomas' similar '%#"o_a#"_' escape '#') as s, trim(both 'x' from 'xax') as t
