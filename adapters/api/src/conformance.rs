//! The conformance suite: what every warehouse adapter must do, run against a live one.

use rocky_plan_model::{CatalogName, ColumnName, NameError, RelationName, SelectSql};
use serde_json::Value;

use crate::{Connection, ErrorKind, PresentRelation, RowLimit, TargetState, Warehouse, cell_text};

/// The result of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseResult {
    /// The case.
    pub name: &'static str,
    /// Why it failed; none when it passed.
    pub failure: Option<String>,
}

/// The state of a suite: the warehouse, and the schema in which it may create and drop tables.
struct Bench<'w> {
    warehouse: &'w dyn Warehouse,
    connection: Box<dyn Connection>,
    catalog: &'w str,
    schema: &'w str,
}

type Outcome = Result<(), String>;
type Case = (&'static str, fn(&mut Bench<'_>) -> Outcome);

const CASES: &[Case] = &[
    ("schema is created once and listed", schema_is_created_and_listed),
    ("missing table is absent", missing_table_is_absent),
    ("table is created, described and counted", table_is_created),
    ("replacement swaps content and columns", replacement_swaps),
    ("failed replacement keeps the old table", failed_replacement_keeps_old),
    ("append names columns and reports rows", append_names_columns),
    ("rollback undoes", rollback_undoes),
    ("awkward names and texts survive", awkward_names_survive),
    ("row limit truncates and says so", row_limit_truncates),
    ("values keep their precision", values_keep_precision),
    ("query is described without running", query_is_described),
    ("errors are typed", errors_are_typed),
    ("connections are apart", connections_are_apart),
    ("watermark appends only newer rows", watermark_appends_newer),
    ("column is added", column_is_added),
];

/// Runs all cases in `catalog.schema`, which the suite may fill; its tables start with `rocky_conformance_`.
pub fn run(warehouse: &dyn Warehouse, catalog: &str, schema: &str) -> Vec<CaseResult> {
    let connection = match warehouse.connect() {
        Ok(connection) => connection,
        Err(error) => return vec![CaseResult { name: "connect", failure: Some(error.to_string()) }],
    };
    let mut bench = Bench { warehouse, connection, catalog, schema };
    CASES.iter().map(|(name, case)| CaseResult { name, failure: case(&mut bench).err() }).collect()
}

impl Bench<'_> {
    fn relation(&self, table: &str) -> Result<RelationName, String> {
        RelationName::new(self.catalog, self.schema, &format!("rocky_conformance_{table}"))
            .map_err(|error: NameError| error.to_string())
    }

    fn execute(&mut self, sql: &str) -> Result<Option<u64>, String> {
        self.connection.execute(sql).map(|done| done.rows_affected).map_err(|error| format!("{error}\n{sql}"))
    }

    fn replace(&mut self, relation: &RelationName, select: &str) -> Result<Option<u64>, String> {
        let sql = self.warehouse.dialect().create_table_as(relation, &SelectSql::new(select));
        self.execute(&sql)
    }

    fn texts(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>, String> {
        let result = self.connection.query(sql, RowLimit::All).map_err(|error| format!("{error}\n{sql}"))?;
        Ok(result.rows.iter().map(|row| row.iter().map(cell_text).collect()).collect())
    }

    fn count(&mut self, relation: &RelationName) -> Result<u64, String> {
        let sql = self.warehouse.dialect().select_count(relation);
        let result = self.connection.query(&sql, RowLimit::All).map_err(|error| error.to_string())?;
        result.first_count().ok_or_else(|| format!("no count from {sql}"))
    }

    fn present(&mut self, relation: &RelationName) -> Result<PresentRelation, String> {
        match self.connection.probe(relation) {
            TargetState::Present(present) => Ok(present),
            other => Err(format!("{relation} should exist, but: {other:?}")),
        }
    }
}

fn expect_equal<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) -> Outcome {
    if found == wanted { Ok(()) } else { Err(format!("{what}: found {found:?}, wanted {wanted:?}")) }
}

fn schema_is_created_and_listed(bench: &mut Bench<'_>) -> Outcome {
    let relation = bench.relation("x")?;
    let sql = bench.warehouse.dialect().create_schema(&relation.catalog, &relation.schema);
    bench.execute(&sql)?;
    bench.execute(&sql)?;
    let schemas = bench.connection.list_schemas(&relation.catalog).map_err(|error| error.to_string())?;
    let listed = schemas.iter().any(|schema| schema.eq_ignore_ascii_case(bench.schema));
    expect_equal("schema is listed", listed, true)
}

fn missing_table_is_absent(bench: &mut Bench<'_>) -> Outcome {
    let relation = bench.relation("missing")?;
    expect_equal("state", bench.connection.probe(&relation), TargetState::Absent)?;
    let elsewhere = RelationName::new(bench.catalog, "rocky_conformance_no_schema", "missing");
    let elsewhere = elsewhere.map_err(|error| error.to_string())?;
    expect_equal("state in a missing schema", bench.connection.probe(&elsewhere), TargetState::Absent)
}

fn table_is_created(bench: &mut Bench<'_>) -> Outcome {
    let relation = bench.relation("created")?;
    bench.replace(&relation, "SELECT 1 AS id, 'a' AS name UNION ALL SELECT 2, 'b'")?;
    let names: Vec<String> =
        bench.present(&relation)?.columns.iter().map(|column| column.name.to_lowercase()).collect();
    expect_equal("columns", names, vec!["id".to_owned(), "name".to_owned()])?;
    expect_equal("rows", bench.count(&relation)?, 2)?;
    let tables = bench
        .connection
        .list_tables(&relation.catalog, &relation.schema)
        .map_err(|error| error.to_string())?;
    expect_equal(
        "listed",
        tables.iter().any(|table| table.eq_ignore_ascii_case(relation.table.as_str())),
        true,
    )
}

fn replacement_swaps(bench: &mut Bench<'_>) -> Outcome {
    let relation = bench.relation("replaced")?;
    bench.replace(&relation, "SELECT 1 AS old_column")?;
    bench.replace(&relation, "SELECT 5 AS new_column, 6 AS other")?;
    let present = bench.present(&relation)?;
    expect_equal("old column", present.column("old_column").is_some(), false)?;
    expect_equal("new column", present.column("NEW_COLUMN").is_some(), true)
}

fn failed_replacement_keeps_old(bench: &mut Bench<'_>) -> Outcome {
    let relation = bench.relation("kept")?;
    bench.replace(&relation, "SELECT 1 AS id")?;
    if bench.replace(&relation, "SELECT CAST('no number' AS INTEGER) AS id").is_ok() {
        return Err("a cast that cannot succeed succeeded".to_owned());
    }
    expect_equal("rows", bench.count(&relation)?, 1)
}

fn append_names_columns(bench: &mut Bench<'_>) -> Outcome {
    let relation = bench.relation("appended")?;
    bench.replace(&relation, "SELECT 1 AS id, 'a' AS name")?;
    let sql = bench.warehouse.dialect().insert_into(
        &relation,
        &["name", "id"],
        "SELECT 'b', 2 UNION ALL SELECT 'c', 3",
    );
    if let Some(rows) = bench.execute(&sql)? {
        expect_equal("reported rows", rows, 2)?;
    }
    let table = bench.warehouse.dialect().table_ref(&relation);
    let rows = bench.texts(&format!("SELECT name FROM {table} WHERE id = 3"))?;
    expect_equal("row", rows, vec![vec![Some("c".to_owned())]])
}

fn rollback_undoes(bench: &mut Bench<'_>) -> Outcome {
    let relation = bench.relation("rolled_back")?;
    bench.replace(&relation, "SELECT 1 AS id")?;
    let dialect = bench.warehouse.dialect();
    let good = dialect.insert_into(&relation, &["id"], "SELECT 2");
    let bad = dialect.insert_into(&relation, &["no_such_column"], "SELECT 3");
    if bench.connection.execute_in_transaction(&[&good, &bad]).is_ok() {
        return Err("an insert into a missing column succeeded".to_owned());
    }
    expect_equal("rows", bench.count(&relation)?, 1)?;
    bench.connection.execute_in_transaction(&[&good]).map_err(|error| error.to_string())?;
    expect_equal("rows after commit", bench.count(&relation)?, 2)
}

fn awkward_names_survive(bench: &mut Bench<'_>) -> Outcome {
    let relation = bench.relation("awkward")?;
    let dialect = bench.warehouse.dialect();
    let text = "it's \"quoted\" \\ -- /* ünïcödé 数 */ ;\nnext";
    let literal = dialect.string_literal(text).map_err(|error| error.to_string())?;
    let names = ["order", "two words", "1st", "say \"hi\""];
    let columns: Vec<String> =
        names.iter().map(|name| format!("{literal} AS {}", dialect.identifier(name))).collect();
    bench.replace(&relation, &format!("SELECT {}", columns.join(", ")))?;
    let found: Vec<String> =
        bench.present(&relation)?.columns.into_iter().map(|column| column.name).collect();
    expect_equal("names", found, names.map(str::to_owned).to_vec())?;
    let sql = bench.warehouse.dialect().select_preview(&relation, &names, 5);
    let rows = bench.texts(&sql)?;
    expect_equal("texts", rows, vec![vec![Some(text.to_owned()); names.len()]])
}

fn row_limit_truncates(bench: &mut Bench<'_>) -> Outcome {
    let sql = "SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3";
    let cut = bench.connection.query(sql, RowLimit::AtMost(2)).map_err(|error| error.to_string())?;
    expect_equal("rows", (cut.rows.len(), cut.truncated), (2, true))?;
    let whole = bench.connection.query(sql, RowLimit::AtMost(3)).map_err(|error| error.to_string())?;
    expect_equal("rows", (whole.rows.len(), whole.truncated), (3, false))?;
    let none = bench
        .connection
        .query("SELECT 1 AS n WHERE 1 = 0", RowLimit::All)
        .map_err(|error| error.to_string())?;
    expect_equal("empty result", (none.columns.len(), none.rows.len()), (1, 0))
}

fn values_keep_precision(bench: &mut Bench<'_>) -> Outcome {
    let sql = "SELECT CAST(NULL AS INTEGER) AS a, CAST(9007199254740993 AS BIGINT) AS b, \
               CAST('0.10' AS DECIMAL(10, 2)) AS c, TIMESTAMP '2024-02-29 12:34:56.123456' AS d, TRUE AS e";
    let result = bench.connection.query(sql, RowLimit::All).map_err(|error| error.to_string())?;
    let row = result.rows.first().ok_or("no row")?;
    expect_equal("null", row.first(), Some(&Value::Null))?;
    let texts: Vec<Option<String>> = row.iter().skip(1).map(cell_text).collect();
    let wanted = ["9007199254740993", "0.10", "2024-02-29 12:34:56.123456", "true"];
    expect_equal("values", texts, wanted.map(|text| Some(text.to_owned())).to_vec())
}

fn query_is_described(bench: &mut Bench<'_>) -> Outcome {
    let columns = bench
        .connection
        .describe_query("SELECT CAST(1 AS BIGINT) AS id, CURRENT_DATE AS day")
        .map_err(|error| error.to_string())?;
    let names: Vec<String> = columns.iter().map(|column| column.name.to_lowercase()).collect();
    expect_equal("names", names, vec!["id".to_owned(), "day".to_owned()])?;
    let day = columns.last().map(|column| column.data_type.to_uppercase());
    expect_equal("type", day, Some("DATE".to_owned()))
}

fn errors_are_typed(bench: &mut Bench<'_>) -> Outcome {
    let missing = bench.relation("missing")?;
    let table = bench.warehouse.dialect().table_ref(&missing);
    let cases = [
        (format!("SELECT * FROM {table}"), ErrorKind::NotFound),
        ("SELEC 1".to_owned(), ErrorKind::Syntax),
        ("SELECT no_such_column FROM (SELECT 1 AS a) AS t".to_owned(), ErrorKind::Query),
        ("SELECT CAST('x' AS INTEGER)".to_owned(), ErrorKind::Query),
    ];
    for (sql, kind) in cases {
        match bench.connection.query(&sql, RowLimit::All) {
            Ok(_) => return Err(format!("{sql} succeeded")),
            Err(error) => expect_equal(&sql, error.kind, kind)?,
        }
    }
    Ok(())
}

fn connections_are_apart(bench: &mut Bench<'_>) -> Outcome {
    let relation = bench.relation("apart")?;
    bench.replace(&relation, "SELECT 1 AS id")?;
    let insert = bench.warehouse.dialect().insert_into(&relation, &["id"], "SELECT 2");
    bench.execute("BEGIN TRANSACTION")?;
    bench.execute(&insert)?;
    let count = bench.warehouse.dialect().select_count(&relation);
    let mut other = bench.warehouse.connect().map_err(|error| error.to_string())?;
    let seen = other.query(&count, RowLimit::All).map_err(|error| error.to_string())?.first_count();
    bench.execute("COMMIT")?;
    expect_equal("rows seen before commit", seen, Some(1))?;
    let seen = other.query(&count, RowLimit::All).map_err(|error| error.to_string())?.first_count();
    expect_equal("rows seen after commit", seen, Some(2))
}

fn watermark_appends_newer(bench: &mut Bench<'_>) -> Outcome {
    let relation = bench.relation("watermark")?;
    bench.replace(&relation, "SELECT 1 AS id, TIMESTAMP '2024-01-01 00:00:00' AS ts")?;
    let source = SelectSql::new(
        "SELECT 1 AS id, TIMESTAMP '2024-01-01 00:00:00' AS ts UNION ALL SELECT 2, TIMESTAMP '2024-01-02 00:00:00'",
    );
    let column = ColumnName::new("ts").map_err(|error| error.to_string())?;
    let data_type = bench.present(&relation)?.column(column.as_str()).map(|column| column.data_type.clone());
    let dialect = bench.warehouse.dialect();
    let kind = data_type.as_deref().and_then(|data_type| dialect.timestamp_kind(data_type));
    let kind = kind.ok_or_else(|| format!("{data_type:?} is no timestamp type"))?;
    let select = dialect.select_past_watermark(&["id", "ts"], &source, (column.as_str(), kind), &relation);
    let insert = dialect.insert_into(&relation, &["id", "ts"], &select);
    bench.execute(&insert)?;
    bench.execute(&insert)?;
    expect_equal("rows", bench.count(&relation)?, 2)
}

fn column_is_added(bench: &mut Bench<'_>) -> Outcome {
    let relation = bench.relation("widened")?;
    bench.replace(&relation, "SELECT 1 AS id")?;
    let string_type = bench.warehouse.dialect().string_type();
    let sql = bench
        .warehouse
        .dialect()
        .add_column(&relation, "note", string_type)
        .map_err(|error| error.to_string())?;
    bench.execute(&sql)?;
    expect_equal("column", bench.present(&relation)?.column("note").is_some(), true)?;
    // An empty catalog is as good as a named one wherever the dialect allows it.
    let two_part = RelationName { catalog: CatalogName::none(), ..relation };
    if bench.catalog.is_empty() { Ok(()) } else { bench.present(&two_part).map(|_| ()) }
}
