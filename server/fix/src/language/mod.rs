//! What the layers above the index have to know of a language, as one table.
//!
//! A language plugs in by three registrations: `syntax::register` (grammar, extensions, line breaks), the index (outlines, projects) and
//! [`register`] (its compiler, imports, generated files). Nothing outside of language modules asks which language a file has.

mod csharp;
mod csharp_causes;
mod csharp_doubts;
mod csharp_generated;
pub mod csharp_options;
mod csharp_places;
#[cfg(test)]
mod doubt_tests;
mod place;
mod typescript;
mod typescript_causes;
mod typescript_configs;
mod typescript_doubts;
mod typescript_places;

pub use place::{Place, Places, Row, Stands, Unchecked, reads_as};

use crate::causes::{self, Cause};
use crate::diagnostic_set::FileFacts;
use crate::{DiagnosticSet, Doubt, ProjectContext, RuleContext, Written};
use codegen::imports::Imports;
use diagnostics::{BuildDiagnostic, Code, CompilerStage, SourceDiagnostic};
use index::{Index, Source};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use syntax::{Language, LanguageFamily, Node, NodeExt, Parsed};
use text::{TextEdit, TextRange};

/// Computes the edits that add imports to a file of the language.
pub type ImportEdits = fn(&Parsed, &Imports, &Path, &Index) -> Vec<TextEdit>;

/// Where an error may hide what the fixes of a diagnostic depend on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// Nowhere: they depend on no other code.
    None,
    /// In this range.
    All(TextRange),
    /// In this range, as far as they only spell a name in another way.
    Spelling(TextRange),
}

/// One family of languages and its compiler.
pub trait LanguageSupport: Send + Sync {
    /// The name that people know, such as `C#`.
    fn name(&self) -> &'static str;

    /// What the codes of its compiler begin with, such as `CS`.
    fn code_prefix(&self) -> &'static str;

    /// The code with this number as the compiler prints it.
    fn code_of_number(&self, number: &str) -> Code {
        Code::new(format!("{}{number}", self.code_prefix()))
    }

    /// Whether it is a code of the compiler: the prefix and digits.
    fn has_code(&self, code: &str) -> bool {
        let digits = code.strip_prefix(self.code_prefix());
        digits.is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
    }

    /// Whether the compiler's scanner or parser reports the code.
    fn is_syntax_code(&self, code: &str) -> bool {
        diagnostics::stage_of(code) == Some(CompilerStage::Syntax)
    }

    /// The stage of compilation that reports `code` at `place`; `source` and `place` are missing when the file is not known as it was built.
    fn stage(&self, code: &str, place: Option<(&Source, TextRange)>) -> CompilerStage {
        let _ = place;
        diagnostics::stage_of(code).unwrap_or(CompilerStage::Body)
    }

    /// Whether an error with this code may say that [`Self::is_unparsed`]. A file without such errors is not looked at.
    fn may_unparse(&self, code: &str) -> bool {
        self.is_syntax_code(code)
    }

    /// Whether the compiler did not see `source` as it is meant, because it could not parse it. `diagnostics` are those of the file.
    fn is_unparsed(&self, source: &Source, diagnostics: &[SourceDiagnostic]) -> bool {
        let _ = (source, diagnostics);
        false
    }

    /// Whether the diagnostic is only a consequence of a syntax error, so that nothing is derived from it.
    fn is_echo_of_syntax_error(&self, ctx: &RuleContext<'_>) -> bool {
        let _ = ctx;
        false
    }

    /// What is wrong outside of the text, when the diagnostic is only an echo of that.
    fn cause(&self, ctx: &RuleContext<'_>) -> Option<Cause> {
        let _ = ctx;
        None
    }

    /// Whether the meaning of names and types in the file is uncertain because of syntax errors: then only repairs of the syntax are safe.
    fn meaning_is_uncertain(&self, ctx: &RuleContext<'_>) -> bool {
        let _ = ctx;
        false
    }

    /// Whether an error with this code leaves the tree of its file in doubt. Errors of the preprocessor's lines do not.
    fn breaks_tree(&self, code: &str) -> bool {
        self.is_syntax_code(code)
    }

    /// Whether the code reports something as unused or not reached.
    fn is_unused_code(&self, code: &str) -> bool {
        let _ = code;
        false
    }

    /// Whether the code says that types do not fit, or that one cannot be inferred: what is not found may have given them.
    fn is_about_types(&self, code: &str) -> bool {
        let _ = code;
        false
    }

    /// Whether the code reports what a type lacks of its bases.
    fn is_base_code(&self, code: &str) -> bool {
        let _ = code;
        false
    }

    /// The code around the diagnostic in which an error may hide what its fixes depend on.
    fn reach(&self, ctx: &RuleContext<'_>) -> Reach {
        let _ = ctx;
        Reach::None
    }

    /// Whether an error with the code `cause` may hide what fixes for `code` depend on: a name that is not found, a broken declaration.
    fn hides_meaning(&self, cause: &str, code: &str) -> bool {
        let _ = (cause, code);
        false
    }

    /// The isolation group of repairs of this diagnostic, when they depend on each other because the file does not parse.
    fn syntax_isolation(&self, ctx: &RuleContext<'_>) -> Option<String> {
        let _ = ctx;
        None
    }

    /// What must stand where the diagnostics of its compiler point; `None`: nothing is checked.
    fn places(&self) -> Option<&'static Places> {
        None
    }

    /// Whether the compiler looks for `code` only in bodies that have no other error: it may come to light when those are repaired.
    fn is_flow_code(&self, code: &str) -> bool {
        let _ = code;
        false
    }

    /// The name that the compiler looked for and did not find, for codes that say so.
    fn missing_name<'a>(&self, code: &str, arguments: &'a [String]) -> Option<&'a str> {
        let _ = (code, arguments);
        None
    }

    /// Whether `code` says that two things have one name: something that was brought into scope does harm.
    fn is_conflict_code(&self, code: &str) -> bool {
        let _ = code;
        false
    }

    /// Why what a fix wrote may be no repair, although it builds.
    fn doubts(&self, written: &Written<'_>) -> Vec<Doubt> {
        let _ = written;
        Vec::new()
    }

    /// What must stand where a diagnostic with this code points.
    fn stands(&self, code: &str) -> Option<&'static [Stands]> {
        let row = self.places()?.rows.iter().find(|row| row.codes.contains(&code))?;
        Some(row.stands)
    }

    /// Where a diagnostic stands of which the build says neither file nor place, when it is about a document of the workspace: a
    /// configuration, or the script that starts the compiler.
    fn document_of(&self, index: &Index, code: &str, arguments: &[String]) -> Option<(PathBuf, TextRange)> {
        let _ = (index, code, arguments);
        None
    }

    /// What version `major` of the compiler, which the package `package` has, will say of the configurations of the workspace, told without running
    /// it; `None` when that is no package of it.
    fn upgrade(&self, index: &Index, package: &str, major: u32) -> Option<Vec<BuildDiagnostic>> {
        let _ = (index, package, major);
        None
    }

    /// How imports are written; `None` when fixes of the language ask for none.
    fn import_edits(&self) -> Option<ImportEdits> {
        None
    }

    /// Parts of a text that a generator owns and that must not be edited.
    fn generated_ranges(&self, text: &str) -> Vec<TextRange> {
        let _ = text;
        Vec::new()
    }

    /// Whether `project` compiles `file` although it is of another project, which lies in its folder.
    fn is_of_nested_project(&self, index: &Index, project: &Path, file: &Path) -> bool {
        let _ = (index, project, file);
        false
    }

    /// Names of folders that hold build output or dependencies; nothing in them is written.
    fn output_folders(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether files with this name (in lower case) are generated.
    fn is_generated_name(&self, name: &str) -> bool {
        let _ = name;
        false
    }

    /// Glob patterns of files that are no sources, but say how sources are built.
    fn project_files(&self) -> &'static [&'static str] {
        &[]
    }
}

type Entry = (LanguageFamily, &'static dyn LanguageSupport);

/// The families that are always there.
static BUILT_IN: [Entry; 2] =
    [(LanguageFamily::CSHARP, &csharp::CSharp), (LanguageFamily::TYPESCRIPT, &typescript::TypeScript)];

/// Those that were added.
static REGISTERED: RwLock<Vec<Entry>> = RwLock::new(Vec::new());

/// Adds support for a family of languages. The first registration of a family counts.
pub fn register(family: LanguageFamily, support: &'static dyn LanguageSupport) {
    let mut registered = REGISTERED.write().unwrap_or_else(PoisonError::into_inner);
    if BUILT_IN.iter().chain(registered.iter()).all(|(known, _)| *known != family) {
        registered.push((family, support));
    }
}

/// All that are known.
pub fn all() -> Vec<&'static dyn LanguageSupport> {
    let registered = REGISTERED.read().unwrap_or_else(PoisonError::into_inner);
    BUILT_IN.iter().chain(registered.iter()).map(|(_, support)| *support).collect()
}

/// What is known of the family of `language`.
pub fn of(language: Language) -> Option<&'static dyn LanguageSupport> {
    of_family(language.family())
}

/// What is known of a family of languages.
pub fn of_family(family: LanguageFamily) -> Option<&'static dyn LanguageSupport> {
    let find = |list: &[Entry]| list.iter().find(|(known, _)| *known == family).map(|(_, support)| *support);
    find(&BUILT_IN).or_else(|| find(&REGISTERED.read().unwrap_or_else(PoisonError::into_inner)))
}

/// What is known of the language of a file, by its extension.
pub fn of_path(path: &Path) -> Option<&'static dyn LanguageSupport> {
    of(Language::of_path(path)?)
}

/// The language whose compiler uses `code`.
pub fn of_code(code: &str) -> Option<&'static dyn LanguageSupport> {
    let find = |list: &[Entry]| list.iter().map(|(_, support)| *support).find(|support| support.has_code(code));
    find(&BUILT_IN).or_else(|| find(&REGISTERED.read().unwrap_or_else(PoisonError::into_inner)))
}

/// What the diagnostics of one file say together; `None` when it has none.
pub(crate) fn facts<'s>(set: &'s DiagnosticSet, path: &Path) -> Option<&'s FileFacts> {
    set.facts_or(path, |list| {
        FileFacts::of(list, |code| {
            of_code(code)
                .map_or((false, false, false), |l| (l.is_syntax_code(code), l.breaks_tree(code), l.is_base_code(code)))
        })
    })
}

/// Whether the scanner or parser of the compiler reports an error of the file.
pub fn has_syntax_errors(set: &DiagnosticSet, path: &Path) -> bool {
    facts(set, path).is_some_and(|facts| !facts.syntax.is_empty())
}

/// Whether a compiler's scanner or parser reports `code`: other diagnostics of the file may be consequences.
pub fn is_syntax_code(code: &str) -> bool {
    of_code(code).is_some_and(|support| support.is_syntax_code(code))
}

/// Why what a fix wrote into a file may be no repair, although it builds.
pub fn doubts(written: &Written<'_>) -> Vec<Doubt> {
    let support = of(written.source.parsed.language());
    let mut doubts = support.map_or_else(Vec::new, |s| s.doubts(written));
    doubts.sort_by_key(|d| (d.kind, d.range));
    doubts.dedup_by(|b, a| a.kind == b.kind && a.what == b.what);
    doubts
}

/// What is wrong outside of the text, when the diagnostic is only an echo of that: what would repair the text hides the cause.
pub fn cause(ctx: &RuleContext<'_>) -> Option<Cause> {
    of(ctx.source.parsed.language())?.cause(ctx)
}

/// Whether `project` compiles `file` although it is of another project, which lies in its folder.
pub fn is_of_nested_project(index: &Index, project: &Path, file: &Path) -> bool {
    of_path(file).is_some_and(|l| l.is_of_nested_project(index, project, file))
}

/// The cause that a diagnostic in a project file is about: what a tool reports, or a directive that the build writes for the project.
pub fn project_cause(ctx: &ProjectContext<'_>) -> Option<Cause> {
    let of_option = || {
        let project = ctx.project()?;
        let d = ctx.diagnostic;
        csharp_options::cause(&project, d.code.as_str(), &d.arguments, &d.message)
    };
    let nested = || csharp_causes::of_nested(ctx);
    causes::of_project(ctx).or_else(nested).or_else(|| csharp_causes::of_global_using(ctx)).or_else(of_option)
}

/// Whether an error with this code leaves the tree of its file in doubt.
pub fn breaks_tree(code: &str) -> bool {
    of_code(code).is_some_and(|support| support.breaks_tree(code))
}

/// The range of a statement or declaration; of one with a body, only of its head when `token` is there. What a name in the head means does
/// not depend on the body, whose errors may follow from it.
fn head_or_all(node: Node<'_>, token: Node<'_>) -> TextRange {
    let body = node.field("body").filter(|body| token.end_byte() <= body.start_byte());
    TextRange::new(node.start_byte(), body.map_or(node.end_byte(), |body| body.start_byte()))
}

/// The edits that add `imports` to a file, in the way of its language.
pub fn import_edits(parsed: &Parsed, imports: &Imports, path: &Path, index: &Index) -> Vec<TextEdit> {
    if imports.is_empty() {
        return Vec::new();
    }
    let spell = of(parsed.language()).and_then(|support| support.import_edits());
    spell.map_or_else(Vec::new, |spell| spell(parsed, imports, path, index))
}

/// What version `major` of a compiler will say of the configurations of the workspace; `None` when no compiler has this package.
pub fn upgrade(index: &Index, package: &str, major: u32) -> Option<Vec<BuildDiagnostic>> {
    all().into_iter().find_map(|support| support.upgrade(index, package, major))
}

/// Where a diagnostic stands of which the build says neither file nor place, when it is about a document of the workspace.
pub fn document_of(index: &Index, code: &str, arguments: &[String]) -> Option<(PathBuf, TextRange)> {
    of_code(code)?.document_of(index, code, arguments)
}

/// Whether edits of a document (`tsconfig.json`) left it one: `before` and `after` are its texts. Sources are judged by their trees.
pub fn is_still_a_document(path: &Path, before: &str, after: &str) -> bool {
    let is_json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
    !is_json || codegen::json::is_document(after) || !codegen::json::is_document(before)
}

/// Files of which the build's diagnostics are echoes of a syntax error: the compiler could not parse them, or saw their declarations in other
/// places than they are meant for. To be asked on the texts that it saw, and kept in the set ([`DiagnosticSet::with_unparsed`]) while they are
/// repaired.
pub fn unparsed_files(index: &Index, diagnostics: &DiagnosticSet) -> Vec<PathBuf> {
    let is_unparsed = |path: &&Path| {
        let Some(support) = of_path(path) else { return false };
        // Parsing all files for this would take as long as planning.
        if !diagnostics.codes_in(path).any(|code| support.may_unparse(code.as_str())) {
            return false;
        }
        index.source(path).is_some_and(|source| support.is_unparsed(&source, diagnostics.in_file(path)))
    };
    diagnostics.files().filter(is_unparsed).map(Path::to_path_buf).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_belong_to_their_compiler() {
        for (code, name) in [
            ("CS0103", Some("C#")),
            ("SYSLIB0021", Some("C#")),
            ("TS2304", Some("TypeScript")),
            ("CSX", None),
            ("CA1822", Some("C#")),
            ("NU1101", None),
        ] {
            assert_eq!(of_code(code).map(|l| l.name()), name, "{code}");
        }
        assert!(is_syntax_code("CS1002") && is_syntax_code("TS1005"));
        assert!(!is_syntax_code("CS0103") && !is_syntax_code("TS2304") && !is_syntax_code("CA1822"));
    }

    #[test]
    fn every_built_in_language_has_support() {
        for language in Language::all() {
            // Tests of one process may have registered others.
            if [LanguageFamily::CSHARP, LanguageFamily::TYPESCRIPT].contains(&language.family()) {
                assert!(of(language).is_some(), "{language:?}");
            }
        }
    }
}
