//! A look at the files of a project: what a database is filled with, and what it costs to find out whether
//! there is anything to compute at all.

use crate::loading::facts_of;
use crate::prefetch::PrefetchingSystem;
use crate::project_key::{KeyPart, ProjectKey};
use crate::questions::Questions;
use crate::stat_index::{StatIndex, write_index};
use rayon::prelude::*;
use rocky_base_db::{Digest, DigestWriter, FileFacts, FilePath, FileStamp, FileStatus, ReadFailure, System};
use rocky_project::{LoadOptions, belongs_to_project, discovered_roots, project_folders};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// Where outcomes of earlier processes are, and who made them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CacheOptions {
    /// The folder.
    pub folder: PathBuf,
    /// Which build of the tool this is: another one may come to another outcome.
    pub build: String,
    /// Whether a file that looks as it did is taken to hold what it held. Otherwise every file is read.
    pub trust_stamps: bool,
}

/// So many files are rather read at every start than noted anew with all others.
const FEW_OUTDATED: usize = 32;

/// The files of a project at one moment.
pub struct ProjectFiles {
    pub(crate) system: Arc<PrefetchingSystem>,
    pub(crate) config_path: FilePath,
    pub(crate) config: FileFacts,
    pub(crate) load: LoadOptions,
    /// All files but the configuration, sorted by path.
    pub(crate) files: Vec<(FilePath, FileFacts)>,
    pub(crate) problems: Vec<(FilePath, ReadFailure)>,
    pub(crate) cache: Option<CacheOptions>,
    stamps: Vec<Option<FileStamp>>,
    /// When the look began; there is something new to note then.
    observed_ns: Option<u64>,
    /// The digest of all files, once it was asked for.
    digest: OnceLock<Digest>,
}

impl ProjectFiles {
    /// Looks at the project. Without a cache every file is read.
    pub fn look(
        system: Arc<dyn System>,
        config_path: FilePath,
        load: LoadOptions,
        cache: Option<CacheOptions>,
    ) -> ProjectFiles {
        let system = Arc::new(PrefetchingSystem::new(system));
        let observed_ns = cache.as_ref().and_then(|cache| {
            rocky_store::prepare_folder(&cache.folder);
            rocky_store::file_system_time(&cache.folder)
        });
        let trusted = cache.as_ref().filter(|cache| cache.trust_stamps);
        let index = trusted.and_then(|cache| StatIndex::read(&cache.folder));
        let config = facts_of(&system, &config_path);
        let roots = discovered_roots(&*system, &config_path, &load);
        let mut walked = Vec::new();
        let mut problems = Vec::new();
        for folder in project_folders(&roots, load.contracts.as_ref()) {
            let (found, failed) = system.walk(&folder);
            walked.extend(found.into_iter().filter(|file| belongs_to_project(&file.path)));
            problems.extend(failed);
        }
        walked.retain(|file| file.path != config_path);
        // Folders are walked in order and give their files in order.
        if !walked.is_sorted_by(|left, right| left.path < right.path) {
            walked.sort_by(|left, right| left.path.cmp(&right.path));
            walked.dedup_by(|left, right| left.path == right.path);
        }
        let (known, outdated) = match &index {
            Some(index) => index.known(&walked),
            None => (vec![None; walked.len()], usize::MAX),
        };
        let stamps = walked.iter().map(|file| file.stamp).collect();
        let files = if known.iter().all(Option::is_some) {
            walked.into_iter().map(|file| file.path).zip(known.into_iter().flatten()).collect()
        } else {
            let facts = walked.into_par_iter().zip(known);
            facts
                .map(|(file, known)| {
                    let facts = known.unwrap_or_else(|| facts_of(&system, &file.path));
                    (file.path, facts)
                })
                .collect()
        };
        let observed_ns = observed_ns.filter(|_| outdated > FEW_OUTDATED);
        ProjectFiles {
            system,
            config_path,
            config,
            load,
            files,
            problems,
            cache,
            stamps,
            observed_ns,
            digest: OnceLock::new(),
        }
    }

    /// Where outcomes are kept.
    pub fn cache(&self) -> Option<&CacheOptions> {
        self.cache.as_ref()
    }

    /// Notes what the files looked like, so that the next process need not read them.
    pub fn note_stamps(&self) {
        if let (Some(cache), Some(observed_ns)) = (&self.cache, self.observed_ns) {
            let files = self.files.iter().zip(&self.stamps);
            write_index(
                &cache.folder,
                observed_ns,
                files.map(|((path, facts), stamp)| (path, *stamp, facts)),
            );
        }
    }

    /// What was asked of the world so far beside the bytes of files.
    pub fn questions(&self) -> Questions {
        self.system.questions()
    }

    /// Everything that the outcome of a compilation depends on, given what it asked. `None` without a cache.
    pub fn key(&self, questions: &Questions) -> Option<Digest> {
        Some(self.key_of(questions, None)?.digest())
    }

    /// The key, of which one part may be left out: for the test that shows that none can be.
    pub(crate) fn key_of(&self, questions: &Questions, without: Option<KeyPart>) -> Option<ProjectKey<'_>> {
        let cache = self.cache.as_ref()?;
        let files = *self.digest.get_or_init(|| self.files_digest(|_| true));
        let mut config = Vec::new();
        write_file(&mut config, &self.config_path, &self.config, true);
        Some(ProjectKey {
            build: &cache.build,
            load: &self.load,
            config: Digest::of(&config),
            files,
            problems: self.problems_digest(),
            answers: self.system.answers(questions),
            without,
        })
    }

    /// The digest of all files; of the texts only of those that `with_text` names.
    pub(crate) fn files_digest(&self, mut with_text: impl FnMut(&FilePath) -> bool) -> Digest {
        // One long text is digested faster than many short ones.
        let mut bytes = Vec::with_capacity(self.files.len() * 80);
        for (path, facts) in &self.files {
            write_file(&mut bytes, path, facts, with_text(path));
        }
        Digest::of(&bytes)
    }

    fn problems_digest(&self) -> Digest {
        let mut problems = DigestWriter::new();
        for (path, failure) in &self.problems {
            problems.text(path.as_str()).text(&format!("{failure:?}"));
        }
        problems.finish()
    }
}

/// Adds a file to what is digested; its text only if that matters. Each file begins with the length of its path,
/// and the number behind that says how many bytes follow: no two lists of files are the same bytes.
fn write_file(bytes: &mut Vec<u8>, path: &FilePath, facts: &FileFacts, with_text: bool) {
    let path = path.as_str().as_bytes();
    bytes.extend_from_slice(&(path.len() as u64).to_le_bytes());
    bytes.extend_from_slice(path);
    match &facts.status {
        FileStatus::Present if with_text => bytes.push(0),
        FileStatus::Present => return bytes.push(1),
        FileStatus::Missing => bytes.push(2),
        // The bytes decide where they stop being text.
        FileStatus::NotUtf8 { .. } => bytes.push(3),
        FileStatus::TooLarge(size) => {
            bytes.push(4);
            bytes.extend_from_slice(&size.to_le_bytes());
        }
        FileStatus::Unreadable(why) => {
            bytes.push(5);
            bytes.extend_from_slice(&(why.len() as u64).to_le_bytes());
            bytes.extend_from_slice(why.as_bytes());
        }
    }
    bytes.extend_from_slice(&facts.digest.0);
}
