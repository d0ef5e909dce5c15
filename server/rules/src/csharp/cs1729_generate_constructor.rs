//! # Constructor that does not exist
//!
//! A type in source is created with arguments that none of its constructors takes: one is added, which keeps them in fields or properties of
//! their names.
//!
//! ```csharp before
//! //@ error CS1729: 'Item' does not contain a constructor that takes 1 arguments
//! class Item
//! {
//!     public string Name { get; set; }
//! }
//! class C
//! {
//!     object M(string name) => new $0Item$0(name);
//! }
//! ```
//! ```csharp after
//! class Item
//! {
//!     public Item(string name)
//!     {
//!         Name = name;
//!     }
//!
//!     public string Name { get; set; }
//! }
//! class C
//! {
//!     object M(string name) => new Item(name);
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the call may be the one that is wrong, and a type with a constructor no longer has the one without parameters.

use super::support::arguments;
use super::support::call::Call;
use super::support::generate::{Home, camel, home, imported, type_node};
use super::support::insertion::{NewMember, insert_members, kind_rank};
use super::support::style::expression_bodies;
use super::support::typing::{Type, Typing};
use fix::{Applicability, Fix, ImportRequest, RuleContext};
use index::{DeclarationKind, Modifiers};

pub(crate) const CODES: &[&str] = &["CS1729", "CS1739"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    [true, false].into_iter().filter_map(|fields| generate(ctx, fields)).collect()
}

/// With fields for what has no place yet, or without.
fn generate(ctx: &RuleContext<'_>, fields: bool) -> Option<Fix> {
    let call = Call::at(ctx.token()?).filter(|c| c.constructor)?;
    let typing = Typing::new(ctx.index, ctx.source);
    let ty = call.created(ctx, &typing)?;
    if !matches!(ty.declaration.kind, DeclarationKind::Class | DeclarationKind::Struct) || !ty.declaration.parameters.is_empty() {
        return None;
    }
    if ty.declaration.modifiers.contains(Modifiers::STATIC) {
        return None;
    }
    let (home, at) = home(ctx, &ty)?;
    let source = home.source();
    let text: &str = source.parsed.text();
    let node = type_node(source, at)?;
    let wanted = arguments::parameters(&typing, call.list?, ctx.text());
    if wanted.is_empty() || wanted.len() != call.arguments().len() || wanted.iter().any(|w| !w.modifier.is_empty()) {
        return None;
    }
    let own = Type::generic(&ty.full_name(), ty.declaration.type_parameters.iter().map(|p| Type::named(&p.name)).collect());
    let members: Vec<_> = typing.members_by_type(&own).into_iter().next().map_or_else(Vec::new, |(_, m)| m);
    let mut namespaces = Vec::new();
    let (mut parameters, mut new_fields, mut assignments) = (Vec::new(), Vec::new(), Vec::new());
    for w in &wanted {
        let bare = camel(w.name.trim_start_matches('_'));
        let plain = bare.trim_start_matches('@').to_owned();
        // A field or property that is there for it.
        let holder = members.iter().find(|m| {
            let d = &m.declaration;
            let writable = d.kind == DeclarationKind::Field && !d.modifiers.contains(Modifiers::CONST)
                || d.kind == DeclarationKind::Property && !d.modifiers.contains(Modifiers::HAS_BODY);
            let name = d.name.trim_start_matches('_');
            writable
                && !d.modifiers.contains(Modifiers::STATIC)
                && camel(name).trim_start_matches('@') == plain
                && typing.member_type(m).is_some_and(|to| typing.converts(&w.ty, &to))
        });
        let written = imported(ctx, source, &w.ty, at, &mut namespaces);
        let mut name = bare.clone();
        let mut number = 0;
        if holder.is_none() {
            while members.iter().any(|m| *m.declaration.name == *name) {
                number += 1;
                name = format!("{plain}{number}");
            }
        }
        parameters.push(format!("{written} {name}"));
        match holder {
            Some(m) if *m.declaration.name == *name => assignments.push(format!("this.{name} = {name};")),
            Some(m) => assignments.push(format!("{} = {name};", m.declaration.name)),
            None if fields => {
                new_fields.push(format!("private {written} {name};"));
                assignments.push(format!("this.{name} = {name};"));
            }
            None => {}
        }
    }
    if !fields && assignments.len() == wanted.len() {
        // The same as with fields.
        return None;
    }
    let access = if ty.declaration.modifiers.contains(Modifiers::ABSTRACT) { "protected" } else { "public" };
    let head = format!("{access} {}({})", ty.declaration.name, parameters.join(", "));
    let body = match assignments.as_slice() {
        [one] if expression_bodies(ctx).constructors => format!("{head} => {one}"),
        many => format!("{head}\n{{\n{}}}", many.iter().map(|a| format!("    {a}\n")).collect::<String>()),
    };
    let mut new = Vec::new();
    if !new_fields.is_empty() {
        new.push(NewMember { text: new_fields.join("\n"), kind: kind_rank("field_declaration"), accessibility: 3, is_static: false });
    }
    new.push(NewMember { text: body, kind: kind_rank("constructor_declaration"), accessibility: 0, is_static: false });
    let edits = insert_members(text, &ctx.indent_unit(), node, &new)?;
    let what = if new_fields.is_empty() { "Generate constructor" } else { "Generate constructor with fields" };
    let mut fix = ctx.fix(format!("{what} in '{}'", ty.declaration.name), Applicability::Unsafe);
    for edit in edits {
        fix = match &home {
            Home::Here(_) => fix.edit(edit),
            Home::Elsewhere(source) => fix.edit_in(source, edit),
        };
    }
    for namespace in namespaces {
        let request = ImportRequest::Using { namespace };
        fix = match &home {
            Home::Here(_) => fix.import(request),
            Home::Elsewhere(source) => fix.import_in(source, request),
        };
    }
    Some(fix.build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn with_a_field() {
        check_fix(
            rule_of(module_path!()),
            "CS1729",
            "'C' does not contain a constructor that takes 1 arguments",
            "class C\n{\n    void M()\n    {\n        new $0C(1);\n    }\n}\n",
            "class C\n{\n    private int v;\n\n    public C(int v)\n    {\n        this.v = v;\n    }\n\n    void M()\n    {\n        new C(1);\n    }\n}\n",
        );
    }

    #[test]
    fn nothing_for_a_type_of_a_library() {
        check_no_fix(
            rule_of(module_path!()),
            "CS1729",
            "'object' does not contain a constructor that takes 1 arguments",
            "class C { object o = new $0object(1); }",
        );
    }
}
