//! `rocky validate`: the configuration and the project's files, offline.

use crate::document::validate_document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::opened_project::{OpenedProject, ProjectOptions};
use crate::opening::Opening;
use crate::outcomes::{self, Printed};
use crate::output::ValidateOutput;
use crate::render::style::Style;
use crate::render::validate_text;
use crate::session::Session;
use crate::terminal;
use rocky_compiler::project::{ModelFacts, validate};

pub(super) fn execute(session: &Session<'_>) -> Result<Exit, Failure> {
    let opening = Opening::begin(session, ProjectOptions::default())?;
    let location = opening.location.clone();
    let exit = outcomes::print_once(session, opening, ("validate", &[]), Opening::open, |project| {
        let document = document(project);
        let text = if session.json() {
            terminal::json_text(&document)
        } else {
            validate_text::render(&document, Style::new(session.terminal.stdout_colour()))
        };
        let exit = if document.valid { Exit::Success } else { Exit::Failure };
        Ok(Printed { text, exit, is_all: project.location.config_exists })
    })?;
    // The document has said so already; without a configuration there is more to be said than it has room for.
    location.require_config()?;
    Ok(exit)
}

/// What a validation of the project finds.
pub(super) fn document(project: &OpenedProject) -> ValidateOutput {
    let snapshot = project.snapshot();
    let report = snapshot.compile(&mut |_| {});
    // What `compile` says about the configuration is said here in its own words.
    let config = project.location.config_name.as_str();
    let diagnostics =
        report.diagnostics.into_iter().filter(|finding| finding.file.as_str() != config).collect();
    let facts = ModelFacts { diagnostics, graph_nodes: report.models.len() };
    validate_document(project, &validate(snapshot.db(), snapshot.project(), &facts))
}
