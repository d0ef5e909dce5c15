//! # Function that must be `async`
//!
//! The expected function type returns a promise of the type that this function returns.
//!
//! ```typescript before
//! //@ error TS2322: Type '() => number' is not assignable to type '() => Promise<number>'.
//! export const load: { run(): Promise<number> } = {
//!     $0run$0() {
//!         return 1 as number;
//!     },
//! };
//! ```
//! ```typescript after
//! export const load: { run(): Promise<number> } = {
//!     async run() {
//!         return 1 as number;
//!     },
//! };
//! ```
//!
//! ## Fix safety
//! `Safe` when the expected type is exactly a promise of the returned type; `Unsafe` when the types are only similar.

use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::FUNCTIONS;
use syntax::{Node, NodeExt, child_of_kind, has_child_token};

pub(crate) const CODES: &[&str] = &["TS2322", "TS2345", "TS2416", "TS2769"];

/// The return type of a function type: the text after the first `=>` outside of brackets.
fn return_type(function_type: &str) -> Option<&str> {
    let mut depth = 0i32;
    let bytes = function_type.as_bytes();
    for (i, c) in function_type.char_indices() {
        if c == '>' && i > 0 && bytes[i - 1] == b'=' {
            if depth == 0 {
                return Some(function_type[i + 1..].trim());
            }
            continue;
        }
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn function<'t>(token: Node<'t>) -> Option<Node<'t>> {
    if let Some(member) = token.parent().filter(|p| p.is(&["method_definition", "function_declaration"])) {
        return Some(member);
    }
    let holder = token.parent()?;
    for field in ["value", "right"] {
        if let Some(value) = holder.field(field).filter(|v| v.is(FUNCTIONS)) {
            return Some(value);
        }
    }
    syntax::ancestors(token).find(|n| n.is(FUNCTIONS)).filter(|f| f.start_byte() == token.start_byte())
}

/// The arrow function whose expression body begins at `token`, so that the error is about its result.
fn arrow_around<'t>(ctx: &RuleContext<'_>, token: Node<'t>) -> Option<Node<'t>> {
    if *ctx.code() != "TS2322" {
        return None;
    }
    let starts = syntax::ancestors(token).take_while(|n| n.start_byte() == token.start_byte()).last()?;
    let arrow = starts.parent().filter(|p| p.kind() == "arrow_function" && p.field("body") == Some(starts))?;
    (starts.kind() != "statement_block" && arrow.field("return_type").is_none()).then_some(arrow)
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let (Some(source), Some(target)) = (ctx.argument(0), ctx.argument(1)) else { return Vec::new() };
    let ((returned, expected), function) = match (return_type(source), return_type(target)) {
        (Some(returned), Some(expected)) => ((returned, expected), ctx.token().and_then(function)),
        _ => ((source, target), ctx.token().and_then(|t| arrow_around(ctx, t))),
    };
    let Some(inner) = expected.strip_prefix("Promise<") else { return Vec::new() };
    if returned.starts_with("Promise<") || source.contains("...") && !target.contains("...") && returned.contains("...")
    {
        return Vec::new();
    }
    let exact = inner.strip_suffix('>') == Some(returned);
    let Some(function) = function else { return Vec::new() };
    let star = child_of_kind(function, "*");
    if has_child_token(function, text, "async") || star.is_some() {
        return Vec::new();
    }
    let at = match function.kind() {
        "method_definition" => function.field("name"),
        _ => Some(function),
    };
    let Some(at) = at else { return Vec::new() };
    let applicability = if exact { Applicability::Safe } else { Applicability::Unsafe };
    let parameter = function.field("parameter");
    let keyword = if parameter.is_some() { "async (" } else { "async " };
    let mut fix = ctx.fix("Add async modifier to containing function", applicability).insert(at.start_byte(), keyword);
    if let Some(parameter) = parameter {
        fix = fix.insert(parameter.end_byte(), ")");
    }
    let declared = function.field("return_type").and_then(|t| t.named().into_iter().next());
    if let Some(declared) = declared {
        fix = fix.insert(declared.start_byte(), "Promise<").insert(declared.end_byte(), ">");
    }
    vec![fix.preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn arrow_functions_by_their_result() {
        let rule = rule_of(module_path!());
        let message = "Type 'string' is not assignable to type 'Promise<string>'.";
        for (before, after) in [
            ("({ b: () => $0'x' });\n", "({ b: async () => 'x' });\n"),
            ("({ b: a => $0a.c });\n", "({ b: async (a) => a.c });\n"),
        ] {
            check_fix(rule, "TS2322", message, before, after);
        }
    }
}
