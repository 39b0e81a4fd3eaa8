//! Options of `rocky playground`.

use clap::Args;
use std::path::PathBuf;

/// Options of `rocky playground`.
#[derive(Clone, Debug, Args)]
pub(crate) struct PlaygroundOptions {
    /// Folder of the new project; must not exist, or be empty
    #[arg(default_value = "rocky-playground")]
    pub(crate) path: PathBuf,
    /// Template: quickstart, ecommerce or showcase
    #[arg(long, default_value = "quickstart", value_name = "TEMPLATE")]
    pub(crate) template: String,
    /// Also seed the database, validate, compile, run and show the result tables
    #[arg(long)]
    pub(crate) run: bool,
}
