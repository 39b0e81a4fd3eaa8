//! Edits of one text.

use rowan::{TextRange, TextSize};

/// Replaces one range of a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextEdit {
    /// What is replaced.
    pub range: TextRange,
    /// What stands there afterwards.
    pub new_text: String,
}

impl TextEdit {
    /// Replaces a range.
    pub fn replace(range: TextRange, new_text: impl Into<String>) -> TextEdit {
        TextEdit { range, new_text: new_text.into() }
    }

    /// Inserts text.
    pub fn insert(offset: TextSize, new_text: impl Into<String>) -> TextEdit {
        TextEdit::replace(TextRange::empty(offset), new_text)
    }

    /// Deletes a range.
    pub fn delete(range: TextRange) -> TextEdit {
        TextEdit::replace(range, String::new())
    }
}

/// Why edits could not be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEditError {
    /// Two edits overlap.
    Overlap,
    /// An edit does not lie within the text, or cuts a character.
    OutOfText,
}

impl std::fmt::Display for TextEditError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            TextEditError::Overlap => "two edits overlap",
            TextEditError::OutOfText => "an edit does not lie within the text",
        })
    }
}

impl std::error::Error for TextEditError {}

/// Applies edits that do not overlap, given in any order, all relative to the text as it is. Insertions at
/// one place keep their order.
///
/// # Errors
/// When edits overlap or leave the text; the text is not changed then.
pub fn apply_edits(text: &str, edits: &[TextEdit]) -> Result<String, TextEditError> {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.range.start(), edit.range.end()));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in sorted {
        let (start, end) = (usize::from(edit.range.start()), usize::from(edit.range.end()));
        if start < at {
            return Err(TextEditError::Overlap);
        }
        out.push_str(text.get(at..start).ok_or(TextEditError::OutOfText)?);
        text.get(start..end).ok_or(TextEditError::OutOfText)?;
        out.push_str(&edit.new_text);
        at = end;
    }
    out.push_str(text.get(at..).ok_or(TextEditError::OutOfText)?);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: u32, end: u32) -> TextRange {
        TextRange::new(start.into(), end.into())
    }

    #[test]
    fn applies_in_any_order() {
        let edits = [
            TextEdit::delete(range(4, 5)),
            TextEdit::replace(range(0, 1), "xy"),
            TextEdit::insert(2.into(), "-"),
        ];
        assert_eq!(apply_edits("abcde", &edits).unwrap(), "xyb-cd");
    }

    #[test]
    fn refuses_overlaps_and_other_texts() {
        let edits = [TextEdit::delete(range(0, 3)), TextEdit::delete(range(2, 4))];
        assert_eq!(apply_edits("abcde", &edits), Err(TextEditError::Overlap));
        assert_eq!(apply_edits("é", &[TextEdit::delete(range(1, 2))]), Err(TextEditError::OutOfText));
        assert_eq!(apply_edits("a", &[TextEdit::delete(range(0, 9))]), Err(TextEditError::OutOfText));
    }
}
