//! L001–L008: what could be shorter. Only keys that are really written count.

use super::{Report, ValidationMessage, ValidationSeverity};
use crate::config::pipeline::{DEFAULT_ADAPTER, PipelineBody};
use crate::{KeySpans, Project, layout, model_config, settings_document, settings_spans};
use rocky_base_db::{Db, File, FilePath, Fix, source_text};
use rocky_syntax::{TextRange, TextSize};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Sidecars that repeat a target before it is worth a word.
const REPETITIONS: usize = 3;

pub(super) fn check_config(report: &mut Report<'_>) {
    let document = report.document;
    let written = |field: &str, value: &str| {
        document.spans.get(field).is_some_and(|span| {
            let range = usize::from(span.value.start())..usize::from(span.value.end());
            report.text.get(range).is_some_and(|text| text.trim_matches(['"', '\'']) == value)
        })
    };
    let mut lints: Vec<(&str, String, String)> = Vec::new();
    if written("state.backend", "local") {
        lints.push(("L004", "state.backend".to_owned(), "the state backend is local anyway".to_owned()));
    }
    for (name, pipeline) in &document.config.pipelines {
        if !matches!(pipeline.body, PipelineBody::Replication(_)) {
            continue;
        }
        for key in ["auto_create_catalogs", "auto_create_schemas"] {
            let field = format!("pipeline.{name}.target.governance.{key}");
            if written(&field, "false") {
                lints.push(("L006", field, format!("'{key}' is false anyway")));
            }
        }
    }
    for (code, field, message) in lints {
        add_lint(report, code, &field, message);
    }
    only_adapter(report);
}

fn add_lint(report: &mut Report<'_>, code: &str, field: &str, message: String) {
    let fix = removal(report.text, &report.document.spans, field);
    let message = report.add(ValidationSeverity::Lint, code, field, message);
    message.suggest("remove the key");
    if let Some(range) = fix {
        message.fix("Remove the key", range, "");
    }
}

/// L007: the only adapter is named again and again; called `default` it need not be named at all.
fn only_adapter(report: &mut Report<'_>) {
    let mut names = report.document.config.adapters.keys();
    let (Some(name), None) = (names.next(), names.next()) else { return };
    if name == DEFAULT_ADAPTER {
        return;
    }
    let references = report
        .document
        .spans
        .paths()
        .filter(|path| path.starts_with("pipeline.") && path.ends_with(".adapter"))
        .count();
    if references > 1 {
        let message = format!(
            "'{name}' is the only adapter and is named {references} times; an adapter called 'default' need not be named"
        );
        report
            .add(ValidationSeverity::Lint, "L007", &format!("adapter.{name}"), message)
            .suggest("write `[adapter]` without a name and remove the references");
    }
}

/// The whole line of a key, if nothing else stands on it.
fn removal(text: &str, spans: &KeySpans, field: &str) -> Option<TextRange> {
    let span = spans.get(field)?;
    let start = text[..usize::from(span.key.start())].rfind('\n').map_or(0, |at| at + 1);
    let value_end = usize::from(span.value.end());
    let end = text[value_end..].find('\n').map_or(text.len(), |at| value_end + at + 1);
    let alone = text[start..usize::from(span.key.start())].trim().is_empty()
        && text[value_end..end].trim().is_empty();
    let size = |offset: usize| TextSize::from(u32::try_from(offset).unwrap_or(u32::MAX));
    alone.then(|| TextRange::new(size(start), size(end)))
}

/// L001, L002, L003 and L008.
pub(super) fn check_models(db: &dyn Db, project: Project, messages: &mut Vec<ValidationMessage>) {
    let mut repeated: BTreeMap<(SmolStr, SmolStr), Vec<File>> = BTreeMap::new();
    let mut contracts = Vec::new();
    for (path, (file, parts)) in &layout(db, project).models {
        let config = model_config(db, *file);
        if let Some(settings_file) = config.settings_file {
            let settings = &settings_document(db, settings_file).settings;
            if settings.name.as_deref() == Some(path.stem()) {
                let message = format!("'{}' is the model's name anyway: the file is called so", path.stem());
                messages.push(sidecar_lint(db, settings_file, "L001", "name", message));
            }
            if settings.target.table.as_ref() == Some(&config.name) {
                let message = format!("'{}' is the table's name anyway: the model is called so", config.name);
                messages.push(sidecar_lint(db, settings_file, "L002", "target.table", message));
            }
            if let (Some(catalog), Some(schema)) = (&settings.target.catalog, &settings.target.schema) {
                repeated.entry((catalog.clone(), schema.clone())).or_default().push(settings_file);
            }
        }
        if let Some(contract) = parts.contract {
            let message = format!("model '{}' has a contract beside it", config.name);
            contracts.push(lint("L008", contract.path(db), None, message));
        }
    }
    for ((catalog, schema), files) in repeated {
        if files.len() < REPETITIONS {
            continue;
        }
        let message = format!("{} models write the target {catalog}.{schema} out", files.len());
        let first = files[0];
        let range = settings_spans(db, first).get("target").map(|span| span.value);
        let mut found = lint("L003", first.path(db), range, message);
        found.field = Some("target".to_owned());
        found.suggest("write it once, in a _defaults.toml");
        messages.push(found);
    }
    messages.extend(contracts);
}

fn lint(code: &str, file: &FilePath, range: Option<TextRange>, message: String) -> ValidationMessage {
    ValidationMessage {
        severity: ValidationSeverity::Lint,
        code: SmolStr::new(code),
        message,
        file: Some(file.clone()),
        field: None,
        range,
        position: None,
        suggestion: None,
        fix: None,
    }
}

fn sidecar_lint(db: &dyn Db, file: File, code: &str, field: &str, message: String) -> ValidationMessage {
    let spans = settings_spans(db, file);
    let range = spans.get(field).map(|span| span.key.cover(span.value));
    let mut found = lint(code, file.path(db), range, message);
    found.field = Some(field.to_owned());
    found.suggest("remove the key");
    let text = source_text(db, file).text.clone();
    if let Some(range) = removal(&text, spans, field) {
        let edits = vec![(range, String::new())];
        found.fix = Some(Fix {
            title: "Remove the key".to_owned(),
            file: file.path(db).clone(),
            edits,
            is_safe: true,
        });
    }
    found
}
