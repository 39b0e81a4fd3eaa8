//! The repository as plain values.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Packages and text files of a checkout.
#[derive(Debug, Default)]
pub struct Checkout {
    /// The packages, in the order of their folders.
    pub packages: Vec<Package>,
    /// The text files that are tracked, or would be.
    pub files: Vec<SourceFile>,
    /// Those of the files that are Rust, parsed.
    pub rust: Vec<RustFile>,
    /// Files that could not be read as what they are.
    pub broken: Vec<crate::Finding>,
}

/// What a `Cargo.toml` says.
#[derive(Debug)]
pub struct Package {
    /// The package name.
    pub name: String,
    /// The folder, relative to the checkout.
    pub folder: String,
    /// Names of normal and build dependencies.
    pub dependencies: BTreeSet<String>,
    /// Names of dependencies of the tests.
    pub dev_dependencies: BTreeSet<String>,
}

/// A text file.
#[derive(Debug)]
pub struct SourceFile {
    /// The path relative to the checkout.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// A parsed Rust file.
pub struct RustFile {
    /// The path relative to the checkout.
    pub path: String,
    /// The number of lines.
    pub lines: usize,
    /// The parsed file.
    pub syntax: syn::File,
}

impl std::fmt::Debug for RustFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RustFile").field("path", &self.path).finish_non_exhaustive()
    }
}

impl RustFile {
    /// Whether the file is written by a program.
    #[must_use]
    pub fn is_generated(&self) -> bool {
        is_generated(&self.path)
    }

    /// Whether the file holds tests only.
    #[must_use]
    pub fn is_test(&self) -> bool {
        let mut parts: Vec<&str> = self.path.split('/').collect();
        let stem = parts.pop().unwrap_or_default().trim_end_matches(".rs");
        stem == "tests" || stem.ends_with("_tests") || parts.contains(&"tests")
    }
}

/// Whether a file at this path is written by a program.
#[must_use]
pub(crate) fn is_generated(path: &str) -> bool {
    path.ends_with("/generated.rs") || path.contains("/generated/")
}

impl Checkout {
    /// Reads the checkout at `root`: every file that git tracks or would track.
    ///
    /// # Errors
    /// When git cannot be asked.
    pub fn read(root: &Path) -> std::io::Result<Self> {
        let output = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()?;
        if !output.status.success() {
            return Err(std::io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        let mut files = Vec::new();
        for path in String::from_utf8_lossy(&output.stdout).split_terminator('\0') {
            // A file that was deleted but not committed, or one that is not text, has nothing to check.
            if let Ok(text) = std::fs::read_to_string(root.join(path)) {
                files.push(SourceFile { path: path.to_owned(), text });
            }
        }
        Ok(Self::from_files(files))
    }

    /// A checkout that consists of these files.
    #[must_use]
    pub fn from_files(mut files: Vec<SourceFile>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut checkout = Self::default();
        for file in &files {
            if file.path.ends_with(".rs") {
                match syn::parse_file(&file.text) {
                    Ok(syntax) => checkout.rust.push(RustFile {
                        path: file.path.clone(),
                        lines: file.text.lines().count(),
                        syntax,
                    }),
                    Err(error) => {
                        let line = error.span().start().line;
                        checkout.broken.push(crate::Finding::line(
                            &file.path,
                            line,
                            format!("is not Rust: {error}"),
                        ));
                    }
                }
            } else if file.path.ends_with("/Cargo.toml") {
                match file.text.parse::<toml::Table>() {
                    Ok(manifest) => checkout.packages.extend(package(&file.path, &manifest)),
                    Err(error) => checkout
                        .broken
                        .push(crate::Finding::file(&file.path, format!("is not TOML: {error}"))),
                }
            }
        }
        checkout.files = files;
        checkout
    }

    /// The package that owns a path.
    #[must_use]
    pub fn owner(&self, path: &str) -> Option<&Package> {
        self.packages
            .iter()
            .filter(|package| path.strip_prefix(&package.folder).is_some_and(|rest| rest.starts_with('/')))
            .max_by_key(|package| package.folder.len())
    }

    /// From each package to the packages it depends on, without those of tests.
    #[must_use]
    pub fn edges(&self) -> BTreeMap<&str, &BTreeSet<String>> {
        self.packages.iter().map(|package| (package.name.as_str(), &package.dependencies)).collect()
    }
}

fn package(path: &str, manifest: &toml::Table) -> Option<Package> {
    let name = manifest.get("package")?.get("name")?.as_str()?.to_owned();
    let mut package = Package {
        name,
        folder: path.trim_end_matches("/Cargo.toml").to_owned(),
        dependencies: BTreeSet::new(),
        dev_dependencies: BTreeSet::new(),
    };
    collect(manifest, &mut package);
    if let Some(targets) = manifest.get("target").and_then(toml::Value::as_table) {
        for target in targets.values().filter_map(toml::Value::as_table) {
            collect(target, &mut package);
        }
    }
    Some(package)
}

fn collect(table: &toml::Table, package: &mut Package) {
    let names = |key: &str| {
        let dependencies = table.get(key).and_then(toml::Value::as_table);
        let names = dependencies.into_iter().flatten().map(|(name, value)| {
            let renamed = value.get("package").and_then(toml::Value::as_str);
            renamed.unwrap_or(name).to_owned()
        });
        names.collect::<Vec<_>>()
    };
    package.dependencies.extend(names("dependencies"));
    package.dependencies.extend(names("build-dependencies"));
    package.dev_dependencies.extend(names("dev-dependencies"));
}
