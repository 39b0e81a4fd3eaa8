//! Column lineage across models: edges, traces, impact.
//!
//! Edges inside one model are part of its facts (`rocky-types`); here they are followed from model to
//! model. Everything is a plain function over facts that are already there: callers that start cold
//! prime the facts in the order of the graph first, so that nothing recurses along it.
//!
//! Must not know: rendering, JSON, LSP, adapters, `std::fs`.

mod influence;

pub use influence::{InfluenceEdge, columns_behind, incoming_influences};

use rocky_base_db::{Db, File};
use rocky_hir::{dag, find_model};
use rocky_project::{Project, model_config};
use rocky_types::{Transform, model_facts};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use std::collections::VecDeque;

/// A column of a model or an external table.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct QualifiedColumn {
    /// The model's or table's name.
    pub model: SmolStr,
    /// The column.
    pub column: SmolStr,
}

/// A value flows from one column to another.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Edge {
    /// Where it comes from.
    pub source: QualifiedColumn,
    /// Where it goes.
    pub target: QualifiedColumn,
    /// What happens to it on the way.
    pub transform: Transform,
}

/// The edges into a model's columns: by output column, then from left to right.
pub fn incoming_edges(db: &dyn Db, file: File) -> Vec<Edge> {
    let model = &model_config(db, file).name;
    let facts = model_facts(db, file);
    let lineage = &facts.facts.column_lineage;
    let edges = lineage.iter().flat_map(|column| {
        column.sources.iter().map(|(source, transform)| Edge {
            source: QualifiedColumn { model: source.relation.clone(), column: source.column.clone() },
            target: QualifiedColumn { model: model.clone(), column: column.column.clone() },
            transform: transform.clone(),
        })
    });
    edges.collect()
}

/// The edges out of a model's columns into its readers, readers in alphabetical order.
pub fn outgoing_edges(db: &dyn Db, file: File) -> Vec<Edge> {
    let model = &model_config(db, file).name;
    let dag = dag(db, Project::get(db));
    let Some(number) = dag.number(file) else { return Vec::new() };
    dag.readers[number as usize]
        .iter()
        .flat_map(|reader| incoming_edges(db, dag.models[*reader as usize]))
        .filter(|edge| edge.source.model == *model)
        .collect()
}

/// Every edge of the project: by execution order, then output column, then from left to right.
pub fn all_edges(db: &dyn Db) -> Vec<Edge> {
    let dag = dag(db, Project::get(db));
    dag.order.iter().flat_map(|number| incoming_edges(db, dag.models[*number as usize])).collect()
}

/// Where the values of a column come from: every edge above it once, the nearest first.
pub fn trace_upstream(db: &dyn Db, file: File, column: &str) -> Vec<Edge> {
    trace(
        db,
        file,
        column,
        |db, at| {
            let edges = find_model(db, &at.model).map(|file| incoming_edges(db, file)).unwrap_or_default();
            edges.into_iter().filter(|edge| same_column(&edge.target, at)).collect()
        },
        |edge| &edge.source,
    )
}

/// Where the values of a column go: every edge below it once, the nearest first.
pub fn trace_downstream(db: &dyn Db, file: File, column: &str) -> Vec<Edge> {
    trace(
        db,
        file,
        column,
        |db, at| {
            let edges = find_model(db, &at.model).map(|file| outgoing_edges(db, file)).unwrap_or_default();
            edges.into_iter().filter(|edge| same_column(&edge.source, at)).collect()
        },
        |edge| &edge.target,
    )
}

fn same_column(left: &QualifiedColumn, right: &QualifiedColumn) -> bool {
    left.model == right.model && left.column.eq_ignore_ascii_case(&right.column)
}

fn trace(
    db: &dyn Db,
    file: File,
    column: &str,
    edges_at: impl Fn(&dyn Db, &QualifiedColumn) -> Vec<Edge>,
    next: impl Fn(&Edge) -> &QualifiedColumn,
) -> Vec<Edge> {
    let start = QualifiedColumn { model: model_config(db, file).name.clone(), column: SmolStr::new(column) };
    let folded = |at: &QualifiedColumn| (at.model.clone(), at.column.to_lowercase());
    let mut seen = FxHashSet::from_iter([folded(&start)]);
    let mut found = Vec::new();
    let mut known = FxHashSet::default();
    let mut queue = VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        for edge in edges_at(db, &at) {
            let there = next(&edge).clone();
            if known.insert(edge.clone()) {
                found.push(edge);
            }
            if seen.insert(folded(&there)) {
                queue.push_back(there);
            }
        }
    }
    found
}
