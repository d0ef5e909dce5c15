//! # Static member of another type
//!
//! A method or constant does not exist here, but one type of the sources has a static member of that name that fits: it was moved, or is used
//! without its type.
//!
//! ```csharp before
//! //@ error CS0103: The name 'Scale' does not exist in the current context
//! static class Sizes
//! {
//!     public static int Scale(int size) => size * 2;
//! }
//! class C
//! {
//!     int M(int size) => $0Scale$0(size);
//! }
//! ```
//! ```csharp after
//! static class Sizes
//! {
//!     public static int Scale(int size) => size * 2;
//! }
//! class C
//! {
//!     int M(int size) => Sizes.Scale(size);
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: another member may have been meant. Offered only when a single type has a member that takes the arguments and gives the type that
//! is wanted.

use super::support::arguments_fit::{arguments_of, may_take};
use super::support::declarations::moved;
use super::support::named::name_token;
use super::support::receiver::receiver_type;
use codegen::csharp::members::imported;
use fix::{Applicability, Fix, ImportRequest, RuleContext};
use index::DeclarationKind;
use index::csharp::CsMember;
use syntax::csharp::TYPE_DECLARATIONS;
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["CS0103", "CS0117"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = name_token(ctx)?;
    let name = token.text_in(text);
    let at = usize::from(ctx.code() == "CS0117");
    if ctx.argument(at) != Some(name) || !name.starts_with(char::is_uppercase) {
        return None;
    }
    let model = ctx.csharp();
    let parent = token.parent()?;
    let access = parent.kind() == "member_access_expression" && parent.field("name") == Some(token);
    let receiver = parent.field("expression").filter(|_| access);
    let used = if access { parent } else { token };
    let (owner, _) = match (ctx.code().as_str(), receiver) {
        ("CS0117", Some(receiver)) => receiver_type(ctx, &model, receiver).filter(|(_, is_static)| *is_static)?,
        ("CS0103", None) if parent.kind() != "generic_name" => {
            let declared = token.enclosing(TYPE_DECLARATIONS)?.field("name")?;
            (ctx.index.csharp().enclosing_type(ctx.path(), declared.start_byte())?, true)
        }
        _ => return None,
    };
    let call = used.parent().filter(|p| p.kind() == "invocation_expression" && p.field("function") == Some(used));
    let arguments: Option<Vec<Node<'_>>> = call.map(|c| arguments_of(c.field("arguments")));
    // Where another name begins, a type or namespace may be meant.
    let qualifier =
        used.parent().is_some_and(|p| p.kind() == "member_access_expression" && p.field("expression") == Some(used));
    if call.is_none() && (receiver.is_none() || qualifier) {
        return None;
    }
    let wanted = model.expected_type(call.unwrap_or(used)).filter(|t| !t.is("void"));
    let mut found = moved(ctx, &owner, name);
    found.retain(|m: &CsMember| {
        let member = model.plain_member(m);
        let d = &m.declaration;
        let takes = match &arguments {
            Some(arguments) => {
                d.kind == DeclarationKind::Method && may_take(&model, &member, &d.parameters, arguments, text)
            }
            None => matches!(d.kind, DeclarationKind::Field | DeclarationKind::Property),
        };
        let generic = !d.type_parameters.is_empty();
        let gives = || {
            generic || wanted.as_ref().is_none_or(|w| model.member_type(&member).is_none_or(|t| model.converts(&t, w)))
        };
        takes && gives()
    });
    let first = found.first()?.owner.clone();
    if found.iter().any(|m| m.owner.origin != first.origin) {
        return None;
    }
    let mut namespaces = Vec::new();
    let ty = model.type_from(&first, Vec::new());
    let spelled = imported(ctx, ctx.source, &ty, token.start_byte(), &mut namespaces);
    let fix = ctx.fix(format!("Use '{spelled}.{name}'"), Applicability::Unsafe).preferred();
    let fix = match receiver {
        Some(receiver) => fix.replace(receiver.byte_range(), spelled),
        None => fix.insert(token.start_byte(), format!("{spelled}.")),
    };
    let requests = namespaces.into_iter().map(|namespace| ImportRequest::Using { namespace });
    Some(requests.fold(fix, |fix, request| fix.import(request)).build())
}

#[cfg(test)]
mod tests {
    use crate::csharp::support::name_not_found;
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn a_constant_that_moved_to_another_namespace() {
        let other = "//- /n.cs\nnamespace N { public static class K { public const int Max = 1; } }\n";
        check_fix(
            rule_of(module_path!()),
            "CS0117",
            "'J' does not contain a definition for 'Max'",
            &format!("//- /c.cs\nstatic class J {{ }}\nclass C {{ int M() => J.$0Max; }}\n{other}"),
            &format!("//- /c.cs\nusing N;\n\nstatic class J {{ }}\nclass C {{ int M() => K.Max; }}\n{other}"),
        );
    }

    #[test]
    fn nothing_where_it_does_not_fit() {
        for (members, use_) in [
            ("static class K { static int N(int a) => a; }", "$0N(1)"),
            ("static class K { public static int N(int a) => a; }", "$0N()"),
            ("static class K { public static int N(string a) => 1; }", "$0N(1)"),
            ("static class K { public static string N(int a) => null; }", "$0N(1)"),
            ("class K { public int N(int a) => 1; }", "$0N(1)"),
            (
                "static class K { public static int N(int a) => 1; } static class L { public static int N(int a) => 1; }",
                "$0N(1)",
            ),
        ] {
            let before = format!("{members} class C {{ int M() => {use_}; }}");
            check_no_fix(rule_of(module_path!()), "CS0103", &name_not_found("N"), &before);
        }
    }
}
