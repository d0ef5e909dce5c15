//! Base types that neither the index nor the build knows.

use fix::RuleContext;
use index::csharp::CsType;
use semantics::csharp::completion_names;

/// Whether `ty` inherits from a type that is not found: what it has is not known.
pub(crate) fn has_unknown_base(ctx: &RuleContext<'_>, ty: &CsType) -> bool {
    completion_names::has_unknown_base(ctx, ty, &|text| is_missing(ctx, text))
}

/// Whether the build could not find the type that `text` names.
fn is_missing(ctx: &RuleContext<'_>, text: &str) -> bool {
    let head = text.split('<').next().unwrap_or(text);
    let name = head.rsplit('.').next().unwrap_or(head);
    ctx.diagnostics.iter().any(|d| {
        let argument = d.argument(0).map(|a| a.split('<').next().unwrap_or(a));
        matches!(d.code.as_str(), "CS0246" | "CS0234" | "CS0104" | "CS0426") && argument == Some(name)
    })
}
