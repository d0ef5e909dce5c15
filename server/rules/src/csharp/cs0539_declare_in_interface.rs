//! # Explicit implementation without an interface member
//!
//! `void I.M()` where `I` has no such `M`. The member is added to the interface, or its parameters are changed to those of the
//! implementation.
//!
//! ```csharp before
//! //@ error CS0539: 'Shop.Open(int)' in explicit interface declaration is not found among members of the interface that can be implemented
//! interface IShop
//! {
//!     void Close();
//! }
//!
//! class Shop : IShop
//! {
//!     void IShop.Close() { }
//!     bool IShop.$0Open$0(int hour) => hour > 8;
//! }
//! ```
//! ```csharp after
//! interface IShop
//! {
//!     void Close();
//!     bool Open(int hour);
//! }
//!
//! class Shop : IShop
//! {
//!     void IShop.Close() { }
//!     bool IShop.Open(int hour) => hour > 8;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: other implementations of the interface must follow. Where there are any, it is not done in bulk.

use super::support::declarations::has_other_implementation;
use codegen::csharp::members::{Added, add_member, declaring_file, imported, type_node};
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use index::csharp::CsMember;
use index::{DeclarationKind, Source};
use syntax::csharp::{modifiers, written_type};
use syntax::{Node, NodeExt, child_of_kind, children_of_kind, leaf_at};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS0539"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let own = ctx.token()?.enclosing(&["method_declaration", "property_declaration", "indexer_declaration"])?;
    let specifier = child_of_kind(own, "explicit_interface_specifier")?;
    let interface = specifier.named().into_iter().next_back()?;
    let csharp = ctx.index.csharp();
    let target = csharp.resolve(interface.text_in(text), ctx.path(), interface.start_byte())?;
    let kind = match own.kind() {
        "method_declaration" => DeclarationKind::Method,
        "property_declaration" => DeclarationKind::Property,
        _ => DeclarationKind::Indexer,
    };
    if target.declaration.kind != DeclarationKind::Interface {
        return None;
    }
    let list = parameter_list(own);
    let count = list.map_or(0, |l| children_of_kind(l, "parameter").len());
    let name = own.field("name").map_or("this[]", |n| n.text_in(text));
    let mut same: Vec<CsMember> =
        csharp.members(&target).iter().filter(|m| m.declaration.name == name).cloned().collect();
    if same.iter().any(|m| m.declaration.kind != kind || m.declaration.parameters.len() == count) {
        return None;
    }
    let (target_file, at) = declaring_file(ctx, ctx.diagnostic.range.start, &target)?;
    let source = target_file.source();
    let node = type_node(source, at)?;
    // The implementation's type arguments would have to be replaced by the interface's type parameters.
    let parameters = &target.declaration.type_parameters;
    let arguments = interface.text_in(text).split_once('<').map_or("", |(_, list)| list.trim_end_matches('>'));
    let renamed = !arguments.split(',').map(str::trim).eq(parameters.iter().map(|p| p.name.as_str()));
    if !parameters.is_empty() && renamed && (count > 0 || kind != DeclarationKind::Method) {
        return None;
    }
    let mut out = Vec::new();
    let shared = has_other_implementation(ctx, own, target.declaration.name.as_str());
    if let (1, Some(own_list), Some(interface_member)) = (same.len(), list, same.pop()) {
        let change = change_parameters(ctx, own_list, &interface_member);
        out.extend(change.map(|fix| if shared { fix.in_bulk(Bulk::Manual) } else { fix }));
    }
    let offset = node.field("body").map_or(node.end_byte(), |b| b.start_byte() + 1).min(source.parsed.text().len());
    let mut namespaces = Vec::new();
    let mut spell = |ty: Node<'_>| spelled(ctx, source, ty, offset, &mut namespaces);
    let ty = spell(written_type(own)?);
    let list = list.map_or_else(String::new, |l| {
        let declared = children_of_kind(l, "parameter").into_iter().map(|p| parameter(text, p, &mut spell));
        declared.collect::<Vec<_>>().join(", ")
    });
    let line = match kind {
        DeclarationKind::Method => {
            let parameters =
                own.named().into_iter().find(|n| n.kind() == "type_parameter_list").map_or("", |l| l.text_in(text));
            format!("{ty} {name}{parameters}({list});")
        }
        DeclarationKind::Property => format!("{ty} {name} {{ {} }}", accessors(own, text)?),
        _ => format!("{ty} this[{list}] {{ {} }}", accessors(own, text)?),
    };
    let added = if kind == DeclarationKind::Method { Added::Method } else { Added::Property };
    let edit = add_compact(source, node, added, line)?;
    let title = format!(
        "Generate {} '{name}'",
        match kind {
            DeclarationKind::Method => "method",
            DeclarationKind::Property => "property",
            _ => "indexer",
        }
    );
    let bulk = if shared { Bulk::Manual } else { Bulk::Declaration };
    let fix = ctx.fix(title, Applicability::Unsafe).isolated("generate").in_bulk(bulk);
    let fix = namespaces.into_iter().fold(fix, |fix, namespace| {
        let request = ImportRequest::Using { namespace };
        fix.import_in(target_file.source(), request)
    });
    out.push(fix.edit_in(target_file.source(), edit).build());
    if let Some(first) = out.first_mut() {
        first.preferred = true;
    }
    Some(out)
}

/// After the last member of an interface without blank lines between members; else as for other types.
fn add_compact(source: &Source, node: Node<'_>, added: Added, line: String) -> Option<TextEdit> {
    let text = source.parsed.text();
    let body = node.field("body")?;
    let members = body.named();
    let dense = members.windows(2).all(|w| text[w[0].end_byte()..w[1].start_byte()].matches('\n').count() == 1);
    match members.last().filter(|m| dense && m.kind() != "comment") {
        Some(last) => {
            let indent = syntax::line_indent(text, last.start_byte());
            let own_line = text[body.start_byte()..last.start_byte()].contains('\n');
            let eol = text::LineEnding::of(text).as_str();
            own_line.then(|| TextEdit::insert(last.end_byte(), format!("{eol}{indent}{line}")))
        }
        None => None,
    }
    .or_else(|| add_member(source, node, added, &[line], None, None))
}

fn parameter_list(member: Node<'_>) -> Option<Node<'_>> {
    member.field("parameters").or_else(|| {
        member.named().into_iter().find(|n| n.kind().ends_with("parameter_list") && n.kind() != "type_parameter_list")
    })
}

/// A type as it is written in the interface's file.
fn spelled(
    ctx: &RuleContext<'_>,
    source: &Source,
    ty: Node<'_>,
    offset: usize,
    namespaces: &mut Vec<String>,
) -> String {
    let written = ty.text_in(ctx.text());
    if *source.path == *ctx.path() {
        return written.to_owned();
    }
    let model = ctx.csharp();
    match model.written_type(ty) {
        Some(ty) => imported(ctx, source, &ty, offset, namespaces),
        None => written.to_owned(),
    }
}

fn parameter(text: &str, parameter: Node<'_>, spell: &mut impl FnMut(Node<'_>) -> String) -> String {
    let words: Vec<&str> = modifiers(parameter).into_iter().map(|m| m.text_in(text)).collect();
    let prefix = words.iter().fold(String::new(), |all, word| all + word + " ");
    let ty = written_type(parameter).map(spell).unwrap_or_default();
    let name = parameter.field("name").map_or("", |n| n.text_in(text));
    format!("{prefix}{ty} {name}")
}

/// `get; set;` as the implementation has them.
fn accessors(member: Node<'_>, text: &str) -> Option<String> {
    let Some(list) = member.field("accessors").or_else(|| child_of_kind(member, "accessor_list")) else {
        return child_of_kind(member, "arrow_expression_clause").map(|_| "get;".to_owned());
    };
    let names: Vec<String> = children_of_kind(list, "accessor_declaration")
        .into_iter()
        .filter_map(|a| Some(format!("{};", a.field("name")?.text_in(text))))
        .collect();
    (!names.is_empty()).then(|| names.join(" "))
}

/// Changes the parameters of the interface member to those of the implementation.
fn change_parameters(ctx: &RuleContext<'_>, own: Node<'_>, interface_member: &CsMember) -> Option<Fix> {
    let id = interface_member.id.as_ref()?;
    let source = ctx.index.source(&id.path)?;
    let at = ctx.index.ranges(id)?.name.start;
    let declared = leaf_at(source.parsed.root(), at)?.enclosing(&["method_declaration", "indexer_declaration"])?;
    let list = parameter_list(declared)?;
    let mut namespaces = Vec::new();
    let mut spell = |ty: Node<'_>| spelled(ctx, &source, ty, at, &mut namespaces);
    let written: Vec<String> =
        children_of_kind(own, "parameter").into_iter().map(|p| parameter(ctx.text(), p, &mut spell)).collect();
    let inner = list.start_byte() + 1..list.end_byte() - 1;
    let title = format!(
        "Change parameters of '{}.{}'",
        interface_member.owner.declaration.name,
        interface_member.declaration.name.trim_end_matches("[]")
    );
    let fix = ctx.fix(title, Applicability::Unsafe).edit_in(&source, TextEdit::replace(inner, written.join(", ")));
    let fix =
        namespaces.into_iter().fold(fix, |fix, namespace| fix.import_in(&source, ImportRequest::Using { namespace }));
    Some(fix.build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "'C.M(int)' in explicit interface declaration is not found among members of the interface that can be implemented";

    #[test]
    fn parameters_are_changed() {
        check_fix(
            rule_of(module_path!()),
            "CS0539",
            MESSAGE,
            "//- /i.cs\ninterface I { object this[int a] { get; } }\n//- /c.cs\nusing System; class C : I { object I.$0this[int a, DateTime b] => null; }\n",
            "//- /i.cs\nusing System;\n\ninterface I { object this[int a, DateTime b] { get; } }\n//- /c.cs\nusing System; class C : I { object I.this[int a, DateTime b] => null; }\n",
        );
    }

    #[test]
    fn into_an_empty_interface() {
        check_fix(
            rule_of(module_path!()),
            "CS0539",
            MESSAGE,
            "interface I\n{\n}\nclass C : I { void I.$0M<T>() { } }\n",
            "interface I\n{\n    void M<T>();\n}\nclass C : I { void I.M<T>() { } }\n",
        );
    }

    #[test]
    fn nothing_when_the_return_type_differs() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0539",
            MESSAGE,
            "interface I { void M(int a); } class C : I { bool I.$0M(int a) => true; }",
        );
    }
}
