//! # Number in quotes
//!
//! A variable that is used and compared as a number is initialized with a string of digits.
//!
//! ```csharp before
//! //@ error CS0019: Operator '<' cannot be applied to operands of type 'string' and 'int'
//! class C
//! {
//!     int M(int[] a)
//!     {
//!         int sum = 0;
//!         for (var i = "0"; $0i < a.Length$0; i++) sum += a[i];
//!         return sum;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(int[] a)
//!     {
//!         int sum = 0;
//!         for (var i = 0; i < a.Length; i++) sum += a[i];
//!         return sum;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where the compiler expects a number in at least two places and no member of the variable is used. Otherwise `Unsafe`.

use diagnostics::SourceDiagnostic;
use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::{descendants, function_of, initializer, outermost_at};
use syntax::{Node, NodeExt, ancestors, leaf_at};

pub(crate) const CODES: &[&str] = &["CS0019", "CS0023", "CS0029", "CS1503"];

const NUMBERS: &[&str] = &["int", "long", "short", "byte", "uint", "ulong", "double", "float", "decimal"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let name = reported_variable(ctx, ctx.diagnostic)?;
    let function = function_of(name)?;
    let word = name.text_in(text);
    // The only declaration of that name in the function.
    let mut declared = descendants(function)
        .filter(|n| n.kind() == "variable_declarator" && n.field("name").is_some_and(|f| f.text_in(text) == word));
    let declarator = declared.next()?;
    let inferred = declarator.parent()?.field("type")?.kind() == "implicit_type";
    let value = initializer(declarator).filter(|v| v.kind() == "string_literal")?;
    let digits = value.text_in(text).strip_prefix('"')?.strip_suffix('"')?;
    let number = !digits.is_empty() && digits.len() < 10 && digits.bytes().all(|b| b.is_ascii_digit());
    if declared.next().is_some() || !inferred || !number {
        return None;
    }
    let diagnostics = ctx
        .diagnostics
        .in_file(ctx.path())
        .iter()
        .filter(|d| CODES.contains(&d.code.as_str()) && function.byte_range().contains(&d.range.start))
        .filter(|d| reported_variable(ctx, d).is_some_and(|n| n.text_in(text) == word));
    let as_text = descendants(function).any(|n| {
        n.kind() == "member_access_expression"
            && n.field("expression").is_some_and(|e| e.kind() == "identifier" && e.text_in(text) == word)
    });
    let safe = diagnostics.count() > 1 && !as_text;
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    let fix = ctx.fix(format!("Initialize '{word}' with a number"), applicability).replace(value.byte_range(), digits);
    Some(if safe { fix.preferred() } else { fix }.build())
}

/// The string variable that a diagnostic reports where a number is expected.
fn reported_variable<'t>(ctx: &RuleContext<'t>, diagnostic: &SourceDiagnostic) -> Option<Node<'t>> {
    let token = leaf_at(ctx.root(), diagnostic.range.start)?;
    let arguments: Vec<&str> = diagnostic.arguments.iter().map(String::as_str).collect();
    let number = |ty: &str| NUMBERS.contains(&ty);
    let node = match (diagnostic.code.as_str(), arguments.as_slice()) {
        ("CS0019", [_, "string", other]) if number(other) => {
            outermost_at(token, |n| n.kind() == "binary_expression")?.field("left")?
        }
        ("CS0019", [_, other, "string"]) if number(other) => {
            outermost_at(token, |n| n.kind() == "binary_expression")?.field("right")?
        }
        ("CS0023", [_, "string"]) => {
            let unary = ancestors(token).find(|n| n.is(&["prefix_unary_expression", "postfix_unary_expression"]))?;
            unary.named().into_iter().next()?
        }
        ("CS0029", ["string", to]) | ("CS1503", [_, "string", to]) if number(to) => token,
        ("CS0029", [from, "string"]) if number(from) => {
            let assignment = ancestors(token).find(|n| n.kind() == "assignment_expression")?;
            assignment
                .field("left")
                .filter(|_| assignment.field("right").is_some_and(|r| r.start_byte() == token.start_byte()))?
        }
        _ => return None,
    };
    (node.kind() == "identifier").then_some(node)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_no_fix;

    #[test]
    fn a_declared_string_stays_a_string() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0019",
            "Operator '<' cannot be applied to operands of type 'string' and 'int'",
            "class C { void M(int[] a) { string i = \"0\"; if ($0i < a.Length) { } } }",
        );
    }
}
