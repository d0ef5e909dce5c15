//! Whether arguments fit parameters, without resolving overloads.

use index::DeclarationKind;
use semantics::csharp::arguments::argument_type;
use semantics::csharp::values::{is_number, is_reference};
use semantics::csharp::{Member, SemanticModel, Type};
use syntax::{Node, NodeExt};

/// The arguments of an argument list; none for a missing list.
pub(crate) fn arguments_of(list: Option<Node<'_>>) -> Vec<Node<'_>> {
    let items = list.map_or_else(Vec::new, |l| l.named());
    items.into_iter().filter(|a| a.is(&["argument", "attribute_argument"])).collect()
}

/// Whether so many arguments can be passed to these parameters.
pub(crate) fn takes_count(parameters: &[index::Parameter], count: usize) -> bool {
    let least = parameters.iter().filter(|p| !p.optional && !p.rest).count();
    least <= count && (count <= parameters.len() || parameters.iter().any(|p| p.rest))
}

/// Whether the arguments may be passed to these parameters of `member`. What is not known fits.
pub(crate) fn may_take<'a>(
    model: &SemanticModel<'a>,
    member: &Member,
    parameters: &[index::Parameter],
    arguments: &[Node<'a>],
    text: &'a str,
) -> bool {
    takes_count(parameters, arguments.len())
        && arguments.iter().enumerate().all(|(i, argument)| {
            let named = argument.field("name").map(|n| n.text_in(text));
            let parameter = match named {
                Some(name) => parameters.iter().find(|p| p.name == name),
                None => parameters.get(i).or(parameters.last()),
            };
            let Some(parameter) = parameter else { return false };
            // A `params` argument is the array or one of its elements.
            if parameter.rest {
                return true;
            }
            let Some(value) = argument.named().into_iter().rfind(|n| n.kind() != "comment") else { return true };
            let to = model.member_text(member, &parameter.type_text);
            to.is_none_or(|to| may_convert(model, value, &to, text))
        })
}

/// Whether the value may be converted to `to`. What is not known converts.
pub(crate) fn may_convert<'a>(model: &SemanticModel<'a>, value: Node<'a>, to: &Type, text: &'a str) -> bool {
    // A type parameter accepts anything, as far as is known here.
    let Some(wanted) = model.resolve(to.strip()) else { return true };
    match value.kind() {
        "lambda_expression" | "anonymous_method_expression" => {
            let kind = wanted.declaration.kind;
            let general = ["object", "dynamic", "System.Delegate", "System.MulticastDelegate"];
            kind == DeclarationKind::Delegate
                || to.strip().full_name() == "System.Linq.Expressions.Expression"
                || general.iter().any(|n| to.strip().is(n))
        }
        "null_literal" => is_reference(to, model) != Some(false) || matches!(to, Type::Nullable(_)),
        // Constants convert to any number that holds them.
        "integer_literal" | "prefix_unary_expression" if is_number(to.strip()) => !to.strip().is("bool"),
        "default_expression" | "implicit_object_creation_expression" | "collection_expression" => true,
        _ => {
            let Some(from) = argument_type(model, value, text) else { return true };
            // Method groups become `Func` or `Action` there, and any delegate here.
            let group = model.type_of(value).is_none();
            group || model.resolve(from.strip()).is_none() || model.converts(&from, to)
        }
    }
}
