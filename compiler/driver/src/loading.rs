//! From a folder on disk to inputs.

use crate::prefetch::PrefetchingSystem;
use rayon::prelude::*;
use rocky_base_db::{FileFacts, FilePath, ReadFailure, System};
use rocky_project::{belongs_to_project, project_folders};
use std::collections::BTreeMap;

/// What a look at the folders of a project gave.
pub(crate) struct Scan {
    pub(crate) files: BTreeMap<FilePath, FileFacts>,
    pub(crate) problems: Vec<(FilePath, ReadFailure)>,
}

/// Whether the bytes of a file matter, not just that it is there.
pub(crate) fn is_read(path: &FilePath) -> bool {
    path.extension().is_none_or(|extension| !["csv", "tsv"].contains(&&*extension.to_ascii_lowercase()))
}

/// Walks the folders and takes the facts of every file in them. Files are read in parallel; the result
/// does not depend on the number of threads.
pub(crate) fn scan(system: &PrefetchingSystem, roots: &[FilePath], contracts: Option<&FilePath>) -> Scan {
    let mut problems = Vec::new();
    let mut paths = Vec::new();
    for folder in project_folders(roots, contracts) {
        let (found, failed) = system.walk(&folder);
        paths.extend(found.into_iter().map(|file| file.path).filter(belongs_to_project));
        problems.extend(failed);
    }
    paths.sort();
    paths.dedup();
    let files = paths
        .into_par_iter()
        .map(|path| {
            let facts = facts_of(system, &path);
            (path, facts)
        })
        .collect::<Vec<_>>();
    Scan { files: files.into_iter().collect(), problems }
}

/// Reads a file for its facts and keeps its bytes for the parser.
pub(crate) fn facts_of(system: &PrefetchingSystem, path: &FilePath) -> FileFacts {
    if !is_read(path) {
        return FileFacts { digest: rocky_base_db::Digest::ZERO, status: rocky_base_db::FileStatus::Present };
    }
    let read = system.read_again(path);
    if let Ok(bytes) = &read {
        system.keep(path, bytes);
    }
    FileFacts::of(&read)
}
