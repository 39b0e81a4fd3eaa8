//! One replicated table as a node of the plan. It can be planned; running it comes with a later version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ColumnName, RawType, RelationName};

/// How a replicated table is brought up to date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ReplicationStrategy {
    /// Copy everything.
    FullRefresh,
    /// Append rows past the greatest timestamp in the target.
    Incremental {
        /// The column compared with the target.
        timestamp_column: ColumnName,
    },
}

/// A column added to every copied row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MetadataColumn {
    /// Its name.
    pub name: ColumnName,
    /// Its type.
    pub data_type: RawType,
    /// A SQL expression owned by the project, placeholders already substituted with checked text.
    pub expression: String,
}

/// Copy one source table to its target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReplicationNode {
    /// Source type, pattern components, table.
    pub asset_key: Vec<String>,
    /// The table that is read.
    pub source: RelationName,
    /// The table that is written.
    pub target: RelationName,
    /// How.
    pub strategy: ReplicationStrategy,
    /// Added columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metadata_columns: Vec<MetadataColumn>,
}
