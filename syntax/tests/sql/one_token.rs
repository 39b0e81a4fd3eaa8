//! One token deleted, doubled or swapped with the next one: the damage stays in its clause.
//!
//! Exactly: a *clause* is a child node of a statement, a query, a SELECT, a WITH clause or a set operation.
//! The innermost clause that holds the damaged token may change, and so may the clause in front of it where
//! the token is the first one of its clause, as then the border between the two is damaged. All other
//! clauses of all blocks around the token must be there in the new tree: a node of the same kind at the same
//! place (moved by the damage), with the same text, in a parent of the same kind. Where the token is a
//! bracket, the same is asked of the other statements of the file. A swap damages two tokens.
//! No damage gives more than three errors. Mutants without an error are SQL of another meaning and do not
//! count. There are no exceptions.
#![allow(clippy::print_stdout)] // The figures of a run over all mutants.

use rocky_syntax::SyntaxKind::*;
use rocky_syntax::{DialectKind, parse_sql};

use crate::corpus::corpus;
use crate::damage::{Figures, Language, damage_each_token, looks_at_all};

/// Accepted statements with their dialects.
fn samples() -> Vec<(String, DialectKind)> {
    let mut samples = Vec::new();
    let files: [(&str, DialectKind); 7] = [
        (include_str!("accepted/all.sql"), DialectKind::Ansi),
        (include_str!("accepted/all.sql"), DialectKind::DuckDb),
        (include_str!("accepted/duckdb.sql"), DialectKind::DuckDb),
        (include_str!("accepted/databricks.sql"), DialectKind::Databricks),
        (include_str!("accepted/snowflake.sql"), DialectKind::Snowflake),
        (include_str!("accepted/bigquery.sql"), DialectKind::BigQuery),
        (include_str!("accepted/postgres.sql"), DialectKind::Postgres),
    ];
    for (file, dialect) in files {
        samples.extend(file.split("\n\n").map(|text| (text.to_owned(), dialect)));
    }
    for folder in ["tpch", "tpcds"] {
        samples.extend(corpus(folder).into_iter().map(|(_, text)| (text, DialectKind::DuckDb)));
    }
    samples.retain(|(text, dialect)| parse_sql(text, *dialect).errors().is_empty());
    samples
}

/// One of how many mutants is looked at where `RUN_SLOW_TESTS` is not set.
const STEP: u64 = 29;

#[test]
fn damage_stays_in_its_clause() {
    let step = if looks_at_all() { 1 } else { STEP };
    let mut figures = Figures::default();
    for (text, dialect) in samples() {
        let parse = |text: &str| {
            let parse = parse_sql(text, dialect);
            (parse.syntax(), parse.errors().len())
        };
        let language = Language {
            parse: &parse,
            file: SQL_FILE,
            blocks: &[SQL_FILE, QUERY_STATEMENT, QUERY, SELECT, WITH_CLAUSE, SET_OPERATION],
        };
        damage_each_token(&text, &language, step, &mut figures);
    }
    let report = figures.report();
    println!("{report}");
    assert!(figures.broken() > 2_000, "{report}");
    assert!(figures.failures.is_empty(), "{report}");
}
