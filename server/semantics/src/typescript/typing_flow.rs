//! What the conditions around an expression say about its type.
//!
//! Narrowing by truth, `null` and `undefined`, `typeof` and `instanceof` (handbook, "Narrowing"), in the branches of the
//! conditions around an expression and after early exits. Assignments in between are not looked at.

use crate::typescript::typing::{Ty, Typing, widened, without_nullish};
use crate::typescript::typing_calls::FUNCTIONS;
use index::typescript::types;
use syntax::{Node, NodeExt, ancestors};

/// Conditions joined in one expression, and statements before one in its block.
const MAX_CONDITIONS: usize = 64;
const MAX_STATEMENTS: usize = 500;

impl Typing<'_> {
    /// `ty`, the declared type of the name or property access `node`, as it is where `node` stands.
    pub(super) fn narrowed(&self, node: Node<'_>, ty: Ty) -> Ty {
        let open = matches!(ty.text.as_str(), "any" | "unknown");
        if !open && types::union(&ty.text).len() < 2 {
            return ty;
        }
        let key = self.text(node);
        // From the outside in, so that the nearest condition speaks last.
        let mut facts: Vec<(Node<'_>, bool)> = Vec::new();
        let mut inner = node;
        for scope in ancestors(node).skip(1) {
            if scope.is(FUNCTIONS) {
                break;
            }
            let is = |field: &str| scope.field(field) == Some(inner);
            match scope.kind() {
                "if_statement" | "ternary_expression" | "while_statement" => {
                    if let Some(condition) = scope.field("condition") {
                        if is("consequence") || is("body") {
                            facts.push((condition, true));
                        } else if is("alternative") {
                            facts.push((condition, false));
                        }
                    }
                }
                "binary_expression" if is("right") => {
                    let operator = scope.field("operator").map(|o| self.text(o));
                    if let (Some("&&" | "||"), Some(left)) = (operator, scope.field("left")) {
                        facts.push((left, operator == Some("&&")));
                    }
                }
                "statement_block" | "program" | "switch_case" => {
                    let mut before = inner.prev_named_sibling();
                    for _ in 0..MAX_STATEMENTS {
                        let Some(statement) = before else { break };
                        if statement.kind() == "if_statement"
                            && statement.field("alternative").is_none()
                            && let (Some(condition), Some(branch)) =
                                (statement.field("condition"), statement.field("consequence"))
                            && exits(branch)
                        {
                            facts.push((condition, false));
                        }
                        before = statement.prev_named_sibling();
                    }
                }
                _ => {}
            }
            inner = scope;
        }
        let mut ty = ty;
        for (condition, truth) in facts.into_iter().rev() {
            ty = self.under(condition, truth, key, ty);
        }
        ty
    }

    /// `ty`, the type of `key`, where `condition` has the given truth.
    fn under(&self, condition: Node<'_>, truth: bool, key: &str, mut ty: Ty) -> Ty {
        let mut stack = vec![(condition, truth)];
        let mut looked = 0;
        while let Some((condition, truth)) = stack.pop() {
            looked += 1;
            if looked > MAX_CONDITIONS {
                break;
            }
            let text = self.text(condition);
            match condition.kind() {
                "parenthesized_expression" => stack.extend(condition.named().first().map(|n| (*n, truth))),
                "unary_expression" if text.starts_with('!') => {
                    stack.extend(condition.field("argument").map(|n| (n, !truth)))
                }
                "binary_expression" => {
                    let operator = condition.field("operator").map(|o| self.text(o)).unwrap_or_default();
                    let (Some(left), Some(right)) = (condition.field("left"), condition.field("right")) else {
                        continue;
                    };
                    match operator {
                        "&&" if truth => stack.extend([(right, true), (left, true)]),
                        "||" if !truth => stack.extend([(right, false), (left, false)]),
                        "===" | "!==" | "==" | "!=" => {
                            let equal = operator.starts_with('=') == truth;
                            let loose = operator.len() == 2;
                            ty = self.compared(left, right, equal, loose, key, ty);
                        }
                        "instanceof" if self.text(left) == key => ty = self.instance(right, truth, ty),
                        _ => {}
                    }
                }
                _ if truth && (text == key || text.starts_with(&format!("{key}?."))) => {
                    ty = Ty { text: without_nullish(&ty.text), file: ty.file };
                }
                _ => {}
            }
        }
        ty
    }

    fn compared(&self, left: Node<'_>, right: Node<'_>, equal: bool, loose: bool, key: &str, ty: Ty) -> Ty {
        let (left_text, right_text) = (self.text(left), self.text(right));
        let other = if left_text == key { right_text } else { left_text };
        let keep = |keep: &dyn Fn(&str) -> bool| {
            let parts: Vec<&str> = types::union(&ty.text).into_iter().filter(|p| keep(p)).collect();
            if parts.is_empty() { ty.clone() } else { Ty { text: types::join_union(parts), file: ty.file.clone() } }
        };
        if left_text == key || right_text == key {
            if matches!(other, "null" | "undefined") {
                let same = |p: &str| p == other || (loose && matches!(p, "null" | "undefined"));
                return keep(&|p| same(p) == equal);
            }
            return ty;
        }
        // `typeof x === "string"`.
        let asked = left.kind() == "unary_expression"
            && left.field("operator").is_some_and(|o| self.text(o) == "typeof")
            && left.field("argument").is_some_and(|a| self.text(a) == key);
        if !asked || right.kind() != "string" {
            return ty;
        }
        let kind = right_text.trim_matches(['"', '\'']);
        if matches!(ty.text.as_str(), "any" | "unknown") {
            let primitive = matches!(kind, "string" | "number" | "boolean" | "bigint" | "symbol" | "undefined");
            return if equal && primitive { Ty { text: kind.to_owned(), ..ty } } else { ty };
        }
        keep(&|p| {
            let same = match kind {
                "function" => types::function(p).is_some() || p == "Function",
                "object" => {
                    let primitive = matches!(
                        widened(p).as_str(),
                        "string" | "number" | "boolean" | "bigint" | "symbol" | "undefined"
                    );
                    !primitive && types::function(p).is_none()
                }
                _ => widened(p) == kind,
            };
            same == equal
        })
    }

    fn instance(&self, class: Node<'_>, truth: bool, ty: Ty) -> Ty {
        let name = self.text(class);
        let of_class = |p: &str| types::reference(p).is_some_and(|(n, _)| n == name);
        let parts = types::union(&ty.text);
        if truth {
            let same: Vec<&str> = parts.iter().copied().filter(|p| of_class(p)).collect();
            if !same.is_empty() {
                return Ty { text: types::join_union(same), file: ty.file };
            }
            // A class with type parameters would be one of `any`.
            return self.here(name).unwrap_or(ty);
        }
        let rest: Vec<&str> = parts.into_iter().filter(|p| !of_class(p)).collect();
        if rest.is_empty() { ty } else { Ty { text: types::join_union(rest), file: ty.file } }
    }
}

/// Whether control does not go on after a branch.
fn exits(branch: Node<'_>) -> bool {
    const EXITS: &[&str] = &["return_statement", "throw_statement", "continue_statement", "break_statement"];
    if branch.kind() == "statement_block" {
        return branch.named().last().is_some_and(|s| s.is(EXITS));
    }
    branch.is(EXITS)
}
