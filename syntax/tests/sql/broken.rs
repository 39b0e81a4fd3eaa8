//! Broken text: one message, which begins where `$0` stands, and the siblings of the broken part are kept.
//! The trees and messages stand in `broken/`; `UPDATE_EXPECT=1` writes them.

use expect_test::expect_file;
use rocky_syntax::SyntaxKind::{self, *};
use rocky_syntax::{DialectKind, SyntaxNode, parse_sql};

use crate::render::render;

fn check(name: &str, marked: &str, dialect: DialectKind) -> String {
    let at = marked.find("$0").unwrap_or_else(|| panic!("{name} does not say where its message belongs"));
    let text = marked.replacen("$0", "", 1);
    let parse = parse_sql(&text, dialect);
    assert_eq!(parse.syntax().text().to_string(), text);
    assert_eq!(parse.errors().len(), 1, "one message for {text:?}: {:#?}", parse.errors());
    let error = &parse.errors()[0];
    assert_eq!(usize::from(error.range.start()), at, "the message of {text:?} stands elsewhere: {error:?}");
    clauses_are_typed(&parse.syntax(), &text);
    format!("{text}\n----\n{}", render(&text, &parse))
}

/// Whatever is broken, the word of a clause begins that clause.
fn clauses_are_typed(root: &SyntaxNode, text: &str) {
    let clause = |word: SyntaxKind| -> &'static [SyntaxKind] {
        match word {
            SELECT_KW => &[SELECT_CLAUSE],
            WHERE_KW => &[WHERE_CLAUSE, FILTER_CLAUSE],
            GROUP_KW => &[GROUP_BY_CLAUSE],
            HAVING_KW => &[HAVING_CLAUSE],
            QUALIFY_KW => &[QUALIFY_CLAUSE],
            ORDER_KW => &[ORDER_BY_CLAUSE],
            LIMIT_KW => &[LIMIT_CLAUSE],
            WITH_KW => &[WITH_CLAUSE],
            UNION_KW => &[SET_OPERATOR],
            _ => &[],
        }
    };
    for token in root.descendants_with_tokens().filter_map(|element| element.into_token()) {
        let wanted = clause(token.kind());
        let parent = token.parent().map(|parent| parent.kind()).unwrap_or(SQL_FILE);
        // The second one of a word that is written twice lies in an error node of its own.
        let alone = token.parent().is_some_and(|parent| parent.text() == token.text());
        assert!(
            wanted.is_empty() || wanted.contains(&parent) || (parent == ERROR_NODE && alone),
            "{} of {text:?} stands in {parent:?}",
            token.text()
        );
    }
}

macro_rules! broken {
    ($($name:ident $(in $dialect:ident)?: $text:expr,)*) => {
        $(
            #[test]
            fn $name() {
                let shown = check(stringify!($name), $text, broken!(@ $($dialect)?));
                expect_file![concat!("./broken/", stringify!($name), ".txt")].assert_eq(&shown);
            }
        )*

        /// Every file belongs to a case, and there are enough of them.
        #[test]
        fn the_table_is_whole() {
            let names = [$(stringify!($name)),*];
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sql/broken");
            for file in std::fs::read_dir(folder).unwrap() {
                let name = file.unwrap().file_name().into_string().unwrap();
                assert!(names.contains(&name.trim_end_matches(".txt")), "{name} has no case");
            }
            assert!(names.len() >= 180, "{}", names.len());
        }
    };
    (@) => { DialectKind::DuckDb };
    (@ $dialect:ident) => { DialectKind::$dialect };
}

broken! {
    empty_select_list: "select $0from t",
    nothing_after_select: "select$0",
    item_missing_before_comma: "select a, $0, b from t",
    item_missing_first: "select $0, a from t",
    comma_missing_between_items: "select a b $0c from t",
    comma_at_the_end_of_arguments: "select f(a,$0) from t",
    keyword_mistyped: "$0selct a from t",
    from_mistyped: "select a $0fron t where x = 1",
    where_mistyped: "select a from t $0whre x = 1 group by a",
    table_missing: "select a from $0where x = 1",
    table_missing_after_comma: "select a from t, where x = 1 limit$0",
    table_missing_after_join: "select a from t join $0on t.x = 1 where y",
    join_half_typed: "select a from t left $0where y",
    on_without_condition: "select a from t join u on $0where y = 1",
    condition_missing: "select a from t where $0group by a",
    operand_missing: "select a from t where x = $0group by a",
    operand_missing_between: "select a + $0* b from t",
    operator_doubled: "select a = $0= b from t",
    condition_ends_in_and: "select a from t where x = 1 and $0order by a",
    closing_parenthesis_missing: "select (a + b $0from t",
    opening_parenthesis_missing: "select a + b$0) from t",
    call_not_closed: "select f(a, b $0from t where x",
    argument_missing: "select f(a, $0, b) from t",
    call_half_typed: "select count( $0from t",
    subquery_not_closed: "select * from (select a from t where b = 1$0",
    cte_not_closed: "with a as (select 1 from t $0select * from a",
    cte_without_query: "with a as $0select * from b",
    cte_name_missing: "with $0as (select 1) select 2",
    with_without_body: "with a as (select 1)$0",
    cte_not_opened: "with a as $0select 1 as x), b as (select 2) select * from a, b",
    cte_comma_missing: "with a as (select 1) $0b as (select 2) select * from a, b",
    case_without_end: "select case when a then b $0from t",
    case_without_then: "select case when a $0b end from t",
    case_empty: "select case $0end from t",
    cast_without_type: "select cast(a as$0) from t",
    cast_without_as: "select cast(a$0) from t",
    double_colon_without_type: "select a:: $0from t",
    between_without_and: "select a from t where x between 1 $0group by a",
    in_without_list: "select a from t where x in $0group by a",
    in_list_empty: "select a from t where x in ($0) group by a",
    is_without_test: "select a from t where x is $0group by a",
    group_without_by: "select a from t group $0a",
    group_by_nothing: "select a from t group by$0",
    order_by_nothing: "select a from t order by $0limit 1",
    order_by_comma_last: "select a from t order by a,$0",
    limit_nothing: "select a from t limit$0",
    union_without_right_side: "select 1 union all$0",
    union_without_left_side: "$0union all select 1",
    where_after_group_by: "select a from t group by a $0where x = 1",
    where_after_limit: "select a from t limit 1 $0where x = 1",
    text_not_closed: "select $0'abc from t\nwhere x = 1",
    name_not_closed: "select $0\"abc from t\nwhere x = 1",
    comment_not_closed: "select a $0/* from t",
    stray_character: "select a $0\u{201C} from t",
    two_queries_without_semicolon: "select 1 from t $0select 2",
    over_not_closed: "select sum(a) over (partition by b $0from t",
    over_nothing: "select sum(a) over $0from t",
    frame_bound_missing: "select sum(a) over (order by b rows between $0and current row) from t",
    partition_by_nothing: "select sum(a) over (partition by $0order by b) from t",
    alias_missing: "select a as $0from t",
    dot_at_the_end: "select t. $0from t",
    array_not_closed: "select [1, 2 $0from t",
    struct_without_value: "select {'a': $0} from t",
    interval_words: "select a from t where d > interval '1' day $0day",
    using_without_columns: "select * from a join b using $0where x",
    window_without_as: "select a from t window w $0(order by a)",
    only_an_operator: "select + $0from t",
    not_without_operand: "select a from t where not$0",
    parenthesis_closes_nothing_in_a_condition: "select a from t where (a = 1)$0) group by a",
    parenthesis_closes_nothing_after_a_cte: "with a as (select 1)$0) select * from a",
    dot_at_the_end_of_a_condition: "select a from t where t. $0and b = 1",
    text_after_the_query: "select a from t order by a $0b c",
    number_then_name: "select 1 $02 from t",
    pivot_without_for: "select * from t pivot (sum(x)$0)",
    exclude_nothing: "select * exclude ($0) from t",
    from_left_out_a_letter: "select a $0fro t",
    from_with_swapped_letters: "select a $0form t where x = 1",
    from_nothing: "select * from$0",
    where_alone: "$0where x = 1",
    where_nothing: "select a from t where$0",
    where_nothing_before_order: "select a from t where $0order by a",
    group_alone: "select a from t group$0",
    group_alone_before_order: "select a from t group $0order by a",
    order_alone: "select a from t order$0",
    having_nothing: "select a from t group by a having $0order by a",
    qualify_nothing: "select a from t qualify $0order by a",
    order_mistyped: "select a from t $0oder by a limit 1",
    group_mistyped: "select a, count(*) from t $0gruop by a order by a",
    group_mistyped_after_where: "select a from t where x = 1 $0gruop by a",
    limit_mistyped: "select a from t order by a $0limt 5",
    limit_mistyped_after_table: "select a from t $0limt 5",
    having_mistyped: "select a from t group by a $0havng count(*) > 1",
    where_mistyped_after_join: "select a from t join u on t.x = u.x $0wher y = 1 order by a",
    join_mistyped: "select a from t $0jion u on t.x = u.x where y",
    inner_join_mistyped: "select a from t inner $0jion u on t.x = u.x where y",
    select_mistyped_in_a_subquery: "select * from ($0selct a from t) s where a",
    select_mistyped_in_a_cte: "with a as ($0slect 1 as x from t) select * from a",
    select_mistyped_after_union: "select 1 union all $0selec 2 from t",
    with_mistyped: "$0wiht a as (select 1) select * from a",
    all_mistyped: "select 1 union $0al select 2",
    by_mistyped: "select a from t group $0bt a order by a",
    select_missing: "$0a, b from t where x",
    select_missing_in_a_cte: "with a as ($0x from t) select * from a",
    select_missing_in_a_subquery: "select * from ($0a, b from t where c) s where a",
    select_missing_in_in: "select a from t where b in ($0c from u) order by a",
    select_missing_in_exists: "select a from t where exists ($01 from u where y) order by a",
    select_missing_in_a_scalar_query: "select ($0max(x) from u) as m, b from t",
    select_missing_after_union: "select 1 union all $02 order by 1",
    from_missing: "select a t, b u where x = 1 and$0",
    parenthesis_open_in_where: "select a from t where (a = 1 $0group by a",
    parenthesis_open_in_group_by: "select a from t group by (a $0order by a",
    parenthesis_open_in_having: "select a from t group by a having (a > 1 $0order by a",
    parenthesis_open_in_order_by: "select a from t order by (a $0limit 1",
    parenthesis_open_in_on: "select a from t join u on (t.x = u.x $0where y",
    parenthesis_open_in_using: "select a from t join u using (x $0where y",
    parenthesis_open_in_from: "select a from (t join u using (x) $0where y",
    parenthesis_open_in_a_table_function: "select a from f(1 $0where x",
    parenthesis_open_in_in: "select a from t where a in (1, 2 $0order by a",
    parenthesis_open_in_exists: "select a from t where exists (select 1 from u$0",
    parenthesis_open_in_distinct: "select count(distinct a $0from t where x",
    parenthesis_open_in_cast: "select cast(a as int $0from t where x",
    parenthesis_open_in_a_type: "select cast(a as decimal(10, 2) $0from t where x",
    parenthesis_open_in_values: "select * from (values (1, 2), (3, 4) as v$0",
    parenthesis_open_in_rollup: "select a from t group by rollup (a, b $0order by a",
    bracket_open_in_an_index: "select a[1 $0from t where x",
    brace_open: "select {'a': 1 $0from t where x",
    bracket_closes_nothing: "select a$0] from t where x",
    brace_closes_nothing: "select a from t $0} where x",
    brace_closes_nothing_in_the_list: "select a$0} from t",
    parenthesis_closes_nothing_after_a_table: "select a from t$0) where x",
    parenthesis_closes_nothing_at_the_end: "select a from t order by a$0)",
    operand_missing_before_from: "select a + $0from t",
    concatenation_half_typed: "select a || $0from t where x",
    comparison_half_typed: "select a from t where a = $0order by a",
    and_half_typed: "select a from t where a and$0",
    and_twice: "select a from t where a and $0and b order by a",
    or_first: "select a from t where $0or a order by a",
    not_half_typed: "select a from t where not $0group by a",
    minus_half_typed: "select - $0from t",
    between_without_low: "select a from t where x between $0and 5 order by a",
    between_without_high: "select a from t where x between 1 and $0order by a",
    like_nothing: "select a from t where x like $0order by a",
    not_like_nothing: "select a from t where x not like$0",
    in_open: "select a from t where x in ($0",
    in_comma_twice: "select a from t where x in (1,$0, 2) order by a",
    not_in_nothing: "select a from t where x not in $0group by a",
    is_not_nothing: "select a from t where x is not $0order by a",
    is_distinct_nothing: "select a from t where x is distinct $0order by a",
    cte_open: "with a as ($0",
    cte_open_select: "with a as (select$0",
    cte_second_name_only: "with a as (select 1), b$0",
    cte_second_as_only: "with a as (select 1), b as$0",
    cte_comma_twice: "with a as (select 1),$0, b as (select 2) select * from a, b",
    cte_as_twice: "with a as $0as (select 1), b as (select 2) select * from a, b",
    cte_as_missing: "with a $0select 1",
    cte_select_half_typed: "with a as (select 1) select$0",
    cte_body_broken: "with a as (select x from $0where y), b as (select 2) select * from a, b",
    with_alone: "with$0",
    table_comma_twice: "select a from t,$0, u where x",
    group_by_comma_twice: "select a from t group by a,$0, b order by a",
    group_by_comma_last in Postgres: "select a from t group by a, $0order by a",
    order_by_comma_twice: "select a from t order by a,$0, b limit 1",
    item_comma_last in Postgres: "select a,$0",
    item_stray: "select a, $0::int, b from t",
    case_half_typed: "select case when a then $0from t",
    case_when_nothing: "select case a when $0from t",
    case_when_then: "select case when $0then b end from t",
    case_else_nothing: "select case when a then b else $0end from t",
    case_else_open: "select case when a then b else $0from t",
    case_else_alone: "select case $0else 1 end from t",
    case_then_missing_in_the_second: "select case when a then 1 when b $02 end, c from t",
    else_without_case: "select a $0else b from t",
    when_without_case: "select $0when a then b end from t",
    partition_without_by: "select sum(a) over (partition $0b) from t",
    order_without_by_in_a_window: "select sum(a) over (order $0a) from t",
    order_by_nothing_in_a_window: "select sum(a) over (partition by a order by$0) from t",
    frame_without_and: "select sum(a) over (order by b rows between unbounded preceding$0) from t",
    frame_without_direction: "select sum(a) over (order by b rows 1$0) from t",
    frame_without_end: "select sum(a) over (order by b rows between current row and$0) from t",
    frame_nothing: "select sum(a) over (order by b rows$0) from t",
    window_nothing: "select a from t window $0order by a",
    window_open: "select a from t window w as (order by a$0",
    filter_nothing: "select sum(a) filter (where$0) from t",
    join_nothing: "select a from t join $0where x",
    join_without_on: "select a from t join u$0 where x",
    join_without_on_at_the_end: "select a from t left join u$0",
    join_on_nothing_at_the_end: "select a from t join u on$0",
    join_twice: "select a from t join $0join u on x",
    join_using_empty: "select a from t join u using ($0) where x",
    join_on_twice: "select a from t join u on a = b $0on c = d where x",
    cross_alone: "select a from t cross $0where x",
    arrow_in_the_list: "select a $0=> 1 from t",
    select_twice: "select $0select a from t",
    from_twice: "select a from $0from t where x",
    where_twice: "select a from t where $0where x",
    group_twice: "select a from t group $0group by a",
    by_twice: "select a from t group by $0by a",
    order_twice: "select a from t order $0order by a",
    limit_twice: "select a from t limit $0limit 5",
    union_twice: "select 1 union $0union select 2",
    as_twice: "select a as $0as b from t",
    distinct_twice: "select distinct $0distinct a from t",
    with_twice: "with $0with a as (select 1) select * from a",
    where_before_from: "select a where x $0from t",
    having_before_group_by: "select a from t having x $0group by a",
    order_by_after_limit: "select a from t limit 1 $0order by a",
    where_after_order_by: "select a from t order by a $0where x",
    group_by_after_order_by: "select a from t order by a $0group by a",
    union_before_order: "select 1 order by 1 $0union select 2 order by 1",
    limit_garbage: "select a from t limit 5 $0rows order by a",
    macro_open: "select @macro($0",
    macro_open_before_from: "select @macro(a $0from t where x",
    macro_open_in_from: "select a from @macro( $0where x",
    macro_comma_last: "select @macro(a,$0) from t",
    jinja_open: "select {{ a $0from t",
    table_alias_nothing: "select a from t as $0where x",
    table_columns_open: "select a from t as t (x, $0where y",
    path_dot_last: "select a from s. $0where x",
    path_two_dots in Postgres: "select a.$0. from t",
    path_dot_first: "select $0.a from t",
    struct_colon_missing: "select {'a' $01} as s from t",
    struct_comma_twice: "select {'a': 1,$0, 'b': 2} from t",
    list_comma_twice: "select [1,$0, 2] from t",
    values_open: "values (1, 2), (3$0",
    values_nothing: "values$0",
    extract_nothing: "select extract(day from$0) from t",
    replace_without_name: "select * replace (a as$0) from t",
    exclude_open: "select * exclude (a $0from t",
    rename_without_as: "select * rename (a $0b) from t",
    pivot_in_nothing: "select * from t pivot (sum(x) for a in$0) where y",
    unpivot_without_name: "select * from t unpivot (v for $0in (a)) where y",
    lambda_without_body: "select list_transform(a, x ->$0) from t",
    type_parameters_open: "select cast(a as decimal(10 $0from t",
    name_not_closed_in_backticks in Databricks: "select $0`abc from t\nwhere x = 1",
    text_not_closed_in_double_quotes in BigQuery: "select $0\"abc from t\nwhere x = 1",
    dollar_quote_not_closed: "select $0$$abc from t where x",
    curly_quote: "select a from t where b = $0\u{2018}x",
    equals_missing: "select a from t where a $01 order by a",
    two_conditions_without_and: "select a from t where a = 1 $0b = 2 order by a",
    semicolon_in_the_middle: "select a from t; $0where x = 1",
    pipe_step_nothing in BigQuery: "from t |> $0|> limit 1",
    pipe_step_unknown in BigQuery: "from t |> $0filter a > 1 |> limit 1",
    lateral_view_nothing in Databricks: "select a from t lateral view $0where x",
    flatten_open in Snowflake: "select a from t, lateral flatten(input => t.a $0where x",
    json_path_half_typed in Snowflake: "select a$0: from t where x",
}
