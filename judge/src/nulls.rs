//! Whether a column called NOT NULL ever gives NULL, over data and over empty tables.

use duckdb::Connection;
use duckdb::arrow::array::Array as _;
use rocky_types::Nullability;

use crate::judgement::Ours;
use crate::patience::limited;

/// What one run of a query showed.
#[derive(Debug)]
pub(crate) enum Ran {
    /// It ran; the columns that gave NULL although called NOT NULL.
    Checked(Vec<usize>),
    /// DuckDB stopped: overflow, a cast of a value, a subquery of several rows.
    Stopped,
}

/// Runs a query and looks at the columns that are called NOT NULL.
pub(crate) fn run(connection: &Connection, sql: &str, ours: &Ours) -> Ran {
    let claimed: Vec<usize> = ours
        .inference
        .schema
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.nullability == Nullability::NotNull)
        .map(|(position, _)| position)
        .collect();
    let ask = || -> duckdb::Result<Vec<usize>> {
        let mut statement = connection.prepare(sql)?;
        let mut wrong = Vec::new();
        for batch in statement.query_arrow([])? {
            // Behind a star of unknown width positions say nothing.
            if batch.num_columns() != ours.inference.schema.columns.len() {
                return Ok(wrong);
            }
            for position in &claimed {
                let nulls = batch.column(*position).null_count() > 0;
                if nulls && !wrong.contains(position) {
                    wrong.push(*position);
                }
            }
        }
        Ok(wrong)
    };
    limited(connection, sql, ask).map_or(Ran::Stopped, Ran::Checked)
}
