//! # Call gives too few arguments
//!
//! A parameter was added, or an argument was forgotten. Often a variable with the parameter's name is in scope.
//!
//! ```typescript before
//! //@ error TS2554: Expected 2 arguments, but got 1.
//! interface Config { lang: string }
//! function report(text: string, config: Config) {
//!     return config.lang + text;
//! }
//! export function check(text: string, config: Config) {
//!     return $0report$0(text);
//! }
//! ```
//! ```typescript after
//! interface Config { lang: string }
//! function report(text: string, config: Config) {
//!     return config.lang + text;
//! }
//! export function check(text: string, config: Config) {
//!     return report(text, config);
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when the enclosing function has, for each parameter without an argument, a parameter or constant of that name and type that it does not use
//! yet: it must be the intended argument. `Unsafe` when the variable is also used elsewhere.

use fix::{Applicability, Fix, RuleContext};
use semantics::typescript::Ternary;
use semantics::typescript::named::namesake;
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["TS2554", "TS2555"];

/// The call whose callee the diagnostic is reported at, and its argument list.
fn call<'t>(token: Node<'t>) -> Option<(Node<'t>, Node<'t>)> {
    let call = ancestors(token).find(|n| n.kind() == "call_expression")?;
    let callee = call.field("function")?;
    let named = callee.field("property").unwrap_or(callee);
    (named == token || callee.start_byte() == token.start_byte())
        .then(|| Some((callee, call.field("arguments").filter(|a| a.kind() == "arguments")?)))?
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let (callee, list) = call(ctx.token()?)?;
    let given: Vec<Node<'_>> = list.named().into_iter().filter(|n| n.kind() != "comment").collect();
    if given.iter().any(|n| n.kind() == "spread_element") {
        return None;
    }
    let model = ctx.typescript();
    let signatures = model.signatures_of(&model.type_of(callee)?);
    let [signature] = signatures.as_slice() else { return None };
    let wanted = signature.parameters.iter();
    let missing: Vec<_> = wanted.skip(given.len()).take_while(|p| !p.optional && !p.rest).collect();
    if missing.is_empty() {
        return None;
    }
    let mut sure = true;
    for parameter in &missing {
        let found = namesake(&model, list, &parameter.name)?;
        // The function itself, or what this call computes.
        if ancestors(list).any(|a| a.kind() == "variable_declarator" && a.field("name") == Some(found.binding)) {
            return None;
        }
        if let (Some(ty), Some(wanted)) = (&found.ty, &parameter.ty) {
            // Generic parameters take what they get; the compiler has not said a word of their types.
            let generic = signature.generic && model.is_generic(wanted);
            if !generic && model.assignable(ty, wanted) == Ternary::No {
                return None;
            }
            let same = model.assignable(ty, wanted).is_yes() && model.assignable(wanted, ty).is_yes();
            sure &= generic || same;
        }
        sure &= found.idle;
    }
    let names: Vec<&str> = missing.iter().map(|p| p.name.as_str()).collect();
    let applicability = if sure { Applicability::Safe } else { Applicability::Unsafe };
    let fix = ctx.fix(format!("Pass '{}'", names.join("', '")), applicability);
    let names = names.join(", ");
    Some(
        match given.last() {
            Some(last) => fix.insert(last.end_byte(), format!(", {names}")),
            None => fix.insert(list.child(0)?.end_byte(), names),
        }
        .preferred()
        .build(),
    )
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    const MESSAGE: &str = "Expected 2 arguments, but got 1.";

    #[test]
    fn a_variable_that_is_used_elsewhere_is_a_guess() {
        let rule = rule_of(module_path!());
        let before = |rest: &str| {
            format!(
                "function f(a: string, depth: number) {{}}\nfunction g(a: string, depth: number) {{ $0f(a);{rest} }}\n"
            )
        };
        let after = |rest: &str| before(rest).replace("$0f(a)", "f(a, depth)");
        check_fix_all(rule, "TS2554", MESSAGE, &[], &before(""), Some(&after("")));
        check_fix_all(rule, "TS2554", MESSAGE, &[], &before(" g(a, depth);"), None);
        check_fix(rule, "TS2554", MESSAGE, &before(" g(a, depth);"), &after(" g(a, depth);"));
    }

    #[test]
    fn a_counter_may_have_been_counted_by_the_lost_argument() {
        let before =
            "function f(a: string, depth: number) {}\nfunction g() { let depth = 0; return () => { $0f(''); }; }\n";
        let after = before.replace("$0f('')", "f('', depth)");
        check_fix(rule_of(module_path!()), "TS2554", MESSAGE, before, &after);
        check_fix_all(rule_of(module_path!()), "TS2554", MESSAGE, &[], before, None);
    }

    #[test]
    fn a_namesake_of_another_type_is_another_thing() {
        check_no_fix(
            rule_of(module_path!()),
            "TS2554",
            MESSAGE,
            "function f(a: string, depth: number) {}\nfunction g(a: string, depth: string) { $0f(a); }\n",
        );
    }

    #[test]
    fn methods_are_known_by_their_type() {
        check_fix(
            rule_of(module_path!()),
            "TS2554",
            MESSAGE,
            "interface Sink { put(key: string, size: number): void }\nfunction g(sink: Sink, size: number) { sink.$0put('a'); }\n",
            "interface Sink { put(key: string, size: number): void }\nfunction g(sink: Sink, size: number) { sink.put('a', size); }\n",
        );
    }
}
