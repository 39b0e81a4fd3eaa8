//! The table of constructs that not every dialect has. The grammar reads them in every dialect; this says
//! whose they are. Where the documentation of a dialect leaves room for doubt, the dialect has the construct:
//! a warning under text that runs is worse than a missing one.

use crate::sql::dialect::DialectKind;

/// The dialect as sentences name it.
pub(super) fn title(dialect: DialectKind) -> &'static str {
    match dialect {
        DialectKind::DuckDb => "DuckDB",
        DialectKind::Databricks => "Databricks",
        DialectKind::Snowflake => "Snowflake",
        DialectKind::BigQuery => "BigQuery",
        DialectKind::Ansi => "ANSI SQL",
        DialectKind::Postgres => "Postgres",
        DialectKind::Permissive => "any dialect",
    }
}

/// A construct that not every dialect has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Construct {
    /// What messages call it.
    pub name: &'static str,
    /// The dialects that have it.
    pub dialects: &'static [DialectKind],
    /// Who else has it, where none of ours does.
    pub elsewhere: Option<&'static str>,
    /// A statement that uses it and nothing else that is rare.
    pub example: &'static str,
    /// What to write where it is missing.
    pub instead: Option<&'static str>,
}

impl Construct {
    /// Whether the dialect has it. The permissive one has everything.
    pub fn is_in(&self, dialect: DialectKind) -> bool {
        dialect == DialectKind::Permissive || self.dialects.contains(&dialect)
    }
}

/// Makes the list of kinds and the table from one list: name in the code, name in messages, the dialects (K
/// DuckDB, D Databricks, S Snowflake, B BigQuery, P Postgres, A ANSI), an example, what to write instead.
macro_rules! constructs {
    (@ K) => { DialectKind::DuckDb };
    (@ D) => { DialectKind::Databricks };
    (@ S) => { DialectKind::Snowflake };
    (@ B) => { DialectKind::BigQuery };
    (@ P) => { DialectKind::Postgres };
    (@ A) => { DialectKind::Ansi };
    (@text) => { None };
    (@text $text:literal) => { Some($text) };
    ($($kind:ident $name:literal [$($dialect:ident)*] $(also $elsewhere:literal)? : $example:literal $(=> $instead:literal)?;)*) => {
        /// The constructs of the table, in its order.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum ConstructKind { $($kind),* }

        /// All constructs.
        pub static CONSTRUCTS: &[Construct] = &[$(Construct {
            name: $name,
            dialects: &[$(constructs!(@ $dialect)),*],
            elsewhere: constructs!(@text $($elsewhere)?),
            example: $example,
            instead: constructs!(@text $($instead)?),
        }),*];
    };
}

impl ConstructKind {
    pub(super) fn construct(self) -> &'static Construct {
        &CONSTRUCTS[self as usize]
    }
}

constructs! {
    Qualify "QUALIFY" [K D S B]: "select a from t qualify row_number() over (order by a) = 1" => "compute the window function in a subquery and filter outside it with WHERE";
    GroupByAll "GROUP BY ALL" [K D S B P]: "select a, count(*) from t group by all" => "list the grouping columns";
    OrderByAll "ORDER BY ALL" [K D S]: "select a from t order by all" => "list the columns";
    DistinctOn "DISTINCT ON" [K P]: "select distinct on (a) a, b from t" => "number the rows with ROW_NUMBER() and keep the first of each";
    Top "TOP" [S] also "SQL Server": "select top 5 a from t" => "LIMIT at the end of the query";
    LimitPercent "LIMIT with a percentage" [K]: "select a from t limit 10%" => "a number of rows, or TABLESAMPLE";
    LimitSkip "LIMIT with two numbers" [] also "MySQL": "select a from t limit 5, 10" => "`LIMIT 10 OFFSET 5`";
    LimitBy "LIMIT … BY" [] also "ClickHouse": "select a from t limit 1 by a" => "number the rows with ROW_NUMBER() and keep the first ones";
    Fetch "FETCH FIRST" [K S P A]: "select a from t fetch first 5 rows only" => "LIMIT";
    SelectAs "SELECT AS STRUCT or VALUE" [B]: "select as struct 1 as a";
    FromFirst "FROM before SELECT" [K D]: "from t select a" => "SELECT first, then FROM";
    BareFrom "a query without SELECT" [K D B]: "from t" => "`SELECT * FROM …`";
    Pipe "pipe syntax (`|>`)" [D B]: "select a from t |> where a > 1" => "a subquery or a CTE for each step";
    PrefixAlias "an alias in front of an expression" [K]: "select x: a + 1 from t" => "`expression AS name`";
    TrailingComma "a comma after the last item of a select list" [K D S B]: "select a, from t" => "remove the comma";
    TrailingCommaElsewhere "a comma after the last item of FROM, GROUP BY or IN" [K]: "select a from t where a in (1, 2,)" => "remove the comma";
    StarExcept "`* EXCEPT (…)`" [D B]: "select * except (a) from t" => "`* EXCLUDE (…)` in DuckDB and Snowflake; the list of columns elsewhere";
    StarExclude "`* EXCLUDE`" [K S]: "select * exclude (a) from t" => "`* EXCEPT (…)` in Databricks and BigQuery; the list of columns elsewhere";
    StarReplace "`* REPLACE`" [K S B]: "select * replace (a + 1 as a) from t" => "list the columns";
    StarRename "`* RENAME`" [K S]: "select * rename (a as b) from t" => "list the columns with aliases";
    StarIlike "`* ILIKE`" [K S]: "select * ilike 'a%' from t" => "list the columns";
    StarLike "`*` with LIKE, GLOB or SIMILAR TO" [K]: "select * like 'a%' from t" => "list the columns";
    Columns "COLUMNS(…)" [K]: "select columns(*) from t" => "list the columns";
    UnpackColumns "`*COLUMNS(…)`" [K]: "select coalesce(*columns(*)) from t" => "list the columns";
    MultiAlias "several aliases for one expression" [D]: "select stack(1, 2, 3) as (a, b) from t" => "a table function in FROM with column aliases";
    PivotTable "PIVOT" [K D S B]: "select * from t pivot (sum(b) for a in ('x', 'y'))" => "an aggregate over CASE for each column";
    UnpivotTable "UNPIVOT" [K D S B]: "select * from t unpivot (v for n in (a, b))" => "UNION ALL of one SELECT for each column";
    PivotStatement "PIVOT as a statement" [K]: "pivot t on a using sum(b)" => "`FROM t PIVOT (… FOR … IN (…))`, or an aggregate over CASE for each column";
    UnpivotStatement "UNPIVOT as a statement" [K]: "unpivot t on a, b into name n value v" => "`FROM t UNPIVOT (… FOR … IN (…))`, or UNION ALL";
    PivotAny "PIVOT over ANY or a subquery" [S]: "select * from t pivot (sum(b) for a in (any order by a))" => "list the values";
    PivotDefault "DEFAULT ON NULL in a PIVOT" [S]: "select * from t pivot (sum(b) for a in ('x') default on null (0))" => "COALESCE around the new columns";
    PivotGroupBy "GROUP BY in a PIVOT" [K]: "select * from t pivot (sum(b) for a in ('x') group by c)" => "a subquery that selects only the columns needed";
    MatchRecognize "MATCH_RECOGNIZE" [S B A]: "select * from t match_recognize (order by a pattern (x) define x as a > 1)";
    ConnectBy "CONNECT BY" [S] also "Oracle": "select a from t start with a = 1 connect by prior a = b" => "a recursive CTE";
    SortBy "SORT BY, CLUSTER BY and DISTRIBUTE BY" [D]: "select a from t sort by a" => "ORDER BY";
    LateralView "LATERAL VIEW" [D]: "select a from t lateral view explode(b) v as c" => "UNNEST or FLATTEN in FROM";
    Flatten "FLATTEN" [S]: "select f.value from t, lateral flatten(input => t.a) f" => "UNNEST in DuckDB, BigQuery and Postgres; EXPLODE in Databricks";
    TableOf "TABLE(…) around a table function" [D S A]: "select * from table(f(1))" => "the function alone";
    Unnest "UNNEST in FROM" [K D B P A]: "select x from t, unnest(t.a) as u(x)" => "LATERAL FLATTEN";
    UnnestInSelect "UNNEST in an expression" [K D P]: "select unnest(a) from t" => "UNNEST in FROM";
    InUnnest "IN UNNEST(…)" [K B]: "select a from t where 1 in unnest([1, 2])" => "`= ANY (…)` or ARRAY_CONTAINS";
    WithOffset "UNNEST … WITH OFFSET" [B]: "select x, o from unnest([1, 2]) as x with offset as o" => "WITH ORDINALITY in DuckDB and Postgres; POSEXPLODE in Databricks; INDEX of FLATTEN in Snowflake";
    WithOrdinality "WITH ORDINALITY" [K P A]: "select * from unnest(array[1, 2]) with ordinality" => "WITH OFFSET in BigQuery; POSEXPLODE in Databricks; INDEX of FLATTEN in Snowflake";
    VersionAsOf "VERSION or TIMESTAMP AS OF" [D]: "select * from t version as of 3" => "`AT (…)` in Snowflake; FOR SYSTEM_TIME AS OF in BigQuery";
    SystemTimeAsOf "FOR SYSTEM_TIME AS OF" [D B A]: "select * from t for system_time as of timestamp '2024-01-01 00:00:00'" => "`AT (TIMESTAMP => …)` in Snowflake";
    AtVersion "`t@v1`" [D]: "select * from t@v1" => "`AT (…)` in Snowflake";
    TravelAt "time travel with AT (…)" [K S]: "select * from t at (timestamp => '2024-01-01'::timestamp)" => "TIMESTAMP AS OF in Databricks; FOR SYSTEM_TIME AS OF in BigQuery";
    TravelBefore "time travel with BEFORE (…) or CHANGES (…)" [S]: "select * from t before (statement => 'x')" => "TIMESTAMP AS OF in Databricks; FOR SYSTEM_TIME AS OF in BigQuery";
    Stage "a stage in FROM" [S]: "select $1 from @stage/path/file.csv" => "a table, or a function that reads files";
    FileTable "a file in FROM" [K S]: "select * from 'file.parquet'" => "a table, or a function that reads files";
    AsofJoin "ASOF JOIN" [K S]: "select * from t asof join u on t.a >= u.a" => "a join on the range, and QUALIFY or a subquery that keeps the nearest row";
    MatchCondition "MATCH_CONDITION" [S]: "select * from t asof join u match_condition (t.a >= u.a)" => "the inequality in the ON of the ASOF JOIN, where there is one";
    PositionalJoin "POSITIONAL JOIN" [K]: "select * from t positional join u" => "a join on ROW_NUMBER()";
    SemiJoin "SEMI and ANTI JOIN" [K D]: "select * from t semi join u using (a)" => "EXISTS or NOT EXISTS";
    SidedSemiJoin "LEFT SEMI and LEFT ANTI JOIN" [D]: "select * from t left semi join u on t.a = u.a" => "SEMI JOIN in DuckDB; EXISTS or NOT EXISTS elsewhere";
    Apply "CROSS and OUTER APPLY" [] also "SQL Server and Oracle": "select * from t cross apply f(t.a)" => "CROSS JOIN LATERAL, or LEFT JOIN LATERAL … ON TRUE";
    StraightJoin "STRAIGHT_JOIN" [] also "MySQL": "select * from t straight_join u on t.a = u.a" => "JOIN";
    TableHint "hints after WITH" [] also "SQL Server": "select * from t with (nolock)" => "remove the hint";
    UsingAlias "an alias after USING (…)" [P A]: "select * from t join u using (a) as j" => "the aliases of the two tables";
    Values "VALUES as a relation" [K D S P A]: "select * from (values (1, 2)) as v" => "`UNNEST([STRUCT(…), …])` or UNION ALL";
    BareValues "VALUES in FROM without parentheses" [K D S]: "select * from values (1, 2) as v" => "parentheses around VALUES and its rows";
    TableQuery "`TABLE t` as a query" [K D S P A]: "table t" => "`SELECT * FROM t`";
    Describe "DESCRIBE, SHOW and SUMMARIZE as a relation" [K]: "select * from (describe t)" => "INFORMATION_SCHEMA.COLUMNS";
    Sample "SAMPLE without TABLE" [S]: "select * from t sample (10)" => "TABLESAMPLE";
    UsingSample "USING SAMPLE" [K]: "select * from t using sample 10" => "TABLESAMPLE after the table";
    WithRollup "WITH ROLLUP" [D] also "MySQL": "select a from t group by a with rollup" => "`GROUP BY ROLLUP (…)`";
    CteComma "a comma after the last CTE" [D S B]: "with a as (select 1), select * from a" => "remove the comma";
    CteWithoutAs "a CTE without AS" [D]: "with a (select 1) select * from a" => "`name AS (…)`";
    UsingKey "USING KEY of a recursive CTE" [K]: "with recursive r(a, b) using key (a) as (select 1, 2 union select a, b from r) select * from r";
    SearchCycle "SEARCH and CYCLE of a recursive CTE" [P A]: "with recursive r(a) as (select 1 union all select a from r) cycle a set c using p select * from r" => "a column that counts the steps";
    ByName "set operations BY NAME" [K S B]: "select 1 as a union all by name select 2 as a" => "the columns of both sides in one order";
    Corresponding "CORRESPONDING" [B A]: "select 1 as a union all corresponding select 2 as a" => "BY NAME in DuckDB and Snowflake; elsewhere the columns of both sides in one order";
    SidedSetOperation "LEFT, FULL and INNER set operations" [B]: "select 1 as a full union all by name select 2 as a" => "NULLs for the columns that a side lacks";
    Minus "MINUS" [D S] also "Oracle": "select a from t minus select b from u" => "EXCEPT";
    BareSetOperator "a set operation without ALL or DISTINCT" [K D S P A]: "select a from t union select b from u" => "UNION DISTINCT, INTERSECT DISTINCT or EXCEPT DISTINCT";
    WindowClause "the WINDOW clause" [K D B P A]: "select sum(a) over w from t window w as (order by a)" => "the window in each OVER (…)";
    FrameExclude "EXCLUDE in a frame" [K P A]: "select sum(a) over (order by a rows 1 preceding exclude current row) from t" => "subtract the rows to leave out";
    FrameGroups "GROUPS frames" [K P A]: "select sum(a) over (order by a groups 1 preceding) from t" => "RANGE over DENSE_RANK()";
    NullsInside "IGNORE or RESPECT NULLS inside the parentheses" [K D S B]: "select first_value(a ignore nulls) over (order by a) from t" => "the words after the parentheses";
    NullsAfter "IGNORE or RESPECT NULLS after the parentheses" [D S P A]: "select first_value(a) ignore nulls over (order by a) from t" => "the words inside the parentheses";
    Filter "FILTER (WHERE …)" [K D P A]: "select sum(a) filter (where a > 1) from t" => "CASE inside the aggregate: `SUM(CASE WHEN … THEN x END)`";
    HavingBound "HAVING MAX or MIN in an aggregate" [B]: "select any_value(a having max b) from t" => "MAX_BY or MIN_BY, or ARG_MAX and ARG_MIN";
    AggregateLimit "LIMIT in an aggregate" [B]: "select array_agg(a order by a limit 3) from t" => "a slice of the list";
    Separator "SEPARATOR in an aggregate" [] also "MySQL": "select group_concat(a separator ',') from t" => "the separator as the second argument of STRING_AGG or LISTAGG";
    FatArrow "arguments named with `=>`" [K D S B P A]: "select f(a => 1) from t";
    ColonEquals "arguments named with `:=`" [K P]: "select f(a := 1) from t" => "`name => value`";
    BareInterval "INTERVAL with a number without quotes" [K D S B]: "select a + interval 1 day from t" => "`INTERVAL '1' DAY`";
    DoubleColon "`::`" [K D S P]: "select a::int from t" => "CAST(… AS …)";
    TryDoubleColon "`?::`" [D]: "select a?::int from t" => "TRY_CAST(… AS …)";
    TryCast "TRY_CAST" [K D S]: "select try_cast(a as int) from t" => "SAFE_CAST in BigQuery; elsewhere a CASE that tests the text first";
    SafeCast "SAFE_CAST" [B]: "select safe_cast(a as int64) from t" => "TRY_CAST in DuckDB, Databricks and Snowflake";
    CastFormat "FORMAT in CAST" [D S B A]: "select cast(a as date format 'YYYY') from t" => "a function such as STRPTIME or TO_DATE";
    JsonPath "JSON paths with `:`" [D S]: "select t.a:b.c from t" => "`->` and `->>` in DuckDB and Postgres; JSON_VALUE in BigQuery";
    JsonArrow "`->` and `->>`" [K P]: "select a -> 'x', a ->> 'y' from t" => "`a:x` in Databricks and Snowflake; JSON_VALUE in BigQuery";
    JsonHashArrow "`#>` and `#>>`" [P]: "select a #> b from t" => "`->` and `->>` one after the other, or a function";
    Containment "`@>` and `<@`" [K P]: "select a @> b from t" => "ARRAY_CONTAINS and its relatives";
    StartsWithOperator "`^@`" [K P]: "select a ^@ 'x' from t" => "STARTS_WITH";
    ListOverlap "`&&`" [K P]: "select a && b from t" => "ARRAYS_OVERLAP and its relatives";
    RegexOperator "`~` and `!~`" [K P]: "select a ~ 'x' from t" => "RLIKE, REGEXP_LIKE or REGEXP_CONTAINS";
    TextSearchOperator "`@@`, `@?`, `?|` and `?&`" [K P]: "select a @@ b from t";
    ArrowLambda "lambdas with `->`" [K D S B]: "select f(a, x -> x + 1) from t";
    WordLambda "lambdas with the word LAMBDA" [K]: "select list_transform(a, lambda x: x + 1) from t" => "`x -> …`";
    StructLiteral "`{'a': 1}`" [K S]: "select {'a': 1} as s" => "STRUCT(…) or NAMED_STRUCT(…)";
    MapLiteral "`MAP {…}`" [K]: "select map {'a': 1} as m" => "a function such as MAP(…) or OBJECT_CONSTRUCT(…)";
    ListLiteral "`[1, 2]`" [K S B]: "select [1, 2] as l" => "ARRAY(1, 2) in Databricks; ARRAY[1, 2] in Postgres";
    ListComprehension "list comprehensions" [K]: "select [x + 1 for x in [1, 2] if x > 1] as l" => "a function such as TRANSFORM, or a subquery over UNNEST";
    TypedConstructor "typed constructors such as `ARRAY<T>[…]`" [B]: "select struct<a int64>(1) as s" => "the constructor without its type, and CAST";
    StructAliases "STRUCT with aliases" [D B]: "select struct(1 as a) as s" => "`{'a': 1}` in DuckDB and Snowflake; ROW(…) in Postgres";
    ArraySubquery "ARRAY(SELECT …)" [K B P A]: "select array(select 1) as l" => "ARRAY_AGG in a subquery";
    Slice "slices" [K P]: "select a[1:2] from t" => "a function such as SLICE or ARRAY_SLICE";
    OffsetIndex "OFFSET and ORDINAL in brackets" [B]: "select a[offset(0)] from t" => "the number alone; mind whether lists start at 0 or at 1";
    PositionalColumn "`#1`" [K]: "select #1 from t" => "the name of the column";
    IntegerDivision "`//`" [K]: "select a // 2 from t" => "DIV, or FLOOR of the quotient";
    DivWord "DIV as an operator" [D] also "MySQL": "select a div 2 from t" => "`//` in DuckDB; DIV(…) in BigQuery and Postgres; FLOOR of the quotient elsewhere";
    Power "`**`" [K]: "select 2 ** 3 as p" => "POWER(…)";
    Glob "GLOB" [K]: "select a glob 'x*' from t" => "LIKE or a regular expression";
    Ilike "ILIKE" [K D S P]: "select a ilike 'x%' from t" => "LIKE over LOWER(…)";
    Rlike "RLIKE and REGEXP" [D S]: "select a rlike 'x' from t" => "REGEXP_MATCHES in DuckDB; REGEXP_CONTAINS in BigQuery; `~` in Postgres";
    SimilarTo "SIMILAR TO" [K P A]: "select a similar to 'x' from t" => "a regular expression";
    LikeAny "LIKE ANY and LIKE ALL with several patterns" [D S B]: "select a like any ('x', 'y') from t" => "several LIKEs joined with OR or AND";
    NullSafeEqual "`<=>`" [K D P] also "MySQL": "select 1 <=> 2 as e" => "IS NOT DISTINCT FROM";
    DoubleEquals "`==`" [K D]: "select a == 1 from t" => "`=`";
    IsNullWord "ISNULL and NOTNULL as operators" [K P]: "select a isnull from t" => "IS NULL and IS NOT NULL";
    InName "IN without parentheses" [K]: "select 1 in a from t" => "`= ANY (…)` or ARRAY_CONTAINS";
    Symmetric "BETWEEN SYMMETRIC" [P A]: "select a between symmetric 1 and 2 from t" => "the bounds in order, with LEAST and GREATEST";
    Overlaps "OVERLAPS" [K D S P A]: "select (a, b) overlaps (c, d) from t" => "two comparisons of the bounds";
    XorWord "XOR as an operator" [] also "MySQL": "select a xor b from t" => "`(a OR b) AND NOT (a AND b)`";
    DollarQuotes "`$$…$$`" [K S P]: "select $$x$$ as a" => "a text in single quotes";
    RowsFrom "ROWS FROM (…)" [P]: "select * from rows from (f(1), g(2))" => "the functions one by one";
}
