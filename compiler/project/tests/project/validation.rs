//! `rocky validate`.

use crate::support::TestDb;
use expect_test::{Expect, expect};
use rocky_base_db::{Diagnostic, FilePath, Severity};
use rocky_project::{
    LoadOptions, ModelFacts, Validation, config_diagnostics, layout, load_findings, validate,
    validation_code, validation_codes,
};

fn facts(db: &TestDb) -> ModelFacts {
    let models = &layout(db, db.project()).models;
    let diagnostics: Vec<Diagnostic> =
        models.values().flat_map(|(file, _)| load_findings(db, *file).iter().cloned()).collect();
    ModelFacts { diagnostics, graph_nodes: models.len() }
}

fn run(db: &TestDb) -> Validation {
    let validation = validate(db, db.project(), &facts(db));
    for message in &validation.messages {
        let known = validation_code(&message.code);
        let severity = message.severity.as_str();
        assert!(
            known.is_some_and(|known| known.severities.iter().any(|word| word == severity)),
            "{} {severity} is not in data/validation-codes.toml",
            message.code
        );
    }
    validation
}

fn show(validation: &Validation) -> String {
    let mut out = format!("valid: {}\n", validation.is_valid());
    for adapter in &validation.adapters {
        out += &format!("adapter {} {} {}\n", adapter.name, adapter.adapter_type, adapter.ok);
    }
    for pipeline in &validation.pipelines {
        let parts = [
            &pipeline.pipeline_type,
            &pipeline.strategy,
            &pipeline.catalog_template,
            &pipeline.schema_template,
        ];
        let parts: Vec<&str> =
            parts.iter().map(|part| part.as_str()).filter(|part| !part.is_empty()).collect();
        out += &format!("pipeline {} {} {}\n", pipeline.name, parts.join(" "), pipeline.ok);
    }
    let models = validation.models;
    out += &format!("models {} {} {}\n", models.found, models.count, models.dag_valid);
    for message in &validation.messages {
        out += &format!("{} {}", message.code, message.severity.as_str());
        if let Some(file) = &message.file {
            out += &format!(" {file}");
        }
        if let Some(position) = message.position {
            out += &format!(":{}:{}", position.line, position.col);
        }
        if let Some(field) = &message.field {
            out += &format!(" {field}");
        }
        out += &format!(": {}\n", message.message);
        if let Some(suggestion) = &message.suggestion {
            out += &format!("  = {suggestion}\n");
        }
    }
    out
}

fn check(fixture: &str, expected: Expect) {
    expected.assert_eq(&show(&run(&TestDb::new(fixture))));
}

#[test]
fn a_small_project() {
    check(
        r#"
//- rocky.toml
[adapter]
type = "duckdb"
path = "shop.duckdb"
[pipeline.shop]
type = "transformation"
//- models/_defaults.toml
[target]
catalog = "shop"
schema = "main"
//- models/a.sql
SELECT 1 AS x
"#,
        expect![[r#"
            valid: true
            adapter default duckdb true
            pipeline shop transformation true
            models true 1 true
            V001 ok rocky.toml: the configuration is valid (v2 syntax)
            V010 ok: adapter 'default' (duckdb)
            V020 ok: pipeline 'shop' (transformation): models models/**
            V031 ok: 1 model loaded
            V031 ok: the graph of models is valid (1 node)
        "#]],
    );
}

#[test]
fn no_configuration() {
    check(
        "//- models/a.sql\nSELECT 1\n",
        expect![[r#"
        valid: false
        models false 0 false
        V001 error rocky.toml: there is no rocky.toml
          = run `rocky init` to create a project, `rocky playground` for an example, or pass `--config <path>`
    "#]],
    );
    check(
        "//- rocky.toml\n",
        expect![[r#"
        valid: true
        models false 0 false
        V001 ok rocky.toml: the configuration is valid (v2 syntax)
        V010 warn rocky.toml adapter: no adapters are defined, so nothing can be connected to
          = add `[adapter]` with `type = "duckdb"`
        V020 warn rocky.toml pipeline: no pipelines are defined, so there is nothing to run
          = add `[pipeline.NAME]` with `type = "transformation"`
    "#]],
    );
    check(
        "//- rocky.toml\n[adapter\n",
        expect![[r#"
        valid: false
        models false 0 false
        V001 error rocky.toml:1:9: the TOML is not valid: unclosed table, expected `]`
          = look for a missing quote, an unclosed bracket or a missing `=` here or just before
    "#]],
    );
    check(
        "//- rocky.toml\n[adapter]\ntype = \"duckdb\"\npath = \"${DB}\"\npth = 1\n",
        expect![[r#"
        valid: false
        adapter default duckdb true
        models false 0 false
        V001 error rocky.toml:3:9: the configuration cannot be loaded: environment variable 'DB' is not set
          = correct what the following messages name
        V002 error rocky.toml:3:9: environment variable 'DB' is not set
          = set it, or write a default: `${DB:-…}`
        V003 error rocky.toml:4:1 adapter.default.pth: 'pth' is not a key of [adapter.default]
          = did you mean 'path'?
        V010 ok: adapter 'default' (duckdb)
        V020 warn rocky.toml pipeline: no pipelines are defined, so there is nothing to run
          = add `[pipeline.NAME]` with `type = "transformation"`
    "#]],
    );
}

#[test]
fn the_conformance_project() {
    let fixture = format!(
        "//- rocky.toml\n{}\n//- models/orders.sql\nSELECT 1\n//- models/orders.toml\n{}\n//- drop/a.csv\nx\n",
        include_str!("data/conformance.toml"),
        include_str!("data/conformance_sidecar.toml"),
    );
    let db = TestDb::with_options(&fixture, LoadOptions::default(), |system| {
        system.set_variable("FX_HOST", "brix.example");
        system.set_variable("FX_WH", "abc");
    });
    expect![[r#"
        valid: true
        adapter brix databricks true
        adapter lake duckdb true
        adapter tran fivetran true
        pipeline copy replication incremental fixture {team}_{zone}_{feed} true
        pipeline files load true
        pipeline guard quality true
        pipeline past snapshot true
        pipeline shape transformation true
        models true 1 true
        V001 ok rocky.toml: the configuration is valid (v2 syntax)
        V010 ok: adapter 'brix' (databricks)
        V010 ok: adapter 'lake' (duckdb)
        V010 ok: adapter 'tran' (fivetran)
        V073 warn rocky.toml:20:11 adapter.tran.api_key: 'adapter.tran.api_key' is a secret, and it is written into the file
          = put it into an environment variable and write `"${API_KEY}"`
        V073 warn rocky.toml:21:14 adapter.tran.api_secret: 'adapter.tran.api_secret' is a secret, and it is written into the file
          = put it into an environment variable and write `"${API_SECRET}"`
        V021 ok: the schema pattern of pipeline 'copy' is valid
        V063 warn rocky.toml:38:1 pipeline.copy.target.governance: pipeline 'copy' sets governance keys, which have no effect on an adapter of type 'duckdb'
          = remove them
        V020 ok: pipeline 'copy' (replication): incremental → fixture / {team}_{zone}_{feed}
        V020 ok: pipeline 'files' (load): drop → fixture.landing
        V020 ok: pipeline 'guard' (quality): 1 table reference
        V020 ok: pipeline 'past' (snapshot): fixture.marts.orders → fixture.hist.orders_hist
        V020 ok: pipeline 'shape' (transformation): models models/**
        V030 ok: the pipelines can run in order: copy → files → past → shape → guard
        V031 ok: 1 model loaded
        V031 ok: the graph of models is valid (1 node)
    "#]].assert_eq(&show(&run(&db)));
    let broken = TestDb::with_options(
        &fixture.replace("source.adapter = \"lake\"", "source.adapter = \"laek\""),
        LoadOptions::default(),
        |system| {
            system.set_variable("FX_HOST", "brix.example");
            system.set_variable("FX_WH", "abc");
        },
    );
    let validation = run(&broken);
    let message = validation.messages.iter().find(|message| message.code == "V022").expect("V022");
    assert_eq!(message.field.as_deref(), Some("pipeline.copy.source.adapter"));
    assert_eq!(message.suggestion.as_deref(), Some("did you mean 'lake'?"));
    assert!(message.message.contains("copy") && message.message.contains("laek"));
    assert!(!validation.pipelines.iter().any(|pipeline| pipeline.name == "copy" && pipeline.ok));
}

#[test]
fn adapters() {
    check(
        r#"
//- rocky.toml
[adapter.brix]
type = "databricks"
client_id = "x"
[adapter.five]
type = "fivetran"
api_key = "literal"
[adapter.flake]
type = "snowflake"
kind = "discovery"
username = "me"
[adapter.big]
type = "bigquery"
path = "x"
[adapter.air]
type = "airbyte"
kind = "discovery"
[adapter.proc]
type = "process"
[adapter.duck]
type = "duckbd"
[adapter.lake]
type = "duckdb"
[state]
backend = "s3"
s3_bucket = ""
"#,
        expect![[r#"
            valid: false
            adapter air airbyte false
            adapter big bigquery false
            adapter brix databricks false
            adapter duck duckbd false
            adapter five fivetran false
            adapter flake snowflake false
            adapter lake duckdb true
            adapter proc process false
            models false 0 false
            V001 ok rocky.toml: the configuration is valid (v2 syntax)
            V032 error rocky.toml:4:1 adapter.five.kind: adapter 'five' of type 'fivetran' can only list sources, and has to say so
              = add `kind = "discovery"`
            V032 error rocky.toml:9:8 adapter.flake.kind: adapter 'flake' of type 'snowflake' supports only the role 'data'
              = write `kind = "data"`
            V018 warn rocky.toml:14:1 adapter.air.host: adapter 'air' (airbyte) has no 'host'
              = set `host` in [adapter.air]
            V018 warn rocky.toml:11:1 adapter.big.project_id: adapter 'big' (bigquery) has no 'project_id'
              = set `project_id` in [adapter.big]
            V063 warn rocky.toml:13:8 adapter.big.path: 'path' has no effect for an adapter of type 'bigquery'
              = remove it
            V011 warn rocky.toml:1:1 adapter.brix.host: adapter 'brix' (databricks) has no 'host'
              = set `host` in [adapter.brix]
            V012 warn rocky.toml:1:1 adapter.brix.http_path: adapter 'brix' (databricks) has no 'http_path'
              = set `http_path` in [adapter.brix]
            V013 warn rocky.toml:1:1 adapter.brix: adapter 'brix' (databricks) has no credentials: neither 'token' nor 'client_id' with 'client_secret'
              = set `token`, or `client_id` and `client_secret`
            V017 error rocky.toml:20:8 adapter.duck.type: adapter 'duck' has the unknown type 'duckbd'; types are databricks, snowflake, bigquery, duckdb, fivetran, airbyte, iceberg, manual, process
              = did you mean 'duckdb'?
            V015 warn rocky.toml:4:1 adapter.five.api_secret: adapter 'five' (fivetran) has no 'api_secret'
              = set `api_secret` in [adapter.five]
            V016 warn rocky.toml:4:1 adapter.five.destination_id: adapter 'five' (fivetran) has no 'destination_id'
              = set `destination_id` in [adapter.five]
            V010 ok: adapter 'five' (fivetran)
            V073 warn rocky.toml:6:11 adapter.five.api_key: 'adapter.five.api_key' is a secret, and it is written into the file
              = put it into an environment variable and write `"${API_KEY}"`
            V018 warn rocky.toml:7:1 adapter.flake.account: adapter 'flake' (snowflake) has no 'account'
              = set `account` in [adapter.flake]
            V018 warn rocky.toml:7:1 adapter.flake.warehouse: adapter 'flake' (snowflake) has no 'warehouse'
              = set `warehouse` in [adapter.flake]
            V018 warn rocky.toml:7:1 adapter.flake: adapter 'flake' (snowflake) has no credentials
              = set `pat`, `oauth_token`, or `username` with `private_key_path` or `password`
            V010 ok: adapter 'lake' (duckdb)
            V018 warn rocky.toml:17:1 adapter.proc.command: adapter 'proc' (process) has no 'command'
              = set `command` in [adapter.proc]
            V020 warn rocky.toml pipeline: no pipelines are defined, so there is nothing to run
              = add `[pipeline.NAME]` with `type = "transformation"`
            V019 error rocky.toml:25:13 state.s3_bucket: the state backend 's3' needs 's3_bucket'
              = set `s3_bucket` in [state]
        "#]],
    );
}

#[test]
fn pipelines() {
    check(
        r#"
//- rocky.toml
[adapter.lake]
type = "duckdb"
[adapter.five]
type = "fivetran"
kind = "discovery"
destination_id = "d"
api_key = "${K:-k}"
api_secret = "${K:-k}"
[pipeline.copy]
strategy = "incremetal"
source.adapter = "five"
source.discovery.adapter = "laek"
source.schema_pattern = { prefix = "a__", separator = "", components = ["x...", "y...", "x", "id"] }
metadata_columns = [{ name = "o", type = "TEXT", value = "'{z}'" }]
[pipeline.copy.target]
adapter = "lake"
catalog_template = "c"
schema_template = "{xx}_{y}"
[pipeline.copy.target.governance]
tags = { a = "b" }
[pipeline.self]
source.schema_pattern = { prefix = "a__", separator = "__", components = [] }
target = { catalog_template = "c", schema_template = "s" }
source.adapter = "lake"
depends_on = ["coppy", "check"]
[pipeline.check]
type = "quality"
depends_on = ["self"]
target.adapter = "lake"
checks = { enabled = false, assertions = [{ type = "unique", column = "a", table = "t" }] }
[pipeline.past]
type = "snapshot"
unique_key = []
updated_at = "ts"
source = { adapter = "nope", catalog = "c", schema = "s", table = "t" }
target = { adapter = "lake", catalog = "c", schema = "s", table = "t2" }
[pipeline.load]
type = "load"
source_dir = "drop"
format = "xml"
options = { csv_delimiter = ";;" }
target = { adapter = "lake", catalog = "C", schema = "s", table = "T2" }
[pipeline.shape]
type = "transformation"
models = "modls/**"
target.adapter = "lake"
[pipeline.out]
type = "transformation"
models = "../x/**"
target.adapter = "lake"
"#,
        expect![[r#"
            valid: false
            adapter five fivetran true
            adapter lake duckdb true
            pipeline check quality true
            pipeline copy replication incremetal c {xx}_{y} false
            pipeline load load true
            pipeline out transformation true
            pipeline past snapshot false
            pipeline self replication incremental c s false
            pipeline shape transformation true
            models false 0 false
            V001 ok rocky.toml: the configuration is valid (v2 syntax)
            V060 error rocky.toml:40:10 pipeline.load.format: 'xml' is not a format; formats are csv, parquet, json_lines
              = write one of the documented values
            V060 error rocky.toml:41:29 pipeline.load.options.csv_delimiter: ';;' is not one character
              = write one of the documented values
            V033 error rocky.toml:11:18 pipeline.copy.source.adapter: pipeline 'copy' reads its source with adapter 'five', which can only list sources
              = name the warehouse adapter here, and 'five' in [pipeline.copy.source.discovery]
            V010 ok: adapter 'five' (fivetran)
            V010 ok: adapter 'lake' (duckdb)
            V026 warn rocky.toml:26:1 pipeline.check.tables: pipeline 'check' checks no tables
              = add `[[pipeline.check.tables]]` with `catalog` and `schema`
            V027 warn rocky.toml:30:22 pipeline.check.checks.enabled: the checks of pipeline 'check' are switched off, so it does nothing
              = write `enabled = true`, or remove the key
            V020 ok: pipeline 'check' (quality): 0 table references
            V035 error rocky.toml:10:12 pipeline.copy.strategy: pipeline 'copy' has the unknown strategy 'incremetal'; strategies of a replication are incremental, full_refresh, merge
              = did you mean 'incremental'?
            V021 error rocky.toml:13:25 pipeline.copy.source.schema_pattern: the schema pattern of pipeline 'copy' cannot be right: the separator is empty, so names cannot be split
              = components look like `client`, or `region...` for several segments
            V021 error rocky.toml:13:25 pipeline.copy.source.schema_pattern: the schema pattern of pipeline 'copy' cannot be right: component 'x' appears twice
              = components look like `client`, or `region...` for several segments
            V021 error rocky.toml:13:25 pipeline.copy.source.schema_pattern: the schema pattern of pipeline 'copy' cannot be right: no component may be called 'id', which `--filter id=…` uses for the connector
              = components look like `client`, or `region...` for several segments
            V021 error rocky.toml:13:25 pipeline.copy.source.schema_pattern: the schema pattern of pipeline 'copy' cannot be right: 2 components end with `...`, but only one can take several segments
              = components look like `client`, or `region...` for several segments
            V064 error rocky.toml:18:19 pipeline.copy.target.schema_template: '{xx}' is not a component of the schema pattern
              = did you mean '{x}'?
            V064 error rocky.toml:14:58 pipeline.copy.metadata_columns.0.value: '{z}' is not a component of the schema pattern
              = the components are x, y, x, id
            V024 error rocky.toml:12:28 pipeline.copy.source.discovery.adapter: pipeline 'copy' names the discovery adapter 'laek', which is not defined
              = did you mean 'lake'?
            V063 warn rocky.toml:19:1 pipeline.copy.target.governance: pipeline 'copy' sets governance keys, which have no effect on an adapter of type 'duckdb'
              = remove them
            V060 warn rocky.toml:39:14 pipeline.load.source_dir: pipeline 'load' loads from the folder 'drop', which does not exist
              = create the folder, or correct the path
            V047 error rocky.toml:49:10 pipeline.out.models: the models of pipeline 'out' (../x/**) lie outside the project
              = use a folder below the folder of rocky.toml
            V022 error rocky.toml:35:22 pipeline.past.source.adapter: pipeline 'past' names the source adapter 'nope', which is not defined
              = use one of the defined adapters: five, lake
            V028 error rocky.toml:33:14 pipeline.past.unique_key: pipeline 'past' has an empty 'unique_key'
              = name the columns that identify a row, such as `unique_key = ["id"]`
            V021 warn rocky.toml:22:25 pipeline.self.source.schema_pattern: the schema pattern of pipeline 'self' cannot be right: it has no components, so every schema counts as the same one
              = components look like `client`, or `region...` for several segments
            V023 error rocky.toml:23:10 pipeline.self.target.adapter: pipeline 'self' names no target adapter, and there is none called 'default', which is then used
              = use one of the defined adapters: five, lake
            V025 warn rocky.toml:45:10 pipeline.shape.models: pipeline 'shape' takes its models from 'modls', which does not exist
              = create the folder, or correct the glob
            V020 ok: pipeline 'shape' (transformation): models modls/**
            V029 error rocky.toml:25:15 pipeline.self.depends_on: pipeline 'self' depends on 'coppy', which is not a pipeline
              = did you mean 'copy'?
            V030 error rocky.toml:28:14 pipeline.*.depends_on: the pipelines depend on each other in a circle: check, self
              = remove one of these dependencies
            V072 error rocky.toml:36:67 pipeline.past.target.table: pipelines 'load' and 'past' both write the table c.s.t2
              = give one of them another table
        "#]],
    );
}

#[test]
fn lints_on_written_defaults() {
    check(
        r#"
//- rocky.toml
[adapter.only]
type = "duckdb"
path = "x"
[pipeline.copy]
source.adapter = "only"
source.discovery.adapter = "only"
source.schema_pattern = { prefix = "a__", separator = "__", components = ["x"] }
[pipeline.copy.target]
adapter = "only"
catalog_template = "c"
schema_template = "s"
governance.auto_create_schemas = false
[state]
backend = "local"
//- models/a.sql
SELECT 1
//- models/a.toml
name = "a"
[target]
catalog = "c"
schema = "s"
table = "a"
//- models/a.contract.toml
//- models/b.sql
SELECT 1
//- models/b.toml
target = { catalog = "c", schema = "s" }
//- models/c.sql
SELECT 1
//- models/c.toml
target = { catalog = "c", schema = "s" }
"#,
        expect![[r#"
            valid: true
            adapter only duckdb true
            pipeline copy replication incremental c s true
            models true 3 true
            V001 ok rocky.toml: the configuration is valid (v2 syntax)
            V010 ok: adapter 'only' (duckdb)
            V021 ok: the schema pattern of pipeline 'copy' is valid
            V020 ok: pipeline 'copy' (replication): incremental → c / s
            V031 ok: 3 models loaded
            V031 ok: the graph of models is valid (3 nodes)
            L004 lint rocky.toml:14:11 state.backend: the state backend is local anyway
              = remove the key
            L006 lint rocky.toml:12:34 pipeline.copy.target.governance.auto_create_schemas: 'auto_create_schemas' is false anyway
              = remove the key
            L007 lint rocky.toml:1:1 adapter.only: 'only' is the only adapter and is named 3 times; an adapter called 'default' need not be named
              = write `[adapter]` without a name and remove the references
            L001 lint models/a.toml:1:1 name: 'a' is the model's name anyway: the file is called so
              = remove the key
            L002 lint models/a.toml:5:1 target.table: 'a' is the table's name anyway: the model is called so
              = remove the key
            L003 lint models/a.toml:2:1 target: 3 models write the target c.s out
              = write it once, in a _defaults.toml
            L008 lint models/a.contract.toml: model 'a' has a contract beside it
        "#]],
    );
}

#[test]
fn models_under_their_own_codes() {
    let db = TestDb::new(
        r#"
//- rocky.toml
[adapter]
type = "duckdb"
path = "x"
[pipeline.shop]
type = "transformation"
//- models/a.sql
SELECT 1
//- models/a.toml
nmae = "a"
//- models/b.sql
SELECT 1
//- models/b.toml
name = "b
"#,
    );
    let mut facts = facts(&db);
    let add = |facts: &mut ModelFacts, code: &str, severity, file: &str| {
        facts.diagnostics.push(Diagnostic::new(
            code,
            severity,
            FilePath::new(file),
            None,
            format!("says {code}"),
        ));
    };
    add(&mut facts, "E103", Severity::Error, "models/a.sql");
    add(&mut facts, "E104", Severity::Error, "models/a.sql");
    add(&mut facts, "W011", Severity::Warning, "contracts/x.contract.toml");
    add(&mut facts, "S008", Severity::Error, "contracts/x.contract.toml");
    add(&mut facts, "E003", Severity::Error, "models/a.sql");
    expect![[r#"
        valid: false
        adapter default duckdb true
        pipeline shop transformation true
        models true 2 false
        V001 ok rocky.toml: the configuration is valid (v2 syntax)
        V010 ok: adapter 'default' (duckdb)
        V020 ok: pipeline 'shop' (transformation): models models/**
        V066 warn models/a.toml:1:1: 'nmae' is not a key of the top level
          = did you mean 'name'?
        V031 error models/a.toml:1:1 models: model 'a' has no complete target: `catalog` and `schema` is missing
          = set it in [target], here or in a _defaults.toml of this folder or one above
        V031 error models/b.toml:1:10 models: the TOML is not valid: invalid basic string, expected `"`
          = look for a missing quote, an unclosed bracket or a missing `=` here or just before
        V062 error models/a.sql: says E104
        V069 warn contracts/x.contract.toml: says W011
        V069 error contracts/x.contract.toml: says S008
        V031 error models/a.sql models: says E103
        L001 lint models/b.toml:1:1 name: 'b' is the model's name anyway: the file is called so
          = remove the key
    "#]].assert_eq(&show(&validate(&db, db.project(), &facts)));
}

#[test]
fn the_editor_shows_the_same_without_what_is_fine() {
    let db = TestDb::new(
        "//- rocky.toml\n[adapter]\ntype = \"duckbd\"\npath = \"${X}\"\n[state]\nbackend = \"local\"\n",
    );
    expect![[r#"
        V020 warning rocky.toml:-: no pipelines are defined, so there is nothing to run
          = add `[pipeline.NAME]` with `type = "transformation"`
        V017 error rocky.toml:2:8-2:16: adapter 'default' has the unknown type 'duckbd'; types are databricks, snowflake, bigquery, duckdb, fivetran, airbyte, iceberg, manual, process
          = did you mean 'duckdb'?
        L004 info rocky.toml:5:11-5:18: the state backend is local anyway
          = remove the key
    "#]].assert_eq(&db.render(config_diagnostics(&db, db.project())));
}

#[test]
fn the_table_of_codes_is_complete() {
    let codes: Vec<&str> = validation_codes().iter().map(|known| known.code.as_str()).collect();
    assert!(codes.is_sorted());
    for number in (1..=35).chain([46, 47]).chain(60..=73) {
        let code = format!("V{number:03}");
        assert!(validation_code(&code).is_some_and(|known| !known.severities.is_empty()), "{code}");
    }
    for number in 1..=8 {
        assert!(validation_code(&format!("L{number:03}")).is_some(), "L{number:03}");
    }
}
