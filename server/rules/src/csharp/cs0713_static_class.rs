//! # What a static class cannot do
//!
//! A static class has no base (CS0713), implements no interface (CS0714), has no constructor for instances (CS0710), and is not created
//! (CS0712), nor the type of a variable (CS0723), parameter (CS0721), result (CS0722) or type argument (CS0718).
//!
//! ```csharp before
//! //@ error CS0713: Static class 'Settings' cannot derive from type 'Base'. Static classes must derive from object.
//! class Base { }
//! static class Settings : $0Base$0
//! {
//!     public static int Count = 1;
//! }
//! ```
//! ```csharp after
//! class Base { }
//! static class Settings
//! {
//!     public static int Count = 1;
//! }
//! ```
//! ```csharp before
//! //@ error CS0712: Cannot create an instance of the static class 'Settings'
//! static class Settings { }
//! class C
//! {
//!     object M() => $0new Settings()$0;
//! }
//! ```
//! ```csharp after
//! class Settings { }
//! class C
//! {
//!     object M() => new Settings();
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: either the class is static by mistake, or what is reported. A base goes first where all members are static and nothing creates
//! one of the class.

use super::support::created::is_created;
use codegen::csharp::deletion::with_space_after;
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::csharp::{CsType, TypeOrigin};
use index::{DeclarationKind, Modifiers};
use semantics::csharp::printed::types;
use syntax::csharp::{MEMBERS, modifier};
use syntax::{Node, NodeExt, ancestors, leaf_at};
use text::{TextEdit, TextRange};

pub(crate) const CODES: &[&str] = &["CS0713", "CS0714", "CS0710", "CS0712", "CS0718", "CS0721", "CS0722", "CS0723"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let token = ctx.token()?;
    let csharp = ctx.index.csharp();
    let own = || csharp.enclosing_type(ctx.path(), token.start_byte());
    match ctx.code().as_str() {
        "CS0713" | "CS0714" => {
            let ty = own()?;
            let whole = not_static(ctx, &ty).map(|f| f.build());
            let base = remove_base(ctx, token);
            let is_static = |m: &index::csharp::CsMember| {
                let d = &m.declaration;
                d.modifiers.intersects(Modifiers::STATIC | Modifiers::CONST) || d.kind.is_type()
            };
            let plain = csharp.members(&ty).iter().all(is_static) && !is_created(ctx, &ty);
            let both = if plain { [base, whole] } else { [whole, base] };
            Some(both.into_iter().flatten().collect())
        }
        "CS0710" => not_static(ctx, &own()?).map(|f| vec![f.in_bulk(Bulk::Manual).build()]),
        _ => {
            let found = types(ctx, ctx.argument(0)?);
            let [ty] = found.as_slice() else { return None };
            not_static(ctx, ty).map(|f| vec![f.in_bulk(Bulk::Manual).build()])
        }
    }
}

/// Takes `static` from each part of the class that has it.
fn not_static<'a>(ctx: &RuleContext<'a>, ty: &CsType) -> Option<fix::FixBuilder<'a>> {
    let TypeOrigin::Source(parts) = &ty.origin else { return None };
    // Extension methods stand in static classes only.
    let extends = |m: &index::csharp::CsMember| m.declaration.modifiers.contains(Modifiers::EXTENSION);
    if ty.declaration.kind != DeclarationKind::Class || ctx.index.csharp().members(ty).iter().any(extends) {
        return None;
    }
    let mut fix = ctx.fix(format!("Make class '{}' non-static", ty.declaration.name), Applicability::Unsafe);
    let mut any = false;
    for id in parts.iter() {
        let source = ctx.index.source(&id.path)?;
        let text = source.parsed.text();
        let node = leaf_at(source.parsed.root(), ctx.index.ranges(id)?.name.start)?.enclosing(MEMBERS)?;
        if let Some(old) = modifier(node, text, "static") {
            fix = fix.edit_in(&source, TextEdit::delete(with_space_after(text, old)));
            any = true;
        }
    }
    any.then_some(fix)
}

/// The class without the base at the diagnostic.
fn remove_base(ctx: &RuleContext<'_>, token: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let base = ancestors(token).find(|n| n.parent().is_some_and(|p| p.kind() == "base_list"))?;
    let list = base.parent()?;
    let items: Vec<Node<'_>> = list.named().into_iter().filter(|n| n.kind() != "argument_list").collect();
    let i = items.iter().position(|n| *n == base)?;
    let range = match items.len() {
        1 => TextRange::new(text[..list.start_byte()].trim_end().len(), list.end_byte()),
        _ => codegen::csharp::deletion::list_item_removal(&items, i),
    };
    let title = format!("Remove base '{}'", base.text_in(text));
    Some(ctx.fix(title, Applicability::Unsafe).delete(range).build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_titled, check_no_fix};

    #[test]
    fn bases() {
        let rule = rule_of(module_path!());
        let message = "'C': static classes cannot implement interfaces";
        for (before, after) in [
            ("static class C : I, $0J<int> { static int n; }", "static class C : I { static int n; }"),
            (
                "static class C<T> : $0I, J where T : I { const int n = 1; }",
                "static class C<T> : J where T : I { const int n = 1; }",
            ),
            ("static class C : $0I { int n; }", "class C : I { int n; }"),
            ("static class C : $0I { static object N() => new C(); }", "class C : I { static object N() => new C(); }"),
        ] {
            check_fix(rule, "CS0714", message, before, after);
            check_fix_all(rule, "CS0714", message, &[], before, None);
        }
        let before = "static partial class C : $0I { static int n; }\n//- /b.cs\nstatic partial class C { }\n";
        let after = "partial class C : I { static int n; }\n//- /b.cs\npartial class C { }\n";
        check_fix_titled(rule, "CS0714", message, "Make class 'C' non-static", before, after);
    }

    #[test]
    fn uses_of_the_class() {
        let rule = rule_of(module_path!());
        let message = "'S': static types cannot be used as parameters";
        let before = "static class S { } class C { void M($0S s) { } }";
        check_fix(rule, "CS0721", message, before, "class S { } class C { void M(S s) { } }");
        let before = "static class S { static void E(this int i) { } } class C { void M($0S s) { } }";
        check_no_fix(rule, "CS0721", message, before);
        check_fix(
            rule,
            "CS0710",
            "Static classes cannot have instance constructors",
            "static class C { public $0C(int a) { } }",
            "class C { public C(int a) { } }",
        );
    }
}
