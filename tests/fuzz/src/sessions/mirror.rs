//! What an editor knows of its documents, kept apart from the server: texts as plain strings, positions counted by hand.

use serde_json::{Value, json};

/// The text of a document and its version.
#[derive(Clone)]
pub(super) struct Mirror {
    pub text: String,
    pub version: i32,
}

/// The starts of lines: after LF, CRLF and CR (LSP 3.17, `TextDocument`).
fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends =
        bytes.iter().enumerate().filter(|&(i, &b)| b == b'\n' || (b == b'\r' && bytes.get(i + 1) != Some(&b'\n')));
    std::iter::once(0).chain(ends.map(|(i, _)| i + 1)).collect()
}

impl Mirror {
    pub(super) fn lines(&self) -> usize {
        line_starts(&self.text).len()
    }

    /// The byte of a position in UTF-16 units; past the end of the line is its end. `None` where there is no such line, and in the middle of
    /// a character, which the protocol leaves open.
    pub(super) fn offset(&self, line: usize, character: usize) -> Option<usize> {
        let starts = line_starts(&self.text);
        let start = *starts.get(line)?;
        let end = starts.get(line + 1).copied().unwrap_or(self.text.len());
        let mut units = 0;
        for (at, c) in self.text[start..end].trim_end_matches(['\r', '\n']).char_indices() {
            if units >= character {
                return (units == character).then_some(start + at);
            }
            units += c.len_utf16();
        }
        (units <= character || character == 0)
            .then_some(start + self.text[start..end].trim_end_matches(['\r', '\n']).len())
    }

    /// The bytes of a range; `None` where an end is nowhere, or they are reversed.
    pub(super) fn range(&self, range: &Value) -> Option<(usize, usize)> {
        let at = |end: &str| {
            let number = |k: &str| range[end][k].as_u64().and_then(|n| usize::try_from(n).ok());
            self.offset(number("line")?, number("character")?)
        };
        let (start, end) = (at("start")?, at("end")?);
        (start <= end).then_some((start, end))
    }

    /// Applies the edits of one answer, all of which are of the text as it is (LSP 3.17, `TextEdit[]`).
    ///
    /// # Panics
    /// When they are not within the text, or overlap.
    pub(super) fn apply(&mut self, edits: &[Value]) {
        let mut placed: Vec<(usize, usize, usize, &str)> = Vec::new();
        for (i, edit) in edits.iter().enumerate() {
            let (start, end) = self
                .range(&edit["range"])
                .unwrap_or_else(|| panic!("an edit outside of the text: {edit} in {:?}", self.text));
            placed.push((start, end, i, edit["newText"].as_str().expect("an edit has a text")));
        }
        placed.sort_unstable();
        for pair in placed.windows(2) {
            assert!(pair[0].1 <= pair[1].0, "edits overlap: {edits:?} in {:?}", self.text);
        }
        for (start, end, _, text) in placed.into_iter().rev() {
            self.text.replace_range(start..end, text);
        }
    }

    /// Applies one change of an editor; `false` where it is not within the text.
    pub(super) fn change(&mut self, change: &Value) -> bool {
        let text = change["text"].as_str().unwrap_or_default();
        if change.get("range").is_none() {
            self.text = text.to_owned();
            return true;
        }
        let Some((start, end)) = self.range(&change["range"]) else { return false };
        self.text.replace_range(start..end, text);
        true
    }
}

pub(super) fn range(start: (usize, usize), end: (usize, usize)) -> Value {
    let position = |(line, character)| json!({ "line": line, "character": character });
    json!({ "start": position(start), "end": position(end) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_of_the_protocol() {
        let mirror = Mirror { text: "a😀b\r\nc\rd\n".to_owned(), version: 1 };
        assert_eq!(mirror.lines(), 4);
        let at = [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (0, 9), (1, 1), (2, 0), (3, 0), (3, 5), (4, 0)];
        let offsets = [Some(0), Some(1), None, Some(5), Some(6), Some(6), Some(9), Some(10), Some(12), Some(12), None];
        assert_eq!(at.map(|(l, c)| mirror.offset(l, c)), offsets);
        let mut mirror = mirror;
        assert!(!mirror.change(&json!({ "range": range((1, 1), (1, 0)), "text": "" })));
        mirror.apply(&[
            json!({ "range": range((1, 0), (1, 1)), "newText": "C" }),
            json!({ "range": range((0, 0), (0, 1)), "newText": "A" }),
        ]);
        assert_eq!(mirror.text, "A😀b\r\nC\rd\n");
    }

    #[test]
    #[should_panic(expected = "overlap")]
    fn edits_that_overlap_are_no_answer() {
        let mut mirror = Mirror { text: "abc".to_owned(), version: 1 };
        mirror.apply(&[
            json!({ "range": range((0, 0), (0, 2)), "newText": "" }),
            json!({ "range": range((0, 1), (0, 3)), "newText": "" }),
        ]);
    }
}
