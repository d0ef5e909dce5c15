//! Candidates for a misspelt name, in addition to the names in scope.

use fix::RuleContext;
use index::csharp::{CsType, TypeOrigin};
use semantics::csharp::completion_names::{Name, NameKind, is_unused};
use semantics::csharp::printed::simple_name;
use semantics::csharp::similar_names::{is_other_word, typo_distance};
use semantics::csharp::type_use::TypeUse;
use syntax::{Node, NodeExt};

/// Namespaces of a similar name that contain the type `member`.
pub(crate) fn namespaces_with(ctx: &RuleContext<'_>, token: Node<'_>, member: &str) -> Vec<Name> {
    let csharp = ctx.index.csharp();
    let has = |name: &str| csharp.resolve(&format!("{name}.{member}"), ctx.path(), token.start_byte()).is_some();
    let all = csharp.namespaces();
    let mut names: Vec<&str> = all.iter().map(|n| simple_name(n)).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|n| typo_distance(token.text_in(ctx.text()), n).is_some() && has(n));
    names.into_iter().map(|n| Name { name: n.into(), kind: NameKind::Namespace, declared: Vec::new() }).collect()
}

/// Types of the tree that the missing type of `used` was probably renamed to: near in name, of the kind that the place needs and that the old name
/// speaks of, and used nowhere but where they are declared. None when a type of the old name exists anywhere in the tree.
pub(crate) fn renamed_types(ctx: &RuleContext<'_>, used: &TypeUse<'_>) -> Vec<CsType> {
    let csharp = ctx.index.csharp();
    if !matches!(ctx.code().as_str(), "CS0246") || !csharp.types_visible(used.name, ctx.path()).is_empty() {
        return Vec::new();
    }
    if !csharp.source_types_named(used.name).is_empty() {
        return Vec::new();
    }
    let interface = |name: &str| {
        let mut letters = name.chars();
        letters.next() == Some('I') && letters.next().is_some_and(char::is_uppercase)
    };
    let mut found =
        csharp.source_types_where(|name| is_other_word(used.name, name) && interface(name) == interface(used.name));
    found.retain(|ty| {
        let kind = ty.declaration.kind;
        ty.containing.is_empty()
            && ty.arity() == used.arity
            && (kind == index::DeclarationKind::Interface) == interface(used.name)
            && csharp.types_visible(&ty.declaration.name, ctx.path()).iter().any(|t| t.origin == ty.origin)
            && csharp.is_accessible(ty, ctx.path())
            && !is_found_by_tools(&ty.declaration.name)
    });
    found.retain(|ty| is_unused(ctx, &Name::of_type(ty)));
    // A file is renamed together with its type: one that is named like it is more likely than one that shares a file.
    let in_own_file = |ty: &CsType| match &ty.origin {
        TypeOrigin::Source(parts) => {
            parts.iter().any(|p| p.path.file_stem().is_some_and(|stem| stem == ty.declaration.name.as_str()))
        }
        TypeOrigin::Library { .. } => false,
    };
    if let [_] = found.iter().filter(|ty| in_own_file(ty)).collect::<Vec<_>>()[..] {
        found.retain(in_own_file);
    }
    found
}

/// Types that tools find by reflection are used nowhere by name.
pub(crate) fn is_found_by_tools(name: &str) -> bool {
    [
        "Test",
        "Tests",
        "Fixture",
        "Specs",
        "Spec",
        "Controller",
        "Migration",
        "Benchmark",
        "Benchmarks",
        "Program",
        "Startup",
    ]
    .iter()
    .any(|end| name.ends_with(end))
}

/// Whether the type of this name can be instantiated: it is neither an interface nor abstract nor static. True for unknown types.
pub(crate) fn is_instantiable(ctx: &RuleContext<'_>, name: &str, token: Node<'_>) -> bool {
    let never = |t: &CsType| {
        t.declaration.kind == index::DeclarationKind::Interface
            || t.declaration.modifiers.intersects(index::Modifiers::ABSTRACT | index::Modifiers::STATIC)
    };
    let csharp = ctx.index.csharp();
    let scope = csharp.namespaces_in_scope(ctx.path(), token.start_byte());
    let mut visible = csharp.types_visible(name, ctx.path());
    visible.retain(|t| scope.contains(&t.declaration.namespace) || t.declaration.namespace.is_empty());
    visible.is_empty() || !visible.iter().all(never)
}

/// Parameters of the methods that the call around a named argument may refer to.
pub(crate) fn parameters(ctx: &RuleContext<'_>, token: Node<'_>) -> Vec<Name> {
    let csharp = ctx.index.csharp();
    let Some(method) = ctx.argument(0) else { return Vec::new() };
    let mut out: Vec<Name> = Vec::new();
    let mut add = |parameters: &[index::Parameter]| {
        for p in parameters {
            out.push(Name { name: p.name.clone(), kind: NameKind::Local, declared: Vec::new() });
        }
    };
    for ty in csharp.types_visible(method, ctx.path()) {
        for member in csharp.members(&ty).iter().filter(|m| m.declaration.kind == index::DeclarationKind::Constructor) {
            add(&member.declaration.parameters);
        }
        add(&ty.declaration.parameters);
    }
    for extension in csharp.extension_methods_named(method) {
        add(&extension.declaration.parameters);
    }
    // Methods of the receiver, or of the type that contains the call.
    let call = token.enclosing(&["invocation_expression"]);
    let receiver = call.and_then(|c| c.field("function")).and_then(|f| f.field("expression"));
    let model = ctx.csharp();
    let owner = match receiver {
        Some(r) => model
            .type_of(r)
            .and_then(|t| model.resolve(&t))
            .or_else(|| csharp.resolve(r.text_in(ctx.text()), ctx.path(), token.start_byte())),
        None => csharp.enclosing_type(ctx.path(), token.start_byte()),
    };
    if let Some(owner) = owner {
        for member in csharp.all_members(&owner, "").iter().filter(|m| m.declaration.name == method) {
            add(&member.declaration.parameters);
        }
    }
    // A parameter cannot be named twice.
    let list = token.enclosing(&["argument_list", "attribute_argument_list"]);
    let given: Vec<&str> = list
        .into_iter()
        .flat_map(|l| l.named())
        .filter_map(|a| a.field("name"))
        .filter(|n| n.id() != token.id())
        .map(|n| n.text_in(ctx.text()))
        .collect();
    out.retain(|n| !given.contains(&n.name.as_str()));
    out
}

/// `object` and the constraint types of a type parameter around `token`; `None` when there is no such parameter, or not all are known.
pub(crate) fn constraint_types(ctx: &RuleContext<'_>, token: Node<'_>, name: &str) -> Option<Vec<CsType>> {
    let csharp = ctx.index.csharp();
    let text = ctx.text();
    let at = token.start_byte();
    let owner = syntax::ancestors(token).find(|n| {
        let list = n.named().into_iter().find(|c| c.kind() == "type_parameter_list");
        let declares = |p: Node<'_>| p.field("name").is_some_and(|f| f.text_in(text) == name);
        list.is_some_and(|l| l.named().into_iter().any(declares))
    })?;
    let mut out = vec![csharp.resolve("object", ctx.path(), at)?];
    let clauses = owner.named().into_iter().filter(|c| c.kind() == "type_parameter_constraints_clause");
    for clause in clauses.filter(|c| c.named().first().is_some_and(|n| n.text_in(text) == name)) {
        for constraint in clause.named().into_iter().filter(|c| c.kind() == "type_parameter_constraint") {
            let bound = constraint.text_in(text).trim_end_matches('?');
            if !matches!(bound, "class" | "struct" | "notnull" | "unmanaged" | "default") && !bound.starts_with("new") {
                out.push(csharp.resolve(bound, ctx.path(), at)?);
            }
        }
    }
    Some(out)
}
