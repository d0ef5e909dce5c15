//! # `default` as a pattern
//!
//! The `default` literal is not allowed as a pattern, because it can be confused with the label `default:`. It is replaced by the value.
//!
//! ```csharp before
//! //@ error CS8505: A default literal 'default' is not valid as a pattern. Use another literal (e.g. '0' or 'null') as appropriate. To match everything, use a discard pattern '_'.
//! class C
//! {
//!     bool IsNothing(string s) => s is $0default$0;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     bool IsNothing(string s) => s is null;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where the default value of the type is a constant. For other structs the value is only displayed (`default(DateTime)`,
//! `CancellationToken.None`): a pattern must be a constant, so that a comparison is needed instead.

use fix::{Applicability, Fix, RuleContext};
use index::DeclarationKind;
use index::csharp::{CsType, TypeOrigin};
use semantics::csharp::values::{default_value, is_reference};
use semantics::csharp::{SemanticModel, Type};
use syntax::{Node, NodeExt, ancestors, leaf_at};

pub(crate) const CODES: &[&str] = &["CS8505"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let literal = ctx.token()?.enclosing(&["default_expression"]).filter(|d| d.field("type").is_none())?;
    let model = ctx.csharp();
    let value = matched_expression(literal)?;
    if value.kind() == "anonymous_object_creation_expression" {
        return Some(replaced(ctx, literal, "null", Applicability::Safe));
    }
    let Some(ty) = model.type_of(value) else {
        return returns_reference(&model, value, ctx.text())
            .then(|| replaced(ctx, literal, "null", Applicability::Safe));
    };
    let (text, applicability) = default_value_text(ctx, &model, &ty, literal.start_byte())?;
    Some(replaced(ctx, literal, &text, applicability))
}

fn replaced(ctx: &RuleContext<'_>, literal: Node<'_>, text: &str, applicability: Applicability) -> Fix {
    let title = format!("Use '{text}'");
    ctx.fix(title, applicability).replace(literal.byte_range(), text).preferred().build()
}

/// Whether all methods that the call may refer to return reference types, for any type arguments.
fn returns_reference<'a>(model: &SemanticModel<'a>, value: Node<'a>, text: &str) -> bool {
    let function =
        value.field("function").filter(|f| value.kind() == "invocation_expression" && f.kind() == "identifier");
    let Some(name) = function.map(|f| f.text_in(text)) else { return false };
    let methods = model.enclosing_types(value).into_iter().map(|ty| model.members_named(&ty, name));
    let Some(methods) = methods.into_iter().find(|m| !m.is_empty()) else { return false };
    methods.iter().all(|m| {
        let own: Vec<String> = m.declaration.type_parameters.iter().map(|p| p.name.to_string()).collect();
        m.declaration.kind == DeclarationKind::Method
            && model
                .member_type(m)
                .is_some_and(|ty| !own.contains(&ty.full_name()) && is_reference(&ty, model) == Some(true))
    })
}

/// The expression that is compared with the pattern around `literal`.
fn matched_expression(literal: Node<'_>) -> Option<Node<'_>> {
    let inside = [
        "parenthesized_expression",
        "parenthesized_pattern",
        "constant_pattern",
        "negated_pattern",
        "and_pattern",
        "or_pattern",
    ];
    let container = ancestors(literal).skip(1).find(|n| !n.is(&inside))?;
    match container.kind() {
        "is_pattern_expression" => container.field("expression"),
        "switch_section" => container.enclosing(&["switch_statement"])?.field("value"),
        "switch_expression_arm" => container.parent()?.named().into_iter().next(),
        _ => None,
    }
}

/// The default value as it is written at `at`, and the applicability of the fix.
fn default_value_text(
    ctx: &RuleContext<'_>,
    model: &SemanticModel<'_>,
    ty: &Type,
    at: usize,
) -> Option<(String, Applicability)> {
    if ty.is("char") {
        return Some(("'\\0'".to_owned(), Applicability::Safe));
    }
    let found = model.resolve(ty);
    if let Some(declared) = found.as_ref().filter(|t| t.declaration.kind == DeclarationKind::Enum) {
        let none = none_of_flags(ctx, declared).then(|| format!("{}.None", model.minimal(ty, at)));
        return Some((none.unwrap_or_else(|| "0".to_owned()), Applicability::Safe));
    }
    const ZEROS: [(&str, &str); 6] =
        [("uint", "0U"), ("long", "0L"), ("ulong", "0UL"), ("float", "0F"), ("double", "0D"), ("decimal", "0M")];
    if let Some((_, zero)) = ZEROS.iter().find(|(name, _)| ty.is(name)) {
        return Some(((*zero).to_owned(), Applicability::Safe));
    }
    match default_value(ty, model) {
        "default" => {}
        constant => return Some((constant.to_owned(), Applicability::Safe)),
    }
    let known = match ty {
        Type::Tuple(elements) => elements.iter().all(|(e, _)| model.resolve(e).is_some()),
        _ => found.is_some(),
    };
    if !known {
        return None;
    }
    let name = model.minimal(ty, at);
    let member = match ty.full_name().as_str() {
        "System.Threading.CancellationToken" => Some("None"),
        "System.IntPtr" | "System.UIntPtr" => Some("Zero"),
        _ => None,
    };
    let text = member.map_or_else(|| format!("default({name})"), |m| format!("{name}.{m}"));
    Some((text, Applicability::DisplayOnly))
}

/// Whether the value 0 of a flags enum is named `None`.
fn none_of_flags(ctx: &RuleContext<'_>, ty: &CsType) -> bool {
    let TypeOrigin::Source(parts) = &ty.origin else { return false };
    let declared = || {
        let part = parts.first()?;
        let source = ctx.index.source(&part.path)?;
        let text = source.parsed.text();
        let name = ctx.index.ranges(part)?.name.start;
        let node = leaf_at(source.parsed.root(), name)?.enclosing(&["enum_declaration"])?;
        let attributes = syntax::children_of_kind(node, "attribute_list").into_iter().flat_map(|l| l.named());
        let flags = attributes.filter_map(|a| a.field("name")).any(|name| {
            let name = name.text_in(text);
            let end = ctx.index.csharp().resolve_attribute(name, &part.path, node.start_byte());
            end.is_some_and(|t| t.full_name() == "System.FlagsAttribute")
        });
        let members = syntax::children_of_kind(node.field("body")?, "enum_member_declaration");
        let mut named =
            members.into_iter().enumerate().filter(|(_, m)| m.field("name").is_some_and(|n| n.text_in(text) == "None"));
        let zero = named.next().is_some_and(|(i, m)| m.field("value").map_or(i == 0, |v| v.text_in(text) == "0"));
        Some(flags && zero)
    };
    declared().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "A default literal 'default' is not valid as a pattern. Use another literal (e.g. '0' or 'null') as appropriate. To match everything, use a discard pattern '_'.";

    #[test]
    fn return_types_of_generic_methods() {
        check_fix(
            rule_of(module_path!()),
            "CS8505",
            MESSAGE,
            "class B<T> { } class C { B<T> F<T>(T t) => null; bool M() => F(new { a = 1 }) is $0default; }",
            "class B<T> { } class C { B<T> F<T>(T t) => null; bool M() => F(new { a = 1 }) is null; }",
        );
        check_no_fix(
            rule_of(module_path!()),
            "CS8505",
            MESSAGE,
            "class C { T F<T>(T t) => t; bool M() => F(new { a = 1 }) is $0default; }",
        );
    }

    #[test]
    fn in_labels_and_parentheses() {
        check_fix(
            rule_of(module_path!()),
            "CS8505",
            MESSAGE,
            "class C { void M(long n) { switch (n) { case ($0default): break; } } }",
            "class C { void M(long n) { switch (n) { case (0L): break; } } }",
        );
    }

    #[test]
    fn in_switch_arms_and_under_not() {
        check_fix(
            rule_of(module_path!()),
            "CS8505",
            MESSAGE,
            "class C { int M(char c) => c switch { not $0default => 1, _ => 0 }; }",
            "class C { int M(char c) => c switch { not '\\0' => 1, _ => 0 }; }",
        );
    }

    #[test]
    fn the_name_of_zero_in_flags() {
        check_fix(
            rule_of(module_path!()),
            "CS8505",
            MESSAGE,
            "[System.Flags] enum E { A = 1, None = 0 } class C { bool M(E e) => e is $0default; }",
            "[System.Flags] enum E { A = 1, None = 0 } class C { bool M(E e) => e is E.None; }",
        );
    }

    #[test]
    fn nothing_where_the_type_is_unknown() {
        check_no_fix(
            rule_of(module_path!()),
            "CS8505",
            MESSAGE,
            "class C { void M() { if (default(Missing) is $0default) { } } }",
        );
    }
}
