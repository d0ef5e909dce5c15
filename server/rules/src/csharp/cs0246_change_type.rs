//! # Declared type not found, but the type of the value is known
//!
//! A field, local, property or function is declared with a type that does not exist, and its initializer or return values have a known type.
//!
//! ```csharp before
//! //@ error CS0246: The type or namespace name 'x' could not be found (are you missing a using directive or an assembly reference?)
//! class C
//! {
//!     private $0x$0 f = new C();
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     private C f = new C();
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`, and not in bulk: the missing type may exist elsewhere or be restored.

use fix::{Applicability, Bulk, Fix, RuleContext};
use semantics::csharp::type_use::TypeUse;
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::{initializer, inner_expression, own_descendants};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["CS0246"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let used = TypeUse::at(ctx, ctx.diagnostic.range.start)?;
    let node = used.node;
    let declaration = node.parent().filter(|p| p.field("type") == Some(node) || p.field("returns") == Some(node))?;
    let model = ctx.csharp();
    let values = values(declaration)?;
    let mut types = values.into_iter().map(|v| model.type_of(v));
    let ty = types.next()??;
    if !types.all(|t| t.as_ref() == Some(&ty)) || ty.is("void") || !is_known(&model, &ty) {
        return None;
    }
    let written = model.minimal(&ty, node.start_byte());
    if written == node.text_in(ctx.text()) {
        return None;
    }
    let fix = ctx.fix(format!("Change type to '{written}'"), Applicability::Unsafe);
    Some(fix.replace(node.byte_range(), written).in_bulk(Bulk::Manual).build())
}

/// The values that the declaration is initialized with or returns.
fn values(declaration: Node<'_>) -> Option<Vec<Node<'_>>> {
    match declaration.kind() {
        "variable_declaration" => {
            let declarators = syntax::children_of_kind(declaration, "variable_declarator");
            declarators.into_iter().map(initializer).collect()
        }
        "property_declaration" => {
            let value = declaration.field("value")?;
            if value.kind() == "arrow_expression_clause" { returned(value) } else { Some(vec![value]) }
        }
        "method_declaration" | "local_function_statement" => returned(declaration.field("body")?),
        _ => None,
    }
}

fn returned(body: Node<'_>) -> Option<Vec<Node<'_>>> {
    match body.kind() {
        "arrow_expression_clause" => Some(vec![inner_expression(body)?]),
        _ => own_descendants(body).filter(|n| n.kind() == "return_statement").map(inner_expression).collect(),
    }
}

fn is_known(model: &SemanticModel<'_>, ty: &Type) -> bool {
    match ty {
        Type::Array(inner, _) | Type::Nullable(inner) => is_known(model, inner),
        Type::Tuple(elements) => elements.iter().all(|(t, _)| is_known(model, t)),
        Type::Pointer(_) => false,
        Type::Named { .. } => model.resolve(ty).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "The type or namespace name 'x' could not be found (are you missing a using directive or an assembly reference?)";

    #[test]
    fn from_return_values() {
        check_fix(
            rule_of(module_path!()),
            "CS0246",
            MESSAGE,
            "class C { $0x F() { if (true) return new C(); return default(C); } }",
            "class C { C F() { if (true) return new C(); return default(C); } }",
        );
        check_fix(
            rule_of(module_path!()),
            "CS0246",
            MESSAGE,
            "class C { void M() { $0x F() => \"a\"; } }",
            "class C { void M() { string F() => \"a\"; } }",
        );
    }

    #[test]
    fn nothing_where_values_differ_or_are_unknown() {
        let rule = rule_of(module_path!());
        check_no_fix(rule, "CS0246", MESSAGE, "class C { $0x F() { if (true) return new C(); return 1; } }");
        check_no_fix(rule, "CS0246", MESSAGE, "class C { $0x F() { return new x(); } }");
        check_no_fix(rule, "CS0246", MESSAGE, "class C { $0x f = null; }");
    }
}
