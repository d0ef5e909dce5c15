//! # Arguments and parameters that do not match
//!
//! A call has one argument too many or too few. A parameter is added to the method, or the argument is removed or added.
//!
//! ```csharp before
//! //@ error CS1501: No overload for method 'Run' takes 1 arguments
//! class C
//! {
//!     void Run() { }
//!     void M(int count) => $0Run$0(count);
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void Run(int count) { }
//!     void M(int count) => Run(count);
//! }
//! ```
//! ```csharp before
//! //@ error CS7036: There is no argument given that corresponds to the required parameter 'token' of 'C.Run(int, CancellationToken)'
//! using System.Threading;
//! class C
//! {
//!     void Run(int count, CancellationToken token) { }
//!     void M(CancellationToken token) => $0Run$0(1);
//! }
//! ```
//! ```csharp after
//! using System.Threading;
//! class C
//! {
//!     void Run(int count, CancellationToken token) { }
//!     void M(CancellationToken token) => Run(1, token);
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where only the last argument is missing, there is a single candidate, and the caller has a parameter of the same name and type
//! that it does not pass yet. Otherwise `Unsafe`: either side may be wrong, and other callers may be affected.

use codegen::csharp::deletion::list_item_removal;
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::Source;
use semantics::Semantics;
use semantics::csharp::arguments::{self, Wanted};
use semantics::csharp::call_site::{Call, Declared};
use semantics::csharp::completion_names::{NameKind, locals};
use semantics::csharp::printed::Display;
use semantics::csharp::printed::simple_name;
use semantics::csharp::values::{default_value, is_number, is_reference};
use semantics::csharp::{SemanticModel, Type};
use std::collections::BTreeSet;
use std::path::Path;
use syntax::csharp::{descendants, parameters};
use syntax::{Node, NodeExt, leaf_at};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS1501", "CS1729", "CS1739", "CS7036", "CS1503"];

const CALLABLE: &[&str] = &["method_declaration", "constructor_declaration", "local_function_statement"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let token = ctx.token()?;
    let call = Call::at(token)?;
    let model = ctx.csharp();
    let mut out = Vec::new();
    let count = call.arguments().len();
    let declared = call.declarations(ctx, &model);
    // Another repair has added a declaration with so many parameters since the build.
    let wrong_count = matches!(ctx.code().as_str(), "CS1501" | "CS1729" | "CS7036");
    if wrong_count && declared.iter().any(|d| accepts(ctx, d, count)) {
        return None;
    }
    if ctx.code() == "CS7036" {
        return add_argument(ctx, &call, &model);
    }
    // Where there is no other call, the declaration is what is wrong.
    let only = declared.len() == 1 && is_only_use(ctx, &call);
    let mut added: Vec<(usize, Fix)> = Vec::new();
    for (path, at) in declared.iter().take(8) {
        // A constructor that calls itself.
        let calls_itself = call.node.kind() == "constructor_initializer"
            && **path == *ctx.path()
            && call.node.parent().is_some_and(|c| c.byte_range().contains(at));
        if calls_itself {
            continue;
        }
        let fix = if **path == *ctx.path() {
            add_parameter(ctx, &call, &model, ctx.source, *at)
        } else {
            ctx.index.source(path).and_then(|source| add_parameter(ctx, &call, &model, &source, *at))
        };
        added.extend(fix.map(|(mut fix, place)| {
            fix.preferred = only;
            (place, fix)
        }));
    }
    // First the ones that accept more of the existing arguments.
    added.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
    out.extend(added.into_iter().map(|(_, fix)| fix));
    if matches!(ctx.code().as_str(), "CS1501" | "CS1729") && count > 0 {
        let most = declared.iter().take(8).filter_map(|(path, at)| {
            let source = ctx.index.source(path)?;
            let function = leaf_at(source.parsed.root(), *at)?.enclosing(CALLABLE)?;
            let unresolved = unresolved_names(ctx, path, function);
            Some((all_parameters(function).len(), !unresolved.is_empty()))
        });
        let all: Vec<(usize, bool)> = most.collect();
        // Exactly one too many: the last one may belong to a removed parameter.
        if all.iter().map(|(m, _)| *m).max().is_some_and(|m| m + 1 == count) {
            let items = call.arguments();
            // The body still uses the parameter: it should be restored.
            let bulk = if all.iter().any(|(_, unresolved)| *unresolved) { Bulk::Manual } else { Bulk::Repair };
            let fix = ctx.fix("Remove last argument", Applicability::Unsafe).in_bulk(bulk);
            out.push(fix.delete(list_item_removal(&items, count - 1)).build());
        }
    }
    Some(out)
}

/// Names in the function that the build could not find.
fn unresolved_names<'a>(ctx: &RuleContext<'a>, path: &Path, function: Node<'_>) -> BTreeSet<&'a str> {
    let range = function.byte_range();
    let here = ctx.diagnostics.in_file(path).iter().filter(|d| d.code == "CS0103" && range.contains(&d.range.start));
    here.filter_map(|d| d.argument(0)).collect()
}

/// Whether the function, if it is not an extension method, accepts so many arguments.
fn accepts(ctx: &RuleContext<'_>, (path, at): &Declared, count: usize) -> bool {
    let Some(source) = ctx.index.source(path) else { return false };
    let text: &str = source.parsed.text();
    let Some(function) = leaf_at(source.parsed.root(), *at).and_then(|l| l.enclosing(CALLABLE)) else { return false };
    let all = parameters(function);
    if all.first().is_some_and(|p| syntax::csharp::has_modifier(*p, text, "this")) {
        return false;
    }
    let required = all.iter().filter(|p| !p.all_children().iter().any(|c| c.kind() == "=")).count();
    let rest = all_parameters(function).len() > all.len();
    required <= count && (rest || count <= all.len())
}

/// A fix, and the index of the new parameter.
type Addition = (Fix, usize);

/// Whether the files mention the called name only once besides its declaration, or create its type only once.
fn is_only_use(ctx: &RuleContext<'_>, call: &Call<'_>) -> bool {
    let text = ctx.text();
    let named = match call.node.kind() {
        "invocation_expression" => call.node.field("function").map(|f| f.field("name").unwrap_or(f)),
        "object_creation_expression" => call.node.field("type"),
        _ => None,
    };
    let Some(named) = named else { return false };
    let name = simple_name(named.text_in(text));
    let files = ctx.index.word_counts(name, ctx.source.parsed.language());
    let most = if call.constructor { 1 } else { 2 };
    let mut uses = 0usize;
    for (path, count) in files {
        uses += match call.constructor {
            true => ctx.index.text(&path).map_or(0, |text| creations(&text, name)),
            false => count,
        };
        if uses > most {
            return false;
        }
    }
    true
}

/// How often `name` follows `new`.
fn creations(text: &str, name: &str) -> usize {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let whole = |i: &usize| !word(text[..*i].chars().next_back()) && !word(text[i + name.len()..].chars().next());
    let places = text.match_indices(name).map(|(i, _)| i).filter(whole);
    places.filter(|i| text[..*i].trim_end().ends_with("new")).count()
}

fn all_parameters(function: Node<'_>) -> Vec<Node<'_>> {
    let Some(list) = function.field("parameters") else { return Vec::new() };
    let mut out = parameters(function);
    // The grammar has no node for a `params` parameter.
    out.extend(list.field("name"));
    out
}

/// Adds a parameter for the argument at its position; also returns that position.
fn add_parameter<'t>(
    ctx: &RuleContext<'t>,
    call: &Call<'t>,
    model: &SemanticModel<'t>,
    source: &Source,
    at: usize,
) -> Option<Addition> {
    let text: &str = source.parsed.text();
    let function = leaf_at(source.parsed.root(), at)?.enclosing(CALLABLE)?;
    let list = function.field("parameters")?;
    let declared = parameters(function);
    let rest = list.all_children().into_iter().find(|c| c.kind() == "params" || c.text_in(text) == "params");
    let arguments = call.arguments();
    let wanted = arguments::parameters(model, call.list?, ctx.text());
    let extension = declared.first().is_some_and(|p| syntax::csharp::has_modifier(*p, text, "this"));
    let shift =
        usize::from(extension && call.node.field("function").is_some_and(|f| f.kind() == "member_access_expression"));
    let own = declared.get(shift..)?;
    let unknown = ctx.code() == "CS1739";
    if wanted.len() != arguments.len() || rest.is_none() && !unknown && arguments.len() != own.len() + 1 {
        return None;
    }
    if !unknown && arguments.iter().any(|a| a.field("name").is_some()) {
        return None;
    }
    let is_declared = |name: &str| own.iter().any(|p| p.field("name").is_some_and(|n| n.text_in(text) == name));
    if unknown {
        let named = |a: &Node<'_>| a.field("name").map(|n| n.text_in(ctx.text()));
        let new = arguments.iter().position(|a| named(a).is_some_and(|n| !is_declared(n)))?;
        // Before optional parameters.
        let optional = |p: &Node<'_>| p.all_children().iter().any(|c| c.kind() == "=");
        let at = own.iter().position(optional).unwrap_or(own.len());
        return insert(ctx, model, source, function, own, at, &wanted, wanted.get(new)?);
    }
    let open: Vec<String> = function
        .named()
        .into_iter()
        .filter(|c| c.kind() == "type_parameter_list")
        .flat_map(|l| l.named())
        .filter_map(|p| p.field("name"))
        .map(|n| n.text_in(text).to_owned())
        .collect();
    let mut at = own.len();
    for (i, (parameter, given)) in own.iter().zip(&wanted).enumerate() {
        let to = parameter.field("type").map(|t| t.text_in(text)).unwrap_or_default();
        let to = type_in_file(ctx, source, to, parameter.start_byte());
        // A type parameter accepts any type.
        let fits = to.is_none_or(|to| to.mentions(&open) || model.converts(&given.ty, &to));
        if !fits || !given.modifier.is_empty() {
            at = i;
            break;
        }
    }
    insert(ctx, model, source, function, own, at, &wanted, wanted.get(at)?)
}

/// Inserts `new` at index `at` of the parameters `own` of `function`.
fn insert(
    ctx: &RuleContext<'_>,
    model: &SemanticModel<'_>,
    source: &Source,
    function: Node<'_>,
    own: &[Node<'_>],
    at: usize,
    wanted: &[Wanted],
    new: &Wanted,
) -> Option<Addition> {
    let text: &str = source.parsed.text();
    let list = function.field("parameters")?;
    let declared = parameters(function);
    let rest = list.all_children().into_iter().find(|c| c.kind() == "params" || c.text_in(text) == "params");
    // Numbers that distinguish several new parameters are not needed for one.
    let bare = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let numbered = wanted.iter().filter(|w| bare(&w.name) == bare(&new.name)).count() > 1;
    let base = if numbered { bare(&new.name) } else { new.name.clone() };
    // A single unresolved name in the body is the name of the removed parameter.
    let unresolved = unresolved_names(ctx, &source.path, function);
    let unresolved = unresolved.first().copied().filter(|_| unresolved.len() == 1);
    let base = unresolved.map_or(base, str::to_owned);
    let mut name = base.clone();
    let taken = |name: &str| declared.iter().any(|p| p.field("name").is_some_and(|n| n.text_in(text) == name));
    let mut number = 0;
    while taken(&name) {
        number += 1;
        name = format!("{base}{number}");
    }
    let mut namespaces = Vec::new();
    let ty = codegen::csharp::members::imported(ctx, source, &new.ty, list.start_byte(), &mut namespaces);
    // After an optional parameter it must be optional too.
    let optional = own.get(..at)?.iter().any(|p| p.all_children().iter().any(|c| c.kind() == "="));
    let value = if optional { format!(" = {}", default_value(&new.ty, model)) } else { String::new() };
    let written = format!("{}{ty} {name}{value}", new.modifier);
    let edit = match (own.get(at), declared.last(), rest) {
        (Some(next), ..) => {
            // A comment before it belongs to it.
            let comment = next.prev_sibling().filter(|c| c.kind() == "comment");
            let start = comment.filter(|c| !text[c.end_byte()..next.start_byte()].contains('\n')).unwrap_or(*next);
            let start = start.start_byte();
            let indent = syntax::line_indent(text, start);
            let own_line = text[..start].trim_end_matches([' ', '\t']).ends_with(['\n', '\r']);
            let separator = if own_line { format!(",\n{indent}") } else { ", ".to_owned() };
            TextEdit::insert(start, format!("{written}{separator}"))
        }
        (None, _, Some(rest)) => TextEdit::insert(rest.start_byte(), format!("{written}, ")),
        (None, Some(last), None) => {
            let indent = syntax::line_indent(text, last.start_byte());
            let own_line = text[..last.start_byte()].trim_end_matches([' ', '\t']).ends_with(['\n', '\r']);
            let separator = if own_line { format!(",\n{indent}") } else { ", ".to_owned() };
            TextEdit::insert(last.end_byte(), format!("{separator}{written}"))
        }
        (None, None, None) => TextEdit::insert(list.start_byte() + 1, written),
    };
    // For an argument of the wrong type, the declaration is probably correct; a name that the body already uses would conflict.
    let used = unresolved != Some(name.as_str())
        && list.parent().is_some_and(|f| descendants(f).any(|n| n.kind() == "identifier" && n.text_in(text) == name));
    let bulk = if used || ctx.code() == "CS1503" { Bulk::Manual } else { Bulk::Repair };
    let signature = format!("{}{}", function.field("name").map_or("", |n| n.text_in(text)), list.text_in(text));
    let signature = signature.split_whitespace().collect::<Vec<_>>().join(" ");
    let fix = ctx.fix(format!("Add parameter to '{signature}'"), Applicability::Unsafe).in_bulk(bulk);
    let mut fix = fix.edit_in(source, edit);
    for namespace in namespaces {
        fix = fix.import_in(source, fix::ImportRequest::Using { namespace });
    }
    Some((fix.build(), at))
}

/// The type that `text` denotes in another file.
fn type_in_file(ctx: &RuleContext<'_>, source: &Source, text: &str, offset: usize) -> Option<semantics::csharp::Type> {
    let model = Semantics::new(ctx.index, source).csharp();
    let node = source.parsed.root().descendant_for_byte_range(offset, offset)?;
    let parameter = node.enclosing(&["parameter"])?;
    let ty = parameter.field("type").filter(|t| t.text_in(source.parsed.text()) == text)?;
    model.written_type(ty)
}

/// Adds the missing argument: a variable of that name, or the default value.
fn add_argument<'t>(ctx: &RuleContext<'t>, call: &Call<'t>, model: &SemanticModel<'t>) -> Option<Vec<Fix>> {
    let missing = ctx.argument(0)?;
    let list = call.list?;
    if list.kind() != "argument_list" {
        return None;
    }
    let arguments = call.arguments();
    // The position of the parameter decides whether the argument must be named.
    let mut wanted = None;
    let positions: Vec<usize> = call
        .declarations(ctx, model)
        .into_iter()
        .filter_map(|(path, at)| {
            let source = ctx.index.source(&path)?;
            let text = source.parsed.text();
            let function = leaf_at(source.parsed.root(), at)?.enclosing(CALLABLE)?;
            let all = parameters(function);
            let found = all.iter().position(|p| p.field("name").is_some_and(|n| n.text_in(text) == missing))?;
            wanted = all[found].field("type").and_then(|t| Semantics::new(ctx.index, &source).csharp().written_type(t));
            Some(found)
        })
        .collect();
    let positional = positions.contains(&arguments.len()) && !arguments.iter().any(|a| a.field("name").is_some());
    let write = |value: &str| if positional { value.to_owned() } else { format!("{missing}: {value}") };
    let place = |value: String| match arguments.last() {
        Some(last) => TextEdit::insert(last.end_byte(), format!(", {value}")),
        None => TextEdit::insert(list.start_byte() + 1, value),
    };
    // For library functions, the message contains the types.
    let printed = ctx.argument(1).and_then(Display::parse).and_then(|d| d.parameters);
    let wanted = wanted.or_else(|| Type::parse(printed?.get(arguments.len())?));
    let mut out = Vec::new();
    let here = locals(ctx, call.node);
    if here.iter().any(|n| n.kind == NameKind::Local && n.name == missing) {
        let certain = positional && positions.len() == 1 && is_last_argument_of_caller(ctx, call, model, missing);
        let applicability = if certain { Applicability::Safe } else { Applicability::Unsafe };
        let fix = ctx.fix(format!("Add argument '{missing}'"), applicability).edit(place(write(missing)));
        out.push(fix.preferred().build());
    }
    // `null` for a non-nullable reference would be a new warning.
    let annotated = model.annotations_enabled(ctx.path(), call.node.start_byte())
        || ctx.diagnostics.iter().any(|d| d.code.as_str().starts_with("CS86"));
    let reference =
        |ty: &Type| !matches!(ty, Type::Nullable(_)) && is_reference(ty, model) != Some(false) && !is_number(ty);
    let bulk = if annotated && wanted.as_ref().is_none_or(reference) { Bulk::Manual } else { Bulk::Repair };
    let fix = ctx.fix("Add argument 'default'", Applicability::Unsafe).edit(place(write("default")));
    out.push(fix.in_bulk(bulk).build());
    Some(out)
}

/// Whether the single candidate lacks only its last argument, and a parameter of the calling function has the same name and type.
fn is_last_argument_of_caller<'t>(
    ctx: &RuleContext<'t>,
    call: &Call<'t>,
    model: &SemanticModel<'t>,
    missing: &str,
) -> bool {
    let wanted = || {
        let [(path, at)] = &call.declarations(ctx, model)[..] else { return None };
        let source = ctx.index.source(path)?;
        let function = leaf_at(source.parsed.root(), *at)?.enclosing(CALLABLE)?;
        let all = parameters(function);
        let last = all
            .last()
            .filter(|_| all.len() == call.arguments().len() + 1 && all_parameters(function).len() == all.len())?;
        let named = last.field("name")?.text_in(source.parsed.text()) == missing;
        Semantics::new(ctx.index, &source).csharp().written_type(last.field("type")?).filter(|_| named)
    };
    let given = || {
        let own = syntax::csharp::function_of(call.node)?;
        let parameter =
            parameters(own).into_iter().find(|p| p.field("name").is_some_and(|n| n.text_in(ctx.text()) == missing))?;
        let plain = syntax::csharp::modifiers(parameter).is_empty();
        model.written_type(parameter.field("type")?).filter(|_| plain)
    };
    let used = call
        .arguments()
        .iter()
        .any(|a| descendants(*a).any(|n| n.kind() == "identifier" && n.text_in(ctx.text()) == missing));
    !used
        && !is_tested_or_assigned(ctx, call.node, missing)
        && wanted().zip(given()).is_some_and(|(w, g)| w.without_annotations() == g.without_annotations())
}

/// Whether the code around `call` tests or assigns `name`: in `name ?? new T()` and `if (name == null)` it should not be passed on.
fn is_tested_or_assigned(ctx: &RuleContext<'_>, call: Node<'_>, name: &str) -> bool {
    let mentions = |n: Node<'_>| {
        std::iter::once(n).chain(descendants(n)).any(|d| d.kind() == "identifier" && d.text_in(ctx.text()) == name)
    };
    let mut inner = call;
    while let Some(outer) = inner.parent() {
        let tested = match outer.kind() {
            "binary_expression" | "assignment_expression" => outer.field("left"),
            "if_statement" | "conditional_expression" | "while_statement" | "do_statement" | "for_statement" => {
                outer.field("condition")
            }
            "switch_statement" | "switch_section" => outer.field("value"),
            "switch_expression" => outer.named().first().copied(),
            kind if CALLABLE.contains(&kind) => return false,
            _ => None,
        };
        if tested.is_some_and(|d| d != inner && mentions(d)) {
            return true;
        }
        inner = outer;
    }
    false
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_titled, check_no_fix};

    #[test]
    fn before_arguments_that_fit() {
        check_fix(
            rule_of(module_path!()),
            "CS1729",
            "'C' does not contain a constructor that takes 2 arguments",
            "class C { public C(int i) { } }\nclass D { object o = new $0C(true, 1); }",
            "class C { public C(bool v, int i) { } }\nclass D { object o = new C(true, 1); }",
        );
    }

    #[test]
    fn type_parameters_accept_anything_and_names_are_kept() {
        let message = "No overload for method 'M' takes 2 arguments";
        let before = "class C { void M<T>(T t) { } void N() { $0M(1, 2); } }";
        let after = "class C { void M<T>(T t, int v) { } void N() { M(1, 2); } }";
        check_fix(rule_of(module_path!()), "CS1501", message, before, after);
        let message = "The best overload for 'M' does not have a parameter named 'b'";
        let before = "class C { void M(int a, int c = 1) { } void N() { M($0b: true); } }";
        let after = "class C { void M(int a, bool b, int c = 1) { } void N() { M(b: true); } }";
        check_fix(rule_of(module_path!()), "CS1739", message, before, after);
    }

    #[test]
    fn after_an_optional_parameter() {
        let message = "No overload for method 'M' takes 2 arguments";
        let before = "class C { void M(int a = 1) { } void N() { $0M(1, \"b\"); } }";
        let after = "class C { void M(int a = 1, string v = null) { } void N() { M(1, \"b\"); } }";
        check_fix(rule_of(module_path!()), "CS1501", message, before, after);
    }

    #[test]
    fn one_title_for_each_overload() {
        let message = "Argument 1: cannot convert from 'int' to 'string'";
        check_fix_titled(
            rule_of(module_path!()),
            "CS1503",
            message,
            "Add parameter to 'M(int a)'",
            "class C { void M(string a) { } void M(int a) { } void M(string a, string b) { } void N() { M($01, 2); } }",
            "class C { void M(string a) { } void M(int a, int v) { } void M(string a, string b) { } void N() { M(1, 2); } }",
        );
    }

    #[test]
    fn a_parameter_of_the_caller_is_passed_on() {
        let message = "There is no argument given that corresponds to the required parameter 'b' of 'B.M(int, string)'";
        let before =
            "class B { protected void M(int a, string b) { } } class D : B { void N(int a, string b) { $0M(a); } }";
        let after =
            "class B { protected void M(int a, string b) { } } class D : B { void N(int a, string b) { M(a, b); } }";
        check_fix(rule_of(module_path!()), "CS7036", message, before, after);
    }

    #[test]
    fn other_variables_are_not_passed_on() {
        let message = "There is no argument given that corresponds to the required parameter 'b' of 'D.D(string)'";
        for body in [
            "x = b ?? $0new D();",
            "if (b == null) { x = $0new D(); }",
            "x = b is null ? $0new D() : b;",
            "b = $0new D();",
        ] {
            let before = format!("class D {{ public D(D b) {{ }} object x; void M(D b) {{ {body} }} }}");
            check_fix_all(rule_of(module_path!()), "CS7036", message, &[], &before, None);
        }
    }

    #[test]
    fn the_default_value_by_name() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS7036",
            "There is no argument given that corresponds to the required parameter 'a' of 'C.M(int, int)'",
            "Add argument 'default'",
            "class C { void M(int a, int b) { } void N() { $0M(b: 1); } }",
            "class C { void M(int a, int b) { } void N() { M(b: 1, a: default); } }",
        );
    }

    #[test]
    fn nothing_when_it_fits_since_the_build() {
        for (code, message) in [
            ("CS1501", "No overload for method 'M' takes 1 arguments"),
            ("CS7036", "There is no argument given that corresponds to the required parameter 'b' of 'X.M(int, int)'"),
        ] {
            check_no_fix(rule_of(module_path!()), code, message, "class C { void M(int a, int b = 0) => $0M(1); }");
        }
    }
}
