//! Statements as `plan` prints them and `run` sends them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Create the target's catalog.
    CreateCatalog,
    /// Create the target's schema.
    CreateSchema,
    /// Replace the whole table of a model.
    FullRefresh,
    /// Append to the table of a model.
    Incremental,
    /// Add columns the target lacks.
    AddColumns,
    /// Copy a whole replicated table.
    FullRefreshCopy,
    /// Append to a replicated table.
    IncrementalCopy,
}

impl Purpose {
    /// The name in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Purpose::CreateCatalog => "create_catalog",
            Purpose::CreateSchema => "create_schema",
            Purpose::FullRefresh => "full_refresh",
            Purpose::Incremental => "incremental",
            Purpose::AddColumns => "add_columns",
            Purpose::FullRefreshCopy => "full_refresh_copy",
            Purpose::IncrementalCopy => "incremental_copy",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Statement {
    /// What it is for.
    pub purpose: Purpose,
    /// Full name of the table, schema or catalog it writes.
    pub target: String,
    /// Its text, without a trailing semicolon.
    pub sql: String,
}
