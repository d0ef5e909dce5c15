//! Writes the right side of a pattern at a place, with edits that leave alone what stays: comments, line breaks and layout included.

use crate::matching::{Binding, Match};
use crate::template::{Pattern, Template};
use crate::tree::{NodeId, Tree};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use text::{TextEdit, TextRange};

/// A piece of what is written.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Piece {
    /// A token.
    Token { text: String, space: bool },
    /// A part of the text that stays, or is written again.
    Part { range: TextRange, space: bool },
}

/// The edits that make a match the right side; `None` when a hole has nothing to be filled with.
pub fn edits(pattern: &Pattern, tree: &Tree, found: &Match) -> Option<Vec<TextEdit>> {
    let mut pieces = Vec::new();
    let mut writer = Writer { tree, found, pieces: &mut pieces };
    writer.write(&pattern.after)?;
    let root_kind = pattern.after.kind().map(|k| k.as_str());
    if let Some(kind) = root_kind
        && needs_parentheses(tree, found.node, kind)
    {
        let space = matches!(pieces.first(), Some(Piece::Token { space: true, .. } | Piece::Part { space: true, .. }));
        if let Some(Piece::Token { space, .. } | Piece::Part { space, .. }) = pieces.first_mut() {
            *space = false;
        }
        pieces.insert(0, Piece::Token { text: "(".into(), space });
        pieces.push(Piece::Token { text: ")".into(), space: false });
    }
    if let (Some((key, value)), [Piece::Token { text, .. }]) = (shorthand(tree, found.node), &pieces[..]) {
        // Written once, it is a name and a value: one of them stays.
        let old = tree.text_of(found.node);
        let new = if found.node == key { format!("{text}: {old}") } else { format!("{old}: {text}") };
        return (found.node == key || found.node == value)
            .then(|| vec![TextEdit::replace(tree.range(found.node), new)]);
    }
    Some(Placer { tree, whole: tree.range(found.node) }.edits(&pieces))
}

/// The name and the value around a leaf, where both are written once.
fn shorthand(tree: &Tree, node: NodeId) -> Option<(NodeId, NodeId)> {
    let pair = tree
        .parent(node)
        .filter(|p| matches!(tree.kind(*p), "pair" | "pair_pattern") && tree.range(*p) == tree.range(node))?;
    Some((tree.child(pair, 0)?, tree.child(pair, 2)?))
}

/// Whether an expression of this kind must be put in parentheses where a node stands.
fn needs_parentheses(tree: &Tree, node: NodeId, kind: &str) -> bool {
    let grammar = tree.grammar();
    let Some(parent) = tree.parent(node) else { return false };
    let first = tree.child(parent, 0) == Some(node);
    let needed = grammar.needed_precedence(tree.kind(parent), first);
    grammar.precedence(kind).is_some_and(|p| p < needed) && grammar.precedence(tree.kind(node)).is_some()
}

struct Writer<'t> {
    tree: &'t Tree,
    found: &'t Match,
    pieces: &'t mut Vec<Piece>,
}

impl Writer<'_> {
    fn write(&mut self, template: &Template) -> Option<()> {
        match template {
            Template::Token { text, space, .. } => {
                self.pieces.push(Piece::Token { text: text.to_string(), space: *space })
            }
            Template::Hole { id, space } | Template::Run { id, space } => {
                match self.found.holes.get(*id as usize)?.as_ref()? {
                    Binding::Text(text) => self.pieces.push(Piece::Token { text: text.clone(), space: *space }),
                    binding => {
                        if let Some(range) = binding.range(self.tree) {
                            self.pieces.push(Piece::Part { range, space: *space });
                        }
                    }
                }
            }
            Template::Node { kind, children } => return self.node(kind, children),
        }
        Some(())
    }

    fn node(&mut self, kind: &str, children: &[Template]) -> Option<()> {
        let grammar = self.tree.grammar();
        if let ([key, _, value], true) = (children, matches!(kind, "pair" | "pair_pattern"))
            && self.is_shorthand(key, value)
        {
            return self.write(value);
        }
        if let [Template::Run { id, .. }, modifiers @ ..] = children
            && !modifiers.is_empty()
            && modifiers.iter().all(|m| matches!(m, Template::Token { kind, .. } if kind == "modifier"))
        {
            return self.modified(*id, modifiers);
        }
        let list = grammar.is_list(kind);
        let (mut element, mut last) = (false, 0);
        for (i, child) in children.iter().enumerate() {
            let delimiter = matches!(child, Template::Token { text, .. } if matches!(text.as_str(), "(" | ")" | "[" | "]" | "{" | "}" | "<" | ">" | ":"));
            let start = self.pieces.len();
            if list && self.is_left_out(child) {
                continue;
            }
            let is_hole = matches!(child, Template::Hole { .. });
            self.write(child)?;
            if self.pieces.len() == start {
                continue;
            }
            // What binds less tightly than its new place asks for.
            if let (Template::Hole { id, .. }, true) = (child, is_hole)
                && let Some(Some(Binding::Node(node))) = self.found.holes.get(*id as usize)
            {
                let needed = grammar.needed_precedence(kind, i == 0);
                let inner = self.tree.kind(*node);
                if grammar.precedence(inner).is_some_and(|p| p < needed) && inner != grammar.parenthesized() {
                    let space = self.take_space(start);
                    self.pieces.insert(start, Piece::Token { text: "(".into(), space });
                    self.pieces.push(Piece::Token { text: ")".into(), space: false });
                }
            }
            if list && !delimiter {
                if element {
                    let space = true;
                    match &mut self.pieces[start] {
                        Piece::Token { space: s, .. } | Piece::Part { space: s, .. } => *s = space,
                    }
                    self.pieces.insert(start, Piece::Token { text: ",".into(), space: false });
                } else if i > 0 {
                    // First, where it may not have been.
                    let space = matches!(
                        kind,
                        "object" | "named_imports" | "object_pattern" | "export_clause" | "initializer_expression"
                    );
                    match &mut self.pieces[start] {
                        Piece::Token { space: s, .. } | Piece::Part { space: s, .. } => *s = space,
                    }
                }
                element = true;
                last = self.pieces.len();
            }
        }
        if element && self.ends_with_separator(kind, children) {
            self.pieces.insert(last, Piece::Token { text: ",".into(), space: false });
        }
        Some(())
    }

    /// Whether the list that elements stay in has a separator behind its last one.
    fn ends_with_separator(&self, kind: &str, children: &[Template]) -> bool {
        let tree = self.tree;
        let bound = |t: &Template| match t {
            Template::Hole { id, .. } | Template::Run { id, .. } => {
                match self.found.holes.get(usize::from(*id))?.as_ref()? {
                    Binding::Node(node) => Some(*node),
                    Binding::Run(nodes, _) => nodes.first().copied(),
                    Binding::Text(_) => None,
                }
            }
            _ => None,
        };
        let list = children.iter().find_map(bound).and_then(|n| tree.parent(n)).filter(|l| tree.kind(*l) == kind);
        list.is_some_and(|list| match tree.tokens(tree.range(list)) {
            [.., separator, _] => tree.token_text(separator) == ",",
            _ => false,
        })
    }

    /// Whether an element is a named part whose value is not there.
    fn is_left_out(&self, element: &Template) -> bool {
        let Template::Node { kind, children } = element else { return false };
        let Some(Template::Hole { id, .. }) = children.last() else { return false };
        matches!(kind.as_str(), "pair" | "assignment_expression")
            && matches!(self.found.holes.get(usize::from(*id)), Some(None))
    }

    /// Siblings with modifiers more, each where the language wants it.
    fn modified(&mut self, run: u8, modifiers: &[Template]) -> Option<()> {
        let (tree, grammar) = (self.tree, self.tree.grammar());
        let Some(Some(Binding::Run(nodes, _))) = self.found.holes.get(usize::from(run)) else { return None };
        let mut pieces: Vec<(Option<u8>, Piece)> = Vec::new();
        for node in nodes {
            let rank = if grammar.precedes_modifiers(tree.kind(*node)) {
                Some(0)
            } else {
                grammar.modifier_rank(tree.text_of(*node))
            };
            pieces.push((rank, Piece::Part { range: tree.range(*node), space: tree.has_space(*node) }));
        }
        for modifier in modifiers {
            let Template::Token { text, .. } = modifier else { return None };
            let rank = grammar.modifier_rank(text)?;
            if nodes.iter().any(|n| tree.text_of(*n) == text) {
                return None;
            }
            let at = pieces.iter().position(|(r, _)| r.is_none_or(|r| r > rank)).unwrap_or(pieces.len());
            if let Some((_, Piece::Part { space, .. } | Piece::Token { space, .. })) = pieces.get_mut(at) {
                *space = true;
            }
            pieces.insert(at, (Some(rank), Piece::Token { text: text.to_string(), space: at > 0 }));
        }
        self.pieces.extend(pieces.into_iter().map(|(_, piece)| piece));
        Some(())
    }

    fn take_space(&mut self, at: usize) -> bool {
        match &mut self.pieces[at] {
            Piece::Token { space, .. } | Piece::Part { space, .. } => std::mem::take(space),
        }
    }

    /// Whether a name and a value read the same.
    fn is_shorthand(&self, key: &Template, value: &Template) -> bool {
        let (Template::Token { text: key, .. }, Template::Hole { id, .. }) = (key, value) else {
            return matches!((key, value), (Template::Token { text: a, .. }, Template::Token { text: b, kind, .. }) if a == b && kind == "identifier");
        };
        match self.found.holes.get(*id as usize) {
            Some(Some(Binding::Node(node))) => self.tree.text_of(*node) == key && self.tree.kind(*node) == "identifier",
            Some(Some(Binding::Text(text))) => text == key,
            _ => false,
        }
    }
}

struct Placer<'t> {
    tree: &'t Tree,
    whole: TextRange,
}

impl Placer<'_> {
    fn edits(&self, pieces: &[Piece]) -> Vec<TextEdit> {
        let pieces = self.split(pieces);
        let tokens = self.tree.tokens(self.whole);
        let text = |range: TextRange| &self.tree.text()[range.start..range.end];
        let old: Vec<&str> = tokens.iter().map(|t| self.tree.token_text(t)).collect();
        let new: Vec<&str> = pieces
            .iter()
            .map(|p| match p {
                Piece::Token { text, .. } => text.as_str(),
                Piece::Part { range, .. } => text(*range),
            })
            .collect();
        let mut out = Vec::new();
        let mut ops: Vec<DiffOp> = capture_diff_slices(Algorithm::Myers, &old, &new);
        self.keep_places(&mut ops, tokens, &pieces);
        let mut gaps: Vec<(std::ops::Range<usize>, std::ops::Range<usize>)> = Vec::new();
        for op in ops {
            let (a, b) = (op.old_range(), op.new_range());
            if matches!(op, DiffOp::Equal { .. }) {
                continue;
            }
            match gaps.last_mut() {
                Some((c, d)) if c.end == a.start && d.end == b.start => (c.end, d.end) = (a.end, b.end),
                _ => gaps.push((a, b)),
            }
        }
        for (a, b) in gaps {
            out.push(self.edit(tokens, &pieces, a, b));
        }
        out
    }

    /// Parts as their tokens, so that they are found again where they stand.
    fn split(&self, pieces: &[Piece]) -> Vec<Piece> {
        let mut out = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Part { range, space } => {
                    let tokens = self.tree.tokens(*range);
                    out.extend(
                        tokens
                            .iter()
                            .enumerate()
                            .map(|(i, t)| Piece::Part { range: t.range, space: if i == 0 { *space } else { t.space } }),
                    );
                }
                token => out.push(token.clone()),
            }
        }
        out
    }

    /// A token that stays must be the same one, not an equal one elsewhere, where there is a choice.
    fn keep_places(&self, ops: &mut Vec<DiffOp>, tokens: &[text_token::Token], pieces: &[Piece]) {
        // Aligned by identity where that keeps as much.
        let own = |p: &Piece| match p {
            Piece::Part { range, .. } => tokens.iter().position(|t| t.range == *range),
            Piece::Token { .. } => None,
        };
        let places: Vec<Option<usize>> = pieces.iter().map(own).collect();
        // The longest increasing row of tokens that stay.
        let known: Vec<(usize, usize)> = places.iter().enumerate().filter_map(|(i, p)| Some((i, (*p)?))).collect();
        let mut best: Vec<(usize, Option<usize>)> = Vec::new();
        for (n, (_, at)) in known.iter().enumerate().take(3_000) {
            let before = (n.saturating_sub(400)..n).filter(|m| known[*m].1 < *at).max_by_key(|m| best[*m].0);
            best.push((before.map_or(1, |m| best[m].0 + 1), before));
        }
        let Some(mut last) = (0..best.len()).max_by_key(|n| best[*n].0) else { return };
        let mut anchors = vec![known[last]];
        while let Some(before) = best[last].1 {
            anchors.push(known[before]);
            last = before;
        }
        anchors.reverse();
        let kept: usize = ops.iter().filter(|o| matches!(o, DiffOp::Equal { .. })).map(|o| o.old_range().len()).sum();
        let text = |range: TextRange| &self.tree.text()[range.start..range.end];
        let mut out = Vec::new();
        let (mut a, mut b) = (0, 0);
        let mut equal = 0;
        for (new, old) in anchors.into_iter().map(Some).chain([None]).map(|x| x.unwrap_or((pieces.len(), tokens.len())))
        {
            let between_old: Vec<&str> = tokens[a..old].iter().map(|t| self.tree.token_text(t)).collect();
            let between_new: Vec<&str> = pieces[b..new]
                .iter()
                .map(|p| match p {
                    Piece::Token { text, .. } => text.as_str(),
                    Piece::Part { range, .. } => text(*range),
                })
                .collect();
            for op in capture_diff_slices(Algorithm::Myers, &between_old, &between_new) {
                if let DiffOp::Equal { len, .. } = op {
                    equal += len;
                }
                out.push(shifted(op, a, b));
            }
            if old < tokens.len() {
                out.push(DiffOp::Equal { old_index: old, new_index: new, len: 1 });
                equal += 1;
            }
            (a, b) = (old + 1, new + 1);
            if a > tokens.len() || b > pieces.len() {
                break;
            }
        }
        if equal >= kept {
            *ops = out;
        }
    }

    /// The edit that puts pieces for tokens.
    fn edit(
        &self,
        tokens: &[text_token::Token],
        pieces: &[Piece],
        a: std::ops::Range<usize>,
        b: std::ops::Range<usize>,
    ) -> TextEdit {
        let source = self.tree.text();
        let mut new = String::new();
        for (i, piece) in pieces[b.clone()].iter().enumerate() {
            let (text, space) = match piece {
                Piece::Token { text, space } => (text.as_str(), *space),
                Piece::Part { range, space } => (&source[range.start..range.end], *space),
            };
            if i > 0 && space {
                new.push(' ');
            }
            new.push_str(text);
        }
        let space_of = |p: &Piece| match p {
            Piece::Token { space, .. } | Piece::Part { space, .. } => *space,
        };
        let next_space = pieces.get(b.end).map(space_of);
        if !a.is_empty() {
            let (first, last) = (&tokens[a.start], &tokens[a.end - 1]);
            let mut range = TextRange::new(first.range.start, last.range.end);
            if b.is_empty() {
                // White space around what goes: that before it, unless what follows wants it.
                if a.start > 0 && next_space != Some(true) {
                    let start = tokens[a.start - 1].range.end;
                    if source[start..range.start].trim().is_empty() && !source[start..range.start].contains('\n') {
                        range.start = start;
                    }
                    if let Some(next) = tokens.get(a.end)
                        && source[range.end..next.range.start].trim().is_empty()
                        && !source[range.end..next.range.start].contains('\n')
                        && (a.start == 0 || next_space == Some(false))
                    {
                        range.end = next.range.start;
                    }
                } else if let Some(next) = tokens.get(a.end)
                    && source[range.end..next.range.start].trim().is_empty()
                {
                    range.end = next.range.start;
                    if a.start > 0 && next_space == Some(true) {
                        // One space stays where two were.
                        let start = tokens[a.start - 1].range.end;
                        if start == range.start {
                            new.push(' ');
                        }
                    }
                }
                return TextEdit::replace(range, new);
            }
            // Before what closes or ends something there is none.
            let closes = matches!(&pieces[b.start], Piece::Token { text, space: false } if matches!(text.as_str(), ")" | "]" | ";" | ","));
            if closes
                && a.start > 0
                && let before = tokens[a.start - 1].range.end
                && !source[before..range.start].contains('\n')
                && source[before..range.start].trim().is_empty()
            {
                range.start = before;
            }
            // Behind what opens something neither.
            let opens = matches!(&pieces[b.end - 1], Piece::Token { text, .. } if matches!(text.as_str(), "(" | "[" | "." | "!"));
            if opens
                && next_space == Some(false)
                && let Some(next) = tokens.get(a.end)
                && !source[range.end..next.range.start].contains('\n')
                && source[range.end..next.range.start].trim().is_empty()
            {
                range.end = next.range.start;
            }
            // Between what is put and its neighbours the white space stays, unless there was none and some is needed.
            if space_of(&pieces[b.start]) && a.start > 0 && tokens[a.start - 1].range.end == first.range.start {
                new.insert(0, ' ');
            }
            if next_space == Some(true) && tokens.get(a.end).is_some_and(|n| n.range.start == last.range.end) {
                new.push(' ');
            }
            return TextEdit::replace(range, new);
        }
        // Nothing goes: put behind the token before, or before the first.
        if a.start > 0 {
            let at = tokens[a.start - 1].range.end;
            if space_of(&pieces[b.start]) {
                new.insert(0, ' ');
            }
            if next_space == Some(true) && tokens.get(a.start).is_some_and(|n| n.range.start == at) {
                new.push(' ');
            }
            // On the line of what follows.
            if let Some(next) = tokens.get(a.start)
                && next_space == Some(true)
                && source[at..next.range.start].contains('\n')
                && source[at..next.range.start].trim().is_empty()
            {
                return TextEdit::insert(next.range.start, format!("{} ", new.trim()));
            }
            // Before the next token, when the white space belongs before what is put.
            if let Some(next) = tokens.get(a.start)
                && next.range.start > at
                && next_space != Some(true)
                && source[at..next.range.start].trim().is_empty()
                && space_of(&pieces[b.start])
            {
                return TextEdit::insert(next.range.start, new.trim_start_matches(' ').to_owned());
            }
            return TextEdit::insert(at, new);
        }
        let at = tokens.first().map_or(self.whole.start, |t| t.range.start);
        if next_space == Some(true) {
            new.push(' ');
        }
        TextEdit::insert(at, new)
    }
}

fn shifted(op: DiffOp, a: usize, b: usize) -> DiffOp {
    match op {
        DiffOp::Equal { old_index, new_index, len } => {
            DiffOp::Equal { old_index: old_index + a, new_index: new_index + b, len }
        }
        DiffOp::Delete { old_index, old_len, new_index } => {
            DiffOp::Delete { old_index: old_index + a, old_len, new_index: new_index + b }
        }
        DiffOp::Insert { old_index, new_index, new_len } => {
            DiffOp::Insert { old_index: old_index + a, new_index: new_index + b, new_len }
        }
        DiffOp::Replace { old_index, old_len, new_index, new_len } => {
            DiffOp::Replace { old_index: old_index + a, old_len, new_index: new_index + b, new_len }
        }
    }
}

use crate::tree as text_token;
