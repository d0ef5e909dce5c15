//! What becomes of a use of a declaration that changed: the interface of the languages.

use crate::places::Places;
use crate::{Changes, DeclarationChange, Past};
use codegen::ImportRequest;
use diagnostics::SourceDiagnostic;
use index::{DeclarationId, Index};
use semantics::{Semantics, UseKind, Uses, uses};
use syntax::{Node, leaf_at};
use text::{TextEdit, TextRange};

/// A use of a declaration that changed.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    /// What changed.
    pub change: &'a DeclarationChange,
    /// All that changed.
    pub changes: &'a Changes,
    /// The workspace as it was.
    pub past: &'a Past,
    /// The file as it was: for questions about what the use meant.
    pub then: Semantics<'a>,
    /// The name as it was, in bytes of the text then.
    pub name_then: TextRange,
    /// The file as it is: what is edited.
    pub now: Semantics<'a>,
    /// The name, in bytes of the text now.
    pub name: TextRange,
    /// What the name is there.
    pub kind: UseKind,
    /// What is where in the file then and now.
    pub places: &'a Places,
}

impl<'a> Site<'a> {
    /// The name in the tree now.
    pub fn leaf(&self) -> Option<Node<'a>> {
        leaf_at(self.now.root(), self.name.start)
    }
    /// The name in the tree then.
    pub fn leaf_then(&self) -> Option<Node<'a>> {
        leaf_at(self.then.root(), self.name_then.start)
    }
    /// This file's uses of a declaration that changed, in order; those whose text is another one by now are left out.
    pub fn all_in_file(&self, change: &'a DeclarationChange, carrier: &dyn Carrier) -> Vec<Site<'a>> {
        let Some(uses) = self.past.uses(&change.old, || carrier.uses(self.past, change)) else { return Vec::new() };
        let here = uses.certain.iter().filter(|u| *u.source.path == *self.then.path());
        here.filter_map(|used| {
            let name = self.places.now(used.range)?;
            Some(Site { change, name_then: used.range, name, kind: used.kind, ..*self })
        })
        .collect()
    }
}

/// What becomes of a use: edits of its file, none when it stays as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Carried {
    /// Edits of the text now.
    pub edits: Vec<TextEdit>,
    /// Imports that the file needs then.
    pub imports: Vec<ImportRequest>,
    /// Why a person should look at it; `None`: the form is determined and the result type-checks as far as is known.
    pub doubt: Option<&'static str>,
}

impl Carried {
    /// With these edits, and no doubt.
    pub fn edits(edits: Vec<TextEdit>) -> Self {
        Self { edits, ..Self::default() }
    }
    /// Raises a doubt. The first one stays.
    pub fn doubted(mut self, why: &'static str) -> Self {
        self.doubt.get_or_insert(why);
        self
    }
}

/// What a language knows about carrying changes to uses.
pub(crate) trait Carrier: Sync {
    /// Codes of diagnostics that may come from a declaration that changed.
    fn codes(&self) -> &'static [&'static str];

    /// The parts of the tree (now) in which the use is looked for that a diagnostic is about, nearest first. `leaf` is the token at its start.
    fn regions<'t>(&self, now: Semantics<'t>, diagnostic: &SourceDiagnostic, leaf: Node<'t>) -> Vec<Node<'t>>;

    /// More parts of the tree (now) to look in where those of [`Self::regions`] hold no use: what the values there were made of.
    fn further<'t>(&self, now: Semantics<'_>, leaf: Node<'t>) -> Vec<Node<'t>> {
        let _ = (now, leaf);
        Vec::new()
    }

    /// Whether a part of a region is not looked into: the body of a function that the diagnostic is not in.
    fn stands_apart(&self, node: Node<'_>) -> bool {
        let _ = node;
        false
    }

    /// The places where the declaration was used. For a constructor those of its type, of which [`Self::carry`] passes over what constructs nothing.
    fn uses(&self, past: &Past, change: &DeclarationChange) -> Option<Uses> {
        match change.then.name.as_str() {
            ".ctor" | "constructor" => uses(&past.index, &owner(&past.index, &change.old)?),
            _ => uses(&past.index, &change.old),
        }
    }

    /// What becomes of a use; `None` when that is not known. Edits of two uses must not overlap unless they are equal.
    fn carry(&self, site: &Site<'_>) -> Option<Carried>;
}

/// The declaration around a declaration.
pub(crate) fn owner(index: &Index, of: &DeclarationId) -> Option<DeclarationId> {
    let parent = index.outline(&of.path)?.declarations.get(of.index as usize)?.parent?;
    Some(DeclarationId { path: of.path.clone(), index: parent })
}
