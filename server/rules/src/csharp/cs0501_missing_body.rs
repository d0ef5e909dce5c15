//! # Member without a body
//!
//! A method, operator, constructor or accessor has neither a body nor a modifier that says why.
//!
//! ```csharp before
//! //@ error CS0501: 'C.Run()' must declare a body because it is not marked abstract, extern, or partial
//! class C
//! {
//!     public void $0Run$0();
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     public void Run()
//!     {
//!     }
//! }
//! ```
//! ```csharp before
//! //@ error CS0501: 'Shape.Area()' must declare a body because it is not marked abstract, extern, or partial
//! abstract class Shape
//! {
//!     public double $0Area$0();
//! }
//! class Circle : Shape
//! {
//!     public override double Area() => 3.14;
//! }
//! ```
//! ```csharp after
//! abstract class Shape
//! {
//!     public abstract double Area();
//! }
//! class Circle : Shape
//! {
//!     public override double Area() => 3.14;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: `extern` on a method with `[DllImport]`, `abstract` on one that is not `virtual` and that another class overrides. Otherwise `Unsafe`: what the body should do
//! is not known.

use codegen::csharp::style::braces_on_own_line;
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::Modifiers;
use syntax::csharp::{MEMBERS, descendants, has_modifier, modifier_place, parameters, type_of, written_type};
use syntax::{Node, NodeExt, children_of_kind};

pub(crate) const CODES: &[&str] = &["CS0501"];

/// How many files are searched for overrides.
const MOST_FILES: usize = 24;

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let token = ctx.token()?;
    let declared = token.enclosing(&["accessor_declaration", "declaration_list"]);
    let accessor = declared.filter(|n| n.kind() == "accessor_declaration");
    let member = token.enclosing(MEMBERS)?;
    let bodiless = accessor.unwrap_or(member);
    let semicolon = bodiless.all_children().pop().filter(|c| c.kind() == ";" && !c.is_missing())?;
    if bodiless.field("body").is_some() {
        return None;
    }
    let imported = children_of_kind(member, "attribute_list").into_iter().flat_map(descendants).any(|n| {
        n.kind() == "attribute"
            && n.field("name").is_some_and(|a| {
                let name = a.text_in(text).rsplit('.').next().unwrap_or_default();
                matches!(name, "DllImport" | "DllImportAttribute")
            })
    });
    if imported && has_modifier(member, text, "static") {
        let fix = ctx.fix("Add 'extern' modifier", Applicability::Safe);
        return Some(vec![fix.insert(modifier_place(member, text, "extern"), "extern ").preferred().build()]);
    }
    let mut out = Vec::new();
    let ty = type_of(member)?;
    let open = ["public", "protected", "internal"].iter().any(|m| has_modifier(member, text, m));
    let fixed = ["static", "async", "private", "sealed"].iter().any(|m| has_modifier(member, text, m));
    let can_be = member.is(&["method_declaration", "property_declaration", "indexer_declaration"]);
    if can_be
        && open
        && !fixed
        && ty.is(&["class_declaration", "record_declaration"])
        && has_modifier(ty, text, "abstract")
    {
        // A virtual member had a body, which is lost.
        let lost = syntax::csharp::modifier(member, text, "virtual");
        let safe = lost.is_none() && is_overridden(ctx, member);
        let fix = ctx.fix("Make 'abstract'", if safe { Applicability::Safe } else { Applicability::Unsafe });
        let fix = match lost {
            Some(old) => fix.replace(old.range(), "abstract"),
            None => fix.insert(modifier_place(member, text, "abstract"), "abstract "),
        };
        out.push(fix.preferred().build());
    }
    let body = body(ctx, member, accessor, semicolon.start_byte());
    let fix = ctx.fix("Add body", Applicability::Unsafe).replace(semicolon.range(), body);
    let fix = fix.in_bulk(if out.is_empty() { Bulk::Declaration } else { Bulk::Manual });
    out.push(fix.build());
    Some(out)
}

/// An empty body, or one that throws where a value is expected.
fn body(ctx: &RuleContext<'_>, member: Node<'_>, accessor: Option<Node<'_>>, at: usize) -> String {
    let text = ctx.text();
    let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), at);
    let system = if scope.iter().any(|n| n == "System") { "" } else { "System." };
    let throw = format!("throw new {system}NotImplementedException();");
    if let Some(accessor) = accessor {
        let reads = accessor.field("name").is_some_and(|n| n.text_in(text) == "get");
        return if reads { format!(" {{ {throw} }}") } else { " { }".to_owned() };
    }
    let written = written_type(member).map_or("void", |t| t.text_in(text));
    let plain_task = has_modifier(member, text, "async") && !written.contains('<');
    let out = parameters(member).iter().any(|p| has_modifier(*p, text, "out"));
    let nothing =
        (written == "void" || plain_task || member.is(&["constructor_declaration", "destructor_declaration"])) && !out;
    let (eol, outer, unit) = (ctx.eol(), ctx.indent_at(member.start_byte()), ctx.indent_unit());
    let open = if braces_on_own_line(ctx) { format!("{eol}{outer}{{") } else { " {".to_owned() };
    let inner = if nothing { String::new() } else { format!("{eol}{outer}{unit}{throw}") };
    format!("{open}{inner}{eol}{outer}}}")
}

/// Whether a class that derives from the member's overrides it.
fn is_overridden(ctx: &RuleContext<'_>, member: Node<'_>) -> bool {
    let csharp = ctx.index.csharp();
    let Some(name) = member.field("name") else { return false };
    let Some(own) = csharp.enclosing_type(ctx.path(), name.start_byte()) else { return false };
    let (name, count) = (name.text_in(ctx.text()), parameters(member).len());
    ctx.index.word_counts(name, ctx.source.parsed.language()).take(MOST_FILES).any(|(path, _)| {
        let Some(outline) = ctx.index.outline(&path) else { return false };
        outline.declarations.iter().enumerate().any(|(i, d)| {
            let alike = d.name == name && d.parameters.len() == count && d.modifiers.contains(Modifiers::OVERRIDE);
            alike && {
                let id = index::DeclarationId { path: path.clone(), index: i as u32 };
                let start = ctx.index.ranges(&id).map(|r| r.name.start);
                let owner = start.and_then(|start| csharp.enclosing_type(&path, start));
                owner.is_some_and(|o| o.origin != own.origin && csharp.is_derived_from(&o, &own))
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_titled, check_no_fix};
    const MESSAGE: &str = "'C.M()' must declare a body because it is not marked abstract, extern, or partial";

    #[test]
    fn bodies() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            (
                "using System;\nclass C\n{\n    int $0M(int a);\n}\n",
                "using System;\nclass C\n{\n    int M(int a)\n    {\n        throw new NotImplementedException();\n    }\n}\n",
            ),
            ("class C\n{\n    public $0C();\n}\n", "class C\n{\n    public C()\n    {\n    }\n}\n"),
            (
                "struct S\n{\n    public int P { $0get; set { } }\n}\n",
                "struct S\n{\n    public int P { get { throw new System.NotImplementedException(); } set { } }\n}\n",
            ),
            ("interface I {\n    static void $0M();\n}\n", "interface I {\n    static void M() {\n    }\n}\n"),
            (
                "class C<T>\n{\n    async Task $0M<K>(T t) where K : class;\n}\n",
                "class C<T>\n{\n    async Task M<K>(T t) where K : class\n    {\n    }\n}\n",
            ),
        ] {
            check_fix(rule, "CS0501", MESSAGE, before, after);
            check_fix_all(rule, "CS0501", MESSAGE, &[], before, None);
        }
        check_no_fix(rule, "CS0501", MESSAGE, "class C { void $0M() { } }");
    }

    #[test]
    fn modifiers_that_say_why() {
        let rule = rule_of(module_path!());
        let before = "class C { [DllImport(\"a\")] public static int $0M(); }";
        check_fix_all(
            rule,
            "CS0501",
            MESSAGE,
            &[],
            before,
            Some("class C { [DllImport(\"a\")] public static extern int M(); }"),
        );
        let before = "abstract class C { protected virtual void $0M(); }";
        let after = "abstract class C { protected abstract void M(); }";
        check_fix(rule, "CS0501", MESSAGE, before, after);
        check_fix_all(rule, "CS0501", MESSAGE, &[], before, None);
        let follower = "\n//- /d.cs\nclass D : C { protected override void M() { } }\n";
        check_fix_all(rule, "CS0501", MESSAGE, &[], &format!("{before}{follower}"), None);
        let before = "abstract class C { protected void $0M(); }";
        check_fix_all(rule, "CS0501", MESSAGE, &[], &format!("{before}{follower}"), Some(&format!("{after}\n")));
        let private = "abstract class C\n{\n    void $0M();\n}\n";
        check_fix_titled(
            rule,
            "CS0501",
            MESSAGE,
            "Add body",
            private,
            "abstract class C\n{\n    void M()\n    {\n    }\n}\n",
        );
    }
}
