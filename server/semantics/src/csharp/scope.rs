//! What simple names refer to: locals, parameters, members of the enclosing types, types, namespaces.

use super::Member;
use super::members::Entity;
use super::{SemanticModel, Type};
use index::{Declaration, DeclarationKind, ImportKind, Modifiers};
use std::sync::Arc;
use syntax::{Node, NodeExt, ancestors};

/// Maximum number of nodes visited in the search for one name.
const MAX_NODES: usize = 20_000;

pub(super) const TYPE_DECLARATIONS: &[&str] =
    &["class_declaration", "struct_declaration", "interface_declaration", "record_declaration", "enum_declaration"];
/// Nodes that limit the scope of locals.
pub(super) const MEMBERS: &[&str] = &[
    "method_declaration",
    "constructor_declaration",
    "destructor_declaration",
    "operator_declaration",
    "conversion_operator_declaration",
    "property_declaration",
    "indexer_declaration",
    "event_declaration",
    "field_declaration",
    "event_field_declaration",
];
const LAMBDAS: &[&str] = &["lambda_expression", "anonymous_method_expression"];

/// Where a local name is declared.
#[derive(Clone, Copy)]
pub(super) enum Local<'a> {
    /// `variable_declarator` in a `variable_declaration`.
    Variable(Node<'a>),
    /// Something with a `type` field (parameter, pattern, `out T x`, catch, typed range variable).
    Typed(Node<'a>),
    /// `foreach` variable.
    ForEach(Node<'a>),
    /// `out var x` in an argument.
    OutVar(Node<'a>),
    /// `x is var y`, `case var y`, `{ P: var y }`.
    VarPattern(Node<'a>),
    /// Parameter of a lambda without an explicit type, and its index.
    LambdaParameter(Node<'a>, usize),
    /// `from x in`, `let x =`, `join x in`, `into x`.
    Range(Node<'a>),
    /// Part of a deconstruction.
    Deconstructed(Node<'a>),
    /// `value` of a setter.
    Value(Node<'a>),
    /// Local function.
    Function(Node<'a>),
}

impl<'a> Local<'a> {
    /// The node that declares it.
    pub(super) fn node(self) -> Node<'a> {
        match self {
            Self::Variable(node)
            | Self::Typed(node)
            | Self::ForEach(node)
            | Self::OutVar(node)
            | Self::VarPattern(node)
            | Self::LambdaParameter(node, _)
            | Self::Range(node)
            | Self::Deconstructed(node)
            | Self::Value(node)
            | Self::Function(node) => node,
        }
    }
}

impl<'a> SemanticModel<'a> {
    /// What `name` refers to at `node`.
    pub(super) fn simple_name(&self, node: Node<'a>, name: &str, arguments: &[Type]) -> Option<Entity> {
        if let Some(entity) = self.object_initializer_member(node, name) {
            return Some(entity);
        }
        if let Some(local) = self.local(node, name) {
            return self.local_entity(local, name);
        }
        for ty in self.enclosing_types(node) {
            let members = self.members_named(&ty, name);
            if !members.is_empty() {
                if members.iter().all(|m| m.declaration.kind == DeclarationKind::EnumMember) {
                    return Some(Entity::Value(ty));
                }
                return self.entity_of(members);
            }
        }
        if let Some(parameter) = self.primary(node, name) {
            return self.local_entity(parameter, name);
        }
        // The parameter of the program that top-level statements are.
        if name == "args" && ancestors(node).any(|n| n.kind() == "global_statement") {
            return Some(Entity::Value(Type::named("string").array()));
        }
        // Inside a namespace declaration its members come before the using directives of the file.
        if arguments.is_empty() && !self.static_import_members(name, true).is_empty() {
            return self.static_import(name);
        }
        let offset = node.start_byte();
        let written = Type::Named { outer: None, name: name.into(), arguments: arguments.into() };
        if let Some(found) = self.csharp.resolve(&written.to_string(), &self.source.path, offset) {
            return Some(Entity::TypeName(self.type_from(&found, arguments)));
        }
        let own = self.namespace_at(offset);
        let outward = std::iter::successors(Some(own.as_str()), |n| match n.rfind('.') {
            Some(dot) => Some(&n[..dot]),
            None => (!n.is_empty()).then_some(""),
        });
        let mut full = outward.map(|n| if n.is_empty() { name.to_owned() } else { format!("{n}.{name}") });
        if let Some(namespace) = full.find(|n| self.csharp.is_namespace(n)) {
            return Some(Entity::Namespace(namespace));
        }
        self.static_import(name)
    }

    /// The type of the value that the simple name `name` would mean at `node`, and the node that declares it when it is a local variable or a
    /// parameter; `None` when it means no value there, or its type is not known.
    pub fn value_named(&self, node: Node<'a>, name: &str) -> Option<(Type, Option<Node<'a>>)> {
        self.start(node);
        let declared = self.local(node, name).map(Local::node);
        Some((self.simple_name(node, name, &[])?.value()?, declared))
    }

    /// What members imported by `using static` refer to.
    fn static_import(&self, name: &str) -> Option<Entity> {
        let members = self.static_import_members(name, false);
        if members.first()?.declaration.kind == DeclarationKind::EnumMember {
            let owner = members.first()?.owner.clone()?;
            return Some(Entity::Value(self.type_from(&owner, Vec::new())));
        }
        self.entity_of(members)
    }

    /// Members with this name imported by `using static`; `inside`: only directives inside namespace declarations.
    pub(super) fn static_import_members(&self, name: &str, inside: bool) -> Vec<Member> {
        let Some(outline) = self.index.outline(&self.source.path) else { return Vec::new() };
        let targets = outline
            .imports
            .iter()
            .filter(|i| matches!(i.kind, ImportKind::UsingStatic | ImportKind::GlobalUsingStatic))
            .filter(|i| !inside || !i.within.is_empty());
        let is_static = |m: &Member| {
            m.declaration.modifiers.intersects(Modifiers::STATIC | Modifiers::CONST)
                || m.declaration.kind == DeclarationKind::EnumMember
        };
        for import in targets {
            let Some(ty) = self.canonical_text(&import.target, &self.here(0)) else { continue };
            let own = self.own_members(&ty).into_iter();
            let members: Vec<Member> = own.filter(|m| m.declaration.name == name && is_static(m)).collect();
            if !members.is_empty() {
                return members;
            }
        }
        Vec::new()
    }

    /// `X` of `new T { X = … }` and `with { X = … }`.
    pub(super) fn object_initializer_member(&self, node: Node<'a>, name: &str) -> Option<Entity> {
        let created = self.initialized_type(node)?;
        self.entity_of(self.members_named(created.strip(), name))
    }

    /// The type whose member is named by the left side of an assignment in an object initializer.
    pub(super) fn initialized_type(&self, node: Node<'a>) -> Option<Type> {
        let assignment = node.parent()?;
        if assignment.kind() == "with_initializer" {
            return self.expression(assignment.parent()?.named_child(0)?);
        }
        if assignment.kind() != "assignment_expression" || assignment.field("left")? != node {
            return None;
        }
        let initializer = assignment.parent().filter(|p| p.kind() == "initializer_expression")?;
        let owner = initializer.parent()?;
        match owner.kind() {
            "object_creation_expression" | "implicit_object_creation_expression" => self.expression(owner),
            // Nested: `P = { X = … }`.
            "assignment_expression" => self.expression(owner.field("left")?),
            _ => None,
        }
    }

    /// The types that contain `node`, innermost first, with their own type parameters as arguments.
    pub fn enclosing_types(&self, node: Node<'a>) -> Vec<Type> {
        let innermost = self.csharp.enclosing_type(&self.source.path, node.start_byte());
        let chain = std::iter::successors(innermost, |ty| self.csharp.container(ty)).take(16);
        let types = chain.map(|found| {
            let parameters = found.declaration.type_parameters.iter().map(|p| Type::named(&p.name)).collect::<Vec<_>>();
            self.type_from(&found, parameters)
        });
        types.collect()
    }

    /// The parameter of a primary constructor around `node`.
    pub(super) fn primary(&self, node: Node<'a>, name: &str) -> Option<Local<'a>> {
        ancestors(node).filter(|n| n.is(TYPE_DECLARATIONS)).find_map(|d| self.primary_parameter(d, name))
    }

    fn primary_parameter(&self, declaration: Node<'a>, name: &str) -> Option<Local<'a>> {
        let list = declaration.all_children().into_iter().find(|c| c.kind() == "parameter_list")?;
        self.parameter(list, name)
    }

    fn parameter(&self, list: Node<'a>, name: &str) -> Option<Local<'a>> {
        let children = list.all_children();
        for (i, child) in children.iter().enumerate() {
            match child.kind() {
                "parameter" if child.field("name").is_some_and(|n| self.is_name(n, name)) => {
                    return Some(Local::Typed(*child));
                }
                // `params int[] x` is not one node: its parts are children of the parameter list.
                "identifier" if self.is_name(*child, name) && i > 0 => return Some(Local::Typed(list)),
                _ => {}
            }
        }
        None
    }

    fn is_name(&self, node: Node<'a>, name: &str) -> bool {
        self.node_text(node).trim_start_matches('@') == name
    }

    /// The innermost local declaration of `name` around `node`.
    pub(super) fn local(&self, node: Node<'a>, name: &str) -> Option<Local<'a>> {
        let mut budget = MAX_NODES;
        let mut inner = node;
        for scope in ancestors(node).skip(1) {
            if scope.is(TYPE_DECLARATIONS) {
                return None;
            }
            let found = self.declared_in(scope, inner, node, name, &mut budget);
            if found.is_some() || budget == 0 {
                return found;
            }
            // Locals of other members are not in scope; top-level statements share one scope.
            if scope.is(MEMBERS) {
                return None;
            }
            inner = scope;
        }
        None
    }

    /// Declarations of `name` in `scope`, whose child `inner` was already searched.
    fn declared_in(
        &self,
        scope: Node<'a>,
        inner: Node<'a>,
        at: Node<'a>,
        name: &str,
        budget: &mut usize,
    ) -> Option<Local<'a>> {
        if scope.is(LAMBDAS)
            && let Some(parameter) = self.lambda_parameter(scope, name)
        {
            return Some(parameter);
        }
        if scope.kind() == "accessor_declaration" && name == "value" {
            let setter =
                scope.field("name").is_some_and(|n| matches!(self.node_text(n), "set" | "init" | "add" | "remove"));
            if setter {
                return Some(Local::Value(scope));
            }
        }
        if scope.is(MEMBERS) || scope.kind() == "local_function_statement" {
            return scope.field("parameters").and_then(|list| self.parameter(list, name));
        }
        if scope.kind() == "switch_expression_arm"
            || !scope.kind().ends_with("_expression")
            || scope.kind() == "query_expression"
        {
            for child in scope.all_children() {
                if child == inner {
                    // Declared by the statement itself, outside the searched child.
                    continue;
                }
                if let Some(found) = self.declared_below(child, at, name, budget) {
                    return Some(found);
                }
            }
        } else {
            // Left operands declare variables for right ones: `x is Y y && y.Z`.
            for child in scope.all_children().into_iter().filter(|c| c.end_byte() <= inner.start_byte()) {
                if let Some(found) = self.declared_below(child, at, name, budget) {
                    return Some(found);
                }
            }
        }
        self.declaration_at(scope, name)
    }

    /// Declarations of `name` in `node` and its descendants that are in scope outside of `node`.
    fn declared_below(&self, node: Node<'a>, at: Node<'a>, name: &str, budget: &mut usize) -> Option<Local<'a>> {
        let mut cursor = node.walk();
        loop {
            let node = cursor.node();
            *budget = budget.checked_sub(1)?;
            if let Some(found) = self.declaration_at(node, name) {
                return Some(found);
            }
            // Declarations inside these nodes are not in scope outside.
            let closed = node.is(&[
                "block",
                "switch_body",
                "local_function_statement",
                "for_statement",
                "foreach_statement",
                "while_statement",
                "using_statement",
                "catch_clause",
                "query_expression",
            ]) || node.is(LAMBDAS)
                || node.is(TYPE_DECLARATIONS)
                || node.is(MEMBERS);
            let contains = || node.start_byte() <= at.start_byte() && at.end_byte() <= node.end_byte();
            let open = !closed || contains() && !node.is(LAMBDAS) && node.kind() != "local_function_statement";
            if open && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return None;
                }
            }
        }
    }

    /// Whether `node` itself declares `name`.
    fn declaration_at(&self, node: Node<'a>, name: &str) -> Option<Local<'a>> {
        let named = |field: &str| node.field(field).is_some_and(|n| self.is_name(n, name));
        match node.kind() {
            "variable_declarator" if named("name") => Some(Local::Variable(node)),
            "variable_declarator" => self.deconstruction(node, name),
            "declaration_pattern" | "recursive_pattern" | "catch_declaration" if named("name") => {
                Some(Local::Typed(node))
            }
            "declaration_expression" if named("name") => {
                let typed = node.field("type").is_some_and(|t| t.kind() != "implicit_type");
                Some(if typed { Local::Typed(node) } else { Local::OutVar(node) })
            }
            "var_pattern" if named("name") => Some(Local::VarPattern(node)),
            "foreach_statement" => {
                let left = node.field("left")?;
                if left.kind() == "identifier" && self.is_name(left, name) {
                    return Some(Local::ForEach(node));
                }
                self.deconstruction(node, name)
            }
            "local_function_statement" if named("name") => Some(Local::Function(node)),
            "from_clause" if named("name") => Some(Local::Range(node)),
            "let_clause" | "join_clause" | "join_into_clause" => {
                let first = node.named().into_iter().find(|n| n.kind() == "identifier")?;
                self.is_name(first, name).then_some(Local::Range(node))
            }
            _ => None,
        }
    }

    fn deconstruction(&self, node: Node<'a>, name: &str) -> Option<Local<'a>> {
        let mut stack: Vec<Node<'a>> =
            node.all_children().into_iter().filter(|c| c.kind() == "tuple_pattern").collect();
        while let Some(pattern) = stack.pop() {
            for child in pattern.named() {
                match child.kind() {
                    "identifier" if self.is_name(child, name) => return Some(Local::Deconstructed(child)),
                    "tuple_pattern" => stack.push(child),
                    _ => {}
                }
            }
        }
        None
    }

    fn lambda_parameter(&self, lambda: Node<'a>, name: &str) -> Option<Local<'a>> {
        let parameters = lambda.field("parameters")?;
        if matches!(parameters.kind(), "implicit_parameter" | "identifier") {
            return self.is_name(parameters, name).then_some(Local::LambdaParameter(lambda, 0));
        }
        let list: Vec<Node<'a>> = parameters
            .named()
            .into_iter()
            .filter(|p| p.is(&["parameter", "implicit_parameter", "identifier"]))
            .collect();
        let number = list.iter().position(|p| self.is_name(p.field("name").unwrap_or(*p), name))?;
        let parameter = list[number];
        Some(match parameter.field("type") {
            Some(_) => Local::Typed(parameter),
            None => Local::LambdaParameter(lambda, number),
        })
    }

    pub(super) fn local_entity(&self, local: Local<'a>, name: &str) -> Option<Entity> {
        if let Local::Function(function) = local {
            return Some(Entity::Methods(vec![self.local_function(function)?]));
        }
        self.deeper(|| self.local_type(local, name)).map(Entity::Value)
    }

    /// A local function as a method.
    fn local_function(&self, function: Node<'a>) -> Option<Member> {
        let parameters = function.field("parameters")?;
        let list = parameters.named().into_iter().filter(|p| p.kind() == "parameter");
        let parameters = list.map(|p| index::Parameter {
            name: p.field("name").map_or(Default::default(), |n| self.node_text(n).into()),
            type_text: p.field("type").map_or(Default::default(), |n| self.node_text(n).into()),
            modifiers: p
                .all_children()
                .into_iter()
                .filter(|c| c.kind() == "modifier")
                .map(|c| self.node_text(c))
                .collect::<Vec<_>>()
                .join(" ")
                .into(),
            default: Default::default(),
            optional: p.all_children().iter().any(|c| c.kind() == "="),
            rest: false,
        });
        let generic = function.field("type_parameters").map(|l| l.named()).unwrap_or_default();
        let type_parameters = generic.into_iter().filter_map(|p| p.field("name")).map(|n| index::TypeParameter {
            name: self.node_text(n).into(),
            constraint: Default::default(),
            default: Default::default(),
        });
        let declaration = Declaration {
            name: self.node_text(function.field("name")?).into(),
            kind: DeclarationKind::Method,
            parent: None,
            namespace: Default::default(),
            modifiers: Modifiers::HAS_BODY,
            type_parameters: type_parameters.collect(),
            parameters: parameters.collect(),
            type_text: self.node_text(function.field("type")?).into(),
            bases: Vec::new(),
            extends_count: 0,
            explicit_interface: Default::default(),
        };
        let place = self.here(function.start_byte());
        Some(Member {
            declaration: Arc::new(declaration),
            owner: None,
            place,
            bindings: Vec::new(),
            structs: Vec::new(),
            receiver: None,
            distance: 0,
        })
    }

    fn local_type(&self, local: Local<'a>, name: &str) -> Option<Type> {
        match local {
            Local::Typed(node) => match node.field("type") {
                Some(ty) if ty.kind() != "implicit_type" => self.type_node(ty),
                // `is { } x`: the type of the tested value.
                _ if node.kind() == "recursive_pattern" => Some(self.matched(node)?.not_null()),
                _ => None,
            },
            Local::Variable(declarator) => {
                let declaration = declarator.parent()?;
                match self.type_node(declaration.field("type")?) {
                    Some(ty) => Some(ty),
                    // `var`, `ref var`
                    None => self.expression(self.initializer(declarator)?),
                }
            }
            Local::ForEach(statement) => {
                let ty = statement.field("type")?;
                match self.type_node(ty) {
                    Some(ty) => Some(ty),
                    None => self.element_type(&self.expression(statement.field("right")?)?),
                }
            }
            Local::OutVar(declaration) => self.declared_expression(declaration),
            Local::VarPattern(pattern) => self.matched(pattern),
            Local::LambdaParameter(lambda, number) => self.lambda_parameter_type(lambda, number),
            Local::Range(clause) => self.range_variable(clause),
            Local::Deconstructed(identifier) => self.deconstructed(identifier, name),
            Local::Value(accessor) => {
                let member = accessor.parent()?.parent()?;
                self.type_node(member.field("type")?)
            }
            Local::Function(_) => None,
        }
    }

    /// The type of `out var x`: the type of the parameter.
    pub(super) fn declared_expression(&self, declaration: Node<'a>) -> Option<Type> {
        if let Some(ty) = self.type_node(declaration.field("type")?) {
            return Some(ty);
        }
        let argument = declaration.parent().filter(|a| a.kind() == "argument")?;
        self.argument_type(argument)
    }

    /// The initializer of a variable.
    pub(super) fn initializer(&self, declarator: Node<'a>) -> Option<Node<'a>> {
        self.after_token(declarator, "=")
    }

    fn range_variable(&self, clause: Node<'a>) -> Option<Type> {
        if let Some(ty) = clause.field("type") {
            return self.type_node(ty);
        }
        match clause.kind() {
            "from_clause" => self.element_type(&self.expression(self.after_token(clause, "in")?)?),
            "join_clause" => self.element_type(&self.expression(self.after_token(clause, "in")?)?),
            "let_clause" => self.expression(self.after_token(clause, "=")?),
            _ => None,
        }
    }

    /// `var (a, b) = …`, `foreach (var (a, b) in …)`: elements of tuples and of key-value pairs.
    fn deconstructed(&self, identifier: Node<'a>, _name: &str) -> Option<Type> {
        let pattern = identifier.parent()?;
        let elements: Vec<Node<'a>> =
            pattern.named().into_iter().filter(|n| n.is(&["identifier", "discard", "tuple_pattern"])).collect();
        let number = elements.iter().position(|e| *e == identifier)?;
        let owner = pattern.parent()?;
        let whole = match owner.kind() {
            "variable_declarator" => self.expression(self.initializer(owner)?)?,
            "foreach_statement" => self.element_type(&self.expression(owner.field("right")?)?)?,
            _ => return None,
        };
        if let Type::Tuple(parts) = &whole {
            return (parts.len() == elements.len()).then(|| parts[number].0.clone());
        }
        let methods = self.members_named(&whole, "Deconstruct");
        let method = methods.iter().find(|m| m.declaration.parameters.len() == elements.len())?;
        self.member_text(method, &method.declaration.parameters.get(number)?.type_text)
    }

    /// The type of the value that a pattern is matched against.
    pub(super) fn matched(&self, pattern: Node<'a>) -> Option<Type> {
        self.deeper(|| {
            let parent = pattern.parent()?;
            match parent.kind() {
                "is_pattern_expression" => self.expression(parent.field("expression")?),
                "switch_expression_arm" => self.expression(parent.parent()?.named_child(0)?),
                "switch_section" => {
                    let statement = ancestors(parent).find(|n| n.kind() == "switch_statement")?;
                    self.expression(statement.field("value")?)
                }
                "and_pattern" | "or_pattern" | "negated_pattern" | "parenthesized_pattern" => self.matched(parent),
                "subpattern" => {
                    let clause = parent.parent()?;
                    let recursive = clause.parent()?;
                    let whole = match recursive.field("type") {
                        Some(ty) => self.type_node(ty)?,
                        None => self.matched(recursive)?,
                    };
                    match clause.kind() {
                        "property_pattern_clause" => {
                            let name = parent.named().into_iter().next().filter(|n| *n != pattern)?;
                            self.member(&Entity::Value(whole), self.node_text(name), &[], name.start_byte())?.value()
                        }
                        _ => {
                            let number = clause.named().iter().position(|s| *s == parent)?;
                            match whole.strip() {
                                Type::Tuple(elements) => elements.get(number).map(|e| e.0.clone()),
                                _ => None,
                            }
                        }
                    }
                }
                _ => None,
            }
        })
    }
}
