//! What assigns to a name or a property, and what is assigned to.

use super::Model;
use super::declarations::{FUNCTIONS, Space};
use super::narrow::key_of;
use super::tree::{At, has_word};
use super::types::{Decl, Type};

impl Model<'_> {
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

    /// Type of a property that is assigned to; `None` when it cannot be.
    pub(crate) fn written_property(&self, base: &Type, name: &str, object: At<'_>) -> Option<Type> {
        let constructed = object.kind() == "this"
            && object
                .enclosing(&["method_definition"])
                .is_some_and(|m| m.field("name").is_some_and(|n| n.text() == "constructor"));
        let written = base.parts().iter().map(|part| {
            let part = self.force(part);
            let Some(property) = self.property_of(&part, name) else { return self.type_of_property(&part, name) };
            if property.readonly && !constructed {
                return None;
            }
            match &property.ty {
                super::types::Lazy::Optional(inner) if self.exact_optional => self.lazy(inner),
                other => self.lazy(other),
            }
        });
        Some(self.union(written.collect::<Option<Vec<_>>>()?))
    }

    /// Declared type of what is assigned to.
    pub(crate) fn assigned_type(&self, left: At<'_>) -> Option<Type> {
        match left.kind() {
            "identifier" => self.type_of_meaning(&self.lookup(left, left.text(), Space::Value)?),
            "member_expression" => {
                let object = left.field("object")?;
                let base = self.without_nullish(&self.expression(object)?);
                self.written_property(&base, left.field("property")?.text(), object)
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
    pub(super) fn never_assigned(&self, at: At<'_>, decl: Decl, name: &str) -> bool {
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
    pub(super) fn assigns_from(&self, at: At<'_>, name: &str, from: usize, own: Option<At<'_>>, depth: u32) -> bool {
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

    /// Whether control that flows through a node assigns to the name: what functions inside do when they are called does not count, as
    /// for the compiler.
    pub(super) fn flows_into(&self, at: At<'_>, key: &str) -> bool {
        self.assigns(at, key, 0) && self.assigned_here(at, key, 0)
    }

    pub(super) fn assigned_here(&self, at: At<'_>, key: &str, depth: u32) -> bool {
        if depth > 60 {
            return true;
        }
        let called = at.parent().is_some_and(|p| {
            p.kind() == "parenthesized_expression" && p.parent().is_some_and(|c| c.kind() == "call_expression")
        });
        if at.is(FUNCTIONS) && !called {
            return false;
        }
        self.is_assignment(at, key) || at.named().into_iter().any(|c| self.assigned_here(c, key, depth + 1))
    }

    /// Whether something inside a node assigns to the name (or a property of it).
    pub(super) fn assigns(&self, at: At<'_>, key: &str, depth: u32) -> bool {
        if depth > 60 || !has_word(at.text(), key.split('.').next().unwrap_or(key)) {
            return false;
        }
        self.is_assignment(at, key) || at.named().into_iter().any(|c| self.assigns(c, key, depth + 1))
    }

    pub(super) fn is_assignment(&self, at: At<'_>, key: &str) -> bool {
        match at.kind() {
            "assignment_expression" | "augmented_assignment_expression" => {
                at.field("left").is_some_and(|l| self.targets(l, key, 0))
            }
            "update_expression" => at.field("argument").and_then(|a| key_of(a, 0)).is_some_and(|k| is_prefix(&k, key)),
            "for_in_statement" => {
                at.field("kind").is_none() && at.field("left").is_some_and(|l| self.targets(l, key, 0))
            }
            _ => false,
        }
    }

    pub(super) fn targets(&self, left: At<'_>, key: &str, depth: u32) -> bool {
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

    /// Assignments inside, those in nested functions apart.
    pub(super) fn assigns_directly(&self, at: At<'_>, key: &str, depth: u32) -> bool {
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
}

fn is_prefix(written: &str, key: &str) -> bool {
    key == written || key.strip_prefix(written).is_some_and(|r| r.starts_with('.'))
}
