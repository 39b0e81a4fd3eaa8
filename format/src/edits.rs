//! The difference between a text and its formatted text, as edits.
//!
//! The two differ in blanks, commas and the case of words only, so one walk over both finds each gap between
//! words that changed. An edit never touches more than such a gap or one word.

use crate::error::size;
use rocky_syntax::{TextEdit, TextRange, apply_edits};

/// An edit, and how many commas it adds.
struct Change {
    edit: TextEdit,
    commas: isize,
}

/// The edits that make `formatted` of `text`.
#[must_use]
pub fn text_edits(text: &str, formatted: &str) -> Vec<TextEdit> {
    changes(text, formatted).into_iter().map(|change| change.edit).collect()
}

/// Those of the edits that lie on the lines of a range. Commas that pass a comment do it together.
pub(crate) fn edits_in_range(text: &str, formatted: &str, range: TextRange) -> Vec<TextEdit> {
    let start = usize::from(range.start()).min(text.len());
    let end = usize::from(range.end()).min(text.len());
    let line_start = text[..start].rfind('\n').map_or(0, |at| text[..=at].trim_end().len());
    let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at);
    let lines = TextRange::new(size(line_start), size(line_end));
    let mut chosen = Vec::new();
    let mut group: Vec<TextEdit> = Vec::new();
    let mut balance = 0;
    for change in changes(text, formatted) {
        balance += change.commas;
        group.push(change.edit);
        if balance == 0 {
            let inside = group.iter().any(|edit| lines.contains_range(edit.range));
            if inside {
                chosen.append(&mut group);
            }
            group.clear();
        }
    }
    chosen
}

fn changes(text: &str, formatted: &str) -> Vec<Change> {
    let changes = walk(text, formatted);
    let edits: Vec<TextEdit> = changes.iter().map(|change| change.edit.clone()).collect();
    match apply_edits(text, &edits) {
        Ok(result) if result == formatted => changes,
        _ => vec![change(text, 0..text.len(), formatted)],
    }
}

fn change(text: &str, range: std::ops::Range<usize>, new: &str) -> Change {
    let commas = |text: &str| text.bytes().filter(|byte| *byte == b',').count() as isize;
    let balance = commas(new) - commas(&text[range.clone()]);
    let edit = TextEdit::replace(TextRange::new(size(range.start), size(range.end)), new);
    Change { edit, commas: balance }
}

fn walk(text: &str, formatted: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    let (mut at, mut new_at) = (0, 0);
    while at < text.len() || new_at < formatted.len() {
        let gap = gap_length(&text[at..]);
        let new_gap = gap_length(&formatted[new_at..]);
        if text[at..at + gap] != formatted[new_at..new_at + new_gap] {
            changes.push(change(text, at..at + gap, &formatted[new_at..new_at + new_gap]));
        }
        at += gap;
        new_at += new_gap;
        let word = word_length(&text[at..]);
        let new_word = word_length(&formatted[new_at..]);
        // A gap may appear or go inside of what is one word here: `a+b`, `f (x)`.
        let length = word.min(new_word);
        let (old, new) = match (text.get(at..at + length), formatted.get(new_at..new_at + length)) {
            (Some(old), Some(new)) if length > 0 && old.eq_ignore_ascii_case(new) => (old, new),
            _ if at >= text.len() && new_at >= formatted.len() => break,
            _ => {
                changes.push(rest(text, at, &formatted[new_at..]));
                break;
            }
        };
        if old != new {
            changes.push(change(text, at..at + length, new));
        }
        at += length;
        new_at += length;
    }
    changes
}

/// Everything from here on, but for what both end with.
fn rest(text: &str, at: usize, formatted: &str) -> Change {
    let old = &text[at..];
    let mut common = old.bytes().rev().zip(formatted.bytes().rev()).take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(old.len() - common) || !formatted.is_char_boundary(formatted.len() - common) {
        common -= 1;
    }
    change(text, at..text.len() - common, &formatted[..formatted.len() - common])
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '\u{feff}' | '\u{200b}')
}

fn gap_length(text: &str) -> usize {
    text.find(|c| !is_gap(c)).unwrap_or(text.len())
}

/// Letters and digits in a row, or one other character.
fn word_length(text: &str) -> usize {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    match text.chars().next() {
        Some(first) if is_letter(first) => text.find(|c| !is_letter(c)).unwrap_or(text.len()),
        Some(first) if !is_gap(first) => first.len_utf8(),
        _ => 0,
    }
}
