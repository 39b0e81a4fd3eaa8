//! The first rows of a table, for people.

use rocky_adapter::{Connection, Result, RowLimit, cell_text};
use rocky_plan_model::RelationName;

/// The first rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Column names.
    pub columns: Vec<String>,
    /// Column types, as the warehouse spells them.
    pub types: Vec<String>,
    /// Rows as the warehouse writes them; `None` is NULL.
    pub rows: Vec<Vec<Option<String>>>,
    /// How many rows the table has.
    pub total_rows: u64,
}

/// Reads the first `rows` rows and counts all.
pub fn preview(
    connection: &mut dyn Connection,
    dialect: &dyn rocky_adapter::dialect::SqlDialect,
    relation: &RelationName,
    rows: usize,
) -> Result<Preview> {
    let present = connection.describe(relation)?;
    let names: Vec<&str> = present.columns.iter().map(|column| column.name.as_str()).collect();
    let shown = connection.query(&dialect.select_preview(relation, &names, rows), RowLimit::AtMost(rows))?;
    let total = connection.query(&dialect.select_count(relation), RowLimit::AtMost(1))?;
    Ok(Preview {
        columns: present.columns.iter().map(|column| column.name.clone()).collect(),
        types: present.columns.into_iter().map(|column| column.data_type).collect(),
        rows: shown.rows.iter().map(|row| row.iter().map(cell_text).collect()).collect(),
        total_rows: total.first_count().unwrap_or_default(),
    })
}
