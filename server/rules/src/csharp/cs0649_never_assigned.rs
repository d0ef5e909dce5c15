//! # Field that is never assigned
//!
//! Nothing gives the field a value. Where a constructor has a parameter of its name and type, that is what was
//! forgotten.
//!
//! ```csharp before
//! //@ warning CS0649: Field 'Store.path' is never assigned to, and will always have its default value null
//! class Store
//! {
//!     private readonly string $0path$0;
//!
//!     public Store(string path)
//!     {
//!     }
//!
//!     public int Length => path.Length;
//! }
//! ```
//! ```csharp after
//! class Store
//! {
//!     private readonly string path;
//!
//!     public Store(string path)
//!     {
//!         this.path = path;
//!     }
//!
//!     public int Length => path.Length;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the code compiles, and does something else afterwards. Nothing is offered for other fields: reflection or a
//! serializer may fill them.

use fix::{Applicability, Fix, RuleContext};
use syntax::csharp::{initializer, parameters, type_of, written_type};
use syntax::{Node, NodeExt, child_of_kind, children_of_kind};

pub(crate) const CODES: &[&str] = &["CS0649"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let field = ctx.token()?.enclosing(&["field_declaration"])?;
    let declaration = child_of_kind(field, "variable_declaration")?;
    let start = ctx.diagnostic.range.start;
    let of = |d: &Node<'_>| d.field("name").is_some_and(|n| n.start_byte() == start);
    let declarator = children_of_kind(declaration, "variable_declarator").into_iter().find(of)?;
    let (name, ty) = (declarator.field("name")?.text_in(text), written_type(field)?.text_in(text));
    let owner = type_of(field)?;
    if initializer(declarator).is_some() || syntax::csharp::has_modifier(field, text, "static") {
        return None;
    }
    let constructors: Vec<Node<'_>> = owner
        .field("body")?
        .named()
        .into_iter()
        .filter(|m| m.kind() == "constructor_declaration" && !syntax::csharp::has_modifier(*m, text, "static"))
        .collect();
    // One that calls another leaves the fields to it.
    let own: Vec<&Node<'_>> = constructors
        .iter()
        .filter(|c| {
            child_of_kind(**c, "constructor_initializer")
                .is_none_or(|i| !i.text_in(text).trim_start_matches(':').trim_start().starts_with("this"))
        })
        .collect();
    let plain = |n: &str| n.trim_start_matches('_').trim_start_matches("m_").to_lowercase();
    let [constructor] = own.as_slice() else { return None };
    let parameter = parameters(**constructor).into_iter().find(|p| {
        p.field("name").is_some_and(|n| plain(n.text_in(text)) == plain(name))
            && p.field("type").is_some_and(|t| t.text_in(text).trim_end_matches('?') == ty.trim_end_matches('?'))
    });
    let parameter = parameter?.field("name")?;
    let body = constructor.field("body").filter(|b| b.kind() == "block")?;
    let parameter = parameter.text_in(text);
    let target = if name == parameter { format!("this.{name}") } else { name.to_owned() };
    let assignment = format!("{target} = {parameter};");
    let fix = ctx.fix(format!("Assign '{parameter}' in the constructor"), Applicability::Unsafe).preferred();
    let close = body.end_byte().checked_sub(1)?;
    let open = body.start_byte() + 1;
    let inner_end = text[..close].trim_end().len();
    if !text[body.byte_range()].contains('\n') {
        return Some(fix.replace(inner_end.max(open)..close, format!(" {assignment} ")).build());
    }
    let outer = ctx.indent_at(constructor.start_byte());
    let (eol, unit) = (ctx.eol(), ctx.indent_unit());
    Some(fix.replace(inner_end.max(open)..close, format!("{eol}{outer}{unit}{assignment}{eol}{outer}")).build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};
    const MESSAGE: &str = "Field 'C._a' is never assigned to, and will always have its default value 0";

    #[test]
    fn the_parameter_of_its_name() {
        let rule = rule_of(module_path!());
        let file = |constructor: &str| format!("class C {{ int $0_a; {constructor} int M() => _a; }}");
        let before = file("public C(int a) { }");
        let after = file("public C(int a) { _a = a; }").replace("$0", "");
        check_fix(rule, "CS0649", MESSAGE, &before, &after);
        check_fix_all(rule, "CS0649", MESSAGE, &[], &before, None);
        let before = file("public C(int a) { N(a); }");
        check_fix(rule, "CS0649", MESSAGE, &before, &file("public C(int a) { N(a); _a = a; }").replace("$0", ""));
        for nothing in ["public C(string a) { }", "", "public C(int a) { } public C() { }"] {
            check_no_fix(rule, "CS0649", MESSAGE, &file(nothing));
        }
    }
}
