//! The document of `rocky compile`.

use super::{Diagnostic, StrategyConfig, TargetConfig};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What `rocky compile` found.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CompileOutput {
    /// Version of Rocky.
    pub version: &'static str,
    /// `compile`.
    pub command: &'static str,
    /// Number of models.
    pub models: u64,
    /// Number of layers in which they can run.
    pub execution_layers: u64,
    /// All findings: by file, place and code.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether one of them is an error.
    pub has_errors: bool,
    /// Where the time went.
    pub compile_timings: PhaseTimings,
    /// The models in execution order.
    pub models_detail: Vec<ModelDetail>,
    /// How many columns have a known type.
    pub type_coverage: ProjectTypeCoverage,
    /// The text of each model with its macros expanded, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expanded_sql: Option<BTreeMap<String, String>>,
}

/// How many columns of a model have a known type.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct TypeCoverageOutput {
    /// Columns that are known to be there.
    pub columns: u64,
    /// Those whose type is known.
    pub columns_typed: u64,
    /// In per cent, from 0 to 100; null without columns.
    pub coverage_pct: Option<f64>,
    /// Whether there may be columns that are not counted.
    pub open: bool,
}

/// How many columns of a project have a known type.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ProjectTypeCoverage {
    /// Columns that are known to be there.
    pub columns: u64,
    /// Those whose type is known.
    pub columns_typed: u64,
    /// In per cent, from 0 to 100; null without columns.
    pub coverage_pct: Option<f64>,
    /// Models that may have columns that are not counted.
    pub open_models: u64,
}

/// Where the time of a compilation went, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct PhaseTimings {
    /// Finding and reading the project's files.
    pub project_load_ms: u64,
    /// Headers, references, the graph of models.
    pub semantic_graph_ms: u64,
    /// Types and lineage.
    pub typecheck_ms: u64,
    /// The part of it spent on join keys.
    pub typecheck_join_keys_ms: u64,
    /// Contracts.
    pub contracts_ms: u64,
    /// All of it.
    pub total_ms: u64,
}

/// Who named a model's contract.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContractSource {
    /// It was found beside the model or in the project's contracts folder.
    Auto,
    /// It lies in the folder that `--contracts` names.
    Explicit,
}

/// How fresh a model has to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ModelFreshnessConfig {
    /// Greatest age in seconds.
    pub max_lag_seconds: u64,
}

/// How far a hint can be trusted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HintConfidence {
    /// A guess.
    Low,
    /// Some evidence.
    Medium,
    /// Strong evidence.
    High,
}

/// What a model is likely to cost.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CostHint {
    /// Rows put out.
    pub estimated_rows: u64,
    /// Bytes put out.
    pub estimated_bytes: u64,
    /// Dollars a run.
    pub estimated_cost_usd: f64,
    /// How far this can be trusted.
    pub confidence: HintConfidence,
}

/// A column by which a model could be made incremental.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct IncrementalityHint {
    /// Always true.
    pub is_candidate: bool,
    /// The column.
    pub recommended_column: String,
    /// How far this can be trusted.
    pub confidence: HintConfidence,
    /// What speaks for it.
    pub signals: Vec<String>,
}

/// One model.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ModelDetail {
    /// Its name.
    pub name: String,
    /// How it is brought up to date.
    pub strategy: StrategyConfig,
    /// Where it is written.
    pub target: TargetConfig,
    /// How fresh it has to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub freshness: Option<ModelFreshnessConfig>,
    /// Who named its contract, when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract_source: Option<ContractSource>,
    /// A column by which it could be made incremental.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incrementality_hint: Option<IncrementalityHint>,
    /// What it is likely to cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_hint: Option<CostHint>,
    /// The models it depends on, declared or read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<String>,
    /// How many of its columns have a known type.
    pub type_coverage: TypeCoverageOutput,
}
