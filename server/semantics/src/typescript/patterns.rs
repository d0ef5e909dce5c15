//! Binding patterns: what flows into each name of a destructuring.

use super::Model;
use super::declarations::FUNCTIONS;
use super::declarations::name_of;
use super::evaluate::is_primitive;
use super::tree::At;
use super::types::{Element, Kind, Members, Type};
use std::sync::Arc;

impl Model<'_> {
    /// The type that flows into a pattern (an identifier or a destructuring pattern) where it is declared.
    pub(crate) fn bound_type(&self, at: At<'_>) -> Option<Type> {
        let _step = self.step()?;
        let parent = at.parent()?;
        match parent.kind() {
            "variable_declarator" => {
                if let Some(written) = parent.field("type") {
                    return Some(self.annotation(written));
                }
                if let Some(value) = parent.field("value") {
                    return self.expression(value);
                }
                None
            }
            "required_parameter" | "optional_parameter" => self.parameter_flow(parent),
            // `x => …`
            kind if FUNCTIONS.contains(&kind) => self.contextual_parameter(parent, 0, false),
            "for_in_statement" => {
                if parent.field("operator").is_some_and(|o| o.text() == "in") {
                    return Some(self.make(Kind::String));
                }
                let iterable = self.expression(parent.field("right")?)?;
                self.iterated(&iterable, parent.has("await"))
            }
            "catch_clause" => match parent.field("type") {
                Some(written) => Some(self.annotation(written)),
                None => {
                    let project = self.sema.index.typescript().project(self.sema.path());
                    let unknown = project.flag("useUnknownInCatchVariables") || project.path.is_empty();
                    Some(self.make(if unknown { Kind::Unknown } else { Kind::Any }))
                }
            },
            "object_pattern" => {
                let source = self.bound_type(parent)?;
                if at.kind() == "rest_pattern" {
                    return self.rest_of_object(parent, &source);
                }
                self.part(&source, &name_of(at)?)
            }
            "pair_pattern" => {
                let source = self.bound_type(parent.parent()?)?;
                let key = parent.field("key")?;
                let name = name_of(key)
                    .or_else(|| (key.kind() == "computed_property_name").then(|| self.computed_name(key)).flatten())?;
                self.part(&source, &name)
            }
            "assignment_pattern" | "object_assignment_pattern" => {
                let flow = match parent.kind() {
                    "object_assignment_pattern" => {
                        let source = self.bound_type(parent.parent()?)?;
                        match at.kind() {
                            "shorthand_property_identifier_pattern" => self.part(&source, &name_of(at)?)?,
                            _ => return None,
                        }
                    }
                    _ => self.bound_type(parent)?,
                };
                let default = self.expression(parent.field("right")?)?;
                self.with_default(&flow, &default)
            }
            "array_pattern" => {
                let source = self.bound_type(parent)?;
                let source = self.force(&source);
                if source.is_any() {
                    return Some(source);
                }
                // Holes count.
                let mut position = 0;
                for child in parent.children() {
                    if child.same(at) {
                        break;
                    }
                    if child.kind() == "," {
                        position += 1;
                    }
                }
                if at.kind() == "rest_pattern" {
                    return match source.kind() {
                        Kind::Tuple(elements, readonly) if elements.iter().take(position).all(|e| !e.rest) => {
                            let rest: Vec<Element> = elements.iter().skip(position).cloned().collect();
                            let _ = readonly;
                            Some(self.tuple(rest, false))
                        }
                        _ => Some(self.store.array(self.iterated(&source, false)?)),
                    };
                }
                if let Kind::Union(parts) = source.kind()
                    && parts.iter().all(|p| matches!(p.kind(), Kind::Tuple(..) | Kind::Array(..)))
                {
                    let all = parts.iter().map(|p| self.position_of(p, position)).collect::<Option<Vec<_>>>()?;
                    return Some(self.union(all));
                }
                self.position_of(&source, position)
            }
            "rest_pattern" => self.bound_type(parent),
            _ => None,
        }
    }

    fn position_of(&self, source: &Type, position: usize) -> Option<Type> {
        match source.kind() {
            Kind::Tuple(elements, _) => self.tuple_element(elements, position),
            _ => {
                let element = self.iterated(source, false)?;
                Some(if self.unchecked_index { self.union([element, self.store.undefined()]) } else { element })
            }
        }
    }

    fn part(&self, source: &Type, name: &str) -> Option<Type> {
        self.type_of_property(source, name)
    }

    fn with_default(&self, flow: &Type, default: &Type) -> Option<Type> {
        let bare = self.without_undefined(flow);
        if matches!(default.kind(), Kind::Array(e, _) if e.is_never()) && matches!(bare.kind(), Kind::Array(..)) {
            return Some(bare);
        }
        let default = default.clone();
        if self.relates(&default, &bare).is_yes() && !bare.is_never() {
            return Some(bare);
        }
        self.subtype_union(vec![bare, default])
    }

    fn rest_of_object(&self, pattern: At<'_>, source: &Type) -> Option<Type> {
        let source = self.force(source);
        if source.is_any() {
            return Some(source);
        }
        if super::evaluate::is_variable(&source) || is_primitive(&source) || matches!(source.kind(), Kind::Union(_)) {
            return None;
        }
        let mut taken = Vec::new();
        for entry in pattern.named() {
            match entry.kind() {
                "shorthand_property_identifier_pattern" => taken.push(name_of(entry)?),
                "object_assignment_pattern" => taken.push(name_of(entry.field("left")?)?),
                "pair_pattern" => taken.push(name_of(entry.field("key")?)?),
                _ => {}
            }
        }
        let members = self.members(&source)?;
        let props = members.props.iter().filter(|p| !taken.contains(&p.name) && !p.hidden);
        let kept: Vec<_> = props
            .filter(|p| !(p.method && self.is_class_instance(&source)))
            .cloned()
            .map(|mut p| {
                p.readonly = false;
                p
            })
            .collect();
        Some(self.make(Kind::Object(Arc::new(Members {
            props: kept,
            indexes: members.indexes.clone(),
            ..Members::default()
        }))))
    }

    pub(crate) fn is_class_instance(&self, ty: &Type) -> bool {
        let Kind::Reference(symbol, _) = ty.kind() else { return false };
        symbol
            .decls()
            .iter()
            .any(|d| self.with_file(*d, |at| Some(at.is(super::declarations::CLASSES))).unwrap_or(false))
    }

    /// The type of a parameter as its function's body sees it.
    fn parameter_flow(&self, parameter: At<'_>) -> Option<Type> {
        if let Some(written) = parameter.field("type") {
            let ty = self.annotation(written);
            if parameter.kind() == "optional_parameter" && self.strict_null {
                return Some(self.union([ty, self.store.undefined()]));
            }
            return Some(ty);
        }
        let function = parameter.enclosing(FUNCTIONS)?;
        let list = function.field("parameters")?;
        let mut position = 0;
        for other in list.named() {
            if other.same(parameter) {
                break;
            }
            let this = other.field("pattern").is_some_and(|p| p.kind() == "this");
            if !this {
                position += 1;
            }
        }
        let rest = parameter.field("pattern").is_some_and(|p| p.kind() == "rest_pattern");
        let wanted = self.contextual_parameter(function, position, rest);
        if let Some(default) = parameter.field("value") {
            if let Some(wanted) = wanted.filter(|w| !w.is_any()) {
                return Some(self.without_undefined(&wanted));
            }
            let ty = self.expression(default)?;
            return Some(self.widened(&ty));
        }
        let wanted = wanted?;
        if parameter.kind() == "optional_parameter" && self.strict_null {
            return Some(self.union([wanted, self.store.undefined()]));
        }
        Some(wanted)
    }

    /// What the context says about a parameter of a function; `any` where there is none.
    pub(crate) fn contextual_parameter(&self, function: At<'_>, position: usize, rest: bool) -> Option<Type> {
        // A setter's parameter is typed by its getter.
        if function.kind() == "method_definition" && function.has("set") {
            let name = function.field("name")?.text();
            let body = function.parent()?;
            let getter = body.named().into_iter().find(|m| {
                m.kind() == "method_definition" && m.has("get") && m.field("name").is_some_and(|n| n.text() == name)
            })?;
            return match getter.field("return_type") {
                Some(written) => Some(self.annotation(written)),
                None => self.returned(getter.decl()),
            };
        }
        if !function.is(&["arrow_function", "function_expression", "generator_function", "method_definition"])
            || function.parent().is_some_and(|p| p.kind() == "class_body")
        {
            return Some(self.make(Kind::Any));
        }
        match self.has_context(function) {
            Some(true) => {}
            Some(false) => {
                let any = self.make(Kind::Any);
                return Some(if rest { self.store.array(any) } else { any });
            }
            None => return None,
        }
        let signature = self.contextual_signature(function)?;
        let found = self.contextual_parameter_of(&signature, position, rest)?;
        // A type parameter of a call that is being inferred is no answer.
        let mut parameters = Vec::new();
        self.free_parameters(&found, &mut parameters, 0);
        let unsettled = self.owners.borrow().iter().any(|o| parameters.iter().any(|p| o.contains(p)));
        (!unsettled).then_some(found)
    }

    fn contextual_parameter_of(
        &self,
        signature: &super::types::Signature,
        position: usize,
        rest: bool,
    ) -> Option<Type> {
        if rest {
            return self.rest_type(signature, position);
        }
        Some(self.parameter_at(signature, position).unwrap_or_else(|| self.make(Kind::Any)))
    }

    /// Type of the argument at a position of a signature; `None` when there is none.
    pub(crate) fn parameter_at(&self, signature: &super::types::Signature, position: usize) -> Option<Type> {
        let rest = signature.params.iter().position(|p| p.rest);
        if let Some(parameter) = signature.params.get(position).filter(|p| !p.rest) {
            let ty = self.lazy(&parameter.ty)?;
            return Some(if parameter.optional && self.strict_null {
                self.union([ty, self.store.undefined()])
            } else {
                ty
            });
        }
        let at = rest.filter(|r| position >= *r)?;
        let ty = self.force(&self.lazy(&signature.params.get(at)?.ty)?);
        self.spread_at(&ty, position - at)
    }

    pub(crate) fn spread_at(&self, ty: &Type, position: usize) -> Option<Type> {
        match ty.kind() {
            Kind::Tuple(elements, _) => {
                let fixed = elements.iter().take_while(|e| !e.rest).count();
                if position >= fixed && fixed == elements.len() {
                    return None;
                }
                self.tuple_element(elements, position)
            }
            Kind::Union(parts) => {
                let all = parts.iter().map(|p| self.spread_at(&self.force(p), position)).collect::<Option<Vec<_>>>()?;
                Some(self.union(all))
            }
            Kind::Parameter(_) | Kind::Indexed(..) | Kind::Conditional(..) => {
                let index = self.make(Kind::Literal(super::types::Literal::Number(position.to_string().into()), false));
                self.indexed_access(ty, &index)
            }
            _ => self.array_element(ty),
        }
    }

    fn rest_type(&self, signature: &super::types::Signature, position: usize) -> Option<Type> {
        let mut elements = Vec::new();
        for parameter in signature.params.iter().skip(position) {
            elements.push(Element {
                ty: self.lazy(&parameter.ty)?,
                optional: parameter.optional,
                rest: parameter.rest,
                name: parameter.name.clone(),
            });
        }
        if let [only] = elements.as_slice()
            && only.rest
        {
            return Some(only.ty.clone());
        }
        Some(self.tuple(elements, false))
    }
}
