//! # Unused private member
//!
//! A private field is never used (CS0169) or only assigned (CS0414), an event is never raised (CS0067), or a local function is never
//! called (CS8321). So is an unused field that its static class cannot have (CS0708).
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
//! `Safe` for local functions, for private events, and for private fields of classes without attributes whose values have no side
//! effects. `Unsafe` where something may still need the field: it lies in a struct, whose layout may be agreed upon, in a type that a
//! serializer reads or that belongs to markup, or a string has its name. Events that others may subscribe to
//! are not removed in bulk. Nothing is offered for an event that an interface declares or that has a subscriber, where an attribute
//! names the member, where a branch of `#if` mentions it, or where an assignment that would be removed may have side effects.

use super::support::unproven::{deletion, has_unresolved_base, has_word, is_legible, is_unbound};
use codegen::csharp::deletion::{list_item_removal, member_removal, merge_ranges, removals};
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::DeclarationKind;
use index::csharp::TypeOrigin;
use semantics::csharp::printed::simple_name;
use syntax::csharp::{TYPES, descendants, has_modifier, identifiers_named, initializer, is_pure, type_of};
use syntax::{Node, NodeExt, ancestors, child_of_kind, children_of_kind};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["CS0169", "CS0414", "CS0067", "CS8321", "CS0708"];

/// Errors that make the compiler's usage analysis unreliable.
const UNRESOLVED: &[&str] = &["CS0103", "CS1061", "CS0117", "CS0229", "CS0101", "CS0102", "CS0111"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let fix = match ctx.code().as_str() {
        "CS8321" => remove_function(ctx),
        // A field that a static class cannot have, and that nothing uses.
        "CS0708" if !is_reported_unused(ctx) => None,
        _ => remove(ctx),
    };
    fix.into_iter().collect()
}

/// Whether the member at the place is reported as unused, too.
fn is_reported_unused(ctx: &RuleContext<'_>) -> bool {
    let own = ctx.diagnostic.range.start;
    let unused = |code: &str| matches!(code, "CS0169" | "CS0414" | "CS0067");
    ctx.diagnostics.at(ctx.path(), own).iter().any(|d| unused(d.code.as_str()))
}

fn remove_function(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let name = token.text_in(text);
    let function = token.enclosing(&["local_function_statement"]).filter(|f| f.field("name") == Some(token))?;
    let scope = function.parent()?;
    let called = descendants(scope).any(|n| {
        let inside = function.range().contains_range(n.range());
        n.kind() == "identifier" && n.text_in(text) == name && !inside
    });
    // A name that is not found may be this one.
    if called || is_unbound(ctx, scope) || !is_legible(scope, text, name) {
        return None;
    }
    let ranges = vec![codegen::csharp::deletion::removal(text, function)];
    Some(deletion(ctx, "Remove unused function", Applicability::Safe, ranges).build())
}

fn remove(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let name = token.text_in(text);
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
    if attributed || laid_out || has_modifier(member, text, "new") || is_named_by_attribute(ctx, name) {
        return None;
    }
    if has_modifier(ty, text, "partial") && is_mentioned_in_another_part(ctx, ty, name) {
        return None;
    }
    if is_event && (is_required(ctx, ty, name) || has_subscriber(ctx, ty, name)) {
        return None;
    }
    let value = initializer(declarator);
    if value.is_some_and(|v| !is_pure_value(v)) {
        return None;
    }
    // A misspelt, ambiguous or duplicate name elsewhere in the file may refer to this member.
    if ctx.diagnostics.with_codes(ctx.path(), UNRESOLVED).next().is_some() {
        return None;
    }
    if !is_legible(ty, text, name) {
        return None;
    }
    let (mut statements, mut edits) = (Vec::new(), Vec::new());
    for node in identifiers_named(ty, text, name).filter(|n| *n != token) {
        match use_of(ctx, node, token)? {
            Use::Other => {}
            Use::Statement(range) => statements.push(range),
            Use::Part(range) => edits.push(range),
        }
    }
    let declaration = declarator.parent()?;
    let all = children_of_kind(declaration, "variable_declarator");
    let is_unused = |d: &Node<'_>| {
        *d == declarator
            || ctx
                .diagnostics
                .at(ctx.path(), d.start_byte())
                .iter()
                .any(|o| matches!(o.code.as_str(), "CS0169" | "CS0414" | "CS0067"))
                && initializer(*d).is_none()
    };
    edits.extend(removals(text, statements));
    if all.iter().all(is_unused) {
        edits.push(member_removal(text, member, name));
    } else {
        edits.push(list_item_removal(&all, all.iter().position(|d| *d == declarator)?));
    }
    let needed = !is_event && is_read_from_outside(ctx, ty)
        || is_quoted(ctx, name)
        || has_modifier(ty, text, "partial") && has_markup(ctx);
    let applicability = if needed || is_event && visible { Applicability::Unsafe } else { Applicability::Safe };
    let what = if is_event { "event" } else { "field" };
    let fix = deletion(ctx, &format!("Remove unused {what} '{name}'"), applicability, merge_ranges(edits));
    Some(if is_event && visible { fix.in_bulk(Bulk::Manual) } else { fix }.build())
}

/// Whether an interface of the type declares the event, or may.
fn is_required(ctx: &RuleContext<'_>, ty: Node<'_>, name: &str) -> bool {
    let csharp = ctx.index.csharp();
    let at = ty.field("name").map_or(ty.start_byte(), |n| n.start_byte());
    let Some(own) = csharp.enclosing_type(ctx.path(), at) else { return true };
    has_unresolved_base(ctx, &own)
        || csharp.all_members(&own, "").iter().any(|m| {
            m.owner.declaration.kind == DeclarationKind::Interface
                && m.declaration.kind == DeclarationKind::Event
                && m.declaration.name == name
        })
}

/// Whether code outside of the type may subscribe to the event.
fn has_subscriber(ctx: &RuleContext<'_>, ty: Node<'_>, name: &str) -> bool {
    let subscribes = |root: Node<'_>, text: &str, skipped: std::ops::Range<usize>| {
        descendants(root).any(|n| {
            n.kind() == "assignment_expression"
                && !skipped.contains(&n.start_byte())
                && n.all_children().iter().any(|c| matches!(c.kind(), "+=" | "-="))
                && n.field("left").is_some_and(|l| has_word(l.text_in(text), name))
        })
    };
    let others = ctx.index.files_with_word(name, ctx.source.parsed.language());
    subscribes(ctx.root(), ctx.text(), ty.byte_range())
        || others
            .iter()
            .filter(|path| ***path != *ctx.path())
            .any(|path| ctx.index.source(path).is_some_and(|s| subscribes(s.parsed.root(), s.parsed.text(), 0..0)))
}

/// Whether a part of the type in another file has the name: this tree does not contain the use, and the build may not have compiled it.
fn is_mentioned_in_another_part(ctx: &RuleContext<'_>, ty: Node<'_>, name: &str) -> bool {
    let at = ty.field("name").map_or(ty.start_byte(), |n| n.start_byte());
    let Some(own) = ctx.index.csharp().enclosing_type(ctx.path(), at) else { return true };
    let TypeOrigin::Source(parts) = &own.origin else { return true };
    let others = parts.iter().map(|part| &part.path).filter(|path| ***path != *ctx.path());
    others.into_iter().any(|path| ctx.index.text(path).is_none_or(|text| has_word(&text, name)))
}

/// Whether an attribute of the file names the member in a string: `[DebuggerDisplay("{_count}")]`.
fn is_named_by_attribute(ctx: &RuleContext<'_>, name: &str) -> bool {
    struct Arguments(Vec<TextRange>);
    let Arguments(found) = &*ctx.of_file(|ctx| {
        let attributes = descendants(ctx.root()).filter(|n| n.kind() == "attribute");
        Arguments(attributes.filter_map(|a| Some(child_of_kind(a, "attribute_argument_list")?.range())).collect())
    });
    found.iter().any(|range| has_word(&ctx.text()[range.start..range.end], name))
}

/// Whether a string of the workspace is the member's name: reflection may ask for it.
fn is_quoted(ctx: &RuleContext<'_>, name: &str) -> bool {
    let quoted = format!("\"{name}\"");
    let files = ctx.index.files_with_word(name, ctx.source.parsed.language());
    files.iter().any(|path| ctx.index.text(path).is_some_and(|text| text.contains(&quoted)))
}

/// Whether the fields of the type may be read or laid out by something that the compiler does not see: other code over memory, a
/// serializer.
fn is_read_from_outside(ctx: &RuleContext<'_>, ty: Node<'_>) -> bool {
    let text = ctx.text();
    const READERS: &[&str] = &[
        "Serializable",
        "DataContract",
        "Json",
        "Xml",
        "Proto",
        "MessagePack",
        "MemoryPack",
        "Marshal",
        "ComVisible",
        "InlineArray",
    ];
    let is_struct = ty.kind() == "struct_declaration" || ty.all_children().iter().any(|c| c.kind() == "struct");
    is_struct
        || ancestors(ty).filter(|n| n.is(TYPES)).flat_map(|n| children_of_kind(n, "attribute_list")).any(|list| {
            let name = |a: Node<'_>| a.field("name").map_or("", |n| simple_name(n.text_in(text)));
            list.named().into_iter().any(|a| READERS.iter().any(|r| name(a).contains(r)))
        })
}

/// Whether the file belongs to markup, which may use the members of its type.
fn has_markup(ctx: &RuleContext<'_>) -> bool {
    let name = ctx.path().file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    [".xaml.", ".axaml.", ".razor.", ".cshtml.", ".aspx.", ".ascx."].iter().any(|m| name.contains(m))
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
    /// An assignment that is removed with the field.
    Statement(TextRange),
    /// The `x = ` of a chain of assignments.
    Part(TextRange),
}

/// `None` when the field is used after all, or an assignment may have side effects.
fn use_of(ctx: &RuleContext<'_>, node: Node<'_>, declared: Node<'_>) -> Option<Use> {
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
        return (is_pure(value) && in_block).then(|| Use::Statement(container.range()));
    }
    (container.kind() == "assignment_expression")
        .then(|| Use::Part(TextRange::new(assignment.start_byte(), value.start_byte())))
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

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

    const NEVER_USED: &str = "The field 'C.x' is never used";

    #[test]
    fn uses_that_the_compiler_does_not_see() {
        let rule = rule_of(module_path!());
        for before in [
            "[System.Diagnostics.DebuggerDisplay(\"{x} of {Count}\")] class C { int $0x; public int Count; }",
            "//- /a.cs\npartial class C { int $0x; }\n//- /b.cs\npartial class C { int M() => x; }\n",
            "class C { int $0x; [DependsOn(nameof(x))] public int Count; }",
            "class C {\n    int $0x;\n    public int M()\n    {\n#if NETFRAMEWORK\n        return x;\n#else\n        return 1;\n#endif\n    }\n}",
        ] {
            check_no_fix(rule, "CS0169", NEVER_USED, before);
        }
        for before in [
            "[System.Serializable] class C { int $0x; }",
            "struct C { int $0x; }",
            "class C { int $0x; object F() => typeof(C).GetField(\"x\"); }",
            "//- /V.xaml.cs\npartial class C { int $0x; }\n",
        ] {
            check_fix_all(rule, "CS0169", NEVER_USED, &[], before, None);
        }
        check_fix_all(rule, "CS0169", NEVER_USED, &[], "class C { int $0x; int y; }", Some("class C { int y; }"));
    }

    #[test]
    fn events_of_interfaces_and_with_subscribers_stay() {
        let rule = rule_of(module_path!());
        let message = "The event 'C.Changed' is never used";
        for before in [
            "interface I { event System.Action Changed; } class C : I { public event System.Action $0Changed; }",
            "class C : System.ComponentModel.INotifyPropertyChanged { public event System.ComponentModel.PropertyChangedEventHandler $0PropertyChanged; }",
            "class C : Unknown { public event System.Action $0Changed; }",
            "class C { public event System.Action $0Changed; } class D { void M(C c) { c.Changed += M; } void M() { } }",
        ] {
            check_no_fix(rule, "CS0067", message, before);
        }
        let public = "class C { public event System.Action $0Changed; }";
        check_fix_all(rule, "CS0067", message, &[], public, None);
        check_fix_all(rule, "CS0067", message, &[], &public.replace("public ", ""), Some("class C { }"));
    }

    #[test]
    fn comments_about_a_field_go_with_it() {
        let rule = rule_of(module_path!());
        let before = "class C\n{\n    // How far x is.\n    private int $0x; // in metres\n    public int P;\n\n    // All of it.\n    public int Q;\n}\n";
        let after = "class C\n{\n    public int P;\n\n    // All of it.\n    public int Q;\n}\n";
        check_fix(rule, "CS0169", NEVER_USED, before, after);
        // A heading of several members stays.
        let before = "class C\n{\n    // Sizes\n    private int $0x;\n    public int P;\n}\n";
        let after = "class C\n{\n    // Sizes\n    public int P;\n}\n";
        check_fix(rule, "CS0169", NEVER_USED, before, after);
    }
}
