//! `init` and `playground` without `--run`.

use crate::harness::{Project, assert_valid};
use expect_test::expect;

#[test]
fn init_creates_a_project_that_compiles() {
    let project = Project::new("");
    expect![[r#"
        exit code: 0
        stdout:
        Created a Rocky project in shop (template duckdb):
          models/_defaults.toml
          models/raw_orders.sql
          models/stg_orders.sql
          models/stg_orders.toml
          rocky.toml

        Next:
          cd shop
          rocky validate    check the configuration
          rocky compile     check the models
          rocky test        build the models in memory and test them
          rocky run         build the tables
    "#]]
    .assert_eq(&project.run(&["init", "shop"]).to_string());
    let files: Vec<String> = project.files();
    assert!(files.contains(&"shop/models/stg_orders.sql".to_owned()), "{files:?}");
    let ran = project.run(&["--config", "shop/rocky.toml", "compile", "-o", "table"]);
    assert_eq!(ran.code, 0, "{ran}");
}

#[test]
fn init_answers_in_json_when_told_to() {
    let project = Project::new("");
    let (document, code) = project.json(&["init", "--template", "snowflake"]);
    assert_eq!(code, 0);
    assert_valid("scaffold", &document);
    expect![[r#"
        {
          "version": "2.0.0",
          "command": "init",
          "path": ".",
          "template": "snowflake",
          "files": [
            "models/_defaults.toml",
            "models/example_orders.sql",
            "rocky.toml"
          ]
        }"#]]
    .assert_eq(&format!("{document:#}"));
}

#[test]
fn init_never_overwrites() {
    let project = Project::new("");
    project.write("models/stg_orders.sql", "mine");
    expect![[r#"
        exit code: 1
        stderr:
        Error: '.' already has files of the new project

        Caused by:
          in the way: models/stg_orders.sql

          help: choose another folder, or move these files away; nothing was changed
    "#]]
    .assert_eq(&project.run(&["init"]).to_string());
    assert_eq!(project.read("models/stg_orders.sql"), "mine");
    assert_eq!(project.files(), ["models/stg_orders.sql"]);
    project.write("rocky.toml", "mine");
    expect![[r#"
        exit code: 1
        stderr:
        Error: './rocky.toml' already exists

          help: the folder is a Rocky project already; choose another folder. Nothing was changed
    "#]]
    .assert_eq(&project.run(&["init"]).to_string());
    assert_eq!(project.read("rocky.toml"), "mine");
}

#[test]
fn an_unknown_template_creates_nothing() {
    let project = Project::new("");
    expect![[r#"
        exit code: 1
        stderr:
        Error: there is no template 'oracle'

          help: choose one of: duckdb, databricks-fivetran, snowflake, bigquery
    "#]]
    .assert_eq(&project.run(&["init", "new", "--template", "oracle"]).to_string());
    expect![[r#"
        exit code: 1
        stderr:
        Error: there is no template 'oracle'

          help: choose one of: quickstart, ecommerce, showcase
    "#]]
    .assert_eq(&project.run(&["playground", "new", "--template", "oracle"]).to_string());
    expect![[r#"
        exit code: 2
        stderr:
        Error: the template 'ecommerce' is not available yet

          help: use the template 'quickstart'
    "#]]
    .assert_eq(&project.run(&["playground", "new", "--template", "shop"]).to_string());
    assert!(project.files().is_empty());
    assert!(!project.file("new").exists());
}

#[test]
fn a_playground_compiles() {
    let project = Project::new("");
    expect![[r#"
        exit code: 0
        stdout:
        Created the sample project demo (template quickstart):
          contracts/revenue_summary.contract.toml
          data/seed.sql
          models/clean_orders.sql
          models/clean_orders.toml
          models/customer_orders.rocky
          models/customer_orders.toml
          models/daily_revenue.sql
          models/daily_revenue.toml
          models/order_log.sql
          models/order_log.toml
          models/raw_orders.sql
          models/raw_orders.toml
          models/revenue_summary.sql
          models/revenue_summary.toml
          rocky.toml

        Next:
          cd demo
          rocky compile     check every model, without touching a database
          rocky test        build the models in memory and test them

        'rocky playground PATH --run' also loads the data into a database and builds the tables.
    "#]]
    .assert_eq(&project.run(&["playground", "demo"]).to_string());
    let ran = project.table(&["--config", "demo/rocky.toml", "compile"]);
    assert_eq!(ran.code, 0, "{ran}");
    let ran = project.table(&["--config", "demo/rocky.toml", "validate"]);
    assert_eq!(ran.code, 0, "{ran}");
}

#[test]
fn a_playground_refuses_a_folder_that_is_in_use() {
    let project = Project::new("");
    project.write("demo/precious.txt", "mine");
    expect![[r#"
        exit code: 1
        stderr:
        Error: 'demo' already exists and is not empty

          help: name a new folder: rocky playground PATH. Nothing was changed
    "#]]
    .assert_eq(&project.run(&["playground", "demo"]).to_string());
    assert_eq!(project.files(), ["demo/precious.txt"]);
    std::fs::create_dir(project.file("empty")).expect("folder");
    assert_eq!(project.run(&["playground", "empty"]).code, 0);
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_written_is_named() {
    let project = Project::new("");
    project.write("file", "");
    expect![[r#"
        exit code: 1
        stderr:
        Error: 'file/below' cannot be looked at

        Caused by:
          Not a directory (os error 20)

          help: choose another folder
    "#]]
    .assert_eq(&project.run(&["init", "file/below"]).to_string());
}
