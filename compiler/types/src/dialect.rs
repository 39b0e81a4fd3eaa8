//! The dialects whose rules differ here.

use serde::{Deserialize, Serialize};

/// Whose SQL it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub enum DialectKind {
    /// Databricks (Spark SQL).
    Databricks,
    /// Snowflake.
    Snowflake,
    /// BigQuery (GoogleSQL).
    BigQuery,
    /// DuckDB.
    DuckDb,
    /// Not known: whatever some warehouse accepts is accepted.
    #[default]
    Permissive,
}
