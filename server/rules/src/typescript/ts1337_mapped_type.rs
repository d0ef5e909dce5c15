//! # Index signature with a literal or generic key type
//!
//! The parameter of an index signature must be `string`, `number`, `symbol` or a template literal type. Literal and generic keys need a
//! mapped type.
//!
//! ```typescript before
//! //@ error TS1337: An index signature parameter type cannot be a literal type or generic type. Consider using a mapped object type instead.
//! type Side = 'left' | 'right';
//! export interface Widths {
//!     [$0side$0: Side]: number;
//! }
//! ```
//! ```typescript after
//! type Side = 'left' | 'right';
//! export type Widths = {
//!     [side in Side]: number;
//! };
//! ```
//!
//! ## Fix safety
//! `Unsafe`: every key becomes required, and an interface that becomes a type alias can no longer be merged with another declaration.

use codegen::typescript::bodies::Layout;
use fix::{Applicability, Fix, RuleContext};
use syntax::typescript::descendants;
use syntax::{Node, NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS1337", "TS2690"];

/// Changes `{ [K]: T }` to `{ [P in K]: T }`.
fn name_as_key(ctx: &RuleContext<'_>) -> Option<Fix> {
    let token = ctx.token()?;
    let mapped = ctx.argument(1).filter(|m| m.contains(" in "))?;
    let fix = ctx.fix(format!("Convert '{}' to '{mapped}'", token.text_in(ctx.text())), Applicability::Unsafe);
    Some(fix.replace(token.byte_range(), mapped).preferred().build())
}

/// The text of the members of `body` other than `signature`, including comments.
fn other_members<'a>(body: Node<'_>, signature: Node<'_>, text: &'a str) -> Vec<&'a str> {
    let others = body.all_children().into_iter().filter(|n| n.is_named() && n.id() != signature.id());
    others.map(|n| n.text_in(text)).collect()
}

fn mapped_type(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let signature = ctx.token()?.enclosing(&["index_signature"])?;
    let body = signature.parent().filter(|p| p.is(&["object_type", "interface_body"]))?;
    let declaration = body.parent()?;
    let name = declaration.field("name")?;
    let (parameter, keys) = (signature.field("name")?, signature.field("index_type")?);
    let layout = Layout::of(ctx);
    let (eol, indent) = (layout.eol, ctx.indent_at(declaration.start_byte()));
    let inner = format!("{indent}{}", layout.unit);
    let readonly = if child_of_kind(signature, "readonly").is_some() { "readonly " } else { "" };
    let value = signature.field("type").map_or("", |t| t.text_in(text));
    let braced = |members: &[String]| format!("{{{eol}{}{eol}{indent}}}", members.join(eol));
    let key = format!("{readonly}[{} in {}]{value};", parameter.text_in(text), keys.text_in(text));
    let mut parts: Vec<String> = Vec::new();
    if let Some(extends) = child_of_kind(declaration, "extends_type_clause") {
        parts.extend(extends.named().iter().map(|n| n.text_in(text).to_owned()));
    }
    parts.push(braced(&[format!("{inner}{key}")]));
    let others = other_members(body, signature, text);
    if !others.is_empty() {
        let ended = |m: &str| if m.starts_with('/') { String::new() } else { ";".to_owned() };
        let members: Vec<String> = others.iter().map(|m| format!("{inner}{m}{}", ended(m))).collect();
        parts.push(braced(&members));
    }
    let value = parts.join(" & ");
    let title = format!("Convert '{}' to mapped object type", name.text_in(text));
    let fix = ctx.fix(title, Applicability::Unsafe).preferred();
    if declaration.kind() == "type_alias_declaration" {
        let ends = text.get(body.end_byte()..)?.starts_with(';');
        return Some(fix.replace(body.byte_range(), format!("{value}{}", if ends { "" } else { ";" })).build());
    }
    // Interfaces of the same name are merged, and `export default` cannot be followed by a type alias.
    let same = descendants(ctx.root(), &["interface_declaration", "class_declaration"]);
    let merged = same.iter().filter(|d| d.field("name").is_some_and(|n| n.text_in(text) == name.text_in(text))).count();
    let default = declaration.parent().is_some_and(|p| child_of_kind(p, "default").is_some());
    if declaration.kind() != "interface_declaration" || merged > 1 || default {
        return None;
    }
    let parameters = declaration.field("type_parameters").map_or("", |p| p.text_in(text));
    let alias = format!("type {}{parameters} = {value};", name.text_in(text));
    Some(fix.replace(declaration.byte_range(), alias).build())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let fix = if *ctx.code() == "TS2690" { name_as_key(ctx) } else { mapped_type(ctx) };
    fix.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const MESSAGE: &str = "An index signature parameter type cannot be a literal type or generic type. Consider using a mapped object type instead.";

    #[test]
    fn base_types_and_other_members_are_kept() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "TS1337",
            MESSAGE,
            "interface A<T> extends B, C<T> {\n  a: T;\n  readonly [$0k: K]: any;\n}\n",
            "type A<T> = B & C<T> & {\n  readonly [k in K]: any;\n} & {\n  a: T;\n};\n",
        );
        check_fix(rule, "TS1337", MESSAGE, "type A = {\n  [$0k: K]: any;\n};\n", "type A = {\n  [k in K]: any;\n};\n");
        check_fix(
            rule,
            "TS2690",
            "'K' only refers to a type, but is being used as a value here. Did you mean to use 'P in K'?",
            "type T = {\n  [$0K]: number;\n};\n",
            "type T = {\n  [P in K]: number;\n};\n",
        );
    }

    #[test]
    fn merged_interfaces_are_not_converted() {
        check_no_fix(
            rule_of(module_path!()),
            "TS1337",
            MESSAGE,
            "interface A {\n  [$0k: K]: any;\n}\ninterface A {\n  b: string;\n}\n",
        );
    }
}
