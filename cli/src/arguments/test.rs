//! Options of `rocky test`.

use super::reporting::ReportOptions;
use clap::Args;
use std::path::PathBuf;

/// Options of `rocky test`.
#[derive(Clone, Debug, Args)]
pub(crate) struct TestOptions {
    /// Folder of the models [default: models beside the configuration, or the pipelines' globs]
    #[arg(long, value_name = "DIR")]
    pub(crate) models: Option<PathBuf>,
    /// Folder of contracts [default: contracts beside the configuration, if there is one]
    #[arg(long, value_name = "DIR")]
    pub(crate) contracts: Option<PathBuf>,
    /// Test only this model; the models it reads are built too
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Option<String>,
    /// Run the tests of the sidecars on the configured warehouse
    #[arg(long)]
    pub(crate) declarative: bool,
    /// The pipeline whose warehouse is used with --declarative
    #[arg(long, value_name = "NAME")]
    pub(crate) pipeline: Option<String>,
    /// How the result is reported.
    #[command(flatten)]
    pub(crate) reporting: ReportOptions,
}
