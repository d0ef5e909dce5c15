//! The upgrade from TypeScript 5 to 7, end to end: what the compilers say of configurations, and the configurations after the fixes. The cases lie in the
//! project's own collection and are skipped without it; each kind has a test of its own beside its rule.

mod sandbox;

use sandbox::Sandbox;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

type Files = BTreeMap<PathBuf, Vec<u8>>;

fn files(folder: &Path) -> Files {
    let mut out = Files::new();
    let mut queue = vec![folder.to_owned()];
    while let Some(next) = queue.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => queue.push(path),
                false => {
                    let name = path.strip_prefix(folder).expect("it is below").to_owned();
                    out.insert(name, fs::read(&path).expect("it can be read"));
                }
            }
        }
    }
    out
}

/// Compared by value, with the texts of what may be written in several ways brought to one.
fn value(bytes: &[u8]) -> Option<Value> {
    let text = String::from_utf8(bytes.to_vec()).ok()?;
    let mut value = jsonc(&text)?;
    if let Some(options) = value.get_mut("compilerOptions").and_then(Value::as_object_mut) {
        for (name, value) in options {
            if let (true, Some(text)) =
                (matches!(name.as_str(), "target" | "module" | "moduleResolution"), value.as_str())
            {
                *value = text.to_lowercase().replace("es6", "es2015").into();
            }
            if let ("types", Some(all)) = (name.as_str(), value.as_array_mut()) {
                all.sort_by_key(|t| t.as_str().unwrap_or_default().to_owned());
            }
        }
    }
    Some(value)
}

/// JSON without comments and commas at the end of lists.
fn jsonc(text: &str) -> Option<Value> {
    let mut plain = String::new();
    let mut rest = text.trim_start_matches('\u{feff}');
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' => 2 + rest[1..].find('"')?,
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' => rest.find("*/")? + 2,
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        match c {
            '/' => {}
            '}' | ']' => {
                plain.truncate(plain.trim_end().trim_end_matches(',').len());
                plain.push(c);
            }
            _ => plain.push_str(token),
        }
        rest = after;
    }
    serde_json::from_str(&plain).ok()
}

fn is_same(path: &Path, a: &[u8], b: &[u8]) -> bool {
    a == b || path.extension().is_some_and(|e| e == "json") && value(a).is_some_and(|a| Some(a) == value(b))
}

/// Whether the compiler may say what is right, and finds nothing wrong with a result that keeps what the case asks for.
fn compiles(check: &Value, log: &str, root: &Path, before: &Files, after: &Files) -> bool {
    let texts = |what: &str, path: &PathBuf| -> Vec<String> {
        let list = check[what][&*path.to_string_lossy()].as_array();
        list.into_iter().flatten().filter_map(|t| t.as_str().map(str::to_owned)).collect()
    };
    let keeps = |(path, bytes): (&PathBuf, &Vec<u8>)| {
        let text = String::from_utf8_lossy(bytes);
        texts("must", path).iter().all(|t| text.contains(t)) && !texts("mustnot", path).iter().any(|t| text.contains(t))
    };
    let edited = |(path, bytes): (&PathBuf, &Vec<u8>)| before.get(path) != Some(bytes);
    let only_asked = after.iter().filter(|f| edited(*f)).all(|(path, _)| !texts("must", path).is_empty());
    if check["judge"] != "compile" || !only_asked || !after.iter().all(keeps) {
        return false;
    }
    let Ok(tools) = tests::install("typescript") else { return false };
    let compiler = tools.join("node_modules").join(if log == "ts6" { "ts60" } else { "ts70" }).join("bin/tsc");
    let arguments = check["tsc"].as_str().unwrap_or("-p .").split(' ');
    let ran = std::process::Command::new("node").arg(compiler).args(arguments).current_dir(root).output();
    ran.is_ok_and(|o| o.status.success())
}

/// What is wrong with a case after the fixes for one of its logs; `None` where it is right.
fn problem(case: &Path, log: &str, safe: bool) -> Option<String> {
    let name = case.file_name()?.to_string_lossy().into_owned();
    let check: Value = serde_json::from_slice(&fs::read(case.join("check.json")).ok()?).ok()?;
    let before = files(&case.join("before"));
    let sandbox = Sandbox::new(&[]);
    for (path, bytes) in &before {
        sandbox.write(&path.to_string_lossy(), bytes);
    }
    for log in [format!("{log}.log"), format!("{log}-2.log")].iter().map(|l| case.join(l)).filter(|l| l.exists()) {
        let log = log.to_string_lossy().into_owned();
        let mut arguments = vec!["fix", ".", "--log", &log, "--write"];
        arguments.extend((!safe).then_some("--unsafe"));
        let ran = sandbox.run(&arguments);
        assert!(!ran.stderr.contains("panicked"), "{name}: {}", ran.stderr);
    }
    let after: Files = files(&sandbox.root).into_iter().filter(|(p, _)| !p.starts_with(".buildfix")).collect();
    let fits = |want: &Files| {
        let all = after.keys().chain(want.keys());
        let whole = |p: &PathBuf| want.get(p).or_else(|| before.get(p));
        let mut all = all.chain(before.keys());
        all.all(|p| matches!((after.get(p), whole(p)), (Some(a), Some(b)) if is_same(p, a, b)))
    };
    let unchanged = fits(&Files::new());
    if safe && check["safe"] != true {
        return (check["safe"] == false && !unchanged).then(|| format!("{name} {log}: changed with certainty"));
    }
    if unchanged && check["unchanged_ok"] == true {
        return None;
    }
    let wanted = fs::read_dir(case).ok()?.flatten().map(|e| e.path());
    let mut wanted =
        wanted.filter(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with("expect")) && p.is_dir());
    let right = wanted.any(|expected| fits(&files(&expected))) || compiles(&check, log, &sandbox.root, &before, &after);
    (!right).then(|| format!("{name} {log}{}: {after:?}", if safe { " (safe)" } else { "" }))
}

#[test]
fn configurations_of_the_upgrade() {
    let Some(collection) = tests::shared("cases").map(|c| c.join("ts7-migration")).filter(|c| c.is_dir()) else {
        return tests::skip("configurations_of_the_upgrade", "the collection of small cases is not here");
    };
    let mut cases: Vec<PathBuf> =
        fs::read_dir(&collection).expect("it is a folder").flatten().map(|e| e.path()).collect();
    cases.retain(|c| c.join("before").is_dir());
    cases.sort();
    let mut problems = Vec::new();
    for case in &cases {
        for log in ["ts6", "ts7"].into_iter().filter(|l| case.join(format!("{l}.log")).exists()) {
            problems.extend([false, true].into_iter().filter_map(|safe| problem(case, log, safe)));
        }
    }
    assert!(!cases.is_empty() && problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}
