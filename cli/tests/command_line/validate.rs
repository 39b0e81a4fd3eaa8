//! `rocky validate`.

use crate::harness::{Project, assert_valid};
use expect_test::expect;

#[test]
fn a_sound_project() {
    let project = Project::copy_of("test-data/projects/jaffle");
    expect![[""]].assert_eq(&project.table(&["validate"]).to_string());
    let (document, code) = project.json(&["validate"]);
    assert_eq!(code, 0);
    assert_valid("validate", &document);
    assert_eq!(document["valid"], true);
}

#[test]
fn problems_do_not_hide_one_another() {
    let project = Project::new(
        r#"
        //- rocky.toml
        [adapter.brix]
        type = "databricks"
        [adapter.local]
        type = "duckdb"
        [adapter.odd]
        type = "duckbd"
        [pipeline.copy]
        strategy = "full_refresh"
        [pipeline.copy.source]
        adapter = "nope"
        [pipeline.copy.source.schema_pattern]
        prefix = "raw__"
        separator = "__"
        components = ["source"]
        [pipeline.copy.target]
        adapter = "local"
        catalog_template = "shop"
        schema_template = "staging__{source}"
        [pipeline.shop]
        type = "transformation"
        depends_on = ["copi"]
        [pipeline.shop.target]
        adapter = "local"
        //- models/_defaults.toml
        [target]
        catalog = "shop"
        schema = "mart"
        //- models/a.sql
        SELECT 1 AS id
        //- models/a.toml
        depends_on = ["bb"]
        "#,
    );
    expect![[""]].assert_eq(&project.table(&["validate"]).to_string());
    let (document, code) = project.json(&["validate"]);
    assert_eq!(code, 1);
    assert_valid("validate", &document);
    expect![[""]].assert_eq(&format!("{document:#}"));
}
