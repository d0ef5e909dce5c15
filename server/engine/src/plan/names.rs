//! Which names fixes rename, write and remove: two fixes of one pass must not move a declaration and its uses apart.

use fix::{Change, FileChange};
use index::Index;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syntax::leaf_at;

/// Bytes of one edit that are searched for names.
const MOST: usize = 4000;

/// What fixes do with names.
#[derive(Default)]
pub(super) struct Names {
    /// Old and new name, with the file.
    renamed: BTreeSet<(String, PathBuf, String)>,
    /// The new names among them.
    new_names: BTreeSet<String>,
    /// Words of what is written, by file.
    written: BTreeMap<PathBuf, BTreeSet<String>>,
    /// Words of what is removed, by file.
    removed: BTreeMap<PathBuf, BTreeSet<String>>,
}

/// Whether the change does nothing but delete text.
pub(super) fn only_removes(change: &Change) -> bool {
    let mut any = false;
    let removes = change.files().all(|(_, file)| match file {
        FileChange::Edit { edits, imports, .. } => {
            any |= !edits.is_empty();
            imports.is_empty() && edits.iter().all(|e| e.new_text.trim().is_empty())
        }
        _ => false,
    });
    any && removes
}

impl Names {
    /// What `change` does.
    pub fn of(index: &Index, change: &Change) -> Self {
        let mut names = Self::default();
        let removes = only_removes(change);
        for (path, file) in change.files() {
            let (FileChange::Edit { edits, .. }, Some(text)) = (file, index.text(path)) else { continue };
            for edit in edits {
                let Some(old) = text.get(edit.range.start..edit.range.end) else { continue };
                if removes {
                    names.removed.entry(path.to_path_buf()).or_default().extend(words(old).map(str::to_owned));
                    continue;
                }
                let written = words(&edit.new_text).map(str::to_owned);
                names.written.entry(path.to_path_buf()).or_default().extend(written);
                if is_name(old)
                    && is_name(&edit.new_text)
                    && old != edit.new_text
                    && is_identifier(index, path, edit.range.start)
                {
                    names.new_names.insert(edit.new_text.clone());
                    names.renamed.insert((old.to_owned(), path.to_path_buf(), edit.new_text.clone()));
                }
            }
        }
        names
    }

    /// Old and new name, if the change does nothing but write one name in place of another.
    pub fn respelling(&self) -> Option<(String, String)> {
        let (old, _, new) = self.renamed.first()?;
        let same = self.renamed.iter().all(|(o, _, n)| o == old && n == new);
        let nothing_else = self.removed.is_empty() && self.written.values().all(|w| w.len() == 1 && w.contains(new));
        (same && nothing_else).then(|| (old.clone(), new.clone()))
    }

    /// Whether `other` can be done in the same pass: it renames nothing from or to a name that is renamed in another way, writes no name that
    /// is removed, and removes none that is written.
    pub fn go_with(&self, other: &Self) -> bool {
        let is_renamed = |name: &str| {
            let mut from = self.renamed.range((name.to_owned(), PathBuf::new(), String::new())..);
            from.next().is_some_and(|(old, ..)| old == name)
        };
        let in_another_way = |(old, path, new): &(String, PathBuf, String)| {
            let here = self.renamed.range((old.clone(), path.clone(), String::new())..);
            here.take_while(|r| r.0 == *old && r.1 == *path).any(|(_, _, known)| known != new)
        };
        let crosses = other.renamed.iter().any(|renamed| {
            let (old, _, new) = renamed;
            self.new_names.contains(old) || is_renamed(new) || in_another_way(renamed)
        });
        !crosses && !meet(&self.written, &other.removed) && !meet(&self.removed, &other.written)
    }

    /// Adds what another change does.
    pub fn add(&mut self, other: Self) {
        self.renamed.extend(other.renamed);
        self.new_names.extend(other.new_names);
        for (path, words) in other.written {
            self.written.entry(path).or_default().extend(words);
        }
        for (path, words) in other.removed {
            self.removed.entry(path).or_default().extend(words);
        }
    }
}

fn meet(a: &BTreeMap<PathBuf, BTreeSet<String>>, b: &BTreeMap<PathBuf, BTreeSet<String>>) -> bool {
    b.iter().any(|(path, words)| a.get(path).is_some_and(|known| !known.is_disjoint(words)))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| is_word(c) && !c.is_ascii_digit()) && text.chars().all(is_word)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut end = text.len().min(MOST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].split(|c| !is_word(c)).filter(|w| is_name(w))
}

/// Whether a name of the program stands there, no keyword.
fn is_identifier(index: &Index, path: &Path, offset: usize) -> bool {
    index
        .source(path)
        .is_some_and(|s| leaf_at(s.parsed.root(), offset).is_some_and(|l| l.kind().contains("identifier")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use text::{ContentHash, TextEdit};

    const TEXT: &str = "class C { int Old() { int spare = 1; return Wanted() + spar; } }\n";

    fn names(edit: TextEdit) -> Names {
        let index = Index::in_memory([("/a.cs", TEXT)]);
        let mut change = Change::new();
        change.edit(Path::new("/a.cs"), ContentHash::of(TEXT.as_bytes()), edit);
        Names::of(&index, &change)
    }
    fn replace(old: &str, new: &str) -> Names {
        let at = TEXT.find(old).unwrap();
        names(TextEdit::replace(at..at + old.len(), new))
    }

    #[test]
    fn a_name_is_not_renamed_in_two_ways() {
        let declaration = replace("Old", "Wanted");
        assert!(!declaration.go_with(&replace("Wanted", "Old")), "each moves to where the other was");
        assert!(!declaration.go_with(&replace("Wanted", "Other")));
        assert!(!declaration.go_with(&replace("Old", "Another")));
        assert!(declaration.go_with(&replace("Old", "Wanted")), "the same for another use");
        assert!(declaration.go_with(&replace("spar;", "spare;")));
        assert!(replace("int", "long").go_with(&replace("return", "int")), "keywords are no names");
    }

    #[test]
    fn what_one_fix_uses_no_other_removes() {
        let use_ = replace("spar;", "spare;");
        let removal = replace("int spare = 1; ", "");
        assert!(!use_.go_with(&removal) && !removal.go_with(&use_));
        assert!(replace("Wanted", "Old").go_with(&removal));
    }
}
