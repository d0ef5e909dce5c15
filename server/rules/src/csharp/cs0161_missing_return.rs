//! # Not all code paths return a value
//!
//! A function with a return type can reach its end without `return`.
//!
//! ```csharp before
//! //@ error CS0161: 'C.M(bool)': not all code paths return a value
//! class C
//! {
//!     int $0M$0(bool b)
//!     {
//!         if (b) return 1;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(bool b)
//!     {
//!         if (b) return 1;
//!         throw new System.NotImplementedException();
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the value to return is not known. Where the last statement is an expression of the return type, returning it is offered
//! first.

use codegen::csharp::asynchrony::task_result;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::csharp::{has_modifier, inner_expression, written_type};

pub(crate) const CODES: &[&str] = &["CS0161", "CS1643"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token()?;
    let kinds = [
        "method_declaration",
        "local_function_statement",
        "accessor_declaration",
        "operator_declaration",
        "lambda_expression",
        "anonymous_method_expression",
    ];
    let function = token.enclosing(&kinds)?;
    let body = function.field("body").filter(|b| b.kind() == "block")?;
    let close = body.all_children().into_iter().next_back().filter(|c| c.kind() == "}" && !c.is_missing())?;
    let mut out = Vec::new();
    let last = body.named().into_iter().next_back();
    if let (Some(last), Some(declared)) = (last.filter(|l| l.kind() == "expression_statement"), written_type(function))
    {
        let model = ctx.csharp();
        let value = inner_expression(last)?;
        let result =
            if has_modifier(function, text, "async") { task_result(declared.text_in(text)).unwrap_or("") } else { "" };
        let of_value = model.type_of(value).filter(|t| !t.is("void") && value.kind() != "assignment_expression");
        let of_function = model.written_type(declared).and_then(|t| match result {
            "" => Some(t),
            _ => t.arguments().first().cloned(),
        });
        if of_value.zip(of_function).is_some_and(|(v, f)| model.converts(&v, &f)) {
            let fix = ctx.fix("Return last expression", Applicability::Unsafe).insert(last.start_byte(), "return ");
            out.push(fix.preferred().build());
        }
    }
    let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), body.start_byte());
    let system = if scope.iter().any(|n| n == "System") { "" } else { "System." };
    let outer = ctx.indent_at(close.start_byte());
    let indent = last.map_or_else(
        || format!("{}{}", ctx.indent_at(function.start_byte()), ctx.indent_unit()),
        |l| ctx.indent_at(l.start_byte()).to_owned(),
    );
    let start = text[..close.start_byte()].trim_end_matches([' ', '\t', '\r', '\n']).len();
    let eol = ctx.eol();
    for (title, statement) in [
        ("Throw 'NotImplementedException'", format!("throw new {system}NotImplementedException();")),
        ("Return default value", "return default;".to_owned()),
    ] {
        let fix = ctx.fix(title, Applicability::Unsafe);
        out.push(fix.replace(start..close.start_byte(), format!("{eol}{indent}{statement}{eol}{outer}")).build());
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn the_last_value_is_returned() {
        check_fix(
            rule_of(module_path!()),
            "CS0161",
            "'C.M()': not all code paths return a value",
            "class C { int N() => 1; int $0M() { N(); } }",
            "class C { int N() => 1; int M() { return N(); } }",
        );
    }
}
