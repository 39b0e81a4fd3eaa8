//! A warehouse that fails at chosen moments, in front of the real one.

mod support;

use std::cell::RefCell;
use std::sync::{Arc, Mutex};

use expect_test::expect;
use rocky_adapter::dialect::{DuckDbDialect, SqlDialect};
use rocky_adapter::process::{DuckDbDatabase, ProcessWarehouse};
use rocky_adapter::{
    AdapterError, Capabilities, Connection, ErrorKind, Executed, Interrupt, PresentRelation, QueryResult,
    RelationKind, Result, RowLimit, TableColumn, TargetState, Warehouse,
};
use rocky_engine::{Knowledge, RunEvent, RunOptions, RunOutcome, expand};
use rocky_plan_model::*;

use support::*;

/// Fail statements that contain `text`, `times` times.
#[derive(Clone)]
struct Fault {
    text: &'static str,
    kind: ErrorKind,
    times: u32,
}

struct Flaky {
    real: ProcessWarehouse,
    faults: Arc<Mutex<Vec<Fault>>>,
    probes_fail: bool,
    sent: Arc<Mutex<Vec<String>>>,
}

struct FlakyConnection {
    real: Box<dyn Connection>,
    faults: Arc<Mutex<Vec<Fault>>>,
    probes_fail: bool,
    sent: Arc<Mutex<Vec<String>>>,
}

impl FlakyConnection {
    fn check(&self, sql: &str) -> Result<()> {
        self.sent.lock().expect("sent").push(sql.to_owned());
        let mut faults = self.faults.lock().expect("faults");
        match faults.iter_mut().find(|fault| fault.times > 0 && sql.contains(fault.text)) {
            Some(fault) => {
                fault.times -= 1;
                Err(AdapterError::new(fault.kind, format!("made to fail: {}", fault.text)))
            }
            None => Ok(()),
        }
    }
}

impl Warehouse for Flaky {
    fn name(&self) -> &str {
        "flaky"
    }
    fn dialect(&self) -> &dyn SqlDialect {
        self.real.dialect()
    }
    fn capabilities(&self) -> Capabilities {
        Capabilities { useful_concurrency: None, ..self.real.capabilities() }
    }
    fn connect(&self) -> Result<Box<dyn Connection>> {
        Ok(Box::new(FlakyConnection {
            real: self.real.connect()?,
            faults: Arc::clone(&self.faults),
            probes_fail: self.probes_fail,
            sent: Arc::clone(&self.sent),
        }))
    }
}

impl Connection for FlakyConnection {
    fn execute(&mut self, sql: &str) -> Result<Executed> {
        self.check(sql)?;
        self.real.execute(sql)
    }
    fn execute_script(&mut self, sql: &str) -> Result<()> {
        self.real.execute_script(sql)
    }
    fn query(&mut self, sql: &str, limit: RowLimit) -> Result<QueryResult> {
        assert!(!sql.contains("panic here"), "made to panic");
        self.check(sql)?;
        self.real.query(sql, limit)
    }
    fn describe(&mut self, relation: &RelationName) -> Result<PresentRelation> {
        if self.probes_fail {
            return Err(AdapterError::new(ErrorKind::Connection, "the network is down"));
        }
        self.real.describe(relation)
    }
    fn describe_query(&mut self, select: &str) -> Result<Vec<TableColumn>> {
        assert!(!select.contains("panic here"), "made to panic");
        self.real.describe_query(select)
    }
    fn list_tables(&mut self, catalog: &CatalogName, schema: &SchemaName) -> Result<Vec<String>> {
        self.real.list_tables(catalog, schema)
    }
    fn list_schemas(&mut self, catalog: &CatalogName) -> Result<Vec<String>> {
        self.real.list_schemas(catalog)
    }
    fn interrupter(&self) -> Option<Arc<dyn Interrupt>> {
        self.real.interrupter()
    }
}

fn flaky(faults: Vec<Fault>) -> Flaky {
    Flaky {
        real: duckdb(DuckDbDatabase::InMemory),
        faults: Arc::new(Mutex::new(faults)),
        probes_fail: false,
        sent: Arc::default(),
    }
}

fn run_on(warehouse: &dyn Warehouse, plan: &Plan, hook: impl Fn(&RunEvent)) -> RunOutcome {
    let bench = Bench::new();
    let state = bench.state();
    let observer = Recorder::new(hook);
    let context = rocky_engine::RunContext {
        plan,
        warehouse,
        state: &state,
        clock: &bench.clock,
        cancel: &bench.cancel,
        observer: &observer,
    };
    rocky_engine::run(&context, &RunOptions::default()).expect("state")
}

fn chain() -> Plan {
    plan(vec![
        model("a", &[], "SELECT 1 AS x"),
        model("b", &["a"], "SELECT 2 AS x"),
        model("c", &["b"], "SELECT 3 AS x"),
        model("d", &["a"], "SELECT 4 AS x"),
    ])
}

#[test]
fn passing_trouble_is_tried_again_with_what_it_held_back() {
    let warehouse = flaky(vec![Fault { text: "TABLE mart.b", kind: ErrorKind::Transient, times: 1 }]);
    let rounds = RefCell::new(Vec::new());
    let outcome = run_on(&warehouse, &chain(), |event| {
        if let RunEvent::Retrying { round, nodes } = event {
            rounds.borrow_mut().push((*round, *nodes));
        }
    });
    expect![[r#"
        Success exit 0
        a: full_refresh 1 rows
        b: full_refresh 1 rows
        c: full_refresh 1 rows
        d: full_refresh 1 rows"#]]
    .assert_eq(&told(&outcome));
    assert_eq!(*rounds.borrow(), [(1, 1)]);
    let attempts: Vec<_> = outcome.executions.iter().filter(|it| it.model_name == "b").collect();
    assert_eq!(attempts.len(), 2);
}

#[test]
fn lasting_trouble_is_given_up_after_the_rounds() {
    let warehouse = flaky(vec![Fault { text: "TABLE mart.b", kind: ErrorKind::Transient, times: 3 }]);
    let mut plan = chain();
    plan.execution.table_retries = 2;
    expect![[r#"
        PartialFailure exit 2
        a: full_refresh 1 rows
        d: full_refresh 1 rows
        b failed (transient): made to fail: TABLE mart.b
        c contained by b"#]]
    .assert_eq(&told(&run_on(&warehouse, &plan, |_| {})));
    let warehouse = flaky(vec![Fault { text: "TABLE mart.b", kind: ErrorKind::Query, times: 1 }]);
    assert_eq!(run_on(&warehouse, &plan, |_| {}).errors.len(), 1, "a refused statement is not sent again");
}

#[test]
fn a_lost_conflict_is_sent_again_at_once() {
    let warehouse = flaky(vec![Fault { text: "TABLE mart.a", kind: ErrorKind::Conflict, times: 3 }]);
    let mut plan = chain();
    plan.execution.table_retries = 0;
    let outcome = run_on(&warehouse, &plan, |_| {});
    assert_eq!(outcome.tables_copied(), 4, "{}", told(&outcome));
    assert_eq!(outcome.executions.len(), 4);
}

#[test]
fn rate_limits_lower_an_adaptive_limit() {
    let warehouse = flaky(vec![Fault { text: "TABLE mart.a", kind: ErrorKind::RateLimited, times: 1 }]);
    let mut plan = chain();
    plan.execution.concurrency = Concurrency::Adaptive;
    let outcome = run_on(&warehouse, &plan, |_| {});
    let execution = outcome.execution;
    assert_eq!(
        (execution.concurrency, execution.final_concurrency, execution.rate_limits_detected),
        (32, 16, 1)
    );
    assert_eq!(outcome.tables_copied(), 4, "{}", told(&outcome));
}

#[test]
fn an_unanswered_probe_writes_nothing() {
    let warehouse = Flaky { probes_fail: true, ..flaky(vec![]) };
    let plan = plan(vec![model("a", &[], "SELECT 1 AS x"), incremental("b", &[], "SELECT now() AS ts")]);
    expect![[r#"
        Failure exit 1
        a failed (connection-failed): cannot tell whether shop.mart.a exists: the network is down
          hint: nothing was written; run again
        b failed (connection-failed): cannot tell whether shop.mart.b exists: the network is down
          hint: nothing was written; run again"#]]
    .assert_eq(&told(&run_on(&warehouse, &plan, |_| {})));
    let sent = warehouse.sent.lock().expect("sent").clone();
    assert_eq!(sent, ["CREATE SCHEMA IF NOT EXISTS mart"]);
}

#[test]
fn a_schema_that_cannot_be_created_fails_what_needs_it() {
    let warehouse = flaky(vec![Fault { text: "CREATE SCHEMA", kind: ErrorKind::Permission, times: 1 }]);
    expect![[r#"
        Failure exit 1
        a failed (auth-failed): cannot create the schema shop.mart: made to fail: CREATE SCHEMA
        b contained by a
        c contained by a
        d contained by a"#]]
    .assert_eq(&told(&run_on(&warehouse, &chain(), |_| {})));
}

#[test]
fn a_panic_fails_its_node_only() {
    let warehouse = flaky(vec![]);
    let plan = plan(vec![
        incremental("a", &[], "SELECT TIMESTAMP '2024-01-01' AS ts /* panic here */"),
        model("b", &[], "SELECT 1 AS x"),
    ]);
    expect![[r#"
        PartialFailure exit 2
        b: full_refresh 1 rows
        a failed (unknown): an internal error; please report it"#]]
    .assert_eq(&told(&run_on(&warehouse, &plan, |_| {})));
}

#[test]
fn a_warehouse_that_dies_is_reported_and_recorded() {
    let warehouse = flaky(vec![]);
    let pid = warehouse.real.client().process_id().expect("running").to_string();
    let outcome = run_on(&warehouse, &chain(), |event| {
        if matches!(event, RunEvent::NodeEnded { label, .. } if label == "a") {
            let killed = std::process::Command::new("kill").args(["-9", &pid]).status().expect("kill");
            assert!(killed.success());
        }
    });
    assert_eq!(outcome.tables_copied(), 1, "{}", told(&outcome));
    assert_eq!(outcome.exit_verdict().exit_code(), 2);
    assert!(outcome.errors.iter().all(|error| error.failure_kind.as_str() == "connection-failed"));
}

#[test]
fn expansion_follows_what_is_known() {
    let NodeKind::Model(mut daily) = incremental("daily", &[], "SELECT day, n FROM raw.daily").kind else {
        panic!("a model")
    };
    if let Materialization::Relation { strategy, .. } = &mut daily.materialization {
        *strategy = TableStrategy::Incremental { timestamp_column: column("day") };
    }
    let dialect = DuckDbDialect::new(["other"]);
    let table = |columns: &[(&str, &str)]| {
        let columns = columns.iter().map(|(name, data_type)| TableColumn {
            name: (*name).to_owned(),
            data_type: (*data_type).to_owned(),
            nullable: true,
        });
        TargetState::Present(PresentRelation { kind: RelationKind::Table, columns: columns.collect() })
    };
    let show = |daily: &ModelNode, target: TargetState| match expand(
        daily,
        &dialect,
        &Knowledge { target, output: None },
    ) {
        Ok(expansion) => expansion.statements.iter().map(|it| it.sql.clone()).collect::<Vec<_>>().join(";\n"),
        Err(refusal) => format!("refused: {refusal}; {}", refusal.hint()),
    };
    // Without the warehouse's word an open schema cannot name its columns.
    expect!["refused: the columns of the query are not known; name the columns in the model's SELECT"]
        .assert_eq(&show(&daily, table(&[("DAY", "DATE"), ("n", "BIGINT")])));
    daily.output = OutputSchema::Closed {
        columns: vec![ExpectedColumn::named(column("day")), ExpectedColumn::named(column("n"))],
    };
    expect![[r#"
        INSERT INTO mart.daily (day, n)
        SELECT day, n FROM (
        SELECT day, n FROM raw.daily
        ) AS _rocky_src
        WHERE day > (SELECT COALESCE(MAX(day), DATE '1970-01-01') FROM mart.daily)"#]]
    .assert_eq(&show(&daily, table(&[("DAY", "DATE"), ("n", "BIGINT")])));
    expect!["refused: the query puts out the column 'n', which shop.mart.daily lacks and which cannot be added: its type is not known; add the column by hand, or drop shop.mart.daily so that the next run builds it anew"].assert_eq(&show(&daily, table(&[("day", "DATE")])));
    expect![[r#"
        CREATE OR REPLACE TABLE mart.daily AS
        SELECT day, n FROM raw.daily"#]]
    .assert_eq(&show(&daily, TargetState::Absent));
    let down = TargetState::Unknown(AdapterError::new(ErrorKind::Timeout, "no answer"));
    expect!["refused: cannot tell whether shop.mart.daily exists: no answer; nothing was written; run again"]
        .assert_eq(&show(&daily, down));
    daily.output = OutputSchema::Closed { columns: vec![ExpectedColumn::named(column("n"))] };
    expect!["refused: the query of daily has no column 'day', which the incremental strategy compares; select 'day' in the model, name another timestamp_column, or drop the table to build it anew"].assert_eq(&show(&daily, TargetState::Absent));
}
