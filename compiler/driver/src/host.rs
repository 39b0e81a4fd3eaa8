//! The owner of a project's database.

use crate::change::Change;
use crate::database::RootDatabase;
use crate::known::KnownFindings;
use crate::loading::{Scan, facts_of, scan};
use crate::prefetch::PrefetchingSystem;
use crate::project_files::{CacheOptions, ProjectFiles};
use crate::questions::Questions;
use crate::recompile::Memory;
use crate::snapshot::ProjectSnapshot;
use rocky_base_db::memory::{MemoryLine, memory_report};
use rocky_base_db::os::{OsSystem, PROJECT_FILE};
use rocky_base_db::{DirEntryKind, File, FileFacts, FilePath, FileStatus, System};
use rocky_project::{CatalogIndex, FileSet, LoadOptions, Project, models_roots};
use rocky_store::RowStore;
use rocky_syntax::DialectKind;
use salsa::{Durability, Setter};
use std::path::Path;
use std::sync::Arc;

/// A callback for salsa's events, for tests that prove which queries ran.
pub type EventCallback = Box<dyn Fn(salsa::Event) + Send + Sync + 'static>;

/// How to open a project.
#[derive(Default)]
pub struct OpenOptions {
    /// The project file, relative to the root; `rocky.toml` by default.
    pub config: Option<FilePath>,
    /// Whether a missing project file is no finding.
    pub config_optional: bool,
    /// `--models`
    pub models: Option<FilePath>,
    /// `--contracts`
    pub contracts: Option<FilePath>,
    /// `--target-dialect`
    pub dialect: Option<DialectKind>,
    /// Whether changes will come. A one-shot command never changes its inputs, and salsa then keeps no
    /// dependencies.
    pub long_lived: bool,
    /// Where outcomes of earlier processes are.
    pub cache: Option<CacheOptions>,
    /// Rows of earlier processes.
    pub store: Option<Arc<RowStore>>,
    /// Called for salsa's events.
    pub on_event: Option<EventCallback>,
}

/// A project whose inputs can change.
pub struct ProjectHost {
    db: RootDatabase,
    system: Arc<PrefetchingSystem>,
    project: Project,
    store: Option<Arc<RowStore>>,
    durability: Durability,
    /// What it was opened with.
    files: Arc<ProjectFiles>,
    /// Whether all files are still as they were then.
    is_as_opened: bool,
    /// All findings, while they are known without computing anything.
    known: Option<Arc<KnownFindings>>,
    memory: Option<Memory>,
}

impl ProjectHost {
    /// Opens the project in `root` on this machine's disk.
    pub fn open_folder(root: &Path, options: OpenOptions) -> ProjectHost {
        ProjectHost::open(Arc::new(OsSystem::new(root)), options)
    }

    /// Opens a project in some world. Never fails: what is wrong is a finding.
    pub fn open(system: Arc<dyn System>, options: OpenOptions) -> ProjectHost {
        let OpenOptions { config, config_optional, models, contracts, dialect, .. } = &options;
        let config_path = config.clone().unwrap_or_else(|| FilePath::new(PROJECT_FILE));
        let load = LoadOptions {
            models: models.clone(),
            contracts: contracts.clone(),
            dialect: *dialect,
            config_optional: *config_optional,
        };
        let files = ProjectFiles::look(system, config_path, load, options.cache.clone());
        let known = if options.long_lived { KnownFindings::of(&files) } else { None };
        let mut host = ProjectHost::from_files(Arc::new(files), options);
        host.known = known.map(Arc::new);
        host
    }

    /// Opens a project whose files have been looked at. Of the options only those count that are not about
    /// files: whether changes will come, the rows of earlier processes, the events.
    pub fn from_files(files: Arc<ProjectFiles>, options: OpenOptions) -> ProjectHost {
        let system = files.system.clone();
        let store = options.store;
        let db = RootDatabase::new(system.clone(), store.clone(), !options.long_lived, options.on_event);
        // Everything is durable but the text that an editor holds: after a keystroke salsa then knows of
        // 10,000 untouched models at a glance that they are untouched.
        let durability = if options.long_lived { Durability::HIGH } else { Durability::NEVER_CHANGE };
        let config_file = new_file(&db, durability, files.config_path.clone(), files.config.clone());
        let inputs = files
            .files
            .iter()
            .map(|(path, facts)| (path.clone(), new_file(&db, durability, path.clone(), facts.clone())));
        let file_set: FileSet = inputs.collect();
        let project = Project::builder(
            config_file,
            Arc::new(file_set),
            Arc::new(files.problems.clone()),
            Arc::new(files.load.clone()),
            Arc::new(CatalogIndex::default()),
            (),
        )
        .durability(durability)
        // A one-shot command sets them again when the folders turn out to be other ones.
        .files_durability(Durability::HIGH)
        .walk_problems_durability(Durability::HIGH)
        .volatile_durability(if options.long_lived { Durability::LOW } else { Durability::NEVER_CHANGE })
        .new(&db);
        ProjectHost {
            db,
            system,
            project,
            store,
            durability,
            known: None,
            is_as_opened: true,
            files,
            memory: None,
        }
    }

    /// What the project was opened with.
    pub fn files(&self) -> &ProjectFiles {
        &self.files
    }

    /// Gives back what the project was opened with.
    pub(crate) fn into_files(self) -> Arc<ProjectFiles> {
        self.files
    }

    /// What the compilation asked of the world beside the texts of its files: what it asks again counts too.
    pub fn questions(&self) -> Questions {
        match self.memory.as_ref().map(Memory::questions) {
            Some(questions) => questions,
            None => self.files.questions(),
        }
    }

    /// Whether what this process computed is the outcome of the files that it looked at. Not so when one of
    /// them changed meanwhile.
    pub fn is_steady(&self) -> bool {
        !self.db.saw_unsteady_text()
    }

    /// What this host remembers of the compilation before.
    pub(crate) fn memory(&self) -> Option<&Memory> {
        self.memory.as_ref()
    }

    pub(crate) fn row_store(&self) -> Option<Arc<RowStore>> {
        self.store.clone()
    }

    pub(crate) fn set_memory(&mut self, memory: Memory) {
        self.memory = Some(memory);
    }

    /// The database.
    pub fn db(&self) -> &RootDatabase {
        &self.db
    }

    /// The database, writable: for tests and tools that set inputs themselves.
    pub fn db_mut(&mut self) -> &mut RootDatabase {
        &mut self.db
    }

    /// The project.
    pub fn project(&self) -> Project {
        self.project
    }

    /// This moment. While it lives, changes wait for it.
    pub fn snapshot(&self) -> ProjectSnapshot {
        let files = self.is_as_opened.then(|| self.files.clone());
        ProjectSnapshot::new(self.db.clone(), self.project, self.known.clone(), files)
    }

    /// Where the memory of the database goes, the largest first. Waits until no snapshot is left.
    pub fn memory_report(&mut self) -> Vec<MemoryLine> {
        memory_report(&mut self.db)
    }

    /// Closes the file of rows. For a process that ends without giving back memory.
    pub fn close_rows(&self) {
        if let Some(store) = &self.store {
            store.close();
        }
    }

    /// Writes queued rows. Never inside a query, never on a thread that must not wait.
    pub fn flush(&self) {
        if let Some(store) = &self.store {
            store.flush();
        }
    }

    /// Applies a change. Waits until no snapshot computes any more.
    pub fn apply_change(&mut self, change: Change) {
        let mut rescan = change.rescan;
        let roots_before = models_roots(&self.db, self.project).clone();
        let mut files = FileSetEdit::new(self);
        for (path, text) in change.overlays {
            let facts = match &text {
                Some(text) => FileFacts::of_overlay(text),
                None => facts_of(&files.host.system, &path),
            };
            files.set(&path, facts, Some(text));
        }
        for path in change.touched {
            match files.host.system.kind(&path) {
                Ok(Some(DirEntryKind::Folder)) => rescan = true,
                Ok(None) if files.holds_folder(&path) => rescan = true,
                _ => {
                    let facts = facts_of(&files.host.system, &path);
                    files.set(&path, facts, None);
                }
            }
        }
        files.finish();
        if rescan || *models_roots(&self.db, self.project) != roots_before {
            self.rescan();
        }
        self.system.forget();
    }

    /// Looks at every folder again.
    fn rescan(&mut self) {
        let roots = models_roots(&self.db, self.project).clone();
        let contracts = self.project.options(&self.db).contracts.clone();
        let Scan { files: found, problems } = scan(&self.system, &roots, contracts.as_ref());
        let config_path = self.project.config_file(&self.db).path(&self.db).clone();
        let known: Vec<FilePath> =
            self.project.files(&self.db).iter().map(|(path, _)| path.clone()).collect();
        let mut files = FileSetEdit::new(self);
        for path in known {
            if !found.contains_key(&path) {
                let gone = FileFacts { digest: rocky_base_db::Digest::ZERO, status: FileStatus::Missing };
                files.set(&path, gone, None);
            }
        }
        for (path, facts) in found {
            if path != config_path {
                files.set(&path, facts, None);
            }
        }
        files.finish();
        if **self.project.walk_problems(&self.db) != problems {
            self.known = None;
            self.is_as_opened = false;
            self.project
                .set_walk_problems(&mut self.db)
                .with_durability(Durability::HIGH)
                .to(Arc::new(problems));
        }
    }
}

fn new_file(db: &RootDatabase, durability: Durability, path: FilePath, facts: FileFacts) -> File {
    File::builder(path, facts.digest, facts.status, None).durability(durability).new(db)
}

/// Collects changes of files, so that the set of files changes at most once.
struct FileSetEdit<'a> {
    host: &'a mut ProjectHost,
    /// The new set, once it differs.
    changed: Option<FileSet>,
}

impl<'a> FileSetEdit<'a> {
    fn new(host: &'a mut ProjectHost) -> Self {
        FileSetEdit { host, changed: None }
    }

    fn get(&self, path: &FilePath) -> Option<File> {
        let config = self.host.project.config_file(&self.host.db);
        if config.path(&self.host.db) == path {
            return Some(config);
        }
        match &self.changed {
            Some(files) => files.get(path),
            None => self.host.project.files(&self.host.db).get(path),
        }
    }

    fn holds_folder(&self, path: &FilePath) -> bool {
        self.host.project.files(&self.host.db).iter().any(|(file, _)| file.is_within(path))
    }

    fn edited(&mut self) -> &mut FileSet {
        self.host.known = None;
        self.host.is_as_opened = false;
        let host = &self.host;
        self.changed.get_or_insert_with(|| (**host.project.files(&host.db)).clone())
    }

    /// Sets what is known of a file. `overlay` is `None` when the disk changed, not the editor: then an
    /// unsaved text goes on hiding the disk.
    ///
    /// Setters never compare, and each bumps the revision: only what differs is set.
    fn set(&mut self, path: &FilePath, facts: FileFacts, overlay: Option<Option<Arc<str>>>) {
        let known = self.get(path);
        let Some(file) = known else {
            if facts.status == FileStatus::Missing {
                return;
            }
            let file = new_file(&self.host.db, self.host.durability, path.clone(), facts);
            if let Some(Some(text)) = overlay {
                file.set_overlay(&mut self.host.db).with_durability(Durability::LOW).to(Some(text));
            }
            self.edited().insert(path.clone(), file);
            return;
        };
        // Only texts of models are typed so fast that it counts, and `rocky.toml` reaches every model:
        // lowering its durability would make everything as volatile as it is.
        let is_model = matches!(path.extension(), Some("sql" | "rocky"));
        let durability = match &overlay {
            Some(Some(_)) if is_model => Durability::LOW,
            _ => self.host.durability,
        };
        let db = &mut self.host.db;
        match overlay {
            None if file.overlay(db).is_some() => return,
            Some(text) if *file.overlay(db) != text => {
                file.set_overlay(db).with_durability(durability).to(text);
            }
            _ => {}
        }
        if file.digest(db) != facts.digest || *file.status(db) != facts.status {
            self.host.known = None;
            self.host.is_as_opened = false;
        }
        let db = &mut self.host.db;
        if file.digest(db) != facts.digest {
            file.set_digest(db).with_durability(durability).to(facts.digest);
        }
        if *file.status(db) != facts.status {
            file.set_status(db).with_durability(durability).to(facts.status.clone());
        }
        let is_config = self.host.project.config_file(&self.host.db) == file;
        if facts.status == FileStatus::Missing && !is_config {
            self.edited().remove(path);
        }
    }

    fn finish(self) {
        if let Some(files) = self.changed {
            self.host
                .project
                .set_files(&mut self.host.db)
                .with_durability(Durability::HIGH)
                .to(Arc::new(files));
        }
    }
}
