//! The type of the receiver in a member access, from the sources or the message.

use fix::RuleContext;
use index::csharp::CsType;
use semantics::csharp::{SemanticModel, target};
use syntax::Node;

/// The type before the dot, and whether the receiver is the type itself rather than a value.
pub(crate) fn receiver_type<'a>(
    ctx: &RuleContext<'a>,
    model: &SemanticModel<'a>,
    receiver: Node<'a>,
) -> Option<(CsType, bool)> {
    target::of_receiver(ctx, model, receiver).or_else(|| {
        // Only the message gives the type of the value.
        let named = ctx.argument(0).filter(|_| matches!(ctx.code().as_str(), "CS1061" | "CS0117"))?;
        let ty = ctx.index.csharp().resolve(named.trim_end_matches('?'), ctx.path(), receiver.start_byte())?;
        Some((ty, ctx.code().as_str() == "CS0117"))
    })
}
