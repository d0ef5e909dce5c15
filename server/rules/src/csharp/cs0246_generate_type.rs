//! # Generate type
//!
//! A type that is used does not exist. A class, interface, struct, attribute or exception is generated, depending on the use: in a new file,
//! next to the type that uses it, or nested in it.
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
//! `Unsafe`: the name may be misspelt, or a reference may be missing.

use codegen::csharp::members::{Added, add_member};
use codegen::csharp::new_type::{Plan, Spot, layout, nested_access, top_level_access};
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use index::{DeclarationKind, Modifiers};
use semantics::csharp::arguments::parameters;
use semantics::csharp::site::Site;
use semantics::csharp::target::foreign_parameters;
use semantics::csharp::type_use::{Place, TypeUse};
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::TYPE_DECLARATIONS;
use syntax::{Node, NodeExt, ancestors, line_indent};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS0246", "CS0103", "CS0234", "CS0426", "CS0117", "CS0305", "CS0308", "CS0616"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    generate(ctx).unwrap_or_default()
}

fn declaration_key(plan: &Plan) -> String {
    format!("type:{}", plan.name)
}

/// Attributes, exceptions and empty interfaces are complete as generated; other types may need members that only their uses show.
fn bulk(ctx: &RuleContext<'_>, plan: &Plan) -> Bulk {
    let missing =
        matches!(ctx.code().as_str(), "CS0246" | "CS0234") && ctx.index.csharp().types_named(&plan.name).is_empty();
    let whole = plan.exception || plan.attribute || plan.kind == "interface" && plan.is_base;
    if missing && whole { Bulk::Declaration } else { Bulk::Manual }
}

fn generate<'a>(ctx: &RuleContext<'a>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token().filter(|t| t.kind() == "identifier")?;
    // `using static` names a type; other directives name a namespace.
    let directive = ancestors(token).find(|n| n.kind() == "using_directive");
    if directive.is_some_and(|d| !d.all_children().iter().any(|c| c.kind() == "static")) {
        return None;
    }
    let code = ctx.code().as_str();
    let parent = token.parent()?;
    let named = if parent.kind() == "generic_name" { parent } else { token };
    let outer = named.parent()?;
    if code == "CS0246" && outer.kind() == "qualified_name" && outer.field("qualifier") == Some(named) {
        return into_new_namespace(ctx, outer);
    }
    let right = outer.is(&["qualified_name", "member_access_expression"])
        && outer.field("name").is_some_and(|n| n.id() == named.id());
    // `N.X`, `T.X`: the qualified name is used.
    let whole = if right { outer } else { named };
    let used = if right { None } else { TypeUse::of(token, text) };
    let place = match &used {
        Some(u) => u.place,
        None => place_of(whole)?,
    };
    // The underlying type of an enum is an integral type.
    if matches!(place, Place::Base { .. }) && token.enclosing(&["base_list"])?.parent()?.kind() == "enum_declaration" {
        return None;
    }
    match (code, place) {
        ("CS0103", Place::Receiver) => {}
        ("CS0103" | "CS0117", _) if is_named(whole, text) => {}
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
            let (target_file, at) = codegen::csharp::members::declaring_file(ctx, ctx.diagnostic.range.start, &ty)?;
            let source = target_file.source();
            let node = codegen::csharp::members::type_node(source, at)?;
            let inside = target_file.is_current() && node.byte_range().contains(&token.start_byte());
            let access = if inside { "private" } else { "internal" };
            let mut namespaces = Vec::new();
            let foreign = foreign(token, inside.then_some(node), text);
            let spot = Spot {
                access,
                offset: if target_file.is_current() { node.start_byte() } else { 0 },
                foreign: &foreign,
            };
            let lines = layout(ctx, &plan, &spot, &mut namespaces);
            let edit = add_member(source, node, Added::Method, &lines, None, None)?;
            let fix = ctx
                .fix(format!("Generate nested {} '{}'", plan.kind, plan.name), Applicability::Unsafe)
                .declares(declaration_key(&plan))
                .in_bulk(bulk(ctx, &plan));
            let fix = namespaces.into_iter().fold(fix, |f, namespace| {
                let request = ImportRequest::Using { namespace };
                f.import_in(source, request)
            });
            out.push(fix.edit_in(source, edit).build());
            return Some(out);
        }
        if !csharp.is_namespace(written) {
            return None;
        }
        out.extend(new_file(ctx, &plan, token, Some(written), false));
        // Into the declaration of the namespace in this file.
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
                        let foreign = foreign(token, None, text);
                        let spot = Spot { access: "internal", offset: token.start_byte(), foreign: &foreign };
                        let block = indented(
                            &layout(ctx, &plan, &spot, &mut namespaces),
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

    out.extend(new_file(ctx, &plan, token, None, false));
    let outer_foreign = foreign(token, None, text);
    if directive.is_some() {
        let mut namespaces = Vec::new();
        let spot = Spot { access: "internal", offset: 0, foreign: &outer_foreign };
        let block = indented(&layout(ctx, &plan, &spot, &mut namespaces), "", ctx.eol(), &ctx.indent_unit());
        let end = text.trim_end().len();
        let edit = TextEdit::replace(end..text.len(), format!("{0}{0}{block}{1}", ctx.eol(), &text[end..]));
        out.push(finish(ctx, &plan, format!("Generate {} '{}'", plan.kind, plan.name), edit, namespaces));
        return Some(out);
    }
    let enclosing = ancestors(token).find(|n| n.is(TYPE_DECLARATIONS) || n.kind() == "delegate_declaration")?;
    // After the outermost type around the use.
    let outermost =
        ancestors(token).filter(|n| n.is(TYPE_DECLARATIONS) || n.kind() == "delegate_declaration").last()?;
    let mut namespaces = Vec::new();
    let access = top_level_access(ctx, token);
    let spot = Spot { access, offset: outermost.start_byte(), foreign: &outer_foreign };
    let lines = layout(ctx, &plan, &spot, &mut namespaces);
    let indent = line_indent(text, outermost.start_byte());
    let block = indented(&lines, indent, ctx.eol(), &ctx.indent_unit());
    let edit = TextEdit::insert(outermost.end_byte(), format!("{0}{0}{block}", ctx.eol()));
    out.push(finish(ctx, &plan, format!("Generate {} '{}'", plan.kind, plan.name), edit, namespaces));
    // Nested in the innermost type. A base type cannot be nested in the type that derives from it.
    let header = matches!(place, Place::Base { .. })
        || (place == Place::Attribute && attribute_owner_is(token, enclosing))
        || in_header(token, enclosing);
    let nest = if header { ancestors(enclosing).skip(1).find(|n| n.is(TYPE_DECLARATIONS)) } else { Some(enclosing) };
    if let Some(nest) =
        nest.filter(|n| !matches!(n.kind(), "interface_declaration" | "enum_declaration" | "delegate_declaration"))
    {
        let mut namespaces = Vec::new();
        let foreign = foreign(token, Some(nest), text);
        let spot = Spot { access: nested_access(ctx, token, nest), offset: nest.start_byte(), foreign: &foreign };
        let lines = layout(ctx, &plan, &spot, &mut namespaces);
        if let Some(edit) = add_member(ctx.source, nest, Added::Method, &lines, last_member(nest), None) {
            out.push(finish(ctx, &plan, format!("Generate nested {} '{}'", plan.kind, plan.name), edit, namespaces));
        }
    }
    Some(out)
}

/// Type parameters around `token` that are not in scope in the type `target`, or outside of all types.
fn foreign(token: Node<'_>, target: Option<Node<'_>>, text: &str) -> Vec<String> {
    let mut names = foreign_parameters(token, text, target.map(|t| (t, text)));
    names.extend(Site::at(token, text).method_parameters.into_iter().map(|(name, _)| name));
    names
}

/// Whether it is the argument of `nameof`.
fn is_named(node: Node<'_>, text: &str) -> bool {
    let call = node.parent().filter(|a| a.kind() == "argument").and_then(|a| a.parent()?.parent());
    call.and_then(|c| c.field("function")).is_some_and(|f| f.text_in(text) == "nameof")
}

/// `N.C` where `N` does not exist: a class in a new namespace.
fn into_new_namespace<'a>(ctx: &RuleContext<'a>, qualified: Node<'a>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let outer = |n: Node<'a>| n.parent().filter(|p| p.kind() == "qualified_name" && p.field("qualifier") == Some(n));
    let whole = std::iter::successors(Some(qualified), |n| outer(*n)).last()?;
    if ancestors(whole).any(|n| n.is(&["using_directive", "namespace_declaration", "attribute_list"])) {
        return None;
    }
    let name = whole.field("name")?;
    let token = if name.kind() == "generic_name" { name.named().into_iter().next()? } else { name };
    let namespace: String = whole.field("qualifier")?.text_in(text).chars().filter(|c| !c.is_whitespace()).collect();
    let plain = namespace.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    let plan = plan(ctx, token, whole, place_of(whole)?).filter(|_| plain)?;
    Some(new_file(ctx, &plan, token, Some(&namespace), true).into_iter().collect())
}

/// The end of the last member: nested types are inserted after it.
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
    let model = ctx.csharp();
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
    let mut arguments = list.map(|l| parameters(&model, l, text));
    if let Some(arguments) = arguments.as_mut().filter(|_| attribute) {
        // Named arguments set properties.
        let positional =
            list.map_or(0, |l| l.named().iter().filter(|a| !a.all_children().iter().any(|c| c.kind() == "=")).count());
        arguments.truncate(positional);
    }
    let thrown =
        creation.and_then(|c| c.parent()).is_some_and(|p| matches!(p.kind(), "throw_statement" | "throw_expression"))
            || ancestors(whole).nth(1).is_some_and(|p| p.kind() == "catch_declaration");
    let looks = word.starts_with('I') && word.chars().nth(1).is_some_and(char::is_uppercase);
    let owner = ancestors(token).find(|n| n.is(TYPE_DECLARATIONS));
    let in_interface = owner.is_some_and(|o| matches!(o.kind(), "interface_declaration" | "struct_declaration"));
    let kind = match place {
        Place::New | Place::Attribute | Place::Receiver => "class",
        Place::Base { first } if !first || in_interface || looks => "interface",
        _ if looks => "interface",
        _ if struct_constraint(ctx, token) => "struct",
        _ => "class",
    };
    let arrays = std::iter::successors(whole.parent(), |n| n.parent()).take_while(|n| n.kind() == "array_type");
    let array = arrays.last().and_then(|a| Some((a, a.parent()?)));
    let array = array.filter(|(_, creation)| creation.kind() == "array_creation_expression");
    // An element of `new C[]` must convert to the element type of the expected array.
    let element = || {
        let (created, creation) = array?;
        let ranks = ancestors(whole).skip(1).take_while(|n| *n != created).count() + 1;
        (0..ranks).try_fold(model.expected_type(creation)?, |ty, _| match ty.not_null() {
            Type::Array(of, _) => Some((*of).clone()),
            _ => None,
        })
    };
    let base = match () {
        () if attribute => Some(Type::named("System.Attribute")),
        () if thrown => Some(Type::named("System.Exception")),
        () => creation.and_then(|c| model.expected_type(c)).or_else(element).map(Type::not_null).filter(|t| {
            matches!(t, Type::Named { .. })
                && !t.is("object")
                && !t.is("void")
                && !t.is("dynamic")
                && can_be_base(&model, t)
        }),
    };
    // A type parameter for each type argument.
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
    // Type parameters that keep their names keep their constraints.
    let clauses = ancestors(token).flat_map(|n| n.named());
    let constraints = clauses
        .filter(|c| c.kind() == "type_parameter_constraints_clause")
        .filter(|c| c.named().first().is_some_and(|n| names.iter().any(|own| own == n.text_in(text))))
        .map(|c| c.text_in(text).trim().to_owned())
        .collect();
    Some(Plan {
        name,
        kind,
        parameters: names,
        constraints,
        properties: creation.map_or_else(Vec::new, |c| initialized(&model, c, text)),
        base,
        arguments,
        exception: thrown,
        attribute,
        is_base: matches!(place, Place::Base { .. }),
    })
}

/// The properties that the object initializer of a `new` sets.
fn initialized<'a>(model: &SemanticModel<'a>, creation: Node<'a>, text: &'a str) -> Vec<(Type, String)> {
    let list = creation.field("initializer").map_or_else(Vec::new, |i| i.named());
    let assignments = list.into_iter().filter(|n| n.kind() == "assignment_expression");
    let set = assignments.filter_map(|a| {
        let name = a.field("left").filter(|l| l.kind() == "identifier")?;
        let ty = semantics::csharp::arguments::argument_type(model, a.field("right")?, text);
        Some((ty.unwrap_or_else(|| Type::named("object")), name.text_in(text).to_owned()))
    });
    set.collect()
}

fn is_type_parameter(node: Node<'_>, name: &str, text: &str) -> bool {
    ancestors(node)
        .filter_map(|n| n.named().into_iter().find(|c| c.kind() == "type_parameter_list"))
        .any(|l| l.named().iter().any(|p| p.field("name").is_some_and(|n| n.text_in(text) == name)))
}

fn can_be_base(model: &SemanticModel<'_>, ty: &Type) -> bool {
    model.resolve(ty).is_some_and(|t| {
        let m = t.declaration.modifiers;
        matches!(t.declaration.kind, DeclarationKind::Interface | DeclarationKind::Class | DeclarationKind::Record)
            && !m.intersects(Modifiers::SEALED | Modifiers::STATIC)
    })
}

/// Whether the name is a type argument for a type parameter with a `struct` constraint.
fn struct_constraint(ctx: &RuleContext<'_>, token: Node<'_>) -> bool {
    let Some(list) = ancestors(token).find(|n| n.kind() == "type_argument_list") else { return false };
    let Some(generic) = list.parent().and_then(|p| p.named().into_iter().next()) else { return false };
    let Some(i) = list.named().iter().position(|a| a.byte_range().contains(&token.start_byte())) else { return false };
    let name = generic.text_in(ctx.text());
    let model = ctx.csharp();
    let here = model.enclosing_types(token);
    let methods = here.iter().flat_map(|t| model.members_named(t, name)).map(|m| m.declaration);
    let types = ctx.index.csharp().types_visible(name, ctx.path()).into_iter().map(|t| t.declaration);
    types.chain(methods).any(|d| {
        let parameter = d.type_parameters.get(i);
        parameter.is_some_and(|p| p.constraint.split(',').any(|c| c.trim() == "struct"))
    })
}

fn indented(lines: &[String], indent: &str, eol: &str, unit: &str) -> String {
    let line = |l: &String| if l.is_empty() { String::new() } else { format!("{indent}{}", l.replace('\u{1}', unit)) };
    lines.iter().map(line).collect::<Vec<_>>().join(eol)
}

fn finish(ctx: &RuleContext<'_>, plan: &Plan, title: String, edit: TextEdit, namespaces: Vec<String>) -> Fix {
    let fix = ctx.fix(title, Applicability::Unsafe).declares(declaration_key(plan)).in_bulk(bulk(ctx, plan));
    let fix = namespaces.into_iter().fold(fix, |f, namespace| f.import(ImportRequest::Using { namespace }));
    fix.edit(edit).build()
}

/// A new file next to the diagnostic's; for a new namespace (`fresh`), in a folder of that name.
fn new_file(ctx: &RuleContext<'_>, plan: &Plan, token: Node<'_>, into: Option<&str>, fresh: bool) -> Option<Fix> {
    let text = ctx.text();
    let eol = ctx.eol();
    let folders = into.filter(|_| fresh).into_iter().flat_map(|n| n.split('.'));
    let folder = folders.fold(ctx.path().parent()?.to_owned(), |path, name| path.join(name));
    let path = folder.join(format!("{}.cs", plan.name));
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
    // Only the namespace itself is in scope there.
    let access = if into.is_some() { "internal" } else { top_level_access(ctx, token) };
    let foreign = foreign(token, None, text);
    let lines = layout(ctx, plan, &Spot { access, offset: 0, foreign: &foreign }, &mut namespaces);
    let unit = ctx.indent_unit();
    let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), token.start_byte());
    // The imports of this file must be repeated in the new file.
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
    // The header comment of this file.
    for child in ctx.root().all_children().into_iter().take_while(|c| c.kind() == "comment") {
        let comment = child.text_in(text);
        if comment.starts_with("///") || child.start_byte() > 0 && out.is_empty() {
            break;
        }
        out.push_str(comment.trim_end());
        out.push_str(eol);
        if text[child.end_byte()..].split('\n').nth(1).is_some_and(|line| line.trim().is_empty()) {
            out.push_str(eol);
        }
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
    let title = format!("Generate {} '{}' in new file", plan.kind, plan.name);
    Some(
        ctx.fix(title, Applicability::Unsafe)
            .declares(declaration_key(plan))
            .in_bulk(bulk(ctx, plan))
            .create(&path, out)
            .build(),
    )
}

#[cfg(test)]
mod tests {
    use crate::csharp::support::type_not_found;
    use crate::rule_of;
    use fix::testing::{check_fix_titled, check_no_fix};

    #[test]
    fn an_interface_in_a_new_file() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS0246",
            &type_not_found("IShop"),
            "Generate interface 'IShop' in new file",
            "//- /src/a.cs\nnamespace N\n{\n    public class C : $0IShop\n    {\n    }\n}\n",
            "//- /src/a.cs\nnamespace N\n{\n    public class C : IShop\n    {\n    }\n}\n//- /src/IShop.cs\nnamespace N\n{\n    public interface IShop\n    {\n    }\n}",
        );
    }

    fn in_this_file(title: &str, code: &str, message: &str, before: &str, after: &str) {
        check_fix_titled(rule_of(module_path!()), code, message, title, before, after);
    }

    #[test]
    fn arguments_of_the_base_constructor_are_passed_on() {
        let before = |base: &str| {
            format!(
                "class Shop\n{{\n    Base Open(int size) => new $0Stall(size);\n}}\nclass Base\n{{\n    {base}\n}}\n"
            )
        };
        let after = |base: &str, made: &str| {
            let rest = before(base).replace("$0", "");
            let (head, tail) = rest.split_at(rest.find("class Base").unwrap());
            format!(
                "{}\n\ninternal class Stall : Base\n{{\n    public Stall(int size){made}\n    }}\n}}\n{tail}",
                head.trim_end()
            )
        };
        for (base, made) in [
            ("protected Base(long size) { }", ""),
            ("protected int Size;", "\n    {\n        Size = size;"),
            ("private int size;", ""),
        ] {
            let made = match base {
                _ if base.starts_with("protected Base") => " : base(size)\n    {".to_owned(),
                _ if made.is_empty() => "\n    {\n        this.size = size;".to_owned(),
                _ => made.to_owned(),
            };
            let mut want = after(base, &made);
            if base.starts_with("protected Base") {
                want = want.replace("Stall(int size)", "Stall(long size)");
            }
            if base.starts_with("private") {
                want = want.replace("    public Stall", "    private int size;\n\n    public Stall");
            }
            in_this_file("Generate class 'Stall'", "CS0246", &type_not_found("Stall"), &before(base), &want);
        }
    }

    #[test]
    fn properties_from_the_object_initializer() {
        in_this_file(
            "Generate nested class 'Stall'",
            "CS0246",
            &type_not_found("Stall"),
            "class Shop\n{\n    object o = new $0Stall() { Size = 1, Name = \"a\" };\n}\n",
            "class Shop\n{\n    object o = new Stall() { Size = 1, Name = \"a\" };\n\n    private class Stall\n    {\n        public Stall()\n        {\n        }\n\n        public int Size { get; set; }\n        public string Name { get; set; }\n    }\n}\n",
        );
    }

    #[test]
    fn type_parameters_are_in_scope_inside_only() {
        let before = "class Shop<T>\n{\n    void M(T t) => new $0Stall(out t);\n}\n";
        let made = |indent: &str, access: &str, ty: &str, value: &str| {
            format!(
                "{indent}{access} class Stall\n{indent}{{\n{indent}    public Stall(out {ty} t)\n{indent}    {{\n{indent}        t = {value};\n{indent}    }}\n{indent}}}\n"
            )
        };
        let plain = before.replace("$0", "");
        let outside = format!("{plain}\n{}", made("", "internal", "object", "null"));
        in_this_file("Generate class 'Stall'", "CS0246", &type_not_found("Stall"), before, &outside);
        let inside = plain.replace(";\n}", &format!(";\n\n{}}}", made("    ", "private", "T", "default(T)")));
        in_this_file("Generate nested class 'Stall'", "CS0246", &type_not_found("Stall"), before, &inside);
    }

    #[test]
    fn a_missing_namespace() {
        in_this_file(
            "Generate class 'Stall' in new file",
            "CS0246",
            &type_not_found("Market"),
            "//- /src/a.cs\nclass Shop { $0Market.Stall s; }\n",
            "//- /src/a.cs\nclass Shop { Market.Stall s; }\n//- /src/Market/Stall.cs\nnamespace Market\n{\n    internal class Stall\n    {\n    }\n}",
        );
    }

    #[test]
    fn from_nameof_and_using_static() {
        let unknown = "The name 'Stall' does not exist in the current context";
        in_this_file(
            "Generate nested class 'Stall'",
            "CS0103",
            unknown,
            "class Shop\n{\n    string s = nameof($0Stall);\n}\n",
            "class Shop\n{\n    string s = nameof(Stall);\n\n    private class Stall\n    {\n    }\n}\n",
        );
        in_this_file(
            "Generate class 'Stall'",
            "CS0246",
            &type_not_found("Stall"),
            "using static $0Stall;\n",
            "using static Stall;\n\ninternal class Stall\n{\n}\n",
        );
    }

    #[test]
    fn nothing_in_a_using_directive() {
        check_no_fix(rule_of(module_path!()), "CS0246", &type_not_found("N"), "using $0N;\n");
    }
}
