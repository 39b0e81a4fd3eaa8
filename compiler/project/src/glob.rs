//! The `models` globs of transformation pipelines (spec 01 W-11).

use rocky_base_db::FilePath;

/// A glob over project paths: `*` and `?` inside a name, `**` over any number of folders.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ModelsGlob {
    base: FilePath,
    parts: Vec<String>,
    /// Whether the glob climbs out of the project.
    escapes: bool,
}

impl ModelsGlob {
    /// Reads a glob. An empty one is `models/**`; one without wildcards is that file, or all of that folder.
    pub fn new(glob: &str) -> ModelsGlob {
        let glob = if glob.trim().is_empty() { "models/**" } else { glob.trim() };
        let path = FilePath::new(glob);
        let parts: Vec<String> = path.as_str().split('/').map(str::to_owned).collect();
        let literal = parts.iter().take_while(|part| !part.contains(['*', '?', '['])).count();
        let is_file = literal == parts.len() && matches!(path.extension(), Some("sql" | "rocky"));
        let base_parts = if is_file { literal - 1 } else { literal };
        let base = if base_parts == 0 && !is_file {
            FilePath::new("models")
        } else {
            FilePath::new(&parts[..base_parts].join("/"))
        };
        let escapes = parts.first().is_some_and(|part| part == "..");
        let parts = if literal == parts.len() && !is_file {
            parts.into_iter().chain(["**".to_owned()]).collect()
        } else {
            parts
        };
        ModelsGlob { base, parts, escapes }
    }

    /// The folder to search: the parts before the first wildcard.
    pub fn base(&self) -> &FilePath {
        &self.base
    }

    /// Whether the glob leaves the project (V047).
    pub fn escapes(&self) -> bool {
        self.escapes
    }

    /// Whether a path is meant.
    pub fn matches(&self, path: &FilePath) -> bool {
        let names: Vec<&str> = path.as_str().split('/').collect();
        let parts: Vec<&str> = self.parts.iter().map(String::as_str).collect();
        matches_parts(&parts, &names)
    }
}

/// Matches without recursion: at most one `**` has to be reconsidered, the last one seen.
fn matches_parts(parts: &[&str], names: &[&str]) -> bool {
    let (mut part, mut name) = (0, 0);
    let mut resume: Option<(usize, usize)> = None;
    while name < names.len() {
        if parts.get(part) == Some(&"**") {
            resume = Some((part, name));
            part += 1;
        } else if parts.get(part).is_some_and(|pattern| matches_name(pattern, names[name])) {
            part += 1;
            name += 1;
        } else if let Some((at, taken)) = resume {
            resume = Some((at, taken + 1));
            part = at + 1;
            name = taken + 1;
        } else {
            return false;
        }
    }
    parts[part..].iter().all(|rest| *rest == "**")
}

fn matches_name(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    let mut resume: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                resume = Some((p, n));
                p += 1;
            }
            Some(character) if *character == '?' || *character == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match resume {
                Some((at, taken)) => {
                    resume = Some((at, taken + 1));
                    p = at + 1;
                    n = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::ModelsGlob;
    use rocky_base_db::FilePath;

    fn matches(glob: &str, path: &str) -> bool {
        ModelsGlob::new(glob).matches(&FilePath::new(path))
    }

    #[test]
    fn globs() {
        assert!(matches("models/**", "models/a.sql"));
        assert!(matches("models/**", "models/x/y/a.sql"));
        assert!(!matches("models/**", "other/a.sql"));
        assert!(matches("models/*.sql", "models/a.sql"));
        assert!(!matches("models/*.sql", "models/x/a.sql"));
        assert!(matches("models/**/marts/*.sql", "models/x/marts/a.sql"));
        assert!(matches("models/**/marts/*.sql", "models/marts/a.sql"));
        assert!(matches("models/a.sql", "models/a.sql"));
        assert!(matches("models", "models/x/a.sql"));
        assert!(matches("", "models/x/a.sql"));
        assert!(matches("models/stg_?.sql", "models/stg_1.sql"));
    }

    #[test]
    fn bases() {
        let base = |glob| ModelsGlob::new(glob).base().as_str().to_owned();
        assert_eq!(base("models/**"), "models");
        assert_eq!(base("warehouse/models/x/*.sql"), "warehouse/models/x");
        assert_eq!(base("models/x.sql"), "models");
        assert_eq!(base("**"), "models");
        assert_eq!(base(""), "models");
        assert!(ModelsGlob::new("../other/**").escapes());
    }
}
