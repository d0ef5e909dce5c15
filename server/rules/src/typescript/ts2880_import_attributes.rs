//! # Import assertions
//!
//! `assert { type: "json" }` behind an import became `with { type: "json" }`. All imports of the file are mended at once: TypeScript 7 reports `import()`
//! only when the others are mended.
//!
//! ```typescript before
//! //@ error TS2880: Import assertions have been replaced by import attributes. Use 'with' instead of 'assert'.
//! //@ compiler: 7
//! import data from "./data.json" $0assert$0 { type: "json" };
//! export const later = () => import("./data.json", { assert: { type: "json" } });
//! data;
//! //- /data.json
//! { "a": 1 }
//! ```
//! ```typescript after
//! import data from "./data.json" with { type: "json" };
//! export const later = () => import("./data.json", { with: { type: "json" } });
//! data;
//! ```
//!
//! ## Fix safety
//! `Safe`: both mean the same, and what runs the code must know `with` since assertions are gone from the language.

use fix::{Applicability, Fix, RuleContext};
use syntax::{NodeExt, leaves};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["TS2880", "TS2821", "TS2836"];

/// The words `assert` of the file that stand where attributes of an import are named.
fn assertions(ctx: &RuleContext<'_>) -> Vec<TextRange> {
    let text = ctx.text();
    let is_import = |before: &str| {
        // `import(x, {` and, as a type, `import("x", {`.
        let before = before.trim_end();
        let Some(inner) = before.strip_suffix('{') else { return false };
        let mut depth = 0usize;
        for (at, c) in inner.char_indices().rev().take(2000) {
            match c {
                ')' | ']' | '}' => depth += 1,
                '(' if depth == 0 => {
                    return inner[..at].trim_end().ends_with("import") && inner[at..].trim_end().ends_with(',');
                }
                '(' | '[' | '{' => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return false,
                },
                ';' => return false,
                _ => {}
            }
        }
        false
    };
    let mut out = Vec::new();
    for leaf in leaves(ctx.root()).filter(|l| l.text_in(text) == "assert") {
        let (before, after) = (&text[..leaf.start_byte()], text[leaf.end_byte()..].trim_start());
        let behind_string = before.trim_end().ends_with(['"', '\'']) && after.starts_with('{');
        let statement = leaf.enclosing(&["import_statement", "export_statement"]).is_some() || behind_string;
        let named = after.starts_with(':') && is_import(before);
        if behind_string && statement || named {
            out.push(leaf.range());
        }
    }
    out
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let all = assertions(ctx);
    // The place must be one of them, or the text is not what was built.
    let at = ctx.diagnostic.range.start;
    if !all.iter().any(|r| r.start <= at && at <= r.end)
        && !all.iter().any(|r| ctx.text()[..r.start].trim_end().len() >= at && r.start >= at)
    {
        return Vec::new();
    }
    let mut fix = ctx.fix("Replace 'assert' by 'with'", Applicability::Safe).preferred();
    for range in all {
        fix = fix.replace(range, "with");
    }
    vec![fix.build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const MESSAGE: &str = "Import assertions have been replaced by import attributes. Use 'with' instead of 'assert'.";

    #[test]
    fn only_attributes_are_mended() {
        check_fix(
            rule_of(module_path!()),
            "TS2880",
            MESSAGE,
            "export * from './d.json' $0assert {type: 'json'};\nimport assert from 'assert';\nassert(f({ assert: 1 }));\nlet t: typeof import('./d.json', { assert: { 'resolution-mode': 'import' } });\n",
            "export * from './d.json' with {type: 'json'};\nimport assert from 'assert';\nassert(f({ assert: 1 }));\nlet t: typeof import('./d.json', { with: { 'resolution-mode': 'import' } });\n",
        );
        check_no_fix(rule_of(module_path!()), "TS2880", MESSAGE, "$0assert({ a: 1 });\n");
    }
}
