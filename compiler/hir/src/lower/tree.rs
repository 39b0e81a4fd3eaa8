//! A view of the tree that costs nothing: green nodes with their offsets.
//!
//! Lowering visits every node of every model once. Walking rowan's cursors would allocate a record
//! per child; this walk is an iteration over slices.

use rocky_syntax::{SyntaxKind, SyntaxNode, TextRange, TextSize};
use rowan::{GreenNodeData, GreenTokenData, Language, NodeOrToken};

/// A node with its place.
#[derive(Clone, Copy)]
pub(super) struct Node<'t> {
    green: &'t GreenNodeData,
    start: TextSize,
    kind: SyntaxKind,
}

/// A token with its place.
#[derive(Clone, Copy)]
pub(super) struct Token<'t> {
    green: &'t GreenTokenData,
    start: TextSize,
    kind: SyntaxKind,
}

/// A child.
#[derive(Clone, Copy)]
pub(super) enum Element<'t> {
    Node(Node<'t>),
    Token(Token<'t>),
}

fn kind_of(kind: rowan::SyntaxKind) -> SyntaxKind {
    rocky_syntax::RockyLanguage::kind_from_raw(kind)
}

impl<'t> Node<'t> {
    /// The root over `green`, the green tree of `root`.
    pub(super) fn root(root: &SyntaxNode, green: &'t GreenNodeData) -> Node<'t> {
        Node { green, start: root.text_range().start(), kind: root.kind() }
    }

    pub(super) fn kind(self) -> SyntaxKind {
        self.kind
    }

    pub(super) fn range(self) -> TextRange {
        TextRange::at(self.start, self.green.text_len())
    }

    /// The children in order, white space and comments left out.
    pub(super) fn elements(self) -> impl Iterator<Item = Element<'t>> + use<'t> {
        let mut start = self.start;
        self.green.children().filter_map(move |child| {
            let here = start;
            match child {
                NodeOrToken::Node(green) => {
                    start += green.text_len();
                    Some(Element::Node(Node { green, start: here, kind: kind_of(green.kind()) }))
                }
                NodeOrToken::Token(green) => {
                    start += green.text_len();
                    let kind = kind_of(green.kind());
                    (!kind.is_trivia()).then_some(Element::Token(Token { green, start: here, kind }))
                }
            }
        })
    }

    /// The child nodes in order.
    pub(super) fn nodes(self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.elements().filter_map(|element| match element {
            Element::Node(node) => Some(node),
            Element::Token(_) => None,
        })
    }

    /// The child tokens in order, white space and comments left out.
    pub(super) fn tokens(self) -> impl Iterator<Item = Token<'t>> + use<'t> {
        self.elements().filter_map(|element| match element {
            Element::Token(token) => Some(token),
            Element::Node(_) => None,
        })
    }

    /// The first child node of the kind.
    pub(super) fn child(self, kind: SyntaxKind) -> Option<Node<'t>> {
        self.nodes().find(|node| node.kind == kind)
    }

    /// The first child token of the kind.
    pub(super) fn token(self, kind: SyntaxKind) -> Option<Token<'t>> {
        self.tokens().find(|token| token.kind == kind)
    }

    /// All tokens below, in order, white space and comments left out. Does not recurse.
    pub(super) fn all_tokens(self, mut each: impl FnMut(Token<'t>)) {
        let mut stack = vec![Element::Node(self)];
        while let Some(element) = stack.pop() {
            match element {
                Element::Token(token) => each(token),
                Element::Node(node) => {
                    let start = stack.len();
                    stack.extend(node.elements());
                    stack[start..].reverse();
                }
            }
        }
    }
}

impl<'t> Token<'t> {
    pub(super) fn kind(self) -> SyntaxKind {
        self.kind
    }

    pub(super) fn text(self) -> &'t str {
        self.green.text()
    }

    pub(super) fn range(self) -> TextRange {
        TextRange::at(self.start, self.green.text_len())
    }
}

impl Element<'_> {
    pub(super) fn range(self) -> TextRange {
        match self {
            Element::Node(node) => node.range(),
            Element::Token(token) => token.range(),
        }
    }
}
