//! All rules, in the order of their codes.

mod aliases;
mod expressions;
mod layout;
mod letter_case;
mod punctuation;
mod queries;
mod references;
mod rocky;

use crate::rule::Rule;

/// All rules.
pub const RULES: &[Rule] = &[
    rocky::NULL_COMPARED,
    rocky::DROPPED_COLUMN,
    rocky::LOST_SORT,
    references::UNUSED_CTE,
    rocky::MOVED_COLUMN,
    letter_case::KEYWORD_CASE,
    letter_case::FUNCTION_CASE,
    letter_case::TYPE_CASE,
    letter_case::IDENTIFIER_CASE,
    aliases::QUOTED_NAME,
    aliases::COLUMN_ALIAS,
    aliases::TABLE_ALIAS,
    aliases::SELF_ALIAS,
    aliases::UNUSED_TABLE_ALIAS,
    punctuation::TRAILING_COMMA,
    punctuation::COMMA_POSITION,
    queries::SELECT_STAR,
    queries::IMPLICIT_CROSS_JOIN,
    queries::ORDINALS,
    queries::JOIN_CONDITION,
    punctuation::NOT_EQUAL,
    expressions::NULL_COMPARISON,
    expressions::NOT_IN_NULL,
    queries::UNION_QUANTIFIER,
    expressions::REDUNDANT_PARENTHESES,
    expressions::BOOLEAN_CASE,
    expressions::COALESCE,
    queries::DISTINCT_WITH_GROUP_BY,
    expressions::NESTED_CASE,
    queries::SUBQUERY_IN_FROM,
    queries::ORDER_IN_SUBQUERY,
    references::QUALIFICATION,
    queries::LIMIT_WITHOUT_ORDER,
    queries::HAVING_WITHOUT_GROUP_BY,
    layout::LINE_LENGTH,
    layout::TRAILING_WHITESPACE,
    layout::FINAL_NEWLINE,
    layout::TABS,
    layout::BLANK_LINES,
    punctuation::SEMICOLON_AT_END,
    queries::INNER_JOIN,
    queries::OUTER_KEYWORD,
    queries::NATURAL_JOIN,
    expressions::COUNT_STAR,
    expressions::ELSE_NULL,
    expressions::CAST_STYLE,
    expressions::LIKE_WITHOUT_WILDCARD,
    expressions::DISTINCT_PARENTHESES,
    punctuation::LIST_COMMA,
];
