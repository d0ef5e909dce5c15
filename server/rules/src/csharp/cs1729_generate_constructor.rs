//! # Constructor that does not exist
//!
//! A type in source is created with arguments that none of its constructors accepts. A constructor is added that stores them in fields or
//! properties of the same names.
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
//! `Unsafe`: the call may be wrong. A type with an explicit constructor loses the implicit parameterless one, so in bulk the constructor is
//! only added where nothing needs that.

use super::support::arguments_fit::arguments_of;
use super::support::creations;
use super::support::declarations;
use super::support::naming::pascal_case;
use super::support::unknown_base::has_unknown_base;
use codegen::csharp::insertion::{NewMember, insert_members, kind_rank};
use codegen::csharp::members::{declaring_file, imported, type_node};
use codegen::csharp::new_type::out_value;
use codegen::csharp::style::expression_bodies;
use codegen::editorconfig::property;
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use index::csharp::{CsType, TypeOrigin};
use index::{DeclarationKind, Modifiers};
use semantics::csharp::arguments::{self, ExpectedParameter};
use semantics::csharp::call_site::Call;
use semantics::csharp::constructor_targets::{Members, accepted_parameters, is_accessible};
use semantics::csharp::printed::simple_name as simple_type_name;
use semantics::csharp::site::Site;
use semantics::csharp::source_details::source_id;
use semantics::csharp::target::{out_of_scope_type_parameters, without_type_parameters};
use semantics::csharp::{Member, SemanticModel, Type};
use syntax::csharp::naming::{camel_case, escape_keyword};
use syntax::{Node, NodeExt, child_of_kind, leaf_at};

pub(crate) const CODES: &[&str] = &["CS1729", "CS1739", "CS7036", "CS1503"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let mut out: Vec<Fix> = Vec::new();
    for storage in [Storage::Fields, Storage::Properties, Storage::Bare] {
        out.extend(
            generate(ctx, storage).filter(|(_, uses_storage)| *uses_storage || out.is_empty()).map(|(fix, _)| fix),
        );
    }
    out
}

/// Where arguments without an existing member are stored.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Storage {
    Fields,
    Properties,
    Bare,
}

/// A constructor that accepts the first arguments: the names and types of its parameters, and the keyword to call it with.
fn delegation(
    model: &SemanticModel<'_>,
    members: &Members,
    ty: &CsType,
    wanted: &[ExpectedParameter],
    ctx: &RuleContext<'_>,
) -> Option<(Vec<(String, Type)>, &'static str)> {
    let base =
        ctx.index.csharp().bases(ty).iter().find_map(|(_, b)| b.clone()).filter(|b| {
            matches!(b.origin, TypeOrigin::Source(_)) && matches!(b.declaration.kind, DeclarationKind::Class)
        });
    let of_base: Vec<Member> = base.map_or_else(Vec::new, |b| {
        let all = ctx.index.csharp().members(&b);
        all.iter().map(|m| model.plain_member(m)).filter(is_accessible).collect()
    });
    // A constructor that another constructor's initializer calls must not call that one.
    let initializer = ctx
        .token()
        .is_some_and(|t| t.kind() == "this" && t.parent().is_some_and(|p| p.kind() == "constructor_initializer"));
    let own: &[Member] = if initializer { &[] } else { &members.own };
    let own = own.iter().filter(|m| !delegates(ctx, m, wanted.len()));
    let candidates = own.map(|m| (m, "this")).chain(of_base.iter().map(|m| (m, "base")));
    let mut best: Option<(Vec<(String, Type)>, &'static str)> = None;
    for (constructor, keyword) in candidates {
        let count = constructor.declaration.parameters.len();
        // A constructor of the type itself that accepts all arguments would have been called.
        let whole = count == wanted.len() && keyword == "this";
        if whole || best.as_ref().is_some_and(|(b, _)| b.len() >= count) {
            continue;
        }
        let plain = constructor.declaration.parameters.iter().all(|p| p.modifiers.is_empty());
        if let Some(parameters) = accepted_parameters(model, constructor, wanted).filter(|_| plain) {
            best = Some((parameters, keyword));
        }
    }
    best
}

/// Whether the constructor calls another one of its type with so many arguments: that may be the new one, which must not call it back.
fn delegates(ctx: &RuleContext<'_>, constructor: &Member, count: usize) -> bool {
    let find = || {
        let id = source_id(constructor)?;
        let source = ctx.index.source(&id.path)?;
        let name = leaf_at(source.parsed.root(), ctx.index.ranges(id)?.name.start)?;
        let initializer = child_of_kind(name.parent()?, "constructor_initializer")?;
        let own = child_of_kind(initializer, "this").is_some()
            || initializer.all_children().iter().any(|c| c.kind() == "this");
        let list = child_of_kind(initializer, "argument_list")?;
        Some(own && arguments_of(Some(list)).len() == count)
    };
    find().unwrap_or(false)
}

/// Whether code creates the type, or derives from it, without the arguments of the new constructor: the implicit constructor that it uses goes.
fn needs_implicit_constructor(ctx: &RuleContext<'_>, ty: &CsType) -> bool {
    let name = ty.declaration.name.as_str();
    let reported =
        ctx.diagnostics.iter().filter(|d| d.code == "CS1729" && d.argument(0).map(simple_type_name) == Some(name));
    let mut creations = 0;
    for (path, _) in ctx.index.word_counts(name, ctx.source.parsed.language()) {
        creations += ctx.index.text(&path).map_or(0, |text| creations::count(&text, name));
        let derived = |d: &index::Declaration| d.bases.iter().any(|b| simple_type_name(b) == name);
        if ctx.index.outline(&path).is_some_and(|o| o.declarations.iter().any(derived)) {
            return true;
        }
    }
    creations > reported.count()
}

/// The constructor, and whether it depends on `storage`.
fn generate(ctx: &RuleContext<'_>, storage: Storage) -> Option<(Fix, bool)> {
    let call = Call::at(ctx.token()?).filter(|c| c.constructor)?;
    let model = ctx.csharp();
    let ty = call.created(ctx, &model)?;
    if !matches!(ty.declaration.kind, DeclarationKind::Class | DeclarationKind::Struct)
        || !ty.declaration.parameters.is_empty()
    {
        return None;
    }
    if ty.declaration.modifiers.contains(Modifiers::STATIC) {
        return None;
    }
    let (target_file, at) = declaring_file(ctx, ctx.diagnostic.range.start, &ty)?;
    let source = target_file.source();
    let text: &str = source.parsed.text();
    let node = type_node(source, at)?;
    let wanted = arguments::parameters(&model, call.list?, ctx.text());
    let empty = wanted.is_empty() && ctx.code() != "CS7036";
    if empty || wanted.len() != call.arguments().len() {
        return None;
    }
    // Attribute arguments are constants, types, or arrays of them.
    let constant = |ty: &Type| ty.arguments().is_empty() && !ty.is("System.Action") && !ty.is("decimal");
    if call.node.kind() == "attribute" && !wanted.iter().all(|w| constant(&w.ty)) {
        return None;
    }
    // Type parameters around the call may not be in scope at the constructor.
    let mut foreign = out_of_scope_type_parameters(call.node, ctx.text(), Some((node, text)));
    foreign.extend(Site::at(call.node, ctx.text()).method_parameters.into_iter().map(|(name, _)| name));
    let wanted: Vec<ExpectedParameter> =
        wanted.into_iter().map(|w| ExpectedParameter { ty: without_type_parameters(&w.ty, &foreign), ..w }).collect();
    let members = Members::of(&model, &ty);
    let delegated = delegation(&model, &members, &ty, &wanted, ctx);
    let qualified =
        |kind: &str| property(ctx, &format!("dotnet_style_qualification_for_{kind}")).is_some_and(|v| v == "true");
    let mut namespaces = Vec::new();
    let (mut parameters, mut new_members, mut assignments) = (Vec::new(), Vec::new(), Vec::new());
    let passed = delegated.as_ref().map_or(0, |(taken, _)| taken.len());
    for (name, to) in delegated.iter().flat_map(|(taken, _)| taken) {
        parameters.push((imported(ctx, source, to, at, &mut namespaces), name.clone()));
    }
    let mut uses_storage = false;
    let unnumbered = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let rest = wanted.get(passed..)?;
    // Numbers distinguish parameters with generic names.
    let alike = |name: &str, among: &[ExpectedParameter]| {
        among.iter().filter(|o| unnumbered(&o.name) == unnumbered(name)).count()
    };
    let existing_member =
        |w: &ExpectedParameter, name: &str| members.member_for(&model, name, &w.ty).filter(|_| w.modifier != "out ");
    let in_use = |w: &ExpectedParameter, name: &str| {
        w.modifier != "out "
            && existing_member(w, name).is_none()
            && members.all().any(|m| *m.declaration.name == *name)
    };
    let clash = rest.iter().any(|w| in_use(w, &camel_case(&w.name)));
    let mut kept: Vec<&str> = Vec::new();
    for (i, w) in rest.iter().enumerate() {
        let mut bare = camel_case(&w.name);
        // Names are chosen again where base parameters or members have the same names.
        let numbered = alike(&w.name, &wanted) > 1;
        if numbered && (clash || passed > 0 && alike(&w.name, rest) == 1) {
            bare = unnumbered(&bare);
        }
        let plain = bare.trim_start_matches('@').to_owned();
        let written = imported(ctx, source, &w.ty, at, &mut namespaces);
        let existing = existing_member(w, &plain);
        let mut name = bare.clone();
        let mut number = 0;
        let is_new = existing.is_none() && w.modifier != "out ";
        let taken = |name: &str| {
            parameters.iter().any(|(_, n)| n == name) || is_new && members.all().any(|m| *m.declaration.name == *name)
        };
        while taken(&name) {
            number += 1;
            name = format!("{plain}{number}");
        }
        if w.modifier == "out " {
            assignments.push(format!("{name} = {};", out_value(&model, &w.ty, &written)));
        } else if let Some(m) = existing {
            let kind = if m.declaration.kind == DeclarationKind::Field { "field" } else { "property" };
            let this = if *m.declaration.name == *name || qualified(kind) { "this." } else { "" };
            assignments.push(format!("{this}{} = {name};", m.declaration.name));
            kept.push(&m.declaration.name);
        } else {
            uses_storage = true;
            match storage {
                Storage::Fields => {
                    // `_count` is stored in `_count`.
                    let argument = call.arguments().get(passed + i).map_or("", |a| simple_name(*a, ctx.text()));
                    let is_free = argument.starts_with('_') && !members.all().any(|m| m.declaration.name == argument);
                    let field = if is_free { argument } else { &name };
                    new_members.push(format!("private {written} {field};"));
                    assignments.push(format!("{}{field} = {name};", if is_free { "" } else { "this." }));
                }
                Storage::Properties => {
                    let mut property = pascal_case(if numbered { &name } else { &plain });
                    if members.all().any(|m| *m.declaration.name == *property) {
                        let free = |n: &String| !members.all().any(|m| *m.declaration.name == **n);
                        property = (1..100).map(|i| format!("{property}{i}")).find(free).unwrap_or(property);
                    }
                    let this = if property == name || qualified("property") { "this." } else { "" };
                    new_members.push(format!("public {written} {property} {{ get; }}"));
                    assignments.push(format!("{this}{property} = {name};"));
                }
                Storage::Bare => {}
            }
        }
        parameters.push((format!("{}{written}", w.modifier), name));
    }
    let access = if ty.declaration.modifiers.contains(Modifiers::ABSTRACT) { "protected" } else { "public" };
    let list = parameters.iter().map(|(t, n)| format!("{t} {n}")).collect::<Vec<_>>().join(", ");
    // The other fields of a struct must be assigned too.
    let has_unassigned = members.own.iter().any(|m| {
        let d = &m.declaration;
        let automatic = d.kind == DeclarationKind::Property && !d.modifiers.contains(Modifiers::HAS_BODY);
        (d.kind == DeclarationKind::Field || automatic)
            && !d.modifiers.intersects(Modifiers::STATIC | Modifiers::CONST)
            && !kept.contains(&d.name.as_str())
    });
    let initializer = match &delegated {
        Some((taken, keyword)) => {
            let names: Vec<&str> = taken.iter().map(|(n, _)| n.as_str()).collect();
            format!(" : {keyword}({})", names.join(", "))
        }
        None if ty.declaration.kind == DeclarationKind::Struct && has_unassigned => " : this()".to_owned(),
        None => String::new(),
    };
    let head = format!("{access} {}({list}){initializer}", escape_keyword(&ty.declaration.name));
    let body = match assignments.as_slice() {
        [one] if expression_bodies(ctx).constructors => format!("{head} => {one}"),
        many => format!("{head}\n{{\n{}}}", many.iter().map(|a| format!("    {a}\n")).collect::<String>()),
    };
    let mut new = Vec::new();
    if !new_members.is_empty() {
        let (kind, accessibility, glue) = match storage {
            Storage::Properties => ("property_declaration", 0, "\n"),
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
    new.push(constructor);
    let edits = insert_members(text, &ctx.indent_unit(), node, &new)?;
    let suffix = match storage {
        _ if new_members.is_empty() => "",
        Storage::Properties => " (with properties)",
        _ => " (with fields)",
    };
    // If there are other constructors, the call may be wrong.
    let own = ctx.index.csharp().members(&ty).iter().any(|m| m.declaration.kind == DeclarationKind::Constructor);
    let is_guess = own
        || has_unknown_base(ctx, &ty)
        || wanted.iter().any(|w| w.ty.is("object"))
        || ty.declaration.kind == DeclarationKind::Class && needs_implicit_constructor(ctx, &ty);
    let bulk = if is_guess { Bulk::Manual } else { Bulk::Declaration };
    let title = format!("Generate constructor in '{}'{suffix}", ty.declaration.name);
    let mut fix = ctx.fix(title, Applicability::Unsafe).declares(declarations::key(&ty, ".ctor")).in_bulk(bulk);
    for edit in edits {
        fix = fix.edit_in(target_file.source(), edit);
    }
    for namespace in namespaces {
        let request = ImportRequest::Using { namespace };
        fix = fix.import_in(target_file.source(), request);
    }
    Some((fix.build(), uses_storage))
}

/// The last name of an argument that is a name or a member access.
fn simple_name<'t>(argument: Node<'t>, text: &'t str) -> &'t str {
    let value = argument.named().into_iter().next_back();
    let value = value.map(|v| v.field("name").filter(|_| v.kind() == "member_access_expression").unwrap_or(v));
    value.filter(|v| v.kind() == "identifier").map_or("", |v| v.text_in(text))
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
    fn arguments_of_another_constructor_are_passed_on() {
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

    /// Checks the constructor `made` that is generated in the class `D` for `new D(arguments)` in a method with these parameters.
    fn check_generated(parameters: &str, arguments: &str, declared: &str, expected: &str) {
        let file = |mark: &str, body: &str| {
            format!(
                "class C\n{{\n    object M({parameters}) => new {mark}D({arguments});\n}}\n{declared}\n{{\n{body}}}\n"
            )
        };
        let message = "'D' does not contain a constructor that takes this many arguments";
        check_fix(rule_of(module_path!()), "CS1729", message, &file("$0", ""), &file("", expected));
    }

    #[test]
    fn fields_keep_the_underscores_of_arguments() {
        let expected = "    private int _i;\n\n    public D(int i)\n    {\n        _i = i;\n    }\n";
        check_generated("int _i", "_i", "class D", expected);
    }

    #[test]
    fn a_base_constructor_may_accept_all() {
        let expected = "    public D(int a) : base(a)\n    {\n    }\n";
        check_generated("int i", "i", "class B { protected B(int a) { } } class D : B", expected);
    }

    #[test]
    fn type_parameters_out_of_scope_become_object() {
        let before = "class C<T>\n{\n    object M(T t) => new $0D(t);\n}\nclass D\n{\n}\n";
        let expected = "{\n    private object t;\n\n    public D(object t)\n    {\n        this.t = t;\n    }\n}\n";
        let after = before.replace("$0", "").replace("class D\n{\n}\n", &format!("class D\n{expected}"));
        let message = "'D' does not contain a constructor that takes 1 arguments";
        check_fix(rule_of(module_path!()), "CS1729", message, before, &after);
    }

    #[test]
    fn names_in_use_and_fields_of_structs() {
        check_fix(
            rule_of(module_path!()),
            "CS1503",
            "Argument 1: cannot convert from 'string' to 'int'",
            "class C\n{\n    object M() => new D($0\"a\");\n}\nstruct D\n{\n    private int v;\n\n    public D(int v)\n    {\n        this.v = v;\n    }\n}\n",
            "class C\n{\n    object M() => new D(\"a\");\n}\nstruct D\n{\n    private int v;\n    private string v1;\n\n    public D(int v)\n    {\n        this.v = v;\n    }\n\n    public D(string v1) : this()\n    {\n        this.v1 = v1;\n    }\n}\n",
        );
    }

    #[test]
    fn the_fewest_parameters_come_first() {
        check_fix(
            rule_of(module_path!()),
            "CS7036",
            "There is no argument given that corresponds to the required parameter 'i' of 'C.C(int)'",
            "class C\n{\n    public C(int i)\n    {\n    }\n\n    object M() => new $0C();\n}\n",
            "class C\n{\n    public C()\n    {\n    }\n\n    public C(int i)\n    {\n    }\n\n    object M() => new C();\n}\n",
        );
    }

    #[test]
    fn constructors_do_not_call_each_other_in_a_circle() {
        let class = |mark: &str, new: &str| {
            format!(
                "class C\n{{\n    public int A;\n    public bool V;\n\n    public C(int a) : this(a, true)\n    {{\n    }}\n{new}\n    object M(int a, bool v) => new {mark}C(a, v);\n}}\n"
            )
        };
        let new = "\n    public C(int a, bool v)\n    {\n        A = a;\n        V = v;\n    }\n";
        let message = "'C' does not contain a constructor that takes 2 arguments";
        check_fix(rule_of(module_path!()), "CS1729", message, &class("$0", ""), &class("", new));
    }

    #[test]
    fn nothing_for_lambdas_in_attributes() {
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
