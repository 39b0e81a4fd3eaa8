//! The document of `rocky lineage MODEL`.

use schemars::JsonSchema;
use serde::Serialize;

/// Columns, neighbours and column edges of one model. It has no key `column`: clients tell the two lineage
/// documents apart by that key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct LineageOutput {
    /// Version of Rocky.
    pub version: &'static str,
    /// `lineage`.
    pub command: &'static str,
    /// The model.
    pub model: String,
    /// Its output columns, in order.
    pub columns: Vec<LineageColumnDef>,
    /// Models it depends on.
    pub upstream: Vec<String>,
    /// Models that depend on it.
    pub downstream: Vec<String>,
    /// Edges that touch it on either side.
    pub edges: Vec<LineageEdgeRecord>,
}

/// A column of a model.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct LineageColumnDef {
    /// Its name.
    pub name: String,
    /// Its type, when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
}

/// A column of a model or of an external table.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, JsonSchema)]
pub struct LineageQualifiedColumn {
    /// The model or table.
    pub model: String,
    /// The column.
    pub column: String,
}

/// One step of a column's way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct LineageEdgeRecord {
    /// Where it comes from.
    pub source: LineageQualifiedColumn,
    /// Where it goes.
    pub target: LineageQualifiedColumn,
    /// What happens on the way: `direct`, `cast`, `expression` or `aggregation: <function>`.
    pub transform: String,
}
