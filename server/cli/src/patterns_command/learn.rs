//! `buildfix patterns learn`.

use super::{json, only_text_or_json, out, real_folder};
use crate::args::LearnArgs;
use crate::progress::Display;
use crate::report::{count, shown_below};
use crate::{CLEAN, engines, interrupt, learning, log};
use anyhow::{Context, Result, bail};
use changes::{Before, sources};
use engine::{Filter, Progress, ProgressStage, Workspace};
use fix::Providers;
use patterns::mine::Miner;
use patterns::{Edited, Lesson, Seen, Source, Tree, now, tree_of};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

/// `buildfix patterns learn`.
pub fn learn(args: &LearnArgs) -> Result<u8> {
    let as_json = only_text_or_json(args.output_format)?;
    if args.mine {
        return mine(args, as_json);
    }
    let (source, root, then, now_) = match (&args.git, &args.before, &args.after) {
        (Some(range), ..) => {
            let root = real_folder(&args.root)?;
            let (then, now) = commits(&root, range, args)?;
            (Source::Git, root, then, now)
        }
        (None, Some(before), Some(after)) => {
            for folder in [before, after] {
                if !disk::is_folder(folder) {
                    bail!("{} is not a folder", folder.display());
                }
            }
            let (then, now) =
                joined(|| Built::open(before, None, &args.logs), || Built::open(after, None, &args.after_logs));
            let now = now?;
            (Source::Trees, now.root().to_path_buf(), then?, now)
        }
        _ => bail!("give the sources before and after: --before DIR --after DIR, or --git A..B"),
    };
    let cancel = interrupt::token();
    let display = Display::new(as_json);
    let (lessons, unread) = lessons(source, &then, &now_, &|done, total| {
        display.show(Progress { stage: ProgressStage::Placing, done, total });
        cancel.is_cancelled()
    });
    display.finish();
    if cancel.is_cancelled() {
        bail!("cancelled; nothing was learned");
    }
    let found: usize = lessons.iter().map(|l| l.examples.len()).sum();
    let new = {
        let _step = interrupt::step();
        engines::open_pattern_store(&root, args.store.as_deref())?.learn(&lessons, now())?
    };
    if as_json {
        return json(&json!({"version": 1, "repairs": found, "new": new, "files": lessons.len(), "unplaced": unread}));
    }
    let mut out = out();
    writeln!(out, "Learned from {}, {new} of them new.", count(found, "repair"))?;
    if unread > 0 {
        writeln!(out, "{} of the logs were not found in the sources.", count(unread, "diagnostic"))?;
    }
    out.flush()?;
    then.workspace.end_with_process();
    now_.workspace.end_with_process();
    Ok(CLEAN)
}

/// Commits that are looked at, at most.
const MOST_COMMITS: usize = 1000;

/// `buildfix patterns learn --mine`.
fn mine(args: &LearnArgs, as_json: bool) -> Result<u8> {
    let root = real_folder(&args.root)?;
    let cancel = interrupt::token();
    let workspace = Workspace::open_unless(std::slice::from_ref(&root), Providers::default(), &cancel)?;
    let display = Display::new(as_json);
    let mut miner = Miner::default();
    let mut files = 0;
    let commits = sources::history(workspace.index(), args.since.as_deref(), MOST_COMMITS, &mut |changed| {
        display.message(&format!("{}: {}", &changed.commit[..10], count(changed.files.len(), "file")));
        for (path, before, after) in &changed.files {
            if let (Some(before), Some(after)) = (tree_of(path, before), tree_of(path, after)) {
                miner.add(Path::new(&shown_below(&root, path)), &before, &after, changed.seconds);
                files += 1;
            }
        }
        !cancel.is_cancelled()
    });
    display.finish();
    let commits = commits.map_err(anyhow::Error::msg)?;
    if cancel.is_cancelled() {
        bail!("cancelled; nothing was learned");
    }
    let found = miner.repeated();
    let new = {
        let _step = interrupt::step();
        engines::open_pattern_store(&root, args.store.as_deref())?.add_mined(&found)?
    };
    if as_json {
        return json(&json!({"version": 1, "commits": commits, "files": files, "repairs": found.len(), "new": new}));
    }
    let mut out = out();
    let of = format!("{} in {}", count(files, "change"), count(commits, "commit"));
    writeln!(out, "Learned from {} of {of}, {new} of them new.", count(found.len(), "repeated edit"))?;
    out.flush()?;
    workspace.end_with_process();
    Ok(CLEAN)
}

/// Sources with what their build printed.
struct Built {
    workspace: Workspace,
    seen: BTreeMap<String, Vec<Seen>>,
    /// Diagnostics that have no place in them.
    unplaced: usize,
    /// Files that are not as they are on disk; `None` for what does not exist.
    texts: BTreeMap<PathBuf, Option<std::sync::Arc<str>>>,
}

impl Built {
    /// The sources in a folder, or as they were in a commit.
    fn open(root: &Path, commit: Option<&str>, logs: &[PathBuf]) -> Result<Self> {
        let mut workspace = Workspace::open_unless(&[root.to_path_buf()], Providers::default(), &interrupt::token())?;
        let mut texts = BTreeMap::new();
        if let Some(commit) = commit {
            let git = sources::Git::since(commit);
            if let Some(problem) = git.problem(workspace.index()) {
                bail!("{problem}");
            }
            texts = git.texts(workspace.index()).files;
            for (path, text) in &texts {
                if let Some(text) = text {
                    workspace.set_document(path, Some(text.clone()));
                }
            }
        }
        let mut seen: BTreeMap<String, Vec<Seen>> = BTreeMap::new();
        let mut unplaced = 0;
        if !logs.is_empty() {
            let log = log::read(logs)?;
            for entry in workspace.load_unless(log.diagnostics, &Filter::default(), &interrupt::token()) {
                let root = &workspace.roots()[0];
                match entry.place.filter(|place| place.path.starts_with(root)) {
                    Some(place) => seen.entry(shown_below(root, &place.path)).or_default().push(learning::seen(&place)),
                    None => unplaced += 1,
                }
            }
        }
        Ok(Self { workspace, seen, unplaced, texts })
    }

    fn root(&self) -> &Path {
        &self.workspace.roots()[0]
    }

    /// The tree of a file, by its path below the root, and the hash of its text.
    fn tree(&self, name: &str) -> Option<(Tree, text::ContentHash)> {
        let path = self.root().join(name);
        if self.texts.get(&path).is_some_and(Option::is_none) {
            return None;
        }
        let source = self.workspace.index().source(&path)?;
        Some((Tree::new(&source.parsed)?, source.hash))
    }
}

/// What is learned from the difference, and how many diagnostics of the first build had no place. `step` says whether to stop.
fn lessons(from: Source, then: &Built, now: &Built, step: &dyn Fn(usize, usize) -> bool) -> (Vec<Lesson>, usize) {
    let none = Vec::new();
    let mut lessons = Vec::new();
    // A file without diagnostics teaches nothing.
    let names: BTreeSet<&String> = then.seen.keys().collect();
    for (number, name) in names.iter().enumerate() {
        if step(number, names.len()) {
            break;
        }
        let (Some((old, old_hash)), Some((new, new_hash))) = (then.tree(name), now.tree(name)) else { continue };
        if old_hash == new_hash {
            continue;
        }
        lessons.extend(Lesson::of(
            from,
            &Edited {
                path: Path::new(name),
                before: &old,
                after: &new,
                diagnostics_before: then.seen.get(*name).unwrap_or(&none),
                diagnostics_after: now.seen.get(*name).unwrap_or(&none),
            },
        ));
    }
    (lessons, then.unplaced)
}

/// The two commits of `A..B`; a side that is left out is what is checked out.
fn commits(root: &Path, range: &str, args: &LearnArgs) -> Result<(Built, Built)> {
    let (a, b) =
        range.split_once("..").map(|(a, b)| (a, b.trim_start_matches('.'))).context("give two commits as A..B")?;
    let named = |name: &str| if name.is_empty() { "HEAD".to_owned() } else { name.to_owned() };
    let (a, b) = (named(a), named(b));
    let (then, now) =
        joined(|| Built::open(root, Some(&a), &args.logs), || Built::open(root, Some(&b), &args.after_logs));
    Ok((then?, now?))
}

fn joined<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    std::thread::scope(|scope| {
        let b = scope.spawn(b);
        let a = a();
        (a, b.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}
