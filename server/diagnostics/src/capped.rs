//! Lists of documents from strangers: what is read of them has a limit, and the rest is skipped without being kept.

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::marker::PhantomData;

/// Longest element of a document that is read: as values, it takes up to thirty times as much.
const LONGEST_ELEMENT: usize = 4 << 20;
/// Longest path that a document may name, as in `path_map`.
pub(crate) const LONGEST_PATH: usize = 4096;

/// An array, of which the first `MOST` elements are kept.
pub(crate) struct Capped<T, const MOST: usize>(pub(crate) Vec<T>);

/// An object, of which the first `MOST` entries are kept.
pub(crate) struct CappedMap<T, const MOST: usize>(pub(crate) Vec<(String, T)>);

impl<T, const MOST: usize> Default for Capped<T, MOST> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const MOST: usize> Default for CappedMap<T, MOST> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

struct Read<T, const MOST: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for Read<Capped<T, MOST>, MOST> {
    type Value = Capped<T, MOST>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut out = Vec::new();
        while out.len() < MOST {
            let Some(element) = seq.next_element()? else { return Ok(Capped(out)) };
            out.push(element);
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Capped(out))
    }
    /// `null` is an empty list.
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Capped::default())
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for Read<CappedMap<T, MOST>, MOST> {
    type Value = CappedMap<T, MOST>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut out = Vec::new();
        while out.len() < MOST {
            let Some(entry) = map.next_entry()? else { return Ok(CappedMap(out)) };
            out.push(entry);
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(CappedMap(out))
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for Capped<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read::<Self, MOST>(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for CappedMap<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Read::<Self, MOST>(PhantomData))
    }
}

/// An element that was left as text; `None` when it is not a `T`, or too long.
pub(crate) fn element<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Option<T> {
    let text = raw.get();
    (text.len() <= LONGEST_ELEMENT).then(|| serde_json::from_str(text).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_long_lists_the_beginning_is_kept() {
        let list = |text: &str| serde_json::from_str::<Capped<u32, 3>>(text).map(|c| c.0).ok();
        assert_eq!(list("[1,2]"), Some(vec![1, 2]));
        assert_eq!(list("[1,2,3,[[[\"x\"]]],{}]"), Some(vec![1, 2, 3]));
        assert_eq!(list("null"), Some(vec![]));
        assert_eq!(list("[1,\"x\"]"), None);
        let map = serde_json::from_str::<CappedMap<u32, 1>>(r#"{"a":1,"b":[2]}"#).unwrap();
        assert_eq!(map.0, [("a".to_owned(), 1)]);
        let raw: Box<RawValue> = RawValue::from_string(format!("\"{}\"", "x".repeat(LONGEST_ELEMENT))).unwrap();
        assert_eq!(element::<String>(&raw), None);
    }
}
