//! `rocky lineage`.

use crate::harness::{Project, assert_valid};
use expect_test::expect;

fn shop() -> Project {
    Project::new(
        r#"
        //- rocky.toml
        [adapter.local]
        type = "duckdb"
        [pipeline.shop]
        type = "transformation"
        target.adapter = "local"
        //- models/_defaults.toml
        [target]
        catalog = "shop"
        schema = "mart"
        //- models/orders.sql
        SELECT CAST(id AS BIGINT) AS id, amount, tip FROM raw.orders
        //- models/totals.sql
        SELECT id, SUM(amount + tip) AS total, COUNT(*) AS n FROM orders GROUP BY id
        //- models/report.sql
        SELECT id, total FROM totals
        "#,
    )
}

#[test]
fn a_model() {
    let project = shop();
    expect![[""]].assert_eq(&project.table(&["lineage", "totals"]).to_string());
    let (document, code) = project.json(&["lineage", "totals"]);
    assert_eq!(code, 0);
    assert_valid("lineage", &document);
    assert!(document.get("column").is_none());
    expect![[""]].assert_eq(&format!("{document:#}"));
}

#[test]
fn a_column() {
    let project = shop();
    expect![[""]].assert_eq(&project.table(&["lineage", "report.total"]).to_string());
    let (document, code) = project.json(&["lineage", "report.total"]);
    assert_eq!(code, 0);
    assert_valid("column_lineage", &document);
    expect![[""]].assert_eq(&format!("{document:#}"));
    let (with_flag, _) = project.json(&["lineage", "report", "--column", "total"]);
    assert_eq!(document, with_flag);
}

/// `--format dot` wins also where JSON is the default.
#[test]
fn a_graph() {
    let project = shop();
    expect![[""]].assert_eq(&project.run(&["lineage", "totals", "--format", "dot"]).to_string());
    expect![[""]].assert_eq(&project.run(&["lineage", "report.total", "--format", "dot", "-o", "json"]).to_string());
    let text = project.run(&["lineage", "totals", "--format", "text"]).stdout;
    assert!(text.starts_with("Model: totals\n"), "{text}");
}
