//! Renames a member that only its own file mentions.

use semantics::Semantics;
use syntax::NodeExt;
use syntax::csharp::descendants;
use text::TextEdit;

/// Whether another file contains the word. It may refer to this member.
pub fn is_mentioned_elsewhere(ctx: &Semantics<'_>, word: &str) -> bool {
    ctx.index.files_with_word(word, ctx.source.parsed.language()).iter().any(|path| **path != *ctx.path())
}

/// The edits that rename every `old` in this file; `None` when another file contains the word, or `new` is in use.
pub fn in_this_file(ctx: &Semantics<'_>, old: &str, new: &str) -> Option<Vec<TextEdit>> {
    let text = ctx.text();
    if is_mentioned_elsewhere(ctx, old) {
        return None;
    }
    let mut edits = Vec::new();
    for node in descendants(ctx.root()).filter(|n| n.kind() == "identifier") {
        let word = node.text_in(text);
        if word == new {
            return None;
        }
        if word == old {
            edits.push(TextEdit::replace(node.range(), new));
        }
    }
    Some(edits)
}
