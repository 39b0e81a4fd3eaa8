//! Options of `rocky compile`.

use clap::Args;
use std::path::PathBuf;

/// Options of `rocky compile`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct CompileOptions {
    /// Folder of the models [default: models beside the configuration, or the pipelines' globs]
    #[arg(long, value_name = "DIR")]
    pub(crate) models: Option<PathBuf>,
    /// Folder of contracts [default: contracts beside the configuration, if there is one]
    #[arg(long, value_name = "DIR")]
    pub(crate) contracts: Option<PathBuf>,
    /// Report on this model only
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Option<String>,
    /// Also print each model with its macros expanded
    #[arg(long)]
    pub(crate) expand_macros: bool,
}
