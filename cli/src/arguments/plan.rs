//! Options of `rocky plan`.

use super::RunSelection;
use clap::Args;

/// Options of `rocky plan`.
#[derive(Clone, Debug, Args)]
pub(crate) struct PlanOptions {
    /// What would run.
    #[command(flatten)]
    pub(crate) selection: RunSelection,
}
