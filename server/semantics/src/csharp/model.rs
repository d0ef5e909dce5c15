//! Types of expressions, expected and converted types, and symbols, computed from declarations; there is no data flow analysis. Answers are certain
//! or missing, and bounded in depth and steps. `tests/semantics` compares them with those of the compiler.
//!
//! The model corresponds to Roslyn's `SemanticModel` and `ITypeInferenceService`; see [`SemanticModel::type_of`] and
//! [`SemanticModel::expected_type`].

use super::cache::{FileAnswers, NodeKey, ProjectAnswers, SemanticCache};
use super::{Member, Place, Type};
use crate::Semantics;
use crate::memo::Memo;
use index::csharp::{CSharp, CsType};
use index::{Index, Source};
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use syntax::{Node, NodeExt};

/// Maximum depth of nested expressions, declarations and types.
pub(super) const MAX_DEPTH: usize = 48;
/// Maximum number of steps for one question.
pub(super) const MAX_STEPS: usize = 20_000;

/// Answers questions about the types in one file. Cheap to create. It caches answers, so use one model for all questions.
pub struct SemanticModel<'a> {
    pub(super) index: &'a Index,
    pub(super) csharp: CSharp<'a>,
    pub(super) source: &'a Source,
    pub(super) text: &'a str,
    pub(super) depth: Cell<usize>,
    pub(super) steps: Cell<usize>,
    /// Parameter types of lambdas (by node) that are known from the call being inferred.
    pub(super) lambdas: RefCell<FxHashMap<usize, Vec<Option<Type>>>>,
    /// Base types of types that contain type parameters.
    pub(super) supertypes: RefCell<FxHashMap<Type, Arc<[(Type, usize)]>>>,
    /// Answers shared by all models of this revision.
    pub(super) of_project: Arc<ProjectAnswers>,
    pub(super) of_file: Arc<FileAnswers>,
    /// A limit of depth or steps was reached: the answer must not be cached.
    pub(super) exhausted: Cell<bool>,
    /// Offset of the node of the question, for the constraints of type parameters.
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

    /// The type of an expression; `None` when it has none (`null`, method groups) or it is not known for certain. Calls of `void` methods give
    /// `void`.
    pub fn type_of(&self, expression: Node<'a>) -> Option<Type> {
        self.start(expression);
        self.expression(expression)
    }

    /// The type that the context of an expression requires: the type that a missing declaration there should have. `void` for the expression of a
    /// statement.
    pub fn expected_type(&self, expression: Node<'a>) -> Option<Type> {
        self.start(expression);
        self.expected(expression)
    }

    /// The delegate type that the context requires of a method's name.
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

    /// The declaration of a type.
    pub fn resolve(&self, ty: &Type) -> Option<CsType> {
        self.find(ty)
    }

    /// `ty` and all its base types, nearest first, each with the members that it declares.
    pub fn members_by_type(&self, ty: &Type) -> Vec<(Type, Vec<Member>)> {
        self.steps.set(0);
        self.supertypes(ty).iter().map(|(t, _)| (t.clone(), self.own_members(t))).collect()
    }

    /// A member as its declaring type declares it, without type arguments.
    pub fn plain_member(&self, member: &index::csharp::CsMember) -> Member {
        self.member_of(member, Vec::new(), 0)
    }

    /// Whether a value of type `from` converts implicitly to `to`.
    pub fn converts(&self, from: &Type, to: &Type) -> bool {
        self.steps.set(0);
        self.conversion(from, to).is_some()
    }

    pub(super) fn start(&self, node: Node<'a>) {
        self.steps.set(0);
        self.depth.set(0);
        self.focus.set(node.start_byte());
    }

    /// Runs `f` one level deeper; `None` when a limit of depth or steps is reached.
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

    /// Runs `f`. Also returns whether its answer may be cached: no limit was reached.
    pub(super) fn watched<R>(&self, f: impl FnOnce() -> R) -> (R, bool) {
        let before = self.exhausted.replace(false);
        let result = f();
        let exhausted = self.exhausted.get();
        self.exhausted.set(before || exhausted);
        (result, !exhausted)
    }

    /// The cached or computed answer about a node. While a call is inferred nothing is cached, because answers then depend on the assumed types of
    /// lambda parameters.
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
