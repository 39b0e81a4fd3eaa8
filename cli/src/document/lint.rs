//! The lint document.

use super::findings::findings;
use crate::opened_project::OpenedProject;
use crate::output::{LintFixedFile, LintOutput, VERSION};
use crate::render::lint_text::LintTotals;
use rocky_compiler::base_db::Diagnostic;

/// What the rules found, as a document.
pub(crate) fn lint_document(
    project: &OpenedProject,
    diagnostics: &[Diagnostic],
    totals: LintTotals,
    fixed: Vec<LintFixedFile>,
) -> LintOutput {
    LintOutput {
        version: VERSION,
        command: "lint",
        models: totals.models,
        diagnostics: findings(project, diagnostics),
        has_errors: totals.errors > 0,
        fixable: totals.fixable,
        fixable_unsafely: totals.fixable_unsafely,
        fixed,
    }
}
