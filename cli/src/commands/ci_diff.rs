//! `rocky ci-diff`: what a change does to models and columns, and what it breaks.

use crate::arguments::{CiDiffOptions, DiffFormat};
use crate::document::ci_diff_document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::project_diff::Comparison;
use crate::render::ci_diff_text;
use crate::render::style::Style;
use crate::session::Session;

pub(super) fn execute(session: &Session<'_>, options: &CiDiffOptions) -> Result<Exit, Failure> {
    let comparison = Comparison::open(session, &options.base)?;
    let document = ci_diff_document(&comparison);
    match form(session, options.base.format) {
        DiffFormat::Json => session.terminal.document(&document),
        DiffFormat::Markdown => session.terminal.out(&document.markdown),
        DiffFormat::Text => {
            let style = Style::new(session.terminal.stdout_colour());
            session.terminal.out(&ci_diff_text::render(&document, style));
        }
    }
    comparison.head.project.keep_for_later();
    Ok(if document.breaking && options.fail_on_breaking { Exit::Failure } else { Exit::Success })
}

/// The form of a comparison on stdout.
pub(super) fn form(session: &Session<'_>, asked: Option<DiffFormat>) -> DiffFormat {
    asked.unwrap_or(if session.json() { DiffFormat::Json } else { DiffFormat::Text })
}
