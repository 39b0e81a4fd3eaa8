//! The tables a playground shows at its end.

use crate::render::counted;
use crate::render::style::{Style, Tone};
use crate::render::table::{Align, Table};
use rocky_adapter::{AdapterError, Connection, RowLimit, TargetState, Warehouse, cell_text};
use rocky_plan_model::RelationName;
use std::fmt::Write as _;

/// Rows shown of each table.
const PREVIEW_ROWS: usize = 5;

/// A relation that a model wrote.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ResultTable {
    /// The model.
    pub(super) model: String,
    /// What it wrote.
    pub(super) relation: RelationName,
    /// Whether its rows are shown, not only counted.
    pub(super) is_shown: bool,
}

/// The row counts of all tables, then the first rows of those that are shown.
pub(super) fn render(
    warehouse: &dyn Warehouse,
    tables: &[ResultTable],
    width: usize,
    style: Style,
) -> Result<String, AdapterError> {
    let mut connection = warehouse.connect()?;
    let mut overview = Table::new([
        ("model".to_owned(), Align::Left),
        ("table".to_owned(), Align::Left),
        ("rows".to_owned(), Align::Right),
    ]);
    let mut previews = String::new();
    for table in tables {
        let query = warehouse.dialect().select_count(&table.relation);
        let count = connection.query(&query, RowLimit::AtMost(1))?.first_count().unwrap_or(0);
        overview.push(vec![
            Some(table.model.clone()),
            Some(table.relation.to_string()),
            Some(count.to_string()),
        ]);
        if table.is_shown {
            let title = style.paint(Tone::Strong, &table.relation.to_string());
            let _ = writeln!(previews, "\n{title} ({})", counted(count, "row"));
            previews.push_str(&preview(warehouse, connection.as_mut(), &table.relation, width, style)?);
            let more = count.saturating_sub(PREVIEW_ROWS as u64);
            if more > 0 {
                let _ = writeln!(previews, "  … {} more", counted(more, "row"));
            }
        }
    }
    Ok(format!("{}{previews}", overview.render(width, style)))
}

fn preview(
    warehouse: &dyn Warehouse,
    connection: &mut dyn Connection,
    relation: &RelationName,
    width: usize,
    style: Style,
) -> Result<String, AdapterError> {
    let columns = match connection.probe(relation) {
        TargetState::Present(present) => present.columns,
        TargetState::Absent => return Ok("  (the table is not there)\n".to_owned()),
        TargetState::Unknown(error) => return Err(error),
    };
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let query = warehouse.dialect().select_preview(relation, &names, PREVIEW_ROWS);
    let result = connection.query(&query, RowLimit::AtMost(PREVIEW_ROWS))?;
    let mut table =
        Table::new(columns.iter().map(|column| (column.name.clone(), alignment(&column.data_type))));
    for row in &result.rows {
        table.push(row.iter().map(cell_text).collect());
    }
    Ok(table.render(width, style))
}

/// Numbers stand at the right.
fn alignment(data_type: &str) -> Align {
    const NUMBERS: [&str; 8] = ["DECIMAL", "DOUBLE", "FLOAT", "REAL", "BIGINT", "INTEGER", "SMALLINT", "HUGEINT"];
    let upper = data_type.to_ascii_uppercase();
    let is_number = NUMBERS.iter().any(|number| upper.starts_with(number))
        || upper.starts_with("TINYINT")
        || upper.starts_with("UBIGINT");
    if is_number && !upper.ends_with(']') { Align::Right } else { Align::Left }
}

#[cfg(test)]
mod tests {
    use super::alignment;
    use crate::render::table::Align;

    #[test]
    fn numbers_stand_at_the_right() {
        assert_eq!(alignment("DECIMAL(10,2)"), Align::Right);
        assert_eq!(alignment("BIGINT"), Align::Right);
        assert_eq!(alignment("BIGINT[]"), Align::Left);
        assert_eq!(alignment("VARCHAR"), Align::Left);
    }
}
