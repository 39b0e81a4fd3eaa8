//! Whether validation has nothing to say about a text, told from its flat tree.
//!
//! Most texts use nothing that is rare. For them the lossless tree and its cursors would be made only to find that
//! out, so this looks first. It may doubt where there is nothing; it is never sure where there is something.

use super::constructs::ConstructKind;
use super::foreign::{is_candidate_token, is_rare};
use crate::flat::{FlatElement, FlatNode, FlatTree};
use crate::sql::dialect::DialectKind;
use crate::tree::SyntaxKind::{self, *};

/// Whether [`validate_sql`](super::validate_sql) certainly finds nothing.
pub fn validates_silently(tree: &FlatTree<'_>, dialect: DialectKind) -> bool {
    let mut items = tree.root().elements().filter(|item| item.kind() != SEMICOLON);
    let is_one_query = matches!(
        (items.next(), items.next()),
        (Some(FlatElement::Node(statement)), None) if statement.kind() == QUERY_STATEMENT
    );
    if !is_one_query || has_tags(tree.text()) {
        return false;
    }
    dialect == DialectKind::Permissive
        || !tree.elements().any(|element| match element {
            FlatElement::Node(node) => may_be_foreign(node, dialect),
            FlatElement::Token(token) => is_candidate_token(token.kind(), token.text()),
        })
}

/// `{{`, `{%`, `{#`
fn has_tags(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(2).any(|pair| pair[0] == b'{' && matches!(pair[1], b'{' | b'%' | b'#'))
}

fn lacks(dialect: DialectKind, kind: ConstructKind) -> bool {
    !kind.construct().is_in(dialect)
}

fn has_token(node: FlatNode<'_>, kinds: &[SyntaxKind]) -> bool {
    node.tokens().any(|token| kinds.contains(&token.kind()))
}

/// Whether the last token of the list is a comma; with `closed`, the one before the bracket at its end.
fn ends_with_comma(node: FlatNode<'_>, closed: bool) -> bool {
    let (mut last, mut before) = (None, None);
    for element in node.elements() {
        (before, last) = (last, Some(element.kind()));
    }
    last == Some(COMMA) || (closed && before == Some(COMMA))
}

/// Whether a node may be a construct that the dialect lacks.
fn may_be_foreign(node: FlatNode<'_>, dialect: DialectKind) -> bool {
    match node.kind() {
        FUNCTION_CALL => node.nodes().next().is_some_and(|path| {
            ["unnest", "columns", "struct", "flatten"]
                .iter()
                .any(|special| special.eq_ignore_ascii_case(path.text()))
        }),
        WITH_CLAUSE | SELECT_CLAUSE | FROM_CLAUSE | GROUP_BY_CLAUSE => ends_with_comma(node, false),
        IN_LIST => ends_with_comma(node, true),
        CTE => node.token(AS_KW).is_none(),
        SELECT => node.nodes().next().is_some_and(|first| first.kind() == FROM_CLAUSE),
        LIMIT_CLAUSE => has_token(node, &[PERCENT, PERCENT_KW]),
        JOIN => has_token(node, &[APPLY_KW, SEMI_KW, ANTI_KW, ASOF_KW, POSITIONAL_KW, STRAIGHT_JOIN_KW]),
        IN_EXPR => {
            let list = node.nodes().last().map(FlatNode::kind);
            matches!(list, Some(FUNCTION_CALL | COLUMN_REF | ARRAY_EXPR))
        }
        SET_OPERATOR => set_operator(node, dialect),
        ORDER_ITEM => has_token(node, &[ALL_KW]),
        TABLE_FUNCTION => has_token(node, &[ROWS_KW, TABLE_KW]),
        LIKE_EXPR => node.tokens().any(|token| !matches!(token.kind(), LIKE_KW | NOT_KW | ESCAPE_KW)),
        IS_EXPR => has_token(node, &[ISNULL_KW, NOTNULL_KW]),
        ARG_LIST => node.child(LIMIT_CLAUSE).is_some(),
        CAST_EXPR => has_token(node, &[TRY_CAST_KW, SAFE_CAST_KW]) || node.child(FORMAT_CLAUSE).is_some(),
        POSTFIX_CAST => node.token(QUESTION).is_some() || lacks(dialect, ConstructKind::DoubleColon),
        BETWEEN_EXPR => has_token(node, &[SYMMETRIC_KW]),
        WINDOW_FRAME => has_token(node, &[GROUPS_KW]),
        ALIAS => node.child(COLUMN_ALIAS_LIST).is_some(),
        USING_CLAUSE => node.child(ALIAS).is_some(),
        QUALIFY_CLAUSE => lacks(dialect, ConstructKind::Qualify),
        FILTER_CLAUSE => lacks(dialect, ConstructKind::Filter),
        GROUP_BY_ALL => lacks(dialect, ConstructKind::GroupByAll),
        STAR_EXCLUDE if has_token(node, &[EXCEPT_KW]) => lacks(dialect, ConstructKind::StarExcept),
        STAR_EXCLUDE => lacks(dialect, ConstructKind::StarExclude),
        STAR_REPLACE => lacks(dialect, ConstructKind::StarReplace),
        INTERVAL_EXPR => lacks(dialect, ConstructKind::BareInterval),
        STRUCT_LITERAL => lacks(dialect, ConstructKind::StructLiteral),
        ARRAY_EXPR | ERROR_NODE => true,
        kind => is_rare(kind),
    }
}

fn set_operator(node: FlatNode<'_>, dialect: DialectKind) -> bool {
    let is_plain = node
        .tokens()
        .all(|token| matches!(token.kind(), UNION_KW | INTERSECT_KW | EXCEPT_KW | ALL_KW | DISTINCT_KW));
    let is_bare = !has_token(node, &[ALL_KW, DISTINCT_KW]);
    !is_plain || node.nodes().next().is_some() || (is_bare && lacks(dialect, ConstructKind::BareSetOperator))
}
