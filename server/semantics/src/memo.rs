//! Bounded tables of answers.

use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::sync::RwLock;

/// Answers of one kind that are kept, unless a table says otherwise: a bound for a revision that lives long.
const MAX_ANSWERS: usize = 1 << 15;

/// Answers by question, shared by threads. When there are `MAX`, the table is cleared: they can be computed again.
pub(crate) struct Memo<K, V, const MAX: usize = MAX_ANSWERS>(RwLock<FxHashMap<K, V>>);

impl<K, V, const MAX: usize> Default for Memo<K, V, MAX> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<K: Hash + Eq, V: Clone, const MAX: usize> Memo<K, V, MAX> {
    pub(crate) fn get(&self, key: &K) -> Option<V> {
        // Entries are written whole: a panic elsewhere leaves the table valid.
        self.0.read().unwrap_or_else(|e| e.into_inner()).get(key).cloned()
    }

    pub(crate) fn insert(&self, key: K, value: V) {
        let mut map = self.0.write().unwrap_or_else(|e| e.into_inner());
        if map.len() >= MAX {
            map.clear();
        }
        map.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_table_starts_anew() {
        let memo: Memo<usize, usize, 4> = Memo::default();
        (0..5).for_each(|n| memo.insert(n, n));
        assert_eq!((memo.get(&3), memo.get(&4)), (None, Some(4)));
    }
}
