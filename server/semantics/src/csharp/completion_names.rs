//! The names that may be used at a position, for finding the intended one.

use crate::Semantics;
use crate::csharp::type_use::TypeUse;
use index::csharp::{CsMember, CsType, TypeOrigin};
use index::{DeclarationId, DeclarationKind, Modifiers};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use std::cell::LazyCell;
use syntax::csharp::TYPE_DECLARATIONS;
use syntax::{Node, NodeExt, ancestors};

/// The kind of thing that a name refers to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameKind {
    /// Local variable, parameter, range variable.
    Local,
    /// Local function or method, with the numbers of arguments that it accepts.
    Method {
        /// Minimum number of arguments.
        least: usize,
        /// Maximum number of arguments.
        most: usize,
    },
    /// Field, property, event, enum member.
    Value,
    /// Type with its number of type parameters.
    Type(usize),
    /// Namespace.
    Namespace,
    /// Keyword or predefined type.
    Keyword,
}

/// A name that is in scope.
#[derive(Clone, Debug)]
pub struct Name {
    /// The name.
    pub name: SmolStr,
    /// What it refers to.
    pub kind: NameKind,
    /// Where it is declared, if in source and not a local.
    pub declared: Vec<DeclarationId>,
}

impl Name {
    fn new(name: &str, kind: NameKind) -> Self {
        Self { name: name.into(), kind, declared: Vec::new() }
    }
    /// The name of a type.
    pub fn of_type(ty: &CsType) -> Self {
        let declared = match &ty.origin {
            TypeOrigin::Source(parts) => parts.to_vec(),
            TypeOrigin::Library { .. } => Vec::new(),
        };
        Self { name: ty.declaration.name.clone(), kind: NameKind::Type(ty.arity()), declared }
    }
    /// A member as a name; `None` for members without a usable name. `extension`: called like an instance method.
    pub fn of_member(member: &CsMember, extension: bool) -> Option<Self> {
        use DeclarationKind::*;
        let d = &member.declaration;
        let kind = match d.kind {
            Method | Function => {
                let parameters = d.parameters.get(usize::from(extension)..).unwrap_or_default();
                let least = parameters.iter().filter(|p| !p.optional && !p.rest).count();
                let most = if parameters.iter().any(|p| p.rest) { usize::MAX } else { parameters.len() };
                NameKind::Method { least, most }
            }
            Property | Field | Event | EnumMember | Variable => NameKind::Value,
            kind if kind.is_type() => NameKind::Type(d.type_parameters.len()),
            _ => return None,
        };
        if !d.explicit_interface.is_empty() {
            return None;
        }
        Some(Self { name: d.name.clone(), kind, declared: member.id.iter().cloned().collect() })
    }
}

const SCOPES: &[&str] = &[
    "block",
    "for_statement",
    "foreach_statement",
    "using_statement",
    "fixed_statement",
    "switch_section",
    "switch_expression_arm",
    "lambda_expression",
    "anonymous_method_expression",
    "local_function_statement",
    "catch_clause",
    "query_expression",
    "method_declaration",
    "constructor_declaration",
    "operator_declaration",
    "conversion_operator_declaration",
    "indexer_declaration",
    "property_declaration",
    "accessor_declaration",
    "destructor_declaration",
    "class_declaration",
    "struct_declaration",
    "record_declaration",
    "event_declaration",
    "field_declaration",
    "compilation_unit",
];
/// Maximum number of nodes visited when searching for locals.
const MAX_NODES: usize = 20_000;

/// Locals, parameters and local functions that can be used at `node`.
pub fn locals(ctx: &Semantics<'_>, node: Node<'_>) -> Vec<Name> {
    let text = ctx.text();
    let mut out: Vec<Name> = Vec::new();
    let scopes: FxHashSet<usize> = ancestors(node).map(|n| n.id()).collect();
    let member = ancestors(node)
        .find(|n| n.parent().is_some_and(|p| matches!(p.kind(), "declaration_list" | "compilation_unit")));
    let Some(member) = member else { return out };
    let mut stack = vec![member];
    let mut visited = 0usize;
    while let Some(n) = stack.pop() {
        visited += 1;
        if visited > MAX_NODES {
            break;
        }
        if n.is(SCOPES) && !scopes.contains(&n.id()) {
            // The name of a local function is also usable outside of its body.
            if n.kind() == "local_function_statement"
                && let Some(name) = n.field("name")
            {
                out.push(Name::new(name.text_in(text), NameKind::Method { least: 0, most: usize::MAX }));
            }
            continue;
        }
        let mut add = |name: Option<Node<'_>>| {
            if let Some(name) = name.filter(|f| f.kind() == "identifier" && f.id() != node.id()) {
                out.push(Name::new(name.text_in(text), NameKind::Local));
            }
        };
        match n.kind() {
            "variable_declarator" => {
                // Declared after the position, or in its own initializer: not yet usable.
                let later = n.start_byte() > node.start_byte() || n.byte_range().contains(&node.start_byte());
                if !later
                    && ancestors(n)
                        .take(3)
                        .all(|a| !matches!(a.kind(), "field_declaration" | "event_field_declaration"))
                {
                    add(n.field("name").or_else(|| n.named().into_iter().next()));
                }
            }
            "parameter"
            | "declaration_pattern"
            | "declaration_expression"
            | "catch_declaration"
            | "var_pattern"
            | "recursive_pattern"
            | "join_clause"
            | "from_clause"
            | "let_clause"
            | "join_into_clause"
            | "query_continuation" => {
                add(n.field("name").or_else(|| n.all_children().into_iter().find(|c| c.kind() == "identifier")));
            }
            "implicit_parameter" => {
                out.push(Name::new(n.text_in(text), NameKind::Local));
            }
            "parenthesized_variable_designation" | "tuple_pattern" => {
                for c in n.named() {
                    if c.kind() == "identifier" {
                        out.push(Name::new(c.text_in(text), NameKind::Local));
                    }
                }
            }
            "foreach_statement" => add(n.field("left")),
            "local_function_statement" => {
                if let Some(name) = n.field("name") {
                    out.push(Name::new(name.text_in(text), NameKind::Method { least: 0, most: usize::MAX }));
                }
            }
            "lambda_expression" => add(n.field("parameters").filter(|p| p.kind() == "identifier")),
            "accessor_declaration" => {
                let setter = n.all_children().iter().any(|c| matches!(c.kind(), "set" | "init" | "add" | "remove"));
                if setter {
                    out.push(Name::new("value", NameKind::Local));
                }
            }
            _ => {}
        }
        stack.extend(n.named());
    }
    // Parameters of primary constructors.
    for ty in ancestors(node).filter(|n| n.is(TYPE_DECLARATIONS)) {
        let parameters = ty.named().into_iter().find(|c| c.kind() == "parameter_list");
        for parameter in parameters.into_iter().flat_map(|p| p.named()) {
            if let Some(name) = parameter.field("name") {
                out.push(Name::new(name.text_in(text), NameKind::Local));
            }
        }
    }
    out
}

/// Whether code in the type `here` may use a member.
fn accessible(
    ctx: &Semantics<'_>,
    here: &LazyCell<Option<CsType>, impl FnOnce() -> Option<CsType>>,
    member: &CsMember,
) -> bool {
    let d = &member.declaration;
    let inside = |ty: &CsType| {
        let full = ty.full_name();
        here.as_ref().is_some_and(|here| {
            let own = here.full_name();
            own == full || own.strip_prefix(full.as_str()).is_some_and(|r| r.starts_with('.'))
        })
    };
    let implied = matches!(member.owner.declaration.kind, DeclarationKind::Interface | DeclarationKind::Enum)
        || d.kind == DeclarationKind::EnumMember;
    let modifiers = d.modifiers;
    if modifiers.contains(Modifiers::PUBLIC) || implied {
        return true;
    }
    let source = matches!(member.owner.origin, TypeOrigin::Source(_));
    if modifiers.contains(Modifiers::INTERNAL) && source {
        return true;
    }
    if modifiers.contains(Modifiers::PROTECTED) {
        let derived = |h: &CsType| ctx.index.csharp().is_derived_from(h, &member.owner);
        return here.as_ref().is_some_and(derived) || inside(&member.owner);
    }
    inside(&member.owner)
}

/// Members of `ty` that can be used at `node`. `instance`: through a value if `true`, through the type's name if `false`; `None`: without a receiver
/// (inside the type).
pub fn members(ctx: &Semantics<'_>, node: Node<'_>, ty: &CsType, instance: Option<bool>) -> Vec<Name> {
    members_named(ctx, node, ty, instance, &mut |_| true)
}

/// Those of [`members`] whose names `near` accepts.
pub fn members_named(
    ctx: &Semantics<'_>,
    node: Node<'_>,
    ty: &CsType,
    instance: Option<bool>,
    near: &mut dyn FnMut(&str) -> bool,
) -> Vec<Name> {
    let csharp = ctx.index.csharp();
    let is_static = |m: &CsMember| {
        m.declaration.modifiers.intersects(Modifiers::STATIC | Modifiers::CONST)
            || m.declaration.kind == DeclarationKind::EnumMember
            || m.declaration.kind.is_type()
    };
    let mut fits = |m: &CsMember| {
        near(&m.declaration.name)
            && match instance {
                Some(true) => !is_static(m),
                Some(false) => is_static(m),
                None => true,
            }
    };
    let found = csharp.all_members_where(ty, "", &mut fits);
    let here = LazyCell::new(|| csharp.enclosing_type(ctx.path(), node.start_byte()));
    found.iter().filter(|m| accessible(ctx, &here, m)).filter_map(|m| Name::of_member(m, false)).collect()
}

/// Extension methods whose names `near` accepts and whose namespaces are in scope at `node`, for any receiver.
pub fn extensions(ctx: &Semantics<'_>, node: Node<'_>, near: &mut dyn FnMut(&str) -> bool) -> Vec<Name> {
    let csharp = ctx.index.csharp();
    let mut out = Vec::new();
    for namespace in csharp.namespaces_in_scope(ctx.path(), node.start_byte()) {
        for ty in csharp.types_in_namespace(&namespace) {
            if !ty.declaration.modifiers.contains(Modifiers::STATIC) {
                continue;
            }
            for member in csharp.members(&ty).iter() {
                if member.declaration.modifiers.contains(Modifiers::EXTENSION) && near(&member.declaration.name) {
                    out.extend(Name::of_member(member, true));
                }
            }
        }
    }
    out
}

/// Types whose names `near` accepts and that a simple name at `node` can refer to.
pub fn types(ctx: &Semantics<'_>, node: Node<'_>, statics: bool, near: &mut dyn FnMut(&str) -> bool) -> Vec<Name> {
    let csharp = ctx.index.csharp();
    let at = node.start_byte();
    let mut out: Vec<Name> = Vec::new();
    for ty in ancestors(node)
        .filter(|n| n.is(TYPE_DECLARATIONS) || matches!(n.kind(), "method_declaration" | "local_function_statement"))
    {
        let parameters = ty.named().into_iter().find(|c| c.kind() == "type_parameter_list");
        for parameter in parameters.into_iter().flat_map(|p| p.named()) {
            if let Some(name) = parameter.field("name").map(|n| n.text_in(ctx.text())).filter(|n| near(n)) {
                out.push(Name::new(name, NameKind::Type(0)));
            }
        }
    }
    for outer in ancestors(node).filter(|n| n.is(TYPE_DECLARATIONS)).take(6) {
        // At the name, because a position in the head of a declaration may count as outside of it.
        let Some(here) = csharp.enclosing_type(ctx.path(), outer.field("name").unwrap_or(outer).start_byte()) else {
            continue;
        };
        let mut fits = |m: &CsMember| m.declaration.kind.is_type() && near(&m.declaration.name);
        let nested = csharp.all_members_where(&here, "", &mut fits);
        out.extend(nested.iter().filter_map(|m| Name::of_member(m, false)));
    }
    let mut namespaces = csharp.namespaces_in_scope(ctx.path(), at);
    namespaces.push(SmolStr::default());
    let public =
        |t: &CsType| matches!(t.origin, TypeOrigin::Source(_)) || t.declaration.modifiers.contains(Modifiers::PUBLIC);
    for namespace in namespaces {
        let found = csharp.types_in_namespace_named(&namespace, &mut *near);
        // A static class cannot be the type of anything.
        let found = found.iter().filter(|t| statics || !t.declaration.modifiers.contains(Modifiers::STATIC));
        out.extend(found.filter(|t| public(t) && csharp.is_accessible(t, ctx.path())).map(Name::of_type));
    }
    out
}

/// Predefined types.
pub const PREDEFINED: &[&str] = &[
    "bool", "byte", "char", "decimal", "double", "float", "int", "long", "object", "sbyte", "short", "string", "uint",
    "ulong", "ushort", "void", "dynamic", "nint", "nuint",
];

/// Names that `near` accepts and that can begin an expression or a type at `used`.
pub fn simple_names(
    ctx: &Semantics<'_>,
    used: &TypeUse<'_>,
    expression: bool,
    near: &mut dyn FnMut(&str) -> bool,
) -> Vec<Name> {
    let node = used.identifier;
    let mut out = types(ctx, node, expression, near);
    if expression {
        out.extend(locals(ctx, node).into_iter().filter(|n| near(&n.name)));
        let csharp = ctx.index.csharp();
        let mut at = ancestors(node)
            .filter(|n| n.is(TYPE_DECLARATIONS))
            .filter_map(|n| csharp.enclosing_type(ctx.path(), n.field("name").unwrap_or(n).start_byte()));
        // There is no instance yet in the arguments of `base(…)` and similar places, so only static members can be used.
        let no_object = crate::csharp::site::Site::at(node, ctx.text()).is_static && !in_nameof(node, ctx.text());
        // The innermost type, then the containing types; instance members of the containing types are not accessible by simple name.
        for (i, ty) in at.by_ref().take(4).enumerate() {
            let of = (no_object || i > 0 && !in_nameof(node, ctx.text())).then_some(false);
            out.extend(members_named(ctx, node, &ty, of, near));
        }
    } else {
        out.extend(PREDEFINED.iter().filter(|k| near(k)).map(|k| Name::new(k, NameKind::Keyword)));
    }
    out
}

fn in_nameof(node: Node<'_>, text: &str) -> bool {
    ancestors(node)
        .filter(|n| n.kind() == "invocation_expression")
        .any(|n| n.field("function").is_some_and(|f| f.text_in(text) == "nameof"))
}

/// Whether the name occurs only in declarations: it was renamed recently.
pub fn is_unused(ctx: &Semantics<'_>, name: &Name) -> bool {
    let word = name.name.as_str();
    ctx.index.word_counts(word, ctx.source.parsed.language()).all(|(path, total)| {
        let Some(outline) = ctx.index.outline(&path) else { return false };
        let declarations = outline.declarations.iter().filter(|d| d.name == word).count();
        let own_constructor = |d: &&index::Declaration| {
            d.kind == index::DeclarationKind::Constructor
                && d.parent.and_then(|p| outline.declarations.get(p as usize)).is_some_and(|p| p.name == word)
        };
        let constructors = match name.kind {
            NameKind::Type(_) => outline.declarations.iter().filter(own_constructor).count(),
            _ => 0,
        };
        total <= declarations + constructors
    })
}

/// Whether a direct or indirect base class or interface of `ty` is unknown; its members are then unknown too.
/// `is_missing` tells whether a base that the index does not find is unknown to the compiler too.
pub fn has_unknown_base(
    ctx: &Semantics<'_>,
    ty: &CsType,
    is_missing: &dyn Fn(&str) -> bool,
    is_unparsed: &dyn Fn(&std::path::Path) -> bool,
) -> bool {
    let csharp = ctx.index.csharp();
    let mut stack = vec![ty.clone()];
    let mut seen: Vec<TypeOrigin> = Vec::new();
    while let Some(current) = stack.pop() {
        if seen.contains(&current.origin) || seen.len() > 64 {
            continue;
        }
        seen.push(current.origin.clone());
        // Libraries are complete.
        if matches!(current.origin, TypeOrigin::Library { .. }) {
            continue;
        }
        for (text, base) in csharp.bases(&current).iter() {
            match base {
                Some(base) => {
                    if let TypeOrigin::Source(parts) = &base.origin
                        && parts.iter().any(|part| is_unparsed(&part.path))
                    {
                        return true;
                    }
                    stack.push(base.clone());
                }
                None if is_missing(text) => return true,
                None => {}
            }
        }
    }
    false
}

/// Whether the workspace has a type that looks like a recent renaming of `used`.
pub fn was_renamed(ctx: &Semantics<'_>, used: &TypeUse<'_>) -> bool {
    types(ctx, used.identifier, true, &mut |name| super::similar_names::is_renaming(used.name, name))
        .iter()
        .any(|n| !n.declared.is_empty() && is_unused(ctx, n))
}
