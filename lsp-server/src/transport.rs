//! tower-lsp: handlers that put an event into the mailbox before their first await, and wait.
//!
//! tower-lsp polls handlers concurrently. The order of their *first polls* is the order of arrival; what
//! comes after an await is not. So nothing is awaited before the event is in the mailbox. Its default of
//! four concurrent handlers would let four slow requests starve edits and cancellations.

use crate::action_requests;
use crate::format_requests;
use crate::mailbox::{CancelFlag, Event, Request};
use crate::main_loop::{self, ServerOptions};
use crate::pool::Priority;
use crate::position::PositionEncoding;
use crate::requests::{self, View};
use crate::syntax_requests::{self, MatchingBraceParams, OnEnterAnswer, OnEnterParams};
use crate::token_encoding::{self, SentTokens};
use crossbeam_channel::Sender;
use rocky_ide::Interrupted;
use std::future::Future as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{self, Error};
use tower_lsp::lsp_types::request::{SemanticTokensRefresh, WorkspaceDiagnosticRefresh};
use tower_lsp::lsp_types::*;
use tower_lsp::{Client, LanguageServer, LspService, Server};
use tower_service::Service;

const CONCURRENT_HANDLERS: usize = 1024;
/// What the Enter key does; announced as experimental.
const ON_ENTER: &str = "rocky/onEnter";
/// The other ends of brackets; announced as experimental.
const MATCHING_BRACE: &str = "rocky/matchingBrace";

/// What the publisher and the owner may send to the client.
#[derive(Clone)]
pub(crate) struct Outbox {
    client: Client,
    runtime: tokio::runtime::Handle,
}

impl Outbox {
    /// Publishes the findings of one document.
    pub(crate) async fn publish(&self, uri: Url, diagnostics: Vec<Diagnostic>, version: Option<i32>) {
        self.client.publish_diagnostics(uri, diagnostics, version).await;
    }

    /// Asks the client to pull diagnostics again. Never waited for.
    pub(crate) fn refresh_diagnostics(&self) {
        let client = self.client.clone();
        self.runtime.spawn(async move { client.send_request::<WorkspaceDiagnosticRefresh>(()).await });
    }

    /// Asks the client to ask for semantic tokens again. Never waited for.
    pub(crate) fn refresh_tokens(&self) {
        let client = self.client.clone();
        self.runtime.spawn(async move { client.send_request::<SemanticTokensRefresh>(()).await });
    }

    /// Registers file watchers with the client. Never waited for.
    pub(crate) fn register(&self, registrations: Vec<Registration>) {
        let client = self.client.clone();
        self.runtime.spawn(async move { client.register_capability(registrations).await });
    }

    /// Tells the client something for its log.
    pub(crate) fn log(&self, level: MessageType, message: String) {
        let client = self.client.clone();
        self.runtime.spawn(async move { client.log_message(level, message).await });
    }

    /// The runtime for the publisher task.
    pub(crate) fn runtime(&self) -> &tokio::runtime::Handle {
        &self.runtime
    }
}

struct Backend {
    mail: Sender<Event>,
    /// What the client can fold.
    folding: OnceLock<FoldingRangeClientCapabilities>,
    sent_tokens: SentTokens,
}

/// Trips the flag when the handler's future is dropped before its answer came: that is how tower-lsp
/// delivers `$/cancelRequest`.
struct TripOnDrop(CancelFlag);

impl Drop for TripOnDrop {
    fn drop(&mut self) {
        self.0.trip();
    }
}

type ReplySlot<T> = Arc<Mutex<Option<oneshot::Sender<jsonrpc::Result<T>>>>>;

fn reply<T>(slot: &ReplySlot<T>, answer: jsonrpc::Result<T>) {
    let sender = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(sender) = sender {
        // The client may have gone; then nobody misses the answer.
        let _ = sender.send(answer);
    }
}

impl Backend {
    fn tell(&self, event: Event) {
        // The owner is gone only after `exit`; then nothing is left to be told.
        let _ = self.mail.send(event);
    }

    async fn ask<T: Send + 'static>(
        &self,
        name: &'static str,
        uri: Option<Url>,
        work: impl Fn(&View) -> Result<T, Interrupted> + Send + Sync + 'static,
    ) -> jsonrpc::Result<T> {
        self.ask_with(Priority::Urgent, name, uri, work).await
    }

    /// Asks what a document's syntax answers.
    async fn ask_syntax<T: Send + 'static>(
        &self,
        name: &'static str,
        uri: Url,
        work: impl Fn(&View) -> Result<T, Interrupted> + Send + Sync + 'static,
    ) -> jsonrpc::Result<T> {
        self.ask_with(Priority::Immediate, name, Some(uri), work).await
    }

    async fn ask_with<T: Send + 'static>(
        &self,
        priority: Priority,
        name: &'static str,
        uri: Option<Url>,
        work: impl Fn(&View) -> Result<T, Interrupted> + Send + Sync + 'static,
    ) -> jsonrpc::Result<T> {
        let (sender, receiver) = oneshot::channel();
        let slot: ReplySlot<T> = Arc::new(Mutex::new(Some(sender)));
        let cancelled = CancelFlag::default();
        let answer_slot = slot.clone();
        let request = Request {
            name,
            uri,
            priority,
            answer: Arc::new(move |view| {
                let answer = work(view)?;
                reply(&answer_slot, Ok(answer));
                Ok(())
            }),
            refuse: Box::new(move |error| reply(&slot, Err(error))),
            cancelled: cancelled.clone(),
            interruptions: 0,
        };
        let _guard = TripOnDrop(cancelled);
        self.tell(Event::Request(request));
        receiver.await.unwrap_or_else(|_| Err(Error::internal_error()))
    }
}

impl Backend {
    async fn tokens(
        &self,
        name: &'static str,
        uri: &Url,
        range: Option<Range>,
    ) -> jsonrpc::Result<Option<Vec<SemanticToken>>> {
        self.ask_syntax(name, uri.clone(), move |view| syntax_requests::semantic_tokens(view, range)).await
    }

    async fn on_enter(&self, params: OnEnterParams) -> jsonrpc::Result<Option<OnEnterAnswer>> {
        let OnEnterParams { at, options } = params;
        self.ask_syntax(ON_ENTER, at.text_document.uri, move |view| {
            syntax_requests::on_enter(view, at.position, options)
        })
        .await
    }

    async fn matching_brace(&self, params: MatchingBraceParams) -> jsonrpc::Result<Option<Vec<Position>>> {
        let MatchingBraceParams { text_document, positions } = params;
        self.ask_syntax(MATCHING_BRACE, text_document.uri, move |view| {
            syntax_requests::matching_braces(view, &positions)
        })
        .await
    }
}

#[tower_lsp::async_trait]
impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> jsonrpc::Result<InitializeResult> {
        let text_document = params.capabilities.text_document.as_ref();
        if let Some(folding) = text_document.and_then(|abilities| abilities.folding_range.clone()) {
            // A second `initialize` is refused by tower-lsp.
            let _ = self.folding.set(folding);
        }
        let (sender, receiver) = oneshot::channel();
        self.tell(Event::Initialize(Box::new(params), sender));
        receiver.await.map_err(|_| Error::internal_error())
    }

    async fn initialized(&self, _: InitializedParams) {
        self.tell(Event::Initialized);
    }

    async fn shutdown(&self) -> jsonrpc::Result<()> {
        let (sender, receiver) = oneshot::channel();
        self.tell(Event::Shutdown(sender));
        receiver.await.map_err(|_| Error::internal_error())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.tell(Event::Opened(params));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.tell(Event::Changed(params));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.sent_tokens.forget(&params.text_document.uri);
        self.tell(Event::Closed(params));
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.tell(Event::Saved(params.text_document.uri));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.tell(Event::Watched(params.changes));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.tell(Event::Folders(params.event));
    }

    async fn did_change_configuration(&self, _: DidChangeConfigurationParams) {
        // There is no setting yet; without this the client's notification would be logged as unknown.
    }

    async fn hover(&self, params: HoverParams) -> jsonrpc::Result<Option<Hover>> {
        let at = params.text_document_position_params;
        let uri = at.text_document.uri;
        self.ask("textDocument/hover", Some(uri), move |view| requests::hover(view, at.position)).await
    }

    async fn goto_definition(
        &self,
        params: GotoDefinitionParams,
    ) -> jsonrpc::Result<Option<GotoDefinitionResponse>> {
        let at = params.text_document_position_params;
        let uri = at.text_document.uri;
        self.ask("textDocument/definition", Some(uri), move |view| requests::definition(view, at.position))
            .await
    }

    async fn document_symbol(
        &self,
        params: DocumentSymbolParams,
    ) -> jsonrpc::Result<Option<DocumentSymbolResponse>> {
        let uri = params.text_document.uri;
        self.ask("textDocument/documentSymbol", Some(uri), requests::document_symbols).await
    }

    async fn completion(&self, params: CompletionParams) -> jsonrpc::Result<Option<CompletionResponse>> {
        let at = params.text_document_position;
        let uri = at.text_document.uri;
        self.ask("textDocument/completion", Some(uri), move |view| requests::completion(view, at.position))
            .await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> jsonrpc::Result<Option<Vec<FoldingRange>>> {
        let uri = params.text_document.uri;
        let folding = self.folding.get();
        let whole_lines = folding.and_then(|abilities| abilities.line_folding_only).unwrap_or(false);
        let limit = folding.and_then(|abilities| abilities.range_limit);
        self.ask_syntax("textDocument/foldingRange", uri, move |view| {
            syntax_requests::folding_ranges(view, whole_lines, limit)
        })
        .await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> jsonrpc::Result<Option<Vec<TextEdit>>> {
        let uri = params.text_document.uri;
        self.ask("textDocument/formatting", Some(uri.clone()), move |view| {
            format_requests::document(view, &uri, &params.options)
        })
        .await
    }

    async fn range_formatting(
        &self,
        params: DocumentRangeFormattingParams,
    ) -> jsonrpc::Result<Option<Vec<TextEdit>>> {
        let uri = params.text_document.uri;
        self.ask("textDocument/rangeFormatting", Some(uri.clone()), move |view| {
            format_requests::range(view, &uri, params.range, &params.options)
        })
        .await
    }

    async fn on_type_formatting(
        &self,
        params: DocumentOnTypeFormattingParams,
    ) -> jsonrpc::Result<Option<Vec<TextEdit>>> {
        let at = params.text_document_position;
        let uri = at.text_document.uri;
        self.ask("textDocument/onTypeFormatting", Some(uri.clone()), move |view| {
            format_requests::on_type(view, &uri, at.position, &params.ch, &params.options)
        })
        .await
    }

    async fn selection_range(
        &self,
        params: SelectionRangeParams,
    ) -> jsonrpc::Result<Option<Vec<SelectionRange>>> {
        let uri = params.text_document.uri;
        self.ask_syntax("textDocument/selectionRange", uri, move |view| {
            syntax_requests::selection_ranges(view, &params.positions)
        })
        .await
    }

    async fn document_highlight(
        &self,
        params: DocumentHighlightParams,
    ) -> jsonrpc::Result<Option<Vec<DocumentHighlight>>> {
        let at = params.text_document_position_params;
        self.ask_syntax("textDocument/documentHighlight", at.text_document.uri, move |view| {
            syntax_requests::highlights(view, at.position)
        })
        .await
    }

    async fn semantic_tokens_full(
        &self,
        params: SemanticTokensParams,
    ) -> jsonrpc::Result<Option<SemanticTokensResult>> {
        let uri = params.text_document.uri;
        let tokens = self.tokens("textDocument/semanticTokens/full", &uri, None).await?;
        Ok(tokens.map(|tokens| SemanticTokensResult::Tokens(self.sent_tokens.full(uri, tokens))))
    }

    async fn semantic_tokens_full_delta(
        &self,
        params: SemanticTokensDeltaParams,
    ) -> jsonrpc::Result<Option<SemanticTokensFullDeltaResult>> {
        let uri = params.text_document.uri;
        let tokens = self.tokens("textDocument/semanticTokens/full/delta", &uri, None).await?;
        Ok(tokens.map(|tokens| self.sent_tokens.delta(uri, &params.previous_result_id, tokens)))
    }

    async fn semantic_tokens_range(
        &self,
        params: SemanticTokensRangeParams,
    ) -> jsonrpc::Result<Option<SemanticTokensRangeResult>> {
        let (uri, range) = (params.text_document.uri, params.range);
        let tokens = self.tokens("textDocument/semanticTokens/range", &uri, Some(range)).await?;
        let answer = |data| SemanticTokensRangeResult::Tokens(SemanticTokens { result_id: None, data });
        Ok(tokens.map(answer))
    }

    async fn code_action(&self, params: CodeActionParams) -> jsonrpc::Result<Option<CodeActionResponse>> {
        let uri = params.text_document.uri;
        let (range, only) = (params.range, params.context.only);
        self.ask("textDocument/codeAction", Some(uri), move |view| {
            action_requests::code_actions(view, range, only.as_deref())
        })
        .await
    }

    async fn diagnostic(
        &self,
        params: DocumentDiagnosticParams,
    ) -> jsonrpc::Result<DocumentDiagnosticReportResult> {
        let uri = params.text_document.uri;
        let known = params.previous_result_id;
        self.ask("textDocument/diagnostic", Some(uri), move |view| {
            requests::document_diagnostics(view, known.as_deref())
        })
        .await
    }
}

/// Serves one client over standard input and output until it says `exit` or goes away. Gives the exit
/// code of the process: 0 after an orderly `shutdown`, 1 otherwise.
///
/// # Errors
/// When the runtime or the owner thread cannot be started.
pub fn run_stdio(options: ServerOptions) -> anyhow::Result<i32> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let orderly = runtime.block_on(serve(options, tokio::io::stdin(), tokio::io::stdout()));
    // The thread that reads standard input may still wait for the client; it must not keep the process.
    runtime.shutdown_background();
    Ok(i32::from(!orderly?))
}

/// Serves one client over any pair of byte streams until it says `exit` or goes away; whether it shut
/// the server down in order. Runs on a multi-threaded Tokio runtime.
///
/// # Errors
/// When the owner thread cannot be started.
pub async fn serve<I, O>(options: ServerOptions, input: I, output: O) -> anyhow::Result<bool>
where
    I: AsyncRead + Unpin,
    O: AsyncWrite,
{
    let runtime = tokio::runtime::Handle::current();
    let (mail, mailbox) = crossbeam_channel::unbounded();
    let mut owner = None;
    let (service, socket) = LspService::build(|client| {
        let outbox = Outbox { client, runtime };
        owner = Some(main_loop::spawn(options, mailbox, mail.clone(), outbox));
        Backend { mail: mail.clone(), folding: OnceLock::new(), sent_tokens: SentTokens::default() }
    })
    .custom_method(ON_ENTER, Backend::on_enter)
    .custom_method(MATCHING_BRACE, Backend::matching_brace)
    .finish();
    let owner = owner.ok_or_else(|| anyhow::anyhow!("the language server could not start"))??;
    let (said_exit, exit) = oneshot::channel();
    let service = NoticesExit { service, said_exit: Some(said_exit) };
    Server::new(UntilExit { input, exit }, output, socket)
        .concurrency_level(CONCURRENT_HANDLERS)
        .serve(service)
        .await;
    let _ = mail.send(Event::Exit);
    let orderly = tokio::task::spawn_blocking(move || owner.join().unwrap_or(false)).await;
    Ok(orderly.unwrap_or(false))
}

/// Smooths what tower-lsp makes of the end. It notices `exit` only when another message, or the end of the
/// input, follows it; clients that keep the pipe open would wait for ever: this tells the reader at once.
/// And it refuses `shutdown` with `"params": null`, which some clients send.
struct NoticesExit<S> {
    service: S,
    said_exit: Option<oneshot::Sender<()>>,
}

impl<S: Service<jsonrpc::Request>> Service<jsonrpc::Request> for NoticesExit<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: jsonrpc::Request) -> Self::Future {
        if request.method() == "exit"
            && let Some(said_exit) = self.said_exit.take()
        {
            let _ = said_exit.send(());
        }
        if matches!(request.method(), "shutdown" | "exit") {
            let bare = jsonrpc::Request::build(request.method().to_owned());
            let bare = match request.id() {
                Some(id) => bare.id(id.clone()),
                None => bare,
            };
            return self.service.call(bare.finish());
        }
        self.service.call(request)
    }
}

/// Input that ends when the client says `exit`.
struct UntilExit<I> {
    input: I,
    exit: oneshot::Receiver<()>,
}

impl<I: AsyncRead + Unpin> AsyncRead for UntilExit<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if let Poll::Ready(Ok(())) = Pin::new(&mut self.exit).poll(context) {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.input).poll_read(context, buffer)
    }
}

/// What the server can do, for `initialize`.
pub(crate) fn capabilities(encoding: PositionEncoding, pull: bool) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
        semantic_tokens_provider: Some(token_encoding::options()),
        document_formatting_provider: Some(OneOf::Left(true)),
        document_range_formatting_provider: Some(OneOf::Left(true)),
        document_on_type_formatting_provider: Some(DocumentOnTypeFormattingOptions {
            first_trigger_character: "\n".to_owned(),
            more_trigger_character: Some(vec!["}".to_owned(), ",".to_owned()]),
        }),
        experimental: Some(serde_json::json!({"onEnter": true, "matchingBrace": true})),
        code_action_provider: Some(action_requests::capability()),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(vec![".".to_owned(), " ".to_owned()]),
            resolve_provider: Some(false),
            ..CompletionOptions::default()
        }),
        diagnostic_provider: pull.then(|| {
            DiagnosticServerCapabilities::Options(DiagnosticOptions {
                identifier: Some("rocky".to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: false,
                ..DiagnosticOptions::default()
            })
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: None,
        }),
        ..ServerCapabilities::default()
    }
}
