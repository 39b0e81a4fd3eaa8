//! `---toml … ---` at the top of a model: what is odd about it. `rocky_syntax` knows where it is.

use crate::Finding;
use rocky_syntax::{TextRange, TextSize, frontmatter_block};
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

/// Splits a model text; `None` when it has no frontmatter block.
pub fn split_frontmatter(text: &str) -> Option<Frontmatter> {
    let block = frontmatter_block(text)?;
    let is_closed = block.closing.is_some();
    let finding = match block.closing {
        Some(closing) => {
            let line = text[closing.clone()].trim_end();
            (line != "---").then(|| {
                Finding::error(
                    "S008",
                    range(closing.start, closing.start + line.len()),
                    "the line that closes the `---toml` block holds more than `---`",
                )
                .suggest("put what follows `---` on a line of its own")
            })
        }
        None => Some(
            Finding::error(
                "S008",
                range(block.opening.start, block.opening.end),
                "the `---toml` block is not closed, so the file has no body",
            )
            .suggest("end the block with a line `---`"),
        ),
    };
    Some(Frontmatter { toml: block.toml, body: block.body, is_closed, finding })
}

fn range(start: usize, end: usize) -> TextRange {
    let size = |offset: usize| TextSize::from(u32::try_from(offset).unwrap_or(u32::MAX));
    TextRange::new(size(start), size(end))
}
