//! # Member used without `this.` or the class name
//!
//! ```typescript before
//! //@ error TS2663: Cannot find name 'count'. Did you mean the instance member 'this.count'?
//! export class Counter {
//!     count = 0;
//!     add() { $0count$0 += 1; }
//! }
//! ```
//! ```typescript after
//! export class Counter {
//!     count = 0;
//!     add() { this.count += 1; }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` for a name that is not in scope and is a member of the class; `Unsafe` when a module of the workspace exports the name too, so
//! that an import may be missing.

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["TS2663", "TS2662", "TS2304", "TS2552", "TS1451"];

/// Whether `token` is in a method of an object literal that has a property of that name.
fn of_object_literal(ctx: &RuleContext<'_>, token: Node<'_>, name: &str) -> bool {
    let text = ctx.text();
    let function =
        token.enclosing(&["method_definition", "function_declaration", "function_expression", "generator_function"]);
    let method = function.filter(|f| f.kind() == "method_definition");
    let Some(object) = method.and_then(|m| m.parent()).filter(|p| p.kind() == "object") else { return false };
    object.named().into_iter().any(|member| match member.kind() {
        "pair" => member.field("key").is_some_and(|k| k.text_in(text) == name),
        "method_definition" => member.field("name").is_some_and(|k| k.text_in(text) == name),
        "shorthand_property_identifier" => false,
        _ => false,
    })
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    let name = token.text_in(text);
    if *ctx.code() == "TS1451" {
        // `#name` without `this.`, in a class that declares it.
        let at = ctx.diagnostic.range.start;
        let rest = text.get(at..).filter(|t| t.starts_with('#')).unwrap_or_default();
        let end = rest[1.min(rest.len())..].find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
        let Some(name) = rest.get(..end.map_or(rest.len(), |e| e + 1)).filter(|n| n.len() > 1) else {
            return Vec::new();
        };
        let declared = syntax::typescript::descendants(ctx.root(), &["private_property_identifier"]);
        let of_class = |n: &Node<'_>| {
            let class = n.parent().filter(|p| p.field("name") == Some(*n)).and_then(|p| p.enclosing(&["class_body"]));
            n.text_in(text) == name && class.is_some_and(|c| c.byte_range().contains(&at))
        };
        if !declared.iter().any(of_class) {
            return Vec::new();
        }
        let fix = ctx.fix("Add 'this.' to unresolved variable", Applicability::Unsafe).insert(at, "this.");
        return vec![fix.preferred().build()];
    }
    let by_scope = matches!(ctx.code().as_str(), "TS2304" | "TS2552");
    if by_scope && !(token.kind() == "identifier" && of_object_literal(ctx, token, name)) {
        return Vec::new();
    }
    let own = format!("this.{name}");
    let qualified = if by_scope { Some(own.as_str()) } else { ctx.argument(1) };
    let Some(full) = qualified.filter(|f| f.ends_with(name)) else { return Vec::new() };
    let Some(owner) = full[..full.len() - name.len()].strip_suffix('.') else { return Vec::new() };
    let competing = ctx.index.typescript().exports_named(name).iter().any(|e| !e.type_only);
    let applicability = if competing { Applicability::Unsafe } else { Applicability::Safe };
    let fix = ctx.fix(format!("Add '{owner}.' to unresolved variable"), applicability);
    let fix = match token.kind() {
        "identifier" => fix.insert(token.start_byte(), format!("{owner}.")),
        "shorthand_property_identifier" => fix.insert(token.end_byte(), format!(": {full}")),
        _ => return Vec::new(),
    };
    vec![fix.preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn private_names_of_the_class() {
        check_fix(
            rule_of(module_path!()),
            "TS1451",
            "Private identifiers are only allowed in class bodies and may only be used as part of a class member declaration, property access, or on the left-hand-side of an 'in' expression",
            "class C {\n    #n = 1;\n    m() { return $0#n; }\n}\n",
            "class C {\n    #n = 1;\n    m() { return this.#n; }\n}\n",
        );
    }
}
