//! # Modifier that is not valid
//!
//! A modifier is not allowed on this declaration (CS0106), is repeated (CS1004), or conflicts with another: virtual members cannot be
//! private (CS0621), sealed classes cannot have new virtual members (CS0549), static members cannot override (CS0112), only overrides can
//! be sealed (CS0238), members of static classes must be static (CS0708), a field is not both `volatile` and `readonly` (CS0678), nor `volatile`
//! with a type that is not written at once (CS0677).
//!
//! ```csharp before
//! //@ error CS0106: The modifier 'virtual' is not valid for this item
//! class C
//! {
//!     public virtual int $0Field$0 = 1;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     public int Field = 1;
//! }
//! ```
//! ```csharp before
//! //@ error CS0621: 'C.M()': virtual or abstract members cannot be private
//! //@ fix: Remove 'virtual' modifier
//! class C
//! {
//!     private virtual void $0M$0() { }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     private void M() { }
//! }
//! ```
//!
//! ## Fix safety
//! Removing is `Safe` where the modifier is repeated or redundant (access modifiers on explicit implementations, `virtual` in a sealed
//! class). So is `static` on a method of a static class whose other members all have it. Otherwise `Unsafe`, because another modifier may
//! be the wrong one.

use codegen::csharp::deletion::with_space_after;
use codegen::csharp::modifiers::accessibility_edit;
use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::{MEMBERS, TYPE_DECLARATIONS, has_modifier, modifier, modifier_place, modifiers, parameters};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] =
    &["CS0106", "CS1004", "CS0621", "CS0549", "CS0112", "CS0238", "CS0708", "CS0678", "CS0677"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    let mut kinds = MEMBERS.to_vec();
    kinds.extend(["local_function_statement", "accessor_declaration", "local_declaration_statement"]);
    let Some(member) = token.enclosing(&kinds) else { return Vec::new() };
    let remove = |m: Node<'_>, applicability| {
        let name = m.text_in(text);
        ctx.fix(format!("Remove '{name}' modifier"), applicability).delete(with_space_after(text, m))
    };
    match ctx.code().as_str() {
        "CS0106" => {
            let Some(name) = ctx.argument(0) else { return Vec::new() };
            let Some(m) = modifier(member, text, name) else { return Vec::new() };
            let access = matches!(name, "public" | "private" | "protected" | "internal");
            let explicit = syntax::child_of_kind(member, "explicit_interface_specifier").is_some();
            let safe = (access && explicit) || (explicit && matches!(name, "virtual" | "override" | "new"));
            let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
            vec![remove(m, applicability).preferred().build()]
        }
        "CS1004" => {
            let Some(name) = ctx.argument(0) else { return Vec::new() };
            let twice: Vec<_> = modifiers(member).into_iter().filter(|m| m.text_in(text) == name).collect();
            match twice.as_slice() {
                [_, .., last] => vec![remove(*last, Applicability::Safe).preferred().build()],
                _ => Vec::new(),
            }
        }
        "CS0621" => {
            let mut out = Vec::new();
            for access in ["public", "protected", "internal"] {
                let (range, new) = accessibility_edit(member, text, access);
                out.push(
                    ctx.fix(format!("Change accessibility to '{access}'"), Applicability::Unsafe)
                        .replace(range, new)
                        .build(),
                );
            }
            if let Some(m) = modifier(member, text, "virtual") {
                out.push(remove(m, Applicability::Unsafe).build());
            }
            out
        }
        "CS0678" | "CS0677" => {
            let names = if ctx.code() == "CS0678" { ["volatile", "readonly"].as_slice() } else { &["volatile"] };
            let found = names.iter().filter_map(|name| modifier(member, text, name));
            found.map(|m| remove(m, Applicability::Unsafe).build()).collect()
        }
        "CS0549" => modifier(member, text, "virtual")
            .map(|m| remove(m, Applicability::Safe).preferred().build())
            .into_iter()
            .collect(),
        "CS0112" => ["static", "override", "virtual", "abstract"]
            .iter()
            .filter_map(|name| Some(remove(modifier(member, text, name)?, Applicability::Unsafe).build()))
            .collect(),
        "CS0238" => modifier(member, text, "sealed")
            .map(|m| remove(m, Applicability::Safe).preferred().build())
            .into_iter()
            .collect(),
        _ => {
            if modifier(member, text, "const").is_some()
                || modifier(member, text, "static").is_some()
                || member.is(&["destructor_declaration", "indexer_declaration"])
            {
                return Vec::new();
            }
            let place = modifier_place(member, text, "static");
            let safe = member.kind() == "method_declaration" && is_alone_without_static(member, text);
            let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
            vec![ctx.fix("Make static", applicability).insert(place, "static ").preferred().build()]
        }
    }
}

/// Whether the class has other static members, and no other member without `static`: then the class is static for certain.
fn is_alone_without_static(member: Node<'_>, text: &str) -> bool {
    let Some(list) = member.parent() else { return false };
    let others = list.named().into_iter().filter(|n| n.is(MEMBERS) && !n.is(TYPE_DECLARATIONS) && *n != member);
    let is_static = |n: Node<'_>| has_modifier(n, text, "static") || has_modifier(n, text, "const");
    let is_extension = parameters(member).first().is_some_and(|p| has_modifier(*p, text, "this"));
    let mut any = is_extension;
    for other in others {
        if !is_static(other) {
            return false;
        }
        any = true;
    }
    any
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn removes_the_named_modifier() {
        check_fix(
            rule_of(module_path!()),
            "CS0106",
            "The modifier 'public' is not valid for this item",
            "interface I { void M(); } class C : I { public void I.$0M() { } }",
            "interface I { void M(); } class C : I { void I.M() { } }",
        );
    }

    #[test]
    fn volatile_fields() {
        let rule = rule_of(module_path!());
        let message = "'C.F': a field cannot be both volatile and readonly";
        check_fix(rule, "CS0678", message, "class C { volatile readonly int $0F; }", "class C { readonly int F; }");
        let message = "'C.F': a volatile field cannot be of the type 'long'";
        check_fix(rule, "CS0677", message, "class C { static volatile long $0F; }", "class C { static long F; }");
    }

    #[test]
    fn static_class_members_become_static() {
        check_fix(
            rule_of(module_path!()),
            "CS0708",
            "'C.M()': cannot declare instance members in a static class",
            "static class C { public async void $0M() { } }",
            "static class C { public static async void M() { } }",
        );
    }

    #[test]
    fn nothing_when_the_modifier_is_not_there() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0106",
            "The modifier 'public' is not valid for this item",
            "class C { void $0M() { } }",
        );
    }

    #[test]
    fn static_beside_static_members_is_certain() {
        let message = "'M': cannot declare instance members in a static class";
        let check = |other: &str, safe: bool| {
            let file = |m: &str| format!("static class C {{ {other} {m} }}");
            let (before, after) = (file("void $0M() { }"), file("static void M() { }"));
            check_fix_all(rule_of(module_path!()), "CS0708", message, &[], &before, safe.then_some(after.as_str()));
        };
        check("static int n;", true);
        check("int n;", false);
        check("", false);
        check_no_fix(rule_of(module_path!()), "CS0708", message, "static class C { static void $0M() { } }");
    }
}
