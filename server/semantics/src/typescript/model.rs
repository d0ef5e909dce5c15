use super::store::{Question, Store, Stores};
use super::ternary::Ternary;
use super::tree::{At, File};
use super::types::{Decl, Kind, Signature, Type};
use crate::Semantics;
use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;
use syntax::Node;

/// Steps of one question, and how deep questions may be nested.
const MAX_STEPS: u32 = 60_000;
const MAX_DEPTH: u32 = 70;

/// What one file means. What is found out is kept for the revision.
pub struct SemanticModel<'a> {
    pub(crate) sema: Semantics<'a>,
    pub(crate) store: Arc<Store>,
    pub(crate) main: Option<Arc<File>>,
    pub(crate) strict_null: bool,
    pub(crate) unchecked_index: bool,
    pub(crate) exact_optional: bool,
    steps: Cell<u32>,
    depth: Cell<u32>,
    /// Questions that are being answered, with how many calls were being inferred when they were asked.
    open: RefCell<Vec<(Question, u32)>>,
    /// The lowest of them that an answer leant on before it was known; `usize::MAX` when none.
    pub(crate) taint: Cell<usize>,
    /// Calls whose type arguments are being inferred, innermost last.
    pub(crate) inflight: RefCell<Vec<(Decl, Signature)>>,
    /// Relations that are being shown, and whether one of them was taken for true.
    pub(crate) relating: RefCell<Vec<(Type, Type)>>,
    pub(crate) assumed: Cell<bool>,
    /// Type parameters of the calls that are being inferred.
    pub(crate) owners: RefCell<Vec<Vec<Type>>>,
    /// Modules that the file can name.
    pub(crate) reachable: OnceCell<Vec<(String, (u32, Option<u32>))>>,
    /// Loops that are being followed, and what is taken to hold at their heads.
    pub(crate) loops: RefCell<Vec<((Decl, String), Type)>>,
}

pub(crate) struct Step<'m>(&'m Cell<u32>);

impl Drop for Step<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

impl<'a> Semantics<'a> {
    /// Types and symbols of a TypeScript or JavaScript file.
    pub fn typescript(&self) -> SemanticModel<'a> {
        SemanticModel::new(*self)
    }
}

impl<'a> SemanticModel<'a> {
    /// About the file of `sema`.
    pub fn new(sema: Semantics<'a>) -> Self {
        let project = sema.index.typescript().project(sema.path());
        let store = sema.index.revision_data::<Stores>().of(&project.path);
        let strict_null = project.flag("strictNullChecks") || project.path.is_empty();
        let unchecked_index = project.flag("noUncheckedIndexedAccess");
        let exact_optional = project.flag("exactOptionalPropertyTypes");
        let mut model = Self {
            sema,
            store,
            main: None,
            strict_null,
            unchecked_index,
            exact_optional,
            steps: Cell::new(0),
            depth: Cell::new(0),
            open: RefCell::default(),
            taint: Cell::new(usize::MAX),
            inflight: RefCell::default(),
            relating: RefCell::default(),
            assumed: Cell::new(false),
            owners: RefCell::default(),
            reachable: OnceCell::new(),
            loops: RefCell::default(),
        };
        model.main = model.file(sema.path());
        model
    }

    /// Counts one step; `None` when the question has become too long or too deep.
    pub(crate) fn step(&self) -> Option<Step<'_>> {
        if self.depth.get() == 0 {
            self.steps.set(0);
            self.taint.set(usize::MAX);
        }
        if self.depth.get() >= MAX_DEPTH || self.steps.get() >= MAX_STEPS {
            self.taint.set(0);
            return None;
        }
        self.steps.set(self.steps.get() + 1);
        self.depth.set(self.depth.get() + 1);
        Some(Step(&self.depth))
    }

    /// The answer to a question, found once. What leant on a question that is still open is not kept.
    pub(crate) fn once(&self, question: Question, place: Decl, find: impl FnOnce() -> Option<Type>) -> Option<Type> {
        let kept = !self.is_inflight(place);
        // Asked again while a call around is being inferred, it is another question.
        let depth = if kept { 0 } else { self.inflight.borrow().len() as u32 };
        if kept && let Some(known) = self.store.answers.get(&question) {
            return known;
        }
        let _step = self.step()?;
        if let Some(at) = self.open.borrow().iter().position(|q| *q == (question, depth)) {
            self.taint.set(self.taint.get().min(at));
            return None;
        }
        let at = self.open.borrow().len();
        self.open.borrow_mut().push((question, depth));
        let found = find().filter(|t| !t.is_error());
        self.open.borrow_mut().pop();
        let taint = self.taint.get();
        if taint >= at {
            if taint == at && at > 0 {
                self.taint.set(usize::MAX);
            }
            if kept && (taint > at || found.is_some() || at > 0) {
                self.store.answers.insert(question, found.clone());
            }
        }
        found
    }

    /// Asks while `question` counts as open.
    pub(crate) fn opened<T>(&self, question: Question, ask: impl FnOnce() -> T) -> T {
        self.open.borrow_mut().push((question, 0));
        let found = ask();
        self.open.borrow_mut().pop();
        let at = self.open.borrow().len();
        if self.taint.get() == at && at > 0 {
            self.taint.set(usize::MAX);
        }
        found
    }

    /// Notes that an answer leant on a question that is still open.
    pub(crate) fn taint_open(&self, question: Question) {
        if let Some(at) = self.open.borrow().iter().position(|(q, _)| *q == question) {
            self.taint.set(self.taint.get().min(at));
        }
    }

    pub(crate) fn is_open(&self, question: Question) -> bool {
        self.open.borrow().iter().any(|(q, _)| *q == question)
    }

    /// Whether a node lies within a call whose type arguments are not final.
    pub(crate) fn is_inflight(&self, place: Decl) -> bool {
        self.inflight
            .borrow()
            .iter()
            .any(|(call, _)| call.file == place.file && call.start <= place.start && place.end <= call.end)
    }

    /// Budget was spent or a circle was cut: the answer at hand is not to be kept.
    pub(crate) fn is_tainted(&self) -> bool {
        self.taint.get() != usize::MAX
    }

    pub(crate) fn error(&self) -> Type {
        self.store.error()
    }
    pub(crate) fn make(&self, kind: Kind) -> Type {
        self.store.make(kind)
    }
    pub(crate) fn union(&self, types: impl IntoIterator<Item = Type>) -> Type {
        self.store.union(types)
    }
    pub(crate) fn with_file<T>(&self, decl: Decl, ask: impl FnOnce(At<'_>) -> Option<T>) -> Option<T> {
        let file = self.store.file(decl.file)?;
        ask(file.node(decl)?)
    }

    pub(crate) fn here<T>(&self, node: Node<'_>, ask: impl FnOnce(At<'_>) -> Option<T>) -> Option<T> {
        let file = self.main.clone()?;
        let decl =
            Decl { file: file.id, start: node.start_byte() as u32, end: node.end_byte() as u32, kind: node.kind_id() };
        ask(file.node(decl)?)
    }

    /// Type of an expression as it stands, literals as literal types, narrowed by control flow.
    pub fn type_of(&self, node: Node<'_>) -> Option<Type> {
        self.here(node, |at| self.answer(self.expression(at)))
    }
    /// Type of an expression with literals widened (`5` is `number`): what one would annotate.
    pub fn widened_type_of(&self, node: Node<'_>) -> Option<Type> {
        self.here(node, |at| self.answer(self.expression(at).map(|t| self.widened(&t))))
    }
    /// The type that an annotation, a type node, means.
    pub fn type_of_annotation(&self, node: Node<'_>) -> Option<Type> {
        self.here(node, |at| self.answer(Some(self.type_node(at))))
    }
    /// The type that the place of an expression asks for.
    pub fn expected_type(&self, node: Node<'_>) -> Option<Type> {
        self.here(node, |at| self.answer(self.contextual_as(at, true)))
    }
    /// Declared type of a variable, parameter, property, function, class, …
    pub fn declared_type_of(&self, symbol: &Symbol) -> Option<Type> {
        self.answer(self.type_of_symbol(symbol))
    }
    /// What a name means where it stands.
    pub fn resolve(&self, node: Node<'_>) -> Option<Symbol> {
        self.here(node, |at| self.symbol_at(at))
    }
    /// Names of the members of a type, with their types.
    pub fn members_of(&self, ty: &Type) -> Vec<(smol_str::SmolStr, Option<Type>)> {
        let Some(members) = self.members(ty) else { return Vec::new() };
        members.props.iter().map(|p| (p.name.clone(), self.answer(self.property_type(p)))).collect()
    }
    /// Type of a member of a type.
    pub fn property(&self, ty: &Type, name: &str) -> Option<Type> {
        self.answer(self.type_of_property(ty, name))
    }
    /// The type that `await` gives.
    pub fn awaited_type(&self, ty: &Type) -> Option<Type> {
        self.answer(self.awaited(ty))
    }
    /// The type that `for … of` gives.
    pub fn element_type(&self, ty: &Type) -> Option<Type> {
        self.answer(self.iterated(ty, false))
    }
    /// Whether a value of type `from` may be assigned to `to`.
    pub fn assignable(&self, from: &Type, to: &Type) -> Ternary {
        self.relates(from, to)
    }
    /// A type without `null` and `undefined`.
    pub fn non_nullable(&self, ty: &Type) -> Type {
        self.without_nullish(ty)
    }
    /// A type as the compiler displays it; `None` when a part of it is not known.
    pub fn display(&self, ty: &Type) -> Option<String> {
        self.write_type(ty, false)
    }
    /// A type as one would write it in the sources: annotations that still hold are taken over as they were written.
    pub fn display_in_source(&self, ty: &Type) -> Option<String> {
        self.write_type(ty, true)
    }
    /// [`Self::display_in_source`] with the names of the text, for imports.
    pub fn display_with_names(&self, ty: &Type) -> Option<(String, Vec<Named>)> {
        self.write_named(ty, true)
    }

    pub(crate) fn answer(&self, ty: Option<Type>) -> Option<Type> {
        ty.filter(|t| !t.is_error())
    }
}

use super::types::{Named, Symbol};
