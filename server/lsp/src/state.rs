use crate::commands::{Cancels, read_logs};
use crate::convert::{Lines, lsp_diagnostic, path_of, uri_of};
use crate::known::{Build, Fixes};
use crate::memory::Memory;
use crate::queue::Queue;
use crate::settings::{InitializationOptions, Preferences, Publish, Settings};
use crate::status::Status;
use crate::undo::Applied;
use diagnostics::SourceDiagnostic;
use engine::Session;
use fix::DiagnosticSet;
use index::{OsSystem, Source};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use text::{ContentHash, Document, PositionEncoding, TextEdit, TextEdits};
use tokio::runtime::Handle;
use tokio::sync::mpsc::UnboundedSender;
use tower_lsp::Client;
use tower_lsp::gen_lsp_types as lsp;

/// What is said to the client without waiting for an answer; sent in order by one task.
pub(crate) enum Outgoing {
    Publish(lsp::PublishDiagnosticsParams),
    Status(Status),
    RefreshDiagnostics,
    Progress(lsp::ProgressParams),
    Message(lsp::MessageType, String),
}

/// What the client can do, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Capabilities {
    pub encoding: PositionEncoding,
    pub document_changes: bool,
    pub resource_operations: bool,
    pub annotations: bool,
    pub resolve_edit: bool,
    pub pull: bool,
    pub apply_edit: bool,
    pub progress: bool,
    pub watch: bool,
    pub configuration: bool,
}

impl Capabilities {
    pub fn of(c: &lsp::ClientCapabilities) -> Self {
        let offered = c.general.as_ref().and_then(|g| g.position_encodings.as_deref()).unwrap_or_default();
        let workspace = c.workspace.as_ref();
        let document = c.text_document.as_ref();
        let edit = workspace.and_then(|w| w.workspace_edit.as_ref());
        let action = document.and_then(|t| t.code_action.as_ref());
        let resolve =
            action.and_then(|a| a.resolve_support.as_ref()).is_some_and(|r| r.properties.iter().any(|p| p == "edit"));
        Self {
            // Our offsets are UTF-8; UTF-16 is what everybody must understand (LSP 3.17, `PositionEncodingKind`).
            encoding: if offered.contains(&lsp::PositionEncodingKind::UTF8) {
                PositionEncoding::Utf8
            } else if offered.contains(&lsp::PositionEncodingKind::UTF32)
                && !offered.contains(&lsp::PositionEncodingKind::UTF16)
            {
                PositionEncoding::Utf32
            } else {
                PositionEncoding::Utf16
            },
            document_changes: edit.and_then(|e| e.document_changes).unwrap_or(false),
            resource_operations: edit.and_then(|e| e.resource_operations.as_ref()).is_some_and(|r| {
                [
                    lsp::ResourceOperationKind::Create,
                    lsp::ResourceOperationKind::Rename,
                    lsp::ResourceOperationKind::Delete,
                ]
                .iter()
                .all(|k| r.contains(k))
            }),
            annotations: edit.and_then(|e| e.change_annotation_support.as_ref()).is_some(),
            resolve_edit: resolve && action.and_then(|a| a.data_support).unwrap_or(false),
            // A new build must be able to say that it is there; a client that cannot be told to ask again is pushed to.
            pull: document.and_then(|t| t.diagnostic.as_ref()).is_some()
                && workspace.and_then(|w| w.diagnostics.as_ref()).and_then(|d| d.refresh_support).unwrap_or(false),
            apply_edit: workspace.and_then(|w| w.apply_edit).unwrap_or(false),
            progress: c.window.as_ref().and_then(|w| w.work_done_progress).unwrap_or(false),
            watch: workspace
                .and_then(|w| w.did_change_watched_files.as_ref())
                .and_then(|w| w.dynamic_registration)
                .unwrap_or(false),
            configuration: workspace.and_then(|w| w.configuration).unwrap_or(false),
        }
    }
}

/// A document that the client has open.
pub(crate) struct OpenDocument {
    /// In the client's own spelling.
    pub uri: lsp::Uri,
    pub document: Document,
    /// The index has not seen the newest text yet.
    dirty: bool,
    /// When it was opened or changed, counted in such events.
    touched: u64,
}

/// All state of the server; owned by the engine thread.
pub(crate) struct State {
    pub queue: Queue,
    pub outbox: UnboundedSender<Outgoing>,
    pub client: Client,
    pub runtime: Handle,
    pub cancels: Arc<Cancels>,
    /// One build at a time.
    pub runner: Arc<build::Runner>,
    pub capabilities: Capabilities,
    pub settings: Settings,
    /// Of imports.
    preferences: Preferences,
    pub trusted: bool,
    pub roots: Vec<PathBuf>,
    pub session: Session,
    pub documents: HashMap<PathBuf, OpenDocument>,
    pub build: Build,
    /// The last set that has diagnostics which only the client knows.
    pub last_set: RefCell<Option<Arc<DiagnosticSet>>>,
    pub known: RefCell<Fixes>,
    /// What is to be shown once fixes are applied or undone.
    pub memory: Memory,
    /// Number of the last count for the status bar; older ones are given up.
    pub status_round: u64,
    /// The same of preparing.
    pub prepare_round: u64,
    /// How many documents were opened and changed.
    touches: u64,
    /// When the client last waited for an answer about a file.
    pub asked: Option<Instant>,
    /// What another server was seen to show: (file, line, code).
    pub shown_elsewhere: HashSet<(PathBuf, u32, String)>,
    /// Documents closed lately: a file that is deleted is often closed just before, and not every client says that it is gone.
    closed: Vec<PathBuf>,
    /// Files for which diagnostics were pushed.
    published: BTreeSet<PathBuf>,
    /// Applied fix-alls that can be taken back, newest last.
    pub applied: Vec<Applied>,
}

/// The session over `roots`, links followed once; a root that is gone is left out.
fn open_session(roots: &[PathBuf]) -> Session {
    match Session::open(roots) {
        Ok(session) => session,
        Err(e) => {
            tracing::warn!(%e, "the folders cannot all be opened; going on with those that are there");
            let real = roots.iter().filter_map(|r| r.canonicalize().ok()).collect();
            Session::with_system(Arc::new(OsSystem::default()), real)
        }
    }
}

impl State {
    pub fn new(
        queue: Queue,
        outbox: UnboundedSender<Outgoing>,
        client: Client,
        runtime: Handle,
        cancels: Arc<Cancels>,
        capabilities: Capabilities,
        settings: Settings,
        options: InitializationOptions,
        roots: Vec<PathBuf>,
    ) -> Self {
        let mut session = open_session(&roots);
        session.set_import_preferences(options.preferences.of_imports(&roots));
        runtime.spawn_blocking(session.index().preload());
        session.index().prepare();
        Self {
            queue,
            outbox,
            client,
            runtime,
            cancels,
            runner: Arc::default(),
            capabilities,
            settings,
            preferences: options.preferences,
            trusted: options.trusted,
            roots,
            session,
            documents: HashMap::new(),
            build: Build::default(),
            last_set: RefCell::default(),
            known: RefCell::default(),
            memory: Memory::default(),
            status_round: 0,
            prepare_round: 0,
            touches: 0,
            asked: None,
            shown_elsewhere: HashSet::new(),
            closed: Vec::new(),
            published: BTreeSet::new(),
            applied: Vec::new(),
        }
    }

    /// Says something to the client.
    pub fn send(&self, message: Outgoing) {
        // The receiver ends with the connection; then nobody listens.
        let _ = self.outbox.send(message);
    }

    pub fn open(&mut self, item: lsp::TextDocumentItem) {
        let Some(path) = path_of(&item.uri) else { return };
        self.forget_deleted();
        let document = Document::new(&item.text, item.version);
        self.touches += 1;
        let open = OpenDocument { uri: item.uri, document, dirty: false, touched: self.touches };
        self.documents.insert(path.clone(), open);
        // A document that opens as it is on disk keeps what the index knows, if it knows the file: it may be newer than the index.
        let known = self.session.index().contains(&path);
        if !known || self.session.index().text(&path).is_none_or(|t| *t != *item.text) {
            let known = self.recall(&path, item.text.len(), || item.text.clone());
            // Positions were measured on the text on disk; of how this one came about nothing else is known.
            if known || self.build.remove(&path).is_some() {
                self.send_status_later();
            }
            self.session.set_document(&path, Some(item.text.into()));
        }
        if self.build.contains_key(&path) {
            self.runtime.spawn_blocking(self.session.index().parse_ahead([path.clone()]));
            self.prepare_later();
        }
        self.publish(&path);
    }

    pub fn change(&mut self, params: lsp::DidChangeTextDocumentParams) {
        let Some(path) = path_of(&params.text_document.text_document_identifier.uri) else { return };
        let encoding = self.capabilities.encoding;
        let Some(open) = self.documents.get_mut(&path) else {
            tracing::warn!(path = %path.display(), "a change of a document that is not open was ignored");
            return;
        };
        let mut dropped = false;
        for change in params.content_changes {
            let (range, text) = match change {
                lsp::TextDocumentContentChangeEvent::TextDocumentContentChangePartial(p) => (Some(p.range), p.text),
                lsp::TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(w) => (None, w.text),
            };
            let position = |p: lsp::Position| text::Position { line: p.line, column: p.character };
            let range = range.map(|r| (position(r.start), position(r.end)));
            match open.document.apply_change(range, &text, encoding) {
                Ok(replaced) => {
                    if let Some(list) = self.build.get_mut(&path) {
                        let before = list.len();
                        if range.is_none() {
                            list.clear();
                        } else if let Ok(edits) = TextEdits::new(vec![TextEdit::replace(replaced, text)]) {
                            list.retain_mut(|d| match edits.map_range(d.range) {
                                Some(range) => {
                                    d.range = range;
                                    true
                                }
                                None => false,
                            });
                        }
                        dropped |= list.len() != before;
                    }
                }
                Err(e) => tracing::error!(path = %path.display(), %e, "a change was refused; reopen the document"),
            }
        }
        open.document.set_version(params.text_document.version);
        open.dirty = true;
        self.touches += 1;
        open.touched = self.touches;
        let rope = open.document.rope().clone();
        dropped |= self.recall(&path, rope.len_bytes(), || rope.to_string());
        if dropped {
            // Clients move what was published along with edits by themselves; only what went stale must be taken away.
            self.publish(&path);
            self.send_status_later();
        }
        if self.build.contains_key(&path) {
            self.prepare_later();
        }
    }

    pub fn close(&mut self, uri: &lsp::Uri) {
        let Some(path) = path_of(uri) else { return };
        if let Some(open) = self.documents.remove(&path) {
            let on_disk = self.text_on_disk(&path);
            if on_disk.as_deref() == Some(open.document.text().as_str()) {
                let hash = ContentHash::of(open.document.text().as_bytes());
                self.build.get_mut(&path).into_iter().flatten().for_each(|d| d.text_hash = hash);
            } else {
                self.forget_or_recall(&path, on_disk);
            }
            self.session.set_document(&path, None);
            self.session.refresh([path.as_path()]);
            self.closed.push(path.clone());
        }
        self.publish(&path);
    }

    /// The text of a file as it is stored; `None` when it cannot be read as text.
    pub fn text_on_disk(&self, path: &Path) -> Option<String> {
        let bytes = self.session.index().system().read(path).ok()?;
        text::SourceText::decode(&bytes).map(|t| t.text)
    }

    /// A closed file reads so now: unless that is known to come of a fix or its undo, positions in it mean nothing any more.
    fn forget_or_recall(&mut self, path: &Path, on_disk: Option<String>) {
        let known = on_disk.is_some_and(|text| self.recall(path, text.len(), || text));
        if known || self.build.remove(path).is_some() {
            self.send_status_later();
        }
    }

    /// Drops files from the index that were deleted after their document was closed.
    fn forget_deleted(&mut self) {
        const REMEMBERED: usize = 256;
        let (kept, gone): (Vec<_>, Vec<_>) = std::mem::take(&mut self.closed).into_iter().partition(|p| p.is_file());
        self.session.refresh(gone.iter().map(PathBuf::as_path));
        self.closed = kept;
        self.closed.drain(..self.closed.len().saturating_sub(REMEMBERED));
    }

    /// Shows the index the newest text of every open document. To be called before the index is asked anything.
    pub fn sync(&mut self) {
        for (path, open) in &mut self.documents {
            if std::mem::take(&mut open.dirty) {
                self.session.set_document(path, Some(open.document.text().into()));
            }
        }
    }

    /// Version of an open document.
    pub fn version(&self, path: &Path) -> Option<i32> {
        self.documents.get(path).map(|d| d.document.version())
    }

    /// URI of a path, in the client's spelling when it has the document open.
    pub fn uri(&self, path: &Path) -> Option<lsp::Uri> {
        self.documents.get(path).map(|d| d.uri.clone()).or_else(|| uri_of(path))
    }

    /// The open documents, those that were opened or changed last first.
    pub fn newest_documents(&self) -> Vec<PathBuf> {
        let mut all: Vec<_> =
            self.documents.iter().map(|(path, open)| (std::cmp::Reverse(open.touched), path)).collect();
        all.sort();
        all.into_iter().map(|(_, path)| path.clone()).collect()
    }

    /// A source file as the index sees it now, for a client that waits.
    pub fn source(&mut self, path: &Path) -> Option<Arc<Source>> {
        self.asked = Some(Instant::now());
        self.sync();
        self.session.index().source(path)
    }

    /// Replaces the build's diagnostics and shows them.
    pub fn set_build(&mut self, diagnostics: Vec<SourceDiagnostic>) {
        self.build.clear();
        self.memory.clear();
        self.shown_elsewhere.clear();
        for d in diagnostics {
            self.build.list(&d.path.clone()).push(d);
        }
        let files: BTreeSet<PathBuf> = self.build.keys().chain(&self.published).cloned().collect();
        for file in files {
            self.publish(&file);
        }
        self.refresh_pulled();
        self.parse_ahead(self.newest_documents());
        self.send_status();
        self.prepare_later();
    }

    /// Has a client that pulls for diagnostics ask again.
    pub fn refresh_pulled(&self) {
        if self.capabilities.pull {
            self.send(Outgoing::RefreshDiagnostics);
        }
    }

    /// The diagnostics of `path` that are to be shown.
    pub fn visible(&self, path: &Path) -> Vec<lsp::Diagnostic> {
        if self.settings.diagnostics.publish == Publish::Never {
            return Vec::new();
        }
        let Some(list) = self.build.get(path).filter(|l| !l.is_empty()) else { return Vec::new() };
        let text: Arc<str> = match self.documents.get(path) {
            Some(open) => open.document.text().into(),
            None => match self.session.index().text(path) {
                Some(text) => text,
                None => return Vec::new(),
            },
        };
        let lines = Lines::new(&text, self.capabilities.encoding);
        list.iter()
            .filter(|d| {
                d.range.end <= text.len() && text.is_char_boundary(d.range.start) && text.is_char_boundary(d.range.end)
            })
            .map(|d| (d, lsp_diagnostic(d, &lines)))
            .filter(|(d, shown)| {
                self.settings.diagnostics.publish == Publish::Always
                    || !self.shown_elsewhere.contains(&(path.to_path_buf(), shown.range.start.line, d.code.to_string()))
            })
            .map(|(_, shown)| shown)
            .collect()
    }

    /// Pushes the diagnostics of `path`; documents that the client pulls for are left to it.
    pub fn publish(&mut self, path: &Path) {
        let pulled = self.capabilities.pull && self.documents.contains_key(path);
        let diagnostics = if pulled { Vec::new() } else { self.visible(path) };
        if diagnostics.is_empty() {
            if !self.published.remove(path) {
                return;
            }
        } else {
            self.published.insert(path.to_path_buf());
        }
        let Some(uri) = self.uri(path) else { return };
        self.send(Outgoing::Publish(lsp::PublishDiagnosticsParams { uri, version: self.version(path), diagnostics }));
    }

    /// Asks the client to watch what matters here: sources, project files, logs.
    pub fn watch_files(&self) {
        if !self.capabilities.watch {
            return;
        }
        let mut globs = vec![
            "**/*.{cs,ts,tsx,mts,cts,js,jsx,mjs,cjs}".to_owned(),
            "**/*.{csproj,props,targets,sln,slnx,tsbuildinfo}".to_owned(),
            "**/{tsconfig,jsconfig,package}*.json".to_owned(),
            "**/buildfix.toml".to_owned(),
        ];
        globs.extend(self.settings.logs.iter().map(|l| format!("**/{}", l.trim_start_matches("./"))));
        let watchers = globs
            .into_iter()
            .map(|g| lsp::FileSystemWatcher { glob_pattern: lsp::GlobPattern::Pattern(g), kind: None })
            .collect();
        let options = lsp::DidChangeWatchedFilesRegistrationOptions { watchers };
        let registration = lsp::Registration {
            id: "buildfix-files".to_owned(),
            method: "workspace/didChangeWatchedFiles".to_owned(),
            register_options: serde_json::to_value(options).ok(),
        };
        let client = self.client.clone();
        self.runtime.spawn(async move {
            if let Err(e) = client.register_capability(vec![registration]).await {
                tracing::warn!(%e, "the client does not watch files");
            }
        });
    }

    /// Asks the client for the section `buildfix`; the answer arrives as a job of its own.
    pub fn fetch_configuration(&self) {
        if !self.capabilities.configuration {
            return;
        }
        let (client, queue) = (self.client.clone(), self.queue.clone());
        self.runtime.spawn(async move {
            let section = |name: &str| lsp::ConfigurationItem { scope_uri: None, section: Some(name.to_owned()) };
            if let Ok(values) = client.configuration(vec![section("buildfix"), section("typescript.preferences")]).await
            {
                let mut values = values.into_iter();
                let (ours, imports) = (values.next().unwrap_or_default(), values.next().unwrap_or_default());
                queue.tell(move |state| {
                    state.configure(Settings::read(&ours));
                    if !imports.is_null() {
                        state.prefer(Preferences::read(&imports));
                    }
                });
            }
        });
    }

    /// Takes preferences for imports into use.
    pub fn prefer(&mut self, preferences: Preferences) {
        self.preferences = preferences;
        self.known = RefCell::default();
        self.session.set_import_preferences(self.preferences.of_imports(&self.roots));
    }

    /// Takes new settings into use.
    pub fn configure(&mut self, settings: Settings) {
        let old = std::mem::replace(&mut self.settings, settings);
        if old.logs != self.settings.logs {
            self.watch_files();
            self.load_known_logs();
        } else if old.diagnostics.publish != self.settings.diagnostics.publish {
            let files: Vec<PathBuf> = self.build.keys().cloned().collect();
            for file in files {
                self.publish(&file);
            }
            self.refresh_pulled();
        }
    }

    /// Reads the logs that the settings name.
    pub fn load_known_logs(&mut self) {
        let named = self.settings.logs.iter();
        let logs: Vec<PathBuf> =
            named.flat_map(|l| self.roots.iter().map(move |r| r.join(l))).filter(|p| p.is_file()).collect();
        if logs.is_empty() {
            return;
        }
        match read_logs(&logs) {
            Ok(log) => {
                self.take_log(log);
            }
            Err(e) => self.send(Outgoing::Message(lsp::MessageType::Warning, e)),
        }
    }

    /// Files changed on disk.
    pub fn files_changed(&mut self, changes: Vec<lsp::FileEvent>) {
        let paths: Vec<PathBuf> = changes.iter().filter_map(|c| path_of(&c.uri)).collect();
        self.reread(paths.iter().map(PathBuf::as_path));
        let logs = &self.settings.logs;
        if paths.iter().any(|p| logs.iter().any(|l| self.roots.iter().any(|r| r.join(l) == *p))) {
            self.load_known_logs();
        }
    }

    /// Looks at files on disk anew; those that are open belong to the client.
    pub fn reread<'a>(&mut self, paths: impl IntoIterator<Item = &'a Path>) {
        let closed: Vec<&Path> = paths.into_iter().filter(|p| !self.documents.contains_key(*p)).collect();
        for path in &closed {
            let Some(measured_on) = self.build.get(*path).and_then(|l| l.first()).map(|d| d.text_hash) else {
                // A fix may have mended all there was: then its undo is to bring it back.
                let on_disk = self.text_on_disk(path);
                if on_disk.is_some_and(|text| self.recall(path, text.len(), || text)) {
                    self.publish(path);
                    self.send_status_later();
                }
                continue;
            };
            let on_disk = self.text_on_disk(path);
            if on_disk.as_ref().map(|t| ContentHash::of(t.as_bytes())) != Some(measured_on) {
                self.forget_or_recall(path, on_disk);
                self.publish(path);
            }
        }
        self.session.refresh(closed);
    }

    /// Folders were added or removed: the session is opened anew over those that are left.
    pub fn folders_changed(&mut self, event: lsp::WorkspaceFoldersChangeEvent) {
        let removed: Vec<PathBuf> = event.removed.iter().filter_map(|f| path_of(&f.uri)).collect();
        self.roots.retain(|r| !removed.contains(r));
        for folder in event.added.iter().filter_map(|f| path_of(&f.uri)) {
            if !self.roots.contains(&folder) {
                self.roots.push(folder);
            }
        }
        self.session = open_session(&self.roots);
        self.prefer(self.preferences.clone());
        for (path, open) in &mut self.documents {
            open.dirty = false;
            self.session.set_document(path, Some(open.document.text().into()));
        }
        let gone: Vec<PathBuf> =
            self.build.keys().filter(|p| !self.roots.iter().any(|r| p.starts_with(r))).cloned().collect();
        for path in gone {
            self.build.remove(&path);
            self.publish(&path);
        }
        self.send_status();
    }
}
