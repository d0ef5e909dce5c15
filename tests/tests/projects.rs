//! Everyday troubles of .NET projects with the real SDK. All of them take a quarter of an hour: `tests/projects/troubles.py` by hand; here are some of each
//! kind.

use std::path::PathBuf;
use std::process::Command;

/// Of each kind of trouble one: a reference, a package, a broken file, a path, an option, central versions.
const SOME: &[&str] =
    &["lost-reference", "misspelt-package", "broken-end-tag", "wrong-path", "unsafe-code", "central-own-version"];

#[test]
fn everyday_troubles_of_projects() {
    let variables = match tests::dotnet() {
        Ok(variables) => variables,
        Err(reason) => return tests::skip("everyday_troubles_of_projects", &reason),
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let script: PathBuf = tests::repository().join("tests/projects/troubles.py");
    let output = Command::new("python3")
        .arg(script)
        .args([tests::buildfix().as_path(), folder.path()])
        .args(SOME)
        .envs(variables)
        .output()
        .expect("python3 starts");
    let table = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{table}\n{}", String::from_utf8_lossy(&output.stderr));
}
