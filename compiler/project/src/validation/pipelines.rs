//! V020–V035, V047, V060, V063, V064, V072: pipelines.

use super::{Existence, PipelineSummary, Report};
use crate::ModelsGlob;
use crate::config::adapter::AdapterType;
use crate::config::pattern::template_placeholders;
use crate::config::pipeline::{Pipeline, PipelineBody, PipelineTarget, Replication, TableReference};
use rocky_base_db::{FilePath, closest};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Replication strategies that run.
const REPLICATION_STRATEGIES: &[&str] = &["incremental", "full_refresh", "merge"];
/// Replication strategies of later versions, read but not run.
const LATER_STRATEGIES: &[&str] = &["view", "materialized_view"];

pub(super) fn check(report: &mut Report<'_>, exists: Existence<'_>) -> Vec<PipelineSummary> {
    let config = &report.document.config;
    if config.pipelines.is_empty() {
        report
            .warn("V020", "pipeline", "no pipelines are defined, so there is nothing to run")
            .suggest("add `[pipeline.NAME]` with `type = \"transformation\"`");
        return Vec::new();
    }
    let mut summaries = Vec::new();
    for (name, pipeline) in &config.pipelines {
        let before = report.messages.len();
        let field = format!("pipeline.{name}");
        match &pipeline.body {
            PipelineBody::Replication(body) => replication(report, name, body),
            PipelineBody::Transformation(body) => models_glob(report, name, &body.models, exists),
            PipelineBody::Quality(body) => {
                if body.tables.is_empty() {
                    report
                        .warn(
                            "V026",
                            &format!("{field}.tables"),
                            format!("pipeline '{name}' checks no tables"),
                        )
                        .suggest(format!("add `[[{field}.tables]]` with `catalog` and `schema`"));
                }
                if pipeline.checks.as_ref().is_some_and(|checks| checks.enabled == Some(false)) {
                    let message =
                        format!("the checks of pipeline '{name}' are switched off, so it does nothing");
                    report
                        .warn("V027", &format!("{field}.checks.enabled"), message)
                        .suggest("write `enabled = true`, or remove the key");
                }
                assertion_tables(report, name, pipeline, &body.tables);
            }
            PipelineBody::Snapshot(body) => {
                adapter(
                    report,
                    "V022",
                    &format!("{field}.source.adapter"),
                    name,
                    "source",
                    &body.source_adapter,
                );
                let key_field = format!("{field}.unique_key");
                if body.unique_key.is_empty() && report.document.spans.contains(&key_field) {
                    report
                        .error("V028", &key_field, format!("pipeline '{name}' has an empty 'unique_key'"))
                        .suggest("name the columns that identify a row, such as `unique_key = [\"id\"]`");
                }
            }
            PipelineBody::Load(body) => {
                let source = FilePath::new(&body.source_dir);
                let source_field = format!("{field}.source_dir");
                let known = !body.source_dir.is_empty() && !report.document.is_unresolved(&source_field);
                if known && exists(&source) == Some(false) {
                    let message =
                        format!("pipeline '{name}' loads from the folder '{source}', which does not exist");
                    report
                        .warn("V060", &source_field, message)
                        .suggest("create the folder, or correct the path");
                }
            }
            PipelineBody::Unknown => {}
        }
        if let Some(target) = pipeline.target() {
            adapter(report, "V023", &format!("{field}.target.adapter"), name, "target", &target.adapter);
            governance(report, name, target);
        }
        let has_error = report.has_error_below(&field);
        if !has_error && let Some(summary) = summary_text(name, pipeline) {
            report.ok("V020", summary);
        }
        let not_ok = report.messages[before..].iter().any(|message| {
            message.severity == super::ValidationSeverity::Error
                && matches!(message.code.as_str(), "V021" | "V022" | "V023" | "V024" | "V028")
        });
        summaries.push(summary(name, pipeline, !not_ok));
    }
    graph(report);
    shared_targets(report);
    not_executed(report);
    summaries
}

fn summary(name: &SmolStr, pipeline: &Pipeline, ok: bool) -> PipelineSummary {
    let pipeline_type = pipeline.pipeline_type().map_or("", |known| known.as_str());
    let (strategy, catalog_template, schema_template) = match &pipeline.body {
        PipelineBody::Replication(body) => {
            (body.strategy.clone(), body.catalog_template.clone(), body.schema_template.clone())
        }
        _ => Default::default(),
    };
    PipelineSummary {
        name: name.clone(),
        pipeline_type: SmolStr::new_static(pipeline_type),
        strategy,
        catalog_template,
        schema_template,
        ok: ok && !pipeline_type.is_empty(),
    }
}

fn summary_text(name: &str, pipeline: &Pipeline) -> Option<String> {
    let detail = match &pipeline.body {
        PipelineBody::Replication(body) => {
            format!("{} → {} / {}", body.strategy, body.catalog_template, body.schema_template)
        }
        PipelineBody::Transformation(body) => format!("models {}", body.models),
        PipelineBody::Quality(body) => match body.tables.len() {
            1 => "1 table reference".to_owned(),
            count => format!("{count} table references"),
        },
        PipelineBody::Snapshot(body) => {
            format!("{} → {}", dotted(&body.source), dotted(&body.target_table))
        }
        PipelineBody::Load(body) => format!("{} → {}", body.source_dir, dotted(&body.target_table)),
        PipelineBody::Unknown => return None,
    };
    let kind = pipeline.pipeline_type()?.as_str();
    Some(format!("pipeline '{name}' ({kind}): {detail}"))
}

fn dotted(table: &TableReference) -> String {
    [Some(&table.catalog), Some(&table.schema), table.table.as_ref()]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .map(SmolStr::as_str)
        .collect::<Vec<_>>()
        .join(".")
}

/// An adapter reference that must be defined.
fn adapter(report: &mut Report<'_>, code: &str, field: &str, pipeline: &str, role: &str, name: &str) {
    let document = report.document;
    if document.config.adapters.contains_key(name) || document.is_unresolved(field) {
        return;
    }
    let names: Vec<&str> = document.config.adapters.keys().map(SmolStr::as_str).collect();
    let written = document.spans.get(field).map(|span| span.value);
    let message = match written {
        Some(_) => format!("pipeline '{pipeline}' names the {role} adapter '{name}', which is not defined"),
        None => format!(
            "pipeline '{pipeline}' names no {role} adapter, and there is none called '{name}', which is then used"
        ),
    };
    let near = closest(name, names.iter().copied());
    let message = report.error(code, field, message);
    match near {
        Some(near) => {
            message.suggest(format!("did you mean '{near}'?"));
            if let Some(range) = written {
                message.fix(format!("Replace with '{near}'"), range, format!("\"{near}\""));
            }
        }
        None if names.is_empty() => {
            message.suggest(format!("define it: `[adapter.{name}]` with `type = …`"));
        }
        None => {
            message.suggest(format!("use one of the defined adapters: {}", names.join(", ")));
        }
    }
}

fn replication(report: &mut Report<'_>, name: &str, body: &Replication) {
    let field = format!("pipeline.{name}");
    strategy(report, name, &body.strategy);
    if let Some(pattern) = &body.schema_pattern {
        let pattern_field = format!("{field}.source.schema_pattern");
        let problems = pattern.problems();
        for problem in &problems {
            let message =
                format!("the schema pattern of pipeline '{name}' cannot be right: {}", problem.message);
            let advice = "components look like `client`, or `region...` for several segments";
            if problem.is_warning {
                report.warn("V021", &pattern_field, message).suggest(advice);
            } else {
                report.error("V021", &pattern_field, message).suggest(advice);
            }
        }
        if problems.is_empty() && !report.has_error_below(&pattern_field) {
            report.ok("V021", format!("the schema pattern of pipeline '{name}' is valid"));
        }
        let components: Vec<&str> = pattern.names().collect();
        placeholders(
            report,
            &format!("{field}.target.catalog_template"),
            &body.catalog_template,
            &components,
        );
        placeholders(report, &format!("{field}.target.schema_template"), &body.schema_template, &components);
        for (index, column) in body.metadata_columns.iter().enumerate() {
            let column_field = format!("{field}.metadata_columns.{index}.value");
            placeholders(report, &column_field, &column.value, &components);
        }
    }
    adapter(report, "V022", &format!("{field}.source.adapter"), name, "source", &body.source_adapter);
    if let Some(discovery) = &body.discovery_adapter {
        adapter(report, "V024", &format!("{field}.source.discovery.adapter"), name, "discovery", discovery);
    }
}

fn strategy(report: &mut Report<'_>, name: &str, strategy: &str) {
    let field = format!("pipeline.{name}.strategy");
    if REPLICATION_STRATEGIES.contains(&strategy) || report.document.is_unresolved(&field) {
        return;
    }
    if LATER_STRATEGIES.contains(&strategy) {
        let message =
            format!("the strategy '{strategy}' of pipeline '{name}' is read, but not executed here");
        report.warn("V034", &field, message).suggest("use incremental, full_refresh or merge");
        return;
    }
    let near = closest(strategy, REPLICATION_STRATEGIES.iter().copied());
    let range = report.document.spans.get(&field).map(|span| span.value);
    let message = format!(
        "pipeline '{name}' has the unknown strategy '{strategy}'; strategies of a replication are {}",
        REPLICATION_STRATEGIES.join(", ")
    );
    let message = report.error("V035", &field, message);
    match near.zip(range) {
        Some((near, range)) => {
            message.suggest(format!("did you mean '{near}'?"));
            message.fix(format!("Replace with '{near}'"), range, format!("\"{near}\""));
        }
        None => {
            message.suggest("use one of them");
        }
    }
}

fn placeholders(report: &mut Report<'_>, field: &str, template: &str, components: &[&str]) {
    for placeholder in template_placeholders(template) {
        let name = placeholder.name;
        // `${NAME}` of an unset variable is not a component.
        let is_variable = template[..placeholder.range.start].ends_with('$');
        let is_name =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if components.contains(&name) || is_variable || !is_name {
            continue;
        }
        let near = closest(name, components.iter().copied());
        let advice = match near {
            Some(near) => format!("did you mean '{{{near}}}'?"),
            None => format!("the components are {}", components.join(", ")),
        };
        let message = format!("'{{{name}}}' is not a component of the schema pattern");
        report.error("V064", field, message).suggest(advice);
    }
}

fn models_glob(report: &mut Report<'_>, name: &str, glob: &str, exists: Existence<'_>) {
    let field = format!("pipeline.{name}.models");
    if report.document.is_unresolved(&field) {
        return;
    }
    let parsed = ModelsGlob::new(glob);
    if parsed.escapes() {
        let message = format!("the models of pipeline '{name}' ({glob}) lie outside the project");
        report.error("V047", &field, message).suggest("use a folder below the folder of rocky.toml");
    } else if exists(parsed.base()) == Some(false) {
        let message =
            format!("pipeline '{name}' takes its models from '{}', which does not exist", parsed.base());
        report.warn("V025", &field, message).suggest("create the folder, or correct the glob");
    }
}

/// V034: assertions on tables that the pipeline does not check.
fn assertion_tables(report: &mut Report<'_>, name: &str, pipeline: &Pipeline, tables: &[TableReference]) {
    let Some(checks) = &pipeline.checks else { return };
    // Without any tables there is one message already (V026).
    if tables.is_empty() {
        return;
    }
    for (index, assertion) in checks.assertions.iter().enumerate() {
        let Some(table) = &assertion.table else { continue };
        let last = table.rsplit('.').next().unwrap_or(table);
        let is_checked = tables.iter().any(|checked| match &checked.table {
            None => true,
            Some(checked) => checked.eq_ignore_ascii_case(last),
        });
        if !is_checked {
            let field = format!("pipeline.{name}.checks.assertions.{index}.table");
            let message =
                format!("pipeline '{name}' does not check the table '{table}', so this assertion never runs");
            report
                .warn("V034", &field, message)
                .suggest(format!("add it to `[[pipeline.{name}.tables]]`, or correct the name"));
        }
    }
}

fn governance(report: &mut Report<'_>, name: &str, target: &PipelineTarget) {
    let Some(adapter) = report.document.config.adapters.get(&target.adapter) else { return };
    let Some(adapter_type) = &adapter.adapter_type else { return };
    let knows_permissions = matches!(
        adapter_type,
        AdapterType::Databricks | AdapterType::Snowflake | AdapterType::Process | AdapterType::Unknown(_)
    );
    if !knows_permissions && target.governance.has_permissions_or_tags() {
        let message = format!(
            "pipeline '{name}' sets governance keys, which have no effect on an adapter of type '{}'",
            adapter_type.as_str()
        );
        report.warn("V063", &format!("pipeline.{name}.target.governance"), message).suggest("remove them");
    }
}

/// V029 and V030: what pipelines depend on.
fn graph(report: &mut Report<'_>) {
    let pipelines = &report.document.config.pipelines;
    if pipelines.values().all(|pipeline| pipeline.depends_on.is_empty()) {
        return;
    }
    let names: Vec<&str> = pipelines.keys().map(SmolStr::as_str).collect();
    let mut valid = true;
    for (name, pipeline) in pipelines {
        for (index, upstream) in pipeline.depends_on.iter().enumerate() {
            if pipelines.contains_key(upstream) {
                continue;
            }
            valid = false;
            let advice = match closest(upstream, names.iter().copied()) {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("the pipelines are {}", names.join(", ")),
            };
            let field = format!("pipeline.{name}.depends_on");
            let range = report.document.spans.get(&format!("{field}.{index}")).map(|span| span.value);
            let message = format!("pipeline '{name}' depends on '{upstream}', which is not a pipeline");
            let message = report.error("V029", &field, message);
            message.suggest(advice);
            message.range = range.or(message.range);
        }
    }
    match pipeline_order(pipelines) {
        Ok(order) if valid => {
            report.ok("V030", format!("the pipelines can run in order: {}", order.join(" → ")))
        }
        Ok(_) => {
            report
                .error("V030", "pipeline.*.depends_on", "the graph of pipelines is not valid: see V029")
                .suggest("correct the names in `depends_on`");
        }
        Err(members) => {
            let message = format!("the pipelines depend on each other in a circle: {}", members.join(", "));
            let field = format!("pipeline.{}.depends_on", members.first().copied().unwrap_or_default());
            let range = report.document.spans.nearest(&field);
            let message = report.error("V030", "pipeline.*.depends_on", message);
            message.range = range;
            message.suggest("remove one of these dependencies");
        }
    }
}

/// The order of pipelines, ties by name.
///
/// # Errors
/// The pipelines that are on a cycle, sorted.
pub(crate) fn pipeline_order(pipelines: &BTreeMap<SmolStr, Pipeline>) -> Result<Vec<&str>, Vec<&str>> {
    let mut waiting: BTreeMap<&str, Vec<&str>> = pipelines
        .iter()
        .map(|(name, pipeline)| {
            let known = pipeline.depends_on.iter().map(SmolStr::as_str);
            (name.as_str(), known.filter(|upstream| pipelines.contains_key(*upstream)).collect())
        })
        .collect();
    let mut order = Vec::new();
    while let Some(next) = waiting.iter().find(|(_, upstream)| upstream.is_empty()).map(|(name, _)| *name) {
        waiting.remove(next);
        waiting.values_mut().for_each(|upstream| upstream.retain(|name| *name != next));
        order.push(next);
    }
    // What merely depends on a cycle is not part of it.
    loop {
        let needed: Vec<&str> = waiting.values().flatten().copied().collect();
        let before = waiting.len();
        waiting.retain(|name, _| needed.contains(name));
        if waiting.len() == before {
            break;
        }
    }
    if waiting.is_empty() { Ok(order) } else { Err(waiting.into_keys().collect()) }
}

/// V072: pipelines whose one target table is written out and the same.
fn shared_targets(report: &mut Report<'_>) {
    let mut seen: BTreeMap<String, &SmolStr> = BTreeMap::new();
    for (name, pipeline) in &report.document.config.pipelines {
        let table = match &pipeline.body {
            PipelineBody::Snapshot(body) => &body.target_table,
            PipelineBody::Load(body) => &body.target_table,
            _ => continue,
        };
        if table.table.is_none() {
            continue;
        }
        let adapter = pipeline.target().map_or("", |target| target.adapter.as_str());
        let key = format!("{adapter}:{}", dotted(table).to_lowercase());
        if let Some(other) = seen.get(&key) {
            let message = format!("pipelines '{other}' and '{name}' both write the table {}", dotted(table));
            report
                .error("V072", &format!("pipeline.{name}.target.table"), message)
                .suggest("give one of them another table");
        } else {
            seen.insert(key, name);
        }
    }
}

/// Keys that are read for the sake of real projects but that nothing executes yet.
const NOT_EXECUTED: &[(&str, &[&str])] = &[
    (
        "pipeline",
        &[
            "schedule",
            "prune_unchanged",
            "table_overrides",
            "merge_keys_fallback",
            "source.discovery.report_new_sources",
            "source.discovery.on_collision",
            "checks.cross_source_overlap",
        ],
    ),
    ("adapter", &["cache", "ratelimit", "stampede", "circuit_breaker", "retry.max_retries_per_run"]),
    (
        "state",
        &[
            "namespacing",
            "concurrency_control",
            "on_schema_mismatch",
            "freeze_marker_writes",
            "retry",
            "idempotency",
            "retention",
        ],
    ),
    ("cache", &["schemas.replicate"]),
];

/// V034: configured, but not executed.
fn not_executed(report: &mut Report<'_>) {
    let config = &report.document.config;
    let mut fields = Vec::new();
    for (section, keys) in NOT_EXECUTED {
        let tables: Vec<String> = match *section {
            "pipeline" => config.pipelines.keys().map(|name| format!("pipeline.{name}")).collect(),
            "adapter" => config.adapters.keys().map(|name| format!("adapter.{name}")).collect(),
            other => vec![other.to_owned()],
        };
        for table in tables {
            fields.extend(keys.iter().map(|key| format!("{table}.{key}")));
        }
    }
    for field in fields {
        if report.document.spans.contains(&field) {
            let message = format!("'{field}' is read, but nothing in this version executes it");
            report.warn("V034", &field, message).suggest("remove it, or do not rely on it");
        }
    }
}
