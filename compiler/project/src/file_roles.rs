//! Which files are models, and which files belong to which model (spec 01 §1.4).

use crate::inputs::Project;
use crate::test_definitions::TEST_DEFINITIONS;
use crate::{ModelsGlob, SeedFormat, model_scopes};
use rocky_base_db::{Db, File, FilePath};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The files around one model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModelParts {
    /// `<stem>.toml`, else `<stem>.rocky.toml`.
    pub sidecar: Option<File>,
    /// The second of the two, when both are there.
    pub ignored_sidecar: Option<File>,
    /// `_defaults.toml` files, the nearest first.
    pub defaults: Arc<[File]>,
    /// `<stem>.contract.toml` beside the model.
    pub contract: Option<File>,
    /// Another model file of the same stem in the same folder (`a.sql` beside `a.rocky`).
    pub twin: Option<File>,
}

/// All model files and what belongs to them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Layout {
    /// Model files by path.
    pub models: BTreeMap<FilePath, (File, Arc<ModelParts>)>,
    /// Sidecars without a model.
    pub orphans: Vec<File>,
    /// `_defaults.toml` files.
    pub defaults: Vec<File>,
    /// Contracts beside models, by path, also those whose model file does not exist.
    pub sibling_contracts: Vec<File>,
    /// Contracts in the contracts folder, by model name.
    pub contracts: BTreeMap<smol_str::SmolStr, File>,
    /// Configuration groups (`groups/<name>.toml` in a models folder), by name.
    pub groups: BTreeMap<smol_str::SmolStr, File>,
    /// Definitions of named tests, `test_definitions.toml` in the models folders.
    pub test_definitions: Vec<File>,
    /// Macro files.
    pub macros: Vec<File>,
    /// Seed files (`seeds/**/*.csv`, `.tsv`).
    pub seeds: Vec<File>,
    /// Sidecars of seeds, by the seed's path without extension.
    pub seed_sidecars: BTreeMap<FilePath, File>,
    /// `data/seed.sql`
    pub seed_script: Option<File>,
}

/// The folders that are searched for models.
///
/// Reads: the project's options, the models globs of `rocky.toml`. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn models_roots(db: &dyn Db, project: Project) -> Vec<FilePath> {
    if let Some(folder) = &project.options(db).models {
        return vec![folder.clone()];
    }
    crate::queries::configured_models_roots(db, project)
}

/// The globs that select models. Reads: `rocky.toml`. Cut-off: **projection**.
#[salsa::tracked(returns(ref))]
fn models_globs(db: &dyn Db, project: Project) -> Vec<ModelsGlob> {
    model_scopes(db, project).scopes.iter().map(|scope| scope.models.clone()).collect()
}

/// Which files are what. Reads: the file set, [`models_roots`], the globs of pipelines. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn layout(db: &dyn Db, project: Project) -> Layout {
    let files = project.files(db);
    let roots = models_roots(db, project);
    let globs = if project.options(db).models.is_none() { models_globs(db, project).as_slice() } else { &[] };
    let is_selected = |path: &FilePath| globs.is_empty() || globs.iter().any(|glob| glob.matches(path));
    let mut folders = Folders::new(roots, project.options(db).contracts.as_ref());
    let mut layout = Layout::default();
    let mut families: FxHashMap<&str, Family> = FxHashMap::default();
    let mut sidecars: Vec<(&FilePath, File)> = Vec::new();
    let mut bodies: Vec<(&FilePath, File)> = Vec::new();
    for (path, file) in files.iter() {
        if path.file_name() == TEST_DEFINITIONS && roots.contains(&path.parent()) {
            layout.test_definitions.push(file);
            continue;
        }
        if is_excluded(path.file_name()) {
            continue;
        }
        folders.assign(path, file, &mut layout);
        if !roots.iter().any(|root| path.is_within(root)) {
            continue;
        }
        let name = path.file_name();
        if let Some(stem) = path.as_str().strip_suffix(CONTRACT) {
            families.entry(stem).or_default().contract = Some(file);
            layout.sibling_contracts.push(file);
        } else if name == DEFAULTS {
            folders.defaults.insert(folder_of(path), file);
            layout.defaults.push(file);
        } else if let Some(stem) = path.as_str().strip_suffix(".toml") {
            match stem.strip_suffix(".rocky") {
                Some(stem) => families.entry(stem).or_default().double_sidecar = Some(file),
                None => families.entry(stem).or_default().sidecar = Some(file),
            }
            sidecars.push((path, file));
        } else if let Some(stem) = path.as_str().strip_suffix(".sql") {
            families.entry(stem).or_default().sql = Some(file);
            if is_selected(path) {
                bodies.push((path, file));
            }
        } else if let Some(stem) = path.as_str().strip_suffix(".rocky") {
            families.entry(stem).or_default().rocky = Some(file);
            if is_selected(path) {
                bodies.push((path, file));
            }
        }
    }
    let mut chain: (&str, Arc<[File]>) = ("", folders.defaults_above("", roots));
    let mut models = Vec::with_capacity(bodies.len());
    for (path, file) in bodies {
        let stem = without_extension(path);
        let Some(family) = families.get(stem) else { continue };
        if folder_of(path) != chain.0 {
            chain = (folder_of(path), folders.defaults_above(folder_of(path), roots));
        }
        let parts = ModelParts {
            sidecar: family.sidecar.or(family.double_sidecar),
            ignored_sidecar: family.sidecar.and(family.double_sidecar),
            defaults: chain.1.clone(),
            contract: family.contract,
            twin: if path.extension() == Some("sql") { family.rocky } else { family.sql },
        };
        models.push((path.clone(), (file, Arc::new(parts))));
    }
    // The files are in order, and so are the models among them.
    layout.models = models.into_iter().collect();
    for (path, file) in sidecars {
        let stem = without_extension(path);
        let stem = stem.strip_suffix(".rocky").unwrap_or(stem);
        let has_body =
            families.get(stem).is_some_and(|family| family.sql.is_some() || family.rocky.is_some());
        if has_body {
            continue;
        }
        if path.parent().file_name() == "groups" {
            layout.groups.entry(path.stem().into()).or_insert(file);
        } else {
            layout.orphans.push(file);
        }
    }
    layout
}

/// Files of one stem in one folder.
#[derive(Default)]
struct Family {
    sql: Option<File>,
    rocky: Option<File>,
    sidecar: Option<File>,
    double_sidecar: Option<File>,
    contract: Option<File>,
}

/// The folders that give files their meaning.
struct Folders<'f> {
    contracts: FilePath,
    macros: Vec<FilePath>,
    seeds: Vec<FilePath>,
    scripts: Vec<FilePath>,
    defaults: FxHashMap<&'f str, File>,
}

impl<'f> Folders<'f> {
    fn new(roots: &[FilePath], contracts: Option<&FilePath>) -> Folders<'f> {
        let beside = |name: &str| {
            let mut folders: Vec<FilePath> = roots.iter().map(|root| root.parent().join(name)).collect();
            folders.sort();
            folders.dedup();
            folders
        };
        Folders {
            contracts: contracts.cloned().unwrap_or_else(|| FilePath::new("contracts")),
            macros: beside("macros"),
            seeds: beside("seeds"),
            scripts: beside("data/seed.sql"),
            defaults: FxHashMap::default(),
        }
    }

    /// Notes a file that belongs to the project beside models.
    fn assign(&self, path: &FilePath, file: File, layout: &mut Layout) {
        let name = path.file_name();
        if let Some(model) = name.strip_suffix(CONTRACT)
            && folder_of(path) == self.contracts.as_str()
        {
            layout.contracts.insert(model.into(), file);
        }
        let is_macro = name.ends_with(".sql") || name.ends_with(".sql-macro");
        if is_macro && self.macros.iter().any(|folder| folder.as_str() == folder_of(path)) {
            layout.macros.push(file);
        }
        if self.seeds.iter().any(|folder| path.is_within(folder)) {
            if SeedFormat::of(path).is_some() {
                layout.seeds.push(file);
            } else if name.ends_with(".toml") {
                layout.seed_sidecars.insert(FilePath::new(without_extension(path)), file);
            }
        }
        if self.scripts.contains(path) {
            layout.seed_script = Some(file);
        }
    }

    /// The `_defaults.toml` files from `folder` up to the models root, the nearest first.
    fn defaults_above(&self, folder: &str, roots: &[FilePath]) -> Arc<[File]> {
        let mut found = Vec::new();
        let mut folder = folder;
        loop {
            found.extend(self.defaults.get(folder).copied());
            if folder.is_empty() || roots.iter().any(|root| root.as_str() == folder) {
                return found.into();
            }
            folder = folder.rfind('/').map_or("", |at| &folder[..at]);
        }
    }
}

fn folder_of(path: &FilePath) -> &str {
    let slash = path.as_str().as_bytes().iter().rposition(|byte| *byte == b'/');
    slash.map_or("", |at| &path.as_str()[..at])
}

fn without_extension(path: &FilePath) -> &str {
    let name = path.file_name();
    let extension = name.rfind('.').filter(|at| *at > 0).map_or(0, |at| name.len() - at);
    &path.as_str()[..path.as_str().len() - extension]
}

const CONTRACT: &str = ".contract.toml";
const DEFAULTS: &str = "_defaults.toml";

/// Names that are never models: reserved files and what editors leave behind.
fn is_excluded(name: &str) -> bool {
    name.starts_with('.')
        || name == TEST_DEFINITIONS
        || name.ends_with('~')
        || name.starts_with('#')
        || name.ends_with(".bak")
        || name.ends_with(".swp")
}

/// The files around one model. Reads: [`layout`]. Cut-off: **projection**.
#[salsa::tracked(returns(clone))]
pub fn model_parts(db: &dyn Db, file: File) -> Option<Arc<ModelParts>> {
    let project = Project::get(db);
    let (known, parts) = layout(db, project).models.get(file.path(db))?;
    (*known == file).then(|| parts.clone())
}
