//! What decides which rows a model has, from model to model.
//!
//! A filter, a join's condition or a grouping gives no value to any column, yet it can change all of them. Such
//! edges end at the model, not at one of its columns.

use crate::{QualifiedColumn, incoming_edges, same_column};
use rocky_base_db::{Db, File};
use rocky_hir::{ReferenceTarget, find_model, resolved_references};
use rocky_project::model_config;
use rocky_types::{InfluenceKind, model_facts};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use std::collections::VecDeque;

/// A column decides which rows a model has, or in which order they are taken.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct InfluenceEdge {
    /// The column that decides.
    pub source: QualifiedColumn,
    /// The model whose rows it decides about.
    pub model: SmolStr,
    /// In which clause.
    pub kind: InfluenceKind,
}

/// What decides about the rows of a model, in the order of its text.
pub fn incoming_influences(db: &dyn Db, file: File) -> Vec<InfluenceEdge> {
    let model = &model_config(db, file).name;
    let facts = model_facts(db, file);
    let influences = facts.facts.influences.iter().map(|influence| InfluenceEdge {
        source: QualifiedColumn {
            model: influence.source.relation.clone(),
            column: influence.source.column.clone(),
        },
        model: model.clone(),
        kind: influence.kind,
    });
    influences.collect()
}

/// Every column that can change the values of a column: those its values come from and those that decide about
/// rows on the way, each once, the nearest first.
pub fn columns_behind(db: &dyn Db, file: File, column: &str) -> Vec<QualifiedColumn> {
    let start = QualifiedColumn { model: model_config(db, file).name.clone(), column: SmolStr::new(column) };
    let mut found: Vec<QualifiedColumn> = Vec::new();
    let mut seen: FxHashSet<(SmolStr, String)> = FxHashSet::default();
    let mut models: FxHashSet<SmolStr> = FxHashSet::default();
    let mut queue = VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        let Some(file) = find_model(db, &at.model) else { continue };
        let mut sources: Vec<QualifiedColumn> = incoming_edges(db, file)
            .into_iter()
            .filter(|edge| same_column(&edge.target, &at))
            .map(|edge| edge.source)
            .collect();
        // The rows of a model are made of the rows of the models it reads, whichever columns it takes.
        let mut readers = vec![file];
        while let Some(reader) = readers.pop() {
            if models.insert(model_config(db, reader).name.clone()) {
                sources.extend(incoming_influences(db, reader).into_iter().map(|edge| edge.source));
                readers.extend(resolved_references(db, reader).iter().filter_map(|target| match target {
                    ReferenceTarget::Model(model) => Some(*model),
                    _ => None,
                }));
            }
        }
        for source in sources {
            if seen.insert((source.model.clone(), source.column.to_lowercase())) {
                queue.push_back(source.clone());
                found.push(source);
            }
        }
    }
    found
}
