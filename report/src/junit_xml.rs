//! JUnit XML, as test reporters of continuous integration read it.
//!
//! Two suites: `compile`, one case a model with its findings, and `test`. A case of which nothing is known is
//! `skipped`, with the reason; a case that only warned passed, and says so in its output.

use crate::{Case, Finding, Level, Outcome, Report};
use std::fmt::Write as _;

/// The group of what belongs to no model.
const PROJECT: &str = "project";

/// The report as one XML document.
pub fn junit(report: &Report) -> String {
    let compile = compile_suite(report);
    let test = test_suite(report);
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let count = |of: fn(&Suite) -> usize| of(&compile) + of(&test);
    let _ = writeln!(
        text,
        "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{}\">",
        attribute(&report.title),
        count(|suite| suite.tests),
        count(|suite| suite.failures),
        count(|suite| suite.skipped),
        seconds(test.milliseconds)
    );
    compile.write(&mut text);
    test.write(&mut text);
    text.push_str("</testsuites>\n");
    text
}

#[derive(Default)]
struct Suite {
    name: &'static str,
    tests: usize,
    failures: usize,
    skipped: usize,
    milliseconds: u64,
    body: String,
}

impl Suite {
    fn write(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{}\">",
            self.name,
            self.tests,
            self.failures,
            self.skipped,
            seconds(self.milliseconds)
        );
        text.push_str(&self.body);
        text.push_str("  </testsuite>\n");
    }
}

fn compile_suite(report: &Report) -> Suite {
    let mut suite = Suite { name: "compile", ..Suite::default() };
    let known = |finding: &&Finding| report.models.contains(&finding.model);
    let others: Vec<&Finding> = report.findings.iter().filter(|finding| !known(finding)).collect();
    if !others.is_empty() {
        compile_case(&mut suite, PROJECT, &others);
    }
    for model in &report.models {
        let own: Vec<&Finding> = report.findings.iter().filter(|finding| finding.model == *model).collect();
        compile_case(&mut suite, model, &own);
    }
    suite
}

fn compile_case(suite: &mut Suite, name: &str, findings: &[&Finding]) {
    suite.tests += 1;
    let errors: Vec<&&Finding> = findings.iter().filter(|finding| finding.level == Level::Error).collect();
    let others: Vec<&&Finding> = findings.iter().filter(|finding| finding.level != Level::Error).collect();
    let _ = write!(suite.body, "    <testcase classname=\"compile\" name=\"{}\"", attribute(name));
    let file = findings.iter().find_map(|finding| finding.place.as_ref());
    if let Some(place) = file {
        let _ = write!(suite.body, " file=\"{}\"", attribute(&place.file));
    }
    suite.body.push_str(" time=\"0.000\"");
    if findings.is_empty() {
        suite.body.push_str("/>\n");
        return;
    }
    suite.body.push_str(">\n");
    if let Some(first) = errors.first() {
        suite.failures += 1;
        let _ = write!(
            suite.body,
            "      <failure type=\"{}\" message=\"{}\">",
            attribute(&first.code),
            attribute(&first.message)
        );
        suite.body.push_str(&content(&listed(&errors)));
        suite.body.push_str("</failure>\n");
    }
    if !others.is_empty() {
        let _ = writeln!(suite.body, "      <system-out>{}</system-out>", content(&listed(&others)));
    }
    suite.body.push_str("    </testcase>\n");
}

fn listed(findings: &[&&Finding]) -> String {
    let line = |finding: &&&Finding| {
        let level = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "info",
        };
        let place = finding.place.as_ref();
        let place = place.map(|place| format!("{}:{}:{}: ", place.file, place.line, place.column));
        let suggestion = finding.suggestion.as_ref().map(|text| format!(" ({text})")).unwrap_or_default();
        let place = place.unwrap_or_default();
        format!("{place}{level}[{}]: {}{suggestion}", finding.code, finding.message)
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn test_suite(report: &Report) -> Suite {
    let mut suite = Suite { name: "test", ..Suite::default() };
    for case in &report.cases {
        test_case(&mut suite, case);
    }
    suite
}

fn test_case(suite: &mut Suite, case: &Case) {
    suite.tests += 1;
    suite.milliseconds += case.milliseconds;
    let group = if case.group.is_empty() { PROJECT } else { &case.group };
    let _ = write!(
        suite.body,
        "    <testcase classname=\"{}\" name=\"{}\"",
        attribute(group),
        attribute(&case.name)
    );
    if !case.file.is_empty() {
        let _ = write!(suite.body, " file=\"{}\"", attribute(&case.file));
    }
    let _ = write!(suite.body, " time=\"{}\"", seconds(case.milliseconds));
    let inner = match &case.outcome {
        Outcome::Passed => {
            suite.body.push_str("/>\n");
            return;
        }
        Outcome::Failed(error) => {
            suite.failures += 1;
            let first = error.lines().next().unwrap_or_default();
            format!("<failure type=\"failed\" message=\"{}\">{}</failure>", attribute(first), content(error))
        }
        Outcome::Warned(detail) => {
            format!("<system-out>{}</system-out>", content(&format!("warning: {detail}")))
        }
        Outcome::NotEvaluated(why) => {
            suite.skipped += 1;
            format!("<skipped message=\"{}\"/>", attribute(&format!("not evaluated: {why}")))
        }
    };
    let _ = writeln!(suite.body, ">\n      {inner}\n    </testcase>");
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1_000, milliseconds % 1_000)
}

/// XML has no way to write most control characters; they are shown as replacement characters.
fn content(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\t' | '\n' => escaped.push(character),
            '\r' => escaped.push_str("&#13;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            control if control < ' ' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Readers turn line ends inside attributes into blanks unless they are written as references.
fn attribute(text: &str) -> String {
    content(text).replace('"', "&quot;").replace('\n', "&#10;").replace('\t', "&#9;")
}
