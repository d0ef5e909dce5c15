//! Assignability: yes, no, or not known.

use super::evaluate::{is_plain, is_primitive, is_variable};
use super::types::{Kind, Literal, Mapper, Members, Signature, Type};
use super::{Model, Ternary};

/// Properties that are compared, and how deep.
const MAX_PROPERTIES: usize = 120;

impl Model<'_> {
    /// Whether a value of type `from` may be assigned to `to`.
    pub(crate) fn relates(&self, from: &Type, to: &Type) -> Ternary {
        if let Some(quick) = self.quick(from, to) {
            return quick;
        }
        let key = (from.clone(), to.clone());
        if let Some(known) = self.store.relations.get(&key) {
            return known;
        }
        let Some(_step) = self.step() else { return Ternary::Unknown };
        if self.relating.borrow().contains(&key) {
            // What is being shown is taken for true.
            self.assumed.set(true);
            return Ternary::Yes;
        }
        if self.relating.borrow().len() > 24 {
            return Ternary::Unknown;
        }
        let before = self.assumed.replace(false);
        self.relating.borrow_mut().push(key.clone());
        let found = self.related(from, to);
        self.relating.borrow_mut().pop();
        let outermost = self.relating.borrow().is_empty();
        if (!self.assumed.get() || outermost || found == Ternary::No)
            && found != Ternary::Unknown
            && !self.is_tainted()
            && self.inflight.borrow().is_empty()
        {
            self.store.relations.insert(key, found);
        }
        self.assumed.set(!outermost && (before || self.assumed.get()));
        found
    }

    fn quick(&self, from: &Type, to: &Type) -> Option<Ternary> {
        if from == to {
            return Some(if from.is_error() { Ternary::Unknown } else { Ternary::Yes });
        }
        let yes = Some(Ternary::Yes);
        match (from.kind(), to.kind()) {
            (Kind::Error, _) | (_, Kind::Error) => Some(Ternary::Unknown),
            (_, Kind::Any | Kind::Unknown) | (Kind::Never, _) => yes,
            (Kind::Any, Kind::Never) => Some(Ternary::No),
            (Kind::Any, _) => yes,
            (Kind::Undefined | Kind::Null, _) if !self.strict_null && !to.is_never() => yes,
            (Kind::Undefined, Kind::Void) => yes,
            (Kind::Literal(a, _), Kind::Literal(b, _)) => Some(Ternary::of(a == b)),
            (Kind::Literal(Literal::String(_), _), Kind::String)
            | (Kind::Literal(Literal::Number(_), _), Kind::Number)
            | (Kind::Literal(Literal::BigInt(_), _), Kind::BigInt)
            | (Kind::Literal(Literal::Boolean(_), _), Kind::Boolean)
            | (Kind::Template(..) | Kind::StringMapping(..), Kind::String)
            | (Kind::UniqueSymbol(_), Kind::ESSymbol) => yes,
            (Kind::EnumMember(a, m, _), Kind::EnumMember(b, n, _)) => Some(Ternary::of(a == b && m == n)),
            (Kind::EnumMember(a, ..), Kind::Enum(b)) | (Kind::Enum(a), Kind::Enum(b)) => Some(Ternary::of(a == b)),
            (Kind::Enum(_) | Kind::EnumMember(..), Kind::Number | Kind::String) => {
                let strings = match from.kind() {
                    Kind::Enum(e) => self.enum_values(e).iter().any(|v| matches!(v, Some(Literal::String(_)))),
                    Kind::EnumMember(_, m, _) => matches!(self.enum_value(m), Some(Literal::String(_))),
                    _ => false,
                };
                Some(Ternary::of(strings == matches!(to.kind(), Kind::String)))
            }
            (Kind::Literal(Literal::Number(_), _) | Kind::Number, Kind::Enum(_)) => Some(Ternary::No),
            _ if is_plain(from) && is_plain(to) => Some(Ternary::No),
            (_, Kind::Never) if !is_variable(from) && !matches!(from.kind(), Kind::Union(_) | Kind::AliasRef(..)) => {
                Some(Ternary::No)
            }
            _ => None,
        }
    }

    fn related(&self, from: &Type, to: &Type) -> Ternary {
        let (from, to) = (&self.force(from), &self.force(to));
        if let Some(quick) = self.quick(from, to) {
            return quick;
        }
        // Unions, left before right.
        if let Kind::Union(parts) = from.kind() {
            if let Kind::Union(targets) = to.kind()
                && parts.iter().all(|p| targets.contains(p))
            {
                return Ternary::Yes;
            }
            return all(parts.iter().map(|p| self.relates(p, to)));
        }
        if let Kind::Union(targets) = to.kind() {
            if targets.contains(from) {
                return Ternary::Yes;
            }
            if matches!(from.kind(), Kind::Boolean) {
                return all(self.expanded(from).iter().map(|p| self.relates(p, to)));
            }
            let found = any(targets.iter().map(|t| self.relates(from, t)));
            if found.is_yes() {
                return found;
            }
            if let Kind::Enum(symbol) = from.kind() {
                let members = self.enum_member_symbols(symbol);
                let covered = members.iter().all(|m| {
                    targets.iter().any(|t| matches!(t.kind(), Kind::EnumMember(e, n, _) if e == symbol && n == m))
                });
                return Ternary::of(covered);
            }
            if is_variable(from)
                && let Some(bound) = self.constraint(from)
            {
                return self.relates(&bound, to);
            }
            if found == Ternary::No
                && matches!(from.kind(), Kind::Anonymous(..) | Kind::Object(_))
                && targets.len() <= 8
            {
                // A discriminant of several values may be covered by several members together.
                return if self.has_union_property(from) { Ternary::Unknown } else { Ternary::No };
            }
            return found;
        }
        if let Kind::Intersection(parts) = to.kind() {
            return all(parts.iter().map(|p| self.relates(from, p)));
        }
        if let Kind::Intersection(parts) = from.kind() {
            if any(parts.iter().map(|p| self.relates(p, to))).is_yes() {
                return Ternary::Yes;
            }
            if is_primitive(to) || is_variable(to) {
                return Ternary::No;
            }
        }
        match (from.kind(), to.kind()) {
            (Kind::Literal(Literal::String(text), _), Kind::Template(texts, types)) => {
                return match self.match_template(text, texts, types) {
                    Some(parts) => all(parts.iter().zip(types.iter()).map(|(text, ty)| self.fits_text(text, ty))),
                    None => Ternary::No,
                };
            }
            (_, Kind::Template(..) | Kind::StringMapping(..)) if !is_variable(from) => {
                return if matches!(from.kind(), Kind::Template(..) | Kind::StringMapping(..)) {
                    Ternary::Unknown
                } else {
                    Ternary::No
                };
            }
            (Kind::Keyof(a), Kind::Keyof(b)) if self.relates(b, a).is_yes() => return Ternary::Yes,
            (_, Kind::Keyof(of)) => {
                let bound = self.constraint(of).unwrap_or_else(|| self.make(Kind::Object(Default::default())));
                let keys = self.keyof(&bound);
                if !is_variable(&keys) && !matches!(from.kind(), Kind::Keyof(_)) && self.relates(from, &keys).is_yes() {
                    return Ternary::Yes;
                }
                if !is_variable(from) {
                    return Ternary::No;
                }
            }
            (Kind::Indexed(a, i), Kind::Indexed(b, j)) if i == j && self.relates(a, b).is_yes() => return Ternary::Yes,
            _ => {}
        }
        if is_variable(to) {
            if is_variable(from)
                && let Some(bound) = self.constraint(from)
                && bound != *from
                && self.relates(&bound, to).is_yes()
            {
                return Ternary::Yes;
            }
            return match to.kind() {
                Kind::Parameter(_) | Kind::This(_) => Ternary::No,
                _ => Ternary::Unknown,
            };
        }
        if is_variable(from) {
            if matches!(from.kind(), Kind::Mapped(..)) {
                return Ternary::Unknown;
            }
            return match self.constraint(from) {
                Some(bound) if bound != *from => self.relates(&bound, to),
                Some(_) => Ternary::Unknown,
                None if matches!(from.kind(), Kind::Parameter(_)) => Ternary::No,
                None => Ternary::Unknown,
            };
        }
        match (from.kind(), to.kind()) {
            (_, Kind::NonPrimitive) => {
                return Ternary::of(!is_primitive(from) && !matches!(from.kind(), Kind::Unknown));
            }
            (Kind::Unknown | Kind::Undefined | Kind::Null | Kind::Void, _) => return Ternary::No,
            (Kind::Array(a, ra), Kind::Array(b, rb)) => {
                return if *ra && !*rb { Ternary::No } else { self.relates(a, b) };
            }
            (Kind::Tuple(a, ra), Kind::Array(_, rb)) => {
                if *ra && !*rb {
                    return Ternary::No;
                }
                let _ = a;
                let (Some(x), Some(y)) = (self.array_element(from), self.array_element(to)) else {
                    return Ternary::Unknown;
                };
                return self.relates(&x, &y);
            }
            (Kind::Tuple(a, ra), Kind::Tuple(b, rb)) => {
                if *ra && !*rb {
                    return Ternary::No;
                }
                let least = |t: &[super::types::Element]| t.iter().filter(|e| !e.optional && !e.rest).count();
                let open = |t: &[super::types::Element]| t.iter().any(|e| e.rest);
                if least(a) < least(b) || (open(a) && !open(b)) || (a.len() > b.len() && !open(b)) {
                    return Ternary::No;
                }
                return all((0..a.len().max(b.len())).filter_map(|i| {
                    let x = a.get(i)?;
                    let x = if x.rest { self.array_element(&x.ty)? } else { x.ty.clone() };
                    let y = match b.get(i) {
                        Some(e) if e.rest => self.array_element(&e.ty)?,
                        Some(e) => e.ty.clone(),
                        None => self.array_element(&b.last()?.ty)?,
                    };
                    Some(self.relates(&x, &y))
                }));
            }
            (Kind::Array(..), Kind::Tuple(elements, _)) => {
                return Ternary::of(elements.iter().all(|e| e.rest || e.optional) && elements.iter().any(|e| e.rest));
            }
            (Kind::Reference(a, xs), Kind::Reference(b, ys)) if a == b && xs.len() == ys.len() => {
                if xs == ys {
                    return Ternary::Yes;
                }
                let each: Vec<Ternary> = xs.iter().zip(ys.iter()).map(|(x, y)| self.relates(x, y)).collect();
                if self.is_library(a)
                    && matches!(
                        a.name(),
                        "Promise"
                            | "PromiseLike"
                            | "Set"
                            | "ReadonlySet"
                            | "Map"
                            | "ReadonlyMap"
                            | "Iterable"
                            | "IterableIterator"
                    )
                {
                    return all(each.into_iter());
                }
                if xs.iter().zip(ys.iter()).zip(&each).all(|((x, y), r)| {
                    x == y || x.is_any() || y.is_any() || (r.is_yes() && self.relates(y, x).is_yes())
                }) {
                    return Ternary::Yes;
                }
            }
            _ => {}
        }
        if is_primitive(to) {
            return Ternary::No;
        }
        self.structural(from, to)
    }

    fn has_union_property(&self, ty: &Type) -> bool {
        let Some(members) = self.members(ty) else { return true };
        members
            .props
            .iter()
            .any(|p| self.property_type(p).is_none_or(|t| matches!(t.kind(), Kind::Union(_) | Kind::Boolean)))
    }

    fn structural(&self, from: &Type, to: &Type) -> Ternary {
        if let Kind::Reference(symbol, _) = to.kind()
            && self.is_library(symbol)
        {
            match symbol.name() {
                "Object" => return Ternary::Yes,
                "Function" => {
                    let Some(members) = self.members(from) else { return Ternary::Unknown };
                    return Ternary::of(
                        !members.calls.is_empty()
                            || !members.constructs.is_empty()
                            || matches!(from.kind(), Kind::Reference(s, _) if matches!(s.name(), "Function" | "CallableFunction")),
                    );
                }
                _ => {}
            }
        }
        let Some(target) = self.members(to) else { return Ternary::Unknown };
        let Some(source) = self.members(from) else { return Ternary::Unknown };
        if target.props.len() > MAX_PROPERTIES && source.props.len() < target.props.len() / 2 {
            // Most are missing: find one that is not optional.
            let missing = target.props.iter().any(|p| !p.optional && source.property(&p.name).is_none());
            if missing {
                return Ternary::No;
            }
        }
        let primitive = is_primitive(from);
        let mut shared = false;
        let mut result = Ternary::Yes;
        for property in &target.props {
            let Some(own) = self.property_of(from, &property.name) else {
                if property.optional {
                    continue;
                }
                return Ternary::No;
            };
            shared = true;
            if property.hidden && own.symbol != property.symbol {
                return Ternary::No;
            }
            if own.optional && !property.optional && self.strict_null {
                return Ternary::No;
            }
            let (Some(a), Some(b)) = (self.property_type(&own), self.property_type(property)) else {
                result = Ternary::Unknown;
                continue;
            };
            match self.relates(&a, &b) {
                Ternary::No => return Ternary::No,
                Ternary::Unknown => result = Ternary::Unknown,
                Ternary::Yes => {}
            }
        }
        // A type of optional properties alone takes nothing that shares none.
        let weak = !target.props.is_empty()
            && target.props.iter().all(|p| p.optional)
            && target.calls.is_empty()
            && target.constructs.is_empty()
            && target.indexes.is_empty();
        let empty = source.props.is_empty() && source.calls.is_empty();
        if weak && !shared && (!empty || primitive) {
            return Ternary::No;
        }
        let signatures = self.signatures_relate(&source, &target);
        if signatures == Ternary::No {
            return Ternary::No;
        }
        if signatures == Ternary::Unknown {
            result = Ternary::Unknown;
        }
        let by_name = target.indexes.iter().any(|i| matches!(i.key.kind(), Kind::String));
        for index in &target.indexes {
            let Some(wanted) = self.lazy(&index.ty) else { return Ternary::Unknown };
            // `[key: string]: any` asks nothing.
            if by_name && wanted.is_any() {
                continue;
            }
            let own = source.indexes.iter().find(|i| i.key == index.key || matches!(i.key.kind(), Kind::String));
            let related = match own {
                Some(own) => match self.lazy(&own.ty) {
                    Some(own) => self.relates(&own, &wanted),
                    None => Ternary::Unknown,
                },
                // Literals and aliases of type literals have an implicit index signature, interfaces do not.
                None if matches!(
                    from.kind(),
                    Kind::Anonymous(..) | Kind::Object(_) | Kind::Mapped(..) | Kind::Intersection(_)
                ) =>
                {
                    let numeric = matches!(index.key.kind(), Kind::Number);
                    all(source
                        .props
                        .iter()
                        .filter(|p| !numeric || p.name.parse::<f64>().is_ok())
                        .map(|p| self.property_type(p).map_or(Ternary::Unknown, |t| self.relates(&t, &wanted))))
                }
                None if wanted.is_any() && !matches!(from.kind(), Kind::Reference(..)) => Ternary::Yes,
                None => Ternary::No,
            };
            match related {
                Ternary::No => return Ternary::No,
                Ternary::Unknown => result = Ternary::Unknown,
                Ternary::Yes => {}
            }
        }
        result
    }

    fn signatures_relate(&self, source: &Members, target: &Members) -> Ternary {
        let each = |sources: &[Signature], targets: &[Signature]| {
            all(targets.iter().map(|t| any(sources.iter().map(|s| self.signature_relates(s, t)))))
        };
        each(&source.calls, &target.calls).and(|| each(&source.constructs, &target.constructs))
    }

    /// The signature with `any` for its type parameters.
    pub(crate) fn erased(&self, signature: &Signature) -> Signature {
        let any = self.make(Kind::Any);
        let mapper = Mapper::new(signature.type_params.iter().map(|p| (p.ty.clone(), any.clone())));
        self.map_signature(&Signature { type_params: std::sync::Arc::from([]), ..signature.clone() }, &mapper)
    }

    fn signature_relates(&self, from: &Signature, to: &Signature) -> Ternary {
        let (from, to) = (&self.erased(from), &self.erased(to));
        let least = from.params.iter().filter(|p| !p.optional && !p.rest).count();
        let open = to.params.iter().any(|p| p.rest);
        if least > to.params.len() && !open {
            return Ternary::No;
        }
        let mut result = Ternary::Yes;
        let count = from.params.len().min(to.params.len());
        for i in 0..count {
            // Rest parameters at the same place take the same lists.
            let rest = |s: &Signature| s.params.get(i).filter(|p| p.rest).map(|p| self.lazy(&p.ty));
            let pair = match (rest(from), rest(to)) {
                (Some(a), Some(b)) => (a, b),
                _ => (self.parameter_at(from, i), self.parameter_at(to, i)),
            };
            let (Some(a), Some(b)) = pair else {
                result = Ternary::Unknown;
                continue;
            };
            let related = match self.relates(&b, &a) {
                Ternary::No => self.relates(&a, &b),
                other => other,
            };
            match related {
                Ternary::No => return Ternary::No,
                Ternary::Unknown => result = Ternary::Unknown,
                Ternary::Yes => {}
            }
        }
        let Some(wanted) = self.lazy(&to.ret) else { return Ternary::Unknown };
        if matches!(wanted.kind(), Kind::Void | Kind::Any | Kind::Unknown) {
            return result;
        }
        if to.predicate.is_some() && from.predicate.is_none() {
            return Ternary::No;
        }
        let Some(own) = self.lazy(&from.ret) else { return Ternary::Unknown };
        match self.relates(&own, &wanted) {
            Ternary::Yes => result,
            other => other,
        }
    }

    /// The texts that stand for the types of a template in a string.
    pub(crate) fn match_template(
        &self,
        text: &str,
        texts: &[smol_str::SmolStr],
        types: &[Type],
    ) -> Option<Vec<String>> {
        let (first, last) = (texts.first()?, texts.last()?);
        let mut rest = text.strip_prefix(first.as_str())?;
        if rest.len() < last.len() {
            return None;
        }
        rest = rest.strip_suffix(last.as_str())?;
        let mut out = Vec::new();
        for i in 0..types.len() {
            if i + 1 == types.len() {
                out.push(rest.to_owned());
                return Some(out);
            }
            let between = texts.get(i + 1)?;
            if between.is_empty() {
                // One character each, the last takes the rest.
                let c = rest.chars().next()?;
                out.push(c.to_string());
                rest = &rest[c.len_utf8()..];
            } else {
                let (before, after) = rest.split_once(between.as_str())?;
                out.push(before.to_owned());
                rest = after;
            }
        }
        Some(out)
    }

    fn fits_text(&self, text: &str, ty: &Type) -> Ternary {
        match ty.kind() {
            Kind::String | Kind::Any => Ternary::Yes,
            Kind::Number => Ternary::of(text.parse::<f64>().is_ok_and(|v| v.is_finite()) && !text.is_empty()),
            Kind::BigInt => Ternary::of(text.parse::<i128>().is_ok()),
            _ => self.relates(&self.store.string_literal(text), ty),
        }
    }
}

pub(crate) fn all(each: impl Iterator<Item = Ternary>) -> Ternary {
    let mut result = Ternary::Yes;
    for one in each {
        match one {
            Ternary::No => return Ternary::No,
            Ternary::Unknown => result = Ternary::Unknown,
            Ternary::Yes => {}
        }
    }
    result
}

pub(crate) fn any(each: impl Iterator<Item = Ternary>) -> Ternary {
    let mut result = Ternary::No;
    for one in each {
        match one {
            Ternary::Yes => return Ternary::Yes,
            Ternary::Unknown => result = Ternary::Unknown,
            Ternary::No => {}
        }
    }
    result
}
