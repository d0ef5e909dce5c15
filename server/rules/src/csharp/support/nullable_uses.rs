//! What follows when a declaration becomes nullable: where it is used, the compiler may warn next.

use fix::RuleContext;
use index::{DeclarationId, Index, Source};
use semantics::Semantics;
use semantics::csharp::nulls::{allows_null, takes_null};
use semantics::csharp::{Place, SemanticModel, Symbol};
use std::path::Path;
use std::sync::Arc;
use syntax::csharp::{FUNCTIONS, MEMBERS, descendants, has_modifier, name_of, parameters, type_of, written_type};
use syntax::{Node, NodeExt, ancestors, children_of_kind, leaf_at};

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

/// Calls through which a value is followed at most.
const MOST_CALLS: usize = 5;

/// The places for `?` (file and byte) when a parameter becomes nullable: behind its type, and those of the parameters and private fields of the
/// sources that its value goes to, to the last. `None` when something on the way does not take `null`.
pub(crate) fn parameters_to_annotate(
    index: &Index,
    source: &Source,
    function: Node<'_>,
    parameter: Node<'_>,
) -> Option<Vec<(Arc<Path>, usize)>> {
    let mut out = Vec::new();
    flows(index, source, function, parameter, 0, &mut out).then_some(out)
}

fn flows(
    index: &Index,
    source: &Source,
    function: Node<'_>,
    parameter: Node<'_>,
    depth: usize,
    out: &mut Vec<(Arc<Path>, usize)>,
) -> bool {
    let text = source.parsed.text();
    let (Some(name), Some(ty)) = (parameter.field("name"), parameter.field("type")) else { return false };
    let at = (source.path.clone(), ty.end_byte());
    if ty.kind() == "nullable_type" || out.contains(&at) {
        return true;
    }
    let model = Semantics::new(index, source).csharp();
    let reference = model.written_type(ty).is_some_and(|t| !model.is_value_type(&t)) && ty.kind() != "implicit_type";
    // What others override or implement has to agree with them.
    let open = ["virtual", "override", "abstract", "partial"].iter().any(|m| has_modifier(function, text, m));
    if !reference || depth > 0 && open || depth >= MOST_CALLS || function.field("body").is_none() {
        return false;
    }
    out.push(at);
    let word = name.text_in(text);
    if allows_null(function, text, word, name) {
        return true;
    }
    // `this.name` and `name: value` are other names.
    let other = |n: Node<'_>| {
        n.parent().is_some_and(|p| p.is(&["member_access_expression", "argument"]) && p.field("name") == Some(n))
    };
    let uses = descendants(function)
        .filter(|n| n.kind() == "identifier" && n.text_in(text) == word && *n != name && !other(*n));
    uses.into_iter().all(|n| {
        takes_null(n, text)
            || is_tested(n, text)
            || stored(source, n, out)
            || passed_on(index, &model, n, text, depth, out)
    })
}

/// Whether a condition around a name of the same function asks first: `if (x != null) … x`, `x != null && x…`, `x != null ? x : …`.
fn is_tested(name: Node<'_>, text: &str) -> bool {
    let word = name.text_in(text);
    let asks = |condition: Option<Node<'_>>| {
        condition.is_some_and(|c| {
            let plain: String = c.text_in(text).split_whitespace().collect();
            let joined = plain.contains("||");
            !joined && [format!("{word}!=null"), format!("{word}isnotnull")].iter().any(|t| plain.contains(t.as_str()))
        })
    };
    let mut inner = name;
    for around in ancestors(name).skip(1) {
        let tested = match around.kind() {
            "if_statement" | "conditional_expression" => {
                around.field("consequence") == Some(inner) && asks(around.field("condition"))
            }
            "binary_expression" => {
                around.field("right") == Some(inner)
                    && around.field("operator").is_some_and(|o| o.text_in(text) == "&&")
                    && asks(around.field("left"))
            }
            _ => false,
        };
        if tested {
            return true;
        }
        if around.is(FUNCTIONS) {
            return false;
        }
        inner = around;
    }
    false
}

/// Whether the value is only kept in a private field of the type, which takes `null` or may be made to.
fn stored(source: &Source, value: Node<'_>, out: &mut Vec<(Arc<Path>, usize)>) -> bool {
    let text = source.parsed.text();
    let find = || {
        let assignment =
            value.parent().filter(|p| p.kind() == "assignment_expression" && p.field("right") == Some(value))?;
        let plain = assignment.all_children().iter().any(|c| c.kind() == "=");
        let statement = assignment.parent().is_some_and(|p| p.kind() == "expression_statement");
        let left = assignment.field("left").filter(|_| plain && statement)?;
        let name = match left.kind() {
            "identifier" => left,
            "member_access_expression" if left.field("expression")?.kind() == "this" => left.field("name")?,
            _ => return None,
        };
        let word = name.text_in(text);
        let ty = type_of(value).filter(|t| !has_modifier(*t, text, "partial"))?;
        let named =
            |m: &Node<'_>| m.kind() == "field_declaration" && name_of(*m).is_some_and(|n| n.text_in(text) == word);
        let field = ty.field("body")?.named().into_iter().find(named)?;
        let open = ["public", "internal", "protected", "static"].iter().any(|m| has_modifier(field, text, m));
        let declared = name_of(field)?;
        let written = written_type(field)?;
        let kept = |n: Node<'_>| {
            let whole = value_of(n);
            let target =
                whole.parent().is_some_and(|p| p.kind() == "assignment_expression" && p.field("left") == Some(whole));
            target || takes_null(whole, text) || is_tested(n, text)
        };
        // A parameter of the name hides the field, unless `this.` says otherwise.
        let hidden = |n: Node<'_>| {
            let plain = n.parent().is_none_or(|p| p.kind() != "member_access_expression" || p.field("name") != Some(n));
            let named = |p: &Node<'_>| p.field("name").is_some_and(|f| f.text_in(text) == word);
            plain && ancestors(n).take_while(|a| *a != ty).any(|a| a.is(FUNCTIONS) && parameters(a).iter().any(named))
        };
        let uses = || {
            let alike = |n: &Node<'_>| n.kind() == "identifier" && n.text_in(text) == word && *n != declared;
            descendants(ty).filter(alike).filter(|n| !hidden(*n))
        };
        let quiet = written.kind() == "nullable_type" || uses().all(kept);
        (!open && quiet).then_some(written)
    };
    let Some(written) = find() else { return false };
    let at = (source.path.clone(), written.end_byte());
    if written.kind() != "nullable_type" && !out.contains(&at) {
        out.push(at);
    }
    true
}

/// Whether the value is an argument whose parameter takes `null`, or may be made to.
fn passed_on<'a>(
    index: &Index,
    model: &SemanticModel<'a>,
    value: Node<'a>,
    text: &str,
    depth: usize,
    out: &mut Vec<(Arc<Path>, usize)>,
) -> bool {
    let find = || {
        let argument = value.parent().filter(|p| p.kind() == "argument")?;
        let list = argument.parent()?;
        let Some(Symbol::Member(member)) = model.symbol_of(list.parent()?) else { return None };
        let declared = &member.declaration.parameters;
        let i = match argument.field("name") {
            Some(named) => declared.iter().position(|p| p.name == named.text_in(text))?,
            None => {
                let position = children_of_kind(list, "argument").iter().position(|a| *a == argument)?;
                position + usize::from(member.receiver.is_some())
            }
        };
        let parameter = declared.get(i)?;
        if parameter.type_text.ends_with('?') {
            return Some(None);
        }
        let Place::Declaration(id) = &member.place else { return None };
        Some(Some((index.source(&id.path)?, index.ranges(id)?.name.start, i)))
    };
    let (source, at, i) = match find() {
        None => return false,
        Some(None) => return true,
        Some(Some(found)) => found,
    };
    let Some(name) = leaf_at(source.parsed.root(), at) else { return false };
    let Some(function) = name.enclosing(&["method_declaration", "constructor_declaration"]) else { return false };
    let all = parameters(function);
    all.get(i).is_some_and(|parameter| flows(index, &source, function, *parameter, depth + 1, out))
}
