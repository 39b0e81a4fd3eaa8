//! `rocky lineage-diff`: how the sources of columns differ from another state.

use super::ci_diff::form;
use crate::arguments::{DiffFormat, LineageDiffOptions};
use crate::document::lineage_diff_document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::project_diff::Comparison;
use crate::render::lineage_diff_text;
use crate::render::style::Style;
use crate::session::Session;

pub(super) fn execute(session: &Session<'_>, options: &LineageDiffOptions) -> Result<Exit, Failure> {
    let comparison = Comparison::open(session, &options.base)?;
    if let Some(model) = &options.model
        && comparison.base.model(model).is_none()
        && comparison.head.model(model).is_none()
    {
        let known = comparison.head.compiled.models.iter().map(|model| model.name.as_str());
        return Err(comparison.head.project.unknown_model(model, known));
    }
    let document = lineage_diff_document(&comparison, options.model.as_deref());
    match form(session, options.base.format) {
        DiffFormat::Json => session.terminal.document(&document),
        DiffFormat::Markdown => session.terminal.out(&document.markdown),
        DiffFormat::Text => {
            let style = Style::new(session.terminal.stdout_colour());
            session.terminal.out(&lineage_diff_text::render(&document, style));
        }
    }
    comparison.head.project.keep_for_later();
    Ok(Exit::Success)
}
