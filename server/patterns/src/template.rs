//! Patterns: what a place looks like before and after, with holes.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// The number of a hole of a [`Pattern`].
pub type HoleId = u8;

/// A subtree with holes.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Template {
    /// A token, or a literal, as it is written.
    Token {
        /// Its kind.
        kind: SmolStr,
        /// Its text.
        text: SmolStr,
        /// Whether white space stands before it: only for what is written.
        space: bool,
    },
    /// A node with these children.
    Node {
        /// Its kind; several with `|` between them.
        kind: SmolStr,
        /// Its children, without separators.
        children: Vec<Template>,
    },
    /// Any one node.
    Hole {
        /// Which.
        id: HoleId,
        /// Whether white space stands before it.
        space: bool,
    },
    /// Any siblings in a row, none as well.
    Run {
        /// Which.
        id: HoleId,
        /// Whether white space stands before them.
        space: bool,
    },
}

impl Template {
    /// The templates of the subtree, in pre-order.
    pub fn all(&self) -> Vec<&Template> {
        let mut out = vec![self];
        let mut next = 0;
        while next < out.len() {
            if let Template::Node { children, .. } = out[next] {
                let at = next + 1;
                out.splice(at..at, children.iter());
            }
            next += 1;
        }
        out
    }
    /// The holes that it has, runs included, in order, each as often as it is there.
    pub fn holes(&self) -> Vec<HoleId> {
        let id = |t: &&Template| match t {
            Template::Hole { id, .. } | Template::Run { id, .. } => Some(*id),
            _ => None,
        };
        self.all().iter().filter_map(id).collect()
    }
    /// The texts of its tokens.
    pub fn tokens(&self) -> Vec<&SmolStr> {
        fn text(template: &Template) -> Option<&SmolStr> {
            match template {
                Template::Token { text, .. } => Some(text),
                _ => None,
            }
        }
        self.all().into_iter().filter_map(text).collect()
    }
    /// The same without white space, by which two that match and write the same are equal.
    pub(crate) fn without_spaces(&self) -> Self {
        match self {
            Self::Token { text, .. } => Self::Token { kind: SmolStr::default(), text: text.clone(), space: false },
            Self::Hole { id, .. } => Self::Hole { id: *id, space: false },
            Self::Run { id, .. } => Self::Run { id: *id, space: false },
            Self::Node { kind, children } => {
                Self::Node { kind: kind.clone(), children: children.iter().map(Self::without_spaces).collect() }
            }
        }
    }
    /// The kind of its root; `None` for a hole.
    pub fn kind(&self) -> Option<&SmolStr> {
        match self {
            Template::Token { kind, .. } | Template::Node { kind, .. } => Some(kind),
            _ => None,
        }
    }
}

/// What a hole of the left side takes.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Hole {
    /// The name by which people see it, without `$`.
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub name: SmolStr,
    /// The kinds that were seen there. Empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<SmolStr>,
    /// Whether another kind is no match, not only a worse one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_kinds: bool,
    /// The name that what stands there goes by: `Render` for `page.Parts.Render`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<SmolStr>,
    /// For a run: how many siblings were seen there. Empty: any number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lengths: Vec<u8>,
    /// For what the left side does not have: where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fill: Option<Fill>,
}

/// Where a text comes from that the left side does not have.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// A variable, parameter or member that can be named at the place: this one, else the only one of its type.
    Scope {
        /// The name that was seen.
        name: SmolStr,
        /// Its type as it is written, where it is known.
        ty: Option<SmolStr>,
    },
    /// An argument of the diagnostic's message, by its number.
    Argument(u8),
    /// The text of a hole, changed.
    Changed {
        /// The hole.
        of: HoleId,
        /// How.
        how: Transform,
    },
}

/// How one name is made of another.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    /// `Name` → `name`.
    LowerFirst,
    /// `name` → `Name`.
    UpperFirst,
    /// `SOME_NAME` → `SomeName`.
    PascalWords,
    /// With a text before and after what is left when these are taken off.
    Affixes {
        /// What is taken off the start.
        without_prefix: SmolStr,
        /// What is taken off the end.
        without_suffix: SmolStr,
        /// What is put before.
        prefix: SmolStr,
        /// What is put behind.
        suffix: SmolStr,
    },
    /// By a list of what becomes of which; names that it does not have cannot be changed.
    Table(Vec<(SmolStr, SmolStr)>),
}

impl Transform {
    /// The changed name; `None` when it cannot be changed so.
    pub fn apply(&self, name: &str) -> Option<String> {
        let first = |change: fn(char) -> String| {
            let mut chars = name.chars();
            Some(chars.next().map(change)? + chars.as_str())
        };
        match self {
            Self::LowerFirst => first(|c| c.to_lowercase().collect()),
            Self::UpperFirst => first(|c| c.to_uppercase().collect()),
            Self::PascalWords => {
                let is_constant = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
                let word = |w: &str| {
                    w.get(..1).unwrap_or_default().to_owned() + &w.get(1..).unwrap_or_default().to_lowercase()
                };
                (name.len() > 1 && name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(is_constant))
                    .then(|| name.split('_').map(word).collect())
            }
            Self::Affixes { without_prefix, without_suffix, prefix, suffix } => {
                let rest = name.strip_prefix(without_prefix.as_str())?.strip_suffix(without_suffix.as_str())?;
                (!rest.is_empty()).then(|| format!("{prefix}{rest}{suffix}"))
            }
            Self::Table(rows) => rows.iter().find(|(from, _)| from == name).map(|(_, to)| to.to_string()),
        }
    }

    /// How the second name is made of the first, where they share most of their text; the simplest way.
    pub fn between(from: &str, to: &str) -> Option<Self> {
        for simple in [Self::LowerFirst, Self::UpperFirst, Self::PascalWords] {
            if from != to && simple.apply(from).as_deref() == Some(to) {
                return Some(simple);
            }
        }
        // The longest common part that begins or ends both, or stands whole in one.
        let affixes = |core: &str| {
            let (a, b) = (from.find(core)?, to.find(core)?);
            Some(Self::Affixes {
                without_prefix: from[..a].into(),
                without_suffix: from[a + core.len()..].into(),
                prefix: to[..b].into(),
                suffix: to[b + core.len()..].into(),
            })
        };
        let common_start = from
            .char_indices()
            .zip(to.chars())
            .take_while(|((_, a), b)| a == b)
            .last()
            .map_or(0, |((i, a), _)| i + a.len_utf8());
        let common_end: usize =
            from.chars().rev().zip(to.chars().rev()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
        let core = if from.contains(to) {
            to
        } else if to.contains(from) {
            from
        } else if common_start >= common_end {
            &from[..common_start]
        } else {
            &from[from.len() - common_end..]
        };
        (from != to && core.chars().count() >= 3).then(|| affixes(core)).flatten()
    }
}

/// Where the edited place lies, seen from the diagnostic.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// Around the diagnostic's first token, so many nodes above it.
    Around(u8),
    /// In the same statement.
    Statement,
    /// The member around, beyond the block of statements that the diagnostic is in.
    Member,
    /// In what the local is made of that the diagnostic is at.
    Origin,
    /// In the declaration of what the diagnostic's place gives a value to, or names.
    Target,
    /// In the declaration of what this argument of the message names.
    Declaration(u8),
    /// Within ten lines, in the same member.
    Near,
    /// A use of a local that the edit at the diagnostic takes away: it is done with that edit only.
    Use,
}

impl Anchor {
    /// Whether two anchors are of one kind.
    pub fn is_like(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

/// What is around the place; where it differs, a pattern matches less well.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Context {
    /// Kinds of the parent, seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<SmolStr>,
    /// The name of the call around, and the number of the place among its arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<(SmolStr, u8)>,
    /// What the place calls, where it does not name it: the base class of a constructor's `: base(…)`. It must be the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<SmolStr>,
    /// Whether it was inside of a function that may wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_async: Option<bool>,
    /// Arguments of the messages that were the same in all examples, by code and number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub arguments: BTreeMap<SmolStr, Vec<Option<SmolStr>>>,
}

/// An import that a file got with the edit, or lost.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportChange {
    /// A namespace of C#, or `static`, or an alias: the directive's text without `using` and `;`.
    Using(SmolStr),
    /// A name of a module, for TypeScript.
    Name {
        /// The module: a package, or the path of the file from the root without its extension (`/src/a`).
        module: SmolStr,
        /// The exported name; `default`, `*`.
        name: SmolStr,
        /// Whether it is only a type.
        is_type: bool,
    },
}

/// An imported name that has another name or is in another module.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ImportMove {
    /// The module: a package, or the path of the file from the root without its extension (`/src/a`).
    pub module: SmolStr,
    /// The exported name.
    pub name: SmolStr,
    /// The module now.
    pub new_module: SmolStr,
    /// The name now.
    pub new_name: SmolStr,
}

/// What a place looks like before and after.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Pattern {
    /// Family of the language.
    pub language: SmolStr,
    /// What is matched.
    pub before: Template,
    /// What it becomes.
    pub after: Template,
    /// The holes, by number: those of the left side first.
    pub holes: Vec<Hole>,
    /// Where the place lies.
    pub anchors: Vec<Anchor>,
    /// The codes of the diagnostics that it was seen to repair.
    pub codes: Vec<SmolStr>,
    /// What was around it.
    #[serde(default)]
    pub context: Context,
    /// Imports that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub imports: Vec<ImportChange>,
    /// Whether it silences the compiler.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suppression: bool,
    /// An imported name that is followed: what its import and all its uses become, in place of the sides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<ImportMove>,
}

impl Pattern {
    /// A number that two patterns share when they do the same: codes, anchors and context aside. Stores keep it: it is the same on every machine.
    pub fn id(&self) -> u64 {
        let heads: Vec<_> = self.holes.iter().map(|h| (&h.head, &h.fill)).collect();
        let sides = (self.before.without_spaces(), self.after.without_spaces());
        // What does not say by itself what it is about is another pattern for each code, and for each kind of place.
        // Two of one kind are one: what was seen at several depths keeps its number.
        let kinds = || {
            let mut kinds: Vec<_> = self.anchors.iter().map(std::mem::discriminant).collect();
            kinds.dedup();
            kinds
        };
        let about = (!self.is_named()).then(|| (&self.codes, kinds()));
        stable_hash((&self.language, sides, heads, &self.context.owner, &self.moved, about))
    }
    /// Whether it only changes the order: then what it makes is matched again.
    pub fn is_permutation(&self) -> bool {
        let parts = |t: &Template| {
            let (mut tokens, mut holes): (Vec<SmolStr>, _) = (t.tokens().into_iter().cloned().collect(), t.holes());
            tokens.sort();
            holes.sort();
            (tokens, holes)
        };
        self.moved.is_none() && parts(&self.before) == parts(&self.after)
    }
    /// Whether the right side can do without a hole of the left side: it is the value of a named part there, which is left out.
    pub fn is_optional(&self, hole: HoleId) -> bool {
        let is_part = |t: &Template| match t {
            Template::Node { kind, children } if matches!(kind.as_str(), "pair" | "assignment_expression") => {
                matches!(children.last(), Some(Template::Hole { id, .. }) if *id == hole)
            }
            _ => false,
        };
        self.after.holes().iter().filter(|id| **id == hole).count() == 1
            && self.after.all().into_iter().filter(|t| is_part(t)).count() == 1
    }
    /// Whether the left side has a name of the program's or a library's own: then it says by itself what it is about.
    pub fn is_named(&self) -> bool {
        let own = |t: &Template| matches!(t, Template::Token { kind, .. } if crate::grammar::named(&self.language).is_some_and(|g| g.is_name(kind)));
        let holes = self.before.holes();
        // A text of some length is no chance either.
        let literal = matches!(&self.before, Template::Token { text, .. } if text.len() >= 5 && text.starts_with(['"', '\'', '`']));
        literal
            || self.moved.is_some()
            || self.context.owner.is_some()
            || self.before.all().into_iter().any(own)
            || holes.iter().any(|h| self.holes[*h as usize].head.is_some())
    }
}

/// A hash that is the same on every machine: stores keep it.
pub(crate) fn stable_hash(value: impl std::hash::Hash) -> u64 {
    use std::hash::Hasher;
    let mut hasher = Stable::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// FNV-1a of 64 bits, with the same result for numbers of any width and order of bytes.
struct Stable(u64);

impl Default for Stable {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl std::hash::Hasher for Stable {
    fn finish(&self) -> u64 {
        // The low bits of what is multiplied only know of low bits.
        (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    fn write_u64(&mut self, n: u64) {
        self.write(&n.to_le_bytes());
    }
    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }
    fn write_isize(&mut self, n: isize) {
        self.write_u64(n as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_names() {
        let made = |from, to| Transform::between(from, to);
        assert_eq!(made("name", "Name"), Some(Transform::UpperFirst));
        for (from, to, other, made_of_other) in [
            ("Read", "ReadAsync", "Write", "WriteAsync"),
            ("_name", "name", "_value", "value"),
            ("IsDebug", "IsDebugKind", "IsError", "IsErrorKind"),
            ("GetUser", "FetchUser", "GetOrder", "FetchOrder"),
            ("SEND_MESSAGES", "SendMessages", "CONNECT", "Connect"),
        ] {
            let transform = made(from, to).unwrap();
            assert_eq!(transform.apply(from).as_deref(), Some(to));
            assert_eq!(transform.apply(other).as_deref(), Some(made_of_other), "{transform:?}");
        }
        assert_eq!(made("a", "b"), None);
        assert_eq!(made("same", "same"), None);
        assert_eq!(made("getUser", "remove"), None);
    }
}
