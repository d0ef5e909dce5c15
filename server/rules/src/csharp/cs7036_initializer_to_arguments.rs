//! # Constructor arguments in the object initializer
//!
//! The only constructor of a type requires values that the object initializer assigns to properties of the same names.
//!
//! ```csharp before
//! //@ error CS7036: There is no argument given that corresponds to the required parameter 'name' of 'Box.Box(string, int)'
//! class Box
//! {
//!     public Box(string name, int size) { Name = name; Size = size; }
//!     public string Name { get; }
//!     public int Size { get; }
//!     static Box Make() => new $0Box$0 { Name = "a", Size = 1 };
//! }
//! ```
//! ```csharp after
//! class Box
//! {
//!     public Box(string name, int size) { Name = name; Size = size; }
//!     public string Name { get; }
//!     public int Size { get; }
//!     static Box Make() => new Box("a", 1);
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the parameter may not initialize the property of the same name.

use codegen::csharp::deletion::list_item_removal;
use fix::{Applicability, Fix, RuleContext};
use index::DeclarationKind;
use semantics::csharp::printed::Display;
use syntax::{Node, NodeExt, children_of_kind};
use text::TextRange;

pub(crate) const CODES: &[&str] = &["CS7036"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let creation = ctx.token()?.enclosing(&["object_creation_expression", "block"])?;
    let ty = creation.field("type").filter(|t| t.byte_range().contains(&ctx.diagnostic.range.start))?;
    let initializer = creation.field("initializer")?;
    let arguments = creation.field("arguments");
    if arguments.is_some_and(|a| !a.named().is_empty()) {
        return None;
    }
    let display = Display::parse(ctx.argument(1)?)?;
    let model = ctx.csharp();
    let members = model.own_members(&model.written_type(ty)?);
    let wanted = display.parameters.as_ref()?.len();
    let mut constructors = members
        .iter()
        .filter(|m| m.declaration.kind == DeclarationKind::Constructor && m.declaration.parameters.len() == wanted);
    let constructor = constructors.next()?;
    if constructors.next().is_some() {
        return None;
    }
    let items: Vec<Node<'_>> = initializer.named().into_iter().filter(|n| n.kind() != "comment").collect();
    let set = |name: &str| {
        items.iter().position(|item| {
            let left =
                item.field("left").filter(|l| item.kind() == "assignment_expression" && l.kind() == "identifier");
            left.is_some_and(|l| l.text_in(text).to_lowercase() == name.to_lowercase())
        })
    };
    let used: Vec<usize> = constructor.declaration.parameters.iter().map(|p| set(&p.name)).collect::<Option<_>>()?;
    let values: Option<Vec<&str>> = used.iter().map(|i| items[*i].field("right").map(|r| r.text_in(text))).collect();
    let list = format!("({})", values?.join(", "));
    let head = TextRange::new(ty.end_byte(), arguments.map_or(ty.end_byte(), |a| a.end_byte()));
    let mut fix = ctx.fix("Pass values to constructor", Applicability::Unsafe).preferred();
    let comments = !children_of_kind(initializer, "comment").is_empty();
    if used.len() == items.len() && !comments {
        return Some(fix.replace(head.start..initializer.end_byte(), list).build());
    }
    fix = fix.replace(head, list);
    let removed: Vec<TextRange> = used.iter().map(|i| list_item_removal(&items, *i)).collect();
    for range in codegen::csharp::deletion::merge_ranges(removed) {
        fix = fix.delete(range);
    }
    Some(fix.build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str =
        "There is no argument given that corresponds to the required parameter 'a' of 'B.B(int, int)'";
    const TYPE: &str = "class B { public B(int a, int b) { } public int A, B_, C; public int b; }\n";

    #[test]
    fn other_properties_stay() {
        check_fix(
            rule_of(module_path!()),
            "CS7036",
            MESSAGE,
            &format!("{TYPE}class D {{ object M() => new $0B() {{ A = 1, C = 3, b = 2 }}; }}\n"),
            &format!("{TYPE}class D {{ object M() => new B(1, 2) {{ C = 3 }}; }}\n"),
        );
    }

    #[test]
    fn nothing_when_a_value_is_missing() {
        let before = format!("{TYPE}class D {{ object M() => new $0B {{ A = 1, C = 3 }}; }}\n");
        check_no_fix(rule_of(module_path!()), "CS7036", MESSAGE, &before);
    }
}
