//! `rocky plan`: the statements a run would send. Nothing is written.

use crate::arguments::PlanOptions;
use crate::document::plan_document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::log::Log;
use crate::opened_project::Excerpts;
use crate::planning;
use crate::render::plan_text;
use crate::render::style::Style;
use crate::session::Session;

pub(super) fn execute(session: &Session<'_>, options: &PlanOptions) -> Result<Exit, Failure> {
    planning::refuse_what_comes_later(&options.selection)?;
    let project = planning::open_for_execution(session, &options.selection)?;
    let planned = planning::plan(&project, &options.selection)?;
    let log = Log::new(session);
    let statements = planning::statements(&project, &planned.plan)?;
    for note in planned.notes.iter().chain(&statements.notes) {
        log.warn(note);
    }
    let document = plan_document(&planned.plan, &statements);
    let style = Style::new(session.terminal.stderr_colour());
    if !planned.blocking.is_empty() {
        session.terminal.err(&project.render(&planned.blocking, style, Excerpts::Yes));
    }
    if session.json() {
        session.terminal.document(&document);
    } else {
        let style = Style::new(session.terminal.stdout_colour());
        session.terminal.out(&plan_text::render(&document, style));
    }
    project.keep_for_later();
    Ok(if planned.blocking.is_empty() { Exit::Success } else { Exit::Failure })
}
