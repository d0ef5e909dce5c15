//! # `override` that overrides nothing
//!
//! There is no inherited member to override (CS0115), it cannot be overridden (CS0506), or its accessibility (CS0507) or return type
//! (CS0508) differs.
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
//! `Safe` for the accessibility, which the base member determines, and for removing `override` where all base classes are known and none has
//! a member of that name or a similar one. Otherwise `Unsafe`: the base member may have changed, and the override may have to follow. While
//! the class lacks an abstract member, `override` is not removed in bulk.

use super::support::unknown_base::has_unknown_base;
use codegen::csharp::deletion::with_space_after;
use codegen::csharp::modifiers::accessibility_edit;
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::DeclarationKind;
use index::csharp::{CsType, TypeOrigin};
use semantics::Semantics;
use semantics::csharp::printed::{declared, simple_name};
use semantics::csharp::results::all_convertible;
use semantics::csharp::similar_names::{is_renaming, typo_distance};
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::{MEMBERS, modifier, modifiers, name_of, type_of, written_type};
use syntax::{Node, NodeExt, leaf_at};
use text::TextEdit;

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
            let accessor = ctx.token()?.enclosing(&["accessor_declaration", "block"]);
            let accessor = accessor.filter(|a| a.kind() == "accessor_declaration");
            let own: Vec<&str> = modifiers(member).into_iter().map(|m| m.text_in(text)).collect();
            let (range, new) = match accessor {
                // An accessor with the accessibility of its property needs no modifier.
                Some(accessor) if wanted.split(' ').all(|w| own.contains(&w)) => accessibility_edit(accessor, text, ""),
                Some(accessor) => accessibility_edit(accessor, text, wanted),
                None => accessibility_edit(member, text, wanted),
            };
            let fix = ctx.fix(format!("Change accessibility to '{wanted}'"), Applicability::Safe).replace(range, new);
            return Some(vec![fix.preferred().build()]);
        }
        "CS0508" | "CS1715" => {
            let ty = written_type(member)?;
            let model = ctx.csharp();
            let wanted = ctx.diagnostic.arguments.get(1)?;
            let written = match wanted.as_str() {
                "void" => "void".to_owned(),
                other => model.minimal(&Type::parse(other)?, ty.start_byte()),
            };
            if written == ty.text_in(text) || written.contains(['(', '\'']) {
                return None;
            }
            // When the override returns another type and the base was changed, the base should be changed back.
            let fits = Type::parse(wanted).is_some_and(|w| all_convertible(&model, member, text, &w) != Some(false));
            let bulk = if fits { Bulk::Repair } else { Bulk::Manual };
            let fix =
                ctx.fix(format!("Change type to '{written}'"), Applicability::Unsafe).replace(ty.byte_range(), written);
            let follow = fix.in_bulk(bulk).preferred().build();
            return Some(std::iter::once(follow).chain(change_base(ctx, &model, member, !fits)).collect());
        }
        _ => {}
    }
    let keyword = modifier(member, text, "override")?;
    let remove =
        |applicability| ctx.fix("Remove 'override' modifier", applicability).delete(with_space_after(text, keyword));
    if ctx.code() == "CS0506" {
        let new = ctx.fix("Replace 'override' with 'new'", Applicability::Unsafe).replace(keyword.byte_range(), "new");
        return Some(vec![new.preferred().build(), remove(Applicability::Unsafe).build()]);
    }
    let ty = type_of(member)?;
    let own = ctx.index.csharp().enclosing_type(ctx.path(), name_of(ty)?.start_byte())?;
    // An abstract member that is not overridden may be what this one overrode.
    let name = name_of(ty).map(|n| n.text_in(text));
    let about = |d: &diagnostics::SourceDiagnostic| d.argument(0).map(simple_name) == name;
    let lacks_another = ctx.diagnostics.in_file(ctx.path()).iter().any(|d| d.code == "CS0534" && about(d));
    // Indexers and operators have no name to compare.
    let safe = match member.field("name") {
        _ if has_unknown_base(ctx, &own) || lacks_another => false,
        Some(name) => nothing_to_override(ctx, &own, name.text_in(text), syntax::csharp::parameters(member).len()),
        None => false,
    };
    let bulk = if lacks_another { Bulk::Manual } else { Bulk::Repair };
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    Some(vec![remove(applicability).in_bulk(bulk).preferred().build()])
}

/// Changes the type of the overridden member to that of the override, if its own return values fit.
fn change_base<'a>(ctx: &RuleContext<'a>, model: &SemanticModel<'a>, member: Node<'a>, decided: bool) -> Option<Fix> {
    let text = ctx.text();
    let given = model.written_type(written_type(member)?)?;
    let base = declared(ctx, ctx.diagnostic.arguments.get(2)?)?;
    let id = base.id.as_ref()?;
    let source = ctx.index.source(&id.path)?;
    let node = leaf_at(source.parsed.root(), ctx.index.ranges(id)?.name.start)?.enclosing(MEMBERS)?;
    let of_base = Semantics::new(ctx.index, &source).csharp();
    let ty = written_type(node)?;
    let fits = all_convertible(&of_base, node, source.parsed.text(), &given) != Some(false);
    if all_convertible(model, member, text, &given) != Some(true) || !fits || of_base.written_type(ty)? == given {
        return None;
    }
    let new = of_base.minimal(&given, ty.start_byte());
    let title = format!("Change type of '{}' to '{new}'", base.declaration.name);
    let bulk = if decided { Bulk::Repair } else { Bulk::Manual };
    let fix = ctx.fix(title, Applicability::Unsafe).in_bulk(bulk);
    Some(fix.edit_in(&source, TextEdit::replace(ty.byte_range(), new)).build())
}

/// Whether all base types are known, and none has a member of that name or a similar one.
///
/// A member that implements an interface may share its name with another base member, as `GetHashCode(object)` does.
fn nothing_to_override(ctx: &RuleContext<'_>, own: &CsType, name: &str, count: usize) -> bool {
    let csharp = ctx.index.csharp();
    let mut stack = vec![own.clone()];
    for _ in 0..64 {
        let Some(current) = stack.pop() else { break };
        // Only the first type of a list may be a class; all others have nothing to override.
        let one_list = matches!(&current.origin, TypeOrigin::Source(parts) if parts.len() == 1);
        let interface = current.declaration.kind == DeclarationKind::Interface;
        for (i, (_, base)) in csharp.bases(&current).iter().enumerate() {
            match base {
                Some(base) => stack.push(base.clone()),
                None if interface || one_list && i > 0 => {}
                None => return false,
            }
        }
    }
    let members = csharp.all_members(own, "");
    let of_interface = |m: &index::csharp::CsMember| m.owner.declaration.kind == DeclarationKind::Interface;
    let implements_interface = members
        .iter()
        .any(|m| of_interface(m) && m.declaration.name == name && m.declaration.parameters.len() == count);
    let is_similar = |other: &str| {
        other == name || typo_distance(name, other).is_some() || is_renaming(name, other) || is_renaming(other, name)
    };
    stack.is_empty()
        && members.iter().all(|m| {
            let inherited = m.owner.origin != own.origin && !of_interface(m);
            let another = implements_interface && m.declaration.name == name && m.declaration.parameters.len() != count;
            !inherited || another || !is_similar(&m.declaration.name)
        })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_titled};

    #[test]
    fn a_base_class_that_was_not_parsed_may_have_the_method() {
        check_fix_all(
            rule_of(module_path!()),
            "CS0115",
            "'C.M()': no suitable method found to override",
            &[],
            "//- /a.cs\nclass C : B { public override void $0M() { } }\n//- /b.cs\nclass B { void N() { }\n} }\n    public virtual void M() { }\n}\n",
            None,
        );
    }

    #[test]
    fn only_the_first_base_that_is_not_found_may_have_the_method() {
        let rule = rule_of(module_path!());
        let message = "'C.M()': no suitable method found to override";
        let of = |bases: &str| {
            format!("interface I {{ void M(); }} class C : {bases} {{ public override void $0M() {{ }} }}")
        };
        let before = of("I, IUnknown");
        check_fix_all(rule, "CS0115", message, &[], &before, Some(&before.replace("override void $0", "void ")));
        check_fix_all(rule, "CS0115", message, &[], &of("Unknown, I"), None);
    }

    #[test]
    fn an_accessor_with_the_accessibility_of_its_property() {
        check_fix(
            rule_of(module_path!()),
            "CS0507",
            "'D.P.set': cannot change access modifiers when overriding 'public' inherited member 'B.P.set'",
            "class B { public virtual int P { get; set; } } class D : B { public override int P { get; private $0set; } }",
            "class B { public virtual int P { get; set; } } class D : B { public override int P { get; set; } }",
        );
    }

    #[test]
    fn no_similar_base_member() {
        check_fix(
            rule_of(module_path!()),
            "CS0115",
            "'D.Size': no suitable method found to override",
            "class B { public virtual int Color => 1; } class D : B { public override int $0Size => 1; }",
            "class B { public virtual int Color => 1; } class D : B { public int Size => 1; }",
        );
    }

    #[test]
    fn the_return_type_of_the_base() {
        check_fix(
            rule_of(module_path!()),
            "CS0508",
            "'D.M()': return type must be 'System.Collections.Generic.List<int>' to match overridden member 'B.M()'",
            "using System.Collections.Generic; class B { public virtual List<int> M() => null; } class D : B { public override object $0M() => null; }",
            "using System.Collections.Generic; class B { public virtual List<int> M() => null; } class D : B { public override List<int> M() => null; }",
        );
    }

    #[test]
    fn the_base_is_changed_back_where_its_overrides_do_not_fit() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS0508",
            "'D.M()': return type must be 'int' to match overridden member 'B.M()'",
            "Change type of 'M' to 'bool'",
            "abstract class B { public abstract int M(); }\nclass D : B { public override bool $0M() => true; }\n",
            "abstract class B { public abstract bool M(); }\nclass D : B { public override bool M() => true; }\n",
        );
    }

    #[test]
    fn an_abstract_member_that_is_not_overridden_may_be_meant() {
        let rule = rule_of(module_path!());
        let message = "'D.Draw()': no suitable method found to override";
        let text =
            "abstract class B { public abstract void Paint(); } class D : B { public override void $0Draw() { } }";
        check_fix_all(rule, "CS0115", message, &[], text, Some(&text.replace("override void $0", "void ")));
        let lacking = [("CS0534", "'D' does not implement inherited abstract member 'B.Paint()'")];
        check_fix_all(rule, "CS0115", message, &lacking, text, None);
    }
}
