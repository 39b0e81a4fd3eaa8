//! The server over a pair of pipes in this process: what it does when messages come faster than answers.
#![allow(clippy::disallowed_methods, reason = "projects of these tests lie on a real disk")]

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

const PATIENCE: Duration = Duration::from_secs(60);
const REQUEST_CANCELLED: i64 = -32800;
const CONTENT_MODIFIED: i64 = -32801;

const CONFIG: &str = "[adapter.local]\ntype = \"duckdb\"\n\n[pipeline.main]\ntype = \"transformation\"\n\n\
                      [pipeline.main.target]\nadapter = \"local\"\n";

/// A project on disk.
struct Folder(TempDir);

impl Folder {
    fn new(models: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a temporary folder"));
        folder.write("rocky.toml", CONFIG);
        folder.write("models/_defaults.toml", "[target]\ncatalog = \"c\"\nschema = \"s\"\n");
        for (path, text) in models {
            folder.write(path, text);
        }
        folder
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().expect("files have folders")).expect("the folder is made");
        std::fs::write(path, text).expect("the file is written");
    }

    fn uri(&self, path: &str) -> String {
        format!("file://{}/{path}", self.0.path().display())
    }
}

struct Client {
    output: tokio::io::WriteHalf<DuplexStream>,
    messages: UnboundedReceiver<Value>,
    server: JoinHandle<anyhow::Result<bool>>,
    /// Answers that came while something else was awaited.
    answers: BTreeMap<i64, Value>,
    /// The last findings of each file, with their version.
    findings: BTreeMap<String, Value>,
    refreshes: usize,
    token_refreshes: usize,
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

async fn read_messages(input: tokio::io::ReadHalf<DuplexStream>, messages: UnboundedSender<Value>) {
    let mut input = BufReader::new(input);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if input.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("Content-Length:") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        if input.read_exact(&mut body).await.is_err() {
            return;
        }
        if messages.send(serde_json::from_slice(&body).expect("messages are JSON")).is_err() {
            return;
        }
    }
}

impl Client {
    async fn start(folder: &Folder, pulls: bool) -> Client {
        let (near, far) = tokio::io::duplex(1 << 16);
        let (far_input, far_output) = tokio::io::split(far);
        let options = rocky_lsp_server::ServerOptions::default();
        let server = tokio::spawn(rocky_lsp_server::serve(options, far_input, far_output));
        let (input, output) = tokio::io::split(near);
        let (sender, messages) = unbounded_channel();
        tokio::spawn(read_messages(input, sender));
        let mut client = Client {
            output,
            messages,
            server,
            answers: BTreeMap::new(),
            findings: BTreeMap::new(),
            refreshes: 0,
            token_refreshes: 0,
        };
        let mut capabilities = json!({"textDocument": {"publishDiagnostics": {}}});
        if pulls {
            capabilities = json!({
                "textDocument": {"publishDiagnostics": {}, "diagnostic": {}},
                "workspace": {
                    "diagnostic": {"refreshSupport": true},
                    "semanticTokens": {"refreshSupport": true},
                },
            });
        }
        let root = format!("file://{}", folder.0.path().display());
        let folders = json!([{"uri": root, "name": "test"}]);
        let parameters = json!({"capabilities": capabilities, "workspaceFolders": folders});
        let answer = client.request(1, "initialize", &parameters).await;
        assert_eq!(answer["result"]["serverInfo"]["name"], "rocky");
        client.notify("initialized", &json!({})).await;
        client
    }

    async fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let framed = format!("Content-Length: {}\r\n\r\n{text}", text.len());
        self.output.write_all(framed.as_bytes()).await.expect("the server listens");
    }

    async fn notify(&mut self, method: &str, parameters: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": parameters})).await;
    }

    async fn ask(&mut self, id: i64, method: &str, parameters: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": parameters})).await;
    }

    async fn request(&mut self, id: i64, method: &str, parameters: &Value) -> Value {
        self.ask(id, method, parameters).await;
        self.answer(id).await
    }

    async fn answer(&mut self, id: i64) -> Value {
        self.until(|client| client.answers.remove(&id)).await
    }

    async fn until<T>(&mut self, mut found: impl FnMut(&mut Client) -> Option<T>) -> T {
        loop {
            if let Some(value) = found(self) {
                return value;
            }
            let next = tokio::time::timeout(PATIENCE, self.messages.recv()).await;
            let message = next.expect("the server says something").expect("the server goes on");
            self.take(message).await;
        }
    }

    async fn take(&mut self, message: Value) {
        match (message["method"].as_str(), message["id"].as_i64()) {
            (Some("textDocument/publishDiagnostics"), _) => {
                let parameters = message["params"].clone();
                let uri = parameters["uri"].as_str().unwrap_or_default().to_owned();
                self.findings.insert(uri, parameters);
            }
            (Some(method), Some(id)) => {
                self.refreshes += usize::from(method == "workspace/diagnostic/refresh");
                self.token_refreshes += usize::from(method == "workspace/semanticTokens/refresh");
                self.send(&json!({"jsonrpc": "2.0", "id": id, "result": null})).await;
            }
            (None, Some(id)) => {
                assert!(self.answers.insert(id, message).is_none(), "request {id} is answered twice");
            }
            _ => {}
        }
    }

    async fn open(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "sql", "version": 1, "text": text});
        self.notify("textDocument/didOpen", &json!({"textDocument": document})).await;
    }

    /// Inserts text at a column of the first line.
    async fn insert(&mut self, uri: &str, version: i64, character: usize, text: &str) {
        let at = json!({"line": 0, "character": character});
        let parameters = json!({
            "textDocument": {"uri": uri, "version": version},
            "contentChanges": [{"range": {"start": at, "end": at}, "text": text}],
        });
        self.notify("textDocument/didChange", &parameters).await;
    }

    /// The messages of the findings of that version of a document.
    async fn findings_of(&mut self, uri: &str, version: i64) -> Vec<String> {
        let found = self
            .until(|client| client.findings.get(uri).filter(|found| found["version"] == version).cloned())
            .await;
        messages(&found["diagnostics"])
    }

    /// Waits until a file has findings, or has none.
    async fn until_broken(&mut self, uri: &str, broken: bool) {
        self.until(|client| {
            let found = client.findings.get(uri)?;
            (messages(&found["diagnostics"]).is_empty() != broken).then_some(())
        })
        .await;
    }

    async fn stop(mut self) -> bool {
        self.request(1_000_000, "shutdown", &Value::Null).await;
        self.notify("exit", &Value::Null).await;
        ended(self.server).await
    }
}

/// Whether the server ended in order. The pipe to it may still be open.
async fn ended(server: JoinHandle<anyhow::Result<bool>>) -> bool {
    let ended = tokio::time::timeout(PATIENCE, server).await.expect("the server ends");
    ended.expect("the server does not panic").expect("the server starts")
}

fn messages(diagnostics: &Value) -> Vec<String> {
    let list = diagnostics.as_array().cloned().unwrap_or_default();
    list.iter().map(|found| found["message"].as_str().unwrap_or_default().to_owned()).collect()
}

fn position(uri: &str, character: usize) -> Value {
    json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": character}})
}

#[test]
fn a_storm_of_edits_ends_with_the_findings_of_the_final_text() {
    const METHODS: [&str; 3] =
        ["textDocument/hover", "textDocument/completion", "textDocument/documentSymbol"];
    runtime().block_on(async {
        let folder =
            Folder::new(&[("models/orders.sql", "SELECT 1 AS id"), ("models/main.sql", "SELECT 1 AS x")]);
        let uri = folder.uri("models/main.sql");
        let mut client = Client::start(&folder, false).await;
        client.open(&uri, "SELECT  FROM orders").await;
        // Each letter is an edit of its own, so the name is only right if no two changed places.
        let name: String = (0..600u32).map(|n| char::from(b'a' + (n * 7 % 26) as u8)).collect();
        let mut requests = Vec::new();
        for (typed, letter) in name.chars().enumerate() {
            let version = typed as i64 + 2;
            client.insert(&uri, version, 7 + typed, &letter.to_string()).await;
            if typed % 3 == 0 {
                let id = 100 + version;
                client.ask(id, METHODS[typed / 3 % 3], &position(&uri, 7)).await;
                requests.push(id);
            }
        }
        let found = client.findings_of(&uri, 601).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(&name), "{found:?}");
        for id in requests {
            let answer = client.answer(id).await;
            let code = answer["error"]["code"].as_i64();
            assert!(code.is_none() || code == Some(CONTENT_MODIFIED), "{answer}");
        }
        assert!(client.stop().await);
    });
}

#[test]
fn differences_of_tokens_follow_a_storm_of_edits() {
    runtime().block_on(async {
        let folder = Folder::new(&[("models/main.sql", "SELECT 1 AS x")]);
        let uri = folder.uri("models/main.sql");
        let mut client = Client::start(&folder, false).await;
        client.open(&uri, "SELECT  FROM orders").await;
        let document = json!({"uri": uri});
        let whole = json!({"textDocument": document});
        let first = client.request(10, "textDocument/semanticTokens/full", &whole).await;
        let mut known = first["result"]["resultId"].clone();
        let mut data: Vec<u64> = numbers(&first["result"]["data"]);
        for step in 0..60 {
            client.insert(&uri, step + 2, 7, if step % 2 == 0 { "a" } else { "1, " }).await;
            // The editor folds and asks for the tokens while the findings of the edit are computed.
            client.ask(1000 + step, "textDocument/foldingRange", &whole).await;
            let parameters = json!({"textDocument": document, "previousResultId": known});
            let answer =
                client.request(100 + step, "textDocument/semanticTokens/full/delta", &parameters).await;
            let result = &answer["result"];
            known = result["resultId"].clone();
            for edit in result["edits"].as_array().expect("the last answer is known") {
                let number = |key: &str| edit[key].as_u64().expect("a number") as usize;
                let (start, count) = (number("start"), number("deleteCount"));
                data.splice(start..start + count, numbers(&edit["data"]));
            }
            assert!(client.answer(1000 + step).await["result"].is_array());
        }
        let last = client.request(11, "textDocument/semanticTokens/full", &whole).await;
        assert_eq!(data, numbers(&last["result"]["data"]));
        assert!(client.stop().await);
    });
}

fn numbers(list: &Value) -> Vec<u64> {
    list.as_array().into_iter().flatten().map(|number| number.as_u64().expect("a number")).collect()
}

#[test]
fn a_cancelled_request_is_answered_once() {
    runtime().block_on(async {
        let folder = Folder::new(&[("models/main.sql", "SELECT 1 AS x")]);
        let uri = folder.uri("models/main.sql");
        let mut client = Client::start(&folder, false).await;
        client.open(&uri, "SELECT 1 AS x").await;
        for id in 10..60 {
            client.ask(id, "textDocument/hover", &position(&uri, 12)).await;
            client.notify("$/cancelRequest", &json!({"id": id})).await;
        }
        let mut cancelled = 0;
        for id in 10..60 {
            let answer = client.answer(id).await;
            match answer["error"]["code"].as_i64() {
                Some(code) => {
                    assert_eq!(code, REQUEST_CANCELLED, "{answer}");
                    cancelled += 1;
                }
                None => assert!(answer.get("result").is_some(), "{answer}"),
            }
        }
        assert!(cancelled > 0, "some request is slower than its cancellation");
        // The server is as well as before.
        let answer = client.request(99, "textDocument/hover", &position(&uri, 12)).await;
        let shown = answer["result"]["contents"]["value"].as_str().unwrap_or_default().to_owned();
        assert!(shown.contains("main.x"), "{answer}");
        assert!(client.stop().await);
    });
}

#[test]
fn an_edit_does_not_wait_for_what_is_queued() {
    runtime().block_on(async {
        let folder = Folder::new(&[("models/main.sql", "SELECT 1 AS x")]);
        let uri = folder.uri("models/main.sql");
        let mut client = Client::start(&folder, false).await;
        client.open(&uri, "SELECT a").await;
        // More requests than workers, then an edit that needs all their snapshots gone.
        for id in 10..210 {
            client.ask(id, "textDocument/completion", &position(&uri, 8)).await;
        }
        client.insert(&uri, 2, 8, "b").await;
        let found = client.findings_of(&uri, 2).await;
        assert!(found.iter().any(|message| message.contains("ab")), "{found:?}");
        for id in 10..210 {
            assert!(client.answer(id).await.get("result").is_some());
        }
        assert!(client.stop().await);
    });
}

#[test]
fn findings_of_closed_files_come_and_go() {
    runtime().block_on(async {
        let folder = Folder::new(&[
            ("models/orders.sql", "SELECT 1 AS id"),
            ("models/broken.sql", "SELECT nothing FROM orders"),
            ("models/reader.sql", "SELECT id FROM orders"),
        ]);
        let mut client = Client::start(&folder, false).await;
        let broken = folder.uri("models/broken.sql");
        client.until_broken(&broken, true).await;

        // Unsaved text of one file breaks another one that is not open.
        let (orders, reader) = (folder.uri("models/orders.sql"), folder.uri("models/reader.sql"));
        client.open(&orders, "SELECT 1 AS number").await;
        client.until_broken(&reader, true).await;

        // Closing without saving takes it back.
        client.notify("textDocument/didClose", &json!({"textDocument": {"uri": orders}})).await;
        client.until_broken(&reader, false).await;

        // The file is mended on disk.
        folder.write("models/broken.sql", "SELECT id FROM orders");
        let change = json!({"changes": [{"uri": broken, "type": 2}]});
        client.notify("workspace/didChangeWatchedFiles", &change).await;
        client.until_broken(&broken, false).await;
        assert!(client.stop().await);
    });
}

#[test]
fn clients_that_pull_are_told_when_another_files_edit_changes_findings() {
    runtime().block_on(async {
        let folder = Folder::new(&[
            ("models/orders.sql", "SELECT 1 AS id"),
            ("models/reader.sql", "SELECT id FROM orders"),
        ]);
        let mut client = Client::start(&folder, true).await;
        let (orders, reader) = (folder.uri("models/orders.sql"), folder.uri("models/reader.sql"));
        client.open(&orders, "SELECT 1 AS id").await;
        client.open(&reader, "SELECT id FROM orders").await;
        let pull = json!({"textDocument": {"uri": reader}});
        let first = client.request(10, "textDocument/diagnostic", &pull).await;
        assert_eq!(first["result"]["kind"], "full");
        assert_eq!(first["result"]["items"], json!([]));
        let id = first["result"]["resultId"].clone();

        let again = json!({"textDocument": {"uri": reader}, "previousResultId": id});
        let same = client.request(11, "textDocument/diagnostic", &again).await;
        assert_eq!(same["result"]["kind"], "unchanged");

        client.insert(&orders, 2, 14, "entity").await;
        client.until(|client| (client.refreshes > 0).then_some(())).await;
        let changed = client.request(12, "textDocument/diagnostic", &again).await;
        assert_eq!(changed["result"]["kind"], "full");
        assert_eq!(messages(&changed["result"]["items"]).len(), 1, "{changed}");
        assert!(!client.findings.contains_key(&reader), "what is pulled is not pushed as well");
        assert!(client.stop().await);
    });
}

#[test]
fn words_that_became_models_are_asked_for_again() {
    runtime().block_on(async {
        let folder =
            Folder::new(&[("models/main.sql", "SELECT 1 AS x"), ("models/broken.sql", "SELECT FROM")]);
        let mut client = Client::start(&folder, true).await;
        let (broken, main, sidecar) =
            (folder.uri("models/broken.sql"), folder.uri("models/main.sql"), folder.uri("models/main.toml"));
        client.until(|client| client.findings.contains_key(&broken).then_some(())).await;
        // Another text of a model changes no other word, another name of it does.
        client.open(&main, "SELECT 2 AS y").await;
        client.open(&sidecar, "").await;
        let pull = json!({"textDocument": {"uri": main}});
        client.request(10, "textDocument/diagnostic", &pull).await;
        assert_eq!(client.token_refreshes, 0);
        client.insert(&sidecar, 2, 0, "name = 'other'").await;
        client.until(|client| (client.token_refreshes > 0).then_some(())).await;
        assert!(client.stop().await);
    });
}

#[test]
fn the_line_after_enter_is_indented() {
    runtime().block_on(async {
        let folder = Folder::new(&[("models/main.sql", "SELECT 1 AS x")]);
        let mut client = Client::start(&folder, false).await;
        let cases = [
            ("models/a.sql", "select\n", 1, 0, json!("  ")),
            ("models/b.sql", "select\n  case\n    when a then 1\nend", 3, 0, json!("  ")),
            ("models/c.sql", "with a as (\n)", 1, 0, Value::Null),
            ("models/d.sql", "with a as (\r\n    )", 1, 0, json!("")),
            ("models/e.sql", "select 'a\n'", 1, 0, Value::Null),
            ("models/f.rocky", "from t\nderive {\n", 2, 0, json!("  ")),
            ("models/g.toml", "a = [\n", 1, 0, json!("  ")),
            ("models/h.sql", "-- one\n", 1, 0, json!("-- ")),
        ];
        for (id, (path, text, line, character, wanted)) in (10..).zip(cases) {
            let uri = folder.uri(path);
            client.open(&uri, text).await;
            let parameters = json!({
                "textDocument": {"uri": uri},
                "position": {"line": line, "character": character},
                "ch": "\n",
                "options": {"tabSize": 2, "insertSpaces": true},
            });
            let answer = client.request(id, "textDocument/onTypeFormatting", &parameters).await;
            assert_eq!(answer["result"][0]["newText"], wanted, "{path}: {answer}");
        }
        assert!(client.stop().await);
    });
}

#[test]
fn two_projects_in_one_folder_keep_apart() {
    runtime().block_on(async {
        let folder =
            Folder::new(&[("models/a.sql", "SELECT nothing FROM b"), ("models/b.sql", "SELECT 1 AS x")]);
        folder.write("inner/rocky.toml", CONFIG);
        folder.write("inner/models/_defaults.toml", "[target]\ncatalog = \"c\"\nschema = \"s\"\n");
        folder.write("inner/models/c.sql", "SELECT wrong FROM d");
        folder.write("inner/models/d.sql", "SELECT 1 AS x");
        let mut client = Client::start(&folder, false).await;
        let (outer, inner) = (folder.uri("models/a.sql"), folder.uri("inner/models/c.sql"));
        client.until_broken(&outer, true).await;
        client.until_broken(&inner, true).await;
        // An edit in one project does not clear the other.
        client.open(&folder.uri("models/b.sql"), "SELECT 1 AS x, 2 AS nothing").await;
        client.until_broken(&outer, false).await;
        assert_eq!(messages(&client.findings[&inner]["diagnostics"]).len(), 1);
        // A folder that leaves takes its findings with it.
        let removed = json!([{"uri": folder.uri("inner"), "name": "inner"}]);
        let change = json!({"event": {"added": [], "removed": removed}});
        client.notify("workspace/didChangeWorkspaceFolders", &change).await;
        client.until_broken(&inner, false).await;
        assert!(client.stop().await);
    });
}

#[test]
fn exit_without_shutdown_is_not_in_order() {
    runtime().block_on(async {
        let folder = Folder::new(&[("models/main.sql", "SELECT 1 AS x")]);
        let mut client = Client::start(&folder, false).await;
        client.notify("exit", &Value::Null).await;
        assert!(!ended(client.server).await);
    });
}

#[test]
fn the_server_ends_when_the_client_goes_away() {
    runtime().block_on(async {
        let folder = Folder::new(&[("models/main.sql", "SELECT 1 AS x")]);
        let mut client = Client::start(&folder, false).await;
        client.output.shutdown().await.expect("the pipe closes");
        assert!(!ended(client.server).await);
    });
}
