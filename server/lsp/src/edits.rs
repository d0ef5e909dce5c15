//! Changes as the protocol's workspace edits.

use crate::convert::Lines;
use crate::diff::changed_lines;
use crate::state::State;
use engine::{FileKind, Outcome, Plan};
use fix::{Applicability, Change, FileChange};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use text::{TextEdits, TextRange};
use tower_lsp::gen_lsp_types as lsp;

/// Why something is edited, for the client's preview.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Reason {
    /// Confirmed one by one; else it is only shown in the preview.
    is_unsafe: bool,
    label: String,
}

/// Collects changes of files in the form that the client understands.
struct EditBuilder<'a> {
    state: &'a State,
    documents: Vec<lsp::DocumentChange>,
    plain: HashMap<lsp::Uri, Vec<lsp::TextEdit>>,
    operations: bool,
    /// Identifiers of annotations: `safe-1`, `unsafe-2`.
    annotations: BTreeMap<Reason, String>,
}

impl<'a> EditBuilder<'a> {
    fn new(state: &'a State) -> Self {
        Self { state, documents: Vec::new(), plain: HashMap::new(), operations: false, annotations: BTreeMap::new() }
    }
    fn annotation(&mut self, reason: Option<Reason>) -> Option<String> {
        let reason = reason.filter(|_| self.state.connection.capabilities.annotations)?;
        let id = format!("{}-{}", if reason.is_unsafe { "unsafe" } else { "safe" }, self.annotations.len() + 1);
        Some(self.annotations.entry(reason).or_insert(id).clone())
    }
    fn edit(
        &mut self,
        path: &Path,
        text: &str,
        edits: &TextEdits,
        reasons: impl Fn(usize) -> Option<Reason>,
    ) -> Option<()> {
        let uri = self.state.documents.uri(path)?;
        let lines = Lines::new(text, self.state.connection.capabilities.encoding);
        let edits: Vec<lsp::TextEdit> =
            edits.iter().map(|e| lsp::TextEdit { range: lines.range(e.range), new_text: e.new_text.clone() }).collect();
        self.plain.insert(uri.clone(), edits.clone());
        let edits = edits.into_iter().enumerate().map(|(i, e)| (e, self.annotation(reasons(i)))).collect();
        let change = text_document_edit(uri, self.state.documents.version(path), edits);
        self.documents.push(change);
        Some(())
    }
    fn create(&mut self, path: &Path, text: &str, reason: Option<Reason>) -> Option<()> {
        self.operations = true;
        let uri = self.state.documents.uri(path)?;
        let annotation = self.annotation(reason);
        self.documents.push(lsp::DocumentChange::CreateFile(lsp::CreateFile {
            uri: uri.clone(),
            options: Some(lsp::CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) }),
            annotation_id: annotation.clone(),
        }));
        let start = lsp::Position { line: 0, character: 0 };
        let edit = lsp::TextEdit { range: lsp::Range { start, end: start }, new_text: text.to_owned() };
        self.documents.push(text_document_edit(uri, None, vec![(edit, annotation)]));
        Some(())
    }
    fn rename(&mut self, from: &Path, to: &Path, reason: Option<Reason>) -> Option<()> {
        self.operations = true;
        let rename = lsp::RenameFile {
            old_uri: self.state.documents.uri(from)?,
            new_uri: self.state.documents.uri(to)?,
            options: None,
            annotation_id: self.annotation(reason),
        };
        self.documents.push(lsp::DocumentChange::RenameFile(rename));
        Some(())
    }
    fn delete(&mut self, path: &Path, reason: Option<Reason>) -> Option<()> {
        self.operations = true;
        let uri = self.state.documents.uri(path)?;
        let delete = lsp::DeleteFile { uri, options: None, annotation_id: self.annotation(reason) };
        self.documents.push(lsp::DocumentChange::DeleteFile(delete));
        Some(())
    }
    /// `None` when the client cannot apply it. With `confirm_all`, the client asks about safe edits, too.
    fn build(self, confirm_all: bool) -> Option<lsp::WorkspaceEdit> {
        let caps = self.state.connection.capabilities;
        if self.operations && !(caps.document_changes && caps.resource_operations) {
            return None;
        }
        if !caps.document_changes {
            return Some(lsp::WorkspaceEdit {
                changes: Some(self.plain),
                document_changes: None,
                change_annotations: None,
            });
        }
        let annotations = self.annotations.into_iter().map(|(reason, id)| {
            let description = if reason.is_unsafe { "may change the meaning" } else { "safe" };
            let annotation = lsp::ChangeAnnotation {
                label: reason.label,
                needs_confirmation: Some(confirm_all || reason.is_unsafe),
                description: Some(description.to_owned()),
            };
            (id, annotation)
        });
        let annotations: HashMap<String, lsp::ChangeAnnotation> = annotations.collect();
        Some(lsp::WorkspaceEdit {
            changes: None,
            document_changes: Some(self.documents),
            change_annotations: (!annotations.is_empty()).then_some(annotations),
        })
    }
}

/// The change of one fix as the protocol's; `None` when the client cannot do it.
pub(crate) fn workspace_edit(state: &State, change: &Change) -> Option<lsp::WorkspaceEdit> {
    let mut out = EditBuilder::new(state);
    for (path, file) in change.files() {
        match file {
            FileChange::Edit { .. } => {
                let edits = change.text_edits(path, state.workspace.index()).ok()?;
                out.edit(path, &state.workspace.index().text(path)?, &edits, |_| None)?;
            }
            FileChange::Create { text } => out.create(path, text, None)?,
            FileChange::Rename { to } => out.rename(path, to, None)?,
            FileChange::Delete => out.delete(path, None)?,
        }
    }
    out.build(false)
}

/// Whether the client can do the change.
pub(crate) fn is_possible(state: &State, change: &Change) -> bool {
    let capabilities = state.connection.capabilities;
    let operations = capabilities.document_changes && capabilities.resource_operations;
    change.files().all(|(path, file)| {
        state.documents.uri(path).is_some() && (operations || matches!(file, FileChange::Edit { .. }))
    })
}

/// All changes of a plan. When it has unsafe fixes, or with `preview`, every edit is annotated with its fix, and the client asks for
/// confirmation: with `preview` for all edits, else for the unsafe ones.
pub(crate) fn edit_of_plan(state: &State, plan: &Plan, preview: bool) -> Option<lsp::WorkspaceEdit> {
    let fixed_unsafely = plan
        .entries
        .iter()
        .any(|e| e.outcome == Outcome::Fixed && e.fix.as_ref().is_some_and(|f| f.applicability != Applicability::Safe));
    let annotate = preview || fixed_unsafely;
    let reason = |path: &Path, range: TextRange| annotate.then(|| reason_of(plan, path, range, fixed_unsafely));
    let whole = |path: &Path| reason(path, TextRange::new(0, usize::MAX));
    let mut out = EditBuilder::new(state);
    for f in &plan.files {
        match &f.kind {
            FileKind::Edit => edit_lines(&mut out, &f.path, &f.path, &f.before, &f.after, &reason)?,
            FileKind::Create => out.create(&f.path, &f.after, whole(&f.path))?,
            FileKind::Delete => out.delete(&f.path, whole(&f.path))?,
            FileKind::Rename { from } => {
                if f.before != f.after {
                    edit_lines(&mut out, from, &f.path, &f.before, &f.after, &reason)?;
                }
                out.rename(from, &f.path, whole(&f.path))?;
            }
        }
    }
    out.build(preview)
}

fn edit_lines(
    out: &mut EditBuilder<'_>,
    path: &Path,
    planned_path: &Path,
    before: &str,
    after: &str,
    reason: &impl Fn(&Path, TextRange) -> Option<Reason>,
) -> Option<()> {
    let edits = changed_lines(before, after);
    // The range of each edit's text after all edits: by this the plan knows which fix wrote it.
    let mut shift = 0isize;
    let written: Vec<TextRange> = edits
        .iter()
        .map(|e| {
            let start = (e.range.start as isize + shift) as usize;
            shift += e.new_text.len() as isize - e.range.len() as isize;
            TextRange::new(start, start + e.new_text.len())
        })
        .collect();
    out.edit(path, before, &edits, |i| reason(planned_path, written[i]))
}

/// The fixes that wrote in `range` of the new text of `path`, as one reason.
fn reason_of(plan: &Plan, path: &Path, range: TextRange, fixed_unsafely: bool) -> Reason {
    let mut labels: Vec<String> = Vec::new();
    let mut is_unsafe = false;
    for applied in &plan.applied {
        if applied.wrote.iter().any(|(p, r)| p == path && r.touches(range))
            && let Some(entry) = plan.entries.get(applied.entry)
            && let Some(fix) = &entry.fix
        {
            is_unsafe |= fix.applicability != Applicability::Safe;
            let label = format!("{}: {}", entry.diagnostic.code, fix.title);
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
    }
    if labels.is_empty() {
        // It belongs to no single fix: it is confirmed when any fix is unsafe.
        return Reason { is_unsafe: fixed_unsafely, label: "Fix all".to_owned() };
    }
    Reason { is_unsafe, label: labels.join("; ") }
}

/// Files by what happens to them and their texts before and after.
pub(crate) fn edit_of_texts(
    state: &State,
    files: impl Iterator<Item = (PathBuf, FileKind, Arc<str>, Arc<str>)>,
) -> Option<lsp::WorkspaceEdit> {
    let mut out = EditBuilder::new(state);
    for (path, kind, before, after) in files {
        match kind {
            FileKind::Edit => out.edit(&path, &before, &changed_lines(&before, &after), |_| None)?,
            FileKind::Create => out.create(&path, &after, None)?,
            FileKind::Delete => out.delete(&path, None)?,
            FileKind::Rename { from } => {
                if before != after {
                    out.edit(&from, &before, &changed_lines(&before, &after), |_| None)?;
                }
                out.rename(&from, &path, None)?;
            }
        }
    }
    out.build(false)
}

fn text_document_edit(
    uri: lsp::Uri,
    version: Option<i32>,
    edits: Vec<(lsp::TextEdit, Option<String>)>,
) -> lsp::DocumentChange {
    let edits = edits.into_iter().map(|(text_edit, annotation)| match annotation {
        Some(annotation_id) => lsp::Edit::AnnotatedTextEdit(lsp::AnnotatedTextEdit { annotation_id, text_edit }),
        None => lsp::Edit::TextEdit(text_edit),
    });
    lsp::DocumentChange::TextDocumentEdit(lsp::TextDocumentEdit {
        text_document: lsp::OptionalVersionedTextDocumentIdentifier {
            version,
            text_document_identifier: lsp::TextDocumentIdentifier { uri },
        },
        edits: edits.collect(),
    })
}
