//! What follows a keystroke.

use crate::error::size;
use crate::options::Options;
use crate::{Language, TextEdit, TextRange, TextSize, dsl, format_edits};

/// Words after which the next line is one level deeper.
const OPENING_WORDS: &[&str] = &[
    "select", "distinct", "where", "having", "qualify", "by", "from", "when", "then", "else", "case", "on",
    "values",
];

/// The edits after a line end, a `}` or a comma was typed in front of `offset`: the indentation of the line, or the
/// spaces of the line in front of the comma. Lines never break or join under the caret.
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
        '\n' => after_line_end(text, language, options, offset),
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

fn after_line_end(text: &str, language: Language, options: &Options, offset: usize) -> Vec<TextEdit> {
    let start = line_start(text, offset);
    if start == 0 {
        return Vec::new();
    }
    match language {
        Language::Rocky => {
            let levels = dsl::levels_at(text, start);
            indent_line(text, start, levels, options)
        }
        Language::Sql(_) => {
            let before = text[..start].trim_end();
            let line = &before[line_start(before, before.len())..];
            let blank = &line[..line.len() - line.trim_start().len()];
            let opens = opens_level(line);
            let closes = text[start..].trim_start_matches([' ', '\t']).starts_with(')');
            let mut indent = blank.to_owned();
            if opens && !closes {
                options.indent.write(1, &mut indent);
            }
            replace_blank(text, start, &indent)
        }
        Language::Toml => Vec::new(),
    }
}

/// Whether what follows the line is one level deeper.
fn opens_level(line: &str) -> bool {
    let code = line.split("--").next().unwrap_or_default().trim_end();
    if code.ends_with('(') || code.ends_with('[') || code.ends_with('{') {
        return true;
    }
    let word = code.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    OPENING_WORDS.iter().any(|opening| word.eq_ignore_ascii_case(opening))
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
