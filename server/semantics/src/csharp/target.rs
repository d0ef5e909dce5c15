//! The type that a missing member is to be declared in, and what can be written there.

use crate::Semantics;
use crate::csharp::{SemanticModel, Type};
use index::csharp::{CSharp, CsType, TypeOrigin};
use index::{DeclarationKind, Modifiers};
use syntax::csharp::{TYPE_DECLARATIONS, has_modifier};
use syntax::{Node, NodeExt, ancestors};

/// The type of a receiver, and whether the receiver names the type itself rather than a value.
pub fn receiver_type<'a>(ctx: &Semantics<'a>, model: &SemanticModel<'a>, receiver: Node<'a>) -> Option<(CsType, bool)> {
    let csharp = ctx.index.csharp();
    let here = || {
        let enclosing = ancestors(receiver).find(|n| n.is(TYPE_DECLARATIONS))?;
        csharp.enclosing_type(ctx.path(), enclosing.field("name")?.start_byte())
    };
    match receiver.kind() {
        "this" | "this_expression" => return Some((here()?, false)),
        "base" | "base_expression" => {
            let base = csharp.bases(&here()?).iter().find_map(|(_, b)| b.clone().filter(|b| !is_interface(b)))?;
            return Some((base, false));
        }
        _ => {}
    }
    if let Some(ty) = model.type_of(receiver) {
        // A type parameter has the members of its constraints.
        let constraint = || {
            let wider = model.supertypes(ty.strip());
            wider.iter().filter(|(t, _)| !t.is("object")).find_map(|(t, _)| model.resolve(t))
        };
        if let Some(found) = model.resolve(ty.strip()).or_else(constraint) {
            return Some((found, false));
        }
    }
    let spelled: String = receiver.text_in(ctx.text()).chars().filter(|c| !c.is_whitespace()).collect();
    let (spelled, at) = match spelled.strip_prefix("global::") {
        Some(rest) => (rest, 0),
        None => (spelled.as_str(), receiver.start_byte()),
    };
    Some((csharp.resolve(spelled, ctx.path(), at)?, true))
}

/// Type parameters of the types enclosing `token` that are not in scope in `target`, a type declaration in a text that may be another file's.
pub fn out_of_scope_type_parameters(token: Node<'_>, text: &str, target: Option<(Node<'_>, &str)>) -> Vec<String> {
    let own = target.map_or_else(Vec::new, |(node, text)| type_parameters(node, text));
    type_parameters(token, text).into_iter().filter(|n| !own.contains(n)).collect()
}

/// Type parameters of the types enclosing `node`.
fn type_parameters(node: Node<'_>, text: &str) -> Vec<String> {
    let types = ancestors(node).filter(|n| n.is(TYPE_DECLARATIONS));
    let lists = types.flat_map(|ty| ty.named()).filter(|c| c.kind() == "type_parameter_list");
    lists.flat_map(|l| l.named()).filter_map(|p| p.field("name")).map(|n| n.text_in(text).to_owned()).collect()
}

/// `ty` with `object` in place of the type parameters `names`.
pub fn without_type_parameters(ty: &Type, names: &[impl AsRef<str>]) -> Type {
    ty.map(&mut |t| match t {
        Type::Named { outer: None, name, arguments }
            if arguments.is_empty() && names.iter().any(|n| n.as_ref() == name) =>
        {
            Some(Type::named("object"))
        }
        _ => None,
    })
}

/// Whether the chain of accesses that ends at `node` starts with `a?.`: its value is `null` where `a` is, whatever the last member is.
pub fn is_conditional(node: Node<'_>) -> bool {
    let below = |n: &Node<'_>| match n.kind() {
        "invocation_expression" => n.field("function").map(|f| f.id()),
        "member_access_expression" | "element_access_expression" => n.field("expression").map(|f| f.id()),
        _ => None,
    };
    let mut at = node;
    while let Some(next) = below(&at).and_then(|id| at.named().into_iter().find(|n| n.id() == id)) {
        at = next;
    }
    at.kind() == "conditional_access_expression"
}

/// Whether members of the type declaration `ty` may use pointers without an `unsafe` modifier of their own.
pub fn is_unsafe(ty: Node<'_>, text: &str) -> bool {
    ancestors(ty).filter(|n| n.is(TYPE_DECLARATIONS)).any(|n| has_modifier(n, text, "unsafe"))
}

/// Whether the type is an interface, so that its members need no bodies.
pub fn is_interface(ty: &CsType) -> bool {
    ty.declaration.kind == DeclarationKind::Interface
}

/// Accessibility, narrowest first (C# specification §7.5).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Access {
    /// `private`
    Private,
    /// `private protected`
    PrivateProtected,
    /// `protected`
    Protected,
    /// `internal`
    Internal,
    /// `protected internal`
    ProtectedInternal,
    /// `public`
    Public,
}

impl Access {
    /// The modifiers of this accessibility.
    pub fn word(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::PrivateProtected => "private protected",
            Self::Protected => "protected",
            Self::Internal => "internal",
            Self::ProtectedInternal => "protected internal",
            Self::Public => "public",
        }
    }

    /// The effective accessibility of a type, limited by its containing types.
    pub fn of_type(csharp: &CSharp<'_>, ty: &CsType) -> Self {
        let TypeOrigin::Source(_) = ty.origin else { return Self::Public };
        let container = csharp.container(ty);
        let m = ty.declaration.modifiers;
        let (protected, internal) = (m.contains(Modifiers::PROTECTED), m.contains(Modifiers::INTERNAL));
        let own = match &container {
            _ if m.contains(Modifiers::PUBLIC) => Self::Public,
            _ if protected && internal => Self::ProtectedInternal,
            _ if protected && m.contains(Modifiers::PRIVATE) => Self::PrivateProtected,
            _ if protected => Self::Protected,
            _ if internal => Self::Internal,
            None => Self::Internal,
            Some(c) if c.declaration.kind == DeclarationKind::Interface => Self::Public,
            Some(_) => Self::Private,
        };
        container.map_or(own, |c| own.min(Self::of_type(csharp, &c)))
    }

    /// The effective accessibility of all types in `ty`.
    fn of(csharp: &CSharp<'_>, model: &SemanticModel<'_>, ty: &Type) -> Self {
        let all = |types: &mut dyn Iterator<Item = &Type>| {
            types.fold(Self::Public, |access, t| access.min(Self::of(csharp, model, t)))
        };
        match ty {
            Type::Array(of, _) | Type::Nullable(of) | Type::Pointer(of) => Self::of(csharp, model, of),
            Type::Tuple(elements) => all(&mut elements.iter().map(|(t, _)| t)),
            Type::Named { arguments, .. } => {
                let own = model.resolve(ty).map_or(Self::Public, |t| Self::of_type(csharp, &t));
                own.min(all(&mut arguments.iter()))
            }
        }
    }

    /// The widest accessibility that a member of `target` with this type can have.
    pub fn widest(csharp: &CSharp<'_>, model: &SemanticModel<'_>, target: &CsType, ty: &Type) -> Self {
        let (outside, inside) = (Self::of_type(csharp, target), Self::of(csharp, model, ty));
        if outside.min(inside) == outside { Self::Public } else { inside }
    }
}
