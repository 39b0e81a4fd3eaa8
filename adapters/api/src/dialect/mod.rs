//! SQL text primitives: pure text functions, no I/O. Every identifier and literal in a statement comes from here.

mod duckdb;

use rocky_plan_model::{CatalogName, Dialect, RelationName, SchemaName, SelectSql};

use crate::{AdapterError, ErrorKind, Result};

pub use duckdb::{DUCKDB_QUOTED_KEYWORDS, DuckDbDialect, attached_name};

/// Literals longer than this are refused.
pub const MAX_LITERAL_BYTES: usize = 16 * 1024;

/// The text primitives of one dialect. Lines are joined by a newline, keywords are upper case, there is no trailing
/// semicolon.
pub trait SqlDialect: Send + Sync {
    /// Which dialect.
    fn dialect(&self) -> Dialect;

    /// An identifier: bare when it is ordinary, quoted when it must be.
    fn identifier(&self, name: &str) -> String;

    /// A string literal. Fails on text that no literal can hold.
    fn string_literal(&self, text: &str) -> Result<String>;

    /// The reference to a relation.
    fn table_ref(&self, relation: &RelationName) -> String;

    /// The reference to a schema.
    fn schema_ref(&self, catalog: &CatalogName, schema: &SchemaName) -> String;

    /// The type for text.
    fn string_type(&self) -> &'static str;

    /// `CREATE SCHEMA IF NOT EXISTS`.
    fn create_schema(&self, catalog: &CatalogName, schema: &SchemaName) -> String {
        format!("CREATE SCHEMA IF NOT EXISTS {}", self.schema_ref(catalog, schema))
    }

    /// Create a catalog; an error where the warehouse has no such statement.
    fn create_catalog(&self, catalog: &CatalogName) -> Result<String>;

    /// Atomic replacement of a table by a query's result.
    fn create_table_as(&self, relation: &RelationName, select: &SelectSql) -> String {
        format!("CREATE OR REPLACE TABLE {} AS\n{}", self.table_ref(relation), select.as_str())
    }

    /// Append the result of a SELECT (made by this dialect) to named columns.
    fn insert_into(&self, relation: &RelationName, columns: &[&str], select: &str) -> String {
        format!("INSERT INTO {} ({})\n{select}", self.table_ref(relation), self.column_list(columns))
    }

    /// Columns separated by commas.
    fn column_list(&self, columns: &[&str]) -> String {
        columns.iter().map(|column| self.identifier(column)).collect::<Vec<_>>().join(", ")
    }

    /// The rows of `select` whose `timestamp` column is past the greatest one in `relation`.
    fn select_past_watermark(
        &self,
        columns: &[&str],
        select: &SelectSql,
        timestamp: (&str, TimestampKind),
        relation: &RelationName,
    ) -> String {
        let (column, kind) = timestamp;
        let column = self.identifier(column);
        let columns = self.column_list(columns);
        let epoch = self.epoch(kind);
        let target = self.table_ref(relation);
        format!(
            "SELECT {columns} FROM (\n{}\n) AS _rocky_src\nWHERE {column} > (SELECT COALESCE(MAX({column}), {epoch}) FROM {target})",
            select.as_str()
        )
    }

    /// The earliest watermark, typed like its column.
    fn epoch(&self, kind: TimestampKind) -> &'static str;

    /// Whether a type, as the warehouse spells it, can be a watermark.
    fn timestamp_kind(&self, data_type: &str) -> Option<TimestampKind>;

    /// The greatest value of a column.
    fn select_max(&self, relation: &RelationName, column: &str) -> String {
        format!("SELECT MAX({}) FROM {}", self.identifier(column), self.table_ref(relation))
    }

    /// The number of rows.
    fn select_count(&self, relation: &RelationName) -> String {
        format!("SELECT COUNT(*) FROM {}", self.table_ref(relation))
    }

    /// The first rows, every column as text.
    fn select_preview(&self, relation: &RelationName, columns: &[&str], rows: usize) -> String {
        let columns = columns
            .iter()
            .map(|column| {
                let column = self.identifier(column);
                format!("CAST({column} AS {}) AS {column}", self.string_type())
            })
            .collect::<Vec<_>>()
            .join(", ");
        format!("SELECT {columns} FROM {} LIMIT {rows}", self.table_ref(relation))
    }

    /// Add a column.
    fn add_column(&self, relation: &RelationName, column: &str, data_type: &str) -> Result<String> {
        Ok(format!(
            "ALTER TABLE {} ADD COLUMN {} {}",
            self.table_ref(relation),
            self.identifier(column),
            checked_type(data_type)?
        ))
    }

    /// Drop a table.
    fn drop_table(&self, relation: &RelationName) -> String {
        format!("DROP TABLE IF EXISTS {}", self.table_ref(relation))
    }

    /// A sample of so many percent, as a clause after the table.
    fn sample_clause(&self, percent: u8) -> String;

    /// Whether a text column contains a match of the pattern.
    fn regex_match(&self, column: &str, pattern: &str) -> Result<String>;

    /// Now.
    fn current_timestamp(&self) -> &'static str {
        "CURRENT_TIMESTAMP"
    }

    /// Today minus so many days.
    fn days_ago(&self, days: u32) -> String {
        format!("CURRENT_DATE - INTERVAL '{days}' DAY")
    }
}

/// How a watermark column counts time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampKind {
    /// Whole days.
    Date,
    /// Instants.
    Timestamp,
}

/// A type that comes from a warehouse is data: it becomes part of a statement only if it looks like a type.
pub fn checked_type(data_type: &str) -> Result<&str> {
    let fits = |letter: char| {
        letter.is_alphanumeric() || matches!(letter, '_' | ' ' | '(' | ')' | ',' | '[' | ']' | '"')
    };
    let quotes = data_type.matches('"').count();
    if !data_type.is_empty() && data_type.chars().all(fits) && quotes.is_multiple_of(2) {
        Ok(data_type)
    } else {
        Err(AdapterError::new(
            ErrorKind::Unsupported,
            format!("'{data_type}' cannot be used as a column type"),
        ))
    }
}
