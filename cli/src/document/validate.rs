//! The validate document.

use crate::opened_project::OpenedProject;
use crate::output::{
    VERSION, ValidateAdapterStatus, ValidateMessage, ValidateModelsStatus, ValidateOutput,
    ValidatePipelineStatus, ValidateSeverity,
};
use rocky_compiler::project::{Validation, ValidationMessage, ValidationSeverity};

/// What a validation found, as a document.
pub(crate) fn validate_document(project: &OpenedProject, validation: &Validation) -> ValidateOutput {
    ValidateOutput {
        version: VERSION,
        command: "validate",
        valid: validation.is_valid(),
        adapters: validation
            .adapters
            .iter()
            .map(|adapter| ValidateAdapterStatus {
                name: adapter.name.to_string(),
                adapter_type: adapter.adapter_type.to_string(),
                ok: adapter.ok,
            })
            .collect(),
        pipelines: validation
            .pipelines
            .iter()
            .map(|pipeline| ValidatePipelineStatus {
                name: pipeline.name.to_string(),
                pipeline_type: pipeline.pipeline_type.to_string(),
                strategy: pipeline.strategy.to_string(),
                catalog_template: pipeline.catalog_template.to_string(),
                schema_template: pipeline.schema_template.to_string(),
                ok: pipeline.ok,
            })
            .collect(),
        models: ValidateModelsStatus {
            found: validation.models.found,
            count: validation.models.count as u64,
            dag_valid: validation.models.dag_valid,
        },
        messages: validation.messages.iter().map(|message| self::message(project, message)).collect(),
    }
}

fn message(project: &OpenedProject, message: &ValidationMessage) -> ValidateMessage {
    let position = message.position.as_ref();
    ValidateMessage {
        severity: match message.severity {
            ValidationSeverity::Ok => ValidateSeverity::Ok,
            ValidationSeverity::Warn => ValidateSeverity::Warn,
            ValidationSeverity::Error => ValidateSeverity::Error,
            ValidationSeverity::Lint => ValidateSeverity::Lint,
        },
        code: message.code.to_string(),
        message: message.message.clone(),
        file: message.file.as_ref().map(|file| project.location.shown(file.as_str())),
        field: message.field.clone().filter(|field| !field.is_empty()),
        line: position.map(|position| position.line),
        col: position.map(|position| position.col),
        end_line: position.map(|position| position.end_line),
        end_col: position.map(|position| position.end_col),
        suggestion: message.suggestion.clone(),
    }
}
