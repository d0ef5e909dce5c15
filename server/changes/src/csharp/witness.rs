//! The old body as a witness: what it did is what a use is to do now.

use super::{Draft, Use};
use index::{Declaration, DeclarationId, Index, Modifiers, Source};
use semantics::Semantics;
use semantics::csharp::{Member, Symbol, Type};
use std::ops::Range;
use std::sync::Arc;
use syntax::csharp::{descendants, initializer, name_of};
use syntax::{Node, NodeExt, ancestors, leaf_at, leaves};

/// Tokens of bodies that are compared.
const MOST_TOKENS: usize = 4_000;

/// What an old body stands in: its file, as it was.
pub(super) struct Old {
    pub source: Arc<Source>,
    id: DeclarationId,
}

impl Old {
    /// The declaration `id` of the past.
    pub fn of(used: &Use<'_, '_>) -> Option<Self> {
        let id = used.site.change.old.clone();
        Some(Self { source: used.site.past.index.source(&id.path)?, id })
    }
    /// The node that declares it.
    pub fn node(&self, index: &Index) -> Option<Node<'_>> {
        declaring(&self.source, index, &self.id)
    }
}

fn declaring<'s>(source: &'s Source, index: &Index, id: &DeclarationId) -> Option<Node<'s>> {
    let ranges = index.ranges(id)?;
    let name = leaf_at(source.parsed.root(), ranges.name.start)?;
    let kinds = |n: &Node<'_>| n.is(syntax::csharp::MEMBERS) || n.is(&["enum_member_declaration"]);
    ancestors(name).find(kinds)
}

/// The body of a member: a block, or what stands behind an arrow, with the clause.
fn body_of(member: Node<'_>) -> Option<Node<'_>> {
    let arrow = || syntax::child_of_kind(member, "arrow_expression_clause");
    member.field("body").or_else(|| member.field("value")).or_else(arrow).or_else(|| member.field("accessors"))
}

/// What the old body used where the new one uses the parameter that is new.
pub(super) fn used_before(used: &Use<'_, '_>, at: usize, draft: &mut Draft) -> Option<String> {
    let name = used.site.change.now.as_ref()?.parameters.get(at)?.name.clone();
    let old = Old::of(used)?;
    let range = before(used, &old, &name)?;
    let sema = Semantics::new(&used.site.past.index, &old.source);
    let expression = syntax::node_covering(old.source.parsed.root(), range.into())?;
    transplant(used, sema, expression, &Holes { parameter: &|_| None, receiver: None }, draft)
}

/// A value for the parameter that has another type now: what the old body made of it where the new one uses it as it is.
pub(super) fn converted(
    used: &Use<'_, '_>,
    then: usize,
    now: usize,
    value: Node<'_>,
    draft: &mut Draft,
) -> Option<String> {
    let change = used.site.change;
    let name = change.now.as_ref()?.parameters.get(now)?.name.clone();
    let own = change.then.parameters.get(then)?.name.clone();
    let old = Old::of(used)?;
    let range = before(used, &old, &name)?;
    let sema = Semantics::new(&used.site.past.index, &old.source);
    let expression = syntax::node_covering(old.source.parsed.root(), range.into())?;
    if expression.kind() == "identifier" {
        return None;
    }
    // Evaluated once.
    if syntax::leaves_named(expression, sema.text(), &own).len() != 1 {
        return None;
    }
    let text = used.text();
    let parameter = |name: &str| (name == own).then(|| (value.text_in(text).to_owned(), is_simple(value)));
    transplant(used, sema, expression, &Holes { parameter: &parameter, receiver: None }, draft)
}

/// The part of the old body that stands wherever the new body has the name `name`; the same text everywhere.
fn before(used: &Use<'_, '_>, old: &Old, name: &str) -> Option<Range<usize>> {
    let site = used.site;
    let id = site.change.new.as_ref()?;
    let source = site.now.index.source(&id.path)?;
    let (then, now) = (old.node(&site.past.index)?, declaring(&source, site.now.index, id)?);
    let (text_then, text_now) = (old.source.parsed.text(), source.parsed.text());
    let (a, b) = (body_of(then)?, body_of(now)?);
    if leaves(a).take(MOST_TOKENS).count() >= MOST_TOKENS {
        return None;
    }
    // A local variable became the parameter.
    let declared = |body: Node<'_>, text: &str| {
        descendants(body)
            .any(|n| n.kind() == "variable_declarator" && name_of(n).is_some_and(|f| f.text_in(text) == name))
    };
    if declared(a, text_then) && !declared(b, text_now) {
        let found = descendants(a)
            .find(|n| n.kind() == "variable_declarator" && name_of(*n).is_some_and(|f| f.text_in(text_then) == name))?;
        return Some(initializer(found)?.byte_range());
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    align((a, text_then), (b, text_now), name, &mut found);
    let all = descendants(b).filter(|n| n.kind() == "identifier" && n.text_in(text_now) == name && is_free(*n)).count();
    let first = found.first()?.clone();
    let same = found.iter().all(|r| text_then[r.clone()] == text_then[first.clone()]);
    (all == found.len() && same).then_some(first)
}

/// Whether an identifier is no name of a member, an argument or a property that is set.
fn is_free(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    match parent.kind() {
        "member_access_expression"
        | "qualified_name"
        | "alias_qualified_name"
        | "member_binding_expression"
        | "argument"
        | "name_colon" => parent.field("name") != Some(node),
        "assignment_expression" => {
            parent.field("left") != Some(node)
                || !parent.parent().is_some_and(|p| p.is(&["initializer_expression", "with_initializer"]))
        }
        "subpattern" => parent.named().first() != Some(&node),
        _ => true,
    }
}

/// Walks two bodies side by side, and notes what stands in the old one where the new one has the name.
fn align((a, text_then): (Node<'_>, &str), (b, text_now): (Node<'_>, &str), name: &str, found: &mut Vec<Range<usize>>) {
    let mut stack = vec![(a, b)];
    while let Some((a, b)) = stack.pop() {
        if b.kind() == "identifier" && b.text_in(text_now) == name && is_free(b) {
            found.push(a.byte_range());
            continue;
        }
        if a.kind() != b.kind() {
            continue;
        }
        let (x, y) = (a.all_children(), b.all_children());
        if x.len() == y.len() {
            stack.extend(x.into_iter().zip(y));
            continue;
        }
        // What was added or taken away stands in one place.
        let same = |(p, q): &(&Node<'_>, &Node<'_>)| p.text_in(text_then) == q.text_in(text_now);
        let first = x.iter().zip(&y).take_while(same).count();
        let last = x.iter().rev().zip(y.iter().rev()).take_while(same).count();
        let (room_x, room_y) = (x.len().saturating_sub(first + last), y.len().saturating_sub(first + last));
        if room_x == room_y {
            stack.extend(x[first..first + room_x].iter().copied().zip(y[first..first + room_y].iter().copied()));
        } else {
            // The rest may still be alike from one of the ends.
            let rest = x.len().min(y.len());
            stack.extend((0..rest).map(|i| (x[x.len() - 1 - i], y[y.len() - 1 - i])));
        }
    }
}

/// What is put in the place of the parameters and of `this`.
pub(super) struct Holes<'h> {
    /// For the name of a parameter its text at the use, and whether that needs no parentheses.
    pub parameter: &'h dyn Fn(&str) -> Option<(String, bool)>,
    /// `this` at the use.
    pub receiver: Option<&'h str>,
}

/// Whether an expression needs no parentheses anywhere.
pub(super) fn is_simple(node: Node<'_>) -> bool {
    node.kind().ends_with("_literal")
        || node.is(&[
            "identifier",
            "generic_name",
            "this",
            "base",
            "member_access_expression",
            "invocation_expression",
            "element_access_expression",
            "parenthesized_expression",
            "object_creation_expression",
            "implicit_object_creation_expression",
            "typeof_expression",
            "predefined_type",
            "tuple_expression",
            "default_expression",
            "interpolated_string_expression",
            "anonymous_object_creation_expression",
        ])
}

/// Whether whatever stands at this place needs no parentheses.
pub(super) fn is_alone(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return true };
    match parent.kind() {
        "argument"
        | "attribute_argument"
        | "return_statement"
        | "expression_statement"
        | "parenthesized_expression"
        | "arrow_expression_clause"
        | "variable_declarator"
        | "equals_value_clause"
        | "interpolation"
        | "property_declaration"
        | "yield_statement"
        | "bracketed_argument_list"
        | "initializer_expression" => true,
        "assignment_expression" => parent.field("right") == Some(node),
        "lambda_expression" => parent.field("body") == Some(node),
        "if_statement" | "while_statement" | "switch_statement" => parent.field("condition") == Some(node),
        "foreach_statement" => parent.field("right") == Some(node),
        _ => false,
    }
}

/// An expression of an old body as it is to be written at the use; `None` where something in it is not reached from there.
pub(super) fn transplant(
    used: &Use<'_, '_>,
    old: Semantics<'_>,
    expression: Node<'_>,
    holes: &Holes<'_>,
    draft: &mut Draft,
) -> Option<String> {
    let text = old.text();
    let model = old.csharp();
    let now = used.site.now.csharp();
    let offset = used.now.access.start_byte();
    let csharp = used.site.now.index.csharp();
    let here = csharp.enclosing_type(used.site.now.path(), offset);
    let inside = |full: &str| {
        let outward = std::iter::successors(here.clone(), |t| csharp.container(t)).take(16);
        outward.into_iter().any(|t| t.full_name() == full)
    };
    let reached = |m: &Member, full: &str| {
        let open = Modifiers::PUBLIC | Modifiers::INTERNAL;
        let implied = m.owner.as_ref().is_some_and(|o| {
            matches!(o.declaration.kind, index::DeclarationKind::Interface | index::DeclarationKind::Enum)
        });
        implied || m.declaration.modifiers.intersects(open) || inside(full)
    };
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for leaf in leaves(expression) {
        if leaf.is(&["base", "await"]) {
            return None;
        }
        if leaf.kind() == "this" {
            let receiver = holes.receiver?;
            edits.push((leaf.byte_range(), if receiver.is_empty() { "this".into() } else { receiver.into() }));
            continue;
        }
        if leaf.kind() != "identifier" || !is_free(leaf) {
            continue;
        }
        let word = leaf.text_in(text);
        if matches!(word, "nameof" | "var" | "_") {
            continue;
        }
        let node = leaf.parent().filter(|p| p.kind() == "generic_name").unwrap_or(leaf);
        let declares = node.parent().is_some_and(|p| p.field("name") == Some(node) && p.kind() != "qualified_name");
        if declares || node.parent().is_some_and(|p| p.kind() == "implicit_parameter") {
            continue;
        }
        match model.symbol_of(node) {
            Some(Symbol::Local(_, declared)) => {
                let own =
                    expression.start_byte() <= declared.start_byte() && declared.end_byte() <= expression.end_byte();
                if own {
                    continue;
                }
                let (value, simple) = (holes.parameter)(word.trim_start_matches('@'))?;
                let value = if simple || is_alone(leaf) { value } else { format!("({value})") };
                edits.push((leaf.byte_range(), value));
            }
            Some(Symbol::Member(m)) => {
                let owner = m.owner.clone()?;
                let full = owner.full_name();
                let ty = model.type_from(
                    &owner,
                    owner.declaration.type_parameters.iter().map(|p| Type::named(&p.name)).collect::<Vec<_>>(),
                );
                // It has to be there still.
                let kept = now.members_named(&ty, &m.declaration.name);
                if !reached(&m, &full) || kept.is_empty() {
                    return None;
                }
                if super::names::is_static(&m.declaration) {
                    if !inside(&full) {
                        if owner.arity() > 0 {
                            return None;
                        }
                        let owner = draft.spell(&now, &ty, offset);
                        edits.push((leaf.start_byte()..leaf.start_byte(), format!("{owner}.")));
                    }
                } else {
                    let receiver = holes.receiver?;
                    if !receiver.is_empty() {
                        edits.push((leaf.start_byte()..leaf.start_byte(), format!("{receiver}.")));
                    }
                }
            }
            Some(Symbol::Namespace(_)) => {}
            found => {
                let ty = match found {
                    Some(Symbol::Type(ty)) => Some(ty),
                    _ => model.denoted_type(node),
                }?;
                let ty = ty.strip().clone();
                // A type parameter means nothing here; the arguments of a generic name are looked at one by one.
                now.resolve(&ty)?;
                let plain = Type::named(&ty.full_name());
                let spelled = if ty.arguments().is_empty() { ty } else { plain };
                let name = draft.spell(&now, &spelled, offset);
                if name != word {
                    edits.push((leaf.byte_range(), name));
                }
            }
        }
    }
    let base = expression.start_byte();
    let mut out = expression.text_in(text).to_owned();
    for (range, new) in edits.into_iter().rev() {
        out.replace_range(range.start - base..range.end - base, &new);
    }
    Some(out)
}

/// The expression that a member without anything else in its body returns or evaluates; and whether its value is returned.
pub(super) fn single_expression<'t>(member: Node<'t>, declaration: &Declaration) -> Option<(Node<'t>, bool)> {
    let body = body_of(member)?;
    let returns = declaration.type_text != "void";
    match body.kind() {
        "arrow_expression_clause" => Some((syntax::csharp::inner_expression(body)?, returns)),
        "block" => {
            let statements = body.named();
            let [only] = statements.as_slice() else { return None };
            match only.kind() {
                "return_statement" => Some((only.named().into_iter().next()?, true)),
                "expression_statement" => Some((only.named().into_iter().next()?, false)),
                _ => None,
            }
        }
        "accessor_list" => {
            let accessors = body.named();
            let [only] = accessors.as_slice() else { return None };
            let inner = only.field("body").or_else(|| syntax::child_of_kind(*only, "arrow_expression_clause"))?;
            match inner.kind() {
                "arrow_expression_clause" => Some((syntax::csharp::inner_expression(inner)?, true)),
                _ => {
                    let statements = inner.named();
                    let [only] = statements.as_slice() else { return None };
                    (only.kind() == "return_statement").then_some((only.named().into_iter().next()?, true))
                }
            }
        }
        _ => None,
    }
}
