//! # Merge conflict marker
//!
//! A merge left `<<<<<<<`, `=======` and `>>>>>>>` (and perhaps `|||||||` with the common ancestor) in the file.
//!
//! ```csharp before
//! //@ error CS8300: Merge conflict marker encountered
//! //@ fix: Take bottom
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
//! `Unsafe`: which side is right cannot be known. `Safe` only when both sides are equal.

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
    // The markers around the one that is reported; a conflict within a conflict is left alone.
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
    // One edit over the whole of it: sides without lines would put deletions next to each other.
    let whole = TextRange::new(lines[start].start, lines[end].end);
    let take = |title: &str, kept: TextRange| {
        let fix = ctx.fix(title, safety).isolated(group.clone());
        if kept.is_empty() {
            return fix.delete(whole).build();
        }
        // What stays is left untouched, so that other edits may go there.
        fix.delete(whole.start..kept.start).delete(kept.end..whole.end).build()
    };
    let mut out = vec![take("Take top", top)];
    if !same {
        out.push(take("Take bottom", bottom));
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
        check_fix_titled(rule, "CS8300", MESSAGE, "Take top", CONFLICT, "class A { }\n");
        check_fix_titled(rule, "CS8300", MESSAGE, "Take bottom", CONFLICT, "class B { }\n");
        check_fix_titled(rule, "CS8300", MESSAGE, "Take both", CONFLICT, "class A { }\nclass B { }\n");
    }

    #[test]
    fn an_empty_side() {
        let rule = rule_of(module_path!());
        let conflict = "class X { }\n$0<<<<<<< a\n=======\nclass B { }\n>>>>>>> b\n";
        check_fix_titled(rule, "CS8300", MESSAGE, "Take top", conflict, "class X { }\n");
        check_fix_titled(rule, "CS8300", MESSAGE, "Take bottom", conflict, "class X { }\nclass B { }\n");
    }

    #[test]
    fn nothing_when_a_marker_is_lost() {
        check_no_fix(rule_of(module_path!()), "CS8300", MESSAGE, "$0<<<<<<< a\nclass A { }\n=======\nclass B { }\n");
    }
}
