//! A file that does not parse in very many places is looked at in parts.
//!
//! A repair of the syntax is found by trying: the text is parsed with each edit that may be meant. In a file with thousands of faults every such
//! parse would meet all of them again. So the file is cut, between statements or members, into parts with few faults each. A part stands in an
//! excerpt: the heads of the blocks that are open around it, the part itself, and what closes the blocks. Rules are asked about the excerpt as
//! about a file, and what they edit is mapped back. That there are faults elsewhere stays visible, as one fault behind the part.

use crate::context::kept_of;
use crate::{Change, DiagnosticSet, FileChange, Fix, RuleContext, language};
use diagnostics::SourceDiagnostic;
use index::Source;
use semantics::Semantics;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use syntax::{LanguageFamily, NodeExt, Parsed, leaves, line_indent};
use text::{ContentHash, TextEdit, TextRange};

/// A file with more syntax errors than this is looked at in parts.
const WHOLE: usize = 24;
/// Syntax errors of a part, about.
const ERRORS: usize = 6;
/// Bytes of a part, about.
const BYTES: usize = 6_000;
/// How often that may be exceeded to find a better place to cut.
const GRACE: usize = 2;
/// Bytes of the head of a block that is repeated before a part.
const HEAD: usize = 600;
/// Blocks that are repeated before a part. Deeper code is cut nowhere.
const DEPTH: usize = 40;

/// A part of a file, and the excerpt that it stands in.
pub(crate) struct Excerpt {
    /// The part in the file.
    range: TextRange,
    /// Where the part begins in the excerpt.
    start: usize,
    source: Source,
    set: DiagnosticSet,
}

/// The parts of a file, in order; those that were asked for are made.
struct Parts {
    cuts: Vec<Cut>,
    made: Vec<OnceLock<Arc<Excerpt>>>,
}

/// Where a part begins, and the brackets that are open there.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Cut {
    at: usize,
    open: Vec<Open>,
}

/// An open bracket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Open {
    kind: Bracket,
    /// Where the code begins that is the head of the block: after the statement or bracket before it.
    head: usize,
    /// The bracket.
    bracket: TextRange,
    /// Blanks before the line that the head begins in.
    indent: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Bracket {
    Brace,
    Parenthesis { of_for: bool },
    Square,
}

/// Parts by file, for one set of diagnostics and one revision; `None` for files that are looked at as a whole.
type Known = Mutex<HashMap<Arc<Path>, Option<Arc<Parts>>>>;

impl Excerpt {
    /// The excerpt for a diagnostic of the syntax, in a file that is looked at in parts.
    pub(crate) fn of(ctx: &RuleContext<'_>) -> Option<Arc<Self>> {
        if language::facts(ctx.diagnostics, ctx.path())?.syntax.len() <= WHOLE
            || !language::is_syntax_code(ctx.code().as_str())
        {
            return None;
        }
        let known: Arc<Known> = kept_of(ctx, |_, _| Known::default());
        let parts = {
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            // Who asks for the same file waits: it is cut once.
            known.entry(ctx.source.path.clone()).or_insert_with(|| Parts::of(ctx).map(Arc::new)).clone()?
        };
        let part = parts.cuts.partition_point(|cut| cut.at <= ctx.diagnostic.range.start).checked_sub(1)?;
        let next = parts.cuts.get(part + 1);
        let end = next.map_or(ctx.text().len(), |next| next.at);
        let open = next.map_or(&[][..], |next| &next.open);
        let excerpt = parts.made.get(part)?.get_or_init(|| {
            let cut = &parts.cuts[part];
            Arc::new(Self::make(ctx, cut, open, TextRange::new(cut.at, end)))
        });
        // Made for this text, and nothing that is on another one.
        (excerpt.range.end <= ctx.text().len()).then(|| excerpt.clone())
    }

    /// `left` is what the part leaves open.
    fn make(ctx: &RuleContext<'_>, cut: &Cut, left: &[Open], range: TextRange) -> Self {
        let text = ctx.text();
        let eol = ctx.eol();
        let mut out = String::new();
        for open in &cut.open {
            let head = head(text, open);
            if out.is_empty() || out.ends_with('\n') {
                out.extend(std::iter::repeat_n(' ', open.indent));
            }
            out.push_str(head);
            if open.kind == Bracket::Brace {
                out.push_str(eol);
            }
        }
        let start = out.len();
        out.push_str(range.of(text));
        // The other faults of the file: one, far from those of the part.
        out.push_str(&eol.repeat(10));
        let fault = out.len();
        out.push_str(fault_in(ctx, left));
        out.push_str(&eol.repeat(10));
        let mut inside = left.iter().rev().peekable();
        while let Some(open) = inside.next() {
            match open.kind {
                Bracket::Brace => {
                    out.extend(std::iter::repeat_n(' ', open.indent));
                    out.push('}');
                }
                Bracket::Parenthesis { .. } => out.push(')'),
                Bracket::Square => out.push(']'),
            }
            match inside.peek() {
                Some(outer) if open.kind == Bracket::Brace && outer.kind != Bracket::Brace => {}
                Some(outer) if open.kind != Bracket::Brace && outer.kind == Bracket::Brace => {
                    out.push(';');
                    out.push_str(eol);
                }
                None if open.kind != Bracket::Brace => out.push(';'),
                _ if open.kind == Bracket::Brace => out.push_str(eol),
                _ => {}
            }
        }
        let parsed = Parsed::new(ctx.source.parsed.language(), out);
        let hash = ContentHash::of(parsed.text().as_bytes());
        let source = Source { path: ctx.source.path.clone(), parsed, hash };
        let moved = |d: &SourceDiagnostic| SourceDiagnostic {
            range: TextRange::new(
                d.range.start - range.start + start,
                (d.range.end.min(range.end)).max(d.range.start) - range.start + start,
            ),
            text_hash: hash,
            ..d.clone()
        };
        let own = ctx.diagnostics.in_range(ctx.path(), range);
        let own = own.iter().chain((range.end == text.len()).then(|| at_end(ctx)).into_iter().flatten());
        let other = SourceDiagnostic { range: TextRange::empty(fault), text_hash: hash, ..ctx.diagnostic.clone() };
        let mut set = DiagnosticSet::new(own.map(moved).chain([other]));
        if ctx.diagnostics.is_unparsed(ctx.path()) {
            set = set.with_unparsed([ctx.path().to_path_buf()]);
        }
        let repaired = ctx.diagnostics.repaired_in(ctx.path()).iter();
        let repaired = repaired.filter(|(_, at)| range.contains_range(*at)).map(|(code, at)| {
            (ctx.path(), code.clone(), TextRange::new(at.start - range.start + start, at.end - range.start + start))
        });
        Self { range, start, source, set: set.with_repaired(repaired) }
    }

    /// What `ask` finds for the diagnostic in the excerpt, as fixes of the file.
    pub(crate) fn fixes(
        &self,
        ctx: &RuleContext<'_>,
        ask: impl FnOnce(&RuleContext<'_>) -> Vec<Fix>,
        change: impl Fn(&Fix, &RuleContext<'_>) -> Option<Change>,
    ) -> Vec<Fix> {
        let at = ctx.diagnostic.range;
        let start = at.start - self.range.start + self.start;
        let diagnostic = SourceDiagnostic {
            range: TextRange::new(start, start + at.end.min(self.range.end).saturating_sub(at.start)),
            text_hash: self.source.hash,
            ..ctx.diagnostic.clone()
        };
        let inside = RuleContext::new(&diagnostic, Semantics::new(ctx.index, &self.source), &self.set);
        let back = |mut fix: Fix| {
            let change = self.mapped(&change(&fix, &inside)?, ctx)?;
            fix.keep(change);
            // What holds for one part says nothing about the others.
            if let Some(group) = &mut fix.isolation {
                group.push_str(&format!(":{}", self.range.start));
            }
            Some(fix)
        };
        ask(&inside).into_iter().filter_map(back).collect()
    }

    /// A change of the excerpt as one of the file; `None` when it edits what does not belong to the part.
    fn mapped(&self, change: &Change, ctx: &RuleContext<'_>) -> Option<Change> {
        let part = TextRange::new(self.start, self.start + self.range.len());
        let mut out = Change::new();
        for (path, file) in change.files() {
            let FileChange::Edit { base, edits, imports } = file else { return None };
            if *base != self.source.hash || path != ctx.path() || !imports.is_empty() {
                return None;
            }
            for edit in edits {
                if !part.contains_range(edit.range) {
                    return None;
                }
                let at = |offset: usize| offset - self.start + self.range.start;
                let range = TextRange::new(at(edit.range.start), at(edit.range.end));
                out.edit(path, ctx.source.hash, TextEdit::replace(range, edit.new_text.clone()));
            }
        }
        Some(out)
    }
}

/// Diagnostics at the very end of the file.
fn at_end<'a>(ctx: &RuleContext<'a>) -> &'a [SourceDiagnostic] {
    ctx.diagnostics.at(ctx.path(), ctx.text().len())
}

/// The code before and with an open bracket, as it is repeated before a part.
fn head<'t>(text: &'t str, open: &Open) -> &'t str {
    let bracket = open.bracket.of(text);
    let Some(head) = text.get(open.head..open.bracket.end).map(|h| h.trim_start_matches([' ', '\t', '\r', '\n', ',']))
    else {
        return bracket;
    };
    // Without what stands before it, such a head is none.
    let continues = ["else", "catch", "finally", "while", ")", "."].iter().any(|word| head.starts_with(word));
    if head.len() > HEAD || continues { bracket } else { head }
}

/// One syntax error that stands for those of the other parts, in a member of its own where members stand.
fn fault_in(ctx: &RuleContext<'_>, left: &[Open]) -> &'static str {
    let around = left.iter().rev().find(|open| open.kind == Bracket::Brace);
    let words = |open: &Open| {
        head(ctx.text(), open).split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>()
    };
    let holds_types = around.is_none_or(|open| {
        words(open).iter().any(|w| matches!(w.as_str(), "namespace" | "class" | "struct" | "record" | "interface"))
    });
    match ctx.source.parsed.language().family() {
        LanguageFamily::CSHARP if holds_types => "class _ { int _ = ; }",
        LanguageFamily::CSHARP => "int ;",
        _ => "= ;",
    }
}

impl Parts {
    /// Cuts the file; `None` when there is no place to cut it.
    fn of(ctx: &RuleContext<'_>) -> Option<Self> {
        let facts = language::facts(ctx.diagnostics, ctx.path())?;
        let cuts = cuts(&ctx.source.parsed, &facts.syntax);
        let made = cuts.iter().map(|_| OnceLock::new()).collect();
        (cuts.len() > 1).then_some(Self { cuts, made })
    }
}

/// Where a text is cut, so that few of `errors` are in each part.
fn cuts(parsed: &Parsed, errors: &[usize]) -> Vec<Cut> {
    let text: &str = parsed.text();
    let mut brackets = Brackets::of(parsed);
    let mut out = vec![Cut { at: 0, open: Vec::new() }];
    // The best place since the part was long enough: how bad it is, and the place.
    let mut best: Option<((bool, usize), Cut)> = None;
    let (mut end, mut previous) = (0, "");
    for token in leaves(parsed.root()) {
        let range = token.range();
        if range.is_empty() || token.kind() == "comment" {
            continue;
        }
        let gap = text.get(end.min(range.start)..range.start).unwrap_or_default();
        let leads = end == 0 || gap.contains('\n');
        let from = out.last().map_or(0, |cut| cut.at);
        if leads && gap.len() < BYTES {
            let line = range.start - line_indent(text, range.start).len();
            let size = |at: usize| {
                let count = errors.partition_point(|e| *e < at) - errors.partition_point(|e| *e < from);
                (count / ERRORS).max((at - from) / BYTES)
            };
            let is_place = !matches!(token.kind(), "}" | ")" | "]" | "{" | "else" | "catch" | "finally" | "while")
                && text[line..range.start].trim().is_empty()
                && errors.binary_search(&range.start).is_err();
            let size = size(line);
            if is_place && size > 0 && line > from {
                let open = brackets.at_line(text, range.start);
                let ends = matches!(previous, ";" | "}");
                if open.len() <= DEPTH && open.last().is_none_or(|o| o.kind == Bracket::Brace) {
                    let rank = (!ends, open.len());
                    if best.as_ref().is_none_or(|(known, _)| rank <= *known) {
                        best = Some((rank, Cut { at: line, open }));
                    }
                }
            }
            let depth = out.last().map_or(0, |cut| cut.open.len());
            let good = |(bad, deep): &(bool, usize)| !bad && *deep <= depth;
            if let Some((_, cut)) = best.take_if(|(rank, _)| good(rank) || size >= GRACE) {
                out.push(cut);
            }
        }
        brackets.take(text, token.kind(), range, leads, previous);
        (end, previous) = (range.end, if token.is_named() { "" } else { token.kind() });
    }
    out
}

/// The brackets that are open while a text is read. Some may be missing, or too many: indentation tells then.
struct Brackets {
    open: Vec<Open>,
    /// Where the statement began that is being read.
    statement: usize,
    /// More braces are opened than closed, or fewer.
    unclosed: bool,
    unopened: bool,
}

impl Brackets {
    fn of(parsed: &Parsed) -> Self {
        let mut balance = 0isize;
        for token in leaves(parsed.root()).filter(|t| !t.byte_range().is_empty()) {
            match token.kind() {
                "{" | "${" => balance += 1,
                "}" => balance -= 1,
                _ => {}
            }
        }
        Self { open: Vec::new(), statement: 0, unclosed: balance > 0, unopened: balance < 0 }
    }

    /// What is open before the line of the token at `at`. A block that is indented as deep should have been closed.
    fn at_line(&mut self, text: &str, at: usize) -> Vec<Open> {
        if self.unclosed {
            let indent = line_indent(text, at).len();
            while self.open.last().is_some_and(|open| open.indent >= indent && open.kind == Bracket::Brace) {
                self.open.pop();
            }
        }
        self.open.clone()
    }

    fn take(&mut self, text: &str, kind: &str, range: TextRange, leads: bool, previous: &str) {
        let kind = match kind {
            "{" | "${" => Bracket::Brace,
            "(" => Bracket::Parenthesis { of_for: previous == "for" || previous == "await" },
            "[" => Bracket::Square,
            ")" | "]" => return self.close(if kind == ")" { "(" } else { "[" }, text, range, leads),
            "}" => return self.close("{", text, range, leads),
            ";" => {
                // What is not closed in a statement is missing.
                let of_for = |open: &Open| matches!(open.kind, Bracket::Parenthesis { of_for: true });
                while self.open.last().is_some_and(|open| open.kind != Bracket::Brace && !of_for(open)) {
                    self.open.pop();
                }
                self.statement = range.end;
                return;
            }
            _ => return,
        };
        let before = self.open.last().map_or(0, |open| open.bracket.end);
        let head = self.statement.max(before);
        let first = head + (text[head..range.start].len() - text[head..range.start].trim_start().len());
        let indent = line_indent(text, first).len();
        self.open.push(Open { kind, head, bracket: range, indent });
        if kind == Bracket::Brace {
            self.statement = range.end;
        }
    }

    fn close(&mut self, opening: &str, text: &str, range: TextRange, leads: bool) {
        let is_it = |open: &Open| match opening {
            "{" => open.kind == Bracket::Brace,
            "(" => matches!(open.kind, Bracket::Parenthesis { .. }),
            _ => open.kind == Bracket::Square,
        };
        // Others that are open within are missing their ends; a brace ends all.
        let reach =
            self.open.iter().rposition(|open| opening != "{" && open.kind == Bracket::Brace).map_or(0, |at| at + 1);
        let Some(at) = self.open[reach..].iter().rposition(is_it).map(|at| at + reach) else { return };
        let deeper = || line_indent(text, range.start).len() > self.open[at].indent;
        if opening == "{" && self.unopened && leads && deeper() {
            return;
        }
        self.open.truncate(at);
        if opening == "{" {
            self.statement = range.end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Applicability, Cost, FixProvider, Providers, RuleDocs};
    use diagnostics::{Code, Severity};
    use index::Index;
    use std::sync::Mutex;
    use syntax::Language;

    /// Inserts a token where the diagnostic is, and notes what text it was asked about.
    #[derive(Default)]
    struct Asked(Mutex<Vec<String>>);

    impl FixProvider for Asked {
        fn name(&self) -> &'static str {
            "asked"
        }
        fn handles(&self, _: &str) -> bool {
            true
        }
        fn fixes(&self, ctx: &RuleContext<'_>) -> Vec<Fix> {
            self.0.lock().unwrap().push(ctx.text().to_owned());
            let at = ctx.diagnostic.range.start;
            let outside = ctx.fix("Outside", Applicability::Unsafe).insert(0, "x");
            vec![ctx.fix("Insert", Applicability::Unsafe).insert(at, ";").isolated("one").build(), outside.build()]
        }
        fn docs_for_code(&self, _: &str) -> Vec<RuleDocs> {
            Vec::new()
        }
        fn docs_of(&self, _: &str) -> Option<RuleDocs> {
            None
        }
    }

    /// The fixes of every `$` of `marked`, which are diagnostics of the syntax, with the texts that were asked about.
    fn asked(name: &str, code: &str, marked: &str) -> (String, Vec<Vec<Fix>>, Vec<String>) {
        let pieces: Vec<&str> = marked.split('$').collect();
        let text = pieces.concat();
        let index = Index::in_memory([(name, text.as_str())]);
        let source = index.source(Path::new(name)).unwrap();
        let mut at = 0;
        let mut all = Vec::new();
        for piece in &pieces[..pieces.len() - 1] {
            at += piece.len();
            all.push(SourceDiagnostic {
                path: Path::new(name).into(),
                range: TextRange::empty(at),
                text_hash: source.hash,
                code: Code::new(code),
                severity: Severity::Error,
                message: "".into(),
                arguments: Vec::new().into(),
                trust: Default::default(),
            });
        }
        let set = DiagnosticSet::new(all.iter().cloned());
        let asked = Arc::new(Asked::default());
        let providers: Providers = [asked.clone() as Arc<dyn FixProvider>].into_iter().collect();
        let fixes = all
            .iter()
            .map(|d| providers.fixes(&RuleContext::new(d, Semantics::new(&index, &source), &set), Cost::Idle))
            .collect();
        let texts = std::mem::take(&mut *asked.0.lock().unwrap());
        (text, fixes, texts)
    }

    fn errors(language: Language, text: &str) -> usize {
        Parsed::new(language, text).syntax_errors().len()
    }

    #[test]
    fn few_faults_are_looked_at_in_the_whole_file() {
        let marked = format!("class C\n{{\n{}}}\n", "    int A() { return 1$ }\n\n".repeat(WHOLE));
        let (text, fixes, texts) = asked("/a.cs", "CS1002", &marked);
        assert!(texts.iter().all(|t| *t == text));
        assert!(fixes.iter().all(|f| f.len() == 2 && f[0].isolation.as_deref() == Some("one")));
    }

    #[test]
    fn many_faults_are_looked_at_in_parts_and_edits_come_back() {
        let member = "    [Old]\n    int A(int b)\n    {\n        b = 1$\n        return b;\n    }\n\n";
        let marked = format!("namespace N\n{{\nclass C : B\n{{\n{}}}\n}}\n", member.repeat(200));
        let (text, fixes, texts) = asked("/a.cs", "CS1002", &marked);
        assert!(texts.iter().all(|t| t.len() < 4 * BYTES && t.starts_with("namespace N")), "{}", texts[100]);
        for part in [0, 100, 199] {
            let repaired = texts[part].replace("b = 1\n", "b = 1;\n");
            assert_eq!(errors(Language::CSHARP, &repaired), 1, "{repaired}");
        }
        let index = Index::in_memory([("/a.cs", text.as_str())]);
        let mut groups = std::collections::BTreeSet::new();
        for (fixes, start) in fixes.iter().zip(text.match_indices("b = 1").map(|(at, _)| at + 5)) {
            // What is outside of the part is not edited; the first part begins where the file does.
            assert!(fixes.len() == 1 || start < 2 * BYTES, "{fixes:?}");
            let fix = &fixes[0];
            let source = index.source(Path::new("/a.cs")).unwrap();
            let d = DiagnosticSet::default();
            let own = SourceDiagnostic {
                path: source.path.clone(),
                range: TextRange::empty(start),
                text_hash: source.hash,
                code: Code::new("CS1002"),
                severity: Severity::Error,
                message: "".into(),
                arguments: Vec::new().into(),
                trust: Default::default(),
            };
            let change = fix.change(&RuleContext::new(&own, Semantics::new(&index, &source), &d)).unwrap();
            let edits = change.text_edits(Path::new("/a.cs"), &index).unwrap();
            assert_eq!(edits.iter().map(|e| e.range).collect::<Vec<_>>(), [TextRange::empty(start)]);
            groups.insert(fix.isolation.clone());
        }
        assert!((10..100).contains(&groups.len()), "fixes of one part wait for each other: {}", groups.len());
    }

    #[test]
    fn the_rest_of_the_file_is_one_fault() {
        for (name, code, language, head, member, tail) in [
            (
                "/a.cs",
                "CS1002",
                Language::CSHARP,
                "class C\n{\n    void M()\n    {\n",
                "        F(1)$\n        G();\n",
                "    }\n}\n",
            ),
            ("/a.ts", "TS1005", Language::TYPESCRIPT, "", "f(1$ 2);\ng();\n", ""),
            (
                "/a.ts",
                "TS1005",
                Language::TYPESCRIPT,
                "describe('all', () => {\n",
                "  it('is', () => {\n    f(1$ 2);\n  });\n\n",
                "});\n",
            ),
        ] {
            let marked = format!("{head}{}{tail}", member.repeat(300));
            let (_, _, texts) = asked(name, code, &marked);
            let part = texts[150].replace("f(1 2)", "f(1, 2)").replace("F(1)\n", "F(1);\n");
            assert!(part.len() < 4 * BYTES && errors(language, &part) == 1, "{part}");
        }
    }

    #[test]
    fn a_brace_that_is_missing_does_not_open_all_that_follows() {
        let member = "    void A()\n    {\n        if (true)\n        {\n            F();\n$    }\n\n";
        let marked = format!("class C\n{{\n{}}}\n", member.repeat(100));
        let (_, _, texts) = asked("/a.cs", "CS1513", &marked);
        let deepest = texts
            .iter()
            .map(|t| t.matches("class C").count() + t[..t.find("    void A").unwrap()].matches('{').count());
        assert_eq!(deepest.max(), Some(2), "each part stands in the class alone");
    }
}
