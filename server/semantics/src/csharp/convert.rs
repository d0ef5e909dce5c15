//! Base types, conversions and type inference.

use super::cache::is_closed;
use super::{Place, SemanticModel, Type};
use index::DeclarationKind;
use index::csharp::{CsType, TypeOrigin};
use smol_str::SmolStr;
use std::sync::Arc;
use syntax::{NodeExt, ancestors, leaf_at};

/// Interfaces that an array of `T` implements.
const ARRAY_INTERFACES: [&str; 5] = [
    "System.Collections.Generic.IList",
    "System.Collections.Generic.IReadOnlyList",
    "System.Collections.Generic.ICollection",
    "System.Collections.Generic.IReadOnlyCollection",
    "System.Collections.Generic.IEnumerable",
];

/// The cost of a user-defined conversion.
pub(super) const USER_DEFINED: usize = 60;

/// Implicit numeric conversions (C# specification §10.2.3).
fn widens(from: &str, to: &str) -> bool {
    let targets: &[&str] = match from {
        "sbyte" => &["short", "int", "long", "float", "double", "decimal", "nint"],
        "byte" => &["short", "ushort", "int", "uint", "long", "ulong", "float", "double", "decimal", "nint", "nuint"],
        "short" => &["int", "long", "float", "double", "decimal", "nint"],
        "ushort" => &["int", "uint", "long", "ulong", "float", "double", "decimal", "nint", "nuint"],
        "int" => &["long", "float", "double", "decimal", "nint"],
        "uint" => &["long", "ulong", "float", "double", "decimal", "nuint"],
        "long" | "ulong" => &["float", "double", "decimal"],
        "char" => &["ushort", "int", "uint", "long", "ulong", "float", "double", "decimal", "nint", "nuint"],
        "float" => &["double"],
        _ => &[],
    };
    targets.contains(&to)
}

impl<'a> SemanticModel<'a> {
    /// Whether a type is known to be a value type.
    pub fn is_value_type(&self, ty: &Type) -> bool {
        match ty {
            Type::Named { name, arguments, .. } if arguments.is_empty() => match name.as_str() {
                "string" | "object" | "dynamic" | "void" => false,
                "nint" | "nuint" => true,
                name if super::types::system_name(name).is_some() => true,
                _ => match self.find(ty) {
                    Some(found) => is_value_kind(found.declaration.kind),
                    None => self.constraint_words(ty).iter().any(|w| w == "struct" || w == "unmanaged"),
                },
            },
            Type::Named { .. } => self.find(ty).is_some_and(|t| is_value_kind(t.declaration.kind)),
            Type::Tuple(_) | Type::Pointer(_) => true,
            Type::Nullable(inner) => self.is_value_type(inner),
            Type::Array(..) => false,
        }
    }

    /// The type itself and all its base types and interfaces, nearest first, with distances.
    pub fn supertypes(&self, ty: &Type) -> Arc<[(Type, usize)]> {
        let closed = is_closed(ty);
        let known = match closed {
            true => self.of_project.supertypes.get(ty),
            false => self.supertypes.borrow().get(ty).cloned(),
        };
        if let Some(known) = known {
            return known;
        }
        let (all, keep) = self.watched(|| self.compute_supertypes(ty));
        match closed {
            true if keep => self.of_project.supertypes.insert(ty.clone(), all.clone()),
            true => {}
            false => drop(self.supertypes.borrow_mut().insert(ty.clone(), all.clone())),
        }
        all
    }

    fn compute_supertypes(&self, ty: &Type) -> Arc<[(Type, usize)]> {
        let mut all: Vec<(Type, usize)> = vec![(ty.clone(), 0)];
        let mut at = 0;
        while at < all.len() && all.len() < 96 {
            let (next, distance) = all[at].clone();
            at += 1;
            for base in self.bases(&next) {
                if !all.iter().any(|(t, _)| *t == base) {
                    all.push((base, distance + 1));
                }
            }
        }
        if !all.iter().any(|(t, _)| t.is("object")) {
            all.push((Type::named("object"), all.last().map_or(1, |l| l.1 + 1)));
        }
        all.into()
    }

    fn bases(&self, ty: &Type) -> Vec<Type> {
        match ty {
            Type::Array(element, rank) => {
                let mut bases = vec![Type::named("System.Array")];
                if *rank == 1 {
                    bases.extend(ARRAY_INTERFACES.map(|i| Type::generic(i, vec![(**element).clone()])));
                }
                return bases;
            }
            Type::Nullable(inner) if !self.is_value_type(inner) => return vec![(**inner).clone()],
            Type::Pointer(_) => return Vec::new(),
            _ => {}
        }
        let Some(found) = self.find(ty) else {
            let words = self.constraint_words(ty);
            let place = self.here(self.focus.get());
            let skip =
                |w: &&String| !matches!(w.as_str(), "class" | "class?" | "struct" | "notnull" | "unmanaged" | "new()");
            return words.iter().filter(skip).filter_map(|w| self.canonical_text(w, &place)).collect();
        };
        let bindings = self.bindings_of(&found, ty);
        let place = self.place_of_type(&found);
        let mut bases: Vec<Type> = Vec::new();
        for (text, resolved) in self.csharp.bases(&found).iter() {
            let Some(written) = Type::parse(text) else { continue };
            let mut base = self.canonical(&written, &place);
            // The other parts of a partial type may have other using directives.
            if let (Some(resolved), Type::Named { outer: None, name, .. }) = (resolved, &mut base)
                && resolved.arity() == written.arguments().len()
                && super::types::keyword_of(&resolved.full_name()).is_none()
            {
                *name = resolved.full_name().into();
            }
            bases.push(self.substitute(&base, &bindings));
        }
        let implied = match found.declaration.kind {
            DeclarationKind::Struct | DeclarationKind::RecordStruct => Some("System.ValueType"),
            DeclarationKind::Enum => {
                // The "base" of an enum is its underlying type.
                bases.clear();
                Some("System.Enum")
            }
            DeclarationKind::Delegate => Some("System.MulticastDelegate"),
            _ => None,
        };
        bases.extend(implied.map(Type::named));
        bases
    }

    /// Type parameters of a declaration with the type arguments of `ty`.
    pub(super) fn bindings_of(&self, found: &CsType, ty: &Type) -> Vec<(SmolStr, Type)> {
        let arguments: Vec<Type> = match ty {
            Type::Tuple(elements) => elements.iter().map(|(t, _)| t.clone()).collect(),
            Type::Nullable(inner) if self.is_value_type(inner) => vec![(**inner).clone()],
            Type::Nullable(inner) => inner.arguments().to_vec(),
            other => other.arguments().to_vec(),
        };
        let mut bindings: Vec<(SmolStr, Type)> =
            found.declaration.type_parameters.iter().map(|p| p.name.clone()).zip(arguments).collect();
        // The containing generic types.
        let mut outer = match ty {
            Type::Named { outer, .. } => outer.as_deref(),
            _ => None,
        };
        while let Some(enclosing) = outer {
            if let Some(found) = self.find(enclosing) {
                let names = found.declaration.type_parameters.iter().map(|p| p.name.clone());
                bindings.extend(names.zip(enclosing.arguments().iter().cloned()));
            }
            outer = match enclosing {
                Type::Named { outer, .. } => outer.as_deref(),
                _ => None,
            };
        }
        bindings
    }

    pub(super) fn place_of_type(&self, ty: &CsType) -> Place {
        match &ty.origin {
            TypeOrigin::Source(parts) => match parts.first() {
                Some(part) => Place::Declaration(part.clone()),
                None => Place::Library,
            },
            TypeOrigin::Library { .. } => Place::Library,
        }
    }

    /// Whether it is a type parameter that is constrained to reference types.
    pub fn is_class_parameter(&self, ty: &Type) -> bool {
        self.constraint_words(ty).iter().any(|w| w == "class" || w == "class?")
    }

    /// Whether it is a type parameter that is in scope at the node of the question.
    pub(super) fn is_type_parameter(&self, ty: &Type) -> bool {
        let Type::Named { outer: None, name, arguments } = ty else { return false };
        if !arguments.is_empty() || name.contains('.') || super::types::system_name(name).is_some() {
            return false;
        }
        let Some(leaf) = leaf_at(self.source.parsed.root(), self.focus.get()) else { return false };
        ancestors(leaf).take(512).any(|ancestor| {
            let lists = ancestor.all_children().into_iter().filter(|c| c.kind() == "type_parameter_list");
            lists.flat_map(|l| l.named()).any(|p| p.field("name").is_some_and(|n| self.node_text(n) == name))
        })
    }

    /// Constraints of a type parameter that is in scope at the node of the question.
    fn constraint_words(&self, ty: &Type) -> Vec<String> {
        let Type::Named { outer: None, name, arguments } = ty else { return Vec::new() };
        if !arguments.is_empty() || name.contains('.') {
            return Vec::new();
        }
        let Some(leaf) = leaf_at(self.source.parsed.root(), self.focus.get()) else { return Vec::new() };
        for ancestor in ancestors(leaf).take(512) {
            let children = ancestor.all_children();
            let clauses = children.iter().filter(|c| c.kind() == "type_parameter_constraints_clause");
            for clause in clauses {
                let parts = clause.named();
                if parts.first().is_some_and(|n| self.node_text(*n) == name) {
                    return parts.iter().skip(1).map(|p| self.node_text(*p).to_owned()).collect();
                }
            }
        }
        Vec::new()
    }

    /// The cost of the implicit conversion from `from` to `to`: 0 for the identity conversion; `None` when there is no implicit conversion.
    pub(super) fn conversion(&self, from: &Type, to: &Type) -> Option<usize> {
        self.deeper(|| {
            if from == to {
                return Some(0);
            }
            let (from_plain, to_plain) = (from.strip(), to.strip());
            if from_plain == to_plain {
                // Unwrapping `T?` of a value type to `T` requires a cast.
                let unwraps = matches!(from, Type::Nullable(_)) && !matches!(to, Type::Nullable(_));
                return (!unwraps || !self.is_value_type(from_plain)).then_some(1);
            }
            if to_plain.is("object") || to_plain.is("dynamic") || from_plain.is("dynamic") {
                return (!from_plain.is("void")).then_some(40);
            }
            if let (Type::Tuple(a), Type::Tuple(b)) = (from_plain, to_plain) {
                let same = a.len() == b.len();
                return same.then(|| {
                    a.iter().zip(b.iter()).map(|(a, b)| self.conversion(&a.0, &b.0)).sum::<Option<usize>>()
                })?;
            }
            if matches!(from, Type::Nullable(_)) && !matches!(to, Type::Nullable(_)) && self.is_value_type(from_plain) {
                let boxes = self.find(to_plain).is_some_and(|t| !is_value_kind(t.declaration.kind));
                return if boxes { self.conversion(from_plain, to_plain) } else { None };
            }
            if let (Type::Named { name: a, .. }, Type::Named { name: b, .. }) = (from_plain, to_plain)
                && widens(a, b)
            {
                return Some(2 + numeric_rank(b).abs_diff(numeric_rank(a)));
            }
            if let (Type::Array(a, rank_a), Type::Array(b, rank_b)) = (from_plain, to_plain) {
                let covariant = rank_a == rank_b && !self.is_value_type(a) && !self.is_value_type(b);
                return if covariant || a.strip() == b.strip() { self.conversion(a, b) } else { None };
            }
            let plain = to_plain.without_annotations();
            for (base, distance) in self.supertypes(from_plain).iter().skip(1) {
                if base.without_annotations() == plain {
                    return Some(2 + distance);
                }
            }
            if let Some(distance) = self.variant(from_plain, to_plain) {
                return Some(20 + distance);
            }
            self.user_defined(from_plain, to_plain).then_some(USER_DEFINED)
        })
    }

    /// Variance: `IEnumerable<Derived>` converts to `IEnumerable<Base>`.
    fn variant(&self, from: &Type, to: &Type) -> Option<usize> {
        let found = self
            .find(to)
            .filter(|t| matches!(t.declaration.kind, DeclarationKind::Interface | DeclarationKind::Delegate))?;
        let arguments = to.arguments();
        if arguments.is_empty() || found.arity() != arguments.len() {
            return None;
        }
        let name = to.full_name();
        self.supertypes(from).iter().find_map(|(base, distance)| {
            let own = base.arguments();
            if base.full_name() != name || own.len() != arguments.len() {
                return None;
            }
            let same = |(a, b): (&Type, &Type)| {
                a.without_annotations() == b.without_annotations()
                    || !self.is_value_type(a) && !self.is_value_type(b) && self.conversion(a, b).is_some()
            };
            own.iter().zip(arguments).all(same).then_some(*distance)
        })
    }

    /// An `implicit operator` of either type.
    fn user_defined(&self, from: &Type, to: &Type) -> bool {
        [from, to].into_iter().any(|holder| {
            let operators = self.own_members(holder);
            operators.iter().filter(|m| m.declaration.name == "implicit operator").any(|m| {
                let result = self.member_type(m);
                let parameter = m.declaration.parameters.first().and_then(|p| self.member_text(m, &p.type_text));
                let same =
                    |a: Option<Type>, b: &Type| a.is_some_and(|a| a.without_annotations() == b.without_annotations());
                same(result, to) && same(parameter, from)
            })
        })
    }

    /// Unifies the type of a parameter with the type of its argument and binds the type parameters `names`.
    pub(super) fn unify(
        &self,
        parameter: &Type,
        argument: &Type,
        names: &[SmolStr],
        bindings: &mut Vec<(SmolStr, Type)>,
    ) -> Option<()> {
        self.deeper(|| {
            if !parameter.mentions(names) {
                return Some(());
            }
            match parameter {
                Type::Named { outer: None, name, arguments } if arguments.is_empty() => {
                    match bindings.iter_mut().find(|(n, _)| n == name) {
                        None => bindings.push((name.clone(), argument.clone())),
                        // Of several candidates, the one that all others convert to.
                        Some((_, bound)) if self.conversion(bound, argument).is_some() && bound != argument => {
                            if self.conversion(argument, bound).is_none() {
                                *bound = argument.clone();
                            }
                        }
                        Some(_) => {}
                    }
                    Some(())
                }
                Type::Nullable(inner) => self.unify(inner, argument.strip(), names, bindings),
                Type::Array(element, rank) => match argument.strip() {
                    Type::Array(own, own_rank) if own_rank == rank => self.unify(element, own, names, bindings),
                    _ => None,
                },
                Type::Tuple(elements) => match argument.strip() {
                    Type::Tuple(own) if own.len() == elements.len() => {
                        elements.iter().zip(own.iter()).try_for_each(|(e, o)| self.unify(&e.0, &o.0, names, bindings))
                    }
                    _ => None,
                },
                Type::Pointer(inner) => match argument {
                    Type::Pointer(own) => self.unify(inner, own, names, bindings),
                    _ => None,
                },
                Type::Named { .. } => {
                    let full = parameter.full_name();
                    let wanted = parameter.arguments();
                    if let ("System.Nullable", [inner]) = (full.as_str(), wanted) {
                        return self.unify(inner, argument.strip(), names, bindings);
                    }
                    let supertypes = self.supertypes(argument.strip());
                    let (base, _) = supertypes
                        .iter()
                        .find(|(base, _)| base.arguments().len() == wanted.len() && base.full_name() == full)?;
                    wanted.iter().zip(base.arguments()).try_for_each(|(w, b)| self.unify(w, b, names, bindings))
                }
            }
        })
    }
}

/// Whether declarations of this kind are value types.
pub(super) fn is_value_kind(kind: DeclarationKind) -> bool {
    matches!(kind, DeclarationKind::Struct | DeclarationKind::RecordStruct | DeclarationKind::Enum)
}

/// Order of the numeric types, for the better of two conversions.
fn numeric_rank(name: &str) -> usize {
    [
        "sbyte", "byte", "short", "ushort", "char", "int", "nint", "uint", "nuint", "long", "ulong", "float", "double",
        "decimal",
    ]
    .iter()
    .position(|n| *n == name)
    .unwrap_or(0)
}
