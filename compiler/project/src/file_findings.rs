//! What is wrong with the files of models, macros and seeds, before any query is looked at.

use crate::model_configuration::{ModelConfig, model_config};
use crate::queries::{
    group_document, groups, has_frontmatter_block, macro_document, model_scopes, named_tests, seed_document,
    settings_document, settings_spans, test_definitions_document,
};
use crate::{
    Project, Strategy, TableFormat, UnsetVariable, config_document, layout, model_parts, unset_finding,
};
use rocky_base_db::{Annotation, Db, Diagnostic, File, FileStatus, MAX_FILE_BYTES, Severity, closest};
use rocky_syntax::{DialectKind, TextRange, TextSize};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// What is wrong with the files of one model, beside its query.
///
/// Reads: file states, its settings document, its configuration; spans of keys only when there is
/// something to point at. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn load_findings(db: &dyn Db, file: File) -> Box<[Diagnostic]> {
    let config = model_config(db, file);
    let mut findings = Vec::new();
    let unreadable = file_problem(db, file);
    let is_readable = unreadable.is_none();
    findings.extend(unreadable);
    if let Some(settings) = config.settings_file {
        if settings != file {
            findings.extend(file_problem(db, settings));
        }
        let path = settings.path(db);
        let document = settings_document(db, settings);
        findings.extend(document.findings.iter().map(|finding| finding.clone().into_diagnostic(path)));
    }
    // A file whose text cannot be had says nothing about a frontmatter block.
    if is_readable {
        doubled_settings(db, file, &config, &mut findings);
    }
    let has_error = findings.iter().any(|finding| finding.severity == Severity::Error);
    if config.target.is_none() && config.strategy != Strategy::Ephemeral && !has_error {
        findings.push(missing_target(db, file, &config));
    }
    group_findings(db, file, &config, &mut findings);
    used_test_findings(db, file, &config, &mut findings);
    findings.extend(wrong_adapter(db, file, &config));
    findings.extend(unsupported(db, file, &config));
    for finding in &mut findings {
        finding.model = config.name.clone();
    }
    findings.into_boxed_slice()
}

fn first_byte() -> TextRange {
    TextRange::empty(TextSize::new(0))
}

/// V067, and two sidecars of one model (V066).
fn doubled_settings(db: &dyn Db, file: File, config: &ModelConfig, findings: &mut Vec<Diagnostic>) {
    let Some(parts) = model_parts(db, file) else { return };
    let name = &config.name;
    if let Some(sidecar) = parts.sidecar
        && has_frontmatter_block(db, file)
    {
        let sidecar = sidecar.path(db);
        let message =
            format!("'{name}' has both a sidecar ({sidecar}) and a frontmatter block; only one can count");
        let finding = Diagnostic::new("V067", Severity::Error, file.path(db).clone(), first_byte(), message)
            .with_suggestion("move the keys into one of the two and delete the other")
            .with_related(Annotation {
                file: sidecar.clone(),
                range: first_byte(),
                message: "the sidecar is here".to_owned(),
            });
        findings.push(finding);
    }
    if let Some(ignored) = parts.ignored_sidecar {
        let message =
            format!("this sidecar of '{name}' is not read, because there is {}.toml", file.path(db).stem());
        let finding =
            Diagnostic::new("V066", Severity::Warning, ignored.path(db).clone(), first_byte(), message)
                .with_suggestion("merge the two files and delete this one");
        findings.push(finding);
    }
}

fn missing_target(db: &dyn Db, file: File, config: &ModelConfig) -> Diagnostic {
    let name = &config.name;
    let Some(settings) = config.settings_file else {
        let message = format!(
            "'{name}' has neither a sidecar ({}.toml) nor a frontmatter block, and no _defaults.toml says \
             where its table goes",
            file.path(db).stem()
        );
        return Diagnostic::new("S008", Severity::Error, file.path(db).clone(), first_byte(), message)
            .with_suggestion("write a sidecar with `[target]`, `catalog` and `schema`, or a _defaults.toml");
    };
    let document = settings_document(db, settings);
    let defaults = model_parts(db, file).map(|parts| parts.defaults.clone()).unwrap_or_default();
    let is_given = |read: fn(&crate::TargetSettings) -> bool| {
        read(&document.settings.target)
            || defaults.iter().any(|defaults| read(&settings_document(db, *defaults).settings.target))
    };
    let mut missing = Vec::new();
    if !is_given(|target| target.catalog.is_some()) {
        missing.push("`catalog`");
    }
    if !is_given(|target| target.schema.is_some()) {
        missing.push("`schema`");
    }
    let range = settings_spans(db, settings).get("target").map_or(first_byte(), |span| span.key);
    let message = format!("model '{name}' has no complete target: {} is missing", missing.join(" and "));
    Diagnostic::new("S008", Severity::Error, settings.path(db).clone(), range, message)
        .with_suggestion("set it in [target], here or in a _defaults.toml of this folder or one above")
}

/// Where a key of a model's configuration is set: in its own document, else in its group, else in the
/// nearest `_defaults.toml`. `None` when nobody wrote it, so that it is a built-in default or inferred.
///
/// A plain function: it reads spans, which move with every edit, so it belongs where findings are placed.
pub fn setting_place(db: &dyn Db, model: File, field: &str) -> Option<(File, TextRange)> {
    let config = model_config(db, model);
    let above = model_parts(db, model).map(|parts| parts.defaults.clone()).unwrap_or_default();
    let group = config.group.as_ref().and_then(|group| groups(db, Project::get(db)).get(group).copied());
    let mut documents = config.settings_file.into_iter().chain(group).chain(above.iter().copied());
    documents.find_map(|document| Some((document, settings_spans(db, document).get(field)?.value)))
}

/// [`setting_place`], or the beginning of the document that should have it.
fn place(db: &dyn Db, file: File, config: &ModelConfig, field: &str) -> (File, TextRange) {
    setting_place(db, file, field).unwrap_or((config.settings_file.unwrap_or(file), first_byte()))
}

/// The variables that are not set, of `rocky.toml` and of all documents of models, as errors (V002): what
/// a command that connects must refuse to start with.
///
/// Reads: all those documents. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn unset_variables(db: &dyn Db, project: Project) -> Box<[Diagnostic]> {
    let mut findings = Vec::new();
    let mut add = |file: File, unset: &[UnsetVariable]| {
        let path = file.path(db);
        findings.extend(unset.iter().map(|unset| unset_finding(unset).into_diagnostic(path)));
    };
    add(project.config_file(db), &config_document(db, project).unset);
    let layout = layout(db, project);
    for group in layout.groups.values() {
        add(*group, &group_document(db, *group).unset);
    }
    for defaults in &layout.defaults {
        add(*defaults, &settings_document(db, *defaults).unset);
    }
    for (model, _) in layout.models.values() {
        if let Some(settings) = model_config(db, *model).settings_file {
            add(settings, &settings_document(db, settings).unset);
        }
    }
    findings.into_boxed_slice()
}

/// V061: the model names an adapter that cannot run it.
fn wrong_adapter(db: &dyn Db, file: File, config: &ModelConfig) -> Option<Diagnostic> {
    let adapter = config.adapter.as_ref()?;
    let scopes = model_scopes(db, Project::get(db));
    let nothing_known = scopes.data_adapters.is_empty() && scopes.other_adapters.is_empty();
    if scopes.data_adapters.contains(adapter) || nothing_known || adapter.contains("${") {
        return None;
    }
    let (document, range) = place(db, file, config, "adapter");
    let names: Vec<&str> = scopes.data_adapters.iter().map(SmolStr::as_str).collect();
    let message = if scopes.other_adapters.contains(adapter) {
        format!("adapter '{adapter}' can only list sources, so it cannot run model '{}'", config.name)
    } else {
        format!("'{adapter}' is not an adapter of rocky.toml, so it cannot run model '{}'", config.name)
    };
    let advice = match closest(adapter, names.iter().copied()) {
        Some(near) => format!("did you mean '{near}'?"),
        None if names.is_empty() => "define an adapter that runs SQL".to_owned(),
        None => format!("adapters that run SQL: {}", names.join(", ")),
    };
    Some(
        Diagnostic::new("V061", Severity::Error, document.path(db).clone(), range, message)
            .with_suggestion(advice),
    )
}

/// Uses of named tests that cannot be run (V070).
fn used_test_findings(db: &dyn Db, file: File, config: &ModelConfig, findings: &mut Vec<Diagnostic>) {
    let Some(document) = config.settings_file else { return };
    let uses = &settings_document(db, document).settings.test_uses;
    if uses.is_empty() {
        return;
    }
    let known = named_tests(db, Project::get(db));
    for (number, usage) in uses.iter().enumerate() {
        let name = &usage.name;
        let (message, advice) = match known.get(name) {
            None => {
                let advice = match closest(name, known.keys().map(SmolStr::as_str)) {
                    Some(near) => format!("did you mean '{near}'?"),
                    None => format!("define it in test_definitions.toml of the models folder: [{name}]"),
                };
                (format!("'{name}' is not a named test of this project"), advice)
            }
            Some(test) if test.used_as(usage).is_none() => (
                format!("the named test '{name}' needs a column, and none is given"),
                "add `column = …` here or in test_definitions.toml".to_owned(),
            ),
            Some(_) => continue,
        };
        let (place, range) = place(db, file, config, &format!("use_test.{number}.name"));
        let path = place.path(db).clone();
        findings.push(Diagnostic::new("V070", Severity::Error, path, range, message).with_suggestion(advice));
    }
}

/// What is wrong between a model and its configuration group (S008).
fn group_findings(db: &dyn Db, file: File, config: &ModelConfig, findings: &mut Vec<Diagnostic>) {
    let (Some(name), Some(document)) = (&config.group, config.settings_file) else { return };
    let mut report = |field: &str, message: String, advice: String| {
        let (place, range) = place(db, file, config, field);
        let path = place.path(db).clone();
        findings.push(Diagnostic::new("S008", Severity::Error, path, range, message).with_suggestion(advice));
    };
    let known = groups(db, Project::get(db));
    let Some(group_file) = known.get(name) else {
        let advice = match closest(name, known.keys().map(SmolStr::as_str)) {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("write groups/{name}.toml in the models folder"),
        };
        report("group", format!("'{name}' is not a configuration group of this project"), advice);
        return;
    };
    let group = &group_document(db, *group_file).settings;
    let own = &settings_document(db, document).settings;
    if let Err(missing) = group.schema(&own.args) {
        let message =
            format!("group '{name}' needs the arguments {}, which are not given", missing.join(", "));
        report("args", message, format!("add `{} = …` to [args]", missing[0]));
    }
    let has_template = group.schema_template.is_some();
    if has_template && own.target.schema.is_some() && !own.args.is_empty() && !group.enforce {
        let message = format!("the schema is written out, and [args] fills the schema of group '{name}'");
        report("target.schema", message, "remove one of the two".to_owned());
    }
    if group.enforce {
        let overridden = [
            ("strategy", own.strategy.is_some() && group.strategy.is_some()),
            ("tags", own.tags.is_some() && group.tags.is_some()),
            ("target.schema", own.target.schema.is_some() && has_template),
        ];
        for (field, _) in overridden.iter().filter(|(_, is_overridden)| *is_overridden) {
            let message = format!("'{field}' is set by group '{name}', which may not be overridden");
            report(field, message, "remove it, or leave the group".to_owned());
        }
    }
}

/// V068: the warehouse has no such thing.
fn unsupported(db: &dyn Db, file: File, config: &ModelConfig) -> Option<Diagnostic> {
    use DialectKind::{BigQuery, Databricks, DuckDb, Snowflake};
    let dialect = config.dialect;
    if !matches!(dialect, BigQuery | Databricks | DuckDb | Snowflake) {
        return None;
    }
    let (field, word, homes): (&str, &str, &[DialectKind]) = match (&config.strategy, config.format) {
        (Strategy::MaterializedView, _) => {
            ("strategy.type", "materialized_view", &[BigQuery, Databricks, Snowflake])
        }
        (Strategy::DynamicTable { .. }, _) => ("strategy.type", "dynamic_table", &[Snowflake]),
        (_, Some(format)) => {
            let homes: &[DialectKind] = match format {
                TableFormat::DeltaTable | TableFormat::StreamingTable => &[Databricks],
                TableFormat::IcebergTable => &[BigQuery, Databricks, Snowflake],
                TableFormat::MaterializedView => &[BigQuery, Databricks, Snowflake],
                TableFormat::Table | TableFormat::View => return None,
            };
            ("format", format.as_str(), homes)
        }
        _ => return None,
    };
    if homes.contains(&dialect) {
        return None;
    }
    let (document, range) = match place(db, file, config, field) {
        // `strategy = "…"` has no key `type`.
        (_, range) if range == first_byte() && field == "strategy.type" => {
            place(db, file, config, "strategy")
        }
        found => found,
    };
    let names: Vec<&str> = homes.iter().map(|home| home.name()).collect();
    let message = format!(
        "model '{}' is a {word}, which {} does not have; warehouses that have it: {}",
        config.name,
        dialect.name(),
        names.join(", ")
    );
    Some(
        Diagnostic::new("V068", Severity::Error, document.path(db).clone(), range, message)
            .with_suggestion("use the strategy `full_refresh`, or another adapter"),
    )
}

/// What is wrong with configuration groups, macro files, and seeds and their sidecars.
///
/// Reads: [`layout`], the documents of those files. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn shared_file_findings(db: &dyn Db, project: Project) -> Box<[Diagnostic]> {
    let layout = layout(db, project);
    let mut findings = Vec::new();
    for file in layout.groups.values() {
        findings.extend(file_problem(db, *file));
        let document = group_document(db, *file);
        findings
            .extend(document.findings.iter().map(|finding| finding.clone().into_diagnostic(file.path(db))));
    }
    for file in &layout.test_definitions {
        findings.extend(file_problem(db, *file));
        let document = test_definitions_document(db, *file);
        findings
            .extend(document.findings.iter().map(|finding| finding.clone().into_diagnostic(file.path(db))));
    }
    let mut macros: BTreeMap<&str, File> = BTreeMap::new();
    for file in &layout.macros {
        findings.extend(file_problem(db, *file));
        if *file.status(db) != FileStatus::Present {
            continue;
        }
        let document = macro_document(db, *file);
        findings
            .extend(document.findings.iter().map(|finding| finding.clone().into_diagnostic(file.path(db))));
        let Some(declared) = &document.declared else { continue };
        match macros.get(declared.name.as_str()) {
            None => {
                macros.insert(&declared.name, *file);
            }
            Some(first) => {
                let path = file.path(db).clone();
                let other = first.path(db);
                let message = format!("macro '{}' is declared in {other} already", declared.name);
                let finding = Diagnostic::new("S006", Severity::Error, path, declared.name_range, message);
                findings.push(finding.with_suggestion("rename or delete one of the two"));
            }
        }
    }
    let mut seeds: BTreeMap<SmolStr, File> = BTreeMap::new();
    for seed in crate::queries::seeds(db, project) {
        if let Some(sidecar) = seed.sidecar {
            findings.extend(file_problem(db, sidecar));
            let document = seed_document(db, sidecar);
            let path = sidecar.path(db);
            findings.extend(document.findings.iter().map(|finding| finding.clone().into_diagnostic(path)));
        }
        let place = seed.sidecar.unwrap_or(seed.file);
        if let Some(first) = seeds.insert(seed.name.clone(), seed.file) {
            let message = format!("seed '{}' exists already: {}", seed.name, first.path(db));
            let finding =
                Diagnostic::new("V069", Severity::Error, place.path(db).clone(), first_byte(), message);
            findings.push(finding.with_suggestion("give one of them another `name` in its sidecar"));
        }
    }
    findings.into_boxed_slice()
}

/// Why a file's text cannot be had, as a finding (S008).
pub fn file_problem(db: &dyn Db, file: File) -> Option<Diagnostic> {
    let path = file.path(db).clone();
    let (message, advice) = match file.status(db) {
        FileStatus::Present => return None,
        FileStatus::Missing => (format!("{path} is not there"), "create it, or drop what names it"),
        FileStatus::Unreadable(why) => (format!("{path} cannot be read: {why}"), "check its permissions"),
        FileStatus::TooLarge(size) => (
            format!("{path} has {size} bytes; files above {MAX_FILE_BYTES} bytes are not compiled"),
            "split it, or move data out of it",
        ),
        FileStatus::NotUtf8 { offset, line } => (
            format!("{path} is not UTF-8: byte {offset}, in line {line}, is not part of a character"),
            "save it as UTF-8",
        ),
    };
    Some(Diagnostic::new("S008", Severity::Error, path, None, message).with_suggestion(advice))
}
