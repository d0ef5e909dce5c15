//! Adds members to types: where they go and how they are formatted, as in Roslyn's code generation.

use crate::csharp::insertion::{NewMember, accessibility_rank, index_among, insert_members, kind_rank, one_line};
use index::Source;
use index::csharp::{CsType, TypeOrigin};
use semantics::Semantics;
use semantics::csharp::Type;
use std::sync::Arc;
use syntax::csharp::{MEMBERS, TYPE_DECLARATIONS};
use syntax::{Node, NodeExt, leaf_at, line_indent};
use text::{LineEnding, TextEdit};

/// The file with a type's declaration: the diagnostic's file, or another.
pub enum DeclaringFile<'a> {
    /// The diagnostic's file.
    Current(&'a Source),
    /// Another file.
    Other(Arc<Source>),
}

impl DeclaringFile<'_> {
    /// The file.
    pub fn source(&self) -> &Source {
        match self {
            Self::Current(s) => s,
            Self::Other(s) => s,
        }
    }
    /// Whether it is the diagnostic's file.
    pub fn is_current(&self) -> bool {
        matches!(self, Self::Current(_))
    }
}

/// Where `ty` is declared, and the byte at which its name starts there. Of several parts, the one around byte `at`, else one in its file,
/// else the first.
pub fn declaring_file<'a>(ctx: &Semantics<'a>, at: usize, ty: &CsType) -> Option<(DeclaringFile<'a>, usize)> {
    let TypeOrigin::Source(parts) = &ty.origin else { return None };
    let rank = |p: &&index::DeclarationId| {
        let here = *p.path == *ctx.path();
        let around = here && ctx.index.ranges(p).is_some_and(|r| r.full.start <= at && at <= r.full.end);
        (!around, !here)
    };
    let part = parts.iter().min_by_key(rank)?;
    let name = ctx.index.ranges(part)?.name.start;
    if *part.path == *ctx.path() {
        Some((DeclaringFile::Current(ctx.source), name))
    } else {
        Some((DeclaringFile::Other(ctx.index.source(&part.path)?), name))
    }
}

/// The type declaration whose name starts at `name`.
pub fn type_node(source: &Source, name: usize) -> Option<Node<'_>> {
    leaf_at(source.parsed.root(), name)?.enclosing(TYPE_DECLARATIONS)
}

/// The kind of member that is added.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Added {
    /// A method.
    Method,
    /// A property.
    Property,
    /// A field.
    Field {
        /// Whether it is `readonly` or `const`.
        readonly: bool,
    },
}

fn is_field(n: &Node<'_>) -> bool {
    matches!(n.kind(), "field_declaration" | "event_field_declaration")
}
fn is_property(n: &Node<'_>) -> bool {
    matches!(n.kind(), "property_declaration" | "indexer_declaration")
}

/// Where to insert, relative to a member.
enum Spot<'t> {
    After(Node<'t>),
    Before(Node<'t>),
    Empty,
}

/// The edit that adds `lines` (not indented) to the type. `near` is the byte of the use, when that is inside the type. `beside` is the name
/// of a field or property that a neighbouring statement uses in the same way, and whether the new member comes before it.
pub fn add_member(
    source: &Source,
    ty: Node<'_>,
    added: Added,
    lines: &[String],
    near: Option<usize>,
    beside: Option<(&str, bool)>,
) -> Option<TextEdit> {
    let text: &str = source.parsed.text();
    let eol = LineEnding::of(text).as_str();
    let body = ty.field("body").filter(|b| b.kind() == "declaration_list")?;
    let members: Vec<Node<'_>> =
        body.named().into_iter().filter(|n| !n.kind().starts_with("preproc_") && n.kind() != "ERROR").collect();
    let own_indent = line_indent(text, ty.start_byte());
    let unit = unit(text, own_indent, &members);
    let indent = members
        .iter()
        .find(|m| starts_line(text, m.start_byte()))
        .map_or_else(|| format!("{own_indent}{unit}"), |m| line_indent(text, m.start_byte()).to_owned());
    let mut spot = spot(text, &members, added, near, beside, lines);
    // Code after `#line hidden` was generated and is not edited.
    if hides_lines(source) {
        if is_hidden(text, body.end_byte()) {
            return None;
        }
        let others =
            members.last().map(|m| Spot::After(*m)).into_iter().chain(members.first().map(|m| Spot::Before(*m)));
        spot = std::iter::once(spot).chain(others).find(|s| match s {
            Spot::After(member) => !is_hidden(text, member.end_byte()),
            Spot::Before(member) => !is_hidden(text, lead(text, *member)),
            Spot::Empty => !is_hidden(text, body.start_byte() + 1),
        })?;
    }
    let block: String = lines
        .iter()
        .map(|l| if l.is_empty() { String::new() } else { format!("{indent}{}", l.replace("\u{1}", &unit)) })
        .collect::<Vec<_>>()
        .join(eol);
    Some(match spot {
        Spot::After(member) => {
            let end = end_of_line(text, member.end_byte());
            let compact = match added {
                Added::Field { .. } => is_field(&member),
                Added::Property => is_property(&member) && one_line(member.text_in(text)) && one_line(&block),
                Added::Method => false,
            };
            let gap = if compact { eol.to_owned() } else { format!("{eol}{eol}") };
            // The next member stays separated by a blank line.
            let following = members.iter().find(|m| m.start_byte() >= end);
            let tail = following.is_some_and(|f| {
                text[end..f.start_byte()].matches('\n').count() < 2
                    && !(matches!(added, Added::Field { .. }) && is_field(f))
            });
            if let Some(next) = following.filter(|f| matches!(added, Added::Field { .. }) && compact && is_field(f)) {
                let between = &text[end..next.start_byte()];
                if between.trim().is_empty() && between.matches('\n').count() > 1 {
                    // Between two fields it takes the place of the blank line.
                    let until = end + between.rfind('\n').unwrap_or(0) - usize::from(eol.len() > 1);
                    return Some(TextEdit::replace(end..until, format!("{gap}{block}")));
                }
            }
            let closing =
                text[end..body.end_byte()].starts_with('}') || !text[member.end_byte()..body.end_byte()].contains('\n');
            let tail = if tail {
                eol.to_owned()
            } else if closing {
                format!("{eol}{own_indent}")
            } else {
                String::new()
            };
            TextEdit::insert(end, format!("{gap}{block}{tail}"))
        }
        Spot::Before(member) => {
            let start = lead(text, member);
            let line = line_start(text, start);
            let close = matches!(added, Added::Field { .. }) && is_field(&member)
                || added == Added::Property
                    && is_property(&member)
                    && one_line(member.text_in(text))
                    && one_line(&block);
            let gap = if close { eol.to_owned() } else { format!("{eol}{eol}") };
            if text[line..start].trim().is_empty() {
                TextEdit::insert(line, format!("{block}{gap}"))
            } else {
                TextEdit::insert(start, format!("{eol}{block}{gap}{indent}"))
            }
        }
        Spot::Empty => {
            let inner = body.start_byte() + 1;
            let close = body.end_byte().saturating_sub(1).max(inner);
            let between = &text[inner..close];
            if between.trim().is_empty() {
                let head = text[..body.start_byte()].trim_end();
                let one_line = !text[head.len()..close].contains('\n') && head.len() > ty.start_byte();
                if one_line {
                    // `class C { }` is split into lines.
                    let from = head.len();
                    return Some(TextEdit::replace(
                        from..body.end_byte(),
                        format!("{eol}{own_indent}{{{eol}{block}{eol}{own_indent}}}"),
                    ));
                }
                TextEdit::replace(inner..close, format!("{eol}{block}{eol}{own_indent}"))
            } else {
                // Comments or directives only.
                TextEdit::insert(inner, format!("{eol}{block}"))
            }
        }
    })
}

/// The edit that adds a method to the type, in alphabetical order among the others.
pub fn add_sorted_method(source: &Source, ty: Node<'_>, name: &str, lines: &[String]) -> Option<TextEdit> {
    let text: &str = source.parsed.text();
    let members = ty.field("body")?.named();
    let head = lines.first()?;
    if members.is_empty() || hides_lines(source) {
        return add_member(source, ty, Added::Method, lines, None, None);
    }
    let unit = unit(text, line_indent(text, ty.start_byte()), &members);
    let method = NewMember {
        text: lines.iter().map(|l| l.replace('\u{1}', &unit)).collect::<Vec<_>>().join("\n"),
        kind: kind_rank("method_declaration"),
        accessibility: accessibility_rank(head),
        is_static: head.split(' ').any(|word| word == "static"),
        name: name.to_owned(),
    };
    insert_members(text, &unit, ty, &[method])?.pop()
}

/// Whether parts of the text are hidden by `#line hidden`.
pub fn hides_lines(source: &Source) -> bool {
    source.parsed.text().contains("#line hidden")
}

/// Whether `offset` is in a part that is hidden by `#line hidden`.
fn is_hidden(text: &str, offset: usize) -> bool {
    let mut directives = text[..offset].lines().map(str::trim_start).filter(|l| l.starts_with("#line"));
    directives.next_back().is_some_and(|l| l.trim_end().ends_with("hidden"))
}

fn spot<'t>(
    text: &str,
    members: &[Node<'t>],
    added: Added,
    near: Option<usize>,
    beside: Option<(&str, bool)>,
    lines: &[String],
) -> Spot<'t> {
    let (Some(first), Some(last)) = (members.first(), members.last()) else { return Spot::Empty };
    let declares = |m: &&Node<'t>, name: &str| {
        (is_field(m) || is_property(m))
            && (m.field("name").is_some_and(|n| n.text_in(text) == name)
                || m.named()
                    .iter()
                    .filter(|c| c.kind() == "variable_declaration")
                    .any(|v| v.named().iter().any(|d| d.field("name").is_some_and(|n| n.text_in(text) == name))))
    };
    if let Some((name, before)) = beside
        && let Some(member) = members.iter().find(|m| declares(m, name))
    {
        let same = matches!(added, Added::Field { .. }) == is_field(member);
        if same {
            return if before { Spot::Before(*member) } else { Spot::After(*member) };
        }
    }
    let line = lines.first().map_or("", |l| l.as_str());
    let kind = match added {
        // After the member with the call, else at the end.
        Added::Method => {
            let around = near.and_then(|at| members.iter().find(|m| m.start_byte() <= at && at <= m.end_byte()));
            return Spot::After(*around.unwrap_or(last));
        }
        Added::Property => "property_declaration",
        Added::Field { .. } => "field_declaration",
    };
    let ordered: Vec<Node<'t>> = members.iter().filter(|m| m.is(MEMBERS)).copied().collect();
    match index_among(text, &ordered, kind, line).checked_sub(1).map(|before| ordered.get(before)) {
        Some(before) => Spot::After(*before.unwrap_or(last)),
        None => Spot::Before(*first),
    }
}

/// One level of indentation below `outer`.
fn unit(text: &str, outer: &str, members: &[Node<'_>]) -> String {
    let inner = members.iter().find(|m| starts_line(text, m.start_byte())).map(|m| line_indent(text, m.start_byte()));
    match inner.and_then(|i| i.strip_prefix(outer)) {
        Some(step) if !step.is_empty() => step.to_owned(),
        _ if outer.starts_with('\t') => "\t".to_owned(),
        _ => text
            .lines()
            .find(|l| l.starts_with([' ', '\t']) && !l.trim().is_empty() && !l.trim_start().starts_with('*'))
            .map_or_else(
                || "    ".to_owned(),
                |l| if l.starts_with('\t') { "\t".to_owned() } else { "    ".to_owned() },
            ),
    }
}

fn starts_line(text: &str, offset: usize) -> bool {
    text[line_start(text, offset)..offset].trim().is_empty()
}
fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |i| i + 1)
}
/// The end of the line when only a comment follows; else `offset`.
fn end_of_line(text: &str, offset: usize) -> usize {
    let rest = &text[offset..];
    let line = &rest[..rest.find(['\r', '\n']).unwrap_or(rest.len())];
    if line.trim_start().starts_with("//") { offset + line.trim_end().len() } else { offset }
}
/// The start of a member, including the comments above it.
fn lead(text: &str, node: Node<'_>) -> usize {
    let mut start = node.start_byte();
    let mut previous = node.prev_sibling();
    while let Some(p) = previous.filter(|p| p.kind() == "comment") {
        if text[p.end_byte()..start].matches('\n').count() > 1 || !starts_line(text, p.start_byte()) {
            break;
        }
        start = p.start_byte();
        previous = p.prev_sibling();
    }
    start
}

/// Adds to `out` the names of the type parameters among `known` that `ty` mentions, in order.
pub fn mentioned_type_parameters(ty: &Type, known: &[(String, String)], out: &mut Vec<String>) {
    match ty {
        Type::Named { outer, name, arguments } => {
            if let Some(outer) = outer {
                mentioned_type_parameters(outer, known, out);
            }
            if arguments.is_empty() && known.iter().any(|(n, _)| n == name) && !out.iter().any(|n| n == name) {
                out.push(name.to_string());
            }
            for a in arguments.iter() {
                mentioned_type_parameters(a, known, out);
            }
        }
        Type::Array(of, _) | Type::Nullable(of) | Type::Pointer(of) => mentioned_type_parameters(of, known, out),
        Type::Tuple(elements) => elements.iter().for_each(|(t, _)| mentioned_type_parameters(t, known, out)),
    }
}

/// Whether `ty` contains a pointer type.
pub fn has_pointer(ty: &Type) -> bool {
    match ty {
        Type::Pointer(_) => true,
        Type::Array(of, _) | Type::Nullable(of) => has_pointer(of),
        Type::Named { arguments, .. } => arguments.iter().any(has_pointer),
        Type::Tuple(elements) => elements.iter().any(|(t, _)| has_pointer(t)),
    }
}

/// The type as it is written at `offset` of any file.
pub fn written(ctx: &Semantics<'_>, source: &Source, ty: &Type, offset: usize) -> String {
    Semantics::new(ctx.index, source).csharp().minimal(ty, offset)
}

/// The type as it is written at `offset` with simple names only; the namespaces to import for it are added to `namespaces`.
pub fn imported(
    ctx: &Semantics<'_>,
    source: &Source,
    ty: &Type,
    offset: usize,
    namespaces: &mut Vec<String>,
) -> String {
    let (text, needed) = Semantics::new(ctx.index, source).csharp().display_at(ty, offset);
    for namespace in needed {
        if !namespaces.iter().any(|n| *n == namespace) {
            namespaces.push(namespace.to_string());
        }
    }
    text
}
