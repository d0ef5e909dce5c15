//! The type that a place asks for.

use super::Model;
use super::declarations::{FUNCTIONS, Space, name_of};
use super::tree::At;
use super::types::{Kind, Literal, Signature, Type};

impl Model<'_> {
    /// The type that the place of an expression asks for.
    pub(crate) fn contextual(&self, at: At<'_>) -> Option<Type> {
        self.contextual_as(at, false)
    }

    /// The type that the place of an expression asks for; `settled`: with all type arguments of the calls around, also those that were
    /// inferred from the expression itself.
    pub(crate) fn contextual_as(&self, at: At<'_>, settled: bool) -> Option<Type> {
        let _step = self.step()?;
        let parent = at.parent()?;
        match parent.kind() {
            "variable_declarator" => Some(self.annotation(parent.field("type")?)),
            "public_field_definition" => Some(self.annotation(parent.field("type")?)),
            "required_parameter" | "optional_parameter" => match parent.field("type") {
                Some(written) => Some(self.annotation(written)),
                None => self.bound_contextual(parent),
            },
            "assignment_pattern" | "object_assignment_pattern" => {
                let left = parent.field("left")?;
                if left.same(at) {
                    return None;
                }
                None
            }
            "arguments" => self.contextual_argument(at, parent, settled),
            "parenthesized_expression" | "non_null_expression" => self.contextual_as(parent, settled),
            "sequence_expression" => {
                if parent.named().last().is_some_and(|l| l.same(at)) {
                    self.contextual_as(parent, settled)
                } else {
                    None
                }
            }
            "pair" => {
                let object = parent.parent()?;
                let wanted = self.contextual_object(object, settled)?;
                let key = parent.field("key")?;
                match name_of(key)
                    .or_else(|| if key.kind() == "computed_property_name" { self.computed_name(key) } else { None })
                {
                    Some(name) => self.wanted_property(&wanted, &name),
                    None => None,
                }
            }
            "object" if at.is(&["shorthand_property_identifier", "method_definition"]) => {
                let wanted = self.contextual_object(parent, settled)?;
                let name = if at.kind() == "method_definition" { name_of(at.field("name")?)? } else { name_of(at)? };
                self.wanted_property(&wanted, &name)
            }
            "spread_element" => {
                let outer = parent.parent()?;
                if outer.kind() == "object" { self.contextual_as(outer, settled) } else { None }
            }
            "array" => {
                let wanted = self.contextual_as(parent, settled)?;
                let position = parent.named().iter().position(|c| c.same(at))?;
                let spread = parent.named().iter().take(position).any(|c| c.kind() == "spread_element");
                self.wanted_element(&wanted, if spread { None } else { Some(position) })
            }
            "arrow_function" => {
                if !parent.field("body")?.same(at) {
                    return None;
                }
                self.wanted_return(parent, settled)
            }
            "return_statement" => self.wanted_return(parent.enclosing(FUNCTIONS)?, settled),
            "yield_expression" => None,
            "await_expression" => {
                let wanted = self.awaited_plain(&self.contextual_as(parent, settled)?)?;
                let promise = self.type_of_reference(&self.global_symbol("PromiseLike")?, vec![wanted.clone()])?;
                Some(self.union([wanted, promise]))
            }
            "ternary_expression" => {
                if parent.field("condition")?.same(at) {
                    None
                } else {
                    self.contextual_as(parent, settled)
                }
            }
            "assignment_expression" | "augmented_assignment_expression" => {
                if !parent.field("right")?.same(at) {
                    return None;
                }
                if parent.kind() == "augmented_assignment_expression"
                    && !parent.field("operator").is_some_and(|o| matches!(o.text(), "||=" | "&&=" | "??="))
                {
                    return None;
                }
                let left = parent.field("left")?;
                self.annotated_property(left).or_else(|| self.assigned_type(left))
            }
            "binary_expression" => {
                let operator = parent.field("operator")?.text();
                let right = parent.field("right")?.same(at);
                match operator {
                    "||" | "??" => {
                        if right {
                            let outer = self.contextual_as(parent, settled);
                            // Without a context, the left side is one for functions and literals.
                            outer.or_else(|| self.expression(parent.field("left")?))
                        } else {
                            self.contextual_as(parent, settled)
                        }
                    }
                    "&&" | "," if right => self.contextual_as(parent, settled),
                    _ => None,
                }
            }
            "as_expression" | "satisfies_expression" => {
                let parts = parent.named();
                match parts.as_slice() {
                    [value, ty, ..] if value.same(at) => Some(self.type_node(*ty)),
                    // `as const`
                    [_] => self.contextual_as(parent, settled),
                    _ => None,
                }
            }
            "type_assertion" => Some(self.type_node(parent.first_named()?.first_named()?)),
            "jsx_expression" => {
                let attribute = parent.parent()?;
                match attribute.kind() {
                    "jsx_attribute" => self.jsx_attribute(attribute),
                    _ => None,
                }
            }
            "export_statement" => None,
            _ => None,
        }
    }

    /// The annotation of a property of `this` that is assigned to: what is optional is not asked to be `undefined`.
    fn annotated_property(&self, left: At<'_>) -> Option<Type> {
        let object = left.field("object").filter(|o| left.kind() == "member_expression" && o.kind() == "this")?;
        let base = self.without_nullish(&self.expression(object)?);
        let property = self.property_of(&base, left.field("property")?.text()).filter(|p| !p.readonly)?;
        let annotated =
            |at: At<'_>| Some(at.is(&["property_signature", "public_field_definition"]) && at.field("type").is_some());
        self.with_file(property.symbol.as_ref()?.first()?, annotated).filter(|a| *a)?;
        match &property.ty {
            super::types::Lazy::Optional(inner) => self.lazy(inner),
            _ => None,
        }
    }

    fn bound_contextual(&self, parameter: At<'_>) -> Option<Type> {
        let function = parameter.enclosing(FUNCTIONS)?;
        let position = function.field("parameters")?.named().iter().position(|p| p.same(parameter))?;
        let signature = self.contextual_signature(function)?;
        self.parameter_at(&signature, position)
    }

    /// The contextual type of an object literal, with unions narrowed by the literal's discriminants.
    fn contextual_object(&self, object: At<'_>, settled: bool) -> Option<Type> {
        let wanted = self.contextual_as(object, settled)?;
        let wanted = self.without_nullish(&self.force(&wanted));
        let Kind::Union(parts) = wanted.kind() else { return Some(wanted) };
        let parts: Vec<Type> = parts.iter().map(|p| self.force(p)).collect();
        let mut kept = parts.clone();
        for entry in object.named() {
            if entry.kind() != "pair" {
                continue;
            }
            let Some(name) = entry.field("key").and_then(name_of) else { continue };
            let Some(value) = entry.field("value") else { continue };
            if !value.is(&["string", "number", "true", "false", "null", "undefined"]) {
                continue;
            }
            let Some(literal) = self.plain_literal(value) else { continue };
            let possible = |part: &Type| {
                let Some(property) = self.property_of(part, &name) else { return true };
                let Some(ty) = self.property_type(&property) else { return true };
                self.relates(&literal, &ty) != super::Ternary::No
            };
            let left: Vec<Type> = kept.iter().filter(|p| possible(p)).cloned().collect();
            if !left.is_empty() {
                kept = left;
            }
        }
        if kept.len() == parts.len() { Some(wanted) } else { Some(self.union(kept)) }
    }

    pub(crate) fn wanted_property(&self, wanted: &Type, name: &str) -> Option<Type> {
        let wanted = self.force(wanted);
        let all = wanted.parts().iter().filter_map(|part| {
            let part = self.force(part);
            if super::evaluate::is_primitive(&part) || part.is_any() {
                return None;
            }
            if let Kind::Mapped(decl, args, true) = part.kind() {
                return self.mapped_template(*decl, args, &self.store.string_literal(name));
            }
            let part = match part.kind() {
                Kind::Parameter(_) | Kind::Indexed(..) | Kind::Conditional(..) => self.constraint(&part)?,
                _ => part,
            };
            match self.property_of(&part, name) {
                Some(property) if property.optional && self.exact_optional => {
                    // What may be missing is not `undefined` there.
                    match &property.ty {
                        super::types::Lazy::Optional(inner) => self.lazy(inner),
                        other => self.lazy(other),
                    }
                }
                Some(property) => self.property_type(&property),
                None => {
                    let members = self.members(&part)?;
                    let numeric = name.parse::<f64>().is_ok();
                    let index = members.indexes.iter().find(|i| match i.key.kind() {
                        Kind::String => true,
                        Kind::Number => numeric,
                        _ => false,
                    })?;
                    self.lazy(&index.ty)
                }
            }
        });
        let all: Vec<Type> = all.collect();
        (!all.is_empty()).then(|| self.union(all))
    }

    fn wanted_element(&self, wanted: &Type, position: Option<usize>) -> Option<Type> {
        let wanted = self.force(wanted);
        let all = wanted.parts().iter().filter_map(|part| {
            let part = self.force(part);
            let part = match part.kind() {
                Kind::Parameter(_) | Kind::Indexed(..) | Kind::Conditional(..) => self.constraint(&part)?,
                _ => part,
            };
            match (part.kind(), position) {
                (Kind::Tuple(elements, _), Some(position)) => {
                    self.spread_at(&part, position).filter(|_| !elements.is_empty())
                }
                (Kind::Array(..) | Kind::Tuple(..), _) => self.array_element(&part),
                (Kind::Mapped(decl, args, true), Some(position)) => {
                    self.mapped_template(*decl, args, &self.store.string_literal(&position.to_string()))
                }
                _ if super::evaluate::is_primitive(&part) => None,
                _ => self.iterated(&part, false),
            }
        });
        let all: Vec<Type> = all.collect();
        (!all.is_empty()).then(|| self.union(all))
    }

    fn wanted_return(&self, function: At<'_>, settled: bool) -> Option<Type> {
        let ret = match function.field("return_type") {
            Some(written) => {
                let inner = written.first_named()?;
                self.type_node(inner)
            }
            None => self.lazy(&self.contextual_signature_as(function, settled)?.ret)?,
        };
        if function.has("*") || function.kind().starts_with("generator") {
            return None;
        }
        if function.has("async") {
            let inner = self.awaited_plain(&ret)?;
            let like = self.type_of_reference(&self.global_symbol("PromiseLike")?, vec![inner.clone()])?;
            return Some(self.union([inner, like]));
        }
        Some(ret)
    }

    /// Whether there is a contextual type for a function at all: `None` when there is one that is not known.
    pub(crate) fn has_context(&self, function: At<'_>) -> Option<bool> {
        let mut at = function;
        loop {
            let parent = at.parent()?;
            return match parent.kind() {
                "parenthesized_expression" | "ternary_expression" => {
                    at = parent;
                    continue;
                }
                "variable_declarator" | "public_field_definition" => {
                    if parent.field("type").is_some() {
                        self.some_context(function)
                    } else {
                        Some(false)
                    }
                }
                "object" | "pair" | "array" => {
                    let outer = if parent.kind() == "pair" { parent.parent()? } else { parent };
                    at = outer;
                    continue;
                }
                "return_statement" => {
                    let outer = parent.enclosing(FUNCTIONS)?;
                    if outer.field("return_type").is_some() || outer.is(&["arrow_function", "function_expression"]) {
                        self.some_context(function)
                    } else {
                        Some(false)
                    }
                }
                "expression_statement" | "export_statement" => Some(false),
                "call_expression" | "new_expression" => Some(false),
                "arguments" => {
                    let call = parent.parent()?;
                    let callee = call.field("function").or_else(|| call.field("constructor"))?;
                    if self.is_undeclared(callee) { Some(false) } else { self.some_context(function) }
                }
                _ => self.some_context(function),
            };
        }
    }

    /// Whether the callee is known to be declared nowhere, or to have no type: it asks nothing of its arguments.
    fn is_undeclared(&self, callee: At<'_>) -> bool {
        let library = || self.lookup(callee, "Array", Space::Value).is_some();
        match callee.kind() {
            "identifier" => match self.lookup(callee, callee.text(), Space::Value) {
                Some(_) => self.expression(callee).is_some_and(|t| t.is_any()),
                None => library(),
            },
            "member_expression" => {
                let (Some(object), Some(property)) = (callee.field("object"), callee.field("property")) else {
                    return false;
                };
                let Some(ty) = self.expression(object) else { return false };
                ty.is_any()
                    || library() && self.members(&ty).is_some() && self.property_of(&ty, property.text()).is_none()
            }
            _ => false,
        }
    }

    fn some_context(&self, function: At<'_>) -> Option<bool> {
        // Where nothing is known, one may still be there.
        self.contextual(function).map(|_| true)
    }

    /// The signature that a function expression is expected to have.
    pub(crate) fn contextual_signature(&self, function: At<'_>) -> Option<Signature> {
        self.contextual_signature_as(function, false)
    }

    fn contextual_signature_as(&self, function: At<'_>, settled: bool) -> Option<Signature> {
        if !function.is(&["arrow_function", "function_expression", "generator_function", "method_definition"]) {
            return None;
        }
        let wanted = self.contextual_as(function, settled)?;
        let wanted = self.force(&wanted);
        let mut found: Option<Signature> = None;
        for part in wanted.parts() {
            let part = self.force(part);
            let part = match part.kind() {
                Kind::Parameter(_) | Kind::Indexed(..) | Kind::Conditional(..) => match self.constraint(&part) {
                    Some(bound) => bound,
                    None => continue,
                },
                _ => part,
            };
            if super::evaluate::is_primitive(&part) || part.is_any() || matches!(part.kind(), Kind::Unknown) {
                continue;
            }
            let members = self.members(&part)?;
            let count = function.field("parameters").map_or(1, |p| p.named().len());
            let fitting: Vec<&Signature> = match members.calls.as_slice() {
                [one] => vec![one],
                // Overloads give no context.
                _ => continue,
            };
            let _ = count;
            for signature in fitting {
                match &found {
                    None => found = Some(signature.clone()),
                    Some(known) if known.params.len() == signature.params.len() => {
                        // The same parameters, or none that can be told.
                        let same = known
                            .params
                            .iter()
                            .zip(signature.params.iter())
                            .all(|(a, b)| self.lazy(&a.ty) == self.lazy(&b.ty));
                        if !same {
                            return None;
                        }
                        let joined = super::types::Lazy::Union([known.ret.clone(), signature.ret.clone()].into());
                        found = Some(Signature { ret: joined, ..known.clone() });
                    }
                    Some(_) => return None,
                }
            }
        }
        found
    }

    /// Whether a literal keeps its own type where `wanted` is asked for.
    pub(crate) fn wants_literal(&self, literal: &Type, wanted: &Type) -> bool {
        let wanted = self.force(wanted);
        if let Kind::Union(parts) | Kind::Intersection(parts) = wanted.kind() {
            return parts.iter().any(|p| self.wants_literal(literal, p));
        }
        if matches!(wanted.kind(), Kind::Parameter(_) | Kind::Indexed(..) | Kind::Conditional(..)) {
            let Some(bound) = self.constraint(&wanted) else { return false };
            let of = |kinds: &[Kind]| bound.parts().iter().any(|p| kinds.iter().any(|k| p.is(k)));
            let plain = match literal.kind() {
                Kind::Literal(Literal::String(_), _) => of(&[Kind::String]) || matches!(bound.kind(), Kind::Keyof(_)),
                Kind::Literal(Literal::Number(_), _) => of(&[Kind::Number]),
                Kind::Literal(Literal::BigInt(_), _) => of(&[Kind::BigInt]),
                Kind::Literal(Literal::Boolean(_), _) => of(&[Kind::Boolean]),
                Kind::EnumMember(..) => of(&[Kind::Number, Kind::String]),
                Kind::UniqueSymbol(_) => of(&[Kind::ESSymbol]),
                _ => false,
            };
            return plain || (bound != wanted && self.wants_literal(literal, &bound));
        }
        matches!(
            (wanted.kind(), literal.kind()),
            (
                Kind::Literal(Literal::String(_), _) | Kind::Keyof(_) | Kind::Template(..) | Kind::StringMapping(..),
                Kind::Literal(Literal::String(_), _)
            ) | (Kind::Literal(Literal::Number(_), _), Kind::Literal(Literal::Number(_), _))
                | (Kind::Literal(Literal::BigInt(_), _), Kind::Literal(Literal::BigInt(_), _))
                | (Kind::Literal(Literal::Boolean(_), _) | Kind::Boolean, Kind::Literal(Literal::Boolean(_), _))
                | (Kind::UniqueSymbol(_), Kind::UniqueSymbol(_))
                | (Kind::EnumMember(..) | Kind::Enum(_), Kind::EnumMember(..))
        )
    }
}
