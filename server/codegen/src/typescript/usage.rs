//! Infers the signature of an undeclared function from its uses.

use crate::typescript::stubs::Stubs;
use index::typescript::types;
use semantics::Semantics;
use semantics::typescript::{SemanticModel, Shape, Type};
use std::path::Path;
use syntax::typescript::{is_identifier, is_reserved};
use syntax::{Node, NodeExt, ancestors};

/// Maximum number of arguments of a call.
const MAX_ARGUMENTS: usize = 50;

/// The function signature that a call implies.
pub struct CallShape {
    /// Type parameters: `<T, U>`; empty when there are none.
    pub generics: String,
    /// Parameters: `(a: string, arg1: number)`.
    pub parameters: String,
    /// The contextual type of the call, if there is one.
    pub returns: Option<String>,
}

/// Writes types for the file that receives the new declaration.
pub struct Speller<'a, 's> {
    ctx: Semantics<'a>,
    stubs: &'s Stubs<'a>,
    target: &'s Path,
}

impl<'a, 's> Speller<'a, 's> {
    /// For `target`; imports are only added to the diagnostic's own file.
    pub fn new(ctx: &Semantics<'a>, stubs: &'s Stubs<'a>, target: &'s Path) -> Self {
        Self { ctx: *ctx, stubs, target }
    }

    /// The type as it is written in the target file; `None` when it is not accessible there.
    pub fn spell(&self, ty: &Type) -> Option<String> {
        let model = self.stubs.model();
        let ts = self.ctx.index.typescript();
        let mut ty = model.without_literals(ty);
        // A `unique symbol` is known by a variable that need not be in sight there.
        if matches!(model.shape(&ty), Shape::Symbol) {
            return Some("symbol".to_owned());
        }
        // Without `strictNullChecks` every type has them.
        if !ts.project(self.target).flag("strictNullChecks") && !ty.is_never() {
            ty = model.without_null_types(&ty);
            if ty.is_never() {
                return Some("any".to_owned());
            }
        }
        let text = if self.target == self.ctx.path() {
            self.stubs.write_type(&ty)?
        } else {
            let (text, names) = model.display_with_names(&ty)?;
            // A path as that file would import it is not known here.
            if text.contains("import(\"/") {
                return None;
            }
            for name in names {
                let there = ts.resolve(&name.text, self.target, usize::MAX);
                if !model.declarations(&name.symbol).iter().any(|d| there.contains(d)) {
                    return None;
                }
            }
            self.stubs.styled(&text)
        };
        Some(if text == "never[]" { "any[]".to_owned() } else { text })
    }
}

/// The name that an argument suggests for its parameter.
pub fn suggested_name<'t>(argument: Node<'_>, text: &'t str) -> Option<&'t str> {
    let name = match argument.kind() {
        "identifier" => Some(argument),
        "member_expression" => argument.field("property").filter(|p| p.kind() == "property_identifier"),
        _ => None,
    }?;
    let usable = |n: &&str| *n != "undefined" && is_identifier(n) && !is_reserved(n);
    text.get(name.byte_range()).filter(usable)
}

/// The contextual type of a call: only in positions where TypeScript itself has one.
pub fn wanted_of(model: &SemanticModel<'_>, node: Node<'_>) -> Option<Type> {
    let parent = node.parent()?;
    let is = |field: &str| parent.field(field) == Some(node);
    let place = match parent.kind() {
        "variable_declarator" | "public_field_definition" | "required_parameter" | "optional_parameter" => is("value"),
        "assignment_expression" => is("right"),
        "arguments" | "return_statement" | "pair" | "array" | "as_expression" | "satisfies_expression" => true,
        "parenthesized_expression" => return wanted_of(model, parent),
        "arrow_function" => is("body"),
        "ternary_expression" => !is("condition"),
        "jsx_expression" => true,
        _ => false,
    };
    if !place {
        return None;
    }
    model.expected_type(node).filter(|t| !t.is_any() && !t.is_unknown())
}

/// A type parameter without a constraint that only lists members: the function is called with what has them.
fn without_shape(name: &str, declared: &str) -> String {
    let constraint = declared.split_once(" extends ").map_or("", |(_, c)| c.trim());
    if constraint.starts_with('{') { name.to_owned() } else { declared.to_owned() }
}

/// The type that all literals of a union are of.
fn literal_base(constraint: &str) -> Option<&'static str> {
    if constraint.trim().starts_with("keyof ") {
        return Some("string | number | symbol");
    }
    let parts = types::union(constraint);
    let all = |is: fn(&str) -> bool| !parts.is_empty() && parts.iter().all(|p| is(p));
    match () {
        () if all(|p| p.starts_with(['"', '\''])) => Some("string"),
        () if all(|p| p.parse::<f64>().is_ok()) => Some("number"),
        () => None,
    }
}

/// The name of the type parameter for an argument: `T`, `U`, …
fn parameter_name(i: usize) -> String {
    u8::try_from(i).ok().filter(|i| *i < 7).map_or_else(|| format!("T{i}"), |i| char::from(b'T' + i).to_string())
}

/// The signature of the function that `call` calls, as far as the call implies it. `owner` is the class or scope that will contain it: type
/// parameters of the scopes around `owner` are in scope there.
pub fn call_shape(
    ctx: &Semantics<'_>,
    model: &SemanticModel<'_>,
    call: Node<'_>,
    owner: Option<Node<'_>>,
    speller: &Speller<'_, '_>,
) -> Option<CallShape> {
    let text = ctx.text();
    let arguments = call.field("arguments").filter(|a| a.kind() == "arguments")?.named();
    if arguments.len() > MAX_ARGUMENTS || arguments.iter().any(|a| a.kind() == "spread_element") {
        return None;
    }
    // Type parameters in scope at the call but not in the new function.
    let mut hidden: Vec<(&str, &str)> = Vec::new();
    for scope in ancestors(call) {
        if owner.is_some_and(|o| o == scope) {
            break;
        }
        let list = scope.field("type_parameters").map(|l| l.named()).unwrap_or_default();
        let names = list.iter().filter_map(|p| Some((p.field("name")?.text_in(text), p.text_in(text))));
        hidden.extend(names);
    }
    let mut used: Vec<String> = Vec::new();
    let mention = |ty: &Type| {
        let names = model.display_with_names(ty).map(|(_, names)| names).unwrap_or_default();
        hidden.iter().map(|(n, _)| *n).filter(|h| names.iter().any(|n| n.text == **h)).collect::<Vec<_>>()
    };
    let given = call.field("type_arguments").map_or(0, |a| a.named().len());
    let is_mixed = |ty: &Type| match model.shape(ty) {
        Shape::Union(_) => true,
        Shape::Structure => {
            model.signatures_of(ty).is_empty()
                && model.display(ty).is_some_and(|t| t.contains(" & ") && !t.starts_with('{'))
        }
        _ => false,
    };
    // A parameter that stands for some literals is what they are.
    let base_of = |ty: &Type| {
        let Shape::Parameter(symbol) = model.shape(ty) else { return None };
        let (_, declared) = hidden.iter().find(|(n, _)| *n == symbol.name())?;
        literal_base(declared.split_once(" extends ")?.1.split(" = ").next()?)
    };
    // Names of parameters that take the place of a type.
    let mut own: Vec<String> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut parameters = Vec::new();
    for (i, argument) in arguments.iter().enumerate() {
        let name = suggested_name(*argument, text).map_or_else(|| format!("arg{i}"), str::to_owned);
        let taken = names.iter().filter(|n| **n == name).count();
        names.push(name.clone());
        let name = if taken == 0 { name } else { format!("{name}{taken}") };
        let ty = match model.widened_type_of(*argument) {
            // A union with a type parameter that the function will not see becomes a parameter of its own.
            Some(ty) if given == 0 && is_mixed(&ty) && !mention(&ty).is_empty() => {
                let letter = parameter_name(i);
                used.push(letter.clone());
                own.push(letter.clone());
                letter
            }
            Some(ty) => match base_of(&ty) {
                Some(base) => base.to_owned(),
                None => {
                    used.extend(mention(&ty).into_iter().map(str::to_owned));
                    speller.spell(&ty)?
                }
            },
            None => "any".to_owned(),
        };
        parameters.push(format!("{name}: {ty}"));
    }
    let awaited = call.parent().filter(|p| p.kind() == "await_expression");
    let returns = match wanted_of(model, awaited.unwrap_or(call)) {
        Some(ty) => {
            used.extend(mention(&ty).into_iter().map(str::to_owned));
            Some(speller.spell(&ty)?)
        }
        // What is awaited comes later.
        None => awaited.map(|a| match a.parent().is_some_and(|p| p.kind() == "expression_statement") {
            true => "void".to_owned(),
            false => "any".to_owned(),
        }),
    };
    let returns = returns.map(|r| if awaited.is_some() { format!("Promise<{r}>") } else { r });
    let mut seen: Vec<String> = Vec::new();
    used.retain(|u| {
        let new = !seen.contains(u);
        if new {
            seen.push(u.clone());
        }
        new
    });
    let generics: Vec<String> = if given > 0 {
        (0..given).map(parameter_name).collect()
    } else {
        let declared = |name: &String| match own.contains(name) {
            true => Some(name.clone()),
            false => hidden.iter().find(|(n, _)| n == name).map(|(n, t)| without_shape(n, t)),
        };
        used.iter().filter_map(declared).collect()
    };
    if given > 0 && used.iter().any(|u| !generics.iter().any(|g| g == u)) {
        return None;
    }
    let generics = if generics.is_empty() { String::new() } else { format!("<{}>", generics.join(", ")) };
    Some(CallShape { generics, parameters: format!("({})", parameters.join(", ")), returns })
}
