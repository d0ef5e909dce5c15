//! Repairs without diagnostics: edits that a repository's history has again and again.

use crate::capture::{Example, shortened};
use crate::diff::Diff;
use crate::imports;
use crate::template::{Pattern, Template};
use crate::tree::Tree;
use crate::unit;
use rustc_hash::FxHashMap;
use std::path::Path;

/// Places that an edit must be at to be more than chance.
const PLACES: usize = 3;
/// Places of one edit that are kept.
const MOST_KEPT: usize = 12;
/// Edits of one file in one commit that are looked at.
const MOST_IN_FILE: usize = 80;
/// Different edits that are looked at.
const MOST_EDITS: usize = 100_000;

/// Collects the edits of commits, newest first.
#[derive(Default)]
pub struct Miner {
    found: FxHashMap<u64, Vec<(Example, u64)>>,
}

impl Miner {
    /// Adds what a commit, made at `seconds` since 1970, changed in a file.
    pub fn add(&mut self, path: &Path, before: &Tree, after: &Tree, seconds: u64) {
        for example in edits(path, before, after) {
            let id = example.pattern.id();
            if self.found.len() >= MOST_EDITS && !self.found.contains_key(&id) {
                continue;
            }
            let known = self.found.entry(id).or_default();
            if known.len() < MOST_KEPT {
                known.push((example, seconds));
            }
        }
    }

    /// The edits that there are at least three of, with the times of their commits. Of an edit that was made and taken back what was made last counts.
    pub fn repeated(self) -> Vec<(Example, u64)> {
        let mut often: Vec<Vec<(Example, u64)>> = self.found.into_values().filter(|e| e.len() >= PLACES).collect();
        let last = |places: &Vec<(Example, u64)>| places.iter().map(|(_, seconds)| *seconds).max().unwrap_or_default();
        let mut newest: FxHashMap<(Template, Template), u64> = FxHashMap::default();
        for places in &often {
            let pattern = &places[0].0.pattern;
            newest.insert((pattern.before.without_spaces(), pattern.after.without_spaces()), last(places));
        }
        often.retain(|places| {
            let pattern = &places[0].0.pattern;
            let back = (pattern.after.without_spaces(), pattern.before.without_spaces());
            newest.get(&back).is_none_or(|back| *back < last(places))
        });
        let mut out: Vec<(Example, u64)> = often.into_iter().flatten().collect();
        out.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.path.cmp(&b.path)).then(a.line.cmp(&b.line)));
        out
    }
}

/// The edits of a file that say by themselves what they are about. No diagnostic is known that they repaired.
fn edits(path: &Path, before: &Tree, after: &Tree) -> Vec<Example> {
    let Some(diff) = Diff::between(before, after) else { return Vec::new() };
    // What was rewritten has no small edits.
    if diff.edits.is_empty() || diff.edits.len() > MOST_IN_FILE {
        return Vec::new();
    }
    let imports = imports::changes(path, before, after);
    let mut out = Vec::new();
    for unit in unit::units(before, after, &diff, &[]) {
        if before.is_broken(unit.before) && !after.is_broken(unit.after) {
            continue;
        }
        let Some(made) = unit::abstracted(before, after, &diff, &unit) else { continue };
        let (old, new) = (before.text_of(unit.before), after.text_of(unit.after));
        let pattern = Pattern {
            language: before.grammar().name().into(),
            imports: imports::needed(&imports, &made.after),
            before: made.before,
            after: made.after,
            holes: made.holes,
            anchors: Vec::new(),
            codes: Vec::new(),
            context: unit::context(before, unit.before),
            suppression: before.grammar().is_suppression(old, new),
            moved: None,
        };
        if pattern.is_named() && !pattern.suppression {
            let line = before.line(before.range(unit.before).start) as u32 + 1;
            out.push(Example {
                pattern,
                path: path.to_path_buf(),
                line,
                before: shortened(old),
                after: shortened(new),
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::{Library, Question};
    use crate::provider::tree_of;
    use crate::rank::Stats;

    fn file(calls: &[&str]) -> Tree {
        let body: String = calls.iter().map(|c| format!("        {c};\n")).collect();
        tree_of(Path::new("a.cs"), &format!("class C\n{{\n    void M(Api api, int n)\n    {{\n{body}    }}\n}}\n"))
            .unwrap()
    }

    #[test]
    fn what_the_history_has_three_times_is_offered_where_the_compiler_stops_at_it() {
        let mut miner = Miner::default();
        miner.add(
            Path::new("a.cs"),
            &file(&["api.Old(1)", "api.Old(n)", "api.One(1)"]),
            &file(&["api.New(1)", "api.New(n)", "api.Two(1)"]),
            20,
        );
        miner.add(Path::new("b.cs"), &file(&["api.Old(n + 1)"]), &file(&["api.New(n + 1)"]), 10);
        let found = miner.repeated();
        assert_eq!(found.len(), 3, "{found:?}");
        let examples: Vec<_> =
            found.into_iter().map(|(e, t)| (e, Stats { examples: 1, files: 1, last: t, ..Stats::default() })).collect();
        let library = Library::new(&examples, []);
        let tree = file(&["api.Old(7)", "api.Other(api.Old(8), unknown)"]);
        let ask = |at: &str, code| {
            let start = tree.text().find(at).unwrap();
            library
                .suggestions(&Question { tree: &tree, path: Path::new("c.cs"), start, code, arguments: &[], now: 30 })
                .len()
        };
        assert_eq!(ask("Old(7)", "CS1061"), 1);
        // Not for what is wrong beside it, nor for another language's compiler.
        assert_eq!((ask("unknown", "CS0103"), ask("Other", "CS1061"), ask("Old(7)", "TS2339")), (0, 0, 0));
    }

    #[test]
    fn what_was_taken_back_does_not_count() {
        let mut miner = Miner::default();
        let (old, new) =
            (file(&["api.Old(1)", "api.Old(2)", "api.Old(3)"]), file(&["api.New(1)", "api.New(2)", "api.New(3)"]));
        miner.add(Path::new("a.cs"), &new, &old, 20);
        miner.add(Path::new("a.cs"), &old, &new, 10);
        let found = miner.repeated();
        assert!(found.len() == 3 && found.iter().all(|(e, _)| e.after == "Old"), "{found:?}");
    }
}
