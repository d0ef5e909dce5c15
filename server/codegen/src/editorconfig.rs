//! Formatting preferences from `.editorconfig` (<https://spec.editorconfig.org>).

use ec4rs::{ConfigParser, Properties};
use rustc_hash::FxHashMap;
use semantics::Semantics;
use std::path::Path;
use std::sync::{Arc, RwLock};

/// The properties of files, cached for one revision.
#[derive(Default)]
struct Cache(RwLock<FxHashMap<Arc<Path>, Arc<Properties>>>);

/// The value of the property `name` for the file, in lower case and without the severity that .NET allows after a colon. `None` where no
/// `.editorconfig` sets it.
pub fn property(ctx: &Semantics<'_>, name: &str) -> Option<String> {
    let properties = properties(ctx);
    let value = properties.get_raw_for_key(name.to_ascii_lowercase()).into_option()?;
    let value = value.split(':').next().unwrap_or(value).trim().to_ascii_lowercase();
    (value != "unset").then_some(value)
}

fn properties(ctx: &Semantics<'_>) -> Arc<Properties> {
    let cache = ctx.index.revision_data::<Cache>();
    if let Some(known) = cache.0.read().unwrap_or_else(|e| e.into_inner()).get(&ctx.source.path) {
        return known.clone();
    }
    let found = Arc::new(read(ctx));
    cache.0.write().unwrap_or_else(|e| e.into_inner()).insert(ctx.source.path.clone(), found.clone());
    found
}

fn read(ctx: &Semantics<'_>) -> Properties {
    let mut texts: Vec<(&Path, Arc<str>)> = Vec::new();
    for folder in ctx.path().ancestors().skip(1) {
        let Some(text) = ctx.index.text(&folder.join(".editorconfig")) else { continue };
        let is_root = ConfigParser::new(text.as_bytes()).is_ok_and(|p| p.is_root);
        texts.push((folder, text));
        if is_root {
            break;
        }
    }
    let mut properties = Properties::new();
    // The file nearest to the source takes precedence.
    for (folder, text) in texts.iter().rev() {
        let Ok(parser) = ConfigParser::new(text.as_bytes()) else { continue };
        let relative = ctx.path().strip_prefix(folder).unwrap_or(ctx.path());
        // Lines that cannot be parsed are skipped.
        for section in parser.filter_map(Result::ok).filter(|s| s.applies_to(relative)) {
            for (key, value) in section.props().iter() {
                properties.insert_raw_for_key(key.to_ascii_lowercase(), value.clone());
            }
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
