//! The owner thread: the only place that changes anything.
//!
//! One turn takes what is in the mailbox, merges all edits into one change per project, applies it once
//! (which interrupts running work), starts requests on snapshots and schedules diagnostics. Nothing in a
//! turn waits for the client or computes findings.

use crate::convert;
use crate::documents::{Document, Documents, EditOutcome};
use crate::mailbox::{Event, Finished, QueuedRequest, Request, Swept, TaskOutcome, TaskReport};
use crate::pool::{Pool, Priority};
use crate::position::PositionEncoding;
use crate::publisher::{Delivery, Publication, Publisher};
use crate::requests::View;
use crate::scheduler::{Scheduler, TaskKey};
use crate::transport::{Outbox, capabilities};
use crate::watchdog::{SLOW_TURN, Watchdog};
use crate::workspace::{Workspace, uri_of};
use crossbeam_channel::{Receiver, Sender};
use rocky_ide::{Change, FilePath, Interrupted};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;
use tower_lsp::jsonrpc::{Error, ErrorCode};
use tower_lsp::lsp_types::*;

/// How often a request is computed; edits may interrupt it.
const ATTEMPTS: u32 = 3;
/// The protocol's number for "the document changed".
const CONTENT_MODIFIED: i64 = -32801;
/// One turn takes at most this many events, so that answers are not held back by a flood.
const EVENTS_PER_TURN: usize = 512;

/// What the command line says about the server.
#[derive(Clone, Debug, Default)]
pub struct ServerOptions {
    /// Name of the project file when it is not `rocky.toml`.
    pub config_name: Option<String>,
    /// The version that the server reports.
    pub version: String,
    /// The name of this build, under which outcomes are kept in a project's cache; `None` keeps nothing.
    pub build: Option<String>,
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
        let mut workspace = Workspace::default();
        workspace.build.clone_from(&options.build);
        let mut owner = Owner {
            options,
            mail,
            outbox,
            pool,
            publisher,
            workspace,
            documents: Documents::default(),
            scheduler: Scheduler::default(),
            pending: BTreeMap::new(),
            folders: Vec::new(),
            encoding: PositionEncoding::default(),
            delivery: Delivery::Push,
            watches: false,
            refreshes_tokens: false,
            token_bases: BTreeMap::new(),
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
    /// How the client learns of the findings of open documents.
    delivery: Delivery,
    /// Whether the client can watch files for the server.
    watches: bool,
    /// Whether the client can be asked to ask for semantic tokens again.
    refreshes_tokens: bool,
    /// What the tokens of each project depended on when it was last swept.
    token_bases: BTreeMap<usize, u64>,
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
            Event::Request(request)
            | Event::Finished(Finished::Interrupted(request) | Finished::Postponed(request))
                if self.shut_down =>
            {
                (request.refuse)(Error::invalid_request());
            }
            _ if self.shut_down => {}
            Event::Initialized => self.initialized(),
            Event::Opened(params) => self.opened(params),
            Event::Changed(params) => self.changed(params),
            Event::Closed(params) => self.closed(&params.text_document.uri),
            Event::Saved(uri) => self.touched(&uri),
            Event::Watched(changes) => changes.iter().for_each(|change| self.touched(&change.uri)),
            Event::Folders(change) => self.folders_changed(&change),
            Event::Exit => {}
            Event::Request(request) | Event::Finished(Finished::Postponed(request)) => self.request(request),
            Event::Finished(Finished::Interrupted(mut request)) => {
                request.interruptions += 1;
                self.request(request);
            }
            Event::Finished(Finished::Task { key, generation, outcome }) => {
                self.task_ended(&key, generation, outcome);
            }
        }
    }

    fn initialize(&mut self, params: InitializeParams) -> InitializeResult {
        let general = params.capabilities.general.as_ref();
        let offered = general.and_then(|general| general.position_encodings.as_deref());
        self.encoding = PositionEncoding::negotiate(offered);
        let text_document = params.capabilities.text_document.as_ref();
        let pulls = text_document.is_some_and(|abilities| abilities.diagnostic.is_some());
        let workspace = params.capabilities.workspace.as_ref();
        let refreshes =
            workspace.and_then(|abilities| abilities.diagnostic.as_ref()?.refresh_support).unwrap_or(false);
        self.delivery = match (pulls, refreshes) {
            (false, _) => Delivery::Push,
            (true, true) => Delivery::AskToPull,
            (true, false) => Delivery::Silent,
        };
        self.refreshes_tokens = workspace
            .and_then(|abilities| abilities.semantic_tokens.as_ref()?.refresh_support)
            .unwrap_or(false);
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
            capabilities: capabilities(self.encoding, pulls),
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

    fn open_folder(&mut self, folder: &Path) {
        let opened = self.workspace.open_folder(folder, self.options.config_name.as_deref());
        self.scheduler.advance();
        for project in opened {
            self.scheduler.want(TaskKey::Sweep(project));
        }
        // Documents may have been opened before their project was.
        let open: Vec<Url> = self.documents.iter().map(|(uri, _)| uri.clone()).collect();
        open.iter().for_each(|uri| self.overlay(uri));
    }

    fn folders_changed(&mut self, change: &WorkspaceFoldersChangeEvent) {
        for folder in &change.removed {
            let Ok(path) = folder.uri.to_file_path() else { continue };
            for project in self.workspace.close_folder(&path) {
                self.pending.remove(&project);
                self.token_bases.remove(&project);
                self.scheduler.forget(project);
                // Nothing of it has findings any more.
                let (found, open) = (Vec::new(), BTreeSet::new());
                self.publisher.send(Publication::Swept { project, found, open });
            }
        }
        for folder in &change.added {
            if let Ok(path) = folder.uri.to_file_path() {
                self.open_folder(&path);
            }
        }
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        let uri = document.uri;
        self.documents.open(uri.clone(), document.version, document.text);
        if self.delivery != Delivery::Push {
            // From now on the client asks; what was pushed for the closed file must not stay beside it.
            self.publisher.send(Publication::Clear(uri.clone()));
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
        self.pending.entry(project).or_default().overlays.insert(path, text);
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
        self.pool.drop_queued();
        for (project, change) in std::mem::take(&mut self.pending) {
            let Some(opened) = self.workspace.projects.get_mut(&project) else { continue };
            opened.host.apply_change(change);
            let open: Vec<FilePath> = self.open_documents(project).into_keys().collect();
            for path in open {
                self.scheduler.want(TaskKey::Document(project, path));
            }
            self.scheduler.want(TaskKey::Sweep(project));
        }
    }

    /// The open documents of a project, by project path. The client's own URIs: it may spell the URI of
    /// a path in another way than we do.
    fn open_documents(&self, project: usize) -> BTreeMap<FilePath, Url> {
        let documents = self.documents.iter();
        documents
            .filter_map(|(uri, _)| {
                let (owner, path) = self.workspace.find(&uri.to_file_path().ok()?)?;
                (owner == project).then(|| (path, uri.clone()))
            })
            .collect()
    }

    fn request(&mut self, request: Request) {
        if request.cancelled.is_tripped() {
            // tower-lsp has already answered it.
            return;
        }
        if request.interruptions >= ATTEMPTS {
            let mut error = Error::new(ErrorCode::ServerError(CONTENT_MODIFIED));
            error.message = "the project changed while the answer was computed".into();
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
        let priority = request.priority;
        let queued = QueuedRequest::new(request, mail.clone());
        self.pool.spawn(priority, move || {
            let Some(request) = queued.take() else { return };
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
        let open = uri.and_then(|uri| Some((uri.clone(), self.documents.get(uri)?.text.clone()?)));
        match located {
            Some((number, path)) => {
                let project = &self.workspace.projects[&number];
                View {
                    document: Some((project.host.snapshot(), path)),
                    open,
                    root: project.root.clone(),
                    encoding: self.encoding,
                }
            }
            None => View { document: None, open, root: PathBuf::new(), encoding: self.encoding },
        }
    }

    fn start_tasks(&mut self) {
        if self.shut_down {
            return;
        }
        for (key, generation) in self.scheduler.start() {
            let report = TaskReport::new(key.clone(), generation, self.mail.clone());
            match key {
                TaskKey::Document(project, path) => self.start_document(report, project, path),
                TaskKey::Sweep(project) => self.start_sweep(report, project),
            }
        }
    }

    fn start_document(&self, report: TaskReport, number: usize, path: FilePath) {
        let uri = self.open_documents(number).remove(&path);
        let version = uri.and_then(|uri| Some(self.documents.get(&uri)?.version));
        // Closed meanwhile: the sweep looks after it.
        let Some(version) = version else { return report.send(TaskOutcome::Closed) };
        let project = &self.workspace.projects[&number];
        let (snapshot, root, encoding) = (project.host.snapshot(), project.root.clone(), self.encoding);
        self.pool.spawn(Priority::Urgent, move || {
            let found = snapshot.run(|analysis| {
                convert::diagnostics(&analysis.diagnostics(&path), analysis, &root, encoding)
            });
            drop(snapshot);
            report.send(outcome_of(found.map(|found| TaskOutcome::Document(version, found))));
        });
    }

    fn start_sweep(&self, report: TaskReport, number: usize) {
        let project = &self.workspace.projects[&number];
        let (snapshot, root, encoding) = (project.host.snapshot(), project.root.clone(), self.encoding);
        let open = self.open_documents(number);
        self.pool.spawn(Priority::Background, move || {
            let swept = snapshot.run(|analysis| {
                let token_basis = analysis.token_basis();
                let all = analysis.all_diagnostics();
                let closed = all.iter().filter(|(path, _)| !open.contains_key(path));
                let found = closed.filter_map(|(path, findings)| {
                    let uri = uri_of(&root, path)?;
                    Some((uri, convert::diagnostics(findings, analysis, &root, encoding)))
                });
                Swept { found: found.collect(), token_basis }
            });
            let is_done = swept.is_ok();
            report.send(outcome_of(swept.map(TaskOutcome::Sweep)));
            if is_done {
                // An edit interrupts it like everything else, and loses nothing.
                let _ = snapshot.run(|analysis| analysis.warm_up_and_keep());
            }
            drop(snapshot);
        });
    }

    /// Publishes what a task found, unless something newer is wanted already.
    fn task_ended(&mut self, key: &TaskKey, generation: u64, outcome: TaskOutcome) {
        let interrupted = matches!(outcome, TaskOutcome::Interrupted);
        if !self.scheduler.finish(key, generation, interrupted) {
            return;
        }
        match (key, outcome) {
            (TaskKey::Document(project, path), TaskOutcome::Document(version, diagnostics)) => {
                let Some(uri) = self.open_documents(*project).remove(path) else { return };
                // An edit of this very turn may not have been applied yet; of an unknown text nothing
                // can be said.
                let is_current =
                    |document: &&Document| document.version == version && document.text.is_some();
                if self.documents.get(&uri).filter(is_current).is_some() {
                    let (project, delivery) = (*project, self.delivery);
                    let publication = Publication::Document { project, uri, diagnostics, version, delivery };
                    self.publisher.send(publication);
                }
            }
            (TaskKey::Sweep(project), TaskOutcome::Sweep(Swept { found, token_basis })) => {
                let before = self.token_bases.insert(*project, token_basis);
                if self.refreshes_tokens && before.is_some_and(|before| before != token_basis) {
                    // What a word is has changed in texts that have not.
                    self.outbox.refresh_tokens();
                }
                let open: BTreeSet<Url> = self.open_documents(*project).into_values().collect();
                self.publisher.send(Publication::Swept { project: *project, found, open });
            }
            (_, TaskOutcome::Panicked(message)) => {
                self.outbox.log(MessageType::ERROR, format!("this is a bug in Rocky: {message}"));
            }
            _ => {}
        }
    }
}

fn outcome_of(ended: Result<TaskOutcome, Interrupted>) -> TaskOutcome {
    match ended {
        Ok(outcome) => outcome,
        Err(Interrupted::Edited | Interrupted::Cancelled) => TaskOutcome::Interrupted,
        Err(Interrupted::Panicked(message)) => TaskOutcome::Panicked(message),
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
