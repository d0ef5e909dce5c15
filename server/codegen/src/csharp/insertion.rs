//! Where new members are inserted in a type: where Roslyn inserts them.

use crate::FileLayout;
use crate::csharp::style::written_braces;
use semantics::Semantics;
use syntax::csharp::{MEMBERS, modifiers, name_of};
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

/// The kind, for fields whether they are not `const`, whether they are not static, for fields whether they are not `readonly`, the
/// accessibility, and the number of parameters.
type Key = (u8, u8, u8, u8, u8, usize);

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
    let kind = kind_rank(node.kind());
    let parameters = parameter_count(kind, node.field("parameters").map_or("", |p| p.text_in(text)));
    key(
        kind,
        field_sort(words.iter().copied()),
        words.contains(&"static"),
        accessibility_rank(&words.join(" ")),
        parameters,
    )
}

fn key(kind: u8, sort: u8, is_static: bool, accessibility: u8, parameters: usize) -> Key {
    let is_field = kind == kind_rank("field_declaration");
    let not = |other: u8| u8::from(is_field && sort != other);
    (kind, not(CONST), u8::from(!is_static && sort != CONST), not(READONLY), accessibility, parameters)
}

/// The number of parameters of a constructor or indexer (they are sorted by it); 0 for other kinds.
fn parameter_count(kind: u8, text: &str) -> usize {
    let list = match kind {
        kind if kind == kind_rank("constructor_declaration") => text.split_once('('),
        kind if kind == kind_rank("indexer_declaration") => {
            text.split_once("this").unwrap_or(("", text)).1.split_once('[')
        }
        _ => None,
    };
    let Some((_, rest)) = list else { return 0 };
    let (mut depth, mut commas, mut empty) = (0usize, 0, true);
    for c in rest.chars() {
        match c {
            ')' | ']' if depth == 0 => break,
            '(' | '[' | '<' => depth += 1,
            ')' | ']' | '>' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => commas += 1,
            _ => {}
        }
        empty &= c.is_whitespace();
    }
    if empty { 0 } else { commas + 1 }
}

/// What decides on the place of a member: its key, the key of its name, and its [`field_sort`].
type Place = (Key, String, u8);

fn place_key(node: Node<'_>, text: &str) -> Place {
    let name = name_of(node).map_or(String::new(), |n| sort_name(n.text_in(text)));
    (key_of(node, text), name, field_sort(modifiers(node).into_iter().map(|m| m.text_in(text))))
}

/// Where a member whose text is `line` goes among `members`: the index of the member that it comes before.
pub fn index_among(text: &str, members: &[Node<'_>], kind: &str, line: &str) -> usize {
    let (kind, sort) = (kind_rank(kind), field_sort(line.split(' ')));
    let is_static = line.split(' ').any(|word| word == "static");
    let key = key(kind, sort, is_static, accessibility_rank(line), parameter_count(kind, line));
    let order: Vec<Place> = members.iter().map(|m| place_key(*m, text)).collect();
    place(&order, &(key, String::new(), sort))
}

/// The place among members: in its group where they are in order.
fn place(order: &[Place], (key, name, sort): &Place) -> usize {
    // Nested types have no place among the other kinds.
    let sorted = order.windows(2).all(|w| w[0].0 <= w[1].0) && order.iter().all(|(k, ..)| k.0 != kind_rank(""));
    if !sorted {
        let kinds: Vec<(u8, u8)> = order.iter().map(|(k, _, sort)| (k.0, *sort)).collect();
        return place_among_unsorted(&kinds, key.0, *sort);
    }
    let end = order.iter().rposition(|(k, ..)| k <= key).map_or(0, |p| p + 1);
    let start = order[..end].iter().rposition(|(k, ..)| k < key).map_or(0, |p| p + 1);
    let by_name = key.0 == kind_rank("method_declaration")
        && !name.is_empty()
        && order[start..end].windows(2).all(|w| w[0].1 <= w[1].1);
    let before = order[start..end].iter().position(|(_, other, _)| by_name && other > name);
    before.map_or(end, |p| start + p)
}

const READONLY: u8 = 1;
const CONST: u8 = 2;

/// What a field is: [`READONLY`], [`CONST`], or 0 for neither.
fn field_sort<'t>(mut words: impl Iterator<Item = &'t str>) -> u8 {
    let sort = |word| match word {
        "readonly" => Some(READONLY),
        "const" => Some(CONST),
        _ => None,
    };
    words.find_map(sort).unwrap_or(0)
}

/// Where a member goes among members without an order, which are given by kind and sort of field.
fn place_among_unsorted(members: &[(u8, u8)], kind: u8, sort: u8) -> usize {
    let last = |kind: &str| members.iter().rposition(|(k, _)| *k == kind_rank(kind)).map(|p| p + 1);
    let field_of = |sort: u8| members.iter().rposition(|m| *m == (0, sort)).map(|p| p + 1);
    let field = |order: &[u8]| order.iter().find_map(|sort| field_of(*sort));
    let last_field = || last("field_declaration");
    let found = match kind {
        0 if sort == CONST => field(&[CONST]),
        0 if sort == READONLY => field(&[READONLY, CONST, 0]),
        0 => field(&[0, READONLY, CONST]),
        1 => last("constructor_declaration").or_else(last_field),
        3 | 4 => last("property_declaration").or_else(last_field),
        5 => last("event_field_declaration").or_else(last_field),
        6 => {
            let method = || members.iter().position(|(k, _)| *k == kind_rank("method_declaration"));
            last("event_declaration").or_else(|| last("constructor_declaration")).or_else(method)
        }
        _ => None,
    };
    found.unwrap_or(if kind <= 5 { 0 } else { members.len() })
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
    let mut order: Vec<Place> = members.iter().map(|m| place_key(*m, text)).collect();
    let mut slots: Vec<Slot> = (0..members.len()).map(Slot::Old).collect();
    for (i, member) in new.iter().enumerate() {
        let sort = field_sort(member.text.split([' ', '\n']));
        let count = parameter_count(member.kind, &member.text);
        let key = key(member.kind, sort, member.is_static, member.accessibility, count);
        let name = sort_name(&member.name);
        let at = place(&order, &(key, name.clone(), sort));
        order.insert(at, (key, name, sort));
        slots.insert(at, Slot::New(i));
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
        // No blank line between fields, nor between properties of one line.
        let is_field = |i: usize| members[i].kind() == "field_declaration";
        let is_line = |i: usize| members[i].kind() == "property_declaration" && one_line(members[i].text_in(text));
        let (first, last) = (*first, gap.last().map_or(0, |(kind, _)| *kind));
        let blocks: Vec<String> = std::mem::take(gap).into_iter().map(|(_, block)| block).collect();
        let joins = |kind: u8, block: Option<&String>, i: usize| {
            kind == 0 && is_field(i)
                || kind == kind_rank("property_declaration") && block.is_some_and(|b| one_line(b)) && is_line(i)
        };
        let fields = after.is_some_and(|i| joins(first, blocks.first(), i));
        let next = after.map_or(0, |i| i + 1);
        let before_field = next < members.len() && joins(last, blocks.last(), next);
        let block = join_members(&blocks, eol);
        match after {
            Some(i) => {
                let at = end_of_line_comment(text, members[i].end_byte());
                let one_line =
                    close.start_byte() >= at && !text[at..close.start_byte()].contains('\n') && i + 1 == members.len();
                let tail = if one_line { format!("{eol}{outer}") } else { String::new() };
                let gap = members.get(next).map_or("", |m| &text[at..m.start_byte()]);
                let blank = before_field && gap.trim().is_empty() && gap.matches('\n').count() > 1;
                let end = match () {
                    () if one_line => close.start_byte(),
                    // A field between two fields takes the place of the blank line.
                    () if blank => at + gap.rfind('\n').unwrap_or(0) - usize::from(eol.len() > 1),
                    () => at,
                };
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
                            root if same_line && written_braces(root, text) != Some(false) => {
                                (head, format!("{eol}{outer}{{"))
                            }
                            _ => (open.end_byte(), String::new()),
                        };
                        let lines = format!("{brace}{kept}{eol}{block}{eol}{outer}");
                        edits.push(TextEdit::replace(start..close.start_byte(), lines));
                    }
                }
            }
            None => {
                let separator = if before_field { "" } else { eol };
                edits.push(TextEdit::insert(open.end_byte(), format!("{eol}{block}{separator}")));
            }
        }
    };
    for slot in &slots {
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

/// Whether a property has accessors and is one line.
pub(crate) fn one_line(member: &str) -> bool {
    !member.contains('\n') && member.ends_with('}')
}

/// Joins members with a blank line between them, except between single-line properties.
fn join_members(members: &[String], eol: &str) -> String {
    let mut out = String::new();
    for (i, member) in members.iter().enumerate() {
        if i > 0 {
            out += eol;
            out += if one_line(member) && one_line(&members[i - 1]) { "" } else { eol };
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
        inserted_text(text, kind, "X")
    }

    fn inserted_text(text: &str, kind: &str, new: &str) -> String {
        let parsed = Parsed::new(Language::CSHARP, text);
        let ty = syntax::csharp::descendants(parsed.root()).find(|n| n.kind() == "class_declaration").unwrap();
        let new = NewMember {
            text: new.to_owned(),
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
        assert_eq!(inserted("class C { }", "method_declaration"), "class C\n{\n    X\n}");
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

    #[test]
    fn among_members_without_an_order() {
        let text = "class C\n{\n    void M() { }\n\n    int a;\n\n    int P { get; set; }\n}\n";
        let after = |kind: &str, new: &str| {
            let all = inserted_text(text, kind, new);
            all[..all.find(new).unwrap()].trim_end().rsplit('\n').next().unwrap().trim().to_owned()
        };
        assert_eq!(after("method_declaration", "void N() { }"), "int P { get; set; }");
        assert_eq!(after("property_declaration", "int Q => 1;"), "int P { get; set; }");
        assert_eq!(after("constructor_declaration", "C() { }"), "int a;");
        assert_eq!(after("field_declaration", "readonly int b;"), "int a;");
        assert_eq!(after("field_declaration", "const int K = 1;"), "{");
    }

    #[test]
    fn fields_and_short_properties_stand_together() {
        let text = "class C\n{\n    int a;\n\n    readonly int r;\n}\n";
        let expected = "class C\n{\n    int a;\n    int b;\n    readonly int r;\n}\n";
        assert_eq!(inserted_text(text, "field_declaration", "int b;"), expected);
        let text = "class C\n{\n    public int P { get; set; }\n}\n";
        let expected = "class C\n{\n    public int P { get; set; }\n    int Q { get; set; }\n}\n";
        assert_eq!(inserted_text(text, "property_declaration", "int Q { get; set; }"), expected);
        let expected = "class C\n{\n    public int P { get; set; }\n\n    int Q => 1;\n}\n";
        assert_eq!(inserted_text(text, "property_declaration", "int Q => 1;"), expected);
    }
}
