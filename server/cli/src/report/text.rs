use super::causes::summaries;
use super::{Report, count};
use crate::measure::Timings;
use crate::terminal::{Clean, line as one_line};
use anyhow::Result;
use diagnostics::Severity;
use engine::{Entry, FileKind, Outcome, PlannedFile, Reason};
use fix::Applicability;
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};

/// ANSI colours, or nothing.
struct Paint(bool);

/// Whether reports are coloured: on a terminal, unless `NO_COLOR` (<https://no-color.org>) says no.
pub fn is_coloured() -> bool {
    Paint::detect().0
}

impl Paint {
    fn detect() -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        Self(!refused && std::io::stdout().is_terminal())
    }
    fn with(&self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// The result of `fix`: the diff, then a summary by code.
pub fn fix(out: &mut Clean<impl Write>, report: &Report<'_>, diff: bool, quiet: bool, timings: &Timings) -> Result<()> {
    let paint = Paint::detect();
    if !quiet {
        causes(out, report, &paint)?;
    }
    if diff {
        // Elsewhere than on a terminal a diff is read by a program.
        let exact = !std::io::stdout().is_terminal();
        for file in &report.plan.files {
            match exact {
                true => file_diff(out.exact(), report, file, &paint)?,
                false => file_diff(out, report, file, &paint)?,
            }
        }
    }
    if !quiet {
        learned(out, report)?;
        table(out, report, &paint, "fixed")?;
        skipped(out, report)?;
    }
    let plan = report.plan;
    let of = |o| outcomes(report, o);
    let (fixed, total) = (of(Outcome::Fixed), count(plan.entries.len(), "diagnostic"));
    let files = count(plan.files.len(), "file");
    let took = super::took(report, timings);
    let mut line = if plan.entries.is_empty() {
        "no diagnostics; nothing to do".to_owned()
    } else if let Some(run) = report.run {
        format!("{fixed} of {total} repaired in {files} ({took}); `buildfix undo {}` reverts it", run.id)
    } else if plan.files.is_empty() {
        format!("none of {total} can be repaired ({took})")
    } else {
        format!("{fixed} of {total} would be repaired in {files} ({took}); --write does it")
    };
    let offered = unsafe_ones(report);
    if offered > 0 {
        line.push_str(&format!("; --unsafe also repairs {offered} in ways that may change meaning"));
    }
    let warnings = plan.entries.iter().filter(|e| e.reason == Some(Reason::NoError)).count();
    if warnings > 0 {
        line.push_str(&format!("; --warnings also repairs {}", count(warnings, "warning")));
    }
    if let Some(verified) = report.verified {
        let how = match verified.builds {
            0 => "nothing to build".to_owned(),
            n => format!("verified by {}", count(n, "build")),
        };
        line.push_str(&format!("\n{how}: {} reverted, {} uncovered; ", of(Outcome::Reverted), verified.uncovered));
        line.push_str(&match verified.errors {
            0 => "the build passes".to_owned(),
            n => format!("{} left", count(n, "error")),
        });
    }
    if !quiet {
        reverted(out, report)?;
        stubs(out, report)?;
        up_to_date(out, report)?;
    }
    writeln!(out, "{}", paint.with("1", &line))?;
    Ok(())
}

/// What was repaired as it had been repaired before.
fn learned(out: &mut impl Write, report: &Report<'_>) -> Result<()> {
    let found = super::learned::origins(report, None);
    if !found.is_empty() {
        writeln!(out, "learned:")?;
    }
    for (origin, places) in found.iter().take(SHOWN) {
        let offered = if places.offered > 0 { format!(", {} offered", places.offered) } else { String::new() };
        let line =
            format!("  {} fixed{offered}: {} [{}]", places.fixed, origin.explanation, super::learned::short(origin.id));
        writeln!(out, "{}", one_line(&line))?;
    }
    if found.len() > SHOWN {
        writeln!(out, "  and {} more; --output-format json has all", found.len() - SHOWN)?;
    }
    Ok(())
}

/// How many fixes that were taken back are shown.
const SHOWN: usize = 20;

/// Why fixes were taken back.
fn reverted(out: &mut impl Write, report: &Report<'_>) -> Result<()> {
    let found: Vec<&Entry> = report.plan.entries.iter().filter(|e| e.outcome == Outcome::Reverted).collect();
    if !found.is_empty() {
        writeln!(out, "taken back:")?;
    }
    for entry in found.iter().take(SHOWN) {
        let line = entry.span.map_or(0, |s| s.line);
        let reason = entry.reason.as_ref().map(super::reason).unwrap_or_default();
        writeln!(out, "  {}:{line}: {}: {reason}", one_line(&report.entry_path(entry)), entry.diagnostic.code)?;
    }
    if found.len() > SHOWN {
        writeln!(out, "  and {} more; --output-format json has all", found.len() - SHOWN)?;
    }
    Ok(())
}

/// What the fixes left open or hide: a person has to look at it.
fn stubs(out: &mut impl Write, report: &Report<'_>) -> Result<()> {
    if report.plan.doubts.is_empty() {
        return Ok(());
    }
    writeln!(out, "to look at, because it builds and may be no repair:")?;
    for d in report.plan.distinct_doubts() {
        let todo = if d.doubt.todo.is_some() { " (TODO)" } else { "" };
        let path = report.shown(&d.path);
        writeln!(out, "  {}:{}: {}{todo} [{}]", one_line(&path), d.line, d.doubt, d.fix.rule)?;
    }
    Ok(())
}

/// The result of `check`.
pub fn check(out: &mut impl Write, report: &Report<'_>, timings: &Timings) -> Result<()> {
    let paint = Paint::detect();
    causes(out, report, &paint)?;
    table(out, report, &paint, "fixable")?;
    skipped(out, report)?;
    let all = report.plan.entries.len();
    // A log is read in no time.
    let took = match report.built.took.is_zero() {
        true => String::new(),
        false => format!(" ({})", super::took(report, timings)),
    };
    let line = if all == 0 {
        format!("no diagnostics; nothing to do{took}")
    } else {
        let (safe, files) = (outcomes(report, Outcome::Fixed), count(report.plan.files.len(), "file"));
        let more = match unsafe_ones(report) {
            0 => String::new(),
            n => format!(", {n} more in ways that may change meaning"),
        };
        let total = count(all, "diagnostic");
        format!("{safe} of {total} can be repaired in {files}{more}{took}; `buildfix fix` shows how")
    };
    up_to_date(out, report)?;
    writeln!(out, "{}", paint.with("1", &line))?;
    Ok(())
}

/// What an incremental build does not say.
fn up_to_date(out: &mut impl Write, report: &Report<'_>) -> Result<()> {
    let (compiled, left) = (report.built.compilers.compiled.len(), report.built.compilers.up_to_date.len());
    if left > 0 {
        let how = if report.built.took.is_zero() { "a build of everything" } else { "--all-diagnostics" };
        writeln!(
            out,
            "up to date and not compiled: {left} of {}; warnings there are not reported again, {how} shows them",
            count(compiled + left, "project")
        )?;
    }
    Ok(())
}

fn outcomes(report: &Report<'_>, outcome: Outcome) -> usize {
    report.plan.entries.iter().filter(|e| e.outcome == outcome).count()
}

/// How many diagnostics `--unsafe` would repair besides.
fn unsafe_ones(report: &Report<'_>) -> usize {
    let may_change = |e: &&Entry| {
        e.outcome == Outcome::Offered
            && e.reason == Some(Reason::MayChangeMeaning)
            && (report.warnings || e.diagnostic.severity == Severity::Error)
            && e.fix.as_ref().is_some_and(|f| f.applicability == Applicability::Unsafe)
    };
    report.plan.entries.iter().filter(may_change).count()
}

/// Causes that are printed.
const CAUSES: usize = 12;

/// What is wrong outside of the sources, before all else: what is repaired in sources hides it.
fn causes(out: &mut impl Write, report: &Report<'_>, paint: &Paint) -> Result<()> {
    let found = summaries(report);
    let all = report.plan.entries.len();
    for summary in found.iter().take(CAUSES) {
        writeln!(out, "{}", paint.with("1", &one_line(&summary.sentence(all))))?;
        if let Some(remedy) = summary.remedy(report.run.is_some()) {
            writeln!(out, "  {}", one_line(&remedy))?;
        }
    }
    if found.len() > CAUSES {
        writeln!(out, "and {} more causes; --output-format json has all", found.len() - CAUSES)?;
    }
    Ok(())
}

/// Why diagnostics were not looked at, where that was not asked for.
fn skipped(out: &mut impl Write, report: &Report<'_>) -> Result<()> {
    let asked =
        |r: &Reason| matches!(r, Reason::OtherCode | Reason::ExcludedCode | Reason::OtherFile | Reason::NoError);
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for entry in report.plan.entries.iter().filter(|e| e.outcome == Outcome::Skipped) {
        if let Some(reason) = entry.reason.as_ref().filter(|r| !asked(r)) {
            *found.entry(super::reason(reason)).or_default() += 1;
        }
    }
    for (reason, n) in found {
        writeln!(out, "skipped {}: {}", count(n, "diagnostic"), one_line(&reason))?;
    }
    Ok(())
}

/// The outcomes of the diagnostics, by code; `fixed`: the name of the first column.
fn table(out: &mut impl Write, report: &Report<'_>, paint: &Paint, fixed: &str) -> Result<()> {
    let mut rows: BTreeMap<&str, [usize; 6]> = BTreeMap::new();
    for entry in &report.plan.entries {
        rows.entry(entry.diagnostic.code.as_str()).or_default()[entry.outcome as usize] += 1;
    }
    if rows.is_empty() {
        return Ok(());
    }
    let head = format!(
        "{:<10} {:>7} {:>8} {:>10} {:>6} {:>8} {:>9}",
        "code", fixed, "offered", "unfixable", "stale", "skipped", "reverted"
    );
    writeln!(out, "{}", paint.with("1", &head))?;
    for (code, n) in rows {
        let code = if code.is_empty() { "(none)" } else { code };
        writeln!(out, "{code:<10} {:>7} {:>8} {:>10} {:>6} {:>8} {:>9}", n[0], n[1], n[2], n[3], n[4], n[5])?;
    }
    Ok(())
}

/// A unified diff of one file.
fn file_diff(out: &mut impl Write, report: &Report<'_>, file: &PlannedFile, paint: &Paint) -> Result<()> {
    let shown = |path| one_line(&report.shown(path)).into_owned();
    let name = shown(&file.path);
    let (old, new) = match &file.kind {
        FileKind::Edit => (format!("a/{name}"), format!("b/{name}")),
        FileKind::Create => ("/dev/null".to_owned(), format!("b/{name}")),
        FileKind::Delete => (format!("a/{name}"), "/dev/null".to_owned()),
        FileKind::Rename { from } => (format!("a/{}", shown(from)), format!("b/{name}")),
    };
    // What stands before a file's header is no part of the difference for programs that apply it.
    for (origin, places) in super::learned::origins(report, Some(&file.path)) {
        writeln!(
            out,
            "{}",
            paint.with("36", &one_line(&format!("# {}: {}", origin.explanation, count(places.fixed, "place"))))
        )?;
    }
    writeln!(out, "{}", paint.with("1", &format!("--- {old}")))?;
    writeln!(out, "{}", paint.with("1", &format!("+++ {new}")))?;
    let diff = TextDiff::from_lines(&*file.before, &*file.after);
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        writeln!(out, "{}", paint.with("36", hunk.header().to_string().trim_end()))?;
        for change in hunk.iter_changes() {
            let (sign, colour) = match change.tag() {
                ChangeTag::Delete => ('-', "31"),
                ChangeTag::Insert => ('+', "32"),
                ChangeTag::Equal => (' ', ""),
            };
            let value = change.value();
            let line = value.strip_suffix('\n').unwrap_or(value);
            let line = format!("{sign}{line}");
            if colour.is_empty() {
                writeln!(out, "{line}")?;
            } else {
                writeln!(out, "{}", paint.with(colour, &line))?;
            }
            if change.missing_newline() {
                writeln!(out, "\\ No newline at end of file")?;
            }
        }
    }
    Ok(())
}
