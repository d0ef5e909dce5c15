//! Types of expressions, the types that positions expect and convert to, and what names refer to, from what is declared: no data flow.
//! Answers are certain or missing; bounded in depth and effort. `tests/semantics` compares them with the compiler's.
//!
//! The model is Roslyn's `ITypeInferenceService`; see [`SemanticModel::type_of`] and [`SemanticModel::expected_type`].

use super::cache::{FileAnswers, Memo, NodeKey, ProjectAnswers, SemanticCache};
use super::{Member, Place, Type};
use crate::Semantics;
use index::csharp::{CSharp, CsType};
use index::{Index, Source};
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use syntax::{Node, NodeExt};

/// How deep expressions, declarations and types are followed.
pub(super) const MAX_DEPTH: usize = 48;
/// How many steps one question may take.
pub(super) const MAX_STEPS: usize = 20_000;

/// Answers questions about types in one file. Cheap to make; keeps what it found out, so use one for all questions.
pub struct SemanticModel<'a> {
    pub(super) index: &'a Index,
    pub(super) csharp: CSharp<'a>,
    pub(super) source: &'a Source,
    pub(super) text: &'a str,
    pub(super) depth: Cell<usize>,
    pub(super) steps: Cell<usize>,
    /// Parameter types of lambdas (by node) that are known from the call that is being inferred.
    pub(super) lambdas: RefCell<FxHashMap<usize, Vec<Option<Type>>>>,
    /// Base types of types that have type parameters in them.
    pub(super) supertypes: RefCell<FxHashMap<Type, Arc<[(Type, usize)]>>>,
    /// What all models of this revision share.
    pub(super) of_project: Arc<ProjectAnswers>,
    pub(super) of_file: Arc<FileAnswers>,
    /// The bounds of depth or steps were met: what was found is not to be kept.
    pub(super) exhausted: Cell<bool>,
    /// Offset of the node that was asked about, for the constraints of type parameters.
    pub(super) focus: Cell<usize>,
}

impl<'a> Semantics<'a> {
    /// Types and symbols of a C# file.
    pub fn csharp(&self) -> SemanticModel<'a> {
        SemanticModel::new(self.index, self.source)
    }
}

impl<'a> SemanticModel<'a> {
    /// For questions about `source`.
    pub(crate) fn new(index: &'a Index, source: &'a Source) -> Self {
        let cache = index.revision_data::<SemanticCache>();
        Self {
            index,
            csharp: index.csharp(),
            source,
            text: source.parsed.text(),
            depth: Cell::new(0),
            steps: Cell::new(0),
            lambdas: RefCell::default(),
            supertypes: RefCell::default(),
            of_project: cache.project(&index.csharp().project(&source.path).path),
            of_file: cache.file(&source.path, source.hash),
            exhausted: Cell::new(false),
            focus: Cell::new(0),
        }
    }

    /// The type of an expression as declared; `None` when it has none (`null`, method groups, `void` calls give `void`) or
    /// it is not known for certain.
    pub fn type_of(&self, expression: Node<'a>) -> Option<Type> {
        self.start(expression);
        self.expression(expression)
    }

    /// The type that the surroundings of an expression want it to have: what a declaration that is missing there should be.
    /// `void` for the expression of a statement.
    pub fn expected_type(&self, expression: Node<'a>) -> Option<Type> {
        self.start(expression);
        self.expected(expression)
    }

    /// The delegate type that the surroundings of a method's name want it to become.
    pub fn expected_delegate(&self, expression: Node<'a>) -> Option<Type> {
        let first = self.expected_type(expression);
        let argument = expression.parent().filter(|p| p.kind() == "argument" && p.named().len() == 1);
        let others = argument.and_then(|a| self.argument_types(a)).unwrap_or_default();
        first.into_iter().chain(others.into_iter().flatten()).find(|ty| self.delegate(ty).is_some())
    }

    /// A type as it is written in this file (a `type` node).
    pub fn written_type(&self, node: Node<'a>) -> Option<Type> {
        self.start(node);
        self.type_node(node)
    }

    /// The declaration behind a type.
    pub fn resolve(&self, ty: &Type) -> Option<CsType> {
        self.find(ty)
    }

    /// `ty` and all that it inherits from, nearest first, each with the members that it declares.
    pub fn members_by_type(&self, ty: &Type) -> Vec<(Type, Vec<Member>)> {
        self.steps.set(0);
        self.supertypes(ty).iter().map(|(t, _)| (t.clone(), self.own_members(t))).collect()
    }

    /// A member as its own type declares it.
    pub fn plain_member(&self, member: &index::csharp::CsMember) -> Member {
        self.member_of(member, Vec::new(), 0)
    }

    /// Whether a value of type `from` can stand where `to` is wanted, without a cast.
    pub fn converts(&self, from: &Type, to: &Type) -> bool {
        self.steps.set(0);
        self.conversion(from, to).is_some()
    }

    pub(super) fn start(&self, node: Node<'a>) {
        self.steps.set(0);
        self.depth.set(0);
        self.focus.set(node.start_byte());
    }

    /// Runs `f` one level deeper; `None` when too deep or too long.
    pub(super) fn deeper<R>(&self, f: impl FnOnce() -> Option<R>) -> Option<R> {
        let (depth, steps) = (self.depth.get(), self.steps.get());
        if depth >= MAX_DEPTH || steps >= MAX_STEPS {
            self.exhausted.set(true);
            return None;
        }
        self.depth.set(depth + 1);
        self.steps.set(steps + 1);
        let result = f();
        self.depth.set(depth);
        result
    }

    /// Runs `f`; also tells whether its answer may be kept: no bound was met on the way.
    pub(super) fn watched<R>(&self, f: impl FnOnce() -> R) -> (R, bool) {
        let before = self.exhausted.replace(false);
        let result = f();
        let exhausted = self.exhausted.get();
        self.exhausted.set(before || exhausted);
        (result, !exhausted)
    }

    /// The answer about a node, from those that are kept or computed. What is assumed about parameters of lambdas while a call is
    /// inferred makes other answers.
    pub(super) fn remembered(
        &self,
        memo: impl Fn(&FileAnswers) -> &Memo<NodeKey, Option<Type>>,
        node: Node<'a>,
        compute: impl FnOnce() -> Option<Type>,
    ) -> Option<Type> {
        if !self.lambdas.borrow().is_empty() {
            return compute();
        }
        let key = super::cache::key_of(node);
        if let Some(known) = memo(&self.of_file).get(&key) {
            return known;
        }
        let (answer, keep) = self.watched(compute);
        if keep {
            memo(&self.of_file).insert(key, answer.clone());
        }
        answer
    }

    pub(super) fn node_text(&self, node: Node<'a>) -> &'a str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    pub(super) fn here(&self, offset: usize) -> Place {
        Place::Source(self.source.path.clone(), offset)
    }

    /// A `type` node of this file; `None` for `var`.
    pub(super) fn type_node(&self, node: Node<'a>) -> Option<Type> {
        if node.kind() == "implicit_type" {
            return None;
        }
        self.canonical_text(self.node_text(node), &self.here(node.start_byte()))
    }

    /// The child after a token: an initializer after `=`, an operand after a keyword.
    pub(super) fn after_token(&self, node: Node<'a>, token: &str) -> Option<Node<'a>> {
        let children = node.all_children();
        let at = children.iter().position(|c| c.kind() == token)?;
        children.into_iter().skip(at + 1).find(|c| is_operand(*c))
    }

    /// Named children, `this` and `base`, without comments.
    pub(super) fn operands(&self, node: Node<'a>) -> Vec<Node<'a>> {
        node.all_children().into_iter().filter(|c| is_operand(*c)).collect()
    }
}

/// Whether a child can be an operand: `this` and `base` are bare tokens in the grammar.
fn is_operand(node: Node<'_>) -> bool {
    node.is_named() && node.kind() != "comment" || node.is(&["this", "base"])
}
