//! # Required members that are not set
//!
//! A type has `required` members, which the object initializer must set. Parameters of the same names are their values, or else values that
//! have to be replaced.
//!
//! ```csharp before
//! //@ error CS9035: Required member 'Config.Port' must be set in the object initializer or attribute constructor.
//! class Config
//! {
//!     public required string Host { get; set; }
//!     public required int Port { get; set; }
//! }
//! class C
//! {
//!     Config M(int port) => new $0Config$0 { Host = "a" };
//! }
//! ```
//! ```csharp after
//! class Config
//! {
//!     public required string Host { get; set; }
//!     public required int Port { get; set; }
//! }
//! class C
//! {
//!     Config M(int port) => new Config { Host = "a", Port = port };
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the values are guesses. In bulk only parameters of the same names and types are used.

use fix::{Applicability, Bulk, Fix, RuleContext};
use index::Modifiers;
use semantics::csharp::printed::simple_name;
use semantics::csharp::values::{default_value, is_reference};
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::naming::camel_case;
use syntax::csharp::{FUNCTIONS, parameters};
use syntax::{Node, NodeExt, ancestors, child_of_kind, line_indent};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS9035"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let creation = token.enclosing(&["object_creation_expression", "implicit_object_creation_expression"])?;
    let head = creation.field("type").map_or(creation.start_byte() + "new".len(), |t| t.end_byte());
    if token.start_byte() >= head {
        return None;
    }
    let model = ctx.csharp();
    let ty = model.type_of(creation)?;
    let initializer = creation.field("initializer").or_else(|| child_of_kind(creation, "initializer_expression"));
    let items = initializer.map_or_else(Vec::new, |i| i.named());
    let items: Vec<Node<'_>> = items.into_iter().filter(|n| n.kind() != "comment").collect();
    let set = |name: &str| {
        items
            .iter()
            .any(|i| i.field("left").is_some_and(|l| i.kind() == "assignment_expression" && l.text_in(text) == name))
    };
    let levels = model.members_by_type(&ty);
    let missing: Vec<_> = levels
        .iter()
        .flat_map(|(_, members)| members)
        .filter(|m| m.declaration.modifiers.contains(Modifiers::REQUIRED) && !set(&m.declaration.name))
        .collect();
    // Another repair has set it since the build.
    if !missing.iter().any(|m| ctx.argument(0).map(simple_name) == Some(m.declaration.name.as_str())) {
        return None;
    }
    let annotated = model.annotations_enabled(ctx.path(), creation.start_byte());
    let mut certain = true;
    let mut written = Vec::new();
    for member in &missing {
        let ty = model.member_type(member)?;
        let name = member.declaration.name.as_str();
        let value = parameter(ctx, &model, creation, name, &ty).unwrap_or_else(|| {
            certain = false;
            placeholder(&model, &ty, annotated)
        });
        written.push(format!("{name} = {value}"));
    }
    let title = match &missing[..] {
        [only] => format!("Set required member '{}'", only.declaration.name),
        _ => "Set required members".to_owned(),
    };
    let edit = match (items.last(), initializer) {
        (Some(last), Some(initializer)) => {
            let start = last.start_byte();
            let own_line = text[..start].trim_end_matches([' ', '\t']).ends_with(['\n', '\r']);
            let separator =
                if own_line { format!(",{}{}", ctx.eol(), line_indent(text, start)) } else { ", ".to_owned() };
            let comma = last.next_sibling().filter(|c| c.kind() == "," && c.end_byte() < initializer.end_byte());
            match comma {
                Some(comma) => {
                    let separated = written.join(&separator);
                    TextEdit::insert(comma.end_byte(), format!("{}{separated},", &separator[1..]))
                }
                None => TextEdit::insert(last.end_byte(), format!("{separator}{}", written.join(&separator))),
            }
        }
        (_, Some(initializer)) => TextEdit::replace(initializer.byte_range(), format!("{{ {} }}", written.join(", "))),
        (_, None) => TextEdit::insert(creation.end_byte(), format!(" {{ {} }}", written.join(", "))),
    };
    let bulk = if certain { Bulk::Repair } else { Bulk::Manual };
    let group = format!("required:{}", creation.start_byte());
    Some(ctx.fix(title, Applicability::Unsafe).in_bulk(bulk).isolated(group).edit(edit).preferred().build())
}

/// A parameter of the function around the creation with the name and type of the member.
fn parameter<'a>(
    ctx: &RuleContext<'a>,
    model: &SemanticModel<'a>,
    creation: Node<'a>,
    member: &str,
    ty: &Type,
) -> Option<String> {
    let wanted = camel_case(member);
    let functions = ancestors(creation).filter(|n| n.is(FUNCTIONS));
    functions.flat_map(parameters).find_map(|p| {
        let name = p.field("name")?.text_in(ctx.text());
        let fits = model.written_type(p.field("type")?).is_some_and(|t| model.converts(&t, ty));
        (fits && name == wanted).then(|| name.to_owned())
    })
}

/// A value of the type that has to be replaced.
fn placeholder(model: &SemanticModel<'_>, ty: &Type, annotated: bool) -> String {
    match ty {
        Type::Nullable(_) => "null".to_owned(),
        _ if ty.is("string") => "\"\"".to_owned(),
        _ if annotated && is_reference(ty, model) != Some(false) && default_value(ty, model) == "null" => {
            "default!".to_owned()
        }
        _ => default_value(ty, model).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const MESSAGE: &str = "Required member 'T.A' must be set in the object initializer or attribute constructor.";
    const TYPE: &str = "class B { public required bool Z; }\nclass T : B { public required int A { get; set; } public required string S { get; set; } public int O { get; set; } }\n";

    fn case(before: &str, after: &str) {
        let file = |body: &str| format!("{TYPE}class C\n{{\n    {body}\n}}\n");
        check_fix(rule_of(module_path!()), "CS9035", MESSAGE, &file(before), &file(after));
    }

    #[test]
    fn in_all_forms_of_creations() {
        case("T M() => new $0T();", "T M() => new T() { A = 0, S = \"\", Z = false };");
        case("T M(string s) => $0new();", "T M(string s) => new() { A = 0, S = s, Z = false };");
        case("T M() => new $0T { };", "T M() => new T { A = 0, S = \"\", Z = false };");
        case(
            "T M() => new $0T\n    {\n        S = \"a\",\n        O = 1,\n    };",
            "T M() => new T\n    {\n        S = \"a\",\n        O = 1,\n        A = 0,\n        Z = false,\n    };",
        );
    }

    #[test]
    fn nothing_when_it_is_set_since_the_build() {
        check_no_fix(
            rule_of(module_path!()),
            "CS9035",
            MESSAGE,
            &format!("{TYPE}class C {{ T t = new $0T {{ A = 1 }}; }}"),
        );
    }
}
