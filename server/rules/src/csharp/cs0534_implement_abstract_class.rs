//! # Inherited abstract member not implemented
//!
//! A class that is not abstract does not override inherited abstract members. All missing overrides are added at once; each throws
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
//! `Unsafe`: an override that throws is not what the member is for, and the class may be meant to be abstract. Where the class has a member
//! that overrides nothing and has the name or a similar one, stubs are not added in bulk: that member may be the one to change.

use super::support::unimplemented::{Implementer, Missing, named, same_shape};
use codegen::csharp::stubs::{Accessors, Form, Writer};
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::Modifiers;
use semantics::csharp::Member;
use semantics::csharp::printed::Display;
use syntax::NodeExt;
use syntax::csharp::{TYPES, has_modifier, modifier_place, type_parameters};

pub(crate) const CODES: &[&str] = &["CS0534"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token()?;
    let ty = token.enclosing(TYPES).filter(|t| t.field("name") == Some(token))?;
    let model = ctx.csharp();
    let named = named(ctx);
    let inside = ty.field("body").map_or(ty.start_byte(), |b| b.start_byte());
    let implementer = Implementer::at(ctx, &model, inside);
    let own_members = &implementer.own_members;
    let mut missing: Vec<(Member, Accessors)> = Vec::new();
    let mut has_older_form = false;
    for (m, whole) in implementer.of_classes(&named) {
        has_older_form |= implementer.has_older_form(&m);
        let Missing { member, .. } = m;
        let shown: Vec<&Display<'_>> = named.iter().filter(|d| d.means(&member, &model)).collect();
        let mut accessors = Accessors::default();
        let property = member.declaration.modifiers.intersects(Modifiers::GET | Modifiers::SET | Modifiers::INIT);
        if property && !whole && shown.iter().all(|d| d.accessor.is_some()) {
            accessors.no_get = !shown.iter().any(|d| d.accessor == Some("get"));
            accessors.no_set = !shown.iter().any(|d| matches!(d.accessor, Some("set" | "init")));
        }
        missing.push((member, accessors));
    }
    // Another fix may have added the member since the build, or it lacks no more than `override`: a second one is an error.
    missing.retain(|(m, _)| {
        !own_members.iter().any(|o| {
            let added = o.declaration.name == m.declaration.name
                && o.declaration.modifiers.contains(Modifiers::OVERRIDE)
                && o.declaration.parameters.len() == m.declaration.parameters.len();
            added || o.declaration.explicit_interface.is_empty() && same_shape(&model, o, m, false)
        })
    });
    if missing.is_empty() {
        return None;
    }
    let class_parameters = type_parameters(ty, text);
    let offset = ty.field("body").map_or(ty.end_byte(), |b| b.start_byte() + 1).min(text.len());
    let writer = Writer::new(ctx.sema, &model, offset);
    for (m, accessors) in &missing {
        writer.stub(m, &Form::Override, *accessors, &class_parameters);
    }
    let new: Option<Vec<_>> =
        missing.iter().map(|(m, accessors)| writer.stub(m, &Form::Override, *accessors, &class_parameters)).collect();
    let bulk = if has_older_form { Bulk::Manual } else { Bulk::Declaration };
    let mut out = Vec::new();
    if let Some(edits) = new.and_then(|new| codegen::csharp::insertion::insert_here(ctx, ty, &new)) {
        let fix = ctx.fix("Implement abstract class", Applicability::Unsafe).preferred().in_bulk(bulk);
        let fix = edits.into_iter().fold(fix, |fix, edit| fix.edit(edit));
        out.push(writer.imports().into_iter().fold(fix, |fix, import| fix.import(import)).build());
    }
    if !["sealed", "static"].iter().any(|m| has_modifier(ty, text, m)) {
        let place = modifier_place(ty, text, "abstract");
        out.push(
            ctx.fix("Make class 'abstract'", Applicability::Unsafe)
                .insert(place, "abstract ")
                .in_bulk(Bulk::Manual)
                .build(),
        );
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn nullable_type_parameters_keep_their_question_mark() {
        check_fix(
            rule_of(module_path!()),
            "CS0534",
            "'C' does not implement inherited abstract member 'B.M<T>(T?)'",
            "abstract class B\n{\n    public abstract void M<T>(T? i = null) where T : struct;\n}\nclass $0C : B\n{\n}\n",
            "abstract class B\n{\n    public abstract void M<T>(T? i = null) where T : struct;\n}\nclass C : B\n{\n    public override void M<T>(T? i = null)\n    {\n        throw new System.NotImplementedException();\n    }\n}\n",
        );
    }

    #[test]
    fn nothing_when_the_override_was_added_since_the_build() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0534",
            "'C' does not implement inherited abstract member 'B.M(int)'",
            "abstract class B { public abstract void M(int i); } class $0C : B { public override void M(int i) { } }",
        );
    }

    #[test]
    fn no_second_member_beside_one_that_lacks_a_modifier_or_an_accessor() {
        let (property, method) = ("int P { get; set; }", "void M(string s);");
        for (inherited, member, wanted) in [
            (property, "public int P => 1;", "P.get"),
            (property, "public override int P => 1;", "P.get"),
            (property, "public override int P { get => 1; }", "P.set"),
            (method, "public void M(string s) { }", "M(string)"),
        ] {
            let message = format!("'C' does not implement inherited abstract member 'B.{wanted}'");
            let before = format!("abstract class B {{ public abstract {inherited} }} class $0C : B {{ {member} }}");
            check_no_fix(rule_of(module_path!()), "CS0534", &message, &before);
        }
    }

    #[test]
    fn all_missing_members_with_their_accessors() {
        check_fix(
            rule_of(module_path!()),
            "CS0534",
            "'C' does not implement inherited abstract member 'B.P.get'",
            "abstract class A { public abstract void M(); public abstract void N(); }\nabstract class B : A { public abstract int P { get; internal set; } public override void N() { } }\nclass $0C : B\n{\n}\n",
            "abstract class A { public abstract void M(); public abstract void N(); }\nabstract class B : A { public abstract int P { get; internal set; } public override void N() { } }\nclass C : B\n{\n    public override int P { get => throw new System.NotImplementedException(); internal set => throw new System.NotImplementedException(); }\n\n    public override void M()\n    {\n        throw new System.NotImplementedException();\n    }\n}\n",
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

    #[test]
    fn stubs_that_throw_are_never_safe() {
        let message = "'C' does not implement inherited abstract member 'B.Run()'";
        let before = "abstract class B { public abstract void Run(); }\nclass $0C : B\n{\n}\n";
        check_fix_all(rule_of(module_path!()), "CS0534", message, &[], before, None);
    }
}
