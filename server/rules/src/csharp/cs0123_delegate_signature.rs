//! # Method that does not fit the delegate
//!
//! A method is used as a delegate whose parameters (CS0123) or result (CS0407) are others.
//!
//! ```csharp before
//! //@ error CS0123: No overload for 'OnClosed' matches delegate 'EventHandler'
//! using System;
//! class Window
//! {
//!     public event EventHandler Closed;
//!     public Window() { $0Closed += OnClosed$0; }
//!     private void OnClosed(object sender) { }
//! }
//! ```
//! ```csharp after
//! using System;
//! class Window
//! {
//!     public event EventHandler Closed;
//!     public Window() { Closed += OnClosed; }
//!     private void OnClosed(object sender, EventArgs e) { }
//! }
//! ```
//! ```csharp before
//! //@ error CS0407: 'int C.Next()' has the wrong return type
//! using System;
//! class C
//! {
//!     int Next() => 1;
//!     Action M() => $0Next$0;
//! }
//! ```
//! ```csharp after
//! using System;
//! class C
//! {
//!     int Next() => 1;
//!     Action M() => () => Next();
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the method gets parameters where it is private and named only as such a delegate; elsewhere a lambda expression passes on those
//! that the method has. A handler that is taken off again stays as it is.

use fix::{Applicability, Fix, ImportRequest, RuleContext};
use index::DeclarationKind;
use semantics::csharp::{Member, SemanticModel, Type};
use syntax::csharp::naming::escape_keyword;
use syntax::csharp::{FUNCTIONS, descendants, has_modifier, parameters, type_of};
use syntax::{Node, NodeExt, ancestors, child_of_kind};

pub(crate) const CODES: &[&str] = &["CS0123", "CS0407"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

struct Delegate {
    names: Vec<String>,
    types: Vec<Type>,
    by_reference: bool,
    result: Type,
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token()?;
    let start = token.start_byte();
    let begun = ancestors(token)
        .take_while(|n| n.start_byte() == start)
        .filter(|n| n.is(&["identifier", "member_access_expression"]))
        .last()?;
    // The compiler points at the whole of `E += Group`.
    let adds = begun.parent().filter(|p| p.kind() == "assignment_expression" && p.field("left") == Some(begun));
    let group = adds.and_then(|a| a.field("right")).unwrap_or(begun);
    if !group.is(&["identifier", "member_access_expression"]) {
        return None;
    }
    let model = ctx.csharp();
    let expected =
        model.expected_delegate(group).or_else(|| model.expected_type(group)).or_else(|| assigned(&model, group))?;
    let delegate = delegate(&model, &expected)?;
    let name = group.field("name").unwrap_or(group).text_in(text);
    let mut out = Vec::new();
    out.extend(change_parameters(ctx, &model, group, name, &delegate));
    out.extend(lambda(ctx, &model, group, name, &delegate));
    Some(out)
}

/// The type of what the group is assigned to: `E += Group`.
fn assigned<'a>(model: &SemanticModel<'a>, group: Node<'a>) -> Option<Type> {
    let assignment = group.parent().filter(|p| p.kind() == "assignment_expression")?;
    model.type_of(assignment.field("left")?)
}

fn delegate(model: &SemanticModel<'_>, ty: &Type) -> Option<Delegate> {
    let (types, result) = model.delegate(ty)?;
    let found = model.resolve(ty.strip())?;
    let declared = &found.declaration.parameters;
    let short = |i: usize, name: &str| match declared.len() {
        _ if !name.starts_with("arg") && name != "obj" => name.to_owned(),
        1 => "x".to_owned(),
        _ => format!("x{}", i + 1),
    };
    let names = declared.iter().enumerate().map(|(i, p)| escape_keyword(&short(i, &p.name)).to_string()).collect();
    let by_reference = declared.iter().any(|p| !p.modifiers.is_empty());
    Some(Delegate { names, types, by_reference, result })
}

/// The method's overloads, where the group names methods of one type.
fn methods<'a>(model: &SemanticModel<'a>, group: Node<'a>, name: &str) -> Option<Vec<Member>> {
    let owner = match group.field("expression") {
        Some(receiver) => model.type_of(receiver).or_else(|| model.denoted_type(receiver))?,
        None => model.enclosing_types(group).into_iter().next()?,
    };
    let found = model.members_named(&owner, name);
    (!found.is_empty() && found.iter().all(|m| m.declaration.kind == DeclarationKind::Method)).then_some(found)
}

/// `(a, b) => Method(a)`: passes on the parameters that the method has.
fn lambda<'a>(
    ctx: &RuleContext<'a>,
    model: &SemanticModel<'a>,
    group: Node<'a>,
    name: &str,
    to: &Delegate,
) -> Option<Fix> {
    let found = methods(model, group, name)?;
    // Taking a lambda expression off an event does nothing.
    if to.by_reference || in_subtraction(group) || is_taken_off(ctx, group) {
        return None;
    }
    let fits = |m: &Member| -> Option<Vec<String>> {
        let d = &m.declaration;
        if !d.type_parameters.is_empty() || d.parameters.iter().any(|p| !p.modifiers.is_empty()) {
            return None;
        }
        let result = model.member_type(m)?;
        if !to.result.is("void") && !model.converts(&result, &to.result) {
            return None;
        }
        let wanted: Option<Vec<Type>> = d.parameters.iter().map(|p| model.member_text(m, &p.type_text)).collect();
        let wanted = wanted?;
        // Each parameter takes the next one of the delegate that converts to it.
        let (mut at, mut passed) = (0, Vec::new());
        for ty in &wanted {
            let i = (at..to.types.len()).find(|i| model.converts(&to.types[*i], ty))?;
            passed.push(to.names[i].clone());
            at = i + 1;
        }
        Some(passed)
    };
    let candidates: Vec<Vec<String>> = found.iter().filter_map(fits).collect();
    let [passed] = candidates.as_slice() else { return None };
    let taken = |n: &String| {
        descendants(group.enclosing(FUNCTIONS).unwrap_or(group))
            .any(|x| x.kind() == "identifier" && x.text_in(ctx.text()) == n.as_str())
    };
    if to.names.iter().any(taken) {
        return None;
    }
    let list = match to.names.as_slice() {
        [only] => only.clone(),
        all => format!("({})", all.join(", ")),
    };
    let value = format!("{list} => {}({})", group.text_in(ctx.text()), passed.join(", "));
    let fix = ctx.fix("Use lambda expression", Applicability::Unsafe).replace(group.byte_range(), value);
    Some(fix.build())
}

fn in_subtraction(group: Node<'_>) -> bool {
    group
        .parent()
        .is_some_and(|p| p.kind() == "assignment_expression" && p.all_children().iter().any(|c| c.kind() == "-="))
}

/// Whether the type also takes the method off the event.
fn is_taken_off(ctx: &RuleContext<'_>, group: Node<'_>) -> bool {
    let text = ctx.text();
    let Some(ty) = type_of(group) else { return true };
    descendants(ty).any(|n| {
        n.kind() == "assignment_expression"
            && n.all_children().iter().any(|c| c.kind() == "-=")
            && n.field("right").is_some_and(|r| r.text_in(text) == group.text_in(text))
    })
}

/// Gives a private method, which is only named as a delegate, the parameters of the delegate.
fn change_parameters<'a>(
    ctx: &RuleContext<'a>,
    model: &SemanticModel<'a>,
    group: Node<'a>,
    name: &str,
    to: &Delegate,
) -> Option<Fix> {
    let text = ctx.text();
    if ctx.code() != "CS0123" || to.by_reference || group.kind() != "identifier" {
        return None;
    }
    let ty = type_of(group).filter(|t| !has_modifier(*t, text, "partial"))?;
    let named =
        |n: &Node<'a>| n.kind() == "method_declaration" && n.field("name").is_some_and(|f| f.text_in(text) == name);
    let all: Vec<Node<'a>> = ty.field("body")?.named().into_iter().filter(named).collect();
    let [method] = all.as_slice() else { return None };
    let bound = ["public", "protected", "internal", "override", "virtual", "abstract"];
    if bound.iter().any(|m| has_modifier(*method, text, m)) || method.field("type_parameters").is_some() {
        return None;
    }
    let is_called = descendants(ty).any(|n| {
        n.kind() == "invocation_expression"
            && n.field("function").is_some_and(|f| f.field("name").unwrap_or(f).text_in(text) == name)
    });
    // Its own parameters keep their names where the types fit; the others must not be lost.
    let own = parameters(*method);
    if is_called || own.len() > to.types.len() || child_of_kind(*method, "explicit_interface_specifier").is_some() {
        return None;
    }
    let offset = method.field("parameters")?.start_byte();
    let mut namespaces = Vec::new();
    let mut written = Vec::new();
    let mut left = own.iter().peekable();
    for (ty, name) in to.types.iter().zip(&to.names) {
        let next =
            left.peek().and_then(|p| Some((p.field("name")?.text_in(text), model.written_type(p.field("type")?)?)));
        let keeps = next.filter(|(_, declared)| {
            model.converts(ty, declared) && declared.without_annotations() == ty.without_annotations()
        });
        if keeps.is_some() {
            written.extend(left.next().map(|p| p.text_in(text).to_owned()));
            continue;
        }
        let (spelled, more) = model.display_at(ty, offset);
        namespaces.extend(more);
        let taken = own.iter().any(|p| p.field("name").is_some_and(|n| n.text_in(text) == name));
        written.push(if taken { format!("{spelled} {name}1") } else { format!("{spelled} {name}") });
    }
    if left.next().is_some() {
        return None;
    }
    let fix = ctx.fix(format!("Change parameters of '{name}'"), Applicability::Unsafe);
    let fix = fix.replace(method.field("parameters")?.byte_range(), format!("({})", written.join(", "))).preferred();
    let requests = namespaces.into_iter().map(|n| ImportRequest::Using { namespace: n.to_string() });
    Some(requests.fold(fix, |fix, request| fix.import(request)).build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};
    const MESSAGE: &str = "No overload for 'A' matches delegate 'H'";

    fn file(members: &str) -> String {
        format!("using System;\ndelegate void H(int i, string s);\nclass C\n{{\n    {members}\n}}\n")
    }

    #[test]
    fn a_private_handler_gets_the_parameters() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            ("void A() { } H M() { H h = $0A; return h; }", "void A(int i, string s) { } H M() { H h = A; return h; }"),
            (
                "event H E; void A(string text) { } void M() { $0E += A; E -= A; }",
                "event H E; void A(int i, string text) { } void M() { E += A; E -= A; }",
            ),
        ] {
            check_fix(rule, "CS0123", MESSAGE, &file(before), &file(after));
            check_fix_all(rule, "CS0123", MESSAGE, &[], &file(before), None);
        }
    }

    #[test]
    fn a_lambda_expression_elsewhere() {
        let rule = rule_of(module_path!());
        for (code, before, after) in [
            (
                "CS0123",
                "public void A(int n) { } H M() => $0A;",
                "public void A(int n) { } H M() => (i, s) => A(n: 0);",
            ),
            (
                "CS0407",
                "int A() => 1; void M() { Action a = $0A; }",
                "int A() => 1; void M() { Action a = () => A(); }",
            ),
            (
                "CS0407",
                "int A(int i) => 1; Func<int, long> M() => $0this.A;",
                "int A(int i) => 1; Func<int, long> M() => x => this.A(x);",
            ),
        ] {
            check_fix(rule, code, MESSAGE, &file(before), &file(&after.replace("A(n: 0)", "A(i)")));
        }
        check_no_fix(rule, "CS0407", MESSAGE, &file("void A() { } Func<int> M() => $0A;"));
        check_no_fix(rule, "CS0123", MESSAGE, &file("public void A(DateTime d) { } H M() => $0A;"));
    }
}
