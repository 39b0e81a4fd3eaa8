//! Decoding literals and quoted names.

use rocky_syntax::{DialectKind, SyntaxKind, decode_string_literal, unquote_identifier};
use smol_str::SmolStr;

use super::tree::{Element, Node, Token};
use super::{Lower, is_type};
use crate::body::{Expr, Literal};

/// A quoted name without its quotes.
pub(super) fn unquote_ident(text: &str, dialect: DialectKind) -> SmolStr {
    // Nearly all names hold neither quotes nor escapes.
    if let Some(inner) = text.get(1..text.len().max(2) - 1)
        && !inner.contains(['"', '`', '\\'])
        && text.starts_with(['"', '`'])
        && text.ends_with(['"', '`'])
    {
        return SmolStr::new(inner);
    }
    SmolStr::from(unquote_identifier(text, dialect))
}

impl Lower {
    /// The value of a `STRING` token; what is not closed stands for itself.
    pub(super) fn text_of(&self, token: Token<'_>) -> SmolStr {
        let text = token.text();
        // Nearly all literals hold neither quotes nor escapes.
        if let Some(inner) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''))
            && !inner.contains(['\'', '\\'])
        {
            return SmolStr::new(inner);
        }
        match decode_string_literal(text, self.dialect) {
            Some(value) => SmolStr::from(value),
            None => SmolStr::new(text),
        }
    }

    /// `LITERAL`
    pub(super) fn literal(&mut self, node: Node<'_>) -> Expr {
        let mut found: Option<Literal> = None;
        for element in node.elements() {
            let Element::Token(token) = element else {
                self.stray(element);
                continue;
            };
            let next = match token.kind() {
                SyntaxKind::INT_NUMBER | SyntaxKind::FLOAT_NUMBER => Literal::Number(number(token.text())),
                SyntaxKind::STRING => Literal::Text(self.text_of(token)),
                SyntaxKind::BYTE_STRING => Literal::Binary(SmolStr::new(token.text())),
                SyntaxKind::TRUE_KW => Literal::Boolean(true),
                SyntaxKind::FALSE_KW => Literal::Boolean(false),
                SyntaxKind::NULL_KW => Literal::Null,
                _ => {
                    self.stray(element);
                    continue;
                }
            };
            found = Some(match (found, next) {
                (Some(Literal::Text(a)), Literal::Text(b)) => {
                    Literal::Text(smol_str::format_smolstr!("{a}{b}"))
                }
                (Some(Literal::Binary(a)), Literal::Binary(b)) => {
                    Literal::Binary(smol_str::format_smolstr!("{a} {b}"))
                }
                (Some(first), _) => first,
                (None, next) => next,
            });
        }
        match found {
            Some(literal) => Expr::Literal(literal),
            None => {
                self.body.incomplete = true;
                Expr::Missing
            }
        }
    }

    /// `DATE '…'`, and the text form of a typed constructor (`RANGE<DATE> '…'`).
    pub(super) fn typed_literal(&mut self, node: Node<'_>) -> Expr {
        let mut ty = SmolStr::default();
        let mut value = SmolStr::default();
        for element in node.elements() {
            match element {
                Element::Node(child) if is_type(child.kind()) => ty = self.type_text(child),
                Element::Token(token)
                    if matches!(token.kind(), SyntaxKind::STRING | SyntaxKind::BYTE_STRING) =>
                {
                    value = self.text_of(token);
                }
                other => self.stray(other),
            }
        }
        Expr::TypedLiteral { ty, value }
    }
}

/// A number as written without underscores, exponents in lower case.
fn number(text: &str) -> SmolStr {
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return SmolStr::new(text);
    }
    text.chars().filter(|&c| c != '_').map(|c| c.to_ascii_lowercase()).collect()
}
