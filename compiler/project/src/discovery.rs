//! Which files a project has: one walk over the folders that matter, no other.

use crate::config::pipeline::PipelineBody;
use crate::{LoadOptions, ModelsGlob, SeedFormat, UnsetPolicy, parse_config};
use rocky_base_db::{FilePath, ReadFailure, System, WalkedFile};

/// What a walk found. The caller makes inputs of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Discovered {
    /// The folders that were walked, none inside another.
    pub folders: Vec<FilePath>,
    /// The files that can matter, sorted by path, each once.
    pub files: Vec<WalkedFile>,
    /// What could not be walked; a folder that is merely not there is no problem unless models were
    /// expected in it.
    pub problems: Vec<(FilePath, ReadFailure)>,
}

/// Walks the project: the models folders that `rocky.toml` names (`models` without one, or the one of
/// `--models`), and beside each the folders for macros, seeds, data and tests, and the contracts folder.
///
/// `config_file` is the path of `rocky.toml`. If it cannot be read or parsed, the defaults apply: what is
/// wrong with it is said elsewhere.
pub fn discover(system: &dyn System, config_file: &FilePath, options: &LoadOptions) -> Discovered {
    let roots = discovered_roots(system, config_file, options);
    let folders = project_folders(&roots, options.contracts.as_ref());
    let mut discovered = Discovered { folders, ..Discovered::default() };
    for folder in &discovered.folders {
        let (files, problems) = system.walk(folder);
        discovered.files.extend(files.into_iter().filter(|file| belongs_to_project(&file.path)));
        let expected = |path: &FilePath| roots.contains(path);
        discovered.problems.extend(
            problems.into_iter().filter(|(path, why)| *why != ReadFailure::Missing || expected(path)),
        );
    }
    discovered.files.sort_by(|left, right| left.path.cmp(&right.path));
    discovered.files.dedup_by(|left, right| left.path == right.path);
    discovered
}

/// The models folders of a project, without a database: what `models_roots` gives with one.
pub fn discovered_roots(system: &dyn System, config_file: &FilePath, options: &LoadOptions) -> Vec<FilePath> {
    match &options.models {
        Some(folder) => vec![folder.clone()],
        None => configured_roots(system, config_file),
    }
}

fn configured_roots(system: &dyn System, config_file: &FilePath) -> Vec<FilePath> {
    let bytes = system.read(config_file).unwrap_or_default();
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    let document = parse_config(text, &|name| system.variable(name), UnsetPolicy::Ignore);
    let mut roots: Vec<FilePath> = document
        .config
        .pipelines
        .values()
        .filter_map(|pipeline| match &pipeline.body {
            PipelineBody::Transformation(body) => Some(ModelsGlob::new(&body.models)),
            _ => None,
        })
        .filter(|glob| !glob.escapes())
        .map(|glob| glob.base().clone())
        .collect();
    if roots.is_empty() {
        roots.push(FilePath::new("models"));
    }
    roots.sort();
    roots.dedup();
    roots
}

/// The folders that hold files of a project with these models folders, none inside another: the models
/// folders, beside each those for macros, seeds, data and tests, and the contracts folder.
pub fn project_folders(models_roots: &[FilePath], contracts: Option<&FilePath>) -> Vec<FilePath> {
    let mut folders = models_roots.to_vec();
    for root in models_roots {
        folders.extend(["macros", "seeds", "data", "tests"].map(|name| root.parent().join(name)));
    }
    folders.push(contracts.cloned().unwrap_or_else(|| FilePath::new("contracts")));
    folders.sort();
    folders.dedup();
    let all = folders.clone();
    folders.retain(|folder| !all.iter().any(|other| other != folder && folder.is_within(other)));
    folders
}

/// Whether a file of one of [`project_folders`] can be a part of the project.
pub fn belongs_to_project(path: &FilePath) -> bool {
    matches!(path.extension(), Some("sql" | "rocky" | "toml" | "sql-macro")) || SeedFormat::of(path).is_some()
}
