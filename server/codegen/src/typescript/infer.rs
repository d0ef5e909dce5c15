//! Infers the types of unannotated declarations from their uses.
//!
//! Follows TypeScript's own quick fix: uses as number or string, operands, properties, calls, contextual types. More specific types take precedence:
//! a named type over an anonymous one, any type over `any`.

use crate::typescript::stubs::Stubs;
use crate::typescript::usage::wanted_of;
use index::typescript::types;
use index::{DeclarationKind, Modifiers};
use semantics::typescript::Type;
use syntax::typescript::occurrences;
use syntax::{Node, NodeExt};

/// Maximum number of steps outwards from a use.
const MAX_DEPTH: usize = 12;
/// Maximum number of uses of one name that are inspected.
const MAX_USES: usize = 300;

/// One call.
#[derive(Clone, Debug, Default)]
pub struct CallUse {
    /// Types of the arguments.
    pub arguments: Vec<String>,
    result: Usage,
    /// Called with `new`.
    constructs: bool,
}

/// What the uses of a declaration imply.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    number: bool,
    string: bool,
    number_or_string: bool,
    candidates: Vec<String>,
    properties: Vec<(String, Usage)>,
    /// Calls of the declaration itself, including `new`.
    pub calls: Vec<CallUse>,
    number_index: Option<Box<Usage>>,
    string_index: Option<Box<Usage>>,
}

/// Infers types within one file.
pub struct Infer<'a, 's> {
    /// How types are written.
    pub stubs: &'s Stubs<'a>,
    /// Whether `strictNullChecks` is enabled: `undefined` is a type of its own.
    pub strict: bool,
}

impl Infer<'_, '_> {
    fn text(&self, node: Node<'_>) -> &str {
        node.text_in(self.stubs.semantics().text())
    }

    fn spell(&self, ty: &Type) -> Option<String> {
        let model = self.stubs.model();
        let mut ty = model.without_literals(ty);
        if !self.strict {
            ty = model.without_null_types(&ty);
            if ty.is_never() {
                return Some("any".to_owned());
            }
        }
        let text = self.stubs.write_type(&ty)?;
        Some(if text == "never[]" { "any[]".to_owned() } else { text })
    }

    /// The type of an expression as it is written; `any` when it is not known.
    pub fn written(&self, node: Node<'_>) -> String {
        self.stubs.model().widened_type_of(node).and_then(|t| self.spell(&t)).unwrap_or_else(|| "any".to_owned())
    }

    /// The references within `scope` to the name that `declared` declares.
    pub fn uses<'t>(&self, declared: Node<'t>, scope: Node<'t>) -> Vec<Node<'t>> {
        let text = self.stubs.semantics().text();
        occurrences(scope, text, self.text(declared))
            .into_iter()
            .filter(|n| *n != declared && n.is(&["identifier", "shorthand_property_identifier"]))
            .take(MAX_USES)
            .filter(|n| self.stubs.model().binding(*n) == Some(declared))
            .collect()
    }

    /// What these references imply.
    pub fn usage(&self, uses: &[Node<'_>]) -> Usage {
        let mut usage = Usage::default();
        for node in uses {
            self.add(*node, &mut usage, 0);
        }
        usage
    }

    fn contextual(&self, node: Node<'_>, usage: &mut Usage) {
        if let Some(ty) = wanted_of(self.stubs.model(), node).and_then(|t| self.spell(&t)) {
            usage.candidates.push(ty);
        }
    }

    fn operand(&self, node: Node<'_>, parent: Node<'_>, usage: &mut Usage) {
        let (Some(left), Some(right)) = (parent.field("left"), parent.field("right")) else { return };
        let operator = parent.field("operator").map_or("=", |o| self.text(o)).to_owned();
        let other = if node == left { right } else { left };
        match operator.as_str() {
            "**" | "*" | "/" | "%" | "<<" | ">>" | ">>>" | "&" | "|" | "^" | "-" | "<" | "<=" | ">" | ">=" | "**="
            | "*=" | "/=" | "%=" | "<<=" | ">>=" | ">>>=" | "&=" | "|=" | "^=" | "-=" => usage.number = true,
            "+" | "+=" => match self.written(other).as_str() {
                "number" => usage.number = true,
                "string" => usage.string = true,
                "any" => {}
                _ => usage.number_or_string = true,
            },
            "=" | "==" | "===" | "!=" | "!==" | "&&=" | "||=" | "??=" => {
                let ty = self.written(other);
                usage.candidates.push(ty);
            }
            "in" if node == left => usage.string = true,
            "||" | "??" if node == left => {
                let assigned = parent.parent().is_some_and(|p| p.is(&["variable_declarator", "assignment_expression"]));
                if assigned {
                    usage.candidates.push(self.written(right));
                }
            }
            _ => {}
        }
    }

    fn call_of(&self, call: Node<'_>, depth: usize) -> CallUse {
        let arguments =
            call.field("arguments").filter(|a| a.kind() == "arguments").map(|a| a.named()).unwrap_or_default();
        let mut out = CallUse {
            arguments: arguments.into_iter().map(|a| self.written(a)).collect(),
            result: Usage::default(),
            constructs: call.kind() == "new_expression",
        };
        self.add(call, &mut out.result, depth + 1);
        out
    }

    fn add(&self, node: Node<'_>, usage: &mut Usage, depth: usize) {
        let Some(parent) = node.parent().filter(|_| depth < MAX_DEPTH) else { return };
        let is = |field: &str| parent.field(field) == Some(node);
        match parent.kind() {
            "parenthesized_expression" | "non_null_expression" => self.add(parent, usage, depth + 1),
            "expression_statement" => {
                usage.candidates.push(if node.kind() == "call_expression" { "void" } else { "any" }.to_owned());
            }
            "update_expression" => usage.number = true,
            "unary_expression" => match parent.field("operator").map(|o| self.text(o)) {
                Some("-" | "~") => usage.number = true,
                Some("+") => usage.number_or_string = true,
                _ => {}
            },
            "binary_expression" | "assignment_expression" | "augmented_assignment_expression" => {
                self.operand(node, parent, usage);
            }
            "switch_case" if is("value") => {
                let switch = parent.parent().and_then(|b| b.parent()).and_then(|s| s.field("value"));
                usage.candidates.extend(switch.map(|s| self.written(s)));
            }
            "call_expression" if is("function") => usage.calls.push(self.call_of(parent, depth)),
            "new_expression" if is("constructor") => usage.calls.push(self.call_of(parent, depth)),
            "member_expression" if is("object") => {
                let Some(property) = parent.field("property") else { return };
                let name = self.text(property).to_owned();
                let at = usage.properties.iter().position(|(n, _)| *n == name);
                let mut inner = at.map_or_else(Usage::default, |i| usage.properties.remove(i).1);
                self.add(parent, &mut inner, depth + 1);
                let at = at.unwrap_or(usage.properties.len());
                usage.properties.insert(at, (name, inner));
            }
            // What a pattern takes from it are its properties.
            "variable_declarator" if is("value") && parent.field("type").is_none() => {
                let Some(pattern) = parent.field("name").filter(|n| n.kind() == "object_pattern") else { return };
                for part in pattern.named() {
                    let key = match part.kind() {
                        "pair_pattern" => part.field("key").filter(|k| k.kind() == "property_identifier"),
                        "object_assignment_pattern" => part.field("left"),
                        "shorthand_property_identifier_pattern" => Some(part),
                        _ => None,
                    };
                    let Some(name) = key.map(|k| self.text(k).to_owned()) else { continue };
                    if !usage.properties.iter().any(|(n, _)| *n == name) {
                        usage.properties.push((name, Usage::default()));
                    }
                }
            }
            "subscript_expression" if is("index") => usage.number_or_string = true,
            "subscript_expression" if is("object") => {
                let number = parent.field("index").is_some_and(|i| self.written(i) == "number");
                let place = if number { &mut usage.number_index } else { &mut usage.string_index };
                let mut inner = place.take().unwrap_or_default();
                self.add(parent, &mut inner, depth + 1);
                *place = Some(inner);
            }
            _ => self.contextual(node, usage),
        }
    }

    /// The types that a usage implies.
    pub fn types(&self, usage: &Usage) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        if usage.number {
            out.push("number".to_owned());
        }
        if usage.string {
            out.push("string".to_owned());
        }
        if usage.number_or_string {
            out.push("string | number".to_owned());
        }
        if let Some(element) = &usage.number_index {
            out.push(types::array_of(&self.combine(self.types(element))));
        }
        if !usage.properties.is_empty() || usage.string_index.is_some() {
            out.push(self.structure(usage));
        }
        if !usage.calls.is_empty() {
            out.push(self.signature(&usage.calls));
        }
        out.extend(usage.candidates.iter().cloned());
        out.extend(self.named(usage));
        out
    }

    fn signature(&self, calls: &[CallUse]) -> String {
        let most = calls.iter().map(|c| c.arguments.len()).max().unwrap_or(0);
        let parameters: Vec<String> = (0..most)
            .map(|i| {
                let given: Vec<String> = calls.iter().filter_map(|c| c.arguments.get(i).cloned()).collect();
                let mark = if given.len() < calls.len() { "?" } else { "" };
                format!("arg{i}{mark}: {}", self.combine(given))
            })
            .collect();
        let results = calls.iter().flat_map(|c| self.types(&c.result)).collect();
        let head = if calls.iter().all(|c| c.constructs) { "new " } else { "" };
        format!("{head}({}) => {}", parameters.join(", "), self.combine(results))
    }

    fn structure(&self, usage: &Usage) -> String {
        let index = usage.string_index.iter().map(|u| format!("[x: string]: {};", self.combine(self.types(u))));
        let members: Vec<String> = index
            .chain(usage.properties.iter().map(|(n, u)| format!("{n}: {};", self.combine(self.types(u)))))
            .collect();
        format!("{{ {} }}", members.join(" "))
    }

    /// Library types that have all the used properties.
    fn named(&self, usage: &Usage) -> Vec<String> {
        if usage.properties.is_empty() {
            return Vec::new();
        }
        let fitting: Vec<&str> = ["string", "number", "any[]", "Promise<any>"]
            .into_iter()
            .filter(|t| usage.properties.iter().all(|(n, u)| self.has(t, n, u)))
            .collect();
        if fitting.len() > 2 {
            return Vec::new();
        }
        let spelled = |t: &str| if t == "any[]" { types::array_of(&self.element(usage)) } else { t.to_owned() };
        fitting.into_iter().map(spelled).collect()
    }

    fn has(&self, ty: &str, name: &str, usage: &Usage) -> bool {
        let ts = self.stubs.semantics().index.typescript();
        let members = ts.members_of_type(ty, self.stubs.semantics().path());
        let mut found = members.iter().filter(|m| m.declaration.name == name).peekable();
        if found.peek().is_none() {
            return false;
        }
        const PLAIN: [&str; 3] = ["string", "number", "boolean"];
        let clash = |wanted: &str, given: &str| {
            let parts = types::union(wanted);
            PLAIN.contains(&given) && parts.iter().all(|p| PLAIN.contains(p)) && !parts.contains(&given)
        };
        found.any(|m| {
            let d = &m.declaration;
            if d.kind != DeclarationKind::Method {
                let wanted = self.combine(self.types(usage));
                return usage.calls.is_empty() && !clash(&d.type_text, &wanted);
            }
            let rest = d.parameters.iter().any(|p| p.rest);
            let least = d.parameters.iter().filter(|p| !p.optional).count();
            usage.calls.iter().all(|c| {
                let count = c.arguments.len();
                let takes = count >= least && (rest || count <= d.parameters.len());
                let results = self.types(&c.result);
                let result = self.combine(results);
                takes
                    && !clash(&d.type_text, &result)
                    && c.arguments.iter().enumerate().all(|(i, a)| {
                        let parameter = d.parameters.get(i).or(d.parameters.last());
                        parameter.is_none_or(|p| {
                            let wanted = p.type_text.as_str();
                            let wanted = if p.rest { types::element(wanted).unwrap_or("any") } else { wanted };
                            !clash(wanted, a)
                        })
                    })
            })
        })
    }

    /// The element type of an array with this usage.
    fn element(&self, usage: &Usage) -> String {
        let mut out: Vec<String> = Vec::new();
        for (name, inner) in &usage.properties {
            for call in &inner.calls {
                match name.as_str() {
                    "push" | "unshift" => out.extend(call.arguments.iter().cloned()),
                    "indexOf" | "lastIndexOf" | "includes" | "fill" => out.extend(call.arguments.first().cloned()),
                    "pop" | "shift" | "at" => out.extend(self.types(&call.result).into_iter().filter(|t| t != "void")),
                    "reverse" | "slice" | "sort" => {
                        let results = self.types(&call.result);
                        out.extend(results.iter().filter_map(|t| types::element(t)).map(str::to_owned));
                    }
                    _ => {}
                }
            }
        }
        self.combine(out)
    }

    /// The one type that combines all inferred types.
    pub fn combine(&self, all: Vec<String>) -> String {
        let mut good: Vec<String> = Vec::new();
        for ty in all {
            if !good.contains(&ty) {
                good.push(ty);
            }
        }
        if !self.strict {
            good.retain(|t| t != "undefined" && t != "null");
        }
        if good.iter().any(|t| t == "string" || t == "number") {
            good.retain(|t| t != "string | number");
        }
        if good.iter().any(|t| t != "any[]" && types::element(t).is_some()) {
            good.retain(|t| t != "any[]");
        }
        let empty = |t: &str| matches!(t, "any" | "void");
        if good.iter().any(|t| !empty(t)) {
            good.retain(|t| !empty(t));
        } else if good.iter().any(|t| t == "any") {
            good.retain(|t| t == "any");
        }
        let anonymous = |t: &str| t.starts_with('{') || types::function(t).is_some();
        let telling = |t: &str| !matches!(t, "null" | "undefined" | "any" | "void") && !anonymous(t);
        if good.iter().any(|t| telling(t)) {
            good.retain(|t| !anonymous(t));
        }
        if good.iter().filter(|t| t.starts_with('{')).count() > 1 {
            let (objects, mut rest): (Vec<String>, Vec<String>) = good.into_iter().partition(|t| t.starts_with('{'));
            rest.push(self.merged(&objects));
            good = rest;
        }
        if good.is_empty() || good.iter().all(|t| matches!(t.as_str(), "null" | "undefined")) && !self.strict {
            return "any".to_owned();
        }
        let joined = types::join_union(&good);
        crate::typescript::type_text::shown(
            &joined,
            crate::typescript::type_text::Style { quote: '"', as_declared: false, multiline: false },
        )
    }

    /// Several object types combined into one that has all their properties.
    fn merged(&self, objects: &[String]) -> String {
        let ts = self.stubs.semantics().index.typescript();
        let path = self.stubs.semantics().path();
        let mut properties: Vec<(String, Vec<String>, bool, usize)> = Vec::new();
        for object in objects {
            for member in ts.members_of_type(object, path) {
                let d = &member.declaration;
                if d.kind != DeclarationKind::Property || member.id.index != index::typescript::NO_PLACE {
                    return types::join_union(objects);
                }
                let optional = d.modifiers.contains(Modifiers::OPTIONAL);
                match properties.iter_mut().find(|(n, ..)| *n == d.name) {
                    Some((_, all, some, count)) => {
                        all.push(d.type_text.to_string());
                        *some |= optional;
                        *count += 1;
                    }
                    None => properties.push((d.name.to_string(), vec![d.type_text.to_string()], optional, 1)),
                }
            }
        }
        let members = properties.into_iter().map(|(name, all, optional, count)| {
            let mark = if optional || count < objects.len() { "?" } else { "" };
            format!("{name}{mark}: {};", self.combine(all))
        });
        format!("{{ {} }}", members.collect::<Vec<_>>().join(" "))
    }

    /// The type of a parameter or variable, inferred from its uses.
    pub fn variable(&self, declared: Node<'_>, scope: Node<'_>) -> Vec<String> {
        let uses = self.uses(declared, scope);
        self.types(&self.usage(&uses))
    }
}
