//! `rocky test` for people.

use super::style::Style;
use crate::output::{
    CheckSeverity, DeclarativeTestResult, DeclarativeTestStatus, DeclarativeTestSummary, TestOutput,
};
use std::fmt::Write as _;

/// What became of the models, the failures, the figures.
pub(crate) fn render(output: &TestOutput, style: Style) -> String {
    if let Some(summary) = &output.declarative {
        return render_declarative(summary, style);
    }
    let mut text = String::new();
    for result in &output.model_results {
        let mark = if result.error.is_none() { style.check() } else { style.cross() };
        let _ = writeln!(text, "  {mark} {}", result.model);
    }
    if !output.failures.is_empty() {
        text.push_str("\nFailures:\n");
    }
    for failure in &output.failures {
        let _ = writeln!(text, "  {} {}", style.cross(), failure.name);
        for line in failure.error.lines() {
            let _ = writeln!(text, "      {line}");
        }
    }
    if !output.warnings.is_empty() {
        text.push_str("\nWarnings:\n");
    }
    for warning in &output.warnings {
        let _ = writeln!(text, "  {} {}", style.warning(), warning.name);
        for line in warning.error.lines() {
            let _ = writeln!(text, "      {line}");
        }
    }
    let warned = if output.warned > 0 { format!(", {} warned", output.warned) } else { String::new() };
    let _ = writeln!(
        text,
        "\n{} of {} passed, {} failed{warned}.",
        output.passed,
        super::counted(output.total, "test"),
        output.failed
    );
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
    use crate::output::{ModelTestResult, TestFailure, TestOutput, VERSION};
    use crate::render::style::Style;
    use expect_test::expect;

    #[test]
    fn models_failures_figures() {
        let result = |model: &str, error: Option<&str>| ModelTestResult {
            model: model.to_owned(),
            status: if error.is_some() { "fail" } else { "pass" }.to_owned(),
            error: error.map(str::to_owned),
        };
        let output = TestOutput {
            version: VERSION,
            command: "test",
            total: 4,
            passed: 2,
            failed: 1,
            warned: 1,
            failures: vec![TestFailure {
                name: "b::not_null:id".to_owned(),
                error: "2 rows are NULL".to_owned(),
            }],
            warnings: vec![TestFailure { name: "a::unique:id".to_owned(), error: "1 row twice".to_owned() }],
            model_results: vec![result("a", None), result("b", Some("x"))],
            declarative: None,
        };
        expect![[r#"
              ✓ a
              ✗ b

            Failures:
              ✗ b::not_null:id
                  2 rows are NULL

            Warnings:
              ! a::unique:id
                  1 row twice

            2 of 4 tests passed, 1 failed, 1 warned.
        "#]]
        .assert_eq(&render(&output, Style::Plain));
    }
}
