//! Members of types, by name, with their types as seen from the containing constructed type.

use super::cache::is_closed;
use super::{Member, Place, SemanticModel, Type};
use index::csharp::{CsMember, CsType};
use index::{Declaration, DeclarationKind, Modifiers};
use smol_str::SmolStr;
use std::sync::Arc;

/// What a name or member access refers to.
#[derive(Clone, Debug)]
pub enum Entity {
    /// A value.
    Value(Type),
    /// A type.
    TypeName(Type),
    /// A namespace.
    Namespace(String),
    /// A method group.
    Methods(Vec<Member>),
}

impl Entity {
    /// The type of a value.
    pub(super) fn value(self) -> Option<Type> {
        match self {
            Self::Value(ty) => Some(ty),
            _ => None,
        }
    }
}

/// Names of the type parameters with a `struct` constraint.
fn struct_parameters(declaration: &Declaration) -> Vec<String> {
    let parameters = declaration.type_parameters.iter();
    let structs = parameters.filter(|p| p.constraint.split(',').any(|c| matches!(c.trim(), "struct" | "unmanaged")));
    structs.map(|p| p.name.to_string()).collect()
}

/// The delegate types that every program has, where no library is there to tell.
fn well_known_delegate(ty: &Type) -> Option<(Vec<Type>, Type)> {
    let full = ty.full_name();
    let arguments = ty.arguments().to_vec();
    let name = full.strip_prefix("System.").unwrap_or(&full);
    match (name, arguments.split_last()) {
        ("Func", Some((result, inputs))) => Some((inputs.to_vec(), result.clone())),
        ("Action", _) => Some((arguments, Type::named("void"))),
        ("Predicate", Some((input, []))) => Some((vec![input.clone()], Type::named("bool"))),
        ("Comparison", Some((input, []))) => Some((vec![input.clone(), input.clone()], Type::named("int"))),
        ("Converter", Some((result, [input]))) => Some((vec![input.clone()], result.clone())),
        _ => None,
    }
}

impl<'a> SemanticModel<'a> {
    pub(super) fn place_of_member(&self, member: &CsMember) -> Place {
        match &member.id {
            Some(id) => Place::Declaration(id.clone()),
            None => self.place_of_type(&member.owner),
        }
    }

    pub(super) fn member_of(&self, member: &CsMember, bindings: Vec<(SmolStr, Type)>, distance: usize) -> Member {
        let place = self.place_of_member(member);
        let structs = struct_parameters(&member.owner.declaration);
        let owner = Some(Arc::new(member.owner.clone()));
        Member { declaration: member.declaration.clone(), owner, place, bindings, structs, receiver: None, distance }
    }

    /// Members that the type itself declares.
    pub fn own_members(&self, ty: &Type) -> Vec<Member> {
        let Some(found) = self.find(ty) else { return Vec::new() };
        let bindings = self.bindings_of(&found, ty);
        self.csharp.members(&found).iter().map(|m| self.member_of(m, bindings.clone(), 0)).collect()
    }

    /// Members with this name, including inherited ones, nearest first. Overridden members are left out.
    pub fn members_named(&self, ty: &Type, name: &str) -> Vec<Member> {
        if !is_closed(ty) {
            return self.compute_members_named(ty, name);
        }
        let key = (ty.clone(), SmolStr::new(name));
        if let Some(known) = self.of_project.members.get(&key) {
            return known.to_vec();
        }
        let (members, keep) = self.watched(|| self.compute_members_named(ty, name));
        if keep {
            self.of_project.members.insert(key, members.clone().into());
        }
        members
    }

    fn compute_members_named(&self, ty: &Type, name: &str) -> Vec<Member> {
        let mut out: Vec<Member> = Vec::new();
        // A class or struct does not inherit the members of its interfaces.
        let is_interface = |ty: &CsType| ty.declaration.kind == DeclarationKind::Interface;
        let is_class = self.find(ty).is_some_and(|found| !is_interface(&found));
        for (base, distance) in self.supertypes(ty).iter() {
            let Some(found) = self.find(base) else { continue };
            if is_class && is_interface(&found) {
                continue;
            }
            let mut bindings = None;
            for member in self
                .csharp
                .members(&found)
                .iter()
                .filter(|m| m.declaration.name == name && !m.declaration.kind.is_type())
            {
                if !member.declaration.explicit_interface.is_empty() {
                    continue;
                }
                let bindings = bindings.get_or_insert_with(|| self.bindings_of(&found, base));
                let member = self.member_of(member, bindings.clone(), *distance);
                match out.iter_mut().find(|near| self.same_signature(near, &member)) {
                    // The distance of an override is that of the member that it overrides.
                    Some(near) if near.declaration.modifiers.contains(Modifiers::OVERRIDE) => near.distance = *distance,
                    Some(_) => {}
                    None => out.push(member),
                }
            }
        }
        out
    }

    /// Whether the nearer member hides or overrides the farther one.
    fn same_signature(&self, near: &Member, far: &Member) -> bool {
        let (a, b) = (&near.declaration, &far.declaration);
        let method = |d: &Declaration| {
            use DeclarationKind::*;
            matches!(d.kind, Method | Indexer | Constructor | Operator | ConversionOperator)
        };
        if !method(a) || !method(b) {
            // A field, property or event hides every member of its name.
            return !method(a) || !method(b);
        }
        a.parameters.len() == b.parameters.len()
            && a.type_parameters.len() == b.type_parameters.len()
            && (a.kind != DeclarationKind::ConversionOperator || a.type_text == b.type_text)
            && a.parameters.iter().zip(&b.parameters).all(|(p, q)| {
                let (p, q) = (self.member_text(near, &p.type_text), self.member_text(far, &q.type_text));
                p.map(|p| p.without_annotations()) == q.map(|q| q.without_annotations())
            })
    }

    /// The type that `text` in the member's declaration denotes, with the type arguments of the declaring type.
    pub fn member_text(&self, member: &Member, text: &str) -> Option<Type> {
        let ty = self.canonical_text(text, &member.place)?;
        let of_method = struct_parameters(&member.declaration);
        let ty = ty.map(&mut |ty| match ty {
            Type::Nullable(inner) => {
                let parameter = inner.full_name();
                let is_struct = of_method.contains(&parameter) || member.structs.contains(&parameter);
                is_struct.then(|| Type::Named {
                    outer: None,
                    name: "System.Nullable".into(),
                    arguments: [(**inner).clone()].into(),
                })
            }
            _ => None,
        });
        Some(self.substitute(&ty, &member.bindings))
    }

    /// Substitutes type parameters. `T?` of an unconstrained parameter is `T` itself for a value type.
    pub(super) fn substitute(&self, ty: &Type, bindings: &[(SmolStr, Type)]) -> Type {
        if bindings.is_empty() {
            return ty.clone();
        }
        let bound = |ty: &Type| match ty {
            Type::Named { outer: None, name, arguments } if arguments.is_empty() => {
                bindings.iter().find(|(parameter, _)| parameter == name).map(|(_, to)| to.clone())
            }
            _ => None,
        };
        ty.map(&mut |ty| match ty {
            Type::Nullable(inner) => bound(inner).map(|to| if self.is_value_type(&to) { to } else { to.nullable() }),
            Type::Named { outer: None, name, arguments } if name == "System.Nullable" && arguments.len() == 1 => {
                // `T?` of another type parameter is kept: a plain `T?` could be a nullable annotation there.
                bound(&arguments[0]).map(|to| match self.is_value_type(&to) {
                    true => to.nullable(),
                    false => Type::Named { outer: None, name: name.clone(), arguments: [to].into() },
                })
            }
            other => bound(other),
        })
    }

    /// The type of a field, property, event, or what a method returns. `None` where it is inferred.
    pub fn member_type(&self, member: &Member) -> Option<Type> {
        self.member_text(member, &member.declaration.type_text)
    }

    /// What `name` refers to as a member of `of`.
    pub(super) fn member(&self, of: &Entity, name: &str, arguments: &[Type], offset: usize) -> Option<Entity> {
        self.deeper(|| match of {
            Entity::Namespace(namespace) => {
                let full = format!("{namespace}.{name}");
                if self.find_name(&full, arguments.len()).is_some() {
                    return Some(Entity::TypeName(Type::generic(&full, arguments.to_vec())));
                }
                self.csharp.is_namespace(&full).then_some(Entity::Namespace(full))
            }
            Entity::TypeName(ty) => {
                let found = self.find(ty);
                if found.as_ref().is_some_and(|t| t.declaration.kind == DeclarationKind::Enum)
                    && self
                        .own_members(ty)
                        .iter()
                        .any(|m| m.declaration.kind == DeclarationKind::EnumMember && m.declaration.name == name)
                {
                    return Some(Entity::Value(ty.clone()));
                }
                self.entity_of(self.members_named(ty, name)).or_else(|| {
                    let nested = format!("{}.{name}", ty.full_name());
                    self.find_name(&nested, arguments.len())?;
                    let outer = (!ty.arguments().is_empty()).then(|| Arc::new(ty.clone()));
                    let name: &str = if outer.is_some() { name } else { &nested };
                    Some(Entity::TypeName(Type::Named { outer, name: name.into(), arguments: arguments.into() }))
                })
            }
            Entity::Value(ty) => self.value_member(ty, name, offset),
            Entity::Methods(_) => None,
        })
    }

    fn value_member(&self, ty: &Type, name: &str, offset: usize) -> Option<Entity> {
        if let Type::Tuple(elements) = ty.strip() {
            let item = name.strip_prefix("Item").and_then(|n| n.parse::<usize>().ok()).and_then(|n| n.checked_sub(1));
            let named = elements.iter().position(|(_, own)| own.as_deref() == Some(name));
            if let Some((element, _)) = named.or(item).and_then(|i| elements.get(i)) {
                return Some(Entity::Value(element.clone()));
            }
        }
        let receiver = if self.is_value_type(ty) { ty } else { ty.strip() };
        let mut members = self.members_named(receiver, name);
        if name == "Invoke" && members.is_empty() {
            members.extend(self.invoke(receiver));
        }
        let methods = members.iter().all(|m| m.declaration.kind == DeclarationKind::Method);
        if !members.is_empty() && !methods {
            return self.entity_of(members);
        }
        // Extension methods come after the type's own methods; overload resolution selects among all of them.
        let mut all = members;
        all.extend(self.extensions(receiver, name, offset));
        (!all.is_empty()).then_some(Entity::Methods(all))
    }

    /// Extension methods with this name that accept `receiver` and are in scope at byte `offset`.
    pub fn extensions(&self, receiver: &Type, name: &str, offset: usize) -> Vec<Member> {
        let found = self.csharp.extension_methods_named(name);
        if found.is_empty() {
            return Vec::new();
        }
        let scope = self.csharp.namespaces_in_scope(&self.source.path, offset);
        let mut out = Vec::new();
        for member in found {
            let namespace = &member.owner.declaration.namespace;
            if !namespace.is_empty() && !scope.contains(namespace) {
                continue;
            }
            let mut candidate = self.member_of(&member, Vec::new(), 1000);
            candidate.receiver = Some(receiver.clone());
            out.push(candidate);
        }
        out
    }

    /// What members of one name refer to together.
    pub(super) fn entity_of(&self, members: Vec<Member>) -> Option<Entity> {
        let first = members.first()?;
        match first.declaration.kind {
            DeclarationKind::Method => Some(Entity::Methods(
                members.into_iter().filter(|m| m.declaration.kind == DeclarationKind::Method).collect(),
            )),
            DeclarationKind::Field | DeclarationKind::Property | DeclarationKind::Event => {
                Some(Entity::Value(self.member_type(first)?))
            }
            _ => None,
        }
    }

    /// The `Invoke` method of a delegate type.
    pub(super) fn invoke(&self, ty: &Type) -> Option<Member> {
        let found = self.find(ty).filter(|t| t.declaration.kind == DeclarationKind::Delegate)?;
        let mut declaration = (*found.declaration).clone();
        declaration.kind = DeclarationKind::Method;
        declaration.name = "Invoke".into();
        declaration.type_parameters.clear();
        Some(Member {
            structs: struct_parameters(&found.declaration),
            declaration: declaration.into(),
            place: self.place_of_type(&found),
            bindings: self.bindings_of(&found, ty),
            owner: Some(Arc::new(found)),
            receiver: None,
            distance: 0,
        })
    }

    /// Parameter types and return type of a delegate type.
    pub fn delegate(&self, ty: &Type) -> Option<(Vec<Type>, Type)> {
        let ty = ty.strip();
        if let Some([inner]) = ty.arguments_of("System.Linq.Expressions.Expression") {
            return self.delegate(inner);
        }
        let Some(found) = self.find(ty) else {
            // Where a library is there, what it does not find lacks its using directive.
            let has_library = self.find(&Type::named("System.Action")).is_some();
            return if has_library { None } else { well_known_delegate(ty) };
        };
        if found.declaration.kind != DeclarationKind::Delegate {
            return None;
        }
        let bindings = self.bindings_of(&found, ty);
        let place = self.place_of_type(&found);
        let text = |text: &str| Some(self.substitute(&self.canonical_text(text, &place)?, &bindings));
        let declaration = &found.declaration;
        let parameters: Option<Vec<Type>> = declaration.parameters.iter().map(|p| text(&p.type_text)).collect();
        Some((parameters?, text(&declaration.type_text)?))
    }

    /// The iteration type of `foreach` over a collection.
    pub fn element_type(&self, collection: &Type) -> Option<Type> {
        let collection = collection.strip();
        if let Type::Array(element, _) = collection {
            return Some((**element).clone());
        }
        if collection.is("string") {
            return Some(Type::named("char"));
        }
        // The pattern comes first: `GetEnumerator().Current`.
        for name in ["GetEnumerator", "GetAsyncEnumerator"] {
            let enumerators = self.members_named(collection, name);
            let public = enumerators.iter().find(|m| {
                let interface = m.declaration.modifiers & (Modifiers::PRIVATE | Modifiers::STATIC);
                interface.is_empty() && m.declaration.parameters.iter().all(|p| p.optional)
            });
            let generic =
                enumerators.iter().filter(|m| m.declaration.parameters.iter().all(|p| p.optional)).find_map(|m| {
                    let ty = self.member_type(m)?;
                    self.supertypes(&ty).iter().find_map(|(t, _)| {
                        let enumerator = t
                            .arguments_of("System.Collections.Generic.IEnumerator")
                            .or_else(|| t.arguments_of("System.Collections.Generic.IAsyncEnumerator"))?;
                        enumerator.first().cloned()
                    })
                });
            if generic.is_some() {
                return generic;
            }
            if let Some(current) = public
                .and_then(|m| self.member_type(m))
                .and_then(|e| self.members_named(&e, "Current").into_iter().next())
            {
                return self.member_type(&current);
            }
        }
        // The interface may be implemented explicitly.
        let supertypes = self.supertypes(collection);
        ["System.Collections.Generic.IEnumerable", "System.Collections.Generic.IAsyncEnumerable"]
            .iter()
            .find_map(|name| supertypes.iter().find_map(|(t, _)| t.arguments_of(name)?.first().cloned()))
            .or_else(|| {
                let plain = supertypes.iter().any(|(t, _)| t.is("System.Collections.IEnumerable"));
                plain.then(|| Type::named("object"))
            })
    }

    /// `T` of `Task<T>` and similar types, `void` of `Task`; `None` when the type is not awaitable.
    pub fn awaited(&self, ty: &Type) -> Option<Type> {
        let ty = ty.strip();
        let generic = ["System.Threading.Tasks.Task", "System.Threading.Tasks.ValueTask"];
        if let Some([result]) = generic.iter().find_map(|g| ty.arguments_of(g)) {
            return Some(result.clone());
        }
        if generic.iter().any(|g| ty.is(g)) {
            return Some(Type::named("void"));
        }
        let awaiter = self.members_named(ty, "GetAwaiter").into_iter().find(|m| m.declaration.parameters.is_empty())?;
        let result = self.members_named(&self.member_type(&awaiter)?, "GetResult").into_iter().next()?;
        self.member_type(&result)
    }

    /// Whether the type is an enum.
    pub(super) fn is_enum(&self, ty: &Type) -> bool {
        self.find(ty).is_some_and(|t| t.declaration.kind == DeclarationKind::Enum)
    }
}
