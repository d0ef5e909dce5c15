//! Judges repairs of the syntax: whether an edit explains what the parser said, and whether another edit would explain it too.
//!
//! A parser reports a fault at or after its place, and goes on reporting what follows from it. So a repair is certain only when it stands
//! before everything that it explains, leaves nothing unexplained in its member, and is the only edit of its kind that does.

pub(crate) mod brackets;
pub(crate) mod commas;
pub(crate) mod line_ends;
pub(crate) mod literals;

use fix::{Applicability, FileChange, Fix, RuleContext, language};
use std::collections::HashSet;
use std::path::Path;
use syntax::csharp::lexical::{active_branches_where, conditional_section};
use syntax::{Language, LanguageFamily, Node, NodeExt, Parsed, ancestors, leaf_at};
use text::{TextEdit, TextEdits, TextRange};

/// Codes of literals that are not closed, or of what is in an interpolation. They are reported where the literal or interpolation begins;
/// what is missing may be anywhere in the line.
pub(crate) const UNTERMINATED: &[&str] = &["CS1010", "CS1012", "CS1039", "CS1073", "CS8997", "CS8999", "TS1002"];

/// A file that does not parse, to try edits on. Of conditional sections only what is compiled is left in it.
pub(crate) struct Trial {
    parsed: Parsed,
    errors: usize,
}

impl Trial {
    pub(crate) fn of(ctx: &RuleContext<'_>) -> Self {
        let source = &ctx.source.parsed;
        let parsed = if source.language() == Language::CSHARP && ctx.text().contains('#') {
            Parsed::new(Language::CSHARP, active_text(ctx, ctx.text(), &[ctx.diagnostic.range.start]))
        } else {
            source.clone()
        };
        let errors = parsed.syntax_errors().len();
        Self { parsed, errors }
    }
    /// What is compiled of the text.
    pub(crate) fn text(&self) -> &str {
        self.parsed.text()
    }
    /// The number of syntax errors before any edit.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }
    /// The tree after an edit.
    pub(crate) fn after(&self, edit: &TextEdit) -> Option<Parsed> {
        self.parsed.edited(&TextEdits::new(vec![edit.clone()]).ok()?).ok()
    }
    /// The number of syntax errors after an edit.
    pub(crate) fn errors_after(&self, edit: &TextEdit) -> Option<usize> {
        self.after(edit).map(|after| after.syntax_errors().len())
    }
    /// Whether any of `rivals` leaves as few errors as `most`.
    pub(crate) fn any_as_good(&self, rivals: &[TextEdit], most: usize) -> bool {
        rivals.iter().any(|e| self.errors_after(e).is_some_and(|n| n <= most))
    }
}

/// `text`, a version of the diagnostic's file, without what the project does not compile. What stands at `places` is compiled.
pub(crate) fn active_text(ctx: &RuleContext<'_>, text: &str, places: &[usize]) -> String {
    let holds = |condition: &str| ctx.index.csharp().is_compiled(ctx.path(), condition);
    active_branches_where(text, places, holds).into_owned()
}

/// What is certain stays so only if it explains what was reported: see [`explains`].
pub(crate) fn demote_unexplained(ctx: &RuleContext<'_>, fix: &mut Fix) {
    if fix.applicability != Applicability::Safe || ctx.source.parsed.syntax_errors().is_empty() {
        return;
    }
    let change = fix.change(ctx);
    let Some(FileChange::Edit { edits, .. }) = change.as_ref().and_then(|c| c.file(ctx.path())) else { return };
    if !TextEdits::new(edits.clone()).is_ok_and(|edits| explains(ctx, &edits)) {
        fix.applicability = Applicability::Unsafe;
    }
}

/// What is certain stays so only if nothing that it removes is mentioned where the tree sees nothing, in a branch that is not compiled, and if it
/// inserts nothing into a conditional section that the diagnostic is not in.
pub(crate) fn demote_hidden_uses(ctx: &RuleContext<'_>, fix: &mut Fix) {
    if fix.applicability != Applicability::Safe {
        return;
    }
    let reaches = |(path, file): (&Path, &FileChange)| match file {
        FileChange::Edit { edits, .. } if path == ctx.path() => {
            let own = conditional_section(ctx.text(), ctx.diagnostic.range.start);
            reaches_hidden(&ctx.source.parsed, own, edits)
        }
        FileChange::Edit { edits, .. } => {
            ctx.index.source(path).is_some_and(|source| reaches_hidden(&source.parsed, None, edits))
        }
        _ => false,
    };
    if fix.change(ctx).is_some_and(|change| change.files().any(reaches)) {
        fix.applicability = Applicability::Unsafe;
    }
}

/// Whether `edits` remove what is mentioned where the tree sees nothing, or insert into a conditional section other than `own`.
fn reaches_hidden(parsed: &Parsed, own: Option<TextRange>, edits: &[TextEdit]) -> bool {
    let hidden = parsed.hidden();
    if hidden.is_empty() {
        return false;
    }
    let text: &str = parsed.text();
    let words = |text: &str| -> HashSet<String> {
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.filter(|w| w.starts_with(|c: char| c.is_alphabetic() || c == '_')).map(str::to_owned).collect()
    };
    let unseen: HashSet<String> =
        hidden.iter().map(|r| r.of(text)).filter(|t| !t.trim_start().starts_with('#')).flat_map(words).collect();
    edits.iter().any(|edit| {
        let kept = words(&edit.new_text);
        let removed = text.get(edit.range.start..edit.range.end).map(words).unwrap_or_default();
        let section = conditional_section(text, edit.range.start);
        removed.difference(&kept).any(|word| unseen.contains(word)) || section.is_some() && section != own
    })
}

/// Whether `edits` account for what the parser reported: no error is left in the member that they are in, none is new, and nothing was
/// reported before them, except in members that have a fault of their own.
pub(crate) fn explains(ctx: &RuleContext<'_>, edits: &TextEdits) -> bool {
    let trial = Trial::of(ctx);
    let Some(start) = edits.iter().map(|e| e.range.start).min() else { return false };
    let Ok(after) = trial.parsed.edited(edits) else { return false };
    let text = after.text().clone();
    // Ends of what was reported, before and after the edits.
    let reported: Vec<(usize, usize)> = ctx
        .diagnostics
        .in_file(ctx.path())
        .iter()
        .filter(|d| language::is_syntax_code(d.code.as_str()))
        .map(|d| {
            let at = d.range.start.min(ctx.text().len());
            let unterminated = UNTERMINATED.contains(&d.code.as_str());
            let end = if unterminated { line_end(ctx.text(), at) } else { at };
            (end, moved(edits, end))
        })
        .collect();
    let own = member_at(&after, moved(edits, start));
    let mut elsewhere: Vec<usize> = Vec::new();
    let old = trial.parsed.syntax_errors();
    for error in after.syntax_errors() {
        let lines = TextRange::new(lines_before(&text, error.range.start), lines_after(&text, error.range.end));
        let near: Vec<usize> =
            (0..reported.len()).filter(|&i| lines.touches(TextRange::empty(reported[i].1))).collect();
        if near.is_empty() {
            // The grammar does not know everything. What it did not know before is no fault.
            if old.iter().any(|e| edits.map_range(e.range) == Some(error.range)) {
                continue;
            }
            return false;
        }
        let other = member_at(&after, error.range.start);
        if own.zip(other).is_none_or(|(own, other)| own.touches(other)) {
            return false;
        }
        elsewhere.extend(near);
    }
    reported.iter().enumerate().all(|(i, (end, _))| {
        elsewhere.contains(&i) || *end >= start || {
            // The place after the token that was reported.
            let between = ctx.text().get(*end..start).unwrap_or_default().trim();
            !between.contains(char::is_whitespace) && between.len() <= 80
        }
    })
}

/// The last place of the line of `at` at which a repair explains what was reported in the line.
pub(crate) fn limit_in_line(ctx: &RuleContext<'_>, at: usize) -> usize {
    let (start, end) = (line_start(ctx.text(), at), line_end(ctx.text(), at));
    let inside = |d: &&diagnostics::SourceDiagnostic| {
        (start..end).contains(&d.range.start)
            && language::is_syntax_code(d.code.as_str())
            && !UNTERMINATED.contains(&d.code.as_str())
    };
    let reported = ctx.diagnostics.in_file(ctx.path()).iter().filter(inside);
    reported.map(|d| d.range.start).min().unwrap_or(end)
}

/// Where byte `at` of the old text is after `edits`.
fn moved(edits: &TextEdits, at: usize) -> usize {
    let before = edits.iter().filter(|e| e.range.end <= at && e.range.start < at);
    before.fold(at, |at, e| (at + e.new_text.len()).saturating_sub(e.range.len()))
}

/// The member of a type (or statement of a module) at `at`.
fn member_at(parsed: &Parsed, at: usize) -> Option<TextRange> {
    let leaf = leaf_at(parsed.root(), at)?;
    let member = if parsed.language().family() == LanguageFamily::CSHARP {
        ancestors(leaf).find(|n| n.is(syntax::csharp::MEMBERS) && !n.is(syntax::csharp::TYPE_DECLARATIONS))
    } else {
        ancestors(leaf).find(|n| n.parent().is_some_and(|p| p.is(&["program", "class_body"])) && !n.is_error())
    }?;
    Some(member.range())
}

/// The end of the line of `at`.
pub(crate) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find(['\r', '\n']).map_or(text.len(), |n| at + n)
}
/// The start of the line of `at`.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |n| n + 1)
}
fn lines_before(text: &str, at: usize) -> usize {
    let start = line_start(text, at);
    if start == 0 { 0 } else { line_start(text, start - 1) }
}
fn lines_after(text: &str, at: usize) -> usize {
    let end = line_end(text, at.min(text.len()));
    text[end..].char_indices().nth(2).map_or(text.len(), |(n, _)| line_end(text, end + n))
}

/// The tokens of a tree that lie in `range`, in order; a literal is one token.
pub(crate) fn tokens_in(root: Node<'_>, range: TextRange, most: usize) -> Vec<Node<'_>> {
    const WHOLE: &[&str] = &[
        "comment",
        "string",
        "string_literal",
        "character_literal",
        "verbatim_string_literal",
        "raw_string_literal",
        "interpolated_string_expression",
        "template_string",
        "regex",
        "jsx_text",
    ];
    let mut out: Vec<Node<'_>> = Vec::new();
    let mut at = range.start;
    while at < range.end && out.len() < most {
        let Some(leaf) = leaf_at(root, at).filter(|l| l.start_byte() < range.end) else { break };
        let token = ancestors(leaf).filter(|n| n.is(WHOLE)).last().unwrap_or(leaf);
        at = token.end_byte().max(at + 1);
        if token.start_byte() >= range.start && !token.byte_range().is_empty() && token.kind() != "comment" {
            out.push(token);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::{Code, Severity, SourceDiagnostic, arguments_of};
    use fix::DiagnosticSet;
    use index::Index;
    use semantics::Semantics;
    use std::path::Path;
    use text::ContentHash;

    fn diagnostic(name: &str, text: &str, at: usize, code: &str) -> SourceDiagnostic {
        SourceDiagnostic {
            path: Path::new(name).into(),
            range: TextRange::empty(at),
            text_hash: ContentHash::of(text.as_bytes()),
            code: Code::new(code),
            severity: Severity::Error,
            message: "".into(),
            arguments: arguments_of(&Code::new(code), "").into(),
            trust: Default::default(),
        }
    }

    /// Whether inserting the marked text explains the errors reported at the places of `codes`, in order.
    fn insertion_explains(name: &str, text: &str, codes: &[&str]) -> bool {
        let (head, rest) = text.split_once("[[").unwrap();
        let (new, tail) = rest.split_once("]]").unwrap();
        let edit = head.len() - head.matches('$').count();
        let marked = format!("{head}{tail}");
        let pieces: Vec<&str> = marked.split('$').collect();
        let plain = pieces.concat();
        let index = Index::in_memory([(name, plain.as_str())]);
        let source = index.source(Path::new(name)).unwrap();
        let at = |i: usize| pieces[..=i].iter().map(|p| p.len()).sum::<usize>();
        let all: Vec<SourceDiagnostic> =
            codes.iter().enumerate().map(|(i, code)| diagnostic(name, &plain, at(i), code)).collect();
        let set = DiagnosticSet::new(all.clone());
        let ctx = RuleContext::new(&all[0], Semantics::new(&index, &source), &set);
        explains(&ctx, &TextEdits::new(vec![TextEdit::insert(edit, new)]).unwrap())
    }

    #[test]
    fn a_repair_stands_before_what_it_explains() {
        let one = "class C { void M() { F(1[[)]]$; } }";
        assert!(insertion_explains("/a.cs", one, &["CS1026"]));
        let before = "class C { void $M() { F(1[[)]]; } }";
        assert!(!insertion_explains("/a.cs", before, &["CS1519"]));
        assert!(insertion_explains("/a.ts", "f(1[[)]]$;\n", &["TS1005"]));
    }

    #[test]
    fn another_member_may_have_a_fault_of_its_own() {
        let own = "class C {\n void M() { F(1[[)]]$; }\n\n\n void N() { F($; }\n}";
        assert!(insertion_explains("/a.cs", own, &["CS1026", "CS1026"]));
        let same = "class C {\n void M() { F(1[[)]]$;\n\n\n F($; }\n}";
        assert!(!insertion_explains("/a.cs", same, &["CS1026", "CS1026"]));
    }

    #[test]
    fn what_a_hidden_branch_mentions_is_not_removed_for_certain() {
        let text = "class C {\n void M(int a) {\n  int b = 1;\n#if A\n  if (a > b)\n#else\n  if (a > 1)\n#endif\n  { }\n }\n}\n";
        let index = Index::in_memory([("/a.cs", text)]);
        let source = index.source(Path::new("/a.cs")).unwrap();
        // The second branch is left out.
        assert!(source.parsed.hidden().iter().any(|r| r.of(text).contains("a > 1")));
        let removes = |place: &str| {
            let at = text.find(place).unwrap();
            let diagnostic = diagnostic("/a.cs", text, at, "CS0219");
            let set = DiagnosticSet::new([diagnostic.clone()]);
            let ctx = RuleContext::new(&diagnostic, Semantics::new(&index, &source), &set);
            let mut fix = ctx.fix("Remove", Applicability::Safe).delete(at..at + place.len()).build();
            demote_hidden_uses(&ctx, &mut fix);
            fix.applicability
        };
        assert_eq!(removes("int b = 1;"), Applicability::Safe);
        assert_eq!(removes("int a"), Applicability::Unsafe);
    }

    #[test]
    fn what_is_not_compiled_is_no_error() {
        let text = "#if NETFRAMEWORK\npublic\n#else\ninternal\n#endif\nclass C { void M() { F(1[[)]]$; } }";
        assert!(insertion_explains("/a.cs", text, &["CS1026"]));
    }
}
