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
    expect![[r#"
        exit code: 1
        stdout:
          ERR [V001] there is no rocky.toml
              at rocky.toml
              help: run `rocky init` to create a project, `rocky playground` for an example, or pass `--config <path>`

        Validation complete: 1 error, 0 warnings.
        stderr:
        Error[V001]: No rocky.toml found at 'rocky.toml'

          help: create a project here with 'rocky init'
          help: or name the configuration with '--config PATH'
          help: or look at a sample project: 'rocky playground'
    "#]].assert_eq(&project.table(&["validate"]).to_string());
    expect![[r#"
        exit code: 1
        stderr:
        Error[V001]: No rocky.toml found at 'rocky.toml'

          help: create a project here with 'rocky init'
          help: or name the configuration with '--config PATH'
          help: or look at a sample project: 'rocky playground'
    "#]]
    .assert_eq(&project.table(&["run"]).to_string());
    expect![[r#"
        exit code: 1
        stderr:
        Error[V001]: No rocky.toml found at 'rocky.toml'

          help: create a project here with 'rocky init'
          help: or name the configuration with '--config PATH'
          help: or look at a sample project: 'rocky playground'
    "#]]
    .assert_eq(&project.table(&["plan"]).to_string());
    expect![[r#"
        exit code: 1
        stdout:
        error[S009]: no models found in models
         --> models
         = help: write a .sql or .rocky file there, or name another folder with --models

          Compiled: 0 models, 1 error, 0 warnings
        stderr:
        Error[V001]: No rocky.toml found at 'rocky.toml'

          help: create a project here with 'rocky init'
          help: or name the configuration with '--config PATH'
          help: or look at a sample project: 'rocky playground'
    "#]]
    .assert_eq(&project.table(&["compile"]).to_string());
    let (document, code) = project.json(&["compile"]);
    assert_eq!((document["models"].as_u64(), code), (Some(0), 1));
    assert!(project.files().is_empty(), "reading created {:?}", project.files());
}

#[test]
fn a_configuration_that_is_not_there() {
    let project = Project::new("");
    expect![[r#"
        exit code: 1
        stdout:
          ERR [V001] there is no rocky.toml
              at sub/rocky.toml
              help: run `rocky init` to create a project, `rocky playground` for an example, or pass `--config <path>`

        Validation complete: 1 error, 0 warnings.
        stderr:
        Error[V001]: No rocky.toml found at 'sub/rocky.toml'

          help: create a project here with 'rocky init'
          help: or name the configuration with '--config PATH'
          help: or look at a sample project: 'rocky playground'
    "#]].assert_eq(&project.table(&["validate", "--config", "sub/rocky.toml"]).to_string());
    std::fs::create_dir(project.file("folder")).expect("folder");
    expect![[r#"
        exit code: 1
        stderr:
        Error: --config must name a file, 'folder' is a folder

          help: write --config folder/rocky.toml
    "#]]
    .assert_eq(&project.table(&["validate", "--config", "folder"]).to_string());
}

#[test]
fn a_configuration_with_broken_toml() {
    let project = project(
        "//- rocky.toml\n[adapter.local]\ntype = \"duckdb\npath = 3\n//- models/a.sql\nSELECT 1 AS id",
    );
    expect![[r#"
        exit code: 1
        stdout:
          ERR [V001] the TOML is not valid: invalid basic string, expected `"`
              at rocky.toml:2:15
              help: look for a missing quote, an unclosed bracket or a missing `=` here or just before

        Validation complete: 1 error, 0 warnings.
    "#]]
    .assert_eq(&project.table(&["validate"]).to_string());
    expect![[r#"
        exit code: 1
        stderr:
        error[V001]: the TOML is not valid: invalid basic string, expected `"`
           ╭─[ rocky.toml:2:15 ]
           │
         2 │ type = "duckdb
           │               │
           │               ╰─ here
           │
           │ Help: look for a missing quote, an unclosed bracket or a missing `=` here or just before
        ───╯

        Error[V001]: rocky.toml cannot be used

          help: 'rocky validate' checks the whole configuration
    "#]]
    .assert_eq(&project.table(&["run"]).to_string());
    // The models are checked all the same.
    expect![[r#"
        exit code: 0
        stdout:
          ✓ a (1 column)

        warning[V001]: the configuration cannot be loaded: the TOML is not valid: invalid basic string, expected `"`
           ╭─[ rocky.toml:2:15 ]
           │
         2 │ type = "duckdb
           │               │
           │               ╰─ here
           │
           │ Help: look for a missing quote, an unclosed bracket or a missing `=` here or just before
        ───╯

          Compiled: 1 model, 0 errors, 1 warning
          Types known: 1 of 1 column (100.0 %)
    "#]].assert_eq(&project.table(&["compile"]).to_string());
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
    expect![[r#"
        exit code: 1
        stdout:
          ERR [V001] the configuration cannot be loaded: 'pth' is not a key of [adapter.local]
              at rocky.toml:3:1
              help: correct what the following messages name
          ERR [V003] 'pth' is not a key of [adapter.local]
              at rocky.toml:3:1
              help: did you mean 'path'?
          ERR [V005] 'transfomation' is not a pipeline type; types are replication, transformation, quality, snapshot, load
              at rocky.toml:5:8
              help: did you mean 'transformation'?
          ok  adapter 'local' (duckdb)
          ok  1 model loaded
          ok  the graph of models is valid (1 node)

        Validation complete: 3 errors, 0 warnings.
    "#]].assert_eq(&project.table(&["validate"]).to_string());
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
    expect![[r#"
        exit code: 1
        stdout:
          ERR [V001] the configuration cannot be loaded: environment variable 'ROCKY_TEST_UNSET_ONE' is not set
              at rocky.toml:3:9
              help: correct what the following messages name
          ERR [V002] environment variable 'ROCKY_TEST_UNSET_ONE' is not set
              at rocky.toml:3:9
              help: set it, or write a default: `${ROCKY_TEST_UNSET_ONE:-…}`
          ok  adapter 'local' (duckdb)
          ok  pipeline 'shop' (transformation): models models/**
          ok  1 model loaded
          ok  the graph of models is valid (1 node)

        Validation complete: 2 errors, 0 warnings.
    "#]].assert_eq(&project.table(&["validate"]).to_string());
    expect![[r#"
        exit code: 1
        stderr:
        error[V002]: environment variable 'ROCKY_TEST_UNSET_ONE' is not set
           ╭─[ rocky.toml:3:9 ]
           │
         3 │ path = "${ROCKY_TEST_UNSET_ONE}"
           │         ┬──────────────────────
           │         ╰──────────────────────── here
           │
           │ Help: set it, or write a default: `${ROCKY_TEST_UNSET_ONE:-…}`
        ───╯

        Error[V001]: rocky.toml cannot be used

          help: 'rocky validate' checks the whole configuration
    "#]]
    .assert_eq(&project.table(&["run"]).to_string());
    let ran = project.table(&["compile"]);
    assert_eq!(ran.code, 0, "compiling needs no variable\n{ran}");
}

#[test]
fn a_model_that_is_not_utf8() {
    let project = project("//- models/good.sql\nSELECT 1 AS id");
    project.write("models/bad.sql", b"SELECT\n  'gr\xfc\xdfe' AS greeting\n");
    expect![[r#"
        exit code: 1
        stdout:
          ✗ bad
          ✓ good (1 column)

        error[S008]: models/bad.sql is not UTF-8: byte 12, in line 2, is not part of a character
         --> models/bad.sql
         = help: save it as UTF-8

          Compiled: 2 models, 1 error, 0 warnings
          Types known: 1 of 1 column (100.0 %); 1 model may have more columns
    "#]]
    .assert_eq(&project.table(&["compile"]).to_string());
}

#[test]
#[cfg(unix)]
fn a_model_that_cannot_be_read() {
    let project = project("//- models/good.sql\nSELECT 1 AS id");
    // A link to itself cannot be read by anyone, not even by an administrator.
    std::os::unix::fs::symlink("loop.sql", project.file("models/loop.sql")).expect("link");
    expect![[r#"
        exit code: 1
        stdout:
          ✓ good (1 column)

        error[S008]: models/loop.sql cannot be read: Too many levels of symbolic links (os error 40)
         --> models/loop.sql
         = help: check its permissions, where it leads and how deep it is nested

          Compiled: 1 model, 1 error, 0 warnings
          Types known: 1 of 1 column (100.0 %)
    "#]]
    .assert_eq(&project.table(&["compile"]).to_string());
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
    // A sparse file: its size counts, not its bytes.
    let huge = std::fs::File::create(project.file("models/huge.sql")).expect("file");
    huge.set_len(101 * 1024 * 1024).expect("size");
    expect![[r#"
        exit code: 1
        stdout:
          ✓ good (1 column)
          ✗ huge

        error[S008]: models/huge.sql has 105906176 bytes; files above 104857600 bytes are not compiled
         --> models/huge.sql
         = help: split it, or move data out of it

          Compiled: 2 models, 1 error, 0 warnings
          Types known: 1 of 1 column (100.0 %); 1 model may have more columns
    "#]]
    .assert_eq(&project.table(&["compile"]).to_string());
}

#[test]
fn two_models_of_one_name() {
    let project =
        project("//- models/one/orders.sql\nSELECT 1 AS id\n//- models/two/orders.sql\nSELECT 2 AS id");
    expect![[r#"
        exit code: 1
        stdout:
          ✗ orders
          ✗ orders

        error[E104]: 'orders' is the name of more than one model: also of models/two/orders.sql
           ╭─[ models/one/orders.sql:1:1 ]
           │
         1 │ SELECT 1 AS id
           │ │
           │ ╰─ here
           │
           ├─[ models/two/orders.sql:1:1 ]
           │
         1 │ SELECT 2 AS id
           │ │
           │ ╰─ the other one
           │
           │ Help: rename one of them
        ───╯

        error[E104]: 'orders' is the name of more than one model: also of models/one/orders.sql
           ╭─[ models/two/orders.sql:1:1 ]
           │
         1 │ SELECT 2 AS id
           │ │
           │ ╰─ here
           │
           ├─[ models/one/orders.sql:1:1 ]
           │
         1 │ SELECT 1 AS id
           │ │
           │ ╰─ the other one
           │
           │ Help: rename one of them
        ───╯

          Compiled: 2 models, 2 errors, 0 warnings
          Types known: 2 of 2 columns (100.0 %)
    "#]]
    .assert_eq(&project.table(&["compile"]).to_string());
    expect![[r#"
        exit code: 1
        stdout:
          ok  the configuration is valid (v2 syntax)
          ok  adapter 'local' (duckdb)
          ok  pipeline 'shop' (transformation): models models/**
          ERR [V062] 'orders' is the name of more than one model: also of models/two/orders.sql
              at models/one/orders.sql:1:1
              help: rename one of them
          ERR [V062] 'orders' is the name of more than one model: also of models/one/orders.sql
              at models/two/orders.sql:1:1
              help: rename one of them
          ok  2 models loaded
          ok  the graph of models is valid (2 nodes)

        Validation complete: 2 errors, 0 warnings.
    "#]]
    .assert_eq(&project.table(&["validate"]).to_string());
}

#[test]
fn models_in_a_circle() {
    let project = project(
        "//- models/a.sql\nSELECT id FROM c\n//- models/b.sql\nSELECT id FROM a\n//- models/c.sql\nSELECT id FROM b\n//- models/d.sql\nSELECT 1 AS id",
    );
    expect![[r#"
        exit code: 1
        stdout:
          ✓ d (1 column)
          ✗ a
          ✗ b
          ✗ c

        error[E103]: 'a' is part of a dependency cycle: a → c → b → a
           ╭─[ models/a.sql:1:1 ]
           │
         1 │ SELECT id FROM c
           │ │
           │ ╰─ here
           │
           │ Help: remove one of these references; models must not read each other in a circle
        ───╯

        error[E103]: 'b' is part of a dependency cycle: a → c → b → a
           ╭─[ models/b.sql:1:1 ]
           │
         1 │ SELECT id FROM a
           │ │
           │ ╰─ here
           │
           │ Help: remove one of these references; models must not read each other in a circle
        ───╯

        error[E103]: 'c' is part of a dependency cycle: a → c → b → a
           ╭─[ models/c.sql:1:1 ]
           │
         1 │ SELECT id FROM b
           │ │
           │ ╰─ here
           │
           │ Help: remove one of these references; models must not read each other in a circle
        ───╯

          Compiled: 4 models, 3 errors, 0 warnings
          Types known: 1 of 1 column (100.0 %); 3 models may have more columns
    "#]]
    .assert_eq(&project.table(&["compile"]).to_string());
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
    expect![[r#"
        exit code: 1
        stdout:
          ✓ orders (2 columns)
          ✗ late
          ✗ totals

        warning[D011]: 'late' reads 'orders' but depends_on lists only ordres
           ╭─[ models/late.toml:1:14 ]
           │
         1 │ depends_on = ["ordres"]
           │              ┬─────────
           │              ╰─────────── here
           │
           │ Help: add what is missing to depends_on, or delete depends_on: references are found anyway
        ───╯

        error[E002]: 'ordres' in depends_on of 'late' is no model, seed or pipeline
           ╭─[ models/late.toml:1:15 ]
           │
         1 │ depends_on = ["ordres"]
           │               ┬───────
           │               ╰───────── here
           │
           │ Help: did you mean 'orders'?
        ───╯

        error[E003]: 'idd' is not a column of 'o'
           ╭─[ models/totals.sql:1:8 ]
           │
         1 │ SELECT o.idd, amuont FROM orders AS o
           │        ┬────
           │        ╰────── here
           │
           │ Help: did you mean 'id'?
        ───╯

        error[E003]: 'amuont' is not a column here: it is not in 'o'
           ╭─[ models/totals.sql:1:15 ]
           │
         1 │ SELECT o.idd, amuont FROM orders AS o
           │               ┬─────
           │               ╰─────── here
           │
           │ Help: did you mean 'amount'?
        ───╯

          Compiled: 3 models, 3 errors, 1 warning
          Types known: 3 of 5 columns (60.0 %)
    "#]]
    .assert_eq(&project.table(&["compile"]).to_string());
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
    expect![[r#"
        exit code: 1
        stdout:
          ✗ orders
          ✗ dsl
          ✓ third (1 column)
          ✗ other

        error[S011]: expected an expression, found the end of the file
           ╭─[ models/dsl.rocky:2:6 ]
           │
         2 │ where
           │      │
           │      ╰─ here
        ───╯

        error[S001]: expected `)`
           ╭─[ models/orders.sql:2:21 ]
           │
         2 │ FROM (SELECT 1 AS id
           │                     │
           │                     ╰─ here
        ───╯

        error[E003]: 'nope' is not a column here: it is not in 'third'
           ╭─[ models/other.sql:1:8 ]
           │
         1 │ SELECT nope FROM third
           │        ┬───
           │        ╰───── here
        ───╯

          Compiled: 4 models, 3 errors, 0 warnings
          Types known: 3 of 4 columns (75.0 %); 2 models may have more columns
    "#]]
    .assert_eq(&project.table(&["compile"]).to_string());
}

#[test]
fn a_sidecar_alone() {
    let project = project("//- models/good.sql\nSELECT 1 AS id\n//- models/lonely.toml\nname = \"lonely\"");
    expect![[r#"
        exit code: 1
        stdout:
          ✓ good (1 column)

        error[S008]: models/lonely.toml describes a model, but there is no model file beside it
           ╭─[ models/lonely.toml:1:1 ]
           │
         1 │ name = "lonely"
           │ │
           │ ╰─ here
           │
           │ Help: write lonely.sql or lonely.rocky beside it, or delete it
        ───╯

          Compiled: 1 model, 1 error, 0 warnings
          Types known: 1 of 1 column (100.0 %)
    "#]]
    .assert_eq(&project.table(&["compile"]).to_string());
}

#[test]
fn a_model_without_a_target() {
    let project = Project::new("//- models/a.sql\nSELECT 1 AS id");
    project.write("rocky.toml", CONFIG.trim_start());
    expect![[r#"
        exit code: 1
        stdout:
          ✗ a

        error[S008]: 'a' has neither a sidecar (a.toml) nor a frontmatter block, and no _defaults.toml says where its table goes
           ╭─[ models/a.sql:1:1 ]
           │
         1 │ SELECT 1 AS id
           │ │
           │ ╰─ here
           │
           │ Help: write a sidecar with `[target]`, `catalog` and `schema`, or a _defaults.toml
        ───╯

          Compiled: 1 model, 1 error, 0 warnings
          Types known: 1 of 1 column (100.0 %)
    "#]].assert_eq(&project.table(&["compile"]).to_string());
}

#[test]
fn a_model_that_is_not_there() {
    let project = project("//- models/orders.sql\nSELECT 1 AS id");
    expect![[r#"
        exit code: 1
        stderr:
        Error: there is no model 'order'

          help: did you mean 'orders'?
    "#]]
    .assert_eq(&project.table(&["compile", "--model", "order"]).to_string());
    expect![[r#"
        exit code: 1
        stderr:
        Error: there is no model 'order'

          help: did you mean 'orders'?
    "#]]
    .assert_eq(&project.table(&["lineage", "order"]).to_string());
    expect![[r#"
        exit code: 1
        stderr:
        Error: the model 'orders' has no column 'idd'

          help: did you mean 'id'?
    "#]]
    .assert_eq(&project.table(&["lineage", "orders.idd"]).to_string());
    expect![[r#"
        exit code: 1
        stderr:
        Error: there is no model 'order'

          help: did you mean 'orders'?
    "#]]
    .assert_eq(&project.table(&["run", "--model", "order"]).to_string());
    expect![[r#"
        exit code: 1
        stderr:
        Error: there is no pipeline 'shp'

          help: did you mean 'shop'?
    "#]]
    .assert_eq(&project.table(&["plan", "--pipeline", "shp"]).to_string());
    expect![[r#"
        exit code: 1
        stderr:
        Error: invalid filter 'tenant': expected key=value

          help: for instance --filter client=acme
    "#]]
    .assert_eq(&project.table(&["run", "--filter", "tenant"]).to_string());
}

#[test]
fn a_run_of_a_project_that_does_not_compile_sends_nothing() {
    let project = project("//- models/a.sql\nSELECT nope FROM b\n//- models/b.sql\nSELECT 1 AS id");
    expect![[r#"
        exit code: 1
        stdout:
          ✗ shop.mart.a  [compile-error]
              E003 'nope' is not a column here: it is not in 'b' (models/a.sql:1:8)

        Failed: 0 tables in 0 ms, 1 failed (run_id: run-ID)
        stderr:
        error[E003]: 'nope' is not a column here: it is not in 'b'
           ╭─[ models/a.sql:1:8 ]
           │
         1 │ SELECT nope FROM b
           │        ┬───
           │        ╰───── here
        ───╯

    "#]]
    .assert_eq(&project.table(&["run"]).to_string());
    assert!(!project.file("shop.duckdb").exists());
}

#[test]
fn one_model_is_stopped_by_errors_above_it_and_by_no_others() {
    let project = project(
        "//- models/a.sql\nSELECT nope FROM source\n//- models/source.sql\nSELECT 1 AS id\n//- models/b.sql\nSELECT 1 AS one FROM a\n//- models/other.sql\nSELECT broken FROM source",
    );
    expect![[r#"
        exit code: 1
        stdout:
          ✗ shop.mart.b  [compile-error]
              E003 'nope' is not a column here: it is not in 'source' (models/a.sql:1:8)

        Failed: 0 tables in 0 ms, 1 failed (run_id: model-b-ID)
        stderr:
         WARN models/other.sql: E003 'broken' is not a column here: it is not in 'source'
        error[E003]: 'nope' is not a column here: it is not in 'source'
           ╭─[ models/a.sql:1:8 ]
           │
         1 │ SELECT nope FROM source
           │        ┬───
           │        ╰───── here
        ───╯

    "#]]
    .assert_eq(&project.table(&["run", "--model", "b"]).to_string());
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
