//! Options of `rocky ci-diff`, and what it shares with `rocky lineage-diff`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// The form of a comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum DiffFormat {
    /// Text for people.
    Text,
    /// One JSON document.
    Json,
    /// Markdown for a pull request.
    Markdown,
}

/// What is compared with what.
#[derive(Clone, Debug, Args)]
pub(crate) struct BaseOptions {
    /// The branch, tag or commit to compare with; counted from where both sides parted
    #[arg(default_value = "main", value_name = "BASE_REF")]
    pub(crate) base: String,
    /// Folder of the models [default: models beside the configuration, or the pipelines' globs]
    #[arg(long, value_name = "DIR")]
    pub(crate) models: Option<PathBuf>,
    /// Folder of contracts [default: contracts beside the configuration, if there is one]
    #[arg(long, value_name = "DIR")]
    pub(crate) contracts: Option<PathBuf>,
    /// Compare the files as they are now, not those of the last commit
    #[arg(long)]
    pub(crate) working_tree: bool,
    /// Form of the result; beats --output
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<DiffFormat>,
}

/// Options of `rocky ci-diff`.
#[derive(Clone, Debug, Args)]
pub(crate) struct CiDiffOptions {
    /// What is compared.
    #[command(flatten)]
    pub(crate) base: BaseOptions,
    /// End with 1 when the change breaks something
    #[arg(long)]
    pub(crate) fail_on_breaking: bool,
}
