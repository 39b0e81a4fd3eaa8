//! Every construct that must be accepted (spec 03 §18), in every dialect that has it: no error, no warning, the
//! columns in order, whether there may be more of them, and the models that are read. The rows are data:
//! `test-data/spec/sql-constructs.toml`.

use rocky_compiler::base_db::Severity;
use rocky_compiler::base_db::testing::MemorySystem;
use rocky_compiler::syntax::DialectKind;
use rocky_compiler::{CompileReport, OpenOptions, ProjectHost};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

const ROWS: &str = include_str!("../../../test-data/spec/sql-constructs.toml");
const DIALECTS: [(&str, DialectKind); 4] = [
    ("D", DialectKind::Databricks),
    ("S", DialectKind::Snowflake),
    ("B", DialectKind::BigQuery),
    ("K", DialectKind::DuckDb),
];

#[derive(Deserialize)]
struct Document {
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    dialects: String,
    sql: String,
    #[serde(default)]
    columns: String,
    #[serde(default)]
    depends: String,
    #[serde(default)]
    sql_of: BTreeMap<String, String>,
    #[serde(default)]
    columns_of: BTreeMap<String, String>,
}

/// The two models that all rows read, in a dialect's own spelling of types.
fn tables(dialect: &str) -> [(String, String); 2] {
    let nested = match dialect {
        "D" => {
            "CAST(x AS ARRAY<INT>) AS arr, CAST(x AS STRUCT<a: INT, b: STRING>) AS st, \
             CAST(x AS MAP<STRING, INT>) AS m, CAST(x AS VARIANT) AS v"
        }
        "S" => {
            "CAST(x AS ARRAY(INT)) AS arr, CAST(x AS OBJECT(a INT, b STRING)) AS st, \
             CAST(x AS MAP(STRING, INT)) AS m, CAST(x AS VARIANT) AS v"
        }
        "B" => {
            "CAST(x AS ARRAY<INT64>) AS arr, CAST(x AS STRUCT<a INT64, b STRING>) AS st, \
             CAST(x AS STRING) AS m, CAST(x AS JSON) AS v"
        }
        _ => {
            "CAST(x AS INT[]) AS arr, CAST(x AS STRUCT(a INT, b VARCHAR)) AS st, \
             CAST(x AS MAP(VARCHAR, INT)) AS m, CAST(x AS JSON) AS v"
        }
    };
    let (int, text, double) =
        if dialect == "B" { ("INT64", "STRING", "FLOAT64") } else { ("INT", "STRING", "DOUBLE") };
    let t = format!(
        "SELECT CAST(x AS {int}) AS id, CAST(x AS {int}) AS k, CAST(x AS {int}) AS c, CAST(x AS {double}) AS x, \
         CAST(x AS DATE) AS d, CAST(x AS TIMESTAMP) AS ts, CAST(x AS {text}) AS name, {nested} FROM raw.source"
    );
    let u = format!(
        "SELECT CAST(x AS {int}) AS id, CAST(x AS {int}) AS k, CAST(x AS {int}) AS y FROM raw.source"
    );
    [("models/t.sql".to_owned(), t), ("models/u.sql".to_owned(), u)]
}

/// What of a row does not hold in the compiled project.
fn shortfalls(report: &CompileReport, model: &str, row: &Row, dialect: &str) -> String {
    let mut text = String::new();
    let Some(found) = report.models.iter().find(|known| known.name == model) else {
        return "the model is not there".to_owned();
    };
    let mut columns: Vec<String> =
        found.schema.columns.iter().map(|column| column.name.to_string()).collect();
    if found.schema.open {
        columns.push("…".to_owned());
    }
    let expected = row.columns_of.get(dialect).unwrap_or(&row.columns);
    if columns.join(", ") != *expected {
        let _ = writeln!(text, "  columns: {} (expected {expected})", columns.join(", "));
    }
    let depends = found.depends_on.join(", ");
    if depends != row.depends {
        let _ = writeln!(text, "  depends: {depends} (expected {})", row.depends);
    }
    for finding in report.diagnostics.iter().filter(|finding| finding.model == model) {
        if finding.severity != Severity::Info {
            let _ = writeln!(text, "  {} {}", finding.code.as_str(), finding.message);
        }
    }
    text
}

fn check(letter: &str, dialect: DialectKind, rows: &[Row]) -> (String, usize) {
    let of_dialect: Vec<(String, &Row)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.dialects.split(' ').any(|known| known == letter))
        .map(|(number, row)| (format!("row_{number}"), row))
        .collect();
    let mut files = vec![
        ("rocky.toml".to_owned(), "[adapter.default]\ntype = \"duckdb\"\n".to_owned()),
        ("models/_defaults.toml".to_owned(), "[target]\ncatalog = \"c\"\nschema = \"s\"\n".to_owned()),
    ];
    files.extend(tables(letter));
    for (name, row) in &of_dialect {
        files.push((format!("models/{name}.sql"), row.sql_of.get(letter).unwrap_or(&row.sql).clone()));
    }
    let system = MemorySystem::with_files(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let options = OpenOptions { dialect: Some(dialect), ..OpenOptions::default() };
    let host = ProjectHost::open(Arc::new(system), options);
    let report = host.compile(&mut |_| {});
    let mut text = String::new();
    for (name, row) in &of_dialect {
        let short = shortfalls(&report, name, row, letter);
        if !short.is_empty() {
            let _ = write!(text, "{letter} {}\n{short}", row.name);
        }
    }
    (text, of_dialect.len())
}

#[test]
fn every_construct_is_accepted_where_it_exists() {
    let document: Document = toml::from_str(ROWS).unwrap_or_else(|error| panic!("{}", error.message()));
    let mut text = String::new();
    let mut count = 0;
    for (letter, dialect) in DIALECTS {
        let (short, rows) = check(letter, dialect, &document.row);
        text.push_str(&short);
        count += rows;
    }
    assert!(text.is_empty(), "{text}");
    assert!(count >= 300, "only {count} rows and dialects: did the file lose some?");
}
