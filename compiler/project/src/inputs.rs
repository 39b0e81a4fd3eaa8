//! The inputs of the database beside files: the project, the catalog of external tables.
//!
//! There is one [`Project`] for the life of a database. Its fields change, its handle never does: queries
//! branch on it, and a new handle would leave them on the old branch without salsa knowing.
#![allow(missing_docs, reason = "the input macro adds methods without documentation")]

use rocky_base_db::{File, FilePath, ReadFailure};
use rocky_syntax::DialectKind;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The files of a project that are there, by path. A file that is deleted leaves the set; one that is created
/// again at its path is a new input.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FileSet {
    files: BTreeMap<FilePath, File>,
}

impl FromIterator<(FilePath, File)> for FileSet {
    fn from_iter<I: IntoIterator<Item = (FilePath, File)>>(files: I) -> FileSet {
        FileSet { files: files.into_iter().collect() }
    }
}

impl FileSet {
    /// The files, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&FilePath, File)> {
        self.files.iter().map(|(path, file)| (path, *file))
    }

    /// The file at a path.
    pub fn get(&self, path: &FilePath) -> Option<File> {
        self.files.get(path).copied()
    }

    /// Adds a file.
    pub fn insert(&mut self, path: FilePath, file: File) {
        self.files.insert(path, file);
    }

    /// Drops a file from the set.
    pub fn remove(&mut self, path: &FilePath) -> Option<File> {
        self.files.remove(path)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// What the command line says about loading.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LoadOptions {
    /// `--models`: this folder instead of what `rocky.toml` says.
    pub models: Option<FilePath>,
    /// `--contracts`: this folder instead of `contracts`.
    pub contracts: Option<FilePath>,
    /// `--target-dialect`
    pub dialect: Option<DialectKind>,
    /// Whether a missing `rocky.toml` is no finding (`compile --models` works without one).
    pub config_optional: bool,
}

/// The project.
#[salsa::input(singleton, debug)]
pub struct Project {
    /// `rocky.toml`; a missing file when there is none.
    #[returns(copy)]
    pub config_file: File,
    /// All its files below the models, contracts, macros, seeds and data folders.
    #[returns(ref)]
    pub files: Arc<FileSet>,
    /// What could not be walked.
    #[returns(ref)]
    pub walk_problems: Arc<Vec<(FilePath, ReadFailure)>>,
    /// What the command line says.
    #[returns(ref)]
    pub options: Arc<LoadOptions>,
    /// Columns of tables outside the project.
    #[returns(ref)]
    pub catalog: Arc<CatalogIndex>,
    /// Never changes, but is as volatile as the text of an open document. Files are durable until an
    /// editor opens them, and a result whose durability drops counts as changed for all that read it.
    /// What depends on every model reads this from the start, so that its durability never drops.
    #[returns(copy)]
    pub volatile: (),
}

/// Where columns of an external table come from; the first that knows the table wins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CatalogOrigin {
    /// Given by a test or a caller.
    Given,
    /// Read from a warehouse earlier.
    Snapshot,
}

/// A column of an external table.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CatalogColumn {
    /// Its name.
    pub name: SmolStr,
    /// Its type as the warehouse spells it.
    pub raw_type: SmolStr,
    /// Whether it may hold NULL; `None` when not known.
    pub nullable: Option<bool>,
}

/// An external table whose columns are known. An input of its own, so that a change of one table reaches
/// its readers and nobody else.
#[salsa::input(debug)]
pub struct CatalogRelation {
    /// Its name, parts joined by dots, lower case.
    #[returns(ref)]
    pub name: SmolStr,
    /// Its columns in order.
    #[returns(ref)]
    pub columns: Arc<[CatalogColumn]>,
    /// Where they come from.
    #[returns(copy)]
    pub origin: CatalogOrigin,
}

/// The external tables by name. Looked up by longest matching suffix of the name's parts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CatalogIndex {
    relations: BTreeMap<SmolStr, CatalogRelation>,
}

impl CatalogIndex {
    /// Adds a table under its lower-case dotted name.
    pub fn insert(&mut self, name: SmolStr, relation: CatalogRelation) {
        self.relations.insert(name, relation);
    }

    /// The table that a reference of one to three parts means: exactly that name, or the only one that
    /// ends with it. `None` when there is none or more than one.
    pub fn find(&self, parts: &[&str]) -> Option<CatalogRelation> {
        let name = parts.iter().map(|part| part.to_lowercase()).collect::<Vec<_>>().join(".");
        if let Some(relation) = self.relations.get(name.as_str()) {
            return Some(*relation);
        }
        let suffix = format!(".{name}");
        let mut found = self.relations.iter().filter(|(known, _)| known.ends_with(&suffix));
        match (found.next(), found.next()) {
            (Some((_, relation)), None) => Some(*relation),
            _ => None,
        }
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.relations.keys().map(SmolStr::as_str)
    }
}
