//! The SQL that pipelines lower to, from the data files.

use std::collections::BTreeMap;

use rocky_syntax::dsl::{dsl_references, parse_dsl};
use rocky_syntax::{AstNode, DialectKind, TextRange, TextSize, parse_sql};
use sqlparser::dialect::{BigQueryDialect, DatabricksDialect, Dialect, DuckDbDialect, SnowflakeDialect};

use super::support::{Case, cases, dialect, findings, lower};

fn check(case: &Case) -> Result<(), String> {
    let parse = parse_dsl(&case.dsl);
    if parse.syntax().to_string() != case.dsl {
        return Err("the tree loses text".to_owned());
    }
    if !parse.errors().is_empty() {
        return Err(format!("does not parse: {:#?}", parse.errors()));
    }
    let kind = dialect(case.dialect.as_deref());
    let lowered = lower(&case.dsl, kind, &case.columns);
    let wanted = case.sql.trim();
    if lowered.sql != wanted {
        return Err(format!("--- wanted\n{wanted}\n--- got\n{}\n{:#?}", lowered.sql, lowered.findings));
    }
    if !lowered.ok {
        return Err(format!("not ok: {:#?}\n{}", lowered.findings, findings(&case.dsl, &[])));
    }
    oracle(&lowered.sql, kind)?;
    for (sql, dsl) in lowered.source_map.entries() {
        if usize::from(sql.end()) > lowered.sql.len() || usize::from(dsl.end()) > case.dsl.len() {
            return Err(format!("the source map leaves the text: {sql:?} {dsl:?}"));
        }
    }
    for offset in 0..lowered.sql.len() {
        if lowered.source_map.dsl_at(TextSize::new(offset as u32)).is_none() {
            return Err(format!("no origin for offset {offset} of the SQL"));
        }
    }
    Ok(())
}

/// Our own SQL parser, and one that is not ours, must accept the SQL.
fn oracle(sql: &str, kind: DialectKind) -> Result<(), String> {
    let ours = parse_sql(sql, kind);
    if !ours.errors().is_empty() {
        return Err(format!("parse_sql: {:#?}\n{sql}", ours.errors()));
    }
    let dialect: &dyn Dialect = match kind {
        DialectKind::Databricks => &DatabricksDialect {},
        DialectKind::Snowflake => &SnowflakeDialect {},
        DialectKind::BigQuery => &BigQueryDialect {},
        _ => &DuckDbDialect {},
    };
    match sqlparser::parser::Parser::parse_sql(dialect, sql) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("sqlparser: {error}\n{sql}")),
    }
}

fn check_file(file: &str) {
    let mut failed = Vec::new();
    for case in cases(file) {
        if let Err(problem) = check(&case) {
            failed.push(format!("=== {}\n{}\n{problem}", case.name, case.dsl));
        }
    }
    assert!(failed.is_empty(), "{} cases failed:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn text_of_the_specification() {
    check_file("dsl-lowering.toml");
}

#[test]
fn pipelines_that_a_plain_translation_gets_wrong() {
    check_file("dsl-wrong-sql.toml");
    for case in cases("dsl-wrong-sql.toml") {
        assert!(!case.rows.is_empty(), "{}: rows are missing", case.name);
    }
}

#[test]
fn lowering_is_deterministic() {
    for case in cases("dsl-lowering.toml") {
        let kind = dialect(case.dialect.as_deref());
        assert_eq!(lower(&case.dsl, kind, &case.columns), lower(&case.dsl, kind, &case.columns));
    }
}

/// The DSL text that the SQL text `needle` came from.
fn origin<'a>(dsl: &'a str, needle: &str) -> &'a str {
    let lowered = lower(dsl, DialectKind::DuckDb, &BTreeMap::new());
    let start = lowered.sql.find(needle).unwrap_or_else(|| panic!("{needle} is not in {}", lowered.sql));
    let range = TextRange::at(TextSize::new(start as u32), TextSize::of(needle));
    let dsl_range = lowered.source_map.dsl_of(range).unwrap();
    &dsl[usize::from(dsl_range.start())..usize::from(dsl_range.end())]
}

#[test]
fn every_piece_knows_its_origin() {
    let dsl = "from parcels as p\njoin depots as d on depot_id { keep d.city }\nwhere kg > 30\nderive { cost: kg * rate }\nsort cost desc\ntake 5";
    assert_eq!(origin(dsl, "parcels"), "parcels");
    assert_eq!(origin(dsl, "FROM parcels p"), "from parcels as p");
    assert_eq!(origin(dsl, "depots"), "depots");
    assert_eq!(origin(dsl, "p.depot_id = d.depot_id"), "depot_id");
    assert_eq!(origin(dsl, "d.city"), "d.city");
    assert_eq!(origin(dsl, "kg > 30"), "kg > 30");
    assert_eq!(origin(dsl, "30"), "30");
    assert_eq!(origin(dsl, "WHERE"), "where kg > 30");
    assert_eq!(origin(dsl, "kg * rate"), "kg * rate");
    assert_eq!(origin(dsl, "AS cost"), "cost: kg * rate");
    assert_eq!(origin(dsl, "cost DESC"), "cost desc");
    assert_eq!(origin(dsl, "LIMIT 5"), "take 5");
}

#[test]
fn substituted_expressions_map_to_their_definition_and_their_use() {
    let dsl = "from t derive { cost: kg * rate } where cost > 5 select { id }";
    let lowered = lower(dsl, DialectKind::DuckDb, &BTreeMap::new());
    assert_eq!(lowered.sql, "SELECT id\nFROM t\nWHERE kg * rate > 5");
    assert_eq!(origin(dsl, "kg * rate"), "kg * rate");
    let used = dsl.rfind("cost").unwrap() as u32;
    let sql = lowered.source_map.sql_at(TextSize::new(used + 1));
    let texts: Vec<&str> =
        sql.iter().map(|range| &lowered.sql[usize::from(range.start())..usize::from(range.end())]).collect();
    assert_eq!(texts, ["kg * rate"]);
}

#[test]
fn references_are_what_the_file_reads_from_outside() {
    let dsl = "let a = from a | join x.y on k\nlet b = from a union c\nfrom b join `odd name` as o on k semi join A on k";
    let references = dsl_references(&parse_dsl(dsl).tree());
    let texts: Vec<(String, Option<&str>)> = references
        .iter()
        .map(|reference| (reference.parts.join("."), reference.binding.as_deref()))
        .collect();
    let wanted = [("a", Some("a")), ("x.y", Some("a")), ("c", Some("b")), ("odd name", None)];
    let wanted: Vec<(String, Option<&str>)> =
        wanted.iter().map(|(name, by)| ((*name).to_owned(), *by)).collect();
    assert_eq!(texts, wanted);
    assert_eq!(&dsl[usize::from(references[1].range.start())..usize::from(references[1].range.end())], "x.y");
}

#[test]
fn substitution_does_not_explode() {
    let mut dsl = "from t derive { c0: x + x".to_owned();
    for index in 1..60 {
        dsl.push_str(&format!(", c{index}: c{} + c{}", index - 1, index - 1));
    }
    dsl.push_str(" } select { c59 }");
    let lowered = lower(&dsl, DialectKind::DuckDb, &BTreeMap::new());
    assert!(lowered.ok, "{:#?}", lowered.findings);
    assert!(lowered.sql.len() < 200_000, "{} bytes", lowered.sql.len());
}

#[test]
fn group_entries_do_not_explode() {
    let chain: String = (1..3_000).map(|index| format!(", c{index}: c{} + 1", index - 1)).collect();
    let double: String = (1..60).map(|index| format!(", c{index}: c{0} + c{0}", index - 1)).collect();
    for entries in [chain, double] {
        let dsl = format!("from t group k {{ c0: sum(x){entries} }}");
        let lowered = lower(&dsl, DialectKind::DuckDb, &BTreeMap::new());
        assert!(!lowered.ok);
        assert!(lowered.findings.iter().any(|finding| finding.code == "S017"));
    }
    let wide =
        format!("from t derive {{ c: {} }} {}", vec!["x"; 900].join(" + "), "where c > 1 ".repeat(1_000));
    let lowered = lower(&wide, DialectKind::DuckDb, &BTreeMap::new());
    assert!(lowered.ok, "{:#?}", lowered.findings);
    assert!(lowered.sql.len() < 1_000_000, "{} bytes", lowered.sql.len());
}

#[test]
fn very_long_pipelines_are_refused_not_nested_without_end() {
    let dsl = format!("from t {}", "take 5 where x > 1 ".repeat(2_000));
    let lowered = lower(&dsl, DialectKind::DuckDb, &BTreeMap::new());
    assert!(!lowered.ok);
    assert_eq!(lowered.findings.iter().filter(|finding| finding.code == "S017").count(), 1);
}

#[test]
fn long_chains_are_flat() {
    let dsl = format!("from t where {} x == 1", "x == 1 or ".repeat(20_000));
    let parse = parse_dsl(&dsl);
    assert!(parse.errors().is_empty());
    let lowered = lower(&dsl, DialectKind::DuckDb, &BTreeMap::new());
    assert!(lowered.ok);
    assert!(parse.tree().syntax().descendants().all(|node| node.ancestors().count() < 20));
}
