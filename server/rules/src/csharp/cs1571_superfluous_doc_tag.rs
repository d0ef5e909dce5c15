//! # Superfluous parameter in a documentation comment
//!
//! A documentation comment describes a parameter twice (CS1571, CS1710), or one that does not exist (CS1572).
//!
//! ```csharp before
//! //@ warning CS1571: XML comment has a duplicate param tag for 'value'
//! //@ options: -doc:out.xml -nowarn:CS1591
//! class C
//! {
//!     /// <summary>A</summary>
//!     /// <param name="value"></param>
//!     /// <param $0name="value"$0></param>
//!     public void M(int value) { }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     /// <summary>A</summary>
//!     /// <param name="value"></param>
//!     public void M(int value) { }
//! }
//! ```
//!
//! ## Fix safety
//! A tag whose name is a misspelling of the only parameter without one is renamed: `Safe`. Removing is `Safe` for an empty tag: no text is lost. `Unsafe` for one with text, which may belong to a renamed parameter.

use codegen::csharp::deletion::whole_lines;
use fix::{Applicability, Fix, RuleContext};
use semantics::csharp::similar_names::{is_renaming, is_similar};
use syntax::csharp::{MEMBERS, TYPES, parameters};
use syntax::{NodeExt, child_of_kind, children_of_kind, leaf_at};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["CS1571", "CS1572", "CS1710"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    rename(ctx).into_iter().chain(find(ctx)).collect()
}

/// The only parameter without a tag has the text of the only tag without a parameter.
fn rename(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let wrong = ctx.argument(0).filter(|_| ctx.code() == "CS1572")?;
    let at = ctx.diagnostic.range.start;
    let is_doc = |line: &str| line.trim_start().starts_with("///");
    let mut start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    while start > 0 {
        let above = text[..start - 1].rfind('\n').map_or(0, |i| i + 1);
        if !is_doc(&text[above..start]) {
            break;
        }
        start = above;
    }
    let end = start + text[start..].split_inclusive('\n').take_while(|l| is_doc(l)).map(str::len).sum::<usize>();
    let declaration = leaf_at(ctx.root(), end)?.enclosing(&[MEMBERS, TYPES].concat())?;
    let mut declared = parameters(declaration);
    if declared.is_empty() {
        let list = child_of_kind(declaration, "bracketed_parameter_list")?;
        declared = children_of_kind(list, "parameter");
    }
    let declared: Vec<&str> =
        declared.iter().filter_map(|p| Some(p.field("name")?.text_in(text).trim_start_matches('@'))).collect();
    let tagged: Vec<&str> = text[start..end]
        .match_indices("<param ")
        .filter_map(|(i, _)| text[start + i..end].split_once("name=\"")?.1.split('"').next())
        .collect();
    let missing: Vec<&str> = declared.iter().copied().filter(|d| !tagged.contains(d)).collect();
    let superfluous = tagged.iter().filter(|t| !declared.contains(t)).count();
    let ([name], 1) = (missing.as_slice(), superfluous) else { return None };
    let place = at + text.get(at..)?.split('\n').next()?.find(wrong)?;
    // The compiler points at the name, or at the attribute.
    let safe = is_similar(wrong, name) || is_renaming(wrong, name);
    let fix = ctx.fix(format!("Rename to '{name}'"), if safe { Applicability::Safe } else { Applicability::Unsafe });
    Some(fix.replace(place..place + wrong.len(), *name).preferred().build())
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let at = ctx.diagnostic.range.start;
    let line_start = text[..at].rfind(['\n', '\r']).map_or(0, |i| i + 1);
    let open = line_start + text.get(line_start..at)?.rfind('<')?;
    let tag = ["param", "typeparam"]
        .into_iter()
        .find(|t| text[open + 1..].strip_prefix(t).is_some_and(|rest| rest.starts_with(char::is_whitespace)))?;
    let rest = &text[open..];
    let head = rest.find('>')?;
    let (end, content) = if rest[..head].ends_with('/') {
        (open + head + 1, "")
    } else {
        let close = format!("</{tag}>");
        let at = rest.find(&close)?;
        (open + at + close.len(), rest.get(head + 1..at)?)
    };
    // Only within this comment.
    if text[open..end].lines().skip(1).any(|l| !l.trim_start().starts_with("///")) {
        return None;
    }
    let words = content.lines().any(|l| !l.trim().trim_start_matches('/').trim().is_empty());
    let marker = text[line_start..open].trim();
    let after = text[end..].split(['\n', '\r']).next().unwrap_or("");
    let range = if marker == "///" && after.trim().is_empty() {
        whole_lines(text, TextRange::new(line_start, end))
    } else if after.trim().is_empty() {
        // At the end of a line, remove the space and a lone `///` before it too.
        let before = text[line_start..open].trim_end();
        let before = before.strip_suffix("///").map_or(before, str::trim_end);
        TextRange::new(line_start + before.len(), end)
    } else {
        TextRange::new(open, end)
    };
    let applicability = if words { Applicability::Unsafe } else { Applicability::Safe };
    Some(ctx.fix("Remove tag", applicability).delete(range).preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};
    const MESSAGE: &str = "XML comment has a param tag for 'b', but there is no parameter by that name";

    #[test]
    fn among_other_tags() {
        check_fix(
            rule_of(module_path!()),
            "CS1572",
            MESSAGE,
            "class C\n{\n    /// <summary></summary> <param $0name=\"b\"/>\n    void M() { }\n}\n",
            "class C\n{\n    /// <summary></summary>\n    void M() { }\n}\n",
        );
    }

    #[test]
    fn nothing_for_other_tags() {
        check_no_fix(
            rule_of(module_path!()),
            "CS1572",
            MESSAGE,
            "class C\n{\n    /// <see $0cref=\"b\"/>\n    void M() { }\n}\n",
        );
    }

    #[test]
    fn a_misspelt_name() {
        let message = "XML comment has a param tag for 'nmae', but there is no parameter by that name";
        let file = |tag: &str, name: &str| {
            format!(
                "class C\n{{\n    /// <summary>x</summary>\n    /// <param name=\"{tag}\">n</param>\n    void M(int {name}) {{ }}\n}}\n"
            )
        };
        let rule = rule_of(module_path!());
        check_fix_all(rule, "CS1572", message, &[], &file("$0nmae", "name"), Some(&file("name", "name")));
        let message = "XML comment has a param tag for 'other', but there is no parameter by that name";
        check_fix(rule, "CS1572", message, &file("$0other", "name"), &file("name", "name"));
    }
}
