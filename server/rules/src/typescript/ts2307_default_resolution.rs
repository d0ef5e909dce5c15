//! # Imports that the default resolution does not find any more
//!
//! Without `moduleResolution`, CommonJS modules were found as `node10` finds them until TypeScript 5, and as a bundler does since TypeScript 6: the
//! `exports` of a package hide its other files. `"resolvePackageJsonExports": false` finds them again. Where a `baseUrl` was taken out and names without a
//! path meant files below it, `paths` bring those back.
//!
//! ```typescript before
//! //@ error TS2307: Cannot find module 'pkg/dist/deep' or its corresponding type declarations.
//! //@ compiler: 7
//! import { q } from $0"pkg/dist/deep"$0;
//! q;
//! //- /node_modules/pkg/package.json
//! { "name": "pkg", "types": "./dist/i.d.ts", "exports": { ".": { "types": "./dist/i.d.ts" } } }
//! //- /node_modules/pkg/dist/i.d.ts
//! export const x: number;
//! //- /node_modules/pkg/dist/deep.d.ts
//! export const q: number;
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "module": "commonjs",
//!     "noEmit": true
//!   }
//! }
//! ```
//! ```typescript after
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "module": "commonjs",
//!     "resolvePackageJsonExports": false,
//!     "noEmit": true
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: how all packages are found changes, and other imports may be meant.

use super::support::config::{Documents, config_of, may_be_modern, relative};
use codegen::json::quoted;
use fix::{Applicability, DiagnosticSet, Fix, RuleContext};
use index::Index;
use index::typescript::ByExports;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) const CODES: &[&str] = &["TS2307", "TS2882", "TS2792"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(specifier) = ctx.argument(0).filter(|s| !s.starts_with(['.', '/', '#'])) else { return Vec::new() };
    unhidden(ctx, specifier).or_else(|| mapped(ctx, specifier)).into_iter().collect()
}

fn unhidden(ctx: &RuleContext<'_>, specifier: &str) -> Option<Fix> {
    let (config, project, _) = config_of(ctx.index, ctx.path())?;
    let is_set = |name: &str| project.options.contains_key(name);
    let old = project.text("module").map_or_else(|| !is_set("target"), |m| m == "commonjs");
    if is_set("moduleresolution") || is_set("resolvepackagejsonexports") || !old || !may_be_modern(&project) {
        return None;
    }
    if ctx.index.typescript().by_exports(ctx.path(), &project, specifier) != ByExports::Hidden {
        return None;
    }
    let mut documents = Documents::new(ctx.index);
    documents.set_option(&config, "resolvePackageJsonExports", "false")?;
    let title = "Set 'resolvePackageJsonExports' to 'false' in your configuration file, as it was by default";
    Some(documents.fix(title, Applicability::Unsafe)?.restoring().preferred())
}

/// The folder below which, by configuration, every name stands that its files import in vain and that no package has.
#[derive(Default)]
struct Folders(BTreeMap<PathBuf, Option<PathBuf>>);

impl Folders {
    fn find(index: &Index, set: &DiagnosticSet) -> Self {
        let typescript = index.typescript();
        let mut wanted: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
        for file in set.files() {
            for d in set.in_file(file).iter().filter(|d| CODES.contains(&d.code.as_str())) {
                let Some(specifier) = d.argument(0).filter(|s| is_own(index, file, s)) else { continue };
                let Some((config, ..)) = config_of(index, file) else { continue };
                wanted.entry(config).or_default().push(specifier.to_owned());
            }
        }
        let of_config = |(config, all): (PathBuf, Vec<String>)| {
            let folder = config.parent().unwrap_or(&config).to_owned();
            let project = typescript.configuration(&config).unwrap_or_default();
            let files = typescript.listed_files(&config);
            // Where the sources stand, and the folders above up to that of the configuration, the innermost first.
            let common = typescript.common_folder(&config).unwrap_or_else(|| folder.clone());
            let mut candidates: Vec<PathBuf> =
                common.ancestors().take_while(|f| f.starts_with(&folder)).map(Path::to_owned).collect();
            for sub in ["src", "app", "source", "lib"] {
                let sub = folder.join(sub);
                if !candidates.contains(&sub) && files.iter().any(|f| f.starts_with(&sub)) {
                    candidates.push(sub);
                }
            }
            let fits = |f: &PathBuf| all.iter().all(|s| typescript.resolve_below(f, &project, s).is_some());
            let mut fitting = candidates.into_iter().filter(fits);
            let one = fitting.next().filter(|_| fitting.next().is_none());
            (config, one)
        };
        Self(wanted.into_iter().map(of_config).collect())
    }
}

/// Whether a name may be a file of the tree: no package that is listed or installed has it.
fn is_own(index: &Index, file: &Path, specifier: &str) -> bool {
    let name = match specifier.strip_prefix('@') {
        Some(rest) => format!("@{}", rest.splitn(3, '/').take(2).collect::<Vec<_>>().join("/")),
        None => specifier.split('/').next().unwrap_or_default().to_owned(),
    };
    let typescript = index.typescript();
    !specifier.starts_with(['.', '/', '#'])
        && !specifier.contains(':')
        && !index::typescript::is_node_builtin(specifier)
        && !typescript.has_dependency(file, &name)
        && !file.ancestors().any(|f| typescript.is_file(&f.join("node_modules").join(&name).join("package.json")))
}

fn mapped(ctx: &RuleContext<'_>, specifier: &str) -> Option<Fix> {
    if !is_own(ctx.index, ctx.path(), specifier) {
        return None;
    }
    let (config, project, _) = config_of(ctx.index, ctx.path())?;
    if project.options.contains_key("baseurl") {
        return None;
    }
    let folders = ctx.of_build(Folders::find);
    let folder = folders.0.get(&config)?.as_ref()?;
    let typescript = ctx.index.typescript();
    let holder = typescript.option_holder(&config, "paths").unwrap_or_else(|| config.clone());
    let target = format!("{}/*", relative(holder.parent()?, folder));
    let mut documents = Documents::new(ctx.index);
    let editor = documents.edit(&holder)?;
    match typescript.configuration_file(&holder)?.option("paths") {
        Some((_, paths)) if paths.get("*").is_some() => return None,
        Some((name, _)) => {
            editor.set(
                &["compilerOptions", name, "*"],
                &format!("[{}]", quoted(&target)),
                codegen::json::Where::After(&[]),
            );
        }
        None => documents.set_option(&holder, "paths", &format!("{{ \"*\": [{}] }}", quoted(&target)))?,
    }
    let fix = documents.fix(format!("Add '{target}' to 'paths' in your configuration file"), Applicability::Unsafe)?;
    Some(fix.restoring().preferred())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    fn gone(specifier: &str) -> String {
        format!("Cannot find module '{specifier}' or its corresponding type declarations.")
    }

    #[test]
    fn names_below_the_sources_get_a_path() {
        check_fix(
            rule_of(module_path!()),
            "TS2307",
            &gone("lib/b"),
            "//- /src/a.ts\nimport { b } from $0'lib/b';\n//- /src/lib/b.ts\nexport const b = 1;\n//- /tsconfig.json\n{ \"include\": [\"src\"] }\n",
            "//- /tsconfig.json\n{ \"compilerOptions\": { \"paths\": { \"*\": [\"./src/*\"] } }, \"include\": [\"src\"] }\n",
        );
        let listed = "//- /src/a.ts\nimport { b } from $0'lib/b';\n//- /src/lib/b.ts\n//- /tsconfig.json\n{}\n//- /package.json\n{ \"dependencies\": { \"lib\": \"1\" } }\n";
        check_no_fix(rule_of(module_path!()), "TS2307", &gone("lib/b"), listed);
    }

    #[test]
    fn a_resolution_that_is_set_is_meant() {
        let before = "import $0'p/deep';\n//- /node_modules/p/package.json\n{ \"name\": \"p\", \"exports\": { \".\": \"./i.js\" } }\n//- /node_modules/p/deep.d.ts\n\
                      //- /tsconfig.json\n{ \"compilerOptions\": { \"module\": \"commonjs\", \"moduleResolution\": \"bundler\" } }\n";
        check_no_fix(rule_of(module_path!()), "TS2307", &gone("p/deep"), before);
    }
}
