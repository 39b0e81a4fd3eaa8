//! Events: what the grammar records, in the order of the text.

use super::Parser;
use crate::tree::SyntaxKind::{self, TOMBSTONE};

/// One step of building the tree.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    /// A node starts. `forward_parent` is the distance to the start event of the node around it, when that
    /// was decided later (`precede`); a `TOMBSTONE` start is an abandoned node.
    Start { kind: SyntaxKind, forward_parent: u32 },
    /// The innermost node ends.
    Finish,
    /// `count` lexed tokens make one token of the kind.
    Token { kind: SyntaxKind, count: u8 },
}

/// A node that is being parsed. Must be completed or abandoned.
#[must_use]
pub(crate) struct Marker {
    at: u32,
}

impl Marker {
    pub(super) fn new(at: u32) -> Marker {
        Marker { at }
    }

    /// Ends the node as a node of the kind.
    pub(crate) fn complete(self, p: &mut Parser<'_, '_>, kind: SyntaxKind) -> CompletedMarker {
        if let Event::Start { kind: slot, .. } = &mut p.events[self.at as usize] {
            *slot = kind;
        }
        p.events.push(Event::Finish);
        CompletedMarker { at: self.at, kind }
    }

    /// Gives the node up; what it holds belongs to the node around it.
    pub(crate) fn abandon(self, p: &mut Parser<'_, '_>) {
        if self.at as usize == p.events.len() - 1
            && matches!(p.events.last(), Some(Event::Start { kind: TOMBSTONE, forward_parent: 0 }))
        {
            p.events.pop();
        }
    }
}

/// A node that is complete and can still get a node around it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CompletedMarker {
    at: u32,
    kind: SyntaxKind,
}

impl CompletedMarker {
    /// Starts a node around this one.
    pub(crate) fn precede(self, p: &mut Parser<'_, '_>) -> Marker {
        let outer = p.start();
        if let Event::Start { forward_parent, .. } = &mut p.events[self.at as usize] {
            *forward_parent = outer.at - self.at;
        }
        outer
    }

    pub(crate) fn kind(self) -> SyntaxKind {
        self.kind
    }

    /// Changes the kind after the fact.
    pub(crate) fn change_kind(&mut self, p: &mut Parser<'_, '_>, kind: SyntaxKind) {
        if let Event::Start { kind: slot, .. } = &mut p.events[self.at as usize] {
            *slot = kind;
        }
        self.kind = kind;
    }
}
