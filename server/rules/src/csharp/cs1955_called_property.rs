//! # Non-invocable member used like a method
//!
//! A property is called like a method, or the `new` before a type is missing.
//!
//! ```csharp before
//! //@ error CS1955: Non-invocable member 'C.Count' cannot be used like a method.
//! class C
//! {
//!     int Count { get; set; }
//!     int M() => $0Count$0();
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int Count { get; set; }
//!     int M() => Count;
//! }
//! ```
//! ```csharp before
//! //@ error CS1955: Non-invocable member 'Exception' cannot be used like a method.
//! using System;
//! class C
//! {
//!     Exception M() => $0Exception$0("");
//! }
//! ```
//! ```csharp after
//! using System;
//! class C
//! {
//!     Exception M() => new Exception("");
//! }
//! ```
//!
//! ```csharp before
//! //@ error CS0119: 'T' is a type, which is not valid in the given context
//! class C<T>
//! {
//!     T[] M(int n) => $0T$0[n];
//! }
//! ```
//! ```csharp after
//! class C<T>
//! {
//!     T[] M(int n) => new T[n];
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where the argument list after a property is empty and there is no method of that name; where a type has a constructor with so many
//! parameters; and where a type is followed by an index and no variable has a similar name. Nothing is offered where a property is called
//! with arguments.

use super::support::named::name_token;
use fix::{Applicability, Fix, RuleContext};
use index::csharp::CsType;
use index::{DeclarationKind, Modifiers};
use semantics::csharp::completion_names::{Name, NameKind, simple_names};
use semantics::csharp::printed::{simple_name, without_type_arguments};
use semantics::csharp::type_use::TypeUse;
use syntax::{Node, NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["CS1955", "CS0119"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let fix = if ctx.code() == "CS0119" { array(ctx) } else { find(ctx) };
    fix.into_iter().collect()
}

/// `T[n]` as a value: an array creation without `new`, unless a variable has a name similar to the type's.
fn array(ctx: &RuleContext<'_>) -> Option<Fix> {
    let used = TypeUse::at(ctx, ctx.diagnostic.range.start)?;
    let access = used.node.parent().filter(|p| p.kind() == "element_access_expression")?;
    let value = access.parent().is_some_and(|p| {
        p.is(&["variable_declarator", "equals_value_clause", "return_statement", "arrow_expression_clause", "argument"])
            || p.kind() == "assignment_expression" && p.field("right") == Some(access)
    });
    let alike = |n: &Name| {
        matches!(n.kind, NameKind::Local | NameKind::Value)
            && n.name.trim_start_matches('_').eq_ignore_ascii_case(used.name)
    };
    if !value
        || access.field("expression") != Some(used.node)
        || ctx.argument(0).map(simple_name) != Some(used.name)
        || simple_names(ctx, &used, true, &mut |_| true).iter().any(alike)
    {
        return None;
    }
    let is_type = simple_names(ctx, &used, true, &mut |n| n == used.name)
        .iter()
        .any(|n| matches!(n.kind, NameKind::Type(arity) if arity == used.arity) && n.name == used.name);
    let fix = ctx.fix("Add 'new'", Applicability::Safe).insert(access.start_byte(), "new ");
    is_type.then(|| fix.preferred().build())
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let name = name_token(ctx)?;
    let simple = name.parent().filter(|p| p.kind() == "generic_name").unwrap_or(name);
    let function = match simple.parent()? {
        access if access.kind() == "member_access_expression" && access.field("name") == Some(simple) => access,
        _ => simple,
    };
    let call =
        function.parent().filter(|p| p.kind() == "invocation_expression" && p.field("function") == Some(function))?;
    let arguments = call.field("arguments")?;
    let count = arguments.named().into_iter().filter(|n| n.kind() == "argument").count();
    // The message prints a property with its type, and a type as it is written here.
    let named = ctx.argument(0)?;
    let csharp = ctx.index.csharp();
    let found = csharp.resolve(function.text_in(text), ctx.path(), function.start_byte());
    let ty = found.filter(|t| same_name(t, named));
    if let Some(ty) = ty {
        let fix = ctx.fix("Add 'new'", Applicability::Safe).insert(function.start_byte(), "new ");
        return has_constructor(ctx, &ty, count).then(|| fix.preferred().build());
    }
    // A statement needs a call. Without a type in the message, it is about a member of a type.
    let statement = call.parent().is_some_and(|p| p.kind() == "expression_statement");
    if count > 0 || statement || !named.contains('.') || simple != name || could_be_type(ctx, call) {
        return None;
    }
    let meant = !csharp.extension_methods_named(name.text_in(text)).is_empty();
    let fix = match meant {
        true => ctx.fix("Remove argument list", Applicability::Unsafe),
        false => ctx.fix("Remove argument list", Applicability::Safe).preferred(),
    };
    Some(fix.delete(arguments.byte_range()).build())
}

/// Whether the name may also refer to a type.
fn could_be_type(ctx: &RuleContext<'_>, call: Node<'_>) -> bool {
    let Some(function) = call.field("function") else { return true };
    let name = child_of_kind(function, "identifier").unwrap_or(function);
    function.kind() == "identifier"
        && ctx.index.csharp().resolve(name.text_in(ctx.text()), ctx.path(), name.start_byte()).is_some()
}

fn same_name(ty: &CsType, printed: &str) -> bool {
    let head = without_type_arguments(printed);
    let full = ty.full_name();
    full == head || full.strip_suffix(&head).is_some_and(|rest| rest.ends_with('.'))
}

/// Whether the type has an accessible constructor with that many parameters.
fn has_constructor(ctx: &RuleContext<'_>, ty: &CsType, count: usize) -> bool {
    use DeclarationKind::{Class, Constructor, Record, RecordStruct, Struct};
    let d = &ty.declaration;
    if !matches!(d.kind, Class | Struct | Record | RecordStruct)
        || d.modifiers.intersects(Modifiers::ABSTRACT | Modifiers::STATIC)
    {
        return false;
    }
    let members = ctx.index.csharp().members(ty);
    let mut constructors = members.iter().filter(|m| m.declaration.kind == Constructor).peekable();
    if count == 0 && (constructors.peek().is_none() || matches!(d.kind, Struct | RecordStruct)) {
        return d.parameters.is_empty();
    }
    let takes = |parameters: &[index::Parameter]| {
        let least = parameters.iter().filter(|p| !p.optional && !p.rest).count();
        count >= least && (count <= parameters.len() || parameters.iter().any(|p| p.rest))
    };
    constructors.any(|m| takes(&m.declaration.parameters)) || !d.parameters.is_empty() && takes(&d.parameters)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn nothing_with_arguments() {
        let message = "Non-invocable member 'C.P' cannot be used like a method.";
        check_no_fix(rule_of(module_path!()), "CS1955", message, "class C { int P => 1; int M() => $0P(1); }");
        check_no_fix(rule_of(module_path!()), "CS1955", message, "class C { int P => 1; void M() { $0P(); } }");
    }

    #[test]
    fn a_type_is_created() {
        let message = "Non-invocable member 'N.D' cannot be used like a method.";
        let before = "namespace N { class D { public D(int a) { } } } class C { object M() => N.$0D(1); }";
        let after = "namespace N { class D { public D(int a) { } } } class C { object M() => new N.D(1); }";
        check_fix(rule_of(module_path!()), "CS1955", message, before, after);
        check_no_fix(rule_of(module_path!()), "CS1955", message, &before.replace("D(1)", "D()"));
        check_no_fix(rule_of(module_path!()), "CS1955", message, &before.replace("class D", "abstract class D"));
    }

    #[test]
    fn nothing_when_a_variable_has_a_similar_name() {
        let message = "'T' is a type, which is not valid in the given context";
        check_no_fix(rule_of(module_path!()), "CS0119", message, "class C<T> { T M(T[] t) => $0T[0]; }");
    }
}
