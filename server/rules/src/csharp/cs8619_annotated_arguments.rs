//! # Type arguments that differ in `?`
//!
//! A value whose type arguments may be `null` goes to a variable or result whose type arguments may not.
//!
//! ```csharp before
//! //@ warning CS8619: Nullability of reference types in value of type 'List<string?>' doesn't match target type 'List<string>'.
//! //@ options: -nullable:enable
//! using System.Collections.Generic;
//! class C
//! {
//!     int M()
//!     {
//!         List<string> names = $0new List<string?>()$0;
//!         return names.Count;
//!     }
//! }
//! ```
//! ```csharp after
//! using System.Collections.Generic;
//! class C
//! {
//!     int M()
//!     {
//!         List<string?> names = new List<string?>();
//!         return names.Count;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: what is read from the variable may be `null` then. In bulk for variables only: the callers of a method would follow.

use fix::{Applicability, Bulk, Fix, RuleContext};
use syntax::csharp::{FUNCTIONS, initializer, written_type};
use syntax::{NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS8619"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let start = token.start_byte();
    let (ty, local) = ancestors(token).find_map(|n| match n.kind() {
        "variable_declarator" if initializer(n).is_some_and(|v| v.start_byte() == start) => {
            let declaration = n.parent()?;
            Some(Some((declaration.field("type")?, declaration.parent()?.kind() == "local_declaration_statement")))
        }
        "return_statement" | "arrow_expression_clause"
            if n.named().into_iter().next_back().is_some_and(|v| v.start_byte() == start) =>
        {
            let function = ancestors(n).find(|f| f.is(FUNCTIONS) || f.is(&["property_declaration"]))?;
            let asynchronous = syntax::csharp::has_modifier(function, text, "async");
            Some(written_type(function).filter(|_| !asynchronous).map(|t| (t, false)))
        }
        "argument" | "block" => Some(None),
        _ => None,
    })??;
    // The same type but for its annotations: only these are written.
    let (from, to) = (ctx.argument(0)?.replace('?', ""), ctx.argument(1)?.replace('?', ""));
    let plain: String = ty.text_in(text).replace('?', "").split_whitespace().collect();
    let same = from == to && plain == to.split_whitespace().collect::<String>();
    let written = ctx.argument(0)?;
    let fix = ctx.fix(format!("Change type to '{written}'"), Applicability::Unsafe).replace(ty.byte_range(), written);
    let fix = fix.in_bulk(if local { Bulk::Repair } else { Bulk::Manual });
    same.then(|| fix.preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn variables_and_results() {
        let rule = rule_of(module_path!());
        let message =
            "Nullability of reference types in value of type 'Task<string?>' doesn't match target type 'Task<string>'.";
        check_fix(
            rule,
            "CS8619",
            message,
            "class C { Task<string> M(Task<string?> t) { return $0t; } }",
            "class C { Task<string?> M(Task<string?> t) { return t; } }",
        );
        check_no_fix(rule, "CS8619", message, "class C { Task<string> M(Task<string?> t) { N($0t); } }");
        let message = "Nullability of reference types in value of type 'IEnumerable<string?>' doesn't match target type 'List<string>'.";
        check_no_fix(rule, "CS8619", message, "class C { List<string> M(IEnumerable<string?> t) => $0t; }");
    }
}
