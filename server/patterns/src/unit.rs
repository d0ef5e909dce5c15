//! From a difference to patterns: which edits belong together, how much around them is part of it, and what of that are holes.

use crate::diff::{Diff, Edit};
use crate::grammar::{Grammar, IMPLICIT_TYPE, is_local};
use crate::scope;
use crate::template::{Context, Fill, Hole, HoleId, Template, Transform};
use crate::tree::{NodeId, Tree};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

mod collapse;

/// Nodes of a unit, at most: what is larger is no small repair.
const LARGEST: usize = 600;
/// Tokens that a unit may bring or take, at most.
const MOST_NEW_TOKENS: usize = 120;
/// Units of a file of which pairs are looked at, at most.
const MOST_UNITS: usize = 400;
/// Holes of a pattern, at most.
const MOST_HOLES: usize = 60;

/// Edits that belong together, with the node around them before and after.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The node before.
    pub before: NodeId,
    /// The node after.
    pub after: NodeId,
    /// The numbers of its edits.
    pub edits: Vec<usize>,
}

/// The left and the right side of a unit, with holes for what stays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Abstraction {
    /// The left side.
    pub before: Template,
    /// The right side.
    pub after: Template,
    /// The holes.
    pub holes: Vec<Hole>,
}

/// The units of a difference. `wanted` are the places (before) of diagnostics that vanished.
pub fn units(before: &Tree, after: &Tree, diff: &Diff, wanted: &[NodeId]) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for (number, edit) in diff.edits.iter().enumerate() {
        let Some((b, a)) = grow(before, after, diff, edit, wanted) else { continue };
        units.push(Unit { before: b, after: a, edits: vec![number] });
    }
    // Edits around the same node, and those between which something moved, are one: the nearest first, so that each place takes its own.
    let most = if units.len() > MOST_UNITS { 1 } else { 4 };
    for joins in [same_place as Join, is_part, same_path, has_moved].into_iter().take(most) {
        loop {
            let pairs = (0..units.len()).flat_map(|i| (i + 1..units.len()).map(move |j| (i, j)));
            let joined = pairs.filter_map(|(i, j)| Some((i, j, joins(before, after, diff, &units[i], &units[j])?)));
            let Some((i, j, unit)) = joined.min_by_key(|(_, _, u)| before.size(u.before)) else { break };
            units.remove(j);
            units[i] = unit;
        }
    }
    units.retain(|u| before.size(u.before) <= LARGEST && after.size(u.after) <= LARGEST);
    units
}

/// The nodes around an edit that say what it is about.
fn grow(before: &Tree, after: &Tree, diff: &Diff, edit: &Edit, wanted: &[NodeId]) -> Option<(NodeId, NodeId)> {
    let grammar = before.grammar();
    let (mut b, mut a) = match (&edit.before[..], &edit.after[..]) {
        ([b], [a]) => (*b, *a),
        _ => edit.parents,
    };
    let is_single = (b, a) != edit.parents;
    if edit
        .before
        .iter()
        .chain([&b])
        .any(|n| grammar.is_import(before.kind(*n)) || before.enclosing(*n, |k| grammar.is_import(k)).is_some())
        || after.enclosing(a, |k| grammar.is_import(k)).is_some()
        || edit.after.iter().any(|n| grammar.is_import(after.kind(*n)))
    {
        return None;
    }
    // A declared type that stays in what it becomes, and that no diagnostic is at: whatever the type is, the declaration got another one.
    let is_about = wanted.iter().any(|w| before.contains(b, *w));
    if is_single && !is_about && after.subtree(a).skip(1).any(|n| after.hash(n) == before.hash(b)) {
        let up = before
            .ancestors(b)
            .skip(1)
            .take(3)
            .find(|n| grammar.declares_typed(before.kind(*n)) || grammar.is_list(before.kind(*n)));
        if let Some(up) = up.filter(|n| grammar.declares_typed(before.kind(*n)))
            && let Some(now) = diff.same.get(&up)
            && before.children(up).find(|c| before.contains(*c, b)).is_some_and(|c| is_type(before, up, c))
        {
            return Some((up, *now));
        }
    }
    // A literal for a literal where the diagnostic is: the text is what it is about.
    let is_literal = |tree: &Tree, n: NodeId| tree.is_leaf(n) && grammar.is_literal_kind(tree.kind(n));
    if is_single && is_literal(before, b) && is_literal(after, a) && wanted.contains(&b) {
        return Some((b, a));
    }
    // A name of an API that goes says enough.
    let names = |n: NodeId| before.leaves(n).any(|l| grammar.names_api(before, l));
    if is_single
        && before.is_leaf(b)
        && (grammar.names_api(before, b) || grammar.is_name(before.kind(b)) && !is_local(before, b))
    {
        return Some((b, a));
    }
    let whole = |b: NodeId| grammar.precedence(before.kind(b)).is_some();
    loop {
        let kind = before.kind(b);
        let around = wanted.iter().any(|w| before.contains(b, *w));
        // Its type is told by the message.
        let is_left_out = before.children(b).any(|c| before.kind(c) == IMPLICIT_TYPE && before.range(c).is_empty());
        let named = is_left_out
            || grammar.is_call(kind) && (grammar.head(before, b).is_some() || grammar.owner(before, b).is_some());
        let at_argument =
            before.parent(b).is_some_and(|p| grammar.is_list(before.kind(p)) || before.kind(p) == "argument");
        if named || is_single && around && whole(b) && !at_argument && !names(b) || grammar.is_statement(kind) {
            break;
        }
        let (Some(up_b), Some(up_a)) = (before.parent(b), after.parent(a)) else { break };
        if diff.same.get(&up_b) != Some(&up_a) || grammar.is_statement(before.kind(up_b)) && whole(b) {
            break;
        }
        (b, a) = (up_b, up_a);
    }
    (before.parent(b).is_some()).then_some((b, a))
}

/// Whether a child of a declaration is the type that it writes, not its value, its name or its body.
fn is_type(tree: &Tree, declaration: NodeId, child: NodeId) -> bool {
    let grammar = tree.grammar();
    if tree.kind(child) == "type_annotation" {
        return true;
    }
    let first_name = tree.children(declaration).find(|c| {
        grammar.is_name(tree.kind(*c)) && grammar.is_declared_name(tree, *c) || tree.kind(*c) == "variable_declarator"
    });
    grammar.has_type_first()
        && first_name.is_some_and(|n| child < n)
        && grammar.modifier_rank(tree.text_of(child)).is_none()
}

/// Two units as one, when they have to be.
type Join = fn(&Tree, &Tree, &Diff, &Unit, &Unit) -> Option<Unit>;

fn edits_of(one: &Unit, other: &Unit) -> Vec<usize> {
    one.edits.iter().chain(&other.edits).copied().collect()
}

/// Both are around the same node.
fn same_place(_: &Tree, _: &Tree, _: &Diff, one: &Unit, other: &Unit) -> Option<Unit> {
    ((one.before, one.after) == (other.before, other.after)).then(|| Unit {
        before: one.before,
        after: one.after,
        edits: edits_of(one, other),
    })
}

/// One is inside of what the other replaced as a whole, or is the name of what the other calls.
fn is_part(before: &Tree, _: &Tree, diff: &Diff, one: &Unit, other: &Unit) -> Option<Unit> {
    let grammar = before.grammar();
    [(one, other), (other, one)].into_iter().find_map(|(outer, inner)| {
        let replaced =
            outer.edits.iter().any(|e| diff.edits[*e].before.iter().any(|n| before.contains(*n, inner.before)));
        let is_callee = grammar.is_call(before.kind(outer.before))
            && grammar.head(before, outer.before).is_some_and(|h| before.contains(inner.before, h));
        let is_inside = before.contains(outer.before, inner.before);
        (is_inside && (replaced || is_callee)).then(|| Unit {
            before: outer.before,
            after: outer.after,
            edits: edits_of(outer, inner),
        })
    })
}

/// Both are names of one path that begins with a type or a namespace: `Mock.Of` became `Substitute.For`. What a variable is called has nothing to do with what
/// its members are.
fn same_path(before: &Tree, _: &Tree, diff: &Diff, one: &Unit, other: &Unit) -> Option<Unit> {
    let grammar = before.grammar();
    let path = before.ancestors(one.before).find(|n| before.contains(*n, other.before))?;
    let is_path = |n: NodeId| {
        let last = before.children(n).last();
        matches!(before.kind(n), "member_access_expression" | "member_expression" | "qualified_name")
            && last.is_some_and(|l| l != n && grammar.head(before, l).is_some())
    };
    let receiver = before.child(path, 0).filter(|_| is_path(path))?;
    let names: Vec<NodeId> = before.leaves(receiver).filter(|l| grammar.is_name(before.kind(*l))).collect();
    let plain = before.subtree(receiver).all(|n| before.is_leaf(n) || is_path(n));
    let first = before.text_of(*names.first()?);
    let declared = |l: NodeId| before.text_of(l) == first && grammar.is_declared_name(before, l);
    if !plain || !first.starts_with(char::is_uppercase) || before.leaves(NodeId::ROOT).any(declared) {
        return None;
    }
    let head = grammar.head(before, path)?;
    let (start, end) = if before.contains(receiver, one.before) { (one, other) } else { (other, one) };
    let now = *diff.same.get(&path)?;
    (before.contains(receiver, start.before) && end.before == head).then(|| Unit {
        before: path,
        after: now,
        edits: edits_of(one, other),
    })
}

/// Something that one takes away is what the other brings.
fn has_moved(before: &Tree, after: &Tree, diff: &Diff, one: &Unit, other: &Unit) -> Option<Unit> {
    let grammar = before.grammar();
    let gone = |u: &Unit| contents(before, u.edits.iter().flat_map(|e| diff.edits[*e].before.iter().copied()));
    let come = |u: &Unit| contents(after, u.edits.iter().flat_map(|e| diff.edits[*e].after.iter().copied()));
    // What a unit brings by itself, or takes away by itself: its own moves are done.
    let moved = |from: &Unit, to: &Unit| {
        let (taken, kept) = (gone(from), come(from));
        let (brought, lost) = (come(to), gone(to));
        taken.iter().any(|h| brought.contains(h) && !kept.contains(h) && !lost.contains(h))
    };
    if !moved(one, other) && !moved(other, one) {
        return None;
    }
    let common = before.ancestors(one.before).find(|n| before.contains(*n, other.before))?;
    let (node, now) = before.ancestors(common).find_map(|n| Some((n, *diff.same.get(&n)?)))?;
    let is_inside = |u: &Unit| before.contains(node, u.before) && after.contains(now, u.after);
    // What moved out of a statement is not a pattern of an expression.
    let is_small =
        before.size(node) <= LARGEST && !grammar.is_member(before.kind(node)) && !grammar.is_block(before.kind(node));
    (is_inside(one) && is_inside(other) && is_small).then(|| Unit {
        before: node,
        after: now,
        edits: edits_of(one, other),
    })
}

/// The hashes of what is more than punctuation.
fn contents(tree: &Tree, nodes: impl Iterator<Item = NodeId>) -> FxHashSet<u64> {
    let grammar = tree.grammar();
    let all = nodes.flat_map(|n| tree.subtree(n));
    let is_content =
        |n: &NodeId| tree.size(*n) > 1 || grammar.is_name(tree.kind(*n)) || grammar.is_literal_kind(tree.kind(*n));
    all.filter(is_content).map(|n| tree.hash(n)).collect()
}

/// The sides of a unit with holes for what stays; `None` when it is too large, or when nothing but what stays is left.
pub fn abstracted(before: &Tree, after: &Tree, diff: &Diff, unit: &Unit) -> Option<Abstraction> {
    let mut maker = Maker::new(before, after, diff, unit);
    let right = maker.right(unwrapped(before, after, unit), true)?;
    let left = maker.left(unit.before)?;
    let right = maker.resolve(right);
    let new_tokens = right.tokens().len() + left.tokens().len();
    if new_tokens > MOST_NEW_TOKENS || maker.holes.len() > MOST_HOLES || left == right {
        return None;
    }
    let mut made = Abstraction { before: left, after: right, holes: maker.holes };
    if let Some(modified) = modified(before, after, diff, unit) {
        return Some(modified);
    }
    collapse::runs(&mut made, before.grammar());
    collapse::open(&mut made, before.grammar());
    collapse::renumber(&mut made);
    by_convention(&mut made, before.grammar());
    Some(made)
}

/// A constant that is written another way now, of something that has another name: `Flags.SEND_MAIL` became `Flag.SendMail`. All of its constants are.
fn by_convention(made: &mut Abstraction, grammar: &dyn Grammar) {
    let names = |t: &Template| -> Vec<(SmolStr, SmolStr)> {
        let name = |t: &Template| match t {
            Template::Token { kind, text, .. } if grammar.is_name(kind) => Some((kind.clone(), text.clone())),
            _ => None,
        };
        t.all().into_iter().filter_map(name).collect()
    };
    let (old, new) = (names(&made.before), names(&made.after));
    let how = Transform::PascalWords;
    let is_changed = |(_, text): &&(SmolStr, SmolStr)| {
        let now = how.apply(text);
        now.is_some_and(|n| n != text.as_str() && new.iter().filter(|(_, w)| *w == n).count() == 1)
    };
    let mut changed = old.iter().filter(is_changed);
    let (Some((kind, text)), None) = (changed.next(), changed.next()) else { return };
    // What else goes says what it is about.
    if old.iter().filter(|(_, w)| w == text).count() != 1
        || !old.iter().any(|(_, w)| !new.iter().any(|(_, n)| n == w) && w != text)
    {
        return;
    }
    let (Ok(of), Some(now)) = (HoleId::try_from(made.holes.len()), how.apply(text)) else { return };
    if usize::from(of) + 2 > MOST_HOLES {
        return;
    }
    made.holes.push(Hole { kinds: vec![kind.clone()], only_kinds: true, ..Hole::default() });
    made.holes.push(Hole { fill: Some(Fill::Changed { of, how: how.clone() }), ..Hole::default() });
    put(&mut made.before, text, of);
    put(&mut made.after, &now, of + 1);
}

/// Puts a hole for a token.
fn put(template: &mut Template, token: &str, hole: HoleId) {
    match template {
        Template::Token { text, space, .. } if text == token => *template = Template::Hole { id: hole, space: *space },
        Template::Node { children, .. } => children.iter_mut().for_each(|c| put(c, token, hole)),
        _ => {}
    }
}

/// The kind that stands for every kind of declaration that has modifiers.
pub(crate) const MODIFIED: &str = "*";

/// A declaration that got modifiers: whatever else it has, each goes to the place that the language wants.
fn modified(before: &Tree, after: &Tree, diff: &Diff, unit: &Unit) -> Option<Abstraction> {
    let grammar = before.grammar();
    let mut new = Vec::new();
    for edit in unit.edits.iter().map(|e| &diff.edits[*e]) {
        if edit.parents != (unit.before, unit.after) || !edit.before.is_empty() {
            return None;
        }
        for node in &edit.after {
            let text = after.text_of(*node);
            grammar.modifier_rank(text)?;
            new.push(Template::Token { kind: "modifier".into(), text: text.into(), space: true });
        }
    }
    if new.is_empty() || !grammar.has_modifiers(before.kind(unit.before)) {
        return None;
    }
    let kind = SmolStr::new(MODIFIED);
    let all = Template::Run { id: 0, space: false };
    let children = std::iter::once(all.clone()).chain(new).collect();
    Some(Abstraction {
        before: Template::Node { kind: kind.clone(), children: vec![all] },
        after: Template::Node { kind, children },
        holes: vec![Hole::default()],
    })
}

/// The node after, without parentheses that only its place asks for: they come back where they are needed.
fn unwrapped(before: &Tree, after: &Tree, unit: &Unit) -> NodeId {
    let kind = after.grammar().parenthesized();
    if after.kind(unit.after) != kind || before.kind(unit.before) == kind {
        return unit.after;
    }
    after.children(unit.after).find(|c| after.grammar().precedence(after.kind(*c)).is_some()).unwrap_or(unit.after)
}

/// The right side while the holes have no numbers yet.
enum Right {
    Token {
        leaf: NodeId,
        space: bool,
    },
    Node {
        kind: SmolStr,
        children: Vec<Right>,
    },
    /// A node before that stands here again.
    Kept {
        of: NodeId,
        space: bool,
    },
}

struct Maker<'t> {
    before: &'t Tree,
    after: &'t Tree,
    unit: &'t Unit,
    /// For nodes after, the node before at the same place.
    then: FxHashMap<NodeId, NodeId>,
    /// Nodes before the unit's edits are in.
    touched: FxHashSet<NodeId>,
    touched_after: FxHashSet<NodeId>,
    /// Nodes before that the right side has again.
    kept: FxHashMap<NodeId, Option<HoleId>>,
    /// Literals before that one other node took the place of.
    replaced: FxHashSet<NodeId>,
    /// Nodes before by hash.
    by_hash: FxHashMap<u64, Vec<NodeId>>,
    holes: Vec<Hole>,
}

impl<'t> Maker<'t> {
    fn new(before: &'t Tree, after: &'t Tree, diff: &Diff, unit: &'t Unit) -> Self {
        let inside = before.subtree(unit.before);
        let then = inside.filter_map(|n| Some((diff.counterpart(before, after, n)?, n))).collect();
        let mut touched: FxHashSet<NodeId> = FxHashSet::default();
        let mut touched_after: FxHashSet<NodeId> = FxHashSet::default();
        let mut replaced: FxHashSet<NodeId> = FxHashSet::default();
        for edit in unit.edits.iter().map(|e| &diff.edits[*e]) {
            if let ([old], [_]) = (&edit.before[..], &edit.after[..]) {
                // In C# it stands in an argument.
                replaced.extend(before.leaves(*old).filter(|_| before.size(*old) <= 2));
            }
            touched.extend(before.ancestors(edit.parents.0));
            touched_after.extend(after.ancestors(edit.parents.1));
            touched.extend(edit.before.iter().flat_map(|n| before.subtree(*n)));
            touched_after.extend(edit.after.iter().flat_map(|n| after.subtree(*n)));
        }
        let mut by_hash: FxHashMap<u64, Vec<NodeId>> = FxHashMap::default();
        for node in before.subtree(unit.before) {
            by_hash.entry(before.hash(node)).or_default().push(node);
        }
        Self {
            before,
            after,
            unit,
            then,
            touched,
            touched_after,
            kept: FxHashMap::default(),
            replaced,
            by_hash,
            holes: Vec::new(),
        }
    }

    /// Whether a subtree may be a hole: punctuation and keywords are what patterns are made of.
    fn is_content(&self, tree: &Tree, node: NodeId) -> bool {
        let grammar = tree.grammar();
        let kind = tree.kind(node);
        if tree.is_leaf(node) {
            return grammar.is_name(kind)
                || grammar.is_literal_kind(kind)
                || kind == "predefined_type"
                || kind == "this";
        }
        // `()` stands anywhere, `default` and `this` are expressions.
        let is_expression = grammar.precedence(kind).is_some() || matches!(kind, "argument" | "attribute_argument");
        is_expression && kind != "object_creation_expression" && tree.size(node) > 1
            || tree.leaves(node).any(|l| self.is_content(tree, l))
    }

    /// Whether a leaf after is the name of a member or a parameter: equal to another name by chance.
    fn is_key(&self, node: NodeId) -> bool {
        let tree = self.after;
        tree.is_leaf(node)
            && tree.grammar().is_name(tree.kind(node))
            && tree.parent(node).is_some_and(|p| {
                matches!(tree.kind(p), "pair" | "pair_pattern" | "name_colon") && tree.child(p, 0) == Some(node)
            })
    }

    fn right(&mut self, node: NodeId, is_root: bool) -> Option<Right> {
        let (before, after) = (self.before, self.after);
        let space = after.has_space(node);
        if self.is_content(after, node) || !self.touched_after.contains(&node) {
            let same =
                self.then.get(&node).copied().filter(|n| !self.touched.contains(n) && self.is_content(before, *n));
            let moved = || {
                let found = self.by_hash.get(&after.hash(node))?;
                let free = found.iter().find(|n| {
                    !self.kept.contains_key(n) && !self.then.values().any(|t| t == *n && !self.touched.contains(t))
                });
                free.or(found.first()).copied()
            };
            // A name of one letter that occurs elsewhere by chance is still that name.
            if let Some(of) = same.or_else(|| self.is_content(after, node).then(moved).flatten())
                && !(is_root && of == self.unit.before)
                && (same.is_some() || !self.is_key(node))
                // A member is no local of the same name.
                && !(before.is_leaf(of) && before.grammar().names_api(before, of) && is_local(after, node))
            {
                self.kept.insert(of, None);
                return Some(Right::Kept { of, space });
            }
        }
        let kind = SmolStr::new(after.kind(node));
        if after.is_leaf(node) {
            return Some(Right::Token { leaf: node, space });
        }
        let children = after.children(node).map(|c| self.right(c, false)).collect::<Option<_>>()?;
        Some(Right::Node { kind, children })
    }

    fn hole(&mut self, of: NodeId) -> Option<HoleId> {
        if let Some(Some(id)) = self.kept.get(&of) {
            return Some(*id);
        }
        let id = HoleId::try_from(self.holes.len()).ok().filter(|id| usize::from(*id) < MOST_HOLES)?;
        let tree = self.before;
        let declaration = tree.ancestors(of).skip(1).take(2).find(|n| tree.grammar().declares_typed(tree.kind(*n)));
        let is_type = |d: NodeId| tree.children(d).find(|c| tree.contains(*c, of)).is_some_and(|c| is_type(tree, d, c));
        if declaration.is_some_and(|d| tree.contains(self.unit.before, d) && is_type(d)) {
            // The type of a declaration may be any type.
            self.holes.push(Hole::default());
            self.kept.insert(of, Some(id));
            return Some(id);
        }
        let kinds = vec![SmolStr::new(tree.kind(of))];
        let only_kinds = of == self.unit.before && self.head(of).is_none();
        self.holes.push(Hole { kinds, only_kinds, head: self.head(of), ..Hole::default() });
        self.kept.insert(of, Some(id));
        Some(id)
    }

    /// The name that a kept node must go by, where it says what the pattern is about.
    fn head(&self, of: NodeId) -> Option<SmolStr> {
        let tree = self.before;
        let grammar = tree.grammar();
        let head = grammar.head(tree, of).filter(|h| !is_local(tree, *h))?;
        let parent = tree.parent(of).filter(|_| of != self.unit.before);
        let names = match parent {
            // All of the left side.
            None => true,
            Some(parent) => {
                let first = tree.child(parent, 0) == Some(of);
                let call = grammar.is_call(tree.kind(parent));
                // A receiver may be anything.
                let receiver = first && tree.children(parent).any(|c| matches!(tree.text_of(c), "." | "?."));
                let creation = matches!(tree.kind(parent), "object_creation_expression" | "new_expression")
                    && tree.child(parent, 1) == Some(of);
                (call && (first || creation) && !receiver) || grammar.names_api(tree, of) && tree.is_leaf(of)
            }
        };
        names.then(|| tree.text_of(head).into())
    }

    fn left(&mut self, node: NodeId) -> Option<Template> {
        let tree = self.before;
        let grammar = tree.grammar();
        let space = tree.has_space(node);
        if self.kept.contains_key(&node) {
            return Some(Template::Hole { id: self.hole(node)?, space });
        }
        let kind = SmolStr::new(tree.kind(node));
        if tree.is_leaf(node) {
            let varies = grammar.is_literal_kind(&kind) || grammar.is_name(&kind) && is_local(tree, node);
            // What was replaced by itself is what the pattern is about; what went with something else is not.
            let alone = node == self.unit.before || self.replaced.contains(&node) && grammar.is_literal_kind(&kind);
            if varies && !alone {
                return Some(Template::Hole { id: self.free(node)?, space });
            }
            return Some(Template::Token { kind, text: tree.text_of(node).into(), space });
        }
        let list = grammar.is_list(&kind);
        let in_call = list
            && tree
                .parent(node)
                .is_some_and(|p| grammar.is_call(tree.kind(p)) || tree.kind(p).ends_with("creation_expression"));
        let mut children = Vec::new();
        for child in tree.children(node) {
            let shares = tree.subtree(child).any(|n| self.kept.contains_key(&n));
            let is_replaced =
                tree.leaves(child).any(|l| self.replaced.contains(&l) && grammar.is_literal_kind(tree.kind(l)));
            if in_call && !shares && !is_replaced && self.is_content(tree, child) {
                // An argument that goes: whatever it is.
                children.push(Template::Hole { id: self.free(child)?, space: tree.has_space(child) });
                continue;
            }
            children.push(self.left(child)?);
        }
        Some(Template::Node { kind, children })
    }

    /// A hole that the right side does not have.
    fn free(&mut self, of: NodeId) -> Option<HoleId> {
        let id = HoleId::try_from(self.holes.len()).ok().filter(|id| usize::from(*id) < MOST_HOLES)?;
        self.holes.push(Hole { kinds: vec![self.before.kind(of).into()], ..Hole::default() });
        Some(id)
    }

    /// What is written out: a name in scope, or a text.
    fn written(&mut self, tree: &Tree, node: NodeId, space: bool) -> Template {
        let kind = tree.kind(node);
        let text = SmolStr::new(tree.text_of(node));
        let grammar = tree.grammar();
        let is_variable = tree.is_leaf(node)
            && grammar.is_name(kind)
            && is_local(tree, node)
            && !grammar.is_declared_name(tree, node);
        if !is_variable || self.holes.len() >= MOST_HOLES {
            return Template::Token { kind: kind.into(), text, space };
        }
        let ty = scope::names(tree, node).into_iter().find(|n| n.name == text).and_then(|n| n.ty);
        let fill = Some(Fill::Scope { name: text, ty });
        let known = self.holes.iter().position(|h| h.fill == fill);
        let id = known.unwrap_or(self.holes.len()) as HoleId;
        if known.is_none() {
            self.holes.push(Hole { fill, ..Hole::default() });
        }
        Template::Hole { id, space }
    }

    fn resolve(&mut self, right: Right) -> Template {
        match right {
            Right::Kept { of, space } => match self.kept.get(&of).copied().flatten() {
                Some(id) => Template::Hole { id, space },
                // It stands inside of another hole on the left side: written out again.
                None => self.written(self.before, of, space),
            },
            Right::Token { leaf, space } => self.written(self.after, leaf, space),
            Right::Node { kind, children } => {
                Template::Node { kind, children: children.into_iter().map(|c| self.resolve(c)).collect() }
            }
        }
    }
}

/// What is around a node.
pub fn context(tree: &Tree, node: NodeId) -> Context {
    let grammar = tree.grammar();
    let parent = tree.parent(node);
    let call = tree.ancestors(node).take(4).find_map(|inner| {
        let list = tree.parent(inner).filter(|p| grammar.is_list(tree.kind(*p)))?;
        let call = tree.parent(list).filter(|c| {
            grammar.is_call(tree.kind(*c)) || tree.kind(*c).contains("creation") || tree.kind(*c).contains("new_")
        })?;
        let number = tree
            .children(list)
            .filter(|c| !matches!(tree.text_of(*c), "(" | ")" | "[" | "]" | "<" | ">"))
            .position(|c| c == inner)?;
        Some((tree.text_of(grammar.head(tree, call)?).into(), u8::try_from(number).ok()?))
    });
    Context {
        parents: parent.map(|p| SmolStr::new(tree.kind(p))).into_iter().collect(),
        call,
        is_async: Some(grammar.is_async(tree, node)),
        owner: grammar.owner(tree, node).map(|o| tree.text_of(o).into()),
        ..Context::default()
    }
}
