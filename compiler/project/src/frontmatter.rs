//! `---toml … ---` at the top of a model body.

use crate::Finding;
use rocky_syntax::{TextRange, TextSize};
use std::ops::Range;

/// Where the parts of a model text are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frontmatter {
    /// The TOML between the two marker lines.
    pub toml: Range<usize>,
    /// The body: everything after the closing line.
    pub body: Range<usize>,
    /// Whether a closing line was found; without one the block's extent is unknown.
    pub is_closed: bool,
    /// A missing or odd closing line.
    pub finding: Option<Finding>,
}

const OPENING: &str = "---toml";

/// Whether a text starts with a frontmatter block, leading blanks aside.
pub fn has_frontmatter(text: &str) -> bool {
    let text = text.trim_start_matches(['\u{feff}']).trim_start();
    text.strip_prefix(OPENING).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// Splits a model text; `None` when it has no frontmatter block.
pub fn split_frontmatter(text: &str) -> Option<Frontmatter> {
    if !has_frontmatter(text) {
        return None;
    }
    let opening = text.find(OPENING)?;
    let start = text[opening..].find('\n').map_or(text.len(), |at| opening + at + 1);
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if let Some(rest) = line.strip_prefix("---") {
            let end = at + line.len();
            let finding = (!rest.trim().is_empty()).then(|| {
                Finding::error(
                    "S008",
                    range(at, at + line.trim_end().len()),
                    "the line that closes the `---toml` block holds more than `---`",
                )
                .suggest("put what follows `---` on a line of its own")
            });
            return Some(Frontmatter { toml: start..at, body: end..text.len(), is_closed: true, finding });
        }
        at += line.len();
    }
    let finding = Finding::error(
        "S008",
        range(opening, opening + OPENING.len()),
        "the `---toml` block is not closed, so the file has no body",
    )
    .suggest("end the block with a line `---`");
    let end = text.len();
    Some(Frontmatter { toml: start..end, body: end..end, is_closed: false, finding: Some(finding) })
}

fn range(start: usize, end: usize) -> TextRange {
    let size = |offset: usize| TextSize::from(u32::try_from(offset).unwrap_or(u32::MAX));
    TextRange::new(size(start), size(end))
}
