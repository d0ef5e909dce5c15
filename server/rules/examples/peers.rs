//! Compares what the rules offer with the answers of other tools' own test suites.
//!
//! `cargo run -p rules --example peers -- FILE.jsonl [--code CS0246,CS0103] [--only SUBSTRING] [--provider SUBSTRING] [--diff N] [--list]`
//!
//! Each line of the file is a case: `files`, `diagnostics`, `targets[].fixes[].after`, `negative`. `exact` is byte for byte, `ws` modulo
//! white space; `1` the first fix offered, `any` some fix. `--diff N` prints the first N misses with what was offered instead.

use diagnostics::{Code, Severity, SourceDiagnostic, arguments_of};
use fix::{Change, DiagnosticSet, FileChange, Fix, RuleContext};
use index::{Index, OsSystem, System};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syntax::Language;
use text::{ContentHash, LineTable, Position, PositionEncoding, TextRange};

/// A case's files below `/case`; everything else (libraries) is the machine's.
struct CaseSystem {
    files: BTreeMap<PathBuf, Vec<u8>>,
    os: OsSystem,
}

const ROOT: &str = "/case";

impl System for CaseSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.files.get(path) {
            Some(bytes) => Ok(bytes.clone()),
            None if path.starts_with(ROOT) => Err(io::ErrorKind::NotFound.into()),
            None => self.os.read(path),
        }
    }
    fn walk(&self, root: &Path) -> Vec<PathBuf> {
        if root.starts_with(ROOT) { self.files.keys().cloned().collect() } else { self.os.walk(root) }
    }
    fn is_file(&self, path: &Path) -> bool {
        self.files.contains_key(path) || (!path.starts_with(ROOT) && self.os.is_file(path))
    }
    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        if folder.starts_with(ROOT) {
            let below = self.files.keys().filter_map(|p| p.strip_prefix(folder).ok()?.components().next());
            below.map(|c| folder.join(c)).collect::<BTreeSet<_>>().into_iter().collect()
        } else {
            self.os.list(folder)
        }
    }
    fn variable(&self, name: &str) -> Option<String> {
        self.os.variable(name)
    }
    fn cache_dir(&self) -> Option<PathBuf> {
        self.os.cache_dir()
    }
    fn write_cache(&self, path: &Path, bytes: &[u8]) {
        self.os.write_cache(path, bytes);
    }
}

#[derive(Default, Clone)]
struct Score {
    targets: usize,
    answered: usize,
    any_exact: usize,
    any_ws: usize,
    first_exact: usize,
    first_ws: usize,
    negatives: usize,
    quiet: usize,
}

impl Score {
    fn line(&self) -> String {
        let Self { targets, answered, any_exact, any_ws, first_exact, first_ws, negatives, quiet } = self;
        format!(
            "targets {targets:4}  answered {answered:4}  any {any_exact:4} ws {any_ws:4}  first {first_exact:4} ws {first_ws:4}  negatives {negatives:3} quiet {quiet:3}"
        )
    }
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').collect()
}

fn absolute(path: &str) -> String {
    format!("{ROOT}/{}", path.trim_start_matches('/'))
}

/// The files that `change` leaves behind; `None` when it cannot be spelled out.
fn applied(change: &Change, index: &Index) -> Option<BTreeMap<String, String>> {
    let mut out = BTreeMap::new();
    for (path, file) in change.files() {
        let name = path.to_string_lossy().into_owned();
        match file {
            FileChange::Create { text } => {
                out.insert(name, text.clone());
            }
            FileChange::Rename { to } => {
                out.insert(to.to_string_lossy().into_owned(), index.text(path)?.to_string());
            }
            FileChange::Delete => {
                out.insert(name, String::new());
            }
            FileChange::Edit { .. } => {
                let edits = change.text_edits(path, index).ok()?;
                out.insert(name, edits.apply(&index.text(path)?).ok()?);
            }
        }
    }
    Some(out)
}

/// Whether every file that the answer names reads as it says; `strict`: byte for byte.
fn matches(answer: &Value, got: &BTreeMap<String, String>, index: &Index, strict: bool) -> bool {
    let Some(after) = answer["after"].as_object() else { return false };
    after.iter().all(|(path, want)| {
        let path = absolute(path);
        let have = got.get(&path).cloned().or_else(|| index.text(Path::new(&path)).map(|t| t.to_string()));
        let (have, want) = (have.unwrap_or_default(), want.as_str().unwrap_or_default());
        if strict { have == want } else { squeeze(&have) == squeeze(want) }
    })
}

fn place(d: &Value, text: &str, language: Language) -> Option<TextRange> {
    let table = LineTable::new(text, language.line_breaks());
    let at = |line: &Value, column: &Value| {
        let position = Position { line: line.as_u64()? as u32, column: column.as_u64()? as u32 };
        table.offset(text, position, PositionEncoding::Utf16)
    };
    Some(TextRange::empty(at(&d["line"], &d["character"])?))
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| arguments.iter().position(|a| a == name).and_then(|i| arguments.get(i + 1)).cloned();
    let Some(file) = arguments.first().filter(|a| !a.starts_with("--")) else {
        eprintln!("usage: peers FILE.jsonl [--code C,C] [--only TEXT] [--provider TEXT] [--diff N] [--list]");
        std::process::exit(2);
    };
    let codes: Option<Vec<String>> = option("--code").map(|c| c.split(',').map(|c| c.trim().to_owned()).collect());
    let (only, provider) = (option("--only"), option("--provider"));
    let mut diffs: usize = option("--diff").and_then(|n| n.parse().ok()).unwrap_or(0);
    let list = arguments.iter().any(|a| a == "--list");
    let content = std::fs::read_to_string(file).unwrap_or_else(|e| {
        eprintln!("{file}: {e}");
        std::process::exit(2);
    });
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for case in content.lines().filter_map(|l| serde_json::from_str::<Value>(l).ok()) {
        let id = case["id"].as_str().unwrap_or_default();
        let family = case["provider"].as_str().or(case["fixName"].as_str()).unwrap_or("all").to_owned();
        if only.as_ref().is_some_and(|o| !id.contains(o.as_str())) {
            continue;
        }
        let by_case = case["provider"].is_string();
        if by_case && provider.as_ref().is_some_and(|p| !family.contains(p.as_str())) {
            continue;
        }
        let by_answer = provider.as_deref().filter(|_| !by_case);
        run(&case, id, &family, codes.as_deref(), by_answer, &mut diffs, list, &mut scores);
    }
    let mut total = Score::default();
    for (family, s) in &scores {
        println!("{family:60} {}", s.line());
        total.targets += s.targets;
        total.answered += s.answered;
        total.any_exact += s.any_exact;
        total.any_ws += s.any_ws;
        total.first_exact += s.first_exact;
        total.first_ws += s.first_ws;
        total.negatives += s.negatives;
        total.quiet += s.quiet;
    }
    println!("{:60} {}", "all", total.line());
}

fn run(
    case: &Value,
    id: &str,
    family: &str,
    codes: Option<&[String]>,
    provider: Option<&str>,
    diffs: &mut usize,
    list: bool,
    scores: &mut BTreeMap<String, Score>,
) {
    let empty = Vec::new();
    let files: BTreeMap<PathBuf, Vec<u8>> = case["files"]
        .as_array()
        .unwrap_or(&empty)
        .iter()
        .filter_map(|f| Some((PathBuf::from(absolute(f["path"].as_str()?)), f["text"].as_str()?.as_bytes().to_vec())))
        .collect();
    let mut files = files;
    // TypeScript's cases give options apart; a project file says the same.
    let config = PathBuf::from(ROOT).join("tsconfig.json");
    let mut made = false;
    if case["options"].is_object()
        && !files.keys().any(|f| f.ends_with("tsconfig.json") || f.ends_with("jsconfig.json"))
    {
        made = true;
        files
            .insert(config.clone(), serde_json::json!({ "compilerOptions": case["options"] }).to_string().into_bytes());
    }
    let system = Arc::new(CaseSystem { files, os: OsSystem::default() });
    let index = Index::open(system, vec![PathBuf::from(ROOT)]);
    let mut all: Vec<Option<SourceDiagnostic>> = Vec::new();
    for d in case["diagnostics"].as_array().unwrap_or(&empty) {
        let path = PathBuf::from(absolute(d["file"].as_str().unwrap_or_default()));
        let text = index.text(&path);
        let language = Language::of_path(&path);
        let code = match &d["code"] {
            Value::Number(n) => Code::new(format!("TS{n}")),
            other => Code::new(other.as_str().unwrap_or_default()),
        };
        let message = d["message"].as_str().unwrap_or_default().to_owned();
        all.push(text.zip(language).and_then(|(text, language)| {
            Some(SourceDiagnostic {
                range: place(d, &text, language)?,
                text_hash: ContentHash::of(text.as_bytes()),
                arguments: arguments_of(&code, &message).into(),
                severity: if d["category"] == "error" { Severity::Error } else { Severity::Warning },
                path: path.into(),
                code,
                message: message.into(),
            })
        }));
    }
    let set = DiagnosticSet::new(all.iter().flatten().cloned());
    let negative = case["negative"].as_bool().unwrap_or(false);
    let targets = case["targets"].as_array().unwrap_or(&empty);
    for target in targets {
        let Some(i) = target["diagnosticIndex"].as_u64() else { continue };
        let Some(Some(diagnostic)) = all.get(i as usize) else { continue };
        if codes.is_some_and(|c| !c.iter().any(|c| diagnostic.code == *c.as_str())) {
            continue;
        }
        let answer = &target["fixes"][0]["fixName"];
        let family = answer.as_str().unwrap_or(family);
        if provider.is_some_and(|p| !family.contains(p)) {
            continue;
        }
        let Some(source) = index.source(&diagnostic.path) else { continue };
        let ctx = RuleContext { diagnostic, source: &source, index: &index, diagnostics: &set };
        let fixes: Vec<Fix> = rules::fixes(&ctx);
        let results: Vec<(String, BTreeMap<String, String>)> =
            fixes.iter().filter_map(|f| Some((format!("{f:?}"), applied(&f.change(&ctx)?, &index)?))).collect();
        let score = scores.entry(family.to_owned()).or_default();
        let answers = target["fixes"].as_array().unwrap_or(&empty);
        let miss = if negative || answers.is_empty() {
            // The peer had no project file that it could offer to edit.
            let loud = results.iter().any(|(_, got)| !(made && got.contains_key(&*config.to_string_lossy())));
            score.negatives += 1;
            score.quiet += usize::from(!loud);
            loud
        } else {
            // One target counts once: right when some answer of the peer's is met.
            score.targets += 1;
            score.answered += usize::from(!results.is_empty());
            let met = |n: usize, strict: bool| {
                answers.iter().any(|a| results.iter().take(n).any(|(_, got)| matches(a, got, &index, strict)))
            };
            let any = met(usize::MAX, false);
            score.any_exact += usize::from(met(usize::MAX, true));
            score.any_ws += usize::from(any);
            score.first_exact += usize::from(met(1, true));
            score.first_ws += usize::from(met(1, false));
            !met(usize::MAX, true)
        };
        if miss && list {
            println!("{id}\t{family}\t{}\t{}", diagnostic.code, if results.is_empty() { "nothing" } else { "other" });
        }
        if miss && *diffs > 0 {
            *diffs -= 1;
            println!("=== {id} [{family}] {}: {}", diagnostic.code, diagnostic.message);
            let text = source.parsed.text();
            let (before, after) = text.split_at(diagnostic.range.start.min(text.len()));
            println!("{before}»{after}");
            for answer in answers {
                println!("--- wanted {}", answer["title"].as_str().unwrap_or_default());
                for (path, want) in answer["after"].as_object().into_iter().flatten() {
                    println!("[{path}]\n{}", want.as_str().unwrap_or_default());
                }
            }
            for (title, got) in results.iter().take(4) {
                println!("--- offered {title}");
                for (path, text) in got {
                    println!("[{path}]\n{text}");
                }
            }
        }
    }
}
