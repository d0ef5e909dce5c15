//! # `!` and `?.` on what cannot take them
//!
//! `!` is for `bool`: of a number, a text or an object it asks nothing. `?.` is for what may be `null`.
//!
//! ```csharp before
//! //@ error CS0023: Operator '!' cannot be applied to operand of type 'int'
//! class C
//! {
//!     bool M(int count) => $0!count$0;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     bool M(int count) => count == 0;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: `.` for `?.` on a value that is never `null`, which gives the same. Otherwise `Unsafe`: other languages read such a condition so, but another
//! may be meant.

use fix::{Applicability, Fix, RuleContext};
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::{function_of, has_modifier, outermost_at};
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS0023"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    if ctx.argument(0) == Some("?") || token.kind() == "?" {
        return plain_access(ctx, token);
    }
    let operation = outermost_at(token, |n| n.kind() == "prefix_unary_expression")?;
    if !operation.text_in(text).starts_with('!') {
        return None;
    }
    let operand = operation.named().into_iter().next_back()?;
    let model = ctx.csharp();
    let ty = model.type_of(operand)?;
    let simple = operand.is(&[
        "identifier",
        "member_access_expression",
        "invocation_expression",
        "element_access_expression",
        "parenthesized_expression",
        "this",
    ]);
    let written = operand.text_in(text);
    let (title, new) = test(&model, &ty, operand, text, written)?;
    // The operators of a comparison bind less than `!`.
    let inner = operation.parent().is_some_and(|p| {
        p.is(&["binary_expression", "prefix_unary_expression", "member_access_expression", "is_pattern_expression"])
    });
    let weak = !new.ends_with(')') || new.starts_with("await") || new.contains(" == ") || new.contains(" is ");
    let joined =
        operation.parent().is_some_and(|p| p.field("operator").is_some_and(|o| matches!(o.text_in(text), "&&" | "||")));
    let new = if inner && weak && !joined { format!("({new})") } else { new };
    let fix = ctx.fix(title, Applicability::Unsafe).replace(operation.byte_range(), new);
    simple.then(|| fix.preferred().build())
}

/// The condition that `!value` is read as.
fn test(
    model: &SemanticModel<'_>,
    ty: &Type,
    operand: Node<'_>,
    text: &str,
    written: &str,
) -> Option<(String, String)> {
    const NUMBERS: &[&str] =
        &["int", "long", "short", "byte", "uint", "ulong", "ushort", "sbyte", "double", "float", "decimal"];
    if NUMBERS.iter().any(|n| ty.is(n)) {
        return Some(("Compare with 0".to_owned(), format!("{written} == 0")));
    }
    if ty.is("string") {
        return Some(("Use 'string.IsNullOrEmpty'".to_owned(), format!("string.IsNullOrEmpty({written})")));
    }
    if let Some([result]) =
        ty.arguments_of("System.Threading.Tasks.Task").or_else(|| ty.arguments_of("System.Threading.Tasks.ValueTask"))
    {
        let asynchronous = function_of(operand).is_some_and(|f| has_modifier(f, text, "async"));
        return (result.is("bool") && asynchronous).then(|| ("Add 'await'".to_owned(), format!("!await {written}")));
    }
    let reference = semantics::csharp::values::is_reference(ty, model) == Some(true);
    // An empty collection is as likely to be meant.
    let collection = ty.is("object") || model.element_type(ty).is_none();
    (reference && collection).then(|| ("Compare with 'null'".to_owned(), format!("{written} == null")))
}

/// `x.Y` for `x?.Y` where `x` is a value.
fn plain_access(ctx: &RuleContext<'_>, token: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let access = ancestors(token).find(|n| n.kind() == "conditional_access_expression")?;
    let value = access.field("condition")?;
    let question = value.end_byte() + text.get(value.end_byte()..)?.find('?')?;
    let model = ctx.csharp();
    let ty = model.type_of(value)?;
    let never = model.is_value_type(&ty) && !matches!(ty, Type::Nullable(_));
    // `x?.Y ?? z`: what stands for no value is never taken.
    let spare = access.parent().is_some_and(|p| p.field("operator").is_some_and(|o| o.text_in(text) == "??"));
    let fix = ctx.fix("Replace '?.' with '.'", Applicability::Safe).delete(question..question + 1);
    (never && !spare).then(|| fix.preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn conditions_of_other_languages() {
        let rule = rule_of(module_path!());
        let file = |member: &str| format!("class C {{ C next; {member} }}");
        for (ty, before, after) in [
            ("string", "bool M(string s) => $0!s;", "bool M(string s) => string.IsNullOrEmpty(s);"),
            ("C", "bool M(bool b) => b && $0!next;", "bool M(bool b) => b && next == null;"),
            ("int", "bool M(string s) => $0!s.Length == true;", "bool M(string s) => (s.Length == 0) == true;"),
        ] {
            let message = format!("Operator '!' cannot be applied to operand of type '{ty}'");
            check_fix(rule, "CS0023", &message, &file(before), &file(after));
        }
        let message = "Operator '!' cannot be applied to operand of type 'int[]'";
        check_no_fix(rule, "CS0023", message, &file("bool M(int[] a) => $0!a;"));
    }
}
