mod alike;
mod builds;
mod expected;
mod fixes;
pub(crate) mod learning;
mod status;
mod step;

use crate::applied::Applied;
use crate::build_diagnostics::BuildDiagnostics;
use crate::connection::Connection;
use crate::convert::{Lines, lsp_diagnostic, path_of};
use crate::diff::changed_lines;
use crate::documents::Documents;
use crate::expected_texts::ExpectedTexts;
use crate::fix_cache::FixCache;
use crate::learner::Learner;
use crate::logs::read_logs;
use crate::outbox::Outgoing;
use crate::scheduler::Scheduler;
use crate::settings::{Configuration, Preferences, Publish, Settings};
use diagnostics::SourceDiagnostic;
use engine::Workspace;
use fix::{Providers, language};
use index::{OsSystem, Source};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syntax::Language;
use text::{ContentHash, Document};
use tower_lsp::gen_lsp_types as lsp;

/// Whose turn it is: a second plan would take the processors from the first one.
pub(crate) type Turn = Arc<tokio::sync::Mutex<()>>;

/// How the name of a file of patterns ends.
const PATTERN_FILE: &str = ".bfx.toml";

/// All state of the server; owned by the engine thread.
pub(crate) struct State {
    pub connection: Connection,
    pub scheduler: Scheduler<Self>,
    pub configuration: Configuration,
    /// The workspace folders as the client names them.
    pub roots: Vec<PathBuf>,
    pub workspace: Workspace,
    pub documents: Documents,
    pub build: BuildDiagnostics,
    pub fix_cache: RefCell<FixCache>,
    /// What is to be shown once fixes are applied or undone.
    pub expected_texts: ExpectedTexts,
    /// Applied fix-alls that can be undone, newest last.
    pub applied: Vec<Applied>,
    pub learning: learning::Learning,
    /// One build at a time.
    pub runner: Arc<build::Runner>,
    /// One plan at a time.
    pub turn: Turn,
}

/// The workspace over `roots`, links followed once; a root that is gone is left out.
fn open_workspace(roots: &[PathBuf], providers: Providers) -> Workspace {
    match Workspace::open(roots, providers.clone()) {
        Ok(workspace) => workspace,
        Err(e) => {
            tracing::warn!(%e, "the folders cannot all be opened; going on with those that are there");
            let real = roots.iter().filter_map(|r| r.canonicalize().ok()).collect();
            Workspace::with_system(Arc::new(OsSystem::default()), real, providers)
        }
    }
}

impl State {
    pub fn new(
        connection: Connection,
        scheduler: Scheduler<Self>,
        configuration: Configuration,
        roots: Vec<PathBuf>,
        providers: Providers,
        learner: Option<Arc<dyn Learner>>,
    ) -> Self {
        let mut workspace = open_workspace(&roots, providers);
        workspace.set_import_preferences(configuration.preferences.of_imports(&roots));
        scheduler.runtime.spawn_blocking(workspace.index().preload());
        workspace.index().prepare();
        let state = Self {
            connection,
            scheduler,
            configuration,
            roots,
            workspace,
            documents: Documents::default(),
            build: BuildDiagnostics::default(),
            fix_cache: RefCell::default(),
            expected_texts: ExpectedTexts::default(),
            applied: Vec::new(),
            learning: learning::Learning::new(learner),
            runner: Arc::default(),
            turn: Turn::default(),
        };
        state.open_patterns();
        state
    }

    /// Keeps what may be undone; the oldest goes when there is too much.
    pub fn keep_applied(&mut self, applied: Applied) {
        const KEPT: usize = 32;
        self.applied.push(applied);
        let surplus = self.applied.len().saturating_sub(KEPT);
        self.applied.drain(..surplus);
    }

    pub fn open(&mut self, uri: lsp::Uri, version: i32, text: String) {
        let Some(path) = path_of(&uri) else { return };
        let deleted = self.documents.take_deleted();
        self.workspace.refresh(deleted.iter().map(PathBuf::as_path));
        let before = self.documents.is_out_of_step(&path).then(|| {
            self.stop_asking(&path);
            self.documents.get(&path).map(|d| d.document.text()).unwrap_or_default()
        });
        self.documents.open(path.clone(), uri, Document::new(&text, version));
        // A document with the text on disk changes nothing, if the index has the file: it may be newer than the index.
        let indexed = self.workspace.index().contains(&path);
        if !indexed || self.workspace.index().text(&path).is_none_or(|t| *t != *text) {
            let expected = self.restore(&path, text.len(), || text.clone());
            match before {
                // It was out of step and is sent whole.
                Some(before) if !expected => {
                    let edits = changed_lines(&before, &text);
                    self.build.moved(&path, &edits);
                    self.expected_texts.moved(&path, &edits);
                    self.note_edit(&path, &edits);
                    self.send_status_later();
                }
                // Positions were measured on the text on disk, and who changed it is not known.
                _ if expected || self.build.remove(&path).is_some() => self.send_status_later(),
                _ => {}
            }
            self.workspace.set_document(&path, Some(text.into()));
        }
        if self.build.contains_key(&path) {
            self.scheduler.runtime.spawn_blocking(self.workspace.index().parse_ahead([path.clone()]));
            self.prepare_later();
        }
        self.publish(&path);
    }

    pub fn close(&mut self, uri: &lsp::Uri) {
        let Some(path) = path_of(uri) else { return };
        if self.documents.is_out_of_step(&path) {
            self.stop_asking(&path);
        }
        self.forget_live(&path);
        if let Some(open) = self.documents.close(&path) {
            let on_disk = self.text_on_disk(&path);
            if on_disk.as_deref() == Some(open.document.text().as_str()) {
                let hash = ContentHash::of(open.document.text().as_bytes());
                self.build.get_mut(&path).into_iter().flatten().for_each(|d| d.text_hash = hash);
            } else {
                self.restore_or_drop(&path, on_disk);
            }
            self.workspace.set_document(&path, None);
            self.workspace.refresh([path.as_path()]);
        }
        self.publish(&path);
    }

    /// The text of a file as it is stored; `None` when it cannot be read as text.
    pub fn text_on_disk(&self, path: &Path) -> Option<String> {
        let bytes = self.workspace.index().system().read(path).ok()?;
        text::SourceText::decode(&bytes).map(|t| t.text)
    }

    /// A closed file has this text now: unless that is the result of a fix or its undo, positions in it are invalid.
    fn restore_or_drop(&mut self, path: &Path, on_disk: Option<String>) {
        let expected = on_disk.is_some_and(|text| self.restore(path, text.len(), || text));
        if expected || self.build.remove(path).is_some() {
            self.send_status_later();
        }
    }

    /// Gives the index the newest text of every open document. To be called before the index is asked anything.
    pub fn sync(&mut self) {
        self.documents.sync(&mut self.workspace);
    }

    /// A source file as the index has it now, for a client that waits. `None` also when the client has another text.
    pub fn source(&mut self, path: &Path) -> Option<Arc<Source>> {
        self.scheduler.note_request();
        self.sync();
        if self.documents.is_out_of_step(path) {
            return None;
        }
        self.workspace.index().source(path)
    }

    /// Replaces the build's diagnostics and shows them.
    pub fn set_build(&mut self, diagnostics: Vec<SourceDiagnostic>) {
        self.build.clear();
        self.expected_texts.clear();
        for d in diagnostics {
            self.build.list(&d.path.clone()).push(d);
        }
        let files: BTreeSet<PathBuf> = self.build.keys().chain(&self.build.published).cloned().collect();
        for file in files {
            self.publish(&file);
        }
        self.connection.refresh_pulled();
        self.parse_ahead(self.documents.newest());
        self.send_status();
        self.prepare_later();
    }

    /// The diagnostics of `path` that are to be shown.
    pub fn visible(&self, path: &Path) -> Vec<lsp::Diagnostic> {
        if self.configuration.settings.diagnostics.publish == Publish::Never || self.documents.is_out_of_step(path) {
            return Vec::new();
        }
        let Some(list) = self.build.get(path).filter(|l| !l.is_empty()) else { return Vec::new() };
        let text: Arc<str> = match self.documents.get(path) {
            Some(open) => open.document.text().into(),
            None => match self.workspace.index().text(path) {
                Some(text) => text,
                None => return Vec::new(),
            },
        };
        let lines = Lines::new(&text, self.connection.capabilities.encoding);
        let elsewhere = self.build.shown_elsewhere(path, |offset| lines.position(offset).line);
        list.iter()
            .filter(|d| {
                d.range.end <= text.len() && text.is_char_boundary(d.range.start) && text.is_char_boundary(d.range.end)
            })
            .map(|d| (d, lsp_diagnostic(d, &lines)))
            .filter(|(d, shown)| {
                self.configuration.settings.diagnostics.publish == Publish::Always
                    || !elsewhere.contains(&(shown.range.start.line, &d.code))
            })
            .map(|(_, shown)| shown)
            .collect()
    }

    /// Pushes the diagnostics of `path`, unless the client pulls them.
    pub fn publish(&mut self, path: &Path) {
        let pulled = self.connection.capabilities.pull && self.documents.contains(path);
        let diagnostics = if pulled { Vec::new() } else { self.visible(path) };
        if diagnostics.is_empty() {
            if !self.build.published.remove(path) {
                return;
            }
        } else {
            self.build.published.insert(path.to_path_buf());
        }
        let Some(uri) = self.documents.uri(path) else { return };
        self.connection.send(Outgoing::Publish(lsp::PublishDiagnosticsParams {
            uri,
            version: self.documents.version(path),
            diagnostics,
        }));
    }

    /// Asks the client to watch sources, project files and logs.
    pub fn watch_files(&self) {
        if !self.connection.capabilities.watch {
            return;
        }
        let languages = Language::all();
        let extensions: Vec<&str> = languages.iter().flat_map(|l| l.definition().extensions).copied().collect();
        let mut globs = vec![
            format!("**/*.{{{}}}", extensions.join(",")),
            "**/buildfix.toml".to_owned(),
            format!("**/*{PATTERN_FILE}"),
        ];
        globs.extend(language::all().iter().flat_map(|l| l.project_files()).map(|&glob| glob.to_owned()));
        globs.extend(self.configuration.settings.logs.iter().map(|l| format!("**/{}", l.trim_start_matches("./"))));
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
        let client = self.connection.client.clone();
        self.scheduler.runtime.spawn(async move {
            if let Err(e) = client.register_capability(vec![registration]).await {
                tracing::warn!(%e, "the client does not watch files");
            }
        });
    }

    /// Asks the client for the section `buildfix`; the answer arrives as a job of its own.
    pub fn fetch_configuration(&self) {
        if !self.connection.capabilities.configuration {
            return;
        }
        let (client, queue) = (self.connection.client.clone(), self.scheduler.queue.clone());
        self.scheduler.runtime.spawn(async move {
            let section = |name: &str| lsp::ConfigurationItem { scope_uri: None, section: Some(name.to_owned()) };
            if let Ok(values) = client.configuration(vec![section("buildfix"), section("typescript.preferences")]).await
            {
                let mut values = values.into_iter();
                let (ours, imports) = (values.next().unwrap_or_default(), values.next().unwrap_or_default());
                queue.tell(move |state| {
                    state.configure(Settings::read(&ours));
                    if !imports.is_null() {
                        state.set_preferences(Preferences::read(&imports));
                    }
                });
            }
        });
    }

    /// Applies preferences for imports.
    pub fn set_preferences(&mut self, preferences: Preferences) {
        self.configuration.preferences = preferences;
        self.fix_cache = RefCell::default();
        self.workspace.set_import_preferences(self.configuration.preferences.of_imports(&self.roots));
    }

    /// Applies new settings.
    pub fn configure(&mut self, settings: Settings) {
        let old = std::mem::replace(&mut self.configuration.settings, settings);
        if old.logs != self.configuration.settings.logs {
            self.watch_files();
            self.load_known_logs();
        } else if old.diagnostics.publish != self.configuration.settings.diagnostics.publish {
            let files: Vec<PathBuf> = self.build.keys().cloned().collect();
            for file in files {
                self.publish(&file);
            }
            self.connection.refresh_pulled();
        }
    }

    /// Reads the logs that the settings name.
    pub fn load_known_logs(&mut self) {
        let named = self.configuration.settings.logs.iter();
        let logs: Vec<PathBuf> =
            named.flat_map(|l| self.roots.iter().map(move |r| r.join(l))).filter(|p| p.is_file()).collect();
        if logs.is_empty() {
            return;
        }
        match read_logs(&logs) {
            Ok(log) => {
                self.take_log(log, learning::Whole::Perhaps);
            }
            Err(e) => self.connection.send(Outgoing::Message(lsp::MessageType::Warning, e)),
        }
    }

    /// Files changed on disk.
    pub fn files_changed(&mut self, changes: Vec<lsp::FileEvent>) {
        let paths: Vec<PathBuf> = changes.iter().filter_map(|c| path_of(&c.uri)).collect();
        self.reread(paths.iter().map(PathBuf::as_path));
        if paths.iter().any(|p| p.to_string_lossy().ends_with(PATTERN_FILE)) {
            // What a team's patterns offered before is no answer any more.
            self.fix_cache = RefCell::default();
        }
        let logs = &self.configuration.settings.logs;
        if paths.iter().any(|p| logs.iter().any(|l| self.roots.iter().any(|r| r.join(l) == *p))) {
            self.load_known_logs();
        }
    }

    /// Reads files from disk again; the text of open ones comes from the client.
    pub fn reread<'a>(&mut self, paths: impl IntoIterator<Item = &'a Path>) {
        let closed: Vec<&Path> = paths.into_iter().filter(|p| !self.documents.contains(p)).collect();
        for path in &closed {
            let Some(measured_on) = self.build.get(*path).and_then(|l| l.first()).map(|d| d.text_hash) else {
                // A fix may have resolved all diagnostics of the file: then its undo brings them back.
                let on_disk = self.text_on_disk(path);
                if on_disk.is_some_and(|text| self.restore(path, text.len(), || text)) {
                    self.publish(path);
                    self.send_status_later();
                }
                continue;
            };
            let on_disk = self.text_on_disk(path);
            if on_disk.as_ref().map(|t| ContentHash::of(t.as_bytes())) != Some(measured_on) {
                self.restore_or_drop(path, on_disk);
                self.publish(path);
            }
        }
        self.workspace.refresh(closed);
    }

    /// Folders were added or removed: the workspace is opened anew over the current ones.
    pub fn folders_changed(&mut self, event: lsp::WorkspaceFoldersChangeEvent) {
        let removed: Vec<PathBuf> = event.removed.iter().filter_map(|f| path_of(&f.uri)).collect();
        self.roots.retain(|r| !removed.contains(r));
        for folder in event.added.iter().filter_map(|f| path_of(&f.uri)) {
            if !self.roots.contains(&folder) {
                self.roots.push(folder);
            }
        }
        self.workspace = open_workspace(&self.roots, self.workspace.providers().clone());
        self.set_preferences(self.configuration.preferences.clone());
        self.documents.send_all(&mut self.workspace);
        self.open_patterns();
        let gone: Vec<PathBuf> =
            self.build.keys().filter(|p| !self.roots.iter().any(|r| p.starts_with(r))).cloned().collect();
        for path in gone {
            self.build.remove(&path);
            self.publish(&path);
        }
        self.send_status();
    }
}
