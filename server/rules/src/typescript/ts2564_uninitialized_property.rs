//! # Property without initial value
//!
//! Under `strictPropertyInitialization` a property has a value once the constructor is done.
//!
//! ```typescript before
//! //@ error TS2564: Property 'name' has no initializer and is not definitely assigned in the constructor.
//! //@ options: --strict
//! export class User {
//!     $0name$0: string;
//! }
//! ```
//! ```typescript after
//! export class User {
//!     name: string | undefined;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: which value the property should have is not known. The assertion `!` silences the compiler and is labelled so.

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, has_child_token};

pub(crate) const CODES: &[&str] = &["TS2564"];

/// The empty value of a type, where there is one that nobody would dispute.
fn initial(ctx: &RuleContext<'_>, declared: Node<'_>, depth: u8) -> Option<String> {
    let text = ctx.text();
    let mark = super::support::edit::quote(ctx.root(), text);
    Some(match declared.kind() {
        "predefined_type" => match declared.text_in(text) {
            "string" => format!("{mark}{mark}"),
            "number" => "0".to_owned(),
            "boolean" => "false".to_owned(),
            _ => return None,
        },
        "literal_type" => match declared.text_in(text) {
            "null" | "undefined" => return None,
            literal => literal.to_owned(),
        },
        "array_type" => "[]".to_owned(),
        "union_type" if depth < 8 => {
            declared.named().into_iter().find_map(|member| initial(ctx, member, depth + 1))?
        }
        "generic_type" => {
            let name = declared.field("name")?.text_in(text);
            match name {
                "Array" | "ReadonlyArray" => "[]".to_owned(),
                "Map" | "Set" | "WeakMap" | "WeakSet" => format!("new {name}()"),
                _ => return None,
            }
        }
        _ => return None,
    })
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(field) = ctx.token().and_then(|t| t.enclosing(&["public_field_definition"])) else { return Vec::new() };
    let (Some(name), Some(annotation)) = (field.field("name"), field.field("type")) else { return Vec::new() };
    let Some(declared) = annotation.named().into_iter().next() else { return Vec::new() };
    let label = name.text_in(text);
    let mut out = Vec::new();
    let wide = declared.text_in(text);
    let widened = if declared.is(&["function_type", "constructor_type", "conditional_type"]) {
        format!("({wide}) | undefined")
    } else {
        format!("{wide} | undefined")
    };
    out.push(
        ctx.fix(format!("Add 'undefined' type to property '{label}'"), Applicability::Unsafe)
            .replace(declared.range(), widened)
            .build(),
    );
    let assertion = ctx
        .fix(format!("Add definite assignment assertion to property '{}'", field.text_in(text)), Applicability::Unsafe)
        .insert(name.end_byte(), "!")
        .suppression();
    out.push(assertion.build());
    if let Some(value) = initial(ctx, declared, 0).filter(|_| !has_child_token(field, text, "declare")) {
        out.push(
            ctx.fix(format!("Add initializer to property '{label}'"), Applicability::Unsafe)
                .insert(annotation.end_byte(), format!(" = {value}"))
                .build(),
        );
    }
    out
}
