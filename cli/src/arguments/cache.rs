//! Options of `rocky cache`.

use clap::Subcommand;
use std::path::PathBuf;

/// What is done with the cache.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum CacheCommand {
    /// Show what is in it
    Stats,
    /// Compute everything again and compare
    Verify,
    /// Delete it; the next command computes what it needs
    Clear,
    /// Write the results about single models to a file, for another checkout
    Export {
        /// The file
        file: PathBuf,
    },
    /// Take over results that were exported, from people whom you trust
    Import {
        /// The file
        file: PathBuf,
    },
}
