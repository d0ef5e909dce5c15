//! The dependencies between crates, as described in `server/ARCHITECTURE.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// The workspace crates that each crate may depend on, without dev-dependencies. A new dependency must be decided in ARCHITECTURE.md first.
const ALLOWED: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("disk", &[]),
    ("diagnostics", &["text"]),
    ("syntax", &["text"]),
    ("dotnet-metadata", &[]),
    ("index", &["text", "disk", "syntax", "dotnet-metadata"]),
    ("semantics", &["text", "syntax", "index"]),
    ("codegen", &["text", "syntax", "index", "semantics"]),
    ("fix", &["text", "diagnostics", "syntax", "index", "semantics", "codegen"]),
    ("rules", &["text", "diagnostics", "syntax", "index", "semantics", "codegen", "fix"]),
    ("changes", &["text", "disk", "diagnostics", "syntax", "index", "semantics", "codegen", "fix"]),
    ("patterns", &["text", "diagnostics", "syntax", "index", "semantics", "codegen", "fix"]),
    ("engine", &["text", "disk", "diagnostics", "syntax", "index", "semantics", "codegen", "fix"]),
    ("build", &["disk", "diagnostics"]),
    ("lsp", &["text", "disk", "diagnostics", "syntax", "index", "semantics", "codegen", "fix", "engine", "build"]),
    ("cli", &["text", "disk", "diagnostics", "fix", "rules", "changes", "patterns", "engine", "build", "lsp"]),
];

/// Libraries that only one crate may use.
const CONFINED: &[(&str, &[&str])] = &[
    ("tower-lsp-server", &["lsp"]),
    ("salsa", &["index"]),
    ("windows-metadata", &["dotnet-metadata"]),
    ("rusqlite", &["patterns"]),
];

fn metadata() -> serde_json::Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(tests::repository())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

#[test]
fn crates_depend_only_on_allowed_crates() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    let allowed: BTreeMap<_, _> =
        ALLOWED.iter().map(|(n, d)| (*n, d.iter().copied().collect::<BTreeSet<_>>())).collect();
    let names: BTreeSet<&str> = packages.iter().filter_map(|p| p["name"].as_str()).collect();
    for name in allowed.keys() {
        assert!(names.contains(name), "{name} is listed but not in the workspace");
    }
    for package in packages {
        let name = package["name"].as_str().expect("name");
        if name == "tests" || name == "fuzz" {
            continue;
        }
        let may = allowed.get(name).unwrap_or_else(|| panic!("{name} is not listed"));
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let target = dependency["name"].as_str().expect("name");
            let dev = dependency["kind"] == "dev";
            if !dev && names.contains(target) {
                assert!(may.contains(target), "{name} must not depend on {target}");
            }
            if let Some((_, only)) = CONFINED.iter().find(|(library, _)| *library == target) {
                assert!(only.contains(&name), "{name} must not depend on {target}");
            }
        }
    }
}

#[test]
fn every_crate_says_what_it_must_not_know() {
    for (name, _) in ALLOWED {
        let folder = tests::repository().join("server").join(name).join("src");
        let path = if folder.join("lib.rs").exists() { folder.join("lib.rs") } else { folder.join("main.rs") };
        let text = std::fs::read_to_string(&path).expect("a crate has a root");
        assert!(
            text.starts_with("//!") && text.contains("ust not know"),
            "{} does not say what it must not know",
            path.display()
        );
    }
}

/// How files are opened and folders are listed. Asking for metadata and following links opens nothing and waits for nobody.
const DOORS: &[&str] = &[
    "fs::read(",
    "fs::read_to_string(",
    "fs::read_dir(",
    "fs::copy(",
    ".read_dir()",
    "File::open(",
    "File::options(",
    "OpenOptions",
    "WalkBuilder",
    "WalkDir",
    "Connection::open",
];

/// Where something else than `disk` may do so, and why. A path that ends with `/` is a folder.
const OPENERS: &[(&str, &str)] = &[
    ("disk/src/", "it looks at what it opens, and reads up to a limit"),
    ("build/src/process/", "/proc"),
    ("cli/src/interrupt.rs", "/proc/self/status"),
    ("engine/src/store/", "journals are looked at by their owner before they are read"),
    ("engine/src/workspace.rs", "whether a root that the user named can be listed"),
    ("cli/src/logging.rs", "the file that BUILDFIX_LOG names is written"),
    ("cli/src/measure.rs", "/proc/self/status"),
    ("lsp/src/server.rs", "/proc/PID/stat of the client"),
    ("patterns/src/store.rs", "SQLite opens its file by itself: one of the user's own state, or that the user named"),
];

/// Workspaces come from strangers: what opens their files has to look first. A second door would be found by nobody.
#[test]
fn only_one_crate_opens_files() {
    let server = tests::repository().join("server");
    let mut folders = vec![server.clone()];
    let mut used = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).expect("a folder").flatten().map(|e| e.path()) {
            let name = path.strip_prefix(&server).expect("below").to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                // Not: tests, benches, examples.
                if !name.contains('/') || name.contains("/src") && !name.ends_with("/tests") {
                    folders.push(path);
                }
                continue;
            }
            if !name.ends_with(".rs") || name.ends_with("/tests.rs") || !name.contains("/src/") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a source");
            let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let code: String =
                code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            let Some(door) = DOORS.iter().find(|door| code.contains(*door)) else { continue };
            let opener =
                OPENERS.iter().find(|(place, _)| name == *place || place.ends_with('/') && name.starts_with(place));
            let Some((place, _)) = opener else {
                panic!("server/{name} opens files by {door}: use the crate disk, or give a reason here")
            };
            used.insert(*place);
        }
    }
    for (place, _) in OPENERS.iter() {
        assert!(used.contains(place), "{place} opens nothing (any more)");
    }
}
