//! Generates `src/message_templates.txt` (English) and `src/message_templates.bin` (other languages, deflated): the texts that the compilers' messages
//! are made of, for the codes that rules name.
//!
//! `cargo run -p diagnostics --example message_templates -- OUT_FOLDER server/rules/src roslyn.jsonl roslyn-words.jsonl node_modules/ts59/lib
//! node_modules/ts60/lib …`
//!
//! `roslyn.jsonl` holds the resources of Microsoft.CodeAnalysis.CSharp, one code a line: `{"code", "versions": [{"en"}], "lang": {LANGUAGE: text},
//! "older": {LANGUAGE: [{"text"}]}}`, oldest version first; `roslyn-words.jsonl` the texts that are put into arguments (`"name": "IDS_NULL"`). TypeScript's come from its packages: `typescript.js` and `LANGUAGE/diagnosticMessages.generated.json`.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;

/// Words that stand for expressions without a type; other words that are put into arguments could be names.
const WORDS: &[&str] = &["IDS_AnonMethod", "IDS_Lambda", "IDS_MethodGroup", "IDS_NULL", "IDS_ThrowExpression"];

/// Templates of one code: English, newest first; other languages.
#[derive(Default)]
struct Texts {
    english: Vec<String>,
    others: BTreeSet<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, rules, roslyn, words, typescript @ ..] = arguments.as_slice() else {
        return Err("usage: message_templates OUT_FOLDER RULES ROSLYN_JSONL WORDS_JSONL TYPESCRIPT_LIB…".into());
    };
    let mut wanted = BTreeSet::new();
    collect_codes(Path::new(rules), &mut wanted)?;
    let mut texts: BTreeMap<String, Texts> = BTreeMap::new();
    read_roslyn(&fs::read_to_string(roslyn)?, &mut texts)?;
    // The newest package comes last; its texts come first.
    for package in typescript.iter().rev() {
        read_typescript(Path::new(package), &mut texts)?;
    }
    let (mut english, mut others) = (String::new(), String::new());
    let mut count = 0;
    for (code, texts) in texts.iter().filter(|(code, t)| wanted.contains(*code) && has_holes(t)) {
        count += texts.english.len() + texts.others.len();
        for text in &texts.english {
            english.push_str(&line(code, text));
        }
        for text in texts.others.iter().filter(|t| !texts.english.contains(t)) {
            others.push_str(&line(code, text));
        }
    }
    for row in fs::read_to_string(words)?.lines() {
        let row: Value = serde_json::from_str(row)?;
        if !row["name"].as_str().is_some_and(|name| WORDS.contains(&name)) {
            continue;
        }
        let word = row["versions"][0]["en"].as_str().ok_or("a word without English")?;
        let older = row["older"].as_object().into_iter().flatten();
        let older =
            older.flat_map(|(_, texts)| texts.as_array().into_iter().flatten()).filter_map(|t| t["text"].as_str());
        let newest = row["lang"].as_object().into_iter().flatten().filter_map(|(_, text)| text.as_str());
        let texts: BTreeSet<&str> = newest.chain(older).filter(|t| *t != word).collect();
        texts.iter().for_each(|text| others.push_str(&line("word", &format!("{word}\t{text}"))));
    }
    println!("{count} texts, {} and {} bytes", english.len(), others.len());
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(others.as_bytes())?;
    fs::write(Path::new(out).join("message_templates.txt"), english)?;
    fs::write(Path::new(out).join("message_templates.bin"), packed.finish()?)?;
    Ok(())
}

fn line(code: &str, text: &str) -> String {
    format!("{code}\t{}\n", text.replace("\r\n", "\n").replace('\n', "\\n"))
}

fn has_holes(texts: &Texts) -> bool {
    texts.english.iter().any(|t| t.contains("{0"))
}

/// Codes in quotation marks in the sources of the rules.
fn collect_codes(folder: &Path, out: &mut BTreeSet<String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect_codes(&path, out)?;
        } else if path.extension().is_some_and(|e| e == "rs") {
            let is_code = |word: &&str| {
                let digits = word.strip_prefix("CS").or_else(|| word.strip_prefix("TS"));
                digits.is_some_and(|d| (4..=5).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()))
            };
            out.extend(fs::read_to_string(path)?.split('"').filter(is_code).map(str::to_owned));
        }
    }
    Ok(())
}

fn read_roslyn(lines: &str, out: &mut BTreeMap<String, Texts>) -> Result<(), Box<dyn Error>> {
    for line in lines.lines() {
        let row: Value = serde_json::from_str(line)?;
        let texts = out.entry(row["code"].as_str().ok_or("a row without a code")?.to_owned()).or_default();
        let versions = row["versions"].as_array().into_iter().flatten();
        texts.english.extend(versions.filter_map(|v| Some(v["en"].as_str()?.to_owned())));
        texts.english.reverse();
        let newest = row["lang"].as_object().into_iter().flatten().filter_map(|(_, text)| text.as_str());
        let older = row["older"].as_object().into_iter().flatten();
        let older = older.flat_map(|(_, texts)| texts.as_array().into_iter().flatten());
        texts.others.extend(newest.chain(older.filter_map(|t| t["text"].as_str())).map(str::to_owned));
    }
    Ok(())
}

fn read_typescript(library: &Path, out: &mut BTreeMap<String, Texts>) -> Result<(), Box<dyn Error>> {
    // `X: diag(2304, 1 /* Error */, "Cannot_find_name_0_2304", "Cannot find name '{0}'."),`
    for line in fs::read_to_string(library.join("typescript.js"))?.lines().filter(|l| l.contains(": diag(")) {
        let Some((_, call)) = line.split_once(": diag(") else { continue };
        let Some((code, rest)) = call.split_once(',') else { continue };
        let Some((_, text)) = rest.split_once("\", ") else { continue };
        let text = match text.strip_prefix('`').and_then(|t| t.split_once('`')) {
            Some((text, _)) => text.to_owned(),
            None => match serde_json::Deserializer::from_str(text).into_iter::<String>().next() {
                Some(Ok(text)) => text,
                _ => continue,
            },
        };
        let texts = out.entry(format!("TS{code}")).or_default();
        if !texts.english.contains(&text) {
            texts.english.push(text);
        }
    }
    let mut languages: Vec<_> = fs::read_dir(library)?.flatten().map(|e| e.path()).collect();
    languages.sort();
    for language in languages {
        let Ok(json) = fs::read_to_string(language.join("diagnosticMessages.generated.json")) else { continue };
        let messages: BTreeMap<String, String> = serde_json::from_str(&json)?;
        for (key, text) in messages {
            let Some((_, code)) = key.rsplit_once('_') else { continue };
            out.entry(format!("TS{code}")).or_default().others.insert(text);
        }
    }
    Ok(())
}
