//! Deletion of syntax nodes together with the white space, comments and commas that belong to them.

use syntax::{Node, NodeExt};
use text::TextRange;

/// `range`, extended to the whole line when the line contains only white space and a trailing comment besides it.
pub fn line_deletion(text: &str, range: TextRange) -> TextRange {
    let start = text[..range.start].rfind('\n').map_or(0, |n| n + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |n| range.end + n + 1);
    let before = text[start..range.start].trim();
    let after = text[range.end..end].trim();
    if !before.is_empty() || !(after.is_empty() || after.starts_with("//")) {
        return range;
    }
    TextRange::new(start, end)
}

/// As [`line_deletion`], for a declaration whose comments and attributes start at `lead`. Blank lines are removed on one side only.
pub fn declaration_deletion(text: &str, lead: usize, end: usize) -> TextRange {
    let mut range = line_deletion(text, TextRange::new(lead, end));
    // A blank line above is removed too, unless it is the only one between the neighbours.
    let blank_before = text[..range.start].trim_end_matches([' ', '\t', '\r', '\n']).len();
    let gap = &text[blank_before..range.start];
    let follows =
        text[range.end..].lines().next().is_none_or(|l| l.trim().is_empty() || l.trim_start().starts_with('}'));
    if gap.matches('\n').count() > 1 && follows {
        let first_line = gap.find('\n').map_or(0, |n| n + 1);
        range = TextRange::new(blank_before + first_line, range.end);
    }
    range
}

/// `range`, extended to whole lines when they contain nothing else but a trailing comment; otherwise with the blanks on one side.
pub fn whole_lines(text: &str, range: TextRange) -> TextRange {
    let line_start = text[..range.start].rfind(['\n', '\r']).map_or(0, |i| i + 1);
    let before = &text[line_start..range.start];
    let alone_before = before.trim_matches([' ', '\t']).is_empty();
    // A comment behind what goes was about it.
    let end = if alone_before { range.end + trailing_comment(&text[range.end..]) } else { range.end };
    let range = TextRange::new(range.start, end);
    let after = &text[range.end..];
    let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
    let rest = &after[blanks..];
    let eol = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with(['\n', '\r'])) };
    if alone_before && (eol > 0 || rest.is_empty()) {
        return TextRange::new(line_start, range.end + blanks + eol);
    }
    if alone_before || eol == 0 {
        return TextRange::new(range.start, range.end + blanks);
    }
    // Last on its line: remove the blanks before it too.
    TextRange::new(range.start - (before.len() - before.trim_end_matches([' ', '\t']).len()), range.end)
}

/// The length of the blanks and the comment with which `rest` starts, when nothing else follows on the line; 0 without a comment.
fn trailing_comment(rest: &str) -> usize {
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    let comment = line.trim_start_matches([' ', '\t']);
    let closed = comment.starts_with("/*") && comment.find("*/").is_some_and(|i| comment[i + 2..].trim().is_empty());
    if comment.starts_with("//") || closed { line.len() } else { 0 }
}

/// The ranges to delete for statements: with their lines, and what stood between two of them.
pub fn removals(text: &str, mut statements: Vec<TextRange>) -> Vec<TextRange> {
    statements.sort();
    let mut joined: Vec<TextRange> = Vec::new();
    for range in statements {
        match joined.last_mut() {
            Some(last) if text.get(last.end..range.start).is_none_or(|gap| gap.trim().is_empty()) => {
                last.end = last.end.max(range.end);
            }
            _ => joined.push(range),
        }
    }
    merge_ranges(joined.into_iter().map(|range| removal_of(text, range)).collect())
}

/// The range to delete for a member or statement: its documentation comments, its lines, and one of two blank lines that would
/// become adjacent.
pub fn removal(text: &str, node: Node<'_>) -> TextRange {
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

/// As [`removal`], with the comment lines directly above a member that are about it alone: they mention `name`, or nothing else follows
/// directly that they could be about.
pub fn member_removal(text: &str, member: Node<'_>, name: &str) -> TextRange {
    let plain = removal(text, member);
    let above = text[..plain.start].trim_end_matches([' ', '\t']);
    let (mut start, mut comment) = (above.len(), String::new());
    while let Some(line) = text[..start].strip_suffix('\n').and_then(|t| t.rsplit('\n').next()) {
        if !line.trim_start().starts_with("//") || line.trim_start().starts_with("///") {
            break;
        }
        comment.push_str(&line.to_lowercase());
        start -= line.len() + 1;
    }
    let below = text[plain.end..].lines().next().unwrap_or_default().trim();
    let alone = below.is_empty() || below.starts_with('}') || below.starts_with("//");
    let word = name.trim_start_matches('_').to_lowercase();
    let about =
        comment.split(|c: char| !c.is_alphanumeric()).any(|w| w == word || word.len() > 3 && w.starts_with(&word));
    if comment.is_empty() || text[..plain.start].len() != above.len() || !(alone || about) {
        return plain;
    }
    removal_of(text, TextRange::new(start, member.end_byte()))
}

/// `range` with its lines and one of two blank lines that would become adjacent.
pub fn removal_of(text: &str, range: TextRange) -> TextRange {
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
        // Remove one line break above, but keep the one that ends the line above.
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

/// Sorts the ranges and merges those that overlap or touch: edits of one fix must not touch.
pub fn merge_ranges(mut ranges: Vec<TextRange>) -> Vec<TextRange> {
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

/// The range to delete for item `i` of a comma-separated list.
pub fn list_item_removal(items: &[Node<'_>], i: usize) -> TextRange {
    if i + 1 < items.len() {
        TextRange::new(items[i].start_byte(), items[i + 1].start_byte())
    } else if i > 0 {
        TextRange::new(items[i - 1].end_byte(), items[i].end_byte())
    } else {
        items[i].range()
    }
}

/// A token with the white space after it.
pub fn with_space_after(text: &str, node: Node<'_>) -> TextRange {
    let rest = &text[node.end_byte()..];
    let space = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    TextRange::new(node.start_byte(), node.end_byte() + space)
}

#[cfg(test)]
mod tests {
    use super::*;
    use syntax::csharp::descendants;
    use syntax::{Language, Parsed};

    #[test]
    fn a_trailing_comment_goes_with_its_statement() {
        let after = |text: &str, parts: &[&str]| {
            let ranges = parts.iter().map(|p| text.find(p).map(|at| TextRange::new(at, at + p.len())).unwrap());
            let mut out = text.to_owned();
            for range in removals(text, ranges.collect()).into_iter().rev() {
                out.replace_range(std::ops::Range::from(range), "");
            }
            out
        };
        assert_eq!(after("{\n    int a; // width\n    b();\n}\n", &["int a;"]), "{\n    b();\n}\n");
        assert_eq!(after("{\n    int a; /* x */\n    b();\n}\n", &["int a;"]), "{\n    b();\n}\n");
        // It is about what stays.
        assert_eq!(after("{\n    b(); int a; // c\n}\n", &["int a;"]), "{\n    b(); // c\n}\n");
        assert_eq!(after("{\n    int a; /* b */ b();\n}\n", &["int a;"]), "{\n    /* b */ b();\n}\n");
        // No line of blanks stays behind.
        assert_eq!(after("{\n    int a; a = 5;\n    b();\n}\n", &["int a;", "a = 5;"]), "{\n    b();\n}\n");
    }

    #[test]
    fn a_member_is_removed_with_its_comments_and_a_blank_line() {
        let text = "class C\n{\n    int a;\n\n    /// <summary>b</summary>\n    int b;\n}\n";
        let parsed = Parsed::new(Language::CSHARP, text);
        let field = descendants(parsed.root()).filter(|n| n.kind() == "field_declaration").nth(1).unwrap();
        let mut after = text.to_owned();
        after.replace_range(std::ops::Range::from(removal(text, field)), "");
        assert_eq!(after, "class C\n{\n    int a;\n}\n");
    }
}
