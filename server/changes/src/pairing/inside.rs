//! Members of types and of objects that are written inside another declaration of TypeScript: `type A = Readonly<{ … }>`, `const api = { … }`. No
//! outline has them, and they are renamed like others.

use super::Item;
use index::{Declaration, DeclarationId, DeclarationKind, DeclarationRanges, Modifiers, Parameter, Source};
use rustc_hash::FxHashSet;
use smol_str::{SmolStr, format_smolstr};
use syntax::typescript::descendants;
use syntax::{Node, NodeExt, ancestors, child_of_kind};
use text::TextRange;

/// Members of one file that are read at most.
const MOST: usize = 20_000;

/// The items of a file, and those inside of them.
pub(super) fn members(source: &Source, module: &SmolStr, known: Vec<(Option<DeclarationRanges>, Item)>) -> Vec<Item> {
    let text = source.parsed.text();
    let names: FxHashSet<usize> = known.iter().filter_map(|(r, _)| r.map(|r| r.name.start)).collect();
    let (ranges, mut items): (Vec<Option<DeclarationRanges>>, Vec<Item>) = known.into_iter().unzip();
    let mut next = items.len() as u32;
    let mut more = Vec::new();
    for body in descendants(source.parsed.root(), &["object_type", "object"]).into_iter().take(MOST) {
        let Some((owner, path)) = owner(body, text, &ranges) else { continue };
        let (container, called) = match owner {
            Some(i) => (items[i].own.clone(), path_of(&items[i])),
            None => (module.clone(), SmolStr::default()),
        };
        let container = format_smolstr!("{container}.{path}");
        for member in body.named().into_iter().take(MOST) {
            let Some((name, declaration)) = declaration(member, text) else { continue };
            if names.contains(&name.start) {
                continue;
            }
            let own = format_smolstr!("{container}.{}", declaration.name);
            let path = items.first().map(|i| i.id.path.clone()).unwrap_or_else(|| source.path.clone());
            more.push(Item {
                id: DeclarationId { path, index: next },
                declaration,
                container: container.clone(),
                called: called.clone(),
                own,
                inside: Some(name),
            });
            next += 1;
        }
    }
    let root = source.parsed.root();
    for function in descendants(root, &["function_declaration", "variable_declarator"]).into_iter().take(MOST) {
        let Some((name, declaration)) = local_function(function, text) else { continue };
        if names.contains(&name.start) {
            continue;
        }
        let around = functions_around(function, text);
        let container = format_smolstr!("{module}{{{around}}}");
        let own = format_smolstr!("{container}.{}", declaration.name);
        let id = DeclarationId { path: source.path.clone(), index: next };
        more.push(Item { id, declaration, container, called: around.into(), own, inside: Some(name) });
        next += 1;
    }
    items.extend(more);
    items
}

/// A function that is declared in the body of another one.
fn local_function(node: Node<'_>, text: &str) -> Option<(TextRange, Declaration)> {
    let name = node.field("name").filter(|n| n.kind() == "identifier")?;
    let function = if node.kind() == "variable_declarator" { node.field("value")? } else { node };
    if !function.is(&["function_declaration", "arrow_function", "function_expression"]) {
        return None;
    }
    let mut declaration = signature(name, DeclarationKind::Function, Some(function), node, text);
    declaration.modifiers |= Modifiers::HAS_BODY;
    if child_of_kind(function, "async").is_some() {
        declaration.modifiers |= Modifiers::ASYNC;
    }
    Some((name.range(), declaration))
}

/// The names of the functions and classes that a function is in, outermost first.
fn functions_around(node: Node<'_>, text: &str) -> String {
    const NAMED: &[&str] = &["function_declaration", "method_definition", "variable_declarator", "class_declaration"];
    let around = ancestors(node).skip(1).filter(|a| a.is(NAMED)).filter_map(|a| a.field("name"));
    let mut names: Vec<&str> = around.map(|n| n.text_in(text)).collect();
    names.reverse();
    names.join(".")
}

fn path_of(item: &Item) -> SmolStr {
    if item.called.is_empty() {
        item.declaration.name.clone()
    } else {
        format_smolstr!("{}.{}", item.called, item.declaration.name)
    }
}

/// The declaration that a body stands in, by number, with the way from it to the body; `None` for what is made inside of a function.
fn owner(body: Node<'_>, text: &str, ranges: &[Option<DeclarationRanges>]) -> Option<(Option<usize>, String)> {
    let mut path = String::new();
    let mut at = body;
    while let Some(parent) = at.parent() {
        match parent.kind() {
            "statement_block"
            | "arrow_function"
            | "function_expression"
            | "formal_parameters"
            | "class_body"
            | "return_statement" => return None,
            "pair" | "property_signature" => {
                let name = parent.field("key").or(parent.field("name"))?;
                let own = TextRange::from(name.byte_range());
                if let Some(i) = ranges.iter().position(|r| r.is_some_and(|r| r.name == own)) {
                    return Some((Some(i), path));
                }
                path = format!("{}.{path}", name.text_in(text));
            }
            "variable_declarator" | "type_alias_declaration" => {
                let own = TextRange::from(parent.field("name")?.byte_range());
                let i = ranges.iter().position(|r| r.is_some_and(|r| r.name == own))?;
                return Some((Some(i), path));
            }
            // Which one of several it is.
            "arguments" | "union_type" | "intersection_type" | "type_arguments" | "array" => {
                let number = parent.named().iter().position(|c| c.id() == at.id()).unwrap_or_default();
                path = format!("{number}.{path}");
            }
            "program" => return None,
            _ => {}
        }
        at = parent;
    }
    None
}

/// What a member of a type or an object declares, and where its name stands.
fn declaration(member: Node<'_>, text: &str) -> Option<(TextRange, Declaration)> {
    use DeclarationKind::{Method, Property};
    let name = member.field("name").or(member.field("key")).filter(|n| n.kind() == "property_identifier")?;
    let (kind, signature) = match member.kind() {
        "method_signature" | "method_definition" => (Method, Some(member)),
        "property_signature" => (Property, None),
        "pair" => {
            let value = member.field("value")?;
            let function = value.is(&["arrow_function", "function_expression"]).then_some(value);
            (Property, function)
        }
        _ => return None,
    };
    let mut modifiers = Modifiers::empty();
    if child_of_kind(member, "?").is_some() {
        modifiers |= Modifiers::OPTIONAL;
    }
    if child_of_kind(member, "get").is_some() || child_of_kind(member, "set").is_some() {
        return None;
    }
    let mut declaration = self::signature(name, kind, signature, member, text);
    declaration.modifiers = modifiers;
    Some((name.range(), declaration))
}

/// A declaration with what a function, or the member itself, has written as its types.
fn signature(
    name: Node<'_>,
    kind: DeclarationKind,
    signature: Option<Node<'_>>,
    member: Node<'_>,
    text: &str,
) -> Declaration {
    let parameters = signature.and_then(|s| s.field("parameters")).map(|list| list.named()).unwrap_or_default();
    let annotation = |node: Node<'_>, field: &str| {
        let ty = node.field(field).map(|t| t.text_in(text).trim_start_matches(':').trim());
        SmolStr::from(ty.unwrap_or_default())
    };
    let parameter = |p: Node<'_>| {
        let pattern = p.field("pattern").unwrap_or(p);
        let rest = pattern.kind() == "rest_pattern";
        Parameter {
            name: pattern.text_in(text).trim_start_matches("...").into(),
            type_text: annotation(p, "type"),
            modifiers: SmolStr::default(),
            default: p.field("value").map(|v| v.text_in(text).into()).unwrap_or_default(),
            optional: rest || p.kind() == "optional_parameter" || p.field("value").is_some(),
            rest,
        }
    };
    let type_text = match signature {
        Some(function) => annotation(function, "return_type"),
        None => annotation(member, "type"),
    };
    Declaration {
        name: name.text_in(text).into(),
        kind,
        parent: None,
        namespace: SmolStr::default(),
        modifiers: Modifiers::empty(),
        type_parameters: Vec::new(),
        parameters: parameters.into_iter().map(parameter).collect(),
        type_text,
        bases: Vec::new(),
        extends_count: 0,
        explicit_interface: SmolStr::default(),
    }
}
