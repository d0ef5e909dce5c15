//! # Missing or surplus brace
//!
//! A missing or surplus brace is reported far from its place, often at the end of the file. Indentation shows the place: a block whose closing
//! brace has a smaller indentation is not closed, and a brace at the indentation of a block that is already closed is surplus.
//!
//! ```csharp before
//! //@ error CS1513: } expected
//! class C
//! {
//!     int M(bool b)
//!     {
//!         if (b)
//!         {
//!             return 1;
//!
//!         return 2;
//!     }
//! }$0
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(bool b)
//!     {
//!         if (b)
//!         {
//!             return 1;
//!         }
//!
//!         return 2;
//!     }
//! }
//! ```
//!
//! ```csharp before
//! //@ error CS1022: Type or namespace definition, or end-of-file expected
//! class C
//! {
//!     int M()
//!     {
//!         return 1;
//!     }
//!     }
//! $0}
//! ```
//! ```csharp after
//! class C
//! {
//!     int M()
//!     {
//!         return 1;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when the braces of the file do not balance, indentation shows a single place, and the text parses without errors afterwards.
//! `Unsafe` when other syntax errors remain, or when one brace less would do as well (`{ {`, `} }`).

use super::support::reparse::{Reparse, error_count, reparse};
use crate::repair::brackets::{closes_twice, has_rival};
use crate::repair::{Trial, active_text};
use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::lexical::{Token, TokenKind, indent_width, tokens};
use syntax::line_indent;
use text::{TextEdit, TextRange};

pub(crate) const CODES: &[&str] = &[
    "CS1513", "CS1514", "CS1022", "CS1519", "CS0116", "CS1002", "CS8803", "CS1001", "CS1524", "CS1026", "CS0106",
    "CS8124",
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let tokens = tokens(&active_text(ctx, text, &[ctx.diagnostic.range.start]));
    let Some(finding) = imbalance(text, &tokens) else { return Vec::new() };
    let before = error_count(ctx);
    let mut best: Option<(Reparse, &'static str, TextEdit)> = None;
    let mut tied = false;
    for (title, edit) in candidates(ctx, &tokens, finding).into_iter().take(MAX_CANDIDATES) {
        let Some(after) = reparse(ctx, &edit) else { continue };
        if best.as_ref().is_none_or(|(t, ..)| after.errors_left < t.errors_left) {
            best = Some((after, title, edit));
            tied = false;
        } else if let Some((_, _, known)) = best.as_ref().filter(|(t, ..)| after.errors_left == t.errors_left) {
            tied |= !same_tokens(text, known, &edit);
        }
    }
    let Some((after, title, edit)) = best else { return Vec::new() };
    if after.errors_left >= before && !before.is_none() {
        return Vec::new();
    }
    let trial = Trial::of(ctx);
    let rival = match edit.new_text.trim() {
        "}" => has_rival(&trial, &edit),
        "{" => closes_twice(&trial, &edit),
        _ => false,
    };
    let safe = after.clear && !tied && !rival;
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    vec![ctx.fix(title, applicability).edit(edit).preferred().build()]
}

/// Whether the text has the same tokens after both edits.
fn same_tokens(text: &str, one: &TextEdit, other: &TextEdit) -> bool {
    let after = |edit: &TextEdit| {
        let whole = format!("{}{}{}", &text[..edit.range.start], edit.new_text, &text[edit.range.end..]);
        whole.split_whitespace().collect::<String>()
    };
    after(one) == after(other)
}

/// The maximum number of places that are tried; each costs a parse.
const MAX_CANDIDATES: usize = 12;

/// Where the braces do not balance; indices of tokens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Imbalance {
    /// The block of this `{` is not closed before the token (or the end of the file).
    Unclosed(usize, Option<usize>),
    /// This `}` has no opening brace.
    Unopened(usize),
}

fn braces<'a>(text: &'a str, tokens: &'a [Token]) -> impl Iterator<Item = (usize, bool)> + 'a {
    tokens.iter().enumerate().filter_map(move |(i, t)| match t.text(text) {
        "{" if t.kind == TokenKind::Open => Some((i, true)),
        "}" if t.kind == TokenKind::Close => Some((i, false)),
        _ => None,
    })
}

fn imbalance(text: &str, tokens: &[Token]) -> Option<Imbalance> {
    let sum: isize = braces(text, tokens).map(|(_, open)| if open { 1 } else { -1 }).sum();
    if sum == 0 {
        return None;
    }
    let mut open: Vec<usize> = Vec::new();
    let width = |i: usize| indent_width(text, tokens[i].range.start);
    for (i, opens) in braces(text, tokens) {
        if opens {
            open.push(i);
            continue;
        }
        let Some(opener) = open.pop() else { return (sum < 0).then_some(Imbalance::Unopened(i)) };
        if !tokens[i].leads || tokens[opener].line == tokens[i].line {
            continue;
        }
        if sum > 0 && width(i) < width(opener) {
            return Some(Imbalance::Unclosed(opener, Some(i)));
        }
        if sum < 0 && width(i) > width(opener) {
            return Some(Imbalance::Unopened(i));
        }
    }
    if sum > 0 { open.pop().map(|opener| Imbalance::Unclosed(opener, None)) } else { None }
}

fn candidates(ctx: &RuleContext<'_>, tokens: &[Token], finding: Imbalance) -> Vec<(&'static str, TextEdit)> {
    let text = ctx.text();
    let eol = ctx.eol();
    match finding {
        Imbalance::Unclosed(opener, closer) => {
            let indent = line_indent(text, tokens[opener].range.start);
            let limit = indent_width(text, tokens[opener].range.start);
            let end = closer.unwrap_or(tokens.len());
            let leads = |i: &usize| tokens[*i].leads && tokens[*i].line > tokens[opener].line;
            let next = (opener + 1..end).filter(leads).find(|&i| indent_width(text, tokens[i].range.start) <= limit);
            let next = next.or(closer);
            let mut out = Vec::new();
            let last = next.unwrap_or(tokens.len()) - 1;
            // On a line of its own, or on an existing empty line.
            let at = after_line(text, tokens[last].range.end);
            out.push(("Add '}'", TextEdit::insert(at, format!("{eol}{indent}}}"))));
            // Within a line: `get { return x;`, `new[] { 1, 2;`, `if (x) { y(); else`.
            if tokens[opener + 1..=last.max(opener)].iter().all(|t| t.line == tokens[opener].line) {
                for t in &tokens[opener..=last.max(opener)] {
                    out.push(("Add '}'", TextEdit::insert(t.range.end, " }")));
                }
                out.rotate_left(1);
            }
            out
        }
        Imbalance::Unopened(closer) => {
            let range = tokens[closer].range;
            let limit = indent_width(text, range.start);
            let mut out = Vec::new();
            // A brace that follows another in its line ends more than the line began.
            let twice = |i: &usize| {
                let is = |t: &Token| t.kind == TokenKind::Close && t.text(text) == "}";
                is(&tokens[*i]) && !tokens[*i].leads && is(&tokens[*i - 1])
            };
            for i in (1..=closer).rev().filter(twice).take(4) {
                out.push(("Remove '}'", TextEdit::delete(tokens[i].range)));
            }
            // From the brace upwards over deeper lines to the line that should have opened the block.
            let lines: Vec<usize> = (0..closer).filter(|&i| tokens[i].leads).collect();
            let header = lines.iter().rev().copied().find(|&i| indent_width(text, tokens[i].range.start) <= limit);
            let own_line = tokens[closer].leads;
            let header = header.filter(|&i| own_line && indent_width(text, tokens[i].range.start) == limit);
            if let Some(header) = header {
                let last_of_line = (header..closer).rfind(|&i| tokens[i].line == tokens[header].line).unwrap_or(header);
                let end = header_end(text, tokens, header, closer);
                let last = tokens[last_of_line].text(text);
                if !matches!(tokens[header].text(text), "}" | "{") && last != ";" && last != "}" && !matches!(last, "{")
                {
                    let indent = line_indent(text, tokens[header].range.start);
                    let at = after_line(text, tokens[end].range.end);
                    out.push(("Add '{'", TextEdit::insert(at, format!("{eol}{indent}{{"))));
                    return out;
                }
                // An inner block that is closed twice: a line that closes more than it opens, such as `get return x; }`.
                if tokens[header].text(text) == "{" || last == "{" {
                    for edit in inline_openers(text, tokens, header, closer) {
                        out.push(("Add '{'", edit));
                    }
                    if !out.is_empty() {
                        return out;
                    }
                }
            }
            out.push(("Remove '}'", TextEdit::delete(whole_line(text, range))));
            out
        }
    }
}

/// The last token of the header that starts at `header`, including parameters, base lists and constraints on further lines.
fn header_end(text: &str, tokens: &[Token], header: usize, closer: usize) -> usize {
    let mut depth = 0isize;
    let mut end = header;
    let mut i = header;
    while i < closer {
        match tokens[i].kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth -= 1,
            _ => {}
        }
        end = i;
        let next = i + 1;
        if next >= closer {
            break;
        }
        if tokens[next].leads
            && depth <= 0
            && !matches!(tokens[next].text(text), ":" | "where" | "(" | ",")
            && tokens[i].text(text) != ","
        {
            break;
        }
        i = next;
    }
    end
}

/// Places for `{` on lines between two tokens that close more than they open.
fn inline_openers(text: &str, tokens: &[Token], from: usize, to: usize) -> Vec<TextEdit> {
    let mut out = Vec::new();
    let mut i = from + 1;
    while i < to {
        let line = tokens[i].line;
        let end = (i..to).find(|&j| tokens[j].line != line).unwrap_or(to);
        let balance: isize = tokens[i..end]
            .iter()
            .map(|t| match t.text(text) {
                "{" => 1,
                "}" => -1,
                _ => 0,
            })
            .sum();
        if balance < 0 && !(end - i == 1 && tokens[i].leads) {
            for t in &tokens[i..end] {
                let goes_on = text[t.range.end..].trim_start().starts_with([';', ',', ')', ']', '=', '.', '}', '(']);
                let ends = t.kind == TokenKind::Word || t.kind == TokenKind::Close && t.text(text) != "}";
                if ends && !goes_on {
                    out.push(TextEdit::insert(t.range.end, " {"));
                }
            }
        }
        i = end;
    }
    out
}

/// The end of the line of `offset`, including a comment.
fn after_line(text: &str, offset: usize) -> usize {
    let rest = &text[offset..];
    offset + rest.find(['\r', '\n']).unwrap_or(rest.len())
}

/// `range`, extended to the whole line if nothing else is on it.
fn whole_line(text: &str, range: TextRange) -> TextRange {
    let start = text[..range.start].rfind('\n').map_or(0, |n| n + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |n| range.end + n + 1);
    let alone = text[start..range.start].trim().is_empty() && text[range.end..end].trim().is_empty();
    if alone { TextRange::new(start, end) } else { range }
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn an_unclosed_method_before_the_next_one() {
        check_fix(
            rule_of(module_path!()),
            "CS1513",
            "} expected",
            "class C\n{\n    void A()\n    {\n        A();\n\n    void B() { }\n}$0\n",
            "class C\n{\n    void A()\n    {\n        A();\n    }\n\n    void B() { }\n}\n",
        );
    }

    #[test]
    fn an_unopened_method() {
        check_fix(
            rule_of(module_path!()),
            "CS1519",
            "Invalid token '(' in class, record, struct, or interface member declaration",
            "class C\n{\n    public C(int a,\n        int b)\n        : base()\n\n        A$0();\n    }\n}\n",
            "class C\n{\n    public C(int a,\n        int b)\n        : base()\n    {\n\n        A();\n    }\n}\n",
        );
    }

    #[test]
    fn an_accessor_without_its_closing_brace() {
        check_fix(
            rule_of(module_path!()),
            "CS1513",
            "} expected",
            "class C\n{\n    int P\n    {\n        get { return 1; $0\n        set { }\n    }\n}\n",
            "class C\n{\n    int P\n    {\n        get { return 1; } \n        set { }\n    }\n}\n",
        );
    }

    #[test]
    fn a_doubled_brace_may_be_one_too_many() {
        let rule = rule_of(module_path!());
        let certain = |code, before: &str, after: Option<&str>| check_fix_all(rule, code, "", &[], before, after);
        certain("CS1513", "class C\n{\n    void M()\n    {\n    {\n        M();\n    }\n}$0\n", None);
        certain("CS1513", "class C\n{\n    C() {{ }\n}$0\n", None);
        certain(
            "CS1022",
            "class C\n{\n    int P { get; set; }} = 1;\n}$0\n",
            Some("class C\n{\n    int P { get; set; } = 1;\n}\n"),
        );
        certain(
            "CS1022",
            "class C\n{\n    void M()\n    {\n        F(() => { M(); }});\n    }\n$0}\n",
            Some("class C\n{\n    void M()\n    {\n        F(() => { M(); });\n    }\n}\n"),
        );
    }

    #[test]
    fn nothing_when_braces_balance() {
        check_no_fix(rule_of(module_path!()), "CS1513", "} expected", "class C { void M() { int x = $0; } }");
    }
}
