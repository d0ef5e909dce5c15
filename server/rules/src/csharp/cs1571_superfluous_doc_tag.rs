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
//! `Safe` for an empty tag: no text is lost. `Unsafe` for one with text, which may belong to a renamed parameter.

use codegen::csharp::deletion::whole_lines;
use fix::{Applicability, Fix, RuleContext};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["CS1571", "CS1572", "CS1710"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
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
    use fix::testing::{check_fix, check_no_fix};
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
}
