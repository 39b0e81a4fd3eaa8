//! `rocky test`: builds the models in memory and tests the results.

use crate::arguments::TestOptions;
use crate::document::{declarative_document, test_document};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt;
use crate::opened_project::{OpenedProject, ProjectOptions};
use crate::output::TestOutput;
use crate::planning;
use crate::render::style::Style;
use crate::render::test_text;
use crate::session::Session;
use crate::warehouse;
use rocky_engine::{DeclarativeStatus, run_declarative, run_tests};
use rocky_plan_model::Severity;

pub(super) fn execute(session: &Session<'_>, options: &TestOptions) -> Result<Exit, Failure> {
    if options.declarative {
        return declarative(session, options);
    }
    let project_options =
        ProjectOptions { models: options.models.as_deref(), contracts: options.contracts.as_deref() };
    let project = OpenedProject::open(session, project_options)?;
    let plan = planning::test_plan(&project, options.model.as_deref())?;
    if plan.models.is_empty() && !project.location.config_exists {
        project.location.require_config()?;
    }
    let cancel = interrupt::cancel_on_signal(session, "stopping after the model at work")?;
    let database = warehouse::open_in_memory(&project.location)?;
    let report = run_tests(&plan, database.as_ref(), &rocky_engine::TestOptions { cancel })
        .map_err(|error| warehouse::not_opened("test", &error))?;
    print(session, &test_document(&plan, &report));
    project.keep_for_later();
    Ok(match (report.interrupted, report.is_success()) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Success,
        (false, false) => Exit::Failure,
    })
}

fn declarative(session: &Session<'_>, options: &TestOptions) -> Result<Exit, Failure> {
    let selection = crate::arguments::RunSelection {
        models: options.models.clone(),
        contracts: options.contracts.clone(),
        model: options.model.clone(),
        pipeline: options.pipeline.clone(),
        ..crate::arguments::RunSelection::default()
    };
    let project = planning::open_for_execution(session, &selection)?;
    let planned = planning::plan(&project, &selection)?;
    let warehouse = planning::open_warehouse(&project, &planned.plan)?;
    let report = run_declarative(&planned.plan, warehouse.as_ref())
        .map_err(|error| warehouse::not_opened(planned.plan.adapter.as_str(), &error))?;
    print(session, &declarative_document(&report));
    let failed = report.results.iter().any(|result| match result.status {
        DeclarativeStatus::Pass => false,
        DeclarativeStatus::Fail => result.severity == Severity::Error,
        DeclarativeStatus::Error => true,
    });
    Ok(if failed { Exit::Failure } else { Exit::Success })
}

fn print(session: &Session<'_>, document: &TestOutput) {
    if session.json() {
        session.terminal.document(document);
    } else {
        let style = Style::new(session.terminal.stdout_colour());
        session.terminal.out(&test_text::render(document, style));
    }
}
