//! The document of `rocky validate`.

use schemars::JsonSchema;
use serde::Serialize;

/// What `rocky validate` found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ValidateOutput {
    /// Version of Rocky.
    pub version: &'static str,
    /// `validate`.
    pub command: &'static str,
    /// Whether no message is an error.
    pub valid: bool,
    /// The adapters by name.
    pub adapters: Vec<ValidateAdapterStatus>,
    /// The pipelines by name.
    pub pipelines: Vec<ValidatePipelineStatus>,
    /// The models.
    pub models: ValidateModelsStatus,
    /// All messages.
    pub messages: Vec<ValidateMessage>,
}

/// One adapter.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ValidateAdapterStatus {
    /// Its name.
    pub name: String,
    /// Its type.
    pub adapter_type: String,
    /// Whether nothing it needs is missing.
    pub ok: bool,
}

/// One pipeline.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ValidatePipelineStatus {
    /// Its name.
    pub name: String,
    /// Its type.
    pub pipeline_type: String,
    /// Its strategy; empty unless it is a replication.
    pub strategy: String,
    /// Its target catalog; empty unless it is a replication.
    pub catalog_template: String,
    /// Its target schema; empty unless it is a replication.
    pub schema_template: String,
    /// Whether it has no error.
    pub ok: bool,
}

/// The models.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct ValidateModelsStatus {
    /// Whether there is a models folder.
    pub found: bool,
    /// How many there are.
    pub count: u64,
    /// Whether they form a graph without cycles and unknown names.
    pub dag_valid: bool,
}

/// How bad a message is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValidateSeverity {
    /// All is well.
    Ok,
    /// Probably not what was meant.
    Warn,
    /// The project cannot be used as it is.
    Error,
    /// Could be written shorter or clearer.
    Lint,
}

/// One message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ValidateMessage {
    /// How bad it is.
    pub severity: ValidateSeverity,
    /// Its code, such as `V003`.
    pub code: String,
    /// What it says.
    pub message: String,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The key, dotted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Line of the first character, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column of the first character, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub col: Option<u32>,
    /// Line behind the last character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_line: Option<u32>,
    /// Column behind the last character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_col: Option<u32>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}
