//! Generates `src/meanings/texts.bin`: what the C# compiler, MSBuild, NuGet, the SDK and its analyzers say, in English, one line a code.
//!
//! `cargo run -p fix --example code_meanings -- OUT_FILE FIXERS.txt roslyn-en.jsonl msbuild-nuget-sdk-en.jsonl analyzers.jsonl`
//!
//! `FIXERS.txt` names the codes that fix providers of the SDK's analyzers fix (`Microsoft.CodeAnalysis.NetAnalyzers.dll`,
//! `Microsoft.CodeAnalysis.CodeStyle.Fixes.dll` and those for C#), one a line. The others hold one JSON object a line: `{"code", "versions": [{"en"}]}`,
//! `{"code", "en"}`, `{"code", "title"}`.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::io::Write;

/// Tools whose codes people meet in builds of .NET.
const PREFIXES: &[&str] = &["CS", "MSB", "NU", "NETSDK", "CA", "IDE"];
/// A longer text is cut at a sentence.
const MOST: usize = 240;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, fixers, sources @ ..] = arguments.as_slice() else {
        return Err("usage: code_meanings OUT_FILE FIXERS JSONL…".into());
    };
    let fixers = fs::read_to_string(fixers)?;
    let fixers: BTreeSet<&str> = fixers.lines().map(str::trim).collect();
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for source in sources {
        for line in fs::read_to_string(source)?.lines() {
            let row: Value = serde_json::from_str(line)?;
            let Some(code) = row["code"].as_str() else { continue };
            let newest = row["versions"].as_array().and_then(|v| v.last()).and_then(|v| v["en"].as_str());
            let Some(text) = newest.or_else(|| row["en"].as_str()).or_else(|| row["title"].as_str()) else { continue };
            let digits = code.trim_start_matches(|c: char| c.is_ascii_uppercase());
            let prefix = &code[..code.len() - digits.len()];
            // The first text of a code is the best guess.
            if PREFIXES.contains(&prefix) && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
                texts.entry(code.to_owned()).or_insert_with(|| plain(text, code));
            }
        }
    }
    let mut table = String::new();
    for (code, text) in &texts {
        let kind = if fixers.contains(code.as_str()) { "f" } else { "" };
        table.push_str(&format!("{code}\t{kind}\t{text}\n"));
    }
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::best());
    deflated.write_all(table.as_bytes())?;
    let bytes = deflated.finish()?;
    fs::write(out, &bytes)?;
    println!("{} codes, {} bytes", texts.len(), bytes.len());
    Ok(())
}

/// One line, without the code itself, of a bearable length.
fn plain(text: &str, code: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.strip_prefix(&format!("{code}: ")).unwrap_or(&line);
    match line.char_indices().nth(MOST) {
        None => line.to_owned(),
        Some((end, _)) => match line[..end].rfind(". ") {
            Some(at) => line[..=at].to_owned(),
            None => format!("{}…", line[..end].trim_end()),
        },
    }
}
