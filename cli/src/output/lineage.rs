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
    /// Columns that decide which rows the model has. No value flows from them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub influences: Vec<LineageInfluenceRecord>,
}

/// How a column acts on rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineageInfluenceKind {
    /// In a join's condition.
    Join,
    /// In a filter.
    Filter,
    /// In a grouping, DISTINCT or a set operation.
    Group,
    /// In an order that decides which rows are taken.
    Order,
    /// In a window.
    Window,
}

/// A column that decides which rows a model has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct LineageInfluenceRecord {
    /// The column.
    pub source: LineageQualifiedColumn,
    /// How it acts.
    pub kind: LineageInfluenceKind,
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
