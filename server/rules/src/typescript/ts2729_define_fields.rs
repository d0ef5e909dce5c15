//! # Fields that use what is not there yet
//!
//! From ES2022 on, fields of classes are the language's own and are given their values before the constructor's parameters become properties. Since
//! TypeScript 6 that is the default. `"useDefineForClassFields": false` brings back assignments in the constructor.
//!
//! ```typescript before
//! //@ error TS2729: Property 'size' is used before its initialization.
//! //@ compiler: 7
//! export class Box {
//!   area = this.$0size$0 * 2;
//!   constructor(private size: number) {}
//! }
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
//!     "useDefineForClassFields": false
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when the configuration sets neither `target` nor this option: it was so before. Else nothing is offered.

use super::support::config::{Documents, config_of, may_be_modern};
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::typescript::descendants;

pub(crate) const CODES: &[&str] = &["TS2729"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some((config, project, certain)) = config_of(ctx.index, ctx.path()) else { return Vec::new() };
    let is_set = |name: &str| project.options.contains_key(name);
    // What is used is a property of the constructor: another field would have been too early before, too.
    let name = ctx.argument(0).unwrap_or_default();
    let parameters = descendants(ctx.root(), &["required_parameter", "optional_parameter"]);
    let of_constructor = parameters.iter().any(|p| {
        let named = p.field("pattern").is_some_and(|n| n.text_in(ctx.text()) == name);
        named && p.all_children().iter().any(|c| c.is(&["accessibility_modifier", "override_modifier", "readonly"]))
    });
    if is_set("target")
        || is_set("usedefineforclassfields")
        || is_set("module") && project.module().starts_with("node")
        || !may_be_modern(&project)
    {
        return Vec::new();
    }
    let mut documents = Documents::new(ctx.index);
    if !of_constructor || documents.set_option(&config, "useDefineForClassFields", "false").is_none() {
        return Vec::new();
    }
    let applicability = if certain { Applicability::Safe } else { Applicability::Unsafe };
    let title = "Set 'useDefineForClassFields' to 'false' in your configuration file, as it was by default";
    documents.fix(title, applicability).map(|f| f.restoring().preferred()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_no_fix;

    #[test]
    fn a_target_that_is_set_was_in_effect_before() {
        check_no_fix(
            rule_of(module_path!()),
            "TS2729",
            "Property 'b' is used before its initialization.",
            "class A { a = this.$0b; constructor(private b: number) {} }\n//- /tsconfig.json\n{ \"compilerOptions\": { \"target\": \"es2022\" } }\n",
        );
    }
}
