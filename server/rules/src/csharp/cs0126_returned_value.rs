//! # `return` with or without a value
//!
//! A function with a return type must return a value everywhere; a `void` function must not return a value.
//!
//! ```csharp before
//! //@ error CS0126: An object of a type convertible to 'int' is required
//! class C
//! {
//!     int M(bool b)
//!     {
//!         if (b) { $0return$0; }
//!         return 1;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(bool b)
//!     {
//!         if (b) { return default; }
//!         return 1;
//!     }
//! }
//! ```
//! ```csharp before
//! //@ error CS0127: Since 'C.M()' returns void, a return keyword must not be followed by an object expression
//! class C
//! {
//!     void M()
//!     {
//!         $0return$0 1;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M()
//!     {
//!         return 1;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: either the value or the return type may be wrong.

use codegen::csharp::asynchrony::task_name;
use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::{function_of, has_modifier, inner_expression, is_pure, own_descendants, written_type};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["CS0126", "CS0127", "CS1997"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let statement = ctx.token()?.enclosing(&["return_statement"])?;
    let value = inner_expression(statement);
    if ctx.code() == "CS0126" {
        // No value is missing where only `async` is.
        let awaits = |d: &diagnostics::SourceDiagnostic| matches!(d.code.as_str(), "CS4032" | "CS4033" | "CS4034");
        let asynchronous = function_of(statement).is_some_and(|f| {
            has_modifier(f, ctx.text(), "async")
                || ctx
                    .diagnostics
                    .in_file(ctx.path())
                    .iter()
                    .any(|d| awaits(d) && f.byte_range().contains(&d.range.start))
        });
        if value.is_some() || asynchronous {
            return None;
        }
        let at = statement.start_byte() + "return".len();
        return Some(vec![
            ctx.fix("Return default value", Applicability::Unsafe).insert(at, " default").preferred().build(),
        ]);
    }
    let value = value?;
    let mut out: Vec<Fix> = change_type(ctx, statement, value).into_iter().collect();
    let keyword_end = statement.start_byte() + "return".len();
    if is_pure(value) {
        let fix = ctx.fix("Remove return value", Applicability::Unsafe).delete(keyword_end..value.end_byte());
        out.push(fix.build());
    } else if value.is(&["invocation_expression", "await_expression", "assignment_expression"]) {
        // Keep the call and return after it, unless the function ends here.
        let function = function_of(statement)?;
        let last = function.field("body").and_then(|b| b.named().into_iter().next_back()) == Some(statement);
        let in_block = statement.parent().is_some_and(|p| p.kind() == "block");
        if in_block {
            let fix = ctx
                .fix("Remove return value", Applicability::Unsafe)
                .delete(statement.start_byte()..value.start_byte());
            let tail = format!("{}{}return;", ctx.eol(), ctx.indent_at(statement.start_byte()));
            out.push(if last { fix } else { fix.insert(statement.end_byte(), tail) }.build());
        }
    }
    Some(out)
}

/// Changes the return type to that of the value, if every `return` has a value.
fn change_type<'a>(ctx: &RuleContext<'a>, statement: Node<'a>, value: Node<'a>) -> Option<Fix> {
    let text = ctx.text();
    let function = function_of(statement).filter(|f| f.is(&["method_declaration", "local_function_statement"]))?;
    let bound = ["override", "partial"].iter().any(|m| has_modifier(function, text, m))
        || syntax::child_of_kind(function, "explicit_interface_specifier").is_some();
    let declared = written_type(function)?;
    let model = ctx.csharp();
    let ty = model.type_of(value).filter(|t| !t.is("void"))?;
    let all =
        own_descendants(function).filter(|n| n.kind() == "return_statement").all(|r| inner_expression(r).is_some());
    if bound || !all {
        return None;
    }
    let mut written = model.minimal(&ty, declared.start_byte());
    if has_modifier(function, text, "async") {
        written = format!("{}<{written}>", task_name(ctx, declared.start_byte()));
    }
    let fix = ctx.fix("Fix return type", Applicability::Unsafe);
    Some(fix.replace(declared.byte_range(), written).preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled, check_no_fix};
    const MESSAGE: &str = "Since 'C.M()' returns void, a return keyword must not be followed by an object expression";

    #[test]
    fn calls_stay() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS0127",
            MESSAGE,
            "Remove return value",
            "class C\n{\n    int N() => 1;\n    void M(bool b)\n    {\n        if (b)\n        {\n            $0return N();\n        }\n        N();\n    }\n}\n",
            "class C\n{\n    int N() => 1;\n    void M(bool b)\n    {\n        if (b)\n        {\n            N();\n            return;\n        }\n        N();\n    }\n}\n",
        );
    }

    #[test]
    fn asynchronous_functions_return_tasks() {
        check_fix(
            rule_of(module_path!()),
            "CS1997",
            "Since 'C.M()' is an async method that returns 'Task', a return keyword must not be followed by an object expression",
            "using System.Threading.Tasks; class C { async Task M() { await N(); $0return 1; } Task N() => null; }",
            "using System.Threading.Tasks; class C { async Task<int> M() { await N(); return 1; } Task N() => null; }",
        );
    }

    #[test]
    fn a_value_is_there() {
        check_no_fix(rule_of(module_path!()), "CS0126", MESSAGE, "class C { int M() { $0return 1; } }");
    }
}
