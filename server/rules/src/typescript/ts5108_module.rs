//! # A module format that is gone
//!
//! TypeScript 7 does not emit AMD, UMD and System modules, and does not know `"module": "none"`. ES modules are what a bundler or a loader of today
//! takes. Scripts without imports need no `module` at all.
//!
//! ```typescript before
//! //@ error TS5108: Option 'module=AMD' has been removed. Please remove it from your configuration.
//! //@ compiler: 7
//! export const area = 1;
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "module": $0"amd"$0,
//!     "noEmit": true
//!   }
//! }
//! ```
//! ```typescript after
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "module": "esnext",
//!     "noEmit": true
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: other code is emitted. `Safe` for `none` where no source imports or exports. Nothing is done where `outFile` joins the modules: what
//! replaces that is for a person to decide.

use super::support::config::{OptionIssue, spelt_like};
use fix::{Applicability, Fix, RuleContext};
use std::path::Path;

pub(crate) const CODES: &[&str] = &["TS5108", "TS5107", "TS6046"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let issue = match ctx.code().as_str() {
        "TS6046" => ctx.argument(0).filter(|a| *a == "--module").and_then(|_| OptionIssue::named(ctx, "module", None)),
        _ => OptionIssue::of(ctx).filter(|i| i.name == "module"),
    };
    issue.and_then(|issue| replaced(ctx, &issue)).into_iter().collect()
}

/// The fix for a `module` that is gone; `None` when its value is one that there is.
pub(crate) fn replaced(ctx: &RuleContext<'_>, issue: &OptionIssue<'_>) -> Option<Fix> {
    let written = issue.written()?;
    match written.as_str()?.to_ascii_lowercase().as_str() {
        "none" => {
            let typescript = ctx.index.typescript();
            let mut files = issue.affected.iter().flat_map(|p| typescript.program(Path::new(&*p.path)).to_vec());
            let scripts = files.all(|f| ctx.index.outline(&f).is_none_or(|o| !o.is_module));
            let applicability = if scripts { Applicability::Safe } else { Applicability::Unsafe };
            Some(issue.remove(applicability)?.preferred())
        }
        "amd" | "umd" | "system" => {
            let joined = issue.affected.iter().any(|p| p.options.contains_key("outfile"));
            if joined {
                return None;
            }
            let value = spelt_like(Some(&written), "esnext");
            issue.set(&value, "Set 'module' to 'esnext'", Applicability::Unsafe)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_all, check_no_fix};

    const ARGUMENT: &str = "Argument for '--module' option must be: 'commonjs', 'es6', 'es2015', 'esnext', 'preserve'.";

    #[test]
    fn scripts_need_no_module() {
        let config = "//- /tsconfig.json\n{ \"compilerOptions\": { \"module\": $0\"none\", \"strict\": true } }\n";
        let after = "{ \"compilerOptions\": { \"strict\": true } }\n";
        check_fix_all(
            rule_of(module_path!()),
            "TS6046",
            ARGUMENT,
            &[],
            &format!("const a = 1;\n{config}"),
            Some(after),
        );
        check_fix_all(
            rule_of(module_path!()),
            "TS6046",
            ARGUMENT,
            &[],
            &format!("export const a = 1;\n{config}"),
            None,
        );
    }

    #[test]
    fn joined_modules_are_left_to_a_person() {
        let config = "//- /tsconfig.json\n{ \"compilerOptions\": { \"module\": $0\"AMD\", \"outFile\": \"a.js\" } }\n";
        check_no_fix(
            rule_of(module_path!()),
            "TS5108",
            "Option 'module=AMD' has been removed. Please remove it from your configuration.",
            config,
        );
    }
}
