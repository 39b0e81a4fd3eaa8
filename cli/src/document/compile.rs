//! The compile document.

use super::strategy::strategy;
use crate::output::{ContractSource, ModelDetail, ModelFreshnessConfig, TargetConfig};
use crate::type_coverage::TypeCoverage;
use rocky_compiler::ModelReport;

/// What the document says about one model.
pub(crate) fn model_detail(model: &ModelReport) -> ModelDetail {
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
