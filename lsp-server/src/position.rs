//! Positions of the protocol and byte offsets of the text. The only place that converts them.

use rocky_ide::{LineCol, LineIndex, TextRange, TextSize};
use tower_lsp::lsp_types::{Position, PositionEncodingKind, Range};

/// How the client counts columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum PositionEncoding {
    /// Bytes.
    Utf8,
    /// 16-bit units; what every client can do.
    #[default]
    Utf16,
}

impl PositionEncoding {
    /// The best encoding that the client offers.
    pub(crate) fn negotiate(offered: Option<&[PositionEncodingKind]>) -> PositionEncoding {
        if offered.unwrap_or_default().contains(&PositionEncodingKind::UTF8) {
            PositionEncoding::Utf8
        } else {
            PositionEncoding::Utf16
        }
    }

    /// Its name in the protocol.
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            PositionEncoding::Utf8 => PositionEncodingKind::UTF8,
            PositionEncoding::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    /// The byte offset of a client's position. Positions past the end of a line or of the text mean its
    /// end; a position inside a character means its start. Never panics, whatever the client sends.
    pub(crate) fn offset(self, index: &LineIndex, text: &str, position: Position) -> TextSize {
        let line_column = LineCol { line: position.line, col: position.character };
        let offset = match self {
            PositionEncoding::Utf8 => index.offset(line_column),
            PositionEncoding::Utf16 => index.offset_utf16(line_column),
        };
        let mut offset = usize::from(offset).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        TextSize::new(offset as u32)
    }

    /// The byte range of a client's range; an inverted one is empty at its start.
    pub(crate) fn text_range(self, index: &LineIndex, text: &str, range: Range) -> TextRange {
        let start = self.offset(index, text, range.start);
        let end = self.offset(index, text, range.end);
        TextRange::new(start, end.max(start))
    }

    /// The client's position of a byte offset.
    pub(crate) fn position(self, index: &LineIndex, offset: TextSize) -> Position {
        let at = match self {
            PositionEncoding::Utf8 => index.line_col(offset),
            PositionEncoding::Utf16 => index.line_col_utf16(offset),
        };
        Position { line: at.line, character: at.col }
    }

    /// The client's position behind a text that begins at `start`.
    pub(crate) fn advance(self, start: Position, text: &str) -> Position {
        let (lines, last) = match text.rsplit_once('\n') {
            Some((before, last)) => (before.matches('\n').count() as u32 + 1, last),
            None => (0, text),
        };
        let units = match self {
            PositionEncoding::Utf8 => last.len(),
            PositionEncoding::Utf16 => last.encode_utf16().count(),
        };
        let before = if lines == 0 { start.character } else { 0 };
        Position { line: start.line + lines, character: before + units as u32 }
    }

    /// The client's range of a byte range.
    pub(crate) fn range(self, index: &LineIndex, range: TextRange) -> Range {
        Range { start: self.position(index, range.start()), end: self.position(index, range.end()) }
    }
}
