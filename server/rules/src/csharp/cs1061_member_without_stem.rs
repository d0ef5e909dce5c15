//! # Member whose name lost or got the name of its type
//!
//! A member does not exist, but one of its type does whose name differs by the first words of the type's name: `options.HedgingDelay` was
//! renamed to `options.Delay`, or `Delay` to `HedgingDelay`.
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
//! ## Fix safety
//! `Unsafe`: the other member may have existed before. Offered only when a single such member has the wanted type.

use super::support::named::name_token;
use super::support::naming::without_stem;
use super::support::receiver::receiver_type;
use super::support::unknown_base::has_unknown_base;
use fix::{Applicability, Fix, RuleContext};
use index::csharp::TypeOrigin;
use semantics::csharp::Type;
use semantics::csharp::completion_names::{Name, NameKind, is_unused, members};
use semantics::csharp::similar_names::{is_renaming, typo_distance};
use syntax::NodeExt;
use syntax::csharp::TYPE_DECLARATIONS;

pub(crate) const CODES: &[&str] = &["CS1061", "CS0117", "CS0103"];

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
    let (owner, is_static) = match receiver {
        Some(receiver) => receiver_type(ctx, &model, receiver)?,
        None => {
            let declared = token.enclosing(TYPE_DECLARATIONS)?.field("name")?;
            (ctx.index.csharp().enclosing_type(ctx.path(), declared.start_byte())?, false)
        }
    };
    if !matches!(owner.origin, TypeOrigin::Source(_)) || has_unknown_base(ctx, &owner) {
        return None;
    }
    let call = access.parent().filter(|p| p.kind() == "invocation_expression" && p.field("function") == Some(access));
    let count = call.and_then(|c| c.field("arguments")).map(|a| a.named().len());
    let plain = receiver.and_then(|r| model.type_of(r)).unwrap_or_else(|| Type::named(&owner.full_name()));
    let wanted = model.expected_type(call.unwrap_or(access)).filter(|t| !t.is("void"));
    let stem_of = |name: &str| {
        let type_name = owner.declaration.name.as_str();
        without_stem(type_name, wrong).contains(&name) || without_stem(type_name, name).contains(&wrong)
    };
    let fits = |name: &Name| {
        let kind = match (name.kind, count) {
            (NameKind::Method { least, most }, Some(count)) => least <= count && count <= most,
            (NameKind::Value, None) => true,
            _ => false,
        };
        let typed = || {
            let found = model.members_named(plain.strip(), &name.name);
            let types = found.iter().filter_map(|m| model.member_type(m));
            let mut unfit = types.filter(|ty| wanted.as_ref().is_some_and(|w| !model.converts(ty, w)));
            unfit.next().is_none()
        };
        kind && stem_of(&name.name) && typed()
    };
    let instance = receiver.map(|_| !is_static);
    let mut found = members(ctx, token, &owner, instance);
    found.retain(fits);
    found.dedup_by(|a, b| a.name == b.name);
    let [name] = &found[..] else { return None };
    // Another rule offers these.
    let spelling = typo_distance(wrong, &name.name).is_some() || is_renaming(wrong, &name.name) && is_unused(ctx, name);
    let fix = ctx.fix(format!("Change '{wrong}' to '{}'", name.name), Applicability::Unsafe);
    (!spelling).then(|| fix.replace(token.range(), name.name.as_str()).preferred().build())
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
    fn the_wanted_type() {
        case("public string Run { get; set; }", "int M(PollingJob j) => j.$0PollingRun;", None);
        case(
            "public int Run { get; set; }",
            "int M(PollingJob j) => j.$0PollingRun;",
            Some("int M(PollingJob j) => j.Run;"),
        );
        case("public static int Run { get; set; }", "int M(PollingJob j) => j.$0PollingRun;", None);
    }
}
