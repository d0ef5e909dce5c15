//! # Merge conflict marker
//!
//! The file contains unresolved merge conflict markers: `<<<<<<<`, `=======` and `>>>>>>>`, optionally `|||||||` with the common ancestor.
//!
//! ```csharp before
//! //@ error CS8300: Merge conflict marker encountered
//! //@ fix: Take 'topic'
//! class C
//! {
//! $0<<<<<<< HEAD
//!     int A() => 1;
//! =======
//!     public int B() => 2;
//! >>>>>>> topic
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     public int B() => 2;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: either side may be correct. `Safe` only when both sides are equal.

use fix::{Applicability, Fix, RuleContext};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["CS8300"];

const MARKS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let at = ctx.diagnostic.range.start;
    let mut lines: Vec<TextRange> = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        lines.push(TextRange::new(offset, offset + line.len()));
        offset += line.len();
    }
    let Some(here) = lines.iter().position(|l| l.contains(at) || (l.start <= at && l.end == text.len())) else {
        return Vec::new();
    };
    let marked = |i: usize| MARKS.iter().position(|m| lines[i].of(text).starts_with(m));
    // The markers around the reported one; nested conflicts are not handled.
    let start = (0..=here).rev().find(|&i| marked(i) == Some(0));
    let Some(start) = start else { return Vec::new() };
    let mut middle = None;
    let mut ancestor = None;
    let mut end = None;
    for i in start + 1..lines.len() {
        match marked(i) {
            Some(0) => return Vec::new(),
            Some(1) if middle.is_none() => ancestor = ancestor.or(Some(i)),
            Some(2) => middle = middle.or(Some(i)),
            Some(3) => {
                end = Some(i);
                break;
            }
            _ => {}
        }
    }
    let (Some(middle), Some(end)) = (middle, end) else { return Vec::new() };
    if here > end {
        return Vec::new();
    }
    let top = TextRange::new(lines[start].end, lines[ancestor.unwrap_or(middle)].start);
    let bottom = TextRange::new(lines[middle].end, lines[end].start);
    let same = top.of(text) == bottom.of(text);
    let safety = if same { Applicability::Safe } else { Applicability::Unsafe };
    let group = format!("conflict {}", lines[start].start);
    // One edit for the whole conflict: with an empty side, separate deletions would touch.
    let whole = TextRange::new(lines[start].start, lines[end].end);
    // As Visual Studio: by the text after the marker, such as the name of the branch.
    let label = |line: usize| lines[line].of(text).get(MARKS[0].len()..).unwrap_or_default().trim();
    let (first, second) = (label(start), label(end));
    let title = |label: &str, side: &str| match label {
        label if label.is_empty() || first == second => format!("Take {side}"),
        label => format!("Take '{label}'"),
    };
    let take = |title: String, kept: TextRange| {
        let fix = ctx.fix(title, safety).isolated(group.clone());
        if kept.is_empty() {
            return fix.delete(whole).build();
        }
        // The kept side is not part of the edit, so that other edits can apply to it.
        fix.delete(whole.start..kept.start).delete(kept.end..whole.end).build()
    };
    let mut out = vec![take(title(first, "top"), top)];
    if !same {
        out.push(take(title(second, "bottom"), bottom));
        let both = format!("{}{}", top.of(text), bottom.of(text));
        out.push(ctx.fix("Take both", safety).isolated(group.clone()).replace(whole, both).build());
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_titled, check_no_fix};

    const MESSAGE: &str = "Merge conflict marker encountered";
    const CONFLICT: &str = "<<<<<<< a\nclass A { }\n||||||| o\nclass O { }\n$0=======\nclass B { }\n>>>>>>> b\n";

    #[test]
    fn three_ways_with_an_ancestor() {
        let rule = rule_of(module_path!());
        check_fix_titled(rule, "CS8300", MESSAGE, "Take 'a'", CONFLICT, "class A { }\n");
        check_fix_titled(rule, "CS8300", MESSAGE, "Take 'b'", CONFLICT, "class B { }\n");
        check_fix_titled(rule, "CS8300", MESSAGE, "Take both", CONFLICT, "class A { }\nclass B { }\n");
    }

    #[test]
    fn an_empty_side() {
        let rule = rule_of(module_path!());
        let conflict = "class X { }\n$0<<<<<<< a\n=======\nclass B { }\n>>>>>>> b\n";
        check_fix_titled(rule, "CS8300", MESSAGE, "Take 'a'", conflict, "class X { }\n");
        check_fix_titled(rule, "CS8300", MESSAGE, "Take 'b'", conflict, "class X { }\nclass B { }\n");
    }

    #[test]
    fn nothing_when_a_marker_is_missing() {
        check_no_fix(rule_of(module_path!()), "CS8300", MESSAGE, "$0<<<<<<< a\nclass A { }\n=======\nclass B { }\n");
    }
}
