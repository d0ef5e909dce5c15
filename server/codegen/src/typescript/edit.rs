//! Deletions in lists and statements.

use semantics::Semantics;
use syntax::{Node, NodeExt, line_indent};
use text::{TextEdit, TextRange};

fn next_token(node: Node<'_>) -> Option<Node<'_>> {
    std::iter::successors(node.next_sibling(), Node::next_sibling).find(|n| n.kind() != "comment")
}
fn previous_token(node: Node<'_>) -> Option<Node<'_>> {
    std::iter::successors(node.prev_sibling(), Node::prev_sibling).find(|n| n.kind() != "comment")
}

/// The start of `item` with its leading comments, without comments at the end of the preceding token's line.
fn start_with_comments(text: &str, item: Node<'_>) -> usize {
    let Some(before) = previous_token(item) else { return item.start_byte() };
    let gap = &text[before.end_byte()..item.start_byte()];
    let own = match gap.find('\n') {
        Some(line_break) => &gap[line_break + 1..],
        None => gap,
    };
    item.start_byte() - own.trim_start().len()
}

/// The range to delete so that `item` is removed from a comma separated list together with one comma. A trailing comma of the list is kept, and so
/// are the line breaks between the remaining items.
pub fn list_item_deletion(text: &str, item: Node<'_>) -> TextRange {
    let after = next_token(item).filter(|n| n.kind() == ",");
    let before = previous_token(item).filter(|n| n.kind() == ",");
    match (before, after) {
        (_, Some(comma)) => match next_token(comma) {
            Some(next) if !next.is(&["}", ")", "]", ">"]) => {
                let start = start_with_comments(text, item);
                let end = start_with_comments(text, next);
                let same_line = |a: usize, b: usize| !text[a..b].contains('\n');
                let Some(before) = before.filter(|_| !same_line(item.end_byte(), end)) else {
                    return TextRange::new(start, end);
                };
                let rest = &text[comma.end_byte()..];
                let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
                let behind = comma.end_byte() + blanks;
                let ends_line = text[behind..].starts_with('\n');
                if same_line(before.start_byte(), comma.start_byte()) {
                    TextRange::new(start, behind)
                } else if ends_line && text[behind + 1..].trim_start_matches([' ', '\t', '\r']).starts_with('\n') {
                    TextRange::new(start, behind + 1)
                } else {
                    TextRange::new(start, end)
                }
            }
            _ => match before {
                Some(before) => TextRange::new(before.end_byte(), comma.end_byte()),
                None => TextRange::new(item.start_byte(), comma.end_byte()),
            },
        },
        // Behind a hole of an array pattern, no blank is left.
        (Some(comma), None) => match previous_token(comma).filter(|n| n.kind() == ",") {
            Some(hole) => TextRange::new(hole.end_byte(), item.end_byte()),
            None => TextRange::new(comma.start_byte(), item.end_byte()),
        },
        (None, None) => item.range(),
    }
}

/// `range` extended to whole lines (including the line break) if they contain nothing else; otherwise to the blanks after it.
pub fn line_deletion(text: &str, range: TextRange) -> TextRange {
    let indent = line_indent(text, range.start);
    let line_start = text[..range.start].rfind(['\n', '\r']).map_or(0, |i| i + 1);
    let rest = &text[range.end..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t', ';']).len();
    let after = &rest[blanks..];
    if line_start + indent.len() == range.start {
        if after.is_empty() {
            return TextRange::new(line_start, text.len());
        }
        for eol in ["\r\n", "\n", "\r"] {
            if after.starts_with(eol) {
                return TextRange::new(line_start, range.end + blanks + eol.len());
            }
        }
    }
    let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let end = range.end + spaces;
    // At the end of a line the blanks before it would be left over.
    let start = match text[end..].chars().next() {
        None | Some('\n' | '\r') => text[..range.start].trim_end_matches([' ', '\t']).len(),
        Some(_) => range.start,
    };
    TextRange::new(start, end)
}

/// What comments say that are about the next line only: they go with it.
const DIRECTIVES: &[&str] = &[
    "eslint-disable-next-line",
    "@ts-expect-error",
    "@ts-ignore",
    "biome-ignore",
    "prettier-ignore",
    "oxlint-disable-next-line",
];

/// [`line_deletion`] of a statement, with the comments directly above it that are about its line only.
pub fn line_deletion_with_directives(text: &str, node: Node<'_>) -> TextRange {
    line_deletion(text, TextRange::new(start_with_directives(text, node, node.start_byte()), node.end_byte()))
}

/// `start`, or the start of the directives directly above it.
fn start_with_directives(text: &str, node: Node<'_>, mut start: usize) -> usize {
    let above = std::iter::successors(node.prev_sibling(), Node::prev_sibling);
    for comment in above.take_while(|c| c.kind() == "comment") {
        let own_line = text[..comment.start_byte()].trim_end_matches([' ', '\t']).ends_with(['\n', '\r'])
            || text[..comment.start_byte()].trim().is_empty();
        let between = &text[comment.end_byte()..start];
        let directive = DIRECTIVES.iter().any(|d| comment.text_in(text).contains(d));
        if !directive || !own_line || !between.trim().is_empty() || between.matches('\n').count() != 1 {
            break;
        }
        start = comment.start_byte();
    }
    start
}

/// Deletes a statement or member, with its documentation comment and the comments that are about its line only.
pub fn statement_deletion(text: &str, node: Node<'_>) -> TextRange {
    let mut start = start_with_directives(text, node, node.start_byte());
    let above = std::iter::successors(node.prev_sibling(), Node::prev_sibling).find(|c| c.end_byte() <= start);
    if let Some(comment) = above.filter(|c| c.kind() == "comment") {
        let between = &text[comment.end_byte()..start];
        let own_line = comment.prev_sibling().is_none_or(|p| text[p.end_byte()..comment.start_byte()].contains('\n'));
        if comment.text_in(text).starts_with("/**") && own_line && between.matches('\n').count() == 1 {
            start = comment.start_byte();
        }
    }
    line_deletion(text, TextRange::new(start, node.end_byte()))
}

/// `edits` with adjacent or overlapping deletions merged, such as those of neighbouring lines.
pub fn merged(mut edits: Vec<TextEdit>) -> Vec<TextEdit> {
    edits.sort();
    let mut out: Vec<TextEdit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match out.last_mut() {
            Some(last) if last.new_text.is_empty() && edit.new_text.is_empty() && last.range.touches(edit.range) => {
                last.range.end = last.range.end.max(edit.range.end);
            }
            _ => out.push(edit),
        }
    }
    out
}

/// The quote of strings that are written into the file: the editor's preference, else [`quote`].
pub fn quote_of(ctx: &Semantics<'_>) -> char {
    ctx.index.import_preferences().quote.unwrap_or_else(|| quote(ctx.root(), ctx.text()))
}

/// The quote that the file's imports use, or else its first string.
pub fn quote(root: Node<'_>, text: &str) -> char {
    let module = root.named().into_iter().find_map(|s| s.field("source").filter(|s| s.kind() == "string"));
    if let Some(module) = module {
        return if module.text_in(text).starts_with('\'') { '\'' } else { '"' };
    }
    let mut stack = vec![root];
    let mut looked = 0usize;
    while let Some(node) = stack.pop() {
        looked += 1;
        if looked > 2000 {
            break;
        }
        if node.kind() == "string" {
            return if node.text_in(text).starts_with('\'') { '\'' } else { '"' };
        }
        let children = node.all_children();
        stack.extend(children.into_iter().rev());
    }
    '"'
}

/// Maximum number of statements inspected to see whether a file ends them with semicolons.
const STATEMENTS_OBSERVED: usize = 5;

/// Whether the file ends its statements with semicolons, judged by the first ones; `true` when there is no evidence.
pub fn uses_semicolons(root: Node<'_>, text: &str) -> bool {
    let (mut with, mut without) = (0usize, 0usize);
    let mut stack = vec![root];
    while let Some(node) = stack.pop() {
        if with + without >= STATEMENTS_OBSERVED {
            break;
        }
        let ended = node.all_children().last().is_some_and(|c| c.kind() == ";")
            || node.next_sibling().is_some_and(|n| n.kind() == ";");
        match node.kind() {
            "expression_statement"
            | "do_statement"
            | "continue_statement"
            | "break_statement"
            | "return_statement"
            | "throw_statement"
            | "debugger_statement"
            | "public_field_definition"
            | "type_alias_declaration"
            | "import_statement" => *(if ended { &mut with } else { &mut without }) += 1,
            "lexical_declaration" | "variable_declaration"
                if node.parent().is_none_or(|p| p.kind() != "for_statement") =>
            {
                *(if ended { &mut with } else { &mut without }) += 1;
            }
            "export_statement" if node.field("declaration").is_none() => {
                *(if ended { &mut with } else { &mut without }) += 1;
            }
            "property_signature"
            | "method_signature"
            | "call_signature"
            | "construct_signature"
            | "index_signature" => {
                let line_ends = text[node.end_byte()..].trim_start_matches([' ', '\t']).starts_with(['\n', '\r']);
                with += usize::from(ended);
                without += usize::from(!ended && line_ends);
            }
            _ => {}
        }
        stack.extend(node.named().into_iter().rev());
    }
    (with == 0 && without <= 1) || with * STATEMENTS_OBSERVED > without
}

#[cfg(test)]
mod tests {
    use super::*;
    use syntax::{Language, Parsed};

    /// `text` without its statement number `n`.
    fn without(text: &str, n: usize, range: fn(&str, Node<'_>) -> TextRange) -> String {
        let parsed = Parsed::new(Language::of_path(std::path::Path::new("/a.ts")).expect("known"), text);
        let range = range(text, parsed.root().named()[n]);
        format!("{}{}", &text[..range.start], &text[range.end..])
    }

    #[test]
    fn nothing_is_left_over_where_a_statement_stood() {
        assert_eq!(without("a; b;\nc;\n", 1, |t, n| line_deletion(t, n.range())), "a;\nc;\n");
        assert_eq!(without("a; b; c;\n", 1, |t, n| line_deletion(t, n.range())), "a; c;\n");
        let directive = "a;\n// @ts-expect-error\nb();\nc;\n";
        assert_eq!(without(directive, 1, line_deletion_with_directives), "a;\nc;\n");
        let remark = "a;\n// b is next\nb();\nc;\n";
        assert_eq!(without(remark, 1, line_deletion_with_directives), "a;\n// b is next\nc;\n");
        let both = "a;\n/** Doc */\n// eslint-disable-next-line x\nb();\nc;\n";
        assert_eq!(without(both, 1, statement_deletion), "a;\nc;\n");
    }
}
