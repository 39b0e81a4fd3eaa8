//! The document of `rocky ci-diff`.

use super::{Diagnostic, LineageQualifiedColumn};
use schemars::JsonSchema;
use serde::Serialize;

/// Which files stand on the new side.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CiDiffMode {
    /// Those of the last commit.
    Head,
    /// Those on disk.
    WorkingTree,
}

/// How a change of files changes models, and what it breaks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct CiDiffOutput {
    /// Version of Rocky.
    pub version: &'static str,
    /// `ci-diff`.
    pub command: &'static str,
    /// What was named as the base.
    pub base_ref: String,
    /// `HEAD`.
    pub head_ref: String,
    /// Which files stand on the new side.
    pub mode: CiDiffMode,
    /// The commit compared with: where the base and HEAD parted.
    pub base_commit: String,
    /// The models in figures.
    pub summary: DiffSummary,
    /// The models that differ, by name.
    pub models: Vec<DiffResult>,
    /// Whether something that worked does not work any more.
    pub breaking: bool,
    /// What changed columns and removed models do to what reads them.
    pub impacts: Vec<ImpactOutput>,
    /// Errors that the base does not have.
    pub new_errors: Vec<Diagnostic>,
    /// What could not be compared, and why.
    pub not_evaluated: Vec<NotEvaluatedOutput>,
    /// All of it as Markdown.
    pub markdown: String,
}

/// The models in figures.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct DiffSummary {
    /// Models of either side.
    pub total_models: u64,
    /// Those that do not differ.
    pub unchanged: u64,
    /// Those that differ.
    pub modified: u64,
    /// Those that only the new side has.
    pub added: u64,
    /// Those that only the base has.
    pub removed: u64,
}

/// How a model differs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelDiffStatus {
    /// It does not.
    Unchanged,
    /// Its files, its settings or its columns differ.
    Modified,
    /// Only the new side has it.
    Added,
    /// Only the base has it.
    Removed,
}

/// Why a model counts as modified.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelDiffCause {
    /// Its own files differ.
    Files,
    /// What defaults, groups or the configuration say about it differs.
    Settings,
    /// Only its columns differ: something that it reads has changed.
    Upstream,
}

/// A model that differs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct DiffResult {
    /// The model.
    pub model_name: String,
    /// How it differs.
    pub status: ModelDiffStatus,
    /// Why, when it is modified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<ModelDiffCause>,
    /// Columns that differ; of added and removed models all columns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub column_changes: Vec<ColumnDiff>,
    /// Columns that may be NULL on one side and never are on the other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nullability_changes: Vec<NullabilityDiff>,
}

/// How a column differs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnChangeType {
    /// Only the new side has it.
    Added,
    /// Only the base has it.
    Removed,
    /// Its type differs.
    TypeChanged,
}

/// A column that differs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ColumnDiff {
    /// The column.
    pub column_name: String,
    /// How it differs.
    pub change_type: ColumnChangeType,
    /// Its type in the base, when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_type: Option<String>,
    /// Its type on the new side, when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_type: Option<String>,
}

/// A column whose nullability differs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct NullabilityDiff {
    /// The column.
    pub column_name: String,
    /// Whether it may be NULL in the base.
    pub old_nullable: bool,
    /// Whether it may be NULL on the new side.
    pub new_nullable: bool,
}

/// What a change does to what reads it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ImpactOutput {
    /// The changed model.
    pub model: String,
    /// The changed column; without one the whole model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What happened to it: `model_removed`, `column_removed`, `type_changed`, `nullability_changed`.
    pub change: ImpactEffect,
    /// What is affected, the nearest first.
    pub affected: Vec<ImpactedColumn>,
}

/// What happens to something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImpactEffect {
    /// The model has an error that it did not have.
    Error,
    /// The model reads a name that no model has any more.
    ReadsRemovedModel,
    /// The model is gone.
    ModelRemoved,
    /// The column is gone.
    ColumnRemoved,
    /// The column has another type.
    TypeChanged,
    /// The column may be NULL and never was, or the other way round.
    NullabilityChanged,
}

/// Something affected.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ImpactedColumn {
    /// The model.
    pub model: String,
    /// The column; without one the model as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What happens to it.
    pub effect: ImpactEffect,
    /// The error, or the types.
    pub detail: String,
    /// The columns on the way, from the changed one to the last before this.
    pub path: Vec<LineageQualifiedColumn>,
}

/// Something that could not be compared.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct NotEvaluatedOutput {
    /// The model.
    pub model: String,
    /// `base` or `head`.
    pub side: &'static str,
    /// Why.
    pub reason: String,
}
