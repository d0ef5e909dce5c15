//! # `return` in an iterator
//!
//! An iterator gives its elements by `yield return`, and ends by `yield break`.
//!
//! ```csharp before
//! //@ error CS1622: Cannot return a value from an iterator. Use the yield return statement to return a value, or yield break to end the iteration.
//! using System.Collections.Generic;
//! class C
//! {
//!     IEnumerable<int> M(bool b)
//!     {
//!         yield return 1;
//!         $0return$0 2;
//!     }
//! }
//! ```
//! ```csharp after
//! using System.Collections.Generic;
//! class C
//! {
//!     IEnumerable<int> M(bool b)
//!     {
//!         yield return 1;
//!         yield return 2;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: `yield break` for `null` at the end of the iteration, `yield return` for an element as the last statement. Otherwise `Unsafe`.

use fix::{Applicability, Fix, RuleContext};
use semantics::csharp::Type;
use syntax::csharp::{FUNCTIONS, descendants, inner_expression, written_type};
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS1622"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let statement = ctx.token()?.enclosing(&["return_statement"])?;
    let value = inner_expression(statement)?;
    let function = ancestors(statement).find(|n| n.is(FUNCTIONS) || n.is(&["property_declaration"]))?;
    let function = if function.kind() == "accessor_declaration" {
        function.enclosing(&["property_declaration", "indexer_declaration"])?
    } else {
        function
    };
    let model = ctx.csharp();
    let element = model.element_type(&model.written_type(written_type(function)?)?)?;
    let keyword = statement.start_byte()..value.start_byte();
    let end = |safe| {
        ctx.fix("Use 'yield break' instead of 'return'", safe).replace(keyword.start..value.end_byte(), "yield break")
    };
    if value.kind() == "null_literal" && !reference(&model, &element)
        || value.kind() == "null_literal" && is_early(statement)
    {
        return Some(end(Applicability::Safe).preferred().build());
    }
    let ty = model.type_of(value);
    let empty = matches!(value.text_in(text), "Array.Empty<T>()") || is_empty_collection(value, text);
    if empty {
        return Some(end(Applicability::Safe).preferred().build());
    }
    let ty = ty?;
    if model.converts(&ty, &element) {
        let last = statement.parent().is_some_and(|p| {
            p.kind() == "block" && p.parent() == Some(function) && p.named().last() == Some(&statement)
        });
        let safe = if last { Applicability::Safe } else { Applicability::Unsafe };
        let fix = ctx.fix("Use 'yield return' instead of 'return'", safe).insert(statement.start_byte(), "yield ");
        let fix = if last { fix } else { fix.insert(statement.end_byte(), " yield break;") };
        let braced = last || statement.parent().is_some_and(|p| p.is(&["block", "switch_section"]));
        return braced.then(|| fix.preferred().build());
    }
    // A sequence: each of its elements.
    let inner = model.element_type(&ty).filter(|t| model.converts(t, &element))?;
    let _: Type = inner;
    let taken = |name: &str| descendants(function).any(|n| n.kind() == "identifier" && n.text_in(text) == name);
    let name = ["item", "element", "current"].into_iter().find(|n| !taken(n))?;
    let new = format!("foreach (var {name} in {}) yield return {name};", value.text_in(text));
    let fix = ctx.fix("Return each element with 'yield return'", Applicability::Unsafe);
    let last = statement
        .parent()
        .is_some_and(|p| p.kind() == "block" && p.parent() == Some(function) && p.named().last() == Some(&statement));
    let braced = statement.parent().is_some_and(|p| p.is(&["block", "switch_section"]));
    let new = match (last, braced) {
        (true, _) => new,
        (false, true) => format!("{new} yield break;"),
        (false, false) => format!("{{ {new} yield break; }}"),
    };
    Some(fix.replace(statement.byte_range(), new).preferred().build())
}

fn reference(model: &semantics::csharp::SemanticModel<'_>, ty: &Type) -> bool {
    semantics::csharp::values::is_reference(ty, model) != Some(false) && !model.is_value_type(ty)
}

/// Whether the statement is the body of an `if` or stands in its block: the iteration ends early.
fn is_early(statement: Node<'_>) -> bool {
    ancestors(statement).skip(1).take(2).any(|n| n.kind() == "if_statement")
}

fn is_empty_collection(value: Node<'_>, text: &str) -> bool {
    let written: String = value.text_in(text).split_whitespace().collect();
    let call = |head: &str| written.starts_with(head) && written.ends_with(">()");
    call("Enumerable.Empty<")
        || call("Array.Empty<")
        || written == "[]"
        || written.ends_with("[0]")
        || written.ends_with("[]{}")
        || value.kind() == "object_creation_expression" && written.ends_with("()") && written.starts_with("newList<")
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};
    const MESSAGE: &str = "Cannot return a value from an iterator. Use the yield return statement to return a value, or yield break to end the iteration.";

    fn file(body: &str) -> String {
        format!(
            "using System.Collections.Generic;\nclass C {{ IEnumerable<string> N() => null; IEnumerable<string> M(bool b)\n{{\n    {body}\n}} }}\n"
        )
    }

    #[test]
    fn ends_and_elements() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            ("if (b) $0return null;\n    yield return \"a\";", "if (b) yield break;\n    yield return \"a\";"),
            (
                "if (b) { $0return new string[0]; }\n    yield return \"a\";",
                "if (b) { yield break; }\n    yield return \"a\";",
            ),
            ("yield return \"a\";\n    $0return \"b\";", "yield return \"a\";\n    yield return \"b\";"),
        ] {
            check_fix_all(rule, "CS1622", MESSAGE, &[], &file(before), Some(&file(after)));
        }
        for (before, after) in [
            (
                "if (b) { $0return \"b\"; }\n    yield return \"a\";",
                "if (b) { yield return \"b\"; yield break; }\n    yield return \"a\";",
            ),
            (
                "yield return \"a\";\n    $0return N();",
                "yield return \"a\";\n    foreach (var item in N()) yield return item;",
            ),
            (
                "if (b) $0return N();\n    yield return \"a\";",
                "if (b) { foreach (var item in N()) yield return item; yield break; }\n    yield return \"a\";",
            ),
        ] {
            check_fix(rule, "CS1622", MESSAGE, &file(before), &file(after));
            check_fix_all(rule, "CS1622", MESSAGE, &[], &file(before), None);
        }
        check_no_fix(rule, "CS1622", MESSAGE, &file("yield return \"a\";\n    $0return 1;"));
    }
}
