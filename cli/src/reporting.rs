//! Results in the forms that other tools read, on stdout and in files.

use crate::arguments::{ReportFile, ReportFormat, ReportOptions};
use crate::code_pages;
use crate::document::findings;
use crate::failure::Failure;
use crate::opened_project::OpenedProject;
use crate::output::{Diagnostic, DiagnosticSeverity, SourceSpan, VERSION};
use crate::repository;
use crate::session::Session;
use rocky_compiler::base_db;
use rocky_engine::{TestCase, TestOutcome, TestReport};
use rocky_report::{Case, Finding, Level, Outcome, Place, Report, Rule};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Where GitHub Actions wants summaries.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// A result in every form.
pub(crate) struct Results<'r, D: Serialize> {
    /// The JSON document.
    pub(crate) document: &'r D,
    /// For other tools.
    pub(crate) report: &'r Report,
    /// For people; whether colours are wanted.
    pub(crate) text: &'r dyn Fn(bool) -> String,
}

/// The form on stdout.
pub(crate) fn format(session: &Session<'_>, options: &ReportOptions) -> ReportFormat {
    options.format.unwrap_or(if session.json() { ReportFormat::Json } else { ReportFormat::Text })
}

/// Writes a result to stdout, and wherever else it was asked for. A report that cannot be written is a failure: it
/// is told after the result is out.
///
/// # Errors
/// When a file cannot be written.
pub(crate) fn publish<D: Serialize>(
    session: &Session<'_>,
    options: &ReportOptions,
    results: &Results<'_, D>,
) -> Result<(), Failure> {
    match format(session, options) {
        ReportFormat::Json => session.terminal.document(results.document),
        ReportFormat::Text => session.terminal.out(&(results.text)(session.terminal.stdout_colour())),
        other => session.terminal.out(&rendered(results, other)?),
    }
    for file in &options.report {
        write(file, &rendered(results, file.format)?)?;
    }
    if options.step_summary {
        append(&step_summary_file()?, &rendered(results, ReportFormat::Markdown)?)?;
    }
    Ok(())
}

/// Says early what would make the report fail.
///
/// # Errors
/// When a step summary is wanted and there is no place for it.
pub(crate) fn require_places(options: &ReportOptions) -> Result<(), Failure> {
    if options.step_summary {
        step_summary_file()?;
    }
    Ok(())
}

fn step_summary_file() -> Result<PathBuf, Failure> {
    std::env::var_os(STEP_SUMMARY).filter(|path| !path.is_empty()).map(PathBuf::from).ok_or_else(|| {
        Failure::usage(format!("--step-summary needs the variable {STEP_SUMMARY}, and it is not set"))
            .with_help("GitHub Actions sets it; elsewhere write --report markdown=FILE")
    })
}

fn rendered<D: Serialize>(results: &Results<'_, D>, format: ReportFormat) -> Result<String, Failure> {
    Ok(match format {
        ReportFormat::Text => (results.text)(false),
        ReportFormat::Json => {
            let text = serde_json::to_string_pretty(results.document).map_err(|error| {
                Failure::new("the result cannot be written as JSON").caused_by(error.to_string())
            })?;
            format!("{text}\n")
        }
        ReportFormat::Sarif => rocky_report::sarif(results.report),
        ReportFormat::Junit => rocky_report::junit(results.report),
        ReportFormat::Github => rocky_report::github(results.report),
        ReportFormat::Markdown => rocky_report::markdown(results.report),
    })
}

fn write(file: &ReportFile, text: &str) -> Result<(), Failure> {
    std::fs::write(&file.path, text).map_err(|error| not_written(&file.path, &error))
}

fn append(path: &Path, text: &str) -> Result<(), Failure> {
    let opened = OpenOptions::new().create(true).append(true).open(path);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| not_written(path, &error))
}

fn not_written(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("the report '{}' cannot be written", path.display()))
        .caused_by(error.to_string())
        .with_help("the result itself is complete; name a file in a folder that exists")
}

/// What a command found, for other tools.
pub(crate) fn report(
    project: &OpenedProject,
    title: &str,
    models: Vec<String>,
    diagnostics: &[base_db::Diagnostic],
    tests: &TestReport,
) -> Report {
    let root = repository::root(&project.location);
    let paths = Paths { project, root };
    let config = &project.location.config_name;
    let findings: Vec<Finding> =
        findings(project, diagnostics).iter().map(|diagnostic| paths.finding(diagnostic)).collect();
    let codes: BTreeSet<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
    let mut report = Report {
        title: title.to_owned(),
        version: VERSION.to_owned(),
        project_file: if project.location.config_exists { paths.of_project(config) } else { String::new() },
        models,
        rules: codes.into_iter().map(rule).collect(),
        findings,
        cases: tests.cases.iter().map(|case| paths.case(case)).collect(),
        figures: Vec::new(),
    };
    // An error of the compilation is told once, as a finding: the model was not tested.
    let broken: BTreeSet<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.level == Level::Error)
        .map(|finding| finding.model.as_str())
        .collect();
    for case in &mut report.cases {
        if case.name == case.group && broken.contains(case.group.as_str()) {
            case.outcome = Outcome::NotEvaluated("it does not compile".to_owned());
        }
    }
    report
}

fn rule(code: &str) -> Rule {
    let explanation = code_pages::find(code);
    let (title, advice) = match explanation {
        Some(explanation) => (explanation.title, explanation.advice),
        None => (code.to_owned(), "The message says what to do.".to_owned()),
    };
    Rule { code: code.to_owned(), title, advice }
}

struct Paths<'p> {
    project: &'p OpenedProject,
    root: PathBuf,
}

impl Paths<'_> {
    fn of_project(&self, project_path: &str) -> String {
        self.shown(&self.project.location.shown(project_path))
    }

    fn shown(&self, shown: &str) -> String {
        repository::path_in_repository(&self.project.location, &self.root, shown)
    }

    fn finding(&self, diagnostic: &Diagnostic) -> Finding {
        let related = diagnostic.related.iter();
        Finding {
            level: match diagnostic.severity {
                DiagnosticSeverity::Error => Level::Error,
                DiagnosticSeverity::Warning => Level::Warning,
                DiagnosticSeverity::Info => Level::Note,
            },
            code: diagnostic.code.clone(),
            message: diagnostic.message.clone(),
            suggestion: diagnostic.suggestion.clone(),
            place: diagnostic.span.as_ref().map(|span| self.place(span)),
            related: related.map(|other| (other.message.clone(), self.place(&other.span))).collect(),
            model: diagnostic.model.clone(),
        }
    }

    fn place(&self, span: &SourceSpan) -> Place {
        Place {
            file: self.shown(&span.file),
            line: span.line,
            column: span.col,
            end_line: span.end_line,
            end_column: span.end_col,
        }
    }

    fn case(&self, case: &TestCase) -> Case {
        Case {
            group: case.model.as_ref().map(ToString::to_string).unwrap_or_default(),
            name: case.name.clone(),
            file: if case.file.is_empty() { String::new() } else { self.of_project(&case.file) },
            outcome: match &case.outcome {
                TestOutcome::Passed => Outcome::Passed,
                TestOutcome::Failed(error) => Outcome::Failed(error.clone()),
                TestOutcome::Warned(detail) => Outcome::Warned(detail.clone()),
                TestOutcome::NotEvaluated(why) => Outcome::NotEvaluated(why.clone()),
            },
            milliseconds: u64::try_from(case.duration.as_millis()).unwrap_or(u64::MAX),
        }
    }
}
