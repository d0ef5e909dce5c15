//! Declarations and their members.

use super::{Builder, Place, Role, full_range, is_identifier, unquoted};
use crate::{Declaration, DeclarationKind, Modifiers, Parameter, TypeParameter};
use smol_str::SmolStr;
use syntax::{Language, Node, NodeExt, child_of_kind, children_of_kind};

/// Limit for the parts of a binding pattern.
const MAX_PATTERN: usize = 10_000;

impl<'t> Builder<'t> {
    pub(super) fn statement(&mut self, node: Node<'t>, place: Place) {
        match node.kind() {
            "import_statement" => self.import(node, place),
            "export_statement" => self.export(node, place),
            "ambient_declaration" => self.ambient(node, place),
            "statement_block" if self.is_global_block(node) => {
                let range = full_range(node, place);
                let declaration = self.blank("global", DeclarationKind::Namespace, place);
                let index = self.emit(declaration, range.clone(), range.start..range.start, Some(node));
                self.push_children(node, Place { parent: Some(index), ..Place::default() }, Role::Statement);
            }
            "function_declaration" | "generator_function_declaration" | "function_signature" => {
                let Some(name) = node.field("name") else { return };
                let mut declaration = self.blank(self.text(name), DeclarationKind::Function, place);
                declaration.modifiers |= self.modifiers(node);
                self.signature(node, &mut declaration);
                self.emit(declaration, full_range(node, place), name.byte_range(), node.field("body"));
            }
            "class_declaration" | "abstract_class_declaration" | "class" => {
                if let Some(name) = node.field("name") {
                    self.class(node, self.text(name), name, place);
                }
            }
            "interface_declaration" => {
                let Some(name) = node.field("name") else { return };
                let mut declaration = self.blank(self.text(name), DeclarationKind::Interface, place);
                for child in node.all_children() {
                    match child.kind() {
                        "type_parameters" => declaration.type_parameters = self.type_parameters(child),
                        "extends_type_clause" | "extends_clause" => self.heritage(child, &mut declaration),
                        _ => {}
                    }
                }
                let body = node.field("body");
                let index = self.emit(declaration, full_range(node, place), name.byte_range(), body);
                if let Some(body) = body {
                    self.push_children(body, Place { parent: Some(index), ..Place::default() }, Role::TypeMember);
                }
            }
            "type_alias_declaration" => self.alias(node, place),
            "enum_declaration" => {
                let Some(name) = node.field("name") else { return };
                let mut declaration = self.blank(self.text(name), DeclarationKind::Enum, place);
                declaration.modifiers |= self.modifiers(node);
                let body = node.field("body");
                let index = self.emit(declaration, full_range(node, place), name.byte_range(), body);
                if let Some(body) = body {
                    self.push_children(body, Place { parent: Some(index), ..Place::default() }, Role::EnumMember);
                }
            }
            "lexical_declaration" | "variable_declaration" => self.variables(node, place),
            "internal_module" | "module" => self.namespace(node, place),
            "import_alias" => {
                let parts = node.named();
                if let [name, target, ..] = parts.as_slice() {
                    let mut declaration = self.blank(self.text(*name), DeclarationKind::TypeAlias, place);
                    declaration.modifiers |= Modifiers::HAS_BODY;
                    declaration.type_text = self.text(*target).into();
                    self.emit(declaration, full_range(node, place), name.byte_range(), None);
                }
            }
            "expression_statement" => {
                let Some(inner) = node.named().first().copied() else { return };
                let range = full_range(node, place);
                let place = Place { start: Some(range.start), end: Some(range.end), ..place };
                match inner.kind() {
                    "internal_module" => self.namespace(inner, place),
                    "assignment_expression" if place.parent.is_none() && self.is_javascript() => {
                        self.commonjs(inner, place)
                    }
                    _ => {}
                }
            }
            "ERROR" => self.error(node, place, Role::Statement),
            // Members outside of a type.
            _ => {}
        }
    }

    /// JavaScript shares the TSX grammar; CommonJS exports may be read in TSX, too.
    fn is_javascript(&self) -> bool {
        self.language == Language::TSX
    }

    /// `global { … }` within `declare module`: the grammar takes the word for a statement of its own.
    fn is_global_block(&self, node: Node<'_>) -> bool {
        node.prev_named_sibling().is_some_and(|p| {
            p.kind() == "expression_statement" && self.text(p).trim_end_matches(';').trim() == "global"
        })
    }

    fn ambient(&mut self, node: Node<'t>, place: Place) {
        let range = full_range(node, place);
        let inner = Place {
            modifiers: place.modifiers | Modifiers::DECLARE,
            start: Some(range.start),
            end: Some(range.end),
            ..place
        };
        let children = node.all_children();
        if let Some(global) = children.iter().find(|c| c.kind() == "global") {
            let body = child_of_kind(node, "statement_block");
            let declaration = self.blank("global", DeclarationKind::Namespace, inner);
            let index = self.emit(declaration, range, global.byte_range(), body);
            if let Some(body) = body {
                self.push_children(body, Place { parent: Some(index), ..Place::default() }, Role::Statement);
            }
            return;
        }
        for child in children.into_iter().filter(|c| c.is_named()) {
            self.statement(child, inner);
        }
    }

    fn namespace(&mut self, node: Node<'t>, place: Place) {
        let Some(name) = node.field("name") else { return };
        let body = node.field("body");
        let range = full_range(node, place);
        let mut place = place;
        let mut index = None;
        if name.kind() == "string" {
            let quoted = format!("\"{}\"", unquoted(self.text(name)));
            let declaration = self.blank(&quoted, DeclarationKind::Namespace, place);
            index = Some(self.emit(declaration, range, name.byte_range(), body));
        } else {
            // `namespace A.B {}` is `namespace A { export namespace B {} }`.
            for part in self.text(name).split('.') {
                let declaration = self.blank(part.trim(), DeclarationKind::Namespace, place);
                let i = self.emit(declaration, range.clone(), name.byte_range(), body);
                place = Place { parent: Some(i), modifiers: Modifiers::EXPORT, ..place };
                index = Some(i);
            }
        }
        if let (Some(body), Some(index)) = (body, index) {
            self.push_children(body, Place { parent: Some(index), ..Place::default() }, Role::Statement);
        }
    }

    fn class(&mut self, node: Node<'t>, name: &str, name_node: Node<'t>, place: Place) -> u32 {
        let mut declaration = self.blank(name, DeclarationKind::Class, place);
        if node.kind() == "abstract_class_declaration" {
            declaration.modifiers |= Modifiers::ABSTRACT;
        }
        for child in node.all_children() {
            match child.kind() {
                "type_parameters" => declaration.type_parameters = self.type_parameters(child),
                "class_heritage" => self.heritage(child, &mut declaration),
                _ => {}
            }
        }
        let body = node.field("body");
        let index = self.emit(declaration, full_range(node, place), name_node.byte_range(), body);
        if let Some(body) = body {
            self.push_children(body, Place { parent: Some(index), ..Place::default() }, Role::ClassMember);
        }
        index
    }

    /// `extends …` and `implements …`.
    pub(super) fn heritage(&mut self, node: Node<'t>, declaration: &mut Declaration) {
        match node.kind() {
            "class_heritage" => {
                for clause in node.named() {
                    if clause.is(&["extends_clause", "implements_clause"]) {
                        self.heritage(clause, declaration);
                    }
                }
            }
            "extends_clause" => {
                // Value and type arguments are separate children of one base.
                let text = self.text(node);
                let text = text.strip_prefix("extends").unwrap_or(text).trim();
                if !text.is_empty() {
                    declaration.bases.push(text.into());
                    declaration.extends_count += 1;
                }
            }
            _ => {
                let extends = node.kind() == "extends_type_clause";
                for base in node.named() {
                    declaration.bases.push(self.text(base).into());
                    declaration.extends_count += u32::from(extends);
                }
            }
        }
    }

    fn alias(&mut self, node: Node<'t>, place: Place) {
        let (Some(name), Some(value)) = (node.field("name"), node.field("value")) else { return };
        let mut declaration = self.blank(self.text(name), DeclarationKind::TypeAlias, place);
        declaration.type_text = self.text(value).into();
        if let Some(parameters) = node.field("type_parameters") {
            declaration.type_parameters = self.type_parameters(parameters);
        }
        // `A & B & { x }` is left-associative.
        let mut literals = Vec::new();
        let mut others = Vec::new();
        let mut rest = Some(value);
        while let Some(part) = rest.take() {
            let (last, before) = if part.kind() == "intersection_type" {
                let parts = part.named();
                match parts.as_slice() {
                    [left, right] => (*right, Some(*left)),
                    [only] => (*only, None),
                    _ => break,
                }
            } else {
                (part, None)
            };
            if last.kind() == "object_type" {
                literals.push(last);
            } else {
                others.push(last);
            }
            rest = before;
        }
        literals.reverse();
        if !literals.is_empty() {
            declaration.bases = others.iter().rev().map(|n| SmolStr::new(self.text(*n))).collect();
            declaration.extends_count = declaration.bases.len() as u32;
        }
        let body = literals.last().copied();
        let index = self.emit(declaration, full_range(node, place), name.byte_range(), body);
        for literal in literals.into_iter().rev() {
            self.push_children(literal, Place { parent: Some(index), ..Place::default() }, Role::TypeMember);
        }
    }

    pub(super) fn enum_member(&mut self, node: Node<'t>, place: Place) {
        let name = if node.kind() == "enum_assignment" { node.field("name") } else { Some(node) };
        let Some(name) = name.filter(|n| n.is(&["property_identifier", "string", "number", "computed_property_name"]))
        else {
            return;
        };
        let mut declaration = self.blank(&self.property_name(name), DeclarationKind::EnumMember, place);
        if node.kind() == "enum_assignment" {
            declaration.modifiers |= Modifiers::HAS_BODY;
        }
        self.emit(declaration, full_range(node, place), name.byte_range(), None);
    }

    /// Name of a member: plain when it can be, else as written.
    fn property_name(&self, node: Node<'_>) -> SmolStr {
        let text = self.text(node);
        if node.kind() == "string" && is_identifier(unquoted(text)) { unquoted(text).into() } else { text.into() }
    }

    fn variables(&mut self, node: Node<'t>, place: Place) {
        let declarators = children_of_kind(node, "variable_declarator");
        let constant = node.field("kind").is_some_and(|k| k.kind() == "const");
        let single = declarators.len() == 1;
        for declarator in declarators {
            let Some(name) = declarator.field("name") else { continue };
            if place.parent.is_none() && place.modifiers.is_empty() {
                self.require(declarator, place);
            }
            let full = if single { full_range(node, place) } else { declarator.byte_range() };
            let mut place = Place { start: Some(full.start), end: Some(full.end), ..place };
            if constant {
                place.modifiers |= Modifiers::CONST;
            }
            if declarator.all_children().iter().any(|c| c.kind() == "!") {
                place.modifiers |= Modifiers::DEFINITE;
            }
            let annotation = declarator.field("type").map(|t| self.annotation(t)).unwrap_or_default();
            if name.kind() != "identifier" {
                for bound in bound_names(name) {
                    let mut declaration = self.blank(self.text(bound), DeclarationKind::Variable, place);
                    declaration.modifiers |= Modifiers::HAS_BODY;
                    self.emit(declaration, full.clone(), bound.byte_range(), None);
                }
                continue;
            }
            let mut declaration = self.blank(self.text(name), DeclarationKind::Variable, place);
            let mut body = None;
            let mut members = None;
            if let Some(value) = declarator.field("value") {
                declaration.modifiers |= Modifiers::HAS_BODY;
                (body, members) = self.value(value, &mut declaration);
            }
            if !annotation.is_empty() {
                declaration.type_text = annotation;
            }
            let index = self.emit(declaration, full, name.byte_range(), body);
            if let Some(members) = members {
                self.push_children(members, Place { parent: Some(index), ..Place::default() }, Role::ClassMember);
            }
        }
    }

    /// Reads a variable's value: a function's signature, a class expression's members. Returns the body and the
    /// node whose children are members.
    fn value(&self, value: Node<'t>, declaration: &mut Declaration) -> (Option<Node<'t>>, Option<Node<'t>>) {
        match value.kind() {
            "arrow_function" | "function_expression" | "generator_function" => {
                let modifiers = declaration.modifiers;
                declaration.modifiers |= self.modifiers(value);
                self.signature(value, declaration);
                declaration.modifiers |= modifiers;
                if !declaration.type_text.is_empty() {
                    let generics = value.field("type_parameters").map(|p| self.text(p)).unwrap_or_default();
                    let parameters = value.field("parameters").map(|p| self.text(p)).unwrap_or("()");
                    declaration.type_text = format!("{generics}{parameters} => {}", declaration.type_text).into();
                }
                (value.field("body").filter(|b| b.kind() == "statement_block"), None)
            }
            "class" => {
                let body = value.field("body");
                for child in value.all_children() {
                    match child.kind() {
                        "type_parameters" => declaration.type_parameters = self.type_parameters(child),
                        "class_heritage" => {
                            let mut base = declaration.clone();
                            for clause in children_of_kind(child, "extends_clause") {
                                let text = self.text(clause);
                                base.bases.push(text.strip_prefix("extends").unwrap_or(text).trim().into());
                                base.extends_count += 1;
                            }
                            *declaration = base;
                        }
                        _ => {}
                    }
                }
                (body, body)
            }
            "as_expression" | "satisfies_expression" => {
                // `x as T`: the type counts as written; `as const` is not a type.
                let parts = value.named();
                if value.kind() == "as_expression"
                    && let [_, ty] = parts.as_slice()
                    && self.text(*ty) != "const"
                {
                    declaration.type_text = self.text(*ty).into();
                }
                (None, None)
            }
            "object" => (Some(value), None),
            _ => (None, None),
        }
    }

    /// An exported or assigned expression as a declaration named `name`, or by its own name.
    pub(super) fn expression(&mut self, value: Node<'t>, name: &str, place: Place) -> Option<u32> {
        let own = value.field("name").filter(|n| n.is(&["identifier", "type_identifier"]));
        let shown = own.map_or(name, |n| self.text(n));
        let name_range = own.map_or(value.start_byte()..value.start_byte(), |n| n.byte_range());
        match value.kind() {
            "class" => {
                let at = own.unwrap_or(value);
                let index = self.class(value, shown, at, place);
                if own.is_none()
                    && let Some(ranges) = self.ranges.get_mut(index as usize)
                {
                    ranges.name = text::TextRange::from(name_range);
                }
                Some(index)
            }
            "function_expression" | "generator_function" | "arrow_function" => {
                let mut declaration = self.blank(shown, DeclarationKind::Function, place);
                declaration.modifiers |= self.modifiers(value);
                self.signature(value, &mut declaration);
                declaration.modifiers |= Modifiers::HAS_BODY;
                Some(self.emit(declaration, full_range(value, place), name_range, value.field("body")))
            }
            _ => {
                let mut declaration = self.blank(name, DeclarationKind::Variable, place);
                declaration.modifiers |= Modifiers::HAS_BODY;
                let range = value.start_byte()..value.start_byte();
                let (body, _) = self.value(value, &mut declaration);
                Some(self.emit(declaration, full_range(value, place), range, body))
            }
        }
    }

    /// A member of a class, interface or type literal.
    pub(super) fn member(&mut self, node: Node<'t>, place: Place) {
        use DeclarationKind::*;
        let kind = match node.kind() {
            "method_definition" | "method_signature" | "abstract_method_signature" => Method,
            "public_field_definition" => Field,
            "property_signature" => Property,
            "index_signature" => IndexSignature,
            "call_signature" => CallSignature,
            "construct_signature" => ConstructSignature,
            // In a broken class body there may be statements.
            "function_declaration"
            | "class_declaration"
            | "interface_declaration"
            | "export_statement"
            | "lexical_declaration"
            | "type_alias_declaration"
            | "enum_declaration"
            | "abstract_class_declaration"
                if node.parent().is_some_and(|p| p.is_error()) =>
            {
                return self.statement(node, Place { parent: None, modifiers: Modifiers::empty(), ..place });
            }
            _ => return,
        };
        let mut place = place;
        place.modifiers |= self.modifiers(node);
        let name_node = node.field("name");
        let full = full_range(node, place);
        match kind {
            IndexSignature => {
                if child_of_kind(node, "mapped_type_clause").is_some() {
                    return;
                }
                let mut declaration = self.blank("[]", kind, place);
                declaration.parameters = vec![Parameter {
                    name: name_node.map(|n| self.text(n)).unwrap_or_default().into(),
                    type_text: node.field("index_type").map(|n| self.text(n)).unwrap_or_default().into(),
                    modifiers: SmolStr::default(),
                    default: SmolStr::default(),
                    optional: false,
                    rest: false,
                }];
                declaration.type_text = node.field("type").map(|t| self.annotation(t)).unwrap_or_default();
                self.emit(declaration, full.clone(), full.start..full.start, None);
            }
            CallSignature | ConstructSignature => {
                let mut declaration = self.blank(if kind == CallSignature { "" } else { "new" }, kind, place);
                self.signature(node, &mut declaration);
                self.emit(declaration, full.clone(), full.start..full.start, None);
            }
            Method => {
                let Some(name_node) = name_node else { return };
                let name = self.property_name(name_node);
                let mut declaration = self.blank(&name, kind, place);
                let in_class = node.kind() != "method_signature"
                    || node.parent().is_some_and(|p| p.kind() == "class_body" || p.is_error());
                if name == "constructor" && in_class && !place.modifiers.contains(Modifiers::STATIC) {
                    declaration.kind = Constructor;
                }
                for child in node.all_children() {
                    match child.kind() {
                        "get" if child.end_byte() <= name_node.start_byte() => declaration.kind = Getter,
                        "set" if child.end_byte() <= name_node.start_byte() => declaration.kind = Setter,
                        _ => {}
                    }
                }
                self.signature(node, &mut declaration);
                let is_constructor = declaration.kind == Constructor;
                self.emit(declaration, full, name_node.byte_range(), node.field("body"));
                if is_constructor {
                    self.parameter_properties(node, place.parent);
                }
            }
            _ => {
                let Some(name_node) = name_node else { return };
                let mut declaration = self.blank(&self.property_name(name_node), kind, place);
                let mut body = None;
                if let Some(value) = node.field("value") {
                    declaration.modifiers |= Modifiers::HAS_BODY;
                    (body, _) = self.value(value, &mut declaration);
                    // A class held by a field is not the class's own member list.
                }
                let annotation = node.field("type").map(|t| self.annotation(t)).unwrap_or_default();
                if !annotation.is_empty() {
                    declaration.type_text = annotation;
                }
                self.emit(declaration, full, name_node.byte_range(), body);
            }
        }
    }

    fn parameter_properties(&mut self, constructor: Node<'t>, parent: Option<u32>) {
        let Some(list) = constructor.field("parameters") else { return };
        for parameter in list.named() {
            let modifiers = self.modifiers(parameter);
            let visible = Modifiers::PUBLIC
                | Modifiers::PRIVATE
                | Modifiers::PROTECTED
                | Modifiers::READONLY
                | Modifiers::OVERRIDE;
            let Some(name) = parameter.field("pattern").filter(|n| n.kind() == "identifier") else { continue };
            if !modifiers.intersects(visible) {
                continue;
            }
            let place = Place { parent, modifiers, ..Place::default() };
            let mut declaration = self.blank(self.text(name), DeclarationKind::Field, place);
            declaration.type_text = parameter.field("type").map(|t| self.annotation(t)).unwrap_or_default();
            self.emit(declaration, parameter.byte_range(), name.byte_range(), None);
        }
    }

    /// Modifier tokens that are direct children.
    fn modifiers(&self, node: Node<'_>) -> Modifiers {
        let name = node.field("name").or(node.field("pattern"));
        let mut out = Modifiers::empty();
        if name.is_some_and(|n| n.kind() == "private_property_identifier") {
            out |= Modifiers::PRIVATE;
        }
        if node.kind() == "optional_parameter" {
            out |= Modifiers::OPTIONAL;
        }
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            let before_name = name.is_none_or(|n| child.end_byte() <= n.start_byte());
            out |= match child.kind() {
                "accessibility_modifier" => match self.text(child) {
                    "public" => Modifiers::PUBLIC,
                    "private" => Modifiers::PRIVATE,
                    "protected" => Modifiers::PROTECTED,
                    _ => Modifiers::empty(),
                },
                "override_modifier" => Modifiers::OVERRIDE,
                "static" if before_name => Modifiers::STATIC,
                "abstract" if before_name => Modifiers::ABSTRACT,
                "readonly" if before_name => Modifiers::READONLY,
                "declare" if before_name => Modifiers::DECLARE,
                "accessor" if before_name => Modifiers::ACCESSOR,
                "async" if before_name => Modifiers::ASYNC,
                "const" if before_name && node.kind() == "enum_declaration" => Modifiers::CONST,
                "*" => Modifiers::EXTENSION,
                "?" => Modifiers::OPTIONAL,
                "!" => Modifiers::DEFINITE,
                "statement_block" => Modifiers::HAS_BODY,
                _ => Modifiers::empty(),
            };
        }
        out
    }

    /// Type parameters, parameters and return type of anything that has them.
    pub(super) fn signature(&self, node: Node<'t>, declaration: &mut Declaration) {
        if let Some(parameters) = node.field("type_parameters") {
            declaration.type_parameters = self.type_parameters(parameters);
        }
        if let Some(parameters) = node.field("parameters") {
            declaration.parameters = self.parameters(parameters);
        } else if let Some(parameter) = node.field("parameter") {
            declaration.parameters = vec![Parameter {
                name: self.text(parameter).into(),
                type_text: SmolStr::default(),
                modifiers: SmolStr::default(),
                default: SmolStr::default(),
                optional: false,
                rest: false,
            }];
        }
        if let Some(ty) = node.field("return_type").or(node.field("type")) {
            declaration.type_text = self.annotation(ty);
        }
        if node.field("body").is_some() {
            declaration.modifiers |= Modifiers::HAS_BODY;
        }
    }

    /// A type annotation without its colon.
    fn annotation(&self, node: Node<'_>) -> SmolStr {
        let text = self.text(node);
        let text = text.strip_prefix("-?:").or_else(|| text.strip_prefix("?:")).unwrap_or(text);
        SmolStr::new(text.strip_prefix(':').unwrap_or(text).trim())
    }

    pub(super) fn type_parameters(&self, node: Node<'_>) -> Vec<TypeParameter> {
        let after = |n: Option<Node<'_>>, token: &str| {
            let text = n.map(|n| self.text(n)).unwrap_or_default();
            SmolStr::new(text.strip_prefix(token).unwrap_or(text).trim())
        };
        children_of_kind(node, "type_parameter")
            .into_iter()
            .filter_map(|p| {
                Some(TypeParameter {
                    name: self.text(p.field("name")?).into(),
                    constraint: after(p.field("constraint"), "extends"),
                    default: after(p.field("value"), "="),
                })
            })
            .collect()
    }

    fn parameters(&self, node: Node<'_>) -> Vec<Parameter> {
        let mut out = Vec::new();
        for parameter in node.named() {
            if !parameter.is(&["required_parameter", "optional_parameter"]) {
                continue;
            }
            let Some(pattern) = parameter.field("pattern").or(parameter.field("name")) else { continue };
            let rest = pattern.kind() == "rest_pattern";
            let name = self.text(pattern);
            let name = if rest { name.strip_prefix("...").unwrap_or(name).trim() } else { name };
            let modifiers: Vec<&str> = parameter
                .all_children()
                .into_iter()
                .filter(|c| c.is(&["accessibility_modifier", "override_modifier", "readonly"]))
                .map(|c| self.text(c))
                .collect();
            let value = parameter.field("value");
            out.push(Parameter {
                name: name.into(),
                type_text: parameter.field("type").map(|t| self.annotation(t)).unwrap_or_default(),
                modifiers: modifiers.join(" ").into(),
                default: value.map(|v| self.text(v)).unwrap_or_default().into(),
                optional: value.is_some() || rest || parameter.kind() == "optional_parameter",
                rest,
            });
        }
        out
    }
}

/// Identifiers that a binding pattern binds, in order.
fn bound_names(pattern: Node<'_>) -> Vec<Node<'_>> {
    let mut out = Vec::new();
    let mut stack = vec![pattern];
    let mut steps = 0;
    while let Some(node) = stack.pop() {
        steps += 1;
        if steps > MAX_PATTERN {
            break;
        }
        match node.kind() {
            "identifier" | "shorthand_property_identifier_pattern" => out.push(node),
            "pair_pattern" => stack.extend(node.field("value")),
            "assignment_pattern" | "object_assignment_pattern" => stack.extend(node.field("left")),
            "object_pattern" | "array_pattern" | "rest_pattern" => stack.extend(node.named().into_iter().rev()),
            _ => {}
        }
    }
    out
}
