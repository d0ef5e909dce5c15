//! Overload resolution: which method is called, and with which type arguments.

use super::Member;
use super::members::Entity;
use super::scope::MEMBERS;
use super::{SemanticModel, Type};
use index::DeclarationKind;
use smol_str::{SmolStr, format_smolstr};
use std::sync::Arc;
use syntax::csharp::STATEMENT_EXPRESSIONS;
use syntax::{Node, NodeExt};

/// An argument of a call.
pub(super) struct Argument<'a> {
    node: Node<'a>,
    value: Option<Node<'a>>,
    name: Option<&'a str>,
    /// Computed once for all candidates; `None` for lambdas and unknown types.
    ty: Option<Type>,
    /// The methods of a method group.
    group: Vec<Member>,
}

/// A candidate method with its type arguments substituted.
pub(super) struct Choice {
    /// The method.
    pub(super) method: Member,
    /// Type of its `this` parameter when it is an extension method.
    pub(super) receiver: Option<Type>,
    /// Parameter type of each argument; `None` where it depends on something unknown.
    pub(super) parameters: Vec<Option<Type>>,
    /// The same before type arguments are substituted.
    declared: Vec<Option<Type>>,
    /// Return type.
    pub(super) result: Option<Type>,
    /// Applicable in its expanded form: arguments are elements of a `params` parameter.
    expanded: bool,
    /// Number of optional parameters that take their defaults.
    omitted: usize,
    /// Number of arguments with `ref` or `out` where the parameter has none, and the other way round: an error.
    mispassed: usize,
    cost: usize,
}

const LAMBDAS: &[&str] = &["lambda_expression", "anonymous_method_expression"];
/// Target-typed expressions: they have no type of their own.
const TARGET_TYPED: &[&str] = &[
    "null_literal",
    "default_expression",
    "implicit_object_creation_expression",
    "collection_expression",
    "throw_expression",
];

/// Whether the declared parameter type `x` is more specific than `y` (C# specification §12.6.4.3): a type parameter is less specific than anything
/// else.
fn more_specific(x: &Type, y: &Type) -> bool {
    let parameter = |t: &Type| matches!(t, Type::Named { outer: None, name, arguments } if arguments.is_empty() && name.ends_with('\''));
    if parameter(y) {
        return !parameter(x);
    }
    match (x, y) {
        (Type::Named { name: a, arguments: p, .. }, Type::Named { name: b, arguments: q, .. }) => {
            a == b && p.len() == q.len() && p.iter().zip(q.iter()).all(|(p, q)| p == q || more_specific(p, q)) && p != q
        }
        (Type::Array(p, a), Type::Array(q, b)) => a == b && more_specific(p, q),
        (Type::Nullable(p), Type::Nullable(q)) => more_specific(p, q),
        _ => false,
    }
}

/// The constraints in the constraint clause of a type parameter.
fn constraint_parts(constraint: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0i32;
    constraint
        .split(move |c: char| {
            depth += match c {
                '<' | '(' => 1,
                '>' | ')' => -1,
                _ => 0,
            };
            c == ',' && depth == 0
        })
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

impl<'a> SemanticModel<'a> {
    pub(super) fn invocation(&self, node: Node<'a>) -> Option<Type> {
        let function = node.field("function")?;
        if function.kind() == "identifier" && self.node_text(function) == "nameof" {
            return Some(Type::named("string"));
        }
        let result = match self.callee(function)? {
            Entity::Methods(methods) => self.choose(&methods, node)?.result?,
            Entity::Value(delegate) => self.delegate(&delegate)?.1,
            _ => return None,
        };
        let conditional = function.kind() == "conditional_access_expression";
        Some(if conditional && !result.is("void") { result.nullable() } else { result })
    }

    /// What is called.
    pub(super) fn callee(&self, function: Node<'a>) -> Option<Entity> {
        if function.kind() == "conditional_access_expression" {
            return self.conditional_entity(function);
        }
        let entity = self.entity(function)?;
        // `list.Count()` beside the property `Count`.
        if let (Entity::Value(ty), "member_access_expression") = (&entity, function.kind())
            && self.delegate(ty).is_none()
        {
            let receiver = self.entity(function.field("expression")?)?.value()?;
            let name = function.field("name")?;
            let simple = if name.kind() == "generic_name" { *name.named().first()? } else { name };
            let methods = self.extensions(&receiver, self.node_text(simple), name.start_byte());
            return (!methods.is_empty()).then_some(Entity::Methods(methods));
        }
        Some(entity)
    }

    /// The best candidate for the call, object creation or constructor initializer `node`; `None` when it is not clear.
    fn choose(&self, methods: &[Member], node: Node<'a>) -> Option<Choice> {
        let arguments = self.arguments(node, true)?;
        let written = node.field("function").map(|f| self.written_arguments(f)).unwrap_or_default();
        let mut choices = self.applicable(methods, &arguments, &written);
        if let Some(best) = self.best(&choices, &arguments) {
            return Some(choices.swap_remove(best));
        }
        let best = choices.iter().map(|c| c.cost).min()?;
        choices.retain(|c| c.cost == best);
        let first = choices.first()?;
        let clear =
            choices.iter().all(|c| c.result.as_ref().map(Type::strip) == first.result.as_ref().map(Type::strip));
        clear.then(|| choices.remove(0))
    }

    /// The method that a call, object creation, constructor initializer or element access certainly calls.
    pub(super) fn chosen(&self, node: Node<'a>) -> Option<Choice> {
        let methods = match node.kind() {
            "invocation_expression" => match self.callee(node.field("function")?)? {
                Entity::Methods(methods) => methods,
                _ => return None,
            },
            "element_access_expression" => {
                let receiver = self.expression(node.field("expression")?)?;
                self.members_named(receiver.strip(), "this[]")
            }
            "object_creation_expression" | "implicit_object_creation_expression" => {
                self.constructors(&self.expression(node)?)
            }
            "constructor_initializer" => {
                let owner = self.enclosing_type(node)?;
                let this = node.all_children().iter().any(|c| c.kind() == "this");
                let of = if this { owner } else { self.base_class(&owner)? };
                self.constructors(&of)
            }
            _ => return None,
        };
        self.chosen_of(&methods, node)
    }

    pub(super) fn chosen_of(&self, methods: &[Member], node: Node<'a>) -> Option<Choice> {
        let arguments = self.arguments(node, true)?;
        let written = node.field("function").map(|f| self.written_arguments(f)).unwrap_or_default();
        let mut choices = self.applicable(methods, &arguments, &written);
        let best = self.best(&choices, &arguments)?;
        Some(choices.swap_remove(best))
    }

    /// The only candidate for a call or creation that takes so many arguments, so named and so passed: what is called in code that compiles, also
    /// where the types of the arguments are not known.
    pub fn called_by_form(&self, node: Node<'a>) -> Option<Member> {
        self.start(node);
        let methods = match node.kind() {
            "invocation_expression" => match self.callee(node.field("function")?)? {
                Entity::Methods(methods) => methods,
                _ => return None,
            },
            "object_creation_expression" | "implicit_object_creation_expression" => {
                self.constructors(&self.expression(node)?)
            }
            _ => return None,
        };
        let arguments = self.arguments(node, false)?;
        let passed = |argument: &Argument<'a>| {
            let word = argument.node.all_children().into_iter().find(|c| c.is(&["ref", "out"]));
            word.map_or("", |w| w.kind())
        };
        let fits = |m: &&Member| {
            let parameters = &m.declaration.parameters;
            let way = |i: usize| {
                let words = parameters.get(i).map_or("", |p| p.modifiers.as_str());
                words.split(' ').find(|w| matches!(*w, "ref" | "out")).unwrap_or("")
            };
            Self::assignment(m, &arguments)
                .is_some_and(|places| places.iter().zip(&arguments).all(|((at, _), a)| way(*at) == passed(a)))
        };
        let mut fitting = methods.iter().filter(fits);
        let first = fitting.next()?;
        // The same signature again is another branch of `#if`.
        let types = |m: &Member| m.declaration.parameters.iter().map(|p| p.type_text.clone()).collect::<Vec<_>>();
        let same = |m: &Member| m.owner.as_ref().map(|o| &o.origin) == first.owner.as_ref().map(|o| &o.origin);
        fitting.all(|m| same(m) && types(m) == types(first)).then(|| first.clone())
    }

    /// The candidate that is better than all others (C# specification §12.6.4.3); `None` when there is none, or an argument of
    /// unknown type could decide.
    fn best(&self, choices: &[Choice], arguments: &[Argument<'a>]) -> Option<usize> {
        let least = choices.iter().map(|c| c.mispassed).min()?;
        let passed: Vec<usize> = (0..choices.len()).filter(|i| choices[*i].mispassed == least).collect();
        let nearest = passed.iter().map(|i| choices[*i].method.distance).min()?;
        let near: Vec<usize> = passed.into_iter().filter(|i| choices[*i].method.distance == nearest).collect();
        let beats = |a: usize, b: usize| a == b || self.better(&choices[a], &choices[b], arguments) == Some(true);
        near.iter().copied().find(|a| near.iter().all(|b| beats(*a, *b)))
    }

    /// Whether `a` is the better function member; `None` when neither is, or it is not known.
    fn better(&self, a: &Choice, b: &Choice, arguments: &[Argument<'a>]) -> Option<bool> {
        let (mut for_a, mut for_b) = (false, false);
        if let (Some(x), Some(y), Some(own)) = (&a.receiver, &b.receiver, &a.method.receiver) {
            let exact = |ty: &Type| self.unannotated(ty) == self.unannotated(own);
            match (exact(x), exact(y)) {
                (true, false) => for_a = true,
                (false, true) => for_b = true,
                (true, true) => {}
                _ => match self.better_target(x, y) {
                    Some(true) => for_a = true,
                    Some(false) => for_b = true,
                    None => {}
                },
            }
        }
        for (i, argument) in arguments.iter().enumerate() {
            let (Some(x), Some(y)) = (a.parameters.get(i)?, b.parameters.get(i)?) else {
                // Only parameter types that differ can decide.
                if a.declared.get(i) == b.declared.get(i) {
                    continue;
                }
                return None;
            };
            if self.unannotated(x) == self.unannotated(y) {
                continue;
            }
            let untyped =
                argument.value.is_some_and(|v| v.is(LAMBDAS) || v.is(TARGET_TYPED)) || !argument.group.is_empty();
            if argument.ty.is_none() && !untyped {
                return None;
            }
            match self.better_conversion(argument, x, y) {
                Some(true) => for_a = true,
                Some(false) => for_b = true,
                None => {}
            }
        }
        if for_a != for_b {
            return Some(for_a);
        }
        if for_a {
            return None;
        }
        let generic = |c: &Choice| !c.method.declaration.type_parameters.is_empty();
        let order = |x: bool, y: bool| (x != y).then_some(y);
        order(generic(a), generic(b))
            .or_else(|| order(a.expanded, b.expanded))
            .or_else(|| order(a.omitted > 0, b.omitted > 0))
            .or_else(|| {
                let specific = |x: &Choice, y: &Choice| {
                    let pairs = x.declared.iter().zip(&y.declared);
                    let mut some = false;
                    for (x, y) in pairs {
                        match (x, y) {
                            (Some(x), Some(y)) if x == y => {}
                            (Some(x), Some(y)) if more_specific(x, y) => some = true,
                            _ => return false,
                        }
                    }
                    some
                };
                match (specific(a, b), specific(b, a)) {
                    (true, false) => Some(true),
                    (false, true) => Some(false),
                    _ => None,
                }
            })
            .or_else(|| {
                let count = |c: &Choice| c.method.declaration.parameters.len();
                (a.expanded && count(a) != count(b)).then(|| count(a) > count(b))
            })
    }

    /// Whether the conversion to `x` is better than the conversion to `y`; `None` when neither is better.
    fn better_conversion(&self, argument: &Argument<'a>, x: &Type, y: &Type) -> Option<bool> {
        let lambda = argument.value.filter(|v| v.is(LAMBDAS));
        if lambda.is_some() || !argument.group.is_empty() {
            let (dx, dy) = (self.delegate(x), self.delegate(y));
            let (Some((px, rx)), Some((py, ry))) = (dx, dy) else { return None };
            if px.len() != py.len() || rx == ry {
                return None;
            }
            return match (rx.is("void"), ry.is("void")) {
                (false, true) => Some(true),
                (true, false) => Some(false),
                _ => {
                    let body = lambda.filter(|l| !self.is_async(*l));
                    let body = body.and_then(|l| {
                        self.with_lambda(l, px.into_iter().map(Some).collect(), || self.lambda_result(l))
                    });
                    match body.flatten() {
                        Some(body) if self.unannotated(&body) == self.unannotated(&rx) => Some(true),
                        Some(body) if self.unannotated(&body) == self.unannotated(&ry) => Some(false),
                        _ => self.better_target(&rx, &ry),
                    }
                }
            };
        }
        if let Some(value) = argument.value.filter(|v| v.named().iter().any(|n| n.kind() == "interpolation")) {
            let handler = |ty: &Type| super::converted::is_handler_conversion(value, ty);
            if handler(x) != handler(y) {
                return Some(handler(x));
            }
        }
        if let Some(own) = &argument.ty {
            let own = self.unannotated(own);
            let (plain_x, plain_y) = (self.unannotated(x), self.unannotated(y));
            if own == plain_x || own == plain_y {
                return Some(own == plain_x);
            }
        }
        if argument.value.is_some_and(|v| v.kind() == "collection_expression") {
            let rank = |t: &Type| match t {
                _ if t.arguments_of("System.ReadOnlySpan").is_some() => 2,
                _ if t.arguments_of("System.Span").is_some() => 1,
                _ => 0,
            };
            if rank(x) != rank(y) {
                return Some(rank(x) > rank(y));
            }
        }
        self.better_target(x, y)
    }

    /// Without annotations of reference types; `?` of value types is kept.
    pub(super) fn unannotated(&self, ty: &Type) -> Type {
        ty.map(&mut |ty| match ty {
            Type::Nullable(inner) if !self.is_value_type(inner) => Some(self.unannotated(inner)),
            Type::Tuple(elements) => {
                Some(Type::Tuple(elements.iter().map(|(t, _)| (self.unannotated(t), None)).collect()))
            }
            _ => None,
        })
    }

    /// The better conversion target (C# specification §12.6.4.7).
    fn better_target(&self, x: &Type, y: &Type) -> Option<bool> {
        match (self.conversion(x, y).is_some(), self.conversion(y, x).is_some()) {
            (true, false) => return Some(true),
            (false, true) => return Some(false),
            _ => {}
        }
        let task = ["System.Threading.Tasks.Task", "System.Threading.Tasks.ValueTask"];
        for name in task {
            if let (Some([a]), Some([b])) = (x.arguments_of(name), y.arguments_of(name)) {
                return self.better_target(a, b);
            }
        }
        let signed = |t: &Type| ["sbyte", "short", "int", "long", "nint"].iter().any(|n| t.strip().is(n));
        let unsigned = |t: &Type| ["byte", "ushort", "uint", "ulong", "nuint"].iter().any(|n| t.strip().is(n));
        match (signed(x) && unsigned(y), unsigned(x) && signed(y)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }
    }

    /// The base class of a class; `object` where none is written.
    pub(super) fn base_class(&self, ty: &Type) -> Option<Type> {
        let supertypes = self.supertypes(ty);
        let class = |t: &Type| self.find(t).is_some_and(|f| f.declaration.kind != DeclarationKind::Interface);
        supertypes.iter().skip(1).map(|(t, _)| t).find(|t| class(t)).cloned()
    }

    fn arguments(&self, node: Node<'a>, typed: bool) -> Option<Vec<Argument<'a>>> {
        let list = match node.field("arguments") {
            Some(list) => Some(list),
            None => node.all_children().into_iter().find(|c| c.is(&["argument_list", "bracketed_argument_list"])),
        };
        let Some(list) = list else { return Some(Vec::new()) };
        let arguments = list.named().into_iter().filter(|n| n.kind() == "argument");
        let arguments = arguments.map(|node| {
            let name = node.field("name");
            let value = self.operands(node).into_iter().rfind(|n| Some(*n) != name);
            let plain = value.filter(|v| typed && !v.is(LAMBDAS));
            // `out var x` and `new()` have no type of their own.
            let ty = plain.filter(|v| {
                !v.is(&["declaration_expression", "implicit_object_creation_expression", "collection_expression"])
            });
            let written =
                plain.filter(|v| v.kind() == "declaration_expression").and_then(|v| self.type_node(v.field("type")?));
            let default = ty.is_some_and(|v| v.kind() == "default_expression" && v.field("type").is_none());
            let ty = if default { None } else { ty.and_then(|v| self.expression(v)).or(written) };
            let group = if ty.is_none() { value.map(|v| self.method_group(v)).unwrap_or_default() } else { Vec::new() };
            Argument { node, value, name: name.map(|n| self.node_text(n)), ty, group }
        });
        Some(arguments.collect())
    }

    /// Parameter types and return type of the delegate that a call invokes.
    pub(super) fn called_delegate(&self, call: Node<'a>) -> Option<(Vec<Type>, Type)> {
        self.delegate(&self.called_value(call)?)
    }

    /// The type of the value that a call invokes.
    pub(super) fn called_value(&self, call: Node<'a>) -> Option<Type> {
        self.callee(call.field("function")?)?.value()
    }

    fn method_group(&self, value: Node<'a>) -> Vec<Member> {
        if !value.is(&["identifier", "member_access_expression", "generic_name"]) {
            return Vec::new();
        }
        match self.entity(value) {
            Some(Entity::Methods(methods)) => methods,
            _ => Vec::new(),
        }
    }

    /// Infers type arguments from a method group. Returns the cost, or `None` when no method of the group fits the delegate.
    fn infer_group(
        &self,
        group: &[Member],
        ty: &Type,
        names: &[SmolStr],
        bindings: &mut Vec<(SmolStr, Type)>,
    ) -> Option<usize> {
        let Some((inputs, result)) = self.delegate(ty) else { return Some(50) };
        let mut fitting = group.iter().filter(|m| {
            let skip = usize::from(m.receiver.is_some());
            m.declaration.parameters.len() == inputs.len() + skip
                && (self.member_type(m).is_none_or(|t| t.is("void")) == result.is("void"))
        });
        let first = fitting.next()?;
        // Only for a single, non-generic method: its return type is the return type of the delegate.
        if fitting.next().is_none() && first.declaration.type_parameters.is_empty() {
            let skip = usize::from(first.receiver.is_some());
            for (input, parameter) in inputs.iter().zip(first.declaration.parameters.iter().skip(skip)) {
                if let Some(own) = self.member_text(first, &parameter.type_text) {
                    self.unify(input, &own, names, bindings)?;
                }
            }
            if let Some(own) = self.member_type(first) {
                self.unify(&result, &own, names, bindings)?;
            }
        }
        Some(10)
    }

    /// Applicable candidates, with their costs.
    fn applicable(&self, methods: &[Member], arguments: &[Argument<'a>], written: &[Type]) -> Vec<Choice> {
        let choices = |extensions: bool| -> Vec<Choice> {
            let own = methods.iter().filter(|m| m.receiver.is_some() == extensions);
            own.filter_map(|m| self.deeper(|| self.applies(m, arguments, written))).collect()
        };
        let own = choices(false);
        if own.is_empty() { choices(true) } else { own }
    }

    /// The parameter that each argument corresponds to; `None` when the argument list does not match.
    fn assignment(method: &Member, arguments: &[Argument<'a>]) -> Option<Vec<(usize, bool)>> {
        let skip = usize::from(method.receiver.is_some());
        let parameters = method.declaration.parameters.get(skip..)?;
        let mut used = vec![false; parameters.len()];
        let mut places = Vec::new();
        for (i, argument) in arguments.iter().enumerate() {
            let place = match argument.name {
                Some(name) => parameters.iter().position(|p| p.name.trim_start_matches('@') == name)?,
                None if i < parameters.len() => i,
                None => parameters.len().checked_sub(1).filter(|last| parameters[*last].rest)?,
            };
            let expanded = parameters[place].rest;
            if used[place] && !expanded {
                return None;
            }
            used[place] = true;
            places.push((place + skip, expanded));
        }
        let missing = parameters.iter().zip(used).any(|(p, used)| !used && !p.optional && !p.rest);
        (!missing).then_some(places)
    }

    fn applies(&self, of: &Member, arguments: &[Argument<'a>], written: &[Type]) -> Option<Choice> {
        let declaration = &of.declaration;
        // Fresh names, so that the method's `T` is not confused with a `T` that is in scope at the call.
        let names: Vec<SmolStr> = declaration.type_parameters.iter().map(|p| format_smolstr!("{}'", p.name)).collect();
        let mut method = of.clone();
        let fresh =
            declaration.type_parameters.iter().zip(&names).map(|(p, fresh)| (p.name.clone(), Type::named(fresh)));
        method.bindings.splice(0..0, fresh);
        let method = &method;
        if !written.is_empty() && written.len() != names.len() {
            return None;
        }
        let places = Self::assignment(method, arguments)?;
        let mut bindings: Vec<(SmolStr, Type)> = names.iter().cloned().zip(written.iter().cloned()).collect();
        let infer = written.is_empty() && !names.is_empty();
        let parameter =
            |place: usize| -> Option<Type> { self.member_text(method, &declaration.parameters.get(place)?.type_text) };
        // Members declared in farther base types cost more; a type parameter accepts any type, but is no better match.
        let mut cost = method.distance * 100;
        let mut this = None;
        if let Some(receiver) = &method.receiver {
            let first = parameter(0)?;
            this = Some(first.clone());
            if infer {
                self.unify(&first, receiver, &names, &mut bindings)?;
            }
            let first = self.substitute(&first, &bindings);
            if self.is_value_type(receiver)
                && self.is_value_type(&first)
                && self.unannotated(receiver) != self.unannotated(&first)
            {
                // Neither numeric nor user-defined conversions apply to the receiver.
                return None;
            }
            cost += self.conversion(receiver, &first).filter(|cost| *cost != super::convert::USER_DEFINED)?;
        }
        let mut types: Vec<Option<Type>> = Vec::new();
        // A `params` method without arguments for that parameter is in its expanded form too.
        let mut is_expanded = declaration.parameters.last().is_some_and(|p| p.rest)
            && places.iter().all(|(place, _)| place + 1 < declaration.parameters.len());
        for (argument, (place, expanded)) in arguments.iter().zip(&places) {
            let mut ty = parameter(*place);
            if *expanded {
                // `params`: the array itself, or its elements.
                let whole = ty.as_ref().zip(argument.ty.as_ref()).is_some_and(|(to, from)| self.fits(from, to, &names));
                if !whole {
                    is_expanded = true;
                    ty = ty.and_then(|t| self.element_type(&t));
                    cost += 5;
                }
            }
            types.push(ty);
        }
        // An argument without `out` is unlikely to be meant for an `out` parameter.
        let mut mispassed = 0;
        for (argument, (place, _)) in arguments.iter().zip(&places) {
            let given = argument.node.all_children().iter().any(|c| c.is(&["ref", "out"]));
            let words = declaration.parameters.get(*place).map_or("", |p| p.modifiers.as_str());
            let wanted = words.split(' ').any(|w| matches!(w, "ref" | "out")) && !words.contains("readonly");
            // A handler of an interpolated string is passed by reference without a word.
            let handler = argument.value.is_some_and(|v| v.kind() == "interpolated_string_expression");
            mispassed += usize::from(given != wanted && !handler);
        }
        cost += 200 * mispassed;
        let omitted =
            declaration.parameters.len().saturating_sub(arguments.len() + usize::from(method.receiver.is_some()));
        cost += omitted;
        if infer {
            for (argument, ty) in arguments.iter().zip(&types) {
                if let (Some(from), Some(to)) = (&argument.ty, ty) {
                    self.unify(to, from, &names, &mut bindings)?;
                }
            }
        }
        for (argument, ty) in arguments.iter().zip(&types) {
            let Some(ty) = ty else { continue };
            if !argument.group.is_empty() {
                cost += self.infer_group(&argument.group, ty, &names, &mut bindings)?;
                continue;
            }
            let Some(value) = argument.value.filter(|v| v.is(LAMBDAS)) else { continue };
            cost += self.infer_lambda(value, ty, &names, infer, &mut bindings)?;
        }
        for (argument, ty) in arguments.iter().zip(&types) {
            let (Some(from), Some(to)) = (&argument.ty, ty) else {
                cost += 30;
                if argument.value.is_some_and(|v| v.kind() == "null_literal") {
                    let to = ty.as_ref()?;
                    if !matches!(to, Type::Nullable(_)) && self.is_value_type(to) {
                        return None;
                    }
                }
                continue;
            };
            let to = self.substitute(to, &bindings);
            if !to.mentions(&names) {
                cost += match self.conversion(from, &to) {
                    Some(cost) => cost,
                    None if self.is_open(&to) || self.is_open(from) => 50,
                    None if self.is_small_constant(argument, &to) => 10,
                    None if argument.value.is_some_and(|v| super::converted::is_handler_conversion(v, &to)) => 0,
                    None => return None,
                };
            }
        }
        if !self.satisfies_constraints(method, &bindings) {
            return None;
        }
        if !names.is_empty() {
            cost += 1;
        }
        let fill = |ty: &Type| {
            let ty = self.substitute(ty, &bindings);
            (!ty.mentions(&names)).then_some(ty)
        };
        let result = match declaration.kind {
            DeclarationKind::Constructor => None,
            _ => self.member_type(method).and_then(|ty| fill(&ty)),
        };
        let parameters = types.iter().map(|ty| ty.as_ref().and_then(&fill)).collect();
        let receiver = this.as_ref().and_then(fill);
        let omitted = omitted.saturating_sub(usize::from(is_expanded));
        let method = of.clone();
        Some(Choice {
            method,
            receiver,
            parameters,
            declared: types,
            result,
            expanded: is_expanded,
            omitted,
            mispassed,
            cost,
        })
    }

    /// Whether the known type arguments satisfy the constraints of a generic method.
    fn satisfies_constraints(&self, method: &Member, bindings: &[(SmolStr, Type)]) -> bool {
        method.declaration.type_parameters.iter().all(|parameter| {
            let fresh = format!("{}'", parameter.name);
            let bound = bindings.iter().find(|(name, _)| *name == fresh).map(|(_, ty)| ty);
            let Some(bound) = bound.filter(|_| !parameter.constraint.is_empty()) else { return true };
            let known = self.find(bound.strip()).is_some();
            let lifted = matches!(bound, Type::Nullable(inner) if self.is_value_type(inner));
            constraint_parts(&parameter.constraint).all(|part| match part {
                "class" | "class?" => !self.is_value_type(bound),
                "struct" | "unmanaged" => {
                    !lifted
                        && (self.is_value_type(bound)
                            || !known && !self.is_type_parameter(bound) && !matches!(bound, Type::Array(..)))
                }
                "notnull" | "new()" | "default" | "allows ref struct" => true,
                text => match self.member_text(method, text) {
                    Some(to) => {
                        let to = self.substitute(&to, bindings);
                        self.conversion(bound.strip(), &to).is_some() || self.is_open(bound) || self.is_open(&to)
                    }
                    None => true,
                },
            })
        })
    }

    fn fits(&self, from: &Type, to: &Type, names: &[SmolStr]) -> bool {
        let mut bindings = Vec::new();
        self.unify(to, from, names, &mut bindings);
        self.conversion(from, &self.substitute(to, &bindings)).is_some()
    }

    /// Whether nothing is known about a type, so that it may convert to anything.
    fn is_open(&self, ty: &Type) -> bool {
        match ty.strip() {
            Type::Named { name, .. } => {
                super::types::system_name(name).is_none()
                    && name != "void"
                    && !self.is_type_parameter(ty.strip())
                    && self.find(ty.strip()).is_none()
            }
            _ => false,
        }
    }

    /// A constant `int` converts to smaller types.
    fn is_small_constant(&self, argument: &Argument<'a>, to: &Type) -> bool {
        let literal = argument.value.is_some_and(|v| v.kind() == "integer_literal" && self.node_text(v).len() <= 2);
        let small = ["byte", "sbyte", "short", "ushort", "uint", "ulong", "nuint"];
        literal && small.iter().any(|s| to.strip().is(s))
    }

    /// Infers type arguments from the body of a lambda. Returns the cost, or `None` when the lambda does not fit the delegate.
    fn infer_lambda(
        &self,
        lambda: Node<'a>,
        ty: &Type,
        names: &[SmolStr],
        infer: bool,
        bindings: &mut Vec<(SmolStr, Type)>,
    ) -> Option<usize> {
        let Some((inputs, result)) = self.delegate(ty) else {
            // A type parameter, `Delegate`, `object` or an unknown type may accept a lambda; no other type does.
            return (self.is_open(ty) || ty.strip().is("System.Delegate") || ty.strip().is("object")).then_some(50);
        };
        let count = self.lambda_arity(lambda);
        if count.is_some_and(|count| count != inputs.len()) {
            return None;
        }
        let inputs: Vec<Option<Type>> = inputs
            .iter()
            .map(|input| Some(self.substitute(input, bindings)).filter(|input| !infer || !input.mentions(names)))
            .collect();
        // Explicit parameter types of the lambda also bind type arguments of the method.
        let body = self.with_lambda(lambda, inputs, || self.lambda_result(lambda));
        // An `async` lambda without result returns `Task`.
        let plain_task = self.is_async(lambda) && self.awaited(&result).is_some_and(|t| t.is("void"));
        match body {
            Some(None) if plain_task => Some(0),
            Some(Some(body)) if plain_task => {
                let statement = lambda.field("body").is_some_and(|b| b.is(STATEMENT_EXPRESSIONS));
                (body.is("void") || statement).then_some(if body.is("void") { 0 } else { 10 })
            }
            // A value is required, but the body returns none.
            Some(None) if !result.is("void") => None,
            Some(Some(body)) => {
                if result.is("void") {
                    // A statement expression may be the body of an `Action`, but `Func` is the better conversion.
                    let expression = lambda.field("body")?;
                    let statement = expression.is(STATEMENT_EXPRESSIONS);
                    return statement.then_some(10);
                }
                let body =
                    if self.is_async(lambda) { Type::generic("System.Threading.Tasks.Task", vec![body]) } else { body };
                if infer {
                    self.unify(&result, &body, names, bindings)?;
                }
                let wanted = self.substitute(&result, bindings);
                if wanted.mentions(names) {
                    return Some(20);
                }
                match self.conversion(&body, &wanted) {
                    Some(cost) => Some(cost),
                    None if self.is_open(&wanted) || self.is_open(&body) => Some(50),
                    None => None,
                }
            }
            _ => Some(if result.is("void") && body.is_none() { 25 } else { 20 }),
        }
    }

    fn with_lambda<R>(&self, lambda: Node<'a>, inputs: Vec<Option<Type>>, f: impl FnOnce() -> R) -> R {
        let before = self.lambdas.borrow_mut().insert(lambda.id(), inputs);
        let result = f();
        match before {
            Some(before) => self.lambdas.borrow_mut().insert(lambda.id(), before),
            None => self.lambdas.borrow_mut().remove(&lambda.id()),
        };
        result
    }

    fn is_async(&self, function: Node<'a>) -> bool {
        function.all_children().iter().any(|c| self.node_text(*c) == "async")
    }

    /// Number of parameters; `None` for `delegate { … }`, which is compatible with any parameter list.
    fn lambda_arity(&self, lambda: Node<'a>) -> Option<usize> {
        let parameters = lambda.field("parameters")?;
        if parameters.kind() != "parameter_list" {
            return Some(1);
        }
        Some(
            parameters.named().into_iter().filter(|p| p.is(&["parameter", "implicit_parameter", "identifier"])).count(),
        )
    }

    /// The return type of a lambda's body: `Some(None)` when it returns nothing, `None` when unknown.
    fn lambda_result(&self, lambda: Node<'a>) -> Option<Option<Type>> {
        let body = lambda.field("body").or_else(|| lambda.all_children().into_iter().find(|c| c.kind() == "block"))?;
        if body.kind() != "block" {
            let ty = self.expression(body)?;
            return Some(if ty.is("void") { None } else { Some(ty) });
        }
        let mut returns = Vec::new();
        let mut stack = vec![body];
        while let Some(node) = stack.pop() {
            if node.kind() == "return_statement" {
                returns.extend(self.operands(node).first().copied());
                continue;
            }
            let inner = node.is(LAMBDAS) || node.kind() == "local_function_statement" || node.is(MEMBERS);
            if !inner && returns.len() < 64 {
                stack.extend(node.named());
            }
        }
        if returns.is_empty() {
            return Some(None);
        }
        Some(Some(self.common_type(returns.into_iter())?))
    }

    /// The type of a lambda's parameter, from the call that is being inferred or from the context of the lambda.
    pub(super) fn lambda_parameter_type(&self, lambda: Node<'a>, number: usize) -> Option<Type> {
        if let Some(known) = self.lambdas.borrow().get(&lambda.id()) {
            return known.get(number).cloned().flatten();
        }
        // While the expected type of the lambda is computed, its own parameters are unknown.
        let unknown = vec![None; number + 1];
        let target = self.with_lambda(lambda, unknown, || self.expected(lambda))?;
        self.delegate(&target)?.0.into_iter().nth(number)
    }

    /// The type of the parameter that an argument corresponds to.
    pub(super) fn argument_type(&self, argument: Node<'a>) -> Option<Type> {
        self.argument_types(argument)?.into_iter().next()?
    }

    /// The types of the parameters that an argument may correspond to, best first.
    pub(super) fn argument_types(&self, argument: Node<'a>) -> Option<Vec<Option<Type>>> {
        let one = |ty: Option<Type>| Some(vec![Some(ty?)]);
        self.deeper(|| {
            let list = argument.parent()?;
            let call = list.parent()?;
            let methods = match (list.kind(), call.kind()) {
                (_, "invocation_expression") => match self.callee(call.field("function")?)? {
                    Entity::Methods(methods) => methods,
                    Entity::Value(delegate) => {
                        let number = list.named().iter().position(|a| *a == argument)?;
                        return one(self.delegate(&delegate)?.0.into_iter().nth(number));
                    }
                    _ => return None,
                },
                (_, "object_creation_expression" | "implicit_object_creation_expression") => {
                    let created = self.expression(call)?;
                    if self.delegate(&created).is_some() {
                        return one(Some(created));
                    }
                    self.constructors(&created)
                }
                ("element_binding_expression", "assignment_expression") => {
                    let indexers = self.members_named(self.initialized(list)?.strip(), "this[]");
                    let number = list.named().iter().position(|a| *a == argument)?;
                    let count = list.named().len();
                    let indexer = indexers.iter().find(|m| m.declaration.parameters.len() == count)?;
                    return one(self.member_text(indexer, &indexer.declaration.parameters.get(number)?.type_text));
                }
                (_, "constructor_initializer") => {
                    let owner = self.enclosing_type(call)?;
                    let this = call.all_children().iter().any(|c| c.kind() == "this");
                    let of = if this { owner } else { self.base_class(&owner)? };
                    self.constructors(&of)
                }
                ("bracketed_argument_list", "element_access_expression") => {
                    let receiver = self.expression(call.field("expression")?)?;
                    if matches!(receiver.strip(), Type::Array(..) | Type::Pointer(_)) || receiver.strip().is("string") {
                        return one(Some(Type::named("int")));
                    }
                    self.members_named(receiver.strip(), "this[]")
                }
                _ => return None,
            };
            let number = list.named().iter().filter(|a| a.kind() == "argument").position(|a| *a == argument)?;
            // The other arguments select the overload; the type of this one may be what is missing.
            let mut arguments = self.arguments_but(call, argument)?;
            let written = call.field("function").map(|f| self.written_arguments(f)).unwrap_or_default();
            let mut choices = self.applicable(&methods, &arguments, &written);
            if choices.is_empty() {
                for argument in &mut arguments {
                    argument.ty = None;
                }
                choices = self.applicable(&methods, &arguments, &written);
            }
            choices.sort_by_key(|c| c.cost);
            Some(choices.into_iter().map(|c| c.parameters.into_iter().nth(number).flatten()).collect())
        })
    }

    /// Arguments of a call with the types of all but `but`.
    fn arguments_but(&self, call: Node<'a>, but: Node<'a>) -> Option<Vec<Argument<'a>>> {
        let mut arguments = self.arguments(call, false)?;
        for argument in arguments.iter_mut().filter(|a| a.node != but) {
            let plain = argument.value.filter(|v| {
                !v.is(LAMBDAS)
                    && !v.is(&[
                        "declaration_expression",
                        "implicit_object_creation_expression",
                        "collection_expression",
                    ])
            });
            argument.ty = plain.and_then(|v| self.expression(v));
        }
        Some(arguments)
    }

    pub(super) fn constructors(&self, ty: &Type) -> Vec<Member> {
        let members = self.own_members(ty.strip());
        let mut constructors: Vec<Member> =
            members.into_iter().filter(|m| m.declaration.kind == DeclarationKind::Constructor).collect();
        // The parameters of a primary constructor belong to the type declaration.
        if let Some(found) = self.find(ty.strip()).filter(|f| f.declaration.kind != DeclarationKind::Delegate)
            && !found.declaration.parameters.is_empty()
        {
            let place = self.place_of_type(&found);
            let mut declaration = (*found.declaration).clone();
            declaration.kind = DeclarationKind::Constructor;
            declaration.name = ".ctor".into();
            declaration.type_parameters.clear();
            let bindings = self.bindings_of(&found, ty.strip());
            constructors.push(Member {
                declaration: declaration.into(),
                owner: Some(Arc::new(found)),
                place,
                bindings,
                structs: Vec::new(),
                receiver: None,
                distance: 0,
            });
        }
        constructors
    }
}
