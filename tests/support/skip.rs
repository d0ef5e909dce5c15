use std::io::Write;
use std::path::{Path, PathBuf};

/// Reports that a test was skipped, and why. `tests/run` counts skipped tests in its summary.
pub fn skip(test: &str, reason: &str) {
    eprintln!("SKIPPED {test}: {reason}");
    if let Some(list) = std::env::var_os("BUILDFIX_SKIPPED") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(list);
        let written = file.and_then(|mut f| f.write_all(format!("{test}: {reason}\n").as_bytes()));
        written.expect("the list of skipped tests can be written");
    }
}

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the repository").to_path_buf()
}

/// A file or folder of the large test inputs next to the repository, which exist only on the project's own machines.
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = repository().parent()?.join("shared").join(path);
    path.exists().then_some(path)
}
