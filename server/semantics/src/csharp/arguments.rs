//! What the arguments of a call imply about the parameters of a method that does not exist yet.

use crate::csharp::{SemanticModel, Type};
use index::{DeclarationKind, Modifiers};
use syntax::csharp::naming::camel_case;
use syntax::{Node, NodeExt};

/// A parameter to be declared.
#[derive(Clone, Debug)]
pub struct ExpectedParameter {
    /// `ref`, `out`, `in` with a space, or empty.
    pub modifier: &'static str,
    /// Its type.
    pub ty: Type,
    /// Its name.
    pub name: String,
}

/// One parameter for each argument.
pub fn parameters<'a>(model: &SemanticModel<'a>, list: Node<'a>, text: &'a str) -> Vec<ExpectedParameter> {
    let mut out: Vec<(ExpectedParameter, bool)> = Vec::new();
    // Roslyn calls it so since the version that came with .NET 10.
    let unnamed = if model.csharp.project(&model.source.path).targets_net(10) { "value" } else { "p" };
    for argument in list.named().into_iter().filter(|a| matches!(a.kind(), "argument" | "attribute_argument")) {
        let children = argument.all_children();
        let modifier = children.iter().find_map(|c| match c.kind() {
            "ref" => Some("ref "),
            "out" => Some("out "),
            "in" => Some("in "),
            _ => None,
        });
        let label = argument.field("name");
        // `this` is a bare token in the grammar.
        let is_value = |c: &Node<'a>| {
            (c.is_named() && c.kind() != "comment" || c.kind() == "this") && label.is_none_or(|l| l.id() != c.id())
        };
        let Some(expression) = children.iter().rfind(|c| is_value(c)).copied() else {
            continue;
        };
        let given = label.map(|l| l.text_in(text).to_owned());
        let ty = argument_type(model, expression, text);
        let name = given.clone().unwrap_or_else(|| name_of(expression, text, ty.as_ref(), unnamed));
        let ty = ty.unwrap_or_else(|| Type::named("object"));
        out.push((ExpectedParameter { modifier: modifier.unwrap_or(""), ty, name }, given.is_some()));
    }
    // Names that occur more than once are numbered; explicitly given names are kept.
    let count = |name: &str, all: &[(ExpectedParameter, bool)]| all.iter().filter(|(w, _)| w.name == name).count();
    let names: Vec<String> = out.iter().map(|(w, _)| w.name.clone()).collect();
    let mut numbers: Vec<(String, usize)> = Vec::new();
    let snapshot = out.clone();
    for ((wanted, given), name) in out.iter_mut().zip(names) {
        if *given || count(&name, &snapshot) < 2 {
            continue;
        }
        let number = match numbers.iter_mut().find(|(n, _)| *n == name) {
            Some((_, n)) => {
                *n += 1;
                *n
            }
            None => {
                numbers.push((name.clone(), 1));
                1
            }
        };
        wanted.name = format!("{}{number}", name.trim_start_matches('@'));
    }
    out.into_iter().map(|(w, _)| w).collect()
}

/// The type of an argument; lambdas and method groups become `Func` or `Action`.
pub fn argument_type<'a>(model: &SemanticModel<'a>, expression: Node<'a>, text: &'a str) -> Option<Type> {
    match expression.kind() {
        "declaration_expression" => {
            let ty = expression.field("type").filter(|t| t.kind() != "implicit_type")?;
            return model.written_type(ty);
        }
        "parenthesized_expression" => return argument_type(model, expression.named().into_iter().next()?, text),
        "lambda_expression" | "anonymous_method_expression" => return lambda(model, expression, text),
        _ => {}
    }
    if let Some(ty) = model.type_of(expression) {
        return (!ty.is("void")).then_some(ty);
    }
    method_group(model, expression, text)
}

fn delegate(parameters: Vec<Type>, result: Option<Type>) -> Type {
    match result {
        Some(result) => Type::generic("System.Func", parameters.into_iter().chain([result]).collect::<Vec<_>>()),
        None => Type::generic("System.Action", parameters),
    }
}

fn lambda<'a>(model: &SemanticModel<'a>, lambda: Node<'a>, text: &'a str) -> Option<Type> {
    let mut parameters = Vec::new();
    let list = lambda.field("parameters");
    for p in list.into_iter().flat_map(|l| if l.kind() == "parameter_list" { l.named() } else { vec![l] }) {
        // Neither `Func` nor `Action` passes by reference.
        if p.text_in(text).split(' ').any(|word| matches!(word, "ref" | "out" | "in")) {
            return None;
        }
        let ty = p.field("type").and_then(|t| model.written_type(t));
        parameters.push(ty.unwrap_or_else(|| Type::named("object")));
    }
    let body = lambda.field("body").or_else(|| lambda.named().into_iter().last())?;
    let result = if body.kind() == "block" {
        let mut stack = vec![body];
        let mut found = None;
        while let Some(n) = stack.pop() {
            match n.kind() {
                "return_statement" => {
                    if let Some(value) = n.named().into_iter().next() {
                        found = Some(model.type_of(value).unwrap_or_else(|| Type::named("object")));
                        break;
                    }
                }
                "lambda_expression" | "anonymous_method_expression" | "local_function_statement" => {}
                _ => stack.extend(n.named()),
            }
        }
        found
    } else {
        match model.type_of(body) {
            Some(ty) if ty.is("void") => None,
            Some(ty) => Some(ty),
            None => (body.kind() != "assignment_expression").then(|| Type::named("object")),
        }
    };
    Some(delegate(parameters, result))
}

/// A method that is passed by name, if it has no overloads.
fn method_group<'a>(model: &SemanticModel<'a>, expression: Node<'a>, text: &'a str) -> Option<Type> {
    let (owner, name) = match expression.kind() {
        "identifier" => (model.enclosing_types(expression).into_iter().next()?, expression.text_in(text)),
        "member_access_expression" => {
            let receiver = expression.field("expression")?;
            let owner = match receiver.kind() {
                "this" | "this_expression" => model.enclosing_types(expression).into_iter().next()?,
                _ => model.type_of(receiver)?,
            };
            (owner, expression.field("name")?.text_in(text))
        }
        _ => return None,
    };
    let mut members = model.members_named(&owner, name);
    if members.is_empty() {
        members = model.extensions(&owner, name, expression.start_byte());
        members.retain(|m| {
            let receiver = m.declaration.parameters.first().and_then(|p| model.member_text(m, &p.type_text));
            receiver.is_some_and(|to| model.converts(&owner, &to))
        });
    }
    let [method] = members.as_slice() else { return None };
    let d = &method.declaration;
    let taken = d.parameters.get(usize::from(method.receiver.is_some())..)?;
    if d.kind != DeclarationKind::Method
        || d.modifiers.contains(Modifiers::EXTENSION) && method.receiver.is_none()
        || taken.iter().any(|p| !p.modifiers.is_empty())
    {
        return None;
    }
    let parameters: Option<Vec<Type>> = taken.iter().map(|p| model.member_text(method, &p.type_text)).collect();
    let result = model.member_type(method)?;
    Some(delegate(parameters?, (!result.is("void")).then_some(result)))
}

/// The parameter name that an argument suggests; `unnamed` for one that suggests none.
fn name_of(expression: Node<'_>, text: &str, ty: Option<&Type>, unnamed: &str) -> String {
    match expression.kind() {
        "identifier" => camel_case(expression.text_in(text)),
        "generic_name" => {
            expression.named().first().map_or_else(|| unnamed.to_owned(), |n| camel_case(n.text_in(text)))
        }
        "member_access_expression" => {
            expression.field("name").map_or_else(|| unnamed.to_owned(), |n| name_of(n, text, ty, unnamed))
        }
        "conditional_access_expression" => {
            expression.named().last().map_or_else(|| unnamed.to_owned(), |n| name_of(*n, text, ty, unnamed))
        }
        "member_binding_expression" => {
            expression.field("name").map_or_else(|| unnamed.to_owned(), |n| name_of(n, text, ty, unnamed))
        }
        "parenthesized_expression" => {
            expression.named().first().map_or_else(|| unnamed.to_owned(), |n| name_of(*n, text, ty, unnamed))
        }
        "cast_expression" => {
            expression.field("value").map_or_else(|| unnamed.to_owned(), |n| name_of(n, text, ty, unnamed))
        }
        "declaration_expression" => {
            expression.field("name").map_or_else(|| unnamed.to_owned(), |n| camel_case(n.text_in(text)))
        }
        "typeof_expression" => "type".to_owned(),
        "null_literal"
        | "lambda_expression"
        | "anonymous_method_expression"
        | "tuple_expression"
        | "anonymous_object_creation_expression" => unnamed.to_owned(),
        "object_creation_expression" => {
            expression.field("type").map_or_else(|| unnamed.to_owned(), |t| from_type(t.text_in(text)))
        }
        _ => match ty {
            Some(ty) => of_type(ty),
            None => "v".to_owned(),
        },
    }
}

/// A name for a value of the type.
fn of_type(ty: &Type) -> String {
    match ty {
        Type::Named { name, .. } => from_type(name),
        Type::Array(of, _) | Type::Nullable(of) => of_type(of),
        Type::Tuple(_) => "p".to_owned(),
        Type::Pointer(_) => "v".to_owned(),
    }
}

fn is_predefined(name: &str) -> bool {
    crate::csharp::completion_names::PREDEFINED.contains(&name)
}

fn from_type(name: &str) -> String {
    let simple = crate::csharp::printed::simple_name(name);
    let mut chars = simple.chars();
    let is_interface = chars.next() == Some('I') && chars.next().is_some_and(char::is_uppercase);
    if is_predefined(simple) { "v".to_owned() } else { camel_case(if is_interface { &simple[1..] } else { simple }) }
}
