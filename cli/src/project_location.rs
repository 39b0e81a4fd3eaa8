//! Where the project is.

use crate::failure::Failure;
use crate::session::Session;
use std::path::{Component, Path, PathBuf};

/// The name of the configuration when no flag names it.
pub(crate) const CONFIG_NAME: &str = "rocky.toml";

/// Where the project is and how to name its files to the caller.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ProjectLocation {
    /// The folder of the configuration.
    pub(crate) root: PathBuf,
    /// The configuration's file name in that folder.
    pub(crate) config_name: String,
    /// Whether there is such a file.
    pub(crate) config_exists: bool,
    /// What stands before a project path in messages, so that the caller finds the file from where they stand:
    /// empty in the project's folder, otherwise the folder as given and a slash.
    pub(crate) prefix: String,
    /// The working directory, absolute.
    pub(crate) working_directory: PathBuf,
}

impl ProjectLocation {
    /// Finds the project: the folder of `--config`; without it `./rocky.toml`, else the nearest folder above that
    /// has one, else the working directory.
    pub(crate) fn find(session: &Session<'_>) -> Result<ProjectLocation, Failure> {
        let working_directory = working_directory()?;
        if let Some(config) = &session.global.config {
            return Self::of_flag(config, working_directory);
        }
        let mut prefix = String::new();
        for folder in working_directory.ancestors() {
            if exists(&folder.join(CONFIG_NAME))? {
                return Ok(ProjectLocation {
                    root: folder.to_path_buf(),
                    config_name: CONFIG_NAME.to_owned(),
                    config_exists: true,
                    prefix,
                    working_directory,
                });
            }
            prefix.push_str("../");
        }
        Ok(ProjectLocation {
            root: working_directory.clone(),
            config_name: CONFIG_NAME.to_owned(),
            config_exists: false,
            prefix: String::new(),
            working_directory,
        })
    }

    /// The project in a folder that was just created. Its own folder counts as the working directory: a database or
    /// state file that lies where the command was typed belongs to another project.
    pub(crate) fn of_new_folder(folder: &Path) -> Result<ProjectLocation, Failure> {
        let location = Self::of_flag(&folder.join(CONFIG_NAME), working_directory()?)?;
        Ok(ProjectLocation { working_directory: location.root.clone(), ..location })
    }

    fn of_flag(config: &Path, working_directory: PathBuf) -> Result<ProjectLocation, Failure> {
        let shown = config.display();
        let Some(name) = config.file_name().and_then(|name| name.to_str()) else {
            return Err(Failure::new(format!("--config must name a file, '{shown}' does not"))
                .with_help("write for instance --config project/rocky.toml"));
        };
        if config.is_dir() {
            return Err(Failure::new(format!("--config must name a file, '{shown}' is a folder"))
                .with_help(format!("write --config {}", config.join(CONFIG_NAME).display())));
        }
        let folder = config.parent().filter(|folder| !folder.as_os_str().is_empty());
        let prefix = match folder {
            None => String::new(),
            Some(folder) if folder == Path::new(".") => String::new(),
            Some(folder) => format!("{}/", folder.to_string_lossy().trim_end_matches('/')),
        };
        let root = match folder {
            None => working_directory.clone(),
            Some(folder) => working_directory.join(folder),
        };
        Ok(ProjectLocation {
            config_exists: exists(&working_directory.join(config))?,
            root: plain(&root),
            config_name: name.to_owned(),
            prefix,
            working_directory,
        })
    }

    /// The answer of commands that cannot work without a configuration.
    pub(crate) fn require_config(&self) -> Result<(), Failure> {
        if self.config_exists {
            return Ok(());
        }
        Err(Failure::new(format!("No rocky.toml found at '{}'", self.shown(&self.config_name)))
            .with_code("V001")
            .with_help("create a project here with 'rocky init'")
            .with_help("or name the configuration with '--config PATH'")
            .with_help("or look at a sample project: 'rocky playground'"))
    }

    /// A project path as the caller can use it.
    pub(crate) fn shown(&self, project_path: &str) -> String {
        format!("{}{project_path}", self.prefix)
    }

    /// A path from the command line, relative to the project's folder, with `/` between its parts.
    pub(crate) fn project_path(&self, given: &Path) -> Result<String, Failure> {
        let absolute = plain(&self.working_directory.join(given));
        let relative = relative_to(&absolute, &self.root);
        let mut parts = Vec::new();
        for component in relative.components() {
            match component.as_os_str().to_str() {
                Some(part) => parts.push(part.to_owned()),
                None => {
                    return Err(Failure::new(format!("the path '{}' is not UTF-8", given.display()))
                        .with_help("rename the folder"));
                }
            }
        }
        Ok(parts.join("/"))
    }
}

fn working_directory() -> Result<PathBuf, Failure> {
    std::env::current_dir().map_err(|error| {
        Failure::new("the working directory cannot be read")
            .caused_by(error.to_string())
            .with_help("change to a folder that exists")
    })
}

/// Whether a file is there. An answer that cannot be had is an error, not a "no".
fn exists(path: &Path) -> Result<bool, Failure> {
    path.try_exists().map_err(|error| {
        Failure::new(format!("'{}' cannot be looked at", path.display())).caused_by(error.to_string())
    })
}

/// The path without `.` and, as far as names tell, without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                if !plain.pop() {
                    plain.push("..");
                }
            }
            other => plain.push(other),
        }
    }
    plain
}

/// The way from `base` to `path`; both are absolute and plain.
fn relative_to(path: &Path, base: &Path) -> PathBuf {
    let mut path_parts = path.components().peekable();
    let mut base_parts = base.components().peekable();
    while let (Some(left), Some(right)) = (path_parts.peek(), base_parts.peek()) {
        if left != right {
            break;
        }
        path_parts.next();
        base_parts.next();
    }
    let mut relative = PathBuf::new();
    for _ in base_parts {
        relative.push("..");
    }
    relative.extend(path_parts);
    relative
}

#[cfg(test)]
mod tests {
    use super::{plain, relative_to};
    use std::path::Path;

    #[test]
    fn paths_are_made_relative() {
        let relative =
            |path: &str, base: &str| relative_to(Path::new(path), Path::new(base)).display().to_string();
        assert_eq!(relative("/a/b/models", "/a/b"), "models");
        assert_eq!(relative("/a/c", "/a/b/d"), "../../c");
        assert_eq!(relative("/a", "/a"), "");
    }

    #[test]
    fn paths_are_made_plain() {
        assert_eq!(plain(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert_eq!(plain(Path::new("/..")), Path::new("/.."));
    }
}
