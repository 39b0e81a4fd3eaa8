//! From a keystroke to the squiggle: drives `rocky lsp` over stdio and edits text that is never saved.

use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use crate::process::peak_memory_kib;
use crate::statistics::percentile;

/// What an editor would feel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// From opening the first file to its diagnostics.
    pub first: Duration,
    /// From an edit to the diagnostics of that version of the text: the median.
    pub p50: Duration,
    /// The same, the slowest of a hundred.
    pub p99: Duration,
    /// The most memory the server held, in KiB.
    pub peak_memory_kib: u64,
}

const COLUMN: &str = "amount";

/// Opens a model and edits it `edits` times; each edit breaks a column name or mends it.
///
/// # Errors
/// When the server ends, or reports something else than what the text says.
pub fn measure(rocky: &Path, project: &Path, model: &str, edits: usize) -> Result<Latency> {
    let project = project.canonicalize()?;
    let text = fs::read_to_string(project.join(model)).with_context(|| format!("reading {model}"))?;
    let (line, character) = position_after(&text, COLUMN).context("the model does not mention the column")?;
    let uri = format!("file://{}/{model}", project.display());
    let mut client = Client::start(rocky, &project)?;

    let started = Instant::now();
    let document = json!({"uri": uri, "languageId": "sql", "version": 1, "text": text});
    client.notify("textDocument/didOpen", &json!({"textDocument": document}))?;
    let unbroken = client.diagnostics(&uri, 1)?;
    let first = started.elapsed();

    let mut times = Vec::with_capacity(edits);
    for edit in 0..edits {
        let version = edit as u64 + 2;
        let breaks = edit % 2 == 0;
        let start = json!({"line": line, "character": character});
        let end = json!({"line": line, "character": character + usize::from(!breaks)});
        let inserted = if breaks { "x" } else { "" };
        let started = Instant::now();
        client.notify(
            "textDocument/didChange",
            &json!({
                "textDocument": {"uri": uri, "version": version},
                "contentChanges": [{"range": {"start": start, "end": end}, "text": inserted}],
            }),
        )?;
        let findings = client.diagnostics(&uri, version)?;
        times.push(started.elapsed());
        let expected = if breaks { findings > unbroken } else { findings == unbroken };
        ensure!(expected, "version {version} of {model} has {findings} findings");
    }
    let peak_memory_kib = peak_memory_kib(client.server.id()).unwrap_or_default();
    client.stop()?;
    Ok(Latency { first, p50: percentile(&mut times, 50), p99: percentile(&mut times, 99), peak_memory_kib })
}

/// From the start of the server to the findings of all `files` files that have some.
///
/// # Errors
/// When the server ends before.
pub fn start_up(rocky: &Path, project: &Path, files: usize) -> Result<Duration> {
    let project = project.canonicalize()?;
    let started = Instant::now();
    let mut client = Client::start(rocky, &project)?;
    let mut seen = std::collections::BTreeSet::new();
    while seen.len() < files {
        let received = match client.pending.pop_front() {
            Some(received) => received,
            None => client.receive()?,
        };
        let parameters = &received["params"];
        if received["method"] == "textDocument/publishDiagnostics"
            && parameters["diagnostics"].as_array().is_some_and(|findings| !findings.is_empty())
        {
            seen.extend(parameters["uri"].as_str().map(str::to_owned));
        }
    }
    let time = started.elapsed();
    client.stop()?;
    Ok(time)
}

/// Line and character behind the first whole word. The generated text is ASCII: characters are bytes.
fn position_after(text: &str, word: &str) -> Option<(usize, usize)> {
    text.lines().enumerate().find_map(|(number, line)| {
        let inside = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        line.match_indices(word).find_map(|(start, _)| {
            let end = start + word.len();
            let bytes = line.as_bytes();
            let whole = !inside(bytes.get(start.wrapping_sub(1))) && !inside(bytes.get(end));
            whole.then_some((number, end))
        })
    })
}

struct Client {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Messages that came while another was awaited.
    pending: VecDeque<Value>,
    next_id: u64,
}

impl Client {
    fn start(rocky: &Path, project: &Path) -> Result<Self> {
        let mut server = Command::new(rocky)
            .arg("lsp")
            .current_dir(project)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {} lsp", rocky.display()))?;
        let input = server.stdin.take().context("the input is a pipe")?;
        let output = BufReader::new(server.stdout.take().context("the output is a pipe")?);
        let mut client = Self { server, input, output, pending: VecDeque::new(), next_id: 1 };
        let root = format!("file://{}", project.display());
        let capabilities = json!({
            "textDocument": {
                "publishDiagnostics": {"versionSupport": true, "relatedInformation": true},
                "synchronization": {"didSave": true},
            },
        });
        client.request(
            "initialize",
            &json!({
                "processId": std::process::id(),
                "rootUri": root,
                "workspaceFolders": [{"uri": root, "name": "bench"}],
                "capabilities": capabilities,
            }),
        )?;
        client.notify("initialized", &json!({}))?;
        Ok(client)
    }

    fn stop(mut self) -> Result<()> {
        self.request("shutdown", &Value::Null)?;
        self.notify("exit", &Value::Null)?;
        drop(self.input);
        let status = self.server.wait()?;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }

    fn send(&mut self, message: &Value) -> Result<()> {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len())?;
        Ok(self.input.flush()?)
    }

    fn notify(&mut self, method: &str, parameters: &Value) -> Result<()> {
        self.send(&message(method, parameters, None))
    }

    fn request(&mut self, method: &str, parameters: &Value) -> Result<Value> {
        let id = self.next_id;
        self.next_id += 1;
        self.send(&message(method, parameters, Some(id)))?;
        loop {
            let received = self.receive()?;
            if received["id"] == id && received.get("method").is_none() {
                ensure!(received.get("error").is_none(), "{method} failed: {}", received["error"]);
                return Ok(received["result"].clone());
            }
            self.pending.push_back(received);
        }
    }

    /// Waits for the diagnostics of a version and gives their number.
    fn diagnostics(&mut self, uri: &str, version: u64) -> Result<usize> {
        loop {
            let received = match self.pending.pop_front() {
                Some(received) => received,
                None => self.receive()?,
            };
            let parameters = &received["params"];
            if received["method"] == "textDocument/publishDiagnostics"
                && parameters["uri"] == uri
                && parameters["version"] == version
            {
                return Ok(parameters["diagnostics"].as_array().map_or(0, Vec::len));
            }
        }
    }

    /// The next message; what the server asks of its client is answered on the way.
    fn receive(&mut self) -> Result<Value> {
        loop {
            let received = self.read_message()?;
            match (received.get("id"), received.get("method")) {
                (Some(id), Some(method)) => {
                    let result = match method.as_str() {
                        Some("workspace/configuration") => json!([null]),
                        _ => Value::Null,
                    };
                    self.send(&json!({"jsonrpc": "2.0", "id": id, "result": result}))?;
                }
                _ => return Ok(received),
            }
        }
    }

    fn read_message(&mut self) -> Result<Value> {
        let mut length = None;
        loop {
            let mut header = String::new();
            if self.output.read_line(&mut header)? == 0 {
                bail!("the server closed its output");
            }
            let header = header.trim();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("Content-Length: ") {
                length = Some(value.parse::<usize>()?);
            }
        }
        let mut body = vec![0; length.context("a message without Content-Length")?];
        self.output.read_exact(&mut body)?;
        Ok(serde_json::from_slice(&body)?)
    }
}

/// `shutdown` and `exit` take no parameters at all; `null` would be refused.
fn message(method: &str, parameters: &Value, id: Option<u64>) -> Value {
    let mut message = json!({"jsonrpc": "2.0", "method": method});
    if let Some(id) = id {
        message["id"] = json!(id);
    }
    if !parameters.is_null() {
        message["params"] = parameters.clone();
    }
    message
}
