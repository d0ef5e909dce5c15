//! # Body of an abstract or external member
//!
//! A member that is `abstract` (CS0500) or `extern` (CS0179) has no body: it is written by those who implement it.
//!
//! ```csharp before
//! //@ error CS0500: 'Shape.Area()' cannot declare a body because it is marked abstract
//! abstract class Shape
//! {
//!     public abstract double $0Area$0() { }
//! }
//! ```
//! ```csharp after
//! abstract class Shape
//! {
//!     public abstract double Area();
//! }
//! ```
//! ```csharp before
//! //@ error CS0500: 'Shape.Scale()' cannot declare a body because it is marked abstract
//! abstract class Shape
//! {
//!     public abstract int $0Scale$0() => 2;
//! }
//! ```
//! ```csharp after
//! abstract class Shape
//! {
//!     public virtual int Scale() => 2;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where the body only throws `NotImplementedException`. Otherwise `Unsafe`: an empty one may be what heirs inherit from a `virtual` member,
//! and a body that does something is kept first, and the member made `virtual`.

use codegen::csharp::deletion::with_space_after;
use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::{MEMBERS, modifier};
use syntax::{Node, NodeExt, children_of_kind};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS0500", "CS0179"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let member = ctx.token()?.enclosing(MEMBERS)?;
    let keyword = if ctx.code() == "CS0500" { "abstract" } else { "extern" };
    let modifier = modifier(member, text, keyword)?;
    let bodies = bodies(member);
    if bodies.is_empty() {
        return None;
    }
    let trivial = bodies.iter().all(|b| is_trivial(*b, text));
    let placeholder = trivial && bodies.iter().any(|b| !b.named().is_empty());
    let safe = if placeholder { Applicability::Safe } else { Applicability::Unsafe };
    let mut edits: Vec<TextEdit> = Vec::new();
    for body in &bodies {
        edits.push(without(*body, text));
    }
    let fix = edits.into_iter().fold(ctx.fix("Remove body", safe), |fix, edit| fix.edit(edit));
    let kept = match keyword {
        "abstract" => ctx.fix("Make 'virtual'", Applicability::Unsafe).replace(modifier.range(), "virtual"),
        _ => ctx.fix("Remove 'extern' modifier", Applicability::Unsafe).delete(with_space_after(text, modifier)),
    };
    Some(match trivial {
        true => vec![fix.preferred().build(), kept.build()],
        false => vec![kept.preferred().build(), fix.build()],
    })
}

/// The bodies of a member and its accessors; the value of a property with an expression body.
fn bodies(member: Node<'_>) -> Vec<Node<'_>> {
    let accessors = member.field("accessors").map_or_else(Vec::new, |l| children_of_kind(l, "accessor_declaration"));
    let value = member.field("value").filter(|v| v.kind() == "arrow_expression_clause");
    accessors.into_iter().filter_map(|a| a.field("body")).chain(member.field("body")).chain(value).collect()
}

/// A body that does nothing, or nothing but throw.
fn is_trivial(body: Node<'_>, text: &str) -> bool {
    let inner = body.named();
    let comment = body.all_children().iter().any(|c| c.kind() == "comment");
    let throws = |n: &Node<'_>| n.is(&["throw_statement", "throw_expression"]) && n.text_in(text).contains("NotImpl");
    !comment && (inner.is_empty() && body.kind() == "block" || matches!(inner.as_slice(), [only] if throws(only)))
}

/// The edit that puts `;` (for a property with an expression body `{ get; }`) in the place of a body.
fn without(body: Node<'_>, text: &str) -> TextEdit {
    let start = text[..body.start_byte()].trim_end().len();
    let property = body.parent().is_some_and(|p| p.is(&["property_declaration", "indexer_declaration"]));
    let semicolon = body.next_sibling().filter(|s| s.kind() == ";");
    match (property, semicolon) {
        (true, Some(end)) => TextEdit::replace(start..end.end_byte(), " { get; }"),
        (false, Some(_)) => TextEdit::delete(start..body.end_byte()),
        _ => TextEdit::replace(start..body.end_byte(), ";"),
    }
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_titled, check_no_fix};
    const MESSAGE: &str = "'C.M()' cannot declare a body because it is marked abstract";

    fn class(member: &str) -> String {
        format!("abstract class C {{ {member} }}")
    }

    #[test]
    fn bodies_that_only_throw_go() {
        for (before, after) in [
            (
                "internal abstract T $0M<T>() where T : class => throw new System.NotImplementedException();",
                "internal abstract T M<T>() where T : class;",
            ),
            (
                "public abstract int P { $0get { throw new NotImplementedException(); } set { } }",
                "public abstract int P { get; set; }",
            ),
            ("public abstract int P => $0throw new NotImplementedException();", "public abstract int P { get; }"),
            (
                "public abstract int this[int i] { $0get { throw new NotImplementedException(); } }",
                "public abstract int this[int i] { get; }",
            ),
        ] {
            check_fix_all(rule_of(module_path!()), "CS0500", MESSAGE, &[], &class(before), Some(&class(after)));
        }
    }

    #[test]
    fn code_is_kept_first() {
        let rule = rule_of(module_path!());
        let before = class("public abstract int P => $01;");
        check_fix(rule, "CS0500", MESSAGE, &before, &class("public virtual int P => 1;"));
        check_fix_titled(rule, "CS0500", MESSAGE, "Remove body", &before, &class("public abstract int P { get; }"));
        check_fix_all(rule, "CS0500", MESSAGE, &[], &class("public abstract void $0M() { /* later */ }"), None);
        let empty = class("protected abstract void $0M()\n{\n}");
        check_fix(rule, "CS0500", MESSAGE, &empty, &class("protected abstract void M();"));
        check_fix_all(rule, "CS0500", MESSAGE, &[], &empty, None);
        let message = "'C.M()' cannot be extern and declare a body";
        check_fix(rule, "CS0179", message, &class("extern void $0M() { }"), &class("extern void M();"));
        check_no_fix(rule, "CS0500", MESSAGE, &class("public abstract void $0M();"));
    }
}
