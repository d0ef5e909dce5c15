//! # Missing token
//!
//! The compiler expects a bracket, comma, colon or semicolon.
//!
//! ```typescript before
//! //@ error TS1005: ',' expected.
//! export const point = [
//!     1
//!     $02,
//! ];
//! ```
//! ```typescript after
//! export const point = [
//!     1,
//!     2,
//! ];
//! ```
//!
//! ## Fix safety
//! `Safe` when inserting the token leaves the file without syntax errors, and the token is a comma where nothing else can be missing (no
//! operator, colon or arrow), or a bracket that fits at one place alone and without which the opening one makes no sense. `Unsafe`
//! otherwise, for example when the bracket could be elsewhere.

use super::ts1434_misspelt_keyword::is_almost_keyword;
use crate::repair::Trial;
use crate::repair::brackets::{closes_twice, has_rival};
use crate::repair::commas::only_a_comma;
use fix::{Applicability, Fix, RuleContext};
use syntax::{Parsed, leaf_at, line_indent};
use text::{TextEdit, TextEdits};

pub(crate) const CODES: &[&str] = &["TS1005", "TS1003", "TS1109", "TS1128", "TS1068", "TS1131", "TS1136", "TS1137"];

/// The token that the message says is expected.
fn expected<'a>(ctx: &RuleContext<'a>) -> Option<&'a str> {
    if *ctx.code() != "TS1005" {
        return None;
    }
    ctx.argument(0).filter(|t| matches!(*t, ")" | "]" | "}" | "," | ";" | ":" | "=>" | "(" | "{" | "=" | ">"))
}

/// How many syntax errors remain after `edit`; `None` when it cannot be applied.
fn errors_after(parsed: &Parsed, edit: &TextEdit) -> Option<usize> {
    after(parsed, edit).map(|p| p.syntax_errors().len())
}

fn after(parsed: &Parsed, edit: &TextEdit) -> Option<Parsed> {
    parsed.edited(&TextEdits::new(vec![edit.clone()]).ok()?).ok()
}

/// End of the last token before `offset`, skipping comments.
fn end_of_previous(ctx: &RuleContext<'_>, offset: usize) -> usize {
    let text = ctx.text();
    let mut end = text.get(..offset).map_or(0, |t| t.trim_end().len());
    for _ in 0..50 {
        let Some(leaf) = end.checked_sub(1).and_then(|at| leaf_at(ctx.root(), at)) else { break };
        if leaf.kind() != "comment" {
            break;
        }
        end = text.get(..leaf.start_byte()).map_or(0, |t| t.trim_end().len());
    }
    end
}

/// The number of comma operators in the file. A bracket that turns an argument list into a comma expression is at the wrong position.
fn comma_operators(parsed: &Parsed) -> usize {
    syntax::typescript::descendants(parsed.root(), &["sequence_expression"]).len()
}

/// Possible positions of a missing closing bracket, nearest first: after closing brackets, at line ends, and before separators and
/// operators.
fn places_for_closing(ctx: &RuleContext<'_>, offset: usize) -> Vec<usize> {
    let text = ctx.text();
    let mut out = vec![end_of_previous(ctx, offset)];
    let bytes = text.as_bytes();
    let mut at = out[0];
    let mut looked = 0usize;
    while at > 0 && looked < 400 {
        at -= 1;
        looked += 1;
        let operator = matches!(bytes[at], b'&' | b'|' | b'?' | b'=') && at > 0 && bytes[at - 1] == b' ';
        if operator || matches!(bytes[at], b')' | b']' | b'}' | b',' | b';' | b'\n') {
            let end = if bytes[at] == b')' || bytes[at] == b']' || bytes[at] == b'}' { at + 1 } else { at };
            let end = text.get(..end).map_or(0, |t| t.trim_end().len());
            if !out.contains(&end) {
                out.push(end);
            }
        }
    }
    out.truncate(24);
    out
}

fn single(ctx: &RuleContext<'_>, token: &str) -> Vec<Fix> {
    let text = ctx.text();
    let parsed = &ctx.source.parsed;
    let before = parsed.syntax_errors().len();
    if before == 0 {
        return Vec::new();
    }
    let at = ctx.diagnostic.range.start;
    let previous = end_of_previous(ctx, at);
    let title = format!("Add missing '{token}'");
    // `{ a: 1; b: 2 }`: a semicolon where a comma is expected.
    let here = text.get(at..).and_then(|t| t.chars().next());
    if token == "," && here == Some(';') {
        let edit = TextEdit::replace(at..at + 1, ",");
        if let Some(left) = errors_after(parsed, &edit).filter(|n| *n < before) {
            let doubled = text[at + 1..].trim_start().starts_with(',') || text[..at].trim_end().ends_with(',');
            let applicability = if left == 0 && !doubled { Applicability::Safe } else { Applicability::Unsafe };
            return vec![ctx.fix("Change ';' to ','", applicability).edit(edit).preferred().build()];
        }
    }
    if matches!(token, ":" | "=") && matches!(here, Some('=' | ':')) {
        let edit = TextEdit::replace(at..at + 1, token);
        if errors_after(parsed, &edit).is_some_and(|n| n < before) {
            let title = format!("Change '{}' to '{token}'", here.unwrap_or_default());
            return vec![ctx.fix(title, Applicability::Unsafe).edit(edit).preferred().build()];
        }
    }
    let spaced = match token {
        "=>" | "=" | "{" => format!(" {token}"),
        ":" | "," | ";" if text.get(previous..at).is_some_and(str::is_empty) && token != ";" => format!("{token} "),
        _ => token.to_owned(),
    };
    let offsets = if matches!(token, ")" | "]") { places_for_closing(ctx, at) } else { vec![previous] };
    let mut found: Vec<(TextEdit, usize)> = Vec::new();
    for offset in offsets {
        let edit = TextEdit::insert(offset, spaced.clone());
        let Some(after) = after(parsed, &edit) else { continue };
        if after.syntax_errors().len() < before {
            let commas = if token == ")" { comma_operators(&after) } else { 0 };
            found.push((edit, commas));
        }
    }
    let fewest = found.iter().map(|(_, commas)| *commas).min();
    let good: Vec<TextEdit> = found.into_iter().filter(|(_, c)| Some(*c) == fewest).map(|(e, _)| e).collect();
    let Some(first) = good.first() else { return Vec::new() };
    let clean = errors_after(parsed, first) == Some(0);
    // A missing `;` within a line is uncertain: a misspelled keyword or a missing operator is more likely.
    let trial = Trial::of(ctx);
    let separate = token == "," && clean && is_separator(ctx, &trial, first, at);
    let lone = matches!(token, ")" | "]") && clean && good.len() == 1 && !has_rival(&trial, first);
    let applicability = if separate || lone { Applicability::Safe } else { Applicability::Unsafe };
    vec![ctx.fix(title, applicability).edit(first.clone()).preferred().build()]
}

/// Whether nothing but a comma can be missing at the place of `edit`, before the item at `at`: no operator, arrow or colon.
fn is_separator(ctx: &RuleContext<'_>, trial: &Trial, edit: &TextEdit, at: usize) -> bool {
    let place = edit.range.start;
    let Some(after) = trial.after(edit) else { return false };
    only_a_comma(ctx.text(), (place, at), &after, place, is_almost_keyword)
        && !trial.any_as_good(&[TextEdit::insert(place, ":")], after.syntax_errors().len())
}

/// Inserts a missing closing brace where the indentation shows that the block ends.
fn closing_brace(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let parsed = &ctx.source.parsed;
    let before = parsed.syntax_errors().len();
    if before == 0 {
        return Vec::new();
    }
    if let Some(fix) = before_keyword(ctx, before).or_else(|| opening_brace(ctx, before)) {
        return vec![fix];
    }
    let Some(open) = unclosed_by_indentation(text, ctx) else { return Vec::new() };
    let eol = ctx.eol();
    let edit = TextEdit::insert(open.end, format!("{eol}{}}}", open.indent));
    let Some(after) = errors_after(parsed, &edit) else { return Vec::new() };
    if after >= before {
        return Vec::new();
    }
    let safe = after == 0 && !has_rival(&Trial::of(ctx), &edit);
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    vec![ctx.fix("Add missing '}'", applicability).edit(edit).preferred().build()]
}

/// The lines of the text: start offset, and content without the line break.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut offset = 0;
    let mut out = Vec::new();
    for line in text.split_inclusive('\n') {
        out.push((offset, line.trim_end_matches(['\n', '\r'])));
        offset += line.len();
    }
    out
}

/// `else`, `catch` or `finally` at the start of a line, without the `}` before it.
fn before_keyword(ctx: &RuleContext<'_>, before: usize) -> Option<Fix> {
    let parsed = &ctx.source.parsed;
    let mut found: Vec<TextEdit> = Vec::new();
    for (offset, line) in lines(ctx.text()) {
        let body = line.trim_start();
        let word = body.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        if !matches!(word, "else" | "catch" | "finally") || found.len() > 8 {
            continue;
        }
        let indent = line.len() - body.len();
        // Deleting the `}` of `} else` leaves one space more than the indentation.
        let edit = if indent > 0 && indent % 2 == 1 && !line.starts_with('\t') {
            TextEdit::insert(offset + indent - 1, "}")
        } else {
            TextEdit::insert(offset + indent, "} ")
        };
        if errors_after(parsed, &edit).is_some_and(|n| n < before) {
            found.push(edit);
        }
    }
    let clean: Vec<&TextEdit> = found.iter().filter(|e| errors_after(parsed, e) == Some(0)).collect();
    let [edit] = clean.as_slice() else { return None };
    let safe = !has_rival(&Trial::of(ctx), edit);
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    Some(ctx.fix("Add missing '}'", applicability).edit((*edit).clone()).preferred().build())
}

/// Inserts the missing `{` after a line that starts a block, as the deeper indentation of the next line shows.
fn opening_brace(ctx: &RuleContext<'_>, before: usize) -> Option<Fix> {
    let parsed = &ctx.source.parsed;
    let text = ctx.text();
    let all: Vec<(usize, &str)> = lines(text).into_iter().filter(|(_, l)| !l.trim().is_empty()).collect();
    let at = ctx.diagnostic.range.start;
    let mut clean: Vec<TextEdit> = Vec::new();
    let mut tried = 0usize;
    for pair in all.windows(2).rev() {
        let ((offset, line), (_, next)) = (pair[0], pair[1]);
        let indent = |l: &str| l.len() - l.trim_start().len();
        let body = line.trim_end();
        let open = body.ends_with([')', '>', '}', ']'])
            || body.ends_with("else")
            || body.ends_with("try")
            || body.ends_with("=>")
            || body.chars().next_back().is_some_and(char::is_alphanumeric);
        if offset > at
            || indent(next) <= indent(line)
            || !open
            || next.trim_start().starts_with(['.', '?', '|', '&', '+', ':', ')'])
        {
            continue;
        }
        tried += 1;
        if tried > 40 {
            break;
        }
        let edit = TextEdit::insert(offset + body.len(), " {");
        if errors_after(parsed, &edit) == Some(0) && before > 0 {
            clean.push(edit);
        }
    }
    let [edit] = clean.as_slice() else { return None };
    let safe = !closes_twice(&Trial::of(ctx), edit);
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    Some(ctx.fix("Add missing '{'", applicability).edit(edit.clone()).preferred().build())
}

struct Open {
    /// End of the block's last line.
    end: usize,
    indent: String,
}

/// The block that has no closing brace where the indentation decreases.
fn unclosed_by_indentation(text: &str, ctx: &RuleContext<'_>) -> Option<Open> {
    let mut stack: Vec<(usize, String)> = Vec::new();
    let mut cursor = ctx.root().walk();
    // Brace tokens only: braces in strings and comments do not count.
    let mut braces: Vec<(usize, bool)> = Vec::new();
    loop {
        let node = cursor.node();
        match node.kind() {
            "{" | "${" if !node.is_missing() => braces.push((node.start_byte(), true)),
            "}" if !node.is_missing() => braces.push((node.start_byte(), false)),
            _ => {}
        }
        if cursor.goto_first_child() {
            continue;
        }
        loop {
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                braces.sort_unstable();
                return find_open(text, &braces, &mut stack);
            }
        }
    }
}

fn find_open(text: &str, braces: &[(usize, bool)], stack: &mut Vec<(usize, String)>) -> Option<Open> {
    for &(at, opening) in braces {
        if opening {
            stack.push((at, line_indent(text, at).to_owned()));
            continue;
        }
        let (open, indent) = stack.last()?.clone();
        let same_line = !text.get(open..at)?.contains('\n');
        let own = line_indent(text, at);
        // This brace is indented less than the one it matches, so the closing brace of the inner block is missing.
        let leads = text.get(..at)?.rsplit('\n').next()?.trim().is_empty();
        if !same_line && leads && own.len() < indent.len() {
            return block_end(text, open, &indent).map(|end| Open { end, indent });
        }
        stack.pop();
    }
    let (open, indent) = stack.last()?.clone();
    block_end(text, open, &indent).map(|end| Open { end, indent })
}

/// End of the block that opens at `open`: its last line that is indented deeper than `indent`.
fn block_end(text: &str, open: usize, indent: &str) -> Option<usize> {
    let mut end = open + text.get(open..)?.find('\n')?;
    let mut offset = end + 1;
    for line in text.get(offset..)?.split_inclusive('\n') {
        let body = line.trim();
        if !body.is_empty() {
            let own = line.len() - line.trim_start().len();
            if own <= indent.len() {
                break;
            }
            end = offset + line.trim_end().len();
        }
        offset += line.len();
    }
    let head = text.get(..end)?;
    Some(head.trim_end().len())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    match expected(ctx) {
        Some("}") => closing_brace(ctx),
        Some(token) => {
            // The parser reports one token that could follow. If inserting it does not help, try a missing closing bracket.
            let tokens = [token, ")", "]"];
            let found = tokens.iter().enumerate().filter(|(i, t)| *i == 0 || **t != token).map(|(_, t)| single(ctx, t));
            found.into_iter().find(|f| !f.is_empty()).unwrap_or_else(|| closing_brace(ctx))
        }
        None => closing_brace(ctx),
    }
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all};

    #[test]
    fn nothing_joins_a_text_to_the_name_of_the_next_property() {
        let rule = rule_of(module_path!());
        let of = |next: &str| format!("const o = {{\n    a: 'x'\n    $0{next},\n}};\n");
        let after = of("b: 1").replace("'x'", "'x',").replace("$0", "");
        check_fix_all(rule, "TS1005", "',' expected.", &[], &of("b: 1"), Some(&after));
        // `'x' + b` may have lost its operator.
        check_fix_all(rule, "TS1005", "',' expected.", &[], &of("b"), None);
    }

    #[test]
    fn separators_and_brackets() {
        let rule = rule_of(module_path!());
        for (message, before, after) in [
            ("',' expected.", "f(a $0b);\n", "f(a, b);\n"),
            ("',' expected.", "const o = { a: 1$0; b: 2 };\n", "const o = { a: 1, b: 2 };\n"),
            ("')' expected.", "if (a(b) $0{ c(); }\n", "if (a(b)) { c(); }\n"),
            ("')' expected.", "f(a, 'b', c$0;\n", "f(a, 'b', c);\n"),
        ] {
            check_fix(rule, "TS1005", message, before, after);
        }
    }

    #[test]
    fn certain_where_one_token_alone_fits() {
        let rule = rule_of(module_path!());
        for (message, before, after) in [
            ("',' expected.", "f(a $0b);\n", Some("f(a, b);\n")),
            ("',' expected.", "f(a  $0b);\n", None),
            ("',' expected.", "const o = { a: 1$0;, b: 2 };\n", None),
            ("',' expected.", "f(x $0x.y);\n", None),
            ("',' expected.", "f('a'\n  $0b);\n", None),
            ("',' expected.", "function f(a $0b) { }\n", None),
            (
                "',' expected.",
                "function f(a: string $0b: number) { }\n",
                Some("function f(a: string, b: number) { }\n"),
            ),
            ("',' expected.", "const o = { a $0b };\n", None),
            ("',' expected.", "let $0b = 1;\n", None),
            ("',' expected.", "class C { constructor(privtae $0a = 1) { } }\n", None),
            ("')' expected.", "f(a, 'b', c$0;\n", Some("f(a, 'b', c);\n")),
            ("')' expected.", "const x = (a + b * c$0;\n", None),
            ("')' expected.", "if (same(a, b, c) $0{ d(); }\n", Some("if (same(a, b, c)) { d(); }\n")),
            // `b` means nothing outside of the arrow function.
            ("')' expected.", "all.sort((a, b) => a - b$0;\n", Some("all.sort((a, b) => a - b);\n")),
            ("')' expected.", "let b = 1;\nall.map((a) => a - b$0;\n", None),
            (
                "',' expected.",
                "function f() {\n  const p = start(\n  let $0all = 1\n  if (p) { return all }\n}\n",
                Some("function f() {\n  const p = start()\n  let all = 1\n  if (p) { return all }\n}\n"),
            ),
            ("')' expected.", "const x = f((a, b)$0;\n", None),
            ("']' expected.", "const x = a[[i]$0;\n", None),
            ("',' expected.", "f(() => {\n  g({ a: 1 }$0});\n});\n", None),
            ("']' expected.", "const x = a[0 + 'b' + c$0;\n", None),
        ] {
            check_fix_all(rule, "TS1005", message, &[], before, after);
        }
        check_fix_all(rule, "TS1005", "'}' expected.", &[], "function f() {\nfunction f() {\n  g();\n}\n$0", None);
        check_fix_all(rule, "TS1005", "'}' expected.", &[], "function f() {{\n  g();\n}\n$0", None);
    }

    #[test]
    fn braces_at_keywords_and_headers() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "TS1128",
            "Declaration or statement expected.",
            "function f() {\n  if (a) {\n    b();\n   else {\n    c();\n  }\n$0}\n",
            "function f() {\n  if (a) {\n    b();\n  } else {\n    c();\n  }\n}\n",
        );
        check_fix(
            rule,
            "TS1128",
            "Declaration or statement expected.",
            "function f() {\n  while (a)\n    b();\n    c();\n  }\n$0}\n",
            "function f() {\n  while (a) {\n    b();\n    c();\n  }\n}\n",
        );
    }

    #[test]
    fn missing_brace_goes_where_the_indentation_decreases() {
        check_fix(
            rule_of(module_path!()),
            "TS1005",
            "'}' expected.",
            "function f() {\n  if (a) {\n    b();\n  c();\n}\nfunction g() {\n  d();\n}\n$0",
            "function f() {\n  if (a) {\n    b();\n  }\n  c();\n}\nfunction g() {\n  d();\n}\n",
        );
    }
}
