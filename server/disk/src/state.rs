//! Where the state of this user lies: journals of runs, trusted folders.

use std::io;
use std::path::{Path, PathBuf};

/// The folder of all states: `BUILDFIX_STATE_DIR`, else `buildfix` in the user's state folder (XDG Base Directory; on Windows the local
/// application data). Without a home, a folder of this user in the system's temporary folder.
pub fn state_folder() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let absolute = |p: &PathBuf| p.is_absolute();
    let folder = variable("BUILDFIX_STATE_DIR")
        .or_else(|| variable("XDG_STATE_HOME").filter(absolute).map(|p| p.join("buildfix")))
        .or_else(|| variable("LOCALAPPDATA").filter(absolute).map(|p| p.join("buildfix")))
        // Also finds the home of a process without `HOME`. Accounts of services have none, or `/`.
        .or_else(|| {
            let home = std::env::home_dir().filter(|p| p.is_absolute() && p.parent().is_some() && p.is_dir())?;
            Some(home.join(".local/state/buildfix"))
        })
        .unwrap_or_else(|| std::env::temp_dir().join(format!("buildfix-{}", user())));
    std::path::absolute(&folder).unwrap_or(folder)
}

#[cfg(unix)]
fn user() -> String {
    rustix::process::geteuid().as_raw().to_string()
}
#[cfg(not(unix))]
fn user() -> String {
    "state".to_owned()
}

/// Makes `folder` and those above it that are missing, for this user alone.
///
/// # Errors
/// As the operating system says.
pub fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
