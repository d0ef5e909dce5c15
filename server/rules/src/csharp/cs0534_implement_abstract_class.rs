//! # Inherited abstract member not implemented
//!
//! A class that is not abstract lacks overrides of abstract members. All that are missing are added at once, each throwing
//! `NotImplementedException`.
//!
//! ```csharp before
//! //@ error CS0534: 'Circle' does not implement inherited abstract member 'Shape.Area(int)'
//! using System;
//! abstract class Shape { protected abstract double Area(int precision); }
//! class $0Circle$0 : Shape
//! {
//! }
//! ```
//! ```csharp after
//! using System;
//! abstract class Shape { protected abstract double Area(int precision); }
//! class Circle : Shape
//! {
//!     protected override double Area(int precision)
//!     {
//!         throw new NotImplementedException();
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where the class has no member of that name: it could not be built without the override, and the new body does not
//! pretend to work. `Unsafe` otherwise, because that member may be the one to change; so is making the class abstract.

use super::support::display::Display;
use super::support::nodes::{TYPES, descendants, has_modifier, modifier_place};
use super::support::stubs::{Accessors, Form, Writer};
use super::support::typing::{Member, Type, Typing};
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::Modifiers;
use syntax::{NodeExt, children_of_kind};

pub(crate) const CODES: &[&str] = &["CS0534"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token()?;
    let ty = token.enclosing(TYPES).filter(|t| t.field("name") == Some(token))?;
    let typing = Typing::new(ctx.index, ctx.source);
    let at = ctx.diagnostic.range.start;
    let named: Vec<Display<'_>> = ctx
        .diagnostics
        .in_file(ctx.path())
        .iter()
        .filter(|d| d.range.start == at && d.code == *ctx.code())
        .filter_map(|d| Display::parse(d.argument(1)?))
        .collect();
    let inside = ty.field("body").map_or(ty.start_byte(), |b| b.start_byte());
    let found = ctx.index.csharp().enclosing_type(ctx.path(), inside)?;
    let arguments = found.declaration.type_parameters.iter().map(|p| Type::named(&p.name)).collect();
    let own = Type::generic(&found.full_name(), arguments);
    let mut by_type = typing.members_by_type(&own);
    let own_members = if by_type.is_empty() { Vec::new() } else { by_type.remove(0).1 };
    // Members of the farthest base first; the nearest declaration of each counts.
    let mut missing: Vec<(Member, Accessors)> = Vec::new();
    for (_, members) in by_type.iter().rev() {
        for member in members {
            let shown: Vec<&Display<'_>> = named.iter().filter(|d| d.means(member, &typing)).collect();
            if shown.is_empty() || !member.declaration.modifiers.contains(Modifiers::ABSTRACT) {
                continue;
            }
            let mut accessors = Accessors::default();
            let property = member.declaration.modifiers.intersects(Modifiers::GET | Modifiers::SET | Modifiers::INIT);
            if property && shown.iter().all(|d| d.accessor.is_some()) {
                accessors.no_get = !shown.iter().any(|d| d.accessor == Some("get"));
                accessors.no_set = !shown.iter().any(|d| matches!(d.accessor, Some("set" | "init")));
            }
            missing.retain(|(m, _)| {
                m.declaration.name != member.declaration.name || !shown.iter().any(|d| d.means(m, &typing))
            });
            missing.push((member.clone(), accessors));
        }
    }
    // What another fix has put there since the build is not missing any more.
    missing.retain(|(m, _)| {
        !own_members.iter().any(|o| {
            o.declaration.name == m.declaration.name
                && o.declaration.modifiers.contains(Modifiers::OVERRIDE)
                && o.declaration.parameters.len() == m.declaration.parameters.len()
                && o.declaration.kind != index::DeclarationKind::Property
        })
    });
    if missing.is_empty() {
        return None;
    }
    let class_parameters: Vec<String> = descendants(ty)
        .find(|n| n.kind() == "type_parameter_list")
        .filter(|n| n.parent() == Some(ty))
        .map_or_else(Vec::new, |l| children_of_kind(l, "type_parameter"))
        .iter()
        .filter_map(|p| Some(p.field("name")?.text_in(text).to_owned()))
        .collect();
    let offset = ty.field("body").map_or(ty.end_byte(), |b| b.start_byte() + 1).min(text.len());
    let writer = Writer::new(*ctx, &typing, offset);
    for (m, accessors) in &missing {
        writer.stub(m, &Form::Override, *accessors, &class_parameters);
    }
    let new: Option<Vec<_>> =
        missing.iter().map(|(m, accessors)| writer.stub(m, &Form::Override, *accessors, &class_parameters)).collect();
    let resembles = missing.iter().any(|(m, _)| {
        own_members
            .iter()
            .any(|o| o.declaration.name == m.declaration.name && !o.declaration.modifiers.contains(Modifiers::OVERRIDE))
    });
    let applicability = if resembles { Applicability::Unsafe } else { Applicability::Safe };
    let mut out = Vec::new();
    if let Some(edits) = new.and_then(|new| super::support::insertion::insert_here(ctx, ty, &new)) {
        let fix = ctx.fix("Implement abstract class", applicability).preferred().in_bulk(Bulk::Invention);
        let fix = edits.into_iter().fold(fix, |fix, edit| fix.edit(edit));
        out.push(writer.imports().into_iter().fold(fix, |fix, import| fix.import(import)).build());
    }
    if !["sealed", "static"].iter().any(|m| has_modifier(ty, text, m)) {
        let place = modifier_place(ty, text, "abstract");
        out.push(
            ctx.fix("Make class 'abstract'", Applicability::Unsafe)
                .insert(place, "abstract ")
                .in_bulk(Bulk::ByHand)
                .build(),
        );
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn an_override_that_has_come_since_is_enough() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0534",
            "'C' does not implement inherited abstract member 'B.M(int)'",
            "abstract class B { public abstract void M(int i); } class $0C : B { public override void M(int i) { } }",
        );
    }

    #[test]
    fn properties_and_type_arguments() {
        check_fix(
            rule_of(module_path!()),
            "CS0534",
            "'C' does not implement inherited abstract member 'B<int>.P.get'",
            "abstract class B<T> { protected internal abstract T P { get; } }\nclass $0C : B<int>\n{\n}\n",
            "abstract class B<T> { protected internal abstract T P { get; } }\nclass C : B<int>\n{\n    protected internal override int P => throw new System.NotImplementedException();\n}\n",
        );
    }
}
