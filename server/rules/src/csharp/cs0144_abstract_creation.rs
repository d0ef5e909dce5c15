//! # Creation of an abstract type
//!
//! `new` needs a class or struct that is not abstract. An interface of .NET's collections is implemented by a known class, one of the sources by those
//! that implement it.
//!
//! ```csharp before
//! //@ error CS0144: Cannot create an instance of the abstract type or interface 'IList<int>'
//! using System.Collections.Generic;
//! class C
//! {
//!     IList<int> numbers = $0new IList<int>()$0;
//! }
//! ```
//! ```csharp after
//! using System.Collections.Generic;
//! class C
//! {
//!     IList<int> numbers = new List<int>();
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: another class may be meant.

use super::support::arguments_fit::{arguments_of, takes_count};
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use index::csharp::{CsType, TypeOrigin};
use index::{DeclarationId, DeclarationKind, Modifiers};
use semantics::csharp::printed::{generic_name, simple_name};
use syntax::csharp::outermost_at;
use syntax::{NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["CS0144"];

/// Interfaces, the class that implements them, and its namespace.
const COLLECTIONS: &[(&str, &str, &str)] = &[
    ("IList", "List", "System.Collections.Generic"),
    ("ICollection", "List", "System.Collections.Generic"),
    ("IEnumerable", "List", "System.Collections.Generic"),
    ("IReadOnlyList", "List", "System.Collections.Generic"),
    ("IReadOnlyCollection", "List", "System.Collections.Generic"),
    ("IDictionary", "Dictionary", "System.Collections.Generic"),
    ("IReadOnlyDictionary", "Dictionary", "System.Collections.Generic"),
    ("ISet", "HashSet", "System.Collections.Generic"),
    ("IReadOnlySet", "HashSet", "System.Collections.Generic"),
];

/// How many files are searched for implementations, and how many of these are offered.
const MOST_FILES: usize = 48;
const MOST_OFFERS: usize = 4;

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let creation = outermost_at(ctx.token()?, |n| n.kind() == "object_creation_expression")?;
    let written = creation.field("type")?;
    let name = match written.kind() {
        "qualified_name" => written.field("name")?,
        _ => written,
    };
    let identifier = if name.kind() == "generic_name" { child_of_kind(name, "identifier")? } else { name };
    let simple = identifier.text_in(text);
    let model = ctx.csharp();
    let generic = child_of_kind(name, "type_argument_list").is_some();
    let known = COLLECTIONS.iter().find(|(interface, ..)| *interface == simple && generic);
    if let Some((_, class, namespace)) = known {
        let fix = ctx.fix(format!("Use '{class}'"), Applicability::Unsafe).replace(identifier.byte_range(), *class);
        let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), creation.start_byte());
        let missing = written.kind() != "qualified_name" && !scope.iter().any(|n| n == namespace);
        let fix = if missing { fix.import(ImportRequest::Using { namespace: (*namespace).to_owned() }) } else { fix };
        return Some(vec![fix.preferred().build()]);
    }
    let ty = model.resolve(&model.written_type(written)?)?;
    let count = arguments_of(creation.field("arguments")).len();
    let found = if ty.arity() == 0 { implementations(ctx, &ty, count) } else { Vec::new() };
    if found.len() > MOST_OFFERS {
        return None;
    }
    let alone = found.len() == 1;
    let offer = |class: &CsType| {
        let spelled = model.minimal_name(class, ctx.path(), creation.start_byte());
        let fix = ctx.fix(format!("Use '{spelled}'"), Applicability::Unsafe).replace(written.byte_range(), spelled);
        fix.in_bulk(if alone { Bulk::Repair } else { Bulk::Manual })
    };
    Some(found.iter().map(|c| if alone { offer(c).preferred().build() } else { offer(c).build() }).collect())
}

/// Classes of the sources that derive from `ty`, are not abstract, and can be created with so many arguments.
fn implementations(ctx: &RuleContext<'_>, ty: &CsType, count: usize) -> Vec<CsType> {
    let csharp = ctx.index.csharp();
    if !matches!(ty.origin, TypeOrigin::Source(_)) {
        return Vec::new();
    }
    let name = ty.declaration.name.as_str();
    let mut out: Vec<CsType> = Vec::new();
    for (path, _) in ctx.index.word_counts(name, ctx.source.parsed.language()).take(MOST_FILES) {
        let Some(outline) = ctx.index.outline(&path) else { continue };
        for (i, d) in outline.declarations.iter().enumerate() {
            use DeclarationKind::{Class, Record, RecordStruct, Struct};
            let concrete = matches!(d.kind, Class | Struct | Record | RecordStruct)
                && !d.modifiers.intersects(Modifiers::ABSTRACT | Modifiers::STATIC)
                && d.type_parameters.is_empty();
            if !concrete || !d.bases.iter().any(|b| generic_name(simple_name(b)) == name) {
                continue;
            }
            let id = DeclarationId { path: path.clone(), index: i as u32 };
            let Some(class) = csharp.type_of(&id) else { continue };
            let known = out.iter().any(|c| c.origin == class.origin);
            if !known
                && csharp.is_derived_from(&class, ty)
                && csharp.is_accessible(&class, ctx.path())
                && takes(ctx, &class, count)
            {
                out.push(class);
            }
        }
    }
    out
}

fn takes(ctx: &RuleContext<'_>, class: &CsType, count: usize) -> bool {
    let members = ctx.index.csharp().members(class);
    let constructors: Vec<_> = members
        .iter()
        .filter(|m| {
            m.declaration.kind == DeclarationKind::Constructor && !m.declaration.modifiers.contains(Modifiers::STATIC)
        })
        .collect();
    let primary = &class.declaration.parameters;
    match (constructors.is_empty(), primary.is_empty()) {
        (true, true) => count == 0,
        (_, false) if takes_count(primary, count) => true,
        _ => constructors.iter().any(|c| {
            let open = c.declaration.modifiers.intersects(Modifiers::PUBLIC | Modifiers::INTERNAL);
            open && takes_count(&c.declaration.parameters, count)
        }),
    }
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled, check_no_fix};
    const MESSAGE: &str = "Cannot create an instance of the abstract type or interface 'I'";

    #[test]
    fn collections() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "CS0144",
            MESSAGE,
            "class C { object o = $0new System.Collections.Generic.IDictionary<int, string>() { }; }",
            "class C { object o = new System.Collections.Generic.Dictionary<int, string>() { }; }",
        );
        check_no_fix(rule, "CS0144", MESSAGE, "class C { object o = $0new System.IO.Stream(); }");
    }

    #[test]
    fn classes_of_the_sources() {
        let rule = rule_of(module_path!());
        let file = |classes: &str, made: &str| {
            format!("interface I {{ }} abstract class A : I {{ }} {classes} class C {{ I i = {made}; }}")
        };
        let one = "class B : A, I { }";
        check_fix(rule, "CS0144", MESSAGE, &file(one, "$0new I()"), &file(one, "new B()"));
        let two = "class B : I { } class D : I { public D(int n) { } } class E : I { }";
        check_fix_titled(rule, "CS0144", MESSAGE, "Use 'E'", &file(two, "$0new I()"), &file(two, "new E()"));
        check_fix(rule, "CS0144", MESSAGE, &file(two, "$0new I(1)"), &file(two, "new D(1)"));
        check_no_fix(rule, "CS0144", MESSAGE, &file("", "$0new I()"));
    }
}
