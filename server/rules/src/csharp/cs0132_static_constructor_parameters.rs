//! # Static constructor with parameters
//!
//! A static constructor is called by nobody, and has no parameters.
//!
//! ```csharp before
//! //@ error CS0132: 'Settings.Settings(int)': a static constructor must be parameterless
//! class Settings
//! {
//!     static $0Settings$0(int count) { }
//! }
//! ```
//! ```csharp after
//! class Settings
//! {
//!     static Settings() { }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: it may be meant as a constructor of instances, which comes first where the body uses a parameter.

use codegen::csharp::deletion::with_space_after;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::csharp::{descendants, has_modifier, modifier, parameters, type_of};

pub(crate) const CODES: &[&str] = &["CS0132"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let text = ctx.text();
        let constructor = ctx.token()?.enclosing(&["constructor_declaration"])?;
        let list = constructor.field("parameters")?;
        let names: Vec<&str> =
            parameters(constructor).iter().filter_map(|p| Some(p.field("name")?.text_in(text))).collect();
        let body = constructor.field("body")?;
        let used = descendants(body).any(|n| n.kind() == "identifier" && names.contains(&n.text_in(text)));
        let class_is_static = type_of(constructor).is_some_and(|t| has_modifier(t, text, "static"));
        let remove = ctx.fix("Remove parameters", Applicability::Unsafe).replace(list.byte_range(), "()");
        let old = modifier(constructor, text, "static")?;
        let instance = ctx.fix("Remove 'static' modifier", Applicability::Unsafe).delete(with_space_after(text, old));
        Some(match (used, class_is_static) {
            (false, true) => vec![remove.preferred().build()],
            (false, false) => vec![remove.preferred().build(), instance.build()],
            (true, false) => vec![instance.preferred().build()],
            (true, true) => Vec::new(),
        })
    };
    find().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn what_is_used_stays() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "CS0132",
            "",
            "struct S { static $0S(int a, string b) => N(); }",
            "struct S { static S() => N(); }",
        );
        check_fix(rule, "CS0132", "", "class C { static $0C(int a) { N(a); } }", "class C { C(int a) { N(a); } }");
        check_no_fix(rule, "CS0132", "", "static class C { static $0C(int a) { N(a); } }");
    }
}
