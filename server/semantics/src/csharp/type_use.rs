//! A name that should denote a type: how it is written, what its position requires, and which types fit.

use crate::Semantics;
use index::csharp::{CsType, TypeOrigin};
use index::{DeclarationKind, Modifiers};
use smol_str::SmolStr;
use syntax::{Node, NodeExt, ancestors, leaf_at};

/// What a position requires of a type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// `[X]`
    Attribute,
    /// In the base list of a type; `first` may be the base class.
    Base {
        /// Whether it is the first type of the list.
        first: bool,
    },
    /// `new X(…)`
    New,
    /// `X.Member` in an expression.
    Receiver,
    /// `X.Y` where a type is expected.
    Qualifier,
    /// Any other position where only a type is allowed.
    Type,
    /// `X(…)`: a method, or an object creation without its `new`.
    Invoked,
    /// Any other expression.
    Expression,
}

/// A use of a simple name.
#[derive(Clone, Copy, Debug)]
pub struct TypeUse<'t> {
    /// The identifier.
    pub identifier: Node<'t>,
    /// The name with its type arguments: the identifier itself or a `generic_name`.
    pub node: Node<'t>,
    /// The text of the identifier.
    pub name: &'t str,
    /// Number of type arguments.
    pub arity: usize,
    /// What the position requires.
    pub place: Place,
    /// `Member` of `X.Member`.
    pub member: Option<&'t str>,
}

impl<'t> TypeUse<'t> {
    /// The use that starts at byte `offset`.
    pub fn at(ctx: &Semantics<'t>, offset: usize) -> Option<Self> {
        Self::of(leaf_at(ctx.root(), offset)?, ctx.text())
    }

    /// The use whose identifier is `identifier`; `None` for the right side of a dot.
    pub fn of(identifier: Node<'t>, text: &'t str) -> Option<Self> {
        if identifier.kind() != "identifier" {
            return None;
        }
        let mut node = identifier;
        let mut arity = 0;
        let mut parent = node.parent()?;
        if parent.kind() == "generic_name" {
            node = parent;
            let arguments = parent.named().into_iter().find(|c| c.kind() == "type_argument_list");
            arity = arguments.map_or(0, |a| a.all_children().iter().filter(|c| c.kind() == ",").count() + 1);
            parent = node.parent()?;
        }
        let is_field = |p: Node<'t>, field: &str| p.field(field).is_some_and(|f| f.id() == node.id());
        let mut member = None;
        let place = match parent.kind() {
            "attribute" => Place::Attribute,
            "qualified_name" if is_field(parent, "qualifier") => {
                member = parent.field("name").map(|n| simple(n, text));
                Place::Qualifier
            }
            "qualified_name" | "alias_qualified_name" | "member_binding_expression" => return None,
            "member_access_expression" if is_field(parent, "expression") => {
                member = parent.field("name").map(|n| simple(n, text));
                Place::Receiver
            }
            "member_access_expression" => return None,
            "base_list" => {
                let first = parent.named().first().is_some_and(|f| f.id() == node.id());
                Place::Base { first }
            }
            "primary_constructor_base_type" => Place::Base { first: true },
            "object_creation_expression" if is_field(parent, "type") => Place::New,
            "invocation_expression" if is_field(parent, "function") => Place::Invoked,
            _ if is_field(parent, "type") || is_field(parent, "returns") => Place::Type,
            "as_expression" | "is_expression" if is_field(parent, "right") => Place::Type,
            // `x is T`
            "constant_pattern" if parent.parent().is_some_and(|p| p.kind() == "is_pattern_expression") => Place::Type,
            "type_argument_list"
            | "type_parameter_constraint"
            | "array_type"
            | "nullable_type"
            | "pointer_type"
            | "tuple_element"
            | "ref_type"
            | "scoped_type"
            | "explicit_interface_specifier"
            | "using_directive" => Place::Type,
            _ => Place::Expression,
        };
        Some(Self { identifier, node, name: identifier.text_in(text), arity, place, member })
    }

    /// Whether a type of this kind is allowed here.
    pub fn accepts(&self, ty: &CsType, ctx: &Semantics<'_>) -> bool {
        use DeclarationKind::*;
        let kind = ty.declaration.kind;
        let modifiers = ty.declaration.modifiers;
        let is_static = modifiers.contains(Modifiers::STATIC);
        match self.place {
            Place::Attribute => kind == Class && !modifiers.contains(Modifiers::ABSTRACT) && is_attribute(ty, ctx),
            Place::Base { first: true } => {
                kind == Interface
                    || (matches!(kind, Class | Record) && !is_static && !modifiers.contains(Modifiers::SEALED))
            }
            Place::Base { first: false } => kind == Interface,
            Place::New => {
                matches!(kind, Class | Struct | Record | RecordStruct | Delegate)
                    && !is_static
                    && !modifiers.contains(Modifiers::ABSTRACT)
            }
            Place::Receiver => self.member.is_none_or(|m| has_static(ty, m, ctx)),
            Place::Qualifier => self.member.is_none_or(|m| has_nested(ty, m, ctx)),
            Place::Type => !is_static,
            Place::Invoked | Place::Expression => true,
        }
    }

    /// Top-level types that the name can denote once their namespace is imported, best first: the project's own types, then by how often the
    /// project's files import the namespace, then `System`, then by name.
    pub fn importable(&self, ctx: &Semantics<'_>) -> Vec<CsType> {
        let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), self.identifier.start_byte());
        let mut out: Vec<CsType> = self
            .visible(ctx)
            .into_iter()
            .filter(|t| t.containing.is_empty() && !t.declaration.namespace.is_empty())
            .filter(|t| !scope.contains(&t.declaration.namespace))
            .collect();
        // Several assemblies may declare one name in one namespace; the using directive is the same.
        let mut seen: Vec<SmolStr> = Vec::new();
        out.retain(|t| {
            let fresh = !seen.contains(&t.declaration.namespace);
            seen.push(t.declaration.namespace.clone());
            fresh
        });
        if out.len() > 1 {
            let uses = ctx.index.csharp().using_counts();
            out.sort_by_key(|t| {
                let namespace = &t.declaration.namespace;
                let source = matches!(t.origin, TypeOrigin::Source(_));
                let used = uses.get(namespace).copied().unwrap_or(0);
                let system = namespace == "System" || namespace.starts_with("System.");
                (!source, std::cmp::Reverse(used), !system, namespace.clone())
            });
        }
        out
    }

    /// The same for a name without type arguments: types of any arity.
    pub fn importable_generic(&self, ctx: &Semantics<'_>) -> Vec<CsType> {
        let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), self.identifier.start_byte());
        let csharp = ctx.index.csharp();
        let mut out = csharp.types_visible(self.name, ctx.path());
        out.retain(|t| {
            let namespace = &t.declaration.namespace;
            t.arity() > 0
                && t.containing.is_empty()
                && !namespace.is_empty()
                && !scope.contains(namespace)
                && csharp.is_accessible(t, ctx.path())
                && is_public_enough(t)
        });
        out
    }

    /// Whether the name denotes a type here.
    pub fn is_in_scope(&self, ctx: &Semantics<'_>) -> bool {
        let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), self.identifier.start_byte());
        self.visible(ctx).iter().any(|t| t.containing.is_empty() && scope.contains(&t.declaration.namespace))
    }

    /// Types of this name and arity that the file may reference and that are allowed here, including nested types.
    pub fn visible(&self, ctx: &Semantics<'_>) -> Vec<CsType> {
        let csharp = ctx.index.csharp();
        let mut out = Vec::new();
        let names: &[String] = match self.place {
            Place::Attribute => &[format!("{}Attribute", self.name), self.name.to_owned()],
            _ => &[self.name.to_owned()],
        };
        for name in names {
            let found = csharp.types_visible(name, ctx.path());
            out.extend(found.into_iter().filter(|t| {
                t.arity() == self.arity
                    && csharp.is_accessible(t, ctx.path())
                    && is_public_enough(t)
                    && self.accepts(t, ctx)
            }));
        }
        out
    }
}

/// Reference assemblies contain only public types, but implementation assemblies contain others too.
fn is_public_enough(ty: &CsType) -> bool {
    matches!(ty.origin, TypeOrigin::Source(_)) || ty.declaration.modifiers.contains(Modifiers::PUBLIC)
}

fn simple<'t>(name: Node<'t>, text: &'t str) -> &'t str {
    match name.kind() {
        "generic_name" => name.named().first().map_or("", |n| n.text_in(text)),
        _ => name.text_in(text),
    }
}

fn is_attribute(ty: &CsType, ctx: &Semantics<'_>) -> bool {
    let csharp = ctx.index.csharp();
    let mut current = ty.clone();
    // Base types are resolved one by one; an unknown base type may be an attribute.
    for _ in 0..16 {
        if current.full_name() == "System.Attribute" {
            return true;
        }
        let bases = csharp.bases(&current);
        let Some((text, base)) = bases.first() else { return false };
        match base {
            Some(next) if next.declaration.kind == DeclarationKind::Interface => return false,
            Some(next) => current = next.clone(),
            None => return text.ends_with("Attribute"),
        }
    }
    false
}

/// Whether `ty` has a static member, constant or nested type `name`.
pub fn has_static(ty: &CsType, name: &str, ctx: &Semantics<'_>) -> bool {
    let csharp = ctx.index.csharp();
    let mut is_static = |m: &index::csharp::CsMember| {
        let d = &m.declaration;
        if d.name != name {
            return false;
        }
        d.modifiers.intersects(Modifiers::STATIC | Modifiers::CONST)
            || d.kind == DeclarationKind::EnumMember
            || d.kind.is_type()
    };
    !csharp.all_members_where(ty, "", &mut is_static).is_empty() || has_nested(ty, name, ctx)
}

fn has_nested(ty: &CsType, name: &str, ctx: &Semantics<'_>) -> bool {
    let full = ty.full_name();
    ctx.index.csharp().types_visible(name, ctx.path()).iter().any(|t| {
        !t.containing.is_empty()
            && t.full_name().strip_suffix(name).and_then(|o| o.strip_suffix('.')) == Some(full.as_str())
    })
}

/// Whether the node is inside a using directive.
pub fn in_using(node: Node<'_>) -> bool {
    ancestors(node).any(|n| n.kind() == "using_directive")
}
