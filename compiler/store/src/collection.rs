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

fn remove(path: &Path) {
    // Another process may have been faster.
    let _ = std::fs::remove_file(path);
}

#[cfg(test)]
mod tests {
    use super::{MOST_OUTCOMES, collect_outcomes};
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
}
