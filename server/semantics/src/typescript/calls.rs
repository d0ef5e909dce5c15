//! Calls: overloads, type arguments, what is returned.

use super::declarations::FUNCTIONS;
use super::infer::{DIRECT, Inferences, RETURN};
use super::store::Question;
use super::tree::At;
use super::types::{Kind, Lazy, Mapper, Resolution, Signature, Type};
use super::{Model, Ternary};
use std::sync::Arc;

/// Overloads that are tried.
const MAX_OVERLOADS: usize = 60;

impl Model<'_> {
    pub(crate) fn call(&self, at: At<'_>) -> Option<Type> {
        let function = at.field("function")?;
        if function.kind() == "import" {
            let specifier = at.field("arguments")?.first_named()?;
            let text = super::tree::unquoted(specifier.text())?;
            let (path, block) = self.sema.index.typescript().module_of(&at.file.path, &text)?;
            let file = self.file(&path)?;
            return self.promise(self.make(Kind::Module(file.id, block)));
        }
        if function.kind() == "super" {
            return Some(self.make(Kind::Void));
        }
        if function.text() == "require" && at.file.javascript {
            return None;
        }
        let callee = self.expression(function)?;
        if callee.is_any() {
            return Some(callee);
        }
        let signature = self.resolved(at)?;
        let mut ret = self.lazy(&signature.ret)?;
        if matches!(self.without_nullish(&callee).kind(), Kind::Union(_)) {
            ret = self.subtype_union(vec![ret])?;
        }
        if let Kind::UniqueSymbol(_) = ret.kind() {
            ret = self.make(Kind::ESSymbol);
        }
        if matches!(ret.kind(), Kind::ESSymbol)
            && matches!(function.text(), "Symbol" | "Symbol.for")
            && let Some(unique) = self.unique_symbol(at)
        {
            return Some(unique);
        }
        if (at.has("optional_chain") || at.has("?.") || self.in_optional_chain(function))
            && self.chain_may_end(at)
            && self.strict_null
        {
            return Some(self.union([ret, self.store.undefined()]));
        }
        Some(ret)
    }

    /// The type of a symbol that a constant holds.
    fn unique_symbol(&self, call: At<'_>) -> Option<Type> {
        let declarator = call.parent().filter(|p| p.kind() == "variable_declarator")?;
        declarator.parent().filter(|p| p.has("const"))?;
        let name = declarator.field("name").filter(|n| n.kind() == "identifier")?;
        if let Some(written) = declarator.field("type") {
            return Some(self.annotation(written)).filter(|t| matches!(t.kind(), Kind::UniqueSymbol(_)));
        }
        Some(self.make(Kind::UniqueSymbol(self.store.symbol(name.text(), &[name.decl()]))))
    }

    pub(crate) fn construct(&self, at: At<'_>) -> Option<Type> {
        let class = self.expression(at.field("constructor")?)?;
        if class.is_any() {
            return Some(class);
        }
        let signature = self.resolved(at)?;
        self.lazy(&signature.ret)
    }

    /// The signature that a call goes to, type arguments put in.
    pub(crate) fn resolved(&self, at: At<'_>) -> Option<Signature> {
        self.resolution(at).map(|r| r.signature.clone())
    }

    fn resolution(&self, at: At<'_>) -> Option<Arc<Resolution>> {
        let decl = at.decl();
        if let Some((_, signature)) = self.inflight.borrow().iter().rev().find(|(d, _)| *d == decl) {
            return Some(Arc::new(Resolution { signature: signature.clone(), seen: Vec::new() }));
        }
        let kept = !self.is_inflight(decl);
        if kept && let Some(known) = self.store.calls.get(&decl) {
            return known;
        }
        let _step = self.step()?;
        if self.is_open(Question::Call(decl)) {
            self.taint_open(Question::Call(decl));
            return None;
        }
        let found = self.opened(Question::Call(decl), || self.resolve_call(at)).map(Arc::new);
        if kept && !self.is_tainted() {
            self.store.calls.insert(decl, found.clone());
        }
        found
    }

    fn resolve_call(&self, at: At<'_>) -> Option<Resolution> {
        let construct = at.kind() == "new_expression";
        let callee_node = if construct { at.field("constructor")? } else { at.field("function")? };
        let callee = if callee_node.kind() == "super" {
            self.expression(callee_node)?
        } else {
            self.without_nullish(&self.expression(callee_node)?)
        };
        let construct = construct || callee_node.kind() == "super";
        let signatures = self.reordered(self.signatures(&callee, construct)?);
        if signatures.len() > MAX_OVERLOADS {
            return None;
        }
        let arguments: Vec<At<'_>> = match at.field("arguments") {
            Some(list) if list.kind() == "arguments" => list.named(),
            Some(_) => return self.tagged(&signatures).map(Resolution::from),
            None => Vec::new(),
        };
        let given: Option<Vec<Type>> =
            at.field("type_arguments").map(|list| list.named().into_iter().map(|t| self.type_node(t)).collect());
        let spread = arguments.iter().any(|a| a.kind() == "spread_element");
        let mut fitting: Vec<&Signature> = signatures
            .iter()
            .filter(|s| self.arity_fits(s, arguments.len(), spread))
            .filter(|s| {
                given.as_ref().is_none_or(|g| {
                    let least = s.type_params.iter().filter(|p| p.default.is_none()).count();
                    g.len() <= s.type_params.len() && g.len() >= least
                })
            })
            .collect();
        if fitting.is_empty() {
            // A wrong call still goes to the only signature there is.
            match signatures.as_slice() {
                [only] if given.is_none() => fitting = vec![only],
                _ => return None,
            }
        }
        let single = fitting.len() == 1;
        // Of several overloads, the first round is strict: there, `any` is not taken for any type.
        let loose = !single
            && arguments.iter().any(|a| !self.is_sensitive(*a) && self.expression(*a).is_some_and(|t| t.is_any()));
        let rounds = if loose { vec![true, false] } else { vec![false] };
        for (strict, candidate) in rounds.iter().flat_map(|s| fitting.iter().map(move |c| (*s, *c))) {
            let made = match &given {
                Some(given) => {
                    let args = self.filled(&candidate.type_params, given.clone());
                    Resolution::from(self.applied(candidate, &args))
                }
                None if candidate.type_params.is_empty() => Resolution::from(candidate.clone()),
                None => match self.infer_call(at, candidate, &arguments) {
                    Some(made) => made,
                    None if single => return None,
                    None => return None,
                },
            };
            if single {
                return Some(made);
            }
            let refused = |(i, argument): (usize, &At<'_>)| {
                strict
                    && !self.is_sensitive(*argument)
                    && self.expression(*argument).is_some_and(|t| t.is_any())
                    && self
                        .parameter_at(&made.signature, i)
                        .is_some_and(|wanted| !wanted.is_any() && !matches!(wanted.kind(), Kind::Unknown))
            };
            if arguments.iter().enumerate().any(refused) {
                continue;
            }
            match self.arguments_fit(at, &made.signature, &arguments) {
                Ternary::Yes => return Some(made),
                Ternary::No => {}
                Ternary::Unknown => return None,
            }
        }
        None
    }

    /// Overloads in the order in which they are tried: those of later declarations of a merged interface first, and before all, those
    /// with literal types (TypeScript: `reorderCandidates`).
    fn reordered(&self, signatures: Vec<Signature>) -> Vec<Signature> {
        if signatures.len() < 2 {
            return signatures;
        }
        let mut out: Vec<Signature> = Vec::new();
        let mut last: Option<Option<super::types::Decl>> = None;
        let (mut index, mut cutoff, mut special) = (0, 0, 0);
        for signature in signatures {
            // Overloads of a function stand in one file, also where the library is written out one by one.
            let parent = signature.decl.and_then(|d| {
                self.with_file(d, |at| {
                    let apart = |p: &At<'_>| !p.is(&["program", "ambient_declaration", "export_statement"]);
                    Some(at.parent().filter(apart)?.decl())
                })
            });
            if last == Some(parent) {
                index += 1;
            } else {
                index = cutoff;
            }
            last = Some(parent);
            let literal = signature.params.iter().any(|p| {
                matches!(&p.ty, Lazy::Known(t) if matches!(t.kind(), Kind::Literal(super::types::Literal::String(_), _)))
            });
            let place = if literal { special } else { index };
            if literal {
                special += 1;
                cutoff += 1;
            }
            out.insert(place.min(out.len()), signature);
        }
        out
    }

    fn tagged(&self, signatures: &[Signature]) -> Option<Signature> {
        match signatures {
            [only] if only.type_params.is_empty() => Some(only.clone()),
            [only] => {
                let args: Vec<Type> = self.filled(&only.type_params, Vec::new());
                let made = self.applied(only, &args);
                let ret = self.lazy(&only.ret)?;
                (!ret.is_generic()).then_some(made)
            }
            _ => None,
        }
    }

    /// Call or construct signatures of a type.
    pub(crate) fn signatures(&self, ty: &Type, construct: bool) -> Option<Vec<Signature>> {
        let _step = self.step()?;
        let ty = self.force(ty);
        if let Kind::Union(parts) = ty.kind() {
            return self.union_signatures(parts, construct);
        }
        let members = self.members(&ty)?;
        let found = if construct { &members.constructs } else { &members.calls };
        if found.is_empty() {
            return None;
        }
        Some(found.clone())
    }

    /// Signatures of a union: one, when each member has one with as many parameters.
    fn union_signatures(&self, parts: &[Type], construct: bool) -> Option<Vec<Signature>> {
        let mut all = Vec::new();
        for part in parts {
            let found = self.signatures(part, construct)?;
            all.push(found);
        }
        let first = all.first()?.clone();
        if all.iter().all(|s| *s == first) {
            return Some(first);
        }
        let ones: Vec<Signature> = all
            .into_iter()
            .map(|s| if let [one] = s.as_slice() { Some(one.clone()) } else { None })
            .collect::<Option<_>>()?;
        if ones.iter().any(|s| !s.type_params.is_empty()) {
            return None;
        }
        let longest = ones.iter().max_by_key(|s| s.params.len())?.clone();
        let mut params = Vec::new();
        for (i, parameter) in longest.params.iter().enumerate() {
            let types: Arc<[Lazy]> = ones.iter().filter_map(|s| s.params.get(i)).map(|p| p.ty.clone()).collect();
            if ones.iter().any(|s| s.params.get(i).is_some_and(|p| p.rest != parameter.rest)) {
                return None;
            }
            let optional = ones.iter().all(|s| s.params.get(i).is_none_or(|p| p.optional));
            params.push(super::types::Param { ty: Lazy::Intersection(types), optional, ..parameter.clone() });
        }
        let ret = Lazy::Union(ones.iter().map(|s| s.ret.clone()).collect());
        Some(vec![Signature { params: params.into(), ret, predicate: None, decl: None, ..longest }])
    }

    fn arity_fits(&self, signature: &Signature, count: usize, spread: bool) -> bool {
        let rest = signature.params.iter().position(|p| p.rest);
        let mut least = signature.params.iter().filter(|p| !p.optional && !p.rest).count();
        let mut most = signature.params.len();
        let mut open = false;
        if let Some(rest) = rest {
            open = true;
            most -= 1;
            if let Some(ty) = signature.params.get(rest).and_then(|p| self.lazy(&p.ty))
                && let Kind::Tuple(elements, _) = self.force(&ty).kind()
            {
                least += elements.iter().filter(|e| !e.optional && !e.rest).count();
                most += elements.len();
                open = elements.iter().any(|e| e.rest);
            }
        }
        // Trailing `void` parameters may be left out.
        if spread {
            return open || count <= most + 1;
        }
        if count < least {
            let missing_void = signature.params.iter().skip(count).all(|p| {
                p.optional
                    || p.rest
                    || self.lazy(&p.ty).is_some_and(|t| t.parts().iter().any(|x| matches!(x.kind(), Kind::Void)))
            });
            return missing_void;
        }
        open || count <= most
    }

    /// The signature with these type arguments.
    pub(crate) fn applied(&self, signature: &Signature, args: &[Type]) -> Signature {
        let mapper = Mapper::new(signature.type_params.iter().map(|p| p.ty.clone()).zip(args.iter().cloned()));
        self.map_signature(&Signature { type_params: Arc::from([]), ..signature.clone() }, &mapper)
    }

    /// Whether an argument's type hangs on what is expected of it.
    pub(crate) fn is_sensitive(&self, at: At<'_>) -> bool {
        match at.kind() {
            "arrow_function" | "function_expression" | "generator_function" | "method_definition" => {
                if at.field("parameter").is_some() {
                    return true;
                }
                let untyped = at.field("parameters").map(At::named).unwrap_or_default().into_iter().any(|p| {
                    p.field("type").is_none()
                        && p.field("value").is_none()
                        && p.field("pattern").is_some_and(|n| n.kind() != "this")
                });
                untyped || at.field("body").is_some_and(|b| b.kind() != "statement_block" && self.is_sensitive(b))
            }
            "parenthesized_expression" => at.first_named().is_some_and(|i| self.is_sensitive(i)),
            "ternary_expression" => {
                ["consequence", "alternative"].iter().filter_map(|f| at.field(f)).any(|b| self.is_sensitive(b))
            }
            "array" => at.named().into_iter().any(|e| self.is_sensitive(e)),
            "object" => at.named().into_iter().any(|e| match e.kind() {
                "pair" => e.field("value").is_some_and(|v| self.is_sensitive(v)),
                "method_definition" => self.is_sensitive(e),
                _ => false,
            }),
            "binary_expression" => ["left", "right"].iter().filter_map(|f| at.field(f)).any(|b| self.is_sensitive(b)),
            _ => false,
        }
    }

    fn infer_call(&self, at: At<'_>, signature: &Signature, arguments: &[At<'_>]) -> Option<Resolution> {
        let owned: Vec<Type> = signature.type_params.iter().map(|p| p.ty.clone()).collect();
        let contextual = self.contextual(at);
        self.owners.borrow_mut().push(owned);
        let found = self.inferred_call(at, signature, arguments, contextual);
        self.owners.borrow_mut().pop();
        found
    }

    /// Stands for a type parameter of a call around that is not settled.
    pub(crate) fn hole(&self) -> Type {
        self.make(Kind::Parameter(self.store.symbol("?", &[])))
    }

    fn inferred_call(
        &self,
        at: At<'_>,
        signature: &Signature,
        arguments: &[At<'_>],
        contextual: Option<Type>,
    ) -> Option<Resolution> {
        let mut seen_by: Vec<Option<Signature>> = vec![None; arguments.len()];
        let has_wanted = contextual.is_some();
        let mut inferences = Inferences::new(signature.type_params.iter().map(|p| p.ty.clone()));
        // What the place of the call expects says something of what it returns.
        if let Some(ret) = self.lazy(&signature.ret).filter(Type::is_generic)
            && let Some(wanted) = contextual
            && !matches!(wanted.kind(), Kind::Any | Kind::Unknown | Kind::Void)
        {
            // What other calls around have not settled yet says nothing.
            let hole = self.hole();
            let known = self.outer_parameters(at);
            let mut variables = self.open_parameters();
            self.free_parameters(&wanted, &mut variables, 0);
            variables
                .retain(|v| !known.contains(v) || self.owners.borrow().iter().rev().skip(1).any(|o| o.contains(v)));
            let open = Mapper::new(variables.into_iter().map(|p| (p, hole.clone())));
            self.infer(&mut inferences, &self.instantiate(&wanted, &open), &ret, RETURN);
        }
        let mapper_of = |inferences: &Inferences, only: bool| -> Option<Mapper> {
            let mut pairs: Vec<(Type, Type)> = Vec::new();
            for one in &inferences.all {
                if only && one.candidates.is_empty() && one.contra.is_empty() {
                    continue;
                }
                let ty = self.inferred(one, signature, &Mapper::new(pairs.clone()))?;
                pairs.push((one.parameter.clone(), ty));
            }
            Some(Mapper::new(pairs))
        };
        let plain = Signature { type_params: Arc::from([]), ..signature.clone() };
        let spread = arguments.iter().any(|a| a.kind() == "spread_element");
        for sensitive in [false, true] {
            for (i, argument) in arguments.iter().enumerate() {
                if self.is_sensitive(*argument) != sensitive || argument.kind() == "spread_element" {
                    continue;
                }
                if spread && arguments[..i].iter().any(|a| a.kind() == "spread_element") {
                    continue;
                }
                let Some(target) = self.parameter_at(&plain, i) else { continue };
                if !target.is_generic() {
                    continue;
                }
                // What is known so far is what the argument sees.
                let seen =
                    if sensitive { self.map_signature(&plain, &mapper_of(&inferences, true)?) } else { plain.clone() };
                if sensitive {
                    // Parameters of the function fix what they mention; the rest is open to its result.
                    let fixed = self.fixed_for(&target, &inferences);
                    let mut pairs = Vec::new();
                    for one in &inferences.all {
                        // The place, or the call around, may still say what it is: no guess then.
                        let open = if has_wanted { self.owners.borrow().len() > 1 } else { self.may_have_context(at) };
                        let unsaid = one.candidates.is_empty() && one.contra.is_empty();
                        if open && unsaid && fixed.contains(&one.parameter) {
                            return None;
                        }
                        if fixed.contains(&one.parameter) || !(one.candidates.is_empty() && one.contra.is_empty()) {
                            pairs.push((
                                one.parameter.clone(),
                                self.inferred(one, signature, &Mapper::new(pairs.clone()))?,
                            ));
                        }
                    }
                    let seen = self.map_signature(&plain, &Mapper::new(pairs));
                    seen_by[i] = Some(seen.clone());
                    self.inflight.borrow_mut().push((at.decl(), seen));
                } else {
                    // The place of the call already says something.
                    let returned = inferences.all.iter().filter(|i| i.is_from_return());
                    let pairs = returned.map(|i| (i.parameter.clone(), self.union(i.candidates.clone())));
                    let seen = self.map_signature(&seen, &Mapper::new(pairs));
                    seen_by[i] = Some(seen.clone());
                    self.inflight.borrow_mut().push((at.decl(), seen));
                }
                let found = self.argument_type(*argument);
                match found {
                    Some(ty) => self.infer_lazily(&mut inferences, &ty, &target),
                    None => self.infer_unknown(&mut inferences, &target),
                }
                self.inflight.borrow_mut().pop();
            }
        }
        // What the function is called on stands for `this`.
        if let Some(this) = signature.this.as_ref().filter(|t| t.is_generic())
            && let Some(object) = at.field("function").and_then(|f| f.field("object"))
        {
            match self.expression(object) {
                Some(ty) => self.infer(&mut inferences, &ty, this, DIRECT),
                None => self.infer_unknown(&mut inferences, this),
            }
        }
        // The rest as a tuple, for a parameter that stands for all of them.
        if let Some(rest) = plain.params.iter().position(|p| p.rest)
            && !spread
            && let Some(target) = self.lazy(&plain.params.get(rest)?.ty)
            && inferences.all.iter().any(|i| i.parameter == target)
        {
            let mut elements = Vec::new();
            self.inflight.borrow_mut().push((at.decl(), plain.clone()));
            for argument in arguments.iter().skip(rest) {
                let ty = self.argument_type(*argument).unwrap_or_else(|| self.error());
                let wanted = self.constraint(&target).and_then(|c| self.array_element(&c));
                let ty = match wanted {
                    Some(wanted) if self.wants_literal(&ty, &wanted) => self.store.regular(&ty),
                    _ if self.is_const(&target) => self.store.regular(&ty),
                    _ => self.widened(&ty),
                };
                elements.push(super::types::Element { ty, optional: false, rest: false, name: Default::default() });
            }
            self.inflight.borrow_mut().pop();
            let mutable = self.constraint(&target).is_some_and(|c| match self.force(&c).kind() {
                Kind::Array(_, readonly) | Kind::Tuple(_, readonly) => !readonly,
                _ => false,
            });
            let tuple = self.tuple(elements, self.is_const(&target) && !mutable);
            for one in inferences.all.iter_mut().filter(|i| i.parameter == target) {
                one.candidates = vec![tuple.clone()];
            }
        } else if spread {
            // Spreads feed rest parameters of arrays only.
            for (i, argument) in arguments.iter().enumerate().filter(|(_, a)| a.kind() == "spread_element") {
                let rest = plain.params.iter().position(|p| p.rest).filter(|r| i >= *r)?;
                let target = self.lazy(&plain.params.get(rest)?.ty)?;
                let ty = self.expression(argument.first_named()?)?;
                match self.iterated(&ty, false) {
                    Some(element) if matches!(target.kind(), Kind::Array(..)) => {
                        self.infer(&mut inferences, &element, &self.array_element(&target)?, DIRECT);
                    }
                    _ => return None,
                }
            }
        }
        // Where the place may say more than is known of it, nothing is a poor guess.
        let unsaid = |one: &super::infer::Inference| {
            one.candidates.is_empty()
                && one.contra.is_empty()
                && signature.type_params.iter().any(|p| p.ty == one.parameter && p.default.is_none())
        };
        let open = !has_wanted || self.owners.borrow().len() > 1;
        if open && inferences.all.iter().any(unsaid) && self.may_have_context(at) {
            return None;
        }
        let mapper = mapper_of(&inferences, false)?;
        Some(Resolution { signature: self.map_signature(&plain, &mapper), seen: seen_by })
    }

    /// Whether the place of an expression may expect a type.
    fn may_have_context(&self, at: At<'_>) -> bool {
        let Some(parent) = at.parent() else { return false };
        match parent.kind() {
            "variable_declarator" | "public_field_definition" | "required_parameter" | "optional_parameter" => {
                parent.field("type").is_some()
            }
            "return_statement" | "arrow_function" => parent
                .enclosing(FUNCTIONS)
                .is_some_and(|f| f.field("return_type").is_some() || f.is(&["arrow_function", "function_expression"])),
            "arguments" | "assignment_expression" | "satisfies_expression" => true,
            "pair"
            | "array"
            | "object"
            | "spread_element"
            | "parenthesized_expression"
            | "ternary_expression"
            | "await_expression" => self.may_have_context(parent),
            "binary_expression" => true,
            _ => false,
        }
    }

    /// Type parameters of calls that are being inferred.
    fn open_parameters(&self) -> Vec<Type> {
        let mut out = Vec::new();
        // The call that is being inferred comes last: within a class, its own parameters are those of the class.
        for owners in self.owners.borrow().iter().rev().skip(1) {
            out.extend(owners.iter().cloned());
        }
        out
    }

    fn infer_lazily(&self, inferences: &mut Inferences, ty: &Type, target: &Type) {
        self.infer(inferences, ty, target, DIRECT);
    }

    /// Type parameters that the parameters of an expected function mention.
    fn fixed_for(&self, target: &Type, inferences: &Inferences) -> Vec<Type> {
        let mut out = Vec::new();
        let target = self.force(target);
        for part in target.parts() {
            if inferences.all.iter().any(|i| i.parameter == *part) {
                continue;
            }
            let Some(members) = self.members(part) else { continue };
            let mut mentioned = |members: &super::types::Members| {
                for signature in &members.calls {
                    for parameter in signature.params.iter() {
                        if let Some(ty) = self.lazy(&parameter.ty) {
                            self.free_parameters(&ty, &mut out, 0);
                        }
                    }
                }
            };
            mentioned(&members);
            // Functions in an object literal.
            if members.calls.is_empty() && members.props.len() < 40 {
                for property in &members.props {
                    let Some(ty) = self.property_type(property) else { continue };
                    for part in ty.parts() {
                        if matches!(part.kind(), Kind::Anonymous(..) | Kind::Object(_))
                            && let Some(inner) = self.members(part)
                        {
                            mentioned(&inner);
                        }
                    }
                }
            }
        }
        out
    }

    /// Type of an argument as inference sees it.
    fn argument_type(&self, at: At<'_>) -> Option<Type> {
        let ty = self.expression(at)?;
        if self.in_const_context(at) { Some(self.store.regular(&ty)) } else { Some(ty) }
    }

    fn arguments_fit(&self, at: At<'_>, signature: &Signature, arguments: &[At<'_>]) -> Ternary {
        let mut result = Ternary::Yes;
        self.inflight.borrow_mut().push((at.decl(), signature.clone()));
        for (i, argument) in arguments.iter().enumerate() {
            if argument.kind() == "spread_element" {
                result = Ternary::Unknown;
                continue;
            }
            let Some(wanted) = self.parameter_at(signature, i) else {
                result = Ternary::Unknown;
                continue;
            };
            if wanted.is_any() || matches!(wanted.kind(), Kind::Unknown) {
                continue;
            }
            let related = match self.argument_type(*argument) {
                Some(ty) => match self.relates(&ty, &wanted) {
                    Ternary::Yes if argument.kind() == "object" => self.excess(*argument, &wanted),
                    other => other,
                },
                // A function fits nothing that is not callable.
                None if argument.is(FUNCTIONS) && self.members(&wanted).is_some_and(|m| m.calls.is_empty()) => {
                    Ternary::No
                }
                None => Ternary::Unknown,
            };
            match related {
                Ternary::No => {
                    result = Ternary::No;
                    break;
                }
                Ternary::Unknown => result = Ternary::Unknown,
                Ternary::Yes => {}
            }
        }
        self.inflight.borrow_mut().pop();
        result
    }

    /// Whether an object literal has properties that the type does not know.
    fn excess(&self, object: At<'_>, wanted: &Type) -> Ternary {
        let wanted = self.force(wanted);
        if wanted.is_generic() || matches!(wanted.kind(), Kind::NonPrimitive) || self.is_empty_object(&wanted) {
            return Ternary::Yes;
        }
        for entry in object.named() {
            let name = entry
                .field("key")
                .or_else(|| entry.field("name"))
                .or(Some(entry))
                .and_then(super::declarations::name_of);
            let Some(name) = name else { continue };
            let known = wanted.parts().iter().any(|part| {
                if super::evaluate::is_primitive(part) {
                    return false;
                }
                let Some(members) = self.members(part) else { return true };
                members.property(&name).is_some()
                    || !members.indexes.is_empty()
                    || matches!(part.kind(), Kind::Intersection(_))
            });
            if !known {
                return Ternary::No;
            }
        }
        Ternary::Yes
    }

    /// The type that is expected of an argument.
    pub(crate) fn contextual_argument(&self, at: At<'_>, list: At<'_>, settled: bool) -> Option<Type> {
        let call = list.parent()?;
        if !call.is(&["call_expression", "new_expression"]) {
            return None;
        }
        let position = list.named().iter().position(|a| a.same(at))?;
        if list.named().iter().take(position).any(|a| a.kind() == "spread_element") {
            return None;
        }
        let resolution = self.resolution(call)?;
        // A literal sees what was known before it said something itself.
        let literal = !settled
            && at.is(&[
                "object",
                "array",
                "arrow_function",
                "function_expression",
                "generator_function",
                "ternary_expression",
                "parenthesized_expression",
                "string",
                "number",
                "true",
                "false",
                "template_string",
                "binary_expression",
                "as_expression",
            ]);
        match resolution.seen.get(position).cloned().flatten().filter(|_| literal) {
            Some(seen) => self.parameter_at(&seen, position),
            None => self.parameter_at(&resolution.signature, position),
        }
    }

    /// Whether a call is declared to return `never`.
    pub(crate) fn returns_never(&self, call: At<'_>) -> bool {
        let Some(function) = call.field("function") else { return false };
        let declared = match function.kind() {
            "identifier" | "member_expression" => {
                self.lookup_path(function, super::declarations::Space::Value).and_then(|m| m.symbol).is_some_and(|s| {
                    s.decls().iter().any(|d| {
                        self.with_file(*d, |at| {
                            let written = at.field("return_type").or_else(|| {
                                let declarator = at.parent()?;
                                declarator.field("type")
                            })?;
                            Some(written.text().trim_end().ends_with("never"))
                        })
                        .unwrap_or(false)
                    })
                })
            }
            _ => false,
        };
        declared && self.call(call).is_some_and(|t| t.is_never())
    }
}
