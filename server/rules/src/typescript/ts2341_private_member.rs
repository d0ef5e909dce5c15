//! # Member is private where it must be public
//!
//! An interface or base class demands the member, or other code uses it.
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
//! `Safe` where an interface that the class says it implements demands the member: `private` has no effect when the program runs, and
//! the declaration cannot be kept otherwise. `Unsafe` where other code uses it.

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS2341", "TS2420", "TS2415"];

const CLASSES: &[&str] = &["class_declaration", "abstract_class_declaration", "class"];

fn private_modifier<'t>(class: Node<'t>, text: &str, name: &str) -> Option<Node<'t>> {
    let member =
        class.field("body")?.named().into_iter().find(|m| m.field("name").is_some_and(|n| n.text_in(text) == name))?;
    child_of_kind(member, "accessibility_modifier").filter(|m| m.text_in(text) != "public")
}

/// Members of the class that its interfaces have and that are private, told from the interfaces themselves when the log has only the
/// message's first line.
fn demanded<'a>(ctx: &RuleContext<'a>, class: Node<'_>) -> Vec<String> {
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
    let wanted = typescript.members_of_type(interface, ctx.path());
    let Some(body) = class.field("body") else { return Vec::new() };
    let names = body.named().into_iter().filter_map(|m| m.field("name")).map(|n| n.text_in(ctx.text()).to_owned());
    names.filter(|n| wanted.iter().any(|w| w.declaration.name == n.as_str())).collect()
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
        let classes = super::support::names::descendants(source.parsed.root(), CLASSES);
        let class = classes.into_iter().find(|c| c.field("name").is_some_and(|n| n.text_in(other) == bare));
        let modifier = class.and_then(|c| private_modifier(c, other, name));
        let Some((modifier, next)) = modifier.and_then(|m| Some((m, m.next_sibling()?))) else { return Vec::new() };
        let edit = text::TextEdit::delete(modifier.start_byte()..next.start_byte());
        return vec![ctx.fix(format!("Make '{name}' public"), Applicability::Unsafe).edit_in(&source, edit).build()];
    }
    let Some(class) = token.enclosing(CLASSES) else { return Vec::new() };
    let mut modifiers = Vec::new();
    for name in demanded(ctx, class) {
        if let Some(modifier) = private_modifier(class, text, &name)
            && let Some(next) = modifier.next_sibling()
        {
            modifiers.push((modifier.start_byte()..next.start_byte(), name));
        }
    }
    let names: Vec<&str> = modifiers.iter().map(|(_, n)| n.as_str()).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let applicability = if *ctx.code() == "TS2420" { Applicability::Safe } else { Applicability::Unsafe };
    let fix = ctx.fix(format!("Make '{}' public", names.join("', '")), applicability);
    vec![modifiers.iter().fold(fix, |fix, (range, _)| fix.delete(range.clone())).preferred().build()]
}
