use super::*;
use syntax::{Node, child_of_kind, has_child_token};

/// One name in the braces of an import.
pub(super) struct Specifier<'a> {
    pub name: &'a str,
    pub local: &'a str,
    pub range: TextRange,
    /// `type ` with the blank after it.
    pub type_keyword: Option<(usize, usize)>,
}

/// An import statement of the file, or `const … = require('…')` in JavaScript.
pub(super) struct ExistingImport<'a> {
    pub module: &'a str,
    pub range: TextRange,
    /// `type ` with the blank after it.
    pub type_keyword: Option<(usize, usize)>,
    /// Byte range of the import clause; `None` for `import 'm'`.
    pub clause: Option<(usize, usize)>,
    pub default: Option<&'a str>,
    pub namespace: Option<&'a str>,
    pub braces: Option<(usize, usize)>,
    pub specifiers: Vec<Specifier<'a>>,
    pub require: bool,
    /// `import x = require('m')`
    pub equals: bool,
}

fn unquoted(node: Node<'_>, text: &str) -> Option<(usize, usize)> {
    let range = node.byte_range();
    (range.len() >= 2 && text.is_char_boundary(range.start + 1)).then_some((range.start + 1, range.end - 1))
}

fn keyword(parent: Node<'_>) -> Option<(usize, usize)> {
    let keyword = child_of_kind(parent, "type")?;
    let next = keyword.next_sibling()?;
    Some((keyword.start_byte(), next.start_byte()))
}

fn statement<'a>(node: Node<'_>, text: &'a str) -> Option<ExistingImport<'a>> {
    let required = child_of_kind(node, "import_require_clause");
    let source = unquoted(node.field("source").or_else(|| required?.field("source"))?, text)?;
    let module = text.get(source.0..source.1)?;
    let clause = child_of_kind(node, "import_clause");
    let mut out = ExistingImport {
        module,
        range: node.range(),
        type_keyword: keyword(node),
        clause: clause.map(|c| (c.start_byte(), c.end_byte())),
        default: required.and_then(|r| child_of_kind(r, "identifier")).map(|n| n.text_in(text)),
        namespace: None,
        braces: None,
        specifiers: Vec::new(),
        require: false,
        equals: required.is_some(),
    };
    for part in clause.map(|c| c.named()).unwrap_or_default() {
        match part.kind() {
            "identifier" => out.default = Some(part.text_in(text)),
            "namespace_import" => out.namespace = part.named().first().map(|n| n.text_in(text)),
            "named_imports" => {
                out.braces = Some((part.start_byte(), part.end_byte()));
                for specifier in part.named().into_iter().filter(|s| s.kind() == "import_specifier") {
                    let name = specifier.field("name")?.text_in(text);
                    let local = specifier.field("alias").map_or(name, |a| a.text_in(text));
                    let (range, type_keyword) = (specifier.range(), keyword(specifier));
                    out.specifiers.push(Specifier { name, local, range, type_keyword });
                }
            }
            _ => {}
        }
    }
    Some(out)
}

/// `const { a, b } = require('m')`
fn require<'a>(node: Node<'_>, text: &'a str) -> Option<ExistingImport<'a>> {
    let declarator = node.named().into_iter().next().filter(|d| d.kind() == "variable_declarator")?;
    let (name, call) = (declarator.field("name")?, declarator.field("value")?);
    if call.kind() != "call_expression" || call.field("function")?.text_in(text) != "require" {
        return None;
    }
    let argument = call.field("arguments")?.named().into_iter().next().filter(|a| a.kind() == "string")?;
    let source = unquoted(argument, text)?;
    let mut out = ExistingImport {
        module: text.get(source.0..source.1)?,
        range: node.range(),
        type_keyword: None,
        clause: Some((name.start_byte(), name.end_byte())),
        default: None,
        namespace: None,
        braces: None,
        specifiers: Vec::new(),
        require: true,
        equals: false,
    };
    match name.kind() {
        "identifier" => out.default = Some(name.text_in(text)),
        "object_pattern" => {
            out.braces = Some((name.start_byte(), name.end_byte()));
            for part in name.named() {
                let (key, local) = match part.kind() {
                    "shorthand_property_identifier_pattern" => (part, part),
                    "pair_pattern" => (part.field("key")?, part.field("value")?),
                    _ => return None,
                };
                let (name, local, range) = (key.text_in(text), local.text_in(text), part.range());
                out.specifiers.push(Specifier { name, local, range, type_keyword: None });
            }
        }
        _ => return None,
    }
    Some(out)
}

/// The imports of the file, by position.
pub(super) fn imports(parsed: &Parsed) -> Vec<ExistingImport<'_>> {
    let text = parsed.text();
    let root = parsed.root();
    let mut out = Vec::new();
    for node in root.named() {
        match node.kind() {
            "import_statement" => out.extend(statement(node, text)),
            "lexical_declaration" | "variable_declaration"
                if has_child_token(node, text, "const") || node.kind() == "variable_declaration" =>
            {
                out.extend(require(node, text));
            }
            _ => {}
        }
    }
    out
}
