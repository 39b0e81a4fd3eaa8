//! The lock file beside the state file: an exclusive advisory lock, and inside it who holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::StateError;

/// A held lock; dropping it releases it. The file stays, so that no one locks a file that is about to vanish.
pub(super) struct LockFile {
    file: File,
}

/// `.rocky-state.redb` → `.rocky-state.redb.lock`: the extension is replaced by `redb.lock`.
pub(super) fn lock_path(state: &Path) -> PathBuf {
    state.with_extension("redb.lock")
}

impl LockFile {
    /// Takes the lock, or says who has it.
    pub(super) fn take(state: &Path, holder: &str) -> Result<Self, StateError> {
        let path = lock_path(state);
        let failed = |action: &'static str, error: std::io::Error| StateError::Io {
            action,
            path: path.clone(),
            reason: error.to_string(),
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| failed("open the lock file", error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StateError::Locked { path: state.to_owned(), holder: holder_of(&mut file) });
            }
            Err(TryLockError::Error(error)) => return Err(failed("lock", error)),
        }
        let text = format!("{holder}, process {}\n", std::process::id());
        let written = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(text.as_bytes()))
            .and_then(|()| file.flush());
        written.map_err(|error| failed("write the lock file", error))?;
        Ok(Self { file })
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // The system releases the lock anyway when the file is closed, right after this.
        let _released = self.file.unlock();
    }
}

fn holder_of(file: &mut File) -> String {
    let mut text = String::new();
    match file.take(1_000).read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => text.lines().next().unwrap_or_default().trim().to_owned(),
        _ => "another process".to_owned(),
    }
}
