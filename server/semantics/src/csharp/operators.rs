//! Operators: numeric promotion, strings, enums, user-defined operators.

use super::{Member, SemanticModel, Type};
use syntax::{Node, NodeExt};

/// Binary numeric promotion (C# specification §12.4.7.3).
fn promoted(a: &str, b: &str) -> Option<&'static str> {
    const NUMBERS: [&str; 14] = [
        "sbyte", "byte", "short", "ushort", "char", "int", "uint", "nint", "nuint", "long", "ulong", "float", "double",
        "decimal",
    ];
    if !NUMBERS.contains(&a) || !NUMBERS.contains(&b) {
        return None;
    }
    let either = |name: &str| a == name || b == name;
    let signed = |name: &str| matches!(name, "sbyte" | "short" | "int" | "long" | "nint");
    let other = |name: &str| if a == name { b } else { a };
    Some(if either("decimal") {
        if either("float") || either("double") {
            return None;
        }
        "decimal"
    } else if either("double") {
        "double"
    } else if either("float") {
        "float"
    } else if either("ulong") {
        if signed(other("ulong")) {
            return None;
        }
        "ulong"
    } else if either("long") {
        "long"
    } else if either("nuint") {
        if signed(other("nuint")) {
            return None;
        }
        "nuint"
    } else if either("nint") {
        if either("uint") { "long" } else { "nint" }
    } else if either("uint") {
        if signed(other("uint")) { "long" } else { "uint" }
    } else {
        "int"
    })
}

/// Whether it is a numeric type.
pub(super) fn is_numeric(ty: &Type) -> bool {
    promoted(name_of(ty), name_of(ty)).is_some()
}

/// The conversions of the operands of a binary operator.
pub(super) enum Operands {
    /// Types that the left and the right operand are converted to.
    Types(Type, Type),
    /// The operands keep their own types.
    Own,
    /// Not known.
    Unknown,
}

fn name_of(ty: &Type) -> &str {
    match ty {
        Type::Named { outer: None, name, arguments } if arguments.is_empty() => name,
        _ => "",
    }
}

impl<'a> SemanticModel<'a> {
    pub(super) fn binary(&self, node: Node<'a>) -> Option<Type> {
        let right = node.field("right")?;
        if self.node_text(node.field("operator")?) == "as" {
            return Some(self.type_node(right)?.nullable());
        }
        self.binary_of(node, self.expression(right))
    }

    /// The type of a binary expression whose right operand has the type `b`.
    pub(super) fn binary_of(&self, node: Node<'a>, b: Option<Type>) -> Option<Type> {
        let operator = self.node_text(node.field("operator")?);
        let (left, right) = (node.field("left")?, node.field("right")?);
        match operator {
            "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" | "is" => return Some(Type::named("bool")),
            "??" => {
                let a = self.expression(left)?;
                return match (right.kind(), b) {
                    ("throw_expression" | "default_expression", _) => Some(a.not_null()),
                    (_, Some(b)) if self.conversion(&b, a.strip()).is_some() => {
                        let plain = a.not_null();
                        Some(if matches!(b, Type::Nullable(_)) { plain.nullable() } else { plain })
                    }
                    (_, Some(b)) if self.conversion(a.strip(), &b).is_some() => Some(b),
                    ("null_literal", None) => Some(a),
                    _ => None,
                };
            }
            _ => {}
        }
        let a = self.expression(left);
        let is_string = |t: &Option<Type>| t.as_ref().is_some_and(|t| t.strip().is("string"));
        if operator == "+" && (is_string(&a) || is_string(&b)) {
            return Some(Type::named("string"));
        }
        self.binary_types(operator, &a?, &b?, (left, right))
    }

    fn binary_types(&self, operator: &str, a: &Type, b: &Type, nodes: (Node<'a>, Node<'a>)) -> Option<Type> {
        let nullable = matches!(a, Type::Nullable(_)) || matches!(b, Type::Nullable(_));
        let lift = |ty: Type| if nullable { ty.nullable() } else { ty };
        let (x, y) = (a.strip(), b.strip());
        if matches!(operator, "<<" | ">>" | ">>>") {
            if promoted(name_of(x), name_of(x)).is_some() {
                return self.unary_promoted(x).map(lift);
            }
        } else if let Some(name) = self.promoted_constants(x, y, nodes) {
            return Some(lift(Type::named(name)));
        }
        if matches!(operator, "&" | "|" | "^") && (x.is("bool") && y.is("bool") || x == y && self.is_enum(x)) {
            return Some(lift(x.clone()));
        }
        if self.is_enum(x) || self.is_enum(y) {
            return match operator {
                "-" if x == y => Some(lift(Type::named("int"))),
                "+" | "-" if promoted(name_of(y), "int").is_some() => Some(lift(x.clone())),
                "+" if promoted(name_of(x), "int").is_some() => Some(lift(y.clone())),
                _ => None,
            };
        }
        self.user_operator(operator, &[x, y]).map(lift)
    }

    /// Numeric promotion; a constant that fits takes the signedness of the other operand.
    fn promoted_constants(&self, x: &Type, y: &Type, nodes: (Node<'a>, Node<'a>)) -> Option<&'static str> {
        let constant = |node: Node<'a>| node.kind() == "integer_literal";
        let unsigned = |t: &Type| matches!(name_of(t), "uint" | "ulong" | "nuint");
        if unsigned(x) && name_of(y) == "int" && constant(nodes.1) {
            return promoted(name_of(x), name_of(x));
        }
        if unsigned(y) && name_of(x) == "int" && constant(nodes.0) {
            return promoted(name_of(y), name_of(y));
        }
        promoted(name_of(x), name_of(y))
    }

    fn unary_promoted(&self, ty: &Type) -> Option<Type> {
        promoted(name_of(ty), "sbyte").map(|name| match (name_of(ty), name) {
            ("uint" | "ulong" | "nuint", _) => ty.clone(),
            (_, name) => Type::named(name),
        })
    }

    /// The conversions of the operands of `operator`. `None` as type: the operand has no type of its own (`null`).
    pub(super) fn operands_of(
        &self,
        operator: &str,
        left: Option<&Type>,
        right: Option<&Type>,
        nodes: (Node<'a>, Node<'a>),
    ) -> Operands {
        let comparison = matches!(operator, "==" | "!=" | "<" | ">" | "<=" | ">=");
        let (a, b) = match (left, right) {
            (Some(a), Some(b)) => (a, b),
            (Some(own), None) | (None, Some(own)) => {
                let other = if left.is_none() { nodes.0 } else { nodes.1 };
                if !matches!(other.kind(), "null_literal" | "default_expression") {
                    return Operands::Unknown;
                }
                let target = match own {
                    _ if operator == "+" && own.strip().is("string") => own.clone(),
                    _ if !matches!(operator, "==" | "!=") => return Operands::Unknown,
                    Type::Pointer(_) => return Operands::Unknown,
                    Type::Nullable(inner) if self.is_value_type(inner) => own.clone(),
                    _ if self.is_value_type(own) || other.kind() == "default_expression" => own.clone(),
                    // Reference types are compared as objects, unless one of them declares the operator.
                    _ if own.strip().is("string") || self.delegate(own).is_some() => own.strip().clone(),
                    _ => match self.operator_candidates(operator, &[own.strip()]).first() {
                        Some((_, parameters, _)) => parameters[0].clone(),
                        None if self.is_type_parameter(own) => return Operands::Own,
                        None => Type::named("object"),
                    },
                };
                return Operands::Types(target.clone(), target);
            }
            (None, None) => return Operands::Unknown,
        };
        let nullable = matches!(a, Type::Nullable(inner) if self.is_value_type(inner))
            || matches!(b, Type::Nullable(inner) if self.is_value_type(inner));
        let lift = |ty: Type| if nullable { ty.nullable() } else { ty };
        let (x, y) = (a.strip(), b.strip());
        let both = |ty: Type| Operands::Types(ty.clone(), ty);
        if operator == "+" && (x.is("string") || y.is("string")) {
            let other = |t: &Type| if t.is("string") { t.clone() } else { Type::named("object") };
            return Operands::Types(other(x), other(y));
        }
        if matches!(operator, "<<" | ">>" | ">>>") {
            return match self.unary_promoted(x) {
                Some(ty) => Operands::Types(lift(ty), lift(Type::named("int"))),
                None => Operands::Own,
            };
        }
        if let Some(name) = self.promoted_constants(x, y, nodes) {
            return both(lift(Type::named(name)));
        }
        if x.is("bool") && y.is("bool") {
            return both(lift(x.clone()));
        }
        if self.is_enum(x) || self.is_enum(y) {
            return match operator {
                _ if x == y => both(lift(x.clone())),
                // The constant zero converts to every enum type.
                _ if comparison && self.is_enum(x) => both(lift(x.clone())),
                _ if comparison => both(lift(y.clone())),
                _ => Operands::Own,
            };
        }
        if let Some((_, parameters, _)) = self.best_operator(operator, &[x, y])
            && let [first, second] = parameters.as_slice()
        {
            return Operands::Types(lift(first.clone()), lift(second.clone()));
        }
        if comparison {
            let plain = |t: &Type| t.without_annotations();
            if x.is("string") && y.is("string") || self.delegate(x).is_some() && plain(x) == plain(y) {
                return both(x.clone());
            }
            if !self.is_value_type(x)
                && !self.is_value_type(y)
                && !self.is_type_parameter(x)
                && !self.is_type_parameter(y)
            {
                return both(Type::named("object"));
            }
        }
        Operands::Own
    }

    /// The user-defined operator that the expression uses, declared by the type of an operand.
    pub(super) fn operator_member(&self, node: Node<'a>) -> Option<Member> {
        let (operator, operands) = match node.kind() {
            "binary_expression" => (node.field("operator")?, vec![node.field("left")?, node.field("right")?]),
            _ => (node.child(0)?, vec![*self.operands(node).last()?]),
        };
        let types: Vec<Option<Type>> = operands.iter().map(|o| self.expression(*o)).collect();
        let known: Option<Vec<&Type>> = types.iter().map(|t| t.as_ref().map(Type::strip)).collect();
        let operator = self.node_text(operator);
        if let Some(known) = known {
            if let [x, y] = known.as_slice()
                && (promoted(name_of(x), name_of(y)).is_some() || x.is("string") || y.is("string"))
            {
                return None;
            }
            return self.best_operator(operator, &known).map(|(member, ..)| member);
        }
        // `x == null`
        let own = types.iter().flatten().next()?.strip().clone();
        let null = operands.iter().any(|o| o.kind() == "null_literal");
        let mut candidates = self.operator_candidates(operator, &[&own]);
        let nearest = candidates.iter().map(|c| c.0.distance).min()?;
        candidates.retain(|c| c.0.distance == nearest);
        (null && candidates.len() == 1).then(|| candidates.remove(0).0)
    }

    /// Binary operators declared by the types of the operands, each with its parameter types and its return type.
    fn operator_candidates(&self, operator: &str, holders: &[&Type]) -> Vec<(Member, Vec<Type>, Type)> {
        let name = format!("operator {operator}");
        let mut out = Vec::new();
        for holder in holders {
            for member in self.members_named(holder, &name) {
                let parameters = member.declaration.parameters.iter().map(|p| self.member_text(&member, &p.type_text));
                let Some(parameters) = parameters.collect::<Option<Vec<Type>>>() else { continue };
                let Some(result) = self.member_type(&member) else { continue };
                out.push((member, parameters, result));
            }
        }
        out
    }

    fn best_operator(&self, operator: &str, operands: &[&Type]) -> Option<(Member, Vec<Type>, Type)> {
        let fitting = self.operator_candidates(operator, operands).into_iter().filter_map(|candidate| {
            (candidate.1.len() == operands.len()).then_some(())?;
            let costs = operands.iter().zip(&candidate.1).map(|(operand, to)| self.conversion(operand, to));
            Some((costs.sum::<Option<usize>>()?, candidate))
        });
        fitting.min_by_key(|(cost, _)| *cost).map(|(_, candidate)| candidate)
    }

    /// The return type of the user-defined `operator`.
    fn user_operator(&self, operator: &str, operands: &[&Type]) -> Option<Type> {
        self.best_operator(operator, operands).map(|(_, _, result)| result)
    }

    pub(super) fn prefix(&self, node: Node<'a>) -> Option<Type> {
        let operand = node.field("argument").or_else(|| node.named().first().copied())?;
        let operator = self.node_text(node.child(0)?);
        if operator == "!" {
            return Some(Type::named("bool"));
        }
        if operator == "^" {
            return Some(Type::named("System.Index"));
        }
        let ty = self.expression(operand);
        self.prefix_of(node, ty)
    }

    /// The type of a prefix expression whose operand has the type `ty`.
    pub(super) fn prefix_of(&self, node: Node<'a>, ty: Option<Type>) -> Option<Type> {
        let operator = self.node_text(node.child(0)?);
        if operator == "!" {
            return Some(Type::named("bool"));
        }
        let ty = ty?;
        let plain = ty.strip();
        let lift = |new: Type| if matches!(ty, Type::Nullable(_)) { new.nullable() } else { new };
        match operator {
            "++" | "--" => Some(ty),
            "*" => match ty {
                Type::Pointer(inner) => Some((*inner).clone()),
                _ => None,
            },
            "&" => Some(ty.pointer()),
            "-" if plain.is("uint") => Some(lift(Type::named("long"))),
            "+" | "-" | "~" => {
                if operator == "~" && self.is_enum(plain) {
                    return Some(ty);
                }
                self.unary_promoted(plain).or_else(|| self.user_operator(operator, &[plain])).map(lift)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::promoted;

    #[test]
    fn numbers_are_promoted() {
        assert_eq!(promoted("byte", "byte"), Some("int"));
        assert_eq!(promoted("char", "short"), Some("int"));
        assert_eq!(promoted("int", "uint"), Some("long"));
        assert_eq!(promoted("float", "double"), Some("double"));
        assert_eq!(promoted("long", "ulong"), None);
        assert_eq!(promoted("decimal", "double"), None);
        assert_eq!(promoted("string", "int"), None);
    }
}
