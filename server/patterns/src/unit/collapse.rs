//! Siblings that stay as they are, as one run.

use super::Abstraction;
use crate::grammar::Grammar;
use crate::template::{Hole, HoleId, Template};

/// Elements of lists that stay together become runs.
pub(super) fn runs(made: &mut Abstraction, grammar: &dyn Grammar) {
    let mut used = vec![0u16; made.holes.len()];
    for id in made.after.holes() {
        used[id as usize] += 1;
    }
    let mut used_before = vec![0u16; made.holes.len()];
    for id in made.before.holes() {
        used_before[id as usize] += 1;
    }
    let mut wanted: Vec<Vec<HoleId>> = Vec::new();
    for list in made.after.all() {
        if let Template::Node { kind, children } = list
            && grammar.is_list(kind)
        {
            wanted.extend(in_a_row(children, &|id| used[id as usize] == 1 && used_before[id as usize] == 1));
        }
    }
    let mut before = std::mem::replace(&mut made.before, Template::Hole { id: 0, space: false });
    let mut after = std::mem::replace(&mut made.after, Template::Hole { id: 0, space: false });
    let mut parts: Vec<Vec<HoleId>> = Vec::new();
    find_parts(&before, grammar, &wanted, &mut parts);
    for part in parts {
        let Ok(id) = HoleId::try_from(made.holes.len()) else { break };
        made.holes.push(Hole { lengths: vec![part.len().min(255) as u8], ..Hole::default() });
        fold(&mut before, &part, id);
        fold(&mut after, &part, id);
    }
    // What was added to an empty list is added behind what another one has.
    add_empty(&mut before, &mut after, grammar, &mut made.holes);
    (made.before, made.after) = (before, after);
}

fn in_a_row(children: &[Template], test: &dyn Fn(HoleId) -> bool) -> Vec<Vec<HoleId>> {
    let mut out: Vec<Vec<HoleId>> = Vec::new();
    let mut row = Vec::new();
    for child in children {
        match child {
            Template::Hole { id, .. } if test(*id) => row.push(*id),
            _ if !row.is_empty() => out.push(std::mem::take(&mut row)),
            _ => {}
        }
    }
    if !row.is_empty() {
        out.push(row);
    }
    out
}

/// The longest parts of the wanted rows that stand in a row in a list before, too.
fn find_parts(template: &Template, grammar: &dyn Grammar, wanted: &[Vec<HoleId>], out: &mut Vec<Vec<HoleId>>) {
    let Template::Node { kind, children } = template else { return };
    if grammar.is_list(kind) {
        for row in in_a_row(children, &|_| true) {
            let mut at = 0;
            while at < row.len() {
                let longest = |w: &Vec<HoleId>| {
                    let start = w.iter().position(|id| *id == row[at])?;
                    Some(w[start..].iter().zip(&row[at..]).take_while(|(a, b)| a == b).count())
                };
                let length = wanted.iter().filter_map(longest).max().unwrap_or(0);
                if length > 0 {
                    out.push(row[at..at + length].to_vec());
                }
                at += length.max(1);
            }
        }
    }
    children.iter().for_each(|c| find_parts(c, grammar, wanted, out));
}

/// Puts one run for holes in a row.
fn fold(template: &mut Template, part: &[HoleId], run: HoleId) {
    let Template::Node { children, .. } = template else { return };
    let is = |t: &Template, id: HoleId| matches!(t, Template::Hole { id: other, .. } if *other == id);
    let found = (0..children.len())
        .find(|at| part.iter().enumerate().all(|(i, id)| children.get(at + i).is_some_and(|c| is(c, *id))));
    if let Some(at) = found {
        let space = matches!(children[at], Template::Hole { space: true, .. });
        children.splice(at..at + part.len(), [Template::Run { id: run, space }]);
        return;
    }
    children.iter_mut().for_each(|c| fold(c, part, run));
}

fn add_empty(before: &mut Template, after: &mut Template, grammar: &dyn Grammar, holes: &mut Vec<Hole>) {
    let (Template::Node { kind, children: old }, Template::Node { kind: other, children: new }) = (before, after)
    else {
        return;
    };
    if kind == other
        && grammar.is_list(kind)
        && old.len() == 2
        && new.len() > 2
        && new.first() == old.first()
        && new.last() == old.last()
    {
        let Ok(id) = HoleId::try_from(holes.len()) else { return };
        holes.push(Hole { lengths: vec![0], ..Hole::default() });
        old.insert(1, Template::Run { id, space: false });
        new.insert(1, Template::Run { id, space: false });
        return;
    }
    if kind == other && old.len() == new.len() {
        old.iter_mut().zip(new).for_each(|(a, b)| add_empty(a, b, grammar, holes));
    }
}

/// Of declarations and statements, what is not beside the edit may be anything.
pub(super) fn open(made: &mut Abstraction, grammar: &dyn Grammar) {
    let mut used = vec![0u16; made.holes.len()];
    for id in made.after.holes().into_iter().chain(made.before.holes()) {
        used[id as usize] += 1;
    }
    let mut before = std::mem::replace(&mut made.before, Template::Hole { id: 0, space: false });
    let mut after = std::mem::replace(&mut made.after, Template::Hole { id: 0, space: false });
    open_node(&mut before, &mut after, grammar, &mut made.holes, &used);
    (made.before, made.after) = (before, after);
}

fn open_node(before: &mut Template, after: &mut Template, grammar: &dyn Grammar, holes: &mut Vec<Hole>, used: &[u16]) {
    let (Template::Node { kind, children: old }, Template::Node { kind: other, children: new }) =
        (&mut *before, &mut *after)
    else {
        return;
    };
    if kind != other {
        return;
    }
    let only_here = |t: &Template| t.holes().iter().all(|id| used.get(*id as usize).is_some_and(|n| *n == 2));
    let start = old.iter().zip(&*new).take_while(|(a, b)| a == b && only_here(a)).count();
    let most = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| a == b && only_here(a)).count();
    if old.len() == new.len() {
        let (from, to) = (start, old.len() - end);
        old[from..to].iter_mut().zip(&mut new[from..to]).for_each(|(a, b)| open_node(a, b, grammar, holes, used));
    }
    if !grammar.is_statement(kind) || grammar.is_list(kind) {
        return;
    }
    let run = |holes: &mut Vec<Hole>| {
        let id = HoleId::try_from(holes.len()).ok()?;
        holes.push(Hole::default());
        Some(Template::Run { id, space: true })
    };
    // One neighbour on each side says where the place is.
    let kept_end = end.saturating_sub(1);
    if let Some(last) = run(holes) {
        old.truncate(old.len() - kept_end);
        new.truncate(new.len() - kept_end);
        old.push(last.clone());
        new.push(last);
    }
    // Before a type there are modifiers, which say nothing about it.
    let kept_start = if grammar.declares_typed(kind) { start } else { start.saturating_sub(1) };
    if let Some(first) = run(holes) {
        old.splice(..kept_start, [first.clone()]);
        new.splice(..kept_start, [first]);
    }
}

/// Numbers the holes by their first place before, then after, and drops those that are left over.
pub(super) fn renumber(made: &mut Abstraction) {
    let mut order: Vec<HoleId> = Vec::new();
    for id in made.before.holes().into_iter().chain(made.after.holes()) {
        if !order.contains(&id) {
            order.push(id);
        }
    }
    let new_id = |id: HoleId| order.iter().position(|o| *o == id).unwrap_or(0) as HoleId;
    fn renamed(template: &mut Template, new_id: &dyn Fn(HoleId) -> HoleId) {
        match template {
            Template::Hole { id, .. } | Template::Run { id, .. } => *id = new_id(*id),
            Template::Node { children, .. } => children.iter_mut().for_each(|c| renamed(c, new_id)),
            Template::Token { .. } => {}
        }
    }
    renamed(&mut made.before, &new_id);
    renamed(&mut made.after, &new_id);
    made.holes = order.iter().map(|id| made.holes[*id as usize].clone()).collect();
}
