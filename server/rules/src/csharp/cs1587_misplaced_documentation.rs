//! # Documentation comment in the wrong place
//!
//! A documentation comment stands before a type or member, and before its attributes. Elsewhere it is an ordinary comment.
//!
//! ```csharp before
//! //@ warning CS1587: XML comment is not placed on a valid language element
//! //@ options: -doc:out.xml
//! class C
//! {
//!     void M()
//!     {
//!         $0///$0 Count them.
//!         int n = 1;
//!         System.Console.Write(n);
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void M()
//!     {
//!         // Count them.
//!         int n = 1;
//!         System.Console.Write(n);
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: comments change nothing.

use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::MEMBERS;
use syntax::{Node, NodeExt, leaf_at};

pub(crate) const CODES: &[&str] = &["CS1587"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let at = ctx.diagnostic.range.start;
    let rest = text.get(at..)?;
    if rest.starts_with("/**") {
        let fix = ctx.fix("Convert to a regular comment", Applicability::Safe);
        return Some(fix.replace(at..at + 3, "/*").preferred().build());
    }
    if !rest.starts_with("///") {
        return None;
    }
    // All lines of the comment.
    let mut marks = vec![at];
    let mut end = at + rest.find('\n').unwrap_or(rest.len());
    while let Some(next) = text.get(end + 1..) {
        let line = next.split('\n').next().unwrap_or_default();
        if !line.trim_start().starts_with("///") {
            break;
        }
        marks.push(end + 1 + line.len() - line.trim_start().len());
        end += 1 + line.len();
    }
    if let Some(fix) = above_attributes(ctx, at, end.min(text.len())) {
        return Some(fix);
    }
    let fix = ctx.fix("Convert to a regular comment", Applicability::Safe);
    Some(marks.into_iter().fold(fix, |fix, mark| fix.replace(mark..mark + 3, "//")).preferred().build())
}

/// A comment between the attributes of a declaration and the declaration goes above them.
fn above_attributes(ctx: &RuleContext<'_>, at: usize, end: usize) -> Option<Fix> {
    let text = ctx.text();
    let comment = leaf_at(ctx.root(), at)?;
    let owner: Node<'_> = comment.parent().filter(|p| p.is(MEMBERS) || p.kind() == "enum_member_declaration")?;
    let first = owner.all_children().into_iter().find(|c| c.kind() == "attribute_list")?;
    let line = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let head = text[..owner.start_byte()].rfind('\n').map_or(0, |i| i + 1);
    let alone = text[line..at].trim().is_empty() && text[head..owner.start_byte()].trim().is_empty();
    let after = text.get(end..)?.strip_prefix('\n').map(|_| end + 1)?;
    if first.start_byte() > at || !alone || comment.start_byte() < first.end_byte() {
        return None;
    }
    let fix = ctx.fix("Move above the attributes", Applicability::Safe).insert(head, &text[line..after]);
    Some(fix.delete(line..after).preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_all, check_no_fix};
    const MESSAGE: &str = "XML comment is not placed on a valid language element";

    #[test]
    fn comments_of_all_shapes() {
        for (before, after) in [
            (
                "$0/// <summary>\n/// ns\n/// </summary>\nnamespace N { }\n",
                "// <summary>\n// ns\n// </summary>\nnamespace N { }\n",
            ),
            ("class C\n{\n    int P { $0/** x */ get; }\n}\n", "class C\n{\n    int P { /* x */ get; }\n}\n"),
            (
                "class C\n{\n    [A]\n    [B]\n    $0/// <summary>m</summary>\n    void M() { }\n}\n",
                "class C\n{\n    /// <summary>m</summary>\n    [A]\n    [B]\n    void M() { }\n}\n",
            ),
            ("class C { }\n$0/// tail", "class C { }\n// tail"),
        ] {
            check_fix_all(rule_of(module_path!()), "CS1587", MESSAGE, &[], before, Some(after));
        }
        check_no_fix(rule_of(module_path!()), "CS1587", MESSAGE, "class $0C { }");
    }
}
