//! Whether a class is created or derived from anywhere.

use fix::RuleContext;
use index::csharp::CsType;
use semantics::csharp::printed::{generic_name, simple_name};
use syntax::csharp::descendants;
use syntax::{NodeExt, ancestors};

/// How many files are searched.
const MOST_FILES: usize = 64;

/// Whether an expression creates one of this class, or may: the name stands in too many files to look, or is a type argument.
pub(crate) fn is_created(ctx: &RuleContext<'_>, ty: &CsType) -> bool {
    let name = ty.declaration.name.as_str();
    let files = ctx.index.files_with_word(name, ctx.source.parsed.language());
    if files.len() > MOST_FILES {
        return true;
    }
    files.iter().filter_map(|path| ctx.index.source(path)).any(|source| {
        let text = source.parsed.text();
        descendants(source.parsed.root()).filter(|n| n.kind() == "identifier" && n.text_in(text) == name).any(|n| {
            let creates = |kinds: &[&str]| {
                ancestors(n).find(|a| a.is(kinds)).and_then(|a| a.field("type")).is_some_and(|t| {
                    t.range().contains_range(n.range()) && generic_name(simple_name(t.text_in(text))) == name
                })
            };
            let declares_new = || {
                // `C c = new();`
                let declaration = n.parent().filter(|p| p.field("type") == Some(n));
                declaration.is_some_and(|d| descendants(d).any(|v| v.kind() == "implicit_object_creation_expression"))
            };
            creates(&["object_creation_expression"]) || declares_new() || n.enclosing(&["type_argument_list"]).is_some()
        })
    })
}

/// Whether a type of the sources has this one among its direct bases.
pub(crate) fn has_heirs(ctx: &RuleContext<'_>, ty: &CsType) -> bool {
    let name = ty.declaration.name.as_str();
    ctx.index.word_counts(name, ctx.source.parsed.language()).take(MOST_FILES).any(|(path, _)| {
        ctx.index.outline(&path).is_some_and(|outline| {
            let derives = |base: &smol_str::SmolStr| generic_name(simple_name(base)) == name;
            outline.declarations.iter().any(|d| d.kind.is_type() && d.name != name && d.bases.iter().any(derives))
        })
    })
}
