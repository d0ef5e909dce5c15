use crate::language;
use codegen::imports::{self, ImportRequest, Imports};
use index::{Index, Source};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use text::{ContentHash, TextEdit, TextEdits, TextRange};

/// What happens to one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileChange {
    /// Its text is edited.
    Edit {
        /// Hash of the text that the edits were computed on; they are not applied to any other.
        base: ContentHash,
        /// The edits, in any order; duplicates are merged.
        edits: Vec<TextEdit>,
        /// Imports that the file needs. Kept separate from the edits so that several fixes with the same import add it once.
        imports: Imports,
    },
    /// It is created.
    Create {
        /// Its whole text.
        text: String,
    },
    /// It is renamed.
    Rename {
        /// New path.
        to: PathBuf,
    },
    /// It is deleted.
    Delete,
}

/// Changes of files that are applied together or not at all. Paths are absolute.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Change {
    files: BTreeMap<PathBuf, FileChange>,
}

/// Why changes cannot be combined or converted to edits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChangeConflict {
    /// Edits of one file overlap or touch.
    Overlap(PathBuf, TextRange, TextRange),
    /// One change edits a file that the other creates, renames or deletes, or they were computed on different texts.
    Incompatible(PathBuf),
    /// The file does not exist, or its text is not the one that the edits were computed on.
    Stale(PathBuf),
    /// An edit is in generated lines (`#line hidden`).
    Hidden(PathBuf),
}
impl fmt::Display for ChangeConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overlap(p, a, _) => {
                write!(f, "two fixes edit the same place in {} (byte {})", p.display(), a.start)
            }
            Self::Incompatible(p) => write!(f, "two fixes make incompatible changes to {}", p.display()),
            Self::Hidden(p) => write!(f, "the edit is in generated lines of {} (#line hidden)", p.display()),
            Self::Stale(p) => write!(f, "{} changed since the fix was computed", p.display()),
        }
    }
}
impl std::error::Error for ChangeConflict {}

impl Change {
    /// An empty change.
    pub fn new() -> Self {
        Self::default()
    }
    /// Whether the change is empty.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
    /// The files and their changes, in order of path.
    pub fn files(&self) -> impl Iterator<Item = (&Path, &FileChange)> {
        self.files.iter().map(|(p, c)| (p.as_path(), c))
    }
    /// The change of `path`.
    pub fn file(&self, path: &Path) -> Option<&FileChange> {
        self.files.get(path)
    }
    /// Adds an edit of `path`, whose text has hash `base`.
    pub fn edit(&mut self, path: &Path, base: ContentHash, edit: TextEdit) {
        if let Some(edits) = self.edits_of(path, base) {
            edits.0.push(edit);
        }
    }
    /// Adds an import to `path`, whose text has hash `base`.
    pub fn import(&mut self, path: &Path, base: ContentHash, request: ImportRequest) {
        if let Some(edits) = self.edits_of(path, base) {
            edits.1.entry(request).or_default();
        }
    }
    /// Adds an import to `path` that is needed at byte `offset`.
    pub fn import_at(&mut self, path: &Path, base: ContentHash, request: ImportRequest, offset: usize) {
        if let Some(edits) = self.edits_of(path, base) {
            edits.1.entry(request).or_default().insert(offset);
        }
    }
    /// Records that the imports of `path` without a place are needed at byte `offset` and at every edit.
    pub(crate) fn place_imports(&mut self, path: &Path, offset: usize) {
        if let Some(FileChange::Edit { edits, imports, .. }) = self.files.get_mut(path) {
            for places in imports.values_mut().filter(|p| p.is_empty()) {
                places.insert(offset);
                places.extend(edits.iter().map(|e| e.range.start));
            }
        }
    }
    fn edits_of(&mut self, path: &Path, base: ContentHash) -> Option<(&mut Vec<TextEdit>, &mut Imports)> {
        let entry = self.files.entry(path.to_path_buf()).or_insert_with(|| FileChange::Edit {
            base,
            edits: Vec::new(),
            imports: Imports::new(),
        });
        match entry {
            FileChange::Edit { edits, imports, .. } => Some((edits, imports)),
            _ => None,
        }
    }
    /// Creates `path`.
    pub fn create(&mut self, path: &Path, text: String) {
        self.files.insert(path.to_path_buf(), FileChange::Create { text });
    }
    /// Renames `from`.
    pub fn rename(&mut self, from: &Path, to: PathBuf) {
        self.files.insert(from.to_path_buf(), FileChange::Rename { to });
    }
    /// Deletes `path`.
    pub fn delete(&mut self, path: &Path) {
        self.files.insert(path.to_path_buf(), FileChange::Delete);
    }

    /// The union of both changes; equal edits and imports are merged.
    ///
    /// # Errors
    /// [`ChangeConflict`] for overlapping or touching edits and for incompatible operations.
    pub fn union(&self, other: &Change) -> Result<Change, ChangeConflict> {
        let mut out = self.clone();
        for (path, theirs) in &other.files {
            let Some(ours) = out.files.get_mut(path) else {
                out.files.insert(path.clone(), theirs.clone());
                continue;
            };
            match (ours, theirs) {
                (
                    FileChange::Edit { base, edits, imports },
                    FileChange::Edit { base: other_base, edits: more, imports: more_imports },
                ) if base == other_base => {
                    edits.extend(more.iter().cloned());
                    let merged = TextEdits::new(std::mem::take(edits)).map_err(|e| match e {
                        text::EditError::Overlap(a, b) => ChangeConflict::Overlap(path.clone(), a, b),
                        text::EditError::OutOfBounds(_) => ChangeConflict::Stale(path.clone()),
                    })?;
                    edits.extend(merged.iter().cloned());
                    imports::join(imports, more_imports);
                }
                (ours, theirs) if *ours == *theirs => {}
                _ => return Err(ChangeConflict::Incompatible(path.clone())),
            }
        }
        Ok(out)
    }

    /// The edits of `path`, including those for its imports, on its current text.
    ///
    /// # Errors
    /// [`ChangeConflict`] when the text is not the one that the edits were computed on, or when edits overlap.
    pub fn text_edits(&self, path: &Path, index: &Index) -> Result<TextEdits, ChangeConflict> {
        let Some(FileChange::Edit { base, edits, imports }) = self.files.get(path) else {
            return Ok(TextEdits::default());
        };
        let stale = || ChangeConflict::Stale(path.to_path_buf());
        let mut all = edits.clone();
        let mut hidden: Arc<[TextRange]> = Arc::default();
        match index.source(path) {
            Some(source) => {
                if source.hash != *base {
                    return Err(stale());
                }
                all.extend(language::import_edits(&source.parsed, imports, path, index));
                hidden = generated_ranges(index, &source);
            }
            // Not a source file, for example a project file: edited as plain text.
            None => {
                let text = index.text(path).ok_or_else(stale)?;
                if ContentHash::of(text.as_bytes()) != *base {
                    return Err(stale());
                }
            }
        }
        let touches = |e: &TextEdit| hidden.iter().any(|h| e.range.start < h.end && h.start <= e.range.end);
        if all.iter().any(touches) {
            return Err(ChangeConflict::Hidden(path.to_path_buf()));
        }
        TextEdits::new(all).map_err(|e| match e {
            text::EditError::Overlap(a, b) => ChangeConflict::Overlap(path.to_path_buf(), a, b),
            text::EditError::OutOfBounds(_) => stale(),
        })
    }
}

/// The parts of a file that a generator owns; found once a revision.
fn generated_ranges(index: &Index, source: &Source) -> Arc<[TextRange]> {
    #[derive(Default)]
    struct Known(RwLock<HashMap<Arc<Path>, Arc<[TextRange]>>>);
    let Known(known) = index.revision_data();
    if let Some(known) = known.read().unwrap_or_else(PoisonError::into_inner).get(&source.path) {
        return known.clone();
    }
    let support = language::of(source.parsed.language());
    let found: Arc<[TextRange]> =
        support.map_or_else(Vec::new, |support| support.generated_ranges(source.parsed.text())).into();
    known.write().unwrap_or_else(PoisonError::into_inner).entry(source.path.clone()).or_insert(found).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_lines_are_not_edited() {
        let text = "#line 1\nclass C { }\n#line hidden\nclass D { }\n";
        let index = Index::in_memory([("/a.cs", text)]);
        let edit = |at: usize| {
            let mut change = Change::new();
            change.edit(Path::new("/a.cs"), ContentHash::of(text.as_bytes()), TextEdit::insert(at, "x"));
            change.text_edits(Path::new("/a.cs"), &index)
        };
        assert!(edit(8).is_ok());
        assert_eq!(edit(text.find("class D").unwrap()), Err(ChangeConflict::Hidden("/a.cs".into())));
    }
}
