//! # `require` in TypeScript
//!
//! The result of `require` has no type; an import of the same module has. Only editors report this; a build does not.
//!
//! ```typescript before
//! //@ suggestion TS80005: 'require' call may be converted to an import.
//! const { area, size: length } = $0require$0("./shape");
//! area(length);
//! //- /globals.d.ts
//! declare function require(name: string): any;
//! //- /shape.ts
//! export function area(n: number) { return n; }
//! export const size = 1;
//! ```
//! ```typescript after
//! import { area, size as length } from "./shape";
//! area(length);
//! ```
//!
//! ## Fix safety
//! `Unsafe`: an import is evaluated before the rest of the file, makes the file a module, and has types that may not fit.

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["TS80005"];

/// The pattern `{ a, b: c }` as named imports.
fn names(pattern: Node<'_>, text: &str) -> Option<String> {
    let mut out = Vec::new();
    for element in pattern.named() {
        out.push(match element.kind() {
            "shorthand_property_identifier_pattern" => element.text_in(text).to_owned(),
            "pair_pattern" => {
                let (key, value) = (element.field("key")?, element.field("value")?);
                let plain = key.kind() == "property_identifier" && value.kind() == "identifier";
                plain.then(|| format!("{} as {}", key.text_in(text), value.text_in(text)))?
            }
            _ => return None,
        });
    }
    Some(format!("{{ {} }}", out.join(", ")))
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(call) = ctx.token().and_then(|t| t.enclosing(&["call_expression"])) else { return Vec::new() };
    let Some(declarator) = call.parent().filter(|p| p.kind() == "variable_declarator") else { return Vec::new() };
    let Some(statement) = declarator.parent().filter(|s| s.named().len() == 1) else { return Vec::new() };
    let module = call.field("arguments").and_then(|a| a.named().into_iter().next()).filter(|m| m.kind() == "string");
    let (Some(name), Some(module)) = (declarator.field("name"), module) else { return Vec::new() };
    if declarator.field("type").is_some() || statement.parent().is_none_or(|p| p.kind() != "program") {
        return Vec::new();
    }
    let module = module.text_in(text);
    let import = match name.kind() {
        "identifier" if ctx.index.typescript().project(ctx.path()).flag("allowSyntheticDefaultImports") => {
            format!("{} from {module}", name.text_in(text))
        }
        "identifier" => format!("{} = require({module})", name.text_in(text)),
        _ => match names(name, text) {
            Some(names) => format!("{names} from {module}"),
            None => return Vec::new(),
        },
    };
    let range = statement.start_byte()..declarator.end_byte();
    let fix = ctx.fix("Convert 'require' to 'import'", Applicability::Unsafe);
    vec![fix.replace(range, format!("import {import}")).preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const MESSAGE: &str = "'require' call may be converted to an import.";

    #[test]
    fn whole_modules() {
        let rule = rule_of(module_path!());
        check_fix(rule, "TS80005", MESSAGE, "const a = $0require('a')\n", "import a = require('a')\n");
        check_no_fix(rule, "TS80005", MESSAGE, "const { a: { b } } = $0require('a');\n");
        check_no_fix(rule, "TS80005", MESSAGE, "const a = $0require('a'), b = 1;\n");
    }
}
