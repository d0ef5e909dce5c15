//! # Types that are installed and not asked for
//!
//! Until TypeScript 5 all packages in `node_modules/@types` were part of every program; since TypeScript 6 only those that `types` lists, and by default
//! none. `process`, `describe` or `$` are then not found although their types are installed.
//!
//! ```typescript before
//! //@ error TS2591: Cannot find name 'process'. Do you need to install type definitions for node? Try `npm i --save-dev @types/node` and then add 'node' to the types field in your tsconfig.
//! //@ compiler: 7
//! export const home = $0process$0.env;
//! //- /node_modules/@types/node/package.json
//! { "name": "@types/node", "version": "24.0.0", "types": "index.d.ts" }
//! //- /node_modules/@types/node/index.d.ts
//! declare var process: { env: object };
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "module": "esnext",
//!     "noEmit": true
//!   }
//! }
//! ```
//! ```typescript after
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "module": "esnext",
//!     "types": ["node"],
//!     "noEmit": true
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when the configuration has no `types`: the compiler took them all before. `Unsafe` when it lists others, and when it is not certain which
//! configuration the file was compiled with. All that is missing in the files of a configuration is added at once.

use super::support::config::{Documents, config_of, may_be_modern};
use super::support::globals::GLOBALS;
use diagnostics::SourceDiagnostic;
use fix::{Applicability, DiagnosticSet, Fix, RuleContext};
use index::Index;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub(crate) const CODES: &[&str] =
    &["TS2591", "TS2580", "TS2592", "TS2581", "TS2593", "TS2582", "TS2868", "TS2867", "TS2304", "TS2503", "TS2552"];

/// What the files of a configuration miss: packages, in the order in which they are missed.
#[derive(Default)]
struct Missing(BTreeMap<PathBuf, Of>);

#[derive(Default)]
struct Of {
    packages: Vec<String>,
    /// Names that several packages declare: one of them is enough.
    open: Vec<Vec<String>>,
    certain: bool,
}

/// The global that a diagnostic misses, and whether it may be a module (`fs`, `node:path`).
fn missed(d: &SourceDiagnostic) -> Option<(&str, bool)> {
    let code = d.code.as_str();
    let name = CODES.contains(&code).then(|| d.argument(0)).flatten()?;
    Some((name, matches!(code, "TS2591" | "TS2580")))
}

/// The installed packages that declare a global, the likeliest first.
fn declaring(index: &Index, config: &Path, installed: &[String], (name, module): (&str, bool)) -> Vec<String> {
    let typescript = index.typescript();
    let mut out: Vec<String> = Vec::new();
    let known =
        |package: &str| GLOBALS.iter().find(|(p, _)| *p == package).is_some_and(|(_, names)| names.contains(&name));
    for package in installed {
        let declares = |name: &str| typescript.types_declare(config, package, name).unwrap_or_else(|| known(package));
        if declares(name) || module && declares(&format!("\"{name}\"")) {
            out.push(package.clone());
        }
    }
    out.sort_by_key(|p| GLOBALS.iter().position(|(known, _)| known == p).unwrap_or(GLOBALS.len()));
    out
}

impl Missing {
    fn find(index: &Index, set: &DiagnosticSet) -> Self {
        let mut out = Self::default();
        let mut installed: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
        let mut known: BTreeMap<(PathBuf, String, bool), Vec<String>> = BTreeMap::new();
        for file in set.files() {
            let wanted: BTreeSet<(&str, bool)> = set.in_file(file).iter().filter_map(missed).collect();
            if wanted.is_empty() {
                continue;
            }
            let Some((config, project, certain)) = config_of(index, file) else { continue };
            if !may_be_modern(&project) && !project.options.contains_key("types") {
                continue;
            }
            let of = out.0.entry(config.clone()).or_insert_with(|| Of { certain: true, ..Of::default() });
            let mut any = false;
            // In the order of the file.
            let mut seen = BTreeSet::new();
            for name in set.in_file(file).iter().filter_map(missed).filter(|n| seen.insert(*n)) {
                let installed = installed
                    .entry(config.clone())
                    .or_insert_with(|| index.typescript().installed_types(&config))
                    .clone();
                let packages = known
                    .entry((config.clone(), name.0.to_owned(), name.1))
                    .or_insert_with(|| declaring(index, &config, &installed, name))
                    .clone();
                match packages.as_slice() {
                    [] => continue,
                    [one] if !of.packages.contains(one) => of.packages.push(one.clone()),
                    [_] => {}
                    _ => of.open.push(packages),
                }
                any = true;
            }
            of.certain &= certain || !any;
        }
        for of in out.0.values_mut() {
            for choices in std::mem::take(&mut of.open) {
                if !choices.iter().any(|c| of.packages.contains(c)) {
                    of.packages.push(choices[0].clone());
                }
            }
        }
        out.0.retain(|_, of| !of.packages.is_empty());
        out
    }
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(name) = missed(ctx.diagnostic) else { return Vec::new() };
    let missing = ctx.of_build(Missing::find);
    let Some((config, project, _)) = config_of(ctx.index, ctx.path()) else { return Vec::new() };
    let Some(of) = missing.0.get(&config) else { return Vec::new() };
    let typescript = ctx.index.typescript();
    let installed = typescript.installed_types(&config);
    if !declaring(ctx.index, &config, &installed, name).iter().any(|p| of.packages.contains(p)) {
        return Vec::new();
    }
    let listed = project.options.get("types").and_then(Value::as_array);
    let listed: Option<Vec<&str>> = listed.map(|all| all.iter().filter_map(Value::as_str).collect());
    let new: Vec<&str> =
        of.packages.iter().map(String::as_str).filter(|p| listed.as_ref().is_none_or(|l| !l.contains(p))).collect();
    if new.is_empty() || listed.as_ref().is_some_and(|l| l.contains(&"*")) {
        return Vec::new();
    }
    let mut documents = Documents::new(ctx.index);
    if documents.add_types(&config, &new).is_none() {
        return Vec::new();
    }
    let names: Vec<String> = new.iter().map(|n| format!("'{n}'")).collect();
    let title = format!("Add {} to 'types' in your configuration file", names.join(", "));
    let restored = listed.is_none() && of.certain;
    let applicability = if restored { Applicability::Safe } else { Applicability::Unsafe };
    documents.fix(title, applicability).map(|f| f.restoring().preferred()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    const PROCESS: &str = "Cannot find name 'process'. Do you need to install type definitions for node? Try `npm i --save-dev @types/node` and then add 'node' to the types field in your tsconfig.";
    const LISTED: &str =
        "//- /package.json\n{ \"devDependencies\": { \"@types/node\": \"24\", \"@types/mocha\": \"10\" } }\n";

    #[test]
    fn what_is_listed_in_the_package_is_enough() {
        check_fix(
            rule_of(module_path!()),
            "TS2304",
            "Cannot find name 'before'.",
            &format!("$0before(f);\n{LISTED}//- /tsconfig.json\n{{}}\n"),
            "//- /tsconfig.json\n{\n  \"compilerOptions\": {\n    \"types\": [\"mocha\"]\n  }\n}\n",
        );
        let other = format!("$0unknown(f);\n{LISTED}//- /tsconfig.json\n{{}}\n");
        check_no_fix(rule_of(module_path!()), "TS2304", "Cannot find name 'unknown'.", &other);
        // In TypeScript 5 they would be there.
        let old = format!(
            "$0process;\n{}//- /tsconfig.json\n{{}}\n",
            LISTED.replace("\"10\"", "\"10\", \"typescript\": \"5.9\"")
        );
        check_no_fix(rule_of(module_path!()), "TS2591", PROCESS, &old);
    }

    #[test]
    fn a_list_grows_where_it_stands() {
        let base = "//- /base.json\n{\n  \"compilerOptions\": {\n    \"types\": [\n      \"mocha\"\n    ] // all\n  }\n}\n//- /tsconfig.json\n{ \"extends\": \"./base.json\" }\n";
        check_fix(
            rule_of(module_path!()),
            "TS2591",
            PROCESS,
            &format!("$0process;\n{LISTED}{base}"),
            "//- /base.json\n{\n  \"compilerOptions\": {\n    \"types\": [\n      \"mocha\",\n      \"node\"\n    ] // all\n  }\n}\n",
        );
        check_fix_all(rule_of(module_path!()), "TS2591", PROCESS, &[], &format!("$0process;\n{LISTED}{base}"), None);
    }
}
