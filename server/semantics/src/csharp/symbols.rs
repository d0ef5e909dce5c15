//! The symbols that names and expressions refer to.

use super::Member;
use super::members::Entity;
use super::scope::Local;
use super::{SemanticModel, Type};
use index::csharp::CsType;
use index::{DeclarationKind, Modifiers};
use syntax::{Node, NodeExt};

/// What a name or an expression refers to.
#[derive(Clone, Debug)]
pub enum Symbol<'a> {
    /// A local variable, parameter, range variable or local function: its name, and the node that declares it.
    Local(&'a str, Node<'a>),
    /// A member; for an extension method that is called like an instance method, the method as declared.
    Member(Member),
    /// A type.
    Type(Type),
    /// A namespace.
    Namespace(String),
}

/// Whether a name is that of a property in a pattern.
fn is_tested_property(node: Node<'_>) -> bool {
    node.kind() == "identifier"
        && node.parent().is_some_and(|p| {
            p.kind() == "subpattern"
                && p.named().first() == Some(&node)
                && p.named().len() > 1
                && p.parent().is_some_and(|c| c.kind() == "property_pattern_clause")
        })
}

impl<'a> SemanticModel<'a> {
    /// What a name or an expression refers to: the method that a call invokes, the constructor of an object creation, the indexer of an element
    /// access, a user-defined operator. `None` when it refers to nothing that is declared, or it is not known for certain.
    pub fn symbol_of(&self, node: Node<'a>) -> Option<Symbol<'a>> {
        self.start(node);
        self.symbol(node)
    }

    fn symbol(&self, node: Node<'a>) -> Option<Symbol<'a>> {
        self.deeper(|| match node.kind() {
            "parenthesized_expression" | "postfix_unary_expression" if self.node_text(node).ends_with(['!', ')']) => {
                self.symbol(*self.operands(node).first()?)
            }
            "object_creation_expression" | "implicit_object_creation_expression" | "constructor_initializer" => {
                self.chosen(node).map(|c| Symbol::Member(c.method))
            }
            "invocation_expression" => {
                let delegate = || self.invoke(self.called_value(node)?.strip());
                self.chosen(node).map(|c| c.method).or_else(delegate).map(Symbol::Member)
            }
            "implicit_type" => self.inferred_type(node).map(Symbol::Type),
            "declaration_expression" => {
                let name = node.field("name")?;
                Some(Symbol::Local(self.node_text(name), node))
            }
            "element_access_expression" => self.chosen(node).map(|c| Symbol::Member(c.method)),
            "attribute" => self.attribute_constructor(node),
            "binary_expression" | "prefix_unary_expression" | "unary_expression" => {
                self.operator_member(node).map(Symbol::Member)
            }
            "conditional_access_expression" => {
                // The last access of the chain.
                let binding = node.named().into_iter().next_back()?;
                match self.conditional_entity(node)? {
                    _ if binding.kind() != "member_binding_expression" => None,
                    entity => self.named(node, binding, entity),
                }
            }
            "identifier"
            | "generic_name"
            | "member_access_expression"
            | "qualified_name"
            | "alias_qualified_name"
            | "predefined_type"
            | "nullable_type"
            | "array_type"
            | "tuple_type" => self.symbol_of_name(node),
            _ => None,
        })
    }

    fn symbol_of_name(&self, node: Node<'a>) -> Option<Symbol<'a>> {
        let parent = node.parent()?;
        // The name after a dot refers to what the member access refers to.
        if parent.is(&["member_access_expression", "qualified_name"]) && parent.field("name") == Some(node) {
            return self.symbol_of_name(parent);
        }
        if parent.kind() == "attribute" {
            return self.attribute_constructor(parent);
        }
        if is_tested_property(node) {
            return self.value_symbol(node, node).map(Symbol::Member);
        }
        if self.is_type_position(node) {
            return self.type_node(node).map(Symbol::Type);
        }
        if matches!(node.kind(), "identifier")
            && let Some(local) = self.visible_local(node)
        {
            return Some(Symbol::Local(self.node_text(node), local));
        }
        let called = parent.kind() == "invocation_expression" && parent.field("function") == Some(node);
        let entity = if called { self.callee(node)? } else { self.entity(node)? };
        let denoted = match &entity {
            Entity::Value(ty) => self.color_color(node, ty),
            _ => None,
        };
        if let Some(ty) = denoted {
            return Some(Symbol::Type(ty));
        }
        self.named(node, node, entity)
    }

    /// The type whose property is named in a pattern: `P` of `x is T { P: 1 }`.
    fn tested_type(&self, node: Node<'a>) -> Option<Type> {
        let pattern = node.parent().filter(|_| is_tested_property(node))?.parent()?.parent()?;
        match pattern.field("type") {
            Some(ty) => self.type_node(ty),
            None => self.matched(pattern),
        }
    }

    /// `Color` of `Color.Red` where a member `Color` of type `Color` is in scope, and `Red` is static (C# specification §12.8.7.2).
    fn color_color(&self, node: Node<'a>, ty: &Type) -> Option<Type> {
        let access =
            node.parent().filter(|p| p.kind() == "member_access_expression" && p.field("expression") == Some(node))?;
        let ty = ty.strip();
        if node.kind() != "identifier" || ty.full_name().rsplit('.').next() != Some(self.node_text(node)) {
            return None;
        }
        let name = access.field("name")?;
        let name = if name.kind() == "generic_name" { *name.named().first()? } else { name };
        let members = self.members_named(ty, self.node_text(name));
        let is_static = |m: &Member| {
            m.declaration.modifiers.intersects(Modifiers::STATIC | Modifiers::CONST)
                || m.declaration.kind == DeclarationKind::EnumMember
        };
        (!members.is_empty() && members.iter().all(is_static)).then(|| ty.clone())
    }

    fn visible_local(&self, node: Node<'a>) -> Option<Node<'a>> {
        let name = self.node_text(node).trim_start_matches('@');
        if self.object_initializer_member(node, name).is_some() {
            return None;
        }
        self.local(node, name).or_else(|| self.primary(node, name)).map(Local::node)
    }

    /// The symbol of an entity; of a method group, the method that is called.
    fn named(&self, node: Node<'a>, name: Node<'a>, entity: Entity) -> Option<Symbol<'a>> {
        match entity {
            Entity::TypeName(ty) => Some(Symbol::Type(ty)),
            Entity::Namespace(namespace) => Some(Symbol::Namespace(namespace)),
            Entity::Methods(methods) => self.method_meant(node, methods).map(Symbol::Member),
            Entity::Value(_) => self.value_symbol(node, name).map(Symbol::Member),
        }
    }

    /// Which method of a group a name refers to: the one that is called, otherwise the one that fits the delegate.
    fn method_meant(&self, node: Node<'a>, methods: Vec<Member>) -> Option<Member> {
        let call = node.parent().filter(|c| c.kind() == "invocation_expression" && c.field("function") == Some(node));
        if let Some(call) = call {
            return self.chosen_of(&methods, call).map(|c| c.method);
        }
        if let [only] = methods.as_slice() {
            return Some(only.clone());
        }
        let target = self.converted(node)?;
        let (inputs, _) = self.delegate(&target)?;
        let fits = |m: &&Member| {
            let skip = usize::from(m.receiver.is_some());
            let parameters = m.declaration.parameters.get(skip..).unwrap_or_default();
            parameters.len() == inputs.len()
                && parameters.iter().zip(&inputs).all(|(p, input)| {
                    self.member_text(m, &p.type_text).is_some_and(|t| self.conversion(input, &t).is_some())
                })
        };
        let mut fitting = methods.iter().filter(fits);
        let first = fitting.next()?;
        fitting.next().is_none().then(|| first.clone())
    }

    /// The field, property, event or enum member that a name refers to.
    fn value_symbol(&self, node: Node<'a>, name: Node<'a>) -> Option<Member> {
        let is_value = |m: &Member| {
            use DeclarationKind::*;
            matches!(m.declaration.kind, Field | Property | Event | EnumMember)
        };
        let first = |members: Vec<Member>| members.into_iter().next().filter(is_value);
        match node.kind() {
            "identifier" => {
                let text = self.node_text(node).trim_start_matches('@');
                if let Some(tested) = self.tested_type(node) {
                    return first(self.members_named(tested.strip(), text));
                }
                if let Some(created) = self.initialized_type(node) {
                    return first(self.members_named(created.strip(), text));
                }
                for ty in self.enclosing_types(node) {
                    let members = self.members_named(&ty, text);
                    if !members.is_empty() {
                        return first(members);
                    }
                }
                first(self.static_import_members(text, false))
            }
            "member_access_expression" => {
                let (receiver, name) = (node.field("expression")?, node.field("name")?);
                let text = self.node_text(name).trim_start_matches('@');
                match self.entity(receiver)? {
                    Entity::TypeName(ty) => first(self.members_named(&ty, text)),
                    Entity::Value(ty) => {
                        let plain = if self.is_value_type(&ty) { &ty } else { ty.strip() };
                        // `Color.Red` where `Color` is a property of type `Color`.
                        first(self.members_named(plain, text))
                    }
                    _ => None,
                }
            }
            "conditional_access_expression" => {
                let receiver = self.expression(node.field("condition")?)?.not_null();
                let name = name.field("name")?;
                first(self.members_named(&receiver, self.node_text(name).trim_start_matches('@')))
            }
            _ => None,
        }
    }

    fn attribute_constructor(&self, attribute: Node<'a>) -> Option<Symbol<'a>> {
        let ty = self.attribute_type(attribute)?;
        let list = attribute.named().into_iter().find(|n| n.kind() == "attribute_argument_list");
        let arguments = list.map(|l| l.named()).unwrap_or_default();
        let positional = |a: &&Node<'a>| a.field("name").is_none();
        let count = arguments.iter().filter(positional).count();
        let types: Vec<Option<Type>> =
            arguments.iter().filter(positional).map(|a| self.expression(self.operands(*a).pop()?)).collect();
        let constructors = self.constructors(&ty);
        let fits = |m: &&Member| {
            let parameters = &m.declaration.parameters;
            let required = parameters.iter().filter(|p| !p.optional && !p.rest).count();
            required <= count
                && (count <= parameters.len() || parameters.last().is_some_and(|p| p.rest))
                && types.iter().zip(parameters.iter()).all(|(from, p)| {
                    let to = self.member_text(m, &p.type_text);
                    match (from, to) {
                        (Some(from), Some(to)) if p.rest => {
                            self.element_type(&to).is_some_and(|e| self.conversion(from, &e).is_some())
                                || self.conversion(from, &to).is_some()
                        }
                        (Some(from), Some(to)) => self.conversion(from, &to).is_some(),
                        _ => true,
                    }
                })
        };
        let fitting: Vec<&Member> = constructors.iter().filter(fits).collect();
        match fitting.as_slice() {
            [one] => Some(Symbol::Member((*one).clone())),
            _ => None,
        }
    }

    /// Whether a name is in a position where only a type is allowed.
    pub(super) fn is_type_position(&self, node: Node<'a>) -> bool {
        let Some(parent) = node.parent() else { return false };
        if node.is(&["predefined_type", "nullable_type", "array_type", "tuple_type", "pointer_type"]) {
            return !parent.is(&["member_access_expression"]);
        }
        if !node.is(&[
            "identifier",
            "generic_name",
            "qualified_name",
            "alias_qualified_name",
            "member_access_expression",
        ]) {
            return false;
        }
        match parent.kind() {
            "constant_pattern" => !matches!(self.entity(node), Some(Entity::Value(_))),
            "type_parameter_constraints_clause"
            | "type_argument_list"
            | "base_list"
            | "nullable_type"
            | "array_type"
            | "pointer_type"
            | "ref_type"
            | "type_parameter_constraint"
            | "primary_constructor_base_type"
            | "explicit_interface_specifier"
            | "tuple_element"
            | "type" => true,
            "as_expression" | "is_expression" => parent.field("right") == Some(node),
            "binary_expression" => {
                parent.field("right") == Some(node)
                    && parent.field("operator").is_some_and(|o| matches!(self.node_text(o), "as"))
            }
            "qualified_name" => self.is_type_position(parent) && parent.field("name") == Some(node),
            _ => parent.field("type") == Some(node) || parent.field("returns") == Some(node),
        }
    }

    /// The type that a name or type node denotes; `None` when it denotes no type.
    pub fn denoted_type(&self, node: Node<'a>) -> Option<Type> {
        self.start(node);
        if node.kind() == "implicit_type" {
            return self.inferred_type(node);
        }
        let parent = node.parent()?;
        if parent.kind() == "attribute" {
            return self.attribute_type(parent);
        }
        if self.is_type_position(node) {
            return match node.kind() {
                "array_type" => self.sized_array(node),
                _ => self.type_node(node),
            };
        }
        match self.entity(node)? {
            Entity::TypeName(ty) => Some(ty),
            _ => None,
        }
    }

    /// The type that `var` stands for.
    fn inferred_type(&self, node: Node<'a>) -> Option<Type> {
        let wrapped = node.parent().filter(|p| p.is(&["ref_type", "scoped_type"])).unwrap_or(node);
        let declaration = wrapped.parent()?;
        match declaration.kind() {
            "variable_declaration" => {
                let declarator = declaration.named().into_iter().find(|n| n.kind() == "variable_declarator")?;
                self.expression(self.initializer(declarator)?)
            }
            "foreach_statement" => self.element_type(&self.expression(declaration.field("right")?)?),
            "declaration_expression" => self.declared_expression(declaration),
            _ => None,
        }
    }

    /// A symbol as the compiler displays it: container, name, and for methods the declared types of their parameters.
    pub fn display_symbol(&self, symbol: &Symbol<'a>, show: &dyn Fn(&Type) -> String) -> String {
        match symbol {
            Symbol::Local(name, _) => name.trim_start_matches('@').to_owned(),
            Symbol::Namespace(name) => name.clone(),
            Symbol::Type(ty) => match self.find(ty) {
                Some(found) if !matches!(ty.strip(), Type::Array(..)) => show(&self.generic_form(&found)),
                _ => show(ty.strip()),
            },
            Symbol::Member(member) => self.display_member(member, show),
        }
    }

    /// A declared type with its own type parameters as arguments.
    fn generic_form(&self, found: &CsType) -> Type {
        let parameters = found.declaration.type_parameters.iter().map(|p| Type::named(&p.name)).collect::<Vec<_>>();
        self.type_from(found, parameters)
    }

    fn display_member(&self, member: &Member, show: &dyn Fn(&Type) -> String) -> String {
        use DeclarationKind::*;
        let d = &member.declaration;
        let plain = Member { bindings: Vec::new(), ..member.clone() };
        let parameters = || {
            let types = d.parameters.iter().map(|p| self.member_text(&plain, &p.type_text));
            // `T?` of a type parameter with a `struct` constraint.
            let nullable = |t: Type| {
                t.map(&mut |t| t.arguments_of("System.Nullable").and_then(|a| a.first()).map(|a| a.clone().nullable()))
            };
            types.map(|t| t.map_or_else(|| "?".to_owned(), |t| show(&nullable(t)))).collect::<Vec<_>>().join(", ")
        };
        let Some(owner) = &member.owner else { return d.name.to_string() };
        let container = show(&self.generic_form(owner));
        match d.kind {
            Method | Constructor | Indexer | Operator | ConversionOperator | Delegate => {
                format!("{container}.{}({})", d.name, parameters())
            }
            _ => format!("{container}.{}", d.name),
        }
    }
}
