//! # Missing `partial`
//!
//! A type that is declared in several parts must have the `partial` modifier on each (CS0260), and so must one with a partial member (CS0751).
//!
//! ```csharp before
//! //@ error CS0260: Missing partial modifier on declaration of type 'C'; another partial declaration of this type exists
//! public class $0C
//! {
//! }
//!
//! public partial class C
//! {
//! }
//! ```
//! ```csharp after
//! public partial class C
//! {
//! }
//!
//! public partial class C
//! {
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: another part is already declared `partial`, or the member has no body, which another part gives it. `Unsafe` where the partial
//! member has a body: the member's own `partial` may be what is wrong.

use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::MEMBERS;
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["CS0260", "CS0751"];

const TYPES: &[&str] = &["class_declaration", "struct_declaration", "interface_declaration", "record_declaration"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(ty) = ctx.token().and_then(|t| t.enclosing(TYPES)) else { return Vec::new() };
    let children = ty.all_children();
    if children.iter().any(|c| c.kind() == "modifier" && c.text_in(ctx.text()) == "partial") {
        return Vec::new();
    }
    // `partial` comes directly before the keyword (C# specification §15.2.7), where `ref struct` counts as one keyword.
    let keyword = children.iter().find(|c| matches!(c.kind(), "class" | "struct" | "interface" | "record"));
    let Some(keyword) = keyword else { return Vec::new() };
    let member = ctx.token().and_then(|t| t.enclosing(MEMBERS));
    let whole = |m: Node<'_>| {
        m.field("body").is_some() || m.field("accessors").is_some_and(|a| a.text_in(ctx.text()).contains("=>"))
    };
    let safe = if ctx.code() == "CS0260" || member.is_some_and(|m| !whole(m)) {
        Applicability::Safe
    } else {
        Applicability::Unsafe
    };
    vec![ctx.fix("Make type partial", safe).insert(keyword.start_byte(), "partial ").preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    const MESSAGE: &str =
        "Missing partial modifier on declaration of type 'C'; another partial declaration of this type exists";

    #[test]
    fn records_and_modifiers() {
        check_fix(
            rule_of(module_path!()),
            "CS0260",
            MESSAGE,
            "public sealed record class $0C(int A);\npartial record class C;\n",
            "public sealed partial record class C(int A);\npartial record class C;\n",
        );
    }

    #[test]
    fn partial_members() {
        let rule = rule_of(module_path!());
        let message = "A partial member must be declared within a partial type";
        let before = "class O { sealed class C { [A] static partial Regex $0M(); } }";
        let after = "class O { sealed partial class C { [A] static partial Regex M(); } }";
        check_fix_all(rule, "CS0751", message, &[], before, Some(after));
        check_fix_all(rule, "CS0751", message, &[], "struct S { partial void $0M() { } }", None);
    }

    #[test]
    fn nothing_when_it_is_present() {
        check_no_fix(rule_of(module_path!()), "CS0260", MESSAGE, "partial class $0C { }\n");
    }
}
