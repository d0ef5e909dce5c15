//! # Assignment of an `init` property
//!
//! A property with `init` gets its value where the object is created. Of a record, a changed copy is made by `with`.
//!
//! ```csharp before
//! //@ error CS8852: Init-only property or indexer 'Point.X' can only be assigned in an object initializer, or on 'this' or 'base' in an instance constructor or an 'init' accessor.
//! record Point(int X, int Y);
//! class C
//! {
//!     Point M(Point p)
//!     {
//!         $0p.X$0 = 1;
//!         return p;
//!     }
//! }
//! ```
//! ```csharp after
//! record Point(int X, int Y);
//! class C
//! {
//!     Point M(Point p)
//!     {
//!         p = p with { X = 1 };
//!         return p;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` into the initializer of the object that the statement before creates. Otherwise `Unsafe`: who else has the object does not see the copy, and
//! `set` lets everyone assign.

use codegen::csharp::deletion::removal;
use fix::{Applicability, Fix, RuleContext};
use index::DeclarationKind;
use semantics::csharp::printed::declared;
use semantics::csharp::{SemanticModel, Symbol};
use syntax::csharp::{descendants, initializer, outermost_at};
use syntax::{Node, NodeExt, child_of_kind, children_of_kind, leaf_at};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS8852"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let assignment = outermost_at(ctx.token()?, |n| n.kind() == "assignment_expression")?;
    let target = assignment.field("left").filter(|t| t.kind() == "member_access_expression")?;
    let receiver = target.field("expression")?;
    let model = ctx.csharp();
    let mut out = Vec::new();
    out.extend(into_initializer(ctx, assignment, target, receiver));
    if out.is_empty() {
        out.extend(with_copy(ctx, &model, assignment, target, receiver));
    }
    out.extend(settable(ctx));
    Some(out)
}

/// `var p = new P(); p.X = 1;` → `var p = new P { X = 1 };`
fn into_initializer(ctx: &RuleContext<'_>, assignment: Node<'_>, target: Node<'_>, receiver: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let statement = assignment.parent().filter(|p| p.kind() == "expression_statement")?;
    let before = statement.prev_named_sibling().filter(|s| s.kind() == "local_declaration_statement")?;
    let declaration = child_of_kind(before, "variable_declaration")?;
    let [declarator] = children_of_kind(declaration, "variable_declarator")[..] else { return None };
    let creation = initializer(declarator)
        .filter(|v| v.is(&["object_creation_expression", "implicit_object_creation_expression"]))?;
    let name = declarator.field("name")?.text_in(text);
    let (member, value) = (target.field("name")?, assignment.field("right")?);
    let simple = child_of_kind(assignment, "=").is_some();
    // What is assigned must not ask the object that is not there yet.
    let asks = descendants(value).any(|n| n.kind() == "identifier" && n.text_in(text) == name);
    if receiver.text_in(text) != name || !simple || asks {
        return None;
    }
    let set = format!("{} = {}", member.text_in(text), value.text_in(text));
    let fix = ctx.fix("Move into object initializer", Applicability::Safe).delete(removal(text, statement));
    let fix = match creation.field("initializer") {
        Some(list) => {
            let items = list.named();
            let place = items.last().map_or(child_of_kind(list, "{")?.end_byte(), |l| l.end_byte());
            fix.insert(place, if items.is_empty() { format!(" {set} ") } else { format!(", {set}") })
        }
        None => {
            let arguments = creation.field("arguments").or_else(|| child_of_kind(creation, "argument_list"));
            match arguments {
                Some(list) if list.named().is_empty() && creation.kind() == "object_creation_expression" => {
                    fix.replace(list.byte_range(), format!(" {{ {set} }}"))
                }
                _ => fix.insert(creation.end_byte(), format!(" {{ {set} }}")),
            }
        }
    };
    Some(fix.preferred().build())
}

/// `p.X = 1;` → `p = p with { X = 1 };` for a record or struct in a variable.
fn with_copy<'a>(
    ctx: &RuleContext<'a>,
    model: &SemanticModel<'a>,
    assignment: Node<'a>,
    target: Node<'a>,
    receiver: Node<'a>,
) -> Option<Fix> {
    let text = ctx.text();
    let statement = assignment.parent().filter(|p| p.kind() == "expression_statement")?;
    let ty = model.resolve(model.type_of(receiver)?.strip())?;
    use DeclarationKind::{Record, RecordStruct, Struct};
    let copies = matches!(ty.declaration.kind, Record | RecordStruct | Struct);
    let local = matches!(model.symbol_of(receiver), Some(Symbol::Local(..))) && receiver.kind() == "identifier";
    if !copies || !local {
        return None;
    }
    let (name, value) = (receiver.text_in(text), assignment.field("right")?.text_in(text));
    let member = target.field("name")?.text_in(text);
    let operator = assignment.all_children().into_iter().find(|c| !c.is_named())?.text_in(text).trim_end_matches('=');
    let value = if operator.is_empty() { value.to_owned() } else { format!("{name}.{member} {operator} {value}") };
    let fix = ctx.fix("Use 'with' expression", Applicability::Unsafe);
    let range = assignment.start_byte()..statement.end_byte();
    Some(fix.replace(range, format!("{name} = {name} with {{ {member} = {value} }};")).preferred().build())
}

/// `set` instead of `init`.
fn settable(ctx: &RuleContext<'_>) -> Option<Fix> {
    let member = declared(ctx, ctx.argument(0)?)?;
    let id = member.id.as_ref()?;
    let source = ctx.index.source(&id.path)?;
    let property = leaf_at(source.parsed.root(), ctx.index.ranges(id)?.name.start)?
        .enclosing(&["property_declaration", "indexer_declaration"])?;
    let text = source.parsed.text();
    let accessors = children_of_kind(property.field("accessors")?, "accessor_declaration");
    let init = accessors.into_iter().filter_map(|a| a.field("name")).find(|n| n.text_in(text) == "init")?;
    let fix = ctx.fix(format!("Replace 'init' with 'set' in '{}'", member.declaration.name), Applicability::Unsafe);
    Some(fix.edit_in(&source, TextEdit::replace(init.byte_range(), "set")).build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};
    const MESSAGE: &str = "Init-only property or indexer 'P.X' can only be assigned in an object initializer, or on 'this' or 'base' in an instance constructor or an 'init' accessor.";

    fn file(body: &str) -> String {
        format!(
            "class P {{ public int X {{ get; init; }} public int Y {{ get; set; }} }} record R(int A); class C {{ R f; void M(P p, R r)\n{{\n    {body}\n}} }}\n"
        )
    }

    #[test]
    fn where_the_object_is_created() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            ("var q = new P();\n    $0q.X = 1;", "var q = new P { X = 1 };"),
            ("P q = new();\n    $0q.X = 1;", "P q = new() { X = 1 };"),
            ("var q = new P() { Y = 2 };\n    $0q.X = 1;", "var q = new P() { Y = 2, X = 1 };"),
        ] {
            check_fix_all(rule, "CS8852", MESSAGE, &[], &file(before), Some(&file(after)));
        }
        let asks = file("var q = new P();\n    $0q.X = q.Y;");
        check_fix(rule, "CS8852", MESSAGE, &asks, &asks.replace("$0", "").replace("init;", "set;"));
    }

    #[test]
    fn copies_of_records() {
        let rule = rule_of(module_path!());
        let message = MESSAGE.replace("'P.X'", "'R.A'");
        check_fix(rule, "CS8852", &message, &file("$0r.A += 2;"), &file("r = r with { A = r.A + 2 };"));
        check_no_fix(rule, "CS8852", &message, &file("$0f.A = 2;"));
    }
}
