//! SQL under construction together with the origin of each piece.

use rowan::{TextRange, TextSize};

/// A growing SQL text that remembers which DSL range each piece came from.
#[derive(Debug, Clone, Default)]
pub(crate) struct SqlText {
    text: String,
    spans: Vec<(TextRange, TextRange)>,
}

impl SqlText {
    /// Appends text that belongs to whatever piece is around it.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends what `write` writes and maps it to `dsl`.
    pub(crate) fn mapped(&mut self, dsl: TextRange, write: impl FnOnce(&mut SqlText)) {
        let slot = self.spans.len();
        let start = self.offset();
        self.spans.push((TextRange::empty(start), dsl));
        write(self);
        let end = self.offset();
        if start == end {
            self.spans.remove(slot);
        } else {
            self.spans[slot].0 = TextRange::new(start, end);
        }
    }

    /// Appends `text` and maps it to `dsl`.
    pub(crate) fn push_mapped(&mut self, dsl: TextRange, text: &str) {
        self.mapped(dsl, |sql| sql.push(text));
    }

    /// Appends a finished piece with its own origins.
    pub(crate) fn append(&mut self, piece: &SqlText) {
        let shift = self.offset();
        self.text.push_str(&piece.text);
        self.spans.extend(piece.spans.iter().map(|(sql, dsl)| (*sql + shift, *dsl)));
    }

    /// The text and the spans `(sql, dsl)`.
    pub(crate) fn finish(self) -> (String, Vec<(TextRange, TextRange)>) {
        (self.text, self.spans)
    }

    fn offset(&self) -> TextSize {
        TextSize::of(self.text.as_str())
    }
}
