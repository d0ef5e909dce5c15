//! What two patterns have in common.

use crate::template::{Context, Fill, Hole, HoleId, Pattern, Template, Transform};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// The holes of a general pattern are pairs of what the two have there.
struct Table<'p> {
    one: &'p Pattern,
    other: &'p Pattern,
    pairs: Vec<(Template, Template)>,
    holes: Vec<Hole>,
    /// Whether new pairs may be made: not on the right side.
    open: bool,
}

/// Two patterns that differ in what they were seen with only.
pub fn merged(one: &Pattern, other: &Pattern) -> Pattern {
    let mut out = one.clone();
    for (hole, more) in out.holes.iter_mut().zip(&other.holes) {
        let joined = hole_of(hole, more);
        *hole = joined;
    }
    join_rest(&mut out, one, other);
    out
}

fn join_rest(out: &mut Pattern, one: &Pattern, other: &Pattern) {
    out.anchors = union(&one.anchors, &other.anchors);
    out.codes = union(&one.codes, &other.codes);
    out.imports = one.imports.iter().filter(|i| other.imports.contains(i)).cloned().collect();
    if one.before == other.before && one.after == other.after {
        // Where one file had the import already, the other got it.
        out.imports = union(&one.imports, &other.imports);
    }
    out.suppression = one.suppression || other.suppression;
    out.context = context(&one.context, &other.context);
}

fn union<T: Ord + Clone>(one: &[T], other: &[T]) -> Vec<T> {
    let mut out: Vec<T> = one.iter().chain(other).cloned().collect();
    out.sort();
    out.dedup();
    out
}

fn context(one: &Context, other: &Context) -> Context {
    let mut arguments: BTreeMap<SmolStr, Vec<Option<SmolStr>>> = one.arguments.clone();
    for (code, theirs) in &other.arguments {
        match arguments.get_mut(code) {
            None => drop(arguments.insert(code.clone(), theirs.clone())),
            Some(ours) => {
                ours.truncate(theirs.len());
                for (a, b) in ours.iter_mut().zip(theirs) {
                    if a != b {
                        *a = None;
                    }
                }
            }
        }
    }
    Context {
        parents: union(&one.parents, &other.parents),
        call: one.call.clone().filter(|c| other.call.as_ref() == Some(c)),
        owner: one.owner.clone().filter(|o| other.owner.as_ref() == Some(o)),
        is_async: one.is_async.filter(|a| other.is_async == Some(*a)),
        arguments,
    }
}

fn hole_of(one: &Hole, other: &Hole) -> Hole {
    Hole {
        name: one.name.clone(),
        kinds: if one.kinds.is_empty() || other.kinds.is_empty() {
            Vec::new()
        } else {
            union(&one.kinds, &other.kinds)
        },
        only_kinds: one.only_kinds || other.only_kinds,
        head: one.head.clone().filter(|h| other.head.as_ref() == Some(h)),
        lengths: if one.lengths.is_empty() || other.lengths.is_empty() {
            Vec::new()
        } else {
            union(&one.lengths, &other.lengths)
        },
        fill: one.fill.clone().filter(|f| other.fill.as_ref() == Some(f)),
    }
}

/// The least general pattern that says what both say; `None` when they say different things.
pub fn least_general(one: &Pattern, other: &Pattern) -> Option<Pattern> {
    if one.language != other.language
        || one.moved.is_some()
        || other.moved.is_some()
        || one.suppression != other.suppression
    {
        return None;
    }
    let mut table = Table { one, other, pairs: Vec::new(), holes: Vec::new(), open: true };
    let before = table.template(&one.before, &other.before)?;
    table.open = false;
    let after = table.template(&one.after, &other.after)?;
    if before == after {
        return None;
    }
    let mut out = Pattern { before, after, holes: table.holes, ..one.clone() };
    join_rest(&mut out, one, other);
    // What does not say by itself what it is about is about one diagnostic and one kind of place.
    let places = |p: &Pattern| p.anchors.iter().map(std::mem::discriminant).collect::<Vec<_>>();
    if !out.is_named() && (one.codes != other.codes || places(one)[..1] != places(other)[..1]) {
        return None;
    }
    let root_is_hole = matches!(out.before, Template::Hole { .. } | Template::Run { .. });
    if root_is_hole && let Template::Hole { id, .. } = out.before {
        // What is nothing but a hole is at least of the kinds that were seen.
        let hole = out.holes.get_mut(id as usize)?;
        hole.only_kinds = hole.head.is_none();
    }
    Some(out)
}

/// Whether a template takes any siblings: a run, or one with some beside it.
fn is_run(template: &Template) -> bool {
    matches!(template, Template::Run { .. }) || matches!(template, Template::Node { kind, .. } if kind.is_empty())
}

/// Both kinds, once each.
fn either(one: &str, other: &str) -> SmolStr {
    let mut kinds: Vec<&str> = one.split('|').chain(other.split('|')).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.join("|").into()
}

impl Table<'_> {
    fn template(&mut self, one: &Template, other: &Template) -> Option<Template> {
        match (one, other) {
            (Template::Token { kind, text, space }, Template::Token { text: b, .. }) if text == b => {
                Some(Template::Token { kind: kind.clone(), text: text.clone(), space: *space })
            }
            (Template::Run { space, .. }, Template::Run { .. }) => {
                Some(Template::Run { id: self.pair(one, other)?, space: *space })
            }
            (Template::Run { .. }, _) | (_, Template::Run { .. }) if is_run(one) && is_run(other) => {
                Some(Template::Run { id: self.pair(one, other)?, space: true })
            }
            (Template::Run { .. }, _) | (_, Template::Run { .. }) => None,
            (Template::Node { kind, children }, Template::Node { kind: b, children: others })
                if kind == b || self.is_alike(kind, b) =>
            {
                let kind = &either(kind, b);
                match self.children(children, others) {
                    Some(children) => Some(Template::Node { kind: kind.clone(), children }),
                    None => self.hole(one, other),
                }
            }
            _ => self.hole(one, other),
        }
    }

    /// Children of two nodes. What one of them has more beside a run of anything is anything, too.
    fn children(&mut self, one: &[Template], other: &[Template]) -> Option<Vec<Template>> {
        let is_open = |t: Option<&Template>, p: &Pattern| matches!(t, Some(Template::Run { id, .. }) if p.holes.get(*id as usize).is_some_and(|h| h.lengths.is_empty()));
        let starts = is_open(one.first(), self.one) && is_open(other.first(), self.other);
        let ends = is_open(one.last(), self.one) && is_open(other.last(), self.other);
        if one.len() != other.len() && (starts || ends) {
            let shorter = one.len().min(other.len());
            let at_start = |list: &[Template]| {
                let more = list.len() - shorter + 1;
                let first = Template::Node { kind: "".into(), children: list[..more].to_vec() };
                std::iter::once(if more == 1 { list[0].clone() } else { first })
                    .chain(list[more..].iter().cloned())
                    .collect::<Vec<_>>()
            };
            let at_end = |list: &[Template]| {
                let more = list.len() - shorter + 1;
                let from = list.len() - more;
                let last = Template::Node { kind: "".into(), children: list[from..].to_vec() };
                list[..from]
                    .iter()
                    .cloned()
                    .chain([if more == 1 { list[from].clone() } else { last }])
                    .collect::<Vec<_>>()
            };
            if starts && let Some(made) = self.aligned(&at_start(one), &at_start(other)) {
                return Some(made);
            }
            if ends && let Some(made) = self.aligned(&at_end(one), &at_end(other)) {
                return Some(made);
            }
        }
        self.aligned(one, other)
    }

    fn aligned(&mut self, one: &[Template], other: &[Template]) -> Option<Vec<Template>> {
        let known = (self.pairs.clone(), self.holes.clone());
        let mut out = Vec::new();
        let (mut i, mut j) = (0, 0);
        while i < one.len() || j < other.len() {
            let (a, b) = (one.get(i), other.get(j));
            let made = match (a, b) {
                (Some(a @ Template::Run { .. }), b) if !b.is_some_and(is_run) => {
                    i += 1;
                    self.empty_run(a, true)
                }
                (a, Some(b @ Template::Run { .. })) if !a.is_some_and(is_run) => {
                    j += 1;
                    self.empty_run(b, false)
                }
                (Some(a), Some(b)) => {
                    (i, j) = (i + 1, j + 1);
                    self.template(a, b)
                }
                _ => None,
            };
            match made {
                Some(made) => out.push(made),
                None => {
                    (self.pairs, self.holes) = known;
                    return None;
                }
            }
        }
        Some(out)
    }

    /// A run that the other pattern does not have: there it is empty.
    fn empty_run(&mut self, run: &Template, ours: bool) -> Option<Template> {
        let Template::Run { id, space } = run else { return None };
        let nothing = Template::Node { kind: "".into(), children: Vec::new() };
        let pair = if ours { (run.clone(), nothing) } else { (nothing, run.clone()) };
        if let Some(at) = self.pairs.iter().position(|p| *p == pair) {
            return Some(Template::Run { id: at as HoleId, space: *space });
        }
        if !self.open {
            return None;
        }
        let mut hole = if ours { self.one } else { self.other }.holes.get(*id as usize)?.clone();
        if !hole.lengths.is_empty() {
            hole.lengths = union(&hole.lengths, &[0]);
        }
        Some(Template::Run { id: self.push(pair, hole)?, space: *space })
    }

    fn push(&mut self, pair: (Template, Template), hole: Hole) -> Option<HoleId> {
        let id = HoleId::try_from(self.holes.len()).ok().filter(|id| *id < 100)?;
        self.pairs.push(pair);
        self.holes.push(hole);
        Some(id)
    }

    fn pair(&mut self, one: &Template, other: &Template) -> Option<HoleId> {
        let key = (one.without_spaces(), other.without_spaces());
        if let Some(at) = self.pairs.iter().position(|p| *p == key) {
            return Some(at as HoleId);
        }
        let (a, b) = (self.hole_for(one, true), self.hole_for(other, false));
        if !self.open {
            let fill = self.fill(one, other)?;
            return self.push(key, Hole { fill: Some(fill), ..Hole::default() });
        }
        let hole = hole_of(&a, &b);
        self.push(key, hole)
    }

    fn hole(&mut self, one: &Template, other: &Template) -> Option<Template> {
        let space = matches!(one, Template::Token { space: true, .. } | Template::Hole { space: true, .. });
        Some(Template::Hole { id: self.pair(one, other)?, space })
    }

    /// Whether nodes of two kinds are declarations, which are written alike.
    fn is_alike(&self, one: &str, other: &str) -> bool {
        let Some(grammar) = crate::grammar::named(&self.one.language) else { return false };
        [one, other].iter().all(|k| k.split('|').all(|k| grammar.is_member(k)))
    }

    fn hole_for(&self, template: &Template, ours: bool) -> Hole {
        let pattern = if ours { self.one } else { self.other };
        match template {
            _ if is_run(template) && !matches!(template, Template::Run { .. }) => Hole::default(),
            Template::Hole { id, .. } | Template::Run { id, .. } => {
                pattern.holes.get(*id as usize).cloned().unwrap_or_default()
            }
            Template::Token { kind, .. } | Template::Node { kind, .. } => {
                Hole { kinds: vec![kind.clone()], ..Hole::default() }
            }
        }
    }

    /// Where texts of the right side come from that differ and are not on the left.
    fn fill(&self, one: &Template, other: &Template) -> Option<Fill> {
        let known = |t: &Template, p: &Pattern| match t {
            Template::Hole { id, .. } => p.holes.get(*id as usize).and_then(|h| h.fill.clone()),
            _ => None,
        };
        match (known(one, self.one), known(other, self.other)) {
            (Some(a), Some(b)) if a == b => return Some(a),
            (Some(Fill::Scope { name, ty: Some(a) }), Some(Fill::Scope { ty: Some(b), .. })) if a == b => {
                return Some(Fill::Scope { name, ty: Some(a) });
            }
            (None, None) => {}
            _ => return None,
        }
        let (Template::Token { text: a, .. }, Template::Token { text: b, .. }) = (one, other) else { return None };
        let argument = |p: &Pattern, text: &str| {
            let lists: Vec<_> = p.context.arguments.values().collect();
            (0..16u8)
                .filter(|i| {
                    !lists.is_empty()
                        && lists.iter().all(|l| l.get(*i as usize).is_some_and(|a| a.as_deref() == Some(text)))
                })
                .collect::<Vec<_>>()
        };
        let theirs = argument(self.other, b);
        if let Some(i) = argument(self.one, a).into_iter().find(|i| theirs.contains(i)) {
            return Some(Fill::Argument(i));
        }
        // Made of a name on the left in the same way.
        for (at, (x, y)) in self.pairs.iter().enumerate() {
            if let (Template::Token { text: x, .. }, Template::Token { text: y, .. }) = (x, y)
                && let Some(how) = Transform::between(x, a)
                && how.apply(y).as_deref() == Some(b)
            {
                return Some(Fill::Changed { of: at as HoleId, how });
            }
        }
        None
    }
}
