//! `rocky run`: executes a pipeline.

use crate::arguments::RunOptions;
use crate::document::{exit_of, run_document};
use crate::execution::{self, Execution};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt;
use crate::log::Log;
use crate::opened_project::{Excerpts, OpenedProject};
use crate::planning;
use crate::render::run_text;
use crate::render::style::Style;
use crate::session::Session;
use rocky_engine::{ResumeRequest, RunOutcome};

pub(super) fn execute(session: &Session<'_>, options: &RunOptions) -> Result<Exit, Failure> {
    if options.dag {
        return Err(Failure::not_available(
            "--dag",
            "run the pipelines one after the other: --pipeline NAME",
        ));
    }
    planning::refuse_what_comes_later(&options.selection)?;
    let project = planning::open_for_execution(session, &options.selection)?;
    if let Some(pipeline) = planning::replication_meant(&project, &options.selection)? {
        return Err(Failure::not_available(
            &format!("running the replication pipeline '{pipeline}'"),
            "nothing was sent; 'rocky plan' shows the statements",
        ));
    }
    let planned = planning::plan(&project, &options.selection)?;
    let log = Log::new(session);
    for note in &planned.notes {
        log.warn(note);
    }
    show_compile_errors(session, &project, &planned);
    let token = interrupt::cancel_on_signal(
        session,
        "stopping: what runs is finished; a second signal ends everything at once",
    )?;
    let execution = Execution {
        session,
        location: &project.location,
        log,
        cancel: &token,
        resume: resume_request(&options.selection),
        single_model: options.selection.model.clone(),
    };
    let warehouse = planning::open_warehouse(&project, &planned.plan)?;
    let outcome = execution::run(&execution, planned.plan, warehouse.as_ref())?;
    project.keep_for_later();
    Ok(print(session, &outcome))
}

fn resume_request(selection: &crate::arguments::RunSelection) -> Option<ResumeRequest> {
    match &selection.resume {
        Some(run_id) => Some(ResumeRequest::Run(run_id.clone())),
        None => selection.resume_latest.then_some(ResumeRequest::Latest),
    }
}

/// For people the findings come with excerpts; the document has them as errors.
fn show_compile_errors(session: &Session<'_>, project: &OpenedProject, planned: &planning::Planned) {
    if session.json() || planned.blocking.is_empty() {
        return;
    }
    let style = Style::new(session.terminal.stderr_colour());
    session.terminal.err(&project.render(&planned.blocking, style, Excerpts::Yes));
}

/// Prints the result and says how the process ends.
pub(super) fn print(session: &Session<'_>, outcome: &RunOutcome) -> Exit {
    let document = run_document(outcome);
    if session.json() {
        session.terminal.document(&document);
    } else {
        let style = Style::new(session.terminal.stdout_colour());
        session.terminal.out(&run_text::render(&document, &skipped(outcome), style));
    }
    exit_of(outcome)
}

/// What did not run, and why.
pub(super) fn skipped(outcome: &RunOutcome) -> Vec<(String, String)> {
    let contained = outcome
        .contained
        .iter()
        .map(|node| (node.label.clone(), format!("because {} failed", node.because_of)));
    let stopped = outcome.stopped_because.as_deref().unwrap_or("because the run was interrupted");
    let not_started = outcome.not_started.iter().map(|label| (label.clone(), stopped.to_owned()));
    contained.chain(not_started).collect()
}
