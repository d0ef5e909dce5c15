//! The documents that the client has open.

use crate::convert::uri_of;
use engine::Workspace;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use text::Document;
use tower_lsp::gen_lsp_types as lsp;

/// A document that the client has open.
pub(crate) struct OpenDocument {
    /// In the client's own spelling.
    pub uri: lsp::Uri,
    pub document: Document,
    /// The index has not seen the newest text yet.
    dirty: bool,
    /// When it was opened or changed, counted in such events.
    touched: u64,
    pub step: Step,
}

/// Whether the server has the client's text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// It has.
    In,
    /// It has not, since this event: a change could not be applied. The text is the last one that both had. Nothing is offered and nothing is edited until
    /// the client sends the whole text.
    Out(u64),
    /// It has again, and of this version the client sent the whole text. The same change may come in parts, too, as long as the client was asked to send
    /// both.
    Again(i32),
}

impl OpenDocument {
    /// Notes that the text changed.
    pub fn touch(&mut self, now: u64) {
        self.dirty = true;
        self.touched = now;
    }
}

/// All open documents.
#[derive(Default)]
pub(crate) struct Documents {
    open: HashMap<PathBuf, OpenDocument>,
    /// How often documents were opened and changed.
    touches: u64,
    /// Documents closed lately: a file that is deleted is often closed just before, and not every client reports the deletion.
    closed: Vec<PathBuf>,
}

impl Documents {
    /// Counts an event and returns its number.
    pub fn next_touch(&mut self) -> u64 {
        self.touches += 1;
        self.touches
    }
    pub fn open(&mut self, path: PathBuf, uri: lsp::Uri, document: Document) {
        let touched = self.next_touch();
        self.open.insert(path, OpenDocument { uri, document, dirty: false, touched, step: Step::In });
    }
    /// Whether the text of an open document is not known.
    pub fn is_out_of_step(&self, path: &Path) -> bool {
        self.get(path).is_some_and(|d| matches!(d.step, Step::Out(_)))
    }
    /// All open documents.
    pub fn iter(&self) -> impl Iterator<Item = (&PathBuf, &OpenDocument)> {
        self.open.iter()
    }
    pub fn close(&mut self, path: &Path) -> Option<OpenDocument> {
        let closed = self.open.remove(path)?;
        self.closed.push(path.to_path_buf());
        Some(closed)
    }
    pub fn get(&self, path: &Path) -> Option<&OpenDocument> {
        self.open.get(path)
    }
    pub fn get_mut(&mut self, path: &Path) -> Option<&mut OpenDocument> {
        self.open.get_mut(path)
    }
    pub fn contains(&self, path: &Path) -> bool {
        self.open.contains_key(path)
    }

    /// Version of an open document.
    pub fn version(&self, path: &Path) -> Option<i32> {
        self.get(path).map(|d| d.document.version())
    }

    /// URI of a path, in the client's spelling when it has the document open.
    pub fn uri(&self, path: &Path) -> Option<lsp::Uri> {
        self.get(path).map(|d| d.uri.clone()).or_else(|| uri_of(path))
    }

    /// The open documents, those that were opened or changed last first.
    pub fn newest(&self) -> Vec<PathBuf> {
        let mut all: Vec<_> = self.open.iter().map(|(path, open)| (Reverse(open.touched), path)).collect();
        all.sort();
        all.into_iter().map(|(_, path)| path.clone()).collect()
    }

    /// Gives `workspace` the newest text of every document that changed.
    pub fn sync(&mut self, workspace: &mut Workspace) {
        for (path, open) in &mut self.open {
            if std::mem::take(&mut open.dirty) {
                workspace.set_document(path, Some(open.document.text().into()));
            }
        }
    }

    /// Gives a workspace that was just opened the text of every document.
    pub fn send_all(&mut self, workspace: &mut Workspace) {
        self.open.values_mut().for_each(|open| open.dirty = true);
        self.sync(workspace);
    }

    /// The files that were deleted after their document was closed.
    pub fn take_deleted(&mut self) -> Vec<PathBuf> {
        const KEPT: usize = 256;
        let (kept, deleted): (Vec<_>, Vec<_>) = std::mem::take(&mut self.closed).into_iter().partition(|p| p.is_file());
        self.closed = kept;
        self.closed.drain(..self.closed.len().saturating_sub(KEPT));
        deleted
    }
}
