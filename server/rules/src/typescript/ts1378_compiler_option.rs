//! # Language feature that needs a compiler option
//!
//! Top-level `await` needs a `target` and a `module` that support it; JSX needs the `jsx` option.
//!
//! ```typescript before
//! //@ error TS1378: Top-level 'await' expressions are only allowed when the 'module' option is set to 'es2022', 'esnext', 'system', 'node16', 'node18', 'node20', 'nodenext', or 'preserve', and the 'target' option is set to 'es2017' or higher.
//! $0await$0 Promise.resolve(1);
//! export {};
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "module": "es2015",
//!     "target": "es2017"
//!   }
//! }
//! ```
//! ```typescript after
//! await Promise.resolve(1);
//! export {};
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "module": "esnext",
//!     "target": "es2017"
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the option changes what is emitted for the whole project.

use super::support::config::Documents;
use fix::{Applicability, Fix, RuleContext};
use std::path::Path;

pub(crate) const CODES: &[&str] = &["TS1378", "TS1432", "TS2854", "TS17004"];

/// Values of `module` that emit ES modules but do not support top-level `await`.
const OLD_MODULES: &[&str] = &["es2015", "es6", "es2020"];
/// Values of `target` that do not support `async`.
const OLD_TARGETS: &[&str] = &["es3", "es5", "es6", "es2015", "es2016"];

fn set(ctx: &RuleContext<'_>, title: &str, options: &[(&str, &str)]) -> Option<Fix> {
    let project = ctx.index.typescript().project(ctx.path());
    let config = Path::new(&*project.path);
    if project.path.is_empty() {
        return None;
    }
    let mut documents = Documents::new(ctx.index);
    let unit = ctx.indent_unit();
    // Each as the first, where the compiler's own fix puts them.
    for (name, value) in options.iter().rev() {
        let place = codegen::json::Where::First;
        documents.edit(config)?.indent_by(&unit).set(&["compilerOptions", name], value, place).then_some(())?;
    }
    documents.fix(title, Applicability::Unsafe)
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    if *ctx.code() == "TS17004" {
        let fix = set(ctx, "Enable the '--jsx' flag in your configuration file", &[("jsx", "\"react\"")]);
        return fix.into_iter().collect();
    }
    let project = ctx.index.typescript().project(ctx.path());
    let (module, target) = (project.module(), project.target());
    let mut out = Vec::new();
    if OLD_MODULES.contains(&module.as_str()) {
        let title = "Set the 'module' option in your configuration file to 'esnext'";
        out.extend(set(ctx, title, &[("module", "\"esnext\"")]));
    }
    if OLD_TARGETS.contains(&target.as_str()) {
        let mut options = vec![("target", "\"es2017\"")];
        if module == "commonjs" {
            // The default of `module` depends on `target`. Set it explicitly so that it does not change.
            options.push(("module", "\"commonjs\""));
        }
        out.extend(set(ctx, "Set the 'target' option in your configuration file to 'es2017'", &options));
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn jsx_is_enabled() {
        check_fix(
            rule_of(module_path!()),
            "TS17004",
            "Cannot use JSX unless the '--jsx' flag is provided.",
            "$0f();\n//- /tsconfig.json\n{\n}\n",
            "f();\n//- /tsconfig.json\n{\n    \"compilerOptions\": {\n        \"jsx\": \"react\"\n    }\n}\n",
        );
    }

    #[test]
    fn no_fix_without_a_configuration_file() {
        check_no_fix(
            rule_of(module_path!()),
            "TS17004",
            "Cannot use JSX unless the '--jsx' flag is provided.",
            "$0f();\n",
        );
    }
}
