//! `buildfix patterns list`, `show`, `forget` and `stats`.

use super::{Learned, code, json, only_text_or_json, out};
use crate::CLEAN;
use crate::report::{count, learned::short};
use crate::terminal::line;
use anyhow::Result;
use patterns::{Known, Origin, Stats, explanation, now};
use serde_json::json;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

/// Examples that are shown of a pattern.
const SHOWN: usize = 20;

/// `buildfix patterns list`.
pub fn list(learned: &Learned, codes: &[String]) -> Result<u8> {
    let wanted = |k: &&Arc<Known>| -> bool {
        codes.is_empty() || k.pattern.codes.iter().any(|c| codes.iter().any(|w| w.eq_ignore_ascii_case(c)))
    };
    let mut found: Vec<&Arc<Known>> = learned.library.patterns().iter().filter(wanted).collect();
    found.sort_by_key(|k| (Reverse((k.stats.examples, k.stats.proved)), k.members, k.pattern.id()));
    if only_text_or_json(learned.format)? {
        let written = learned.team.patterns().map(|(_, known)| known).filter(|k| wanted(k));
        let patterns: Vec<_> = found.iter().copied().chain(written).map(|k| of(learned, k)).collect();
        return json(&json!({"version": 1, "root": learned.root, "patterns": patterns}));
    }
    let mut out = out();
    if found.is_empty() {
        writeln!(out, "nothing was learned about {} yet", learned.root.display())?;
    }
    for known in found {
        let (before, after) = patterns::file::sides_of(&known.pattern);
        let general = if known.members > 1 {
            format!(", of {}", count(known.members as usize, "pattern"))
        } else {
            String::new()
        };
        let state = if known.stats.is_quarantined(known.pattern.is_named(), now()) {
            " (not offered: it failed too often)"
        } else {
            ""
        };
        writeln!(
            out,
            "{}  {}{general}{state}",
            short(known.pattern.id()),
            explanation(&known.pattern, &known.stats, now())
        )?;
        writeln!(out, "          {}", line(&shortened(&format!("{before}  →  {after}"))))?;
    }
    for (rule, known) in learned.team.patterns().filter(|(_, k)| wanted(k)) {
        let (before, after) = patterns::file::sides_of(&known.pattern);
        let file = origin(&known.origin);
        writeln!(out, "{}:{}: {} ({})", line(file), rule.line, line(&rule.name), known.pattern.codes.join(", "))?;
        writeln!(out, "          {}", line(&shortened(&format!("{before}  →  {after}"))))?;
    }
    out.flush()?;
    Ok(CLEAN)
}

fn origin(of: &Origin) -> &str {
    match of {
        Origin::Examples => "examples",
        Origin::File(name) | Origin::Pack(name) => name,
    }
}

/// Characters of a pattern on one line.
const WIDTH: usize = 140;

fn shortened(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn of(learned: &Learned, known: &Known) -> serde_json::Value {
    let pattern = &known.pattern;
    let (before, after) = patterns::file::sides_of(pattern);
    json!({
        "id": format!("{:016x}", pattern.id()),
        "family": format!("{:016x}", learned.library.family(pattern.id())),
        "language": pattern.language,
        "codes": pattern.codes,
        "before": before,
        "after": after,
        "notes": code::notes(pattern),
        "suppression": pattern.suppression,
        "members": known.members,
        "origin": origin(&known.origin),
        "explanation": explanation(pattern, &known.stats, now()),
        "score": known.stats.score(pattern.is_named(), now()),
        "quarantined": known.stats.is_quarantined(pattern.is_named(), now()),
        "stats": known.stats,
    })
}

/// `buildfix patterns show`.
pub fn show(learned: &Learned, typed: &str) -> Result<u8> {
    let store = learned.store()?;
    let known = learned.pattern(typed)?;
    let examples = match store.examples(Some(known.pattern.id()))? {
        // Of what several have in common, theirs.
        own if own.is_empty() => {
            let members = store.members(known.pattern.id())?;
            let mut all = Vec::new();
            for member in members {
                all.extend(store.examples(Some(member))?);
            }
            all
        }
        own => own,
    };
    if only_text_or_json(learned.format)? {
        let mut value = of(learned, known);
        let list: Vec<_> = examples
            .iter()
            .map(|k| {
                let e = &k.example;
                json!({"path": e.path, "line": e.line, "before": e.before, "after": e.after, "source": k.source, "seen": k.seen})
            })
            .collect();
        value["examples"] = list.into();
        return json(&value);
    }
    let pattern = &known.pattern;
    let mut out = out();
    writeln!(out, "{}  {}", short(pattern.id()), explanation(pattern, &known.stats, now()))?;
    let (before, after) = patterns::file::sides_of(pattern);
    for (sign, side) in [('-', before), ('+', after)] {
        for row in side.lines() {
            writeln!(out, "  {sign} {row}")?;
        }
    }
    for hole in code::notes(pattern) {
        writeln!(out, "    {}", line(&hole))?;
    }
    for import in &pattern.imports {
        writeln!(out, "  with {}", line(&import_text(import)))?;
    }
    let stats = known.stats;
    writeln!(out, "{}", uses(&stats))?;
    let score = stats.score(pattern.is_named(), now());
    let offered = if stats.is_quarantined(pattern.is_named(), now()) {
        "not offered: it failed too often"
    } else if score >= patterns::rank::OFFERED {
        "offered"
    } else {
        "not offered yet"
    };
    writeln!(out, "believed {score:.2}: {offered}")?;
    if known.members > 1 {
        writeln!(out, "what {} have in common", count(known.members as usize, "pattern"))?;
    }
    for kept in examples.iter().take(SHOWN) {
        let e = &kept.example;
        writeln!(
            out,
            "{}:{}: {} → {} ({})",
            line(&e.path.to_string_lossy()),
            e.line,
            line(&shortened(&e.before)),
            line(&shortened(&e.after)),
            kept.source.as_str()
        )?;
    }
    if examples.len() > SHOWN {
        writeln!(out, "and {} more; --output-format json has all", examples.len() - SHOWN)?;
    }
    out.flush()?;
    Ok(CLEAN)
}

fn import_text(import: &patterns::ImportChange) -> String {
    match import {
        patterns::ImportChange::Using(text) => format!("using {text};"),
        patterns::ImportChange::Name { module, name, .. } => format!("{name} from '{module}'"),
    }
}

/// What became of the uses of a pattern.
fn uses(stats: &Stats) -> String {
    let parts = [
        (stats.applied, "applied"),
        (stats.proved, "proved"),
        (stats.failed, "failed"),
        (stats.undone, "undone"),
        (stats.rejected, "rejected"),
    ];
    let said: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if said.is_empty() { "not used yet".to_owned() } else { said.join(", ") }
}

/// `buildfix patterns forget`.
pub fn forget(mut learned: Learned, typed: &str) -> Result<u8> {
    learned.store()?;
    let id = learned.pattern(typed)?.pattern.id();
    let gone = match &mut learned.store {
        Some(store) => store.forget(id, now())?,
        None => 0,
    };
    if only_text_or_json(learned.format)? {
        return json(&json!({"forgotten": format!("{id:016x}"), "examples": gone}));
    }
    let mut out = out();
    writeln!(out, "forgot {} and {}", short(id), count(gone, "example"))?;
    out.flush()?;
    Ok(CLEAN)
}

/// `buildfix patterns stats`.
pub fn stats(learned: &Learned) -> Result<u8> {
    let store = learned.store()?;
    let counts = store.counts()?;
    let mut by_code: BTreeMap<&str, Stats> = BTreeMap::new();
    let mut total = Stats::default();
    for known in learned.library.patterns().iter().filter(|k| k.members == 1) {
        total = total.and(known.stats);
        for code in &known.pattern.codes {
            let sum = by_code.entry(code).or_default();
            *sum = sum.and(known.stats);
        }
    }
    let general = learned.library.patterns().iter().filter(|k| k.members > 1).count();
    if only_text_or_json(learned.format)? {
        let codes: serde_json::Map<_, _> = by_code.iter().map(|(code, s)| ((*code).to_owned(), json!(s))).collect();
        return json(&json!({
            "version": 1, "store": store.path(), "counts": counts, "patterns": learned.library.patterns().len(), "general": general, "uses": total, "codes": codes,
        }));
    }
    let mut out = out();
    let patterns = learned.library.patterns().len() - general;
    writeln!(
        out,
        "{} of {} in {}",
        count(counts.examples as usize, "example"),
        count(patterns, "pattern"),
        count(counts.files as usize, "file")
    )?;
    writeln!(out, "{general} more patterns say what several of them have in common")?;
    writeln!(out, "{}", uses(&total))?;
    if counts.vetoes > 0 {
        writeln!(out, "{} not offered in a file again", count(counts.vetoes as usize, "pattern"))?;
    }
    if counts.forgotten > 0 {
        writeln!(out, "{} forgotten", count(counts.forgotten as usize, "pattern"))?;
    }
    writeln!(out, "{:<10} {:>8} {:>8} {:>8} {:>8} {:>8}", "code", "examples", "applied", "proved", "failed", "undone")?;
    for (code, s) in by_code {
        writeln!(
            out,
            "{code:<10} {:>8} {:>8} {:>8} {:>8} {:>8}",
            s.examples,
            s.applied,
            s.proved,
            s.failed,
            s.undone + s.rejected
        )?;
    }
    writeln!(out, "kept in {} ({} kB)", store.path().display(), counts.bytes.div_ceil(1024))?;
    out.flush()?;
    Ok(CLEAN)
}
