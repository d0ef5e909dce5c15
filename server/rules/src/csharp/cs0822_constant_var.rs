//! # `var` for a constant
//!
//! A constant must have an explicit type.
//!
//! ```csharp before
//! //@ error CS0822: Implicitly-typed variables cannot be constant
//! class C
//! {
//!     int M()
//!     {
//!         const $0var limit = 10$0;
//!         return limit;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M()
//!     {
//!         const int limit = 10;
//!         return limit;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where the value has a type that constants can have. `Unsafe` for values that cannot be constant, where `const` may be what is
//! wrong.

use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::initializer;
use syntax::{NodeExt, children_of_kind};

pub(crate) const CODES: &[&str] = &["CS0822"];

const CONSTANT: &[&str] = &[
    "bool", "char", "string", "int", "uint", "long", "ulong", "short", "ushort", "byte", "sbyte", "float", "double",
    "decimal",
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let declaration = ctx.token()?.enclosing(&["variable_declaration"])?;
    let var = declaration.field("type").filter(|t| t.kind() == "implicit_type")?;
    let [declarator] = children_of_kind(declaration, "variable_declarator")[..] else { return None };
    let model = ctx.csharp();
    let value = initializer(declarator)?;
    // `{ 0, 1 }` has no type; the type of a lambda or an anonymous object cannot be written.
    let without_type_name = [
        "initializer_expression",
        "lambda_expression",
        "anonymous_method_expression",
        "anonymous_object_creation_expression",
    ];
    if value.is(&without_type_name) {
        return None;
    }
    let ty = model.type_of(value).filter(|t| !t.is("void"))?;
    let written = model.minimal(&ty, var.start_byte());
    let applicability = if CONSTANT.iter().any(|c| ty.is(c)) && value.kind().ends_with("_literal") {
        Applicability::Safe
    } else {
        Applicability::Unsafe
    };
    Some(
        ctx.fix("Use explicit type instead of 'var'", applicability)
            .replace(var.byte_range(), written)
            .preferred()
            .build(),
    )
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "Implicitly-typed variables cannot be constant";

    #[test]
    fn types_are_written_short() {
        check_fix(
            rule_of(module_path!()),
            "CS0822",
            MESSAGE,
            "using System; class C { void M() { const $0var v = default(Action); } }",
            "using System; class C { void M() { const Action v = default(Action); } }",
        );
    }

    #[test]
    fn nothing_for_several_variables() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0822",
            MESSAGE,
            "class C { void M() { const $0var a = 0, b = \"\"; } }",
        );
    }

    #[test]
    fn lambdas_have_no_type() {
        check_no_fix(rule_of(module_path!()), "CS0822", MESSAGE, "class C { void M() { const $0var v = () => { }; } }");
    }
}
