//! # Unused parameter
//!
//! ```typescript before
//! //@ error TS6133: 'event' is declared but its value is never read.
//! //@ options: --noUnusedParameters
//! export function onClick($0event$0: string, count: number) {
//!     return count;
//! }
//! ```
//! ```typescript after
//! export function onClick(_event: string, count: number) {
//!     return count;
//! }
//! ```
//!
//! ## Fix safety
//! The underscore prefix, which tells TypeScript that a parameter is unused on purpose, is `Safe` when the file has no other error and the
//! new name is not used. Deleting the parameter is `Unsafe`: callers in other files may pass it.

use super::support::unused::trust;
use codegen::typescript::edit::list_item_deletion;
use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::{FUNCTIONS, occurrences};
use syntax::{Node, NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS6133"];

/// Whether no call in this file passes the parameter, and the function is not used as a value.
pub(super) fn is_never_passed(ctx: &RuleContext<'_>, function: Node<'_>, index: usize) -> bool {
    let text = ctx.text();
    let name = match function.kind() {
        "function_declaration" | "generator_function_declaration" | "function_signature" => function.field("name"),
        "method_definition" => function.field("name"),
        _ => function.parent().filter(|p| p.kind() == "variable_declarator").and_then(|p| p.field("name")),
    };
    let Some(name) = name else {
        // The caller determines the arguments of a callback, so only its last parameter can be removed.
        return function.field("parameters").is_some_and(|p| p.named().len() == index + 1)
            || function.field("parameter").is_some();
    };
    let constructor = name.text_in(text) == "constructor";
    let class = function.enclosing(&["class_declaration", "class"]).and_then(|c| c.field("name"));
    let called = if constructor { class.map(|c| c.text_in(text)) } else { Some(name.text_in(text)) };
    let Some(called) = called else { return false };
    occurrences(ctx.root(), text, called).into_iter().all(|use_| {
        let Some(parent) = use_.parent() else { return true };
        if use_.id() == name.id() || syntax::typescript::is_declaration_name(use_) || use_.kind() == "type_identifier" {
            return true;
        }
        let callee = if parent.kind() == "member_expression" { parent } else { use_ };
        let Some(call) = callee.parent() else { return false };
        let is_callee =
            ["function", "constructor"].iter().any(|f| call.field(f).is_some_and(|n| n.id() == callee.id()));
        is_callee && call.field("arguments").is_none_or(|a| a.named().len() <= index)
    })
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token().filter(|t| t.is(&["identifier"])) else { return Vec::new() };
    let Some(parent) = token.parent() else { return Vec::new() };
    let name = token.text_in(text);
    let (parameter, function) = match parent.kind() {
        "arrow_function" if parent.field("parameter").is_some_and(|p| p.id() == token.id()) => (token, parent),
        "required_parameter" | "optional_parameter"
            if parent.field("pattern").is_some_and(|p| p.id() == token.id()) =>
        {
            let Some(function) = parent.parent().and_then(|l| l.parent()) else { return Vec::new() };
            (parent, function)
        }
        "rest_pattern" => {
            let Some(outer) = parent.enclosing(&["required_parameter"]) else { return Vec::new() };
            let Some(function) = outer.parent().and_then(|l| l.parent()) else { return Vec::new() };
            (outer, function)
        }
        _ => return Vec::new(),
    };
    let Some(trust) = trust(ctx, name) else { return Vec::new() };
    let property = ["accessibility_modifier", "readonly", "override_modifier"];
    if property.iter().any(|m| child_of_kind(parameter, m).is_some()) || !function.is(FUNCTIONS) {
        return Vec::new();
    }
    let mut out = Vec::new();
    let prefixed = format!("_{name}");
    if occurrences(function, text, &prefixed).is_empty() && !name.starts_with('_') {
        let fix = ctx.fix(format!("Prefix '{name}' with an underscore"), trust).insert(token.start_byte(), "_");
        out.push(fix.preferred().build());
    }
    let list = parameter.parent().filter(|l| l.kind() == "formal_parameters");
    let index = list.map_or(0, |l| l.named().iter().position(|p| p.id() == parameter.id()).unwrap_or(0));
    let setter = child_of_kind(function, "set").is_some();
    let overloaded = function.prev_named_sibling().is_some_and(|p| p.is(&["function_signature", "method_signature"]));
    if !setter && !overloaded && parameter.field("value").is_none() && is_never_passed(ctx, function, index) {
        let fix = ctx.fix(format!("Remove unused declaration for: '{name}'"), Applicability::Unsafe.min(trust));
        let fix = match list {
            Some(_) => fix.delete(list_item_deletion(text, parameter)),
            None => fix.replace(parameter.range(), "()"),
        };
        out.push(fix.isolated(format!("unused:{}:{}", ctx.path().display(), function.start_byte())).build());
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled};

    #[test]
    fn single_arrow_parameter_becomes_an_empty_list() {
        let message = "'a' is declared but its value is never read.";
        let rule = rule_of(module_path!());
        check_fix(rule, "TS6133", message, "f($0a => 1);\n", "f(_a => 1);\n");
        let title = "Remove unused declaration for: 'a'";
        check_fix_titled(rule, "TS6133", message, title, "f($0a => 1);\n", "f(() => 1);\n");
        check_fix_titled(
            rule,
            "TS6133",
            message,
            title,
            "function g($0a: number, b: number) { return b; }\n",
            "function g(b: number) { return b; }\n",
        );
    }
}
