//! Files as they were when diagnostics were reported in them: what a person's edits are compared with.

use crate::diff::changed_lines;
use crate::learner::Repaired;
use diagnostics::{SourceDiagnostic, Trust};
use fix::language;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use text::{ContentHash, TextEdit, TextEdits, TextRange};

/// Larger files are not compared: nobody repairs them by hand, and it would take long.
const LARGEST: usize = 1 << 20;
/// Bytes of texts that are kept.
const MOST: usize = 32 << 20;
/// Where more files than this were edited between two sets, it was not a person who repaired them: another branch was checked out, or a tool ran.
const MOST_EDITED: usize = 60;
/// Fixes of ours in one file that can be taken back.
const MOST_OWN: usize = 32;

/// A file with the diagnostics that were reported in it.
#[derive(Clone)]
pub(crate) struct Baseline {
    pub text: Arc<str>,
    pub seen: Arc<[SourceDiagnostic]>,
    /// What it was before each fix of ours, with the hash of the file's text then.
    own: Vec<(ContentHash, Arc<str>, Arc<[SourceDiagnostic]>)>,
}

impl Baseline {
    pub fn new(text: Arc<str>, seen: impl IntoIterator<Item = SourceDiagnostic>) -> Self {
        // What does not parse is mended, too, but its tree says little of how.
        let teaches = |d: &SourceDiagnostic| d.trust != Trust::Guessed && !language::breaks_tree(d.code.as_str());
        Self { text, seen: seen.into_iter().filter(teaches).collect(), own: Vec::new() }
    }

    /// Puts into the text what a fix of ours changed, so that it is no difference. `before` and `after` are the file's texts; `resolved`, in the text before, is
    /// what it repaired.
    pub fn leave_out(&mut self, before: &str, after: &str, resolved: &[SourceDiagnostic]) {
        let hash = ContentHash::of(before.as_bytes());
        if self.own.iter().any(|(known, ..)| *known == hash) {
            return;
        }
        let back = changed_lines(before, &self.text);
        let (back_map, ours) = (back.map(), changed_lines(before, after));
        let gone: HashSet<_> =
            resolved.iter().filter_map(|d| Some((&d.code, back_map.range(d.range)?.start))).collect();
        let moved = |e: &TextEdit| {
            let alone = !back.iter().any(|theirs| theirs.range.touches(e.range));
            alone.then(|| Some(TextEdit { range: back_map.range(e.range)?, new_text: e.new_text.clone() })).flatten()
        };
        let edits = ours.iter().map(moved).collect::<Option<Vec<_>>>().and_then(|edits| TextEdits::new(edits).ok());
        let text = edits.as_ref().and_then(|edits| edits.apply(&self.text).ok());
        self.own.push((hash, self.text.clone(), self.seen.clone()));
        let surplus = self.own.len().saturating_sub(MOST_OWN);
        self.own.drain(..surplus);
        // Where ours and theirs are in the same place, what was done so far is nobody's example.
        let (edits, text) = match (edits, text) {
            (Some(edits), Some(text)) => (edits, text),
            _ => (changed_lines(&self.text, after), after.to_owned()),
        };
        let map = edits.map();
        self.seen = self
            .seen
            .iter()
            .filter(|d| !gone.contains(&(&d.code, d.range.start)))
            .filter_map(|d| Some(SourceDiagnostic { range: map.range(d.range)?, ..d.clone() }))
            .collect();
        self.text = text.into();
    }

    /// A fix of ours was undone: the file reads as before it.
    pub fn take_back(&mut self, now: &str) {
        let hash = ContentHash::of(now.as_bytes());
        if let Some(at) = self.own.iter().rposition(|(before, ..)| *before == hash) {
            let (_, text, seen) = self.own.swap_remove(at);
            (self.text, self.seen) = (text, seen);
            self.own.truncate(at);
        }
    }

    /// What was repaired, when the file has the text `now` and `is` is reported in it; `None` when nothing was. Where an edit brought a new diagnostic, it
    /// repaired nothing.
    pub fn repaired(&self, path: &Path, now: &Arc<str>, is: &[SourceDiagnostic]) -> Option<Repaired> {
        if self.seen.is_empty() || *self.text == **now || now.len() > LARGEST {
            return None;
        }
        let edits = changed_lines(&self.text, now);
        let map = edits.map();
        let kept: HashSet<_> = self.seen.iter().filter_map(|d| Some((&d.code, map.range(d.range)?.start))).collect();
        let new: Vec<usize> =
            is.iter().filter(|d| !kept.contains(&(&d.code, d.range.start))).map(|d| d.range.start).collect();
        let refuted: Vec<TextRange> = map
            .written()
            .filter(|(_, written)| {
                let written = lines_around(now, *written);
                new.iter().any(|start| written.contains(*start) || *start == written.end)
            })
            .map(|(edit, _)| lines_around(&self.text, edit.range))
            .collect();
        let mut was = self.seen.to_vec();
        was.retain(|d| !refuted.iter().any(|r| r.contains(d.range.start)));
        let left = |list: &[SourceDiagnostic]| {
            let mut counts: HashMap<String, isize> = HashMap::new();
            list.iter().for_each(|d| *counts.entry(d.code.to_string()).or_default() += 1);
            counts
        };
        let (then, today) = (left(&was), left(is));
        let vanished = then.iter().any(|(code, n)| today.get(code).copied().unwrap_or_default() < *n);
        vanished.then(|| Repaired {
            path: path.to_path_buf(),
            before: self.text.clone(),
            after: now.clone(),
            was,
            is: is.to_vec(),
        })
    }
}

/// The lines that a range is in.
pub(crate) fn lines_around(text: &str, range: TextRange) -> TextRange {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at);
    TextRange::new(start, end)
}

/// The files that diagnostics were reported in.
#[derive(Clone, Default)]
pub(crate) struct Baselines(HashMap<PathBuf, Baseline>);

impl Baselines {
    /// Of these diagnostics, as far as the texts are small enough.
    pub fn of(diagnostics: &[SourceDiagnostic], text: impl Fn(&Path) -> Option<Arc<str>>) -> Self {
        let mut by_file: HashMap<&Path, Vec<&SourceDiagnostic>> = HashMap::new();
        diagnostics.iter().for_each(|d| by_file.entry(&d.path).or_default().push(d));
        let mut files: Vec<_> = by_file.into_iter().collect();
        files.sort_by_key(|(path, _)| *path);
        let mut bytes = 0;
        let mut out = HashMap::new();
        for (path, list) in files {
            let Some(text) = text(path).filter(|t| t.len() <= LARGEST && bytes + t.len() <= MOST) else { continue };
            bytes += text.len();
            out.insert(path.to_path_buf(), Baseline::new(text, list.into_iter().cloned()));
        }
        Self(out)
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    pub fn get_mut(&mut self, path: &Path) -> Option<&mut Baseline> {
        self.0.get_mut(path)
    }
    pub fn put(&mut self, path: PathBuf, baseline: Baseline) {
        self.0.insert(path, baseline);
    }
    pub fn get(&self, path: &Path) -> Option<&Baseline> {
        self.0.get(path)
    }
    pub fn remove(&mut self, path: &Path) {
        self.0.remove(path);
    }
    /// What was repaired in all of them; nothing where too much was edited.
    pub fn repaired(&self, now: &[SourceDiagnostic], text: impl Fn(&Path) -> Option<Arc<str>>) -> Vec<Repaired> {
        let mut by_file: HashMap<&Path, Vec<SourceDiagnostic>> = HashMap::new();
        now.iter().for_each(|d| by_file.entry(&d.path).or_default().push(d.clone()));
        let edited = |(path, baseline): (&'_ PathBuf, &'_ Baseline)| {
            let now = text(path)?;
            (*baseline.text != *now).then(|| (path.clone(), baseline.clone(), now))
        };
        let edited: Vec<(PathBuf, Baseline, Arc<str>)> =
            self.0.iter().filter_map(edited).take(MOST_EDITED + 1).collect();
        if edited.len() > MOST_EDITED {
            return Vec::new();
        }
        let of = |(path, baseline, now): (PathBuf, Baseline, Arc<str>)| {
            let is = by_file.get(path.as_path()).map(Vec::as_slice).unwrap_or_default();
            baseline.repaired(&path, &now, is)
        };
        let mut out: Vec<Repaired> = edited.into_iter().filter_map(of).collect();
        out.sort_by(|a, b| a.path.cmp(&b.path));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::{Code, Severity};

    const PATH: &str = "/a.cs";

    fn at(text: &str, code: &str, what: &str) -> SourceDiagnostic {
        let start = text.find(what).unwrap();
        SourceDiagnostic {
            path: Path::new(PATH).into(),
            range: (start..start + what.len()).into(),
            text_hash: ContentHash::of(text.as_bytes()),
            code: Code::new(code),
            severity: Severity::Error,
            message: "m".into(),
            arguments: Vec::new().into(),
            trust: Trust::Sure,
        }
    }
    fn repaired(baseline: &Baseline, now: &str, is: &[SourceDiagnostic]) -> Option<(String, Vec<String>)> {
        let found = baseline.repaired(Path::new(PATH), &now.into(), is)?;
        Some((found.before.to_string(), found.was.iter().map(|d| d.code.to_string()).collect()))
    }

    #[test]
    fn what_went_was_repaired_and_what_came_in_its_place_was_not() {
        let then = "A();\nB();\nC();\n";
        let baseline = Baseline::new(then.into(), [at(then, "CS1", "A"), at(then, "CS1", "B")]);
        assert_eq!(repaired(&baseline, then, &[]), None, "nobody edited anything");
        let now = "A(1);\nB();\nC();\n";
        assert_eq!(repaired(&baseline, now, &[at(now, "CS1", "B")]).unwrap().1, ["CS1", "CS1"]);
        assert_eq!(repaired(&baseline, now, &[at(now, "CS1", "A"), at(now, "CS1", "B")]), None, "none went");
        assert_eq!(
            repaired(&baseline, now, &[at(now, "CS2", "1"), at(now, "CS1", "B")]),
            None,
            "another one came there"
        );
        assert!(repaired(&baseline, now, &[at(now, "CS2", "C"), at(now, "CS1", "B")]).is_some(), "elsewhere");
    }

    #[test]
    fn what_we_did_is_nobodys_example() {
        let then = "A();\nB();\nC();\n";
        let all = ["A", "B", "C"].map(|what| at(then, "CS1", what));
        let mut baseline = Baseline::new(then.into(), all);
        // A by hand, then B by a fix of ours, then C by hand.
        let (one, two, three) = ("A(1);\nB();\nC();\n", "A(1);\nB(1);\nC();\n", "A(1);\nB(1);\nC(1);\n");
        baseline.leave_out(one, two, &[at(one, "CS1", "B")]);
        let (before, was) = repaired(&baseline, three, &[]).unwrap();
        assert_eq!((before.as_str(), was.len()), ("A();\nB(1);\nC();\n", 2));
        // The fix is undone, and B repaired by hand.
        baseline.take_back(one);
        assert_eq!(repaired(&baseline, three, &[]).unwrap(), (then.to_owned(), vec!["CS1".to_owned(); 3]));
        // Ours goes where somebody typed.
        baseline.leave_out("A(2);\nB();\nC();\n", "A(2, 3);\nB();\nC();\n", &[]);
        assert_eq!(repaired(&baseline, "A(2, 3);\nB();\nC();\n", &[]), None);
        assert_eq!(repaired(&baseline, "A(2, 3);\nB(4);\nC();\n", &[]).unwrap().0, "A(2, 3);\nB();\nC();\n");
    }

    #[test]
    fn where_very_much_was_edited_nobody_repaired_it_by_hand() {
        let all: Vec<SourceDiagnostic> = (0..MOST_EDITED + 1)
            .map(|n| SourceDiagnostic { path: Path::new(&format!("/{n}.cs")).into(), ..at("A();\n", "CS1", "A") })
            .collect();
        let baselines = Baselines::of(&all, |_| Some("A();\n".into()));
        let (few, many) = (Path::new("/1.cs"), |_: &Path| Some("A(1);\n".into()));
        let some = |path: &Path| Some(if path == few { "A(1);\n".into() } else { "A();\n".into() });
        assert_eq!(baselines.repaired(&[], some).len(), 1);
        assert_eq!(baselines.repaired(&[], many).len(), 0);
    }

    #[test]
    fn guesses_and_large_files_are_not_kept() {
        let text = "A();\n";
        let guessed = SourceDiagnostic { trust: Trust::Guessed, ..at(text, "CS1", "A") };
        assert!(Baseline::new(text.into(), [guessed, at(text, "CS1002", ";")]).seen.is_empty());
        let large: Arc<str> = "x".repeat(LARGEST + 1).into();
        let baselines = Baselines::of(&[at(text, "CS1", "A")], |_| Some(large.clone()));
        assert!(baselines.is_empty());
    }
}
