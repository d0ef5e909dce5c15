//! # Member whose name lost or got the name of its type, or `Get`
//!
//! A member does not exist, but one of its type does whose name differs by the first words of the type's name: `options.HedgingDelay` was
//! renamed to `options.Delay`, or `Delay` to `HedgingDelay`. Or a property `Total` became a method `GetTotal()`, or the other way. Or one of its
//! words was replaced, and nothing uses the member of the new name yet.
//!
//! ```csharp before
//! //@ error CS1061: 'HedgingOptions' does not contain a definition for 'HedgingDelay' and no accessible extension method 'HedgingDelay' accepting a first argument of type 'HedgingOptions' could be found (are you missing a using directive or an assembly reference?)
//! class HedgingOptions
//! {
//!     public int Delay { get; set; }
//! }
//! class C
//! {
//!     int M(HedgingOptions o) => o.$0HedgingDelay$0;
//!     int N(HedgingOptions o) => o.Delay;
//! }
//! ```
//! ```csharp after
//! class HedgingOptions
//! {
//!     public int Delay { get; set; }
//! }
//! class C
//! {
//!     int M(HedgingOptions o) => o.Delay;
//!     int N(HedgingOptions o) => o.Delay;
//! }
//! ```
//!
//! ```csharp before
//! //@ error CS1061: 'Cart' does not contain a definition for 'Total' and no accessible extension method 'Total' accepting a first argument of type 'Cart' could be found (are you missing a using directive or an assembly reference?)
//! class Cart
//! {
//!     public int GetTotal() => 1;
//! }
//! class C
//! {
//!     int M(Cart cart) => cart.$0Total$0 + cart.GetTotal();
//! }
//! ```
//! ```csharp after
//! class Cart
//! {
//!     public int GetTotal() => 1;
//! }
//! class C
//! {
//!     int M(Cart cart) => cart.GetTotal() + cart.GetTotal();
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the other member may have existed before. Offered only when a single such member has the wanted type.

use super::support::arguments_fit::{arguments_of, may_convert, may_take};
use super::support::named::name_token;
use super::support::naming::{replaces_a_word, without_stem};
use super::support::receiver::receiver_type;
use super::support::unknown_base::has_unknown_base;
use fix::{Applicability, Fix, RuleContext};
use index::csharp::TypeOrigin;
use semantics::csharp::completion_names::{Name, NameKind, is_unused, members_named};
use semantics::csharp::similar_names::{is_renaming, typo_distance};
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::TYPE_DECLARATIONS;
use syntax::csharp::lexical::{TokenKind, tokens};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["CS1061", "CS0117", "CS0103"];

/// The most files that are searched for uses of a name.
const MAX_FILES: usize = 24;

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = name_token(ctx)?;
    let wrong = token.text_in(text);
    if ctx.argument(usize::from(ctx.code() != "CS0103")) != Some(wrong) {
        return None;
    }
    let model = ctx.csharp();
    let parent = token.parent()?;
    let (access, receiver) = match parent.kind() {
        "member_access_expression" if parent.field("name") == Some(token) => (parent, parent.field("expression")),
        "member_binding_expression" => (parent, parent.parent()?.field("condition")),
        "generic_name" | "qualified_name" => return None,
        _ => (token, None),
    };
    let csharp = ctx.index.csharp();
    let initialized = receiver.is_none().then(|| initialized_type(&model, access)).flatten();
    let (owner, is_static) = match (receiver, &initialized) {
        (Some(receiver), _) => receiver_type(ctx, &model, receiver)?,
        (None, Some(ty)) => (model.resolve(ty)?, false),
        (None, None) if ctx.code() == "CS0103" => {
            let declared = token.enclosing(TYPE_DECLARATIONS)?.field("name")?;
            (csharp.enclosing_type(ctx.path(), declared.start_byte())?, false)
        }
        (None, None) => return None,
    };
    if !matches!(owner.origin, TypeOrigin::Source(_)) || has_unknown_base(ctx, &owner) {
        return None;
    }
    let call = access.parent().filter(|p| p.kind() == "invocation_expression" && p.field("function") == Some(access));
    let count = call.and_then(|c| c.field("arguments")).map(|a| a.named().len());
    let plain = receiver.and_then(|r| model.type_of(r)).or(initialized.clone());
    let plain = plain.unwrap_or_else(|| Type::named(&owner.full_name()));
    let assigned = access.parent().filter(|p| p.kind() == "assignment_expression" && p.field("left") == Some(access));
    let assigned = assigned.and_then(|a| a.field("right"));
    let wanted = model.expected_type(call.unwrap_or(access)).filter(|t| !t.is("void"));
    // A call gives a value, but no place to write to.
    let read = access.parent().is_some_and(|p| {
        let written = match p.kind() {
            "assignment_expression" => p.field("left") == Some(access),
            "postfix_unary_expression" | "prefix_unary_expression" => {
                p.all_children().iter().any(|c| c.is(&["++", "--", "&"]))
            }
            _ => p.all_children().iter().any(|c| c.is(&["ref", "out"])),
        };
        !written
    });
    let stem_of = |name: &str| {
        let type_name = owner.declaration.name.as_str();
        without_stem(type_name, wrong).contains(&name) || without_stem(type_name, name).contains(&wrong)
    };
    let typed = |name: &str| {
        let found = model.members_named(plain.strip(), name);
        let types = found.iter().filter_map(|m| model.member_type(m));
        let mut unfit = types.filter(|ty| match assigned {
            Some(value) => !may_convert(&model, value, ty, text),
            None => wanted.as_ref().is_some_and(|w| !model.converts(ty, w)),
        });
        unfit.next().is_none()
    };
    let arguments = call.map(|c| arguments_of(c.field("arguments")));
    let takes = |name: &str| {
        let found = model.members_named(plain.strip(), name);
        arguments
            .as_ref()
            .is_none_or(|given| found.iter().any(|m| may_take(&model, m, &m.declaration.parameters, given, text)))
    };
    // Without a receiver a name may be anything.
    let replaced = |name: &Name| {
        let in_source = !name.declared.is_empty() && ctx.code() != "CS0103";
        in_source && replaces_a_word(wrong, &name.name) && takes(&name.name) && is_unused_in_code(ctx, &name.name)
    };
    // How the use changes, if the member fits.
    let change = |name: &Name| {
        let spelled = name.name.as_str();
        let change = match (name.kind, count) {
            (NameKind::Method { least, most }, Some(count)) if least <= count && count <= most => {
                (stem_of(spelled) || replaced(name)).then_some(Change::Name)
            }
            (NameKind::Value, None) => (stem_of(spelled) || replaced(name)).then_some(Change::Name),
            (NameKind::Method { least: 0, .. }, None) => {
                (read && spelled.strip_prefix("Get") == Some(wrong)).then_some(Change::Call)
            }
            (NameKind::Value, Some(0)) => (wrong.strip_prefix("Get") == Some(spelled)).then_some(Change::Value),
            _ => None,
        };
        change.filter(|_| typed(spelled))
    };
    let instance = receiver.map(|_| !is_static).or(initialized.map(|_| true));
    // Most members are like the name in no way.
    let mut near = |name: &str| {
        stem_of(name)
            || ctx.code() != "CS0103" && replaces_a_word(wrong, name)
            || name.strip_prefix("Get") == Some(wrong)
            || wrong.strip_prefix("Get") == Some(name)
    };
    let mut found = members_named(ctx, token, &owner, instance, &mut near);
    found.dedup_by(|a, b| a.name == b.name);
    let fitting: Vec<(&Name, Change)> = found.iter().filter_map(|n| Some((n, change(n)?))).collect();
    let [(name, change)] = fitting[..] else { return None };
    let new = name.name.as_str();
    let start = |title: String| ctx.fix(title, Applicability::Unsafe).preferred();
    match change {
        Change::Name => {
            // Another rule offers these.
            let spelling = typo_distance(wrong, new).is_some() || is_renaming(wrong, new) && is_unused(ctx, name);
            let fix = start(format!("Change '{wrong}' to '{new}'"));
            (!spelling).then(|| fix.replace(token.range(), new).build())
        }
        Change::Call => {
            let fix = start(format!("Change '{wrong}' to '{new}()'"));
            Some(fix.replace(token.range(), format!("{new}()")).build())
        }
        Change::Value => {
            let fix = start(format!("Change '{wrong}()' to '{new}'"));
            Some(fix.replace(token.start_byte()..call?.end_byte(), new).build())
        }
    }
}

/// The type whose member `name` sets in an object initializer.
fn initialized_type<'a>(model: &SemanticModel<'a>, name: Node<'a>) -> Option<Type> {
    let assignment = name.parent().filter(|p| p.kind() == "assignment_expression" && p.field("left") == Some(name))?;
    let initializer = assignment.parent().filter(|p| p.kind() == "initializer_expression")?;
    let owner = initializer.parent().filter(|o| o.kind().ends_with("object_creation_expression"))?;
    model.type_of(owner).map(|t| t.strip().clone())
}

/// Whether the name occurs nowhere but in declarations and comments.
fn is_unused_in_code(ctx: &RuleContext<'_>, name: &str) -> bool {
    ctx.index.word_counts(name, ctx.source.parsed.language()).take(MAX_FILES).all(|(path, _)| {
        let (Some(text), Some(outline)) = (ctx.index.text(&path), ctx.index.outline(&path)) else { return false };
        let declared = outline.declarations.iter().filter(|d| d.name == name).count();
        tokens(&text).iter().filter(|t| t.kind == TokenKind::Word && t.text(&text) == name).count() <= declared
    })
}

/// What has to change where the member is used.
#[derive(Clone, Copy)]
enum Change {
    Name,
    /// A property became a method.
    Call,
    /// A method became a property.
    Value,
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    const MESSAGE: &str = "'PollingJob' does not contain a definition for 'PollingRun' and no accessible extension method 'PollingRun' accepting a first argument of type 'PollingJob' could be found (are you missing a using directive or an assembly reference?)";

    fn case(members: &str, use_: &str, new: Option<&str>) {
        let file = |use_: &str| {
            format!(
                "class PollingJob {{ {members} }}\nclass C {{ object O(PollingJob j) {{ j.Run(1); return j.Run; }} {use_} }}\n"
            )
        };
        let rule = rule_of(module_path!());
        match new {
            Some(new) => check_fix(rule, "CS1061", MESSAGE, &file(use_), &file(new)),
            None => check_no_fix(rule, "CS1061", MESSAGE, &file(use_)),
        }
    }

    #[test]
    fn methods_by_the_number_of_arguments() {
        case(
            "public int Run(int a) => a;",
            "int M(PollingJob j) => j.$0PollingRun(1);",
            Some("int M(PollingJob j) => j.Run(1);"),
        );
        case("public int Run(int a) => a;", "int M(PollingJob j) => j.$0PollingRun();", None);
    }

    #[test]
    fn a_property_that_became_a_method_and_back() {
        let rule = rule_of(module_path!());
        let file = |members: &str, use_: &str| format!("class T {{ {members} }}\nclass C {{ {use_} }}\n");
        let message = "'T' does not contain a definition for 'GetP' and no accessible extension method 'GetP' accepting a first argument of type 'T' could be found (are you missing a using directive or an assembly reference?)";
        let property = "public int P { get; set; }";
        check_fix(
            rule,
            "CS1061",
            message,
            &file(property, "int M(T t) => t.$0GetP();"),
            &file(property, "int M(T t) => t.P;"),
        );
        check_fix(
            rule,
            "CS1061",
            message,
            &file(property, "int M(T t) => t.$0GetP() + t.X(1);"),
            &file(property, "int M(T t) => t.P + t.X(1);"),
        );
        // `GetType` is no renamed `GetPlace`.
        let (place, message) = ("public int Place;", message.replace("GetP", "GetPlace"));
        check_fix(
            rule,
            "CS1061",
            &message,
            &file(place, "int M(T t) => t.$0GetPlace();"),
            &file(place, "int M(T t) => t.Place;"),
        );
        let message = message.replace("GetPlace", "P");
        let method = "public int GetP() => 1;";
        check_no_fix(rule, "CS1061", &message, &file(method, "void M(T t) { t.$0P = 1; }"));
        check_no_fix(rule, "CS1061", &message, &file(method, "string M(T t) => t.$0P;"));
        check_no_fix(rule, "CS1061", &message, &file("public int GetP(int a) => 1;", "int M(T t) => t.$0P;"));
    }

    #[test]
    fn the_wanted_type() {
        case("public string Run { get; set; }", "int M(PollingJob j) => j.$0PollingRun;", None);
        case(
            "public int Run { get; set; }",
            "int M(PollingJob j) => j.$0PollingRun;",
            Some("int M(PollingJob j) => j.Run;"),
        );
        case("public static int Run { get; set; }", "int M(PollingJob j) => j.$0PollingRun;", None);
    }

    #[test]
    fn a_replaced_word_of_a_member_that_nothing_uses() {
        let rule = rule_of(module_path!());
        let file =
            |members: &str, use_: &str| format!("using System;\nclass Options {{ {members} }}\nclass C {{ {use_} }}\n");
        let message = "'Options' does not contain a definition for 'WorkAction'";
        let members = "/// <summary>WorkGenerator</summary>\n    public Func<int, int> WorkGenerator { get; set; }";
        check_fix(
            rule,
            "CS0117",
            message,
            &file(members, "object M() => new Options { $0WorkAction = i => i };"),
            &file(members, "object M() => new Options { WorkGenerator = i => i };"),
        );
        for (members, use_) in [
            (members, "object M() => new Options { $0WorkAction = 1 };"),
            (members, "object M(Options o) => new Options { $0WorkAction = o.WorkGenerator };"),
        ] {
            check_no_fix(rule, "CS0117", message, &file(members, use_));
        }
        let methods = "public void RunAsync(string s) { }";
        let lost = message.replace("WorkAction", "FetchAsync");
        check_no_fix(rule, "CS0117", &lost, &file(methods, "object M(Options o) => o.$0FetchAsync(\"\");"));
        let message = message.replace("WorkAction", "MaxSize");
        check_no_fix(
            rule,
            "CS0117",
            &message,
            &file("public int MinSize;", "object M() => new Options { $0MaxSize = 1 };"),
        );
    }
}
