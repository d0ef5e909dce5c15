//! C# and its compiler, Roslyn.
//!
//! Roslyn binds method bodies only when declarations are right, and declarations only when files parse: repairing one stage uncovers the
//! next. An editor goes on after a syntax error, and what it reports then may be a consequence of it.

use super::{ImportEdits, LanguageSupport, Places, Reach, csharp_doubts, csharp_places};
use crate::causes::Cause;
use crate::{Doubt, RuleContext, Written};
use diagnostics::{Code, CompilerStage, SourceDiagnostic, stage_of};
use index::{Index, Source};
use std::path::Path;
use syntax::csharp::{MEMBERS, TYPE_DECLARATIONS, is_statement};
use syntax::{NodeExt, ancestors, node_covering};
use text::TextRange;

pub(super) struct CSharp;

/// Errors after which the compiler sees what follows outside the type, or inside the function, that it belongs to.
const MISPLACES_DECLARATIONS: &[&str] = &["CS0116", "CS1022", "CS1513", "CS1514", "CS1519", "CS8803"];

/// Errors of the analysis of control flow, nullability included, which follows when a body binds without an error.
const FLOW: &[&str] = &[
    "CS0161", "CS0163", "CS0165", "CS0170", "CS0171", "CS0177", "CS0188", "CS0269", "CS8070", "CS8600", "CS8601",
    "CS8602", "CS8603", "CS8604", "CS8605", "CS8618", "CS8619", "CS8620", "CS8625", "CS8629",
];

/// Errors about lines of the preprocessor: the code around them is parsed as if they were not there.
const DIRECTIVES: &[&str] = &["CS1024", "CS1025", "CS1029", "CS1030", "CS1032", "CS1040", "CS1576", "CS1577", "CS1578"];

const UNUSED_LOCALS: &[&str] = &["CS0168", "CS0219", "CS8321"];
const UNUSED_MEMBERS: &[&str] = &["CS0067", "CS0169", "CS0414"];
/// What a type lacks of its bases, or has beside them.
const BASES: &[&str] = &[
    "CS0108", "CS0109", "CS0114", "CS0115", "CS0506", "CS0507", "CS0508", "CS0534", "CS0535", "CS0539", "CS0736",
    "CS0737", "CS0738",
];
const ACCESSIBILITY: &[&str] = &[
    "CS0050", "CS0051", "CS0052", "CS0053", "CS0054", "CS0055", "CS0056", "CS0057", "CS0058", "CS0059", "CS0060",
    "CS0061", "CS0122", "CS0272",
];
const NULLABILITY: &[&str] = &["CS8600", "CS8601", "CS8602", "CS8603", "CS8604", "CS8618", "CS8625"];
/// Names that are not found.
const UNRESOLVED: &[&str] =
    &["CS0012", "CS0103", "CS0104", "CS0234", "CS0246", "CS0305", "CS0308", "CS0400", "CS0426", "CS0430", "CS0432"];
/// Names that several declarations have.
const DUPLICATES: &[&str] = &["CS0101", "CS0102", "CS0111", "CS0229"];
/// Members that are not found.
const UNRESOLVED_MEMBERS: &[&str] = &["CS0117", "CS1061"];

impl LanguageSupport for CSharp {
    fn name(&self) -> &'static str {
        "C#"
    }

    fn code_prefix(&self) -> &'static str {
        "CS"
    }

    fn code_of_number(&self, number: &str) -> Code {
        Code::new(format!("CS{number:0>4}"))
    }

    /// The compiler also reports the obsolete parts of .NET's own libraries, under codes of their own, and what the analyzers of the SDK find.
    fn has_code(&self, code: &str) -> bool {
        let digits = ["SYSLIB", "CS", "CA"].iter().find_map(|prefix| code.strip_prefix(prefix));
        digits.is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
    }

    fn stage(&self, code: &str, place: Option<(&Source, TextRange)>) -> CompilerStage {
        stage_of(code).unwrap_or_else(|| match place {
            Some((source, range)) if !is_in_body(source, range) => CompilerStage::Declaration,
            _ => CompilerStage::Body,
        })
    }

    fn may_unparse(&self, code: &str) -> bool {
        MISPLACES_DECLARATIONS.contains(&code)
    }

    fn is_unparsed(&self, _: &Source, diagnostics: &[SourceDiagnostic]) -> bool {
        diagnostics.iter().any(|d| MISPLACES_DECLARATIONS.contains(&d.code.as_str()))
    }

    fn meaning_is_uncertain(&self, ctx: &RuleContext<'_>) -> bool {
        self.has_code(ctx.code().as_str())
            && (ctx.diagnostics.is_unparsed(ctx.path())
                || super::facts(ctx.diagnostics, ctx.path()).is_some_and(|facts| facts.breaks_tree))
    }

    fn cause(&self, ctx: &RuleContext<'_>) -> Option<Cause> {
        super::csharp_causes::of(ctx)
    }

    fn breaks_tree(&self, code: &str) -> bool {
        self.is_syntax_code(code) && !DIRECTIVES.contains(&code)
    }

    fn is_unused_code(&self, code: &str) -> bool {
        UNUSED_LOCALS.contains(&code)
            || UNUSED_MEMBERS.contains(&code)
            || matches!(code, "CS0105" | "CS0162" | "CS0164" | "CS8019")
    }

    fn is_base_code(&self, code: &str) -> bool {
        BASES.contains(&code)
    }

    fn reach(&self, ctx: &RuleContext<'_>) -> Reach {
        let Some(token) = ctx.token() else { return Reach::None };
        let code = ctx.code().as_str();
        let around = |kinds: &[&str]| token.enclosing(kinds).unwrap_or(ctx.root()).range();
        if UNUSED_LOCALS.contains(&code) || ACCESSIBILITY.contains(&code) || NULLABILITY.contains(&code) {
            Reach::All(around(MEMBERS))
        } else if UNUSED_MEMBERS.contains(&code) || BASES.contains(&code) {
            Reach::All(around(TYPE_DECLARATIONS))
        } else if UNRESOLVED.contains(&code) || UNRESOLVED_MEMBERS.contains(&code) {
            let statement = ancestors(token).find(|n| is_statement(*n) || n.is(MEMBERS));
            // In the head of a type, the names stand by themselves.
            let Some(statement) = statement.filter(|n| !n.is(TYPE_DECLARATIONS)) else { return Reach::None };
            Reach::Spelling(super::head_or_all(statement, token))
        } else {
            Reach::None
        }
    }

    fn hides_meaning(&self, cause: &str, code: &str) -> bool {
        // A member that is not found, or is there twice, is no use of a local variable.
        let is_member = UNRESOLVED_MEMBERS.contains(&cause) || DUPLICATES.contains(&cause);
        let members = || is_member && !UNUSED_LOCALS.contains(&code);
        // What a body uses changes no declaration.
        if BASES.contains(&code) && (cause == "CS0103" || UNRESOLVED_MEMBERS.contains(&cause)) {
            return false;
        }
        UNRESOLVED.contains(&cause) || members() || self.breaks_tree(cause)
    }

    fn places(&self) -> Option<&'static Places> {
        Some(&csharp_places::PLACES)
    }

    fn is_flow_code(&self, code: &str) -> bool {
        FLOW.contains(&code)
    }

    fn missing_name<'a>(&self, code: &str, arguments: &'a [String]) -> Option<&'a str> {
        let name = match code {
            "CS0103" | "CS0234" | "CS0246" | "CS0400" => arguments.first(),
            "CS0117" | "CS1061" => arguments.get(1),
            _ => None,
        };
        name?.split('<').next()
    }

    fn is_conflict_code(&self, code: &str) -> bool {
        matches!(code, "CS0101" | "CS0102" | "CS0104" | "CS0111" | "CS0121" | "CS0229" | "CS0433" | "CS0576")
    }

    fn doubts(&self, written: &Written<'_>) -> Vec<Doubt> {
        csharp_doubts::doubts(written)
    }

    fn import_edits(&self) -> Option<ImportEdits> {
        Some(codegen::imports::csharp::edits)
    }

    fn generated_ranges(&self, text: &str) -> Vec<TextRange> {
        hidden_ranges(text)
    }

    fn is_of_nested_project(&self, index: &Index, project: &Path, file: &Path) -> bool {
        let csharp = index.csharp();
        let own = csharp.project(file);
        Path::new(&*own.path) != project && csharp.nested_projects(project).iter().any(|p| p.path == own.path)
    }

    fn output_folders(&self) -> &'static [&'static str] {
        &["obj", "bin"]
    }

    fn is_generated_name(&self, name: &str) -> bool {
        [".g.cs", ".g.i.cs", ".generated.cs"].iter().any(|end| name.ends_with(end))
    }

    fn project_files(&self) -> &'static [&'static str] {
        &["**/*.{csproj,props,targets,sln,slnx}"]
    }
}

fn is_in_body(source: &Source, range: TextRange) -> bool {
    let Some(node) = node_covering(source.parsed.root(), range) else { return false };
    let body =
        ["block", "arrow_expression_clause", "equals_value_clause", "global_statement", "constructor_initializer"];
    node.enclosing(&body).is_some()
        // Initializers of fields have no node of their own in this grammar: the declarator's part after `=`.
        || node.enclosing(&["variable_declarator"]).is_some_and(|d| {
            d.all_children().iter().any(|c| c.kind() == "=" && c.end_byte() <= node.start_byte())
        })
}

/// The lines of a C# file that `#line hidden` hides, up to the next `#line`; in such a file also what stands before the first.
fn hidden_ranges(text: &str) -> Vec<TextRange> {
    let mut out = Vec::new();
    if !text.contains("line") || !text.contains("hidden") {
        return out;
    }
    let (mut from, mut any, mut at) = (Some(0), false, 0);
    for line in text.split_inclusive('\n') {
        let directive = line.trim_start().strip_prefix('#').and_then(|l| l.trim_start().strip_prefix("line"));
        if let Some(what) = directive.filter(|d| d.starts_with([' ', '\t'])) {
            out.extend(from.take().filter(|from| *from < at).map(|from| TextRange::new(from, at)));
            if what.trim() == "hidden" {
                (from, any) = (Some(at + line.len()), true);
            }
        }
        at += line.len();
    }
    out.extend(from.filter(|from| *from < at).map(|from| TextRange::new(from, at)));
    if any { out } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use index::Index;
    use std::path::Path;

    #[test]
    fn stages_follow_the_code_and_the_place() {
        let text = "class C : Missing { int f = G(); void M() { H(); } }\n";
        let index = Index::in_memory([("/a.cs", text)]);
        let source = index.source(Path::new("/a.cs")).unwrap();
        let at = |code: &str, word: &str| {
            let start = text.find(word).unwrap();
            CSharp.stage(code, Some((&source, TextRange::new(start, start + 1))))
        };
        assert_eq!(at("CS0246", "Missing"), CompilerStage::Declaration);
        assert_eq!(at("CS0103", "G"), CompilerStage::Body);
        assert_eq!(at("CS0103", "H"), CompilerStage::Body);
        assert_eq!(at("CS0161", "M()"), CompilerStage::Body, "found by looking at the body");
        assert_eq!(at("CS1002", "f"), CompilerStage::Syntax);
        assert_eq!(CSharp.stage("CS0246", None), CompilerStage::Body, "nothing is known of the place");
    }

    #[test]
    fn hidden_lines() {
        let text = "a\n#line 1 \"x\"\nb\n  #line hidden\nc\n#line default\nd\n";
        let shown: Vec<&str> = hidden_ranges(text).iter().map(|r| &text[r.start..r.end]).collect();
        assert_eq!(shown, ["a\n", "c\n"]);
        assert_eq!(hidden_ranges("a\n#line 1 \"hidden\"\n"), []);
    }
}
