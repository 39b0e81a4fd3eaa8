//! The document of `rocky lint`.

use super::Diagnostic;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What `rocky lint` found.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct LintOutput {
    /// Version of Rocky.
    pub version: &'static str,
    /// `lint`.
    pub command: &'static str,
    /// Number of models looked at.
    pub models: u64,
    /// The findings of lint rules, and what keeps a model from being looked at: by file, place and code.
    /// With `--fix` those that are left.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether one of them is an error.
    pub has_errors: bool,
    /// How many of them `--fix` mends.
    pub fixable: u64,
    /// How many more of them `--fix --unsafe-fixes` mends.
    pub fixable_unsafely: u64,
    /// The files that were rewritten, or would be with `--diff`.
    pub fixed: Vec<LintFixedFile>,
}

/// A file after its fixes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct LintFixedFile {
    /// The file, as the project was named on the command line.
    pub file: String,
    /// How many findings were mended, by code.
    pub findings: BTreeMap<String, u64>,
}
