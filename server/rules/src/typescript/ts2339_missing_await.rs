//! # Missing `await`: a promise used like its value
//!
//! ```typescript before
//! //@ error TS2339: Property 'length' does not exist on type 'Promise<string>'.
//! declare function load(): Promise<string>;
//! export async function size() {
//!     const name = load();
//!     return name.$0length$0;
//! }
//! ```
//! ```typescript after
//! declare function load(): Promise<string>;
//! export async function size() {
//!     const name = await load();
//!     return name.length;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` in async functions when the expression is a call, or a constant that is initialized by a call and not used as a promise
//! elsewhere. `Unsafe` for other expressions. No fix outside of async functions.

use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::{FUNCTIONS, is_declaration_name, occurrences};
use syntax::{Node, NodeExt, ancestors, has_child_token};

pub(crate) const CODES: &[&str] = &[
    "TS2339", "TS2551", "TS2345", "TS2322", "TS2365", "TS2362", "TS2363", "TS2349", "TS2351", "TS2461", "TS2488",
    "TS2495", "TS2801", "TS2367", "TS2740", "TS2739", "TS2741", "TS2802", "TS2549", "TS2548", "TS2356", "TS2736",
    "TS2504",
];

/// The awaited type of a promise type: `T` of `Promise<T>`, alone or as a member of a union.
fn awaited_type(type_text: &str) -> Option<&str> {
    let start = if type_text.starts_with("Promise<") { 0 } else { type_text.find("| Promise<").map(|i| i + 2)? };
    let inner = &type_text[start + "Promise<".len()..];
    let mut depth = 1i32;
    for (i, c) in inner.char_indices() {
        match c {
            '<' | '(' | '{' | '[' => depth += 1,
            '>' if i > 0 && inner.as_bytes()[i - 1] == b'=' => {}
            '>' | ')' | '}' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&inner[..i]);
        }
    }
    // The compiler truncated the type.
    Some(inner)
}

/// Whether the function that contains `node` is async.
fn can_await(node: Node<'_>, text: &str) -> bool {
    let functions = ["public_field_definition", "class_static_block"];
    match ancestors(node).find(|n| n.is(FUNCTIONS) || n.is(&functions)) {
        Some(function) => has_child_token(function, text, "async"),
        None => false,
    }
}

/// The promise that the diagnostic is about.
fn promise<'t>(ctx: &RuleContext<'t>) -> Option<Node<'t>> {
    let text = ctx.text();
    let token = ctx.token()?;
    let start = token.start_byte();
    let argument = |i: usize| ctx.argument(i).is_some_and(|a| awaited_type(a).is_some());
    let begins = || ancestors(token).take_while(|n| n.start_byte() == start);
    let expression = |n: &Node<'t>| {
        n.is(&[
            "identifier",
            "call_expression",
            "member_expression",
            "subscript_expression",
            "parenthesized_expression",
        ])
    };
    match ctx.code().as_str() {
        "TS2339" | "TS2551" => {
            if !argument(1) {
                return None;
            }
            let parent = token.parent()?;
            if parent.kind() == "member_expression" {
                return parent.field("object");
            }
            // `const { a } = promise`
            let declarator = token.enclosing(&["variable_declarator"])?;
            declarator.field("name").filter(|n| n.kind() == "object_pattern")?;
            declarator.field("value")
        }
        "TS2345" => {
            let (source, target) = (ctx.argument(0)?, ctx.argument(1)?);
            // The source is a promise and the target is not.
            if !source.starts_with("Promise<") || target.contains("Promise") || target.contains("=>") {
                return None;
            }
            begins().filter(|n| n.parent().is_some_and(|p| p.kind() == "arguments")).find(expression)
        }
        "TS2322" | "TS2740" | "TS2739" | "TS2741" => {
            let (source, target) = match ctx.code().as_str() {
                "TS2322" => (ctx.argument(0)?, ctx.argument(1)?),
                "TS2741" => (ctx.argument(1)?, ctx.argument(2)?),
                _ => (ctx.argument(0)?, ctx.argument(1)?),
            };
            if !source.starts_with("Promise<") || target.contains("Promise") {
                return None;
            }
            let holder = ancestors(token).take(5).find(|n| {
                n.is(&[
                    "variable_declarator",
                    "pair",
                    "assignment_expression",
                    "return_statement",
                    "public_field_definition",
                ])
            })?;
            let value = match holder.kind() {
                "assignment_expression" => holder.field("right"),
                "return_statement" => holder.named().into_iter().next(),
                _ => holder.field("value"),
            };
            value.filter(expression)
        }
        "TS2365" | "TS2367" => {
            let operation = ancestors(token).find(|n| n.kind() == "binary_expression" && n.start_byte() <= start)?;
            let side = match (
                argument(ctx.diagnostic.arguments.len().checked_sub(2)?),
                argument(ctx.diagnostic.arguments.len() - 1),
            ) {
                (true, false) => "left",
                (false, true) => "right",
                _ => return None,
            };
            operation.field(side).filter(expression)
        }
        "TS2362" | "TS2363" | "TS2356" | "TS2736" => {
            // The message names no type, so only a call of a known async function qualifies.
            None
        }
        _ => {
            let named = ctx.diagnostic.arguments.iter().any(|a| awaited_type(a).is_some())
                || ctx.diagnostic.message.contains("Promise<");
            if !named {
                return None;
            }
            if token.parent().is_some_and(|p| p.is(&["array_pattern", "object_pattern"])) {
                let declarator = token.enclosing(&["variable_declarator"])?;
                return declarator.field("value").filter(expression);
            }
            let called = matches!(ctx.code().as_str(), "TS2349" | "TS2351");
            let all: Vec<Node<'t>> = begins().filter(expression).collect();
            let _ = text;
            // What is called is what was reported, as far as that is known: `f()` in `f()()`.
            let reported = all.iter().find(|n| NodeExt::range(**n) == ctx.diagnostic.range).copied();
            if called { reported.or(all.first().copied()) } else { all.last().copied() }
        }
    }
}

/// The node in which a declared name is visible.
fn scope_of(declaration: Node<'_>) -> Option<Node<'_>> {
    let scopes = ["statement_block", "for_statement", "for_in_statement", "switch_body", "catch_clause", "program"];
    ancestors(declaration).skip(1).find(|n| n.is(FUNCTIONS) || n.is(&scopes))
}

/// The initializer of the constant `name`, when it is declared in the same function.
fn initializer<'t>(name: Node<'t>, text: &str) -> Option<Node<'t>> {
    let function = name.enclosing(FUNCTIONS)?;
    let declared = occurrences(function, text, name.text_in(text)).into_iter().filter(|n| is_declaration_name(*n));
    // The innermost declaration in scope at the use.
    let mut visible: Vec<(Node<'_>, Node<'_>)> = declared
        .filter_map(|n| Some((scope_of(n)?, n)))
        .filter(|(scope, _)| scope.start_byte() <= name.start_byte() && name.end_byte() <= scope.end_byte())
        .collect();
    visible.sort_by_key(|(scope, _)| scope.byte_range().len());
    let (scope, declaration) = *visible.first()?;
    if visible.get(1).is_some_and(|(other, _)| other.id() == scope.id()) {
        return None;
    }
    let declarator = declaration.parent().filter(|p| p.kind() == "variable_declarator")?;
    if declaration.enclosing(FUNCTIONS)?.id() != function.id() || declarator.field("type").is_some() {
        return None;
    }
    let value = declarator.field("value")?;
    value.is(&["call_expression", "identifier", "member_expression"]).then_some(value)
}

/// Whether the constant is used as a promise elsewhere.
fn used_as_promise(ctx: &RuleContext<'_>, name: Node<'_>) -> bool {
    let text = ctx.text();
    // The compiler reports that a promise is wrong at this position.
    let refused = |place: Node<'_>| {
        let statement = place.enclosing(&["expression_statement", "lexical_declaration", "return_statement"]);
        let range = statement.unwrap_or(place).range();
        ctx.diagnostics.in_file(ctx.path()).iter().any(|d| {
            CODES.contains(&d.code.as_str())
                && d.message.contains("Promise<")
                && range.start <= d.range.start
                && d.range.start <= range.end
        })
    };
    let Some(function) = name.enclosing(FUNCTIONS) else { return true };
    occurrences(function, text, name.text_in(text)).into_iter().any(|use_| {
        let Some(parent) = use_.parent() else { return false };
        let member = parent.field("property").map_or("", |p| p.text_in(text));
        parent.kind() == "await_expression"
            || matches!(member, "then" | "catch" | "finally")
            || (parent.kind() == "array" && !refused(parent))
    })
}

/// `a + b` where both are promises: await both, either at the operator or in their initializers.
fn both_sides(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let of_operator = matches!(ctx.code().as_str(), "TS2365" | "TS2367");
    let arguments = &ctx.diagnostic.arguments;
    let types = arguments.get(arguments.len().checked_sub(2)?..).filter(|_| of_operator)?;
    if !types.iter().all(|t| awaited_type(t).is_some()) {
        return None;
    }
    let token = ctx.token()?;
    let operation =
        ancestors(token).find(|n| n.kind() == "binary_expression" && n.start_byte() == token.start_byte())?;
    let sides = [operation.field("left")?, operation.field("right")?];
    let plain = ["identifier", "call_expression", "member_expression", "subscript_expression"];
    if !can_await(operation, text) || !sides.iter().all(|s| s.is(&plain)) {
        return None;
    }
    let mut out = Vec::new();
    let made = sides.iter().filter(|s| s.kind() == "identifier" && !used_as_promise(ctx, **s));
    let mut made: Vec<(&str, Node<'_>)> =
        made.filter_map(|s| Some((s.text_in(text), initializer(*s, text)?))).collect();
    made.dedup();
    let title = match made.as_slice() {
        [(name, _)] => format!("Add 'await' to initializer for '{name}'"),
        _ => "Add 'await' to initializers".to_owned(),
    };
    if !made.is_empty() {
        let fix = ctx.fix(title, Applicability::Unsafe);
        out.push(made.iter().fold(fix, |fix, (_, value)| fix.insert(value.start_byte(), "await ")).build());
    }
    let fix = ctx.fix("Add 'await'", Applicability::Unsafe);
    out.push(sides.iter().fold(fix, |fix, side| fix.insert(side.start_byte(), "await ")).build());
    Some(out)
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    if let Some(fixes) = both_sides(ctx) {
        return fixes;
    }
    let Some(promise) = promise(ctx) else { return Vec::new() };
    if !can_await(promise, text) || promise.kind() == "await_expression" {
        return Vec::new();
    }
    let mut out = Vec::new();
    if promise.kind() == "identifier"
        && let Some(value) = initializer(promise, text)
    {
        let lone = !used_as_promise(ctx, promise);
        let applicability =
            if lone && value.kind() == "call_expression" { Applicability::Safe } else { Applicability::Unsafe };
        let title = format!("Add 'await' to initializer for '{}'", promise.text_in(text));
        let fix = ctx.fix(title, applicability).insert(value.start_byte(), "await ");
        out.push(if lone { fix.preferred().build() } else { fix.build() });
    }
    let certain = promise.kind() == "call_expression" && !matches!(ctx.code().as_str(), "TS2349" | "TS2351");
    // A promise that is used several times is awaited once, in its initializer: an `await` at each use would prevent narrowing.
    let complaints = ctx
        .diagnostics
        .in_file(ctx.path())
        .iter()
        .filter(|d| CODES.contains(&d.code.as_str()) && d.message.contains("Promise<"));
    let applicability = match certain {
        true => Applicability::Safe,
        false if complaints.count() > 1 => Applicability::DisplayOnly,
        false => Applicability::Unsafe,
    };
    let fix = ctx.fix("Add 'await'", applicability);
    let inner = promise.parent().is_some_and(|p| {
        p.is(&["member_expression", "subscript_expression", "non_null_expression"])
            || (p.kind() == "call_expression" && p.field("function").is_some_and(|f| f.id() == promise.id()))
            || p.kind() == "new_expression"
    });
    let fix = if inner {
        // In code without semicolons the parenthesis would continue the statement before.
        let statement = ancestors(promise).find(|n| n.kind() == "expression_statement");
        let begins = statement.filter(|s| s.start_byte() == promise.start_byte());
        let before = begins.and_then(|s| s.prev_named_sibling()).filter(|b| b.kind() != "comment");
        let open = before.is_some_and(|b| !b.text_in(text).ends_with([';', '}']));
        let head = if open { ";(await " } else { "(await " };
        fix.insert(promise.start_byte(), head).insert(promise.end_byte(), ")")
    } else {
        fix.insert(promise.start_byte(), "await ")
    };
    out.push(fix.build());
    out
}

#[cfg(test)]
mod tests {
    use super::awaited_type;
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all};

    #[test]
    fn a_parenthesis_does_not_continue_the_line_before() {
        check_fix(
            rule_of(module_path!()),
            "TS2339",
            "Property 'n' does not exist on type 'Promise<A>'.",
            "async function f(p: Promise<A>) {\n  g()\n  p.$0n\n}\n",
            "async function f(p: Promise<A>) {\n  g()\n  ;(await p).n\n}\n",
        );
    }

    #[test]
    fn arrays_of_promises_are_awaited_only_where_reported() {
        let rule = rule_of(module_path!());
        let message = "Property 'n' does not exist on type 'A | Promise<A>'.";
        let before = "async function f() {\n  const a = load();\n  a.$0n;\n  all = [a];\n}\n";
        check_fix_all(rule, "TS2339", message, &[], before, None);
        let after = "async function f() {\n  const a = await load();\n  all = [a.n, a];\n}\n";
        let refused = after.replace("await ", "").replace("a.n", "a.$0n");
        check_fix_all(rule, "TS2339", message, &[], &refused, Some(after));
    }

    #[test]
    fn two_promises_are_both_awaited() {
        check_fix(
            rule_of(module_path!()),
            "TS2365",
            "Operator '+' cannot be applied to types 'Promise<number>' and 'Promise<number>'.",
            "async function f(a: Promise<number>) {\n  const b = a;\n  return $0b + a;\n}\n",
            "async function f(a: Promise<number>) {\n  const b = await a;\n  return b + a;\n}\n",
        );
        check_fix(
            rule_of(module_path!()),
            "TS2365",
            "Operator '+' cannot be applied to types 'Promise<number>' and 'Promise<number>'.",
            "async function f(a: Promise<number>) {\n  return $0a + a;\n}\n",
            "async function f(a: Promise<number>) {\n  return await a + await a;\n}\n",
        );
    }

    #[test]
    fn same_name_in_another_function() {
        check_fix(
            rule_of(module_path!()),
            "TS2345",
            "Argument of type 'Promise<string>' is not assignable to parameter of type 'string'.",
            "async function f() {\n  const r = load();\n  return g($0r);\n  function g(r: string) { return r; }\n}\n",
            "async function f() {\n  const r = await load();\n  return g(r);\n  function g(r: string) { return r; }\n}\n",
        );
    }

    #[test]
    fn promises_in_unions_and_truncated_types() {
        assert_eq!(awaited_type("Promise<A<B>[]>"), Some("A<B>[]"));
        assert_eq!(awaited_type("X | Promise<() => void> | Y"), Some("() => void"));
        assert_eq!(awaited_type("PromiseLike<A>"), None);
        assert_eq!(awaited_type("Map<string, Promise<A>>"), None);
    }
}
