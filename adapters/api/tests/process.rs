//! The client half of the protocol against adapters that are small shell scripts.
#![cfg(unix)]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use expect_test::expect;
use rocky_adapter::dialect::DuckDbDialect;
use rocky_adapter::process::{
    DuckDbDatabase, DuckDbOptions, ProcessClient, ProcessCommand, ProcessWarehouse, open_duckdb,
};
use rocky_adapter::{AdapterError, ErrorKind, RowLimit, Warehouse};
use serde_json::{Value, json};

const HELLO: &str = r#"read l; echo '{"jsonrpc":"2.0","id":1,"result":{"manifest":{"name":"lake","dialect":"duckdb","capabilities":{"warehouse":true}}}}'; "#;

fn start(script: &str, timeout: Option<Duration>) -> Result<ProcessClient, AdapterError> {
    let command = ProcessCommand {
        adapter: "lake".to_owned(),
        program: PathBuf::from("/bin/sh"),
        arguments: vec!["-c".to_owned(), script.to_owned()],
        working_folder: None,
        timeout,
    };
    ProcessClient::start(&command, &json!({}))
}

fn after_hello(script: &str) -> Result<Value, AdapterError> {
    start(&format!("{HELLO}{script}"), Some(Duration::from_secs(10)))
        .expect("hello")
        .request("ping", &json!({}))
}

fn shown(error: &AdapterError) -> String {
    format!("{}: {error}", error.kind.as_str())
}

#[test]
fn a_manifest_may_be_nested_and_unknown_fields_are_ignored() {
    let client = start(&format!("{HELLO} read l"), None).expect("hello");
    assert_eq!(client.manifest().name, "lake");
    assert!(client.manifest().capabilities.warehouse && !client.manifest().capabilities.connections);
}

#[test]
fn an_adapter_that_ends_tells_its_last_words() {
    let error = start("echo 'cannot load libduckdb.so' >&2; exit 127", None).err().expect("ended");
    expect![[r#"
        connection: lake: its process ended unexpectedly; it said last:
        cannot load libduckdb.so (hint: it ended before its first answer, so nothing was executed; check how it is installed)"#]].assert_eq(&shown(&error));
    let error = after_hello("exit 0").expect_err("ended");
    assert_eq!(error.kind, ErrorKind::Connection);
}

#[test]
fn foreign_error_codes_are_kept() {
    let error = after_hello(
        r#"read l; echo '{"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"no ping here"}}'; read l"#,
    )
    .expect_err("error");
    assert_eq!((error.kind, error.native_code.as_deref()), (ErrorKind::Other, Some("-32601")));
    let error =
        after_hello(r#"read l; echo '{"jsonrpc":"2.0","id":2,"error":{"code":"rate_limited","message":"slow down"}}'; read l"#)
            .expect_err("error");
    assert_eq!(error.kind, ErrorKind::RateLimited);
}

#[test]
fn what_is_not_an_answer_ends_the_conversation() {
    let error = after_hello("read l; echo 'Segmentation fault, sorry'; sleep 5").expect_err("garbage");
    expect!["protocol: lake: it wrote a line that is not an answer (expected value at line 1 column 1): Segmentation fault, sorry"].assert_eq(&shown(&error));
}

#[test]
fn an_answer_to_an_old_request_is_passed_over() {
    let answer = after_hello(
        r#"read l; echo '{"jsonrpc":"2.0","id":77,"result":1}'; echo; echo '{"jsonrpc":"2.0","id":2,"result":{"ok":true}}'; read l"#,
    );
    assert_eq!(answer.expect("answer"), json!({"ok": true}));
}

#[test]
fn no_answer_in_time_is_a_timeout() {
    let client = start(&format!("{HELLO} exec sleep 30"), Some(Duration::from_millis(200))).expect("hello");
    let error = client.request::<Value>("ping", &json!({})).expect_err("late");
    assert_eq!(error.kind, ErrorKind::Timeout);
    // A child that does not end when asked is ended.
    let pid = client.process_id().expect("running").to_string();
    let ended = std::process::Command::new("kill").arg(pid).status().expect("kill");
    assert!(ended.success());
    let started = Instant::now();
    drop(client);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let command = ProcessCommand {
        adapter: "lake".to_owned(),
        program: PathBuf::from("/no/such/program"),
        arguments: vec![],
        working_folder: None,
        timeout: None,
    };
    let error = ProcessClient::start(&command, &json!({})).err().expect("refused");
    expect!["connection: lake: cannot start /no/such/program: No such file or directory (os error 2) (hint: check that the file exists and may be executed, and that the working folder exists)"].assert_eq(&shown(&error));
}

#[test]
fn an_adapter_without_connections_is_asked_one_thing_at_a_time() {
    // It answers each line with a row that holds the line's id, and would mix up ids if two were sent at once.
    let script = r#"i=2; while read l; do echo '{"jsonrpc":"2.0","id":'$i',"result":{"columns":["n"],"rows":[['$i']]}}'; i=$((i+1)); done"#;
    let client = start(&format!("{HELLO}{script}"), Some(Duration::from_secs(10))).expect("hello");
    let warehouse = ProcessWarehouse::new(client, Box::new(DuckDbDialect::new([])));
    let mut numbers: Vec<u64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let mut connection = warehouse.connect().expect("connection");
                    connection
                        .query("SELECT 1", RowLimit::All)
                        .expect("answer")
                        .first_count()
                        .expect("number")
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("thread")).collect()
    });
    numbers.sort_unstable();
    assert_eq!(numbers, (2..10).collect::<Vec<u64>>());
}

#[test]
fn rows_that_do_not_fit_their_columns_are_refused() {
    let script =
        r#"read l; echo '{"jsonrpc":"2.0","id":2,"result":{"columns":["a","b"],"rows":[[1]]}}'; read l"#;
    let client = start(&format!("{HELLO}{script}"), None).expect("hello");
    let warehouse = ProcessWarehouse::new(client, Box::new(DuckDbDialect::new([])));
    let error =
        warehouse.connect().expect("connection").query("SELECT 1", RowLimit::All).expect_err("refused");
    assert_eq!(error.kind, ErrorKind::Protocol);
}

/// A stand-in for the sibling: a script of this content.
fn open_sibling(script: &str) -> AdapterError {
    let folder = tempfile::tempdir().expect("folder");
    let executable = folder.path().join("rocky-duckdb");
    std::fs::write(&executable, format!("#!/bin/sh\n{script}\n")).expect("script");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&executable, mode).expect("executable");
    let options = DuckDbOptions {
        adapter: "local".to_owned(),
        database: DuckDbDatabase::InMemory,
        executable: Some(executable.clone()),
        working_folder: None,
        timeout: None,
    };
    let mut error = open_duckdb(&options).err().expect("refused");
    error.message = error.message.replace(executable.to_str().expect("path"), "SIBLING");
    error
}

#[test]
fn a_missing_library_says_how_to_get_it() {
    let error = open_sibling(
        "echo 'rocky-duckdb: error while loading shared libraries: libduckdb.so: cannot open shared object file' >&2; exit 127",
    );
    expect![[r#"
        connection: local: its process ended unexpectedly; it said last:
        rocky-duckdb: error while loading shared libraries: libduckdb.so: cannot open shared object file (hint: the DuckDB library is missing or is another version: put it next to rocky-duckdb; in a checkout run `cargo xtask setup`, then `cargo build -p rocky-duckdb`)"#]].assert_eq(&shown(&error));
}

#[test]
fn a_sibling_of_another_version_is_refused() {
    let error = open_sibling(
        r#"read l; echo '{"jsonrpc":"2.0","id":1,"result":{"name":"duckdb","version":"9.9.9","revision":99}}'; read l"#,
    );
    expect!["protocol: SIBLING 9.9.9 speaks revision 99 of the adapter protocol, this program revision 1 (hint: install rocky-duckdb and rocky of the same version; in a checkout build both again)"].assert_eq(&shown(&error));
}
