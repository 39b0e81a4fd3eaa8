//! `rocky ci` for people.

use super::style::{Style, Tone};
use super::test_text::listed;
use crate::output::{CiOutput, DiagnosticSeverity};
use std::fmt::Write as _;

/// The rendered findings, what failed, one line for compiling and one for testing, how the process ends.
pub(crate) fn render(output: &CiOutput, findings: &str, style: Style) -> String {
    let mut text = String::from(findings);
    // Errors of the compilation were just shown.
    if output.compile_ok {
        text.push_str(listed("Failures", &output.failures, &style.cross()).trim_start_matches('\n'));
        text.push_str(&listed("Warnings", &output.warnings, &style.warning()));
    }
    if !text.is_empty() && !text.ends_with("\n\n") {
        text.push('\n');
    }
    let count = |severity| {
        let found = output.diagnostics.iter().filter(|finding| finding.severity == severity);
        found.count() as u64
    };
    let _ = writeln!(
        text,
        "{} compile: {}, {}, {}",
        verdict(output.compile_ok, style),
        super::counted(output.models_compiled, "model"),
        super::counted(count(DiagnosticSeverity::Error), "error"),
        super::counted(count(DiagnosticSeverity::Warning), "warning")
    );
    let _ = write!(
        text,
        "{} tests: {} passed, {} failed",
        verdict(output.tests_ok, style),
        output.tests_passed,
        output.tests_failed
    );
    if output.tests_warned > 0 {
        let _ = write!(text, ", {} warned", output.tests_warned);
    }
    if output.tests_not_evaluated > 0 {
        let _ = write!(text, ", {} not evaluated", output.tests_not_evaluated);
    }
    let _ = writeln!(text, "\n\nExit code: {}", output.exit_code);
    text
}

fn verdict(is_ok: bool, style: Style) -> String {
    if is_ok { style.paint(Tone::Good, "PASS") } else { style.paint(Tone::Bad, "FAIL") }
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::output::{CiOutput, TestFailure, VERSION};
    use crate::render::style::Style;
    use expect_test::expect;

    fn output() -> CiOutput {
        CiOutput {
            version: VERSION,
            command: "ci",
            compile_ok: true,
            tests_ok: false,
            models_compiled: 2,
            tests_passed: 1,
            tests_failed: 1,
            exit_code: 1,
            diagnostics: vec![],
            failures: vec![TestFailure { name: "a::not_null_id".into(), error: "2 violations".into() }],
            tests_warned: 0,
            tests_not_evaluated: 1,
            warnings: vec![],
            model_results: vec![],
        }
    }

    #[test]
    fn failures_and_the_two_lines() {
        expect![[r#"
            Failures:
              ✗ a::not_null_id
                  2 violations

            PASS compile: 2 models, 0 errors, 0 warnings
            FAIL tests: 1 passed, 1 failed, 1 not evaluated

            Exit code: 1
        "#]]
        .assert_eq(&render(&output(), "", Style::Plain));
    }
}
