//! The SQL dialects plans are written in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A SQL dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// DuckDB.
    DuckDb,
    /// Databricks (Spark SQL).
    Databricks,
    /// Snowflake.
    Snowflake,
    /// BigQuery (GoogleSQL).
    BigQuery,
}

impl Dialect {
    /// The name used in configuration and outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Dialect::DuckDb => "duckdb",
            Dialect::Databricks => "databricks",
            Dialect::Snowflake => "snowflake",
            Dialect::BigQuery => "bigquery",
        }
    }
}
