//! # Sealed base
//!
//! A class derives from a class that is `sealed` (CS0509), or overrides a member that is (CS0239).
//!
//! ```csharp before
//! //@ error CS0509: 'Square': cannot derive from sealed type 'Shape'
//! sealed class Shape { }
//! class Square : $0Shape$0 { }
//! ```
//! ```csharp after
//! class Shape { }
//! class Square : Shape { }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: it was sealed for a reason. Nothing is offered for structs, enums and types of libraries.

use codegen::csharp::deletion::with_space_after;
use fix::{Applicability, Fix, RuleContext};
use index::csharp::TypeOrigin;
use index::{DeclarationId, Modifiers};
use semantics::csharp::printed::{declared, types};
use syntax::csharp::{MEMBERS, modifier};
use syntax::{NodeExt, leaf_at};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS0509", "CS0239"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let fix = if ctx.code() == "CS0509" { unseal_class(ctx) } else { unseal_member(ctx) };
    fix.into_iter().collect()
}

fn unseal_class(ctx: &RuleContext<'_>) -> Option<Fix> {
    let found = types(ctx, ctx.argument(1)?);
    let [ty] = found.as_slice() else { return None };
    let TypeOrigin::Source(parts) = &ty.origin else { return None };
    let title = format!("Unseal class '{}'", ty.declaration.name);
    unseal(ctx, &title, parts)
}

fn unseal_member(ctx: &RuleContext<'_>) -> Option<Fix> {
    let member = declared(ctx, ctx.argument(1)?)?;
    let title = format!("Unseal '{}'", member.declaration.name);
    unseal(ctx, &title, std::slice::from_ref(member.id.as_ref()?))
}

/// Takes `sealed` from each part that has it.
fn unseal(ctx: &RuleContext<'_>, title: &str, parts: &[DeclarationId]) -> Option<Fix> {
    let mut fix = ctx.fix(title, Applicability::Unsafe).preferred();
    let mut any = false;
    for id in parts {
        let outline = ctx.index.outline(&id.path)?;
        if !outline.declarations.get(id.index as usize)?.modifiers.contains(Modifiers::SEALED) {
            continue;
        }
        let source = ctx.index.source(&id.path)?;
        let text = source.parsed.text();
        let node = leaf_at(source.parsed.root(), ctx.index.ranges(id)?.name.start)?.enclosing(MEMBERS)?;
        let sealed = modifier(node, text, "sealed")?;
        fix = fix.edit_in(&source, TextEdit::delete(with_space_after(text, sealed)));
        any = true;
    }
    any.then(|| fix.build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn classes_of_the_sources() {
        let rule = rule_of(module_path!());
        let message = "'H': cannot derive from sealed type 'N.G<int>'";
        check_fix(
            rule,
            "CS0509",
            message,
            "class H : $0N.G<int> { }\n//- /a.cs\nclass N { public sealed partial class G<T> { } }\n//- /b.cs\nclass N { partial class G<T> { } }\n",
            "class H : N.G<int> { }\n//- /a.cs\nclass N { public partial class G<T> { } }\n",
        );
        check_no_fix(rule, "CS0509", "'H': cannot derive from sealed type 'string'", "class H : $0string { }");
        check_no_fix(rule, "CS0509", "'H': cannot derive from sealed type 'S'", "struct S { } class H : $0S { }");
    }

    #[test]
    fn members() {
        let before = "class A { public virtual int P => 1; } class B : A { public sealed override int P => 2; } class C : B { public override int $0P => 3; }";
        let message = "'C.P': cannot override inherited member 'B.P' because it is sealed";
        check_fix(rule_of(module_path!()), "CS0239", message, before, &before.replace("$0", "").replace("sealed ", ""));
    }
}
