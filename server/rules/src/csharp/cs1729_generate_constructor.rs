//! # Constructor that does not exist
//!
//! A type in source is created with arguments that none of its constructors takes: one is added, which keeps them in fields or properties of
//! their names.
//!
//! ```csharp before
//! //@ error CS1729: 'Item' does not contain a constructor that takes 1 arguments
//! class Item
//! {
//!     public string Name { get; set; }
//! }
//! class C
//! {
//!     object M(string name) => new $0Item$0(name);
//! }
//! ```
//! ```csharp after
//! class Item
//! {
//!     public Item(string name)
//!     {
//!         Name = name;
//!     }
//!
//!     public string Name { get; set; }
//! }
//! class C
//! {
//!     object M(string name) => new Item(name);
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the call may be the one that is wrong, and a type with a constructor no longer has the one without parameters.

use super::support::arguments::{self, Wanted};
use super::support::call::Call;
use super::support::generate::{Home, camel, home, imported, type_node};
use super::support::in_scope::has_unknown_base;
use super::support::insertion::{NewMember, insert_members, kind_rank};
use super::support::invention;
use super::support::style::{expression_bodies, setting};
use super::support::typing::{Member, Type, Typing};
use super::support::values::default_value;
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use index::csharp::{CsType, TypeOrigin};
use index::{DeclarationKind, Modifiers};

pub(crate) const CODES: &[&str] = &["CS1729", "CS1739", "CS7036", "CS1503"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    // A constructor that nearly fits is there: another one is the lesser wish.
    let near = matches!(ctx.code().as_str(), "CS7036" | "CS1503");
    let ways: &[Way] = if near { &[Way::Fields, Way::Bare] } else { &[Way::Fields, Way::Properties, Way::Bare] };
    let mut out: Vec<Fix> = Vec::new();
    for way in ways {
        out.extend(generate(ctx, *way).filter(|(_, made)| *made || out.is_empty()).map(|(fix, _)| fix));
    }
    out
}

/// Where arguments go that have no member yet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Fields,
    Properties,
    Bare,
}

/// What the base class and the type itself have.
struct Members {
    own: Vec<Member>,
    inherited: Vec<Member>,
}

impl Members {
    fn of(typing: &Typing<'_>, ty: &CsType) -> Self {
        let parameters = ty.declaration.type_parameters.iter().map(|p| Type::named(&p.name)).collect();
        let mut by_type = typing.members_by_type(&Type::generic(&ty.full_name(), parameters)).into_iter();
        let own = by_type.next().map_or_else(Vec::new, |(_, m)| m);
        let inherited = by_type.flat_map(|(_, m)| m).filter(|m| {
            let open = Modifiers::PUBLIC | Modifiers::PROTECTED | Modifiers::INTERNAL;
            m.declaration.modifiers.intersects(open) && m.declaration.kind != DeclarationKind::Constructor
        });
        Self { own, inherited: inherited.collect() }
    }

    fn all(&self) -> impl Iterator<Item = &Member> {
        self.own.iter().chain(&self.inherited)
    }

    /// A field or property that an argument with this parameter name can be kept in.
    fn holder(&self, typing: &Typing<'_>, name: &str, ty: &Type) -> Option<&Member> {
        let fits = |own: bool, m: &Member| {
            let d = &m.declaration;
            let writable = match d.kind {
                DeclarationKind::Field => {
                    !d.modifiers.contains(Modifiers::CONST) && (own || !d.modifiers.contains(Modifiers::READONLY))
                }
                DeclarationKind::Property => {
                    !d.modifiers.contains(Modifiers::HAS_BODY)
                        && (own || d.modifiers.intersects(Modifiers::SET | Modifiers::INIT))
                }
                _ => false,
            };
            writable
                && !d.modifiers.contains(Modifiers::STATIC)
                && camel(d.name.trim_start_matches('_')).trim_start_matches('@') == name
                && typing.member_type(m).is_some_and(|to| typing.converts(ty, &to))
        };
        self.own.iter().find(|m| fits(true, m)).or_else(|| self.inherited.iter().find(|m| fits(false, m)))
    }
}

/// A constructor that takes the first of the arguments: its parameters' names and types, and the keyword to call it by.
fn delegate(
    typing: &Typing<'_>,
    members: &Members,
    ty: &CsType,
    wanted: &[Wanted],
    ctx: &RuleContext<'_>,
) -> Option<(Vec<(String, Type)>, &'static str)> {
    let base =
        ctx.index.csharp().bases(ty).iter().find_map(|(_, b)| b.clone()).filter(|b| {
            matches!(b.origin, TypeOrigin::Source(_)) && matches!(b.declaration.kind, DeclarationKind::Class)
        });
    let of_base: Vec<Member> = base.map_or_else(Vec::new, |b| {
        let all = ctx.index.csharp().members(&b);
        let open = |m: &index::csharp::CsMember| {
            m.declaration.modifiers.intersects(Modifiers::PUBLIC | Modifiers::PROTECTED | Modifiers::INTERNAL)
        };
        all.iter().filter(|m| open(m)).map(|m| typing.plain_member(m)).collect()
    });
    // A constructor that is missing to another one does not go back to that.
    let initializer = ctx.token().and_then(|t| t.parent()).is_some_and(|p| p.kind() == "constructor_initializer");
    let own: &[Member] = if initializer { &[] } else { &members.own };
    let candidates = own.iter().map(|m| (m, "this")).chain(of_base.iter().map(|m| (m, "base")));
    let mut best: Option<(Vec<(String, Type)>, &'static str)> = None;
    for (constructor, keyword) in candidates {
        let d = &constructor.declaration;
        let plain = d.kind == DeclarationKind::Constructor && !d.modifiers.contains(Modifiers::STATIC);
        let count = d.parameters.len();
        if !plain || count == 0 || count >= wanted.len() || best.as_ref().is_some_and(|(b, _)| b.len() >= count) {
            continue;
        }
        let taken: Option<Vec<(String, Type)>> = d
            .parameters
            .iter()
            .zip(wanted)
            .map(|(p, w)| {
                let to = typing.member_text(constructor, &p.type_text)?;
                let fits = p.modifiers.is_empty() && w.modifier.is_empty() && typing.converts(&w.ty, &to);
                fits.then(|| (p.name.to_string(), to))
            })
            .collect();
        if let Some(taken) = taken {
            best = Some((taken, keyword));
        }
    }
    best
}

/// The constructor, and whether anything in it is particular to `way`.
fn generate(ctx: &RuleContext<'_>, way: Way) -> Option<(Fix, bool)> {
    let call = Call::at(ctx.token()?).filter(|c| c.constructor)?;
    let typing = Typing::new(ctx.index, ctx.source);
    let ty = call.created(ctx, &typing)?;
    if !matches!(ty.declaration.kind, DeclarationKind::Class | DeclarationKind::Struct)
        || !ty.declaration.parameters.is_empty()
    {
        return None;
    }
    if ty.declaration.modifiers.contains(Modifiers::STATIC) {
        return None;
    }
    let (home, at) = home(ctx, &ty)?;
    let source = home.source();
    let text: &str = source.parsed.text();
    let node = type_node(source, at)?;
    let wanted = arguments::parameters(&typing, call.list?, ctx.text());
    let nothing = wanted.is_empty() && ctx.code() != "CS7036";
    if nothing || wanted.len() != call.arguments().len() {
        return None;
    }
    // Attributes take constants, types and arrays of them only.
    let constant = |ty: &Type| ty.arguments().is_empty() && !ty.is("System.Action") && !ty.is("decimal");
    if call.node.kind() == "attribute" && !wanted.iter().all(|w| constant(&w.ty)) {
        return None;
    }
    let members = Members::of(&typing, &ty);
    let delegated = delegate(&typing, &members, &ty, &wanted, ctx);
    let qualified =
        |kind: &str| setting(ctx, &format!("dotnet_style_qualification_for_{kind}")).is_some_and(|v| v == "true");
    let mut namespaces = Vec::new();
    let (mut parameters, mut new_members, mut assignments) = (Vec::new(), Vec::new(), Vec::new());
    let passed = delegated.as_ref().map_or(0, |(taken, _)| taken.len());
    for (name, to) in delegated.iter().flat_map(|(taken, _)| taken) {
        parameters.push((imported(ctx, source, to, at, &mut namespaces), name.clone()));
    }
    let mut made = false;
    for (i, w) in wanted.iter().enumerate().skip(passed) {
        let mut bare = camel(w.name.trim_start_matches('_'));
        // Numbers tell parameters apart that are named after nothing; those passed on have names of their own.
        let unnumbered = bare.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        let alone = wanted
            .iter()
            .skip(passed)
            .filter(|o| o.name.trim_end_matches(|c: char| c.is_ascii_digit()) == unnumbered)
            .count()
            == 1;
        if passed > 0
            && alone
            && wanted.iter().take(i).any(|o| o.name.trim_end_matches(|c: char| c.is_ascii_digit()) == unnumbered)
        {
            bare = unnumbered;
        }
        let plain = bare.trim_start_matches('@').to_owned();
        let written = imported(ctx, source, &w.ty, at, &mut namespaces);
        let holder = members.holder(&typing, &plain, &w.ty).filter(|_| w.modifier.trim() != "out");
        let mut name = bare.clone();
        let mut number = 0;
        let taken = |name: &str| {
            parameters.iter().any(|(_, n)| n == name)
                || holder.is_none() && w.modifier != "out " && members.all().any(|m| *m.declaration.name == *name)
        };
        while taken(&name) {
            number += 1;
            name = format!("{plain}{number}");
        }
        if w.modifier == "out " {
            assignments.push(format!("{name} = {};", default_value(&w.ty, &typing)));
        } else if let Some(m) = holder {
            let kind = if m.declaration.kind == DeclarationKind::Field { "field" } else { "property" };
            let this = if *m.declaration.name == *name || qualified(kind) { "this." } else { "" };
            assignments.push(format!("{this}{} = {name};", m.declaration.name));
        } else {
            made = true;
            match way {
                Way::Fields => {
                    new_members.push(format!("private {written} {name};"));
                    assignments.push(format!("this.{name} = {name};"));
                }
                Way::Properties => {
                    let property = pascal(&name);
                    let this = if property == name || qualified("property") { "this." } else { "" };
                    new_members.push(format!("public {written} {property} {{ get; }}"));
                    assignments.push(format!("{this}{property} = {name};"));
                }
                Way::Bare => {}
            }
        }
        parameters.push((format!("{}{written}", w.modifier), name));
    }
    let access = if ty.declaration.modifiers.contains(Modifiers::ABSTRACT) { "protected" } else { "public" };
    let list = parameters.iter().map(|(t, n)| format!("{t} {n}")).collect::<Vec<_>>().join(", ");
    let initializer = delegated.as_ref().map_or_else(String::new, |(taken, keyword)| {
        let names: Vec<&str> = taken.iter().map(|(n, _)| n.as_str()).collect();
        format!(" : {keyword}({})", names.join(", "))
    });
    let head = format!("{access} {}({list}){initializer}", ty.declaration.name);
    let body = match assignments.as_slice() {
        [one] if expression_bodies(ctx).constructors => format!("{head} => {one}"),
        many => format!("{head}\n{{\n{}}}", many.iter().map(|a| format!("    {a}\n")).collect::<String>()),
    };
    let mut new = Vec::new();
    if !new_members.is_empty() {
        let (kind, accessibility, glue) = match way {
            Way::Properties => ("property_declaration", 0, "\n"),
            _ => ("field_declaration", 3, "\n"),
        };
        new.push(NewMember {
            text: new_members.join(glue),
            kind: kind_rank(kind),
            accessibility,
            is_static: false,
            name: String::new(),
        });
    }
    let constructor = NewMember {
        text: body,
        kind: kind_rank("constructor_declaration"),
        accessibility: 0,
        is_static: false,
        name: String::new(),
    };
    let last = if way == Way::Properties { 0 } else { new.len() };
    new.insert(last, constructor);
    let edits = insert_members(text, &ctx.indent_unit(), node, &new)?;
    let what = match way {
        _ if new_members.is_empty() => "Generate constructor",
        Way::Properties => "Generate constructor with properties",
        _ => "Generate constructor with fields",
    };
    // Beside constructors that do not fit, the call may as well be wrong.
    let own = ctx.index.csharp().members(&ty).iter().any(|m| m.declaration.kind == DeclarationKind::Constructor);
    let guess = own || has_unknown_base(ctx, &ty) || wanted.iter().any(|w| w.ty.is("object"));
    let bulk = if guess { Bulk::ByHand } else { Bulk::Invention };
    let title = format!("{what} in '{}'", ty.declaration.name);
    let mut fix = ctx.fix(title, Applicability::Unsafe).invents(invention::key(&ty, ".ctor")).in_bulk(bulk);
    for edit in edits {
        fix = match &home {
            Home::Here(_) => fix.edit(edit),
            Home::Elsewhere(source) => fix.edit_in(source, edit),
        };
    }
    for namespace in namespaces {
        let request = ImportRequest::Using { namespace };
        fix = match &home {
            Home::Here(_) => fix.import(request),
            Home::Elsewhere(source) => fix.import_in(source, request),
        };
    }
    Some((fix.build(), made))
}

/// `Count` for `count`.
fn pascal(name: &str) -> String {
    let mut letters = name.trim_start_matches('@').chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn with_a_field() {
        check_fix(
            rule_of(module_path!()),
            "CS1729",
            "'C' does not contain a constructor that takes 1 arguments",
            "class C\n{\n    void M()\n    {\n        new $0C(1);\n    }\n}\n",
            "class C\n{\n    private int v;\n\n    public C(int v)\n    {\n        this.v = v;\n    }\n\n    void M()\n    {\n        new C(1);\n    }\n}\n",
        );
    }

    #[test]
    fn what_another_constructor_takes_is_passed_on() {
        check_fix(
            rule_of(module_path!()),
            "CS1729",
            "'D' does not contain a constructor that takes 2 arguments",
            "class C\n{\n    object M() => new $0D(\"a\", true);\n}\nclass B\n{\n    public B(string name) { }\n}\nclass D : B\n{\n}\n",
            "class C\n{\n    object M() => new D(\"a\", true);\n}\nclass B\n{\n    public B(string name) { }\n}\nclass D : B\n{\n    private bool v;\n\n    public D(string name, bool v) : base(name)\n    {\n        this.v = v;\n    }\n}\n",
        );
    }

    #[test]
    fn out_parameters_are_assigned() {
        check_fix(
            rule_of(module_path!()),
            "CS1729",
            "'C' does not contain a constructor that takes 1 arguments",
            "class C\n{\n    void M()\n    {\n        new $0C(out int n);\n    }\n}\n",
            "class C\n{\n    public C(out int n)\n    {\n        n = 0;\n    }\n\n    void M()\n    {\n        new C(out int n);\n    }\n}\n",
        );
    }

    #[test]
    fn attributes_take_no_lambdas() {
        check_no_fix(
            rule_of(module_path!()),
            "CS1729",
            "'MyAttribute' does not contain a constructor that takes 1 arguments",
            "class MyAttribute : System.Attribute { } [$0MyAttribute(() => 5)] class D { }",
        );
    }

    #[test]
    fn nothing_for_a_type_of_a_library() {
        check_no_fix(
            rule_of(module_path!()),
            "CS1729",
            "'object' does not contain a constructor that takes 1 arguments",
            "class C { object o = new $0object(1); }",
        );
    }
}
