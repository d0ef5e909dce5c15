//! # Documentation that is no XML
//!
//! In a documentation comment `&` and `<` are written `&amp;` and `&lt;`, and every element is closed.
//!
//! ```csharp before
//! //@ warning CS1570: XML comment has badly formed XML -- 'Whitespace is not allowed at this location.'
//! //@ options: -doc:out.xml
//! /// <summary>Research $0&$0 development</summary>
//! class C { }
//! ```
//! ```csharp after
//! /// <summary>Research &amp; development</summary>
//! class C { }
//! ```
//!
//! ## Fix safety
//! `Safe`: comments change nothing, and the comment is well-formed then.

use fix::{Applicability, Fix, RuleContext};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS1570"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let (start, end) = comment_at(text, ctx.diagnostic.range.start)?;
    let edits = repaired(&text[start..end])?;
    let fix = ctx.fix("Repair the XML of the comment", Applicability::Safe).preferred();
    let shifted = edits.into_iter().map(|(range, new)| TextEdit::replace(start + range.start..start + range.end, new));
    Some(shifted.fold(fix, |fix, edit| fix.edit(edit)).build())
}

/// The lines of the documentation comment at `at`; the end of the text may be reported behind it.
fn comment_at(text: &str, at: usize) -> Option<(usize, usize)> {
    let line_of = |at: usize| {
        let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
        (start, text[start..].find('\n').map_or(text.len(), |i| start + i))
    };
    let is_doc = |(start, end): (usize, usize)| text[start..end].trim_start().starts_with("///");
    let mut line = line_of(at.min(text.len()));
    if !is_doc(line) {
        line = line_of(line.0.checked_sub(1)?);
    }
    if !is_doc(line) {
        return None;
    }
    let (mut start, mut end) = line;
    while let Some(above) = start.checked_sub(1).map(line_of).filter(|l| is_doc(*l)) {
        start = above.0;
    }
    while end < text.len() && is_doc(line_of(end + 1)) {
        end = line_of(end + 1).1;
    }
    Some((start, end))
}

/// Elements that are mostly written without an end.
const EMPTY: &[&str] = &["br", "hr", "p", "para", "see", "seealso", "paramref", "typeparamref", "inheritdoc", "img"];

/// The edits that make the comment well-formed; `None` where it is not clear how.
fn repaired(comment: &str) -> Option<Vec<(std::ops::Range<usize>, String)>> {
    let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    // Open elements: the name, and where the tag begins and ends.
    let mut open: Vec<(&str, usize, usize)> = Vec::new();
    let mut at = 0;
    while let Some(found) = comment[at..].find(['&', '<']) {
        let i = at + found;
        let rest = &comment[i..];
        at = i + 1;
        if let Some(tail) = rest.strip_prefix('&') {
            let entity = tail.find(';').map(|end| &tail[..end]);
            let known =
                |e: &str| matches!(e, "amp" | "lt" | "gt" | "quot" | "apos") || e.starts_with('#') && e.len() > 1;
            if !entity.is_some_and(known) {
                edits.push((i..i + 1, "&amp;".to_owned()));
            }
            continue;
        }
        if rest.starts_with("<!--") || rest.starts_with("<![CDATA[") {
            let close = if rest.starts_with("<!--") { "-->" } else { "]]>" };
            at = i + rest.find(close)? + close.len();
            continue;
        }
        let closing = rest.starts_with("</");
        let head = &rest[1 + usize::from(closing)..];
        let length =
            head.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '.'))).unwrap_or(head.len());
        let name = &head[..length];
        if name.is_empty() || !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            edits.push((i..i + 1, "&lt;".to_owned()));
            continue;
        }
        // The end of the tag, outside of quotes.
        let tag_end = tag_end(rest);
        let Some(tag_end) = tag_end else {
            edits.push((i..i + 1, "&lt;".to_owned()));
            continue;
        };
        let tag = &rest[..tag_end];
        at = i + tag_end;
        if closing {
            let (last, begin, tag_close) = open.pop()?;
            if last == name {
                continue;
            }
            match open.iter().rposition(|(n, ..)| *n == name) {
                // What is open in between was never closed.
                Some(of) => {
                    close_or_escape(comment, (last, begin, tag_close), &mut edits)?;
                    for one in open.drain(of..).skip(1).collect::<Vec<_>>() {
                        close_or_escape(comment, one, &mut edits)?;
                    }
                }
                // The end of the open element is misspelt.
                None => edits.push((i + 2..i + 2 + name.len(), last.to_owned())),
            }
        } else if !tag.ends_with("/>") {
            open.push((name, i, i + tag_end));
        }
    }
    for one in open {
        close_or_escape(comment, one, &mut edits)?;
    }
    edits.sort_by_key(|(range, _)| range.start);
    // Edits of one fix must not touch.
    let mut joined: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    for (range, new) in edits {
        match joined.last_mut() {
            Some((last, text)) if last.end == range.start => {
                last.end = range.end;
                text.push_str(&new);
            }
            _ => joined.push((range, new)),
        }
    }
    (!joined.is_empty()).then_some(joined)
}

/// The length of a tag; `None` when it has no end on its line, or its attributes are none.
fn tag_end(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (i, c) in rest.char_indices() {
        match (quote, c) {
            (_, '\n') => return None,
            (Some(q), c) if q == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => {
                let inner = rest[1..i].trim_end_matches('/').trim();
                let mut parts = inner.splitn(2, char::is_whitespace).skip(1);
                // `a <b && c>`: attributes have values.
                return parts.next().is_none_or(|a| a.contains('=') && !a.contains("&&")).then_some(i + 1);
            }
            (None, '<') if i > 0 => return None,
            _ => {}
        }
    }
    None
}

/// An element without an end: `<br>` is closed at once, `List<int>` is text.
fn close_or_escape(
    comment: &str,
    (name, begin, end): (&str, usize, usize),
    edits: &mut Vec<(std::ops::Range<usize>, String)>,
) -> Option<()> {
    let touches = comment[..begin].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '>');
    if EMPTY.contains(&name) && !touches {
        edits.push((end - 1..end, "/>".to_owned()));
        return Some(());
    }
    let plain = !comment[begin..end].contains(['=', '"']);
    let typed = touches
        || name.starts_with(char::is_uppercase)
        || matches!(name, "int" | "string" | "bool" | "object" | "double" | "long");
    if !(plain && typed) {
        return None;
    }
    edits.push((begin..begin + 1, "&lt;".to_owned()));
    edits.push((end - 1..end, "&gt;".to_owned()));
    Some(())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_all, check_no_fix};
    const MESSAGE: &str = "XML comment has badly formed XML -- 'x'";

    #[test]
    fn repairs() {
        for (before, after) in [
            ("/// <summary>a $0< b && c &lt; d</summary>", "/// <summary>a &lt; b &amp;&amp; c &lt; d</summary>"),
            ("/// <summary>x</$0summar>", "/// <summary>x</summary>"),
            ("/// <summary>\n/// one <br> two\n/// </$0summary>", "/// <summary>\n/// one <br/> two\n/// </summary>"),
            (
                "/// <summary>A List<int> of\n/// Task<string>.</$0summary>",
                "/// <summary>A List&lt;int&gt; of\n/// Task&lt;string&gt;.</summary>",
            ),
            (
                "/// <param name=\"a\">x & <see cref=\"T\"/></$0param>",
                "/// <param name=\"a\">x &amp; <see cref=\"T\"/></param>",
            ),
        ] {
            let (before, after) = (format!("{before}\nclass C {{ }}\n"), format!("{after}\nclass C {{ }}\n"));
            check_fix_all(rule_of(module_path!()), "CS1570", MESSAGE, &[], &before, Some(&after));
        }
        check_no_fix(rule_of(module_path!()), "CS1570", MESSAGE, "/// <summary>x\n$0class C { }\n");
        check_no_fix(rule_of(module_path!()), "CS1570", MESSAGE, "/// </$0summary>\nclass C { }\n");
    }
}
