//! # Missing `override`
//!
//! With `noImplicitOverride`, a member that overrides a member of the base class must have the `override` modifier.
//!
//! ```typescript before
//! //@ error TS4114: This member must have an 'override' modifier because it overrides a member in the base class 'Base'.
//! //@ options: --noImplicitOverride
//! class Base { run() {} }
//! class Derived extends Base {
//!     public async $0run$0() {}
//! }
//! ```
//! ```typescript after
//! class Base { run() {} }
//! class Derived extends Base {
//!     public override async run() {}
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: the compiler checks the modifier, and it has no effect on the emitted code.

use codegen::typescript::bodies::OVERRIDABLE;
use codegen::typescript::stubs::CLASSES;
use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::descendants;
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["TS4114", "TS4115", "TS4116"];

/// Whether `token` names or begins `member`, and `member` is one of a class that extends another.
fn is_member_at(member: Node<'_>, token: Node<'_>) -> bool {
    let name = member.field("name").or_else(|| member.field("pattern"));
    let named = name.is_some_and(|n| n.byte_range().contains(&token.start_byte()));
    let property = || member.all_children().iter().any(|c| c.is(&["accessibility_modifier", "readonly"]));
    let parameter = member.is(&["required_parameter", "optional_parameter"]);
    let class = member.enclosing(CLASSES);
    (named || token.start_byte() == member.start_byte())
        && (!parameter || property())
        && class.is_some_and(|c| !descendants(c, &["extends_clause"]).is_empty())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(token) = ctx.token() else { return Vec::new() };
    let Some(member) = token.enclosing(OVERRIDABLE).filter(|m| is_member_at(*m, token)) else { return Vec::new() };
    // The order that TypeScript requires: accessibility, `static`, `override`, `readonly`/`async`/`get`/`set`, name.
    let before = ["accessibility_modifier", "static", "abstract", "declare", "decorator"];
    let Some(next) = member.all_children().into_iter().find(|c| !c.is(&before) && c.kind() != "comment") else {
        return Vec::new();
    };
    if next.kind() == "override_modifier" {
        return Vec::new();
    }
    vec![
        ctx.fix("Add 'override' modifier", Applicability::Safe)
            .insert(next.start_byte(), "override ")
            .preferred()
            .build(),
    ]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn only_members_of_a_derived_class_override() {
        let rule = rule_of(module_path!());
        let message =
            "This member must have an 'override' modifier because it overrides a member in the base class 'B'.";
        check_no_fix(rule, "TS4114", message, "export function run($0first: number) {}\n");
        check_no_fix(rule, "TS4114", message, "class C extends B {\n    run($0first: number) {}\n}\n");
        check_no_fix(rule, "TS4114", message, "class C extends B {\n    run() { $0stop(); }\n}\n");
        check_no_fix(rule, "TS4114", message, "class C {\n    $0run() {}\n}\n");
        check_fix(
            rule,
            "TS4115",
            "This parameter property must have an 'override' modifier because it overrides a member in base class 'B'.",
            "class C extends B {\n    constructor($0public n: number) { super(); }\n}\n",
            "class C extends B {\n    constructor(public override n: number) { super(); }\n}\n",
        );
    }
}
