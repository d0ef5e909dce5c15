//! # Attribute in the wrong place
//!
//! An attribute is not for this kind of declaration (CS0592). `[Conditional]` is for methods without a result (CS0578) and for attributes
//! (CS1689).
//!
//! ```csharp before
//! //@ error CS0592: Attribute 'Flags' is not valid on this declaration type. It is only valid on 'enum' declarations.
//! using System;
//!
//! [$0Flags$0]
//! class Settings { }
//! ```
//! ```csharp after
//! using System;
//!
//! class Settings { }
//! ```
//! ```csharp before
//! //@ error CS0592: Attribute 'NonSerialized' is not valid on this declaration type. It is only valid on 'field' declarations.
//! using System;
//! [Serializable]
//! class Settings
//! {
//!     [$0NonSerialized$0]
//!     public int Count { get; set; }
//! }
//! ```
//! ```csharp after
//! using System;
//! [Serializable]
//! class Settings
//! {
//!     [field: NonSerialized]
//!     public int Count { get; set; }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: `field:` on a property without bodies, whose field is the only place for the attribute. Removing is `Unsafe`: the attribute may be
//! meant for a neighbour.

use codegen::csharp::deletion::{list_item_removal, whole_lines};
use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, child_of_kind, children_of_kind};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["CS0592", "CS0578", "CS1689"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let attribute = ctx.token()?.enclosing(&["attribute"])?;
    let list = attribute.parent().filter(|l| l.kind() == "attribute_list")?;
    let items = children_of_kind(list, "attribute");
    let mut out = Vec::new();
    if let Some(property) = list.parent().filter(|p| p.is(&["property_declaration", "event_field_declaration"]))
        && ctx.code() == "CS0592"
        && only_for_fields(ctx)
        && is_automatic(property)
        && child_of_kind(list, "attribute_target_specifier").is_none()
        && items.len() == 1
    {
        let fix = ctx.fix("Apply to the field of the property", Applicability::Safe);
        out.push(fix.insert(attribute.start_byte(), "field: ").preferred().build());
    }
    let i = items.iter().position(|a| *a == attribute)?;
    let range = if items.len() > 1 { list_item_removal(&items, i) } else { removal(text, list) };
    let title = format!("Remove attribute '{}'", attribute.field("name")?.text_in(text));
    let fix = ctx.fix(title, Applicability::Unsafe).delete(range);
    out.push(if out.is_empty() { fix.preferred() } else { fix }.build());
    Some(out)
}

/// Whether the attribute is for fields and nothing else; the kinds are keywords in all languages but English too.
fn only_for_fields(ctx: &RuleContext<'_>) -> bool {
    let name = ctx.argument(0).unwrap_or_default();
    let known = ["NonSerialized", "ThreadStatic", "FieldOffset", "System.NonSerialized", "System.ThreadStatic"];
    known.contains(&name) || ctx.argument(1) == Some("field")
}

fn is_automatic(property: Node<'_>) -> bool {
    let accessors = property.field("accessors").map(|l| children_of_kind(l, "accessor_declaration"));
    property.kind() == "event_field_declaration"
        || accessors.is_some_and(|all| !all.is_empty() && all.iter().all(|a| a.field("body").is_none()))
}

/// An attribute list with its line, or with the white space after it.
fn removal(text: &str, list: Node<'_>) -> TextRange {
    whole_lines(text, list.range())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};
    const MESSAGE: &str = "Attribute 'Serializable' is not valid on this declaration type. It is only valid on 'class, struct, enum, delegate' declarations.";

    #[test]
    fn one_of_several() {
        for (before, after) in [
            ("class C { [Obsolete, $0Serializable] void M() { } }", "class C { [Obsolete] void M() { } }"),
            ("class C { [$0Serializable(1), Obsolete] void M() { } }", "class C { [Obsolete] void M() { } }"),
            ("class C { [$0Serializable][Obsolete] void M() { } }", "class C { [Obsolete] void M() { } }"),
            ("class C { void M([$0Serializable] int a) { } }", "class C { void M(int a) { } }"),
            (
                "class C\n{\n    /// <summary>x</summary>\n    [$0Serializable] // y\n    void M() { }\n}\n",
                "class C\n{\n    /// <summary>x</summary>\n    void M() { }\n}\n",
            ),
            ("[return: $0Serializable] record R;", "record R;"),
        ] {
            check_fix(rule_of(module_path!()), "CS0592", MESSAGE, before, after);
            check_fix_all(rule_of(module_path!()), "CS0592", MESSAGE, &[], before, None);
        }
        check_no_fix(rule_of(module_path!()), "CS0592", MESSAGE, "class C { void $0M() { } }");
    }

    #[test]
    fn conditional() {
        let message = "Attribute 'Conditional' is only valid on methods or attribute classes";
        check_fix(rule_of(module_path!()), "CS1689", message, "[$0Conditional(\"A\")]\nclass C { }", "class C { }");
        let before = "class C { [$0Conditional(\"A\")] int M() => 1; }";
        check_fix(rule_of(module_path!()), "CS0578", message, before, "class C { int M() => 1; }");
    }
}
