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
//! `Unsafe`: that the last expression is the result is likely, not certain.

use super::support::names::FUNCTIONS;
use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS2355", "TS2366", "TS2322", "TS2345", "TS7030"];

/// The function whose result is missing.
fn function<'t>(ctx: &RuleContext<'t>) -> Option<Node<'t>> {
    let token = ctx.token()?;
    if matches!(ctx.code().as_str(), "TS2355" | "TS2366" | "TS7030") {
        return token.enclosing(FUNCTIONS);
    }
    // `() => void` where something else is wanted.
    let (source, target) = (ctx.argument(0)?, ctx.argument(1)?);
    if source.ends_with("=> void") && target.contains("=>") && !target.ends_with("=> void") {
        let value = token.parent().and_then(|p| p.field("value")).filter(|v| v.is(FUNCTIONS));
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
    let Some(body) = function.field("body").filter(|b| b.kind() == "statement_block") else { return Vec::new() };
    let statements = body.named();
    let Some(last) = statements.last() else { return Vec::new() };
    let mut out = Vec::new();
    let expression = last.named().into_iter().next();
    if last.kind() == "expression_statement"
        && expression.is_some_and(|e| {
            !e.is(&["assignment_expression", "augmented_assignment_expression", "update_expression", "string"])
        })
    {
        let fix = ctx.fix("Add a return statement", Applicability::Unsafe).insert(last.start_byte(), "return ");
        out.push(fix.build());
        if let (Some(expression), "arrow_function", 1) = (expression, function.kind(), statements.len()) {
            let written = expression.text_in(text);
            let written = if written.starts_with('{') { format!("({written})") } else { written.to_owned() };
            let fix = ctx.fix("Remove braces from arrow function body", Applicability::Unsafe);
            out.push(fix.replace(body.byte_range(), written).build());
        }
    }
    // `() => { key: value }` reads as a block with a label.
    if last.kind() == "labeled_statement" && statements.len() == 1 && function.kind() == "arrow_function" {
        let inner = body.text_in(text);
        let fix = ctx
            .fix("Wrap the following body with parentheses which should be an object literal", Applicability::Unsafe);
        let tidy = inner.replacen(";", "", usize::from(inner.trim_end_matches('}').trim_end().ends_with(';')));
        out.push(fix.replace(body.byte_range(), format!("({tidy})")).build());
    }
    out
}
