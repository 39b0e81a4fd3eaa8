//! The files of a commit as a world to compile in. Nothing is checked out.

use crate::failure::Failure;
use rocky_compiler::base_db::{DirEntryKind, FilePath, MAX_FILE_BYTES, ReadFailure, System, WalkedFile};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout};
use std::sync::{Arc, Mutex, PoisonError};

/// What a link is made of, as git writes it.
const LINK_MODE: &str = "120000";

/// The files of one commit.
#[derive(Debug)]
pub(crate) struct GitTree {
    files: BTreeMap<FilePath, Entry>,
    reader: Mutex<Reader>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Entry {
    id: String,
    size: u64,
    is_link: bool,
}

/// `git cat-file --batch`.
#[derive(Debug)]
struct Reader {
    process: Child,
    requests: Option<ChildStdin>,
    answers: Option<BufReader<ChildStdout>>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        // The process ends when nobody asks any more.
        self.requests = None;
        let _ = self.process.wait();
    }
}

impl GitTree {
    /// From the answer to `ls-tree -r -l -z --full-tree` and a started `cat-file --batch`. Paths become relative to
    /// the folder that `prefix` names.
    pub(super) fn new(prefix: &str, listing: &[u8], mut process: Child) -> Result<GitTree, Failure> {
        let requests = process.stdin.take();
        let answers = process.stdout.take().map(BufReader::new);
        let reader = Mutex::new(Reader { process, requests, answers });
        let mut files = BTreeMap::new();
        for line in listing.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
            // A name that is not UTF-8 cannot be a file of a project.
            let Ok(line) = std::str::from_utf8(line) else { continue };
            let Some((entry, path)) = entry(line) else {
                return Err(Failure::new("git listed its files in an unknown way").caused_by(line));
            };
            if let Some(entry) = entry {
                files.insert(relative(prefix, path), entry);
            }
        }
        Ok(GitTree { files, reader })
    }

    fn blob(&self, id: &str) -> Result<Arc<[u8]>, ReadFailure> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.read(id).map_err(|error| ReadFailure::Unreadable(Arc::from(format!("git: {error}"))))
    }

    /// Follows links inside of the tree.
    fn resolved(&self, path: &FilePath) -> Result<&Entry, ReadFailure> {
        let mut path = path.clone();
        for _ in 0..16 {
            let entry = self.files.get(&path).ok_or(ReadFailure::Missing)?;
            if !entry.is_link {
                return Ok(entry);
            }
            let target = self.blob(&entry.id)?;
            let target = std::str::from_utf8(&target)
                .map_err(|_| ReadFailure::Unreadable(Arc::from("a link whose target is not UTF-8")))?;
            path = path.parent().join(target);
        }
        Err(ReadFailure::Unreadable(Arc::from("a link that leads in a circle")))
    }
}

/// `100644 blob ID SIZE<TAB>PATH`; what is no file (a submodule) is left out.
fn entry(line: &str) -> Option<(Option<Entry>, &str)> {
    let (head, path) = line.split_once('\t')?;
    let mut words = head.split_ascii_whitespace();
    let (mode, kind, id, size) = (words.next()?, words.next()?, words.next()?, words.next()?);
    if kind != "blob" {
        return Some((None, path));
    }
    let size = size.parse().ok()?;
    Some((Some(Entry { id: id.to_owned(), size, is_link: mode == LINK_MODE }), path))
}

/// A path of the repository, seen from the folder `prefix`.
fn relative(prefix: &str, path: &str) -> FilePath {
    if let Some(inside) = path.strip_prefix(prefix) {
        return FilePath::new(inside);
    }
    let folders: Vec<&str> = prefix.split('/').filter(|part| !part.is_empty()).collect();
    let parts: Vec<&str> = path.split('/').collect();
    let common = folders.iter().zip(&parts).take_while(|(left, right)| left == right).count();
    FilePath::new(&format!("{}{}", "../".repeat(folders.len() - common), parts[common..].join("/")))
}

impl Reader {
    /// Asks for one object: `ID blob SIZE`, then its bytes and a line end.
    fn read(&mut self, id: &str) -> std::io::Result<Arc<[u8]>> {
        let odd = |text: String| std::io::Error::new(std::io::ErrorKind::InvalidData, text);
        let (Some(requests), Some(answers)) = (&mut self.requests, &mut self.answers) else {
            return Err(odd("it cannot be asked".to_owned()));
        };
        writeln!(requests, "{id}")?;
        requests.flush()?;
        let mut head = String::new();
        answers.read_line(&mut head)?;
        let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<usize>().ok());
        let Some(size) = size.filter(|_| head.contains(" blob ")) else {
            return Err(odd(format!("no object {id}: {}", head.trim_end())));
        };
        let mut bytes = vec![0; size + 1];
        answers.read_exact(&mut bytes)?;
        bytes.pop();
        Ok(Arc::from(bytes))
    }
}

impl System for GitTree {
    fn read(&self, path: &FilePath) -> Result<Arc<[u8]>, ReadFailure> {
        let entry = self.resolved(path)?;
        if entry.size > MAX_FILE_BYTES {
            return Err(ReadFailure::TooLarge(entry.size));
        }
        self.blob(&entry.id)
    }

    fn walk(&self, folder: &FilePath) -> (Vec<WalkedFile>, Vec<(FilePath, ReadFailure)>) {
        let hidden =
            |path: &FilePath| path.as_str().split('/').any(|part| part.starts_with('.') && part != "..");
        let found: Vec<WalkedFile> = self
            .files
            .iter()
            .filter(|(path, _)| path.is_within(folder) && !hidden(path))
            .map(|(path, _)| WalkedFile { path: path.clone(), stamp: None })
            .collect();
        let problems =
            if found.is_empty() { vec![(folder.clone(), ReadFailure::Missing)] } else { Vec::new() };
        (found, problems)
    }

    fn kind(&self, path: &FilePath) -> Result<Option<DirEntryKind>, ReadFailure> {
        if self.files.contains_key(path) {
            return Ok(Some(DirEntryKind::File));
        }
        let is_folder = path.as_str().is_empty() || self.files.keys().any(|file| file.is_within(path));
        Ok(is_folder.then_some(DirEntryKind::Folder))
    }

    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, entry, relative};

    #[test]
    fn listings_are_read() {
        let file = Entry { id: "a1".to_owned(), size: 12, is_link: false };
        assert_eq!(entry("100644 blob a1      12\tmodels/a b.sql"), Some((Some(file), "models/a b.sql")));
        assert_eq!(entry("160000 commit b2       -\tvendor"), Some((None, "vendor")));
        assert_eq!(entry("nonsense"), None);
    }

    #[test]
    fn paths_are_seen_from_the_project() {
        let path = |prefix: &str, path: &str| relative(prefix, path).to_string();
        assert_eq!(path("", "models/a.sql"), "models/a.sql");
        assert_eq!(path("shop/", "shop/models/a.sql"), "models/a.sql");
        assert_eq!(path("shop/", "macros/a.sql"), "../macros/a.sql");
        assert_eq!(path("a/b/", "a/c/x.sql"), "../c/x.sql");
    }
}
