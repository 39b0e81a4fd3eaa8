//! From events to a tree: rowan's green one, or a flat one. Trivia go between nodes, never at their ends, except in the root.

use rowan::{GreenNode, GreenToken, NodeOrToken, TextRange};

use super::event::Event;
use crate::flat::{FlatBuilder, FlatTree};
use crate::lexer::Lexed;
use crate::lexer::keywords::ends;
use crate::tree::SyntaxKind::{self, ERROR_NODE, TOMBSTONE};

/// Nodes deeper than this are dissolved into the node around them, so that nothing that walks or drops a
/// tree by recursion can overflow its stack.
const DEPTH_LIMIT: usize = 3_000;

type Child = NodeOrToken<GreenNode, GreenToken>;

/// What is made of a tree's nodes and tokens, white space and comments included, in the order of the text.
trait Build {
    /// A node starts.
    fn start(&mut self, kind: SyntaxKind);
    /// The innermost node ends.
    fn finish(&mut self);
    /// A token that starts where the last one ended.
    fn token(&mut self, kind: SyntaxKind, start: usize, end: usize);
}

struct Sink<'l, 't, B> {
    lexed: &'l Lexed<'t>,
    /// The next lexed token.
    at: usize,
    /// How many nodes are open.
    open: usize,
    /// Open nodes beyond the depth limit.
    dissolved: usize,
    too_deep: Option<TextRange>,
    build: B,
}

/// Builds the lossless tree; the range says where nodes had to be dissolved.
pub(super) fn build(lexed: &Lexed<'_>, events: &mut [Event]) -> (GreenNode, Option<TextRange>) {
    let (green, too_deep) = drive(lexed, events, GreenBuilder::new(lexed.text()));
    (green.tree(), too_deep)
}

/// Builds the flat tree; the range says where nodes had to be dissolved.
pub(super) fn build_flat<'t>(lexed: &Lexed<'t>, events: &mut [Event]) -> (FlatTree<'t>, Option<TextRange>) {
    let (flat, too_deep) = drive(lexed, events, FlatBuilder::new(lexed.len()));
    (flat.tree(lexed.text()), too_deep)
}

fn drive<B: Build>(lexed: &Lexed<'_>, events: &mut [Event], build: B) -> (B, Option<TextRange>) {
    let mut sink = Sink { lexed, at: 0, open: 0, dissolved: 0, too_deep: None, build };
    let mut forward = Vec::new();
    for index in 0..events.len() {
        match std::mem::replace(&mut events[index], Event::Start { kind: TOMBSTONE, forward_parent: 0 }) {
            Event::Start { kind: TOMBSTONE, forward_parent: 0 } => {}
            Event::Start { kind, forward_parent: 0 } => sink.start(kind),
            Event::Start { kind, forward_parent } => {
                forward.push(kind);
                let mut parent = index;
                let mut distance = forward_parent as usize;
                while distance != 0 {
                    parent += distance;
                    let event = std::mem::replace(
                        &mut events[parent],
                        Event::Start { kind: TOMBSTONE, forward_parent: 0 },
                    );
                    let Event::Start { kind, forward_parent } = event else { break };
                    forward.push(kind);
                    distance = forward_parent as usize;
                }
                for kind in forward.drain(..).rev() {
                    if kind != TOMBSTONE {
                        sink.start(kind);
                    }
                }
            }
            Event::Finish => sink.finish_node(),
            Event::Token { kind, count } => sink.token(kind, usize::from(count)),
        }
    }
    sink.finish()
}

impl<B: Build> Sink<'_, '_, B> {
    fn start(&mut self, kind: SyntaxKind) {
        if self.open > 0 {
            self.trivia();
            if self.open >= DEPTH_LIMIT {
                self.dissolved += 1;
                if self.too_deep.is_none() {
                    self.too_deep = Some(self.lexed.range(self.at));
                }
                return;
            }
        }
        self.open += 1;
        self.build.start(kind);
    }

    fn finish_node(&mut self) {
        if self.dissolved > 0 {
            self.dissolved -= 1;
            return;
        }
        if self.open > 1 {
            self.close();
        }
    }

    fn close(&mut self) {
        self.open -= 1;
        self.build.finish();
    }

    fn trivia(&mut self) {
        while self.at < self.lexed.len() && self.lexed.kind(self.at).is_trivia() {
            self.push_token(self.lexed.kind(self.at), 1);
        }
    }

    fn token(&mut self, kind: SyntaxKind, count: usize) {
        self.trivia();
        self.push_token(kind, count);
    }

    fn push_token(&mut self, kind: SyntaxKind, count: usize) {
        let (start, end) = (self.lexed.start(self.at), self.lexed.start(self.at + count));
        self.at += count;
        self.build.token(kind, start, end);
    }

    /// Whatever the grammar left over goes into an error node at the end of the root.
    fn finish(mut self) -> (B, Option<TextRange>) {
        while self.open > 1 {
            self.close();
        }
        if self.open == 0 {
            self.start(ERROR_NODE);
        }
        self.trivia();
        if self.at < self.lexed.len() {
            self.build.start(ERROR_NODE);
            while self.at < self.lexed.len() {
                self.push_token(self.lexed.kind(self.at), 1);
            }
            self.build.finish();
        }
        self.close();
        (self.build, self.too_deep)
    }
}

impl Build for FlatBuilder {
    fn start(&mut self, kind: SyntaxKind) {
        self.start(kind);
    }

    fn finish(&mut self) {
        self.finish();
    }

    fn token(&mut self, kind: SyntaxKind, _: usize, end: usize) {
        self.token(kind, end);
    }
}

/// Makes rowan's tree.
struct GreenBuilder<'t> {
    text: &'t str,
    /// Open nodes: kind and where their children start.
    open: Vec<(SyntaxKind, usize)>,
    children: Vec<Child>,
    tokens: TokenCache,
}

impl<'t> GreenBuilder<'t> {
    fn new(text: &'t str) -> GreenBuilder<'t> {
        GreenBuilder {
            text,
            open: Vec::with_capacity(64),
            children: Vec::with_capacity(256),
            tokens: TokenCache::new(),
        }
    }

    /// The tree, all nodes ended.
    fn tree(mut self) -> GreenNode {
        match self.children.pop() {
            Some(NodeOrToken::Node(root)) => root,
            _ => GreenNode::new(ERROR_NODE.into(), []),
        }
    }
}

impl Build for GreenBuilder<'_> {
    fn start(&mut self, kind: SyntaxKind) {
        self.open.push((kind, self.children.len()));
    }

    fn finish(&mut self) {
        if let Some((kind, first)) = self.open.pop() {
            let node = GreenNode::new(kind.into(), self.children.drain(first..));
            self.children.push(NodeOrToken::Node(node));
        }
    }

    fn token(&mut self, kind: SyntaxKind, start: usize, end: usize) {
        self.children.push(NodeOrToken::Token(self.tokens.get(kind, &self.text[start..end])));
    }
}

/// Recently made tokens, so that keywords, commas, blanks and repeated names share memory.
struct TokenCache {
    slots: Vec<Option<(SyntaxKind, GreenToken)>>,
}

impl TokenCache {
    const SLOTS: usize = 512;
    const LONGEST: usize = 32;

    fn new() -> TokenCache {
        TokenCache { slots: vec![None; Self::SLOTS] }
    }

    fn get(&mut self, kind: SyntaxKind, text: &str) -> GreenToken {
        if text.len() > Self::LONGEST {
            return GreenToken::new(kind.into(), text);
        }
        let slot = &mut self.slots[Self::slot(kind, text.as_bytes())];
        match slot {
            Some((known, token)) if *known == kind && token.text() == text => token.clone(),
            _ => {
                let token = GreenToken::new(kind.into(), text);
                *slot = Some((kind, token.clone()));
                token
            }
        }
    }

    fn slot(kind: SyntaxKind, text: &[u8]) -> usize {
        let (first, last) = ends(text);
        let mixed = first ^ last.rotate_left(23) ^ ((text.len() as u64) << 56) ^ ((kind as u64) << 40);
        (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 55) as usize
    }
}
