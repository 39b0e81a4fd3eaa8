//! The document of `rocky ci`.

use super::{Diagnostic, ModelTestResult, TestFailure};
use schemars::JsonSchema;
use serde::Serialize;

/// What compiling and testing found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct CiOutput {
    /// Version of Rocky.
    pub version: &'static str,
    /// `ci`.
    pub command: &'static str,
    /// Whether no finding is an error.
    pub compile_ok: bool,
    /// Whether every test was run and none failed.
    pub tests_ok: bool,
    /// Number of models.
    pub models_compiled: u64,
    /// Models, tests and assertions that passed.
    pub tests_passed: u64,
    /// Those that failed.
    pub tests_failed: u64,
    /// 0 when all is well, 1 for failures, 2 when there are warnings only. The process exits with 0 then.
    pub exit_code: u8,
    /// All findings: by file, place and code.
    pub diagnostics: Vec<Diagnostic>,
    /// The failures: a model by its name, its tests as `model::test`. Errors of the compilation are among them.
    pub failures: Vec<TestFailure>,
    /// Tests that failed with the severity `warning`: neither passed nor failed.
    pub tests_warned: u64,
    /// Models, tests and assertions that were not run.
    pub tests_not_evaluated: u64,
    /// What failed with the severity `warning`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<TestFailure>,
    /// What became of each model.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub model_results: Vec<ModelTestResult>,
}
