//! Narrowing by control flow: what a reference is known to be where it stands.

use super::declarations::{FUNCTIONS, Space};
use super::evaluate::is_variable;
use super::tree::At;
use super::tree::has_word;
use super::types::{Decl, Kind, Type};
use super::{Model, Ternary};

/// A name or a chain of properties whose type is asked for.
pub(crate) struct Reference<'f> {
    /// Its text without `?.`, `!` and white space.
    pub(crate) key: String,
    pub(crate) root: String,
    pub(crate) declared: Option<Type>,
    /// Where the root is declared, for a variable of this file.
    pub(crate) decl: Option<Decl>,
    /// Never assigned after its declaration, so that functions inside see it narrowed.
    pub(crate) constant: bool,
    pub(crate) file: std::marker::PhantomData<&'f ()>,
}

/// The text of a reference; `None` when it is none.
pub(crate) fn key_of(at: At<'_>, depth: u32) -> Option<String> {
    if depth > 12 {
        return None;
    }
    match at.kind() {
        "identifier" | "this" | "shorthand_property_identifier" => Some(at.text().to_owned()),
        "parenthesized_expression" | "non_null_expression" | "satisfies_expression" => {
            key_of(at.first_named()?, depth + 1)
        }
        "member_expression" => {
            Some(format!("{}.{}", key_of(at.field("object")?, depth + 1)?, at.field("property")?.text()))
        }
        "subscript_expression" => {
            let index = at.field("index")?;
            let index = match index.kind() {
                "string" | "number" => index.text().trim_matches(['"', '\'']).to_owned(),
                "identifier" => format!("[{}]", index.text()),
                _ => return None,
            };
            Some(format!("{}.{index}", key_of(at.field("object")?, depth + 1)?))
        }
        _ => None,
    }
}

impl Model<'_> {
    /// The type of a reference narrowed by what is known where it stands.
    pub(crate) fn narrowed(&self, at: At<'_>, declared: Option<Type>, decl: Option<Decl>) -> Option<Type> {
        if self.is_target(at) {
            return declared;
        }
        let declared = declared.map(|t| self.at_constraint(at, t));
        if declared.as_ref().is_some_and(Type::is_error) {
            return None;
        }
        if let Some(ty) = &declared
            && !self.can_narrow(ty)
        {
            return declared;
        }
        let Some(key) = key_of(at, 0) else { return declared };
        let root = key.split('.').next().unwrap_or_default().to_owned();
        let root_decl = decl.or_else(|| {
            let mut inner = at;
            while !inner.is(&["identifier", "this", "shorthand_property_identifier"]) {
                inner = inner.field("object").or_else(|| inner.first_named())?;
            }
            if inner.kind() == "this" {
                return None;
            }
            self.lookup(inner, inner.text(), Space::Value)?.symbol?.first().filter(|d| d.file == at.file.id)
        });
        let constant = root == "this" || root_decl.is_none_or(|d| self.never_assigned(at, d, &root));
        let reference = Reference { key, root, declared, decl: root_decl, constant, file: std::marker::PhantomData };
        let _step = self.step()?;
        self.before(&reference, at)
    }

    /// Type parameters with a union for a constraint are that union where it is looked into, or where no type parameter is asked for
    /// (TypeScript: `getNarrowableTypeForReference`).
    fn at_constraint(&self, at: At<'_>, ty: Type) -> Type {
        let bound = |t: &Type| -> Option<Type> {
            if !matches!(t.kind(), Kind::Parameter(_) | Kind::Indexed(..) | Kind::Conditional(..) | Kind::Keyof(_)) {
                return None;
            }
            let mut bound = self.constraint(t)?;
            for _ in 0..4 {
                if !matches!(bound.kind(), Kind::Parameter(_) | Kind::Indexed(..) | Kind::Keyof(_)) {
                    break;
                }
                bound = self.constraint(&bound)?;
            }
            let bound = self.force(&bound);
            (matches!(bound.kind(), Kind::Union(_)) || bound.is_nullish()).then_some(bound)
        };
        // What these are at least is not known well enough.
        let unsure = |t: &Type| is_variable(t) && matches!(t.kind(), Kind::Intersection(_) | Kind::Template(..));
        if !ty.parts().iter().any(|p| bound(p).is_some() || unsure(p)) {
            return ty;
        }
        let Some(parent) = at.parent() else { return ty };
        let is = |field: &str| parent.field(field).is_some_and(|n| n.same(at));
        let looked_into = match parent.kind() {
            "member_expression" => is("object"),
            "call_expression" => is("function"),
            "new_expression" => is("constructor"),
            "subscript_expression" => {
                is("object") && !parent.field("index").and_then(|i| self.expression(i)).is_some_and(|i| is_variable(&i))
            }
            _ => false,
        };
        let substituted = looked_into
            || (!self.is_inflight(at.decl())
                && self
                    .contextual(at)
                    .is_some_and(|wanted| !is_variable(&wanted) && !wanted.parts().iter().any(is_variable)));
        if !substituted {
            return ty;
        }
        if ty.parts().iter().any(unsure) {
            return self.error();
        }
        self.union(ty.parts().iter().map(|p| bound(p).unwrap_or_else(|| p.clone())).collect::<Vec<_>>())
    }

    /// Whether narrowing could change the type.
    fn can_narrow(&self, ty: &Type) -> bool {
        match ty.kind() {
            Kind::Error => false,
            Kind::String
            | Kind::Number
            | Kind::Literal(..)
            | Kind::Void
            | Kind::Null
            | Kind::Undefined
            | Kind::Never => {
                matches!(ty.kind(), Kind::String | Kind::Number)
            }
            _ => true,
        }
    }

    pub(crate) fn matches(&self, r: &Reference<'_>, at: At<'_>) -> bool {
        key_of(at, 0).is_some_and(|k| k == r.key)
    }

    /// Whether an expression mentions the reference's root.
    pub(crate) fn mentions(&self, r: &Reference<'_>, at: At<'_>) -> bool {
        has_word(at.text(), &r.root)
    }

    /// The reference's type just before a node is evaluated.
    pub(crate) fn before(&self, r: &Reference<'_>, at: At<'_>) -> Option<Type> {
        let _step = self.step()?;
        let mut current = at;
        for _ in 0..400 {
            let Some(parent) = current.parent() else { return r.declared.clone() };
            match parent.kind() {
                "program" | "statement_block" | "class_static_block" => {
                    let mut previous = current.node.prev_named_sibling();
                    while let Some(node) = previous {
                        let statement = current.on(node);
                        if statement.kind() != "comment"
                            && let Some(found) = self.after(r, statement)
                        {
                            return found;
                        }
                        previous = node.prev_named_sibling();
                    }
                }
                "switch_case" | "switch_default" => {
                    if parent.field("value").is_some_and(|v| v.same(current)) {
                        current = parent;
                        continue;
                    }
                    let mut previous = current.node.prev_named_sibling();
                    while let Some(node) = previous {
                        let statement = current.on(node);
                        if parent.field("value").is_some_and(|v| v.same(statement)) {
                            break;
                        }
                        if let Some(found) = self.after(r, statement) {
                            return found;
                        }
                        previous = node.prev_named_sibling();
                    }
                    return self.at_case(r, parent);
                }
                "if_statement" => {
                    let condition = parent.field("condition")?;
                    if !condition.same(current) && self.mentions_condition(r, condition) {
                        let truth = parent.field("consequence").is_some_and(|c| c.same(current));
                        let base = self.before(r, parent)?;
                        return self.by_condition(r, condition, truth, base, 0);
                    }
                }
                "ternary_expression" => {
                    let condition = parent.field("condition")?;
                    if !condition.same(current) && self.mentions_condition(r, condition) {
                        let truth = parent.field("consequence").is_some_and(|c| c.same(current));
                        let base = self.before(r, parent)?;
                        return self.by_condition(r, condition, truth, base, 0);
                    }
                }
                "binary_expression" => {
                    let left = parent.field("left")?;
                    let operator = parent.field("operator")?.text();
                    if !left.same(current) && matches!(operator, "&&" | "||" | "??") && self.mentions_condition(r, left)
                    {
                        let base = self.before(r, parent)?;
                        return match operator {
                            "&&" => self.by_condition(r, left, true, base, 0),
                            "||" => self.by_condition(r, left, false, base, 0),
                            _ if self.matches(r, left) => Some(self.filtered(&base, |t| {
                                t.is_nullish() || is_variable(t) || t.is_any() || matches!(t.kind(), Kind::Unknown)
                            })),
                            _ => Some(base),
                        };
                    }
                }
                "while_statement" | "for_statement" | "do_statement" => {
                    let body = parent.field("body")?;
                    let loops = !parent.field("initializer").is_some_and(|i| i.same(current));
                    if loops && self.flows_into(parent, &r.key) {
                        return self.in_loop(r, parent, current);
                    }
                    if let Some(condition) = parent.field("condition")
                        && parent.kind() != "do_statement"
                        && (body.same(current) || parent.field("increment").is_some_and(|i| i.same(current)))
                        && self.mentions_condition(r, condition)
                    {
                        let base = self.before_loop(r, parent)?;
                        return self.by_condition(r, condition, true, base, 0);
                    }
                    if let Some(initializer) = parent.field("initializer")
                        && !initializer.same(current)
                        && let Some(found) = self.after(r, initializer)
                    {
                        return found;
                    }
                }
                "for_in_statement" => {
                    let body = parent.field("body")?;
                    if body.same(current) {
                        let left = parent.field("left")?;
                        if self.declares(r, left) {
                            return r.declared.clone();
                        }
                        if self.flows_into(parent, &r.key) {
                            return self.in_loop(r, parent, current);
                        }
                    }
                }
                "catch_clause" => {
                    let whole = parent.parent()?;
                    let tried = whole.field("body")?;
                    if self.flows_into(tried, &r.key) {
                        return r.declared.clone();
                    }
                    current = whole;
                    continue;
                }
                "finally_clause" => {
                    let whole = parent.parent()?;
                    if self.flows_into(whole, &r.key) {
                        return r.declared.clone();
                    }
                    current = whole;
                    continue;
                }
                "sequence_expression" => {
                    // What comes before the comma may assign.
                    let mut previous = current.node.prev_named_sibling();
                    while let Some(node) = previous {
                        if let Some(found) = self.effect(r, current.on(node)) {
                            return found;
                        }
                        previous = node.prev_named_sibling();
                    }
                }
                kind if FUNCTIONS.contains(&kind) || kind == "public_field_definition" => {
                    let declared_here = r.decl.is_some_and(|d| parent.holds(d));
                    if declared_here {
                        return r.declared.clone();
                    }
                    let crosses = matches!(kind, "arrow_function" | "function_expression" | "generator_function")
                        || (kind == "method_definition" && parent.parent().is_some_and(|p| p.kind() == "object"));
                    // `this` is the function's own, arrows apart; properties of constants may change in between only by assignment.
                    if !crosses || !r.constant || (r.root == "this" && kind != "arrow_function") {
                        return r.declared.clone();
                    }
                    if r.key.contains('.') && !self.readonly_path(r, at) {
                        return r.declared.clone();
                    }
                }
                _ => {}
            }
            current = parent;
        }
        None
    }

    /// A property path keeps its narrowing inside functions only when it cannot be written to.
    fn readonly_path(&self, r: &Reference<'_>, at: At<'_>) -> bool {
        let _ = r;
        let mut at = at;
        while at.kind() == "member_expression" {
            let (Some(object), Some(property)) = (at.field("object"), at.field("property")) else { return false };
            let Some(base) = self.expression(object) else { return false };
            match self.property_of(&self.without_nullish(&base), property.text()) {
                Some(found) if found.readonly => {}
                _ => return false,
            }
            at = object;
        }
        at.is(&["identifier", "this"])
    }

    fn declares(&self, r: &Reference<'_>, pattern: At<'_>) -> bool {
        r.decl.is_some_and(|d| pattern.holds(d))
    }

    fn before_loop(&self, r: &Reference<'_>, statement: At<'_>) -> Option<Type> {
        if let Some(initializer) = statement.field("initializer")
            && let Some(found) = self.after(r, initializer)
        {
            return found;
        }
        self.before(r, statement)
    }

    /// Inside a loop that assigns: what comes in, joined with what comes round.
    fn in_loop(&self, r: &Reference<'_>, statement: At<'_>, current: At<'_>) -> Option<Type> {
        let key = (statement.decl(), r.key.clone());
        let assumed = self.loops.borrow().iter().find(|(k, _)| *k == key).map(|(_, t)| t.clone());
        let condition = statement
            .field("condition")
            .filter(|c| !c.same(current) && statement.kind() != "do_statement" && self.mentions_condition(r, *c));
        let conditioned = |ty: Type| match condition {
            Some(condition) => self.by_condition(r, condition, true, ty, 0),
            None => Some(ty),
        };
        if let Some(assumed) = assumed {
            return conditioned(assumed);
        }
        let entry = self.before_loop(r, statement)?;
        let body = statement.field("body")?;
        let mut head = entry.clone();
        for _ in 0..4 {
            self.loops.borrow_mut().push((key.clone(), head.clone()));
            let end = self.end_of(r, body);
            let end = match (statement.field("increment"), end) {
                (Some(increment), Some(end)) => match self.effect(r, increment) {
                    Some(found) => found,
                    None => Some(end),
                },
                (_, end) => end,
            };
            self.loops.borrow_mut().pop();
            // `continue` comes round from anywhere.
            let end = if has_continue(body, 0) { r.declared.clone()? } else { end? };
            let joined = self.union([entry.clone(), end]);
            if joined == head {
                break;
            }
            head = joined;
        }
        conditioned(head)
    }

    /// The type at the end of a statement that completes.
    fn end_of(&self, r: &Reference<'_>, statement: At<'_>) -> Option<Type> {
        let _step = self.step()?;
        if statement.kind() != "statement_block" {
            return match self.after(r, statement) {
                Some(found) => found,
                None => self.before(r, statement),
            };
        }
        for inner in statement.named().into_iter().rev() {
            if let Some(found) = self.after(r, inner) {
                return found;
            }
        }
        // Straight through: what was known at its beginning.
        self.before(r, statement)
    }

    /// The type after a statement; `None` when the statement does not matter.
    #[allow(clippy::option_option, reason = "no effect and an unknown effect are different things")]
    fn after(&self, r: &Reference<'_>, statement: At<'_>) -> Option<Option<Type>> {
        match statement.kind() {
            "expression_statement" => self.effect(r, statement.first_named()?),
            "lexical_declaration" | "variable_declaration" => {
                let declarators = statement.named();
                for declarator in declarators.into_iter().rev() {
                    let Some(name) = declarator.field("name") else { continue };
                    if self.declares(r, name) {
                        if r.key.contains('.') {
                            return Some(r.declared.clone());
                        }
                        return Some(self.initial(r, declarator, name));
                    }
                    if let Some(value) = declarator.field("value")
                        && let Some(found) = self.effect(r, value)
                    {
                        return Some(found);
                    }
                }
                None
            }
            "export_statement" => self.after(r, statement.field("declaration")?),
            "if_statement" => {
                let condition = statement.field("condition")?;
                let yes = statement.field("consequence")?;
                let no = statement.field("alternative").and_then(At::first_named);
                let assigned = self.flows_into(statement, &r.key);
                let narrows = self.mentions_condition(r, condition);
                let inner_exits = |s: At<'_>| self.mentions(r, s);
                if !assigned && !narrows && !inner_exits(yes) && !no.is_some_and(inner_exits) {
                    return None;
                }
                let yes_ends = self.completes(yes);
                let no_ends = no.map_or(Some(true), |n| self.completes(n));
                let (Some(yes_ends), Some(no_ends)) = (yes_ends, no_ends) else { return Some(None) };
                if !assigned && yes_ends && no_ends && !has_exit(yes, 0) && !no.is_some_and(|n| has_exit(n, 0)) {
                    return None;
                }
                Some((|| {
                    let mut parts = Vec::new();
                    if yes_ends {
                        parts.push(self.end_of(r, yes)?);
                    }
                    if no_ends {
                        match no {
                            Some(no) => parts.push(self.end_of(r, no)?),
                            None => {
                                let base = self.before(r, statement)?;
                                parts.push(self.by_condition(r, condition, false, base, 0)?);
                            }
                        }
                    }
                    self.joined(r, parts)
                })())
            }
            "while_statement" | "for_statement" | "do_statement" | "for_in_statement" => {
                let body = statement.field("body")?;
                let condition = statement.field("condition");
                let assigned = self.flows_into(statement, &r.key);
                let narrows = condition.is_some_and(|c| self.mentions_condition(r, c));
                if !assigned && !narrows {
                    return None;
                }
                Some((|| {
                    let head = if assigned {
                        // At the head, whichever way it was reached.
                        let key = (statement.decl(), r.key.clone());
                        let entry = self.before_loop(r, statement)?;
                        if self.loops.borrow().iter().any(|(k, _)| *k == key) {
                            return Some(entry);
                        }
                        self.loops.borrow_mut().push((key, entry.clone()));
                        let end = self.end_of(r, body);
                        self.loops.borrow_mut().pop();
                        if has_jump(body, 0) {
                            return r.declared.clone();
                        }
                        let end = end?;
                        if statement.kind() == "do_statement" { end } else { self.union([entry, end]) }
                    } else {
                        self.before_loop(r, statement)?
                    };
                    match condition.filter(|_| narrows && !has_jump(body, 0)) {
                        Some(condition) => self.by_condition(r, condition, false, head, 0),
                        None => Some(head),
                    }
                })())
            }
            "try_statement" => {
                if !self.flows_into(statement, &r.key) && !self.mentions(r, statement) {
                    return None;
                }
                Some((|| {
                    if let Some(last) = statement.field("finalizer").and_then(|f| f.field("body"))
                        && self.flows_into(last, &r.key)
                    {
                        return r.declared.clone();
                    }
                    let body = statement.field("body")?;
                    let mut parts = Vec::new();
                    if self.completes(body)? {
                        parts.push(self.end_of(r, body)?);
                    }
                    if let Some(handler) = statement.field("handler").and_then(|h| h.field("body"))
                        && self.completes(handler)?
                    {
                        parts.push(self.end_of(r, handler)?);
                    }
                    self.joined(r, parts)
                })())
            }
            "switch_statement" => {
                let value = statement.field("value")?;
                let assigned = self.flows_into(statement, &r.key);
                if !assigned && !self.mentions_condition(r, value) {
                    return None;
                }
                Some((|| {
                    let cases = statement.field("body")?.named();
                    let mut parts = Vec::new();
                    for (i, case) in cases.iter().enumerate() {
                        let statements: Vec<At<'_>> = case
                            .named()
                            .into_iter()
                            .filter(|s| !case.field("value").is_some_and(|v| v.same(*s)))
                            .collect();
                        let last = statements.last();
                        let breaks = statements.iter().any(|s| has_jump(*s, 0) || s.kind() == "break_statement");
                        if assigned && breaks {
                            // The type where the break stands.
                            match last {
                                Some(last)
                                    if last.kind() == "break_statement"
                                        && statements[..statements.len() - 1].iter().all(|s| !has_jump(*s, 0)) =>
                                {
                                    parts.push(self.before(r, *last)?);
                                    continue;
                                }
                                _ => return r.declared.clone(),
                            }
                        }
                        let mut ends = true;
                        for s in &statements {
                            ends &= self.completes(*s)?;
                        }
                        if breaks || (ends && i + 1 == cases.len()) {
                            parts.push(match last {
                                Some(last) => match last.kind() {
                                    "break_statement" => self.before(r, *last)?,
                                    _ if ends => self.end_of(r, *last)?,
                                    _ => self.at_case(r, *case)?,
                                },
                                None => self.at_case(r, *case)?,
                            });
                        }
                    }
                    if !cases.iter().any(|c| c.kind() == "switch_default") {
                        let base = self.before(r, statement)?;
                        parts.push(self.outside_cases(r, statement, &base)?);
                    }
                    self.joined(r, parts)
                })())
            }
            "statement_block" => {
                if !self.mentions(r, statement) {
                    return None;
                }
                Some(self.end_of(r, statement))
            }
            "labeled_statement" => {
                if self.flows_into(statement, &r.key) {
                    Some(r.declared.clone())
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    /// Where all ways end, what follows is never reached and keeps the declared type.
    fn joined(&self, r: &Reference<'_>, parts: Vec<Type>) -> Option<Type> {
        if parts.is_empty() {
            return Some(self.make(Kind::Never));
        }
        // What a test added to the declared type falls together with it again.
        let declared = r.declared.as_ref().map(|d| self.expanded(d));
        let added = declared.is_some_and(|d| parts.iter().any(|p| self.expanded(p).iter().any(|x| !d.contains(x))));
        let joined = if added { self.subtype_union(parts)? } else { self.union(parts) };
        Some(match &r.declared {
            Some(declared) if joined == self.force(declared) || joined.kind() == self.force(declared).kind() => {
                declared.clone()
            }
            _ => joined,
        })
    }

    /// The type of a variable after its declaration.
    fn initial(&self, r: &Reference<'_>, declarator: At<'_>, name: At<'_>) -> Option<Type> {
        let value = declarator.field("value");
        let written = declarator.field("type").is_some();
        if name.kind() != "identifier" {
            return r.declared.clone();
        }
        match (value, written) {
            (Some(value), _) => {
                let Some(declared) = r.declared.clone() else {
                    let empty = value.kind() == "array";
                    return if empty { None } else { self.expression(value) };
                };
                if !self.is_union_like(&declared) {
                    return Some(declared);
                }
                self.expression(value).map(|assigned| self.by_assignment(&declared, &assigned))
            }
            (None, true) => {
                // Before it is assigned, it is declared; using it so would be an error.
                r.declared.clone()
            }
            (None, false) => Some(self.store.undefined()),
        }
    }

    pub(crate) fn is_union_like(&self, ty: &Type) -> bool {
        matches!(self.force(ty).kind(), Kind::Union(_) | Kind::Boolean | Kind::Enum(_))
    }

    /// A declared type narrowed by a value assigned to it.
    fn by_assignment(&self, declared: &Type, assigned: &Type) -> Type {
        if declared == assigned || !self.is_union_like(declared) {
            return declared.clone();
        }
        if assigned.is_never() {
            return assigned.clone();
        }
        if assigned.is_any() {
            return declared.clone();
        }
        let assigned_parts = self.expanded(assigned);
        let mut kept: Vec<Type> = Vec::new();
        for part in self.expanded(declared) {
            if let Kind::Enum(symbol) = part.kind() {
                // Of an enum, the members that are assigned.
                let own = assigned_parts.iter().filter(|a| matches!(a.kind(), Kind::EnumMember(e, ..) if e == symbol));
                let own: Vec<Type> = own.map(|a| self.store.regular(a)).collect();
                if !own.is_empty() {
                    kept.extend(own);
                    continue;
                }
            }
            if assigned_parts.iter().any(|a| self.relates(a, &part) != Ternary::No) {
                kept.push(part);
            }
        }
        if kept.is_empty() {
            return declared.clone();
        }
        self.rejoined(declared, kept)
    }

    /// What evaluating an expression does to the reference.
    #[allow(clippy::option_option, reason = "no effect and an unknown effect are different things")]
    pub(crate) fn effect(&self, r: &Reference<'_>, at: At<'_>) -> Option<Option<Type>> {
        if !self.mentions(r, at) {
            return None;
        }
        match at.kind() {
            "parenthesized_expression" | "await_expression" | "non_null_expression" => {
                self.effect(r, at.first_named()?)
            }
            "assignment_expression" => {
                let (left, right) = (at.field("left")?, at.field("right")?);
                if key_of(left, 0).is_some_and(|k| k == r.key) {
                    let Some(declared) = &r.declared else {
                        return Some(self.expression(right).map(|t| self.widened(&t)));
                    };
                    if !self.is_union_like(declared) {
                        return Some(Some(declared.clone()));
                    }
                    return Some(self.expression(right).map(|t| self.by_assignment(declared, &t)));
                }
                if self.targets(left, &r.key, 0) {
                    return Some(r.declared.clone());
                }
                self.effect(r, right)
            }
            "augmented_assignment_expression" => {
                let left = at.field("left")?;
                if key_of(left, 0).is_some_and(|k| k == r.key) {
                    let result = self.augmented_result(r, at);
                    return Some(match (&r.declared, result) {
                        (Some(declared), Some(t)) if self.is_union_like(declared) => {
                            Some(self.by_assignment(declared, &t))
                        }
                        (Some(declared), _) => Some(declared.clone()),
                        (None, t) => t,
                    });
                }
                None
            }
            "update_expression" => {
                let argument = at.field("argument")?;
                if self.matches(r, argument) {
                    return Some(match &r.declared {
                        Some(declared) if self.is_union_like(declared) => Some(self.make(Kind::Number)),
                        other => other.clone(),
                    });
                }
                None
            }
            "call_expression" => {
                if let Some(found) = self.asserted(r, at) {
                    return Some(found);
                }
                self.effect_inside(r, at)
            }
            "new_expression"
            | "arguments"
            | "array"
            | "object"
            | "pair"
            | "member_expression"
            | "subscript_expression"
            | "unary_expression"
            | "template_string"
            | "template_substitution"
            | "spread_element" => self.effect_inside(r, at),
            "sequence_expression" => at.named().into_iter().rev().find_map(|e| self.effect(r, e)),
            "arrow_function" | "function_expression" => None,
            _ => {
                if self.assigns_directly(at, &r.key, 0) {
                    return Some(r.declared.clone());
                }
                None
            }
        }
    }

    /// The effect of what a node evaluates from left to right: the last assignment counts.
    #[allow(clippy::option_option, reason = "no effect and an unknown effect are different things")]
    fn effect_inside(&self, r: &Reference<'_>, at: At<'_>) -> Option<Option<Type>> {
        if !self.flows_into(at, &r.key) {
            return None;
        }
        let _step = self.step()?;
        at.named().into_iter().rev().find_map(|inner| self.effect(r, inner))
    }

    fn augmented_result(&self, _r: &Reference<'_>, at: At<'_>) -> Option<Type> {
        self.expression(at)
    }

    /// A call of `asserts x is T`, or of `asserts x`.
    #[allow(clippy::option_option, reason = "no effect and an unknown effect are different things")]
    pub(crate) fn asserted(&self, r: &Reference<'_>, call: At<'_>) -> Option<Option<Type>> {
        let function = call.field("function")?;
        if !function.is(&["identifier", "member_expression"]) {
            return None;
        }
        // Only what is declared to assert does: look before resolving.
        let callee = self
            .lookup_path(function, Space::Value)
            .and_then(|m| self.type_of_meaning(&m))
            .or_else(|| if function.kind() == "member_expression" { self.expression(function) } else { None })?;
        let members = self.members(&callee)?;
        let signature = members.calls.iter().find(|s| s.predicate.as_ref().is_some_and(|p| p.asserts))?;
        let predicate = signature.predicate.clone()?;
        let position = signature.params.iter().position(|p| p.name == predicate.name)?;
        let argument = *call.field("arguments")?.named().get(position)?;
        if !self.mentions(r, argument) {
            return None;
        }
        match predicate.ty {
            None => Some((|| {
                let base = self.before(r, call)?;
                self.by_condition(r, argument, true, base, 0)
            })()),
            Some(_) if self.matches(r, argument) => Some((|| {
                let base = self.before(r, call)?;
                let resolved = self.resolved(call)?;
                let ty = resolved.predicate?.ty?;
                self.to_candidate(&base, &ty, true)
            })()),
            Some(_) => None,
        }
    }

    /// Whether a condition could say something about the reference.
    pub(crate) fn mentions_condition(&self, r: &Reference<'_>, condition: At<'_>) -> bool {
        self.mentions(r, condition) || (condition.node.named_child_count() < 12 && self.alias_mentions(r, condition, 0))
    }

    /// A constant in the condition that was itself a condition about the reference.
    fn alias_mentions(&self, r: &Reference<'_>, at: At<'_>, depth: u32) -> bool {
        if depth > 4 || r.key.contains('.') && !r.constant {
            return false;
        }
        match at.kind() {
            "identifier" => self.alias_of(at).is_some_and(|(file, decl)| {
                file.node(decl).is_some_and(|value| value.file.id == at.file.id && self.mentions(r, value))
            }),
            "parenthesized_expression" | "binary_expression" | "unary_expression" => {
                at.named().into_iter().any(|c| self.alias_mentions(r, c, depth + 1))
            }
            _ => false,
        }
    }

    /// The condition that a constant stands for.
    pub(crate) fn alias_of(&self, at: At<'_>) -> Option<(std::sync::Arc<super::tree::File>, Decl)> {
        let symbol = self.lookup(at, at.text(), Space::Value)?.symbol?;
        let decl = symbol.first().filter(|d| d.file == at.file.id)?;
        let name = at.file.node(decl)?;
        let declarator = name.parent().filter(|p| p.kind() == "variable_declarator" && p.field("type").is_none())?;
        declarator.parent().filter(|p| p.has("const"))?;
        let value = declarator.field("value")?;
        value
            .is(&["binary_expression", "call_expression", "unary_expression", "parenthesized_expression"])
            .then(|| (at.file.clone(), value.decl()))
    }
}

pub(crate) fn unwrapped(at: At<'_>) -> At<'_> {
    let mut at = at;
    while at.kind() == "parenthesized_expression" {
        match at.first_named() {
            Some(inner) => at = inner,
            None => break,
        }
    }
    at
}

/// A `break` or `continue` of the loop or switch around.
pub(super) fn has_jump(at: At<'_>, depth: u32) -> bool {
    if depth > 40 {
        return true;
    }
    match at.kind() {
        "break_statement" => true,
        "while_statement" | "do_statement" | "for_statement" | "for_in_statement" | "switch_statement" => false,
        kind if FUNCTIONS.contains(&kind) => false,
        _ => at.named().into_iter().any(|c| has_jump(c, depth + 1)),
    }
}

fn has_continue(at: At<'_>, depth: u32) -> bool {
    if depth > 40 {
        return true;
    }
    match at.kind() {
        "continue_statement" => true,
        "while_statement" | "do_statement" | "for_statement" | "for_in_statement" => false,
        kind if FUNCTIONS.contains(&kind) => false,
        _ => at.named().into_iter().any(|c| has_continue(c, depth + 1)),
    }
}

fn has_exit(at: At<'_>, depth: u32) -> bool {
    if depth > 40 {
        return true;
    }
    match at.kind() {
        "return_statement" | "throw_statement" | "break_statement" | "continue_statement" => true,
        kind if FUNCTIONS.contains(&kind) => false,
        _ => at.named().into_iter().any(|c| has_exit(c, depth + 1)),
    }
}
