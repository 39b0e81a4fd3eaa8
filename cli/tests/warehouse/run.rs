//! `run` and `plan`.

use crate::harness::{Project, assert_valid, without_times};
use expect_test::expect;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStderr};

fn shop() -> Project {
    Project::new(
        r#"
        //- rocky.toml
        [adapter.local]
        type = "duckdb"
        path = "shop.duckdb"
        [pipeline.shop]
        type = "transformation"
        [pipeline.shop.target]
        adapter = "local"
        [pipeline.shop.target.governance]
        auto_create_schemas = true
        [pipeline.shop.execution]
        concurrency = 2
        //- models/_defaults.toml
        [target]
        catalog = "shop"
        schema = "mart"
        //- models/orders.sql
        SELECT CAST(1 AS BIGINT) AS id, CAST('2031-01-01 10:00:00' AS TIMESTAMP) AS changed_at
        UNION ALL
        SELECT 2, CAST('2031-01-02 10:00:00' AS TIMESTAMP)
        //- models/log.sql
        SELECT id, changed_at FROM orders
        //- models/log.toml
        [strategy]
        type = "incremental"
        timestamp_column = "changed_at"
        "#,
    )
}

#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn a_run_writes_tables_and_says_so() {
    let project = shop();
    let (mut document, code) = project.json(&["run"]);
    assert_eq!(code, 0, "{document:#}");
    assert_valid("run", &document);
    without_times(&mut document);
    expect![[r#"
        {
          "version": "2.0.0",
          "command": "run",
          "run_id": "run-20310101-000000-000",
          "status": "Success",
          "pipeline_type": "transformation",
          "filter": "",
          "duration_ms": 0,
          "tables_copied": 2,
          "tables_failed": 0,
          "tables_skipped": 0,
          "excluded_tables": [],
          "shadow": false,
          "materializations": [
            {
              "asset_key": [
                "shop",
                "mart",
                "orders"
              ],
              "rows_copied": 2,
              "duration_ms": 0,
              "started_at": "2031-01-01T00:00:00Z",
              "metadata": {
                "strategy": "full_refresh",
                "target_table_full_name": "shop.mart.orders",
                "sql_hash": "22fac95bc18f7c5b",
                "column_count": 2
              }
            },
            {
              "asset_key": [
                "shop",
                "mart",
                "log"
              ],
              "rows_copied": 2,
              "duration_ms": 0,
              "started_at": "2031-01-01T00:00:00Z",
              "metadata": {
                "strategy": "full_refresh",
                "watermark": "2031-01-01T00:00:00Z",
                "target_table_full_name": "shop.mart.log",
                "sql_hash": "5355b0b208b0a03e",
                "column_count": 2
              }
            }
          ],
          "check_results": [],
          "quarantine": [],
          "anomalies": [],
          "errors": [],
          "execution": {
            "concurrency": 2,
            "tables_processed": 2,
            "tables_failed": 0,
            "adaptive_concurrency": false
          },
          "metrics": null,
          "permissions": {
            "grants_added": 0,
            "grants_revoked": 0,
            "catalogs_created": 0,
            "schemas_created": 1
          },
          "drift": {
            "tables_checked": 0,
            "tables_drifted": 0,
            "actions_taken": []
          },
          "partition_summaries": [],
          "interrupted": false
        }"#]]
    .assert_eq(&format!("{document:#}"));
    let (document, _) = project.json(&["run"]);
    let strategies: Vec<&str> = document["materializations"]
        .as_array()
        .expect("materializations")
        .iter()
        .map(|entry| entry["metadata"]["strategy"].as_str().expect("strategy"))
        .collect();
    assert_eq!(strategies, ["full_refresh", "incremental"]);
}

#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn a_plan_changes_nothing_and_tells_what_run_does() {
    let project = shop();
    let (document, code) = project.json(&["plan"]);
    assert_eq!(code, 0);
    assert_valid("plan", &document);
    expect![[r#"
        {
          "version": "2.0.0",
          "command": "plan",
          "filter": "",
          "statements": [
            {
              "purpose": "create_schema",
              "target": "shop.mart",
              "sql": "CREATE SCHEMA IF NOT EXISTS shop.mart"
            },
            {
              "purpose": "full_refresh",
              "target": "shop.mart.orders",
              "sql": "CREATE OR REPLACE TABLE shop.mart.orders AS\nSELECT CAST(1 AS BIGINT) AS id, CAST('2031-01-01 10:00:00' AS TIMESTAMP) AS changed_at\nUNION ALL\nSELECT 2, CAST('2031-01-02 10:00:00' AS TIMESTAMP)"
            },
            {
              "purpose": "full_refresh",
              "target": "shop.mart.log",
              "sql": "CREATE OR REPLACE TABLE shop.mart.log AS\nSELECT id, changed_at FROM shop.mart.orders"
            }
          ],
          "models": [
            "orders",
            "log"
          ],
          "execution_layers": [
            [
              "orders"
            ],
            [
              "log"
            ]
          ]
        }"#]].assert_eq(&format!("{document:#}"));
    assert!(!project.file("shop.duckdb").exists());
    project.run(&["run"]);
    expect![[r#"
        exit code: 0
        stdout:
        -- create_schema (shop.mart)
        CREATE SCHEMA IF NOT EXISTS shop.mart;

        -- full_refresh (shop.mart.orders)
        CREATE OR REPLACE TABLE shop.mart.orders AS
        SELECT CAST(1 AS BIGINT) AS id, CAST('2031-01-01 10:00:00' AS TIMESTAMP) AS changed_at
        UNION ALL
        SELECT 2, CAST('2031-01-02 10:00:00' AS TIMESTAMP);

        -- incremental (shop.mart.log)
        INSERT INTO shop.mart.log (id, changed_at)
        SELECT id, changed_at FROM (
        SELECT id, changed_at FROM shop.mart.orders
        ) AS _rocky_src
        WHERE changed_at > (SELECT COALESCE(MAX(changed_at), TIMESTAMP '1970-01-01') FROM shop.mart.log);

    "#]]
    .assert_eq(&project.table(&["plan"]).to_string());
}

#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn a_failed_model_fails_what_reads_it_and_nothing_else() {
    let project = shop();
    project.write("models/bad.sql", "SELECT CAST('x' AS INTEGER) AS n FROM orders");
    project.write("models/below.sql", "SELECT n FROM bad");
    let ran = project.run(&["run"]);
    assert_eq!(ran.code, 2, "{ran}");
    let document: serde_json::Value = serde_json::from_str(&ran.stdout).expect("one document, printed first");
    assert_valid("run", &document);
    assert_eq!(document["status"], "PartialFailure");
    assert_eq!(document["tables_copied"], 2);
    assert!(ran.stderr.lines().all(|line| line.starts_with('{')), "one JSON object a line\n{ran}");
    let table = project.table(&["run"]);
    assert_eq!(table.code, 2, "{table}");
    assert!(table.stdout.contains("skipped, because bad failed"), "{table}");
}

#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn a_state_file_that_is_held_or_damaged() {
    let project = shop();
    assert_eq!(project.run(&["run"]).code, 0);
    let lock = std::fs::File::create(project.file(".rocky-state.redb.lock")).expect("lock file");
    lock.lock().expect("locked");
    let ran = project.table(&["run"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(
        ran.stderr.starts_with("Error[E110]: the state file $PROJECT/.rocky-state.redb is in use"),
        "{ran}"
    );
    drop(lock);
    project.write(".rocky-state.redb", "not a database");
    let ran = project.table(&["run"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.starts_with("Error[E112]"), "{ran}");
    assert_eq!(project.read(".rocky-state.redb"), "not a database", "nothing is overwritten");
}

#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn a_database_that_another_process_holds() {
    let project = shop();
    assert_eq!(project.run(&["run"]).code, 0);
    // A slow model keeps the first process at work while the second one tries.
    project.write("models/slow.sql", "SELECT COUNT(*) AS n FROM range(3000000000) AS numbers");
    let mut first = project
        .command(&["run", "--state-path", "other.redb"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("starts");
    wait_for(&mut first, "log: done");
    let ran = project.table(&["run"]);
    first.kill().expect("killed");
    first.wait().expect("ended");
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stderr.contains("Error[E121]") && ran.stderr.contains("shop.duckdb"), "{ran}");
}

#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
#[cfg(unix)]
fn a_second_signal_ends_the_run_at_once() {
    use std::process::{Command, Stdio};
    let project = shop();
    project.write("models/slow.sql", "SELECT COUNT(*) AS n FROM range(3000000000) AS numbers, log");
    let mut child =
        project.command(&["run"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    let mut stderr = wait_for(&mut child, "log: done");
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
    wait_for_line(&mut stderr, "stopping:");
    // The slow model would take long; the second signal ends the process at once.
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
    assert_eq!(child.wait().expect("ends").code(), Some(130));
}

#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn what_comes_later_says_so() {
    let project = shop();
    for arguments in [
        &["run", "--shadow"] as &[&str],
        &["run", "--partition", "2031-01-01"],
        &["run", "--dag"],
        &["run", "--governance-override", "{}"],
        &["run", "--parallel", "4"],
    ] {
        let ran = project.run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}\n{ran}");
        assert!(ran.stderr.contains("not available yet"), "{arguments:?}\n{ran}");
    }
    assert!(!project.file("shop.duckdb").exists());
}

#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
#[cfg(unix)]
fn an_interrupted_run_finishes_what_runs_and_prints_what_it_did() {
    use std::process::{Command, Stdio};
    let project = shop();
    project.write(
        "models/middle.sql",
        "SELECT SUM(n % 7) AS n FROM range(300000000) AS numbers (n), log WHERE id = 1",
    );
    project.write("models/zlast.sql", "SELECT n FROM middle");
    let mut child = project
        .command(&["run"])
        .env("RUST_LOG", "debug")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut stderr = wait_for(&mut child, "middle: started");
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
    wait_for_line(&mut stderr, "stopping:");
    let mut stdout = String::new();
    child.stdout.take().expect("piped").read_to_string(&mut stdout).expect("UTF-8");
    assert_eq!(child.wait().expect("ends").code(), Some(130));
    let document: serde_json::Value = serde_json::from_str(&stdout).expect("one document");
    assert_valid("run", &document);
    assert_eq!(
        (document["interrupted"].as_bool(), document["status"].as_str()),
        (Some(true), Some("PartialFailure"))
    );
    assert_eq!(document["tables_copied"], 3, "what ran is finished, what did not start does not start");
}

/// Reads what a process says until a line has `text`.
fn wait_for(child: &mut Child, text: &str) -> BufReader<ChildStderr> {
    let mut stderr = BufReader::new(child.stderr.take().expect("piped"));
    wait_for_line(&mut stderr, text);
    stderr
}

fn wait_for_line(stderr: &mut BufReader<ChildStderr>, text: &str) {
    let mut said = String::new();
    loop {
        let mut line = String::new();
        assert_ne!(stderr.read_line(&mut line).expect("UTF-8"), 0, "no line has {text:?}:\n{said}");
        if line.contains(text) {
            return;
        }
        said.push_str(&line);
    }
}
