select top 10 a from t

select distinct top 5 a from t

select * exclude (a) rename (b as c, d as e) replace (f + 1 as f) from t

select * exclude a, * ilike '%x%', t.* rename a as b from t

select v:a.b[0].c::string, v:"Odd Key"::int, v['a']['b'], src:items[0]:price::number(10, 2), parse_json(x):y from t

select f.value:name::string as n, f.index from t, lateral flatten(input => t.v:items, outer => true) f

select * from table(flatten(input => parse_json('[1]'), path => 'a')) f, table(generator(rowcount => 10)), table(result_scan(last_query_id()))

select * from t at (timestamp => '2024-01-01'::timestamp), u before (statement => 'x'), v at (offset => -60)

select * from t changes (information => default) at (timestamp => 'x')

select $1, $1:a.b, metadata$filename from @my_stage/path/file.csv (file_format => 'fmt', pattern => '.*') s

select $1 from @~/staged, @%table_stage, @db.sch.stage/a/b

select * from t pivot (sum(x) for c in ('a', 'b')) as p (k, a, b)

select * from t pivot (sum(x) for c in (any order by c))

select * from t pivot (sum(x) for c in (select distinct c from t) default on null (0))

select * from t unpivot (v for n in (a, b))

select * from t match_recognize (partition by a order by b measures first(x) as fx, last(y) as ly one row per match after match skip to next row pattern (strt down+ up*) define down as x < lag(x), up as x > lag(x)) as m

select a from t asof join u match_condition (t.ts >= u.ts) on t.k = u.k

select iff(a, b, c), nvl(a, b), zeroifnull(a), decode(a, 1, 'x', 'y'), object_construct('a', 1), array_construct(1, 2), {'a': 1, 'b': v:x} from t

select listagg(a, ',') within group (order by b), array_agg(distinct a) within group (order by a), percentile_cont(0.5) within group (order by a) over (partition by b) from t

select dateadd(day, 1, d), datediff('day', a, b), date_trunc(month, d), date_part(epoch_second, d) from t

select a from t sample (10), u sample row (5), v tablesample system (3) seed (7), w sample block (10)

select $$text with 'quotes'$$, 'a\'b', 'x''y', "Quoted ""Name""" from t

// comment
select 1 // another

select transform(l, x -> x + 1), filter(l, x int -> x > 1), reduce(l, 0, (acc, v) -> acc + v) from t

select a from t start with p is null connect by prior id = p

select level, connect_by_root a, sys_connect_by_path(a, '/') from t start with p is null connect by nocycle prior id = p order siblings by a

select a minus_one from t minus select b from u

select identifier($x), a from identifier('db.t'), table($t)

select seq4(), uniform(1, 10, random()) from table(generator(rowcount => 10)) v

select a from values (1), (2) as v(a)

select column1, $1 from values (1, 2)

select t.$1, t.$2 from t

select try_cast(a as number(38, 0)), a::timestamp_ntz(9), a::array, a::array(int), cast(b as object(a int not null, b varchar)), c::map(varchar, int), d::vector(float, 256) from t

select a like any ('x', 'y'), a not ilike 'z', a rlike 'r', a regexp 'p', a like all ('%x%', '%y%') escape '!' from t

select last_value(a) ignore nulls over (order by b), nth_value(a, 2) from first ignore nulls over (order by b), ratio_to_report(a) over (partition by b) from t

select * from t qualify row_number() over (partition by a order by b) = 1

select * from db..t, "DB"."S"."T"

select a from t limit 10 offset 5

select a from t limit null offset 1

select * from t left join lateral (select 1) x, u natural join v

select * from t, table(split_to_table(t.a, ',')) s, lateral strtok_split_to_table(a, 'b') as y

select object_agg(k, v), arrayagg(x) from t group by all

select systimestamp(), current_timestamp()::date, sysdate() from dual

select * from directory(@stage)

select {* exclude a} from t

select * from (t1 join t2 using (a)) join t3 on true

select a[0]:b, a[0].b::int, get_path(v, 'a.b') from t

select * from t window

select {fn ceiling(5.3)} + {fn log(5)}, {d '2024-01-01'}, {ts '2024-01-01 00:00:00'}

select * from a inner join b using (a.k, l)

select * from x asof join y as limit match_condition (x.a > y.a)

select m!role from semantic_view(db.sales_view metrics orders.total dimensions customers.name where customers.id > 1)
