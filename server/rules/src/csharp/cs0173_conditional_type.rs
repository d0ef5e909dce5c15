//! # Conditional expression without a type
//!
//! The branches of `? :` have no common type, as the compiler looks for one: neither converts to the other.
//!
//! ```csharp before
//! //@ error CS0173: Type of conditional expression cannot be determined because there is no implicit conversion between '<null>' and 'int'
//! class C
//! {
//!     void M(bool b)
//!     {
//!         var n = $0b ? null : 1$0;
//!         System.Console.Write(n);
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void M(bool b)
//!     {
//!         var n = b ? (int?)null : 1;
//!         System.Console.Write(n);
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: another common type may be meant. The nearest one is offered where there is one only.

use fix::{Applicability, Fix, RuleContext};
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::outermost_at;
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["CS0173"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let conditional = outermost_at(ctx.token()?, |n| n.kind() == "conditional_expression")?;
    let (first, second) = (conditional.field("consequence")?, conditional.field("alternative")?);
    let model = ctx.csharp();
    let null = |n: Node<'_>| n.kind() == "null_literal" || n.text_in(text) == "default";
    let (branch, ty) = match (null(first), null(second)) {
        (true, false) => (first, model.type_of(second).filter(|t| model.is_value_type(t))?.nullable()),
        (false, true) => (second, model.type_of(first).filter(|t| model.is_value_type(t))?.nullable()),
        (false, false) => (first, common(&model, &model.type_of(first)?, &model.type_of(second)?)?),
        _ => return None,
    };
    let written = model.minimal(&ty, branch.start_byte());
    let simple = branch.is(&[
        "identifier",
        "null_literal",
        "invocation_expression",
        "object_creation_expression",
        "member_access_expression",
        "element_access_expression",
        "parenthesized_expression",
        "this",
    ]) || branch.kind().ends_with("_literal");
    let fix = ctx.fix(format!("Cast to '{written}'"), Applicability::Unsafe);
    let fix = match simple {
        true => fix.insert(branch.start_byte(), format!("({written})")),
        false => fix.insert(branch.start_byte(), format!("({written})(")).insert(branch.end_byte(), ")"),
    };
    Some(fix.preferred().build())
}

/// The nearest type that both have among their bases: their class, or else the one interface that they share.
fn common(model: &SemanticModel<'_>, a: &Type, b: &Type) -> Option<Type> {
    if model.is_value_type(a) || model.is_value_type(b) {
        return None;
    }
    let (of_a, of_b) = (model.supertypes(a), model.supertypes(b));
    let shared: Vec<&(Type, usize)> = of_a
        .iter()
        .filter(|(t, _)| !t.is("object") && !t.is("System.Object") && of_b.iter().any(|(u, _)| u == t))
        .collect();
    let is_class = |t: &Type| model.resolve(t).is_some_and(|t| t.declaration.kind != index::DeclarationKind::Interface);
    let nearest =
        |list: &mut dyn Iterator<Item = &&(Type, usize)>| list.min_by_key(|(_, d)| *d).map(|(t, _)| t.clone());
    if let Some(class) = nearest(&mut shared.iter().filter(|(t, _)| is_class(t))) {
        return Some(class);
    }
    match shared.as_slice() {
        [(only, _)] => Some(only.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    fn case(value: &str, after: Option<&str>) {
        let file = |value: &str| {
            format!(
                "interface I {{ }} interface J {{ }} class B {{ }} class E : I {{ }} class F : I, System.IDisposable {{ }} class G : B, I, J {{ }} class H : B, I, J {{ }} class K : I, J {{ }} class L : J, I {{ }} class C {{ void M(bool b, int? n) {{ var x = $0{value}; }} }}"
            )
        };
        match after {
            Some(after) => {
                check_fix(rule_of(module_path!()), "CS0173", "", &file(value), &file(after).replace("$0", ""))
            }
            None => check_no_fix(rule_of(module_path!()), "CS0173", "", &file(value)),
        }
    }

    #[test]
    fn the_nearest_common_type() {
        case("b ? new E() : new F()", Some("b ? (I)new E() : new F()"));
        case("b ? new G() : new H()", Some("b ? (B)new G() : new H()"));
        case("b ? new K() : new L()", None);
        case("b ? new E() : new B()", None);
        case("b ? 1 : \"a\"", None);
        case("b ? 1.5 : null", Some("b ? 1.5 : (double?)null"));
    }
}
