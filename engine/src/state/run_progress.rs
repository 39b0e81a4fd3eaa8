//! Tables `run_progress` and `run_progress_tables`: what of a run is done, so that it can be resumed. One record per
//! table and run, so that a large run does not rewrite a growing record.

use redb::{ReadTransaction, WriteTransaction};
use serde::{Deserialize, Serialize};

use super::Failure;
use super::json_table::{JsonTable, Record};

/// Keyed by run id.
pub(super) const HEADERS: JsonTable<ProgressHeader> = JsonTable::new("run_progress");
/// Keyed by run id and index.
pub(super) const ENTRIES: JsonTable<ProgressEntry> = JsonTable::new("run_progress_tables");

/// A run that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressHeader {
    /// Run id.
    pub run_id: String,
    /// The pipeline.
    #[serde(default)]
    pub pipeline: String,
    /// RFC 3339.
    pub started_at: String,
    /// How many tables it was to write.
    pub total_tables: usize,
    /// Whether all of them were written.
    #[serde(default)]
    pub complete: bool,
}

impl Record for ProgressHeader {
    const VERSION: u32 = 1;
}

/// How a table of a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProgressStatus {
    /// Written.
    Success,
    /// Failed.
    Failed,
    /// Not started: something it depends on failed, or the run stopped after failures.
    Skipped,
    /// Not started: the run was interrupted.
    Interrupted,
}

/// One table of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressEntry {
    /// Position in the plan.
    pub index: usize,
    /// The target's `catalog.schema.table`.
    pub table_key: String,
    /// Asset key.
    pub asset_key: Vec<String>,
    /// How it ended.
    pub status: ProgressStatus,
    /// Message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Milliseconds.
    pub duration_ms: u64,
    /// RFC 3339.
    pub completed_at: String,
}

impl Record for ProgressEntry {
    const VERSION: u32 = 1;
}

/// Digits keep the key order the index order.
pub(super) fn entry_key(run_id: &str, index: usize) -> String {
    format!("{run_id}|{index:08}")
}

/// The entries of a run, by index.
pub(super) fn entries_of(transaction: &ReadTransaction, run_id: &str) -> Result<Vec<ProgressEntry>, Failure> {
    let entries = ENTRIES.with_prefix(transaction, &format!("{run_id}|"))?;
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

/// All headers, newest first.
pub(super) fn newest_first(transaction: &ReadTransaction) -> Result<Vec<ProgressHeader>, Failure> {
    let mut headers: Vec<ProgressHeader> =
        HEADERS.all(transaction)?.into_iter().map(|(_, header)| header).collect();
    headers.sort_by(|left, right| (&right.started_at, &right.run_id).cmp(&(&left.started_at, &left.run_id)));
    Ok(headers)
}

/// Removes the progress of a run.
pub(super) fn remove(transaction: &WriteTransaction, run_id: &str) -> Result<(), Failure> {
    let mut headers = transaction.open_table(HEADERS.definition()).map_err(redb::Error::from)?;
    headers.remove(run_id).map_err(redb::Error::from)?;
    let mut entries = transaction.open_table(ENTRIES.definition()).map_err(redb::Error::from)?;
    for (key, _) in ENTRIES.collect(&entries, &format!("{run_id}|"))? {
        entries.remove(key.as_str()).map_err(redb::Error::from)?;
    }
    Ok(())
}
