//! Patterns tried on repairs that a person made: what says something else than the person did is believed less.

use crate::capture::{Edited, vanished};
use crate::diff::Diff;
use crate::imports;
use crate::library::{Library, Question, Suggestion};
use crate::tree::NodeId;
use rustc_hash::{FxHashMap, FxHashSet};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use text::{TextEdits, TextRange};

/// Bytes of a statement that texts are compared in, at most.
const LONGEST: usize = 20_000;

/// For each pattern how often it would have done something else than was done, where it had something to say.
pub fn failures(library: &Library, file: &Edited<'_>, now: u64) -> FxHashMap<u64, u32> {
    let mut out: FxHashMap<u64, u32> = FxHashMap::default();
    let Some(diff) = Diff::between(file.before, file.after) else { return out };
    // Several diagnostics that one edit removed are one decision.
    let mut counted: FxHashSet<(u64, Option<NodeId>)> = FxHashSet::default();
    for seen in vanished(file, &diff) {
        let arguments: Vec<String> = seen.arguments.iter().map(ToString::to_string).collect();
        let question = Question {
            tree: file.before,
            path: file.path,
            start: seen.start,
            code: &seen.code,
            arguments: &arguments,
            now,
        };
        // In a file that was mended in part, a followed import is not all that it will be.
        let followed = |s: &Suggestion| {
            let moves = || imports::moves(file.path, file.before, file.after, &diff);
            s.known.pattern.moved.as_ref().is_some_and(|change| moves().iter().any(|(_, m)| m == change))
        };
        let judged = library.all_suggestions(&question).into_iter().filter(|s| !followed(s));
        let judged: Vec<_> = judged.map(|s| (is_right(file, &diff, s.node, &s.edits), s)).collect();
        // Where a better one says what was done, they are told apart already.
        let best = judged.iter().filter(|(right, _)| *right == Some(true)).map(|(_, s)| s.score).fold(0.0, f64::max);
        for (right, suggestion) in judged {
            let id = suggestion.known.pattern.id();
            let is_wrong = right != Some(true) && suggestion.score >= best;
            if is_wrong && counted.insert((id, file.before.parent(suggestion.node))) {
                *out.entry(id).or_default() += if right.is_none() { 1 } else { 2 };
            }
        }
    }
    // What was an echo of something else that was done says half as much.
    out.values_mut().for_each(|n| *n /= 2);
    out
}

/// Whether edits are among those that were made: then less differs from what was made of the place. `None`: nothing was made of it.
fn is_right(file: &Edited<'_>, diff: &Diff, node: NodeId, edits: &[text::TextEdit]) -> Option<bool> {
    let tree = file.before;
    let whole = edits.iter().map(|e| e.range).chain([tree.range(node)]);
    let Some(range) = whole.reduce(|a, b| TextRange::new(a.start.min(b.start), a.end.max(b.end))) else {
        return Some(false);
    };
    let covers = |n: &NodeId| {
        tree.range(*n).contains_range(range) && (*n == NodeId::ROOT || tree.grammar().is_statement(tree.kind(*n)))
    };
    let found = tree.ancestors(node).filter(covers).find_map(|n| Some((n, *diff.same.get(&n)?)));
    let (then, now) = found.filter(|(n, _)| tree.range(*n).len() <= LONGEST)?;
    let region = tree.range(then);
    let moved: Vec<text::TextEdit> = edits
        .iter()
        .map(|e| {
            text::TextEdit::replace(
                TextRange::new(e.range.start - region.start, e.range.end - region.start),
                e.new_text.clone(),
            )
        })
        .collect();
    let before = tree.text_of(then);
    let Ok(suggested) = TextEdits::new(moved).and_then(|e| e.apply(before)) else { return Some(false) };
    let made = file.after.text_of(now);
    let (before, suggested, made) = (words(before), words(&suggested), words(made));
    let step = distance(&before, &suggested);
    let done = distance(&before, &made);
    // Where nothing was done, the diagnostic was an echo of something else.
    (done > 0).then(|| step > 0 && distance(&suggested, &made) + step <= done)
}

/// Words, numbers and single signs.
fn words(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let part = |c: char| c.is_alphanumeric() || c == '_';
        let length = if part(first) { rest.find(|c| !part(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        // Separators are a matter of layout.
        if !first.is_whitespace() && first != ',' {
            out.push(&rest[..length]);
        }
        rest = &rest[length..];
    }
    out
}

/// Words that are in one text only.
fn distance(one: &[&str], other: &[&str]) -> usize {
    let changed =
        |op: &DiffOp| if matches!(op, DiffOp::Equal { .. }) { 0 } else { op.old_range().len() + op.new_range().len() };
    capture_diff_slices(Algorithm::Myers, one, other).iter().map(changed).sum()
}
