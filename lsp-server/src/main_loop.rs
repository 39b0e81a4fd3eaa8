//! The owner thread: the only place that changes anything.
//!
//! One turn takes what is in the mailbox, merges all edits into one change per project, applies it once
//! (which interrupts running work), starts requests on snapshots and schedules diagnostics. Nothing in a
//! turn waits for the client or computes findings.

use crate::convert;
use crate::documents::{Documents, EditOutcome};
use crate::mailbox::{Event, Finished, Request};
use crate::pool::{Pool, Priority};
use crate::position::PositionEncoding;
use crate::publisher::{Publication, Publisher};
use crate::requests::View;
use crate::scheduler::{Scheduler, TaskKey};
use crate::transport::{Outbox, capabilities};
use crate::watchdog::{SLOW_TURN, Watchdog};
use crate::workspace::{Workspace, uri_of};
use crossbeam_channel::{Receiver, Sender};
use rocky_ide::{Change, FilePath, Interrupted};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::thread;
use std::time::Instant;
use tower_lsp::jsonrpc::{Error, ErrorCode};
use tower_lsp::lsp_types::*;

/// How often a request is computed again after an edit interrupted it.
const ATTEMPTS: u32 = 3;
/// One turn takes at most this many events, so that answers are not held back by a flood.
const EVENTS_PER_TURN: usize = 512;

/// What the command line says about the server.
#[derive(Clone, Debug, Default)]
pub struct ServerOptions {
    /// Name of the project file when it is not `rocky.toml`.
    pub config_name: Option<String>,
    /// The version that the server reports.
    pub version: String,
}

/// Starts the owner thread. Its value is whether the client shut the server down in order.
pub(crate) fn spawn(
    options: ServerOptions,
    mailbox: Receiver<Event>,
    mail: Sender<Event>,
    outbox: Outbox,
) -> std::io::Result<thread::JoinHandle<bool>> {
    let pool = Pool::start()?;
    // Priming and walking of deep queries happens on this thread too when a snapshot is made.
    thread::Builder::new().name("rocky-owner".to_owned()).stack_size(16 * 1024 * 1024).spawn(move || {
        let alarm = outbox.clone();
        let watchdog = Watchdog::start(move |running| {
            alarm.log(MessageType::WARNING, format!("the server has been busy for {} s", running.as_secs()));
        });
        let publisher = Publisher::start(outbox.clone());
        let mut owner = Owner {
            options,
            mail,
            outbox,
            pool,
            publisher,
            workspace: Workspace::default(),
            documents: Documents::default(),
            scheduler: Scheduler::default(),
            pending: BTreeMap::new(),
            folders: Vec::new(),
            encoding: PositionEncoding::default(),
            pulls: false,
            watches: false,
            shut_down: false,
        };
        owner.run(&mailbox, &watchdog);
        owner.shut_down
    })
}

struct Owner {
    options: ServerOptions,
    mail: Sender<Event>,
    outbox: Outbox,
    pool: Pool,
    publisher: Publisher,
    workspace: Workspace,
    documents: Documents,
    scheduler: Scheduler,
    /// Changes of this turn, by project.
    pending: BTreeMap<usize, Change>,
    folders: Vec<PathBuf>,
    encoding: PositionEncoding,
    /// Whether the client pulls diagnostics of open documents.
    pulls: bool,
    /// Whether the client can watch files for the server.
    watches: bool,
    shut_down: bool,
}

impl Owner {
    fn run(&mut self, mailbox: &Receiver<Event>, watchdog: &Watchdog) {
        while let Ok(first) = mailbox.recv() {
            watchdog.begin();
            let began = Instant::now();
            let name = first.name();
            let mut next = Some(first);
            let mut taken = 0;
            while let Some(event) = next.take() {
                if matches!(event, Event::Exit) {
                    return;
                }
                self.handle(event);
                taken += 1;
                if taken < EVENTS_PER_TURN {
                    next = mailbox.try_recv().ok();
                }
            }
            self.apply_pending();
            self.start_tasks();
            let took = began.elapsed();
            if took > SLOW_TURN {
                let message = format!("a turn of {taken} events took {} ms, first {name}", took.as_millis());
                self.outbox.log(MessageType::LOG, message);
            }
            watchdog.end();
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Initialize(params, reply) => {
                let result = self.initialize(*params);
                // A client that is gone needs no answer.
                let _ = reply.send(result);
            }
            Event::Shutdown(reply) => {
                self.shut_down = true;
                let _ = reply.send(());
            }
            // After `shutdown` nothing changes any more: an edit would wait for work that nobody ends.
            _ if self.shut_down => {
                if let Event::Request(request) = event {
                    (request.refuse)(Error::invalid_request());
                }
            }
            Event::Initialized => self.initialized(),
            Event::Opened(params) => self.opened(params),
            Event::Changed(params) => self.changed(params),
            Event::Closed(params) => self.closed(&params.text_document.uri),
            Event::Saved(uri) => self.touched(&uri),
            Event::Watched(changes) => changes.iter().for_each(|change| self.touched(&change.uri)),
            Event::Folders(change) => self.folders_changed(&change),
            Event::Configured(_) | Event::Exit => {}
            Event::Request(request) => self.request(request),
            Event::Finished(Finished::Interrupted(request)) => self.request(request),
            Event::Finished(Finished::Background { key, generation, interrupted }) => {
                self.scheduler.finish(&key, generation, interrupted);
            }
        }
    }

    fn initialize(&mut self, params: InitializeParams) -> InitializeResult {
        let general = params.capabilities.general.as_ref();
        let offered = general.and_then(|general| general.position_encodings.as_deref());
        self.encoding = PositionEncoding::negotiate(offered);
        let text_document = params.capabilities.text_document.as_ref();
        self.pulls = text_document.is_some_and(|abilities| abilities.diagnostic.is_some());
        let workspace = params.capabilities.workspace.as_ref();
        self.watches = workspace
            .and_then(|abilities| abilities.did_change_watched_files.as_ref())
            .and_then(|watching| watching.dynamic_registration)
            .unwrap_or(false);
        let folders = params.workspace_folders.unwrap_or_default();
        self.folders = folders.iter().filter_map(|folder| folder.uri.to_file_path().ok()).collect();
        if self.folders.is_empty() {
            self.folders.extend(params.root_uri.and_then(|uri| uri.to_file_path().ok()));
        }
        #[allow(deprecated, reason = "old clients send nothing else")]
        if self.folders.is_empty() {
            self.folders.extend(params.root_path.map(PathBuf::from));
        }
        InitializeResult {
            capabilities: capabilities(self.encoding, self.pulls),
            server_info: Some(ServerInfo {
                name: "rocky".to_owned(),
                version: Some(self.options.version.clone()),
            }),
        }
    }

    fn initialized(&mut self) {
        if self.watches {
            self.outbox.register(watchers());
        }
        for folder in std::mem::take(&mut self.folders) {
            self.open_folder(&folder);
        }
    }

    fn open_folder(&mut self, folder: &std::path::Path) {
        let known = self.workspace.projects.len();
        self.workspace.open_folder(folder, self.options.config_name.as_deref());
        self.scheduler.advance();
        for project in known..self.workspace.projects.len() {
            self.scheduler.want(TaskKey::Sweep(project));
        }
        // Documents may have been opened before their project was.
        let open: Vec<Url> = self.documents.iter().map(|(uri, _)| uri.clone()).collect();
        open.iter().for_each(|uri| self.overlay(uri));
    }

    fn folders_changed(&mut self, change: &WorkspaceFoldersChangeEvent) {
        for folder in &change.added {
            if let Ok(path) = folder.uri.to_file_path() {
                self.open_folder(&path);
            }
        }
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        let uri = document.uri;
        self.documents.open(uri.clone(), document.language_id, document.version, document.text);
        if self.pulls {
            // From now on the client asks; what was pushed for the closed file must not stay beside it.
            self.publisher.send(Publication::Document {
                uri: uri.clone(),
                diagnostics: Vec::new(),
                version: None,
                pulled: false,
            });
            self.publisher.send(Publication::Forget(uri.clone()));
        }
        self.overlay(&uri);
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let VersionedTextDocumentIdentifier { uri, version } = params.text_document;
        match self.documents.edit(&uri, version, params.content_changes, self.encoding) {
            EditOutcome::Applied => self.overlay(&uri),
            EditOutcome::NotOpen => {
                self.outbox.log(MessageType::WARNING, format!("edit of {uri}, which is not open"));
            }
            EditOutcome::OutOfStep => {
                let message = format!("edit {version} of {uri} does not follow the one before it");
                self.outbox.log(MessageType::WARNING, message);
            }
        }
    }

    fn closed(&mut self, uri: &Url) {
        if self.documents.close(uri) {
            self.publisher.send(Publication::Forget(uri.clone()));
            self.overlay(uri);
        }
    }

    /// Hands the document's text (or its absence) to its project.
    fn overlay(&mut self, uri: &Url) {
        let Some((project, path)) = self.workspace.locate(uri, self.options.config_name.as_deref()) else {
            return;
        };
        let text = match self.documents.get(uri) {
            Some(document) => match &document.text {
                Some(text) => Some(text.clone()),
                None => return,
            },
            None => None,
        };
        let change = self.pending.entry(project).or_default();
        if text.is_none() {
            change.touched.push(path.clone());
        }
        change.overlays.insert(path, text);
    }

    fn touched(&mut self, uri: &Url) {
        let Ok(path) = uri.to_file_path() else { return };
        if let Some((project, path)) = self.workspace.find(&path) {
            self.pending.entry(project).or_default().touched.push(path);
        } else if path.file_name().is_some_and(|name| name == "rocky.toml") {
            // A project appeared.
            if let Some(folder) = path.parent() {
                self.open_folder(folder);
            }
        }
    }

    fn apply_pending(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        self.scheduler.advance();
        for (project, change) in std::mem::take(&mut self.pending) {
            self.workspace.projects[project].host.apply_change(change);
            for (uri, _) in self.documents.iter() {
                let Ok(path) = uri.to_file_path() else { continue };
                if let Some((owner, path)) = self.workspace.find(&path)
                    && owner == project
                {
                    self.scheduler.want(TaskKey::Document(project, path));
                }
            }
            self.scheduler.want(TaskKey::Sweep(project));
        }
    }

    fn request(&mut self, mut request: Request) {
        if request.cancelled.is_tripped() {
            // tower-lsp has already answered it.
            return;
        }
        request.attempts += 1;
        if request.attempts > ATTEMPTS {
            let mut error = Error::new(ErrorCode::ServerError(-32801));
            error.message = "the document changed while the answer was computed".into();
            (request.refuse)(error);
            return;
        }
        // A request sees every edit that was sent before it.
        self.apply_pending();
        let view = self.view(request.uri.as_ref());
        if let Some((snapshot, _)) = &view.document {
            request.cancelled.watch(snapshot.cancel_handle());
        }
        let mail = self.mail.clone();
        self.pool.spawn(Priority::Urgent, move || {
            let outcome = (request.answer)(&view);
            // The snapshot must be gone before the owner hears of it: its next edit waits for it.
            drop(view);
            match outcome {
                Ok(()) | Err(Interrupted::Cancelled) => {}
                Err(Interrupted::Edited) => {
                    let _ = mail.send(Event::Finished(Finished::Interrupted(request)));
                }
                Err(Interrupted::Panicked(message)) => {
                    let mut error = Error::internal_error();
                    error.message = format!("this is a bug in Rocky: {message}").into();
                    (request.refuse)(error);
                }
            }
        });
    }

    fn view(&mut self, uri: Option<&Url>) -> View {
        let located = uri.and_then(|uri| self.workspace.locate(uri, self.options.config_name.as_deref()));
        match located {
            Some((number, path)) => {
                let project = &self.workspace.projects[number];
                View {
                    document: Some((project.host.snapshot(), path)),
                    root: project.root.clone(),
                    encoding: self.encoding,
                }
            }
            None => View { document: None, root: PathBuf::new(), encoding: self.encoding },
        }
    }

    fn start_tasks(&mut self) {
        if self.shut_down {
            return;
        }
        for (key, generation) in self.scheduler.start() {
            match &key {
                TaskKey::Document(project, path) => {
                    let (project, path) = (*project, path.clone());
                    self.start_document(key, generation, project, path);
                }
                TaskKey::Sweep(project) => {
                    let project = *project;
                    self.start_sweep(key, generation, project);
                }
            }
        }
    }

    fn start_document(&self, key: TaskKey, generation: u64, number: usize, path: FilePath) {
        let project = &self.workspace.projects[number];
        let uri = uri_of(&project.root, &path);
        let version = uri.as_ref().and_then(|uri| self.documents.get(uri)).map(|document| document.version);
        let (snapshot, root) = (project.host.snapshot(), project.root.clone());
        let (encoding, pulled) = (self.encoding, self.pulls);
        let (mail, publisher) = (self.mail.clone(), self.publisher.clone());
        self.pool.spawn(Priority::Urgent, move || {
            let found = snapshot.run(|analysis| {
                convert::diagnostics(&analysis.diagnostics(&path), analysis, &root, encoding)
            });
            drop(snapshot);
            let interrupted = matches!(found, Err(Interrupted::Edited | Interrupted::Cancelled));
            if let (Ok(diagnostics), Some(uri), true) = (found, uri, version.is_some()) {
                publisher.send(Publication::Document { uri, diagnostics, version, pulled });
            }
            let _ = mail.send(Event::Finished(Finished::Background { key, generation, interrupted }));
        });
    }

    fn start_sweep(&self, key: TaskKey, generation: u64, number: usize) {
        let project = &self.workspace.projects[number];
        let (snapshot, root) = (project.host.snapshot(), project.root.clone());
        let open: BTreeSet<Url> = self.documents.iter().map(|(uri, _)| uri.clone()).collect();
        let encoding = self.encoding;
        let (mail, publisher) = (self.mail.clone(), self.publisher.clone());
        self.pool.spawn(Priority::Background, move || {
            let swept = snapshot.run(|analysis| {
                let mut files = open.clone();
                for (path, findings) in analysis.all_diagnostics() {
                    let Some(uri) = uri_of(&root, &path) else { continue };
                    if open.contains(&uri) {
                        continue;
                    }
                    let diagnostics = convert::diagnostics(&findings, analysis, &root, encoding);
                    files.insert(uri.clone());
                    publisher.send(Publication::Document { uri, diagnostics, version: None, pulled: false });
                }
                files
            });
            drop(snapshot);
            let interrupted = matches!(swept, Err(Interrupted::Edited | Interrupted::Cancelled));
            if let (Ok(files), Ok(root)) = (swept, Url::from_directory_path(&root)) {
                publisher.send(Publication::Swept { root: root.to_string(), files });
            }
            let _ = mail.send(Event::Finished(Finished::Background { key, generation, interrupted }));
        });
    }
}

fn watchers() -> Vec<Registration> {
    let patterns =
        ["**/*.{rocky,sql,toml,sql-macro}", "**/macros/**", "**/seeds/**/*.csv", "**/contracts/**"];
    let watchers = patterns
        .iter()
        .map(|pattern| FileSystemWatcher {
            glob_pattern: GlobPattern::String((*pattern).to_owned()),
            kind: None,
        })
        .collect();
    let options = DidChangeWatchedFilesRegistrationOptions { watchers };
    vec![Registration {
        id: "rocky-files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: serde_json::to_value(options).ok(),
    }]
}
