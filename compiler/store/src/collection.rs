//! Getting rid of files that nobody will ask for.

use crate::sealed_file::UNFINISHED;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How the files of outcomes begin.
const OUTCOME: &str = "outcome-";
/// So many command lines are remembered, the ones written last.
const MOST_OUTCOMES: usize = 24;
/// All outcomes together take no more than this.
const MOST_BYTES: u64 = 128 * 1024 * 1024;
/// Whoever began to write a file that long ago is gone.
const ABANDONED: Duration = Duration::from_secs(3600);

/// Removes the oldest outcomes beyond a number and a size, and what interrupted processes left.
pub fn collect_outcomes(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut outcomes: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
    for entry in entries.flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let Some(name) = name.to_str() else { continue };
        let Ok(metadata) = entry.metadata() else { continue };
        let Ok(modified) = metadata.modified() else { continue };
        if name.ends_with(UNFINISHED) {
            if modified.elapsed().is_ok_and(|age| age > ABANDONED) {
                remove(&path);
            }
        } else if name.starts_with(OUTCOME) {
            outcomes.push((modified, metadata.len(), path));
        }
    }
    outcomes.sort();
    let mut bytes = 0;
    for (rank, (_, size, path)) in outcomes.iter().rev().enumerate() {
        bytes += size;
        // The newest stays, however large.
        if rank > 0 && (rank >= MOST_OUTCOMES || bytes > MOST_BYTES) {
            remove(path);
        }
    }
}

/// Removes the files of a folder that begin alike, all but one.
pub fn remove_others(folder: &Path, prefix: &str, stays: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_other = entry.file_name().to_str().is_some_and(|name| name.starts_with(prefix));
        if is_other && entry.path() != stays {
            remove(&entry.path());
        }
    }
}

/// What a folder of a cache holds, in files and bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CacheContents {
    /// What files looked like.
    pub stamps: Share,
    /// What whole projects amounted to.
    pub images: Share,
    /// What commands printed.
    pub outcomes: Share,
    /// Rows of single models.
    pub rows: Share,
    /// What interrupted processes left.
    pub unfinished: Share,
}

/// A share of the files of a cache.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Share {
    /// The number of files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Looks into the folder of a cache.
pub fn contents(folder: &Path) -> CacheContents {
    let mut contents = CacheContents::default();
    for (path, share) in ours(folder) {
        let Ok(metadata) = std::fs::metadata(&path) else { continue };
        let share = share(&mut contents);
        share.files += 1;
        share.bytes += metadata.len();
    }
    contents
}

/// Removes the files of a cache, and its folder if nothing else is in it. The number of files that could not be
/// removed.
pub fn clear(folder: &Path) -> u64 {
    let files = ours(folder);
    let failed = files.iter().filter(|(path, _)| std::fs::remove_file(path).is_err()).count();
    // Not empty: somebody else's.
    let _ = std::fs::remove_dir(folder);
    failed as u64
}

/// Where a file is counted.
type ShareOf = fn(&mut CacheContents) -> &mut Share;

/// The files in a folder that have names as we give them.
fn ours(folder: &Path) -> Vec<(PathBuf, ShareOf)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let share_of = |name: &str| -> Option<ShareOf> {
        match name {
            _ if name.ends_with(UNFINISHED) => Some(|contents| &mut contents.unfinished),
            "files.bin" => Some(|contents| &mut contents.stamps),
            "project.bin" => Some(|contents| &mut contents.images),
            "rows.redb" => Some(|contents| &mut contents.rows),
            _ if name.starts_with("facts-") => Some(|contents| &mut contents.images),
            _ if name.starts_with(OUTCOME) => Some(|contents| &mut contents.outcomes),
            _ => None,
        }
    };
    let named = entries.flatten().filter_map(|entry| {
        let share = share_of(entry.file_name().to_str()?)?;
        Some((entry.path(), share))
    });
    named.collect()
}

fn remove(path: &Path) {
    // Another process may have been faster.
    let _ = std::fs::remove_file(path);
}

#[cfg(test)]
mod tests {
    use super::{CacheContents, MOST_OUTCOMES, clear, collect_outcomes, contents};
    use std::fs::{File, FileTimes};
    use std::time::{Duration, SystemTime};

    #[test]
    fn the_newest_stay() {
        let folder = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let write = |name: &str, age: u64| {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_times(FileTimes::new().set_modified(now - Duration::from_secs(age))).unwrap();
        };
        for age in 0..MOST_OUTCOMES as u64 + 5 {
            write(&format!("outcome-compile-{age}.bin"), age);
        }
        write("old.1-1.tmp", 4000);
        write("new.1-1.tmp", 10);
        write("files.bin", 9000);
        collect_outcomes(folder.path());
        let is_there = |name: &str| folder.path().join(name).exists();
        assert!(is_there("outcome-compile-0.bin") && is_there("outcome-compile-23.bin"));
        assert!(!is_there("outcome-compile-24.bin") && !is_there("outcome-compile-28.bin"));
        assert!(!is_there("old.1-1.tmp") && is_there("new.1-1.tmp") && is_there("files.bin"));
    }

    #[test]
    fn clearing_removes_what_is_ours() {
        let folder = tempfile::tempdir().unwrap();
        let cache = folder.path().join("cache");
        std::fs::create_dir(&cache).unwrap();
        let ours = ["files.bin", "project.bin", "facts-1.bin", "outcome-x.bin", "rows.redb", "x.1-1.tmp"];
        for name in ours.iter().chain(&["notes.txt"]) {
            std::fs::write(cache.join(name), "12345").unwrap();
        }
        let found = contents(&cache);
        assert_eq!((found.images.files, found.images.bytes, found.rows.files), (2, 10, 1));
        assert_eq!(clear(&cache), 0);
        assert_eq!(contents(&cache), CacheContents::default());
        assert!(cache.join("notes.txt").is_file());
        std::fs::remove_file(cache.join("notes.txt")).unwrap();
        assert_eq!(clear(&cache), 0);
        assert!(!cache.exists());
    }
}
