//! The state file in good and bad days.

mod support;

use std::os::unix::process::CommandExt;
use std::process::Command;

use expect_test::expect;
use rocky_engine::state::{
    KEPT_RUNS, ProgressHeader, RunRecord, RunStatus, StateReader, StateStore, Trigger,
};
use rocky_engine::{NoObserver, RunContext, RunOptions, run};

use support::*;

fn told_error(error: &rocky_engine::state::StateError, bench: &Bench) -> String {
    let text = format!("{}: {error}\nhint: {}", error.code(), error.hint());
    text.replace(bench.folder.path().to_str().expect("path"), "PROJECT")
        .replace(&std::process::id().to_string(), "PID")
}

#[test]
fn a_held_file_names_its_holder() {
    let bench = Bench::new();
    let _held = bench.state();
    let error = StateStore::open(&bench.state_path(), "rocky run").expect_err("locked");
    expect![[r#"
        state-locked: the state file PROJECT/.rocky-state.redb is in use by rocky run (test), process PID
        hint: wait for the other run to end, or name another file with --state-path"#]]
    .assert_eq(&told_error(&error, &bench));
    drop(_held);
    drop(bench.state());
}

#[test]
fn a_damaged_file_is_refused_and_left_alone() {
    for content in ["", "this was a state file once, long enough to be read as a header and some pages"] {
        let bench = Bench::new();
        let content = content.repeat(200);
        std::fs::write(bench.state_path(), &content).expect("written");
        let error = StateStore::open(&bench.state_path(), "rocky run").expect_err("refused");
        assert_eq!(error.code(), "state-corrupt", "{error}");
        assert!(error.hint().contains("nothing was changed"), "{}", error.hint());
        assert_eq!(std::fs::read_to_string(bench.state_path()).expect("read"), content);
        let reader = StateReader::open(&bench.state_path(), bench.folder.path());
        assert_eq!(reader.err().map(|error| error.code()), Some("state-corrupt"));
        assert_eq!(std::fs::read_to_string(bench.state_path()).expect("read"), content);
    }
}

#[test]
fn a_file_cut_short_is_refused() {
    let bench = Bench::new();
    bench.run(&plan(vec![model("a", &[], "SELECT 1 AS x")]));
    let whole = std::fs::read(bench.state_path()).expect("read");
    for part in [whole.len() / 2, 5_000, 200] {
        std::fs::write(bench.state_path(), &whole[..part]).expect("written");
        let error = StateStore::open(&bench.state_path(), "rocky run").expect_err("refused");
        assert_eq!(error.code(), "state-corrupt", "{part}: {error}");
        assert_eq!(std::fs::read(bench.state_path()).expect("read"), whole[..part]);
    }
}

#[test]
fn a_newer_layout_or_record_is_refused() {
    let bench = Bench::new();
    bench.run(&plan(vec![model("a", &[], "SELECT 1 AS x")]));
    change(&bench, |transaction| {
        let mut table =
            transaction.open_table(redb::TableDefinition::<&str, &[u8]>::new("watermarks")).expect("table");
        table.insert("shop.mart.b", br#"{"record_version":9}"#.as_slice()).expect("insert");
    });
    let error = bench.state().watermarks().expect_err("newer record");
    expect![[r#"
        state-corrupt: the state file PROJECT/.rocky-state.redb is damaged: table watermarks, key shop.mart.b: the record has version 9, this version of Rocky reads up to 1
        hint: nothing was changed. Put back a copy of PROJECT/.rocky-state.redb, or move it away to start anew: incremental models go on from what is in their tables; run history and resume points are lost"#]].assert_eq(&told_error(&error, &bench));
    change(&bench, |transaction| {
        let mut table =
            transaction.open_table(redb::TableDefinition::<&str, &str>::new("metadata")).expect("table");
        table.insert("schema_version", "4").expect("insert");
    });
    let error = StateStore::open(&bench.state_path(), "rocky run").expect_err("newer");
    expect![[r#"
        state-version: the state file PROJECT/.rocky-state.redb was written by a newer version (layout 4, this version knows 3)
        hint: nothing was changed. Use that version, or move PROJECT/.rocky-state.redb away to start anew: incremental models go on from what is in their tables"#]].assert_eq(&told_error(&error, &bench));
}

fn change(bench: &Bench, edit: impl FnOnce(&redb::WriteTransaction)) {
    let database = redb::Database::open(bench.state_path()).expect("open");
    let transaction = database.begin_write().expect("write");
    edit(&transaction);
    transaction.commit().expect("commit");
}

#[test]
fn readers_neither_make_nor_hold_the_file() {
    let bench = Bench::new();
    let reader = StateReader::open(&bench.state_path(), bench.folder.path()).expect("reader");
    assert!(!reader.exists());
    assert_eq!(reader.runs().expect("runs"), []);
    assert!(!bench.state_path().exists());

    let outcome = bench.run(&plan(vec![model("a", &[], "SELECT 1 AS x")]));
    let reader = StateReader::open(&bench.state_path(), bench.folder.path()).expect("reader");
    assert_eq!(reader.runs().expect("runs")[0].run_id, outcome.run_id);
    drop(reader);

    // While a run holds the file, what was recorded before is still shown.
    let held = bench.state();
    let reader = StateReader::open(&bench.state_path(), bench.folder.path()).expect("reader");
    assert_eq!(reader.runs().expect("runs")[0].run_id, outcome.run_id);
    drop(held);
    let left: Vec<String> = std::fs::read_dir(bench.folder.path())
        .expect("folder")
        .map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("rocky-state"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn old_runs_are_pruned() {
    let bench = Bench::new();
    let state = bench.state();
    for at in 0..KEPT_RUNS + 3 {
        let run_id = format!("run-{at:05}");
        let started_at = format!("2026-01-01T00:00:00.{at:06}Z");
        let record = RunRecord {
            run_id: run_id.clone(),
            started_at: started_at.clone(),
            finished_at: started_at.clone(),
            status: RunStatus::Success,
            models_executed: vec![],
            trigger: Trigger::Ci,
            config_hash: String::new(),
            pipeline: "shop".to_owned(),
        };
        let header = ProgressHeader {
            run_id,
            pipeline: "shop".to_owned(),
            started_at,
            total_tables: 0,
            complete: true,
        };
        state.finish_run(&record, &header).expect("recorded");
    }
    let runs = state.runs().expect("runs");
    assert_eq!((runs.len(), runs[0].run_id.as_str()), (KEPT_RUNS, "run-00502"));
    assert_eq!(state.progress_headers().expect("headers").len(), KEPT_RUNS);
}

/// A read-only folder stops the administrator no more than anyone; so this test starts itself again as nobody.
#[test]
fn a_read_only_folder_is_one_clear_error() {
    const FOLDER: &str = "ROCKY_TEST_READ_ONLY_FOLDER";
    if let Some(folder) = std::env::var_os(FOLDER) {
        let path = std::path::Path::new(&folder).join(".rocky-state.redb");
        let error = StateStore::open(&path, "rocky run").expect_err("refused");
        assert_eq!(error.code(), "state-io");
        let shown = error.to_string();
        assert!(shown.contains(".rocky-state.redb.lock") && shown.contains("ermission denied"), "{shown}");
        assert!(error.hint().contains("--state-path"));
        return;
    }
    let folder = tempfile::tempdir().expect("folder");
    let mut permissions = std::fs::metadata(folder.path()).expect("folder").permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o555);
    std::fs::set_permissions(folder.path(), permissions).expect("read only");
    // Where tests are built, nobody may not look.
    let program_folder = tempfile::tempdir().expect("folder");
    let open_to_all = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(program_folder.path(), open_to_all).expect("open to all");
    let program = program_folder.path().join("state-test");
    std::fs::copy(std::env::current_exe().expect("test"), &program).expect("copied");
    let mut again = Command::new(program);
    again
        .args(["--exact", "a_read_only_folder_is_one_clear_error"])
        .env(FOLDER, folder.path())
        .current_dir("/");
    if is_administrator() {
        again.uid(65534).gid(65534);
    }
    let output = again.output().expect("started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn is_administrator() -> bool {
    let output = Command::new("id").arg("-u").output().expect("id");
    output.stdout.starts_with(b"0\n")
}

#[test]
fn a_run_that_cannot_begin_its_record_sends_nothing() {
    let bench = Bench::new();
    let first = bench.run(&plan(vec![model("a", &[], "SELECT 1 AS x")]));
    assert_eq!(first.errors, []);
    change(&bench, |transaction| {
        // A table of another shape under the name the engine needs.
        let name = redb::TableDefinition::<&str, &[u8]>::new("run_progress");
        assert!(transaction.delete_table(name).expect("deleted"));
        let other = redb::TableDefinition::<u64, u64>::new("run_progress");
        transaction.open_table(other).expect("table").insert(1, 1).expect("insert");
    });
    let plan = plan(vec![model("b", &[], "SELECT 1 AS x")]);
    let (state, warehouse) = (bench.state(), bench.warehouse());
    let context = RunContext {
        plan: &plan,
        warehouse: &warehouse,
        state: &state,
        clock: &bench.clock,
        cancel: &bench.cancel,
        observer: &NoObserver,
    };
    assert_eq!(run(&context, &RunOptions::default()).expect_err("refused").code(), "state-corrupt");
    drop((state, warehouse));
    assert_eq!(bench.rows("SELECT table_name FROM duckdb_tables()"), "a");
}
