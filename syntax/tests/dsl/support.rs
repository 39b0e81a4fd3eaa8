//! What the DSL tests share.

use std::collections::BTreeMap;

use rocky_syntax::DialectKind;
use rocky_syntax::TextRange;
use rocky_syntax::dsl::{
    LowerContext, Lowered, RelationColumns, Severity, lint_dsl, lower_dsl, parse_dsl, validate_dsl,
};

/// One row of a data file.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) dsl: String,
    pub(super) sql: String,
    pub(super) dialect: Option<String>,
    #[serde(default)]
    pub(super) columns: BTreeMap<String, Vec<String>>,
    /// For the runs on DuckDB.
    #[serde(default)]
    pub(super) rows: Vec<Vec<String>>,
}

#[derive(Debug, serde::Deserialize)]
pub(super) struct Cases {
    pub(super) case: Vec<Case>,
}

/// The cases of a file in `test-data/spec`.
pub(super) fn cases(file: &str) -> Vec<Case> {
    let path = format!("{}/../test-data/spec/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let cases: Cases = toml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    assert!(!cases.case.is_empty(), "{path} has no cases");
    cases.case
}

pub(super) fn dialect(name: Option<&str>) -> DialectKind {
    match name {
        None | Some("duckdb") => DialectKind::DuckDb,
        Some("databricks") => DialectKind::Databricks,
        Some("snowflake") => DialectKind::Snowflake,
        Some("bigquery") => DialectKind::BigQuery,
        Some(other) => panic!("unknown dialect {other}"),
    }
}

/// Lowers `text`; `columns` gives relations whose columns are all known.
pub(super) fn lower(text: &str, dialect: DialectKind, columns: &BTreeMap<String, Vec<String>>) -> Lowered {
    let relation = |parts: &[String]| {
        let columns = columns.get(&parts.join("."))?;
        Some(RelationColumns {
            columns: columns.iter().map(|name| name.as_str().into()).collect(),
            complete: true,
        })
    };
    lower_dsl(&parse_dsl(text), &LowerContext { dialect, relation: &relation })
}

/// Every finding about `text`, one a line: code, severity, position, covered text, message, help.
pub(super) fn findings(text: &str, columns: &[(&str, &[&str])]) -> String {
    let columns: BTreeMap<String, Vec<String>> = columns
        .iter()
        .map(|(name, columns)| {
            ((*name).to_owned(), columns.iter().map(|column| (*column).to_owned()).collect())
        })
        .collect();
    let parse = parse_dsl(text);
    assert_eq!(parse.syntax().to_string(), text, "the tree loses text");
    let mut all: Vec<(TextRange, &'static str, Severity, String, Option<String>)> = Vec::new();
    for error in parse.errors().iter().cloned().chain(validate_dsl(&parse.tree())) {
        all.push((error.range, error.code, Severity::Error, error.message, error.help));
    }
    let has_errors = !all.is_empty();
    for finding in lint_dsl(&parse.tree()) {
        all.push((finding.range, finding.code, finding.severity, finding.message, finding.help));
    }
    let lowered = lower(text, DialectKind::DuckDb, &columns);
    assert!(!(has_errors && lowered.ok), "a broken file must not be lowered as if it were whole");
    if !has_errors {
        for finding in lowered.findings {
            all.push((finding.range, finding.code, finding.severity, finding.message, finding.help));
        }
    }
    all.sort_by_key(|(range, code, ..)| (range.start(), range.end(), *code));
    let mut out = String::new();
    for (range, code, severity, message, help) in all {
        let before = &text[..usize::from(range.start())];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let covered = &text[usize::from(range.start())..usize::from(range.end())];
        out.push_str(&format!("{code} {severity:?} {line}:{column} {covered:?}: {message}\n"));
        if let Some(help) = help {
            out.push_str(&format!("    help: {help}\n"));
        }
    }
    out
}
