//! # `override` that overrides nothing
//!
//! No inherited member fits (CS0115), it cannot be overridden (CS0506), or accessibility (CS0507) or result (CS0508) differ from it.
//!
//! ```csharp before
//! //@ error CS0115: 'C.M()': no suitable method found to override
//! class C
//! {
//!     public override void $0M$0() { }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     public void M() { }
//! }
//! ```
//! ```csharp before
//! //@ error CS0507: 'D.M()': cannot change access modifiers when overriding 'protected' inherited member 'B.M()'
//! class B { protected virtual void M() { } }
//! class D : B
//! {
//!     public override void $0M$0() { }
//! }
//! ```
//! ```csharp after
//! class B { protected virtual void M() { } }
//! class D : B
//! {
//!     protected override void M() { }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` for accessibility, which the base dictates, and for removing `override` in a type without a base class, where there is nothing to
//! override. With a base class the base may have changed and the member be meant to follow: `Unsafe`.

use super::support::nodes::{MEMBERS, accessibility_edit, modifier, name_of, type_of, with_space_after, written_type};
use super::support::typing::{Type, Typing};
use fix::{Applicability, Fix, RuleContext};
use index::DeclarationKind;
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["CS0115", "CS0506", "CS0507", "CS0508", "CS1715"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let member = ctx.token()?.enclosing(MEMBERS)?;
    match ctx.code().as_str() {
        "CS0507" => {
            let wanted = ctx.argument(1)?;
            if !wanted.split(' ').all(|w| matches!(w, "public" | "protected" | "internal" | "private")) {
                return None;
            }
            let (range, new) = accessibility_edit(member, text, wanted);
            let fix = ctx.fix(format!("Make '{wanted}'"), Applicability::Safe).replace(range, new);
            return Some(vec![fix.preferred().build()]);
        }
        "CS0508" | "CS1715" => {
            let ty = written_type(member)?;
            let typing = Typing::new(ctx.index, ctx.source);
            let wanted = ctx.diagnostic.arguments.get(1)?;
            let written = match wanted.as_str() {
                "void" => "void".to_owned(),
                other => typing.minimal(&Type::parse(other)?, ty.start_byte()),
            };
            if written == ty.text_in(text) || written.contains(['(', '\'']) {
                return None;
            }
            let fix = ctx.fix(format!("Change type to '{written}'"), Applicability::Unsafe).replace(ty.byte_range(), written);
            return Some(vec![fix.preferred().build()]);
        }
        _ => {}
    }
    let keyword = modifier(member, text, "override")?;
    let remove = |applicability| ctx.fix("Remove 'override'", applicability).delete(with_space_after(text, keyword));
    if ctx.code() == "CS0506" {
        let new = ctx.fix("Replace 'override' with 'new'", Applicability::Unsafe).replace(keyword.byte_range(), "new");
        return Some(vec![new.preferred().build(), remove(Applicability::Unsafe).build()]);
    }
    let ty = type_of(member)?;
    let own = ctx.index.csharp().enclosing_type(ctx.path(), name_of(ty)?.start_byte())?;
    let bases = ctx.index.csharp().bases(&own);
    let known = bases.iter().all(|(_, b)| b.as_ref().is_some_and(|b| b.declaration.kind == DeclarationKind::Interface));
    Some(vec![remove(if known { Applicability::Safe } else { Applicability::Unsafe }).preferred().build()])
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn the_result_follows_the_base() {
        check_fix(
            rule_of(module_path!()),
            "CS0508",
            "'D.M()': return type must be 'System.Collections.Generic.List<int>' to match overridden member 'B.M()'",
            "using System.Collections.Generic; class B { public virtual List<int> M() => null; } class D : B { public override object $0M() => null; }",
            "using System.Collections.Generic; class B { public virtual List<int> M() => null; } class D : B { public override List<int> M() => null; }",
        );
    }
}
