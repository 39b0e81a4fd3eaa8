//! `rocky lint` for people.

use super::counted;
use crate::output::LintFixedFile;
use std::fmt::Write as _;

/// The result in figures.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct LintTotals {
    /// Models looked at.
    pub(crate) models: u64,
    /// Errors.
    pub(crate) errors: u64,
    /// Warnings.
    pub(crate) warnings: u64,
    /// Infos.
    pub(crate) infos: u64,
    /// Findings with a safe fix.
    pub(crate) fixable: u64,
    /// Findings with another one.
    pub(crate) fixable_unsafely: u64,
}

/// The rendered findings, the files that were fixed, the figures.
pub(crate) fn render(findings: &str, fixed: &[LintFixedFile], totals: LintTotals) -> String {
    let mut text = findings.to_owned();
    for file in fixed {
        let count: u64 = file.findings.values().sum();
        let _ = writeln!(text, "  fixed: {} ({})", file.file, counted(count, "finding"));
    }
    let _ = writeln!(
        text,
        "  Linted: {}, {}, {}, {}",
        counted(totals.models, "model"),
        counted(totals.errors, "error"),
        counted(totals.warnings, "warning"),
        counted(totals.infos, "info")
    );
    if totals.fixable > 0 {
        let _ = writeln!(text, "  {} can be fixed with --fix", totals.fixable);
    }
    if totals.fixable_unsafely > 0 {
        let more = if totals.fixable > 0 { " more" } else { "" };
        let _ = writeln!(text, "  {}{more} can be fixed with --fix --unsafe-fixes", totals.fixable_unsafely);
    }
    text
}
