//! Types of expressions, by kind.

use super::members::Entity;
use super::{SemanticModel, Type};
use syntax::{Node, NodeExt};

/// Operators that the grammar applies to the receiver of `?.`, not to the whole.
const SWALLOWING: &[&str] =
    &["binary_expression", "cast_expression", "await_expression", "prefix_unary_expression", "unary_expression"];

/// Type of an integer literal by suffix and size (C# specification §6.4.5.3).
fn integer_type(text: &str) -> Option<Type> {
    let lower = text.to_ascii_lowercase().replace('_', "");
    let (digits, radix) = match lower.get(..2) {
        Some("0x") => (lower.get(2..)?, 16),
        Some("0b") => (lower.get(2..)?, 2),
        _ => (lower.as_str(), 10),
    };
    let number = digits.trim_end_matches(['u', 'l']);
    let suffix = &digits[number.len()..];
    let value = u128::from_str_radix(number, radix).ok()?;
    let fits = |limit: u128| value <= limit;
    let candidates: &[(&str, u128)] =
        &[("int", i32::MAX as u128), ("uint", u32::MAX.into()), ("long", i64::MAX as u128), ("ulong", u64::MAX.into())];
    let allowed = |name: &str| match suffix {
        "" => true,
        "u" => matches!(name, "uint" | "ulong"),
        "l" => matches!(name, "long" | "ulong"),
        _ => name == "ulong",
    };
    candidates.iter().find(|(name, limit)| allowed(name) && fits(*limit)).map(|(name, _)| Type::named(name))
}

impl<'a> SemanticModel<'a> {
    pub(super) fn expression(&self, node: Node<'a>) -> Option<Type> {
        self.deeper(|| self.remembered(|answers| &answers.types, node, || self.expression_outer(node)))
    }

    fn expression_outer(&self, node: Node<'a>) -> Option<Type> {
        let ty = self.expression_inner(node);
        match self.swallowed_operator(node) {
            Some(operator) => match operator.kind() {
                "binary_expression" => self.binary_of(operator, ty),
                "cast_expression" => self.type_node(operator.field("type")?),
                "await_expression" => self.awaited(&ty?),
                _ => self.prefix_of(operator, ty),
            },
            None => ty,
        }
    }

    /// The grammar parses `a ?? b?.c` as `(a ?? b)?.c`, and `(T)a?.b`, `await a?.b`, `!a?.b` in the same way. Returns the operator at the start of
    /// the access chain that ends at `node`.
    pub(super) fn swallowed_operator(&self, node: Node<'a>) -> Option<Node<'a>> {
        let below = |node: Node<'a>| match node.kind() {
            "invocation_expression" => node.field("function"),
            "member_access_expression" | "element_access_expression" => node.field("expression"),
            "conditional_access_expression" => node.field("condition"),
            _ => None,
        };
        below(node)?;
        if node.parent().is_some_and(|parent| below(parent) == Some(node)) {
            return None;
        }
        let mut at = node;
        for _ in 0..super::model::MAX_DEPTH {
            let next = below(at)?;
            if next.is(SWALLOWING) {
                return (at.kind() == "conditional_access_expression").then_some(next);
            }
            at = next;
        }
        None
    }

    fn first(&self, node: Node<'a>) -> Option<Type> {
        self.expression(*self.operands(node).first()?)
    }

    pub(super) fn expression_inner(&self, node: Node<'a>) -> Option<Type> {
        let field = |name: &str| node.field(name);
        match node.kind() {
            "integer_literal" => integer_type(self.node_text(node)),
            "real_literal" => Some(Type::named(match self.node_text(node).as_bytes().last()? {
                b'f' | b'F' => "float",
                b'm' | b'M' => "decimal",
                _ => "double",
            })),
            "string_literal" | "raw_string_literal" | "verbatim_string_literal" => {
                let text = self.node_text(node);
                if text.ends_with("u8") || text.ends_with("U8") {
                    return Some(Type::generic("System.ReadOnlySpan", vec![Type::named("byte")]));
                }
                Some(Type::named("string"))
            }
            "interpolated_string_expression" => Some(Type::named("string")),
            "character_literal" => Some(Type::named("char")),
            "boolean_literal" | "is_expression" | "is_pattern_expression" => Some(Type::named("bool")),
            "sizeof_expression" => Some(Type::named("int")),
            "typeof_expression" => Some(Type::named("System.Type")),
            "range_expression" => Some(Type::named("System.Range")),
            "parenthesized_expression" | "checked_expression" | "ref_expression" => self.first(node),
            "identifier" if self.node_text(node) == "_" && node.parent().is_some_and(|p| p.kind() == "argument") => {
                match self.entity(node) {
                    Some(entity) => entity.value(),
                    None => self.argument_type(node.parent()?),
                }
            }
            // `a.Count()`, where `Count` is a property, may call an extension method.
            "member_access_expression"
                if node.parent().is_some_and(|p| p.field("function") == Some(node))
                    && matches!(self.callee(node), Some(Entity::Methods(_))) =>
            {
                None
            }
            "identifier" | "generic_name" | "member_access_expression" | "qualified_name" | "alias_qualified_name" => {
                self.entity(node)?.value()
            }
            "this" => self.enclosing_type(node),
            "base" => {
                let ty = self.enclosing_type(node)?;
                self.base_class(&ty)
            }
            "conditional_access_expression" => self.conditional_access(node),
            "invocation_expression" => self.invocation(node),
            "object_creation_expression" => self.type_node(field("type")?),
            "implicit_object_creation_expression" | "collection_expression" => self.expected(node),
            "array_creation_expression" => self.sized_array(field("type")?),
            "stackalloc_expression" => match self.sized_array(field("type")?)? {
                Type::Array(element, _) => Some(Type::generic("System.Span", [(*element).clone()])),
                _ => None,
            },
            "implicit_array_creation_expression" => {
                let initializer = node.named().into_iter().find(|n| n.kind() == "initializer_expression")?;
                Some(self.common_type(self.operands(initializer).into_iter())?.array())
            }
            "cast_expression" => self.type_node(field("type")?),
            "as_expression" => Some(self.type_node(field("right")?)?.nullable()),
            "default_expression" => match field("type") {
                Some(ty) => self.type_node(ty),
                None => self.expected(node),
            },
            "binary_expression" => self.binary(node),
            "prefix_unary_expression" | "unary_expression" => self.prefix(node),
            "postfix_unary_expression" => {
                let operand = self.first(node)?;
                Some(if self.node_text(node).ends_with('!') { operand.not_null() } else { operand })
            }
            "assignment_expression" => self.expression(field("left")?),
            "conditional_expression" => {
                let branches = [field("consequence")?, field("alternative")?];
                self.common_type(branches.into_iter()).or_else(|| self.expected(node))
            }
            "switch_expression" => self.switch_type(node).or_else(|| self.expected(node)),
            "await_expression" => self.awaited(&self.first(node)?),
            "element_access_expression" => self.element_access(node),
            "element_binding_expression" => {
                let types = node.named().into_iter().map(|a| self.expression(self.operands(a).pop()?));
                self.element(&self.initialized(node)?, &types.collect::<Vec<_>>())
            }
            "tuple_expression" => {
                let mut elements = Vec::new();
                for argument in node.named().into_iter().filter(|n| n.kind() == "argument") {
                    let name = argument.field("name");
                    let value = self.operands(argument).into_iter().rfind(|n| Some(*n) != name)?;
                    // Names are inferred from simple names.
                    let inferred = match value.kind() {
                        "identifier" => Some(value),
                        "member_access_expression" | "declaration_expression" => value.field("name"),
                        _ => None,
                    };
                    let name = name.or(inferred).map(|n| self.node_text(n).into());
                    elements.push((self.expression(value)?, name));
                }
                (elements.len() > 1).then(|| Type::tuple(elements))
            }
            "declaration_expression" => self.declared_expression(node),
            "with_expression" => self.first(node),
            "query_expression" => self.query(node),
            _ => None,
        }
    }

    /// `int[3][]`: an array type whose ranks may hold sizes.
    pub(super) fn sized_array(&self, node: Node<'a>) -> Option<Type> {
        let mut ranks = String::new();
        let mut inner = node;
        while let Some(rank) = inner.field("rank").filter(|_| inner.kind() == "array_type") {
            let commas = rank.all_children().iter().filter(|c| c.kind() == ",").count();
            ranks.insert_str(0, &format!("[{}]", ",".repeat(commas)));
            inner = inner.field("type")?;
        }
        self.canonical_text(&format!("{}{ranks}", self.node_text(inner)), &self.here(node.start_byte()))
    }

    /// The best common type of the arms of a switch expression.
    pub(super) fn switch_type(&self, switch: Node<'a>) -> Option<Type> {
        let arms = switch.named().into_iter().filter(|n| n.kind() == "switch_expression_arm");
        self.common_type(arms.filter_map(|arm| self.operands(arm).last().copied()))
    }

    pub(super) fn enclosing_type(&self, node: Node<'a>) -> Option<Type> {
        self.enclosing_types(node).into_iter().next()
    }

    /// What a name or member access means.
    pub(super) fn entity(&self, node: Node<'a>) -> Option<Entity> {
        self.deeper(|| match node.kind() {
            "identifier" => self.simple_name(node, self.node_text(node).trim_start_matches('@'), &[]),
            "generic_name" => {
                let (name, arguments) = self.generic_name(node)?;
                self.simple_name(node, name, &arguments)
            }
            "predefined_type" => Some(Entity::TypeName(Type::named(self.node_text(node)))),
            "nullable_type" | "array_type" | "tuple_type" => Some(Entity::TypeName(self.type_node(node)?)),
            "alias_qualified_name" => {
                let name = node.field("name")?;
                let text = self.node_text(name);
                if self.node_text(node.field("alias")?) != "global" {
                    return self.simple_name(node, text, &[]);
                }
                if self.csharp.is_namespace(text) {
                    return Some(Entity::Namespace(text.to_owned()));
                }
                self.find_name(text, 0).map(|_| Entity::TypeName(Type::named(text)))
            }
            "member_access_expression" | "qualified_name" => {
                let receiver = node.field("expression").or_else(|| node.field("qualifier"))?;
                self.access(self.entity(receiver)?, receiver, node.field("name")?)
            }
            _ => Some(Entity::Value(self.expression(node)?)),
        })
    }

    fn generic_name(&self, node: Node<'a>) -> Option<(&'a str, Vec<Type>)> {
        let children = node.named();
        let name = self.node_text(*children.first()?);
        let list = children.into_iter().find(|c| c.kind() == "type_argument_list")?;
        let arguments: Option<Vec<Type>> = list.named().into_iter().map(|n| self.type_node(n)).collect();
        Some((name, arguments?))
    }

    /// The type arguments written after a method's name.
    pub(super) fn written_arguments(&self, function: Node<'a>) -> Vec<Type> {
        let binding = function.named().into_iter().find(|n| n.kind() == "member_binding_expression");
        let named = binding.filter(|_| function.kind() == "conditional_access_expression").unwrap_or(function);
        let name = named.field("name").unwrap_or(named);
        if name.kind() == "generic_name" {
            self.generic_name(name).map(|g| g.1).unwrap_or_default()
        } else {
            Vec::new()
        }
    }

    /// `receiver.name`.
    fn access(&self, of: Entity, receiver: Node<'a>, name: Node<'a>) -> Option<Entity> {
        let (text, arguments) = match name.kind() {
            "generic_name" => self.generic_name(name)?,
            _ => (self.node_text(name).trim_start_matches('@'), Vec::new()),
        };
        if let Some(found) = self.member(&of, text, &arguments, name.start_byte()) {
            return Some(found);
        }
        // `Color.Red` where `Color` is a property of type `Color`.
        if let (Entity::Value(ty), "identifier") = (&of, receiver.kind()) {
            let same = ty.full_name().rsplit('.').next() == Some(self.node_text(receiver));
            return self.member(&Entity::TypeName(ty.clone()), text, &arguments, name.start_byte()).filter(|_| same);
        }
        None
    }

    /// The entity of `a?.b` or `a?[i]`; methods are returned as a group for the enclosing call.
    pub(super) fn conditional_entity(&self, node: Node<'a>) -> Option<Entity> {
        let condition = node.field("condition")?;
        // See `swallowed_operator`.
        let condition = match condition.kind() {
            "binary_expression" => condition.field("right")?,
            "cast_expression" => condition.field("value")?,
            kind if SWALLOWING.contains(&kind) => self.operands(condition).pop()?,
            _ => condition,
        };
        let receiver = self.expression(condition)?.not_null();
        let binding =
            node.named().into_iter().find(|n| n.is(&["member_binding_expression", "element_binding_expression"]))?;
        match binding.kind() {
            "member_binding_expression" => self.access(Entity::Value(receiver), condition, binding.field("name")?),
            _ => Some(Entity::Value(self.element(&receiver, &[])?)),
        }
    }

    fn conditional_access(&self, node: Node<'a>) -> Option<Type> {
        // Depending on the version of the grammar, what follows the binding is nested in it or contains it. The value is `null` when the receiver is.
        Some(self.conditional_entity(node)?.value()?.nullable())
    }

    fn element_access(&self, node: Node<'a>) -> Option<Type> {
        let receiver = self.expression(node.field("expression")?)?;
        let arguments = node.field("subscript").map(|s| s.named()).unwrap_or_default();
        let types: Vec<Option<Type>> =
            arguments.iter().map(|a| self.operands(*a).last().and_then(|value| self.expression(*value))).collect();
        self.element(&receiver, &types)
    }

    /// The type of the object that the object initializer containing `[key] = value` initializes.
    pub(super) fn initialized(&self, binding: Node<'a>) -> Option<Type> {
        let list = binding.parent()?.parent().filter(|l| l.kind() == "initializer_expression")?;
        let owner = list.parent()?;
        self.expression(if owner.kind() == "assignment_expression" { owner.field("left")? } else { owner })
    }

    /// The element type of an indexer access.
    fn element(&self, receiver: &Type, arguments: &[Option<Type>]) -> Option<Type> {
        let receiver = receiver.strip();
        let range = arguments.first().is_some_and(|a| a.as_ref().is_some_and(|t| t.is("System.Range")));
        match receiver {
            Type::Array(..) if range => return Some(receiver.clone()),
            Type::Array(element, _) => return Some((**element).clone()),
            Type::Pointer(element) => return Some((**element).clone()),
            ty if ty.is("string") => return Some(Type::named(if range { "string" } else { "char" })),
            _ => {}
        }
        if range {
            return self.members_named(receiver, "Slice").first().and_then(|m| self.member_type(m));
        }
        let indexers = self.members_named(receiver, "this[]");
        let mut best: Option<(usize, Type)> = None;
        for indexer in &indexers {
            let parameters = &indexer.declaration.parameters;
            if !arguments.is_empty() && parameters.len() != arguments.len() {
                continue;
            }
            let costs = arguments.iter().zip(parameters).map(|(argument, parameter)| {
                match (argument, self.member_text(indexer, &parameter.type_text)) {
                    (Some(from), Some(to)) => self.conversion(from, &to),
                    _ => Some(50),
                }
            });
            let Some(cost) = costs.sum::<Option<usize>>() else { continue };
            let Some(ty) = self.member_type(indexer) else { continue };
            if best.as_ref().is_none_or(|b| cost < b.0) {
                best = Some((cost, ty));
            }
        }
        best.map(|b| b.1)
    }

    /// The best common type of expressions. `null` makes it nullable; `throw` does not count.
    pub(super) fn common_type(&self, expressions: impl Iterator<Item = Node<'a>>) -> Option<Type> {
        let mut types: Vec<Type> = Vec::new();
        let mut null = false;
        for node in expressions {
            match node.kind() {
                "null_literal" => null = true,
                "throw_expression" => {}
                _ => types.push(self.expression(node)?),
            }
        }
        let all = |to: &Type| types.iter().all(|from| self.conversion(from, to).is_some());
        let common = types.iter().find(|to| all(to))?.clone();
        // `c ? null : 1` has no natural type.
        match null {
            true if self.is_value_type(&common) && !matches!(common, Type::Nullable(_)) => None,
            true => Some(common.nullable()),
            false => Some(common),
        }
    }

    /// `from … select …`: an `IEnumerable` or `IQueryable` of the selected type.
    fn query(&self, node: Node<'a>) -> Option<Type> {
        let clauses = node.named();
        let from = clauses.iter().find(|n| n.kind() == "from_clause")?;
        let source = self.expression(self.after_token(*from, "in")?)?;
        let queryable = "System.Linq.IQueryable";
        let result = match self.supertypes(source.strip()).iter().any(|(t, _)| t.arguments_of(queryable).is_some()) {
            true => queryable,
            false => "System.Collections.Generic.IEnumerable",
        };
        let last = clauses.iter().rfind(|n| n.is(&["select_clause", "group_clause"]))?;
        let values = self.operands(*last);
        let element = match last.kind() {
            "select_clause" => self.expression(*values.first()?)?,
            _ => {
                let (value, key) = (self.expression(*values.first()?)?, self.expression(*values.get(1)?)?);
                Type::generic("System.Linq.IGrouping", vec![key, value])
            }
        };
        Some(Type::generic(result, vec![element]))
    }
}

#[cfg(test)]
mod tests {
    use super::integer_type;

    #[test]
    fn integer_literals_take_the_first_type_that_fits() {
        for (text, ty) in [
            ("1", "int"),
            ("2147483648", "uint"),
            ("0xFFFF_FFFF", "uint"),
            ("4294967296", "long"),
            ("1L", "long"),
            ("1u", "uint"),
            ("0b1UL", "ulong"),
            ("18446744073709551615", "ulong"),
        ] {
            assert_eq!(integer_type(text).unwrap().to_string(), ty, "{text}");
        }
        assert_eq!(integer_type("99999999999999999999999"), None);
    }
}
