//! What the grammar does where the text is broken: going back, and reading a word as the keyword it was
//! meant to be.

use super::Parser;
use crate::tree::SyntaxKind;

/// How often a text may be read again from an earlier place.
const ROLLBACK_LIMIT: u32 = 32;

/// A place in the text that the parser can go back to while the node that was open there is open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Checkpoint {
    pos: usize,
    events: usize,
    errors: usize,
    last_error_at: usize,
    told: bool,
    open: usize,
    depth: u32,
}

impl Parser<'_, '_> {
    /// The place where the parser stands.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            pos: self.pos,
            events: self.events.len(),
            errors: self.errors.len(),
            last_error_at: self.last_error_at,
            told: self.told,
            open: self.open.len(),
            depth: self.depth,
        }
    }

    /// Goes back and forgets what was read since. `false`, and nothing done, after too many of these.
    pub(crate) fn rollback(&mut self, to: &Checkpoint) -> bool {
        if self.rollbacks >= ROLLBACK_LIMIT || self.open.len() < to.open {
            return false;
        }
        self.rollbacks += 1;
        self.pos = to.pos;
        self.events.truncate(to.events);
        self.errors.truncate(to.errors);
        self.last_error_at = to.last_error_at;
        self.told = to.told;
        self.open.truncate(to.open);
        self.depth = to.depth;
        true
    }

    /// Reads the current token as the keyword that it is a misspelling of, and says so.
    pub(crate) fn mend_keyword(&mut self, keyword: SyntaxKind) {
        let Some(word) = keyword.fixed_text() else { return };
        self.error(format!("expected {word}, found {}", self.shown()));
        self.help(format!("did you mean {word}?"));
        let found = self.nth_text(0);
        let same_case =
            if found.chars().any(char::is_lowercase) { word.to_ascii_lowercase() } else { word.to_owned() };
        self.replacement(&same_case, false);
        if let Some(kind) = self.kinds.get_mut(self.pos) {
            *kind = keyword;
        }
    }

    /// Reports an error at the end of the token consumed last, where something is missing that may follow it.
    pub(crate) fn error_after_previous(&mut self, message: impl Into<String>) {
        let before = self.errors.len();
        let end = self.previous_range().end();
        self.error(message);
        if self.errors.len() > before
            && let Some(error) = self.errors.last_mut()
        {
            error.range = rowan::TextRange::empty(end);
        }
    }

    /// Whether the innermost open parenthesis has its partner somewhere.
    pub(crate) fn innermost_is_closed(&self) -> bool {
        self.open.last().is_some_and(|&open| !self.is_unmatched(open))
    }

    /// How far ahead the partner of the opening parenthesis at the position is, if it has one in front of us.
    pub(crate) fn partner_ahead(&self, position: usize) -> Option<usize> {
        self.pairs().partner_of(position)?.checked_sub(self.pos)
    }

    /// The kind of the token in front of the one that was consumed last.
    pub(crate) fn kind_before_previous(&self) -> SyntaxKind {
        self.pos.checked_sub(2).and_then(|index| self.kinds.get(index)).copied().unwrap_or(SyntaxKind::EOF)
    }

    /// Whether an error stands at one of so many tokens in front of the current one.
    pub(crate) fn error_is_near(&self, tokens: usize) -> bool {
        self.last_error_at != usize::MAX && self.pos.saturating_sub(self.last_error_at) <= tokens
    }

    /// Whether something is wrong in this statement already.
    pub(crate) fn statement_has_errors(&self) -> bool {
        self.errors.len() > self.statement_errors
    }

    /// Whether a parenthesis is open here.
    pub(crate) fn in_parentheses(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether one more error about this statement would be told: where brackets lack their partners, the
    /// first two are, as the others tend to follow from them.
    pub(super) fn may_tell_more(&self) -> bool {
        let Some(limit) = self.unbalanced_limit else { return true };
        self.errors.len() < self.statement_errors + limit || !self.pairs().is_unbalanced(self.pos)
    }
}
