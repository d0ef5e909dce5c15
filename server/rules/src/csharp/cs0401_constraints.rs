//! # Constraints in the wrong order or twice
//!
//! `class`, `struct`, `notnull` and `unmanaged` come first among the constraints of a type parameter, and one of them only (CS0449); `new()`
//! comes last (CS0401); a class is a constraint instead of `class` (CS0450); none is there twice (CS0405). `enum` and `delegate` are written as
//! types (CS9010, CS9011).
//!
//! ```csharp before
//! //@ error CS0401: The new() constraint must be the last constraint specified
//! class C<T> where T : $0new$0(), System.IDisposable { }
//! ```
//! ```csharp after
//! class C<T> where T : System.IDisposable, new() { }
//! ```
//! ```csharp before
//! //@ error CS0449: The 'class', 'struct', 'unmanaged', 'notnull', and 'default' constraints cannot be combined or duplicated, and must be specified first in the constraints list.
//! class C<T> where T : System.IDisposable, $0class$0 { }
//! ```
//! ```csharp after
//! class C<T> where T : class, System.IDisposable { }
//! ```
//!
//! ## Fix safety
//! `Safe` where only the order is wrong, or one is there twice. `Unsafe` where two contradict each other.

use codegen::csharp::deletion::list_item_removal;
use fix::{Applicability, Fix, RuleContext};
use index::DeclarationKind;
use syntax::{Node, NodeExt, children_of_kind};

pub(crate) const CODES: &[&str] = &["CS0401", "CS0449", "CS0450", "CS0405", "CS9010", "CS9011"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    if matches!(ctx.code().as_str(), "CS9010" | "CS9011") {
        return keyword(ctx, token);
    }
    let clause = token.enclosing(&["type_parameter_constraints_clause"])?;
    let all = children_of_kind(clause, "type_parameter_constraint");
    let i = all.iter().position(|c| (*c).range().contains_range(token.range()))?;
    let words: Vec<&str> = all.iter().map(|c| c.text_in(text)).collect();
    let remove = |at: usize, safe: Applicability| {
        let fix = ctx.fix(format!("Remove constraint '{}'", words[at]), safe);
        fix.delete(list_item_removal(&all, at)).preferred().build()
    };
    let moved = |from: usize, to: usize| {
        let mut order = words.clone();
        let one = order.remove(from);
        order.insert(to, one);
        let mut fix = ctx.fix(format!("Move constraint '{one}'"), Applicability::Safe);
        for (node, new) in all.iter().zip(&order).filter(|(n, new)| n.text_in(text) != **new) {
            fix = fix.replace(node.byte_range(), *new);
        }
        fix.preferred().build()
    };
    let is_kind =
        |w: &&str| matches!(w.trim_end_matches('?'), "class" | "struct" | "notnull" | "unmanaged" | "default");
    match ctx.code().as_str() {
        "CS0401" => {
            let allows = words.iter().position(|w| w.starts_with("allows"));
            // `struct` has a constructor by itself.
            (!words.contains(&"struct")).then(|| moved(i, allows.unwrap_or(words.len()) - 1))
        }
        "CS0449" => {
            let kinds: Vec<usize> = (0..words.len()).filter(|k| is_kind(&words[*k])).collect();
            let other = |k: &&usize| **k != i;
            match kinds.iter().find(other) {
                Some(twin) if words[*twin] == words[i] => Some(remove(i, Applicability::Safe)),
                Some(_) => Some(remove(i, Applicability::Unsafe)),
                // A class is a reference type: it does not go with `class`.
                None if all.iter().any(|c| is_class(ctx, *c)) => Some(remove(i, Applicability::Unsafe)),
                None if is_kind(&words[i]) && i > 0 => Some(moved(i, 0)),
                None => None,
            }
        }
        "CS0450" => {
            let kind = words.iter().position(is_kind)?;
            let redundant = words[kind] == "class" && is_class(ctx, all[i]);
            Some(remove(kind, if redundant { Applicability::Safe } else { Applicability::Unsafe }))
        }
        _ => Some(remove(i, Applicability::Safe)),
    }
}

/// `enum` and `delegate`, which the grammar does not take for constraints.
fn keyword(ctx: &RuleContext<'_>, token: Node<'_>) -> Option<Fix> {
    let (word, new) =
        if ctx.code() == "CS9010" { ("enum", "struct, System.Enum") } else { ("delegate", "System.Delegate") };
    let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), token.start_byte());
    let new = if scope.iter().any(|n| n == "System") { new.replace("System.", "") } else { new.to_owned() };
    let fix = ctx.fix("Fix constraint", Applicability::Safe).replace(token.byte_range(), new);
    (token.text_in(ctx.text()) == word).then(|| fix.preferred().build())
}

fn is_class(ctx: &RuleContext<'_>, constraint: Node<'_>) -> bool {
    let Some(ty) = constraint.field("type") else { return false };
    let found = ctx.index.csharp().resolve(ty.text_in(ctx.text()), ctx.path(), ty.start_byte());
    found.is_some_and(|t| matches!(t.declaration.kind, DeclarationKind::Class | DeclarationKind::Record))
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    fn order(code: &str, before: &str, after: Option<&str>) {
        let message = "";
        let file = |c: &str| format!("class B {{ }} class C<T, U> where U : class where T : {c} {{ }}");
        check_fix_all(rule_of(module_path!()), code, message, &[], &file(before), after.map(file).as_deref());
    }

    #[test]
    fn only_the_order_is_certain() {
        order("CS0401", "$0new(), B, U", Some("B, U, new()"));
        order("CS0449", "U, System.IDisposable, $0notnull, new()", Some("notnull, U, System.IDisposable, new()"));
        order("CS0449", "class, $0class", Some("class"));
        order("CS0449", "class, $0struct", None);
        order("CS0449", "B, $0class", None);
        order("CS0450", "class, $0B", Some("B"));
        order("CS0450", "struct, $0B", None);
        order("CS0405", "System.IDisposable, $0System.IDisposable", Some("System.IDisposable"));
    }

    #[test]
    fn of_methods_and_keywords() {
        let rule = rule_of(module_path!());
        let before = "class C { void M<K>() where K : $0new(), /* a */ I { } }";
        check_fix(rule, "CS0401", "", before, "class C { void M<K>() where K : I, /* a */ new() { } }");
        let before = "class B { } class C<T> where T : B, $0class { }";
        check_fix(rule, "CS0449", "", before, "class B { } class C<T> where T : B { }");
        check_no_fix(rule, "CS0449", "", "class C<T> where T : $0class { }");
        let before = "using System;\nclass C<T> where T : $0enum { }";
        check_fix(rule, "CS9010", "", before, "using System;\nclass C<T> where T : struct, Enum { }");
        check_fix(
            rule,
            "CS9011",
            "",
            "class C<T> where T : $0delegate { }",
            "class C<T> where T : System.Delegate { }",
        );
    }
}
