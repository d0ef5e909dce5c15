//! Whether the server has the texts that the client has.
//!
//! LSP has no message that asks for a document. Clients that can be told to send whole texts are told so until one came; the project's own plug-ins
//! close and open the document when they hear that it is out of step; and if it stays so, the user is asked to do that.

use super::State;
use crate::connection::OutOfStep;
use crate::convert::path_of;
use crate::diff::changed_lines;
use crate::documents::Step;
use crate::frames::tells_of_document;
use crate::outbox::Outgoing;
use std::path::{Path, PathBuf};
use std::time::Duration;
use text::{Document, TextEdit, TextEdits};
use tower_lsp::gen_lsp_types as lsp;

/// How long the client has to send the whole text before the user is asked.
const PATIENCE: Duration = Duration::from_secs(1);

/// Why the changes of a notification cannot be applied.
struct Refused(String);

/// The text after a notification, and the edits in order that lead to it; without them, it came whole.
struct Changed {
    document: Document,
    edits: Option<Vec<TextEdits>>,
}

impl State {
    pub fn change(&mut self, params: lsp::DidChangeTextDocumentParams) {
        let uri = params.text_document.text_document_identifier.uri;
        let Some(path) = path_of(&uri) else { return };
        let version = params.text_document.version;
        match self.changed(&path, version, params.content_changes) {
            Ok(Some(changed)) => self.take_text(&path, uri, version, changed),
            Ok(None) => {}
            Err(Refused(why)) => self.lose_step(&path, &uri, &why),
        }
    }

    /// The text of `path` after `changes`; `None` when the server has it already.
    fn changed(
        &self,
        path: &Path,
        version: i32,
        changes: Vec<lsp::TextDocumentContentChangeEvent>,
    ) -> Result<Option<Changed>, Refused> {
        use lsp::TextDocumentContentChangeEvent as Change;
        let open = self.documents.get(path);
        // What stands before a whole text does not matter.
        let whole = changes.iter().rposition(|c| matches!(c, Change::TextDocumentContentChangeWholeDocument(_)));
        let mut document = match (open, whole) {
            (_, Some(_)) => Document::new("", version),
            (Some(open), None) => match open.step {
                Step::Out(_) => return Ok(None),
                Step::Again(settled) if version <= settled => return Ok(None),
                _ if version <= open.document.version() => {
                    return Err(Refused(format!("version {version} came after {}", open.document.version())));
                }
                _ => open.document.clone(),
            },
            (None, None) => return Err(Refused("it was changed and had not been opened".to_owned())),
        };
        let mut steps = Vec::new();
        for change in changes.into_iter().skip(whole.unwrap_or(0)) {
            let (range, text) = match change {
                Change::TextDocumentContentChangePartial(p) => (Some(p.range), p.text),
                Change::TextDocumentContentChangeWholeDocument(w) => (None, w.text),
            };
            let position = |p: lsp::Position| text::Position { line: p.line, column: p.character };
            let range = range.map(|r| (position(r.start), position(r.end)));
            let replaced = document
                .apply_change(range, &text, self.connection.capabilities.encoding)
                .map_err(|e| Refused(e.to_string()))?;
            steps.extend(TextEdits::new(vec![TextEdit::replace(replaced, text)]));
        }
        document.set_version(version);
        Ok(Some(Changed { document, edits: whole.is_none().then_some(steps) }))
    }

    /// A document has a new text.
    fn take_text(&mut self, path: &Path, uri: lsp::Uri, version: i32, Changed { document, edits }: Changed) {
        let touch = self.documents.next_touch();
        let Some(open) = self.documents.get_mut(path) else {
            // It was never opened, and now its text is known all the same.
            return self.open(uri, version, document.text());
        };
        let before = std::mem::replace(&mut open.document, document);
        open.touch(touch);
        let rope = open.document.rope().clone();
        let healed = edits.is_none() && matches!(open.step, Step::Out(_));
        if healed {
            open.step = Step::Again(version);
        }
        let shown = self.build.is_shown(path) || self.expected_texts.mentions(path) || self.learning.follows(path);
        let edits = match edits {
            Some(edits) => edits,
            None if shown => vec![changed_lines(&before.text(), &rope.to_string())],
            None => Vec::new(),
        };
        let mut dropped = healed;
        for edits in &edits {
            dropped |= self.build.moved(path, edits);
            self.expected_texts.moved(path, edits);
            self.note_edit(path, edits);
        }
        dropped |= self.restore(path, rope.len_bytes(), || rope.to_string());
        if healed {
            self.stop_asking(path);
        }
        if dropped {
            // Clients move published diagnostics with edits themselves; only stale ones have to be removed.
            self.publish(path);
            self.send_status_later();
        }
        if self.build.contains_key(path) {
            self.prepare_later();
        }
    }

    /// The text of a document is not the client's any more.
    fn lose_step(&mut self, path: &Path, uri: &lsp::Uri, why: &str) {
        tracing::error!(path = %path.display(), why, "the document is out of step");
        if self.documents.is_out_of_step(path) {
            return;
        }
        let since = self.documents.next_touch();
        if !self.documents.contains(path) {
            let known = self.workspace.index().text(path).unwrap_or_default();
            self.documents.open(path.to_path_buf(), uri.clone(), Document::new(&known, i32::MIN));
        }
        if let Some(open) = self.documents.get_mut(path) {
            open.step = Step::Out(since);
        }
        self.publish(path);
        self.send_status_later();
        self.connection.send(Outgoing::OutOfStep(uri.clone()));
        self.ask_for_whole_texts(path);
        let path = path.to_path_buf();
        self.scheduler.after(PATIENCE, move |state| {
            let Some(open) = state.documents.get(&path).filter(|d| d.step == Step::Out(since)) else { return };
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            tracing::warn!(uri = open.uri.as_ref(), "asking the user to open the document again");
            let message = format!(
                "buildfix lost track of {name} while it was edited, and offers nothing for it. Close and open it again; the file and your changes are not affected."
            );
            state.connection.send(Outgoing::Message(lsp::MessageType::Warning, message));
        });
    }

    /// A message could not be read that may have changed one of the documents that it mentions; if it mentions none, any.
    pub fn message_lost(&mut self, body: &[u8]) {
        if !tells_of_document(body) {
            return;
        }
        let all: Vec<(PathBuf, lsp::Uri)> = self.documents.iter().map(|(p, d)| (p.clone(), d.uri.clone())).collect();
        let mentioned = |uri: &lsp::Uri| memchr::memmem::find(body, uri.as_ref().as_bytes()).is_some();
        let any = all.iter().any(|(_, uri)| mentioned(uri));
        for (path, uri) in all.into_iter().filter(|(_, uri)| !any || mentioned(uri)) {
            self.lose_step(&path, &uri, "a message about it could not be read");
        }
    }

    /// Asks the client to send the whole text of `path` with its next change (LSP 3.17, `TextDocumentChangeRegistrationOptions`).
    fn ask_for_whole_texts(&self, path: &Path) {
        if !self.connection.capabilities.dynamic_sync {
            return;
        }
        // What has a meaning in a pattern stands for itself in brackets.
        let pattern: String = path.to_string_lossy().chars().fold(String::new(), |mut out, c| {
            if matches!(c, '[' | ']' | '{' | '}' | '*' | '?') {
                out.extend(['[', c, ']'])
            } else {
                out.push(c)
            }
            out
        });
        let selector = serde_json::json!([{ "scheme": "file", "pattern": pattern }]);
        let registration = lsp::Registration {
            id: registration(path),
            method: "textDocument/didChange".to_owned(),
            register_options: Some(serde_json::json!({
                "documentSelector": selector, "syncKind": lsp::TextDocumentSyncKind::Full
            })),
        };
        let client = self.connection.client.clone();
        self.scheduler.runtime.spawn(async move {
            if let Err(e) = client.register_capability(vec![registration]).await {
                tracing::warn!(%e, "the client does not send whole texts");
            }
        });
    }

    /// Parts are enough again.
    pub(super) fn stop_asking(&self, path: &Path) {
        if !self.connection.capabilities.dynamic_sync {
            return;
        }
        let (client, id) = (self.connection.client.clone(), registration(path));
        self.scheduler.runtime.spawn(async move {
            let method = "textDocument/didChange".to_owned();
            let _ = client.unregister_capability(vec![lsp::Unregistration { id, method }]).await;
        });
    }
}

fn registration(path: &Path) -> String {
    format!("buildfix-whole-{}", path.display())
}

impl From<lsp::Uri> for OutOfStep {
    fn from(uri: lsp::Uri) -> Self {
        Self { uri: uri.to_string() }
    }
}
