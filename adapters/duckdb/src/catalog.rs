//! Questions about what is in the database.

use duckdb::{Connection, params};
use rocky_adapter::protocol::{ColumnsResult, NameParams};
use rocky_adapter::{AdapterError, ErrorKind, RelationKind, TableColumn};

use crate::failure::classify;

/// Kind and columns of a relation. Not-found only when nothing of that name is there: a view whose own tables are gone
/// is broken, not absent.
pub(crate) fn describe_table(
    connection: &Connection,
    name: &NameParams,
) -> Result<ColumnsResult, AdapterError> {
    let database = database_of(connection, &name.catalog)?;
    let reference = [&database, &name.schema, &name.table].map(|part| quoted(part)).join(".");
    let columns = describe(connection, &format!("DESCRIBE {reference}"));
    let is_view = view_exists(connection, &database, name)?;
    match columns {
        Ok(columns) => {
            let kind = if is_view { RelationKind::View } else { RelationKind::Table };
            Ok(ColumnsResult { columns, kind })
        }
        Err(error) if error.kind == ErrorKind::NotFound && is_view => Err(AdapterError::new(
            ErrorKind::Query,
            format!("the view {}.{} exists but cannot be read: {}", name.schema, name.table, error.message),
        )
        .with_hint("drop the view, or create what it reads")),
        Err(error) => Err(error),
    }
}

/// Columns a query would put out.
pub(crate) fn describe_query(connection: &Connection, select: &str) -> Result<ColumnsResult, AdapterError> {
    let columns =
        describe(connection, &format!("DESCRIBE SELECT * FROM (\n{select}\n) AS _rocky_described"))?;
    Ok(ColumnsResult { columns, kind: RelationKind::View })
}

/// Tables and views of a schema, sorted.
pub(crate) fn list_tables(connection: &Connection, name: &NameParams) -> Result<Vec<String>, AdapterError> {
    let database = database_of(connection, &name.catalog)?;
    let sql = "SELECT name FROM ( \
               SELECT database_name, schema_name, table_name AS name FROM duckdb_tables() \
               UNION ALL SELECT database_name, schema_name, view_name FROM duckdb_views()) AS relations \
               WHERE lower(database_name) = lower(?) AND lower(schema_name) = lower(?) ORDER BY name";
    names(connection, sql, params![database, name.schema])
}

/// Schemas of a database, sorted, without the system's own.
pub(crate) fn list_schemas(connection: &Connection, catalog: &str) -> Result<Vec<String>, AdapterError> {
    let database = database_of(connection, catalog)?;
    let sql = "SELECT schema_name FROM duckdb_schemas() WHERE lower(database_name) = lower(?) \
               AND schema_name NOT IN ('information_schema', 'pg_catalog') ORDER BY schema_name";
    names(connection, sql, params![database])
}

/// The attached database of this name; the current one when the catalog is empty or names none.
fn database_of(connection: &Connection, catalog: &str) -> Result<String, AdapterError> {
    let sql = "SELECT coalesce( \
               (SELECT min(database_name) FROM duckdb_databases() WHERE lower(database_name) = lower(?) AND NOT internal), \
               current_database())";
    let mut statement = connection.prepare_cached(sql).map_err(classify)?;
    statement.query_row(params![catalog], |row| row.get(0)).map_err(classify)
}

fn view_exists(connection: &Connection, database: &str, name: &NameParams) -> Result<bool, AdapterError> {
    let sql = "SELECT count(*) FROM duckdb_views() WHERE lower(database_name) = lower(?) \
               AND lower(schema_name) = lower(?) AND lower(view_name) = lower(?)";
    let mut statement = connection.prepare_cached(sql).map_err(classify)?;
    let found: i64 = statement
        .query_row(params![database, name.schema, name.table], |row| row.get(0))
        .map_err(classify)?;
    Ok(found > 0)
}

fn names(
    connection: &Connection,
    sql: &str,
    params: impl duckdb::Params,
) -> Result<Vec<String>, AdapterError> {
    let mut statement = connection.prepare(sql).map_err(classify)?;
    let rows = statement.query_map(params, |row| row.get::<_, String>(0)).map_err(classify)?;
    rows.collect::<Result<_, _>>().map_err(classify)
}

fn describe(connection: &Connection, sql: &str) -> Result<Vec<TableColumn>, AdapterError> {
    let mut statement = connection.prepare(sql).map_err(classify)?;
    let rows = statement
        .query_map([], |row| {
            let nullable: String = row.get(2)?;
            Ok(TableColumn { name: row.get(0)?, data_type: row.get(1)?, nullable: nullable != "NO" })
        })
        .map_err(classify)?;
    rows.collect::<Result<_, _>>().map_err(classify)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
