//! The files that `rocky fmt` is about: finding, reading, replacing them.

use crate::failure::Failure;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Folders that hold no sources, besides hidden ones.
const SKIPPED_FOLDERS: &[&str] = &["target", "node_modules", "__pycache__"];

/// The language of a file, as its ending says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Sql,
    Rocky,
    Toml,
}

/// What went wrong with one file, and what follows; the others go on.
#[derive(Debug)]
pub(in crate::commands) struct Problem {
    message: String,
    consequence: &'static str,
}

impl Problem {
    pub(super) fn new(message: String, consequence: &'static str) -> Problem {
        Problem { message, consequence }
    }

    fn of_io(path: &Path, what: &str, error: &std::io::Error, consequence: &'static str) -> Problem {
        Problem::new(format!("{}: {what}: {error}", path.display()), consequence)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  {}", self.message, self.consequence)
    }
}

/// The files of some paths.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Sorted, each once.
    pub(super) files: BTreeSet<PathBuf>,
    /// Folders that could not be read.
    pub(super) problems: Vec<Problem>,
}

/// The language of a path.
pub(super) fn kind(path: &Path) -> Option<Kind> {
    match path.extension()?.to_str()? {
        "sql" => Some(Kind::Sql),
        "rocky" => Some(Kind::Rocky),
        "toml" => Some(Kind::Toml),
        _ => None,
    }
}

/// Files as named, and what lies in folders.
pub(super) fn find(paths: &[PathBuf], all: bool) -> Result<Found, Failure> {
    let mut found = Found::default();
    for path in paths {
        let data = fs::metadata(path).map_err(|error| {
            Failure::new(format!("'{}' cannot be formatted", path.display()))
                .caused_by(error.to_string())
                .with_help("name a file or a folder that exists")
        })?;
        if data.is_dir() {
            walk(path, all, &mut found);
        } else {
            found.files.insert(path.clone());
        }
    }
    Ok(found)
}

/// Links to folders are not followed, so that a walk ends.
fn walk(root: &Path, all: bool, found: &mut Found) {
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                let skipped = "the folder was skipped";
                found.problems.push(Problem::of_io(&folder, "cannot be read", &error, skipped));
                continue;
            }
        };
        for entry in entries.flatten() {
            // `./models/a.rocky` reads worse than `models/a.rocky`.
            let path = match folder == Path::new(".") {
                true => PathBuf::from(entry.file_name()),
                false => entry.path(),
            };
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder {
                if !is_skipped(&entry.file_name()) {
                    folders.push(path);
                }
            } else if is_meant(&path, all) && path.is_file() {
                found.files.insert(path);
            }
        }
    }
}

fn is_skipped(name: &OsStr) -> bool {
    name.to_str().is_none_or(|name| name.starts_with('.') || SKIPPED_FOLDERS.contains(&name))
}

/// Whether a file of a folder is formatted. Macros are no statements, and TOML files that are not Rocky's belong to
/// other tools.
fn is_meant(path: &Path, all: bool) -> bool {
    match kind(path) {
        Some(Kind::Rocky) => true,
        Some(Kind::Sql) => all && folder_name(path) != Some("macros"),
        Some(Kind::Toml) => all && is_ours(path),
        None => false,
    }
}

fn is_ours(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let stem = name.trim_end_matches(".toml").trim_end_matches(".rocky");
    let has_partner = || {
        ["sql", "rocky", "csv", "tsv"]
            .iter()
            .any(|ending| path.with_file_name(format!("{stem}.{ending}")).is_file())
    };
    matches!(name, "rocky.toml" | "_defaults.toml")
        || name.ends_with(".contract.toml")
        || folder_name(path) == Some("groups")
        || has_partner()
}

fn folder_name(path: &Path) -> Option<&str> {
    path.parent()?.file_name()?.to_str()
}

/// The text of a file.
pub(super) fn read(path: &Path) -> Result<String, Problem> {
    let bytes = fs::read(path)
        .map_err(|error| Problem::of_io(path, "cannot be read", &error, "the file was skipped"))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Problem::new(format!("{}: is not UTF-8 (byte {at})", path.display()), "the file was skipped")
    })
}

/// Replaces a file's text in one step: readers see the old text or the new one. A link keeps being a link.
pub(in crate::commands) fn replace(path: &Path, text: &str) -> Result<(), Problem> {
    const CONSEQUENCE: &str = "the file was left as it is";
    let problem = |what: &str, error: &std::io::Error| Problem::of_io(path, what, error, CONSEQUENCE);
    let target = fs::canonicalize(path).map_err(|error| problem("cannot be written", &error))?;
    let data = fs::metadata(&target).map_err(|error| problem("cannot be written", &error))?;
    if data.permissions().readonly() {
        return Err(Problem::new(format!("{}: is read-only", path.display()), CONSEQUENCE));
    }
    let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let draft = target.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&draft)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::set_permissions(&draft, data.permissions()))
        .and_then(|()| fs::rename(&draft, &target));
    written.map_err(|error| {
        // The draft is ours; whether it can be removed changes nothing for the file.
        let _ = fs::remove_file(&draft);
        problem("cannot be written", &error)
    })
}
