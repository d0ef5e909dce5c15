//! # Type parameter without a required constraint
//!
//! ```typescript before
//! //@ error TS2344: Type 'T' does not satisfy the constraint 'string'.
//! type Named<N extends string> = { name: N };
//! export function name<T>(named: Named<$0T$0>) { return named; }
//! ```
//! ```typescript after
//! type Named<N extends string> = { name: N };
//! export function name<T extends string>(named: Named<T>) { return named; }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: callers with other type arguments no longer compile.

use fix::{Applicability, Fix, RuleContext};
use syntax::{NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS2344", "TS2322", "TS2345", "TS2375", "TS2379", "TS2678", "TS2719"];

/// The two types that do not fit: those of the message, or of its last line, which says what part of them does not.
fn types<'a>(ctx: &RuleContext<'a>) -> Option<(&'a str, &'a str)> {
    let (name, constraint) = (ctx.argument(0)?, ctx.argument(1)?);
    let line = ctx.diagnostic.message.lines().skip(1).map(str::trim).filter(|l| l.starts_with("Type '")).last();
    let part =
        line.and_then(|l| l.strip_prefix("Type '")?.strip_suffix("'.")?.split_once("' is not assignable to type '"));
    Some(part.unwrap_or((name, constraint)))
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some((name, constraint)) = types(ctx) else { return Vec::new() };
    let plain = |t: &str| !t.is_empty() && !t.contains("...") && !t.contains('\n');
    if !name.chars().all(|c| c.is_alphanumeric() || c == '_') || !plain(constraint) {
        return Vec::new();
    }
    let Some(token) = ctx.token() else { return Vec::new() };
    let parameter = ancestors(token).find_map(|n| {
        let list = n.field("type_parameters")?;
        list.named().into_iter().find(|p| p.field("name").is_some_and(|x| x.text_in(text) == name))
    });
    let Some(parameter) = parameter.filter(|p| p.field("constraint").is_none()) else { return Vec::new() };
    let Some(declared) = parameter.field("name") else { return Vec::new() };
    // A type that is not in scope in this file would cause another error.
    let known = constraint.starts_with(['"', '`', '{', '('])
        || constraint.chars().next().is_some_and(char::is_lowercase)
        || !ctx
            .index
            .typescript()
            .resolve(constraint.split(['<', '[', ' ']).next().unwrap_or(constraint), ctx.path(), token.start_byte())
            .is_empty();
    if !known {
        return Vec::new();
    }
    let fix = ctx.fix("Add `extends` constraint.", Applicability::Unsafe);
    vec![fix.insert(declared.end_byte(), format!(" extends {constraint}")).build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn the_last_line_says_what_part_does_not_fit() {
        let code = |u: &str, at: &str| {
            format!(
                "interface V<H extends object> {{ t: H | null }}\nfunction f<{u}>(v: {{ t: U | null }}) {{\n  const {at}w: {{ t: object | null }} = v;\n}}\n"
            )
        };
        check_fix(
            rule_of(module_path!()),
            "TS2322",
            "Type 'U | null' is not assignable to type 'object | null'.\n  Type 'U' is not assignable to type 'object | null'.",
            &code("U", "$0"),
            &code("U extends object | null", ""),
        );
    }
}
