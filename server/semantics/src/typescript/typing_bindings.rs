//! What names in a file are bound to, and what their places say about types.

use crate::typescript::typing::{Ty, Typing, without_nullish};
use crate::typescript::typing_calls::{FUNCTIONS, Signature, is_known};
use crate::typescript::typing_text::tuple_element;
use index::DeclarationKind;
use index::typescript::types;
use syntax::{Node, NodeExt, ancestors};

/// Statements of one block that are searched for a declaration.
const MAX_STATEMENTS: usize = 20_000;

/// A step from a destructured value to one of its parts.
enum Part {
    Property(String),
    Element(usize),
    Rest,
}

impl<'a> Typing<'a> {
    /// The node that binds the name of `use_`, in this file: the name in a declaration, parameter or pattern.
    pub fn binding<'t>(&self, use_: Node<'t>) -> Option<Node<'t>> {
        self.binding_of(use_, self.text(use_))
    }

    /// The node that binds `name` for an expression at `use_`.
    pub fn binding_of<'t>(&self, use_: Node<'t>, name: &str) -> Option<Node<'t>> {
        let mut inner = use_;
        for scope in ancestors(use_) {
            let found = match scope.kind() {
                "statement_block" | "program" | "class_static_block" | "switch_body" => self.declared_in(scope, name),
                "switch_case" | "switch_default" => self.declared_in(scope, name),
                "for_statement" => {
                    scope.field("initializer").filter(|i| *i != inner).and_then(|i| self.declared_by(i, name))
                }
                "for_in_statement" if scope.field("kind").is_some() && scope.field("right") != Some(inner) => {
                    scope.field("left").and_then(|l| self.bound_in(l, name))
                }
                "catch_clause" => scope.field("parameter").and_then(|p| self.bound_in(p, name)),
                kind if FUNCTIONS.contains(&kind) || kind == "method_signature" || kind == "function_signature" => {
                    let own = scope.field("parameter").and_then(|p| self.bound_in(p, name));
                    let listed = || {
                        let list = scope.field("parameters")?;
                        list.named().into_iter().find_map(|p| self.bound_in(p.field("pattern")?, name))
                    };
                    let itself = || {
                        let own = scope.field("name").filter(|_| scope.kind() == "function_expression")?;
                        (self.text(own) == name).then_some(own)
                    };
                    own.or_else(listed).or_else(itself)
                }
                _ => None,
            };
            if found.is_some() {
                return found;
            }
            inner = scope;
        }
        None
    }

    fn declared_in<'t>(&self, block: Node<'t>, name: &str) -> Option<Node<'t>> {
        block.named().into_iter().take(MAX_STATEMENTS).find_map(|s| self.declared_by(s, name))
    }

    /// The name in a statement that declares `name`.
    fn declared_by<'t>(&self, statement: Node<'t>, name: &str) -> Option<Node<'t>> {
        match statement.kind() {
            "lexical_declaration" | "variable_declaration" => statement
                .named()
                .into_iter()
                .filter(|d| d.kind() == "variable_declarator")
                .find_map(|d| self.bound_in(d.field("name")?, name)),
            "function_declaration"
            | "generator_function_declaration"
            | "class_declaration"
            | "abstract_class_declaration"
            | "enum_declaration"
            | "function_signature" => statement.field("name").filter(|n| self.text(*n) == name),
            "export_statement" => statement.field("declaration").and_then(|d| self.declared_by(d, name)),
            "ambient_declaration" => statement.named().first().and_then(|d| self.declared_by(*d, name)),
            _ => None,
        }
    }

    /// The identifier in a pattern that binds `name`.
    fn bound_in<'t>(&self, pattern: Node<'t>, name: &str) -> Option<Node<'t>> {
        let mut stack = vec![pattern];
        while let Some(node) = stack.pop() {
            match node.kind() {
                "identifier" | "shorthand_property_identifier_pattern" if self.text(node) == name => return Some(node),
                "pair_pattern" => stack.extend(node.field("value")),
                "assignment_pattern" | "object_assignment_pattern" => stack.extend(node.field("left")),
                "object_pattern" | "array_pattern" | "rest_pattern" => stack.extend(node.named()),
                _ => {}
            }
        }
        None
    }

    /// Type of the variable that a name means.
    pub(super) fn type_of_name(&self, node: Node<'_>) -> Option<Ty> {
        let ts = self.index.typescript();
        if let Some(binding) = self.binding(node) {
            return self.type_of_definition(binding);
        }
        let name = self.text(node);
        let ids = ts.resolve(name, &self.source.path, node.start_byte());
        let value = |kind: DeclarationKind| {
            use DeclarationKind::*;
            matches!(kind, Variable | Function | Class | Enum | Namespace)
        };
        for id in ids {
            let declaration = ts.declaration(&id)?;
            if !value(declaration.kind) {
                continue;
            }
            if matches!(declaration.kind, DeclarationKind::Class | DeclarationKind::Enum | DeclarationKind::Namespace) {
                // The name under which it is known here.
                return self.here(format!("typeof {name}"));
            }
            if self.is_overloaded(&ts.merged(&id)) {
                return None;
            }
            return self.type_of_declared(&declaration, &id);
        }
        // A namespace import has no declaration of its own.
        let outline = self.index.outline(&self.source.path)?;
        let namespace = outline.imports.iter().any(|i| i.names.iter().any(|n| n.local == name && n.name == "*"));
        if namespace { self.here(format!("typeof {name}")) } else { None }
    }

    /// Type of what a declaring name is bound to: variable, parameter, field, function, catch variable, pattern part.
    pub fn type_of_definition(&self, name: Node<'_>) -> Option<Ty> {
        let _step = self.step()?;
        // From the name outwards to what the whole pattern is bound to.
        let mut parts: Vec<Part> = Vec::new();
        let mut default: Option<Node<'_>> = None;
        let mut node = name;
        let owner = loop {
            let parent = node.parent()?;
            match parent.kind() {
                "object_assignment_pattern" | "assignment_pattern" => default = default.or(parent.field("right")),
                "pair_pattern" => {
                    let key = parent.field("key")?;
                    parts.push(Part::Property(syntax::typescript::unquoted(self.text(key)).to_owned()));
                }
                "rest_pattern" if parent.parent().is_some_and(|p| p.kind().ends_with("_pattern")) => {
                    parts.push(Part::Rest)
                }
                "object_pattern" => {
                    if node.is(&["shorthand_property_identifier_pattern", "object_assignment_pattern"]) {
                        let key = node.field("left").unwrap_or(node);
                        if !matches!(parts.last(), Some(Part::Property(_)))
                            || node.kind() == "object_assignment_pattern"
                        {
                            parts.push(Part::Property(self.text(key).to_owned()));
                        }
                    }
                }
                "array_pattern" => {
                    let position =
                        parent.all_children().iter().take_while(|c| **c != node).filter(|c| c.kind() == ",").count();
                    if !matches!(parts.last(), Some(Part::Rest)) {
                        parts.push(Part::Element(position));
                    }
                }
                "rest_pattern" => {}
                _ => break parent,
            }
            node = parent;
        };
        let whole = self.type_of_owner(owner, node, parts.is_empty());
        if parts.is_empty() {
            return whole;
        }
        let mut ty = whole?;
        for part in parts.iter().rev() {
            ty = match part {
                Part::Property(property) => self.member_type(&without(&ty), property, Some(name))?,
                Part::Element(i) => {
                    let target = self.alias_target(&ty);
                    match types::tuple(&target.text) {
                        Some(elements) => self.like(&target, tuple_element(elements.get(*i)?))?,
                        None => self.element_of(&ty)?,
                    }
                }
                Part::Rest => {
                    let target = self.alias_target(&ty);
                    types::element(&target.text)?;
                    target
                }
            };
        }
        match default.and_then(|d| self.widened_type_of(d)) {
            Some(default) => {
                let ty = Ty { text: without_undefined(&ty.text), ..ty };
                if types::union(&ty.text).contains(&default.text.as_str()) {
                    Some(ty)
                } else {
                    self.join([ty, default])
                }
            }
            None => Some(ty),
        }
    }

    /// Type of the whole pattern or name `bound` that `owner` declares.
    fn type_of_owner(&self, owner: Node<'_>, bound: Node<'_>, simple: bool) -> Option<Ty> {
        let annotation = |n: Node<'_>| {
            let text = self.text(n.field("type")?);
            self.here(text.strip_prefix(':').unwrap_or(text).trim())
        };
        match owner.kind() {
            "variable_declarator" => {
                if let Some(ty) = annotation(owner) {
                    return Some(ty);
                }
                let constant = owner.parent().and_then(|p| p.field("kind")).is_some_and(|k| k.kind() == "const");
                let value = owner.field("value")?;
                if value.kind() == "array" && value.named().is_empty() {
                    // Its type grows with what is put in.
                    return None;
                }
                let is_const_assertion =
                    value.kind() == "as_expression" && self.text(value).trim_end().ends_with("const");
                if constant && (simple || is_const_assertion) {
                    self.type_of(value)
                } else {
                    self.widened_type_of(value)
                }
            }
            "required_parameter" | "optional_parameter" => {
                let rest = bound.kind() == "rest_pattern";
                if let Some(ty) = annotation(owner) {
                    if owner.kind() == "optional_parameter" {
                        return self.like(&ty, types::join_union([ty.text.as_str(), "undefined"]));
                    }
                    return Some(ty);
                }
                if let Some(value) = owner.field("value") {
                    return self.widened_type_of(value);
                }
                let list = owner.parent()?;
                let position = list.named().iter().position(|p| *p == owner)?;
                let ty = self.callback_parameter(list.parent()?, position)?;
                if rest { self.like(&ty, types::array_of(&ty.text)) } else { Some(ty) }
            }
            "arrow_function" => self.callback_parameter(owner, 0),
            "for_in_statement" => {
                let of = owner.field("operator").is_some_and(|o| o.kind() == "of");
                if !of {
                    return self.here("string");
                }
                let iterated = self.type_of(owner.field("right")?)?;
                self.element_of(&iterated)
            }
            "catch_clause" => {
                let project = self.index.typescript().project(&self.source.path);
                self.here(if project.flag("useUnknownInCatchVariables") { "unknown" } else { "any" })
            }
            "public_field_definition" | "property_signature" => {
                let ty = match annotation(owner) {
                    Some(ty) => ty,
                    None => {
                        let readonly = owner.all_children().iter().any(|c| c.kind() == "readonly");
                        let value = owner.field("value")?;
                        return if readonly { self.type_of(value) } else { self.widened_type_of(value) };
                    }
                };
                let optional = owner.all_children().iter().any(|c| c.kind() == "?");
                if optional { self.like(&ty, types::join_union([ty.text.as_str(), "undefined"])) } else { Some(ty) }
            }
            "method_definition" => {
                let getter = owner.all_children().iter().any(|c| c.kind() == "get");
                if getter { self.return_type_of(owner) } else { self.function_type(owner) }
            }
            "function_declaration" | "function_expression" | "generator_function_declaration" => {
                self.function_type(owner)
            }
            "function_signature" => {
                let returns = owner.field("return_type").map(|r| self.text(r)).unwrap_or(": any");
                let parameters = owner.field("parameters").map(|p| self.text(p)).unwrap_or("()");
                let generics = owner.field("type_parameters").map(|p| self.text(p)).unwrap_or_default();
                self.here(format!("{generics}{parameters} => {}", returns.trim_start_matches(':').trim()))
            }
            "class_declaration" | "abstract_class_declaration" | "enum_declaration" => {
                self.here(format!("typeof {}", self.text(bound)))
            }
            _ => None,
        }
    }

    /// Parameter `position` of a function expression, by the type that its place wants.
    fn callback_parameter(&self, function: Node<'_>, position: usize) -> Option<Ty> {
        if !function.is(&["arrow_function", "function_expression"]) {
            return None;
        }
        let wanted = self.wanted_type(function)?;
        let signature = self.signatures_of_type(&wanted).into_iter().next()?;
        let parameters: Vec<_> = signature.declaration.parameters.iter().filter(|p| p.name != "this").collect();
        let parameter = parameters.get(position).or_else(|| parameters.last().filter(|p| p.rest))?;
        let text = if parameter.rest {
            types::element(&parameter.type_text)?.to_owned()
        } else if parameter.optional {
            types::join_union([parameter.type_text.as_str(), "undefined"])
        } else {
            parameter.type_text.to_string()
        };
        // A type parameter that is still open says nothing.
        let ty = (!text.is_empty()).then_some(Ty { text, file: signature.file }).filter(is_known)?;
        Some(self.accessed(ty))
    }

    /// Functions declared in a block or at the top of this file under the name of `callee`, with their overloads.
    pub(super) fn local_functions(&self, callee: Node<'_>) -> Option<Vec<Signature>> {
        let binding = self.binding(callee)?;
        let declaration = binding.parent()?;
        if !declaration.is(&["function_declaration", "function_signature"]) {
            return None;
        }
        if ancestors(declaration).skip(1).any(|n| n.is(FUNCTIONS)) {
            return self.signature_of_node(declaration).map(|s| vec![s]);
        }
        None
    }

    /// `this`: the enclosing class with its type parameters.
    pub(super) fn type_of_this(&self, node: Node<'_>) -> Option<Ty> {
        let mut inner = node;
        for scope in ancestors(node).skip(1) {
            match scope.kind() {
                "function_declaration"
                | "function_expression"
                | "generator_function"
                | "generator_function_declaration" => {
                    return None;
                }
                "method_definition" if scope.parent().is_some_and(|p| p.kind() == "object") => return None,
                "class_declaration" | "abstract_class_declaration" => {
                    let is_static = |n: Node<'_>| n.all_children().iter().any(|c| c.kind() == "static");
                    let member = ancestors(node).find(|n| n.parent().is_some_and(|p| p == inner));
                    let name = self.text(scope.field("name")?);
                    if member.is_some_and(|m| is_static(m) || m.kind() == "class_static_block") {
                        return self.here(format!("typeof {name}"));
                    }
                    let parameters = scope.field("type_parameters").map(|p| p.named()).unwrap_or_default();
                    let names: Vec<&str> =
                        parameters.iter().filter_map(|p| p.field("name")).map(|n| self.text(n)).collect();
                    let arguments = if names.is_empty() { String::new() } else { format!("<{}>", names.join(", ")) };
                    return self.here(format!("{name}{arguments}"));
                }
                _ => {}
            }
            inner = scope;
        }
        None
    }

    /// The type that the place of an expression wants: annotation, assignment, parameter, return type, property.
    pub fn contextual_type(&self, node: Node<'_>) -> Option<Ty> {
        self.wanted_type(node).filter(is_known)
    }

    /// As [`Self::contextual_type`], perhaps with parts that are still open.
    pub(super) fn wanted_type(&self, node: Node<'_>) -> Option<Ty> {
        let _step = self.step()?;
        let parent = node.parent()?;
        let is = |field: &str| parent.field(field) == Some(node);
        let annotation = |n: Node<'_>| {
            let text = self.text(n.field("type")?);
            self.here(text.strip_prefix(':').unwrap_or(text).trim())
        };
        match parent.kind() {
            "variable_declarator" | "public_field_definition" | "required_parameter" | "optional_parameter" => {
                if is("value") { annotation(parent) } else { None }
            }
            "assignment_expression" if is("right") => self.type_of(parent.field("left")?),
            "parenthesized_expression" | "non_null_expression" => self.wanted_type(parent),
            "as_expression" | "satisfies_expression" => {
                let ty = parent.named().get(1).copied().filter(|t| *t != node)?;
                self.here(self.text(ty))
            }
            "arguments" => {
                let position = parent.named().iter().position(|a| *a == node)?;
                self.argument_type(parent.parent()?, position)
            }
            "return_statement" => {
                let function = ancestors(parent).find(|n| n.is(FUNCTIONS))?;
                self.wanted_return(function)
            }
            "arrow_function" if is("body") => self.wanted_return(parent),
            "pair" if is("value") => {
                let object = self.wanted_type(parent.parent()?)?;
                let key = syntax::typescript::unquoted(self.text(parent.field("key")?));
                self.member_type(&without(&object), key, Some(node))
            }
            "array" => {
                let array = self.wanted_type(parent)?;
                let position = parent.named().iter().position(|a| *a == node)?;
                let target = self.alias_target(&without(&array));
                match types::tuple(&target.text) {
                    Some(elements) => self.like(&target, tuple_element(elements.get(position)?)),
                    None => self.element_of(&target),
                }
            }
            "ternary_expression" if is("consequence") || is("alternative") => self.wanted_type(parent).or_else(|| {
                let other = if is("consequence") { "alternative" } else { "consequence" };
                self.widened_type_of(parent.field(other)?)
            }),
            "ternary_expression" if is("condition") => self.here("boolean"),
            "await_expression" => self.wanted_type(parent),
            "if_statement" | "while_statement" | "do_statement" => self.here("boolean"),
            "template_substitution" => self.here("string"),
            "unary_expression" => match parent.field("operator").map(|o| self.text(o))? {
                "!" => self.here("boolean"),
                "-" | "+" | "~" => self.here("number"),
                _ => None,
            },
            "update_expression" => self.here("number"),
            "augmented_assignment_expression" if is("right") => self.widened_type_of(parent.field("left")?),
            "subscript_expression" if is("index") => None,
            "binary_expression" => {
                let operator = parent.field("operator").map(|o| self.text(o))?;
                let other = if is("left") { parent.field("right")? } else { parent.field("left")? };
                match operator {
                    "==" | "===" | "!=" | "!==" | "+" | "<" | ">" | "<=" | ">=" => {
                        self.widened_type_of(other).filter(|t| !matches!(t.text.as_str(), "null" | "undefined"))
                    }
                    "-" | "*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>" | ">>>" => self.here("number"),
                    "||" | "??" | "&&" => self.wanted_type(parent).or_else(|| {
                        let ty = self.widened_type_of(other)?;
                        self.like(&ty, without_nullish(&ty.text))
                    }),
                    _ => None,
                }
            }
            "for_in_statement" => None,
            _ => None,
        }
    }

    /// The type that the return statements of a function are to have.
    pub fn wanted_return(&self, function: Node<'_>) -> Option<Ty> {
        let is_async = function.all_children().iter().any(|c| c.kind() == "async");
        let written = match function.field("return_type") {
            Some(written) => {
                let text = self.text(written);
                self.here(text.strip_prefix(':').unwrap_or(text).trim())?
            }
            None => {
                if !function.is(&["arrow_function", "function_expression"]) {
                    return None;
                }
                let wanted = self.wanted_type(function)?;
                let signature = self.signatures_of_type(&wanted).into_iter().next()?;
                self.like(&wanted, signature.declaration.type_text.as_str())?
            }
        };
        Some(if is_async { self.awaited(&written) } else { written })
    }
}

fn without(ty: &Ty) -> Ty {
    Ty { text: without_nullish(&ty.text), file: ty.file.clone() }
}

fn without_undefined(text: &str) -> String {
    types::join_union(types::union(text).into_iter().filter(|p| *p != "undefined"))
}
