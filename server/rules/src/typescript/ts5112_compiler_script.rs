//! # A script that starts the compiler in a way that there is no more
//!
//! Files on the command line beside a `tsconfig.json` were compiled without it, silently. Since TypeScript 6 the script has to say so. Options that are
//! gone are errors on the command line, too.
//!
//! ```typescript before
//! //@ error TS5112: tsconfig.json is present but will not be loaded if files are specified on commandline. Use '--ignoreConfig' to skip this error.
//! //@ compiler: none
//! export const area = 1;
//! //- /package.json
//! {
//!   "scripts": {
//!     $0"check": "tsc --noEmit main.ts"
//!   }
//! }
//! ```
//! ```typescript after
//! //- /package.json
//! {
//!   "scripts": {
//!     "check": "tsc --ignoreConfig --noEmit main.ts"
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: a script is changed, and another one may have been run.

use super::support::config::Documents;
use codegen::json::{Where, quoted};
use fix::{Applicability, Fix, RuleContext};

pub(crate) const CODES: &[&str] = &["TS5112", "TS5107", "TS5108", "TS5101", "TS5102"];

/// Values of options that there are no more, and what takes their place; without a value the option goes.
const REPLACED: &[(&str, &str, Option<&str>)] = &[
    ("moduleResolution", "node", Some("bundler")),
    ("moduleResolution", "node10", Some("bundler")),
    ("moduleResolution", "classic", Some("bundler")),
    ("target", "es3", Some("es2015")),
    ("target", "es5", Some("es2015")),
    ("module", "amd", Some("esnext")),
    ("module", "umd", Some("esnext")),
    ("module", "system", Some("esnext")),
    ("esModuleInterop", "false", None),
    ("allowSyntheticDefaultImports", "false", None),
    ("alwaysStrict", "false", None),
    ("downlevelIteration", "", None),
    ("downlevelIteration", "true", None),
    ("downlevelIteration", "false", None),
];
/// Letters for options.
const SHORT: &[(&str, &str)] = &[("t", "target"), ("m", "module")];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let mut documents = Documents::new(ctx.index);
    if ctx.path().file_name().is_some_and(|n| n != "package.json") {
        return on_command_line(ctx).into_iter().collect();
    }
    let Some(editor) = documents.edit(ctx.path()) else { return Vec::new() };
    let path = editor.path_at(ctx.diagnostic.range.start);
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let [scripts, name] = path.as_slice() else { return Vec::new() };
    if *scripts != "scripts" || ctx.path().file_name().is_none_or(|n| n != "package.json") {
        return Vec::new();
    }
    let all = ctx.index.typescript().scripts(ctx.path());
    let Some((_, script)) = all.iter().find(|(own, _)| own == name) else { return Vec::new() };
    let (changed, title) = match ctx.code().as_str() {
        "TS5112" => (ignoring(script), "Add '--ignoreConfig' to the script".to_owned()),
        _ => {
            let first = ctx.argument(0).unwrap_or_default();
            let option = first.split('=').next().unwrap_or_default();
            (without(script, option), format!("Replace '{option}' in the script"))
        }
    };
    let Some(changed) = changed.filter(|c| c != script) else { return Vec::new() };
    editor.set(&path, &quoted(&changed), Where::First);
    documents.fix(title, Applicability::Unsafe).into_iter().collect()
}

/// An option that the configuration does not have came from the command line: the scripts that give it.
fn on_command_line(ctx: &RuleContext<'_>) -> Option<Fix> {
    let typescript = ctx.index.typescript();
    let option = ctx.argument(0)?.split('=').next()?;
    if !REPLACED.iter().any(|(name, ..)| *name == option) || typescript.option_holder(ctx.path(), option).is_some() {
        return None;
    }
    let manifest = typescript.manifest(ctx.path())?;
    let mut documents = Documents::new(ctx.index);
    for (name, script) in typescript.scripts(&manifest) {
        let Some(changed) = without(&script, option).filter(|c| *c != script && script.contains("tsc")) else {
            continue;
        };
        documents.edit(&manifest)?.set(&["scripts", &name], &quoted(&changed), Where::First);
    }
    documents.fix(format!("Replace '{option}' in the scripts"), Applicability::Unsafe)
}

/// The script with the option right behind the compiler's name.
fn ignoring(script: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = script;
    let mut any = false;
    while let Some(at) = rest.find("tsc") {
        let end = at + 3;
        let whole = !rest[..at].ends_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_' || c == '.')
            && rest[end..].chars().next().is_none_or(char::is_whitespace);
        out.push_str(&rest[..end]);
        let command = rest[end..].split(['&', '|', ';']).next().unwrap_or_default();
        let names_files =
            command.split_whitespace().any(|w| w.trim_matches(['"', '\'']).ends_with("ts") && !w.starts_with('-'));
        if whole && names_files && !command.contains("--ignoreConfig") {
            out.push_str(" --ignoreConfig");
            any = true;
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    any.then_some(out)
}

/// The script with what takes the place of an option's value.
fn without(script: &str, option: &str) -> Option<String> {
    let words: Vec<&str> = script.split(' ').collect();
    let mut out: Vec<String> = Vec::new();
    let mut i = 0;
    while let Some(word) = words.get(i) {
        let name = word.trim_start_matches('-');
        let long =
            SHORT.iter().find(|(short, _)| *short == name && word.starts_with('-')).map_or(name, |(_, long)| *long);
        if word.starts_with('-') && long.eq_ignore_ascii_case(option) {
            let value = words.get(i + 1).filter(|v| !v.starts_with('-')).copied().unwrap_or_default();
            let row = REPLACED
                .iter()
                .find(|(name, old, _)| name.eq_ignore_ascii_case(option) && old.eq_ignore_ascii_case(value));
            if let Some((_, _, new)) = row {
                if let Some(new) = new {
                    out.push((*word).to_owned());
                    out.push((*new).to_owned());
                }
                i += if value.is_empty() { 1 } else { 2 };
                continue;
            }
        }
        out.push((*word).to_owned());
        i += 1;
    }
    Some(out.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_configuration_says_a_script_does() {
        fix::testing::check_fix(
            crate::rule_of(module_path!()),
            "TS5108",
            "Option 'moduleResolution=node10' has been removed. Please remove it from your configuration.",
            "//- /tsconfig.json\n{ $0\"compilerOptions\": { \"strict\": true } }\n//- /package.json\n{ \"scripts\": { \"build\": \"tsc --moduleResolution node\" } }\n",
            "//- /package.json\n{ \"scripts\": { \"build\": \"tsc --moduleResolution bundler\" } }\n",
        );
    }

    #[test]
    fn scripts_say_what_they_mean() {
        assert_eq!(
            ignoring("rm -r x && npx tsc a.ts && tsc -p .").as_deref(),
            Some("rm -r x && npx tsc --ignoreConfig a.ts && tsc -p .")
        );
        assert_eq!(ignoring("vue-tsc a.ts"), None);
        assert_eq!(without("tsc -t ES5 --outDir x", "target").as_deref(), Some("tsc -t es2015 --outDir x"));
        assert_eq!(without("tsc --esModuleInterop false -b", "esModuleInterop").as_deref(), Some("tsc -b"));
        assert_eq!(
            without("tsc --moduleResolution bundler", "moduleResolution").as_deref(),
            Some("tsc --moduleResolution bundler")
        );
    }
}
