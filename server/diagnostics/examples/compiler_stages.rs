//! Makes `src/stages.txt`: which codes are reported at which stage of compilation.
//!
//! TypeScript's come from the compiler itself: what its scanner and parser use of `Diagnostics`. Roslyn's come from `data/roslyn_stages.txt`.
//!
//! `cargo run -p diagnostics --example compiler_stages -- server/diagnostics/data/roslyn_stages.txt server/diagnostics/src/stages.txt
//! node_modules/typescript/lib/typescript.js …`

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;

type Stages = BTreeMap<String, BTreeSet<(String, u32)>>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(roslyn), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: compiler_stages ROSLYN_STAGES OUT TYPESCRIPT_JS…".into());
    };
    let mut stages = Stages::new();
    read_roslyn(&std::fs::read_to_string(roslyn)?, &mut stages)?;
    for compiler in arguments {
        let text = std::fs::read_to_string(&compiler)?;
        let codes = typescript_syntax(&text)?;
        println!("{compiler}: {} codes of scanner and parser", codes.len());
        stages.entry("syntax".to_owned()).or_default().extend(codes.into_iter().map(|n| ("TS".to_owned(), n)));
    }
    let mut text = String::new();
    for (stage, codes) in &stages {
        let codes = codes.iter().map(|(prefix, number)| match prefix.as_str() {
            "CS" => format!("CS{number:04}"),
            _ => format!("{prefix}{number}"),
        });
        writeln!(text, "{stage}: {}", codes.collect::<Vec<_>>().join(" "))?;
    }
    std::fs::write(out, text)?;
    Ok(())
}

/// A line with one word names the stage; the codes after it belong to it.
fn read_roslyn(text: &str, stages: &mut Stages) -> Result<(), Box<dyn Error>> {
    let mut stage = None;
    for line in text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        if !line.starts_with("CS") {
            stage = Some(line.to_owned());
            continue;
        }
        let codes = stages.entry(stage.clone().ok_or("codes before a stage")?).or_default();
        for code in line.split(' ') {
            codes.insert(("CS".to_owned(), code.trim_start_matches("CS").parse()?));
        }
    }
    Ok(())
}

/// Codes that the scanner and the parser report, and what a JavaScript file is told of TypeScript's syntax before anything is checked. The
/// compiler is one file, in which comments name the modules that it was made of.
fn typescript_syntax(compiler: &str) -> Result<BTreeSet<u32>, Box<dyn Error>> {
    // `Cannot_find_name_0: diag(2304, 1 /* Error */, …`
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    for (name, rest) in compiler.lines().filter_map(|l| l.trim_start().split_once(": diag(")) {
        if let Some((Ok(number), _)) = rest.split_once(',').map(|(n, r)| (n.parse(), r)) {
            numbers.insert(name, number);
        }
    }
    let module = |name: &str| between(compiler, &format!("\n// src/compiler/{name}.ts\n"), "\n// src/");
    let javascript = between(compiler, "\n  function getJSSyntacticDiagnosticsForFile(", "\n  }\n");
    let mut codes = BTreeSet::new();
    for part in [module("scanner"), module("parser"), javascript] {
        let part = part.ok_or("this is not a compiler of TypeScript 5 or 6")?;
        let names = part.split("Diagnostics.").skip(1).map(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(rest.len());
            &rest[..end]
        });
        codes.extend(names.filter_map(|name| numbers.get(name)));
    }
    Ok(codes)
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let rest = &text[text.find(start)? + start.len()..];
    Some(&rest[..rest.find(end)?])
}
