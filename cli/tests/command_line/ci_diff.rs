//! `ci-diff`.

use crate::harness::{Project, assert_valid};
use expect_test::expect;

fn shop() -> Project {
    let project = Project::new(
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
        SELECT CAST(1 AS INTEGER) AS id, CAST(2.5 AS DECIMAL(10, 2)) AS amount, 'new' AS state
        //- models/staged.sql
        SELECT id, amount AS net FROM orders WHERE state = 'new'
        //- models/totals.sql
        SELECT SUM(net) AS total, COUNT(*) AS number FROM staged
        //- models/old.sql
        SELECT 1 AS x
        //- models/reader.sql
        SELECT x FROM old
        "#,
    );
    project.commit("first");
    project.git(&["switch", "--quiet", "--create", "change"]);
    project
}

#[test]
fn nothing_changed() {
    let project = shop();
    expect![[r#"
        exit code: 0
        stdout:
        Compared with main: 0 added, 0 modified, 0 removed, 5 unchanged; no changes.
    "#]]
    .assert_eq(&project.table(&["ci-diff"]).to_string());
    let (document, code) = project.json(&["ci-diff", "main"]);
    assert_eq!((code, document["models"].as_array().map(Vec::len)), (0, Some(0)));
    assert_valid("ci_diff", &document);
    assert!(document["markdown"].as_str().expect("text").contains("No data changes detected."));
}

/// The project after a change that breaks something; a file on disk is worse, but not committed.
fn changed() -> Project {
    let project = shop();
    project.write(
        "models/orders.sql",
        "SELECT CAST(1 AS BIGINT) AS id, CAST(2.5 AS DECIMAL(12, 3)) AS net, 'new' AS state\n",
    );
    project.write("models/extra.sql", "SELECT id FROM orders\n");
    std::fs::remove_file(project.file("models/old.sql")).expect("removed");
    project.commit("second");
    // What is not committed is not looked at.
    project.write("models/staged.sql", "SELECT nonsense\n");
    project
}

#[test]
fn a_change_and_what_it_breaks() {
    let project = changed();
    expect![[r#"
        exit code: 0
        stdout:
        + extra
            + id INT64
        - old
            - x INT32
        ~ orders
            ~ id INT32 → INT64
            + net DECIMAL(12,3)
            - amount DECIMAL(10,2)
        ~ staged (because of what it reads)
            ~ id INT32 → INT64

        What this does to others:
          old is gone
            ✗ reader reads 'old', which is taken for a table of the warehouse now
          orders.id has another type
            ! staged.id: INT32 → INT64
          orders.amount is gone
            ✗ staged.net: E003: 'amount' is not a column here: it is not in 'orders'

        New errors:
          ✗ models/staged.sql:1:12: E003 'amount' is not a column here: it is not in 'orders'

        Compared with main: 1 added, 2 modified, 1 removed, 2 unchanged; this breaks something.
    "#]]
    .assert_eq(&project.table(&["ci-diff"]).to_string());
    assert_eq!(project.run(&["ci-diff", "--fail-on-breaking"]).code, 1);
    assert!(project.read("models/staged.sql").contains("nonsense"), "the files are left alone");
}

#[test]
fn a_change_as_a_document_and_as_a_comment() {
    let project = changed();
    let (document, code) = project.json(&["ci-diff"]);
    assert_eq!(code, 0, "changes alone are no failure");
    assert_valid("ci_diff", &document);
    expect![[r#"
        [
          {
            "model": "old",
            "change": "model_removed",
            "affected": [
              {
                "model": "reader",
                "effect": "reads_removed_model",
                "detail": "reads 'old', which is taken for a table of the warehouse now",
                "path": []
              }
            ]
          },
          {
            "model": "orders",
            "column": "id",
            "change": "type_changed",
            "affected": [
              {
                "model": "staged",
                "column": "id",
                "effect": "type_changed",
                "detail": "INT32 → INT64",
                "path": [
                  {
                    "model": "orders",
                    "column": "id"
                  }
                ]
              }
            ]
          },
          {
            "model": "orders",
            "column": "amount",
            "change": "column_removed",
            "affected": [
              {
                "model": "staged",
                "column": "net",
                "effect": "error",
                "detail": "E003: 'amount' is not a column here: it is not in 'orders'",
                "path": [
                  {
                    "model": "orders",
                    "column": "amount"
                  }
                ]
              }
            ]
          }
        ]
    "#]]
    .assert_eq(&format!("{:#}\n", document["impacts"]));
    expect![[r#"
        ## Rocky CI Diff

        Compared with `main`: **1 added**, **2 modified**, **1 removed**, 2 unchanged.

        | Model | Status | Columns | Cause |
        |---|---|---|---|
        | `extra` | added | 1 added |  |
        | `old` | removed | 1 removed |  |
        | `orders` | modified | 1 added, 1 removed, 1 retyped | files |
        | `staged` | modified | 1 retyped | what it reads |

        ❌ **This breaks something.**

        ### What this does to others

        | Change | Effect |
        |---|---|
        | old is gone | ❌ reader reads 'old', which is taken for a table of the warehouse now |
        | orders.id has another type | ⚠️ staged.id: INT32 → INT64 |
        | orders.amount is gone | ❌ staged.net: E003: 'amount' is not a column here: it is not in 'orders' |

        ### New errors

        | Code | Place | Message |
        |---|---|---|
        | E003 | `models/staged.sql:1:12` | 'amount' is not a column here: it is not in 'orders' |

        <details><summary>extra</summary>

        | Column | Change | Before | After |
        |---|---|---|---|
        | `id` | added |  | `INT64` |

        </details>

        <details><summary>old</summary>

        | Column | Change | Before | After |
        |---|---|---|---|
        | `x` | removed | `INT32` |  |

        </details>

        <details><summary>orders</summary>

        | Column | Change | Before | After |
        |---|---|---|---|
        | `id` | type changed | `INT32` | `INT64` |
        | `net` | added |  | `DECIMAL(12,3)` |
        | `amount` | removed | `DECIMAL(10,2)` |  |

        </details>

        <details><summary>staged</summary>

        | Column | Change | Before | After |
        |---|---|---|---|
        | `id` | type changed | `INT32` | `INT64` |

        </details>
    "#]]
    .assert_eq(&project.run(&["ci-diff", "--format", "markdown"]).stdout);
}

#[test]
fn settings_and_upstream_changes_are_told_apart() {
    let project = shop();
    project.write("models/_defaults.toml", "[target]\ncatalog = \"shop\"\nschema = \"other\"\n");
    let text = project.table(&["ci-diff", "--working-tree"]).stdout;
    assert!(text.contains("~ orders (its settings)"), "{text}");
    project.git(&["checkout", "--quiet", "models/_defaults.toml"]);
    project.write("models/orders.sql", "SELECT 1 AS id, CAST(NULL AS DOUBLE) AS amount, 'new' AS state\n");
    expect![[r#"
        exit code: 0
        stdout:
        ~ orders
            ~ amount DECIMAL(10,2) → FLOAT64
            ~ amount may be NULL now
        ~ staged (because of what it reads)
            ~ net DECIMAL(10,2) → FLOAT64
            ~ net may be NULL now
        ~ totals (because of what it reads)
            ~ total DECIMAL(38,2) → FLOAT64

        What this does to others:
          orders.amount has another type
            ! staged.net: DECIMAL(10,2) → FLOAT64
            ! totals.total: DECIMAL(38,2) → FLOAT64 (through staged.net)

        Compared with main: 0 added, 3 modified, 0 removed, 2 unchanged; nothing breaks.
    "#]]
    .assert_eq(&project.table(&["ci-diff", "--working-tree"]).to_string());
    let (document, _) = project.json(&["ci-diff", "--working-tree"]);
    assert_eq!(document["mode"], "working_tree");
}

/// A contract on a column that changed its type three models up is told with the columns on the way.
#[test]
fn a_broken_contract_is_told_with_its_way() {
    let project = shop();
    project.write("models/ids.sql", "SELECT id AS key FROM staged\n");
    project.write("contracts/ids.contract.toml", "[[columns]]\nname = \"key\"\ntype = \"Int64\"\n");
    project.commit("a contract");
    project.git(&["branch", "--force", "main"]);
    project.write("models/orders.sql", "SELECT 'a' AS id, 2.5 AS amount, 'new' AS state\n");
    project.commit("text");
    let (document, _) = project.json(&["ci-diff"]);
    let impact =
        document["impacts"].as_array().expect("impacts").iter().find(|impact| impact["column"] == "id");
    expect![[r#"
        {
          "model": "orders",
          "column": "id",
          "change": "type_changed",
          "affected": [
            {
              "model": "staged",
              "column": "id",
              "effect": "type_changed",
              "detail": "INT32 → STRING",
              "path": [
                {
                  "model": "orders",
                  "column": "id"
                }
              ]
            },
            {
              "model": "ids",
              "column": "key",
              "effect": "error",
              "detail": "E011: 'key' of 'ids' should be Int64 by its contract but is String",
              "path": [
                {
                  "model": "orders",
                  "column": "id"
                },
                {
                  "model": "staged",
                  "column": "id"
                }
              ]
            }
          ]
        }
    "#]]
    .assert_eq(&format!("{:#}\n", impact.expect("the impact of id")));
    assert_eq!(document["new_errors"][0]["code"], "E011");
}

/// Columns that are merely not known are never called added or removed.
#[test]
fn what_is_not_known_is_not_compared() {
    let project = shop();
    project.write("models/open.sql", "SELECT * FROM raw.things\n");
    project.write("models/broken.sql", "SELECT FROM WHERE (\n");
    project.commit("open");
    project.git(&["branch", "--force", "main"]);
    project.write("models/open.sql", "SELECT a, b FROM raw.things\n");
    project.write("models/broken.sql", "SELECT 1 AS a\n");
    project.commit("closed");
    expect![[r#"
        exit code: 0
        stdout:
        ~ broken
        ~ open

        Not fully compared:
          ? broken (base): it does not compile, so not all of its columns are known
          ? open (base): not all of its columns are known: declare the columns of what it reads

        Compared with main: 0 added, 2 modified, 0 removed, 5 unchanged; nothing breaks in what could be compared.
    "#]].assert_eq(&project.table(&["ci-diff"]).to_string());
}

#[test]
fn a_base_that_cannot_be_had() {
    let project = shop();
    let says = |arguments: &[&str]| {
        let ran = project.run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{ran}");
        ran.stderr
    };
    expect![[r#"
        Error: git knows no commit 'nowhere'

          help: fetch it first: git fetch origin nowhere
          help: or name another branch, tag or commit as the base
    "#]]
    .assert_eq(&says(&["ci-diff", "nowhere"]));
    assert!(says(&["ci-diff", "--models", "none", "main"]).contains("neither 'main' nor HEAD has models"));
    // Whatever begins with a dash is never an option of git.
    assert_eq!(project.run(&["ci-diff", "--", "--output=x"]).code, 1);
    assert!(!project.file("x").exists());
    project.write("rocky.toml", "[adapter.local]\ntype = \"duckdb\n");
    project.commit("broken");
    project.git(&["branch", "--force", "main"]);
    let text = says(&["ci-diff"]);
    assert!(text.contains("rocky.toml of 'main'") && text.contains("nothing can be compared"), "{text}");

    let bare = Project::new("//- models/a.sql\nSELECT 1 AS a");
    let mut command = bare.command(&["ci-diff"]);
    command.env("GIT_CEILING_DIRECTORIES", bare.path().parent().expect("parent"));
    let ran = bare.ran(&mut command);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("is not inside a git repository"), "{ran}");
    bare.git(&["init", "--quiet"]);
    assert!(bare.run(&["ci-diff"]).stderr.contains("has no commit yet"));
    let mut command = bare.command(&["ci-diff"]);
    command.env("PATH", "");
    let ran = bare.ran(&mut command);
    assert!(ran.code == 1 && ran.stderr.contains("git cannot be started"), "{ran}");
}

/// A project in a folder of a larger repository, with macros beside the models folder.
#[test]
fn a_project_in_a_folder_of_the_repository() {
    let project = Project::new("");
    project.write(
        "shop/models/a.sql",
        "---toml\n[target]\ncatalog = \"c\"\nschema = \"s\"\n---\nSELECT @one() AS a\n",
    );
    project.write("shop/macros/one.sql", "-- @macro one()\n1\n");
    project.write("elsewhere/models/b.sql", "SELECT 1 AS b\n");
    project.commit("first");
    project.write(
        "shop/models/b.sql",
        "---toml\n[target]\ncatalog = \"c\"\nschema = \"s\"\n---\nSELECT a FROM a\n",
    );
    project.commit("second");
    let mut command = project.command(&["ci-diff", "HEAD~1", "-o", "table"]);
    command.current_dir(project.file("shop"));
    let ran = project.ran(&mut command);
    expect![[r#"
        exit code: 0
        stdout:
        + b
            + a INT64

        Compared with HEAD~1: 1 added, 0 modified, 0 removed, 1 unchanged; nothing breaks.
    "#]]
    .assert_eq(&ran.to_string());
}
