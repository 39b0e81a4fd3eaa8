//! The compile document.

use super::{findings::findings, strategy::strategy};
use crate::opened_project::OpenedProject;
use crate::output::{
    CompileOutput, ContractSource, ModelDetail, ModelFreshnessConfig, PhaseTimings, TargetConfig, VERSION,
};
use crate::type_coverage::TypeCoverage;
use rocky_compiler::{CompileReport, ModelReport};

/// What a compilation found, as a document.
pub(crate) fn compile_document(
    project: &OpenedProject,
    report: &CompileReport,
    compile_timings: PhaseTimings,
) -> CompileOutput {
    CompileOutput {
        version: VERSION,
        command: "compile",
        models: report.models.len() as u64,
        execution_layers: u64::from(report.layers),
        diagnostics: findings(project, &report.diagnostics),
        has_errors: report.has_errors(),
        compile_timings,
        models_detail: report.models.iter().map(detail).collect(),
        type_coverage: TypeCoverage::of_project(report).of_project_output(),
        expanded_sql: None,
    }
}

fn detail(model: &ModelReport) -> ModelDetail {
    ModelDetail {
        name: model.name.to_string(),
        strategy: strategy(&model.config.strategy),
        target: target(model),
        freshness: model
            .config
            .freshness
            .as_ref()
            .and_then(|freshness| freshness.max_lag_seconds)
            .map(|max_lag_seconds| ModelFreshnessConfig { max_lag_seconds }),
        contract_source: model.contract.as_ref().map(|contract| match contract.explicit {
            true => ContractSource::Explicit,
            false => ContractSource::Auto,
        }),
        incrementality_hint: None,
        cost_hint: None,
        depends_on: model.depends_on.iter().map(ToString::to_string).collect(),
        type_coverage: TypeCoverage::of_model(&model.schema).of_model_output(),
    }
}

/// The three parts are never null: a model without a target (it is ephemeral, or has an error that says so) has
/// empty ones and its name.
fn target(model: &ModelReport) -> TargetConfig {
    match &model.config.target {
        Some(target) => TargetConfig {
            catalog: target.catalog.to_string(),
            schema: target.schema.to_string(),
            table: target.table.to_string(),
        },
        None => TargetConfig { catalog: String::new(), schema: String::new(), table: model.name.to_string() },
    }
}
