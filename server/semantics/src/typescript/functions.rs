//! Signatures of functions, and what they return.

use super::Model;
use super::declarations::FUNCTIONS;
use super::store::Question;
use super::tree::At;
use super::types::{Decl, Kind, Lazy, Mapper, Param, Predicate, Signature, Type, TypeParam};
use std::sync::Arc;

/// Return statements that are looked at.
const MAX_RETURNS: usize = 60;

impl Model<'_> {
    /// The signature of a function, method, signature or function type, seen through a mapper.
    pub(crate) fn signature(&self, at: At<'_>, mapper: &Mapper) -> Signature {
        let map = |t: Option<Type>| t.map(|t| self.instantiate(&t, mapper));
        let type_params: Arc<[TypeParam]> = self
            .declared_parameters(at)
            .into_iter()
            .map(|p| TypeParam { constraint: map(p.constraint.clone()), default: map(p.default.clone()), ..p })
            .collect();
        let mut this = None;
        let mut params = Vec::new();
        if let Some(single) = at.field("parameter") {
            params.push(self.parameter(single, None, mapper));
        }
        for parameter in at.field("parameters").map(At::named).unwrap_or_default() {
            let Some(pattern) = parameter.field("pattern").or_else(|| parameter.field("name")) else { continue };
            if pattern.kind() == "this" {
                this = map(parameter.field("type").map(|t| self.annotation(t)));
            } else {
                params.push(self.parameter(pattern, Some(parameter), mapper));
            }
        }
        let written = at
            .field("return_type")
            .or_else(|| if at.is(&["constructor_type", "construct_signature"]) { at.field("type") } else { None });
        let mut predicate = None;
        let ret = match written {
            Some(written) => {
                let inner = if written.is(&["type_annotation", "type_predicate_annotation", "asserts_annotation"]) {
                    written.first_named().unwrap_or(written)
                } else {
                    written
                };
                predicate = self.predicate(inner).map(|p| Predicate { ty: map(p.ty), ..p });
                match inner.kind() {
                    "type_predicate" => Lazy::Known(self.make(Kind::Boolean)),
                    "asserts" => Lazy::Known(self.make(Kind::Void)),
                    _ => Lazy::Known(self.instantiate(&self.type_node(inner), mapper)),
                }
            }
            None if at.field("body").is_some() => {
                predicate = self.inferred_predicate(at).map(|p| Predicate { ty: map(p.ty), ..p });
                Lazy::Returned(at.decl(), mapper.clone())
            }
            // A setter, or a signature without a type.
            None => Lazy::Known(self.make(Kind::Any)),
        };
        Signature {
            type_params,
            this,
            params: params.into(),
            ret,
            predicate,
            is_abstract: at.kind() == "constructor_type" && at.has("abstract"),
            decl: Some(at.decl()),
        }
    }

    /// A function that does nothing but test its parameter is a predicate, if the test tells all values apart
    /// (TypeScript: `getTypePredicateFromBody`).
    fn inferred_predicate(&self, at: At<'_>) -> Option<Predicate> {
        if at.has("async") || at.has("*") {
            return None;
        }
        let body = at.field("body")?;
        let test = match body.kind() {
            "statement_block" => match body.named().as_slice() {
                [only] if only.kind() == "return_statement" => only.first_named()?,
                _ => return None,
            },
            _ => body,
        };
        let mut inner = test;
        while inner.kind() == "parenthesized_expression" {
            inner = inner.first_named()?;
        }
        if !inner.is(&["binary_expression", "unary_expression", "call_expression"]) {
            return None;
        }
        let parameters = match at.field("parameter") {
            Some(single) => vec![single],
            None => at
                .field("parameters")?
                .named()
                .into_iter()
                .filter(|p| p.kind() == "required_parameter" && p.field("value").is_none())
                .filter_map(|p| p.field("pattern"))
                .filter(|p| p.kind() == "identifier")
                .collect(),
        };
        for parameter in parameters {
            if !super::tree::has_word(inner.text(), parameter.text()) {
                continue;
            }
            let declared = self.type_of_symbol(&self.store.symbol(parameter.text(), &[parameter.decl()]))?;
            let Some(narrowed) = self.tested(parameter, inner, &declared, true) else { continue };
            if narrowed == declared || narrowed.is_never() {
                continue;
            }
            // None of what passes may also fail.
            let failing = self.tested(parameter, inner, &declared, false).map(|t| self.expanded(&t));
            let passing = self.expanded(&narrowed);
            let whole = self.expanded(&declared);
            let apart = passing.iter().all(|p| whole.contains(p))
                && failing.is_some_and(|f| !passing.iter().any(|p| f.contains(p)));
            if apart || self.tested(parameter, inner, &narrowed, false).is_some_and(|t| t.is_never()) {
                return Some(Predicate { asserts: false, name: parameter.text().into(), ty: Some(narrowed) });
            }
        }
        None
    }

    fn predicate(&self, at: At<'_>) -> Option<Predicate> {
        match at.kind() {
            "type_predicate" => Some(Predicate {
                asserts: false,
                name: at.field("name")?.text().into(),
                ty: Some(self.type_node(at.field("type")?)),
            }),
            "asserts" => {
                let inner = at.first_named()?;
                match inner.kind() {
                    "type_predicate" => self.predicate(inner).map(|p| Predicate { asserts: true, ..p }),
                    _ => Some(Predicate { asserts: true, name: inner.text().into(), ty: None }),
                }
            }
            _ => None,
        }
    }

    fn parameter(&self, pattern: At<'_>, parameter: Option<At<'_>>, mapper: &Mapper) -> Param {
        let rest = pattern.kind() == "rest_pattern";
        let inner = if rest { pattern.first_named().unwrap_or(pattern) } else { pattern };
        let written = parameter.and_then(|p| p.field("type"));
        let default = parameter.is_some_and(|p| p.field("value").is_some());
        let optional = parameter.is_some_and(|p| p.kind() == "optional_parameter") || default;
        let ty = match written {
            Some(written) => Lazy::Known(self.instantiate(&self.annotation(written), mapper)),
            None => Lazy::Declared(self.store.symbol(inner.text(), &[pattern.decl()]), mapper.clone()),
        };
        let name = if inner.is(&["object_pattern", "array_pattern"]) {
            pattern_text(inner, 0).into()
        } else {
            inner.text().into()
        };
        Param { name, ty, optional, rest, defaulted: default }
    }

    /// The type of what a function without annotation returns.
    pub(crate) fn returned(&self, decl: Decl) -> Option<Type> {
        self.once(Question::Returned(decl), decl, || self.with_file(decl, |at| self.find_returned(at)))
    }

    fn find_returned(&self, at: At<'_>) -> Option<Type> {
        let body = at.field("body")?;
        let is_async = at.has("async");
        let generator = at.has("*") || at.kind().starts_with("generator");
        if body.kind() != "statement_block" {
            let ty = self.expression(body)?;
            let ty = if is_async { self.unwrapped_awaited(&self.awaited(&ty)?) } else { ty };
            let ty = self.returned_literal(at, ty, is_async);
            let ty = self.widened_object(&ty);
            return if is_async { self.promise(ty) } else { Some(ty) };
        }
        let mut returns = Vec::new();
        let mut yields = Vec::new();
        collect(body, &mut returns, &mut yields, 0);
        if returns.len() > MAX_RETURNS {
            return None;
        }
        let mut types: Vec<Type> = Vec::new();
        let mut bare = false;
        for statement in &returns {
            match statement.first_named() {
                Some(value) => {
                    // What is never reached does not count.
                    let ty = self.expression(value)?;
                    let ty = if is_async { self.unwrapped_awaited(&self.awaited(&ty)?) } else { ty };
                    if !types.contains(&ty) {
                        types.push(ty);
                    }
                }
                None => bare = true,
            }
        }
        let end = self.completes(body)?;
        let ty = if types.is_empty() {
            let expression = at.is(&["arrow_function", "function_expression"])
                || (at.kind() == "method_definition" && at.parent().is_some_and(|p| p.kind() == "object"));
            if !end && !bare && returns.is_empty() && expression {
                self.make(Kind::Never)
            } else {
                self.make(Kind::Void)
            }
        } else {
            if end || bare {
                types.push(self.store.undefined());
            }
            let joined = self.subtype_union(types)?;
            self.returned_literal(at, joined, is_async)
        };
        let ty = self.widened_object(&ty);
        if generator {
            let mut all = Vec::new();
            for value in yields {
                match (value.has("*"), value.first_named()) {
                    (false, Some(inner)) => {
                        let ty = self.expression(inner)?;
                        all.push(if is_async { self.awaited(&ty)? } else { ty });
                    }
                    (false, None) => all.push(self.store.undefined()),
                    (true, Some(inner)) => all.push(self.iterated(&self.expression(inner)?, is_async)?),
                    _ => return None,
                }
            }
            let yielded = self.union(all);
            let yielded = if matches!(yielded.kind(), Kind::Union(_)) { yielded } else { self.widened(&yielded) };
            let name = if is_async { "AsyncGenerator" } else { "Generator" };
            let args = vec![yielded, ty, self.make(Kind::Unknown)];
            return self.type_of_reference(&self.global_symbol(name)?, args);
        }
        if is_async { self.promise(ty) } else { Some(ty) }
    }

    /// A lone literal is widened unless the context wants it.
    fn returned_literal(&self, at: At<'_>, ty: Type, is_async: bool) -> Type {
        let unit = matches!(ty.kind(), Kind::Literal(..) | Kind::EnumMember(..));
        if !unit {
            return ty;
        }
        let wanted = self.contextual_signature(at).and_then(|s| self.lazy(&s.ret));
        let wanted = if is_async { wanted.and_then(|w| self.awaited(&w)) } else { wanted };
        match wanted {
            Some(wanted) if self.wants_literal(&ty, &wanted) => ty,
            _ => self.widened_literal(&ty),
        }
    }

    pub(crate) fn promise(&self, of: Type) -> Option<Type> {
        self.type_of_reference(&self.global_symbol("Promise")?, vec![of])
    }

    /// A union without members that others cover; `None` when object literals would have to be normalised.
    pub(crate) fn subtype_union(&self, types: Vec<Type>) -> Option<Type> {
        let union = self.union(types);
        let Kind::Union(parts) = union.kind() else { return Some(union) };
        if union.alias().is_some_and(|a| !super::store::is_origin(a)) || parts.len() > 12 {
            return Some(union);
        }
        let mut kept: Vec<Type> = parts.to_vec();
        if kept.iter().any(|t| matches!(t.kind(), Kind::Void)) {
            kept.retain(|t| !matches!(t.kind(), Kind::Undefined));
        }
        // `{}` takes in all that is not nullish.
        if kept.iter().any(|t| matches!(t.kind(), Kind::Object(m) if **m == super::types::Members::default())) {
            kept.retain(|t| !super::evaluate::is_primitive(t) || t.is_nullish());
        }
        let structured = |t: &Type| {
            matches!(
                t.kind(),
                Kind::Reference(..)
                    | Kind::Array(..)
                    | Kind::Tuple(..)
                    | Kind::Anonymous(..)
                    | Kind::Object(_)
                    | Kind::Mapped(..)
                    | Kind::Intersection(_)
            )
        };
        // From the end, as the compiler does: of two that are as good, the first stays.
        for i in (0..kept.len()).rev() {
            let candidate = kept[i].clone();
            if !structured(&candidate) {
                continue;
            }
            let mut covered = false;
            for other in
                kept.iter().filter(|o| **o != candidate && (structured(o) || matches!(o.kind(), Kind::NonPrimitive)))
            {
                match self.is_subtype(&candidate, other) {
                    super::Ternary::Yes => {
                        covered = true;
                        break;
                    }
                    super::Ternary::No => {}
                    super::Ternary::Unknown => return None,
                }
            }
            if covered {
                kept.remove(i);
            }
        }
        if kept.len() == parts.len() { Some(union) } else { Some(self.union(kept)) }
    }

    /// Whether all that is known of `to` holds for `from` too.
    fn is_subtype(&self, from: &Type, to: &Type) -> super::Ternary {
        match self.relates(from, to) {
            super::Ternary::Yes => {}
            other => return other,
        }
        // Classes alike are not the same, unless one extends the other.
        let another = |a: &Type, b: &Type| match (a.kind(), b.kind()) {
            (Kind::Reference(a, _), Kind::Reference(b, _)) => a != b,
            _ => false,
        };
        if another(from, to) && self.is_class_instance(from) && self.is_class_instance(to) {
            return super::Ternary::of(self.extends(from, to, 0));
        }
        if let (Kind::Array(a, _), Kind::Array(b, _)) = (from.kind(), to.kind())
            && (a.is_any() != b.is_any())
        {
            return super::Ternary::of(b.is_any());
        }
        if self.extends(from, to, 0) {
            return super::Ternary::Yes;
        }
        if let (Kind::Array(a, _), Kind::Array(b, _)) = (from.kind(), to.kind()) {
            let mut all = super::Ternary::Yes;
            for part in a.parts() {
                if part.is_never() || b.parts().contains(part) || super::evaluate::is_primitive(part) {
                    continue;
                }
                let mut any = super::Ternary::No;
                for other in b.parts() {
                    any = match (any, self.step().map_or(super::Ternary::Unknown, |_step| self.is_subtype(part, other)))
                    {
                        (super::Ternary::Yes, _) | (_, super::Ternary::Yes) => super::Ternary::Yes,
                        (super::Ternary::Unknown, _) | (_, super::Ternary::Unknown) => super::Ternary::Unknown,
                        _ => super::Ternary::No,
                    };
                }
                all = all.and(|| any);
            }
            return all;
        }
        // What may be left out there has to be declared here.
        let (Some(own), Some(target)) = (self.members(from), self.members(to)) else { return super::Ternary::Unknown };
        let literal = self.is_object_literal(from);
        if target.props.is_empty()
            && target.calls.is_empty()
            && target.constructs.is_empty()
            && target.indexes.is_empty()
        {
            return super::Ternary::of(!self.is_object_literal(to));
        }
        // Generic functions are compared loosely; that is not enough here.
        if own.calls != target.calls && own.calls.iter().chain(&target.calls).any(|s| !s.type_params.is_empty()) {
            return super::Ternary::Unknown;
        }
        for property in &target.props {
            let generic = property.method
                && self
                    .property_type(property)
                    .and_then(|t| self.members(&t))
                    .is_none_or(|m| m.calls.len() > 1 || m.calls.iter().any(|s| !s.type_params.is_empty()));
            let same = own.property(&property.name).is_some_and(|p| p.symbol == property.symbol);
            if generic && !same {
                return super::Ternary::Unknown;
            }
        }
        let undeclared = |p: &super::types::Property| p.optional && own.property(&p.name).is_none();
        let missing = target.props.iter().any(undeclared);
        super::Ternary::of(!missing || (literal && own.props.is_empty() && !target.indexes.is_empty()))
    }

    /// Whether a class or interface extends another, by declaration.
    fn extends(&self, from: &Type, to: &Type, depth: u32) -> bool {
        let (Kind::Reference(symbol, args), Kind::Reference(wanted, _)) = (from.kind(), to.kind()) else {
            return false;
        };
        if depth > 8 {
            return false;
        }
        let parameters = self.type_parameters_of(symbol);
        let mapper = Mapper::new(parameters.into_iter().map(|p| p.ty).zip(args.iter().cloned()));
        symbol.decls().iter().any(|decl| {
            self.with_file(*decl, |at| {
                let mut bases = Vec::new();
                if let Some(Some(base)) = self.base_class(at) {
                    bases.push(base);
                }
                if at.kind() == "interface_declaration" {
                    let clauses = at.children().into_iter().filter(|c| c.kind() == "extends_type_clause");
                    bases.extend(clauses.flat_map(At::named).map(|b| self.type_node(b)));
                }
                Some(bases.into_iter().any(|base| {
                    let base = self.instantiate(&base, &mapper);
                    base == *to
                        || (!matches!(base.kind(), Kind::Reference(s, _) if s == wanted)
                            && self.extends(&base, to, depth + 1))
                }))
            })
            .unwrap_or(false)
        })
    }

    pub(crate) fn is_object_literal(&self, ty: &Type) -> bool {
        match ty.kind() {
            Kind::Anonymous(symbol, _) => {
                symbol.first().and_then(|d| self.with_file(d, |at| Some(at.kind() == "object"))).unwrap_or(false)
            }
            Kind::Object(_) => ty.alias().is_none(),
            _ => false,
        }
    }

    /// Whether control can come to the end of a statement.
    pub(crate) fn completes(&self, at: At<'_>) -> Option<bool> {
        let _step = self.step()?;
        Some(match at.kind() {
            "return_statement" | "throw_statement" | "break_statement" | "continue_statement" => false,
            "statement_block" => {
                for statement in at.named() {
                    if !self.completes(statement)? {
                        return Some(false);
                    }
                }
                true
            }
            "if_statement" => {
                let Some(no) = at.field("alternative").and_then(At::first_named) else { return Some(true) };
                self.completes(at.field("consequence")?)? || self.completes(no)?
            }
            "try_statement" => {
                if let Some(end) = at.field("finalizer").and_then(|f| f.field("body"))
                    && !self.completes(end)?
                {
                    return Some(false);
                }
                let handler = at.field("handler").and_then(|h| h.field("body"));
                self.completes(at.field("body")?)?
                    || match handler {
                        Some(handler) => self.completes(handler)?,
                        None => false,
                    }
            }
            "while_statement" | "do_statement" | "for_statement" => {
                let endless = match at.field("condition") {
                    Some(condition) => condition.text().trim_matches(['(', ')']) == "true",
                    None => at.kind() == "for_statement",
                };
                let endless = endless
                    || (at.kind() == "for_statement"
                        && at.field("condition").is_some_and(|c| c.is(&["empty_statement", ";"])));
                !endless || has_break(at.field("body")?, 0)
            }
            "switch_statement" => {
                let body = at.field("body")?;
                let cases = body.named();
                let has_default = cases.iter().any(|c| c.kind() == "switch_default");
                if has_break(body, 0) {
                    return Some(true);
                }
                let last = match cases.last() {
                    Some(last) => last,
                    None => return Some(true),
                };
                let mut falls = true;
                for statement in last.named().into_iter().skip(usize::from(last.kind() == "switch_case")) {
                    if !self.completes(statement)? {
                        falls = false;
                        break;
                    }
                }
                falls || (!has_default && !self.is_exhaustive(at).unwrap_or(false))
            }
            "labeled_statement" => at.named().last().map_or(Some(true), |s| self.completes(*s))?,
            "expression_statement" => {
                // A call of something that returns never, by declaration.
                match at.first_named() {
                    Some(call) if call.kind() == "call_expression" => !self.returns_never(call),
                    _ => true,
                }
            }
            _ => true,
        })
    }
}

/// Whether a `break` leaves the statement that `body` belongs to.
fn has_break(body: At<'_>, depth: u32) -> bool {
    depth < 40
        && body.named().into_iter().any(|n| match n.kind() {
            "break_statement" => true,
            "while_statement" | "do_statement" | "for_statement" | "for_in_statement" | "switch_statement" => false,
            kind if FUNCTIONS.contains(&kind) || kind.ends_with("expression") => false,
            _ => has_break(n, depth + 1),
        })
}

fn collect<'f>(at: At<'f>, returns: &mut Vec<At<'f>>, yields: &mut Vec<At<'f>>, depth: u32) {
    if depth > 60 {
        return;
    }
    for child in at.named() {
        match child.kind() {
            "return_statement" => returns.push(child),
            "yield_expression" => yields.push(child),
            kind if FUNCTIONS.contains(&kind) || kind.starts_with("class") || kind == "abstract_class_declaration" => {
                continue;
            }
            _ => {}
        }
        collect(child, returns, yields, depth + 1);
    }
}

/// A destructuring pattern as it is displayed: on one line, without default values.
fn pattern_text(at: At<'_>, depth: u32) -> String {
    if depth > 10 {
        return String::new();
    }
    match at.kind() {
        "object_pattern" | "array_pattern" => {
            let (open, close) = if at.kind() == "object_pattern" { ("{ ", " }") } else { ("[", "]") };
            let entries: Vec<String> = at.named().into_iter().map(|e| pattern_text(e, depth + 1)).collect();
            let children = at.children();
            let trailing = children.iter().rev().nth(1).is_some_and(|c| c.kind() == ",");
            if entries.is_empty() {
                return open.trim().to_owned() + close.trim();
            }
            format!("{open}{}{}{close}", entries.join(", "), if trailing { "," } else { "" })
        }
        "object_assignment_pattern" | "assignment_pattern" => {
            at.field("left").map(|l| pattern_text(l, depth + 1)).unwrap_or_default()
        }
        "pair_pattern" => {
            let part = |f| at.field(f).map(|n| pattern_text(n, depth + 1)).unwrap_or_default();
            format!("{}: {}", part("key"), part("value"))
        }
        "rest_pattern" => {
            format!("...{}", at.first_named().map(|n| pattern_text(n, depth + 1)).unwrap_or_default())
        }
        _ => at.text().split_whitespace().collect::<Vec<_>>().join(" "),
    }
}
