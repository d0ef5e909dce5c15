use super::Report;
use crate::measure::Timings;
use anyhow::Result;
use engine::{FileKind, Outcome};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use text::ContentHash;

/// The whole result as one JSON document.
pub fn write(out: &mut impl Write, report: &Report<'_>, timings: &mut Timings) -> Result<()> {
    let plan = report.plan;
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    let mut diagnostics = Vec::with_capacity(plan.entries.len());
    for entry in &plan.entries {
        *totals.entry(entry.outcome.as_str()).or_default() += 1;
        let mut item = Map::new();
        item.insert("path".into(), report.entry_path(entry).into());
        let end = entry.span.and_then(|s| s.end);
        item.insert("line".into(), entry.span.map(|s| s.line).into());
        item.insert("column".into(), entry.span.map(|s| s.column).into());
        item.insert("endLine".into(), end.map(|e| e.0).into());
        item.insert("endColumn".into(), end.map(|e| e.1).into());
        item.insert("code".into(), entry.diagnostic.code.as_str().into());
        item.insert("severity".into(), serde_json::to_value(entry.diagnostic.severity)?);
        item.insert("message".into(), entry.diagnostic.message.as_str().into());
        item.insert("outcome".into(), entry.outcome.as_str().into());
        if let Some(reason) = &entry.reason {
            item.insert("reason".into(), reason.as_str().into());
        }
        if let Some(fix) = &entry.fix {
            item.insert("fix".into(), serde_json::to_value(fix)?);
        }
        diagnostics.push(Value::Object(item));
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
    let document = json!({
        "version": 1,
        "root": report.root,
        "run": report.run.map(|r| r.id.as_str()),
        "written": report.run.is_some(),
        "diagnostics": diagnostics,
        "files": files,
        "totals": counts,
        "timings": timings.to_json(),
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)?;
    Ok(())
}

fn file(report: &Report<'_>, file: &engine::PlannedFile) -> Value {
    // Hashes of bytes: from the journal when the run was written, else of what is on the disk and what would be.
    let written = report.run.and_then(|r| r.files.iter().find(|f| f.path == file.path));
    let (before, after) = match written {
        Some(run_file) => (run_file.before.clone(), run_file.after.clone()),
        None => {
            let source = if let FileKind::Rename { from } = &file.kind { from } else { &file.path };
            let bytes = std::fs::read(source).ok();
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
