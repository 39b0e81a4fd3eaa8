//! What an adapter can do.

use serde::{Deserialize, Serialize};

/// Capabilities, as in a process adapter's manifest. What is not named is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Capabilities {
    /// Executes statements.
    pub warehouse: bool,
    /// Lists source tables.
    pub discovery: bool,
    /// Tags and grants.
    pub governance: bool,
    /// Counts and freshness of many tables in one request.
    pub batch_checks: bool,
    /// Creates catalogs.
    pub create_catalog: bool,
    /// Creates schemas.
    pub create_schema: bool,
    /// `MERGE`.
    pub merge: bool,
    /// Sampling.
    pub tablesample: bool,
    /// Loads files.
    pub file_load: bool,
    /// Several connections in one process, their requests side by side.
    pub connections: bool,
    /// A running statement can be interrupted.
    pub interrupt: bool,
    /// How many statements are worth running side by side; none means the caller finds out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub useful_concurrency: Option<u32>,
}
