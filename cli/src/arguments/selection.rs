//! The options that `run` and `plan` share.

use clap::Args;
use std::path::PathBuf;

/// What runs, and how.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct RunSelection {
    /// Only sources that match: key=value
    ///
    /// Split at the first '='; later ones belong to the value. The key 'id' is a connector's id, any other key is
    /// a component of the pipeline's schema pattern; of a component with several values one must be equal. Values
    /// are compared exactly. Without a filter everything runs; a filter that matches nothing is no error.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) filter: Option<String>,
    /// The pipeline; needed when there are several
    #[arg(long, value_name = "NAME")]
    pub(crate) pipeline: Option<String>,
    /// Only this model
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Option<String>,
    /// Folder of models to run as well
    #[arg(long, value_name = "DIR")]
    pub(crate) models: Option<PathBuf>,
    /// Folder of contracts [default: contracts beside the configuration, if there is one]
    #[arg(long, value_name = "DIR")]
    pub(crate) contracts: Option<PathBuf>,
    /// Tables and models
    #[arg(long)]
    pub(crate) all: bool,
    /// Further governance, as JSON or as @FILE
    #[arg(long, value_name = "JSON|@FILE")]
    pub(crate) governance_override: Option<String>,
    /// Skip what this earlier run already did
    #[arg(long, value_name = "RUN_ID", conflicts_with = "resume_latest")]
    pub(crate) resume: Option<String>,
    /// Skip what the newest unfinished run already did
    #[arg(long)]
    pub(crate) resume_latest: bool,
    /// Write shadow tables in place of the real ones
    #[arg(long)]
    pub(crate) shadow: bool,
    /// What shadow tables end in [default: _rocky_shadow]
    #[arg(long, value_name = "SUFFIX", conflicts_with = "shadow_schema")]
    pub(crate) shadow_suffix: Option<String>,
    /// Schema of the shadow tables
    #[arg(long, value_name = "SCHEMA")]
    pub(crate) shadow_schema: Option<String>,
    /// Only this partition
    #[arg(long, value_name = "KEY", conflicts_with_all = ["from", "to", "latest", "missing"])]
    pub(crate) partition: Option<String>,
    /// First partition of a range
    #[arg(long, value_name = "KEY", requires = "to", conflicts_with_all = ["latest", "missing"])]
    pub(crate) from: Option<String>,
    /// Last partition of a range
    #[arg(long, value_name = "KEY", requires = "from", conflicts_with_all = ["latest", "missing"])]
    pub(crate) to: Option<String>,
    /// Only the partition that contains the present
    #[arg(long, conflicts_with = "missing")]
    pub(crate) latest: bool,
    /// Only partitions that have not been computed yet
    #[arg(long)]
    pub(crate) missing: bool,
    /// Also compute this many earlier partitions
    #[arg(long, value_name = "N")]
    pub(crate) lookback: Option<u32>,
    /// Partitions at the same time [default: 1]
    #[arg(long, value_name = "N")]
    pub(crate) parallel: Option<u32>,
}
