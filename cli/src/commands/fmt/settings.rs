//! How the project of a file wants it laid out, and whose SQL it is.

use crate::failure::Failure;
use crate::project_location::{CONFIG_NAME, ProjectLocation};
use crate::session::Session;
use rocky_compiler::base_db::{FilePath, Severity};
use rocky_compiler::project::{config_document, file_dialect};
use rocky_compiler::{OpenOptions, ProjectHost};
use rocky_format::{DialectKind, Settings};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The projects of the files, each opened once.
pub(super) struct Projects {
    working_directory: PathBuf,
    /// The project of `--config`: it is everybody's.
    given: Option<ProjectLocation>,
    /// `None`: its settings cannot be used, which was said.
    opened: BTreeMap<PathBuf, Option<Project>>,
}

/// One project.
pub(super) struct Project {
    root: PathBuf,
    working_directory: PathBuf,
    settings: Settings,
    host: Option<ProjectHost>,
}

impl Projects {
    pub(super) fn new(session: &Session<'_>) -> Result<Projects, Failure> {
        let location = ProjectLocation::find(session)?;
        if session.global.config.is_some() {
            location.require_config()?;
        }
        let working_directory = location.working_directory.clone();
        let given = session.global.config.is_some().then_some(location);
        Ok(Projects { working_directory, given, opened: BTreeMap::new() })
    }

    /// The project of a file: that of `--config`, else the nearest folder above it that has a `rocky.toml`. What is
    /// wrong with it is told once.
    pub(super) fn of(&mut self, path: &Path) -> Result<&Project, Option<Failure>> {
        let absolute = self.working_directory.join(path);
        let (root, config) = match &self.given {
            Some(location) => (location.root.clone(), Some(location.config_name.clone())),
            None => match absolute.ancestors().skip(1).find(|folder| folder.join(CONFIG_NAME).is_file()) {
                Some(folder) => (folder.to_path_buf(), Some(CONFIG_NAME.to_owned())),
                None => (PathBuf::new(), None),
            },
        };
        if !self.opened.contains_key(&root) {
            let opened = Project::open(&root, config, &self.working_directory);
            let (project, failure) = match opened {
                Ok(project) => (Some(project), None),
                Err(failure) => (None, Some(failure)),
            };
            self.opened.insert(root.clone(), project);
            if failure.is_some() {
                return Err(failure);
            }
        }
        self.opened.get(&root).and_then(Option::as_ref).ok_or(None)
    }
}

impl Project {
    fn open(root: &Path, config: Option<String>, working_directory: &Path) -> Result<Project, Failure> {
        let (root, working_directory) = (root.to_path_buf(), working_directory.to_path_buf());
        let Some(config) = config else {
            return Ok(Project { root, working_directory, settings: Settings::default(), host: None });
        };
        let options = OpenOptions {
            config: Some(FilePath::new(&config)),
            config_optional: true,
            ..OpenOptions::default()
        };
        let host = ProjectHost::open_folder(&root, options);
        let snapshot = host.snapshot();
        let document = config_document(snapshot.db(), snapshot.project());
        let is_about_format = |field: &str| field == "format" || field.starts_with("format.");
        let finding = document.findings.iter().find(|finding| {
            finding.severity == Severity::Error && (!document.is_valid || is_about_format(&finding.field))
        });
        if let Some(finding) = finding {
            let text = snapshot.source(&FilePath::new(&config));
            let line = text.map_or(1, |(_, lines)| lines.line_col(finding.range.start()).line + 1);
            let shown = root.join(&config);
            let shown = shown.strip_prefix(&working_directory).unwrap_or(&shown).display().to_string();
            let failure =
                Failure::new(format!("{shown}:{line}: {}", finding.message)).with_code(finding.code);
            let help = finding.suggestion.clone().unwrap_or_else(|| "correct the configuration".to_owned());
            return Err(failure.with_help(help));
        }
        let settings = document.config.format;
        drop(snapshot);
        Ok(Project { root, working_directory, settings, host: Some(host) })
    }

    /// What `[format]` says.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whose SQL a file is.
    pub(super) fn dialect(&self, path: &Path) -> DialectKind {
        let Some(host) = &self.host else { return DialectKind::Permissive };
        let snapshot = host.snapshot();
        let absolute = self.working_directory.join(path);
        let relative = absolute.strip_prefix(&self.root).ok().and_then(Path::to_str).unwrap_or_default();
        file_dialect(snapshot.db(), &FilePath::new(relative))
    }
}
