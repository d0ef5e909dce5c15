//! How results are printed.

mod causes;
mod explain;
mod github;
mod json;
pub mod learned;
mod sarif;
mod stale;
mod text;

pub use explain::explain;
pub use text::is_coloured;

use crate::args::{Format, InputArgs};
use crate::builds::Built;
use crate::measure::Timings;
use crate::terminal::Clean;
use anyhow::Result;
use engine::{Plan, Reason, Run, Verified};
use std::io::Write;
use std::path::Path;

/// What there is to print.
pub struct Report<'a> {
    /// The workspace.
    pub root: &'a Path,
    /// What was found and planned.
    pub plan: &'a Plan,
    /// What was written.
    pub run: Option<&'a Run>,
    /// What a rebuild verified.
    pub verified: Option<&'a Verified>,
    /// Whether warnings were to be repaired, too.
    pub warnings: bool,
    /// What is known of the builds.
    pub built: &'a Built,
}

impl Report<'_> {
    /// A path as reports show it: below the root, with slashes.
    pub fn shown(&self, path: &Path) -> String {
        shown_below(self.root, path)
    }
    /// Path of an entry: in the workspace if it was found there, else as printed.
    pub fn entry_path(&self, entry: &engine::Entry) -> String {
        match &entry.path {
            Some(path) => self.shown(path),
            None => entry.diagnostic.file.as_deref().unwrap_or_default().to_owned(),
        }
    }
}

/// A path as reports and stores have it: below the root, with slashes.
pub fn shown_below(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let text = below.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '\\' { text.replace('\\', "/") } else { text.into_owned() }
}

/// A reason as the command line words it: with the option that would change the outcome.
pub fn reason(reason: &Reason) -> String {
    match reason {
        Reason::OtherCode => "its code is not among --codes".to_owned(),
        Reason::ExcludedCode => "its code is among --exclude-codes".to_owned(),
        Reason::OtherFile => "its file is not among --paths".to_owned(),
        Reason::Doubtful(_) => format!("{reason}; --allow-stubs keeps it"),
        Reason::NoError => format!("{reason}; --warnings repairs it"),
        Reason::MayChangeMeaning => format!("{reason}; --unsafe applies it"),
        Reason::PassLimit => "the limit of passes was reached; run again, or raise --max-passes".to_owned(),
        _ => reason.to_string(),
    }
}

/// How long it took, and how much of it was the build's.
pub fn took(report: &Report<'_>, timings: &Timings) -> String {
    let (all, build) = (timings.total(), report.built.took.as_secs_f64());
    match report.built.took.is_zero() {
        true => format!("{all:.1} s"),
        false => format!("build {build:.1} s, buildfix {:.2} s", (all - build).max(0.0)),
    }
}

/// `1 file`, `2 files`.
pub fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// Prints the result of `fix`.
pub fn print(report: &Report<'_>, input: &InputArgs, diff: bool, timings: &mut Timings) -> Result<()> {
    emit(report, input, timings, |out, timings| {
        text::fix(out, report, diff && !input.quiet, input.quiet, timings)?;
        stale::write(out, report, &input.logs)
    })
}

/// Prints the result of `check`.
pub fn print_check(report: &Report<'_>, input: &InputArgs, timings: &mut Timings) -> Result<()> {
    emit(report, input, timings, |out, timings| {
        text::check(out, report, timings)?;
        stale::write(out, report, &input.logs)
    })
}

type Out<'a> = Clean<std::io::BufWriter<std::io::StdoutLock<'a>>>;

fn emit(
    report: &Report<'_>,
    input: &InputArgs,
    timings: &mut Timings,
    text: impl FnOnce(&mut Out<'_>, &mut Timings) -> Result<()>,
) -> Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match input.output_format {
        Format::Text => {
            let mut clean = Clean::new(out, text::is_coloured());
            text(&mut clean, timings)?;
            clean.flush()?;
            return Ok(());
        }
        Format::Json => json::write(&mut out, report, timings)?,
        Format::Sarif => sarif::write(&mut out, report)?,
        Format::Github => github::write(&mut out, report)?,
    }
    out.flush()?;
    Ok(())
}
