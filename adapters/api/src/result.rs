//! What a statement or query gives back.

use serde_json::Value;

/// The result of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Executed {
    /// Rows written, when the warehouse says so.
    pub rows_affected: Option<u64>,
}

/// The result of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryResult {
    /// Column names, in order.
    pub columns: Vec<String>,
    /// Rows of JSON values: numbers that fit, booleans, null, everything else as text.
    pub rows: Vec<Vec<Value>>,
    /// Whether there are more rows than were asked for.
    pub truncated: bool,
}

impl QueryResult {
    /// The first cell of the first row.
    pub fn first_cell(&self) -> Option<&Value> {
        self.rows.first().and_then(|row| row.first())
    }

    /// The first cell as a count. Large integers travel as text.
    pub fn first_count(&self) -> Option<u64> {
        match self.first_cell()? {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }
}

/// A cell as text; `None` is NULL.
pub fn cell_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
