use crate::{Applicability, Bulk, Change, Fix, ImportRequest, RuleContext};
use index::Source;
use std::path::{Path, PathBuf};
use text::{TextEdit, TextRange};

impl<'a> RuleContext<'a> {
    /// Starts a fix.
    pub fn fix(&self, title: impl Into<String>, applicability: Applicability) -> FixBuilder<'a> {
        FixBuilder { ctx: *self, fix: Fix::new(title, applicability, Change::new()), change: Change::new() }
    }
}

/// Collects the edits of a fix.
pub struct FixBuilder<'a> {
    ctx: RuleContext<'a>,
    fix: Fix,
    change: Change,
}

impl<'a> FixBuilder<'a> {
    /// Edits the diagnostic's own file.
    pub fn edit(mut self, edit: TextEdit) -> Self {
        self.change.edit(self.ctx.path(), self.ctx.source.hash, edit);
        self
    }
    /// Inserts `text` at byte `offset` of the diagnostic's file.
    pub fn insert(self, offset: usize, text: impl Into<String>) -> Self {
        self.edit(TextEdit::insert(offset, text))
    }
    /// Deletes bytes of the diagnostic's file.
    pub fn delete(self, range: impl Into<TextRange>) -> Self {
        self.edit(TextEdit::delete(range))
    }
    /// Replaces bytes of the diagnostic's file.
    pub fn replace(self, range: impl Into<TextRange>, text: impl Into<String>) -> Self {
        self.edit(TextEdit::replace(range, text))
    }
    /// Adds an import to the diagnostic's file.
    pub fn import(mut self, request: ImportRequest) -> Self {
        self.change.import(self.ctx.path(), self.ctx.source.hash, request);
        self
    }
    /// Adds an import to the diagnostic's file, in a scope that contains byte `offset` and not in a narrower one.
    pub fn import_at(mut self, request: ImportRequest, offset: usize) -> Self {
        self.change.import_at(self.ctx.path(), self.ctx.source.hash, request, offset);
        self
    }
    /// Edits another file; the edit refers to `source`'s text.
    pub fn edit_in(mut self, source: &Source, edit: TextEdit) -> Self {
        self.change.edit(&source.path, source.hash, edit);
        self
    }
    /// Adds an import to another file.
    pub fn import_in(mut self, source: &Source, request: ImportRequest) -> Self {
        self.change.import(&source.path, source.hash, request);
        self
    }
    /// Creates a file.
    pub fn create(mut self, path: &Path, text: impl Into<String>) -> Self {
        self.change.create(path, text.into());
        self
    }
    /// Renames a file.
    pub fn rename(mut self, from: &Path, to: PathBuf) -> Self {
        self.change.rename(from, to);
        self
    }
    /// Marks the fix as preferred.
    pub fn preferred(mut self) -> Self {
        self.fix = self.fix.preferred();
        self
    }
    /// Marks the fix as a suppression.
    pub fn suppression(mut self) -> Self {
        self.fix = self.fix.suppression();
        self
    }
    /// Puts the fix into an isolation group.
    pub fn isolated(mut self, group: impl Into<String>) -> Self {
        self.fix = self.fix.isolated(group);
        self
    }
    /// Sets how the fix takes part in bulk.
    pub fn in_bulk(mut self, bulk: Bulk) -> Self {
        self.fix = self.fix.in_bulk(bulk);
        self
    }
    /// Marks the fix as the declaration of `what` (a file and a name in it). One pass does not declare the same twice, and declares only
    /// when nothing else can be repaired.
    pub fn declares(self, what: impl Into<String>) -> Self {
        self.isolated(what).in_bulk(Bulk::Declaration)
    }
    /// Finishes the fix.
    pub fn build(mut self) -> Fix {
        self.change.place_imports(self.ctx.path(), self.ctx.diagnostic.range.start);
        let mut fix = Fix::new(self.fix.title, self.fix.applicability, self.change);
        (fix.preferred, fix.suppression, fix.isolation, fix.bulk) =
            (self.fix.preferred, self.fix.suppression, self.fix.isolation, self.fix.bulk);
        fix
    }
}
