//! Learning from what a person repairs in an editor.

use diagnostics::SourceDiagnostic;
use lsp::{Event, Hint, Lesson, Repaired, ShownExample};
use patterns::next::{Cluster, Open, clusters};
use patterns::{Edited, Kept, PatternProvider, Seen, Source, Store, StoreError, Tree, What, now, tree_of};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Examples that are shown of one pattern.
const SHOWN: usize = 50;

/// From so many diagnostics of one shape on, one of them is worth to be repaired by hand: the rest is offered then.
const ALIKE: usize = 4;
/// Places that are named.
const HINTS: usize = 5;

/// Keeps what was repaired in the state of the first folder that is open, and gives what it teaches to the provider.
pub struct EditorLearner {
    provider: PatternProvider,
    /// Where what was learned about a folder is kept; `None`: nothing may be kept.
    store_of: fn(&Path) -> Option<PathBuf>,
    roots: Mutex<Roots>,
}

#[derive(Default)]
struct Roots {
    folders: Vec<PathBuf>,
    /// `None`: nothing may be kept.
    store: Option<PathBuf>,
}

impl EditorLearner {
    /// With the provider that offers what is learned, and the place where that is kept about a folder.
    pub fn new(provider: PatternProvider, store_of: fn(&Path) -> Option<PathBuf>) -> Self {
        Self { provider, store_of, roots: Mutex::default() }
    }

    fn roots(&self) -> MutexGuard<'_, Roots> {
        self.roots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the store, if there is one or one may be made, and does something with it. One at a time.
    fn with_store<R>(&self, make: bool, work: impl FnOnce(&mut Store, &Roots) -> Result<R, StoreError>) -> Option<R> {
        let roots = self.roots();
        let file = roots.store.as_deref()?;
        if !disk::is_file(file) {
            let folder = file.parent().filter(|_| make)?;
            if let Err(e) = disk::create_private(folder) {
                tracing::warn!(%e, folder = %folder.display(), "what was learned cannot be kept");
                return None;
            }
        }
        match Store::open(file).and_then(|mut store| work(&mut store, &roots)) {
            Ok(done) => Some(done),
            Err(e) => {
                tracing::warn!(%e, file = %file.display(), "what was learned cannot be used");
                None
            }
        }
    }

    /// Gives what is known to the provider. Returns whether there is anything.
    fn renew(&self, store: &Store) -> Result<bool, StoreError> {
        let library = store.library()?;
        let any = !library.patterns().is_empty();
        self.provider.set(library);
        Ok(any)
    }
}

fn seen(list: &[SourceDiagnostic]) -> Vec<Seen> {
    let of = |d: &SourceDiagnostic| Seen {
        code: d.code.as_str().into(),
        start: d.range.start,
        arguments: d.arguments.iter().map(Into::into).collect(),
    };
    list.iter().map(of).collect()
}

/// What the edits of a file teach; its path as the examples are to name it.
fn lesson(file: &Repaired, name: &Path) -> Option<patterns::Lesson> {
    let (before, after) = (tree_of(&file.path, &file.before)?, tree_of(&file.path, &file.after)?);
    let edited = Edited {
        path: name,
        before: &before,
        after: &after,
        diagnostics_before: &seen(&file.was),
        diagnostics_after: &seen(&file.is),
    };
    patterns::Lesson::of(Source::Editor, &edited)
}

impl Roots {
    /// A path below the folder that it is in.
    fn name<'p>(&self, path: &'p Path) -> &'p Path {
        self.folders.iter().find_map(|root| path.strip_prefix(root).ok()).unwrap_or(path)
    }
}

impl lsp::Learner for EditorLearner {
    fn open(&self, roots: &[PathBuf]) -> bool {
        let store = roots.first().and_then(|root| (self.store_of)(root));
        *self.roots() = Roots { folders: roots.to_vec(), store };
        self.with_store(false, |store, _| self.renew(store)).unwrap_or_default()
    }

    fn learn(&self, files: &[Repaired]) -> Vec<Lesson> {
        let learned = self.with_store(true, |store, roots| {
            let found: Vec<(&Repaired, patterns::Lesson)> =
                files.iter().filter_map(|file| Some((file, lesson(file, roots.name(&file.path))?))).collect();
            let all: Vec<patterns::Lesson> = found.iter().map(|(_, lesson)| lesson.clone()).collect();
            if store.learn(&all, now())? == 0 {
                return Ok(Vec::new());
            }
            self.renew(store)?;
            let library = self.provider.library();
            let told = found.iter().flat_map(|(file, lesson)| lesson.examples.iter().map(|e| (file.path.clone(), e)));
            let told = told.map(|(path, e)| Lesson { path, line: e.line, family: library.family(e.pattern.id()) });
            Ok(told.collect())
        });
        learned.unwrap_or_default()
    }

    fn note(&self, patterns: &[u64], event: Event, path: &Path) {
        let what = match event {
            Event::Applied => What::Applied,
            Event::Undone => What::Undone,
            Event::Proved => What::Proved,
            Event::Rejected => What::Rejected,
        };
        self.with_store(true, |store, roots| {
            let path = roots.name(path).to_string_lossy().replace('\\', "/");
            let of = |id: &u64| patterns::Event { pattern: *id, what, path: path.clone(), run: String::new() };
            store.note(&patterns.iter().map(of).collect::<Vec<_>>(), now())?;
            self.renew(store)
        });
    }

    fn examples(&self, pattern: u64) -> Vec<ShownExample> {
        let library = self.provider.library();
        let family = library.family(pattern);
        let mut found = self.with_store(false, |store, _| store.examples(None)).unwrap_or_default();
        found.retain(|kept| library.family(kept.example.pattern.id()) == family);
        found.sort_by_key(|kept| Reverse(kept.seen));
        let shown =
            |Kept { example: e, .. }| ShownExample { path: e.path, line: e.line, before: e.before, after: e.after };
        found.into_iter().map(shown).take(SHOWN).collect()
    }

    fn forget(&self, pattern: u64) {
        let library = self.provider.library();
        let family = library.family(pattern);
        self.with_store(false, |store, _| {
            let ids =
                library.patterns().iter().map(|known| known.pattern.id()).filter(|id| library.family(*id) == family);
            let mut all: Vec<u64> = ids.chain([pattern]).collect();
            all.sort_unstable();
            all.dedup();
            all.into_iter().try_for_each(|id| store.forget(id, now()).map(drop))?;
            self.renew(store)
        });
    }

    fn next(&self, open: &[SourceDiagnostic], texts: &HashMap<PathBuf, Arc<str>>) -> Vec<Hint> {
        let mut trees: HashMap<&Path, Option<Tree>> = HashMap::new();
        for d in open {
            trees.entry(&d.path).or_insert_with(|| tree_of(&d.path, texts.get(&*d.path)?));
        }
        let place = |(number, d): (usize, &SourceDiagnostic)| {
            let tree = trees.get(&*d.path)?.as_ref()?;
            Some((number, d.range.start, d.code.clone(), tree))
        };
        let places: Vec<_> = open.iter().enumerate().filter_map(place).collect();
        let asked: Vec<Open<'_>> =
            places.iter().map(|(_, start, code, tree)| Open { tree, start: *start, code: code.as_str() }).collect();
        let worth = clusters(&asked).into_iter().filter(|c| c.members.len() >= ALIKE).take(HINTS);
        let hint = |c: Cluster| {
            Some(Hint { diagnostic: open.get(places.get(c.medoid)?.0)?.clone(), others: c.members.len() - 1 })
        };
        worth.filter_map(hint).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::{Code, Severity, Trust};
    use lsp::Learner;
    use text::ContentHash;

    const BEFORE: &str = "function a(c: C) {\n  c.load(1);\n}\nfunction b(c: C) {\n  c.load(2);\n}\n";

    fn at(path: &Path, text: &str, what: &str) -> SourceDiagnostic {
        let start = text.find(what).unwrap() + 2;
        SourceDiagnostic {
            path: path.into(),
            range: (start..start + 4).into(),
            text_hash: ContentHash::of(text.as_bytes()),
            code: Code::new("TS2554"),
            severity: Severity::Error,
            message: "Expected 2 arguments, but got 1.".into(),
            arguments: vec!["2".to_owned(), "1".to_owned()].into(),
            trust: Trust::Sure,
        }
    }

    fn repaired(root: &Path) -> Repaired {
        let path = root.join("src/a.ts");
        let after = BEFORE.replace("load(1)", "load(1, true)");
        let was = vec![at(&path, BEFORE, "c.load(1"), at(&path, BEFORE, "c.load(2")];
        let is = vec![at(&path, &after, "c.load(2")];
        Repaired { path, before: BEFORE.into(), after: after.into(), was, is }
    }

    #[test]
    fn what_was_repaired_is_kept_shown_rejected_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let provider = PatternProvider::default();
        let learner = EditorLearner::new(provider.clone(), |root| Some(root.join("state/patterns.sqlite")));
        assert!(!learner.open(std::slice::from_ref(&root)), "nothing is known yet");
        assert!(!root.join("state").exists(), "and nothing is made for that");
        let lessons = learner.learn(&[repaired(&root)]);
        assert_eq!(lessons.iter().map(|l| l.line).collect::<Vec<_>>(), [2]);
        assert!(learner.learn(&[repaired(&root)]).is_empty(), "once is enough");
        let pattern = provider.library().patterns()[0].pattern.id();
        let shown = learner.examples(pattern);
        assert_eq!((shown.len(), shown[0].path.as_path(), shown[0].line), (1, Path::new("src/a.ts"), 2));
        assert!(shown[0].before.contains("load(1)") && shown[0].after.contains("load(1, true)"), "{shown:?}");
        // Another window of the same folder knows it, too.
        let other = PatternProvider::default();
        assert!(
            EditorLearner::new(other.clone(), |root| Some(root.join("state/patterns.sqlite")))
                .open(std::slice::from_ref(&root))
        );
        assert_eq!(other.library().patterns().len(), provider.library().patterns().len());

        learner.note(&[pattern], Event::Rejected, &root.join("src/a.ts"));
        assert_eq!(provider.library().pattern(pattern).unwrap().stats.rejected, 1);
        learner.forget(pattern);
        assert!(provider.library().patterns().is_empty() && learner.examples(pattern).is_empty());
    }

    #[test]
    fn nothing_is_learned_where_nothing_may_be_kept() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let provider = PatternProvider::default();
        let learner = EditorLearner::new(provider.clone(), |_| None);
        assert!(!learner.open(std::slice::from_ref(&root)));
        assert!(learner.learn(&[repaired(&root)]).is_empty() && provider.library().patterns().is_empty());
        assert_eq!(std::fs::read_dir(&root).unwrap().count(), 0);
    }

    #[test]
    fn one_of_many_alike_is_to_be_repaired_by_hand() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ts");
        let text: String = (0..5).map(|n| format!("c.load({n});\n")).collect();
        let open: Vec<SourceDiagnostic> = (0..5).map(|n| at(&path, &text, &format!("c.load({n}"))).collect();
        let texts: HashMap<PathBuf, Arc<str>> = [(path, text.as_str().into())].into();
        let learner = EditorLearner::new(PatternProvider::default(), |_| None);
        let hints = learner.next(&open, &texts);
        assert_eq!((hints.len(), hints[0].others), (1, 4));
        assert!(learner.next(&open[..2], &texts).is_empty(), "two are repaired as fast");
    }
}
