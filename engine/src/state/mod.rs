//! The state file: what must survive between runs. Values are JSON, keys are text, one table per kind of record.
//!
//! A run holds the file exclusively from start to end. A file that cannot be read is refused, never replaced.

mod json_table;
mod lock;
mod metadata;
mod reader;
mod run_history;
mod run_progress;
mod watermarks;

use std::path::{Path, PathBuf};

use redb::{Database, DatabaseError};

pub use reader::StateReader;
pub use run_history::{ModelExecution, RunRecord, RunStatus, Trigger};
pub use run_progress::{ProgressEntry, ProgressHeader, ProgressStatus};
pub use watermarks::WatermarkRecord;

use lock::LockFile;

/// Runs that are kept; older ones are pruned when a run is recorded.
pub const KEPT_RUNS: usize = 500;

/// What is wrong with the state file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// Another run holds it.
    #[error("the state file {path} is in use by {holder}")]
    Locked {
        /// The file.
        path: PathBuf,
        /// Who holds it.
        holder: String,
    },
    /// It, its lock file or its folder cannot be opened or written.
    #[error("cannot {action} {path}: {reason}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's word.
        reason: String,
    },
    /// Its content cannot be read.
    #[error("the state file {path} is damaged: {reason}")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// It has another format.
    #[error("the state file {path} was written by {writer}")]
    Version {
        /// The file.
        path: PathBuf,
        /// By whom, as far as can be told.
        writer: String,
    },
}

impl StateError {
    /// A code for messages and machines.
    pub fn code(&self) -> &'static str {
        match self {
            StateError::Locked { .. } => "state-locked",
            StateError::Io { .. } => "state-io",
            StateError::Corrupt { .. } => "state-corrupt",
            StateError::Version { .. } => "state-version",
        }
    }

    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            StateError::Locked { .. } => {
                "wait for the other run to end, or name another file with --state-path".to_owned()
            }
            StateError::Io { .. } => {
                "make the file and its folder writable, or name another place with --state-path".to_owned()
            }
            StateError::Corrupt { path, .. } => format!(
                "nothing was changed. Put back a copy of {0}, or move it away to start anew: incremental models go on from \
                 what is in their tables; run history and resume points are lost",
                path.display()
            ),
            StateError::Version { path, .. } => format!(
                "nothing was changed. Use that version, or move {} away to start anew: incremental models go on from what \
                 is in their tables",
                path.display()
            ),
        }
    }
}

/// The state file, held exclusively.
pub struct StateStore {
    path: PathBuf,
    database: Database,
    _lock: LockFile,
}

impl std::fmt::Debug for StateStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("StateStore").field("path", &self.path).finish_non_exhaustive()
    }
}

impl StateStore {
    /// Opens the file for a run, making it when it is missing. `holder` is shown to whoever finds it locked, for
    /// instance `rocky run (started 2026-05-02T13:00:00Z)`.
    pub fn open(path: &Path, holder: &str) -> Result<Self, StateError> {
        let lock = LockFile::take(path, holder)?;
        let exists = path.try_exists().map_err(|error| StateError::Io {
            action: "look at the state file",
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
        // An existing file is opened, never created over, whatever is in it.
        let opened = if exists {
            guarded(path, || Database::open(path))?
        } else {
            guarded(path, || Database::create(path))?
        };
        let database = opened.map_err(|error| database_error(path, error))?;
        let store = Self { path: path.to_owned(), database, _lock: lock };
        metadata::check_or_set_version(&store.database, &store.path)?;
        Ok(store)
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn read<T>(
        &self,
        read: impl FnOnce(&redb::ReadTransaction) -> Result<T, Failure>,
    ) -> Result<T, StateError> {
        reader::read(&self.path, &self.database, read)
    }

    fn write(
        &self,
        write: impl FnOnce(&redb::WriteTransaction) -> Result<(), Failure>,
    ) -> Result<(), StateError> {
        let inner = || -> Result<(), Failure> {
            let transaction = self.database.begin_write().map_err(redb::Error::from)?;
            write(&transaction)?;
            transaction.commit().map_err(redb::Error::from)?;
            Ok(())
        };
        guarded(&self.path, inner)?.map_err(|failure| failure.at(&self.path))
    }

    /// The watermark of a table.
    pub fn watermark(&self, table: &str) -> Result<Option<WatermarkRecord>, StateError> {
        self.read(|transaction| watermarks::TABLE.get(transaction, table))
    }

    /// All watermarks, by table.
    pub fn watermarks(&self) -> Result<Vec<(String, WatermarkRecord)>, StateError> {
        self.read(|transaction| watermarks::TABLE.all(transaction))
    }

    /// Begins the progress of a run.
    pub fn begin_progress(&self, header: &ProgressHeader) -> Result<(), StateError> {
        self.write(|transaction| run_progress::HEADERS.put(transaction, &header.run_id, header))
    }

    /// Records ended nodes and the watermarks they reached, in one transaction: data first, this after it.
    pub fn record_nodes(
        &self,
        run_id: &str,
        entries: &[ProgressEntry],
        reached: &[(String, WatermarkRecord)],
    ) -> Result<(), StateError> {
        self.write(|transaction| {
            for entry in entries {
                run_progress::ENTRIES.put(
                    transaction,
                    &run_progress::entry_key(run_id, entry.index),
                    entry,
                )?;
            }
            for (table, watermark) in reached {
                watermarks::TABLE.put(transaction, table, watermark)?;
            }
            Ok(())
        })
    }

    /// Records a run that ended and prunes old ones.
    pub fn finish_run(&self, record: &RunRecord, header: &ProgressHeader) -> Result<(), StateError> {
        self.write(|transaction| {
            run_history::TABLE.put(transaction, &record.run_id, record)?;
            run_progress::HEADERS.put(transaction, &header.run_id, header)?;
            run_history::prune(transaction, KEPT_RUNS)
        })
    }

    /// All runs, newest first.
    pub fn runs(&self) -> Result<Vec<RunRecord>, StateError> {
        self.read(run_history::newest_first)
    }

    /// The progress headers of all runs, newest first.
    pub fn progress_headers(&self) -> Result<Vec<ProgressHeader>, StateError> {
        self.read(run_progress::newest_first)
    }

    /// The progress of one run, by index.
    pub fn progress_entries(&self, run_id: &str) -> Result<Vec<ProgressEntry>, StateError> {
        self.read(|transaction| run_progress::entries_of(transaction, run_id))
    }
}

/// What can go wrong inside a transaction.
#[derive(Debug)]
enum Failure {
    Database(redb::Error),
    Record(String),
}

impl From<redb::Error> for Failure {
    fn from(error: redb::Error) -> Self {
        Failure::Database(error)
    }
}

impl Failure {
    fn at(self, path: &Path) -> StateError {
        match self {
            Failure::Database(redb::Error::Io(error)) if !tells_of_damage(&error) => StateError::Io {
                action: "read or write the state file",
                path: path.to_owned(),
                reason: error.to_string(),
            },
            Failure::Database(error) => {
                StateError::Corrupt { path: path.to_owned(), reason: error.to_string() }
            }
            Failure::Record(reason) => StateError::Corrupt { path: path.to_owned(), reason },
        }
    }
}

/// Runs database code that may panic on damaged content; a panic is a damaged file.
fn guarded<T>(path: &Path, run: impl FnOnce() -> T) -> Result<T, StateError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).map_err(|_| StateError::Corrupt {
        path: path.to_owned(),
        reason: "its pages contradict each other".to_owned(),
    })
}

fn database_error(path: &Path, error: DatabaseError) -> StateError {
    let path = path.to_owned();
    match error {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
            StateError::Locked { path, holder: "another process".to_owned() }
        }
        DatabaseError::UpgradeRequired(version) => {
            StateError::Version { path, writer: format!("an older version (file format {version})") }
        }
        DatabaseError::Storage(redb::StorageError::Io(error)) if !tells_of_damage(&error) => {
            StateError::Io { action: "open the state file", path, reason: error.to_string() }
        }
        other => StateError::Corrupt { path, reason: other.to_string() },
    }
}

/// The content is wrong or ends too early; all else is about the file as such.
fn tells_of_damage(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof)
}
