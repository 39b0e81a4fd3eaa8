//! Running a plan: state file, progress, resuming.

use crate::failure::Failure;
use crate::log::Log;
use crate::project_location::ProjectLocation;
use crate::run_progress::RunProgress;
use crate::session::Session;
use crate::state_file;
use rocky_adapter::Warehouse;
use rocky_engine::{
    CancellationToken, ResumeError, ResumeRequest, Resumed, RunContext, RunOptions, RunOutcome, SystemClock,
};
use rocky_plan_model::Plan;

/// What a run works with beside its plan.
pub(crate) struct Execution<'a> {
    /// The invocation.
    pub(crate) session: &'a Session<'a>,
    /// The project.
    pub(crate) location: &'a ProjectLocation,
    /// Where events are told.
    pub(crate) log: Log<'a>,
    /// Asks it to stop.
    pub(crate) cancel: &'a CancellationToken,
    /// The earlier run it goes on with.
    pub(crate) resume: Option<ResumeRequest>,
    /// The one model asked for.
    pub(crate) single_model: Option<String>,
}

/// Runs a plan. A failure means that nothing was sent to the warehouse.
pub(crate) fn run(
    execution: &Execution<'_>,
    mut plan: Plan,
    warehouse: &dyn Warehouse,
) -> Result<RunOutcome, Failure> {
    let state = state_file::open(execution.session, execution.location, &execution.log)?;
    let mut resumed_from = None;
    if let Some(request) = &execution.resume {
        match rocky_engine::resume(&mut plan, &state, request).map_err(|error| not_resumed(&error))? {
            Resumed::From { run_id, .. } => resumed_from = Some(run_id),
            Resumed::NothingToResume => {
                execution.log.warn("there is no unfinished run to resume; this is a normal run");
            }
        }
    }
    let visible = execution.session.terminal.stderr_is_terminal() && !execution.session.json();
    let progress = RunProgress::new(visible, execution.log);
    let context = RunContext {
        plan: &plan,
        warehouse,
        state: &state,
        clock: &SystemClock::default(),
        cancel: execution.cancel,
        observer: &progress,
    };
    let options =
        RunOptions { single_model: execution.single_model.clone(), resumed_from, ..RunOptions::default() };
    let outcome = rocky_engine::run(&context, &options);
    progress.finish();
    let outcome = outcome.map_err(|error| state_file::failure(&error))?;
    for warning in &outcome.warnings {
        execution.log.warn(warning);
    }
    if outcome.interrupted {
        let all = outcome.materializations.len() + outcome.not_started.len() + outcome.errors.len();
        execution.log.warn(&format!("interrupted at {}/{all} tables", outcome.materializations.len()));
    } else if !outcome.errors.is_empty() {
        execution.log.warn(&format!("to go on with what is missing: rocky run --resume {}", outcome.run_id));
    }
    Ok(outcome)
}

fn not_resumed(error: &ResumeError) -> Failure {
    match error {
        ResumeError::State(error) => state_file::failure(error),
        ResumeError::Unknown { .. } | ResumeError::OtherPipeline { .. } => Failure::new(error.to_string())
            .with_help("'--resume-latest' takes the newest unfinished run of the pipeline"),
    }
}
