//! # `module` where `namespace` is meant
//!
//! A namespace was once written with the keyword `module`. TypeScript 6 takes that for an error; `declare module "name"` stays.
//!
//! ```typescript before
//! //@ error TS1540: A 'namespace' declaration should not be declared using the 'module' keyword. Please use the 'namespace' keyword instead.
//! //@ compiler: 7
//! module $0Shapes$0 {
//!   export const area = 1;
//! }
//! ```
//! ```typescript after
//! namespace Shapes {
//!   export const area = 1;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: both keywords mean the same.

use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["TS1540"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let declaration = ctx.token().and_then(|t| t.enclosing(&["module", "internal_module"]));
    let Some(declaration) = declaration else { return Vec::new() };
    let keyword = declaration.all_children().into_iter().find(|c| c.text_in(ctx.text()) == "module");
    let named = declaration.field("name").is_some_and(|n| n.kind() != "string");
    let Some(keyword) = keyword.filter(|_| named) else { return Vec::new() };
    let fix = ctx.fix("Replace 'module' by 'namespace'", Applicability::Safe);
    vec![fix.replace(keyword.byte_range(), "namespace").preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const MESSAGE: &str = "A 'namespace' declaration should not be declared using the 'module' keyword. Please use the 'namespace' keyword instead.";

    #[test]
    fn keywords_of_names_are_replaced() {
        check_fix(
            rule_of(module_path!()),
            "TS1540",
            MESSAGE,
            "declare module $0A.B { let module: number; }\n",
            "declare namespace A.B { let module: number; }\n",
        );
        check_fix(
            rule_of(module_path!()),
            "TS1540",
            MESSAGE,
            "export module A.$0B { }\n",
            "export namespace A.B { }\n",
        );
        check_no_fix(rule_of(module_path!()), "TS1540", MESSAGE, "declare module $0\"a\" { }\n");
    }
}
