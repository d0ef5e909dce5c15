//! # Side-effect import of a file that has no types
//!
//! `import "./a.css"` is checked since TypeScript 6: `noUncheckedSideEffectImports` is on by default. Where all that is imported so is there, one line
//! brings back what the compiler did; a declaration file for styles does, too. A path that leads nowhere is mended, not silenced.
//!
//! ```typescript before
//! //@ error TS2882: Cannot find module or type declarations for side-effect import of './a.css'.
//! //@ compiler: 7
//! import $0"./a.css"$0;
//! //- /a.css
//! a { color: red }
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
//!     "noUncheckedSideEffectImports": false
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! The option is `Safe`: it was so before, and nothing that is reported is wrong. A declaration file is `Unsafe`: more imports than these become valid.
//! Nothing is offered for a file that is not there.

use super::support::config::{Documents, config_of, may_be_modern};
use fix::{Applicability, Bulk, DiagnosticSet, Fix, RuleContext};
use index::Index;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub(crate) const CODES: &[&str] = &["TS2882"];

/// Endings of what bundlers take in beside code.
pub(super) const ASSETS: &[&str] = &[
    "css", "scss", "sass", "less", "styl", "stylus", "pcss", "svg", "png", "jpg", "gif", "webp", "woff", "woff2",
    "html", "wasm",
];

/// What is imported in vain, by configuration: endings of files that are there, and whether some are not.
#[derive(Default)]
struct Found(BTreeMap<PathBuf, (BTreeSet<String>, bool)>);

impl Found {
    fn find(index: &Index, set: &DiagnosticSet) -> Self {
        let mut out = Self::default();
        for file in set.files() {
            for d in set.in_file(file).iter().filter(|d| CODES.contains(&d.code.as_str())) {
                let (Some((config, ..)), Some(specifier)) = (config_of(index, file), d.argument(0)) else { continue };
                let entry = out.0.entry(config).or_default();
                match is_there(index, file, specifier) {
                    true => entry.0.extend(ending(specifier).map(str::to_owned)),
                    false => entry.1 = true,
                }
            }
        }
        out
    }
}

/// How the name of a file ends, without the dot.
pub(super) fn ending(specifier: &str) -> Option<&str> {
    let name = specifier.rsplit('/').next()?;
    let name = name.split('?').next()?;
    name.rsplit_once('.').map(|(_, ending)| ending)
}

/// Whether what is imported for its effect is a file, in the tree or in a package.
fn is_there(index: &Index, file: &Path, specifier: &str) -> bool {
    let typescript = index.typescript();
    let path = specifier.split('?').next().unwrap_or(specifier);
    let Some(folder) = file.parent() else { return false };
    if path.starts_with('.') {
        return typescript.is_file(&folder.join(path));
    }
    let mut parts = path.splitn(if path.starts_with('@') { 3 } else { 2 }, '/');
    let name = match path.starts_with('@') {
        true => format!("{}/{}", parts.next().unwrap_or_default(), parts.next().unwrap_or_default()),
        false => parts.next().unwrap_or_default().to_owned(),
    };
    let installed = folder
        .ancestors()
        .map(|f| f.join("node_modules").join(&name))
        .find(|f| typescript.is_file(&f.join("package.json")));
    match installed {
        // What its `exports` lead to cannot be told by the name of the file.
        Some(root) => parts
            .next()
            .is_none_or(|sub| typescript.is_file(&root.join(sub)) || ending(sub).is_none_or(|e| ASSETS.contains(&e))),
        // By an alias of the bundler, or in a package that is not installed here.
        None => typescript.has_dependency(file, &name) && ending(path).is_none_or(|e| ASSETS.contains(&e)),
    }
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(specifier) = ctx.argument(0) else { return Vec::new() };
    let Some((config, project, certain)) = config_of(ctx.index, ctx.path()) else { return Vec::new() };
    let found = ctx.of_build(Found::find);
    let Some((endings, wrong)) = found.0.get(&config) else { return Vec::new() };
    if !is_there(ctx.index, ctx.path(), specifier) {
        return Vec::new();
    }
    let mut out = Vec::new();
    let by_default = !project.options.contains_key("nouncheckedsideeffectimports") && may_be_modern(&project);
    if !wrong && by_default {
        let mut documents = Documents::new(ctx.index);
        if documents.set_option(&config, "noUncheckedSideEffectImports", "false").is_some() {
            let title =
                "Set 'noUncheckedSideEffectImports' to 'false' in your configuration file, as it was by default";
            let applicability = if certain { Applicability::Safe } else { Applicability::Unsafe };
            out.extend(documents.fix(title, applicability).map(|f| f.restoring().preferred()));
        }
    }
    out.extend(declared(ctx, &config, endings, out.is_empty()));
    out
}

/// A new file that declares what ends so.
fn declared(ctx: &RuleContext<'_>, config: &Path, endings: &BTreeSet<String>, alone: bool) -> Option<Fix> {
    let own = ending(ctx.argument(0)?).filter(|e| ASSETS.contains(e))?;
    let folder =
        ctx.index.typescript().common_folder(config).filter(|f| f.starts_with(config.parent().unwrap_or(config)))?;
    let path = folder.join("assets.d.ts");
    if ctx.index.text(&path).is_some() {
        return None;
    }
    let eol = ctx.eol();
    let known = endings.iter().filter(|e| ASSETS.contains(&e.as_str()));
    let text: String = known.map(|e| format!("declare module \"*.{e}\";{eol}")).collect();
    let fix = ctx.fix(format!("Declare modules that end in '.{own}' in 'assets.d.ts'"), Applicability::Unsafe);
    let fix = fix.create(&path, text);
    Some(if alone { fix.build() } else { fix.in_bulk(Bulk::Manual).build() })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_titled, check_no_fix, check_with_others};

    fn message(specifier: &str) -> String {
        format!("Cannot find module or type declarations for side-effect import of '{specifier}'.")
    }

    #[test]
    fn what_is_not_there_is_not_silenced() {
        let before = "import $0'./gone';\n//- /tsconfig.json\n{}\n";
        check_no_fix(rule_of(module_path!()), "TS2882", &message("./gone"), before);
        // Beside one that is not there, nothing is turned off: what is there is declared.
        let before = "import $0'./a.css';\nimport './gone';\n//- /a.css\n//- /tsconfig.json\n{}\n";
        let at = before.replace("$0", "").find("'./gone").unwrap();
        check_with_others(
            rule_of(module_path!()),
            ("TS2882", &message("./a.css")),
            &[(at, "TS2882", &message("./gone"))],
            before,
            "//- /assets.d.ts\ndeclare module \"*.css\";\n",
        );
    }

    #[test]
    fn styles_can_be_declared() {
        check_fix_titled(
            rule_of(module_path!()),
            "TS2882",
            &message("./a.scss"),
            "Declare modules that end in '.scss' in 'assets.d.ts'",
            "//- /src/b.ts\nimport $0'./a.scss';\n//- /src/a.scss\n//- /tsconfig.json\n{}\n",
            "//- /src/assets.d.ts\ndeclare module \"*.scss\";\n",
        );
    }
}
