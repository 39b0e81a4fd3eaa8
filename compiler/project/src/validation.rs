//! `rocky validate`: everything that can be said about a project without connecting to anything.

mod adapters;
mod codes;
mod lints;
mod models;
mod pipelines;
mod roles;

use crate::{ConfigDocument, Finding, Project, config_document, unset_finding};
use rocky_base_db::{Db, Diagnostic, FilePath, FileStatus, Fix, Severity, line_index, source_text};
use rocky_syntax::{TextRange, TextSize};
use smol_str::SmolStr;

pub use codes::{ValidationCode, validation_code, validation_codes};
pub use models::ModelFacts;

/// How a message of `rocky validate` is meant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ValidationSeverity {
    /// Something is as it should be.
    Ok,
    /// Probably not what was meant.
    Warn,
    /// The project cannot be used as it is.
    Error,
    /// Could be shorter.
    Lint,
}

impl ValidationSeverity {
    /// The word for it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            ValidationSeverity::Ok => "ok",
            ValidationSeverity::Warn => "warn",
            ValidationSeverity::Error => "error",
            ValidationSeverity::Lint => "lint",
        }
    }

    fn of(severity: Severity) -> ValidationSeverity {
        match severity {
            Severity::Error => ValidationSeverity::Error,
            Severity::Warning => ValidationSeverity::Warn,
            Severity::Info => ValidationSeverity::Lint,
        }
    }
}

/// One message of `rocky validate`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ValidationMessage {
    /// How it is meant.
    pub severity: ValidationSeverity,
    /// Its code.
    pub code: SmolStr,
    /// What is to be said.
    pub message: String,
    /// The file it is about.
    pub file: Option<FilePath>,
    /// The dotted key it is about.
    pub field: Option<String>,
    /// Bytes of the file.
    pub range: Option<TextRange>,
    /// The same range in lines and columns.
    pub position: Option<Position>,
    /// What to do next.
    pub suggestion: Option<String>,
    /// A change that mends it.
    pub fix: Option<Fix>,
}

/// Lines and columns of a range, counted from 1, columns in characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Position {
    pub line: u32,
    pub col: u32,
    pub end_line: u32,
    pub end_col: u32,
}

/// One line of the adapters list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AdapterSummary {
    /// Its name.
    pub name: SmolStr,
    /// Its type as written.
    pub adapter_type: SmolStr,
    /// Whether nothing it needs is missing.
    pub ok: bool,
}

/// One line of the pipelines list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PipelineSummary {
    /// Its name.
    pub name: SmolStr,
    /// Its type.
    pub pipeline_type: SmolStr,
    /// Its strategy; empty unless it replicates.
    pub strategy: SmolStr,
    /// Its catalog template; empty unless it replicates.
    pub catalog_template: SmolStr,
    /// Its schema template; empty unless it replicates.
    pub schema_template: SmolStr,
    /// Whether its pattern, adapters and keys are right.
    pub ok: bool,
}

/// What is said about the models.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ModelsSummary {
    /// Whether there is a models folder.
    pub found: bool,
    /// How many models there are.
    pub count: usize,
    /// Whether their graph has no cycle and no unknown name.
    pub dag_valid: bool,
}

/// The result of `rocky validate`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Validation {
    /// The adapters, by name.
    pub adapters: Vec<AdapterSummary>,
    /// The pipelines, by name.
    pub pipelines: Vec<PipelineSummary>,
    /// The models.
    pub models: ModelsSummary,
    /// All messages, in the order of spec 01 §20.1.
    pub messages: Vec<ValidationMessage>,
}

impl Validation {
    /// Whether no message is an error.
    pub fn is_valid(&self) -> bool {
        !self.messages.iter().any(|message| message.severity == ValidationSeverity::Error)
    }
}

/// Whether a path of the project exists; `None` when that cannot be known here.
pub type Existence<'w> = &'w dyn Fn(&FilePath) -> Option<bool>;

/// Collects messages about `rocky.toml`.
pub(crate) struct Report<'d> {
    pub(crate) document: &'d ConfigDocument,
    pub(crate) text: &'d str,
    pub(crate) file: FilePath,
    pub(crate) messages: Vec<ValidationMessage>,
}

impl Report<'_> {
    /// Adds a message about a dotted key; it points at the key or at the nearest one above it.
    pub(crate) fn add(
        &mut self,
        severity: ValidationSeverity,
        code: &str,
        field: &str,
        message: impl Into<String>,
    ) -> &mut ValidationMessage {
        let range = self.document.spans.nearest(field);
        self.messages.push(ValidationMessage {
            severity,
            code: SmolStr::new(code),
            message: message.into(),
            file: Some(self.file.clone()),
            field: (!field.is_empty()).then(|| field.to_owned()),
            range,
            position: None,
            suggestion: None,
            fix: None,
        });
        let last = self.messages.len() - 1;
        &mut self.messages[last]
    }

    pub(crate) fn error(
        &mut self,
        code: &str,
        field: &str,
        message: impl Into<String>,
    ) -> &mut ValidationMessage {
        self.add(ValidationSeverity::Error, code, field, message)
    }

    pub(crate) fn warn(
        &mut self,
        code: &str,
        field: &str,
        message: impl Into<String>,
    ) -> &mut ValidationMessage {
        self.add(ValidationSeverity::Warn, code, field, message)
    }

    pub(crate) fn ok(&mut self, code: &str, message: impl Into<String>) {
        let message = self.add(ValidationSeverity::Ok, code, "", message);
        message.range = None;
        message.file = None;
    }

    fn finding(&mut self, finding: &Finding) {
        let field = finding.field.clone();
        let severity = ValidationSeverity::of(finding.severity);
        let file = self.file.clone();
        let message = self.add(severity, finding.code, &field, finding.message.clone());
        message.range = Some(finding.range);
        message.suggestion = finding.suggestion.clone();
        message.fix = finding.fix.as_ref().map(|fix| Fix {
            title: fix.title.clone(),
            file,
            edits: vec![(fix.range, fix.replacement.clone())],
            is_safe: false,
        });
    }

    /// Whether some error was reported for a key below `field`.
    pub(crate) fn has_error_below(&self, field: &str) -> bool {
        self.messages.iter().any(|message| {
            message.severity == ValidationSeverity::Error
                && message.field.as_deref().is_some_and(|other| {
                    other.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                })
        })
    }
}

impl ValidationMessage {
    /// Says what to do next.
    pub(crate) fn suggest(&mut self, suggestion: impl Into<String>) -> &mut Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// Adds a change that mends it.
    pub(crate) fn fix(&mut self, title: impl Into<String>, range: TextRange, replacement: impl Into<String>) {
        if let Some(file) = &self.file {
            self.fix = Some(Fix {
                title: title.into(),
                file: file.clone(),
                edits: vec![(range, replacement.into())],
                is_safe: false,
            });
        }
    }

    /// The message as a diagnostic; `None` for what is merely fine.
    pub fn into_diagnostic(self) -> Option<Diagnostic> {
        let severity = match self.severity {
            ValidationSeverity::Ok => return None,
            ValidationSeverity::Error => Severity::Error,
            ValidationSeverity::Warn => Severity::Warning,
            ValidationSeverity::Lint => Severity::Info,
        };
        let mut diagnostic = Diagnostic::new(&self.code, severity, self.file?, self.range, self.message);
        diagnostic.suggestion = self.suggestion;
        diagnostic.fix = self.fix;
        Some(diagnostic)
    }
}

/// Codes of what keeps a configuration from being loaded.
const LOAD_CODES: &[&str] = &["V001", "V002", "V003", "V004", "V005", "V006", "V007"];

/// The findings that keep `rocky.toml` from being loaded, as the original would have said.
pub fn load_errors(document: &ConfigDocument) -> impl Iterator<Item = &Finding> {
    document
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error && LOAD_CODES.contains(&finding.code))
}

/// Validates the configuration alone: no models, no files but those `exists` knows of.
/// Unset variables are reported. `text` is the text the document was parsed from.
pub fn validate_config(
    file: &FilePath,
    text: &str,
    document: &ConfigDocument,
    exists: Existence<'_>,
) -> Validation {
    let mut report = Report { document, text, file: file.clone(), messages: Vec::new() };
    load_messages(&mut report);
    let mut validation = Validation::default();
    if document.is_valid {
        roles::check(&mut report);
        validation.adapters = adapters::check(&mut report);
        validation.pipelines = pipelines::check(&mut report, exists);
        adapters::check_state(&mut report);
        lints::check_config(&mut report);
    }
    validation.messages = report.messages;
    validation
}

fn load_messages(report: &mut Report<'_>) {
    let document = report.document;
    let mut findings: Vec<Finding> = document.findings.clone();
    if !findings.iter().any(|finding| finding.code == "V002") {
        findings.extend(document.unset.iter().map(unset_finding));
        findings.sort_by_key(|finding| (finding.range.start(), finding.range.end()));
    }
    let blocks =
        |finding: &&Finding| finding.severity == Severity::Error && LOAD_CODES.contains(&finding.code);
    let first = findings.iter().find(blocks).cloned();
    match first {
        Some(first) if first.code == "V001" => {}
        Some(first) => {
            let reason = format!("the configuration cannot be loaded: {}", first.message);
            let message = report.error("V001", "", reason);
            message.range = Some(first.range);
            message.suggest("correct what the following messages name");
        }
        None => {
            report.ok("V001", "the configuration is valid (v2 syntax)");
            if let Some(message) = report.messages.last_mut() {
                message.file = Some(report.file.clone());
            }
        }
    }
    for finding in &findings {
        report.finding(finding);
    }
}

/// Validates the project. `facts` says what only the compiler knows about the models.
///
/// A plain function: it asks the world whether folders exist.
pub fn validate(db: &dyn Db, project: Project, facts: &ModelFacts) -> Validation {
    let file = project.config_file(db);
    let path = file.path(db);
    let mut validation = match config_problem(file.status(db), path) {
        Some(problem) => Validation { messages: vec![problem], ..Validation::default() },
        None => {
            let text = source_text(db, file).text.clone();
            let exists = |path: &FilePath| db.system().kind(path).ok().map(|kind| kind.is_some());
            validate_config(path, &text, config_document(db, project), &exists)
        }
    };
    if file.status(db) == &FileStatus::Present && config_document(db, project).is_valid {
        let lints_start = validation
            .messages
            .iter()
            .position(|message| message.severity == ValidationSeverity::Lint)
            .unwrap_or(validation.messages.len());
        let lints = validation.messages.split_off(lints_start);
        validation.models = models::check(db, project, facts, &mut validation.messages);
        validation.messages.extend(lints);
        lints::check_models(db, project, &mut validation.messages);
    }
    for message in &mut validation.messages {
        message.position = position(db, project, message);
    }
    validation
}

/// Why `rocky.toml` has no text.
fn config_problem(status: &FileStatus, path: &FilePath) -> Option<ValidationMessage> {
    let (message, advice) = match status {
        FileStatus::Present => return None,
        FileStatus::Missing => (
            format!("there is no {path}"),
            "run `rocky init` to create a project, `rocky playground` for an example, or pass `--config <path>`".to_owned(),
        ),
        FileStatus::Unreadable(why) => (format!("{path} cannot be read: {why}"), "check its permissions".to_owned()),
        FileStatus::TooLarge(size) => {
            (format!("{path} has {size} bytes, which is more than a configuration can have"), "check what it holds".to_owned())
        }
        FileStatus::NotUtf8 { offset, line } => (
            format!("{path} is not UTF-8: byte {offset}, in line {line}, is not part of a character"),
            "save it as UTF-8".to_owned(),
        ),
    };
    Some(ValidationMessage {
        severity: ValidationSeverity::Error,
        code: SmolStr::new_static("V001"),
        message,
        file: Some(path.clone()),
        field: None,
        range: None,
        position: None,
        suggestion: Some(advice),
        fix: None,
    })
}

fn position(db: &dyn Db, project: Project, message: &ValidationMessage) -> Option<Position> {
    let (path, range) = (message.file.as_ref()?, message.range?);
    let config_file = project.config_file(db);
    let file = if path == config_file.path(db) { config_file } else { project.files(db).get(path)? };
    let index = line_index(db, file);
    let place = |offset: TextSize| index.line_col_chars(offset);
    let (start, end) = (place(range.start()), place(range.end()));
    Some(Position { line: start.line + 1, col: start.col + 1, end_line: end.line + 1, end_col: end.col + 1 })
}

/// What `compile` says about a `rocky.toml` that cannot be loaded: one warning, and models are compiled
/// all the same. Nothing when there is no such file.
///
/// Reads: [`config_document`], the file's status. Cut-off: equality.
#[salsa::tracked(returns(clone))]
pub fn config_load_finding(db: &dyn Db, project: Project) -> Option<Diagnostic> {
    let file = project.config_file(db);
    if file.status(db) == &FileStatus::Missing {
        return None;
    }
    let path = file.path(db);
    if let Some(mut problem) = config_problem(file.status(db), path) {
        problem.severity = ValidationSeverity::Warn;
        return problem.into_diagnostic();
    }
    let document = config_document(db, project);
    let first = load_errors(document).next()?;
    let message = format!("the configuration cannot be loaded: {}", first.message);
    let mut diagnostic = Diagnostic::new("V001", Severity::Warning, path.clone(), first.range, message);
    diagnostic.suggestion = first.suggestion.clone();
    Some(diagnostic)
}

/// What the editor shows on `rocky.toml`: all that `validate` says about it that needs no models.
/// Variables that are not set are not reported: the editor's environment is not the one of a run.
///
/// Reads: [`config_document`], the file set. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn config_diagnostics(db: &dyn Db, project: Project) -> Box<[Diagnostic]> {
    let file = project.config_file(db);
    if file.status(db) == &FileStatus::Missing {
        return Box::default();
    }
    let path = file.path(db);
    if let Some(problem) = config_problem(file.status(db), path) {
        return problem.into_diagnostic().into_iter().collect();
    }
    let text = source_text(db, file).text.clone();
    let validation = validate_config(path, &text, config_document(db, project), &|_| None);
    let precise =
        validation.messages.iter().filter(|message| message.severity == ValidationSeverity::Error).count()
            > 1;
    let mut diagnostics: Vec<Diagnostic> = validation
        .messages
        .into_iter()
        // The general V001 and the precise code say the same; one squiggle is enough.
        .filter(|message| message.code != "V002" && !(message.code == "V001" && precise))
        .filter_map(ValidationMessage::into_diagnostic)
        .collect();
    rocky_base_db::sort_diagnostics(&mut diagnostics);
    diagnostics.into_boxed_slice()
}
