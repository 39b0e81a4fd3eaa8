//! `rocky compile` for people.

use super::style::Style;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What is said about one model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ModelLine {
    /// Its name.
    pub(crate) name: String,
    /// The number of its columns.
    pub(crate) columns: usize,
    /// Whether there may be more columns than those counted.
    pub(crate) open: bool,
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
}

/// The line of a model.
pub(crate) fn model(model: &ModelLine, style: Style) -> String {
    if model.failed {
        return format!("  {} {}\n", style.cross(), model.name);
    }
    let more = if model.open { " or more" } else { "" };
    let count = super::counted(model.columns as u64, "column");
    format!("  {} {} ({count}{more})\n", style.check(), model.name)
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
        let end = format!(
            "  Compiled: {}, {}, {}\n",
            super::counted(totals.models, "model"),
            super::counted(totals.errors, "error"),
            super::counted(totals.warnings, "warning")
        );
        [models.into(), middle.into(), findings.into(), end.into()]
    }
}

#[cfg(test)]
mod tests {
    use super::{ModelLine, Parts, Totals, model};
    use crate::render::style::Style;
    use expect_test::expect;
    use std::collections::BTreeMap;

    #[test]
    fn models_then_findings_then_figures() {
        let line =
            |name: &str, columns, open, failed| ModelLine { name: name.to_owned(), columns, open, failed };
        let models =
            [line("stg", 3, false, false), line("open", 1, true, false), line("fct", 0, false, true)];
        let expanded = BTreeMap::from([("stg".to_owned(), "SELECT 1\n".to_owned())]);
        let totals = Totals { models: 3, errors: 1, warnings: 0 };
        let lines: String = models.iter().map(|line| model(line, Style::Plain)).collect();
        let findings = "error[E003]: …\n\n";
        let parts = Parts { models: &lines, expanded: Some(&expanded), findings, totals };
        expect![[r#"
              ✓ stg (3 columns)
              ✓ open (1 column or more)
              ✗ fct

            -- stg
            SELECT 1

            error[E003]: …

              Compiled: 3 models, 1 error, 0 warnings
        "#]]
        .assert_eq(&parts.render().concat());
    }
}
