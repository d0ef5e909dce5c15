//! Where a place of a text was, and where it is.

use crate::likeness::tokens;
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};
use std::time::{Duration, Instant};
use text::TextRange;

/// How long a difference is looked for; after that it is coarse.
const PATIENCE: Duration = Duration::from_millis(200);

/// The runs of tokens that a text then and now have in common.
pub(crate) struct Places {
    /// Start then, start now, length in bytes; in order of both.
    runs: Vec<(usize, usize, usize)>,
}

impl Places {
    /// Between two texts.
    pub(crate) fn between(then: &str, now: &str) -> Self {
        if then == now {
            return Self { runs: vec![(0, 0, then.len())] };
        }
        let (prefix, suffix) = (common_lines(then, now), common_lines_at_end(then, now));
        let room = then.len().min(now.len()) - prefix;
        let suffix = suffix.min(room);
        let (middle_then, middle_now) = (&then[prefix..then.len() - suffix], &now[prefix..now.len() - suffix]);
        let (a, b) = (placed(middle_then, prefix), placed(middle_now, prefix));
        let (names_a, names_b): (Vec<&str>, Vec<&str>) =
            (a.iter().map(|t| t.1).collect(), b.iter().map(|t| t.1).collect());
        let ops = capture_diff_slices_deadline(Algorithm::Myers, &names_a, &names_b, Some(Instant::now() + PATIENCE));
        let mut runs = vec![(0, 0, prefix)];
        for op in ops {
            if let DiffOp::Equal { old_index, new_index, len } = op {
                for k in 0..len {
                    let ((at_then, text), (at_now, _)) = (a[old_index + k], b[new_index + k]);
                    // What stands between two tokens goes with them where it is the same: names and strings of several tokens are followed whole.
                    if let Some((start, start_now, length)) = runs.last_mut().filter(|_| k > 0)
                        && then.get(*start + *length..at_then) == now.get(*start_now + *length..at_now)
                    {
                        *length = at_then + text.len() - *start;
                    } else {
                        runs.push((at_then, at_now, text.len()));
                    }
                }
            }
        }
        runs.push((then.len() - suffix, now.len() - suffix, suffix));
        Self { runs }
    }

    /// Where a range of the text now was; `None` when it is new, in part or wholly.
    pub(crate) fn then(&self, now: TextRange) -> Option<TextRange> {
        let at = self.runs.partition_point(|r| r.1 <= now.start).checked_sub(1)?;
        let (then, start, len) = self.runs[at];
        (now.end <= start + len).then(|| TextRange::new(then + now.start - start, then + now.end - start))
    }

    /// Where a range of the text then is now.
    pub(crate) fn now(&self, then: TextRange) -> Option<TextRange> {
        let at = self.runs.partition_point(|r| r.0 <= then.start).checked_sub(1)?;
        let (start, now, len) = self.runs[at];
        (then.end <= start + len).then(|| TextRange::new(now + then.start - start, now + then.end - start))
    }
}

fn placed(text: &str, offset: usize) -> Vec<(usize, &str)> {
    let start = text.as_ptr() as usize;
    tokens(text).map(|t| (offset + t.as_ptr() as usize - start, t)).collect()
}

/// Bytes of the whole lines that both begin with.
fn common_lines(a: &str, b: &str) -> usize {
    let lines = a.split_inclusive('\n').zip(b.split_inclusive('\n'));
    lines.take_while(|(a, b)| a == b && a.ends_with('\n')).map(|(a, _)| a.len()).sum()
}

/// Bytes of the whole lines that both end with.
fn common_lines_at_end(a: &str, b: &str) -> usize {
    let lines = a.rsplit_inclusive_lines().zip(b.rsplit_inclusive_lines());
    lines.take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum()
}

/// Lines from the last one.
trait LinesFromEnd {
    fn rsplit_inclusive_lines(&self) -> impl Iterator<Item = &str>;
}

impl LinesFromEnd for str {
    fn rsplit_inclusive_lines(&self) -> impl Iterator<Item = &str> {
        let mut rest = self;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let body = rest.strip_suffix('\n').unwrap_or(rest);
            let start = body.rfind('\n').map_or(0, |p| p + 1);
            let (before, line) = rest.split_at(start);
            rest = before;
            Some(line)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn moved(then: &str, now: &str, word: &str) -> Option<String> {
        let at = then.find(word).expect("the word");
        let range = Places::between(then, now).now((at..at + word.len()).into())?;
        let back = Places::between(then, now).then(range);
        assert_eq!(back, Some((at..at + word.len()).into()));
        Some(format!("{}:{}", range.start, range.of(now)))
    }

    #[test]
    fn places_are_followed_through_edits_before_after_and_beside() {
        assert_eq!(moved("a b c", "a b c", "b").as_deref(), Some("2:b"));
        assert_eq!(moved("one;\ntwo(x);\n", "zero;\none;\ntwo(x, y);\n", "two").as_deref(), Some("11:two"));
        assert_eq!(moved("f(Old, b)\n", "f(New, b)\n", "b").as_deref(), Some("7:b"));
        assert_eq!(moved("f(Old, b)\n", "f(New, b)\n", "Old"), None);
        assert_eq!(moved("a\nb\n", "a\n", "b"), None);
        assert_eq!(moved("x\nx\nx y\n", "x\nx y\n", "y").as_deref(), Some("4:y"));
        assert_eq!(moved("f(a, 'x-y')\n", "g(a, 'x-y', b)\n", "x-y").as_deref(), Some("6:x-y"));
    }
}
