//! All dependencies have licences that allow distribution under MIT OR Apache-2.0.

use std::process::Command;

/// Licences (SPDX identifiers) that require only a notice.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "ISC",
    "MIT",
    "NCSA",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Whether `expression` can be satisfied with [`ALLOWED`] licences alone.
fn allowed(expression: &str) -> Result<bool, String> {
    // Old manifests write `MIT/Apache-2.0` for `MIT OR Apache-2.0`.
    let parsed = spdx::Expression::parse_mode(expression, spdx::ParseMode::LAX).map_err(|e| e.to_string())?;
    Ok(parsed.evaluate(|requirement| requirement.license.id().is_some_and(|id| ALLOWED.contains(&id.name))))
}

#[test]
fn every_dependency_has_an_allowed_licence() {
    // Not `--offline`: packages of other platforms need not have been downloaded.
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(tests::repository())
        .output()
        .expect("cargo runs");
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        tests::skip("every_dependency_has_an_allowed_licence", why.lines().last().unwrap_or("cargo metadata fails"));
        return;
    }
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 100, "metadata lists the dependencies");
    let mut refused = Vec::new();
    for package in packages {
        let name = package["name"].as_str().expect("name");
        let expression = package["license"].as_str().unwrap_or("none");
        match allowed(expression) {
            Ok(true) => {}
            Ok(false) => refused.push(format!("{name}: {expression}")),
            Err(why) => refused.push(format!("{name}: {expression} ({why})")),
        }
    }
    assert!(refused.is_empty(), "not allowed: {refused:#?}");
}

#[test]
fn or_and_and_are_distinguished() {
    assert_eq!(allowed("GPL-3.0-only OR MIT"), Ok(true));
    assert_eq!(allowed("GPL-3.0-only AND MIT"), Ok(false));
    assert_eq!(allowed("MIT/Apache-2.0"), Ok(true));
}
