//! Broken text: one well-placed message, and the siblings of the broken part are kept. The expected errors
//! and trees stand in `broken/`; `UPDATE_EXPECT=1` writes them.

use expect_test::expect_file;
use rocky_syntax::{DialectKind, parse_sql};

use crate::render::render;

macro_rules! broken {
    ($($name:ident: $text:expr,)*) => {
        $(
            #[test]
            fn $name() {
                let text = $text;
                let parse = parse_sql(text, DialectKind::DuckDb);
                assert_eq!(parse.syntax().text().to_string(), text);
                assert_eq!(parse.errors().len(), 1, "one message for {text:?}: {:#?}", parse.errors());
                let shown = format!("{text}\n----\n{}", render(text, &parse));
                expect_file![concat!("./broken/", stringify!($name), ".txt")].assert_eq(&shown);
            }
        )*
    };
}

broken! {
    empty_select_list: "select from t",
    nothing_after_select: "select",
    item_missing_before_comma: "select a, , b from t",
    item_missing_first: "select , a from t",
    comma_missing_between_items: "select a b c from t",
    comma_at_the_end_of_arguments: "select f(a,) from t",
    keyword_mistyped: "selct a from t",
    from_mistyped: "select a fron t where x = 1",
    where_mistyped: "select a from t whre x = 1 group by a",
    table_missing: "select a from where x = 1",
    table_missing_after_comma: "select a from t, where x = 1 limit",
    table_missing_after_join: "select a from t join on t.x = 1 where y",
    join_half_typed: "select a from t left where y",
    on_without_condition: "select a from t join u on where y = 1",
    condition_missing: "select a from t where group by a",
    operand_missing: "select a from t where x = group by a",
    operand_missing_between: "select a + * b from t",
    operator_doubled: "select a = = b from t",
    condition_ends_in_and: "select a from t where x = 1 and order by a",
    closing_parenthesis_missing: "select (a + b from t",
    opening_parenthesis_missing: "select a + b) from t",
    call_not_closed: "select f(a, b from t where x",
    argument_missing: "select f(a, , b) from t",
    call_half_typed: "select count( from t",
    subquery_not_closed: "select * from (select a from t where b = 1",
    cte_not_closed: "with a as (select 1 from t select * from a",
    cte_without_query: "with a as select * from b",
    cte_name_missing: "with as (select 1) select 2",
    with_without_body: "with a as (select 1)",
    cte_not_opened: "with a as select 1 as x), b as (select 2) select * from a, b",
    cte_comma_missing: "with a as (select 1) b as (select 2) select * from a, b",
    case_without_end: "select case when a then b from t",
    case_without_then: "select case when a b end from t",
    case_empty: "select case end from t",
    cast_without_type: "select cast(a as) from t",
    cast_without_as: "select cast(a) from t",
    double_colon_without_type: "select a:: from t",
    between_without_and: "select a from t where x between 1 group by a",
    in_without_list: "select a from t where x in group by a",
    in_list_empty: "select a from t where x in () group by a",
    is_without_test: "select a from t where x is group by a",
    group_without_by: "select a from t group a",
    group_by_nothing: "select a from t group by",
    order_by_nothing: "select a from t order by limit 1",
    order_by_comma_last: "select a from t order by a,",
    limit_nothing: "select a from t limit",
    union_without_right_side: "select 1 union all",
    union_without_left_side: "union all select 1",
    where_after_group_by: "select a from t group by a where x = 1",
    where_after_limit: "select a from t limit 1 where x = 1",
    text_not_closed: "select 'abc from t\nwhere x = 1",
    name_not_closed: "select \"abc from t\nwhere x = 1",
    comment_not_closed: "select a /* from t",
    stray_character: "select a \u{201C} from t",

    two_queries_without_semicolon: "select 1 from t select 2",
    over_not_closed: "select sum(a) over (partition by b from t",
    over_nothing: "select sum(a) over from t",
    frame_bound_missing: "select sum(a) over (order by b rows between and current row) from t",
    partition_by_nothing: "select sum(a) over (partition by order by b) from t",
    alias_missing: "select a as from t",
    dot_at_the_end: "select t. from t",
    array_not_closed: "select [1, 2 from t",
    struct_without_value: "select {'a': } from t",
    interval_words: "select a from t where d > interval '1' day day",

    using_without_columns: "select * from a join b using where x",
    window_without_as: "select a from t window w (order by a)",
    only_an_operator: "select + from t",
    not_without_operand: "select a from t where not",
    parenthesis_closes_nothing_in_a_condition: "select a from t where (a = 1)) group by a",
    parenthesis_closes_nothing_after_a_cte: "with a as (select 1)) select * from a",
    dot_at_the_end_of_a_condition: "select a from t where t. and b = 1",
    text_after_the_query: "select a from t order by a b c",

    number_then_name: "select 1 2 from t",
    pivot_without_for: "select * from t pivot (sum(x))",
    exclude_nothing: "select * exclude () from t",
}
