//! # Code that needs an option of the compiler
//!
//! The message names the option: a newer `lib`, `dom` in it, `resolveJsonModule`, `esModuleInterop`, `experimentalDecorators`,
//! `allowImportingTsExtensions`, or a way of finding modules.
//!
//! ```typescript before
//! //@ error TS2550: Property 'flat' does not exist on type 'number[][]'. Do you need to change your target library? Try changing the 'lib' compiler option to 'es2019' or later.
//! //@ compiler: 7
//! export const all = [[1]].$0flat$0();
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "lib": ["es2015", "dom"],
//!     "noEmit": true
//!   }
//! }
//! ```
//! ```typescript after
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "lib": ["es2019", "dom"],
//!     "noEmit": true
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: an option holds for the whole project, and what runs the code has to be new enough.

use super::support::config::{Documents, config_of, is_installed};
use codegen::json::quoted;
use fix::{Applicability, Fix, RuleContext};
use index::typescript::TsProject;
use serde_json::Value;
use std::path::PathBuf;

pub(crate) const CODES: &[&str] = &[
    "TS2550", "TS2583", "TS2584", "TS2585", "TS2732", "TS1259", "TS1219", "TS5097", "TS2792", "TS2802", "TS18028",
    "TS2737",
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some((config, project, _)) = config_of(ctx.index, ctx.path()) else { return Vec::new() };
    // The file that holds an option, or the configuration's own.
    let holder = |name: &str| {
        let found = ctx.index.typescript().option_holder(&config, name);
        found.filter(|h| !is_installed(h)).unwrap_or_else(|| config.clone())
    };
    let set = |name: &str, value: &str| {
        let mut documents = Documents::new(ctx.index);
        documents.set_option(&holder(name), name, value)?;
        let title = format!("Set the '{name}' option in your configuration file to '{}'", value.trim_matches('"'));
        documents.fix(title, Applicability::Unsafe)
    };
    let is_on = |name: &str| project.options.get(&name.to_ascii_lowercase()).is_some_and(|v| *v == true);
    let modern = project.version.is_some_and(|(major, _)| major >= 6);
    let fix = match ctx.code().as_str() {
        "TS2584" => lib(ctx, &project, holder("lib"), "dom"),
        "TS2550" | "TS2583" | "TS2585" => {
            // The last argument that is the name of a library.
            let mut all = ctx.diagnostic.arguments.iter().rev();
            let wanted = all.find(|a| a.starts_with("es") && !a.contains(char::is_whitespace)).cloned();
            wanted.and_then(|wanted| lib(ctx, &project, holder("lib"), &wanted))
        }
        "TS2732" if !is_on("resolveJsonModule") => set("resolveJsonModule", "true"),
        "TS1259" => {
            let flag = ctx
                .diagnostic
                .arguments
                .iter()
                .find(|a| matches!(a.as_str(), "esModuleInterop" | "allowSyntheticDefaultImports"));
            flag.filter(|f| !is_on(f)).and_then(|flag| set(flag, "true"))
        }
        "TS1219" if !is_on("experimentalDecorators") => set("experimentalDecorators", "true"),
        // Only where nothing is emitted that could name such a file.
        "TS5097" if is_on("noEmit") || is_on("emitDeclarationOnly") => set("allowImportingTsExtensions", "true"),
        "TS2792" if !project.options.contains_key("moduleresolution") => set("moduleResolution", "\"bundler\""),
        "TS2802" if modern => set("target", "\"es2015\""),
        "TS2802" => set("downlevelIteration", "true"),
        "TS18028" => set("target", "\"es2015\""),
        "TS2737" => set("target", "\"es2020\""),
        _ => None,
    };
    fix.into_iter().collect()
}

/// The year of a library of the language: `es2019.array` is of 2019.
fn year(lib: &str) -> Option<u32> {
    let rest = lib.to_ascii_lowercase();
    let rest = rest.strip_prefix("es")?.split('.').next()?.to_owned();
    match rest.as_str() {
        "next" => Some(u32::MAX),
        "5" => Some(2009),
        "6" => Some(2015),
        "7" => Some(2016),
        digits => digits.parse().ok(),
    }
}

/// `lib` with a library in it: a newer one takes the place of the one of the language.
fn lib(ctx: &RuleContext<'_>, project: &TsProject, holder: PathBuf, wanted: &str) -> Option<Fix> {
    let listed: Option<Vec<&str>> =
        project.options.get("lib").and_then(Value::as_array).map(|l| l.iter().filter_map(Value::as_str).collect());
    let mut all: Vec<String> = match &listed {
        Some(listed) => listed.iter().map(|l| (*l).to_owned()).collect(),
        // What there is when nothing is set.
        None if wanted == "dom" => return None,
        None => vec!["dom".to_owned(), "dom.iterable".to_owned()],
    };
    match year(wanted) {
        None => all.push(wanted.to_owned()),
        Some(wanted_year) => {
            let main = all.iter_mut().find(|l| !l.contains('.') && year(l).is_some());
            match main {
                Some(main) if year(main) >= Some(wanted_year) => return None,
                Some(main) => *main = wanted.to_owned(),
                None => all.insert(0, wanted.to_owned()),
            }
        }
    }
    let values: Vec<String> = all.iter().map(|l| quoted(l)).collect();
    let mut documents = Documents::new(ctx.index);
    documents.set_option(&holder, "lib", &format!("[{}]", values.join(", ")))?;
    documents.fix(format!("Add '{wanted}' to 'lib' in your configuration file"), Applicability::Unsafe)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    fn config(options: &str) -> String {
        format!("//- /tsconfig.json\n{{ \"compilerOptions\": {{ {options} }} }}\n")
    }

    fn set(code: &str, message: &str, source: &str, before: &str, after: &str) {
        check_fix(rule_of(module_path!()), code, message, &format!("{source}\n{}", config(before)), &config(after));
    }

    #[test]
    fn options_that_the_message_names() {
        let json = "Cannot find module './a.json'. Consider using '--resolveJsonModule' to import module with '.json' extension.";
        set(
            "TS2732",
            json,
            "import a from $0'./a.json';",
            "\"strict\": true",
            "\"strict\": true, \"resolveJsonModule\": true",
        );
        let interop = "Module '\"/b\"' can only be default-imported using the 'esModuleInterop' flag";
        set(
            "TS1259",
            interop,
            "import $0b from './b';",
            "\"strict\": true",
            "\"strict\": true, \"esModuleInterop\": true",
        );
        let ending = "An import path can only end with a '.ts' extension when 'allowImportingTsExtensions' is enabled.";
        set(
            "TS5097",
            ending,
            "import $0'./b.ts';",
            "\"noEmit\": true",
            "\"noEmit\": true, \"allowImportingTsExtensions\": true",
        );
        let emitting = format!("import $0'./b.ts';\n{}", config("\"outDir\": \"o\""));
        check_no_fix(rule_of(module_path!()), "TS5097", ending, &emitting);
    }

    #[test]
    fn libraries_are_added_to_what_there_is() {
        let dom = "Cannot find name 'document'. Do you need to change your target library? Try changing the 'lib' compiler option to include 'dom'.";
        set("TS2584", dom, "$0document;", "\"lib\": [\"es2022\"]", "\"lib\": [\"es2022\", \"dom\"]");
        let map = "Cannot find name 'Map'. Do you need to change your target library? Try changing the 'lib' compiler option to 'es2015' or later.";
        set(
            "TS2583",
            map,
            "new $0Map();",
            "\"target\": \"es5\"",
            "\"target\": \"es5\", \"lib\": [\"es2015\", \"dom\", \"dom.iterable\"]",
        );
    }
}
