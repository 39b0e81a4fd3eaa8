//! Types as text: words in upper case with one space between them, no space around punctuation.

use rocky_syntax::SyntaxKind;
use smol_str::{SmolStr, StrExt as _};

use super::Lower;
use super::tree::{Element, Node, Token};

impl Lower {
    /// The text of a type. Names of struct fields keep their case.
    pub(super) fn type_text(&mut self, node: Node<'_>) -> SmolStr {
        let mut tokens = node.elements();
        if let (Some(Element::Token(only)), None) = (tokens.next(), tokens.next())
            && only.kind() == SyntaxKind::IDENT
        {
            return only.text().to_ascii_uppercase_smolstr();
        }
        let mut writer = TypeWriter::default();
        // Nested types come in nested nodes; the stack holds what is still to be written.
        let mut stack = vec![(Element::Node(node), false)];
        while let Some((element, is_name)) = stack.pop() {
            match element {
                Element::Token(token) => {
                    if token.kind() == SyntaxKind::ERROR_TOKEN {
                        self.body.incomplete = true;
                    }
                    writer.token(token, is_name);
                }
                Element::Node(child) => {
                    if child.kind() == SyntaxKind::ERROR_NODE {
                        self.body.incomplete = true;
                    }
                    let is_name = child.kind() == SyntaxKind::NAME;
                    let start = stack.len();
                    stack.extend(child.elements().map(|element| (element, is_name)));
                    stack[start..].reverse();
                }
            }
        }
        SmolStr::from(writer.out)
    }
}

#[derive(Default)]
struct TypeWriter {
    out: String,
    after_word: bool,
}

impl TypeWriter {
    fn token(&mut self, token: Token<'_>, is_name: bool) {
        let kind = token.kind();
        let is_word = kind.is_keyword()
            || matches!(
                kind,
                SyntaxKind::IDENT
                    | SyntaxKind::QUOTED_IDENT
                    | SyntaxKind::STRING
                    | SyntaxKind::INT_NUMBER
                    | SyntaxKind::FLOAT_NUMBER
            );
        if is_word && self.after_word {
            self.out.push(' ');
        }
        if is_word && !is_name && kind != SyntaxKind::QUOTED_IDENT && kind != SyntaxKind::STRING {
            self.out.extend(token.text().chars().map(|c| c.to_ascii_uppercase()));
        } else {
            self.out.push_str(token.text());
        }
        self.after_word = is_word;
        // `DECIMAL(10) UNSIGNED`, `TIME(3) WITH TIME ZONE`: a word after a bracket starts anew.
        if matches!(kind, SyntaxKind::R_PAREN | SyntaxKind::GT | SyntaxKind::R_BRACKET) {
            self.after_word = true;
        }
    }
}
