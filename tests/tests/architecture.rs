//! The dependencies between crates, as described in `server/ARCHITECTURE.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// The workspace crates that each crate may depend on, without dev-dependencies. A new dependency must be decided in ARCHITECTURE.md first.
const ALLOWED: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("diagnostics", &["text"]),
    ("syntax", &["text"]),
    ("dotnet-metadata", &[]),
    ("index", &["text", "syntax", "dotnet-metadata"]),
    ("semantics", &["text", "syntax", "index"]),
    ("codegen", &["text", "syntax", "index", "semantics"]),
    ("fix", &["text", "diagnostics", "syntax", "index", "semantics", "codegen"]),
    ("rules", &["text", "diagnostics", "syntax", "index", "semantics", "codegen", "fix"]),
    ("engine", &["text", "diagnostics", "syntax", "index", "semantics", "codegen", "fix"]),
    ("build", &["diagnostics"]),
    ("lsp", &["text", "diagnostics", "syntax", "index", "semantics", "codegen", "fix", "engine", "build"]),
    ("cli", &["text", "diagnostics", "fix", "rules", "engine", "build", "lsp"]),
];

/// Libraries that only one crate may use.
const CONFINED: &[(&str, &[&str])] =
    &[("tower-lsp-server", &["lsp"]), ("salsa", &["index"]), ("windows-metadata", &["dotnet-metadata"])];

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
