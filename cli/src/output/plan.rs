//! The document of `rocky plan`.

use schemars::JsonSchema;
use serde::Serialize;

/// The statements a run would send.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct PlanOutput {
    /// Version of Rocky.
    pub version: &'static str,
    /// `plan`.
    pub command: &'static str,
    /// The filter as given, empty when there was none.
    pub filter: String,
    /// The statements in execution order.
    pub statements: Vec<PlannedStatement>,
    /// The selected models in execution order.
    pub models: Vec<String>,
    /// The same by layer: the models of a layer can run at the same time.
    pub execution_layers: Vec<Vec<String>>,
    /// Selected models that a run would not execute, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<SkippedModel>,
    /// Schemas of the source that have the pattern's prefix and still cannot be replicated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skipped_schemas: Vec<SkippedSchema>,
}

/// One statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct PlannedStatement {
    /// What it is for, such as `create_schema` or `full_refresh`.
    pub purpose: String,
    /// Full name of the table, schema or catalog it writes.
    pub target: String,
    /// Its text.
    pub sql: String,
}

/// A model that a run would not execute.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct SkippedModel {
    /// The model.
    pub model: String,
    /// Why.
    pub reason: String,
}

/// A schema of the source that is not replicated.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct SkippedSchema {
    /// The schema.
    pub schema: String,
    /// Why.
    pub reason: String,
}
