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
//! ```csharp before
//! //@ error CS7036: There is no argument given that corresponds to the required parameter 'isLast' of 'Reader.Step(out bool)'
//! class Reader
//! {
//!     public void Step(out bool isLast) => isLast = true;
//! }
//! class C
//! {
//!     bool M(Reader reader)
//!     {
//!         reader.$0Step$0();
//!         return true;
//!     }
//! }
//! ```
//! ```csharp after
//! class Reader
//! {
//!     public void Step(out bool isLast) => isLast = true;
//! }
//! class C
//! {
//!     bool M(Reader reader)
//!     {
//!         reader.Step(out _);
//!         return true;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where only the last argument is missing, there is a single candidate, and the caller has a parameter of the same name and type
//! that it does not pass yet. Otherwise `Unsafe`: either side may be wrong. In bulk no parameter is added that would break a call which is
//! right now, and no variable of an `out` argument is thrown away. For a method that is inherited, one more fix changes its overrides and
//! implementations in the workspace as well.

use super::support::arguments_fit::may_convert;
use super::support::creations;
use super::support::naming::pascal_case;
use codegen::csharp::deletion::list_item_removal;
use codegen::csharp::members::type_node;
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::{DeclarationKind, Source};
use semantics::Semantics;
use semantics::csharp::arguments::{self, ExpectedParameter};
use semantics::csharp::call_site::{Call, Declared};
use semantics::csharp::completion_names::{NameKind, locals};
use semantics::csharp::printed::{Display, same_type, simple_name};
use semantics::csharp::site::Site;
use semantics::csharp::target::out_of_scope_type_parameters;
use semantics::csharp::values::{default_value, is_number, is_reference};
use semantics::csharp::{SemanticModel, Type};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use syntax::csharp::{TYPE_DECLARATIONS, descendants, function_of, has_modifier, identifiers_named, parameters};
use syntax::{Node, NodeExt, child_of_kind, leaf_at};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS1501", "CS1729", "CS1739", "CS7036", "CS1503"];

const CALLABLE: &[&str] = &["method_declaration", "constructor_declaration", "local_function_statement"];

/// The most files that are searched for calls.
const MAX_FILES: usize = 24;

/// The function whose name is at byte `at`, or the type with a primary constructor.
fn callable(source: &Source, at: usize) -> Option<Node<'_>> {
    let leaf = leaf_at(source.parsed.root(), at)?;
    let ty = leaf.parent().filter(|p| p.is(TYPE_DECLARATIONS) && child_of_kind(*p, "parameter_list").is_some());
    ty.or_else(|| leaf.enclosing(CALLABLE))
}

/// The parameter list of what [`callable`] finds.
fn parameter_list(function: Node<'_>) -> Option<Node<'_>> {
    function.field("parameters").or_else(|| child_of_kind(function, "parameter_list"))
}

/// The declarations that the call may refer to, primary constructors too.
fn declarations<'t>(ctx: &RuleContext<'t>, call: &Call<'t>, model: &SemanticModel<'t>) -> Vec<Declared> {
    let mut out = call.declarations(ctx, model);
    let created = || call.created(ctx, model).filter(|t| !t.declaration.parameters.is_empty());
    if let Some(ty) = call.constructor.then(created).flatten()
        && let Some((file, at)) = codegen::csharp::members::declaring_file(ctx, ctx.diagnostic.range.start, &ty)
        && type_node(file.source(), at).is_some_and(|n| child_of_kind(n, "parameter_list").is_some())
    {
        out.push((file.source().path.clone(), at));
    }
    out
}

/// The constructor whose `: this(…)` the call is.
fn own_constructor<'t>(call: &Call<'t>) -> Option<Node<'t>> {
    let delegates = call.node.all_children().iter().any(|c| c.kind() == "this");
    call.node.parent().filter(|_| call.node.kind() == "constructor_initializer" && delegates)
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let token = ctx.token()?;
    let call = Call::at(token)?;
    let model = ctx.csharp();
    let mut out = Vec::new();
    let count = call.arguments().len();
    let declared = declarations(ctx, &call, &model);
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
        added.extend(fix.into_iter().flat_map(|(mut fixes, place)| {
            fixes.iter_mut().take(1).for_each(|fix| fix.preferred = only);
            fixes.into_iter().map(move |fix| (place, fix))
        }));
    }
    // First the ones that accept more of the existing arguments.
    added.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
    out.extend(added.into_iter().map(|(_, fix)| fix));
    if matches!(ctx.code().as_str(), "CS1501" | "CS1729") && count > 0 {
        let most = declared.iter().take(8).filter_map(|(path, at)| {
            let source = ctx.index.source(path)?;
            let function = callable(&source, *at)?;
            let unresolved = unresolved_names(ctx, path, function);
            Some((all_parameters(function).len(), !unresolved.is_empty()))
        });
        let all: Vec<(usize, bool)> = most.collect();
        // Exactly one too many: the last one may belong to a removed parameter. A constructor must not come to call itself.
        let itself = own_constructor(&call).is_some_and(|own| parameters(own).len() + 1 == count);
        if !itself && all.iter().map(|(m, _)| *m).max().is_some_and(|m| m + 1 == count) {
            let items = call.arguments();
            // The one whose removal leaves arguments that fit, else the last.
            let fitting: Vec<usize> = (0..count).filter(|i| fits_without(ctx, &model, &declared, &items, *i)).collect();
            let removed = fitting.last().copied().unwrap_or(count - 1);
            let certain = fitting.len() == 1 || fitting.contains(&(count - 1));
            // The body still uses the parameter: it should be restored.
            let lost = all.iter().any(|(_, unresolved)| *unresolved);
            let bulk = if lost || !certain { Bulk::Manual } else { Bulk::Repair };
            let title = match removed + 1 == count {
                true => "Remove last argument".to_owned(),
                false => format!("Remove argument '{}'", items[removed].text_in(ctx.text())),
            };
            let fix = ctx.fix(title, Applicability::Unsafe).in_bulk(bulk);
            out.push(fix.delete(list_item_removal(&items, removed)).build());
        }
    }
    Some(out)
}

/// Whether the arguments other than `removed` fit the parameters of one of the declarations that take so many.
fn fits_without<'t>(
    ctx: &RuleContext<'t>,
    model: &SemanticModel<'t>,
    declared: &[Declared],
    arguments: &[Node<'t>],
    removed: usize,
) -> bool {
    let rest: Vec<Node<'t>> = arguments.iter().enumerate().filter(|(i, _)| *i != removed).map(|(_, a)| *a).collect();
    declared.iter().take(8).any(|(path, at)| {
        let Some(source) = ctx.index.source(path) else { return false };
        let Some(function) = callable(&source, *at) else { return false };
        let theirs = Semantics::new(ctx.index, &source).csharp();
        let all = parameters(function);
        let open = open_parameters(function, source.parsed.text());
        all.len() == rest.len()
            && all.iter().zip(&rest).all(|(parameter, argument)| {
                let to = parameter.field("type").and_then(|t| theirs.written_type(t));
                let value = argument.named().into_iter().rfind(|n| n.kind() != "comment");
                let fits = |(to, value): (semantics::csharp::Type, Node<'t>)| {
                    to.mentions(&open) || may_convert(model, value, &to, ctx.text())
                };
                argument.field("name").is_some() || to.zip(value).is_none_or(fits)
            })
    })
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
    let Some(function) = callable(&source, *at) else { return false };
    let all = parameters(function);
    if all.first().is_some_and(|p| syntax::csharp::has_modifier(*p, text, "this")) {
        return false;
    }
    let required = all.iter().filter(|p| !p.all_children().iter().any(|c| c.kind() == "=")).count();
    let rest = all_parameters(function).len() > all.len();
    required <= count && (rest || count <= all.len())
}

/// A fix, and the index of the new parameter.
type Addition = (Vec<Fix>, usize);

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
            true => ctx.index.text(&path).map_or(0, |text| creations::count(&text, name)),
            false => count,
        };
        if uses > most {
            return false;
        }
    }
    true
}

fn all_parameters(function: Node<'_>) -> Vec<Node<'_>> {
    let Some(list) = parameter_list(function) else { return Vec::new() };
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
    let function = callable(source, at)?;
    let list = parameter_list(function)?;
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
        return insert(ctx, call, model, source, function, own, at, &wanted, wanted.get(new)?.clone());
    }
    let open = open_parameters(function, text);
    let mut at = own.len();
    for (i, ((parameter, given), argument)) in own.iter().zip(&wanted).zip(&arguments).enumerate() {
        let to = parameter.field("type").map(|t| t.text_in(text)).unwrap_or_default();
        let to = type_in_file(ctx, source, to, parameter.start_byte());
        let value = argument.named().into_iter().rfind(|n| n.kind() != "comment");
        // A type parameter accepts any type, and a value of unknown type fits anything.
        let known = |value: &Node<'t>| arguments::argument_type(model, *value, ctx.text()).is_some();
        let fits = to.is_none_or(|to| match value.filter(|v| !known(v)) {
            Some(value) => may_convert(model, value, &to, ctx.text()),
            None => to.mentions(&open) || model.converts(&given.ty, &to),
        });
        if !fits || !given.modifier.is_empty() {
            at = i;
            break;
        }
    }
    let null = |n: &Node<'t>| n.named().last().is_some_and(|v| v.kind() == "null_literal");
    let mut new = wanted.get(at)?.clone();
    if arguments.get(at).is_some_and(null) && model.annotations_enabled(&source.path, list.start_byte()) {
        new.ty = new.ty.nullable();
    }
    insert(ctx, call, model, source, function, own, at, &wanted, new)
}

/// Names of the type parameters that a function and the types around it declare.
fn open_parameters(function: Node<'_>, text: &str) -> Vec<String> {
    let owners = syntax::ancestors(function).filter(|n| *n == function || n.is(TYPE_DECLARATIONS));
    let lists = owners.flat_map(|n| n.named()).filter(|c| c.kind() == "type_parameter_list");
    let names = lists.flat_map(|l| l.named()).filter_map(|p| p.field("name"));
    names.map(|n| n.text_in(text).to_owned()).collect()
}

/// Whether code that is right now calls the function with the arguments that it takes now: it would lack one then.
fn is_called_as_it_is(ctx: &RuleContext<'_>, source: &Source, function: Node<'_>) -> bool {
    let text: &str = source.parsed.text();
    let csharp = ctx.index.csharp();
    let Some(name) = function.field("name") else { return true };
    let Some(owner) = csharp.enclosing_type(&source.path, name.start_byte()) else { return false };
    let creation = function.kind() == "constructor_declaration" || function.is(TYPE_DECLARATIONS);
    let word = name.text_in(text);
    let all = parameters(function);
    let required = all.iter().filter(|p| !p.all_children().iter().any(|c| c.kind() == "=")).count();
    let fits = |list: Option<Node<'_>>| {
        let count = list.map_or(0, |l| l.named().iter().filter(|a| a.kind() == "argument").count());
        required <= count && count <= all.len()
    };
    let files = ctx.index.word_counts(word, source.parsed.language());
    files.take(MAX_FILES).filter_map(|(path, _)| ctx.index.source(&path)).any(|file| {
        let text: &str = file.parsed.text();
        let model = Semantics::new(ctx.index, &file).csharp();
        let of_owner = |ty: index::csharp::CsType| ty.origin == owner.origin || csharp.is_derived_from(&ty, &owner);
        let here = |n: Node<'_>| file.path == ctx.source.path && n.byte_range().contains(&ctx.diagnostic.range.start);
        let uses = identifiers_named(file.parsed.root(), text, word);
        uses.filter_map(|n| Some((n, n.parent()?))).any(|(n, parent)| {
            if creation && parent.kind() == "base_list" {
                return parent.parent().is_some_and(|derived| passes_to_base(derived, &fits));
            }
            if creation && parent.kind() == "primary_constructor_base_type" {
                return fits(child_of_kind(parent, "argument_list"));
            }
            if creation {
                return parent.kind() == "object_creation_expression"
                    && parent.field("type") == Some(n)
                    && !here(parent)
                    && fits(parent.field("arguments"))
                    && model.type_of(parent).and_then(|t| model.resolve(&t)).is_some_and(|t| t.origin == owner.origin);
            }
            let access = parent.kind() == "member_access_expression" && parent.field("name") == Some(n);
            let called = if access { parent } else { n };
            let call =
                called.parent().filter(|c| c.kind() == "invocation_expression" && c.field("function") == Some(called));
            let receiver = parent.field("expression").filter(|_| access);
            let of = || match receiver {
                Some(receiver) => {
                    model.type_of(receiver).and_then(|t| model.resolve(&t.not_null())).is_some_and(of_owner)
                }
                None => csharp.enclosing_type(&file.path, n.start_byte()).is_some_and(of_owner),
            };
            call.is_some_and(|c| !here(c) && fits(c.field("arguments"))) && of()
        })
    })
}

/// Whether the derived type passes arguments to its base that `fits` accepts.
fn passes_to_base<'t>(derived: Node<'t>, fits: &dyn Fn(Option<Node<'t>>) -> bool) -> bool {
    let members = derived.field("body").map_or_else(Vec::new, |b| b.named());
    let initializers = members.into_iter().filter_map(|m| child_of_kind(m, "constructor_initializer"));
    let to_base = initializers.filter(|i| i.all_children().iter().any(|c| c.kind() == "base"));
    let mut lists: Vec<Node<'t>> = to_base.filter_map(|i| child_of_kind(i, "argument_list")).collect();
    // `class D(int a) : B(a)`
    lists.extend(child_of_kind(derived, "base_list").and_then(|b| child_of_kind(b, "argument_list")));
    lists.into_iter().any(|list| fits(Some(list)))
}

/// Whether the signature is fixed by another declaration, or fixes those of others.
fn is_bound(ctx: &RuleContext<'_>, source: &Source, function: Node<'_>) -> bool {
    let text: &str = source.parsed.text();
    if ["override", "virtual", "abstract", "partial"].iter().any(|m| has_modifier(function, text, m)) {
        return true;
    }
    let Some(name) = function.field("name").filter(|_| function.kind() == "method_declaration") else { return false };
    let csharp = ctx.index.csharp();
    let count = parameters(function).len();
    csharp.enclosing_type(&source.path, name.start_byte()).is_some_and(|own| {
        own.declaration.kind == DeclarationKind::Interface
            || csharp.all_members(&own, "").iter().any(|m| {
                m.owner.declaration.kind == DeclarationKind::Interface
                    && m.declaration.name == name.text_in(text)
                    && m.declaration.parameters.len() == count
            })
    })
}

/// Inserts `new` at index `at` of the parameters `own` of `function`.
fn insert(
    ctx: &RuleContext<'_>,
    call: &Call<'_>,
    model: &SemanticModel<'_>,
    source: &Source,
    function: Node<'_>,
    own: &[Node<'_>],
    at: usize,
    wanted: &[ExpectedParameter],
    mut new: ExpectedParameter,
) -> Option<Addition> {
    let text: &str = source.parsed.text();
    let list = parameter_list(function)?;
    // Type parameters around the call mean nothing at the declaration, unless the call is inside it.
    let inside = source.path == ctx.source.path && function.byte_range().contains(&call.node.start_byte());
    if !inside {
        let ty = function.enclosing(TYPE_DECLARATIONS).map(|n| (n, text));
        let mut foreign = out_of_scope_type_parameters(call.node, ctx.text(), ty);
        foreign.extend(Site::at(call.node, ctx.text()).method_parameters.into_iter().map(|(name, _)| name));
        // `List<T>` does not convert to `List<object>`. A value of a type parameter may be null.
        if new.ty.mentions(&foreign) {
            let object = Type::named("object");
            let annotated = model.annotations_enabled(&source.path, list.start_byte());
            new.ty = if annotated { object.nullable() } else { object };
        }
    }
    // Numbers that distinguish several new parameters are not needed for one.
    let bare = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let numbered = wanted.iter().filter(|w| bare(&w.name) == bare(&new.name)).count() > 1;
    let base = if numbered { bare(&new.name) } else { new.name.clone() };
    // A single unresolved name in the body is the name of the removed parameter.
    let unresolved = unresolved_names(ctx, &source.path, function);
    let unresolved = unresolved.first().copied().filter(|_| unresolved.len() == 1);
    let base = unresolved.map_or(base, str::to_owned);
    let mut name = base.clone();
    // A name that the body uses would come to mean the parameter.
    let used = |name: &str| descendants(function).any(|n| n.kind() == "identifier" && n.text_in(text) == name);
    let taken = |name: &str| unresolved != Some(name) && used(name);
    let mut number = 0;
    while taken(&name) {
        number += 1;
        name = format!("{base}{number}");
    }
    let mut namespaces = Vec::new();
    // After an optional parameter it must be optional too.
    let optional = own.get(..at)?.iter().any(|p| p.all_children().iter().any(|c| c.kind() == "="));
    if optional && !new.modifier.trim().is_empty() {
        return None;
    }
    let value = if optional { format!(" = {}", default_value(&new.ty, model)) } else { String::new() };
    if value.ends_with("null") && model.annotations_enabled(&source.path, list.start_byte()) {
        new.ty = new.ty.nullable();
    }
    // Where annotations are off, `string?` would be a new warning.
    if !model.annotations_enabled(&source.path, list.start_byte()) && is_reference(new.ty.strip(), model) == Some(true)
    {
        new.ty = new.ty.not_null();
    }
    if repeats_overload(ctx, model, source, function, own, at, &new) {
        return None;
    }
    let ty = codegen::csharp::members::imported(ctx, source, &new.ty, list.start_byte(), &mut namespaces);
    let written = format!("{}{ty} {name}{value}", new.modifier);
    let edit = parameter_edit(text, function, own.get(at).copied(), &written)?;
    let name_of_function = function.field("name").map_or("", |n| n.text_in(text));
    // Other calls lack an argument, or have another number of them: it is not the declaration that is wrong.
    let disputed = || {
        ctx.diagnostics.iter().any(|d| match d.code.as_str() {
            "CS7036" => {
                // A derived class without a constructor is no call.
                let source = ctx.index.source(&d.path);
                let at_call = source.is_some_and(|s| {
                    let leaf = leaf_at(s.parsed.root(), d.range.start);
                    leaf.is_some_and(|l| l.parent().is_none_or(|p| !p.is(TYPE_DECLARATIONS)))
                });
                at_call && d.argument(1).and_then(Display::parse).is_some_and(|m| m.name == name_of_function)
            }
            "CS1501" | "CS1729" => {
                d.code == *ctx.code() && d.argument(0) == ctx.argument(0) && d.argument(1) != ctx.argument(1)
            }
            _ => false,
        })
    };
    let breaks = || {
        unresolved.is_none()
            && !optional
            && (is_bound(ctx, source, function) || is_called_as_it_is(ctx, source, function))
    };
    // For an argument of the wrong type, the declaration is probably correct.
    let bulk = if ctx.code() == "CS1503" || breaks() || disputed() { Bulk::Manual } else { Bulk::Repair };
    let signature = format!("{}{}", function.field("name").map_or("", |n| n.text_in(text)), list.text_in(text));
    let signature = signature.split_whitespace().collect::<Vec<_>>().join(" ");
    let fix = ctx.fix(format!("Add parameter to '{signature}'"), Applicability::Unsafe).in_bulk(bulk);
    let mut fix = fix.edit_in(source, edit.clone());
    for namespace in &namespaces {
        fix = fix.import_in(source, fix::ImportRequest::Using { namespace: namespace.clone() });
    }
    let mut out = vec![fix.build()];
    let others = if is_bound(ctx, source, function) { bound_with(ctx, source, function) } else { Vec::new() };
    if !others.is_empty() {
        let title = format!("Add parameter to '{signature}' (and overrides/implementations)");
        let mut fix = ctx.fix(title, Applicability::Unsafe).in_bulk(Bulk::Manual).edit_in(source, edit);
        for (other, start) in &others {
            let target = callable(other, *start)?;
            let shown = other.parsed.text();
            let mut needed = Vec::new();
            let ty = codegen::csharp::members::imported(ctx, other, &new.ty, *start, &mut needed);
            let written = format!("{}{ty} {name}{value}", new.modifier);
            fix = fix.edit_in(other, parameter_edit(shown, target, parameters(target).get(at).copied(), &written)?);
            for namespace in needed {
                fix = fix.import_in(other, fix::ImportRequest::Using { namespace });
            }
        }
        for namespace in namespaces {
            fix = fix.import_in(source, fix::ImportRequest::Using { namespace });
        }
        out.push(fix.build());
    }
    Some((out, at))
}

/// The edit that inserts the parameter `written` before `next`, else at the end.
fn parameter_edit(text: &str, function: Node<'_>, next: Option<Node<'_>>, written: &str) -> Option<TextEdit> {
    let list = parameter_list(function)?;
    let rest = list.all_children().into_iter().find(|c| c.kind() == "params" || c.text_in(text) == "params");
    Some(match (next, parameters(function).last(), rest) {
        (Some(next), ..) => {
            // A comment before it belongs to it.
            let comment = next.prev_sibling().filter(|c| c.kind() == "comment");
            let start = comment.filter(|c| !text[c.end_byte()..next.start_byte()].contains('\n')).unwrap_or(next);
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
    })
}

/// The declarations of the workspace that override, implement or define the method: files and the bytes of their names.
fn bound_with(ctx: &RuleContext<'_>, source: &Source, function: Node<'_>) -> Vec<(Arc<Source>, usize)> {
    let text = source.parsed.text();
    let csharp = ctx.index.csharp();
    let Some(name) = function.field("name").filter(|_| function.kind() == "method_declaration") else {
        return Vec::new();
    };
    let Some(own) = csharp.enclosing_type(&source.path, name.start_byte()) else { return Vec::new() };
    let mut related = vec![own];
    let mut candidates = Vec::new();
    for (path, _) in ctx.index.word_counts(name.text_in(text), ctx.source.parsed.language()).take(MAX_FILES) {
        let Some(file) = ctx.index.source(&path) else { continue };
        let shown = file.parsed.text();
        let same = |n: &Node<'_>| {
            n.kind() == "method_declaration"
                && n.field("name").is_some_and(|other| other.text_in(shown) == name.text_in(text))
                && parameters(*n).len() == parameters(function).len()
        };
        for method in descendants(file.parsed.root()).filter(same) {
            let start = method.field("name").map_or(0, |n| n.start_byte());
            let itself = *path == *source.path && start == name.start_byte();
            if let Some(ty) = csharp.enclosing_type(&path, start).filter(|_| !itself) {
                let overriding = has_modifier(method, shown, "override");
                candidates.push((file.clone(), start, ty, overriding));
            }
        }
    }
    let mut out = Vec::new();
    // From type to type, until no more are found.
    while let Some(i) = candidates.iter().position(|(_, _, ty, overriding)| {
        let interface = |t: &index::csharp::CsType| t.declaration.kind == DeclarationKind::Interface;
        related.iter().any(|other| {
            ty.origin == other.origin
                || csharp.is_derived_from(ty, other) && (*overriding || interface(other))
                || csharp.is_derived_from(other, ty)
        })
    }) {
        let (file, start, ty, _) = candidates.swap_remove(i);
        related.push(ty);
        out.push((file, start));
    }
    out
}

/// Whether the type has another function whose parameters are those of `function` with the new one.
fn repeats_overload(
    ctx: &RuleContext<'_>,
    model: &SemanticModel<'_>,
    source: &Source,
    function: Node<'_>,
    own: &[Node<'_>],
    at: usize,
    new: &ExpectedParameter,
) -> bool {
    let text: &str = source.parsed.text();
    let csharp = ctx.index.csharp();
    let Some(name) = function.field("name") else { return false };
    let Some(owner) = csharp.enclosing_type(&source.path, name.start_byte()) else { return false };
    let creation = function.kind() == "constructor_declaration" || function.is(TYPE_DECLARATIONS);
    let mut types: Vec<String> =
        own.iter().filter_map(|p| p.field("type")).map(|t| t.text_in(text).to_owned()).collect();
    types.insert(at.min(types.len()), new.ty.to_string());
    csharp.members(&owner).iter().map(|m| model.plain_member(m)).any(|m| {
        let d = &m.declaration;
        let same = match creation {
            true => d.kind == DeclarationKind::Constructor,
            false => d.kind == DeclarationKind::Method && d.name == name.text_in(text),
        };
        same && d.parameters.len() == types.len()
            && d.parameters.iter().zip(&types).all(|(p, t)| same_type(&p.type_text, t))
    })
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
    // For library functions, the message contains the types.
    let printed = ctx.argument(1).and_then(Display::parse).and_then(|d| d.parameters);
    // A constructor must not come to call itself.
    let itself = own_constructor(call).zip(printed.as_ref()).is_some_and(|(own, printed)| {
        let types: Vec<&str> =
            parameters(own).iter().filter_map(|p| p.field("type")).map(|t| t.text_in(ctx.text())).collect();
        types.len() == printed.len() && types.iter().zip(printed).all(|(a, b)| same_type(a, b))
    });
    if itself {
        return None;
    }
    let positional = !arguments.iter().any(|a| a.field("name").is_some());
    let next = printed.as_ref().and_then(|p| p.get(arguments.len()).copied()).filter(|_| positional);
    if next.is_some_and(|p| p.starts_with("out ")) {
        return out_arguments(ctx, call, model, printed?.get(arguments.len()..)?).map(|fix| vec![fix]);
    }
    // Only a variable can be passed by reference.
    if next.is_some_and(|p| p.starts_with("ref ")) {
        return None;
    }
    // The position of the parameter decides whether the argument must be named.
    let mut wanted = None;
    let positions: Vec<usize> = declarations(ctx, call, model)
        .into_iter()
        .filter_map(|(path, at)| {
            let source = ctx.index.source(&path)?;
            let text = source.parsed.text();
            let function = callable(&source, at)?;
            let all = parameters(function);
            let found = all.iter().position(|p| p.field("name").is_some_and(|n| n.text_in(text) == missing))?;
            wanted = all[found].field("type").and_then(|t| Semantics::new(ctx.index, &source).csharp().written_type(t));
            Some(found)
        })
        .collect();
    let positional = positional && positions.contains(&arguments.len());
    let write = |value: &str| if positional { value.to_owned() } else { format!("{missing}: {value}") };
    let place = |value: String| match arguments.last() {
        Some(last) => TextEdit::insert(last.end_byte(), format!(", {value}")),
        None => TextEdit::insert(list.start_byte() + 1, value),
    };
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

/// Variables for the `out` parameters `missing`. Where the code reads properties of the same names that the receiver no longer has, they are
/// what the variables replace.
fn out_arguments<'t>(
    ctx: &RuleContext<'t>,
    call: &Call<'t>,
    model: &SemanticModel<'t>,
    missing: &[&str],
) -> Option<Fix> {
    if !missing.iter().all(|p| p.starts_with("out ")) {
        return None;
    }
    let text = ctx.text();
    let given = call.arguments().len();
    let total = given + missing.len();
    let names = declarations(ctx, call, model).into_iter().find_map(|(path, at)| {
        let source = ctx.index.source(&path)?;
        let all = parameters(callable(&source, at)?);
        let names = all.iter().skip(given).filter_map(|p| p.field("name"));
        let names: Vec<String> = names.map(|n| n.text_in(source.parsed.text()).to_owned()).collect();
        (all.len() == total && names.first().map(String::as_str) == ctx.argument(0)).then_some(names)
    });
    let names = names.or_else(|| Some(vec![ctx.argument(0)?.to_owned()]).filter(|n| n.len() == missing.len()))?;
    let receiver = call.node.field("function").and_then(|f| f.field("expression")).map(|r| r.text_in(text));
    // A variable that is declared in an argument can be used in the rest of the block.
    let statement = syntax::ancestors(call.node).find(|n| n.parent().is_some_and(|p| p.kind() == "block"))?;
    let block = statement.parent()?;
    let visible: Vec<_> = locals(ctx, block).into_iter().chain(locals(ctx, call.node)).collect();
    let mut fix = ctx.fix("Pass 'out' arguments", Applicability::Unsafe);
    let mut written = Vec::new();
    let (mut replaced, mut out_of_reach) = (0, false);
    for name in &names {
        let property = pascal_case(name);
        let lost = ctx.diagnostics.in_file(ctx.path()).iter();
        let lost = lost.filter(|d| matches!(d.code.as_str(), "CS1061" | "CS0117" | "CS0103"));
        let reads: Vec<Node<'t>> = lost
            .filter_map(|d| leaf_at(ctx.root(), d.range.start))
            .filter(|n| n.kind() == "identifier" && n.text_in(text) == property)
            .filter_map(|n| {
                let access =
                    n.parent().filter(|p| p.kind() == "member_access_expression" && p.field("name") == Some(n));
                let of = access.and_then(|a| a.field("expression")).map(|e| e.text_in(text));
                (of == receiver && function_of(n) == function_of(call.node)).then_some(access.unwrap_or(n))
            })
            .collect();
        // The variable would not be there for all of them.
        let visible_there =
            |n: &Node<'t>| n.start_byte() > call.node.end_byte() && block.byte_range().contains(&n.start_byte());
        out_of_reach |= !reads.iter().all(visible_there);
        let free = !visible.iter().any(|v| v.name == name.as_str());
        if reads.is_empty() || !free || out_of_reach {
            written.push("out _".to_owned());
            continue;
        }
        written.push(format!("out var {name}"));
        replaced += reads.len();
        for read in reads {
            fix = fix.replace(read.byte_range(), name.as_str());
        }
    }
    let value = written.join(", ");
    let edit = match call.arguments().last() {
        Some(last) => TextEdit::insert(last.end_byte(), format!(", {value}")),
        None => TextEdit::insert(call.list?.start_byte() + 1, value),
    };
    let bulk = if replaced > 0 && !out_of_reach { Bulk::Repair } else { Bulk::Manual };
    Some(fix.edit(edit).in_bulk(bulk).preferred().build())
}

/// Whether the single candidate lacks only its last argument, and a parameter of the calling function has the same name and type.
fn is_last_argument_of_caller<'t>(
    ctx: &RuleContext<'t>,
    call: &Call<'t>,
    model: &SemanticModel<'t>,
    missing: &str,
) -> bool {
    let wanted = || {
        let [(path, at)] = &declarations(ctx, call, model)[..] else { return None };
        let source = ctx.index.source(path)?;
        let function = callable(&source, *at)?;
        let all = parameters(function);
        let last = all
            .last()
            .filter(|_| all.len() == call.arguments().len() + 1 && all_parameters(function).len() == all.len())?;
        let named = last.field("name")?.text_in(source.parsed.text()) == missing;
        Semantics::new(ctx.index, &source).csharp().written_type(last.field("type")?).filter(|_| named)
    };
    let given = || {
        let own = function_of(call.node)?;
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
    use fix::testing::{check_fix, check_fix_all, check_fix_beside, check_fix_titled, check_no_fix};

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

    const TAKES_2: &str = "'C' does not contain a constructor that takes 2 arguments";

    #[test]
    fn a_primary_constructor() {
        check_fix(
            rule_of(module_path!()),
            "CS1729",
            TAKES_2,
            "class C(string name) { string N => name; }\nclass D { object o = new $0C(\"a\", 3); }",
            "class C(string name, int v) { string N => name; }\nclass D { object o = new C(\"a\", 3); }",
        );
    }

    #[test]
    fn arguments_of_the_program_are_strings() {
        check_fix(
            rule_of(module_path!()),
            "CS1729",
            TAKES_2,
            "var c = new $0C(args, \"x\");\nclass C { public C(string[] args) { } }",
            "var c = new C(args, \"x\");\nclass C { public C(string[] args, string v) { } }",
        );
    }

    #[test]
    fn a_value_of_unknown_type_fits_the_parameters_that_are_there() {
        check_fix(
            rule_of(module_path!()),
            "CS1729",
            TAKES_2,
            "class D { object M(Lost l) => new $0C(l.P, 1); }\nclass C { public C(string a) { } }",
            "class D { object M(Lost l) => new C(l.P, 1); }\nclass C { public C(string a, int v) { } }",
        );
    }

    #[test]
    fn null_and_defaults_are_nullable_where_that_is_enabled() {
        let message = "No overload for method 'M' takes 2 arguments";
        check_fix(
            rule_of(module_path!()),
            "CS1501",
            message,
            "#nullable enable\nclass C { void M(int a) { } void N() { $0M(1, null); } }",
            "#nullable enable\nclass C { void M(int a, object? p) { } void N() { M(1, null); } }",
        );
        check_fix(
            rule_of(module_path!()),
            "CS1501",
            message,
            "#nullable enable\nclass C { void M(int a = 1) { } void N() { $0M(1, \"b\"); } }",
            "#nullable enable\nclass C { void M(int a = 1, string? v = null) { } void N() { M(1, \"b\"); } }",
        );
    }

    #[test]
    fn a_name_that_the_body_uses_keeps_its_meaning() {
        check_fix(
            rule_of(module_path!()),
            "CS1501",
            "No overload for method 'M' takes 1 arguments",
            "class C { int count; int M() { return count; } int N(int count) => $0M(count); }",
            "class C { int count; int M(int count1) { return count; } int N(int count) => M(count); }",
        );
    }

    #[test]
    fn type_parameters_of_the_caller_are_not_in_scope() {
        check_fix(
            rule_of(module_path!()),
            "CS1501",
            "No overload for method 'M' takes 2 arguments",
            "class C { public void M(int a) { } }\nclass D<T> { void N<U>(C c, T[][] t) { c.$0M(1, t); } }",
            "class C { public void M(int a, object t) { } }\nclass D<T> { void N<U>(C c, T[][] t) { c.M(1, t); } }",
        );
    }

    #[test]
    fn an_overload_is_not_doubled() {
        let before = "class C { void M(int a) { } void M(string a, int b) { } void M(int a, string b) { } void N() { $0M(1, \"\"); } }";
        check_no_fix(rule_of(module_path!()), "CS1501", "No overload for method 'M' takes 2 arguments", before);
    }

    #[test]
    fn a_constructor_does_not_come_to_call_itself() {
        let message = "There is no argument given that corresponds to the required parameter 'b' of 'C.C(int, int)'";
        let before = "class C { C(int a, int b) : $0this(a) { } }";
        check_no_fix(rule_of(module_path!()), "CS7036", message, before);
        let before = "class C { C(int a) : $0this(a, 1) { } }";
        check_no_fix(rule_of(module_path!()), "CS1729", TAKES_2, before);
    }

    #[test]
    fn references_are_not_given_a_default_value() {
        let message = "There is no argument given that corresponds to the required parameter 'b' of 'C.M(ref int)'";
        check_no_fix(
            rule_of(module_path!()),
            "CS7036",
            message,
            "class C { void M(ref int b) { } void N() { $0M(); } }",
        );
    }

    #[test]
    fn the_argument_that_does_not_fit_is_removed() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS1729",
            "'C<int>' does not contain a constructor that takes 4 arguments",
            "Remove argument 'b'",
            "class C<T> { public C(T a, int n, string s) { } } class D { object M(bool b) => new $0C<int>(1, 2, b, \"\"); }",
            "class C<T> { public C(T a, int n, string s) { } } class D { object M(bool b) => new C<int>(1, 2, \"\"); }",
        );
    }

    #[test]
    fn properties_that_became_out_parameters_are_replaced_where_all_are_in_reach() {
        let rule = rule_of(module_path!());
        let message =
            "There is no argument given that corresponds to the required parameter 'done' of 'R.Go(out bool, out int)'";
        let lost = |name: &str| {
            format!(
                "'R' does not contain a definition for '{name}' and no accessible extension method '{name}' accepting a first argument of type 'R' could be found (are you missing a using directive or an assembly reference?)"
            )
        };
        let file = |mark: &str, body: &str| {
            format!(
                "class R {{ public void Go(out bool done, out int n) {{ done = true; n = 1; }} }}\nclass C {{ void M(R r) {{ {} }} }}\n",
                body.replace('@', mark)
            )
        };
        let before = file("$0", "r.@Go(); if (r.Done) { }");
        let at = before.replace("$0", "").find("Done)").unwrap();
        let (code, text) = ("CS1061", lost("Done"));
        let after = file("", "r.@Go(out var done, out _); if (done) { }");
        check_fix_beside(rule, "CS7036", message, &[(at, code, &text)], &before, &after, true);
        // Outside of the block there is no variable.
        let before = file("$0", "{ r.@Go(); } if (r.Done) { }");
        let at = before.replace("$0", "").find("Done)").unwrap();
        let after = file("", "{ r.@Go(out _, out _); } if (r.Done) { }");
        check_fix_beside(rule, "CS7036", message, &[(at, code, &text)], &before, &after, false);
    }

    #[test]
    fn overrides_and_implementations_get_it_too() {
        let source = |p: &str| {
            format!(
                "class C {{ void T(I i) {{ i.$0M(1); }} }}\ninterface I {{ void M({p}); }}\nclass A : I {{ public virtual void M({p}) {{ }} }}\nclass B : A {{ public override void M({p}) {{ }} }}\nclass X {{ void M() {{ }} }}"
            )
        };
        let fixed = source("int v").replace("$0", "");
        check_fix_titled(
            rule_of(module_path!()),
            "CS1501",
            "No overload for method 'M' takes 1 arguments",
            "Add parameter to 'M()' (and overrides/implementations)",
            &source(""),
            &fixed,
        );
    }
}
