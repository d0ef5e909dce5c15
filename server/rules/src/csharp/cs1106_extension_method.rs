//! # Extension method in the wrong place
//!
//! An extension method is `static` (CS1105), in a static class that is not generic (CS1106) and not nested (CS1109), and only its first
//! parameter has `this` (CS1100).
//!
//! ```csharp before
//! //@ error CS1106: Extension method must be defined in a non-generic static class
//! class $0Texts$0
//! {
//!     public static bool IsEmpty(this string text) => text.Length == 0;
//! }
//! ```
//! ```csharp after
//! static class Texts
//! {
//!     public static bool IsEmpty(this string text) => text.Length == 0;
//! }
//! ```
//! ```csharp before
//! //@ error CS1105: Extension method must be static
//! static class Texts
//! {
//!     public bool $0IsEmpty$0(this string text) => text.Length == 0;
//! }
//! ```
//! ```csharp after
//! static class Texts
//! {
//!     public static bool IsEmpty(this string text) => text.Length == 0;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: `static` on a class of static members that has no base and no heir and that nothing creates, and on a method of a static class.
//! Otherwise `Unsafe`: without `this` the calls on a value no longer compile.

use super::support::created::{has_heirs, is_created};
use codegen::csharp::deletion::with_space_after;
use fix::{Applicability, Fix, RuleContext};
use index::Modifiers;
use index::csharp::CsType;
use syntax::csharp::{MEMBERS, has_modifier, modifier, modifier_place, parameters, type_of};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["CS1106", "CS1105", "CS1100", "CS1109"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token()?;
    let member = token.enclosing(MEMBERS)?;
    match ctx.code().as_str() {
        "CS1100" => {
            let parameter = token.enclosing(&["parameter"])?;
            let this = modifier(parameter, text, "this")?;
            let fix = ctx.fix("Remove 'this' modifier", Applicability::Unsafe);
            Some(vec![fix.delete(with_space_after(text, this)).preferred().build()])
        }
        "CS1105" => {
            let in_static = type_of(member).is_some_and(|t| has_modifier(t, text, "static"));
            let safe = if in_static { Applicability::Safe } else { Applicability::Unsafe };
            let place = modifier_place(member, text, "static");
            let fix = ctx.fix("Make method static", safe).insert(place, "static ").preferred().build();
            Some([Some(fix), without_this(ctx, &[member])].into_iter().flatten().collect())
        }
        "CS1109" => Some(without_this(ctx, &[member]).into_iter().collect()),
        _ => {
            let methods: Vec<Node<'_>> =
                member.field("body")?.named().into_iter().filter(|m| is_extension(*m, text)).collect();
            Some([make_static(ctx, member), without_this(ctx, &methods)].into_iter().flatten().collect())
        }
    }
}

fn is_extension(method: Node<'_>, text: &str) -> bool {
    parameters(method).first().is_some_and(|p| has_modifier(*p, text, "this"))
}

/// Takes `this` from the first parameters.
fn without_this(ctx: &RuleContext<'_>, methods: &[Node<'_>]) -> Option<Fix> {
    let text = ctx.text();
    let all = methods.iter().filter_map(|m| modifier(*parameters(*m).first()?, text, "this"));
    let mut fix = ctx.fix("Remove 'this' modifier from extension methods", Applicability::Unsafe);
    let mut any = false;
    for this in all {
        fix = fix.delete(with_space_after(text, this));
        any = true;
    }
    any.then(|| fix.build())
}

/// The class made static, where all that it has can be in a static class.
fn make_static(ctx: &RuleContext<'_>, class: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    if class.kind() != "class_declaration"
        || has_modifier(class, text, "static")
        || has_modifier(class, text, "abstract")
    {
        return None;
    }
    let name = class.field("name")?;
    let csharp = ctx.index.csharp();
    let ty = csharp.enclosing_type(ctx.path(), name.start_byte())?;
    let primary = class.all_children().iter().any(|c| c.kind() == "parameter_list");
    if !can_be_static(ctx, &ty) || primary || !ty.containing.is_empty() || ty.arity() > 0 {
        return None;
    }
    let safe = !has_heirs(ctx, &ty) && !is_created(ctx, &ty);
    let fix = ctx.fix("Make class static", if safe { Applicability::Safe } else { Applicability::Unsafe }).preferred();
    Some(match modifier(class, text, "sealed") {
        Some(sealed) => fix.replace(sealed.range(), "static").build(),
        None => fix.insert(modifier_place(class, text, "static"), "static ").build(),
    })
}

fn can_be_static(ctx: &RuleContext<'_>, ty: &CsType) -> bool {
    let csharp = ctx.index.csharp();
    let fits = |m: &index::csharp::CsMember| {
        let modifiers = m.declaration.modifiers;
        let open = modifiers.contains(Modifiers::PROTECTED);
        (modifiers.intersects(Modifiers::STATIC | Modifiers::CONST) || m.declaration.kind.is_type()) && !open
    };
    csharp.bases(ty).iter().all(|(text, _)| text == "object") && csharp.members(ty).iter().all(fits)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_titled, check_no_fix};
    const MESSAGE: &str = "Extension method must be defined in a non-generic static class";

    #[test]
    fn a_class_of_static_members_becomes_static() {
        let rule = rule_of(module_path!());
        let method = "public static void M(this int a) { }";
        let file = |head: &str, more: &str| format!("{head} {{ {method} {more} }}");
        for (before, after, more) in [
            ("public sealed class $0C", "public static class C", ""),
            ("[A] partial class $0C", "[A] static partial class C", "const int n = 1; static C() { } class N { }"),
        ] {
            check_fix_all(rule, "CS1106", MESSAGE, &[], &file(before, more), Some(&file(after, more)));
        }
        let created = " class D { object o = new C(); }";
        check_fix_all(rule, "CS1106", MESSAGE, &[], &(file("class $0C", "") + created), None);
        let plain = |head: &str, more: &str| file(head, more).replace("this ", "");
        for (head, more) in [("class $0C", "int n;"), ("class $0C : B", ""), ("struct $0C", ""), ("class $0C<T>", "")] {
            let after = plain(&head.replace("$0", ""), more);
            check_fix(rule, "CS1106", MESSAGE, &file(head, more), &after);
        }
    }

    #[test]
    fn methods_and_parameters() {
        let rule = rule_of(module_path!());
        let message = "Extension method must be static";
        let before = "class C { internal async void $0M(this int a) { } }";
        check_fix(rule, "CS1105", message, before, "class C { internal static async void M(this int a) { } }");
        check_fix_all(rule, "CS1105", message, &[], before, None);
        let title = "Remove 'this' modifier from extension methods";
        check_fix_titled(rule, "CS1105", message, title, before, "class C { internal async void M(int a) { } }");
        let message = "Method 'M' has a parameter modifier 'this' which is not on the first parameter";
        let before = "static class C { static void M(int a, $0this ref int b) { } }";
        check_fix(rule, "CS1100", message, before, "static class C { static void M(int a, ref int b) { } }");
        let message = "Extension methods must be defined in a top level static class; I is a nested class";
        let before = "class O { static class I { static void $0M(this int a) { } } }";
        check_fix(rule, "CS1109", message, before, "class O { static class I { static void M(int a) { } } }");
        check_no_fix(rule, "CS1109", message, "class O { static class I { static void $0M(int a) { } } }");
    }
}
