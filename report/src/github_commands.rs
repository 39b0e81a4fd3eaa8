//! Annotations of GitHub Actions: one workflow command a line.

use crate::markdown_text::counted;
use crate::{Case, Finding, Level, Outcome, Place, Report};
use std::fmt::Write as _;

/// How many cases of one reason are named.
const SHOWN_NAMES: usize = 10;

/// Every finding and every case that did not pass, as `::error …::…`, `::warning …::…` and `::notice …::…`.
pub fn github(report: &Report) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        let title = match finding.model.as_str() {
            "" => finding.code.clone(),
            model => format!("{} in {model}", finding.code),
        };
        let properties = match &finding.place {
            Some(place) => of_place(place),
            None => Vec::new(),
        };
        write(&mut text, command, properties, &title, &message(finding));
    }
    for case in &report.cases {
        case_command(&mut text, case);
    }
    // One line a reason: a project that does not compile has thousands of tests that were not run.
    for (why, cases) in report.unknown_by_reason() {
        let names: Vec<&str> = cases.iter().take(SHOWN_NAMES).map(|case| case.name.as_str()).collect();
        let more = cases.len() - names.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let title = format!("not evaluated: {}", counted(cases.len(), "test"));
        write(&mut text, "warning", Vec::new(), &title, &format!("{why}: {}{more}", names.join(", ")));
    }
    text
}

fn case_command(text: &mut String, case: &Case) {
    let (command, title, message) = match &case.outcome {
        Outcome::Passed | Outcome::NotEvaluated(_) => return,
        Outcome::Failed(error) => ("error", format!("test {} failed", case.name), error),
        Outcome::Warned(detail) => ("warning", format!("test {} failed", case.name), detail),
    };
    let properties = if case.file.is_empty() { Vec::new() } else { vec![("file", case.file.clone())] };
    write(text, command, properties, &title, message);
}

fn message(finding: &Finding) -> String {
    let mut message = finding.message.clone();
    if let Some(suggestion) = &finding.suggestion {
        let _ = write!(message, "\n{suggestion}");
    }
    for (what, place) in &finding.related {
        let _ = write!(message, "\n{}:{}:{}: {what}", place.file, place.line, place.column);
    }
    message
}

/// Columns are understood only where the place is inside one line, and the last one is part of it.
fn of_place(place: &Place) -> Vec<(&'static str, String)> {
    let mut properties = vec![
        ("file", place.file.clone()),
        ("line", place.line.to_string()),
        ("endLine", last_line(place).to_string()),
        ("col", place.column.to_string()),
    ];
    if last_line(place) == place.line && place.end_line == place.line {
        let last = place.end_column.saturating_sub(1).max(place.column);
        properties.push(("endColumn", last.to_string()));
    }
    properties
}

/// A place that ends before the first character of a line does not reach into that line.
fn last_line(place: &Place) -> u32 {
    let ends_before = place.end_column <= 1 && place.end_line > place.line;
    if ends_before { place.end_line - 1 } else { place.end_line.max(place.line) }
}

fn write(
    text: &mut String,
    command: &str,
    mut properties: Vec<(&'static str, String)>,
    title: &str,
    message: &str,
) {
    properties.push(("title", title.to_owned()));
    let properties: Vec<String> =
        properties.iter().map(|(key, value)| format!("{key}={}", property(value))).collect();
    let _ = writeln!(text, "::{command} {}::{}", properties.join(","), data(message));
}

/// What stands behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands behind `=`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
