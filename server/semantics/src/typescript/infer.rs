//! Inference of type arguments.

use super::Model;
use super::evaluate::is_variable;
use super::types::{Kind, Mapper, Members, Property, Signature, Type};
use std::sync::Arc;

/// What is known of one type parameter.
#[derive(Clone, Debug)]
pub(crate) struct Inference {
    pub(crate) parameter: Type,
    pub(crate) candidates: Vec<Type>,
    pub(crate) contra: Vec<Type>,
    /// Only the lowest counts.
    priority: u8,
    pub(crate) top_level: bool,
}

/// Priorities: the lower, the better.
pub(crate) const DIRECT: u8 = 0;
const NAKED: u8 = 1;
const MAPPED: u8 = 2;
const CONDITIONAL: u8 = 3;
pub(crate) const RETURN: u8 = 7;

impl Inference {
    /// Only the place of the call has said something.
    pub(crate) fn is_from_return(&self) -> bool {
        self.priority == RETURN && !self.candidates.is_empty()
    }
}

pub(crate) struct Inferences {
    pub(crate) all: Vec<Inference>,
    contravariant: bool,
    fuel: u32,
    stack: Vec<(Type, Type)>,
}

impl Inferences {
    pub(crate) fn new(parameters: impl IntoIterator<Item = Type>) -> Self {
        let all = parameters.into_iter().map(|parameter| Inference {
            parameter,
            candidates: Vec::new(),
            contra: Vec::new(),
            priority: u8::MAX,
            top_level: true,
        });
        Self { all: all.collect(), contravariant: false, fuel: 3000, stack: Vec::new() }
    }
}

/// Whether a type parameter is the type, or one of its alternatives.
fn at_top(ty: &Type, parameter: &Type, depth: u32) -> bool {
    ty == parameter
        || match ty.kind() {
            Kind::Union(parts) | Kind::Intersection(parts) => {
                depth < 3 && parts.iter().any(|p| at_top(p, parameter, depth + 1))
            }
            _ => false,
        }
}

impl Model<'_> {
    /// Infers from one argument.
    pub(crate) fn infer(&self, inferences: &mut Inferences, source: &Type, target: &Type, priority: u8) {
        self.infer_types(inferences, source, target, priority, target);
    }

    fn infer_types(&self, n: &mut Inferences, source: &Type, target: &Type, priority: u8, whole: &Type) {
        if !target.is_generic() || n.fuel == 0 {
            return;
        }
        if source.is_error() {
            self.infer_unknown(n, target);
            return;
        }
        n.fuel -= 1;
        if let Some(at) = n.all.iter().position(|i| i.parameter == *target) {
            if source.is_generic() && self.holds_hole(source) {
                return;
            }
            let contra = n.contravariant;
            let Some(one) = n.all.get_mut(at) else { return };
            if priority < one.priority {
                one.candidates.clear();
                one.contra.clear();
                one.top_level = true;
                one.priority = priority;
            }
            if priority == one.priority {
                let list = if contra { &mut one.contra } else { &mut one.candidates };
                if !list.contains(source) {
                    list.push(source.clone());
                }
            }
            if priority < RETURN && one.top_level && !at_top(whole, target, 0) {
                one.top_level = false;
            }
            return;
        }
        let Some(_step) = self.step() else { return };
        let key = (source.clone(), target.clone());
        if n.stack.contains(&key) || n.stack.len() > 24 {
            return;
        }
        n.stack.push(key);
        self.infer_structure(n, source, target, priority, whole);
        n.stack.pop();
    }

    fn infer_structure(&self, n: &mut Inferences, source: &Type, target: &Type, priority: u8, whole: &Type) {
        if let (Some(a), Some(b)) = (source.alias(), target.alias())
            && a.symbol == b.symbol
            && a.args.len() == b.args.len()
            && !a.args.is_empty()
        {
            for (x, y) in a.args.iter().zip(b.args.iter()) {
                self.infer_types(n, x, y, priority, whole);
            }
            return;
        }
        let source = &self.force(source);
        let target = &self.force(target);
        if let Kind::Union(targets) = target.kind() {
            let mut sources: Vec<Type> = source.parts().to_vec();
            let mut rest: Vec<Type> = targets.to_vec();
            // What is the same on both sides is settled.
            let same: Vec<Type> = sources.iter().filter(|s| rest.contains(s)).cloned().collect();
            sources.retain(|s| !same.contains(s));
            rest.retain(|t| !same.contains(t));
            // Then types of the same declaration.
            let mut matched: Vec<Type> = Vec::new();
            for s in &sources {
                for t in &rest {
                    let close = match (s.kind(), t.kind()) {
                        (Kind::Reference(a, _), Kind::Reference(b, _)) => a == b,
                        (Kind::Array(..) | Kind::Tuple(..), Kind::Array(..) | Kind::Tuple(..)) => true,
                        _ => s.alias().zip(t.alias()).is_some_and(|(a, b)| a.symbol == b.symbol),
                    };
                    if close {
                        self.infer_types(n, s, t, priority, whole);
                        matched.push(s.clone());
                        matched.push(t.clone());
                    }
                }
            }
            sources.retain(|s| !matched.contains(s));
            rest.retain(|t| !matched.contains(t));
            if sources.is_empty() {
                return;
            }
            let naked = |t: &Type| n.all.iter().any(|i| i.parameter == *t);
            let (bare, structured): (Vec<Type>, Vec<Type>) = rest.into_iter().partition(naked);
            // Sources that said something of a structured target are not the naked type parameter's.
            let mut unmatched: Vec<Type> = Vec::new();
            let known = |n: &Inferences| n.all.iter().map(|i| i.candidates.len() + i.contra.len()).sum::<usize>();
            for s in &sources {
                let before = known(n);
                structured.iter().for_each(|t| self.infer_types(n, s, t, priority, whole));
                if known(n) == before {
                    unmatched.push(s.clone());
                }
            }
            let joined = self.union(sources);
            match bare.as_slice() {
                [] => {}
                [one] if unmatched.is_empty() => self.infer_types(n, &joined, one, priority.max(NAKED), whole),
                [one] => {
                    let unmatched = self.union(unmatched);
                    self.infer_types(n, &unmatched, one, priority, whole);
                }
                many => many.iter().for_each(|t| self.infer_types(n, &joined, t, priority.max(NAKED), whole)),
            }
            return;
        }
        if let Kind::Intersection(targets) = target.kind() {
            for t in targets {
                self.infer_types(n, source, t, priority, whole);
            }
            return;
        }
        if let Kind::Union(sources) = source.kind() {
            for s in sources {
                self.infer_types(n, s, target, priority, whole);
            }
            return;
        }
        match (source.kind(), target.kind()) {
            (Kind::Any, _) => {
                // `any` says `any` of everything in it.
                let mut parameters = Vec::new();
                self.free_parameters(target, &mut parameters, 0);
                for parameter in parameters {
                    self.infer_types(n, source, &parameter, priority, whole);
                }
            }
            (Kind::Keyof(a), Kind::Keyof(b)) => {
                n.contravariant = !n.contravariant;
                self.infer_types(n, a, b, priority, whole);
                n.contravariant = !n.contravariant;
            }
            (Kind::Indexed(a, i), Kind::Indexed(b, j)) => {
                self.infer_types(n, a, b, priority, whole);
                self.infer_types(n, i, j, priority, whole);
            }
            (_, Kind::Conditional(decl, args)) => {
                let branches = self.with_file(*decl, |at| {
                    let mapper = self.outer_mapper(at, args);
                    let one = |name| Some(self.instantiate(&self.type_node(at.field(name)?), &mapper));
                    Some([one("consequence")?, one("alternative")?])
                });
                for branch in branches.into_iter().flatten() {
                    self.infer_types(n, source, &branch, priority.max(CONDITIONAL), whole);
                }
            }
            (Kind::Array(a, _), Kind::Array(b, _)) => self.infer_types(n, a, b, priority, whole),
            (Kind::Tuple(..), Kind::Array(b, _)) => {
                if let Some(element) = self.array_element(source) {
                    self.infer_types(n, &element, b, priority, whole);
                }
            }
            (Kind::Tuple(a, _), Kind::Tuple(b, _)) => self.infer_tuple(n, a, b, priority, whole),
            (Kind::Array(element, _), Kind::Tuple(b, _)) => {
                for e in b.iter() {
                    if e.rest {
                        self.infer_types(n, source, &e.ty, priority, whole);
                    } else {
                        self.infer_types(n, element, &e.ty, priority, whole);
                    }
                }
            }
            (Kind::Reference(a, xs), Kind::Reference(b, ys)) if a == b => {
                for (x, y) in xs.iter().zip(ys.iter()) {
                    self.infer_types(n, x, y, priority, whole);
                }
            }
            (_, Kind::Reference(symbol, ys)) if self.is_library(symbol) && symbol.name() == "Iterable" => {
                if let (Some(element), Some(y)) = (self.iterated(source, false), ys.first()) {
                    self.infer_types(n, &element, y, priority, whole);
                }
            }
            (Kind::Reference(a, xs), Kind::Reference(symbol, ys))
                if symbol.name() == "PromiseLike" && a.name() == "Promise" && self.is_library(symbol) =>
            {
                if let (Some(x), Some(y)) = (xs.first(), ys.first()) {
                    self.infer_types(n, x, y, priority, whole);
                }
            }
            (_, Kind::Mapped(decl, args, _)) => self.infer_mapped(n, source, *decl, args, priority, whole),
            (super::types::Kind::Literal(super::types::Literal::String(text), _), Kind::Template(texts, types)) => {
                if let Some(parts) = self.match_template(text, texts, types) {
                    for (part, ty) in parts.iter().zip(types.iter()) {
                        let literal = self.template_part(part, ty);
                        self.infer_types(n, &literal, ty, priority, whole);
                    }
                }
            }
            (Kind::Template(a, xs), Kind::Template(b, ys)) if a == b => {
                for (x, y) in xs.iter().zip(ys.iter()) {
                    self.infer_types(n, x, y, priority, whole);
                }
            }
            _ => {
                let source = if is_variable(source) {
                    match self.constraint(source) {
                        Some(bound) => bound,
                        None => return,
                    }
                } else {
                    source.clone()
                };
                if super::evaluate::is_primitive(&source) || source.is_never() || matches!(source.kind(), Kind::Unknown)
                {
                    return;
                }
                self.infer_members(n, &source, target, priority, whole);
            }
        }
    }

    /// A part of a string as the type parameter's constraint wants it.
    fn template_part(&self, text: &str, ty: &Type) -> Type {
        let bound = self.constraint(ty);
        if bound.is_some_and(|b| matches!(b.kind(), Kind::Number))
            && text.parse::<f64>().is_ok_and(|v| format!("{v}") == text)
        {
            return self.make(Kind::Literal(super::types::Literal::Number(text.into()), false));
        }
        self.store.string_literal(text)
    }

    fn infer_tuple(
        &self,
        n: &mut Inferences,
        a: &[super::types::Element],
        b: &[super::types::Element],
        priority: u8,
        whole: &Type,
    ) {
        let start = b.iter().take_while(|e| !e.rest).count();
        let end = b.iter().rev().take_while(|e| !e.rest).count();
        if start == b.len() {
            for (x, y) in a.iter().zip(b.iter()) {
                self.infer_types(n, &x.ty, &y.ty, priority, whole);
            }
            return;
        }
        let fixed = a.iter().take_while(|e| !e.rest).count();
        for i in 0..start.min(fixed) {
            self.infer_types(n, &a[i].ty, &b[i].ty, priority, whole);
        }
        let tail = end.min(a.len().saturating_sub(start));
        if a.iter().rev().take(tail).any(|e| e.rest) {
            return;
        }
        for i in 0..tail {
            self.infer_types(n, &a[a.len() - 1 - i].ty, &b[b.len() - 1 - i].ty, priority, whole);
        }
        if b.len() - start - end == 1 && a.len() >= start + tail {
            let middle = self.tuple(a[start..a.len() - tail].to_vec(), false);
            let rest = &b[start].ty;
            match rest.kind() {
                Kind::Array(element, _) => {
                    if let Some(inner) = self.array_element(&middle) {
                        self.infer_types(n, &inner, element, priority, whole);
                    }
                }
                _ => self.infer_types(n, &middle, rest, priority, whole),
            }
        }
    }

    fn infer_mapped(
        &self,
        n: &mut Inferences,
        source: &Type,
        decl: super::types::Decl,
        args: &[Type],
        priority: u8,
        whole: &Type,
    ) {
        let found = self.with_file(decl, |at| {
            let clause = at.child("mapped_type_clause")?;
            let mapper = self.outer_mapper(at, args);
            let keys = self.instantiate(&self.type_node(clause.field("type")?), &mapper);
            let name = clause.field("name")?;
            let parameter = self.make(Kind::Parameter(self.store.symbol(name.text(), &[clause.decl()])));
            let template = self.instantiate(&self.annotation(at.field("type")?), &mapper);
            Some((keys, parameter, template))
        });
        let Some((keys, parameter, template)) = found else { return };
        match keys.kind() {
            Kind::Keyof(of) if n.all.iter().any(|i| i.parameter == *of) => {
                // Backwards through the template, property by property.
                let hole = self.make(Kind::Indexed(of.clone(), parameter.clone()));
                let reverse = |ty: &Type| -> Option<Type> {
                    let mut inner = Inferences::new([hole.clone()]);
                    self.infer(&mut inner, ty, &template, DIRECT);
                    let one = inner.all.into_iter().next()?;
                    (!one.candidates.is_empty()).then(|| self.union(one.candidates))
                };
                let made = match source.kind() {
                    Kind::Array(element, readonly) => reverse(element).map(|e| self.make(Kind::Array(e, *readonly))),
                    Kind::Tuple(elements, readonly) => {
                        let all =
                            elements.iter().map(|e| Some(super::types::Element { ty: reverse(&e.ty)?, ..e.clone() }));
                        all.collect::<Option<Vec<_>>>().map(|all| self.tuple(all, *readonly))
                    }
                    _ if super::evaluate::is_primitive(source) => None,
                    _ => (|| {
                        let members = self.members(source)?;
                        let mut out = Members::default();
                        for property in members.props.iter().filter(|p| !p.hidden) {
                            let ty = self.property_type(property)?;
                            let ty = if property.optional { self.without_undefined(&ty) } else { ty };
                            let made = reverse(&ty).unwrap_or_else(|| self.make(Kind::Unknown));
                            out.props.push(Property { ty: super::types::Lazy::Known(made), ..property.clone() });
                        }
                        if template == hole {
                            return Some(source.clone());
                        }
                        Some(self.make(Kind::Object(Arc::new(out))))
                    })(),
                };
                if let Some(made) = made {
                    let of = of.clone();
                    self.infer_types(n, &made, &of, priority.max(MAPPED), whole);
                }
            }
            _ if n.all.iter().any(|i| i.parameter == keys) => {
                let own = self.keyof(source);
                self.infer_types(n, &own, &keys, priority.max(MAPPED), whole);
                if let Some(members) = self.members(source) {
                    let all: Option<Vec<Type>> = members.props.iter().map(|p| self.property_type(p)).collect();
                    let indexes: Option<Vec<Type>> = members.indexes.iter().map(|i| self.lazy(&i.ty)).collect();
                    if let (Some(mut all), Some(more)) = (all, indexes) {
                        all.extend(more);
                        let joined = self.union(all);
                        self.infer_types(n, &joined, &template, priority, whole);
                    }
                }
            }
            _ => {
                if let Some(members) = self.members(source) {
                    for index in &members.indexes {
                        if let Some(ty) = self.lazy(&index.ty) {
                            self.infer_types(n, &ty, &template, priority, whole);
                        }
                    }
                }
            }
        }
    }

    fn infer_members(&self, n: &mut Inferences, source: &Type, target: &Type, priority: u8, whole: &Type) {
        let (Some(own), Some(wanted)) = (self.members(source), self.members(target)) else { return };
        if wanted.props.len() > 80 {
            return;
        }
        for property in &wanted.props {
            let Some(mine) = self.property_of(source, &property.name) else { continue };
            let (Some(a), Some(b)) = (self.property_type(&mine), self.property_type(property)) else { continue };
            let (a, b) = if property.optional && mine.optional {
                (self.without_undefined(&a), self.without_undefined(&b))
            } else {
                (a, b)
            };
            self.infer_types(n, &a, &b, priority, whole);
        }
        self.infer_signatures(n, &own.calls, &wanted.calls, priority, whole);
        self.infer_signatures(n, &own.constructs, &wanted.constructs, priority, whole);
        for index in &wanted.indexes {
            let Some(target) = self.lazy(&index.ty) else { continue };
            let mut all = Vec::new();
            for mine in &own.indexes {
                all.extend(self.lazy(&mine.ty));
            }
            if all.is_empty() && !matches!(source.kind(), Kind::Reference(..)) {
                for property in own.props.iter().filter(|_| matches!(index.key.kind(), Kind::String)) {
                    all.extend(self.property_type(property));
                }
            }
            if !all.is_empty() {
                let joined = self.union(all);
                self.infer_types(n, &joined, &target, priority, whole);
            }
        }
    }

    fn infer_signatures(
        &self,
        n: &mut Inferences,
        own: &[Signature],
        wanted: &[Signature],
        priority: u8,
        whole: &Type,
    ) {
        let count = own.len().min(wanted.len());
        for i in 0..count {
            let (a, b) = (&own[own.len() - count + i], &wanted[wanted.len() - count + i]);
            let a = if a.type_params.is_empty() { a.clone() } else { self.base_signature(a) };
            self.infer_signature(n, &a, b, priority, whole);
        }
    }

    /// The signature with its type parameters replaced by their constraints.
    fn base_signature(&self, signature: &Signature) -> Signature {
        let unknown = self.make(Kind::Unknown);
        let pairs = signature
            .type_params
            .iter()
            .map(|p| (p.ty.clone(), p.constraint.clone().unwrap_or_else(|| unknown.clone())));
        let mapper = Mapper::new(pairs);
        self.map_signature(&Signature { type_params: Arc::from([]), ..signature.clone() }, &mapper)
    }

    pub(crate) fn infer_signature(&self, n: &mut Inferences, a: &Signature, b: &Signature, priority: u8, whole: &Type) {
        n.contravariant = !n.contravariant;
        for (i, parameter) in b.params.iter().enumerate() {
            if parameter.rest {
                // The rest as a tuple.
                let Some(target) = self.lazy(&parameter.ty) else { continue };
                if n.all.iter().any(|x| x.parameter == target) || matches!(target.kind(), Kind::Tuple(..)) {
                    let mut elements = Vec::new();
                    for p in a.params.iter().skip(i) {
                        let Some(ty) = self.lazy(&p.ty) else { continue };
                        elements.push(super::types::Element {
                            ty,
                            optional: p.optional,
                            rest: p.rest,
                            name: p.name.clone(),
                        });
                    }
                    let tuple = self.tuple(elements, false);
                    self.infer_types(n, &tuple, &target, priority, whole);
                } else if let Some(element) = self.array_element(&target) {
                    for position in i..a.params.len() {
                        if let Some(ty) = self.parameter_at(a, position) {
                            self.infer_types(n, &ty, &element, priority, whole);
                        }
                    }
                }
                continue;
            }
            if i >= a.params.len() && !a.params.iter().any(|p| p.rest) {
                break;
            }
            if let (Some(x), Some(y)) = (self.parameter_at(a, i), self.parameter_at(b, i)) {
                self.infer_types(n, &x, &y, priority, whole);
            }
        }
        if let (Some(x), Some(y)) = (&a.this, &b.this) {
            self.infer_types(n, x, y, priority, whole);
        }
        n.contravariant = !n.contravariant;
        match (&a.predicate, &b.predicate) {
            (Some(x), Some(y)) => {
                if let (Some(x), Some(y)) = (&x.ty, &y.ty) {
                    self.infer_types(n, x, y, priority, whole);
                }
            }
            _ => {
                if let Some(y) = self.lazy(&b.ret)
                    && y.is_generic()
                {
                    match self.lazy(&a.ret) {
                        Some(x) => self.infer_types(n, &x, &y, priority, whole),
                        // Inferring from what is not known would be a guess.
                        None => self.infer_unknown(n, &y),
                    }
                }
            }
        }
    }

    fn holds_hole(&self, ty: &Type) -> bool {
        let mut parameters = Vec::new();
        self.free_parameters(ty, &mut parameters, 0);
        parameters.contains(&self.hole())
    }

    /// Marks what would have been inferred from something unknown.
    pub(crate) fn infer_unknown(&self, n: &mut Inferences, target: &Type) {
        let mut parameters = Vec::new();
        self.free_parameters(target, &mut parameters, 0);
        let error = self.error();
        for one in n.all.iter_mut().filter(|i| parameters.contains(&i.parameter)) {
            one.priority = DIRECT;
            one.candidates.push(error.clone());
        }
    }

    /// What the `infer` names of a conditional type stand for.
    pub(crate) fn infer_for_conditional(
        &self,
        parameters: &[Type],
        actual: &Type,
        pattern: &Type,
    ) -> Option<Vec<Type>> {
        let mut inferences = Inferences::new(parameters.iter().cloned());
        self.infer(&mut inferences, actual, pattern, DIRECT);
        let all = inferences.all.into_iter().map(|one| {
            if one.candidates.iter().any(Type::is_error) {
                return None;
            }
            if !one.candidates.is_empty() {
                return Some(self.union(one.candidates));
            }
            if !one.contra.is_empty() {
                return Some(self.intersection(one.contra));
            }
            Some(self.constraint(&one.parameter).unwrap_or_else(|| self.make(Kind::Unknown)))
        });
        all.collect()
    }

    /// The type argument that the candidates give; `None` when one of them is not known.
    pub(crate) fn inferred(&self, one: &Inference, signature: &Signature, mapper: &Mapper) -> Option<Type> {
        let declared = signature.type_params.iter().find(|p| p.ty == one.parameter);
        let constraint = declared.and_then(|p| p.constraint.clone());
        let bound = constraint.as_ref().map(|c| self.instantiate(c, mapper));
        if one.candidates.iter().chain(&one.contra).any(Type::is_error) {
            return None;
        }
        let inferred = if !one.candidates.is_empty() {
            let primitive = bound.as_ref().is_some_and(|b| {
                b.parts()
                    .iter()
                    .any(|p| super::evaluate::is_primitive(p) && !p.is_nullish() || matches!(p.kind(), Kind::Keyof(_)))
            }) || self.is_const(&one.parameter);
            let ret = match &signature.ret {
                super::types::Lazy::Known(t) => Some(t.clone()),
                _ => None,
            };
            let kept = ret.is_some_and(|r| at_top(&r, &one.parameter, 0));
            let candidates: Vec<Type> = if primitive {
                one.candidates.iter().map(|c| self.store.regular(c)).collect()
            } else if one.top_level && !kept {
                one.candidates.iter().map(|c| self.widened_literal(c)).collect()
            } else {
                one.candidates.clone()
            };
            let joined = if one.priority >= CONDITIONAL { self.union(candidates) } else { self.supertype(candidates)? };
            self.widened_object(&joined)
        } else if !one.contra.is_empty() {
            // The narrowest that all of them take.
            let mut narrowest = one.contra.first()?.clone();
            for other in &one.contra {
                if self.relates(other, &narrowest).is_yes() {
                    narrowest = other.clone();
                }
            }
            narrowest
        } else if let Some(default) = declared.and_then(|p| p.default.as_ref()) {
            self.instantiate(default, mapper)
        } else {
            return Some(bound.unwrap_or_else(|| self.make(Kind::Unknown)));
        };
        match bound {
            Some(bound) => match self.relates(&inferred, &bound) {
                super::Ternary::Yes => Some(inferred),
                super::Ternary::No => Some(bound),
                // Rarely does one pass something that does not fit.
                super::Ternary::Unknown => Some(inferred),
            },
            None => Some(inferred),
        }
    }

    pub(crate) fn is_const(&self, parameter: &Type) -> bool {
        let Kind::Parameter(symbol) = parameter.kind() else { return false };
        symbol.first().and_then(|d| self.with_file(d, |at| Some(at.has("const")))).unwrap_or(false)
    }

    /// The candidate that all others are assignable to; literals of one kind are joined.
    fn supertype(&self, candidates: Vec<Type>) -> Option<Type> {
        if candidates.len() == 1 {
            return candidates.into_iter().next();
        }
        let nullish: Vec<Type> = candidates.iter().filter(|c| c.is_nullish()).cloned().collect();
        let primary: Vec<Type> = candidates.into_iter().filter(|c| !c.is_nullish()).collect();
        if primary.is_empty() {
            return Some(self.union(nullish));
        }
        let base = |t: &Type| match t.kind() {
            Kind::Literal(super::types::Literal::String(_), _) => 1,
            Kind::Literal(super::types::Literal::Number(_), _) => 2,
            Kind::Literal(super::types::Literal::Boolean(_), _) => 3,
            Kind::EnumMember(..) => 4,
            _ => 0,
        };
        let first = base(primary.first()?);
        let joined = if first != 0 && primary.iter().all(|t| base(t) == first) {
            self.union(primary)
        } else {
            let mut best = primary.first()?.clone();
            for other in primary.iter().skip(1) {
                match self.relates(&best, other) {
                    super::Ternary::Yes => best = other.clone(),
                    super::Ternary::No => {}
                    super::Ternary::Unknown => return None,
                }
            }
            best
        };
        Some(self.union(std::iter::once(joined).chain(nullish)))
    }
}
