//! # Property overrides an accessor, or an accessor a property
//!
//! A member that is an accessor in the base class must be an accessor in the derived class, and a property must be a property.
//!
//! ```typescript before
//! //@ error TS2610: 'size' is defined as an accessor in class 'Shape', but is overridden here in 'Square' as an instance property.
//! class Shape {
//!     get size(): number { return 1; }
//!     set size(value: number) { }
//! }
//! export class Square extends Shape {
//!     $0size$0 = 2;
//! }
//! ```
//! ```typescript after
//! class Shape {
//!     get size(): number { return 1; }
//!     set size(value: number) { }
//! }
//! export class Square extends Shape {
//!     private _size = 2;
//!     public get size() {
//!         return this._size;
//!     }
//!     public set size(value) {
//!         this._size = value;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: accessors behave differently from a field, and the base class may be used by other code.

use codegen::typescript::edit::uses_semicolons;
use fix::{Applicability, Fix, RuleContext};
use index::{DeclarationKind, Source};
use std::sync::Arc;
use syntax::{Node, NodeExt, child_of_kind, line_indent};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["TS2610", "TS2611"];

/// The edit that replaces a field by a private field with `get` and `set` accessors.
fn accessors(ctx: &RuleContext<'_>, source: &Source, field: Node<'_>) -> Option<TextEdit> {
    let text: &str = source.parsed.text();
    let name = field.field("name").filter(|n| n.kind() == "property_identifier")?;
    let label = name.text_in(text);
    let javascript = source.path.extension().is_some_and(|e| e.to_string_lossy().contains("js"));
    let has = |kind: &str| child_of_kind(field, kind).is_some() || syntax::has_child_token(field, text, kind);
    if has("decorator") || has("abstract") || has("declare") || has("accessor") || has("?") {
        return None;
    }
    let fixed = has("static");
    let readonly = has("readonly");
    let access = child_of_kind(field, "accessibility_modifier").map_or("public", |m| m.text_in(text));
    let head = |access: &str| {
        let access = if javascript { "" } else { access };
        let parts = [access, if fixed { "static" } else { "" }];
        parts.iter().filter(|p| !p.is_empty()).map(|p| format!("{p} ")).collect::<String>()
    };
    let ty = field.field("type").map(|t| t.text_in(text)).unwrap_or_default();
    let mark = if readonly && !javascript { "readonly " } else { "" };
    let after = &text[name.end_byte()..field.end_byte()];
    let indent = line_indent(text, field.start_byte());
    let (eol, unit) = (text::LineEnding::of(text).as_str(), ctx.indent_unit());
    let end = if uses_semicolons(source.parsed.root(), text) { ";" } else { "" };
    let mut lines = vec![
        format!("{}{mark}_{label}{after}{end}", head("private")),
        format!("{indent}{}get {label}(){ty} {{", head(access)),
        format!("{indent}{unit}return this._{label}{end}"),
        format!("{indent}}}"),
    ];
    if !readonly {
        lines.push(format!("{indent}{}set {label}(value{ty}) {{", head(access)));
        lines.push(format!("{indent}{unit}this._{label} = value{end}"));
        lines.push(format!("{indent}}}"));
    }
    let taken = format!("_{label}");
    let free = field.parent()?.named().iter().all(|m| m.field("name").is_none_or(|n| n.text_in(text) != taken));
    let stop = field.end_byte() + usize::from(text[field.end_byte()..].starts_with(';'));
    free.then(|| TextEdit::replace(text::TextRange::new(field.start_byte(), stop), lines.join(eol)))
}

/// The field called `name` of the class called `class`, in the workspace.
fn field_of(ctx: &RuleContext<'_>, class: &str, name: &str) -> Option<(Arc<Source>, usize)> {
    let typescript = ctx.index.typescript();
    let ids = typescript.resolve(class, ctx.path(), ctx.diagnostic.range.start);
    let id = ids.iter().find(|id| typescript.declaration(id).is_some_and(|d| d.kind == DeclarationKind::Class))?;
    let source = ctx.index.source(&id.path).filter(|_| ctx.index.contains(&id.path))?;
    let text: &str = source.parsed.text();
    let classes = syntax::typescript::descendants(source.parsed.root(), &["class_declaration"]);
    let body =
        classes.into_iter().find(|c| c.field("name").is_some_and(|n| n.text_in(text) == class))?.field("body")?;
    let field = body
        .named()
        .into_iter()
        .find(|m| m.kind() == "public_field_definition" && m.field("name").is_some_and(|n| n.text_in(text) == name))?;
    let start = field.start_byte();
    Some((source, start))
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let fix = ctx.fix("Generate 'get' and 'set' accessors", Applicability::Unsafe).preferred();
    if *ctx.code() == "TS2610" {
        let field = ctx.token().and_then(|t| t.enclosing(&["public_field_definition"]));
        let edit = field.and_then(|f| accessors(ctx, ctx.source, f));
        return edit.map(|e| fix.edit(e).build()).into_iter().collect();
    }
    let (Some(name), Some(class)) = (ctx.argument(0), ctx.argument(1)) else { return Vec::new() };
    let Some((source, start)) = field_of(ctx, class, name) else { return Vec::new() };
    let field = syntax::leaf_at(source.parsed.root(), start).and_then(|t| t.enclosing(&["public_field_definition"]));
    let edit = field.and_then(|f| accessors(ctx, &source, f));
    edit.map(|e| fix.edit_in(&source, e).build()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn accessors_are_generated_in_the_base_class() {
        check_fix(
            rule_of(module_path!()),
            "TS2611",
            "'size' is defined as a property in class 'Shape', but is overridden here in 'Square' as an accessor.",
            "import { Shape } from './shape';\nclass Square extends Shape {\n    get $0size() { return 2; }\n}\n\
             //- /shape.ts\nexport class Shape {\n    readonly size: number = 1;\n}\n",
            "import { Shape } from './shape';\nclass Square extends Shape {\n    get size() { return 2; }\n}\n\
             //- /shape.ts\nexport class Shape {\n    private readonly _size: number = 1;\n    public get size(): number {\n        return this._size;\n    }\n}\n",
        );
    }
}
