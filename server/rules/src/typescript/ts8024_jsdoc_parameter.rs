//! # `@param` for a parameter that does not exist
//!
//! ```typescript before
//! //@ error TS8024: JSDoc '@param' tag has name 'label', but there is no parameter with that name.
//! //@ options: --allowJs --checkJs --outDir /out
//! //- /main.js
//! /**
//!  * @param {number} size
//!  * @param {string} $0label$0
//!  */
//! export function f(size) { return size; }
//! ```
//! ```typescript after
//! //- /main.js
//! /**
//!  * @param {number} size
//!  */
//! export function f(size) { return size; }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: deleting the tag loses its description, and the parameter may have been renamed. In that case the tag can be renamed too.

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["TS8024"];

/// Parameters of the function below the comment.
fn parameters<'a>(comment: Node<'_>, text: &'a str) -> Vec<&'a str> {
    let Some(next) = std::iter::successors(comment.next_sibling(), Node::next_sibling).find(|n| n.kind() != "comment")
    else {
        return Vec::new();
    };
    let lists = syntax::typescript::descendants(next, &["formal_parameters"]);
    let Some(list) = lists.first() else { return Vec::new() };
    list.named().into_iter().filter_map(|p| p.field("pattern").or(Some(p))).map(|p| p.text_in(text)).collect()
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let at = ctx.diagnostic.range.start;
    let Some(comment) = ctx.token().filter(|t| t.kind() == "comment") else { return Vec::new() };
    let Some(name) = ctx.diagnostic.arguments.last().map(String::as_str) else { return Vec::new() };
    // In a file that was edited since, the position may be that of another tag.
    let named = text.get(at..).is_some_and(|t| {
        t.strip_prefix(name).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    });
    let tag =
        text.get(at..).is_some_and(|t| t.starts_with('@') && t.split('\n').next().is_some_and(|l| l.contains(name)));
    if !named && !tag {
        return Vec::new();
    }
    let body = comment.text_in(text);
    let mut out = Vec::new();
    // The only parameter without a tag.
    let missing: Vec<&str> = parameters(comment, text)
        .into_iter()
        .filter(|p| {
            syntax::typescript::is_identifier(p)
                && !body.contains(&format!(" {p}\n"))
                && !body.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|w| w == *p)
        })
        .collect();
    let line = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let line_end = text[at..].find('\n').map_or(text.len(), |i| at + i + 1);
    let inside = line > comment.start_byte() && line_end < comment.end_byte();
    let remove = ctx.fix(format!("Delete unused '@param' tag '{name}'"), Applicability::Unsafe);
    if inside && text[line..at].contains("@param") {
        // Continuation lines of the tag are deleted with it.
        let mut end = line_end;
        while let Some(next) = text.get(end..comment.end_byte()).and_then(|t| t.split_inclusive('\n').next()) {
            let words = next.trim().trim_start_matches('*').trim();
            if words.is_empty() || words.starts_with('@') || words == "/" || !next.ends_with('\n') {
                break;
            }
            end += next.len();
        }
        out.push(remove.delete(line..end).build());
    } else if !inside && body.matches('@').count() == 1 {
        let next = text[comment.end_byte()..].len() - text[comment.end_byte()..].trim_start().len();
        out.push(remove.delete(comment.start_byte()..comment.end_byte() + next).build());
    }
    if let [only] = missing.as_slice()
        && text.get(at..).is_some_and(|t| t.starts_with(name))
    {
        let title = format!("Rename '@param' tag name '{name}' to '{only}'");
        out.insert(0, ctx.fix(title, Applicability::Unsafe).replace(at..at + name.len(), *only).build());
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_no_fix;

    #[test]
    fn the_tag_of_another_parameter_stays() {
        check_no_fix(
            rule_of(module_path!()),
            "TS8024",
            "JSDoc '@param' tag has name 'label', but there is no parameter with that name.",
            "//- /a.js\n/**\n * @param {number} $0size\n * @param {string} label\n */\nexport function f(size) { return size; }\n",
        );
    }
}
