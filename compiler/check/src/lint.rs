//! Lint findings of a model, their levels, and its text with fixes applied.

use rocky_base_db::{Db, Diagnostic, File, Fix, Severity, source_text};
use rocky_hir::{
    FindingFix, Language, SyntaxFinding, language, lint_findings, model_dialect, query_start,
    without_frontmatter,
};
use rocky_lint::{FixRequest, FixedText, Level, RuleId, fix_text};
use rocky_project::{Project, lint_config};
use rocky_syntax::TextRange;

/// Adds what the lint rules found, and gives every finding of a rule the level that `[lint]` says.
pub(crate) fn add_lint_findings(db: &dyn Db, file: File, findings: &mut Vec<Diagnostic>) {
    let settings = lint_config(db, Project::get(db)).settings(file.path(db));
    findings.extend(lint_findings(db, file).iter().map(|finding| of_lint(db, file, finding)));
    let own = file.path(db);
    findings.retain_mut(|finding| {
        let rule = RuleId::of_code(finding.code.as_str()).filter(|_| finding.file == *own);
        let Some(rule) = rule else { return true };
        finding.severity = match settings.level(rule) {
            Level::Off => return false,
            Level::Info => Severity::Info,
            Level::Warning => Severity::Warning,
            Level::Error => Severity::Error,
        };
        true
    });
}

fn of_lint(db: &dyn Db, file: File, finding: &SyntaxFinding) -> Diagnostic {
    let path = file.path(db).clone();
    let mut diagnostic =
        Diagnostic::new(&finding.code, finding.severity, path, finding.range(), finding.message.clone());
    diagnostic.suggestion.clone_from(&finding.help);
    diagnostic.fix = finding.fix.as_ref().map(|fix| fix_of(db, file, fix));
    diagnostic
}

/// A stored fix as one of a file.
pub(crate) fn fix_of(db: &dyn Db, file: File, fix: &FindingFix) -> Fix {
    let edits = fix.edits.iter();
    Fix {
        title: fix.title.clone(),
        file: file.path(db).clone(),
        edits: edits
            .map(|(start, end, text)| (TextRange::new((*start).into(), (*end).into()), text.clone()))
            .collect(),
        is_safe: fix.is_safe,
    }
}

/// A model's text after all its fixes, those of `codes` or all. A plain function: nothing is remembered.
pub fn fixed_text(db: &dyn Db, file: File, codes: Option<&[&str]>, with_unsafe: bool) -> FixedText {
    let text = &source_text(db, file).text;
    let settings = lint_config(db, Project::get(db)).settings(file.path(db));
    let language = match language(db, file) {
        Language::Sql => rocky_lint::Language::Sql,
        Language::Rocky => rocky_lint::Language::Rocky,
    };
    let start = query_start(text);
    let dialect = model_dialect(db, file);
    let request = FixRequest { language, dialect, start, settings: &settings, codes, with_unsafe };
    fix_text(text, &request, &without_frontmatter)
}
