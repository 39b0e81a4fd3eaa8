//! The run document.

use crate::exit::Exit;
use crate::output::{
    DriftActionOutput, DriftSummary, ExecutionSummary, MaterializationMetadata, MaterializationOutput,
    PermissionSummary, RunOutput, RunStatus, TableErrorOutput, VERSION,
};
use rocky_engine::run::{CompileError, ExitVerdict, FailureKind, Materialization, RunFailure};
use rocky_engine::{RunOutcome, rfc3339, state};

/// What a run did, as a document.
pub(crate) fn run_document(outcome: &RunOutcome) -> RunOutput {
    let compile_errors = outcome.compile_errors.iter().map(compile_error);
    RunOutput {
        version: VERSION,
        command: "run",
        run_id: outcome.run_id.clone(),
        status: match outcome.status {
            state::RunStatus::Success => RunStatus::Success,
            state::RunStatus::PartialFailure => RunStatus::PartialFailure,
            state::RunStatus::Failure => RunStatus::Failure,
        },
        pipeline_type: Some(outcome.pipeline_type.to_owned()),
        filter: outcome.filter.clone(),
        duration_ms: outcome.duration_ms,
        tables_copied: outcome.tables_copied() as u64,
        tables_failed: outcome.tables_failed() as u64,
        tables_skipped: outcome.tables_skipped as u64,
        excluded_tables: Vec::new(),
        resumed_from: outcome.resumed_from.clone(),
        shadow: false,
        materializations: outcome.materializations.iter().map(materialization).collect(),
        check_results: Vec::new(),
        quarantine: Vec::new(),
        anomalies: Vec::new(),
        errors: compile_errors.chain(outcome.errors.iter().map(failure)).collect(),
        execution: execution(outcome),
        metrics: None,
        permissions: PermissionSummary {
            grants_added: u64::from(outcome.permissions.grants_added),
            grants_revoked: u64::from(outcome.permissions.grants_revoked),
            catalogs_created: u64::from(outcome.permissions.catalogs_created),
            schemas_created: u64::from(outcome.permissions.schemas_created),
        },
        drift: drift(outcome),
        partition_summaries: Vec::new(),
        interrupted: outcome.interrupted,
    }
}

/// How a run ends the process.
pub(crate) fn exit_of(outcome: &RunOutcome) -> Exit {
    match outcome.exit_verdict() {
        ExitVerdict::Interrupted => Exit::Interrupted,
        ExitVerdict::CompileErrors | ExitVerdict::NothingDone => Exit::Failure,
        ExitVerdict::Partial => Exit::Partial,
        ExitVerdict::Success => Exit::Success,
    }
}

fn materialization(table: &Materialization) -> MaterializationOutput {
    MaterializationOutput {
        asset_key: table.asset_key.clone(),
        rows_copied: table.rows_copied,
        duration_ms: table.duration_ms,
        started_at: rfc3339(table.started_at),
        metadata: MaterializationMetadata {
            strategy: table.strategy.to_owned(),
            watermark: table.watermark.clone(),
            target_table_full_name: Some(table.target_table_full_name.clone()),
            sql_hash: Some(table.sql_hash.clone()),
            column_count: table.column_count.map(|count| count as u64),
            compile_time_ms: None,
        },
        partition: None,
    }
}

fn failure(failure: &RunFailure) -> TableErrorOutput {
    let hint = failure.hint.as_ref().map(|hint| format!(" (hint: {hint})")).unwrap_or_default();
    TableErrorOutput {
        asset_key: failure.asset_key.clone(),
        error: format!("{}{hint}", failure.error),
        failure_kind: failure.failure_kind.as_str().to_owned(),
    }
}

fn compile_error(error: &CompileError) -> TableErrorOutput {
    let problems: Vec<String> = error
        .problems
        .iter()
        .map(|problem| {
            let place = format!("{}:{}:{}", problem.file, problem.line, problem.column);
            format!("{} {} ({place})", problem.code, problem.message)
        })
        .collect();
    TableErrorOutput {
        asset_key: error.asset_key.clone(),
        error: problems.join("\n"),
        failure_kind: FailureKind::CompileError.as_str().to_owned(),
    }
}

fn execution(outcome: &RunOutcome) -> ExecutionSummary {
    let summary = &outcome.execution;
    let adaptive = summary.adaptive_concurrency;
    ExecutionSummary {
        concurrency: u64::from(summary.concurrency),
        tables_processed: summary.tables_processed as u64,
        tables_failed: summary.tables_failed as u64,
        adaptive_concurrency: adaptive,
        final_concurrency: adaptive.then_some(u64::from(summary.final_concurrency)),
        rate_limits_detected: adaptive.then_some(u64::from(summary.rate_limits_detected)),
    }
}

fn drift(outcome: &RunOutcome) -> DriftSummary {
    DriftSummary {
        tables_checked: outcome.drift.tables_checked as u64,
        tables_drifted: outcome.drift.tables_drifted as u64,
        actions_taken: outcome
            .drift
            .actions_taken
            .iter()
            .map(|action| DriftActionOutput {
                table: action.table.clone(),
                action: action.action.clone(),
                reason: action.reason.clone(),
                asset_key: action.asset_key.clone(),
            })
            .collect(),
    }
}
