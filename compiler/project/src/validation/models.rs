//! V031, V062, V069 and the codes of model files: what `validate` says about models.

use super::{ModelsSummary, ValidationMessage, ValidationSeverity};
use crate::{Project, layout, models_roots};
use rocky_base_db::{Db, Diagnostic, DirEntryKind, Severity};
use smol_str::SmolStr;

/// What only the compiler knows about the models.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ModelFacts {
    /// All findings of loading, naming and ordering models, in the order to be shown; others are ignored.
    pub diagnostics: Vec<Diagnostic>,
    /// Models in the graph.
    pub graph_nodes: usize,
}

/// How a compiler's code is called here.
fn relabelled(diagnostic: &Diagnostic) -> Option<(&'static str, ValidationSeverity)> {
    let severity = match diagnostic.severity {
        Severity::Error => ValidationSeverity::Error,
        Severity::Warning => ValidationSeverity::Warn,
        Severity::Info => return None,
    };
    let is_contract = diagnostic.file.as_str().ends_with(".contract.toml");
    let code = match diagnostic.code.as_str() {
        "S008" if is_contract => "V069",
        "W011" | "W108" => "V069",
        "S008" | "S009" | "E002" | "E103" => "V031",
        "E104" | "E036" => "V062",
        code => super::validation_codes().iter().find(|known| known.code == code)?.code.as_str(),
    };
    Some((code, severity))
}

pub(super) fn check(
    db: &dyn Db,
    project: Project,
    facts: &ModelFacts,
    messages: &mut Vec<ValidationMessage>,
) -> ModelsSummary {
    let count = layout(db, project).models.len();
    let has_folder =
        models_roots(db, project).iter().any(|root| db.system().kind(root) == Ok(Some(DirEntryKind::Folder)));
    if !has_folder && count == 0 {
        return ModelsSummary::default();
    }
    let is_graph_problem = |diagnostic: &Diagnostic| matches!(diagnostic.code.as_str(), "E002" | "E103");
    let is_empty_finding = |diagnostic: &Diagnostic| diagnostic.code.as_str() == "S009" && count == 0;
    let load_problems = facts
        .diagnostics
        .iter()
        .filter(|diagnostic| !is_graph_problem(diagnostic) && !is_empty_finding(diagnostic));
    let mut all_loaded = true;
    for diagnostic in load_problems {
        let Some((code, severity)) = relabelled(diagnostic) else { continue };
        all_loaded &= !(code == "V031" && severity == ValidationSeverity::Error);
        messages.push(message(code, severity, diagnostic));
    }
    if all_loaded {
        let noun = if count == 1 { "model" } else { "models" };
        messages.push(ok(format!("{count} {noun} loaded")));
    }
    let mut dag_valid = true;
    for diagnostic in facts.diagnostics.iter().filter(|diagnostic| is_graph_problem(diagnostic)) {
        dag_valid = false;
        messages.push(message("V031", ValidationSeverity::Error, diagnostic));
    }
    if dag_valid {
        let noun = if facts.graph_nodes == 1 { "node" } else { "nodes" };
        messages.push(ok(format!("the graph of models is valid ({} {noun})", facts.graph_nodes)));
    }
    ModelsSummary { found: true, count, dag_valid }
}

fn ok(text: String) -> ValidationMessage {
    ValidationMessage {
        severity: ValidationSeverity::Ok,
        code: SmolStr::new_static("V031"),
        message: text,
        file: None,
        field: None,
        range: None,
        position: None,
        suggestion: None,
        fix: None,
    }
}

fn message(code: &str, severity: ValidationSeverity, diagnostic: &Diagnostic) -> ValidationMessage {
    ValidationMessage {
        severity,
        code: SmolStr::new(code),
        message: diagnostic.message.clone(),
        file: Some(diagnostic.file.clone()),
        field: (code == "V031").then(|| "models".to_owned()),
        range: diagnostic.range,
        position: None,
        suggestion: diagnostic.suggestion.clone(),
        fix: diagnostic.fix.clone(),
    }
}
