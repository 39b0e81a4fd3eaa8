//! The sibling as its users see it: through the client, with the real library.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use expect_test::expect;
use rocky_adapter::dialect::DUCKDB_QUOTED_KEYWORDS;
use rocky_adapter::process::{DuckDbDatabase, DuckDbOptions, ProcessWarehouse, open_duckdb};
use rocky_adapter::{AdapterError, ErrorKind, RowLimit, TargetState, Warehouse, cell_text, conformance};
use rocky_plan_model::RelationName;

fn options(database: DuckDbDatabase) -> DuckDbOptions {
    DuckDbOptions {
        adapter: "local".to_owned(),
        database,
        executable: Some(PathBuf::from(env!("CARGO_BIN_EXE_rocky-duckdb"))),
        working_folder: None,
        timeout: None,
    }
}

fn open(database: DuckDbDatabase) -> ProcessWarehouse {
    match open_duckdb(&options(database)) {
        Ok(warehouse) => warehouse,
        Err(error) => panic!(
            "rocky-duckdb does not start: {error}\nRun `cargo xtask setup`, which installs the DuckDB library, and set \
             DUCKDB_LIB_DIR to its folder before building."
        ),
    }
}

fn refused(database: DuckDbDatabase) -> AdapterError {
    match open_duckdb(&options(database)) {
        Ok(_) => panic!("opened"),
        Err(error) => error,
    }
}

fn texts(warehouse: &ProcessWarehouse, sql: &str) -> Vec<Vec<Option<String>>> {
    let mut connection = warehouse.connect().expect("connection");
    let result = connection.query(sql, RowLimit::All).expect(sql);
    result.rows.iter().map(|row| row.iter().map(cell_text).collect()).collect()
}

#[test]
fn conformance_in_memory_and_on_a_file() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("shop.duckdb");
    for (database, catalog) in [
        (DuckDbDatabase::InMemory, "memory"),
        (DuckDbDatabase::File(file), "shop"),
        (DuckDbDatabase::InMemory, ""),
    ] {
        let failed: Vec<_> = conformance::run(&open(database), catalog, "conformance")
            .into_iter()
            .filter(|case| case.failure.is_some())
            .collect();
        assert!(failed.is_empty(), "{catalog}: {failed:#?}");
    }
}

#[test]
fn the_keyword_list_is_the_engines() {
    let rows = texts(
        &open(DuckDbDatabase::InMemory),
        "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category IN ('reserved', 'type_function') ORDER BY 1",
    );
    let engine: Vec<String> = rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect();
    assert_eq!(engine, DUCKDB_QUOTED_KEYWORDS);
}

#[test]
fn values_of_all_kinds() {
    let sql = "SELECT 1::TINYINT, 18446744073709551615::UBIGINT, 170141183460469231731687303715884105727::HUGEINT, \
               0.1::FLOAT, 'nan'::DOUBLE, 1.10::DECIMAL(5,2), DATE '2024-02-29', TIME '12:34:56.5', \
               TIMESTAMP '2024-01-02 03:04:05', TIMESTAMPTZ '2024-01-02 03:04:05+02', INTERVAL 3 DAY, \
               'ünï'::VARCHAR, '\\xAA'::BLOB, [1, NULL], {'a': 1}, MAP {'k': 2}, \
               '00000000-0000-0000-0000-000000000001'::UUID, 'x'::ENUM('x', 'y'), NULL";
    let warehouse = open(DuckDbDatabase::InMemory);
    let mut connection = warehouse.connect().expect("connection");
    let result = connection.query(sql, RowLimit::All).expect("values");
    let shown: Vec<String> = result.rows[0].iter().map(ToString::to_string).collect();
    expect![[r#"
        1
        18446744073709551615
        "170141183460469231731687303715884105727"
        0.1
        "NaN"
        "1.10"
        "2024-02-29"
        "12:34:56.500"
        "2024-01-02 03:04:05"
        "2024-01-02 01:04:05+00"
        "3 days"
        "ünï"
        "aa"
        "[1, NULL]"
        "{a: 1}"
        "{k: 2}"
        "00000000-0000-0000-0000-000000000001"
        "x"
        null"#]]
    .assert_eq(&shown.join("\n"));
}

#[test]
fn relative_paths_in_sql_start_from_the_working_folder() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("rows.csv"), "id\n7\n").expect("file");
    let options =
        DuckDbOptions { working_folder: Some(folder.path().to_owned()), ..options(DuckDbDatabase::InMemory) };
    let warehouse = open_duckdb(&options).expect("open");
    assert_eq!(texts(&warehouse, "SELECT id FROM read_csv('rows.csv')"), [[Some("7".to_owned())]]);
}

#[test]
fn a_script_stops_at_its_first_error() {
    let warehouse = open(DuckDbDatabase::InMemory);
    let mut connection = warehouse.connect().expect("connection");
    connection
        .execute_script("-- two\nCREATE TABLE a AS SELECT 1 AS x;\nINSERT INTO a VALUES (2);")
        .expect("script");
    let error = connection
        .execute_script("INSERT INTO a VALUES (3); SELEC; INSERT INTO a VALUES (4)")
        .expect_err("refused");
    assert_eq!(error.kind, ErrorKind::Syntax, "{error}");
    let count = connection.query("SELECT count(*) FROM a", RowLimit::All).expect("count").first_count();
    assert!(count.is_some_and(|count| count < 4), "{count:?}");
}

/// Runs for hours if nobody stops it.
const ENDLESS: &str =
    "SELECT count(*) FROM range(10000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3";

#[test]
fn a_running_statement_is_interrupted_and_the_connection_goes_on() {
    let warehouse = open(DuckDbDatabase::InMemory);
    let mut connection = warehouse.connect().expect("connection");
    let interrupt = connection.interrupter().expect("interrupt");
    let (ended, end) = mpsc::channel();
    let running = std::thread::spawn(move || {
        let result = connection.query(ENDLESS, RowLimit::All);
        ended.send(()).expect("told");
        (connection, result)
    });
    // The statement may not have started yet, and an interrupt before it is for nothing: so more than one.
    let started = Instant::now();
    while end.recv_timeout(Duration::from_millis(50)).is_err() {
        assert!(started.elapsed() < Duration::from_secs(20), "still running");
        interrupt.interrupt().expect("asked");
    }
    let (mut connection, result) = running.join().expect("thread");
    assert_eq!(result.expect_err("interrupted").kind, ErrorKind::Interrupted);
    assert!(connection.query("SELECT 1", RowLimit::All).is_ok());
}

#[test]
fn requests_of_different_connections_run_side_by_side() {
    let warehouse = open(DuckDbDatabase::InMemory);
    let mut slow = warehouse.connect().expect("connection");
    let (starting, start) = mpsc::channel();
    let running = std::thread::spawn(move || {
        starting.send(()).expect("told");
        slow.query(ENDLESS, RowLimit::All)
    });
    start.recv().expect("started");
    for number in 0..50 {
        let answer = texts(&warehouse, &format!("SELECT {number}"));
        assert_eq!(answer, [[Some(number.to_string())]]);
    }
    assert!(!running.is_finished());
    warehouse.client().shut_down();
    assert!(running.join().expect("thread").is_err());
}

#[test]
fn a_file_held_by_another_process_is_one_clear_error() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("shop.duckdb");
    let holder = open(DuckDbDatabase::File(file.clone()));
    let error = refused(DuckDbDatabase::File(file.clone()));
    assert_eq!(error.kind, ErrorKind::Locked);
    assert!(error.message.contains(file.to_str().expect("path")), "{error}");
    let pid = holder.client().process_id().expect("running");
    assert!(error.message.contains("rocky-duckdb") && error.message.contains(&pid.to_string()), "{error}");
    drop(holder);
    drop(open(DuckDbDatabase::File(file)));
}

#[test]
fn a_damaged_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("shop.duckdb");
    let content = "this is no database, it is a letter of some length".repeat(200);
    std::fs::write(&file, &content).expect("file");
    let error = refused(DuckDbDatabase::File(file.clone()));
    assert!(error.message.contains("shop.duckdb") && error.hint.is_some(), "{error}");
    assert_eq!(std::fs::read_to_string(&file).expect("file"), content);
}

#[test]
fn a_missing_folder_is_named() {
    let error = refused(DuckDbDatabase::File(PathBuf::from("/no/such/folder/shop.duckdb")));
    expect!["cannot open the database /no/such/folder/shop.duckdb: its folder does not exist (hint: create the folder /no/such/folder, or choose another path in rocky.toml)"]
        .assert_eq(&error.to_string());
    let error = refused(DuckDbDatabase::ReadOnly(std::env::temp_dir().join("rocky-no-such.duckdb")));
    assert_eq!(error.kind, ErrorKind::NotFound);
}

/// Nobody, the administrator included, may make files in this folder.
#[cfg(target_os = "linux")]
#[test]
fn a_read_only_folder_is_one_clear_error() {
    let error = refused(DuckDbDatabase::File(PathBuf::from("/sys/rocky-test.duckdb")));
    assert_eq!(error.kind, ErrorKind::Permission, "{error}");
    assert!(error.message.contains("/sys/rocky-test.duckdb") && error.hint.is_some(), "{error}");
}

#[test]
fn a_broken_view_is_not_absent() {
    let warehouse = open(DuckDbDatabase::InMemory);
    let mut connection = warehouse.connect().expect("connection");
    connection
        .execute_script("CREATE TABLE main.t AS SELECT 1 AS a; CREATE VIEW main.v AS SELECT * FROM main.t; DROP TABLE main.t")
        .expect("script");
    let view = RelationName::new("memory", "main", "v").expect("name");
    match connection.probe(&view) {
        TargetState::Unknown(error) => assert_eq!(error.kind, ErrorKind::Query),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_dead_process_is_a_typed_error_for_all_who_wait() {
    let warehouse = open(DuckDbDatabase::InMemory);
    let mut connection = warehouse.connect().expect("connection");
    let pid = warehouse.client().process_id().expect("running");
    let killer = std::thread::spawn(move || {
        let killed = Command::new("kill").args(["-9", &pid.to_string()]).status().expect("kill");
        assert!(killed.success());
    });
    let error = connection.query(ENDLESS, RowLimit::All).expect_err("gone");
    killer.join().expect("killer");
    assert_eq!(error.kind, ErrorKind::Connection, "{error}");
    assert_eq!(warehouse.connect().err().map(|error| error.kind), Some(ErrorKind::Connection));
}

#[test]
fn a_statement_over_its_time_is_given_up() {
    let options =
        DuckDbOptions { timeout: Some(Duration::from_millis(300)), ..options(DuckDbDatabase::InMemory) };
    let warehouse = open_duckdb(&options).expect("open");
    let mut connection = warehouse.connect().expect("connection");
    let error = connection.query(ENDLESS, RowLimit::All).expect_err("too slow");
    assert_eq!(error.kind, ErrorKind::Timeout, "{error}");
    let closing = Instant::now();
    drop(connection);
    drop(warehouse);
    assert!(closing.elapsed() < Duration::from_secs(5));
}

#[test]
fn the_base_protocol_without_connections_works_line_by_line() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rocky-duckdb"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("start");
    let lines = concat!(
        r#"{"jsonrpc":"2.0","id":1,"method":"execute_query","params":{"sql":"SELECT 1"}}"#,
        "\nnot json\n\n",
        r#"{"jsonrpc":"2.0","id":2,"method":"initialize","params":{"config":{}}}"#,
        "\n",
        r#"{"jsonrpc":"2.0","id":3,"method":"nonsense","params":{}}"#,
        "\n",
        r#"{"jsonrpc":"2.0","id":4,"method":"shutdown","params":{}}"#,
        "\n",
    );
    child.stdin.take().expect("stdin").write_all(lines.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("output");
    assert!(output.status.success());
    let version = env!("CARGO_PKG_VERSION");
    let cores = format!("\"useful_concurrency\":{}", std::thread::available_parallelism().expect("cores"));
    let text =
        String::from_utf8(output.stdout).expect("text").replace(version, "VERSION").replace(&cores, "CORES");
    expect![[r#"
        {"jsonrpc":"2.0","id":1,"error":{"code":"protocol","message":"the first request must be initialize"}}
        {"jsonrpc":"2.0","id":null,"error":{"code":"protocol","message":"not a request: expected ident at line 1 column 2"}}
        {"jsonrpc":"2.0","id":2,"result":{"name":"duckdb","version":"VERSION","sdk_version":"VERSION","revision":1,"dialect":"duckdb","capabilities":{"warehouse":true,"discovery":true,"governance":false,"batch_checks":false,"create_catalog":false,"create_schema":true,"merge":true,"tablesample":true,"file_load":false,"connections":true,"interrupt":true,CORES},"attached":["memory"]}}
        {"jsonrpc":"2.0","id":4,"result":null}
    "#]].assert_eq(&text);
}

#[test]
fn it_ends_when_its_input_ends() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("shop.duckdb");
    let mut child = Command::new(env!("CARGO_BIN_EXE_rocky-duckdb"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("start");
    let lines = format!(
        "{}\n{}\n",
        serde_json::json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"config": {"path": file}}}),
        serde_json::json!({"jsonrpc": "2.0", "id": 2, "method": "execute_query",
            "params": {"sql": ENDLESS}}),
    );
    child.stdin.take().expect("stdin").write_all(lines.as_bytes()).expect("written");
    let pid = child.id().to_string();
    let (ended, end) = mpsc::channel();
    let waiting = std::thread::spawn(move || ended.send(child.wait().expect("status")));
    let status = end.recv_timeout(Duration::from_secs(20));
    if status.is_err() {
        Command::new("kill").args(["-9", &pid]).status().expect("kill");
    }
    waiting.join().expect("thread").expect("told");
    assert!(status.expect("it goes on without input").success());
    assert!(Path::new(&file).exists());
}

#[test]
fn a_missing_sibling_says_how_to_get_it() {
    let options = DuckDbOptions {
        executable: Some(PathBuf::from("/no/such/rocky-duckdb")),
        ..options(DuckDbDatabase::InMemory)
    };
    let error = open_duckdb(&options).err().expect("refused");
    expect!["the program rocky-duckdb is not there (looked for /no/such/rocky-duckdb) (hint: install rocky-duckdb next to rocky; in a checkout run `cargo xtask setup`, then `cargo build -p rocky-duckdb`)"]
        .assert_eq(&error.to_string());
}
