//! The words of the language and what they may be.

use crate::SyntaxKind::{self, *};
use crate::lexer::keywords::dsl_keyword;
use crate::parser::TokenSet;

/// Keywords wherever they are not shown to be a name (02 §2.1).
pub(crate) const RESERVED: TokenSet = TokenSet::new(&[
    LET_KW,
    FROM_KW,
    WHERE_KW,
    GROUP_KW,
    DERIVE_KW,
    SELECT_KW,
    JOIN_KW,
    WINDOW_KW,
    SORT_KW,
    TAKE_KW,
    DISTINCT_KW,
    UNION_KW,
    REPLICATE_KW,
    CHECK_KW,
    AS_KW,
    ON_KW,
    BY_KW,
    ORDER_KW,
    KEEP_KW,
    ASC_KW,
    DESC_KW,
    AND_KW,
    OR_KW,
    NOT_KW,
    IS_KW,
    NULL_KW,
    IN_KW,
    TRUE_KW,
    FALSE_KW,
    MATCH_KW,
    OVER_KW,
    PARTITION_KW,
    ROWS_KW,
    RANGE_KW,
    UNBOUNDED_KW,
    CURRENT_KW,
]);

/// Words that start a step and start nothing else.
pub(crate) const STRONG_STEPS: TokenSet = TokenSet::new(&[
    FROM_KW,
    WHERE_KW,
    GROUP_KW,
    DERIVE_KW,
    SELECT_KW,
    JOIN_KW,
    TAKE_KW,
    REPLICATE_KW,
    UNION_KW,
]);

/// Words that start a step.
pub(crate) const STEPS: TokenSet = STRONG_STEPS.union(TokenSet::new(&[SORT_KW, DISTINCT_KW]));

/// The first word of a two-word join.
pub(crate) const JOIN_SIDES: TokenSet =
    TokenSet::new(&[INNER_KW, LEFT_KW, RIGHT_KW, FULL_KW, CROSS_KW, SEMI_KW, ANTI_KW]);

/// One-word joins.
pub(crate) const JOIN_WORDS: TokenSet =
    TokenSet::new(&[INNER_JOIN_KW, LEFT_JOIN_KW, RIGHT_JOIN_KW, FULL_JOIN_KW, CROSS_JOIN_KW]);

/// The steps as messages list them.
pub(crate) const STEP_NAMES: [&str; 11] =
    ["from", "where", "group", "derive", "select", "join", "sort", "take", "distinct", "replicate", "union"];

/// Whether the text is a reserved word.
pub(crate) fn is_reserved(text: &str) -> bool {
    dsl_keyword(text).is_some_and(|kind| RESERVED.contains(kind))
}

/// Whether a token of the kind is a name wherever a name may stand: names, and words that are
/// keywords by position only.
pub(crate) fn is_name(kind: SyntaxKind) -> bool {
    matches!(kind, IDENT | QUOTED_IDENT) || (kind.is_keyword() && !RESERVED.contains(kind))
}

/// The step that a word of another language means.
pub(crate) fn step_for(word: &str) -> Option<&'static str> {
    Some(match word {
        "filter" | "having" | "whrere" => "where",
        "limit" | "top" | "head" | "first" => "take",
        "order" | "orderby" | "order_by" | "sortby" | "sort_by" => "sort",
        "aggregate" | "groupby" | "group_by" | "summarize" | "summarise" => "group",
        "project" => "select",
        "mutate" | "extend" | "compute" => "derive",
        "with" => "let",
        "dedup" | "unique" => "distinct",
        _ => return None,
    })
}
