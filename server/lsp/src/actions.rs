//! Code actions: quick fixes for any diagnostic whose code a provider handles, whichever server published it.

use crate::applied::{Applied, AppliedFile};
use crate::convert::{Lines, action, path_of, source_diagnostic};
use crate::edits::{is_possible, workspace_edit};
use crate::queue::{Queue, content_modified, failed};
use crate::state::State;
use crate::titles::{Subject, tell_apart};
use diagnostics::SourceDiagnostic;
use engine::FileKind;
use fix::{Applicability, Change, DiagnosticSet, FileChange, Fix, Providers, RuleContext};
use index::Source;
use semantics::Semantics;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syntax::new_syntax_errors;
use text::TextEdits;
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::Result;

/// Larger documents are not looked at: nothing would write them (see [`engine::WriteGuard`]), and parsing them takes seconds.
const MAX_SIZE: usize = 16 << 20;

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
    /// How many fixes of this rule with this title come before it.
    #[serde(default)]
    among: usize,
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
pub(crate) async fn answer(
    queue: &Queue<State>,
    params: lsp::CodeActionParams,
) -> Result<Option<Vec<lsp::CodeActionResponse>>> {
    let (mut out, fix_all) = queue.ask(|state| code_actions(state, params)).await?;
    if let Some((path, set)) = fix_all
        && let Some(edit) = crate::commands::safe_fixes_of_file(queue, path, set).await?
    {
        out.push(lsp::CodeAction {
            title: "Fix all that is safe (buildfix)".to_owned(),
            kind: Some(lsp::CodeActionKind::Custom(FIX_ALL.into())),
            edit: Some(edit),
            ..action()
        });
    }
    Ok((!out.is_empty()).then(|| out.into_iter().map(lsp::CodeActionResponse::CodeAction).collect()))
}

/// A file and the diagnostics of which those in the file are to be fixed.
type FixAll = (PathBuf, Arc<DiagnosticSet>);

/// The quick fixes, and what to fix all of, if that was asked for.
fn code_actions(state: &mut State, params: lsp::CodeActionParams) -> Result<(Vec<lsp::CodeAction>, Option<FixAll>)> {
    let uri = params.text_document.uri;
    let Some(path) = path_of(&uri) else { return Ok((Vec::new(), None)) };
    if let Some(why) = too_large(state, &path) {
        let asked = !params.context.diagnostics.is_empty() && wants(params.context.only.as_deref(), "quickfix", true);
        let told = asked && state.connection.capabilities.disabled;
        return Ok((told.then(|| disabled(why)).into_iter().collect(), None));
    }
    let Some(source) = state.source(&path) else { return Ok((Vec::new(), None)) };
    let text = source.parsed.text().clone();
    let lines = Lines::new(&text, state.connection.capabilities.encoding);
    let language = source.parsed.language();
    let only = params.context.only.as_deref();

    let mut asked: Vec<(lsp::Diagnostic, SourceDiagnostic)> = Vec::new();
    for d in params.context.diagnostics {
        if let Some(placed) = source_diagnostic(&d, &path, language, &lines, source.hash) {
            if d.source.as_deref() != Some("buildfix") {
                note_elsewhere(state, &placed);
            }
            if !asked.iter().any(|(_, o)| same_place(o, &placed)) {
                let placed = as_built(state, &d, placed);
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
    let set = state.set_for(asked.iter().map(|(_, d)| d.clone()));
    if wants(only, "quickfix", true) {
        let mut offers = Vec::new();
        for asked in &asked {
            quick_fixes(state, &uri, &source, &set, asked, &mut offers);
        }
        let mut titles: Vec<String> = offers.iter().map(|o: &Offer| o.action.title.clone()).collect();
        tell_apart(&mut titles, |i| subject(state, &path, &lines, &offers[i]));
        out.extend(offers.into_iter().zip(titles).map(|(offer, title)| lsp::CodeAction { title, ..offer.action }));
        let range = lines.byte_range(params.range);
        crate::patterns::actions(state, &uri, &source, &set, (asked.as_slice(), range), &mut out);
        bulk_actions(state.workspace.providers(), &uri, &set, &asked, &mut out);
    }
    let mut preferred = false;
    for a in &mut out {
        let wants = a.is_preferred == Some(true);
        a.is_preferred = (wants && !preferred).then_some(true);
        preferred |= wants;
    }
    let fix_all = wants(only, FIX_ALL, false).then_some((path, set));
    Ok((out, fix_all))
}

/// Why there are no fixes for an open document, if it is too large for them.
fn too_large(state: &State, path: &Path) -> Option<String> {
    let size = state.documents.get(path)?.document.rope().len_bytes();
    (size > MAX_SIZE)
        .then(|| format!("buildfix edits no files of more than {} MB; this one has {} MB", MAX_SIZE >> 20, size >> 20))
}

/// What an editor shows instead of actions.
fn disabled(reason: String) -> lsp::CodeAction {
    lsp::CodeAction {
        title: "No quick fixes (buildfix)".to_owned(),
        kind: Some(lsp::CodeActionKind::QuickFix),
        disabled: Some(lsp::CodeActionDisabled { reason }),
        ..action()
    }
}

/// A diagnostic of ours that the client sends back, as the build reported it: its fixes may be cached.
fn as_built(state: &State, shown: &lsp::Diagnostic, placed: SourceDiagnostic) -> SourceDiagnostic {
    let ours = shown.source.as_deref() == Some("buildfix");
    let mut own = state.build.get(&*placed.path).into_iter().flatten().filter(|d| ours && same_place(d, &placed));
    own.find(|d| d.message == placed.message).cloned().unwrap_or(placed)
}

/// Notes that another server shows the same diagnostic, so that ours is not shown twice.
fn note_elsewhere(state: &mut State, placed: &SourceDiagnostic) {
    let ours = state.build.get(&*placed.path).is_some_and(|l| l.iter().any(|o| o.code == placed.code));
    if ours && state.build.note_elsewhere(&placed.path, placed.range.start, &placed.code) {
        state.publish(&placed.path);
    }
}

/// A quick fix, the change that it makes, and where its diagnostic starts.
struct Offer {
    action: lsp::CodeAction,
    change: Change,
    start: lsp::Position,
}

/// What tells a quick fix of the file at `path` from others.
fn subject(state: &State, path: &Path, lines: &Lines<'_>, offer: &Offer) -> Subject {
    let at = |p: lsp::Position| (p.line + 1, p.character + 1);
    Subject::new(at(offer.start), &offer.change, |edited| {
        let index = state.workspace.index();
        let edits = offer.change.text_edits(edited, index).ok()?;
        let first = edits.iter().next()?.range.start;
        let position = if edited == path {
            lines.position(first)
        } else {
            Lines::new(&index.text(edited)?, state.connection.capabilities.encoding).position(first)
        };
        Some((edits, at(position)))
    })
}

fn quick_fixes(
    state: &State,
    uri: &lsp::Uri,
    source: &Source,
    set: &Arc<DiagnosticSet>,
    (shown, diagnostic): &(lsp::Diagnostic, SourceDiagnostic),
    out: &mut Vec<Offer>,
) {
    let ctx = RuleContext::new(diagnostic, Semantics::new(state.workspace.index(), source), set);
    let mut seen: Vec<Change> = Vec::new();
    let fixes = state.fixes(source, set, diagnostic);
    for (i, fix) in fixes.iter().enumerate() {
        let Some(change) = usable(state, &ctx, fix) else { continue };
        if seen.contains(&change) {
            continue;
        }
        let preferred = fix.preferred || (seen.is_empty() && fix.applicability == Applicability::Safe);
        seen.push(change.clone());
        // What mends several diagnostics at once is one action.
        if let Some(same) = out.iter_mut().find(|o| o.action.title == fix.title && o.change == change) {
            same.action.diagnostics.get_or_insert_default().push(shown.clone());
            same.action.is_preferred = (preferred || same.action.is_preferred == Some(true)).then_some(true);
            continue;
        }
        let mut a = lsp::CodeAction {
            title: fix.title.clone(),
            kind: Some(lsp::CodeActionKind::QuickFix),
            diagnostics: Some(vec![shown.clone()]),
            is_preferred: preferred.then_some(true),
            ..action()
        };
        if state.connection.capabilities.resolve_edit {
            if !is_possible(state, &change) {
                continue;
            }
            let data = Data {
                uri: uri.to_string(),
                version: state.documents.version(&diagnostic.path),
                hash: source.hash.to_hex(),
                diagnostic: shown.clone(),
                rule: fix.rule.to_string(),
                title: fix.title.clone(),
                among: fixes[..i].iter().filter(|f| f.rule == fix.rule && f.title == fix.title).count(),
            };
            a.data = serde_json::to_value(data).ok();
        } else {
            let Some(edit) = workspace_edit(state, &change) else { continue };
            a.edit = Some(edit);
        }
        out.push(Offer { action: a, change, start: shown.range.start });
    }
}

/// The change of a fix that may be shown: it can be done, fits the current texts, and adds no syntax error.
fn usable(state: &State, ctx: &RuleContext<'_>, fix: &Fix) -> Option<Change> {
    let change = state.workspace.providers().change_of(fix, ctx)?;
    for (path, file) in change.files() {
        if state.documents.is_out_of_step(path) {
            return None;
        }
        if let FileChange::Edit { .. } = file {
            let edits = change.text_edits(path, state.workspace.index()).ok()?;
            if edits.is_empty() {
                return None;
            }
            if let Some(before) = state.workspace.index().source(path) {
                let after = before.parsed.edited(&edits).ok()?;
                if !new_syntax_errors(&before.parsed, &after, &edits).is_empty() {
                    return None;
                }
            }
        }
    }
    Some(change)
}

/// `Fix all CS0246 in …` for codes that occur more than once.
fn bulk_actions(
    providers: &Providers,
    uri: &lsp::Uri,
    set: &DiagnosticSet,
    asked: &[(lsp::Diagnostic, SourceDiagnostic)],
    out: &mut Vec<lsp::CodeAction>,
) {
    let mut codes: Vec<&str> = asked.iter().map(|(_, d)| d.code.as_str()).filter(|c| providers.handle(c)).collect();
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
    if state.documents.version(&path) != data.version || source.hash.to_hex() != data.hash {
        return Err(content_modified());
    }
    let text = source.parsed.text().clone();
    let lines = Lines::new(&text, state.connection.capabilities.encoding);
    let diagnostic = source_diagnostic(&data.diagnostic, &path, source.parsed.language(), &lines, source.hash);
    let diagnostic = as_built(state, &data.diagnostic, diagnostic.ok_or_else(content_modified)?);
    let set = state.set_for([diagnostic.clone()]);
    let ctx = RuleContext::new(&diagnostic, Semantics::new(state.workspace.index(), &source), &set);
    let fixes = state.all_fixes(&source, &set, &diagnostic);
    let fix = fixes.iter().filter(|f| f.rule == data.rule && f.title == data.title).nth(data.among);
    let Some((fix, change)) = fix.and_then(|f| usable(state, &ctx, f).map(|c| (f, c))) else {
        return Err(content_modified());
    };
    action.edit = workspace_edit(state, &change);
    let resolved = resolved_by(state, &source, &set, fix, &change, diagnostic.clone());
    let files: Vec<_> = change
        .files()
        .filter_map(|(path, _)| {
            let edits = change.text_edits(path, state.workspace.index()).ok()?;
            Some((path.to_path_buf(), state.workspace.index().text(path)?, edits))
        })
        .collect();
    // An editor undoes its edits file by file.
    if files.len() > 1 {
        let file = |(path, before, edits): &(PathBuf, Arc<str>, TextEdits)| {
            let after = edits.apply(before).ok()?.into();
            Some(AppliedFile { path: path.clone(), kind: FileKind::Edit, before: before.clone(), after })
        };
        if let Some(list) =
            files.iter().map(file).collect::<Option<Vec<_>>>().filter(|l| l.len() == change.files().count())
        {
            state.keep_applied(Applied { title: action.title.clone(), offered: true, files: list });
        }
    }
    let learned = fix.origin.as_ref().map(|origin| (&*diagnostic.path, origin.id));
    let learned: Vec<_> = learned.into_iter().collect();
    state.record_expected(files.iter().map(|(path, text, edits)| (path.as_path(), text, edits)), &resolved, &learned);
    Ok(action)
}

/// What a fix resolves besides its own diagnostic: those with the same message in the file for which the same change is offered, such as all
/// uses of a name whose import is missing.
fn resolved_by(
    state: &State,
    source: &Source,
    set: &DiagnosticSet,
    fix: &Fix,
    change: &Change,
    diagnostic: SourceDiagnostic,
) -> Vec<SourceDiagnostic> {
    const ASKED: usize = 50;
    let alike = |d: &&SourceDiagnostic| {
        d.code == diagnostic.code && d.message == diagnostic.message && d.range.start != diagnostic.range.start
    };
    let (index, providers) = (state.workspace.index(), state.workspace.providers());
    // Changes are compared by what they write: where an import is used is part of the change, but not of the text.
    let writes = |c: &Change| -> Option<Vec<_>> {
        let edits = |(path, file): (&Path, &FileChange)| match file {
            FileChange::Edit { .. } => Some((path.to_path_buf(), c.text_edits(path, index).ok()?)),
            _ => None,
        };
        c.files().map(edits).collect()
    };
    let written = writes(change);
    let same = |c: &Change| c == change || written.is_some() && writes(c) == written;
    let in_file = set.in_file(&diagnostic.path);
    let others = in_file.iter().filter(alike).take(ASKED).filter(|other| {
        let ctx = RuleContext::new(other, Semantics::new(index, source), set);
        let mut alike = providers.fixes_of(&fix.rule, &ctx).into_iter().filter(|f| f.title == fix.title);
        alike.any(|f| providers.change_of(&f, &ctx).is_some_and(|c| same(&c)))
    });
    let mut resolved: Vec<SourceDiagnostic> = match fix.by_symbol {
        true => resolved_in_part(state, set, fix, change).filter(|d| !same_place(d, &diagnostic)).collect(),
        false => others.cloned().collect(),
    };
    resolved.push(diagnostic);
    resolved
}

/// The diagnostics, in all files that a change edits, whose own fix by the same rule is a part of it.
fn resolved_in_part<'s>(
    state: &'s State,
    set: &'s DiagnosticSet,
    fix: &'s Fix,
    change: &'s Change,
) -> impl Iterator<Item = SourceDiagnostic> + 's {
    const ASKED: usize = 300;
    let (index, providers) = (state.workspace.index(), state.workspace.providers());
    let in_files = change.files().flat_map(|(path, _)| set.in_file(path));
    let is_part = |d: &&SourceDiagnostic| {
        let Some(source) = index.source(&d.path) else { return false };
        let ctx = RuleContext::new(d, Semantics::new(index, &source), set);
        let own = providers.fixes_of(&fix.rule, &ctx).into_iter().next();
        let Some(own) = own.and_then(|f| providers.change_of(&f, &ctx)) else { return false };
        own.files().all(|(path, _)| {
            let (Ok(part), Ok(all)) = (own.text_edits(path, index), change.text_edits(path, index)) else {
                return false;
            };
            part.iter().all(|edit| all.iter().any(|other| other == edit))
        })
    };
    in_files.take(ASKED).filter(is_part).cloned().collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_hierarchical() {
        use lsp::CodeActionKind as K;
        assert!(wants(None, "quickfix", true) && !wants(None, FIX_ALL, false));
        assert!(wants(Some(&[K::SourceFixAll]), FIX_ALL, false) && wants(Some(&[K::Source]), FIX_ALL, false));
        assert!(!wants(Some(&[K::SourceFixAll]), "quickfix", true) && wants(Some(&[K::Empty]), "quickfix", true));
        assert!(!wants(Some(&[K::SourceOrganizeImports]), FIX_ALL, false));
    }
}
