//! # Case that is never reached
//!
//! An arm of a `switch` expression (CS8510) or a `case` (CS8120) comes behind one that already takes all that it would.
//!
//! ```csharp before
//! //@ error CS8510: The pattern is unreachable. It has already been handled by a previous arm of the switch expression or it is impossible to match.
//! class C
//! {
//!     int M(object o) => o switch
//!     {
//!         object => 1,
//!         $0string$0 => 2,
//!         null => 3,
//!     };
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(object o) => o switch
//!     {
//!         string => 2,
//!         object => 1,
//!         null => 3,
//!     };
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the arm may be too much, or stand in the wrong place. It moves before `_`, or before the type that it derives from.

use codegen::csharp::deletion::{list_item_removal, removal, whole_lines};
use fix::{Applicability, Fix, RuleContext};
use semantics::csharp::{SemanticModel, Type};
use syntax::{Node, NodeExt, child_of_kind, children_of_kind};

pub(crate) const CODES: &[&str] = &["CS8510", "CS8120"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token()?;
    if ctx.code() == "CS8120" {
        let section = token.enclosing(&["switch_section"])?;
        // Another label of the same statements would take them.
        let alone = section.prev_named_sibling().is_none_or(|s| s.kind() != "switch_section" || s.named().len() > 1);
        let fix = ctx.fix("Remove unreachable case", Applicability::Unsafe).delete(removal(text, section));
        return alone.then(|| vec![fix.preferred().build()]);
    }
    let arm = token.enclosing(&["switch_expression_arm"])?;
    let arms = children_of_kind(arm.parent()?, "switch_expression_arm");
    let i = arms.iter().position(|a| *a == arm)?;
    let model = ctx.csharp();
    let mut out = Vec::new();
    let own = tested(&model, arm);
    let wider = arms[..i].iter().position(|a| {
        let plain = child_of_kind(*a, "when_clause").is_none();
        let all = a.named().into_iter().next().is_some_and(|p| p.kind() == "discard" || p.text_in(text) == "_");
        let base = own.as_ref().zip(tested(&model, *a)).is_some_and(|(o, b)| *o != b && model.converts(o, &b));
        plain && (all || base)
    });
    let (one, cut) = (arm.text_in(text), removal_of_arm(text, &arms, i));
    if let Some(at) = wider.filter(|at| text[arms[*at].start_byte()..arm.start_byte()].find("//").is_none()) {
        let first = arms[at];
        let own_line = text[..first.start_byte()].trim_end_matches([' ', '\t']).ends_with(['\n', '\r']);
        let gap =
            if own_line { format!(",{}{}", ctx.eol(), ctx.indent_at(first.start_byte())) } else { ", ".to_owned() };
        let fix =
            ctx.fix("Move unreachable arm", Applicability::Unsafe).insert(first.start_byte(), format!("{one}{gap}"));
        out.push(fix.delete(cut).preferred().build());
    }
    let fix = ctx.fix("Remove unreachable arm", Applicability::Unsafe).delete(cut);
    out.push(if out.is_empty() { fix.preferred() } else { fix }.build());
    Some(out)
}

/// The arm with its comma and its line.
fn removal_of_arm(text: &str, arms: &[Node<'_>], i: usize) -> text::TextRange {
    let arm = arms[i];
    match arm.next_sibling().filter(|c| c.kind() == ",") {
        Some(comma) => whole_lines(text, (arm.start_byte()..comma.end_byte()).into()),
        None => list_item_removal(arms, i),
    }
}

/// The type that a pattern tests for.
fn tested<'a>(model: &SemanticModel<'a>, arm: Node<'a>) -> Option<Type> {
    let pattern = arm.named().into_iter().next()?;
    let ty = match pattern.kind() {
        "declaration_pattern" | "type_pattern" | "recursive_pattern" => pattern.field("type")?,
        "constant_pattern" => pattern.named().into_iter().next()?,
        _ => return None,
    };
    model.written_type(ty).or_else(|| model.denoted_type(ty))
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled};

    #[test]
    fn arms_and_cases() {
        let rule = rule_of(module_path!());
        let before = "class C { int M(int a) => a switch { > 0 => 1, _ => 3, $07 => 4 }; }";
        check_fix(rule, "CS8510", "", before, "class C { int M(int a) => a switch { > 0 => 1, 7 => 4, _ => 3 }; }");
        let title = "Remove unreachable arm";
        check_fix_titled(
            rule,
            "CS8510",
            "",
            title,
            before,
            "class C { int M(int a) => a switch { > 0 => 1, _ => 3 }; }",
        );
        let before = "class C { int M(int a) => a switch { > 0 => 1, $05 => 2, _ => 3 }; }";
        check_fix(rule, "CS8510", "", before, "class C { int M(int a) => a switch { > 0 => 1, _ => 3 }; }");
        let before = "class C { void M(int a)\n{\n    switch (a)\n    {\n        case > 0: return;\n        case $05:\n            N();\n            break;\n        default: return;\n    }\n} }\n";
        let after = "class C { void M(int a)\n{\n    switch (a)\n    {\n        case > 0: return;\n        default: return;\n    }\n} }\n";
        check_fix(rule, "CS8120", "", before, after);
    }
}
