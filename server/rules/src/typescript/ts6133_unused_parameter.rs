//! # Unused parameter
//!
//! ```typescript before
//! //@ error TS6133: 'event' is declared but its value is never read.
//! //@ options: --noUnusedParameters
//! export function onClick($0event$0: string, count: number) {
//!     return count;
//! }
//! ```
//! ```typescript after
//! export function onClick(_event: string, count: number) {
//!     return count;
//! }
//! ```
//!
//! A `@param` tag in the function's documentation follows the new name.
//!
//! ## Fix safety
//! The underscore prefix, which tells TypeScript that a parameter is unused on purpose, is `Safe` when no error of the file may have hidden a
//! use and the new name is not used. Deleting the parameter is `Unsafe`, and is offered only where no call of the workspace passes it and no
//! other parameter moves to its place in a signature that others prescribe.

use super::support::unused::trust;
use codegen::typescript::edit::list_item_deletion;
use codegen::typescript::stubs::CLASSES;
use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::{FUNCTIONS, is_declaration_name, is_member_name, occurrences};
use syntax::{Node, NodeExt, ancestors, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS6133"];

/// Maximum number of other files in which calls are looked for.
const MAX_FILES: usize = 200;

/// Whether others say what a function's parameters are: an interface, a base class, a decorator, the caller of a callback. Then only the last
/// one can go without another one taking its place.
fn is_prescribed(function: Node<'_>) -> bool {
    match function.kind() {
        "method_definition" => {
            let class = function.parent().and_then(|body| body.parent());
            let heritage = class.filter(|c| c.is(CLASSES)).map(|c| child_of_kind(c, "class_heritage").is_some());
            heritage.unwrap_or(true) || function.prev_named_sibling().is_some_and(|p| p.kind() == "decorator")
        }
        "function_declaration" | "generator_function_declaration" | "function_signature" => false,
        _ => function.parent().is_none_or(|p| p.kind() != "variable_declarator" || p.field("type").is_some()),
    }
}

/// Whether another file may mean a declaration of this file by `called`: of a module it imports the name, or has it from an object.
fn may_mean(root: Node<'_>, text: &str, called: &str, module: bool) -> bool {
    occurrences(root, text, called).into_iter().any(|n| {
        !module
            || is_member_name(n)
            || n.enclosing(&["import_statement", "export_statement"])
                .is_some_and(|i| i.kind() == "import_statement" || i.field("source").is_some())
    })
}

/// Whether every use of `called` in a file is a call with at most `index` arguments, a declaration or a type. `own` is the declaration.
fn passes_none(root: Node<'_>, text: &str, called: &str, own: Option<Node<'_>>, index: usize) -> bool {
    occurrences(root, text, called).into_iter().all(|use_| {
        let Some(parent) = use_.parent() else { return true };
        let renamed = parent.kind() == "import_specifier" && parent.field("alias").is_some();
        if renamed || parent.is(&["namespace_import", "export_specifier"]) {
            return false;
        }
        if Some(use_) == own || is_declaration_name(use_) || use_.kind() == "type_identifier" {
            return true;
        }
        let callee = if parent.kind() == "member_expression" { parent } else { use_ };
        let Some(call) = callee.parent() else { return false };
        let is_callee =
            ["function", "constructor"].iter().any(|f| call.field(f).is_some_and(|n| n.id() == callee.id()));
        is_callee && call.field("arguments").is_none_or(|a| a.named().len() <= index)
    })
}

/// Whether no call in the workspace passes the parameter, and the function is not used as a value.
pub(super) fn is_never_passed(ctx: &RuleContext<'_>, function: Node<'_>, index: usize) -> bool {
    let text = ctx.text();
    let name = match function.kind() {
        "function_declaration" | "generator_function_declaration" | "function_signature" => function.field("name"),
        "method_definition" => function.field("name"),
        _ => function.parent().filter(|p| p.kind() == "variable_declarator").and_then(|p| p.field("name")),
    };
    let Some(name) = name else {
        // The caller determines the arguments of a callback, so only its last parameter can be removed.
        return function.field("parameters").is_some_and(|p| p.named().len() == index + 1)
            || function.field("parameter").is_some();
    };
    let constructor = name.text_in(text) == "constructor";
    let class = function.enclosing(CLASSES).and_then(|c| c.field("name"));
    let called = if constructor { class.map(|c| c.text_in(text)) } else { Some(name.text_in(text)) };
    let Some(called) = called else { return false };
    let last = function.field("parameters").is_some_and(|p| p.named().len() == index + 1);
    if !constructor && !last && is_prescribed(function) {
        return false;
    }
    let module = ctx.root().named().iter().any(|s| s.is(&["import_statement", "export_statement"]));
    // What only this file sees is called only here.
    let local = function.parent().is_some_and(|p| p.kind() == "statement_block");
    let elsewhere =
        if local { Vec::new() } else { ctx.index.files_with_word(called, ctx.source.parsed.language()).to_vec() };
    passes_none(ctx.root(), text, called, Some(name), index)
        && elsewhere.len() <= MAX_FILES
        && elsewhere.iter().filter(|f| f.as_ref() != ctx.path()).all(|file| {
            let Some(source) = ctx.index.source(file) else { return false };
            let (root, text) = (source.parsed.root(), source.parsed.text());
            !may_mean(root, text, called, module) || passes_none(root, text, called, None, index)
        })
}

/// Where `@param` tags of the function's documentation comment name a parameter.
fn param_tags(function: Node<'_>, text: &str, name: &str) -> Vec<usize> {
    let statement = ancestors(function)
        .find(|n| n.parent().is_some_and(|p| p.is(&["program", "statement_block", "class_body", "object"])));
    let comment = statement.and_then(|s| s.prev_sibling()).filter(|c| c.kind() == "comment");
    let Some(comment) = comment.filter(|c| c.text_in(text).starts_with("/**")) else { return Vec::new() };
    let body = comment.text_in(text);
    let tagged = |at: usize| {
        let mut rest = body[at..].strip_prefix("@param")?.trim_start_matches([' ', '\t']);
        if rest.starts_with('{') {
            let mut depth = 0usize;
            let end = rest.char_indices().find(|(_, c)| {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                depth == 0
            })?;
            rest = rest[end.0 + 1..].trim_start_matches([' ', '\t']);
        }
        let rest = rest.strip_prefix('[').unwrap_or(rest);
        let after = rest.strip_prefix(name)?;
        let whole = !after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$'));
        whole.then(|| comment.start_byte() + body.len() - rest.len())
    };
    body.match_indices("@param").filter_map(|(at, _)| tagged(at)).collect()
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token().filter(|t| t.is(&["identifier"])) else { return Vec::new() };
    let Some(parent) = token.parent() else { return Vec::new() };
    let name = token.text_in(text);
    let (parameter, function) = match parent.kind() {
        "arrow_function" if parent.field("parameter").is_some_and(|p| p.id() == token.id()) => (token, parent),
        "required_parameter" | "optional_parameter"
            if parent.field("pattern").is_some_and(|p| p.id() == token.id()) =>
        {
            let Some(function) = parent.parent().and_then(|l| l.parent()) else { return Vec::new() };
            (parent, function)
        }
        "rest_pattern" => {
            let Some(outer) = parent.enclosing(&["required_parameter"]) else { return Vec::new() };
            let Some(function) = outer.parent().and_then(|l| l.parent()) else { return Vec::new() };
            (outer, function)
        }
        _ => return Vec::new(),
    };
    let Some(trust) = trust(ctx, name) else { return Vec::new() };
    let property = ["accessibility_modifier", "readonly", "override_modifier"];
    if property.iter().any(|m| child_of_kind(parameter, m).is_some()) || !function.is(FUNCTIONS) {
        return Vec::new();
    }
    let mut out = Vec::new();
    let prefixed = format!("_{name}");
    if occurrences(function, text, &prefixed).is_empty() && !name.starts_with('_') {
        let fix = ctx.fix(format!("Prefix '{name}' with an underscore"), trust).insert(token.start_byte(), "_");
        let tags = param_tags(function, text, name);
        out.push(tags.into_iter().fold(fix, |fix, at| fix.insert(at, "_")).preferred().build());
    }
    let list = parameter.parent().filter(|l| l.kind() == "formal_parameters");
    let index = list.map_or(0, |l| l.named().iter().position(|p| p.id() == parameter.id()).unwrap_or(0));
    let setter = child_of_kind(function, "set").is_some();
    let overloaded = function.prev_named_sibling().is_some_and(|p| p.is(&["function_signature", "method_signature"]));
    if !setter && !overloaded && parameter.field("value").is_none() && is_never_passed(ctx, function, index) {
        let fix = ctx.fix(format!("Remove unused declaration for: '{name}'"), Applicability::Unsafe.min(trust));
        let fix = match list {
            Some(_) => fix.delete(list_item_deletion(text, parameter)),
            None => fix.replace(parameter.range(), "()"),
        };
        out.push(fix.isolated(format!("unused:{}:{}", ctx.path().display(), function.start_byte())).build());
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled, check_not_offered};

    #[test]
    fn single_arrow_parameter_becomes_an_empty_list() {
        let message = "'a' is declared but its value is never read.";
        let rule = rule_of(module_path!());
        check_fix(rule, "TS6133", message, "f($0a => 1);\n", "f(_a => 1);\n");
        let title = "Remove unused declaration for: 'a'";
        check_fix_titled(rule, "TS6133", message, title, "f($0a => 1);\n", "f(() => 1);\n");
        check_fix_titled(
            rule,
            "TS6133",
            message,
            title,
            "function g($0a: number, b: number) { return b; }\n",
            "function g(b: number) { return b; }\n",
        );
    }

    #[test]
    fn the_documentation_follows_the_new_name() {
        check_fix(
            rule_of(module_path!()),
            "TS6133",
            "'a' is declared but its value is never read.",
            "/**\n * @param {{ b: number }} a - the a\n * @param ab x\n */\nexport function g($0a, ab) { return ab; }\n",
            "/**\n * @param {{ b: number }} _a - the a\n * @param ab x\n */\nexport function g(_a, ab) { return ab; }\n",
        );
    }

    #[test]
    fn no_argument_moves_to_the_place_of_another() {
        let message = "'a' is declared but its value is never read.";
        let rule = rule_of(module_path!());
        let check = |before: &str| {
            check_not_offered(rule, "TS6133", message, "Remove unused declaration for: 'a'", before);
        };
        check(
            "//- /a.ts\nexport function f($0a: number, b: number) { return b; }\n//- /b.ts\nimport { f } from './a';\nf(1, 2);\n",
        );
        check("//- /a.ts\nexport class C implements I { m($0a: number, b: number) { return b; } }\n");
        check("//- /a.ts\nexport const f: F = ($0a: number, b: number) => b;\n");
    }
}
