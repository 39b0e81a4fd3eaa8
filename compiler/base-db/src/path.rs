//! Project-relative paths.

use smol_str::SmolStr;
use std::fmt;

/// A path relative to the project root, with `/` between its parts, without `.` or leading `/`.
///
/// Two spellings of one file are one value, so a path can be a key. It may climb out of the root
/// (`../macros/x.sql`), because a models folder may lie beside the folder of `rocky.toml`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct FilePath(SmolStr);

impl FilePath {
    /// Normalises `path`: backslashes become slashes, `.` parts vanish, `a/../b` becomes `b`.
    pub fn new(path: &str) -> Self {
        let clean = !path.is_empty()
            && !path.contains('\\')
            && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
        if clean {
            return FilePath(SmolStr::new(path));
        }
        let unified = path.replace('\\', "/");
        let mut parts: Vec<&str> = Vec::new();
        for part in unified.split('/') {
            match part {
                "" | "." => {}
                ".." if parts.last().is_some_and(|last| *last != "..") => {
                    parts.pop();
                }
                other => parts.push(other),
            }
        }
        FilePath(SmolStr::new(parts.join("/")))
    }

    /// The path as text, parts separated by `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part, with its extensions.
    pub fn file_name(&self) -> &str {
        let bytes = self.0.as_bytes();
        &self.0[bytes.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1)..]
    }

    /// The last part without the given extension list's longest match: `a/orders.contract.toml` without
    /// `.contract.toml` is `orders`. Gives the part up to the last dot when no extension is given.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        match name.rfind('.') {
            Some(0) | None => name,
            Some(at) => &name[..at],
        }
    }

    /// The text after the last dot of the last part, if any.
    pub fn extension(&self) -> Option<&str> {
        let name = self.file_name();
        let dot = name.as_bytes().iter().rposition(|byte| *byte == b'.');
        dot.filter(|at| *at > 0).map(|at| &name[at + 1..])
    }

    /// The folder that holds this path; the project root is the empty path.
    pub fn parent(&self) -> FilePath {
        match self.0.rfind('/') {
            Some(at) => FilePath(SmolStr::new(&self.0[..at])),
            None => FilePath(SmolStr::default()),
        }
    }

    /// This folder's child `name`; `name` may have several parts and climb with `..`.
    pub fn join(&self, name: &str) -> FilePath {
        if self.0.is_empty() {
            return FilePath::new(name);
        }
        FilePath::new(&format!("{}/{name}", self.0))
    }

    /// This folder's child of a name that a folder listing gave: one part, neither `.` nor `..`.
    pub(crate) fn child(&self, name: &str) -> FilePath {
        if name.contains(['\\', '/']) || self.0.is_empty() {
            return self.join(name);
        }
        let mut path = smol_str::SmolStrBuilder::new();
        path.push_str(&self.0);
        path.push('/');
        path.push_str(name);
        FilePath(path.finish())
    }

    /// Whether this path lies in `folder`, at any depth. The root (empty path) holds everything.
    pub fn is_within(&self, folder: &FilePath) -> bool {
        folder.0.is_empty()
            || self.0.strip_prefix(folder.0.as_str()).is_some_and(|rest| rest.starts_with('/'))
    }

    /// A sibling in the same folder.
    pub fn sibling(&self, name: &str) -> FilePath {
        self.parent().join(name)
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0.as_str())
    }
}

impl From<&str> for FilePath {
    fn from(path: &str) -> Self {
        FilePath::new(path)
    }
}

#[cfg(test)]
mod tests {
    use super::FilePath;

    #[test]
    fn spellings_of_one_file_are_equal() {
        for spelling in ["a/b.sql", "./a/b.sql", "a//b.sql", "a\\b.sql", "a/c/../b.sql"] {
            assert_eq!(FilePath::new(spelling).as_str(), "a/b.sql", "{spelling}");
        }
        assert_eq!(FilePath::new("../x").as_str(), "../x");
        assert_eq!(FilePath::new(".").as_str(), "");
    }

    #[test]
    fn parts() {
        let path = FilePath::new("models/marts/orders.contract.toml");
        assert_eq!(path.stem(), "orders.contract");
        assert_eq!(path.extension(), Some("toml"));
        assert_eq!(path.parent().as_str(), "models/marts");
        assert!(path.is_within(&FilePath::new("models")));
        assert!(!path.is_within(&FilePath::new("model")));
        assert_eq!(path.sibling("x.sql").as_str(), "models/marts/x.sql");
        assert_eq!(FilePath::new("").join("a").as_str(), "a");
    }
}
