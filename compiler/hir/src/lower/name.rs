//! Identifiers, dotted names, aliases.

use rocky_syntax::sql::Dialect;
use rocky_syntax::{DialectKind, SyntaxKind, TextRange};
use smol_str::{SmolStr, StrExt as _};

use super::tree::{Element, Node, Token};
use super::{Lower, literal};
use crate::body::Ident;

/// An alias with the names it gives to columns.
#[derive(Default)]
pub(super) struct Alias {
    pub(super) name: Option<(Ident, TextRange)>,
    pub(super) columns: Vec<Ident>,
}

/// Whether a token can be a segment of a name.
pub(super) fn is_segment(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::IDENT | SyntaxKind::QUOTED_IDENT)
}

/// The identifier a token spells.
pub(super) fn ident(token: Token<'_>, dialect: DialectKind) -> Ident {
    match token.kind() {
        SyntaxKind::QUOTED_IDENT => {
            Ident { text: literal::unquote_ident(token.text(), dialect), quoted: true }
        }
        _ => Ident { text: SmolStr::new(token.text()), quoted: false },
    }
}

impl Lower {
    /// `NAME`: its first token.
    pub(super) fn name(&mut self, node: Node<'_>) -> Option<(Ident, TextRange)> {
        let mut elements = node.elements();
        let (Some(Element::Token(token)), None) = (elements.next(), elements.next()) else {
            // Put together by a macro or a template: the name is not known.
            self.body.incomplete = true;
            let mut text = String::new();
            text.extend(node.all_tokens().map(Token::text));
            return (!text.is_empty()).then(|| (Ident::new(&text), node.range()));
        };
        match token.kind() {
            SyntaxKind::JINJA_ISLAND => self.body.incomplete = true,
            SyntaxKind::STRING => {
                return Some((Ident { text: self.text_of(token), quoted: true }, token.range()));
            }
            _ => {}
        }
        Some((ident(token, self.dialect), token.range()))
    }

    /// `(a, b, c)`
    pub(super) fn name_list(&mut self, node: Node<'_>) -> Vec<Ident> {
        self.names(node).into_iter().map(|(name, _)| name).collect()
    }

    /// All `NAME` children.
    pub(super) fn names(&mut self, node: Node<'_>) -> Vec<(Ident, TextRange)> {
        node.nodes()
            .filter(|child| child.kind() == SyntaxKind::NAME)
            .filter_map(|child| self.name(child))
            .collect()
    }

    /// `PREFIX_ALIAS`: `name:`
    pub(super) fn prefix_alias(&mut self, node: Node<'_>) -> Option<(Ident, TextRange)> {
        node.child(SyntaxKind::NAME).and_then(|name| self.name(name))
    }

    /// `ALIAS`: `[AS] name (a, b)`
    pub(super) fn alias(&mut self, node: Node<'_>) -> Alias {
        let mut alias = Alias::default();
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::NAME && alias.name.is_none() => {
                    alias.name = self.name(child);
                }
                Element::Node(child) if child.kind() == SyntaxKind::COLUMN_ALIAS_LIST => {
                    alias.columns = self.column_aliases(child);
                }
                other => self.stray(other),
            }
        }
        alias
    }

    fn column_aliases(&mut self, list: Node<'_>) -> Vec<Ident> {
        let mut columns = Vec::new();
        for element in list.elements() {
            match element {
                Element::Node(column) if column.kind() == SyntaxKind::COLUMN_ALIAS => {
                    for part in column.nodes() {
                        match part.kind() {
                            SyntaxKind::NAME => columns.extend(self.name(part).map(|(name, _)| name)),
                            _ => self.detail_node(part),
                        }
                    }
                }
                other => self.stray(other),
            }
        }
        columns
    }

    /// The segments of a node whose names are tokens: `COLUMN_REF`, `PATH`.
    pub(super) fn segments(&mut self, node: Node<'_>) -> Vec<Ident> {
        let mut segments: Vec<Ident> = Vec::new();
        let mut glue = false;
        for element in node.elements() {
            let Element::Token(token) = element else {
                self.stray(element);
                continue;
            };
            match token.kind() {
                SyntaxKind::DOT => glue = false,
                SyntaxKind::AT_NAME => self.detail(token),
                SyntaxKind::ERROR_TOKEN => self.stray(element),
                _ => {
                    if token.kind() == SyntaxKind::JINJA_ISLAND {
                        self.body.incomplete = true;
                    }
                    match segments.last_mut() {
                        // BigQuery's `my-project.data.t` is one segment of several tokens.
                        Some(last) if glue => {
                            last.text = smol_str::format_smolstr!("{}{}", last.text, token.text());
                        }
                        _ => segments.push(ident(token, self.dialect)),
                    }
                    glue = true;
                }
            }
        }
        segments
    }

    /// The segments of a table's name. On BigQuery one pair of quotes may hold several.
    pub(super) fn table_path(&mut self, node: Node<'_>) -> Vec<Ident> {
        let segments = self.segments(node);
        // Without a known warehouse, `delta.`a.b`` may be a file.
        let splits = Dialect::of(self.dialect).lexical.dotted_quotes
            && (self.dialect != DialectKind::Permissive || segments.len() == 1);
        let is_dotted = |segment: &Ident| segment.quoted && segment.text.contains('.');
        if !splits || !segments.iter().any(is_dotted) {
            return segments;
        }
        let mut out = Vec::new();
        for segment in segments {
            if is_dotted(&segment) {
                out.extend(
                    segment.text.split('.').map(|part| Ident { text: SmolStr::new(part), quoted: true }),
                );
            } else {
                out.push(segment);
            }
        }
        out
    }

    /// A function's name: unquoted segments in upper case, joined by dots.
    pub(super) fn function_name(&mut self, path: Node<'_>) -> SmolStr {
        let mut tokens = path.tokens();
        if let (Some(only), None) = (tokens.next(), tokens.next()) {
            return match only.kind() {
                SyntaxKind::IDENT => only.text().to_ascii_uppercase_smolstr(),
                _ => ident(only, self.dialect).text,
            };
        }
        let mut out = String::new();
        for segment in self.segments(path) {
            if !out.is_empty() {
                out.push('.');
            }
            if segment.quoted {
                out.push_str(&segment.text);
            } else {
                out.extend(segment.text.chars().map(|c| c.to_ascii_uppercase()));
            }
        }
        SmolStr::from(out)
    }
}
