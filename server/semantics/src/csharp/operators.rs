//! Operators: promotion of numbers, strings, enums, user-defined ones.

use super::{SemanticModel, Type};
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

    /// Numeric promotion; a constant that fits takes the other operand's signedness.
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

    /// What `operator` that one of the operands' types declares gives.
    fn user_operator(&self, operator: &str, operands: &[&Type]) -> Option<Type> {
        let name = format!("operator {operator}");
        let mut best: Option<(usize, Type)> = None;
        for holder in operands {
            for member in self.members_named(holder, &name) {
                let parameters = &member.declaration.parameters;
                if parameters.len() != operands.len() {
                    continue;
                }
                let cost = operands.iter().zip(parameters).map(|(operand, parameter)| {
                    let to = self.member_text(&member, &parameter.type_text)?;
                    self.conversion(operand, &to)
                });
                let Some(cost) = cost.sum::<Option<usize>>() else { continue };
                let Some(result) = self.member_type(&member) else { continue };
                if best.as_ref().is_none_or(|b| cost < b.0) {
                    best = Some((cost, result));
                }
            }
        }
        best.map(|b| b.1)
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
        let ty = self.expression(operand)?;
        let plain = ty.strip();
        let lift = |new: Type| if matches!(ty, Type::Nullable(_)) { new.nullable() } else { new };
        match operator {
            "++" | "--" => Some(ty),
            "*" => match ty {
                Type::Pointer(inner) => Some(*inner),
                _ => None,
            },
            "&" => Some(Type::Pointer(Box::new(ty))),
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
