//! The client half of the protocol: one child process, requests from any thread.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::protocol::{Manifest, Request, Response, method};
use crate::{AdapterError, ErrorKind, Result};

/// How long a child may take to end after its input was closed before it is killed.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);
/// How long a child that is about to end is waited for to say why.
const LAST_WORDS_WAIT: Duration = Duration::from_secs(1);
/// Lines of the child's standard error that are kept for messages.
const KEPT_ERROR_LINES: usize = 20;

/// What to start.
#[derive(Debug, Clone)]
pub struct ProcessCommand {
    /// The adapter's name, for messages.
    pub adapter: String,
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its working folder; none means this process's own.
    pub working_folder: Option<PathBuf>,
    /// How long a request may take; none means as long as it takes.
    pub timeout: Option<Duration>,
}

/// A running adapter process.
pub struct ProcessClient {
    shared: Arc<Shared>,
    child: Mutex<Option<Child>>,
    next_id: AtomicU64,
    one_at_a_time: Mutex<()>,
    multiplexed: bool,
    timeout: Option<Duration>,
    manifest: Manifest,
}

struct Shared {
    adapter: String,
    input: Mutex<Option<ChildStdin>>,
    waiting: Mutex<Waiting>,
    closed: Condvar,
    error_lines: Mutex<VecDeque<String>>,
}

#[derive(Default)]
struct Waiting {
    senders: BTreeMap<u64, Sender<Result<Value>>>,
    closed: Option<(AdapterError, End)>,
}

/// How a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The child closed its output.
    OfOutput,
    /// The child wrote something that is no answer.
    Broken,
}

/// The data behind these locks is valid after every single operation, so a panic elsewhere does not spoil it.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ProcessClient {
    /// Starts the program and initializes it with `config`.
    pub fn start(command: &ProcessCommand, config: &impl Serialize) -> Result<Self> {
        let mut child = spawn(command)?;
        let shared = Arc::new(Shared {
            adapter: command.adapter.clone(),
            input: Mutex::new(child.stdin.take()),
            waiting: Mutex::new(Waiting::default()),
            closed: Condvar::new(),
            error_lines: Mutex::new(VecDeque::new()),
        });
        let (said_all, last_words) = mpsc::channel::<()>();
        if let Some(stderr) = child.stderr.take() {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                shared.keep_error_lines(stderr);
                drop(said_all);
            });
        }
        if let Some(stdout) = child.stdout.take() {
            let shared = Arc::clone(&shared);
            thread::spawn(move || match shared.deliver_answers(stdout) {
                Err(error) => shared.close(error, End::Broken),
                Ok(()) => {
                    // What the child said last explains why it ended.
                    let _heard = last_words.recv_timeout(LAST_WORDS_WAIT);
                    shared.close(shared.ended(), End::OfOutput);
                }
            });
        }
        let mut client = Self {
            shared,
            child: Mutex::new(Some(child)),
            next_id: AtomicU64::new(1),
            one_at_a_time: Mutex::new(()),
            multiplexed: false,
            timeout: command.timeout,
            manifest: Manifest {
                name: String::new(),
                version: String::new(),
                sdk_version: String::new(),
                revision: 0,
                dialect: String::new(),
                capabilities: crate::Capabilities::default(),
                attached: Vec::new(),
            },
        };
        client.manifest = client.initialize(config).map_err(|error| match error.kind {
            ErrorKind::Connection => error.with_hint(
                "it ended before its first answer, so nothing was executed; check how it is installed",
            ),
            _ => error,
        })?;
        client.multiplexed = client.manifest.capabilities.connections;
        Ok(client)
    }

    fn initialize(&self, config: &impl Serialize) -> Result<Manifest> {
        let config = to_value(config)?;
        let answer: Value = self.request(method::INITIALIZE, &serde_json::json!({ "config": config }))?;
        let manifest = match answer.get("manifest") {
            Some(nested) => nested.clone(),
            None => answer,
        };
        serde_json::from_value(manifest).map_err(|error| {
            AdapterError::new(
                ErrorKind::Protocol,
                format!("{}: the manifest cannot be read: {error}", self.shared.adapter),
            )
        })
    }

    /// What the adapter said of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The adapter's name.
    pub fn adapter(&self) -> &str {
        &self.shared.adapter
    }

    /// Sends a request and waits for its answer.
    pub fn request<R: DeserializeOwned>(&self, method: &str, params: &impl Serialize) -> Result<R> {
        let turn = if self.multiplexed { None } else { Some(locked(&self.one_at_a_time)) };
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = mpsc::channel();
        self.shared.expect_answer(id, sender)?;
        if let Err(error) = self.shared.send(id, method, to_value(params)?) {
            self.shared.forget(id);
            return Err(error);
        }
        let answer = match self.timeout {
            None => receiver.recv().unwrap_or_else(|_| Err(self.shared.gone())),
            Some(timeout) => match receiver.recv_timeout(timeout) {
                Ok(answer) => answer,
                Err(RecvTimeoutError::Disconnected) => Err(self.shared.gone()),
                Err(RecvTimeoutError::Timeout) => {
                    self.shared.forget(id);
                    Err(self.shared.timed_out(method, timeout))
                }
            },
        };
        drop(turn);
        serde_json::from_value(answer?).map_err(|error| {
            AdapterError::new(
                ErrorKind::Protocol,
                format!("{}: the answer to {method} cannot be read: {error}", self.shared.adapter),
            )
        })
    }

    /// Asks the process to end and waits for it, so that what it holds is free afterwards.
    pub fn shut_down(&self) {
        let Some(mut child) = locked(&self.child).take() else { return };
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        // A child that is already gone cannot be asked; it is reaped below all the same.
        let _asked = self.shared.send(id, method::SHUTDOWN, serde_json::json!({}));
        drop(locked(&self.shared.input).take());
        // The end of its output is the end of the process: by then it has let go of what it held. One that broke the
        // protocol is not waited for.
        if self.shared.closed_within(SHUTDOWN_GRACE).is_none_or(|(_, end)| end == End::Broken) {
            let _killed = child.kill();
        }
        let _reaped = child.wait();
    }

    /// The process id, while it runs.
    pub fn process_id(&self) -> Option<u32> {
        locked(&self.child).as_ref().map(Child::id)
    }

    /// How the process ended, if it did on its own.
    pub fn exit_status(&self) -> Option<ExitStatus> {
        locked(&self.child).as_mut().and_then(|child| child.try_wait().ok().flatten())
    }
}

impl Drop for ProcessClient {
    fn drop(&mut self) {
        self.shut_down();
    }
}

fn to_value(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| {
        AdapterError::new(ErrorKind::Protocol, format!("a request cannot be written: {error}"))
    })
}

fn spawn(command: &ProcessCommand) -> Result<Child> {
    let mut process = Command::new(&command.program);
    process.args(&command.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if let Some(folder) = &command.working_folder {
        process.current_dir(folder);
    }
    // Ctrl-C in a terminal goes to the whole foreground group. The child stays out of it: Rocky decides what an
    // interrupt means, and the child ends when its input closes.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut process, 0);
    #[cfg(windows)]
    {
        const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
        std::os::windows::process::CommandExt::creation_flags(&mut process, CREATE_NEW_PROCESS_GROUP);
    }
    process.spawn().map_err(|error| {
        AdapterError::new(
            ErrorKind::Connection,
            format!("{}: cannot start {}: {error}", command.adapter, command.program.display()),
        )
        .with_hint("check that the file exists and may be executed, and that the working folder exists")
    })
}

impl Shared {
    fn expect_answer(&self, id: u64, sender: Sender<Result<Value>>) -> Result<()> {
        let mut waiting = locked(&self.waiting);
        if let Some((error, _)) = &waiting.closed {
            return Err(error.clone());
        }
        waiting.senders.insert(id, sender);
        Ok(())
    }

    fn forget(&self, id: u64) {
        locked(&self.waiting).senders.remove(&id);
    }

    fn send(&self, id: u64, method: &str, params: Value) -> Result<()> {
        let request = Request { jsonrpc: "2.0".to_owned(), id, method: method.to_owned(), params };
        let mut line = serde_json::to_vec(&request).map_err(|error| {
            AdapterError::new(
                ErrorKind::Protocol,
                format!("{}: a request cannot be written: {error}", self.adapter),
            )
        })?;
        line.push(b'\n');
        let written =
            locked(&self.input).as_mut().map(|pipe| pipe.write_all(&line).and_then(|()| pipe.flush()));
        match written {
            Some(Ok(())) => Ok(()),
            Some(Err(_)) | None => Err(self.gone()),
        }
    }

    /// Hands answers to the requests that wait for them, until the child's output ends.
    fn deliver_answers(&self, stdout: impl Read) -> Result<()> {
        let mut reader = BufReader::with_capacity(1 << 16, stdout);
        let mut line = Vec::new();
        loop {
            line.clear();
            match reader.read_until(b'\n', &mut line) {
                Ok(0) => return Ok(()),
                Err(error) => {
                    return Err(AdapterError::new(
                        ErrorKind::Connection,
                        format!("{}: its output cannot be read: {error}", self.adapter),
                    ));
                }
                Ok(_) if line.iter().all(u8::is_ascii_whitespace) => {}
                Ok(_) => self.deliver(&line)?,
            }
        }
    }

    fn deliver(&self, line: &[u8]) -> Result<()> {
        let broken =
            |what: String| AdapterError::new(ErrorKind::Protocol, format!("{}: {what}", self.adapter));
        let response: Response = serde_json::from_slice(line).map_err(|error| {
            let start: String = String::from_utf8_lossy(line).trim().chars().take(80).collect();
            broken(format!("it wrote a line that is not an answer ({error}): {start}"))
        })?;
        let Some(id) = response.id else {
            let said = response.error.map(|error| error.message).unwrap_or_default();
            return Err(broken(format!("it could not read a request: {said}")));
        };
        // An answer that nobody waits for any more belongs to a request that timed out.
        let Some(sender) = locked(&self.waiting).senders.remove(&id) else { return Ok(()) };
        let answer = match response.error {
            Some(error) => Err(error.into()),
            None => Ok(response.result.unwrap_or(Value::Null)),
        };
        // The receiver may have given up in between; then there is nobody to tell.
        let _delivered = sender.send(answer);
        Ok(())
    }

    fn keep_error_lines(&self, stderr: impl Read) {
        for line in BufReader::new(stderr).split(b'\n') {
            let Ok(line) = line else { return };
            let mut kept = locked(&self.error_lines);
            if kept.len() == KEPT_ERROR_LINES {
                kept.pop_front();
            }
            kept.push_back(String::from_utf8_lossy(&line).trim_end().to_owned());
        }
    }

    fn close(&self, error: AdapterError, end: End) {
        let senders = {
            let mut waiting = locked(&self.waiting);
            waiting.closed = Some((error.clone(), end));
            std::mem::take(&mut waiting.senders)
        };
        self.closed.notify_all();
        for sender in senders.into_values() {
            let _told = sender.send(Err(error.clone()));
        }
    }

    fn ended(&self) -> AdapterError {
        let said = locked(&self.error_lines).iter().cloned().collect::<Vec<_>>().join("\n");
        let message = if said.is_empty() {
            format!("{}: its process ended unexpectedly", self.adapter)
        } else {
            format!("{}: its process ended unexpectedly; it said last:\n{said}", self.adapter)
        };
        AdapterError::new(ErrorKind::Connection, message)
            .with_hint("whether a statement that was running took effect is unknown; run again")
    }

    /// Why the conversation ended, if it does within this time.
    fn closed_within(&self, time: Duration) -> Option<(AdapterError, End)> {
        let waiting = locked(&self.waiting);
        let (waiting, _) = self
            .closed
            .wait_timeout_while(waiting, time, |waiting| waiting.closed.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        waiting.closed.clone()
    }

    /// The child does not listen any more. Its last words may still be on their way.
    fn gone(&self) -> AdapterError {
        self.closed_within(2 * LAST_WORDS_WAIT).map_or_else(|| self.ended(), |(error, _)| error)
    }

    fn timed_out(&self, method: &str, timeout: Duration) -> AdapterError {
        AdapterError::new(
            ErrorKind::Timeout,
            format!("{}: no answer to {method} within {} s", self.adapter, timeout.as_secs()),
        )
        .with_hint("raise timeout_secs of the adapter; whether the statement took effect is unknown")
    }
}
