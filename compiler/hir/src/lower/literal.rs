//! Decoding literals and quoted names.

use rocky_syntax::SyntaxKind;
use rocky_syntax::sql::Dialect;
use smol_str::SmolStr;

use super::tree::{Element, Node, Token};
use super::{Lower, is_type};
use crate::body::{Expr, Literal};

/// A quoted name without its quotes.
pub(super) fn unquote_ident(text: &str) -> SmolStr {
    let mut chars = text.chars();
    let Some(open) = chars.next() else { return SmolStr::default() };
    let close = if open == '[' { ']' } else { open };
    let inner = chars.as_str();
    let inner = inner.strip_suffix(close).unwrap_or(inner);
    if !inner.contains(close) && !inner.contains('\\') {
        return SmolStr::new(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner.chars().peekable();
    while let Some(c) = rest.next() {
        if c == close || (c == '\\' && close == '`') {
            match rest.peek() {
                Some(&next) if next == close || c == '\\' => {
                    out.push(next);
                    rest.next();
                    continue;
                }
                _ => {}
            }
        }
        out.push(c);
    }
    SmolStr::from(out)
}

/// The value of a text literal in any spelling. `escapes` says whether a backslash escapes in a plain
/// literal of this dialect.
pub(super) fn decode_text(text: &str, escapes: bool) -> SmolStr {
    let prefix_end = text.find(['\'', '"', '$']).unwrap_or(0);
    let (prefix, quoted) = text.split_at(prefix_end);
    if quoted.starts_with('$') {
        return decode_dollar(quoted);
    }
    let quote = match quoted.chars().next() {
        Some(quote) if quote == '\'' || quote == '"' => quote,
        _ => return SmolStr::new(text),
    };
    let is_raw = prefix.contains(['r', 'R']);
    let escapes = (escapes && !is_raw) || prefix.contains(['e', 'E']);
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    let is_triple = quoted.len() >= 6 && quoted.starts_with(&triple) && quoted.ends_with(&triple);
    let inner = if is_triple {
        &quoted[3..quoted.len() - 3]
    } else {
        let inner = &quoted[1..];
        inner.strip_suffix(quote).unwrap_or(inner)
    };
    let doubles = !is_triple && inner.contains(quote);
    if !doubles && !(escapes && inner.contains('\\')) {
        return SmolStr::new(inner);
    }
    SmolStr::from(unescape(inner, doubles.then_some(quote), escapes))
}

fn decode_dollar(quoted: &str) -> SmolStr {
    let tag_end = quoted[1..].find('$').map_or(quoted.len(), |end| end + 2);
    let (tag, rest) = quoted.split_at(tag_end);
    SmolStr::new(rest.strip_suffix(tag).unwrap_or(rest))
}

fn unescape(inner: &str, doubled: Option<char>, escapes: bool) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        if Some(c) == doubled && chars.peek() == Some(&c) {
            chars.next();
            out.push(c);
        } else if c == '\\' && escapes {
            match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('b') => out.push('\u{8}'),
                Some('f') => out.push('\u{c}'),
                Some('0') => out.push('\0'),
                Some('x' | 'X') => push_code(&mut out, &mut chars, 2),
                Some('u') => push_code(&mut out, &mut chars, 4),
                Some('U') => push_code(&mut out, &mut chars, 8),
                Some(other) => out.push(other),
                None => out.push('\\'),
            }
        } else {
            out.push(c);
        }
    }
    out
}

fn push_code(out: &mut String, chars: &mut std::iter::Peekable<std::str::Chars<'_>>, digits: usize) {
    let mut code = 0u32;
    for _ in 0..digits {
        match chars.peek().and_then(|c| c.to_digit(16)) {
            Some(digit) => {
                code = code * 16 + digit;
                chars.next();
            }
            None => break,
        }
    }
    out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
}

impl Lower {
    /// Whether a backslash escapes in this dialect's plain text literals.
    pub(super) fn backslash_escapes(&self) -> bool {
        Dialect::of(self.dialect).lexical.backslash_escapes
    }

    /// The value of a `STRING` token.
    pub(super) fn text_of(&self, token: Token<'_>) -> SmolStr {
        decode_text(token.text(), self.backslash_escapes())
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
