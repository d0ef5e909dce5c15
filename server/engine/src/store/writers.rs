//! Who still has a file open. A program that opened a file before it was replaced writes into what was replaced.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a program may take to close a file that it writes.
const PATIENCE: Duration = Duration::from_secs(2);

/// Waits until no program has one of `paths` open for writing. Returns those that some keeps open all the same.
pub(super) fn wait_for(paths: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let start = Instant::now();
    loop {
        let open = if paths.is_empty() { BTreeSet::new() } else { open_for_writing(paths) };
        if open.is_empty() || start.elapsed() > PATIENCE {
            return open;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// As far as this user may see: the programs of the same user.
#[cfg(target_os = "linux")]
fn open_for_writing(paths: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let entries = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path());
    let own = std::process::id().to_string();
    let is_process = |p: &PathBuf| {
        let name = p.file_name().map(|n| n.to_string_lossy()).unwrap_or_default();
        name.bytes().all(|b| b.is_ascii_digit()) && name != own
    };
    let mut found = BTreeSet::new();
    for process in entries(Path::new("/proc")).filter(is_process) {
        for descriptor in entries(&process.join("fd")) {
            let Ok(target) = std::fs::read_link(&descriptor) else { continue };
            if let Some(name) = descriptor.file_name().filter(|_| paths.contains(&target))
                && writes(&process.join("fdinfo").join(name))
            {
                found.insert(target);
            }
        }
    }
    found
}

/// Whether the descriptor may write: the lowest two of the flags, which are octal.
#[cfg(target_os = "linux")]
fn writes(fdinfo: &Path) -> bool {
    let text = std::fs::read_to_string(fdinfo).unwrap_or_default();
    let flags = text.lines().find_map(|l| l.strip_prefix("flags:"));
    flags.and_then(|f| u32::from_str_radix(f.trim(), 8).ok()).is_some_and(|f| f & 0o3 != 0)
}

/// Elsewhere nothing tells; Windows replaces no file that a program has open.
#[cfg(not(target_os = "linux"))]
fn open_for_writing(_: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    BTreeSet::new()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn a_file_that_another_program_writes_is_found_and_one_that_it_reads_is_not() {
        let dir = tempfile::tempdir().expect("a folder");
        let dir = dir.path().canonicalize().expect("it exists");
        let paths: BTreeSet<PathBuf> = ["written", "read", "closed"].map(|n| dir.join(n)).into();
        for path in &paths {
            std::fs::write(path, "x").expect("own folder");
        }
        let script = "exec 3>>written 4<read; echo ready; read line";
        let mut shell = Command::new("sh")
            .args(["-c", script])
            .current_dir(&dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut ready = [0; 1];
        std::io::Read::read_exact(shell.stdout.as_mut().expect("a pipe"), &mut ready).expect("it is ready");
        assert_eq!(open_for_writing(&paths), [dir.join("written")].into());
        drop(shell.stdin.take());
        shell.wait().expect("it ends");
        assert_eq!(wait_for(&paths), BTreeSet::new());
    }
}
