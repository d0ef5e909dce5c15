//! Logs of a real .NET SDK in every form that it prints: the diagnostics must be those of MSBuild's own events. They lie beside the repository and
//! are skipped without it.

use diagnostics::{BuildDiagnostic, LineColumn, Location, Severity};
use serde::Deserialize;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Expected {
    code: Option<String>,
    severity: String,
    file: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    message: String,
    #[serde(default)]
    severity_is_not_printed: bool,
    #[serde(default)]
    message_may_go_on: bool,
}

#[derive(Deserialize)]
struct About {
    root: String,
}

/// Folders below `root` that hold a log with what it must read as, in order.
fn kept(root: &Path, out: &mut Vec<PathBuf>) {
    if root.join("expected.jsonl").is_file() {
        out.push(root.to_path_buf());
    }
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let mut folders: Vec<_> = entries.map(|e| e.path()).filter(|p| p.is_dir()).collect();
    folders.sort();
    folders.iter().for_each(|folder| kept(folder, out));
}

fn bytes_of(folder: &Path) -> Vec<u8> {
    let mut logs: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|e| e.path())
        .filter(|p| !["expected.jsonl", "about.json"].iter().any(|n| p.ends_with(n)))
        .collect();
    logs.sort();
    let log = logs.first().expect("a log");
    let bytes = fs::read(log).expect("a readable log");
    if log.extension().is_some_and(|e| e == "xz") {
        let mut out = Vec::new();
        let mut packed = lzma_rust2::XzReader::new(bytes.as_slice(), true);
        packed.read_to_end(&mut out).expect("a packed log");
        return out;
    }
    bytes
}

/// Ends of lines and blanks at the end of a line do not count.
fn plain(message: &str) -> String {
    message.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned()
}

fn is_path(wanted: Option<&str>, read: Option<&str>, root: &str) -> bool {
    let plain = |p: &str| p.replace('\\', "/");
    match (wanted.map(plain), read.map(plain)) {
        (None, None) => true,
        (Some(wanted), Some(read)) => {
            let root = plain(root);
            read == wanted
                || read == format!("{}/{wanted}", root.trim_end_matches('/'))
                || wanted.ends_with(&format!("/{read}"))
        }
        _ => false,
    }
}

fn agrees(expected: &Expected, read: &BuildDiagnostic, root: &str) -> bool {
    let start = match read.location {
        Some(Location::LineColumn { start, .. }) => Some(start),
        _ => None,
    };
    let severity = match read.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
        Severity::Hint => "hint",
    };
    let (wanted, message) = (plain(&expected.message), plain(&read.message));
    expected.code.as_deref().unwrap_or_default() == read.code.as_str()
        && (expected.severity_is_not_printed || expected.severity == severity)
        && start == expected.line.map(|line| LineColumn { line, column: expected.column })
        && is_path(expected.file.as_deref(), read.file.as_deref(), root)
        && (wanted == message
            || expected.message_may_go_on && message.starts_with(wanted.lines().next().unwrap_or_default()))
}

#[test]
fn every_form_of_log_reads_as_what_msbuild_reported() {
    let Some(logs) = tests::shared("dotnet-logs/logs") else {
        return tests::skip("every_form_of_log_reads_as_what_msbuild_reported", "there is no ../shared/dotnet-logs");
    };
    let mut folders = Vec::new();
    kept(&logs, &mut folders);
    assert!(folders.len() >= 100, "{} logs", folders.len());
    let mut wrong = Vec::new();
    for folder in &folders {
        let about = fs::read_to_string(folder.join("about.json")).expect("about.json");
        let root = serde_json::from_str::<About>(&about).expect("about.json has a root").root;
        let mut read = diagnostics::read(&bytes_of(folder)).diagnostics;
        let lines = fs::read_to_string(folder.join("expected.jsonl")).expect("expected.jsonl");
        for line in lines.lines() {
            let expected: Expected = serde_json::from_str(line).expect("an expected diagnostic");
            match read.iter().position(|d| agrees(&expected, d, &root)) {
                Some(at) => drop(read.remove(at)),
                None => wrong.push(format!("{}: missing {line}", folder.display())),
            }
        }
        wrong.extend(read.iter().map(|d| format!("{}: extra {d:?}", folder.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
