//! # Parameter without a `<param>` tag
//!
//! A documentation comment describes only some of the parameters. An empty tag is added for each missing one, in the order of the declaration.
//!
//! ```csharp before
//! //@ warning CS1573: Parameter 'count' has no matching param tag in the XML comment for 'C.M(string, int)' (but other parameters do)
//! //@ options: -doc:out.xml
//! /// <summary>C</summary>
//! public class C
//! {
//!     /// <summary>M</summary>
//!     /// <param name="name">What it is called.</param>
//!     public void M(string name, int $0count$0) { }
//! }
//! ```
//! ```csharp after
//! /// <summary>C</summary>
//! public class C
//! {
//!     /// <summary>M</summary>
//!     /// <param name="name">What it is called.</param>
//!     /// <param name="count"></param>
//!     public void M(string name, int count) { }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: an empty tag removes the warning, but the description is still missing.

use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::{MEMBERS, TYPES, parameters};
use syntax::{Node, NodeExt, children_of_kind};

pub(crate) const CODES: &[&str] = &["CS1573"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let list = ctx.token()?.enclosing(&["parameter_list", "bracketed_parameter_list"])?;
    let declaration = list.parent().filter(|p| p.is(MEMBERS) || p.is(TYPES) || p.kind() == "delegate_declaration")?;
    let mut declared = parameters(declaration);
    if declared.is_empty() {
        let list = syntax::child_of_kind(declaration, "bracketed_parameter_list")?;
        declared = children_of_kind(list, "parameter");
    }
    let names: Vec<&str> = declared.iter().filter_map(|p| Some(p.field("name")?.text_in(text))).collect();
    let comment = comment_above(text, declaration)?;
    let tags: Vec<Tag<'_>> = tags(text, comment);
    let eol = ctx.eol();
    let indent = ctx.indent_at(declaration.start_byte());
    let tag = |name: &str| format!("/// <param name=\"{}\"></param>", name.trim_start_matches('@'));
    let place = |name: &str| tags.iter().find(|t| t.name == name.trim_start_matches('@'));
    let mut fix = ctx.fix("Add missing param nodes", Applicability::Unsafe);
    let mut any = false;
    // Consecutive missing tags are inserted after the tag before them, or before the first tag.
    let mut run: Vec<String> = Vec::new();
    let mut before: Option<&Tag<'_>> = None;
    for name in names.iter().copied().map(Some).chain([None]) {
        let here = name.and_then(place);
        if let (Some(name), None) = (name, here) {
            run.push(tag(name));
            continue;
        }
        let lines = std::mem::take(&mut run);
        if !lines.is_empty() {
            any = true;
            fix = match (before, here) {
                (Some(previous), _) => {
                    let added: String = lines.iter().map(|l| format!("{eol}{indent}{l}")).collect();
                    fix.insert(previous.end, added)
                }
                (None, Some(next)) => {
                    let head = text[..next.start].rfind('\n').map_or(0, |i| i + 1);
                    let alone = text[head..next.start].trim() == "///";
                    let added = lines.join(&format!("{eol}{indent}"));
                    match alone {
                        true => {
                            let marker = head + text[head..].find("///")?;
                            fix.insert(marker, format!("{added}{eol}{indent}"))
                        }
                        // After another tag on the same line: break the line.
                        false => {
                            let cut = text[..next.start].trim_end().len();
                            let rest = added.strip_prefix("/// ")?;
                            fix.replace(cut..next.start, format!("{eol}{indent}/// {rest} "))
                        }
                    }
                }
                (None, None) => return None,
            };
        }
        before = here.or(before);
    }
    any.then(|| fix.preferred().build())
}

struct Tag<'t> {
    name: &'t str,
    start: usize,
    end: usize,
}

/// The range of the documentation comment directly above a declaration.
fn comment_above(text: &str, declaration: Node<'_>) -> Option<(usize, usize)> {
    let mut line = text[..declaration.start_byte()].rfind('\n').map_or(0, |i| i + 1);
    let end = line;
    while line > 0 {
        let above = text[..line - 1].rfind('\n').map_or(0, |i| i + 1);
        let trimmed = text[above..line].trim_start();
        if !trimmed.starts_with("///") {
            break;
        }
        line = above;
    }
    (line < end).then_some((line, end))
}

/// The complete `<param>` elements of a comment.
fn tags(text: &str, (start, end): (usize, usize)) -> Vec<Tag<'_>> {
    let mut out = Vec::new();
    for (i, _) in text[start..end].match_indices("<param ") {
        let open = start + i;
        let Some(head) = text[open..end].find('>') else { continue };
        let Some((_, rest)) = text[open..open + head].split_once("name=") else { continue };
        let name = rest.trim_start_matches(['"', '\'']).split(['"', '\'']).next().unwrap_or_default();
        let close = if text[open..open + head].ends_with('/') {
            Some(open + head + 1)
        } else {
            text[open..end].find("</param>").map(|at| open + at + "</param>".len())
        };
        if let Some(close) = close {
            out.push(Tag { name, start: open, end: close });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str =
        "Parameter 'a' has no matching param tag in the XML comment for 'C.M(int, int, int)' (but other parameters do)";

    #[test]
    fn before_and_after_existing_tags() {
        check_fix(
            rule_of(module_path!()),
            "CS1573",
            MESSAGE,
            "class C\n{\n    /// <summary></summary> <param name=\"b\"/>\n    void M(int $0a, int b, int c) { }\n}\n",
            "class C\n{\n    /// <summary></summary>\n    /// <param name=\"a\"></param> <param name=\"b\"/>\n    /// <param name=\"c\"></param>\n    void M(int a, int b, int c) { }\n}\n",
        );
    }

    #[test]
    fn of_delegates_and_records() {
        check_fix(
            rule_of(module_path!()),
            "CS1573",
            MESSAGE,
            "/// <param name=\"a\"/>\ndelegate void D(int a, int $0b);\n",
            "/// <param name=\"a\"/>\n/// <param name=\"b\"></param>\ndelegate void D(int a, int b);\n",
        );
        check_fix(
            rule_of(module_path!()),
            "CS1573",
            MESSAGE,
            "/// <param name=\"a\"/>\nrecord R(int a, int $0b);\n",
            "/// <param name=\"a\"/>\n/// <param name=\"b\"></param>\nrecord R(int a, int b);\n",
        );
    }

    #[test]
    fn nothing_without_a_comment() {
        check_no_fix(
            rule_of(module_path!()),
            "CS1573",
            MESSAGE,
            "class C\n{\n    void M(int $0a, int b, int c) { }\n}\n",
        );
    }
}
