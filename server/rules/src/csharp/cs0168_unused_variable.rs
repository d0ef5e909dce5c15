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
//! them may have side effects, nothing is offered.

use codegen::csharp::deletion::{list_item_removal, merge_ranges, removal};
use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::{descendants, function_of, initializer, is_pure, is_statement};
use syntax::{Node, NodeExt, ancestors, children_of_kind};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["CS0168", "CS0219"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    remove(ctx)
        .map(|edits| {
            let mut fix = ctx.fix("Remove unused variable", Applicability::Safe);
            for range in edits {
                fix = fix.delete(range);
            }
            vec![fix.preferred().build()]
        })
        .unwrap_or_default()
}

fn remove(ctx: &RuleContext<'_>) -> Option<Vec<TextRange>> {
    let text = ctx.text();
    let token = ctx.token()?;
    let name = token.text_in(text);
    let parent = token.parent()?;
    match parent.kind() {
        "catch_declaration" => {
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
            let mut edits = assignments(block, text, name, token)?;
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
                for other in &all {
                    let other_name = other.field("name")?;
                    edits.extend(assignments(block, text, other_name.text_in(text), other_name)?);
                }
                edits.push(removal(text, statement));
            } else {
                let i = all.iter().position(|d| *d == parent)?;
                edits.push(list_item_removal(&all, i));
            }
            Some(merge_ranges(edits))
        }
        _ => None,
    }
}

/// The ranges of later assignments to `name`; `None` when one of them cannot be removed.
fn assignments(block: Node<'_>, text: &str, name: &str, declared: Node<'_>) -> Option<Vec<TextRange>> {
    let scope = function_of(declared)?;
    let mut out = Vec::new();
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
            out.push(removal(text, container));
        } else if container.kind() == "assignment_expression" || container.kind() == "variable_declarator" {
            // `used = unused = 0`: keep the value.
            out.push(TextRange::new(parent.start_byte(), value.start_byte()));
        } else {
            return None;
        }
    }
    // Code that a preprocessor directive excludes may contain another use.
    let whole = ancestors(declared).find(|n| is_statement(*n))?;
    (!whole.has_error()).then_some(())?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

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
}
