//! The public corpora in DuckDB's dialect, over tables that are made to fit each statement.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use duckdb::Connection;

use crate::generate::Query;
use crate::judgement::describe;
use crate::tally::{Tally, headline};
use crate::world::{Column, Table, World};

/// Corpora of which each statement stands alone; TPC-H and TPC-DS are judged with their own tables.
const CORPORA: &[&str] = &["sqlfluff", "sqlglot", "sqlglot expressions"];
/// The types that all columns are given, until DuckDB binds the statement.
const TYPES: &[&str] = &[
    "INTEGER",
    "VARCHAR",
    "DATE",
    "TIMESTAMP",
    "DOUBLE",
    "BOOLEAN",
    "INTEGER[]",
    "VARCHAR[]",
    "STRUCT(a INTEGER, b VARCHAR)",
    "MAP(VARCHAR, INTEGER)",
    "JSON",
    "BLOB",
    "INTERVAL",
    "BIT",
];
/// How many tables and columns one statement may ask for.
const MOST_STEPS: usize = 60;

/// What came of the public corpora.
#[derive(Debug, Default)]
pub(crate) struct Public {
    pub(crate) tally: Tally,
    /// Statements left out, by what DuckDB says of them.
    pub(crate) left_out: BTreeMap<String, usize>,
}

/// How many types the columns are tried with.
pub(crate) fn types() -> usize {
    TYPES.len()
}

/// Judges the queries in a file of JSON lines, as `cargo xtask corpora` collects them.
pub(crate) fn judged(path: &Path) -> Result<Public> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let connection = Connection::open_in_memory()?;
    let mut public = Public::default();
    let mut seen = std::collections::BTreeSet::new();
    for line in text.lines() {
        let item: serde_json::Value = serde_json::from_str(line)?;
        let text_of = |key: &str| item[key].as_str().unwrap_or_default();
        let wanted = text_of("read_as") == "duckdb"
            && CORPORA.contains(&text_of("corpus"))
            && item["query"].as_bool() == Some(true);
        let sql = text_of("text").trim().trim_end_matches(';').to_owned();
        if !wanted || !seen.insert(sql.clone()) {
            continue;
        }
        let upper = sql.to_uppercase();
        if upper.contains("PIVOT") && !upper.contains("UNPIVOT") && !upper.contains(" IN ") {
            // DuckDB answers before it looks at the columns.
            *public.left_out.entry("PIVOT without a list of values".to_owned()).or_default() += 1;
            continue;
        }
        let sql = if misses_from(&connection, &sql) { format!("{sql} FROM made_for_it") } else { sql };
        match fitted(&connection, &sql) {
            Ok(world) => {
                let query = Query { marked: sql, shapes: BTreeMap::new() };
                public.tally.judge(&query, &world, &connection);
                drop_tables(&connection, &world)?;
            }
            Err(why) => *public.left_out.entry(why).or_default() += 1,
        }
    }
    Ok(public)
}

/// Whether a statement is an expression alone, whose columns come from nowhere.
fn misses_from(connection: &Connection, sql: &str) -> bool {
    let upper = sql.to_uppercase();
    upper.starts_with("SELECT ")
        && !upper.contains("FROM")
        && describe(connection, sql).is_err_and(|why| why.contains("because the FROM clause is missing"))
}

fn drop_tables(connection: &Connection, world: &World) -> Result<()> {
    let drops: Vec<String> =
        world.tables.iter().map(|table| format!("DROP TABLE IF EXISTS \"{}\";", table.name)).collect();
    Ok(connection.execute_batch(&drops.join(""))?)
}

/// Tables over which DuckDB binds a statement; or why there are none.
fn fitted(connection: &Connection, sql: &str) -> std::result::Result<World, String> {
    let mut tables: Vec<(String, Vec<String>)> = Vec::new();
    let mut first = None;
    let mut types = TYPES.iter();
    let mut ty = types.next().copied().unwrap_or_default();
    for _ in 0..MOST_STEPS {
        let world = world(&tables, ty);
        let made = connection.execute_batch(&world.ddl());
        let answer = made.map_err(|error| error.to_string()).and_then(|()| describe(connection, sql));
        let Err(why) = answer else { return Ok(world) };
        let _ = drop_tables(connection, &world);
        if extend(&mut tables, &why, sql) {
            continue;
        }
        first.get_or_insert_with(|| headline(&why));
        // Another type mends neither syntax nor a function that does not exist.
        match types.next().filter(|_| about_types(&why)) {
            Some(next) => ty = next,
            None => break,
        }
    }
    Err(first.unwrap_or_else(|| "it asks for too many tables and columns".to_owned()))
}

fn about_types(why: &str) -> bool {
    why.starts_with("Binder Error")
        || why.starts_with("Conversion Error")
        || why.starts_with("Invalid Input Error")
}

fn world(tables: &[(String, Vec<String>)], ty: &str) -> World {
    let column =
        |name: &String| Column { name: name.clone(), ty: ty.to_owned(), kind: "any", not_null: false };
    let tables = tables.iter().map(|(name, columns)| {
        let columns: Vec<Column> = if columns.is_empty() {
            vec![column(&"nothing".to_owned())]
        } else {
            columns.iter().map(column).collect()
        };
        Table { name: name.clone(), columns }
    });
    World { tables: tables.collect() }
}

/// Adds the table or column that DuckDB misses. Gives whether there was one.
fn extend(tables: &mut Vec<(String, Vec<String>)>, why: &str, sql: &str) -> bool {
    if let Some(name) = between(why, "Table with name ", " does not exist") {
        if tables.iter().any(|(known, _)| *known == name) || !is_plain(&name) {
            return false;
        }
        tables.push((name, Vec::new()));
        return true;
    }
    let (owner, column) = match between(why, "Referenced column \"", "\" not found") {
        Some(column) => (None, column),
        None => match between(why, "does not have a column named \"", "\"") {
            Some(column) => (between(why, "able \"", "\""), column),
            None => return false,
        },
    };
    let owner = owner.and_then(|alias| {
        let found = tables.iter().position(|(name, _)| name.eq_ignore_ascii_case(&alias));
        found.or_else(|| tables.iter().position(|(name, _)| has_alias(sql, name, &alias)))
    });
    let position = owner.unwrap_or(0);
    let Some((_, columns)) = tables.get_mut(position) else { return false };
    if columns.iter().any(|known| known.eq_ignore_ascii_case(&column)) || !is_plain(&column) {
        return false;
    }
    columns.push(column);
    true
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn has_alias(sql: &str, table: &str, alias: &str) -> bool {
    let words: Vec<&str> =
        sql.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()).collect();
    words.windows(3).any(|three| {
        three[0].eq_ignore_ascii_case(table)
            && (three[1].eq_ignore_ascii_case(alias)
                || (three[1].eq_ignore_ascii_case("as") && three[2].eq_ignore_ascii_case(alias)))
    })
}

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let start = text.find(before)? + before.len();
    let end = text[start..].find(after)?;
    Some(text[start..start + end].to_owned())
}
