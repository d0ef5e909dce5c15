//! Asks the real compilers whether the packs of patterns are right: what an example has before compiles with the library's old version, and is reported by
//! the new one where and how the pattern says; what it becomes compiles with the new one.

use patterns::file::{PatternFile, Registry, Rule, Valid, test};
use patterns::packs::{self, Embedded};
use patterns::{Fill, Transform};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use tests::{dotnet, repository, skip};

/// What a compiler said.
#[derive(Clone, Debug)]
struct Said {
    line: usize,
    column: usize,
    code: String,
    message: String,
}

/// Which version of the library is there.
#[derive(Clone, Copy, PartialEq)]
enum Version {
    Old,
    New,
}

/// Compiles sources, each by itself, with a version of the pack's library. Only errors are given.
type Compile<'a> = &'a dyn Fn(&Embedded, Version, &[String]) -> Result<Vec<Vec<Said>>, String>;

/// Both versions of the libraries of npm, installed into the git-ignored cache on first use.
fn libraries() -> Result<PathBuf, String> {
    let from = repository().join("tests/packs");
    let lock = std::fs::read_to_string(from.join("package-lock.json")).map_err(|e| e.to_string())?;
    let sum = lock.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    let folder = repository().join(".cache").join(format!("libraries-{sum:016x}"));
    if !folder.join(".ready").exists() {
        std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
        for name in ["package.json", "package-lock.json"] {
            std::fs::copy(from.join(name), folder.join(name)).map_err(|e| e.to_string())?;
        }
        let npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        let output = Command::new("npm")
            .args(npm)
            .current_dir(&folder)
            .output()
            .map_err(|e| format!("npm does not start: {e}"))?;
        if !output.status.success() {
            return Err(format!(
                "npm ci failed: {}",
                String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default()
            ));
        }
        std::fs::write(folder.join(".ready"), "").map_err(|e| e.to_string())?;
    }
    Ok(folder)
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) {
    std::os::unix::fs::symlink(to, at).expect("a link in an own folder");
}
#[cfg(not(unix))]
fn link(_: &Path, _: &Path) {}

fn typescript(
    libraries: &Path,
    pack: &Embedded,
    version: Version,
    sources: &[String],
) -> Result<Vec<Vec<Said>>, String> {
    let dir = tempfile::tempdir().map_err(|e| e.to_string())?;
    let major = if version == Version::Old { &pack.pack.from } else { &pack.pack.to };
    let alias = format!("{}{major}", pack.pack.package.trim_end_matches(".js"));
    let installed = libraries.join("node_modules");
    let modules = dir.path().join("node_modules");
    std::fs::create_dir_all(modules.join("@types")).map_err(|e| e.to_string())?;
    link(&installed.join(alias), &modules.join(&pack.pack.package));
    link(&installed.join("@types/node"), &modules.join("@types/node"));
    let config = r#"{"compilerOptions":{"strict":true,"noEmit":true,"target":"es2022","module":"esnext","moduleResolution":"bundler","skipLibCheck":true,"esModuleInterop":true,"moduleDetection":"force","types":["node"],"jsx":"preserve"},"include":["*.ts"]}"#;
    std::fs::write(dir.path().join("tsconfig.json"), config).map_err(|e| e.to_string())?;
    for (number, source) in sources.iter().enumerate() {
        std::fs::write(dir.path().join(format!("example{number}.ts")), source).map_err(|e| e.to_string())?;
    }
    let output = Command::new("node")
        .arg(installed.join("ts59/bin/tsc"))
        .args(["--pretty", "false", "-p", "."])
        .current_dir(dir.path())
        .output();
    let output = output.map_err(|e| format!("node does not start: {e}"))?;
    Ok(read(&String::from_utf8_lossy(&output.stdout), "ts", sources.len()))
}

/// The errors of a log, by the number in the name of the file.
fn read(log: &str, ending: &str, files: usize) -> Vec<Vec<Said>> {
    let mut out = vec![Vec::new(); files];
    for line in log.lines() {
        // `…example3.ts(1,2): error TS1: message`
        let Some((_, rest)) = line.split_once("example") else { continue };
        let Some((number, rest)) = rest.split_once(&format!(".{ending}(")) else { continue };
        let Some((place, rest)) = rest.split_once("): error ") else { continue };
        let (Some((line, column)), Some((code, message))) = (place.split_once(','), rest.split_once(": ")) else {
            continue;
        };
        let message = message
            .rsplit_once(" [")
            .map_or(message, |(m, project)| if project.ends_with("csproj]") { m } else { message });
        let (Ok(number), Ok(line), Ok(column)) = (number.parse::<usize>(), line.parse(), column.parse()) else {
            continue;
        };
        let said = Said { line, column, code: code.to_owned(), message: message.to_owned() };
        if let Some(of_file) = out.get_mut(number)
            && !of_file.iter().any(|s: &Said| (s.line, s.column, &s.code) == (said.line, said.column, &said.code))
        {
            of_file.push(said);
        }
    }
    out
}

/// The versions of NuGet packages that packs are tried with.
const NUGET: &[(&str, &str, &str)] = &[
    ("nunit-3-4", "NUnit/3.14.0", "NUnit/4.3.2"),
    ("moq-nsubstitute", "Moq/4.20.72", "NSubstitute/5.3.0"),
    ("system-commandline-beta4-2", "System.CommandLine/2.0.0-beta4.22272.1", "System.CommandLine/2.0.0"),
];

/// As [`csharp_at_once`]; errors of declarations hide those of bodies, so that what has none is compiled again without the others.
fn csharp(
    variables: &BTreeMap<String, String>,
    pack: &Embedded,
    version: Version,
    sources: &[String],
) -> Result<Vec<Vec<Said>>, String> {
    let mut out = vec![Vec::new(); sources.len()];
    let mut left: Vec<usize> = (0..sources.len()).collect();
    loop {
        let texts: Vec<String> = left.iter().map(|n| sources[*n].clone()).collect();
        let said = csharp_at_once(variables, pack, version, &texts)?;
        let before = left.len();
        let mut clean = Vec::new();
        for (number, said) in left.iter().zip(said) {
            if said.is_empty() {
                clean.push(*number);
            }
            out[*number] = said;
        }
        left = clean;
        if left.is_empty() || left.len() == before {
            return Ok(out);
        }
    }
}

fn csharp_at_once(
    variables: &BTreeMap<String, String>,
    pack: &Embedded,
    version: Version,
    sources: &[String],
) -> Result<Vec<Vec<Said>>, String> {
    let (_, old, new) =
        NUGET.iter().find(|(id, _, _)| *id == pack.id).ok_or("its packages are not listed in this test")?;
    let package = if version == Version::Old { old } else { new };
    let (package, number) = package.split_once('/').expect("a version");
    let dir = tempfile::tempdir().map_err(|e| e.to_string())?;
    let project = format!(
        "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework><Nullable>disable</Nullable><ImplicitUsings>disable</ImplicitUsings>\
         <WarningLevel>0</WarningLevel><TreatWarningsAsErrors>false</TreatWarningsAsErrors></PropertyGroup><ItemGroup><PackageReference Include=\"{package}\" Version=\"{number}\" /></ItemGroup></Project>"
    );
    std::fs::write(dir.path().join("Examples.csproj"), project).map_err(|e| e.to_string())?;
    for (number, source) in sources.iter().enumerate() {
        // In a namespace of its own, on the same lines and columns but for the first.
        let text = format!("namespace Example{number} {{ {source} }}\n");
        std::fs::write(dir.path().join(format!("example{number}.cs")), text).map_err(|e| e.to_string())?;
    }
    let arguments =
        ["build", "-m:1", "-nr:false", "-nologo", "-v:q", "-clp:NoSummary", "-p:UseSharedCompilation=false"];
    let output = Command::new("dotnet").args(arguments).current_dir(dir.path()).envs(variables).output();
    let output = output.map_err(|e| format!("dotnet does not start: {e}"))?;
    let log = String::from_utf8_lossy(&output.stdout).into_owned();
    if let Some(missing) = log.lines().find(|l| l.contains("error NU") || l.contains("error NETSDK")) {
        return Err(format!("{package} {number} cannot be had: {missing}"));
    }
    Ok(read(&log, "cs", sources.len()))
}

/// The text without `$0`, and where that was, from 1.
fn pointed(code: &str) -> (String, usize, usize) {
    let at = code.find("$0").expect("a `$0`");
    let before = &code[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().encode_utf16().count() + 1;
    (code.replacen("$0", "", 1), line, column)
}

/// The rule with its first example once more for each name of a table or a list that it is for.
fn with_all_names(rule: &Rule) -> Rule {
    let mut out = rule.clone();
    let Some(first) = rule.valid.first() else { return out };
    let tables = rule.pattern.holes.iter().filter_map(|h| match &h.fill {
        Some(Fill::Changed { how: Transform::Table(rows), .. }) => Some(rows.clone()),
        _ => None,
    });
    let lists = rule.names.values().map(|names| names.iter().map(|n| (n.clone(), n.clone())).collect());
    for rows in tables.chain(lists) {
        let (old, new) = &rows[0];
        for (from, to) in &rows[1..] {
            // Each whole word, also behind `$0`.
            let put = |text: &str, from: &str, to: &str| {
                let marked = text.replace("$0", "$0 ");
                let words = marked.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_');
                let word = |w: &str| w.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_').to_owned();
                let all = words.map(|w| if word(w) == from { w.replacen(from, to, 1) } else { w.to_owned() });
                all.collect::<String>().replace("$0 ", "$0")
            };
            out.valid.push(Valid {
                before: put(&first.before, old, from),
                after: put(&first.after, new, to),
                ..first.clone()
            });
        }
    }
    out
}

/// What is not as the pack says.
fn wrong(pack: &Embedded, compile: Compile<'_>) -> Result<Vec<String>, String> {
    let rules: &Vec<Rule> = &pack.file().rules.iter().map(with_all_names).collect();
    let valid: Vec<_> = rules.iter().flat_map(|r| r.valid.iter().map(move |v| (r, v))).collect();
    let invalid: Vec<_> = rules.iter().flat_map(|r| r.invalid.iter().map(move |v| (r, v))).collect();
    let before: Vec<String> = valid.iter().map(|(_, v)| pointed(&v.before).0).collect();
    let after: Vec<String> = valid.iter().map(|(_, v)| v.after.clone()).collect();
    let others: Vec<String> = invalid.iter().map(|(_, v)| pointed(&v.before).0).collect();
    let mut out = Vec::new();
    let told = |said: &[Said]| {
        said.iter().map(|s| format!("\n    {}:{} {} {}", s.line, s.column, s.code, s.message)).collect::<String>()
    };
    for ((rule, _), said) in valid.iter().zip(compile(pack, Version::Old, &before)?) {
        if !said.is_empty() && rule.follows.is_none() {
            out.push(format!("{}: the old version does not take what is before:{}", rule.name, told(&said)));
        }
    }
    // What the compiler's message names is what the pattern asks for.
    let mut real = PatternFile { pack: None, rules: rules.clone() };
    let now = compile(pack, Version::New, &before)?;
    let mut next = now.iter();
    for rule in &mut real.rules {
        for valid in &mut rule.valid {
            let (_, line, column) = pointed(&valid.before);
            let said = next.next().expect("one for each");
            let shift = if rule.pattern.language == "csharp" && line == 1 { "namespace ExampleNN { ".len() } else { 0 };
            let is_code = |code: &str| match &valid.code {
                Some(said) => said == code,
                None => rule.pattern.codes.iter().any(|c| c == code),
            };
            let there = said.iter().find(|s| {
                is_code(&s.code) && s.line == line && s.column.abs_diff(column + shift) <= usize::from(shift > 0)
            });
            match there {
                Some(there) => {
                    valid.arguments = diagnostics::arguments_of(&diagnostics::Code::new(&there.code), &there.message);
                    valid.code = Some(there.code.clone());
                }
                None => out.push(format!(
                    "{}: the new version does not report it at {line}:{column} of{}\n{}",
                    rule.name,
                    told(said),
                    valid.before
                )),
            }
        }
        rule.invalid.clear();
    }
    out.extend(
        test(&real)
            .1
            .into_iter()
            .map(|f| format!("{}: {} with the compiler's own message: {}", f.rule, f.example, f.what)),
    );
    for ((rule, valid), said) in valid.iter().zip(compile(pack, Version::New, &after)?) {
        if !said.is_empty() {
            out.push(format!(
                "{}: the new version does not take what is after:{}\n{}",
                rule.name,
                told(&said),
                valid.after
            ));
        }
    }
    for ((rule, invalid), said) in invalid.iter().zip(compile(pack, Version::New, &others)?) {
        // It is code, and what is reported is what the pattern could be asked about.
        let code = |s: &&Said| {
            !rule.pattern.codes.iter().any(|c| *c == s.code) && invalid.code.as_deref() != Some(s.code.as_str())
        };
        // A parameter has no type when the library does not say what is called.
        let strange: Vec<Said> = said.iter().filter(code).filter(|s| s.code != "TS7006").cloned().collect();
        if !strange.is_empty() {
            out.push(format!(
                "{}: an invalid example has other errors:{}\n{}",
                rule.name,
                told(&strange),
                invalid.before
            ));
        }
    }
    Ok(out)
}

fn check(registry: Registry, compile: Compile<'_>) {
    let mut all = Vec::new();
    let only = std::env::var("BUILDFIX_PACK").ok();
    for pack in
        packs::all().iter().filter(|p| p.pack.registry == registry && only.as_deref().is_none_or(|o| p.id.contains(o)))
    {
        match wrong(pack, compile) {
            Ok(found) => all.extend(found.into_iter().map(|w| format!("{}: {w}", pack.id))),
            Err(why) => skip(&format!("pack {}", pack.id), &why),
        }
    }
    assert!(all.is_empty(), "{} wrong:\n{}", all.len(), all.join("\n"));
}

#[test]
fn packs_of_npm_are_right() {
    match libraries() {
        Ok(folder) => check(Registry::Npm, &|pack, version, sources| typescript(&folder, pack, version, sources)),
        Err(why) => skip("packs_of_npm_are_right", &why),
    }
}

#[test]
fn packs_of_nuget_are_right() {
    match dotnet() {
        Ok(variables) => check(Registry::Nuget, &|pack, version, sources| csharp(&variables, pack, version, sources)),
        Err(why) => skip("packs_of_nuget_are_right", &why),
    }
}
