//! Findings that belong to no single model, and which models a file belongs to.

use crate::graph::first_byte;
use rocky_base_db::{
    Db, Diagnostic, File, FilePath, FileStatus, ReadFailure, Severity, closest, sort_diagnostics,
};
use rocky_hir::{find_model, model_index};
use rocky_project::{
    Project, config_load_finding, contract_document, file_problem, layout, models_roots, settings_document,
    shared_file_findings,
};
use smol_str::SmolStr;

/// Findings about the project as a whole, sorted.
///
/// Reads: file states, `rocky.toml`, the layout, the index. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn project_findings(db: &dyn Db, project: Project) -> Box<[Diagnostic]> {
    let mut findings = Vec::new();
    config(db, project, &mut findings);
    folders(db, project, &mut findings);
    let layout = layout(db, project);
    for orphan in &layout.orphans {
        let path = orphan.path(db).clone();
        let message = format!("{path} describes a model, but there is no model file beside it");
        let stem = path.stem().to_owned();
        findings.push(
            Diagnostic::new("S008", Severity::Error, path, first_byte(), message)
                .with_suggestion(format!("write {stem}.sql or {stem}.rocky beside it, or delete it")),
        );
    }
    let mut defaults: Vec<File> =
        layout.models.values().flat_map(|(_, parts)| parts.defaults.iter().copied()).collect();
    defaults.sort_by_key(|file| file.path(db).clone());
    defaults.dedup();
    for file in defaults {
        findings.extend(file_problem(db, file));
        let document = settings_document(db, file);
        findings
            .extend(document.findings.iter().map(|finding| finding.clone().into_diagnostic(file.path(db))));
    }
    unknown_contracts(db, project, &mut findings);
    findings.extend(shared_file_findings(db, project).iter().cloned());
    sort_diagnostics(&mut findings);
    findings.into_boxed_slice()
}

fn config(db: &dyn Db, project: Project, findings: &mut Vec<Diagnostic>) {
    let file = project.config_file(db);
    if *file.status(db) == FileStatus::Missing {
        if !project.options(db).config_optional
            && let Some(mut problem) = file_problem(db, file)
        {
            problem.code = rocky_base_db::Code::new("V001");
            problem.severity = Severity::Warning;
            findings.push(problem);
        }
        return;
    }
    findings.extend(config_load_finding(db, project));
}

fn folders(db: &dyn Db, project: Project, findings: &mut Vec<Diagnostic>) {
    let roots = models_roots(db, project);
    for (path, failure) in project.walk_problems(db).iter() {
        let about_models = roots.iter().any(|root| path == root || path.is_within(root));
        let is_file = matches!(path.extension(), Some("sql" | "rocky" | "toml"));
        let why = match failure {
            // A folder that is looked for and is not there is no problem; a link that leads nowhere is.
            ReadFailure::Missing if !is_file => continue,
            ReadFailure::Missing => "it leads to a file that is not there".to_owned(),
            ReadFailure::Unreadable(why) => why.to_string(),
            ReadFailure::TooLarge(size) => format!("{size} bytes are too many"),
        };
        if about_models {
            let message = format!("{path} cannot be read: {why}");
            findings.push(
                Diagnostic::new(
                    if is_file { "S008" } else { "S009" },
                    Severity::Error,
                    path.clone(),
                    None,
                    message,
                )
                .with_suggestion("check its permissions, where it leads and how deep it is nested"),
            );
        }
    }
    if layout(db, project).models.is_empty() {
        let shown: Vec<&str> = roots.iter().map(FilePath::as_str).collect();
        let message = format!("no models found in {}", shown.join(", "));
        let place = roots.first().cloned().unwrap_or_else(|| FilePath::new("models"));
        findings.push(
            Diagnostic::new("S009", Severity::Error, place, None, message)
                .with_suggestion("write a .sql or .rocky file there, or name another folder with --models"),
        );
    }
}

fn unknown_contracts(db: &dyn Db, project: Project, findings: &mut Vec<Diagnostic>) {
    let layout = layout(db, project);
    for (name, file) in &layout.contracts {
        if find_model(db, name).is_some() {
            continue;
        }
        let path = file.path(db).clone();
        let names = model_index(db, project).by_name.keys().map(SmolStr::as_str);
        let suggestion = match closest(name, names) {
            Some(candidate) => format!("did you mean '{candidate}'?"),
            None => "rename the contract to <model>.contract.toml, or delete it".to_owned(),
        };
        let message = format!("'{name}' has a contract but is no model");
        findings.push(
            Diagnostic::new("W011", Severity::Warning, path.clone(), first_byte(), message)
                .with_model(name)
                .with_suggestion(suggestion),
        );
        let document = contract_document(db, *file);
        findings.extend(document.findings.iter().map(|finding| finding.clone().into_diagnostic(&path)));
    }
}

/// The models whose findings may stand in a file: the model itself; of a sidecar or contract the models
/// it belongs to. Empty for files that belong to the project as a whole.
pub fn related_models(db: &dyn Db, file: File) -> Vec<File> {
    let layout = layout(db, Project::get(db));
    let path = file.path(db);
    if let Some((model, _)) = layout.models.get(path) {
        return vec![*model];
    }
    let Some(stem) = path.file_name().strip_suffix(".toml") else { return Vec::new() };
    let stem = stem.strip_suffix(".rocky").or_else(|| stem.strip_suffix(".contract")).unwrap_or(stem);
    let beside = ["sql", "rocky"].map(|kind| path.sibling(&format!("{stem}.{kind}")));
    let mut models: Vec<File> =
        beside.iter().filter_map(|body| layout.models.get(body)).map(|(model, _)| *model).collect();
    if layout.contracts.values().any(|contract| *contract == file) {
        models.extend(find_model(db, stem));
    }
    models
}
