//! # `readonly` field assigned
//!
//! A `readonly` field is assigned, or passed by `ref` or `out`, outside a constructor.
//!
//! ```csharp before
//! //@ error CS0191: A readonly field cannot be assigned to (except in a constructor or init-only setter of the type in which the field is defined or a variable initializer)
//! class C
//! {
//!     private readonly int count = 5;
//!     public int Count => count;
//!     public int M() => $0count$0 = 1;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     private int count = 5;
//!     public int Count => count;
//!     public int M() => count = 1;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` for private fields: only this type can assign them. So it is for a field that neither an initializer nor a constructor gives a
//! value: without an assignment elsewhere, it could only have its default. `Unsafe` for other fields that other types can access: they lose a
//! guarantee.

use super::support::constructed::is_constructed;
use codegen::csharp::deletion::with_space_after;
use fix::{Applicability, Fix, RuleContext};
use index::csharp::{CsType, TypeOrigin};
use semantics::csharp::Symbol;
use std::path::Path;
use std::sync::Arc;
use syntax::csharp::{descendants, has_modifier, initializer, modifier, name_of, type_of};
use syntax::{NodeExt, ancestors};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS0191", "CS0192", "CS0198", "CS0199", "CS1648", "CS1649", "CS1650", "CS1651"];

/// The most files that are searched for a field of a type that is not known.
const MAX_FILES: usize = 50;

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).or_else(|| of_another_type(ctx)).into_iter().collect()
}

/// The field of another type that `value.field = 1`, `ref value.field` or `new T { field = 1 }` assigns.
fn of_another_type(ctx: &RuleContext<'_>) -> Option<Fix> {
    if !matches!(ctx.code().as_str(), "CS0191" | "CS0192") {
        return None;
    }
    let token = ctx.token()?;
    let at = token.start_byte();
    let accesses = ancestors(token).skip(1).take_while(|n| n.start_byte() == at);
    let access = accesses.filter(|n| n.kind() == "member_access_expression").last();
    let target = match access {
        Some(access) => access.field("name")?,
        None => {
            let assignment = token.parent().filter(|p| p.kind() == "assignment_expression")?;
            assignment.parent().filter(|p| p.kind() == "initializer_expression")?;
            token
        }
    };
    let name = target.text_in(ctx.text());
    let owner = match ctx.csharp().symbol_of(target) {
        Some(Symbol::Member(member)) => member.owner,
        _ => None,
    };
    let files: Vec<Arc<Path>> = match owner.as_ref().map(|o| &o.origin) {
        Some(TypeOrigin::Source(parts)) => parts.iter().map(|part| part.path.clone()).collect(),
        _ => ctx.index.files_with_word(name, ctx.source.parsed.language()).to_vec(),
    };
    if files.len() > MAX_FILES {
        return None;
    }
    // Whatever its type is, it has a field of the name that is `readonly`.
    let mut found: Option<Fix> = None;
    for path in files {
        let Some(source) = ctx.index.source(&path) else { continue };
        let text: &str = source.parsed.text();
        for field in descendants(source.parsed.root()).filter(|n| n.kind() == "field_declaration") {
            let declarator = descendants(field).find(|d| {
                d.kind() == "variable_declarator" && d.field("name").is_some_and(|f| f.text_in(text) == name)
            });
            let (Some(declarator), Some(ty)) = (declarator, type_of(field)) else { continue };
            let of_owner = |o: &Arc<CsType>| name_of(ty).is_some_and(|n| n.text_in(text) == o.declaration.name);
            let Some(readonly) = modifier(field, text, "readonly").filter(|_| owner.as_ref().is_none_or(of_owner))
            else {
                continue;
            };
            if found.is_some() || has_modifier(ty, text, "readonly") {
                return None;
            }
            let valued = initializer(declarator).is_some() || is_constructed(&source, name);
            let whole = !has_modifier(ty, text, "partial");
            let applicability = if valued || !whole { Applicability::Unsafe } else { Applicability::Safe };
            let fix = ctx.fix("Remove 'readonly' modifier", applicability);
            found = Some(fix.edit_in(&source, TextEdit::delete(with_space_after(text, readonly))).preferred().build());
        }
    }
    found
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let target = match token.kind() {
        "this" => token.parent()?.field("name")?,
        "identifier" => {
            // `C.field = 1`, or `field.x = 1` for a struct.
            let access = token
                .parent()
                .filter(|p| p.kind() == "member_access_expression" && p.field("expression") == Some(token));
            let own = type_of(token).and_then(|t| t.field("name")).map(|n| n.text_in(text));
            match access {
                Some(access) if own == Some(token.text_in(text)) => access.field("name")?,
                _ => token,
            }
        }
        _ => return None,
    };
    let name = target.text_in(text);
    let ty = type_of(token)?;
    let fields: Vec<_> = descendants(ty)
        .filter(|n| n.kind() == "field_declaration" && type_of(*n) == Some(ty))
        .filter(|n| {
            descendants(*n)
                .any(|d| d.kind() == "variable_declarator" && d.field("name").is_some_and(|f| f.text_in(text) == name))
        })
        .collect();
    let [field] = fields.as_slice() else { return None };
    let readonly = modifier(*field, text, "readonly")?;
    let is_accessible = ["public", "internal", "protected"].iter().any(|m| has_modifier(*field, text, m));
    let is_valued = || {
        has_modifier(ty, text, "partial")
            || descendants(*field).any(|d| initializer(d).is_some())
            || is_constructed(ctx.source, name)
    };
    if has_modifier(ty, text, "readonly") {
        return None;
    }
    let applicability = if is_accessible && is_valued() { Applicability::Unsafe } else { Applicability::Safe };
    let fix = ctx.fix("Remove 'readonly' modifier", applicability).delete(with_space_after(text, readonly));
    Some(fix.preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};
    const MESSAGE: &str =
        "A static readonly field cannot be assigned to (except in a static constructor or a variable initializer)";

    #[test]
    fn through_the_type() {
        check_fix(
            rule_of(module_path!()),
            "CS0198",
            MESSAGE,
            "class C { static readonly int n; void M() { $0C.n = 1; } }",
            "class C { static int n; void M() { C.n = 1; } }",
        );
    }

    #[test]
    fn nothing_for_a_field_of_another_type() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0198",
            MESSAGE,
            "class D { public readonly int n; } class C { void M() { $0n = 1; } }",
        );
    }

    #[test]
    fn certain_where_nothing_else_gives_a_value() {
        const OUTSIDE: &str = "A readonly field cannot be assigned to (except in a constructor or init-only setter of the type in which the field is defined or a variable initializer)";
        let check = |rest: &str, safe: bool| {
            let file = |readonly: &str, mark: &str| {
                format!("class D {{ public {readonly}int n; {rest} }} class C {{ void M(D d) {{ {mark}d.n = 1; }} }}")
            };
            let (before, after) = (file("readonly ", "$0"), file("", ""));
            check_fix_all(rule_of(module_path!()), "CS0191", OUTSIDE, &[], &before, safe.then_some(after.as_str()));
        };
        check("", true);
        check("D() { n = 2; }", false);
    }
}
