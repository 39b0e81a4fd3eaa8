//! `rocky compile`.

use crate::harness::{Project, assert_valid, without_times};
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
        //- models/raw_orders.sql
        SELECT CAST(1 AS BIGINT) AS id, CAST(2.5 AS DECIMAL(10, 2)) AS amount, CAST('2031-01-01' AS DATE) AS day
        //- models/clean.rocky
        from raw_orders
        where amount > 0
        //- models/clean.toml
        [strategy]
        type = "ephemeral"
        //- models/daily.sql
        SELECT day, SUM(amount) AS revenue FROM clean GROUP BY day
        //- models/daily.toml
        [strategy]
        type = "incremental"
        timestamp_column = "day"
        [freshness]
        max_lag_seconds = 3600
        //- contracts/daily.contract.toml
        [[columns]]
        name = "day"
        type = "Date"
        [rules]
        required = ["day", "revenue"]
        "#,
    )
}

#[test]
fn a_sound_project() {
    let project = shop();
    expect![[r#"
        exit code: 0
        stdout:
          ✓ raw_orders (3 columns)
          ✓ clean (3 columns)
          ✓ daily (2 columns)

        info[I001]: SELECT * takes whatever columns the table has
           ╭─[ models/clean.rocky:1:1 ]
           │
         1 │ from raw_orders
           │ ┬──────────────
           │ ╰──────────────── here
           │
           │ Help: name the columns that are needed
        ───╯

          Compiled: 3 models, 0 errors, 0 warnings
          Types known: 8 of 8 columns (100.0 %)
    "#]]
    .assert_eq(&project.table(&["compile"]).to_string());
}

#[test]
fn a_sound_project_as_a_document() {
    let (mut document, code) = shop().json(&["compile"]);
    assert_eq!(code, 0);
    assert_valid("compile", &document);
    without_times(&mut document);
    expect![[r#"
        {
          "version": "2.0.0",
          "command": "compile",
          "models": 3,
          "execution_layers": 3,
          "diagnostics": [
            {
              "severity": "Info",
              "code": "I001",
              "message": "SELECT * takes whatever columns the table has",
              "span": {
                "file": "models/clean.rocky",
                "line": 1,
                "col": 1,
                "end_line": 1,
                "end_col": 16
              },
              "model": "clean",
              "suggestion": "name the columns that are needed"
            }
          ],
          "has_errors": false,
          "compile_timings": {
            "project_load_ms": 0,
            "semantic_graph_ms": 0,
            "typecheck_ms": 0,
            "typecheck_join_keys_ms": 0,
            "contracts_ms": 0,
            "total_ms": 0
          },
          "models_detail": [
            {
              "name": "raw_orders",
              "strategy": {
                "type": "full_refresh"
              },
              "target": {
                "catalog": "shop",
                "schema": "mart",
                "table": "raw_orders"
              },
              "type_coverage": {
                "columns": 3,
                "columns_typed": 3,
                "coverage_pct": 100.0,
                "open": false
              }
            },
            {
              "name": "clean",
              "strategy": {
                "type": "ephemeral"
              },
              "target": {
                "catalog": "shop",
                "schema": "mart",
                "table": "clean"
              },
              "depends_on": [
                "raw_orders"
              ],
              "type_coverage": {
                "columns": 3,
                "columns_typed": 3,
                "coverage_pct": 100.0,
                "open": false
              }
            },
            {
              "name": "daily",
              "strategy": {
                "type": "incremental",
                "timestamp_column": "day"
              },
              "target": {
                "catalog": "shop",
                "schema": "mart",
                "table": "daily"
              },
              "freshness": {
                "max_lag_seconds": 3600
              },
              "contract_source": "auto",
              "depends_on": [
                "clean"
              ],
              "type_coverage": {
                "columns": 2,
                "columns_typed": 2,
                "coverage_pct": 100.0,
                "open": false
              }
            }
          ],
          "type_coverage": {
            "columns": 8,
            "columns_typed": 8,
            "coverage_pct": 100.0,
            "open_models": 0
          }
        }"#]]
    .assert_eq(&format!("{document:#}"));
}

#[test]
fn the_same_answer_twice() {
    let project = shop();
    let (mut first, _) = project.json(&["compile"]);
    let (mut second, _) = project.json(&["compile"]);
    without_times(&mut first);
    without_times(&mut second);
    assert_eq!(first, second);
    assert_eq!(
        project.files(),
        [
            "contracts/daily.contract.toml",
            "models/_defaults.toml",
            "models/clean.rocky",
            "models/clean.toml",
            "models/daily.sql",
            "models/daily.toml",
            "models/raw_orders.sql",
            "rocky.toml",
        ],
        "compile leaves nothing but its cache"
    );
}

#[test]
fn with_a_model_everything_is_about_that_model() {
    let project = shop();
    project.write("models/broken.sql", "SELECT nope FROM raw_orders");
    let (mut document, code) = project.json(&["compile", "--model", "daily"]);
    assert_eq!(code, 0, "the errors of other models do not count");
    assert_valid("compile", &document);
    without_times(&mut document);
    expect![[r#"
        {
          "version": "2.0.0",
          "command": "compile",
          "models": 1,
          "execution_layers": 1,
          "diagnostics": [],
          "has_errors": false,
          "compile_timings": {
            "project_load_ms": 0,
            "semantic_graph_ms": 0,
            "typecheck_ms": 0,
            "typecheck_join_keys_ms": 0,
            "contracts_ms": 0,
            "total_ms": 0
          },
          "models_detail": [
            {
              "name": "daily",
              "strategy": {
                "type": "incremental",
                "timestamp_column": "day"
              },
              "target": {
                "catalog": "shop",
                "schema": "mart",
                "table": "daily"
              },
              "freshness": {
                "max_lag_seconds": 3600
              },
              "contract_source": "auto",
              "depends_on": [
                "clean"
              ],
              "type_coverage": {
                "columns": 2,
                "columns_typed": 2,
                "coverage_pct": 100.0,
                "open": false
              }
            }
          ],
          "type_coverage": {
            "columns": 2,
            "columns_typed": 2,
            "coverage_pct": 100.0,
            "open_models": 0
          }
        }"#]]
    .assert_eq(&format!("{document:#}"));
    assert_eq!(project.json(&["compile"]).1, 1);
    assert_eq!(project.json(&["compile", "--model", "broken"]).1, 1);
}

const MISTAKES: &str = "-- größer\nSELECT dya, SUM(amount) AS revenue FROM clean GROUP BY dya\n";

#[test]
fn errors_have_places_and_related_places() {
    let project = shop();
    project
        .write("models/daily.sql", "-- größer\nSELECT dya, SUM(amount) AS revenue FROM clean GROUP BY dya\n");
    expect![[r#"
        exit code: 1
        stdout:
          ✓ raw_orders (3 columns)
          ✓ clean (3 columns)
          ✗ daily

        info[I001]: SELECT * takes whatever columns the table has
           ╭─[ models/clean.rocky:1:1 ]
           │
         1 │ from raw_orders
           │ ┬──────────────
           │ ╰──────────────── here
           │
           │ Help: name the columns that are needed
        ───╯

        error[E010]: 'day' is required by the contract of 'daily' but missing from its output
           ╭─[ models/daily.sql:2:1 ]
           │
         2 │ SELECT dya, SUM(amount) AS revenue FROM clean GROUP BY dya
           │ ┬─────
           │ ╰─────── here
           │
           ├─[ contracts/daily.contract.toml:5:13 ]
           │
         5 │ required = ["day", "revenue"]
           │             ┬────
           │             ╰────── the contract says so here
           │
           │ Help: did you mean 'dya'?
        ───╯

        error[E003]: 'dya' is not a column here: it is not in 'clean'
           ╭─[ models/daily.sql:2:8 ]
           │
         2 │ SELECT dya, SUM(amount) AS revenue FROM clean GROUP BY dya
           │        ┬──
           │        ╰──── here
           │
           │ Help: did you mean 'day'?
        ───╯

        error[E003]: 'dya' is not a column here: it is not in 'clean'
           ╭─[ models/daily.sql:2:56 ]
           │
         2 │ SELECT dya, SUM(amount) AS revenue FROM clean GROUP BY dya
           │                                                        ┬──
           │                                                        ╰──── here
           │
           │ Help: did you mean 'day'?
        ───╯

        error[E107]: 'day' is needed by strategy incremental of 'daily' but not in its output
           ╭─[ models/daily.toml:3:20 ]
           │
         3 │ timestamp_column = "day"
           │                    ┬────
           │                    ╰────── here
           │
           │ Help: did you mean 'dya'?
        ───╯

          Compiled: 3 models, 4 errors, 0 warnings
          Types known: 7 of 8 columns (87.5 %)
    "#]]
    .assert_eq(&project.table(&["compile"]).to_string());
}

#[test]
fn places_in_the_document_are_those_of_the_text() {
    let project = shop();
    project.write("models/daily.sql", MISTAKES);
    let (document, code) = project.json(&["compile"]);
    assert_eq!(code, 1);
    assert_valid("compile", &document);
    expect![[r#"
        [
          {
            "severity": "Info",
            "code": "I001",
            "message": "SELECT * takes whatever columns the table has",
            "span": {
              "file": "models/clean.rocky",
              "line": 1,
              "col": 1,
              "end_line": 1,
              "end_col": 16
            },
            "model": "clean",
            "suggestion": "name the columns that are needed"
          },
          {
            "severity": "Error",
            "code": "E010",
            "message": "'day' is required by the contract of 'daily' but missing from its output",
            "span": {
              "file": "models/daily.sql",
              "line": 2,
              "col": 1,
              "end_line": 2,
              "end_col": 7
            },
            "model": "daily",
            "suggestion": "did you mean 'dya'?",
            "related": [
              {
                "message": "the contract says so here",
                "span": {
                  "file": "contracts/daily.contract.toml",
                  "line": 5,
                  "col": 13,
                  "end_line": 5,
                  "end_col": 18
                }
              }
            ]
          },
          {
            "severity": "Error",
            "code": "E003",
            "message": "'dya' is not a column here: it is not in 'clean'",
            "span": {
              "file": "models/daily.sql",
              "line": 2,
              "col": 8,
              "end_line": 2,
              "end_col": 11
            },
            "model": "daily",
            "suggestion": "did you mean 'day'?"
          },
          {
            "severity": "Error",
            "code": "E003",
            "message": "'dya' is not a column here: it is not in 'clean'",
            "span": {
              "file": "models/daily.sql",
              "line": 2,
              "col": 56,
              "end_line": 2,
              "end_col": 59
            },
            "model": "daily",
            "suggestion": "did you mean 'day'?"
          },
          {
            "severity": "Error",
            "code": "E107",
            "message": "'day' is needed by strategy incremental of 'daily' but not in its output",
            "span": {
              "file": "models/daily.toml",
              "line": 3,
              "col": 20,
              "end_line": 3,
              "end_col": 25
            },
            "model": "daily",
            "suggestion": "did you mean 'dya'?"
          }
        ]"#]]
    .assert_eq(&format!("{:#}", document["diagnostics"]));
}

#[test]
fn from_another_folder_files_are_named_from_there() {
    let project = shop();
    project.write("models/broken.sql", "SELECT nope FROM raw_orders");
    let file = |config: &str, folder: &str| {
        let mut command = project.command(&["compile", "-o", "json", "--config", config]);
        let ran = project.ran(command.current_dir(project.file(folder)));
        let document: serde_json::Value = serde_json::from_str(&ran.stdout).expect("json");
        document["diagnostics"][0]["span"]["file"].as_str().expect("file").to_owned()
    };
    assert_eq!(file("../rocky.toml", "models"), "../models/broken.sql");
    let absolute = project.file("rocky.toml").display().to_string();
    assert_eq!(file(&absolute, "contracts"), "$PROJECT/models/broken.sql");
    // Without a flag the folders above are searched.
    let mut command = project.command(&["compile", "-o", "json"]);
    let ran = project.ran(command.current_dir(project.file("models")));
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("\"../models/broken.sql\""), "{ran}");
}

#[test]
fn folders_can_be_named() {
    let project = Project::new(
        "//- elsewhere/a.sql\nSELECT 1 AS id\n//- elsewhere/_defaults.toml\n[target]\ncatalog = \"c\"\nschema = \"s\"",
    );
    let (document, code) = project.json(&["compile", "--models", "elsewhere"]);
    assert_eq!((document["models"].as_u64(), code), (Some(1), 0), "{document:#}");
    let absolute = project.file("elsewhere").display().to_string();
    let (document, code) = project.json(&["compile", "--models", &absolute]);
    assert_eq!((document["models"].as_u64(), code), (Some(1), 0), "{document:#}");
}

#[test]
fn an_explicit_contracts_folder_is_named_as_such() {
    let project = shop();
    let (document, _) = project.json(&["compile"]);
    let source = |document: &serde_json::Value| {
        let models = document["models_detail"].as_array().expect("models");
        models.iter().find(|model| model["name"] == "daily").expect("daily")["contract_source"].clone()
    };
    assert_eq!(source(&document), "auto");
    let (document, _) = project.json(&["compile", "--contracts", "contracts"]);
    assert_eq!(source(&document), "explicit");
}

#[test]
fn macros_are_shown_expanded_when_asked_for() {
    let project = shop();
    project.write("macros/twice.sql", "-- @macro twice(x)\n({x} * 2)\n");
    project.write("models/doubled.sql", "SELECT @twice(amount) AS amount FROM raw_orders");
    let (document, code) = project.json(&["compile", "--expand-macros", "--model", "doubled"]);
    assert_eq!(code, 0, "{document:#}");
    assert_valid("compile", &document);
    expect![[r#"
        {
          "doubled": "SELECT (amount * 2) AS amount FROM raw_orders"
        }"#]]
    .assert_eq(&format!("{:#}", document["expanded_sql"]));
    let (document, _) = project.json(&["compile", "--model", "doubled"]);
    assert!(document.get("expanded_sql").is_none());
}
