//! Where the columns of one state of a project go.

use super::Side;
use rocky_compiler::lineage::{Edge, QualifiedColumn, all_edges};
use rocky_compiler::types::{ModelFacts, model_facts};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A column, or a model as a whole.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Reached {
    /// The model.
    pub(super) model: String,
    /// The column; without one rows of the model depend on what was changed.
    pub(super) column: Option<String>,
    /// From the changed column to the last before this.
    pub(super) path: Vec<QualifiedColumn>,
}

/// The lineage of one state, by source.
pub(super) struct Flow {
    by_source: BTreeMap<(String, String), Vec<QualifiedColumn>>,
    influenced: BTreeMap<(String, String), BTreeSet<String>>,
    /// All edges, by execution order.
    pub(super) edges: Vec<Edge>,
}

fn key(column: &QualifiedColumn) -> (String, String) {
    (column.model.to_string(), column.column.to_lowercase())
}

impl Flow {
    /// The lineage of a side.
    pub(super) fn of(side: &Side) -> Flow {
        let snapshot = side.project.snapshot();
        let db = snapshot.db();
        let edges = all_edges(db);
        let mut flow = Flow { by_source: BTreeMap::new(), influenced: BTreeMap::new(), edges };
        for edge in &flow.edges {
            flow.by_source.entry(key(&edge.source)).or_default().push(edge.target.clone());
        }
        for model in &side.compiled.models {
            let Some(file) = snapshot.model_at(&model.file) else { continue };
            let facts: &ModelFacts = &model_facts(db, file).facts;
            for influence in &facts.influences {
                let source = (influence.source.relation.to_string(), influence.source.column.to_lowercase());
                flow.influenced.entry(source).or_default().insert(model.name.to_string());
            }
        }
        flow
    }

    /// Every column and model below a column, the nearest first.
    pub(super) fn below(&self, model: &str, column: &str) -> Vec<Reached> {
        let start = QualifiedColumn { model: model.into(), column: column.into() };
        let mut parents: BTreeMap<(String, String), QualifiedColumn> = BTreeMap::new();
        let mut seen = BTreeSet::from([key(&start)]);
        let mut seen_models: BTreeSet<String> = BTreeSet::new();
        let mut queue = VecDeque::from([start]);
        let mut reached = Vec::new();
        while let Some(at) = queue.pop_front() {
            let path = path_to(&parents, &at);
            for reader in self.influenced.get(&key(&at)).into_iter().flatten() {
                if seen_models.insert(reader.clone()) {
                    reached.push(Reached { model: reader.clone(), column: None, path: path.clone() });
                }
            }
            for target in self.by_source.get(&key(&at)).into_iter().flatten() {
                if seen.insert(key(target)) {
                    parents.insert(key(target), at.clone());
                    reached.push(Reached {
                        model: target.model.to_string(),
                        column: Some(target.column.to_string()),
                        path: path.clone(),
                    });
                    queue.push_back(target.clone());
                }
            }
        }
        reached
    }

    /// The models that read something of this name.
    pub(super) fn readers(&self, relation: &str) -> BTreeSet<String> {
        let by_value = self.by_source.iter().filter(|((source, _), _)| source == relation);
        let mut readers: BTreeSet<String> =
            by_value.flat_map(|(_, targets)| targets.iter().map(|target| target.model.to_string())).collect();
        let by_rows = self.influenced.iter().filter(|((source, _), _)| source == relation);
        readers.extend(by_rows.flat_map(|(_, models)| models.iter().cloned()));
        readers
    }
}

fn path_to(
    parents: &BTreeMap<(String, String), QualifiedColumn>,
    end: &QualifiedColumn,
) -> Vec<QualifiedColumn> {
    let mut path = vec![end.clone()];
    let mut at = end.clone();
    while let Some(parent) = parents.get(&key(&at)) {
        path.push(parent.clone());
        at = parent.clone();
    }
    path.reverse();
    path
}
