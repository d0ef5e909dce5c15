use crate::{Applicability, Bulk, Change, Fix, ImportRequest};
use diagnostics::{Code, SourceDiagnostic};
use index::{Index, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syntax::{Node, leaf_at, line_indent, node_covering};
use text::{LineEnding, TextEdit, TextRange};

/// All diagnostics of a build that were placed in files, by file and position. Cheap to copy.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DiagnosticSet {
    by_file: BTreeMap<Arc<Path>, Arc<[SourceDiagnostic]>>,
    unread: BTreeSet<PathBuf>,
    mended: BTreeMap<Arc<Path>, Vec<Code>>,
}

impl DiagnosticSet {
    /// Sorts `diagnostics` by file, position and code.
    pub fn new(diagnostics: impl IntoIterator<Item = SourceDiagnostic>) -> Self {
        let mut by_file: BTreeMap<Arc<Path>, Vec<SourceDiagnostic>> = BTreeMap::new();
        for d in diagnostics {
            by_file.entry(d.path.clone()).or_default().push(d);
        }
        let sorted = |(path, mut list): (Arc<Path>, Vec<SourceDiagnostic>)| {
            list.sort_by(by_position);
            (path, list.into())
        };
        Self { by_file: by_file.into_iter().map(sorted).collect(), ..Self::default() }
    }
    /// Whether there is one of the same code at the same place.
    pub fn knows(&self, d: &SourceDiagnostic) -> bool {
        self.in_file(&d.path).iter().any(|o| o.code == d.code && o.range.start == d.range.start)
    }
    /// Replaces those of one file.
    pub fn replace(&mut self, path: &Path, mut list: Vec<SourceDiagnostic>) {
        if list.is_empty() {
            self.by_file.remove(path);
            return;
        }
        list.sort_by(by_position);
        self.by_file.insert(path.into(), list.into());
    }
    /// Marks files that the compiler could not read when it made these diagnostics, though they may have been repaired since: what it
    /// says of their names and types is not to be believed before the next build.
    pub fn with_unread(mut self, files: impl IntoIterator<Item = PathBuf>) -> Self {
        self.unread.extend(files);
        self
    }
    /// Adds diagnostics of the same build that have been repaired since: what the compiler said beside them may be otherwise by now.
    pub fn with_mended<'d>(mut self, diagnostics: impl IntoIterator<Item = &'d SourceDiagnostic>) -> Self {
        for d in diagnostics {
            self.mended.entry(d.path.clone()).or_default().push(d.code.clone());
        }
        self
    }
    /// Codes of what has been repaired in the file since the build.
    pub fn mended_in(&self, path: &Path) -> &[Code] {
        self.mended.get(path).map_or(&[], Vec::as_slice)
    }
    /// Whether the compiler could not read the file.
    pub fn is_unread(&self, path: &Path) -> bool {
        self.unread.contains(path)
    }
    /// Those of one file, in order of position.
    pub fn in_file(&self, path: &Path) -> &[SourceDiagnostic] {
        self.by_file.get(path).map_or(&[], |list| list)
    }
    /// All, in order of file and position.
    pub fn iter(&self) -> impl Iterator<Item = &SourceDiagnostic> {
        self.by_file.values().flat_map(|list| list.iter())
    }
    /// Files that have any.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.by_file.keys().map(|path| &**path)
    }
    /// How many.
    pub fn len(&self) -> usize {
        self.by_file.values().map(|list| list.len()).sum()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_file.is_empty()
    }
}

fn by_position(a: &SourceDiagnostic, b: &SourceDiagnostic) -> std::cmp::Ordering {
    (a.range, &a.code, &a.message).cmp(&(b.range, &b.code, &b.message))
}

/// All that a rule may look at.
#[derive(Clone, Copy)]
pub struct RuleContext<'a> {
    /// What to repair.
    pub diagnostic: &'a SourceDiagnostic,
    /// The file it is in, at the text that the diagnostic's range was measured on.
    pub source: &'a Source,
    /// The workspace.
    pub index: &'a Index,
    /// The build's other diagnostics (this one included), on current positions.
    pub diagnostics: &'a DiagnosticSet,
}

impl<'a> RuleContext<'a> {
    /// The file's text.
    pub fn text(&self) -> &'a str {
        self.source.parsed.text()
    }
    /// The file's path.
    pub fn path(&self) -> &'a Path {
        &self.source.path
    }
    /// The tree's root.
    pub fn root(&self) -> Node<'a> {
        self.source.parsed.root()
    }
    /// The code.
    pub fn code(&self) -> &'a Code {
        &self.diagnostic.code
    }
    /// Argument `i` of the message, in the order in which the English message prints them.
    pub fn argument(&self, i: usize) -> Option<&'a str> {
        self.diagnostic.argument(i)
    }
    /// The token at the start of the diagnostic. What a log without end positions and an editor both know: start here and climb.
    pub fn token(&self) -> Option<Node<'a>> {
        leaf_at(self.root(), self.diagnostic.range.start)
    }
    /// The smallest node that covers the diagnostic's range; without an end, the token. Only for telling apart what the
    /// token alone leaves open.
    pub fn node(&self) -> Option<Node<'a>> {
        node_covering(self.root(), self.diagnostic.range)
    }
    /// The file's line ending.
    pub fn eol(&self) -> &'static str {
        LineEnding::of(self.text()).as_str()
    }
    /// White space before the first token on the line of `offset`.
    pub fn indent_at(&self, offset: usize) -> &'a str {
        line_indent(self.text(), offset)
    }
    /// One level of indentation, as the file does it: a tab, or the commonest step of leading spaces; four spaces when it does not show.
    pub fn indent_unit(&self) -> String {
        indent_unit(self.text())
    }
    /// Starts a fix.
    pub fn fix(&self, title: impl Into<String>, applicability: Applicability) -> FixBuilder<'a> {
        FixBuilder { ctx: *self, fix: Fix::new(title, applicability, Change::new()), change: Change::new() }
    }
}

fn indent_unit(text: &str) -> String {
    let mut steps: BTreeMap<usize, usize> = BTreeMap::new();
    let mut tabs = 0usize;
    let mut previous = 0usize;
    for line in text.lines().take(2000) {
        let body = line.trim_start_matches([' ', '\t']);
        if body.is_empty() || body.starts_with('*') {
            continue;
        }
        let indent = &line[..line.len() - body.len()];
        if indent.starts_with('\t') {
            tabs += 1;
            continue;
        }
        if indent.len() > previous {
            *steps.entry(indent.len() - previous).or_default() += 1;
        }
        previous = indent.len();
    }
    let spaces: usize = steps.values().sum();
    if tabs > spaces {
        return "\t".to_owned();
    }
    let step = steps.into_iter().filter(|(n, _)| (2..=8).contains(n)).max_by_key(|&(n, count)| (count, n));
    " ".repeat(step.map_or(4, |(n, _)| n))
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
    /// Adds an import to the diagnostic's file where it is in force at byte `offset`, and not further inside than that.
    pub fn import_at(mut self, request: ImportRequest, offset: usize) -> Self {
        self.change.import_at(self.ctx.path(), self.ctx.source.hash, request, offset);
        self
    }
    /// Edits another file; its edits are in bytes of `source`'s text.
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
    /// Marks the fix as the declaration of `what` (a file and a name in it): the same is not declared twice in one pass, and not
    /// before everything is repaired that can be.
    pub fn invents(self, what: impl Into<String>) -> Self {
        self.isolated(what).in_bulk(Bulk::Declaration)
    }
    /// The fix.
    pub fn build(mut self) -> Fix {
        self.change.place_imports(self.ctx.path(), self.ctx.diagnostic.range.start);
        let mut fix = Fix::new(self.fix.title, self.fix.applicability, self.change);
        (fix.preferred, fix.suppression, fix.isolation, fix.bulk) =
            (self.fix.preferred, self.fix.suppression, self.fix.isolation, self.fix.bulk);
        fix
    }
}
