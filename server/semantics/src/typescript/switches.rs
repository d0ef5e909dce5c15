//! Narrowing by the cases of a `switch`.

use super::Model;
use super::evaluate::is_unit;
use super::narrow::{Reference, has_jump, unwrapped};
use super::tree::At;
use super::types::{Kind, Type};

impl Model<'_> {
    /// The type within a case of a switch.
    pub(super) fn at_case(&self, r: &Reference<'_>, case: At<'_>) -> Option<Type> {
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
            if statements.iter().any(|s| self.flows_into(*s, &r.key)) {
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
    pub(super) fn outside_cases(&self, r: &Reference<'_>, statement: At<'_>, base: &Type) -> Option<Type> {
        let value = statement.field("value")?;
        let mut rest = base.clone();
        for case in statement.field("body")?.named() {
            if let Some(label) = case.field("value") {
                rest = self.by_label(r, value, label, false, rest)?;
            }
        }
        Some(rest)
    }

    pub(super) fn by_label(
        &self,
        r: &Reference<'_>,
        value: At<'_>,
        label: At<'_>,
        truth: bool,
        base: Type,
    ) -> Option<Type> {
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
