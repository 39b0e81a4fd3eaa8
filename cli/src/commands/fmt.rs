//! `rocky fmt`: lays out files.

pub(super) mod files;
mod settings;

use crate::arguments::FmtOptions;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use files::{Found, Problem};
use rocky_compiler::syntax::LineIndex;
use rocky_format::{FormatError, Language, unified_diff};
use settings::Projects;
use std::io::Read as _;
use std::path::Path;

pub(super) fn execute(session: &Session<'_>, options: &FmtOptions) -> Result<Exit, Failure> {
    let mut run = Run { session, options, projects: Projects::new(session)?, changed: 0, failed: 0 };
    let reads_stdin = options.paths.iter().any(|path| path == Path::new("-"));
    if reads_stdin {
        if options.paths.len() > 1 {
            return Err(Failure::usage("'-' stands alone: standard input is one text")
                .with_help("format the files with a second command"));
        }
        run.standard_input()?;
    } else {
        let Found { files, problems } = files::find(&options.paths, options.all)?;
        problems.iter().for_each(|problem| run.report(problem));
        for file in files {
            run.file(&file);
        }
    }
    let check_failed = options.check && run.changed > 0;
    Ok(if run.failed > 0 || check_failed { Exit::Failure } else { Exit::Success })
}

struct Run<'r> {
    session: &'r Session<'r>,
    options: &'r FmtOptions,
    projects: Projects,
    changed: usize,
    failed: usize,
}

impl Run<'_> {
    fn file(&mut self, path: &Path) {
        let Some(kind) = files::kind(path) else { return };
        let shown = path.display().to_string();
        let text = match files::read(path) {
            Ok(text) => text,
            Err(problem) => {
                self.report(&problem);
                return;
            }
        };
        let Some(formatted) = self.formatted(&shown, path, kind, &text) else { return };
        if formatted == text {
            return;
        }
        if self.options.check || self.options.diff {
            self.would_change(&shown, &text, &formatted);
            return;
        }
        match files::replace(path, &formatted) {
            Ok(()) => {
                self.changed += 1;
                self.session.terminal.err(&format!("reformatted: {shown}\n"));
            }
            Err(problem) => self.report(&problem),
        }
    }

    fn standard_input(&mut self) -> Result<(), Failure> {
        let path = self.options.stdin_path.as_path();
        let Some(kind) = files::kind(path) else {
            return Err(Failure::usage(format!("'{}' says no language", path.display()))
                .with_help("--stdin-path must end in .sql, .rocky or .toml"));
        };
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| Failure::new("standard input cannot be read").caused_by(error.to_string()))?;
        let shown = path.display().to_string();
        let Some(formatted) = self.formatted(&shown, path, kind, &text) else { return Ok(()) };
        if !self.options.check && !self.options.diff {
            self.session.terminal.out(&formatted);
        } else if formatted != text {
            self.would_change(&shown, &text, &formatted);
        }
        Ok(())
    }

    /// The formatted text; `None` when it was reported why there is none.
    fn formatted(&mut self, shown: &str, path: &Path, kind: files::Kind, text: &str) -> Option<String> {
        let project = match self.projects.of(path) {
            Ok(project) => project,
            Err(failure) => {
                self.failed += 1;
                if let Some(failure) = failure {
                    self.session.terminal.err(&failure.render());
                }
                return None;
            }
        };
        let language = match kind {
            files::Kind::Sql => Language::Sql(project.dialect(path)),
            files::Kind::Rocky => Language::Rocky,
            files::Kind::Toml => Language::Toml,
        };
        match rocky_format::format(text, language, &project.settings().options()) {
            Ok(formatted) => Some(formatted),
            Err(error) => {
                let place = LineIndex::new(text).line_col(error.offset());
                let (line, column) = (place.line + 1, place.col + 1);
                let advice = match error {
                    FormatError::Syntax { .. } => "the file was not formatted",
                    FormatError::Changed { .. } => "the file was left as it is; please report it",
                };
                let problem = Problem::new(format!("{shown}:{line}:{column}: {error}"), advice);
                self.report(&problem);
                None
            }
        }
    }

    fn would_change(&mut self, shown: &str, text: &str, formatted: &str) {
        self.changed += 1;
        if self.options.diff {
            self.session.terminal.out(&unified_diff(shown, text, formatted));
        }
        if self.options.check {
            self.session.terminal.err(&format!("would reformat: {shown}\n"));
        }
    }

    fn report(&mut self, problem: &Problem) {
        self.failed += 1;
        self.session.terminal.err(&format!("error: {problem}\n"));
    }
}
