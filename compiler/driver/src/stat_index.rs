//! What files looked like when their digests were taken.
//!
//! A digest decides, a stamp is a hint: a file whose stamp is the noted one, and which had been left alone for
//! longer than the coarsest clock ticks when it was noted, need not be read again.

use rocky_base_db::{Digest, FileFacts, FilePath, FileStamp, FileStatus, WalkedFile};
use rocky_store::{SealedFile, TailWriter};
use std::path::{Path, PathBuf};

/// Raised when the encoding below changes.
const LABEL: &str = "files 1";

/// How the file of the index is called.
pub(crate) fn index_path(cache: &Path) -> PathBuf {
    cache.join("files.bin")
}

/// The statuses of which the bytes were read; other ones are looked at every time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
enum NotedStatus {
    Present,
    NotUtf8 { offset: u64, line: u32 },
}

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    path: &'a str,
    stamp: FileStamp,
    digest: Digest,
    status: NotedStatus,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Index<'a> {
    /// When the look began, by the clock of the file system.
    observed_ns: u64,
    #[serde(borrow)]
    entries: Vec<Entry<'a>>,
}

/// The index of an earlier run.
pub(crate) struct StatIndex(SealedFile);

impl StatIndex {
    pub(crate) fn read(cache: &Path) -> Option<StatIndex> {
        SealedFile::open(&index_path(cache), LABEL).map(StatIndex)
    }

    /// For each walked file, sorted by path, its facts as far as they are known without reading it. Also of how
    /// many files the index says something else than a new one would.
    pub(crate) fn known(&self, files: &[WalkedFile]) -> (Vec<Option<FileFacts>>, usize) {
        let Ok(index) = postcard::from_bytes::<Index<'_>>(self.0.head()) else {
            return (vec![None; files.len()], files.len());
        };
        let mut outdated = 0;
        let mut entries = index.entries.iter().peekable();
        let mut facts = Vec::with_capacity(files.len());
        for file in files {
            while entries.next_if(|entry| entry.path < file.path.as_str()).is_some() {
                outdated += 1;
            }
            let noted = entries.next_if(|entry| entry.path == file.path.as_str());
            let usable = noted.filter(|entry| {
                file.stamp.is_some_and(|stamp| stamp == entry.stamp && stamp.was_settled(index.observed_ns))
            });
            outdated += usize::from(usable.is_none());
            facts.push(usable.map(|entry| FileFacts {
                digest: entry.digest,
                status: match entry.status {
                    NotedStatus::Present => FileStatus::Present,
                    NotedStatus::NotUtf8 { offset, line } => FileStatus::NotUtf8 { offset, line },
                },
            }));
        }
        (facts, outdated + entries.count())
    }
}

/// Writes the index of a look that began at `observed_ns`. Whether it could be written matters to nobody.
pub(crate) fn write_index<'f>(
    cache: &Path,
    observed_ns: u64,
    files: impl Iterator<Item = (&'f FilePath, Option<FileStamp>, &'f FileFacts)>,
) {
    let entries = files
        .filter_map(|(path, stamp, facts)| {
            let status = match facts.status {
                FileStatus::Present => NotedStatus::Present,
                FileStatus::NotUtf8 { offset, line } => NotedStatus::NotUtf8 { offset, line },
                _ => return None,
            };
            Some(Entry { path: path.as_str(), stamp: stamp?, digest: facts.digest, status })
        })
        .collect();
    if let Ok(head) = postcard::to_stdvec(&Index { observed_ns, entries }) {
        SealedFile::write(&index_path(cache), LABEL, &head, &TailWriter::default());
    }
}

#[cfg(test)]
mod tests {
    use super::{StatIndex, write_index};
    use rocky_base_db::{Digest, FileFacts, FilePath, FileStamp, FileStatus, WalkedFile};

    const SECOND: u64 = 1_000_000_000;

    fn stamp(modified_s: u64) -> FileStamp {
        FileStamp { size: 3, modified_ns: modified_s * SECOND, changed_ns: modified_s * SECOND, inode: 7 }
    }

    #[test]
    fn only_settled_files_with_the_same_stamp_are_believed() {
        let folder = tempfile::tempdir().unwrap();
        let facts = FileFacts { digest: Digest::of(b"abc"), status: FileStatus::Present };
        let paths = ["a", "b", "c", "d"].map(FilePath::new);
        let noted = [stamp(10), stamp(99), stamp(10), stamp(10)];
        let rows = paths.iter().zip(noted).map(|(path, stamp)| (path, Some(stamp), &facts));
        write_index(folder.path(), 100 * SECOND, rows);
        let index = StatIndex::read(folder.path()).unwrap();
        let walked = |stamps: [FileStamp; 4]| -> Vec<WalkedFile> {
            let files = paths.iter().zip(stamps);
            files.map(|(path, stamp)| WalkedFile { path: path.clone(), stamp: Some(stamp) }).collect()
        };
        let believed = |files: &[WalkedFile]| -> (Vec<bool>, usize) {
            let (known, outdated) = index.known(files);
            (known.iter().map(Option::is_some).collect(), outdated)
        };
        // The second file was a second old when it was looked at.
        assert_eq!(believed(&walked(noted)), (vec![true, false, true, true], 1));
        let variants = [
            FileStamp { size: 4, ..stamp(10) },
            FileStamp { modified_ns: 1, ..stamp(10) },
            FileStamp { changed_ns: 1, ..stamp(10) },
            FileStamp { inode: 8, ..stamp(10) },
        ];
        assert_eq!(believed(&walked(variants)).0, [false; 4]);
        let (known, outdated) = index.known(&walked(noted)[2..]);
        assert_eq!((known, outdated), (vec![Some(facts.clone()), Some(facts)], 2));
    }
}
