//! Reading the state file without holding it: commands that only show it never make, lock or change it.

use std::path::{Path, PathBuf};

use redb::{Database, DatabaseError, ReadOnlyDatabase, ReadTransaction, ReadableDatabase};

use super::{
    Failure, ProgressHeader, RunRecord, StateError, WatermarkRecord, database_error, guarded, run_history,
    run_progress, watermarks,
};

/// How often a copy is taken before it is believed that the file itself is damaged.
const COPY_ATTEMPTS: u32 = 5;

/// The state file, for reading.
pub struct StateReader {
    path: PathBuf,
    source: Source,
}

enum Source {
    Missing,
    Shared(ReadOnlyDatabase),
    Copy(Database),
}

impl StateReader {
    /// Opens the file for reading; a missing file reads as empty. While a run holds the file, a temporary copy in
    /// `scratch` is read in its place.
    pub fn open(path: &Path, scratch: &Path) -> Result<Self, StateError> {
        let io = |action: &'static str, error: std::io::Error| StateError::Io {
            action,
            path: path.to_owned(),
            reason: error.to_string(),
        };
        if !path.try_exists().map_err(|error| io("look at the state file", error))? {
            return Ok(Self { path: path.to_owned(), source: Source::Missing });
        }
        match guarded(path, || ReadOnlyDatabase::open(path))? {
            Ok(database) => Ok(Self { path: path.to_owned(), source: Source::Shared(database) }),
            // A run holds the file, or one that was killed left it for a writer to repair: read, and repair, a copy.
            Err(
                DatabaseError::DatabaseAlreadyOpen
                | DatabaseError::LockProtocolMismatch
                | DatabaseError::RepairAborted,
            ) => {
                let mut attempts_left = COPY_ATTEMPTS;
                loop {
                    attempts_left -= 1;
                    match Self::open_copy(path, scratch) {
                        // The run wrote while the file was copied.
                        Err(StateError::Corrupt { .. }) if attempts_left > 0 => {}
                        done => return done,
                    }
                }
            }
            Err(error) => Err(database_error(path, error)),
        }
    }

    fn open_copy(path: &Path, scratch: &Path) -> Result<Self, StateError> {
        let io = |action: &'static str, error: std::io::Error| StateError::Io {
            action,
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let copy = scratch.join(format!("rocky-state-{}.redb", std::process::id()));
        std::fs::copy(path, &copy).map_err(|error| io("copy the state file", error))?;
        let opened = guarded(path, || Database::open(&copy));
        // The open database keeps its file; nothing stays behind when this process ends.
        let removed = std::fs::remove_file(&copy);
        let database = opened?.map_err(|error| database_error(path, error))?;
        removed.map_err(|error| io("remove the copy of the state file", error))?;
        Ok(Self { path: path.to_owned(), source: Source::Copy(database) })
    }

    /// Whether there is a state file.
    pub fn exists(&self) -> bool {
        !matches!(self.source, Source::Missing)
    }

    fn read<T: Default>(
        &self,
        read_with: impl FnOnce(&ReadTransaction) -> Result<T, Failure>,
    ) -> Result<T, StateError> {
        match &self.source {
            Source::Missing => Ok(T::default()),
            Source::Shared(database) => read(&self.path, database, read_with),
            Source::Copy(database) => read(&self.path, database, read_with),
        }
    }

    /// All watermarks, by table.
    pub fn watermarks(&self) -> Result<Vec<(String, WatermarkRecord)>, StateError> {
        self.read(|transaction| watermarks::TABLE.all(transaction))
    }

    /// All runs, newest first.
    pub fn runs(&self) -> Result<Vec<RunRecord>, StateError> {
        self.read(run_history::newest_first)
    }

    /// The progress headers of all runs, newest first.
    pub fn progress_headers(&self) -> Result<Vec<ProgressHeader>, StateError> {
        self.read(run_progress::newest_first)
    }
}

pub(super) fn read<T>(
    path: &Path,
    database: &impl ReadableDatabase,
    read: impl FnOnce(&ReadTransaction) -> Result<T, Failure>,
) -> Result<T, StateError> {
    let inner = || -> Result<T, Failure> {
        let transaction = database.begin_read().map_err(redb::Error::from)?;
        read(&transaction)
    };
    guarded(path, inner)?.map_err(|failure| failure.at(path))
}
