//! What the tests of this package share: rendering of findings, a database over files in memory.

use rocky_base_db::testing::{EventLog, MemorySystem};
use rocky_base_db::{Db, Diagnostic, File, FileFacts, FilePath, Severity, System};
use rocky_fixture::Fixture;
use rocky_project::{CatalogIndex, FileSet, Finding, LoadOptions, Project, discover};
use rocky_syntax::{LineIndex, TextRange};
use salsa::Setter;
use std::fmt::Write;
use std::sync::Arc;

/// No variable is set.
pub(crate) fn no_environment(_: &str) -> Option<String> {
    None
}

/// `line:col-line:col`, counted from 1.
pub(crate) fn place(text: &str, range: TextRange) -> String {
    let index = LineIndex::new(text);
    let (start, end) = (index.line_col_chars(range.start()), index.line_col_chars(range.end()));
    if start == end {
        return format!("{}:{}", start.line + 1, start.col + 1);
    }
    format!("{}:{}-{}:{}", start.line + 1, start.col + 1, end.line + 1, end.col + 1)
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// Findings as lines: code, severity, place, message, advice.
pub(crate) fn render_findings(text: &str, findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let _ = write!(out, "{} {} {}", finding.code, severity(finding.severity), place(text, finding.range));
        if !finding.field.is_empty() {
            let _ = write!(out, " {}", finding.field);
        }
        let _ = writeln!(out, ": {}", finding.message);
        if let Some(suggestion) = &finding.suggestion {
            let _ = writeln!(out, "  = {suggestion}");
        }
        if let Some(fix) = &finding.fix {
            let _ = writeln!(out, "  fix {}: {:?}", place(text, fix.range), fix.replacement);
        }
    }
    out
}

/// A database over files in memory.
#[salsa::db]
#[derive(Clone)]
pub(crate) struct TestDb {
    storage: salsa::Storage<Self>,
    pub(crate) system: MemorySystem,
    pub(crate) log: EventLog,
}

#[salsa::db]
impl salsa::Database for TestDb {}

#[salsa::db]
impl Db for TestDb {
    fn system(&self) -> &dyn System {
        &self.system
    }

    fn is_one_shot(&self) -> bool {
        false
    }

    fn row_store(&self) -> Option<&rocky_store::RowStore> {
        None
    }
}

impl TestDb {
    /// The project of a fixture; a file with `raw:latin1` holds a byte that is not UTF-8.
    pub(crate) fn new(fixture: &str) -> TestDb {
        TestDb::with_options(fixture, LoadOptions::default(), |_| {})
    }

    pub(crate) fn with_options(
        fixture: &str,
        options: LoadOptions,
        prepare: impl FnOnce(&MemorySystem),
    ) -> TestDb {
        let system = MemorySystem::default();
        for file in &Fixture::parse(fixture).files {
            system.write(&file.path, &file.text);
        }
        prepare(&system);
        let log = EventLog::default();
        let db = TestDb { storage: salsa::Storage::new(Some(log.callback())), system, log };
        let config_path = FilePath::new("rocky.toml");
        let config_file = db.new_file(&config_path);
        let discovered = discover(&db.system, &config_path, &options);
        let mut files = FileSet::default();
        for found in &discovered.files {
            files.insert(found.path.clone(), db.new_file(&found.path));
        }
        Project::new(
            &db,
            config_file,
            Arc::new(files),
            Arc::new(discovered.problems),
            Arc::new(options),
            Arc::new(CatalogIndex::default()),
            (),
        );
        db
    }

    fn new_file(&self, path: &FilePath) -> File {
        let facts = FileFacts::of(&self.system.read(path));
        File::new(self, path.clone(), facts.digest, facts.status, None)
    }

    pub(crate) fn project(&self) -> Project {
        Project::get(self)
    }

    pub(crate) fn file(&self, path: &str) -> File {
        let project = self.project();
        if path == "rocky.toml" {
            return project.config_file(self);
        }
        let path = FilePath::new(path);
        let found = project.files(self).get(&path);
        assert!(found.is_some(), "no file {path}");
        found.unwrap_or(project.config_file(self))
    }

    /// Replaces the text of an existing file.
    pub(crate) fn edit(&mut self, path: &str, text: &str) {
        let file = self.file(path);
        self.system.write(path, text);
        let facts = FileFacts::of(&self.system.read(&FilePath::new(path)));
        file.set_digest(self).to(facts.digest);
        if *file.status(self) != facts.status {
            file.set_status(self).to(facts.status);
        }
    }

    /// Adds a file to the set.
    pub(crate) fn add(&mut self, path: &str, text: &str) {
        self.system.write(path, text);
        let path = FilePath::new(path);
        let file = self.new_file(&path);
        let project = self.project();
        let mut files = FileSet::clone(project.files(self));
        files.insert(path, file);
        project.set_files(self).to(Arc::new(files));
    }

    /// The queries that ran since the last time, in order, without arguments, each once.
    pub(crate) fn executed(&self) -> Vec<String> {
        let mut names: Vec<String> = self.log.take(self, |_| None);
        for name in &mut names {
            *name = name.trim_end_matches("()").to_owned();
        }
        names.sort();
        names.dedup();
        names
    }

    /// Diagnostics as lines.
    pub(crate) fn render(&self, diagnostics: &[Diagnostic]) -> String {
        let mut out = String::new();
        for diagnostic in diagnostics {
            let text = self.system.read(&diagnostic.file).unwrap_or_default();
            let text = String::from_utf8_lossy(&text).into_owned();
            let place = diagnostic.range.map_or("-".to_owned(), |range| place(&text, range));
            let code = diagnostic.code.as_str();
            let _ = write!(out, "{code} {} {}:{place}", severity(diagnostic.severity), diagnostic.file);
            if !diagnostic.model.is_empty() {
                let _ = write!(out, " [{}]", diagnostic.model);
            }
            let _ = writeln!(out, ": {}", diagnostic.message);
            if let Some(suggestion) = &diagnostic.suggestion {
                let _ = writeln!(out, "  = {suggestion}");
            }
        }
        out
    }
}
