//! # `using` of what is not disposed of
//!
//! The type of a `using` statement implements `IDisposable`. One of the sources that has `Dispose()` only lacks the interface; for others there is
//! nothing to dispose of.
//!
//! ```csharp before
//! //@ error CS1674: 'Timer': type used in a using statement must be implicitly convertible to 'System.IDisposable'.
//! using System;
//! class Timer
//! {
//!     public void Dispose() { }
//! }
//! class C
//! {
//!     void M()
//!     {
//!         $0using var timer = new Timer();$0
//!     }
//! }
//! ```
//! ```csharp after
//! using System;
//! class Timer : IDisposable
//! {
//!     public void Dispose() { }
//! }
//! class C
//! {
//!     void M()
//!     {
//!         using var timer = new Timer();
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: another type may be meant.

use fix::{Applicability, Bulk, Fix, RuleContext};
use index::DeclarationKind;
use index::csharp::TypeOrigin;
use semantics::csharp::printed::types;
use syntax::{NodeExt, child_of_kind, leaf_at};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS1674", "CS8410"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let (implement, plain) = (implement(ctx), without_using(ctx));
    let alone = implement.is_none();
    let plain = plain.map(|mut f| {
        f.bulk = if alone { Bulk::Repair } else { Bulk::Manual };
        f
    });
    implement.into_iter().chain(plain).collect()
}

fn implement(ctx: &RuleContext<'_>) -> Option<Fix> {
    if ctx.code() != "CS1674" {
        return None;
    }
    let found = types(ctx, ctx.argument(0)?);
    let [ty] = found.as_slice() else { return None };
    let disposes = ctx.index.csharp().members(ty).iter().any(|m| {
        let d = &m.declaration;
        d.kind == DeclarationKind::Method
            && d.name == "Dispose"
            && d.parameters.is_empty()
            && d.type_text == "void"
            && d.modifiers.contains(index::Modifiers::PUBLIC)
            && !d.modifiers.contains(index::Modifiers::STATIC)
    });
    let TypeOrigin::Source(parts) = &ty.origin else { return None };
    let id = parts.first().filter(|_| disposes)?;
    let source = ctx.index.source(&id.path)?;
    let start = ctx.index.ranges(id)?.name.start;
    let node = leaf_at(source.parsed.root(), start)?.enclosing(syntax::csharp::TYPES)?;
    let scope = ctx.index.csharp().namespaces_in_scope(&id.path, start);
    let name = if scope.iter().any(|n| n == "System") { "IDisposable" } else { "System.IDisposable" };
    let edit = match child_of_kind(node, "base_list") {
        Some(list) => TextEdit::insert(list.end_byte(), format!(", {name}")),
        None => {
            let head = ["parameter_list", "type_parameter_list"].iter().find_map(|k| child_of_kind(node, k));
            let at = head.map_or(node.field("name")?.end_byte(), |h| h.end_byte());
            TextEdit::insert(at, format!(" : {name}"))
        }
    };
    let fix = ctx.fix("Implement 'IDisposable'", Applicability::Unsafe).edit_in(&source, edit);
    Some(fix.preferred().build())
}

fn without_using(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let statement = ctx.token()?.enclosing(&["using_statement", "local_declaration_statement"])?;
    let keyword = child_of_kind(statement, "using")?;
    let head = statement.start_byte();
    if statement.kind() == "local_declaration_statement" {
        let next = text[keyword.end_byte()..].find(|c: char| !c.is_whitespace())? + keyword.end_byte();
        return Some(ctx.fix("Remove 'using'", Applicability::Unsafe).delete(head..next).build());
    }
    let body = statement.field("body")?;
    let held = child_of_kind(statement, "variable_declaration");
    let open = child_of_kind(statement, "(")?;
    let resource = text[open.end_byte()..body.start_byte()].trim_end().strip_suffix(')')?.trim();
    let fix = ctx.fix("Extract declaration from using statement", Applicability::Unsafe);
    let in_block = statement.parent().is_some_and(|p| p.is(&["block", "switch_section"]));
    if held.is_none() {
        // Only the body is left of a value that nothing names.
        let call = resource.ends_with(')');
        return (!call && in_block).then(|| fix.delete(head..body.start_byte()).build());
    }
    let own_line = text[..head].trim_end_matches([' ', '\t']).ends_with(['\n', '\r']);
    let gap = if own_line { format!("{}{}", ctx.eol(), ctx.indent_at(head)) } else { " ".to_owned() };
    in_block.then(|| fix.replace(head..body.start_byte(), format!("{resource};{gap}")).build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix;

    #[test]
    fn statements_and_declarations() {
        let rule = rule_of(module_path!());
        let message = "'string': type used in a using statement must implement 'System.IDisposable'.";
        let file = |body: &str| format!("class C {{ void M(string s)\n{{\n    {body}\n}} }}\n");
        for (before, after) in [
            ("$0using var t = s;", "var t = s;"),
            ("using ($0var t = s)\n    {\n        N(t);\n    }", "var t = s;\n    {\n        N(t);\n    }"),
            ("using ($0s) { N(); }", "{ N(); }"),
        ] {
            check_fix(rule, "CS1674", message, &file(before), &file(after));
        }
        let message = "'T': type used in a using statement must implement 'System.IDisposable'.";
        let class = |bases: &str| format!("\n//- /t.cs\nclass T(int n) : B{bases} {{ public void Dispose() {{ }} }}\n");
        let before = format!("{}{}", file("$0using var t = new T(1);"), class(""));
        check_fix(
            rule,
            "CS1674",
            message,
            &before,
            &format!("{}{}", file("using var t = new T(1);"), class(", System.IDisposable")),
        );
    }
}
