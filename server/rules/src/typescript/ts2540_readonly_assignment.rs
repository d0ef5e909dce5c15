//! # Assignment to a read-only property of the same class
//!
//! ```typescript before
//! //@ error TS2540: Cannot assign to 'count' because it is a read-only property.
//! export class Counter {
//!     readonly count = 0;
//!     add() { this.$0count$0++; }
//! }
//! ```
//! ```typescript after
//! export class Counter {
//!     count = 0;
//!     add() { this.count++; }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where the property gets no value in its declaration or the constructor: only the assignments give it one. `Unsafe` otherwise: the
//! assignment may be the mistake, to a property that was meant to stay as it is.

use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::occurrences;
use syntax::{Node, NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS2540"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    let Some(access) = token.enclosing(&["member_expression"]) else { return Vec::new() };
    let (Some(property), Some(object)) = (access.field("property"), access.field("object")) else { return Vec::new() };
    let Some(class) = access.enclosing(&["class_body"]) else { return Vec::new() };
    let named = class.parent().and_then(|c| c.field("name")).map(|n| n.text_in(text));
    let of_class = object.kind() == "identifier" && Some(object.text_in(text)) == named;
    if object.kind() != "this" && !of_class {
        return Vec::new();
    }
    let name = property.text_in(text);
    if ctx.argument(0).is_some_and(|named| named != name) {
        return Vec::new();
    }
    let field = class.named().into_iter().find(|m| {
        m.kind() == "public_field_definition"
            && m.field("name").is_some_and(|n| n.text_in(text) == name)
            && (!of_class || child_of_kind(*m, "static").is_some())
    });
    let field = field.or_else(|| parameter_property(class, text, name));
    let Some(keyword) = field.and_then(|f| child_of_kind(f, "readonly")) else {
        return Vec::new();
    };
    let Some(next) = keyword.next_sibling() else { return Vec::new() };
    let title = format!("Remove 'readonly' from '{name}'");
    let alone = field.is_some_and(|f| !of_class && is_given_later(f, class, text, name));
    let safety = if alone { Applicability::Safe } else { Applicability::Unsafe };
    vec![ctx.fix(title, safety).delete(keyword.start_byte()..next.start_byte()).build()]
}

/// Whether neither the declaration nor the constructor gives the property a value, and nothing fills it from outside.
fn is_given_later(field: Node<'_>, class: Node<'_>, text: &str, name: &str) -> bool {
    let outside = ["decorator", "declare", "static", "?"].iter().any(|k| child_of_kind(field, k).is_some());
    let decorated = |n: Node<'_>| child_of_kind(n, "decorator").is_some();
    let above = field.prev_named_sibling().is_some_and(|p| p.kind() == "decorator");
    if field.kind() != "public_field_definition" || field.field("value").is_some() || outside || above {
        return false;
    }
    let holder = class.parent();
    if holder.is_some_and(|c| decorated(c) || c.parent().is_some_and(decorated)) {
        return false;
    }
    let constructors = class.named().into_iter().filter(|m| {
        m.kind() == "method_definition" && m.field("name").is_some_and(|n| n.text_in(text) == "constructor")
    });
    let fills = |c: Node<'_>| {
        c.field("body").is_some_and(|body| {
            !occurrences(body, text, name).is_empty() || body.text_in(text).contains("Object.assign(this")
        })
    };
    !constructors.into_iter().any(fills)
}

/// `constructor(private readonly name: string)`: the parameter that declares the property.
fn parameter_property<'t>(class: Node<'t>, text: &str, name: &str) -> Option<Node<'t>> {
    let constructor = class.named().into_iter().find(|m| {
        m.kind() == "method_definition" && m.field("name").is_some_and(|n| n.text_in(text) == "constructor")
    })?;
    let declares = |p: &Node<'_>| {
        p.field("pattern").is_some_and(|n| n.text_in(text) == name)
            && child_of_kind(*p, "accessibility_modifier").is_some()
    };
    constructor.field("parameters")?.named().into_iter().find(declares)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    const MESSAGE: &str = "Cannot assign to 'n' because it is a read-only property.";

    #[test]
    fn static_members_and_parameter_properties() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            ("class C { static readonly n = 1; m() { C.$0n = 2; } }\n", "class C { static n = 1; m() { C.n = 2; } }\n"),
            (
                "class C { constructor(private readonly n: number) {} m() { this.$0n = 2; } }\n",
                "class C { constructor(private n: number) {} m() { this.n = 2; } }\n",
            ),
        ] {
            check_fix(rule, "TS2540", MESSAGE, before, after);
        }
    }

    #[test]
    fn what_only_the_assignments_give_a_value() {
        let check = |rest: &str, safe: bool| {
            let before = format!("class C {{ {rest} m() {{ this.$0n = 2; }} }}\n");
            let after = before.replace("$0", "").replace("readonly ", "");
            check_fix_all(rule_of(module_path!()), "TS2540", MESSAGE, &[], &before, safe.then_some(after.as_str()));
        };
        check("readonly n!: number;", true);
        check("readonly n!: number; constructor() { f(); }", true);
        check("readonly n = 1;", false);
        check("readonly n: number; constructor() { this.n = 1; }", false);
        check("readonly n!: number; constructor(o: object) { Object.assign(this, o); }", false);
        check("@Input() readonly n!: number;", false);
    }

    #[test]
    fn members_of_other_objects_are_not_changed() {
        check_no_fix(
            rule_of(module_path!()),
            "TS2540",
            MESSAGE,
            "class C { readonly n = 1; m(o: D) { o.$0n = 2; } }\n",
        );
    }
}
