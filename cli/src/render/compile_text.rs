//! `rocky compile` for people.

use super::style::Style;
use crate::type_coverage::TypeCoverage;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What is said about one model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ModelLine {
    /// Its name.
    pub(crate) name: String,
    /// Its columns.
    pub(crate) coverage: TypeCoverage,
    /// Whether it has errors.
    pub(crate) failed: bool,
}

/// The result in figures.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Totals {
    /// Models.
    pub(crate) models: u64,
    /// Errors.
    pub(crate) errors: u64,
    /// Warnings.
    pub(crate) warnings: u64,
    /// Columns of all models.
    pub(crate) coverage: TypeCoverage,
}

/// The models, the expanded text if asked for, the rendered findings, the figures.
pub(crate) fn render(
    models: &[ModelLine],
    expanded: Option<&BTreeMap<String, String>>,
    findings: &str,
    totals: Totals,
    style: Style,
) -> String {
    let mut text = String::new();
    for model in models {
        if model.failed {
            let _ = writeln!(text, "  {} {}", style.cross(), model.name);
        } else {
            let TypeCoverage { columns, typed, open_models } = model.coverage;
            let more = if open_models > 0 { " or more" } else { "" };
            let untyped = match columns - typed {
                0 => String::new(),
                count => format!(", {count} of unknown type"),
            };
            let count = super::counted(columns, "column");
            let _ = writeln!(text, "  {} {} ({count}{more}{untyped})", style.check(), model.name);
        }
    }
    if !models.is_empty() {
        text.push('\n');
    }
    for (model, sql) in expanded.into_iter().flatten() {
        let _ = writeln!(text, "-- {model}\n{}\n", sql.trim_end());
    }
    text.push_str(findings);
    let _ = writeln!(
        text,
        "  Compiled: {}, {}, {}",
        super::counted(totals.models, "model"),
        super::counted(totals.errors, "error"),
        super::counted(totals.warnings, "warning")
    );
    if totals.coverage.columns > 0 {
        let _ = writeln!(text, "  Types known: {}", totals.coverage.words());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{ModelLine, Totals, render};
    use crate::render::style::Style;
    use crate::type_coverage::TypeCoverage;
    use expect_test::expect;
    use std::collections::BTreeMap;

    #[test]
    fn models_then_findings_then_figures() {
        let line = |name: &str, columns, typed, open_models, failed| {
            let coverage = TypeCoverage { columns, typed, open_models };
            ModelLine { name: name.to_owned(), coverage, failed }
        };
        let models = [line("stg", 3, 3, 0, false), line("open", 1, 0, 1, false), line("fct", 0, 0, 0, true)];
        let expanded = BTreeMap::from([("stg".to_owned(), "SELECT 1\n".to_owned())]);
        let coverage = TypeCoverage { columns: 4, typed: 3, open_models: 1 };
        let totals = Totals { models: 3, errors: 1, warnings: 0, coverage };
        expect![[r#"
              ✓ stg (3 columns)
              ✓ open (1 column or more, 1 of unknown type)
              ✗ fct

            -- stg
            SELECT 1

            error[E003]: …

              Compiled: 3 models, 1 error, 0 warnings
              Types known: 3 of 4 columns (75.0 %); 1 model may have more columns
        "#]]
        .assert_eq(&render(&models, Some(&expanded), "error[E003]: …\n\n", totals, Style::Plain));
    }
}
