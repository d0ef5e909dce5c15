//! TypeScript and JavaScript with TypeScript's compiler.
//!
//! `tsc` checks nothing as long as a file does not parse. An editor checks all the same: what it says of names and types in a file that does
//! not parse is an echo of the syntax error, names that are missing because their declaration was misread. The next build tells what is left.

use super::{ImportEdits, LanguageSupport, Places, Reach, typescript_doubts, typescript_places};
use crate::causes::Cause;
use crate::{Doubt, RuleContext, Written};
use diagnostics::{BuildDiagnostic, SourceDiagnostic};
use index::{Index, Source};
use std::path::PathBuf;
use syntax::typescript::FUNCTIONS;
use syntax::{Node, NodeExt, ancestors};
use text::TextRange;

pub(super) struct TypeScript;

const UNUSED: &[&str] = &["TS6133", "TS6138", "TS6192", "TS6196", "TS6198", "TS6199", "TS6205"];
/// What a class lacks of its bases.
const BASES: &[&str] = &["TS2415", "TS2416", "TS2420", "TS2515", "TS2564", "TS2654", "TS2655", "TS2656", "TS2720"];
const NULLABILITY: &[&str] = &["TS2531", "TS2532", "TS2533", "TS2722", "TS18047", "TS18048"];
const ACCESSIBILITY: &[&str] = &["TS2341", "TS2445"];
/// Names that are not found.
const UNRESOLVED: &[&str] = &[
    "TS2304", "TS2311", "TS2503", "TS2552", "TS2570", "TS2580", "TS2581", "TS2582", "TS2583", "TS2584", "TS2591",
    "TS2592", "TS2593", "TS2662", "TS2663", "TS2693", "TS2749", "TS2833", "TS18004",
];
/// Modules that are not found: all that is imported from them is `any`.
const MODULES: &[&str] = &["TS2307", "TS2792", "TS7016"];
/// Types that do not fit or cannot be inferred.
const TYPES: &[&str] = &[
    "TS2322", "TS2345", "TS2355", "TS2366", "TS2571", "TS2769", "TS7005", "TS7006", "TS7019", "TS7030", "TS7031",
    "TS7034", "TS7053", "TS18046",
];
/// Members that are not found.
const UNRESOLVED_MEMBERS: &[&str] = &["TS2339", "TS2551", "TS2568"];

impl LanguageSupport for TypeScript {
    fn name(&self) -> &'static str {
        "TypeScript"
    }

    fn code_prefix(&self) -> &'static str {
        "TS"
    }

    fn is_unparsed(&self, source: &Source, diagnostics: &[SourceDiagnostic]) -> bool {
        // Some errors of the compiler's parser leave nothing misread; those, our parser accepts.
        diagnostics.iter().any(|d| self.is_syntax_code(d.code.as_str())) && source.parsed.root().has_error()
    }

    fn is_echo_of_syntax_error(&self, ctx: &RuleContext<'_>) -> bool {
        let code = ctx.code().as_str();
        self.has_code(code)
            && !self.is_syntax_code(code)
            && (ctx.diagnostics.is_unparsed(ctx.path())
                || super::facts(ctx.diagnostics, ctx.path()).is_some_and(|facts| !facts.syntax.is_empty())
                    && ctx.source.parsed.root().has_error())
    }

    fn cause(&self, ctx: &RuleContext<'_>) -> Option<Cause> {
        super::typescript_causes::of(ctx)
    }

    fn is_unused_code(&self, code: &str) -> bool {
        UNUSED.contains(&code) || matches!(code, "TS7027" | "TS7028" | "TS2578")
    }

    fn is_about_types(&self, code: &str) -> bool {
        TYPES.contains(&code)
    }

    fn is_base_code(&self, code: &str) -> bool {
        BASES.contains(&code)
    }

    fn reach(&self, ctx: &RuleContext<'_>) -> Reach {
        let Some(token) = ctx.token() else { return Reach::None };
        let code = ctx.code().as_str();
        let root = ctx.root();
        let around = |kinds: &[&str]| token.enclosing(kinds).unwrap_or(root).range();
        if UNUSED.contains(&code) {
            // What is declared at the top, or in a class, may be used in all of it; parameters and local variables in their function.
            let declared_in = ancestors(token)
                .skip(1)
                .find(|n| n.is(FUNCTIONS) && n.field("name") != Some(token) || n.kind() == "class_body");
            Reach::All(declared_in.unwrap_or(root).range())
        } else if code == "TS2578" || TYPES.contains(&code) {
            Reach::All(root.range())
        } else if BASES.contains(&code) {
            Reach::All(around(&["class_declaration", "abstract_class_declaration", "class"]))
        } else if NULLABILITY.contains(&code) || ACCESSIBILITY.contains(&code) {
            Reach::All(around(FUNCTIONS))
        } else if UNRESOLVED.contains(&code)
            || UNRESOLVED_MEMBERS.contains(&code)
            || matches!(code, "TS2561" | "TS2724")
        {
            let is_statement = |n: &Node<'_>| {
                n.kind().ends_with("_statement") || n.kind().ends_with("_declaration") || n.is(FUNCTIONS)
            };
            Reach::Spelling(super::head_or_all(ancestors(token).find(is_statement).unwrap_or(root), token))
        } else {
            Reach::None
        }
    }

    fn hides_meaning(&self, cause: &str, code: &str) -> bool {
        // What is beside them says nothing about types; what is imported in vain does.
        if TYPES.contains(&code) {
            return MODULES.contains(&cause);
        }
        // A member that is not found is no use of an import or of a local variable.
        let members = || UNRESOLVED_MEMBERS.contains(&cause) && (!UNUSED.contains(&code) || code == "TS6138");
        UNRESOLVED.contains(&cause) || members() || self.is_syntax_code(cause)
    }

    fn syntax_isolation(&self, ctx: &RuleContext<'_>) -> Option<String> {
        // A repair of the syntax is found by trying; what was found for the file as it was need not hold once another is in.
        let broken = self.is_syntax_code(ctx.code().as_str()) && ctx.source.parsed.root().has_error();
        broken.then(|| format!("syntax:{}", ctx.path().display()))
    }

    fn places(&self) -> Option<&'static Places> {
        Some(&typescript_places::PLACES)
    }

    fn missing_name<'a>(&self, code: &str, arguments: &'a [String]) -> Option<&'a str> {
        let name = match code {
            "TS2304" | "TS2339" | "TS2503" | "TS2551" | "TS2552" => arguments.first(),
            "TS2305" | "TS2614" | "TS2724" => arguments.get(1),
            _ => None,
        };
        name.map(String::as_str)
    }

    fn is_conflict_code(&self, code: &str) -> bool {
        matches!(code, "TS2300" | "TS2440" | "TS2451")
    }

    fn doubts(&self, written: &Written<'_>) -> Vec<Doubt> {
        typescript_doubts::doubts(written)
    }

    fn document_of(&self, index: &Index, code: &str, arguments: &[String]) -> Option<(PathBuf, TextRange)> {
        super::typescript_configs::document_of(index, code, arguments)
    }

    fn upgrade(&self, index: &Index, package: &str, major: u32) -> Option<Vec<BuildDiagnostic>> {
        (package == "typescript").then(|| super::typescript_configs::upgrade(index, major))
    }

    fn import_edits(&self) -> Option<ImportEdits> {
        Some(|parsed, imports, path, index| {
            codegen::imports::typescript::edits(parsed, &imports.keys().cloned().collect(), path, index)
        })
    }

    fn output_folders(&self) -> &'static [&'static str] {
        &["node_modules"]
    }

    fn project_files(&self) -> &'static [&'static str] {
        &["**/*.tsbuildinfo", "**/{tsconfig,jsconfig,package}*.json"]
    }
}
