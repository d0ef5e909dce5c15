//! # Switch expression that is not exhaustive
//!
//! A value for which there is no arm throws an exception at run time. Arms for the missing values are added, or one for all others.
//!
//! ```csharp before
//! //@ warning CS8509: The switch expression does not handle all possible values of its input type (it is not exhaustive). For example, the pattern 'Color.Green' is not covered.
//! using System;
//! enum Color { Red, Green }
//! class C
//! {
//!     int M(Color color) => color $0switch$0
//!     {
//!         Color.Red => 1,
//!     };
//! }
//! ```
//! ```csharp after
//! using System;
//! enum Color { Red, Green }
//! class C
//! {
//!     int M(Color color) => color switch
//!     {
//!         Color.Red => 1,
//!         Color.Green => throw new NotImplementedException(),
//!         _ => throw new NotImplementedException(),
//!     };
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`, and never in bulk: the missing values still throw; what they should give is not known.

use fix::{Applicability, Bulk, Fix, RuleContext};
use index::DeclarationKind;
use semantics::csharp::printed::simple_name;
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::descendants;
use syntax::{Node, NodeExt, child_of_kind, children_of_kind, line_indent};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS8509", "CS8524", "CS8655"];

/// The most arms that are added for the members of an enum.
const MAX_ARMS: usize = 32;

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let switch = ctx.token()?.enclosing(&["switch_expression", "block"]).filter(|n| n.kind() == "switch_expression")?;
    let arms = children_of_kind(switch, "switch_expression_arm");
    let is_default = |arm: &Node<'_>| {
        let pattern = arm.named().into_iter().next();
        pattern.is_some_and(|p| p.text_in(text) == "_") && child_of_kind(*arm, "when_clause").is_none()
    };
    if arms.iter().any(is_default) {
        return None;
    }
    let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), switch.start_byte());
    let system = if scope.iter().any(|n| n == "System") { "" } else { "System." };
    let arm = |pattern: &str| format!("{pattern} => throw new {system}NotImplementedException()");
    let model = ctx.csharp();
    let cases = match ctx.code().as_str() {
        "CS8655" => vec!["null".to_owned()],
        "CS8509" => missing(ctx, &model, switch, &arms).unwrap_or_default(),
        _ => Vec::new(),
    };
    let default = ["_".to_owned()];
    let both: Vec<String> = cases.iter().chain(&default).cloned().collect();
    let mut out = Vec::new();
    let mut offer = |title: &str, patterns: &[String]| {
        let edit = add(ctx, switch, &arms, &patterns.iter().map(|p| arm(p)).collect::<Vec<_>>());
        out.extend(edit.map(|edit| ctx.fix(title, Applicability::Unsafe).in_bulk(Bulk::Manual).edit(edit).build()));
    };
    let values = cases.iter().all(|c| matches!(c.as_str(), "true" | "false" | "null"));
    match cases.is_empty() {
        true => offer("Add default case", &default),
        false if values => offer("Add missing cases", &cases),
        false => {
            offer("Add both", &both);
            offer("Add missing cases", &cases);
            offer("Add default case", &default);
        }
    }
    Some(out)
}

/// Patterns for the members of an enum, or the values of `bool`, that no arm names.
fn missing<'a>(
    ctx: &RuleContext<'a>,
    model: &SemanticModel<'a>,
    switch: Node<'a>,
    arms: &[Node<'a>],
) -> Option<Vec<String>> {
    let text = ctx.text();
    let ty = model.type_of(switch.named().into_iter().next()?)?;
    let patterns: Vec<Node<'a>> = arms
        .iter()
        .filter(|a| child_of_kind(**a, "when_clause").is_none())
        .filter_map(|a| a.named().into_iter().next())
        .collect();
    let named = |name: &str| {
        let mut below = patterns.iter().flat_map(|p| descendants(*p));
        below.any(|n| n.is(&["identifier", "boolean_literal"]) && n.text_in(text) == name)
    };
    if ty.is("bool") {
        let values = ["true", "false"].into_iter().filter(|v| !named(v));
        return Some(values.map(str::to_owned).collect());
    }
    if matches!(ty, Type::Nullable(_)) {
        return None;
    }
    model.resolve(&ty).filter(|t| t.declaration.kind == DeclarationKind::Enum)?;
    // Only patterns that name members say which are covered.
    let plain = |p: &Node<'_>| {
        descendants(*p).all(|n| {
            !n.is_named()
                || n.is(&[
                    "constant_pattern",
                    "or_pattern",
                    "parenthesized_pattern",
                    "member_access_expression",
                    "identifier",
                    "qualified_name",
                ])
        })
    };
    if !patterns.iter().all(plain) {
        return None;
    }
    // As the other arms write them.
    let prefix = patterns.first().and_then(|p| {
        let first = p.text_in(text).split(" or ").next()?.trim_start_matches('(').trim();
        let name = simple_name(first);
        first.strip_suffix(name)
    });
    let prefix = prefix.map_or_else(|| format!("{}.", model.minimal(&ty, switch.start_byte())), str::to_owned);
    let members = model.own_members(&ty);
    let names =
        members.iter().filter(|m| m.declaration.kind == DeclarationKind::EnumMember).map(|m| &m.declaration.name);
    let missing: Vec<String> = names.filter(|n| !named(n)).map(|n| format!("{prefix}{n}")).collect();
    (missing.len() <= MAX_ARMS).then_some(missing)
}

/// The edit that adds arms after the last one.
fn add(ctx: &RuleContext<'_>, switch: Node<'_>, arms: &[Node<'_>], new: &[String]) -> Option<TextEdit> {
    let text = ctx.text();
    let Some(last) = arms.last() else {
        let open = child_of_kind(switch, "{")?;
        let close = child_of_kind(switch, "}")?;
        return Some(TextEdit::replace(open.end_byte()..close.start_byte(), format!(" {} ", new.join(", "))));
    };
    let start = last.start_byte();
    let own_line = text[..start].trim_end_matches([' ', '\t']).ends_with(['\n', '\r']);
    let gap = if own_line { format!("{}{}", ctx.eol(), line_indent(text, start)) } else { " ".to_owned() };
    let comma = last.next_sibling().filter(|c| c.kind() == ",");
    let list = new.join(&format!(",{gap}"));
    Some(match comma {
        Some(comma) => TextEdit::insert(comma.end_byte(), format!("{gap}{list},")),
        None => TextEdit::insert(last.end_byte(), format!(",{gap}{list}")),
    })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled, check_no_fix};

    const MESSAGE: &str = "The switch expression does not handle all possible values of its input type (it is not exhaustive). For example, the pattern 'x' is not covered.";

    fn class(parameter: &str, arms: &str) -> String {
        format!("enum E {{ A, B, D }} class C {{ int M({parameter} p) => p $0switch {{ {arms} }}; }}")
    }
    fn case(code: &str, parameter: &str, arms: &str, more: &str) {
        let after = class(parameter, &format!("{arms}{more}")).replace("$0", "");
        check_fix(rule_of(module_path!()), code, MESSAGE, &class(parameter, arms), &after);
    }
    const THROW: &str = "=> throw new System.NotImplementedException()";

    #[test]
    fn values_by_type() {
        case("CS8509", "bool", "true => 1", &format!(", false {THROW}"));
        case("CS8509", "string", "\"a\" => 1", &format!(", _ {THROW}"));
        case("CS8524", "E", "E.A => 1, E.B or E.D => 2", &format!(", _ {THROW}"));
        case("CS8655", "string", "{ } => 1", &format!(", null {THROW}"));
        case("CS8509", "E", "> E.A => 1", &format!(", _ {THROW}"));
    }

    #[test]
    fn only_the_missing_members() {
        let arms = "E.A or E.B => 1";
        let after = class("E", &format!("{arms}, E.D {THROW}")).replace("$0", "");
        check_fix_titled(rule_of(module_path!()), "CS8509", MESSAGE, "Add missing cases", &class("E", arms), &after);
    }

    #[test]
    fn nothing_when_all_others_are_handled() {
        check_no_fix(rule_of(module_path!()), "CS8509", MESSAGE, &class("E", "E.A => 1, _ => 2"));
    }
}
