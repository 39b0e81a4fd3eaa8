//! `rocky validate`.

use crate::harness::{Project, assert_valid};
use expect_test::expect;

#[test]
fn a_sound_project() {
    let project = Project::copy_of("test-data/projects/jaffle");
    expect![[r#"
        exit code: 0
        stdout:
          ok  the configuration is valid (v2 syntax)
          ok  adapter 'local' (duckdb)
          ok  pipeline 'jaffle' (transformation): models models/**
          ok  13 models loaded
          ok  the graph of models is valid (13 nodes)

        Validation complete: 0 errors, 0 warnings.
    "#]]
    .assert_eq(&project.table(&["validate"]).to_string());
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
    expect![[r#"
        exit code: 1
        stdout:
          ok  the configuration is valid (v2 syntax)
          !!  [V011] adapter 'brix' (databricks) has no 'host'
              at rocky.toml:1:1
              help: set `host` in [adapter.brix]
          !!  [V012] adapter 'brix' (databricks) has no 'http_path'
              at rocky.toml:1:1
              help: set `http_path` in [adapter.brix]
          !!  [V013] adapter 'brix' (databricks) has no credentials: neither 'token' nor 'client_id' with 'client_secret'
              at rocky.toml:1:1
              help: set `token`, or `client_id` and `client_secret`
          ok  adapter 'local' (duckdb)
          ERR [V017] adapter 'odd' has the unknown type 'duckbd'; types are databricks, snowflake, bigquery, duckdb, fivetran, airbyte, iceberg, manual, process
              at rocky.toml:6:8
              help: did you mean 'duckdb'?
          ok  the schema pattern of pipeline 'copy' is valid
          ERR [V022] pipeline 'copy' names the source adapter 'nope', which is not defined
              at rocky.toml:10:11
              help: use one of the defined adapters: brix, local, odd
          ok  pipeline 'shop' (transformation): models models/**
          ERR [V029] pipeline 'shop' depends on 'copi', which is not a pipeline
              at rocky.toml:21:15
              help: did you mean 'copy'?
          ERR [V030] the graph of pipelines is not valid: see V029
              at rocky.toml:7:2
              help: correct the names in `depends_on`
          ok  1 model loaded
          ERR [V031] 'bb' in depends_on of 'a' is no model, seed or pipeline
              at models/a.toml:1:15
              help: drop it, or create what it names

        Validation complete: 5 errors, 3 warnings.
    "#]].assert_eq(&project.table(&["validate"]).to_string());
    let (document, code) = project.json(&["validate"]);
    assert_eq!(code, 1);
    assert_valid("validate", &document);
    expect![[r#"
        {
          "version": "2.0.0",
          "command": "validate",
          "valid": false,
          "adapters": [
            {
              "name": "brix",
              "adapter_type": "databricks",
              "ok": false
            },
            {
              "name": "local",
              "adapter_type": "duckdb",
              "ok": true
            },
            {
              "name": "odd",
              "adapter_type": "duckbd",
              "ok": false
            }
          ],
          "pipelines": [
            {
              "name": "copy",
              "pipeline_type": "replication",
              "strategy": "full_refresh",
              "catalog_template": "shop",
              "schema_template": "staging__{source}",
              "ok": false
            },
            {
              "name": "shop",
              "pipeline_type": "transformation",
              "strategy": "",
              "catalog_template": "",
              "schema_template": "",
              "ok": true
            }
          ],
          "models": {
            "found": true,
            "count": 1,
            "dag_valid": false
          },
          "messages": [
            {
              "severity": "ok",
              "code": "V001",
              "message": "the configuration is valid (v2 syntax)",
              "file": "rocky.toml"
            },
            {
              "severity": "warn",
              "code": "V011",
              "message": "adapter 'brix' (databricks) has no 'host'",
              "file": "rocky.toml",
              "field": "adapter.brix.host",
              "line": 1,
              "col": 1,
              "end_line": 1,
              "end_col": 15,
              "suggestion": "set `host` in [adapter.brix]"
            },
            {
              "severity": "warn",
              "code": "V012",
              "message": "adapter 'brix' (databricks) has no 'http_path'",
              "file": "rocky.toml",
              "field": "adapter.brix.http_path",
              "line": 1,
              "col": 1,
              "end_line": 1,
              "end_col": 15,
              "suggestion": "set `http_path` in [adapter.brix]"
            },
            {
              "severity": "warn",
              "code": "V013",
              "message": "adapter 'brix' (databricks) has no credentials: neither 'token' nor 'client_id' with 'client_secret'",
              "file": "rocky.toml",
              "field": "adapter.brix",
              "line": 1,
              "col": 1,
              "end_line": 1,
              "end_col": 15,
              "suggestion": "set `token`, or `client_id` and `client_secret`"
            },
            {
              "severity": "ok",
              "code": "V010",
              "message": "adapter 'local' (duckdb)"
            },
            {
              "severity": "error",
              "code": "V017",
              "message": "adapter 'odd' has the unknown type 'duckbd'; types are databricks, snowflake, bigquery, duckdb, fivetran, airbyte, iceberg, manual, process",
              "file": "rocky.toml",
              "field": "adapter.odd.type",
              "line": 6,
              "col": 8,
              "end_line": 6,
              "end_col": 16,
              "suggestion": "did you mean 'duckdb'?"
            },
            {
              "severity": "ok",
              "code": "V021",
              "message": "the schema pattern of pipeline 'copy' is valid"
            },
            {
              "severity": "error",
              "code": "V022",
              "message": "pipeline 'copy' names the source adapter 'nope', which is not defined",
              "file": "rocky.toml",
              "field": "pipeline.copy.source.adapter",
              "line": 10,
              "col": 11,
              "end_line": 10,
              "end_col": 17,
              "suggestion": "use one of the defined adapters: brix, local, odd"
            },
            {
              "severity": "ok",
              "code": "V020",
              "message": "pipeline 'shop' (transformation): models models/**"
            },
            {
              "severity": "error",
              "code": "V029",
              "message": "pipeline 'shop' depends on 'copi', which is not a pipeline",
              "file": "rocky.toml",
              "field": "pipeline.shop.depends_on",
              "line": 21,
              "col": 15,
              "end_line": 21,
              "end_col": 21,
              "suggestion": "did you mean 'copy'?"
            },
            {
              "severity": "error",
              "code": "V030",
              "message": "the graph of pipelines is not valid: see V029",
              "file": "rocky.toml",
              "field": "pipeline.*.depends_on",
              "line": 7,
              "col": 2,
              "end_line": 7,
              "end_col": 10,
              "suggestion": "correct the names in `depends_on`"
            },
            {
              "severity": "ok",
              "code": "V031",
              "message": "1 model loaded"
            },
            {
              "severity": "error",
              "code": "V031",
              "message": "'bb' in depends_on of 'a' is no model, seed or pipeline",
              "file": "models/a.toml",
              "field": "models",
              "line": 1,
              "col": 15,
              "end_line": 1,
              "end_col": 19,
              "suggestion": "drop it, or create what it names"
            }
          ]
        }"#]].assert_eq(&format!("{document:#}"));
}
