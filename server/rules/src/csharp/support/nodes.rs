//! Declarations, modifiers, statements: what they are made of and how pieces of them are taken out.

use syntax::{Node, NodeExt, ancestors};
use text::{TextEdit, TextRange};

/// Kinds of member declarations (types among them).
pub(crate) const MEMBERS: &[&str] = &[
    "method_declaration",
    "constructor_declaration",
    "destructor_declaration",
    "property_declaration",
    "indexer_declaration",
    "event_declaration",
    "event_field_declaration",
    "field_declaration",
    "operator_declaration",
    "conversion_operator_declaration",
    "class_declaration",
    "struct_declaration",
    "interface_declaration",
    "record_declaration",
    "enum_declaration",
    "delegate_declaration",
];

/// Kinds of type declarations that have members.
pub(crate) const TYPES: &[&str] =
    &["class_declaration", "struct_declaration", "interface_declaration", "record_declaration"];

/// Kinds of nodes that have a body of their own, so that `return` and `await` inside belong to them.
pub(crate) const FUNCTIONS: &[&str] = &[
    "method_declaration",
    "constructor_declaration",
    "destructor_declaration",
    "operator_declaration",
    "conversion_operator_declaration",
    "accessor_declaration",
    "local_function_statement",
    "lambda_expression",
    "anonymous_method_expression",
];

/// Kinds of expressions that may stand alone as a statement (C# specification §13.7).
pub(crate) const STATEMENT_EXPRESSIONS: &[&str] = &[
    "invocation_expression",
    "assignment_expression",
    "await_expression",
    "object_creation_expression",
    "postfix_unary_expression",
    "prefix_unary_expression",
];

/// The order in which modifiers are written; unknown ones stay last.
fn rank(modifier: &str) -> u8 {
    match modifier {
        "public" | "private" | "protected" | "internal" => 0,
        "file" => 1,
        "new" => 2,
        "static" | "const" => 3,
        "extern" => 4,
        "virtual" | "abstract" | "sealed" | "override" => 5,
        "readonly" => 6,
        "unsafe" => 7,
        "required" => 8,
        "volatile" => 9,
        "async" => 10,
        "ref" => 11,
        _ => 12,
    }
}

/// The modifiers of a declaration, lambda or local function, in order.
pub(crate) fn modifiers(node: Node<'_>) -> Vec<Node<'_>> {
    syntax::children_of_kind(node, "modifier")
}

/// The modifier with this text.
pub(crate) fn modifier<'t>(node: Node<'t>, text: &str, name: &str) -> Option<Node<'t>> {
    modifiers(node).into_iter().find(|m| m.text_in(text) == name)
}

/// Whether there is such a modifier.
pub(crate) fn has_modifier(node: Node<'_>, text: &str, name: &str) -> bool {
    modifier(node, text, name).is_some()
}

/// Where `name`, followed by a space, goes among the modifiers of `node`.
pub(crate) fn modifier_place(node: Node<'_>, text: &str, name: &str) -> usize {
    let later = modifiers(node).into_iter().find(|m| rank(m.text_in(text)) > rank(name));
    let first = |n: &Node<'_>| !n.is(&["attribute_list", "modifier", "comment"]) && !n.kind().starts_with("preproc");
    later.or_else(|| node.all_children().into_iter().find(first)).map_or(node.start_byte(), |n| n.start_byte())
}

/// A token together with the white space after it.
pub(crate) fn with_space_after(text: &str, node: Node<'_>) -> TextRange {
    let rest = &text[node.end_byte()..];
    let space = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    TextRange::new(node.start_byte(), node.end_byte() + space)
}

/// The edit's range and text that give `node` the accessibility `wanted` (empty: none).
pub(crate) fn accessibility_edit(node: Node<'_>, text: &str, wanted: &str) -> (TextRange, String) {
    let old: Vec<Node<'_>> = modifiers(node).into_iter().filter(|m| rank(m.text_in(text)) == 0).collect();
    match (old.first(), old.last()) {
        (Some(a), Some(b)) if wanted.is_empty() => {
            (TextRange::new(a.start_byte(), with_space_after(text, *b).end), String::new())
        }
        (Some(a), Some(b)) => (TextRange::new(a.start_byte(), b.end_byte()), wanted.to_owned()),
        _ => (TextRange::empty(modifier_place(node, text, "public")), format!("{wanted} ")),
    }
}

/// The name token of a declaration; for fields the first declarator's.
pub(crate) fn name_of(node: Node<'_>) -> Option<Node<'_>> {
    node.field("name").or_else(|| descendants(node).find(|n| n.kind() == "variable_declarator")?.field("name"))
}

/// `node` and all below it, parents first. Iterative: input nests deeply.
pub(crate) fn descendants(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut stack = vec![node];
    std::iter::from_fn(move || {
        let next = stack.pop()?;
        let mut cursor = next.walk();
        let children: Vec<Node<'_>> = next.children(&mut cursor).collect();
        stack.extend(children.into_iter().rev());
        Some(next)
    })
}

/// As [`descendants`], but does not look into functions nested in `node`.
pub(crate) fn own_descendants(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut stack = vec![node];
    std::iter::from_fn(move || {
        let next = stack.pop()?;
        if next == node || !(next.is(FUNCTIONS) || next.is(TYPES)) {
            let mut cursor = next.walk();
            let children: Vec<Node<'_>> = next.children(&mut cursor).collect();
            stack.extend(children.into_iter().rev());
        }
        Some(next)
    })
}

/// The function whose body holds `node`; `None` for field initializers and the like.
pub(crate) fn function_of(node: Node<'_>) -> Option<Node<'_>> {
    let stop = |n: &Node<'_>| n.is(FUNCTIONS) || n.is(TYPES) || n.is(&["property_declaration", "indexer_declaration"]);
    ancestors(node).find(stop).filter(|n| !n.is(TYPES))
}

/// The type declaration that holds `node` (or is it).
pub(crate) fn type_of(node: Node<'_>) -> Option<Node<'_>> {
    node.enclosing(TYPES)
}

/// Whether a node is a statement (blocks among them).
pub(crate) fn is_statement(node: Node<'_>) -> bool {
    node.kind().ends_with("_statement") || node.kind() == "block"
}

/// The outermost statement, expression or other node that starts where `token` starts and satisfies `wanted`.
pub(crate) fn outermost_at<'t>(token: Node<'t>, wanted: impl Fn(Node<'t>) -> bool) -> Option<Node<'t>> {
    let start = token.start_byte();
    ancestors(token).take_while(|n| n.start_byte() == start).filter(|n| wanted(*n)).last()
}

/// `range` with the rest of its lines when nothing else stands on them; else with the blanks on one side.
pub(crate) fn whole_lines(text: &str, range: TextRange) -> TextRange {
    let line_start = text[..range.start].rfind(['\n', '\r']).map_or(0, |i| i + 1);
    let before = &text[line_start..range.start];
    let after = &text[range.end..];
    let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
    let rest = &after[blanks..];
    let alone_before = before.trim_matches([' ', '\t']).is_empty();
    let eol = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with(['\n', '\r'])) };
    if alone_before && (eol > 0 || rest.is_empty()) {
        return TextRange::new(line_start, range.end + blanks + eol);
    }
    if alone_before || eol == 0 {
        return TextRange::new(range.start, range.end + blanks);
    }
    // Last on its line: the blanks before it go too.
    TextRange::new(range.start - (before.len() - before.trim_end_matches([' ', '\t']).len()), range.end)
}

/// What to delete so that a member or statement is gone: its documentation comments, its lines, and one of two blank lines that
/// would come to stand together.
pub(crate) fn removal(text: &str, node: Node<'_>) -> TextRange {
    let mut start = node.start_byte();
    let mut previous = node.prev_sibling();
    while let Some(p) = previous {
        let between = text.get(p.end_byte()..start).unwrap_or("x");
        let is_doc = p.kind() == "comment" && p.text_in(text).starts_with("///");
        if !is_doc || !between.trim().is_empty() || between.matches('\n').count() > 1 {
            break;
        }
        start = p.start_byte();
        previous = p.prev_sibling();
    }
    removal_of(text, TextRange::new(start, node.end_byte()))
}

/// What to delete so that a range is gone with its lines and one of two blank lines that would come to stand together.
pub(crate) fn removal_of(text: &str, range: TextRange) -> TextRange {
    let range = whole_lines(text, range);
    let whole = text[..range.start].ends_with(['\n', '\r']) || range.start == 0;
    if !whole {
        return range;
    }
    let above = &text[..range.start];
    let line_above = above.trim_end_matches(['\n', '\r']);
    let blank_above = above.len() - line_above.len() >= 2 && above[line_above.len()..].matches('\n').count() >= 2;
    let below = text[range.end..].lines().next().unwrap_or("").trim();
    if blank_above && (below.is_empty() || below.starts_with('}')) {
        // One line break less above; the line break that ends the line above stays.
        let tail = &above[line_above.len()..];
        let keep = if tail.starts_with("\r\n") { 2 } else { 1 };
        let blank = &tail[keep..];
        let one = if blank.starts_with("\r\n") { 2 } else { 1 };
        return TextRange::new(range.start - one.min(blank.len()), range.end);
    }
    let opens = line_above.ends_with('{') && !blank_above;
    if opens
        && below.is_empty()
        && !text[range.end..].trim_start().is_empty()
        && text[range.end..].starts_with(['\n', '\r'])
    {
        let eol = if text[range.end..].starts_with("\r\n") { 2 } else { 1 };
        return TextRange::new(range.start, range.end + eol);
    }
    range
}

/// Sorted ranges, those that overlap or touch made one: edits of one fix must not touch.
pub(crate) fn joined(mut ranges: Vec<TextRange>) -> Vec<TextRange> {
    ranges.sort();
    let mut out: Vec<TextRange> = Vec::new();
    for range in ranges {
        match out.last_mut() {
            Some(last) if last.touches(range) => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

/// Edits of one fix in order, those that touch made one (an insertion before a replacement comes first).
pub(crate) fn fused(mut edits: Vec<TextEdit>) -> Vec<TextEdit> {
    edits.sort_by_key(|e| (e.range.start, e.range.end));
    let mut out: Vec<TextEdit> = Vec::new();
    for edit in edits {
        match out.last_mut() {
            Some(last) if last.range.end == edit.range.start => {
                last.range.end = edit.range.end;
                last.new_text.push_str(&edit.new_text);
            }
            _ => out.push(edit),
        }
    }
    out
}

/// What to delete so that item `i` of a comma separated list is gone.
pub(crate) fn list_item_removal(items: &[Node<'_>], i: usize) -> TextRange {
    if i + 1 < items.len() {
        TextRange::new(items[i].start_byte(), items[i + 1].start_byte())
    } else if i > 0 {
        TextRange::new(items[i - 1].end_byte(), items[i].end_byte())
    } else {
        items[i].range()
    }
}

/// Whether evaluating an expression can have no effect: neither a call, an assignment, nor something that may throw or run code.
pub(crate) fn is_pure(expression: Node<'_>) -> bool {
    const PURE: &[&str] = &[
        "identifier",
        "predefined_type",
        "this",
        "parenthesized_expression",
        "default_expression",
        "typeof_expression",
        "sizeof_expression",
        "conditional_expression",
        "lambda_expression",
        "anonymous_method_expression",
        "string_content",
        "type_argument_list",
        "generic_name",
        "nullable_type",
        "qualified_name",
    ];
    let mut stack = vec![expression];
    while let Some(node) = stack.pop() {
        let kind = node.kind();
        if kind.ends_with("_literal") || node.is(&["lambda_expression", "anonymous_method_expression"]) {
            continue;
        }
        let operator = || node.all_children().into_iter().any(|c| c.is(&["++", "--", "/", "%", "*", "^"]));
        let fine = match kind {
            "binary_expression" | "prefix_unary_expression" => !operator(),
            _ => !node.is_named() || PURE.contains(&kind),
        };
        if !fine {
            return false;
        }
        stack.extend(node.all_children());
    }
    true
}

/// The expression of a node that holds one among tokens (`return x;`, `(x)`, an argument, an arrow).
pub(crate) fn inner_expression(node: Node<'_>) -> Option<Node<'_>> {
    node.named().into_iter().next_back()
}

/// The initializer of a declarator: `x` of `a = x`.
pub(crate) fn initializer(declarator: Node<'_>) -> Option<Node<'_>> {
    let children = declarator.all_children();
    let equals = children.iter().position(|c| c.kind() == "=")?;
    children.get(equals + 1..)?.iter().find(|c| c.is_named() && c.kind() != "comment").copied()
}

/// The type written in a declaration, parameter or variable declaration.
pub(crate) fn written_type(node: Node<'_>) -> Option<Node<'_>> {
    node.field("returns").or_else(|| node.field("type")).or_else(|| {
        let declaration = syntax::child_of_kind(node, "variable_declaration")?;
        declaration.field("type")
    })
}

/// Names of the type parameters that a type declares.
pub(crate) fn type_parameters(ty: Node<'_>, text: &str) -> Vec<String> {
    let list = syntax::child_of_kind(ty, "type_parameter_list");
    let parameters = list.map_or_else(Vec::new, |l| syntax::children_of_kind(l, "type_parameter"));
    parameters.iter().filter_map(|p| Some(p.field("name")?.text_in(text).to_owned())).collect()
}

/// Parameters of a method, constructor, local function, lambda or delegate.
pub(crate) fn parameters(node: Node<'_>) -> Vec<Node<'_>> {
    let list = node.field("parameters").or_else(|| syntax::child_of_kind(node, "parameter_list"));
    list.map_or_else(Vec::new, |l| syntax::children_of_kind(l, "parameter"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use syntax::{Language, Parsed};

    fn first<'a>(parsed: &'a Parsed, kind: &str) -> Node<'a> {
        descendants(parsed.root()).find(|n| n.kind() == kind).unwrap()
    }

    #[test]
    fn modifiers_have_their_places() {
        let text = "class C { [A] public static async Task M() { } int F; }";
        let parsed = Parsed::new(Language::CSHARP, text);
        let method = first(&parsed, "method_declaration");
        assert!(text[modifier_place(method, text, "new")..].starts_with("static"));
        assert!(text[modifier_place(method, text, "unsafe")..].starts_with("async"));
        assert!(text[modifier_place(first(&parsed, "field_declaration"), text, "readonly")..].starts_with("int F"));
    }

    #[test]
    fn a_removed_member_takes_its_comments_and_a_blank_line() {
        let text = "class C\n{\n    int a;\n\n    /// <summary>b</summary>\n    int b;\n}\n";
        let parsed = Parsed::new(Language::CSHARP, text);
        let field = descendants(parsed.root()).filter(|n| n.kind() == "field_declaration").nth(1).unwrap();
        let mut after = text.to_owned();
        after.replace_range(std::ops::Range::from(removal(text, field)), "");
        assert_eq!(after, "class C\n{\n    int a;\n}\n");
    }

    #[test]
    fn calls_are_not_pure() {
        let parsed = Parsed::new(Language::CSHARP, "class C { int a = F(); int b = 1 + x; int c = y / z; }");
        let pure: Vec<bool> = descendants(parsed.root())
            .filter(|n| n.kind() == "variable_declarator")
            .map(|n| is_pure(initializer(n).unwrap()))
            .collect();
        assert_eq!(pure, [false, true, false]);
    }
}
