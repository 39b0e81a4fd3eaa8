//! `---toml … ---` at the top of a model: TOML between the marker lines, the language of the model behind them.

use crate::error::FormatError;
use crate::options::Options;
use crate::{layout, toml_file};
use rocky_syntax::{FrontmatterBlock, frontmatter_block};
use std::ops::Range;

/// A text with a block that is closed.
pub(crate) struct Parts<'t> {
    mark: &'t str,
    /// What stands behind the mark; the ranges are in it.
    text: &'t str,
    block: FrontmatterBlock,
    closing: Range<usize>,
}

/// Splits a text; `None` when it has no block, or one without an end.
pub(crate) fn split(text: &str) -> Option<Parts<'_>> {
    let (mark, text) = layout::split_mark(text);
    let block = frontmatter_block(text)?;
    let closing = block.closing.clone()?;
    Some(Parts { mark, text, block, closing })
}

impl Parts<'_> {
    /// The text with its TOML formatted, and its body by `format_body`.
    pub(crate) fn formatted(
        &self,
        options: &Options,
        format_body: impl FnOnce(&str) -> Result<String, FormatError>,
    ) -> Result<String, FormatError> {
        let Parts { mark, text, block, closing } = self;
        let toml = toml_file::format_file(&text[block.toml.clone()], 0, options)
            .map_err(|error| error.moved(mark.len() + block.toml.start))?;
        let body = &text[block.body.clone()];
        let formatted = format_body(body).map_err(|error| error.moved(mark.len() + block.body.start))?;
        let line_end = layout::line_end(text);
        let blank = &body[..body.len() - body.trim_start().len()];
        let opening = text[..block.toml.start].trim();
        let closing = text[closing.clone()].trim_end();
        let has_gap = formatted.starts_with(line_end) || layout::line_ends(blank) == 0;
        let gap = if has_gap { "" } else { line_end };
        Ok(format!("{mark}{opening}{line_end}{toml}{closing}{line_end}{gap}{formatted}"))
    }
}
