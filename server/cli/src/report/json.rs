use super::Report;
use crate::measure::Timings;
use anyhow::Result;
use diagnostics::{LineColumn, Location, ProjectRef, Severity, arguments_of};
use engine::{Entry, FileKind, FixInfo, Outcome};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use text::ContentHash;

/// The whole result as one JSON document, written piece by piece: a build may report any number of diagnostics.
pub fn write(out: &mut impl Write, report: &Report<'_>, timings: &mut Timings) -> Result<()> {
    let plan = report.plan;
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in &plan.entries {
        *totals.entry(entry.outcome.as_str()).or_default() += 1;
    }
    let files: Vec<Value> = plan.files.iter().map(|f| file(report, f)).collect();
    let mut counts = Map::new();
    counts.insert("diagnostics".into(), plan.entries.len().into());
    for outcome in
        [Outcome::Fixed, Outcome::Offered, Outcome::Unfixable, Outcome::Stale, Outcome::Skipped, Outcome::Reverted]
    {
        counts.insert(outcome.as_str().into(), totals.get(outcome.as_str()).copied().unwrap_or(0).into());
    }
    counts.insert("files".into(), plan.files.len().into());
    counts.insert("edits".into(), plan.files.iter().map(|f| f.edits).sum::<usize>().into());
    counts.insert("passes".into(), plan.passes.into());
    timings.end("report");
    let document = Document {
        version: 1,
        root: report.root,
        run: report.run.map(|r| r.id.as_str()),
        written: report.run.is_some(),
        causes: super::causes::summaries(report).iter().map(cause).collect(),
        diagnostics: Diagnostics(report),
        files,
        stubs: plan.distinct_doubts().into_iter().map(|d| stub(report, d)).collect(),
        verified: report.verified.map(|v| json!({"builds": v.builds, "uncovered": v.uncovered, "errors": v.errors})),
        build: build(report),
        totals: counts,
        timings: timings.to_json(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)?;
    Ok(())
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    root: &'a Path,
    run: Option<&'a str>,
    written: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<Value>,
    diagnostics: Diagnostics<'a>,
    files: Vec<Value>,
    stubs: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    build: Option<Value>,
    totals: Map<String, Value>,
    timings: Value,
}

struct Diagnostics<'a>(&'a Report<'a>);

impl Serialize for Diagnostics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plan = self.0.plan;
        let mut wrote: BTreeMap<usize, BTreeSet<&Path>> = BTreeMap::new();
        for fix in &plan.applied {
            wrote.entry(fix.entry).or_default().extend(fix.wrote.iter().map(|(path, _)| path.as_path()));
        }
        serializer.collect_seq(plan.entries.iter().enumerate().map(|(i, entry)| {
            let wrote = wrote.get(&i).filter(|_| entry.outcome == Outcome::Fixed);
            diagnostic(self.0, entry, wrote.into_iter().flatten().map(|path| self.0.shown(path)).collect())
        }))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Diagnostic<'a> {
    path: String,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    code: &'a str,
    severity: Severity,
    message: &'a str,
    /// What the message names, in the order of the English message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    arguments: Vec<String>,
    /// Where the console appends one.
    #[serde(skip_serializing_if = "Option::is_none")]
    help_link: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    projects: Vec<Project<'a>>,
    outcome: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a FixInfo>,
    /// The files that the fix changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wrote: Vec<String>,
}

/// What is known of the build: how long all builds took, whether MSBuild's binary log was read, and how many projects the first one compiled.
fn build(report: &Report<'_>) -> Option<Value> {
    let built = report.built;
    let compilers = &built.compilers;
    let known = !built.took.is_zero() || !compilers.compiled.is_empty() || !compilers.up_to_date.is_empty();
    known.then(|| {
        json!({
            "seconds": (built.took.as_secs_f64() * 1e4).round() / 1e4,
            "binaryLog": built.has_binary_log,
            "compiled": compilers.compiled.len(),
            "upToDate": compilers.up_to_date.len(),
        })
    })
}

/// A project that reported a diagnostic, as the build printed it.
#[derive(Serialize)]
struct Project<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    framework: Option<&'a str>,
}

/// `https://…` of ` (https://…)` in the end of a message.
fn help_link(message: &str) -> Option<&str> {
    let (_, link) = message.strip_suffix(')')?.rsplit_once(" (")?;
    (link.starts_with("https://") && !link.contains(char::is_whitespace)).then_some(link)
}

fn diagnostic<'a>(report: &Report<'_>, entry: &'a Entry, wrote: Vec<String>) -> Diagnostic<'a> {
    let end = entry.span.and_then(|s| s.end);
    let d = &entry.diagnostic;
    // Not every format prints columns.
    let printed = !matches!(d.location, Some(Location::LineColumn { start: LineColumn { column: None, .. }, .. }));
    let project = |p: &'a ProjectRef| Project { path: &p.path, framework: p.target_framework.as_deref() };
    Diagnostic {
        path: report.entry_path(entry),
        line: entry.span.map(|s| s.line),
        column: entry.span.map(|s| s.column).filter(|_| printed),
        end_line: end.map(|e| e.0),
        end_column: end.map(|e| e.1),
        code: d.code.as_str(),
        severity: d.severity,
        message: &d.message,
        arguments: if d.arguments.is_empty() { arguments_of(&d.code, &d.message) } else { d.arguments.clone() },
        help_link: help_link(&d.message),
        projects: d.projects.iter().map(project).collect(),
        outcome: entry.outcome.as_str(),
        reason: entry.reason.as_ref().map(super::reason),
        fix: entry.fix.as_ref(),
        wrote,
    }
}

/// What is wrong outside of the sources, and what follows from it.
fn cause(summary: &super::causes::Summary) -> Value {
    let fix = summary.fix.as_ref().map(|(fix, done)| json!({"title": fix.title, "rule": fix.rule, "done": done}));
    json!({"cause": summary.cause.to_string(), "diagnostics": summary.diagnostics, "fix": fix})
}

/// What a fix left open or hides.
fn stub(report: &Report<'_>, d: &engine::Doubted) -> Value {
    json!({
        "path": report.shown(&d.path),
        "line": d.line,
        "doubt": d.doubt.to_string(),
        "stub": d.doubt.is_stub(),
        "todo": d.doubt.todo.is_some(),
        "fix": d.fix,
    })
}

fn file(report: &Report<'_>, file: &engine::PlannedFile) -> Value {
    // Hashes of bytes: from the journal when the run was written, else of what is on the disk and what would be.
    let written = report.run.and_then(|r| r.files.iter().find(|f| f.path == file.path));
    let (before, after) = match written {
        Some(run_file) => (run_file.before.clone(), run_file.after.clone()),
        None => {
            let source = if let FileKind::Rename { from } = &file.kind { from } else { &file.path };
            let bytes = disk::read(source, disk::Kind::of(source)).ok();
            let encoding = bytes.as_deref().and_then(text::SourceText::decode).map(|s| s.encoding);
            let after = match file.kind {
                FileKind::Delete => None,
                _ => text::SourceText::encode(&file.after, encoding.unwrap_or(text::Encoding::Utf8)),
            };
            let hex = |b: &Vec<u8>| ContentHash::of(b).to_hex();
            (bytes.as_ref().filter(|_| file.kind != FileKind::Create).map(hex), after.as_ref().map(hex))
        }
    };
    let mut item = Map::new();
    item.insert("path".into(), report.shown(&file.path).into());
    let kind = match &file.kind {
        FileKind::Edit => "edit",
        FileKind::Create => "create",
        FileKind::Delete => "delete",
        FileKind::Rename { .. } => "rename",
    };
    item.insert("kind".into(), kind.into());
    if let FileKind::Rename { from } = &file.kind {
        item.insert("from".into(), report.shown(from).into());
    }
    item.insert("edits".into(), file.edits.into());
    item.insert("sha256Before".into(), before.into());
    item.insert("sha256After".into(), after.into());
    Value::Object(item)
}
