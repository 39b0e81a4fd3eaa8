//! The document of `rocky init` and `rocky playground` with an explicit `-o json`.

use super::RunOutput;
use schemars::JsonSchema;
use serde::Serialize;

/// The files that were created.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ScaffoldOutput {
    /// Version of Rocky.
    pub version: &'static str,
    /// `init` or `playground`.
    pub command: &'static str,
    /// The project folder as given.
    pub path: String,
    /// The template.
    pub template: String,
    /// The files that were created, relative to the folder, sorted.
    pub files: Vec<String>,
    /// What the run did, with `playground --run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<Box<RunOutput>>,
}
