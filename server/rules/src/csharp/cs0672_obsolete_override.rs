//! # Override of an obsolete member
//!
//! A member overrides one that is obsolete, and does not say that it is, too.
//!
//! ```csharp before
//! //@ warning CS0672: Member 'Circle.Draw()' overrides obsolete member 'Shape.Draw()'. Add the Obsolete attribute to 'Circle.Draw()'.
//! using System;
//! class Shape
//! {
//!     [Obsolete]
//!     public virtual void Draw() { }
//! }
//! class Circle : Shape
//! {
//!     public override void $0Draw$0() { }
//! }
//! ```
//! ```csharp after
//! using System;
//! class Shape
//! {
//!     [Obsolete]
//!     public virtual void Draw() { }
//! }
//! class Circle : Shape
//! {
//!     [Obsolete]
//!     public override void Draw() { }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: who calls the override is warned then.

use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::csharp::MEMBERS;

pub(crate) const CODES: &[&str] = &["CS0672"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let text = ctx.text();
        let member = ctx.token()?.enclosing(MEMBERS)?;
        let start = member.start_byte();
        let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), start);
        let name = if scope.iter().any(|n| n == "System") { "[Obsolete]" } else { "[System.Obsolete]" };
        let line = text[..start].rfind(['\n', '\r']).map_or(0, |i| i + 1);
        let alone = text[line..start].trim().is_empty() && text.contains('\n');
        let gap = if alone { format!("{}{}", ctx.eol(), &text[line..start]) } else { " ".to_owned() };
        let fix = ctx.fix("Add [Obsolete]", Applicability::Unsafe).insert(start, format!("{name}{gap}"));
        Some(fix.preferred().build())
    };
    find().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn beside_other_attributes() {
        let rule = rule_of(module_path!());
        let before = "class C : B { [A] public override int $0P => 1; }";
        check_fix(rule, "CS0672", "", before, "class C : B { [System.Obsolete] [A] public override int P => 1; }");
    }
}
