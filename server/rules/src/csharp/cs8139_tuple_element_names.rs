//! # Override with other tuple element names
//!
//! The tuple element names of an override or implementation must be those of the base member.
//!
//! ```csharp before
//! //@ error CS8139: 'D.M()': cannot change tuple element names when overriding inherited member 'B.M()'
//! class B
//! {
//!     public virtual (int x, int y) M() => default;
//! }
//! class D : B
//! {
//!     public override (int x, int z) $0M$0() => (x: 1, z: 2);
//! }
//! ```
//! ```csharp after
//! class B
//! {
//!     public virtual (int x, int y) M() => default;
//! }
//! class D : B
//! {
//!     public override (int x, int y) M() => (x: 1, y: 2);
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: callers of the override may use the names that are removed.

use fix::{Applicability, Fix, RuleContext};
use semantics::csharp::Type;
use syntax::csharp::{MEMBERS, descendants, written_type};
use syntax::{Node, NodeExt, children_of_kind};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS8139", "CS8141"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let member = ctx.token()?.enclosing(MEMBERS)?;
    let own = written_type(member).filter(|t| t.kind() == "tuple_type")?;
    let csharp = ctx.index.csharp();
    let here = csharp.enclosing_type(ctx.path(), ctx.diagnostic.range.start)?;
    let name = member.field("name")?.text_in(text);
    let count = syntax::csharp::parameters(member).len();
    let base = csharp.all_members(&here, "").into_iter().find(|m| {
        m.owner.origin != here.origin && m.declaration.name == name && m.declaration.parameters.len() == count
    })?;
    let model = ctx.csharp();
    let Type::Tuple(wanted) = model.member_type(&model.plain_member(&base))? else { return None };
    let elements = children_of_kind(own, "tuple_element");
    if elements.len() != wanted.len() {
        return None;
    }
    let mut edits: Vec<TextEdit> = Vec::new();
    for (element, (_, new)) in elements.iter().zip(wanted.iter()) {
        let old = element.field("name");
        match (old, new) {
            (Some(old), Some(new)) if old.text_in(text) != new => {
                edits.push(TextEdit::replace(old.byte_range(), new.as_str()));
                edits.extend(
                    labels(member, text, old.text_in(text)).map(|l| TextEdit::replace(l.byte_range(), new.as_str())),
                );
            }
            (None, Some(new)) => edits.push(TextEdit::insert(element.end_byte(), format!(" {new}"))),
            (Some(_), None) => return None,
            _ => {}
        }
    }
    if edits.is_empty() {
        return None;
    }
    let fix = ctx.fix("Use tuple element names of base member", Applicability::Unsafe).preferred();
    Some(edits.into_iter().fold(fix, |fix, edit| fix.edit(edit)).build())
}

/// Element names in the tuple expressions of a member's body.
fn labels<'t>(member: Node<'t>, text: &'t str, name: &'t str) -> impl Iterator<Item = Node<'t>> {
    let tuples = descendants(member).filter(|n| n.kind() == "tuple_expression");
    let arguments = tuples.flat_map(|t| children_of_kind(t, "argument"));
    arguments.filter_map(|a| a.field("name")).filter(move |n| n.text_in(text) == name)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_no_fix;

    #[test]
    fn nothing_when_the_tuples_differ() {
        check_no_fix(
            rule_of(module_path!()),
            "CS8139",
            "'D.M()': cannot change tuple element names when overriding inherited member 'B.M()'",
            "class B { public virtual int M() => 1; } class D : B { public override (int x, int z) $0M() => default; }",
        );
    }
}
