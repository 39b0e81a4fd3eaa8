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

/// The facts of an inference.
pub fn facts(inference: Inference) -> ModelFacts {
    ModelFacts {
        schema: Arc::new(inference.schema),
        column_lineage: inference.column_lineage,
        influences: inference.influences,
        findings: inference.findings,
    }
}
