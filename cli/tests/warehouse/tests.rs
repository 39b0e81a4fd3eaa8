//! `test`.

use crate::harness::{Project, assert_valid};
use expect_test::expect;

fn shop() -> Project {
    Project::new(
        r#"
        //- rocky.toml
        [adapter.local]
        type = "duckdb"
        path = "shop.duckdb"
        [pipeline.shop]
        type = "transformation"
        target.adapter = "local"
        //- models/_defaults.toml
        [target]
        catalog = "shop"
        schema = "mart"
        //- models/orders.sql
        SELECT CAST(id AS BIGINT) AS id, amount FROM raw.orders
        //- models/orders.toml
        [[tests]]
        type = "not_null"
        column = "id"
        [[tests]]
        type = "unique"
        column = "id"
        severity = "warning"
        //- models/totals.sql
        SELECT SUM(amount) AS total FROM orders
        //- data/seed.sql
        CREATE SCHEMA raw;
        CREATE TABLE raw.orders AS SELECT * FROM (VALUES (1, 2.5), (1, 3.5), (NULL, 1.0)) AS t (id, amount);
        "#,
    )
}

#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn models_and_their_tests() {
    let project = shop();
    let ran = project.table(&["test"]);
    assert_eq!(ran.code, 1);
    expect![[r#"
        exit code: 1
        stdout:
          ✗ orders
          ✓ totals

        Failures:
          ✗ orders::not_null_id
              1 violation

        Warnings:
          ! orders::unique_id
              violations: (id = 1, occurrences = 2)

        2 of 4 tests passed, 1 failed, 1 warned.
    "#]]
    .assert_eq(&ran.to_string());
    let (document, code) = project.json(&["test"]);
    assert_eq!(code, 1);
    assert_valid("test", &document);
    expect![[r#"
        {
          "version": "2.0.0",
          "command": "test",
          "total": 4,
          "passed": 2,
          "failed": 1,
          "warned": 1,
          "not_evaluated": 0,
          "failures": [
            {
              "name": "orders::not_null_id",
              "error": "1 violation"
            }
          ],
          "warnings": [
            {
              "name": "orders::unique_id",
              "error": "violations: (id = 1, occurrences = 2)"
            }
          ],
          "model_results": [
            {
              "model": "orders",
              "status": "fail",
              "error": "1 violation"
            },
            {
              "model": "totals",
              "status": "pass"
            }
          ]
        }"#]]
    .assert_eq(&format!("{document:#}"));
    assert!(!project.file("shop.duckdb").exists(), "nothing is written to the warehouse");
}

#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn one_model_and_what_it_reads() {
    let project = shop();
    let (document, code) = project.json(&["test", "--model", "totals"]);
    assert_eq!(code, 0, "{document:#}");
    assert_eq!((document["total"].as_u64(), document["passed"].as_u64()), (Some(1), Some(1)));
}

#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn declarative_tests_look_at_the_warehouse() {
    let project = shop();
    project.write("models/orders.sql", "SELECT CAST(1 AS BIGINT) AS id, 2.5 AS amount");
    let config = project.read("rocky.toml");
    project.write("rocky.toml", format!("{config}target.governance.auto_create_schemas = true\n"));
    assert_eq!(project.run(&["run"]).code, 0);
    let (document, code) = project.json(&["test", "--declarative"]);
    assert_eq!(code, 0, "{document:#}");
    assert_valid("test", &document);
    assert_eq!(document["declarative"]["passed"], 2);
    assert_eq!(document["total"], 0);
}

/// `[[use_test]]`: the definition, with the column, severity and filter of the use.
#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn named_tests_are_run() {
    let project = shop();
    project.write(
        "models/test_definitions.toml",
        "[filled]\ntype = \"not_null\"\n[few]\ntype = \"row_count_range\"\nmax = 2\n",
    );
    project.write(
        "models/orders.toml",
        "[[use_test]]\nname = \"filled\"\ncolumn = \"id\"\nfilter = \"amount > 2\"\n\
         [[use_test]]\nname = \"filled\"\ncolumn = \"id\"\nseverity = \"warning\"\n[[use_test]]\nname = \"few\"\n",
    );
    let (document, code) = project.json(&["test"]);
    assert_eq!(code, 1, "{document:#}");
    let names = |key: &str| -> Vec<String> {
        let entries = document[key].as_array().into_iter().flatten();
        entries.map(|entry| entry["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(
        (names("failures"), names("warnings")),
        (vec!["orders::few".into()], vec!["orders::filled_id".into()])
    );
    assert_eq!(document["passed"], 3, "{document:#}");
}

/// Local tests run on DuckDB; a model of another warehouse that fails there says so.
#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn a_model_of_another_warehouse() {
    let project = Project::new(
        r#"
        //- rocky.toml
        [adapter.flake]
        type = "snowflake"
        [pipeline.shop]
        type = "transformation"
        target.adapter = "flake"
        //- models/_defaults.toml
        [target]
        catalog = "shop"
        schema = "mart"
        //- models/texts.sql
        SELECT TO_VARCHAR(1) AS text
        "#,
    );
    let (document, code) = project.json(&["test"]);
    assert_eq!(code, 1, "{document:#}");
    let error = document["failures"][0]["error"].as_str().expect("an error");
    assert!(
        error.contains("written for snowflake") && error.contains("local tests run on DuckDB"),
        "{error}"
    );
}
