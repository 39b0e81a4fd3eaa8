//! The materialization strategies that write a table or view. The tenth, `ephemeral`, writes nothing and is a
//! variant of [`crate::Materialization`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ColumnName;

/// The length of one partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Granularity {
    /// One hour.
    Hour,
    /// One day.
    Day,
    /// One month.
    Month,
    /// One year.
    Year,
}

/// The windows of `time_interval` and `microbatch`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TimeWindow {
    /// The column that places a row in a partition.
    pub time_column: ColumnName,
    /// Partition length.
    pub granularity: Granularity,
    /// How many earlier partitions are computed again.
    pub lookback: u32,
    /// How many partitions one statement covers.
    pub batch_size: u32,
    /// Key of the earliest partition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_partition: Option<String>,
}

/// What tells that a row changed, for `snapshot`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum RowChange {
    /// A newer value in this column.
    UpdatedAt {
        /// The column.
        column: ColumnName,
    },
    /// A difference in any of these columns.
    CheckColumns {
        /// The columns.
        columns: Vec<ColumnName>,
    },
}

/// What `snapshot` does with rows that disappeared from the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HardDeletes {
    /// Leave them open.
    Ignore,
    /// Close them.
    Invalidate,
}

/// How a model's table is brought up to date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TableStrategy {
    /// Replace the whole table.
    FullRefresh,
    /// Append rows past the greatest timestamp in the target.
    Incremental {
        /// The column compared with the target.
        timestamp_column: ColumnName,
    },
    /// Upsert on a key.
    Merge {
        /// Key columns.
        unique_key: Vec<ColumnName>,
        /// Updated columns; none means all but the key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        update_columns: Option<Vec<ColumnName>>,
    },
    /// Replace time partitions.
    TimeInterval(TimeWindow),
    /// Replace time partitions, hourly unless said otherwise.
    Microbatch(TimeWindow),
    /// Keep the history of each key (slowly changing dimension, type 2).
    Snapshot {
        /// Key columns.
        unique_key: Vec<ColumnName>,
        /// What tells a change.
        change: RowChange,
        /// Rows that disappeared.
        hard_deletes: HardDeletes,
    },
    /// A view the warehouse keeps materialized.
    MaterializedView,
    /// A table the warehouse refreshes within a lag.
    DynamicTable {
        /// The allowed lag, for instance `5 minutes` or `downstream`.
        target_lag: String,
        /// The compute warehouse.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        warehouse: Option<String>,
    },
    /// Delete the partitions that arrive, then insert them.
    DeleteInsert {
        /// Partition columns.
        partition_by: Vec<ColumnName>,
    },
    /// A plain view (not one of the ten, but later projects use it).
    View,
}

impl TableStrategy {
    /// The name in configuration and outputs.
    pub fn name(&self) -> &'static str {
        match self {
            TableStrategy::FullRefresh => "full_refresh",
            TableStrategy::Incremental { .. } => "incremental",
            TableStrategy::Merge { .. } => "merge",
            TableStrategy::TimeInterval(_) => "time_interval",
            TableStrategy::Microbatch(_) => "microbatch",
            TableStrategy::Snapshot { .. } => "snapshot",
            TableStrategy::MaterializedView => "materialized_view",
            TableStrategy::DynamicTable { .. } => "dynamic_table",
            TableStrategy::DeleteInsert { .. } => "delete_insert",
            TableStrategy::View => "view",
        }
    }

    /// Whether this version can execute the strategy. The others are planned as data and refused by the engine.
    pub fn is_executable(&self) -> bool {
        matches!(self, TableStrategy::FullRefresh | TableStrategy::Incremental { .. })
    }
}
