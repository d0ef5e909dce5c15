//! Types as text, without a scope.

use index::Declaration;
use index::typescript::types;
use syntax::NodeExt;

/// Names of types that need no declaration.
pub const PREDEFINED: [&str; 16] = [
    "any",
    "unknown",
    "never",
    "void",
    "string",
    "number",
    "boolean",
    "symbol",
    "bigint",
    "object",
    "undefined",
    "null",
    "true",
    "false",
    "this",
    "Function",
];

/// Type parameters of a declaration with their arguments; defaults, then `any`, for those not given.
pub(super) fn type_arguments(declaration: &Declaration, arguments: &[&str]) -> Vec<(smol_str::SmolStr, String)> {
    let mut map = Vec::new();
    let mut given = arguments.iter();
    for parameter in &declaration.type_parameters {
        let argument = match given.next() {
            Some(argument) => (*argument).to_owned(),
            None if parameter.default.is_empty() => "any".into(),
            None => types::substitute(&parameter.default, &map),
        };
        map.push((parameter.name.clone(), argument));
    }
    map
}

/// Type of one element of a tuple: without label and marks.
pub(super) fn tuple_element(text: &str) -> &str {
    let text = text.trim_start_matches("...").trim();
    match text.split_once(':') {
        Some((label, ty)) if syntax::typescript::is_identifier(label.trim().trim_end_matches('?')) => ty.trim(),
        _ => text.trim_end_matches('?'),
    }
}

/// `Awaited<…>` of what is not a promise, or is one, worked out.
pub(super) fn without_awaited(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..4 {
        let Some(start) = text.find("Awaited<") else { break };
        let open = start + "Awaited".len();
        let mut depth = 0usize;
        let mut close = None;
        let bytes = text.as_bytes();
        for (i, byte) in bytes.iter().enumerate().skip(open) {
            match byte {
                b'<' => depth += 1,
                b'>' if bytes.get(i.wrapping_sub(1)) == Some(&b'=') => {}
                b'>' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        close = Some(i);
                        break;
                    }
                }
                _ => {}
            }
        }
        let Some(close) = close else { break };
        let inner = text.get(open + 1..close).unwrap_or_default();
        let parts = types::union(inner).into_iter().map(|part| match types::reference(part) {
            Some(("Promise" | "PromiseLike", arguments)) if arguments.len() == 1 => {
                (*arguments.first().unwrap_or(&part)).to_owned()
            }
            _ => part.to_owned(),
        });
        let inner = types::join_union(parts);
        text.replace_range(start..=close, &inner);
    }
    text
}

/// A union without `null` and `undefined`.
pub fn without_nullish(text: &str) -> String {
    let parts = types::union(text);
    if !parts.iter().any(|p| matches!(*p, "null" | "undefined")) {
        return text.to_owned();
    }
    types::join_union(parts.into_iter().filter(|p| !matches!(*p, "null" | "undefined")))
}

/// Literal types as the types they belong to: `'a' | 5` is `string | number`.
pub fn widened(text: &str) -> String {
    types::join_union(types::union(text).into_iter().map(|part| {
        let first = part.chars().next().unwrap_or(' ');
        if matches!(first, '"' | '\'' | '`') {
            "string".to_owned()
        } else if first.is_ascii_digit()
            || (matches!(first, '-' | '.') && part.chars().nth(1).is_some_and(|c| c.is_ascii_digit()))
        {
            let bigint = part.ends_with('n') && !part.starts_with("0x");
            if bigint { "bigint".into() } else { "number".into() }
        } else if matches!(part, "true" | "false") {
            "boolean".into()
        } else {
            part.to_owned()
        }
    }))
}

/// Names of declared types in a type's text, dotted ones whole: no keywords, no property names.
pub fn names_in(text: &str) -> Vec<String> {
    let parsed = syntax::Parsed::new(syntax::Language::TYPESCRIPT, format!("type _ = {text};"));
    let mut out: Vec<String> = Vec::new();
    syntax::typescript::for_each_leaf(parsed.root(), &["type_identifier", "identifier"], |node| {
        let parent = node.parent().map_or("", |p| p.kind());
        let first = node.parent().and_then(|p| p.child(0)).is_some_and(|c| c.id() == node.id());
        let names_it = node.parent().and_then(|p| p.field("name")) == Some(node);
        let keep = match parent {
            "nested_type_identifier" | "nested_identifier" | "member_expression" => first,
            "type_alias_declaration" | "type_parameter" | "mapped_type_clause" => !names_it,
            "required_parameter" | "optional_parameter" | "index_signature" | "rest_pattern" | "type_predicate" => {
                node.kind() == "type_identifier"
            }
            _ => true,
        };
        let name = parsed.text().get(node.byte_range()).unwrap_or_default();
        if keep && !PREDEFINED.contains(&name) && name != "const" && !out.iter().any(|n| n == name) {
            out.push(name.to_owned());
        }
    });
    out
}

/// Whether a type's text means the same everywhere: it names nothing that is declared, or only what the library declares.
pub(super) fn is_scopeless(text: &str) -> bool {
    const LIBRARY: [&str; 16] = [
        "Array",
        "ReadonlyArray",
        "Promise",
        "Map",
        "Set",
        "Date",
        "RegExp",
        "Error",
        "Record",
        "Partial",
        "Iterable",
        "Readonly",
        "Function",
        "Object",
        "WeakMap",
        "Uint8Array",
    ];
    names_in(text).iter().all(|n| LIBRARY.contains(&n.as_str()))
}

/// `X` and `k` of `X["k"]`.
pub(super) fn indexed_access(text: &str) -> Option<(&str, &str)> {
    let text = types::unwrapped(text);
    let open = text.rfind('[')?;
    let key = text.get(open..)?.strip_prefix('[')?.strip_suffix(']')?.trim();
    let quoted = key.len() > 2 && key.starts_with(['"', '\'']) && key.ends_with(['"', '\'']);
    let object = text.get(..open)?.trim();
    let whole =
        types::union(text).len() == 1 && types::intersection(text).len() == 1 && types::function(text).is_none();
    (quoted && whole && !object.is_empty()).then(|| (object, key.trim_matches(['"', '\''])))
}

/// `A | never` as `A`, at any depth.
pub(super) fn without_never(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(" | never") {
        out.push_str(before);
        // `neverland` is another type.
        if after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '[' | '.')) {
            out.push_str(" | never");
        }
        rest = after;
    }
    out.push_str(rest);
    out
}
