//! The document of `rocky run`.

use super::{
    AnomalyOutput, DriftSummary, ExecutionSummary, MaterializationOutput, MetricsSnapshot, PartitionSummary,
    PermissionSummary, QuarantineOutput, TableCheckOutput,
};
use schemars::JsonSchema;
use serde::Serialize;

/// The verdict on a whole run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub enum RunStatus {
    /// Everything was done.
    Success,
    /// A part was done and a part failed or was not reached.
    PartialFailure,
    /// Nothing usable was done.
    Failure,
}

/// What a run did.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct RunOutput {
    /// Version of Rocky.
    pub version: &'static str,
    /// `run`.
    pub command: &'static str,
    /// The run, as the history names it.
    pub run_id: String,
    /// The verdict.
    pub status: RunStatus,
    /// `replication`, `transformation`, `quality`, `snapshot` or `load`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline_type: Option<String>,
    /// The filter as given, empty when there was none.
    pub filter: String,
    /// The whole run in milliseconds.
    pub duration_ms: u64,
    /// Tables and models that were written.
    pub tables_copied: u64,
    /// Tables and models that failed.
    pub tables_failed: u64,
    /// Tables and models that an earlier run had already done.
    pub tables_skipped: u64,
    /// Tables that were left out.
    pub excluded_tables: Vec<ExcludedTableOutput>,
    /// The run that was resumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumed_from: Option<String>,
    /// Whether shadow tables were written in place of the real ones.
    pub shadow: bool,
    /// What was written, in order of completion.
    pub materializations: Vec<MaterializationOutput>,
    /// What was checked, by asset key.
    pub check_results: Vec<TableCheckOutput>,
    /// Rows that were set aside.
    pub quarantine: Vec<QuarantineOutput>,
    /// Row counts out of the ordinary.
    pub anomalies: Vec<AnomalyOutput>,
    /// What failed.
    pub errors: Vec<TableErrorOutput>,
    /// How it was executed.
    pub execution: ExecutionSummary,
    /// Figures of the run; null when none were taken.
    pub metrics: Option<MetricsSnapshot>,
    /// Governance that was applied.
    pub permissions: PermissionSummary,
    /// Schema drift that was met.
    pub drift: DriftSummary,
    /// Partitions, one entry for each model that has them.
    pub partition_summaries: Vec<PartitionSummary>,
    /// Whether the run was interrupted.
    pub interrupted: bool,
}

/// A table that was left out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ExcludedTableOutput {
    /// Its asset key.
    pub asset_key: Vec<String>,
    /// Its schema in the source.
    pub source_schema: String,
    /// Its name.
    pub table_name: String,
    /// Why.
    pub reason: String,
}

/// A table or model that failed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct TableErrorOutput {
    /// Its asset key.
    pub asset_key: Vec<String>,
    /// What went wrong.
    pub error: String,
    /// What kind of failure it is, such as `query-rejected` or `compile-error`.
    pub failure_kind: String,
}
