use crate::language;
use codegen::imports::{self, ImportRequest, Imports};
use index::Index;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use text::{ContentHash, TextEdit, TextEdits, TextRange};

/// What happens to one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileChange {
    /// Its text is edited.
    Edit {
        /// Hash of the text that the edits were computed on; they are refused on any other.
        base: ContentHash,
        /// The edits, in any order; equal ones count once.
        edits: Vec<TextEdit>,
        /// Imports that the file needs. Kept apart from the edits so that five fixes that need names of one module give one import.
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

/// Changes of files that belong together: applied as a whole or not at all. Paths are absolute.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Change {
    files: BTreeMap<PathBuf, FileChange>,
}

/// Why changes cannot be combined or spelled out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChangeConflict {
    /// Edits of one file overlap or touch.
    Overlap(PathBuf, TextRange, TextRange),
    /// One edits what the other creates, renames or deletes; or they were computed on different texts.
    Incompatible(PathBuf),
    /// The file is gone or is not the one that the edits were computed on.
    Stale(PathBuf),
    /// An edit is in lines that a generator has hidden (`#line hidden`).
    Hidden(PathBuf),
}
impl fmt::Display for ChangeConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overlap(p, a, _) => {
                write!(f, "two fixes change the same place of {} (byte {})", p.display(), a.start)
            }
            Self::Incompatible(p) => write!(f, "two fixes want different things of {}", p.display()),
            Self::Hidden(p) => write!(f, "the place is in lines of {} that a generator has hidden", p.display()),
            Self::Stale(p) => write!(f, "{} changed since the fix was computed", p.display()),
        }
    }
}
impl std::error::Error for ChangeConflict {}

impl Change {
    /// Changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
    /// The files with what happens to each, in order of path.
    pub fn files(&self) -> impl Iterator<Item = (&Path, &FileChange)> {
        self.files.iter().map(|(p, c)| (p.as_path(), c))
    }
    /// What happens to `path`.
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
    /// Says that the other imports of `path` are needed at byte `offset` and wherever it is edited.
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

    /// Both changes together; equal edits and imports merge.
    ///
    /// # Errors
    /// [`ChangeConflict`] rather than a guess: overlapping or touching edits, or incompatible operations.
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

    /// The edits of `path` with imports spelled out for its current text.
    ///
    /// # Errors
    /// [`ChangeConflict`] when the text is not the one that the edits were computed on, or edits overlap.
    pub fn text_edits(&self, path: &Path, index: &Index) -> Result<TextEdits, ChangeConflict> {
        let Some(FileChange::Edit { base, edits, imports }) = self.files.get(path) else {
            return Ok(TextEdits::default());
        };
        let stale = || ChangeConflict::Stale(path.to_path_buf());
        let mut all = edits.clone();
        let mut hidden = Vec::new();
        match index.source(path) {
            Some(source) => {
                if source.hash != *base {
                    return Err(stale());
                }
                all.extend(language::import_edits(&source.parsed, imports, path, index));
                if let Some(support) = language::of(source.parsed.language()) {
                    hidden = support.generated_ranges(source.parsed.text());
                }
            }
            // Not a source file (a project file, say): edited as plain text.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_edited_there() {
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
