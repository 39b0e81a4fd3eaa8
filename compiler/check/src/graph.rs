//! Findings about a model among the others: duplicates, cycles, dependencies, near misses.

use rocky_base_db::{Annotation, Db, Diagnostic, File, Severity, closest, edit_distance};
use rocky_hir::body::Ident;
use rocky_hir::{
    Language, Name, ReferenceTarget, cycle_path, dependencies, language, let_bindings, model_by_folded_name,
    model_header, model_index, models_of_same_name, models_of_same_target, resolved_references,
};
use rocky_project::{Project, layout, model_config, settings_spans};
use rocky_syntax::{TextRange, TextSize};
use smol_str::SmolStr;

const LONGEST_SHOWN_CYCLE: usize = 12;

/// The range that stands for a whole file.
pub(crate) fn first_byte() -> TextRange {
    TextRange::empty(TextSize::new(0))
}

/// Everything about one model's place in the project.
pub(crate) fn graph_findings(
    db: &dyn Db,
    file: File,
    references: &dyn Fn(&[Ident]) -> Option<TextRange>,
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    duplicates(db, file, &mut findings);
    cycle(db, file, &mut findings);
    declared_dependencies(db, file, &mut findings);
    near_misses(db, file, references, &mut findings);
    hidden_models(db, file, &mut findings);
    findings
}

/// A `let` of a model's name: readers below it mean the binding, those in its own body the model.
fn hidden_models(db: &dyn Db, file: File, findings: &mut Vec<Diagnostic>) {
    if language(db, file) != Language::Rocky {
        return;
    }
    for binding in let_bindings(db, file) {
        let folded = SmolStr::new(binding.name.to_ascii_lowercase());
        let Some(other) = model_by_folded_name(db, Name::new(db, folded)).filter(|other| *other != file)
        else {
            continue;
        };
        let name = &model_config(db, other).name;
        let message = format!("'{}' hides the model '{name}' from the steps below it", binding.name);
        let mut finding =
            Diagnostic::new("S024", Severity::Info, file.path(db).clone(), binding.range(), message)
                .with_model(&model_config(db, file).name)
                .with_suggestion("give the binding another name if the model is meant anywhere below");
        finding.related.push(Annotation {
            file: other.path(db).clone(),
            range: first_byte(),
            message: "the model".to_owned(),
        });
        findings.push(finding);
    }
}

fn duplicates(db: &dyn Db, file: File, findings: &mut Vec<Diagnostic>) {
    let config = model_config(db, file);
    let name = &config.name;
    let others = |same: &[File]| -> Vec<Annotation> {
        same.iter()
            .filter(|other| **other != file)
            .map(|other| Annotation {
                file: other.path(db).clone(),
                range: first_byte(),
                message: "the other one".to_owned(),
            })
            .collect()
    };
    let same_name = others(models_of_same_name(db, file));
    if !same_name.is_empty() {
        let paths: Vec<&str> = same_name.iter().map(|other| other.file.as_str()).collect();
        let message = format!("'{name}' is the name of more than one model: also of {}", paths.join(", "));
        let mut finding =
            Diagnostic::new("E104", Severity::Error, file.path(db).clone(), first_byte(), message)
                .with_model(name)
                .with_suggestion("rename one of them");
        finding.related = same_name;
        findings.push(finding);
        return;
    }
    let same_target = others(models_of_same_target(db, file));
    if let Some(target) = &config.target
        && !same_target.is_empty()
        && config.strategy.type_name() != "ephemeral"
    {
        let paths: Vec<&str> = same_target.iter().map(|other| other.file.as_str()).collect();
        let message = format!(
            "'{}.{}.{}' is the table of more than one model: also of {}",
            target.catalog,
            target.schema,
            target.table,
            paths.join(", ")
        );
        let mut finding =
            Diagnostic::new("E036", Severity::Error, file.path(db).clone(), first_byte(), message)
                .with_model(name)
                .with_suggestion("give one of them another `table` or `schema`");
        finding.related = same_target;
        findings.push(finding);
    }
}

fn cycle(db: &dyn Db, file: File, findings: &mut Vec<Diagnostic>) {
    let Some(path) = cycle_path(db, file) else { return };
    let name = &model_config(db, file).name;
    let shown = if path.len() > LONGEST_SHOWN_CYCLE {
        let first: Vec<&str> = path.iter().take(LONGEST_SHOWN_CYCLE - 2).map(SmolStr::as_str).collect();
        let last = path.last().map(SmolStr::as_str).unwrap_or_default();
        format!("{} → … ({} models) → {last}", first.join(" → "), path.len() - 1)
    } else {
        let names: Vec<&str> = path.iter().map(SmolStr::as_str).collect();
        names.join(" → ")
    };
    let message = format!("'{name}' is part of a dependency cycle: {shown}");
    findings.push(
        Diagnostic::new("E103", Severity::Error, file.path(db).clone(), first_byte(), message)
            .with_model(name)
            .with_suggestion("remove one of these references; models must not read each other in a circle"),
    );
}

fn declared_dependencies(db: &dyn Db, file: File, findings: &mut Vec<Diagnostic>) {
    let config = model_config(db, file);
    let dependencies = dependencies(db, file);
    if dependencies.unknown.is_empty() && dependencies.undeclared.is_empty() {
        return;
    }
    let settings = config.settings_file.unwrap_or(file);
    let spans = settings_spans(db, settings);
    let path = settings.path(db).clone();
    let place = |index: Option<usize>| {
        let item = index.and_then(|index| spans.get(&format!("depends_on.{index}")));
        item.or_else(|| spans.get("depends_on")).map_or_else(first_byte, |span| span.value)
    };
    for unknown in &dependencies.unknown {
        let index = config.depends_on.iter().position(|name| name == unknown);
        let similar = similar_model(db, Name::new(db, unknown.clone()));
        let message = format!("'{unknown}' in depends_on of '{}' is no model, seed or pipeline", config.name);
        let suggestion = match similar {
            Some(name) => format!("did you mean '{name}'?"),
            None => "drop it, or create what it names".to_owned(),
        };
        findings.push(
            Diagnostic::new("E002", Severity::Error, path.clone(), place(index), message)
                .with_model(&config.name)
                .with_suggestion(suggestion),
        );
    }
    if !dependencies.undeclared.is_empty() {
        let missing: Vec<String> = dependencies
            .undeclared
            .iter()
            .map(|model| format!("'{}'", model_config(db, *model).name))
            .collect();
        let declared: Vec<&str> = config.depends_on.iter().map(SmolStr::as_str).collect();
        let message = format!(
            "'{}' reads {} but depends_on lists only {}",
            config.name,
            missing.join(", "),
            declared.join(", ")
        );
        findings.push(
            Diagnostic::new("D011", Severity::Warning, path, place(None), message)
                .with_model(&config.name)
                .with_suggestion(
                    "add what is missing to depends_on, or delete depends_on: references are found anyway",
                ),
        );
    }
}

/// A model whose name is close to this one. Reads: the index. Cut-off: **projection**.
#[salsa::tracked(returns(clone))]
fn similar_model<'db>(db: &'db dyn Db, name: Name<'db>) -> Option<SmolStr> {
    let index = model_index(db, Project::get(db));
    closest(name.text(db), index.by_name.keys().map(SmolStr::as_str)).map(SmolStr::new)
}

fn near_misses(
    db: &dyn Db,
    file: File,
    references: &dyn Fn(&[Ident]) -> Option<TextRange>,
    findings: &mut Vec<Diagnostic>,
) {
    const FARTHEST: usize = 2;
    let project = Project::get(db);
    let config = model_config(db, file);
    let header = model_header(db, file);
    for (path, target) in header.references.iter().zip(resolved_references(db, file)) {
        let ([Ident { text, .. }], ReferenceTarget::External) = (path.as_slice(), target) else { continue };
        let is_seed = layout(db, project).seeds.iter().any(|seed| seed.path(db).stem() == text);
        let is_source = config.sources.iter().any(|source| source.table.eq_ignore_ascii_case(text))
            || project.catalog(db).find(&[text]).is_some();
        if is_seed || is_source {
            continue;
        }
        let Some(similar) = similar_model(db, Name::new(db, text.clone())) else { continue };
        if similar == config.name || edit_distance(text, &similar) > FARTHEST {
            continue;
        }
        let message = format!("'{text}' is no model; there is a model named '{similar}'");
        findings.push(
            Diagnostic::new("I102", Severity::Info, file.path(db).clone(), references(path), message)
                .with_model(&config.name)
                .with_suggestion(format!("did you mean '{similar}'?")),
        );
    }
}
