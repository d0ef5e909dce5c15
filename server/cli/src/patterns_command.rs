//! `buildfix patterns`.

use crate::args::PatternsCommand;
use crate::{CLEAN, engines, interrupt, log};
use anyhow::{Context, Result, bail};
use engine::{Filter, Workspace};
use fix::Providers;
use patterns::{Edited, Example, Seen, Store, Tree};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Runs a command about patterns.
pub fn run(command: &PatternsCommand) -> Result<u8> {
    match command {
        PatternsCommand::Learn { before, after, log, after_log, store } => {
            learn(before, after, log, after_log.as_deref(), store.as_deref())
        }
    }
}

/// A tree on disk with what its build printed.
struct Built {
    workspace: Workspace,
    seen: BTreeMap<PathBuf, Vec<Seen>>,
}

impl Built {
    fn open(root: &Path, logs: &[PathBuf]) -> Result<Self> {
        let workspace = Workspace::open_unless(&[root.to_path_buf()], Providers::default(), &interrupt::token())?;
        let root = workspace.roots()[0].clone();
        let mut seen: BTreeMap<PathBuf, Vec<Seen>> = BTreeMap::new();
        if !logs.is_empty() {
            let log = log::read(logs)?;
            for entry in workspace.load(log.diagnostics, &Filter::default()) {
                let Some(place) = entry.place else { continue };
                let Ok(path) = place.path.strip_prefix(&root) else { continue };
                seen.entry(path.to_path_buf()).or_default().push(Seen {
                    code: place.code.as_str().into(),
                    start: place.range.start,
                    arguments: place.arguments.iter().map(Into::into).collect(),
                });
            }
        }
        Ok(Self { workspace, seen })
    }
}

fn learn(before: &Path, after: &Path, log: &Path, after_log: Option<&Path>, store: Option<&Path>) -> Result<u8> {
    for folder in [before, after] {
        if !disk::is_folder(folder) {
            bail!("{} is not a folder", folder.display());
        }
    }
    let (then, now) = rayon_join(
        || Built::open(before, &[log.to_path_buf()]),
        || Built::open(after, &after_log.map(Path::to_path_buf).into_iter().collect::<Vec<_>>()),
    );
    let (then, now) = (then?, now?);
    let (root, new_root) = (&then.workspace.roots()[0], &now.workspace.roots()[0]);
    let mut examples: Vec<Example> = Vec::new();
    let none = Vec::new();
    for path in then.workspace.index().files() {
        let Ok(name) = path.strip_prefix(root) else { continue };
        let (Some(old), Some(new)) =
            (then.workspace.index().source(&path), now.workspace.index().source(&new_root.join(name)))
        else {
            continue;
        };
        if old.hash == new.hash {
            continue;
        }
        let (Some(old), Some(new)) = (Tree::new(&old.parsed), Tree::new(&new.parsed)) else { continue };
        examples.extend(patterns::capture::examples(&Edited {
            path: name,
            before: &old,
            after: &new,
            diagnostics_before: then.seen.get(name).unwrap_or(&none),
            diagnostics_after: now.seen.get(name).unwrap_or(&none),
        }));
    }
    let file = engines::pattern_store(new_root, store)
        .context("the state of the sources cannot be kept; give --store FILE")?;
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let kept = Store::open(&file)?.add(&examples, seconds)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "Learned from {}, {kept} of them new.", crate::report::count(examples.len(), "repair"))?;
    then.workspace.end_with_process();
    now.workspace.end_with_process();
    Ok(CLEAN)
}

fn rayon_join<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    std::thread::scope(|scope| {
        let b = scope.spawn(b);
        let a = a();
        (a, b.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}
