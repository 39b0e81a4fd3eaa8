//! Two states of a project, both compiled, and what differs between them.

mod columns;
mod edges;
mod flow;
mod impact;

pub(crate) use columns::{model_differences, not_comparable};
pub(crate) use edges::lineage_differences;
pub(crate) use impact::{impacts, new_errors};

use crate::arguments::BaseOptions;
use crate::failure::Failure;
use crate::git::{Commit, Repository};
use crate::opened_project::{OpenedProject, ProjectOptions};
use crate::opening::{cache_folder, rows_path};
use crate::output::CiDiffMode;
use crate::project_location::ProjectLocation;
use crate::session::Session;
use rocky_compiler::base_db::os::OsSystem;
use rocky_compiler::base_db::{FilePath, System};
use rocky_compiler::store::RowStore;
use rocky_compiler::{CompileReport, ModelReport};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One state.
pub(crate) struct Side {
    /// The project.
    pub(crate) project: OpenedProject,
    /// What compiling it found.
    pub(crate) compiled: CompileReport,
    /// Where each model stands in the report, by name; of two with one name the first.
    by_name: BTreeMap<String, usize>,
}

impl Side {
    /// Compiles the files of a commit, or without one those on disk.
    fn open(
        session: &Session<'_>,
        location: &ProjectLocation,
        options: ProjectOptions<'_>,
        files: Option<(&Repository, &Commit)>,
        store: Option<Arc<RowStore>>,
        named: &str,
    ) -> Result<Side, Failure> {
        let mut location = location.clone();
        let world: Arc<dyn System> = match files {
            Some((repository, commit)) => {
                let tree = repository.tree(commit)?;
                let config = FilePath::new(&location.config_name);
                location.config_exists = matches!(tree.kind(&config), Ok(Some(_)));
                Arc::new(tree)
            }
            None => Arc::new(OsSystem::new(&location.root)),
        };
        let project = OpenedProject::open_in(location, world, options, store)?;
        project.require_loadable_config(session, named)?;
        let compiled = project.snapshot().compile(&mut |_| {});
        let mut by_name = BTreeMap::new();
        for (number, model) in compiled.models.iter().enumerate() {
            by_name.entry(model.name.to_string()).or_insert(number);
        }
        Ok(Side { project, compiled, by_name })
    }

    /// The model of a name.
    pub(crate) fn model(&self, name: &str) -> Option<&ModelReport> {
        self.compiled.models.get(*self.by_name.get(name)?)
    }
}

/// The rows that earlier commands left, shared by both sides. A folder that is no project gets none.
fn row_store(location: &ProjectLocation, options: ProjectOptions<'_>) -> Option<Arc<RowStore>> {
    let is_project =
        location.config_exists || options.models.is_some() || location.root.join("models").is_dir();
    let rows = rows_path(&cache_folder(&location.root));
    if is_project { RowStore::open(&rows).map(Arc::new) } else { None }
}

/// Two states of one project.
pub(crate) struct Comparison {
    /// The older one.
    pub(crate) base: Side,
    /// The newer one.
    pub(crate) head: Side,
    /// What the caller named as the base.
    pub(crate) base_ref: String,
    /// The commit that was compared with.
    pub(crate) base_commit: Commit,
    /// What the newer one is.
    pub(crate) mode: CiDiffMode,
}

impl Comparison {
    /// Reads and compiles both sides.
    ///
    /// # Errors
    /// Without a repository, without the base, or with a configuration on either side that cannot be loaded: then
    /// nothing can be said about differences.
    pub(crate) fn open(session: &Session<'_>, options: &BaseOptions) -> Result<Comparison, Failure> {
        let location = ProjectLocation::find(session)?;
        let repository = Repository::around(&location.root)?;
        let head_commit = repository.commit("HEAD").map_err(|_| {
            Failure::new("the repository has no commit yet, so there is nothing to compare")
                .with_help("commit the project first")
        })?;
        let named = repository.commit(&options.base)?;
        let base_commit = match repository.merge_base(&named, &head_commit)? {
            Some(commit) => commit,
            None => {
                session.terminal.err(&format!(
                    "note: '{}' and HEAD have no common commit here (a shallow clone?); compared with '{}' itself\n",
                    options.base, options.base
                ));
                named
            }
        };
        let project_options =
            ProjectOptions { models: options.models.as_deref(), contracts: options.contracts.as_deref() };
        let store = row_store(&location, project_options);
        let base_name = format!("'{}' (commit {})", options.base, base_commit.short());
        let base = Side::open(
            session,
            &location,
            project_options,
            Some((&repository, &base_commit)),
            store.clone(),
            &base_name,
        )?;
        let (mode, files) = match options.working_tree {
            true => (CiDiffMode::WorkingTree, None),
            false => (CiDiffMode::Head, Some((&repository, &head_commit))),
        };
        let head = Side::open(session, &location, project_options, files, store, "HEAD")?;
        let comparison = Comparison { base, head, base_ref: options.base.clone(), base_commit, mode };
        comparison.require_models(&location)?;
        Ok(comparison)
    }

    /// Two empty sides have no differences, but hardly because nothing was changed.
    fn require_models(&self, location: &ProjectLocation) -> Result<(), Failure> {
        if !self.base.compiled.models.is_empty() || !self.head.compiled.models.is_empty() {
            return Ok(());
        }
        let failure = Failure::new(format!(
            "neither '{}' nor {} has models in '{}'",
            self.base_ref,
            self.head_name(),
            location.root.display()
        ));
        Err(match self.mode {
            CiDiffMode::Head => failure.with_help("commit them, or compare with --working-tree"),
            CiDiffMode::WorkingTree => failure.with_help("name the folder with --models or --config"),
        })
    }

    /// How the newer side is called.
    pub(crate) fn head_name(&self) -> &'static str {
        match self.mode {
            CiDiffMode::Head => "HEAD",
            CiDiffMode::WorkingTree => "the working tree",
        }
    }
}
