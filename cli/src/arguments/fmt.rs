//! Options of `rocky fmt`.

use clap::Args;
use std::path::PathBuf;

/// Options of `rocky fmt`.
#[derive(Clone, Debug, Args)]
pub(crate) struct FmtOptions {
    /// Files and folders; `-` is standard input. A folder means its .rocky files, see --all
    #[arg(default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write nothing; exit with 1 if a file would change
    #[arg(long)]
    pub(crate) check: bool,
    /// Write nothing; print the changes as a unified diff
    #[arg(long)]
    pub(crate) diff: bool,
    /// In folders also format .sql files, sidecars, contracts and rocky.toml
    #[arg(long)]
    pub(crate) all: bool,
    /// The path that the text on standard input would have: its ending says the language
    #[arg(long, value_name = "PATH", default_value = "stdin.sql")]
    pub(crate) stdin_path: PathBuf,
}
