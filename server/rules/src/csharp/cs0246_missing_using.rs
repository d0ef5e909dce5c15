//! # Missing using directive
//!
//! A type, an attribute or an extension method exists, but its namespace is not in scope.
//!
//! ```csharp before
//! //@ error CS0246: The type or namespace name 'List<>' could not be found (are you missing a using directive or an assembly reference?)
//! class C
//! {
//!     $0List<int> numbers;
//! }
//! ```
//! ```csharp after
//! using System.Collections.Generic;
//!
//! class C
//! {
//!     List<int> numbers;
//! }
//! ```
//!
//! ```csharp before
//! //@ error CS1061: 'int[]' does not contain a definition for 'Sum' and no accessible extension method 'Sum' accepting a first argument of type 'int[]' could be found (are you missing a using directive or an assembly reference?)
//! class C
//! {
//!     int M(int[] a) => a.$0Sum();
//! }
//! ```
//! ```csharp after
//! using System.Linq;
//!
//! class C
//! {
//!     int M(int[] a) => a.Sum();
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when exactly one namespace has an accessible type of that name with as many type parameters and of a suitable kind (an attribute in
//! `[X]`, a type that is not sealed in a base list, an instantiable type after `new`, a type with the static member in `X.Member`), or an
//! extension method for that receiver. With several, each is offered as `Unsafe`, ordered by how often the workspace uses the namespace; the
//! first one is `Safe` when the workspace uses none of the others. A namespace is not `Safe` when it makes another name of the file ambiguous, or
//! when the file imports an unknown namespace that may have the type. Nothing is offered for what another directive of the file brings.
//! A type whose name differs only in case is `Unsafe`: the name is changed too.

use super::support::named::name_token;
use super::support::usings::{
    conversion, has_unknown_directive, is_given_as_generic, is_in_workspace, makes_ambiguous, needed_by_others,
    repaired_namespaces,
};
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use index::Modifiers;
use index::csharp::{CsMember, CsType, TypeOrigin};
use semantics::csharp::completion_names::was_renamed;
use semantics::csharp::printed::{generic_name, simple_name, type_arguments};
use semantics::csharp::type_use::{Place, TypeUse, has_static, in_using};
use smol_str::SmolStr;
use syntax::csharp::{descendants, written_type};
use syntax::{Node, NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &[
    "CS0246", "CS0103", "CS0305", "CS0308", "CS0307", "CS0616", "CS0122", "CS1574", "CS1580", "CS1584", "CS1935",
    "CS1061", "CS1501", "CS1929", "CS0117", "CS1955",
];

/// The maximum number of fixes.
const MAX_OFFERS: usize = 6;

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    match ctx.code().as_str() {
        "CS1935" => query(ctx),
        "CS1574" | "CS1580" | "CS1584" => cref(ctx),
        "CS1061" if of_unknown_type(ctx).is_some() => of_unknown_type(ctx).unwrap_or_default(),
        "CS1061" | "CS1929" | "CS1501" | "CS0117" | "CS1955" => extension(ctx),
        _ => types(ctx),
    }
}

fn using<'a>(ctx: &RuleContext<'a>, namespace: &str, applicability: Applicability) -> fix::FixBuilder<'a> {
    let request = ImportRequest::Using { namespace: namespace.to_owned() };
    ctx.fix(format!("using {namespace};"), applicability).import(request)
}

/// Whether a type around the place has a namesake elsewhere with a nested type of the missing name: the parts of one partial type were
/// separated, for example by a changed namespace. Then that nested type may be the one that is missing.
fn is_member_of_split_type(ctx: &RuleContext<'_>, used: &TypeUse<'_>) -> bool {
    let text = ctx.text();
    let enclosing: Vec<&str> = syntax::ancestors(used.identifier)
        .filter(|n| n.is(syntax::csharp::TYPE_DECLARATIONS))
        .filter_map(|n| n.field("name"))
        .map(|n| n.text_in(text))
        .collect();
    let nested = ctx.index.csharp().types_named(used.name);
    nested
        .iter()
        .filter(|t| matches!(t.origin, TypeOrigin::Source(_)))
        .any(|t| t.containing.last().is_some_and(|outer| enclosing.contains(&outer.as_str())))
}

/// One fix for each namespace, best first.
fn offers(ctx: &RuleContext<'_>, namespaces: &[SmolStr], certain: bool) -> Vec<Fix> {
    // The repair of a misspelt directive of the file imports it.
    let repaired = repaired_namespaces(ctx);
    if namespaces.iter().any(|n| repaired.contains(n)) {
        return Vec::new();
    }
    let at = ctx.diagnostic.range.start;
    let system = |n: &SmolStr| n == "System" || n.starts_with("System.");
    let breaks = namespaces.first().is_some_and(|n| makes_ambiguous(ctx, n, at));
    let certain = certain && !breaks && namespaces.first().is_some_and(|n| system(n) || !has_unknown_directive(ctx));
    let single = namespaces.len() == 1 || {
        let uses = ctx.index.csharp().using_counts();
        // The workspace uses or declares the first one and none of the others.
        let known = |n: &SmolStr| uses.get(n).is_some_and(|c| *c > 0) || is_in_workspace(ctx, n);
        namespaces.first().is_some_and(known) && !namespaces.iter().skip(1).any(known)
    };
    let offer = |(i, n): (usize, &SmolStr)| {
        let safe = certain && single && i == 0;
        let fix = using(ctx, n, if safe { Applicability::Safe } else { Applicability::Unsafe });
        // Each other name that becomes ambiguous would be a new error.
        let fix = if breaks { fix.in_bulk(Bulk::Manual) } else { fix };
        if i == 0 { fix.preferred().build() } else { fix.build() }
    };
    namespaces.iter().enumerate().take(MAX_OFFERS).map(offer).collect()
}

fn types(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(mut used) = TypeUse::at(ctx, ctx.diagnostic.range.start) else { return Vec::new() };
    if in_using(used.identifier) {
        return aliased(ctx, &used);
    }
    // A constructor that is not accessible is that of the type that is meant.
    let of_constructor = ctx.code() == "CS0122" && ctx.argument(0).is_some_and(|a| a.contains('('));
    if used.place == Place::Invoked || of_constructor {
        return Vec::new();
    }
    // Another repair has brought it into scope; one more namespace with such a type would make the name ambiguous.
    if matches!(ctx.code().as_str(), "CS0246" | "CS0103") && used.is_in_scope(ctx) {
        return Vec::new();
    }
    let found = used.importable(ctx);
    let mut namespaces: Vec<SmolStr> = found.iter().map(|t| t.declaration.namespace.clone()).collect();
    // `x is C` may test for a constant.
    let tested = used.node.parent().is_some_and(|p| p.is(&["constant_pattern", "is_expression"]));
    let mut certain = !matches!(used.place, Place::Expression) && !tested && ctx.code() != "CS0122";
    if namespaces.len() > 1 {
        let needed = needed_by_others(ctx, used.name);
        if let Some(brings) = namespaces.iter().position(|n| needed.contains(n)) {
            // The import of another name brings it, and then there is nothing left to choose.
            let first = namespaces.remove(brings);
            namespaces.insert(0, first);
            certain = false;
        }
    }
    if namespaces.is_empty() && used.place == Place::Receiver {
        // The member may be new, misspelt or not indexed.
        used.member = None;
        namespaces = used.importable(ctx).iter().map(|t| t.declaration.namespace.clone()).collect();
        certain = false;
    }
    if namespaces.is_empty() && used.arity == 0 && matches!(used.place, Place::Type | Place::New) {
        // Its type arguments are missing too.
        namespaces = used.importable_generic(ctx).iter().map(|t| t.declaration.namespace.clone()).collect();
        namespaces.sort();
        namespaces.dedup();
        certain = false;
    }
    if namespaces.is_empty() && matches!(used.place, Place::Type | Place::New | Place::Base { .. } | Place::Receiver) {
        return recased(ctx, &used);
    }
    certain &= !is_member_of_split_type(ctx, &used);
    // When the workspace's type of that name was just renamed, a library type of that name is not the intended one.
    let library = found.iter().all(|t| matches!(t.origin, TypeOrigin::Library { .. }));
    // A different type of that name without type parameters is rarely intended.
    let generic = ctx.code() == "CS0305";
    certain &= !generic || is_plain_implementation(ctx, &used) || takes_several(ctx, used.name);
    let renamed = library && was_renamed(ctx, &used);
    // Of the two, type arguments are lost more often than a directive: this one is offered, and applied only where something speaks for it.
    let manual = renamed || generic && (!certain || is_given_as_generic(ctx, used.name));
    let offers = offers(ctx, &namespaces, certain && !manual);
    offers.into_iter().map(|fix| if manual { fix.in_bulk(Bulk::Manual) } else { fix }).collect()
}

/// Whether the type is the interface of an explicit implementation, beside a public member of the same name: that one implements the generic
/// interface, so this one implements the other.
fn is_plain_implementation(ctx: &RuleContext<'_>, used: &TypeUse<'_>) -> bool {
    let text = ctx.text();
    let written = |member: Node<'_>| {
        let interface = child_of_kind(member, "explicit_interface_specifier")?;
        descendants(interface).filter(|n| n.kind() == "identifier").last().map(|n| n.text_in(text))
    };
    let beside = |member: Node<'_>| {
        let name = member.field("name").map(|n| n.text_in(text));
        let others = member.parent().map(|p| p.named()).unwrap_or_default();
        name.is_some()
            && others.iter().any(|o| {
                *o != member
                    && o.field("name").map(|n| n.text_in(text)) == name
                    && child_of_kind(*o, "explicit_interface_specifier").is_none()
            })
    };
    // In the file, so that the member's own type follows.
    let mut members = descendants(ctx.root()).filter(|n| n.kind() == "method_declaration");
    let result = |m: Node<'_>| written_type(m).is_some_and(|t| t.text_in(text) == used.name);
    members.any(|m| {
        let interface = written(m);
        let bare = |n: &str| {
            ctx.diagnostics.in_file(ctx.path()).iter().any(|d| {
                d.code == "CS0305"
                    && m.byte_range().contains(&d.range.start)
                    && d.argument(0).map(generic_name) == Some(n)
            })
        };
        interface.is_some_and(|i| (i == used.name || result(m)) && bare(i) && beside(m))
    })
}

/// Whether generic types of the name with different arguments are given where the plain one is asked for: only the type without parameters
/// takes them all.
fn takes_several(ctx: &RuleContext<'_>, name: &str) -> bool {
    let mut given: Vec<&str> = ctx
        .diagnostics
        .naming_in(ctx.path(), name)
        .filter_map(conversion)
        .filter(|(from, to)| simple_name(to) == name && !to.contains('<') && from.contains('<'))
        .filter(|(from, _)| simple_name(generic_name(from)) == name)
        .map(|(from, _)| from)
        .collect();
    given.sort_unstable();
    given.dedup();
    given.len() > 1
}

/// Types of other namespaces whose names differ in case only: the name is changed too.
fn recased(ctx: &RuleContext<'_>, used: &TypeUse<'_>) -> Vec<Fix> {
    let csharp = ctx.index.csharp();
    let scope = csharp.namespaces_in_scope(ctx.path(), used.identifier.start_byte());
    let mut found: Vec<CsType> = csharp
        .namespaces()
        .into_iter()
        .filter(|n| !n.is_empty() && !scope.contains(n))
        .flat_map(|n| csharp.types_in_namespace_named(&n, |name| is_recased(name, used.name)))
        .filter(|t| t.arity() == used.arity && csharp.is_accessible(t, ctx.path()))
        .filter(|t| csharp.types_visible(&t.declaration.name, ctx.path()).iter().any(|v| v.origin == t.origin))
        .collect();
    found.sort_by_key(CsType::full_name);
    found.dedup_by_key(|t| t.full_name());
    let offer = |ty: &CsType| {
        let (name, namespace) = (&ty.declaration.name, ty.declaration.namespace.to_string());
        let title = format!("{name} - using {namespace};");
        let fix = ctx.fix(title, Applicability::Unsafe).replace(used.identifier.byte_range(), name.to_string());
        fix.import(ImportRequest::Using { namespace }).in_bulk(Bulk::Manual).build()
    };
    found.iter().take(MAX_OFFERS).map(offer).collect()
}

fn is_recased(name: &str, written: &str) -> bool {
    written.len() > 2 && name != written && name.eq_ignore_ascii_case(written)
}

/// `using A = X;` in a namespace: directives in the same namespace do not apply to it, outer ones do.
fn aliased(ctx: &RuleContext<'_>, used: &TypeUse<'_>) -> Vec<Fix> {
    let directive = used.identifier.enclosing(&["using_directive"]);
    let alias = directive.filter(|d| d.field("name").is_some() && syntax::has_child_token(*d, ctx.text(), "="));
    let Some(around) = alias.and_then(|d| d.enclosing(&["namespace_declaration"])) else { return Vec::new() };
    let found = used.importable(ctx);
    let offer = |ty: &CsType| {
        let namespace = &ty.declaration.namespace;
        let request = ImportRequest::Using { namespace: namespace.to_string() };
        let fix = ctx.fix(format!("using {namespace};"), Applicability::Unsafe);
        fix.import_at(request, around.start_byte()).build()
    };
    found.iter().take(MAX_OFFERS).map(offer).collect()
}

/// `cref="X.M(Y)"`: imports the first name that does not resolve.
fn cref(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(argument) = ctx.argument(0) else { return Vec::new() };
    let csharp = ctx.index.csharp();
    let at = ctx.diagnostic.range.start;
    // The message contains only the last part; the comment has the whole reference.
    let rest = ctx.text().get(at..).unwrap_or_default();
    let written = rest.split(['"', '\'', '\n', '\r']).next().unwrap_or_default();
    let written = if written.contains(argument) { written } else { argument };
    const WORDS: &[&str] = &["operator", "explicit", "implicit", "ref", "out", "in", "this", "params"];
    let words = written.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '@')));
    let scope = csharp.namespaces_in_scope(ctx.path(), at);
    for word in words.filter(|w| !w.is_empty() && !WORDS.contains(w)) {
        let name = word.split('.').next().unwrap_or(word);
        if csharp.resolve(name, ctx.path(), at).is_some() || csharp.is_namespace(name) {
            continue;
        }
        let mut namespaces: Vec<SmolStr> = csharp
            .types_visible(name, ctx.path())
            .into_iter()
            .filter(|t| t.containing.is_empty() && csharp.is_accessible(t, ctx.path()))
            .map(|t| t.declaration.namespace.clone())
            .filter(|n| !n.is_empty() && !scope.contains(n))
            .collect();
        namespaces.sort();
        namespaces.dedup();
        if !namespaces.is_empty() {
            return offers(ctx, &namespaces, true);
        }
    }
    Vec::new()
}

/// Query expressions need the methods of `System.Linq`.
fn query(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let csharp = ctx.index.csharp();
    let scope = csharp.namespaces_in_scope(ctx.path(), ctx.diagnostic.range.start);
    if !csharp.is_namespace("System.Linq") || scope.iter().any(|n| n == "System.Linq") {
        return Vec::new();
    }
    vec![using(ctx, "System.Linq", Applicability::Safe).preferred().build()]
}

/// `Color.Red` where `Color` is a property or field, and its type of the same name is unknown.
fn of_unknown_type(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let (receiver, member) = (ctx.argument(0)?, ctx.argument(1)?);
    let token = name_token(ctx)?;
    let access = token.enclosing(&["member_access_expression"])?;
    let same = access.field("expression")?.text_in(ctx.text()) == receiver;
    let csharp = ctx.index.csharp();
    if !same || receiver.contains('.') || csharp.resolve(receiver, ctx.path(), token.start_byte()).is_some() {
        return None;
    }
    let scope = csharp.namespaces_in_scope(ctx.path(), token.start_byte());
    let types = csharp.types_visible(receiver, ctx.path());
    let mut namespaces: Vec<SmolStr> = types
        .iter()
        .filter(|t| t.containing.is_empty() && csharp.is_accessible(t, ctx.path()) && has_static(t, member, ctx))
        .map(|t| t.declaration.namespace.clone())
        .filter(|n| !n.is_empty() && !scope.contains(n))
        .collect();
    namespaces.sort();
    namespaces.dedup();
    (!namespaces.is_empty()).then(|| offers(ctx, &namespaces, false))
}

/// Namespaces with an extension method of that name for that receiver.
fn extension(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let code = ctx.code().as_str();
    let (receiver, name) = match code {
        "CS1061" | "CS0117" | "CS1929" => (ctx.argument(0), ctx.argument(1)),
        // `N.Type.Property` is called.
        "CS1955" => match ctx.argument(0).and_then(|a| a.rsplit_once('.')) {
            Some((owner, name)) => (Some(owner), Some(name)),
            None => return Vec::new(),
        },
        _ => (None, ctx.argument(0)),
    };
    let Some(name) = name else { return Vec::new() };
    let csharp = ctx.index.csharp();
    let at = ctx.diagnostic.range.start;
    let scope = csharp.namespaces_in_scope(ctx.path(), at);
    let receiver_type = receiver.map(|r| Receiver::new(ctx, r));
    let count = arguments_after(ctx);
    let mut exact: Vec<SmolStr> = Vec::new();
    let mut possible: Vec<SmolStr> = Vec::new();
    for method in csharp.extension_methods_named(name) {
        let namespace = &method.owner.declaration.namespace;
        if namespace.is_empty() || scope.contains(namespace) || !is_accessible_method(ctx, &method) {
            continue;
        }
        if count.is_some_and(|n| !accepts_argument_count(&method, n)) {
            continue;
        }
        let fit = match &receiver_type {
            Some(receiver) => receiver.fits(ctx, &method),
            None => Fit::Perhaps,
        };
        match fit {
            Fit::Yes => exact.push(namespace.clone()),
            Fit::Perhaps => possible.push(namespace.clone()),
            Fit::No => {}
        }
    }
    let certain = !exact.is_empty() && !matches!(code, "CS1501" | "CS1955");
    let mut namespaces = if exact.is_empty() { possible } else { exact };
    if code == "CS0117" && !certain || code == "CS1955" && namespaces.is_empty() {
        return Vec::new();
    }
    let uses = ctx.index.csharp().using_counts();
    namespaces
        .sort_by_key(|n| (std::cmp::Reverse(uses.get(n).copied().unwrap_or(0)), !n.starts_with("System"), n.clone()));
    namespaces.dedup();
    offers(ctx, &namespaces, certain)
}

/// The number of arguments of the reported member, if it is called.
fn arguments_after(ctx: &RuleContext<'_>) -> Option<usize> {
    let token = name_token(ctx)?;
    let call = token.enclosing(&["invocation_expression", "argument_list", "block"])?;
    let function = call.field("function")?;
    // The name directly before the argument list.
    let end = function.end_byte();
    let named =
        token.end_byte() == end || token.parent().is_some_and(|p| p.kind() == "generic_name" && p.end_byte() == end);
    named.then(|| call.field("arguments").map(|a| a.named().len())).flatten()
}

fn accepts_argument_count(method: &CsMember, count: usize) -> bool {
    let parameters = method.declaration.parameters.get(1..).unwrap_or_default();
    let required = parameters.iter().filter(|p| !p.optional && !p.rest).count();
    required <= count && (count <= parameters.len() || parameters.iter().any(|p| p.rest))
}

fn is_accessible_method(ctx: &RuleContext<'_>, method: &CsMember) -> bool {
    let csharp = ctx.index.csharp();
    let owner = &method.owner;
    let visible = csharp.types_visible(&owner.declaration.name, ctx.path()).iter().any(|t| t.origin == owner.origin);
    let modifiers = method.declaration.modifiers;
    let open =
        modifiers.contains(Modifiers::PUBLIC) || (modifiers.contains(Modifiers::INTERNAL) && method.id.is_some());
    visible && open && csharp.is_accessible(owner, ctx.path())
}

#[derive(PartialEq, Eq)]
enum Fit {
    Yes,
    Perhaps,
    No,
}

/// The type of the receiver according to the message.
struct Receiver {
    text: String,
    ty: Option<CsType>,
}

impl Receiver {
    fn new(ctx: &RuleContext<'_>, text: &str) -> Self {
        let csharp = ctx.index.csharp();
        let plain = text.trim_end_matches('?');
        let at = ctx.diagnostic.range.start;
        let is_array = plain.ends_with(']');
        let ty = if is_array {
            csharp.resolve("System.Array", ctx.path(), at)
        } else {
            csharp.resolve(plain, ctx.path(), at).or_else(|| {
                // The message prints the type even if its namespace is not in scope.
                let mut found = csharp.types_visible(simple_name(plain), ctx.path());
                found.retain(|t| t.arity() == type_arguments(plain).len());
                if found.len() == 1 { found.pop() } else { None }
            })
        };
        Self { text: plain.to_owned(), ty }
    }
    fn fits(&self, ctx: &RuleContext<'_>, method: &CsMember) -> Fit {
        let Some(this) = method.declaration.parameters.first() else { return Fit::No };
        let wanted = this.type_text.trim_end_matches('?');
        if let Some(parameter) = method.declaration.type_parameters.iter().find(|p| p.name == wanted) {
            // `this T x`: any type that satisfies the constraints.
            return if parameter.constraint.is_empty() { Fit::Yes } else { Fit::Perhaps };
        }
        let name = simple_name(wanted);
        if wanted == "object" || wanted == "System.Object" || wanted == "dynamic" {
            return Fit::Yes;
        }
        if self.text.ends_with(']') {
            if wanted.ends_with(']') {
                let element = |s: &str| s.trim_end_matches([']', '[', ',']).to_owned();
                let parameter = method.declaration.type_parameters.iter().any(|p| p.name == element(wanted).as_str());
                return if parameter || simple_name(wanted) == simple_name(&self.text) { Fit::Yes } else { Fit::No };
            }
            if ["IEnumerable", "ICollection", "IList", "IReadOnlyList", "IReadOnlyCollection", "Array"].contains(&name)
            {
                return Fit::Yes;
            }
            return Fit::No;
        }
        let csharp = ctx.index.csharp();
        let wanted_type = csharp.resolve_in(wanted, &method.owner, method.id.as_ref());
        match (&self.ty, wanted_type) {
            (Some(ty), Some(base)) => {
                if ty.origin == base.origin || csharp.is_derived_from(ty, &base) {
                    if type_arguments_match(&self.text, wanted, method) { Fit::Yes } else { Fit::No }
                } else {
                    Fit::No
                }
            }
            _ if name == simple_name(&self.text)
                && type_arguments(wanted).len() == type_arguments(&self.text).len() =>
            {
                Fit::Yes
            }
            (None, _) | (_, None) => Fit::Perhaps,
        }
    }
}

/// Whether type arguments that are explicit on both sides are equal: `IList<int>` is not a receiver for `this IList<string>`.
fn type_arguments_match(own: &str, wanted: &str, method: &CsMember) -> bool {
    let (own_arguments, wanted_arguments) = (type_arguments(own), type_arguments(wanted));
    if own_arguments.len() != wanted_arguments.len() || simple_name(own) != simple_name(wanted) {
        return true;
    }
    own_arguments.into_iter().zip(wanted_arguments).all(|(a, b)| {
        let is_plain = |s: &str| !s.contains(['<', '(', '[']);
        method.declaration.type_parameters.iter().any(|p| p.name == b)
            || !is_plain(a)
            || !is_plain(b)
            || simple_name(a) == simple_name(b)
    })
}

#[cfg(test)]
mod tests {
    use crate::csharp::support::type_not_found;
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_titled, check_no_fix};

    #[test]
    fn the_nested_type_of_a_separated_part_may_be_the_missing_one() {
        check_fix_all(
            rule_of(module_path!()),
            "CS0246",
            "The type or namespace name 'Transition' could not be found (are you missing a using directive or an assembly reference?)",
            &[],
            "//- /a.cs\nnamespace N.Core { partial class Machine { $0Transition t; } }\n//- /b.cs\nnamespace N { partial class Machine { class Transition { } } }\n//- /c.cs\nnamespace N.Graph { public class Transition { } }\n",
            None,
        );
    }

    #[test]
    fn an_attribute_of_the_workspace() {
        check_fix(
            rule_of(module_path!()),
            "CS0246",
            &type_not_found("MarkAttribute"),
            "//- /a.cs\n[$0Mark]\nclass C { }\n//- /b.cs\nnamespace N { class MarkAttribute : System.Attribute { } class Mark { } }\n",
            "//- /a.cs\nusing N;\n\n[Mark]\nclass C { }\n//- /b.cs\nnamespace N { class MarkAttribute : System.Attribute { } class Mark { } }\n",
        );
    }

    #[test]
    fn the_target_of_an_alias_is_imported_outside() {
        check_fix(
            rule_of(module_path!()),
            "CS0246",
            &type_not_found("T"),
            "//- /a.cs\nnamespace A\n{\n    using U = $0T;\n}\n//- /b.cs\nnamespace N { class T { } }\n",
            "//- /a.cs\nusing N;\n\nnamespace A\n{\n    using U = T;\n}\n//- /b.cs\nnamespace N { class T { } }\n",
        );
        check_no_fix(
            rule_of(module_path!()),
            "CS0246",
            &type_not_found("T"),
            "//- /a.cs\nusing U = $0T;\n//- /b.cs\nnamespace N { class T { } }\n",
        );
    }

    #[test]
    fn names_in_documentation() {
        check_fix(
            rule_of(module_path!()),
            "CS1574",
            "XML comment has cref attribute 'M(T)' that could not be resolved",
            "//- /a.cs\nclass C { void M(N.T t) { } }\n/// <see cref=\"$0C.M(T)\"/>\nclass D { }\n//- /b.cs\nnamespace N { class T { } }\n",
            "//- /a.cs\nusing N;\n\nclass C { void M(N.T t) { } }\n/// <see cref=\"C.M(T)\"/>\nclass D { }\n//- /b.cs\nnamespace N { class T { } }\n",
        );
    }

    #[test]
    fn a_property_called_as_its_unknown_type() {
        check_fix(
            rule_of(module_path!()),
            "CS1061",
            "'T' does not contain a definition for 'One' and no accessible extension method 'One' accepting a first argument of type 'T' could be found (are you missing a using directive or an assembly reference?)",
            "//- /a.cs\nclass C { T T => T.$0One; }\n//- /b.cs\nnamespace N { class T { public static T One; } }\n",
            "//- /a.cs\nusing N;\n\nclass C { T T => T.One; }\n//- /b.cs\nnamespace N { class T { public static T One; } }\n",
        );
    }

    #[test]
    fn an_extension_method_called_as_a_property() {
        check_fix(
            rule_of(module_path!()),
            "CS1955",
            "Non-invocable member 'C.P' cannot be used like a method.",
            "//- /a.cs\nclass C { int P => 1; int M() => this.$0P(); }\n//- /b.cs\nnamespace N { static class X { public static int P(this C c) => 2; } }\n",
            "//- /a.cs\nusing N;\n\nclass C { int P => 1; int M() => this.P(); }\n//- /b.cs\nnamespace N { static class X { public static int P(this C c) => 2; } }\n",
        );
    }

    #[test]
    fn arity_distinguishes_types() {
        check_fix(
            rule_of(module_path!()),
            "CS0308",
            "The non-generic type 'IEnumerable' cannot be used with type arguments",
            "using System.Collections;\nclass C { $0IEnumerable<int> x; }\n",
            "using System.Collections;\nusing System.Collections.Generic;\n\nclass C { IEnumerable<int> x; }\n",
        );
    }

    #[test]
    fn the_receiver_type_decides() {
        check_no_fix(
            rule_of(module_path!()),
            "CS1061",
            "'C' does not contain a definition for 'Twice' and no accessible extension method 'Twice' accepting a first argument of type 'C' could be found (are you missing a using directive or an assembly reference?)",
            "class C { void M() { this.$0Twice(); } }\nnamespace N { static class E { public static int Twice(this int i) => 2 * i; } }\n",
        );
    }

    #[test]
    fn one_namespace_is_enough() {
        let rule = rule_of(module_path!());
        let other = "//- /b.cs\nnamespace N.A { public class T { } public class Only { } }\n//- /c.cs\nnamespace N.B { public class T { } public class Key { } }\n";
        // `N.A` is in scope by now: `N.B` would make the name ambiguous.
        let imported = format!("//- /a.cs\nusing N.A;\nclass C {{ $0T t; Only o; }}\n{other}");
        check_no_fix(rule, "CS0246", &type_not_found("T"), &imported);
        // `Key` is only in `N.B`, but `T` is used as that of `N.A`.
        let used = format!("//- /a.cs\nusing N.A;\nclass C {{ T t; $0Key k; }}\n{other}");
        check_fix_all(rule, "CS0246", &type_not_found("Key"), &[], &used, None);
        let free = format!("//- /a.cs\nusing N.A;\nclass C {{ Only o; $0Key k; }}\n{other}");
        let after = "using N.A;\nusing N.B;\n\nclass C { Only o; Key k; }\n";
        check_fix_all(rule, "CS0246", &type_not_found("Key"), &[], &free, Some(after));
    }

    #[test]
    fn a_misspelt_directive_may_bring_either() {
        let gone = [(
            "CS0234",
            "The type or namespace name 'frist' does not exist in the namespace 'N' (are you missing an assembly reference?)",
        )];
        let before = "//- /a.cs\nusing N.Frist;\nclass C { $0T t; }\n//- /b.cs\nnamespace N.First { public class T { } }\n//- /c.cs\nnamespace N.Another { public class T { } }\n//- /d.cs\nusing N.Another;\n";
        check_fix_all(rule_of(module_path!()), "CS0246", &type_not_found("T"), &gone, before, None);
    }

    #[test]
    fn what_an_unknown_namespace_may_have_is_not_sure() {
        let rule = rule_of(module_path!());
        let gone = [(
            "CS0246",
            "The type or namespace name 'Package' could not be found (are you missing a using directive or an assembly reference?)",
        )];
        let before =
            "//- /a.cs\nusing Package;\nclass C { $0Result r; }\n//- /b.cs\nnamespace N { public class Result { } }\n";
        check_fix_all(rule, "CS0246", &type_not_found("Result"), &gone, before, None);
        let system = "using Package;\nclass C { $0Random r; }\n";
        let after = "using System;\nusing Package;\nclass C { Random r; }\n";
        check_fix_all(rule, "CS0246", &type_not_found("Random"), &gone, system, Some(after));
    }

    #[test]
    fn nothing_for_a_private_type() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0246",
            &type_not_found("Inner"),
            "class C { $0Inner x; }\nnamespace N { class Outer { class Inner { } } }\n",
        );
    }

    #[test]
    fn a_type_whose_name_differs_in_case() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS0246",
            "The type or namespace name 'Textbox' could not be found (are you missing a using directive or an assembly reference?)",
            "TextBox - using N;",
            "class C { $0Textbox t; }\nnamespace N { public class TextBox { } }",
            "using N;\n\nclass C { TextBox t; }\nnamespace N { public class TextBox { } }",
        );
    }

    #[test]
    fn a_private_constructor_is_that_of_the_type_that_is_meant() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0122",
            "'E.E(int)' is inaccessible due to its protection level",
            "namespace A { class E { E(int i) { } } class U { object M() => new $0E(1); } }\n//- /b.cs\nnamespace B { public class E { public E(int i) { } } }\n",
        );
    }
}
