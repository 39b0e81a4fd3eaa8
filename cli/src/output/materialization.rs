//! What a run wrote.

use schemars::JsonSchema;
use serde::Serialize;

/// One table or view that was written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct MaterializationOutput {
    /// Its asset key: of a model catalog, schema, table.
    pub asset_key: Vec<String>,
    /// Rows the warehouse reports; null when it does not.
    pub rows_copied: Option<u64>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// When it began.
    pub started_at: String,
    /// How it was written.
    pub metadata: MaterializationMetadata,
    /// The partition that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<PartitionInfo>,
}

/// How a table or view was written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct MaterializationMetadata {
    /// What was really executed: a first incremental run is a `full_refresh`.
    pub strategy: String,
    /// The new watermark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watermark: Option<String>,
    /// `catalog.schema.table`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_table_full_name: Option<String>,
    /// Digest of the executed statements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql_hash: Option<String>,
    /// Number of columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column_count: Option<u64>,
    /// How long compiling took, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compile_time_ms: Option<u64>,
}

/// A partition that was written: a half-open window.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct PartitionInfo {
    /// Its key.
    pub key: String,
    /// Its start.
    pub start: String,
    /// Its end.
    pub end: String,
    /// Keys of the partitions that one statement wrote together with it.
    pub batched_with: Vec<String>,
}

/// The partitions of one model.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct PartitionSummary {
    /// The model.
    pub model: String,
    /// Partitions that were to be written.
    pub partitions_planned: u64,
    /// Partitions that were written.
    pub partitions_succeeded: u64,
    /// Partitions that failed.
    pub partitions_failed: u64,
    /// Partitions that were not reached.
    pub partitions_skipped: u64,
}
