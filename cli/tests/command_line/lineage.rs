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
    expect![[r#"
        exit code: 0
        stdout:
        Model: totals
        Upstream: orders
        Downstream: report

        Columns:
          id <- orders.id (direct)
          total <- orders.amount (aggregation: sum), orders.tip (aggregation: sum)
          n (no lineage)

        Rows:
          <- orders.id (group)
    "#]]
    .assert_eq(&project.table(&["lineage", "totals"]).to_string());
    let (document, code) = project.json(&["lineage", "totals"]);
    assert_eq!(code, 0);
    assert_valid("lineage", &document);
    assert!(document.get("column").is_none());
    expect![[r#"
        {
          "version": "2.0.0",
          "command": "lineage",
          "model": "totals",
          "columns": [
            {
              "name": "id",
              "data_type": "INT64"
            },
            {
              "name": "total"
            },
            {
              "name": "n",
              "data_type": "INT64"
            }
          ],
          "upstream": [
            "orders"
          ],
          "downstream": [
            "report"
          ],
          "edges": [
            {
              "source": {
                "model": "orders",
                "column": "id"
              },
              "target": {
                "model": "totals",
                "column": "id"
              },
              "transform": "direct"
            },
            {
              "source": {
                "model": "orders",
                "column": "amount"
              },
              "target": {
                "model": "totals",
                "column": "total"
              },
              "transform": "aggregation: sum"
            },
            {
              "source": {
                "model": "orders",
                "column": "tip"
              },
              "target": {
                "model": "totals",
                "column": "total"
              },
              "transform": "aggregation: sum"
            },
            {
              "source": {
                "model": "totals",
                "column": "id"
              },
              "target": {
                "model": "report",
                "column": "id"
              },
              "transform": "direct"
            },
            {
              "source": {
                "model": "totals",
                "column": "total"
              },
              "target": {
                "model": "report",
                "column": "total"
              },
              "transform": "direct"
            }
          ],
          "influences": [
            {
              "source": {
                "model": "orders",
                "column": "id"
              },
              "kind": "group"
            }
          ]
        }"#]]
    .assert_eq(&format!("{document:#}"));
}

#[test]
fn a_column() {
    let project = shop();
    expect![[r#"
        exit code: 0
        stdout:
        Column trace: report.total
          <- totals.total (direct)
            <- orders.amount (aggregation: sum)
              <- orders.tip (aggregation: sum)
                <- raw.orders.amount (direct)
                  <- raw.orders.tip (direct)
    "#]]
    .assert_eq(&project.table(&["lineage", "report.total"]).to_string());
    let (document, code) = project.json(&["lineage", "report.total"]);
    assert_eq!(code, 0);
    assert_valid("column_lineage", &document);
    expect![[r#"
        {
          "version": "2.0.0",
          "command": "lineage",
          "model": "report",
          "column": "total",
          "direction": "upstream",
          "trace": [
            {
              "source": {
                "model": "totals",
                "column": "total"
              },
              "target": {
                "model": "report",
                "column": "total"
              },
              "transform": "direct"
            },
            {
              "source": {
                "model": "orders",
                "column": "amount"
              },
              "target": {
                "model": "totals",
                "column": "total"
              },
              "transform": "aggregation: sum"
            },
            {
              "source": {
                "model": "orders",
                "column": "tip"
              },
              "target": {
                "model": "totals",
                "column": "total"
              },
              "transform": "aggregation: sum"
            },
            {
              "source": {
                "model": "raw.orders",
                "column": "amount"
              },
              "target": {
                "model": "orders",
                "column": "amount"
              },
              "transform": "direct"
            },
            {
              "source": {
                "model": "raw.orders",
                "column": "tip"
              },
              "target": {
                "model": "orders",
                "column": "tip"
              },
              "transform": "direct"
            }
          ]
        }"#]]
    .assert_eq(&format!("{document:#}"));
    let (with_flag, _) = project.json(&["lineage", "report", "--column", "total"]);
    assert_eq!(document, with_flag);
}

/// `--format dot` wins also where JSON is the default.
#[test]
fn a_graph() {
    let project = shop();
    expect![[r#"
        exit code: 0
        stdout:
        digraph lineage {
          rankdir=LR;
          "orders.id" -> "totals.id";
          "orders.amount" -> "totals.total";
          "orders.tip" -> "totals.total";
        }
    "#]]
    .assert_eq(&project.run(&["lineage", "totals", "--format", "dot"]).to_string());
    expect![[r#"
        exit code: 0
        stdout:
        digraph lineage {
          rankdir=LR;
          "totals.total" -> "report.total";
          "orders.amount" -> "totals.total";
          "orders.tip" -> "totals.total";
          "raw.orders.amount" -> "orders.amount";
          "raw.orders.tip" -> "orders.tip";
        }
    "#]]
    .assert_eq(&project.run(&["lineage", "report.total", "--format", "dot", "-o", "json"]).to_string());
    let text = project.run(&["lineage", "totals", "--format", "text"]).stdout;
    assert!(text.starts_with("Model: totals\n"), "{text}");
}
