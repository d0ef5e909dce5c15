//! # Constraint of a declaration that is not generic
//!
//! A constraint is for a type parameter, and the declaration has none.
//!
//! ```csharp before
//! //@ error CS0080: Constraints are not allowed on non-generic declarations
//! class C
//! {
//!     void M() $0where$0 T : class { }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void M() { }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the type parameter may be what is missing. That is offered first where the declaration uses its name.

use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::descendants;
use syntax::{NodeExt, child_of_kind, children_of_kind};

pub(crate) const CODES: &[&str] = &["CS0080"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let declaration = ctx.token()?.enclosing(&["type_parameter_constraints_clause"])?.parent()?;
    let clauses = children_of_kind(declaration, "type_parameter_constraints_clause");
    if child_of_kind(declaration, "type_parameter_list").is_some() {
        return None;
    }
    let (first, last) = (clauses.first()?, clauses.last()?);
    let mut names: Vec<&str> = Vec::new();
    for clause in &clauses {
        let name = child_of_kind(*clause, "identifier")?.text_in(text);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let inside = |at: usize| clauses.iter().any(|c| c.byte_range().contains(&at));
    let used = descendants(declaration)
        .any(|n| n.kind() == "identifier" && names.contains(&n.text_in(text)) && !inside(n.start_byte()));
    let list = format!("<{}>", names.join(", "));
    let place = declaration.field("name")?.end_byte();
    let word = if names.len() == 1 { "parameter" } else { "parameters" };
    let add = ctx.fix(format!("Add type {word} '{}'", names.join(", ")), Applicability::Unsafe).insert(place, list);
    let start = text[..first.start_byte()].trim_end().len();
    let remove = ctx.fix("Remove constraints", Applicability::Unsafe).delete(start..last.end_byte());
    Some(match used {
        true => vec![add.preferred().build(), remove.build()],
        false => vec![remove.preferred().build(), add.build()],
    })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled, check_no_fix};
    const MESSAGE: &str = "Constraints are not allowed on non-generic declarations";

    #[test]
    fn a_used_name_is_a_type_parameter() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            ("class C { T M(T t) $0where T : new() => t; }", "class C { T M<T>(T t) where T : new() => t; }"),
            (
                "class C\n    $0where T : class\n    where U : struct\n{\n    T t;\n}\n",
                "class C<T, U>\n    where T : class\n    where U : struct\n{\n    T t;\n}\n",
            ),
            ("delegate int D(int a) $0where T : new();", "delegate int D(int a);"),
            ("interface I $0where T : new() { }", "interface I { }"),
        ] {
            check_fix(rule, "CS0080", MESSAGE, before, after);
        }
        check_fix_titled(
            rule,
            "CS0080",
            MESSAGE,
            "Add type parameter 'T'",
            "record R $0where T : class;",
            "record R<T> where T : class;",
        );
        check_no_fix(rule, "CS0080", MESSAGE, "class C<T> $0where T : class { }");
    }
}
