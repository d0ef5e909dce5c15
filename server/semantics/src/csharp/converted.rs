//! The converted type of an expression: its type after the implicit conversion that its context applies.

use super::members::Entity;
use super::operators::Operands;
use super::{SemanticModel, Type};
use index::DeclarationKind;
use syntax::{Node, NodeExt};

/// How the context converts an expression.
enum Target {
    /// It is converted to this type if such a conversion exists.
    To(Type),
    /// It keeps its own type.
    Own,
    /// The conversion is not known.
    Unknown,
}

/// An interpolated string whose target type is an interpolated string handler.
pub(super) fn is_handler_conversion(node: Node<'_>, target: &Type) -> bool {
    node.kind() == "interpolated_string_expression" && target.full_name().ends_with("InterpolatedStringHandler")
}

impl From<Option<Type>> for Target {
    fn from(ty: Option<Type>) -> Self {
        ty.map_or(Self::Unknown, Self::To)
    }
}

impl<'a> SemanticModel<'a> {
    /// The type of an expression after the implicit conversion that its context applies; its own type if there is none. `None` when that is not known
    /// for certain. Unlike [`Self::expected_type`] it does not say what a missing declaration should be.
    pub fn converted_type(&self, expression: Node<'a>) -> Option<Type> {
        self.start(expression);
        self.converted(expression)
    }

    pub(super) fn converted(&self, node: Node<'a>) -> Option<Type> {
        self.deeper(|| self.remembered(|answers| &answers.converted, node, || self.converted_outer(node)))
    }

    fn converted_outer(&self, node: Node<'a>) -> Option<Type> {
        match self.target(node)? {
            Target::Own => self.expression(node),
            Target::Unknown => None,
            Target::To(target) => match self.natural(node) {
                Some(own) if own == target => Some(target),
                Some(own) => {
                    match self.conversion(&own, &target).is_some()
                        || self.is_constant_conversion(node, &target)
                        || is_handler_conversion(node, &target)
                    {
                        true => Some(target),
                        // An explicit conversion, or an error.
                        false => Some(own),
                    }
                }
                None => Some(target),
            },
        }
    }

    /// The natural type of an expression.
    fn natural(&self, node: Node<'a>) -> Option<Type> {
        if node.is(&[
            "null_literal",
            "implicit_object_creation_expression",
            "collection_expression",
            "throw_expression",
        ]) || node.kind() == "default_expression" && node.field("type").is_none()
        {
            return None;
        }
        self.expression(node)
    }

    /// A constant that fits a smaller type, or a zero that converts to an enum.
    fn is_constant_conversion(&self, node: Node<'a>, target: &Type) -> bool {
        const SMALL: [&str; 8] = ["byte", "sbyte", "short", "ushort", "uint", "ulong", "nuint", "nint"];
        let literal = match node.kind() {
            "prefix_unary_expression" | "unary_expression" | "parenthesized_expression" => {
                self.operands(node).last().is_some_and(|n| n.kind() == "integer_literal")
            }
            kind => kind == "integer_literal",
        };
        let target = target.strip();
        literal && (SMALL.iter().any(|s| target.is(s)) || self.node_text(node) == "0" && self.is_enum(target))
    }

    fn target(&self, node: Node<'a>) -> Option<Target> {
        let parent = node.parent()?;
        let is = |field: &str| parent.field(field) == Some(node);
        let bool_type = || Target::To(Type::named("bool"));
        if let Some(pattern) = self.swallowed_pattern(node) {
            return Some(self.pattern_target(node, pattern));
        }
        Some(match parent.kind() {
            "parenthesized_expression" | "checked_expression" => self.target(parent)?,
            "postfix_unary_expression" if self.node_text(parent).ends_with('!') => self.target(parent)?,
            "variable_declarator" => {
                let declaration = parent.parent()?;
                match declaration.field("type") {
                    Some(ty) if ty.kind() == "implicit_type" => Target::Own,
                    Some(ty) if ty.kind() == "ref_type" => Target::Own,
                    Some(ty) => self.type_node(ty).into(),
                    None => Target::Unknown,
                }
            }
            "property_declaration" => self.type_node(parent.field("type")?).into(),
            "parameter" => match parent.field("type") {
                Some(ty) => self.type_node(ty).into(),
                None => Target::Unknown,
            },
            "assignment_expression" => self.assigned(parent, is("left"))?,
            "return_statement" | "yield_statement" => {
                self.returned(parent, parent.kind() == "yield_statement").filter(|t| !t.is("void")).into()
            }
            "arrow_expression_clause" => match parent.parent()?.kind() {
                "constructor_declaration" | "destructor_declaration" => Target::Own,
                _ => match self.returned(parent, false) {
                    Some(ty) if ty.is("void") => Target::Own,
                    other => other.into(),
                },
            },
            "lambda_expression" | "anonymous_method_expression" => {
                let delegate = self.converted(parent).and_then(|t| self.delegate(&t));
                match delegate.and_then(|(_, result)| self.result_inside(parent, result, false)) {
                    Some(ty) if ty.is("void") => Target::Own,
                    other => other.into(),
                }
            }
            "argument" => self.argument_target(node, parent)?,
            "attribute_argument" => self.attribute_target(parent).into(),
            "if_statement" | "while_statement" | "do_statement" | "for_statement" if is("condition") => bool_type(),
            "conditional_expression" if is("condition") => bool_type(),
            "where_clause" | "when_clause" | "catch_filter_clause" => bool_type(),
            "conditional_expression" => {
                let branches = [parent.field("consequence")?, parent.field("alternative")?];
                match self.common_type(branches.into_iter()) {
                    Some(common) => Target::To(common),
                    None => self.target(parent)?,
                }
            }
            "switch_expression_arm" => {
                if self.operands(parent).last().copied() != Some(node) {
                    return Some(self.matched(node).into());
                }
                let switch = parent.parent()?;
                match self.switch_type(switch) {
                    Some(common) => Target::To(common),
                    None => self.target(switch)?,
                }
            }
            "constant_pattern" => self.pattern_target(node, parent),
            "throw_statement" | "throw_expression" => Target::To(Type::named("System.Exception")),
            "relational_pattern" => self.matched(parent).map(Type::not_null).into(),
            "switch_section" => self.matched(node).into(),
            "binary_expression" => self.operand_target(parent, is("left"))?,
            "prefix_unary_expression" | "unary_expression" => match self.node_text(parent.child(0)?) {
                "!" => bool_type(),
                "-" | "+" | "~" => match self.expression(parent) {
                    // The operand of a user-defined operator keeps its own type.
                    Some(ty) if self.is_number(&ty) => Target::To(ty),
                    Some(_) => Target::Own,
                    None => Target::Unknown,
                },
                "^" => Target::To(Type::named("int")),
                _ => Target::Own,
            },
            "range_expression" => Target::To(Type::named("System.Index")),
            "foreach_statement" if is("right") => match self.expression(node)?.strip() {
                Type::Array(..) => Target::To(Type::named("System.Collections.IEnumerable")),
                _ => Target::Own,
            },
            "cast_expression" if self.natural(node).is_none() => self.type_node(parent.field("type")?).into(),
            "initializer_expression" => self.element_target(parent, node).into(),
            "expression_element" | "collection_element" => self.collection_element(parent).into(),
            "collection_expression" => self.collection_element(node).into(),
            "with_initializer" => {
                let name = parent.named().into_iter().next()?;
                if name == node { Target::Own } else { self.expression(name).into() }
            }
            "array_rank_specifier" => Target::To(Type::named("int")),
            "member_access_expression" if is("expression") => self.receiver_target(parent, node),
            "conditional_access_expression" if is("condition") => Target::Own,
            "enum_member_declaration" => {
                let of = self.enclosing_type(parent).and_then(|t| self.find(&t));
                let underlying =
                    of.and_then(|f| self.canonical_text(f.declaration.bases.first()?, &self.place_of_type(&f)));
                Target::To(underlying.unwrap_or(Type::named("int")))
            }
            "equals_value_clause" => self.target(parent)?,
            _ => Target::Own,
        })
    }

    /// The grammar parses `x is null || b` as `x is (null || b)`. Returns the pattern whose operand `node` really is.
    fn swallowed_pattern(&self, node: Node<'a>) -> Option<Node<'a>> {
        let mut at = node;
        for _ in 0..super::model::MAX_DEPTH {
            let parent = at.parent()?;
            if parent.kind() == "constant_pattern" {
                return (at != node).then_some(parent);
            }
            let left = parent.kind() == "binary_expression" && parent.field("left") == Some(at);
            if !left {
                return None;
            }
            at = parent;
        }
        None
    }

    fn pattern_target(&self, node: Node<'a>, pattern: Node<'a>) -> Target {
        let denotes = node.is(&["identifier", "member_access_expression", "generic_name"]).then(|| self.entity(node));
        if let Some(Entity::TypeName(ty)) = denotes.flatten() {
            return Target::To(ty);
        }
        match self.matched(pattern) {
            Some(ty) if node.kind() == "null_literal" => Target::To(ty),
            Some(ty) if ty.is("object") => Target::Own,
            Some(ty) => Target::To(ty.not_null()),
            None => Target::Unknown,
        }
    }

    /// The target types of the two sides of an assignment.
    fn assigned(&self, assignment: Node<'a>, left: bool) -> Option<Target> {
        let (to, value) = (assignment.field("left")?, assignment.field("right")?);
        if left {
            return Some(Target::Own);
        }
        let operator = assignment.field("operator").map_or("=", |o| self.node_text(o));
        if to.kind() == "tuple_expression" {
            return Some(Target::Unknown);
        }
        let Some(ty) = self.expression(to) else {
            // The discard `_ = f()`.
            return Some(if self.node_text(to) == "_" { Target::Own } else { Target::Unknown });
        };
        Some(match operator {
            "=" | "??=" => Target::To(ty),
            "<<=" | ">>=" | ">>>=" => Target::To(Type::named("int")),
            _ if self.delegate(&ty).is_some() => Target::To(ty),
            _ => {
                let own = self.natural(value);
                match self.operands_of(operator.trim_end_matches('='), Some(&ty), own.as_ref(), (to, value)) {
                    Operands::Types(_, right) => Target::To(right),
                    Operands::Own => Target::Own,
                    Operands::Unknown => Target::Unknown,
                }
            }
        })
    }

    fn operand_target(&self, binary: Node<'a>, left: bool) -> Option<Target> {
        let operator = self.node_text(binary.field("operator")?);
        let (a, b) = (binary.field("left")?, binary.field("right")?);
        match operator {
            "&&" | "||" => return Some(Target::To(Type::named("bool"))),
            "is" | "as" => return Some(Target::Own),
            "??" if left => return Some(Target::Own),
            "??" => return Some(self.expression(binary).into()),
            _ => {}
        }
        // The grammar parses `a && b?.c != null` as `(a && b)?.c != null`: here the operand is `b?.c`.
        let of = |node: Node<'a>| match self.swallowed_operator(node) {
            Some(_) => self.expression_inner(node),
            None => self.natural(node),
        };
        let (x, y) = (of(a), of(b));
        Some(match self.operands_of(operator, x.as_ref(), y.as_ref(), (a, b)) {
            Operands::Types(x, y) => Target::To(if left { x } else { y }),
            Operands::Own => Target::Own,
            Operands::Unknown => Target::Unknown,
        })
    }

    fn argument_target(&self, node: Node<'a>, argument: Node<'a>) -> Option<Target> {
        let list = argument.parent()?;
        if list.kind() == "tuple_expression" {
            let elements: Vec<Node<'a>> = list.named().into_iter().filter(|n| n.kind() == "argument").collect();
            let number = elements.iter().position(|a| *a == argument)?;
            return Some(match self.converted(list) {
                Some(Type::Tuple(types)) => types.get(number).map(|e| e.0.clone()).into(),
                _ => Target::Own,
            });
        }
        // `ref`, `out` and `in` arguments are passed without conversion.
        if argument.all_children().iter().any(|c| c.is(&["ref", "out", "in"]))
            && node.kind() != "declaration_expression"
        {
            return Some(Target::Own);
        }
        let call = list.parent()?;
        let number = list.named().iter().filter(|a| a.kind() == "argument").position(|a| *a == argument)?;
        if call.kind() == "element_access_expression"
            && let Some(receiver) = self.expression(call.field("expression")?)
            && (matches!(receiver.strip(), Type::Array(..) | Type::Pointer(_)) || receiver.strip().is("string"))
        {
            let own = self.expression(node)?;
            let widened = ["char", "byte", "sbyte", "short", "ushort"].iter().any(|n| own.is(n));
            return Some(if widened { Target::To(Type::named("int")) } else { Target::Own });
        }
        if call.kind() == "invocation_expression" && self.node_text(call.field("function")?) == "nameof" {
            return Some(Target::Own);
        }
        if let Some(choice) = self.chosen(call) {
            return Some(choice.parameters.into_iter().nth(number).flatten().into());
        }
        if call.is(&["invocation_expression", "object_creation_expression"])
            && let Some(delegate) = self.called_delegate(call)
        {
            return Some(delegate.0.into_iter().nth(number).into());
        }
        if list.kind() == "element_binding_expression" {
            return Some(self.argument_type(argument).into());
        }
        Some(Target::Unknown)
    }

    /// The target of a receiver: the `this` parameter of an extension method, otherwise its own type.
    fn receiver_target(&self, access: Node<'a>, receiver: Node<'a>) -> Target {
        let call =
            access.parent().filter(|c| c.kind() == "invocation_expression" && c.field("function") == Some(access));
        let Some(call) = call else { return Target::Own };
        if self.expression(receiver).is_none() {
            return Target::Own;
        }
        match self.chosen(call) {
            Some(choice) if choice.method.receiver.is_some() => choice.receiver.into(),
            Some(_) => Target::Own,
            None => Target::Own,
        }
    }

    /// The type of the parameter or property that an attribute argument corresponds to.
    fn attribute_target(&self, argument: Node<'a>) -> Option<Type> {
        let attribute = argument.parent()?.parent().filter(|a| a.kind() == "attribute")?;
        let ty = self.attribute_type(attribute)?;
        if let Some(name) = argument.field("name").filter(|_| argument.all_children().iter().any(|c| c.kind() == "=")) {
            return self.member_type(self.members_named(&ty, self.node_text(name)).first()?);
        }
        let list = argument.parent()?.named().into_iter();
        let arguments: Vec<Node<'a>> =
            list.filter(|n| n.kind() == "attribute_argument" && n.field("name").is_none()).collect();
        let number = arguments.iter().position(|a| *a == argument)?;
        let types: Vec<Option<Type>> = arguments.iter().map(|a| self.expression(self.operands(*a).pop()?)).collect();
        let constructors = self.constructors(&ty);
        let mut fitting = constructors.iter().filter_map(|c| {
            let parameters = &c.declaration.parameters;
            let mut own = Vec::new();
            for (i, given) in types.iter().enumerate() {
                let rest = parameters.last().filter(|p| p.rest);
                let parameter = parameters.get(i).or(rest)?;
                let mut to = self.member_text(c, &parameter.type_text)?;
                if parameter.rest {
                    to = self.element_type(&to)?;
                }
                if let Some(given) = given {
                    self.conversion(given, &to)?;
                }
                own.push(to);
            }
            let required = parameters.iter().filter(|p| !p.optional && !p.rest).count();
            (required <= types.len()).then_some(own)
        });
        let first = fitting.next()?.into_iter().nth(number)?;
        Some(first)
    }

    /// The class of an attribute.
    pub(super) fn attribute_type(&self, attribute: Node<'a>) -> Option<Type> {
        let name = attribute.field("name")?;
        let found = self.csharp.resolve_attribute(self.node_text(name), &self.source.path, name.start_byte())?;
        Some(self.type_from(&found, Vec::new()))
    }

    fn collection_element(&self, element: Node<'a>) -> Option<Type> {
        let collection = syntax::ancestors(element).find(|n| n.kind() == "collection_expression")?;
        self.element_type(&self.converted(collection)?)
    }

    /// The target type of an element of an initializer.
    fn element_target(&self, initializer: Node<'a>, node: Node<'a>) -> Option<Type> {
        if node.kind() == "assignment_expression" {
            return self.expression(node);
        }
        let owner = initializer.parent()?;
        let collection = match owner.kind() {
            "implicit_array_creation_expression" => return self.element_type(&self.expression(owner)?),
            "object_creation_expression" | "implicit_object_creation_expression" => self.expression(owner)?,
            "assignment_expression" => self.expression(owner.field("left")?)?,
            _ => return self.expected_of_element(initializer, node),
        };
        let adders = self.members_named(&collection, "Add");
        let own = self.natural(node);
        let fits = adders
            .iter()
            .filter(|m| m.declaration.kind == DeclarationKind::Method && m.declaration.parameters.len() == 1);
        let types: Vec<Type> =
            fits.filter_map(|m| self.member_text(m, &m.declaration.parameters[0].type_text)).collect();
        let exact = types.iter().find(|t| own.as_ref().is_some_and(|o| o == *t));
        exact.or_else(|| types.iter().find(|t| own.as_ref().is_none_or(|o| self.conversion(o, t).is_some()))).cloned()
    }

    /// Whether it is a numeric type, nullable or not.
    pub(super) fn is_number(&self, ty: &Type) -> bool {
        super::operators::is_numeric(ty.strip())
    }
}
