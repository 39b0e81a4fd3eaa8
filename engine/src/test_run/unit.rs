//! Unit tests: given these rows a model puts out those.

use std::collections::BTreeMap;

use rocky_adapter::dialect::{SqlDialect, checked_type};
use rocky_adapter::{Connection, RowLimit, TableColumn, Warehouse, cell_text};
use rocky_plan_model::UnitTest;

use super::rows::{TypedColumn, columns_of, select_rows};

/// How many differences are told.
const SHOWN_DIFFERENCES: usize = 3;

type Row = Vec<Option<String>>;

/// Runs a unit test on a connection of its own: its inputs are temporary tables, which hide the built ones from this
/// connection only.
pub(super) fn run(warehouse: &dyn Warehouse, test: &UnitTest) -> Result<(), String> {
    let mut connection = warehouse.connect().map_err(|error| error.to_string())?;
    let dialect = warehouse.dialect();
    for given in &test.given {
        let at = |error: String| format!("given '{}': {error}", given.reference);
        let columns = columns_of(&given.columns, &given.rows);
        if columns.is_empty() {
            return Err(at("it has no rows and its columns are not known; give at least one row".to_owned()));
        }
        let rows = select_rows(&columns, &given.rows, dialect).map_err(|error| at(error.to_string()))?;
        let table = dialect.identifier(given.table.as_str());
        connection
            .execute(&format!("CREATE TEMP TABLE {table} AS\n{rows}"))
            .map_err(|error| at(error.to_string()))?;
    }
    let output = connection
        .describe_query(test.select.as_str())
        .map_err(|error| format!("the model fails: {error}"))?;
    let compared = compared_columns(test, &output)?;
    let found = found_rows(test, &compared, connection.as_mut(), dialect)?;
    let wanted = wanted_rows(test, &compared, connection.as_mut(), dialect)?;
    let names: Vec<&str> = compared.iter().map(|column| column.name.as_str()).collect();
    if test.expect.ordered { in_order(&names, &found, &wanted) } else { as_multisets(&names, found, wanted) }
}

/// The columns the expected rows name, as the model puts them out.
fn compared_columns<'o>(test: &UnitTest, output: &'o [TableColumn]) -> Result<Vec<&'o TableColumn>, String> {
    let mut compared = Vec::new();
    for column in columns_of(&[], &test.expect.rows) {
        let found = output.iter().find(|found| found.name.eq_ignore_ascii_case(column.name.as_str()));
        compared.push(found.ok_or_else(|| {
            let names: Vec<&str> = output.iter().map(|column| column.name.as_str()).collect();
            format!("the model puts out no column '{}' (it has {})", column.name, names.join(", "))
        })?);
    }
    Ok(compared)
}

fn found_rows(
    test: &UnitTest,
    compared: &[&TableColumn],
    connection: &mut dyn Connection,
    dialect: &dyn SqlDialect,
) -> Result<Vec<Row>, String> {
    let columns = as_texts(compared, dialect);
    let sql = format!("SELECT {columns} FROM (\n{}\n) AS _rocky_found", test.select.as_str());
    read(connection, &sql, compared).map_err(|error| format!("the model fails: {error}"))
}

fn wanted_rows(
    test: &UnitTest,
    compared: &[&TableColumn],
    connection: &mut dyn Connection,
    dialect: &dyn SqlDialect,
) -> Result<Vec<Row>, String> {
    if compared.is_empty() {
        return Ok(vec![Vec::new(); test.expect.rows.len()]);
    }
    let mut columns = columns_of(&[], &test.expect.rows);
    for (column, found) in columns.iter_mut().zip(compared) {
        *column = TypedColumn {
            name: column.name.clone(),
            data_type: checked_type(&found.data_type).ok().map(str::to_owned),
        };
    }
    let rows =
        select_rows(&columns, &test.expect.rows, dialect).map_err(|error| format!("expect: {error}"))?;
    let sql = format!("SELECT {} FROM (\n{rows}\n) AS _rocky_wanted", as_texts(compared, dialect));
    read(connection, &sql, compared).map_err(|error| format!("expect: {error}"))
}

/// Both sides are compared as the warehouse writes the model's own types.
fn as_texts(compared: &[&TableColumn], dialect: &dyn SqlDialect) -> String {
    if compared.is_empty() {
        return "NULL".to_owned();
    }
    let text = |column: &&TableColumn| {
        format!("CAST({} AS {})", dialect.identifier(&column.name), dialect.string_type())
    };
    compared.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn read(connection: &mut dyn Connection, sql: &str, compared: &[&TableColumn]) -> Result<Vec<Row>, String> {
    let result = connection.query(sql, RowLimit::All).map_err(|error| error.to_string())?;
    let row = |cells: &Vec<serde_json::Value>| {
        let cells = cells.iter().zip(compared);
        cells.map(|(cell, column)| cell_text(cell).map(|text| canonical(text, column))).collect()
    };
    Ok(result.rows.iter().map(row).collect())
}

/// Binary floating point is compared to 12 significant digits.
fn canonical(text: String, column: &TableColumn) -> String {
    let binary = ["DOUBLE", "FLOAT", "REAL", "FLOAT64", "FLOAT4", "FLOAT8"];
    if !binary.iter().any(|name| column.data_type.eq_ignore_ascii_case(name)) {
        return text;
    }
    let rounded = text.parse::<f64>().ok().and_then(|value| format!("{value:.11e}").parse::<f64>().ok());
    rounded.map_or(text, |value| value.to_string())
}

fn in_order(names: &[&str], found: &[Row], wanted: &[Row]) -> Result<(), String> {
    let mut differences = Vec::new();
    for at in 0..found.len().max(wanted.len()) {
        match (found.get(at), wanted.get(at)) {
            (Some(found), Some(wanted)) if found == wanted => {}
            (Some(found), Some(wanted)) => differences.push(format!(
                "value_diff in row {}: found {}, expected {}",
                at + 1,
                shown(names, found),
                shown(names, wanted)
            )),
            (Some(found), None) => differences.push(format!("extra row {}: {}", at + 1, shown(names, found))),
            (None, Some(wanted)) => {
                differences.push(format!("missing row {}: {}", at + 1, shown(names, wanted)))
            }
            (None, None) => {}
        }
    }
    told(differences, found.len(), wanted.len())
}

fn as_multisets(names: &[&str], found: Vec<Row>, wanted: Vec<Row>) -> Result<(), String> {
    let counts = (found.len(), wanted.len());
    let mut balance: BTreeMap<Row, i64> = BTreeMap::new();
    for row in wanted {
        *balance.entry(row).or_default() += 1;
    }
    for row in found {
        *balance.entry(row).or_default() -= 1;
    }
    let mut differences = Vec::new();
    for (row, count) in &balance {
        let times = if count.abs() > 1 { format!(" ({} times)", count.abs()) } else { String::new() };
        match count {
            0 => {}
            1.. => differences.push(format!("missing{times}: {}", shown(names, row))),
            _ => differences.push(format!("extra{times}: {}", shown(names, row))),
        }
    }
    told(differences, counts.0, counts.1)
}

fn told(differences: Vec<String>, found: usize, wanted: usize) -> Result<(), String> {
    if differences.is_empty() {
        return Ok(());
    }
    let more = differences.len().saturating_sub(SHOWN_DIFFERENCES);
    let mut text = differences.into_iter().take(SHOWN_DIFFERENCES).collect::<Vec<_>>().join("; ");
    if more > 0 {
        text.push_str(&format!("; and {more} more differences"));
    }
    Err(format!("found {found} rows, expected {wanted}; {text}"))
}

fn shown(names: &[&str], row: &Row) -> String {
    if names.is_empty() {
        return "a row".to_owned();
    }
    let cells =
        names.iter().zip(row).map(|(name, cell)| format!("{name} = {}", cell.as_deref().unwrap_or("NULL")));
    format!("({})", cells.collect::<Vec<_>>().join(", "))
}
