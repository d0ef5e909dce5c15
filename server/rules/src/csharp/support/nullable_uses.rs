//! What follows when a declaration becomes nullable: where it is used, the compiler may warn next.

use fix::RuleContext;
use index::DeclarationId;
use semantics::csharp::nulls::{allows_null, takes_null};
use syntax::csharp::{FUNCTIONS, MEMBERS, descendants, name_of};
use syntax::{Node, NodeExt, leaf_at};

/// A name that stands in more files is not looked up.
const MOST_FILES: usize = 24;

/// Whether `?` on the type `ty` of a declaration brings no new warning: everything that uses the declaration takes `null`. Local variables always do,
/// because the compiler follows what they hold.
pub(crate) fn stays_quiet(ctx: &RuleContext<'_>, ty: Node<'_>) -> bool {
    let text = ctx.text();
    let Some(owner) = ty.parent() else { return true };
    let owner = if owner.kind() == "variable_declaration" { owner.parent().unwrap_or(owner) } else { owner };
    match owner.kind() {
        "parameter" => {
            let function = owner.enclosing(&[FUNCTIONS, &["indexer_declaration"]].concat());
            let name = owner.field("name");
            function.zip(name).is_some_and(|(f, name)| allows_null(f, text, name.text_in(text), name))
        }
        "local_function_statement" => {
            let Some(name) = owner.field("name") else { return false };
            let scope = owner.enclosing(MEMBERS).unwrap_or(ctx.root());
            let uses = descendants(scope)
                .filter(|n| n.kind() == "identifier" && n.text_in(text) == name.text_in(text) && *n != name);
            uses.into_iter().all(|n| takes_null(value_of(n), text))
        }
        kind if MEMBERS.contains(&kind) => {
            let Some(name) = name_of(owner) else { return true };
            let word = name.text_in(text);
            if ctx.index.files_with_word(word, ctx.source.parsed.language()).len() > MOST_FILES {
                return false;
            }
            members_uses_take_null(ctx, name.start_byte()).unwrap_or(false)
        }
        _ => true,
    }
}

/// Whether all uses of the member whose name is at `at` take `null`; `None` when they are not all known.
fn members_uses_take_null(ctx: &RuleContext<'_>, at: usize) -> Option<bool> {
    let outline = ctx.index.outline(ctx.path())?;
    let path = &ctx.source.path;
    let mut ids = (0..outline.declarations.len()).map(|i| DeclarationId { path: path.clone(), index: i as u32 });
    let id = ids.find(|id| ctx.index.ranges(id).is_some_and(|r| r.name.start == at))?;
    let uses = semantics::uses(ctx.index, &id)?;
    Some(
        uses.is_complete()
            && uses.references().all(|u| {
                let text = u.source.parsed.text();
                leaf_at(u.source.parsed.root(), u.range.start).is_some_and(|n| takes_null(value_of(n), text))
            }),
    )
}

/// The whole value that a name stands for: `a.B` for `B`, and the call of it.
fn value_of(name: Node<'_>) -> Node<'_> {
    let access = name.parent().filter(|p| p.kind() == "member_access_expression" && p.field("name") == Some(name));
    let value = access.unwrap_or(name);
    value
        .parent()
        .filter(|p| p.kind() == "invocation_expression" && p.field("function") == Some(value))
        .unwrap_or(value)
}
