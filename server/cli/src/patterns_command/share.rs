//! `buildfix patterns export` and `import`.

use super::{Learned, json, only_text_or_json, out, real_folder};
use crate::args::StoreArgs;
use crate::report::count;
use crate::{CLEAN, engines};
use anyhow::{Context, Result, bail};
use patterns::share::{Recurring, shared};
use patterns::{Known, Origin};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::io::Write;
use std::path::Path;

/// What `export` prints.
#[derive(Serialize, Deserialize)]
struct Exported {
    /// What it is.
    buildfix: String,
    /// Version of the format.
    version: u32,
    patterns: Vec<Known>,
}

const WHAT: &str = "patterns";

/// `buildfix patterns export`: always JSON; what could not be shared is said on standard error.
pub fn export(learned: &Learned) -> Result<u8> {
    let examples = learned.store()?.examples(None)?;
    let recurring = Recurring::of(examples.iter().map(|k| &k.example));
    let mut patterns: Vec<Known> = Vec::new();
    let mut private = 0;
    for known in learned.library.patterns().iter().filter(|k| k.origin == Origin::Examples) {
        match shared(known, &recurring) {
            Ok(known) if patterns.iter().any(|p| p.pattern.id() == known.pattern.id()) => {}
            Ok(known) => patterns.push(known),
            Err(_) => private += 1,
        }
    }
    patterns.sort_by_key(|k| k.pattern.id());
    let told = format!(
        "{} exported; {private} stay here, because they have names of these sources alone",
        count(patterns.len(), "pattern")
    );
    writeln!(std::io::stderr(), "buildfix: {told}")?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    serde_json::to_writer(&mut out, &Exported { buildfix: WHAT.to_owned(), version: 1, patterns })?;
    writeln!(out)?;
    out.flush()?;
    Ok(CLEAN)
}

/// `buildfix patterns import`.
pub fn import(file: &Path, root: &Path, from: &StoreArgs) -> Result<u8> {
    let root = real_folder(root)?;
    let as_json = only_text_or_json(from.output_format)?;
    let is_store = disk::head(file, 16)
        .with_context(|| format!("{} cannot be read", file.display()))?
        .starts_with(b"SQLite format 3");
    let mut store = engines::open_pattern_store(&root, from.store.as_deref())?;
    let (text, value) = if is_store {
        let merged = store.merge(file)?;
        let text = format!("{} and {} are new", count(merged.examples, "example"), count(merged.events, "use"));
        (text, json!({"examples": merged.examples, "events": merged.events}))
    } else {
        let text = disk::read_text(file, disk::Kind::Settings)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        let exported: Exported = serde_json::from_str(&text).with_context(|| {
            format!("{} is neither a store nor what buildfix patterns export printed", file.display())
        })?;
        if exported.buildfix != WHAT || exported.version != 1 {
            bail!("{} is of a newer version ({}): update buildfix", file.display(), exported.version);
        }
        let name = file.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let given: Vec<Known> =
            exported.patterns.into_iter().map(|k| Known { origin: Origin::Pack(name.as_str().into()), ..k }).collect();
        let new = store.give(&given)?;
        (format!("{} of {} are new", new, count(given.len(), "pattern")), json!({"patterns": given.len(), "new": new}))
    };
    if as_json {
        return json(&value);
    }
    let mut out = out();
    writeln!(out, "{text}")?;
    out.flush()?;
    Ok(CLEAN)
}
