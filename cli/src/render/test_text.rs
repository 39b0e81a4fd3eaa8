//! `rocky test` for people.

use super::style::Style;
use crate::output::{
    CheckSeverity, DeclarativeTestResult, DeclarativeTestStatus, DeclarativeTestSummary, ModelTestStatus,
    TestFailure, TestOutput,
};
use std::fmt::Write as _;

/// What became of the models, the failures, the figures.
pub(crate) fn render(output: &TestOutput, style: Style) -> String {
    if let Some(summary) = &output.declarative {
        return render_declarative(summary, style);
    }
    let mut text = String::new();
    for result in &output.model_results {
        let _ = match result.status {
            ModelTestStatus::Pass => writeln!(text, "  {} {}", style.check(), result.model),
            ModelTestStatus::Fail => writeln!(text, "  {} {}", style.cross(), result.model),
            ModelTestStatus::NotEvaluated => {
                writeln!(text, "  {} {} (not evaluated)", style.unknown(), result.model)
            }
        };
    }
    text.push_str(&listed("Failures", &output.failures, &style.cross()));
    text.push_str(&listed("Warnings", &output.warnings, &style.warning()));
    let unknown = match output.not_evaluated {
        0 => String::new(),
        count => format!(", {count} not evaluated"),
    };
    let warned = if output.warned > 0 { format!(", {} warned", output.warned) } else { String::new() };
    let _ = writeln!(
        text,
        "\n{} of {} passed, {} failed{warned}{unknown}.",
        output.passed,
        super::counted(output.total, "test"),
        output.failed
    );
    text
}

/// What failed, one entry each, under a heading.
pub(crate) fn listed(heading: &str, entries: &[TestFailure], mark: &str) -> String {
    let mut text = String::new();
    if !entries.is_empty() {
        let _ = writeln!(text, "\n{heading}:");
    }
    for entry in entries {
        let _ = writeln!(text, "  {mark} {}", entry.name);
        for line in entry.error.lines() {
            let _ = writeln!(text, "      {line}");
        }
    }
    text
}

fn render_declarative(summary: &DeclarativeTestSummary, style: Style) -> String {
    let mut text = String::new();
    for result in &summary.results {
        let detail = result.detail.as_ref().map(|detail| format!(" — {detail}")).unwrap_or_default();
        let column = result.column.as_ref().map(|column| format!(".{column}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "  {} {}{column} [{}]{detail}",
            icon(result, style),
            result.model,
            result.test_type
        );
    }
    let _ = writeln!(
        text,
        "\n{}: {} passed, {} failed, {} warned, {} not evaluated.",
        super::counted(summary.total, "test"),
        summary.passed,
        summary.failed,
        summary.warned,
        summary.errored
    );
    text
}

fn icon(result: &DeclarativeTestResult, style: Style) -> String {
    match (result.status, result.severity) {
        (DeclarativeTestStatus::Pass, _) => style.check(),
        (DeclarativeTestStatus::Fail, CheckSeverity::Warning) => style.warning(),
        _ => style.cross(),
    }
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::output::{ModelTestResult, ModelTestStatus, TestFailure, TestOutput, VERSION};
    use crate::render::style::Style;
    use expect_test::expect;

    #[test]
    fn models_failures_figures() {
        let result = |model: &str, status, error: Option<&str>| ModelTestResult {
            model: model.to_owned(),
            status,
            error: error.map(str::to_owned),
        };
        let output = TestOutput {
            version: VERSION,
            command: "test",
            total: 4,
            passed: 2,
            failed: 1,
            warned: 1,
            not_evaluated: 1,
            failures: vec![TestFailure {
                name: "b::not_null:id".to_owned(),
                error: "2 rows are NULL".to_owned(),
            }],
            warnings: vec![TestFailure { name: "a::unique:id".to_owned(), error: "1 row twice".to_owned() }],
            model_results: vec![
                result("a", ModelTestStatus::Pass, None),
                result("b", ModelTestStatus::Fail, Some("x")),
                result("c", ModelTestStatus::NotEvaluated, Some("x")),
            ],
            declarative: None,
        };
        expect![[r#"
              ✓ a
              ✗ b
              ? c (not evaluated)

            Failures:
              ✗ b::not_null:id
                  2 rows are NULL

            Warnings:
              ! a::unique:id
                  1 row twice

            2 of 4 tests passed, 1 failed, 1 warned, 1 not evaluated.
        "#]]
        .assert_eq(&render(&output, Style::Plain));
    }
}
