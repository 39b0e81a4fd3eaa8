//! A project of the disk that has been looked at, and not read yet: often that is all it takes.

use crate::failure::Failure;
use crate::opened_project::{OpenedProject, ProjectOptions};
use crate::output::VERSION;
use crate::project_location::ProjectLocation;
use crate::session::Session;
use rocky_compiler::base_db::os::{OsSystem, stamp_of};
use rocky_compiler::base_db::{Digest, FilePath};
use rocky_compiler::project::LoadOptions;
use rocky_compiler::store::RowStore;
use rocky_compiler::{CacheOptions, OpenOptions, ProjectFiles, ProjectHost};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// More changed models than this are compiled as if nothing were known: then most of it has to be computed anyway.
const MOST_CHANGED_MODELS: usize = 1_000;

/// A project whose files have been looked at.
pub(crate) struct Opening {
    /// Where it is.
    pub(crate) location: ProjectLocation,
    files: ProjectFiles,
}

impl Opening {
    /// Looks at the project of a command.
    pub(crate) fn begin(session: &Session<'_>, options: ProjectOptions<'_>) -> Result<Opening, Failure> {
        Self::begin_at(session, ProjectLocation::find(session)?, options)
    }

    /// Looks at the project of a location.
    pub(crate) fn begin_at(
        session: &Session<'_>,
        location: ProjectLocation,
        options: ProjectOptions<'_>,
    ) -> Result<Opening, Failure> {
        let folder = |given: Option<&Path>| -> Result<Option<FilePath>, Failure> {
            given.map(|path| location.project_path(path).map(|path| FilePath::new(&path))).transpose()
        };
        let load = LoadOptions {
            models: folder(options.models)?,
            contracts: folder(options.contracts)?,
            dialect: None,
            config_optional: true,
        };
        // A folder that is no project gets no cache.
        let is_project =
            location.config_exists || options.models.is_some() || location.root.join("models").is_dir();
        let cache = is_project.then(|| CacheOptions {
            folder: cache_folder(&location.root),
            build: build(),
            trust_stamps: !session.global.verify_cache,
        });
        let system = Arc::new(OsSystem::new(&location.root));
        let files = ProjectFiles::look(system, FilePath::new(&location.config_name), load, cache);
        Ok(Opening { location, files })
    }

    /// What was found.
    pub(crate) fn files(&self) -> &ProjectFiles {
        &self.files
    }

    /// Where outcomes are kept.
    pub(crate) fn cache(&self) -> Option<&CacheOptions> {
        self.files.cache()
    }

    /// Opens the project with the rows that earlier commands left. They are a convenience: without them the same
    /// answers come, later.
    pub(crate) fn open(self) -> OpenedProject {
        let Opening { location, files } = self;
        OpenedProject::new(location, with_rows(Arc::new(files)))
    }

    /// The owner of the project's database, for questions about the database itself.
    pub(crate) fn into_host(self) -> ProjectHost {
        with_rows(Arc::new(self.files))
    }

    /// Opens the project without anything from earlier commands.
    pub(crate) fn open_afresh(self) -> OpenedProject {
        self.open_with(None)
    }

    /// Opens the project with these rows and nothing else from earlier commands.
    pub(crate) fn open_with(self, store: Option<Arc<RowStore>>) -> OpenedProject {
        let Opening { location, files } = self;
        let options = OpenOptions { store, ..OpenOptions::default() };
        OpenedProject::new(location, ProjectHost::from_files(Arc::new(files), options))
    }

    /// Opens the project over what an earlier command knew of it, where the little that changed allows that;
    /// over what was known of the project `before`, if that is given.
    pub(crate) fn open_over_memory(self, before: Option<Digest>) -> OpenedProject {
        let Opening { location, files } = self;
        let host =
            ProjectHost::from_memory(Arc::new(files), MOST_CHANGED_MODELS, before).unwrap_or_else(with_rows);
        OpenedProject::new(location, host)
    }
}

fn with_rows(files: Arc<ProjectFiles>) -> ProjectHost {
    let rows = files.cache().map(|cache| rows_path(&cache.folder));
    let store = rows.and_then(|rows| RowStore::open(&rows)).map(Arc::new);
    ProjectHost::from_files(files, OpenOptions { store, ..OpenOptions::default() })
}

/// The rows of single models.
pub(crate) fn rows_path(cache: &Path) -> PathBuf {
    cache.join("rows.redb")
}

/// The folder of what earlier commands left for later ones.
pub(crate) fn cache_folder(root: &Path) -> PathBuf {
    root.join(".rocky").join("cache")
}

/// Which build this is. A version is not enough for people who build Rocky themselves; the executable's stamp
/// differs whenever it was replaced.
pub(crate) fn build() -> String {
    let executable = std::env::current_exe().and_then(std::fs::metadata);
    let stamp = executable.map(|metadata| stamp_of(&metadata));
    match stamp {
        Ok(stamp) => format!("{VERSION} {}-{}-{}", stamp.size, stamp.modified_ns, stamp.inode),
        Err(_) => VERSION.to_owned(),
    }
}
