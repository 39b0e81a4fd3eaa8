//! `ci` with DuckDB.

use crate::harness::{Project, assert_valid};
use expect_test::expect;

fn shop() -> Project {
    Project::new(
        r#"
        //- rocky.toml
        [adapter.local]
        type = "duckdb"
        path = "${NOT_SET}/shop.duckdb"
        [pipeline.shop]
        type = "transformation"
        target.adapter = "local"
        //- models/_defaults.toml
        [target]
        catalog = "shop"
        schema = "mart"
        //- models/orders.sql
        SELECT CAST(id AS BIGINT) AS id, CAST(amount AS DOUBLE) AS amount FROM raw.orders
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
        //- tests/positive.sql
        SELECT * FROM totals WHERE total < 0
        //- data/seed.sql
        CREATE SCHEMA raw;
        CREATE TABLE raw.orders AS SELECT * FROM (VALUES (1, 2.5), (2, 3.5)) AS t (id, amount);
        "#,
    )
}

/// Without the variables of `rocky.toml`: nothing is connected to.
#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn a_sound_project() {
    let project = shop();
    let ran = project.table(&["ci"]);
    expect![[r#"
        exit code: 0
        stdout:
        PASS compile: 2 models, 0 errors, 0 warnings
        PASS tests: 5 passed, 0 failed

        Exit code: 0
    "#]]
    .assert_eq(&ran.to_string());
    let (document, code) = project.json(&["ci"]);
    assert_valid("ci", &document);
    assert_eq!((code, document["tests_passed"].as_u64()), (0, Some(5)), "{document:#}");
}

#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn failures_and_what_depends_on_them() {
    let project = shop();
    project.write(
        "models/orders.sql",
        "SELECT CAST(id AS BIGINT) AS id, no_such_function(amount) AS amount FROM raw.orders\n",
    );
    let (document, code) = project.json(&["ci"]);
    assert_eq!(code, 1);
    assert_valid("ci", &document);
    let status = |model: &str| {
        let results = document["model_results"].as_array().expect("results");
        let found = results.iter().find(|result| result["model"] == model);
        found.expect("the model")["status"].as_str().expect("status").to_owned()
    };
    assert_eq!((status("orders").as_str(), status("totals").as_str()), ("fail", "not_evaluated"));
    // The tests of orders, totals, and the assertion that reads it were not run.
    assert_eq!(document["tests_not_evaluated"], 4, "{document:#}");
    assert_eq!(document["tests_passed"], 0);
    let junit = project.run(&["ci", "--format", "junit"]).stdout;
    assert!(
        junit.contains("<skipped message=\"not evaluated: not built: it reads 'orders', which failed\"/>"),
        "{junit}"
    );
}

#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn warnings_are_no_failure_of_the_process() {
    let project = shop();
    project.write("data/seed.sql", "CREATE SCHEMA raw; CREATE TABLE raw.orders AS SELECT * FROM (VALUES (1, 2.5), (1, 3.5)) AS t (id, amount);");
    let (document, code) = project.json(&["ci"]);
    assert_eq!((code, document["exit_code"].as_u64()), (0, Some(2)), "{document:#}");
    assert_eq!(document["tests_warned"], 1);
}
