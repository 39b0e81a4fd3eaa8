//! Which project a document belongs to.

use rocky_ide::{AnalysisHost, FilePath, find_project_roots, nearest_project_root};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tower_lsp::lsp_types::Url;

/// One open project.
pub(crate) struct Project {
    /// The folder of its `rocky.toml`.
    pub(crate) root: PathBuf,
    /// Its analysis.
    pub(crate) host: AnalysisHost,
}

/// All open projects by number. A number is given once while the server lives.
#[derive(Default)]
pub(crate) struct Workspace {
    /// The projects in order of discovery.
    pub(crate) projects: BTreeMap<usize, Project>,
    next_number: usize,
    /// The name of this build; without it nothing that is kept on disk is used.
    pub(crate) build: Option<String>,
}

impl Workspace {
    /// Opens every project inside `folder` that is not open yet; their numbers.
    pub(crate) fn open_folder(&mut self, folder: &Path, config_name: Option<&str>) -> Vec<usize> {
        let roots = find_project_roots(folder);
        roots.iter().filter_map(|root| self.open_root(root, config_name)).collect()
    }

    fn open_root(&mut self, root: &Path, config_name: Option<&str>) -> Option<usize> {
        if self.projects.values().any(|project| project.root == root) {
            return None;
        }
        let number = self.next_number;
        self.next_number += 1;
        let host = AnalysisHost::open_folder(root, config_name, self.build.as_deref());
        self.projects.insert(number, Project { root: root.to_owned(), host });
        Some(number)
    }

    /// Closes every project inside `folder`; their numbers.
    pub(crate) fn close_folder(&mut self, folder: &Path) -> Vec<usize> {
        let inside = self.projects.iter().filter(|(_, project)| project.root.starts_with(folder));
        let numbers: Vec<usize> = inside.map(|(number, _)| *number).collect();
        for number in &numbers {
            self.projects.remove(number);
        }
        numbers
    }

    /// The project and project path of a document: the project with the longest root above it. Opens
    /// the nearest project above when none is open.
    pub(crate) fn locate(&mut self, uri: &Url, config_name: Option<&str>) -> Option<(usize, FilePath)> {
        let path = uri.to_file_path().ok()?;
        if self.find(&path).is_none() {
            let root = nearest_project_root(&path)?;
            self.open_root(&root, config_name);
        }
        self.find(&path)
    }

    /// The project and project path of a file, if its project is open.
    pub(crate) fn find(&self, path: &Path) -> Option<(usize, FilePath)> {
        let (number, project) = self
            .projects
            .iter()
            .filter(|(_, project)| path.starts_with(&project.root))
            .max_by_key(|(_, project)| project.root.as_os_str().len())?;
        let relative = path.strip_prefix(&project.root).ok()?.to_str()?;
        Some((*number, FilePath::new(relative)))
    }
}

/// The URI of a project file.
pub(crate) fn uri_of(root: &Path, path: &FilePath) -> Option<Url> {
    Url::from_file_path(root.join(path.as_str())).ok()
}
