//! Findings as the documents show them.

use crate::opened_project::OpenedProject;
use crate::output::{Diagnostic, DiagnosticSeverity, RelatedPlace, SourceSpan};
use crate::source_texts::SourceTexts;
use rocky_compiler::base_db::{self, FilePath, Severity};
use rocky_compiler::syntax::TextRange;

/// The findings with places for people.
pub(crate) fn findings(project: &OpenedProject, diagnostics: &[base_db::Diagnostic]) -> Vec<Diagnostic> {
    let text_of = |file: &FilePath| project.source(file);
    let mut texts = SourceTexts::new(&text_of);
    let mut span = |file: &FilePath, range: Option<TextRange>| span(project, &mut texts, file, range);
    diagnostics
        .iter()
        .map(|diagnostic| Diagnostic {
            severity: match diagnostic.severity {
                Severity::Error => DiagnosticSeverity::Error,
                Severity::Warning => DiagnosticSeverity::Warning,
                Severity::Info => DiagnosticSeverity::Info,
            },
            code: diagnostic.code.as_str().to_owned(),
            message: diagnostic.message.clone(),
            span: span(&diagnostic.file, diagnostic.range),
            model: diagnostic.model.to_string(),
            suggestion: diagnostic.suggestion.clone(),
            related: diagnostic
                .related
                .iter()
                .filter_map(|annotation| {
                    let span = span(&annotation.file, Some(annotation.range))?;
                    Some(RelatedPlace { message: annotation.message.clone(), span })
                })
                .collect(),
        })
        .collect()
}

/// A finding about a file as a whole stands at its first character.
fn span(
    project: &OpenedProject,
    texts: &mut SourceTexts<'_>,
    file: &FilePath,
    range: Option<TextRange>,
) -> Option<SourceSpan> {
    if file.as_str().is_empty() {
        return None;
    }
    let place = |offset: u32, texts: &mut SourceTexts<'_>| {
        texts.get(file).map_or((1, 1), |source| {
            let position = source.position(offset as usize);
            (position.line, position.column)
        })
    };
    let (start, end) = range.map_or((0, 0), |range| (range.start().into(), range.end().into()));
    let (line, col) = place(start, texts);
    let (end_line, end_col) = place(end, texts);
    Some(SourceSpan { file: project.location.shown(file.as_str()), line, col, end_line, end_col })
}
