//! A tree as one slice: for those who read a text once, in order, and need neither comments nor parents.
//!
//! A lossless tree costs an allocation a node and a cursor a visit. This one is a vector of records in the order
//! of the text, each with the index behind its subtree, and is read by slicing. It is made by the same parser
//! from the same events, so its nodes are those of the lossless tree, with the same ranges.

use rowan::{TextRange, TextSize};

use crate::syntax_error::SyntaxError;
use crate::tree::SyntaxKind;

/// A node or a token.
#[derive(Debug, Clone, Copy)]
struct Record {
    kind: SyntaxKind,
    start: u32,
    end: u32,
    /// The index behind the last record below this one.
    next: u32,
}

/// A tree without white space and comments, over the text it was parsed from.
#[derive(Debug, Clone)]
pub struct FlatTree<'t> {
    text: &'t str,
    records: Vec<Record>,
}

/// A flat tree and the errors found while building it.
#[derive(Debug, Clone)]
pub struct FlatParse<'t> {
    /// The tree.
    pub tree: FlatTree<'t>,
    /// The errors, by position.
    pub errors: Vec<SyntaxError>,
}

/// A node of a flat tree.
#[derive(Debug, Clone, Copy)]
pub struct FlatNode<'t> {
    tree: &'t FlatTree<'t>,
    index: u32,
}

/// A token of a flat tree.
#[derive(Debug, Clone, Copy)]
pub struct FlatToken<'t> {
    text: &'t str,
    record: Record,
}

/// A child in a flat tree.
#[derive(Debug, Clone, Copy)]
pub enum FlatElement<'t> {
    /// A node.
    Node(FlatNode<'t>),
    /// A token.
    Token(FlatToken<'t>),
}

impl<'t> FlatTree<'t> {
    /// The root; always there.
    pub fn root(&self) -> FlatNode<'_> {
        FlatNode { tree: self, index: 0 }
    }

    /// The text it was parsed from.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Every node and token in the order of the text, nodes before what is in them.
    pub fn elements(&self) -> impl Iterator<Item = FlatElement<'_>> {
        (0..self.records.len() as u32).map(|index| self.element(index))
    }

    fn element(&self, index: u32) -> FlatElement<'_> {
        let record = self.records[index as usize];
        if record.kind.is_token() {
            FlatElement::Token(FlatToken { text: self.text, record })
        } else {
            FlatElement::Node(FlatNode { tree: self, index })
        }
    }
}

impl<'t> FlatNode<'t> {
    fn record(self) -> Record {
        self.tree.records[self.index as usize]
    }

    /// Its kind.
    pub fn kind(self) -> SyntaxKind {
        self.record().kind
    }

    /// Where it stands.
    pub fn range(self) -> TextRange {
        let record = self.record();
        TextRange::new(TextSize::new(record.start), TextSize::new(record.end))
    }

    /// Its text, white space and comments inside it included.
    pub fn text(self) -> &'t str {
        &self.tree.text[std::ops::Range::<usize>::from(self.range())]
    }

    /// The children in order.
    pub fn elements(self) -> impl Iterator<Item = FlatElement<'t>> + use<'t> {
        let end = self.record().next;
        let mut at = self.index + 1;
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let index = at;
                at = self.tree.records[index as usize].next;
                self.tree.element(index)
            })
        })
    }

    /// The child nodes in order.
    pub fn nodes(self) -> impl Iterator<Item = FlatNode<'t>> + use<'t> {
        self.elements().filter_map(|element| match element {
            FlatElement::Node(node) => Some(node),
            FlatElement::Token(_) => None,
        })
    }

    /// The child tokens in order.
    pub fn tokens(self) -> impl Iterator<Item = FlatToken<'t>> + use<'t> {
        self.elements().filter_map(|element| match element {
            FlatElement::Token(token) => Some(token),
            FlatElement::Node(_) => None,
        })
    }

    /// The first child node of the kind.
    pub fn child(self, kind: SyntaxKind) -> Option<FlatNode<'t>> {
        self.nodes().find(|node| node.kind() == kind)
    }

    /// The first child token of the kind.
    pub fn token(self, kind: SyntaxKind) -> Option<FlatToken<'t>> {
        self.tokens().find(|token| token.kind() == kind)
    }

    /// All nodes and tokens below it, in the order of the text, nodes before what is in them.
    pub fn descendants(self) -> impl Iterator<Item = FlatElement<'t>> + use<'t> {
        (self.index + 1..self.record().next).map(move |index| self.tree.element(index))
    }

    /// All tokens below it, in the order of the text.
    pub fn all_tokens(self) -> impl Iterator<Item = FlatToken<'t>> + use<'t> {
        self.descendants().filter_map(|element| match element {
            FlatElement::Token(token) => Some(token),
            FlatElement::Node(_) => None,
        })
    }
}

impl<'t> FlatToken<'t> {
    /// Its kind.
    pub fn kind(self) -> SyntaxKind {
        self.record.kind
    }

    /// Its text.
    pub fn text(self) -> &'t str {
        &self.text[self.record.start as usize..self.record.end as usize]
    }

    /// Where it stands.
    pub fn range(self) -> TextRange {
        TextRange::new(TextSize::new(self.record.start), TextSize::new(self.record.end))
    }
}

impl FlatElement<'_> {
    /// Where it stands.
    pub fn range(self) -> TextRange {
        match self {
            FlatElement::Node(node) => node.range(),
            FlatElement::Token(token) => token.range(),
        }
    }

    /// Its kind.
    pub fn kind(self) -> SyntaxKind {
        match self {
            FlatElement::Node(node) => node.kind(),
            FlatElement::Token(token) => token.kind(),
        }
    }
}

/// Makes a flat tree from what the parser says.
pub(crate) struct FlatBuilder {
    records: Vec<Record>,
    open: Vec<u32>,
    /// Where the text is that was said last.
    at: u32,
}

impl FlatBuilder {
    /// A builder for a text of so many tokens.
    pub(crate) fn new(tokens: usize) -> FlatBuilder {
        FlatBuilder { records: Vec::with_capacity(tokens * 2 + 8), open: Vec::with_capacity(64), at: 0 }
    }

    /// A node starts here.
    pub(crate) fn start(&mut self, kind: SyntaxKind) {
        self.open.push(self.records.len() as u32);
        self.records.push(Record { kind, start: self.at, end: self.at, next: 0 });
    }

    /// The innermost node ends here.
    pub(crate) fn finish(&mut self) {
        let next = self.records.len() as u32;
        if let Some(open) = self.open.pop() {
            let record = &mut self.records[open as usize];
            (record.end, record.next) = (self.at, next);
        }
    }

    /// A token up to there.
    pub(crate) fn token(&mut self, kind: SyntaxKind, end: usize) {
        let (start, end) = (self.at, end as u32);
        self.at = end;
        if !kind.is_trivia() {
            self.records.push(Record { kind, start, end, next: self.records.len() as u32 + 1 });
        }
    }

    /// The tree, all nodes ended.
    pub(crate) fn tree(self, text: &str) -> FlatTree<'_> {
        FlatTree { text, records: self.records }
    }
}
