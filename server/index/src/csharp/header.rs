//! Reads single C# declarations from their syntax nodes.

use crate::{Declaration, DeclarationKind, DeclarationRanges, Modifiers, Parameter, TypeParameter};
use smol_str::{SmolStr, SmolStrBuilder};
use syntax::{Node, NodeExt, child_of_kind};
use text::TextRange;

/// `text` with each run of white space replaced by one space and without comments, so that formatting does not change outlines.
pub(crate) fn squeeze(text: &str) -> SmolStr {
    let plain = !text.contains("//")
        && !text.contains("/*")
        && !text.contains(|c: char| c != ' ' && c.is_whitespace())
        && !text.contains("  ");
    if plain {
        return text.trim().into();
    }
    let mut out = SmolStrBuilder::new();
    let (mut rest, mut gap, mut started) = (text, false, false);
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = rest.find(['\n', '\r']).map_or("", |i| &rest[i..]);
            gap = true;
        } else if rest.starts_with("/*") {
            rest = rest.get(2..).and_then(|r| r.find("*/").map(|i| &r[i + 2..])).unwrap_or("");
            gap = true;
        } else if c.is_whitespace() {
            rest = &rest[c.len_utf8()..];
            gap = true;
        } else if c == '"' {
            // White space inside the strings of default values counts.
            let end = string_end(rest);
            push_gap(&mut out, &mut gap, started);
            out.push_str(&rest[..end]);
            started = true;
            rest = &rest[end..];
        } else {
            push_gap(&mut out, &mut gap, started);
            out.push(c);
            started = true;
            rest = &rest[c.len_utf8()..];
        }
    }
    out.finish()
}

fn push_gap(out: &mut SmolStrBuilder, gap: &mut bool, started: bool) {
    if std::mem::take(gap) && started {
        out.push(' ');
    }
}

/// One past the closing quote of the string that `text` starts with.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return i + 1,
            _ => {}
        }
    }
    text.len()
}

fn modifier(text: &str) -> Modifiers {
    match text {
        "public" => Modifiers::PUBLIC,
        "protected" => Modifiers::PROTECTED,
        "internal" => Modifiers::INTERNAL,
        "private" => Modifiers::PRIVATE,
        "static" => Modifiers::STATIC,
        "abstract" => Modifiers::ABSTRACT,
        "virtual" => Modifiers::VIRTUAL,
        "override" => Modifiers::OVERRIDE,
        "sealed" => Modifiers::SEALED,
        "new" => Modifiers::NEW,
        "readonly" => Modifiers::READONLY,
        "const" => Modifiers::CONST,
        "async" => Modifiers::ASYNC,
        "partial" => Modifiers::PARTIAL,
        "extern" => Modifiers::EXTERN,
        "unsafe" => Modifiers::UNSAFE,
        "required" => Modifiers::REQUIRED,
        "file" => Modifiers::FILE,
        "ref" => Modifiers::REF,
        "volatile" => Modifiers::VOLATILE,
        _ => Modifiers::empty(),
    }
}

fn modifiers_of(nodes: &[Node<'_>], text: &str) -> Modifiers {
    let mut out = Modifiers::empty();
    for node in nodes {
        match node.kind() {
            "modifier" | "ref" | "extern" => out |= modifier(node.text_in(text)),
            "attribute_list" => out |= deprecated(*node, text),
            _ => {}
        }
    }
    out
}

fn deprecated(list: Node<'_>, text: &str) -> Modifiers {
    let obsolete = list.all_children().into_iter().filter(|c| c.kind() == "attribute").any(|attribute| {
        let name = attribute.field("name").map_or("", |n| n.text_in(text));
        let name = name.rsplit(['.', ':']).next().unwrap_or(name).trim();
        matches!(name, "Obsolete" | "ObsoleteAttribute")
    });
    if obsolete { Modifiers::DEPRECATED } else { Modifiers::empty() }
}

fn name_of(node: Node<'_>, text: &str) -> SmolStr {
    node.text_in(text).trim_start_matches('@').into()
}

/// The type whose header `head` ends with (other tokens may come before), and the range of its name. `head` are the children of a
/// type declaration before its body, or loose tokens of an ERROR node before a `{`.
pub(crate) fn type_header(head: &[Node<'_>], text: &str) -> Option<(Declaration, TextRange)> {
    let keyword =
        head.iter().rposition(|n| matches!(n.kind(), "class" | "struct" | "interface" | "enum" | "record"))?;
    let name_at = head.iter().skip(keyword + 1).position(|n| n.kind() == "identifier")? + keyword + 1;
    // Something else between keyword and name: not a header.
    if head[keyword + 1..name_at].iter().any(|n| !n.is_extra() && !n.is_error()) {
        return None;
    }
    let is_record = head[..keyword].iter().rposition(|n| n.kind() == "record").is_some_and(|i| i + 1 == keyword);
    let kind = match (head[keyword].kind(), is_record) {
        ("struct", true) => DeclarationKind::RecordStruct,
        ("record", _) | ("class", true) => DeclarationKind::Record,
        ("class", false) => DeclarationKind::Class,
        ("struct", false) => DeclarationKind::Struct,
        ("interface", _) => DeclarationKind::Interface,
        _ => DeclarationKind::Enum,
    };
    let first = keyword - usize::from(is_record);
    let start = head[..first]
        .iter()
        .rposition(|n| !(n.is_extra() || matches!(n.kind(), "modifier" | "ref" | "attribute_list")))
        .map_or(0, |i| i + 1);
    let mut declaration = Declaration::named("", kind);
    declaration.modifiers = modifiers_of(&head[start..first], text);
    declaration.name = name_of(head[name_at], text);
    for node in &head[name_at + 1..] {
        match node.kind() {
            "type_parameter_list" => type_parameters(*node, text, &mut declaration),
            "parameter_list" => declaration.parameters = parameters(*node, text),
            "base_list" => declaration.bases = bases(*node, text),
            "type_parameter_constraints_clause" => constraints(*node, text, &mut declaration),
            _ => {}
        }
    }
    Some((declaration, head[name_at].range()))
}

fn bases(list: Node<'_>, text: &str) -> Vec<SmolStr> {
    list.named()
        .into_iter()
        .filter(|n| !n.is_extra() && !n.is_error() && n.kind() != "argument_list")
        .map(|n| if n.kind() == "primary_constructor_base_type" { n.field("type").unwrap_or(n) } else { n })
        .map(|n| squeeze(n.text_in(text)))
        .filter(|t| !t.is_empty())
        .collect()
}

fn type_parameters(list: Node<'_>, text: &str, declaration: &mut Declaration) {
    for node in list.all_children().into_iter().filter(|n| n.kind() == "type_parameter") {
        if let Some(name) = node.field("name") {
            let name = name_of(name, text);
            declaration.type_parameters.push(TypeParameter {
                name,
                constraint: SmolStr::default(),
                default: SmolStr::default(),
            });
        }
    }
}

fn constraints(clause: Node<'_>, text: &str, declaration: &mut Declaration) {
    let children = clause.all_children();
    let Some(name) = children.iter().find(|c| c.kind() == "identifier").map(|n| name_of(*n, text)) else { return };
    let Some(colon) = children.iter().find(|c| c.kind() == ":") else { return };
    let constraint = squeeze(text.get(colon.end_byte()..clause.end_byte()).unwrap_or(""));
    if let Some(parameter) = declaration.type_parameters.iter_mut().find(|p| p.name == name) {
        parameter.constraint = constraint;
    }
}

/// Parameters of a parameter list, with brackets or parentheses.
pub(crate) fn parameters(list: Node<'_>, text: &str) -> Vec<Parameter> {
    let mut out = Vec::new();
    // `params int[] x` has no node of its own: its pieces are children of the list.
    let mut params: Option<SmolStr> = None;
    let mut cursor = list.walk();
    if !cursor.goto_first_child() {
        return out;
    }
    loop {
        let node = cursor.node();
        match (node.kind(), cursor.field_name()) {
            ("parameter", _) => {
                if let Some(parameter) = parameter(node, text) {
                    out.push(parameter);
                }
            }
            ("params", _) => params = Some(SmolStr::default()),
            (_, Some("type")) if params.is_some() => params = Some(squeeze(node.text_in(text))),
            (_, Some("name")) => {
                if let Some(type_text) = params.take() {
                    out.push(Parameter {
                        name: name_of(node, text),
                        type_text,
                        modifiers: "params".into(),
                        default: SmolStr::default(),
                        optional: true,
                        rest: true,
                    });
                }
            }
            _ => {}
        }
        if !cursor.goto_next_sibling() {
            return out;
        }
    }
}

fn parameter(node: Node<'_>, text: &str) -> Option<Parameter> {
    let name = node.field("name")?;
    let children = node.all_children();
    let mut modifiers = SmolStrBuilder::new();
    let words = children.iter().filter(|c| c.kind() == "modifier").map(|c| c.text_in(text));
    let mut type_node = node.field("type");
    let mut rest = false;
    for (i, word) in words.enumerate() {
        if i > 0 {
            modifiers.push(' ');
        }
        modifiers.push_str(word);
        rest |= word == "params";
    }
    let mut modifiers = modifiers.finish();
    // `ref int x` may be read as a parameter of type `ref int`, `scoped Span<int> x` likewise.
    while let Some(inner) = type_node.filter(|t| t.is(&["ref_type", "scoped_type"])) {
        let Some(of) = inner.field("type") else { break };
        let words = squeeze(text.get(inner.start_byte()..of.start_byte()).unwrap_or(""));
        modifiers = if modifiers.is_empty() { words } else { smol_str::format_smolstr!("{modifiers} {words}") };
        type_node = Some(of);
    }
    let equals = children.iter().position(|c| c.kind() == "=");
    let default = equals
        .and_then(|i| Some((children.get(i + 1)?.start_byte(), children.last()?.end_byte())))
        .and_then(|(start, end)| text.get(start..end))
        .map(squeeze)
        .unwrap_or_default();
    Some(Parameter {
        name: name_of(name, text),
        type_text: type_node.map(|t| squeeze(t.text_in(text))).unwrap_or_default(),
        modifiers,
        optional: equals.is_some() || rest,
        rest,
        default,
    })
}

/// The one declaration that `node` makes; `None` when it has no name.
pub(crate) fn member(node: Node<'_>, text: &str) -> Option<(Declaration, DeclarationRanges)> {
    let kind = match node.kind() {
        "delegate_declaration" => DeclarationKind::Delegate,
        "method_declaration" | "local_function_statement" => DeclarationKind::Method,
        "constructor_declaration" => DeclarationKind::Constructor,
        "destructor_declaration" => DeclarationKind::Destructor,
        "property_declaration" => DeclarationKind::Property,
        "indexer_declaration" => DeclarationKind::Indexer,
        "event_declaration" => DeclarationKind::Event,
        "operator_declaration" => DeclarationKind::Operator,
        "conversion_operator_declaration" => DeclarationKind::ConversionOperator,
        "enum_member_declaration" => DeclarationKind::EnumMember,
        _ => return None,
    };
    let children = node.all_children();
    let mut declaration = Declaration::named("", kind);
    declaration.modifiers = modifiers_of(&children, text);
    let named = node.field("name");
    let (name, at) = match kind {
        DeclarationKind::Indexer => ("this[]".into(), children.iter().find(|c| c.kind() == "this").copied()),
        DeclarationKind::Operator => {
            let operator = node.field("operator")?;
            (smol_str::format_smolstr!("operator {}", operator.text_in(text)), Some(operator))
        }
        DeclarationKind::ConversionOperator => {
            let word = children.iter().find(|c| c.is(&["implicit", "explicit"])).copied()?;
            (smol_str::format_smolstr!("{} operator", word.text_in(text)), Some(word))
        }
        DeclarationKind::Constructor => (".ctor".into(), named),
        DeclarationKind::Destructor => (smol_str::format_smolstr!("~{}", name_of(named?, text)), named),
        _ => (name_of(named?, text), named),
    };
    let at = at?;
    if name.is_empty() || at.is_missing() {
        return None;
    }
    declaration.name = name;
    if let Some(ty) = node.field("type").or_else(|| node.field("returns")) {
        declaration.type_text = squeeze(ty.text_in(text));
    }
    if let Some(list) = node.field("type_parameters") {
        type_parameters(list, text, &mut declaration);
    }
    if let Some(list) = node.field("parameters") {
        declaration.parameters = parameters(list, text);
    }
    for child in &children {
        match child.kind() {
            "type_parameter_constraints_clause" => constraints(*child, text, &mut declaration),
            "explicit_interface_specifier" => {
                declaration.explicit_interface = squeeze(child.text_in(text).trim_end().trim_end_matches('.'));
            }
            _ => {}
        }
    }
    let body = node.field("body").or_else(|| node.field("accessors"));
    let braces = body.filter(|b| b.is(&["block", "accessor_list"]));
    if node.field("value").is_some() || node.field("body").is_some() {
        declaration.modifiers |= Modifiers::HAS_BODY;
    }
    if kind == DeclarationKind::Method
        && declaration.parameters.first().is_some_and(|p| p.modifiers.split(' ').any(|m| m == "this"))
    {
        declaration.modifiers |= Modifiers::EXTENSION;
    }
    if matches!(kind, DeclarationKind::Property | DeclarationKind::Indexer) {
        declaration.modifiers |= accessors(node, text);
    } else if kind == DeclarationKind::Event && node.field("accessors").is_some() {
        declaration.modifiers |= Modifiers::HAS_BODY;
    }
    let ranges = DeclarationRanges { full: node.range(), name: at.range(), body: braces.map(NodeExt::range) };
    Some((declaration, ranges))
}

fn accessors(node: Node<'_>, text: &str) -> Modifiers {
    let Some(list) = node.field("accessors") else {
        return if node.field("value").is_some() { Modifiers::GET } else { Modifiers::empty() };
    };
    let mut out = Modifiers::empty();
    for accessor in list.all_children().into_iter().filter(|c| c.kind() == "accessor_declaration") {
        out |= match accessor.field("name").map_or("", |n| n.text_in(text)) {
            "get" => Modifiers::GET,
            "set" => Modifiers::SET,
            "init" => Modifiers::INIT,
            _ => Modifiers::empty(),
        };
        if accessor.field("body").is_some() {
            out |= Modifiers::HAS_BODY;
        }
    }
    out
}

/// One declaration for each declarator of a field, event field or (misplaced) local declaration.
pub(crate) fn fields(node: Node<'_>, text: &str) -> Vec<(Declaration, DeclarationRanges)> {
    let kind = if node.kind() == "event_field_declaration" { DeclarationKind::Event } else { DeclarationKind::Field };
    let Some(variables) = child_of_kind(node, "variable_declaration") else { return Vec::new() };
    let modifiers = modifiers_of(&node.all_children(), text);
    let type_text = variables.field("type").map(|t| squeeze(t.text_in(text))).unwrap_or_default();
    let declarators = variables.all_children().into_iter().filter(|c| c.kind() == "variable_declarator");
    declarators
        .filter_map(|declarator| {
            let name = declarator.field("name").filter(|n| !n.is_missing())?;
            let mut declaration = Declaration::named("", kind);
            declaration.name = name_of(name, text);
            declaration.type_text = type_text.clone();
            declaration.modifiers = modifiers;
            if declarator.all_children().iter().any(|c| c.kind() == "=") {
                declaration.modifiers |= Modifiers::HAS_BODY;
            }
            let ranges = DeclarationRanges { full: node.range(), name: name.range(), body: None };
            Some((declaration, ranges))
        })
        .collect()
}
