//! # Constructor of a derived class without `super()`
//!
//! ```typescript before
//! //@ error TS2377: Constructors for derived classes must contain a 'super' call.
//! class Base { }
//! export class Derived extends Base {
//!     $0constructor$0() {
//!     }
//! }
//! ```
//! ```typescript after
//! class Base { }
//! export class Derived extends Base {
//!     constructor() {
//!         super();
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when the base class is declared in the file and its constructor requires no arguments: without the call the constructor throws.
//! `Unsafe` when the base class is not known.

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS2377"];

/// Whether the base class is declared in this file, without required constructor arguments and without a base class of its own.
fn base_is_plain(class: Node<'_>, root: Node<'_>, text: &str) -> bool {
    let heritage = child_of_kind(class, "class_heritage").and_then(|h| child_of_kind(h, "extends_clause"));
    let Some(base) = heritage.and_then(|e| e.field("value")) else { return false };
    let classes = syntax::typescript::descendants(root, &["class_declaration", "abstract_class_declaration"]);
    let mut found =
        classes.into_iter().filter(|c| c.field("name").is_some_and(|n| n.text_in(text) == base.text_in(text)));
    let (Some(found), None) = (found.next(), found.next()) else { return false };
    let Some(body) = found.field("body") else { return false };
    if child_of_kind(found, "class_heritage").is_some_and(|h| child_of_kind(h, "extends_clause").is_some()) {
        return false;
    }
    let constructors = body.named().into_iter().filter(|m| {
        m.is(&["method_definition", "method_signature"])
            && m.field("name").is_some_and(|n| n.text_in(text) == "constructor")
    });
    let mut constructors = constructors.map(|m| m.field("parameters").map_or(0, |p| p.named().len()));
    constructors.all(|parameters| parameters == 0)
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(constructor) = ctx.token().and_then(|t| t.enclosing(&["method_definition"])) else { return Vec::new() };
    let Some(body) = constructor.field("body") else { return Vec::new() };
    let Some(class) = constructor.enclosing(&["class_declaration", "abstract_class_declaration", "class"]) else {
        return Vec::new();
    };
    let plain = base_is_plain(class, ctx.root(), text);
    let (eol, indent, unit) = (ctx.eol(), ctx.indent_at(constructor.start_byte()), ctx.indent_unit());
    let inner = &text[body.start_byte() + 1..body.end_byte().max(body.start_byte() + 2) - 1];
    let statement = if inner.trim().is_empty() {
        let replaced = body.start_byte() + 1..body.end_byte() - 1;
        let new = format!("{eol}{indent}{unit}super();{eol}{indent}");
        ctx.fix("Add missing 'super()' call", if plain { Applicability::Safe } else { Applicability::Unsafe })
            .replace(replaced, new)
    } else {
        ctx.fix("Add missing 'super()' call", if plain { Applicability::Safe } else { Applicability::Unsafe })
            .insert(body.start_byte() + 1, format!("{eol}{indent}{unit}super();"))
    };
    vec![statement.preferred().build()]
}
