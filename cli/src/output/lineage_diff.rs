//! The document of `rocky lineage-diff`.

use super::{CiDiffMode, LineageEdgeRecord, LineageQualifiedColumn, NotEvaluatedOutput};
use schemars::JsonSchema;
use serde::Serialize;

/// How the lineage of columns differs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct LineageDiffOutput {
    /// Version of Rocky.
    pub version: &'static str,
    /// `lineage-diff`.
    pub command: &'static str,
    /// What was named as the base.
    pub base_ref: String,
    /// `HEAD`.
    pub head_ref: String,
    /// Which files stand on the new side.
    pub mode: CiDiffMode,
    /// The commit compared with: where the base and HEAD parted.
    pub base_commit: String,
    /// The edges in figures.
    pub summary: LineageDiffSummary,
    /// The models whose edges differ, by name.
    pub models: Vec<LineageDiffModel>,
    /// What could not be compared, and why.
    pub not_evaluated: Vec<NotEvaluatedOutput>,
    /// All of it as Markdown.
    pub markdown: String,
}

/// The edges in figures.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct LineageDiffSummary {
    /// Models with a difference.
    pub models_changed: u64,
    /// Columns with a difference.
    pub columns_changed: u64,
    /// Edges that only the new side has.
    pub edges_added: u64,
    /// Edges that only the base has.
    pub edges_removed: u64,
    /// Edges whose transform differs.
    pub transforms_changed: u64,
}

/// A model whose edges differ.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct LineageDiffModel {
    /// The model.
    pub model: String,
    /// Its columns whose edges differ.
    pub columns: Vec<LineageDiffColumn>,
}

/// A column whose edges differ.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct LineageDiffColumn {
    /// The column.
    pub column: String,
    /// Edges that only the new side has.
    pub added: Vec<LineageEdgeRecord>,
    /// Edges that only the base has.
    pub removed: Vec<LineageEdgeRecord>,
    /// Edges whose transform differs.
    pub changed: Vec<ChangedTransform>,
    /// Every column below it on the new side, the nearest first.
    pub downstream: Vec<LineageQualifiedColumn>,
}

/// An edge whose transform differs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ChangedTransform {
    /// Where the value comes from.
    pub source: LineageQualifiedColumn,
    /// What happened to it.
    pub old_transform: String,
    /// What happens to it.
    pub new_transform: String,
}
