//! Diagnostics about the configuration for which the compiler names no file: an option stands in a file that the configuration extends, or on the
//! command line.

use codegen::json::JsonEditor;
use diagnostics::{BuildDiagnostic, Code, LineColumn, Location, Producer, Severity};
use index::Index;
use index::typescript::{TypeScript, normalize};
use serde_json::Value;
use std::path::{Path, PathBuf};
use text::{LineBreaks, LineTable, PositionEncoding, TextRange};

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
                let wanted = normalize(&folder.join(common));
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

/// Options that were without effect before they were gone.
const UNKNOWN: &[&str] = &[
    "charset",
    "keyofStringsOnly",
    "noImplicitUseStrict",
    "noStrictGenericChecks",
    "suppressExcessPropertyErrors",
    "suppressImplicitAnyIndexErrors",
    "importsNotUsedAsValues",
    "preserveValueImports",
    "out",
];

/// What TypeScript 7 says of the options of all configurations of the workspace, told without running it: a build stops at the first project, and
/// errors of options hide all others.
pub(super) fn upgrade(index: &Index, major: u32) -> Vec<BuildDiagnostic> {
    let typescript = index.typescript();
    let mut out = Vec::new();
    if major < 6 {
        return out;
    }
    for config in typescript.configurations().iter() {
        let Some(file) = typescript.configuration_file(config) else { continue };
        for (name, value) in file.options.iter().flatten() {
            if let Some((code, message)) = removed(name, value)
                && let Some(range) = place_of(index, config, &["compilerOptions", name])
            {
                out.extend(reported(index, config, range.start, code, message));
            }
        }
        out.extend(root_of(index, config));
    }
    out
}

/// The error for an option with a value that TypeScript 7 does not know.
fn removed(name: &str, value: &Value) -> Option<(&'static str, String)> {
    let text = value.as_str().map(str::to_ascii_lowercase).unwrap_or_default();
    let gone = |what: &str| format!("Option '{what}' has been removed. Please remove it from your configuration.");
    let argument = || ("TS6046", format!("Argument for '--{name}' option must be another one."));
    Some(match (name, text.as_str()) {
        ("baseUrl" | "downlevelIteration" | "outFile", _) => ("TS5102", gone(name)),
        ("moduleResolution", "node" | "node10") => ("TS5108", gone("moduleResolution=node10")),
        ("moduleResolution", "classic") => ("TS5108", gone("moduleResolution=Classic")),
        ("module", "amd" | "umd") => ("TS5108", gone(&format!("module={}", text.to_ascii_uppercase()))),
        ("module", "system") => ("TS5108", gone("module=System")),
        ("module", "none") | ("target", "es3") => argument(),
        ("target", "es5") => ("TS5108", gone("target=ES5")),
        ("esModuleInterop" | "allowSyntheticDefaultImports" | "alwaysStrict", _) if *value == Value::Bool(false) => {
            ("TS5108", gone(&format!("{name}=false")))
        }
        (name, _) if UNKNOWN.contains(&name) => ("TS5023", format!("Unknown compiler option '{name}'.")),
        _ => return None,
    })
}

/// The error for a configuration whose sources stand in a folder of their own and that does not say so.
fn root_of(index: &Index, config: &Path) -> Option<BuildDiagnostic> {
    let typescript = index.typescript();
    let project = typescript.configuration(config).filter(|_| typescript.is_started(config))?;
    let has = |name: &str| project.options.contains_key(name);
    let written = has("outdir") || has("declarationdir");
    if !written || has("rootdir") || has("outfile") || project.flag("composite") || project.flag("noEmit") {
        return None;
    }
    let (folder, common) = (config.parent()?, typescript.common_folder(config)?);
    let inside = common.strip_prefix(folder).ok().filter(|i| !i.as_os_str().is_empty())?;
    let name = config.file_name()?.to_string_lossy();
    let message = format!(
        "The common source directory of '{name}' is './{}'. The 'rootDir' setting must be explicitly set to this or another path to adjust your output's file layout.",
        inside.to_string_lossy().replace('\\', "/")
    );
    reported(index, config, 0, "TS5011", message)
}

fn reported(index: &Index, config: &Path, offset: usize, code: &str, message: String) -> Option<BuildDiagnostic> {
    let text = index.text(config)?;
    let table = LineTable::new(&text, LineBreaks::Lsp);
    let at = table.position(&text, offset, PositionEncoding::Utf16);
    let start = LineColumn { line: at.line + 1, column: Some(at.column + 1) };
    Some(BuildDiagnostic {
        file: Some(config.to_string_lossy().into()),
        location: Some(Location::LineColumn { start, end: None }),
        code: Code::new(code),
        severity: Severity::Error,
        message: message.into(),
        arguments: Vec::new(),
        projects: Vec::new(),
        related: Vec::new(),
        producer: Producer::TypeScript,
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_seven_will_say_is_told_without_it() {
        let index = Index::in_memory([
            (
                "/w/tsconfig.json",
                "{\n  \"compilerOptions\": {\n    \"target\": \"es5\",\n    \"baseUrl\": \".\",\n    \"charset\": \"utf8\",\n    \"outDir\": \"dist\"\n  },\n  \"include\": [\"src\"]\n}\n",
            ),
            ("/w/src/a.ts", ""),
            (
                "/w/b/tsconfig.json",
                "{ \"compilerOptions\": { \"module\": \"none\", \"strict\": false, \"esModuleInterop\": true } }",
            ),
        ]);
        let found = upgrade(&index, 7);
        let codes: Vec<&str> = found.iter().map(|d| d.code.as_str()).collect();
        assert_eq!(codes, ["TS6046", "TS5108", "TS5102", "TS5023", "TS5011"]);
        assert!(found[4].message.contains("is './src'"));
        assert!(upgrade(&index, 5).is_empty());
    }

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
