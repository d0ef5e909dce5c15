//! Widening, nullishness, `await`, iteration, and operators.

use super::Model;
use super::evaluate::is_variable;
use super::store::is_fresh;
use super::tree::At;
use super::types::{Kind, Lazy, Literal, Members, Property, Type};
use std::sync::Arc;

impl Model<'_> {
    /// A fresh literal as its primitive.
    pub(crate) fn widened_literal(&self, ty: &Type) -> Type {
        match ty.kind() {
            Kind::Literal(Literal::String(_), true) => self.make(Kind::String),
            Kind::Literal(Literal::Number(_), true) => self.make(Kind::Number),
            Kind::Literal(Literal::BigInt(_), true) => self.make(Kind::BigInt),
            Kind::Literal(Literal::Boolean(_), true) => self.make(Kind::Boolean),
            Kind::EnumMember(owner, _, true) => self.make(Kind::Enum(owner.clone())),
            Kind::Union(parts) if parts.iter().any(is_fresh) => {
                self.union(parts.iter().map(|p| self.widened_literal(p)).collect::<Vec<_>>())
            }
            _ => ty.clone(),
        }
    }

    /// What a mutable variable with this value gets.
    pub fn widened(&self, ty: &Type) -> Type {
        self.widened_object(&self.widened_literal(ty))
    }

    /// Without strict null checks, `null` and `undefined` alone say nothing.
    pub(crate) fn widened_object(&self, ty: &Type) -> Type {
        if !self.strict_null && matches!(ty.kind(), Kind::Null | Kind::Undefined) {
            return self.make(Kind::Any);
        }
        self.normalized(ty)
    }

    /// Object literals of a union get each other's properties as missing ones.
    fn normalized(&self, ty: &Type) -> Type {
        let Kind::Union(parts) = ty.kind() else { return ty.clone() };
        if ty.alias().is_some() || parts.len() > 12 || parts.iter().filter(|p| self.is_object_literal(p)).count() < 2 {
            return ty.clone();
        }
        let mut names: Vec<smol_str::SmolStr> = Vec::new();
        for part in parts.iter().filter(|p| self.is_object_literal(p)) {
            let Some(members) = self.members(part) else { return self.error() };
            for property in &members.props {
                if !names.contains(&property.name) {
                    names.push(property.name.clone());
                }
            }
        }
        let all = parts.iter().map(|part| {
            let members = self.members(part).filter(|_| self.is_object_literal(part));
            let Some(members) = members else { return part.clone() };
            let missing: Vec<_> = names.iter().filter(|n| members.property(n).is_none()).collect();
            if missing.is_empty() {
                return part.clone();
            }
            let mut members = (*members).clone();
            for name in missing {
                members.props.push(Property {
                    name: name.clone(),
                    ty: Lazy::Known(self.store.undefined()),
                    optional: true,
                    readonly: false,
                    method: false,
                    hidden: false,
                    symbol: None,
                });
            }
            self.make(Kind::Object(Arc::new(members)))
        });
        self.union(all.collect::<Vec<_>>())
    }

    pub(crate) fn filtered(&self, ty: &Type, keep: impl Fn(&Type) -> bool) -> Type {
        let forced = self.force(ty);
        match forced.kind() {
            Kind::Union(parts) => {
                let kept: Vec<Type> = parts.iter().filter(|p| keep(p)).cloned().collect();
                if kept.len() == parts.len() {
                    return ty.clone();
                }
                // Named unions in it stay whole when nothing of theirs fell away.
                if let Some(origin) = self.origin_of(&forced) {
                    let named = origin.args.iter().filter(|a| matches!(a.kind(), Kind::Union(_)) || keep(a));
                    let named: Vec<Type> = named.cloned().collect();
                    if origin.args.len() - named.len() == parts.len() - kept.len() {
                        return self.union(named);
                    }
                }
                self.union(kept)
            }
            _ if keep(&forced) => ty.clone(),
            _ => self.make(Kind::Never),
        }
    }

    /// The alternatives that a union was written with, behind the alias that it may have.
    fn origin_of(&self, union: &Type) -> Option<super::types::Alias> {
        let alias = union.alias()?;
        if super::store::is_origin(alias) {
            return Some(alias.clone());
        }
        let body = self.with_file(alias.symbol.first()?, |at| {
            if at.kind() != "type_alias_declaration" {
                return None;
            }
            let value = at.field("value").filter(|v| v.kind() == "union_type")?;
            let parameters = self.type_parameters_of(&alias.symbol).into_iter().map(|p| p.ty);
            let mapper = super::types::Mapper::new(parameters.zip(alias.args.iter().cloned()));
            Some(self.instantiate(&self.type_node(value), &mapper))
        })?;
        let same = body.parts().len() == union.parts().len();
        body.alias().filter(|a| same && super::store::is_origin(a)).cloned()
    }

    pub(crate) fn without_undefined(&self, ty: &Type) -> Type {
        self.filtered(ty, |t| !matches!(t.kind(), Kind::Undefined))
    }

    /// Without `null` and `undefined`; of a type parameter, `T & {}` where it may hold them.
    pub(crate) fn without_nullish(&self, ty: &Type) -> Type {
        let bare = self.filtered(ty, |t| !t.is_nullish());
        if !self.strict_null {
            return bare;
        }
        if matches!(bare.kind(), Kind::Unknown) {
            return self.make(Kind::Object(Arc::default()));
        }
        let parts = bare.parts();
        if !parts.iter().any(|p| self.may_be_nullish(p)) {
            return bare;
        }
        let bare_of = |p: &Type| {
            let alias = self.global_symbol("NonNullable").and_then(|s| self.type_of_reference(&s, vec![p.clone()]));
            alias.unwrap_or_else(|| self.error())
        };
        let all = parts.iter().map(|p| if self.may_be_nullish(p) { bare_of(p) } else { p.clone() });
        self.union(all.collect::<Vec<_>>())
    }

    /// A type variable whose constraint lets in `null` or `undefined`.
    fn may_be_nullish(&self, ty: &Type) -> bool {
        if !matches!(ty.kind(), Kind::Parameter(_) | Kind::Indexed(..) | Kind::Conditional(..)) {
            return false;
        }
        let Some(_step) = self.step() else { return false };
        match self.constraint(ty) {
            Some(bound) => bound.parts().iter().any(|p| {
                p.is_nullish() || matches!(p.kind(), Kind::Unknown | Kind::Any) || (p != ty && self.may_be_nullish(p))
            }),
            None => true,
        }
    }

    /// What `await` makes of a type.
    pub(crate) fn awaited(&self, ty: &Type) -> Option<Type> {
        self.awaited_as(ty, true)
    }

    /// What `await` makes of a type; type variables stay as they are, without `Awaited<…>` around them.
    pub(crate) fn awaited_plain(&self, ty: &Type) -> Option<Type> {
        self.awaited_as(ty, false)
    }

    /// The type that `Awaited<…>` stands around.
    fn in_awaited<'t>(&self, ty: &'t Type) -> Option<&'t Type> {
        let alias = ty.alias().filter(|a| a.symbol.name() == "Awaited" && self.is_library(&a.symbol))?;
        alias.args.first().filter(|_| matches!(ty.kind(), Kind::Conditional(..)))
    }

    /// What an `async` function returns of an awaited type: its promise says `T`, not `Awaited<T>`.
    pub(crate) fn unwrapped_awaited(&self, ty: &Type) -> Type {
        if !ty.parts().iter().any(|p| self.in_awaited(p).is_some()) {
            return ty.clone();
        }
        self.union(ty.parts().iter().map(|p| self.in_awaited(p).unwrap_or(p).clone()).collect::<Vec<_>>())
    }

    fn awaited_as(&self, ty: &Type, wrap: bool) -> Option<Type> {
        let _step = self.step()?;
        let ty = self.force(ty);
        if self.in_awaited(&ty).is_some() {
            return Some(ty);
        }
        let open = |ty: Type| if wrap { self.awaited_reference(&ty) } else { Some(ty) };
        match ty.kind() {
            Kind::Error => None,
            Kind::Any | Kind::Unknown => Some(ty),
            Kind::Union(parts) => {
                // What is no promise stays as it is, with its name.
                let parts: &[Type] = match ty.alias() {
                    Some(origin) if super::store::is_origin(origin) => &origin.args,
                    _ => parts,
                };
                let all = parts.iter().map(|p| self.awaited_as(p, wrap)).collect::<Option<Vec<_>>>()?;
                if all == parts { Some(ty.clone()) } else { Some(self.union(all)) }
            }
            Kind::Reference(symbol, args)
                if matches!(symbol.name(), "Promise" | "PromiseLike") && self.is_library(symbol) =>
            {
                self.awaited_as(args.first()?, wrap)
            }
            Kind::Parameter(_) | Kind::This(_) | Kind::Indexed(..) | Kind::Conditional(..) => {
                match self.constraint(&ty) {
                    Some(bound)
                        if !is_variable(&bound) && !bound.is_any() && !matches!(bound.kind(), Kind::Unknown) =>
                    {
                        let inner = self.awaited_as(&bound, wrap)?;
                        if inner == bound && self.type_of_property(&bound, "then").is_none() {
                            Some(ty)
                        } else {
                            open(ty)
                        }
                    }
                    _ => open(ty),
                }
            }
            _ if super::evaluate::is_primitive(&ty) => Some(ty),
            _ => {
                let Some(then) = self.property_of(&ty, "then") else { return Some(ty) };
                let then = self.property_type(&then)?;
                let members = self.members(&then)?;
                let callback = self.lazy(&members.calls.first()?.params.first()?.ty)?;
                let callback = self.without_nullish(&callback);
                let value = self.lazy(&self.members(&callback)?.calls.first()?.params.first()?.ty)?;
                self.awaited_as(&value, wrap)
            }
        }
    }

    fn awaited_reference(&self, ty: &Type) -> Option<Type> {
        self.type_of_reference(&self.global_symbol("Awaited")?, vec![ty.clone()])
    }

    /// What iterating over a type gives.
    pub(crate) fn iterated(&self, ty: &Type, asynchronous: bool) -> Option<Type> {
        let _step = self.step()?;
        let ty = self.force(ty);
        match ty.kind() {
            Kind::Any => Some(ty),
            Kind::Array(element, _) => {
                if asynchronous {
                    self.awaited(element)
                } else {
                    Some(element.clone())
                }
            }
            Kind::Tuple(..) => self.array_element(&ty),
            Kind::String | Kind::Literal(Literal::String(_), _) | Kind::Template(..) => Some(self.make(Kind::String)),
            Kind::Union(parts) => {
                let all = parts.iter().map(|p| self.iterated(p, asynchronous)).collect::<Option<Vec<_>>>()?;
                Some(self.union(all))
            }
            Kind::Reference(symbol, args) if self.is_library(symbol) && !args.is_empty() => match symbol.name() {
                "Set"
                | "ReadonlySet"
                | "Iterable"
                | "IterableIterator"
                | "Iterator"
                | "Generator"
                | "ArrayIterator"
                | "SetIterator"
                | "MapIterator"
                | "AsyncGenerator"
                | "AsyncIterable"
                | "AsyncIterableIterator"
                | "IteratorObject"
                | "StringIterator"
                | "RegExpStringIterator"
                | "ReadableStream" => {
                    let element = args.first().cloned();
                    if asynchronous { self.awaited(&element?) } else { element }
                }
                "Map" | "ReadonlyMap" => {
                    let elements = args.iter().take(2).map(|t| super::types::Element {
                        ty: t.clone(),
                        optional: false,
                        rest: false,
                        name: Default::default(),
                    });
                    Some(self.tuple(elements.collect(), false))
                }
                _ => self.iterated_by_protocol(&ty, asynchronous),
            },
            Kind::Parameter(_) | Kind::This(_) | Kind::Indexed(..) | Kind::Conditional(..) => {
                self.iterated(&self.constraint(&ty)?, asynchronous)
            }
            Kind::Null | Kind::Undefined | Kind::Never | Kind::Unknown => None,
            _ => self.iterated_by_protocol(&ty, asynchronous),
        }
    }

    fn iterated_by_protocol(&self, ty: &Type, asynchronous: bool) -> Option<Type> {
        let names: &[&str] =
            if asynchronous { &["[Symbol.asyncIterator]", "[Symbol.iterator]"] } else { &["[Symbol.iterator]"] };
        for name in names {
            let Some(method) = self.type_of_property(ty, name) else { continue };
            let iterator = self.lazy(&self.members(&method)?.calls.first()?.ret)?;
            let iterator = self.force(&iterator);
            if let Kind::Reference(symbol, args) = iterator.kind()
                && self.is_library(symbol)
            {
                return args.first().cloned();
            }
            let next = self.type_of_property(&iterator, "next")?;
            let result = self.lazy(&self.members(&next)?.calls.first()?.ret)?;
            let result = if asynchronous { self.awaited(&result)? } else { result };
            let yielded = self.filtered(&result, |t| {
                let done = self.type_of_property(t, "done");
                !done.is_some_and(|d| matches!(d.kind(), Kind::Literal(Literal::Boolean(true), _)))
            });
            return self.type_of_property(&yielded, "value");
        }
        None
    }

    /// Members of a type that are true, or false, when tested.
    pub(crate) fn truthy(&self, ty: &Type, wanted: bool) -> Type {
        let mut out = Vec::new();
        for part in self.expanded(ty) {
            let definitely = match part.kind() {
                Kind::Undefined | Kind::Null | Kind::Void => Some(false),
                Kind::Literal(Literal::Boolean(b), _) => Some(*b),
                Kind::Literal(Literal::String(s), _) => Some(!s.is_empty()),
                Kind::Literal(Literal::Number(s), _) => Some(s != "0" && s != "-0"),
                Kind::Literal(Literal::BigInt(s), _) => Some(s != "0" && s != "-0"),
                Kind::Reference(..)
                | Kind::Array(..)
                | Kind::Tuple(..)
                | Kind::Anonymous(..)
                | Kind::NonPrimitive
                | Kind::UniqueSymbol(_)
                | Kind::ESSymbol
                | Kind::Module(..) => {
                    if self.is_empty_object(&part) {
                        None
                    } else {
                        Some(true)
                    }
                }
                Kind::Object(_) => {
                    if self.is_empty_object(&part) {
                        None
                    } else {
                        Some(true)
                    }
                }
                Kind::Mapped(_, _, false) => Some(true),
                Kind::Intersection(parts) => {
                    let object =
                        |p: &Type| !super::evaluate::is_primitive(p) && !is_variable(p) && !self.is_empty_object(p);
                    parts.iter().all(object).then_some(true)
                }
                Kind::EnumMember(_, member, _) => self.enum_value(member).map(|v| is_true(&v)),
                Kind::Enum(symbol) => {
                    let values = self.enum_values(symbol);
                    let all = |wanted| values.iter().all(|v| v.as_ref().is_some_and(|v| is_true(v) == wanted));
                    if all(true) { Some(true) } else { all(false).then_some(false) }
                }
                _ => None,
            };
            match definitely {
                Some(value) if value != wanted => {}
                Some(_) => out.push(part),
                None if wanted => match part.kind() {
                    Kind::Unknown => out.push(self.make(Kind::Object(Arc::default()))),
                    Kind::Parameter(_) | Kind::Indexed(..) | Kind::Conditional(..) => {
                        out.push(self.without_nullish(&part))
                    }
                    _ => out.push(part),
                },
                None => out.push(part),
            }
        }
        self.rejoined(ty, out)
    }

    /// The union of what is left of a type; the type itself when all is.
    pub(crate) fn rejoined(&self, whole: &Type, parts: Vec<Type>) -> Type {
        let forced = self.force(whole);
        // Named unions that are left as a whole keep their names.
        let named: Vec<Type> = self
            .origin_of(&forced)
            .map(|o| o.args.iter().filter(|a| matches!(a.kind(), Kind::Union(_))).cloned().collect())
            .unwrap_or_default();
        let left: Vec<Type> =
            named.into_iter().filter(|n| self.expanded(n).iter().all(|p| parts.contains(p))).collect();
        let joined = self.union(left.into_iter().chain(parts));
        if joined == forced || (joined.kind() == forced.kind()) { whole.clone() } else { joined }
    }

    pub(crate) fn binary(&self, at: At<'_>) -> Option<Type> {
        let operator = at.field("operator")?.text();
        let (left, right) = (at.field("left")?, at.field("right")?);
        match operator {
            "==" | "===" | "!=" | "!==" | "<" | ">" | "<=" | ">=" | "in" | "instanceof" => {
                Some(self.make(Kind::Boolean))
            }
            "," => self.expression(right),
            "+" => {
                let (a, b) = (self.expression(left)?, self.expression(right)?);
                self.sum(&a, &b)
            }
            "-" | "*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>" | ">>>" => {
                let (a, b) = (self.expression(left)?, self.expression(right)?);
                let big =
                    |t: &Type| self.all_like(t, |k| matches!(k, Kind::BigInt | Kind::Literal(Literal::BigInt(_), _)));
                Some(self.make(if big(&a) && big(&b) { Kind::BigInt } else { Kind::Number }))
            }
            "&&" => {
                let (a, b) = (self.expression(left)?, self.expression(right)?);
                if !self.strict_null {
                    return Some(b);
                }
                if a.is_any() {
                    return Some(a);
                }
                if self.truthy(&a, true).is_never() {
                    return Some(a);
                }
                let falsy = self.definitely_falsy(&a);
                Some(self.union([falsy, b]))
            }
            "||" => {
                let (a, b) = (self.expression(left)?, self.expression(right)?);
                if a.is_any() {
                    return Some(a);
                }
                if self.truthy(&a, false).is_never() {
                    return Some(a);
                }
                let truthy = self.truthy(&a, true);
                let truthy = if self.strict_null { truthy } else { a };
                self.subtype_union(self.without_covered(truthy, b))
            }
            "??" => {
                let (a, b) = (self.expression(left)?, self.expression(right)?);
                if a.is_any() {
                    return Some(a);
                }
                let bare = self.without_nullish(&a);
                if bare == a && self.strict_null {
                    return Some(a);
                }
                self.subtype_union(self.without_covered(bare, b))
            }
            _ => None,
        }
    }

    /// An empty array on one side adds nothing to an array on the other; an empty object literal neither.
    fn without_covered(&self, left: Type, right: Type) -> Vec<Type> {
        if matches!(right.kind(), Kind::Array(e, _) if e.is_never())
            && left.parts().iter().any(|p| matches!(p.kind(), Kind::Array(..)))
        {
            return vec![left];
        }
        vec![left, right]
    }

    /// What is left of a type when it was false, as `&&` gives it.
    fn definitely_falsy(&self, ty: &Type) -> Type {
        let mut out = Vec::new();
        for part in self.expanded(ty) {
            match part.kind() {
                Kind::String => out.push(self.make(Kind::Literal(Literal::String("".into()), false))),
                Kind::Number => out.push(self.make(Kind::Literal(Literal::Number("0".into()), false))),
                Kind::BigInt => out.push(self.make(Kind::Literal(Literal::BigInt("0".into()), false))),
                Kind::Literal(Literal::Boolean(false), _) | Kind::Undefined | Kind::Null | Kind::Void => out.push(part),
                Kind::Literal(Literal::String(s), _) if s.is_empty() => out.push(part),
                Kind::Literal(Literal::Number(s), _) if s == "0" => out.push(part),
                Kind::Unknown | Kind::Any => out.push(part),
                Kind::Parameter(_) | Kind::Indexed(..) | Kind::Conditional(..) => out.push(part),
                _ => {}
            }
        }
        self.union(out)
    }

    fn all_like(&self, ty: &Type, like: impl Fn(&Kind) -> bool) -> bool {
        let ty = self.force(ty);
        ty.parts().iter().all(|p| like(p.kind()))
    }

    fn sum(&self, a: &Type, b: &Type) -> Option<Type> {
        let like = |t: &Type, f: fn(&Kind) -> bool| {
            let bound = if is_variable(t) { self.constraint(t).unwrap_or_else(|| t.clone()) } else { t.clone() };
            self.all_like(&bound, f)
        };
        let string: fn(&Kind) -> bool = |k| {
            matches!(
                k,
                Kind::String | Kind::Literal(Literal::String(_), _) | Kind::Template(..) | Kind::StringMapping(..)
            )
        };
        let number: fn(&Kind) -> bool =
            |k| matches!(k, Kind::Number | Kind::Literal(Literal::Number(_), _) | Kind::Enum(_) | Kind::EnumMember(..));
        let big: fn(&Kind) -> bool = |k| matches!(k, Kind::BigInt | Kind::Literal(Literal::BigInt(_), _));
        if like(a, string) || like(b, string) {
            return Some(self.make(Kind::String));
        }
        if a.is_any() || b.is_any() {
            return Some(self.make(Kind::Any));
        }
        if like(a, number) && like(b, number) {
            return Some(self.make(Kind::Number));
        }
        if like(a, big) && like(b, big) {
            return Some(self.make(Kind::BigInt));
        }
        None
    }

    /// Members of an object literal expression.
    pub(crate) fn object_members(
        &self,
        object: At<'_>,
        mapper: &super::types::Mapper,
        out: &mut Members,
    ) -> Option<()> {
        let constant = self.in_const_context(object);
        for entry in object.named() {
            match entry.kind() {
                "pair" | "shorthand_property_identifier" => {
                    let (name, node) = match entry.kind() {
                        "pair" => {
                            let key = entry.field("key")?;
                            let name = super::declarations::name_of(key).or_else(|| {
                                if key.kind() == "computed_property_name" { self.computed_name(key) } else { None }
                            })?;
                            (name, entry)
                        }
                        _ => (entry.text().into(), entry),
                    };
                    let symbol = self.store.symbol(&name, &[node.decl()]);
                    out.props.retain(|p| p.name != name);
                    out.props.push(Property {
                        name,
                        ty: Lazy::Declared(symbol.clone(), mapper.clone()),
                        optional: false,
                        readonly: constant,
                        method: false,
                        hidden: false,
                        symbol: Some(symbol),
                    });
                }
                "method_definition" => self.member(entry, mapper, out),
                _ => return None,
            }
        }
        Some(())
    }

    /// An object literal with spreads, put together.
    pub(crate) fn spread_object(&self, object: At<'_>) -> Option<Type> {
        let mut out = Members::default();
        let mut own = Members::default();
        let mut intersected: Vec<Type> = Vec::new();
        for entry in object.named() {
            if entry.kind() != "spread_element" {
                let mut one = Members::default();
                self.one_member(object, entry, &mut one)?;
                for property in one.props {
                    own.props.retain(|p| p.name != property.name);
                    own.props.push(property);
                }
                continue;
            }
            out = spread(&out, std::mem::take(&mut own));
            let spread_type = self.force(&self.expression(entry.first_named()?)?);
            if spread_type.is_any() {
                return Some(spread_type);
            }
            let bare = self.filtered(&spread_type, |t| {
                !t.is_nullish() && !matches!(t.kind(), Kind::Literal(Literal::Boolean(false), _))
            });
            if bare.is_never() {
                continue;
            }
            let maybe = bare != spread_type;
            if is_variable(&bare) {
                if maybe || !matches!(bare.kind(), Kind::Parameter(_) | Kind::This(_)) {
                    return None;
                }
                if out != Members::default() {
                    intersected.push(self.make(Kind::Object(Arc::new(std::mem::take(&mut out)))));
                }
                intersected.push(bare);
                continue;
            }
            if bare.parts().len() > 1 || super::evaluate::is_primitive(&bare) {
                return None;
            }
            let members = self.members(&bare)?;
            let instance = self.is_class_instance(&bare);
            let mut right = Members { indexes: members.indexes.clone(), ..Members::default() };
            for property in members.props.iter().filter(|p| !p.hidden && !(instance && p.method)) {
                let mut property = property.clone();
                property.readonly = false;
                if maybe && !property.optional {
                    property.optional = true;
                    property.ty = Lazy::Optional(Box::new(property.ty));
                }
                right.props.push(property);
            }
            out = spread(&out, right);
        }
        out = spread(&out, own);
        let object = self.make(Kind::Object(Arc::new(out.clone())));
        if intersected.is_empty() {
            return Some(object);
        }
        if out != Members::default() {
            intersected.push(object);
        }
        Some(self.intersection(intersected))
    }

    fn one_member(&self, object: At<'_>, entry: At<'_>, out: &mut Members) -> Option<()> {
        let constant = self.in_const_context(object);
        match entry.kind() {
            "method_definition" => {
                self.member(entry, &super::types::Mapper::default(), out);
                Some(())
            }
            "pair" | "shorthand_property_identifier" => {
                let name = match entry.field("key") {
                    Some(key) => super::declarations::name_of(key).or_else(|| {
                        if key.kind() == "computed_property_name" { self.computed_name(key) } else { None }
                    })?,
                    None => entry.text().into(),
                };
                let symbol = self.store.symbol(&name, &[entry.decl()]);
                out.props.push(Property {
                    name,
                    ty: Lazy::Declared(symbol.clone(), super::types::Mapper::default()),
                    optional: false,
                    readonly: constant,
                    method: false,
                    hidden: false,
                    symbol: Some(symbol),
                });
                Some(())
            }
            _ => None,
        }
    }
}

fn is_true(value: &Literal) -> bool {
    match value {
        Literal::String(s) => !s.is_empty(),
        Literal::Number(n) | Literal::BigInt(n) => n != "0" && n != "-0",
        Literal::Boolean(b) => *b,
    }
}

/// What `{ ...left, ...right }` has; what is on the right comes first.
fn spread(left: &Members, right: Members) -> Members {
    let mut out = right;
    for property in &mut out.props {
        if property.optional
            && let Some(before) = left.property(&property.name)
        {
            // What was there stays when this is left out.
            let plain = Lazy::Required(Box::new(property.ty.clone()));
            property.ty = Lazy::Union([before.ty.clone(), plain].into());
            property.optional = before.optional;
        }
    }
    for property in &left.props {
        if out.property(&property.name).is_none() {
            out.props.push(property.clone());
        }
    }
    out.indexes.extend(left.indexes.iter().cloned());
    out
}
