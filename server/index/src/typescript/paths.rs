//! Paths and specifiers as text.

use std::path::{Component, Path, PathBuf};

/// A path without its code extension; `None` when it has none.
pub(super) fn without_extension(path: &str) -> Option<&str> {
    const ALL: [&str; 11] = [".d.ts", ".d.mts", ".d.cts", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];
    ALL.iter().find_map(|e| path.strip_suffix(e)).filter(|p| !p.is_empty() && !p.ends_with('/'))
}

/// Whether the text ends in an extension of code.
pub(super) fn has_code_extension(text: &str) -> bool {
    matches!(
        text.rsplit('.').next(),
        Some("ts" | "tsx" | "mts" | "cts" | "js" | "jsx" | "mjs" | "cjs") if text.contains('.')
    )
}

/// `@scope/name/sub/path` as (`@scope/name`, `sub/path`).
pub(super) fn split_package(specifier: &str) -> Option<(&str, Option<&str>)> {
    let slash = if specifier.starts_with('@') {
        let first = specifier.find('/')?;
        specifier.get(first + 1..)?.find('/').map(|i| i + first + 1)
    } else {
        specifier.find('/')
    };
    let (name, sub) = match slash {
        Some(at) => (specifier.get(..at)?, specifier.get(at + 1..).filter(|s| !s.is_empty())),
        None => (specifier, None),
    };
    (!name.is_empty() && !name.starts_with(['.', '#', '/'])).then_some((name, sub))
}

/// Whether a specifier is a relative path.
pub(super) fn is_relative(specifier: &str) -> bool {
    matches!(specifier, "." | "..") || specifier.starts_with("./") || specifier.starts_with("../")
}

/// Whether a file is a `.d.ts` or its like.
pub(super) fn is_declaration_file(path: &Path) -> bool {
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    matches!(extension, "ts" | "mts" | "cts") && (stem.ends_with(".d") || stem.contains(".d."))
}

/// Whether a file belongs to an installed package.
pub(super) fn in_modules(path: &Path) -> bool {
    path.components().any(|c| c.as_os_str() == "node_modules")
}

/// `a/./b/../c` as `a/c`, by text alone: links are not followed, and nothing has to be there.
pub fn normalize(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                if !out.pop() {
                    out.push("..");
                }
            }
            other => out.push(other),
        }
    }
    out
}
