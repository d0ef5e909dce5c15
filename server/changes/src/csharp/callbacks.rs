//! Functions that are passed on: lambdas, anonymous methods and methods for a delegate type whose parameters changed.

use super::{Draft, Use, is_same_type};
use crate::carry::Site;
use crate::{DeclarationChange, Past};
use index::DeclarationKind;
use semantics::csharp::Symbol;
use semantics::csharp::source_details::source_id;
use semantics::csharp::{SemanticModel, Type};
use semantics::{Semantics, Use as Found, UseKind, Uses};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use syntax::csharp::descendants;
use syntax::{Node, NodeExt, ancestors, child_of_kind};
use text::TextRange;

/// Files that are searched for functions at most.
const MOST_FILES: usize = 400;
const FUNCTIONS: &[&str] = &["lambda_expression", "anonymous_method_expression"];

/// An argument of a delegate type that became another one: the parameters of a lambda follow.
pub(super) fn carry_argument(
    used: &Use<'_, '_>,
    value: Node<'_>,
    (from, to): (&Type, &Type),
    draft: &mut Draft,
) -> Option<()> {
    let (then, now) = (used.site.then.csharp(), used.site.now.csharp());
    let ((was, gave), (is, gives)) = (then.delegate(from)?, now.delegate(to)?);
    let same_result = is_same_type(used.site, &gave, &gives);
    let same = |a: &Type, b: &Type| is_same_type(used.site, a, b);
    let order = if was.len() == is.len() { permutation(&was, &is, &same)? } else { subsequence(&was, &is, &same)? };
    if !same_result && !now.converts(&gave, &gives) {
        return None;
    }
    let identity = order.len() == was.len() && order.iter().enumerate().all(|(j, i)| *i == Some(j));
    if identity {
        return Some(());
    }
    if !value.is(FUNCTIONS) {
        return None;
    }
    carry_parameters(value, used.text(), &order, &|j| Some((is.get(j)?.clone(), "_".into())), &now, draft)
}

/// For each type now its place then, where each type stands once.
fn permutation(was: &[Type], is: &[Type], same: &dyn Fn(&Type, &Type) -> bool) -> Option<Vec<Option<usize>>> {
    if was.iter().zip(is).all(|(a, b)| same(a, b)) {
        return Some((0..is.len()).map(Some).collect());
    }
    let place = |b: &Type| {
        let mut found = (0..was.len()).filter(|i| same(&was[*i], b));
        let first = found.next()?;
        found.next().is_none().then_some(Some(first))
    };
    let order: Vec<Option<usize>> = is.iter().map(place).collect::<Option<_>>()?;
    let distinct: BTreeSet<&Option<usize>> = order.iter().collect();
    (distinct.len() == order.len()).then_some(order)
}

/// For each type now its place then, where some were added or some taken away and the others kept their order.
fn subsequence(was: &[Type], is: &[Type], same: &dyn Fn(&Type, &Type) -> bool) -> Option<Vec<Option<usize>>> {
    let mut out = Vec::new();
    let mut next = 0;
    if is.len() > was.len() {
        for b in is {
            let here = was.get(next).is_some_and(|a| same(a, b));
            out.push(here.then_some(next));
            next += usize::from(here);
        }
        return (next == was.len()).then_some(out);
    }
    for b in is {
        let at = (next..was.len()).find(|i| same(&was[*i], b))?;
        out.push(Some(at));
        next = at + 1;
    }
    Some(out)
}

/// The parameters of a lambda or an anonymous method; `None` when it has no list.
fn parameters_of<'t>(function: Node<'t>) -> Option<Vec<Node<'t>>> {
    let list = function.field("parameters").or_else(|| child_of_kind(function, "parameter_list"))?;
    if list.kind() != "parameter_list" {
        return Some(vec![list]);
    }
    Some(list.named().into_iter().filter(|p| p.is(&["parameter", "implicit_parameter", "identifier"])).collect())
}

/// Writes the parameters of a lambda in another order, with new ones, or without some. `new` gives the type and the name of a new one.
fn carry_parameters(
    function: Node<'_>,
    text: &str,
    order: &[Option<usize>],
    new: &dyn Fn(usize) -> Option<(Type, String)>,
    model: &SemanticModel<'_>,
    draft: &mut Draft,
) -> Option<()> {
    let Some(parameters) = parameters_of(function) else {
        // `delegate { … }` takes anything.
        return (function.kind() == "anonymous_method_expression").then_some(());
    };
    let kept: Vec<usize> = order.iter().flatten().copied().collect();
    if kept.iter().any(|i| *i >= parameters.len()) || parameters.len() == order.len() && kept.len() != order.len() {
        // Someone was here before.
        return (parameters.len() == order.len()).then_some(());
    }
    let list = function.field("parameters").or_else(|| child_of_kind(function, "parameter_list"))?;
    let typed = parameters.first().is_some_and(|p| p.kind() == "parameter" && p.field("type").is_some());
    let body_end = function.end_byte();
    for (i, parameter) in parameters.iter().enumerate() {
        if kept.contains(&i) {
            continue;
        }
        let name = parameter.field("name").unwrap_or(*parameter).text_in(text);
        let after = |l: &Node<'_>| l.start_byte() >= list.end_byte() && l.end_byte() <= body_end;
        if name != "_" && syntax::leaves_named(function, text, name).iter().any(after) {
            return None;
        }
    }
    let mut texts: Vec<String> = Vec::new();
    for (j, from) in order.iter().enumerate() {
        texts.push(match from {
            Some(i) => parameters[*i].text_in(text).to_owned(),
            None => {
                let (ty, name) = new(j)?;
                if name != "_" && !syntax::leaves_named(function, text, &name).is_empty() {
                    return None;
                }
                if typed { format!("{} {name}", draft.spell(model, &ty, function.start_byte())) } else { name }
            }
        });
    }
    if parameters.len() == texts.len() && list.kind() == "parameter_list" {
        draft.rewrite(text, &parameters, &texts);
        return Some(());
    }
    if kept.len() == parameters.len() && kept.is_sorted() && list.kind() == "parameter_list" && !parameters.is_empty() {
        // New ones at the end leave the others as they are.
        if order[..kept.len()].iter().enumerate().all(|(j, i)| *i == Some(j)) {
            draft.insert(parameters[kept.len() - 1].end_byte(), format!(", {}", texts[kept.len()..].join(", ")));
            return Some(());
        }
    }
    draft.replace(list.range(), format!("({})", texts.join(", ")));
    Some(())
}

/// The functions and methods that are converted to a delegate type, and where it is called: `=>` and `delegate` of a function, the name of a method.
pub(super) fn uses(past: &Past, change: &DeclarationChange) -> Option<Uses> {
    let mut out = semantics::uses(&past.index, &change.old)?;
    let csharp = past.index.csharp();
    let target = csharp.type_of(&change.old)?;
    let source = past.index.source(&change.old.path)?;
    let language = source.parsed.language();
    let mut paths: BTreeSet<Arc<Path>> =
        past.index.files_with_word(&change.then.name, language).iter().cloned().collect();
    let mut words: BTreeSet<String> = BTreeSet::new();
    for path in &paths {
        let Some(outline) = past.index.outline(path) else { continue };
        for d in &outline.declarations {
            let says =
                |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == change.then.name);
            if says(&d.type_text) || d.parameters.iter().any(|p| says(&p.type_text)) {
                words.insert(match d.kind {
                    DeclarationKind::Constructor => continue,
                    _ => d.name.to_string(),
                });
            }
        }
    }
    for word in &words {
        paths.extend(past.index.files_with_word(word, language).iter().cloned());
    }
    if paths.len() > MOST_FILES {
        return Some(out);
    }
    for path in paths {
        let Some(source) = past.index.source(&path) else { continue };
        let sema = Semantics::new(&past.index, &source);
        let model = sema.csharp();
        let is_target =
            |ty: Option<Type>| ty.and_then(|t| model.resolve(t.strip())).is_some_and(|t| t.origin == target.origin);
        for node in descendants(sema.root()) {
            let word = match node.kind() {
                "lambda_expression" | "anonymous_method_expression" => {
                    let word = node.all_children().into_iter().find(|c| c.is(&["=>", "delegate"]));
                    word.filter(|_| is_target(model.converted_type(node)))
                }
                "invocation_expression" => {
                    let function = node.field("function");
                    function.filter(|f| is_target(model.type_of(*f))).and_then(last_name)
                }
                "identifier" | "member_access_expression" => {
                    let called = node.parent().is_some_and(|p| {
                        p.kind() == "invocation_expression" && p.field("function") == Some(node)
                            || p.field("name") == Some(node)
                    });
                    let is_method = || matches!(model.symbol_of(node), Some(Symbol::Member(m)) if m.declaration.kind == DeclarationKind::Method);
                    let passed = node.parent().is_some_and(|p| {
                        p.is(&[
                            "argument",
                            "assignment_expression",
                            "variable_declarator",
                            "return_statement",
                            "arrow_expression_clause",
                        ])
                    });
                    (!called && passed && is_method() && is_target(model.converted_type(node)))
                        .then(|| last_name(node))
                        .flatten()
                }
                _ => None,
            };
            if let Some(word) = word {
                let range = TextRange::from(word.byte_range());
                out.certain.push(Found { source: source.clone(), range, kind: UseKind::Shorthand });
            }
        }
    }
    Some(out)
}

/// The last name of `a.b.C`.
fn last_name(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "identifier" => Some(node),
        "member_access_expression" => node.field("name").filter(|n| n.kind() == "identifier"),
        _ => None,
    }
}

/// A function for the delegate type, or a call of it.
pub(super) fn carry_function(site: &Site<'_>, draft: &mut Draft) -> Option<()> {
    let change = site.change;
    let now = change.now.as_ref()?;
    let leaf = site.leaf()?;
    let function = ancestors(leaf).find(|n| n.is(FUNCTIONS))?;
    let model = site.now.csharp();
    let of = super::member(change.new.as_ref()?, now);
    let new = |j: usize| {
        let parameter = now.parameters.get(j)?;
        Some((model.member_text(&of, &parameter.type_text)?, parameter.name.to_string()))
    };
    if change.has(|k| matches!(k, crate::ChangeKind::ParameterRetyped { .. } | crate::ChangeKind::Retyped { .. })) {
        return None;
    }
    carry_parameters(function, site.now.text(), &change.parameters, &new, &model, draft)
}

/// A method that is passed on as the delegate.
pub(super) fn carry_named(used: &Use<'_, '_>, draft: &mut Draft) -> Option<()> {
    let site = used.site;
    let model = site.then.csharp();
    let Some(Symbol::Member(method)) = model.symbol_of(used.then.access) else { return None };
    let id = source_id(&method)?;
    if site.changes.list.iter().any(|c| c.old == *id) {
        return Some(());
    }
    // Only in this file: an edit is of one file.
    (id.path.as_ref() == site.now.path()).then_some(())?;
    let index = site.now.index;
    let outline = index.outline(&id.path)?;
    let same = |(i, d): (usize, &index::Declaration)| {
        (*d == *method.declaration
            || d.name == method.declaration.name && d.parameters == method.declaration.parameters)
            .then_some(i as u32)
    };
    let place = outline.declarations.iter().enumerate().find_map(same)?;
    let here = index::DeclarationId { path: id.path.clone(), index: place };
    super::implementers::carry_signature(site, &here, draft)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_nothing, check_safe};

    fn shop(list: &str) -> String {
        format!("//- /Shop.cs\npublic class Shop {{ public void Each({list}) {{ }} public int Rest; }}\n")
    }

    #[test]
    fn the_parameters_of_a_lambda_change_places() {
        let then = shop("System.Action<int, string> f");
        let now = |body: &str| {
            format!(
                "{}//- /Use.cs\nclass Use {{ void M(Shop s) {{ {body} }} void N(int a, string b) {{ }} }}\n",
                shop("System.Action<string, int> f")
            )
        };
        let after = |body: &str| format!("class Use {{ void M(Shop s) {{ {body} }} void N(int a, string b) {{ }} }}\n");
        check_safe(
            &then,
            &now("s.Each((n, t) => $0t.Trim());"),
            "CS1061",
            "'int' does not contain a definition for 'Trim'",
            &after("s.Each((t, n) => t.Trim());"),
        );
        check_safe(
            &then,
            &now("$0s.Each((int n, string t) => { });"),
            "CS1661",
            "x",
            &after("s.Each((string t, int n) => { });"),
        );
        check_nothing(&then, &now("$0s.Each(N);"), "CS1503", "x");
        check_nothing(
            &then,
            &now("$0s.Each((t, n) => { }); s = null;")
                .replace("(t, n)", "(_, _)")
                .replace("s.Each((_, _) => { });", "s.Each(null);"),
            "CS1503",
            "x",
        );
    }

    #[test]
    fn what_has_one_type_twice_says_nothing() {
        let then = shop("System.Action<int, int, string> f");
        let now = format!(
            "{}//- /Use.cs\nclass Use {{ void M(Shop s) {{ $0s.Each((a, b, c) => {{ }}); }} }}\n",
            shop("System.Action<string, int, int> f")
        );
        check_nothing(&then, &now, "CS1503", "x");
    }

    #[test]
    fn functions_for_a_delegate_get_its_new_parameter() {
        let events = |list: &str| {
            format!(
                "//- /Events.cs\npublic delegate void Sold({list});\npublic class Shop {{ public event Sold OnSold; }}\n"
            )
        };
        let (then, now) = (events("object sender"), events("object sender, int depth"));
        let check = |before: &str, after: &str| {
            check_safe(
                &then,
                &format!("{now}//- /Use.cs\nclass Use {{ {before} }}\n"),
                "CS1593",
                "Delegate 'Sold' does not take 1 arguments",
                &format!("class Use {{ {after} }}\n"),
            );
        };
        check("void M(Shop s) { s.OnSold += $0x => { }; }", "void M(Shop s) { s.OnSold += (x, depth) => { }; }");
        check(
            "void M(Shop s) { s.OnSold += $0(object x) => { }; }",
            "void M(Shop s) { s.OnSold += (object x, int depth) => { }; }",
        );
        check(
            "void M(Shop s) { s.OnSold += $0H; } void H(object o) { }",
            "void M(Shop s) { s.OnSold += H; } void H(object o, int depth) { }",
        );
        check_nothing(
            &then,
            &format!("{now}//- /Use.cs\nclass Use {{ void M(Shop s) {{ s.OnSold += $0delegate {{ }}; }} }}\n"),
            "CS1593",
            "x",
        );
        check_nothing(
            &then,
            &format!("{now}//- /Use.cs\nclass Use {{ void M(Sold s) {{ $0s(this); }} }}\n"),
            "CS7036",
            "x",
        );
    }
}
