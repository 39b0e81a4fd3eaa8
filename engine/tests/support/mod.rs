//! What the engine's tests share: plans written shortly, the real sibling, a clock that only tests move.
#![allow(dead_code, reason = "each test program uses its part")]

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rocky_adapter::process::{DuckDbDatabase, DuckDbOptions, ProcessWarehouse, open_duckdb};
use rocky_adapter::{RowLimit, Warehouse, cell_text};
use rocky_engine::state::StateStore;
use rocky_engine::{
    CancellationToken, Clock, RunContext, RunEvent, RunObserver, RunOptions, RunOutcome, run,
};
use rocky_plan_model::*;
use time::OffsetDateTime;

/// The real sibling on a database.
pub(crate) fn duckdb(database: DuckDbDatabase) -> ProcessWarehouse {
    let options = DuckDbOptions {
        adapter: "local".to_owned(),
        database,
        executable: None,
        working_folder: None,
        timeout: Some(Duration::from_secs(60)),
    };
    match open_duckdb(&options) {
        Ok(warehouse) => warehouse,
        Err(error) => panic!(
            "these tests need the real DuckDB: {error}\nRun `cargo xtask setup`, which installs the library, then \
             `cargo build -p rocky-duckdb` with DUCKDB_LIB_DIR set to its folder."
        ),
    }
}

/// Time that moves one millisecond each time it is read.
pub(crate) struct StepClock(AtomicU64);

impl StepClock {
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Days later.
    pub(crate) fn skip(&self, days: u64) {
        self.0.fetch_add(days * 86_400_000, Ordering::SeqCst);
    }
}

impl Clock for StepClock {
    fn now(&self) -> OffsetDateTime {
        let step = self.0.fetch_add(1, Ordering::SeqCst);
        time::macros::datetime!(2026-05-02 13:00:00 UTC) + Duration::from_millis(step)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Keeps all events, and calls a hook on each.
pub(crate) struct Recorder<'h> {
    pub(crate) events: Mutex<Vec<RunEvent>>,
    hook: Box<dyn Fn(&RunEvent) + 'h>,
}

impl<'h> Recorder<'h> {
    pub(crate) fn new(hook: impl Fn(&RunEvent) + 'h) -> Self {
        Self { events: Mutex::new(Vec::new()), hook: Box::new(hook) }
    }
}

impl RunObserver for Recorder<'_> {
    fn event(&self, event: RunEvent) {
        (self.hook)(&event);
        self.events.lock().expect("events").push(event);
    }
}

/// A project folder with its database and state file.
pub(crate) struct Bench {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) clock: StepClock,
    pub(crate) cancel: CancellationToken,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("folder"),
            clock: StepClock::new(),
            cancel: CancellationToken::new(),
        }
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("shop.duckdb")
    }

    pub(crate) fn state_path(&self) -> PathBuf {
        self.folder.path().join(".rocky-state.redb")
    }

    pub(crate) fn state(&self) -> StateStore {
        open_state(&self.state_path())
    }

    pub(crate) fn warehouse(&self) -> ProcessWarehouse {
        duckdb(DuckDbDatabase::File(self.database()))
    }

    /// One run in the way of the command line: state file and database are opened and closed again.
    pub(crate) fn run(&self, plan: &Plan) -> RunOutcome {
        self.run_with(plan, &RunOptions::default(), |_| {})
    }

    pub(crate) fn run_with(&self, plan: &Plan, options: &RunOptions, hook: impl Fn(&RunEvent)) -> RunOutcome {
        self.clock.skip(1);
        let state = self.state();
        let warehouse = self.warehouse();
        let observer = Recorder::new(hook);
        let context = RunContext {
            plan,
            warehouse: &warehouse,
            state: &state,
            clock: &self.clock,
            cancel: &self.cancel,
            observer: &observer,
        };
        run(&context, options).expect("state")
    }

    pub(crate) fn script(&self, sql: &str) {
        let warehouse = self.warehouse();
        warehouse.connect().expect("connection").execute_script(sql).expect(sql);
    }

    /// Rows as `a|b` lines.
    pub(crate) fn rows(&self, sql: &str) -> String {
        let warehouse = self.warehouse();
        let result = warehouse.connect().expect("connection").query(sql, RowLimit::All).expect(sql);
        let line = |row: &Vec<serde_json::Value>| {
            let cells = row.iter().map(|cell| cell_text(cell).unwrap_or_else(|| "NULL".to_owned()));
            cells.collect::<Vec<_>>().join("|")
        };
        result.rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

pub(crate) fn open_state(path: &Path) -> StateStore {
    StateStore::open(path, "rocky run (test)").expect("state")
}

pub(crate) fn column(name: &str) -> ColumnName {
    ColumnName::new(name).expect("column")
}

pub(crate) fn target(table: &str) -> RelationName {
    RelationName::new("shop", "mart", table).expect("relation")
}

/// A full-refresh model whose columns the compiler does not know.
pub(crate) fn model(name: &str, depends_on: &[&str], sql: &str) -> PlanNode {
    let name = ModelName::new(name).expect("name");
    PlanNode {
        id: NodeId::model(&name),
        depends_on: depends_on
            .iter()
            .map(|other| NodeId::model(&ModelName::new(*other).expect("name")))
            .collect(),
        status: NodeStatus::Selected,
        kind: NodeKind::Model(ModelNode {
            file: format!("models/{name}.sql"),
            select: SelectSql::new(sql),
            materialization: Materialization::Relation {
                target: target(name.as_str()),
                strategy: TableStrategy::FullRefresh,
            },
            output: OutputSchema::Open { columns: vec![] },
            tests: vec![],
            name,
        }),
    }
}

pub(crate) fn with_strategy(mut node: PlanNode, strategy: TableStrategy) -> PlanNode {
    if let NodeKind::Model(model) = &mut node.kind {
        let target = target(model.name.as_str());
        model.materialization = Materialization::Relation { target, strategy };
    }
    node
}

pub(crate) fn incremental(name: &str, depends_on: &[&str], sql: &str) -> PlanNode {
    with_strategy(model(name, depends_on, sql), TableStrategy::Incremental { timestamp_column: column("ts") })
}

pub(crate) fn ephemeral(name: &str, depends_on: &[&str], sql: &str) -> PlanNode {
    let mut node = model(name, depends_on, sql);
    if let NodeKind::Model(model) = &mut node.kind {
        model.materialization = Materialization::Ephemeral;
    }
    node
}

pub(crate) fn plan(nodes: Vec<PlanNode>) -> Plan {
    let plan = Plan {
        format: PLAN_FORMAT,
        pipeline: PipelineName::new("shop").expect("name"),
        pipeline_type: PipelineType::Transformation,
        adapter: AdapterName::new("local").expect("name"),
        dialect: Dialect::DuckDb,
        config_digest: "digest".to_owned(),
        filter: String::new(),
        execution: ExecutionSettings { concurrency: Concurrency::Fixed(4), ..ExecutionSettings::default() },
        auto_create_catalogs: false,
        auto_create_schemas: true,
        nodes,
    };
    plan.verify().expect("plan");
    plan
}

/// A run outcome as text, without what differs from run to run.
pub(crate) fn told(outcome: &RunOutcome) -> String {
    let mut lines = vec![format!("{:?} exit {}", outcome.status, outcome.exit_verdict().exit_code())];
    let mut done: Vec<String> = outcome
        .materializations
        .iter()
        .map(|done| {
            let rows = done.rows_copied.map_or_else(|| "?".to_owned(), |rows| rows.to_string());
            let watermark =
                done.watermark.as_ref().map(|watermark| format!(" up to {watermark}")).unwrap_or_default();
            let notes: String = done.notes.iter().map(|note| format!("\n  note: {note}")).collect();
            format!("{}: {} {rows} rows{watermark}{notes}", done.label, done.strategy)
        })
        .collect();
    done.sort();
    lines.extend(done);
    for error in &outcome.compile_errors {
        lines.push(format!("{} does not compile: {}", error.label, error.problems[0].message));
    }
    for error in &outcome.errors {
        let first = error.error.lines().next().unwrap_or_default();
        lines.push(format!("{} failed ({}): {first}", error.label, error.failure_kind.as_str()));
        lines.extend(error.hint.iter().map(|hint| format!("  hint: {hint}")));
    }
    lines.extend(
        outcome.contained.iter().map(|node| format!("{} contained by {}", node.label, node.because_of)),
    );
    lines.extend(outcome.not_started.iter().map(|label| format!("{label} not started")));
    lines.extend(outcome.stopped_because.iter().map(|reason| format!("stopped: {reason}")));
    lines.extend(
        outcome
            .drift
            .actions_taken
            .iter()
            .map(|action| format!("drift {}: {}", action.action, action.reason)),
    );
    lines.extend(outcome.warnings.iter().map(|warning| format!("warning: {warning}")));
    lines.join("\n")
}
