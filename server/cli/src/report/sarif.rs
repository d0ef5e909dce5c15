use super::Report;
use anyhow::Result;
use diagnostics::Severity;
use engine::{Entry, Outcome};
use fix::Providers;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;

/// The result as SARIF 2.1.0 (OASIS, section 3): one result a diagnostic; its outcome is in `properties`.
pub fn write(out: &mut impl Write, report: &Report<'_>) -> Result<()> {
    let codes: BTreeSet<&str> = report.plan.entries.iter().map(|e| e.diagnostic.code.as_str()).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let providers = crate::engines::all();
    let rules: Vec<Value> = codes.iter().map(|code| rule(&providers, code)).collect();
    let results: Vec<Value> = report.plan.entries.iter().map(|e| result(report, e, &codes)).collect();
    let root = url_of(&format!("{}/", report.root.display()));
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "buildfix",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "utf16CodeUnits",
            "originalUriBaseIds": {"ROOT": {"uri": format!("file://{root}")}},
            "results": results,
            "properties": {"run": report.run.map(|r| r.id.as_str())},
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)?;
    Ok(())
}

fn rule(providers: &Providers, code: &str) -> Value {
    let page = providers.docs(code).into_iter().next();
    match page {
        Some(page) => json!({
            "id": code,
            "shortDescription": {"text": page.title},
            "help": {"text": page.markdown, "markdown": page.markdown},
        }),
        None => json!({"id": code}),
    }
}

fn result(report: &Report<'_>, entry: &Entry, codes: &[&str]) -> Value {
    let d = &entry.diagnostic;
    let level = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        _ => "note",
    };
    let mut result = json!({
        "ruleId": d.code.as_str(),
        "ruleIndex": codes.binary_search(&d.code.as_str()).ok(),
        "level": level,
        "message": {"text": d.message},
        "properties": {
            "outcome": entry.outcome.as_str(),
            "reason": entry.reason.as_ref().map(super::reason),
            "fix": entry.fix,
            "written": report.run.is_some() && entry.outcome == Outcome::Fixed,
        },
    });
    if d.file.is_some() {
        let mut artifact = json!({"uri": url_of(&report.entry_path(entry))});
        if entry.path.is_some() {
            artifact["uriBaseId"] = "ROOT".into();
        }
        let mut location = json!({"artifactLocation": artifact});
        if let Some(span) = entry.span {
            location["region"] = json!({"startLine": span.line, "startColumn": span.column});
            if let Some((line, column)) = span.end {
                location["region"]["endLine"] = line.into();
                location["region"]["endColumn"] = column.into();
            }
        }
        result["locations"] = json!([{"physicalLocation": location}]);
    }
    result
}

/// A path as part of a URI (RFC 3986: everything but unreserved characters and `/` is escaped).
fn url_of(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn paths_are_escaped() {
        assert_eq!(super::url_of("a b/é#.cs"), "a%20b/%C3%A9%23.cs");
    }
}
