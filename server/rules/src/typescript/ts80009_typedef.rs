//! # Type definition in a JSDoc comment
//!
//! In a TypeScript file the compiler ignores `@typedef`. Only editors report this; a build does not.
//!
//! ```typescript before
//! //@ suggestion TS80009: JSDoc typedef may be converted to TypeScript type.
//! export declare const shape: Shape;
//! /**
//!  * $0@typedef {Object} Shape$0
//!  * @property {number} size
//!  * @property {string} [name]
//!  */
//!
//! ```
//! ```typescript after
//! export declare const shape: Shape;
//! interface Shape {
//!     size: number;
//!     name?: string;
//! }
//!
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the descriptions in the comment are lost, and the type may be out of date.

use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;
use syntax::typescript::jsdoc::{Tag, tags};

pub(crate) const CODES: &[&str] = &["TS80009"];

/// Maximum depth of nested properties; input may be hostile.
const MAX_DEPTH: usize = 20;

/// The properties whose names begin with `prefix`, as members with one line each. Nested properties become nested object types.
fn members(properties: &[Tag<'_>], prefix: &str, indent: &str, unit: &str, depth: usize) -> Option<Vec<String>> {
    let mut out = Vec::new();
    for property in properties {
        let Some(name) = property.target.strip_prefix(prefix).filter(|n| !n.is_empty() && !n.contains('.')) else {
            continue;
        };
        let below = format!("{}.", property.target);
        let nested = properties.iter().any(|p| p.target.starts_with(&below)) && depth < MAX_DEPTH;
        let written = property.written_type.as_deref().map_or(Some("any".to_owned()), |_| property.typescript())?;
        let ty = if nested {
            let deeper = format!("{indent}{unit}");
            let inner = members(properties, &below, &deeper, unit, depth + 1)?;
            let array = if written.ends_with("[]") { "[]" } else { "" };
            format!("{{\n{}\n{indent}}}{array}", inner.join("\n"))
        } else {
            written
        };
        out.push(format!("{indent}{name}{}: {ty};", if property.optional { "?" } else { "" }));
    }
    Some(out)
}

fn declaration(tag: &Tag<'_>, properties: &[Tag<'_>], unit: &str) -> Option<String> {
    let name = tag.target;
    if name.is_empty() || name.contains('.') {
        return None;
    }
    if properties.is_empty() {
        return Some(format!("type {name} = {};", tag.typescript()?));
    }
    Some(format!("interface {name} {{\n{}\n}}", members(properties, "", unit, unit, 0)?.join("\n")))
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(comment) = ctx.token().filter(|t| t.kind() == "comment") else { return Vec::new() };
    let written = comment.text_in(text);
    let at = ctx.diagnostic.range.start.saturating_sub(comment.start_byte());
    let all = tags(written);
    let holds = |t: &Tag<'_>| t.name == "typedef" && t.range.start <= at + 1 && at <= t.range.end;
    let Some(first) = all.iter().position(holds) else { return Vec::new() };
    let tag = &all[first];
    let is_property = |t: &&Tag<'_>| matches!(t.name, "property" | "prop");
    let count = all[first + 1..].iter().take_while(is_property).count();
    let properties = &all[first + 1..first + 1 + count];
    let Some(new) = declaration(tag, properties, &ctx.indent_unit()) else { return Vec::new() };
    let (eol, indent) = (ctx.eol(), ctx.indent_at(comment.start_byte()));
    let blank = |c: char| c.is_whitespace() || c == '*';
    // The rest of the comment is kept, before and after the declaration.
    let before = written["/**".len()..tag.range.start].trim_end_matches(blank);
    let mut parts = Vec::new();
    if !before.is_empty() {
        parts.push(format!("/**{before}{eol}{indent} */"));
    }
    parts.push(new.replace('\n', &format!("{eol}{indent}")));
    if let Some(next) = all.get(first + 1 + count) {
        parts.push(format!("/**{eol}{indent} * {}", &written[next.range.start..]));
    }
    let new = parts.join(&format!("{eol}{indent}"));
    let fix = ctx.fix("Convert typedef to TypeScript type.", Applicability::Unsafe);
    vec![fix.replace(comment.range(), new).preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn the_rest_of_the_comment_is_kept() {
        let check = |before: &str, after: &str| {
            let message = "JSDoc typedef may be converted to TypeScript type.";
            check_fix(rule_of(module_path!()), "TS80009", message, before, after);
        };
        check("/** $0@typedef {string|number} Id */\n", "type Id = string | number;\n");
        check(
            "/**\n * About it.\n *\n * $0@typedef {?string} Id\n */\n",
            "/**\n * About it.\n */\ntype Id = string | null;\n",
        );
        check("/**\n * $0@typedef {string} Id\n *\n * @see more\n */\n", "type Id = string;\n/**\n * @see more\n */\n");
        check(
            "/**\n * $0@typedef {object} Row\n * @property {object} at\n * @property {number} at.x\n */\n",
            "interface Row {\n    at: {\n        x: number;\n    };\n}\n",
        );
    }
}
