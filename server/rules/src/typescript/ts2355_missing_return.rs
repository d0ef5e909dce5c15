//! # Function that does not return what it computes
//!
//! ```typescript before
//! //@ error TS2355: A function whose declared type is neither 'undefined', 'void', nor 'any' must return a value.
//! export function double(n: number): $0number$0 {
//!     n * 2;
//! }
//! ```
//! ```typescript after
//! export function double(n: number): number {
//!     return n * 2;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` for `async` on a function that is declared to return a `Promise<void>` and whose last statement creates no promise that it could have
//! returned: no other value is possible. `Unsafe` otherwise: the last expression is likely to be the result, but this is not certain.

use codegen::typescript::edit::uses_semicolons;
use fix::{Applicability, Fix, RuleContext};
use semantics::typescript::Ternary;
use syntax::typescript::{FUNCTIONS, descendants, unquoted};
use syntax::{Node, NodeExt, ancestors, child_of_kind, has_child_token};

pub(crate) const CODES: &[&str] = &["TS2355", "TS2366", "TS2322", "TS2345", "TS7030"];

/// The function that lacks a return value.
fn function<'t>(ctx: &RuleContext<'t>) -> Option<Node<'t>> {
    let token = ctx.token()?;
    if matches!(ctx.code().as_str(), "TS2355" | "TS2366" | "TS7030") {
        return token.enclosing(FUNCTIONS);
    }
    // `() => void` where something else is wanted; of an asynchronous function, `() => Promise<void>`.
    let (source, target) = (ctx.argument(0)?, ctx.argument(1)?);
    let gives_nothing = |ty: &str| ty.ends_with("=> void") || ty.ends_with("=> Promise<void>");
    if gives_nothing(source) && target.contains("=>") && !gives_nothing(target) {
        let parent = token.parent();
        let attribute = parent.filter(|p| p.kind() == "jsx_attribute").and_then(|p| child_of_kind(p, "jsx_expression"));
        let value = match attribute {
            Some(braces) => braces.named().into_iter().next(),
            None => parent.and_then(|p| p.field("value")),
        };
        let value = value.filter(|v| v.is(FUNCTIONS));
        return value.or_else(|| {
            ancestors(token).take_while(|n| n.start_byte() == token.start_byte()).find(|n| n.is(FUNCTIONS))
        });
    }
    if source == "void" {
        return token.enclosing(FUNCTIONS).filter(|f| f.kind() == "arrow_function" || f.field("return_type").is_some());
    }
    None
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(function) = function(ctx) else { return Vec::new() };
    let Some(body) = function.field("body") else { return Vec::new() };
    if let Some(object) = object_literal(body, text).filter(|_| body.kind() == "object") {
        return vec![parenthesized(ctx, body, &object)];
    }
    if body.kind() != "statement_block" {
        return Vec::new();
    }
    let statements: Vec<Node<'_>> = body.named().into_iter().filter(|s| s.kind() != "comment").collect();
    let mut out: Vec<Fix> = asynchronous(ctx, function, statements.last().copied()).into_iter().collect();
    let Some(last) = statements.last() else { return out };
    if out.is_empty() {
        out.extend(result_variable(ctx, function, &statements));
    }
    let expression = last.named().into_iter().next();
    if last.kind() == "expression_statement"
        && expression.is_some_and(|e| {
            may_be_result(ctx, function, e)
                && !e.is(&["assignment_expression", "augmented_assignment_expression", "update_expression"])
                && !(e.kind() == "string" && unquoted(e.text_in(text)).starts_with("use "))
        })
    {
        let fix = ctx.fix("Add a return statement", Applicability::Unsafe).insert(last.start_byte(), "return ");
        let bare = !last.text_in(text).ends_with(';') && uses_semicolons(ctx.root(), text);
        out.push(if bare { fix.insert(last.end_byte(), ";") } else { fix }.build());
        if let (Some(expression), "arrow_function", 1) = (expression, function.kind(), statements.len()) {
            let written = expression.text_in(text);
            let written = if written.starts_with('{') { format!("({written})") } else { written.to_owned() };
            let fix = ctx.fix("Remove braces from arrow function body", Applicability::Unsafe);
            out.push(fix.replace(body.byte_range(), written).build());
        }
    }
    // `{ key: value }` reads as a block with a label where a statement is expected.
    let Some(object) = object_literal(*last, text) else { return out };
    let mut returned = format!("return {object}");
    if last.kind() == "statement_block" {
        returned = format!("return {}", last.text_in(text));
    }
    let braces =
        (statements.len() == 1 && function.kind() == "arrow_function").then(|| parenthesized(ctx, body, &object));
    if last.kind() == "statement_block" || function.kind() != "arrow_function" {
        let fix = ctx.fix("Add a return statement", Applicability::Unsafe);
        let bare = !returned.ends_with(';') && uses_semicolons(ctx.root(), text);
        out.push(fix.replace(last.byte_range(), if bare { returned + ";" } else { returned }).build());
    }
    out.extend(braces);
    out
}

/// Returns the only variable of the body that has the declared type.
fn result_variable(ctx: &RuleContext<'_>, function: Node<'_>, statements: &[Node<'_>]) -> Option<Fix> {
    let text = ctx.text();
    let last = statements.last()?;
    let plain = *ctx.code() == "TS2355"
        && last.is(&["expression_statement", "if_statement", "for_statement", "for_in_statement", "while_statement"])
        && !has_child_token(function, text, "async")
        && !function.kind().starts_with("generator");
    let declared = function.field("return_type").filter(|_| plain)?.named().into_iter().next()?;
    let model = ctx.typescript();
    let wanted = model.type_of_annotation(declared).filter(|t| !t.is_any())?;
    // What the last statement gives is more likely, where it fits.
    let value = last.named().into_iter().next().filter(|_| last.kind() == "expression_statement");
    if value.is_some_and(|v| !is_write(v) && may_be_result(ctx, function, v)) {
        return None;
    }
    let variables = statements.iter().filter(|s| s.kind() == "lexical_declaration").flat_map(|s| s.named());
    let names = variables.filter_map(|d| d.field("name")).filter(|n| n.kind() == "identifier");
    let mut fitting = names.filter(|n| {
        model.type_of_name(*n).is_some_and(|t| {
            !t.is_any() && model.assignable(&t, &wanted).is_yes() && model.assignable(&wanted, &t).is_yes()
        })
    });
    let (only, None) = (fitting.next()?, fitting.next()) else { return None };
    let end = if uses_semicolons(ctx.root(), text) { ";" } else { "" };
    let line = format!("{}{}return {}{end}", ctx.eol(), ctx.indent_at(last.start_byte()), only.text_in(text));
    Some(
        ctx.fix(format!("Return '{}'", only.text_in(text)), Applicability::Unsafe)
            .insert(last.end_byte(), line)
            .build(),
    )
}

fn is_write(node: Node<'_>) -> bool {
    node.is(&["assignment_expression", "augmented_assignment_expression", "update_expression"])
}

/// Whether the value of `expression` may be what `function` is declared to return.
fn may_be_result(ctx: &RuleContext<'_>, function: Node<'_>, expression: Node<'_>) -> bool {
    let declared = function.field("return_type").and_then(|t| t.named().into_iter().next());
    let Some(declared) = declared.filter(|_| !has_child_token(function, ctx.text(), "async")) else { return true };
    let model = ctx.typescript();
    let (Some(given), Some(wanted)) = (model.type_of(expression), model.type_of_annotation(declared)) else {
        return true;
    };
    model.assignable(&given, &wanted) != Ternary::No
}

/// Adds `async` to a function that is declared to return `Promise<void>`.
fn asynchronous(ctx: &RuleContext<'_>, function: Node<'_>, last: Option<Node<'_>>) -> Option<Fix> {
    let text = ctx.text();
    let promised = function.field("return_type")?.text_in(text).trim_start_matches(':').trim();
    let modifiers = ["async", "*", "get", "abstract"];
    if *ctx.code() != "TS2355"
        || promised != "Promise<void>"
        || function.kind().starts_with("generator")
        || modifiers.iter().any(|m| has_child_token(function, text, m))
    {
        return None;
    }
    // A function that waits is told so by its `await`.
    if !descendants(function, &["await_expression"]).is_empty() {
        return None;
    }
    // The last call may give the promise that was to be returned.
    let model = ctx.typescript();
    let settled = last.is_none_or(|last| {
        let value = last.named().into_iter().next().filter(|_| last.kind() == "expression_statement");
        value.is_none_or(|v| {
            v.is(&["assignment_expression", "augmented_assignment_expression", "update_expression"])
                || model
                    .type_of(v)
                    .is_some_and(|t| !t.is_any() && model.awaited_type(&t).is_some_and(|inner| inner == t))
        })
    });
    let at = if function.kind() == "method_definition" { function.field("name")? } else { function };
    let safety = if settled { Applicability::Safe } else { Applicability::Unsafe };
    Some(
        ctx.fix("Add async modifier to containing function", safety)
            .insert(at.start_byte(), "async ")
            .preferred()
            .build(),
    )
}

fn parenthesized(ctx: &RuleContext<'_>, body: Node<'_>, object: &str) -> Fix {
    let title = "Wrap the following body with parentheses which should be an object literal";
    ctx.fix(title, Applicability::Unsafe).replace(body.byte_range(), format!("({object})")).build()
}

fn only_child(node: Node<'_>) -> Option<Node<'_>> {
    let children = node.named();
    children.first().copied().filter(|_| children.len() == 1)
}

/// The object literal that `node` was intended to be: one label or key, alone or in braces.
fn object_literal(node: Node<'_>, text: &str) -> Option<String> {
    let inner = if node.is(&["statement_block", "object"]) { only_child(node)? } else { node };
    let (key, value) = match inner.kind() {
        "labeled_statement" => {
            let body = inner.field("body").filter(|b| b.kind() == "expression_statement")?;
            (inner.field("label")?, only_child(body)?)
        }
        "pair" => (inner.field("key")?, inner.field("value")?),
        _ => return None,
    };
    Some(format!("{{ {}: {} }}", key.text_in(text), value.text_in(text)))
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn asynchronous_callbacks_return_too() {
        check_fix(
            rule_of(module_path!()),
            "TS2345",
            "Argument of type '(x: number) => Promise<void>' is not assignable to parameter of type '(x: number) => Promise<string>'.",
            "declare function g(f: (x: number) => Promise<string>): void;\ng($0async x => { \"s\" });\n",
            "declare function g(f: (x: number) => Promise<string>): void;\ng(async x => { return \"s\"; });\n",
        );
    }

    #[test]
    fn a_function_that_promises_its_end_is_async() {
        let rule = rule_of(module_path!());
        let message = "A function whose declared type is neither 'undefined', 'void', nor 'any' must return a value.";
        let check = |body: &str, safe: bool| {
            let before = |modifier: &str| {
                format!(
                    "declare function save(): Promise<void>;\nclass C {{ n = 0; protected {modifier}run(): Promise<void> {{ {body} }} }}\n"
                )
            };
            let after = safe.then(|| before("async "));
            let marked = before("").replace(": Promise<void> {", ": $0Promise<void> {");
            check_fix_all(rule, "TS2355", message, &[], &marked, after.as_deref());
        };
        check("", true);
        check("// nothing to do\n", true);
        check("this.n = 1;", true);
        check("if (this.n) { this.n = 2; }", true);
        check("save();", false);
        check("unknown();", false);
    }

    #[test]
    fn what_is_not_of_the_declared_type_is_not_returned() {
        let rule = rule_of(module_path!());
        let message = "A function whose declared type is neither 'undefined', 'void', nor 'any' must return a value.";
        let number = "declare function n(): number;\nfunction f(): $0string { n(); }\n";
        check_no_fix(rule, "TS2355", message, number);
        let after = "declare function n(): number;\nfunction f(): number { return n(); }\n";
        check_fix(rule, "TS2355", message, &number.replace("$0string", "$0number"), after);
    }

    #[test]
    fn the_variable_of_the_declared_type_is_the_result() {
        let rule = rule_of(module_path!());
        let message = "A function whose declared type is neither 'undefined', 'void', nor 'any' must return a value.";
        let before = "class Box { n = 1; fill(): number { return 1; } }\nfunction f(): $0Box {\n  const box = new Box();\n  box.fill();\n}\n";
        let after = before.replace("$0", "").replace("box.fill();\n", "box.fill();\n  return box;\n");
        check_fix(rule, "TS2355", message, before, &after);
        check_no_fix(rule, "TS2355", message, &before.replace("  box.fill", "  const other = new Box();\n  box.fill"));
    }

    #[test]
    fn labels_are_keys_of_the_result() {
        let rule = rule_of(module_path!());
        let message = "Type '() => void' is not assignable to type '() => A'.";
        check_fix(
            rule,
            "TS2322",
            message,
            "const $0a: () => A = () => {\n    b: 1\n}\n",
            "const a: () => A = () => ({ b: 1 })\n",
        );
        check_fix(
            rule,
            "TS2355",
            "A function whose declared type is neither 'undefined', 'void', nor 'any' must return a value.",
            "function f(): $0A {\n    b: 1\n}\n",
            "function f(): A {\n    return { b: 1 };\n}\n",
        );
    }
}
