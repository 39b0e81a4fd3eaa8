select * except (a), t.* replace (b + 1 as b) from `proj.ds.table` t

select * except(a) replace (b as c) from my-project.ds.t, `my-project`.ds.t2, my-project.`ds`.`t`

select as struct 1 as a, 2 as b

select as value struct(1 as a) from t

select struct(1 as a, 'x' as b), struct<int64, string>(1, 'a'), struct<a int64, b array<string>>(1, ['x']), array<int64>[1, 2], [1, 2], array(select 1), array<struct<a int64>>[(1), (2)] from t

select a[offset(0)], a[ordinal(1)], a[safe_offset(0)], a[safe_ordinal(1)], a[0], j.a.b, j['a'] from t

select "text", 'it\'s', '''triple 'quoted' text''', """also "this" one""", r'raw\d', b'bytes', rb'\x', r"""x""" from t

# a comment
select 1 # another

select safe_cast(a as int64), cast(a as string format 'YYYY'), cast(a as timestamp format 'YYYY' at time zone 'UTC'), safe.substr(a, 1) from t

select * from t, unnest(t.arr) as x with offset as o

select * from t cross join unnest(arr) with offset pos, unnest([struct(1 as a)]), t.arr as y, unnest(generate_date_array('2024-01-01', '2024-02-01', interval 1 day)) d

select * from t left join unnest(arr) a on true

select a in unnest([1, 2]), a in unnest(arr), a not in unnest(x) from t

select any_value(a having max b), array_agg(distinct a ignore nulls order by b desc limit 5), string_agg(a, ',' order by b), approx_quantiles(a, 100)[offset(50)] from t

select timestamp_trunc(ts, day), date_add(d, interval 1 day), date_diff(a, b, week(monday)), extract(week(monday) from d), extract(isoweek from d), date_sub(d, interval n + 1 month) from t

select * from t for system_time as of timestamp_sub(current_timestamp(), interval 1 hour)

select * from `p.d.events_*` where _table_suffix between '20240101' and '20240131'

select * from t tablesample system (10 percent)

select * from t pivot (sum(x) as s for c in ('a' as a1, 'b' b1, 3))

select * from t unpivot include nulls ((a, b) for n in ((c, d) as 'x', (e, f) as 'y'))

select * from t unpivot (v for n in (a as 'x', b as 1))

select a from t window w as (partition by b order by c)

select a, sum(b) over w from t qualify sum(b) over w > 1 window w as (order by c)

select a from t union distinct select b from u

select a from t union all by name select b from u

select a from t full outer union all by name on (a) select b from u

select a from t left union all corresponding select b from u

from t |> where a > 1 |> select a, b |> extend a + 1 as c |> aggregate count(*) as n, sum(b) group by a |> order by n desc |> limit 10 offset 5

from t |> as x |> join u on x.a = u.a |> drop b |> rename c as d |> set e = 1 |> distinct |> pivot (sum(x) for y in ('a', 'b')) |> tablesample system (1 percent) |> union all (select 1), (select 2)

from t |> aggregate count(*) group and order by a desc, b

from t |> call f(1) as x |> window sum(a) over (order by b) as s

select * from ml.predict(model ds.m, table ds.t), ml.forecast(model m, struct(30 as horizon)), external_query('c', 'select 1'), appends(table t, null, null), f((select 1))

select @param, @@session_id, ? from t where a = @p

select numeric '1.5', bignumeric '2', json '{"a": 1}', datetime '2024-01-01', range<date> '[2024-01-01, 2024-02-01)' from t

select if(a, b, c), ifnull(a, b), safe_divide(a, b), a is not null and b is null, a <> b, a != b, a << 1, a ^ b, a || b, ~a from t

with recursive t as (select 1 as n union all select n + 1 from t) select * from t

select date(ts), timestamp(d), string(d), date '2024-01-01' from t

select array_concat([1], [2]), array_length(a), (select sum(x) from unnest(a) x), exists(select 1 from unnest(a) x where x > 1) from t

select t from t

select as struct * except (a) from t

select struct(a, b).a, (select as struct 1 x).x, [1, 2][offset(0)] from t

select group_concat(a) from region-us.INFORMATION_SCHEMA.JOBS

select cast(a as numeric(10, 2)), cast(x as array<struct<a int64, b string>>) from t

select count(*) from t group by rollup(a, b)

select a, b, from t

select (1, 2) = (a, b), (1 + 2) * 3 from t

select lower(a) as a, -- note
  b
from t

with a as (select 1 as x), select * from a

select a overlaps

select * from foo.bar.25 union all select * from foo.bar.25x a union all select * from p.d.20240101_t
