//! Code actions: quick fixes for any diagnostic whose code is known, whoever published it.

use crate::convert::{Lines, code_of, path_of, source_diagnostic};
use crate::queue::{content_modified, failed};
use crate::state::State;
use diagnostics::SourceDiagnostic;
use engine::{FileKind, Plan};
use fix::{Applicability, Change, DiagnosticSet, FileChange, Fix, RuleContext};
use index::Source;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syntax::new_syntax_errors;
use text::{TextEdit, TextEdits};
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::Result;

/// The kind of our fix-all.
pub(crate) const FIX_ALL: &str = "source.fixAll.buildfix";

/// What `codeAction/resolve` needs in order to find the same fix again.
#[derive(Serialize, Deserialize)]
struct Data {
    uri: String,
    version: Option<i32>,
    hash: String,
    diagnostic: lsp::Diagnostic,
    rule: String,
    title: String,
}

fn kind_name(kind: &lsp::CodeActionKind) -> String {
    serde_json::to_value(kind).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
/// Whether a client that asks for `only` wants actions of `kind` (LSP 3.17: kinds are hierarchical).
fn wants(only: Option<&[lsp::CodeActionKind]>, kind: &str, unasked: bool) -> bool {
    match only {
        None => unasked,
        Some(kinds) => {
            kinds.iter().map(kind_name).any(|k| k.is_empty() || kind == k || kind.starts_with(&format!("{k}.")))
        }
    }
}

fn same_place(a: &SourceDiagnostic, b: &SourceDiagnostic) -> bool {
    a.code == b.code && a.range.start == b.range.start
}

/// Answers `textDocument/codeAction`.
pub(crate) fn code_actions(
    state: &mut State,
    params: lsp::CodeActionParams,
) -> Result<Option<Vec<lsp::CodeActionResponse>>> {
    let uri = params.text_document.uri;
    let Some(path) = path_of(&uri) else { return Ok(None) };
    let Some(source) = state.source(&path) else { return Ok(None) };
    let text = source.parsed.text().clone();
    let lines = Lines::new(&text, state.capabilities.encoding);
    let language = source.parsed.language();
    let only = params.context.only.as_deref();

    let mut asked: Vec<(lsp::Diagnostic, SourceDiagnostic)> = Vec::new();
    for d in params.context.diagnostics {
        if let Some(placed) = source_diagnostic(&d, &path, language, &lines, source.hash) {
            if d.source.as_deref() != Some("buildfix") {
                note_elsewhere(state, &path, &d, language);
            }
            if !asked.iter().any(|(_, o)| same_place(o, &placed)) {
                asked.push((d, placed));
            }
        }
    }
    if let Some(range) = lines.byte_range(params.range) {
        for d in state.build.get(&path).into_iter().flatten() {
            let here = d.range.touches(range)
                || (d.range.is_empty() && lines.range(d.range).start.line == params.range.start.line);
            if here && !asked.iter().any(|(_, o)| same_place(o, d)) {
                asked.push((crate::convert::lsp_diagnostic(d, &lines), d.clone()));
            }
        }
    }

    let mut out: Vec<lsp::CodeAction> = Vec::new();
    let set = state.diagnostic_set(asked.iter().map(|(_, d)| d.clone()));
    if wants(only, "quickfix", true) {
        for (shown, diagnostic) in &asked {
            quick_fixes(state, &uri, &source, &set, shown, diagnostic, &mut out);
        }
        bulk_actions(&uri, &set, &asked, &mut out);
    }
    if wants(only, FIX_ALL, false)
        && let Some(edit) = crate::commands::safe_fixes_of_file(state, &path, &set)
    {
        out.push(lsp::CodeAction {
            title: "Fix all that is safe (buildfix)".to_owned(),
            kind: Some(lsp::CodeActionKind::Custom(FIX_ALL.into())),
            edit: Some(edit),
            ..action()
        });
    }
    let mut preferred = false;
    for a in &mut out {
        let wants = a.is_preferred == Some(true);
        a.is_preferred = (wants && !preferred).then_some(true);
        preferred |= wants;
    }
    Ok((!out.is_empty()).then(|| out.into_iter().map(lsp::CodeActionResponse::CodeAction).collect()))
}

/// Takes note that another server shows the same diagnostic, so that ours need not stand beside it.
fn note_elsewhere(state: &mut State, path: &Path, d: &lsp::Diagnostic, language: syntax::Language) {
    let Some(code) = code_of(d, language) else { return };
    let ours = state.build.get(path).is_some_and(|l| l.iter().any(|o| o.code == code));
    if ours && state.shown_elsewhere.insert((path.to_path_buf(), d.range.start.line, code.to_string())) {
        state.publish(path);
    }
}

fn action() -> lsp::CodeAction {
    lsp::CodeAction {
        title: String::new(),
        kind: None,
        diagnostics: None,
        is_preferred: None,
        disabled: None,
        edit: None,
        command: None,
        data: None,
        tags: None,
    }
}

fn quick_fixes(
    state: &State,
    uri: &lsp::Uri,
    source: &Source,
    set: &DiagnosticSet,
    shown: &lsp::Diagnostic,
    diagnostic: &SourceDiagnostic,
    out: &mut Vec<lsp::CodeAction>,
) {
    let ctx = RuleContext { diagnostic, source, index: state.session.index(), diagnostics: set };
    let mut seen: Vec<Change> = Vec::new();
    for fix in rules::fixes(&ctx) {
        let Some(change) = usable(state, &ctx, &fix) else { continue };
        if seen.contains(&change) {
            continue;
        }
        let Some(edit) = workspace_edit(state, &change) else { continue };
        seen.push(change);
        let mut a = lsp::CodeAction {
            title: fix.title.clone(),
            kind: Some(lsp::CodeActionKind::QuickFix),
            diagnostics: Some(vec![shown.clone()]),
            is_preferred: (fix.preferred || (seen.len() == 1 && fix.applicability == Applicability::Safe))
                .then_some(true),
            ..action()
        };
        if state.capabilities.resolve_edit {
            let data = Data {
                uri: uri.to_string(),
                version: state.version(&diagnostic.path),
                hash: source.hash.to_hex(),
                diagnostic: shown.clone(),
                rule: fix.rule.to_owned(),
                title: fix.title,
            };
            a.data = serde_json::to_value(data).ok();
        } else {
            a.edit = Some(edit);
        }
        out.push(a);
    }
}

/// The change of a fix that may be shown: it can be done, fits the current texts, and adds no syntax error.
fn usable(state: &State, ctx: &RuleContext<'_>, fix: &Fix) -> Option<Change> {
    let change = fix.change(ctx)?;
    if change.is_empty() {
        return None;
    }
    for (path, file) in change.files() {
        if let FileChange::Edit { .. } = file {
            let edits = change.text_edits(path, state.session.index()).ok()?;
            if edits.is_empty() {
                return None;
            }
            if let Some(before) = state.session.index().source(path) {
                let after = before.parsed.edited(&edits).ok()?;
                if !new_syntax_errors(&before.parsed, &after, &edits).is_empty() {
                    return None;
                }
            }
        }
    }
    Some(change)
}

/// "Fix all CS0246 …" for codes that occur more than once.
fn bulk_actions(
    uri: &lsp::Uri,
    set: &DiagnosticSet,
    asked: &[(lsp::Diagnostic, SourceDiagnostic)],
    out: &mut Vec<lsp::CodeAction>,
) {
    let mut codes: Vec<&str> =
        asked.iter().map(|(_, d)| d.code.as_str()).filter(|c| !rules::for_code(c).is_empty()).collect();
    codes.sort_unstable();
    codes.dedup();
    for code in codes {
        let everywhere = set.iter().filter(|d| d.code == code).count();
        let in_file = asked.first().map_or(0, |(_, d)| set.in_file(&d.path).iter().filter(|d| d.code == code).count());
        let mut offer = |title: String, argument: serde_json::Value| {
            out.push(lsp::CodeAction {
                kind: Some(lsp::CodeActionKind::QuickFix),
                command: Some(lsp::Command {
                    title: title.clone(),
                    tooltip: None,
                    command: "buildfix.fixAll".to_owned(),
                    arguments: Some(vec![argument]),
                }),
                title,
                ..action()
            });
        };
        if in_file > 1 {
            let argument =
                serde_json::json!({ "scope": "file", "uri": uri.to_string(), "codes": [code], "safety": "safe" });
            offer(format!("Fix all {code} in this file"), argument);
        }
        if everywhere > in_file && everywhere > 1 {
            let argument = serde_json::json!({ "scope": "workspace", "codes": [code], "safety": "safe" });
            offer(format!("Fix all {code} in the workspace"), argument);
        }
    }
}

/// Answers `codeAction/resolve`; refuses when the document is not the one that the action was made for.
pub(crate) fn resolve(state: &mut State, mut action: lsp::CodeAction) -> Result<lsp::CodeAction> {
    let Some(data) = action.data.take() else { return Ok(action) };
    let data: Data = serde_json::from_value(data).map_err(|e| failed(format!("the action's data is not ours: {e}")))?;
    let uri = lsp::Uri::from(data.uri);
    let path = path_of(&uri).ok_or_else(|| failed("the action belongs to no file"))?;
    let source = state.source(&path).ok_or_else(content_modified)?;
    if state.version(&path) != data.version || source.hash.to_hex() != data.hash {
        return Err(content_modified());
    }
    let text = source.parsed.text().clone();
    let lines = Lines::new(&text, state.capabilities.encoding);
    let diagnostic = source_diagnostic(&data.diagnostic, &path, source.parsed.language(), &lines, source.hash);
    let diagnostic = diagnostic.ok_or_else(content_modified)?;
    let set = state.diagnostic_set([diagnostic.clone()]);
    let ctx = RuleContext { diagnostic: &diagnostic, source: &source, index: state.session.index(), diagnostics: &set };
    let fix = rules::fixes(&ctx).into_iter().find(|f| f.rule == data.rule && f.title == data.title);
    if let Some(change) = fix.and_then(|f| usable(state, &ctx, &f)) {
        action.edit = workspace_edit(state, &change);
        return Ok(action);
    }
    Err(content_modified())
}

/// Collects changes of files in the form that the client understands.
struct EditBuilder<'a> {
    state: &'a State,
    documents: Vec<lsp::DocumentChange>,
    plain: HashMap<lsp::Uri, Vec<lsp::TextEdit>>,
    operations: bool,
    label: Option<String>,
}

impl<'a> EditBuilder<'a> {
    /// With a label, every edit asks for confirmation under it, where the client can.
    fn new(state: &'a State, confirm: Option<&str>) -> Self {
        let can = state.capabilities.annotations && state.capabilities.document_changes;
        let label = confirm.filter(|_| can).map(str::to_owned);
        Self { state, documents: Vec::new(), plain: HashMap::new(), operations: false, label }
    }
    fn annotation(&self) -> Option<String> {
        self.label.as_ref().map(|_| "buildfix".to_owned())
    }
    fn edit(&mut self, path: &Path, text: &str, edits: &TextEdits) -> Option<()> {
        let uri = self.state.uri(path)?;
        let lines = Lines::new(text, self.state.capabilities.encoding);
        let edits: Vec<lsp::TextEdit> =
            edits.iter().map(|e| lsp::TextEdit { range: lines.range(e.range), new_text: e.new_text.clone() }).collect();
        self.plain.insert(uri.clone(), edits.clone());
        let change = text_document_edit(uri, self.state.version(path), edits, self.annotation());
        self.documents.push(change);
        Some(())
    }
    fn create(&mut self, path: &Path, text: &str) -> Option<()> {
        self.operations = true;
        let uri = self.state.uri(path)?;
        self.documents.push(lsp::DocumentChange::CreateFile(lsp::CreateFile {
            uri: uri.clone(),
            options: Some(lsp::CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) }),
            annotation_id: self.annotation(),
        }));
        let start = lsp::Position { line: 0, character: 0 };
        let edit = lsp::TextEdit { range: lsp::Range { start, end: start }, new_text: text.to_owned() };
        let change = text_document_edit(uri, None, vec![edit], self.annotation());
        self.documents.push(change);
        Some(())
    }
    fn rename(&mut self, from: &Path, to: &Path) -> Option<()> {
        self.operations = true;
        self.documents.push(lsp::DocumentChange::RenameFile(lsp::RenameFile {
            old_uri: self.state.uri(from)?,
            new_uri: self.state.uri(to)?,
            options: None,
            annotation_id: self.annotation(),
        }));
        Some(())
    }
    fn delete(&mut self, path: &Path) -> Option<()> {
        self.operations = true;
        let uri = self.state.uri(path)?;
        let delete = lsp::DeleteFile { uri, options: None, annotation_id: self.annotation() };
        self.documents.push(lsp::DocumentChange::DeleteFile(delete));
        Some(())
    }
    /// `None` when the client cannot do it.
    fn build(self) -> Option<lsp::WorkspaceEdit> {
        let caps = self.state.capabilities;
        if self.operations && !(caps.document_changes && caps.resource_operations) {
            return None;
        }
        let annotations = self.label.map(|label| {
            let description = Some("buildfix".to_owned());
            HashMap::from([(
                "buildfix".to_owned(),
                lsp::ChangeAnnotation { label, needs_confirmation: Some(true), description },
            )])
        });
        Some(if caps.document_changes {
            lsp::WorkspaceEdit {
                changes: None,
                document_changes: Some(self.documents),
                change_annotations: annotations,
            }
        } else {
            lsp::WorkspaceEdit { changes: Some(self.plain), document_changes: None, change_annotations: None }
        })
    }
}

/// The change of one fix as the protocol's; `None` when the client cannot do it.
fn workspace_edit(state: &State, change: &Change) -> Option<lsp::WorkspaceEdit> {
    let mut out = EditBuilder::new(state, None);
    for (path, file) in change.files() {
        match file {
            FileChange::Edit { .. } => {
                let edits = change.text_edits(path, state.session.index()).ok()?;
                out.edit(path, &state.session.index().text(path)?, &edits)?;
            }
            FileChange::Create { text } => out.create(path, text)?,
            FileChange::Rename { to } => out.rename(path, to)?,
            FileChange::Delete => out.delete(path)?,
        }
    }
    out.build()
}

/// All that a plan changes.
pub(crate) fn edit_of_plan(state: &State, plan: &Plan, confirm: Option<&str>) -> Option<lsp::WorkspaceEdit> {
    let files = plan.files.iter().map(|f| (f.path.clone(), f.kind.clone(), f.before.clone(), f.after.clone()));
    edit_of_texts(state, files, confirm)
}

/// Files by what happens to them and their texts before and after.
pub(crate) fn edit_of_texts(
    state: &State,
    files: impl Iterator<Item = (PathBuf, FileKind, Arc<str>, Arc<str>)>,
    confirm: Option<&str>,
) -> Option<lsp::WorkspaceEdit> {
    let mut out = EditBuilder::new(state, confirm);
    for (path, kind, before, after) in files {
        match kind {
            FileKind::Edit => out.edit(&path, &before, &changed_lines(&before, &after))?,
            FileKind::Create => out.create(&path, &after)?,
            FileKind::Delete => out.delete(&path)?,
            FileKind::Rename { from } => {
                if before != after {
                    out.edit(&from, &before, &changed_lines(&before, &after))?;
                }
                out.rename(&from, &path)?;
            }
        }
    }
    out.build()
}

/// The edits that lead from one text to another, by lines: small ones keep cursors and markers in place.
fn changed_lines(before: &str, after: &str) -> TextEdits {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let starts = |lines: &[&str]| {
        let mut at = 0;
        let mut out = vec![0];
        out.extend(lines.iter().map(|l| {
            at += l.len();
            at
        }));
        out
    };
    let (old_starts, new_starts) = (starts(&old), starts(&new));
    let mut edits = Vec::new();
    for op in similar::capture_diff_slices(similar::Algorithm::Myers, &old, &new) {
        let (tag, o, n) = op.as_tag_tuple();
        if tag != similar::DiffTag::Equal {
            let text = &after[new_starts[n.start]..new_starts[n.end]];
            edits.push(TextEdit::replace(old_starts[o.start]..old_starts[o.end], text));
        }
    }
    // Touching edits cannot come of a line diff; if they did, the whole text is as good.
    TextEdits::new(edits)
        .unwrap_or_else(|_| TextEdits::new(vec![TextEdit::replace(0..before.len(), after)]).unwrap_or_default())
}

fn text_document_edit(
    uri: lsp::Uri,
    version: Option<i32>,
    edits: Vec<lsp::TextEdit>,
    annotation: Option<String>,
) -> lsp::DocumentChange {
    let edits = edits.into_iter().map(|text_edit| match &annotation {
        Some(id) => lsp::Edit::AnnotatedTextEdit(lsp::AnnotatedTextEdit { annotation_id: id.clone(), text_edit }),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_diff_gives_the_other_text() {
        for (before, after) in [("a\nb\nc\n", "a\nB\nc\nd\n"), ("", "x"), ("x\r\ny", "y"), ("a\nb", "a\nb\n")] {
            let edits = changed_lines(before, after);
            assert_eq!(edits.apply(before).unwrap(), after);
        }
        assert_eq!(changed_lines("a\nb\nc\n", "a\nX\nc\n").len(), 1);
    }

    #[test]
    fn kinds_are_hierarchical() {
        use lsp::CodeActionKind as K;
        assert!(wants(None, "quickfix", true) && !wants(None, FIX_ALL, false));
        assert!(wants(Some(&[K::SourceFixAll]), FIX_ALL, false) && wants(Some(&[K::Source]), FIX_ALL, false));
        assert!(!wants(Some(&[K::SourceFixAll]), "quickfix", true) && wants(Some(&[K::Empty]), "quickfix", true));
        assert!(!wants(Some(&[K::SourceOrganizeImports]), FIX_ALL, false));
    }
}
