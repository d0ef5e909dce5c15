//! # Struct with a base class
//!
//! A struct implements interfaces only.
//!
//! ```csharp before
//! //@ error CS0527: Type 'Shape' in interface list is not an interface
//! class Shape { }
//! struct Square : $0Shape$0 { }
//! ```
//! ```csharp after
//! class Shape { }
//! class Square : Shape { }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: a class is copied by reference, and can be `null`.

use codegen::csharp::deletion::{list_item_removal, with_space_after};
use fix::{Applicability, Bulk, Fix, RuleContext};
use syntax::csharp::modifier;
use syntax::{Node, NodeExt, ancestors, child_of_kind};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["CS0527"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let base = ancestors(ctx.token()?).find(|n| n.parent().is_some_and(|p| p.kind() == "base_list"))?;
    let list = base.parent()?;
    let ty = list.parent()?;
    let mut out = Vec::new();
    if let Some(keyword) = child_of_kind(ty, "struct").filter(|_| child_of_kind(ty, "ref").is_none()) {
        let record = ty.kind() == "record_declaration";
        let title = if record { "Replace 'record struct' with 'record'" } else { "Replace 'struct' with 'class'" };
        let fix = ctx.fix(title, Applicability::Unsafe);
        // A class is not `readonly`.
        let readonly = modifier(ty, text, "readonly").map(|r| with_space_after(text, r));
        let old = if record { with_space_after(text, keyword) } else { keyword.byte_range().into() };
        let new = if record { "" } else { "class" };
        let fix = match readonly {
            Some(gone) if gone.touches(old) => fix.replace(gone.start..old.end, new),
            Some(gone) => fix.delete(gone).replace(old, new),
            None => fix.replace(old, new),
        };
        out.push(fix.preferred().build());
    }
    let items: Vec<Node<'_>> = list.named().into_iter().filter(|n| n.kind() != "argument_list").collect();
    let i = items.iter().position(|n| *n == base)?;
    let range = match items.len() {
        1 => TextRange::new(text[..list.start_byte()].trim_end().len(), list.end_byte()),
        _ => list_item_removal(&items, i),
    };
    let fix = ctx.fix(format!("Remove base '{}'", base.text_in(text)), Applicability::Unsafe).delete(range);
    out.push(fix.in_bulk(if out.is_empty() { Bulk::Repair } else { Bulk::Manual }).build());
    Some(out)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled};
    const MESSAGE: &str = "Type 'B' in interface list is not an interface";

    #[test]
    fn structs_and_records() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            ("public readonly struct S<T> : $0B, I where T : I { }", "public class S<T> : B, I where T : I { }"),
            ("record struct R(int A) : $0B;", "record R(int A) : B;"),
            ("ref struct R : I, $0N.B { }", "ref struct R : I { }"),
            ("interface J : $0B { }", "interface J { }"),
        ] {
            check_fix(rule, "CS0527", MESSAGE, before, after);
        }
        check_fix_titled(rule, "CS0527", MESSAGE, "Remove base 'B'", "struct S : $0B, I { }", "struct S : I { }");
    }
}
