//! # What a bundler takes in has no types
//!
//! Vite and its relatives import pictures, styles and `./x?raw`, and give modules `import.meta.env`. Their types are declared by `vite/client`, which the
//! configuration asks for in `types`, or a source by `/// <reference types="vite/client" />`.
//!
//! ```typescript before
//! //@ error TS2307: Cannot find module './logo.svg' or its corresponding type declarations.
//! //@ compiler: 7
//! import logo from $0"./logo.svg"$0;
//! export const shown = logo;
//! //- /logo.svg
//! <svg/>
//! //- /package.json
//! { "devDependencies": { "vite": "^6.0.0" } }
//! //- /node_modules/vite/package.json
//! { "name": "vite", "version": "6.0.0", "exports": { "./client": { "types": "./client.d.ts" } } }
//! //- /node_modules/vite/client.d.ts
//! declare module "*.svg" { const src: string; export default src; }
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "noEmit": true
//!   }
//! }
//! ```
//! ```typescript after
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "noEmit": true,
//!     "types": ["vite/client"]
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: types only, but all of the program's files see them. Nothing is offered where a source refers to them already, and for a file that is not
//! there.

use super::support::config::{Documents, config_of, is_installed, may_be_modern};
use super::ts2882_side_effect_import::{ASSETS, ending};
use fix::{Applicability, Fix, RuleContext};
use serde_json::Value;
use std::path::Path;

pub(crate) const CODES: &[&str] = &["TS2307", "TS2882", "TS2339"];

/// Packages that bundle, and the types of what they take in.
const BUNDLERS: &[(&str, &str)] = &[
    ("vite", "vite/client"),
    ("rolldown-vite", "vite/client"),
    ("astro", "astro/client"),
    ("@rsbuild/core", "@rsbuild/core/types"),
    ("@rslib/core", "@rslib/core/types"),
];

/// Members of `ImportMeta` that these types declare.
const META: &[&str] = &["env", "hot", "glob"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    fix_of(ctx).into_iter().collect()
}

fn fix_of(ctx: &RuleContext<'_>) -> Option<Fix> {
    let first = ctx.argument(0)?;
    let wanted = match ctx.code().as_str() {
        "TS2339" => META.contains(&first) && ctx.argument(1) == Some("ImportMeta"),
        _ => is_taken_in(ctx, first),
    };
    if !wanted {
        return None;
    }
    let typescript = ctx.index.typescript();
    let (package, types) = BUNDLERS.iter().find(|(package, _)| typescript.has_dependency(ctx.path(), package))?;
    let (config, project, _) = config_of(ctx.index, ctx.path())?;
    let listed = project.options.get("types").and_then(Value::as_array);
    // Before TypeScript 6 a list takes away all that was there without one.
    if listed.is_none() && !may_be_modern(&project)
        || listed.is_some_and(|l| l.iter().any(|t| t.as_str() == Some(types)))
        || is_referred_to(ctx, types)
    {
        return None;
    }
    // They are declared by the version that is installed, where one is.
    let mut folders = ctx.path().ancestors().skip(1).map(|f| f.join("node_modules").join(package));
    if let Some(root) = folders.find(|f| typescript.is_file(&f.join("package.json")))
        && typescript.resolve_module(ctx.path(), types).is_none()
        && !typescript.is_file(&root.join("client.d.ts"))
        && !typescript.is_file(&root.join("types.d.ts"))
    {
        return None;
    }
    let mut documents = Documents::new(ctx.index);
    documents.add_types(&config, &[types])?;
    documents.fix(format!("Add '{types}' to 'types' in your configuration file"), Applicability::Unsafe)
}

/// Whether a specifier is a file that bundlers take in as it is.
fn is_taken_in(ctx: &RuleContext<'_>, specifier: &str) -> bool {
    let (path, query) = specifier.split_once('?').map_or((specifier, false), |(path, _)| (path, true));
    let known = query || ending(path).is_some_and(|e| ASSETS.contains(&e));
    let is_there = |path: &str| {
        let folder = ctx.path().parent().unwrap_or(Path::new("/"));
        !path.starts_with('.') || ctx.index.typescript().is_file(&folder.join(path))
    };
    known && is_there(path)
}

/// Whether a source asks for the types: then they are there, or not installed.
fn is_referred_to(ctx: &RuleContext<'_>, types: &str) -> bool {
    let last = types.rsplit('/').next().unwrap_or(types);
    let paths = ctx.index.files_with_word(last, ctx.source.parsed.language());
    paths.iter().filter(|p| !is_installed(p)).any(|p| {
        ctx.index.text(p).is_some_and(|text| {
            let refers =
                |line: &str| line.starts_with("///") && line.contains(types) || line.contains(&format!("\"{types}\""));
            text.lines().any(|line| refers(line.trim_start()))
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const ENV: &str = "Property 'env' does not exist on type 'ImportMeta'.";
    const VITE: &str = "//- /package.json\n{ \"devDependencies\": { \"vite\": \"6\" } }\n";

    #[test]
    fn members_of_modules() {
        check_fix(
            rule_of(module_path!()),
            "TS2339",
            ENV,
            &format!(
                "f(import.meta.$0env);\n{VITE}//- /tsconfig.json\n{{ \"compilerOptions\": {{ \"types\": [\"node\"] }} }}\n"
            ),
            "//- /tsconfig.json\n{ \"compilerOptions\": { \"types\": [\"node\", \"vite/client\"] } }\n",
        );
        let referred = "//- /vite-env.d.ts\n/// <reference types=\"vite/client\" />\n";
        let before = format!("f(import.meta.$0env);\n{VITE}{referred}//- /tsconfig.json\n{{}}\n");
        check_no_fix(rule_of(module_path!()), "TS2339", ENV, &before);
        check_no_fix(rule_of(module_path!()), "TS2339", ENV, "f(import.meta.$0env);\n//- /tsconfig.json\n{}\n");
    }

    #[test]
    fn files_that_are_not_there() {
        let message = "Cannot find module './a.svg' or its corresponding type declarations.";
        let before = format!("import a from $0'./a.svg';\n{VITE}//- /tsconfig.json\n{{}}\n");
        check_no_fix(rule_of(module_path!()), "TS2307", message, &before);
    }
}
