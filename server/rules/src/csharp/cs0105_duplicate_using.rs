//! # Duplicate using directive
//!
//! The same namespace is imported twice in one place.
//!
//! ```csharp before
//! //@ warning CS0105: The using directive for 'System' appeared previously in this namespace
//! using System;
//! using System.IO;
//! using $0System;
//!
//! class C { Stream s = Console.OpenStandardOutput(); }
//! ```
//! ```csharp after
//! using System;
//! using System.IO;
//!
//! class C { Stream s = Console.OpenStandardOutput(); }
//! ```
//!
//! ## Fix safety
//! `Safe`: the compiler reports that the first directive imports the same namespace. The text is not compared.

use codegen::csharp::deletion::line_deletion;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["CS0105", "CS1537", "CS8933", "CS8914"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(directive) = ctx.token().and_then(|t| t.enclosing(&["using_directive"])) else { return Vec::new() };
    let text = ctx.text();
    if ctx.code().as_str() == "CS1537" {
        // A repeated alias: only when it has the same target.
        let normalized = |n: syntax::Node<'_>| n.text_in(text).split_whitespace().collect::<String>();
        let Some(parent) = directive.parent() else { return Vec::new() };
        let same = parent
            .named()
            .into_iter()
            .filter(|n| n.kind() == "using_directive" && normalized(*n) == normalized(directive));
        if same.count() < 2 {
            return Vec::new();
        }
    }
    vec![
        ctx.fix("Remove duplicate using directive", Applicability::Safe)
            .delete(line_deletion(text, directive.range()))
            .preferred()
            .build(),
    ]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn within_a_namespace() {
        check_fix(
            rule_of(module_path!()),
            "CS0105",
            "The using directive for 'A' appeared previously in this namespace",
            "namespace N\r\n{\r\n    using A;\r\n    using $0A; // twice\r\n}\r\n",
            "namespace N\r\n{\r\n    using A;\r\n}\r\n",
        );
    }

    #[test]
    fn an_alias_for_something_else_stays() {
        check_no_fix(
            rule_of(module_path!()),
            "CS1537",
            "The using alias 'A' appeared previously in this namespace",
            "using A = System.Int32;\nusing $0A = System.Int64;\n",
        );
    }
}
