//! The packages of a folder: which manager installs them, and what of them is there.

use super::error::DetectError;
use disk::Kind;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The package manager of a folder: what `packageManager` says, else by the lock file.
pub(super) fn manager(root: &Path) -> &'static str {
    const MANAGERS: [(&str, &[&str]); 4] = [
        ("pnpm", &["pnpm-lock.yaml", "pnpm-workspace.yaml"]),
        ("yarn", &["yarn.lock", ".yarnrc.yml"]),
        ("bun", &["bun.lock", "bun.lockb"]),
        ("npm", &["package-lock.json", "npm-shrinkwrap.json"]),
    ];
    for folder in root.ancestors() {
        let package = json(&folder.join("package.json"));
        let named = package.as_ref().and_then(|p| p.get("packageManager")?.as_str());
        let named = named.and_then(|n| MANAGERS.iter().find(|(m, _)| n.split('@').next() == Some(m)));
        let locked = || MANAGERS.iter().find(|(_, locks)| locks.iter().any(|l| disk::is_file(&folder.join(l))));
        if let Some((manager, _)) = named.or_else(locked) {
            return manager;
        }
    }
    "npm"
}

/// A program of `node_modules` of the folder or of one above it.
pub(super) fn local(folder: &Path, name: &str) -> Option<PathBuf> {
    let name = if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() };
    folder.ancestors().map(|a| a.join("node_modules/.bin").join(&name)).find(|p| disk::is_file(p))
}

/// What installs the packages of the folder.
pub(super) fn not_installed(folder: &Path, project: &Path) -> DetectError {
    let with_package = folder.ancestors().find(|f| disk::is_file(&f.join("package.json")));
    let command = match with_package {
        None => "npm install --save-dev typescript".to_owned(),
        Some(folder) => match manager(folder) {
            "npm" if disk::is_file(&folder.join("package-lock.json")) => "npm ci".to_owned(),
            manager => format!("{manager} install"),
        },
    };
    DetectError::NotInstalled { project: project.to_owned(), command }
}

/// A JSON document with comments.
pub(super) fn json(path: &Path) -> Option<Value> {
    let text = disk::read_text(path, Kind::Json).ok()?;
    jsonc_parser::parse_to_serde_value(&text, &Default::default()).ok()
}
