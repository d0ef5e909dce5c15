//! # Field or property of a read-only struct
//!
//! The fields of a `readonly struct` are read-only (CS8340), and its automatic properties have no `set` (CS8341).
//!
//! ```csharp before
//! //@ error CS8340: Instance fields of readonly structs must be readonly.
//! readonly struct Point
//! {
//!     private int $0x$0;
//!     public Point(int x) { this.x = x; }
//! }
//! ```
//! ```csharp after
//! readonly struct Point
//! {
//!     private readonly int x;
//!     public Point(int x) { this.x = x; }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where nothing but a constructor assigns it. Otherwise `Unsafe`: the struct may be read-only by mistake.

use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::{MEMBERS, descendants, has_modifier, modifier_place, type_of};
use syntax::{Node, NodeExt, ancestors, child_of_kind, children_of_kind};

pub(crate) const CODES: &[&str] = &["CS8340", "CS8341"];

/// How many files are searched for assignments.
const MOST_FILES: usize = 48;

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let member = ctx.token()?.enclosing(MEMBERS)?;
    let safe = |names: &[&str]| match names.iter().any(|n| is_assigned_later(ctx, member, n)) {
        true => Applicability::Unsafe,
        false => Applicability::Safe,
    };
    if ctx.code() == "CS8340" {
        let declaration = child_of_kind(member, "variable_declaration")?;
        let names: Vec<&str> = children_of_kind(declaration, "variable_declarator")
            .iter()
            .filter_map(|d| Some(d.field("name")?.text_in(text)))
            .collect();
        if has_modifier(member, text, "readonly") {
            return None;
        }
        let fix = ctx.fix("Make field read-only", safe(&names));
        return Some(vec![fix.insert(modifier_place(member, text, "readonly"), "readonly ").preferred().build()]);
    }
    let name = member.field("name")?.text_in(text);
    let accessors = children_of_kind(member.field("accessors")?, "accessor_declaration");
    let setter = accessors.into_iter().find(|a| a.field("name").is_some_and(|n| n.text_in(text) == "set"))?;
    let keyword = setter.field("name")?;
    let init = ctx.fix("Replace 'set' with 'init'", safe(&[name])).replace(keyword.byte_range(), "init").preferred();
    let private = has_modifier(setter, text, "private");
    let start = text[..setter.start_byte()].trim_end().len();
    let plain = ctx.fix("Make property read-only", safe(&[name])).delete(start..setter.end_byte());
    Some(match private {
        true => vec![plain.preferred().build()],
        false => vec![init.build(), plain.build()],
    })
}

/// Whether something of the name is assigned outside of a constructor and of an object initializer.
fn is_assigned_later(ctx: &RuleContext<'_>, member: Node<'_>, name: &str) -> bool {
    let files = ctx.index.files_with_word(name, ctx.source.parsed.language());
    let own = type_of(member).map(|t| t.byte_range());
    files.len() > MOST_FILES
        || files.iter().filter_map(|p| ctx.index.source(p)).any(|source| {
            let text = source.parsed.text();
            descendants(source.parsed.root()).filter(|n| n.kind() == "identifier" && n.text_in(text) == name).any(|n| {
                let target = n
                    .parent()
                    .filter(|p| p.kind() == "member_access_expression" && p.field("name") == Some(n))
                    .unwrap_or(n);
                let Some(parent) = target.parent() else { return false };
                let assigned = parent.kind() == "assignment_expression" && parent.field("left") == Some(target)
                    || parent.kind() == "postfix_unary_expression"
                    || parent.kind() == "prefix_unary_expression"
                        && parent.all_children().iter().any(|c| matches!(c.kind(), "++" | "--"))
                    || parent.kind() == "argument"
                        && parent.all_children().iter().any(|c| matches!(c.kind(), "ref" | "out"));
                let in_initializer =
                    target.parent().and_then(|p| p.parent()).is_some_and(|p| p.kind() == "initializer_expression");
                let in_constructor = source.path == ctx.source.path
                    && own.as_ref().is_some_and(|o| o.contains(&n.start_byte()))
                    && ancestors(n).any(|a| a.kind() == "constructor_declaration");
                assigned && !in_initializer && !in_constructor
            })
        })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_all, check_fix_titled};

    #[test]
    fn what_is_assigned_later_is_not_certain() {
        let rule = rule_of(module_path!());
        let file = |members: &str| format!("public readonly struct S {{ {members} }}");
        let message = "Instance fields of readonly structs must be readonly.";
        let before = file("public int $0a, b; S(int n) { a = n; this.b = n; } bool M() => a == b;");
        let after = before.replace("$0", "").replace("int a", "readonly int a");
        check_fix_all(rule, "CS8340", message, &[], &before, Some(&after));
        check_fix_all(rule, "CS8340", message, &[], &file("int $0a; void M() { a++; }"), None);
        let message = "Auto-implemented instance properties in readonly structs must be readonly.";
        check_fix_all(
            rule,
            "CS8341",
            message,
            &[],
            &file("public int $0P { get; set; }"),
            Some(&file("public int P { get; init; }")),
        );
        check_fix_all(
            rule,
            "CS8341",
            message,
            &[],
            &file("public int $0P { get; private set; }"),
            Some(&file("public int P { get; }")),
        );
        let used = file("public int $0P { get; set; } void M(S s) { s.P = 1; }");
        check_fix_all(rule, "CS8341", message, &[], &used, None);
        check_fix_titled(
            rule,
            "CS8341",
            message,
            "Make property read-only",
            &used,
            &used.replace("$0", "").replace(" set;", ""),
        );
    }
}
