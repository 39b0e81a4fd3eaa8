//! The operating system as a [`System`].
#![allow(clippy::disallowed_methods, reason = "this module is the one door to files and environment")]

use crate::{DirEntryKind, FilePath, FileStamp, MAX_FILE_BYTES, ReadFailure, System, WalkedFile};
use rustc_hash::FxHashSet;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// Folders nested deeper than this are reported, not read.
const DEPTH_LIMIT: usize = 64;

/// The disk below one project root, and this process's environment.
#[derive(Debug, Clone)]
pub struct OsSystem {
    root: PathBuf,
}

impl OsSystem {
    /// The system for the project whose `rocky.toml` stands in `root`.
    pub fn new(root: impl Into<PathBuf>) -> OsSystem {
        OsSystem { root: root.into() }
    }

    /// The project root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a project path is on this machine.
    pub fn absolute(&self, path: &FilePath) -> PathBuf {
        if path.as_str().is_empty() { self.root.clone() } else { self.root.join(path.as_str()) }
    }
}

fn failure(error: &std::io::Error) -> ReadFailure {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => ReadFailure::Missing,
        ErrorKind::PermissionDenied => ReadFailure::Unreadable(Arc::from("permission denied")),
        ErrorKind::IsADirectory => ReadFailure::Unreadable(Arc::from("it is a folder")),
        _ => ReadFailure::Unreadable(Arc::from(error.to_string())),
    }
}

impl System for OsSystem {
    fn read(&self, path: &FilePath) -> Result<Arc<[u8]>, ReadFailure> {
        let mut file = std::fs::File::open(self.absolute(path)).map_err(|error| failure(&error))?;
        let metadata = file.metadata().map_err(|error| failure(&error))?;
        if metadata.is_dir() {
            return Err(ReadFailure::Unreadable(Arc::from("it is a folder")));
        }
        if metadata.len() > MAX_FILE_BYTES {
            return Err(ReadFailure::TooLarge(metadata.len()));
        }
        // A file may grow between the two calls, and some (pipes, /proc) state no size at all.
        let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
        file.by_ref().take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| failure(&error))?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(ReadFailure::TooLarge(bytes.len() as u64));
        }
        Ok(Arc::from(bytes))
    }

    fn walk(&self, folder: &FilePath) -> (Vec<WalkedFile>, Vec<(FilePath, ReadFailure)>) {
        let mut walk =
            Walk { entries: Vec::new(), files: Vec::new(), problems: Vec::new(), seen: FxHashSet::default() };
        let absolute = self.absolute(folder);
        walk.folder(&absolute, folder, 0);
        walk.stamp_entries();
        // Stable sorting is fast on what is sorted already.
        walk.files.sort_by(|left, right| left.path.cmp(&right.path));
        walk.problems.sort_by(|left, right| left.0.cmp(&right.0));
        (walk.files, walk.problems)
    }

    fn kind(&self, path: &FilePath) -> Result<Option<DirEntryKind>, ReadFailure> {
        match std::fs::metadata(self.absolute(path)) {
            Ok(metadata) if metadata.is_dir() => Ok(Some(DirEntryKind::Folder)),
            Ok(_) => Ok(Some(DirEntryKind::File)),
            Err(error) => match failure(&error) {
                ReadFailure::Missing => Ok(None),
                other => Err(other),
            },
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}

struct Walk {
    /// What is neither a folder nor a link: its metadata is taken last, on several threads.
    entries: Vec<(FilePath, std::fs::DirEntry)>,
    files: Vec<WalkedFile>,
    problems: Vec<(FilePath, ReadFailure)>,
    /// Real folders behind links: a link back up must not loop.
    seen: FxHashSet<PathBuf>,
}

impl Walk {
    fn folder(&mut self, absolute: &Path, path: &FilePath, depth: usize) {
        if depth > DEPTH_LIMIT {
            let why = format!("folders are nested more than {DEPTH_LIMIT} deep");
            self.problems.push((path.clone(), ReadFailure::Unreadable(Arc::from(why))));
            return;
        }
        let entries = match std::fs::read_dir(absolute) {
            Ok(entries) => entries,
            Err(error) => {
                self.problems.push((path.clone(), failure(&error)));
                return;
            }
        };
        let mut named = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => named.push((entry.file_name(), entry)),
                Err(error) => self.problems.push((path.clone(), failure(&error))),
            }
        }
        // Names are short; the paths that follow from them are then almost in order.
        named.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        for (name, entry) in named {
            self.entry(&name, entry, path, depth);
        }
    }

    fn entry(&mut self, name: &std::ffi::OsStr, entry: std::fs::DirEntry, parent: &FilePath, depth: usize) {
        let Some(name) = name.to_str() else {
            let shown = parent.join(&name.to_string_lossy());
            self.problems.push((shown, ReadFailure::Unreadable(Arc::from("its name is not UTF-8"))));
            return;
        };
        if name.starts_with('.') {
            return;
        }
        let path = parent.child(name);
        let file_type = match entry.file_type() {
            Ok(file_type) => file_type,
            Err(error) => {
                self.problems.push((path, failure(&error)));
                return;
            }
        };
        if file_type.is_dir() {
            self.folder(&entry.path(), &path, depth + 1);
        } else if file_type.is_symlink() {
            self.link(&entry.path(), path, depth);
        } else {
            self.entries.push((path, entry));
        }
    }

    fn link(&mut self, absolute: &Path, path: FilePath, depth: usize) {
        // `DirEntry::metadata` does not follow links, `fs::metadata` does.
        match std::fs::metadata(absolute) {
            Ok(metadata) if metadata.is_dir() => match std::fs::canonicalize(absolute) {
                Ok(real) => {
                    if self.seen.insert(real) {
                        self.folder(absolute, &path, depth + 1);
                    }
                }
                Err(error) => self.problems.push((path, failure(&error))),
            },
            Ok(metadata) => self.files.push(WalkedFile { path, stamp: Some(stamp_of(&metadata)) }),
            Err(error) => self.problems.push((path, failure(&error))),
        }
    }

    /// Asking for metadata is most of a walk, and the system answers several threads at once.
    fn stamp_entries(&mut self) {
        /// Below this a second thread costs more than it saves.
        const FEWEST_PER_THREAD: usize = 512;
        let entries = std::mem::take(&mut self.entries);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = cores.min(entries.len() / FEWEST_PER_THREAD).max(1);
        let share = entries.len().div_ceil(threads).max(1);
        let look = |entries: Vec<(FilePath, std::fs::DirEntry)>| {
            let mut stamped = Stamped::default();
            for (path, entry) in entries {
                match entry.metadata() {
                    Ok(metadata) => {
                        stamped.0.push(WalkedFile { path, stamp: Some(stamp_of(&metadata)) });
                    }
                    Err(error) => stamped.1.push((path, failure(&error))),
                }
            }
            stamped
        };
        let mut shares = Vec::new();
        let mut first = entries;
        while first.len() > share {
            let tail = first.split_off(first.len() - share);
            shares.insert(0, tail);
        }
        let stamped: Vec<Stamped> = std::thread::scope(|scope| {
            let others: Vec<_> = shares.into_iter().map(|share| scope.spawn(|| look(share))).collect();
            let mut stamped = vec![look(first)];
            for other in others {
                match other.join() {
                    Ok(found) => stamped.push(found),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            stamped
        });
        for Stamped(files, problems) in stamped {
            self.files.extend(files);
            self.problems.extend(problems);
        }
    }
}

/// Files of which metadata could be had, and what came in between.
#[derive(Default)]
struct Stamped(Vec<WalkedFile>, Vec<(FilePath, ReadFailure)>);

/// What is kept of a file's metadata.
pub fn stamp_of(metadata: &std::fs::Metadata) -> FileStamp {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    #[cfg(unix)]
    let (changed_ns, inode) = {
        use std::os::unix::fs::MetadataExt as _;
        let seconds = u64::try_from(metadata.ctime()).unwrap_or_default();
        let nanoseconds = u64::try_from(metadata.ctime_nsec()).unwrap_or_default();
        (seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds), metadata.ino())
    };
    #[cfg(not(unix))]
    let (changed_ns, inode) = (0, 0);
    FileStamp {
        size: metadata.len(),
        modified_ns: modified.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)),
        changed_ns,
        inode,
    }
}

/// The name of the project file.
pub const PROJECT_FILE: &str = "rocky.toml";

/// Every folder at or below `folder` that holds a `rocky.toml`; `folder` itself when it holds none but
/// has a `models` folder. Sorted. Hidden folders, `node_modules` and `target` are not searched.
pub fn find_project_roots(folder: &Path) -> Vec<PathBuf> {
    const SEARCH_DEPTH: usize = 8;
    let mut roots = Vec::new();
    let mut queue = vec![(folder.to_owned(), 0)];
    while let Some((at, depth)) = queue.pop() {
        if at.join(PROJECT_FILE).is_file() {
            roots.push(at.clone());
        }
        let Ok(entries) = std::fs::read_dir(&at) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let skipped = name.starts_with('.') || name == "node_modules" || name == "target";
            // `file_type` does not follow links: a link cannot lead the search in a circle.
            if depth < SEARCH_DEPTH && !skipped && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                queue.push((entry.path(), depth + 1));
            }
        }
    }
    if roots.is_empty() && folder.join("models").is_dir() {
        roots.push(folder.to_owned());
    }
    roots.sort();
    roots
}

/// The nearest folder at or above `path` that holds a `rocky.toml`.
pub fn nearest_project_root(path: &Path) -> Option<PathBuf> {
    path.ancestors().find(|folder| folder.join(PROJECT_FILE).is_file()).map(Path::to_owned)
}
