//! What reaches the owner thread, in order of arrival.

use crate::requests::View;
use rocky_ide::{CancelHandle, Interrupted};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;
use tower_lsp::jsonrpc;
use tower_lsp::lsp_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, FileEvent, InitializeParams, InitializeResult, Url,
    WorkspaceFoldersChangeEvent,
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
    /// The client's settings changed.
    Configured(serde_json::Value),
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
            Event::Configured(_) => "didChangeConfiguration",
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
    /// Computes and sends the answer.
    pub(crate) answer: Answer,
    /// Sends an error instead.
    pub(crate) refuse: Refuse,
    /// Tripped when the client no longer wants the answer.
    pub(crate) cancelled: CancelFlag,
    /// How often an edit interrupted it.
    pub(crate) attempts: u32,
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
    /// A background task ended; `true` when it was interrupted and has to run again.
    Background {
        /// The task's key.
        key: crate::scheduler::TaskKey,
        /// The generation it was started for.
        generation: u64,
        /// Whether it ended early.
        interrupted: bool,
    },
}

