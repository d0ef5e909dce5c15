//! The expected type of an expression: the type that its context requires.

use super::scope::MEMBERS;
use super::{SemanticModel, Type};
use index::DeclarationKind;
use smol_str::SmolStr;
use syntax::{Node, NodeExt, ancestors};

const LAMBDAS: &[&str] = &["lambda_expression", "anonymous_method_expression"];

fn bool_type() -> Option<Type> {
    Some(Type::named("bool"))
}

impl<'a> SemanticModel<'a> {
    pub(super) fn expected(&self, node: Node<'a>) -> Option<Type> {
        self.deeper(|| self.expected_inner(node))
    }

    fn expected_inner(&self, node: Node<'a>) -> Option<Type> {
        let parent = node.parent()?;
        let is = |field: &str| parent.field(field) == Some(node);
        match parent.kind() {
            "parenthesized_expression" | "checked_expression" | "ref_expression" => self.expected(parent),
            // `node` is the name of what is called or accessed: the context sees the whole expression.
            "invocation_expression" if is("function") => self.expected(parent),
            "member_access_expression" | "member_binding_expression" if is("name") => self.expected(parent),
            "conditional_access_expression" if !is("condition") => self.expected(parent).map(Type::nullable),
            "postfix_unary_expression" => match parent.child(1)? {
                // The grammar parses a bare `a.b;` as a statement by inserting a missing `!`.
                mark if mark.is_missing() => self.expected(parent),
                mark if mark.kind() == "!" => self.expected(parent).map(Type::nullable),
                _ => Some(Type::named("int")),
            },
            // They pass on what is awaited or enumerated.
            "member_access_expression"
                if matches!(self.node_text(parent.field("name")?), "ConfigureAwait" | "WithCancellation") =>
            {
                let call = parent.parent().filter(|c| c.kind() == "invocation_expression")?;
                let outer = call
                    .parent()
                    .filter(|a| a.is(&["await_expression", "foreach_statement", "member_access_expression"]));
                self.expected(outer.map(|_| call)?)
            }
            "prefix_unary_expression" | "unary_expression" => match self.node_text(parent.child(0)?) {
                "!" => bool_type(),
                "-" | "+" | "~" => Some(self.expected(parent).filter(|t| !t.is("void")).unwrap_or(Type::named("int"))),
                "++" | "--" | "^" => Some(Type::named("int")),
                _ => None,
            },
            "expression_statement" => Some(Type::named("void")),
            "variable_declarator" => {
                let declaration = parent.parent()?;
                match declaration.field("type").and_then(|t| self.type_node(t)) {
                    Some(ty) => Some(ty),
                    None => self.deconstructed_by(parent).or_else(|| self.disposed(declaration.parent()?)),
                }
            }
            "property_declaration" => self.type_node(parent.field("type")?),
            "enum_member_declaration" => Some(Type::named("int")),
            "parameter" => self.type_node(parent.field("type")?),
            "assignment_expression" => self.expected_of_assignment(parent, is("left")),
            "return_statement" => self.returned(parent, false),
            "yield_statement" => self.returned(parent, true),
            "arrow_expression_clause" => match parent.parent()?.kind() {
                "constructor_declaration" | "destructor_declaration" => Some(Type::named("void")),
                _ => self.returned(parent, false),
            },
            kind if LAMBDAS.contains(&kind) => {
                let (_, result) = self.delegate(&self.expected(parent)?)?;
                self.result_inside(parent, result, false)
            }
            "argument" => match parent.parent()?.kind() {
                "tuple_expression" => self.tuple_element(parent),
                _ => self.argument_type(parent),
            },
            "attribute_argument" => None,
            "if_statement" | "while_statement" | "do_statement" | "for_statement" if is("condition") => bool_type(),
            "where_clause" | "when_clause" | "catch_filter_clause" => bool_type(),
            "for_statement" => Some(Type::named("void")),
            "conditional_expression" => {
                if is("condition") {
                    return bool_type();
                }
                let other = if is("consequence") { "alternative" } else { "consequence" };
                match self.expected(parent).filter(|t| !t.is("void")) {
                    Some(ty) => Some(ty),
                    None => self.expression(parent.field(other)?),
                }
            }
            "throw_statement" | "throw_expression" => Some(Type::named("System.Exception")),
            "using_statement" => self.disposed(parent),
            "lock_statement" => Some(Type::named("object")),
            "switch_statement" if is("value") && node.kind() != "default_expression" => {
                self.switched(parent).or(Some(Type::named("int")))
            }
            "interpolation" => Some(Type::named("object")),
            "foreach_statement" if is("right") => {
                let element = parent.field("type").and_then(|t| self.type_node(t));
                let element = element.or_else(|| self.taken_apart(parent.field("left")?));
                let collection = match parent.all_children().iter().any(|c| c.kind() == "await") {
                    true => "System.Collections.Generic.IAsyncEnumerable",
                    false => "System.Collections.Generic.IEnumerable",
                };
                Some(Type::generic(collection, vec![element.unwrap_or(Type::named("object"))]))
            }
            "cast_expression" => self.type_node(parent.field("type")?),
            "as_expression" | "is_expression" | "is_pattern_expression" => Some(Type::named("object")),
            "await_expression" => {
                let result = self.expected(parent).filter(|t| !t.is("void"));
                let task = "System.Threading.Tasks.Task";
                Some(match result {
                    Some(ty) => Type::generic(task, vec![ty]),
                    // What is done with the result needs one.
                    None if !self.is_discarded(parent) => {
                        let parts = self.deconstructed_by(self.outer(parent));
                        Type::generic(task, vec![parts.unwrap_or(Type::named("object"))])
                    }
                    None => Type::named(task),
                })
            }
            "binary_expression" => self.expected_of_operand(parent, is("left")),
            "switch_expression_arm" => {
                let switch = parent.parent()?;
                let value = self.operands(parent).last().copied() == Some(node);
                if !value {
                    return self.matched(node);
                }
                self.expected(switch).or_else(|| {
                    let others =
                        switch.named().into_iter().filter(|a| a.kind() == "switch_expression_arm" && *a != parent);
                    self.common_type(others.filter_map(|arm| self.operands(arm).last().copied()))
                })
            }
            "constant_pattern" => self.matched(parent),
            "switch_section" => self.matched(node),
            "relational_pattern" => self.matched(parent),
            "element_access_expression" | "array_rank_specifier" => {
                (parent.kind() == "array_rank_specifier").then(|| Type::named("int"))
            }
            "initializer_expression" => self.expected_of_element(parent, node),
            "expression_element" => {
                let collection = self.expected(ancestors(parent).find(|n| n.kind() == "collection_expression")?)?;
                self.element_type(&collection)
            }
            "with_initializer" => {
                let name = parent.named().into_iter().next().filter(|n| *n != node)?;
                self.expression(name)
            }
            _ => None,
        }
    }

    /// The type that a `using` statement or declaration requires.
    fn disposed(&self, statement: Node<'a>) -> Option<Type> {
        let has = |token: &str| statement.all_children().iter().any(|c| c.kind() == token);
        let ty = if has("await") { "System.IAsyncDisposable" } else { "System.IDisposable" };
        (statement.kind() == "using_statement" || has("using")).then(|| Type::named(ty))
    }

    /// The tuple type that `var (a, b) = …` requires.
    fn deconstructed_by(&self, declarator: Node<'a>) -> Option<Type> {
        self.taken_apart(syntax::child_of_kind(declarator, "tuple_pattern")?)
    }

    /// Whether the value of `node` is of no use, as far as is known.
    fn is_discarded(&self, node: Node<'a>) -> bool {
        let outer = self.outer(node);
        let statement = ["expression_statement", "for_statement", "arrow_expression_clause", "return_statement"];
        outer.is(&statement) || LAMBDAS.contains(&outer.kind())
    }

    /// What contains `node`, without parentheses.
    fn outer(&self, node: Node<'a>) -> Node<'a> {
        let mut above = ancestors(node).skip(1);
        above.find(|n| n.kind() != "parenthesized_expression").unwrap_or(node)
    }

    fn expected_of_assignment(&self, assignment: Node<'a>, left: bool) -> Option<Type> {
        let other = assignment.field(if left { "right" } else { "left" })?;
        let operator = assignment.field("operator").map_or("=", |o| self.node_text(o));
        let ty = match other.kind() {
            "tuple_expression" if !left => self.taken_apart(other),
            _ => self.expression(other).or_else(|| self.counted(other, assignment.field("left")?)),
        };
        match (ty, operator) {
            (Some(ty), "??=") if left => Some(ty.nullable()),
            (Some(_), "<<=" | ">>=" | ">>>=") if !left => Some(Type::named("int")),
            (Some(ty), _) => Some(ty),
            (None, "&=" | "|=" | "^=") => bool_type(),
            _ => None,
        }
    }

    /// The tuple type that a deconstruction requires of its value; elements of unknown type are `object`.
    fn taken_apart(&self, target: Node<'a>) -> Option<Type> {
        // `var (a, (b, c))`
        if target.is(&["tuple_pattern", "parenthesized_variable_designation"]) {
            let parts = target.named().into_iter().filter(|n| n.kind() != "comment");
            let name = |n: Node<'a>| Some(self.node_text(n)).filter(|t| n.kind() == "identifier" && *t != "_");
            let parts = parts.map(|n| (self.taken_apart(n).unwrap_or(Type::named("object")), name(n).map(Into::into)));
            return Some(parts.collect::<Vec<_>>()).filter(|e| e.len() > 1).map(Type::tuple);
        }
        if target.kind() != "tuple_expression" {
            return None;
        }
        let elements = target.named().into_iter().filter(|n| n.kind() == "argument").map(|argument| {
            let value = self.operands(argument).pop()?;
            let name = match value.kind() {
                "identifier" if self.node_text(value) != "_" => Some(value),
                "declaration_expression" => value.field("name"),
                _ => None,
            };
            let ty = self.taken_apart(value).or_else(|| self.expression(value));
            Some((ty.unwrap_or(Type::named("object")), name.map(|n| SmolStr::new(self.node_text(n)))))
        });
        elements.collect::<Option<Vec<_>>>().filter(|e| e.len() > 1).map(Type::tuple)
    }

    /// The type that `a + 1` requires when it is assigned to `a` itself.
    fn counted(&self, value: Node<'a>, target: Node<'a>) -> Option<Type> {
        let operator = value.field("operator").filter(|_| value.kind() == "binary_expression")?;
        let arithmetic = matches!(self.node_text(operator), "+" | "-" | "*" | "/" | "%");
        let operands = [value.field("left")?, value.field("right")?];
        let other =
            operands.iter().position(|n| self.node_text(*n) == self.node_text(target)).filter(|_| arithmetic)?;
        self.expression(operands[1 - other])
    }

    /// The type that the governing expression of a `switch` statement requires: that of its first constant label.
    fn switched(&self, switch: Node<'a>) -> Option<Type> {
        let sections = switch.field("body")?.named().into_iter().filter(|n| n.kind() == "switch_section");
        let labels = sections.flat_map(|section| section.named());
        labels.filter(|n| n.kind() == "constant_pattern").find_map(|label| self.expression(self.operands(label).pop()?))
    }

    fn expected_of_operand(&self, binary: Node<'a>, left: bool) -> Option<Type> {
        // The grammar parses `a && b?.c` as `(a && b)?.c`: here `b` is not an operand.
        let swallowed = binary
            .parent()
            .is_some_and(|p| p.kind() == "conditional_access_expression" && p.field("condition") == Some(binary));
        if swallowed && !left {
            return None;
        }
        let operator = self.node_text(binary.field("operator")?);
        let other_node = binary.field(if left { "right" } else { "left" })?;
        match operator {
            "&&" | "||" => return bool_type(),
            "<<" | ">>" | ">>>" => return Some(Type::named("int")),
            "is" | "as" => return Some(Type::named("object")),
            _ => {}
        }
        let other = self.expression(other_node);
        match operator {
            "??" => match (left, other) {
                (true, Some(ty)) => Some(ty.nullable()),
                (true, None) => self.expected(binary).map(Type::nullable),
                (false, Some(ty)) => Some(ty.not_null()),
                (false, None) => self.expected(binary),
            },
            "+" if other.as_ref().is_some_and(|t| t.strip().is("string")) => Some(Type::named("string")),
            "==" | "!=" if other_node.kind() == "null_literal" => Some(Type::named("object")),
            "&" | "|" | "^" if other.is_none() => self.expected(binary).or_else(bool_type),
            "<" | ">" | "<=" | ">=" if other.is_none() => Some(Type::named("int")),
            _ => other,
        }
    }

    /// The type of the value that `statement` (a `return`, `yield return` or arrow) returns from its enclosing function.
    pub(super) fn returned(&self, statement: Node<'a>, yielded: bool) -> Option<Type> {
        for ancestor in ancestors(statement).skip(1) {
            match ancestor.kind() {
                kind if LAMBDAS.contains(&kind) => {
                    let (_, result) = self.delegate(&self.expected(ancestor)?)?;
                    return self.result_inside(ancestor, result, false);
                }
                "local_function_statement" => {
                    return self.result_inside(ancestor, self.type_node(ancestor.field("type")?)?, yielded);
                }
                "accessor_declaration" => {
                    let getter = ancestor.field("name").is_some_and(|n| self.node_text(n) == "get");
                    if !getter {
                        return Some(Type::named("void"));
                    }
                }
                kind if MEMBERS.contains(&kind) => {
                    let ty = ancestor.field("returns").or_else(|| ancestor.field("type"))?;
                    return self.result_inside(ancestor, self.type_node(ty)?, yielded);
                }
                _ => {}
            }
        }
        None
    }

    /// The type of the returned values in the body of an async function or iterator.
    pub(super) fn result_inside(&self, function: Node<'a>, ty: Type, yielded: bool) -> Option<Type> {
        if yielded {
            return self.element_type(&ty);
        }
        let is_async = function.all_children().iter().any(|c| self.node_text(*c) == "async");
        if is_async && !ty.is("void") { self.awaited(&ty) } else { Some(ty) }
    }

    fn tuple_element(&self, argument: Node<'a>) -> Option<Type> {
        let tuple = argument.parent()?;
        let number = tuple.named().iter().filter(|n| n.kind() == "argument").position(|a| *a == argument)?;
        match self.expected(tuple)?.not_null() {
            Type::Tuple(elements) => elements.get(number).map(|e| e.0.clone()),
            _ => None,
        }
    }

    /// The expected type of an element of an array or collection initializer.
    pub(super) fn expected_of_element(&self, initializer: Node<'a>, node: Node<'a>) -> Option<Type> {
        let owner = initializer.parent()?;
        let of = match owner.kind() {
            "array_creation_expression" => self.sized_array(owner.field("type")?)?,
            "implicit_array_creation_expression" => {
                let others = self.operands(initializer).into_iter().filter(|n| *n != node);
                return self.common_type(others).or_else(|| match self.expected(owner)? {
                    Type::Array(element, _) => Some((*element).clone()),
                    _ => None,
                });
            }
            "object_creation_expression" | "implicit_object_creation_expression" => self.expression(owner)?,
            "variable_declarator" => self.type_node(owner.parent()?.field("type")?)?,
            // `{ key, value }` in a collection initializer.
            "initializer_expression" => {
                let collection = owner.parent().filter(|o| o.kind().ends_with("object_creation_expression"))?;
                let number = self.operands(initializer).iter().position(|n| *n == node)?;
                let count = self.operands(initializer).len();
                let ty = self.expression(collection)?;
                let adders = self.members_named(&ty, "Add");
                let adder = adders.iter().find(|m| {
                    m.declaration.kind == DeclarationKind::Method && m.declaration.parameters.len() == count
                })?;
                return self.member_text(adder, &adder.declaration.parameters.get(number)?.type_text);
            }
            "assignment_expression" => self.expression(owner.field("left")?)?,
            _ => return None,
        };
        self.element_type(&of)
    }
}
