use crate::DiagnosticSet;
use crate::diagnostic_set::SetId;
use codegen::FileLayout;
use diagnostics::{Code, SourceDiagnostic};
use index::Index;
use index::csharp::{CsProject, ProjectFile};
use semantics::Semantics;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use syntax::{Node, leaf_at, node_covering};

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

/// Data of rules about one file, by set of diagnostics.
struct OfFiles<T>(Mutex<HashMap<Arc<Path>, Arc<T>>>);

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
    /// What `find` makes of the diagnostic's file and the build, kept for both: it must not depend on the diagnostic. One value of each type.
    pub fn of_file<T: Send + Sync + 'static>(&self, find: impl FnOnce(&Self) -> T) -> Arc<T> {
        let kept = kept_of(self, |_, _| OfFiles::<T>(Mutex::default()));
        let OfFiles(known) = &*kept;
        if let Some(known) = known.lock().unwrap_or_else(PoisonError::into_inner).get(&self.source.path) {
            return known.clone();
        }
        // Not under the lock: it may ask for other things of files.
        let made = Arc::new(find(self));
        known.lock().unwrap_or_else(PoisonError::into_inner).entry(self.source.path.clone()).or_insert(made).clone()
    }
    /// What `find` makes of all diagnostics of the build, kept for them. One value of each type.
    pub fn of_build<T: Send + Sync + 'static>(&self, find: impl FnOnce(&Index, &DiagnosticSet) -> T) -> Arc<T> {
        kept_of(self, find)
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

/// What is known of a diagnostic in a file that says how sources are built: a project file, a solution.
#[derive(Clone, Copy)]
pub struct ProjectContext<'a> {
    /// The diagnostic to fix.
    pub diagnostic: &'a SourceDiagnostic,
    /// The workspace.
    pub index: &'a Index,
    /// All diagnostics of the build (this one included).
    pub diagnostics: &'a DiagnosticSet,
}

impl<'a> ProjectContext<'a> {
    /// The file.
    pub fn path(&self) -> &'a Path {
        &self.diagnostic.path
    }
    /// Its text.
    pub fn text(&self) -> Option<Arc<str>> {
        self.index.text(self.path())
    }
    /// The project, when the file is one of C#.
    pub fn project(&self) -> Option<Arc<CsProject>> {
        self.index.csharp().projects().into_iter().find(|p| Path::new(&*p.path) == self.path())
    }
    /// What the project file and those that it imports say.
    pub fn file(&self) -> ProjectFile {
        self.index.csharp().project_file(self.path())
    }
    /// Argument `i` of the message, by its number in the text that the message is made of; `None` when it is empty.
    pub fn argument(&self, i: usize) -> Option<&'a str> {
        self.diagnostic.argument(i).map(str::trim).filter(|a| !a.is_empty())
    }
}
