//! The diagnostics of the last build that are still valid.

use diagnostics::{Code, SourceDiagnostic};
use fix::DiagnosticSet;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use text::{TextEdits, TextRange};

/// The last build's diagnostics at current positions, by file; those whose place was edited are removed.
#[derive(Default)]
pub(crate) struct BuildDiagnostics {
    files: BTreeMap<PathBuf, Vec<SourceDiagnostic>>,
    /// All of them, except for the files that changed since it was made.
    set: RefCell<(Arc<DiagnosticSet>, BTreeSet<PathBuf>)>,
    /// The last set with diagnostics that only the client has.
    extended: RefCell<Option<Arc<DiagnosticSet>>>,
    /// What another server shows too, by file: where, and the code.
    elsewhere: BTreeMap<PathBuf, BTreeSet<(usize, Code)>>,
    /// Files for which diagnostics were pushed.
    pub published: BTreeSet<PathBuf>,
}

impl std::ops::Deref for BuildDiagnostics {
    type Target = BTreeMap<PathBuf, Vec<SourceDiagnostic>>;
    fn deref(&self) -> &Self::Target {
        &self.files
    }
}

impl BuildDiagnostics {
    fn note_change(&mut self, path: &Path) {
        self.set.get_mut().1.insert(path.to_path_buf());
    }
    /// Drops all diagnostics. Which files they were pushed for is kept, so that they can be removed there.
    pub fn clear(&mut self) {
        *self = Self { published: std::mem::take(&mut self.published), ..Self::default() };
    }
    pub fn remove(&mut self, path: &Path) -> Option<Vec<SourceDiagnostic>> {
        let removed = self.files.remove(path)?;
        self.note_change(path);
        Some(removed)
    }
    pub fn get_mut(&mut self, path: &Path) -> Option<&mut Vec<SourceDiagnostic>> {
        if self.files.contains_key(path) {
            self.note_change(path);
        }
        self.files.get_mut(path)
    }
    /// The list of `path`, which may be new.
    pub fn list(&mut self, path: &Path) -> &mut Vec<SourceDiagnostic> {
        self.note_change(path);
        self.files.entry(path.to_path_buf()).or_default()
    }
    /// Whether anything is known of `path` that has a place in its text.
    pub fn is_shown(&self, path: &Path) -> bool {
        self.files.contains_key(path) || self.elsewhere.contains_key(path)
    }
    /// Moves what has a place in the text of `path` with an edit of it. What was edited goes. Returns whether a diagnostic went.
    pub fn moved(&mut self, path: &Path, edits: &TextEdits) -> bool {
        if let Some(places) = self.elsewhere.get_mut(path) {
            let moved = |(at, code): (usize, Code)| Some((edits.map_range(TextRange::empty(at))?.start, code));
            *places = std::mem::take(places).into_iter().filter_map(moved).collect();
        }
        let Some(list) = self.get_mut(path) else { return false };
        let before = list.len();
        list.retain_mut(|d| match edits.map_range(d.range) {
            Some(range) => {
                d.range = range;
                true
            }
            None => false,
        });
        list.len() != before
    }
    /// Notes that another server shows a diagnostic with this code at this place. Returns whether that is news.
    pub fn note_elsewhere(&mut self, path: &Path, at: usize, code: &Code) -> bool {
        self.elsewhere.entry(path.to_path_buf()).or_default().insert((at, code.clone()))
    }
    /// What another server shows in `path`, by line.
    pub fn shown_elsewhere(&self, path: &Path, line: impl Fn(usize) -> u32) -> HashSet<(u32, &Code)> {
        self.elsewhere.get(path).into_iter().flatten().map(|(at, code)| (line(*at), code)).collect()
    }
    /// All of them. The same set as long as nothing changes.
    pub fn set(&self) -> Arc<DiagnosticSet> {
        let (set, changed) = &mut *self.set.borrow_mut();
        if !changed.is_empty() {
            let all = Arc::make_mut(set);
            for path in std::mem::take(changed) {
                all.replace(&path, self.files.get(&path).cloned().unwrap_or_default());
            }
        }
        set.clone()
    }
    /// All of them, with `extra` ones of the client's.
    pub fn set_with(&self, extra: impl IntoIterator<Item = SourceDiagnostic>) -> Arc<DiagnosticSet> {
        let set = self.set();
        let mut unknown: BTreeMap<Arc<Path>, Vec<SourceDiagnostic>> = BTreeMap::new();
        for d in extra.into_iter().filter(|d| !set.contains(d)) {
            unknown.entry(d.path.clone()).or_default().push(d);
        }
        if unknown.is_empty() {
            return set;
        }
        let mut all = (*set).clone();
        for (path, mut list) in unknown {
            list.extend_from_slice(set.in_file(&path));
            all.replace(&path, list);
        }
        // The same question gets the same set, so that the fix cache stays valid.
        let mut last = self.extended.borrow_mut();
        if last.as_ref().is_none_or(|last| **last != all) {
            *last = Some(Arc::new(all));
        }
        last.clone().unwrap_or(set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::{Code, Severity};
    use text::ContentHash;

    fn diagnostic(path: &str, start: usize) -> SourceDiagnostic {
        SourceDiagnostic {
            path: Path::new(path).into(),
            range: (start..start + 1).into(),
            text_hash: ContentHash::of(b""),
            code: Code::new("CS0103"),
            severity: Severity::Error,
            message: "m".into(),
            arguments: Vec::new().into(),
            trust: Default::default(),
        }
    }

    #[test]
    fn the_set_is_made_again_of_what_changed() {
        let mut build = BuildDiagnostics::default();
        build.list(Path::new("/a")).extend([diagnostic("/a", 5), diagnostic("/a", 1)]);
        build.list(Path::new("/b")).push(diagnostic("/b", 1));
        let first = build.set();
        assert_eq!(first.len(), 3);
        assert!(build.get_mut(Path::new("/none")).is_none() && build.remove(Path::new("/none")).is_none());
        assert!(Arc::ptr_eq(&first, &build.set()), "nothing changed");
        let list = |set: &DiagnosticSet, path: &str| set.in_file(Path::new(path)).as_ptr();
        build.get_mut(Path::new("/a")).unwrap()[0].range = (7..8).into();
        let second = build.set();
        assert_eq!(second.in_file(Path::new("/a")).iter().map(|d| d.range.start).collect::<Vec<_>>(), [1, 7]);
        assert_eq!(list(&first, "/b"), list(&second, "/b"), "shared");
        assert_eq!(first.in_file(Path::new("/a"))[1].range.start, 5, "who holds the old one keeps it");
        build.remove(Path::new("/b"));
        assert_eq!((build.set().len(), build.set().files().count()), (2, 1));
    }

    #[test]
    fn what_is_shown_elsewhere_moves_with_the_text() {
        let mut build = BuildDiagnostics::default();
        let (path, code) = (Path::new("/a"), Code::new("CS0103"));
        build.list(path).extend([diagnostic("/a", 2), diagnostic("/a", 8)]);
        assert!(build.note_elsewhere(path, 8, &code) && !build.note_elsewhere(path, 8, &code));
        let edits = TextEdits::new(vec![text::TextEdit::insert(5, "1234567890")]).unwrap();
        assert!(!build.moved(path, &edits));
        let lines: Vec<u32> = build.shown_elsewhere(path, |at| at as u32).into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [18]);
        assert_eq!(build[path].iter().map(|d| d.range.start).collect::<Vec<_>>(), [2, 18]);
        assert!(build.moved(path, &TextEdits::new(vec![text::TextEdit::delete(17..20)]).unwrap()));
        assert!(build.shown_elsewhere(path, |at| at as u32).is_empty() && build[path].len() == 1);
    }
}
