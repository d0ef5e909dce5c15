//! Diagnostics about the configuration for which the compiler names no file: an option stands in a file that the configuration extends, or on the
//! command line.

use codegen::json::JsonEditor;
use index::Index;
use index::typescript::TypeScript;
use serde_json::Value;
use std::path::{Path, PathBuf};
use text::TextRange;

/// Codes about one option, which the first argument names.
const OPTIONS: &[&str] = &["TS5101", "TS5102", "TS5107", "TS5108"];

/// The document that a diagnostic without a file is about, and the place in it.
pub(super) fn document_of(index: &Index, code: &str, arguments: &[String]) -> Option<(PathBuf, TextRange)> {
    let typescript = index.typescript();
    let first = arguments.first().map(String::as_str);
    match code {
        _ if OPTIONS.contains(&code) => {
            let (name, value) = option_of(arguments)?;
            let holder = inherited(typescript, name, value.as_deref());
            let place = |(holder, written): (PathBuf, String)| {
                let range = place_of(index, &holder, &["compilerOptions", &written])?;
                Some((holder, range))
            };
            holder.and_then(place).or_else(|| in_script(index, |script| runs_with(script, name)))
        }
        "TS5090" => {
            let (holder, written) = inherited(typescript, "paths", None)?;
            let range = place_of(index, &holder, &["compilerOptions", &written])?;
            Some((holder, range))
        }
        "TS5095" | "TS5098" | "TS5109" | "TS5110" => {
            // They are about two options, one of which is in the message.
            let name = if code == "TS5098" { first? } else { "moduleResolution" };
            let (holder, written) =
                inherited(typescript, name, None).or_else(|| inherited(typescript, "module", None))?;
            let range = place_of(index, &holder, &["compilerOptions", &written])?;
            Some((holder, range))
        }
        "TS5011" => {
            let common = arguments.get(1)?;
            let name = Path::new(first?).file_name()?;
            let all = typescript.configurations();
            let found = all.iter().find(|config| {
                let folder = config.parent().unwrap_or(config);
                let wanted = normalized(&folder.join(common));
                config.file_name() == Some(name)
                    && typescript.option_holder(config, "rootDir").is_none()
                    && ["outDir", "declarationDir"]
                        .iter()
                        .any(|o| typescript.option_holder(config, o).is_some_and(|h| h != **config))
                    && typescript.common_folder(config).is_some_and(|c| c == wanted)
            })?;
            Some((found.clone(), TextRange::empty(0)))
        }
        "TS5112" => in_script(index, names_files),
        _ => None,
    }
}

/// The option that a message is about, and its value: `moduleResolution=node10` may be one argument or two.
fn option_of(arguments: &[String]) -> Option<(&str, Option<String>)> {
    let first = arguments.first()?;
    Some(match first.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (first, None),
    })
}

/// The file, and the name as written in it, that gives an option to a configuration that is started and has no options of its own: only for
/// those the compiler names no place. `value` is the one that the message prints.
fn inherited(typescript: TypeScript<'_>, name: &str, value: Option<&str>) -> Option<(PathBuf, String)> {
    let all = typescript.configurations();
    let holders = |only_bare: bool| {
        all.iter().filter(|c| typescript.is_started(c)).filter_map(move |config| {
            let file = typescript.configuration_file(config)?;
            if only_bare && file.options.is_some() {
                return None;
            }
            let holder = typescript.option_holder(config, name)?;
            let written = typescript.configuration_file(&holder)?;
            let (written, own) = written.option(name)?;
            let fits = value.is_none_or(|value| prints(own, value));
            fits.then(|| (holder.clone(), written.to_owned()))
        })
    };
    holders(true).next().or_else(|| holders(false).next())
}

/// Whether a message prints a value so.
fn prints(written: &Value, printed: &str) -> bool {
    match written {
        Value::String(text) => {
            let text = text.to_ascii_lowercase();
            let text = if text == "node" { "node10" } else { &text };
            text == printed.to_ascii_lowercase()
        }
        Value::Bool(value) => value.to_string() == printed,
        _ => true,
    }
}

fn place_of(index: &Index, document: &Path, path: &[&str]) -> Option<TextRange> {
    let editor = JsonEditor::new(&index.text(document)?)?;
    Some(editor.find(path)?.whole)
}

/// The first script of a `package.json` that `fits`.
fn in_script(index: &Index, fits: impl Fn(&str) -> bool) -> Option<(PathBuf, TextRange)> {
    let manifests = index.files().filter(|p| p.file_name().is_some_and(|n| n == "package.json"));
    for path in manifests {
        let scripts = index.typescript().scripts(path);
        for (name, _) in scripts.iter().filter(|(_, script)| fits(script)) {
            if let Some(range) = place_of(index, path, &["scripts", name]) {
                return Some((path.to_path_buf(), range));
            }
        }
    }
    None
}

/// Whether a script gives the compiler an option by name.
fn runs_with(script: &str, name: &str) -> bool {
    let words = script.split_whitespace();
    is_compiler(script)
        && words
            .filter_map(|w| w.strip_prefix("--"))
            .any(|w| w.split('=').next().is_some_and(|w| w.eq_ignore_ascii_case(name)))
}

/// Whether a script gives the compiler files by name.
fn names_files(script: &str) -> bool {
    script.split(['&', '|', ';']).any(|command| {
        let is_source = |w: &str| {
            let w = w.trim_matches(['"', '\'']);
            [".ts", ".tsx", ".mts", ".cts"].iter().any(|e| w.ends_with(e)) && !w.starts_with('-')
        };
        is_compiler(command)
            && !command.contains("--ignoreConfig")
            && !command.split_whitespace().any(|w| matches!(w, "-p" | "--project" | "-b" | "--build"))
            && command.split_whitespace().any(is_source)
    })
}

/// Whether a command starts the compiler.
fn is_compiler(command: &str) -> bool {
    command.split_whitespace().any(|w| w == "tsc" || w.ends_with("/tsc"))
}

fn normalized(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_without_a_place_are_found_in_the_file_that_is_extended() {
        let index = Index::in_memory([
            (
                "/w/tsconfig.base.json",
                "{ \"compilerOptions\": { \"baseUrl\": \".\", \"outDir\": \"${configDir}/out\" } }",
            ),
            ("/w/a/tsconfig.json", "{ \"extends\": \"../tsconfig.base.json\", \"include\": [\"src\"] }"),
            ("/w/a/src/x.ts", ""),
            (
                "/w/package.json",
                "{ \"scripts\": { \"build\": \"tsc --module amd\", \"one\": \"tsc --noEmit src/a.ts\" } }",
            ),
        ]);
        let find = |code: &str, arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
            document_of(&index, code, &arguments).map(|(path, range)| (path.display().to_string(), range.start))
        };
        assert_eq!(find("TS5102", &["baseUrl"]), Some(("/w/tsconfig.base.json".into(), 23)));
        assert_eq!(find("TS5108", &["module=AMD"]), Some(("/w/package.json".into(), 15)));
        assert_eq!(find("TS5112", &[]), Some(("/w/package.json".into(), 44)));
        assert_eq!(find("TS5011", &["tsconfig.json", "./src"]), Some(("/w/a/tsconfig.json".into(), 0)));
        assert_eq!(find("TS5011", &["tsconfig.json", "./other"]), None);
        assert_eq!(find("TS5102", &["outFile"]), None);
    }
}
