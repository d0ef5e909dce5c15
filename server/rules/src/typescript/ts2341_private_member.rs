//! # Member is private where it must be public
//!
//! An interface or base class requires the member to be public, or other code uses it.
//!
//! ```typescript before
//! //@ error TS2420: Class 'Square' incorrectly implements interface 'Shape'.
//! interface Shape { area(): number }
//! export class $0Square$0 implements Shape {
//!     private area() { return 1; }
//! }
//! ```
//! ```typescript after
//! interface Shape { area(): number }
//! export class Square implements Shape {
//!     area() { return 1; }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when an interface that the class implements, or its base class, declares the member with that visibility: `private` has no
//! effect at run time, and the class cannot implement the interface otherwise. `Unsafe` when only other code uses the member.

use fix::{Applicability, Fix, RuleContext};
use index::Modifiers;
use syntax::{Node, NodeExt, child_of_kind};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["TS2341", "TS2420", "TS2415"];

const CLASSES: &[&str] = &["class_declaration", "abstract_class_declaration", "class"];

fn private_modifier<'t>(class: Node<'t>, text: &str, name: &str) -> Option<Node<'t>> {
    let member =
        class.field("body")?.named().into_iter().find(|m| m.field("name").is_some_and(|n| n.text_in(text) == name))?;
    child_of_kind(member, "accessibility_modifier").filter(|m| m.text_in(text) != "public")
}

/// The members of the class that the interface or base class requires: from the message, or from the declared type when the log has only
/// the first line of the message.
fn required_members<'a>(ctx: &RuleContext<'a>, class: Node<'_>) -> Vec<String> {
    let message = &ctx.diagnostic.message;
    if message.lines().count() > 1 {
        // `Property 'x' is private in type 'A' but not in type 'I'.`
        let hidden = ctx.diagnostic.arguments.get(2..5);
        let detail = message.lines().skip(1).any(|l| l.matches('\'').count() == 6);
        return match hidden {
            Some([name, _, _]) if detail => vec![name.clone()],
            _ => Vec::new(),
        };
    }
    let Some(interface) = ctx.argument(1) else { return Vec::new() };
    let typescript = ctx.index.typescript();
    let required = typescript.members_of_type(interface, ctx.path());
    let Some(body) = class.field("body") else { return Vec::new() };
    let names = body.named().into_iter().filter_map(|m| m.field("name")).map(|n| n.text_in(ctx.text()).to_owned());
    names.filter(|n| required.iter().any(|m| m.declaration.name == n.as_str())).collect()
}

/// The text of the `extends` expression.
fn base_class<'a>(class: Node<'_>, text: &'a str) -> Option<&'a str> {
    let heritage = child_of_kind(class, "class_heritage")?;
    Some(child_of_kind(heritage, "extends_clause")?.field("value")?.text_in(text))
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    if *ctx.code() == "TS2341" {
        let (Some(name), Some(owner)) = (ctx.argument(0), ctx.argument(1)) else { return Vec::new() };
        let bare = owner.split('<').next().unwrap_or(owner);
        let typescript = ctx.index.typescript();
        let declarations = typescript.resolve(bare, ctx.path(), token.start_byte());
        let Some(path) = declarations.iter().map(|d| &d.path).find(|p| ctx.index.contains(p)) else {
            return Vec::new();
        };
        let Some(source) = ctx.index.source(path) else { return Vec::new() };
        let other = source.parsed.text();
        let classes = syntax::typescript::descendants(source.parsed.root(), CLASSES);
        let class = classes.into_iter().find(|c| c.field("name").is_some_and(|n| n.text_in(other) == bare));
        let modifier = class.and_then(|c| private_modifier(c, other, name));
        let Some((modifier, next)) = modifier.and_then(|m| Some((m, m.next_sibling()?))) else { return Vec::new() };
        let edit = TextEdit::delete(modifier.start_byte()..next.start_byte());
        return vec![ctx.fix(format!("Make '{name}' public"), Applicability::Unsafe).edit_in(&source, edit).build()];
    }
    let Some(class) = token.enclosing(CLASSES) else { return Vec::new() };
    let Some(base) = ctx.argument(1) else { return Vec::new() };
    let typescript = ctx.index.typescript();
    let mut inherited = typescript.members_of_type(base, ctx.path());
    if inherited.is_empty()
        && let Some(written) = base_class(class, text)
    {
        // The message contains only the last part of a qualified name such as `React.Component`.
        inherited = typescript.members_of_type(written, ctx.path());
    }
    let mut edits = Vec::new();
    let mut names = Vec::new();
    // When the base class is not known, the visibility of its member is not known either.
    let mut certain = true;
    for name in required_members(ctx, class) {
        let Some(modifier) = private_modifier(class, text, &name) else { continue };
        let Some(next) = modifier.next_sibling() else { continue };
        let seen = inherited.iter().find(|m| m.declaration.name == name.as_str()).map(|m| m.declaration.modifiers);
        if seen.is_some_and(|m| m.contains(Modifiers::PRIVATE)) {
            continue;
        }
        certain &= *ctx.code() == "TS2420" || seen.is_some();
        edits.push(if seen.is_some_and(|m| m.contains(Modifiers::PROTECTED)) {
            TextEdit::replace(modifier.byte_range(), "protected")
        } else {
            TextEdit::delete(modifier.start_byte()..next.start_byte())
        });
        names.push(name);
    }
    if names.is_empty() {
        return Vec::new();
    }
    let public = edits.iter().all(|e| e.new_text.is_empty());
    let applicability = if certain { Applicability::Safe } else { Applicability::Unsafe };
    let names = names.join("', '");
    let title = if public { format!("Make '{names}' public") } else { format!("Update modifiers of '{names}'") };
    vec![edits.into_iter().fold(ctx.fix(title, applicability), fix::FixBuilder::edit).preferred().build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_all, check_no_fix};

    const MESSAGE: &str = "Class 'B' incorrectly extends base class 'A'.";

    #[test]
    fn modifier_of_the_base_class_is_used() {
        let rule = rule_of(module_path!());
        for (base, derived, fixed) in [("", "private ", ""), ("protected ", "private ", "protected ")] {
            let text = |marker: &str, modifier: &str| {
                format!("class A {{ {base}m() {{}} }}\nclass {marker}B extends A {{ {modifier}m() {{}} }}\n")
            };
            check_fix_all(rule, "TS2415", MESSAGE, &[], &text("$0", derived), Some(&text("", fixed)));
        }
    }

    #[test]
    fn private_members_of_both_classes_are_not_changed() {
        check_no_fix(
            rule_of(module_path!()),
            "TS2415",
            MESSAGE,
            "class A { private m() {} }\nclass $0B extends A { private m() {} }\n",
        );
    }
}
