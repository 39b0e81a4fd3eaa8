//! Running a plan.

mod coordinator;
mod graph;
mod node;
mod outcome;
mod schemas;

use rocky_adapter::Warehouse;
use rocky_plan_model::{NodeStatus, Plan, PlanNode, SkipReason};
use time::OffsetDateTime;

use crate::cancel::CancellationToken;
use crate::clock::{Clock, milliseconds, model_run_id, rfc3339, run_id};
use crate::event::{RunEvent, RunObserver};
use crate::state::{
    ProgressEntry, ProgressHeader, ProgressStatus, RunRecord, StateError, StateStore, Trigger,
};
use crate::throttle::Throttle;

use coordinator::Coordinator;

pub use outcome::{
    CompileError, ContainedNode, DriftSummary, ExecutionSummary, ExitVerdict, FailureKind, Materialization,
    PermissionSummary, RunFailure, RunOutcome,
};

/// What a run works with.
pub struct RunContext<'a> {
    /// What to do.
    pub plan: &'a Plan,
    /// Where.
    pub warehouse: &'a dyn Warehouse,
    /// What is kept.
    pub state: &'a StateStore,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Asks it to drain.
    pub cancel: &'a CancellationToken,
    /// Hears of progress.
    pub observer: &'a dyn RunObserver,
}

/// What else is said of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunOptions {
    /// The one model asked for with `--model`; it is part of the run id.
    pub single_model: Option<String>,
    /// What started it.
    pub trigger: Trigger,
    /// The earlier run it goes on with.
    pub resumed_from: Option<String>,
}

/// Runs a plan. An error means that nothing was sent to the warehouse; everything that happens after the first
/// statement is in the outcome.
pub fn run(context: &RunContext<'_>, options: &RunOptions) -> Result<RunOutcome, StateError> {
    let started_at = context.clock.now();
    let started = context.clock.monotonic();
    let run_id = match &options.single_model {
        Some(model) => model_run_id(model, started_at),
        None => run_id(started_at),
    };
    let mut outcome = RunOutcome::begin(run_id, context.plan, started_at, options.resumed_from.clone());
    let header = progress_header(context.plan, &outcome, started_at);
    context.state.begin_progress(&header)?;
    carry_over_earlier_successes(context, &outcome)?;

    outcome.compile_errors = compile_errors(context.plan);
    outcome.errors = unexecutable(context.plan);
    if outcome.compile_errors.is_empty() && outcome.errors.is_empty() {
        execute(context, &mut outcome);
    }
    finish(context, options, header, started, outcome)
}

fn execute(context: &RunContext<'_>, outcome: &mut RunOutcome) {
    let throttle = Throttle::new(
        context.plan.execution.concurrency,
        context.warehouse.capabilities().useful_concurrency,
    );
    context.observer.event(RunEvent::Started {
        run_id: outcome.run_id.clone(),
        total: context.plan.nodes.iter().filter(|node| node.status == NodeStatus::Selected).count(),
    });
    let schemas = schemas::ensure(context, outcome);
    Coordinator::new(context, throttle, schemas).run(outcome);
}

fn progress_header(plan: &Plan, outcome: &RunOutcome, started_at: OffsetDateTime) -> ProgressHeader {
    ProgressHeader {
        run_id: outcome.run_id.clone(),
        pipeline: plan.pipeline.to_string(),
        started_at: rfc3339(started_at),
        total_tables: plan.nodes.iter().filter(|node| node.target().is_some() && takes_part(node)).count(),
        complete: false,
    }
}

fn takes_part(node: &PlanNode) -> bool {
    !matches!(node.status, NodeStatus::Skipped { reason: SkipReason::NotSelected })
}

/// A resume of this run must know what the run before it did.
fn carry_over_earlier_successes(context: &RunContext<'_>, outcome: &RunOutcome) -> Result<(), StateError> {
    let now = rfc3339(outcome.started_at);
    let entries: Vec<ProgressEntry> = context
        .plan
        .nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| {
            matches!(node.status, NodeStatus::Skipped { reason: SkipReason::DoneEarlier { .. } })
        })
        .filter_map(|(index, node)| {
            let target = node.target()?;
            Some(ProgressEntry {
                index,
                table_key: target.to_string(),
                asset_key: node.asset_key(),
                status: ProgressStatus::Success,
                error: None,
                duration_ms: 0,
                completed_at: now.clone(),
            })
        })
        .collect();
    if entries.is_empty() { Ok(()) } else { context.state.record_nodes(&outcome.run_id, &entries, &[]) }
}

fn compile_errors(plan: &Plan) -> Vec<CompileError> {
    let mut errors = Vec::new();
    for node in &plan.nodes {
        if let NodeStatus::Blocked { problems } = &node.status {
            errors.push(CompileError {
                label: node.label(),
                asset_key: node.asset_key(),
                problems: problems.clone(),
            });
        }
    }
    errors
}

/// Nodes this version cannot execute. They fail the run before its first statement: half a run would leave tables that
/// do not fit together.
fn unexecutable(plan: &Plan) -> Vec<RunFailure> {
    let selected = plan.nodes.iter().filter(|node| node.status == NodeStatus::Selected);
    selected.filter_map(node::refuse_unexecutable).collect()
}

fn finish(
    context: &RunContext<'_>,
    options: &RunOptions,
    mut header: ProgressHeader,
    started: std::time::Duration,
    mut outcome: RunOutcome,
) -> Result<RunOutcome, StateError> {
    outcome.finished_at = context.clock.now();
    outcome.duration_ms = milliseconds(context.clock.monotonic().saturating_sub(started));
    outcome.settle();
    header.complete = outcome.is_complete();
    let record = RunRecord {
        run_id: outcome.run_id.clone(),
        started_at: rfc3339(outcome.started_at),
        finished_at: rfc3339(outcome.finished_at),
        status: outcome.status,
        models_executed: outcome.executions.clone(),
        trigger: options.trigger,
        config_hash: context.plan.config_digest.clone(),
        pipeline: context.plan.pipeline.to_string(),
    };
    if let Err(error) = context.state.finish_run(&record, &header) {
        outcome.warnings.push(format!("the run could not be recorded: {error}; {}", error.hint()));
    }
    Ok(outcome)
}
