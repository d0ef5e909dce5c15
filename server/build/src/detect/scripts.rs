//! The scripts of a `package.json`: which of them only checks types, and how it is run.

use super::Found;
use super::folders::Environment;
use super::packages::{local, manager, not_installed};
use crate::command::quote;
use serde_json::Value;
use std::path::Path;

/// Names of scripts that check types by their name, best first, then those that may.
const NAMES: [&str; 15] = [
    "typecheck",
    "type-check",
    "types:check",
    "check:types",
    "check-types",
    "type:check",
    "check:type",
    "check:ts",
    "ts:check",
    "test:types",
    "lint:types",
    "tsc",
    "types",
    "check",
    "build",
];
/// Of these, the last ones say nothing about types.
const VAGUE: [&str; 3] = ["types", "check", "build"];
/// Scripts that call each other, at most.
const DEEPEST: usize = 6;

/// The command that checks the types of the package as its scripts do; `None` where none of them does.
pub(super) fn command(root: &Path, package: &Value, path: &Path, environment: &Environment) -> Found {
    let script = |name: &str| package.get("scripts")?.get(name)?.as_str();
    for name in NAMES {
        let Some(text) = script(name) else { continue };
        let (mut steps, mut others, mut endless) = (Vec::new(), false, false);
        read(text, &script, 0, &mut |step| match step {
            Step::Check(words) => steps.push(words),
            Step::Prepare => {}
            Step::Watch => endless = true,
            Step::Other => others = true,
        });
        if endless {
            continue;
        }
        let named = !VAGUE.contains(&name);
        // Programs that nobody knows check types where the name says so.
        if steps.is_empty() && !(named && runs_others(text)) {
            continue;
        }
        // Whether what checks are programs of this package, which can be called without the package manager.
        let plain = steps.iter().all(|words| is_checker(&words[0]));
        if plain && !steps.is_empty() {
            let mut missing = false;
            let mut commands: Vec<String> = Vec::new();
            for words in &steps {
                let program = local(root, &words[0]).or_else(|| environment.program(&words[0]));
                missing |= program.is_none();
                let program = program.map_or_else(|| words[0].clone(), |p| p.to_string_lossy().into_owned());
                let arguments = words[1..].iter().map(|w| quote(w));
                let command = std::iter::once(quote(&program)).chain(arguments).collect::<Vec<_>>().join(" ");
                let command = command + &additions(words);
                if !commands.contains(&command) {
                    commands.push(command);
                }
            }
            if missing {
                return Err(not_installed(root, path));
            }
            return Ok(Some(("package.json", commands.join(" && "))));
        }
        if others && !named {
            continue;
        }
        let manager = manager(root);
        if environment.program(manager).is_some() {
            return Ok(Some(("package.json", format!("{manager} run {name}"))));
        }
    }
    Ok(None)
}

/// What is added to a compiler's command: nothing is written, and nothing is coloured.
fn additions(words: &[String]) -> String {
    let has = |options: &[&str]| words.iter().any(|w| options.iter().any(|o| w.eq_ignore_ascii_case(o)));
    let mut out = String::new();
    if !matches!(words[0].as_str(), "tsc" | "tsgo" | "vue-tsc") {
        return out;
    }
    if !has(&["--noEmit", "-b", "--build", "--emitDeclarationOnly", "--declaration"]) {
        out += " --noEmit";
    }
    if words[0] != "vue-tsc" && !has(&["--pretty"]) {
        out += " --pretty false";
    }
    out
}

/// What a command of a script does.
enum Step {
    /// Checks types.
    Check(Vec<String>),
    /// Makes what the check needs, or says something: the check can do without.
    Prepare,
    /// Waits for changes and never ends.
    Watch,
    /// Anything else.
    Other,
}

/// Programs that check types.
fn is_checker(program: &str) -> bool {
    matches!(program, "tsc" | "tsgo" | "vue-tsc" | "svelte-check" | "astro" | "nuxi" | "nuxt" | "glint" | "ember-tsc")
}

/// Takes a script apart, and those that it calls.
fn read<'a>(text: &str, script: &dyn Fn(&str) -> Option<&'a str>, depth: usize, step: &mut dyn FnMut(Step)) {
    for words in commands(text) {
        let words = without_runner(&words);
        let Some(program) = words.first().map(String::as_str) else { continue };
        let called: Option<Vec<&str>> = match program {
            "run-s" | "run-p" | "npm-run-all" | "npm-run-all2" => {
                Some(words[1..].iter().map(String::as_str).filter(|w| !w.starts_with('-')).collect())
            }
            "npm" | "pnpm" | "yarn" | "bun" => called(words),
            _ => None,
        };
        match called {
            Some(names) if depth < DEEPEST => {
                for name in names {
                    // `"build-only {@}"`: the rest of the arguments.
                    let name = name.split_whitespace().next().unwrap_or_default();
                    match script(name) {
                        Some(text) => read(text, script, depth + 1, step),
                        None => step(Step::Other),
                    }
                }
            }
            _ => step(kind(words)),
        }
    }
}

/// The script that a package manager is to run here: `npm run x`, `yarn x`; `None` where it is in other packages.
fn called(words: &[String]) -> Option<Vec<&str>> {
    let elsewhere =
        ["-r", "--recursive", "--filter", "-F", "-w", "-ws", "--workspace", "--workspaces", "workspaces", "-C"];
    let is_elsewhere = |w: &&String| elsewhere.iter().any(|e| w.as_str() == *e || w.starts_with(&format!("{e}=")));
    if words.iter().any(|w| is_elsewhere(&w)) {
        return None;
    }
    let mut names = words[1..].iter().map(String::as_str).filter(|w| !w.starts_with('-'));
    match names.next()? {
        "run" | "run-script" => names.next().map(|n| vec![n]),
        name if words[0] != "npm" => Some(vec![name]),
        _ => None,
    }
}

/// The commands of a script, as words. What follows each other, and what runs beside each other, is alike.
fn commands(text: &str) -> Vec<Vec<String>> {
    let mut out = vec![Vec::new()];
    let (mut word, mut quote, mut open) = (String::new(), None, false);
    let end = |word: &mut String, open: &mut bool, out: &mut Vec<Vec<String>>| {
        if *open && let Some(last) = out.last_mut() {
            last.push(std::mem::take(word));
        }
        *open = false;
    };
    for c in text.chars() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => word.push(c),
            None => match c {
                '"' | '\'' => (quote, open) = (Some(c), true),
                ' ' | '\t' | '\n' => end(&mut word, &mut open, &mut out),
                '&' | '|' | ';' | '(' | ')' => {
                    end(&mut word, &mut open, &mut out);
                    out.push(Vec::new());
                }
                c => {
                    word.push(c);
                    open = true;
                }
            },
        }
    }
    end(&mut word, &mut open, &mut out);
    out.retain(|words| !words.is_empty());
    out
}

/// A command without what only starts it: variables, `cross-env`, `npx`, `pnpm exec`.
fn without_runner(words: &[String]) -> &[String] {
    let mut rest = words;
    loop {
        let two = || (rest.first().map(String::as_str), rest.get(1).map(String::as_str));
        let skip = match two() {
            (Some(first), _)
                if first
                    .split_once('=')
                    .is_some_and(|(n, _)| n.chars().all(|c| c.is_ascii_uppercase() || "_0123456789".contains(c))) =>
            {
                1
            }
            (Some("cross-env" | "npx" | "bunx" | "env" | "time"), _) => 1,
            (Some("pnpm" | "yarn" | "npm"), Some("exec" | "dlx")) | (Some("bun"), Some("x")) => 2,
            (Some("yarn" | "pnpm"), Some(program)) if is_checker(program) => 1,
            // `npx --no-install tsc`, but not the options of a program.
            (Some(option), _) if option.starts_with("--no") && rest.len() < words.len() => 1,
            (Some("-y" | "--yes" | "--"), _) if rest.len() < words.len() => 1,
            _ => return rest,
        };
        rest = &rest[skip..];
    }
}

fn kind(words: &[String]) -> Step {
    let has = |options: &[&str]| words[1..].iter().any(|w| options.contains(&w.as_str()));
    let first = words.get(1).map(String::as_str);
    match words[0].as_str() {
        "tsc" | "tsgo" | "vue-tsc" | "svelte-check" | "glint" | "ember-tsc" if has(&["--watch", "-w"]) => Step::Watch,
        _ if has(&["--watch"]) => Step::Watch,
        "tsc" | "tsgo" if has(&["--init", "--showConfig", "--version", "--clean"]) => Step::Other,
        "tsc" | "tsgo" | "vue-tsc" | "svelte-check" | "glint" | "ember-tsc" => Step::Check(words.to_vec()),
        "astro" if first == Some("check") => Step::Check(words.to_vec()),
        "nuxi" | "nuxt" if first == Some("typecheck") => Step::Check(words.to_vec()),
        "svelte-kit" | "astro" if first == Some("sync") => Step::Prepare,
        "nuxi" | "nuxt" if first == Some("prepare") => Step::Prepare,
        "next" | "react-router" if first == Some("typegen") => Step::Prepare,
        "wrangler" if first == Some("types") => Step::Prepare,
        "echo" => Step::Prepare,
        // Those that run the scripts of many packages.
        "turbo" | "nx" | "lerna" | "wsrun" | "ultra" | "moon" | "npm" | "pnpm" | "yarn" | "bun" => {
            let checks = words[1..].iter().any(|w| {
                let task = w.rsplit(['=', ':']).next().unwrap_or(w);
                NAMES.iter().any(|n| !VAGUE.contains(n) && (w == n || task == *n))
            });
            if checks { Step::Check(words.to_vec()) } else { Step::Other }
        }
        _ => Step::Other,
    }
}

/// Whether a script whose name says that it checks types does so by other means: its own programs.
fn runs_others(text: &str) -> bool {
    let quiet = ["exit", "echo", "true", "eslint", "biome", "prettier"];
    commands(text).iter().any(|words| !quiet.contains(&without_runner(words).first().map_or("echo", String::as_str)))
}
