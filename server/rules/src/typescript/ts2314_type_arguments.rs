//! # Generic type without its type arguments
//!
//! ```typescript before
//! //@ error TS2314: Generic type 'Promise<T>' requires 1 type argument(s).
//! export async function wait(ms: number): $0Promise$0 {
//!     await new Promise((done) => setTimeout(done, ms));
//! }
//! ```
//! ```typescript after
//! export async function wait(ms: number): Promise<void> {
//!     await new Promise((done) => setTimeout(done, ms));
//! }
//! ```
//!
//! In a generic declaration, type parameters with the same names are passed as type arguments.
//!
//! ## Fix safety
//! `Safe` for the promise of an async function that returns nothing: it can only be a `Promise<void>`. `Unsafe` otherwise: type parameters of the
//! same names are likely to be meant, but this is not certain. Neither are the arguments that the file passes
//! everywhere else, in this file or where it has none in the others.

use fix::{Applicability, Fix, RuleContext};
use semantics::typescript::returns::{always_throws, returns_of};
use syntax::typescript::{FUNCTIONS, descendants, occurrences};
use syntax::{Node, NodeExt, ancestors, has_child_token};

pub(crate) const CODES: &[&str] = &["TS2314", "TS2707"];

/// Whether `annotation` is the return type of an async function that returns no value.
fn gives_nothing(token: Node<'_>, text: &str) -> bool {
    let Some(function) = ancestors(token).find(|n| n.is(FUNCTIONS)) else { return false };
    let returns = function.field("return_type").and_then(|t| t.named().into_iter().next());
    let body = function.field("body").filter(|b| b.kind() == "statement_block");
    returns.is_some_and(|r| r.byte_range() == token.byte_range())
        && has_child_token(function, text, "async")
        && body.is_some_and(|b| returns_of(b).iter().all(Option::is_none) && !always_throws(b))
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token().filter(|t| t.kind() == "type_identifier")?;
    // An alias is printed without its parameters.
    let said = ctx.argument(0)?;
    let (name, wanted) = said.strip_suffix('>').and_then(|s| s.split_once('<')).unwrap_or((said, ""));
    let wanted: Vec<&str> = wanted.split(',').map(str::trim).filter(|w| !w.is_empty()).collect();
    if name != token.text_in(text) || token.next_sibling().is_some_and(|n| n.kind() == "type_arguments") {
        return None;
    }
    if name == "Promise" && gives_nothing(token, text) {
        let fix = ctx.fix("Add type argument 'void'", Applicability::Safe);
        return Some(fix.insert(token.end_byte(), "<void>").preferred().build());
    }
    let in_scope: Vec<&str> = ancestors(token)
        .filter_map(|n| n.field("type_parameters"))
        .flat_map(|l| l.named())
        .filter_map(|p| Some(p.field("name")?.text_in(text)))
        .collect();
    let all = match !wanted.is_empty() && wanted.iter().all(|w| in_scope.contains(w)) {
        true => wanted.join(", "),
        false => usual(ctx, token, name, &in_scope)?,
    };
    let fix = ctx.fix(format!("Add type arguments '{all}'"), Applicability::Unsafe);
    Some(fix.insert(token.end_byte(), format!("<{all}>")).preferred().build())
}

/// How many other files are looked at.
const MOST_FILES: usize = 200;

/// The arguments that the type has everywhere else in the file, or in the others where it occurs once here.
fn usual(ctx: &RuleContext<'_>, token: Node<'_>, name: &str, in_scope: &[&str]) -> Option<String> {
    let mut all = passed(ctx.root(), ctx.text(), name, in_scope);
    if all.is_empty() && occurrences(ctx.root(), ctx.text(), name).iter().all(|n| *n == token || !is_type(*n)) {
        let files = ctx.index.files_with_word(name, ctx.source.parsed.language());
        for source in files.iter().take(MOST_FILES).filter_map(|f| ctx.index.source(f)) {
            all.extend(passed(source.parsed.root(), source.parsed.text(), name, &[]));
        }
    }
    all.sort_unstable();
    all.dedup();
    let [only] = all.as_slice() else { return None };
    Some(only.strip_prefix('<')?.strip_suffix('>')?.trim().to_owned())
}

fn is_type(node: Node<'_>) -> bool {
    node.enclosing(&["import_statement"]).is_none()
}

/// The lists of type arguments of `name`, without those that mention type parameters of other declarations.
fn passed(root: Node<'_>, text: &str, name: &str, in_scope: &[&str]) -> Vec<String> {
    let uses = descendants(root, &["generic_type"]).into_iter();
    let uses = uses.filter(|g| g.field("name").is_some_and(|n| n.text_in(text) == name));
    let foreign = |list: &Node<'_>| {
        ancestors(*list).filter_map(|n| n.field("type_parameters")).flat_map(|l| l.named()).any(|p| {
            let parameter = p.field("name").map_or("", |n| n.text_in(text));
            !in_scope.contains(&parameter) && !occurrences(*list, text, parameter).is_empty()
        })
    };
    let lists = uses.filter_map(|g| g.field("type_arguments"));
    lists.filter(|l| !foreign(l)).map(|l| l.text_in(text).to_owned()).collect()
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn type_parameters_of_the_same_names() {
        let rule = rule_of(module_path!());
        let message = "Generic type 'Pair<K, V>' requires 2 type argument(s).";
        check_fix(
            rule,
            "TS2314",
            message,
            "class C<K, V> { of<T>(k: K, v: V): $0Pair { return f(k, v); } }\n",
            "class C<K, V> { of<T>(k: K, v: V): Pair<K, V> { return f(k, v); } }\n",
        );
        check_no_fix(rule, "TS2314", message, "class C<K> { of(): $0Pair { return f(); } }\n");
    }

    #[test]
    fn arguments_that_the_file_passes_elsewhere() {
        let rule = rule_of(module_path!());
        let message = "Generic type 'Cell<T>' requires 1 type argument(s).";
        let before = "let a: Cell<number>;\nfunction f<T>(t: Cell<T>) {}\nfunction g(t: $0Cell) {}\n";
        check_fix(rule, "TS2314", message, before, &before.replace("$0Cell", "Cell<number>"));
        check_no_fix(rule, "TS2314", message, &before.replace("let a", "let b: Cell<string>, a"));
        let alias = "Generic type 'Cell' requires 1 type argument(s).";
        let before = "import { Cell } from './c';\nfunction g(t: $0Cell) {}\n//- /d.ts\nimport { Cell } from './c';\nlet a: Cell<number>;\n";
        check_fix(rule, "TS2314", alias, before, "import { Cell } from './c';\nfunction g(t: Cell<number>) {}\n");
    }

    #[test]
    fn a_promise_of_something_is_not_known() {
        let message = "Generic type 'Promise<T>' requires 1 type argument(s).";
        for body in ["return 1;", "throw new Error();"] {
            let before = format!("async function f(): $0Promise {{ {body} }}\n");
            check_fix_all(rule_of(module_path!()), "TS2314", message, &[], &before, None);
        }
    }
}
