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
//! that has no effect. `?` elsewhere is `Unsafe`: users of the member may have to check for `null`; members of the sources that the method
//! overrides or implements are annotated with it. Initial values are `Unsafe` too; where the code tests the member for `null`, the `?` comes
//! first. `where T : notnull` is `Unsafe`: the type or method accepts less. `!` and `null!` only suppress the warning and come last. Nothing
//! is offered for value types, and for values that are never `null`: the build was of other text. While another error of the function is
//! open, what follows from its flow is left to a person.

use super::support::nullable_uses::{parameters_to_annotate, stays_quiet};
use super::support::unproven::{is_unsettled, was_bound_since};
use fix::{Applicability, Bulk, Fix, FixBuilder, RuleContext};
use index::csharp::CsMember;
use index::{DeclarationId, DeclarationKind, Modifiers};
use semantics::Semantics;
use semantics::csharp::established_members::is_called_through;
use semantics::csharp::nulls::allows_null;
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::{
    FUNCTIONS, MEMBERS, descendants, function_of, has_modifier, initializer, name_of, outermost_at, parameters,
    type_of, written_type,
};
use syntax::{Node, NodeExt, ancestors, child_of_kind, children_of_kind, leaf_at};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &[
    "CS8600", "CS8601", "CS8602", "CS8603", "CS8604", "CS8618", "CS8625", "CS8765", "CS8767", "CS8610", "CS8611",
    "CS8632", "CS8669", "CS8622", "CS8714", "CS8764", "CS8766",
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let mut fixes = find(ctx).unwrap_or_default();
    // Whether something may be `null` follows from the flow, which another error of the function may have broken.
    let of_flow = matches!(ctx.code().as_str(), "CS8600" | "CS8601" | "CS8602" | "CS8603" | "CS8604");
    let function = || ctx.token().and_then(function_of);
    if of_flow && (was_bound_since(ctx) || function().is_some_and(|f| is_unsettled(ctx, f))) {
        for fix in &mut fixes {
            fix.applicability = fix.applicability.min(Applicability::Unsafe);
            fix.bulk = Bulk::Manual;
        }
    }
    fixes
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
        "CS8764" | "CS8766" => {
            out.extend(annotate_inherited(ctx, token));
            return Some(out);
        }
        "CS8622" => {
            out.extend(parameter_like_delegate(ctx, token));
            return Some(out);
        }
        "CS8714" => {
            out.extend(constrain(ctx, token));
            return Some(out);
        }
        "CS8602" => {
            let value = dereferenced(token)?;
            let fix = ctx.fix("Use null-forgiving operator", Applicability::DisplayOnly).insert(value.end_byte(), "!");
            out.push(fix.suppression().build());
            return Some(out);
        }
        _ => {}
    }
    let value = value.filter(|v| !is_never_null(*v, ctx.text()))?;
    let model = ctx.csharp();
    if model.type_of(value).is_some_and(|ty| !matches!(ty, Type::Nullable(_)) && model.is_value_type(&ty)) {
        return None;
    }
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

/// Whether the value cannot be `null`, whatever the compiler knows.
fn is_never_null(value: Node<'_>, text: &str) -> bool {
    match value.kind() {
        "null_literal" | "default_expression" => false,
        "object_creation_expression"
        | "implicit_object_creation_expression"
        | "anonymous_object_creation_expression"
        | "array_creation_expression"
        | "implicit_array_creation_expression"
        | "interpolated_string_expression"
        | "collection_expression"
        | "typeof_expression"
        | "sizeof_expression"
        | "this"
        | "is_expression"
        | "is_pattern_expression" => true,
        "parenthesized_expression" => value.named().into_iter().next_back().is_some_and(|v| is_never_null(v, text)),
        "conditional_expression" => ["consequence", "alternative"]
            .iter()
            .all(|branch| value.field(branch).is_some_and(|v| is_never_null(v, text))),
        "binary_expression" => {
            let operator = value.field("operator").map_or("", |o| o.text_in(text));
            let literal = |side: &str| value.field(side).is_some_and(|v| v.kind().contains("string"));
            match operator {
                "??" => value.field("right").is_some_and(|v| is_never_null(v, text)),
                "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" => true,
                "+" => literal("left") || literal("right"),
                _ => false,
            }
        }
        "invocation_expression" => value.field("function").is_some_and(|f| f.text_in(text) == "nameof"),
        kind => kind.ends_with("_literal"),
    }
}

/// Whether a type can take `?` without becoming another type.
fn can_be_annotated<'a>(model: &SemanticModel<'a>, ty: Node<'a>, text: &str) -> bool {
    let fixed = ty.is(&["nullable_type", "implicit_type", "pointer_type", "ref_type", "tuple_type"]);
    !fixed && ty.text_in(text) != "void" && model.written_type(ty).is_none_or(|t| !model.is_value_type(&t))
}

/// Adds `?` to a type, unless it is present or not allowed.
fn annotate<'a>(ctx: &RuleContext<'a>, ty: Node<'a>, title: &str, applicability: Applicability) -> Option<Fix> {
    if !can_be_annotated(&ctx.csharp(), ty, ctx.text()) {
        return None;
    }
    // One warning less for several more is no repair: in bulk only where nothing follows.
    let quiet = applicability != Applicability::Unsafe || stays_quiet(ctx, ty);
    let fix = ctx.fix(title, applicability).insert(ty.end_byte(), "?").preferred();
    Some(fix.in_bulk(if quiet { Bulk::Repair } else { Bulk::Manual }).build())
}

fn annotate_local<'a>(ctx: &RuleContext<'a>, value: Node<'a>) -> Option<Fix> {
    let text = ctx.text();
    let parent = value.parent()?;
    let named = |scope: Node<'a>, name: &str| {
        let mut declared = descendants(scope)
            .filter(|n| n.kind() == "variable_declarator" && n.field("name").is_some_and(|f| f.text_in(text) == name));
        let only = declared.next()?;
        declared.next().is_none().then_some(only)
    };
    let is_out = parent.kind() == "argument" && parent.all_children().iter().any(|c| c.kind() == "out");
    let declarator = match parent.kind() {
        // `foreach (string s in …)`
        "foreach_statement" if parent.field("left") == Some(value) => {
            let ty = parent.field("type").filter(|t| t.kind() != "implicit_type")?;
            return annotate(ctx, ty, "Declare as nullable", Applicability::Safe);
        }
        "variable_declarator" => parent,
        "assignment_expression" if parent.field("right") == Some(value) => {
            let target = parent.field("left").filter(|l| l.kind() == "identifier")?;
            named(function_of(value)?, target.text_in(text))?
        }
        // `out string s`
        "argument" if is_out && value.kind() == "declaration_expression" => {
            return annotate(ctx, value.field("type")?, "Declare as nullable", Applicability::Safe);
        }
        "argument" if is_out && value.kind() == "identifier" => {
            named(value.enclosing(syntax::csharp::MEMBERS)?, value.text_in(text))?
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
    // The declared type of a variable that is passed by `ref` is fixed.
    let name = declarator.field("name")?.text_in(text);
    let by_reference = descendants(function_of(value)?).any(|n| {
        n.kind() == "identifier"
            && n.text_in(text) == name
            && n.parent().is_some_and(|p| {
                p.all_children().iter().any(|c| matches!(c.kind(), "ref" | "in")) && p.kind() == "argument"
            })
    });
    let applicability = if by_reference { Applicability::Unsafe } else { Applicability::Safe };
    if ty.is(&["nullable_type", "pointer_type", "ref_type"]) {
        return annotate_cast(ctx, value);
    }
    if !can_be_annotated(&ctx.csharp(), ty, text) {
        return None;
    }
    let mut fix = ctx.fix("Declare as nullable", applicability).insert(ty.end_byte(), "?");
    if value.kind() == "cast_expression" {
        let cast = value.field("type").filter(|t| t.kind() != "nullable_type")?;
        fix = fix.insert(cast.end_byte(), "?");
    }
    Some(fix.preferred().build())
}

/// `(string?)x`: makes the type of a cast nullable.
fn annotate_cast<'a>(ctx: &RuleContext<'a>, value: Node<'a>) -> Option<Fix> {
    let cast = value.field("type").filter(|t| value.kind() == "cast_expression" && t.kind() != "nullable_type")?;
    annotate(ctx, cast, "Declare as nullable", Applicability::Unsafe)
}

fn annotate_result<'a>(ctx: &RuleContext<'a>, value: Node<'a>) -> Option<Fix> {
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
    let above = above(ctx, function)?;
    let nullable = |m: &CsMember| m.declaration.type_text.ends_with('?');
    let yielded = value.enclosing(&["yield_statement"]).is_some_and(|y| function_of(y) == Some(function));
    if has_modifier(function, text, "async") || yielded {
        let generic = descendants(ty).filter(|n| n.kind() == "type_argument_list").last()?;
        let arguments = generic.named();
        let [argument] = arguments.as_slice() else { return None };
        // `Task<string?>` is not a `Task<string>`.
        if !above.iter().all(|m| m.declaration.type_text.contains("?>")) {
            return None;
        }
        return annotate(ctx, *argument, "Declare as nullable", Applicability::Unsafe);
    }
    if above.is_empty() {
        return annotate(ctx, ty, "Declare as nullable", Applicability::Unsafe);
    }
    let strict: Vec<&CsMember> = above.iter().filter(|m| !nullable(m)).collect();
    if strict.is_empty() {
        let own = ctx.index.csharp().enclosing_type(ctx.path(), function.field("name")?.start_byte())?;
        let name = function.field("name")?.text_in(text);
        let safe = function.kind() == "method_declaration" && !is_called_through(ctx, &own, name);
        let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
        return annotate(ctx, ty, "Declare as nullable", applicability);
    }
    // The members above have to allow what this one returns.
    if !can_be_annotated(&ctx.csharp(), ty, text) {
        return None;
    }
    let fix = ctx.fix("Declare as nullable", Applicability::Unsafe).insert(ty.end_byte(), "?");
    let bulk = if stays_quiet(ctx, ty) { Bulk::Repair } else { Bulk::Manual };
    Some(annotate_members(ctx, fix, &strict, None)?.preferred().in_bulk(bulk).build())
}

/// Adds `?` to the result of each member, or to its parameter at `place`; `None` where one of them cannot take it.
fn annotate_members<'a>(
    ctx: &RuleContext<'a>,
    fix: FixBuilder<'a>,
    members: &[&CsMember],
    place: Option<usize>,
) -> Option<FixBuilder<'a>> {
    members.iter().try_fold(fix, |fix, member| {
        let id = member.id.as_ref()?;
        let d = &member.declaration;
        let source = ctx.index.source(&id.path)?;
        let declared = leaf_at(source.parsed.root(), ctx.index.ranges(id)?.name.start)?.enclosing(MEMBERS)?;
        let (ty, written) = match place {
            Some(place) => (parameters(declared).get(place)?.field("type")?, &d.parameters.get(place)?.type_text),
            None => (written_type(declared)?, &d.type_text),
        };
        let model = Semantics::new(ctx.index, &source).csharp();
        let mut named = member.owner.declaration.type_parameters.iter().chain(&d.type_parameters);
        // What is assigned to a property would have to allow it too.
        let settable = place.is_none() && d.modifiers.intersects(Modifiers::SET | Modifiers::INIT);
        let of_parameter = named.any(|p| p.name == *written);
        if of_parameter || settable || !can_be_annotated(&model, ty, source.parsed.text()) {
            return None;
        }
        Some(fix.edit_in(&source, TextEdit::insert(ty.end_byte(), "?")))
    })
}

/// Makes the members nullable that this one overrides or implements with a nullable result.
fn annotate_inherited(ctx: &RuleContext<'_>, token: Node<'_>) -> Option<Fix> {
    let member = token.enclosing(MEMBERS)?;
    let strict = above(ctx, member)?;
    let strict: Vec<&CsMember> = strict.iter().filter(|m| !m.declaration.type_text.ends_with('?')).collect();
    if strict.is_empty() || written_type(member)?.kind() != "nullable_type" {
        return None;
    }
    let fix = ctx.fix("Declare inherited member as nullable", Applicability::Unsafe).preferred();
    Some(annotate_members(ctx, fix, &strict, None)?.build())
}

/// The members that a method or property overrides or implements.
fn above(ctx: &RuleContext<'_>, member: Node<'_>) -> Option<Vec<CsMember>> {
    let text = ctx.text();
    let explicit = child_of_kind(member, "explicit_interface_specifier").is_some();
    let bound = explicit || has_modifier(member, text, "override") || has_modifier(member, text, "public");
    let (Some(name), true) = (member.field("name"), bound && member.kind() != "local_function_statement") else {
        return Some(Vec::new());
    };
    let csharp = ctx.index.csharp();
    let own = csharp.enclosing_type(ctx.path(), name.start_byte())?;
    let (name, count) = (name.text_in(text), parameters(member).len());
    let method = member.kind() == "method_declaration";
    Some(
        csharp
            .all_members(&own, "")
            .into_iter()
            .filter(|m| m.owner.origin != own.origin && m.declaration.name == name)
            .filter(|m| m.declaration.parameters.len() == count)
            .filter(|m| (m.declaration.kind == DeclarationKind::Method) == method)
            .collect(),
    )
}

/// Whether a member that overrides or implements the one of this parameter does not allow `null` there.
fn has_strict_followers(ctx: &RuleContext<'_>, parameter: Node<'_>) -> bool {
    let text = ctx.text();
    let Some(member) = parameter.enclosing(&["method_declaration", "indexer_declaration"]) else { return false };
    let Some(ty) = type_of(member) else { return false };
    let open = ["abstract", "virtual", "override"].iter().any(|m| has_modifier(member, text, m));
    if !open && ty.kind() != "interface_declaration" {
        return false;
    }
    let csharp = ctx.index.csharp();
    let Some(name) = member.field("name") else { return true };
    let Some(own) = csharp.enclosing_type(ctx.path(), name.start_byte()) else { return true };
    let all = parameters(member);
    let Some(place) = all.iter().position(|p| *p == parameter) else { return true };
    let name = name.text_in(text);
    let files = ctx.index.files_with_word(name, ctx.source.parsed.language());
    if files.len() > MOST_FILES {
        return true;
    }
    files.iter().any(|path| {
        let Some(outline) = ctx.index.outline(path) else { return true };
        outline.declarations.iter().enumerate().any(|(i, d)| {
            if d.name != name || d.kind != DeclarationKind::Method || d.parameters.len() != all.len() {
                return false;
            }
            let id = DeclarationId { path: path.clone(), index: i as u32 };
            let Some(ranges) = ctx.index.ranges(&id) else { return true };
            let follows = csharp
                .enclosing_type(path, ranges.name.start)
                .is_some_and(|t| t.origin != own.origin && csharp.is_derived_from(&t, &own));
            follows && !d.parameters[place].type_text.ends_with('?')
        })
    })
}

/// How many files are searched for members that follow another.
const MOST_FILES: usize = 24;

/// Makes the target of `null` nullable: a parameter with a default value, an initialized variable, an assigned member.
fn annotate_target<'a>(ctx: &RuleContext<'a>, value: Node<'a>) -> Option<Fix> {
    let text = ctx.text();
    let parent = value.parent()?;
    let title = "Declare as nullable";
    match parent.kind() {
        "parameter" => {
            let function = parent.enclosing(FUNCTIONS)?;
            let name = parent.field("name")?;
            let followed = has_strict_followers(ctx, parent);
            let safe = allows_null(function, text, name.text_in(text), name) && !followed;
            if !safe
                && !followed
                && let Some(fix) = annotate_with_callees(ctx, function, parent, title)
            {
                return Some(fix);
            }
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
            // The value of a parameter that is gone: `this.name = name`.
            let of_itself =
                |d: &diagnostics::SourceDiagnostic| d.code == "CS1717" && parent.byte_range().contains(&d.range.start);
            if ctx.diagnostics.in_file(ctx.path()).iter().any(of_itself) {
                return None;
            }
            annotate(ctx, written_type(member)?, title, safe_for_private_nullable_uses(ctx, member))
        }
        _ => None,
    }
}

/// Makes a parameter nullable together with those that it is passed on to.
fn annotate_with_callees(ctx: &RuleContext<'_>, function: Node<'_>, parameter: Node<'_>, title: &str) -> Option<Fix> {
    let places = parameters_to_annotate(ctx.index, ctx.source, function, parameter).filter(|all| all.len() > 1)?;
    let mut fix = ctx.fix(title, Applicability::Unsafe).preferred();
    for (path, at) in places {
        let source = ctx.index.source(&path)?;
        fix = fix.edit_in(&source, TextEdit::insert(at, "?"));
    }
    Some(fix.build())
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
            !has_modifier(ty, text, "partial") && allows_null(ty, text, name.text_in(text), name)
        });
    if safe { Applicability::Safe } else { Applicability::Unsafe }
}

/// The value that a field which nothing assigns can only have had: the parameter of the primary constructor that has its name and type and
/// that nothing reads, or an object to lock.
fn lost_value(ctx: &RuleContext<'_>, member: Node<'_>, ty: Node<'_>, name: &str) -> Option<String> {
    let text = ctx.text();
    if member.kind() != "field_declaration" || has_modifier(member, text, "static") || !is_never_assigned(ctx, name) {
        return None;
    }
    let around = type_of(member)?;
    let plain = name.trim_start_matches('_');
    let parameter = parameters(around).into_iter().find(|p| p.field("name").is_some_and(|n| n.text_in(text) == plain));
    if let Some(parameter) = parameter {
        let same = parameter.field("type").is_some_and(|t| t.text_in(text) == ty.text_in(text));
        let unread = ctx.diagnostics.in_file(ctx.path()).iter().any(|d| {
            d.code == "CS9113" && d.argument(0) == Some(plain) && parameter.byte_range().contains(&d.range.start)
        });
        return (same && unread).then(|| plain.to_owned());
    }
    let locked = ty.text_in(text) == "object"
        && has_modifier(member, text, "readonly")
        && descendants(around).filter(|n| n.kind() == "lock_statement").any(|lock| {
            let value = lock.named().into_iter().next();
            value.is_some_and(|v| v.text_in(text).trim_start_matches("this.") == name)
        });
    locked.then(|| "new object()".to_owned())
}

/// Whether the build says that nothing ever assigns the field: its value was lost, and `?` would only hide that.
fn is_never_assigned(ctx: &RuleContext<'_>, name: &str) -> bool {
    let of_field = |printed: &str| printed.rsplit('.').next() == Some(name);
    let mut all = ctx.diagnostics.in_file(ctx.path()).iter();
    all.any(|d| d.code == "CS0649" && d.argument(0).is_some_and(of_field))
}

fn uninitialized<'a>(ctx: &RuleContext<'a>, token: Node<'a>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    // An assignment to an unresolved name may be the missing initialization.
    let unknown = |d: &diagnostics::SourceDiagnostic| matches!(d.code.as_str(), "CS0103" | "CS1061" | "CS0117");
    let has_unresolved_names = type_of(token).is_some_and(|ty| {
        ctx.diagnostics.in_file(ctx.path()).iter().any(|d| unknown(d) && ty.byte_range().contains(&d.range.start))
    });
    // The message may quote the kind of member and `required`, in any order.
    let names = ctx.diagnostic.arguments.iter().filter(|a| *a != "required");
    let (name, member) = names.rev().find_map(|a| Some((a.as_str(), member_named(token, text, a)?)))?;
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
            let named = |d: &&Node<'_>| d.field("name").is_some_and(|n| n.text_in(text) == name);
            let declarator = declarators.iter().find(named)?;
            // `?` is for all of the declaration: each of its variables must lack a value.
            if declarators.len() > 1 {
                let reported = |d: &Node<'_>| {
                    let name = d.field("name").map_or("", |n| n.text_in(text));
                    initializer(*d).is_none()
                        && ctx
                            .diagnostics
                            .in_file(ctx.path())
                            .iter()
                            .any(|o| o.code == *ctx.code() && o.arguments.iter().any(|a| a == name))
                };
                let all = declarators.iter().all(reported);
                let fix = annotate(ctx, ty, "Declare as nullable", Applicability::Unsafe).filter(|_| all)?;
                return Some(vec![fix]);
            }
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
    if let Some(value) = lost_value(ctx, member, ty, name) {
        let fix = ctx.fix(format!("Initialize with '{value}'"), Applicability::Safe).insert(place, initialize(&value));
        return Some(vec![fix.preferred().build()]);
    }
    // Uses of the value in the type itself would be the next warnings.
    let allows_null =
        type_of(member).zip(name_of(member)).is_some_and(|(ty, name)| allows_null(ty, text, name.text_in(text), name));
    let bulk = if allows_null && !is_never_assigned(ctx, name) { Bulk::Repair } else { Bulk::Manual };
    let safe = if has_unresolved_names { Applicability::Unsafe } else { safe_for_private_nullable_uses(ctx, member) };
    let annotation = annotate(ctx, ty, "Declare as nullable", safe);
    let annotation = annotation.map(|f| if bulk == Bulk::Manual { f.in_bulk(bulk) } else { f });
    let empty = empty_value(&model, ty, text);
    // Where `null` is one of its states, an empty value would be another.
    let expected = is_expected_null(ctx, member, name);
    let annotated_first =
        annotation.as_ref().is_some_and(|f| f.applicability == Applicability::Safe || expected) || empty.is_none();
    if let Some(value) = empty {
        let fix =
            ctx.fix(format!("Initialize with '{value}'"), Applicability::Unsafe).insert(place, initialize(&value));
        let fix = fix.in_bulk(if expected { Bulk::Manual } else { Bulk::Repair });
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

/// Whether code tests the member for `null`: then `null` is one of its states, and an empty value would be another.
fn is_expected_null(ctx: &RuleContext<'_>, member: Node<'_>, name: &str) -> bool {
    let text = ctx.text();
    let tests = |text: &str| {
        text.match_indices(name).any(|(at, _)| {
            let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            let rest = &text[at + name.len()..];
            if part(text[..at].chars().next_back()) || part(rest.chars().next()) {
                return false;
            }
            let rest = rest.trim_start();
            ["== null", "!= null", "is null", "is not null", "is {", "is not {", "??", "?.", "?["]
                .iter()
                .any(|test| rest.starts_with(test))
        })
    };
    let Some(ty) = type_of(member) else { return false };
    let open = ["public", "internal", "protected"].iter().any(|m| has_modifier(member, text, m));
    let files = || ctx.index.word_counts(name, ctx.source.parsed.language()).take(MOST_FILES);
    tests(&text[ty.byte_range()])
        || open
            && files().any(|(path, _)| {
                ctx.index
                    .text(&path)
                    .is_some_and(|t| t.match_indices('.').any(|(dot, _)| t[dot + 1..].starts_with(name)) && tests(&t))
            })
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

/// Makes the parameter of a method or lambda nullable that the delegate type may pass `null`.
fn parameter_like_delegate<'a>(ctx: &RuleContext<'a>, token: Node<'a>) -> Option<Fix> {
    let text = ctx.text();
    let wanted = ctx.argument(0)?;
    let of = |function: Node<'a>| {
        parameters(function).into_iter().find(|p| p.field("name").is_some_and(|n| n.text_in(text) == wanted))
    };
    let value = outermost_at(token, is_value)?;
    let function = if value.is(&["lambda_expression", "anonymous_method_expression"]) {
        value
    } else {
        let name = match value.kind() {
            "identifier" => value,
            "member_access_expression" if value.field("expression")?.kind() == "this" => value.field("name")?,
            _ => return None,
        };
        let name = name.text_in(text);
        let local = ancestors(value)
            .filter(|n| n.kind() == "block")
            .flat_map(|b| children_of_kind(b, "local_function_statement"))
            .find(|f| f.field("name").is_some_and(|n| n.text_in(text) == name));
        let mut methods =
            type_of(value)?.field("body")?.named().into_iter().filter(|m| {
                m.kind() == "method_declaration" && m.field("name").is_some_and(|n| n.text_in(text) == name)
            });
        match local {
            Some(local) => local,
            None => methods.next().filter(|_| methods.next().is_none())?,
        }
    };
    let parameter = of(function)?;
    let declared = parameter.field("name")?;
    let open = ["virtual", "abstract", "override"].iter().any(|m| has_modifier(function, text, m));
    let safe = !open && allows_null(function, text, wanted, declared);
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    annotate(ctx, parameter.field("type")?, "Declare as nullable", applicability)
}

/// Adds the constraint `notnull` to the type parameter that is passed on to one with it.
fn constrain(ctx: &RuleContext<'_>, token: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let name = ctx.argument(0)?;
    let declares = |n: &Node<'_>| syntax::csharp::type_parameters(*n, text).iter().any(|p| p == name);
    let declaration = ancestors(token).find(declares)?;
    // They inherit their constraints.
    let inherits = has_modifier(declaration, text, "override")
        || child_of_kind(declaration, "explicit_interface_specifier").is_some();
    if inherits {
        return None;
    }
    // The parts of a type that have constraints agree in them.
    if declaration.is(syntax::csharp::TYPES) && has_modifier(declaration, text, "partial") {
        return None;
    }
    let fix = ctx.fix(format!("Add constraint '{name} : notnull'"), Applicability::Unsafe).preferred();
    let clauses = children_of_kind(declaration, "type_parameter_constraints_clause");
    let of = |clause: &Node<'_>| clause.named().into_iter().next().map_or("", |n| n.text_in(text));
    if let Some(clause) = clauses.iter().find(|c| of(c) == name) {
        let colon = clause.all_children().into_iter().find(|c| c.kind() == ":")?;
        // `notnull` is the first of several, and stands for `class?`.
        let constraints = text[colon.end_byte()..clause.end_byte()].trim();
        if ["class", "struct", "unmanaged", "notnull", "default"].iter().any(|w| constraints.starts_with(w)) {
            return None;
        }
        return Some(fix.insert(colon.end_byte(), " notnull,").build());
    }
    if let Some(first) = clauses.first() {
        let line = text[..first.start_byte()].rsplit(['\n', '\r']).next().unwrap_or_default();
        let gap = if line.trim().is_empty() { format!("{}{line}", ctx.eol()) } else { " ".to_owned() };
        return Some(fix.insert(first.start_byte(), format!("where {name} : notnull{gap}")).build());
    }
    let head = ["base_list", "parameter_list", "type_parameter_list"]
        .iter()
        .find_map(|kind| child_of_kind(declaration, kind))?;
    Some(fix.insert(head.end_byte(), format!(" where {name} : notnull")).build())
}

/// Makes the parameter nullable whose annotation differs from the base member's.
fn parameter_like_base<'a>(ctx: &RuleContext<'a>, token: Node<'a>) -> Option<Fix> {
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
    // An `out` parameter gives no more than the one above promises.
    if ty.kind() == "nullable_type" && parameter.is_some_and(|p| has_modifier(p, text, "out")) {
        let all = parameters(function);
        let place = all.iter().position(|p| Some(*p) == parameter)?;
        let strict = above(ctx, function)?;
        let open = |m: &&CsMember| m.declaration.parameters.get(place).is_some_and(|p| p.type_text.ends_with('?'));
        let strict: Vec<&CsMember> = strict.iter().filter(|m| !open(m)).collect();
        let fix = ctx.fix("Declare inherited parameter as nullable", Applicability::Unsafe).preferred();
        return (!strict.is_empty()).then(|| Some(annotate_members(ctx, fix, &strict, Some(place))?.build()))?;
    }
    let elements = matches!(ctx.code().as_str(), "CS8610" | "CS8611") && ty.kind() == "array_type";
    let ty = if elements { ty.field("type")? } else { ty };
    let safe = allows_null(function, text, name, declared);
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

    const TO_NON_NULLABLE: &str = "Converting null literal or possible null value to non-nullable type.";
    const RETURNED: &str = "Possible null reference return.";

    #[test]
    fn value_types_and_what_is_never_null() {
        let rule = rule_of(module_path!());
        for (code, before) in [
            ("CS8600", "class C { void M(double? t) { double d = $0t ?? 0; } }"),
            ("CS8600", "class C { void M(int? t) { int d = $0t; } }"),
            ("CS8603", "class C { bool M(string s) { return $0false; } }"),
            ("CS8603", "class C { bool M(string s) => $0int.TryParse(s, out _); }"),
            ("CS8603", "class C { string M(string s) => $0s ?? \"\"; }"),
            ("CS8601", "class C { string P { get; } = $0new string('a', 1); }"),
        ] {
            check_no_fix(rule, code, if code == "CS8600" { TO_NON_NULLABLE } else { RETURNED }, before);
        }
    }

    #[test]
    fn variables_of_out_arguments() {
        let rule = rule_of(module_path!());
        let head = "#nullable enable\nclass C { System.Collections.Generic.Dictionary<string, string> m; ";
        for (before, after) in [
            (
                "string M(string k) { string v; return m.TryGetValue(k, out $0v) ? v : k; } }",
                "string M(string k) { string? v; return m.TryGetValue(k, out v) ? v : k; } }",
            ),
            (
                "bool M(string k) => m.TryGetValue(k, out $0string v) && v == k; }",
                "bool M(string k) => m.TryGetValue(k, out string? v) && v == k; }",
            ),
            (
                "bool M(string k) { string v = $0null; return m.TryGetValue(k, out v); } }",
                "bool M(string k) { string? v = null; return m.TryGetValue(k, out v); } }",
            ),
        ] {
            let (before, after) = (format!("{head}{before}"), format!("{head}{after}"));
            check_fix_all(rule, "CS8600", TO_NON_NULLABLE, &[], &before, Some(&after));
        }
    }

    #[test]
    fn what_a_parameter_is_passed_on_to_follows() {
        let rule = rule_of(module_path!());
        let message = "Cannot convert null literal to non-nullable reference type.";
        let file = |a: &str, b: &str, c: &str| {
            format!(
                "#nullable enable\nclass B {{ public B(int n, {b} d) {{ if (d == null) return; d.Trim(); }} }}\nclass C : B\n{{\n    public C({a} d = $0null) : base(1, d) {{ N(d); }}\n    void N({c} e) => System.Console.Write($\"{{e}}\");\n}}\n"
            )
        };
        let kept = |ty: &str, value: &str| {
            format!(
                "#nullable enable\nclass C\n{{\n    private readonly {ty} name;\n    public C({ty} name = {value}null) {{ this.name = name; }}\n    string M() {{ if (name != null) return name; return \"\"; }}\n}}\n"
            )
        };
        check_fix(rule, "CS8625", message, &kept("string", "$0"), &kept("string?", ""));
        let after = file("string?", "string?", "string?").replace("$0", "");
        check_fix(rule, "CS8625", message, &file("string", "string", "string"), &after);
        check_fix_all(rule, "CS8625", message, &[], &file("string", "string", "string"), None);
    }

    #[test]
    fn variables_of_loops() {
        let before = "#nullable enable\nclass C { void M(string?[] a) { foreach (string s in a) { } } }\n";
        let marked = before.replace("string s in", "string $0s in");
        let after = before.replace("string s in", "string? s in");
        check_fix_all(rule_of(module_path!()), "CS8600", TO_NON_NULLABLE, &[], &marked, Some(&after));
    }

    #[test]
    fn messages_of_newer_compilers_and_other_languages() {
        let rule = rule_of(module_path!());
        for message in [
            "Non-nullable event 'Moved' must contain a non-null value when exiting constructor. Consider adding the 'required' modifier or declaring the event as nullable.",
            "Non-Nullable-'event' \"Moved\" muss beim Beenden des Konstruktors einen Wert ungleich NULL enthalten. Erw\u{e4}gen Sie, \"required\" hinzuzuf\u{fc}gen.",
        ] {
            check_fix(
                rule,
                "CS8618",
                message,
                "class C { public event System.Action $0Moved; }",
                "class C { public event System.Action? Moved; }",
            );
        }
    }

    #[test]
    fn null_is_one_of_the_states_of_a_member() {
        let rule = rule_of(module_path!());
        let message = "Non-nullable property 'Nick' must contain a non-null value when exiting constructor. Consider adding the 'required' modifier or declaring the property as nullable.";
        check_fix(
            rule,
            "CS8618",
            message,
            "class C { public string $0Nick { get; set; } public string M() => Nick != null ? Nick : \"\"; }",
            "class C { public string? Nick { get; set; } public string M() => Nick != null ? Nick : \"\"; }",
        );
        check_fix(
            rule,
            "CS8618",
            message,
            "class C { public string $0Nick { get; set; } }",
            "class C { public string Nick { get; set; } = string.Empty; }",
        );
    }

    #[test]
    fn the_members_above_follow() {
        let rule = rule_of(module_path!());
        let before =
            "#nullable enable\ninterface I { string Find(); }\nclass C : I { public string Find() => $0null; }\n";
        check_fix(rule, "CS8603", RETURNED, before, &before.replace("$0", "").replace("string Find", "string? Find"));
        for before in [
            // A parameter of the interface, a library's member, a task.
            "#nullable enable\ninterface I<T> { T Find(); }\nclass C : I<string> { public string Find() => $0null; }\n",
            "#nullable enable\nclass C : System.ICloneable { public object Clone() => $0null; }\n",
            "#nullable enable\ninterface I { Task<string> M(); }\nclass C : I { public async Task<string> M() { return $0null; } }\n",
        ] {
            check_fix_titled(
                rule,
                "CS8603",
                RETURNED,
                "Use null-forgiving operator",
                before,
                &before.replace("$0null", "null!"),
            );
            check_fix_all(rule, "CS8603", RETURNED, &[], before, None);
        }
    }

    #[test]
    fn delegates_and_constraints() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "CS8622",
            "Nullability of reference types in type of parameter 'state' of 'void C.Tick(object state)' doesn't match the target delegate 'TimerCallback' (possibly because of nullability attributes).",
            "class C { void M() { new System.Threading.Timer($0Tick, null, 0, 1); } void Tick(object state) { } }",
            "class C { void M() { new System.Threading.Timer(Tick, null, 0, 1); } void Tick(object? state) { } }",
        );
        let message = "The type 'K' cannot be used as type parameter 'TKey' in the generic type or method 'Dictionary<TKey, TValue>'. Nullability of type argument 'K' doesn't match 'notnull' constraint.";
        for (before, after) in [
            (
                "class C<K, V> where V : class { Dictionary<$0K, V> m; }",
                "class C<K, V> where K : notnull where V : class { Dictionary<K, V> m; }",
            ),
            (
                "class C<K> : B { Dictionary<$0K, int> m; }",
                "class C<K> : B where K : notnull { Dictionary<K, int> m; }",
            ),
            (
                "class C { void M<K>(K k) { new Dictionary<$0K, int>(); } }",
                "class C { void M<K>(K k) where K : notnull { new Dictionary<K, int>(); } }",
            ),
            (
                "class C<K> where K : new() { Dictionary<$0K, int> m; }",
                "class C<K> where K : notnull, new() { Dictionary<K, int> m; }",
            ),
        ] {
            check_fix(rule, "CS8714", message, before, after);
        }
    }

    #[test]
    fn a_default_of_null_in_an_interface() {
        let rule = rule_of(module_path!());
        let message = "Cannot convert null literal to non-nullable reference type.";
        let alone = "#nullable enable\ninterface I { void Log(string s = $0null); }\n";
        check_fix_all(rule, "CS8625", message, &[], alone, Some(&alone.replace("string s = $0", "string? s = ")));
        let followed = format!("{alone}class C : I {{ public void Log(string s) {{ }} }}\n");
        check_fix_all(rule, "CS8625", message, &[], &followed, None);
    }

    #[test]
    fn other_errors_of_the_function_come_first() {
        // The other diagnostics of a test are at the start of the file.
        let before = "string M(object o)\n{\n    string s = $0o as string;\n    return \"\" + s;\n}\n";
        let wrong = [("CS0019", "Operator '&&' cannot be applied to operands of type 'bool' and 'int'")];
        let rule = rule_of(module_path!());
        check_fix_all(rule, "CS8600", TO_NON_NULLABLE, &wrong, before, None);
        check_fix_all(
            rule,
            "CS8600",
            TO_NON_NULLABLE,
            &[],
            before,
            Some(&before.replace("string s = $0", "string? s = ")),
        );
    }

    #[test]
    fn inherited_members_follow_their_implementations() {
        let rule = rule_of(module_path!());
        let before =
            "#nullable enable\ninterface I { string Find(); }\nclass C : I { public string? $0Find() => null; }\n";
        let after = before.replace("$0", "").replace("string Find", "string? Find");
        let message = "Nullability of reference types in return type of 'string? C.Find()' doesn't match implicitly implemented member 'string I.Find()' (possibly because of nullability attributes).";
        check_fix(rule, "CS8766", message, before, &after);
        let before = "#nullable enable\ninterface I { bool Try(out string s); }\nclass C : I { public bool $0Try(out string? s) { s = null; return false; } }\n";
        let after = before.replace("$0", "").replace("out string s", "out string? s");
        let message = "Nullability of reference types in type of parameter 's' of 'bool C.Try(out string? s)' doesn't match implicitly implemented member 'bool I.Try(out string s)' (possibly because of nullability attributes).";
        check_fix(rule, "CS8767", message, before, &after);
    }
}
