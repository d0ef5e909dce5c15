//! # The root of the sources is no longer guessed
//!
//! Until TypeScript 5, `rootDir` was the folder that all sources have in common; since TypeScript 6 it is that of the configuration. The message names the
//! folder that was taken.
//!
//! ```typescript before
//! //@ error TS5011: The common source directory of 'tsconfig.json' is './src'. The 'rootDir' setting must be explicitly set to this or another path to adjust your output's file layout.
//! //@ compiler: 7
//! //- /src/a.ts
//! export const area = 1;
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     $0"outDir"$0: "./dist"
//!   },
//!   "include": ["src"]
//! }
//! ```
//! ```typescript after
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "rootDir": "./src",
//!     "outDir": "./dist"
//!   },
//!   "include": ["src"]
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: it is the folder that was taken before.

use super::support::config::Documents;
use fix::{Applicability, Fix, RuleContext};

pub(crate) const CODES: &[&str] = &["TS5011"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(folder) = ctx.argument(1) else { return Vec::new() };
    let mut documents = Documents::new(ctx.index);
    let has = |name: &str| ctx.index.typescript().option_holder(ctx.path(), name).is_some();
    // Where all goes into one file there is no layout to keep, and what takes its place is not known yet.
    if ["rootDir", "outFile", "out"].into_iter().any(has)
        || documents.set_option(ctx.path(), "rootDir", &codegen::json::quoted(folder)).is_none()
    {
        return Vec::new();
    }
    documents.fix(format!("Set 'rootDir' to '{folder}'"), Applicability::Safe).map(Fix::preferred).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn a_configuration_without_options_gets_its_own() {
        check_fix(
            rule_of(module_path!()),
            "TS5011",
            "The common source directory of 'tsconfig.json' is './src'. The 'rootDir' setting must be explicitly set to this or another path to adjust your output's file layout.",
            "//- /base.json\n{ \"compilerOptions\": { \"outDir\": \"${configDir}/out\" } }\n\
             //- /tsconfig.json\n$0{\n  \"extends\": \"./base.json\",\n  \"include\": [\"src\"]\n}\n",
            "//- /tsconfig.json\n{\n  \"extends\": \"./base.json\",\n  \"compilerOptions\": {\n    \"rootDir\": \"./src\"\n  },\n  \"include\": [\"src\"]\n}\n",
        );
    }
}
