//! Diagnostics that prove nothing while another error stands beside them.
//!
//! "Never used", "never assigned" and "unreachable" are said of what the compiler could bind. A name that it could not resolve may be the
//! missing use, and a call that does not fit may be the missing assignment.

use fix::{Applicability, Bulk, FixBuilder, RuleContext};
use index::csharp::CsType;
use syntax::{Node, NodeExt};
use text::TextRange;

/// Errors that leave something unbound.
const UNBOUND: &[&str] = &[
    "CS0101", "CS0102", "CS0103", "CS0104", "CS0111", "CS0117", "CS0118", "CS0119", "CS0120", "CS0122", "CS0128",
    "CS0136", "CS0229", "CS0234", "CS0246", "CS0305", "CS0308", "CS0411", "CS0426", "CS0841", "CS1061", "CS1501",
    "CS1503", "CS1729", "CS1739", "CS7036",
];

/// Errors in an expression: what it does to the variables in it is not known.
const MISTYPED: &[&str] = &["CS0019", "CS0021", "CS0023", "CS0029", "CS0030", "CS0165", "CS0266", "CS1579"];

/// What the compiler says of things without a use. Several of them may lie within one another.
const UNUSED: &[&str] = &["CS0067", "CS0162", "CS0164", "CS0168", "CS0169", "CS0219", "CS0414", "CS0649", "CS8321"];

/// What the compiler says of a declaration that it binds all the same. It goes with the declaration.
const OF_DECLARATIONS: &[&str] = &["CS0708"];

/// Whether something inside `node` is not bound, so that nothing that follows from its flow is proven.
pub(crate) fn is_unbound(ctx: &RuleContext<'_>, node: Node<'_>) -> bool {
    ctx.diagnostics.in_range(ctx.path(), node.range()).iter().any(|d| UNBOUND.contains(&d.code.as_str()))
}

/// Whether what follows from the flow of `node` is not proven: something inside is not bound, or is of the wrong type. Diagnostics with the
/// code of this one do not count.
pub(crate) fn is_unsettled(ctx: &RuleContext<'_>, node: Node<'_>) -> bool {
    let mut inside = ctx.diagnostics.in_range(ctx.path(), node.range()).iter();
    is_unbound(ctx, node) || inside.any(|d| d.code != *ctx.code() && MISTYPED.contains(&d.code.as_str()))
}

/// Whether such an error of the file has been repaired since the build: what the build said beside it may hold no longer.
pub(crate) fn was_bound_since(ctx: &RuleContext<'_>) -> bool {
    ctx.diagnostics.resolved_in(ctx.path()).iter().any(|code| UNBOUND.contains(&code.as_str()))
}

/// Whether a deletion would take another diagnostic's place with it: what is wrong there is to be repaired, not removed.
pub(crate) fn holds_another(ctx: &RuleContext<'_>, ranges: &[TextRange]) -> bool {
    ranges.iter().flat_map(|range| ctx.diagnostics.in_range(ctx.path(), *range)).any(|d| {
        d.code != *ctx.code() && !UNUSED.contains(&d.code.as_str()) && !OF_DECLARATIONS.contains(&d.code.as_str())
    })
}

/// A fix that deletes `ranges`. It is left to a person where they hold another diagnostic, or where one was repaired since the build.
pub(crate) fn deletion<'a>(
    ctx: &RuleContext<'a>,
    title: &str,
    applicability: Applicability,
    ranges: Vec<TextRange>,
) -> FixBuilder<'a> {
    let doubtful = holds_another(ctx, &ranges) || was_bound_since(ctx);
    let applicability = if doubtful { applicability.min(Applicability::Unsafe) } else { applicability };
    let fix = ctx.fix(title, applicability).in_bulk(if doubtful { Bulk::Manual } else { Bulk::Repair });
    ranges.into_iter().fold(fix, |fix, range| fix.delete(range)).preferred()
}

/// Whether a base type, direct or not, is not found in the index: the members that the type inherits are not all known.
pub(crate) fn has_unresolved_base(ctx: &RuleContext<'_>, ty: &CsType) -> bool {
    let csharp = ctx.index.csharp();
    let mut stack = vec![ty.clone()];
    for _ in 0..64 {
        let Some(current) = stack.pop() else { return false };
        for (_, base) in csharp.bases(&current).iter() {
            match base {
                Some(base) => stack.push(base.clone()),
                None => return true,
            }
        }
    }
    true
}

/// Whether `name` is a whole word of `text`.
pub(crate) fn has_word(text: &str, name: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(name)
        .any(|(i, _)| !part(text[..i].chars().next_back()) && !part(text[i + name.len()..].chars().next()))
}

/// Whether every occurrence of `name` in `node` can be told apart: as an identifier, or in a comment or a literal. Elsewhere (in what an
/// inactive branch of `#if` holds, or in what could not be parsed) it may be a use.
pub(crate) fn is_legible(node: Node<'_>, text: &str, name: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let inside = &text[node.byte_range()];
    inside.match_indices(name).all(|(i, _)| {
        if part(inside[..i].chars().next_back()) || part(inside[i + name.len()..].chars().next()) {
            return true;
        }
        let leaf = syntax::leaf_at(node, node.start_byte() + i);
        leaf.is_some_and(|leaf| {
            !leaf.is_error()
                && (leaf.is(&["identifier", "comment"])
                    || leaf.kind().contains("string")
                    || leaf.kind().contains("literal")
                    || leaf.kind() == "implicit_type")
                && !syntax::ancestors(leaf).take_while(|n| *n != node).any(|n| n.is_error())
        })
    })
}
