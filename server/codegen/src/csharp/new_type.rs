//! Writes the declaration of a new type from how it is used.

use crate::csharp::members::imported;
use crate::editorconfig::property;
use index::{DeclarationKind, Modifiers};
use semantics::Semantics;
use semantics::csharp::arguments::ExpectedParameter;
use semantics::csharp::constructor_targets::{Members, accepted_parameters, is_accessible};
use semantics::csharp::target::without_type_parameters;
use semantics::csharp::values::{default_value, is_reference};
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::TYPE_DECLARATIONS;
use syntax::csharp::naming::escape_keyword;
use syntax::{Node, NodeExt, ancestors};

/// The type to generate.
pub struct Plan {
    /// Its name.
    pub name: String,
    /// `class`, `struct`, `interface`, `enum`, …
    pub kind: &'static str,
    /// Type parameters.
    pub parameters: Vec<String>,
    /// `where` clauses, as they are written.
    pub constraints: Vec<String>,
    /// Its base class or the interface it implements.
    pub base: Option<Type>,
    /// The arguments of `new`; `None` where there is no argument list.
    pub arguments: Option<Vec<ExpectedParameter>>,
    /// The properties that the object initializer sets.
    pub properties: Vec<(Type, String)>,
    /// Whether it is thrown or caught.
    pub exception: bool,
    /// Whether it is used as an attribute.
    pub attribute: bool,
    /// Whether another type derives from it.
    pub is_base: bool,
}

/// Where it is inserted.
pub struct Spot<'n> {
    /// Its accessibility.
    pub access: &'static str,
    /// A byte of the diagnostic's file with the same names in scope.
    pub offset: usize,
    /// Type parameters that are not in scope there.
    pub foreign: &'n [String],
}

/// The lines of the declaration; `\u{1}` is one level of indentation. The namespaces to import are added to `namespaces`.
pub fn layout(ctx: &Semantics<'_>, plan: &Plan, spot: &Spot<'_>, namespaces: &mut Vec<String>) -> Vec<String> {
    let model = ctx.csharp();
    let mut spelled =
        |ty: &Type| imported(ctx, ctx.source, &without_type_parameters(ty, spot.foreign), spot.offset, namespaces);
    let base = plan.base.as_ref().map(&mut spelled);
    let generics = if plan.parameters.is_empty() { String::new() } else { format!("<{}>", plan.parameters.join(", ")) };
    let name = &escape_keyword(&plan.name);
    let mut members: Vec<Vec<String>> = Vec::new();
    if plan.kind != "interface" {
        members.extend(constructors(ctx, &model, plan, spot, &mut spelled));
    }
    if !plan.properties.is_empty() {
        let properties = plan.properties.iter().map(|(ty, n)| format!("public {} {n} {{ get; set; }}", spelled(ty)));
        members.push(properties.collect());
    }
    let mut lines = Vec::new();
    if plan.exception {
        // What only formatters call is obsolete, and no longer generated since .NET 10.
        let formatters = !ctx.index.csharp().project(ctx.path()).targets_net(10);
        for ns in ["System", "System.Runtime.Serialization"].into_iter().take(1 + usize::from(formatters)) {
            let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), spot.offset);
            if !namespaces.iter().any(|n| n == ns) && !scope.iter().any(|n| n == ns) {
                namespaces.push(ns.to_owned());
            }
        }
        members.push(constructor(format!("public {name}(string message) : base(message)"), Vec::new()));
        members.push(constructor(
            format!("public {name}(string message, Exception innerException) : base(message, innerException)"),
            Vec::new(),
        ));
        if formatters {
            members.push(constructor(
                format!("protected {name}(SerializationInfo info, StreamingContext context) : base(info, context)"),
                Vec::new(),
            ));
        }
        lines.push("[Serializable]".to_owned());
    }
    let colon = base.map_or_else(String::new, |b| format!(" : {b}"));
    let clauses: String = plan.constraints.iter().map(|c| format!(" {c}")).collect();
    lines.push(format!("{} {} {name}{generics}{colon}{clauses}", spot.access, plan.kind));
    lines.push("{".to_owned());
    for (i, member) in members.into_iter().enumerate() {
        if i > 0 {
            lines.push(String::new());
        }
        lines.extend(member.into_iter().map(|l| format!("\u{1}{l}")));
    }
    lines.push("}".to_owned());
    lines
}

fn constructor(head: String, body: Vec<String>) -> Vec<String> {
    let mut lines = vec![head, "{".to_owned()];
    lines.extend(body.into_iter().map(|l| format!("\u{1}{l}")));
    lines.push("}".to_owned());
    lines
}

/// Fields for the arguments, and the constructor that assigns them.
fn constructors(
    ctx: &Semantics<'_>,
    model: &SemanticModel<'_>,
    plan: &Plan,
    spot: &Spot<'_>,
    spelled: &mut impl FnMut(&Type) -> String,
) -> Vec<Vec<String>> {
    let name = &escape_keyword(&plan.name);
    let bare = || constructor(format!("public {name}()"), Vec::new());
    let Some(arguments) = &plan.arguments else {
        return if plan.exception { vec![bare()] } else { Vec::new() };
    };
    if arguments.is_empty() || plan.exception && is_message(arguments) {
        return if plan.exception || plan.kind == "class" && plan.base.is_none() { vec![bare()] } else { Vec::new() };
    }
    let mut signature: Vec<String> = Vec::new();
    if let Some(inherited) = base_constructor(ctx, model, plan) {
        let mut passed = Vec::new();
        for ((parameter, ty), wanted) in inherited.iter().zip(arguments) {
            signature.push(format!("{}{} {parameter}", wanted.modifier, spelled(ty)));
            passed.push(format!("{}{parameter}", wanted.modifier));
        }
        let head = format!("public {name}({}) : base({})", signature.join(", "), passed.join(", "));
        return vec![constructor(head, Vec::new())];
    }
    let members = plan.base.as_ref().filter(|_| !plan.exception).map(|b| Members::below(model, b));
    let (mut fields, mut body) = (Vec::new(), Vec::new());
    for wanted in arguments {
        let (ty, n) = (spelled(&wanted.ty), &wanted.name);
        signature.push(format!("{}{ty} {n}", wanted.modifier));
        if wanted.modifier == "out " {
            body.push(format!("{n} = {};", out_value(model, &without_type_parameters(&wanted.ty, spot.foreign), &ty)));
            continue;
        }
        let target = members.as_ref().and_then(|m| m.member_for(model, n.trim_start_matches('@'), &wanted.ty));
        let Some(target) = target else {
            fields.push(format!("private {ty} {n};"));
            body.push(format!("this.{n} = {n};"));
            continue;
        };
        let kind = if target.declaration.kind == DeclarationKind::Field { "field" } else { "property" };
        let target_name = &*target.declaration.name;
        let qualified = property(ctx, &format!("dotnet_style_qualification_for_{kind}")).is_some_and(|v| v == "true");
        body.push(format!("{}{target_name} = {n};", if target_name == n || qualified { "this." } else { "" }));
    }
    let mut out = Vec::new();
    if !fields.is_empty() {
        out.push(fields);
    }
    if plan.exception {
        out.push(bare());
    }
    out.push(constructor(format!("public {name}({})", signature.join(", ")), body));
    out
}

/// The default value to assign to an `out` parameter of type `ty`, which is written `written`.
pub fn out_value(model: &SemanticModel<'_>, ty: &Type, written: &str) -> String {
    let reference = is_reference(ty, model) == Some(true) || model.is_class_parameter(ty);
    match default_value(ty, model) {
        _ if reference => "null".to_owned(),
        "default" => format!("default({written})"),
        value => value.to_owned(),
    }
}

fn is_message(arguments: &[ExpectedParameter]) -> bool {
    match arguments {
        [one] => one.ty.is("string"),
        [one, two] => one.ty.is("string") && two.ty.full_name().ends_with("Exception"),
        _ => false,
    }
}

/// Names and types of the parameters of the base constructor that accepts all arguments.
fn base_constructor(ctx: &Semantics<'_>, model: &SemanticModel<'_>, plan: &Plan) -> Option<Vec<(String, Type)>> {
    let base = plan.base.as_ref().filter(|_| !plan.exception)?;
    let wanted = plan.arguments.as_ref()?;
    let found = model.resolve(base).filter(|t| t.declaration.kind != DeclarationKind::Interface)?;
    let constructors = ctx.index.csharp().members(&found);
    let constructors = constructors.iter().map(|m| model.plain_member(m));
    let open = constructors.filter(|m| is_accessible(m) && !m.declaration.modifiers.contains(Modifiers::PRIVATE));
    open.filter(|m| m.declaration.parameters.len() == wanted.len()).find_map(|m| accepted_parameters(model, &m, wanted))
}

/// Modifiers of a declaration.
fn words<'t>(node: Node<'t>, text: &'t str) -> Vec<&'t str> {
    node.all_children().into_iter().filter(|c| c.kind() == "modifier").map(|c| c.text_in(text)).collect()
}

/// The declaration whose signature or header contains the name; `None` inside bodies.
fn exposing_declaration<'t>(token: Node<'t>) -> Option<Node<'t>> {
    for n in ancestors(token) {
        match n.kind() {
            "block" | "arrow_expression_clause" | "lambda_expression" | "attribute_list" | "accessor_list" => {
                return None;
            }
            // `public C c = new C()` also exposes the type.
            "variable_declarator" if !ancestors(token).nth(2).is_some_and(|p| p == n || p.parent() == Some(n)) => {
                return None;
            }
            "method_declaration"
            | "property_declaration"
            | "field_declaration"
            | "event_field_declaration"
            | "indexer_declaration"
            | "constructor_declaration"
            | "delegate_declaration"
            | "operator_declaration"
            | "event_declaration" => return Some(n),
            _ if n.is(TYPE_DECLARATIONS) => return Some(n),
            _ => {}
        }
    }
    None
}

/// The accessibility that it needs as a top-level type.
pub fn top_level_access(ctx: &Semantics<'_>, token: Node<'_>) -> &'static str {
    let text = ctx.text();
    let Some(member) = exposing_declaration(token) else { return "internal" };
    let mut types = ancestors(member).filter(|n| n.is(TYPE_DECLARATIONS));
    let in_interface = member.parent().and_then(|p| p.parent()).is_some_and(|p| p.kind() == "interface_declaration");
    let open = |m: &[&str]| m.contains(&"public") || m.contains(&"protected");
    let own = words(member, text);
    let constraint = token.enclosing(&["type_parameter_constraint"]).is_some();
    let public = !constraint && !member.is(TYPE_DECLARATIONS) && (in_interface || own.contains(&"public"));
    if public || (in_interface || open(&own)) && types.all(|t| open(&words(t, text))) { "public" } else { "internal" }
}

/// The accessibility that it needs nested in the type `nest`.
pub fn nested_access(ctx: &Semantics<'_>, token: Node<'_>, nest: Node<'_>) -> &'static str {
    let Some(member) = exposing_declaration(token).filter(|m| m.id() != nest.id()) else { return "private" };
    let m = words(member, ctx.text());
    match () {
        () if m.contains(&"public") => "public",
        () if m.contains(&"protected") && m.contains(&"internal") => "protected internal",
        () if m.contains(&"protected") => "protected",
        () if m.contains(&"internal") => "internal",
        () => "private",
    }
}
