//! # Generate `Deconstruct`
//!
//! A value is deconstructed, but its type has no suitable `Deconstruct` method.
//!
//! ```csharp before
//! //@ error CS8129: No suitable 'Deconstruct' instance or extension method was found for type 'Point', with 2 out parameters and a void return type.
//! using System;
//!
//! class C
//! {
//!     void M(Point p)
//!     {
//!         (int x, int y) = $0p;
//!     }
//! }
//!
//! class Point
//! {
//! }
//! ```
//! ```csharp after
//! using System;
//!
//! class C
//! {
//!     void M(Point p)
//!     {
//!         (int x, int y) = p;
//!     }
//! }
//!
//! class Point
//! {
//!     internal void Deconstruct(out int x, out int y)
//!     {
//!         throw new NotImplementedException();
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the method is not implemented yet.

use super::support::declarations;
use codegen::csharp::members::{add_sorted_method, declaring_file, imported, type_node};
use fix::{Applicability, Fix, ImportRequest, RuleContext};
use index::csharp::TypeOrigin;
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::TYPE_DECLARATIONS;
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS8129"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    generate(ctx).into_iter().collect()
}

fn generate<'a>(ctx: &RuleContext<'a>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let csharp = ctx.index.csharp();
    let model = ctx.csharp();
    // The deconstructed value and its targets.
    let parts = ancestors(token).take(12).find_map(|n| match n.kind() {
        "assignment_expression" => n.field("left"),
        "variable_declarator" => n.named().into_iter().find(|c| c.kind() == "tuple_pattern"),
        "foreach_statement" => n.field("left").or_else(|| n.named().into_iter().next()),
        _ => None,
    })?;
    let mut wanted: Vec<(Type, String)> = Vec::new();
    collect(&model, parts, text, &mut wanted);
    if wanted.len() < 2 {
        return None;
    }
    // `((x, y), z) = (this, 0)`: the tuple is deconstructed, but its element cannot be.
    if token.kind() == "(" && token.parent().is_some_and(|p| p.kind() == "tuple_expression") {
        return None;
    }
    let named = ctx.argument(1).or(ctx.argument(0))?;
    if named.ends_with(']') {
        return None;
    }
    let at = token.start_byte();
    let ty = csharp.resolve(named.trim_end_matches('?'), ctx.path(), at)?;
    if !matches!(ty.origin, TypeOrigin::Source(_)) {
        return None;
    }
    let (target_file, name) = declaring_file(ctx, ctx.diagnostic.range.start, &ty)?;
    let source = target_file.source();
    let node = type_node(source, name)?;
    let here = target_file.is_current() && node.byte_range().contains(&at);
    let offset = if here { at } else { node.field("body").map_or(node.end_byte(), |b| b.start_byte()) };
    let mut namespaces = vec!["System".to_owned()];
    let list: Vec<String> =
        wanted.iter().map(|(t, n)| format!("out {} {n}", imported(ctx, source, t, offset, &mut namespaces))).collect();
    let access = if here { "private" } else { "internal" };
    let lines = [
        format!("{access} void Deconstruct({})", list.join(", ")),
        "{".to_owned(),
        "\u{1}throw new NotImplementedException();".to_owned(),
        "}".to_owned(),
    ];
    let edit = add_sorted_method(source, node, "Deconstruct", &lines)?;
    let mut fix = ctx
        .fix("Generate method 'Deconstruct'", Applicability::Unsafe)
        .declares(declarations::key(&ty, "Deconstruct"))
        .in_bulk(declarations::member(ctx, &ty, "Deconstruct"));
    for namespace in namespaces {
        let request = ImportRequest::Using { namespace };
        fix = fix.import_in(target_file.source(), request);
    }
    debug_assert!(node.is(TYPE_DECLARATIONS));
    Some(fix.edit_in(target_file.source(), edit).build())
}

/// Types and names of the targets.
fn collect<'a>(model: &SemanticModel<'a>, node: Node<'a>, text: &'a str, out: &mut Vec<(Type, String)>) {
    let object = || Type::named("object");
    match node.kind() {
        "declaration_expression" => {
            let name = node.field("name");
            let ty = node.field("type").filter(|t| t.kind() != "implicit_type").and_then(|t| model.written_type(t));
            match name {
                Some(n) if n.kind() == "identifier" => {
                    out.push((ty.unwrap_or_else(object), n.text_in(text).to_owned()))
                }
                Some(n) => collect(model, n, text, out),
                None => {}
            }
        }
        "tuple_expression"
        | "argument"
        | "tuple_pattern"
        | "parenthesized_variable_designation"
        | "parenthesized_expression" => {
            for child in node.named() {
                collect(model, child, text, out);
            }
        }
        "identifier" => {
            let ty = model.type_of(node).unwrap_or_else(object);
            out.push((ty, node.text_in(text).to_owned()));
        }
        _ => {
            for child in node.named() {
                collect(model, child, text, out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn inserted_in_alphabetical_order() {
        check_fix(
            rule_of(module_path!()),
            "CS8129",
            "No suitable 'Deconstruct' instance or extension method was found for type 'C', with 2 out parameters and a void return type.",
            "using System;\nclass C\n{\n    void A()\n    {\n    }\n\n    void M()\n    {\n        (int x, int y) = $0this;\n    }\n}\n",
            "using System;\nclass C\n{\n    void A()\n    {\n    }\n\n    private void Deconstruct(out int x, out int y)\n    {\n        throw new NotImplementedException();\n    }\n\n    void M()\n    {\n        (int x, int y) = this;\n    }\n}\n",
        );
    }

    #[test]
    fn nothing_for_an_array() {
        check_no_fix(
            rule_of(module_path!()),
            "CS8129",
            "No suitable 'Deconstruct' instance or extension method was found for type 'C[]', with 2 out parameters and a void return type.",
            "class C { void M() { int x, y; (x, y) = $0new[] { this }; } }",
        );
    }
}
