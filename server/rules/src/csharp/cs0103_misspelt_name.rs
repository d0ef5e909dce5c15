//! # Misspelt or renamed name
//!
//! A variable, member, type, namespace part or named argument does not exist, but one with a similar name does; or its declaration was
//! renamed and nothing uses the new name yet.
//!
//! ```csharp before
//! //@ error CS1061: 'string' does not contain a definition for 'Lenght' and no accessible extension method 'Lenght' accepting a first argument of type 'string' could be found (are you missing a using directive or an assembly reference?)
//! class C
//! {
//!     int M(string s) => s.$0Lenght;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(string s) => s.Length;
//! }
//! ```
//!
//! ```csharp before
//! //@ error CS0103: The name 'Load' does not exist in the current context
//! class C
//! {
//!     int M() => $0Load(1);
//!     int LoadCore(int a) => a;
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M() => LoadCore(1);
//!     int LoadCore(int a) => a;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when a single candidate is one typo away, all others are clearly more distant, and the wrong name occurs only here (a name that is
//! missing in several places was removed, not misspelt); or when a single declaration whose name has one word more has no use yet.
//! `Unsafe` otherwise, closest first: a member for a name in the case of a parameter (that may be lost), or the reverse; the singular of what has elements, a synonym, a type of which another word was replaced. A name is not shortened to that of another
//! type, and nothing is offered for the name of a type that some project of the tree declares.

use super::support::candidates::{
    constraint_types, is_found_by_tools, is_instantiable, namespaces_with, parameters, renamed_types,
};
use super::support::named::name_token;
use super::support::unknown_base::has_unknown_base;
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::csharp::{CsType, TypeOrigin};
use semantics::csharp::completion_names::{Name, NameKind, extensions, is_unused, members, simple_names, was_renamed};
use semantics::csharp::printed::{generic_name, simple_name, type_arguments, without_type_arguments};
use semantics::csharp::similar_names::{has_additional_word, is_part, is_renaming, is_similar, typo_distance};
use semantics::csharp::type_use::{Place, TypeUse, in_using};
use semantics::typo::{differ_in_number, is_typo};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] =
    &["CS0103", "CS1061", "CS0117", "CS0246", "CS0426", "CS0234", "CS1739", "CS0115", "CS1503", "CS0119", "CS1929"];

/// The maximum number of fixes.
const MAX_OFFERS: usize = 3;

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let code = ctx.code().as_str();
    let Some(token) = name_token(ctx) else { return Vec::new() };
    let wrong = token.text_in(ctx.text());
    // The diagnostic must be about this token.
    let about = match code {
        "CS1061" | "CS0117" | "CS1739" => ctx.argument(1),
        "CS1929" | "CS1503" | "CS0119" | "CS0115" => return Vec::new(),
        _ => ctx.argument(0),
    };
    let is_about = |a: &str| {
        let plain = generic_name(a);
        plain == wrong || plain.strip_suffix("Attribute") == Some(wrong)
    };
    if !about.is_some_and(is_about) {
        return Vec::new();
    }
    let Some(wanted) = wanted(ctx, token, code) else { return Vec::new() };
    offer(ctx, token, wrong, wanted)
}

/// The names that fit at the place.
struct Wanted {
    names: Vec<Name>,
    /// Number of arguments, if it is called.
    arguments: Option<usize>,
    /// Number of type arguments, if a type is expected.
    arity: Option<usize>,
    attribute: bool,
}

fn wanted<'a>(ctx: &RuleContext<'a>, token: Node<'a>, code: &str) -> Option<Wanted> {
    let arguments = argument_count(token);
    match code {
        "CS1739" => Some(Wanted { names: parameters(ctx, token), arguments: None, arity: None, attribute: false }),
        "CS1061" | "CS0117" => {
            let names = member_names(ctx, token, code)?;
            Some(Wanted { names, arguments, arity: None, attribute: false })
        }
        "CS0426" => {
            let owner = ctx.argument(1)?;
            let ty = type_named(ctx, owner)?;
            let mut names = members(ctx, token, &ty, Some(false));
            names.retain(|n| matches!(n.kind, NameKind::Type(_)));
            Some(Wanted { names, arguments: None, arity: None, attribute: false })
        }
        "CS0234" => {
            if in_using(token) {
                return None;
            }
            let namespace = ctx.argument(1)?;
            let csharp = ctx.index.csharp();
            let mut names: Vec<Name> = csharp
                .types_in_namespace(namespace)
                .iter()
                .filter(|t| csharp.is_accessible(t, ctx.path()))
                .map(Name::of_type)
                .collect();
            let prefix = format!("{namespace}.");
            let below = csharp.namespaces().into_iter().filter_map(|n| {
                let rest = n.strip_prefix(prefix.as_str())?;
                Some(Name { name: rest.split('.').next()?.into(), kind: NameKind::Namespace, declared: Vec::new() })
            });
            names.extend(below);
            Some(Wanted { names, arguments: None, arity: None, attribute: false })
        }
        _ => {
            let used = TypeUse::at(ctx, ctx.diagnostic.range.start)?;
            if in_using(token) {
                return None;
            }
            // Another repair, for example of a using directive, has brought the type into scope.
            if code == "CS0246" && used.is_in_scope(ctx) {
                return None;
            }
            // A base class that is not found may have the member.
            if code == "CS0103" && enclosing_has_unknown_base(ctx, token) {
                return None;
            }
            // The compiler reports a missing type (CS0246) where only a type is allowed, or a constant as in `x is Name`.
            let expression = code == "CS0103";
            // Its declaration exists, in a project that this one does not see.
            let csharp = ctx.index.csharp();
            let hidden = || csharp.types_visible(used.name, ctx.path()).is_empty();
            if (code == "CS0246" || used.place == Place::Receiver)
                && !csharp.source_types_named(used.name).is_empty()
                && hidden()
            {
                return None;
            }
            // The name exists, but its namespace is not in scope.
            let importable = used.importable(ctx);
            let library = importable.iter().all(|t| matches!(t.origin, TypeOrigin::Library { .. }));
            if code == "CS0246" && !importable.is_empty() && !(library && was_renamed(ctx, &used)) {
                return None;
            }
            let attribute = used.place == Place::Attribute;
            let mut near = |name: &str| {
                let spelled = if attribute { name.strip_suffix("Attribute").unwrap_or(name) } else { name };
                is_similar(token.text_in(ctx.text()), spelled)
            };
            let mut names = simple_names(ctx, &used, expression, &mut near);
            if token.enclosing(&["type_parameter_constraint"]).is_some() {
                let words = ["unmanaged", "notnull", "struct", "class"];
                names.extend(words.map(|w| Name { name: w.into(), kind: NameKind::Keyword, declared: Vec::new() }));
            }
            if let (Place::Qualifier, Some(member)) = (used.place, used.member) {
                names.extend(namespaces_with(ctx, token, member));
            }
            if used.place == Place::New {
                names.retain(|n| !matches!(n.kind, NameKind::Type(_)) || is_instantiable(ctx, &n.name, token));
            }
            let arity = (!expression).then_some(used.arity);
            Some(Wanted { names, arguments, arity, attribute })
        }
    }
}

fn enclosing_has_unknown_base(ctx: &RuleContext<'_>, token: Node<'_>) -> bool {
    let here = ctx.index.csharp().enclosing_type(ctx.path(), token.start_byte());
    here.is_some_and(|ty| has_unknown_base(ctx, &ty))
}

/// The number of arguments if the name is called.
fn argument_count(token: Node<'_>) -> Option<usize> {
    let mut node = token;
    for _ in 0..4 {
        let parent = node.parent()?;
        match parent.kind() {
            "invocation_expression" if parent.field("function").is_some_and(|f| f.id() == node.id()) => {
                return Some(parent.field("arguments")?.named().len());
            }
            "generic_name" | "member_binding_expression" => {}
            "member_access_expression" if parent.field("name").is_some_and(|n| n.id() == node.id()) => {}
            "conditional_access_expression" if parent.field("condition").is_none_or(|c| c.id() != node.id()) => {}
            _ => return None,
        }
        node = parent;
    }
    None
}

/// The type that the message names.
fn type_named(ctx: &RuleContext<'_>, text: &str) -> Option<CsType> {
    let csharp = ctx.index.csharp();
    let plain = text.trim_end_matches('?');
    csharp.resolve(plain, ctx.path(), ctx.diagnostic.range.start).or_else(|| {
        let (head, name) = (without_type_arguments(plain), simple_name(plain));
        let mut found = csharp.types_visible(name, ctx.path());
        found.retain(|t| head == name || t.full_name().ends_with(&head));
        if found.len() > 1 {
            found.retain(|t| t.arity() == type_arguments(plain).len());
        }
        (found.len() == 1).then(|| found.remove(0))
    })
}

/// Members that are accessible after the dot.
fn member_names<'a>(ctx: &RuleContext<'a>, token: Node<'a>, code: &str) -> Option<Vec<Name>> {
    let text = ctx.argument(0)?;
    if code == "CS0117" {
        // Static access, or a member in an object initializer or a property pattern.
        let ty = type_named(ctx, text).filter(|t| !has_unknown_base(ctx, t))?;
        let initializer = token.enclosing(&[
            "initializer_expression",
            "property_pattern_clause",
            "subpattern",
            "invocation_expression",
            "member_access_expression",
        ]);
        let instance =
            initializer.is_some_and(|i| !matches!(i.kind(), "member_access_expression" | "invocation_expression"));
        let base = receiver(token).is_some_and(|r| r.text_in(ctx.text()) == "base");
        let instance = instance || base;
        return Some(members(ctx, token, &ty, Some(instance)));
    }
    let model = ctx.csharp();
    let receiver = receiver(token);
    let ty = type_named(ctx, text).or_else(|| model.type_of(receiver?).and_then(|t| model.resolve(&t)));
    let mut names = Vec::new();
    match &ty {
        Some(ty) if has_unknown_base(ctx, ty) => return None,
        Some(ty) => names.extend(members(ctx, token, ty, Some(true))),
        None if text.ends_with(']') => {
            let array = type_named(ctx, "System.Array")?;
            names.extend(members(ctx, token, &array, Some(true)));
        }
        // A value of a type parameter has the members of its constraints and of `object`.
        None => {
            for ty in constraint_types(ctx, token, text)? {
                names.extend(members(ctx, token, &ty, Some(true)));
            }
        }
    }
    if argument_count(token).is_some() {
        names.extend(extensions(ctx, token, &mut |name| is_similar(token.text_in(ctx.text()), name)));
    }
    Some(names)
}

/// Whether the call of the name is awaited.
fn is_awaited(token: Node<'_>) -> bool {
    let call = token.enclosing(&["invocation_expression", "argument_list", "block"]);
    call.and_then(|c| c.parent()).is_some_and(|p| p.kind() == "await_expression")
}

fn receiver(token: Node<'_>) -> Option<Node<'_>> {
    let parent = token.parent()?;
    let access = if parent.kind() == "generic_name" { parent.parent()? } else { parent };
    match access.kind() {
        "member_access_expression" => access.field("expression"),
        "member_binding_expression" => access.parent()?.field("condition"),
        _ => None,
    }
}

/// How well a name fits: typos by distance, then renamed declarations.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Rank {
    Typo(u32),
    Renamed,
}

/// Whether the two differ in the case of their first letter, which tells parameters and variables from members (.NET naming guidelines): the
/// declaration of `top` may be lost beside a property `Top`.
fn is_of_another_kind(wrong: &str, name: &Name) -> bool {
    let (mut written, mut other) = (wrong.chars(), name.name.chars());
    let first = written.next().zip(other.next());
    matches!(name.kind, NameKind::Local | NameKind::Value)
        && first.is_some_and(|(a, b)| a.is_lowercase() != b.is_lowercase() && a.to_lowercase().eq(b.to_lowercase()))
}

/// Whether a method group is allowed here: where a delegate may be expected.
fn allows_method_group<'a>(ctx: &RuleContext<'a>, token: Node<'a>) -> bool {
    let delegate_may_be_expected = |node: Node<'a>| {
        let model = ctx.csharp();
        model.expected_delegate(node).is_some()
            || model
                .expected_type(node)
                .is_none_or(|ty| ["object", "dynamic", "System.Delegate"].iter().any(|n| ty.is(n)))
    };
    let mut node = token;
    while let Some(parent) = node.parent() {
        match parent.kind() {
            "member_access_expression" if parent.field("name").is_some_and(|n| n.id() == node.id()) => node = parent,
            "generic_name" => node = parent,
            "invocation_expression" => return parent.field("function").is_some_and(|f| f.id() == node.id()),
            "assignment_expression" => {
                return parent.field("right").is_some_and(|r| r.id() == node.id()) && delegate_may_be_expected(node);
            }
            "argument"
            | "variable_declarator"
            | "equals_value_clause"
            | "return_statement"
            | "arrow_expression_clause"
            | "conditional_expression" => {
                return delegate_may_be_expected(node);
            }
            // An incomplete call.
            "expression_statement" | "ERROR" => return true,
            "postfix_unary_expression" if parent.child(1).is_some_and(|mark| mark.is_missing()) => node = parent,
            _ => return false,
        }
    }
    false
}

fn offer(ctx: &RuleContext<'_>, token: Node<'_>, wrong: &str, wanted: Wanted) -> Vec<Fix> {
    let group = allows_method_group(ctx, token);
    let assigned = token
        .parent()
        .filter(|p| p.kind() == "assignment_expression")
        .and_then(|p| if p.field("right") == Some(token) { p.field("left") } else { p.field("right") })
        .map(|other| other.text_in(ctx.text()).trim_start_matches("this."));
    // A value is expected: a type is not allowed.
    let value = TypeUse::of(token, ctx.text()).is_some_and(|u| u.place == Place::Expression)
        && matches!(ctx.code().as_str(), "CS0103")
        && !token.parent().is_some_and(|p| {
            p.kind() == "argument"
                && p.parent()
                    .and_then(|l| l.parent())
                    .is_some_and(|i| i.field("function").is_some_and(|f| f.text_in(ctx.text()) == "nameof"))
        });
    let mut found: BTreeMap<SmolStr, (Rank, Name)> = BTreeMap::new();
    let mut exists = false;
    for name in wanted.names {
        let fits = match (name.kind, wanted.arguments, wanted.arity) {
            (NameKind::Method { least, most }, Some(n), _) => least <= n && n <= most,
            (NameKind::Type(_) | NameKind::Namespace | NameKind::Keyword, Some(_), _) => false,
            (NameKind::Type(arity), None, Some(wanted)) => arity == wanted,
            (NameKind::Namespace, None, Some(wanted)) => wanted == 0,
            (NameKind::Keyword, None, Some(wanted)) => wanted == 0,
            (NameKind::Local | NameKind::Value | NameKind::Method { .. }, None, Some(_)) => false,
            (NameKind::Type(_) | NameKind::Namespace | NameKind::Keyword, None, None) => !value,
            (NameKind::Method { .. }, None, None) => group,
            _ => true,
        };
        if !fits {
            continue;
        }
        let mut spelled = name.name.clone();
        if wanted.attribute
            && let Some(short) = spelled.strip_suffix("Attribute")
        {
            spelled = short.into();
        }
        exists |= spelled == wrong;
        // Its result is a task that has to be awaited, which another rule does.
        if wanted.arguments.is_some() && spelled.strip_suffix("Async") == Some(wrong) && !is_awaited(token) {
            continue;
        }
        // Another type, of which the name is a part: `Order` of `OrderLine`, `XAttribute` of `Attribute`.
        if matches!(name.kind, NameKind::Type(_))
            && is_part(wrong, &spelled)
            && (spelled.len() < wrong.len() || name.declared.is_empty() || is_found_by_tools(&spelled))
        {
            continue;
        }
        if assigned.is_some_and(|left| left == spelled.as_str()) {
            // Do not turn this into a self-assignment.
            continue;
        }
        let rank = match typo_distance(wrong, &spelled) {
            Some(distance) => Rank::Typo(distance),
            None if !name.declared.is_empty() && is_renaming(wrong, &spelled) => Rank::Renamed,
            None => continue,
        };
        let better = found.get(&spelled).is_none_or(|(r, _)| rank < *r);
        if better {
            found.insert(spelled, (rank, name));
        }
    }
    // Another repair has added the missing name since the build.
    if exists {
        return Vec::new();
    }
    let mut typos: Vec<(SmolStr, u32)> = Vec::new();
    let mut renamings: Vec<SmolStr> = Vec::new();
    for (spelled, (rank, name)) in &found {
        match rank {
            Rank::Typo(d) => typos.push((spelled.clone(), *d)),
            // Without a call there is too little evidence for a renamed method.
            Rank::Renamed if wanted.arguments.is_none() && matches!(name.kind, NameKind::Method { .. }) => {}
            Rank::Renamed if is_unused(ctx, name) => renamings.push(spelled.clone()),
            Rank::Renamed => {}
        }
    }
    typos.sort_by_key(|(n, d)| (*d, n.clone()));
    let clear = match typos.as_slice() {
        [(_, d)] => Some(*d),
        [(_, d), (_, next), ..] if next > d => Some(*d),
        _ => None,
    };
    let long = typos.first().is_some_and(|(n, _)| n.chars().count().max(wrong.chars().count()) >= 4);
    // The file still has the old name.
    let in_old_file = |n: &SmolStr| {
        found.get(n).is_some_and(|(_, name)| {
            matches!(name.kind, NameKind::Type(_))
                && name.declared.iter().any(|d| d.path.file_stem().is_some_and(|s| s == wrong))
        })
    };
    if let [only] = &renamings.iter().filter(|n| in_old_file(n)).cloned().collect::<Vec<_>>()[..] {
        renamings = vec![only.clone()];
    }
    // An unused name with one word more or less indicates a renaming; one with a different word counts only when nothing is closer.
    let capitals = |n: &str| n.chars().filter(|c| c.is_uppercase()).count();
    let is_type = |n: &SmolStr| found.get(n).is_some_and(|(_, name)| matches!(name.kind, NameKind::Type(_)));
    let is_strong = |n: &&SmolStr| has_additional_word(wrong, n) && !(is_type(n) && capitals(n) > capitals(wrong) + 1);
    let strong: Vec<SmolStr> = renamings.iter().filter(is_strong).cloned().collect();
    let safe_renaming = match typos.iter().all(|(_, d)| *d >= 4) {
        _ if renamings.len() == 1 && in_old_file(&renamings[0]) => true,
        // One with fewer words or a synonym is probably a different declaration.
        true => renamings.len() == 1 && strong.len() == 1,
        false => strong.len() == 1,
    };
    if safe_renaming && strong.len() == 1 {
        renamings = strong;
    }
    // Names of three letters are always similar.
    let safe_typo = !safe_renaming
        && clear.is_some_and(|d| d == 1 || (long && d <= 3))
        && typos.first().is_some_and(|(n, _)| {
            is_typo(wrong, n)
                && !(differ_in_number(wrong, n) && is_collection(token, ctx.text()))
                && !(wanted.arguments.is_none()
                    && found.get(n).is_some_and(|(_, name)| is_of_another_kind(wrong, name)))
        })
        && (is_reported_once(ctx, wrong)
            || found.get(&typos[0].0).is_some_and(|(_, n)| !n.declared.is_empty() && is_unused(ctx, n)));
    let typos = typos.iter().map(|(n, _)| n.clone());
    let order: Vec<SmolStr> = match safe_renaming {
        true => renamings.into_iter().chain(typos).collect(),
        false => typos.chain(renamings).collect(),
    };
    let mut out = Vec::new();
    // Nothing is near, but of one type a word was replaced.
    if order.is_empty()
        && let Some(used) = TypeUse::at(ctx, ctx.diagnostic.range.start)
    {
        let renamed = renamed_types(ctx, &used);
        for ty in renamed.iter().take(MAX_OFFERS) {
            let name = &ty.declaration.name;
            let fix = ctx.fix(format!("Change '{wrong}' to '{name}'"), Applicability::Unsafe);
            let fix = fix.replace(token.range(), name.as_str());
            out.push(if renamed.len() == 1 { fix.preferred().build() } else { fix.in_bulk(Bulk::Manual).build() });
        }
    }
    for (i, name) in order.iter().take(MAX_OFFERS).enumerate() {
        let safe = i == 0 && (safe_typo || safe_renaming);
        let fix = ctx.fix(
            format!("Change '{wrong}' to '{name}'"),
            if safe { Applicability::Safe } else { Applicability::Unsafe },
        );
        let fix = fix.replace(token.range(), name.as_str());
        out.push(if safe { fix.preferred().build() } else { fix.build() });
    }
    out
}

/// Whether the name is used as something that has elements: its singular or plural is another thing then.
fn is_collection(token: Node<'_>, text: &str) -> bool {
    const MEMBERS: &[&str] = &[
        "Count", "Length", "Add", "AddRange", "Remove", "Contains", "Any", "All", "First", "Last", "Select", "Where",
        "ToList", "ToArray",
    ];
    let whole = token.parent().filter(|p| p.field("name") == Some(token)).unwrap_or(token);
    whole.parent().is_some_and(|p| match p.kind() {
        "element_access_expression" => p.field("expression") == Some(whole),
        "foreach_statement" => p.field("right") == Some(whole),
        "member_access_expression" if p.field("expression") == Some(whole) => {
            p.field("name").is_some_and(|n| MEMBERS.contains(&generic_name(n.text_in(text))))
        }
        _ => false,
    })
}

/// Whether the build reports the name only here. A typo happens once; a name that is missing in several places was removed.
fn is_reported_once(ctx: &RuleContext<'_>, wrong: &str) -> bool {
    let misses = |d: &diagnostics::SourceDiagnostic| {
        CODES.contains(&d.code.as_str())
            && d.arguments.iter().any(|a| generic_name(a) == wrong)
            && (d.path != ctx.diagnostic.path || d.range.start != ctx.diagnostic.range.start)
    };
    !ctx.diagnostics.naming(wrong).any(misses)
}

#[cfg(test)]
mod tests {
    use crate::csharp::support::{name_not_found, type_not_found};
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn a_method_is_no_value() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0103",
            "The name 'before' does not exist in the current context",
            "class C { void Add(string a, C b) { } void Add(int a, C b) { } void M(string a) => Add(a, $0before); C Before() => this; }",
        );
    }

    #[test]
    fn another_type_is_not_meant() {
        let rule = rule_of(module_path!());
        // Shortened, found by tools, an interface of that name, and one with something in front.
        for (name, declared) in [
            ("OrderLine", "class Order { }"),
            ("Order", "public class OrderTests { }"),
            ("Result", "interface IResult { }"),
        ] {
            let before = format!("class C {{ $0{name} x; }}\n{declared}\n");
            check_fix_all(rule, "CS0246", &type_not_found(name), &[], &before, None);
        }
        check_no_fix(rule, "CS0246", &type_not_found("OrderLine"), "class C { $0OrderLine x; }\nclass Order { }\n");
        let attribute = "using System.Xml.Linq;\nclass C : $0Attribute { }\n";
        check_no_fix(rule, "CS0246", &type_not_found("Attribute"), attribute);
        // A list and its element, and synonyms, are guesses.
        let plural = "class C { int M(int[] path) => $0paths[0]; }";
        check_fix_all(rule, "CS0103", &name_not_found("paths"), &[], plural, None);
        let member = "class C { int Delimiter; int M() => this.$0Delimiters; }";
        let message = "'C' does not contain a definition for 'Delimiters' and no accessible extension method 'Delimiters' accepting a first argument of type 'C' could be found (are you missing a using directive or an assembly reference?)";
        check_fix_all(
            rule,
            "CS1061",
            message,
            &[],
            member,
            Some("class C { int Delimiter; int M() => this.Delimiter; }"),
        );
        let synonym = "class C { int M() => $0GetItem(); int FetchItem() => 1; }";
        check_fix_all(rule, "CS0103", &name_not_found("GetItem"), &[], synonym, None);
    }

    #[test]
    fn a_type_of_another_project_is_not_respelt() {
        let project = "<Project Sdk=\"Microsoft.NET.Sdk\">\n</Project>\n";
        let before = format!(
            "//- /App/c.cs\nclass C {{ $0Order o; }}\nclass OrderCore {{ }}\n//- /App/App.csproj\n{project}//- /Lib/Lib.csproj\n{project}//- /Lib/o.cs\npublic class Order {{ }}\n"
        );
        check_no_fix(rule_of(module_path!()), "CS0246", &type_not_found("Order"), &before);
    }

    #[test]
    fn a_type_of_which_a_word_was_replaced() {
        let rule = rule_of(module_path!());
        let item =
            "//- /a.cs\nclass C { $0OrderLine x; }\n//- /OrderItem.cs\nclass OrderItem { public OrderItem() { } }\n";
        check_fix(rule, "CS0246", &type_not_found("OrderLine"), item, "//- /a.cs\nclass C { OrderItem x; }\n");
        check_fix_all(rule, "CS0246", &type_not_found("OrderLine"), &[], item, None);
        let beside =
            format!("{item}//- /Report.cs\nclass OrderPart {{ }}\n//- /OrderService.cs\nclass OrderService {{ }}\n");
        check_fix(rule, "CS0246", &type_not_found("OrderLine"), &beside, "//- /a.cs\nclass C { OrderItem x; }\n");
        let rule_of_price = "class C : $0IPriceRule { }\ninterface IPricingRule { }\nclass PriceRule { }\n";
        let after = "class C : IPricingRule { }\ninterface IPricingRule { }\nclass PriceRule { }\n";
        check_fix(rule, "CS0246", &type_not_found("IPriceRule"), rule_of_price, after);
        // It was there before: something uses it. And a class is no interface.
        let used = "class C { $0OrderLine x; OrderItem y; }\nclass OrderItem { }\n";
        check_no_fix(rule, "CS0246", &type_not_found("OrderLine"), used);
        let class = "class C : $0IPriceRule { }\nclass IPricingRule { }\n";
        check_no_fix(rule, "CS0246", &type_not_found("IPriceRule"), class);
    }

    #[test]
    fn constraint_keywords() {
        check_fix(
            rule_of(module_path!()),
            "CS0246",
            "The type or namespace name 'umanaged' could not be found (are you missing a using directive or an assembly reference?)",
            "class C<T> where T : $0umanaged { }",
            "class C<T> where T : unmanaged { }",
        );
    }

    #[test]
    fn no_self_assignment() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0103",
            "The name 'target' does not exist in the current context",
            "class C { public C() { Target = $0target; } public string Target { get; set; } }",
        );
        check_no_fix(
            rule_of(module_path!()),
            "CS0103",
            "The name 'Target' does not exist in the current context",
            "class C { public C(string target) { $0Target = target; } public int Other { get; set; } }",
        );
    }

    #[test]
    fn a_local_and_a_parameter() {
        check_fix(
            rule_of(module_path!()),
            "CS0103",
            &name_not_found("cuont"),
            "class C { int M(int count) { int total = 0; return $0cuont + total; } }",
            "class C { int M(int count) { int total = 0; return count + total; } }",
        );
    }

    #[test]
    fn a_local_of_another_block_is_not_in_scope() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0103",
            &name_not_found("numbr"),
            "class C { int M() { { int number = 1; } return $0numbr; } }",
        );
    }

    #[test]
    fn a_type_with_the_same_arity() {
        check_fix(
            rule_of(module_path!()),
            "CS0246",
            "The type or namespace name 'Lst<>' could not be found (are you missing a using directive or an assembly reference?)",
            "using System.Collections.Generic;\nclass C { $0Lst<int> x; }",
            "using System.Collections.Generic;\nclass C { List<int> x; }",
        );
    }

    #[test]
    fn private_members_of_other_types_are_not_accessible() {
        check_no_fix(
            rule_of(module_path!()),
            "CS1061",
            "'D' does not contain a definition for 'membr' and no accessible extension method 'membr' accepting a first argument of type 'D' could be found (are you missing a using directive or an assembly reference?)",
            "class C { int M(D d) => d.$0membr; }\nclass D { int member; }",
        );
    }

    #[test]
    fn a_named_argument() {
        check_fix(
            rule_of(module_path!()),
            "CS1739",
            "The best overload for 'M' does not have a parameter named 'lenght'",
            "class C { int M(int length) => M($0lenght: 1); }",
            "class C { int M(int length) => M(length: 1); }",
        );
    }

    #[test]
    fn a_renamed_member_that_is_used_already_is_another_one() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0103",
            &name_not_found("Load"),
            "class C { int M() => $0Load(1) + LoadCore(2); int LoadCore(int a) => a; }",
        );
    }

    /// In a fix-all, `Unsafe` fixes change nothing.
    #[test]
    fn a_name_missing_in_several_places_is_not_a_typo() {
        let message = name_not_found("alphasTotal");
        let again = [("CS0103", message.as_str())];
        let before = "class C { double M(int t) { var alphaTotal = 1.0; return $0alphasTotal + t; } }";
        let after = before.replace("$0alphasTotal", "alphaTotal");
        check_fix_all(rule_of(module_path!()), "CS0103", &message, &[], before, Some(&after));
        check_fix_all(rule_of(module_path!()), "CS0103", &message, &again, before, None);
    }

    #[test]
    fn a_sibling_is_not_a_typo() {
        check_fix_all(
            rule_of(module_path!()),
            "CS0117",
            "'Activation' does not contain a definition for 'SiLU'",
            &[],
            "enum Activation { ReLU, SELU }\nclass C { Activation M() => Activation.$0SiLU; }",
            None,
        );
    }

    #[test]
    fn nothing_when_the_name_has_been_added_since() {
        let message = "The type or namespace name 'Decision' could not be found (are you missing a using directive or an assembly reference?)";
        for used in ["o is $0Decision", "new $0Decision() == o"] {
            let text = format!("class Decision {{ }}\nclass C {{ object Decisions; bool M(object o) => {used}; }}");
            check_no_fix(rule_of(module_path!()), "CS0246", message, &text);
        }
    }

    #[test]
    fn no_instance_of_the_containing_type() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0103",
            &name_not_found("keepContext"),
            "class C { bool KeepContext { get; set; } class D { bool M() => $0keepContext; } }",
        );
    }

    #[test]
    fn the_file_still_has_the_old_name() {
        let message = "The type or namespace name 'SkipAttribute' could not be found (are you missing a using directive or an assembly reference?)";
        check_fix_all(
            rule_of(module_path!()),
            "CS0246",
            message,
            &[],
            "//- /C.cs\nclass C { object o = typeof($0SkipAttribute); }\n//- /SkipAttribute.cs\nclass SkipAttributeCore : System.Attribute { }\n//- /Other.cs\nclass SkipLinesAttribute : System.Attribute { }\n",
            Some("class C { object o = typeof(SkipAttributeCore); }\n"),
        );
    }

    #[test]
    fn a_namespace_before_its_type() {
        check_fix(
            rule_of(module_path!()),
            "CS0246",
            "The type or namespace name 'modle' could not be found (are you missing a using directive or an assembly reference?)",
            "namespace N.model { class Item { } }\nnamespace N { class C { $0modle.Item i; } }",
            "namespace N.model { class Item { } }\nnamespace N { class C { model.Item i; } }",
        );
    }

    #[test]
    fn members_of_object() {
        let rule = rule_of(module_path!());
        let message = "'T' does not contain a definition for 'Euals' and no accessible extension method 'Euals' accepting a first argument of type 'T' could be found (are you missing a using directive or an assembly reference?)";
        check_fix(
            rule,
            "CS1061",
            message,
            "class C<T> { bool M(T a, T b) => a.$0Euals(b); }",
            "class C<T> { bool M(T a, T b) => a.Equals(b); }",
        );
        check_no_fix(rule, "CS1061", message, "class C<T> where T : Unknown { bool M(T a, T b) => a.$0Euals(b); }");
    }

    #[test]
    fn a_type_imported_by_a_repaired_directive() {
        let message = "The type or namespace name 'Collection<>' could not be found (are you missing a using directive or an assembly reference?)";
        let source = "using System.Collections.Generic;\nusing System.Collections.ObjectModel;\nclass L : $0Collection<int> { }\n";
        check_no_fix(rule_of(module_path!()), "CS0246", message, source);
    }

    #[test]
    fn a_lost_parameter_is_no_member_of_its_name() {
        let message = "The name 'top' does not exist in the current context";
        let before = "class C { int _top; public int Top => _top; public C(int under) { _top = $0top; } }\n";
        check_fix_all(rule_of(module_path!()), "CS0103", message, &[], before, None);
        check_fix(rule_of(module_path!()), "CS0103", message, before, &before.replace("$0top", "Top"));
        // Nor a lost member a variable of its name.
        let message = "The name 'Top' does not exist in the current context";
        let before = "class C { int M(int top) { return top + 1; } int N(int top) { return $0Top; } }\n";
        check_fix_all(rule_of(module_path!()), "CS0103", message, &[], before, None);
    }
}
