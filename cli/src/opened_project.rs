//! A project of the disk, opened for one command.

use crate::failure::Failure;
use crate::opening::Opening;
use crate::project_location::ProjectLocation;
use crate::render::diagnostics::DiagnosticRenderer;
use crate::render::style::Style;
use crate::session::Session;
use crate::source_texts::SourceTexts;
use rocky_compiler::base_db::memory::MemoryLine;
use rocky_compiler::base_db::{Diagnostic, FilePath, Severity, System, closest};
use rocky_compiler::project::{
    Config, ConfigDocument, Finding, ValidationMessage, config_document, load_errors, unset_finding,
    validate_config,
};
use rocky_compiler::store::RowStore;
use rocky_compiler::syntax::LineIndex;
use rocky_compiler::{OpenOptions, ProjectHost, ProjectSnapshot};
use std::mem::ManuallyDrop;
use std::path::Path;
use std::sync::Arc;

/// What a command says about its project.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ProjectOptions<'a> {
    /// `--models`
    pub(crate) models: Option<&'a Path>,
    /// `--contracts`
    pub(crate) contracts: Option<&'a Path>,
}

/// The project of one command.
pub(crate) struct OpenedProject {
    /// Where it is.
    pub(crate) location: ProjectLocation,
    // Giving back the memory of 10,000 models piece by piece takes longer than looking at them did, and the process
    // ends anyway.
    host: ManuallyDrop<ProjectHost>,
    snapshot: ManuallyDrop<ProjectSnapshot>,
}

impl Drop for OpenedProject {
    fn drop(&mut self) {
        self.host.close_rows();
    }
}

impl OpenedProject {
    /// Opens it. What is wrong inside is a finding, not a failure.
    pub(crate) fn open(session: &Session<'_>, options: ProjectOptions<'_>) -> Result<OpenedProject, Failure> {
        Ok(Opening::begin(session, options)?.open())
    }

    /// Opens the project of a location.
    pub(crate) fn open_at(
        session: &Session<'_>,
        location: ProjectLocation,
        options: ProjectOptions<'_>,
    ) -> Result<OpenedProject, Failure> {
        Ok(Opening::begin_at(session, location, options)?.open())
    }

    /// A project that has been opened.
    pub(crate) fn new(location: ProjectLocation, host: ProjectHost) -> OpenedProject {
        let snapshot = ManuallyDrop::new(host.snapshot());
        OpenedProject { location, host: ManuallyDrop::new(host), snapshot }
    }

    /// The owner of its database.
    pub(crate) fn host(&self) -> &ProjectHost {
        &self.host
    }

    /// Opens the project of a location in another world than this machine's disk, with these rows.
    pub(crate) fn open_in(
        location: ProjectLocation,
        world: Arc<dyn System>,
        options: ProjectOptions<'_>,
        store: Option<Arc<RowStore>>,
    ) -> Result<OpenedProject, Failure> {
        let folder = |given: Option<&Path>| -> Result<Option<FilePath>, Failure> {
            given.map(|path| location.project_path(path).map(|path| FilePath::new(&path))).transpose()
        };
        let open = OpenOptions {
            config: Some(FilePath::new(&location.config_name)),
            config_optional: true,
            models: folder(options.models)?,
            contracts: folder(options.contracts)?,
            store,
            ..OpenOptions::default()
        };
        Ok(OpenedProject::new(location, ProjectHost::open(world, open)))
    }

    /// The compiler's view of it.
    pub(crate) fn snapshot(&self) -> &ProjectSnapshot {
        &self.snapshot
    }

    /// Compiles everything and counts what is in memory then, the largest first.
    pub(crate) fn memory_after_compile(opening: Opening) -> Vec<MemoryLine> {
        let mut host = opening.into_host();
        host.compile(&mut |_| {});
        // Counting needs the database alone.
        host.memory_report()
    }

    /// Writes what later commands can use again.
    pub(crate) fn keep_for_later(&self) {
        self.host.files().note_stamps();
        self.host.flush();
    }

    /// What `rocky.toml` says, whether or not it is usable.
    pub(crate) fn config(&self) -> &Config {
        &self.config_document().config
    }

    fn config_document(&self) -> &ConfigDocument {
        config_document(self.snapshot.db(), self.snapshot.project())
    }

    /// The answer of commands that connect: there must be a configuration without errors, all variables set.
    pub(crate) fn require_usable_config(&self, session: &Session<'_>) -> Result<(), Failure> {
        self.location.require_config()?;
        let document = self.config_document();
        let mut findings: Vec<Finding> = load_errors(document).cloned().collect();
        findings.extend(document.unset.iter().map(unset_finding));
        findings.sort_by_key(|finding| (finding.range.start(), finding.code));
        findings.dedup();
        if findings.is_empty() {
            return Ok(());
        }
        let path = FilePath::new(&self.location.config_name);
        let diagnostics: Vec<Diagnostic> =
            findings.into_iter().map(|finding| finding.into_diagnostic(&path)).collect();
        let shown = self.location.shown(&self.location.config_name);
        let failure = Failure::new(format!("{shown} cannot be used")).with_code("V001");
        Err(self.explained_by(session, failure, &diagnostics))
    }

    /// The answer of commands that draw conclusions from a compilation: a configuration that is not there is fine, one
    /// that cannot be loaded is not. `named` says whose it is.
    pub(crate) fn require_loadable_config(&self, session: &Session<'_>, named: &str) -> Result<(), Failure> {
        let path = FilePath::new(&self.location.config_name);
        let diagnostics: Vec<Diagnostic> = load_errors(self.config_document())
            .cloned()
            .map(|finding| finding.into_diagnostic(&path))
            .collect();
        if diagnostics.is_empty() {
            return Ok(());
        }
        let shown = self.location.shown(&self.location.config_name);
        let failure = Failure::new(format!("{shown} of {named} cannot be used, so nothing can be compared"))
            .with_code("V001");
        Err(self.explained_by(session, failure, &diagnostics))
    }

    /// The answer of commands that work with one pipeline: `validate` must find no error in it.
    pub(crate) fn require_sound_pipeline(&self, session: &Session<'_>, name: &str) -> Result<(), Failure> {
        let path = FilePath::new(&self.location.config_name);
        let Some((text, _)) = self.source(&path) else { return Ok(()) };
        let validation = validate_config(&path, &text, self.config_document(), &|_| None);
        let pipeline = format!("pipeline.{name}");
        let is_in_pipeline = |field: &str| {
            field.strip_prefix(&pipeline).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let diagnostics: Vec<Diagnostic> = validation
            .messages
            .into_iter()
            .filter(|message| message.field.as_deref().is_some_and(is_in_pipeline))
            .filter_map(ValidationMessage::into_diagnostic)
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
            .collect();
        if diagnostics.is_empty() {
            return Ok(());
        }
        let failure = Failure::new(format!("the pipeline '{name}' cannot be used"));
        Err(self.explained_by(session, failure, &diagnostics))
    }

    /// A failure because of findings in the configuration.
    fn explained_by(&self, session: &Session<'_>, failure: Failure, diagnostics: &[Diagnostic]) -> Failure {
        let style = Style::new(session.terminal.stderr_colour());
        let failure = failure.with_help("'rocky validate' checks the whole configuration");
        if session.json() {
            // In JSON form stderr is the plain chain.
            return diagnostics.iter().fold(failure, |failure, diagnostic| {
                let text = self.render(std::slice::from_ref(diagnostic), style, Excerpts::No);
                failure.caused_by(text.trim_end())
            });
        }
        failure.with_findings(self.render(diagnostics, style, Excerpts::Yes))
    }

    /// The findings as text.
    pub(crate) fn render(&self, diagnostics: &[Diagnostic], style: Style, excerpts: Excerpts) -> String {
        let text_of = |file: &FilePath| self.source(file);
        let mut renderer =
            DiagnosticRenderer::new(SourceTexts::new(&text_of), &self.location.prefix, style, excerpts);
        renderer.render(diagnostics)
    }

    /// A file's text and lines.
    pub(crate) fn source(&self, file: &FilePath) -> Option<(Arc<str>, Arc<LineIndex>)> {
        let text = self.snapshot.source(file)?;
        // A file without a text (missing, not UTF-8, too large) reads as empty: there is nothing to show.
        (!text.0.is_empty()).then_some(text)
    }

    /// Line and column of a finding.
    pub(crate) fn place(&self, finding: &Diagnostic) -> (u32, u32) {
        let text_of = |file: &FilePath| self.source(file);
        let mut texts = SourceTexts::new(&text_of);
        let offset = finding.range.map_or(0, |range| u32::from(range.start()));
        texts.get(&finding.file).map_or((1, 1), |source| {
            let position = source.position(offset as usize);
            (position.line, position.column)
        })
    }

    /// The answer to a model name that does not exist.
    pub(crate) fn unknown_model<'n>(&self, name: &str, known: impl IntoIterator<Item = &'n str>) -> Failure {
        let failure = Failure::new(format!("there is no model '{name}'"));
        match closest(name, known) {
            Some(close) => failure.with_help(format!("did you mean '{close}'?")),
            None => failure.with_help("'rocky compile -o table' lists the models"),
        }
    }
}

/// Whether findings are shown with source lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Excerpts {
    /// With them.
    Yes,
    /// Only file, line and column.
    No,
}
