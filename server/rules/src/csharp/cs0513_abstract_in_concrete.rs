//! # Abstract member of a class that is not abstract
//!
//! Only an abstract class has abstract members.
//!
//! ```csharp before
//! //@ error CS0513: 'Shape.Area()' is abstract but it is contained in non-abstract type 'Shape'
//! class Shape
//! {
//!     public abstract double $0Area$0();
//! }
//! class Circle : Shape
//! {
//!     public override double Area() => 3.14;
//! }
//! ```
//! ```csharp after
//! abstract class Shape
//! {
//!     public abstract double Area();
//! }
//! class Circle : Shape
//! {
//!     public override double Area() => 3.14;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where the class has heirs and nothing creates one of itself. Otherwise `Unsafe`: the member may be abstract by mistake.

use super::support::created::{has_heirs, is_created};
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::csharp::{modifier, modifier_place, type_of};

pub(crate) const CODES: &[&str] = &["CS0513"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let class = ctx.token().and_then(type_of)?;
    let of_values = class.all_children().iter().any(|c| c.kind() == "struct");
    if !class.is(&["class_declaration", "record_declaration"]) || of_values || modifier(class, text, "static").is_some()
    {
        return None;
    }
    if modifier(class, text, "abstract").is_some() {
        return None;
    }
    let name = class.field("name")?;
    let ty = ctx.index.csharp().enclosing_type(ctx.path(), name.start_byte())?;
    let safe = has_heirs(ctx, &ty) && !is_created(ctx, &ty);
    let fix =
        ctx.fix("Make class 'abstract'", if safe { Applicability::Safe } else { Applicability::Unsafe }).preferred();
    Some(match modifier(class, text, "sealed") {
        Some(sealed) => fix.replace(sealed.range(), "abstract").build(),
        None => fix.insert(modifier_place(class, text, "abstract"), "abstract ").build(),
    })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};
    const MESSAGE: &str = "'C.M()' is abstract but it is contained in non-abstract type 'C'";

    #[test]
    fn classes_and_records() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            (
                "public partial class C { protected abstract int P { $0get; } }",
                "public abstract partial class C { protected abstract int P { get; } }",
            ),
            ("sealed class C { public abstract void $0M(); }", "abstract class C { public abstract void M(); }"),
            (
                "[A] record C<T>(T X) { public abstract event E $0M; }",
                "[A] abstract record C<T>(T X) { public abstract event E M; }",
            ),
        ] {
            check_fix(rule, "CS0513", MESSAGE, before, after);
            check_fix_all(rule, "CS0513", MESSAGE, &[], before, None);
        }
        check_no_fix(rule, "CS0513", MESSAGE, "struct C { public abstract void $0M(); }");
        check_no_fix(rule, "CS0513", MESSAGE, "record struct C { public abstract void $0M(); }");
    }

    #[test]
    fn a_class_that_is_created_is_not_abstract_for_certain() {
        let rule = rule_of(module_path!());
        let before =
            "class C { public abstract void $0M(); } class D : C { public override void M() { } object N() => ";
        let file = |value: &str| format!("{before}{value}; }}");
        let after = |value: &str| file(value).replace("$0", "").replacen("class C", "abstract class C", 1);
        check_fix_all(rule, "CS0513", MESSAGE, &[], &file("new D()"), Some(&after("new D()")));
        check_fix_all(rule, "CS0513", MESSAGE, &[], &file("new C()"), None);
    }
}
