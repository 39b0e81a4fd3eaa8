//! What happened to a project.

use rocky_base_db::FilePath;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A set of changes, applied together.
#[derive(Clone, Default, Debug)]
pub struct Change {
    /// Unsaved texts of an editor: `Some` hides the disk, `None` shows it again.
    pub overlays: BTreeMap<FilePath, Option<Arc<str>>>,
    /// Files or folders that something may have happened to on disk. Hints: each is looked at.
    pub touched: Vec<FilePath>,
    /// Whether everything has to be looked at.
    pub rescan: bool,
}

impl Change {
    /// The change of one unsaved text.
    pub fn overlay(path: &str, text: &str) -> Change {
        Change {
            overlays: BTreeMap::from([(FilePath::new(path), Some(Arc::from(text)))]),
            ..Change::default()
        }
    }

    /// Something happened to these files on disk.
    pub fn touched(paths: &[&str]) -> Change {
        Change { touched: paths.iter().map(|path| FilePath::new(path)).collect(), ..Change::default() }
    }
}
