//! Options of `rocky run`.

use super::RunSelection;
use clap::Args;

/// Options of `rocky run`.
#[derive(Clone, Debug, Args)]
pub(crate) struct RunOptions {
    /// What runs.
    #[command(flatten)]
    pub(crate) selection: RunSelection,
    /// Run all pipelines in the order of their dependencies
    #[arg(long)]
    pub(crate) dag: bool,
}
