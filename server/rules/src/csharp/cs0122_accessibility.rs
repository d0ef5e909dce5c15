//! # Insufficient accessibility, or not `static`
//!
//! A member or type is used where it is not accessible (CS0122, CS0272), is less accessible than a signature that contains it (CS0050 to
//! CS0061), requires an instance (CS0120, CS0236), or has no setter (CS0200).
//!
//! ```csharp before
//! //@ error CS0120: An object reference is required for the non-static field, method, or property 'C.Twice(int)'
//! class C
//! {
//!     private int Twice(int n) => 2 * n;
//!     public static int M() => $0Twice$0(1);
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     private static int Twice(int n) => 2 * n;
//!     public static int M() => Twice(1);
//! }
//! ```
//! ```csharp before
//! //@ error CS0050: Inconsistent accessibility: return type 'Item' is less accessible than method 'Shop.Best()'
//! internal class Item { }
//! public class Shop
//! {
//!     public Item $0Best$0() => null;
//! }
//! ```
//! ```csharp after
//! public class Item { }
//! public class Shop
//! {
//!     public Item Best() => null;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: `public` on a type that public declarations of several files expose, if its own signatures expose only public types; `static` on a
//! method that uses no instance member and is never called through an instance, or on a field that is accessed through the type; a setter
//! for a property that could have no value but its default without one. `Unsafe`: other changes of the public interface, such as a wider
//! accessibility.

use super::support::constructed::is_constructed;
use codegen::csharp::deletion::with_space_after;
use codegen::csharp::modifiers::accessibility_edit;
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::csharp::{CsMember, CsType, TypeOrigin};
use index::{DeclarationKind, Modifiers, Source};
use semantics::Semantics;
use semantics::csharp::printed::simple_name;
use semantics::csharp::printed::{Display, declared, types};
use std::collections::BTreeSet;
use syntax::csharp::{
    MEMBERS, descendants, has_modifier, identifiers_named, modifier, modifier_place, name_of, parameters, type_of,
};
use syntax::{Node, NodeExt, children_of_kind, leaf_at};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &[
    "CS0122", "CS0272", "CS0120", "CS0236", "CS0200", "CS0050", "CS0051", "CS0052", "CS0053", "CS0054", "CS0055",
    "CS0056", "CS0057", "CS0058", "CS0059", "CS0060", "CS0061", "CS0703",
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let fix = match ctx.code().as_str() {
        "CS0120" => return make_static(ctx).into_iter().chain(make_instance(ctx)).collect(),
        "CS0236" => make_static(ctx),
        "CS0200" | "CS0272" => add_setter(ctx),
        "CS0122" => widen_member(ctx).or_else(|| widen_type(ctx, "internal")),
        _ => widen_type(ctx, "public"),
    };
    fix.into_iter().collect()
}

/// Calls `edit` with the file and node of a declaration and builds a fix from the edit.
fn fix_declaration(
    ctx: &RuleContext<'_>,
    id: &index::DeclarationId,
    title: &str,
    applicability: Applicability,
    edit: impl Fn(&Source, Node<'_>) -> Option<TextEdit>,
) -> Option<Fix> {
    let source = ctx.index.source(&id.path)?;
    let name = ctx.index.ranges(id)?.name.start;
    let node = leaf_at(source.parsed.root(), name)?.enclosing(MEMBERS)?;
    let edit = edit(&source, node)?;
    Some(ctx.fix(title, applicability).edit_in(&source, edit).preferred().build())
}

fn accessible_to(ctx: &RuleContext<'_>, owner: &CsType) -> &'static str {
    let here = ctx.index.csharp().enclosing_type(ctx.path(), ctx.diagnostic.range.start);
    match here {
        Some(here) if ctx.index.csharp().is_derived_from(&here, owner) => "protected",
        _ => "internal",
    }
}

fn widen_member(ctx: &RuleContext<'_>) -> Option<Fix> {
    let member = declared(ctx, ctx.argument(0)?)?;
    let wanted = if member.owner.declaration.modifiers.contains(Modifiers::PUBLIC) {
        "public"
    } else {
        accessible_to(ctx, &member.owner)
    };
    let title = format!("Make '{}' {wanted}", member.declaration.name.trim_start_matches('.'));
    fix_declaration(ctx, member.id.as_ref()?, &title, Applicability::Unsafe, |source, node| {
        let (range, new) = accessibility_edit(node, source.parsed.text(), wanted);
        Some(TextEdit::replace(range, new))
    })
}

fn widen_type(ctx: &RuleContext<'_>, wanted: &str) -> Option<Fix> {
    // The message names the less accessible type first, or last (CS0060).
    let narrow = ctx.diagnostic.arguments.iter().find_map(|printed| {
        let narrow = |printed: &str| {
            let found = types(ctx, printed);
            let [ty] = found.as_slice() else { return None };
            let open = ty.declaration.modifiers.contains(Modifiers::PUBLIC);
            (!open).then(|| ty.clone())
        };
        // `Func<Narrow, int>` is no more accessible than its arguments.
        narrow(printed).or_else(|| arguments_within(printed).find_map(narrow))
    })?;
    let index::csharp::TypeOrigin::Source(parts) = &narrow.origin else { return None };
    let [part] = &**parts else { return None };
    let title = format!("Make '{}' {wanted}", narrow.declaration.name);
    let safe = wanted == "public" && is_part_of_the_interface(ctx, &narrow) && exposes_only_public_types(ctx, &narrow);
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    fix_declaration(ctx, part, &title, applicability, |source, node| {
        let (range, new) = accessibility_edit(node, source.parsed.text(), wanted);
        Some(TextEdit::replace(range, new))
    })
}

/// The names of all types in the type arguments of a printed type.
fn arguments_within(printed: &str) -> impl Iterator<Item = &str> {
    let inner = match (printed.find('<'), printed.contains('(')) {
        (Some(at), false) => &printed[at..],
        _ => "",
    };
    inner.split(['<', '>', ',', ' ', '[', ']', '?']).filter(|name| !name.is_empty())
}

/// Whether accessibility errors in several files are about the type. Then the type is wrong, not the declarations that use it.
fn is_part_of_the_interface(ctx: &RuleContext<'_>, ty: &CsType) -> bool {
    let name = ty.declaration.name.as_str();
    let about = |d: &&diagnostics::SourceDiagnostic| {
        let accessibility =
            CODES.contains(&d.code.as_str()) && d.code.as_str() < "CS0062" && d.code.as_str() > "CS0049";
        let printed = |a: &String| {
            simple_name(a.split('(').next().unwrap_or(a)) == name || arguments_within(a).any(|n| simple_name(n) == name)
        };
        accessibility && d.arguments.iter().any(printed)
    };
    let files: BTreeSet<_> = ctx.diagnostics.iter().filter(about).map(|d| &d.path).collect();
    files.len() > 1
}

/// Whether all types in the signatures that would become accessible are public, so that no new error follows.
fn exposes_only_public_types(ctx: &RuleContext<'_>, ty: &CsType) -> bool {
    use semantics::csharp::Type;
    let csharp = ctx.index.csharp();
    if !ty.containing.is_empty() || ty.declaration.kind == DeclarationKind::Delegate {
        return false;
    }
    let model = ctx.csharp();
    let own: Vec<&str> = ty.declaration.type_parameters.iter().map(|p| p.name.as_str()).collect();
    let visible = |of: &Type| {
        let mut all = true;
        of.map(&mut |part| {
            if let Type::Named { name, arguments, .. } = part {
                let parameter = arguments.is_empty() && own.contains(&name.as_str());
                let found = || model.resolve(part).filter(|t| t.containing.is_empty());
                all &= parameter
                    || found().is_some_and(|t| {
                        t.full_name() == ty.full_name() || t.declaration.modifiers.contains(Modifiers::PUBLIC)
                    });
            }
            None
        });
        all
    };
    let bases = csharp.bases(ty).iter().all(|(_, base)| {
        base.as_ref().is_some_and(|b| b.declaration.modifiers.contains(Modifiers::PUBLIC) && b.containing.is_empty())
    });
    let interface = ty.declaration.kind == DeclarationKind::Interface;
    let shown =
        |m: &CsMember| interface || m.declaration.modifiers.intersects(Modifiers::PUBLIC | Modifiers::PROTECTED);
    bases
        && csharp.members(ty).iter().filter(|m| shown(m) && m.declaration.kind != DeclarationKind::EnumMember).all(
            |m| {
                let d = &m.declaration;
                let plain = model.plain_member(m);
                let result = d.kind == DeclarationKind::Constructor
                    || model.member_type(&plain).is_some_and(|t| t.is("void") || visible(&t));
                result
                    && d.type_parameters.is_empty()
                    && d.parameters.iter().all(|p| model.member_text(&plain, &p.type_text).is_some_and(|t| visible(&t)))
            },
        )
}

fn add_setter(ctx: &RuleContext<'_>) -> Option<Fix> {
    let member = declared(ctx, ctx.argument(0)?)?;
    // One setter serves all places that assign it.
    let is_own = |d: &diagnostics::SourceDiagnostic| d.code == *ctx.code() && d.argument(0) == ctx.argument(0);
    let inside = ctx.diagnostics.iter().filter(|d| is_own(d)).all(|d| {
        let around = ctx.index.csharp().enclosing_type(&d.path, d.range.start);
        around.is_some_and(|t| t.origin == member.owner.origin)
    });
    let title = format!("Add setter to '{}'", member.declaration.name);
    let safe = ctx.code() == "CS0200" && has_only_its_default(ctx, &member);
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    fix_declaration(ctx, member.id.as_ref()?, &title, applicability, |source, node| {
        let text = source.parsed.text();
        let accessors = children_of_kind(node.field("accessors")?, "accessor_declaration");
        if let Some(setter) =
            accessors.iter().find(|a| a.field("name").is_some_and(|n| matches!(n.text_in(text), "set" | "init")))
        {
            let (range, new) = accessibility_edit(*setter, text, "");
            return (!range.is_empty()).then(|| TextEdit::replace(range, new));
        }
        let getter = accessors.first().filter(|a| a.field("body").is_none())?;
        let keyword = if inside { "private set;" } else { "set;" };
        Some(TextEdit::insert(getter.end_byte(), format!(" {keyword}")))
    })
}

/// Whether the property can have no value but its default: no initializer gives it one, nor any assignment in a constructor. Without a setter
/// it would be of no use. Properties that others override or implement are left out.
fn has_only_its_default(ctx: &RuleContext<'_>, member: &CsMember) -> bool {
    let bound = Modifiers::OVERRIDE | Modifiers::VIRTUAL | Modifiers::ABSTRACT | Modifiers::STATIC;
    let name = member.declaration.name.as_str();
    if member.declaration.modifiers.intersects(bound) || member.owner.declaration.kind == DeclarationKind::Interface {
        return false;
    }
    let TypeOrigin::Source(parts) = &member.owner.origin else { return false };
    let own = member.id.as_ref();
    let Some(source) = own.and_then(|id| ctx.index.source(&id.path)) else { return false };
    let Some(place) = own.and_then(|id| ctx.index.ranges(id)) else { return false };
    let declared = leaf_at(source.parsed.root(), place.name.start).and_then(|n| n.enclosing(MEMBERS));
    let automatic = declared.is_some_and(|p| {
        let accessors = p.field("accessors").map(|a| children_of_kind(a, "accessor_declaration")).unwrap_or_default();
        p.field("value").is_none() && accessors.len() == 1 && accessors[0].field("body").is_none()
    });
    automatic && parts.iter().all(|part| ctx.index.source(&part.path).is_some_and(|s| !is_constructed(&s, name)))
}

/// Removes `static` from the method around the use, if the member belongs to the same type.
fn make_instance(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let method = token.enclosing(MEMBERS).filter(|m| m.kind() == "method_declaration")?;
    let word = modifier(method, text, "static")?;
    let ty = type_of(method)?;
    let name = method.field("name")?.text_in(text);
    let own = simple_name(Display::parse(ctx.argument(0)?)?.owner) == name_of(ty)?.text_in(text);
    let qualified = token.parent().is_some_and(|p| p.kind() == "member_access_expression");
    let extension = parameters(method).first().is_some_and(|p| has_modifier(*p, text, "this"));
    if !own || qualified || extension || name == "Main" || has_modifier(ty, text, "static") {
        return None;
    }
    let fix = ctx.fix(format!("Make '{name}' non-static"), Applicability::Unsafe).in_bulk(fix::Bulk::Manual);
    Some(fix.delete(with_space_after(text, word)).build())
}

fn make_static(ctx: &RuleContext<'_>) -> Option<Fix> {
    let member = declared(ctx, ctx.argument(0)?)?;
    let name = member.declaration.name.to_string();
    let bound = Modifiers::OVERRIDE | Modifiers::VIRTUAL | Modifiers::ABSTRACT | Modifiers::STATIC;
    if member.declaration.modifiers.intersects(bound) || member.declaration.kind == DeclarationKind::Constructor {
        return None;
    }
    if !member.declaration.explicit_interface.is_empty() {
        return None;
    }
    // The implementation of an interface member is no longer one when it is static.
    let count = member.declaration.parameters.len();
    let implements = ctx.index.csharp().all_members(&member.owner, "").iter().any(|m| {
        m.owner.declaration.kind == DeclarationKind::Interface
            && m.owner.origin != member.owner.origin
            && m.declaration.name == name
            && m.declaration.parameters.len() == count
    });
    if implements || member.owner.declaration.kind == DeclarationKind::Interface {
        return None;
    }
    let own: BTreeSet<String> = ctx
        .index
        .csharp()
        .all_members(&member.owner, "")
        .into_iter()
        .filter(|m| {
            !m.declaration.modifiers.intersects(Modifiers::STATIC | Modifiers::CONST)
                && !m.declaration.kind.is_type()
                && m.declaration.kind != DeclarationKind::Constructor
        })
        .map(|m| m.declaration.name.to_string())
        .filter(|n| *n != name)
        .collect();
    let id = member.id.as_ref()?;
    let source = ctx.index.source(&id.path)?;
    let text: &str = source.parsed.text();
    let node = leaf_at(source.parsed.root(), ctx.index.ranges(id)?.name.start)?.enclosing(MEMBERS)?;
    if !node.is(&["method_declaration", "field_declaration", "property_declaration"]) {
        return None;
    }
    // A method that uses instance members cannot be static.
    let mentions = descendants(node).any(|n| match n.kind() {
        "this" | "base" => true,
        "identifier" => {
            let member =
                n.parent().is_some_and(|p| p.kind() == "member_access_expression" && p.field("name") == Some(n));
            let declared = name_of(node) == Some(n);
            !member && !declared && own.contains(n.text_in(text))
        }
        _ => false,
    });
    if mentions {
        return None;
    }
    // `instance.M()` would no longer be allowed.
    let owner = member.owner.declaration.name.to_string();
    let modifiers = member.declaration.modifiers;
    let open = modifiers.intersects(Modifiers::PUBLIC | Modifiers::INTERNAL | Modifiers::PROTECTED);
    let parts: Vec<_> = match &member.owner.origin {
        TypeOrigin::Source(parts) if !open => parts.iter().map(|p| p.path.clone()).collect(),
        _ => ctx.index.files_with_word(&name, ctx.source.parsed.language()).to_vec(),
    };
    let through_object = parts.iter().any(|path| {
        ctx.index.text(path).is_some_and(|t| has_other_qualifier(&t, &owner, &name))
            && ctx.index.source(path).is_none_or(|source| is_used_through_instance(ctx, &source, &member, &name))
    });
    // A method has no state; a field is intended as static when it is accessed through the type.
    let through_type = ctx.token().is_some_and(|t| t.parent().is_some_and(|p| p.kind() == "member_access_expression"));
    let safe = !through_object && (node.kind() == "method_declaration" || through_type);
    let place = modifier_place(node, text, "static");
    let fix = ctx.fix(format!("Make '{name}' static"), if safe { Applicability::Safe } else { Applicability::Unsafe });
    // Each use through an object would be a new error.
    let fix = if through_object { fix.in_bulk(Bulk::Manual) } else { fix };
    Some(fix.edit_in(&source, TextEdit::insert(place, "static ")).preferred().build())
}

/// Whether the member is accessed through an instance, by the types of the receivers; unknown types count as instances.
fn is_used_through_instance(ctx: &RuleContext<'_>, source: &Source, member: &CsMember, name: &str) -> bool {
    let text: &str = source.parsed.text();
    let csharp = ctx.index.csharp();
    let model = Semantics::new(ctx.index, source).csharp();
    identifiers_named(source.parsed.root(), text, name).any(|n| {
        let simple = n.parent().filter(|p| p.kind() == "generic_name").unwrap_or(n);
        let Some(parent) = simple.parent() else { return false };
        let receiver = match parent.kind() {
            "member_access_expression" if parent.field("name") == Some(simple) => parent.field("expression"),
            "member_binding_expression" => return true,
            _ => return false,
        };
        let Some(receiver) = receiver else { return true };
        // A type's name, unless a value has the same name.
        let through_type = csharp.resolve(receiver.text_in(text), &source.path, receiver.start_byte());
        let of_value = model.type_of(receiver).and_then(|t| model.resolve(&t.not_null()));
        match (of_value, through_type) {
            (Some(value), _) => value.origin == member.owner.origin || csharp.is_derived_from(&value, &member.owner),
            (None, Some(_)) => false,
            (None, None) => true,
        }
    })
}

/// Whether `name` occurs after a dot whose left side is not `owner`.
fn has_other_qualifier(text: &str, owner: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].trim_end();
        let whole = !text[at + name.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let Some(receiver) = before.strip_suffix('.').filter(|_| whole) else { return false };
        let receiver = receiver.trim_end();
        let type_name = receiver.strip_suffix(owner);
        type_name.is_none_or(|r| r.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_titled};

    #[test]
    fn the_method_around_can_be_an_instance_one() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS0120",
            "An object reference is required for the non-static field, method, or property 'C.P'",
            "Make 'M' non-static",
            "class C { public int P { get; } public static int M() => $0P; }",
            "class C { public int P { get; } public int M() => P; }",
        );
    }

    #[test]
    fn members_of_other_files() {
        check_fix(
            rule_of(module_path!()),
            "CS0122",
            "'A.Run(int)' is inaccessible due to its protection level",
            "//- /a.cs\npublic class A { private static void Run(int n) { } }\n//- /b.cs\nclass B { void M() { A.$0Run(1); } }\n",
            "//- /a.cs\npublic class A { public static void Run(int n) { } }\n//- /b.cs\nclass B { void M() { A.Run(1); } }\n",
        );
    }

    #[test]
    fn a_setter_for_the_type_itself() {
        check_fix(
            rule_of(module_path!()),
            "CS0200",
            "Property or indexer 'C.N' cannot be assigned to -- it is read only",
            "class C { public int N { get; } void M() { $0N = 1; } }",
            "class C { public int N { get; private set; } void M() { N = 1; } }",
        );
    }

    #[test]
    fn nothing_when_an_instance_member_is_used() {
        check_fix(
            rule_of(module_path!()),
            "CS0120",
            "An object reference is required for the non-static field, method, or property 'C.F()'",
            "class C { int n; int F() => n; static int M() => $0F(); }",
            "class C { int n; int F() => n; int M() => F(); }",
        );
    }

    #[test]
    fn constructors_and_methods_of_other_types_need_no_instance() {
        check_fix_all(
            rule_of(module_path!()),
            "CS0120",
            "An object reference is required for the non-static field, method, or property 'C.Find(string)'",
            &[],
            "//- /C.cs\nclass C { private C Find(string s) => new C(); static C M() => $0Find(\"\"); }\n//- /D.cs\nclass D { void N() { var x = Unknown(); x.Find(\"\"); } }\n",
            Some("class C { private static C Find(string s) => new C(); static C M() => Find(\"\"); }\n"),
        );
    }

    #[test]
    fn a_field_of_a_type_in_a_generic_type() {
        check_fix(
            rule_of(module_path!()),
            "CS0120",
            "An object reference is required for the non-static field, method, or property 'C<T>.D.Empty'",
            "class C<T> { class D { public readonly D Empty = new D(); } object M() => D.$0Empty; }",
            "class C<T> { class D { public static readonly D Empty = new D(); } object M() => D.Empty; }",
        );
    }

    #[test]
    fn an_implementation_of_an_interface_is_not_made_static() {
        let message = "An object reference is required for the non-static field, method, or property 'C.M()'";
        for (head, made) in [("interface I { void M(); } class C : I", false), ("class C", true)] {
            let before = format!("{head} {{ public void M() {{ }} static void N() {{ $0M(); }} }}");
            let after = before.replace("$0", "").replace("public void", "public static void");
            check_fix_all(rule_of(module_path!()), "CS0120", message, &[], &before, made.then_some(after.as_str()));
        }
    }

    #[test]
    fn a_property_that_could_only_have_its_default_lacks_a_setter() {
        let message = "Property or indexer 'D.P' cannot be assigned to -- it is read only";
        let check = |rest: &str, safe: bool| {
            let file = |setter: &str, mark: &str| {
                format!(
                    "class D {{ public int P {{ get;{setter} }} {rest} }} class C {{ void M(D d) {{ {mark}d.P = 1; }} }}"
                )
            };
            let (before, after) = (file("", "$0"), file(" set;", ""));
            check_fix_all(rule_of(module_path!()), "CS0200", message, &[], &before, safe.then_some(after.as_str()));
        };
        check("", true);
        check("public D() { P = 2; }", false);
    }
}
