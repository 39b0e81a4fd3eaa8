//! Published queries, and sqlparser as a second opinion: what it takes, we must take.

use std::path::PathBuf;

use rocky_syntax::{DialectKind, parse_sql};
use sqlparser::dialect as peers;
use sqlparser::parser::Parser;

pub(crate) fn corpus(folder: &str) -> Vec<(PathBuf, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../test-data/corpus").join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&root)
        .unwrap_or_else(|error| panic!("{}: {error}", root.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), std::fs::read_to_string(&path).unwrap())).collect()
}

fn all_parse(folder: &str, expected: usize) {
    let files = corpus(folder);
    assert_eq!(files.len(), expected);
    for (path, text) in files {
        for dialect in DialectKind::ALL {
            let parse = parse_sql(&text, dialect);
            assert_eq!(parse.errors(), [], "{} in {}", path.display(), dialect.name());
            assert_eq!(parse.syntax().text().to_string(), text);
        }
    }
}

#[test]
fn tpch() {
    all_parse("tpch", 22);
}

#[test]
fn tpcds() {
    all_parse("tpcds", 99);
}

/// Statements of all files of accepted SQL that the peer takes in its dialect.
#[test]
fn what_sqlparser_takes_we_take() {
    let peers: [(DialectKind, &dyn peers::Dialect); 6] = [
        (DialectKind::DuckDb, &peers::DuckDbDialect {}),
        (DialectKind::Databricks, &peers::DatabricksDialect {}),
        (DialectKind::Snowflake, &peers::SnowflakeDialect {}),
        (DialectKind::BigQuery, &peers::BigQueryDialect {}),
        (DialectKind::Postgres, &peers::PostgreSqlDialect {}),
        (DialectKind::Ansi, &peers::AnsiDialect {}),
    ];
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/sql/accepted");
    let mut texts: Vec<String> = Vec::new();
    for name in ["all", "duckdb", "databricks", "snowflake", "bigquery", "postgres"] {
        let file = std::fs::read_to_string(root.join(format!("{name}.sql"))).unwrap();
        texts.extend(file.split("\n\n").map(str::to_owned));
    }
    texts.extend(corpus("tpch").into_iter().map(|(_, text)| text));
    let mut taken = 0;
    let mut refused = Vec::new();
    for text in &texts {
        for (ours, theirs) in peers {
            // The peer reads `SELECT` statements with clauses of other databases; only queries count.
            let Ok(statements) = Parser::parse_sql(theirs, text) else { continue };
            if !matches!(statements.as_slice(), [sqlparser::ast::Statement::Query(_)]) {
                continue;
            }
            taken += 1;
            if let Some(error) = parse_sql(text, ours).errors().first() {
                refused.push(format!("{}: {text}\n    {:?} {}", ours.name(), error.range, error.message));
            }
        }
    }
    assert!(taken > 700, "the peer took only {taken} statements");
    assert!(refused.is_empty(), "refused what sqlparser takes:\n{}", refused.join("\n"));
}
