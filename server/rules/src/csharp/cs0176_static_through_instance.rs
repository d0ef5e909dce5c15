//! # Static member through an instance
//!
//! A static member must be accessed through the type.
//!
//! ```csharp before
//! //@ error CS0176: Member 'Settings.Default' cannot be accessed with an instance reference; qualify it with a type name instead
//! class Settings { public static int Default; }
//! class C
//! {
//!     int M(Settings s) => $0s.Default$0;
//! }
//! ```
//! ```csharp after
//! class Settings { public static int Default; }
//! class C
//! {
//!     int M(Settings s) => Settings.Default;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where the receiver is a name or `this`, which is not evaluated. `Unsafe` where it is a call or similar, which would no longer be
//! evaluated.

use fix::{Applicability, Fix, RuleContext};
use index::Modifiers;
use semantics::csharp::Type;
use semantics::csharp::printed::Display;
use semantics::csharp::printed::generic_name;
use syntax::csharp::is_pure;
use syntax::{NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS0176"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let display = Display::parse(ctx.argument(0)?)?;
    let start = ctx.diagnostic.range.start;
    // The diagnostic covers the whole access; the name identifies which of the nested ones is reported.
    let access = ancestors(ctx.token()?).take_while(|n| n.start_byte() == start).find(|n| {
        n.kind() == "member_access_expression"
            && n.field("name").is_some_and(|m| generic_name(m.text_in(text)) == display.name)
    })?;
    let receiver = access.field("expression")?;
    let model = ctx.csharp();
    // Beside an instance method of that name the static one was found by mistake: an argument has the wrong type.
    let of_receiver = model.type_of(receiver).map(|ty| model.members_named(ty.strip(), display.name));
    let fixed = Modifiers::STATIC | Modifiers::CONST;
    if of_receiver.is_some_and(|all| all.iter().any(|m| !m.declaration.modifiers.intersects(fixed))) {
        return None;
    }
    let simple = receiver.is(&["identifier", "this", "base"]) || is_pure(receiver);
    let declared = ctx.index.csharp().resolve(display.owner, ctx.path(), start);
    let written = match declared {
        Some(ty) if ty.arity() == 0 => model.minimal_name(&ty, ctx.path(), start),
        _ => {
            // The declaring type is not in scope: use the receiver's type, which inherits the member.
            let ty = model.type_of(receiver)?.not_null();
            let named = matches!(ty, Type::Named { .. });
            named.then(|| model.minimal(&ty, start))?
        }
    };
    let applicability = if simple { Applicability::Safe } else { Applicability::Unsafe };
    let title = format!("Use '{written}'");
    Some(ctx.fix(title, applicability).replace(receiver.byte_range(), written).preferred().build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str =
        "Member 'C.N()' cannot be accessed with an instance reference; qualify it with a type name instead";

    #[test]
    fn this_becomes_the_type() {
        check_fix(
            rule_of(module_path!()),
            "CS0176",
            MESSAGE,
            "class C { static int N() => 1; int M() => $0this.N(); }",
            "class C { static int N() => 1; int M() => C.N(); }",
        );
    }

    #[test]
    fn only_the_reported_access() {
        check_no_fix(rule_of(module_path!()), "CS0176", MESSAGE, "class C { int M(C c) => $0c.P; }");
    }

    #[test]
    fn nothing_beside_an_instance_method() {
        let source = "class A { public void N(int i) { } public static void N(A a, A b) { } }\nclass C { void M(A a) { $0a.N(a, a); } }";
        let message =
            "Member 'A.N(A, A)' cannot be accessed with an instance reference; qualify it with a type name instead";
        check_no_fix(rule_of(module_path!()), "CS0176", message, source);
    }
}
