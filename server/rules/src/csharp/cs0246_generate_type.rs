//! # Generate type
//!
//! A type is used that does not exist: a class, interface, struct, attribute or exception, as the place asks; in a file of its own, beside the
//! type that uses it, or nested in it.
//!
//! ```csharp before
//! //@ error CS0246: The type or namespace name 'Order' could not be found (are you missing a using directive or an assembly reference?)
//! //@ fix: Generate nested class 'Order'
//! class Shop
//! {
//!     object M(int number)
//!     {
//!         return new $0Order(number);
//!     }
//! }
//! ```
//! ```csharp after
//! class Shop
//! {
//!     object M(int number)
//!     {
//!         return new Order(number);
//!     }
//!
//!     private class Order
//!     {
//!         private int number;
//!
//!         public Order(int number)
//!         {
//!             this.number = number;
//!         }
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: a misspelt name or a missing reference may be what is wrong.

use super::support::arguments::{Wanted, parameters};
use super::support::generate::{Added, TYPES, add_member, imported, is_interface};
use super::support::type_names::{Place, TypeUse, in_using};
use super::support::typing::{Type, Typing};
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use index::{DeclarationKind, Modifiers};
use syntax::{Node, NodeExt, ancestors, line_indent};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS0246", "CS0103", "CS0234", "CS0426", "CS0117", "CS0305", "CS0308", "CS0616"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    generate(ctx).unwrap_or_default()
}

fn invention_key(plan: &Plan) -> String {
    format!("type:{}", plan.name)
}

/// An attribute, an exception and an empty interface are whole as they are made; what else a type is to have, only its uses know.
fn bulk(ctx: &RuleContext<'_>, plan: &Plan) -> Bulk {
    let missing =
        matches!(ctx.code().as_str(), "CS0246" | "CS0234") && ctx.index.csharp().types_named(&plan.name).is_empty();
    let whole = plan.exception || plan.attribute || plan.kind == "interface" && plan.is_base;
    if missing && whole { Bulk::Invention } else { Bulk::ByHand }
}

/// The type to be made.
struct Plan {
    name: String,
    kind: &'static str,
    parameters: Vec<String>,
    base: Option<Type>,
    arguments: Vec<Wanted>,
    exception: bool,
    attribute: bool,
    is_base: bool,
}

fn generate<'a>(ctx: &RuleContext<'a>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token().filter(|t| t.kind() == "identifier")?;
    if in_using(token) {
        return None;
    }
    let code = ctx.code().as_str();
    let parent = token.parent()?;
    let named = if parent.kind() == "generic_name" { parent } else { token };
    let outer = named.parent()?;
    let right = outer.is(&["qualified_name", "member_access_expression"])
        && outer.field("name").is_some_and(|n| n.id() == named.id());
    // `N.X`, `T.X`: the whole name is what is used.
    let whole = if right { outer } else { named };
    let used = if right { None } else { TypeUse::of(token, text) };
    let place = match &used {
        Some(u) => u.place,
        None => place_of(whole)?,
    };
    // What an enum is made of is an integral type.
    if matches!(place, Place::Base { .. }) && token.enclosing(&["base_list"])?.parent()?.kind() == "enum_declaration" {
        return None;
    }
    match (code, place) {
        ("CS0103", Place::Receiver) => {}
        ("CS0103" | "CS0117", _) => return None,
        (_, Place::Invoked | Place::Expression | Place::Qualifier) => return None,
        _ => {}
    }
    let plan = plan(ctx, token, whole, place)?;
    let mut out = Vec::new();
    let csharp = ctx.index.csharp();
    if right {
        let left = outer.field("qualifier").or_else(|| outer.field("expression"))?;
        let written: String = left.text_in(text).chars().filter(|c| !c.is_whitespace()).collect();
        let written = written.trim_start_matches("global::");
        if let Some(ty) = csharp.resolve(written, ctx.path(), left.start_byte()) {
            // Nested in a type of the workspace.
            let (home, at) = super::support::generate::home(ctx, &ty)?;
            let source = home.source();
            let node = super::support::generate::type_node(source, at)?;
            let inside = home.is_here() && node.byte_range().contains(&token.start_byte());
            let access = if inside { "private" } else { "internal" };
            let mut namespaces = Vec::new();
            let lines = layout(ctx, &plan, access, node.start_byte(), &mut namespaces);
            let edit = add_member(source, node, Added::Method, &lines, None, None)?;
            let fix = ctx
                .fix(format!("Generate nested {} '{}'", plan.kind, plan.name), Applicability::Unsafe)
                .invents(invention_key(&plan))
                .in_bulk(bulk(ctx, &plan));
            let fix = namespaces.into_iter().fold(fix, |f, namespace| {
                let request = ImportRequest::Using { namespace };
                if home.is_here() { f.import(request) } else { f.import_in(source, request) }
            });
            out.push(if home.is_here() { fix.edit(edit).build() } else { fix.edit_in(source, edit).build() });
            return Some(out);
        }
        if !csharp.is_namespace(written) {
            return None;
        }
        out.extend(new_file(ctx, &plan, token, Some(written)));
        // Into the namespace where this file declares it.
        let mut stack = vec![ctx.root()];
        while let Some(n) = stack.pop() {
            for child in n.named() {
                if child.kind() != "namespace_declaration" {
                    continue;
                }
                let same = child.field("name").is_some_and(|f| f.text_in(text) == written);
                if let Some(body) = child.field("body") {
                    if same && let Some(last) = body.named().pop() {
                        let mut namespaces = Vec::new();
                        let indent = line_indent(text, last.start_byte());
                        let block = indented(
                            &layout(ctx, &plan, "internal", token.start_byte(), &mut namespaces),
                            indent,
                            ctx.eol(),
                            &ctx.indent_unit(),
                        );
                        let edit = TextEdit::insert(last.end_byte(), format!("{0}{0}{block}", ctx.eol()));
                        out.push(finish(
                            ctx,
                            &plan,
                            format!("Generate {} '{}'", plan.kind, plan.name),
                            edit,
                            namespaces,
                        ));
                    }
                    stack.push(body);
                }
            }
        }
        return Some(out);
    }

    let enclosing = ancestors(token).find(|n| n.is(TYPES) || n.kind() == "delegate_declaration")?;
    out.extend(new_file(ctx, &plan, token, None));
    // Beside the outermost type around the use.
    let outermost = ancestors(token).filter(|n| n.is(TYPES) || n.kind() == "delegate_declaration").last()?;
    let mut namespaces = Vec::new();
    let access = top_level_access(ctx, token);
    let lines = layout(ctx, &plan, access, outermost.start_byte(), &mut namespaces);
    let indent = line_indent(text, outermost.start_byte());
    let block = indented(&lines, indent, ctx.eol(), &ctx.indent_unit());
    let edit = TextEdit::insert(outermost.end_byte(), format!("{0}{0}{block}", ctx.eol()));
    out.push(finish(ctx, &plan, format!("Generate {} '{}'", plan.kind, plan.name), edit, namespaces));
    // Nested in the innermost one; a base type cannot be nested in the type that derives from it.
    let header = matches!(place, Place::Base { .. })
        || (place == Place::Attribute && attribute_owner_is(token, enclosing))
        || in_header(token, enclosing);
    let nest = if header { ancestors(enclosing).skip(1).find(|n| n.is(TYPES)) } else { Some(enclosing) };
    if let Some(nest) =
        nest.filter(|n| !matches!(n.kind(), "interface_declaration" | "enum_declaration" | "delegate_declaration"))
    {
        let mut namespaces = Vec::new();
        let lines = layout(ctx, &plan, nested_access(ctx, token, nest), nest.start_byte(), &mut namespaces);
        if let Some(edit) = add_member(ctx.source, nest, Added::Method, &lines, last_member(nest), None) {
            out.push(finish(ctx, &plan, format!("Generate nested {} '{}'", plan.kind, plan.name), edit, namespaces));
        }
    }
    Some(out)
}

/// Nested types go last.
fn last_member(ty: Node<'_>) -> Option<usize> {
    let body = ty.field("body")?;
    body.named().into_iter().rfind(|n| !n.kind().starts_with("preproc_")).map(|n| n.start_byte())
}

fn in_header(token: Node<'_>, ty: Node<'_>) -> bool {
    ty.field("body").is_some_and(|b| token.end_byte() <= b.start_byte())
}

fn attribute_owner_is(token: Node<'_>, ty: Node<'_>) -> bool {
    ancestors(token).find(|n| n.kind() == "attribute_list").and_then(|l| l.parent()).is_some_and(|p| p.id() == ty.id())
}

fn place_of(whole: Node<'_>) -> Option<Place> {
    let parent = whole.parent()?;
    Some(match parent.kind() {
        "attribute" => Place::Attribute,
        "base_list" => Place::Base { first: parent.named().first().is_some_and(|f| f.id() == whole.id()) },
        "object_creation_expression" if parent.field("type").is_some_and(|t| t.id() == whole.id()) => Place::New,
        "member_access_expression" if parent.field("expression").is_some_and(|e| e.id() == whole.id()) => {
            Place::Receiver
        }
        "invocation_expression" => Place::Invoked,
        "qualified_name" => Place::Qualifier,
        "member_access_expression" => return None,
        _ if whole.kind() == "member_access_expression" => Place::Expression,
        _ => Place::Type,
    })
}

fn plan<'a>(ctx: &RuleContext<'a>, token: Node<'a>, whole: Node<'a>, place: Place) -> Option<Plan> {
    let text = ctx.text();
    let typing = Typing::new(ctx.index, ctx.source);
    let word = token.text_in(text).trim_start_matches('@');
    let attribute = place == Place::Attribute;
    let name = if attribute && !word.ends_with("Attribute") { format!("{word}Attribute") } else { word.to_owned() };
    let creation =
        (place == Place::New).then(|| whole.parent()).flatten().filter(|p| p.kind() == "object_creation_expression");
    let list = match creation {
        Some(creation) => creation.field("arguments"),
        None if attribute => whole.parent()?.named().into_iter().find(|c| c.kind() == "attribute_argument_list"),
        None => None,
    };
    let mut arguments = list.map_or_else(Vec::new, |l| parameters(&typing, l, text));
    if attribute {
        // Named ones set properties.
        let positional =
            list.map_or(0, |l| l.named().iter().filter(|a| !a.all_children().iter().any(|c| c.kind() == "=")).count());
        arguments.truncate(positional);
    }
    let thrown =
        creation.and_then(|c| c.parent()).is_some_and(|p| matches!(p.kind(), "throw_statement" | "throw_expression"))
            || ancestors(whole).nth(1).is_some_and(|p| p.kind() == "catch_declaration");
    let looks = word.starts_with('I') && word.chars().nth(1).is_some_and(char::is_uppercase);
    let owner = ancestors(token).find(|n| n.is(TYPES));
    let in_interface = owner.is_some_and(|o| matches!(o.kind(), "interface_declaration" | "struct_declaration"));
    let kind = match place {
        Place::New | Place::Attribute | Place::Receiver => "class",
        Place::Base { first } if !first || in_interface || looks => "interface",
        _ if looks => "interface",
        _ if struct_constraint(ctx, token) => "struct",
        _ => "class",
    };
    let base = match () {
        () if attribute => Some(Type::named("System.Attribute")),
        () if thrown => Some(Type::named("System.Exception")),
        () => creation.and_then(|c| typing.expected_type(c)).map(Type::not_null).filter(|t| {
            matches!(t, Type::Named { .. })
                && !t.is("object")
                && !t.is("void")
                && !t.is("dynamic")
                && can_be_base(&typing, t)
        }),
    };
    // Type parameters: a name for each argument.
    let generic = token.parent().filter(|p| p.kind() == "generic_name");
    let written = generic.and_then(|g| g.named().into_iter().find(|c| c.kind() == "type_argument_list"));
    let mut names: Vec<String> = Vec::new();
    if let Some(written) = written {
        let count = written.all_children().iter().filter(|c| c.kind() == ",").count() + 1;
        let listed = written.named();
        for i in 0..count {
            let own = listed.get(i).filter(|n| n.kind() == "identifier").map(|n| n.text_in(text));
            let parameter = own.filter(|n| {
                ctx.index.csharp().resolve(n, ctx.path(), token.start_byte()).is_none()
                    && is_type_parameter(token, n, text)
            });
            names.push(match (parameter, count) {
                (Some(p), _) if !names.iter().any(|n| n == p) => p.to_owned(),
                (_, 1) => "T".to_owned(),
                _ => format!("T{}", i + 1),
            });
        }
    }
    Some(Plan {
        name,
        kind,
        parameters: names,
        base,
        arguments,
        exception: thrown,
        attribute,
        is_base: matches!(place, Place::Base { .. }),
    })
}

fn is_type_parameter(node: Node<'_>, name: &str, text: &str) -> bool {
    ancestors(node)
        .filter_map(|n| n.named().into_iter().find(|c| c.kind() == "type_parameter_list"))
        .any(|l| l.named().iter().any(|p| p.field("name").is_some_and(|n| n.text_in(text) == name)))
}

fn can_be_base(typing: &Typing<'_>, ty: &Type) -> bool {
    typing.resolve(ty).is_some_and(|t| {
        let m = t.declaration.modifiers;
        matches!(t.declaration.kind, DeclarationKind::Interface | DeclarationKind::Class | DeclarationKind::Record)
            && !m.intersects(Modifiers::SEALED | Modifiers::STATIC)
    })
}

/// Whether the name is an argument for a type parameter that must be a struct.
fn struct_constraint(ctx: &RuleContext<'_>, token: Node<'_>) -> bool {
    let Some(list) = ancestors(token).find(|n| n.kind() == "type_argument_list") else { return false };
    let Some(generic) = list.parent().and_then(|p| p.named().into_iter().next()) else { return false };
    let Some(i) = list.named().iter().position(|a| a.byte_range().contains(&token.start_byte())) else { return false };
    let found = ctx.index.csharp().types_visible(generic.text_in(ctx.text()), ctx.path());
    found
        .iter()
        .filter_map(|t| t.declaration.type_parameters.get(i))
        .any(|p| p.constraint.split(',').any(|c| c.trim() == "struct"))
}

/// The lines of the declaration; `\u{1}` stands for one level of indentation.
fn layout(
    ctx: &RuleContext<'_>,
    plan: &Plan,
    access: &str,
    offset: usize,
    namespaces: &mut Vec<String>,
) -> Vec<String> {
    let mut spelled = |ty: &Type| imported(ctx, ctx.source, ty, offset, namespaces);
    let base = plan.base.as_ref().map(&mut spelled);
    let generics = if plan.parameters.is_empty() { String::new() } else { format!("<{}>", plan.parameters.join(", ")) };
    let name = &plan.name;
    let mut members: Vec<Vec<String>> = Vec::new();
    let list: Vec<(String, String, String)> =
        plan.arguments.iter().map(|w| (w.modifier.to_owned(), spelled(&w.ty), w.name.clone())).collect();
    let signature = |items: &[(String, String, String)]| {
        items.iter().map(|(m, t, n)| format!("{m}{t} {n}")).collect::<Vec<_>>().join(", ")
    };
    let constructor = |head: String, body: Vec<String>| {
        let mut lines = vec![head, "{".to_owned()];
        lines.extend(body.into_iter().map(|l| format!("\u{1}{l}")));
        lines.push("}".to_owned());
        lines
    };
    let base_constructor = base_constructor(ctx, plan);
    if plan.kind != "interface" && !list.is_empty() && !(plan.exception && is_message(&list)) {
        match base_constructor {
            Some(names) => {
                let items: Vec<(String, String, String)> =
                    list.iter().zip(&names).map(|((m, _, _), (t, n))| (m.clone(), t.clone(), n.clone())).collect();
                let passed: Vec<String> = items.iter().map(|(m, _, n)| format!("{m}{n}")).collect();
                members.push(constructor(
                    format!("public {name}({}) : base({})", signature(&items), passed.join(", ")),
                    Vec::new(),
                ));
            }
            None => {
                let fields: Vec<String> =
                    list.iter().filter(|(m, _, _)| m != "out ").map(|(_, t, n)| format!("private {t} {n};")).collect();
                if !fields.is_empty() {
                    members.push(fields);
                }
                if plan.exception {
                    members.push(constructor(format!("public {name}()"), Vec::new()));
                }
                let body = list
                    .iter()
                    .map(
                        |(m, t, n)| {
                            if m == "out " { format!("{n} = {};", zero(t)) } else { format!("this.{n} = {n};") }
                        },
                    )
                    .collect();
                members.push(constructor(format!("public {name}({})", signature(&list)), body));
            }
        }
    } else if plan.exception {
        members.push(constructor(format!("public {name}()"), Vec::new()));
    }
    let mut lines = Vec::new();
    if plan.exception {
        for (ns, _) in [("System", ""), ("System.Runtime.Serialization", "")] {
            let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), offset);
            if !namespaces.iter().any(|n| n == ns) && !scope.iter().any(|n| n == ns) {
                namespaces.push(ns.to_owned());
            }
        }
        members.push(constructor(format!("public {name}(string message) : base(message)"), Vec::new()));
        members.push(constructor(
            format!("public {name}(string message, Exception innerException) : base(message, innerException)"),
            Vec::new(),
        ));
        members.push(constructor(
            format!("protected {name}(SerializationInfo info, StreamingContext context) : base(info, context)"),
            Vec::new(),
        ));
        lines.push("[Serializable]".to_owned());
    }
    let colon = base.map_or_else(String::new, |b| format!(" : {b}"));
    lines.push(format!("{access} {} {name}{generics}{colon}", plan.kind));
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

fn is_message(list: &[(String, String, String)]) -> bool {
    matches!(list, [(_, t, _)] if t == "string")
        || matches!(list, [(_, t, _), (_, u, _)] if t == "string" && u.ends_with("Exception"))
}

fn zero(ty: &str) -> &'static str {
    match ty {
        "bool" => "false",
        "int" | "long" | "short" | "byte" | "double" | "float" | "decimal" | "uint" | "ulong" => "0",
        "string" | "object" => "null",
        _ => "default",
    }
}

/// Types and names of the parameters of the base constructor that takes the arguments.
fn base_constructor(ctx: &RuleContext<'_>, plan: &Plan) -> Option<Vec<(String, String)>> {
    let typing = Typing::new(ctx.index, ctx.source);
    let base = plan.base.as_ref().filter(|_| !plan.exception)?;
    let found = typing.resolve(base).filter(|t| !is_interface(t))?;
    let csharp = ctx.index.csharp();
    csharp.members(&found).iter().filter(|m| m.declaration.kind == DeclarationKind::Constructor).find_map(|m| {
        let d = &m.declaration;
        if d.parameters.len() != plan.arguments.len()
            || d.modifiers.contains(Modifiers::PRIVATE)
            || (d.modifiers & (Modifiers::PUBLIC | Modifiers::PROTECTED | Modifiers::INTERNAL)).is_empty()
        {
            return None;
        }
        let fits = d.parameters.iter().zip(&plan.arguments).all(|(p, a)| {
            let wanted = Type::parse(&p.type_text);
            let modifier = p.modifiers.as_str() == a.modifier.trim();
            modifier
                && wanted.is_some_and(|w| {
                    w == a.ty
                        || a.ty.is("object")
                        || typing.converts(&a.ty, &w)
                        || w.full_name().ends_with(&a.ty.full_name())
                })
        });
        fits.then(|| d.parameters.iter().map(|p| (p.type_text.to_string(), p.name.to_string())).collect())
    })
}

fn indented(lines: &[String], indent: &str, eol: &str, unit: &str) -> String {
    let line = |l: &String| if l.is_empty() { String::new() } else { format!("{indent}{}", l.replace('\u{1}', unit)) };
    lines.iter().map(line).collect::<Vec<_>>().join(eol)
}

fn finish(ctx: &RuleContext<'_>, plan: &Plan, title: String, edit: TextEdit, namespaces: Vec<String>) -> Fix {
    let fix = ctx.fix(title, Applicability::Unsafe).invents(invention_key(plan)).in_bulk(bulk(ctx, plan));
    let fix = namespaces.into_iter().fold(fix, |f, namespace| f.import(ImportRequest::Using { namespace }));
    fix.edit(edit).build()
}

/// A file of its own beside the diagnostic's.
fn new_file(ctx: &RuleContext<'_>, plan: &Plan, token: Node<'_>, into: Option<&str>) -> Option<Fix> {
    let text = ctx.text();
    let eol = ctx.eol();
    let path = ctx.path().parent()?.join(format!("{}.cs", plan.name));
    if ctx.index.text(&path).is_some() {
        return None;
    }
    let namespace = match into {
        Some(n) => n.to_owned(),
        None => {
            let parts: Vec<&str> = ancestors(token)
                .filter(|n| n.kind() == "namespace_declaration")
                .filter_map(|n| n.field("name"))
                .map(|n| n.text_in(text))
                .collect();
            parts.into_iter().rev().collect::<Vec<_>>().join(".")
        }
    };
    let file_scoped = ctx
        .root()
        .named()
        .into_iter()
        .find(|n| n.kind() == "file_scoped_namespace_declaration")
        .and_then(|n| n.field("name"));
    let mut namespaces = Vec::new();
    // Nothing but the namespace itself is in scope there.
    let access = if into.is_some() { "internal" } else { top_level_access(ctx, token) };
    let lines = layout(ctx, plan, access, 0, &mut namespaces);
    let unit = ctx.indent_unit();
    let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), token.start_byte());
    // What this file has in scope has to be written out in the other.
    let body_text = lines.join("\n");
    for name in ["System", "System.Collections.Generic", "System.Threading.Tasks"] {
        let used = match name {
            "System" => {
                ["Exception", "Action", "Func", "Type ", "DateTime", "Attribute"].iter().any(|w| body_text.contains(w))
            }
            "System.Collections.Generic" => {
                ["List<", "IEnumerable<", "Dictionary<", "IList<"].iter().any(|w| body_text.contains(w))
            }
            _ => body_text.contains("Task"),
        };
        if used && scope.iter().any(|s| s == name) && !namespaces.iter().any(|n| n == name) {
            namespaces.push(name.to_owned());
        }
    }
    namespaces.sort();
    let mut out = String::new();
    // The file's own banner.
    for child in ctx.root().all_children().into_iter().take_while(|c| c.kind() == "comment") {
        let comment = child.text_in(text);
        if comment.starts_with("///") || child.start_byte() > 0 && out.is_empty() {
            break;
        }
        out.push_str(comment.trim_end());
        out.push_str(eol);
    }
    for n in &namespaces {
        out.push_str(&format!("using {n};{eol}"));
    }
    if !namespaces.is_empty() {
        out.push_str(eol);
    }
    match (&namespace[..], file_scoped, into) {
        (_, Some(name), None) => {
            out.push_str(&format!("namespace {};{eol}{eol}{}", name.text_in(text), indented(&lines, "", eol, &unit)));
        }
        ("", ..) => out.push_str(&indented(&lines, "", eol, &unit)),
        (namespace, ..) => {
            out.push_str(&format!("namespace {namespace}{eol}{{{eol}{}{eol}}}", indented(&lines, &unit, eol, &unit)));
        }
    }
    let file = path.file_name()?.to_string_lossy().into_owned();
    let title = format!("Generate {} '{}' in '{file}'", plan.kind, plan.name);
    Some(
        ctx.fix(title, Applicability::Unsafe)
            .invents(invention_key(plan))
            .in_bulk(bulk(ctx, plan))
            .create(&path, out)
            .build(),
    )
}

/// Modifiers of a declaration.
fn modifiers<'t>(node: Node<'t>, text: &'t str) -> Vec<&'t str> {
    node.all_children().into_iter().filter(|c| c.kind() == "modifier").map(|c| c.text_in(text)).collect()
}

/// The declaration whose signature or header the name is part of; `None` within bodies.
fn exposed<'t>(token: Node<'t>) -> Option<Node<'t>> {
    for n in ancestors(token) {
        match n.kind() {
            "block"
            | "arrow_expression_clause"
            | "equals_value_clause"
            | "lambda_expression"
            | "attribute_list"
            | "accessor_list" => return None,
            "variable_declarator" => return None,
            "method_declaration"
            | "property_declaration"
            | "field_declaration"
            | "event_field_declaration"
            | "indexer_declaration"
            | "constructor_declaration"
            | "delegate_declaration"
            | "operator_declaration"
            | "event_declaration" => return Some(n),
            _ if n.is(TYPES) => return Some(n),
            _ => {}
        }
    }
    None
}

fn top_level_access(ctx: &RuleContext<'_>, token: Node<'_>) -> &'static str {
    let text = ctx.text();
    let Some(member) = exposed(token) else { return "internal" };
    let types = ancestors(member).filter(|n| n.is(TYPES));
    let in_interface = member.parent().and_then(|p| p.parent()).is_some_and(|p| p.kind() == "interface_declaration");
    let open = |m: &[&str]| m.contains(&"public") || m.contains(&"protected");
    let member_open = in_interface || open(&modifiers(member, text));
    if member_open && types.into_iter().all(|t| open(&modifiers(t, text))) { "public" } else { "internal" }
}

fn nested_access(ctx: &RuleContext<'_>, token: Node<'_>, nest: Node<'_>) -> &'static str {
    let Some(member) = exposed(token).filter(|m| m.id() != nest.id()) else { return "private" };
    let m = modifiers(member, ctx.text());
    match () {
        () if m.contains(&"public") => "public",
        () if m.contains(&"protected") && m.contains(&"internal") => "protected internal",
        () if m.contains(&"protected") => "protected",
        () if m.contains(&"internal") => "internal",
        () => "private",
    }
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_titled, check_no_fix};

    fn missing(name: &str) -> String {
        format!(
            "The type or namespace name '{name}' could not be found (are you missing a using directive or an assembly reference?)"
        )
    }

    #[test]
    fn an_interface_in_a_file_of_its_own() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS0246",
            &missing("IShop"),
            "Generate interface 'IShop' in 'IShop.cs'",
            "//- /src/a.cs\nnamespace N\n{\n    public class C : $0IShop\n    {\n    }\n}\n",
            "//- /src/a.cs\nnamespace N\n{\n    public class C : IShop\n    {\n    }\n}\n//- /src/IShop.cs\nnamespace N\n{\n    public interface IShop\n    {\n    }\n}",
        );
    }

    #[test]
    fn nothing_in_a_using_directive() {
        check_no_fix(rule_of(module_path!()), "CS0246", &missing("N"), "using $0N;\n");
    }
}
