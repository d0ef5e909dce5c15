//! `buildfix.undo`: undoes the last fix-all, or quick fix of several files, completely or not at all.

use crate::applied::{Applied, AppliedFile};
use crate::edits::edit_of_texts;
use crate::queue::{Queue, failed, internal};
use crate::state::State;
use engine::FileKind;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::Result;

/// The state of a file compared with the result of a fix-all.
enum FileState {
    /// It has all edits, or those that the user chose in a preview. With its text.
    Fixed(Arc<str>),
    /// It is as before: the user left it out, or undid it otherwise.
    Reverted,
    /// It was changed since.
    Changed,
}

impl AppliedFile {
    fn state(&self, state: &State) -> FileState {
        if state.documents.is_out_of_step(&self.path) {
            return FileState::Changed;
        }
        let now = state.workspace.index().text(&self.path);
        match (&self.kind, now) {
            (FileKind::Delete, None) => FileState::Fixed(self.after.clone()),
            (FileKind::Delete, Some(now)) if now == self.before => FileState::Reverted,
            (FileKind::Create | FileKind::Rename { .. }, None) => FileState::Reverted,
            (FileKind::Edit, Some(now)) if now == self.before => FileState::Reverted,
            (FileKind::Edit, Some(now)) if self.is_part(&now) => FileState::Fixed(now),
            (FileKind::Create | FileKind::Rename { .. }, Some(now)) if now == self.after => FileState::Fixed(now),
            _ => FileState::Changed,
        }
    }
}

/// Undoes the last fix-all that is still applied.
pub(crate) async fn undo(queue: &Queue<State>) -> Result<Option<Value>> {
    let prepared = queue
        .ask(|state| {
            state.sync();
            for at in (0..state.applied.len()).rev() {
                let paths: Vec<PathBuf> = state.applied[at].files.iter().map(|f| f.path.clone()).collect();
                state.reread(paths.iter().map(PathBuf::as_path));
                // One that was undone otherwise stays in the list: the editor may redo it.
                let found = match edit(state, &state.applied[at]) {
                    // It was never applied, or an edit of the user's followed.
                    Err(_) if state.applied[at].offered => None,
                    found => found.map_err(failed)?,
                };
                if let Some((edit, files)) = found {
                    let applied = state.applied.remove(at);
                    let summary = json!({ "title": applied.title, "files": files });
                    return Ok(Some((state.connection.client.clone(), edit, summary, applied)));
                }
            }
            Ok(None)
        })
        .await?;
    let Some((client, edit, summary, applied)) = prepared else { return Ok(Some(Value::Null)) };
    let label = Some("Undo: buildfix".to_owned());
    let params = lsp::ApplyWorkspaceEditParams { label, edit, metadata: None };
    let refused = match client.send_request::<lsp::ApplyWorkspaceEditRequest>(params).await {
        Ok(answer) if answer.applied => return Ok(Some(summary)),
        Ok(answer) => {
            failed(format!("the editor did not undo: {}", answer.failure_reason.unwrap_or("no reason given".into())))
        }
        Err(e) => internal(format!("the editor did not apply the edit: {e}")),
    };
    queue.tell(|state| state.applied.push(applied));
    Err(refused)
}

/// The edit that undoes `applied`, and the number of its files; `None` when nothing of it is left.
fn edit(state: &State, applied: &Applied) -> std::result::Result<Option<(lsp::WorkspaceEdit, usize)>, String> {
    let mut steps = Vec::new();
    let mut changed = Vec::new();
    for f in &applied.files {
        let now = match f.state(state) {
            FileState::Fixed(now) => now,
            FileState::Reverted => continue,
            FileState::Changed => {
                changed.push(name(state, &f.path));
                continue;
            }
        };
        let (kind, path) = match &f.kind {
            FileKind::Edit => (FileKind::Edit, f.path.clone()),
            FileKind::Create => (FileKind::Delete, f.path.clone()),
            FileKind::Delete => (FileKind::Create, f.path.clone()),
            FileKind::Rename { from } => (FileKind::Rename { from: f.path.clone() }, from.clone()),
        };
        steps.push((path, kind, now, f.before.clone()));
    }
    if !changed.is_empty() {
        return Err(format!("nothing was undone, because these files changed since: {}", changed.join(", ")));
    }
    let files = steps.len();
    if files == 0 {
        return Ok(None);
    }
    let edit = edit_of_texts(state, steps.into_iter()).ok_or("this editor cannot create and delete files")?;
    Ok(Some((edit, files)))
}

/// A path below its root.
fn name(state: &State, path: &Path) -> String {
    let below = state.roots.iter().find_map(|r| path.strip_prefix(r).ok());
    below.unwrap_or(path).display().to_string()
}
