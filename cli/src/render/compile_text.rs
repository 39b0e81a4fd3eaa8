//! `rocky compile` for people.

use super::style::Style;
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
            let more = if model.open { " or more" } else { "" };
            let count = super::counted(model.columns as u64, "column");
            let _ = writeln!(text, "  {} {} ({count}{more})", style.check(), model.name);
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
    text
}

#[cfg(test)]
mod tests {
    use super::{ModelLine, Totals, render};
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
        expect![[r#"
              ✓ stg (3 columns)
              ✓ open (1 column or more)
              ✗ fct

            -- stg
            SELECT 1

            error[E003]: …

              Compiled: 3 models, 1 error, 0 warnings
        "#]]
        .assert_eq(&render(&models, Some(&expanded), "error[E003]: …\n\n", totals, Style::Plain));
    }
}
