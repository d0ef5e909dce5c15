//! Substitution, and evaluation of `keyof`, indexed access and conditional types.

use super::tree::At;
use super::types::{
    Alias, Decl, Element, Kind, Lazy, Literal, Mapper, Members, Param, Property, Signature, Symbol, Type,
};
use super::{Model, Ternary};
use smol_str::SmolStr;
use std::sync::Arc;

/// Members of a union that distribution makes.
pub(super) const MAX_UNION: usize = 500;

/// Whether a type is one that has to wait for its type arguments as a whole.
pub(crate) fn is_variable(ty: &Type) -> bool {
    match ty.kind() {
        Kind::Parameter(_) | Kind::This(_) | Kind::Indexed(..) | Kind::Conditional(..) => true,
        Kind::Keyof(of) => of.is_generic(),
        Kind::Mapped(_, _, open) => *open,
        Kind::Template(_, types) => types.iter().any(is_variable),
        Kind::StringMapping(_, of) => is_variable(of),
        Kind::Union(parts) | Kind::Intersection(parts) => parts.iter().any(is_variable),
        Kind::Tuple(elements, _) => elements.iter().any(|e| e.rest && is_variable(&e.ty)),
        _ => false,
    }
}

impl Model<'_> {
    /// The type with its type parameters replaced.
    pub(crate) fn instantiate(&self, ty: &Type, mapper: &Mapper) -> Type {
        if mapper.is_empty() || !ty.is_generic() {
            return ty.clone();
        }
        if matches!(ty.kind(), Kind::Parameter(_) | Kind::This(_)) {
            return mapper.get(ty).cloned().unwrap_or_else(|| ty.clone());
        }
        let key = (ty.clone(), mapper.clone());
        if let Some(known) = self.store.instantiated.get(&key) {
            return known;
        }
        let Some(_step) = self.step() else { return self.error() };
        let made = self.instantiated(ty, mapper);
        let alias = ty.alias().filter(|a| !a.symbol.decls().is_empty()).map(|a| Alias {
            symbol: a.symbol.clone(),
            args: a.args.iter().map(|t| self.instantiate(t, mapper)).collect(),
        });
        // What an alias comes to is called so as long as it is a thing of its own.
        let made = match (&alias, ty.kind()) {
            // What a condition comes to has no name of its own.
            (Some(_), Kind::Conditional(..)) if !matches!(made.kind(), Kind::Conditional(..)) => made,
            // What one key leads to has its own name; what several lead to is put together under the alias.
            (Some(_), Kind::Indexed(_, index))
                if !matches!(made.kind(), Kind::Indexed(..))
                    && !(matches!(made.kind(), Kind::Union(_))
                        && matches!(self.instantiate(index, mapper).kind(), Kind::Union(_))) =>
            {
                made
            }
            (Some(_), Kind::Mapped(..)) if !matches!(made.kind(), Kind::Union(_) | Kind::Mapped(..)) => made,
            (Some(_), Kind::Union(_) | Kind::Intersection(_))
                if !matches!(made.kind(), Kind::Union(_) | Kind::Intersection(_)) =>
            {
                made
            }
            (Some(_), _) => self.store.aliased(&made, alias),
            (None, _) => made,
        };
        if !self.is_tainted() {
            self.store.instantiated.insert(key, made.clone());
        }
        made
    }

    fn instantiated(&self, ty: &Type, mapper: &Mapper) -> Type {
        let all = |types: &[Type]| types.iter().map(|t| self.instantiate(t, mapper)).collect::<Box<[Type]>>();
        match ty.kind() {
            Kind::Reference(symbol, args) => self.make(Kind::Reference(symbol.clone(), all(args))),
            Kind::Anonymous(symbol, args) => self.make(Kind::Anonymous(symbol.clone(), all(args))),
            Kind::AliasRef(symbol, args) => self.make(Kind::AliasRef(symbol.clone(), all(args))),
            Kind::Object(members) => self.make(Kind::Object(Arc::new(self.map_members(members, mapper)))),
            Kind::Array(element, readonly) => {
                let element = self.instantiate(element, mapper);
                if element.is_error() { element } else { self.make(Kind::Array(element, *readonly)) }
            }
            Kind::Tuple(elements, readonly) => {
                let elements =
                    elements.iter().map(|e| Element { ty: self.instantiate(&e.ty, mapper), ..e.clone() }).collect();
                self.tuple(elements, *readonly)
            }
            Kind::Union(parts) => match ty.alias() {
                Some(origin) if super::store::is_origin(origin) => self.union(all(&origin.args).into_vec()),
                Some(written) if super::store::is_written_intersection(written) => {
                    self.intersection(all(&written.args).into_vec())
                }
                _ => self.union(all(parts).into_vec()),
            },
            Kind::Intersection(parts) => self.intersection(all(parts).into_vec()),
            Kind::Keyof(of) => self.keyof(&self.instantiate(of, mapper)),
            Kind::Indexed(object, index) => {
                let (object, index) = (self.instantiate(object, mapper), self.instantiate(index, mapper));
                self.indexed_access(&object, &index).unwrap_or_else(|| self.error())
            }
            Kind::Conditional(decl, args) => self.conditional(*decl, &all(args)),
            Kind::Mapped(decl, args, _) => self.mapped(*decl, &all(args)),
            Kind::Template(texts, types) => {
                self.template(texts.to_vec(), all(types).into_vec()).unwrap_or_else(|| self.error())
            }
            Kind::StringMapping(name, of) => {
                self.string_mapping(name, &self.instantiate(of, mapper)).unwrap_or_else(|| self.error())
            }
            _ => ty.clone(),
        }
    }

    pub(crate) fn map_lazy(&self, lazy: &Lazy, mapper: &Mapper) -> Lazy {
        if mapper.is_empty() {
            return lazy.clone();
        }
        match lazy {
            Lazy::Known(ty) => Lazy::Known(self.instantiate(ty, mapper)),
            Lazy::Declared(symbol, inner) => Lazy::Declared(symbol.clone(), self.compose(inner, mapper)),
            Lazy::Returned(decl, inner) => Lazy::Returned(*decl, self.compose(inner, mapper)),
            Lazy::Template(decl, inner) => Lazy::Template(*decl, self.compose(inner, mapper)),
            Lazy::Optional(inner) => Lazy::Optional(Box::new(self.map_lazy(inner, mapper))),
            Lazy::Required(inner) => Lazy::Required(Box::new(self.map_lazy(inner, mapper))),
            Lazy::Union(all) => Lazy::Union(all.iter().map(|l| self.map_lazy(l, mapper)).collect()),
            Lazy::Intersection(all) => Lazy::Intersection(all.iter().map(|l| self.map_lazy(l, mapper)).collect()),
        }
    }

    /// First `inner`, then `outer`.
    pub(crate) fn compose(&self, inner: &Mapper, outer: &Mapper) -> Mapper {
        let mut pairs: Vec<(Type, Type)> =
            inner.0.iter().map(|(p, t)| (p.clone(), self.instantiate(t, outer))).collect();
        for (parameter, ty) in outer.0.iter() {
            if !pairs.iter().any(|(p, _)| p == parameter) {
                pairs.push((parameter.clone(), ty.clone()));
            }
        }
        Mapper::new(pairs)
    }

    pub(crate) fn map_members(&self, members: &Members, mapper: &Mapper) -> Members {
        Members {
            props: members.props.iter().map(|p| Property { ty: self.map_lazy(&p.ty, mapper), ..p.clone() }).collect(),
            calls: members.calls.iter().map(|s| self.map_signature(s, mapper)).collect(),
            constructs: members.constructs.iter().map(|s| self.map_signature(s, mapper)).collect(),
            indexes: members
                .indexes
                .iter()
                .map(|i| super::types::IndexInfo {
                    key: self.instantiate(&i.key, mapper),
                    ty: self.map_lazy(&i.ty, mapper),
                    ..i.clone()
                })
                .collect(),
        }
    }

    pub(crate) fn map_signature(&self, signature: &Signature, mapper: &Mapper) -> Signature {
        if mapper.is_empty() {
            return signature.clone();
        }
        let own: Vec<Type> = signature.type_params.iter().map(|p| p.ty.clone()).collect();
        let mapper = &mapper.without(&own);
        let map = |t: &Option<Type>| t.as_ref().map(|t| self.instantiate(t, mapper));
        Signature {
            type_params: signature
                .type_params
                .iter()
                .map(|p| super::types::TypeParam {
                    constraint: map(&p.constraint),
                    default: map(&p.default),
                    ..p.clone()
                })
                .collect(),
            this: map(&signature.this),
            params: signature.params.iter().map(|p| Param { ty: self.map_lazy(&p.ty, mapper), ..p.clone() }).collect(),
            ret: self.map_lazy(&signature.ret, mapper),
            predicate: signature.predicate.as_ref().map(|p| super::types::Predicate { ty: map(&p.ty), ..p.clone() }),
            ..signature.clone()
        }
    }

    /// A tuple, with spread tuples put in.
    pub(crate) fn tuple(&self, elements: Vec<Element>, readonly: bool) -> Type {
        let mut out: Vec<Element> = Vec::new();
        for element in elements {
            if element.ty.is_error() || out.len() > 300 {
                return self.error();
            }
            if !element.rest {
                out.push(element);
                continue;
            }
            let inner = self.force(&element.ty);
            match inner.kind() {
                Kind::Tuple(inner, _) => out.extend(inner.iter().cloned()),
                Kind::Never => return inner,
                Kind::Union(parts) if parts.iter().all(|p| matches!(p.kind(), Kind::Tuple(..) | Kind::Array(..))) => {
                    // Left as it is: distribution is rare.
                    out.push(element);
                }
                _ => out.push(element),
            }
        }
        // Of several open parts, one remains: all from the first to the last.
        let open = |e: &Element| e.rest && matches!(e.ty.kind(), Kind::Array(..));
        if let (Some(first), Some(last)) = (out.iter().position(open), out.iter().rposition(open))
            && first < last
            && out[first..=last].iter().all(|e| open(e) || !e.rest)
        {
            let parts = out[first..=last].iter().map(|e| match e.ty.kind() {
                Kind::Array(element, _) if e.rest => element.clone(),
                _ => e.ty.clone(),
            });
            let joined = self.store.array(self.union(parts.collect::<Vec<_>>()));
            let rest = Element { ty: joined, optional: false, rest: true, name: Default::default() };
            out.splice(first..=last, [rest]);
        }
        if let [only] = out.as_slice()
            && only.rest
            && let Kind::Array(element, r) = only.ty.kind()
        {
            return self.make(Kind::Array(element.clone(), readonly || *r));
        }
        self.make(Kind::Tuple(out.into(), readonly))
    }

    /// An intersection, flattened, distributed over unions.
    pub(crate) fn intersection(&self, types: Vec<Type>) -> Type {
        let mut parts: Vec<Type> = Vec::new();
        let mut stack: Vec<Type> = types;
        stack.reverse();
        while let Some(ty) = stack.pop() {
            match ty.kind() {
                Kind::Error => return ty,
                Kind::Intersection(inner) => stack.extend(inner.iter().rev().cloned()),
                Kind::Unknown => {}
                _ if parts.contains(&ty) => {}
                _ => parts.push(ty),
            }
            if parts.len() > MAX_UNION {
                return self.error();
            }
        }
        if let Some(never) = parts.iter().find(|p| p.is_never()) {
            return never.clone();
        }
        if let Some(any) = parts.iter().find(|p| p.is_any()) {
            return any.clone();
        }
        let forced: Vec<Type> = parts.iter().map(|p| self.force(p)).collect();
        if let Some(at) = forced.iter().position(|p| matches!(p.kind(), Kind::Union(_) | Kind::Boolean)) {
            let choices = self.expanded(&forced[at]);
            // `T & {}` takes out what is nullish.
            let empty = |t: &Type| self.is_empty_object(t);
            if parts.len() == 2 && parts.iter().any(empty) {
                let kept = choices.into_iter().filter(|c| !c.is_nullish() || matches!(c.kind(), Kind::Void)).map(|c| {
                    if is_variable(&c) {
                        self.intersection(vec![c, self.make(Kind::Object(Arc::default()))])
                    } else {
                        c
                    }
                });
                return self.union(kept.collect::<Vec<_>>());
            }
            if choices.len() * parts.len() > MAX_UNION {
                return self.error();
            }
            let made = choices.into_iter().map(|choice| {
                let mut all = parts.clone();
                if let Some(slot) = all.get_mut(at) {
                    *slot = choice;
                }
                self.intersection(all)
            });
            let made = self.union(made.collect::<Vec<_>>());
            // It is displayed as it was written where that is shorter.
            if let Kind::Union(each) = made.kind()
                && !each.iter().any(is_primitive)
                && each.iter().map(constituents).sum::<usize>() > parts.iter().map(constituents).sum()
            {
                let written = Alias { symbol: self.store.symbol("&", &[]), args: parts.into() };
                return self.store.make_as(made.kind().clone(), Some(written));
            }
            return made;
        }
        // Primitives: equal ones fall together, different ones exclude each other.
        let primitives: Vec<&Type> = parts.iter().filter(|p| is_primitive(p)).collect();
        if primitives.len() > 1 {
            let mut narrowest = primitives[0].clone();
            for other in &primitives[1..] {
                if self.relates(other, &narrowest).is_yes() {
                    narrowest = (*other).clone();
                } else if !self.relates(&narrowest, other).is_yes() {
                    return self.make(Kind::Never);
                }
            }
            parts.retain(|p| !is_primitive(p) || *p == narrowest);
        }
        if let Some(primitive) = parts.iter().find(|p| is_primitive(p)).cloned() {
            if parts.len() > 1 && parts.iter().any(|p| self.is_empty_object(p)) && !primitive.is_nullish() {
                let literal_trick =
                    matches!(primitive.kind(), Kind::String | Kind::Number | Kind::BigInt | Kind::ESSymbol);
                if !literal_trick {
                    parts.retain(|p| !self.is_empty_object(p));
                }
            } else if primitive.is_nullish() && parts.len() > 1 && !parts.iter().any(is_variable) {
                return self.make(Kind::Never);
            }
            if parts.iter().any(|p| matches!(p.kind(), Kind::NonPrimitive)) {
                return self.make(Kind::Never);
            }
        } else if parts.len() > 1 && parts.iter().any(|p| self.is_empty_object(p)) {
            // `{}` says nothing beside another object type.
            let sure = |p: &Type| !is_variable(p) && !self.is_empty_object(p);
            if parts.iter().any(sure) {
                parts.retain(|p| !self.is_empty_object(p) || p.alias().is_some());
            }
        }
        if self.is_impossible(&parts) {
            return self.make(Kind::Never);
        }
        match parts.len() {
            0 => self.make(Kind::Unknown),
            1 => parts.swap_remove(0),
            _ => self.make(Kind::Intersection(parts.into())),
        }
    }

    /// Object types whose discriminating properties contradict each other.
    fn is_impossible(&self, parts: &[Type]) -> bool {
        if parts.len() < 2 || parts.len() > 4 || parts.iter().any(|p| p.is_generic() || is_primitive(p)) {
            return false;
        }
        let literals = |t: &Type| -> Vec<(SmolStr, Type)> {
            let (Kind::Anonymous(..) | Kind::Reference(..) | Kind::Object(_)) = t.kind() else { return Vec::new() };
            let Some(members) = self.members(t) else { return Vec::new() };
            let units = members.props.iter().filter(|p| !p.optional && matches!(&p.ty, Lazy::Known(t) if is_unit(t)));
            units
                .filter_map(|p| if let Lazy::Known(t) = &p.ty { Some((p.name.clone(), t.clone())) } else { None })
                .collect()
        };
        let first = literals(&parts[0]);
        parts[1..].iter().any(|p| literals(p).iter().any(|(n, t)| first.iter().any(|(m, u)| n == m && t != u)))
    }

    pub(crate) fn is_empty_object(&self, ty: &Type) -> bool {
        match ty.kind() {
            Kind::Object(members) => **members == Members::default(),
            Kind::Anonymous(symbol, _) => symbol
                .first()
                .and_then(|d| self.with_file(d, |at| Some(at.is(&["object_type", "object"]) && at.named().is_empty())))
                .unwrap_or(false),
            _ => false,
        }
    }

    /// Members of a union, `boolean` taken apart, enums as they are.
    pub(crate) fn expanded(&self, ty: &Type) -> Vec<Type> {
        let ty = self.force(ty);
        let mut out = Vec::new();
        for part in ty.parts() {
            match part.kind() {
                Kind::Boolean => {
                    out.push(self.store.boolean_literal(false));
                    out.push(self.store.boolean_literal(true));
                }
                Kind::AliasRef(..) => out.extend(self.force(part).parts().iter().cloned()),
                _ => out.push(part.clone()),
            }
        }
        out
    }

    pub(crate) fn keyof(&self, ty: &Type) -> Type {
        let Some(_step) = self.step() else { return self.error() };
        let ty = &self.force(ty);
        match ty.kind() {
            Kind::Error => ty.clone(),
            Kind::Any => self.property_keys(),
            Kind::Unknown | Kind::Null | Kind::Undefined | Kind::Void | Kind::NonPrimitive => self.make(Kind::Never),
            Kind::Never => self.property_keys(),
            Kind::Union(parts) => self.intersection(parts.iter().map(|p| self.keyof(p)).collect()),
            Kind::Intersection(parts) => self.union(parts.iter().map(|p| self.keyof(p)).collect::<Vec<_>>()),
            Kind::Mapped(decl, args, _) => {
                self.mapped_keys(*decl, args).unwrap_or_else(|| self.make(Kind::Keyof(ty.clone())))
            }
            _ if is_variable(ty) => self.make(Kind::Keyof(ty.clone())),
            _ => {
                let Some(members) = self.members(ty) else { return self.error() };
                let mut keys: Vec<Type> = Vec::new();
                for property in members.props.iter().filter(|p| !p.hidden) {
                    if let Some(key) = self.key_type(property) {
                        keys.push(key);
                    }
                }
                for index in &members.indexes {
                    if matches!(index.key.kind(), Kind::String) {
                        keys.push(self.make(Kind::Number));
                    }
                    keys.push(index.key.clone());
                }
                let union = self.union(keys);
                let named = matches!(ty.kind(), Kind::Reference(..) | Kind::Array(..) | Kind::Tuple(..))
                    || ty.alias().is_some();
                if matches!(union.kind(), Kind::Union(_)) && members.indexes.is_empty() && named {
                    let alias = Alias { symbol: self.store.symbol("keyof", &[]), args: [ty.clone()].into() };
                    return self.store.aliased(&union, Some(alias));
                }
                union
            }
        }
    }

    /// The key of a property; `None` for well-known symbols.
    pub(crate) fn key_type(&self, property: &Property) -> Option<Type> {
        if property.name.starts_with('[') {
            return None;
        }
        let numeric = property.name.parse::<u64>().is_ok_and(|n| n.to_string() == property.name.as_str());
        let quoted = property
            .symbol
            .as_ref()
            .and_then(Symbol::first)
            .is_some_and(|d| self.with_file(d, |at| Some(at.field("name")?.kind() == "string")).unwrap_or(false));
        Some(if numeric && !quoted {
            self.make(Kind::Literal(Literal::Number(property.name.clone()), false))
        } else {
            self.store.string_literal(&property.name)
        })
    }

    fn property_keys(&self) -> Type {
        self.union([self.make(Kind::String), self.make(Kind::Number), self.make(Kind::ESSymbol)])
    }

    pub(crate) fn indexed_access(&self, object: &Type, index: &Type) -> Option<Type> {
        let _step = self.step()?;
        let (object, index) = (&self.force(object), &self.force(index));
        if object.is_error() || index.is_error() {
            return None;
        }
        if object.is_any() || index.is_never() {
            return Some(if object.is_any() { object.clone() } else { index.clone() });
        }
        if let Kind::Mapped(decl, args, _) = object.kind()
            && (is_variable(object) || is_variable(index))
        {
            return self.mapped_template(*decl, args, index);
        }
        if is_variable(object) || is_variable(index) {
            return Some(self.make(Kind::Indexed(object.clone(), index.clone())));
        }
        if let Kind::Union(parts) = index.kind() {
            let all = parts.iter().map(|p| self.indexed_access(object, p)).collect::<Option<Vec<_>>>()?;
            return Some(self.union(all));
        }
        if let Kind::Union(parts) = object.kind() {
            let all = parts.iter().map(|p| self.indexed_access(p, index)).collect::<Option<Vec<_>>>()?;
            return Some(self.union(all));
        }
        self.element_access(object, index)
    }

    /// `object[index]` of types that are no unions.
    pub(crate) fn element_access(&self, object: &Type, index: &Type) -> Option<Type> {
        let name = match index.kind() {
            Kind::Literal(Literal::String(s) | Literal::Number(s), _) => Some(s.clone()),
            Kind::EnumMember(_, member, _) => self.enum_value(member).map(|v| match v {
                Literal::String(s) | Literal::Number(s) | Literal::BigInt(s) => s,
                Literal::Boolean(_) => SmolStr::default(),
            }),
            Kind::UniqueSymbol(symbol) => self.unique_name(symbol).map(|name| format!("[{name}]").into()),
            _ => None,
        };
        if let Some(name) = &name {
            if let Kind::Tuple(elements, _) = object.kind()
                && let Ok(at) = name.parse::<usize>()
            {
                return self.tuple_element(elements, at);
            }
            if let Some(property) = self.property_of(object, name) {
                return self.property_type(&property);
            }
        }
        let members = self.members(object)?;
        let numeric = matches!(index.kind(), Kind::Number | Kind::Literal(Literal::Number(_), _) | Kind::Enum(_))
            || name.as_ref().is_some_and(|n| n.parse::<f64>().is_ok());
        let fits = |key: &Type| match key.kind() {
            Kind::Number => numeric,
            Kind::String => !matches!(index.kind(), Kind::ESSymbol | Kind::UniqueSymbol(_)),
            Kind::ESSymbol => matches!(index.kind(), Kind::ESSymbol | Kind::UniqueSymbol(_)),
            _ => self.relates(index, key).is_yes(),
        };
        let best = members.indexes.iter().filter(|i| fits(&i.key)).min_by_key(|i| match i.key.kind() {
            Kind::Number => 0,
            Kind::String => 2,
            _ => 1,
        })?;
        self.lazy(&best.ty)
    }

    pub(crate) fn tuple_element(&self, elements: &[Element], at: usize) -> Option<Type> {
        let fixed = elements.iter().position(|e| e.rest).unwrap_or(elements.len());
        if at < fixed {
            let element = elements.get(at)?;
            return Some(if element.optional {
                self.union([element.ty.clone(), self.store.undefined()])
            } else {
                element.ty.clone()
            });
        }
        if fixed == elements.len() {
            return Some(self.store.undefined());
        }
        let rest =
            elements[fixed..].iter().map(|e| if e.rest { self.array_element(&e.ty) } else { Some(e.ty.clone()) });
        Some(self.union(rest.collect::<Option<Vec<_>>>()?))
    }

    /// Element type of an array or tuple.
    pub(crate) fn array_element(&self, ty: &Type) -> Option<Type> {
        match self.force(ty).kind() {
            Kind::Array(element, _) => Some(element.clone()),
            Kind::Tuple(elements, _) => {
                let all = elements.iter().map(|e| match (e.rest, e.optional) {
                    (true, _) => self.array_element(&e.ty),
                    (_, true) => Some(self.union([e.ty.clone(), self.store.undefined()])),
                    _ => Some(e.ty.clone()),
                });
                Some(self.union(all.collect::<Option<Vec<_>>>()?))
            }
            Kind::Any => Some(self.make(Kind::Any)),
            Kind::Parameter(_) | Kind::This(_) | Kind::Indexed(..) | Kind::Conditional(..) => {
                Some(self.make(Kind::Indexed(ty.clone(), self.make(Kind::Number))))
            }
            _ => None,
        }
    }

    /// The mapper of a node's outer parameters.
    pub(crate) fn outer_mapper(&self, at: At<'_>, args: &[Type]) -> Mapper {
        Mapper::new(self.outer_parameters(at).iter().cloned().zip(args.iter().cloned()))
    }

    pub(crate) fn conditional(&self, decl: Decl, args: &[Type]) -> Type {
        let found = self.with_file(decl, |at| {
            let _step = self.step()?;
            let mapper = self.outer_mapper(at, args);
            let left = at.field("left")?;
            let check = self.type_node(left);
            let deferred = || Some(self.make(Kind::Conditional(decl, args.into())));
            if let Kind::Parameter(_) = check.kind() {
                let actual = self.force(&self.instantiate(&check, &mapper));
                match actual.kind() {
                    Kind::Error => return None,
                    Kind::Never => return Some(actual),
                    Kind::Union(_) | Kind::Boolean => {
                        let parts = self.expanded(&actual);
                        if parts.len() > MAX_UNION {
                            return None;
                        }
                        let mut all = Vec::new();
                        for part in &parts {
                            let mut pairs: Vec<(Type, Type)> =
                                mapper.0.iter().filter(|(p, _)| *p != check).cloned().collect();
                            pairs.push((check.clone(), part.clone()));
                            all.push(self.resolved_conditional(at, &Mapper::new(pairs), args, &check)?);
                        }
                        // What changes nothing leaves the union its name.
                        if all == parts {
                            return Some(actual.clone());
                        }
                        return Some(self.union(all));
                    }
                    _ => {}
                }
                if actual == check {
                    return deferred();
                }
            }
            self.resolved_conditional(at, &mapper, args, &check)
        });
        found.unwrap_or_else(|| self.error())
    }

    fn resolved_conditional(&self, at: At<'_>, mapper: &Mapper, args: &[Type], check: &Type) -> Option<Type> {
        let right = at.field("right")?;
        let actual = self.force(&self.instantiate(check, mapper));
        let pattern = self.type_node(right);
        if actual.is_error() || pattern.is_error() {
            return None;
        }
        let deferred = || {
            let outer = self.outer_parameters(at);
            let args = outer.iter().zip(args).map(|(p, a)| mapper.get(p).cloned().unwrap_or_else(|| a.clone()));
            self.make(Kind::Conditional(at.decl(), args.collect()))
        };
        if is_variable(&actual) {
            return Some(deferred());
        }
        let names = self.infer_names(right);
        let mut full = mapper.clone();
        if !names.is_empty() {
            let parameters: Vec<Type> =
                names.iter().map(|(n, d)| self.make(Kind::Parameter(self.store.symbol(n, &[*d])))).collect();
            let inferred = self.infer_for_conditional(&parameters, &actual, &self.instantiate(&pattern, mapper))?;
            full = self.compose(mapper, &Mapper::new(parameters.into_iter().zip(inferred)));
        }
        let target = self.force(&self.instantiate(&pattern, &full));
        if target.is_error() {
            return None;
        }
        let branch = |name: &str, mapper: &Mapper| {
            let node = self.type_node(at.field(name)?);
            Some(self.instantiate(&node, mapper)).filter(|t| !t.is_error())
        };
        if actual.is_any() && !target.is_any() && !matches!(target.kind(), Kind::Unknown) {
            return Some(self.union([branch("consequence", &full)?, branch("alternative", mapper)?]));
        }
        if is_variable(&target) {
            return Some(deferred());
        }
        match self.relates(&actual, &target) {
            Ternary::Yes => branch("consequence", &full),
            Ternary::No if !actual.is_generic() && !target.is_generic() => branch("alternative", mapper),
            Ternary::No => {
                let wild = |t: &Type| self.wildcards(t);
                if self.relates(&wild(&actual), &wild(&target)) == Ternary::No {
                    branch("alternative", mapper)
                } else {
                    Some(deferred())
                }
            }
            Ternary::Unknown => None,
        }
    }

    /// The type with `any` for its type parameters.
    fn wildcards(&self, ty: &Type) -> Type {
        let mut parameters = Vec::new();
        self.free_parameters(ty, &mut parameters, 0);
        let any = self.make(Kind::Any);
        self.instantiate(ty, &Mapper::new(parameters.into_iter().map(|p| (p, any.clone()))))
    }

    pub(crate) fn free_parameters(&self, ty: &Type, out: &mut Vec<Type>, depth: u32) {
        if !ty.is_generic() || depth > 8 {
            return;
        }
        match ty.kind() {
            Kind::Parameter(_) | Kind::This(_) if !out.contains(ty) => out.push(ty.clone()),
            Kind::Reference(_, args)
            | Kind::Anonymous(_, args)
            | Kind::Union(args)
            | Kind::Intersection(args)
            | Kind::Conditional(_, args)
            | Kind::Mapped(_, args, _)
            | Kind::AliasRef(_, args)
            | Kind::Template(_, args) => args.iter().for_each(|a| self.free_parameters(a, out, depth + 1)),
            Kind::Array(t, _) | Kind::Keyof(t) | Kind::StringMapping(_, t) => self.free_parameters(t, out, depth + 1),
            Kind::Indexed(a, b) => {
                self.free_parameters(a, out, depth + 1);
                self.free_parameters(b, out, depth + 1);
            }
            Kind::Tuple(all, _) => all.iter().for_each(|e| self.free_parameters(&e.ty, out, depth + 1)),
            _ => {}
        }
    }

    /// What a type parameter or another open type is known to be at least.
    pub(crate) fn constraint(&self, ty: &Type) -> Option<Type> {
        let _step = self.step()?;
        match ty.kind() {
            Kind::Parameter(symbol) => self.with_file(symbol.first()?, |at| match at.kind() {
                "type_parameter" => Some(self.annotation(at.field("constraint")?)),
                "mapped_type_clause" => Some(self.type_node(at.field("type")?)),
                "infer_type" => at.named().get(1).map(|c| self.type_node(*c)),
                _ => None,
            }),
            Kind::This(symbol) => {
                let args = self.type_parameters_of(symbol).into_iter().map(|p| p.ty).collect();
                Some(self.instance(symbol, args))
            }
            Kind::Indexed(object, index) => {
                if is_variable(index)
                    && let Some(bound) = self.constraint(index)
                    && let Some(found) = self.indexed_access(object, &bound)
                    && found != *ty
                {
                    return Some(found);
                }
                let bound = self.constraint(object)?;
                self.indexed_access(&bound, index).filter(|f| f != ty)
            }
            Kind::Keyof(_) => Some(self.property_keys()),
            Kind::Conditional(decl, args) => self.with_file(*decl, |at| {
                // Both branches are possible.
                let mapper = self.outer_mapper(at, args);
                let yes = self.instantiate(&self.type_node(at.field("consequence")?), &mapper);
                let no = self.instantiate(&self.type_node(at.field("alternative")?), &mapper);
                if yes == *ty || no == *ty {
                    return None;
                }
                Some(self.union([yes, no])).filter(|t| !t.is_error())
            }),
            Kind::Template(..) | Kind::StringMapping(..) => Some(self.make(Kind::String)),
            _ => None,
        }
    }
}

/// How many types a type is displayed as.
fn constituents(ty: &Type) -> usize {
    match (ty.alias(), ty.kind()) {
        (Some(alias), _) if !super::store::is_origin(alias) => 1,
        (Some(alias), _) => alias.args.iter().map(constituents).sum(),
        (None, Kind::Union(parts) | Kind::Intersection(parts)) => parts.iter().map(constituents).sum(),
        (None, Kind::Boolean) => 2,
        _ => 1,
    }
}

/// Primitive types that relate to nothing but themselves.
pub(crate) fn is_plain(ty: &Type) -> bool {
    matches!(
        ty.kind(),
        Kind::String
            | Kind::Number
            | Kind::BigInt
            | Kind::Boolean
            | Kind::ESSymbol
            | Kind::Undefined
            | Kind::Null
            | Kind::Void
            | Kind::Literal(..)
            | Kind::UniqueSymbol(_)
            | Kind::Enum(_)
            | Kind::EnumMember(..)
    )
}

/// Neither an object type nor open.
pub(crate) fn is_primitive(ty: &Type) -> bool {
    is_plain(ty) || matches!(ty.kind(), Kind::Template(..) | Kind::StringMapping(..))
}

/// One value only.
pub(crate) fn is_unit(ty: &Type) -> bool {
    matches!(ty.kind(), Kind::Literal(..) | Kind::Undefined | Kind::Null | Kind::UniqueSymbol(_) | Kind::EnumMember(..))
}
