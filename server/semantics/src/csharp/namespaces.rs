//! Names of namespaces that do not exist.

use super::similar_names::typo_distance;
use crate::typo::is_typo;
use index::Index;
use smol_str::SmolStr;

/// The namespace that `wrong` is a misspelling of: the closest one, compared part by part.
pub fn misspelt(index: &Index, wrong: &str) -> Option<SmolStr> {
    let parts: Vec<&str> = wrong.split('.').collect();
    let mut best: Option<(u32, SmolStr, bool)> = None;
    for namespace in index.csharp().namespaces() {
        if namespace.split('.').count() != parts.len() {
            continue;
        }
        let mut total = 0u32;
        let near = namespace.split('.').zip(&parts).all(|(right, wrong)| {
            right == *wrong
                || typo_distance(wrong, right).filter(|_| is_typo(wrong, right)).is_some_and(|d| {
                    total += d;
                    true
                })
        });
        if !near || total == 0 || total > 4 {
            continue;
        }
        match &mut best {
            Some((least, _, tie)) if *least == total => *tie = true,
            Some((least, ..)) if *least < total => {}
            _ => best = Some((total, namespace, false)),
        }
    }
    best.filter(|(_, _, tie)| !tie).map(|(_, n, _)| n)
}
