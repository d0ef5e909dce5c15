//! C# and its compiler, Roslyn.
//!
//! Roslyn binds method bodies only when declarations are right, and declarations only when files parse: repairing one stage uncovers the
//! next. An editor goes on after a syntax error, and what it reports then may be a consequence of it.

use super::{ImportEdits, LanguageSupport, csharp_doubts};
use crate::{Doubt, RuleContext, Written};
use diagnostics::{Code, CompilerStage, SourceDiagnostic, stage_of};
use index::Source;
use syntax::{NodeExt, node_covering};
use text::TextRange;

pub(super) struct CSharp;

/// Errors after which the compiler sees what follows outside the type, or inside the function, that it belongs to.
const MISPLACES_DECLARATIONS: &[&str] = &["CS0116", "CS1022", "CS1513", "CS1514", "CS1519", "CS8803"];

/// Errors of the analysis of control flow, nullability included, which follows when a body binds without an error.
const FLOW: &[&str] = &[
    "CS0161", "CS0163", "CS0165", "CS0170", "CS0171", "CS0177", "CS0188", "CS0269", "CS8070", "CS8600", "CS8601",
    "CS8602", "CS8603", "CS8604", "CS8605", "CS8618", "CS8619", "CS8620", "CS8625", "CS8629",
];

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

    fn stage(&self, code: &str, place: Option<(&Source, TextRange)>) -> CompilerStage {
        stage_of(code).unwrap_or_else(|| match place {
            Some((source, range)) if !is_in_body(source, range) => CompilerStage::Declaration,
            _ => CompilerStage::Body,
        })
    }

    fn is_unparsed(&self, _: &Source, diagnostics: &[SourceDiagnostic]) -> bool {
        diagnostics.iter().any(|d| MISPLACES_DECLARATIONS.contains(&d.code.as_str()))
    }

    fn meaning_is_uncertain(&self, ctx: &RuleContext<'_>) -> bool {
        self.has_code(ctx.code().as_str())
            && (ctx.diagnostics.is_unparsed(ctx.path())
                || ctx.diagnostics.in_file(ctx.path()).iter().any(|d| self.is_syntax_code(d.code.as_str())))
    }

    fn expected_token<'a>(&self, code: &str, arguments: &'a [String]) -> Option<&'a str> {
        (code == "CS0103").then(|| arguments.first().map(String::as_str)).flatten()
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
