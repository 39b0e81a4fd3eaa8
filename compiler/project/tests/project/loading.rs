//! Projects in memory: which files are models, what is said about them, what is wrong with their files.

use crate::support::{TestDb, place};
use expect_test::{Expect, expect};
use rocky_base_db::{FilePath, MAX_FILE_BYTES, System};
use rocky_project::{
    LoadOptions, config_load_finding, discover, layout, load_findings, macro_table, model_config, seeds,
    setting_place, settings_document, shared_file_findings, unset_variables,
};

const BASE: &str = r#"
//- rocky.toml
[adapter.wh]
type = "duckdb"
[adapter.five]
type = "fivetran"
kind = "discovery"
[pipeline.shop]
type = "transformation"
target.adapter = "wh"
//- models/_defaults.toml
intent = "from above"
[target]
catalog = "shop"
schema = "stage"
//- models/marts/_defaults.toml
[target]
schema = "marts"
[strategy]
type = "ephemeral"
"#;

fn show_models(db: &TestDb) -> String {
    let mut out = String::new();
    for (path, (file, _)) in &layout(db, db.project()).models {
        let config = model_config(db, *file);
        let target = config.target.as_ref().map_or("no target".to_owned(), |target| {
            format!("{}.{}.{}", target.catalog, target.schema, target.table)
        });
        out += &format!(
            "{path}: {} → {target}, {}, {:?}, pipeline {:?}, intent {:?}\n",
            config.name,
            config.strategy.type_name(),
            config.dialect,
            config.pipeline.as_deref().unwrap_or("-"),
            config.intent.as_deref().unwrap_or("-"),
        );
    }
    out
}

fn all_findings(db: &TestDb) -> String {
    let mut out = String::new();
    for (file, _) in layout(db, db.project()).models.values() {
        out += &db.render(load_findings(db, *file));
    }
    out
}

fn check_models(fixture: &str, models: Expect, findings: Expect) {
    let db = TestDb::new(&format!("{BASE}{fixture}"));
    models.assert_eq(&show_models(&db));
    findings.assert_eq(&all_findings(&db));
}

#[test]
fn inheritance_and_inference() {
    check_models(
        r#"
//- models/a.sql
SELECT 1 AS x
//- models/b.rocky
from a
//- models/b.toml
name = "bee"
intent = "own"
strategy = "merge"
unique_key = ["x"]
[target]
table = "t"
//- models/marts/deep/c.sql
---toml
[target]
catalog = "other"
---
SELECT 1 AS x
//- models/marts/v2.orders.sql
SELECT 1 AS x
//- models/marts/.hidden.sql
SELECT
//- models/marts/old.sql~
SELECT
//- models/test_definitions.toml
[positive]
//- models/groups/eu.toml
tags = ["eu"]
//- models/tests/is_a_model.sql
SELECT 1 AS x
"#,
        expect![[r#"
            models/a.sql: a → shop.stage.a, full_refresh, DuckDb, pipeline "shop", intent "from above"
            models/b.rocky: bee → shop.stage.t, merge, DuckDb, pipeline "shop", intent "own"
            models/marts/deep/c.sql: c → other.marts.c, ephemeral, DuckDb, pipeline "shop", intent "from above"
            models/marts/v2.orders.sql: v2.orders → shop.marts.v2.orders, ephemeral, DuckDb, pipeline "shop", intent "from above"
            models/tests/is_a_model.sql: is_a_model → shop.stage.is_a_model, full_refresh, DuckDb, pipeline "shop", intent "from above"
        "#]],
        expect![[""]],
    );
}

#[test]
fn a_project_without_anything() {
    let db = TestDb::new("//- models/a.sql\nSELECT 1 AS x\n//- models/b.rocky\nfrom a\n");
    expect![[r#"
        models/a.sql: a → no target, full_refresh, Permissive, pipeline "-", intent "-"
        models/b.rocky: b → warehouse.default.b, full_refresh, Permissive, pipeline "-", intent "-"
    "#]]
    .assert_eq(&show_models(&db));
    expect![[r#"
        S008 error models/a.sql:1:1 [a]: 'a' has neither a sidecar (a.toml) nor a frontmatter block, and no _defaults.toml says where its table goes
          = write a sidecar with `[target]`, `catalog` and `schema`, or a _defaults.toml
    "#]].assert_eq(&all_findings(&db));
    assert_eq!(config_load_finding(&db, db.project()), None);
}

#[test]
fn globs_and_the_models_option() {
    let fixture = r#"
//- rocky.toml
[adapter]
type = "snowflake"
[pipeline.one]
type = "transformation"
models = "one/**/*.sql"
[pipeline.two]
type = "transformation"
models = "../outside/**"
//- one/a.sql
SELECT 1 AS x
//- one/deep/b.rocky
from a
//- models/m.sql
SELECT 1 AS x
"#;
    let db = TestDb::new(fixture);
    expect![[r#"
        one/a.sql: a → no target, full_refresh, Snowflake, pipeline "one", intent "-"
    "#]]
    .assert_eq(&show_models(&db));
    let options = LoadOptions { models: Some(FilePath::new("models")), ..LoadOptions::default() };
    let db = TestDb::with_options(fixture, options, |_| {});
    expect![[r#"
        models/m.sql: m → no target, full_refresh, Snowflake, pipeline "-", intent "-"
    "#]]
    .assert_eq(&show_models(&db));
}

#[test]
fn files_that_cannot_be_loaded() {
    let fixture = format!(
        "{BASE}
//- models/latin.sql
x
//- models/latin_sidecar.sql
SELECT 1 AS x
//- models/latin_sidecar.toml
x
//- models/huge.sql
x
//- models/locked.sql
x
//- models/fine.sql
SELECT 1 AS x
"
    );
    let db = TestDb::with_options(&fixture, LoadOptions::default(), |system| {
        system.write("models/latin.sql", b"SELECT 1\nAS caf\xe9");
        system.write("models/latin_sidecar.toml", b"intent = \"caf\xe9\"");
        system.write("models/huge.sql", vec![b' '; MAX_FILE_BYTES as usize + 1]);
        system.fail("models/locked.sql", "permission denied");
    });
    expect![[r#"
        S008 error models/huge.sql:- [huge]: models/huge.sql has 104857601 bytes; files above 104857600 bytes are not compiled
          = split it, or move data out of it
        S008 error models/latin.sql:- [latin]: models/latin.sql is not UTF-8: byte 15, in line 2, is not part of a character
          = save it as UTF-8
        S008 error models/latin_sidecar.toml:- [latin_sidecar]: models/latin_sidecar.toml is not UTF-8: byte 13, in line 1, is not part of a character
          = save it as UTF-8
        S008 error models/locked.sql:- [locked]: models/locked.sql cannot be read: permission denied
          = check its permissions
    "#]].assert_eq(&all_findings(&db));
    assert_eq!(layout(&db, db.project()).models.len(), 5);
}

#[test]
fn what_is_wrong_with_model_files() {
    check_models(
        r#"
//- models/both.sql
---toml
name = "x"
---
SELECT 1
//- models/both.toml
name = "both"
//- models/two.sql
SELECT 1
//- models/two.toml
name = "two"
//- models/two.rocky.toml
name = "two_b"
//- models/broken.sql
SELECT 1
//- models/broken.toml
name = "broken
//- models/open.sql
---toml
name = "open"
SELECT 1
//- models/adapter.sql
SELECT 1
//- models/adapter.toml
adapter = "hw"
//- models/lister.sql
SELECT 1
//- models/lister.toml
adapter = "five"
//- models/view.sql
SELECT 1
//- models/view.toml
[strategy]
type = "materialized_view"
//- models/lag.sql
SELECT 1
//- models/lag.toml
strategy = "dynamic_table"
target_lag = "1 hour"
//- models/delta.sql
SELECT 1
//- models/delta.toml
format = "delta_table"
"#,
        expect![[r#"
            models/adapter.sql: adapter → shop.stage.adapter, full_refresh, DuckDb, pipeline "shop", intent "from above"
            models/both.sql: both → shop.stage.both, full_refresh, DuckDb, pipeline "shop", intent "from above"
            models/broken.sql: broken → shop.stage.broken, full_refresh, DuckDb, pipeline "shop", intent "from above"
            models/delta.sql: delta → shop.stage.delta, full_refresh, DuckDb, pipeline "shop", intent "from above"
            models/lag.sql: lag → shop.stage.lag, dynamic_table, DuckDb, pipeline "shop", intent "from above"
            models/lister.sql: lister → shop.stage.lister, full_refresh, DuckDb, pipeline "shop", intent "from above"
            models/open.sql: open → shop.stage.open, full_refresh, DuckDb, pipeline "shop", intent "from above"
            models/two.sql: two → shop.stage.two, full_refresh, DuckDb, pipeline "shop", intent "from above"
            models/view.sql: view → shop.stage.view, materialized_view, DuckDb, pipeline "shop", intent "from above"
        "#]],
        expect![[r#"
            V061 error models/adapter.toml:1:11-1:15 [adapter]: 'hw' is not an adapter of rocky.toml, so it cannot run model 'adapter'
              = did you mean 'wh'?
            V067 error models/both.sql:1:1 [both]: 'both' has both a sidecar (models/both.toml) and a frontmatter block; only one can count
              = move the keys into one of the two and delete the other
            S008 error models/broken.toml:1:15 [broken]: the TOML is not valid: invalid basic string, expected `"`
              = look for a missing quote, an unclosed bracket or a missing `=` here or just before
            V068 error models/delta.toml:1:10-1:23 [delta]: model 'delta' is a delta_table, which duckdb does not have; warehouses that have it: databricks
              = use the strategy `full_refresh`, or another adapter
            V068 error models/lag.toml:1:12-1:27 [lag]: model 'lag' is a dynamic_table, which duckdb does not have; warehouses that have it: snowflake
              = use the strategy `full_refresh`, or another adapter
            V061 error models/lister.toml:1:11-1:17 [lister]: adapter 'five' can only list sources, so it cannot run model 'lister'
              = adapters that run SQL: wh
            S008 error models/open.sql:1:1-1:8 [open]: the `---toml` block is not closed, so the file has no body
              = end the block with a line `---`
            V066 warning models/two.rocky.toml:1:1 [two]: this sidecar of 'two' is not read, because there is two.toml
              = merge the two files and delete this one
            V068 error models/view.toml:2:8-2:27 [view]: model 'view' is a materialized_view, which duckdb does not have; warehouses that have it: bigquery, databricks, snowflake
              = use the strategy `full_refresh`, or another adapter
        "#]],
    );
}

#[test]
fn targets_that_are_not_complete() {
    let db = TestDb::new(
        r#"
//- models/a.sql
SELECT 1
//- models/b.sql
SELECT 1
//- models/b.toml
intent = "x"
[target]
catalog = "c"
//- models/c.sql
SELECT 1
//- models/c.toml
strategy = "ephemeral"
//- models/d.sql
SELECT 1
//- models/d.toml
[target]
catalog = ""
schema = "s"
"#,
    );
    expect![[r#"
        S008 error models/a.sql:1:1 [a]: 'a' has neither a sidecar (a.toml) nor a frontmatter block, and no _defaults.toml says where its table goes
          = write a sidecar with `[target]`, `catalog` and `schema`, or a _defaults.toml
        S008 error models/b.toml:2:2-2:8 [b]: model 'b' has no complete target: `schema` is missing
          = set it in [target], here or in a _defaults.toml of this folder or one above
    "#]].assert_eq(&all_findings(&db));
}

#[test]
fn orphans_contracts_macros_and_seeds() {
    let db = TestDb::new(&format!(
        "{BASE}{}",
        r#"
//- models/alone.toml
name = "alone"
//- models/a.sql
SELECT 1 AS x
//- models/a.contract.toml
//- contracts/b.contract.toml
//- contracts/deep/c.contract.toml
//- macros/one.sql
-- @macro one()
1
//- macros/two.sql-macro
macro one() { 2 }
//- macros/bad.sql
SELECT 1
//- macros/deep/no.sql
SELECT 1
//- seeds/regions.csv
id,name
//- seeds/regions.toml
[target]
schema = "raw"
//- seeds/more/Stores.TSV
id
//- seeds/more/Stores.toml
name = "regions"
colum_types = {}
//- seeds/note.txt
x
//- data/seed.sql
CREATE TABLE x(id int)
"#
    ));
    let project = db.project();
    let found = layout(&db, project);
    let names = |files: &[rocky_base_db::File]| {
        files.iter().map(|file| file.path(&db).as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&found.orphans), ["models/alone.toml"]);
    assert_eq!(names(&found.sibling_contracts), ["models/a.contract.toml"]);
    assert_eq!(found.contracts.keys().collect::<Vec<_>>(), ["b"]);
    assert_eq!(
        found.seed_script.map(|file| file.path(&db).as_str().to_owned()).as_deref(),
        Some("data/seed.sql")
    );
    assert_eq!(macro_table(&db, project)["one"].body, "1");
    let shown: Vec<String> = seeds(&db, project)
        .iter()
        .map(|seed| format!("{} → {}.{}", seed.name, seed.schema, seed.table))
        .collect();
    assert_eq!(shown, ["regions → seeds.regions", "regions → raw.regions"]);
    expect![[r#"
        S006 error macros/bad.sql:1:1-1:9: this file in the macros folder declares no macro
          = begin the file with `-- @macro name(parameter, …)`
        S006 error macros/two.sql-macro:1:7-1:10: macro 'one' is declared in macros/one.sql already
          = rename or delete one of the two
        V066 warning seeds/more/Stores.toml:2:1-2:12: 'colum_types' is not a key of the top level
          = did you mean 'column_types'?
        V069 error seeds/regions.toml:1:1: seed 'regions' exists already: seeds/more/Stores.TSV
          = give one of them another `name` in its sidecar
    "#]]
    .assert_eq(&db.render(shared_file_findings(&db, project)));
}

#[test]
fn a_broken_configuration_is_one_warning() {
    let broken = |text: &str| {
        let db = TestDb::new(&format!("//- rocky.toml\n{text}\n//- models/a.sql\nSELECT 1 AS x\n"));
        let finding = config_load_finding(&db, db.project());
        format!("{}{}", db.render(finding.as_slice()), show_models(&db))
    };
    expect![[r#"
        V001 warning rocky.toml:1:9: the configuration cannot be loaded: the TOML is not valid: unclosed table, expected `]`
          = look for a missing quote, an unclosed bracket or a missing `=` here or just before
        models/a.sql: a → no target, full_refresh, Permissive, pipeline "-", intent "-"
    "#]].assert_eq(&broken("[adapter\ntype = \"duckdb\""));
    expect![[r#"
        V001 warning rocky.toml:3:1-3:5: the configuration cannot be loaded: 'hots' is not a key of [adapter.default]
          = did you mean 'host'?
        models/a.sql: a → no target, full_refresh, DuckDb, pipeline "-", intent "-"
    "#]].assert_eq(&broken("[adapter]\ntype = \"duckdb\"\nhots = \"x\""));
    expect![[r#"
        models/a.sql: a → no target, full_refresh, Permissive, pipeline "-", intent "-"
    "#]]
    .assert_eq(&broken("[adapter]\ntype = \"${TYPE}\"\npath = \"${UNSET}\""));
    let db = TestDb::with_options(
        "//- rocky.toml\nx\n//- models/a.sql\nSELECT 1\n",
        LoadOptions::default(),
        |system| {
            system.write("rocky.toml", b"# caf\xe9\n");
        },
    );
    expect![[r#"
        V001 warning rocky.toml:-: rocky.toml is not UTF-8: byte 5, in line 1, is not part of a character
          = save it as UTF-8
    "#]]
    .assert_eq(&db.render(config_load_finding(&db, db.project()).as_slice()));
}

#[test]
fn discovery_walks_only_what_matters() {
    let db = TestDb::new(&format!(
        "{BASE}\n//- models/a.sql\nx\n//- models/note.md\nx\n//- node_modules/x.sql\nx\n//- seeds/a.csv\nx\n"
    ));
    let discovered = discover(&db.system, &FilePath::new("rocky.toml"), &LoadOptions::default());
    let paths: Vec<&str> = discovered.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        ["models/_defaults.toml", "models/a.sql", "models/marts/_defaults.toml", "seeds/a.csv"]
    );
    assert_eq!(discovered.problems, []);
    let empty = TestDb::new("//- rocky.toml\n");
    let discovered = discover(&empty.system, &FilePath::new("rocky.toml"), &LoadOptions::default());
    assert_eq!(discovered.problems.len(), 1);
}

#[test]
fn an_edit_reaches_only_its_readers() {
    let mut db = TestDb::new(&format!(
        "{BASE}{}",
        "//- models/a.sql\nSELECT 1 AS x\n//- models/a.toml\nintent = \"x\"\n//- models/b.sql\nSELECT 2 AS y\n//- models/b.toml\nintent = \"y\"\n"
    ));
    show_models(&db);
    db.executed();

    // A body edit: the text is not even looked at, because the sidecar says it all.
    db.edit("models/a.sql", "SELECT 2 AS x\n");
    show_models(&db);
    assert_eq!(db.executed(), [""; 0]);

    // A comment in a sidecar: its document runs again and stops there.
    db.edit("models/a.toml", "# why\nintent = \"x\"\n");
    show_models(&db);
    let comment = db.executed();
    expect!["settings_document"].assert_eq(&comment.join("\n"));

    // A value in a sidecar: the configuration of that one model.
    db.edit("models/a.toml", "intent = \"z\"\n");
    show_models(&db);
    expect![[r#"
        model_config
        settings_document"#]]
    .assert_eq(&db.executed().join("\n"));

    // A key of rocky.toml that nobody here reads.
    let config = "[adapter.wh]\ntype = \"duckdb\"\npath = \"x.duckdb\"\n[pipeline.shop]\ntype = \"transformation\"\ntarget.adapter = \"wh\"\n[cost]\nmin_history_runs = 2\n";
    db.edit("rocky.toml", config);
    show_models(&db);
    db.executed();
    db.edit("rocky.toml", &config.replace("= 2", "= 3"));
    show_models(&db);
    expect![[r#"
        config_document
        model_scopes
        source_text"#]]
    .assert_eq(&db.executed().join("\n"));

    // A new file: the layout and the new model.
    db.add("models/c.sql", "SELECT 3 AS z\n");
    show_models(&db);
    expect![[r#"
        has_frontmatter_block
        layout
        model_config
        model_parts
        source_text"#]]
    .assert_eq(&db.executed().join("\n"));
    assert!(settings_document(&db, db.file("models/a.toml")).is_valid);
}

#[test]
fn where_a_setting_comes_from() {
    let fixture = format!("{BASE}//- models/marts/a.sql\nSELECT 1\n//- models/marts/a.toml\nname = \"x\"\n");
    let db = TestDb::new(&fixture);
    let model = db.file("models/marts/a.sql");
    let place = |field: &str| {
        let (file, range) = setting_place(&db, model, field)?;
        let text = db.system.read(file.path(&db)).ok()?;
        Some(format!("{}:{}", file.path(&db), place(&String::from_utf8_lossy(&text), range)))
    };
    assert_eq!(place("name").as_deref(), Some("models/marts/a.toml:1:8-1:11"));
    assert_eq!(place("target.schema").as_deref(), Some("models/marts/_defaults.toml:2:10-2:17"));
    assert_eq!(place("target.catalog").as_deref(), Some("models/_defaults.toml:3:11-3:17"));
    assert_eq!(place("freshness"), None);
}

#[test]
fn variables_that_are_not_set() {
    let db = TestDb::new(
        r#"
//- rocky.toml
[adapter]
type = "duckdb"
path = "${DB}"
//- models/_defaults.toml
[target]
catalog = "${CATALOG}"
schema = "${SCHEMA:-s}"
//- models/a.sql
SELECT 1
"#,
    );
    assert_eq!(all_findings(&db), "");
    expect![[r#"
        V002 error rocky.toml:3:9-3:14: environment variable 'DB' is not set
          = set it, or write a default: `${DB:-…}`
        V002 error models/_defaults.toml:2:12-2:22: environment variable 'CATALOG' is not set
          = set it, or write a default: `${CATALOG:-…}`
    "#]]
    .assert_eq(&db.render(unset_variables(&db, db.project())));
}

#[test]
fn configuration_groups() {
    let fixture = r#"
//- models/groups/eu.toml
schema_template = "marts_{region}"
enforce = true
colour = "blue"
[strategy]
type = "incremental"
timestamp_column = "ts"
//- models/good.sql
SELECT 1
//- models/good.toml
group = "eu"
args = { region = "it" }
//- models/unknown.sql
SELECT 1
//- models/unknown.toml
group = "ue"
//- models/unfilled.sql
SELECT 1
//- models/unfilled.toml
group = "eu"
//- models/stubborn.sql
SELECT 1
//- models/stubborn.toml
group = "eu"
args = { region = "it" }
strategy = "ephemeral"
[target]
schema = "mine"
"#;
    let db = TestDb::new(&format!("{BASE}{fixture}"));
    expect![[r#"
        models/good.sql: good → shop.marts_it.good, incremental, DuckDb, pipeline "shop", intent "from above"
        models/stubborn.sql: stubborn → shop.mine.stubborn, ephemeral, DuckDb, pipeline "shop", intent "from above"
        models/unfilled.sql: unfilled → shop.stage.unfilled, incremental, DuckDb, pipeline "shop", intent "from above"
        models/unknown.sql: unknown → shop.stage.unknown, full_refresh, DuckDb, pipeline "shop", intent "from above"
    "#]].assert_eq(&show_models(&db));
    expect![[r#"
        S008 error models/stubborn.toml:3:12-3:23 [stubborn]: 'strategy' is set by group 'eu', which may not be overridden
          = remove it, or leave the group
        S008 error models/stubborn.toml:5:10-5:16 [stubborn]: 'target.schema' is set by group 'eu', which may not be overridden
          = remove it, or leave the group
        S008 error models/unfilled.toml:1:1 [unfilled]: group 'eu' needs the arguments region, which are not given
          = add `region = …` to [args]
        S008 error models/unknown.toml:1:9-1:13 [unknown]: 'ue' is not a configuration group of this project
          = did you mean 'eu'?
    "#]].assert_eq(&all_findings(&db));
    expect![[r#"
        V066 warning models/groups/eu.toml:3:1-3:7: 'colour' is not a key of the top level
          = remove it; keys that exist here: schema_template, strategy, tags, governance, enforce
    "#]]
    .assert_eq(&db.render(shared_file_findings(&db, db.project())));
}
