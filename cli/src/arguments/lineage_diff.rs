//! Options of `rocky lineage-diff`.

use super::ci_diff::BaseOptions;
use clap::Args;

/// Options of `rocky lineage-diff`.
#[derive(Clone, Debug, Args)]
pub(crate) struct LineageDiffOptions {
    /// What is compared.
    #[command(flatten)]
    pub(crate) base: BaseOptions,
    /// Only this model
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Option<String>,
}
