//! # Duplicate case label
//!
//! A `switch` handles the same value twice.
//!
//! ```csharp before
//! //@ error CS0152: The switch statement contains multiple cases with the label value '1'
//! class C
//! {
//!     int M(int i)
//!     {
//!         switch (i)
//!         {
//!             case 1:
//!             $0case 1:
//!                 return 2;
//!             default:
//!                 return 3;
//!         }
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(int i)
//!     {
//!         switch (i)
//!         {
//!             case 1:
//!                 return 2;
//!             default:
//!                 return 3;
//!         }
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when both labels lead to the same statements, or when the second one is one of several labels of its section and has the same text
//! as the first. `Unsafe` when a whole section with different statements is removed.

use codegen::csharp::deletion::line_deletion;
use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["CS0152", "CS8120"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(section) = ctx.token().and_then(|t| t.enclosing(&["switch_section"])) else { return Vec::new() };
    let Some(body) = section.parent() else { return Vec::new() };
    let normalized = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
    // The grammar parses each label as a section; those without statements belong to the next one.
    let sections: Vec<Node<'_>> = body.named().into_iter().filter(|n| n.kind() == "switch_section").collect();
    let split = |n: Node<'_>| -> Option<(TextRange, TextRange)> {
        let colon = n.all_children().into_iter().find(|c| c.kind() == ":")?;
        Some((TextRange::new(n.start_byte(), colon.end_byte()), TextRange::new(colon.end_byte(), n.end_byte())))
    };
    let Some(mut here) = sections.iter().position(|n| n.id() == section.id()) else { return Vec::new() };
    let Some((mut label, _)) = split(section) else { return Vec::new() };
    let label_text = normalized(label.of(text));
    let duplicate = sections
        .iter()
        .position(|n| n.id() != section.id() && split(*n).is_some_and(|(l, _)| normalized(l.of(text)) == label_text));
    let Some(mut duplicate) = duplicate else { return Vec::new() };
    if duplicate > here {
        std::mem::swap(&mut duplicate, &mut here);
        let Some((later, _)) = split(sections[here]) else { return Vec::new() };
        label = later;
    }
    let statements = |i: usize| {
        sections[i..].iter().filter_map(|n| split(*n)).map(|(_, s)| normalized(s.of(text))).find(|s| !s.is_empty())
    };
    let own = split(sections[here]).map(|(_, s)| s.of(text).trim().is_empty()).unwrap_or(false);
    let shares_section = here > 0 && split(sections[here - 1]).is_some_and(|(_, s)| s.of(text).trim().is_empty());
    let fix = |a| ctx.fix("Remove duplicate case", a).preferred();
    if own || shares_section {
        // One of several labels: remove only the label.
        return vec![fix(Applicability::Safe).delete(line_deletion(text, label)).build()];
    }
    let safety = if statements(here) == statements(duplicate) { Applicability::Safe } else { Applicability::Unsafe };
    vec![fix(safety).delete(line_deletion(text, sections[here].range())).build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const MESSAGE: &str = "The switch statement contains multiple cases with the label value '\"a\"'";

    #[test]
    fn a_section_of_its_own() {
        check_fix(
            rule_of(module_path!()),
            "CS0152",
            MESSAGE,
            "class C { void M(string s) { switch (s) {\n case \"a\": return;\n $0case \"a\": return;\n } } }",
            "class C { void M(string s) { switch (s) {\n case \"a\": return;\n } } }",
        );
    }

    #[test]
    fn nothing_for_a_constant_of_another_name() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0152",
            MESSAGE,
            "class C { void M(string s) { switch (s) { case \"a\": return; $0case K: return; } } const string K = \"a\"; }",
        );
    }
}
