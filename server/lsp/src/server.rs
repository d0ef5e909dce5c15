use crate::actions;
use crate::cancels::Cancels;
use crate::commands;
use crate::connection::{Capabilities, Connection, LiveDiagnostics, OutOfStep};
use crate::convert::path_of;
use crate::frames::tells_of_document;
use crate::learner::Learner;
use crate::outbox::{Outbox, Outgoing, Status};
use crate::patterns;
use crate::queue::{Queue, failed, internal};
use crate::scheduler::Scheduler;
use crate::settings::{Configuration, InitializationOptions, Settings};
use crate::state::State;
use crate::transport;
use crate::undo;
use fix::Providers;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use text::PositionEncoding;
use tokio::io::{AsyncRead, AsyncWrite};
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::{Client, LanguageServer, LspService};

/// The protocol's handlers. Each puts a job on the engine's queue before it awaits anything, so that jobs run in the order in which
/// messages came.
struct Backend {
    client: Client,
    queue: Arc<OnceLock<Queue<State>>>,
    providers: Providers,
    learner: Option<Arc<dyn Learner>>,
    cancels: Arc<Cancels>,
    /// Whether the client asked for `shutdown`.
    goodbye: Arc<AtomicBool>,
    #[cfg(test)]
    gate: Arc<Gate>,
}

impl Backend {
    fn queue(&self) -> Result<&Queue<State>> {
        self.queue.get().ok_or_else(|| internal("the server is not initialized"))
    }
    async fn cancel_progress(&self, params: lsp::WorkDoneProgressCancelParams) {
        self.cancels.one(&params.token);
    }
    async fn live_diagnostics(&self, params: LiveDiagnostics) {
        self.tell(|state| state.take_live(params));
    }
    fn tell(&self, job: impl FnOnce(&mut State) + Send + 'static) {
        if let Some(queue) = self.queue.get() {
            queue.tell(job);
        }
    }
}

async fn deliver(client: Client, outbox: Arc<Outbox>) {
    loop {
        match outbox.next().await {
            Outgoing::Publish(p) => client.publish_diagnostics(p.uri, p.diagnostics, p.version).await,
            Outgoing::Status(status) => client.send_notification::<Status>(status).await,
            Outgoing::Message(kind, text) => client.show_message(kind, text).await,
            Outgoing::Progress(p) => client.send_notification::<lsp::ProgressNotification>(p).await,
            Outgoing::OutOfStep(uri) => client.send_notification::<OutOfStep>(uri.into()).await,
            Outgoing::RefreshDiagnostics => {
                // A client may never answer; nothing else waits for it.
                let client = client.clone();
                tokio::spawn(async move {
                    let _ = client.workspace_diagnostic_refresh().await;
                });
            }
        }
    }
}

fn folders(params: &lsp::InitializeParams) -> Vec<PathBuf> {
    let listed = params.workspace_folders_initialize_params.workspace_folders.as_ref();
    let listed: Vec<PathBuf> = match listed {
        Some(lsp::WorkspaceFolders::WorkspaceFolderList(list)) => list.iter().filter_map(|f| path_of(&f.uri)).collect(),
        _ => Vec::new(),
    };
    if !listed.is_empty() {
        return listed;
    }
    // Clients without workspace folders name one root.
    #[allow(deprecated)]
    params.root_uri.as_ref().and_then(path_of).into_iter().collect()
}

/// What the tests ask for beside the protocol.
#[cfg(test)]
#[derive(Default)]
struct Gate(std::sync::Mutex<bool>, std::sync::Condvar);

#[cfg(test)]
impl Backend {
    /// Keeps the engine busy until `test/release`.
    async fn test_hold(&self, _: serde_json::Value) -> Result<String> {
        let gate = self.gate.clone();
        let hold = move |_: &mut State| {
            let open = gate.0.lock().unwrap();
            drop(gate.1.wait_while(open, |open| !*open).unwrap());
            Ok("held".to_owned())
        };
        self.queue()?.ask(hold).await
    }
    async fn test_release(&self, _: serde_json::Value) {
        *self.gate.0.lock().unwrap() = true;
        self.gate.1.notify_all();
    }
    async fn test_panic(&self, _: serde_json::Value) -> Result<()> {
        self.queue()?.ask(|_| panic!("on purpose")).await
    }
    /// The version and the text of an open document, as the server sees them.
    async fn test_text(&self, params: lsp::TextDocumentIdentifier) -> Result<serde_json::Value> {
        let text = move |state: &mut State| {
            let path = path_of(&params.uri).ok_or_else(|| failed("no file"))?;
            let open = state.documents.get(&path).ok_or_else(|| failed("not open"))?;
            Ok(serde_json::json!({ "version": open.document.version(), "text": open.document.text() }))
        };
        self.queue()?.ask(text).await
    }
    /// How many bytes the engine's thread has parsed.
    async fn test_read(&self) -> Result<u64> {
        self.queue()?.ask(|_| Ok(syntax::bytes_read())).await
    }
    /// How often providers were asked.
    async fn test_asked(&self) -> Result<usize> {
        self.queue()?.ask(|state| Ok(state.fix_cache.borrow().asked)).await
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: lsp::InitializeParams) -> Result<lsp::InitializeResult> {
        let capabilities = Capabilities::of(&params.capabilities);
        let options = params.initialization_options.clone().unwrap_or_default();
        let settings = Settings::read(&options);
        let options: InitializationOptions = serde_json::from_value(options).unwrap_or_default();
        let roots = folders(&params);
        watch_parent(params.process_id, self.cancels.clone());
        let outbox = Arc::<Outbox>::default();
        tokio::spawn(deliver(self.client.clone(), outbox.clone()));
        let (client, cancels) = (self.client.clone(), self.cancels.clone());
        let connection = Connection { client, outbox, capabilities, cancels };
        let InitializationOptions { trusted, preferences, client } = options;
        let plug_in = matches!(client.as_str(), "vscode" | "neovim");
        let previews = client == "vscode";
        let configuration = Configuration { settings, preferences, trusted, plug_in, previews };
        let (runtime, providers) = (tokio::runtime::Handle::current(), self.providers.clone());
        let learner = self.learner.clone();
        // The index is opened by the engine thread, behind this answer and before everything that the client asks next.
        let queue = Queue::start(move |queue| {
            State::new(connection, Scheduler::new(queue, runtime), configuration, roots, providers, learner)
        });
        if self.queue.set(queue).is_err() {
            return Err(Error::invalid_request());
        }
        Ok(lsp::InitializeResult {
            server_info: Some(lsp::ServerInfo {
                name: "buildfix".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
            capabilities: lsp::ServerCapabilities {
                position_encoding: Some(match capabilities.encoding {
                    PositionEncoding::Utf8 => lsp::PositionEncodingKind::UTF8,
                    PositionEncoding::Utf16 => lsp::PositionEncodingKind::UTF16,
                    PositionEncoding::Utf32 => lsp::PositionEncodingKind::UTF32,
                }),
                text_document_sync: Some(lsp::TextDocumentSync::Options(lsp::TextDocumentSyncOptions {
                    open_close: Some(true),
                    change: Some(lsp::TextDocumentSyncKind::Incremental),
                    save: Some(lsp::Save::Bool(true)),
                    ..Default::default()
                })),
                code_action_provider: Some(lsp::CodeActionProvider::CodeActionOptions(lsp::CodeActionOptions {
                    code_action_kinds: Some(vec![
                        lsp::CodeActionKind::QuickFix,
                        lsp::CodeActionKind::Custom(actions::FIX_ALL.into()),
                    ]),
                    resolve_provider: Some(true),
                    ..Default::default()
                })),
                execute_command_provider: Some(lsp::ExecuteCommandOptions {
                    commands: commands::NAMES.iter().map(|&n| n.to_owned()).collect(),
                    work_done_progress_options: lsp::WorkDoneProgressOptions { work_done_progress: Some(true) },
                }),
                diagnostic_provider: capabilities.pull.then(|| {
                    lsp::DiagnosticProvider::DiagnosticOptions(lsp::DiagnosticOptions {
                        identifier: Some("buildfix".to_owned()),
                        inter_file_dependencies: true,
                        workspace_diagnostics: false,
                        work_done_progress_options: lsp::WorkDoneProgressOptions::default(),
                    })
                }),
                workspace: Some(lsp::WorkspaceOptions {
                    workspace_folders: Some(lsp::WorkspaceFoldersServerCapabilities {
                        supported: Some(true),
                        change_notifications: Some(lsp::ChangeNotifications::Bool(true)),
                    }),
                    ..Default::default()
                }),
                ..Default::default()
            },
        })
    }

    async fn initialized(&self, _: lsp::InitializedParams) {
        self.tell(|state| {
            state.watch_files();
            state.fetch_configuration();
            state.load_known_logs();
        });
    }

    async fn shutdown(&self) -> Result<()> {
        self.cancels.all();
        self.goodbye.store(true, Ordering::Release);
        Ok(())
    }

    async fn did_open(&self, params: lsp::DidOpenTextDocumentParams) {
        let item = params.text_document;
        self.tell(move |state| state.open(item.uri, item.version, item.text));
    }
    async fn did_change(&self, params: lsp::DidChangeTextDocumentParams) {
        self.tell(|state| state.change(params));
    }
    async fn did_save(&self, _: lsp::DidSaveTextDocumentParams) {}
    async fn did_close(&self, params: lsp::DidCloseTextDocumentParams) {
        self.tell(move |state| state.close(&params.text_document.uri));
    }
    async fn did_change_watched_files(&self, params: lsp::DidChangeWatchedFilesParams) {
        self.tell(|state| state.files_changed(params.changes));
    }
    async fn did_change_configuration(&self, params: lsp::DidChangeConfigurationParams) {
        self.tell(move |state| {
            if state.connection.capabilities.configuration {
                state.fetch_configuration();
            } else {
                state.configure(Settings::read(&params.settings));
            }
        });
    }
    async fn did_change_workspace_folders(&self, params: lsp::DidChangeWorkspaceFoldersParams) {
        self.tell(|state| state.folders_changed(params.event));
    }
    async fn code_action(&self, params: lsp::CodeActionParams) -> Result<Option<Vec<lsp::CodeActionResponse>>> {
        actions::answer(self.queue()?, params).await
    }
    async fn code_action_resolve(&self, action: lsp::CodeAction) -> Result<lsp::CodeAction> {
        self.queue()?.ask(|state| actions::resolve(state, action)).await
    }
    async fn diagnostic(&self, params: lsp::DocumentDiagnosticParams) -> Result<lsp::DocumentDiagnosticReport> {
        let report = |items| lsp::RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: lsp::FullDocumentDiagnosticReport { result_id: None, items },
        };
        self.queue()?
            .ask(move |state| {
                state.sync();
                let items = path_of(&params.text_document.uri).map(|p| state.visible(&p)).unwrap_or_default();
                Ok(lsp::DocumentDiagnosticReport::RelatedFullDocumentDiagnosticReport(report(items)))
            })
            .await
    }
    async fn execute_command(&self, params: lsp::ExecuteCommandParams) -> Result<Option<lsp::LspAny>> {
        let argument = params.arguments.unwrap_or_default().into_iter().next().unwrap_or_default();
        let token = params.work_done_progress_params.work_done_token;
        let queue = self.queue()?;
        match params.command.as_str() {
            "buildfix.fixAll" => commands::fix_all(queue, argument, token).await,
            "buildfix.undo" => undo::undo(queue).await,
            "buildfix.build" => commands::build(queue, argument, token).await,
            "buildfix.loadLog" => commands::load_log(queue, argument, token).await,
            "buildfix.next" => queue.ask(|state| Ok(Some(patterns::next(state)))).await,
            "buildfix.pattern" => patterns::answer(queue, argument).await,
            other => Err(failed(format!("there is no command {other}; there are {}", commands::NAMES.join(", ")))),
        }
    }
}

/// Ends the server when the editor that started it is gone without saying so (LSP 3.17, `InitializeParams.processId`).
fn watch_parent(process: Option<i32>, cancels: Arc<Cancels>) {
    let Some(process) = process.filter(|_| cfg!(target_os = "linux")) else { return };
    tokio::spawn(async move {
        while is_alive(process) {
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        tracing::warn!(process, "the editor's process is gone; the server ends");
        cancels.end().await;
        std::process::exit(1);
    });
}

/// Whether a process of Linux runs; one that has ended and was not waited for yet does not.
fn is_alive(process: i32) -> bool {
    // The name in brackets may hold anything; the state is the field behind it (proc(5)).
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
    state.is_some_and(|s| !matches!(s, 'Z' | 'X' | 'x'))
}

/// Serves one client with the fixes of `providers` until it sends `exit` or closes its end; what a person repairs is told to `learner`. Returns whether
/// it asked for `shutdown` before.
pub async fn serve(
    providers: Providers,
    learner: Option<Arc<dyn Learner>>,
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite,
) -> bool {
    let goodbye = Arc::<AtomicBool>::default();
    let shut_down = goodbye.clone();
    let (queue, cancels) = (Arc::<OnceLock<Queue<State>>>::default(), Arc::<Cancels>::default());
    let (shared, running) = (Shared(queue.clone()), cancels.clone());
    let service = LspService::build(|client| Backend {
        client,
        queue,
        providers,
        learner,
        cancels,
        goodbye,
        #[cfg(test)]
        gate: Arc::default(),
    })
    .custom_method("window/workDoneProgress/cancel", Backend::cancel_progress)
    .custom_method("buildfix/diagnostics", Backend::live_diagnostics);
    #[cfg(test)]
    let service = service
        .custom_method("test/hold", Backend::test_hold)
        .custom_method("test/release", Backend::test_release)
        .custom_method("test/panic", Backend::test_panic)
        .custom_method("test/text", Backend::test_text)
        .custom_method("test/read", Backend::test_read)
        .custom_method("test/asked", Backend::test_asked);
    let (service, socket) = service.finish();
    transport::run(service, socket, &shared, input, output).await;
    // Nothing outlives the conversation.
    running.end().await;
    shut_down.load(Ordering::Acquire)
}

/// The engine's queue, for the transport.
struct Shared(Arc<OnceLock<Queue<State>>>);

impl transport::Engine for Shared {
    async fn catch_up(&self) {
        if let Some(queue) = self.0.get() {
            let _ = queue.ask(|_| Ok(())).await;
        }
    }
    fn message_lost(&self, body: &[u8]) {
        if let Some(queue) = self.0.get()
            && tells_of_document(body)
        {
            let body = body.to_vec();
            queue.tell(move |state| state.message_lost(&body));
        }
    }
}

/// Serves the client on standard input and output. Returns whether it ended as it should, with `shutdown` (LSP 3.17, `exit`).
///
/// # Errors
/// When the asynchronous runtime cannot be started.
pub fn run_stdio(providers: Providers, learner: Option<Arc<dyn Learner>>) -> std::io::Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let goodbye = runtime.block_on(serve(providers, learner, tokio::io::stdin(), tokio::io::stdout()));
    // A read of standard input that never ends must not keep the process.
    runtime.shutdown_background();
    Ok(goodbye)
}
