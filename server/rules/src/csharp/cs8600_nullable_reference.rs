//! # Nullable references
//!
//! In a nullable context, `null` is used where the type does not allow it, or a member is still `null` at the end of the constructor.
//!
//! ```csharp before
//! //@ warning CS8600: Converting null literal or possible null value to non-nullable type.
//! //@ options: -nullable:enable
//! class C
//! {
//!     int M(object o)
//!     {
//!         string s = $0o as string$0;
//!         return s == null ? 0 : s.Length;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(object o)
//!     {
//!         string? s = o as string;
//!         return s == null ? 0 : s.Length;
//!     }
//! }
//! ```
//! ```csharp before
//! //@ warning CS8618: Non-nullable property 'Names' must contain a non-null value when exiting constructor. Consider declaring the property as nullable.
//! //@ options: -nullable:enable
//! using System.Collections.Generic;
//! class C
//! {
//!     public List<string> $0Names$0 { get; set; }
//! }
//! ```
//! ```csharp after
//! using System.Collections.Generic;
//! class C
//! {
//!     public List<string> Names { get; set; } = new();
//! }
//! ```
//! ```csharp before
//! //@ warning CS8632: The annotation for nullable reference types should only be used in code within a '#nullable' annotations context.
//! class C
//! {
//!     public string$0?$0 Name = "";
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     public string Name = "";
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: `?` on a local variable (the compiler tracks its null state), on a parameter or private field whose uses all allow `null`, on the
//! return type of a method that is nullable in every member it overrides or implements and is called only through these, and removing a `?`
//! that has no effect. `?` elsewhere is `Unsafe`: users of the member may have to check for `null`. Initial values are `Unsafe` too. `!` and
//! `null!` only suppress the warning and come last.

use fix::{Applicability, Bulk, Fix, RuleContext};
use semantics::csharp::SemanticModel;
use semantics::csharp::established_members::is_asked_of;
use semantics::csharp::nulls::bears_null;
use syntax::csharp::{
    FUNCTIONS, descendants, function_of, has_modifier, initializer, name_of, outermost_at, parameters, type_of,
    written_type,
};
use syntax::{Node, NodeExt, child_of_kind, children_of_kind};

pub(crate) const CODES: &[&str] = &[
    "CS8600", "CS8601", "CS8602", "CS8603", "CS8604", "CS8618", "CS8625", "CS8765", "CS8767", "CS8610", "CS8611",
    "CS8632", "CS8669",
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let token = ctx.token()?;
    let value = outermost_at(token, is_value);
    let mut out = Vec::new();
    match ctx.code().as_str() {
        "CS8632" | "CS8669" => {
            let question = token.kind() == "?" && token.parent().is_some_and(|p| p.kind() == "nullable_type");
            if question {
                out.push(ctx.fix("Remove '?'", Applicability::Safe).delete(token.byte_range()).preferred().build());
            }
            return Some(out);
        }
        "CS8618" => return uninitialized(ctx, token),
        "CS8765" | "CS8767" | "CS8610" | "CS8611" => {
            out.extend(parameter_like_base(ctx, token));
            return Some(out);
        }
        "CS8602" => {
            let value = dereferenced(token)?;
            if let Some(fix) = conditional_access(ctx, value) {
                out.push(fix);
            }
            let fix = ctx.fix("Use null-forgiving operator", Applicability::DisplayOnly).insert(value.end_byte(), "!");
            out.push(fix.suppression().build());
            return Some(out);
        }
        _ => {}
    }
    let value = value?;
    match ctx.code().as_str() {
        "CS8600" => out.extend(annotate_local(ctx, value)),
        "CS8603" => out.extend(annotate_result(ctx, value)),
        "CS8625" | "CS8601" => out.extend(annotate_target(ctx, value)),
        _ => {}
    }
    if matches!(ctx.code().as_str(), "CS8625" | "CS8604" | "CS8601" | "CS8603") && value.kind() != "lambda_expression" {
        let low_precedence = value.is(&[
            "binary_expression",
            "conditional_expression",
            "as_expression",
            "cast_expression",
            "await_expression",
        ]);
        let fix = ctx.fix("Use null-forgiving operator", Applicability::DisplayOnly);
        let fix = match low_precedence {
            true => fix.insert(value.start_byte(), "(").insert(value.end_byte(), ")!"),
            false => fix.insert(value.end_byte(), "!"),
        };
        out.push(fix.suppression().build());
    }
    Some(out)
}

fn is_value(node: Node<'_>) -> bool {
    let kind = node.kind();
    let value = node.is_named()
        && !kind.ends_with("_statement")
        && !matches!(
            kind,
            "argument" | "block" | "switch_expression_arm" | "arrow_expression_clause" | "argument_list"
        );
    value && !matches!(kind, "global_statement" | "compilation_unit" | "variable_declaration" | "variable_declarator")
}

/// Adds `?` to a type, unless it is present or not allowed.
fn annotate(ctx: &RuleContext<'_>, ty: Node<'_>, title: &str, applicability: Applicability) -> Option<Fix> {
    if ty.is(&["nullable_type", "implicit_type", "pointer_type", "ref_type"]) || ty.text_in(ctx.text()) == "void" {
        return None;
    }
    Some(ctx.fix(title, applicability).insert(ty.end_byte(), "?").preferred().build())
}

fn annotate_local(ctx: &RuleContext<'_>, value: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let parent = value.parent()?;
    let declarator = match parent.kind() {
        "variable_declarator" => parent,
        "assignment_expression" if parent.field("right") == Some(value) => {
            let target = parent.field("left").filter(|l| l.kind() == "identifier")?;
            let name = target.text_in(text);
            let mut declared = descendants(function_of(value)?).filter(|n| {
                n.kind() == "variable_declarator" && n.field("name").is_some_and(|f| f.text_in(text) == name)
            });
            let only = declared.next()?;
            declared.next().is_none().then_some(only)?
        }
        _ => return annotate_cast(ctx, value),
    };
    let declaration = declarator.parent()?;
    let local = declaration.parent().is_some_and(|p| p.kind() == "local_declaration_statement");
    if !local || children_of_kind(declaration, "variable_declarator").len() != 1 {
        return None;
    }
    let ty = declaration.field("type")?;
    if ty.kind() == "implicit_type" {
        return annotate_cast(ctx, value);
    }
    // The declared type of a variable that is passed by reference is fixed.
    let name = declarator.field("name")?.text_in(text);
    let by_reference = descendants(function_of(value)?).any(|n| {
        n.kind() == "identifier"
            && n.text_in(text) == name
            && n.parent().is_some_and(|p| {
                p.all_children().iter().any(|c| matches!(c.kind(), "ref" | "out" | "in")) && p.kind() == "argument"
            })
    });
    let applicability = if by_reference { Applicability::Unsafe } else { Applicability::Safe };
    if ty.is(&["nullable_type", "pointer_type", "ref_type"]) {
        return annotate_cast(ctx, value);
    }
    let mut fix = ctx.fix("Declare as nullable", applicability).insert(ty.end_byte(), "?");
    if value.kind() == "cast_expression" {
        let cast = value.field("type").filter(|t| t.kind() != "nullable_type")?;
        fix = fix.insert(cast.end_byte(), "?");
    }
    Some(fix.preferred().build())
}

/// `(string?)x`: makes the type of a cast nullable.
fn annotate_cast(ctx: &RuleContext<'_>, value: Node<'_>) -> Option<Fix> {
    let cast = value.field("type").filter(|t| value.kind() == "cast_expression" && t.kind() != "nullable_type")?;
    annotate(ctx, cast, "Declare as nullable", Applicability::Unsafe)
}

fn annotate_result(ctx: &RuleContext<'_>, value: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let mut kinds = FUNCTIONS.to_vec();
    kinds.extend(["property_declaration", "indexer_declaration"]);
    let mut function = value.enclosing(&kinds)?;
    if function.kind() == "accessor_declaration" {
        function = function.enclosing(&["property_declaration", "indexer_declaration"])?;
    }
    if !function.is(&["method_declaration", "local_function_statement", "property_declaration", "indexer_declaration"])
    {
        return None;
    }
    let ty = written_type(function)?;
    let yielded = value.enclosing(&["yield_statement"]).is_some_and(|y| function_of(y) == Some(function));
    if has_modifier(function, text, "async") || yielded {
        let generic = descendants(ty).filter(|n| n.kind() == "type_argument_list").last()?;
        let arguments = generic.named();
        let [argument] = arguments.as_slice() else { return None };
        return annotate(ctx, *argument, "Declare as nullable", Applicability::Unsafe);
    }
    let safe = result_is_nullable_above(ctx, function);
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    annotate(ctx, ty, "Declare as nullable", applicability)
}

/// Whether every member that the method overrides or implements has a nullable return type, and all calls go through these.
fn result_is_nullable_above(ctx: &RuleContext<'_>, method: Node<'_>) -> bool {
    let text = ctx.text();
    let bound = has_modifier(method, text, "override") || has_modifier(method, text, "public");
    let (Some(name), true) = (method.field("name"), bound && method.kind() == "method_declaration") else {
        return false;
    };
    let csharp = ctx.index.csharp();
    let Some(own) = csharp.enclosing_type(ctx.path(), name.start_byte()) else { return false };
    let (name, count) = (name.text_in(text), parameters(method).len());
    let above: Vec<_> = csharp
        .all_members(&own, "")
        .into_iter()
        .filter(|m| m.owner.origin != own.origin && m.declaration.name == name)
        .filter(|m| m.declaration.parameters.len() == count)
        .collect();
    !above.is_empty() && above.iter().all(|m| m.declaration.type_text.ends_with('?')) && !is_asked_of(ctx, &own, name)
}

/// Makes the target of `null` nullable: a parameter with a default value, an initialized variable, an assigned member.
fn annotate_target(ctx: &RuleContext<'_>, value: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let parent = value.parent()?;
    let title = "Declare as nullable";
    match parent.kind() {
        "parameter" => {
            let function = parent.enclosing(FUNCTIONS)?;
            let name = parent.field("name")?;
            let safe = bears_null(function, text, name.text_in(text), name);
            annotate(ctx, parent.field("type")?, title, if safe { Applicability::Safe } else { Applicability::Unsafe })
        }
        "variable_declarator" => {
            let declaration = parent.parent()?;
            if children_of_kind(declaration, "variable_declarator").len() != 1 {
                return None;
            }
            let safe = safe_for_private_nullable_uses(ctx, declaration.parent()?);
            annotate(ctx, declaration.field("type")?, title, safe)
        }
        "property_declaration" => annotate(ctx, parent.field("type")?, title, Applicability::Unsafe),
        "assignment_expression" => {
            let target = parent.field("left")?;
            let name = match target.kind() {
                "identifier" => target,
                "member_access_expression" if target.field("expression")?.kind() == "this" => target.field("name")?,
                _ => return None,
            };
            let member = member_named(value, text, name.text_in(text))?;
            annotate(ctx, written_type(member)?, title, safe_for_private_nullable_uses(ctx, member))
        }
        _ => None,
    }
}

/// The only field or property with this name in the type around `node`.
fn member_named<'t>(node: Node<'t>, text: &str, name: &str) -> Option<Node<'t>> {
    let body = type_of(node)?.field("body")?;
    let mut found = body.named().into_iter().filter(|m| {
        m.is(&["field_declaration", "property_declaration", "event_field_declaration"])
            && descendants(*m).any(|n| {
                let is_declaration = n.kind() == "variable_declarator" || n == *m && n.kind() == "property_declaration";
                is_declaration && n.field("name").is_some_and(|f| f.text_in(text) == name)
            })
    });
    let only = found.next()?;
    found.next().is_none().then_some(only)
}

fn safe_for_private_nullable_uses(ctx: &RuleContext<'_>, member: Node<'_>) -> Applicability {
    let text = ctx.text();
    let is_accessible = ["public", "internal", "protected"].iter().any(|m| has_modifier(member, text, m));
    let safe = !is_accessible
        && type_of(member).zip(name_of(member)).is_some_and(|(ty, name)| {
            !has_modifier(ty, text, "partial") && bears_null(ty, text, name.text_in(text), name)
        });
    if safe { Applicability::Safe } else { Applicability::Unsafe }
}

fn uninitialized(ctx: &RuleContext<'_>, token: Node<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    // An assignment to an unresolved name may be the missing initialization.
    let unknown = |d: &diagnostics::SourceDiagnostic| matches!(d.code.as_str(), "CS0103" | "CS1061" | "CS0117");
    let has_unresolved_names = type_of(token).is_some_and(|ty| {
        ctx.diagnostics.in_file(ctx.path()).iter().any(|d| unknown(d) && ty.byte_range().contains(&d.range.start))
    });
    let name = ctx.diagnostic.arguments.last()?;
    let member = member_named(token, text, name)?;
    let ty = written_type(member)?;
    let mut out = Vec::new();
    let model = ctx.csharp();
    let (place, value_before) = match member.kind() {
        "property_declaration" => (member.end_byte(), member.field("value")),
        "event_field_declaration" => {
            return annotate(ctx, ty, "Declare as nullable", Applicability::Safe).map(|f| vec![f]);
        }
        _ => {
            let declarators: Vec<_> = descendants(member).filter(|n| n.kind() == "variable_declarator").collect();
            let [declarator] = declarators.as_slice() else { return None };
            (declarator.end_byte(), initializer(*declarator))
        }
    };
    if value_before.is_some() {
        return None;
    }
    // An expression-bodied or computed property stores nothing.
    if member.kind() == "property_declaration" {
        let accessors = children_of_kind(member.field("accessors")?, "accessor_declaration");
        if accessors.iter().any(|a| a.field("body").is_some()) {
            return None;
        }
    }
    let initialize = |value: &str| {
        if member.kind() == "property_declaration" { format!(" = {value};") } else { format!(" = {value}") }
    };
    // Uses of the value in the type itself would be the next warnings.
    let allows_null =
        type_of(member).zip(name_of(member)).is_some_and(|(ty, name)| bears_null(ty, text, name.text_in(text), name));
    let bulk = if allows_null { Bulk::Repair } else { Bulk::Manual };
    let safe = if has_unresolved_names { Applicability::Unsafe } else { safe_for_private_nullable_uses(ctx, member) };
    let annotation = annotate(ctx, ty, "Declare as nullable", safe).map(|f| f.in_bulk(bulk));
    let empty = empty_value(&model, ty, text);
    let annotated_first =
        annotation.as_ref().is_some_and(|f| f.applicability == Applicability::Safe) || empty.is_none();
    if let Some(value) = empty {
        let fix =
            ctx.fix(format!("Initialize with '{value}'"), Applicability::Unsafe).insert(place, initialize(&value));
        out.push(if annotated_first { fix } else { fix.preferred() }.build());
    }
    if let Some(mut fix) = annotation {
        fix.preferred = annotated_first;
        let at = if annotated_first { 0 } else { out.len() };
        out.insert(at, fix);
    }
    let closed = |n: Node<'_>| ["private", "protected", "internal"].iter().any(|m| has_modifier(n, text, m));
    let settable = descendants(member)
        .any(|n| n.kind() == "accessor_declaration" && descendants(n).any(|k| k.is(&["set", "init"])) && !closed(n));
    if member.kind() == "property_declaration"
        && settable
        && has_modifier(member, text, "public")
        && !has_modifier(member, text, "required")
    {
        let place = syntax::csharp::modifier_place(member, text, "required");
        // Creations of the object would be the next errors.
        let fix = ctx.fix("Make property 'required'", Applicability::Unsafe).insert(place, "required ");
        out.push(fix.in_bulk(Bulk::Manual).build());
    }
    let fix = ctx.fix("Initialize with 'null!'", Applicability::DisplayOnly).insert(place, initialize("null!"));
    out.push(fix.suppression().build());
    Some(out)
}

/// An empty value of the type, such as `""` or an empty collection.
fn empty_value<'a>(model: &SemanticModel<'a>, ty: Node<'a>, text: &str) -> Option<String> {
    let written = model.written_type(ty)?;
    if written.is("string") {
        return Some("string.Empty".to_owned());
    }
    if ty.kind() == "array_type" {
        let element = ty.field("type")?.text_in(text);
        let rank = ty.field("rank")?.text_in(text);
        return (rank == "[]" && !element.contains('[')).then(|| format!("new {element}[0]"));
    }
    const COLLECTIONS: &[&str] = &[
        "System.Collections.Generic.List",
        "System.Collections.Generic.Dictionary",
        "System.Collections.Generic.HashSet",
        "System.Collections.Generic.SortedDictionary",
        "System.Collections.Generic.SortedSet",
        "System.Collections.Generic.Queue",
        "System.Collections.Generic.Stack",
        "System.Collections.Generic.LinkedList",
        "System.Collections.Concurrent.ConcurrentDictionary",
        "System.Collections.Concurrent.ConcurrentBag",
        "System.Collections.Concurrent.ConcurrentQueue",
        "System.Collections.ObjectModel.Collection",
        "System.Collections.ObjectModel.ObservableCollection",
        "System.Text.StringBuilder",
    ];
    COLLECTIONS.contains(&written.full_name().as_str()).then(|| "new()".to_owned())
}

/// The receiver that may be `null`; the diagnostic is at its start.
fn dereferenced(token: Node<'_>) -> Option<Node<'_>> {
    let start = token.start_byte();
    syntax::ancestors(token).find_map(|n| {
        let receiver = match n.kind() {
            "member_access_expression" | "element_access_expression" => n.field("expression"),
            _ => None,
        }?;
        (receiver.start_byte() == start || token == receiver).then_some(receiver)
    })
}

/// `x?.M();` for a call whose value is not used.
fn conditional_access(ctx: &RuleContext<'_>, receiver: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let access = receiver.parent().filter(|p| p.kind() == "member_access_expression")?;
    let statement = access.enclosing(&["expression_statement"])?;
    let whole = statement.named().into_iter().next()?;
    if whole.kind() != "invocation_expression" || whole.start_byte() != receiver.start_byte() {
        return None;
    }
    let dot = text.get(receiver.end_byte()..)?.find('.')? + receiver.end_byte();
    Some(ctx.fix("Use '?.'", Applicability::Unsafe).insert(dot, "?").build())
}

/// Makes the parameter nullable whose annotation differs from the base member's.
fn parameter_like_base(ctx: &RuleContext<'_>, token: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let function = token.enclosing(FUNCTIONS).or_else(|| token.enclosing(&["indexer_declaration"]))?;
    let name = ctx.argument(0)?;
    let parameter = parameters(function).into_iter().find(|p| p.field("name").is_some_and(|n| n.text_in(text) == name));
    let (ty, declared) = match parameter {
        Some(p) => (p.field("type")?, p.field("name")?),
        None => {
            // The grammar has no node for a `params` parameter.
            let list = function.field("parameters").or_else(|| child_of_kind(function, "parameter_list"))?;
            let declared = list.field("name").filter(|n| n.text_in(text) == name)?;
            (list.field("type")?, declared)
        }
    };
    let elements = matches!(ctx.code().as_str(), "CS8610" | "CS8611") && ty.kind() == "array_type";
    let ty = if elements { ty.field("type")? } else { ty };
    let safe = bears_null(function, text, name, declared);
    annotate(ctx, ty, "Declare as nullable", if safe { Applicability::Safe } else { Applicability::Unsafe })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_titled, check_no_fix};

    #[test]
    fn results_of_asynchronous_functions() {
        check_fix(
            rule_of(module_path!()),
            "CS8603",
            "Possible null reference return.",
            "class C { async Task<string> M() { return $0null; } }",
            "class C { async Task<string?> M() { return null; } }",
        );
    }

    #[test]
    fn suppression_comes_last() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS8618",
            "Non-nullable field 'F' must contain a non-null value when exiting constructor. Consider declaring the field as nullable.",
            "Initialize with 'null!'",
            "class C { private string $0F; }",
            "class C { private string F = null!; }",
        );
    }

    #[test]
    fn nothing_for_several_variables() {
        check_no_fix(
            rule_of(module_path!()),
            "CS8600",
            "Converting null literal or possible null value to non-nullable type.",
            "class C { void M() { string x = $0null, y = \"\"; } }",
        );
    }

    #[test]
    fn a_nullable_return_type_of_the_base() {
        let rule = rule_of(module_path!());
        let before = "#nullable enable\nabstract class B { public abstract string? M(); }\nclass D : B { public override string M() => $0null; }\n";
        let after = before.replace("string M() => $0", "string? M() => ");
        check_fix_all(rule, "CS8603", "Possible null reference return.", &[], before, Some(&after));
        let called = format!("{before}class E {{ int N(D d) => d.M().Length; }}\n");
        check_fix_all(rule, "CS8603", "Possible null reference return.", &[], &called, None);
    }
}
