//! # Generate method
//!
//! A method that is called does not exist. Its name, parameters and return type are inferred from the call.
//!
//! ```csharp before
//! //@ error CS0103: The name 'Scale' does not exist in the current context
//! using System;
//!
//! class C
//! {
//!     int M(double number)
//!     {
//!         return $0Scale(number, 2);
//!     }
//! }
//! ```
//! ```csharp after
//! using System;
//!
//! class C
//! {
//!     int M(double number)
//!     {
//!         return Scale(number, 2);
//!     }
//!
//!     private int Scale(double number, int v)
//!     {
//!         throw new NotImplementedException();
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the method is not implemented yet, and the name may be misspelt.

use super::support::declarations;
use super::support::named::name_token;
use super::support::receiver::receiver_type;
use super::support::values::tested_type;
use codegen::csharp::members::{
    Added, add_member, declaring_file, has_pointer, hides_lines, imported, mentioned_type_parameters, type_node,
};
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use index::csharp::TypeOrigin;
use index::{Modifiers, Source};
use semantics::csharp::arguments::{ExpectedParameter, parameters};
use semantics::csharp::site::Site;
use semantics::csharp::target::is_interface;
use semantics::csharp::target::{is_conditional, is_unsafe, out_of_scope_type_parameters, without_type_parameters};
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::TYPE_DECLARATIONS;
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &[
    "CS0103", "CS1061", "CS0117", "CS1501", "CS7036", "CS1503", "CS0122", "CS0305", "CS0308", "CS1955", "CS0118",
    "CS1739", "CS1660", "CS1929",
];

/// A use of the missing method.
struct Call<'a> {
    /// The name.
    token: Node<'a>,
    /// The expression that names the method: what is called, or what is converted to a delegate.
    function: Node<'a>,
    /// The invocation, if it is called.
    invocation: Option<Node<'a>>,
    /// The expression before the dot.
    receiver: Option<Node<'a>>,
}

impl<'a> Call<'a> {
    fn at(token: Node<'a>) -> Option<Self> {
        let parent = token.parent()?;
        let named = if parent.kind() == "generic_name" { parent } else { token };
        let outer = named.parent()?;
        let is = |n: Node<'a>, field: &str, id: usize| n.field(field).is_some_and(|f| f.id() == id);
        let (mut function, receiver) = match outer.kind() {
            "member_access_expression" if is(outer, "name", named.id()) => (outer, outer.field("expression")),
            "member_access_expression" => (named, None),
            "member_binding_expression" => {
                let access = outer.parent().filter(|p| p.kind() == "conditional_access_expression")?;
                (access, access.field("condition"))
            }
            _ => (named, None),
        };
        let call =
            function.parent().filter(|p| p.kind() == "invocation_expression" && is(*p, "function", function.id()));
        if call.is_none() && receiver.is_none() && outer.kind() == "member_access_expression" {
            return None;
        }
        if let Some(call) = call {
            function = call.field("function").unwrap_or(function);
        }
        Some(Self { token, function, invocation: call, receiver })
    }
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(token) = name_token(ctx).or(ctx.token()) else { return Vec::new() };
    generate(ctx, token).unwrap_or_default()
}

/// The call that the diagnostic is about: the token's own, or the one whose argument list contains the token.
fn call_of<'a>(ctx: &RuleContext<'a>, token: Node<'a>) -> Option<Call<'a>> {
    let own = (token.kind() == "identifier").then(|| Call::at(token)).flatten();
    if !matches!(ctx.code().as_str(), "CS1503" | "CS1660" | "CS1739" | "CS7036" | "CS1501") {
        return own;
    }
    if let Some(call) = own.filter(|c| c.invocation.is_some() && matches!(ctx.code().as_str(), "CS7036" | "CS1501")) {
        return Some(call);
    }
    let invocation = ancestors(token)
        .find(|n| n.kind() == "argument_list")?
        .parent()
        .filter(|p| p.kind() == "invocation_expression")?;
    let function = invocation.field("function")?;
    let name = match function.kind() {
        "identifier" => function,
        "member_access_expression" => function.field("name")?,
        _ => return None,
    };
    let name = if name.kind() == "generic_name" { name.named().into_iter().next()? } else { name };
    Call::at(name)
}

/// Whether the name is missing elsewhere, too, as an operand: it is a value, not a method.
fn is_used_as_value(ctx: &RuleContext<'_>, token: Node<'_>) -> bool {
    let name = token.text_in(ctx.text());
    ctx.diagnostics.naming_in(ctx.path(), name).any(|d| {
        let leaf = || syntax::leaf_at(ctx.root(), d.range.start)?.parent();
        d.code == "CS0103" && d.argument(0) == Some(name) && leaf().is_some_and(|p| p.kind() == "binary_expression")
    })
}

fn generate<'a>(ctx: &RuleContext<'a>, token: Node<'a>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let call = call_of(ctx, token)?;
    let model = ctx.csharp();
    let written = call.token.text_in(text);
    // Keep `@` where the name is a keyword.
    let bare = written.trim_start_matches('@');
    let name = if syntax::csharp::naming::camel_case(bare).starts_with('@') { written } else { bare };
    if name.is_empty()
        || (name == "nameof"
            && call.invocation.is_some_and(|i| i.field("arguments").is_some_and(|a| a.named().len() == 1)))
    {
        return None;
    }
    let in_nameof = ancestors(call.token)
        .find(|n| {
            n.kind() == "invocation_expression" && n.field("function").is_some_and(|f| f.text_in(text) == "nameof")
        })
        .is_some_and(|_| call.invocation.is_none());
    let Some(enclosing) = ancestors(call.token).find(|n| n.is(TYPE_DECLARATIONS)) else {
        return local_function(ctx, &call, name);
    };
    let site = Site::at(call.token, text);

    // The type to add it to.
    let csharp = ctx.index.csharp();
    let (target, through_type) = match call.receiver {
        None => {
            (csharp.enclosing_type(ctx.path(), enclosing.field("name")?.start_byte())?, site.is_static && !in_nameof)
        }
        Some(receiver) => receiver_type(ctx, &model, receiver)?,
    };
    if !matches!(target.origin, TypeOrigin::Source(_)) || target.declaration.kind == index::DeclarationKind::Enum {
        return None;
    }

    // Its parameters and return type.
    let mut certain = true;
    let (wanted, result) = match call.invocation {
        Some(invocation) => {
            let list = invocation.field("arguments")?;
            let result = tested_type(&model, invocation).or_else(|| model.expected_type(invocation));
            let result = result.or_else(|| by_name(name, invocation));
            let result = result
                .map(|t| if is_conditional(invocation) && model.is_value_type(t.strip()) { t.not_null() } else { t });
            certain = result.is_some() && !is_receiver_awaited(invocation);
            (parameters(&model, list, text), result.unwrap_or_else(|| Type::named("object")))
        }
        None if is_used_as_value(ctx, call.token) => return None,
        None if in_nameof => (Vec::new(), Type::named("object")),
        None => {
            // A method group: use the signature of the delegate.
            let expected = model.expected_delegate(call.function)?;
            let (types, result) = model.delegate(&expected)?;
            let names = delegate_names(&model, &expected, types.len());
            let of = |(ty, (name, modifier)): (Type, (String, &'static str))| ExpectedParameter { modifier, ty, name };
            (types.into_iter().zip(names).map(of).collect(), result)
        }
    };

    let (target_file, at) = declaring_file(ctx, ctx.diagnostic.range.start, &target)?;
    let source = target_file.source();
    let node = type_node(source, at)?;
    let here = target_file.is_current() && node.byte_range().contains(&call.token.start_byte());
    let interface = is_interface(&target);
    if !interface && node.field("body").is_none_or(|b| b.kind() != "declaration_list") {
        return None;
    }

    // Type parameters: the explicit ones, else those of the methods around the call that the types mention.
    let explicit = call
        .token
        .parent()
        .filter(|p| p.kind() == "generic_name")
        .and_then(|p| p.named().into_iter().find(|c| c.kind() == "type_argument_list"));
    let mut type_parameters: Vec<(String, String)> = Vec::new();
    let mut foreign = out_of_scope_type_parameters(call.token, text, Some((node, source.parsed.text())));
    // The names of the call's type arguments in the method.
    let mut renamed: Vec<(Type, String)> = Vec::new();
    match explicit {
        Some(list) => {
            let arguments = list.named();
            let own = |n: &Node<'_>| site.method_parameters.iter().find(|(p, _)| p == n.text_in(text)).cloned();
            let kept: Vec<_> = arguments.iter().filter_map(own).collect();
            let repeated = kept.iter().enumerate().any(|(i, (n, _))| kept[..i].iter().any(|(m, _)| m == n));
            if kept.len() == arguments.len() && !repeated {
                type_parameters = kept;
            } else {
                for (i, argument) in arguments.iter().enumerate() {
                    let name = if arguments.len() == 1 { "T".to_owned() } else { format!("T{}", i + 1) };
                    let constraint = own(argument).map_or_else(String::new, |(_, c)| c);
                    type_parameters.push((name.clone(), constraint));
                    renamed.extend(model.written_type(*argument).map(|ty| (ty, name)));
                }
            }
            // With explicit type arguments, others cannot be inferred.
            let others = site.method_parameters.iter().map(|(n, _)| n);
            foreign.extend(others.filter(|n| !type_parameters.iter().any(|(p, _)| p == *n)).cloned());
        }
        None => {
            let mut known = site.method_parameters.clone();
            known.extend(foreign.drain(..).map(|name| (name, String::new())));
            let mut names = Vec::new();
            wanted.iter().for_each(|w| mentioned_type_parameters(&w.ty, &known, &mut names));
            mentioned_type_parameters(&result, &known, &mut names);
            type_parameters.extend(known.into_iter().filter(|(n, _)| names.contains(n)));
            type_parameters.sort_by_key(|(n, _)| names.iter().position(|m| m == n));
        }
    }
    let outside = |ty: &Type| {
        ty.map(&mut |t| match renamed.iter().rev().find(|(argument, _)| argument == t) {
            Some((_, name)) => Some(Type::named(name)),
            None => t.mentions(&foreign).then(|| without_type_parameters(t, &foreign)).filter(|new| new.is("object")),
        })
    };
    let result = outside(&result);
    let wanted: Vec<ExpectedParameter> =
        wanted.into_iter().map(|w| ExpectedParameter { ty: outside(&w.ty), ..w }).collect();

    let offset = node.field("body").map_or(node.end_byte(), |b| (b.start_byte() + 1).min(b.end_byte()));
    let mut namespaces = Vec::new();
    let place = if here { call.token.start_byte() } else { offset };
    let mut spelled = |ty: &Type| imported(ctx, source, ty, place, &mut namespaces);
    let list: Vec<String> = wanted.iter().map(|w| format!("{}{} {}", w.modifier, spelled(&w.ty), w.name)).collect();
    let generics = if type_parameters.is_empty() {
        String::new()
    } else {
        format!("<{}>", type_parameters.iter().map(|(n, _)| n.as_str()).collect::<Vec<_>>().join(", "))
    };
    let constraints: String =
        type_parameters.iter().filter(|(_, c)| !c.is_empty()).map(|(n, c)| format!(" where {n} : {c}")).collect();
    let by_ref = call.invocation.and_then(|i| i.parent()).is_some_and(|p| p.kind() == "ref_expression");
    let result_text = format!("{}{}", if by_ref { "ref " } else { "" }, spelled(&result));
    let signature = format!("{result_text} {name}{generics}({}){constraints}", list.join(", "));

    let is_static = through_type || target.declaration.modifiers.contains(Modifiers::STATIC);
    let pointers =
        !is_unsafe(node, source.parsed.text()) && (has_pointer(&result) || wanted.iter().any(|w| has_pointer(&w.ty)));
    // Private where the use can access it.
    let access = if here { "private" } else { "internal" };
    let title = format!("Generate method '{name}'");
    // A further overload is a guess: the call may be what is wrong.
    let missing = matches!(ctx.code().as_str(), "CS0103" | "CS1061" | "CS0117");
    let known = call.receiver.is_none() && declarations::is_known(ctx, call.token, bare);
    let bulk = if missing && certain && !known { declarations::member(ctx, &target, bare) } else { Bulk::Manual };
    let bulk = (bulk, declarations::key(&target, bare));
    let near = here.then(|| call.token.start_byte());
    let mut out = Vec::new();
    if interface {
        let line = format!("{}{signature};", if is_static { "static abstract " } else { "" });
        let edit = add_member(source, node, Added::Method, &[line], near, None)?;
        out.push(finish(ctx, source, title, edit, &namespaces, false, bulk.clone()));
        return Some(out);
    }
    let modifiers =
        format!("{access} {}{}", if is_static { "static " } else { "" }, if pointers { "unsafe " } else { "" });
    let lines = [
        format!("{modifiers}{signature}"),
        "{".to_owned(),
        format!("{}throw new {}NotImplementedException();", '\u{1}', if hides_lines(source) { "System." } else { "" }),
        "}".to_owned(),
    ];
    let edit = add_member(source, node, Added::Method, &lines, near, None)?;
    out.push(finish(ctx, source, title, edit, &namespaces, true, bulk.clone()));
    if target.declaration.modifiers.contains(Modifiers::ABSTRACT) && !is_static {
        let access = if access == "private" { "internal" } else { access };
        let line = format!("{access} abstract {signature};");
        if let Some(edit) = add_member(source, node, Added::Method, &[line], near, None) {
            out.push(finish(
                ctx,
                source,
                format!("Generate abstract method '{name}'"),
                edit,
                &namespaces,
                false,
                bulk.clone(),
            ));
        }
    }
    Some(out)
}

/// Whether a member of the awaited result is used, whose type nothing tells: `(await N()).Length`.
fn is_receiver_awaited(invocation: Node<'_>) -> bool {
    let awaited = invocation.parent().filter(|p| p.kind() == "await_expression");
    let mut outer =
        awaited.into_iter().flat_map(ancestors).skip(1).skip_while(|n| n.kind() == "parenthesized_expression");
    outer.next().is_some_and(|o| {
        o.is(&["member_access_expression", "element_access_expression", "conditional_access_expression"])
    })
}

/// A local function after the top-level statements of a program.
fn local_function<'a>(ctx: &RuleContext<'a>, call: &Call<'a>, name: &str) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let invocation = call.invocation.filter(|_| call.receiver.is_none() && call.token == call.function)?;
    let last = ctx.root().named().into_iter().rfind(|n| n.kind() == "global_statement")?;
    let model = ctx.csharp();
    let mut namespaces = Vec::new();
    let mut spelled = |ty: &Type| imported(ctx, ctx.source, ty, call.token.start_byte(), &mut namespaces);
    let wanted = parameters(&model, invocation.field("arguments")?, text);
    let list: Vec<String> = wanted.iter().map(|w| format!("{}{} {}", w.modifier, spelled(&w.ty), w.name)).collect();
    let result = model.expected_type(invocation).or_else(|| by_name(name, invocation));
    let head = format!("{} {name}({})", spelled(&result.unwrap_or_else(|| Type::named("object"))), list.join(", "));
    let (eol, unit) = (ctx.eol(), ctx.indent_unit());
    let body = format!("{{{eol}{unit}throw new NotImplementedException();{eol}}}");
    let edit = text::TextEdit::insert(last.end_byte(), format!("{eol}{eol}{head}{eol}{body}"));
    let key = (Bulk::Manual, format!("function:{name}"));
    Some(vec![finish(ctx, ctx.source, format!("Generate method '{name}'"), edit, &namespaces, true, key)])
}

fn finish(
    ctx: &RuleContext<'_>,
    source: &Source,
    title: String,
    edit: text::TextEdit,
    namespaces: &[String],
    throws: bool,
    (bulk, key): (Bulk, String),
) -> Fix {
    let mut fix = ctx.fix(title, Applicability::Unsafe).declares(key).in_bulk(bulk);
    // Inside the namespace `System` no import is needed.
    let scope = ctx.index.csharp().namespaces_in_scope(&source.path, edit.range.start);
    let mut wanted: Vec<String> = namespaces.to_vec();
    if throws && !hides_lines(source) && !scope.iter().any(|n| n == "System") {
        wanted.push("System".to_owned());
    }
    for namespace in wanted {
        let request = ImportRequest::Using { namespace };
        fix = fix.import_in(source, request);
    }
    fix.edit_in(source, edit).build()
}

/// `IsOpen()`, `HasItems()`: `bool` by convention.
fn by_name(name: &str, invocation: Node<'_>) -> Option<Type> {
    let custom = ["Is", "Has", "Are", "Can", "Should", "Contains"]
        .iter()
        .any(|p| name.strip_prefix(p).is_some_and(|r| r.starts_with(char::is_uppercase)));
    let value = invocation.parent().is_some_and(|p| p.kind() != "expression_statement");
    (custom && value).then(|| Type::named("bool"))
}

/// Parameter names of a delegate type, with their modifiers.
fn delegate_names(model: &SemanticModel<'_>, delegate: &Type, count: usize) -> Vec<(String, &'static str)> {
    let full = delegate.full_name();
    if full == "System.Func" || full == "System.Action" {
        return match count {
            1 => vec![(if full == "System.Func" { "arg" } else { "obj" }.to_owned(), "")],
            _ => (1..=count).map(|i| (format!("arg{i}"), "")).collect(),
        };
    }
    let parameters = model.resolve(delegate).map(|d| d.declaration.parameters.clone()).unwrap_or_default();
    if parameters.len() == count {
        let modifier = |m: &str| match m {
            "ref" => "ref ",
            "out" => "out ",
            "in" => "in ",
            _ => "",
        };
        return parameters.iter().map(|p| (p.name.to_string(), modifier(&p.modifiers))).collect();
    }
    (1..=count).map(|i| (format!("arg{i}"), "")).collect()
}

#[cfg(test)]
mod tests {
    use crate::csharp::support::name_not_found;
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn static_and_with_ref() {
        check_fix(
            rule_of(module_path!()),
            "CS0103",
            &name_not_found("N"),
            "using System;\nclass C\n{\n\tstatic void M(int a)\n\t{\n\t\t$0N(ref a, null);\n\t}\n\n\tint x;\n}\n",
            "using System;\nclass C\n{\n\tstatic void M(int a)\n\t{\n\t\tN(ref a, null);\n\t}\n\n\tprivate static void N(ref int a, object p)\n\t{\n\t\tthrow new NotImplementedException();\n\t}\n\n\tint x;\n}\n",
        );
    }

    #[test]
    fn in_an_interface_of_another_file() {
        check_fix(
            rule_of(module_path!()),
            "CS1061",
            "'I' does not contain a definition for 'N' and no accessible extension method 'N' accepting a first argument of type 'I' could be found (are you missing a using directive or an assembly reference?)",
            "//- /a.cs\nclass C { string M(I i) => i.$0N(1); }\n//- /b.cs\ninterface I\n{\n}\n",
            "//- /a.cs\nclass C { string M(I i) => i.N(1); }\n//- /b.cs\ninterface I\n{\n    string N(int v);\n}\n",
        );
    }

    /// Checks that `method`, with the generated body, is added after the member `m` of a class.
    fn check_in_class(head: &str, m: &str, name: &str, method: &str) {
        let class = |m: &str, method: &str| format!("using System;\n{head}\n{{\n    {m}{method}\n}}\n");
        let body = format!("\n\n    {method}\n    {{\n        throw new NotImplementedException();\n    }}");
        let after = class(&m.replace("$0", ""), &body);
        check_fix(rule_of(module_path!()), "CS0103", &name_not_found(name), &class(m, ""), &after);
    }

    #[test]
    fn type_arguments_become_type_parameters() {
        check_in_class("class C", "int M(int[] a) => $0N<int>(a);", "N", "private T N<T>(T[] a)");
        check_in_class("class C", "void M<U>(U u) => $0N<int, string>(u);", "N", "private void N<T1, T2>(object u)");
        check_in_class("class C<K, V>", "V M(K k) => $0N<K, V>(k);", "N", "private T2 N<T1, T2>(T1 k)");
    }

    #[test]
    fn from_a_delegate_signature() {
        let head = "delegate bool D(ref int n); class O { public O(object o) { } public O(D d) { } } class C";
        check_in_class(head, "void M() => new O($0N);", "N", "private bool N(ref int n)");
        check_in_class(head, "D M() => new D($0N);", "N", "private bool N(ref int n)");
    }

    #[test]
    fn type_parameters_of_the_target_type_are_not_repeated() {
        check_fix(
            rule_of(module_path!()),
            "CS1061",
            "'I<T>' does not contain a definition for 'N' and no accessible extension method 'N' accepting a first argument of type 'I<T>' could be found (are you missing a using directive or an assembly reference?)",
            "class C<T>\n{\n    T M(I<T> i) => i.$0N();\n}\ninterface I<T>\n{\n}\n",
            "class C<T>\n{\n    T M(I<T> i) => i.N();\n}\ninterface I<T>\n{\n    T N();\n}\n",
        );
        check_fix(
            rule_of(module_path!()),
            "CS1061",
            "'T' does not contain a definition for 'N' and no accessible extension method 'N' accepting a first argument of type 'T' could be found (are you missing a using directive or an assembly reference?)",
            "class C\n{\n    void M<T>(T t) where T : I => t.$0N();\n}\ninterface I\n{\n}\n",
            "class C\n{\n    void M<T>(T t) where T : I => t.N();\n}\ninterface I\n{\n    void N();\n}\n",
        );
    }

    #[test]
    fn a_local_function_for_top_level_statements() {
        check_fix(
            rule_of(module_path!()),
            "CS0103",
            &name_not_found("N"),
            "using System;\n\nint a = $0N(1);\n",
            "using System;\n\nint a = N(1);\n\nint N(int v)\n{\n    throw new NotImplementedException();\n}\n",
        );
    }

    #[test]
    fn nothing_for_a_plain_value() {
        check_no_fix(rule_of(module_path!()), "CS0103", &name_not_found("n"), "class C { void M() { int a = $0n; } }");
    }

    #[test]
    fn nothing_for_a_type_of_a_library() {
        check_no_fix(
            rule_of(module_path!()),
            "CS1061",
            "'string' does not contain a definition for 'N' and no accessible extension method 'N' accepting a first argument of type 'string' could be found (are you missing a using directive or an assembly reference?)",
            "class C { void M(string s) { s.$0N(); } }",
        );
    }

    #[test]
    fn the_type_that_the_result_is_tested_for() {
        check_fix(
            rule_of(module_path!()),
            "CS0103",
            "The name 'Find' does not exist in the current context",
            "class C\n{\n    C M() => $0Find(this) as C;\n}",
            "using System;\n\nclass C\n{\n    C M() => Find(this) as C;\n\n    private C Find(C c)\n    {\n        throw new NotImplementedException();\n    }\n}",
        );
    }
}
