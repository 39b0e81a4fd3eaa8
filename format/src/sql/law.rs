//! The result says what the text said.

use crate::error::FormatError;
use rocky_syntax::sql::ast::SqlFile;
use rocky_syntax::{
    DialectKind, NodeOrToken, Parse, SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken, TextSize, WalkEvent,
    parse_sql,
};

/// Checks that both trees have the same nodes, tokens and comments in the same order. Commas may pass
/// comments; only words in a keyword's role, and names of functions, may differ in case.
pub(super) fn check(
    text: &str,
    before: &Parse<SqlFile>,
    formatted: &str,
    dialect: DialectKind,
) -> Result<(), FormatError> {
    let after = parse_sql(formatted, dialect);
    let (old, new) = (before.syntax(), after.syntax());
    same_comments(&old, &new, text)?;
    same_structure(&old, &new, text)?;
    match after.errors().first() {
        Some(error) if before.errors().is_empty() => Err(FormatError::Changed {
            offset: TextSize::from(0),
            message: format!("the result has an error: {}", error.message),
        }),
        _ => Ok(()),
    }
}

/// Tokens and comments, without blanks and commas.
fn words(root: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> {
    root.descendants_with_tokens().filter_map(SyntaxElement::into_token).filter(|token| {
        !matches!(token.kind(), SyntaxKind::WHITESPACE | SyntaxKind::COMMA)
    })
}

fn same_comments(old: &SyntaxNode, new: &SyntaxNode, text: &str) -> Result<(), FormatError> {
    let mut new = words(new);
    for token in words(old) {
        let Some(other) = new.next() else { return Err(lost(&token)) };
        if !same_token(&token, &other) {
            return Err(parted(&token, &other));
        }
    }
    match new.next() {
        None => Ok(()),
        Some(other) => Err(FormatError::Changed {
            offset: crate::error::size(text.len()),
            message: format!("`{}` would appear", other.text()),
        }),
    }
}

/// Nodes and tokens, without blanks and comments.
fn structure(root: &SyntaxNode) -> impl Iterator<Item = SyntaxElement> {
    root.preorder_with_tokens().filter_map(|event| match event {
        WalkEvent::Enter(element) if !element.kind().is_trivia() => Some(element),
        _ => None,
    })
}

fn same_structure(old: &SyntaxNode, new: &SyntaxNode, text: &str) -> Result<(), FormatError> {
    let mut new = structure(new);
    for element in structure(old) {
        let same = match (&element, new.next()) {
            (_, None) => false,
            (NodeOrToken::Token(token), Some(NodeOrToken::Token(other))) => same_token(token, &other),
            (element, Some(other)) => element.kind() == other.kind(),
        };
        if !same {
            return Err(FormatError::Changed {
                offset: element.text_range().start(),
                message: format!("`{}` would be read as something else", start_of(&element, text)),
            });
        }
    }
    Ok(())
}

fn start_of<'t>(element: &SyntaxElement, text: &'t str) -> &'t str {
    let range = element.text_range();
    let start = usize::from(range.start());
    let rest = &text[start..usize::from(range.end())];
    rest.lines().next().unwrap_or_default()
}

fn same_token(token: &SyntaxToken, other: &SyntaxToken) -> bool {
    token.kind() == other.kind()
        && (token.text() == other.text()
            || may_differ_in_case(token) && token.text().eq_ignore_ascii_case(other.text()))
}

fn may_differ_in_case(token: &SyntaxToken) -> bool {
    token.kind().is_keyword()
        || token.kind() == SyntaxKind::IDENT
            && token.parent().is_some_and(|path| {
                path.kind() == SyntaxKind::PATH
                    && path.parent().is_some_and(|call| call.kind() == SyntaxKind::FUNCTION_CALL)
            })
}

fn lost(token: &SyntaxToken) -> FormatError {
    FormatError::Changed {
        offset: token.text_range().start(),
        message: format!("`{}` would be lost", token.text()),
    }
}

fn parted(token: &SyntaxToken, other: &SyntaxToken) -> FormatError {
    FormatError::Changed {
        offset: token.text_range().start(),
        message: format!("`{}` would become `{}`", token.text(), other.text()),
    }
}
