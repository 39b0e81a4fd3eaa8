//! The repository around a project.

use crate::project_location::ProjectLocation;
use std::path::{Component, Path, PathBuf};

/// The folder that holds `.git`, the working directory or the nearest above it; without one the working directory.
pub(crate) fn root(location: &ProjectLocation) -> PathBuf {
    let is_root = |folder: &&Path| folder.join(".git").exists();
    let folder = location.working_directory.ancestors().find(is_root);
    folder.unwrap_or(&location.working_directory).to_path_buf()
}

/// A path that is shown to the caller, as other tools name it: from the root of the repository, with `/`. A path
/// outside of the repository stays as it is.
pub(crate) fn path_in_repository(location: &ProjectLocation, root: &Path, shown: &str) -> String {
    let mut parts: Vec<String> = match location.working_directory.strip_prefix(root) {
        Ok(inside) => {
            inside.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
        }
        Err(_) => return shown.to_owned(),
    };
    for component in Path::new(shown).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                if parts.pop().is_none() {
                    return shown.to_owned();
                }
            }
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::RootDir | Component::Prefix(_) => return shown.to_owned(),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::path_in_repository;
    use crate::project_location::ProjectLocation;
    use std::path::{Path, PathBuf};

    #[test]
    fn paths_begin_at_the_root() {
        let location = ProjectLocation {
            root: PathBuf::from("/repo/shop"),
            config_name: "rocky.toml".to_owned(),
            config_exists: true,
            prefix: "../".to_owned(),
            working_directory: PathBuf::from("/repo/shop/models"),
        };
        let path = |shown: &str| path_in_repository(&location, Path::new("/repo"), shown);
        assert_eq!(path("../models/a.sql"), "shop/models/a.sql");
        assert_eq!(path("../../other/a.sql"), "other/a.sql");
        assert_eq!(path("../../../a.sql"), "../../../a.sql");
        assert_eq!(path("/a.sql"), "/a.sql");
        assert_eq!(path_in_repository(&location, Path::new("/else"), "a.sql"), "a.sql");
    }
}
