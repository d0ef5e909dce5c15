use super::*;
use syntax::{Node, child_of_kind};

/// The import style of the file, or of neighboring files when the file has no imports.
pub(super) struct Style {
    pub quote: char,
    pub semicolons: bool,
    pub eol: &'static str,
    /// `const x = require('x')`
    pub require: bool,
    /// The file is JavaScript.
    pub javascript: bool,
    /// Every import of a type must be type-only (`verbatimModuleSyntax` and the older options that it replaces).
    pub types_must_be_marked: bool,
    /// Types are imported with `import type`.
    pub type_imports: bool,
}

/// Maximum number of files whose import style is read.
const MAX_NEIGHBOURS: usize = 20;

/// Counts of style features in a file.
#[derive(Default)]
struct Tally {
    single: usize,
    double: usize,
    with: usize,
    without: usize,
}

fn tally(root: Node<'_>, text: &str) -> Tally {
    let mut out = Tally::default();
    let mut mark = |node: Node<'_>| match node.text_in(text).as_bytes().first() {
        Some(b'\'') => out.single += 1,
        Some(b'"') => out.double += 1,
        _ => {}
    };
    let statements = root.named();
    for statement in &statements {
        if let Some(source) = statement.field("source") {
            mark(source);
        }
    }
    if out.single + out.double == 0 {
        let mut stack = vec![root];
        let mut looked = 0usize;
        while let Some(node) = stack.pop() {
            looked += 1;
            if looked > 5000 || out.single + out.double > 20 {
                break;
            }
            if node.kind() == "string" {
                match node.text_in(text).as_bytes().first() {
                    Some(b'\'') => out.single += 1,
                    Some(b'"') => out.double += 1,
                    _ => {}
                }
            }
            stack.extend(node.all_children().into_iter().rev());
        }
    }
    let mut stack = statements;
    let mut looked = 0usize;
    while let Some(node) = stack.pop() {
        looked += 1;
        if looked > 2000 || out.with + out.without > 40 {
            break;
        }
        let kinds = ["import_statement", "expression_statement", "lexical_declaration", "variable_declaration"];
        let kinds_too = ["return_statement", "type_alias_declaration", "public_field_definition", "throw_statement"];
        if node.is(&kinds) || node.is(&kinds_too) {
            let ends = text[node.end_byte()..].starts_with(';') || node.text_in(text).ends_with(';');
            if ends { out.with += 1 } else { out.without += 1 }
        }
        if node.kind() != "import_statement" {
            stack.extend(node.named().into_iter().rev());
        }
    }
    out
}

fn neighbour(path: &Path, index: &Index) -> Tally {
    let mut out = Tally::default();
    let Some(folder) = path.parent() else { return out };
    let near = index.files().filter(|f| f.parent() == Some(folder) && f.as_ref() != path);
    for file in near
        .filter(|f| syntax::Language::of_path(f).is_some_and(|l| l.family() == syntax::LanguageFamily::TYPESCRIPT))
        .take(8)
    {
        let Some(text) = index.text(file) else { continue };
        for line in text.lines().filter(|l| l.starts_with("import ") || l.starts_with("export ")).take(30) {
            let line = line.trim_end();
            out.single += line.contains(" from '") as usize;
            out.double += line.contains(" from \"") as usize;
            if line.contains(" from ") {
                if line.ends_with(';') { out.with += 1 } else { out.without += 1 }
            }
        }
    }
    out
}

/// Whether a text is clearly a CommonJS module (`Some(true)`) or an ES module (`Some(false)`).
fn is_common(root: Node<'_>, text: &str) -> Option<bool> {
    if root.named().iter().any(|n| n.is(&["import_statement", "export_statement"])) {
        return Some(false);
    }
    let common = ["require(", "module.exports", "exports."].iter().any(|w| text.contains(w));
    common.then_some(true)
}

/// Whether a JavaScript file uses `require`: decided by the file itself, its extension, its project, or other JavaScript files.
fn requires(parsed: &Parsed, path: &Path, index: &Index) -> bool {
    if let Some(common) = is_common(parsed.root(), parsed.text()) {
        return common;
    }
    match path.extension().and_then(|e| e.to_str()) {
        Some("cjs") => return true,
        Some("mjs") => return false,
        _ => {}
    }
    let project = index.typescript().project(path);
    if !project.path.is_empty() && !project.is_node_esm() {
        return project.module() == "commonjs";
    }
    let javascript = |p: &Path| p.extension().is_some_and(|e| e == "js" || e == "jsx");
    let others = index.files().filter(|f| javascript(f) && f.as_ref() != path).take(MAX_NEIGHBOURS);
    let mut others = others.filter_map(|f| index.source(f));
    others.find_map(|s| is_common(s.parsed.root(), s.parsed.text())).unwrap_or(true)
}

impl Style {
    pub fn of(parsed: &Parsed, path: &Path, index: &Index) -> Self {
        let (text, root) = (parsed.text(), parsed.root());
        let own = tally(root, text);
        // A single statement without a semicolon may be incomplete.
        let thin = own.with == 0 && own.without <= 1;
        let other = if own.single + own.double == 0 || thin { neighbour(path, index) } else { Tally::default() };
        let (single, double) =
            if own.single + own.double > 0 { (own.single, own.double) } else { (other.single, other.double) };
        let (with, without) = if thin { (other.with, other.without) } else { (own.with, own.without) };
        let project = index.typescript().project(path);
        let must = ["verbatimModuleSyntax", "preserveValueImports"].iter().any(|f| project.flag(f))
            || project.text("importsNotUsedAsValues").is_some_and(|v| v == "error");
        let shown = root.named().iter().any(|n| n.kind() == "import_statement" && child_of_kind(*n, "type").is_some());
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let javascript = matches!(extension, "js" | "jsx" | "cjs");
        // As often the one as the other: as the first one.
        let first = || root.named().into_iter().find_map(|n| n.field("source"));
        let tied = || single == double && first().is_some_and(|module| module.text_in(text).starts_with('\''));
        let quote = if single > double || tied() { '\'' } else { '"' };
        Self {
            quote: index.import_preferences().quote.unwrap_or(quote),
            semicolons: with > 0 || without == 0 || with * 5 > without,
            eol: text::LineEnding::of(text).as_str(),
            require: javascript && requires(parsed, path, index),
            javascript,
            types_must_be_marked: must,
            type_imports: must || shown,
        }
    }
}
