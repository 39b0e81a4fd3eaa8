//! Bad input, from the user's side: one clear error with its place and what to do, nothing lost.

use crate::harness::Project;
use expect_test::expect;

const CONFIG: &str = r#"
[adapter.local]
type = "duckdb"
path = "shop.duckdb"

[pipeline.shop]
type = "transformation"

[pipeline.shop.target]
adapter = "local"
"#;

/// A project with this configuration, defaults for targets, and the files of a fixture.
fn project(fixture: &str) -> Project {
    let project = Project::new(fixture);
    if !project.file("rocky.toml").exists() {
        project.write("rocky.toml", CONFIG.trim_start());
    }
    project.write("models/_defaults.toml", "[target]\ncatalog = \"shop\"\nschema = \"mart\"\n");
    project
}

#[test]
fn an_empty_folder() {
    let project = Project::new("");
    expect![[""]].assert_eq(&project.table(&["validate"]).to_string());
    expect![[""]].assert_eq(&project.table(&["run"]).to_string());
    expect![[""]].assert_eq(&project.table(&["plan"]).to_string());
    expect![[""]].assert_eq(&project.table(&["compile"]).to_string());
    let (document, code) = project.json(&["compile"]);
    assert_eq!((document["models"].as_u64(), code), (Some(0), 1));
    assert!(project.files().is_empty(), "reading created {:?}", project.files());
}

#[test]
fn a_configuration_that_is_not_there() {
    let project = Project::new("");
    expect![[""]].assert_eq(&project.table(&["validate", "--config", "sub/rocky.toml"]).to_string());
    std::fs::create_dir(project.file("folder")).expect("folder");
    expect![[""]].assert_eq(&project.table(&["validate", "--config", "folder"]).to_string());
}

#[test]
fn a_configuration_with_broken_toml() {
    let project = project("//- rocky.toml\n[adapter.local]\ntype = \"duckdb\npath = 3\n//- models/a.sql\nSELECT 1 AS id");
    expect![[""]].assert_eq(&project.table(&["validate"]).to_string());
    expect![[""]].assert_eq(&project.table(&["run"]).to_string());
    // The models are checked all the same.
    expect![[""]].assert_eq(&project.table(&["compile"]).to_string());
}

#[test]
fn a_configuration_with_an_unknown_key_and_a_wrong_value() {
    let project = project(
        r#"
        //- rocky.toml
        [adapter.local]
        type = "duckdb"
        pth = "shop.duckdb"
        [pipeline.shop]
        type = "transfomation"
        [pipeline.shop.target]
        adapter = "locl"
        //- models/a.sql
        SELECT 1 AS id
        "#,
    );
    expect![[""]].assert_eq(&project.table(&["validate"]).to_string());
}

#[test]
fn a_variable_that_is_not_set() {
    let project = project(
        r#"
        //- rocky.toml
        [adapter.local]
        type = "duckdb"
        path = "${ROCKY_TEST_UNSET_ONE}"
        [pipeline.shop]
        type = "transformation"
        target.adapter = "local"
        //- models/a.sql
        SELECT 1 AS id
        "#,
    );
    expect![[""]].assert_eq(&project.table(&["validate"]).to_string());
    expect![[""]].assert_eq(&project.table(&["run"]).to_string());
    let ran = project.table(&["compile"]);
    assert_eq!(ran.code, 0, "compiling needs no variable\n{ran}");
}

#[test]
fn a_model_that_is_not_utf8() {
    let project = project("//- models/good.sql\nSELECT 1 AS id");
    project.write("models/bad.sql", b"SELECT\n  'gr\xfc\xdfe' AS greeting\n");
    expect![[""]].assert_eq(&project.table(&["compile"]).to_string());
}

#[test]
#[cfg(unix)]
fn a_model_that_cannot_be_read() {
    let project = project("//- models/good.sql\nSELECT 1 AS id");
    // A link to itself cannot be read by anyone, not even by an administrator.
    std::os::unix::fs::symlink("loop.sql", project.file("models/loop.sql")).expect("link");
    expect![[""]].assert_eq(&project.table(&["compile"]).to_string());
}

#[test]
fn a_model_of_ten_megabytes_compiles() {
    let project = project("//- models/small.sql\nSELECT id FROM big");
    let mut text = String::from("SELECT id FROM (\n  SELECT 1 AS id\n");
    let mut number = 1;
    while text.len() < 10 * 1024 * 1024 {
        number += 1;
        text.push_str(&format!("  UNION ALL SELECT {number} AS id -- {}\n", "x".repeat(900)));
    }
    text.push_str(") AS numbers\n");
    project.write("models/big.sql", text);
    let (document, code) = project.json(&["compile"]);
    assert_eq!(code, 0, "{document:#}");
    assert_eq!(document["models"], 2);
}

#[test]
fn a_model_over_the_size_cap() {
    let project = project("//- models/good.sql\nSELECT 1 AS id");
    project.write("models/huge.sql", format!("SELECT 1 AS id -- {}", "x".repeat(17 * 1024 * 1024)));
    expect![[""]].assert_eq(&project.table(&["compile"]).to_string());
}

#[test]
fn two_models_of_one_name() {
    let project = project("//- models/one/orders.sql\nSELECT 1 AS id\n//- models/two/orders.sql\nSELECT 2 AS id");
    expect![[""]].assert_eq(&project.table(&["compile"]).to_string());
    expect![[""]].assert_eq(&project.table(&["validate"]).to_string());
}

#[test]
fn models_in_a_circle() {
    let project = project(
        "//- models/a.sql\nSELECT id FROM c\n//- models/b.sql\nSELECT id FROM a\n//- models/c.sql\nSELECT id FROM b\n//- models/d.sql\nSELECT 1 AS id",
    );
    expect![[""]].assert_eq(&project.table(&["compile"]).to_string());
}

#[test]
fn unknown_references() {
    let project = project(
        r#"
        //- models/orders.sql
        SELECT 1 AS id, 2 AS amount
        //- models/totals.sql
        SELECT o.idd, amuont FROM orders AS o
        //- models/late.sql
        SELECT id FROM orders
        //- models/late.toml
        depends_on = ["ordres"]
        "#,
    );
    expect![[""]].assert_eq(&project.table(&["compile"]).to_string());
}

#[test]
fn half_typed_sql_does_not_hide_the_other_models() {
    let project = project(
        r#"
        //- models/orders.sql
        SELECT id,
        FROM (SELECT 1 AS id
        //- models/dsl.rocky
        from orders
        where
        //- models/other.sql
        SELECT nope FROM third
        //- models/third.sql
        SELECT 1 AS id
        "#,
    );
    expect![[""]].assert_eq(&project.table(&["compile"]).to_string());
}

#[test]
fn a_sidecar_alone() {
    let project = project("//- models/good.sql\nSELECT 1 AS id\n//- models/lonely.toml\nname = \"lonely\"");
    expect![[""]].assert_eq(&project.table(&["compile"]).to_string());
}

#[test]
fn a_model_without_a_target() {
    let project = Project::new("//- models/a.sql\nSELECT 1 AS id");
    project.write("rocky.toml", CONFIG.trim_start());
    expect![[""]].assert_eq(&project.table(&["compile"]).to_string());
}

#[test]
fn a_model_that_is_not_there() {
    let project = project("//- models/orders.sql\nSELECT 1 AS id");
    expect![[""]].assert_eq(&project.table(&["compile", "--model", "order"]).to_string());
    expect![[""]].assert_eq(&project.table(&["lineage", "order"]).to_string());
    expect![[""]].assert_eq(&project.table(&["lineage", "orders.idd"]).to_string());
    expect![[""]].assert_eq(&project.table(&["run", "--model", "order"]).to_string());
    expect![[""]].assert_eq(&project.table(&["plan", "--pipeline", "shp"]).to_string());
    expect![[""]].assert_eq(&project.table(&["run", "--filter", "tenant"]).to_string());
}

#[test]
fn a_run_of_a_project_that_does_not_compile_sends_nothing() {
    let project = project("//- models/a.sql\nSELECT nope FROM b\n//- models/b.sql\nSELECT 1 AS id");
    expect![[""]].assert_eq(&project.table(&["run"]).to_string());
    assert!(!project.file("shop.duckdb").exists());
}

/// In JSON form nothing is on stdout when there is no result.
#[test]
fn failures_without_a_result_leave_stdout_empty() {
    let project = project("//- models/orders.sql\nSELECT 1 AS id");
    for arguments in [
        &["compile", "--model", "order"] as &[&str],
        &["lineage", "order"],
        &["run", "--pipeline", "nope"],
        &["plan", "--pipeline", "nope"],
    ] {
        let ran = project.run(arguments);
        assert_eq!((ran.stdout.as_str(), ran.code), ("", 1), "{arguments:?}\n{ran}");
        assert!(ran.stderr.starts_with("Error"), "{arguments:?}\n{ran}");
    }
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_written_compiles() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = project("//- models/orders.sql\nSELECT 1 AS id");
    let writable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(project.path(), std::fs::Permissions::from_mode(0o555)).expect("permissions");
    let ran = project.table(&["compile"]);
    std::fs::set_permissions(project.path(), writable).expect("permissions");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran}");
}
