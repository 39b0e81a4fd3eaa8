//! Options of `rocky ci`.

use super::reporting::ReportOptions;
use clap::Args;
use std::path::PathBuf;

/// Options of `rocky ci`.
#[derive(Clone, Debug, Args)]
pub(crate) struct CiOptions {
    /// Folder of the models [default: models beside the configuration, or the pipelines' globs]
    #[arg(long, value_name = "DIR")]
    pub(crate) models: Option<PathBuf>,
    /// Folder of contracts [default: contracts beside the configuration, if there is one]
    #[arg(long, value_name = "DIR")]
    pub(crate) contracts: Option<PathBuf>,
    /// How the result is reported.
    #[command(flatten)]
    pub(crate) reporting: ReportOptions,
}
