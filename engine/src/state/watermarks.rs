//! Table `watermarks`: how far incremental tables have come.

use serde::{Deserialize, Serialize};

use super::json_table::{JsonTable, Record};

/// Keyed by the target's `catalog.schema.table`.
pub(super) const TABLE: JsonTable<WatermarkRecord> = JsonTable::new("watermarks");

/// How far a table has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatermarkRecord {
    /// The greatest timestamp in the table after the run, RFC 3339.
    pub last_value: String,
    /// When it was recorded, RFC 3339.
    pub updated_at: String,
}

impl Record for WatermarkRecord {
    const VERSION: u32 = 1;
}
