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

/// What a look at a file without reading it tells. Equal stamps are a hint that the bytes are equal, no more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct FileStamp {
    /// Size in bytes.
    pub size: u64,
    /// Last modification in nanoseconds since the epoch.
    pub modified_ns: u64,
    /// Last change of the file's state (content, name, rights), where the system keeps it.
    pub changed_ns: u64,
    /// Which file it is, where the system says so: another file under the same name differs.
    pub inode: u64,
}

impl FileStamp {
    /// Clocks of file systems are coarse, up to two seconds: a file that is younger than that, seen from the
    /// moment of the look, may change again without a trace in its stamp.
    pub const COARSEST_CLOCK_NS: u64 = 2_000_000_000;

    /// Whether a file that had this stamp at `observed_ns` of its own file system's clock shows any later
    /// change in its stamp: it had been left alone for longer than the coarsest clock ticks.
    pub fn was_settled(&self, observed_ns: u64) -> bool {
        let youngest = self.modified_ns.max(self.changed_ns);
        youngest.saturating_add(FileStamp::COARSEST_CLOCK_NS) <= observed_ns
    }
}

/// One file that a walk found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WalkedFile {
    /// Where it is, relative to the project root.
    pub path: FilePath,
    /// What was seen of it; `None` when the world has no such notion, and the file has to be read.
    pub stamp: Option<FileStamp>,
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
