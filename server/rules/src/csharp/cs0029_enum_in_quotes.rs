//! # String where an enum is expected
//!
//! The string is the name of a member of the enum.
//!
//! ```csharp before
//! //@ error CS0029: Cannot implicitly convert type 'string' to 'Vendor'
//! enum Vendor { None, Acme }
//! class C
//! {
//!     Vendor M() => $0"Acme"$0;
//! }
//! ```
//! ```csharp after
//! enum Vendor { None, Acme }
//! class C
//! {
//!     Vendor M() => Vendor.Acme;
//! }
//! ```
//! ```csharp before
//! //@ error CS0019: Operator '==' cannot be applied to operands of type 'Vendor' and 'string'
//! enum Vendor { None, Acme }
//! class C
//! {
//!     bool M(Vendor v) => $0v == "Acme"$0;
//! }
//! ```
//! ```csharp after
//! enum Vendor { None, Acme }
//! class C
//! {
//!     bool M(Vendor v) => v == Vendor.Acme;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where the string is exactly the name of a member. `Unsafe` where it differs in case.

use fix::{Applicability, Fix, RuleContext};
use index::DeclarationKind;
use semantics::csharp::Type;
use syntax::csharp::outermost_at;
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS0029", "CS1503", "CS0019"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let arguments: Vec<&str> = ctx.diagnostic.arguments.iter().map(String::as_str).collect();
    let model = ctx.csharp();
    let (literal, ty) = match (ctx.code().as_str(), arguments.as_slice()) {
        ("CS0029", ["string", to]) | ("CS1503", [_, "string", to]) => {
            (ancestors(token).find(|n| n.kind() == "string_literal")?, Type::parse(to)?)
        }
        ("CS0019", ["==" | "!=", left, right]) => {
            let binary = outermost_at(token, |n| n.kind() == "binary_expression")?;
            let (literal, other) = match (*left, *right) {
                (_, "string") => (binary.field("right")?, binary.field("left")?),
                ("string", _) => (binary.field("left")?, binary.field("right")?),
                _ => return None,
            };
            (literal, model.type_of(other)?.not_null())
        }
        _ => return None,
    };
    let word = string_content(literal, text)?;
    let found = model.resolve(&ty).filter(|t| t.declaration.kind == DeclarationKind::Enum)?;
    let members = ctx.index.csharp().members(&found);
    let names = || members.iter().map(|m| &m.declaration.name);
    let exact = names().find(|n| n.as_str() == word);
    let mut like = names().filter(|n| n.eq_ignore_ascii_case(word));
    let name = match exact {
        Some(name) => name,
        None => like.next().filter(|_| like.next().is_none())?,
    };
    let written = format!("{}.{name}", model.minimal_name(&found, ctx.path(), literal.start_byte()));
    let applicability = if exact.is_some() { Applicability::Safe } else { Applicability::Unsafe };
    Some(ctx.fix(format!("Use '{written}'"), applicability).replace(literal.byte_range(), written).preferred().build())
}

fn string_content<'t>(literal: Node<'_>, text: &'t str) -> Option<&'t str> {
    let inner = text.get(literal.byte_range())?.strip_prefix('"')?.strip_suffix('"')?;
    (literal.kind() == "string_literal" && !inner.is_empty()).then_some(inner)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_no_fix;

    #[test]
    fn no_member_of_that_name() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0029",
            "Cannot implicitly convert type 'string' to 'Vendor'",
            "enum Vendor { None } class C { Vendor M() => $0\"Acme\"; }",
        );
    }
}
