//! Formatting preferences from `.editorconfig` (<https://spec.editorconfig.org>).

use crate::editorconfig_glob::Pattern;
use index::Index;
use rustc_hash::FxHashMap;
use semantics::Semantics;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

/// Sections and keys of one file that count: written by hand, there are hundreds.
const MOST_SECTIONS: usize = 500;
const MOST_PAIRS: usize = 20_000;

type Properties = FxHashMap<String, String>;

/// One `.editorconfig`.
#[derive(Default)]
struct Config {
    is_root: bool,
    sections: Vec<(Pattern, Vec<(String, String)>)>,
}

/// What was read, kept for one revision.
#[derive(Default)]
struct Cache {
    files: RwLock<FxHashMap<Arc<Path>, Arc<Properties>>>,
    /// By folder.
    configs: RwLock<FxHashMap<PathBuf, Option<Arc<Config>>>>,
}

/// The value of the property `name` for the file, in lower case and without the severity that .NET allows after a colon. `None` where no
/// `.editorconfig` sets it.
pub fn property(ctx: &Semantics<'_>, name: &str) -> Option<String> {
    let properties = properties(ctx);
    let value = properties.get(&name.to_ascii_lowercase())?;
    let value = value.split(':').next().unwrap_or(value).trim().to_ascii_lowercase();
    (value != "unset").then_some(value)
}

fn properties(ctx: &Semantics<'_>) -> Arc<Properties> {
    let cache = ctx.index.revision_data::<Cache>();
    if let Some(known) = cache.files.read().unwrap_or_else(|e| e.into_inner()).get(&ctx.source.path) {
        return known.clone();
    }
    let found = Arc::new(read(ctx, cache));
    cache.files.write().unwrap_or_else(|e| e.into_inner()).insert(ctx.source.path.clone(), found.clone());
    found
}

fn config(index: &Index, folder: &Path, cache: &Cache) -> Option<Arc<Config>> {
    if let Some(known) = cache.configs.read().unwrap_or_else(|e| e.into_inner()).get(folder) {
        return known.clone();
    }
    let found = index.text(&folder.join(".editorconfig")).map(|text| Arc::new(parse(&text)));
    cache.configs.write().unwrap_or_else(|e| e.into_inner()).insert(folder.to_owned(), found.clone());
    found
}

/// Lines that cannot be read are skipped.
fn parse(text: &str) -> Config {
    let mut out = Config::default();
    let mut sections = 0;
    // `None`: the lines belong to a section that is left out.
    let mut open = None;
    let is_comment = |line: &&str| !line.starts_with(['#', ';']);
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(is_comment);
    let mut pairs = 0;
    for line in lines {
        if let Some(header) = line.strip_prefix('[') {
            // A comment may follow.
            let Some((pattern, _)) = header.rsplit_once(']') else { continue };
            sections += 1;
            open = None;
            if sections <= MOST_SECTIONS
                && let Some(pattern) = Pattern::new(pattern)
            {
                open = Some(out.sections.len());
                out.sections.push((pattern, Vec::new()));
            }
        } else if let Some((key, value)) = line.split_once('=') {
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            pairs += 1;
            if key.is_empty() || value.is_empty() || pairs > MOST_PAIRS {
                continue;
            }
            match open {
                Some(section) => out.sections[section].1.push((key, value.to_owned())),
                None if sections == 0 && key == "root" => out.is_root = value.eq_ignore_ascii_case("true"),
                None => {}
            }
        }
    }
    out
}

fn read(ctx: &Semantics<'_>, cache: &Cache) -> Properties {
    let mut configs: Vec<(&Path, Arc<Config>)> = Vec::new();
    for folder in ctx.path().ancestors().skip(1) {
        let Some(config) = config(ctx.index, folder, cache) else { continue };
        let is_root = config.is_root;
        configs.push((folder, config));
        if is_root {
            break;
        }
    }
    let mut properties = Properties::default();
    // The file nearest to the source takes precedence.
    for (folder, config) in configs.iter().rev() {
        let relative = ctx.path().strip_prefix(folder).unwrap_or(ctx.path()).to_string_lossy().replace('\\', "/");
        for (_, pairs) in config.sections.iter().filter(|(pattern, _)| pattern.matches(&relative)) {
            properties.extend(pairs.iter().cloned());
        }
    }
    properties
}

#[cfg(test)]
mod tests {
    use super::*;
    use index::Index;

    #[test]
    fn the_nearest_section_that_applies_counts() {
        let index = Index::in_memory([
            (
                "/.editorconfig",
                "root = true\n[*.{cs,vb}]\na = true:suggestion\nb = x\n[*.ts]\na = false\n[gen/**.cs]\nb = unset\n",
            ),
            ("/src/.editorconfig", "[*.cs]\nC = Outer\n[deep/*.cs]\nc = inner\n"),
            ("/src/A.cs", ""),
            ("/src/deep/B.cs", ""),
            ("/gen/C.cs", ""),
        ]);
        let value = |path: &str, name: &str| {
            let source = index.source(Path::new(path)).unwrap();
            property(&Semantics::new(&index, &source), name)
        };
        assert_eq!(value("/src/A.cs", "a").as_deref(), Some("true"));
        assert_eq!(value("/src/A.cs", "c").as_deref(), Some("outer"));
        assert_eq!(value("/src/deep/B.cs", "c").as_deref(), Some("inner"));
        assert_eq!(value("/src/deep/B.cs", "b").as_deref(), Some("x"));
        assert_eq!(value("/gen/C.cs", "b"), None);
        assert_eq!(value("/gen/C.cs", "d"), None);
    }
}
