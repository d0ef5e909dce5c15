//! # Case that falls through
//!
//! A `case` with statements must end in `break`, `return`, `goto`, `continue` or `throw`.
//!
//! ```csharp before
//! //@ error CS0163: Control cannot fall through from one case label ('case 1:') to another
//! class C
//! {
//!     int M(int i)
//!     {
//!         int n = 0;
//!         switch (i)
//!         {
//!             $0case 1:
//!                 n++;
//!             default:
//!                 break;
//!         }
//!         return n;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(int i)
//!     {
//!         int n = 0;
//!         switch (i)
//!         {
//!             case 1:
//!                 n++;
//!                 break;
//!             default:
//!                 break;
//!         }
//!         return n;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` for the last case (CS8070), and where the other cases of the switch that do not leave the function end in `break`; else
//! `Unsafe`, because `goto case` may be intended.

use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::is_statement;
use syntax::{NodeExt, children_of_kind, has_child_token};

pub(crate) const CODES: &[&str] = &["CS0163", "CS8070"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let section = ctx.token()?.enclosing(&["switch_section"])?;
    let last = section.named().into_iter().rfind(|n| is_statement(*n))?;
    // A log is read again after its repairs.
    const LEAVES: &[&str] =
        &["break_statement", "return_statement", "throw_statement", "continue_statement", "goto_statement"];
    if last.is(LEAVES) {
        return None;
    }
    let body = section.parent()?;
    let others = children_of_kind(body, "switch_section");
    let gotos = others.iter().any(|s| {
        s.named().into_iter().rfind(|n| is_statement(*n)).is_some_and(|n| {
            n.kind() == "goto_statement" && ["case", "default"].iter().any(|k| has_child_token(n, text, k))
        })
    });
    let breaks = others.iter().any(|s| s.named().iter().any(|n| n.kind() == "break_statement"));
    let safe = ctx.code() == "CS8070" || (breaks && !gotos);
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    let on_own_line = text[..last.start_byte()].trim_end_matches([' ', '\t']).ends_with(['\n', '\r']);
    let rest = text[last.end_byte()..].split(['\n', '\r']).next().unwrap_or("");
    let at =
        if rest.trim_start().starts_with("//") { last.end_byte() + rest.trim_end().len() } else { last.end_byte() };
    let statement = if on_own_line {
        format!("{}{}break;", ctx.eol(), ctx.indent_at(last.start_byte()))
    } else {
        " break;".to_owned()
    };
    Some(ctx.fix("Add 'break'", applicability).insert(at, statement).preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn after_a_trailing_comment() {
        check_fix(
            rule_of(module_path!()),
            "CS8070",
            "Control cannot fall out of switch from final case label ('default:')",
            "class C { void M(int i) {\n switch (i) {\n  case 1: break;\n  $0default:\n   M(1); // x\n } } }",
            "class C { void M(int i) {\n switch (i) {\n  case 1: break;\n  default:\n   M(1); // x\n   break;\n } } }",
        );
    }

    #[test]
    fn nothing_where_control_already_leaves() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0163",
            "Control cannot fall through from one case label ('case 1:') to another",
            "class C { void M(int i) { switch (i) { $0case 1: M(1); break; case 2: break; } } }",
        );
    }

    #[test]
    fn only_a_jump_to_a_case_speaks_against_it() {
        let check = |jump: &str, safe: bool| {
            let file = |end: &str, mark: &str| {
                format!(
                    "class C {{ void M(int i) {{\n switch (i) {{\n  case 0: {jump}\n  {mark}case 1:\n   M(1);{end}\n  default: break;\n }} end: ; }} }}"
                )
            };
            let (before, after) = (file("", "$0"), file("\n   break;", ""));
            let message = "Control cannot fall through from one case label ('case 1:') to another";
            check_fix_all(rule_of(module_path!()), "CS0163", message, &[], &before, safe.then_some(after.as_str()));
        };
        check("goto end;", true);
        check("goto case 1;", false);
    }
}
