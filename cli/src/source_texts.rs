//! The texts that findings point into, each looked at once.

use rocky_compiler::base_db::FilePath;
use rocky_compiler::syntax::{LineIndex, TextSize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Gives the text of a project file and its lines, if it can be had.
pub(crate) type TextOf<'a> = dyn Fn(&FilePath) -> Option<(Arc<str>, Arc<LineIndex>)> + 'a;

/// One file's text and its lines.
#[derive(Debug)]
pub(crate) struct SourceText {
    text: Arc<str>,
    lines: Arc<LineIndex>,
}

/// A place for people: both numbers count from 1, columns count characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Position {
    /// The line.
    pub(crate) line: u32,
    /// The column.
    pub(crate) column: u32,
}

impl SourceText {
    /// The text.
    pub(crate) fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The nearest place in the text that a character begins at, not behind `offset`.
    pub(crate) fn clamp(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    /// Line and column of a byte offset.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let offset = u32::try_from(self.clamp(offset)).unwrap_or(u32::MAX);
        let place = self.lines.line_col_chars(TextSize::new(offset));
        Position { line: place.line + 1, column: place.col + 1 }
    }
}

/// The texts looked at so far.
pub(crate) struct SourceTexts<'a> {
    text_of: &'a TextOf<'a>,
    known: BTreeMap<FilePath, Option<SourceText>>,
}

impl<'a> SourceTexts<'a> {
    /// No text yet; `text_of` gives them.
    pub(crate) fn new(text_of: &'a TextOf<'a>) -> SourceTexts<'a> {
        SourceTexts { text_of, known: BTreeMap::new() }
    }

    /// A file's text, if it can be had.
    pub(crate) fn get(&mut self, file: &FilePath) -> Option<&SourceText> {
        if !self.known.contains_key(file) {
            let text = (self.text_of)(file).map(|(text, lines)| SourceText { text, lines });
            self.known.insert(file.clone(), text);
        }
        self.known.get(file)?.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::SourceText;
    use rocky_compiler::syntax::LineIndex;
    use std::sync::Arc;

    #[test]
    fn positions_count_characters_from_one() {
        let text = "äb\ncd\n";
        let source = SourceText { text: Arc::from(text), lines: Arc::new(LineIndex::new(text)) };
        let at = |offset| {
            let position = source.position(offset);
            (position.line, position.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(1), (1, 1), "inside a character: its start");
        assert_eq!(at(2), (1, 2));
        assert_eq!(at(4), (2, 1));
        assert_eq!(at(7), (3, 1));
        assert_eq!(at(99), (3, 1), "behind the end: the end");
    }
}
