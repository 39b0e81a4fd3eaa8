//! From events to a green tree. Trivia go between nodes, never at their ends, except in the root.

use rowan::{GreenNode, GreenToken, NodeOrToken, TextRange};

use super::event::Event;
use crate::lexer::Lexed;
use crate::lexer::keywords::ends;
use crate::tree::SyntaxKind::{self, ERROR_NODE, TOMBSTONE};

/// Nodes deeper than this are dissolved into the node around them, so that nothing that walks or drops a
/// tree by recursion can overflow its stack.
const DEPTH_LIMIT: usize = 3_000;

type Child = NodeOrToken<GreenNode, GreenToken>;

struct Sink<'l, 't> {
    lexed: &'l Lexed<'t>,
    /// The next lexed token.
    at: usize,
    /// Open nodes: kind and where their children start.
    open: Vec<(SyntaxKind, usize)>,
    children: Vec<Child>,
    /// Open nodes beyond the depth limit.
    dissolved: usize,
    too_deep: Option<TextRange>,
    tokens: TokenCache,
}

/// Builds the tree; the range says where nodes had to be dissolved.
pub(super) fn build(lexed: &Lexed<'_>, events: &mut [Event]) -> (GreenNode, Option<TextRange>) {
    let mut sink = Sink {
        lexed,
        at: 0,
        open: Vec::with_capacity(64),
        children: Vec::with_capacity(256),
        dissolved: 0,
        too_deep: None,
        tokens: TokenCache::new(),
    };
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

impl Sink<'_, '_> {
    fn start(&mut self, kind: SyntaxKind) {
        if self.open.is_empty() {
            self.open.push((kind, 0));
            return;
        }
        self.trivia();
        if self.open.len() >= DEPTH_LIMIT {
            self.dissolved += 1;
            if self.too_deep.is_none() {
                self.too_deep = Some(self.lexed.range(self.at));
            }
            return;
        }
        self.open.push((kind, self.children.len()));
    }

    fn finish_node(&mut self) {
        if self.dissolved > 0 {
            self.dissolved -= 1;
            return;
        }
        if self.open.len() > 1 {
            self.close();
        }
    }

    fn close(&mut self) {
        if let Some((kind, first)) = self.open.pop() {
            let node = GreenNode::new(kind.into(), self.children.drain(first..));
            self.children.push(NodeOrToken::Node(node));
        }
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
        let text = &self.lexed.text()[self.lexed.start(self.at)..self.lexed.start(self.at + count)];
        self.at += count;
        self.children.push(NodeOrToken::Token(self.tokens.get(kind, text)));
    }

    /// Whatever the grammar left over goes into an error node at the end of the root.
    fn finish(mut self) -> (GreenNode, Option<TextRange>) {
        while self.open.len() > 1 {
            self.close();
        }
        self.trivia();
        if self.at < self.lexed.len() {
            let first = self.children.len();
            while self.at < self.lexed.len() {
                self.push_token(self.lexed.kind(self.at), 1);
            }
            let node = GreenNode::new(ERROR_NODE.into(), self.children.drain(first..));
            self.children.push(NodeOrToken::Node(node));
        }
        let kind = self.open.pop().map_or(ERROR_NODE, |(kind, _)| kind);
        (GreenNode::new(kind.into(), self.children.drain(..)), self.too_deep)
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
