//! Runs against the real DuckDB.

mod support;

use std::collections::BTreeSet;

use expect_test::expect;
use rocky_adapter::Warehouse;
use rocky_engine::state::{ProgressStatus, RunStatus};
use rocky_engine::{
    NodeResult, ResumeRequest, Resumed, RunEvent, RunOptions, planned_statements, preview, resume,
};
use rocky_plan_model::*;

use support::*;

const SOURCE: &str = "CREATE SCHEMA raw; CREATE TABLE raw.orders (id INTEGER, amount DECIMAL(10,2), ts TIMESTAMP); \
                      INSERT INTO raw.orders VALUES (1, 9.50, '2024-01-01 10:00:00'), (2, 1.25, '2024-01-02 10:00:00');";

fn shop() -> Plan {
    plan(vec![
        ephemeral("raw_orders", &[], "SELECT * FROM raw.orders"),
        incremental("orders", &["raw_orders"], "SELECT id, amount, ts FROM raw.orders"),
        model(
            "totals",
            &["orders"],
            "SELECT count(*) AS orders, sum(amount) AS amount FROM shop.mart.orders",
        ),
    ])
}

#[test]
fn a_first_run_builds_everything_and_a_second_appends_what_is_newer() {
    let bench = Bench::new();
    bench.script(SOURCE);
    expect![[r#"
        Success exit 0
        orders: full_refresh 2 rows up to 2024-01-02T10:00:00Z
        totals: full_refresh 1 rows"#]]
    .assert_eq(&told(&bench.run(&shop())));
    bench.script(
        "INSERT INTO raw.orders VALUES (3, 5.00, '2024-01-03 10:00:00'), (4, 5.00, '2023-12-31 00:00:00')",
    );
    expect![[r#"
        Success exit 0
        orders: incremental 1 rows up to 2024-01-03T10:00:00Z
        totals: full_refresh 1 rows"#]]
    .assert_eq(&told(&bench.run(&shop())));
    expect![[r#"
        Success exit 0
        orders: incremental 0 rows up to 2024-01-03T10:00:00Z
        totals: full_refresh 1 rows"#]]
    .assert_eq(&told(&bench.run(&shop())));
    expect![[r#"
        1|2024-01-01 10:00:00
        2|2024-01-02 10:00:00
        3|2024-01-03 10:00:00"#]]
    .assert_eq(&bench.rows("SELECT id, ts FROM mart.orders ORDER BY id"));
    assert_eq!(bench.rows("SELECT * FROM mart.totals"), "3|15.75");

    let state = bench.state();
    let watermarks = state.watermarks().expect("watermarks");
    assert_eq!(watermarks.len(), 1);
    assert_eq!(
        (watermarks[0].0.as_str(), watermarks[0].1.last_value.as_str()),
        ("shop.mart.orders", "2024-01-03T10:00:00Z")
    );
    let runs = state.runs().expect("runs");
    assert_eq!(runs.len(), 3);
    assert_eq!(runs[0].run_id, "run-20260505-130000-0".to_owned() + &runs[0].run_id[21..]);
    let executed: Vec<&str> = runs[0].models_executed.iter().map(|model| model.model_name.as_str()).collect();
    assert_eq!(executed, ["orders", "totals"]);
    assert!(state.progress_headers().expect("progress").iter().all(|header| header.complete));
}

#[test]
fn plan_shows_what_run_sends() {
    let bench = Bench::new();
    bench.script(SOURCE);
    let show = |with_connection: bool| {
        let warehouse = bench.warehouse();
        let mut connection = warehouse.connect().expect("connection");
        let connection = with_connection.then_some(connection.as_mut());
        let planned = planned_statements(&shop(), warehouse.dialect(), connection, "the database is in use");
        let statements =
            planned.statements.iter().map(|it| format!("-- {} ({})\n{};", it.purpose, it.target, it.sql));
        let notes = planned.notes.iter().map(|note| format!("note: {note}"));
        statements.chain(notes).collect::<Vec<_>>().join("\n")
    };
    expect![[r#"
        -- create_schema (shop.mart)
        CREATE SCHEMA IF NOT EXISTS shop.mart;
        -- full_refresh (shop.mart.orders)
        CREATE OR REPLACE TABLE shop.mart.orders AS
        SELECT id, amount, ts FROM raw.orders;
        -- full_refresh (shop.mart.totals)
        CREATE OR REPLACE TABLE shop.mart.totals AS
        SELECT count(*) AS orders, sum(amount) AS amount FROM shop.mart.orders;
        note: orders: shop.mart.orders does not exist yet, the first run builds it in full"#]]
    .assert_eq(&show(true));
    bench.run(&shop());
    bench.script("ALTER TABLE mart.orders DROP COLUMN amount");
    expect![[r#"
        -- create_schema (shop.mart)
        CREATE SCHEMA IF NOT EXISTS shop.mart;
        -- add_columns (shop.mart.orders)
        ALTER TABLE shop.mart.orders ADD COLUMN amount DECIMAL(10,2);
        -- incremental (shop.mart.orders)
        INSERT INTO shop.mart.orders (id, amount, ts)
        SELECT id, amount, ts FROM (
        SELECT id, amount, ts FROM raw.orders
        ) AS _rocky_src
        WHERE ts > (SELECT COALESCE(MAX(ts), TIMESTAMP '1970-01-01') FROM shop.mart.orders);
        -- full_refresh (shop.mart.totals)
        CREATE OR REPLACE TABLE shop.mart.totals AS
        SELECT count(*) AS orders, sum(amount) AS amount FROM shop.mart.orders;"#]]
    .assert_eq(&show(true));
    expect![[r#"
        -- create_schema (shop.mart)
        CREATE SCHEMA IF NOT EXISTS shop.mart;
        -- full_refresh (shop.mart.orders)
        CREATE OR REPLACE TABLE shop.mart.orders AS
        SELECT id, amount, ts FROM raw.orders;
        -- full_refresh (shop.mart.totals)
        CREATE OR REPLACE TABLE shop.mart.totals AS
        SELECT count(*) AS orders, sum(amount) AS amount FROM shop.mart.orders;
        note: orders: shop.mart.orders was not looked at (the database is in use), so whether it is built in full or appended to is not known; the full build is shown"#]].assert_eq(&show(false));
}

#[test]
fn a_lost_state_file_causes_neither_gaps_nor_duplicates() {
    let bench = Bench::new();
    bench.script(SOURCE);
    bench.run(&shop());
    std::fs::remove_file(bench.state_path()).expect("removed");
    bench.script("INSERT INTO raw.orders VALUES (3, 5.00, '2024-01-03 10:00:00')");
    expect![[r#"
        Success exit 0
        orders: incremental 1 rows up to 2024-01-03T10:00:00Z
          note: the state file has no watermark: appended past 2024-01-02T10:00:00Z, the greatest in the table
        totals: full_refresh 1 rows"#]]
    .assert_eq(&told(&bench.run(&shop())));
    assert_eq!(bench.rows("SELECT count(*), count(DISTINCT id) FROM mart.orders"), "3|3");
}

#[test]
fn a_target_that_was_put_back_or_dropped_is_reconciled_with_the_state_file() {
    let bench = Bench::new();
    bench.script(SOURCE);
    bench.run(&shop());
    bench.script("DELETE FROM mart.orders WHERE id = 2");
    expect![[r#"
        Success exit 0
        orders: incremental 1 rows up to 2024-01-02T10:00:00Z
          note: the state file records the watermark 2024-01-02T10:00:00Z, the table ends at 2024-01-01T10:00:00Z: appended past the latter
        totals: full_refresh 1 rows"#]].assert_eq(&told(&bench.run(&shop())));
    bench.script("DROP TABLE mart.orders");
    expect![[r#"
        Success exit 0
        orders: full_refresh 2 rows up to 2024-01-02T10:00:00Z
          note: the state file records the watermark 2024-01-02T10:00:00Z, but the table does not exist: it is built in full
        totals: full_refresh 1 rows"#]].assert_eq(&told(&bench.run(&shop())));
    assert_eq!(bench.rows("SELECT count(*) FROM mart.orders"), "2");
}

#[test]
fn an_append_that_cannot_know_what_is_new_is_refused() {
    let bench = Bench::new();
    bench.script(SOURCE);
    bench.run(&shop());
    bench.script("UPDATE mart.orders SET ts = NULL");
    expect![[r#"
        Failure exit 1
        orders failed (query-rejected): shop.mart.orders has rows, but 'ts' is NULL in all of them, so it cannot be told which rows are new; nothing was appended
          hint: fill 'ts' in shop.mart.orders, or drop shop.mart.orders so that the next run builds it anew
        totals contained by orders"#]].assert_eq(&told(&bench.run(&shop())));
    bench.script("ALTER TABLE mart.orders DROP COLUMN ts");
    expect![[r#"
        Failure exit 1
        orders failed (query-rejected): shop.mart.orders has no column 'ts', which the incremental strategy compares
          hint: select 'ts' in the model, name another timestamp_column, or drop the table to build it anew
        totals contained by orders"#]].assert_eq(&told(&bench.run(&shop())));
    assert_eq!(bench.rows("SELECT count(*) FROM mart.orders"), "2");
    bench.script("DROP TABLE mart.orders; CREATE VIEW mart.orders AS SELECT 1 AS ts");
    expect![[r#"
        Failure exit 1
        orders failed (query-rejected): shop.mart.orders is a view, and the model writes a table
          hint: drop shop.mart.orders if it is not needed any more, or give the model another target
        totals contained by orders"#]]
    .assert_eq(&told(&bench.run(&shop())));
    let text = plan(vec![incremental("labels", &[], "SELECT 'a' AS ts")]);
    expect![[r#"
        Failure exit 1
        labels failed (query-rejected): the column 'ts' of the query of labels has type VARCHAR, and the incremental strategy compares dates or timestamps
          hint: cast 'ts' to TIMESTAMP in the model, or use full_refresh"#]].assert_eq(&told(&bench.run(&text)));
}

#[test]
fn columns_that_come_and_go() {
    let bench = Bench::new();
    bench.script(SOURCE);
    bench.run(&shop());
    bench.script("INSERT INTO raw.orders VALUES (3, 5.00, '2024-01-03 10:00:00')");
    let changed =
        plan(vec![incremental("orders", &[], "SELECT ts, id, 'new' AS \"note here\" FROM raw.orders")]);
    expect![[r#"
        Success exit 0
        orders: incremental 1 rows up to 2024-01-03T10:00:00Z
        drift add_columns: new in the query: note here
        drift columns_removed: no longer in the query, filled with NULL: amount"#]]
    .assert_eq(&told(&bench.run(&changed)));
    expect![[r#"
        1|9.50|2024-01-01 10:00:00|NULL
        2|1.25|2024-01-02 10:00:00|NULL
        3|NULL|2024-01-03 10:00:00|new"#]]
    .assert_eq(&bench.rows("SELECT * FROM mart.orders ORDER BY id"));
}

#[test]
fn a_failed_append_leaves_the_table_as_it_was() {
    let bench = Bench::new();
    bench.script(SOURCE);
    bench.run(&shop());
    bench.script("INSERT INTO raw.orders VALUES (3, 5.00, '2024-01-03 10:00:00')");
    let broken = plan(vec![incremental(
        "orders",
        &[],
        "SELECT id, amount, ts, CASE WHEN id = 3 THEN CAST('x' || id AS INTEGER) END AS extra FROM raw.orders",
    )]);
    let outcome = bench.run(&broken);
    assert_eq!(outcome.exit_verdict().exit_code(), 1, "{}", told(&outcome));
    assert_eq!(bench.rows("SELECT column_name FROM (DESCRIBE mart.orders)"), "id\namount\nts");
    assert_eq!(bench.rows("SELECT count(*) FROM mart.orders"), "2");
}

#[test]
fn a_failure_is_contained_to_descendants() {
    let bench = Bench::new();
    let plan = plan(vec![
        model("a", &[], "SELECT 1 AS x"),
        model("bad", &["a"], "SELECT no_such_column FROM shop.mart.a"),
        model("after_bad", &["bad"], "SELECT * FROM shop.mart.bad"),
        ephemeral("thin", &["after_bad"], "SELECT 1"),
        model("far", &["thin", "a"], "SELECT 1 AS y"),
        model("good", &["a"], "SELECT x + 1 AS x FROM shop.mart.a"),
    ]);
    expect![[r#"
        PartialFailure exit 2
        a: full_refresh 1 rows
        good: full_refresh 1 rows
        bad failed (query-rejected): Binder Error: Referenced column "no_such_column" not found in FROM clause!
        after_bad contained by bad
        thin contained by bad
        far contained by bad"#]].assert_eq(&told(&bench.run(&plan)));
    let state = bench.state();
    let runs = state.runs().expect("runs");
    assert_eq!(runs[0].status, RunStatus::PartialFailure);
    let entries = state.progress_entries(&runs[0].run_id).expect("entries");
    let entry = |entry: &rocky_engine::state::ProgressEntry| (entry.table_key.clone(), entry.status);
    let statuses: Vec<_> = entries.iter().map(entry).collect();
    let wanted = [
        ("shop.mart.a", ProgressStatus::Success),
        ("shop.mart.bad", ProgressStatus::Failed),
        ("shop.mart.after_bad", ProgressStatus::Skipped),
        ("shop.mart.far", ProgressStatus::Skipped),
        ("shop.mart.good", ProgressStatus::Success),
    ];
    assert_eq!(statuses, wanted.map(|(key, status)| (key.to_owned(), status)));
}

#[test]
fn a_failed_replacement_leaves_the_old_table() {
    let bench = Bench::new();
    bench.run(&plan(vec![model("a", &[], "SELECT 1 AS x")]));
    let outcome = bench.run(&plan(vec![model("a", &[], "SELECT CAST('x' AS INTEGER) AS x")]));
    assert_eq!(outcome.status, RunStatus::Failure);
    assert_eq!(bench.rows("SELECT x FROM mart.a"), "1");
}

#[test]
fn diamonds_run_side_by_side_and_in_order() {
    let bench = Bench::new();
    let mut nodes = vec![model("top", &[], "SELECT range AS n FROM range(1000)")];
    let mut sides = Vec::new();
    for side in 0..24 {
        let name = format!("side_{side}");
        nodes.push(model(&name, &["top"], &format!("SELECT n + {side} AS n FROM shop.mart.top")));
        sides.push(name);
    }
    let names: Vec<&str> = sides.iter().map(String::as_str).collect();
    let all = names
        .iter()
        .map(|name| format!("SELECT n FROM shop.mart.{name}"))
        .collect::<Vec<_>>()
        .join(" UNION ALL ");
    nodes.push(model("bottom", &names, &format!("SELECT count(*) AS n FROM ({all})")));
    let started = std::cell::RefCell::new(BTreeSet::new());
    let most = std::cell::Cell::new(0);
    let outcome = bench.run_with(&plan(nodes), &RunOptions::default(), |event| match event {
        RunEvent::NodeStarted { label, .. } => {
            started.borrow_mut().insert(label.clone());
            most.set(most.get().max(started.borrow().len()));
        }
        RunEvent::NodeEnded { label, .. } => {
            started.borrow_mut().remove(label);
        }
        _ => {}
    });
    assert_eq!(outcome.status, RunStatus::Success, "{}", told(&outcome));
    assert_eq!(outcome.tables_copied(), 26);
    assert_eq!(most.get(), 4);
    assert_eq!(bench.rows("SELECT n FROM mart.bottom"), "24000");
    let order: Vec<&str> = outcome.materializations.iter().map(|done| done.label.as_str()).collect();
    assert_eq!((order[0], order[25]), ("top", "bottom"));
}

#[test]
fn an_interrupted_run_drains_and_is_resumed() {
    let bench = Bench::new();
    let mut steps = plan(vec![
        model("one", &[], "SELECT 1 AS x"),
        model("two", &["one"], "SELECT 2 AS x"),
        model("three", &["two"], "SELECT 3 AS x"),
    ]);
    let outcome = bench.run_with(&steps, &RunOptions::default(), |event| {
        if matches!(event, RunEvent::NodeStarted { label, .. } if label == "two") {
            bench.cancel.cancel();
        }
    });
    expect![[r#"
        PartialFailure exit 130
        one: full_refresh 1 rows
        two: full_refresh 1 rows
        three not started"#]]
    .assert_eq(&told(&outcome));
    assert_eq!(outcome.status, RunStatus::PartialFailure);
    assert!(outcome.interrupted);

    let bench = Bench { cancel: Default::default(), ..bench };
    let state = bench.state();
    let resumed = resume(&mut steps, &state, &ResumeRequest::Latest).expect("resumed");
    assert_eq!(resumed, Resumed::From { run_id: outcome.run_id.clone(), done: 2 });
    let unknown = resume(&mut steps, &state, &ResumeRequest::Run("run-x".to_owned())).expect_err("unknown");
    assert_eq!(
        unknown.to_string(),
        format!("there is no run 'run-x' to resume; the newest are {}", outcome.run_id)
    );
    drop(state);
    let options = RunOptions { resumed_from: Some(outcome.run_id), ..RunOptions::default() };
    let second = bench.run_with(&steps, &options, |_| {});
    assert_eq!((second.tables_copied(), second.tables_skipped), (1, 2));
    assert_eq!(second.status, RunStatus::Success);
    let state = bench.state();
    assert_eq!(state.progress_entries(&second.run_id).expect("entries").len(), 3);
    // The first run stays unfinished; asking for it by name still works.
    let mut again = shop();
    assert!(matches!(resume(&mut again, &state, &ResumeRequest::Latest), Ok(Resumed::From { .. })));
}

#[test]
fn asked_to_stop_when_all_is_done_a_run_is_complete() {
    let bench = Bench::new();
    let plan = plan(vec![model("one", &[], "SELECT 1 AS x"), model("two", &["one"], "SELECT 2 AS x")]);
    let outcome = bench.run_with(&plan, &RunOptions::default(), |event| {
        if matches!(event, RunEvent::NodeStarted { label, .. } if label == "two") {
            bench.cancel.cancel();
        }
    });
    assert!(!outcome.interrupted);
    assert_eq!(outcome.exit_verdict().exit_code(), 0);
}

#[test]
fn a_run_stops_early_when_told_to() {
    let bad: Vec<PlanNode> = (0..8)
        .map(|at| model(&format!("bad_{at}"), &[], "SELECT no_such_column FROM (SELECT 1 AS a)"))
        .collect();
    let mut sequential = plan(bad);
    sequential.execution =
        ExecutionSettings { concurrency: Concurrency::Fixed(1), fail_fast: true, ..Default::default() };
    let bench = Bench::new();
    expect![[r#"
        bad_6 not started
        bad_7 not started
        stopped: fail_fast is set and a node failed"#]]
    .assert_eq(&last_lines(&told(&bench.run(&sequential)), 3));
    sequential.execution.fail_fast = false;
    expect![[r#"
        bad_6 not started
        bad_7 not started
        stopped: 4 of 4 nodes failed, which reaches error_rate_abort_pct = 50"#]]
    .assert_eq(&last_lines(&told(&bench.run(&sequential)), 3));
    sequential.execution.error_rate_abort_pct = 0;
    assert_eq!(bench.run(&sequential).errors.len(), 8);
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[test]
fn nothing_is_sent_when_a_model_does_not_compile_or_cannot_be_executed() {
    let bench = Bench::new();
    let mut blocked = model("broken", &["good"], "");
    blocked.status = NodeStatus::Blocked {
        problems: vec![CompileProblem {
            code: "E001".to_owned(),
            message: "expected an expression".to_owned(),
            file: "models/broken.sql".to_owned(),
            line: 1,
            column: 8,
        }],
    };
    let outcome = bench.run(&plan(vec![model("good", &[], "SELECT 1 AS x"), blocked]));
    expect![[r#"
        Failure exit 1
        broken does not compile: expected an expression"#]]
    .assert_eq(&told(&outcome));
    let merge = with_strategy(
        model("merged", &[], "SELECT 1 AS id"),
        TableStrategy::Merge { unique_key: vec![column("id")], update_columns: None },
    );
    let outcome = bench.run(&plan(vec![model("good", &[], "SELECT 1 AS x"), merge]));
    expect![[r#"
        Failure exit 1
        merged failed (unknown): the strategy 'merge' cannot be executed yet
          hint: this version executes full_refresh, incremental and ephemeral; choose one of them for now"#]]
    .assert_eq(&told(&outcome));
    assert_eq!(bench.rows("SELECT count(*) FROM duckdb_tables()"), "0");
    assert_eq!(bench.state().runs().expect("runs").len(), 2);
}

#[test]
fn a_missing_schema_is_named_when_it_may_not_be_created() {
    let bench = Bench::new();
    let mut plan = plan(vec![model("a", &[], "SELECT 1 AS x")]);
    plan.auto_create_schemas = false;
    expect![[r#"
        Failure exit 1
        a failed (not-found): Catalog Error: Schema with name mart does not exist!
          hint: create the schema, or set auto_create_schemas = true in the pipeline's target governance"#]]
    .assert_eq(&told(&bench.run(&plan)));
}

#[test]
fn unselected_nodes_are_read_as_they_are() {
    let bench = Bench::new();
    bench.run(&plan(vec![model("a", &[], "SELECT 1 AS x")]));
    let mut a = model("a", &[], "SELECT 2 AS x");
    a.status = NodeStatus::Skipped { reason: SkipReason::NotSelected };
    let options = RunOptions { single_model: Some("b".to_owned()), ..RunOptions::default() };
    let outcome = bench.run_with(
        &plan(vec![a, model("b", &["a"], "SELECT x * 10 AS x FROM shop.mart.a")]),
        &options,
        |_| {},
    );
    assert_eq!(outcome.tables_copied(), 1);
    assert!(outcome.run_id.starts_with("model-b-2026"), "{}", outcome.run_id);
    assert_eq!(bench.rows("SELECT x FROM mart.b"), "10");
}

#[test]
fn events_tell_each_node_once() {
    let bench = Bench::new();
    let log = std::cell::RefCell::new(Vec::new());
    let nodes = vec![
        model("a", &[], "SELECT 1 AS x"),
        model("bad", &["a"], "SELEC"),
        model("c", &["bad"], "SELECT 1"),
    ];
    bench.run_with(&plan(nodes), &RunOptions::default(), |event| {
        log.borrow_mut().push(match event {
            RunEvent::NodeEnded { label, result: NodeResult::Failed { .. }, .. } => format!("{label} failed"),
            RunEvent::NodeEnded { label, result, .. } => format!("{label} {result:?}"),
            RunEvent::NodeStarted { label, .. } => format!("{label} started"),
            RunEvent::Started { total, .. } => format!("{total} nodes"),
            other => format!("{other:?}"),
        });
    });
    expect![[r#"
        3 nodes
        SchemaCreated { schema: "shop.mart" }
        a started
        a Done { rows: Some(1) }
        bad started
        bad failed
        c Contained { because_of: "bad" }"#]]
    .assert_eq(&log.borrow().join("\n"));
}

#[test]
fn a_preview_shows_rows_as_the_warehouse_writes_them() {
    let bench = Bench::new();
    bench.run(&plan(vec![model(
        "a",
        &[],
        "SELECT range AS \"row number\", (range / 4)::DECIMAL(9,2) AS d, [1, NULL] AS l, NULL::DATE AS n FROM range(12)",
    )]));
    let warehouse = bench.warehouse();
    let mut connection = warehouse.connect().expect("connection");
    let shown = preview(connection.as_mut(), warehouse.dialect(), &target("a"), 2).expect("preview");
    expect![[r#"
        Preview {
            columns: [
                "row number",
                "d",
                "l",
                "n",
            ],
            types: [
                "BIGINT",
                "DECIMAL(9,2)",
                "INTEGER[]",
                "DATE",
            ],
            rows: [
                [
                    Some(
                        "0",
                    ),
                    Some(
                        "0.00",
                    ),
                    Some(
                        "[1, NULL]",
                    ),
                    None,
                ],
                [
                    Some(
                        "1",
                    ),
                    Some(
                        "0.25",
                    ),
                    Some(
                        "[1, NULL]",
                    ),
                    None,
                ],
            ],
            total_rows: 12,
        }
    "#]]
    .assert_debug_eq(&shown);
}

#[test]
fn a_copy_says_what_is_not_known_of_its_target() {
    let bench = Bench::new();
    bench.script("CREATE SCHEMA raw; CREATE TABLE raw.orders (id BIGINT, ts TIMESTAMP); CREATE SCHEMA mart");
    let copy = ReplicationNode {
        asset_key: vec!["duckdb".to_owned(), "orders".to_owned()],
        source: RelationName::new("", "raw", "orders").expect("source"),
        target: target("orders"),
        strategy: ReplicationStrategy::Incremental { timestamp_column: column("ts") },
        metadata_columns: vec![],
    };
    let node = PlanNode {
        id: NodeId::new("table:raw.orders").expect("id"),
        depends_on: vec![],
        status: NodeStatus::Selected,
        kind: NodeKind::Replication(copy),
    };
    let plan = plan(vec![node]);
    let show = |with_connection: bool| {
        let warehouse = bench.warehouse();
        let mut connection = warehouse.connect().expect("connection");
        let connection = with_connection.then_some(connection.as_mut());
        let planned = planned_statements(&plan, warehouse.dialect(), connection, "the database is in use");
        let statements = planned.statements.iter().map(|it| format!("-- {}\n{}", it.purpose, it.sql));
        statements.chain(planned.notes).collect::<Vec<_>>().join("\n")
    };
    expect![[r#"
        -- create_schema
        CREATE SCHEMA IF NOT EXISTS shop.mart
        -- full_refresh_copy
        CREATE OR REPLACE TABLE shop.mart.orders AS
        SELECT * FROM raw.orders
        raw.orders: shop.mart.orders was not looked at (the database is in use), so whether it is copied in full or appended to is not known; the full copy is shown"#]].assert_eq(&show(false));
    bench.script("CREATE VIEW mart.orders AS SELECT id, ts FROM raw.orders");
    expect![[r#"
        -- create_schema
        CREATE SCHEMA IF NOT EXISTS shop.mart
        raw.orders: shop.mart.orders is a view, and the pipeline writes a table; drop shop.mart.orders if it is not needed any more, or give the pipeline another target"#]].assert_eq(&show(true));
}
