//! # Extension in an import path
//!
//! With Node's ECMAScript module resolution an import path needs the extension of the emitted file. Other settings need none, or do not
//! allow `.ts`.
//!
//! ```typescript before
//! //@ error TS2835: Relative import paths need explicit file extensions in ECMAScript imports when '--moduleResolution' is 'node16' or 'nodenext'. Did you mean './shape.js'?
//! //@ options: --module nodenext
//! import { area } from $0'./shape'$0;
//! export const n = area;
//! //- /shape.ts
//! export const area = 1;
//! //- /package.json
//! { "type": "module" }
//! ```
//! ```typescript after
//! import { area } from './shape.js';
//! export const n = area;
//! //- /shape.ts
//! export const area = 1;
//! //- /package.json
//! { "type": "module" }
//! ```
//!
//! ## Fix safety
//! `Safe`: the path still resolves to the same file. No fix when the suggested path is not the written one with an ending, or the text is no
//! import path: then the message is about another line.

use fix::{Applicability, Fix, RuleContext};
use index::typescript::normalize;
use syntax::typescript::unquoted;
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["TS2835", "TS2834", "TS2691", "TS5097"];

/// The path with the extension of the emitted file, when the source file exists.
fn with_extension(ctx: &RuleContext<'_>, written: &str) -> Option<String> {
    let base = normalize(&ctx.path().parent()?.join(written));
    let pairs = [
        ("ts", "js"),
        ("tsx", "js"),
        ("mts", "mjs"),
        ("cts", "cjs"),
        ("d.ts", "js"),
        ("js", "js"),
        ("mjs", "mjs"),
        ("cjs", "cjs"),
    ];
    let trimmed = written.trim_end_matches('/');
    for (source, emitted) in pairs {
        let mut name = base.file_name()?.to_os_string();
        name.push(format!(".{source}"));
        if ctx.index.contains(&base.with_file_name(name)) {
            return Some(format!("{trimmed}.{emitted}"));
        }
        if ctx.index.contains(&base.join(format!("index.{source}"))) {
            return Some(format!("{trimmed}/index.{emitted}"));
        }
    }
    None
}

/// The path without `.ts`, with the ending that the file's other imports use.
fn without_typescript(ctx: &RuleContext<'_>, written: &str) -> Option<String> {
    let pairs = [(".d.ts", ".js"), (".tsx", ".js"), (".mts", ".mjs"), (".cts", ".cjs"), (".ts", ".js")];
    let (bare, emitted) = pairs.iter().find_map(|(e, emitted)| Some((written.strip_suffix(e)?, emitted)))?;
    let project = ctx.index.typescript().project(ctx.path());
    let node = matches!(project.module_resolution().as_str(), "node16" | "nodenext");
    let others = ctx.index.outline(ctx.path());
    let styled = others.is_some_and(|o| {
        let mut relative = o.imports.iter().filter(|i| i.target.starts_with('.'));
        relative.any(|i| i.target.ends_with(".js") || i.target.ends_with(".mjs"))
    });
    Some(if node || styled { format!("{bare}{emitted}") } else { bare.to_owned() })
}

/// Whether a string names a module: of an import or export, of `import(…)` or `require(…)`.
fn is_specifier(string: Node<'_>, text: &str) -> bool {
    let Some(parent) = string.parent() else { return false };
    if parent.field("source") == Some(string) || parent.is(&["import_require_clause", "module"]) {
        return true;
    }
    let within = match parent.kind() {
        "arguments" => parent.parent().and_then(|c| c.field("function")),
        // `import('./a').B`, a type.
        "literal_type" => return parent.parent().is_some_and(|p| p.text_in(text).starts_with("import")),
        _ => None,
    };
    within.is_some_and(|f| f.kind() == "import" || f.text_in(text) == "require")
}

/// Whether `right` is `written` with an ending.
fn only_ends(right: &str, written: &str) -> bool {
    let ending = right.strip_prefix(written.trim_end_matches('/'));
    ending.is_some_and(|e| (e.starts_with('.') || e.starts_with("/index.")) && !e.contains(".."))
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(string) = ctx.token().and_then(|t| t.enclosing(&["string"])) else { return Vec::new() };
    if string.end_byte() - string.start_byte() < 2 || !is_specifier(string, text) {
        return Vec::new();
    }
    let written = unquoted(string.text_in(text));
    let right = match ctx.code().as_str() {
        "TS2835" => ctx.diagnostic.arguments.last().cloned().filter(|a| only_ends(a, written)),
        "TS2834" => with_extension(ctx, written).filter(|_| written.starts_with('.')),
        _ => without_typescript(ctx, written),
    };
    let Some(right) = right.filter(|r| r != written) else { return Vec::new() };
    let inner = string.start_byte() + 1..string.end_byte() - 1;
    let fix = ctx.fix(format!("Change path to '{right}'"), Applicability::Safe).replace(inner, right);
    vec![fix.preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const MESSAGE: &str = "Relative import paths need explicit file extensions in ECMAScript imports when '--moduleResolution' is 'node16' or 'nodenext'. Did you mean './a.js'?";

    #[test]
    fn every_form_of_an_import_path() {
        for form in ["export * from $0'./a';\n", "const a = await import($0'./a');\n", "type A = import($0'./a').A;\n"]
        {
            check_fix(rule_of(module_path!()), "TS2835", MESSAGE, form, &form.replace("$0'./a'", "'./a.js'"));
        }
    }

    #[test]
    fn another_path_and_another_string_stay() {
        for other in ["import b from $0'pkg';\n", "import b from $0'./b';\n", "type On = $0'./a';\n", "f($0'./a');\n"] {
            check_no_fix(rule_of(module_path!()), "TS2835", MESSAGE, other);
        }
    }
}
