use codegen::FileLayout;
use diagnostics::{Code, SourceDiagnostic};
use index::Index;
use semantics::Semantics;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use syntax::{Node, leaf_at, node_covering};
use text::TextRange;

/// Tells sets with different contents apart, for what is kept about one. Equal sets may have different ones.
#[derive(Clone, Copy, Debug)]
struct SetId(u64);

impl Default for SetId {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl SetId {
    /// Whether both are of one set or of copies of it.
    fn is(self, other: Self) -> bool {
        self.0 == other.0
    }
}

/// It is no part of what a set holds.
impl PartialEq for SetId {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for SetId {}

/// All diagnostics of a build that were placed in files, by file and position. Cheap to copy.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DiagnosticSet {
    by_file: BTreeMap<Arc<Path>, Arc<[SourceDiagnostic]>>,
    unparsed: BTreeSet<PathBuf>,
    resolved: BTreeMap<Arc<Path>, Vec<Code>>,
    id: SetId,
    repaired: BTreeMap<PathBuf, Vec<(Code, TextRange)>>,
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
    /// What tells it apart from sets with other contents.
    fn id(&self) -> SetId {
        self.id
    }
    /// Whether the set has a diagnostic with the same code at the same place.
    pub fn contains(&self, d: &SourceDiagnostic) -> bool {
        self.in_file(&d.path).iter().any(|o| o.code == d.code && o.range.start == d.range.start)
    }
    /// Replaces the diagnostics of one file.
    pub fn replace(&mut self, path: &Path, mut list: Vec<SourceDiagnostic>) {
        self.id = SetId::default();
        if list.is_empty() {
            self.by_file.remove(path);
            return;
        }
        list.sort_by(by_position);
        self.by_file.insert(path.into(), list.into());
    }
    /// Marks files that the compiler could not parse in this build, even if they have been repaired since. What it reported about their
    /// names and types is unreliable until the next build.
    pub fn with_unparsed(mut self, files: impl IntoIterator<Item = PathBuf>) -> Self {
        self.unparsed.extend(files);
        self
    }
    /// Adds diagnostics of the same build that have been repaired since. Other diagnostics of these files may be outdated.
    pub fn with_resolved<'d>(mut self, diagnostics: impl IntoIterator<Item = &'d SourceDiagnostic>) -> Self {
        for d in diagnostics {
            self.resolved.entry(d.path.clone()).or_default().push(d.code.clone());
        }
        self
    }
    /// Adds where fixes of the same build wrote something, in the texts as they are now, and for which code.
    pub fn with_repaired<'p>(mut self, fixes: impl IntoIterator<Item = (&'p Path, Code, TextRange)>) -> Self {
        for (path, code, range) in fixes {
            self.repaired.entry(path.to_path_buf()).or_default().push((code, range));
        }
        self
    }
    /// Where fixes of the same build wrote something in the file, and for which code.
    pub fn repaired_in(&self, path: &Path) -> &[(Code, TextRange)] {
        self.repaired.get(path).map_or(&[], Vec::as_slice)
    }
    /// Codes of the diagnostics that have been repaired in the file since the build.
    pub fn resolved_in(&self, path: &Path) -> &[Code] {
        self.resolved.get(path).map_or(&[], Vec::as_slice)
    }
    /// Whether the compiler could not parse the file.
    pub fn is_unparsed(&self, path: &Path) -> bool {
        self.unparsed.contains(path)
    }
    /// The diagnostics of one file, in order of position.
    pub fn in_file(&self, path: &Path) -> &[SourceDiagnostic] {
        self.by_file.get(path).map_or(&[], |list| list)
    }
    /// All diagnostics, in order of file and position.
    pub fn iter(&self) -> impl Iterator<Item = &SourceDiagnostic> {
        self.by_file.values().flat_map(|list| list.iter())
    }
    /// The files that have diagnostics.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.by_file.keys().map(|path| &**path)
    }
    /// The number of diagnostics.
    pub fn len(&self) -> usize {
        self.by_file.values().map(|list| list.len()).sum()
    }
    /// Whether there are no diagnostics.
    pub fn is_empty(&self) -> bool {
        self.by_file.is_empty()
    }
}

fn by_position(a: &SourceDiagnostic, b: &SourceDiagnostic) -> std::cmp::Ordering {
    (a.range, &a.code, &a.message).cmp(&(b.range, &b.code, &b.message))
}

/// What `find` makes of the build's diagnostics, kept for them and the revision of the workspace.
pub(crate) fn kept_of<T: Send + Sync + 'static>(
    ctx: &RuleContext<'_>,
    find: impl FnOnce(&Index, &DiagnosticSet) -> T,
) -> Arc<T> {
    struct Kept<T>(Mutex<Option<(SetId, Arc<T>)>>);
    impl<T> Default for Kept<T> {
        fn default() -> Self {
            Self(Mutex::default())
        }
    }
    let Kept(kept) = ctx.index.revision_data();
    let known = kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some((id, made)) = known
        && id.is(ctx.diagnostics.id())
    {
        return made;
    }
    let made = Arc::new(find(ctx.index, ctx.diagnostics));
    *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((ctx.diagnostics.id(), made.clone()));
    made
}

/// Everything that a rule may use. It dereferences to the [`Semantics`] of the diagnostic's file, with the text that the diagnostic's
/// range refers to.
#[derive(Clone, Copy)]
pub struct RuleContext<'a> {
    /// The diagnostic to fix.
    pub diagnostic: &'a SourceDiagnostic,
    /// The semantics of its file.
    pub sema: Semantics<'a>,
    /// All diagnostics of the build (this one included), at their current positions.
    pub diagnostics: &'a DiagnosticSet,
}

impl<'a> std::ops::Deref for RuleContext<'a> {
    type Target = Semantics<'a>;
    fn deref(&self) -> &Semantics<'a> {
        &self.sema
    }
}

impl<'a> RuleContext<'a> {
    /// The context for fixing `diagnostic`, one of `diagnostics`, in the file of `sema`.
    pub fn new(diagnostic: &'a SourceDiagnostic, sema: Semantics<'a>, diagnostics: &'a DiagnosticSet) -> Self {
        Self { diagnostic, sema, diagnostics }
    }
    /// The diagnostic's code.
    pub fn code(&self) -> &'a Code {
        &self.diagnostic.code
    }
    /// Argument `i` of the message, in the order in which the English message prints them.
    pub fn argument(&self, i: usize) -> Option<&'a str> {
        self.diagnostic.argument(i)
    }
    /// The token at the start of the diagnostic. Both build logs (which have no end positions) and editors give it; rules start here and
    /// walk up.
    pub fn token(&self) -> Option<Node<'a>> {
        leaf_at(self.root(), self.diagnostic.range.start)
    }
    /// The smallest node that covers the diagnostic's range; without an end position, the token. Use it only where the token alone is
    /// ambiguous.
    pub fn node(&self) -> Option<Node<'a>> {
        node_covering(self.root(), self.diagnostic.range)
    }
    /// The file's line ending.
    pub fn eol(&self) -> &'static str {
        self.sema.eol()
    }
    /// White space before the first token on the line of byte `offset`.
    pub fn indent_at(&self, offset: usize) -> &'a str {
        self.sema.indent_at(offset)
    }
    /// One level of indentation in the style of the file.
    pub fn indent_unit(&self) -> String {
        self.sema.indent_unit()
    }
}
