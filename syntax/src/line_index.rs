//! From byte offsets to lines and columns and back.

use rowan::{TextRange, TextSize};

/// A position by line and column, both counted from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineCol {
    /// Line, from zero.
    pub line: u32,
    /// Column in the units of the function that made it, from zero.
    pub col: u32,
}

/// Where the lines of one text start. `\n`, `\r\n` and a lone `\r` end a line.
///
/// Every function takes any number and clamps it to the text: positions come from editors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    /// Byte offset of the first byte of each line.
    starts: Vec<u32>,
    /// Characters that are not ASCII: offset, length in UTF-8, length in UTF-16.
    wide: Vec<Wide>,
    len: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wide {
    offset: u32,
    utf8: u8,
    utf16: u8,
}

impl LineIndex {
    /// Reads the text once.
    pub fn new(text: &str) -> LineIndex {
        let mut starts = vec![0];
        let mut wide = Vec::new();
        let bytes = text.as_bytes();
        let mut offset = 0;
        while let Some(&byte) = bytes.get(offset) {
            match byte {
                b'\n' => starts.push(offset as u32 + 1),
                b'\r' if bytes.get(offset + 1) != Some(&b'\n') => starts.push(offset as u32 + 1),
                0x80.. => {
                    let c = text[offset..].chars().next().unwrap_or('\u{FFFD}');
                    let utf8 = c.len_utf8();
                    wide.push(Wide { offset: offset as u32, utf8: utf8 as u8, utf16: c.len_utf16() as u8 });
                    offset += utf8;
                    continue;
                }
                _ => {}
            }
            offset += 1;
        }
        LineIndex { starts, wide, len: text.len() as u32 }
    }

    /// How many lines there are; at least one.
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The length of the text in bytes.
    pub fn text_len(&self) -> TextSize {
        TextSize::new(self.len)
    }

    /// The range of a line, its line end included.
    pub fn line_range(&self, line: u32) -> TextRange {
        let line = line.min(self.line_count() - 1) as usize;
        let start = self.starts[line];
        let end = self.starts.get(line + 1).copied().unwrap_or(self.len);
        TextRange::new(start.into(), end.into())
    }

    /// Line and column in bytes.
    pub fn line_col(&self, offset: TextSize) -> LineCol {
        let offset = self.clamp(offset.into());
        let line = self.line_of(offset);
        LineCol { line, col: offset - self.starts[line as usize] }
    }

    /// Line and column in UTF-16 units, as the language-server protocol counts by default.
    pub fn line_col_utf16(&self, offset: TextSize) -> LineCol {
        let LineCol { line, col } = self.line_col(offset);
        let start = self.starts[line as usize];
        let saved: u32 =
            self.wide_between(start, start + col).map(|wide| u32::from(wide.utf8 - wide.utf16)).sum();
        LineCol { line, col: col - saved }
    }

    /// Line and column in characters, both from zero, as people count (plus one).
    pub fn line_col_chars(&self, offset: TextSize) -> LineCol {
        let LineCol { line, col } = self.line_col(offset);
        let start = self.starts[line as usize];
        let saved: u32 = self.wide_between(start, start + col).map(|wide| u32::from(wide.utf8) - 1).sum();
        LineCol { line, col: col - saved }
    }

    /// The byte offset of a line and a column in bytes.
    pub fn offset(&self, position: LineCol) -> TextSize {
        let Some((start, end)) = self.content_of(position.line) else { return self.text_len() };
        let offset = start.saturating_add(position.col).min(end);
        self.clamp(offset).into()
    }

    /// The byte offset of a line and a column in UTF-16 units. Inside a surrogate pair it is the pair's start.
    pub fn offset_utf16(&self, position: LineCol) -> TextSize {
        let Some((start, end)) = self.content_of(position.line) else { return self.text_len() };
        let mut offset = start;
        let mut left = position.col;
        for wide in self.wide_between(start, end) {
            let before = wide.offset - offset;
            if left <= before {
                break;
            }
            left -= before;
            offset = wide.offset;
            if left < u32::from(wide.utf16) {
                return offset.into();
            }
            left -= u32::from(wide.utf16);
            offset += u32::from(wide.utf8);
        }
        offset.saturating_add(left).min(end).into()
    }

    /// The nearest offset at or before this one that is in the text and on a character boundary.
    fn clamp(&self, offset: u32) -> u32 {
        let offset = offset.min(self.len);
        let index = self.wide.partition_point(|wide| wide.offset < offset);
        match index.checked_sub(1).map(|index| self.wide[index]) {
            Some(wide) if offset < wide.offset + u32::from(wide.utf8) => wide.offset,
            _ => offset,
        }
    }

    fn line_of(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32 - 1
    }

    /// Start and end of a line without the characters that end it.
    fn content_of(&self, line: u32) -> Option<(u32, u32)> {
        let start = *self.starts.get(line as usize)?;
        let end = match self.starts.get(line as usize + 1) {
            Some(&next) => next.saturating_sub(1).max(start),
            None => self.len,
        };
        Some((start, end))
    }

    fn wide_between(&self, start: u32, end: u32) -> impl Iterator<Item = &Wide> {
        let first = self.wide.partition_point(|wide| wide.offset < start);
        self.wide[first..].iter().take_while(move |wide| wide.offset < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_columns() {
        let index = LineIndex::new("aé\u{1F600}b\nx");
        assert_eq!(index.line_col_utf16(7.into()), LineCol { line: 0, col: 4 });
        assert_eq!(index.offset_utf16(LineCol { line: 0, col: 4 }), 7.into());
        assert_eq!(index.offset_utf16(LineCol { line: 0, col: 3 }), 3.into());
        assert_eq!(index.line_col_chars(7.into()), LineCol { line: 0, col: 3 });
        assert_eq!(index.line_col(9.into()), LineCol { line: 1, col: 0 });
    }

    #[test]
    fn clamps() {
        let index = LineIndex::new("é\r\nab");
        assert_eq!(index.line_col(1.into()), LineCol { line: 0, col: 0 });
        assert_eq!(index.line_col(1_000.into()), LineCol { line: 1, col: 2 });
        assert_eq!(index.offset(LineCol { line: 9, col: 9 }), 6.into());
        assert_eq!(index.offset(LineCol { line: 0, col: 99 }), 3.into());
        assert_eq!(index.offset_utf16(LineCol { line: u32::MAX, col: u32::MAX }), 6.into());
        assert_eq!(LineIndex::new("").line_col(5.into()), LineCol { line: 0, col: 0 });
        assert_eq!(LineIndex::new("a\rb").line_count(), 2);
    }
}
