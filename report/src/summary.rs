//! A Markdown summary that a pull request or a job page can carry.

use crate::markdown_text::{code, counted, plain};
use crate::{Case, Finding, Level, Outcome, Report, Verdict};
use std::fmt::Write as _;

/// How many rows of one table are shown: comments have a size limit.
const SHOWN_ROWS: usize = 50;
/// How much of one text is shown.
const SHOWN_CHARACTERS: usize = 400;

/// The report as a Markdown document.
pub fn markdown(report: &Report) -> String {
    let mut text = format!("## {}\n\n{}\n\n", plain(&report.title), headline(report));
    figures(&mut text, report);
    findings(&mut text, "Errors", report, Level::Error, true);
    cases(&mut text, "Failed tests", report, |outcome| matches!(outcome, Outcome::Failed(_)), true);
    cases(&mut text, "Not evaluated", report, |outcome| matches!(outcome, Outcome::NotEvaluated(_)), true);
    findings(&mut text, "Warnings", report, Level::Warning, false);
    cases(&mut text, "Tests with warnings", report, |outcome| matches!(outcome, Outcome::Warned(_)), false);
    findings(&mut text, "Notes", report, Level::Note, false);
    while text.ends_with("\n\n") {
        text.pop();
    }
    text
}

fn headline(report: &Report) -> &'static str {
    match report.verdict() {
        Verdict::Passed => "✅ Everything passed.",
        Verdict::Failed => "❌ There are failures.",
        Verdict::Incomplete => "⚠️ Nothing failed, but not everything was evaluated.",
    }
}

fn figures(text: &mut String, report: &Report) {
    let count = |is: fn(&Outcome) -> bool| report.cases_that(is).count();
    text.push_str("| | |\n|---|---|\n");
    let _ = writeln!(text, "| Models | {} |", report.models.len());
    let _ = writeln!(
        text,
        "| Compile | {}, {}, {} |",
        counted(report.count(Level::Error), "error"),
        counted(report.count(Level::Warning), "warning"),
        counted(report.count(Level::Note), "note")
    );
    let _ = writeln!(
        text,
        "| Tests | {} passed, {} failed, {} warned, {} not evaluated |",
        count(|outcome| matches!(outcome, Outcome::Passed)),
        count(|outcome| matches!(outcome, Outcome::Failed(_))),
        count(|outcome| matches!(outcome, Outcome::Warned(_))),
        count(|outcome| matches!(outcome, Outcome::NotEvaluated(_)))
    );
    for figure in &report.figures {
        let _ = writeln!(text, "| {} | {} |", plain(&figure.name), plain(&figure.value));
    }
    text.push('\n');
}

fn findings(text: &mut String, title: &str, report: &Report, level: Level, open: bool) {
    let rows: Vec<String> =
        report.findings.iter().filter(|finding| finding.level == level).map(finding_row).collect();
    section(text, title, "| Code | Place | Message |\n|---|---|---|\n", &rows, open);
}

fn finding_row(finding: &Finding) -> String {
    let place = match (&finding.place, finding.model.as_str()) {
        (Some(place), _) => code(&format!("{}:{}:{}", place.file, place.line, place.column)),
        (None, "") => "—".to_owned(),
        (None, model) => code(model),
    };
    let suggestion = finding.suggestion.as_ref().map(|text| format!("<br>💡 {}", plain(&shortened(text))));
    format!(
        "| {} | {place} | {}{} |\n",
        plain(&finding.code),
        plain(&shortened(&finding.message)),
        suggestion.unwrap_or_default()
    )
}

fn cases(text: &mut String, title: &str, report: &Report, is: fn(&Outcome) -> bool, open: bool) {
    let rows: Vec<String> = report.cases_that(is).map(case_row).collect();
    section(text, title, "| Test | Found |\n|---|---|\n", &rows, open);
}

fn case_row(case: &Case) -> String {
    let detail = match &case.outcome {
        Outcome::Passed => "",
        Outcome::Failed(text) | Outcome::Warned(text) | Outcome::NotEvaluated(text) => text,
    };
    format!("| {} | {} |\n", code(&case.name), plain(&shortened(detail)))
}

fn section(text: &mut String, title: &str, head: &str, rows: &[String], open: bool) {
    if rows.is_empty() {
        return;
    }
    if open {
        let _ = write!(text, "### {title}\n\n");
    } else {
        let _ = write!(text, "<details><summary>{title} ({})</summary>\n\n", rows.len());
    }
    text.push_str(head);
    rows.iter().take(SHOWN_ROWS).for_each(|row| text.push_str(row));
    if rows.len() > SHOWN_ROWS {
        let _ = write!(text, "\n… and {} more.\n", rows.len() - SHOWN_ROWS);
    }
    text.push_str(if open { "\n" } else { "\n</details>\n\n" });
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text.to_owned(),
    }
}
