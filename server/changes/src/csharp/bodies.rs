//! A member that is gone: its uses do what its body did.

use super::names::{is_static, receiver_is_type};
use super::shape::{has_effects, value_of};
use super::witness::{Holes, Old, is_alone, is_simple, single_expression, transplant};
use super::{Draft, Use};
use crate::DeclarationChange;
use index::{Declaration, DeclarationKind, Modifiers};
use semantics::Semantics;
use smol_str::SmolStr;
use syntax::csharp::is_pure;
use syntax::{Node, NodeExt};

/// What becomes of a use of what is gone; nothing is invented.
pub(super) fn carry(used: &Use<'_, '_>, draft: &mut Draft) -> Option<()> {
    let change = used.site.change;
    let then = &change.then;
    if let Some(()) = given_by_call(used, draft) {
        return Some(());
    }
    if !matches!(then.kind, DeclarationKind::Method | DeclarationKind::Property) || used.now.conditional {
        return None;
    }
    let dispatched = Modifiers::VIRTUAL | Modifiers::ABSTRACT | Modifiers::OVERRIDE | Modifiers::ASYNC;
    // Type arguments that are written have no place in what its body calls.
    let written = used.now.name.kind() == "generic_name";
    if then.modifiers.intersects(dispatched) || written {
        return None;
    }
    let text = used.text();
    let is_method = then.kind == DeclarationKind::Method;
    if used.now.is_only_named(text) || used.now.is_in_initializer() || is_method != used.now.call.is_some() && is_method
    {
        return None;
    }
    if !is_method && used.now.is_written() {
        return None;
    }
    let old = Old::of(used)?;
    let member = old.node(&used.site.past.index)?;
    let (expression, returns) = single_expression(member, then)?;
    if expression.kind().ends_with("_literal") || expression.is(&["default_expression", "throw_expression"]) {
        // A value is no other way to the same.
        return None;
    }
    let ways = ["invocation_expression", "member_access_expression", "object_creation_expression", "identifier"];
    if !expression.is(&ways) {
        draft.doubt("what it did is written out");
    }
    let sema = Semantics::new(&used.site.past.index, &old.source);
    let whole = if is_method { used.now.whole() } else { used.now.access };
    let is_statement = whole.parent().is_some_and(|p| p.kind() == "expression_statement");
    if !returns && !is_statement {
        return None;
    }
    if is_statement && !expression.is(syntax::csharp::STATEMENT_EXPRESSIONS) {
        return None;
    }
    // The arguments, by parameter.
    let extension = then.modifiers.contains(Modifiers::EXTENSION);
    let type_receiver = used.then.receiver.is_some() && receiver_is_type(used)?;
    let reduced = extension && used.then.receiver.is_some() && !type_receiver;
    let mut values: Vec<Option<Node<'_>>> = vec![None; then.parameters.len()];
    let mut next = 0;
    if reduced {
        *values.first_mut()? = used.now.receiver;
        next = 1;
    }
    for argument in if is_method { used.now.arguments() } else { Vec::new() } {
        if super::shape::passing_of(argument).is_some() {
            return None;
        }
        let at = match argument.field("name") {
            Some(name) => then.parameters.iter().position(|p| p.name == name.text_in(text))?,
            None => next,
        };
        next = at + 1;
        let parameter = then.parameters.get(at)?;
        if parameter.rest || values[at].is_some() {
            return None;
        }
        values[at] = Some(value_of(argument)?);
    }
    let receiver = match used.now.receiver {
        _ if is_static(then) => None,
        Some(receiver) => Some(receiver),
        None => None,
    };
    let receiver_text = match (is_static(then), receiver) {
        (true, _) => None,
        (false, Some(r)) if r.kind() == "this" || is_simple(r) => Some(r.text_in(text)),
        (false, Some(_)) => return None,
        (false, None) => Some(""),
    };
    // `this` alone, where nothing is written.
    let mentions = |name: &str| syntax::leaves_named(expression, sema.text(), name).len();
    for (parameter, value) in then.parameters.iter().zip(&values) {
        let Some(value) = value else { continue };
        if has_effects(*value, text) && mentions(&parameter.name) != 1 {
            return None;
        }
        if !is_pure(*value) && mentions(&parameter.name) > 1 && value.kind() != "member_access_expression" {
            draft.doubt("an argument is evaluated more than once");
        }
    }
    let acting: Vec<usize> = (0..values.len()).filter(|i| values[*i].is_some_and(|v| has_effects(v, text))).collect();
    let place = |i: &usize| {
        let name = &then.parameters[*i].name;
        syntax::leaves_named(expression, sema.text(), name).first().map(|l| l.start_byte())
    };
    if !acting.iter().map(place).is_sorted() {
        draft.doubt("the arguments are evaluated in another order");
    }
    if let Some(r) = receiver
        && has_effects(r, text)
    {
        draft.doubt("the receiver may be evaluated more than once");
    }
    let parameter = |name: &str| {
        let i = then.parameters.iter().position(|p| p.name == name)?;
        match values[i] {
            Some(value) => Some((value.text_in(text).to_owned(), is_simple(value))),
            None => (!then.parameters[i].default.is_empty()).then(|| (then.parameters[i].default.to_string(), true)),
        }
    };
    let holes = Holes { parameter: &parameter, receiver: receiver_text };
    let new = transplant(used, sema, expression, &holes, draft)?;
    let new = if is_simple(expression) || is_alone(whole) { new } else { format!("({new})") };
    draft.replace(whole.range(), new);
    Some(())
}

/// A property that is gone, and that a method of its type gives by an `out` parameter of its name now: the local variable of the call before.
fn given_by_call(used: &Use<'_, '_>, draft: &mut Draft) -> Option<()> {
    let site = used.site;
    let then = &site.change.then;
    let text = used.text();
    if !matches!(then.kind, DeclarationKind::Property | DeclarationKind::Field)
        || used.now.is_written()
        || used.now.conditional
        || used.now.is_only_named(text)
        || used.now.is_in_initializer()
    {
        return None;
    }
    let receiver = used.now.receiver.map_or("", |r| r.text_in(text));
    let gives = |c: &&DeclarationChange| given_name(c, then).is_some() && c.container == site.change.container;
    let mut givers = site.changes.list.iter().filter(gives);
    let giver = givers.next().filter(|_| givers.next().is_none())?;
    let name = given_name(giver, then)?;
    let function = syntax::csharp::function_of(used.now.leaf)?;
    let is_call = |n: &Node<'_>| {
        let shape = n.field("function").and_then(last_name).and_then(super::shape::Shape::of);
        shape.is_some_and(|s| {
            s.receiver.map_or("", |r| r.text_in(text)) == receiver
                && (s.name.text_in(text) == giver.then.name
                    || giver.now.as_ref().is_some_and(|d| s.name.text_in(text) == d.name))
        })
    };
    // The nearest one before, in a block that the use stands in.
    let call = syntax::ancestors(used.now.leaf).take_while(|n| *n != function).find_map(|n| {
        let mut before = n.prev_named_sibling();
        while let Some(statement) = before {
            let call = statement.named().into_iter().next().filter(|c| c.kind() == "invocation_expression");
            if let Some(call) = call.filter(|c| statement.kind() == "expression_statement" && is_call(c)) {
                return Some(call);
            }
            before = statement.prev_named_sibling();
        }
        None
    })?;
    let others = syntax::leaves_named(function, text, &name);
    if others.iter().any(|l| l.end_byte() <= call.start_byte()) {
        return None;
    }
    draft.replace(used.now.access.range(), name.as_str());
    draft.doubt("it is what the call before gave");
    Some(())
}

/// The new `out` parameter that gives what a member of this name held.
pub(super) fn given_name(change: &DeclarationChange, member: &Declaration) -> Option<SmolStr> {
    let now = change.now.as_ref()?;
    let added =
        change.parameters.iter().enumerate().filter(|(_, from)| from.is_none()).map(|(j, _)| &now.parameters[j]);
    let mut given = added.filter(|p| {
        p.modifiers.split(' ').any(|m| m == "out")
            && p.name.eq_ignore_ascii_case(&member.name)
            && p.type_text == member.type_text
    });
    Some(given.next()?.name.clone())
}

fn last_name(function: Node<'_>) -> Option<Node<'_>> {
    match function.kind() {
        "identifier" => Some(function),
        _ => function.field("name").filter(|n| n.kind() == "identifier"),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_nothing, check_safe, check_unsafe};

    const REST: &str =
        "public int Length; public int Sum(int a, int b) => a + b; public static int Twice(int n) => n * 2;";

    fn shop(member: &str) -> String {
        format!("//- /Shop.cs\npublic class Shop {{ {member} {REST} }}\n")
    }
    fn use_(body: &str) -> String {
        format!("class Use {{ int M(Shop s, int i) {{ {body} }} int Next() => 1; }}\n")
    }
    fn now(body: &str) -> String {
        format!("{}//- /Use.cs\n{}", shop(""), use_(body))
    }
    const MESSAGE: &str = "'Shop' does not contain a definition for 'Old'";

    #[test]
    fn a_use_does_what_the_old_body_did() {
        let check = |member: &str, before: &str, after: &str| {
            check_safe(&shop(member), &now(before), "CS1061", MESSAGE, &use_(after))
        };
        check("public int Old(int x) => Sum(x, 1);", "return s.$0Old(i);", "return s.Sum(i, 1);");
        check("public int Old(int x) { return Sum(x, x); }", "return s.$0Old(i);", "return s.Sum(i, i);");
        check("public static int Old(int x) => Twice(x);", "return Shop.$0Old(i + 1);", "return Shop.Twice(i + 1);");
        check("public int Old => Length;", "return s.$0Old;", "return s.Length;");
        check_unsafe(
            &shop("public int Old(int x) => x * 2;"),
            &now("return 1 + s.$0Old(i + 1) * 3;"),
            "CS1061",
            MESSAGE,
            &use_("return 1 + ((i + 1) * 2) * 3;"),
        );
        check("public int Old(int x, int y = 4) => Sum(x, y);", "return s.$0Old(i);", "return s.Sum(i, 4);");
    }

    #[test]
    fn a_generic_forwarder_and_what_its_target_needs() {
        check_safe(
            "//- /A.cs\nnamespace A;\npublic static class Old { public static T First<T>(T a, int n) => B.New.First(a, n); public static int Rest; }\n//- /B.cs\nnamespace B;\npublic static class New { public static T First<T>(T a, int n) => a; }\n",
            "//- /A.cs\nnamespace A;\npublic static class Old { public static int Rest; }\n//- /Use.cs\nusing A;\n\nclass Use { string M(string s) => Old.$0First(s, 1); }\n",
            "CS0117",
            "'Old' does not contain a definition for 'First'",
            "using A;\n\nclass Use { string M(string s) => B.New.First(s, 1); }\n",
        );
    }

    #[test]
    fn properties_that_became_results_of_a_call() {
        let then = "//- /Plan.cs\npublic class Plan { public void Mark() { } public bool Drop => true; public bool Stay => true; }\n";
        let now = "//- /Plan.cs\npublic class Plan { public void Mark(out bool drop) { drop = true; } public bool Stay => true; }\n";
        let use_ = |body: &str| format!("class Use {{ Plan _plan; int M() {{ {body} }} }}\n");
        let check = |before: &str, after: &str| {
            check_unsafe(
                then,
                &format!("{now}//- /Use.cs\n{}", use_(before)),
                "CS1061",
                "'Plan' does not contain a definition for 'Drop'",
                &use_(after),
            );
        };
        check(
            "_plan.$0Mark(); if (_plan.Drop) return 1; return 2;",
            "_plan.Mark(out var drop); if (_plan.Drop) return 1; return 2;",
        );
        check("_plan.Mark(); if (_plan.$0Drop) return 1; return 2;", "_plan.Mark(); if (drop) return 1; return 2;");
        check_nothing(
            then,
            &format!("{now}//- /Use.cs\n{}", use_("if (_plan.$0Drop) return 1; return 2;")),
            "CS1061",
            "x",
        );
        check_nothing(
            then,
            &format!(
                "{now}//- /Use.cs\n{}",
                use_("int drop = 1; _plan.Mark(); if (_plan.$0Drop) return drop; return 2;")
            ),
            "CS1061",
            "x",
        );
    }

    #[test]
    fn nothing_is_evaluated_twice_or_invented() {
        let none = |member: &str, before: &str| check_nothing(&shop(member), &now(before), "CS1061", MESSAGE);
        none("public int Old(int x) => Sum(x, x);", "return s.$0Old(Next());");
        none("public int Old(int x) => Secret(x); int Secret(int y) => y;", "return s.$0Old(i);");
        none("int hidden; public int Old(int x) => hidden;", "return s.$0Old(i);");
        none("public virtual int Old(int x) => Sum(x, 1);", "return s.$0Old(i);");
        none("public int Old(int x) { Length = x; return x; }", "return s.$0Old(i);");
        none("public int Old => 7;", "return s.$0Old;");
        none("public int Old { get; set; }", "return s.$0Old;");
        none("public int Old(int x) => Sum(x, 1);", "System.Func<int, int> f = s.$0Old; return 1;");
        check_unsafe(
            &shop("public int Old(int x, int y) => Sum(y, x);"),
            &now("return s.$0Old(Next(), Next());"),
            "CS1061",
            MESSAGE,
            &use_("return s.Sum(Next(), Next());"),
        );
    }
}
