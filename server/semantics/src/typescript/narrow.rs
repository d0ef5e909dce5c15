//! Narrowing by control flow: what a reference is known to be where it stands.

use super::files::At;
use super::scope::{FUNCTIONS, Space};
use super::types::evaluate::{is_primitive, is_unit, is_variable};
use super::types::parse::has_word;
use super::types::{Decl, Kind, Literal, Signature, Type};
use super::{Model, Ternary};

/// A name or a chain of properties whose type is asked for.
struct Reference<'f> {
    /// Its text without `?.`, `!` and white space.
    key: String,
    root: String,
    declared: Option<Type>,
    /// Where the root is declared, for a variable of this file.
    decl: Option<Decl>,
    /// Never assigned after its declaration, so that functions inside see it narrowed.
    constant: bool,
    file: std::marker::PhantomData<&'f ()>,
}

/// The text of a reference; `None` when it is none.
fn key_of(at: At<'_>, depth: u32) -> Option<String> {
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
            if !matches!(t.kind(), Kind::Parameter(_) | Kind::Indexed(..) | Kind::Conditional(..)) {
                return None;
            }
            let mut bound = self.constraint(t)?;
            for _ in 0..4 {
                if !matches!(bound.kind(), Kind::Parameter(_) | Kind::Indexed(..)) {
                    break;
                }
                bound = self.constraint(&bound)?;
            }
            let bound = self.force(&bound);
            (matches!(bound.kind(), Kind::Union(_)) || bound.is_nullish()).then_some(bound)
        };
        if !ty.parts().iter().any(|p| bound(p).is_some()) {
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

    /// Whether a node is written to, so that its declared type counts.
    pub(crate) fn is_target(&self, at: At<'_>) -> bool {
        let Some(parent) = at.parent() else { return false };
        match parent.kind() {
            "assignment_expression" => parent.field("left").is_some_and(|l| l.same(at)),
            "for_in_statement" => parent.field("left").is_some_and(|l| l.same(at)),
            "array_pattern" | "object_pattern" | "pair_pattern" | "rest_pattern" => true,
            _ => false,
        }
    }

    /// Declared type of what is assigned to.
    pub(crate) fn assigned_type(&self, left: At<'_>) -> Option<Type> {
        match left.kind() {
            "identifier" => self.type_of_meaning(&self.lookup(left, left.text(), Space::Value)?),
            "member_expression" => {
                let base = self.expression(left.field("object")?)?;
                self.type_of_property(&self.without_nullish(&base), left.field("property")?.text())
            }
            "subscript_expression" => {
                let base = self.expression(left.field("object")?)?;
                let index = self.expression(left.field("index")?)?;
                self.indexed_access(&self.without_nullish(&base), &self.store.regular(&index))
            }
            "parenthesized_expression" | "non_null_expression" => self.assigned_type(left.first_named()?),
            _ => None,
        }
    }

    /// Whether a variable is assigned nowhere but where it is declared.
    fn never_assigned(&self, at: At<'_>, decl: Decl, name: &str) -> bool {
        let Some(node) = at.file.node(decl) else { return true };
        let owner = node.enclosing(&["lexical_declaration", "variable_declaration", "for_in_statement"]);
        if let Some(owner) = owner.filter(|o| o.field("kind").is_some_and(|k| k.text() == "const")) {
            let inside =
                node.enclosing(FUNCTIONS).is_none_or(|f| owner.enclosing(FUNCTIONS).is_some_and(|g| g.same(f)));
            if inside {
                return true;
            }
        }
        let scope = node.enclosing(FUNCTIONS).and_then(|f| {
            if node.enclosing(&["required_parameter", "optional_parameter"]).is_some() {
                Some(f)
            } else {
                node.parent()?.enclosing(&["statement_block", "program"])
            }
        });
        let scope = scope.or_else(|| node.enclosing(&["statement_block", "program"]));
        let Some(scope) = scope else { return true };
        if !self.assigns(scope, name, 0) {
            return true;
        }
        // Past its last assignment, a variable is as good as a constant.
        let own = node.enclosing(FUNCTIONS);
        let mut inner = None;
        for function in at.ancestors().filter(|a| a.is(FUNCTIONS)) {
            if own.is_some_and(|o| o.same(function)) {
                break;
            }
            inner = Some(function);
        }
        let Some(inner) = inner else { return false };
        let in_loop = inner.enclosing(&["while_statement", "for_statement", "for_in_statement", "do_statement"]);
        if in_loop.is_some_and(|l| scope.holds(l.decl()) && !l.same(scope)) {
            return false;
        }
        !self.assigns_from(scope, name, inner.node.start_byte(), own, 0)
    }

    /// Whether something assigns to the name from a position on, or in another function.
    fn assigns_from(&self, at: At<'_>, name: &str, from: usize, own: Option<At<'_>>, depth: u32) -> bool {
        if depth > 60 || !has_word(at.text(), name) {
            return depth > 60;
        }
        let nested = at.is(FUNCTIONS) && !own.is_some_and(|o| o.same(at));
        if nested {
            return self.assigns(at, name, 0);
        }
        if at.is(&["assignment_expression", "augmented_assignment_expression", "update_expression"])
            && at.node.end_byte() > from
            && self.assigns(at, name, 0)
        {
            return true;
        }
        at.named().into_iter().any(|c| self.assigns_from(c, name, from, own, depth + 1))
    }

    /// Whether something inside a node assigns to the name (or a property of it).
    fn assigns(&self, at: At<'_>, key: &str, depth: u32) -> bool {
        if depth > 60 || !has_word(at.text(), key.split('.').next().unwrap_or(key)) {
            return false;
        }
        match at.kind() {
            "assignment_expression" | "augmented_assignment_expression" => {
                if at.field("left").is_some_and(|l| self.targets(l, key, 0)) {
                    return true;
                }
            }
            "update_expression" => {
                if at.field("argument").and_then(|a| key_of(a, 0)).is_some_and(|k| is_prefix(&k, key)) {
                    return true;
                }
            }
            "for_in_statement" if at.field("kind").is_none() => {
                if at.field("left").is_some_and(|l| self.targets(l, key, 0)) {
                    return true;
                }
            }
            _ => {}
        }
        at.named().into_iter().any(|c| self.assigns(c, key, depth + 1))
    }

    fn targets(&self, left: At<'_>, key: &str, depth: u32) -> bool {
        if depth > 10 {
            return false;
        }
        if left.is(&[
            "array_pattern",
            "object_pattern",
            "pair_pattern",
            "assignment_pattern",
            "rest_pattern",
            "object_assignment_pattern",
        ]) {
            return left.named().into_iter().any(|c| self.targets(c, key, depth + 1));
        }
        if left.kind() == "shorthand_property_identifier_pattern" {
            return left.text() == key;
        }
        key_of(left, 0).is_some_and(|k| is_prefix(&k, key))
    }

    fn matches(&self, r: &Reference<'_>, at: At<'_>) -> bool {
        key_of(at, 0).is_some_and(|k| k == r.key)
    }

    /// Whether an expression mentions the reference's root.
    fn mentions(&self, r: &Reference<'_>, at: At<'_>) -> bool {
        has_word(at.text(), &r.root)
    }

    /// The reference's type just before a node is evaluated.
    fn before(&self, r: &Reference<'_>, at: At<'_>) -> Option<Type> {
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
                    if loops && self.assigns(parent, &r.key, 0) {
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
                        if self.assigns(parent, &r.key, 0) {
                            return self.in_loop(r, parent, current);
                        }
                    }
                }
                "catch_clause" => {
                    let whole = parent.parent()?;
                    let tried = whole.field("body")?;
                    if self.assigns(tried, &r.key, 0) {
                        return r.declared.clone();
                    }
                    current = whole;
                    continue;
                }
                "finally_clause" => {
                    let whole = parent.parent()?;
                    if self.assigns(whole, &r.key, 0) {
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
                let assigned = self.assigns(statement, &r.key, 0);
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
                    Some(self.joined(r, parts))
                })())
            }
            "while_statement" | "for_statement" | "do_statement" | "for_in_statement" => {
                let body = statement.field("body")?;
                let condition = statement.field("condition");
                let assigned = self.assigns(statement, &r.key, 0);
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
                if !self.assigns(statement, &r.key, 0) && !self.mentions(r, statement) {
                    return None;
                }
                Some((|| {
                    if let Some(last) = statement.field("finalizer").and_then(|f| f.field("body"))
                        && self.assigns(last, &r.key, 0)
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
                    Some(self.joined(r, parts))
                })())
            }
            "switch_statement" => {
                let value = statement.field("value")?;
                let assigned = self.assigns(statement, &r.key, 0);
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
                    Some(self.joined(r, parts))
                })())
            }
            "statement_block" => {
                if !self.mentions(r, statement) {
                    return None;
                }
                Some(self.end_of(r, statement))
            }
            "labeled_statement" => {
                if self.assigns(statement, &r.key, 0) {
                    Some(r.declared.clone())
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    /// Where all ways end, what follows is never reached and keeps the declared type.
    fn joined(&self, r: &Reference<'_>, parts: Vec<Type>) -> Type {
        if parts.is_empty() {
            return self.make(Kind::Never);
        }
        let joined = self.union(parts);
        match &r.declared {
            Some(declared) if joined == self.force(declared) || joined.kind() == self.force(declared).kind() => {
                declared.clone()
            }
            _ => joined,
        }
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
                match self.expression(value) {
                    Some(assigned) => Some(self.by_assignment(&declared, &assigned)),
                    None => None,
                }
            }
            (None, true) => {
                // Before it is assigned, it is declared; using it so would be an error.
                r.declared.clone()
            }
            (None, false) => Some(self.store.undefined()),
        }
    }

    fn is_union_like(&self, ty: &Type) -> bool {
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
    fn effect(&self, r: &Reference<'_>, at: At<'_>) -> Option<Option<Type>> {
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
                if self.assigns(at, &r.key, 0) { Some(r.declared.clone()) } else { None }
            }
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

    fn augmented_result(&self, _r: &Reference<'_>, at: At<'_>) -> Option<Type> {
        self.expression(at)
    }

    /// Assignments inside, those in nested functions apart.
    fn assigns_directly(&self, at: At<'_>, key: &str, depth: u32) -> bool {
        if depth > 40 || at.is(FUNCTIONS) {
            return false;
        }
        let own = match at.kind() {
            "assignment_expression" | "augmented_assignment_expression" => {
                at.field("left").is_some_and(|l| self.targets(l, key, 0))
            }
            "update_expression" => at.field("argument").and_then(|a| key_of(a, 0)).is_some_and(|k| is_prefix(&k, key)),
            _ => false,
        };
        own || at.named().into_iter().any(|c| self.assigns_directly(c, key, depth + 1))
    }

    /// A call of `asserts x is T`, or of `asserts x`.
    #[allow(clippy::option_option, reason = "no effect and an unknown effect are different things")]
    fn asserted(&self, r: &Reference<'_>, call: At<'_>) -> Option<Option<Type>> {
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
    fn mentions_condition(&self, r: &Reference<'_>, condition: At<'_>) -> bool {
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
    fn alias_of(&self, at: At<'_>) -> Option<(std::sync::Arc<super::files::File>, Decl)> {
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

    /// The type when a condition is true, or false.
    fn by_condition(&self, r: &Reference<'_>, condition: At<'_>, truth: bool, base: Type, depth: u32) -> Option<Type> {
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
    fn by_chain(&self, r: &Reference<'_>, at: At<'_>, base: Type) -> Type {
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

    fn by_equality(
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
    fn by_value(&self, base: &Type, value: &Type, loose: bool, truth: bool) -> Option<Type> {
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
                return Some(base.clone());
            }
            return Some(self.filtered(base, |t| !hit(t)));
        }
        if truth {
            if matches!(base.kind(), Kind::Unknown) {
                return Some(if is_unit(&value) || is_primitive(&value) { value } else { base.clone() });
            }
            let parts = self.expanded(base);
            let values = self.expanded(&value);
            if !values.iter().all(|v| is_primitive(v)) && !self.is_union_like(base) {
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
        if base.is_any()
            && matches!(instance.kind(), Kind::Reference(s, _) if matches!(s.name(), "Object" | "Function"))
        {
            return Some(base.clone());
        }
        self.to_candidate(base, &instance, truth)
    }

    /// A type narrowed to a candidate, or without what is one.
    fn to_candidate(&self, base: &Type, candidate: &Type, truth: bool) -> Option<Type> {
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
        if base.is_any() || matches!(base.kind(), Kind::Unknown) {
            return Some(candidate.clone());
        }
        if candidate.is_any() {
            return Some(base.clone());
        }
        let parts = self.expanded(base);
        let mut kept: Vec<Type> = Vec::new();
        for wanted in self.expanded(candidate) {
            let mut direct = Vec::new();
            for part in &parts {
                if is_variable(part) && !matches!(part.kind(), Kind::Intersection(_)) {
                    let bound = self.constraint(part);
                    match bound.as_ref().map(|b| self.relates(b, &wanted)) {
                        Some(Ternary::Yes) => direct.push(part.clone()),
                        _ if bound
                            .as_ref()
                            .is_some_and(|b| is_primitive(b) != is_primitive(&wanted) && is_primitive(b)) => {}
                        _ => direct.push(self.intersection(vec![part.clone(), wanted.clone()])),
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
            kept.extend(direct);
        }
        if kept.is_empty() {
            if parts.iter().all(|p| is_primitive(p)) {
                return Some(self.make(Kind::Never));
            }
            let objects: Vec<Type> = parts.into_iter().filter(|p| !is_primitive(p)).collect();
            let whole = self.union(objects);
            return Some(self.intersection(vec![whole, candidate.clone()]));
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

    /// The type within a case of a switch.
    fn at_case(&self, r: &Reference<'_>, case: At<'_>) -> Option<Type> {
        let statement = case.enclosing(&["switch_statement"])?;
        let value = statement.field("value")?;
        let base = self.before(r, statement)?;
        let cases = statement.field("body")?.named();
        let at = cases.iter().position(|c| c.same(case))?;
        // Cases before it that fall through into it.
        let mut first = at;
        while first > 0 {
            let before = cases.get(first - 1)?;
            let statements: Vec<At<'_>> =
                before.named().into_iter().filter(|s| !before.field("value").is_some_and(|v| v.same(*s))).collect();
            let mut falls = true;
            for s in &statements {
                falls &= self.completes(*s)? && !has_jump(*s, 0);
            }
            if !falls {
                break;
            }
            if statements.iter().any(|s| self.assigns(*s, &r.key, 0)) {
                return r.declared.clone();
            }
            first -= 1;
        }
        if !self.mentions_condition(r, value) && value.text() != "(true)" {
            return Some(base);
        }
        let mut parts = Vec::new();
        for case in cases.get(first..=at)? {
            parts.push(match case.field("value") {
                Some(label) => {
                    // Earlier cases took what they matched.
                    let mut rest = base.clone();
                    for earlier in &cases[..first] {
                        if let Some(earlier) = earlier.field("value") {
                            rest = self.by_label(r, value, earlier, false, rest)?;
                        }
                    }
                    self.by_label(r, value, label, true, rest)?
                }
                None => self.outside_cases(r, statement, &base)?,
            });
        }
        Some(self.rejoined(&base, parts))
    }

    /// The type when no case matches.
    fn outside_cases(&self, r: &Reference<'_>, statement: At<'_>, base: &Type) -> Option<Type> {
        let value = statement.field("value")?;
        let mut rest = base.clone();
        for case in statement.field("body")?.named() {
            if let Some(label) = case.field("value") {
                rest = self.by_label(r, value, label, false, rest)?;
            }
        }
        Some(rest)
    }

    fn by_label(&self, r: &Reference<'_>, value: At<'_>, label: At<'_>, truth: bool, base: Type) -> Option<Type> {
        let inner = unwrapped(value);
        if inner.kind() == "true" {
            return self.by_condition(r, label, truth, base, 0);
        }
        self.by_equality(r, inner, label, false, truth, base)
    }

    /// Whether the cases of a switch cover all values.
    pub(crate) fn is_exhaustive(&self, statement: At<'_>) -> Option<bool> {
        let value = unwrapped(statement.field("value")?);
        let ty = self.expression(value)?;
        if !self.expanded(&ty).iter().all(|t| is_unit(t) || matches!(t.kind(), Kind::Enum(_))) {
            return Some(false);
        }
        let mut rest = ty;
        for case in statement.field("body")?.named() {
            let Some(label) = case.field("value") else { continue };
            let label = self.expression(label)?;
            rest = self.by_value(&rest, &label, false, false)?;
        }
        Some(rest.is_never())
    }
}

fn is_prefix(written: &str, key: &str) -> bool {
    key == written || key.strip_prefix(written).is_some_and(|r| r.starts_with('.'))
}

fn unwrapped(at: At<'_>) -> At<'_> {
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
fn has_jump(at: At<'_>, depth: u32) -> bool {
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
