//! What declares names, and what names may mean.

use super::tree::{At, number_text, unquoted};
use super::types::{Decl, Symbol};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    pub(crate) symbol: Option<Symbol>,
    /// A module, by file and block.
    pub(crate) module: Option<(u32, Option<u32>)>,
}

/// Which of the meanings of a name is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub(crate) enum Space {
    Value,
    Type,
}

/// Names that one scope declares.
pub(crate) type Table = FxHashMap<SmolStr, Vec<Decl>>;

pub(crate) const FUNCTIONS: &[&str] = &[
    "function_declaration",
    "function_expression",
    "generator_function_declaration",
    "generator_function",
    "arrow_function",
    "method_definition",
    "function_signature",
    "method_signature",
    "abstract_method_signature",
    "call_signature",
    "construct_signature",
    "function_type",
    "constructor_type",
];

pub(crate) const CLASSES: &[&str] = &["class_declaration", "abstract_class_declaration", "class"];

/// Whether a declaration has a meaning in the space.
pub(crate) fn is_in(kind: &str, space: Space) -> bool {
    match kind {
        "class_declaration" | "abstract_class_declaration" | "class" | "enum_declaration" => true,
        "interface_declaration" | "type_alias_declaration" | "type_parameter" | "infer_type" | "mapped_type_clause" => {
            space == Space::Type
        }
        "internal_module" | "module" | "import_alias" => true,
        _ => space == Space::Value,
    }
}

/// The declaration that a name node names.
pub(crate) fn declaration_of(name: At<'_>) -> At<'_> {
    let Some(parent) = name.parent() else { return name };
    let named = |p: At<'_>| p.field("name").is_some_and(|n| n.same(name));
    match parent.kind() {
        "variable_declarator" | "required_parameter" | "optional_parameter" => name,
        "enum_body" => name,
        "export_statement" => {
            // An anonymous default export: the name stands for the whole.
            parent.field("declaration").or_else(|| parent.field("value")).unwrap_or(name)
        }
        _ if named(parent) => parent,
        "nested_identifier" if parent.parent().is_some_and(|p| p.is(&["internal_module", "module"])) => {
            parent.parent().unwrap_or(name)
        }
        _ => name,
    }
}

/// Identifiers that a binding pattern declares.
pub(crate) fn bound<'f>(pattern: At<'f>, out: &mut Vec<At<'f>>, depth: u32) {
    if depth > 12 {
        return;
    }
    match pattern.kind() {
        "identifier" | "shorthand_property_identifier_pattern" => out.push(pattern),
        "object_pattern" | "array_pattern" | "rest_pattern" => {
            for child in pattern.named() {
                bound(child, out, depth + 1);
            }
        }
        "pair_pattern" => {
            if let Some(value) = pattern.field("value") {
                bound(value, out, depth + 1);
            }
        }
        "assignment_pattern" | "object_assignment_pattern" => {
            if let Some(left) = pattern.field("left") {
                bound(left, out, depth + 1);
            }
        }
        _ => {}
    }
}

/// The name that a property name node stands for; computed names keep their brackets.
pub(crate) fn name_of(name: At<'_>) -> Option<SmolStr> {
    match name.kind() {
        "property_identifier"
        | "private_property_identifier"
        | "identifier"
        | "shorthand_property_identifier"
        | "shorthand_property_identifier_pattern" => Some(name.text().into()),
        "string" => unquoted(name.text()),
        "number" => number_text(name.text()),
        "computed_property_name" => {
            let inner = name.first_named()?;
            match inner.kind() {
                "string" | "number" => name_of(inner),
                "member_expression" if inner.text().starts_with("Symbol.") => {
                    Some(format!("[{}]", inner.text()).into())
                }
                _ => None,
            }
        }
        _ => None,
    }
}
