//! Prints types as TypeScript's own quick fixes do.

use syntax::{Language, Node, NodeExt, Parsed};

/// Maximum nesting of a printed type; deeper parts are copied.
const MAX_DEPTH: usize = 40;

/// How a type is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// Quote of string literal types.
    pub quote: char,
    /// Only the layout is normalized, as TypeScript does for types that it copies from a signature. Otherwise the type is printed as the checker
    /// prints it: `T[]` for `Array<T>`, predefined types first in unions.
    pub as_declared: bool,
    /// Type literals have one member on each line.
    pub multiline: bool,
}

/// The type `text` in this style; only with normalized white space when it cannot be parsed.
pub fn shown(text: &str, style: Style) -> String {
    let parsed = Parsed::new(Language::TYPESCRIPT, format!("type _ = {text};"));
    let alias = parsed.root().named().into_iter().next().filter(|_| !parsed.root().has_error());
    match alias.and_then(|a| a.field("value")) {
        Some(value) => Printer { text: parsed.text(), style }.print(value, 0),
        None => squeezed(text),
    }
}

/// The text with each run of white space replaced by one blank.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A string literal with the other quote, if that requires no escapes.
pub fn requoted(literal: &str, quote: char) -> String {
    let inner = syntax::typescript::unquoted(literal);
    let quoted = literal.len() >= 2 && literal.starts_with(['"', '\'']);
    if !quoted || inner.contains(['"', '\'', '\\']) { literal.to_owned() } else { format!("{quote}{inner}{quote}") }
}

struct Printer<'a> {
    text: &'a str,
    style: Style,
}

impl Printer<'_> {
    fn raw(&self, node: Node<'_>) -> String {
        let mut out = String::new();
        let mut at = node.start_byte();
        for comment in node.all_children().into_iter().filter(|c| c.kind() == "comment") {
            out.push_str(self.text.get(at..comment.start_byte()).unwrap_or_default());
            at = comment.end_byte();
        }
        out.push_str(self.text.get(at..node.end_byte()).unwrap_or_default());
        squeezed(&out)
    }

    fn parts(&self, node: Node<'_>, kind: &str, depth: usize) -> Vec<String> {
        let mut out = Vec::new();
        let mut stack: Vec<Node<'_>> = node.named().into_iter().rev().collect();
        while let Some(part) = stack.pop() {
            if part.kind() == kind {
                stack.extend(part.named().into_iter().rev());
            } else {
                out.push(self.print(part, depth + 1));
            }
        }
        out
    }

    fn list(&self, nodes: Vec<Node<'_>>, depth: usize) -> String {
        nodes.into_iter().map(|n| self.print(n, depth + 1)).collect::<Vec<_>>().join(", ")
    }

    fn annotation(&self, node: Node<'_>, depth: usize) -> String {
        match node.named().as_slice() {
            [only] if node.is(&["type_annotation", "opting_type_annotation", "omitting_type_annotation"]) => {
                self.print(*only, depth + 1)
            }
            _ => self.raw(node).trim_start_matches(':').trim().to_owned(),
        }
    }

    fn parameters(&self, list: Option<Node<'_>>, depth: usize) -> String {
        let Some(list) = list else { return "()".to_owned() };
        let all: Vec<String> = list
            .named()
            .into_iter()
            .map(|p| {
                let pattern = p.field("pattern").map_or_else(|| self.raw(p), |n| self.raw(n));
                let mark = if p.kind() == "optional_parameter" { "?" } else { "" };
                let ty = p.field("type").map(|t| format!(": {}", self.annotation(t, depth))).unwrap_or_default();
                format!("{pattern}{mark}{ty}")
            })
            .collect();
        format!("({})", all.join(", "))
    }

    fn generics(&self, node: Node<'_>) -> String {
        node.field("type_parameters").map(|p| self.raw(p)).unwrap_or_default()
    }

    fn member(&self, node: Node<'_>, depth: usize) -> String {
        let name = node.field("name").map(|n| self.raw(n)).unwrap_or_default();
        let mark = if node.all_children().iter().any(|c| c.kind() == "?") { "?" } else { "" };
        let readonly = if node.all_children().iter().any(|c| c.kind() == "readonly") { "readonly " } else { "" };
        let colon =
            |field: &str| node.field(field).map(|t| format!(": {}", self.annotation(t, depth))).unwrap_or_default();
        let plain =
            node.named().iter().all(|c| !c.is(&["accessibility_modifier", "override_modifier", "mapped_type_clause"]));
        match node.kind() {
            "property_signature" if plain => format!("{readonly}{name}{mark}{}", colon("type")),
            "method_signature" if plain && !node.all_children().iter().any(|c| c.is(&["get", "set", "async", "*"])) => {
                let parameters = self.parameters(node.field("parameters"), depth);
                format!("{name}{mark}{}{parameters}{}", self.generics(node), colon("return_type"))
            }
            "call_signature" => {
                let parameters = self.parameters(node.field("parameters"), depth);
                format!("{}{parameters}{}", self.generics(node), colon("return_type"))
            }
            "construct_signature" => {
                let parameters = self.parameters(node.field("parameters"), depth);
                format!("new{}{parameters}{}", self.generics(node), colon("type"))
            }
            _ => self.raw(node).trim_end_matches([';', ',']).to_owned(),
        }
    }

    fn print(&self, node: Node<'_>, depth: usize) -> String {
        if depth > MAX_DEPTH {
            return self.raw(node);
        }
        let children = node.named();
        let first = |depth: usize| children.first().map(|c| self.print(*c, depth + 1)).unwrap_or_default();
        match node.kind() {
            "union_type" => {
                let mut parts = self.parts(node, "union_type", depth);
                if !self.style.as_declared {
                    parts.sort_by_key(|p| rank(p));
                    let mut seen: Vec<String> = Vec::new();
                    parts.retain(|p| {
                        !seen.contains(p) && {
                            seen.push(p.clone());
                            true
                        }
                    });
                }
                parts.join(" | ")
            }
            "intersection_type" => self.parts(node, "intersection_type", depth).join(" & "),
            "generic_type" => {
                let name = node.field("name").map(|n| self.raw(n)).unwrap_or_default();
                let arguments = node.field("type_arguments").map(|a| a.named()).unwrap_or_default();
                if let ("Array" | "ReadonlyArray", [only], false) =
                    (name.as_str(), arguments.as_slice(), self.style.as_declared)
                {
                    let element = index::typescript::types::array_of(&self.print(*only, depth + 1));
                    return if name == "Array" { element } else { format!("readonly {element}") };
                }
                format!("{name}<{}>", self.list(arguments, depth))
            }
            "array_type" => format!("{}[]", first(depth)),
            "parenthesized_type" => format!("({})", first(depth)),
            "readonly_type" => format!("readonly {}", first(depth)),
            "index_type_query" => format!("keyof {}", first(depth)),
            "tuple_type" => format!("[{}]", self.list(children, depth)),
            "optional_type" => format!("{}?", first(depth)),
            "rest_type" => format!("...{}", first(depth)),
            "lookup_type" if children.len() == 2 => {
                format!("{}[{}]", first(depth), children.get(1).map(|c| self.print(*c, depth + 1)).unwrap_or_default())
            }
            "function_type" => {
                let returns = node.field("return_type").map(|r| self.print(r, depth + 1)).unwrap_or_default();
                format!("{}{} => {returns}", self.generics(node), self.parameters(node.field("parameters"), depth))
            }
            "constructor_type" if node.child(0).is_some_and(|c| c.kind() == "new") => {
                let returns = node.field("type").map(|r| self.print(r, depth + 1)).unwrap_or_default();
                format!("new {}{} => {returns}", self.generics(node), self.parameters(node.field("parameters"), depth))
            }
            "object_type" => {
                if let ([only], false) = (children.as_slice(), self.style.as_declared)
                    && only.is(&["call_signature", "construct_signature"])
                {
                    let new = if only.kind() == "call_signature" { "" } else { "new " };
                    let field = if only.kind() == "call_signature" { "return_type" } else { "type" };
                    let returns = only.field(field).map_or_else(|| "any".to_owned(), |r| self.annotation(r, depth));
                    let parameters = self.parameters(only.field("parameters"), depth);
                    return format!("{new}{}{parameters} => {returns}", self.generics(*only));
                }
                if children.is_empty() {
                    return "{}".to_owned();
                }
                let members: Vec<String> = children.into_iter().map(|m| self.member(m, depth) + ";").collect();
                if self.style.multiline {
                    let lines: Vec<String> =
                        members.iter().map(|m| format!("    {}", m.replace('\n', "\n    "))).collect();
                    return format!("{{\n{}\n}}", lines.join("\n"));
                }
                format!("{{ {} }}", members.join(" "))
            }
            "literal_type" => requoted(&self.raw(node), self.style.quote),
            _ => self.raw(node),
        }
    }
}

/// The position of a type in a union as the checker prints it: predefined types first, `null` and `undefined` last.
fn rank(part: &str) -> usize {
    const FIRST: [&str; 5] = ["string", "number", "bigint", "boolean", "symbol"];
    match part {
        "null" => 98,
        "undefined" => 99,
        _ => FIRST.iter().position(|p| *p == part).unwrap_or(10),
    }
}

/// Names of types that need no declaration.
const PREDEFINED: [&str; 16] = [
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

/// Names of declared types in a type's text, dotted ones whole: no keywords, no property names.
pub fn names_in(text: &str) -> Vec<String> {
    let parsed = Parsed::new(Language::TYPESCRIPT, format!("type _ = {text};"));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_read_as_the_checker_prints_them() {
        let shown = |t: &str, as_declared: bool| shown(t, Style { quote: '"', as_declared, multiline: false });
        assert_eq!(shown("{ a:number,\n b ?: 'x' }", false), "{ a: number; b?: \"x\"; }");
        assert_eq!(shown("Array<undefined|Foo | number>", false), "(number | Foo | undefined)[]");
        assert_eq!(shown("Array<Foo | number>", true), "Array<Foo | number>");
        assert_eq!(shown("{ (a:string): void }", false), "(a: string) => void");
        assert_eq!(shown("{ new(): void }", true), "{ new(): void; }");
        assert_eq!(shown("(a?:T, ...b:U[])=>Promise<[T,U]>", false), "(a?: T, ...b: U[]) => Promise<[T, U]>");
        assert_eq!(shown("{ readonly [K in keyof X]: X[K] }", false), "{ readonly [K in keyof X]: X[K]; }");
    }

    #[test]
    fn deep_types_end() {
        let deep = format!("{}x{}", "[".repeat(5000), "]".repeat(5000));
        assert!(!shown(&deep, Style { quote: '"', as_declared: false, multiline: false }).is_empty());
    }
}
