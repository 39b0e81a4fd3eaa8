//! The lexer kit: what a lexed text is, and the keyword tables. Each language has its own scanner.

pub(crate) mod keywords;

use rowan::{TextRange, TextSize};

use crate::syntax_error::SyntaxError;
use crate::tree::SyntaxKind;

/// A text cut into tokens, trivia included. The tokens tile the text.
#[derive(Debug)]
pub(crate) struct Lexed<'t> {
    text: &'t str,
    kinds: Vec<SyntaxKind>,
    /// Where each token starts.
    starts: Vec<u32>,
    errors: Vec<SyntaxError>,
}

impl<'t> Lexed<'t> {
    pub(crate) fn new(text: &'t str) -> Lexed<'t> {
        // A token is three bytes on average; growing costs more than room that is given back at once.
        let expected = text.len() / 2 + 8;
        Lexed {
            text,
            kinds: Vec::with_capacity(expected),
            starts: Vec::with_capacity(expected),
            errors: Vec::new(),
        }
    }

    /// Adds a token that starts here; it ends where the next one starts.
    pub(crate) fn push(&mut self, kind: SyntaxKind, start: usize) {
        self.kinds.push(kind);
        self.starts.push(start as u32);
    }

    pub(crate) fn error(&mut self, error: SyntaxError) {
        self.errors.push(error);
    }

    pub(crate) fn take_errors(&mut self) -> Vec<SyntaxError> {
        std::mem::take(&mut self.errors)
    }

    pub(crate) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    pub(crate) fn len(&self) -> usize {
        self.kinds.len()
    }

    pub(crate) fn kind(&self, index: usize) -> SyntaxKind {
        self.kinds.get(index).copied().unwrap_or(SyntaxKind::EOF)
    }

    pub(crate) fn start(&self, index: usize) -> usize {
        self.starts.get(index).map_or(self.text.len(), |&start| start as usize)
    }

    pub(crate) fn token_text(&self, index: usize) -> &'t str {
        &self.text[self.start(index)..self.start(index + 1)]
    }

    pub(crate) fn range(&self, index: usize) -> TextRange {
        TextRange::new(offset(self.start(index)), offset(self.start(index + 1)))
    }
}

/// A byte offset as rowan's type. Texts of 4 GiB and more are cut off by the callers' size caps.
pub(crate) fn offset(bytes: usize) -> TextSize {
    TextSize::new(u32::try_from(bytes).unwrap_or(u32::MAX))
}
