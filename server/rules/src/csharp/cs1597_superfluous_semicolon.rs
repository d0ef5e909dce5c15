//! # Semicolon behind a member
//!
//! A method, property or indexer with a body is not followed by `;`.
//!
//! ```csharp before
//! //@ error CS1597: Semicolon after method or accessor block is not valid
//! class C
//! {
//!     void M() { }$0;$0
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void M() { }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: it has no meaning.

use fix::{Applicability, Fix, RuleContext};

pub(crate) const CODES: &[&str] = &["CS1597"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let at = ctx.diagnostic.range.start;
    let closes = text.get(..at).is_some_and(|t| t.trim_end().ends_with('}'));
    if !closes || !text[at..].starts_with(';') {
        return Vec::new();
    }
    // With the blanks before it, where it stands on a line of its own.
    let head = text[..at].trim_end_matches([' ', '\t']);
    let alone = head.ends_with(['\n', '\r']) && text[at + 1..].starts_with(['\n', '\r']);
    let start = if alone { head.trim_end().len() } else { at };
    vec![ctx.fix("Remove semicolon", Applicability::Safe).delete(start..at + 1).preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_all, check_no_fix};
    const MESSAGE: &str = "Semicolon after method or accessor block is not valid";

    #[test]
    fn behind_a_body() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            ("class C { int P { get; set; }$0; /* a */ int Q; }", "class C { int P { get; set; } /* a */ int Q; }"),
            (
                "class C\n{\n    int this[int i] { get { return 1; } }\n    $0;\n}\n",
                "class C\n{\n    int this[int i] { get { return 1; } }\n}\n",
            ),
        ] {
            check_fix_all(rule, "CS1597", MESSAGE, &[], before, Some(after));
        }
        check_no_fix(rule, "CS1597", MESSAGE, "class C { int P$0; }");
    }
}
