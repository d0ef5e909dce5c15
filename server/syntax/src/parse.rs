use crate::Language;
use crate::csharp::lexical::blank;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use text::{TextEdit, TextEdits, TextRange};
use tree_sitter::{InputEdit, Node, ParseOptions, ParseState, Parser, Point, Tree};

/// A text and its tree.
#[derive(Clone, Debug)]
pub struct Parsed {
    language: Language,
    text: Arc<str>,
    tree: Tree,
    /// What the tree leaves out.
    hidden: Arc<[TextRange]>,
}

thread_local! {
    static PARSERS: RefCell<HashMap<Language, Parser>> = RefCell::new(HashMap::new());
    static BYTES_READ: Cell<u64> = const { Cell::new(0) };
}

/// Longer texts are re-parsed near a change only, also where they have errors: see [`Parsed::reparsed`].
const LARGE: usize = 1 << 20;
/// So many bytes are given to the parser at a time.
const CHUNK: usize = 4 << 10;

/// How many bytes parsers have read on this thread, in blocks of 4 KB. A counter for tests of what must not grow.
pub fn bytes_read() -> u64 {
    BYTES_READ.get()
}

/// Bytes that were parsed: what parsing costs, to be compared with the size of the input. A tree that is parsed from an earlier one counts whole.
static PARSED: AtomicU64 = AtomicU64::new(0);

/// How many bytes this process has parsed.
pub fn parsed_bytes() -> u64 {
    PARSED.load(Ordering::Relaxed)
}

fn parse(language: Language, text: &str, old: Option<&Tree>) -> Tree {
    PARSED.fetch_add(text.len() as u64, Ordering::Relaxed);
    PARSERS.with_borrow_mut(|parsers| {
        let parser = parsers.entry(language).or_insert_with(|| {
            let mut parser = Parser::new();
            parser
                .set_language(&language.grammar())
                .expect("the grammar's ABI is the one this tree-sitter was built for");
            parser
        });
        // Only a parse that is given up or a missing language gives no tree.
        bounded(parser, text, old).unwrap_or_else(|| {
            parser.reset();
            // As many bytes, so that offsets stay valid.
            parser.parse(" ".repeat(text.len()), None).expect("a parse of a set language")
        })
    })
}

/// How many times its length a parse may look at a text, and how much in any case.
const MOST_LOOKS: usize = 48;
const MOST_ALWAYS: usize = 64 << 20;

/// Parses, unless the text is made so that each token is looked for up to its end: `/*` or a quote, twenty thousand times, and never closed.
fn bounded(parser: &mut Parser, text: &str, old: Option<&Tree>) -> Option<Tree> {
    let bytes = text.as_bytes();
    let left = Cell::new(bytes.len().saturating_mul(MOST_LOOKS).saturating_add(MOST_ALWAYS));
    let mut read = |at: usize, _: Point| {
        let piece = &bytes[at.min(bytes.len())..at.saturating_add(CHUNK).min(bytes.len())];
        left.set(left.get().saturating_sub(piece.len()));
        BYTES_READ.set(BYTES_READ.get() + piece.len() as u64);
        // The text ends here, so that what is looked for now is given up.
        if left.get() == 0 { &[][..] } else { piece }
    };
    let mut progress =
        |_: &ParseState| if left.get() == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let tree = parser.parse_with_options(&mut read, old, Some(ParseOptions::new().progress_callback(&mut progress)));
    tree.filter(|_| left.get() > 0)
}

impl Parsed {
    /// Parses `text` from scratch.
    pub fn new(language: Language, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let tree = parse(language, &text, None);
        Self::of_tree(language, text, tree)
    }
    /// `tree` is the one of `text`. Where it has errors at conditional sections, those are parsed by the branch that is compiled: two
    /// branches together need not be a text that parses.
    fn of_tree(language: Language, text: Arc<str>, tree: Tree) -> Self {
        let whole = Self { language, text, tree, hidden: Arc::default() };
        let Some(preprocessor) = language.definition().preprocessor.filter(|_| whole.root().has_error()) else {
            return whole;
        };
        if !whole.text.contains(preprocessor.conditional) {
            return whole;
        }
        let errors = whole.syntax_errors();
        // What goes on after a section fails in the line after it.
        let places: Vec<TextRange> =
            errors.iter().map(|e| TextRange::new(whole.text[..e.range.start].trim_end().len(), e.range.end)).collect();
        let hidden = (preprocessor.inactive)(&whole.text, &places);
        let mut active = String::with_capacity(whole.text.len());
        let mut at = 0;
        for range in &hidden {
            if range.start >= at {
                active.push_str(&whole.text[at..range.start]);
                blank(range.of(&whole.text), &mut active);
                at = range.end;
            }
        }
        active.push_str(&whole.text[at..]);
        let tree = parse(language, &active, None);
        let partial = Self { tree, hidden: hidden.into(), ..whole.clone() };
        if partial.syntax_errors().len() < errors.len() { partial } else { whole }
    }
    /// Parses the text after `edits`, reusing the unchanged parts of the old tree.
    ///
    /// # Errors
    /// When an edit does not fit the text.
    pub fn edited(&self, edits: &TextEdits) -> Result<Self, text::EditError> {
        let text: Arc<str> = edits.apply(&self.text)?.into();
        if !self.hidden.is_empty() {
            // The tree is not the one of the whole text.
            return Ok(Self::new(self.language, text));
        }
        let tree = self.tree_after(edits, &text);
        Ok(Self::of_tree(self.language, text, tree))
    }
    /// The tree of `text`, which `edits` lead to.
    fn tree_after(&self, edits: &TextEdits, text: &str) -> Tree {
        let mut tree = self.tree.clone();
        // One way through the text for the lines of all edits.
        let (mut at, mut known) = (0, Point { row: 0, column: 0 });
        let mut point = |offset: usize| {
            known = advance(known, &self.text[at..offset]);
            at = offset;
            known
        };
        let points: Vec<(Point, Point)> = edits.iter().map(|e| (point(e.range.start), point(e.range.end))).collect();
        // From the last to the first, so that earlier offsets stay valid.
        for (TextEdit { range, new_text }, (start_position, old_end_position)) in edits.iter().zip(points).rev() {
            tree.edit(&InputEdit {
                start_byte: range.start,
                old_end_byte: range.end,
                new_end_byte: range.start + new_text.len(),
                start_position,
                old_end_position,
                new_end_position: advance(start_position, new_text),
            });
        }
        parse(self.language, text, Some(&tree))
    }
    /// Parses `text`, another version of this text, reusing the parts before and after the difference. `None` when either version has a
    /// syntax error: error recovery depends on the tree that is reused, and a tree must depend on its text only. A text of more than 1 MB is
    /// re-parsed all the same, because nobody would wait for the whole of it; where it has errors, they may be marked elsewhere than in a fresh tree.
    pub fn reparsed(&self, text: &Arc<str>) -> Option<Self> {
        let large = self.text.len().min(text.len()) > LARGE;
        if (self.root().has_error() && !large) || !self.hidden.is_empty() {
            return None;
        }
        let (old, new) = (self.text.as_bytes(), text.as_bytes());
        let same = |pairs: &mut dyn Iterator<Item = (&u8, &u8)>| pairs.take_while(|(a, b)| a == b).count();
        let mut start = same(&mut old.iter().zip(new));
        while !self.text.is_char_boundary(start) || !text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = same(&mut old[start..].iter().rev().zip(new[start..].iter().rev()));
        while !self.text.is_char_boundary(old.len() - end) || !text.is_char_boundary(new.len() - end) {
            end -= 1;
        }
        let edit = TextEdit::replace(start..old.len() - end, &text[start..new.len() - end]);
        let tree = self.tree_after(&TextEdits::new(vec![edit]).ok()?, text);
        let after = Self { language: self.language, text: text.clone(), tree, hidden: Arc::default() };
        (large || !after.root().has_error()).then_some(after)
    }
    /// Whether the text is so large that nobody waits for the whole of it to be parsed.
    pub fn is_large(&self) -> bool {
        self.text.len() > LARGE
    }
    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }
    /// The text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }
    /// The tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }
    /// The root node.
    pub fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }
    /// What the tree leaves out of conditional sections that do not parse as a whole: branches that are not compiled, and directives.
    pub fn hidden(&self) -> &[TextRange] {
        &self.hidden
    }
    /// ERROR and MISSING nodes, outermost only, in order.
    pub fn syntax_errors(&self) -> Vec<SyntaxError> {
        let mut out = Vec::new();
        collect(self.root(), &mut out);
        out
    }
}

fn advance(from: Point, text: &str) -> Point {
    let rows = text.bytes().filter(|&b| b == b'\n').count();
    match text.rfind('\n') {
        Some(i) => Point { row: from.row + rows, column: text.len() - i - 1 },
        None => Point { row: from.row, column: from.column + text.len() },
    }
}

/// A place that did not parse.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SyntaxError {
    /// Bytes of the text.
    pub range: TextRange,
    /// Whether the parser inserted a missing token here. Otherwise it skipped text.
    pub missing: bool,
}

fn collect(node: Node<'_>, out: &mut Vec<SyntaxError>) {
    // Iterative: hostile input nests 100,000 deep.
    let mut stack = vec![node];
    while let Some(node) = stack.pop() {
        if node.is_error() || node.is_missing() {
            out.push(SyntaxError { range: node.byte_range().into(), missing: node.is_missing() });
        } else if node.has_error() {
            let mut cursor = node.walk();
            let children: Vec<_> = node.children(&mut cursor).collect();
            stack.extend(children.into_iter().rev());
        }
    }
}

/// Syntax errors of `after` that `before` did not have at the corresponding place. `edits` turn one into the other.
///
/// Valid files have ERROR nodes too (the C# grammar fails on some uses of `#if` and on the newest syntax), so a fix is judged
/// by the errors that it adds, not by the absence of errors. Errors merge, split and move by a few tokens when the text near them
/// changes, so as many new errors are excused as old ones disappeared. Where there are conditional sections, only what is compiled is
/// looked at: two branches together need not be a text that parses.
pub fn new_syntax_errors(before: &Parsed, after: &Parsed, edits: &TextEdits) -> Vec<SyntaxError> {
    if let Some((before, after)) = active(before, after, edits) {
        return new_errors(&before, &after, edits);
    }
    new_errors(before, after, edits)
}

/// Both texts without what is not compiled, if there is anything of the kind. Where the edits are is compiled.
fn active(before: &Parsed, after: &Parsed, edits: &TextEdits) -> Option<(Parsed, Parsed)> {
    let preprocessor = before.language.definition().preprocessor?;
    if !before.text.contains(preprocessor.conditional) && !after.text.contains(preprocessor.conditional) {
        return None;
    }
    let starts: Vec<usize> = edits.iter().map(|e| e.range.start).collect();
    let ends: Vec<usize> = edits
        .iter()
        .scan(0isize, |shift, e| {
            let start = e.range.start.checked_add_signed(*shift);
            *shift += e.new_text.len() as isize - e.range.len() as isize;
            Some(start)
        })
        .flatten()
        .collect();
    let (old, new) = ((preprocessor.active)(&before.text, &starts), (preprocessor.active)(&after.text, &ends));
    Some((Parsed::new(before.language, old), Parsed::new(after.language, new)))
}

fn new_errors(before: &Parsed, after: &Parsed, edits: &TextEdits) -> Vec<SyntaxError> {
    let old = before.syntax_errors();
    let new = after.syntax_errors();
    if new.is_empty() {
        return new;
    }
    let map = edits.map();
    let mut moved: HashSet<SyntaxError> = HashSet::new();
    let mut removed = 0usize;
    for error in &old {
        match map.range(error.range) {
            Some(range) => drop(moved.insert(SyntaxError { range, missing: error.missing })),
            None => removed += 1,
        }
    }
    let now: HashSet<&SyntaxError> = new.iter().collect();
    let disappeared = moved.iter().filter(|e| !now.contains(e)).count();
    let mut fresh: Vec<SyntaxError> = new.iter().filter(|e| !moved.contains(e)).cloned().collect();
    // As many as disappeared may be old ones in another form.
    let excused = (removed + disappeared).min(fresh.len());
    if fresh.len() <= excused {
        fresh.clear()
    }
    fresh
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edited_tree_equals_a_fresh_one() {
        let parsed = Parsed::new(Language::CSHARP, "class A { int x; }\nclass B { }\n");
        let edits =
            TextEdits::new(vec![TextEdit::insert(9, "\n  int y;\n"), TextEdit::replace(25..26, "Bee")]).unwrap();
        let edited = parsed.edited(&edits).unwrap();
        let fresh = Parsed::new(Language::CSHARP, edited.text().clone());
        assert_eq!(edited.root().to_sexp(), fresh.root().to_sexp());
    }

    #[test]
    fn of_a_large_text_only_the_neighbourhood_of_a_change_is_parsed_also_beside_errors() {
        let read = |members: usize| {
            let member = |i: usize| format!("    int M{i}(int a) {{ return a + {i}; }}\n");
            let body: String = (0..members).map(member).collect();
            let text = format!("class C {{\n    int Broken( {{ return 1 }}\n{body}}}\n");
            let place = text.find("a + 900;").expect("there are so many members");
            let mut parsed = Parsed::new(Language::CSHARP, text.clone());
            assert!(parsed.root().has_error() && text.len() > LARGE);
            let before = bytes_read();
            for i in 1..4 {
                let text: Arc<str> = format!("{}{}{}", &text[..place], &"1234567890"[..i], &text[place..]).into();
                parsed = parsed.reparsed(&text).expect("large texts are re-parsed");
                assert_eq!(parsed.text(), &text);
            }
            bytes_read() - before
        };
        let (small, large) = (read(25_000), read(50_000));
        assert!(small < 3 * (64 << 10) && large <= 2 * small, "{small} bytes were read, and of twice the text {large}");
    }

    #[test]
    fn only_added_errors_count() {
        let before = Parsed::new(Language::CSHARP, "class A { void M() { int x = ; } void N() { } }");
        let good = TextEdits::new(vec![TextEdit::insert(0, "using System;\n")]).unwrap();
        assert!(new_syntax_errors(&before, &before.edited(&good).unwrap(), &good).is_empty());
        let bad = TextEdits::new(vec![TextEdit::insert(44, "int = = ;;) ")]).unwrap();
        assert!(!new_syntax_errors(&before, &before.edited(&bad).unwrap(), &bad).is_empty());
    }

    #[test]
    fn sections_that_do_not_parse_as_a_whole_are_parsed_by_one_branch() {
        let parsed = |text: &str| Parsed::new(Language::CSHARP, text);
        let modifiers = parsed("#if A\npublic\n#else\ninternal\n#endif\nclass C { }\n");
        assert_eq!(modifiers.syntax_errors(), []);
        assert_eq!(
            modifiers.hidden().iter().map(|r| r.of(modifiers.text()).trim()).collect::<Vec<_>>(),
            ["#if A", "#else", "internal", "#endif"]
        );
        assert!(modifiers.root().to_sexp().contains("class_declaration"));
        let chain = "class C { void M(int a) {\n#if A\n if (a > 0) { }\n else\n#endif\n if (a > 1) { }\n#if B\n else { }\n#endif\n} }\n";
        assert_eq!(parsed(chain).syntax_errors(), []);
        // A section that parses stays whole.
        let whole = parsed("#if A\nusing B;\n#else\nusing C;\n#endif\nclass C { int x = ; }\n");
        assert!(whole.hidden().is_empty() && whole.root().to_sexp().contains("preproc_if"));
        // The tree depends on the text only.
        let edits = TextEdits::new(vec![TextEdit::insert(0, "// note\n")]).unwrap();
        let edited = modifiers.edited(&edits).unwrap();
        assert_eq!(edited.root().to_sexp(), parsed(edited.text()).root().to_sexp());
        assert!(modifiers.reparsed(edited.text()).is_none());
    }

    #[test]
    fn branches_that_do_not_parse_together_hide_no_error() {
        let text = "#if A\npublic\n#else\ninternal\n#endif\nclass C {\n void M(int a) {\n#if A\n  if (a > 0) { }\n#endif\n  else if (a > 1) { }\n }\n}\n";
        let before = Parsed::new(Language::CSHARP, text);
        let at = |place: &str, new: &str| {
            let edits = TextEdits::new(vec![TextEdit::insert(text.find(place).unwrap(), new)]).unwrap();
            new_syntax_errors(&before, &before.edited(&edits).unwrap(), &edits).len()
        };
        assert_eq!(at("void M", "int x;\n "), 0);
        assert_eq!(at("internal", "sealed "), 0);
        assert_ne!(at("void M", "int = ;;) "), 0);
        // Without a branch that is compiled the chain has no beginning.
        assert_eq!(at("a > 1", "a < 5 || "), 0);
    }

    /// Each of these took minutes: the whole rest was looked at for every token.
    #[test]
    fn what_is_never_closed_is_given_up() {
        for (language, piece) in [(Language::CSHARP, "/* "), (Language::TYPESCRIPT, "/* ")] {
            let text = piece.repeat(60_000);
            let parsed = Parsed::new(language, text.as_str());
            assert_eq!((parsed.root().end_byte() <= text.len(), parsed.syntax_errors().len()), (true, 0));
        }
        let long = format!("class A {{ /* {} */ }}", "/* ".repeat(60_000));
        assert!(Parsed::new(Language::CSHARP, long).root().to_sexp().contains("class_declaration"));
    }

    #[test]
    fn deep_nesting_does_not_overflow() {
        let deep = format!("class A {{ int x = {}; }}", "(".repeat(100_000));
        let parsed = Parsed::new(Language::CSHARP, deep);
        let _ = parsed.syntax_errors();
    }
}
