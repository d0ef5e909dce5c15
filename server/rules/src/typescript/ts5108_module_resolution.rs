//! # A module resolution that is gone, or does not fit the module format
//!
//! TypeScript 6 deprecates `"moduleResolution": "node"` (`node10`) and `classic`, TypeScript 7 does not know them any more. `bundler` finds the same
//! files where packages have no `exports`. With `"module": "node16"` and its like, the option is not needed at all. Where `exports` hide what is
//! imported, `"resolvePackageJsonExports": false` keeps what `node10` found.
//!
//! ```typescript before
//! //@ error TS5108: Option 'moduleResolution=node10' has been removed. Please remove it from your configuration.
//! //@ compiler: 7
//! import { area } from "./shape";
//! area;
//! //- /shape.ts
//! export const area = 1;
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "module": "esnext",
//!     "moduleResolution": $0"node"$0, // as before
//!     "noEmit": true
//!   }
//! }
//! ```
//! ```typescript after
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "module": "esnext",
//!     "moduleResolution": "bundler", // as before
//!     "noEmit": true
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when every import leads to the same file as before, which is told from the `exports` of the packages that are installed. `Unsafe` when they
//! lead elsewhere, when a package is not installed, for `classic`, which also looks into the folders above, and in a package of ES modules that
//! no bundler builds and whose imports bear endings: `nodenext` may be meant there.

use super::support::config::{Documents, OptionIssue, spelt_like};
use codegen::json::quoted;
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::typescript::{ByExports, TsProject};
use std::path::Path;

pub(crate) const CODES: &[&str] = &["TS5108", "TS5107", "TS5109", "TS5110", "TS5095", "TS5098"];

/// Packages that build what is deployed, or run sources as they are.
const BUNDLERS: &[&str] = &[
    "vite",
    "webpack",
    "rollup",
    "esbuild",
    "parcel",
    "next",
    "nuxt",
    "tsup",
    "tsx",
    "rolldown",
    "tsdown",
    "@rspack/core",
    "@rsbuild/core",
    "react-scripts",
    "@angular/cli",
    "@angular/build",
    "@angular-devkit/build-angular",
    "@sveltejs/kit",
    "astro",
    "@remix-run/dev",
    "bun",
    "@types/bun",
    "metro",
    "expo",
    "gatsby",
    "browserify",
    "snowpack",
    "vitest",
    "unbuild",
    "microbundle",
    "@swc/core",
    "turbopack",
    "@babel/core",
];
/// Options that only the newer kinds of resolution know.
const OF_EXPORTS: &[&str] = &["resolvePackageJsonExports", "resolvePackageJsonImports", "customConditions"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    match ctx.code().as_str() {
        "TS5107" | "TS5108" => match OptionIssue::of(ctx).filter(|i| i.name == "moduleResolution") {
            Some(issue) => replaced(ctx, &issue),
            None => Vec::new(),
        },
        "TS5109" => {
            let issue = OptionIssue::named(ctx, "moduleResolution", None);
            issue.and_then(|i| i.remove(Applicability::Safe)).map(Fix::preferred).into_iter().collect()
        }
        "TS5110" => fitting_module(ctx).into_iter().collect(),
        "TS5095" => bundled_module(ctx).into_iter().collect(),
        "TS5098" => {
            let Some(name) = ctx.argument(0).filter(|n| OF_EXPORTS.contains(n)) else { return Vec::new() };
            let issue = OptionIssue::named(ctx, name, None);
            issue.and_then(|i| i.remove(Applicability::Unsafe)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Whether modules are found as Node.js does because of `module`.
fn is_node(project: &TsProject) -> bool {
    matches!(project.module().as_str(), "node16" | "node18" | "node20" | "nodenext")
}

fn replaced(ctx: &RuleContext<'_>, issue: &OptionIssue<'_>) -> Vec<Fix> {
    let all_node = !issue.affected.is_empty() && issue.affected.iter().all(is_node);
    if all_node {
        let own = issue.remove(Applicability::Safe).or_else(|| {
            let module = quoted(&issue.affected[0].module());
            issue.set(&module, "Set 'moduleResolution' to fit 'module'", Applicability::Safe)
        });
        return own.map(Fix::preferred).into_iter().collect();
    }
    let classic = issue.value.as_deref().is_some_and(|v| v.eq_ignore_ascii_case("classic"));
    let mixed = issue.affected.iter().any(is_node);
    let worst = issue.affected.iter().map(|p| by_exports(ctx, p)).max().unwrap_or(ByExports::Same);
    let node_esm = issue.affected.iter().any(|p| may_be_node(ctx, p));
    let value = spelt_like(issue.written().as_ref(), "bundler");
    let mut documents = Documents::new(ctx.index);
    let config = issue.editable();
    if documents.set_option(&config, "moduleResolution", &value).is_none() {
        return Vec::new();
    }
    let title = "Set 'moduleResolution' to 'bundler'";
    let plain = |d: Documents<'_>, applicability| d.fix(title, applicability);
    let mut out = Vec::new();
    if worst == ByExports::Hidden && !classic && !mixed {
        documents.set_option(&config, "resolvePackageJsonExports", "false");
        out.extend(
            documents.fix(format!("{title}, without the 'exports' of packages"), issue.most()).map(Fix::preferred),
        );
    } else {
        let same = worst == ByExports::Same && !classic && !mixed && !node_esm;
        let applicability = if same { issue.most() } else { Applicability::Unsafe };
        out.extend(plain(documents, applicability).map(Fix::preferred));
    }
    if node_esm || issue.affected.iter().all(|p| p.module() == "commonjs") {
        let mut documents = Documents::new(ctx.index);
        let module = ctx.index.typescript().option_holder(&issue.config, "module");
        let module = module.filter(|m| !super::support::config::is_installed(m)).unwrap_or_else(|| config.clone());
        let done = documents.set_option(&config, "moduleResolution", "\"nodenext\"");
        if done.and_then(|()| documents.set_option(&module, "module", "\"nodenext\"")).is_some() {
            let fix = documents.fix("Set 'module' and 'moduleResolution' to 'nodenext'", Applicability::Unsafe);
            out.extend(fix.map(|f| f.in_bulk(Bulk::Manual)));
        }
    }
    out
}

/// How `exports` change what a project imports, at worst.
fn by_exports(ctx: &RuleContext<'_>, project: &TsProject) -> ByExports {
    let typescript = ctx.index.typescript();
    let mut worst = ByExports::Same;
    for file in typescript.program(Path::new(&*project.path)).iter() {
        for specifier in typescript.imported_by(file).iter() {
            worst = worst.max(typescript.by_exports(file, project, specifier));
        }
    }
    worst
}

/// Whether Node.js may run what a project emits as ES modules: nothing bundles it, and its imports bear endings.
fn may_be_node(ctx: &RuleContext<'_>, project: &TsProject) -> bool {
    let typescript = ctx.index.typescript();
    let config = Path::new(&*project.path);
    if typescript.is_module_package(config) != Some(true)
        || project.flag("noEmit")
        || BUNDLERS.iter().any(|b| typescript.has_dependency(config, b))
    {
        return false;
    }
    let files = typescript.program(config);
    let imported: Vec<_> = files.iter().map(|f| typescript.imported_by(f)).collect();
    let mut relative = imported.iter().flat_map(|i| i.iter()).filter(|s| s.starts_with('.')).peekable();
    let has_ending =
        |s: &str| [".js", ".mjs", ".cjs", ".jsx", ".json", ".ts", ".mts", ".cts"].iter().any(|e| s.ends_with(e));
    relative.peek().is_some() && relative.all(|s| has_ending(s))
}

/// `module` as `moduleResolution` asks for it.
fn fitting_module(ctx: &RuleContext<'_>) -> Option<Fix> {
    // The message names both options beside the value, or the value alone.
    let value = ctx.diagnostic.arguments.iter().find(|a| !matches!(a.as_str(), "module" | "moduleResolution"))?;
    let wanted = value.to_ascii_lowercase();
    let resolution = OptionIssue::named(ctx, "moduleResolution", None)?;
    let module = OptionIssue::named(ctx, "module", None);
    let (config, written) = match &module {
        Some(module) => (module.editable(), module.written()),
        None => (resolution.editable(), resolution.written()),
    };
    let mut documents = Documents::new(ctx.index);
    documents.set_option(&config, "module", &spelt_like(written.as_ref(), &wanted))?;
    Some(documents.fix(format!("Set 'module' to '{wanted}'"), Applicability::Safe)?.preferred())
}

/// A `module` that `bundler` goes with.
fn bundled_module(ctx: &RuleContext<'_>) -> Option<Fix> {
    // A consequence: what mends the cause mends this.
    if let Some(issue) = OptionIssue::named(ctx, "module", None)
        && let Some(fix) = super::ts5108_module::replaced(ctx, &issue)
    {
        return Some(fix);
    }
    let issue = OptionIssue::named(ctx, "moduleResolution", None)?;
    let module = OptionIssue::named(ctx, "module", None);
    let mut documents = Documents::new(ctx.index);
    let config = module.as_ref().map_or_else(|| issue.editable(), OptionIssue::editable);
    documents.set_option(&config, "module", "\"esnext\"")?;
    documents.fix("Set 'module' to 'esnext'", Applicability::Unsafe)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_titled};

    const NODE: &str = "Option 'moduleResolution=node10' has been removed. Please remove it from your configuration.";

    fn config(options: &str) -> String {
        format!("//- /tsconfig.json\n{{ \"compilerOptions\": {{ {options} }} }}\n")
    }

    #[test]
    fn node_modules_need_no_option() {
        let (before, after) =
            (config("\"module\": \"NodeNext\", \"moduleResolution\": $0\"node\""), config("\"module\": \"NodeNext\""));
        check_fix_all(rule_of(module_path!()), "TS5108", NODE, &[], &before, Some(after.split_once('\n').unwrap().1));
        let message = "Option 'moduleResolution' must be set to 'Node16' (or left unspecified) when option 'module' is set to 'Node16'.";
        check_fix(rule_of(module_path!()), "TS5109", message, &before, &after);
    }

    #[test]
    fn hidden_files_are_found_as_before() {
        let package = "//- /node_modules/p/package.json\n{ \"name\": \"p\", \"types\": \"i.d.ts\", \"exports\": { \".\": { \"types\": \"./i.d.ts\" } } }\n\
                       //- /node_modules/p/i.d.ts\nexport {};\n//- /node_modules/p/deep.d.ts\nexport {};\n";
        let before = config("\"moduleResolution\": $0\"Node\"");
        check_fix(
            rule_of(module_path!()),
            "TS5108",
            NODE,
            &format!("import 'p';\nimport 'p/deep';\n{package}{before}"),
            &config("\"moduleResolution\": \"bundler\", \"resolvePackageJsonExports\": false"),
        );
        let own = config("\"moduleResolution\": \"bundler\"");
        let own = own.split_once('\n').unwrap().1;
        check_fix_all(
            rule_of(module_path!()),
            "TS5108",
            NODE,
            &[],
            &format!("import 'p';\n{package}{before}"),
            Some(own),
        );
        // Who knows what a package exports that is not there.
        check_fix_all(rule_of(module_path!()), "TS5108", NODE, &[], &format!("import 'q';\n{before}"), None);
    }

    #[test]
    fn what_node_may_run_is_left_to_a_person() {
        let before = format!(
            "import './b.js';\n//- /b.ts\n//- /package.json\n{{ \"type\": \"module\" }}\n{}",
            config("\"module\": \"esnext\", \"moduleResolution\": $0\"node\"")
        );
        check_fix_all(rule_of(module_path!()), "TS5108", NODE, &[], &before, None);
        check_fix_titled(
            rule_of(module_path!()),
            "TS5108",
            NODE,
            "Set 'module' and 'moduleResolution' to 'nodenext'",
            &before,
            &config("\"module\": \"nodenext\", \"moduleResolution\": \"nodenext\""),
        );
        let bundled = before.replace("\"module\" }", "\"module\", \"devDependencies\": { \"vite\": \"7\" } }");
        check_fix_all(
            rule_of(module_path!()),
            "TS5108",
            NODE,
            &[],
            &bundled,
            Some(config("\"module\": \"esnext\", \"moduleResolution\": \"bundler\"").split_once('\n').unwrap().1),
        );
    }

    #[test]
    fn a_package_is_overridden_and_not_edited() {
        check_fix(
            rule_of(module_path!()),
            "TS5108",
            NODE,
            "//- /node_modules/t/package.json\n{ \"name\": \"t\" }\n//- /node_modules/t/base.json\n{ \"compilerOptions\": { \"moduleResolution\": \"node\" } }\n\
             //- /tsconfig.json\n{\n  \"extends\": \"t/base.json\",\n  $0\"compilerOptions\": {\n    \"noEmit\": true\n  }\n}\n",
            "//- /tsconfig.json\n{\n  \"extends\": \"t/base.json\",\n  \"compilerOptions\": {\n    \"noEmit\": true,\n    \"moduleResolution\": \"bundler\"\n  }\n}\n",
        );
    }

    #[test]
    fn module_follows_the_resolution() {
        let message = "Option 'module' must be set to 'NodeNext' when option 'moduleResolution' is set to 'NodeNext'.";
        check_fix(
            rule_of(module_path!()),
            "TS5110",
            message,
            &config("$0\"module\": \"esnext\", \"moduleResolution\": \"nodenext\""),
            &config("\"module\": \"nodenext\", \"moduleResolution\": \"nodenext\""),
        );
    }
}
