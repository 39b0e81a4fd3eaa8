//! The part of an inference that is kept: no positions, no arenas.

use crate::{ColumnLineage, Finding, Inference, Influence, Schema};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What is stored of a model's body.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct ModelFacts {
    /// The output schema with its fingerprint.
    pub schema: Arc<Schema>,
    /// Sources of the output columns.
    pub column_lineage: Vec<ColumnLineage>,
    /// Columns that decide which rows there are.
    pub influences: Vec<Influence>,
    /// Findings by anchor.
    pub findings: Vec<Finding>,
}

/// The facts of an inference. What was reserved while its lists grew is given back: facts are kept as long as
/// their model.
pub fn facts(inference: Inference) -> ModelFacts {
    let Inference { mut schema, mut column_lineage, mut influences, mut findings, .. } = inference;
    schema.columns.shrink_to_fit();
    column_lineage.iter_mut().for_each(|column| column.sources.shrink_to_fit());
    column_lineage.shrink_to_fit();
    influences.shrink_to_fit();
    findings.shrink_to_fit();
    ModelFacts { schema: Arc::new(schema), column_lineage, influences, findings }
}
