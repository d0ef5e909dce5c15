//! # Instance constructor in a static class
//!
//! A static class has no instances, so its only constructor can be a static one: it runs once, before the first use of the class. It has
//! no parameters and no access modifiers, and calls no other constructor.
//!
//! ```csharp before
//! //@ error CS0710: Static classes cannot have instance constructors
//! public static class Settings
//! {
//!     public static readonly string Folder;
//!
//!     public $0Settings$0()
//!     {
//!         Folder = System.Environment.CurrentDirectory;
//!     }
//! }
//! ```
//! ```csharp after
//! public static class Settings
//! {
//!     public static readonly string Folder;
//!
//!     static Settings()
//!     {
//!         Folder = System.Environment.CurrentDirectory;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the class may be static by mistake. Nothing is offered for constructors that cannot be static as they are: those with
//! parameters, with a call of another constructor or with `this` in the body, and those in a class with a second constructor without
//! parameters. Nor is it for `private` and `protected` constructors, which say who may create or derive: the class or the constructor is
//! the mistake.

use codegen::csharp::modifiers::accessibility_edit;
use fix::{Applicability, Fix, RuleContext};
use index::DeclarationKind;
use syntax::csharp::{descendants, modifiers};
use syntax::{NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["CS0710"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    // The compiler points at the class where that has a primary constructor.
    let constructor = ctx.token()?.parent().filter(|p| p.kind() == "constructor_declaration")?;
    let list = constructor.field("parameters")?;
    if list.named().iter().any(|n| n.kind() != "comment") {
        return None;
    }
    let modifiers: Vec<&str> = modifiers(constructor).into_iter().map(|m| m.text_in(text)).collect();
    let access = modifiers.iter().filter(|m| matches!(**m, "public" | "internal")).count();
    let others = modifiers.iter().filter(|m| matches!(**m, "unsafe" | "extern")).count();
    if access > 1 || access + others != modifiers.len() {
        return None;
    }
    let instance = descendants(constructor).any(|n| matches!(n.kind(), "this" | "base"));
    if instance || child_of_kind(constructor, "constructor_initializer").is_some() {
        return None;
    }
    let ty = ctx.index.csharp().enclosing_type(ctx.path(), constructor.start_byte())?;
    let all = ctx.index.csharp().members(&ty);
    let alike = |d: &index::Declaration| d.kind == DeclarationKind::Constructor && d.parameters.is_empty();
    if all.iter().filter(|m| alike(&m.declaration)).count() > 1 {
        return None;
    }
    let (range, new) = accessibility_edit(constructor, text, "static");
    Some(ctx.fix("Make static", Applicability::Unsafe).replace(range, new).preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    const MESSAGE: &str = "Static classes cannot have instance constructors";

    fn fixed(before: &str, after: &str) {
        check_fix(rule_of(module_path!()), "CS0710", MESSAGE, before, after);
    }

    #[test]
    fn takes_the_place_of_the_access_modifier() {
        fixed("static class C { $0C() { } }", "static class C { static C() { } }");
        fixed("static class C { internal $0C() => M(); }", "static class C { static C() => M(); }");
        fixed("static class C { unsafe $0C() { } }", "static class C { static unsafe C() { } }");
        fixed("static class C { extern $0C(); }", "static class C { static extern C(); }");
        fixed(
            "static class C<T> { [A] /* a */ public /* b */ unsafe $0C(/* none */) { } C(int x) { } }",
            "static class C<T> { [A] /* a */ static /* b */ unsafe C(/* none */) { } C(int x) { } }",
        );
    }

    #[test]
    fn never_without_asking() {
        let before = "static class C { public $0C() { } }";
        check_fix_all(rule_of(module_path!()), "CS0710", MESSAGE, &[], before, None);
    }

    #[test]
    fn nothing_where_a_static_constructor_would_be_wrong() {
        for code in [
            "static class C { public $0C(int x) { } }",
            "static class C { public $0C(params int[] x) { } }",
            "static class C { public $0C() : base() { } }",
            "static class C { public $0C() { System.Console.WriteLine(this); } }",
            "static class C { private $0C() { } }",
            "static class C { protected internal $0C() { } }",
            "static class $0C(int x) { }",
            "static class C { static C() { } public $0C() { } }",
            "static partial class C { public $0C() { } }\n//- /other.cs\nstatic partial class C { static C() { } }",
        ] {
            check_no_fix(rule_of(module_path!()), "CS0710", MESSAGE, code);
        }
    }
}
