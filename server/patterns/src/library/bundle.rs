//! What goes with an edit: where it takes a local away, all of that local's uses.
//!
//! An edit that leaves uses of what it no longer declares is half a repair: it is offered with repairs of all of them, or not at all.

use super::{Library, Question, Suggestion, fill, may_wait};
use crate::locals::{Lost, lost, names};
use crate::matching;
use crate::rank::OFFERED;
use crate::rewrite;
use crate::template::{ImportChange, Template};
use crate::tree::{NodeId, Tree};
use smol_str::SmolStr;
use text::TextEdit;

impl Library {
    /// A suggestion with the repairs of all uses of what it takes away; `None` when there is one that nothing is known for.
    pub(crate) fn completed(&self, question: &Question<'_>, suggestion: Suggestion) -> Option<Suggestion> {
        let tree = question.tree;
        let lost = lost(tree, &suggestion.edits);
        let mut out = suggestion;
        let own: Vec<TextEdit> = out.edits.clone();
        // What it declares in their place.
        let brought: Vec<SmolStr> = own.iter().flat_map(|e| names(&e.new_text)).map(SmolStr::new).collect();
        let mut is_followed = false;
        for local in &lost {
            for used in local.uses(tree) {
                let at = tree.range(used);
                if out.edits.iter().any(|e| e.range.contains_range(at)) {
                    continue;
                }
                let (edits, imports) = self
                    .follower(question, local, used, &brought, &out.edits)
                    .or_else(|| renamed(tree, local, used, &own))?;
                is_followed = true;
                out.edits.extend(edits);
                out.imports.extend(imports);
            }
        }
        if !is_followed {
            return Some(out);
        }
        // A new local that nothing uses need not be there; where it is not alone, it belongs to another shape of what is taken away.
        for name in brought {
            let declared = own.iter().position(|e| brings_local(&e.new_text, &name));
            let is_used = || out.edits[own.len()..].iter().any(|e| names(&e.new_text).any(|m| m == name));
            let Some(at) = declared.filter(|_| !is_used()) else { continue };
            let edit = &mut out.edits[at];
            let rest = tree.text().get(edit.range.end..).unwrap_or_default();
            if edit.new_text.trim() != format!("{{ {name} }}") || !rest.starts_with(')') {
                return None;
            }
            edit.new_text.clear();
        }
        if out.edits.iter().any(|e| names(&e.new_text).any(|n| lost.iter().any(|l| l.name == n))) {
            return None;
        }
        out.imports.sort();
        out.imports.dedup();
        out.edits.sort_by_key(|e| (e.range.start, e.range.end));
        Some(out)
    }

    /// What was done with such a use where its local was taken away so.
    fn follower(
        &self,
        question: &Question<'_>,
        local: &Lost,
        used: NodeId,
        brought: &[SmolStr],
        taken: &[TextEdit],
    ) -> Option<(Vec<TextEdit>, Vec<ImportChange>)> {
        let tree = question.tree;
        let language = tree.grammar().name();
        let at = tree.range(used);
        let mut best: Option<(f64, Vec<TextEdit>, Vec<ImportChange>)> = None;
        for node in tree.ancestors(used).take_while(|n| *n != local.scope) {
            if tree.grammar().is_block(tree.kind(node)) {
                break;
            }
            for known in self.followers().filter(|k| k.pattern.language == language) {
                let pattern = &known.pattern;
                let Some(mut found) = matching::at(pattern, tree, node, question.arguments) else { continue };
                if !may_wait(pattern, tree, node) || fill(pattern, question, &mut found, brought).is_none() {
                    if matches!(pattern.before, Template::Node { .. }) {
                        // What was done with such a use needs something that is not here.
                        return None;
                    }
                    continue;
                }
                let score = known.stats.score(true, question.now) * 0.93f64.powi(found.distance as i32);
                let Some(edits) = rewrite::edits(pattern, tree, &found) else { continue };
                let takes = edits.iter().any(|e| e.range.contains_range(at));
                let is_free =
                    |e: &TextEdit| taken.iter().all(|t| t.range.end < e.range.start || e.range.end < t.range.start);
                if takes
                    && score >= OFFERED
                    && edits.iter().all(is_free)
                    && best.as_ref().is_none_or(|(s, ..)| *s < score)
                {
                    best = Some((score, edits, pattern.imports.clone()));
                }
            }
        }
        best.map(|(_, edits, imports)| (edits, imports))
    }
}

/// Whether a text that is put into a list of parameters or before a value declares a name.
fn brings_local(text: &str, name: &str) -> bool {
    let Some(at) = text.find(name) else { return false };
    let (before, after) = (text[..at].trim_end(), text[at + name.len()..].trim_start());
    (before.is_empty() || before.ends_with(['{', '(', ','])) && (after.is_empty() || after.starts_with(['}', ')', ',']))
}

/// The use of a local that only got another name.
fn renamed(tree: &Tree, local: &Lost, used: NodeId, edits: &[TextEdit]) -> Option<(Vec<TextEdit>, Vec<ImportChange>)> {
    let is_name = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_alphanumeric() || c == '_');
    let at = |e: &&TextEdit| {
        let whole = tree.text().get(e.range.start..e.range.end) == Some(local.name.as_str());
        whole
            && is_name(&e.new_text)
            && tree.leaf_at(e.range.start).and_then(|l| Lost::declared(tree, l)).as_ref() == Some(local)
    };
    let new = edits.iter().find(at)?.new_text.clone();
    Some((vec![TextEdit::replace(tree.range(used), new)], Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{Edited, Seen, examples};
    use crate::provider::tree_of;
    use crate::rank::Stats;
    use std::path::Path;
    use text::TextEdits;

    /// Diagnostics: a code, and the texts at whose first places it begins.
    fn seen(text: &str, code: &str, at: &[&str]) -> Vec<Seen> {
        at.iter().map(|a| Seen { code: code.into(), start: text.find(a).unwrap(), arguments: Vec::new() }).collect()
    }

    /// What one mended file teaches.
    fn learned(name: &str, before: &str, after: &str, code: &str, at: &[&str]) -> Library {
        let path = Path::new(name);
        let diagnostics = seen(before, code, at);
        let (before, after) = (tree_of(path, before).unwrap(), tree_of(path, after).unwrap());
        let file =
            Edited { path, before: &before, after: &after, diagnostics_before: &diagnostics, diagnostics_after: &[] };
        let stats = Stats { examples: 1, files: 1, ..Stats::default() };
        Library::new(&examples(&file).into_iter().map(|e| (e, stats)).collect::<Vec<_>>(), [])
    }

    /// The text with the best suggestion for a diagnostic, if there is one.
    fn mended(library: &Library, name: &str, text: &str, code: &str, at: &str) -> Option<String> {
        let path = Path::new(name);
        let tree = tree_of(path, text).unwrap();
        let start = text.find(at).unwrap();
        let question = Question { tree: &tree, path, start, code, arguments: &[], now: 0 };
        let found = library.suggestions(&question).into_iter().next()?;
        Some(TextEdits::new(found.edits).unwrap().apply(text).unwrap())
    }

    const BEFORE: &str = "route('/a', (event, reply, tools) => {\n    log(event.name);\n    return reply(tools.code(200), tools.data({ a: 1 }));\n});\n";
    const AFTER: &str = "route('/a', ({ message }) => {\n    log(message.name);\n    return Answer.data({ a: 1 }, { code: 200 });\n});\n";

    #[test]
    fn parameters_go_with_all_of_their_uses() {
        let library = learned("/a.ts", BEFORE, AFTER, "TS7006", &["event,", "reply,", "tools)"]);
        let with = |body: &str| format!("route('/b', (event, reply, tools) => {{\n    {body}\n}});\n");
        let found = |body: &str| mended(&library, "/b.ts", &with(body), "TS7006", "event,");
        // Other members of what got another name are followed by the name.
        assert_eq!(
            found("if (event.kind) { return reply(tools.code(404), tools.data('none')); }").as_deref(),
            Some(
                "route('/b', ({ message }) => {\n    if (message.kind) { return Answer.data('none', { code: 404 }); }\n});\n"
            )
        );
        // What nothing uses any more is not there.
        assert_eq!(
            found("return reply(tools.code(500), tools.data([]));").as_deref(),
            Some("route('/b', () => {\n    return Answer.data([], { code: 500 });\n});\n")
        );
        // Nothing is known of this use.
        assert_eq!(found("reply.end();"), None);
    }

    #[test]
    fn names_of_one_path_belong_together() {
        let before = "class C { void M() { var a = Mock.Of<A>(); } }\n";
        let after = "class C { void M() { var a = Substitute.For<A>(); } }\n";
        let library = learned("/C.cs", before, after, "CS0103", &["Mock"]);
        let other = "class D { void M() { Use(Mock.Of<B>()); var b = new Mock<B>(); } }\n";
        assert_eq!(
            mended(&library, "/D.cs", other, "CS0103", "Mock.Of").as_deref(),
            Some("class D { void M() { Use(Substitute.For<B>()); var b = new Mock<B>(); } }\n")
        );
        assert_eq!(mended(&library, "/D.cs", other, "CS0246", "Mock<B>"), None);
    }

    #[test]
    fn a_local_that_got_another_name_keeps_its_uses() {
        let before = "class C { void M(Net net) { var box = net.CreateModel(); box.Close(); } }\n";
        let after = "class C { void M(Net net) { var way = net.CreateChannel(); way.Close(); } }\n";
        let library = learned("/C.cs", before, after, "CS1061", &["CreateModel"]);
        let other = "class D { void M(Net net) { var model = net.CreateModel(); model.Send(1); } }\n";
        let found = mended(&library, "/D.cs", other, "CS1061", "CreateModel").unwrap();
        let declared = found.split("var ").nth(1).unwrap().split(' ').next().unwrap();
        assert!(found.contains(&format!("{declared}.Send(1)")), "{found}");
    }

    #[test]
    fn a_use_that_waits_is_not_for_functions_that_do_not() {
        let before = "class C { async Task M(IModel box) { box.Close(); } }\n";
        let after = "class C { async Task M(IChannel way) { await way.CloseAsync(); } }\n";
        let library = learned("/C.cs", before, after, "CS0246", &["IModel"]);
        let with = |head: &str| format!("class D {{ {head} M(IModel box) {{ box.Close(); }} }}\n");
        let found = |head: &str| mended(&library, "/D.cs", &with(head), "CS0246", "IModel");
        assert_eq!(found("void"), None);
        let made = found("async Task");
        assert!(made.as_ref().is_some_and(|t| t.contains("await way.CloseAsync();")), "{made:?}");
    }
}
