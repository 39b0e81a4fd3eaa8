//! How a model is materialised: the strategies of `[strategy]`.

use crate::Finding;
use crate::decode::{Decoder, Table};
use smol_str::SmolStr;

/// How a model becomes a table, with everything that way needs.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub enum Strategy {
    /// Rebuilt from scratch at each run.
    #[default]
    FullRefresh,
    /// Rows newer than the newest one are appended.
    Incremental {
        /// The column that grows.
        timestamp_column: SmolStr,
    },
    /// Rows are updated or inserted by key.
    Merge {
        /// The columns that identify a row; never empty.
        unique_key: Vec<SmolStr>,
        /// The columns to update; `None` is every column that is not a key.
        update_columns: Option<Vec<SmolStr>>,
    },
    /// One statement per partition of time.
    TimeInterval(TimeInterval),
    /// As [`Strategy::TimeInterval`], hourly by default, with optional placeholders.
    Microbatch(TimeInterval),
    /// The partitions that the query produces are replaced.
    DeleteInsert {
        /// The columns that identify a partition; never empty.
        partition_by: Vec<SmolStr>,
    },
    /// No table: readers get the query inlined.
    Ephemeral,
    /// Every version of every row is kept.
    Snapshot {
        /// The columns that identify a row; never empty.
        unique_key: Vec<SmolStr>,
        /// How a change is noticed.
        changes: SnapshotChanges,
        /// Whether rows gone from the source are closed.
        invalidate_hard_deletes: bool,
    },
    /// A view that the warehouse keeps up to date.
    MaterializedView,
    /// A table that Snowflake keeps up to date.
    DynamicTable {
        /// How old its data may be, such as `1 hour` or `downstream`.
        target_lag: SmolStr,
        /// The warehouse that refreshes it; `None` is the adapter's.
        warehouse: Option<SmolStr>,
    },
    /// A plain view.
    View,
}

/// How a snapshot notices that a row changed.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum SnapshotChanges {
    /// This column got a newer value.
    UpdatedAt(SmolStr),
    /// One of these columns differs.
    Columns(Vec<SmolStr>),
}

/// Partitions of time.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TimeInterval {
    /// The column that says which partition a row belongs to.
    pub time_column: SmolStr,
    /// The length of a partition.
    pub granularity: Granularity,
    /// How many partitions before the newest are computed again at each run.
    pub lookback: u32,
    /// How many partitions one statement covers; at least 1.
    pub batch_size: u32,
    /// The key of the oldest partition. Not yet checked against the granularity (E026 does).
    pub first_partition: Option<SmolStr>,
}

/// The length of a partition of time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Granularity {
    Hour,
    Day,
    Month,
    Year,
}

impl Granularity {
    /// The word for it in TOML and JSON.
    pub fn as_str(self) -> &'static str {
        GRANULARITIES.iter().find(|(_, value)| *value == self).map_or("day", |(word, _)| word)
    }
}

const GRANULARITIES: &[(&str, Granularity)] = &[
    ("hour", Granularity::Hour),
    ("day", Granularity::Day),
    ("month", Granularity::Month),
    ("year", Granularity::Year),
];

/// The strategies and the keys each takes beside `type`.
pub const STRATEGIES: &[(&str, &[&str])] = &[
    ("full_refresh", &[]),
    ("incremental", &["timestamp_column"]),
    ("merge", &["unique_key", "update_columns"]),
    ("time_interval", &["time_column", "granularity", "lookback", "batch_size", "first_partition"]),
    ("microbatch", &["timestamp_column", "granularity", "lookback", "batch_size", "first_partition"]),
    ("delete_insert", &["partition_by"]),
    ("ephemeral", &[]),
    (
        "snapshot",
        &[
            "unique_key",
            "updated_at",
            "invalidate_hard_deletes",
            "check_columns",
            "check_cols",
            "hard_deletes",
        ],
    ),
    ("materialized_view", &[]),
    ("dynamic_table", &["target_lag", "warehouse"]),
    ("view", &[]),
];

impl Strategy {
    /// The word for it in TOML and JSON.
    pub fn type_name(&self) -> &'static str {
        match self {
            Strategy::FullRefresh => "full_refresh",
            Strategy::Incremental { .. } => "incremental",
            Strategy::Merge { .. } => "merge",
            Strategy::TimeInterval(_) => "time_interval",
            Strategy::Microbatch(_) => "microbatch",
            Strategy::DeleteInsert { .. } => "delete_insert",
            Strategy::Ephemeral => "ephemeral",
            Strategy::Snapshot { .. } => "snapshot",
            Strategy::MaterializedView => "materialized_view",
            Strategy::DynamicTable { .. } => "dynamic_table",
            Strategy::View => "view",
        }
    }

    /// The partitions of time, for the two strategies that have them.
    pub fn time_interval(&self) -> Option<&TimeInterval> {
        match self {
            Strategy::TimeInterval(interval) | Strategy::Microbatch(interval) => Some(interval),
            _ => None,
        }
    }

    /// The key columns, for the strategies that identify rows.
    pub fn unique_key(&self) -> &[SmolStr] {
        match self {
            Strategy::Merge { unique_key, .. } | Strategy::Snapshot { unique_key, .. } => unique_key,
            _ => &[],
        }
    }

    /// The output columns this strategy needs, with the key that names them, in key order.
    pub fn needed_columns(&self) -> Vec<(&'static str, &SmolStr)> {
        let one = |key: &'static str, column| vec![(key, column)];
        match self {
            Strategy::Incremental { timestamp_column } => one("timestamp_column", timestamp_column),
            Strategy::TimeInterval(interval) => one("time_column", &interval.time_column),
            Strategy::Microbatch(interval) => one("timestamp_column", &interval.time_column),
            Strategy::Merge { unique_key, update_columns } => unique_key
                .iter()
                .map(|column| ("unique_key", column))
                .chain(update_columns.iter().flatten().map(|column| ("update_columns", column)))
                .collect(),
            Strategy::DeleteInsert { partition_by } => {
                partition_by.iter().map(|column| ("partition_by", column)).collect()
            }
            Strategy::Snapshot { unique_key, changes, .. } => {
                let mut needed: Vec<_> = unique_key.iter().map(|column| ("unique_key", column)).collect();
                match changes {
                    SnapshotChanges::UpdatedAt(column) => needed.push(("updated_at", column)),
                    SnapshotChanges::Columns(columns) => {
                        needed.extend(columns.iter().map(|column| ("check_columns", column)));
                    }
                }
                needed
            }
            _ => Vec::new(),
        }
    }
}

/// Reads a `[strategy]` table.
pub(crate) fn decode_strategy_table(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<Strategy> {
    if !table.has("type") {
        decoder.missing(table, "type");
        return None;
    }
    let type_name = decoder.text(table, "type")?;
    let own_keys = known_strategy(decoder, table, "type", &type_name)?;
    let known: Vec<&str> = std::iter::once("type").chain(own_keys.iter().copied()).collect();
    crate::sidecar::check_nested_keys(decoder, table, &known);
    decode_strategy(decoder, table, &type_name)
}

/// The keys of the strategy called `type_name`; reports a name that is none.
pub(crate) fn known_strategy(
    decoder: &mut Decoder<'_>,
    table: &Table<'_>,
    key: &str,
    type_name: &str,
) -> Option<&'static [&'static str]> {
    let found = STRATEGIES.iter().find(|(name, _)| *name == type_name);
    if found.is_none() {
        let field = table.field(key);
        let span = table.get(key).map_or(0..0, toml::Spanned::span);
        if type_name == "content_addressed" {
            let message = "the strategy 'content_addressed' is not supported".to_owned();
            decoder.wrong(&field, span, message, Some("use 'merge' or 'delete_insert'".to_owned()));
        } else {
            decoder.not_a_choice(&field, span, type_name, STRATEGIES.iter().map(|(name, _)| *name));
        }
    }
    found.map(|(_, keys)| *keys)
}

/// Reads the keys of the strategy `type_name` from `table`.
pub(crate) fn decode_strategy(
    decoder: &mut Decoder<'_>,
    table: &Table<'_>,
    type_name: &str,
) -> Option<Strategy> {
    Some(match type_name {
        "full_refresh" => Strategy::FullRefresh,
        "ephemeral" => Strategy::Ephemeral,
        "materialized_view" => Strategy::MaterializedView,
        "view" => Strategy::View,
        "incremental" => {
            Strategy::Incremental { timestamp_column: decoder.required_text(table, "timestamp_column")? }
        }
        "merge" => {
            let unique_key = key_list(decoder, table, "unique_key");
            let update_columns = decoder.texts(table, "update_columns");
            Strategy::Merge { unique_key: unique_key?, update_columns }
        }
        "delete_insert" => Strategy::DeleteInsert { partition_by: key_list(decoder, table, "partition_by")? },
        "time_interval" => {
            let time_column = decoder.required_text(table, "time_column");
            if !table.has("granularity") {
                decoder.missing(table, "granularity");
            }
            let granularity = decoder.choice(table, "granularity", GRANULARITIES);
            Strategy::TimeInterval(time_interval(decoder, table, time_column, granularity)?)
        }
        "microbatch" => {
            let time_column = decoder.required_text(table, "timestamp_column");
            let granularity = match table.has("granularity") {
                true => decoder.choice(table, "granularity", GRANULARITIES),
                false => Some(Granularity::Hour),
            };
            Strategy::Microbatch(time_interval(decoder, table, time_column, granularity)?)
        }
        "dynamic_table" => {
            let target_lag = decoder.required_text(table, "target_lag");
            let warehouse = decoder.text(table, "warehouse");
            Strategy::DynamicTable { target_lag: target_lag?, warehouse }
        }
        _ => snapshot(decoder, table)?,
    })
}

fn time_interval(
    decoder: &mut Decoder<'_>,
    table: &Table<'_>,
    time_column: Option<SmolStr>,
    granularity: Option<Granularity>,
) -> Option<TimeInterval> {
    let lookback = decoder.integer::<u32>(table, "lookback").unwrap_or(0);
    let batch_size = decoder.integer::<u32>(table, "batch_size").unwrap_or(1);
    let first_partition = decoder.text(table, "first_partition");
    if batch_size == 0 {
        let field = table.field("batch_size");
        let span = table.get("batch_size").map_or(0..0, toml::Spanned::span);
        decoder.wrong(&field, span, format!("'{field}' must be at least 1"), None);
        return None;
    }
    Some(TimeInterval {
        time_column: time_column?,
        granularity: granularity?,
        lookback,
        batch_size,
        first_partition,
    })
}

fn snapshot(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<Strategy> {
    let unique_key = key_list(decoder, table, "unique_key");
    let updated_at = decoder.text(table, "updated_at");
    let columns = match table.has("check_columns") {
        true => key_list(decoder, table, "check_columns"),
        false if table.has("check_cols") => key_list(decoder, table, "check_cols"),
        false => None,
    };
    let invalidate = match table.has("hard_deletes") {
        true => decoder.choice(table, "hard_deletes", &[("ignore", false), ("invalidate", true)]),
        false => decoder.boolean(table, "invalidate_hard_deletes"),
    };
    let changes = match (updated_at, columns) {
        (Some(column), _) => SnapshotChanges::UpdatedAt(column),
        (None, Some(columns)) => SnapshotChanges::Columns(columns),
        (None, None) => {
            if !["updated_at", "check_columns", "check_cols"].iter().any(|key| table.has(key)) {
                decoder.missing(table, "updated_at");
            }
            return None;
        }
    };
    Some(Strategy::Snapshot {
        unique_key: unique_key?,
        changes,
        invalidate_hard_deletes: invalidate.unwrap_or(false),
    })
}

/// A list of columns that must be there and not be empty (V028).
fn key_list(decoder: &mut Decoder<'_>, table: &Table<'_>, key: &str) -> Option<Vec<SmolStr>> {
    let list = decoder.required_texts(table, key)?;
    if !list.is_empty() && list.iter().all(|column| !column.trim().is_empty()) {
        return Some(list);
    }
    let field = table.field(key);
    let range = table.get(key).map_or(table.range, |value| decoder.range(value.span()));
    let finding = Finding::error("V028", range, format!("'{field}' must name at least one column"))
        .at_field(field)
        .suggest(format!("write the columns, such as `{key} = [\"id\"]`"));
    decoder.report(finding);
    None
}
