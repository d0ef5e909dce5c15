//! The edits that lead from one text to another.
//!
//! Small edits keep cursors, folds, markers and neighbouring diagnostics in place, and read well in a preview. The result is checked: it is
//! the other text, whatever the differ said.

use std::collections::HashMap;
use std::ops::Range;
use text::{TextEdit, TextEdits, merge_edits};

/// Up to so many lines that differ are compared with each other, which is quadratic at worst. More are cut at lines that are unique.
const COMPARED: usize = 2000;
/// Up to so many lines on each side are searched for lines that only changed.
const PAIRED: usize = 64;
/// Up to so many bytes are looked at in that search.
const PAIRED_BYTES: usize = 1 << 18;

/// The edits that lead from `before` to `after`: by lines, and where lines only changed, by what changed in them.
pub(crate) fn changed_lines(before: &str, after: &str) -> TextEdits {
    let lines = |text| -> Vec<&str> { str::split_inclusive(text, '\n').collect() };
    let (old, new) = (lines(before), lines(after));
    let (old_starts, new_starts) = (starts(&old), starts(&new));
    let mut edits = Vec::new();
    for (mut o, mut n) in changed_blocks(&old, &new) {
        let mut replace = |o: Range<usize>, n: Range<usize>| {
            if !o.is_empty() || !n.is_empty() {
                let text = &after[new_starts[n.start]..new_starts[n.end]];
                edits.push(TextEdit::replace(old_starts[o.start]..old_starts[o.end], text));
            }
        };
        let mut within = Vec::new();
        while let Some((at, to)) = next_alike(&old, &new, o.clone(), n.clone()) {
            replace(o.start..at, n.start..to);
            if old[at] != new[to] {
                let (range, text) = changed_words(old[at], new[to]);
                within.push(TextEdit::replace(old_starts[at] + range.start..old_starts[at] + range.end, text));
            }
            (o.start, n.start) = (at + 1, to + 1);
        }
        replace(o, n);
        edits.extend(within);
    }
    let edits = TextEdits::new(merge_edits(edits)).ok().filter(|e| e.apply(before).is_ok_and(|text| text == after));
    // Never seen; and should it happen, the text is right all the same.
    edits.unwrap_or_else(|| TextEdits::new(vec![TextEdit::replace(0..before.len(), after)]).unwrap_or_default())
}

/// Where each line starts, and where the last one ends.
fn starts(lines: &[&str]) -> Vec<usize> {
    let ends = lines.iter().scan(0, |at, line| {
        *at += line.len();
        Some(*at)
    });
    std::iter::once(0).chain(ends).collect()
}

/// The blocks of lines that differ, in order.
fn changed_blocks(old: &[&str], new: &[&str]) -> Vec<(Range<usize>, Range<usize>)> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let end = old[start..].iter().rev().zip(new[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (o, n) = (start..old.len() - end, start..new.len() - end);
    let mut out = Vec::new();
    let mut from = (o.start, n.start);
    for (at, to) in anchors(old, new, o.clone(), n.clone()).into_iter().chain([(o.end, n.end)]) {
        compare(old, new, from.0..at, from.1..to, &mut out);
        from = (at + 1, to + 1);
    }
    out
}

/// Compares two blocks line by line. Blocks that are too large for that differ as a whole.
fn compare(old: &[&str], new: &[&str], o: Range<usize>, n: Range<usize>, out: &mut Vec<(Range<usize>, Range<usize>)>) {
    if o.is_empty() || n.is_empty() || o.len() + n.len() > COMPARED {
        if !o.is_empty() || !n.is_empty() {
            out.push((o, n));
        }
        return;
    }
    let (left, right) = (&old[o.clone()], &new[n.clone()]);
    for op in similar::capture_diff_slices(similar::Algorithm::Myers, left, right) {
        let (tag, a, b) = op.as_tag_tuple();
        if tag != similar::DiffTag::Equal {
            out.push((o.start + a.start..o.start + a.end, n.start + b.start..n.start + b.end));
        }
    }
}

/// Lines that stand once in each of two large blocks, as many as keep their order: there the blocks are cut.
fn anchors(old: &[&str], new: &[&str], o: Range<usize>, n: Range<usize>) -> Vec<(usize, usize)> {
    if o.len() + n.len() <= COMPARED {
        return Vec::new();
    }
    // By line: where it stands in either block, unless it stands there twice.
    let mut places: HashMap<&str, [Option<Option<usize>>; 2]> = HashMap::with_capacity(o.len());
    for (side, (lines, range)) in [(old, o), (new, n)].into_iter().enumerate() {
        for i in range {
            let place = &mut places.entry(lines[i]).or_default()[side];
            *place = if place.is_none() { Some(Some(i)) } else { Some(None) };
        }
    }
    let both = |p: &[Option<Option<usize>>; 2]| Some((p[0]??, p[1]??));
    let mut pairs: Vec<(usize, usize)> = places.values().filter_map(both).collect();
    pairs.sort_unstable();
    // The longest run of pairs that ascend on both sides: `tails[k]` ends the best run of k + 1 pairs.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (i, (_, to)) in pairs.iter().enumerate() {
        let at = tails.partition_point(|&t| pairs[t].1 < *to);
        before.push(at.checked_sub(1).map(|k| tails[k]));
        if at == tails.len() {
            tails.push(i);
        } else {
            tails[at] = i;
        }
    }
    let mut out: Vec<_> = std::iter::successors(tails.last().copied(), |&i| before[i]).map(|i| pairs[i]).collect();
    out.reverse();
    out
}

/// The first old line of which a new one keeps at least half, and that new line. A single line that became another one is always such a pair.
fn next_alike(old: &[&str], new: &[&str], o: Range<usize>, n: Range<usize>) -> Option<(usize, usize)> {
    if (o.len(), n.len()) == (1, 1) {
        return Some((o.start, n.start));
    }
    // Blocks of changed lines are small; a large one is replaced as a whole.
    let bytes = |lines: &[&str]| lines.iter().map(|l| l.len()).sum::<usize>();
    if o.len().max(n.len()) > PAIRED
        || bytes(&old[o.clone()]) * n.len() + bytes(&new[n.clone()]) * o.len() > PAIRED_BYTES
    {
        return None;
    }
    let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    o.flat_map(|at| n.clone().map(move |to| (at, to))).find(|&(at, to)| {
        let (range, _) = changed_words(old[at], new[to]);
        let kept = solid(&old[at][..range.start]) + solid(&old[at][range.end..]);
        kept > 0 && 2 * kept >= solid(old[at])
    })
}

/// The part of a line that changed, by whole words, and what it became.
fn changed_words<'a>(old: &str, new: &'a str) -> (Range<usize>, &'a str) {
    let in_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let common = old.chars().zip(new.chars()).take_while(|(a, b)| a == b);
    let mut start: usize = common.map(|(c, _)| c.len_utf8()).sum();
    while let Some(c) = old[..start].chars().next_back().filter(|c| in_word(Some(*c)))
        && (in_word(old[start..].chars().next()) || in_word(new[start..].chars().next()))
    {
        start -= c.len_utf8();
    }
    let common = old[start..].chars().rev().zip(new[start..].chars().rev()).take_while(|(a, b)| a == b);
    let mut end: usize = common.map(|(c, _)| c.len_utf8()).sum();
    while let Some(c) = old[old.len() - end..].chars().next().filter(|c| in_word(Some(*c)))
        && (in_word(old[start..old.len() - end].chars().next_back())
            || in_word(new[start..new.len() - end].chars().next_back()))
    {
        end -= c.len_utf8();
    }
    (start..old.len() - end, &new[start..new.len() - end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_diff_gives_the_other_text() {
        let pairs = [
            ("a\nb\nc\n", "a\nB\nc\nd\n"),
            ("", "x"),
            ("x\r\ny", "y"),
            ("a\nb", "a\nb\n"),
            ("x.totl(y);\n", "x.total(y);\n"),
            ("aa\n", "aaa\n"),
            ("a\r\n", "a\n"),
            ("ä ö\n", "ä ü\n"),
            ("total() {\n", "override total() {\n"),
            ("import a from './a';\nx\n", "import a from './a.js';\nimport b from './b.js';\nx\n"),
            ("a a a\nb\nc\n", "a a\nd"),
            ("  void M() { }\n  x = 1;\n", "  int x;\n\n  new void M() { }\n  x = 1;\n"),
            ("int x\n", "int y;\nint x;\n"),
        ];
        for (before, after) in pairs {
            let edits = changed_lines(before, after);
            assert_eq!(edits.apply(before).unwrap(), after);
        }
        assert_eq!(changed_lines("a\nb\nc\n", "a\nX\nc\n").len(), 1);
    }

    /// Bytes that the edits replace and bytes that they write.
    fn size(edits: &TextEdits) -> (usize, usize) {
        (edits.iter().map(|e| e.range.len()).sum(), edits.iter().map(|e| e.new_text.len()).sum())
    }

    #[test]
    fn neighbouring_lines_that_change_leave_the_others_alone() {
        let before =
            "using A;\nclass C\n{\n    int one = 1\n    int two = 2\n}\n".to_owned() + &"// rest\n".repeat(100);
        let after = before.replace("= 1", "= 1;").replace("= 2", "= 2;");
        let edits = changed_lines(&before, &after);
        assert_eq!((edits.len(), size(&edits)), (2, (0, 2)), "{edits:?}");
        let other = before.replace("int one = 1", "string a;").replace("int two = 2", "bool b;");
        let edits = changed_lines(&before, &other);
        assert_eq!(edits.apply(&before).unwrap(), other);
        assert!(size(&edits).0 < 40, "{edits:?}");
        // A line whose content is another one keeps its indentation and its end.
        let edits = changed_lines("a\n    x\nb\n", "a\n    y\nb\n");
        assert_eq!(
            edits.iter().map(|e| (e.range.start, e.range.len(), &*e.new_text)).collect::<Vec<_>>(),
            [(6, 1, "y")]
        );
    }

    #[test]
    fn many_changes_in_a_long_text_are_many_small_edits() {
        let line = |i: usize| format!("    public int Member{i}() {{ return {i} }}\n");
        let before: String = (0..20_000).map(line).collect();
        let after: String =
            (0..20_000).map(|i| if i % 40 == 0 { line(i).replace(" }", "; }") } else { line(i) }).collect();
        let edits = changed_lines(&before, &after);
        assert_eq!((edits.len(), size(&edits)), (500, (0, 500)));
    }

    #[test]
    fn texts_without_a_common_line_are_replaced_without_comparing_every_pair() {
        let text = |word: &str| (0..50_000).map(|_| format!("{word}\n")).collect::<String>();
        let edits = changed_lines(&text("a"), &text("b"));
        assert_eq!((edits.len(), size(&edits)), (1, (100_000, 100_000)));
        let (long, other) = (format!("{}\n", "x ".repeat(100_000)), format!("{}\n", "y ".repeat(100_000)));
        assert_eq!(changed_lines(&long.repeat(3), &other.repeat(3)).apply(&long.repeat(3)).unwrap(), other.repeat(3));
    }

    #[test]
    fn what_changed_in_a_line_is_told_by_words() {
        assert_eq!(changed_words("  return c.totl(1);\n", "  return c.total(1);\n"), (11..15, "total"));
        assert_eq!(changed_words("  total() {\n", "  override total() {\n"), (2..2, "override "));
        assert_eq!(changed_words("return 1\n", "return 1;\n"), (8..8, ";"));
        assert_eq!(changed_words("\n", "x\n"), (0..0, "x"));
    }

    proptest::proptest! {
        #[test]
        fn any_two_texts(before in "([abc]{0,3}\r?\n){0,12}[ab]{0,2}", after in "([abc]{0,3}\r?\n){0,12}[ab]{0,2}") {
            let edits = changed_lines(&before, &after);
            proptest::prop_assert_eq!(edits.apply(&before).unwrap(), after);
        }
    }
}
