//! Targets and strategies as the documents show them.

use schemars::JsonSchema;
use serde::Serialize;

/// The length of one partition.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeGrain {
    /// One hour.
    Hour,
    /// One day.
    Day,
    /// One month.
    Month,
    /// One year.
    Year,
}

/// Where a model is written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct TargetConfig {
    /// Catalog, empty when the warehouse has none.
    pub catalog: String,
    /// Schema.
    pub schema: String,
    /// Table.
    pub table: String,
}

/// What a snapshot does with rows that disappeared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HardDeletesConfig {
    /// Leaves them open.
    Ignore,
    /// Closes them.
    Invalidate,
}

/// How a model is brought up to date.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum StrategyConfig {
    /// The whole table is replaced.
    FullRefresh,
    /// Rows past the greatest timestamp are appended.
    Incremental {
        /// The column compared with the target.
        timestamp_column: String,
    },
    /// Rows are upserted on a key.
    Merge {
        /// Key columns.
        unique_key: Vec<String>,
        /// Updated columns; null means all but the key.
        update_columns: Option<Vec<String>>,
    },
    /// Time partitions are replaced.
    TimeInterval {
        /// The column that places a row in a partition.
        time_column: String,
        /// Partition length.
        granularity: TimeGrain,
        /// Earlier partitions computed again.
        lookback: u32,
        /// Partitions one statement covers.
        #[schemars(range(min = 1))]
        batch_size: u32,
        /// Key of the earliest partition.
        first_partition: Option<String>,
    },
    /// Nothing is written; the query is inlined where it is used.
    Ephemeral,
    /// Partitions that arrive are deleted, then inserted.
    DeleteInsert {
        /// Partition columns.
        partition_by: Vec<String>,
    },
    /// Time partitions are replaced, hourly unless said otherwise.
    Microbatch {
        /// The column that places a row in a partition.
        timestamp_column: String,
        /// Partition length.
        granularity: TimeGrain,
        /// Earlier partitions computed again.
        lookback: u32,
        /// Partitions one statement covers.
        #[schemars(range(min = 1))]
        batch_size: u32,
        /// Key of the earliest partition.
        first_partition: Option<String>,
    },
    /// A view the warehouse keeps materialized.
    MaterializedView,
    /// A table the warehouse refreshes within a lag.
    DynamicTable {
        /// The allowed lag.
        target_lag: String,
        /// The compute warehouse.
        #[serde(skip_serializing_if = "Option::is_none")]
        warehouse: Option<String>,
    },
    /// The history of each key is kept.
    Snapshot {
        /// Key columns.
        unique_key: Vec<String>,
        /// The column whose newer value tells a change.
        #[serde(skip_serializing_if = "Option::is_none")]
        updated_at: Option<String>,
        /// The columns whose difference tells a change.
        #[serde(skip_serializing_if = "Option::is_none")]
        check_cols: Option<Vec<String>>,
        /// Rows that disappeared.
        hard_deletes: HardDeletesConfig,
    },
    /// A plain view.
    View,
}
