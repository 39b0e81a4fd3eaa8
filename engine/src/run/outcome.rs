//! What a run did: all that outputs and exit codes are made of.

use rocky_adapter::ErrorKind;
use rocky_plan_model::{CompileProblem, NodeStatus, Plan, SkipReason};
use serde::Serialize;
use time::OffsetDateTime;

use crate::expand::DriftAction;
use crate::state::{ModelExecution, RunStatus};

/// One table that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Materialization {
    /// Asset key.
    pub asset_key: Vec<String>,
    /// The node's label.
    pub label: String,
    /// Rows written, when the warehouse says so.
    pub rows_copied: Option<u64>,
    /// Milliseconds.
    pub duration_ms: u64,
    /// When it started.
    pub started_at: OffsetDateTime,
    /// What was really done.
    pub strategy: &'static str,
    /// The greatest timestamp in the table, for incremental models, RFC 3339.
    pub watermark: Option<String>,
    /// `catalog.schema.table`, as configured.
    pub target_table_full_name: String,
    /// Hash of the executed statements.
    pub sql_hash: String,
    /// Number of columns, when known.
    pub column_count: Option<usize>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
}

/// What kind of failure, in the words of the run document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The warehouse cannot be reached.
    ConnectionFailed,
    /// Credentials or permissions.
    AuthFailed,
    /// The warehouse refused the statement.
    QueryRejected,
    /// Passing trouble.
    Transient,
    /// A quota or rate limit.
    QuotaExceeded,
    /// Something does not exist.
    NotFound,
    /// The model does not compile.
    CompileError,
    /// Anything else.
    Unknown,
}

impl FailureKind {
    /// The name in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            FailureKind::ConnectionFailed => "connection-failed",
            FailureKind::AuthFailed => "auth-failed",
            FailureKind::QueryRejected => "query-rejected",
            FailureKind::Transient => "transient",
            FailureKind::QuotaExceeded => "quota-exceeded",
            FailureKind::NotFound => "not-found",
            FailureKind::CompileError => "compile-error",
            FailureKind::Unknown => "unknown",
        }
    }
}

impl From<ErrorKind> for FailureKind {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Auth | ErrorKind::Permission => FailureKind::AuthFailed,
            ErrorKind::Connection | ErrorKind::Locked => FailureKind::ConnectionFailed,
            ErrorKind::NotFound => FailureKind::NotFound,
            ErrorKind::Syntax | ErrorKind::Query | ErrorKind::Unsupported => FailureKind::QueryRejected,
            ErrorKind::Quota | ErrorKind::RateLimited => FailureKind::QuotaExceeded,
            ErrorKind::Timeout | ErrorKind::Transient | ErrorKind::Conflict => FailureKind::Transient,
            ErrorKind::Interrupted | ErrorKind::Protocol | ErrorKind::Other => FailureKind::Unknown,
        }
    }
}

/// One node that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFailure {
    /// Asset key.
    pub asset_key: Vec<String>,
    /// The node's label.
    pub label: String,
    /// The file that defines it.
    pub file: Option<String>,
    /// What happened.
    pub error: String,
    /// What kind of failure.
    pub failure_kind: FailureKind,
    /// What to do.
    pub hint: Option<String>,
    /// The statement that failed.
    pub statement: Option<String>,
}

/// One model that does not compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError {
    /// The model.
    pub label: String,
    /// Asset key.
    pub asset_key: Vec<String>,
    /// Its findings.
    pub problems: Vec<CompileProblem>,
}

/// A node that did not start, because something it depends on failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainedNode {
    /// Asset key.
    pub asset_key: Vec<String>,
    /// The node's label.
    pub label: String,
    /// The failed node's label.
    pub because_of: String,
}

/// How it was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExecutionSummary {
    /// The limit at the start.
    pub concurrency: u32,
    /// Whether the limit adapts.
    pub adaptive_concurrency: bool,
    /// The limit at the end.
    pub final_concurrency: u32,
    /// Rate limits met.
    pub rate_limits_detected: u32,
    /// Nodes that ended, well or badly.
    pub tables_processed: usize,
    /// Nodes that failed.
    pub tables_failed: usize,
}

/// What was created besides tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct PermissionSummary {
    /// Grants given.
    pub grants_added: u32,
    /// Grants taken back.
    pub grants_revoked: u32,
    /// Catalogs.
    pub catalogs_created: u32,
    /// Schemas.
    pub schemas_created: u32,
}

/// Differences between targets and queries.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct DriftSummary {
    /// Tables compared.
    pub tables_checked: usize,
    /// Tables that differed.
    pub tables_drifted: usize,
    /// What was done.
    pub actions_taken: Vec<DriftAction>,
}

/// What the process's exit code is decided by; the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitVerdict {
    /// 130.
    Interrupted,
    /// 1.
    CompileErrors,
    /// 1: something failed, nothing was done.
    NothingDone,
    /// 2: something was done, something failed.
    Partial,
    /// 0.
    Success,
}

impl ExitVerdict {
    /// The exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            ExitVerdict::Interrupted => 130,
            ExitVerdict::CompileErrors | ExitVerdict::NothingDone => 1,
            ExitVerdict::Partial => 2,
            ExitVerdict::Success => 0,
        }
    }
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunOutcome {
    /// Run id.
    pub run_id: String,
    /// Whole-run verdict.
    pub status: RunStatus,
    /// The pipeline.
    pub pipeline: String,
    /// Its kind, as in outputs.
    pub pipeline_type: &'static str,
    /// The request's filter text.
    pub filter: String,
    /// When it started.
    pub started_at: OffsetDateTime,
    /// When it ended.
    pub finished_at: OffsetDateTime,
    /// Milliseconds.
    pub duration_ms: u64,
    /// Nodes left out because an earlier run did them.
    pub tables_skipped: usize,
    /// The earlier run.
    pub resumed_from: Option<String>,
    /// Written tables, by completion.
    pub materializations: Vec<Materialization>,
    /// Failed nodes, in plan order.
    pub errors: Vec<RunFailure>,
    /// Models that do not compile, in plan order. If there is one, nothing was executed.
    pub compile_errors: Vec<CompileError>,
    /// Nodes kept from starting by a failure, in plan order.
    pub contained: Vec<ContainedNode>,
    /// Labels of the nodes that never started because the run stopped, in plan order.
    pub not_started: Vec<String>,
    /// Why the run stopped before its end, when it was not interrupted.
    pub stopped_because: Option<String>,
    /// How it was executed.
    pub execution: ExecutionSummary,
    /// What was created besides tables.
    pub permissions: PermissionSummary,
    /// Differences met.
    pub drift: DriftSummary,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// One entry per executed node, for the history.
    pub executions: Vec<ModelExecution>,
    /// What went wrong without touching a table.
    pub warnings: Vec<String>,
}

impl RunOutcome {
    pub(super) fn begin(
        run_id: String,
        plan: &Plan,
        started_at: OffsetDateTime,
        resumed_from: Option<String>,
    ) -> Self {
        let done_earlier = |status: &NodeStatus| {
            matches!(status, NodeStatus::Skipped { reason: SkipReason::DoneEarlier { .. } })
        };
        Self {
            run_id,
            status: RunStatus::Success,
            pipeline: plan.pipeline.to_string(),
            pipeline_type: plan.pipeline_type.as_str(),
            filter: plan.filter.clone(),
            started_at,
            finished_at: started_at,
            duration_ms: 0,
            tables_skipped: plan.nodes.iter().filter(|node| done_earlier(&node.status)).count(),
            resumed_from,
            materializations: Vec::new(),
            errors: Vec::new(),
            compile_errors: Vec::new(),
            contained: Vec::new(),
            not_started: Vec::new(),
            stopped_because: None,
            execution: ExecutionSummary::default(),
            permissions: PermissionSummary::default(),
            drift: DriftSummary::default(),
            interrupted: false,
            executions: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Tables written.
    pub fn tables_copied(&self) -> usize {
        self.materializations.len()
    }

    /// Nodes that failed or do not compile.
    pub fn tables_failed(&self) -> usize {
        self.errors.len() + self.compile_errors.len()
    }

    /// Whether everything the plan wanted is done.
    pub fn is_complete(&self) -> bool {
        self.tables_failed() == 0
            && self.contained.is_empty()
            && self.not_started.is_empty()
            && !self.interrupted
    }

    /// What the exit code is decided by.
    pub fn exit_verdict(&self) -> ExitVerdict {
        if self.interrupted {
            ExitVerdict::Interrupted
        } else if !self.compile_errors.is_empty() {
            ExitVerdict::CompileErrors
        } else if self.is_complete() {
            ExitVerdict::Success
        } else if self.tables_copied() == 0 {
            ExitVerdict::NothingDone
        } else {
            ExitVerdict::Partial
        }
    }

    /// Sets what follows from the rest.
    pub(super) fn settle(&mut self) {
        self.execution.tables_failed = self.errors.len();
        self.execution.tables_processed = self.materializations.len() + self.errors.len();
        self.status = match self.exit_verdict() {
            ExitVerdict::Success => RunStatus::Success,
            ExitVerdict::Partial => RunStatus::PartialFailure,
            ExitVerdict::Interrupted if self.tables_copied() > 0 => RunStatus::PartialFailure,
            ExitVerdict::Interrupted | ExitVerdict::CompileErrors | ExitVerdict::NothingDone => {
                RunStatus::Failure
            }
        };
    }
}
