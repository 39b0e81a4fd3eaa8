//! Constructs that must parse without an error, by dialect. The files hold one statement a paragraph.

use rocky_syntax::{DialectKind, parse_sql};

const ALL: &str = include_str!("accepted/all.sql");
const DUCKDB: &str = include_str!("accepted/duckdb.sql");
const DATABRICKS: &str = include_str!("accepted/databricks.sql");
const SNOWFLAKE: &str = include_str!("accepted/snowflake.sql");
const BIGQUERY: &str = include_str!("accepted/bigquery.sql");
const POSTGRES: &str = include_str!("accepted/postgres.sql");

fn check(dialect: DialectKind, files: &[&str]) {
    let mut refused = Vec::new();
    for statement in files.iter().flat_map(|file| file.split("\n\n")) {
        let parse = parse_sql(statement, dialect);
        assert_eq!(parse.syntax().text().to_string(), statement);
        if let Some(error) = parse.errors().first() {
            refused.push(format!("{statement}\n    {:?} {}", error.range, error.message));
        }
    }
    assert!(refused.is_empty(), "{} refuses:\n{}", dialect.name(), refused.join("\n"));
}

#[test]
fn duckdb() {
    check(DialectKind::DuckDb, &[ALL, DUCKDB]);
}

#[test]
fn databricks() {
    check(DialectKind::Databricks, &[ALL, DATABRICKS]);
}

#[test]
fn snowflake() {
    check(DialectKind::Snowflake, &[ALL, SNOWFLAKE]);
}

#[test]
fn bigquery() {
    check(DialectKind::BigQuery, &[ALL, BIGQUERY]);
}

#[test]
fn postgres() {
    check(DialectKind::Postgres, &[ALL, POSTGRES]);
}

#[test]
fn ansi() {
    check(DialectKind::Ansi, &[ALL]);
}

#[test]
fn permissive() {
    check(DialectKind::Permissive, &[ALL, DUCKDB, POSTGRES]);
}

/// Spark reserves few words, so that Databricks takes some for names that others read as half of a clause.
#[test]
fn names_of_databricks_alone() {
    for text in [
        "select regexp_extract(a, b, group), t.group as group from t where group > 1",
        "select 1 limit",
        "select 1 offset",
        "select 1 offset;",
    ] {
        assert_eq!(parse_sql(text, DialectKind::Databricks).errors(), [], "{text}");
        assert_ne!(parse_sql(text, DialectKind::DuckDb).errors(), [], "{text}");
    }
}
