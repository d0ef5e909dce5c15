//! # Unused private member
//!
//! A private field is never used (CS0169) or only assigned (CS0414), an event is never raised (CS0067), or a local function is never
//! called (CS8321).
//!
//! ```csharp before
//! //@ warning CS0169: The field 'C.unused' is never used
//! class C
//! {
//!     private int $0unused$0;
//!     public int Used = 1;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     public int Used = 1;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` for local functions, and for private fields without attributes whose type has no explicit layout and whose values have no
//! side effects. `Unsafe` for events that others may subscribe to. Nothing is offered where an assignment that would be removed may
//! have side effects.

use codegen::csharp::deletion::{list_item_removal, merge_ranges, removal};
use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::{TYPES, descendants, has_modifier, initializer, is_pure, type_of};
use syntax::{Node, NodeExt, child_of_kind, children_of_kind};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["CS0169", "CS0414", "CS0067", "CS8321"];

/// Errors that make the compiler's usage analysis unreliable.
const UNRESOLVED: &[&str] = &["CS0103", "CS1061", "CS0117", "CS0229", "CS0101", "CS0102", "CS0111"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    remove(ctx).into_iter().collect()
}

fn remove(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let name = token.text_in(text);
    if ctx.code() == "CS8321" {
        let function = token.enclosing(&["local_function_statement"]).filter(|f| f.field("name") == Some(token))?;
        let called = descendants(function.parent()?).any(|n| {
            let inside = function.range().contains_range(n.range());
            n.kind() == "identifier" && n.text_in(text) == name && !inside
        });
        if called {
            return None;
        }
        let fix = ctx.fix("Remove unused function", Applicability::Safe).delete(removal(text, function));
        return Some(fix.preferred().build());
    }
    let declarator = token.parent().filter(|p| p.kind() == "variable_declarator")?;
    let member = token.enclosing(&["field_declaration", "event_field_declaration"])?;
    let ty = type_of(member)?;
    let is_event = member.kind() == "event_field_declaration";
    let visible = ["public", "internal", "protected"].iter().any(|m| has_modifier(member, text, m));
    if visible && !is_event {
        return None;
    }
    // With an attribute or an explicit layout, the field may be used from outside.
    let attributed = child_of_kind(member, "attribute_list").is_some();
    let laid_out = children_of_kind(ty, "attribute_list").iter().any(|a| a.text_in(text).contains("StructLayout"));
    if attributed || laid_out || has_modifier(member, text, "new") {
        return None;
    }
    let value = initializer(declarator);
    if value.is_some_and(|v| !is_pure_value(v)) {
        return None;
    }
    // A misspelt, ambiguous or duplicate name elsewhere in the file may refer to this member.
    if ctx.diagnostics.in_file(ctx.path()).iter().any(|d| UNRESOLVED.contains(&d.code.as_str())) {
        return None;
    }
    let mut edits = Vec::new();
    // Parts of a partial type in other files may use it: the compiler has seen them, this tree does not contain them.
    let partial = has_modifier(ty, text, "partial") && ctx.code() == "CS0414" && mentioned_elsewhere(ctx, name);
    for node in descendants(ty) {
        if node.kind() == "identifier" && node.text_in(text) == name && node != token {
            match use_of(ctx, node, token)? {
                Use::Other => {}
                Use::Assignment(range) => edits.push(range),
            }
        }
    }
    let declaration = declarator.parent()?;
    let all = children_of_kind(declaration, "variable_declarator");
    let is_unused =
        |d: &Node<'_>| {
            *d == declarator
                || ctx.diagnostics.in_file(ctx.path()).iter().any(|o| {
                    matches!(o.code.as_str(), "CS0169" | "CS0414" | "CS0067") && o.range.start == d.start_byte()
                }) && initializer(*d).is_none()
        };
    if all.iter().all(is_unused) {
        edits.push(removal(text, member));
    } else {
        edits.push(list_item_removal(&all, all.iter().position(|d| *d == declarator)?));
    }
    let safe = !partial && !(is_event && visible);
    let what = if is_event { "event" } else { "field" };
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    let mut fix = ctx.fix(format!("Remove unused {what} '{name}'"), applicability);
    for range in merge_ranges(edits) {
        fix = fix.delete(range);
    }
    Some(fix.preferred().build())
}

fn mentioned_elsewhere(ctx: &RuleContext<'_>, name: &str) -> bool {
    let other = |path: &std::path::Path| path != ctx.path() && path.extension().is_some_and(|e| e == "cs");
    ctx.index.files().any(|path| other(path) && ctx.index.text(path).is_some_and(|t| t.contains(name)))
}

/// Pure expressions, and `new object()`, whose constructor has no effect.
fn is_pure_value(value: Node<'_>) -> bool {
    let plain_object = value.kind() == "object_creation_expression"
        && value.field("type").is_some_and(|t| t.kind() == "predefined_type")
        && value.field("initializer").is_none();
    plain_object || is_pure(value)
}

enum Use {
    /// Another symbol of this name.
    Other,
    /// An assignment that is removed with the field: a statement, or the `x = ` of a chain.
    Assignment(TextRange),
}

/// `None` when the field is used after all, or an assignment may have side effects.
fn use_of(ctx: &RuleContext<'_>, node: Node<'_>, declared: Node<'_>) -> Option<Use> {
    let text = ctx.text();
    let mut target = node;
    let parent = node.parent()?;
    match parent.kind() {
        "member_access_expression" if parent.field("name") == Some(node) => {
            if parent.field("expression")?.kind() != "this" {
                // `other.x` may be the same field of another instance.
                return (ctx.code() != "CS0414").then_some(Use::Other);
            }
            target = parent;
        }
        "variable_declarator" | "parameter" | "tuple_element" | "declaration_expression"
            if parent.field("name") == Some(node) =>
        {
            // Another declaration of this name: uses cannot be distinguished.
            let same_type = parent.enclosing(TYPES) == declared.enclosing(TYPES);
            return (!same_type || ctx.code() != "CS0414").then_some(Use::Other);
        }
        _ => {}
    }
    if ctx.code() == "CS0067" {
        // The event has a subscriber.
        return None;
    }
    if ctx.code() != "CS0414" {
        // The compiler found no use. This one was added by another fix, or belongs to another declaration: keep the field.
        return None;
    }
    let assignment =
        target.parent().filter(|p| p.kind() == "assignment_expression" && p.field("left") == Some(target))?;
    let value = assignment.field("right")?;
    if !assignment.all_children().iter().any(|c| c.kind() == "=") {
        return None;
    }
    let container = assignment.parent()?;
    if container.kind() == "expression_statement" {
        let in_block = container.parent().is_some_and(|p| p.is(&["block", "switch_section"]));
        return (is_pure(value) && in_block).then(|| Use::Assignment(removal(text, container)));
    }
    (container.kind() == "assignment_expression")
        .then(|| Use::Assignment(TextRange::new(assignment.start_byte(), value.start_byte())))
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn assigned_only() {
        check_fix(
            rule_of(module_path!()),
            "CS0414",
            "The field 'C.x' is assigned but its value is never used",
            "class C\n{\n    private bool $0x = true;\n\n    void M()\n    {\n        this.x = false;\n        M();\n    }\n}\n",
            "class C\n{\n    void M()\n    {\n        M();\n    }\n}\n",
        );
    }

    #[test]
    fn a_value_with_side_effects_keeps_the_field() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0414",
            "The field 'C.x' is assigned but its value is never used",
            "class C { private bool $0x = true; void M() { x = N(); } bool N() => true; }",
        );
    }

    #[test]
    fn an_explicit_layout_keeps_its_fields() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0169",
            "The field 'S.x' is never used",
            "[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential)] struct S { int $0x; }",
        );
    }

    #[test]
    fn local_functions() {
        check_fix(
            rule_of(module_path!()),
            "CS8321",
            "The local function 'F' is declared but never used",
            "class C\n{\n    void M()\n    {\n        void $0F() { F(); }\n    }\n}\n",
            "class C\n{\n    void M()\n    {\n    }\n}\n",
        );
    }
}
