//! # Return type of a setter
//!
//! A `set` accessor returns nothing, and no return type is written, not even `void`.
//!
//! ```typescript before
//! //@ error TS1095: A 'set' accessor cannot have a return type annotation.
//! export class Box {
//!     private content = 0;
//!     set $0value$0(value: number): void {
//!         this.content = value;
//!     }
//! }
//! ```
//! ```typescript after
//! export class Box {
//!     private content = 0;
//!     set value(value: number) {
//!         this.content = value;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` for `void` and `undefined`, which is what a setter returns. `Unsafe` for other types: a method may be intended. Nothing is offered
//! where the body returns a value, because a setter cannot do so.

use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::{FUNCTIONS, descendants};
use syntax::{Node, NodeExt, has_child_token};

pub(crate) const CODES: &[&str] = &["TS1095"];

const METHODS: &[&str] = &["method_definition", "method_signature", "abstract_method_signature"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn returns_value(setter: Node<'_>) -> bool {
    let own = |r: &Node<'_>| r.enclosing(FUNCTIONS).is_some_and(|f| f.id() == setter.id());
    let value = |r: &Node<'_>| r.named().iter().any(|n| n.kind() != "comment");
    descendants(setter, &["return_statement"]).iter().any(|r| own(r) && value(r))
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let setter = ctx.token()?.enclosing(METHODS).filter(|m| has_child_token(*m, text, "set"))?;
    let annotation = setter.field("return_type")?;
    if returns_value(setter) {
        return None;
    }
    let written = annotation.text_in(text).trim_start_matches(':').trim();
    let applicability =
        if matches!(written, "void" | "undefined") { Applicability::Safe } else { Applicability::Unsafe };
    // With the space before it, unless a comment stands there.
    let end = setter.field("parameters")?.end_byte();
    let start = if text[end..annotation.start_byte()].trim().is_empty() { end } else { annotation.start_byte() };
    Some(ctx.fix("Remove return type", applicability).delete(start..annotation.end_byte()).preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    const MESSAGE: &str = "A 'set' accessor cannot have a return type annotation.";

    #[test]
    fn wherever_a_setter_may_stand() {
        for (before, after) in [
            ("class C { static set $0#p(v: number) : void {} }", "class C { static set #p(v: number) {} }"),
            ("class C { set $0['a' + 1](v: number): undefined {} }", "class C { set ['a' + 1](v: number) {} }"),
            (
                "abstract class C { abstract set $0x(v: number): void; }",
                "abstract class C { abstract set x(v: number); }",
            ),
            ("declare class C { set $0x(v: number): void; }", "declare class C { set x(v: number); }"),
            ("interface I { set $0x(v: number): void }", "interface I { set x(v: number) }"),
            ("const o = { set $0x(v: number): void { return; } };", "const o = { set x(v: number) { return; } };"),
            ("const o = { set $0x(v: number) /* c */: void { } };", "const o = { set x(v: number) /* c */ { } };"),
        ] {
            check_fix_all(rule_of(module_path!()), "TS1095", MESSAGE, &[], before, Some(after));
        }
    }

    #[test]
    fn unsafe_where_a_method_may_be_intended() {
        let rule = rule_of(module_path!());
        let before = "class C { set $0x(v: number): Promise<void> { later(() => { return v; }); } }";
        check_fix_all(rule, "TS1095", MESSAGE, &[], before, None);
        let after = "class C { set x(v: number) { later(() => { return v; }); } }";
        check_fix(rule, "TS1095", MESSAGE, before, after);
    }

    #[test]
    fn nothing_where_a_value_is_returned() {
        let rule = rule_of(module_path!());
        check_no_fix(rule, "TS1095", MESSAGE, "class C { set $0x(v: number): number { if (v) { return v; } } }");
        check_no_fix(rule, "TS1095", MESSAGE, "class C { get $0x(): number { return 1; } }");
    }
}
