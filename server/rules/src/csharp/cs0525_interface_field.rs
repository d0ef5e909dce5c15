//! # Field in an interface
//!
//! An interface has no fields of an instance. A property says the same.
//!
//! ```csharp before
//! //@ error CS0525: Interfaces cannot contain instance fields
//! interface INamed
//! {
//!     string $0Name$0;
//! }
//! ```
//! ```csharp after
//! interface INamed
//! {
//!     string Name { get; set; }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: who implements the interface has to have the property.

use codegen::csharp::deletion::removal;
use fix::{Applicability, Bulk, Fix, RuleContext};
use syntax::csharp::{has_modifier, initializer};
use syntax::{NodeExt, child_of_kind, children_of_kind};

pub(crate) const CODES: &[&str] = &["CS0525"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let field = ctx.token()?.enclosing(&["field_declaration"])?;
    let declarators = children_of_kind(child_of_kind(field, "variable_declaration")?, "variable_declarator");
    let mut out = Vec::new();
    if let ([only], Some(end)) = (declarators.as_slice(), child_of_kind(field, ";"))
        && initializer(*only).is_none()
        && !has_modifier(field, text, "volatile")
    {
        let accessors = if has_modifier(field, text, "readonly") { " { get; }" } else { " { get; set; }" };
        let fix = ctx.fix("Convert to property", Applicability::Unsafe).replace(end.byte_range(), accessors);
        let fix = match syntax::csharp::modifier(field, text, "readonly") {
            Some(old) => fix.delete(codegen::csharp::deletion::with_space_after(text, old)),
            None => fix,
        };
        out.push(fix.preferred().build());
    }
    let name = declarators.first()?.field("name")?.text_in(text);
    let fix = ctx.fix(format!("Remove field '{name}'"), Applicability::Unsafe).delete(removal(text, field));
    out.push(fix.in_bulk(Bulk::Manual).build());
    Some(out)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled};

    #[test]
    fn properties() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "CS0525",
            "",
            "interface I { public readonly int $0f; }",
            "interface I { public int f { get; } }",
        );
        let before = "interface I\n{\n    int $0a = 1;\n    void M();\n}\n";
        check_fix_titled(rule, "CS0525", "", "Remove field 'a'", before, "interface I\n{\n    void M();\n}\n");
    }
}
