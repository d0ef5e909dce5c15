//! # Unread parameter of a primary constructor
//!
//! Nothing reads the parameter: the class does not need what is passed.
//!
//! ```csharp before
//! //@ warning CS9113: Parameter 'log' is unread.
//! class Store(string path, object $0log$0)
//! {
//!     public int Length => path.Length;
//! }
//! class C
//! {
//!     Store M() => new Store("a", null);
//! }
//! ```
//! ```csharp after
//! class Store(string path)
//! {
//!     public int Length => path.Length;
//! }
//! class C
//! {
//!     Store M() => new Store("a");
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: a use may be still to be written. Nothing is offered where not all creations of the class are seen, or where an argument does more than
//! read.

use codegen::csharp::deletion::list_item_removal;
use fix::{Applicability, Fix, RuleContext};
use semantics::csharp::printed::{generic_name, simple_name};
use syntax::csharp::{descendants, has_modifier, is_pure, parameters};
use syntax::{Node, NodeExt, child_of_kind, children_of_kind};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS9113"];

/// How many files are searched for creations.
const MOST_FILES: usize = 32;

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let parameter = ctx.token()?.enclosing(&["parameter"])?;
    let class = parameter.parent()?.parent().filter(|c| c.is(&["class_declaration", "struct_declaration"]))?;
    let all = parameters(class);
    let i = all.iter().position(|p| *p == parameter)?;
    let name = class.field("name")?.text_in(text);
    // An open class may be created by others, and another constructor calls this one.
    let others = class.field("body").is_some_and(|b| child_of_kind(b, "constructor_declaration").is_some());
    if has_modifier(class, text, "public") || others || child_of_kind(parameter.parent()?, "params").is_some() {
        return None;
    }
    let files = ctx.index.files_with_word(name, ctx.source.parsed.language());
    if files.len() > MOST_FILES {
        return None;
    }
    let fix =
        ctx.fix(format!("Remove unused parameter '{}'", parameter.field("name")?.text_in(text)), Applicability::Unsafe);
    let mut fix = fix.delete(list_item_removal(&all, i)).preferred();
    for path in files.iter() {
        let source = ctx.index.source(path)?;
        let text = source.parsed.text();
        for n in descendants(source.parsed.root()) {
            let list = match n.kind() {
                "object_creation_expression" if is_of(n.field("type"), name, text) => n.field("arguments"),
                "primary_constructor_base_type" if is_of(n.field("type"), name, text) => {
                    child_of_kind(n, "argument_list")
                }
                "argument_list"
                    if n.parent().is_some_and(|p| p.kind() == "base_list")
                        && is_of(n.prev_named_sibling(), name, text) =>
                {
                    Some(n)
                }
                // Which class they create, or call, is not seen.
                "implicit_object_creation_expression" | "constructor_initializer" => return None,
                _ => continue,
            };
            let Some(list) = list else { continue };
            let arguments = children_of_kind(list, "argument");
            let named = arguments.iter().any(|a| a.field("name").is_some());
            if named || arguments.len() > all.len() {
                return None;
            }
            let Some(argument) = arguments.get(i) else { continue };
            if !argument.named().into_iter().next_back().is_some_and(is_pure) {
                return None;
            }
            fix = fix.edit_in(&source, TextEdit::delete(list_item_removal(&arguments, i)));
        }
    }
    Some(fix.build())
}

fn is_of(ty: Option<Node<'_>>, name: &str, text: &str) -> bool {
    ty.is_some_and(|t| generic_name(simple_name(t.text_in(text))) == name)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};
    const MESSAGE: &str = "Parameter 'a' is unread.";

    #[test]
    fn creations_follow() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "CS9113",
            MESSAGE,
            "class C<T>(int $0a, T t = default) : B { }\n//- /u.cs\nclass U : C<int>(1) { object o = new N.C<int>(2, 3); }\n",
            "class C<T>(T t = default) : B { }\n//- /u.cs\nclass U : C<int>() { object o = new N.C<int>(3); }\n",
        );
        for nothing in [
            "public class C(int $0a) { }",
            "class C(int $0a) { } class U { C c = new(1); }",
            "class C(int $0a) { } class U { C c = new C(N()); }",
            "record R(int $0a);",
        ] {
            check_no_fix(rule, "CS9113", MESSAGE, nothing);
        }
    }
}
