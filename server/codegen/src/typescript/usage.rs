//! Infers the signature of an undeclared function from its uses.

use crate::typescript::stubs::Stubs;
use semantics::Semantics;
use semantics::typescript::typing::{Ty, Typing, names_in, widened, without_nullish};
use std::path::Path;
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
    pub fn spell(&self, ty: &Ty) -> Option<String> {
        let mut text = widened(&ty.text);
        // Without `strictNullChecks` every type includes `null` and `undefined`.
        if !self.ctx.index.typescript().project(self.target).flag("strictNullChecks") {
            let bare = without_nullish(&text);
            text = if bare == "never" && text != "never" { "any".to_owned() } else { bare };
        }
        let text = if text == "never[]" { "any[]".to_owned() } else { text };
        let ty = Ty { text, file: ty.file.clone() };
        if self.target == self.ctx.path() {
            return self.stubs.write(&ty, &[], false);
        }
        let ts = self.ctx.index.typescript();
        for name in names_in(&ty.text).iter().filter(|_| ty.file.as_ref() != self.target) {
            let first = name.split('.').next().unwrap_or(name);
            let here = ts.resolve(first, self.target, usize::MAX);
            if !ts.resolve(first, &ty.file, usize::MAX).iter().any(|d| here.contains(d)) {
                return None;
            }
        }
        let same = Ty { text: ty.text, file: self.ctx.path().into() };
        self.stubs.write(&same, &[], false)
    }
}

/// The name that an argument suggests for its parameter.
pub fn suggested_name<'t>(argument: Node<'_>, text: &'t str) -> Option<&'t str> {
    let name = match argument.kind() {
        "identifier" => Some(argument),
        "member_expression" => argument.field("property").filter(|p| p.kind() == "property_identifier"),
        _ => None,
    }?;
    text.get(name.byte_range()).filter(|n| *n != "undefined" && syntax::typescript::is_identifier(n))
}

/// The contextual type of a call: only in positions where TypeScript itself has one.
pub fn wanted_of(typing: &Typing<'_>, node: Node<'_>) -> Option<Ty> {
    let parent = node.parent()?;
    let is = |field: &str| parent.field(field) == Some(node);
    let place = match parent.kind() {
        "variable_declarator" | "public_field_definition" | "required_parameter" | "optional_parameter" => is("value"),
        "assignment_expression" => is("right"),
        "arguments" | "return_statement" | "pair" | "array" | "as_expression" | "satisfies_expression" => true,
        "parenthesized_expression" => return wanted_of(typing, parent),
        "arrow_function" => is("body"),
        "ternary_expression" => !is("condition"),
        "jsx_expression" => return attribute_type(typing, parent),
        _ => false,
    };
    if !place {
        return None;
    }
    typing.contextual_type(node).filter(|t| t.text != "any" && t.text != "unknown")
}

/// The type of the component's property for the attribute that contains `expression`.
fn attribute_type(typing: &Typing<'_>, expression: Node<'_>) -> Option<Ty> {
    let attribute = expression.parent().filter(|p| p.kind() == "jsx_attribute")?;
    let tag = attribute.parent()?;
    let signature = typing.signatures(tag.field("name")?).into_iter().next()?;
    let props = signature.declaration.parameters.first().filter(|p| !p.type_text.is_empty())?;
    let props = Ty { text: props.type_text.to_string(), file: signature.file.clone() };
    let name = attribute.named().first().copied()?;
    let text = typing.source.parsed.text();
    typing.member_type(&props, name.text_in(text), None)
}

/// The signature of the function that `call` calls, as far as the call implies it. `owner` is the class or scope that will contain it: type
/// parameters of the scopes around `owner` are in scope there.
pub fn call_shape(
    ctx: &Semantics<'_>,
    typing: &Typing<'_>,
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
    let mut used: Vec<&str> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut parameters = Vec::new();
    for (i, argument) in arguments.iter().enumerate() {
        let name = suggested_name(*argument, text).map_or_else(|| format!("arg{i}"), str::to_owned);
        let taken = names.iter().filter(|n| **n == name).count();
        names.push(name.clone());
        let name = if taken == 0 { name } else { format!("{name}{taken}") };
        let ty = match typing.type_of(*argument) {
            Some(ty) => {
                for mentioned in names_in(&ty.text) {
                    if let Some((name, _)) = hidden.iter().find(|(n, _)| *n == mentioned)
                        && !used.contains(name)
                    {
                        used.push(name);
                    }
                }
                speller.spell(&ty)?
            }
            None => "any".to_owned(),
        };
        parameters.push(format!("{name}: {ty}"));
    }
    let returns = match wanted_of(typing, call) {
        Some(ty) => {
            for mentioned in names_in(&ty.text) {
                if let Some((name, _)) = hidden.iter().find(|(n, _)| *n == mentioned)
                    && !used.contains(name)
                {
                    used.push(name);
                }
            }
            Some(speller.spell(&Ty { text: ty.text, file: ty.file })?)
        }
        None => None,
    };
    let given = call.field("type_arguments").map_or(0, |a| a.named().len());
    let generics: Vec<String> = if given > 0 {
        (0..given).map(|i| if i < 7 { char::from(b'T' + i as u8).to_string() } else { format!("T{i}") }).collect()
    } else {
        used.iter().filter_map(|u| hidden.iter().find(|(n, _)| n == u)).map(|(_, t)| (*t).to_owned()).collect()
    };
    if given > 0 && used.iter().any(|u| !generics.iter().any(|g| g == u)) {
        return None;
    }
    let generics = if generics.is_empty() { String::new() } else { format!("<{}>", generics.join(", ")) };
    Some(CallShape { generics, parameters: format!("({})", parameters.join(", ")), returns })
}
