//! Repairs of a project file that is not well-formed XML: a tag that is not closed, a misspelt end tag, a bare `&`, a lost quotation mark.

use super::document::Document;
use std::ops::Range;
use text::{TextEdit, TextEdits};

/// Faults of one file that are repaired together.
const MOST_FAULTS: usize = 3;
/// Larger files are not repaired, Bytes.
const LARGEST: usize = 1 << 20;
/// What may stand in `Project`.
const PARTS: &[&str] = &[
    "PropertyGroup",
    "ItemGroup",
    "Target",
    "Import",
    "ImportGroup",
    "ItemDefinitionGroup",
    "Choose",
    "UsingTask",
    "ProjectExtensions",
    "Sdk",
];

/// How a document is made well-formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// The edits.
    pub edits: Vec<TextEdit>,
    /// What the first of them does, in the imperative.
    pub title: String,
    /// Whether it is the only fault, so that no other repair explains the text as well.
    pub sole: bool,
}

/// The repair of a document that is not well-formed; `None` when it is, when there are too many faults, or when the result is no project.
pub fn repair(text: &str) -> Option<Repair> {
    if text.len() > LARGEST || Document::parse(text).is_some() {
        return None;
    }
    let mut faults: Vec<(TextEdit, String)> = Vec::new();
    let mut now = text.to_owned();
    // One at a time: what follows a fault reads otherwise once it is repaired.
    while Document::parse(&now).is_none() {
        if faults.len() == MOST_FAULTS {
            return None;
        }
        let (edit, title) = first_fault(&now)?;
        now = TextEdits::new(vec![edit.clone()]).ok()?.apply(&now).ok()?;
        faults.push((edit, title));
    }
    let document = Document::parse(&now)?;
    if !is_project(&document) {
        return None;
    }
    let sole = faults.len() == 1;
    let title = faults.first()?.1.clone();
    let edits = match faults.as_slice() {
        [(edit, _)] => vec![edit.clone()],
        _ => vec![difference(text, &now)],
    };
    Some(Repair { edits, title, sole })
}

/// One edit that makes `after` of `before`.
fn difference(before: &str, after: &str) -> TextEdit {
    let mut start = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
    while !before.is_char_boundary(start) {
        start -= 1;
    }
    let most = before.len().min(after.len()) - start;
    let mut end = before.bytes().rev().zip(after.bytes().rev()).take(most).take_while(|(a, b)| a == b).count();
    while !before.is_char_boundary(before.len() - end) {
        end -= 1;
    }
    TextEdit::replace(start..before.len() - end, &after[start..after.len() - end])
}

/// Whether the elements are where MSBuild wants them.
fn is_project(document: &Document<'_>) -> bool {
    let is_part = |at: usize| {
        let element = document.element(at);
        let leaves = |group: usize| document.children(group).all(|leaf| document.children(leaf).next().is_none());
        match () {
            () if element.is("PropertyGroup") => leaves(at),
            () if element.is("ItemGroup") => document.children(at).all(leaves),
            () => PARTS.iter().any(|part| element.is(part)),
        }
    };
    document.root().is("Project") && document.children(0).all(is_part)
}

/// A piece of markup.
enum Token {
    Start { name: Range<usize>, range: Range<usize>, closed: bool },
    End { name: Range<usize>, range: Range<usize> },
}

/// An open element.
struct Open {
    name: Range<usize>,
    range: Range<usize>,
    has_children: bool,
}

/// The first thing that is wrong, and its repair.
fn first_fault(text: &str) -> Option<(TextEdit, String)> {
    let mut at = 0;
    let mut open: Vec<Open> = Vec::new();
    while let Some(start) = text[at..].find(['<', '&']).map(|i| at + i) {
        let rest = &text[start..];
        if rest.starts_with('&') {
            if !is_reference(rest) {
                return Some((TextEdit::insert(start + 1, "amp;"), "Escape '&'".to_owned()));
            }
            at = start + 1;
            continue;
        }
        if let Some(skipped) = skipped(rest) {
            at = start + skipped?;
            continue;
        }
        let token = match token(text, start) {
            Ok(token) => token,
            Err(fault) => return fault,
        };
        match token {
            Token::Start { name, range, closed } => {
                at = range.end;
                let written = &text[name.clone()];
                if let Some(top) = open.last() {
                    let own = &text[top.name.clone()];
                    let inside = text[top.range.end..range.start].trim();
                    let is_leaf = !top.has_children && !inside.is_empty() && !inside.starts_with("<!--");
                    // `<A>x<A>`
                    if is_leaf && written == own && !closed {
                        return Some((TextEdit::insert(name.start, "/"), format!("Change '<{own}>' to '</{own}>'")));
                    }
                    if is_leaf {
                        let end = top.range.end + text[top.range.end..range.start].trim_end().len();
                        return Some((TextEdit::insert(end, format!("</{own}>")), format!("Close '{own}'")));
                    }
                    // A part of the project inside of a group.
                    let in_target = open.iter().any(|o| text[o.name.clone()].eq_ignore_ascii_case("Target"));
                    let is_group = own.eq_ignore_ascii_case("PropertyGroup") || own.eq_ignore_ascii_case("ItemGroup");
                    let is_part = PARTS.iter().any(|part| part.eq_ignore_ascii_case(written));
                    if is_group && is_part && (!in_target || written.eq_ignore_ascii_case("Target")) {
                        // `<PropertyGroup>` for `</PropertyGroup>`
                        if written.eq_ignore_ascii_case(own)
                            && !closed
                            && top.has_children
                            && is_followed_by_part(text, range.end)
                        {
                            return Some((
                                TextEdit::insert(name.start, "/"),
                                format!("Change '<{own}>' to '</{own}>'"),
                            ));
                        }
                        return Some(close_before(text, top, range.start));
                    }
                }
                if let Some(top) = open.last_mut() {
                    top.has_children = true;
                }
                if !closed {
                    open.push(Open { name, range, has_children: false });
                }
            }
            Token::End { name, range } => {
                at = range.end;
                let written = &text[name.clone()];
                match open.last() {
                    Some(top) if &text[top.name.clone()] == written => {
                        open.pop();
                    }
                    Some(top) => {
                        let own = &text[top.name.clone()];
                        let deeper = open.iter().rev().skip(1).any(|o| &text[o.name.clone()] == written);
                        let inside = text[top.range.end..range.start].trim();
                        let near = is_near(own, written);
                        if near && !deeper {
                            let known = |n: &str| PARTS.contains(&n) || n == "Project";
                            // The start is misspelt when the end has a name of MSBuild, or the file has it elsewhere.
                            let elsewhere = |n: &str| text.matches(&format!("<{n}>")).count();
                            if known(written) && !known(own)
                                || !known(own) && elsewhere(written) > 0 && elsewhere(own) == 1
                            {
                                return Some((
                                    TextEdit::replace(top.name.clone(), written),
                                    format!("Change '<{own}>' to '<{written}>'"),
                                ));
                            }
                            return Some((
                                TextEdit::replace(name, own),
                                format!("Change '</{written}>' to '</{own}>'"),
                            ));
                        }
                        if deeper && !top.has_children && !inside.is_empty() {
                            let end = top.range.end + text[top.range.end..range.start].trim_end().len();
                            return Some((TextEdit::insert(end, format!("</{own}>")), format!("Close '{own}'")));
                        }
                        if deeper {
                            return Some(close_before(text, top, range.start));
                        }
                        // It belongs to nothing that is open: something else was meant, or it is too much.
                        if !top.has_children && !inside.is_empty() {
                            return Some((
                                TextEdit::replace(name, own),
                                format!("Change '</{written}>' to '</{own}>'"),
                            ));
                        }
                        return Some((delete_line(text, range), format!("Remove '</{written}>'")));
                    }
                    None => return Some((delete_line(text, range), format!("Remove '</{written}>'"))),
                }
            }
        }
    }
    let top = open.last()?;
    let eol = text::LineEnding::of(text).as_str();
    let own = &text[top.name.clone()];
    let end = text.trim_end().len();
    let indent = indent_of(text, top.range.start);
    Some((TextEdit::insert(end, format!("{eol}{indent}</{own}>")), format!("Close '{own}'")))
}

/// Whether `&` begins a reference.
fn is_reference(rest: &str) -> bool {
    let Some(end) = rest.find(';').filter(|end| *end <= 10) else { return false };
    let name = &rest[1..end];
    matches!(name, "amp" | "lt" | "gt" | "quot" | "apos")
        || name.strip_prefix('#').is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_hexdigit() || c == 'x'))
}

/// The length of a comment, CDATA section, declaration or instruction at the start; `Some(None)` when it has no end.
fn skipped(rest: &str) -> Option<Option<usize>> {
    for (open, close) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")] {
        if let Some(inner) = rest.strip_prefix(open) {
            return Some(inner.find(close).map(|end| open.len() + end + close.len()));
        }
    }
    None
}

type Fault = Option<(TextEdit, String)>;

/// The tag at `start`, or what is wrong with it.
fn token(text: &str, start: usize) -> Result<Token, Fault> {
    let rest = &text[start + 1..];
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let slash = usize::from(rest.starts_with('/'));
    let length = rest[slash..].find(|c| !is_name(c)).unwrap_or(rest.len() - slash);
    let name = start + 1 + slash..start + 1 + slash + length;
    if length == 0 || !rest[slash..].starts_with(|c: char| c.is_alphabetic() || c == '_') {
        // A `<` of a text or a condition.
        return Err((slash == 0).then(|| (TextEdit::replace(start..start + 1, "&lt;"), "Escape '<'".to_owned())));
    }
    let after = &text[name.end..];
    // Where the tag ends, as far as its quotation marks tell.
    let mut quote: Option<char> = None;
    let mut end = None;
    for (i, c) in after.char_indices() {
        match (quote, c) {
            (None, '>') => {
                end = Some(name.end + i + 1);
                break;
            }
            (None, '<') => break,
            (None, '"' | '\'') => quote = Some(c),
            (Some(q), c) if c == q => quote = None,
            // An attribute does not go over a tag.
            (Some(_), '<') => break,
            _ => {}
        }
    }
    let line_end = name.end + after.find(['\r', '\n', '<']).unwrap_or(after.len());
    let Some(end) = end else {
        let line = &text[name.end..line_end];
        return Err(match line.trim_end() {
            // `<A` or `</A` without `>`.
            rest if !rest.contains(['>', '"', '\'']) => {
                let at = name.end + rest.len();
                Some((TextEdit::insert(at, ">"), format!("Close '{}'", &text[start..at])))
            }
            _ => requoted(text, name.end, line_end),
        });
    };
    if slash == 1 {
        return Ok(Token::End { name, range: start..end });
    }
    let tag = &text[name.end..end];
    if !are_attributes(tag.trim_end_matches('>').trim_end_matches('/')) {
        return Err(requoted(text, name.end, end));
    }
    let closed = tag.ends_with("/>");
    Ok(Token::Start { name, range: start..end, closed })
}

/// Whether a text consists of attributes with quoted values, each name once.
fn are_attributes(text: &str) -> bool {
    let mut rest = text;
    let mut seen: Vec<&str> = Vec::new();
    loop {
        let trimmed = rest.trim_start();
        if trimmed.is_empty() {
            return true;
        }
        let Some((name, after)) = trimmed.split_once('=') else { return false };
        let name = name.trim_end();
        let spaced = trimmed.len() < rest.len();
        let after = after.trim_start();
        let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return false };
        let Some(end) = after[1..].find(quote) else { return false };
        if !spaced || name.contains(char::is_whitespace) || seen.contains(&name) || after[1..1 + end].contains('<') {
            return false;
        }
        seen.push(name);
        rest = &after[end + 2..];
    }
}

/// The attributes of a tag with a quotation mark at each end of their values.
fn requoted(text: &str, from: usize, to: usize) -> Fault {
    let region = &text[from..to];
    let inner = region.trim_end();
    let inner = inner.strip_suffix('>').unwrap_or(inner);
    let inner = inner.strip_suffix('/').unwrap_or(inner).trim_end();
    // ` Name=` begins an attribute.
    let mut starts: Vec<(usize, usize)> = Vec::new();
    for (i, _) in inner.match_indices('=') {
        let name = inner[..i].trim_end();
        let begin = name.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | ':'))).map_or(0, |b| b + 1);
        let before = inner[..begin].chars().next_back();
        let comparison = inner[i + 1..].starts_with('=') || inner[..i].ends_with(['=', '!', '<', '>']);
        let spaced = before.is_some_and(|c| c.is_whitespace() || matches!(c, '"' | '\''));
        if begin < name.len() && !comparison && spaced {
            starts.push((begin, i + 1));
        }
    }
    let mut out = String::new();
    let mut changed = 0;
    let mut at = 0;
    for (n, (_, value)) in starts.iter().enumerate() {
        let end = starts.get(n + 1).map_or(inner.len(), |(next, _)| *next);
        let raw = &inner[*value..end];
        let trimmed = raw.trim();
        let quote = trimmed.chars().next().filter(|c| matches!(c, '"' | '\''));
        let closed =
            quote.is_some_and(|q| trimmed.len() > 1 && trimmed.ends_with(q) && trimmed.matches(q).count() == 2);
        out.push_str(&inner[at..*value]);
        let gap = if end < inner.len() { " " } else { "" };
        if closed && (raw.ends_with(char::is_whitespace) || gap.is_empty()) {
            out.push_str(raw);
        } else {
            let bare = trimmed.trim_matches(['"', '\'']).replace('<', "&lt;");
            // Quotation marks inside belong to a condition: what is meant is not known.
            if bare.contains('"') || bare.contains('\'') && quote != Some('"') {
                return None;
            }
            out.push_str(&format!("{}\"{}\"{gap}", &raw[..raw.len() - raw.trim_start().len()], bare.trim()));
            changed += 1;
        }
        at = end;
    }
    out.push_str(&inner[at..]);
    (changed > 0 && out != inner)
        .then(|| (TextEdit::replace(from..from + inner.len(), out), "Add missing quotation mark".to_owned()))
}

/// Closes a group before the line at which something else begins.
fn close_before(text: &str, top: &Open, at: usize) -> (TextEdit, String) {
    let own = &text[top.name.clone()];
    let eol = text::LineEnding::of(text).as_str();
    let end = text[..at].trim_end().len();
    let on_one_line = !text[top.range.start..at].contains('\n');
    let indent = indent_of(text, top.range.start);
    let written = if on_one_line { format!("</{own}>") } else { format!("{eol}{indent}</{own}>") };
    (TextEdit::insert(end, written), format!("Close '{own}'"))
}

/// Whether a part of the project, or its end, comes next.
fn is_followed_by_part(text: &str, at: usize) -> bool {
    let rest = text[at..].trim_start();
    let name = rest.trim_start_matches('<').trim_start_matches('/');
    rest.starts_with("</Project") || PARTS.iter().any(|part| name.starts_with(part)) && !rest.starts_with("</")
}

fn indent_of(text: &str, at: usize) -> &str {
    let line = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let white = &text[line..at];
    &white[..white.len() - white.trim_start_matches([' ', '\t']).len()]
}

/// The range, with its line when nothing else stands on it.
fn delete_line(text: &str, range: Range<usize>) -> TextEdit {
    let line = text[..range.start].rfind('\n').map_or(0, |i| i + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |i| range.end + i + 1);
    let alone = text[line..range.start].trim().is_empty() && text[range.end..end].trim().is_empty();
    TextEdit::delete(if alone { line..end } else { range })
}

/// Whether two names are one name misspelt.
fn is_near(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let longest = a.len().max(b.len());
        longest <= 128 && distance(&a, &b) <= 1 + longest / 6
    }
}

/// The one of `candidates` that `name` is a misspelling of; `None` when several are as near.
pub fn nearest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let folded = |text: &str| text.to_ascii_lowercase().chars().collect::<Vec<char>>();
    let own = folded(name);
    let mut best: Option<(usize, &'c str, bool)> = None;
    for candidate in candidates.filter(|c| c.len().abs_diff(name.len()) <= 3 && *c != name) {
        let steps = distance(&own, &folded(candidate));
        if own.len() > 128 || steps > 1 + own.len().min(candidate.len()) / 6 || steps * 3 > own.len() {
            continue;
        }
        match &mut best {
            Some((least, known, several)) if steps == *least => *several |= !candidate.eq_ignore_ascii_case(known),
            Some((least, ..)) if steps > *least => {}
            _ => best = Some((steps, candidate, false)),
        }
    }
    best.filter(|(_, _, several)| !several).map(|(_, candidate, _)| candidate)
}

/// Levenshtein's distance, with swapped neighbours as one step.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(rows[i - 2][j - 2] + 1);
            }
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: &str = "<Project Sdk=\"Microsoft.NET.Sdk\">\n\n  <PropertyGroup>\n    <OutputType>Exe</OutputType>\n    <Nullable>enable</Nullable>\n  </PropertyGroup>\n\n  <ItemGroup>\n    <R Include=\"a\" Version=\"1.0\" />\n  </ItemGroup>\n\n</Project>\n";

    fn repaired(text: &str) -> Option<(String, String, bool)> {
        let Repair { edits, title, sole } = repair(text)?;
        Some((TextEdits::new(edits).ok()?.apply(text).ok()?, title, sole))
    }

    #[test]
    fn one_fault_has_one_repair() {
        for (from, to, title) in [
            ("</PropertyGroup>", "</PropertyGrou>", "Change '</PropertyGrou>' to '</PropertyGroup>'"),
            ("  <PropertyGroup>", "  <PropertyGruop>", "Change '<PropertyGruop>' to '<PropertyGroup>'"),
            ("  </PropertyGroup>\n", "", "Close 'PropertyGroup'"),
            ("  </ItemGroup>\n", "", "Close 'ItemGroup'"),
            ("</Nullable>", "", "Close 'Nullable'"),
            ("</OutputType>", "", "Close 'OutputType'"),
            ("</OutputType>", "<OutputType>", "Change '<OutputType>' to '</OutputType>'"),
            ("</PropertyGroup>", "<PropertyGroup>", "Change '<PropertyGroup>' to '</PropertyGroup>'"),
            ("</Nullable>", "</Nulable>", "Change '</Nulable>' to '</Nullable>'"),
            ("Exe<", "Exe</OutputTyp><", ""),
            ("</PropertyGroup>", "</PropertyGroup", "Close '</PropertyGroup'"),
            ("<ItemGroup>", "<ItemGroup", "Close '<ItemGroup'"),
            ("\"a\"", "\"a", "Add missing quotation mark"),
            ("\"a\"", "a", "Add missing quotation mark"),
            ("\"a\"", "a\"", "Add missing quotation mark"),
            ("\"1.0\"", "\"1.0", "Add missing quotation mark"),
            ("    <R", "    </X>\n    <R", "Remove '</X>'"),
        ] {
            let broken = RIGHT.replacen(from, to, 1);
            let got = repaired(&broken);
            if title.is_empty() {
                assert!(got.is_none_or(|g| !g.2), "{broken}");
                continue;
            }
            let (after, said, sole) = got.unwrap_or_else(|| panic!("no repair of\n{broken}"));
            assert_eq!((after.as_str(), said.as_str(), sole), (RIGHT, title, true), "{broken}");
        }
    }

    #[test]
    fn a_cut_file_is_closed() {
        let (after, title, sole) = repaired(RIGHT.trim_end().trim_end_matches("</Project>")).unwrap();
        assert_eq!((after, title.as_str(), sole), (RIGHT.replace("\n\n</", "\n</") + "\n", "Close 'Project'", true));
        assert!(!repaired(&RIGHT[..RIGHT.find("  </ItemGroup>").unwrap()]).unwrap().2);
    }

    #[test]
    fn characters_that_are_markup_are_escaped() {
        for (value, right) in [("A & B", "A &amp; B"), ("a&b&amp;c", "a&amp;b&amp;c"), ("a < 3", "a &lt; 3")] {
            let with = |v: &str| RIGHT.replace("Exe", v);
            assert_eq!(repaired(&with(value)).unwrap().0, with(right));
        }
    }

    #[test]
    fn what_is_not_understood_is_left() {
        for text in [RIGHT, "", "x", "<a>", "<Project>\n<<<<<<< HEAD\n<A/>\n=======\n<B/>\n>>>>>>> x\n</Project>"] {
            assert_eq!(repair(text), None, "{text}");
        }
        for cut in 1..RIGHT.len() {
            let _ = repair(&RIGHT[..cut]);
            let _ = repair(&format!("{}é{}", &RIGHT[..cut], &RIGHT[cut..]));
            let _ = repair(&format!("{}<{}", &RIGHT[..cut], &RIGHT[cut..]));
        }
    }
}
