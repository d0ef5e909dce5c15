//! # Using directive of a namespace that does not exist
//!
//! The namespace is misspelt, was renamed, or was removed.
//!
//! ```csharp before
//! //@ error CS0234: The type or namespace name 'Colections' does not exist in the namespace 'System' (are you missing an assembly reference?)
//! using System.$0Colections.Generic;
//!
//! class C { List<int> x; }
//! ```
//! ```csharp after
//! using System.Collections.Generic;
//!
//! class C { List<int> x; }
//! ```
//!
//! ## Fix safety
//! `Safe` when a single known namespace is one typo away. For a namespace of the workspace, also when a single namespace contains the types
//! that the file does not find. Removing the directive because no type is missing is `Unsafe`: while declarations have errors, the compiler does
//! not say what bodies miss. Nothing is offered for a namespace that exists in another project, or for unknown ones: a reference is missing.

use super::support::usings::{Repair, namespace_of, repair};
use codegen::csharp::deletion::line_deletion;
use fix::{Applicability, Fix, RuleContext, language};
use semantics::csharp::type_use::in_using;
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["CS0234", "CS0246"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(token) = ctx.token() else { return Vec::new() };
    if !in_using(token) {
        return qualified(ctx, token);
    }
    let Some(directive) = token.enclosing(&["using_directive"]) else { return Vec::new() };
    let text = ctx.text();
    if namespace_of(directive, text).is_none() {
        return Vec::new();
    }
    if language::cause(ctx).is_some() {
        return Vec::new();
    }
    match repair(ctx, directive) {
        Some(Repair::Change(right)) => {
            let Some(name) = directive.named().pop() else { return Vec::new() };
            let title = format!("Change '{}' to '{right}'", name.text_in(text));
            vec![ctx.fix(title, Applicability::Safe).replace(name.range(), right.as_str()).preferred().build()]
        }
        Some(Repair::Remove) => {
            let range = line_deletion(text, directive.range());
            vec![ctx.fix("Remove using directive", Applicability::Unsafe).delete(range).build()]
        }
        None => Vec::new(),
    }
}

/// `A.B.Type` where the type was moved to another namespace.
fn qualified(ctx: &RuleContext<'_>, token: syntax::Node<'_>) -> Vec<Fix> {
    let text = ctx.text();
    if ctx.code().as_str() != "CS0234" || token.kind() != "identifier" {
        return Vec::new();
    }
    let Some(parent) = token.parent() else { return Vec::new() };
    let named = if parent.kind() == "generic_name" { parent } else { token };
    let Some(whole) = named.parent().filter(|p| p.is(&["qualified_name", "member_access_expression"])) else {
        return Vec::new();
    };
    let left = whole.field("qualifier").or_else(|| whole.field("expression"));
    let Some(left) = left.filter(|l| l.end_byte() <= token.start_byte()) else { return Vec::new() };
    let name = token.text_in(text);
    let arity = named.named().into_iter().find(|c| c.kind() == "type_argument_list").map_or(0, |a| a.named().len());
    let csharp = ctx.index.csharp();
    let mut found = csharp.types_visible(name, ctx.path());
    found.retain(|t| t.arity() == arity && t.containing.is_empty() && csharp.is_accessible(t, ctx.path()));
    let mut namespaces: Vec<_> = found.iter().map(|t| t.declaration.namespace.clone()).collect();
    namespaces.sort();
    namespaces.dedup();
    let single = namespaces.len() == 1;
    let offer = |n: &smol_str::SmolStr| {
        let safety = if single { Applicability::Safe } else { Applicability::Unsafe };
        let fix = ctx.fix(format!("Change '{}' to '{n}'", left.text_in(text)), safety);
        fix.replace(left.range(), n.as_str()).build()
    };
    namespaces.iter().filter(|n| !n.is_empty()).take(3).map(offer).collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    const MESSAGE: &str =
        "The type or namespace name 'Old' does not exist in the namespace 'N' (are you missing an assembly reference?)";

    #[test]
    fn a_moved_type() {
        check_fix(
            rule_of(module_path!()),
            "CS0234",
            "The type or namespace name 'T' does not exist in the namespace 'N' (are you missing an assembly reference?)",
            "class C { N.$0T x; }\nnamespace N { class Other { } }\nnamespace N.Core { class T { } }\n",
            "class C { N.Core.T x; }\nnamespace N { class Other { } }\nnamespace N.Core { class T { } }\n",
        );
    }

    #[test]
    fn an_unneeded_directive() {
        check_fix(
            rule_of(module_path!()),
            "CS0234",
            MESSAGE,
            "using N.$0Old;\nusing System;\nclass C { }\nnamespace N { class A { } }\n",
            "using System;\nclass C { }\nnamespace N { class A { } }\n",
        );
    }

    #[test]
    fn a_directive_is_removed_only_by_choice() {
        let before = "using N.$0Old;\nclass C { void M() { } }\nnamespace N { class A { } }\n";
        check_fix_all(rule_of(module_path!()), "CS0234", MESSAGE, &[], before, None);
    }

    #[test]
    fn a_namespace_of_another_project_stays() {
        let tree = |code: &str| {
            let project = "<Project Sdk=\"Microsoft.NET.Sdk\">\n</Project>\n";
            format!(
                "//- /App/c.cs\n{code}//- /App/App.csproj\n{project}//- /Lib/Lib.csproj\n{project}//- /Lib/l.cs\nnamespace N.Legacy {{ public class L {{ }} }}\n"
            )
        };
        check_no_fix(
            rule_of(module_path!()),
            "CS0234",
            &MESSAGE.replace("Old", "Legacy"),
            &tree("using N.$0Legacy;\nnamespace N { class C { } }\n"),
        );
        // A namespace of the tree that is one letter away must be within reach, too.
        let message = MESSAGE.replace("Old", "Legcay");
        check_no_fix(
            rule_of(module_path!()),
            "CS0234",
            &message,
            &tree("using N.$0Legcay;\nnamespace N { class C { Missing m; } }\n"),
        );
    }

    #[test]
    fn nothing_for_a_missing_package() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0246",
            "The type or namespace name 'Newtonsoft' could not be found (are you missing a using directive or an assembly reference?)",
            "using $0Newtonsoft.Json;\nclass C { }\n",
        );
    }
}
