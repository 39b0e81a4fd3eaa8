//! Writing a template to disk without ever overwriting anything.

use crate::failure::Failure;
use crate::templates::Template;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// What stands where a project is to be created.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// Nothing.
    Free,
    /// A folder without entries.
    EmptyFolder,
    /// A folder with entries.
    Folder,
    /// Something that is no folder.
    Other,
}

/// Looks at a path. An answer that cannot be had is an error.
pub(crate) fn look_at(path: &Path) -> Result<Place, Failure> {
    let unknown = |error: std::io::Error| {
        Failure::new(format!("'{}' cannot be looked at", path.display()))
            .caused_by(error.to_string())
            .with_help("choose another folder")
    };
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Place::Free),
        Err(error) => return Err(unknown(error)),
        Ok(_) => {}
    }
    if !fs::metadata(path).map_err(unknown)?.is_dir() {
        return Ok(Place::Other);
    }
    match fs::read_dir(path).map_err(unknown)?.next() {
        None => Ok(Place::EmptyFolder),
        Some(_) => Ok(Place::Folder),
    }
}

/// Creates the template's files below `folder`, which may exist. Files that are already there stop the command
/// before anything is written. Gives the created paths.
pub(crate) fn create(template: &Template, folder: &Path) -> Result<Vec<String>, Failure> {
    let conflicts: Vec<&str> = template
        .files
        .iter()
        .map(|file| file.path)
        .filter(|path| fs::symlink_metadata(folder.join(path)).is_ok())
        .collect();
    if !conflicts.is_empty() {
        return Err(Failure::new(format!("'{}' already has files of the new project", folder.display()))
            .caused_by(format!("in the way: {}", conflicts.join(", ")))
            .with_help("choose another folder, or move these files away; nothing was changed"));
    }
    let mut created: Vec<PathBuf> = Vec::new();
    for file in template.files {
        if let Err(error) = write_new(folder, file.path, file.text, &mut created) {
            // What this command wrote is taken back, so that a second try finds a clean place.
            for path in created.iter().rev() {
                let _ = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
            }
            return Err(not_written(&folder.join(file.path), &error));
        }
    }
    Ok(template.files.iter().map(|file| file.path.to_owned()).collect())
}

fn write_new(
    folder: &Path,
    path: &str,
    text: &str,
    created: &mut Vec<PathBuf>,
) -> Result<(), std::io::Error> {
    let path = folder.join(path);
    if let Some(parent) = path.parent() {
        let missing: Vec<PathBuf> = parent
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
            .map(Path::to_path_buf)
            .collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(&folder)?;
            created.push(folder);
        }
    }
    // `create_new` also refuses what appeared since the look above.
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
    created.push(path);
    file.write_all(text.as_bytes())
}

fn not_written(path: &Path, error: &std::io::Error) -> Failure {
    let failure =
        Failure::new(format!("'{}' cannot be written", path.display())).caused_by(error.to_string());
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            failure.with_help("choose a folder that you may write to; nothing was left behind")
        }
        _ => failure.with_help("choose another folder; nothing was left behind"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, create, look_at};
    use crate::templates;

    #[test]
    fn files_are_created_once_and_never_overwritten() {
        let folder = tempfile::tempdir().expect("folder");
        let template = templates::find(templates::INIT, "duckdb").expect("template");
        assert_eq!(look_at(folder.path()).expect("look"), Place::EmptyFolder);
        let created = create(template, folder.path()).expect("created");
        assert_eq!(created.len(), template.files.len());
        std::fs::write(folder.path().join("rocky.toml"), "mine").expect("write");
        let failure = create(template, folder.path()).expect_err("refused");
        assert!(failure.details.causes[0].contains("rocky.toml"), "{failure:?}");
        assert_eq!(std::fs::read_to_string(folder.path().join("rocky.toml")).expect("read"), "mine");
        assert_eq!(look_at(folder.path()).expect("look"), Place::Folder);
        assert_eq!(look_at(&folder.path().join("rocky.toml")).expect("look"), Place::Other);
        assert_eq!(look_at(&folder.path().join("no")).expect("look"), Place::Free);
    }
}
