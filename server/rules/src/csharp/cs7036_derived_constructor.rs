//! # Derived class without a constructor
//!
//! The base class has no constructor without parameters, so a derived class needs constructors of its own that pass arguments on.
//!
//! ```csharp before
//! //@ error CS7036: There is no argument given that corresponds to the required parameter 'name' of 'Person.Person(string)'
//! class Person
//! {
//!     public Person(string name) { }
//! }
//! class $0Child$0 : Person
//! {
//! }
//! ```
//! ```csharp after
//! class Person
//! {
//!     public Person(string name) { }
//! }
//! class Child : Person
//! {
//!     public Child(string name) : base(name)
//!     {
//!     }
//! }
//! ```
//! ```csharp before
//! //@ error CS1729: 'Person' does not contain a constructor that takes 0 arguments
//! class Person
//! {
//!     public Person(string name) { }
//!     public Person(int id, string name) { }
//! }
//! class Child : Person
//! {
//!     public $0Child$0(string name) { }
//! }
//! ```
//! ```csharp after
//! class Person
//! {
//!     public Person(string name) { }
//!     public Person(int id, string name) { }
//! }
//! class Child : Person
//! {
//!     public Child(string name) : base(name) { }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: a class without a constructor can be created without arguments, a class with this one cannot; and the base class may have lost a
//! constructor.

use super::support::creations::is_created;
use super::support::unknown_base::has_unknown_base;
use codegen::csharp::insertion::{NewMember, insert_members, kind_rank};
use codegen::csharp::members::{declaring_file, imported, type_node};
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use index::csharp::TypeOrigin;
use index::{DeclarationKind, Modifiers};
use semantics::Semantics;
use semantics::csharp::{SemanticModel, Type};
use syntax::csharp::naming::escape_keyword;
use syntax::csharp::{parameters, type_of};
use syntax::{Node, NodeExt, child_of_kind};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS7036", "CS1729"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

/// A constructor of the base class.
struct BaseConstructor {
    access: &'static str,
    parameters: Vec<Passed>,
}

/// One of its parameters.
struct Passed {
    /// `ref`, `out`, `in` or `params`.
    modifier: String,
    ty: Type,
    name: String,
    /// Default value as written; empty when none.
    default: String,
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let token = ctx.token()?;
    let declaration = token.parent().filter(|p| p.field("name") == Some(token))?;
    let model = ctx.csharp();
    let class = type_of(declaration).filter(|c| c.is(&["class_declaration", "record_declaration"]))?;
    let constructors = base_constructors(ctx, &model, class)?;
    if declaration.kind() == "constructor_declaration" {
        let fix = pass_on(ctx, &model, declaration, &constructors);
        return fix
            .or_else(|| take_and_pass(ctx, &model, class, Some(declaration), &constructors))
            .map(|fix| vec![fix]);
    }
    if declaration == class && child_of_kind(class, "parameter_list").is_some() {
        return take_and_pass(ctx, &model, class, None, &constructors).map(|fix| vec![fix]);
    }
    let has_own = class.field("body").is_some_and(|b| child_of_kind(b, "constructor_declaration").is_some());
    if declaration != class || has_own || class.kind() != "class_declaration" {
        return None;
    }
    let name = token.text_in(ctx.text());
    let generate = |wanted: &[&BaseConstructor]| {
        let mut namespaces = Vec::new();
        let new: Vec<NewMember> = wanted.iter().map(|c| constructor(ctx, class, name, c, &mut namespaces)).collect();
        let edits = match one_line(ctx, class, &new) {
            Some(edit) => vec![edit],
            None => insert_members(ctx.text(), &ctx.indent_unit(), class, &new)?,
        };
        let title = match wanted {
            [only] => {
                let names: Vec<&str> = only.parameters.iter().map(|p| p.name.as_str()).collect();
                format!("Generate constructor '{name}({})'", names.join(", "))
            }
            _ => "Generate all".to_owned(),
        };
        // A class that is created without arguments would break there.
        let single = constructors.len() == 1 && !is_created(ctx, name);
        let bulk = if single { Bulk::Declaration } else { Bulk::Manual };
        let mut fix = ctx.fix(title, Applicability::Unsafe).declares(format!("constructor:{name}")).in_bulk(bulk);
        fix = edits.into_iter().fold(fix, |fix, edit| fix.edit(edit));
        let requests = namespaces.into_iter().map(|namespace| ImportRequest::Using { namespace });
        Some(requests.fold(fix, |fix, request| fix.import(request)).build())
    };
    let mut out: Vec<Fix> = constructors.iter().filter_map(|c| generate(&[c])).collect();
    if constructors.len() > 1 {
        out.extend(generate(&constructors.iter().collect::<Vec<_>>()));
    }
    Some(out)
}

/// `class D : B { }` is split into lines.
fn one_line(ctx: &RuleContext<'_>, class: Node<'_>, new: &[NewMember]) -> Option<TextEdit> {
    let text = ctx.text();
    let body = class.field("body").filter(|b| b.named().is_empty())?;
    if class.text_in(text).contains('\n') {
        return None;
    }
    let (eol, outer, unit) = (ctx.eol(), ctx.indent_at(class.start_byte()), ctx.indent_unit());
    let indented =
        |m: &NewMember| m.text.lines().map(|line| format!("{outer}{unit}{line}")).collect::<Vec<_>>().join(eol);
    let members = new.iter().map(indented).collect::<Vec<_>>().join(&format!("{eol}{eol}"));
    let head = text[..body.start_byte()].trim_end().len();
    Some(TextEdit::replace(head..body.end_byte(), format!("{eol}{outer}{{{eol}{members}{eol}{outer}}}")))
}

/// The constructors of the base class that the derived class can call.
fn base_constructors(
    ctx: &RuleContext<'_>,
    model: &SemanticModel<'_>,
    class: Node<'_>,
) -> Option<Vec<BaseConstructor>> {
    let csharp = ctx.index.csharp();
    let own = csharp.enclosing_type(ctx.path(), class.field("name")?.start_byte())?;
    if has_unknown_base(ctx, &own) {
        return None;
    }
    let base = child_of_kind(class, "base_list")?.named().into_iter().next()?;
    let base = model.written_type(base)?;
    let found = model.resolve(&base).filter(|t| t.declaration.kind == DeclarationKind::Class)?;
    let source = matches!(found.origin, TypeOrigin::Source(_));
    let mut out = Vec::new();
    let members = model.own_members(&base);
    let plain = |m: &&semantics::csharp::Member| {
        m.declaration.kind == DeclarationKind::Constructor && !m.declaration.modifiers.contains(Modifiers::STATIC)
    };
    for member in members.iter().filter(plain) {
        let modifiers = member.declaration.modifiers;
        let access = match () {
            () if modifiers.contains(Modifiers::PUBLIC) => "public",
            () if modifiers.contains(Modifiers::PROTECTED) => "protected",
            () if source && modifiers.contains(Modifiers::INTERNAL) => "internal",
            () => continue,
        };
        let parameter = |p: &index::Parameter| {
            let default = p.default.to_string();
            let ty = model.member_text(member, &p.type_text)?;
            Some(Passed { modifier: p.modifiers.to_string(), ty, name: p.name.to_string(), default })
        };
        let parameters: Option<Vec<Passed>> = member.declaration.parameters.iter().map(parameter).collect();
        out.extend(parameters.map(|parameters| BaseConstructor { access, parameters }));
    }
    if !found.declaration.parameters.is_empty() {
        out.extend(primary(ctx, &base, &found));
    }
    // One without parameters would have been called.
    out.retain(|c| !c.parameters.is_empty());
    (!out.is_empty()).then_some(out)
}

/// The primary constructor of the base class.
fn primary(ctx: &RuleContext<'_>, base: &Type, found: &index::csharp::CsType) -> Option<BaseConstructor> {
    let (file, at) = declaring_file(ctx, ctx.diagnostic.range.start, found)?;
    let source = file.source();
    let text: &str = source.parsed.text();
    let model = Semantics::new(ctx.index, source).csharp();
    let names: Vec<&str> = found.declaration.type_parameters.iter().map(|p| p.name.as_str()).collect();
    let written = parameters(type_node(source, at)?).into_iter().map(|p| {
        let ty = model.written_type(p.field("type")?)?;
        let ty = ty.map(&mut |t| {
            let i = names.iter().position(|n| t.is(n))?;
            base.arguments().get(i).cloned()
        });
        let name = p.field("name")?.text_in(text).to_owned();
        let declared = found.declaration.parameters.iter().find(|d| d.name == name.trim_start_matches('@'));
        let default = declared.map_or_else(String::new, |d| d.default.to_string());
        let modifier = declared.map_or_else(String::new, |d| d.modifiers.to_string());
        Some(Passed { modifier, ty, name, default })
    });
    Some(BaseConstructor { access: "public", parameters: written.collect::<Option<_>>()? })
}

fn constructor(
    ctx: &RuleContext<'_>,
    class: Node<'_>,
    name: &str,
    base: &BaseConstructor,
    namespaces: &mut Vec<String>,
) -> NewMember {
    let is_abstract = syntax::csharp::has_modifier(class, ctx.text(), "abstract");
    let access = if is_abstract && base.access == "public" { "protected" } else { base.access };
    let at = class.field("body").map_or(class.end_byte(), |b| b.start_byte());
    let written = base.parameters.iter().map(|p| {
        let ty = imported(ctx, ctx.source, &p.ty, at, namespaces);
        let modifier = if p.modifier.is_empty() { String::new() } else { format!("{} ", p.modifier) };
        let value = if p.default.is_empty() { String::new() } else { format!(" = {}", p.default) };
        format!("{modifier}{ty} {}{value}", escape_keyword(&p.name))
    });
    let list: Vec<String> = written.collect();
    let passed: Vec<String> = base.parameters.iter().map(argument).collect();
    NewMember {
        text: format!("{access} {name}({}) : base({})\n{{\n}}", list.join(", "), passed.join(", ")),
        kind: kind_rank("constructor_declaration"),
        accessibility: codegen::csharp::insertion::accessibility_rank(access),
        is_static: false,
        name: String::new(),
    }
}

fn argument(parameter: &Passed) -> String {
    let name = escape_keyword(&parameter.name);
    let word = parameter.modifier.split(' ').find(|w| matches!(*w, "ref" | "out" | "in"));
    word.map_or(name.clone(), |word| format!("{word} {name}"))
}

/// Passes the parameters of a constructor on to the single constructor of the base class that takes parameters of these names and types.
fn pass_on(
    ctx: &RuleContext<'_>,
    model: &SemanticModel<'_>,
    own: Node<'_>,
    constructors: &[BaseConstructor],
) -> Option<Fix> {
    if child_of_kind(own, "constructor_initializer").is_some() {
        return None;
    }
    let text = ctx.text();
    let declared = parameters(own);
    let has = |wanted: &Passed| {
        let same = declared.iter().find(|p| p.field("name").is_some_and(|n| n.text_in(text) == wanted.name));
        let ty = same.and_then(|p| p.field("type")).and_then(|t| model.written_type(t));
        wanted.modifier.is_empty() && ty.is_some_and(|t| model.converts(&t, &wanted.ty))
    };
    let required = |c: &BaseConstructor| c.parameters.iter().filter(|p| p.default.is_empty()).all(has);
    let mut fitting: Vec<&BaseConstructor> = constructors.iter().filter(|c| required(c)).collect();
    fitting.sort_by_key(|c| std::cmp::Reverse(c.parameters.len()));
    let best = match fitting[..] {
        [only] => only,
        [best, next, ..] if best.parameters.len() > next.parameters.len() => best,
        _ => return None,
    };
    let passed: Vec<String> = best.parameters.iter().take_while(|p| has(p)).map(argument).collect();
    let list = own.field("parameters")?;
    let fix = ctx.fix("Pass parameters to base constructor", Applicability::Unsafe);
    Some(fix.insert(list.end_byte(), format!(" : base({})", passed.join(", "))).preferred().build())
}

/// Gives a constructor, or the class's primary one, the parameters that the base class's only constructor needs, and passes them on.
fn take_and_pass<'a>(
    ctx: &RuleContext<'a>,
    model: &SemanticModel<'a>,
    class: Node<'a>,
    own: Option<Node<'a>>,
    constructors: &[BaseConstructor],
) -> Option<Fix> {
    let text = ctx.text();
    let [base] = constructors else { return None };
    let list = match own {
        Some(own) if child_of_kind(own, "constructor_initializer").is_none() => own.field("parameters")?,
        Some(_) => return None,
        None => child_of_kind(class, "parameter_list")?,
    };
    let declared = parameters(own.unwrap_or(class));
    let needed: Vec<&Passed> = base.parameters.iter().filter(|p| p.default.is_empty()).collect();
    if needed.iter().any(|p| !p.modifier.is_empty()) {
        return None;
    }
    let mut namespaces = Vec::new();
    let same =
        |p: &Passed| declared.iter().find(|d| d.field("name").is_some_and(|n| n.text_in(text) == p.name)).copied();
    let named = |p: &Passed| same(p).is_some();
    // One of the name and of another type is something else.
    let fits = |p: &Passed| {
        same(p).is_none_or(|d| {
            let ty = d.field("type").and_then(|t| model.written_type(t));
            ty.is_some_and(|t| model.converts(&t, &p.ty))
        })
    };
    if !needed.iter().all(|p| fits(p)) {
        return None;
    }
    let missing: Vec<String> = needed
        .iter()
        .filter(|p| !named(p))
        .map(|p| {
            format!(
                "{} {}",
                imported(ctx, ctx.source, &p.ty, list.start_byte(), &mut namespaces),
                escape_keyword(&p.name)
            )
        })
        .collect();
    let passed: Vec<String> = needed.iter().map(|p| argument(p)).collect();
    let passed = passed.join(", ");
    // Those that can be left out stay last.
    let optional = declared.iter().find(|d| d.all_children().iter().any(|c| c.kind() == "="));
    let fix = ctx.fix("Add parameters and pass them to base constructor", Applicability::Unsafe);
    let fix = match (missing.is_empty(), optional, declared.last()) {
        (true, ..) => fix,
        (_, Some(first), _) => fix.insert(first.start_byte(), format!("{}, ", missing.join(", "))),
        (_, None, Some(last)) => fix.insert(last.end_byte(), format!(", {}", missing.join(", "))),
        (_, None, None) => fix.insert(list.end_byte() - 1, missing.join(", ")),
    };
    let fix = match own {
        Some(_) => fix.insert(list.end_byte(), format!(" : base({passed})")),
        None => {
            let bases = child_of_kind(class, "base_list")?;
            let first = bases.named().into_iter().next()?;
            if first.kind() == "primary_constructor_base_type" || child_of_kind(bases, "argument_list").is_some() {
                return None;
            }
            fix.insert(first.end_byte(), format!("({passed})"))
        }
    };
    let name = class.field("name")?.text_in(text);
    let bulk = if missing.is_empty() || !is_created(ctx, name) { Bulk::Repair } else { Bulk::Manual };
    let requests = namespaces.into_iter().map(|namespace| ImportRequest::Using { namespace });
    Some(requests.fold(fix.in_bulk(bulk), |fix, request| fix.import(request)).build())
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_that_the_base_needs() {
        let rule = rule_of(module_path!());
        let base = "public class A { public A(int a, string b) { } }\n";
        for (before, after) in [
            ("class D : A { public $0D() { } }", "class D : A { public D(int a, string b) : base(a, b) { } }"),
            (
                "class D : A { public int Y; public $0D(int y, int a) { Y = y; } }",
                "class D : A { public int Y; public D(int y, int a, string b) : base(a, b) { Y = y; } }",
            ),
            (
                "class $0E(int x) : A, I { int M() => x; }",
                "class E(int x, int a, string b) : A(a, b), I { int M() => x; }",
            ),
            ("class $0K() : A { }", "class K(int a, string b) : A(a, b) { }"),
            ("class $0K(int a, string b, int c = 1) : A { }", "class K(int a, string b, int c = 1) : A(a, b) { }"),
        ] {
            let message =
                "There is no argument given that corresponds to the required parameter 'a' of 'A.A(int, string)'";
            check_fix(rule, "CS7036", message, &format!("{base}{before}"), &format!("{base}{after}"));
        }
    }

    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled, check_no_fix};

    const NONE: &str = "'B' does not contain a constructor that takes 0 arguments";

    #[test]
    fn all_constructors_of_the_base() {
        let base = "class B\n{\n    public B(string a, int n = 3) { }\n    protected B(int n) { }\n    private B(bool b) { }\n}\n";
        let before = format!("{base}class $0D : B\n{{\n}}\n");
        let one = "    public D(string a, int n = 3) : base(a, n)\n    {\n    }\n";
        let two = "    protected D(int n) : base(n)\n    {\n    }\n";
        for (title, members) in [
            ("Generate constructor 'D(a, n)'", one.to_owned()),
            ("Generate constructor 'D(n)'", two.to_owned()),
            ("Generate all", format!("{one}\n{two}")),
        ] {
            let after = format!("{base}class D : B\n{{\n{members}}}\n");
            check_fix_titled(rule_of(module_path!()), "CS1729", NONE, title, &before, &after);
        }
    }

    #[test]
    fn a_primary_constructor_of_a_generic_base_in_another_file() {
        let message =
            "There is no argument given that corresponds to the required parameter 'items' of 'B<int>.B(List<int>)'";
        check_fix(
            rule_of(module_path!()),
            "CS7036",
            message,
            "//- /d.cs\nabstract class $0D : B<int>\n{\n}\n//- /b.cs\nusing System.Collections.Generic;\npublic class B<T>(List<T> items) { public List<T> I => items; }\n",
            "//- /d.cs\nusing System.Collections.Generic;\n\nabstract class D : B<int>\n{\n    protected D(List<int> items) : base(items)\n    {\n    }\n}\n//- /b.cs\nusing System.Collections.Generic;\npublic class B<T>(List<T> items) { public List<T> I => items; }\n",
        );
    }

    #[test]
    fn a_class_in_one_line() {
        let base = "class B { public B(string a) { } }\n";
        check_fix(
            rule_of(module_path!()),
            "CS1729",
            NONE,
            &format!("{base}class $0D : B {{ }}\n"),
            &format!("{base}class D : B\n{{\n    public D(string a) : base(a)\n    {{\n    }}\n}}\n"),
        );
    }

    #[test]
    fn nothing_where_the_parameters_are_others() {
        let base = "class B { public B(string a) { } }";
        let rule = rule_of(module_path!());
        check_no_fix(rule, "CS1729", NONE, &format!("{base} class D : B {{ $0D(int a) {{ }} }}"));
        check_no_fix(rule, "CS1729", NONE, &format!("{base} class C {{ object o = new $0B(); }}"));
    }
}
