//! The master property: after any sequence of edits a long-lived database gives, to the byte, what a
//! fresh one gives, and what a fresh one gives that finds rows of earlier processes.

use rocky_base_db::testing::MemorySystem;
use rocky_base_db::{Diagnostic, FilePath, System};
use rocky_compiler::base_db as rocky_base_db;
use rocky_compiler::project::LoadOptions;
use rocky_compiler::store::RowStore;
use rocky_compiler::{CacheOptions, Change, ModelReport, OpenOptions, ProjectFiles, ProjectHost, lineage};
use std::fmt::Write;
use std::path::Path;
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
    match random.below(16) {
        // What most edits are: another body over the same relations.
        10.. if !dsl => {
            let text = read(system, &path);
            let upstream = text
                .split_once("FROM m")
                .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
            let from = upstream.map_or(String::new(), |number| format!(" FROM m{number}"));
            let column = random.pick(&["1", "a", "CAST(a AS VARCHAR)", "a + 1.5", "nope"]);
            system.write(&path, format!("SELECT {column} AS a, {step} AS b{from} -- {step}"));
            Change::touched(&[&path])
        }
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

fn read(system: &MemorySystem, path: &str) -> String {
    let bytes = system.read(&FilePath::new(path)).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A chain of processes each of which finds what the one before kept.
struct Remembering {
    system: MemorySystem,
    cache: CacheOptions,
    /// What is known of each model, in the order of the report.
    models: Vec<String>,
    /// How often the short way was open.
    short: usize,
}

fn shown(model: &ModelReport) -> String {
    let ModelReport { name, file, config, schema, depends_on, contract, has_errors } = model;
    let (target, strategy) = (&config.target, &config.strategy);
    format!("{name} {file} {target:?} {strategy:?} {schema:?} {depends_on:?} {contract:?} {has_errors}")
}

impl Remembering {
    fn new(system: &MemorySystem, folder: &Path) -> Remembering {
        let cache = CacheOptions { folder: folder.to_owned(), build: "test".to_owned(), trust_stamps: true };
        Remembering { system: system.clone(), cache, models: Vec::new(), short: 0 }
    }

    fn step(&mut self, fresh: &ProjectHost, what: &str) {
        let report = fresh.compile(&mut |_| {});
        let files = ProjectFiles::look(
            Arc::new(self.system.clone()),
            FilePath::new("rocky.toml"),
            LoadOptions::default(),
            Some(self.cache.clone()),
        );
        let findings: Vec<Diagnostic> = match ProjectHost::from_memory(Arc::new(files), 1000, None) {
            Ok(host) => {
                self.short += 1;
                let change = host.recompile().expect("a host that remembers");
                for (rank, model) in &change.models {
                    self.models[*rank] = shown(model);
                }
                let edges = |host: &ProjectHost| format!("{:?}", lineage::all_edges(host.db()));
                assert_eq!(edges(&host), edges(fresh), "{what}");
                host.keeper().keep_all();
                change.findings.into_iter().map(|known| known.finding).collect()
            }
            Err(files) => {
                let host = ProjectHost::from_files(files, OpenOptions::default());
                let report = host.compile(&mut |_| {});
                self.models = report.models.iter().map(shown).collect();
                host.keeper().keep_all();
                report.diagnostics
            }
        };
        // An editor that starts now knows all findings before it has computed any.
        let options =
            OpenOptions { long_lived: true, cache: Some(self.cache.clone()), ..OpenOptions::default() };
        let editor = ProjectHost::open(Arc::new(self.system.clone()), options);
        let seen = |host: &ProjectHost| format!("{:#?}", host.snapshot().all_diagnostics());
        same(&seen(&editor), &seen(fresh), &format!("at start, {what}"));
        same(&format!("{findings:#?}"), &format!("{:#?}", report.diagnostics), what);
        let expected: Vec<String> = report.models.iter().map(shown).collect();
        same(&self.models.join("\n"), &expected.join("\n"), what);
    }
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
    let mut remembering = Remembering::new(&system, folder.path());
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
        remembering.step(&open(false, None), &format!("remembered, seed {seed}, step {step}, {change:?}"));
    }
    assert!(remembering.short > 10, "the short way was hardly ever open: {}", remembering.short);
    assert!(store.statistics().hits > 0, "the store was never of use");
}

#[test]
fn long_lived_equals_fresh_equals_stored() {
    for seed in 1..=4 {
        soak(seed, 75);
    }
}
