//! `rocky ci`: compiles and tests in one go, without credentials.

use crate::arguments::CiOptions;
use crate::document::ci_document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::local_tests;
use crate::opened_project::{Excerpts, OpenedProject, ProjectOptions};
use crate::render::ci_text;
use crate::render::style::Style;
use crate::reporting::{self, Results};
use crate::session::Session;
use crate::type_coverage::TypeCoverage;

pub(super) fn execute(session: &Session<'_>, options: &CiOptions) -> Result<Exit, Failure> {
    reporting::require_places(&options.reporting)?;
    let project_options =
        ProjectOptions { models: options.models.as_deref(), contracts: options.contracts.as_deref() };
    let project = OpenedProject::open(session, project_options)?;
    let compiled = project.snapshot().compile(&mut |_| {});
    let (tested, not_opened) = local_tests::run_or_say_why(session, &project, &compiled)?;
    let document = ci_document(&project, &compiled, &tested);
    let models = compiled.models.iter().map(|model| model.name.to_string()).collect();
    let mut report = reporting::report(&project, "Rocky CI", models, &compiled.diagnostics, &tested.report);
    report.figures.push(TypeCoverage::of_project(&compiled).figure());
    let text = |colour: bool| {
        let style = Style::new(colour);
        ci_text::render(&document, &project.render(&compiled.diagnostics, style, Excerpts::Yes), style)
    };
    let results = Results { document: &document, report: &report, text: &text };
    reporting::publish(session, &options.reporting, &results)?;
    project.keep_for_later();
    if compiled.models.is_empty() && !project.location.config_exists {
        project.location.require_config()?;
    }
    if let Some(failure) = not_opened {
        return Err(failure);
    }
    Ok(match (tested.report.interrupted, document.compile_ok && document.tests_ok) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Success,
        (false, false) => Exit::Failure,
    })
}
