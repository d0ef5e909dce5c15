//! # Declaration as the body of a statement
//!
//! The body of `if`, `while` and the like is a statement, and a declaration or a label is none by itself: it needs braces.
//!
//! ```csharp before
//! //@ error CS1023: Embedded statement cannot be a declaration or labeled statement
//! class C
//! {
//!     void M(bool b)
//!     {
//!         if (b)
//!             $0int x = N();$0
//!     }
//!     int N() => 1;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void M(bool b)
//!     {
//!         if (b)
//!         {
//!             int x = N();
//!         }
//!     }
//!     int N() => 1;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: what is declared there is known only there.

use codegen::csharp::style::braces_on_own_line;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::csharp::outermost_at;

pub(crate) const CODES: &[&str] = &["CS1023"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let text = ctx.text();
        let kinds = ["local_declaration_statement", "labeled_statement", "local_function_statement"];
        let statement = outermost_at(ctx.token()?, |n| n.is(&kinds))?;
        let owner = statement.parent()?;
        if owner.is(&["block", "switch_section", "global_statement", "compilation_unit", "labeled_statement"]) {
            return None;
        }
        let start = statement.start_byte();
        let line = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let fix = ctx.fix("Add braces", Applicability::Unsafe).preferred();
        if !text[line..start].trim().is_empty() || text[statement.byte_range()].contains('\n') {
            return Some(fix.insert(start, "{ ").insert(statement.end_byte(), " }").build());
        }
        let (eol, outer) = (ctx.eol(), ctx.indent_at(owner.start_byte()));
        let before = text[..line].trim_end().len();
        let open = if braces_on_own_line(ctx) { format!("{eol}{outer}{{") } else { " {".to_owned() };
        // A comment at the end of the line above stays there.
        let comment = text[..line].lines().next_back().is_some_and(|l| l.contains("//"));
        let open = if comment { format!("{eol}{outer}{{") } else { open };
        Some(fix.insert(before, open).insert(statement.end_byte(), format!("{eol}{outer}}}")).build())
    };
    find().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "Embedded statement cannot be a declaration or labeled statement";

    #[test]
    fn on_one_line_and_on_its_own() {
        let rule = rule_of(module_path!());
        let file = |body: &str| format!("class C\n{{\n    void M(bool b)\n    {{\n        {body}\n    }}\n}}\n");
        for (before, after) in [
            ("if (b) { } else $0int w = 2;", "if (b) { } else { int w = 2; }"),
            (
                "foreach (var x in y) // z\n            $0var w = x;",
                "foreach (var x in y) // z\n        {\n            var w = x;\n        }",
            ),
        ] {
            check_fix(rule, "CS1023", MESSAGE, &file(before), &file(after));
        }
        check_no_fix(rule, "CS1023", MESSAGE, &file("$0int w = 2;"));
    }
}
