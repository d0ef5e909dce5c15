use crate::args::Format;
use crate::report::count;
use crate::{CLEAN, FAILED};
use anyhow::{Context, Result, anyhow};
use engine::{RunState, Store, UndoError};
use std::io::Write;
use std::path::{Path, PathBuf};

fn root_of(root: &Path) -> Result<PathBuf> {
    root.canonicalize().with_context(|| format!("{} is not a folder; name the folder of your sources", root.display()))
}

/// `buildfix undo`.
pub fn undo(run: Option<&str>, root: &Path) -> Result<u8> {
    let root = root_of(root)?;
    let store = Store::open(&root);
    crate::fix_command::recover(&store)?;
    let _step = crate::interrupt::step();
    let undone = store.undo(run).map_err(|e| match e {
        UndoError::NoSuchRun(_) => anyhow!("{e}; `buildfix runs` lists them"),
        e => e.into(),
    })?;
    let mut out = std::io::stdout().lock();
    for file in &undone.files {
        let what = match (&file.before, &file.after) {
            (Some(_), None) => "removed ",
            (None, Some(_)) => "put back",
            _ => "restored",
        };
        writeln!(out, "{what} {}", file.path.strip_prefix(&root).unwrap_or(&file.path).display())?;
    }
    writeln!(out, "{} undone: {}", undone.undoes.as_deref().unwrap_or("run"), count(undone.files.len(), "file"))?;
    Ok(CLEAN)
}

/// `buildfix runs`.
pub fn runs(root: &Path, format: Format) -> Result<u8> {
    let root = root_of(root)?;
    let runs = Store::open(&root).runs();
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
