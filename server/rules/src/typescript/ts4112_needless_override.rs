//! # Unnecessary `override`
//!
//! The base class has no such member, or there is no base class.
//!
//! ```typescript before
//! //@ error TS4113: This member cannot have an 'override' modifier because it is not declared in the base class 'Base'.
//! class Base { run() {} }
//! class Derived extends Base {
//!     override $0walk$0() {}
//! }
//! ```
//! ```typescript after
//! class Base { run() {} }
//! class Derived extends Base {
//!     walk() {}
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when the class extends nothing, or when the members of the base class are known and none has a similar name: the modifier has
//! no effect on the emitted code. `Unsafe` otherwise, because the member may have been renamed.

use super::support::spelling::is_renaming;
use codegen::typescript::bodies::OVERRIDABLE;
use fix::{Applicability, Fix, RuleContext};
use semantics::typo::is_slip;
use syntax::typescript::descendants;
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["TS4112", "TS4113", "TS4117"];

/// Whether the base class in the message is known and has no member with a name similar to this one.
fn nothing_to_override(ctx: &RuleContext<'_>, member: Node<'_>) -> bool {
    let (Some(base), Some(name)) = (ctx.diagnostic.arguments.last(), member.field("name")) else { return false };
    let name = name.text_in(ctx.text());
    let members = ctx.index.typescript().members_of_type(base, ctx.path());
    !members.is_empty()
        && members.iter().all(|m| {
            let other = m.declaration.name.as_str();
            other != name && !is_slip(name, other) && !is_renaming(name, other) && !is_renaming(other, name)
        })
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(token) = ctx.token() else { return Vec::new() };
    let Some(member) = token.enclosing(OVERRIDABLE) else { return Vec::new() };
    let name = member.field("name").or_else(|| member.field("pattern"));
    if token.start_byte() != member.start_byte() && name.is_none_or(|n| !n.byte_range().contains(&token.start_byte())) {
        return Vec::new();
    }
    let modifier = member.all_children().into_iter().find(|c| c.kind() == "override_modifier");
    let Some(modifier) = modifier else { return Vec::new() };
    let Some(next) = modifier.next_sibling() else { return Vec::new() };
    let class = member.enclosing(&["class_declaration", "abstract_class_declaration", "class"]);
    let bare = class.is_some_and(|c| descendants(c, &["extends_clause"]).is_empty());
    let certain = match ctx.code().as_str() {
        "TS4112" => bare,
        "TS4113" => nothing_to_override(ctx, member),
        _ => false,
    };
    let applicability = if certain { Applicability::Safe } else { Applicability::Unsafe };
    let fix = ctx.fix("Remove 'override' modifier", applicability).delete(modifier.start_byte()..next.start_byte());
    vec![if *ctx.code() == "TS4117" { fix } else { fix.preferred() }.build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix_all;

    #[test]
    fn unsafe_when_the_base_class_has_a_similar_member() {
        let rule = rule_of(module_path!());
        let message =
            "This member cannot have an 'override' modifier because it is not declared in the base class 'Base'.";
        let text = |base: &str, member: &str| {
            format!("class Base {{ {base}() {{}} }}\nclass D extends Base {{\n    {member}() {{}}\n}}\n")
        };
        check_fix_all(rule, "TS4113", message, &[], &text("stop", "override $0run"), Some(&text("stop", "run")));
        check_fix_all(rule, "TS4113", message, &[], &text("runAll", "override $0run"), None);
        let unknown = "import { Base } from 'elsewhere';\nclass D extends Base {\n    override $0run() {}\n}\n";
        check_fix_all(rule, "TS4113", message, &[], unknown, None);
    }
}
