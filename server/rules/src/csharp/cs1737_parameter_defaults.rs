//! # Parameter without a default value behind one that has it
//!
//! What can be left out stands behind what cannot.
//!
//! ```csharp before
//! //@ error CS1737: Optional parameters must appear after all required parameters
//! class C
//! {
//!     void M(int count = 1, string name$0)$0 { }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void M(int count = 1, string name = null) { }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: callers may leave the argument out then. In another order each call would have to change.

use fix::{Applicability, Fix, RuleContext};
use semantics::csharp::values::default_value;
use syntax::csharp::has_modifier;
use syntax::{NodeExt, children_of_kind, leaf_at};

pub(crate) const CODES: &[&str] = &["CS1737"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let text = ctx.text();
        // The compiler points behind the parameter.
        let at = text.get(..ctx.diagnostic.range.start)?.trim_end().len().checked_sub(1)?;
        let list = leaf_at(ctx.root(), at)?.enclosing(&["parameter_list", "bracketed_parameter_list"])?;
        let all = children_of_kind(list, "parameter");
        let has_default = |p: &syntax::Node<'_>| p.all_children().iter().any(|c| c.kind() == "=");
        let first = all.iter().position(has_default)?;
        let model = ctx.csharp();
        let mut fix = ctx.fix("Add default value", Applicability::Unsafe).preferred();
        let mut any = false;
        for parameter in all[first..].iter().filter(|p| !has_default(p)) {
            if ["ref", "out", "this"].iter().any(|m| has_modifier(*parameter, text, m)) {
                return None;
            }
            let ty = model.written_type(parameter.field("type")?);
            let value = ty.map_or("default", |ty| default_value(&ty, &model));
            fix = fix.insert(parameter.end_byte(), format!(" = {value}"));
            any = true;
        }
        any.then(|| fix.build())
    };
    find().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn all_that_follow() {
        let rule = rule_of(module_path!());
        let before = "class C { C(string s = null, int x$0, C c, System.Guid g, int? n) { } }";
        let after = "class C { C(string s = null, int x = 0, C c = null, System.Guid g = default, int? n = null) { } }";
        check_fix(rule, "CS1737", "", before, after);
        check_no_fix(rule, "CS1737", "", "class C { void M(int a = 1, ref int b$0) { } }");
        check_no_fix(rule, "CS1737", "", "class C { void M(int a, int b$0) { } }");
    }
}
