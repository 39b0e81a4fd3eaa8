//! `-- rocky: ignore[CODE]` above a line (spec 03 §10.5).

use rocky_base_db::{Diagnostic, Severity};
use rocky_lint::Suppressions;

/// Drops the warnings and infos of `diagnostics` that a comment on the line before them names. Errors
/// cannot be dropped. Only findings of this text may be given.
pub(crate) fn suppress(text: &str, diagnostics: &mut Vec<Diagnostic>) {
    let suppressions = Suppressions::of(text);
    if suppressions.is_empty() {
        return;
    }
    diagnostics.retain(|diagnostic| {
        let Some(range) = diagnostic.range else { return true };
        diagnostic.severity == Severity::Error || !suppressions.cover(range.start(), diagnostic.code.as_str())
    });
}
