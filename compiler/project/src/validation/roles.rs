//! V032 and V033: what an adapter may be used for.

use super::Report;
use crate::config::adapter::{AdapterRole, AdapterType};
use crate::config::pipeline::PipelineBody;

pub(super) fn check(report: &mut Report<'_>) {
    let config = &report.document.config;
    for (name, adapter) in &config.adapters {
        let Some(adapter_type) = &adapter.adapter_type else { continue };
        let field = format!("adapter.{name}.kind");
        if report.document.is_unresolved(&field) {
            continue;
        }
        match adapter.kind {
            None if adapter_type.is_discovery_only() && !report.document.spans.contains(&field) => {
                missing_kind(report, name, adapter_type);
            }
            Some(AdapterRole::Data) if adapter_type.is_discovery_only() => {
                wrong_kind(report, &field, name, adapter_type, AdapterRole::Discovery);
            }
            Some(AdapterRole::Discovery) if adapter_type.is_data_only() => {
                wrong_kind(report, &field, name, adapter_type, AdapterRole::Data);
            }
            _ => {}
        }
    }
    for (name, pipeline) in &config.pipelines {
        let PipelineBody::Replication(body) = &pipeline.body else { continue };
        if let Some(adapter) = config.adapters.get(&body.source_adapter)
            && !adapter.is_active_for(AdapterRole::Data)
        {
            let message = format!(
                "pipeline '{name}' reads its source with adapter '{}', which can only list sources",
                body.source_adapter
            );
            report.error("V033", &format!("pipeline.{name}.source.adapter"), message).suggest(format!(
                "name the warehouse adapter here, and '{}' in [pipeline.{name}.source.discovery]",
                body.source_adapter
            ));
        }
        if let Some(discovery) = &body.discovery_adapter
            && let Some(adapter) = config.adapters.get(discovery)
            && !adapter.is_active_for(AdapterRole::Discovery)
        {
            let message = format!(
                "pipeline '{name}' lists its source with adapter '{discovery}', which cannot do that"
            );
            report
                .error("V033", &format!("pipeline.{name}.source.discovery.adapter"), message)
                .suggest("name an adapter of type duckdb, fivetran, airbyte, iceberg or manual");
        }
    }
}

fn missing_kind(report: &mut Report<'_>, name: &str, adapter_type: &AdapterType) {
    let message = format!(
        "adapter '{name}' of type '{}' can only list sources, and has to say so",
        adapter_type.as_str()
    );
    let type_field = format!("adapter.{name}.type");
    let at = report.document.spans.get(&type_field).map(|span| span.value.end());
    let message = report.error("V032", &format!("adapter.{name}.kind"), message);
    message.suggest("add `kind = \"discovery\"`");
    if let Some(at) = at {
        let range = rocky_syntax::TextRange::empty(at);
        message.fix("Add `kind = \"discovery\"`", range, "\nkind = \"discovery\"");
    }
}

fn wrong_kind(
    report: &mut Report<'_>,
    field: &str,
    name: &str,
    adapter_type: &AdapterType,
    only: AdapterRole,
) {
    let word = only.as_str();
    let message =
        format!("adapter '{name}' of type '{}' supports only the role '{word}'", adapter_type.as_str());
    let range = report.document.spans.get(field).map(|span| span.value);
    let message = report.error("V032", field, message);
    message.suggest(format!("write `kind = \"{word}\"`"));
    if let Some(range) = range {
        message.fix(format!("Replace with \"{word}\""), range, format!("\"{word}\""));
    }
}
