//! Changes as the protocol's workspace edits.

use crate::convert::Lines;
use crate::state::State;
use engine::{FileKind, Outcome, Plan};
use fix::{Applicability, Change, FileChange};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use text::{TextEdit, TextEdits, TextRange};
use tower_lsp::gen_lsp_types as lsp;

/// Why something is edited, for the client's preview.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Reason {
    /// Asked about one by one; else the user only sees it in the preview.
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
    /// `None` when the client cannot do it. With `confirm_all`, the client is to ask about what is safe too.
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

/// All that a plan changes. When anything in it may change the meaning, or with `preview`, every edit says which fix it belongs to, and the
/// client asks: with `preview` about all, else about what may change the meaning.
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
    // Where each edit's text lies in the text after all of them: that is where the plan says what wrote it.
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
        // Nobody's in particular: it is asked about when anything is.
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

/// The edits that lead from one text to another: by lines, and where lines only changed, by what changed in them. Small ones keep
/// cursors, markers and neighbouring diagnostics in place, and read well in a preview.
pub(crate) fn changed_lines(before: &str, after: &str) -> TextEdits {
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
        let (tag, mut o, mut n) = op.as_tag_tuple();
        if tag == similar::DiffTag::Equal {
            continue;
        }
        let mut replace = |o: Range<usize>, n: Range<usize>| {
            if !o.is_empty() || !n.is_empty() {
                let text = &after[new_starts[n.start]..new_starts[n.end]];
                edits.push(TextEdit::replace(old_starts[o.start]..old_starts[o.end], text));
            }
        };
        let mut within = Vec::new();
        while let Some((at, to)) = next_alike(&old, &new, o.clone(), n.clone()) {
            replace(o.start..at, n.start..to);
            if old[at] != new[to] {
                let (range, text) = changed_words(old[at], new[to]);
                within.push(TextEdit::replace(old_starts[at] + range.start..old_starts[at] + range.end, text));
            }
            (o.start, n.start) = (at + 1, to + 1);
        }
        replace(o, n);
        edits.extend(within);
    }
    // Touching edits cannot come of this; if they did, the whole text is as good.
    TextEdits::new(edits)
        .unwrap_or_else(|_| TextEdits::new(vec![TextEdit::replace(0..before.len(), after)]).unwrap_or_default())
}

/// The first old line of which a new one keeps at least half, and that new line.
fn next_alike(old: &[&str], new: &[&str], o: Range<usize>, n: Range<usize>) -> Option<(usize, usize)> {
    // Blocks of changed lines are small; a large one is replaced as a whole.
    const LINES: usize = 64;
    if o.len().max(n.len()) > LINES {
        return None;
    }
    let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    o.flat_map(|at| n.clone().map(move |to| (at, to))).find(|&(at, to)| {
        let (range, _) = changed_words(old[at], new[to]);
        let kept = solid(&old[at][..range.start]) + solid(&old[at][range.end..]);
        kept > 0 && 2 * kept >= solid(old[at])
    })
}

/// The part of a line that changed, by whole words, and what it became.
fn changed_words<'a>(old: &str, new: &'a str) -> (Range<usize>, &'a str) {
    let in_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let common = old.chars().zip(new.chars()).take_while(|(a, b)| a == b);
    let mut start: usize = common.map(|(c, _)| c.len_utf8()).sum();
    while let Some(c) = old[..start].chars().next_back().filter(|c| in_word(Some(*c)))
        && (in_word(old[start..].chars().next()) || in_word(new[start..].chars().next()))
    {
        start -= c.len_utf8();
    }
    let common = old[start..].chars().rev().zip(new[start..].chars().rev()).take_while(|(a, b)| a == b);
    let mut end: usize = common.map(|(c, _)| c.len_utf8()).sum();
    while let Some(c) = old[old.len() - end..].chars().next().filter(|c| in_word(Some(*c)))
        && (in_word(old[start..old.len() - end].chars().next_back())
            || in_word(new[start..new.len() - end].chars().next_back()))
    {
        end -= c.len_utf8();
    }
    (start..old.len() - end, &new[start..new.len() - end])
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_diff_gives_the_other_text() {
        let pairs = [
            ("a\nb\nc\n", "a\nB\nc\nd\n"),
            ("", "x"),
            ("x\r\ny", "y"),
            ("a\nb", "a\nb\n"),
            ("x.totl(y);\n", "x.total(y);\n"),
            ("aa\n", "aaa\n"),
            ("a\r\n", "a\n"),
            ("ä ö\n", "ä ü\n"),
            ("total() {\n", "override total() {\n"),
            ("import a from './a';\nx\n", "import a from './a.js';\nimport b from './b.js';\nx\n"),
            ("a a a\nb\nc\n", "a a\nd"),
            ("  void M() { }\n  x = 1;\n", "  int x;\n\n  new void M() { }\n  x = 1;\n"),
            ("int x\n", "int y;\nint x;\n"),
        ];
        for (before, after) in pairs {
            let edits = changed_lines(before, after);
            assert_eq!(edits.apply(before).unwrap(), after);
        }
        assert_eq!(changed_lines("a\nb\nc\n", "a\nX\nc\n").len(), 1);
    }

    #[test]
    fn what_changed_in_a_line_is_told_by_words() {
        assert_eq!(changed_words("  return c.totl(1);\n", "  return c.total(1);\n"), (11..15, "total"));
        assert_eq!(changed_words("  total() {\n", "  override total() {\n"), (2..2, "override "));
        assert_eq!(changed_words("return 1\n", "return 1;\n"), (8..8, ";"));
        assert_eq!(changed_words("\n", "x\n"), (0..0, "x"));
    }
}
