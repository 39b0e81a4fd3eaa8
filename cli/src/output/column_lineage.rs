//! The document of `rocky lineage MODEL.COLUMN`.

use super::LineageEdgeRecord;
use schemars::JsonSchema;
use serde::Serialize;

/// The trace of one column.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ColumnLineageOutput {
    /// Version of Rocky.
    pub version: &'static str,
    /// `lineage`.
    pub command: &'static str,
    /// The model.
    pub model: String,
    /// The column.
    pub column: String,
    /// `upstream` or `downstream`.
    pub direction: &'static str,
    /// All edges above or below the column, nearest first, each once.
    pub trace: Vec<LineageEdgeRecord>,
}
