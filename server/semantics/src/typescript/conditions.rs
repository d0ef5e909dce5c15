//! What conditions say about a reference: truthiness, comparisons, `typeof`, `instanceof`, `in`, predicates.

use super::evaluate::{is_primitive, is_unit, is_variable};
use super::narrow::{Reference, unwrapped};
use super::tree::At;
use super::types::{Kind, Literal, Signature, Type};
use super::{Model, Ternary};

impl Model<'_> {
    /// The type when a condition is true, or false.
    pub(crate) fn by_condition(
        &self,
        r: &Reference<'_>,
        condition: At<'_>,
        truth: bool,
        base: Type,
        depth: u32,
    ) -> Option<Type> {
        let _step = self.step()?;
        if depth > 24 || !self.mentions_condition(r, condition) {
            return Some(base);
        }
        match condition.kind() {
            "parenthesized_expression" | "satisfies_expression" | "non_null_expression" => {
                self.by_condition(r, condition.first_named()?, truth, base, depth + 1)
            }
            "unary_expression" if condition.field("operator")?.text() == "!" => {
                self.by_condition(r, condition.field("argument")?, !truth, base, depth + 1)
            }
            "binary_expression" => {
                let operator = condition.field("operator")?.text();
                let (left, right) = (condition.field("left")?, condition.field("right")?);
                match (operator, truth) {
                    ("&&", true) | ("||", false) => {
                        let one = self.by_condition(r, left, truth, base, depth + 1)?;
                        self.by_condition(r, right, truth, one, depth + 1)
                    }
                    ("&&", false) | ("||", true) => {
                        let one = self.by_condition(r, left, truth, base.clone(), depth + 1)?;
                        let other = self.by_condition(r, left, !truth, base.clone(), depth + 1)?;
                        let other = self.by_condition(r, right, truth, other, depth + 1)?;
                        Some(self.rejoined(&base, vec![one, other]))
                    }
                    ("===" | "==", _) => self.by_equality(r, left, right, operator == "==", truth, base),
                    ("!==" | "!=", _) => self.by_equality(r, left, right, operator == "!=", !truth, base),
                    ("instanceof", _) if self.matches(r, left) => {
                        let class = self.expression(right)?;
                        self.by_instance(&base, &class, truth)
                    }
                    ("instanceof", true) => Some(self.by_chain(r, left, base)),
                    ("in", _) if self.matches(r, right) => {
                        let name = match self.expression(left)?.kind() {
                            Kind::Literal(Literal::String(s) | Literal::Number(s), _) => s.clone(),
                            _ => return Some(base),
                        };
                        self.by_in(&base, &name, truth)
                    }
                    ("<" | ">" | "<=" | ">=", true) => Some(base),
                    _ => Some(base),
                }
            }
            "call_expression" => self.by_call(r, condition, truth, base),
            "assignment_expression" => {
                let left = condition.field("left")?;
                if self.matches(r, left) {
                    let base = self.effect(r, condition).flatten().unwrap_or(base);
                    return Some(self.truthy(&base, truth));
                }
                Some(base)
            }
            "identifier" if !self.matches(r, condition) => {
                // A constant that stands for a condition.
                let Some((file, decl)) = self.alias_of(condition) else { return Some(base) };
                if !r.constant {
                    return Some(base);
                }
                self.by_condition(r, file.node(decl)?, truth, base, depth + 8)
            }
            _ => {
                if self.matches(r, condition) {
                    return Some(self.truthy(&base, truth));
                }
                // `r.kind` tells members of a union apart by whether it is true.
                let base = if truth { self.by_chain(r, condition, base) } else { base };
                if condition.kind() == "member_expression"
                    && condition.field("object").is_some_and(|o| self.matches(r, o))
                    && self.is_union_like(&base)
                {
                    let name = condition.field("property")?.text();
                    return self.by_discriminant(&base, name, |ty| {
                        let left = self.truthy(ty, truth);
                        !left.is_never()
                    });
                }
                Some(base)
            }
        }
    }

    /// A parameter's type when a test about it is true, or false.
    pub(crate) fn tested(&self, parameter: At<'_>, test: At<'_>, ty: &Type, truth: bool) -> Option<Type> {
        let name = parameter.text().to_owned();
        let reference = Reference {
            key: name.clone(),
            root: name,
            declared: Some(ty.clone()),
            decl: Some(parameter.decl()),
            constant: true,
            file: std::marker::PhantomData,
        };
        self.by_condition(&reference, test, truth, ty.clone(), 0)
    }

    /// A chain `r?.x` that gave something: `r` is there.
    pub(crate) fn by_chain(&self, r: &Reference<'_>, at: At<'_>, base: Type) -> Type {
        let mut at = at;
        for _ in 0..30 {
            let optional = at.has("optional_chain") || at.has("?.");
            let inner = at.field("object").or_else(|| at.field("function")).or_else(|| {
                if at.is(&["non_null_expression", "parenthesized_expression"]) { at.first_named() } else { None }
            });
            let Some(inner) = inner else { return base };
            if optional && self.matches(r, inner) {
                return self.without_nullish(&base);
            }
            at = inner;
        }
        base
    }

    pub(crate) fn by_equality(
        &self,
        r: &Reference<'_>,
        left: At<'_>,
        right: At<'_>,
        loose: bool,
        truth: bool,
        base: Type,
    ) -> Option<Type> {
        for (one, other) in [(left, right), (right, left)] {
            let one = unwrapped(one);
            if one.kind() == "unary_expression" && one.field("operator").is_some_and(|o| o.text() == "typeof") {
                let argument = unwrapped(one.field("argument")?);
                if let "string" | "template_string" = other.kind() {
                    let name = other.text().trim_matches(['"', '\'', '`']);
                    if self.matches(r, argument) {
                        return self.by_typeof(&base, name, truth);
                    }
                    if truth && name != "undefined" {
                        return Some(self.by_chain(r, argument, base));
                    }
                    if !truth && name == "undefined" {
                        return Some(self.by_chain(r, argument, base));
                    }
                    return Some(base);
                }
            }
            if self.matches(r, one) {
                // An assignment inside the comparison gives what was assigned.
                let value = self.expression(other)?;
                return self.by_value(&base, &value, loose, truth);
            }
            if one.kind() == "assignment_expression" && one.field("left").is_some_and(|l| self.matches(r, l)) {
                let value = self.expression(other)?;
                let base = self.effect(r, one).flatten().unwrap_or(base);
                return self.by_value(&base, &value, loose, truth);
            }
        }
        for (one, other) in [(left, right), (right, left)] {
            let one = unwrapped(one);
            if one.is(&["member_expression", "subscript_expression"])
                && one.field("object").is_some_and(|o| self.matches(r, o))
            {
                let value = self.expression(other)?;
                let value = self.store.regular(&value);
                let base = if one.has("optional_chain") && self.ends_chain(&value, loose, truth) {
                    self.without_nullish(&base)
                } else {
                    base
                };
                if !self.is_union_like(&base) || !(is_unit(&value) || self.is_unit_union(&value)) {
                    return Some(base);
                }
                let name = match one.kind() {
                    "member_expression" => one.field("property")?.text().to_owned(),
                    _ => match one.field("index")?.kind() {
                        "string" | "number" => one.field("index")?.text().trim_matches(['"', '\'']).to_owned(),
                        _ => return Some(base),
                    },
                };
                return self.by_discriminant(&base, &name, |ty| {
                    !self.by_value(ty, &value, loose, truth).is_some_and(|t| t.is_never())
                });
            }
        }
        // `r?.x === value`: equal to something means that `r` is there.
        for (one, other) in [(left, right), (right, left)] {
            if self.in_optional_chain(unwrapped(one)) && self.mentions(r, one) {
                let value = self.expression(other)?;
                if self.ends_chain(&value, loose, truth) {
                    return Some(self.by_chain(r, unwrapped(one), base));
                }
            }
        }
        Some(base)
    }

    fn is_unit_union(&self, ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Union(parts) if parts.iter().all(is_unit))
    }

    /// Whether a comparison shows that an optional chain did not end early.
    fn ends_chain(&self, value: &Type, loose: bool, truth: bool) -> bool {
        let undefined = |t: &Type| matches!(t.kind(), Kind::Undefined) || (loose && t.is_nullish());
        if value.is_any() || matches!(value.kind(), Kind::Unknown) || is_variable(value) {
            return false;
        }
        if truth { !value.parts().iter().any(undefined) } else { value.parts().iter().all(undefined) }
    }

    /// Members of a union whose property can be what the test lets through.
    fn by_discriminant(&self, base: &Type, name: &str, keep: impl Fn(&Type) -> bool) -> Option<Type> {
        let parts = self.expanded(base);
        // A property that is a literal in none of them tells nothing.
        let mut discriminates = false;
        let mut kept = Vec::new();
        for part in &parts {
            let ty = if part.is_nullish() { None } else { self.type_of_property(part, name) };
            match ty {
                Some(ty) => {
                    discriminates |= self.expanded(&ty).iter().any(is_unit);
                    if keep(&ty) {
                        kept.push(part.clone());
                    }
                }
                None if part.is_nullish() => kept.push(part.clone()),
                None => kept.push(part.clone()),
            }
        }
        if !discriminates || kept.len() == parts.len() {
            return Some(base.clone());
        }
        Some(self.rejoined(base, kept))
    }

    /// Equal, or not equal, to a value of a type.
    pub(crate) fn by_value(&self, base: &Type, value: &Type, loose: bool, truth: bool) -> Option<Type> {
        let value = self.store.regular(value);
        let value = self.force(&value);
        if base.is_any() {
            return Some(base.clone());
        }
        if value.is_any() || value.is_error() {
            return Some(base.clone());
        }
        let nullish = matches!(value.kind(), Kind::Null | Kind::Undefined);
        if nullish {
            if !self.strict_null {
                return Some(base.clone());
            }
            let hit = |t: &Type| {
                if loose {
                    t.is_nullish()
                } else {
                    t.kind() == value.kind()
                        || (matches!(t.kind(), Kind::Void) && matches!(value.kind(), Kind::Undefined))
                }
            };
            if truth {
                if matches!(base.kind(), Kind::Unknown) {
                    return Some(if loose {
                        self.union([self.make(Kind::Null), self.store.undefined()])
                    } else {
                        value
                    });
                }
                let kept = self.filtered(base, |t| hit(t) || self.could_be_nullish(t));
                return Some(self.mapped_parts(&kept, |t| {
                    if is_variable(t) && self.could_be_nullish(t) {
                        self.intersection(vec![t.clone(), value.clone()])
                    } else {
                        t.clone()
                    }
                }));
            }
            if loose {
                return Some(self.without_nullish(base));
            }
            if matches!(base.kind(), Kind::Unknown) {
                // `{} | null | undefined` without the one.
                let other =
                    if matches!(value.kind(), Kind::Null) { self.store.undefined() } else { self.make(Kind::Null) };
                return Some(self.union([self.without_nullish(base), other]));
            }
            return Some(self.filtered(base, |t| !hit(t)));
        }
        if truth {
            if matches!(base.kind(), Kind::Unknown) {
                return Some(if is_unit(&value) || is_primitive(&value) { value } else { base.clone() });
            }
            let parts = self.expanded(base);
            let values = self.expanded(&value);
            if !values.iter().all(is_primitive) && !self.is_union_like(base) {
                return Some(base.clone());
            }
            let mut kept = Vec::new();
            for part in &parts {
                if is_variable(part) {
                    kept.push(part.clone());
                    continue;
                }
                if let Kind::Enum(symbol) = part.kind() {
                    let members: Vec<Type> = values
                        .iter()
                        .filter(|v| matches!(v.kind(), Kind::EnumMember(e, ..) if e == symbol))
                        .cloned()
                        .collect();
                    if members.is_empty() {
                        kept.push(part.clone())
                    } else {
                        kept.extend(members)
                    }
                    continue;
                }
                for v in &values {
                    // The narrower of the two.
                    if self.relates(v, part).is_yes() {
                        kept.push(if is_unit(v) && is_primitive(part) { v.clone() } else { part.clone() });
                    } else if self.relates(part, v) != Ternary::No {
                        kept.push(part.clone());
                    }
                }
            }
            return Some(self.rejoined(base, kept));
        }
        if !is_unit(&value) {
            return Some(base.clone());
        }
        let mut kept = Vec::new();
        for part in self.expanded(base) {
            if let (Kind::Enum(symbol), Kind::EnumMember(e, m, _)) = (part.kind(), value.kind())
                && symbol == e
            {
                let others = self.enum_member_symbols(symbol).into_iter().filter(|o| o != m);
                kept.extend(others.map(|o| self.make(Kind::EnumMember(symbol.clone(), o, false))));
                continue;
            }
            if self.store.regular(&part) != value {
                kept.push(part);
            }
        }
        Some(self.rejoined(base, kept))
    }

    fn could_be_nullish(&self, ty: &Type) -> bool {
        is_variable(ty)
            && !self.constraint(ty).is_some_and(|c| {
                !c.parts().iter().any(|p| p.is_nullish() || matches!(p.kind(), Kind::Unknown | Kind::Any))
            })
    }

    fn mapped_parts(&self, ty: &Type, map: impl Fn(&Type) -> Type) -> Type {
        let parts: Vec<Type> = ty.parts().iter().map(map).collect();
        self.rejoined(ty, parts)
    }

    fn by_typeof(&self, base: &Type, name: &str, truth: bool) -> Option<Type> {
        let narrowest = |name: &str| match name {
            "string" => Some(Kind::String),
            "number" => Some(Kind::Number),
            "bigint" => Some(Kind::BigInt),
            "boolean" => Some(Kind::Boolean),
            "symbol" => Some(Kind::ESSymbol),
            "undefined" => Some(Kind::Undefined),
            _ => None,
        };
        if base.is_any() || matches!(base.kind(), Kind::Unknown) {
            if !truth {
                return Some(base.clone());
            }
            if let Some(kind) = narrowest(name) {
                return Some(self.make(kind));
            }
            return match name {
                "function" if matches!(base.kind(), Kind::Unknown) => self.global_type("Function"),
                "object" if matches!(base.kind(), Kind::Unknown) => {
                    Some(self.union([self.make(Kind::NonPrimitive), self.make(Kind::Null)]))
                }
                _ => Some(base.clone()),
            };
        }
        let mut kept = Vec::new();
        for part in self.expanded(base) {
            let bound = if is_variable(&part) { self.constraint(&part) } else { None };
            let is = match part.kind() {
                Kind::String | Kind::Literal(Literal::String(_), _) | Kind::Template(..) | Kind::StringMapping(..) => {
                    Some("string")
                }
                Kind::Number | Kind::Literal(Literal::Number(_), _) => Some("number"),
                Kind::BigInt | Kind::Literal(Literal::BigInt(_), _) => Some("bigint"),
                Kind::Boolean | Kind::Literal(Literal::Boolean(_), _) => Some("boolean"),
                Kind::ESSymbol | Kind::UniqueSymbol(_) => Some("symbol"),
                Kind::Undefined | Kind::Void => Some("undefined"),
                Kind::Null => Some("object"),
                Kind::Enum(symbol) => {
                    let strings = self.enum_values(symbol).iter().any(|v| matches!(v, Some(Literal::String(_))));
                    Some(if strings { "string" } else { "number" })
                }
                Kind::EnumMember(_, member, _) => {
                    Some(if matches!(self.enum_value(member), Some(Literal::String(_))) { "string" } else { "number" })
                }
                Kind::Array(..) | Kind::Tuple(..) => Some("object"),
                Kind::Reference(symbol, _) if symbol.name() == "Function" => Some("function"),
                Kind::Reference(..) | Kind::Anonymous(..) | Kind::Object(_) | Kind::Mapped(..) => {
                    let members = self.members(&part)?;
                    if !members.calls.is_empty() || !members.constructs.is_empty() {
                        Some("function")
                    } else if self.is_empty_object(&part) {
                        None
                    } else {
                        Some("object")
                    }
                }
                Kind::NonPrimitive => {
                    if matches!(name, "object" | "function") {
                        None
                    } else {
                        Some("object")
                    }
                }
                Kind::Intersection(parts) => {
                    let primitive = parts.iter().find(|p| is_primitive(p));
                    match primitive.map(Type::kind) {
                        Some(Kind::String) => Some("string"),
                        Some(Kind::Number) => Some("number"),
                        Some(_) => None,
                        None if parts.iter().any(is_variable) => None,
                        None => {
                            let members = self.members(&part)?;
                            Some(if members.calls.is_empty() && members.constructs.is_empty() {
                                "object"
                            } else {
                                "function"
                            })
                        }
                    }
                }
                _ => None,
            };
            match (is, truth) {
                (Some(is), true) if is == name => kept.push(part),
                (Some(is), false) if is != name => kept.push(part),
                (Some(_), _) => {}
                (None, true) => {
                    // Open: what is asked for, as far as the type lets it.
                    let target = match narrowest(name) {
                        Some(kind) => Some(self.make(kind)),
                        None if name == "function" && is_variable(&part) => {
                            let function = self.global_type("Function")?;
                            Some(function)
                        }
                        None if name == "object" && self.is_empty_object(&part) => Some(self.make(Kind::NonPrimitive)),
                        None => None,
                    };
                    if let Some(bound) = &bound {
                        let left = self.by_typeof(bound, name, true)?;
                        if left.is_never() {
                            continue;
                        }
                        if left == *bound {
                            kept.push(part);
                            continue;
                        }
                        kept.push(self.intersection(vec![part, left]));
                        continue;
                    }
                    match target {
                        Some(target) if is_variable(&part) => kept.push(self.intersection(vec![part, target])),
                        Some(target) if self.is_empty_object(&part) => kept.push(target),
                        _ => kept.push(part),
                    }
                }
                (None, false) => {
                    if let Some(bound) = &bound {
                        let left = self.by_typeof(bound, name, false)?;
                        if left.is_never() {
                            continue;
                        }
                    }
                    kept.push(part);
                }
            }
        }
        Some(self.rejoined(base, kept))
    }

    fn by_instance(&self, base: &Type, class: &Type, truth: bool) -> Option<Type> {
        if base.is_any() && !truth {
            return Some(base.clone());
        }
        let members = self.members(class)?;
        let instance = match self.property_of(class, "prototype").map(|p| self.property_type(&p)) {
            Some(Some(prototype)) if !prototype.is_any() => prototype,
            _ => {
                let signature = self.erased(members.constructs.first()?);
                self.lazy(&signature.ret)?
            }
        };
        self.to_candidate(base, &instance, truth)
    }

    /// A type narrowed to a candidate, or without what is one.
    pub(crate) fn to_candidate(&self, base: &Type, candidate: &Type, truth: bool) -> Option<Type> {
        let candidate = &self.force(candidate);
        if !truth {
            let mut kept = Vec::new();
            for part in self.expanded(base) {
                let bound = if is_variable(&part) {
                    self.constraint(&part).unwrap_or_else(|| part.clone())
                } else {
                    part.clone()
                };
                match self.relates(&bound, candidate) {
                    Ternary::Yes if bound.is_any() => kept.push(part),
                    Ternary::Yes => {}
                    Ternary::No => kept.push(part),
                    Ternary::Unknown => return None,
                }
            }
            return Some(self.rejoined(base, kept));
        }
        if base.is_any()
            && matches!(candidate.kind(), Kind::Reference(s, _) if matches!(s.name(), "Object" | "Function"))
        {
            return Some(base.clone());
        }
        if base.is_any() || matches!(base.kind(), Kind::Unknown) {
            return Some(candidate.clone());
        }
        if candidate.is_any() {
            return Some(base.clone());
        }
        let parts = self.expanded(base);
        let mut kept: Vec<Type> = Vec::new();
        for wanted in self.expanded(candidate) {
            // What is related comes first; only where nothing is, type variables are joined with the candidate.
            let mut direct = Vec::new();
            let mut joined = Vec::new();
            for part in &parts {
                if is_variable(part) && !matches!(part.kind(), Kind::Intersection(_)) {
                    let bound = self.constraint(part);
                    match bound.as_ref().map(|b| self.relates(b, &wanted)) {
                        Some(Ternary::Yes) => direct.push(part.clone()),
                        _ if bound
                            .as_ref()
                            .is_some_and(|b| is_primitive(b) != is_primitive(&wanted) && is_primitive(b)) => {}
                        _ => joined.push(self.intersection(vec![part.clone(), wanted.clone()])),
                    }
                    continue;
                }
                match (self.relates(&wanted, part), self.relates(part, &wanted)) {
                    (Ternary::Unknown, Ternary::Unknown | Ternary::No) | (Ternary::No, Ternary::Unknown) => {
                        return None;
                    }
                    // Both ways: the part is as good.
                    (_, Ternary::Yes) => direct.push(part.clone()),
                    (Ternary::Yes, _) => direct.push(wanted.clone()),
                    _ => {}
                }
            }
            kept.extend(if direct.is_empty() { joined } else { direct });
        }
        if kept.is_empty() {
            return match (self.relates(candidate, base), self.relates(base, candidate)) {
                (Ternary::Yes, _) => Some(candidate.clone()),
                (_, Ternary::Yes) => Some(base.clone()),
                (Ternary::Unknown, _) | (_, Ternary::Unknown) => None,
                _ => Some(self.intersection(vec![base.clone(), candidate.clone()])),
            };
        }
        Some(self.rejoined(base, kept))
    }

    fn by_in(&self, base: &Type, name: &str, truth: bool) -> Option<Type> {
        if !self.is_union_like(base) {
            let known = self.property_of(base, name).is_some() || base.is_any();
            if known || !truth || is_variable(base) {
                return if known || !truth { Some(base.clone()) } else { None };
            }
            // `Record<name, unknown>` is added.
            let symbol = self.global_symbol("Record")?;
            let record =
                self.type_of_reference(&symbol, vec![self.store.string_literal(name), self.make(Kind::Unknown)])?;
            return Some(self.intersection(vec![base.clone(), record]));
        }
        let mut kept = Vec::new();
        for part in self.expanded(base) {
            match self.property_of(&part, name) {
                Some(property) => {
                    if truth || property.optional {
                        kept.push(part);
                    }
                }
                None => {
                    let open = self.members(&part).is_none_or(|m| !m.indexes.is_empty());
                    if !truth || open {
                        kept.push(part);
                    }
                }
            }
        }
        if kept.is_empty() && truth {
            return None;
        }
        Some(self.rejoined(base, kept))
    }

    fn by_call(&self, r: &Reference<'_>, call: At<'_>, truth: bool, base: Type) -> Option<Type> {
        let base = if truth { self.by_chain(r, call, base) } else { base };
        let arguments = call.field("arguments").map(At::named).unwrap_or_default();
        let about_this = call.field("function").and_then(|f| f.field("object")).is_some_and(|o| self.matches(r, o));
        if !about_this && !arguments.iter().any(|a| self.matches(r, unwrapped(*a))) {
            return Some(base);
        }
        let Some(function) = call.field("function") else { return Some(base) };
        if function.text() == "Boolean" && truth {
            return Some(self.truthy(&base, truth));
        }
        // Only a declared predicate narrows: see whether there is one before resolving the call.
        let callee = self.expression(function)?;
        if callee.is_any() {
            return Some(base);
        }
        let members = self.members(&self.without_nullish(&callee))?;
        if !members
            .calls
            .iter()
            .any(|s| s.predicate.is_some() || s.decl.is_some_and(|_| matches!(s.ret, super::types::Lazy::Returned(..))))
        {
            return Some(base);
        }
        let signature: Signature = self.resolved(call)?;
        let Some(predicate) = signature.predicate.as_ref().filter(|p| !p.asserts) else {
            // A function without annotation may be inferred to be a predicate.
            let inferred = matches!(signature.ret, super::types::Lazy::Returned(..)) && signature.params.len() == 1;
            return if inferred && self.lazy(&signature.ret).is_none_or(|t| matches!(t.kind(), Kind::Boolean)) {
                None
            } else {
                Some(base)
            };
        };
        let ty = predicate.ty.clone()?;
        if predicate.name == "this" {
            return if about_this { self.to_candidate(&base, &ty, truth) } else { Some(base) };
        }
        let position = signature.params.iter().position(|p| p.name == predicate.name)?;
        let about = arguments.get(position).is_some_and(|a| self.matches(r, unwrapped(*a)));
        if about { self.to_candidate(&base, &ty, truth) } else { Some(base) }
    }
}
