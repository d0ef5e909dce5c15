//! Test support: what becomes of a use, from the files then and now.

use crate::{Before, ChangeProvider, Changes, Past, PastTexts};
use diagnostics::{Code, Severity, SourceDiagnostic, arguments_of};
use fix::{Applicability, DiagnosticSet, FixProvider, RuleContext};
use index::Index;
use semantics::Semantics;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use text::TextRange;

/// A source of the past for tests: these files, and nothing that is only there now.
pub(crate) struct Given(BTreeMap<String, String>);

impl Before for Given {
    fn name(&self) -> String {
        "then".into()
    }
    fn stamp(&self, _: &Index) -> Option<u64> {
        Some(1)
    }
    fn texts(&self, index: &Index) -> PastTexts {
        let mut files: BTreeMap<PathBuf, Option<Arc<str>>> =
            self.0.iter().map(|(p, t)| (p.into(), Some(Arc::from(t.as_str())))).collect();
        for path in index.files() {
            files.entry(path.to_path_buf()).or_insert(None);
        }
        let renamed = crate::sources::renamed(&files, |path| index.text(path));
        PastTexts { files, renamed, ..PastTexts::default() }
    }
}

/// Files after lines `//- /path`.
fn files(text: &str) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut path = String::new();
    for line in text.split_inclusive('\n') {
        if let Some(next) = line.strip_prefix("//- ") {
            path = next.trim().to_owned();
            files.insert(path.clone(), String::new());
        } else if !line.trim().is_empty() || !path.is_empty() {
            files.get_mut(&path).expect("a line `//- /path` comes first").push_str(line);
        }
    }
    files
}

/// Files then; files now, which replace those then (an empty one is gone), with `$0` where the diagnostic is.
fn both(then: &str, now: &str) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let then = files(then);
    let mut all = then.clone();
    for (path, text) in files(now) {
        if text.is_empty() {
            all.remove(&path)
        } else {
            all.insert(path, text)
        };
    }
    (then, all)
}

/// The differences, as `buildfix changes` prints them.
pub(crate) fn differences(then: &str, now: &str) -> Vec<String> {
    let (then, now) = both(then, now);
    let now = Index::in_memory(now.iter().map(|(p, t)| (p.as_str(), t.as_str())));
    let given = Given(then);
    let past = Past::open(&now, given.name(), given.texts(&now));
    let changes = Changes::between(&past, &now);
    changes.list.iter().map(|c| format!("{c} [{:?}]", c.certainty)).collect()
}

/// Asks about the diagnostic at the mark.
fn ask<R>(
    then: &str,
    now: &str,
    code: &str,
    message: &str,
    ask: impl FnOnce(&ChangeProvider, &RuleContext<'_>) -> R,
) -> R {
    let (mut then, mut now) = both(then, now);
    let active = now.iter().find(|(_, t)| t.contains("$0")).map(|(p, _)| p.clone()).expect("a mark $0");
    let at = now[&active].find("$0").expect("a mark");
    now.get_mut(&active).expect("it is there").replace_range(at..at + 2, "");
    // The file of the use is as it was, when it is not given then; or it has moved.
    let has_moved = then.iter().any(|(path, text)| !now.contains_key(path) && *text == now[&active]);
    if !has_moved {
        then.entry(active.clone()).or_insert_with(|| now[&active].clone());
    }
    let index = Index::in_memory(now.iter().map(|(p, t)| (p.as_str(), t.as_str())));
    let source = index.source(Path::new(&active)).expect("the file");
    let diagnostic = SourceDiagnostic {
        path: Path::new(&active).into(),
        range: TextRange::empty(at),
        text_hash: source.hash,
        code: Code::new(code),
        severity: Severity::Error,
        message: message.into(),
        arguments: arguments_of(&Code::new(code), message).into(),
        trust: Default::default(),
    };
    let set = DiagnosticSet::new([diagnostic.clone()]);
    let ctx = RuleContext::new(&diagnostic, Semantics::new(&index, &source), &set);
    ask(&ChangeProvider::new([Box::new(Given(then)) as Box<dyn Before>]), &ctx)
}

/// What explains the diagnostic at the mark.
pub(crate) fn cause(then: &str, now: &str, code: &str, message: &str) -> Option<String> {
    ask(then, now, code, message, |provider, ctx| provider.cause(ctx).map(|c| c.to_string()))
}

/// What becomes of the file of the diagnostic, how far it may be trusted, and the titles of all fixes.
pub(crate) fn carried(
    then: &str,
    now: &str,
    code: &str,
    message: &str,
) -> Option<(String, Applicability, Vec<String>)> {
    ask(then, now, code, message, |provider, ctx| {
        let fixes = provider.fixes(ctx);
        let titles = fixes.iter().map(|f| f.title.clone()).collect();
        let fix = fixes.first()?;
        let edits = fix.change(ctx)?.text_edits(ctx.path(), ctx.index).expect("edits that can be applied");
        let text = edits.apply(ctx.text()).expect("edits within the text");
        Some((text, fix.applicability, titles))
    })
}

/// [`check_safe`], [`check_unsafe`] (`false`) or [`check_nothing`] for a file `/use.ts` or `/use.cs` that uses what changed and has the mark.
#[track_caller]
pub(crate) fn check_use(then: &str, now: &str, user: (&str, &str), code: &str, after: Option<(&str, bool)>) {
    let now = format!("{now}//- {}\n{}", user.0, user.1);
    match after {
        Some((after, true)) => check_safe(then, &now, code, "The message.", after),
        Some((after, false)) => check_unsafe(then, &now, code, "The message.", after),
        None => check_nothing(then, &now, code, "The message."),
    }
}

/// Asserts what becomes of the file with the mark `$0`, and that the fix is safe.
#[track_caller]
pub(crate) fn check_safe(then: &str, now: &str, code: &str, message: &str, after: &str) {
    let (text, applicability, titles) = carried(then, now, code, message).expect("a fix");
    assert_eq!(text, after, "{titles:?}");
    assert_eq!(applicability, Applicability::Safe, "{titles:?}");
}

/// Asserts what becomes of the file with the mark `$0`, and that the fix has a doubt.
#[track_caller]
pub(crate) fn check_unsafe(then: &str, now: &str, code: &str, message: &str, after: &str) {
    let (text, applicability, titles) = carried(then, now, code, message).expect("a fix");
    assert_eq!(text, after, "{titles:?}");
    assert_eq!(applicability, Applicability::Unsafe, "{titles:?}");
}

/// Asserts that nothing is offered.
#[track_caller]
pub(crate) fn check_nothing(then: &str, now: &str, code: &str, message: &str) {
    assert_eq!(carried(then, now, code, message), None);
}
