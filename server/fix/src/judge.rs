//! What a rebuild cannot tell: whether a fix that builds is a repair, or only keeps the compiler quiet.

use index::{Index, Source};
use std::fmt;
use syntax::Node;
use text::{TextEdit, TextRange};

/// Why a fix that builds may be no repair.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DoubtKind {
    /// A body does nothing but throw.
    Throws,
    /// Nothing gives a member or variable a value.
    NeverAssigned,
    /// A type without members was made up.
    EmptyType,
    /// A value was made up for an argument or property.
    InventedValue,
    /// A name that the compiler misses is dropped, although the workspace declares it.
    Dropped,
    /// A cast fails whenever it runs.
    ImpossibleCast,
    /// What the new member replaces is still there, and nothing uses it.
    DeadCode,
    /// The complaint is silenced.
    Suppression,
    /// A result is thrown away.
    Discard,
    /// A type was made so wide that it says nothing.
    WidenedType,
    /// A parameter takes the argument that is too many, and nothing reads it.
    Unread,
}

/// A doubt about what a fix wrote.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Doubt {
    /// What is wrong with it.
    pub kind: DoubtKind,
    /// The name or text that it is about.
    pub what: String,
    /// Where it stands, in the text after the fix.
    pub range: TextRange,
    /// A comment that says that there is something to do, where the file has such comments.
    pub todo: Option<TextEdit>,
}

impl Doubt {
    /// Whether a person has to fill in what the fix left open.
    pub fn is_stub(&self) -> bool {
        use DoubtKind::{EmptyType, InventedValue, NeverAssigned, Throws};
        matches!(self.kind, Throws | NeverAssigned | EmptyType | InventedValue)
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = &self.what;
        match self.kind {
            DoubtKind::Throws => write!(f, "'{what}' does nothing but throw"),
            DoubtKind::NeverAssigned => write!(f, "nothing ever assigns '{what}'"),
            DoubtKind::EmptyType => write!(f, "the type '{what}' has no members"),
            DoubtKind::InventedValue => write!(f, "the value '{what}' is made up"),
            DoubtKind::Dropped => write!(f, "'{what}' exists in the workspace, and the fix drops it"),
            DoubtKind::ImpossibleCast => write!(f, "the cast '{what}' cannot succeed"),
            DoubtKind::DeadCode => write!(f, "'{what}' stays, and nothing uses it any more"),
            DoubtKind::Suppression => write!(f, "'{what}' hides the problem"),
            DoubtKind::Discard => write!(f, "'{what}' throws a result away"),
            DoubtKind::Unread => write!(f, "nothing reads the parameter '{what}'"),
            DoubtKind::WidenedType => write!(f, "the type '{what}' says nothing"),
        }
    }
}

/// What a fix wrote into one file.
#[derive(Clone, Copy)]
pub struct Written<'a> {
    /// The workspace after all fixes.
    pub index: &'a Index,
    /// The file after all fixes.
    pub source: &'a Source,
    /// The file's text before; empty for a new file.
    pub before: &'a str,
    /// What the fix wrote, in the text after.
    pub ranges: &'a [TextRange],
    /// Code of the diagnostic that it repairs.
    pub code: &'a str,
    /// Arguments of its message.
    pub arguments: &'a [String],
}

impl<'a> Written<'a> {
    /// The text after all fixes.
    pub fn text(&self) -> &'a str {
        self.source.parsed.text()
    }

    /// Whether the fix wrote all of `range`.
    pub fn covers(&self, range: TextRange) -> bool {
        self.ranges.iter().any(|r| r.start <= range.start && range.end <= r.end)
    }

    /// The tokens that the fix wrote.
    pub fn tokens(&self) -> Vec<Node<'a>> {
        let mut out = Vec::new();
        let mut stack = vec![self.source.parsed.root()];
        while let Some(node) = stack.pop() {
            let range = TextRange::from(node.byte_range());
            if !self.ranges.iter().any(|r| range.start < r.end && r.start < range.end) {
                continue;
            }
            if node.child_count() == 0 {
                if self.covers(range) {
                    out.push(node);
                }
                continue;
            }
            let mut cursor = node.walk();
            let children: Vec<Node<'a>> = node.children(&mut cursor).collect();
            stack.extend(children.into_iter().rev());
        }
        out
    }

    /// Whether the file has this text more often than before: text that was only moved or copied is nobody's invention.
    pub fn is_new(&self, text: &str) -> bool {
        count(self.text(), text) > count(self.before, text)
    }

    /// Whether the file has this text less often than before.
    pub fn is_dropped(&self, text: &str) -> bool {
        count(self.text(), text) < count(self.before, text)
    }

    /// A comment for the line of byte `offset`, where the file has such comments and the line begins there.
    pub fn todo(&self, offset: usize, what: &str) -> Option<TextEdit> {
        let has = self.before.lines().filter_map(|l| l.split_once("//")).any(|(_, comment)| comment.contains("TODO"));
        let text = self.text();
        let start = text[..offset].rfind('\n').map_or(0, |i| i + 1);
        let indent = &text[start..offset];
        let eol = if text[..start].ends_with("\r\n") { "\r\n" } else { "\n" };
        (has && indent.trim().is_empty()).then(|| TextEdit::insert(offset, format!("// TODO: {what}{eol}{indent}")))
    }

    /// A doubt about this file.
    pub(crate) fn doubt(&self, kind: DoubtKind, what: &str, range: TextRange) -> Doubt {
        const MAX: usize = 60;
        let mut what = what.lines().next().unwrap_or_default().trim().to_owned();
        if let Some((end, _)) = what.char_indices().nth(MAX) {
            what.truncate(end);
            what.push('…');
        }
        Doubt { kind, what, range, todo: None }
    }
}

/// How often `part` stands in `text`, as whole words.
fn count(text: &str, part: &str) -> usize {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let (first, last) = (word(part.chars().next()), word(part.chars().next_back()));
    let whole = |at: usize| {
        !(first && word(text[..at].chars().next_back())) && !(last && word(text[at + part.len()..].chars().next()))
    };
    text.match_indices(part).filter(|(at, _)| whole(*at)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_whole() {
        assert_eq!(count("any many any", "any"), 2);
        assert_eq!(count("x! != y!", "x!"), 1);
        assert_eq!(count("a_b b", "b"), 1);
    }
}
