//! The values of tokens.

use rowan::TextRange;

use super::ast::{AliasClause, DottedName, Name};
use crate::{SyntaxKind, SyntaxNode, SyntaxToken};

impl Name {
    /// The name without its backticks.
    pub fn text(&self) -> String {
        self.name_token().map(|token| unquoted(token.text(), '`')).unwrap_or_default()
    }

    /// Whether the name stands in backticks.
    pub fn is_quoted(&self) -> bool {
        self.name_token().is_some_and(|token| token.kind() == SyntaxKind::QUOTED_IDENT)
    }
}

impl AliasClause {
    /// The name after `as`, without backticks.
    pub fn text(&self) -> Option<String> {
        self.name().map(|name| name.text())
    }
}

impl DottedName {
    /// The parts without their backticks.
    pub fn texts(&self) -> Vec<String> {
        self.parts().map(|part| part.text()).collect()
    }
}

/// The range of a node without the comments and blanks at its ends.
pub(crate) fn range_of(node: &SyntaxNode) -> TextRange {
    let significant = |token: &SyntaxToken| !token.kind().is_trivia();
    let first = std::iter::successors(node.first_token(), SyntaxToken::next_token).find(significant);
    let last = std::iter::successors(node.last_token(), SyntaxToken::prev_token).find(significant);
    match (first, last) {
        (Some(first), Some(last)) if first.text_range().start() <= last.text_range().start() => first
            .text_range()
            .cover(last.text_range())
            .intersect(node.text_range())
            .unwrap_or(node.text_range()),
        _ => node.text_range(),
    }
}

/// The text between quotes, doubled quotes made single.
pub(crate) fn unquoted(literal: &str, quote: char) -> String {
    let inner = literal.strip_prefix(quote).unwrap_or(literal);
    let inner = inner.strip_suffix(quote).unwrap_or(inner);
    let doubled: String = [quote, quote].iter().collect();
    inner.replace(&doubled, quote.encode_utf8(&mut [0; 4]))
}

/// The value of a string literal.
pub(crate) fn string_value(literal: &str) -> String {
    match literal.chars().next() {
        Some(quote @ ('"' | '\'')) => unquoted(literal, quote),
        _ => literal.to_owned(),
    }
}

/// A number without its underscores.
pub(crate) fn number_value(literal: &str) -> String {
    literal.replace('_', "")
}

/// Whether the tree has holes: text that the grammar could not place.
pub(crate) fn has_error_nodes(node: &SyntaxNode) -> bool {
    node.descendants().any(|node| matches!(node.kind(), SyntaxKind::ERROR_NODE | SyntaxKind::RESERVED_STEP))
}

/// The range of the first token that means something.
pub(crate) fn first_token_range(node: &SyntaxNode) -> TextRange {
    node.descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .find(|token| !token.kind().is_trivia())
        .map_or_else(|| TextRange::empty(node.text_range().start()), |token| token.text_range())
}

#[cfg(test)]
mod tests {
    use super::string_value;

    #[test]
    fn doubled_quotes_are_one() {
        assert_eq!(string_value("'it''s'"), "it's");
        assert_eq!(string_value(r#""say ""hi""""#), r#"say "hi""#);
        assert_eq!(string_value("''"), "");
        assert_eq!(string_value(r"'a\'"), r"a\");
    }
}
