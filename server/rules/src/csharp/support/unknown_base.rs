//! Base types that neither the index nor the build can resolve.

use fix::RuleContext;
use index::csharp::CsType;
use semantics::csharp::completion_names;
use semantics::csharp::printed::{generic_name, simple_name};

/// Whether `ty` has a base type that is not found, or one in a file that the compiler could not parse, so that its members are not all known.
pub(crate) fn has_unknown_base(ctx: &RuleContext<'_>, ty: &CsType) -> bool {
    completion_names::has_unknown_base(ctx, ty, &|text| is_missing(ctx, text), &|path| {
        ctx.diagnostics.is_unparsed(path)
    })
}

/// Whether the build could not find the type that `text` names.
fn is_missing(ctx: &RuleContext<'_>, text: &str) -> bool {
    let name = simple_name(text);
    ctx.diagnostics.naming(name).any(|d| {
        let argument = d.argument(0).map(generic_name);
        matches!(d.code.as_str(), "CS0246" | "CS0234" | "CS0104" | "CS0426") && argument == Some(name)
    })
}
