//! A system that keeps bytes it had to read anyway for those who ask for them next, and the questions it
//! was asked.

use crate::questions::Questions;
use rocky_base_db::{DirEntryKind, FilePath, ReadFailure, System, WalkedFile};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Loading reads every file once for its digest. Without this the parser would read it again.
#[derive(Debug)]
pub(crate) struct PrefetchingSystem {
    inner: Arc<dyn System>,
    bytes: Mutex<FxHashMap<FilePath, Arc<[u8]>>>,
    asked: Mutex<Questions>,
}

impl PrefetchingSystem {
    pub(crate) fn new(inner: Arc<dyn System>) -> PrefetchingSystem {
        PrefetchingSystem { inner, bytes: Mutex::default(), asked: Mutex::default() }
    }

    /// The bytes as they are in the world now, not as they were kept.
    pub(crate) fn read_again(&self, path: &FilePath) -> Result<Arc<[u8]>, ReadFailure> {
        self.inner.read(path)
    }

    /// Keeps the bytes of a file for its next readers.
    pub(crate) fn keep(&self, path: &FilePath, bytes: &Arc<[u8]>) {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone(), bytes.clone());
    }

    /// Forgets all bytes: from now on the disk is asked.
    pub(crate) fn forget(&self) {
        *self.bytes.lock().unwrap_or_else(PoisonError::into_inner) = FxHashMap::default();
    }

    /// What was asked so far beside the bytes of files.
    pub(crate) fn questions(&self) -> Questions {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The digest of the answers to questions that were asked at another time.
    pub(crate) fn answers(&self, questions: &Questions) -> rocky_base_db::Digest {
        questions.answers(&*self.inner)
    }

    fn ask(&self, ask: impl FnOnce(&mut Questions)) {
        ask(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl System for PrefetchingSystem {
    fn read(&self, path: &FilePath) -> Result<Arc<[u8]>, ReadFailure> {
        let kept = self.bytes.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        match kept {
            Some(bytes) => Ok(bytes),
            None => self.inner.read(path),
        }
    }

    fn walk(&self, folder: &FilePath) -> (Vec<WalkedFile>, Vec<(FilePath, ReadFailure)>) {
        self.inner.walk(folder)
    }

    fn kind(&self, path: &FilePath) -> Result<Option<DirEntryKind>, ReadFailure> {
        self.ask(|asked| {
            asked.places.insert(path.clone());
        });
        self.inner.kind(path)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.ask(|asked| {
            asked.variables.insert(name.to_owned());
        });
        self.inner.variable(name)
    }
}
