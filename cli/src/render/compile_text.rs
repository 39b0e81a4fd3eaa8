//! `rocky compile` for people.

use super::style::Style;
use crate::type_coverage::TypeCoverage;
use std::borrow::Cow;
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

/// The line of a model.
pub(crate) fn model(model: &ModelLine, style: Style) -> String {
    if model.failed {
        return format!("  {} {}\n", style.cross(), model.name);
    }
    let TypeCoverage { columns, typed, open_models } = model.coverage;
    let more = if open_models > 0 { " or more" } else { "" };
    let untyped = match columns - typed {
        0 => String::new(),
        count => format!(", {count} of unknown type"),
    };
    let count = super::counted(columns, "column");
    format!("  {} {} ({count}{more}{untyped})\n", style.check(), model.name)
}

/// What the report consists of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'a> {
    /// The lines of the models.
    pub(crate) models: &'a str,
    /// The expanded texts, if asked for.
    pub(crate) expanded: Option<&'a BTreeMap<String, String>>,
    /// The rendered findings.
    pub(crate) findings: &'a str,
    /// The figures.
    pub(crate) totals: Totals,
}

impl<'a> Parts<'a> {
    /// The models, the expanded texts, the findings, the figures.
    pub(crate) fn render(self) -> [Cow<'a, str>; 4] {
        let Parts { models, expanded, findings, totals } = self;
        let mut middle = if models.is_empty() { String::new() } else { "\n".to_owned() };
        for (model, sql) in expanded.into_iter().flatten() {
            // Writing to a string cannot fail.
            let _ = writeln!(middle, "-- {model}\n{}\n", sql.trim_end());
        }
        let mut end = format!(
            "  Compiled: {}, {}, {}\n",
            super::counted(totals.models, "model"),
            super::counted(totals.errors, "error"),
            super::counted(totals.warnings, "warning")
        );
        if totals.coverage.columns > 0 {
            let _ = writeln!(end, "  Types known: {}", totals.coverage.words());
        }
        [models.into(), middle.into(), findings.into(), end.into()]
    }
}

#[cfg(test)]
mod tests {
    use super::{ModelLine, Parts, Totals, model};
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
        let lines: String = models.iter().map(|line| model(line, Style::Plain)).collect();
        let findings = "error[E003]: …\n\n";
        let parts = Parts { models: &lines, expanded: Some(&expanded), findings, totals };
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
        .assert_eq(&parts.render().concat());
    }
}
