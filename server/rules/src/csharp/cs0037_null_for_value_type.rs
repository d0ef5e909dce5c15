//! # Initializer that is not allowed
//!
//! `null` is not a value of a value type, nor of a type parameter that may be a value type. A property without a backing field
//! cannot have an initializer.
//!
//! ```csharp before
//! //@ error CS0037: Cannot convert null to 'int' because it is a non-nullable value type
//! class C
//! {
//!     public int Count { get; set; } = $0null$0;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     public int Count { get; set; }
//! }
//! ```
//! ```csharp before
//! //@ error CS8050: Only auto-implemented properties can have initializers.
//! class C
//! {
//!     public int $0Count$0 { get { return 1; } } = 1;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     public int Count { get { return 1; } }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: `null` may be intended as "no value". Then the type must be nullable, which is offered too.

use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::written_type;
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS0037", "CS0403", "CS8050"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token()?;
    if ctx.code() == "CS8050" {
        let property = token.enclosing(&["property_declaration"])?;
        return Some(vec![without_initializer(ctx, property, text)?]);
    }
    let value = token.enclosing(&["null_literal"])?;
    if ctx.code() == "CS0403" {
        // No `?` for a type parameter: it may be a reference type.
        let fix = ctx.fix("Use 'default'", Applicability::Unsafe).replace(value.byte_range(), "default");
        return Some(vec![fix.preferred().build()]);
    }
    let outer = ancestors(value).skip(1).find(|n| !n.is(&["postfix_unary_expression", "parenthesized_expression"]))?;
    let mut out = Vec::new();
    let default = ctx.fix("Use 'default'", Applicability::Unsafe).replace(value.byte_range(), "default");
    let declaration = match outer.kind() {
        "property_declaration" => Some(outer),
        "variable_declarator" => {
            outer.parent().filter(|d| syntax::children_of_kind(*d, "variable_declarator").len() == 1)
        }
        _ => None,
    };
    let field = declaration.and_then(|d| d.parent()).is_some_and(|p| p.kind() == "field_declaration");
    if outer.kind() == "property_declaration" {
        out.push(without_initializer(ctx, outer, text)?);
    } else if field {
        let name = outer.field("name")?;
        let end = outer.end_byte();
        out.push(ctx.fix("Remove initializer", Applicability::Unsafe).delete(name.end_byte()..end).preferred().build());
    } else {
        out.push(default.preferred().build());
    }
    let ty = declaration.and_then(written_type).filter(|t| t.kind() != "implicit_type");
    if let Some(ty) = ty {
        out.push(ctx.fix("Declare as nullable", Applicability::Unsafe).insert(ty.end_byte(), "?").build());
    }
    Some(out)
}

/// Removes the initializer after the accessors.
fn without_initializer(ctx: &RuleContext<'_>, property: Node<'_>, text: &str) -> Option<Fix> {
    let accessors = property.field("accessors")?;
    let end = property.end_byte();
    let tail = text.get(accessors.end_byte()..end)?;
    (tail.trim_start().starts_with('=') && tail.ends_with(';')).then(|| {
        ctx.fix("Remove initializer", Applicability::Unsafe).delete(accessors.end_byte()..end).preferred().build()
    })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled};
    const MESSAGE: &str = "Cannot convert null to 'int' because it is a non-nullable value type";

    #[test]
    fn fields() {
        check_fix(
            rule_of(module_path!()),
            "CS0037",
            MESSAGE,
            "class C { public int N = $0null!; }",
            "class C { public int N; }",
        );
    }

    #[test]
    fn type_parameters() {
        check_fix(
            rule_of(module_path!()),
            "CS0403",
            "Cannot convert null to type parameter 'T' because it could be a non-nullable value type. Consider using 'default(T)' instead.",
            "class C<T> { T M() => $0null; }",
            "class C<T> { T M() => default; }",
        );
    }

    #[test]
    fn locals() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS0037",
            MESSAGE,
            "Declare as nullable",
            "class C { void M() { int n = $0null; } }",
            "class C { void M() { int? n = null; } }",
        );
        check_fix(
            rule_of(module_path!()),
            "CS0037",
            MESSAGE,
            "class C { int M() { return $0null; } }",
            "class C { int M() { return default; } }",
        );
    }
}
