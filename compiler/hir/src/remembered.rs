//! What an earlier process knew of the whole graph, for a one-shot command that finds nothing changed that
//! bears on it.
#![allow(missing_docs, reason = "salsa generates functions without documentation")]

use crate::{Dag, ModelIndex};
use std::sync::{Arc, Mutex, PoisonError};

/// Index and graph of the project. The driver sets them before the first query, and only when everything that
/// they depend on is as it was; then computing them gives the same.
#[salsa::input(singleton)]
pub struct RememberedGraph {
    /// Both, until they are asked for.
    #[returns(ref)]
    pub parts: Arc<GraphParts>,
}

/// Index and graph.
#[derive(Debug)]
pub struct GraphParts {
    index: Mutex<Option<ModelIndex>>,
    dag: Mutex<Option<Dag>>,
}

impl GraphParts {
    /// Both parts.
    pub fn new(index: ModelIndex, dag: Dag) -> GraphParts {
        GraphParts { index: Mutex::new(Some(index)), dag: Mutex::new(Some(dag)) }
    }
}

/// The index, once.
pub(crate) fn remembered_index(db: &dyn rocky_base_db::Db) -> Option<ModelIndex> {
    let parts = RememberedGraph::try_get(db)?.parts(db);
    parts.index.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// The graph, once.
pub(crate) fn remembered_dag(db: &dyn rocky_base_db::Db) -> Option<Dag> {
    let parts = RememberedGraph::try_get(db)?.parts(db);
    parts.dag.lock().unwrap_or_else(PoisonError::into_inner).take()
}
