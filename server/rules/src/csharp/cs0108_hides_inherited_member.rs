//! # Hides an inherited member
//!
//! A member has the name and signature of an inherited one. `override` is offered where the inherited member is virtual; `new` states
//! that hiding is intended.
//!
//! ```csharp before
//! //@ warning CS0108: 'Derived.Run()' hides inherited member 'Base.Run()'. Use the new keyword if hiding was intended.
//! class Base { public void Run() { } }
//! class Derived : Base
//! {
//!     public void $0Run$0() { }
//! }
//! ```
//! ```csharp after
//! class Base { public void Run() { } }
//! class Derived : Base
//! {
//!     public new void Run() { }
//! }
//! ```
//! ```csharp before
//! //@ warning CS0114: 'Derived.Run()' hides inherited member 'Base.Run()'. To make the current member override that implementation, add the override keyword. Otherwise add the new keyword.
//! class Base { public virtual void Run() { } }
//! class Derived : Base
//! {
//!     public void $0Run$0() { }
//! }
//! ```
//! ```csharp after
//! class Base { public virtual void Run() { } }
//! class Derived : Base
//! {
//!     public override void Run() { }
//! }
//! ```
//!
//! ## Fix safety
//! `new` for CS0108 and its removal for CS0109 are `Safe`: the behaviour does not change; but the removal is `Unsafe` where a base type is
//! not found. For CS0114, `override` is `Safe` when the build
//! also reports that the type does not implement this member (CS0534), that it overrides only one of `Equals` and `GetHashCode` (CS0659 to
//! CS0661), or that a protected member is new in a sealed type (CS0628). Otherwise `override` and `new` are both `Unsafe`: they
//! behave differently.

use super::support::unproven::has_unresolved_base;
use codegen::csharp::deletion::with_space_after;
use fix::{Applicability, Fix, RuleContext};
use semantics::csharp::printed::simple_name;
use syntax::csharp::{MEMBERS, has_modifier, modifier, modifier_place, name_of, type_of};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["CS0108", "CS0114", "CS0109"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(member) = ctx.token().and_then(|t| t.enclosing(MEMBERS)) else { return Vec::new() };
    let new = modifier(member, text, "new");
    if ctx.code() == "CS0109" {
        let Some(new) = new else { return Vec::new() };
        // What it hides may be in a base type that is not found.
        let own = type_of(member).and_then(name_of);
        let own = own.and_then(|name| ctx.index.csharp().enclosing_type(ctx.path(), name.start_byte()));
        let known = own.is_some_and(|own| !has_unresolved_base(ctx, &own));
        let applicability = if known { Applicability::Safe } else { Applicability::Unsafe };
        let fix = ctx.fix("Remove 'new' modifier", applicability).delete(with_space_after(text, new));
        return vec![fix.preferred().build()];
    }
    if new.is_some() || has_modifier(member, text, "override") {
        return Vec::new();
    }
    let hide =
        |applicability| ctx.fix("Hide base member", applicability).insert(modifier_place(member, text, "new"), "new ");
    if ctx.code() == "CS0108" {
        return vec![hide(Applicability::Safe).preferred().build()];
    }
    let inherited = ctx.argument(1).unwrap_or_default();
    let word = |n: Node<'_>| n.field("name").map_or("", |name| name.text_in(text));
    let (name, owner) = (word(member), type_of(member).map_or("", word));
    // Messages print a type with its type parameters.
    let is_about_owner = |d: &diagnostics::SourceDiagnostic| d.argument(0).map(simple_name) == Some(owner);
    let must_override = ctx.diagnostics.in_file(ctx.path()).iter().any(|d| match d.code.as_str() {
        "CS0534" => d.argument(1) == Some(inherited),
        // A new protected member in a sealed type cannot be used.
        "CS0628" => d.argument(0) == ctx.argument(0),
        // The type overrides only one of `Equals` and `GetHashCode`.
        "CS0659" | "CS0661" => name == "GetHashCode" && is_about_owner(d),
        "CS0660" => name == "Equals" && is_about_owner(d),
        _ => false,
    });
    let applicability = if must_override { Applicability::Safe } else { Applicability::Unsafe };
    let overriding =
        ctx.fix("Add 'override' modifier", applicability).insert(modifier_place(member, text, "override"), "override ");
    if has_modifier(member, text, "static") || has_modifier(member, text, "private") {
        return vec![hide(Applicability::Unsafe).build()];
    }
    let mut overriding = overriding.preferred();
    // `abstract override` is allowed, `virtual override` is not.
    if let Some(old) = modifier(member, text, "virtual").or_else(|| modifier(member, text, "abstract")) {
        if old.text_in(text) == "abstract" {
            return vec![overriding.build(), hide(Applicability::Unsafe).build()];
        }
        overriding =
            ctx.fix("Replace 'virtual' with 'override'", applicability).replace(old.range(), "override").preferred();
    }
    let mut out = vec![overriding.build()];
    if !must_override {
        out.push(hide(Applicability::Unsafe).build());
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_titled};

    #[test]
    fn new_goes_after_the_accessibility() {
        check_fix(
            rule_of(module_path!()),
            "CS0108",
            "'B.i' hides inherited member 'A.i'. Use the new keyword if hiding was intended.",
            "class A { internal const int i = 0; } class B : A { internal const int $0i = 1; }",
            "class A { internal const int i = 0; } class B : A { internal new const int i = 1; }",
        );
    }

    #[test]
    fn a_virtual_member_becomes_an_override() {
        let before = "class A { public virtual void M() { } } class B : A { public virtual void $0M() { } }";
        let message = "'B.M()' hides inherited member 'A.M()'. To make the current member override that implementation, add the override keyword. Otherwise add the new keyword.";
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "CS0114",
            message,
            before,
            "class A { public virtual void M() { } } class B : A { public override void M() { } }",
        );
        check_fix_titled(
            rule,
            "CS0114",
            message,
            "Hide base member",
            before,
            "class A { public virtual void M() { } } class B : A { public new virtual void M() { } }",
        );
    }

    #[test]
    fn one_of_equals_and_get_hash_code() {
        let rule = rule_of(module_path!());
        let message = "'D.GetHashCode()' hides inherited member 'object.GetHashCode()'. To make the current member override that implementation, add the override keyword. Otherwise add the new keyword.";
        let before = "class D { public override bool Equals(object o) => true; public int $0GetHashCode() => 1; }";
        let after = before.replace("int $0", "override int ");
        let pair = [("CS0659", "'D' overrides Object.Equals(object o) but does not override Object.GetHashCode()")];
        check_fix_all(rule, "CS0114", message, &pair, before, Some(&after));
        check_fix_all(rule, "CS0114", message, &[], before, None);
    }

    #[test]
    fn new_stays_where_a_base_type_is_not_found() {
        let rule = rule_of(module_path!());
        let message = "The member 'B.M()' does not hide an accessible member. The new keyword is not required.";
        let before = "class A { } class B : A { public new void $0M() { } }";
        check_fix_all(rule, "CS0109", message, &[], before, Some(&before.replace("new void $0", "void ")));
        check_fix_all(rule, "CS0109", message, &[], &before.replace("B : A", "B : Lost"), None);
    }
}
