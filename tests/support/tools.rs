use crate::repository;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{LazyLock, Mutex};

/// Folder of a pinned toolchain of `tests/toolchains`, installed into the git-ignored cache on first use.
///
/// # Errors
/// Why it cannot be had on this machine.
pub fn install(name: &str) -> Result<PathBuf, String> {
    static LOCK: Mutex<()> = Mutex::new(());
    let _one_at_a_time = LOCK.lock().unwrap_or_else(|e| e.into_inner());
    let cache = repository().join(".cache");
    std::fs::create_dir_all(&cache).map_err(|e| e.to_string())?;
    // Test binaries run one after another, but two test runs may be started at once.
    let lock = std::fs::File::create(cache.join(format!("{name}.lock"))).map_err(|e| e.to_string())?;
    lock.lock().map_err(|e| e.to_string())?;
    let output = Command::new("sh")
        .arg(repository().join("tests/toolchains/install"))
        .arg(name)
        .output()
        .map_err(|e| format!("sh does not start: {e}"))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!("tests/toolchains/install {name} failed: {}", stderr.trim().lines().last().unwrap_or("")));
    }
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

/// The program under test, built on first use.
///
/// # Panics
/// When it does not build.
pub fn buildfix() -> PathBuf {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
        let status =
            Command::new(env!("CARGO")).args(["build", "--quiet", "-p", "cli"]).current_dir(repository()).status();
        assert!(status.expect("cargo starts").success(), "the program does not build");
        repository().join("target/debug").join(format!("buildfix{}", std::env::consts::EXE_SUFFIX))
    });
    PROGRAM.clone()
}
