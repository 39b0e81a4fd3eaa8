//! `ci` and `test` as far as nothing is executed: errors of the compilation, forms, files.

use crate::harness::{Project, assert_valid};
use expect_test::expect;

/// One model with an error, one that reads it, one with a test: nothing of it is executed.
fn broken() -> Project {
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
        SELECT 1 AS id, 2.5 AS amount
        //- models/orders.toml
        [[tests]]
        type = "not_null"
        column = "id"
        //- models/totals.sql
        SELECT amuont AS total FROM orders
        "#,
    )
}

#[test]
fn errors_stop_everything_and_the_rest_is_not_evaluated() {
    let project = broken();
    expect![[r#"
        exit code: 1
        stdout:
        error[E003]: 'amuont' is not a column here: it is not in 'orders'
           ╭─[ models/totals.sql:1:8 ]
           │
         1 │ SELECT amuont AS total FROM orders
           │        ┬─────
           │        ╰─────── here
           │
           │ Help: did you mean 'amount'?
        ───╯

        FAIL compile: 2 models, 1 error, 0 warnings
        FAIL tests: 0 passed, 1 failed, 2 not evaluated

        Exit code: 1
    "#]]
    .assert_eq(&project.table(&["ci"]).to_string());
    let (document, code) = project.json(&["ci"]);
    assert_eq!(code, 1);
    assert_valid("ci", &document);
    expect![[r#"
        {
          "version": "2.0.0",
          "command": "ci",
          "compile_ok": false,
          "tests_ok": false,
          "models_compiled": 2,
          "tests_passed": 0,
          "tests_failed": 1,
          "exit_code": 1,
          "diagnostics": [
            {
              "severity": "Error",
              "code": "E003",
              "message": "'amuont' is not a column here: it is not in 'orders'",
              "span": {
                "file": "models/totals.sql",
                "line": 1,
                "col": 8,
                "end_line": 1,
                "end_col": 14
              },
              "model": "totals",
              "suggestion": "did you mean 'amount'?"
            }
          ],
          "failures": [
            {
              "name": "totals",
              "error": "E003 'amuont' is not a column here: it is not in 'orders' (models/totals.sql:1:8)"
            }
          ],
          "tests_warned": 0,
          "tests_not_evaluated": 2,
          "model_results": [
            {
              "model": "orders",
              "status": "not_evaluated",
              "error": "the models do not all compile"
            },
            {
              "model": "totals",
              "status": "fail",
              "error": "E003 'amuont' is not a column here: it is not in 'orders' (models/totals.sql:1:8)"
            }
          ]
        }
    "#]]
    .assert_eq(&format!("{document:#}\n"));
}

#[test]
fn a_test_run_says_the_same() {
    let project = broken();
    expect![[r#"
        exit code: 1
        stdout:
          ? orders (not evaluated)
          ✗ totals

        Failures:
          ✗ totals
              E003 'amuont' is not a column here: it is not in 'orders' (models/totals.sql:1:8)

        0 of 3 tests passed, 1 failed, 2 not evaluated.
    "#]]
    .assert_eq(&project.table(&["test"]).to_string());
    let (document, code) = project.json(&["test"]);
    assert_eq!(code, 1);
    assert_valid("test", &document);
    assert_eq!(document["passed"], 0);
    assert_eq!(document["not_evaluated"], 2);
    let status = |number: usize| document["model_results"][number]["status"].clone();
    assert_eq!((status(0), status(1)), ("not_evaluated".into(), "fail".into()));
}

#[test]
fn every_form() {
    let project = broken();
    let form = |name: &str| {
        let ran = project.run(&["ci", "--format", name, "-o", "json"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (1, ""), "{name}");
        ran.stdout
    };
    expect![[r#"
        ::error file=models/totals.sql,line=1,endLine=1,col=8,endColumn=13,title=E003 in totals::'amuont' is not a column here: it is not in 'orders'%0Adid you mean 'amount'?
        ::warning title=not evaluated%3A 2 tests::the models do not all compile: orders, orders::not_null_id
        ::warning title=not evaluated%3A 1 test::it does not compile: totals
    "#]].assert_eq(&form("github"));
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="Rocky CI" tests="5" failures="1" errors="0" skipped="3" time="0.000">
          <testsuite name="compile" tests="2" failures="1" errors="0" skipped="0" time="0.000">
            <testcase classname="compile" name="orders" time="0.000"/>
            <testcase classname="compile" name="totals" file="models/totals.sql" time="0.000">
              <failure type="E003" message="'amuont' is not a column here: it is not in 'orders'">models/totals.sql:1:8: error[E003]: 'amuont' is not a column here: it is not in 'orders' (did you mean 'amount'?)</failure>
            </testcase>
          </testsuite>
          <testsuite name="test" tests="3" failures="0" errors="0" skipped="3" time="0.000">
            <testcase classname="orders" name="orders" file="models/orders.sql" time="0.000">
              <skipped message="not evaluated: the models do not all compile"/>
            </testcase>
            <testcase classname="orders" name="orders::not_null_id" file="models/orders.sql" time="0.000">
              <skipped message="not evaluated: the models do not all compile"/>
            </testcase>
            <testcase classname="totals" name="totals" file="models/totals.sql" time="0.000">
              <skipped message="not evaluated: it does not compile"/>
            </testcase>
          </testsuite>
        </testsuites>
    "#]].assert_eq(&form("junit"));
    expect![[r#"
        ## Rocky CI

        ❌ There are failures.

        | | |
        |---|---|
        | Models | 2 |
        | Compile | 1 error, 0 warnings, 0 notes |
        | Tests | 0 passed, 0 failed, 0 warned, 3 not evaluated |
        | Types known | 2 of 3 columns (66.6 %) |

        ### Errors

        | Code | Place | Message |
        |---|---|---|
        | E003 | `models/totals.sql:1:8` | 'amuont' is not a column here: it is not in 'orders'<br>💡 did you mean 'amount'? |

        ### Not evaluated

        | Test | Found |
        |---|---|
        | `orders` | the models do not all compile |
        | `orders::not_null_id` | the models do not all compile |
        | `totals` | it does not compile |
    "#]].assert_eq(&form("markdown"));
    assert!(form("text").ends_with("\nExit code: 1\n"));
    let json: serde_json::Value = serde_json::from_str(&form("json")).expect("JSON");
    assert_valid("ci", &json);
    let sarif: serde_json::Value = serde_json::from_str(&form("sarif")).expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let rules: Vec<&str> = results.iter().filter_map(|result| result["ruleId"].as_str()).collect();
    assert_eq!(rules, ["E003"], "the tests were not run, so they found nothing");
    assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], false);
    let tested = project.run(&["test", "--format", "junit"]).stdout;
    assert!(tested.contains("<testsuites name=\"Rocky tests\""), "{tested}");
}

/// Places are those of the repository, wherever the command was typed.
#[test]
fn paths_begin_at_the_root_of_the_repository() {
    let outer = Project::new("");
    let project = broken();
    for file in project.files() {
        outer.write(&format!("shop/{file}"), project.read(&file));
    }
    outer.commit("first");
    let mut command = outer.command(&["ci", "--format", "github"]);
    command.current_dir(outer.file("shop/models"));
    let text = outer.ran(&mut command).stdout;
    assert!(text.starts_with("::error file=shop/models/totals.sql,line=1,"), "{text}");
}

#[test]
fn reports_go_to_files_as_well() {
    let project = broken();
    let ran = project.run(&[
        "ci",
        "--report",
        "junit=results.xml",
        "--report",
        "sarif=results.sarif",
        "--report",
        "json=results.json",
        "--format",
        "text",
    ]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("FAIL compile"), "{ran}");
    assert!(project.read("results.xml").starts_with("<?xml"));
    assert!(project.read("results.sarif").contains("\"2.1.0\""));
    let json: serde_json::Value = serde_json::from_str(&project.read("results.json")).expect("JSON");
    assert_valid("ci", &json);
    let lost = project.run(&["ci", "--report", "junit=nowhere/results.xml"]);
    assert!(lost.stdout.starts_with('{') && lost.code == 1, "{lost}");
    assert!(lost.stderr.contains("the report 'nowhere/results.xml' cannot be written"), "{lost}");
}

#[test]
fn wrong_report_options_are_refused() {
    let project = broken();
    let says = |arguments: &[&str]| {
        let ran = project.run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran}");
        ran.stderr
    };
    assert!(says(&["ci", "--report", "results.xml"]).contains("expected FORMAT=FILE"));
    assert!(says(&["ci", "--report", "pdf=a"]).contains("there is no format 'pdf'"));
    assert!(says(&["ci", "--report", "junit="]).contains("the file has no name"));
    assert!(says(&["ci", "--format", "pdf"]).contains("possible values"));
    assert!(says(&["ci", "--step-summary"]).contains("GITHUB_STEP_SUMMARY"));
}

/// Only when it is asked for: a variable of the surroundings alone changes nothing.
#[test]
fn the_step_summary_is_appended_when_asked_for() {
    let project = broken();
    project.write("summary.md", "# Before\n");
    let run = |arguments: &[&str]| {
        let mut command = project.command(arguments);
        command.env("GITHUB_STEP_SUMMARY", project.file("summary.md"));
        assert_eq!(project.ran(&mut command).code, 1);
        project.read("summary.md")
    };
    assert_eq!(run(&["ci"]), "# Before\n");
    assert!(run(&["ci", "--step-summary"]).starts_with("# Before\n## Rocky CI\n"));
}

/// What the compilation found is not lost when there is no database to test on, and nothing passes.
#[test]
fn without_duckdb_nothing_is_evaluated() {
    let project = broken();
    project.write("models/totals.sql", "SELECT amount AS total FROM orders");
    // A copy of the executable with nothing beside it.
    let alone = Project::new("");
    let copy = alone.file("rocky");
    std::fs::copy(env!("CARGO_BIN_EXE_rocky"), &copy).expect("a copy");
    let mut command = std::process::Command::new(&copy);
    command.current_dir(project.path()).args(["ci", "-o", "json"]).env("PATH", "");
    let ran = project.ran(&mut command);
    let document: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_valid("ci", &document);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("rocky-duckdb"), "{ran}");
    let keys = ["compile_ok", "tests_ok", "tests_passed", "tests_not_evaluated", "exit_code"];
    let values: Vec<String> = keys.iter().map(|key| document[*key].to_string()).collect();
    assert_eq!(values, ["true", "false", "0", "3", "1"]);
}

#[test]
fn a_folder_without_a_project() {
    let project = Project::new("");
    let ran = project.run(&["ci"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("No rocky.toml found"), "{ran}");
}
