//! How results are printed.

mod json;
mod text;

use crate::args::{Format, InputArgs};
use crate::measure::Timings;
use crate::{CLEAN, REMAIN};
use anyhow::{Result, bail};
use engine::{Plan, Run};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What there is to print.
pub struct Report<'a> {
    pub root: &'a Path,
    pub plan: &'a Plan,
    pub run: Option<&'a Run>,
    /// Whether writing was asked for.
    pub write: bool,
}

impl Report<'_> {
    /// A path as reports show it: below the root, with slashes.
    pub fn shown(&self, path: &Path) -> String {
        let below = path.strip_prefix(self.root).unwrap_or(path);
        let text = below.to_string_lossy();
        if std::path::MAIN_SEPARATOR == '\\' { text.replace('\\', "/") } else { text.into_owned() }
    }
    /// Path of an entry: in the workspace if it was found there, else as printed.
    pub fn entry_path(&self, entry: &engine::Entry) -> String {
        match &entry.path {
            Some(path) => self.shown(path),
            None => entry.diagnostic.file.as_deref().unwrap_or_default().to_owned(),
        }
    }
}

/// Prints the result of `fix`.
pub fn print(report: &Report<'_>, input: &InputArgs, diff: bool, timings: &mut Timings) -> Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match input.output_format {
        Format::Text => text::fix(&mut out, report, diff && !input.quiet, input.quiet, timings)?,
        Format::Json => json::write(&mut out, report, timings)?,
        Format::Sarif | Format::Github => bail!("this format is printed by a later version"),
    }
    out.flush()?;
    Ok(())
}

/// Prints the result of `check`.
pub fn print_check(report: &Report<'_>, input: &InputArgs, timings: &mut Timings) -> Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match input.output_format {
        Format::Text => text::check(&mut out, report)?,
        Format::Json => json::write(&mut out, report, timings)?,
        Format::Sarif | Format::Github => bail!("this format is printed by a later version"),
    }
    out.flush()?;
    Ok(())
}

/// `buildfix explain`.
pub fn explain(code: &str) -> Result<u8> {
    let code = code.trim().to_uppercase();
    let pages = rules::explain(&code);
    let mut out = std::io::stdout().lock();
    if pages.is_empty() {
        writeln!(out, "{code}: buildfix knows no repair for this code.")?;
        return Ok(REMAIN);
    }
    for (i, page) in pages.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", page.markdown.trim_end())?;
    }
    Ok(CLEAN)
}

/// Sorted paths, for totals.
pub fn files_of(plan: &Plan) -> Vec<&PathBuf> {
    plan.files.iter().map(|f| &f.path).collect()
}
