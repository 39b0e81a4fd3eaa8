//! Options of `rocky lsp`.

use clap::Args;
use std::path::PathBuf;

/// Options of `rocky lsp`.
#[derive(Clone, Debug, Args)]
pub(crate) struct LspOptions {
    /// Editors say so; there is no other transport
    #[arg(long, hide = true)]
    pub(crate) stdio: bool,
    /// Log more
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// Write the log to this file in place of stderr
    #[arg(long, value_name = "FILE")]
    pub(crate) log_file: Option<PathBuf>,
}
