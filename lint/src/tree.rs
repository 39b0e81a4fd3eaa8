//! Places in trees.

use crate::context::is_comment;
use rocky_syntax::{NodeOrToken, SyntaxKind, SyntaxNode, SyntaxToken, TextRange, TextSize};

fn is_significant(token: &SyntaxToken) -> bool {
    !token.kind().is_trivia()
}

/// The next token that means something.
pub(crate) fn next_significant(token: &SyntaxToken) -> Option<SyntaxToken> {
    std::iter::successors(token.next_token(), SyntaxToken::next_token).find(is_significant)
}

/// The token before it that means something.
pub(crate) fn previous_significant(token: &SyntaxToken) -> Option<SyntaxToken> {
    std::iter::successors(token.prev_token(), SyntaxToken::prev_token).find(is_significant)
}

/// The first token of a node that means something.
pub(crate) fn first_significant(node: &SyntaxNode) -> Option<SyntaxToken> {
    let first = std::iter::successors(node.first_token(), SyntaxToken::next_token).find(is_significant)?;
    node.text_range().contains_range(first.text_range()).then_some(first)
}

/// The last token of a node that means something.
pub(crate) fn last_significant(node: &SyntaxNode) -> Option<SyntaxToken> {
    let last = std::iter::successors(node.last_token(), SyntaxToken::prev_token).find(is_significant)?;
    node.text_range().contains_range(last.text_range()).then_some(last)
}

/// A node without comments and blanks at its ends.
pub(crate) fn range_of(node: &SyntaxNode) -> TextRange {
    match (first_significant(node), last_significant(node)) {
        (Some(first), Some(last)) => first.text_range().cover(last.text_range()),
        _ => node.text_range(),
    }
}

/// The tokens directly below a node.
pub(crate) fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    node.children_with_tokens().filter_map(NodeOrToken::into_token)
}

/// The first token of the kind directly below a node.
pub(crate) fn token(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxToken> {
    tokens(node).find(|token| token.kind() == kind)
}

/// The first child of the kind.
pub(crate) fn child(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.children().find(|child| child.kind() == kind)
}

pub(crate) fn parent_kind(node: &SyntaxNode) -> Option<SyntaxKind> {
    node.parent().map(|parent| parent.kind())
}

/// Whether a comment or a Jinja statement stands in a range below a node.
pub(crate) fn has_comment_in(node: &SyntaxNode, range: TextRange) -> bool {
    node.descendants_with_tokens()
        .any(|element| is_comment(element.kind()) && range.contains_range(element.text_range()))
}

/// The range of a token and of the blanks behind it, if nothing else stands before the next token.
pub(crate) fn with_blanks_after(token: &SyntaxToken) -> TextRange {
    let range = token.text_range();
    match token.next_token() {
        Some(next) if next.kind() == SyntaxKind::WHITESPACE => range.cover(next.text_range()),
        _ => range,
    }
}

/// The range of a token and of the blanks before it.
pub(crate) fn with_blanks_before(token: &SyntaxToken) -> TextRange {
    let range = token.text_range();
    match token.prev_token() {
        Some(previous) if previous.kind() == SyntaxKind::WHITESPACE => range.cover(previous.text_range()),
        _ => range,
    }
}

/// Whether taking away what is between the two places would let words run together.
pub(crate) fn would_join(text: &str, start: TextSize, end: TextSize) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '$' | '@');
    let before = text[..usize::from(start)].chars().next_back();
    let after = text[usize::from(end)..].chars().next();
    before.is_some_and(is_word) && after.is_some_and(is_word)
}

/// Whether the node is a part of a select item that has no name of its own, so that its text names the
/// column in some warehouses.
pub(crate) fn names_a_column(node: &SyntaxNode) -> bool {
    for ancestor in node.ancestors().skip(1) {
        match ancestor.kind() {
            SyntaxKind::SELECT_ITEM => {
                return child(&ancestor, SyntaxKind::ALIAS).is_none()
                    && child(&ancestor, SyntaxKind::PREFIX_ALIAS).is_none();
            }
            SyntaxKind::QUERY => return false,
            _ => {}
        }
    }
    false
}

/// A literal NULL, in parentheses or not.
pub(crate) fn is_null(node: &SyntaxNode) -> bool {
    match node.kind() {
        SyntaxKind::LITERAL => token(node, SyntaxKind::NULL_KW).is_some(),
        SyntaxKind::PAREN_EXPR => node.first_child().is_some_and(|inner| is_null(&inner)),
        _ => false,
    }
}
