//! An in-memory world and an event log, for the tests of this and the higher layers.

use crate::{DirEntryKind, FilePath, MAX_FILE_BYTES, ReadFailure, System, WalkedFile};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a test file is.
type Entry = Result<Arc<[u8]>, ReadFailure>;

/// A world of files in memory. Clones share the files.
#[derive(Clone, Default, Debug)]
pub struct MemorySystem {
    files: Arc<Mutex<BTreeMap<FilePath, Entry>>>,
    variables: Arc<Mutex<BTreeMap<String, String>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MemorySystem {
    /// A world with these files.
    pub fn with_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> MemorySystem {
        let system = MemorySystem::default();
        for (path, text) in files {
            system.write(path, text);
        }
        system
    }

    /// Creates or replaces a file.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        let entry = if bytes.len() as u64 > MAX_FILE_BYTES {
            Err(ReadFailure::TooLarge(bytes.len() as u64))
        } else {
            Ok(Arc::from(bytes))
        };
        locked(&self.files).insert(FilePath::new(path), entry);
    }

    /// Makes a file unreadable.
    pub fn fail(&self, path: &str, why: &str) {
        locked(&self.files).insert(FilePath::new(path), Err(ReadFailure::Unreadable(Arc::from(why))));
    }

    /// Deletes a file.
    pub fn remove(&self, path: &str) {
        locked(&self.files).remove(&FilePath::new(path));
    }

    /// Sets an environment variable.
    pub fn set_variable(&self, name: &str, value: &str) {
        locked(&self.variables).insert(name.to_owned(), value.to_owned());
    }
}

impl System for MemorySystem {
    fn read(&self, path: &FilePath) -> Result<Arc<[u8]>, ReadFailure> {
        locked(&self.files).get(path).cloned().unwrap_or(Err(ReadFailure::Missing))
    }

    fn walk(&self, folder: &FilePath) -> (Vec<WalkedFile>, Vec<(FilePath, ReadFailure)>) {
        let files = locked(&self.files);
        let hidden =
            |path: &FilePath| path.as_str().split('/').any(|part| part.starts_with('.') && part != "..");
        let found: Vec<WalkedFile> = files
            .iter()
            .filter(|(path, _)| path.is_within(folder) && !hidden(path))
            .map(|(path, _)| WalkedFile { path: path.clone(), stamp: None })
            .collect();
        let problems = if found.is_empty() && !folder.as_str().is_empty() {
            vec![(folder.clone(), ReadFailure::Missing)]
        } else {
            Vec::new()
        };
        (found, problems)
    }

    fn kind(&self, path: &FilePath) -> Result<Option<DirEntryKind>, ReadFailure> {
        let files = locked(&self.files);
        match files.get(path) {
            Some(Err(failure @ ReadFailure::Unreadable(_))) => Err(failure.clone()),
            Some(_) => Ok(Some(DirEntryKind::File)),
            None if files.keys().any(|file| file.is_within(path)) => Ok(Some(DirEntryKind::Folder)),
            None => Ok(None),
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        locked(&self.variables).get(name).cloned()
    }
}

/// Records which tracked functions really ran. Clones share the log.
#[derive(Clone, Default, Debug)]
pub struct EventLog {
    events: Arc<Mutex<Vec<salsa::DatabaseKeyIndex>>>,
}

impl EventLog {
    /// The callback to give to `salsa::Storage::new`.
    pub fn callback(&self) -> Box<dyn Fn(salsa::Event) + Send + Sync + 'static> {
        let events = self.events.clone();
        Box::new(move |event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind {
                locked(&events).push(database_key);
            }
        })
    }

    /// Forgets what was recorded and gives it back as `query(argument)` texts, in order of execution.
    /// `argument` names the model or file when the key's number can be resolved by `name_of`.
    pub fn take(
        &self,
        db: &dyn salsa::Database,
        name_of: impl Fn(salsa::DatabaseKeyIndex) -> Option<String>,
    ) -> Vec<String> {
        let keys = std::mem::take(&mut *locked(&self.events));
        salsa::plumbing::attach(db, || {
            keys.into_iter()
                .map(|key| {
                    let shown = format!("{key:?}");
                    let query = shown.split('(').next().unwrap_or_default().to_owned();
                    let argument = name_of(key).unwrap_or_default();
                    format!("{query}({argument})")
                })
                .collect()
        })
    }
}
