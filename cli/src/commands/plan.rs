//! `rocky plan`: the statements a run would send. Nothing is written.

use crate::arguments::PlanOptions;
use crate::document::plan_document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::log::Log;
use crate::opened_project::{Excerpts, OpenedProject};
use crate::output::PlanOutput;
use crate::planning;
use crate::render::plan_text;
use crate::render::style::Style;
use crate::replication_planning;
use crate::session::Session;

pub(super) fn execute(session: &Session<'_>, options: &PlanOptions) -> Result<Exit, Failure> {
    planning::refuse_what_comes_later(&options.selection)?;
    let project = planning::open_for_execution(session, &options.selection)?;
    if let Some(pipeline) = planning::replication_meant(&project, &options.selection)? {
        return replication(session, &project, &pipeline, options);
    }
    let planned = planning::plan(&project, &options.selection)?;
    let log = Log::new(session);
    let statements = planning::statements(&project, &planned.plan)?;
    for note in planned.notes.iter().chain(&statements.notes) {
        log.warn(note);
    }
    let document = plan_document(&planned.plan, &statements, Vec::new());
    let style = Style::new(session.terminal.stderr_colour());
    if !planned.blocking.is_empty() {
        session.terminal.err(&project.render(&planned.blocking, style, Excerpts::Yes));
    }
    print(session, &document);
    project.keep_for_later();
    Ok(if planned.blocking.is_empty() { Exit::Success } else { Exit::Failure })
}

/// The statements of a replication pipeline. Its models, if the project has any, are not looked at.
fn replication(
    session: &Session<'_>,
    project: &OpenedProject,
    pipeline: &str,
    options: &PlanOptions,
) -> Result<Exit, Failure> {
    let planned = replication_planning::plan(session, project, pipeline, &options.selection)?;
    let log = Log::new(session);
    for note in planned.notes.iter().chain(&planned.statements.notes) {
        log.warn(note);
    }
    print(session, &plan_document(&planned.plan, &planned.statements, planned.skipped_schemas));
    Ok(Exit::Success)
}

fn print(session: &Session<'_>, document: &PlanOutput) {
    if session.json() {
        session.terminal.document(document);
    } else {
        let style = Style::new(session.terminal.stdout_colour());
        session.terminal.out(&plan_text::render(document, style));
    }
}
