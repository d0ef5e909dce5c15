//! # Assertion or type parameter in angle brackets
//!
//! In `.mts` and `.cts` files, `<T>x` is kept for JSX. An assertion is written with `as`, and the type parameters of an arrow function need a comma.
//! `erasableSyntaxOnly` forbids the assertions in all files.
//!
//! ```typescript before
//! //@ error TS1294: This syntax is not allowed when 'erasableSyntaxOnly' is enabled.
//! //@ options: --erasableSyntaxOnly
//! export const size = 1 + $0<number>JSON.parse("1");
//! ```
//! ```typescript after
//! export const size = 1 + (JSON.parse("1") as number);
//! ```
//!
//! ## Fix safety
//! `Safe`: the assertion is the same, and is put in parentheses where `as` would take in more.

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, ancestors, child_of_kind};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["TS7059", "TS7060", "TS1294"];

/// Nodes in which an operand may be an `as` expression without parentheses: it ends where they do.
const OPEN: &[&str] = &[
    "variable_declarator",
    "arguments",
    "array",
    "parenthesized_expression",
    "return_statement",
    "throw_statement",
    "pair",
    "template_substitution",
    "spread_element",
    "expression_statement",
    "export_statement",
    "required_parameter",
    "optional_parameter",
    "public_field_definition",
    "object_assignment_pattern",
    "yield_expression",
    "computed_property_name",
    "jsx_expression",
    "as_expression",
    "satisfies_expression",
    "enum_assignment",
    "sequence_expression",
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    match ctx.code().as_str() {
        "TS7060" => comma(ctx),
        _ => cast(ctx),
    }
    .into_iter()
    .collect()
}

fn cast(ctx: &RuleContext<'_>) -> Option<Fix> {
    let token = ctx.token()?;
    let start = token.start_byte();
    // Several of them may follow each other: the outermost is written with all that it holds.
    let nested = ancestors(token).take_while(|n| n.start_byte() == start);
    let mut assertion = nested.filter(|n| n.kind() == "type_assertion").last()?;
    while let Some(outer) = assertion.parent().filter(|p| p.kind() == "type_assertion") {
        assertion = outer;
    }
    if assertion.has_error() {
        return None;
    }
    let fix = ctx.fix("Convert to an 'as' expression", Applicability::Safe);
    let fix = edits(assertion, ctx.text())?.into_iter().fold(fix, |fix, edit| fix.edit(edit));
    Some(fix.preferred().build())
}

/// The edits that write `<T>x` as `x as T`, and those that it holds at once: `<U><T>x` as `x as T as U`.
fn edits(assertion: Node<'_>, text: &str) -> Option<Vec<TextEdit>> {
    let mut types: Vec<&str> = Vec::new();
    let mut innermost = assertion;
    let value = loop {
        let brackets = child_of_kind(innermost, "type_arguments")?;
        let ty = text.get(brackets.start_byte() + 1..brackets.end_byte() - 1)?.trim();
        types.push(ty);
        let value = innermost.named().into_iter().rev().find(|n| n.kind() != "comment")?;
        match value.kind() {
            "type_assertion" => innermost = value,
            _ => break value,
        }
    };
    if types.iter().any(|t| t.is_empty() || t.contains("//")) {
        return None;
    }
    let suffix: String = types.iter().rev().map(|t| format!(" as {t}")).collect();
    let parent = assertion.parent()?;
    let is_value_of_assignment = || {
        parent.kind() == "assignment_expression" && parent.field("right") == Some(assertion)
            || parent.kind() == "ternary_expression"
    };
    // `{` and `function` at the start of a statement or of an arrow function's body begin something else.
    let begins = value.kind() == "object" && matches!(parent.kind(), "expression_statement" | "arrow_function")
        || matches!(value.kind(), "function_expression" | "class") && parent.kind() == "expression_statement";
    let is_body = parent.kind() == "arrow_function" && parent.field("body") == Some(assertion);
    let bare = !begins && (parent.is(OPEN) || is_value_of_assignment() || is_body);
    let bare = bare && !(parent.is(&["as_expression", "satisfies_expression"]) && begins);
    let (open, close) = if bare { ("", "") } else { ("(", ")") };
    Some(vec![
        TextEdit::replace(assertion.start_byte()..value.start_byte(), open),
        TextEdit::insert(value.end_byte(), format!("{suffix}{close}")),
    ])
}

fn comma(ctx: &RuleContext<'_>) -> Option<Fix> {
    let parameters = ctx.token()?.enclosing(&["type_parameters"])?;
    let last = parameters.named().into_iter().rfind(|n| n.kind() == "type_parameter")?;
    if ctx.text().get(last.end_byte()..parameters.end_byte())?.contains(',') || last.field("constraint").is_some() {
        return None;
    }
    let fix = ctx.fix("Add trailing comma to type parameters", Applicability::Safe);
    Some(fix.insert(last.end_byte(), ",").preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const MESSAGE: &str =
        "This syntax is reserved in files with the .mts or .cts extension. Use an `as` expression instead.";

    #[test]
    fn as_takes_in_what_the_brackets_did() {
        let check = |before: &str, after: &str| check_fix(rule_of(module_path!()), "TS7059", MESSAGE, before, after);
        check("const a = $0<const>[\"a\"];\n", "const a = [\"a\"] as const;\n");
        check("f($0<A>x, 1);\n", "f(x as A, 1);\n");
        check("const a = $0<A>await f();\n", "const a = await f() as A;\n");
        check("const a = ($0<any>x).y;\n", "const a = (x as any).y;\n");
        check("const a = !$0<boolean>x;\n", "const a = !(x as boolean);\n");
        check("const a = $0<number>x + 1;\n", "const a = (x as number) + 1;\n");
        check("const f = () => $0<A>{ a: 1 };\n", "const f = () => ({ a: 1 } as A);\n");
        check("const f = () => $0<A>x;\n", "const f = () => x as A;\n");
        check("const a = $0<A><unknown>x;\n", "const a = x as unknown as A;\n");
        check("const a = <A>$0<unknown>x;\n", "const a = x as unknown as A;\n");
        check("a = b ? $0<A>x : y;\n", "a = b ? x as A : y;\n");
        check("for (const a of $0<A[]>x) { }\n", "for (const a of (x as A[])) { }\n");
    }

    #[test]
    fn type_parameters_get_a_comma() {
        let message = "This syntax is reserved in files with the .mts or .cts extension. Add a trailing comma or explicit constraint.";
        let rule = rule_of(module_path!());
        check_fix(rule, "TS7060", message, "const f = <$0T>(a: T) => a;\n", "const f = <T,>(a: T) => a;\n");
        check_no_fix(rule, "TS7060", message, "const f = <$0T,>(a: T) => a;\n");
    }
}
