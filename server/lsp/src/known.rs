//! What is known until something changes: the set of all diagnostics, and the fixes of those that were asked about.
//!
//! A list of fixes, the choice of one of them and the count of what can be fixed ask rules the same questions, and so does whoever moves
//! the cursor back. What is likely to be asked next is found out beforehand, when nobody waits for anything.

use crate::state::State;
use diagnostics::SourceDiagnostic;
use fix::{DiagnosticSet, Fix, RuleContext};
use index::Source;
use semantics::Semantics;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long one slice of work in idle time may take: requests come in between.
pub(crate) const SLICE: Duration = Duration::from_millis(4);
/// How long the typist, and whoever asks for fixes, must rest before work is done that nobody waits for.
pub(crate) const REST: Duration = Duration::from_millis(150);

/// The last build's diagnostics at current positions, by file; those whose place was edited are gone.
#[derive(Default)]
pub(crate) struct Build {
    files: BTreeMap<PathBuf, Vec<SourceDiagnostic>>,
    /// All of them, except for the files that changed since it was made.
    set: RefCell<(Arc<DiagnosticSet>, BTreeSet<PathBuf>)>,
}

impl std::ops::Deref for Build {
    type Target = BTreeMap<PathBuf, Vec<SourceDiagnostic>>;
    fn deref(&self) -> &Self::Target {
        &self.files
    }
}

impl Build {
    fn changes(&mut self, path: &Path) {
        self.set.get_mut().1.insert(path.to_path_buf());
    }
    pub fn clear(&mut self) {
        *self = Self::default();
    }
    pub fn remove(&mut self, path: &Path) -> Option<Vec<SourceDiagnostic>> {
        let removed = self.files.remove(path)?;
        self.changes(path);
        Some(removed)
    }
    pub fn get_mut(&mut self, path: &Path) -> Option<&mut Vec<SourceDiagnostic>> {
        if self.files.contains_key(path) {
            self.changes(path);
        }
        self.files.get_mut(path)
    }
    /// The list of `path`, which may be new.
    pub fn list(&mut self, path: &Path) -> &mut Vec<SourceDiagnostic> {
        self.changes(path);
        self.files.entry(path.to_path_buf()).or_default()
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
}

/// The fixes of one revision of the sources and one set of diagnostics.
#[derive(Default)]
pub(crate) struct Fixes {
    revision: u64,
    set: Arc<DiagnosticSet>,
    /// By file and start.
    of: HashMap<(Arc<Path>, usize), Vec<(SourceDiagnostic, Arc<[Fix]>)>>,
    kept: usize,
    /// How often rules were asked.
    #[cfg(test)]
    pub asked: usize,
}

impl Fixes {
    /// More are not kept: a build may report any number of diagnostics.
    const MOST: usize = 2000;

    fn at(&mut self, revision: u64, set: &Arc<DiagnosticSet>) {
        if self.revision != revision || !Arc::ptr_eq(&self.set, set) {
            (self.revision, self.set) = (revision, set.clone());
            self.of.clear();
            self.kept = 0;
        }
    }
    fn get(&self, d: &SourceDiagnostic) -> Option<Arc<[Fix]>> {
        let same = |o: &SourceDiagnostic| {
            (o.range, &o.code, &o.message, &o.arguments) == (d.range, &d.code, &d.message, &d.arguments)
        };
        let here = self.of.get(&(d.path.clone(), d.range.start))?;
        here.iter().find(|(o, _)| same(o)).map(|(_, fixes)| fixes.clone())
    }
    fn put(&mut self, d: &SourceDiagnostic, fixes: &Arc<[Fix]>) {
        if self.kept < Self::MOST {
            self.kept += 1;
            self.of.entry((d.path.clone(), d.range.start)).or_default().push((d.clone(), fixes.clone()));
        }
    }
}

impl State {
    /// The build's diagnostics at current positions, with `extra` ones of the client's.
    pub fn diagnostic_set(&self, extra: impl IntoIterator<Item = SourceDiagnostic>) -> Arc<DiagnosticSet> {
        let set = self.build.set();
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
        // Asked again, it is the same set.
        let mut last = self.last_set.borrow_mut();
        if last.as_ref().is_none_or(|last| **last != all) {
            *last = Some(Arc::new(all));
        }
        last.clone().unwrap_or(set)
    }

    /// All fixes for `diagnostic`, which is one of `set`, in `source`.
    pub fn fixes(&self, source: &Source, set: &Arc<DiagnosticSet>, diagnostic: &SourceDiagnostic) -> Arc<[Fix]> {
        let index = self.session.index();
        self.known.borrow_mut().at(index.revision(), set);
        if let Some(known) = self.known.borrow().get(diagnostic) {
            return known;
        }
        let ctx = RuleContext::new(diagnostic, Semantics::new(index, source), set);
        let fixes: Arc<[Fix]> = rules::fixes(&ctx).into();
        let mut known = self.known.borrow_mut();
        #[cfg(test)]
        {
            known.asked += 1;
        }
        known.put(diagnostic, &fixes);
        fixes
    }

    /// Finds the fixes of what is open, once nobody has typed or asked for a moment.
    pub fn prepare_later(&mut self) {
        self.prepare_round += 1;
        let round = self.prepare_round;
        self.later(move |state| state.prepare(round));
    }

    /// Runs `job` after a rest.
    pub fn later(&self, job: impl FnOnce(&mut State) + Send + 'static) {
        let queue = self.queue.clone();
        self.runtime.spawn(async move {
            tokio::time::sleep(REST).await;
            queue.tell(job);
        });
    }

    /// Whether the client has just waited for an answer: whoever asks one thing soon asks the next.
    pub fn is_asked(&self) -> bool {
        self.asked.is_some_and(|at| at.elapsed() < REST)
    }

    fn prepare(&mut self, round: u64) {
        if self.prepare_round != round {
            return;
        }
        if self.is_asked() {
            return self.later(move |state| state.prepare(round));
        }
        self.sync();
        let end = Instant::now() + SLICE;
        let set = self.diagnostic_set([]);
        self.known.borrow_mut().at(self.session.index().revision(), &set);
        for path in self.newest_documents() {
            let Some(source) = self.session.index().source(&path) else { continue };
            for d in set.in_file(&path) {
                if self.known.borrow().get(d).is_some() {
                    continue;
                }
                if self.known.borrow().kept >= Fixes::MOST {
                    return;
                }
                self.fixes(&source, &set, d);
                if Instant::now() >= end {
                    return self.queue.tell(move |state| state.prepare(round));
                }
            }
        }
    }

    /// Parses what will be asked about next, beside everything else: `first`, and then the files of the build.
    pub fn parse_ahead(&self, first: Vec<PathBuf>) {
        let rest = self.build.keys().filter(|p| !first.contains(p)).cloned().collect::<Vec<_>>();
        self.runtime.spawn_blocking(self.session.index().parse_ahead(first.into_iter().chain(rest)));
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
        }
    }

    #[test]
    fn the_set_is_made_again_of_what_changed() {
        let mut build = Build::default();
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
}
