use crate::args::Format;
use crate::report::count;
use crate::{CLEAN, FAILED, REMAIN};
use anyhow::{Context, Result, anyhow, bail};
use engine::{RunState, Store, UndoError};
use std::io::Write;
use std::path::{Path, PathBuf};

fn root_of(root: &Path) -> Result<PathBuf> {
    root.canonicalize().with_context(|| format!("{} is not a folder; name the folder of your sources", root.display()))
}

/// The store of `root`, which must be usable.
fn store_of(root: &Path) -> Result<Store> {
    let store = Store::open(root);
    match store.problem() {
        Some(problem) => bail!("{problem}"),
        None => Ok(store),
    }
}

/// `buildfix undo`.
pub fn undo(run: Option<&str>, partial: bool, patterns: Option<&Path>, root: &Path) -> Result<u8> {
    let root = root_of(root)?;
    let store = store_of(&root)?;
    let recovered = crate::fix_command::recover(&store)?;
    let mut out = std::io::stdout().lock();
    if run.is_none()
        && let Some(last) = recovered.iter().find(|r| r.undoes.is_none() && !r.trial)
    {
        // It was the last run: who asks for it does not mean the one before.
        writeln!(out, "{} is taken back; `buildfix undo` undoes the run before", last.run)?;
        return Ok(CLEAN);
    }
    let _step = crate::interrupt::step();
    let undone = store.undo(run, partial).map_err(|e| match e {
        UndoError::NoSuchRun(_) => anyhow!("{e}; `buildfix runs` lists them"),
        e => e.into(),
    })?;
    if let Err(e) = crate::learning::note_undone(&root, patterns, &undone) {
        tracing::warn!("that learned repairs were taken back is not remembered: {e:#}");
    }
    let name = |path: &Path| path.strip_prefix(&root).unwrap_or(path).display().to_string();
    for file in &undone.run.files {
        let what = match (&file.before, &file.after) {
            (Some(_), None) => "removed ",
            (None, Some(_)) => "put back",
            _ => "restored",
        };
        writeln!(out, "{what} {}", name(&file.path))?;
    }
    for path in &undone.left {
        writeln!(out, "changed since the run, left as it is: {}", name(path))?;
    }
    let (id, count) = (undone.run.undoes.as_deref().unwrap_or("run"), count(undone.run.files.len(), "file"));
    if undone.left.is_empty() {
        writeln!(out, "{id} undone: {count}")?;
        return Ok(CLEAN);
    }
    writeln!(out, "{id} undone in part: {count}")?;
    Ok(REMAIN)
}

/// `buildfix runs`.
pub fn runs(root: &Path, format: Format) -> Result<u8> {
    let root = root_of(root)?;
    let store = store_of(&root)?;
    let runs = store.runs();
    for damaged in store.damaged() {
        writeln!(std::io::stderr(), "buildfix: {damaged}")?;
    }
    let mut out = std::io::stdout().lock();
    match format {
        Format::Text => {
            if runs.is_empty() {
                writeln!(out, "no runs in {}", root.display())?;
            }
            for run in &runs {
                writeln!(
                    out,
                    "{}  {:<11} {:>10}  {}",
                    run.id,
                    run.state.as_str(),
                    count(run.files.len(), "file"),
                    run.title
                )?;
            }
        }
        Format::Json => {
            let list: Vec<_> = runs
                .iter()
                .map(|r| {
                    let files: Vec<_> = r
                        .files
                        .iter()
                        .map(|f| {
                            serde_json::json!({
                                "path": f.path.strip_prefix(&root).unwrap_or(&f.path),
                                "edits": f.edits, "sha256Before": f.before, "sha256After": f.after,
                            })
                        })
                        .collect();
                    serde_json::json!({
                        "run": r.id, "state": r.state, "started": r.started, "title": r.title, "undoes": r.undoes,
                        "undoable": r.state == RunState::Done, "files": files,
                    })
                })
                .collect();
            serde_json::to_writer_pretty(&mut out, &serde_json::json!({"version": 1, "root": root, "runs": list}))?;
            writeln!(out)?;
        }
        Format::Sarif | Format::Github => {
            writeln!(std::io::stderr(), "buildfix: runs are printed as text or json")?;
            return Ok(FAILED);
        }
    }
    Ok(CLEAN)
}
