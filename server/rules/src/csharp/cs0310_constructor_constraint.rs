//! # Type parameter that must have a constructor
//!
//! What is created by `new T()` (CS0304), or given to a type parameter with the constraint `new()` (CS0310), needs that constraint itself; a class
//! needs a public constructor without parameters.
//!
//! ```csharp before
//! //@ error CS0304: Cannot create an instance of the variable type 'T' because it does not have the new() constraint
//! class Pool<T>
//! {
//!     public T Take() => $0new T()$0;
//! }
//! ```
//! ```csharp after
//! class Pool<T> where T : new()
//! {
//!     public T Take() => new T();
//! }
//! ```
//! ```csharp before
//! //@ error CS0310: 'Order' must be a non-abstract type with a public parameterless constructor in order to use it as parameter 'T' in the generic type or method 'Pool<T>'
//! class Pool<T> where T : new() { }
//! class Order
//! {
//!     public Order(int number) { }
//! }
//! class C
//! {
//!     Pool<Order> $0orders$0;
//! }
//! ```
//! ```csharp after
//! class Pool<T> where T : new() { }
//! class Order
//! {
//!     public Order()
//!     {
//!     }
//!
//!     public Order(int number) { }
//! }
//! class C
//! {
//!     Pool<Order> orders;
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: with the constraint fewer types are allowed, and a class may be created without what it needs.

use codegen::csharp::insertion::{NewMember, insert_members, kind_rank};
use codegen::csharp::members::{declaring_file, type_node};
use fix::{Applicability, Fix, RuleContext};
use index::csharp::TypeOrigin;
use index::{DeclarationKind, Modifiers};
use semantics::csharp::printed::types;
use syntax::csharp::naming::escape_keyword;
use syntax::{Node, NodeExt, ancestors, child_of_kind, children_of_kind};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS0304", "CS0310"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let printed = ctx.argument(0).unwrap_or_default();
    let fix =
        constrain(ctx, printed).or_else(|| if ctx.code() == "CS0310" { give_constructor(ctx, printed) } else { None });
    fix.into_iter().collect()
}

/// Adds `new()` to the constraints of the type parameter with this name.
fn constrain(ctx: &RuleContext<'_>, name: &str) -> Option<Fix> {
    let text = ctx.text();
    let declares = |n: &Node<'_>| {
        let list = child_of_kind(*n, "type_parameter_list");
        let named = |p: &Node<'_>| p.field("name").is_some_and(|f| f.text_in(text) == name);
        list.is_some_and(|l| children_of_kind(l, "type_parameter").iter().any(named))
    };
    let declaration = ancestors(ctx.token()?).find(declares)?;
    // An override takes the constraints of its base.
    let bound = ["override"].iter().any(|m| syntax::csharp::has_modifier(declaration, text, m))
        || child_of_kind(declaration, "explicit_interface_specifier").is_some();
    let clauses = children_of_kind(declaration, "type_parameter_constraints_clause");
    let of = |c: &&Node<'_>| child_of_kind(**c, "identifier").is_some_and(|i| i.text_in(text) == name);
    let fix = ctx.fix(format!("Add 'new()' constraint to '{name}'"), Applicability::Unsafe).preferred();
    if bound {
        return None;
    }
    if let Some(clause) = clauses.iter().find(of) {
        let all = children_of_kind(*clause, "type_parameter_constraint");
        let fixed = all.iter().any(|c| c.text_in(text) == "struct" || c.text_in(text).starts_with("new"));
        let last = all.last()?;
        return (!fixed).then(|| fix.insert(last.end_byte(), ", new()").build());
    }
    let place = match clauses.last() {
        Some(last) => last.end_byte(),
        None => {
            let body = declaration.field("body").or_else(|| child_of_kind(declaration, ";"))?;
            text[..body.start_byte()].trim_end().len()
        }
    };
    Some(fix.insert(place, format!(" where {name} : new()")).build())
}

/// Gives the class a public constructor without parameters.
fn give_constructor(ctx: &RuleContext<'_>, printed: &str) -> Option<Fix> {
    let found = types(ctx, printed);
    let [ty] = found.as_slice() else { return None };
    let plain = ty.declaration.kind == DeclarationKind::Class && ty.declaration.parameters.is_empty();
    if !plain || ty.declaration.modifiers.intersects(Modifiers::ABSTRACT | Modifiers::STATIC) {
        return None;
    }
    let members = ctx.index.csharp().members(ty);
    let bare = members.iter().find(|m| {
        m.declaration.kind == DeclarationKind::Constructor
            && m.declaration.parameters.is_empty()
            && !m.declaration.modifiers.contains(Modifiers::STATIC)
    });
    if let Some(constructor) = bare {
        let id = constructor.id.as_ref()?;
        let source = ctx.index.source(&id.path)?;
        let name = syntax::leaf_at(source.parsed.root(), ctx.index.ranges(id)?.name.start)?;
        let node = name.enclosing(&["constructor_declaration"])?;
        let (range, new) = codegen::csharp::modifiers::accessibility_edit(node, source.parsed.text(), "public");
        let fix = ctx.fix(format!("Make '{}' public", ty.declaration.name), Applicability::Unsafe);
        return Some(fix.edit_in(&source, TextEdit::replace(range, new)).preferred().build());
    }
    // What its base wants is not known here.
    let TypeOrigin::Source(_) = &ty.origin else { return None };
    let based = ctx.index.csharp().bases(ty).iter().any(|(_, b)| {
        b.as_ref().is_none_or(|b| b.declaration.kind == DeclarationKind::Class && b.full_name() != "System.Object")
    });
    if based {
        return None;
    }
    let (file, at) = declaring_file(ctx, ctx.diagnostic.range.start, ty)?;
    let source = file.source();
    let node = type_node(source, at)?;
    let name = escape_keyword(&ty.declaration.name).to_string();
    let new = NewMember {
        text: format!("public {name}()\n{{\n}}"),
        kind: kind_rank("constructor_declaration"),
        accessibility: 0,
        is_static: false,
        name: name.clone(),
    };
    let unit = codegen::indent_unit(source.parsed.text());
    let edits = insert_members(source.parsed.text(), &unit, node, &[new])?;
    let fix = ctx.fix(format!("Generate constructor '{name}()'"), Applicability::Unsafe).preferred();
    Some(edits.into_iter().fold(fix, |fix, edit| fix.edit_in(source, edit)).build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn constraints() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            (
                "class C { T M<T>() where T : class { return $0new T(); } }",
                "class C { T M<T>() where T : class, new() { return new T(); } }",
            ),
            (
                "record C<T>(int A) : B\n{\n    T t = $0new T();\n}\n",
                "record C<T>(int A) : B where T : new()\n{\n    T t = new T();\n}\n",
            ),
            (
                "class C<U, T> where U : class { T M() => $0new T(); }",
                "class C<U, T> where U : class where T : new() { T M() => new T(); }",
            ),
            (
                "class C { void M() { T L<T>() => $0new T(); } }",
                "class C { void M() { T L<T>() where T : new() => new T(); } }",
            ),
        ] {
            check_fix(
                rule,
                "CS0304",
                "Cannot create an instance of the variable type 'T' because it does not have the new() constraint",
                before,
                after,
            );
        }
        let message = "'T' must be a non-abstract type with a public parameterless constructor in order to use it as parameter 'X' in the generic type or method 'G<X>'";
        check_fix(rule, "CS0310", message, "class H<T> { G<$0T> g; }", "class H<T> where T : new() { G<T> g; }");
        check_no_fix(rule, "CS0310", message, "class H<T> where T : new() { G<$0T> g; }");
    }

    #[test]
    fn constructors() {
        let rule = rule_of(module_path!());
        let message = "'A' must be a non-abstract type with a public parameterless constructor in order to use it as parameter 'X' in the generic type or method 'G<X>'";
        let before = "class A { A() { } A(int n) { } } class H { G<$0A> g; }";
        check_fix(rule, "CS0310", message, before, "class A { public A() { } A(int n) { } } class H { G<A> g; }");
        for class in
            ["abstract class A { }", "class A(int n) { }", "class A : B { A(int n) : base(n) { } } class B { }"]
        {
            check_no_fix(rule, "CS0310", message, &format!("{class} class H {{ G<$0A> g; }}"));
        }
    }
}
