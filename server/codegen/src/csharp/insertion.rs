//! Where new members are inserted in a type: where Roslyn inserts them.

use crate::FileLayout;
use crate::csharp::style::written_braces;
use semantics::Semantics;
use syntax::csharp::{MEMBERS, has_modifier, modifiers, name_of};
use syntax::{Node, NodeExt};
use text::{LineEnding, TextEdit};

/// A member to insert.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// Its text: lines separated by `\n`, indented relative to the first.
    pub text: String,
    /// Its rank among kinds of members; see [`kind_rank`].
    pub kind: u8,
    /// 0 `public`, 1 `protected`, 2 `internal`, 3 `private` or none.
    pub accessibility: u8,
    /// Whether it is `static`.
    pub is_static: bool,
    /// Its name, for inserting it in alphabetical order when the members of its kind are sorted; empty to insert it after them.
    pub name: String,
}

type Key = (u8, u8, u8, usize);

/// The rank of a kind of member in the order of a type's members.
pub fn kind_rank(kind: &str) -> u8 {
    match kind {
        "field_declaration" => 0,
        "constructor_declaration" => 1,
        "destructor_declaration" => 2,
        "indexer_declaration" => 3,
        "property_declaration" => 4,
        "event_field_declaration" => 5,
        "event_declaration" => 6,
        "method_declaration" => 7,
        "operator_declaration" => 8,
        "conversion_operator_declaration" => 9,
        _ => 12,
    }
}

/// The rank of the accessibility that modifiers declare.
pub fn accessibility_rank(words: &str) -> u8 {
    let has = |word: &str| words.split(' ').any(|w| w == word);
    match () {
        () if has("public") => 0,
        () if has("protected") => 1,
        () if has("internal") => 2,
        () => 3,
    }
}

/// The sort key of a name: case-insensitive first.
fn sort_name(name: &str) -> String {
    let name = name.trim_start_matches('@');
    if name.is_empty() { String::new() } else { format!("{}\0{name}", name.to_lowercase()) }
}

fn key_of(node: Node<'_>, text: &str) -> Key {
    let words: Vec<&str> = modifiers(node).into_iter().map(|m| m.text_in(text)).collect();
    let not_static = u8::from(!has_modifier(node, text, "static") && !has_modifier(node, text, "const"));
    (
        kind_rank(node.kind()),
        not_static,
        accessibility_rank(&words.join(" ")),
        parameter_count(kind_rank(node.kind()), node.field("parameters").map_or("", |p| p.text_in(text))),
    )
}

/// The number of parameters of a constructor (constructors are sorted by it); 0 for other kinds.
fn parameter_count(kind: u8, text: &str) -> usize {
    if kind != kind_rank("constructor_declaration") {
        return 0;
    }
    let Some((_, rest)) = text.split_once('(') else { return 0 };
    let (mut depth, mut commas, mut empty) = (0usize, 0, true);
    for c in rest.chars() {
        match c {
            ')' if depth == 0 => break,
            '(' | '[' | '<' => depth += 1,
            ')' | ']' | '>' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => commas += 1,
            _ => {}
        }
        empty &= c.is_whitespace();
    }
    if empty { 0 } else { commas + 1 }
}

/// The edits that insert `new` into the type declaration `ty`; `None` when its body cannot be found.
pub fn insert_members(text: &str, unit: &str, ty: Node<'_>, new: &[NewMember]) -> Option<Vec<TextEdit>> {
    let eol = LineEnding::of(text).as_str();
    let outer = syntax::line_indent(text, ty.start_byte()).to_owned();
    let Some(body) = ty.field("body") else { return without_body(text, eol, &outer, unit, ty, new) };
    let children = body.all_children();
    let open = children.first().filter(|c| c.kind() == "{" && !c.is_missing())?;
    let close = children.last().filter(|c| c.kind() == "}")?;
    let members: Vec<Node<'_>> = body.named().into_iter().filter(|n| n.is(MEMBERS)).collect();
    let indent = members
        .iter()
        .map(|m| (m.start_byte(), syntax::line_indent(text, m.start_byte())))
        .find(|(at, i)| text[..*at].ends_with(i) && text[..at - i.len()].ends_with(['\n', '\r']))
        .map_or(format!("{outer}{unit}"), |(_, i)| i.to_owned());
    // Each new member is placed among the existing ones and the new ones before it.
    enum Slot {
        Old(usize),
        New(usize),
    }
    let name = |node: Node<'_>| name_of(node).map_or(String::new(), |n| sort_name(n.text_in(text)));
    let old = members.iter().enumerate();
    let mut order: Vec<(Key, String, Slot)> = old.map(|(i, m)| (key_of(*m, text), name(*m), Slot::Old(i))).collect();
    for (i, member) in new.iter().enumerate() {
        let key = (
            member.kind,
            u8::from(!member.is_static),
            member.accessibility,
            parameter_count(member.kind, &member.text),
        );
        let name = sort_name(&member.name);
        let sorted = order.windows(2).all(|w| w[0].0 <= w[1].0);
        let at = if sorted {
            let end = order.iter().rposition(|(k, ..)| *k <= key).map_or(0, |p| p + 1);
            let start = order[..end].iter().rposition(|(k, ..)| *k < key).map_or(0, |p| p + 1);
            let by_name = !name.is_empty() && order[start..end].windows(2).all(|w| w[0].1 <= w[1].1);
            let before = order[start..end].iter().position(|(_, other, _)| by_name && *other > name);
            before.map_or(end, |p| start + p)
        } else {
            order.iter().rposition(|(k, ..)| k.0 == key.0).map_or(order.len(), |p| p + 1)
        };
        order.insert(at, (key, name, Slot::New(i)));
    }
    let render = |member: &NewMember| {
        let lines = member.text.lines().map(|l| if l.is_empty() { String::new() } else { format!("{indent}{l}") });
        lines.collect::<Vec<_>>().join(eol)
    };
    let mut edits = Vec::new();
    let mut gap: Vec<(u8, String)> = Vec::new();
    let mut after: Option<usize> = None;
    let flush = |after: Option<usize>, gap: &mut Vec<(u8, String)>, edits: &mut Vec<TextEdit>| {
        let Some((first, _)) = gap.first() else { return };
        // No blank line between fields.
        let fields = *first == 0 && after.is_some_and(|i| members[i].kind() == "field_declaration");
        let blocks: Vec<String> = std::mem::take(gap).into_iter().map(|(_, block)| block).collect();
        let block = join_members(&blocks, eol);
        match after {
            Some(i) => {
                let at = end_of_line_comment(text, members[i].end_byte());
                let one_line =
                    close.start_byte() >= at && !text[at..close.start_byte()].contains('\n') && i + 1 == members.len();
                let tail = if one_line { format!("{eol}{outer}") } else { String::new() };
                let end = if one_line { close.start_byte() } else { at };
                let separator = if fields { "" } else { eol };
                edits.push(TextEdit::replace(at..end, format!("{eol}{separator}{block}{tail}")));
            }
            None if members.is_empty() => {
                let between = &text[open.end_byte()..close.start_byte()];
                match between.rfind('\n') {
                    // `}` is on a line of its own: insert before it, after comments.
                    Some(i) if between[i + 1..].trim().is_empty() => {
                        let at = open.end_byte() + i + 1;
                        let start = if between.trim().is_empty() {
                            open.end_byte() + between.find('\n').map_or(0, |i| i + 1)
                        } else {
                            at
                        };
                        edits.push(TextEdit::replace(start..at, format!("{block}{eol}")));
                    }
                    _ => {
                        let kept = between.trim();
                        let kept = if kept.is_empty() { String::new() } else { format!("{eol}{indent}{kept}") };
                        // The brace of a type that was one line goes where the file's other braces are.
                        let head = text[..open.start_byte()].trim_end().len();
                        let same_line = !text[head..close.start_byte()].contains('\n') && head > ty.start_byte();
                        let (start, brace) = match root_of(ty) {
                            root if same_line && written_braces(root, text) == Some(true) => {
                                (head, format!("{eol}{outer}{{"))
                            }
                            _ => (open.end_byte(), String::new()),
                        };
                        let lines = format!("{brace}{kept}{eol}{block}{eol}{outer}");
                        edits.push(TextEdit::replace(start..close.start_byte(), lines));
                    }
                }
            }
            None => edits.push(TextEdit::insert(open.end_byte(), format!("{eol}{block}{eol}"))),
        }
    };
    for (.., slot) in &order {
        match slot {
            Slot::Old(i) => {
                flush(after, &mut gap, &mut edits);
                after = Some(*i);
            }
            Slot::New(i) => gap.push((new[*i].kind, render(&new[*i]))),
        }
    }
    flush(after, &mut gap, &mut edits);
    Some(edits)
}

fn root_of(node: Node<'_>) -> Node<'_> {
    syntax::ancestors(node).last().unwrap_or(node)
}

/// Joins members with a blank line between them, except between single-line properties.
fn join_members(members: &[String], eol: &str) -> String {
    let line = |member: &str| !member.contains('\n') && member.ends_with('}');
    let mut out = String::new();
    for (i, member) in members.iter().enumerate() {
        if i > 0 {
            out += eol;
            out += if line(member) && line(&members[i - 1]) { "" } else { eol };
        }
        out += member;
    }
    out
}

/// Adds a body to a type that ends in `;` or has none yet.
fn without_body(
    text: &str,
    eol: &str,
    outer: &str,
    unit: &str,
    ty: Node<'_>,
    new: &[NewMember],
) -> Option<Vec<TextEdit>> {
    let last = ty.all_children().into_iter().next_back()?;
    let start = if last.kind() == ";" { last.start_byte() } else { last.end_byte() };
    let start = text[..start].trim_end().len();
    let indent = format!("{outer}{unit}");
    let members: Vec<String> = new
        .iter()
        .map(|m| {
            m.text
                .lines()
                .map(|l| if l.is_empty() { String::new() } else { format!("{indent}{l}") })
                .collect::<Vec<_>>()
                .join(eol)
        })
        .collect();
    let block = join_members(&members, eol);
    let end = ty.end_byte().max(start);
    let last = if end == text.len() && outer.is_empty() { eol } else { "" };
    let open = if written_braces(root_of(ty), text) == Some(false) { " ".to_owned() } else { format!("{eol}{outer}") };
    Some(vec![TextEdit::replace(start..end, format!("{open}{{{eol}{block}{eol}{outer}}}{last}"))])
}

fn end_of_line_comment(text: &str, at: usize) -> usize {
    let line = text[at..].split(['\n', '\r']).next().unwrap_or("");
    if line.trim_start().starts_with("//") { at + line.trim_end().len() } else { at }
}

/// [`insert_members`] for a type in the diagnostic's file.
pub fn insert_here(ctx: &Semantics<'_>, ty: Node<'_>, new: &[NewMember]) -> Option<Vec<TextEdit>> {
    insert_members(ctx.text(), &ctx.indent_unit(), ty, new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use syntax::{Language, Parsed};
    use text::TextEdits;

    fn inserted(text: &str, kind: &str) -> String {
        let parsed = Parsed::new(Language::CSHARP, text);
        let ty = syntax::csharp::descendants(parsed.root()).find(|n| n.kind() == "class_declaration").unwrap();
        let new = NewMember {
            text: "X".to_owned(),
            kind: kind_rank(kind),
            accessibility: 0,
            is_static: false,
            name: "B".to_owned(),
        };
        let edits = insert_members(text, "    ", ty, &[new]).unwrap();
        TextEdits::new(edits).unwrap().apply(text).unwrap()
    }

    #[test]
    fn into_an_empty_body_and_after_comments() {
        assert_eq!(inserted("class C\n{\n}\n", "method_declaration"), "class C\n{\n    X\n}\n");
        assert_eq!(inserted("class C { }", "method_declaration"), "class C {\n    X\n}");
        // The brace goes where the file's other braces are.
        let other = "\nstruct S\n{\n    int a;\n}\n";
        let expected = format!("class C\n{{\n    X\n}}{other}");
        assert_eq!(inserted(&format!("class C {{ }}{other}"), "method_declaration"), expected);
        assert_eq!(inserted("class C\n{\n    // a\n}\n", "method_declaration"), "class C\n{\n    // a\n    X\n}\n");
    }

    #[test]
    fn among_members_of_its_kind() {
        let text = "class C\n{\n    int a; // a\n\n    void M() { }\n}\n";
        assert_eq!(
            inserted(text, "property_declaration"),
            "class C\n{\n    int a; // a\n\n    X\n\n    void M() { }\n}\n"
        );
        assert_eq!(inserted("class C { int a; }", "method_declaration"), "class C { int a;\n\n    X\n}");
    }

    #[test]
    fn by_name_where_its_kind_is_sorted() {
        let text = "class C\n{\n    public void A() { }\n\n    public void D() { }\n}\n";
        let between = "class C\n{\n    public void A() { }\n\n    X\n\n    public void D() { }\n}\n";
        assert_eq!(inserted(text, "method_declaration"), between);
        let text = "class C\n{\n    public void D() { }\n\n    public void A() { }\n}\n";
        assert!(inserted(text, "method_declaration").ends_with("A() { }\n\n    X\n}\n"));
    }
}
