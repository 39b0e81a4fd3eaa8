//! How the lineage of columns differs.

use super::Comparison;
use super::flow::Flow;
use crate::output::{
    ChangedTransform, LineageDiffColumn, LineageDiffModel, LineageEdgeRecord, LineageQualifiedColumn,
};
use rocky_compiler::lineage::{Edge, QualifiedColumn};
use std::collections::{BTreeMap, BTreeSet};

type Sources = BTreeMap<(String, String), (QualifiedColumn, String)>;

/// The models whose edges differ, by name; within a model columns by name.
pub(crate) fn lineage_differences(comparison: &Comparison, only: Option<&str>) -> Vec<LineageDiffModel> {
    let (base, head) = (Flow::of(&comparison.base), Flow::of(&comparison.head));
    let (old, new) = (by_target(&base.edges), by_target(&head.edges));
    let targets: BTreeSet<&(String, String)> = old.keys().chain(new.keys()).collect();
    let mut models: BTreeMap<&str, Vec<LineageDiffColumn>> = BTreeMap::new();
    for target in targets {
        if only.is_some_and(|only| only != target.0) {
            continue;
        }
        let none = (String::new(), Sources::new());
        let (old_name, old_sources) = old.get(target).unwrap_or(&none);
        let (new_name, new_sources) = new.get(target).unwrap_or(&none);
        let name = if new_name.is_empty() { old_name } else { new_name };
        if let Some(mut column) = column(&target.0, name, old_sources, new_sources) {
            let below = head.below(&target.0, name).into_iter();
            column.downstream = below
                .filter_map(|reached| {
                    Some(LineageQualifiedColumn { model: reached.model, column: reached.column? })
                })
                .collect();
            models.entry(&target.0).or_default().push(column);
        }
    }
    models.into_iter().map(|(model, columns)| LineageDiffModel { model: model.to_owned(), columns }).collect()
}

/// The sources of each target, names folded, with the target's name as written.
fn by_target(edges: &[Edge]) -> BTreeMap<(String, String), (String, Sources)> {
    let mut targets: BTreeMap<(String, String), (String, Sources)> = BTreeMap::new();
    let key = |column: &QualifiedColumn| (column.model.to_string(), column.column.to_lowercase());
    for edge in edges {
        let (_, sources) = targets
            .entry(key(&edge.target))
            .or_insert_with(|| (edge.target.column.to_string(), Sources::new()));
        sources.insert(key(&edge.source), (edge.source.clone(), edge.transform.to_string()));
    }
    targets
}

fn column(model: &str, name: &str, old: &Sources, new: &Sources) -> Option<LineageDiffColumn> {
    let qualified = |column: &QualifiedColumn| LineageQualifiedColumn {
        model: column.model.to_string(),
        column: column.column.to_string(),
    };
    let record = |(source, transform): &(QualifiedColumn, String)| LineageEdgeRecord {
        source: qualified(source),
        target: LineageQualifiedColumn { model: model.to_owned(), column: name.to_owned() },
        transform: transform.clone(),
    };
    let only_in = |left: &Sources, right: &Sources| -> Vec<LineageEdgeRecord> {
        left.iter().filter(|(key, _)| !right.contains_key(*key)).map(|(_, edge)| record(edge)).collect()
    };
    let changed: Vec<ChangedTransform> = new
        .iter()
        .filter_map(|(key, (source, transform))| {
            let (_, before) = old.get(key)?;
            (before != transform).then(|| ChangedTransform {
                source: qualified(source),
                old_transform: before.clone(),
                new_transform: transform.clone(),
            })
        })
        .collect();
    let (added, removed) = (only_in(new, old), only_in(old, new));
    let differs = !added.is_empty() || !removed.is_empty() || !changed.is_empty();
    differs.then(|| LineageDiffColumn {
        column: name.to_owned(),
        added,
        removed,
        changed,
        downstream: Vec::new(),
    })
}
