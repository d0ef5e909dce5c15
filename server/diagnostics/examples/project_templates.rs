//! Generates `src/project_templates.bin` (deflated): the texts that the messages of restore, MSBuild and the SDK are made of, in all languages, for the
//! codes that the causes and the rules about project files name.
//!
//! `cargo run -p diagnostics --example project_templates -- server/diagnostics/src/project_templates.bin messages.jsonl FOLDER…`
//!
//! `messages.jsonl` has one code a line: `{"code", "en", "lang": {LANGUAGE: text}, "how": how code and text of NuGet were brought together}`; of the texts of
//! a code of NuGet the first one counts, and those of which a person is sure. The folders are searched for codes in quotation marks.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, messages, folders @ ..] = arguments.as_slice() else {
        return Err("usage: project_templates OUT MESSAGES_JSONL FOLDER…".into());
    };
    let mut wanted = BTreeSet::new();
    folders.iter().try_for_each(|folder| collect_codes(Path::new(folder), &mut wanted))?;
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in fs::read_to_string(messages)?.lines() {
        let row: Value = serde_json::from_str(line)?;
        let code = row["code"].as_str().ok_or("a row without a code")?;
        let sure = row["how"].as_str().is_none_or(|how| how == "by hand") || !texts.contains_key(code);
        if !wanted.contains(code) || !sure {
            continue;
        }
        let of_code = texts.entry(code.to_owned()).or_default();
        let others = row["lang"].as_object().into_iter().flatten().filter_map(|(_, text)| text.as_str());
        for text in row["en"].as_str().into_iter().chain(others).filter(|t| t.contains("{0}")) {
            if !of_code.iter().any(|known| known == text) {
                of_code.push(text.to_owned());
            }
        }
    }
    let mut table = String::new();
    for (code, texts) in &texts {
        for text in texts {
            table.push_str(&format!("{code}\t{}\n", text.replace("\r\n", "\n").replace('\n', "\\n")));
        }
    }
    println!("{} codes, {} bytes", texts.len(), table.len());
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(table.as_bytes())?;
    fs::write(out, packed.finish()?)?;
    Ok(())
}

/// Codes in quotation marks in sources.
fn collect_codes(folder: &Path, out: &mut BTreeSet<String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect_codes(&path, out)?;
        } else if path.extension().is_some_and(|e| e == "rs") {
            let is_code = |word: &&str| {
                let digits = ["NETSDK", "NU", "MSB"].iter().find_map(|prefix| word.strip_prefix(prefix));
                digits.is_some_and(|d| d.len() == 4 && d.bytes().all(|b| b.is_ascii_digit()))
            };
            out.extend(fs::read_to_string(path)?.split('"').filter(is_code).map(str::to_owned));
        }
    }
    Ok(())
}
