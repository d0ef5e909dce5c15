//! # The option 'baseUrl' is gone
//!
//! TypeScript 6 deprecates `baseUrl`, and TypeScript 7 does not know it any more. What it did is written into `paths`: each target becomes relative
//! to the file that it stands in, and where something is imported by the base alone, `"*"` leads there. When the option stands in a file that
//! others extend, that file is changed, and the `paths` of all that inherit from it.
//!
//! ```typescript before
//! //@ error TS5102: Option 'baseUrl' has been removed. Please remove it from your configuration.
//! //@ compiler: 7
//! //- /src/app.ts
//! import { area } from "@app/shape";
//! import { log } from "tools/log";
//! log(area);
//! //- /src/app/shape.ts
//! export const area = 1;
//! //- /src/tools/log.ts
//! export function log(n: number) {}
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "noEmit": true,
//!     // the sources
//!     $0"baseUrl"$0: "src",
//!     "paths": {
//!       "@app/*": ["app/*"] // the application
//!     }
//!   }
//! }
//! ```
//! ```typescript after
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "noEmit": true,
//!     // the sources
//!     "paths": {
//!       "@app/*": ["./src/app/*"], // the application
//!       "*": ["./src/*"]
//!     }
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: every import leads to the same file as before. Nothing is offered where that cannot be told: the option or the `paths` stand in an
//! installed package, or inherited `paths` mean different folders in different projects.

use super::support::config::{Documents, OptionIssue, is_installed, without_base_url};
use codegen::json::{Where, quoted};
use fix::{Applicability, Fix, RuleContext};
use std::path::Path;

pub(crate) const CODES: &[&str] = &["TS5102", "TS5101", "TS5090"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let typescript = ctx.index.typescript();
    if ctx.code().as_str() != "TS5090" {
        let Some(issue) = OptionIssue::of(ctx).filter(|i| i.name == "baseUrl") else { return Vec::new() };
        return mend(ctx, &issue.holder).into_iter().collect();
    }
    // What is no option of this configuration may be one of those that inherit from it.
    let base = typescript.option_holder(ctx.path(), "baseUrl").or_else(|| {
        let all = typescript.configurations();
        let mut heirs = all.iter().filter(|c| typescript.is_started(c) && typescript.inherits(c, ctx.path()));
        heirs.find_map(|c| typescript.option_holder(c, "baseUrl"))
    });
    match base {
        Some(holder) => mend(ctx, &holder).into_iter().collect(),
        None => relative_paths(ctx).into_iter().collect(),
    }
}

fn mend(ctx: &RuleContext<'_>, holder: &Path) -> Option<Fix> {
    let documents = without_base_url(ctx.index, holder)?;
    Some(documents.fix("Replace 'baseUrl' by relative 'paths'", Applicability::Safe)?.preferred())
}

/// Without a `baseUrl`, targets are relative to the file that they stand in, and must say so.
fn relative_paths(ctx: &RuleContext<'_>) -> Option<Fix> {
    let typescript = ctx.index.typescript();
    let holder = typescript.option_holder(ctx.path(), "paths").filter(|h| !is_installed(h))?;
    let file = typescript.configuration_file(&holder)?;
    let (name, paths) = file.option("paths")?;
    let mut documents = Documents::new(ctx.index);
    let editor = documents.edit(&holder)?;
    for (pattern, targets) in paths.as_object()? {
        for (i, target) in targets.as_array().into_iter().flatten().enumerate() {
            let Some(target) = target.as_str().filter(|t| !t.starts_with(['.', '/', '$']) && !t.contains(':')) else {
                continue;
            };
            let to = quoted(&format!("./{target}"));
            editor.set(&["compilerOptions", name, pattern, &i.to_string()], &to, Where::First);
        }
    }
    Some(documents.fix("Make the 'paths' relative", Applicability::Safe)?.preferred())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const REMOVED: &str = "Option 'baseUrl' has been removed. Please remove it from your configuration.";
    const BARE: &str = "Non-relative paths are not allowed. Did you forget a leading './'?";

    #[test]
    fn what_nothing_is_imported_by_is_only_taken_out() {
        check_fix(
            rule_of(module_path!()),
            "TS5102",
            REMOVED,
            "import './b';\n//- /b.ts\n//- /tsconfig.json\n{\n  \"compilerOptions\": {\n    $0\"baseUrl\": \".\",\n    \"paths\": { \"@/*\": [\"./src/*\"] }\n  }\n}\n",
            "//- /tsconfig.json\n{\n  \"compilerOptions\": {\n    \"paths\": { \"@/*\": [\"./src/*\"] }\n  }\n}\n",
        );
    }

    #[test]
    fn a_base_serves_all_that_extend_it() {
        check_fix(
            rule_of(module_path!()),
            "TS5090",
            BARE,
            "import '@lib/x';\n//- /base.json\n{ \"compilerOptions\": { \"baseUrl\": \".\", \"strict\": true } }\n\
             //- /p/a/tsconfig.json\n{\n  \"extends\": \"../../base.json\",\n  \"compilerOptions\": {\n    \"paths\": { \"@lib/*\": [$0\"libs/*\"] }\n  }\n}\n\
             //- /p/b/tsconfig.json\n{ \"extends\": \"../../base.json\" }\n//- /p/b/x.ts\nimport 'libs/y';\n//- /libs/y.ts\n",
            "//- /base.json\n{ \"compilerOptions\": { \"paths\": { \"*\": [\"./*\"] }, \"strict\": true } }\n\
             //- /p/a/tsconfig.json\n{\n  \"extends\": \"../../base.json\",\n  \"compilerOptions\": {\n    \"paths\": { \"@lib/*\": [\"../../libs/*\"] }\n  }\n}\n",
        );
    }

    #[test]
    fn the_folder_of_who_extends_goes_along_and_a_star_is_kept() {
        check_fix(
            rule_of(module_path!()),
            "TS5101",
            "Option 'baseUrl' is deprecated and will stop functioning in TypeScript 7.0. Specify compilerOption '\"ignoreDeprecations\": \"6.0\"' to silence this error.",
            "import 'lib/x';\n//- /lib/x.ts\n//- /base.json\n{ \"compilerOptions\": { \"baseUrl\": \"${configDir}\", \"paths\": { \"*\": [\"types/*\"] } } }\n\
             //- /tsconfig.json\n{ \"extends\": \"./base.json\", $0\"compilerOptions\": {} }\n",
            "//- /base.json\n{ \"compilerOptions\": { \"paths\": { \"*\": [\"${configDir}/types/*\", \"${configDir}/*\"] } } }\n",
        );
    }

    #[test]
    fn paths_without_a_base_say_that_they_are_relative() {
        check_fix(
            rule_of(module_path!()),
            "TS5090",
            BARE,
            "//- /tsconfig.json\n{ \"compilerOptions\": { \"paths\": { \"a\": [$0\"src/a\", \"./b\"], \"c\": [\"c\"] } } }\n",
            "//- /tsconfig.json\n{ \"compilerOptions\": { \"paths\": { \"a\": [\"./src/a\", \"./b\"], \"c\": [\"./c\"] } } }\n",
        );
    }

    #[test]
    fn nothing_is_guessed_where_paths_mean_different_folders() {
        check_no_fix(
            rule_of(module_path!()),
            "TS5102",
            REMOVED,
            "//- /paths.json\n{ \"compilerOptions\": { \"paths\": { \"a\": [\"a\"] } } }\n\
             //- /base.json\n{ \"extends\": \"./paths.json\", \"compilerOptions\": { \"baseUrl\": \".\" } }\n\
             //- /node_modules/t/package.json\n{ \"name\": \"t\" }\n//- /node_modules/t/tsconfig.json\n{ \"compilerOptions\": { \"baseUrl\": \".\" } }\n\
             //- /p/tsconfig.json\n{ \"extends\": \"t/tsconfig.json\", $0\"compilerOptions\": {} }\n",
        );
    }
}
