//! The master property: after any sequence of edits a long-lived database gives, to the byte, what a
//! fresh one gives, and what a fresh one gives that finds rows of earlier processes.

use rocky_base_db::testing::MemorySystem;
use rocky_compiler::base_db as rocky_base_db;
use rocky_compiler::store::RowStore;
use rocky_compiler::{Change, OpenOptions, ProjectHost, lineage};
use std::fmt::Write;
use std::sync::Arc;

const MODELS: usize = 12;

/// A small generator (xorshift64*): the same seed gives the same edits on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

fn name(number: usize) -> String {
    format!("m{number}")
}

/// A random model text, often valid, sometimes half-typed; references may make cycles.
fn text(random: &mut Random, dsl: bool) -> String {
    let upstream = name(random.below(MODELS));
    let other = name(random.below(MODELS));
    if dsl {
        return match random.below(5) {
            0 => format!("from {upstream}\nselect {{ a, b }}"),
            1 => format!("from {upstream}\nderive {{ c: a + 1 }} -- note"),
            2 => format!("from {upstream} as l\njoin {other} as r on a {{ keep r.b }}"),
            3 => format!("from {upstream}\ngroup b {{ n: count() }}"),
            _ => format!("from {upstream}\nwhere a >"),
        };
    }
    match random.below(9) {
        0 => "SELECT 1 AS a, 'x' AS b".to_owned(),
        1 => format!("SELECT a, b FROM {upstream}"),
        2 => format!("SELECT *, CAST(a AS VARCHAR) AS c FROM {upstream}"),
        3 => format!("WITH x AS (SELECT a FROM {upstream}) SELECT a, 2 AS b FROM x -- {}", random.below(99)),
        4 => format!("SELECT l.a, r.b FROM {upstream} l JOIN {other} r ON l.a = r.a"),
        5 => format!("SELECT a, count(*) AS b FROM {upstream} GROUP BY a"),
        6 => format!("SELECT missing FROM {upstream}"),
        7 => "SELECT DATE '2024-01-01' AS a, NULL AS b".to_owned(),
        _ => format!("SELECT a, FROM {upstream} WHERE ("),
    }
}

/// One random event on disk.
fn edit(random: &mut Random, system: &MemorySystem, step: usize) -> Change {
    let number = random.below(MODELS);
    let stem = format!("models/{}", name(number));
    let dsl = number % 4 == 3;
    let path = format!("{stem}.{}", if dsl { "rocky" } else { "sql" });
    match random.below(10) {
        0 => {
            system.remove(&path);
            Change::touched(&[&path])
        }
        1 => {
            let strategy = random.pick(&[
                "",
                "[strategy]\ntype = \"incremental\"\ntimestamp_column = \"a\"\n",
                "[strategy]\ntype = \"ephemeral\"\n",
                "depends_on = [\"m1\", \"gone\"]\n",
                "nme = \"typo\"\n",
                "[target",
            ]);
            // Keys before tables: `depends_on` must not land inside [target].
            let target = "[target]\ncatalog = \"c\"\nschema = \"s\"\n";
            system.write(&format!("{stem}.toml"), format!("{strategy}{target}"));
            Change::touched(&[&format!("{stem}.toml")])
        }
        2 => {
            let contract =
                random.pick(&["required = [\"a\"]", "protected = [\"zz\"]", "no_new_nullable = true"]);
            let path = format!("{stem}.contract.toml");
            system.write(&path, format!("[rules]\n{contract}\n"));
            Change::touched(&[&path])
        }
        3 => {
            let adapter = random.pick(&["duckdb", "snowflake", "bigquery"]);
            system.write("rocky.toml", config(adapter));
            Change::touched(&["rocky.toml"])
        }
        4 => {
            system.write("models/_defaults.toml", format!("intent = \"step {step}\"\n"));
            Change::touched(&["models/_defaults.toml"])
        }
        _ => {
            system.write(&path, text(random, dsl));
            Change::touched(&[&path])
        }
    }
}

fn config(adapter: &str) -> String {
    format!(
        "[adapter.default]\ntype = \"{adapter}\"\n[pipeline.main]\ntype = \"transformation\"\n\
         [pipeline.main.target]\nadapter = \"default\"\n"
    )
}

/// Everything a user can see, as text.
fn everything(host: &ProjectHost) -> String {
    let snapshot = host.snapshot();
    let report = snapshot.compile(&mut |_| {});
    let mut seen = String::new();
    for finding in &report.diagnostics {
        let _ = writeln!(seen, "{finding:?}");
    }
    for model in &report.models {
        let _ = writeln!(seen, "{} {:?} {:?}", model.name, model.schema, model.depends_on);
    }
    for edge in lineage::all_edges(snapshot.db()) {
        let _ = writeln!(seen, "{edge:?}");
    }
    for (path, findings) in snapshot.all_diagnostics() {
        let _ = writeln!(seen, "{path} {}", findings.len());
    }
    let request =
        rocky_compiler::plan::PlanRequest { pipeline: Some("main".to_owned()), ..Default::default() };
    let _ = writeln!(seen, "{:?}", snapshot.plan(&request));
    let _ = writeln!(seen, "{:?}", snapshot.test_plan(&rocky_compiler::plan::TestRequest::default()));
    seen
}

/// Fails with the first line that differs.
fn same(left: &str, right: &str, what: &str) {
    let mut lines = left.lines().zip(right.lines()).filter(|(left, right)| left != right);
    if let Some((left, right)) = lines.next() {
        panic!("{what}\n left: {left}\nright: {right}");
    }
    assert_eq!(left.len(), right.len(), "{what}");
}

fn soak(seed: u64, steps: usize) {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let system = MemorySystem::with_files([("rocky.toml", config("duckdb").as_str())]);
    for number in 0..MODELS {
        let dsl = number % 4 == 3;
        let stem = format!("models/{}", name(number));
        system.write(&format!("{stem}.{}", if dsl { "rocky" } else { "sql" }), text(&mut random, dsl));
        system.write(&format!("{stem}.toml"), "[target]\ncatalog = \"c\"\nschema = \"s\"\n");
    }
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(RowStore::open(&folder.path().join("rows.redb")).unwrap());
    let open = |long_lived: bool, store: Option<Arc<RowStore>>| {
        let options = OpenOptions { long_lived, store, ..OpenOptions::default() };
        ProjectHost::open(Arc::new(system.clone()), options)
    };
    let mut long_lived = open(true, None);
    for step in 0..steps {
        let change = edit(&mut random, &system, step);
        long_lived.apply_change(change.clone());
        let expected = everything(&open(false, None));
        same(
            &everything(&long_lived),
            &expected,
            &format!("long-lived, seed {seed}, step {step}, {change:?}"),
        );
        let stored = open(false, Some(store.clone()));
        same(&everything(&stored), &expected, &format!("stored, seed {seed}, step {step}, {change:?}"));
        stored.flush();
    }
    assert!(store.statistics().hits > 0, "the store was never of use");
}

#[test]
fn long_lived_equals_fresh_equals_stored() {
    for seed in 1..=4 {
        soak(seed, 75);
    }
}
