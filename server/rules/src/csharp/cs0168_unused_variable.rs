//! # Unused variable
//!
//! A local variable is declared and never read.
//!
//! ```csharp before
//! //@ warning CS0219: The variable 'count' is assigned but its value is never used
//! class C
//! {
//!     int M()
//!     {
//!         int $0count$0 = 0;
//!         return 1;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M()
//!     {
//!         return 1;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: the variable is removed with its assignments, whose values have no side effects (literals, names, operators). Where one of
//! them may have side effects, where a branch of `#if` mentions the variable, or while a name in the same function is not found, nothing
//! is offered.

use super::support::unproven::{deletion, is_legible, is_unbound};
use codegen::csharp::deletion::{list_item_removal, merge_ranges, removals};
use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::{descendants, function_of, initializer, is_pure, is_statement};
use syntax::{Node, NodeExt, ancestors, children_of_kind};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["CS0168", "CS0219"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let remove = |ranges| deletion(ctx, "Remove unused variable", Applicability::Safe, ranges).build();
    remove_variable(ctx).map(remove).into_iter().collect()
}

/// What is deleted: whole statements, and parts of others.
#[derive(Default)]
struct Deleted {
    statements: Vec<TextRange>,
    parts: Vec<TextRange>,
}

fn remove_variable(ctx: &RuleContext<'_>) -> Option<Vec<TextRange>> {
    let text = ctx.text();
    let token = ctx.token()?;
    let name = token.text_in(text);
    let parent = token.parent()?;
    // A name that is not found may be this one.
    if function_of(token).is_some_and(|f| is_unbound(ctx, f)) {
        return None;
    }
    match parent.kind() {
        "catch_declaration" => {
            let clause = parent.parent()?;
            let is_use = |n: &Node<'_>| n.kind() == "identifier" && n.text_in(text) == name && *n != token;
            if descendants(clause).any(|n| is_use(&n)) || !is_legible(clause, text, name) {
                return None;
            }
            let ty = parent.field("type")?;
            Some(vec![TextRange::new(ty.end_byte(), token.end_byte())])
        }
        "variable_declarator" => {
            let declaration = parent.parent()?;
            let statement = declaration.parent().filter(|n| n.kind() == "local_declaration_statement")?;
            // `using` declarations dispose their value.
            if statement.all_children().iter().any(|c| c.kind() == "using" || c.kind() == "await") {
                return None;
            }
            if initializer(parent).is_some_and(|value| !is_pure(value)) {
                return None;
            }
            let block = statement.parent()?;
            let mut deleted = Deleted::default();
            assignments(block, text, name, token, &mut deleted)?;
            // The compiler saw no assignment: this one was repaired since.
            if ctx.code() == "CS0168" && !(deleted.statements.is_empty() && deleted.parts.is_empty()) {
                return None;
            }
            let all = children_of_kind(declaration, "variable_declarator");
            let is_unused = |d: &Node<'_>| {
                *d == parent
                    || ctx
                        .diagnostics
                        .in_file(ctx.path())
                        .iter()
                        .any(|other| CODES.contains(&other.code.as_str()) && other.range.start == d.start_byte())
                        && initializer(*d).is_none_or(is_pure)
            };
            if all.iter().all(is_unused) {
                // All variables of the statement are unused: each one's fix removes the whole statement.
                for other in all.iter().filter(|d| **d != parent) {
                    let other_name = other.field("name")?;
                    assignments(block, text, other_name.text_in(text), other_name, &mut deleted)?;
                }
                deleted.statements.push(statement.range());
            } else {
                let i = all.iter().position(|d| *d == parent)?;
                deleted.parts.push(list_item_removal(&all, i));
            }
            let mut ranges = removals(text, deleted.statements);
            ranges.extend(deleted.parts);
            Some(merge_ranges(ranges))
        }
        _ => None,
    }
}

/// Collects the later assignments to `name`; `None` when one of them cannot be removed.
fn assignments(block: Node<'_>, text: &str, name: &str, declared: Node<'_>, out: &mut Deleted) -> Option<()> {
    let scope = function_of(declared)?;
    // Code that a preprocessor directive excludes may contain another use.
    is_legible(block, text, name).then_some(())?;
    for node in descendants(block) {
        if node.kind() != "identifier" || node.text_in(text) != name || node == declared {
            continue;
        }
        let parent = node.parent()?;
        let is_member =
            matches!(parent.kind(), "member_access_expression" | "member_binding_expression" | "qualified_name")
                && parent.field("name") == Some(node);
        if is_member || matches!(parent.kind(), "argument") && parent.field("name") == Some(node) {
            continue;
        }
        if parent.kind() == "variable_declarator" && function_of(node) != Some(scope) {
            return None;
        }
        if parent.kind() != "assignment_expression" || parent.field("left") != Some(node) {
            return None;
        }
        let simple = parent.all_children().iter().any(|c| c.kind() == "=");
        let value = parent.field("right")?;
        if !simple {
            return None;
        }
        let container = parent.parent()?;
        if container.kind() == "expression_statement" {
            if !is_pure(value) {
                return None;
            }
            let owner = container.parent()?;
            if !owner.is(&["block", "switch_section", "global_statement"]) {
                return None;
            }
            out.statements.push(container.range());
        } else if container.kind() == "assignment_expression" || container.kind() == "variable_declarator" {
            // `used = unused = 0`: keep the value.
            out.parts.push(TextRange::new(parent.start_byte(), value.start_byte()));
        } else {
            return None;
        }
    }
    let whole = ancestors(declared).find(|n| is_statement(*n))?;
    (!whole.has_error()).then_some(())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn one_of_several() {
        check_fix(
            rule_of(module_path!()),
            "CS0219",
            "The variable 'b' is assigned but its value is never used",
            "class C { int M() { int a = 0, $0b = 0; return a; } }",
            "class C { int M() { int a = 0; return a; } }",
        );
    }

    #[test]
    fn removed_with_its_assignments() {
        check_fix(
            rule_of(module_path!()),
            "CS0219",
            "The variable 'b' is assigned but its value is never used",
            "class C\n{\n    int M(int used)\n    {\n        int $0b;\n        b = 0;\n        used = b = 3;\n        return used;\n    }\n}\n",
            "class C\n{\n    int M(int used)\n    {\n        used = 3;\n        return used;\n    }\n}\n",
        );
    }

    #[test]
    fn a_call_stays() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0219",
            "The variable 'b' is assigned but its value is never used",
            "class C { int M() { int $0b; b = 0; b = M(); return 1; } }",
        );
    }

    #[test]
    fn of_a_catch() {
        check_fix(
            rule_of(module_path!()),
            "CS0168",
            "The variable 'e' is declared but never used",
            "class C { void M() { try { } catch (System.Exception $0e) { } } }",
            "class C { void M() { try { } catch (System.Exception) { } } }",
        );
    }

    #[test]
    fn a_use_in_a_branch_of_if_counts() {
        let message = "The variable 'e' is declared but never used";
        let rule = rule_of(module_path!());
        for body in [
            "\n#if DEBUG\n            Log(e);\n#endif\n        ",
            "\n#if A\n            Log(e.\n#else\n            Log(\n#endif\n            1);\n        ",
        ] {
            let before = format!(
                "class C\n{{\n    void M()\n    {{\n        try {{ }}\n        catch (System.Exception $0e)\n        {{{body}}}\n    }}\n}}\n"
            );
            check_no_fix(rule, "CS0168", message, &before);
        }
    }

    #[test]
    fn nothing_that_a_repaired_name_assigns_is_removed() {
        let rule = rule_of(module_path!());
        let message = "The variable 'result' is declared but never used";
        let assigned =
            "class C\n{\n    int M()\n    {\n        int $0result;\n        result = 1;\n        return 1;\n    }\n}\n";
        check_no_fix(rule, "CS0168", message, assigned);
        // While a name of the same function is not found, too. (The other diagnostics of a test are at the start of the file.)
        let others = [("CS0103", "The name 'resut' does not exist in the current context")];
        let open = "int M() { int $0result; resut = 1; return 1; }";
        check_fix_all(rule, "CS0168", message, &others, open, None);
    }

    #[test]
    fn its_comment_goes_and_no_line_of_blanks_stays() {
        check_fix(
            rule_of(module_path!()),
            "CS0219",
            "The variable 'n' is assigned but its value is never used",
            "class C\n{\n    int M()\n    {\n        int $0n; n = 5; // largest\n        return 1;\n    }\n}\n",
            "class C\n{\n    int M()\n    {\n        return 1;\n    }\n}\n",
        );
    }
}
