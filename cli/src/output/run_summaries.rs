//! Figures in the run document.

use schemars::JsonSchema;
use serde::Serialize;

/// How a run was executed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ExecutionSummary {
    /// Tables that could run at the same time.
    pub concurrency: u64,
    /// Tables that were begun.
    pub tables_processed: u64,
    /// Tables that failed.
    pub tables_failed: u64,
    /// Whether the concurrency followed the warehouse's answers.
    pub adaptive_concurrency: bool,
    /// The concurrency at the end, when it was adaptive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub final_concurrency: Option<u64>,
    /// How often the warehouse asked to slow down, when it was adaptive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limits_detected: Option<u64>,
}

/// Figures of a run.
#[derive(Clone, PartialEq, Debug, Default, Serialize, JsonSchema)]
pub struct MetricsSnapshot {
    /// Tables that were begun.
    pub tables_processed: u64,
    /// Tables that failed.
    pub tables_failed: u64,
    /// Failed tables in percent.
    pub error_rate_pct: f64,
    /// Statements that were sent.
    pub statements_executed: u64,
    /// Tables that were tried again.
    pub retries_attempted: u64,
    /// Tables for which that helped.
    pub retries_succeeded: u64,
    /// Row counts out of the ordinary.
    pub anomalies_detected: u64,
    /// Half of the tables took no longer, in milliseconds.
    pub table_duration_p50_ms: u64,
    /// 95 of 100 tables took no longer.
    pub table_duration_p95_ms: u64,
    /// No table took longer.
    pub table_duration_max_ms: u64,
    /// Half of the statements took no longer.
    pub query_duration_p50_ms: u64,
    /// 95 of 100 statements took no longer.
    pub query_duration_p95_ms: u64,
    /// No statement took longer.
    pub query_duration_max_ms: u64,
}

/// Governance that was applied.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct PermissionSummary {
    /// Grants that were added.
    pub grants_added: u64,
    /// Grants that were taken away.
    pub grants_revoked: u64,
    /// Catalogs that were created.
    pub catalogs_created: u64,
    /// Schemas that were created.
    pub schemas_created: u64,
}

/// Schema drift that was met.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct DriftSummary {
    /// Tables that were compared.
    pub tables_checked: u64,
    /// Tables that differ.
    pub tables_drifted: u64,
    /// What was done about it.
    pub actions_taken: Vec<DriftActionOutput>,
}

/// What was done about a difference.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct DriftActionOutput {
    /// The table.
    pub table: String,
    /// The action, such as `add_columns`.
    pub action: String,
    /// Why.
    pub reason: String,
    /// The table's asset key.
    pub asset_key: Vec<String>,
}
