//! The tables a playground shows at its end.

use crate::render::counted;
use crate::render::style::{Style, Tone};
use crate::render::table::{Align, Table};
use rocky_adapter::{AdapterError, Warehouse};
use rocky_engine::{Preview, preview};
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
    /// How.
    pub(super) strategy: &'static str,
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
        ("strategy".to_owned(), Align::Left),
        ("table".to_owned(), Align::Left),
        ("rows".to_owned(), Align::Right),
    ]);
    let mut previews = String::new();
    for table in tables {
        let rows = if table.is_shown { PREVIEW_ROWS } else { 0 };
        let shown = preview(connection.as_mut(), warehouse.dialect(), &table.relation, rows)?;
        overview.push(vec![
            Some(table.model.clone()),
            Some(table.strategy.to_owned()),
            Some(table.relation.to_string()),
            Some(shown.total_rows.to_string()),
        ]);
        if table.is_shown {
            let title = style.paint(Tone::Strong, &table.relation.to_string());
            let _ = writeln!(previews, "\n{title} ({})", counted(shown.total_rows, "row"));
            previews.push_str(&first_rows(&shown, width, style));
        }
    }
    Ok(format!("{}{previews}", overview.render(width, style)))
}

fn first_rows(shown: &Preview, width: usize, style: Style) -> String {
    let columns = shown.columns.iter().zip(&shown.types);
    let mut table = Table::new(columns.map(|(name, data_type)| (name.clone(), alignment(data_type))));
    for row in &shown.rows {
        table.push(row.clone());
    }
    let mut text = table.render(width, style);
    let more = shown.total_rows.saturating_sub(shown.rows.len() as u64);
    if more > 0 {
        let _ = writeln!(text, "  … {}", counted(more, "more row"));
    }
    text
}

/// Numbers stand at the right.
fn alignment(data_type: &str) -> Align {
    const NUMBERS: [&str; 8] =
        ["DECIMAL", "DOUBLE", "FLOAT", "REAL", "BIGINT", "INTEGER", "SMALLINT", "HUGEINT"];
    let upper = data_type.to_ascii_uppercase();
    let unsigned = upper.strip_prefix('U').unwrap_or(&upper);
    let is_number =
        NUMBERS.iter().any(|number| unsigned.starts_with(number)) || unsigned.starts_with("TINYINT");
    if is_number && !upper.ends_with(']') { Align::Right } else { Align::Left }
}

#[cfg(test)]
mod tests {
    use super::{alignment, first_rows};
    use crate::render::style::Style;
    use crate::render::table::Align;
    use expect_test::expect;
    use rocky_engine::Preview;

    #[test]
    fn numbers_stand_at_the_right() {
        assert_eq!(alignment("DECIMAL(10,2)"), Align::Right);
        assert_eq!(alignment("UBIGINT"), Align::Right);
        assert_eq!(alignment("BIGINT[]"), Align::Left);
        assert_eq!(alignment("VARCHAR"), Align::Left);
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        let shown = Preview {
            columns: vec!["customer".to_owned(), "spent".to_owned()],
            types: vec!["VARCHAR".to_owned(), "DECIMAL(10,2)".to_owned()],
            rows: vec![
                vec![Some("ada".to_owned()), Some("33.75".to_owned())],
                vec![None, Some("8.00".to_owned())],
            ],
            total_rows: 40,
        };
        expect![[r#"
            table:
              customer  spent
              ────────  ─────
              ada       33.75
              NULL       8.00
              … 38 more rows
        "#]]
        .assert_eq(&format!("table:\n{}", first_rows(&shown, 80, Style::Plain)));
    }
}
