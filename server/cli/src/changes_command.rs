//! `buildfix changes`.

use crate::args::{Engine, Format, PastArgs};
use crate::terminal::Clean;
use crate::{CLEAN, engines, interrupt, report};
use anyhow::{Result, bail};
use engine::Workspace;
use patterns::PatternProvider;
use std::io::Write;
use std::path::Path;

/// Prints which declarations changed.
pub fn changes(root: &Path, past: &PastArgs, format: Format) -> Result<u8> {
    let provider = engines::changes(past)?;
    let workspace = Workspace::open_unless(
        &[root.to_path_buf()],
        engines::providers(&[Engine::Changes], &provider, &PatternProvider::default()),
        &interrupt::token(),
    )?;
    if let Some(problem) = provider.problem(workspace.index()) {
        bail!("{problem}");
    }
    let Some(found) = provider.report(workspace.index()) else {
        bail!(
            "there is nothing to compare {} with: it is not in a git repository, and no build without errors is known. Give --before DIR",
            root.display()
        );
    };
    let root = &workspace.roots()[0];
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &found)?;
            writeln!(out)?;
        }
        Format::Text => {
            let mut out = Clean::new(&mut out, report::is_coloured());
            for change in &found.changes {
                let path = change.path.strip_prefix(root).unwrap_or(&change.path);
                let uses = match (change.uses, change.files) {
                    (None, _) => String::new(),
                    (Some(0), _) => ", not used elsewhere".to_owned(),
                    (Some(n), files) => format!(", {} in {}", report::count(n, "use"), report::count(files, "file")),
                };
                let doubt = match change.certainty {
                    changes::Certainty::Certain => "",
                    changes::Certainty::Likely => " (likely)",
                    changes::Certainty::Doubtful => " (or another one)",
                };
                writeln!(out, "{}: {}{doubt}{uses}", path.display(), change.change)?;
            }
            let count = report::count(found.changes.len(), "declaration");
            writeln!(out, "{count} changed since {}.", found.before)?;
            out.flush()?;
        }
        Format::Sarif | Format::Github => bail!("changes are printed as text or json"),
    }
    out.flush()?;
    workspace.end_with_process();
    Ok(CLEAN)
}
