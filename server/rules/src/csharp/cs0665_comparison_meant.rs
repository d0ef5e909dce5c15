//! # Assignment where a comparison is meant
//!
//! `=` in a condition assigns (CS0665), or cannot assign to what stands before it (CS0131).
//!
//! ```csharp before
//! //@ warning CS0665: Assignment in conditional expression is always constant; did you mean to use == instead of = ?
//! class C
//! {
//!     int M(bool done)
//!     {
//!         if ($0done = true$0) return 1;
//!         return 2;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(bool done)
//!     {
//!         if (done == true) return 1;
//!         return 2;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the condition was always the same until now.

use fix::{Applicability, Fix, RuleContext};
use syntax::{NodeExt, ancestors, child_of_kind};

pub(crate) const CODES: &[&str] = &["CS0665", "CS0131"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let sign = assignment_sign(ctx).or_else(|| unassignable(ctx));
    let fix = sign.map(|at| ctx.fix("Use '=='", Applicability::Unsafe).replace(at..at + 1, "==").preferred().build());
    fix.into_iter().collect()
}

/// The `=` of an assignment that is a condition, or a part of one.
fn assignment_sign(ctx: &RuleContext<'_>) -> Option<usize> {
    const CONDITIONAL: &[&str] =
        &["if_statement", "while_statement", "do_statement", "for_statement", "conditional_expression"];
    let start = ctx.diagnostic.range.start;
    let begun = ancestors(ctx.token()?).take_while(|n| n.start_byte() == start);
    let assignment = begun.into_iter().find(|n| n.kind() == "assignment_expression")?;
    let sign = child_of_kind(assignment, "=")?;
    let mut inner = assignment;
    for parent in ancestors(assignment).skip(1) {
        if parent.field("condition") == Some(inner) && parent.is(CONDITIONAL) {
            return Some(sign.start_byte());
        }
        if !parent.is(&["parenthesized_expression", "binary_expression", "prefix_unary_expression"]) {
            return None;
        }
        inner = parent;
    }
    None
}

/// The `=` behind a value that cannot be assigned, which the grammar takes for an error, directly in `if (…)` and `while (…)`.
fn unassignable(ctx: &RuleContext<'_>) -> Option<usize> {
    let text = ctx.text();
    let start = ctx.diagnostic.range.start;
    let head = text.get(..start)?.trim_end();
    let opens = head.strip_suffix('(').is_some_and(|h| {
        let word = h.trim_end().rsplit(|c: char| !c.is_alphanumeric()).next();
        matches!(word, Some("if" | "while"))
    });
    let joins = head.ends_with("&&") || head.ends_with("||");
    let rest = text.get(start..)?;
    let end = rest.find([';', '{', '\n']).unwrap_or(rest.len());
    let at = rest[..end].find('=')?;
    let before = rest[..at].chars().next_back()?;
    let plain = !rest[at + 1..].starts_with(['=', '>'])
        && !matches!(before, '=' | '!' | '<' | '>' | '+' | '-' | '*' | '/' | '?' | '|' | '&');
    (ctx.code() == "CS0131" && (opens || joins) && plain).then_some(start + at)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn conditions_only() {
        let rule = rule_of(module_path!());
        let file = |body: &str| format!("class C {{ bool F() => true; void M(bool a, bool b) {{ {body} }} }}");
        for (code, before, after) in [
            ("CS0665", "while ($0a = false) { }", "while (a == false) { }"),
            ("CS0131", "if ($0F() = b) { }", "if (F() == b) { }"),
            ("CS0131", "if (a && $0F() = b) { }", "if (a && F() == b) { }"),
        ] {
            check_fix(rule, code, "", &file(before), &file(after));
        }
        check_no_fix(rule, "CS0131", "", &file("$0F() = b;"));
    }
}
