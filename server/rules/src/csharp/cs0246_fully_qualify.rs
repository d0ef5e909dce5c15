//! # Fully qualify a name
//!
//! A type exists in a namespace (or type) that is not in scope. Its qualified name is written instead of adding a using directive.
//!
//! ```csharp before
//! //@ error CS0246: The type or namespace name 'List<>' could not be found (are you missing a using directive or an assembly reference?)
//! class C
//! {
//!     $0List<int> numbers;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     System.Collections.Generic.List<int> numbers;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: a using directive is usually preferred, and is what is applied in bulk where there is only one such namespace.

use super::support::usings::{is_given_as_generic, repaired_namespaces};
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use index::csharp::{CsType, TypeOrigin};
use index::{ImportKind, Modifiers};
use semantics::csharp::completion_names::was_renamed;
use semantics::csharp::type_use::{Place, TypeUse, in_using};
use syntax::{NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS0246", "CS0103", "CS0305", "CS0308"];

/// The maximum number of fixes.
const MAX_OFFERS: usize = 4;

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(mut used) = TypeUse::at(ctx, ctx.diagnostic.range.start) else { return Vec::new() };
    if in_using(used.identifier) || used.place == Place::Invoked {
        return Vec::new();
    }
    let csharp = ctx.index.csharp();
    let at = used.identifier.start_byte();
    let scope = csharp.namespaces_in_scope(ctx.path(), at);
    let visible = used.visible(ctx);
    // It is in scope by now: another repair has added the directive.
    let here = |t: &CsType| t.containing.is_empty() && scope.contains(&t.declaration.namespace);
    if ctx.code() == "CS0246" && visible.iter().any(here) {
        return Vec::new();
    }
    let library = visible.iter().all(|t| matches!(t.origin, TypeOrigin::Library { .. }));
    let renamed = library && was_renamed(ctx, &used);
    let mut names: Vec<String> = Vec::new();
    let collect = |used: &TypeUse<'_>, names: &mut Vec<String>| {
        for ty in used.visible(ctx) {
            let library = matches!(ty.origin, TypeOrigin::Library { .. });
            if library && !ty.declaration.modifiers.contains(Modifiers::PUBLIC) {
                continue;
            }
            let full = ty.full_name();
            // A qualified name would need the type arguments of the containing type.
            let outer = full.rsplit_once('.').map_or("", |(outer, _)| outer);
            let generic = |t: &CsType| t.full_name() == outer && t.arity() > 0;
            let around = ty.containing.last();
            if around.is_some_and(|name| csharp.types_visible(name, ctx.path()).iter().any(generic)) {
                continue;
            }
            if full.contains('.') && !names.contains(&full) {
                names.push(full);
            }
        }
    };
    collect(&used, &mut names);
    if names.is_empty() && used.member.is_some() {
        used.member = None;
        collect(&used, &mut names);
    }
    // Namespaces of that name.
    if used.arity == 0 && !matches!(used.place, Place::Attribute | Place::New | Place::Base { .. }) {
        let suffix = format!(".{}", used.name);
        for namespace in csharp.namespaces() {
            // It may be a part of a longer namespace.
            let Some(end) = namespace.find(&suffix).map(|i| i + suffix.len()) else { continue };
            if namespace[end..].is_empty() || namespace[end..].starts_with('.') {
                let full = namespace[..end].to_owned();
                if !names.contains(&full) && used.place != Place::Type && csharp.reaches_namespace(&full, ctx.path()) {
                    names.push(full);
                }
            }
        }
    }
    names.sort_by_key(|n| (!n.starts_with("System"), n.matches('.').count(), n.clone()));
    // The repair of a misspelt directive of the file imports it.
    let repaired = repaired_namespaces(ctx);
    let renamed = renamed || ctx.code() == "CS0305" && is_given_as_generic(ctx, used.name);
    let bulk = |full: &str| match full.rsplit_once('.') {
        Some((namespace, _)) if renamed || repaired.iter().any(|n| n == namespace) => Bulk::Manual,
        _ => Bulk::Repair,
    };
    let text = ctx.text();
    let around: Vec<String> = ancestors(used.identifier)
        .filter(|n| n.kind() == "namespace_declaration")
        .filter_map(|n| n.field("name"))
        .map(|n| n.text_in(text).to_owned())
        .collect();
    let around = around.into_iter().rev().collect::<Vec<_>>().join(".");
    let outline = ctx.index.outline(ctx.path());
    let aliases: Vec<(String, String)> = outline
        .iter()
        .flat_map(|o| &o.imports)
        .filter(|i| i.kind == ImportKind::UsingAlias)
        .map(|i| (i.alias.to_string(), i.target.to_string()))
        .collect();
    let offer = |full: &String| {
        // As short as the containing namespaces and the aliases of the file allow.
        let mut short = full.as_str();
        let mut prefix = around.as_str();
        while !prefix.is_empty() {
            let rest = full.strip_prefix(prefix).and_then(|r| r.strip_prefix('.')).filter(|r| r.contains('.'));
            // An inner namespace may also contain the first part of the name.
            let means = |r: &str| csharp.resolve(r, ctx.path(), at).is_some_and(|t| t.full_name() == *full);
            if let Some(rest) = rest.filter(|r| csharp.is_namespace(full) || used.arity > 0 || means(r)) {
                short = rest;
                break;
            }
            prefix = prefix.rsplit_once('.').map_or("", |(p, _)| p);
        }
        let mut spelled = short.to_owned();
        for (alias, target) in &aliases {
            if let Some(rest) = full.strip_prefix(target.as_str()).and_then(|r| r.strip_prefix('.')) {
                spelled = format!("{alias}.{rest}");
            }
        }
        if used.place == Place::Attribute
            && let Some(plain) = spelled.strip_suffix("Attribute").filter(|p| p.ends_with(used.name))
        {
            spelled = plain.to_owned();
        }
        ctx.fix(spelled.as_str(), Applicability::Unsafe)
            .in_bulk(bulk(full))
            .replace(used.identifier.range(), spelled)
            .build()
    };
    names.iter().take(MAX_OFFERS).map(offer).chain(using_static(ctx, &used)).collect()
}

/// `using static` for nested types of the workspace.
fn using_static(ctx: &RuleContext<'_>, used: &TypeUse<'_>) -> Vec<Fix> {
    let csharp = ctx.index.csharp();
    let plain = |t: &CsType| {
        let around = std::iter::successors(csharp.container(t), |t| csharp.container(t)).take(16);
        matches!(t.origin, TypeOrigin::Source(_))
            && !t.containing.is_empty()
            && around.into_iter().all(|c| c.arity() == 0)
    };
    let found = used.visible(ctx).into_iter().filter(|t| used.place != Place::Expression && plain(t));
    let offer = |t: CsType| {
        let type_name = csharp.container(&t)?.full_name();
        let title = format!("using static {type_name};");
        let request = ImportRequest::UsingStatic { type_name };
        Some(ctx.fix(title, Applicability::Unsafe).import(request).in_bulk(Bulk::Manual).build())
    };
    found.filter_map(offer).take(MAX_OFFERS).collect()
}

#[cfg(test)]
mod tests {
    use crate::csharp::support::type_not_found;
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled, check_no_fix};

    #[test]
    fn a_nested_type_can_be_imported() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS0246",
            &type_not_found("T"),
            "using static N.Outer;",
            "class C { $0T t; }\nnamespace N { class Outer { public class T { } } class G<X> { public class T { } } }\n",
            "using static N.Outer;\n\nclass C { T t; }\nnamespace N { class Outer { public class T { } } class G<X> { public class T { } } }\n",
        );
    }

    #[test]
    fn through_an_alias_and_inside_the_namespace() {
        check_fix(
            rule_of(module_path!()),
            "CS0246",
            &type_not_found("Int32"),
            "using S = System;\nclass C { $0Int32 i; }\n",
            "using S = System;\nclass C { S.Int32 i; }\n",
        );
        check_fix(
            rule_of(module_path!()),
            "CS0246",
            &type_not_found("T"),
            "namespace A { class C { $0T t; } }\nnamespace A.B { class T { } }\n",
            "namespace A { class C { B.T t; } }\nnamespace A.B { class T { } }\n",
        );
    }

    #[test]
    fn nothing_for_an_unknown_name() {
        check_no_fix(rule_of(module_path!()), "CS0246", &type_not_found("Whatever"), "class C { $0Whatever w; }\n");
    }

    #[test]
    fn an_inner_namespace_has_the_first_part_too() {
        check_fix(
            rule_of(module_path!()),
            "CS0246",
            "The type or namespace name 'Node' could not be found (are you missing a using directive or an assembly reference?)",
            "namespace A.Css.Dom { class Other { } }\nnamespace A.Dom { public class Node { } }\nnamespace A.Css.Dom\n{\n    class C { $0Node n; }\n}\n",
            "namespace A.Css.Dom { class Other { } }\nnamespace A.Dom { public class Node { } }\nnamespace A.Css.Dom\n{\n    class C { A.Dom.Node n; }\n}\n",
        );
    }
}
