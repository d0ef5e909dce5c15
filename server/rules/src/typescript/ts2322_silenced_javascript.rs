//! # Error in checked JavaScript
//!
//! In JavaScript that is checked by `checkJs` or `// @ts-check`, types cannot always be written as the compiler needs them.
//!
//! ```typescript before
//! //@ error TS2322: Type 'number' is not assignable to type 'string'.
//! //- /a.js
//! // @ts-check
//! let word = 'a';
//! $0word$0 = 1;
//! export {};
//! ```
//! ```typescript after
//! //- /a.js
//! // @ts-check
//! let word = 'a';
//! // @ts-ignore
//! word = 1;
//! export {};
//! ```
//!
//! ## Fix safety
//! `Unsafe`, and a suppression: the error is hidden, not fixed. It is offered last and never applied in bulk.

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, ancestors};

/// Semantic errors. A comment cannot hide syntax errors.
pub(crate) const CODES: &[&str] = &[
    "TS2304", "TS2306", "TS2307", "TS2322", "TS2339", "TS2341", "TS2345", "TS2348", "TS2349", "TS2351", "TS2353",
    "TS2365", "TS2367", "TS2403", "TS2454", "TS2531", "TS2532", "TS2533", "TS2540", "TS2551", "TS2552", "TS2554",
    "TS2555", "TS2556", "TS2561", "TS2564", "TS2571", "TS2580", "TS2588", "TS2683", "TS2686", "TS2693", "TS2722",
    "TS2739", "TS2740", "TS2741", "TS2769", "TS2792", "TS2810", "TS7005", "TS7006", "TS7016", "TS7031", "TS7034",
    "TS7053", "TS18046", "TS18047", "TS18048",
];

/// Whether a line comment can be inserted as its own line at `line_start`.
fn takes_comment(root: Node<'_>, line_start: usize) -> bool {
    let Some(leaf) = syntax::leaf_at(root, line_start) else { return true };
    let inside = |n: &Node<'_>| n.start_byte() < line_start && line_start < n.end_byte();
    !ancestors(leaf).any(|n| inside(&n) && n.is(&["template_string", "jsx_text", "jsx_element", "comment", "string"]))
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let javascript =
        ctx.path().extension().and_then(|e| e.to_str()).is_some_and(|e| matches!(e, "js" | "jsx" | "mjs" | "cjs"));
    if !javascript {
        return Vec::new();
    }
    let eol = ctx.eol();
    let at = ctx.diagnostic.range.start.min(text.len());
    let line_start = text.get(..at).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
    let indent = ctx.indent_at(at);
    let mut out = Vec::new();
    if takes_comment(ctx.root(), line_start) {
        let fix = ctx.fix("Ignore this error message", Applicability::Unsafe).suppression();
        out.push(fix.insert(line_start + indent.len(), format!("// @ts-ignore{eol}{indent}")).build());
    }
    let whole = ctx.fix("Disable checking for this file", Applicability::Unsafe).suppression();
    // A `// @ts-check` among the comments at the top enables the check, so it is replaced.
    let mut offset = 0;
    let mut check = None;
    for line in text.split_inclusive('\n') {
        let body = line.trim();
        if body == "// @ts-check" {
            let start = offset + (line.len() - line.trim_start().len());
            check = Some(start..start + body.len());
        }
        if check.is_some() || !(body.is_empty() || body.starts_with(['/', '#', '*'])) {
            break;
        }
        offset += line.len();
    }
    out.push(match check {
        Some(range) => whole.replace(range, "// @ts-nocheck").build(),
        None => {
            let start = if text.starts_with("#!") { text.find('\n').map_or(text.len(), |i| i + 1) } else { 0 };
            whole.insert(start, format!("// @ts-nocheck{eol}")).build()
        }
    });
    out
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_titled, check_no_fix};

    const MESSAGE: &str = "Type 'number' is not assignable to type 'string'.";

    #[test]
    fn ts_nocheck_replaces_ts_check() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            ("//- /a.js\n// @ts-check\n$0x = 1;\n", "//- /a.js\n// @ts-nocheck\nx = 1;\n"),
            ("//- /a.js\n#!/bin/node\n$0x = 1;\n", "//- /a.js\n#!/bin/node\n// @ts-nocheck\nx = 1;\n"),
        ] {
            check_fix_titled(rule, "TS2322", MESSAGE, "Disable checking for this file", before, after);
        }
    }

    #[test]
    fn no_suppression_in_typescript() {
        check_no_fix(rule_of(module_path!()), "TS2322", MESSAGE, "$0x = 1;\n");
    }
}
