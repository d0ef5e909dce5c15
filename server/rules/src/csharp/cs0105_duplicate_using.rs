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
//! `Safe`: the compiler reports that another directive imports the same namespace. `Unsafe` in the branch of an `#if`, or when the first one is in
//! such a branch: builds with other symbols may need this one.

use super::support::usings::namespace_of;
use codegen::csharp::deletion::line_deletion;
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["CS0105", "CS1537", "CS8933", "CS8914"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(directive) = ctx.token().and_then(|t| t.enclosing(&["using_directive"])) else { return Vec::new() };
    let text = ctx.text();
    // The file changed since the build: the message names another directive.
    let said = ctx.argument(0).unwrap_or_default();
    let is_said = |n: &String| said == *n || said.strip_suffix(n.as_str()).is_some_and(|outer| outer.ends_with('.'));
    if ctx.code() != "CS1537" && namespace_of(directive, text).is_some_and(|n| !is_said(&n)) {
        return Vec::new();
    }
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
    let conditional = |n: syntax::Node<'_>| syntax::ancestors(n).any(|a| a.kind().starts_with("preproc_"));
    let spelled = |n: syntax::Node<'_>| n.text_in(text).split_whitespace().collect::<Vec<_>>().join(" ");
    // The first directive: equal, above, and in no branch. Where it is in another file, nothing is known of its conditions.
    let above = |n: &syntax::Node<'_>| n.start_byte() < directive.start_byte() && spelled(*n) == spelled(directive);
    let all = syntax::csharp::descendants(ctx.root()).filter(|n| n.kind() == "using_directive");
    let earlier: Vec<syntax::Node<'_>> = all.filter(above).collect();
    let depends = conditional(directive) || !earlier.is_empty() && earlier.iter().all(|n| conditional(*n));
    let safety = if depends { Applicability::Unsafe } else { Applicability::Safe };
    let fix = ctx.fix("Remove duplicate using directive", safety).delete(line_deletion(text, directive.range()));
    vec![if depends { fix.build() } else { fix.preferred().build() }]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

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
    fn the_message_names_the_directive() {
        let message = "The using directive for 'A' appeared previously in this namespace";
        check_no_fix(rule_of(module_path!()), "CS0105", message, "using A;\nusing $0B;\n");
        let relative = "The using directive for 'N.A' appeared previously in this namespace";
        let before = "namespace N\n{\n    using N.A;\n    using $0A;\n}\n";
        check_fix(rule_of(module_path!()), "CS0105", relative, before, "namespace N\n{\n    using N.A;\n}\n");
    }

    #[test]
    fn what_other_symbols_need_stays() {
        let rule = rule_of(module_path!());
        let message = "The using directive for 'A' appeared previously in this namespace";
        check_fix_all(rule, "CS0105", message, &[], "#if X\nusing A;\n#endif\nusing $0A;\nclass C { }\n", None);
        check_fix_all(rule, "CS0105", message, &[], "using A;\n#if X\nusing $0A;\n#endif\nclass C { }\n", None);
        check_fix_all(
            rule,
            "CS0105",
            message,
            &[],
            "using A;\nusing $0A;\nclass C { }\n",
            Some("using A;\nclass C { }\n"),
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
