//! # Pointer outside `unsafe`
//!
//! `stackalloc` in a `var` declaration has a pointer type. A span needs no `unsafe` context.
//!
//! ```csharp before
//! //@ error CS0214: Pointers and fixed size buffers may only be used in an unsafe context
//! using System;
//! class C
//! {
//!     int M()
//!     {
//!         var bytes = $0stackalloc byte[10]$0;
//!         return bytes[0];
//!     }
//! }
//! ```
//! ```csharp after
//! using System;
//! class C
//! {
//!     int M()
//!     {
//!         Span<byte> bytes = stackalloc byte[10];
//!         return bytes[0];
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: later uses of the pointer may not compile with a span, and the project must allow `unsafe` code.

use fix::{Applicability, Fix, ImportRequest, RuleContext};
use semantics::csharp::Type;
use syntax::csharp::{MEMBERS, has_modifier, modifier_place};
use syntax::{NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS0214"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token()?;
    let model = ctx.csharp();
    let mut out = Vec::new();
    let kept = token.enclosing(&["stackalloc_expression"]).filter(|s| s.start_byte() == token.start_byte()).and_then(
        |allocation| {
            let declarator = allocation.parent().filter(|p| p.kind() == "variable_declarator")?;
            let ty = declarator.parent()?.field("type").filter(|t| t.kind() == "implicit_type")?;
            Some((allocation, ty))
        },
    );
    if let Some((allocation, var)) = kept {
        let span = model.type_of(allocation)?;
        for name in ["System.Span", "System.ReadOnlySpan"] {
            let ty = Type::generic(name, span.arguments().to_vec());
            let mut written = model.minimal(&ty, var.start_byte());
            let mut fix = ctx.fix(format!("Use '{}'", written.trim_start_matches("System.")), Applicability::Unsafe);
            if let Some(short) = written.strip_prefix("System.") {
                written = short.to_owned();
                fix = fix.import(ImportRequest::Using { namespace: "System".to_owned() });
            }
            let fix = if out.is_empty() { fix.preferred() } else { fix };
            out.push(fix.replace(var.byte_range(), written).build());
        }
    }
    let kinds = ["local_function_statement"];
    let member = ancestors(token).find(|n| n.is(MEMBERS) || n.is(&kinds))?;
    if !has_modifier(member, text, "unsafe") && member.kind() != "enum_declaration" {
        let place = modifier_place(member, text, "unsafe");
        out.push(ctx.fix("Add 'unsafe' modifier", Applicability::Unsafe).insert(place, "unsafe ").build());
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn pointers_need_unsafe() {
        check_fix(
            rule_of(module_path!()),
            "CS0214",
            "Pointers and fixed size buffers may only be used in an unsafe context",
            "class C { public static int M($0int* p) => 1; }",
            "class C { public static unsafe int M(int* p) => 1; }",
        );
    }
}
