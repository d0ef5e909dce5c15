//! # Dependency that the package does not list
//!
//! Another package of the workspace lists it, and says in which version. Types (`@types/…`) are treated alike.
//!
//! ```typescript before
//! //@ error TS2307: Cannot find module 'lodash' or its corresponding type declarations.
//! //@ compiler: none
//! //- /packages/b/main.ts
//! import { sum } from $0'lodash';
//! //- /packages/b/package.json
//! {
//!   "name": "b",
//!   "dependencies": {
//!     "express": "^4.19.0"
//!   }
//! }
//! //- /packages/a/package.json
//! {
//!   "name": "a",
//!   "dependencies": {
//!     "lodash": "^4.17.21"
//!   }
//! }
//! ```
//! ```typescript after
//! //- /packages/b/package.json
//! {
//!   "name": "b",
//!   "dependencies": {
//!     "express": "^4.19.0",
//!     "lodash": "^4.17.21"
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the dependency has to be installed afterwards. Nothing is edited when no version is known: the report says the command.

use codegen::typescript::package_json::add_dependency;
use fix::causes::Cause;
use fix::{Applicability, Change, Fix, RuleContext, language};
use text::ContentHash;

pub(crate) const CODES: &[&str] = &["TS2307", "TS2792", "TS7016", "TS2882"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    fix(ctx).into_iter().collect()
}

fn fix(ctx: &RuleContext<'_>) -> Option<Fix> {
    let Some(Cause::NotListed { package, listed: Some(listed), .. }) = language::cause(ctx) else { return None };
    let manifest = ctx.index.typescript().manifest(ctx.path())?;
    let text = ctx.index.text(&manifest)?;
    // What is a peer of one package is a dependency of another.
    let field = if listed.field == "devDependencies" { "devDependencies" } else { "dependencies" };
    let mut change = Change::new();
    for edit in add_dependency(&text, field, &package, &listed.version)? {
        change.edit(&manifest, ContentHash::of(text.as_bytes()), edit);
    }
    let title = format!("Add '{package}' to 'package.json'");
    Some(Fix::new(title, Applicability::Unsafe, change).mending_cause().preferred())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn types_go_where_the_other_package_has_them() {
        let rule = rule_of(module_path!());
        let message = "Could not find a declaration file for module 'lodash'. '/b/node_modules/lodash/index.js' implicitly has an 'any' type.";
        let tree = |other: &str| {
            format!(
                "//- /b/a.ts\nimport x from $0'lodash';\n//- /b/package.json\n{{\n  \"name\": \"b\"\n}}\n//- /a/package.json\n{other}\n"
            )
        };
        let other = "{ \"devDependencies\": { \"@types/lodash\": \"^4.17.0\" } }";
        let after = "//- /b/package.json\n{\n  \"name\": \"b\",\n  \"devDependencies\": {\n    \"@types/lodash\": \"^4.17.0\"\n  }\n}\n";
        check_fix(rule, "TS7016", message, &tree(other), after);
        check_no_fix(rule, "TS7016", message, &tree("{ }"));
    }
}
