//! Options of `rocky init`.

use clap::Args;
use std::path::PathBuf;

/// Options of `rocky init`.
#[derive(Clone, Debug, Args)]
pub(crate) struct InitOptions {
    /// Folder of the new project; created if needed
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Template: duckdb, databricks-fivetran, snowflake or bigquery
    #[arg(long, default_value = "duckdb", value_name = "TEMPLATE")]
    pub(crate) template: String,
}
