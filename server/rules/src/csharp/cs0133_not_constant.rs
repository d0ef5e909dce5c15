//! # Constant whose value is not constant
//!
//! The value of a `const` is computed by the compiler. What is computed when the program runs is a read-only field, or a variable.
//!
//! ```csharp before
//! //@ error CS0133: The expression being assigned to 'C.Start' must be constant
//! using System;
//! class C
//! {
//!     const DateTime Start = $0DateTime.MinValue$0;
//! }
//! ```
//! ```csharp after
//! using System;
//! class C
//! {
//!     static readonly DateTime Start = DateTime.MinValue;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where nothing that must be constant uses it: labels of `case`, attributes, default values, other constants. Otherwise `Unsafe`.

use codegen::csharp::deletion::with_space_after;
use fix::{Applicability, Fix, RuleContext};
use index::DeclarationKind;
use syntax::csharp::{descendants, has_modifier, modifier};
use syntax::{Node, NodeExt, ancestors, children_of_kind};

pub(crate) const CODES: &[&str] = &["CS0133", "CS0283"];

/// How many files are searched for uses.
const MOST_FILES: usize = 64;

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let declaration = ctx.token()?.enclosing(&["field_declaration", "local_declaration_statement"])?;
    let constant = modifier(declaration, text, "const")?;
    let variables = syntax::child_of_kind(declaration, "variable_declaration")?;
    let declarators = children_of_kind(variables, "variable_declarator");
    let names: Vec<&str> = declarators.iter().filter_map(|d| Some(d.field("name")?.text_in(text))).collect();
    if declaration.kind() == "local_declaration_statement" {
        let function =
            ancestors(declaration).find(|n| n.is(syntax::csharp::FUNCTIONS) || n.kind() == "compilation_unit")?;
        let safe = !names.iter().any(|name| is_needed_constant(function, text, name, declaration));
        let fix = ctx.fix("Remove 'const' modifier", if safe { Applicability::Safe } else { Applicability::Unsafe });
        return Some(fix.delete(with_space_after(text, constant)).preferred().build());
    }
    let ty = ctx.index.csharp().enclosing_type(ctx.path(), declaration.start_byte())?;
    let new = match ty.declaration.kind {
        // An interface has no fields; a static one is allowed since C# 8.
        _ if has_modifier(declaration, text, "static") => "readonly",
        DeclarationKind::Interface => return None,
        _ => "static readonly",
    };
    let safe = names.iter().all(|name| {
        let files = ctx.index.files_with_word(name, ctx.source.parsed.language());
        files.len() <= MOST_FILES
            && files.iter().filter_map(|p| ctx.index.source(p)).all(|source| {
                let own = source.path == ctx.source.path;
                let root = source.parsed.root();
                !descendants(root).filter(|n| n.kind() == "identifier" && n.text_in(source.parsed.text()) == *name).any(
                    |n| {
                        needs_constant(n, source.parsed.text())
                            && !(own && declaration.range().contains_range(n.range()))
                    },
                )
            })
    });
    let fix = ctx
        .fix("Use read-only field instead of constant", if safe { Applicability::Safe } else { Applicability::Unsafe });
    Some(fix.replace(constant.range(), new).preferred().build())
}

fn is_needed_constant(scope: Node<'_>, text: &str, name: &str, declaration: Node<'_>) -> bool {
    descendants(scope)
        .filter(|n| {
            n.kind() == "identifier" && n.text_in(text) == name && !declaration.byte_range().contains(&n.start_byte())
        })
        .any(|n| needs_constant(n, text))
}

/// Whether a name stands where a constant must.
fn needs_constant(name: Node<'_>, text: &str) -> bool {
    for node in ancestors(name) {
        let parent = node.parent();
        match node.kind() {
            "attribute" | "constant_pattern" | "relational_pattern" | "enum_member_declaration" | "goto_statement" => {
                return true;
            }
            "parameter" => return true,
            // The value of `case`.
            "switch_section" => return true,
            "field_declaration" | "local_declaration_statement" => return has_modifier(node, text, "const"),
            kind if kind.ends_with("_statement") || kind == "block" => return false,
            _ if parent.is_none() => return false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};
    const MESSAGE: &str = "The expression being assigned to 'C.X' must be constant";

    #[test]
    fn uses_that_must_be_constant() {
        let rule = rule_of(module_path!());
        let file = |head: &str, more: &str| format!("class C {{ public {head} int X = $0N(), Y = 2; {more} }}");
        let after = |more: &str| file("static readonly", more).replace("$0", "");
        for (more, safe) in [
            ("int M() => X + Y;", true),
            ("bool M(int i) { switch (i) { case 1: return i == X; default: return false; } }", true),
            ("bool M(int i) { switch (i) { case X: return true; default: return false; } }", false),
            ("bool M(int i) => i is X;", false),
            ("void M(int i = Y) { }", false),
            ("[A(X)] void M() { }", false),
            ("const int Z = X + 1;", false),
        ] {
            check_fix(rule, "CS0133", MESSAGE, &file("const", more), &after(more));
            check_fix_all(rule, "CS0133", MESSAGE, &[], &file("const", more), safe.then(|| after(more)).as_deref());
        }
    }

    #[test]
    fn local_constants() {
        let rule = rule_of(module_path!());
        let before = "class C { void M() { const string s = $0N(); Use(s); } }";
        check_fix_all(rule, "CS0133", MESSAGE, &[], before, Some("class C { void M() { string s = N(); Use(s); } }"));
        let needed = "class C { void M() { const string s = $0N(); const string t = s; } }";
        check_fix_all(rule, "CS0133", MESSAGE, &[], needed, None);
        check_no_fix(rule, "CS0133", MESSAGE, "class C { int x = $0N(); }");
    }
}
