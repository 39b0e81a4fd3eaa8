//! What reaches the owner thread, in order of arrival.

use crate::pool::Priority;
use crate::requests::View;
use crate::scheduler::TaskKey;
use crossbeam_channel::Sender;
use rocky_ide::{CancelHandle, Interrupted};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;
use tower_lsp::jsonrpc;
use tower_lsp::lsp_types::{
    Diagnostic, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    FileEvent, InitializeParams, InitializeResult, Url, WorkspaceFoldersChangeEvent,
};

/// One thing that happened.
pub(crate) enum Event {
    /// The client introduces itself.
    Initialize(Box<InitializeParams>, oneshot::Sender<InitializeResult>),
    /// The client is ready for requests from the server.
    Initialized,
    /// A document was opened.
    Opened(DidOpenTextDocumentParams),
    /// A document was edited.
    Changed(DidChangeTextDocumentParams),
    /// A document was closed.
    Closed(DidCloseTextDocumentParams),
    /// A document was saved.
    Saved(Url),
    /// Files changed on disk.
    Watched(Vec<FileEvent>),
    /// Folders came or went.
    Folders(WorkspaceFoldersChangeEvent),
    /// A question about the project.
    Request(Request),
    /// A worker finished something.
    Finished(Finished),
    /// The client wants no more answers.
    Shutdown(oneshot::Sender<()>),
    /// The transport is gone.
    Exit,
}

impl Event {
    /// Its name, for the log of slow turns.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Event::Initialize(..) => "initialize",
            Event::Initialized => "initialized",
            Event::Opened(_) => "didOpen",
            Event::Changed(_) => "didChange",
            Event::Closed(_) => "didClose",
            Event::Saved(_) => "didSave",
            Event::Watched(_) => "didChangeWatchedFiles",
            Event::Folders(_) => "didChangeWorkspaceFolders",
            Event::Request(request) => request.name,
            Event::Finished(_) => "finished",
            Event::Shutdown(_) => "shutdown",
            Event::Exit => "exit",
        }
    }
}

/// Answers a request on a snapshot. Called again, on a newer snapshot, when an edit interrupted it.
pub(crate) type Answer = Arc<dyn Fn(&View) -> Result<(), Interrupted> + Send + Sync>;

/// Tells the client that a request cannot be answered.
pub(crate) type Refuse = Box<dyn FnOnce(jsonrpc::Error) + Send>;

/// A question, its answer still to be computed.
pub(crate) struct Request {
    /// The protocol's method name.
    pub(crate) name: &'static str,
    /// The document it is about; decides the project.
    pub(crate) uri: Option<Url>,
    /// Who computes it.
    pub(crate) priority: Priority,
    /// Computes and sends the answer.
    pub(crate) answer: Answer,
    /// Sends an error instead.
    pub(crate) refuse: Refuse,
    /// Tripped when the client no longer wants the answer.
    pub(crate) cancelled: CancelFlag,
    /// How often an edit interrupted it.
    pub(crate) interruptions: u32,
}

/// Whether the client gave up on a request; interrupts the computation when it does.
#[derive(Clone, Default)]
pub(crate) struct CancelFlag(Arc<CancelState>);

#[derive(Default)]
struct CancelState {
    tripped: AtomicBool,
    running: Mutex<Option<CancelHandle>>,
}

impl CancelFlag {
    /// The client gave up.
    pub(crate) fn trip(&self) {
        self.0.tripped.store(true, Ordering::SeqCst);
        if let Some(handle) = self.0.running.lock().unwrap_or_else(PoisonError::into_inner).take() {
            handle.cancel();
        }
    }

    /// Whether it did.
    pub(crate) fn is_tripped(&self) -> bool {
        self.0.tripped.load(Ordering::SeqCst)
    }

    /// Names the computation that a trip has to interrupt.
    pub(crate) fn watch(&self, handle: CancelHandle) {
        *self.0.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(handle);
        if self.is_tripped() {
            self.trip();
        }
    }
}

/// What a worker reports back.
pub(crate) enum Finished {
    /// A request was interrupted by an edit and wants another snapshot.
    Interrupted(Request),
    /// A request's snapshot was taken back before a worker started on it.
    Postponed(Request),
    /// A background task ended.
    Task {
        /// The task's key.
        key: TaskKey,
        /// The generation it was started for.
        generation: u64,
        /// How it ended.
        outcome: TaskOutcome,
    },
}

/// What a look at all files found.
pub(crate) struct Swept {
    /// The findings of the files that have some, open documents left out.
    pub(crate) found: Vec<(Url, Vec<Diagnostic>)>,
    /// What the words of the project's files depend on besides their text.
    pub(crate) token_basis: u64,
}

/// How a background task ended.
pub(crate) enum TaskOutcome {
    /// The findings of that version of the document.
    Document(i32, Vec<Diagnostic>),
    /// The document is not open any more.
    Closed,
    /// The findings of all files that have some, open documents left out.
    Sweep(Swept),
    /// An edit came between, or its snapshot was taken back: it has to run again.
    Interrupted,
    /// A defect of ours.
    Panicked(String),
}

/// A request on its way to a worker. Comes back to the owner if no worker takes it.
pub(crate) struct QueuedRequest {
    request: Option<Request>,
    mail: Sender<Event>,
}

impl QueuedRequest {
    /// Sends a request on its way.
    pub(crate) fn new(request: Request, mail: Sender<Event>) -> QueuedRequest {
        QueuedRequest { request: Some(request), mail }
    }

    /// A worker takes it.
    pub(crate) fn take(mut self) -> Option<Request> {
        self.request.take()
    }
}

impl Drop for QueuedRequest {
    fn drop(&mut self) {
        if let Some(request) = self.request.take() {
            // The owner is gone only at the end of the process.
            let _ = self.mail.send(Event::Finished(Finished::Postponed(request)));
        }
    }
}

/// A background task. Reports to the owner whatever becomes of it.
pub(crate) struct TaskReport {
    key: Option<TaskKey>,
    generation: u64,
    mail: Sender<Event>,
}

impl TaskReport {
    /// The report of a task.
    pub(crate) fn new(key: TaskKey, generation: u64, mail: Sender<Event>) -> TaskReport {
        TaskReport { key: Some(key), generation, mail }
    }

    /// The task ended.
    pub(crate) fn send(mut self, outcome: TaskOutcome) {
        self.report(outcome);
    }

    fn report(&mut self, outcome: TaskOutcome) {
        if let Some(key) = self.key.take() {
            let finished = Finished::Task { key, generation: self.generation, outcome };
            let _ = self.mail.send(Event::Finished(finished));
        }
    }
}

impl Drop for TaskReport {
    fn drop(&mut self) {
        self.report(TaskOutcome::Interrupted);
    }
}
