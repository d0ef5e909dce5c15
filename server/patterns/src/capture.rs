//! What was learned from: edits of files after which diagnostics were gone.

use crate::diff::Diff;
use crate::grammar::IMPLICIT_TYPE;
use crate::imports;
use crate::locals::Lost;
use crate::scope;
use crate::template::{Anchor, Hole, HoleId, ImportMove, Pattern, Template};
use crate::tree::{NodeId, Tree};
use crate::unit::{self, Unit};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::path::{Path, PathBuf};
use text::TextRange;

/// A diagnostic of a file, in its text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Its code.
    pub code: SmolStr,
    /// Where it begins, in bytes.
    pub start: usize,
    /// The arguments of its message.
    pub arguments: Vec<SmolStr>,
}

/// A file before and after it was edited.
#[derive(Clone, Copy, Debug)]
pub struct Edited<'a> {
    /// Its path, as the examples are to name it.
    pub path: &'a Path,
    /// The tree before.
    pub before: &'a Tree,
    /// The tree after.
    pub after: &'a Tree,
    /// The diagnostics before.
    pub diagnostics_before: &'a [Seen],
    /// The diagnostics after.
    pub diagnostics_after: &'a [Seen],
}

/// One repair that was made, and the pattern that it would be by itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Example {
    /// The pattern of this repair alone.
    pub pattern: Pattern,
    /// The file.
    pub path: PathBuf,
    /// The line before the edit, from 1.
    pub line: u32,
    /// The text of the place before.
    pub before: String,
    /// The text of the place after.
    pub after: String,
}

/// Lines between a diagnostic and the edit that repaired it, at most.
const NEAR: usize = 10;
/// Bytes of an example's text that are kept.
const LONGEST: usize = 600;

/// The repairs of a file: the edits that diagnostics which vanished can be laid to.
pub fn examples(file: &Edited<'_>) -> Vec<Example> {
    let (before, after) = (file.before, file.after);
    let Some(diff) = Diff::between(before, after) else { return Vec::new() };
    if diff.edits.is_empty() {
        return Vec::new();
    }
    let gone: Vec<&Seen> = vanished(file, &diff);
    let places: Vec<NodeId> = gone.iter().filter_map(|d| before.leaf_at(d.start)).collect();
    let units = unit::units(before, after, &diff, &places);
    let imports = imports::changes(file.path, before, after);
    let moves = imports::moves(file.path, before, after, &diff);
    // Uses that got another name with their import go with it.
    let is_followed = |u: &Unit| {
        let (old, new) = (before.text_of(u.before), after.text_of(u.after));
        before.is_leaf(u.before) && moves.iter().any(|(_, m)| m.name == old && m.new_name == new)
    };
    // What did not parse and does now was repaired by rules of the syntax: as a pattern it would say nothing. Grammars report errors in right code, too.
    let parsed = |u: &Unit| !before.is_broken(u.before) || after.is_broken(u.after);
    let units: Vec<Unit> = units.into_iter().filter(|u| !is_followed(u) && parsed(u)).collect();
    let mut laid: Laid<'_> = vec![Vec::new(); units.len()];
    // What an import that was followed said is repaired by that.
    let is_moved = |d: &Seen| {
        let import = |n: NodeId| before.enclosing(n, |k| before.grammar().is_import(k));
        let here = before.leaf_at(d.start).and_then(import);
        here.is_some() && moves.iter().any(|(n, _)| import(*n) == here)
    };
    for diagnostic in gone.iter().filter(|d| !is_moved(d)) {
        for (number, anchor) in causes(before, &units, diagnostic) {
            laid[number].push((diagnostic, anchor));
        }
    }
    let (units, laid) = with_uses(before, after, &diff, units, laid);
    let mut out: Vec<Example> = moves.iter().filter_map(|(node, change)| moved(file, *node, change, &gone)).collect();
    for (unit, laid) in units.iter().zip(laid) {
        if laid.is_empty() {
            continue;
        }
        let Some(made) = unit::abstracted(before, after, &diff, unit) else { continue };
        let (old, new) = (before.text_of(unit.before), after.text_of(unit.after));
        let mut pattern = Pattern {
            language: before.grammar().name().into(),
            imports: imports::needed(&imports, &made.after),
            before: made.before,
            after: made.after,
            holes: made.holes,
            anchors: Vec::new(),
            codes: Vec::new(),
            context: unit::context(before, unit.before),
            suppression: before.grammar().is_suppression(old, new),
            moved: None,
        };
        let start = before.range(unit.before).start;
        let line = before.line(start) as u32 + 1;
        // What does not say by itself what it is about is learned for each code and kind of place.
        let mut groups: Vec<Vec<(&Seen, Anchor)>> = Vec::new();
        for one in laid {
            let same = |g: &&mut Vec<(&Seen, Anchor)>| {
                pattern.is_named() || g[0].0.code == one.0.code && g[0].1.is_like(one.1)
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.push(one),
                None => groups.push(vec![one]),
            }
        }
        let whole = pattern.clone();
        for group in groups {
            pattern.clone_from(&whole);
            name_left_out(&mut pattern, group.iter().map(|(d, _)| *d));
            pattern.anchors = group.iter().map(|(_, a)| *a).collect();
            pattern.codes = group.iter().map(|(d, _)| d.code.clone()).collect();
            pattern.context.arguments.clear();
            for (diagnostic, _) in &group {
                let arguments = diagnostic.arguments.iter().cloned().map(Some).collect();
                pattern.context.arguments.entry(diagnostic.code.clone()).or_insert(arguments);
            }
            pattern.anchors.sort();
            pattern.anchors.dedup();
            pattern.codes.sort();
            pattern.codes.dedup();
            out.push(Example {
                pattern: pattern.clone(),
                path: file.path.to_path_buf(),
                line,
                before: shortened(old),
                after: shortened(new),
            });
        }
    }
    out
}

/// What a diagnostic is laid to, for each unit.
type Laid<'a> = Vec<Vec<(&'a Seen, Anchor)>>;

/// The units, with the edits of uses of what another one takes away: they are laid to what that one is laid to.
fn with_uses<'a>(
    before: &Tree,
    after: &Tree,
    diff: &Diff,
    mut units: Vec<Unit>,
    mut laid: Laid<'a>,
) -> (Vec<Unit>, Laid<'a>) {
    let mut found: Vec<(Lost, &Seen)> = Vec::new();
    for (unit, laid) in units.iter().zip(&laid) {
        let Some((seen, _)) = laid.first() else { continue };
        let edits = || unit.edits.iter().map(|e| &diff.edits[*e]);
        let stays = |name: &str| {
            let new = edits().flat_map(|e| e.after.iter().flat_map(|n| after.leaves(*n)));
            new.into_iter().any(|l| after.text_of(l) == name && after.grammar().is_declared_name(after, l))
        };
        let gone = edits().flat_map(|e| e.before.iter().flat_map(|n| before.leaves(*n)));
        let lost = gone.filter_map(|l| Lost::declared(before, l)).filter(|l| !stays(&l.name));
        found.extend(lost.map(|l| (l, *seen)));
    }
    if found.is_empty() {
        return (units, laid);
    }
    let lost_in = |node: NodeId| found.iter().find(|(l, _)| l.is_used_in(before, node)).map(|(_, seen)| *seen);
    for (unit, laid) in units.iter().zip(&mut laid) {
        let edits = unit.edits.iter().flat_map(|e| &diff.edits[*e].before);
        if laid.is_empty()
            && let Some(seen) = edits.copied().find_map(lost_in)
        {
            laid.push((seen, Anchor::Use));
        }
    }
    // The name alone, wherever it stands.
    for (number, edit) in diff.edits.iter().enumerate() {
        if let ([b], [a]) = (&edit.before[..], &edit.after[..])
            && before.is_leaf(*b)
            && after.is_leaf(*a)
            && let Some(seen) = lost_in(*b)
        {
            units.push(Unit { before: *b, after: *a, edits: vec![number] });
            laid.push(vec![(seen, Anchor::Use)]);
        }
    }
    (units, laid)
}

/// A type that the place leaves to its context is the one whose constructor the message names.
fn name_left_out<'a>(pattern: &mut Pattern, diagnostics: impl Iterator<Item = &'a Seen>) {
    fn replace(template: &mut Template, id: HoleId) -> bool {
        match template {
            Template::Token { kind, space, .. } if kind == IMPLICIT_TYPE => {
                *template = Template::Hole { id, space: *space };
                true
            }
            Template::Node { children, .. } => children.iter_mut().any(|c| replace(c, id)),
            _ => false,
        }
    }
    // `Token.Token(string, int)`
    let constructor = |argument: &SmolStr| {
        let (path, _) = argument.split_once('(')?;
        let mut parts = path.rsplit('.');
        let (name, owner) = (parts.next()?, parts.next()?);
        (name == owner.split('<').next()?).then(|| SmolStr::new(name))
    };
    let Some(name) = diagnostics.flat_map(|d| &d.arguments).find_map(constructor) else { return };
    let Ok(id) = HoleId::try_from(pattern.holes.len()) else { return };
    if replace(&mut pattern.before, id) {
        replace(&mut pattern.after, id);
        pattern.holes.push(Hole { head: Some(name), ..Hole::default() });
    }
}

/// The example of an import that was followed.
fn moved(file: &Edited<'_>, node: NodeId, change: &ImportMove, gone: &[&Seen]) -> Option<Example> {
    let tree = file.before;
    let statement = tree.enclosing(node, |k| tree.grammar().is_import(k))?;
    let here = |d: &&&Seen| tree.range(statement).contains(d.start);
    let exact = |d: &&&Seen| tree.leaf_at(d.start).is_some_and(|l| tree.contains(node, l));
    let mut laid: Vec<&&Seen> = gone.iter().filter(here).filter(exact).collect();
    if laid.is_empty() {
        // The module itself is gone.
        laid = gone.iter().filter(here).collect();
    }
    let mut codes: Vec<SmolStr> = laid.iter().map(|d| d.code.clone()).collect();
    codes.sort();
    codes.dedup();
    let token = |text: &SmolStr| Template::Token { kind: "identifier".into(), text: text.clone(), space: false };
    let side = |module: &SmolStr, name: &SmolStr| match name.is_empty() {
        true => format!("using {module};"),
        false => format!("import {{ {name} }} from '{module}'"),
    };
    (!codes.is_empty()).then(|| Example {
        pattern: Pattern {
            language: tree.grammar().name().into(),
            before: token(&change.name),
            after: token(&change.new_name),
            holes: Vec::new(),
            anchors: vec![Anchor::Around(0)],
            codes,
            context: Default::default(),
            imports: Vec::new(),
            suppression: false,
            moved: Some(change.clone()),
        },
        path: file.path.to_path_buf(),
        line: tree.line(tree.range(node).start) as u32 + 1,
        before: side(&change.module, &change.name),
        after: side(&change.new_module, &change.new_name),
    })
}

pub(crate) fn shortened(text: &str) -> String {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

/// The diagnostics that were there before and are not after: at the place that became of theirs.
pub(crate) fn vanished<'a>(file: &Edited<'a>, diff: &Diff) -> Vec<&'a Seen> {
    let (before, after) = (file.before, file.after);
    let mut left: Vec<&Seen> = file.diagnostics_after.iter().collect();
    let place = |seen: &Seen| {
        let leaf = before.leaf_at(seen.start)?;
        before.ancestors(leaf).find_map(|n| Some((n == leaf, diff.counterpart(before, after, n)?)))
    };
    // The statement around, with what became of it, and whether it was edited.
    let statement = |seen: &Seen| {
        let then = before.enclosing(before.leaf_at(seen.start)?, |k| before.grammar().is_statement(k))?;
        let now = diff.counterpart(before, after, then)?;
        Some((then, now, before.hash(then) != after.hash(now)))
    };
    let mut open: Vec<(usize, &Seen)> = file.diagnostics_before.iter().enumerate().collect();
    // At one place there may be several with one code: those that say the same are the same.
    // What stands at its own token comes before what only is on its line.
    for (same_words, at_token) in [(true, true), (true, false), (false, true), (false, false)] {
        open.retain(|(_, seen)| {
            let found = place(seen).filter(|(exact, _)| *exact == at_token).and_then(|(exact, now)| {
                // Where the token itself was edited and the compiler now says something else, what it said before is gone.
                if !exact && !same_words && statement(seen).is_some_and(|(_, _, is_edited)| is_edited) {
                    return None;
                }
                let start = after.range(now).start;
                let line = after.line(start);
                left.iter().position(|d| {
                    d.code == seen.code
                        && (!same_words || d.arguments == seen.arguments)
                        && if exact { d.start == start } else { after.line(d.start) == line }
                })
            });
            found.map(|at| left.remove(at)).is_none()
        });
    }
    // Where nothing was done and the compiler now stops at something else, nothing was repaired; nor where it says
    // the same about another thing, or no less.
    let count = |tree: &Tree, node: NodeId, all: &[Seen], code: Option<&str>| {
        // Of a member its head: what is said of its body is said of other statements.
        let is_body = |n: &NodeId| {
            let kind = tree.kind(*n);
            tree.grammar().is_body(kind) || matches!(kind, "arrow_expression_clause" | "accessor_list")
        };
        let body = tree.grammar().is_member(tree.kind(node)).then(|| tree.children(node).find(is_body)).flatten();
        let range = TextRange::new(tree.range(node).start, body.map_or(tree.range(node).end, |b| tree.range(b).start));
        all.iter().filter(|d| range.contains(d.start) && code.is_none_or(|c| d.code == c)).count()
    };
    open.retain(|(_, seen)| {
        let Some((then, now, is_edited)) = statement(seen) else { return true };
        if is_edited {
            {
                let fewer = |code, equal| {
                    let (now, then) = (
                        count(after, now, file.diagnostics_after, code),
                        count(before, then, file.diagnostics_before, code),
                    );
                    now < then || equal && now == then
                };
                fewer(Some(seen.code.as_str()), false) && fewer(None, before.grammar().moves_along(&seen.code))
            }
        } else {
            !left.iter().any(|d| after.range(now).contains(d.start))
        }
    });
    open.into_iter().map(|(_, seen)| seen).collect()
}

/// The units that a diagnostic is laid to: around it, else in its statement, else in the declaration that it names, else near it.
fn causes(tree: &Tree, units: &[Unit], diagnostic: &Seen) -> Vec<(usize, Anchor)> {
    let Some(leaf) = tree.leaf_at(diagnostic.start) else { return Vec::new() };
    let grammar = tree.grammar();
    let depth = |outer: NodeId| tree.ancestors(leaf).take_while(|n| *n != outer).count().min(200) as u8;
    let numbered = || units.iter().enumerate();
    let around = numbered().filter(|(_, u)| tree.contains(u.before, leaf)).min_by_key(|(_, u)| tree.size(u.before));
    let statement = tree.enclosing(leaf, |k| grammar.is_statement(k));
    let beside = || {
        numbered()
            .filter(|(_, u)| statement.is_some_and(|s| tree.contains(s, u.before)) && !tree.contains(u.before, leaf))
    };
    if let Some((number, unit)) = around {
        let is_block = |n: &NodeId| grammar.is_block(tree.kind(*n));
        let beyond = tree.ancestors(leaf).take_while(|n| *n != unit.before).any(|n| is_block(&n));
        let anchor = if beyond { Anchor::Member } else { Anchor::Around(depth(unit.before)) };
        let mut out = vec![(number, anchor)];
        // What else was edited in the statement went with it.
        out.extend(beside().map(|(n, _)| (n, Anchor::Statement)));
        return out;
    }
    let found: Vec<_> = beside().map(|(n, _)| (n, Anchor::Statement)).collect();
    if !found.is_empty() {
        return found;
    }
    if let Some(origin) = scope::origin(tree, leaf) {
        let inside = |u: &Unit| tree.contains(origin, u.before);
        let found: Vec<_> = numbered().filter(|(_, u)| inside(u)).map(|(n, _)| (n, Anchor::Origin)).collect();
        if !found.is_empty() {
            return found;
        }
    }
    let targets: Vec<NodeId> =
        scope::targets(tree, leaf).into_iter().filter_map(|t| scope::declaration(tree, t)).collect();
    let found: Vec<_> = numbered()
        .filter(|(_, u)| targets.iter().any(|t| tree.contains(*t, u.before)))
        .map(|(n, _)| (n, Anchor::Target))
        .collect();
    if !found.is_empty() {
        return found;
    }
    for (i, argument) in diagnostic.arguments.iter().enumerate().take(200) {
        let Some(name) = simple_name(argument) else { continue };
        let declares = |u: &Unit| declared_around(tree, u.before).iter().any(|d| tree.text_of(*d) == name);
        let found: Vec<_> =
            numbered().filter(|(_, u)| declares(u)).map(|(n, _)| (n, Anchor::Declaration(i as u8))).collect();
        if !found.is_empty() {
            return found;
        }
    }
    let line = tree.line(diagnostic.start);
    let member = tree.enclosing(leaf, |k| grammar.is_member(k));
    let distance = |u: &Unit| tree.line(tree.range(u.before).start).abs_diff(line);
    let near = numbered().filter(|(_, u)| distance(u) <= NEAR && member.is_some_and(|m| tree.contains(m, u.before)));
    near.min_by_key(|(_, u)| distance(u)).map(|(n, _)| (n, Anchor::Near)).into_iter().collect()
}

/// The name that a message's argument ends with: `b` of `N.A.b(int)`.
pub(crate) fn simple_name(argument: &str) -> Option<&str> {
    let end = argument.find(['(', '<']).unwrap_or(argument.len());
    let name = argument[..end].rsplit(['.', ' ', ':']).next()?;
    (!name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')).then_some(name)
}

/// The names that the declarations around a node declare, innermost first: a parameter, then its method. The bodies of functions are not looked into.
pub(crate) fn declared_around(tree: &Tree, node: NodeId) -> Vec<NodeId> {
    let grammar = tree.grammar();
    let mut out = Vec::new();
    for outer in tree.ancestors(node) {
        let kind = tree.kind(outer);
        if grammar.is_body(kind) || kind == "arrow_expression_clause" {
            break;
        }
        let name = tree.children(outer).find(|c| grammar.is_name(tree.kind(*c)) && grammar.is_declared_name(tree, *c));
        let declarator = || tree.children(outer).find(|c| tree.kind(*c) == "variable_declarator");
        out.extend(name.or_else(|| tree.children(declarator()?).find(|c| grammar.is_name(tree.kind(*c)))));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::tree_of;

    /// The examples of one file whose diagnostics (a code, a text at whose first place it begins, arguments) all vanished.
    fn of(name: &str, before: &str, after: &str, diagnostics: &[(&str, &str, &[&str])]) -> Vec<Example> {
        let path = Path::new(name);
        let seen = |(code, at, arguments): &(&str, &str, &[&str])| Seen {
            code: (*code).into(),
            start: before.find(at).unwrap(),
            arguments: arguments.iter().map(|a| (*a).into()).collect(),
        };
        let seen: Vec<Seen> = diagnostics.iter().map(seen).collect();
        let (before, after) = (tree_of(path, before).unwrap(), tree_of(path, after).unwrap());
        examples(&Edited { path, before: &before, after: &after, diagnostics_before: &seen, diagnostics_after: &[] })
    }

    #[test]
    fn a_declaration_that_the_message_names_is_what_it_is_laid_to() {
        let before = "class C {\n    public string Label { get; set; }\n    public int Size { get; set; }\n    public string Other { get; set; }\n    public C() { }\n}\n";
        let after = before.replace("string Label", "string? Label");
        let found = of("/C.cs", before, &after, &[("CS8618", "C() {", &["property", "Label"])]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].pattern.anchors, [Anchor::Declaration(1)]);
        assert!(!found[0].pattern.is_named(), "{:?}", found[0].pattern);
    }

    #[test]
    fn what_the_compiler_stops_at_elsewhere_has_not_vanished() {
        let path = Path::new("/a.ts");
        let before = "import { A } from 'a';\nuse(A.one);\nuse(A.two);\n";
        let after = "use(B.one);\nuse(A.two);\n";
        let seen = |text: &str, code: &str, at: &str| Seen {
            code: code.into(),
            start: text.find(at).unwrap(),
            arguments: Vec::new(),
        };
        let old = [seen(before, "TS2339", "one"), seen(before, "TS2339", "two")];
        let new = [seen(after, "TS2304", "A.two")];
        let (before, after) = (tree_of(path, before).unwrap(), tree_of(path, after).unwrap());
        let file = Edited { path, before: &before, after: &after, diagnostics_before: &old, diagnostics_after: &new };
        let diff = Diff::between(&before, &after).unwrap();
        assert_eq!(vanished(&file, &diff), [&old[0]]);
    }

    #[test]
    fn an_import_becomes_what_stands_where_its_name_stood() {
        let before = "import { rest } from 'lib';\nserve(rest.get('/a', () => 1));\nserve(rest.get('/b', () => 2));\n";
        let after = "import { http, Reply } from 'lib';\nserve(http.get('/a', () => Reply.of(1)));\nserve(rest.get('/b', () => 2));\n";
        let found = of("/a.ts", before, after, &[("TS2305", "rest", &["lib", "rest"])]);
        let moved: Vec<_> = found.iter().filter_map(|e| e.pattern.moved.as_ref()).collect();
        assert_eq!(moved.len(), 1);
        assert_eq!((moved[0].name.as_str(), moved[0].new_name.as_str()), ("rest", "http"));
    }

    #[test]
    fn a_using_directive_becomes_one_of_its_neighbours() {
        let before = "using Lib.Any;\nusing Lib.Models;\nusing System;\nclass C { Item a; }\n";
        let after = "using Lib;\nusing System;\nusing System.Text;\nclass C { Item a; }\n";
        let found = of("/C.cs", before, after, &[("CS0234", "Any", &[]), ("CS0234", "Models", &[])]);
        let moved: Vec<_> = found.iter().filter_map(|e| e.pattern.moved.as_ref()).collect();
        let pairs: Vec<_> = moved.iter().map(|m| (m.module.as_str(), m.new_module.as_str())).collect();
        assert_eq!(pairs, [("Lib.Any", "Lib"), ("Lib.Models", "Lib")]);
    }

    #[test]
    fn constants_follow_the_convention_that_one_of_them_shows() {
        let before = "use([Flags.ALL.SEND_MAIL]);\n";
        let after = "use([FlagBits.SendMail]);\n";
        let found = of("/a.ts", before, after, &[("TS2339", "ALL", &[])]);
        assert!(found[0].pattern.holes.iter().any(|h| matches!(h.fill, Some(crate::template::Fill::Changed { .. }))));
    }
}
