//! The only door to the outside world.

use crate::FilePath;
use std::sync::Arc;

/// Why bytes could not be read. `Missing` is a definite answer, everything else is not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReadFailure {
    /// There is definitely no such file.
    Missing,
    /// The file may be there but could not be read; the text says why.
    Unreadable(Arc<str>),
    /// The file is larger than [`crate::MAX_FILE_BYTES`]; holds its size in bytes.
    TooLarge(u64),
}

/// What kind of thing a folder entry is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DirEntryKind {
    /// A regular file, or a link to one.
    File,
    /// A folder, or a link to one.
    Folder,
}

/// One file that a walk found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WalkedFile {
    /// Where it is, relative to the project root.
    pub path: FilePath,
    /// Size in bytes.
    pub size: u64,
    /// Last modification in nanoseconds since the epoch; 0 when the world has no such notion.
    pub modified_ns: u64,
}

/// What the compiler may ask of the world. Implementations: the operating system ([`crate::os`]),
/// an in-memory one for tests ([`crate::testing::MemorySystem`]).
///
/// All paths are relative to the project root that the implementation was made for.
pub trait System: Send + Sync + std::panic::RefUnwindSafe + std::fmt::Debug {
    /// The bytes of a file.
    ///
    /// # Errors
    /// [`ReadFailure`] when the bytes cannot be had.
    fn read(&self, path: &FilePath) -> Result<Arc<[u8]>, ReadFailure>;

    /// Every file below `folder`, at any depth, sorted by path. Names that begin with `.` are skipped,
    /// links are followed, each real folder is visited once. Problems (unreadable folders, too deep
    /// nesting) are returned beside what was found, never hidden.
    fn walk(&self, folder: &FilePath) -> (Vec<WalkedFile>, Vec<(FilePath, ReadFailure)>);

    /// What stands at `path`: `Ok(None)` when there is definitely nothing.
    ///
    /// # Errors
    /// [`ReadFailure`] when the world gives no answer.
    fn kind(&self, path: &FilePath) -> Result<Option<DirEntryKind>, ReadFailure>;

    /// The value of an environment variable, for `${NAME}` in `rocky.toml`.
    fn variable(&self, name: &str) -> Option<String>;
}
