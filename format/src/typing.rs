//! What follows a keystroke.

use crate::error::size;
use crate::options::Options;
use crate::{Language, TextEdit, TextRange, TextSize, dsl, format_edits};

/// The edits after a `}` or a comma was typed in front of `offset`: the indentation of the line, or the spaces of the
/// line in front of the comma. Lines never break or join under the caret.
#[must_use]
pub fn edits_after_typing(
    text: &str,
    language: Language,
    options: &Options,
    offset: TextSize,
    typed: char,
) -> Vec<TextEdit> {
    let offset = usize::from(offset).min(text.len());
    if !text.is_char_boundary(offset) {
        return Vec::new();
    }
    match typed {
        '}' if language == Language::Rocky => {
            let start = line_start(text, offset);
            let before = text[start..offset].trim();
            if before.chars().all(|c| c == '}') {
                let levels = dsl::levels_at(text, start);
                indent_line(text, start, levels, options)
            } else {
                Vec::new()
            }
        }
        ',' => {
            let line = TextRange::new(size(line_start(text, offset)), size(offset));
            let edits = format_edits(text, language, options, Some(line)).unwrap_or_default();
            let inside = |edit: &TextEdit| {
                let old = &text[usize::from(edit.range.start())..usize::from(edit.range.end())];
                line.contains_range(edit.range) && !old.contains('\n') && !edit.new_text.contains('\n')
            };
            // Behind the caret nothing changes, so that it stays where it is.
            edits.into_iter().filter(|edit| inside(edit) && edit.range.end() < size(offset)).collect()
        }
        _ => Vec::new(),
    }
}

fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |at| at + 1)
}

fn indent_line(text: &str, start: usize, levels: usize, options: &Options) -> Vec<TextEdit> {
    let mut indent = String::new();
    options.indent.write(levels, &mut indent);
    replace_blank(text, start, &indent)
}

fn replace_blank(text: &str, start: usize, indent: &str) -> Vec<TextEdit> {
    let rest = &text[start..];
    let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    if &rest[..blank] == indent {
        return Vec::new();
    }
    vec![TextEdit::replace(TextRange::new(size(start), size(start + blank)), indent)]
}
