//! # Number in quotes
//!
//! A string literal of digits is used where a number is expected.
//!
//! ```typescript before
//! //@ error TS2322: Type 'string' is not assignable to type 'number'.
//! export const limits: { most: number } = { $0most$0: '40' };
//! ```
//! ```typescript after
//! export const limits: { most: number } = { most: 40 };
//! ```
//!
//! The same applies to a variable that is initialized with a string and used in arithmetic.
//!
//! ```typescript before
//! //@ error TS2365: Operator '<' cannot be applied to types 'string' and 'number'.
//! export function sum(all: number[]) {
//!     let out = 0;
//!     for (let i = '0'; $0i < all.length$0; i++) out += 1;
//!     return out;
//! }
//! ```
//! ```typescript after
//! export function sum(all: number[]) {
//!     let out = 0;
//!     for (let i = 0; i < all.length; i++) out += 1;
//!     return out;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where the declared type is exactly `number` and the literal itself is assigned, where the number is one of the values of the declared type
//! and no text is (`1 | 2`), and for a variable that the compiler expects to be a number
//! in at least two places and whose members are not used: all its uses are numeric. `Unsafe` otherwise.

use diagnostics::SourceDiagnostic;
use fix::{Applicability, Fix, RuleContext};
use semantics::Semantics;
use semantics::typescript::{SemanticModel, Shape, Ternary, Type};
use syntax::typescript::{is_identifier, occurrences, unquoted};
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS2365", "TS2356", "TS2362", "TS2363", "TS2322", "TS2345"];

/// Whether the string literal contains a number in its canonical form. `'007'` and `'1.0'` are strings.
fn is_number(literal: Node<'_>, text: &str) -> bool {
    let inner = unquoted(literal.text_in(text));
    let digits = inner.strip_prefix('-').unwrap_or(inner);
    literal.kind() == "string"
        && digits.len() < 16
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.parse::<f64>().is_ok_and(|n| n.to_string() == digits)
}

/// The string literal that is assigned where a number is expected.
fn given<'t>(token: Node<'t>) -> Option<Node<'t>> {
    let start = token.start_byte();
    let own = ancestors(token).take_while(|n| n.start_byte() == start).find(|n| n.kind() == "string");
    if let Some(own) = own.filter(|n| n.parent().is_some_and(|p| p.is(&["arguments", "array", "arrow_function"]))) {
        return Some(own);
    }
    let holder = token.parent()?;
    let is_name = |field: &str| holder.field(field).is_some_and(|n| n.start_byte() == start);
    match holder.kind() {
        "variable_declarator" | "public_field_definition" if is_name("name") => holder.field("value"),
        "required_parameter" if is_name("pattern") => holder.field("value"),
        "pair" if is_name("key") => holder.field("value"),
        "assignment_expression" if is_name("left") => holder.field("right"),
        "return_statement" => holder.named().into_iter().next(),
        _ => None,
    }
    .or_else(|| {
        let assignment =
            ancestors(token).take_while(|n| n.start_byte() == start).find(|n| n.kind() == "assignment_expression")?;
        assignment.field("right")
    })
}

/// Names of variables that are operands of the arithmetic at the diagnostic.
fn operands<'t>(ctx: &RuleContext<'_>, token: Node<'t>) -> Vec<Node<'t>> {
    if *ctx.code() != "TS2365" {
        return vec![token];
    }
    let Some(operation) =
        ancestors(token).take_while(|n| n.start_byte() == token.start_byte()).find(|n| n.kind() == "binary_expression")
    else {
        return Vec::new();
    };
    let sides: Vec<Node<'t>> = ["left", "right"].iter().filter_map(|f| operation.field(f)).collect();
    let types = [ctx.argument(1), ctx.argument(2)];
    let other = |i: usize| types[1 - i] == Some("number") || types[1 - i] == Some("bigint");
    sides.into_iter().enumerate().filter(|(i, _)| types[*i] == Some("string") && other(*i)).map(|(_, n)| n).collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let (literal, sure) = if matches!(ctx.code().as_str(), "TS2322" | "TS2345") {
        let literal = given(token)?;
        if ctx.argument(0) != Some("string") {
            let said = ctx.argument(0).filter(|a| a.starts_with('"')).map(unquoted);
            let sure = said == Some(unquoted(literal.text_in(text))) && is_number(literal, text);
            return (sure && takes_the_number(ctx, literal)).then(|| unquote(ctx, literal, Applicability::Safe));
        }
        let wanted = ctx.argument(1).filter(|t| matches!(*t, "number" | "number | undefined" | "number | null"))?;
        (literal, wanted == "number")
    } else {
        let model = ctx.typescript();
        let names = operands(ctx, token).into_iter().filter(|n| n.kind() == "identifier");
        let (name, declarator) = names
            .filter_map(|n| Some((n, model.binding(n)?.parent()?)))
            .find(|(_, d)| d.kind() == "variable_declarator" && d.field("type").is_none())?;
        let scope = ancestors(declarator).skip(2).find(|n| n.is(&["statement_block", "for_statement", "program"]))?;
        let uses = occurrences(scope, text, name.text_in(text));
        let member = uses
            .iter()
            .any(|u| u.parent().is_some_and(|p| p.kind() == "member_expression" && p.field("object") == Some(*u)));
        // Arithmetic, and places that take a number and are given the variable.
        let asks = |d: &SourceDiagnostic, u: &Node<'_>| {
            let given = d.argument(0) == Some("string") && d.argument(1) == Some("number");
            let returned = u.parent().filter(|p| p.kind() == "return_statement");
            match d.code.as_str() {
                "TS2322" => given && returned.is_some_and(|r| r.start_byte() == d.range.start),
                "TS2345" => given && u.start_byte() == d.range.start,
                code => CODES.contains(&code) && u.start_byte() == d.range.start,
            }
        };
        let all = ctx.diagnostics.in_file(ctx.path()).iter();
        let asked = all.filter(|d| uses.iter().any(|u| asks(d, u)));
        (declarator.field("value")?, !member && asked.count() >= 2)
    };
    if !is_number(literal, text) {
        return None;
    }
    let safety = if sure { Applicability::Safe } else { Applicability::Unsafe };
    Some(unquote(ctx, literal, safety))
}

fn unquote(ctx: &RuleContext<'_>, literal: Node<'_>, safety: Applicability) -> Fix {
    let inner = unquoted(literal.text_in(ctx.text())).to_owned();
    ctx.fix(format!("Remove the quotes of '{inner}'"), safety).replace(literal.range(), inner).preferred().build()
}

/// Whether the type that is wanted has the number among its values, and no text.
fn takes_the_number(ctx: &RuleContext<'_>, literal: Node<'_>) -> bool {
    let number = unquoted(literal.text_in(ctx.text()));
    let fits = |model: &SemanticModel<'_>, wanted: &Type| {
        let (Some(value), Some(word)) = (model.type_of_text(number), model.type_of_text("string")) else {
            return false;
        };
        !matches!(model.shape(wanted), Shape::Parameter(_))
            && model.assignable(&value, wanted).is_yes()
            && model.assignable(&word, wanted) == Ternary::No
    };
    let model = ctx.typescript();
    if model.expected_type(literal).is_some_and(|wanted| fits(&model, &wanted)) {
        return true;
    }
    // The constraint of a type parameter, which the message names.
    let Some(named) = ctx.argument(1) else { return false };
    if !is_identifier(named) {
        return model.type_of_text(named).is_some_and(|wanted| fits(&model, &wanted));
    }
    let mut declared =
        ctx.index.typescript().exports_named(named).into_iter().filter_map(|e| e.declaration).collect::<Vec<_>>();
    declared.dedup();
    let [declaration] = declared.as_slice() else { return false };
    let Some(source) = ctx.index.source(&declaration.path) else { return false };
    let there = Semantics::new(ctx.index, &source);
    let model = there.typescript();
    model.type_of_text(named).is_some_and(|wanted| fits(&model, &wanted))
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn where_exactly_a_number_is_declared() {
        let rule = rule_of(module_path!());
        let argument = "Argument of type 'string' is not assignable to parameter of type 'number'.";
        check_fix_all(rule, "TS2345", argument, &[], "f($0'-2');\n", Some("f(-2);\n"));
        let message = "Type 'string' is not assignable to type 'number'.";
        for (before, after) in [
            ("let $0n: number = \"5\";\n", "let n: number = 5;\n"),
            ("o.$0n = '0.5';\n", "o.n = 0.5;\n"),
            ("function f(): number { $0return '1'; }\n", "function f(): number { return 1; }\n"),
            ("class C { $0n: number = '1'; }\n", "class C { n: number = 1; }\n"),
        ] {
            check_fix_all(rule, "TS2322", message, &[], &before.replace("o.$0n", "$0o.n"), Some(after));
        }
        for before in ["let $0n: number = '007';\n", "let $0n: number = '1.0';\n", "let $0n: number = 'x';\n"] {
            check_no_fix(rule, "TS2322", message, before);
        }
        let narrow = "Type '\"2\"' is not assignable to type 'Size'.";
        let sizes = |values: &str| format!("type Size = {values};\nlet $0n: Size = '2';\n");
        let after = "type Size = 1 | 2;\nlet n: Size = 2;\n";
        check_fix_all(rule, "TS2322", narrow, &[], &sizes("1 | 2"), Some(after));
        check_no_fix(rule, "TS2322", narrow, &sizes("1 | 3"));
        check_no_fix(rule, "TS2322", narrow, &sizes("1 | 2 | 'auto' | string"));
        let constraint = "import { f } from './f';\nf($0'2');\n//- /f.ts\nexport type Size = 1 | 2;\nexport function f<S extends Size>(s: S): S { return s; }\n";
        let argument = "Argument of type '\"2\"' is not assignable to parameter of type 'Size'.";
        check_fix_all(rule, "TS2345", argument, &[], constraint, Some("import { f } from './f';\nf(2);\n"));
        let wide = "Type 'string' is not assignable to type 'number | undefined'.";
        check_fix_all(rule, "TS2322", wide, &[], "let $0n: number | undefined = '5';\n", None);
    }

    #[test]
    fn a_variable_may_be_a_text_after_all() {
        let rule = rule_of(module_path!());
        let message = "Operator '<' cannot be applied to types 'string' and 'number'.";
        let before = "let i = '0';\nif ($0i < 5) f(i);\n";
        check_fix(rule, "TS2365", message, before, "let i = 0;\nif (i < 5) f(i);\n");
        check_fix_all(rule, "TS2365", message, &[], before, None);
    }
}
