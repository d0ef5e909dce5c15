use std::path::{Path, PathBuf};
use text::ContentHash;

/// The state folder of the workspace `root`: `BUILDFIX_STATE_DIR`, else `buildfix` in the user's state folder (XDG Base Directory; on
/// Windows the local application data), in both cases by the hash of the root's path. Without a home, the system's temporary folder.
pub(super) fn state_dir(root: &Path) -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let base = variable("BUILDFIX_STATE_DIR")
        .or_else(|| variable("XDG_STATE_HOME").filter(|p| p.is_absolute()).map(|p| p.join("buildfix")))
        .or_else(|| variable("LOCALAPPDATA").map(|p| p.join("buildfix")))
        .or_else(|| variable("HOME").map(|p| p.join(".local/state/buildfix")))
        .unwrap_or_else(|| std::env::temp_dir().join("buildfix-state"));
    let base = std::path::absolute(&base).unwrap_or(base);
    base.join(&ContentHash::of(root.as_os_str().as_encoded_bytes()).to_hex()[..20])
}
