//! Which queries run after which event: one test for each row of the event table in
//! `docs/architecture.md`.

use rocky_base_db::File;
use rocky_base_db::testing::{EventLog, MemorySystem};
use rocky_compiler::base_db as rocky_base_db;
use rocky_compiler::project::{CatalogColumn, CatalogIndex, CatalogOrigin, CatalogRelation};
use rocky_compiler::{Change, OpenOptions, ProjectHost};
use salsa::Setter;
use salsa::plumbing::AsId;
use std::collections::BTreeSet;
use std::sync::Arc;

const SIDECAR: &str = "[target]\ncatalog = \"c\"\nschema = \"s\"\n";
const CONFIG: &str = "[adapter.default]\ntype = \"duckdb\"\n[pipeline.main]\ntype = \"transformation\"\n\
                      [pipeline.main.target]\nadapter = \"default\"\n[pipeline.main.execution]\nfail_fast = false\n";

struct Bench {
    host: ProjectHost,
    system: MemorySystem,
    log: EventLog,
}

impl Bench {
    fn new() -> Bench {
        let system = MemorySystem::with_files([("rocky.toml", CONFIG)]);
        for (name, sql) in [
            ("a", "SELECT 1 AS id, 'x' AS name"),
            ("b", "SELECT id, name FROM a"),
            ("c", "SELECT id FROM b"),
            ("d", "SELECT 2 AS other"),
            ("e", "SELECT amount FROM raw.payments"),
            ("f", "SELECT 1 AS x FROM latecomer"),
        ] {
            system.write(&format!("models/{name}.sql"), sql);
            system.write(&format!("models/{name}.toml"), SIDECAR);
        }
        let log = EventLog::default();
        let options =
            OpenOptions { long_lived: true, on_event: Some(log.callback()), ..OpenOptions::default() };
        let mut bench = Bench { host: ProjectHost::open(Arc::new(system.clone()), options), system, log };
        bench.set_catalog("BIGINT");
        bench.everything();
        bench.ran();
        bench
    }

    fn set_catalog(&mut self, amount_type: &str) {
        let column =
            CatalogColumn { name: "amount".into(), raw_type: amount_type.into(), nullable: Some(true) };
        let project = self.host.project();
        let db = self.host.db_mut();
        if let Some(relation) = project.catalog(db).find(&["raw", "payments"]) {
            relation.set_columns(db).to(Arc::from([column]));
            return;
        }
        let relation =
            CatalogRelation::new(db, "raw.payments".into(), Arc::from([column]), CatalogOrigin::Given);
        let mut index = CatalogIndex::default();
        index.insert("raw.payments".into(), relation);
        project.set_catalog(db).to(Arc::new(index));
    }

    fn everything(&self) {
        self.host.compile(&mut |_| {});
    }

    /// `query(model)` of every query of interest that ran since the last call.
    fn ran(&self) -> BTreeSet<String> {
        let db = self.host.db();
        let files: Vec<(salsa::Id, String)> = self
            .host
            .project()
            .files(db)
            .iter()
            .map(|(path, file): (_, File)| (file.as_id(), path.file_name().to_owned()))
            .collect();
        let name_of = |key: salsa::DatabaseKeyIndex| {
            files.iter().find(|(id, _)| *id == key.key_index()).map(|(_, name)| name.clone())
        };
        let of_interest = [
            "file_summary",
            "model_facts",
            "output_schema",
            "check_model",
            "model_index",
            "dag",
            "source_schema",
            "model_config",
            "layout",
        ];
        self.log
            .take(db, name_of)
            .into_iter()
            .filter(|event| of_interest.iter().any(|query| event.starts_with(&format!("{query}("))))
            .collect()
    }

    /// Opens a model in an editor: the same text, from now on expected to change.
    fn open(&mut self, name: &str) -> BTreeSet<String> {
        let path = format!("models/{name}.sql");
        let file = self.host.project().files(self.host.db()).get(&path.as_str().into()).unwrap();
        let text = rocky_base_db::source_text(self.host.db(), file).text.clone();
        self.host.apply_change(Change::overlay(&path, &text));
        self.everything();
        self.ran()
    }

    fn edit(&mut self, name: &str, text: &str) -> BTreeSet<String> {
        self.host.apply_change(Change::overlay(&format!("models/{name}.sql"), text));
        self.everything();
        self.ran()
    }
}

fn set(events: &[&str]) -> BTreeSet<String> {
    events.iter().map(|event| (*event).to_owned()).collect()
}

#[test]
fn a_comment_runs_the_summary_of_that_file_only() {
    let mut bench = Bench::new();
    bench.open("b");
    assert_eq!(bench.edit("b", "SELECT id, -- the key\n  name FROM a"), set(&["file_summary(b.sql)"]));
}

#[test]
fn opening_a_document_computes_the_graph_and_that_model_again() {
    let mut bench = Bench::new();
    let of_b = ["check_model(b.sql)", "dag()", "file_summary(b.sql)", "model_facts(b.sql)"];
    assert_eq!(bench.open("b"), set(&of_b));
}

#[test]
fn a_comment_moves_the_ranges_of_findings() {
    let mut bench = Bench::new();
    bench.edit("b", "SELECT missing FROM a");
    let ran = bench.edit("b", "/* moved */ SELECT missing FROM a");
    assert_eq!(ran, set(&["file_summary(b.sql)", "check_model(b.sql)"]));
}

#[test]
fn a_body_edit_with_the_same_columns_stays_in_its_model() {
    let mut bench = Bench::new();
    bench.open("b");
    let ran = bench.edit("b", "SELECT id, name FROM a WHERE id > 0");
    assert!(ran.contains("model_facts(b.sql)"), "{ran:?}");
    assert!(!ran.iter().any(|event| event.contains("(c.sql)") || event.contains("(a.sql)")), "{ran:?}");
    assert!(!ran.contains("dag()") && !ran.contains("model_index()"), "{ran:?}");
}

#[test]
fn a_changed_column_type_reaches_readers_until_a_schema_stays_equal() {
    let mut bench = Bench::new();
    // `name` changes its type: `b` passes it on, `c` does not.
    let ran = bench.edit("a", "SELECT 1 AS id, DATE '2024-01-01' AS name");
    for expected in ["model_facts(a.sql)", "model_facts(b.sql)", "model_facts(c.sql)"] {
        assert!(ran.contains(expected), "{ran:?}");
    }
    assert!(!ran.iter().any(|event| event.contains("(d.sql)") || event.contains("(e.sql)")), "{ran:?}");
    // Now only `c` could see a change of `id`, and `b` keeps its schema: `c` is not asked.
    bench.edit("b", "SELECT CAST(id AS BIGINT) AS id FROM a");
    let ran = bench.edit("a", "SELECT 1.5 AS id, DATE '2024-01-01' AS name");
    assert!(ran.contains("model_facts(b.sql)"), "{ran:?}");
    assert!(!ran.contains("model_facts(c.sql)"), "{ran:?}");
}

#[test]
fn an_added_reference_runs_the_graph_and_its_model() {
    let mut bench = Bench::new();
    let ran = bench.edit("d", "SELECT 2 AS other FROM a");
    for expected in ["file_summary(d.sql)", "model_facts(d.sql)", "dag()"] {
        assert!(ran.contains(expected), "{ran:?}");
    }
    for other in ["a", "b", "c", "e"] {
        assert!(!ran.contains(&format!("model_facts({other}.sql)")), "{ran:?}");
    }
}

#[test]
fn a_created_file_reaches_the_models_that_missed_its_name() {
    let mut bench = Bench::new();
    bench.system.write("models/latecomer.sql", "SELECT 1 AS y");
    bench.system.write("models/latecomer.toml", SIDECAR);
    bench.host.apply_change(Change::touched(&["models/latecomer.sql", "models/latecomer.toml"]));
    bench.everything();
    let ran = bench.ran();
    for expected in ["model_index()", "model_facts(f.sql)", "model_facts(latecomer.sql)"] {
        assert!(ran.contains(expected), "{ran:?}");
    }
    for other in ["a", "b", "c", "d", "e"] {
        assert!(!ran.contains(&format!("model_facts({other}.sql)")), "{ran:?}");
        assert!(!ran.contains(&format!("file_summary({other}.sql)")), "{ran:?}");
    }
}

#[test]
fn a_settings_key_reaches_its_readers_only() {
    let mut bench = Bench::new();
    let change = |bench: &mut Bench, text: String| {
        bench.host.apply_change(Change::overlay("rocky.toml", &text));
        bench.everything();
        bench.ran()
    };
    // Nothing the compiler computes depends on how tasks are run.
    let ran = change(&mut bench, CONFIG.replace("fail_fast = false", "fail_fast = true"));
    assert_eq!(ran, set(&[]));
    // Lint rules belong to the summary of a text; what it means stays as it is.
    let lint = format!("{CONFIG}[lint.rules]\nfinal_newline = \"warning\"\n");
    let ran = change(&mut bench, lint);
    assert!(ran.contains("file_summary(d.sql)") && ran.contains("check_model(d.sql)"), "{ran:?}");
    assert!(!ran.iter().any(|query| query.starts_with("model_facts") || query == "dag()"), "{ran:?}");
    change(&mut bench, CONFIG.to_owned());
    // The dialect of every model depends on the adapter's type.
    let ran = change(&mut bench, CONFIG.replace("duckdb", "bigquery"));
    assert!(ran.contains("file_summary(d.sql)"), "{ran:?}");
    assert!(!ran.contains("layout()"), "{ran:?}");
}

#[test]
fn a_changed_source_table_reaches_its_readers() {
    let mut bench = Bench::new();
    bench.set_catalog("VARCHAR");
    bench.everything();
    let ran = bench.ran();
    for expected in ["source_schema()", "model_facts(e.sql)"] {
        assert!(ran.contains(expected), "{ran:?}");
    }
    for other in ["a", "b", "c", "d", "f"] {
        assert!(!ran.contains(&format!("model_facts({other}.sql)")), "{ran:?}");
    }
}
