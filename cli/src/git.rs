//! What is asked of `git`, always read-only.

mod tree;

pub(crate) use tree::GitTree;

use crate::failure::Failure;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A repository on this machine.
#[derive(Clone, Debug)]
pub(crate) struct Repository {
    /// Where commands run: the project's folder.
    folder: PathBuf,
    /// The project's folder from the root of the repository: empty, or ending in `/`.
    pub(crate) prefix: String,
}

/// A commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Commit {
    /// Its name in hexadecimal digits.
    pub(crate) id: String,
}

impl Commit {
    /// The first digits of the name.
    pub(crate) fn short(&self) -> &str {
        self.id.get(..12).unwrap_or(&self.id)
    }
}

impl Repository {
    /// The repository around a folder.
    pub(crate) fn around(folder: &Path) -> Result<Repository, Failure> {
        let mut repository = Repository { folder: folder.to_path_buf(), prefix: String::new() };
        let output = repository.run(&["rev-parse", "--show-prefix"])?;
        if !output.status.success() {
            return Err(Failure::new(format!("'{}' is not inside a git repository", folder.display()))
                .caused_by(message(&output))
                .with_help("this command compares with a commit: run it in a clone of the project"));
        }
        repository.prefix = text(&output.stdout)?.trim_end_matches(['\n', '\r']).to_owned();
        Ok(repository)
    }

    /// The commit that a name means.
    pub(crate) fn commit(&self, name: &str) -> Result<Commit, Failure> {
        match self.find(name)? {
            Some(commit) => Ok(commit),
            None => Err(self.unknown(name)?),
        }
    }

    fn find(&self, name: &str) -> Result<Option<Commit>, Failure> {
        let wanted = format!("{name}^{{commit}}");
        let output = self.run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
        if !output.status.success() {
            return Ok(None);
        }
        Ok(Some(Commit { id: text(&output.stdout)?.trim().to_owned() }))
    }

    fn unknown(&self, name: &str) -> Result<Failure, Failure> {
        let failure = Failure::new(format!("git knows no commit '{name}'"));
        let failure = match self.find(&format!("origin/{name}"))? {
            Some(_) => failure.with_help(format!("write 'origin/{name}': it is known from the remote")),
            None => failure.with_help(format!("fetch it first: git fetch origin {name}")),
        };
        let failure = match name == "main" && self.find("master")?.is_some() {
            true => failure.with_help("the repository has a branch 'master': name it as the base"),
            false => failure.with_help("or name another branch, tag or commit as the base"),
        };
        Ok(failure)
    }

    /// The last commit that two have in common; `None` when there is none, or a shallow clone does not have it.
    pub(crate) fn merge_base(&self, left: &Commit, right: &Commit) -> Result<Option<Commit>, Failure> {
        let output = self.run(&["merge-base", &left.id, &right.id])?;
        if !output.status.success() {
            return Ok(None);
        }
        let id = text(&output.stdout)?.lines().next().unwrap_or_default().to_owned();
        Ok((!id.is_empty()).then_some(Commit { id }))
    }

    /// The files of a commit.
    pub(crate) fn tree(&self, commit: &Commit) -> Result<GitTree, Failure> {
        let output = self.run(&["ls-tree", "-r", "-l", "-z", "--full-tree", &commit.id])?;
        if !output.status.success() {
            return Err(Failure::new(format!("the files of commit {} cannot be listed", commit.short()))
                .caused_by(message(&output)));
        }
        let mut reader = self.command(&["cat-file", "--batch"]);
        let reader = reader.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(not_started)?;
        GitTree::new(&self.prefix, &output.stdout, reader)
    }

    fn run(&self, arguments: &[&str]) -> Result<Output, Failure> {
        self.command(arguments).stdin(Stdio::null()).output().map_err(not_started)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.folder).args(arguments);
        // Never ask for anything, never take a lock, and speak one language.
        command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
        command
    }
}

fn not_started(error: std::io::Error) -> Failure {
    let failure = Failure::new("git cannot be started").caused_by(error.to_string());
    match error.kind() {
        ErrorKind::NotFound => failure.with_help("install git, or add its folder to PATH"),
        _ => failure,
    }
}

fn text(bytes: &[u8]) -> Result<&str, Failure> {
    std::str::from_utf8(bytes).map_err(|_| Failure::new("git answered with a name that is not UTF-8"))
}

fn message(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}
