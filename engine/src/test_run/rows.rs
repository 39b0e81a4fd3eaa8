//! Rows written in tests, as SQL.

use rocky_adapter::dialect::{SqlDialect, checked_type};
use rocky_adapter::{AdapterError, Result};
use rocky_plan_model::{CellValue, ColumnName, ExpectedColumn, TestRow};

/// A column of written rows and the type its cells get, when known.
pub(super) struct TypedColumn {
    pub(super) name: ColumnName,
    pub(super) data_type: Option<String>,
}

/// The declared columns, then those only rows name, in the order they appear.
pub(super) fn columns_of(declared: &[ExpectedColumn], rows: &[TestRow]) -> Vec<TypedColumn> {
    let mut columns: Vec<TypedColumn> = declared
        .iter()
        .map(|column| TypedColumn {
            name: column.name.clone(),
            data_type: column.data_type.as_ref().map(|data_type| data_type.0.clone()),
        })
        .collect();
    for cell in rows.iter().flat_map(|row| &row.cells) {
        if !columns.iter().any(|column| same(&column.name, &cell.column)) {
            columns.push(TypedColumn { name: cell.column.clone(), data_type: None });
        }
    }
    columns
}

fn same(left: &ColumnName, right: &ColumnName) -> bool {
    left.as_str().eq_ignore_ascii_case(right.as_str())
}

/// A SELECT that puts out the rows.
pub(super) fn select_rows(
    columns: &[TypedColumn],
    rows: &[TestRow],
    dialect: &dyn SqlDialect,
) -> Result<String> {
    let names: Vec<String> = columns.iter().map(|column| dialect.identifier(column.name.as_str())).collect();
    if rows.is_empty() {
        let mut cells = Vec::with_capacity(columns.len());
        for (column, name) in columns.iter().zip(&names) {
            cells.push(format!("{} AS {name}", typed(&CellValue::Null, column, dialect)?));
        }
        return Ok(format!("SELECT {} WHERE 1 = 0", cells.join(", ")));
    }
    let mut written = Vec::with_capacity(rows.len());
    for row in rows {
        let mut cells = Vec::with_capacity(columns.len());
        for column in columns {
            let value =
                row.cells.iter().find(|cell| same(&cell.column, &column.name)).map(|cell| &cell.value);
            cells.push(typed(value.unwrap_or(&CellValue::Null), column, dialect)?);
        }
        written.push(format!("({})", cells.join(", ")));
    }
    Ok(format!("SELECT * FROM (VALUES\n{}\n) AS _rocky_rows ({})", written.join(",\n"), names.join(", ")))
}

fn typed(value: &CellValue, column: &TypedColumn, dialect: &dyn SqlDialect) -> Result<String> {
    let text = |text: &str| dialect.string_literal(text);
    let data_type = match &column.data_type {
        Some(data_type) => Some(checked_type(data_type).map_err(|error| in_column(error, &column.name))?),
        None => None,
    };
    Ok(match (value, data_type) {
        (CellValue::Null, Some(data_type)) => format!("CAST(NULL AS {data_type})"),
        (CellValue::Null, None) => "NULL".to_owned(),
        (CellValue::Boolean(value), data_type) => cast(if *value { "TRUE" } else { "FALSE" }, data_type),
        (CellValue::Number(number), data_type) => cast(number.as_str(), data_type),
        (CellValue::Text(value), data_type) => cast(&text(value)?, data_type),
        (CellValue::Temporal(value), Some(data_type)) => cast(&text(value)?, Some(data_type)),
        (CellValue::Temporal(value), None) => cast(&text(value)?, Some(temporal_type(value))),
    })
}

fn cast(literal: &str, data_type: Option<&str>) -> String {
    match data_type {
        Some(data_type) => format!("CAST({literal} AS {data_type})"),
        None => literal.to_owned(),
    }
}

/// TOML has dates, times, and timestamps with and without offset.
fn temporal_type(text: &str) -> &'static str {
    let has_date = text.as_bytes().get(4) == Some(&b'-');
    let has_time = text.contains(':');
    let clock = text.split(['T', 't', ' ']).nth(1).unwrap_or_default();
    let has_offset = clock.contains(['Z', 'z', '+', '-']);
    match (has_date, has_time, has_offset) {
        (true, true, true) => "TIMESTAMPTZ",
        (true, true, false) => "TIMESTAMP",
        (true, false, _) => "DATE",
        (false, _, _) => "TIME",
    }
}

fn in_column(mut error: AdapterError, column: &ColumnName) -> AdapterError {
    error.message = format!("column '{column}': {}", error.message);
    error
}
