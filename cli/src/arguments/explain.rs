//! Options of `rocky explain`.

use clap::Args;

/// Options of `rocky explain`.
#[derive(Clone, Debug, Args)]
pub(crate) struct ExplainOptions {
    /// A diagnostic code such as E003
    pub(crate) code: String,
}
