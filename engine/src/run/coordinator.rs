//! Runs the nodes: hands out what is ready, keeps within the limit, contains failures, records what ended.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::Scope;

use crossbeam_channel::{Receiver, Sender};
use rocky_adapter::{ErrorKind, Warehouse};
use rocky_plan_model::{ModelNode, NodeKind, PlanNode};
use time::OffsetDateTime;

use super::RunContext;
use super::graph::{Graph, NodeState};
use super::node::{NodeDone, NodeFailure, execute_model};
use super::outcome::{ContainedNode, Materialization, RunOutcome};
use super::schemas::MissingSchemas;
use crate::clock::{Clock, milliseconds, rfc3339};
use crate::event::{NodeResult, RunEvent};
use crate::state::{ModelExecution, ProgressEntry, ProgressStatus, RunStatus, WatermarkRecord};
use crate::throttle::Throttle;

/// The error rate is judged only after so many nodes.
const ERROR_RATE_SAMPLE: usize = 4;

/// A node that ended on its thread.
struct Ended {
    at: usize,
    started_at: OffsetDateTime,
    finished_at: OffsetDateTime,
    duration_ms: u64,
    result: Result<NodeDone, NodeFailure>,
}

pub(super) struct Coordinator<'a> {
    context: &'a RunContext<'a>,
    throttle: Throttle,
    schemas: MissingSchemas,
    graph: Graph,
    failures: Vec<Option<NodeFailure>>,
    unrecorded: Vec<ProgressEntry>,
    reached: Vec<(String, WatermarkRecord)>,
    stopped: Option<String>,
    retrying: bool,
    completed: usize,
    failed: usize,
}

impl<'a> Coordinator<'a> {
    pub(super) fn new(context: &'a RunContext<'a>, throttle: Throttle, schemas: MissingSchemas) -> Self {
        Self {
            context,
            throttle,
            schemas,
            graph: Graph::new(context.plan),
            failures: vec![None; context.plan.nodes.len()],
            unrecorded: Vec::new(),
            reached: Vec::new(),
            stopped: None,
            retrying: false,
            completed: 0,
            failed: 0,
        }
    }

    pub(super) fn run(mut self, outcome: &mut RunOutcome) {
        let limit = self.throttle.limit();
        self.round(outcome, limit);
        for round in 1..=self.context.plan.execution.table_retries {
            let again: Vec<usize> = self.failed_that_may_pass();
            if again.is_empty() || self.stopped.is_some() {
                break;
            }
            if self.context.cancel.is_cancelled() {
                outcome.interrupted = true;
                break;
            }
            self.context.observer.event(RunEvent::Retrying { round, nodes: again.len() });
            self.graph.reopen(&again);
            self.failed -= again.len();
            self.completed -= again.len();
            self.retrying = true;
            self.round(outcome, 1);
        }
        self.close(outcome);
    }

    fn failed_that_may_pass(&self) -> Vec<usize> {
        let states = self.graph.states();
        let failed = (0..states.len()).filter(|at| states[*at] == NodeState::Failed);
        failed.filter(|at| self.failures[*at].as_ref().is_some_and(NodeFailure::may_pass)).collect()
    }

    /// Runs until nothing is ready and nothing runs. `most` bounds how many run side by side, whatever the throttle says.
    fn round(&mut self, outcome: &mut RunOutcome, most: usize) {
        let (sender, receiver) = crossbeam_channel::unbounded();
        std::thread::scope(|scope| {
            let mut running = 0;
            loop {
                self.hand_out(outcome, scope, &sender, &mut running, most);
                if running == 0 {
                    break;
                }
                self.collect(outcome, &receiver, &mut running);
            }
        });
        self.record(outcome);
    }

    fn hand_out<'scope>(
        &mut self,
        outcome: &mut RunOutcome,
        scope: &'scope Scope<'scope, '_>,
        sender: &Sender<Ended>,
        running: &mut usize,
        most: usize,
    ) where
        'a: 'scope,
    {
        while *running < self.throttle.limit().min(most) {
            // Asked to stop after the last node ended, a run is simply complete.
            if self.context.cancel.is_cancelled() && !outcome.interrupted && self.graph.has_waiting() {
                outcome.interrupted = true;
                self.context
                    .observer
                    .event(RunEvent::Draining { running: *running, reason: "interrupted".to_owned() });
            }
            if outcome.interrupted || self.stopped.is_some() {
                return;
            }
            let Some(at) = self.graph.take_ready() else { return };
            let context = self.context;
            let node = &context.plan.nodes[at];
            let NodeKind::Model(model) = &node.kind else {
                self.failures[at] =
                    Some(NodeFailure::new(ErrorKind::Unsupported, "replication cannot be executed yet"));
                self.graph.fail(at);
                continue;
            };
            let Some(target) = model.materialization.target() else {
                // An ephemeral model is part of its consumers' text.
                self.graph.succeed(at);
                continue;
            };
            self.tell(RunEvent::NodeStarted { id: node.id.clone(), label: node.label() });
            let missing = self.schemas.get(&(target.catalog.clone(), target.schema.clone()));
            let recorded = match missing {
                Some(error) => Err(NodeFailure::from(error.clone())),
                // An unreadable state record is found before the first statement of the node, not after it.
                None => context.state.watermark(&target.to_string()).map_err(|error| NodeFailure {
                    hint: Some(error.hint()),
                    ..NodeFailure::new(ErrorKind::Other, error.to_string())
                }),
            };
            *running += 1;
            let sender = sender.clone();
            let (warehouse, clock) = (context.warehouse, context.clock);
            scope.spawn(move || {
                let ended = execute(warehouse, clock, (at, model), recorded);
                // The receiver lives as long as this scope.
                let _sent = sender.send(ended);
            });
        }
    }

    /// Waits for a node to end, then takes all that have ended and records them together.
    fn collect(&mut self, outcome: &mut RunOutcome, receiver: &Receiver<Ended>, running: &mut usize) {
        let Ok(first) = receiver.recv() else { return };
        let mut ended = vec![first];
        ended.extend(receiver.try_iter());
        for ended in ended {
            *running -= 1;
            self.settle(outcome, ended, *running);
        }
        self.record(outcome);
    }

    fn settle(&mut self, outcome: &mut RunOutcome, ended: Ended, running: usize) {
        let node = &self.context.plan.nodes[ended.at];
        self.completed += 1;
        outcome.executions.push(execution(node, &ended));
        let at = ended.at;
        let progress = |status, error| ProgressEntry {
            index: at,
            table_key: node.target().map(ToString::to_string).unwrap_or_default(),
            asset_key: node.asset_key(),
            status,
            error,
            duration_ms: ended.duration_ms,
            completed_at: rfc3339(ended.finished_at),
        };
        let result = match ended.result {
            Ok(done) => {
                self.throttle.success();
                self.graph.succeed(at);
                self.failures[at] = None;
                self.unrecorded.push(progress(ProgressStatus::Success, None));
                let rows = done.rows;
                self.add_done(outcome, node, done, ended.started_at, ended.finished_at, ended.duration_ms);
                NodeResult::Done { rows }
            }
            Err(failure) => {
                if failure.kind == ErrorKind::RateLimited {
                    self.throttle.rate_limited();
                }
                self.failed += 1;
                self.graph.fail(at);
                self.unrecorded.push(progress(ProgressStatus::Failed, Some(failure.message.clone())));
                let error = failure.message.clone();
                self.failures[at] = Some(failure);
                self.stop_if_too_many_failed(running);
                NodeResult::Failed { error }
            }
        };
        self.tell(RunEvent::NodeEnded {
            id: node.id.clone(),
            label: node.label(),
            duration_ms: ended.duration_ms,
            result,
        });
    }

    fn add_done(
        &mut self,
        outcome: &mut RunOutcome,
        node: &PlanNode,
        done: NodeDone,
        started_at: OffsetDateTime,
        finished_at: OffsetDateTime,
        duration_ms: u64,
    ) {
        let table = node.target().map(ToString::to_string).unwrap_or_default();
        if let Some(watermark) = &done.watermark {
            let record = WatermarkRecord { last_value: watermark.clone(), updated_at: rfc3339(finished_at) };
            self.reached.push((table.clone(), record));
        }
        let sql_hash = sql_hash(&done);
        let appended = done.expansion.strategy == "incremental";
        outcome.drift.tables_checked += usize::from(appended);
        outcome.drift.tables_drifted += usize::from(!done.expansion.drift.is_empty());
        outcome.drift.actions_taken.extend(done.expansion.drift);
        outcome.materializations.push(Materialization {
            asset_key: node.asset_key(),
            label: node.label(),
            rows_copied: done.rows,
            duration_ms,
            started_at,
            strategy: done.expansion.strategy,
            watermark: done.watermark,
            target_table_full_name: table,
            sql_hash,
            column_count: done.expansion.column_count,
            notes: done.notes,
        });
    }

    fn stop_if_too_many_failed(&mut self, running: usize) {
        // Retries are bounded by themselves; a run that came this far is not stopped by them.
        if self.stopped.is_some() || self.retrying {
            return;
        }
        let settings = &self.context.plan.execution;
        let percent = usize::try_from(settings.error_rate_abort_pct).unwrap_or(usize::MAX);
        let over = percent > 0
            && self.completed >= ERROR_RATE_SAMPLE
            && self.failed.saturating_mul(100) >= percent.saturating_mul(self.completed);
        let reason = if settings.fail_fast {
            "fail_fast is set and a node failed".to_owned()
        } else if over {
            format!(
                "{} of {} nodes failed, which reaches error_rate_abort_pct = {}",
                self.failed, self.completed, settings.error_rate_abort_pct
            )
        } else {
            return;
        };
        self.tell(RunEvent::Draining { running, reason: reason.clone() });
        self.stopped = Some(reason);
    }

    /// Writes what ended since the last time. A state file that cannot be written does not undo what was done in the
    /// warehouse, so it is a warning, and the next run reconciles with the tables.
    fn record(&mut self, outcome: &mut RunOutcome) {
        if self.unrecorded.is_empty() && self.reached.is_empty() {
            return;
        }
        let entries = std::mem::take(&mut self.unrecorded);
        let reached = std::mem::take(&mut self.reached);
        if let Err(error) = self.context.state.record_nodes(&outcome.run_id, &entries, &reached) {
            outcome.warnings.push(format!("progress could not be recorded: {error}; {}", error.hint()));
        }
    }

    /// Reports what failed and what never started.
    fn close(mut self, outcome: &mut RunOutcome) {
        let now = rfc3339(self.context.clock.now());
        for (at, node) in self.context.plan.nodes.iter().enumerate() {
            let (result, status) = match self.graph.states()[at] {
                NodeState::Done | NodeState::Running => continue,
                NodeState::Failed => {
                    if let Some(failure) = self.failures[at].take() {
                        outcome.errors.push(failure.into_run_failure(node));
                    }
                    continue;
                }
                NodeState::Contained(by) => {
                    let because_of = self.context.plan.nodes[by].label();
                    outcome.contained.push(ContainedNode {
                        asset_key: node.asset_key(),
                        label: node.label(),
                        because_of: because_of.clone(),
                    });
                    (NodeResult::Contained { because_of }, ProgressStatus::Skipped)
                }
                NodeState::Waiting => {
                    outcome.not_started.push(node.label());
                    let interrupted = outcome.interrupted;
                    let status =
                        if interrupted { ProgressStatus::Interrupted } else { ProgressStatus::Skipped };
                    (NodeResult::NotStarted, status)
                }
            };
            self.tell(RunEvent::NodeEnded {
                id: node.id.clone(),
                label: node.label(),
                duration_ms: 0,
                result,
            });
            if let Some(target) = node.target() {
                self.unrecorded.push(ProgressEntry {
                    index: at,
                    table_key: target.to_string(),
                    asset_key: node.asset_key(),
                    status,
                    error: None,
                    duration_ms: 0,
                    completed_at: now.clone(),
                });
            }
        }
        self.record(outcome);
        outcome.stopped_because = self.stopped.take();
        outcome.execution.concurrency = self.throttle.initial();
        outcome.execution.adaptive_concurrency = self.throttle.is_adaptive();
        outcome.execution.final_concurrency = self.throttle.current();
        outcome.execution.rate_limits_detected = self.throttle.rate_limits();
    }

    fn tell(&self, event: RunEvent) {
        self.context.observer.event(event);
    }
}

/// Executes a node on this thread. A panic fails the node, not the run.
fn execute(
    warehouse: &dyn Warehouse,
    clock: &dyn Clock,
    (at, model): (usize, &ModelNode),
    recorded: Result<Option<WatermarkRecord>, NodeFailure>,
) -> Ended {
    let started_at = clock.now();
    let started = clock.monotonic();
    let result = recorded.and_then(|recorded| {
        catch_unwind(AssertUnwindSafe(|| execute_model(warehouse, model, recorded.as_ref()))).unwrap_or_else(
            |_| Err(NodeFailure::new(ErrorKind::Other, "an internal error; please report it")),
        )
    });
    let duration_ms = milliseconds(clock.monotonic().saturating_sub(started));
    Ended { at, started_at, finished_at: clock.now(), duration_ms, result }
}

fn execution(node: &PlanNode, ended: &Ended) -> ModelExecution {
    ModelExecution {
        model_name: node.label(),
        started_at: rfc3339(ended.started_at),
        finished_at: rfc3339(ended.finished_at),
        duration_ms: ended.duration_ms,
        rows_affected: ended.result.as_ref().ok().and_then(|done| done.rows),
        status: if ended.result.is_ok() { RunStatus::Success } else { RunStatus::Failure },
        sql_hash: ended.result.as_ref().map(sql_hash).unwrap_or_default(),
    }
}

/// 16 hex digits over the executed statements joined by `;` and a newline.
fn sql_hash(done: &NodeDone) -> String {
    let statements: Vec<&str> =
        done.expansion.statements.iter().map(|statement| statement.sql.as_str()).collect();
    let hash = blake3::hash(statements.join(";\n").as_bytes()).to_hex();
    hash.chars().take(16).collect()
}
