//! # Type parameter with the name of an outer one
//!
//! A type parameter hides the one of the type around it.
//!
//! ```csharp before
//! //@ warning CS0693: Type parameter 'T' has the same name as the type parameter from outer type 'Pool<T>'
//! class Pool<T>
//! {
//!     void Add<$0T$0>(T item) { }
//! }
//! ```
//! ```csharp after
//! class Pool<T>
//! {
//!     void Add(T item) { }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the method took any type until now. Another name for the type parameter keeps that.

use codegen::csharp::deletion::list_item_removal;
use fix::{Applicability, Bulk, Fix, RuleContext};
use syntax::csharp::{descendants, has_modifier};
use syntax::{NodeExt, child_of_kind, children_of_kind};

pub(crate) const CODES: &[&str] = &["CS0693"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let parameter = ctx.token()?.enclosing(&["type_parameter"])?;
    let list = parameter.parent()?;
    let declaration = list.parent()?;
    let name = parameter.field("name")?.text_in(text);
    let items = children_of_kind(list, "type_parameter");
    let i = items.iter().position(|p| *p == parameter)?;
    let constrained = children_of_kind(declaration, "type_parameter_constraints_clause")
        .iter()
        .any(|c| child_of_kind(*c, "identifier").is_some_and(|n| n.text_in(text) == name));
    let mut out = Vec::new();
    let bound = ["override", "virtual", "abstract"].iter().any(|m| has_modifier(declaration, text, m))
        || declaration.parent().and_then(|p| p.parent()).is_some_and(|p| p.kind() == "interface_declaration");
    if declaration.is(&["method_declaration", "local_function_statement"]) && !constrained && !bound {
        let range = if items.len() == 1 { list.byte_range().into() } else { list_item_removal(&items, i) };
        let fix = ctx.fix(format!("Remove type parameter '{name}'"), Applicability::Unsafe).delete(range);
        out.push(fix.preferred().build());
    }
    let taken = |new: &str| descendants(ctx.root()).any(|n| n.kind() == "identifier" && n.text_in(text) == new);
    let new = ["U", "V", "TOther", "TItem"].into_iter().find(|n| !taken(n))?;
    let mut fix = ctx.fix(format!("Rename type parameter to '{new}'"), Applicability::Unsafe).in_bulk(Bulk::Manual);
    for n in descendants(declaration).filter(|n| n.kind() == "identifier" && n.text_in(text) == name) {
        fix = fix.replace(n.byte_range(), new);
    }
    out.push(fix.build());
    Some(out)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled};
    const MESSAGE: &str = "Type parameter 'T' has the same name as the type parameter from outer type 'C<T>'";

    #[test]
    fn removed_or_renamed() {
        let rule = rule_of(module_path!());
        let before = "class C<T> { T M<K, $0T>(K k, List<T> t) where K : class => default; }";
        check_fix(rule, "CS0693", MESSAGE, before, "class C<T> { T M<K>(K k, List<T> t) where K : class => default; }");
        let title = "Rename type parameter to 'U'";
        check_fix_titled(
            rule,
            "CS0693",
            MESSAGE,
            title,
            before,
            "class C<T> { U M<K, U>(K k, List<U> t) where K : class => default; }",
        );
        check_fix(
            rule,
            "CS0693",
            MESSAGE,
            "class C<T> { class N<$0T> { T t; } T u; }",
            "class C<T> { class N<U> { U t; } T u; }",
        );
    }
}
