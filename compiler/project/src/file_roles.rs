//! Which files are models, and which files belong to which model (spec 01 §1.4).

use crate::inputs::Project;
use rocky_base_db::{Db, File, FilePath};
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
    pub defaults: Vec<File>,
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
    /// Contracts in the contracts folder, by model name.
    pub contracts: BTreeMap<smol_str::SmolStr, File>,
    /// Macro files.
    pub macros: Vec<File>,
    /// Seed files (`seeds/*.csv`, `.tsv`).
    pub seeds: Vec<File>,
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

/// Which files are what. Reads: the file set, [`models_roots`]. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn layout(db: &dyn Db, project: Project) -> Layout {
    let files = project.files(db);
    let roots = models_roots(db, project);
    let mut layout = Layout::default();
    let contracts_folder = match &project.options(db).contracts {
        Some(folder) => folder.clone(),
        None => FilePath::new("contracts"),
    };
    let mut sidecars: BTreeMap<FilePath, File> = BTreeMap::new();
    let mut contracts: BTreeMap<FilePath, File> = BTreeMap::new();
    let mut defaults: BTreeMap<FilePath, File> = BTreeMap::new();
    let mut bodies: BTreeMap<FilePath, File> = BTreeMap::new();
    for (path, file) in files.iter() {
        let name = path.file_name();
        if path.parent() == contracts_folder && name.ends_with(CONTRACT) {
            layout.contracts.insert(name[..name.len() - CONTRACT.len()].into(), file);
        }
        for root in roots {
            let siblings = root.parent();
            if path.parent() == siblings.join("macros") && (name.ends_with(".sql") || name.ends_with(".sql-macro")) {
                push_once(&mut layout.macros, file);
            }
            if path.parent() == siblings.join("seeds") && (name.ends_with(".csv") || name.ends_with(".tsv")) {
                push_once(&mut layout.seeds, file);
            }
            if *path == siblings.join("data/seed.sql") {
                layout.seed_script = Some(file);
            }
        }
        if !roots.iter().any(|root| path.is_within(root)) || is_excluded(name) {
            continue;
        }
        match path.extension() {
            Some("sql" | "rocky") => {
                bodies.insert(path.clone(), file);
            }
            Some("toml") if name == "_defaults.toml" => {
                defaults.insert(path.parent(), file);
            }
            Some("toml") if name.ends_with(CONTRACT) => {
                contracts.insert(path.clone(), file);
            }
            Some("toml") => {
                sidecars.insert(path.clone(), file);
            }
            _ => {}
        }
    }
    for (path, file) in &bodies {
        let stem = path.stem();
        let plain = sidecars.get(&path.sibling(&format!("{stem}.toml"))).copied();
        let doubled = sidecars.get(&path.sibling(&format!("{stem}.rocky.toml"))).copied();
        let other = if path.extension() == Some("sql") { "rocky" } else { "sql" };
        let parts = ModelParts {
            sidecar: plain.or(doubled),
            ignored_sidecar: plain.and(doubled),
            defaults: defaults_above(&defaults, path, roots),
            contract: contracts.get(&path.sibling(&format!("{stem}{CONTRACT}"))).copied(),
            twin: bodies.get(&path.sibling(&format!("{stem}.{other}"))).copied(),
        };
        layout.models.insert(path.clone(), (*file, Arc::new(parts)));
    }
    for (path, file) in &sidecars {
        let stem = path.stem();
        let stem = stem.strip_suffix(".rocky").unwrap_or(stem);
        let has_body =
            ["sql", "rocky"].iter().any(|kind| bodies.contains_key(&path.sibling(&format!("{stem}.{kind}"))));
        let in_groups = path.parent().file_name() == "groups";
        if !has_body && !in_groups {
            layout.orphans.push(*file);
        }
    }
    layout
}

const CONTRACT: &str = ".contract.toml";

fn push_once(files: &mut Vec<File>, file: File) {
    if !files.contains(&file) {
        files.push(file);
    }
}

/// Names that are never models: reserved files and what editors leave behind.
fn is_excluded(name: &str) -> bool {
    name.starts_with('.')
        || name == "test_definitions.toml"
        || name.ends_with('~')
        || name.starts_with('#')
        || name.ends_with(".bak")
        || name.ends_with(".swp")
}

fn defaults_above(
    defaults: &BTreeMap<FilePath, File>,
    path: &FilePath,
    roots: &[FilePath],
) -> Vec<File> {
    let mut found = Vec::new();
    let mut folder = path.parent();
    loop {
        found.extend(defaults.get(&folder));
        if roots.contains(&folder) || folder.as_str().is_empty() {
            return found;
        }
        folder = folder.parent();
    }
}

/// The files around one model. Reads: [`layout`]. Cut-off: **projection**.
#[salsa::tracked(returns(clone))]
pub fn model_parts(db: &dyn Db, file: File) -> Option<Arc<ModelParts>> {
    let project = Project::get(db);
    layout(db, project).models.get(file.path(db)).filter(|(known, _)| *known == file).map(|(_, parts)| parts.clone())
}
