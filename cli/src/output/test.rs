//! The document of `rocky test`.

use super::CheckSeverity;
use schemars::JsonSchema;
use serde::Serialize;

/// What the tests found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct TestOutput {
    /// Version of Rocky.
    pub version: &'static str,
    /// `test`.
    pub command: &'static str,
    /// Models, tests and assertions that were counted.
    pub total: u64,
    /// Those that passed.
    pub passed: u64,
    /// Those that failed.
    pub failed: u64,
    /// Those that failed with the severity `warning`: neither passed nor failed.
    pub warned: u64,
    /// Those that were not run; what depends on a failed model is among the failures as well.
    pub not_evaluated: u64,
    /// The failures: a model by its name, its tests as `model::test`.
    pub failures: Vec<TestFailure>,
    /// What failed with the severity `warning`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<TestFailure>,
    /// What became of each model.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub model_results: Vec<ModelTestResult>,
    /// The declarative tests, only with `--declarative`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declarative: Option<DeclarativeTestSummary>,
}

/// One failure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct TestFailure {
    /// What failed.
    pub name: String,
    /// Why.
    pub error: String,
}

/// What became of a model and its tests.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelTestStatus {
    /// All of it was run and passed.
    Pass,
    /// Something failed.
    Fail,
    /// Nothing failed, but not all of it was run.
    NotEvaluated,
}

/// What became of one model.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ModelTestResult {
    /// The model.
    pub model: String,
    /// What became of it and its tests.
    pub status: ModelTestStatus,
    /// Why it failed, or was not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The declarative tests.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct DeclarativeTestSummary {
    /// All of them.
    pub total: u64,
    /// Those that passed.
    pub passed: u64,
    /// Those that failed with the severity `error`.
    pub failed: u64,
    /// Those that failed with the severity `warning`.
    pub warned: u64,
    /// Those that could not be evaluated.
    pub errored: u64,
    /// Each of them.
    pub results: Vec<DeclarativeTestResult>,
}

/// What became of a declarative test.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeclarativeTestStatus {
    /// The data passed.
    Pass,
    /// The data failed.
    Fail,
    /// It could not be evaluated.
    Error,
}

/// One declarative test.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct DeclarativeTestResult {
    /// The model.
    pub model: String,
    /// Full name of the table.
    pub table: String,
    /// Its kind, such as `not_null`.
    pub test_type: String,
    /// The column, when it looks at one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What became of it.
    pub status: DeclarativeTestStatus,
    /// How bad a failure is.
    pub severity: CheckSeverity,
    /// What was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The query; empty when none could be made.
    pub sql: String,
}
