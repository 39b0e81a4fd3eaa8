//! The index of models, and what references mean (spec 03 §4.1).
#![allow(missing_docs, reason = "salsa generates functions without documentation")]

use crate::body::Ident;
use crate::queries::{model_dialect, model_header, path_text};
use crate::remembered::remembered_index;
use rocky_base_db::{Db, File};
use rocky_project::{Project, layout, model_config};
use rocky_syntax::DialectKind;
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// All models by name and by table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ModelIndex {
    /// Model files by model name. More than one means a duplicate; the first by path counts.
    pub by_name: BTreeMap<SmolStr, Vec<File>>,
    /// Names by lower-case name.
    pub by_folded_name: BTreeMap<SmolStr, Vec<SmolStr>>,
    /// Model files by lower-case `catalog.schema.table`, ephemeral models left out.
    pub by_target: BTreeMap<SmolStr, Vec<File>>,
}

/// Reads: the layout, every model's configuration. Cut-off: equality. Read the projections below.
#[salsa::tracked(returns(ref))]
pub fn model_index(db: &dyn Db, project: Project) -> ModelIndex {
    if let Some(index) = remembered_index(db) {
        return index;
    }
    let mut index = ModelIndex::default();
    for (file, _) in layout(db, project).models.values() {
        let config = model_config(db, *file);
        index.by_name.entry(config.name.clone()).or_default().push(*file);
        if config.strategy.type_name() == "ephemeral" {
            continue;
        }
        if let Some(target) = &config.target {
            let key = format!("{}.{}.{}", target.catalog, target.schema, target.table).to_lowercase();
            index.by_target.entry(key.into()).or_default().push(*file);
        }
    }
    for name in index.by_name.keys() {
        index.by_folded_name.entry(name.to_lowercase().into()).or_default().push(name.clone());
    }
    index
}

/// A name as a key of the projections.
#[salsa::interned(debug)]
pub struct Name<'db> {
    /// The text.
    #[returns(ref)]
    pub text: SmolStr,
}

/// The model of exactly this name. Reads: [`model_index`]. Cut-off: **projection**.
#[salsa::tracked(returns(copy))]
pub fn model_by_name<'db>(db: &'db dyn Db, name: Name<'db>) -> Option<File> {
    model_index(db, Project::get(db)).by_name.get(name.text(db))?.first().copied()
}

/// The only model of this name when case is ignored. Reads: [`model_index`]. Cut-off: **projection**.
#[salsa::tracked(returns(copy))]
pub fn model_by_folded_name<'db>(db: &'db dyn Db, folded: Name<'db>) -> Option<File> {
    let index = model_index(db, Project::get(db));
    match index.by_folded_name.get(folded.text(db))?.as_slice() {
        [name] => index.by_name.get(name)?.first().copied(),
        _ => None,
    }
}

/// The model with this lower-case `catalog.schema.table`. Reads: [`model_index`]. Cut-off: **projection**.
#[salsa::tracked(returns(copy))]
pub fn model_by_target<'db>(db: &'db dyn Db, target: Name<'db>) -> Option<File> {
    model_index(db, Project::get(db)).by_target.get(target.text(db))?.first().copied()
}

/// All models of the same name as this one, itself included, by path; only itself when it is unique.
/// Reads: [`model_index`]. Cut-off: **projection**.
#[salsa::tracked(returns(ref))]
pub fn models_of_same_name(db: &dyn Db, file: File) -> Box<[File]> {
    let index = model_index(db, Project::get(db));
    index.by_name.get(&model_config(db, file).name).cloned().unwrap_or_default().into_boxed_slice()
}

/// All models with the same table as this one. Reads: [`model_index`]. Cut-off: **projection**.
#[salsa::tracked(returns(ref))]
pub fn models_of_same_target(db: &dyn Db, file: File) -> Box<[File]> {
    let config = model_config(db, file);
    let Some(target) = &config.target else { return Box::default() };
    let key = format!("{}.{}.{}", target.catalog, target.schema, target.table).to_lowercase();
    let index = model_index(db, Project::get(db));
    index.by_target.get(key.as_str()).cloned().unwrap_or_default().into_boxed_slice()
}

/// The model of a name, for callers with a text.
pub fn find_model(db: &dyn Db, name: &str) -> Option<File> {
    model_by_name(db, Name::new(db, SmolStr::new(name)))
}

/// What a reference stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReferenceTarget {
    /// Another model.
    Model(File),
    /// The model itself, or its table.
    Itself,
    /// A table outside the project.
    External,
}

/// What each reference of a model stands for, in the order of its header.
///
/// Reads: the header, its configuration, one name projection for each reference. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn resolved_references(db: &dyn Db, file: File) -> Box<[ReferenceTarget]> {
    model_header(db, file).references.iter().map(|path| resolve_reference(db, file, path)).collect()
}

/// What one reference in `file` stands for.
pub fn resolve_reference(db: &dyn Db, file: File, path: &[Ident]) -> ReferenceTarget {
    let found = match path {
        [name] => resolve_name(db, file, name),
        [_, _] | [_, _, _] => resolve_target(db, file, path),
        _ => None,
    };
    match found {
        Some(model) if model == file => ReferenceTarget::Itself,
        Some(model) => ReferenceTarget::Model(model),
        None => ReferenceTarget::External,
    }
}

fn resolve_name(db: &dyn Db, file: File, name: &Ident) -> Option<File> {
    if let Some(model) = model_by_name(db, Name::new(db, name.text.clone())) {
        return Some(model);
    }
    let folds = match model_dialect(db, file) {
        DialectKind::BigQuery => false,
        DialectKind::Snowflake => !name.quoted,
        _ => true,
    };
    let folded = Name::new(db, SmolStr::new(name.text.to_lowercase()));
    folds.then(|| model_by_folded_name(db, folded)).flatten()
}

fn resolve_target(db: &dyn Db, file: File, path: &[Ident]) -> Option<File> {
    let mut key = path_text(path).to_lowercase();
    if path.len() == 2 {
        let config = model_config(db, file);
        key = format!("{}.{key}", config.target.as_ref()?.catalog.to_lowercase());
    }
    model_by_target(db, Name::new(db, SmolStr::new(key)))
}
