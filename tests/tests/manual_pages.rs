//! Checks the examples of every rule with the real compiler: it reports the error at the marked position, and after the fix it no longer
//! reports it and reports no new errors. That the rule turns "before" into "after" is tested in the `rules` crate.

use fix::Example;
use fix::testing::example_files;
use std::collections::BTreeMap;
use syntax::LanguageFamily;
use tests::{CompilerDiagnostic, Roslyn, TypeScript, skip};

/// Compiles files with options and returns the diagnostics.
type Compile<'a> = &'a dyn Fn(&BTreeMap<String, String>, &[&str]) -> Vec<CompilerDiagnostic>;

fn merged(before: &BTreeMap<String, String>, active: &str, after: &str) -> BTreeMap<String, String> {
    let mut files = before.clone();
    let mut path = active.to_owned();
    let mut changed: BTreeMap<String, String> = BTreeMap::new();
    for line in after.split_inclusive('\n') {
        match line.strip_prefix("//- ") {
            Some(next) => {
                path = next.trim().to_owned();
                changed.entry(path.clone()).or_default();
            }
            None => changed.entry(path.clone()).or_default().push_str(line),
        }
    }
    files.extend(changed);
    files
}

/// The files that are compiled together with the active one: of its own project and of those that it names, when there are project files.
fn visible(files: &BTreeMap<String, String>, active: &str) -> BTreeMap<String, String> {
    let folder = |project: &str| project.rfind('/').map_or(0, |i| i + 1);
    let project_of = |file: &str| {
        let projects = files.keys().filter(|p| p.ends_with(".csproj") && file.starts_with(&p[..folder(p)]));
        projects.max_by_key(|p| folder(p))
    };
    let Some(own) = project_of(active) else { return files.clone() };
    let is_seen = |file: &String| project_of(file).is_none_or(|p| p == own || files[own].contains(&p[folder(p)..]));
    files.iter().filter(|(file, _)| is_seen(file)).map(|(file, text)| (file.clone(), text.clone())).collect()
}

fn counts(diagnostics: &[CompilerDiagnostic]) -> BTreeMap<(&str, &str), usize> {
    let mut out = BTreeMap::new();
    for d in diagnostics {
        *out.entry((d.file.as_str(), d.code.as_str())).or_default() += 1;
    }
    out
}

fn utf16_position(text: &str, offset: usize) -> (u32, u32) {
    let before = &text[..offset];
    let line = before.matches('\n').count() as u32 + 1;
    let column = before[before.rfind('\n').map_or(0, |i| i + 1)..].encode_utf16().count() as u32 + 1;
    (line, column)
}

/// What is wrong with the example, if anything.
fn check(example: &Example, compile: Compile<'_>) -> Result<(), String> {
    let (files, active, offset) = example_files(example);
    let mut options: Vec<&str> = example.options.split_whitespace().collect();
    if example.suggestion {
        options.push("--suggestions");
    }
    let before = compile(&visible(&files, &active), &options);
    let text = &files[&active];
    let (line, column) = utf16_position(text, offset);
    let start = text[..offset].encode_utf16().count() as u32;
    let here = |d: &&CompilerDiagnostic| {
        d.file == active
            && d.code == example.code
            && if d.line > 0 { (d.line, d.column) == (line, column) } else { d.start == start }
    };
    let Some(found) = before.iter().find(here) else {
        return Err(format!("the compiler does not report {} at {line}:{column}; it says {before:#?}", example.code));
    };
    if found.message.lines().next() != example.message.lines().next() {
        return Err(format!("the compiler's message is\n  {}\nnot\n  {}", found.message, example.message));
    }
    let after = merged(&files, &active, &example.after);
    let after = compile(&visible(&after, &active), &options);
    let (had, has) = (counts(&before), counts(&after));
    let key = (active.as_str(), example.code.as_str());
    if has.get(&key).copied().unwrap_or(0) >= had[&key] {
        return Err(format!("{} is still there after the fix: {after:#?}", example.code));
    }
    let new: Vec<_> = after
        .iter()
        .filter(|d| {
            let key = (d.file.as_str(), d.code.as_str());
            has[&key] > had.get(&key).copied().unwrap_or(0)
        })
        .collect();
    if new.is_empty() { Ok(()) } else { Err(format!("the fix brings in {new:#?}")) }
}

fn run(test: &str, language: LanguageFamily, compile: Compile<'_>) {
    let mut failures = Vec::new();
    let mut checked = 0;
    for rule in rules::all().filter(|r| r.language == language) {
        let docs = rule.docs();
        // What an analyzer finds, the compiler alone does not report.
        let compiled = |code: &str| !code.starts_with("CA");
        for (i, example) in docs.examples.iter().enumerate().filter(|(_, e)| compiled(&e.code)) {
            checked += 1;
            let version = match example.compiler.as_str() {
                "none" => continue,
                major => format!("{major}0"),
            };
            let other = |files: &BTreeMap<String, String>, _: &[&str]| {
                TypeScript::compile_with(&version, files).unwrap_or_default()
            };
            let compile: Compile<'_> = if example.compiler.is_empty() { compile } else { &other };
            if let Err(why) = check(example, compile) {
                failures.push(format!("{} example {}: {why}", rule.name, i + 1));
            }
        }
    }
    assert!(checked > 0, "{test} found no example");
    assert!(failures.is_empty(), "{} of {checked} examples fail:\n\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn csharp_examples_hold_with_roslyn() {
    match Roslyn::start() {
        Err(why) => skip("csharp_examples_hold_with_roslyn", &why),
        Ok(roslyn) => run("csharp_examples_hold_with_roslyn", LanguageFamily::CSHARP, &|files, options| {
            let options: Vec<&str> = ["--all", "-langversion:12"].into_iter().chain(options.iter().copied()).collect();
            roslyn.compile(files, &options)
        }),
    }
}

#[test]
fn typescript_examples_hold_with_tsc() {
    match TypeScript::start() {
        Err(why) => skip("typescript_examples_hold_with_tsc", &why),
        Ok(tsc) => run("typescript_examples_hold_with_tsc", LanguageFamily::TYPESCRIPT, &|files, options| {
            tsc.compile(files, options)
        }),
    }
}
