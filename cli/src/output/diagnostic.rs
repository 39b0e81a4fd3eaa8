//! A finding as the documents show it.

use schemars::JsonSchema;
use serde::Serialize;

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub enum DiagnosticSeverity {
    /// Makes the command fail.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Worth knowing.
    Info,
}

/// A place in a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct SourceSpan {
    /// The file, as the project was named on the command line.
    pub file: String,
    /// Line of the first character, from 1.
    #[schemars(range(min = 1))]
    pub line: u32,
    /// Column of the first character, from 1, counted in characters.
    #[schemars(range(min = 1))]
    pub col: u32,
    /// Line behind the last character.
    #[schemars(range(min = 1))]
    pub end_line: u32,
    /// Column behind the last character.
    #[schemars(range(min = 1))]
    pub end_col: u32,
}

/// A second place that explains a finding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct RelatedPlace {
    /// What is to be seen there.
    pub message: String,
    /// Where.
    pub span: SourceSpan,
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: DiagnosticSeverity,
    /// Its code, such as `E003`.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// Where; null when it is about no place in a file.
    pub span: Option<SourceSpan>,
    /// The model it belongs to; empty when it belongs to none.
    pub model: String,
    /// What to do next.
    pub suggestion: Option<String>,
    /// Further places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<RelatedPlace>,
}
