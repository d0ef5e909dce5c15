//! What a use gives, when its type changed.

use super::{Draft, Use, asynchrony, is_same_type};
use crate::ChangeKind;
use index::{Declaration, DeclarationKind, Modifiers};
use semantics::csharp::{SemanticModel, Type};
use syntax::{Node, NodeExt};

/// Rewrites what is made of the result.
pub(super) fn carry(used: &Use<'_, '_>, now: &Declaration, draft: &mut Draft) -> Option<()> {
    let change = used.site.change;
    if !change.has(|k| matches!(k, ChangeKind::Retyped { .. })) {
        return Some(());
    }
    let model = used.site.now.csharp();
    let from = used.site.then.csharp().member_text(&used.member_then(), &change.then.type_text)?;
    let to = model.member_text(&used.member_now()?, &now.type_text)?;
    if is_same_type(used.site, &from, &to) {
        return carry_nullness(used, &model, &from, &to, draft);
    }
    let is_called = super::members::called(&change.then) == used.then.call.is_some();
    // `o.Fire += …`, or a method that is named and not called.
    if !is_called && (super::members::called(&change.then) || change.then.kind == DeclarationKind::Event) {
        return None;
    }
    let awaited = model.awaited(&to).filter(|t| is_same_type(used.site, &from, t) || t.is("void") && from.is("void"));
    if awaited.is_some() && is_task(&to) {
        return asynchrony::make_waiting(used, draft);
    }
    let was_awaited = model.awaited(&from).filter(|t| is_same_type(used.site, t, &to));
    if was_awaited.is_some() && is_task(&from) {
        return asynchrony::make_direct(used, draft);
    }
    let whole = used.now.whole();
    if used.now.is_statement() || from.is("void") {
        return Some(());
    }
    if to.is("void") {
        return None;
    }
    if used.now.is_written() {
        return written_value_fits(used, &from, &to, draft);
    }
    if used.now.is_in_initializer() {
        return None;
    }
    if let Some(member) = unwrapping(&model, &to, &|t| is_same_type(used.site, &from, t)) {
        let follows = whole.parent().filter(|p| p.kind() == "member_access_expression");
        let was = used.then.whole().parent().filter(|p| p.kind() == "member_access_expression");
        let name = |n: Option<Node<'_>>, text: &str| {
            n.and_then(|n| n.field("name")).map(|n| n.text_in(text).to_owned()).unwrap_or_default()
        };
        let plain = member.trim_end_matches("()");
        if name(follows, used.text()) == plain && name(was, used.text_then()) != plain {
            // Someone was here before.
            return Some(());
        }
        draft.insert(whole.end_byte(), format!(".{member}"));
        return Some(());
    }
    // The wrapper is gone.
    let then_model = used.site.then.csharp();
    if let Some(member) = unwrapping(&then_model, &from, &|t| is_same_type(used.site, t, &to)) {
        let access = whole.parent().filter(|p| p.kind() == "member_access_expression")?;
        let plain = member.trim_end_matches("()");
        (access.field("name")?.text_in(used.text()) == plain).then_some(())?;
        let end = match member.ends_with("()") {
            true => access.parent().filter(|c| c.kind() == "invocation_expression")?.end_byte(),
            false => access.end_byte(),
        };
        draft.delete(whole.end_byte()..end);
        return Some(());
    }
    if model.converts(&to, &from) {
        return Some(());
    }
    let expected = then_model.converted_type(used.then.whole())?;
    let own = then_model.type_of(used.then.whole());
    (Some(&expected) != own.as_ref() && model.converts(&to, &expected)).then_some(())
}

/// Whether what is assigned still fits.
fn written_value_fits(used: &Use<'_, '_>, from: &Type, to: &Type, draft: &mut Draft) -> Option<()> {
    let (then, now) = (used.site.then.csharp(), used.site.now.csharp());
    if now.converts(from, to) {
        return Some(());
    }
    let assignment = used.then.access.parent().filter(|p| p.kind() == "assignment_expression")?;
    let plain = assignment.field("operator").is_some_and(|o| o.kind() == "=");
    let value = assignment.field("right").filter(|_| plain)?;
    if value.kind() == "lambda_expression" {
        // Its parameters have the types that they are given.
        let list = value.field("parameters")?;
        let typed = list.named().iter().any(|p| p.field("type").is_some());
        let ((was, _), (is, _)) = (then.delegate(from)?, now.delegate(to)?);
        (was.len() == is.len() && !typed).then_some(())?;
        draft.doubt("the function is given another type");
        return Some(());
    }
    then.type_of(value).is_some_and(|own| now.converts(&own, to)).then_some(())
}

fn is_task(ty: &Type) -> bool {
    matches!(ty.full_name().as_str(), "System.Threading.Tasks.Task" | "System.Threading.Tasks.ValueTask")
}

/// The same type, with or without `?`.
fn carry_nullness(
    used: &Use<'_, '_>,
    model: &SemanticModel<'_>,
    from: &Type,
    to: &Type,
    draft: &mut Draft,
) -> Option<()> {
    let gained = matches!(to, Type::Nullable(_)) && !matches!(from, Type::Nullable(_));
    let whole = used.now.whole();
    if used.now.is_in_initializer() {
        return Some(());
    }
    if !gained || used.now.is_statement() || used.now.conditional || used.now.is_written() || from.is("void") {
        return Some(());
    }
    if super::members::called(&used.site.change.then) && used.then.call.is_none() {
        return Some(());
    }
    if model.is_value_type(to.strip()) {
        return None;
    }
    if asks_for_null(whole, used.text()) {
        return Some(());
    }
    draft.insert(whole.end_byte(), "!");
    draft.doubt("it may be null now");
    Some(())
}

/// Whether what stands around an expression deals with null.
fn asks_for_null(node: Node<'_>, text: &str) -> bool {
    let Some(parent) = node.parent() else { return false };
    match parent.kind() {
        "postfix_unary_expression" => parent.text_in(text).ends_with('!'),
        "conditional_access_expression" => parent.field("condition") == Some(node),
        "binary_expression" => {
            let operator = parent.field("operator").map_or("", |o| o.text_in(text));
            let left = parent.field("left") == Some(node);
            operator == "??" && left
                || matches!(operator, "==" | "!=") && parent.named().iter().any(|n| n.kind() == "null_literal")
        }
        "is_pattern_expression" | "is_expression" | "as_expression" => true,
        "switch_expression" | "switch_statement" => parent.named().first() == Some(&node),
        "parenthesized_expression" => asks_for_null(parent, text),
        _ => false,
    }
}

/// The one member of a wrapper that gives what it wraps: `Value`, `Unwrap()`.
fn unwrapping(model: &SemanticModel<'_>, wrapper: &Type, wrapped: &dyn Fn(&Type) -> bool) -> Option<String> {
    let wrapper = wrapper.strip();
    // A collection gives many; a type that says nothing of what it wraps is none.
    if !matches!(wrapper, Type::Named { .. }) || wrapper.is("object") || wrapper.is("string") {
        return None;
    }
    let mut values: Vec<String> = Vec::new();
    let mut methods: Vec<String> = Vec::new();
    for (ty, members) in model.members_by_type(wrapper) {
        if matches!(ty.full_name().as_str(), "System.Object" | "System.ValueType" | "object") {
            continue;
        }
        for m in members {
            let d = &m.declaration;
            let implied = m.owner.as_ref().is_some_and(|o| o.declaration.kind == DeclarationKind::Interface);
            let open = d.modifiers.intersects(Modifiers::PUBLIC | Modifiers::INTERNAL) || implied;
            if !open || d.modifiers.intersects(Modifiers::STATIC | Modifiers::CONST) || !d.explicit_interface.is_empty()
            {
                continue;
            }
            if !model.member_type(&m).is_some_and(|t| wrapped(&t)) {
                continue;
            }
            let (list, text) = match d.kind {
                DeclarationKind::Property | DeclarationKind::Field => (&mut values, d.name.to_string()),
                DeclarationKind::Method if d.parameters.is_empty() && d.type_parameters.is_empty() => {
                    (&mut methods, format!("{}()", d.name))
                }
                _ => continue,
            };
            if !list.contains(&text) {
                list.push(text);
            }
        }
    }
    match (values.as_slice(), methods.as_slice()) {
        ([one], _) => Some(one.clone()),
        ([], [one]) => Some(one.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_nothing, check_safe, check_unsafe};

    const WRAPPER: &str = "public readonly struct Wrapped<T> { readonly T inner; public T Value => inner; public static implicit operator Wrapped<T>(T v) => default; }\n";

    fn shop(member: &str) -> String {
        format!("//- /Shop.cs\n{WRAPPER}public class Shop {{ {member} }}\n")
    }
    fn use_(body: &str) -> String {
        format!("class Use {{ string M(Shop s) {{ {body} }} }}\n")
    }
    fn now(member: &str, body: &str) -> String {
        format!("{}//- /Use.cs\n{}", shop(member), use_(body))
    }
    const MESSAGE: &str = "Cannot implicitly convert type 'Wrapped<string>' to 'string'";

    #[test]
    fn a_wrapped_result_is_unwrapped_and_back() {
        let (plain, wrapped) = ("public string Name() => null;", "public Wrapped<string> Name() => null;");
        check_safe(
            &shop(plain),
            &now(wrapped, "return $0s.Name();"),
            "CS0029",
            MESSAGE,
            &use_("return s.Name().Value;"),
        );
        check_safe(
            &shop(plain),
            &now(wrapped, "return $0s.Name().Trim();"),
            "CS1061",
            MESSAGE,
            &use_("return s.Name().Value.Trim();"),
        );
        // What made the variable is what changed.
        check_safe(
            &shop(plain),
            &now(wrapped, "var n = s.Name(); return $0n.Trim();"),
            "CS1061",
            MESSAGE,
            &use_("var n = s.Name().Value; return n.Trim();"),
        );
        check_safe(
            &shop(wrapped),
            &now(plain, "return s.Name().$0Value;"),
            "CS1061",
            MESSAGE,
            &use_("return s.Name();"),
        );
        check_nothing(&shop(plain), &now(wrapped, "$0s.Name(); return null;"), "CS0029", MESSAGE);
    }

    #[test]
    fn a_function_that_is_assigned_gets_other_parameters() {
        let options = |name: &str, ty: &str| {
            format!(
                "//- /O.cs\npublic class OldArgs {{ public int N; }}\npublic class NewArgs {{ public int N; }}\npublic class Options {{ public int A; public System.Func<{ty}, int> {name} {{ get; set; }} public int B; }}\n"
            )
        };
        let check = |before: &str, after: &str| {
            check_unsafe(
                &options("Act", "OldArgs"),
                &format!("{}//- /Use.cs\n{before}", options("ActGenerator", "NewArgs")),
                "CS0117",
                "'Options' does not contain a definition for 'Act'",
                after,
            );
        };
        check(
            "class Use { object M() => new Options { $0Act = a => a.N }; }\n",
            "class Use { object M() => new Options { ActGenerator = a => a.N }; }\n",
        );
        check_nothing(
            &options("Act", "OldArgs"),
            &format!(
                "{}//- /Use.cs\nclass Use {{ object M(System.Func<OldArgs, int> f) => new Options {{ $0Act = f }}; }}\n",
                options("ActGenerator", "NewArgs")
            ),
            "CS0117",
            "'Options' does not contain a definition for 'Act'",
        );
    }

    #[test]
    fn two_ways_out_of_a_wrapper_are_none() {
        let pair = "public class Pair { public string A; public string B; }\n";
        let then = format!("//- /Shop.cs\n{pair}public class Shop {{ public string Name() => null; }}\n");
        let now = format!(
            "//- /Shop.cs\n{pair}public class Shop {{ public Pair Name() => null; }}\n//- /Use.cs\n{}",
            use_("return $0s.Name();")
        );
        check_nothing(&then, &now, "CS0029", "Cannot implicitly convert type 'Pair' to 'string'");
    }

    #[test]
    fn a_result_that_may_be_null_is_looked_at() {
        let (plain, nullable) = ("public string Name() => null;", "public string? Name() => null;");
        let message = "Possible null reference return.";
        check_unsafe(&shop(plain), &now(nullable, "return $0s.Name();"), "CS8603", message, &use_("return s.Name()!;"));
        check_nothing(&shop(plain), &now(nullable, "return $0s.Name() ?? null;"), "CS8603", message);
        check_nothing(&shop(plain), &now(nullable, "return $0s.Name()?.Trim();"), "CS8603", message);
        check_nothing(
            &shop("public int Name() => 1;"),
            &now("public int? Name() => 1;", "int i = $0s.Name(); return null;"),
            "CS0266",
            "Cannot implicitly convert type 'int?' to 'int'",
        );
    }

    #[test]
    fn a_wider_result_needs_nothing_and_a_stranger_one_is_left() {
        check_nothing(
            &shop("public long Name() => 1;"),
            &now("public int Name() => 1;", "long i = $0s.Name(); return null;"),
            "CS0029",
            "x",
        );
        check_nothing(
            &shop("public int Name() => 1;"),
            &now("public string Name() => null;", "int i = $0s.Name(); return null;"),
            "CS0029",
            "x",
        );
        check_nothing(
            &shop("public int Name() => 1;"),
            &now("public ref int Name() => throw null;", "ref int i = ref $0s.Name(); return null;"),
            "CS0029",
            "x",
        );
    }
}
