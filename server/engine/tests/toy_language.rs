//! A language that is known only by its registrations: JSON files of a fictional linter, from its log to the fixed text.

mod workspace;

use diagnostics::{Code, CompilerStage};
use engine::{CancelToken, Filter, Outcome, PlanOptions, Reason, Refusal, VerifyOptions, Workspace as Engine, silent};
use fix::language::{self, LanguageSupport};
use fix::{Applicability, Change, Fix, FixProvider, Providers, RuleContext, RuleDocs};
use index::{Index, LanguageIndex, LocatedOutline, Source};
use std::path::Path;
use std::sync::{Arc, Once};
use syntax::{Language, LanguageDefinition, LanguageFamily, Parsed};
use text::{LineBreaks, TextEdit, TextRange};
use workspace::{Workspace, after, at, entries, line};

const TOY: LanguageFamily = LanguageFamily::new("toy");

/// An index without declarations.
struct ToyIndex;

impl LanguageIndex for ToyIndex {
    fn outline(&self, parsed: &Parsed) -> LocatedOutline {
        LocatedOutline { outline: index::Outline::empty(parsed.language()), ranges: Vec::new(), namespaces: Vec::new() }
    }
}

struct Toy;

impl LanguageSupport for Toy {
    fn name(&self) -> &'static str {
        "Toy"
    }
    fn code_prefix(&self) -> &'static str {
        "TOY"
    }
    fn is_syntax_code(&self, code: &str) -> bool {
        code == "TOY1"
    }
    fn stage(&self, code: &str, _: Option<(&Source, TextRange)>) -> CompilerStage {
        if self.is_syntax_code(code) { CompilerStage::Syntax } else { CompilerStage::Body }
    }
    fn is_echo_of_syntax_error(&self, ctx: &RuleContext<'_>) -> bool {
        !self.is_syntax_code(ctx.code().as_str())
            && ctx.diagnostics.in_file(ctx.path()).iter().any(|d| self.is_syntax_code(d.code.as_str()))
    }
    fn places(&self) -> Option<&'static language::Places> {
        const ROWS: &[language::Row] = &[language::Row { codes: &["TOY2"], stands: &[language::Stands::Name(0)] }];
        Some(&language::Places { rows: ROWS, unchecked: &[] })
    }
    fn import_edits(&self) -> Option<language::ImportEdits> {
        Some(|_, imports, _, _| vec![TextEdit::insert(0, format!("// {} imports\n", imports.len()))])
    }
    fn output_folders(&self) -> &'static [&'static str] {
        &["toy-output"]
    }
    fn is_generated_name(&self, name: &str) -> bool {
        name.ends_with(".made.toy")
    }
}

/// `TOY1`: a comma is missing. `TOY2`: a key is misspelled.
struct ToyFixes;

impl FixProvider for ToyFixes {
    fn name(&self) -> &'static str {
        "toy fixes"
    }
    fn handles(&self, code: &str) -> bool {
        ["TOY1", "TOY2"].contains(&code)
    }
    fn fixes(&self, ctx: &RuleContext<'_>) -> Vec<Fix> {
        let start = ctx.diagnostic.range.start;
        let mut fix = match (ctx.code().as_str(), ctx.argument(1)) {
            ("TOY1", _) => ctx.fix("Add the comma", Applicability::Safe).insert(start, ",").build(),
            ("TOY2", Some(right)) => {
                let Some(token) = ctx.token() else { return Vec::new() };
                ctx.fix(format!("Change to '{right}'"), Applicability::Safe).replace(token.byte_range(), right).build()
            }
            _ => return Vec::new(),
        };
        fix.rule = "toy_rule".into();
        vec![fix]
    }
    fn docs_for_code(&self, _: &str) -> Vec<RuleDocs> {
        Vec::new()
    }
    fn docs_of(&self, _: &str) -> Option<RuleDocs> {
        None
    }
}

fn register() -> Language {
    static ONCE: Once = Once::new();
    let language = syntax::register(LanguageDefinition {
        name: "toy",
        family: TOY,
        extensions: &["toy"],
        grammar: || tree_sitter_json::LANGUAGE.into(),
        grammar_version: "0.24",
        line_breaks: LineBreaks::Lsp,
        queries: syntax::Queries::NONE,
        preprocessor: None,
    });
    ONCE.call_once(|| {
        index::register(TOY, &ToyIndex);
        language::register(TOY, &Toy);
    });
    language
}

fn open(workspace: &Workspace) -> Engine {
    register();
    let providers: Providers = [Arc::new(ToyFixes) as Arc<dyn FixProvider>].into_iter().collect();
    Engine::open(std::slice::from_ref(&workspace.root), providers).expect("it is a folder")
}

const TEXT: &str = "{\n  \"colour\": 1,\n  \"size\": 2\n}\n";

fn misspelt(file: &str) -> String {
    let (l, c) = at(TEXT, "colour");
    line(file, l, c, "TOY2", "There is no 'colour', did you mean 'color'?")
}

#[test]
fn its_diagnostics_are_placed_and_fixed() {
    let workspace = Workspace::new(&[("a.toy", TEXT)]);
    let mut engine = open(&workspace);
    let found = entries(&engine, &misspelt("a.toy"));
    let plan = engine.plan(found, &PlanOptions::default(), &CancelToken::new(), &silent);
    assert_eq!(plan.entries[0].outcome, Outcome::Fixed, "{:?}", plan.entries);
    assert_eq!(plan.entries[0].fix.as_ref().map(|f| &*f.rule), Some("toy_rule"));
    assert_eq!(after(&plan, &workspace.path("a.toy")), TEXT.replace("colour", "color"));
}

#[test]
fn its_syntax_errors_come_first() {
    let broken = TEXT.replace("1,", "1");
    let workspace = Workspace::new(&[("a.toy", &broken)]);
    let mut engine = open(&workspace);
    let (l, c) = at(&broken, "\n  \"size");
    let log = misspelt("a.toy") + &line("a.toy", l, c, "TOY1", "A comma is missing");
    let found = entries(&engine, &log);
    let plan = engine.plan(found, &PlanOptions::default(), &CancelToken::new(), &silent);
    let outcomes: Vec<_> = plan.entries.iter().map(|e| (e.diagnostic.code.as_str(), e.outcome)).collect();
    // Once the comma is there, no diagnostic is an echo of a syntax error.
    assert_eq!(outcomes, [("TOY2", Outcome::Fixed), ("TOY1", Outcome::Fixed)]);
    assert_eq!(after(&plan, &workspace.path("a.toy")), TEXT.replace("colour", "color"));
}

#[test]
fn its_stale_output_and_generated_files_are_left_alone() {
    let files = [("a.toy", "{\n  \"color\": 1\n}\n"), ("toy-output/b.toy", TEXT), ("c.made.toy", TEXT)];
    let workspace = Workspace::new(&files);
    let mut engine = open(&workspace);
    let log = misspelt("a.toy") + &misspelt("toy-output/b.toy") + &misspelt("c.made.toy");
    let found = entries(&engine, &log);
    let plan = engine.plan(found, &PlanOptions::default(), &CancelToken::new(), &silent);
    let reasons: Vec<_> = plan.entries.iter().map(|e| e.reason.clone()).collect();
    let expected = [
        Reason::NotThere("'colour'".to_owned()),
        Reason::Refused(Refusal::Generated),
        Reason::Refused(Refusal::ForbiddenFolder("toy-output")),
    ];
    assert_eq!(reasons, expected.map(Some));
    assert!(plan.files.is_empty());
}

#[test]
fn its_fixes_are_verified() {
    let workspace = Workspace::new(&[("a.toy", TEXT)]);
    let mut engine = open(&workspace);
    let found = entries(&engine, &misspelt("a.toy"));
    let options =
        VerifyOptions { plan: PlanOptions::default(), allow_stubs: false, rounds: 2, filter: Filter::default() };
    let mut build = |_: &[std::path::PathBuf]| {
        // The linter reports the new key too.
        let text = workspace.read("a.toy");
        let log = match text.contains("\"color\"") {
            true => line("a.toy", 2, 4, "TOY3", "Use 'colour'"),
            false => misspelt("a.toy"),
        };
        Ok(diagnostics::read(log.as_bytes()).diagnostics)
    };
    let verified = engine
        .verify(&workspace.store(), found, &options, &mut build, &CancelToken::new(), &silent)
        .expect("the build runs");
    assert_eq!(workspace.read("a.toy"), TEXT);
    assert_eq!(verified.plan.entries[0].reason, Some(Reason::Causes(Code::new("TOY3"))));
}

#[test]
fn its_codes_and_imports_are_written_in_its_way() {
    let language = register();
    let support = language::of(language).expect("it is registered");
    assert_eq!(support.code_of_number("7"), Code::new("TOY7"));
    assert_eq!(language::of_code("TOY7").map(|l| l.name()), Some("Toy"));
    assert_eq!(Language::of_path(Path::new("x/A.TOY")), Some(language));

    let index = Index::in_memory([("/a.toy", TEXT)]);
    let source = index.source(Path::new("/a.toy")).expect("it is a source file");
    let mut change = Change::new();
    let request = fix::ImportRequest::Using { namespace: "n".into() };
    change.import(Path::new("/a.toy"), source.hash, request);
    let edits = change.text_edits(Path::new("/a.toy"), &index).expect("they fit");
    assert_eq!(edits.apply(TEXT).expect("they fit"), format!("// 1 imports\n{TEXT}"));
}
