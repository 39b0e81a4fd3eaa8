//! Strategies as the documents show them.

use crate::output::{HardDeletesConfig, StrategyConfig, TimeGrain};
use rocky_compiler::project::{Granularity, SnapshotChanges, Strategy};

/// A model's strategy.
pub(crate) fn strategy(strategy: &Strategy) -> StrategyConfig {
    let texts = |names: &[_]| names.iter().map(ToString::to_string).collect::<Vec<String>>();
    match strategy {
        Strategy::FullRefresh => StrategyConfig::FullRefresh,
        Strategy::Incremental { timestamp_column } => {
            StrategyConfig::Incremental { timestamp_column: timestamp_column.to_string() }
        }
        Strategy::Merge { unique_key, update_columns } => StrategyConfig::Merge {
            unique_key: texts(unique_key),
            update_columns: update_columns.as_deref().map(texts),
        },
        Strategy::TimeInterval(window) => StrategyConfig::TimeInterval {
            time_column: window.time_column.to_string(),
            granularity: grain(window.granularity),
            lookback: window.lookback,
            batch_size: window.batch_size,
            first_partition: window.first_partition.as_ref().map(ToString::to_string),
        },
        Strategy::Microbatch(window) => StrategyConfig::Microbatch {
            timestamp_column: window.time_column.to_string(),
            granularity: grain(window.granularity),
            lookback: window.lookback,
            batch_size: window.batch_size,
            first_partition: window.first_partition.as_ref().map(ToString::to_string),
        },
        Strategy::DeleteInsert { partition_by } => {
            StrategyConfig::DeleteInsert { partition_by: texts(partition_by) }
        }
        Strategy::Ephemeral => StrategyConfig::Ephemeral,
        Strategy::Snapshot { unique_key, changes, invalidate_hard_deletes } => {
            let (updated_at, check_cols) = match changes {
                SnapshotChanges::UpdatedAt(column) => (Some(column.to_string()), None),
                SnapshotChanges::Columns(columns) => (None, Some(texts(columns))),
            };
            let hard_deletes = match invalidate_hard_deletes {
                true => HardDeletesConfig::Invalidate,
                false => HardDeletesConfig::Ignore,
            };
            StrategyConfig::Snapshot { unique_key: texts(unique_key), updated_at, check_cols, hard_deletes }
        }
        Strategy::MaterializedView => StrategyConfig::MaterializedView,
        Strategy::DynamicTable { target_lag, warehouse } => StrategyConfig::DynamicTable {
            target_lag: target_lag.to_string(),
            warehouse: warehouse.as_ref().map(ToString::to_string),
        },
        Strategy::View => StrategyConfig::View,
    }
}

fn grain(granularity: Granularity) -> TimeGrain {
    match granularity {
        Granularity::Hour => TimeGrain::Hour,
        Granularity::Day => TimeGrain::Day,
        Granularity::Month => TimeGrain::Month,
        Granularity::Year => TimeGrain::Year,
    }
}
