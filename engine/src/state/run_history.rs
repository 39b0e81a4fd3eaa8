//! Table `run_history`: one record per run.

use redb::{ReadTransaction, WriteTransaction};
use serde::{Deserialize, Serialize};

use super::json_table::{JsonTable, Record};
use super::{Failure, run_progress};

/// Keyed by run id.
pub(super) const TABLE: JsonTable<RunRecord> = JsonTable::new("run_history");

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunStatus {
    /// Everything done.
    Success,
    /// Something done, something not.
    PartialFailure,
    /// Nothing done.
    Failure,
}

impl RunStatus {
    /// The name in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            RunStatus::Success => "Success",
            RunStatus::PartialFailure => "PartialFailure",
            RunStatus::Failure => "Failure",
        }
    }
}

/// What started a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Trigger {
    /// A person.
    #[default]
    Manual,
    /// An orchestrator's sensor.
    Sensor,
    /// A schedule.
    Schedule,
    /// Continuous integration.
    Ci,
}

/// One model or table of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelExecution {
    /// Its name.
    pub model_name: String,
    /// RFC 3339.
    pub started_at: String,
    /// RFC 3339.
    pub finished_at: String,
    /// Milliseconds.
    pub duration_ms: u64,
    /// Rows written, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_affected: Option<u64>,
    /// `Success` or `Failure`.
    pub status: RunStatus,
    /// Hash of the executed statements; empty when none was.
    pub sql_hash: String,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Run id.
    pub run_id: String,
    /// RFC 3339.
    pub started_at: String,
    /// RFC 3339.
    pub finished_at: String,
    /// How it ended.
    pub status: RunStatus,
    /// Its models and tables, by completion.
    pub models_executed: Vec<ModelExecution>,
    /// What started it.
    pub trigger: Trigger,
    /// Digest of the configuration.
    pub config_hash: String,
    /// The pipeline; records of the first versions do not say.
    #[serde(default)]
    pub pipeline: String,
}

impl Record for RunRecord {
    const VERSION: u32 = 1;
}

/// All runs, newest first.
pub(super) fn newest_first(transaction: &ReadTransaction) -> Result<Vec<RunRecord>, Failure> {
    let mut runs: Vec<RunRecord> = TABLE.all(transaction)?.into_iter().map(|(_, run)| run).collect();
    runs.sort_by(|left, right| (&right.started_at, &right.run_id).cmp(&(&left.started_at, &left.run_id)));
    Ok(runs)
}

/// Removes the oldest runs beyond `kept`, with their progress.
pub(super) fn prune(transaction: &WriteTransaction, kept: usize) -> Result<(), Failure> {
    let mut table = transaction.open_table(TABLE.definition()).map_err(redb::Error::from)?;
    let mut runs = TABLE.collect(&table, "")?;
    runs.sort_by(|left, right| (&right.1.started_at, &right.0).cmp(&(&left.1.started_at, &left.0)));
    for (run_id, _) in runs.into_iter().skip(kept) {
        table.remove(run_id.as_str()).map_err(redb::Error::from)?;
        run_progress::remove(transaction, &run_id)?;
    }
    Ok(())
}
