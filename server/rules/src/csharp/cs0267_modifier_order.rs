//! # `partial` not before the type's keyword
//!
//! `partial` must come directly before `class`, `record`, `struct`, `interface` or a method's return type.
//!
//! ```csharp before
//! //@ error CS0267: The 'partial' modifier can only appear immediately before 'class', 'record', 'struct', 'interface', or a method return type.
//! $0partial$0 static class C { }
//! ```
//! ```csharp after
//! static partial class C { }
//! ```
//!
//! ## Fix safety
//! `Safe`: the order of modifiers has no meaning.

use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::csharp::{MEMBERS, modifiers};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["CS0267"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(member) = ctx.token().and_then(|t| t.enclosing(MEMBERS)) else { return Vec::new() };
    let all = modifiers(member);
    let (Some(first), Some(last)) = (all.first(), all.last()) else { return Vec::new() };
    if !all.iter().any(|m| m.text_in(text) == "partial" && m != last) {
        return Vec::new();
    }
    // Comments and line breaks between modifiers stay in place; only the words are reordered.
    let mut words: Vec<&str> = all.iter().map(|m| m.text_in(text)).filter(|m| *m != "partial").collect();
    words.push("partial");
    let mut out = String::new();
    let mut at = first.start_byte();
    for (m, word) in all.iter().zip(&words) {
        out.push_str(&text[at..m.start_byte()]);
        out.push_str(word);
        at = m.end_byte();
    }
    if words.len() != all.len() {
        return Vec::new();
    }
    let range = TextRange::new(first.start_byte(), last.end_byte());
    vec![ctx.fix("Order modifiers", Applicability::Safe).replace(range, out).preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "The 'partial' modifier can only appear immediately before 'class', 'record', 'struct', 'interface', or a method return type.";

    #[test]
    fn of_a_method() {
        check_fix(
            rule_of(module_path!()),
            "CS0267",
            MESSAGE,
            "partial class C { $0partial static async void M(); }",
            "partial class C { static async partial void M(); }",
        );
    }

    #[test]
    fn nothing_when_it_is_last() {
        check_no_fix(rule_of(module_path!()), "CS0267", MESSAGE, "static $0partial class C { }");
    }
}
