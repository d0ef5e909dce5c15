//! Queries about types and members.

use crate::csharp::{CsMember, CsType, TypeOrigin};
use crate::{DeclarationKind, Index};
use std::path::Path;

/// The index of these files, the file with `$0`, and the offset of the mark.
fn index(files: &[(&str, &str)]) -> (Index, String, usize) {
    let mut at = ("/a.cs".to_string(), 0);
    let clean: Vec<(&str, String)> = files
        .iter()
        .map(|(path, text)| {
            if let Some(offset) = text.find("$0") {
                at = (path.to_string(), offset);
            }
            (*path, text.replace("$0", ""))
        })
        .collect();
    (Index::in_memory(clean.iter().map(|(p, t)| (*p, t.as_str()))), at.0, at.1)
}

fn resolve(files: &[(&str, &str)], text: &str) -> Option<String> {
    let (index, path, offset) = index(files);
    index.csharp().resolve(text, Path::new(&path), offset).map(|t| format!("{}`{}", t.full_name(), t.arity()))
}

fn one(index: &Index, name: &str) -> CsType {
    index.csharp().types_named(name).into_iter().find(|t| matches!(t.origin, TypeOrigin::Source(_))).unwrap()
}

fn names(members: &[CsMember]) -> Vec<String> {
    members.iter().map(|m| format!("{}.{}", m.owner.declaration.name, m.declaration.name)).collect()
}

#[test]
fn names_are_resolved_outward() {
    let files = [
        ("/a.cs", "using X;\nnamespace A.B {\n using Y;\n class C<T> : Base { class In { } void M<U>() { $0 } }\n}\n"),
        (
            "/b.cs",
            "namespace A { class Here { } class Both { } }\nnamespace A.B { class Near { } class Base { class Inherited { } } }",
        ),
        ("/x.cs", "namespace X { class FromX { } class Both { } class Two { } }"),
        ("/y.cs", "namespace Y { class FromY { class Deep<K> { } } class Both { } }\nnamespace Z { class Two { } }"),
    ];
    let is = |text: &str| resolve(&files, text);
    assert_eq!(is("In").unwrap(), "A.B.C.In`0");
    assert_eq!(is("Inherited").unwrap(), "A.B.Base.Inherited`0");
    assert_eq!(is("Near").unwrap(), "A.B.Near`0");
    assert_eq!(is("Here?").unwrap(), "A.Here`0");
    assert_eq!(is("FromX").unwrap(), "X.FromX`0");
    assert_eq!(is("FromY").unwrap(), "Y.FromY`0");
    // Usings of the inner namespace take precedence over declarations of the outer namespace.
    assert_eq!(is("Both").unwrap(), "Y.Both`0");
    assert_eq!(is("C<int>").unwrap(), "A.B.C`1");
    assert_eq!(is("C"), None);
    assert_eq!(is("T"), None);
    assert_eq!(is("U"), None);
    assert_eq!(is("Z.Two").unwrap(), "Z.Two`0");
    assert_eq!(is("global::X.Two").unwrap(), "X.Two`0");
    assert_eq!(is("B.Near").unwrap(), "A.B.Near`0");
    assert_eq!(is("FromY.Deep<string>").unwrap(), "Y.FromY.Deep`1");
    assert_eq!(is("Nowhere"), None);
    assert_eq!(is("X"), None);
    assert_eq!(is("Near[]"), None);
}

#[test]
fn two_usings_with_the_same_name_are_ambiguous() {
    let files = [
        ("/a.cs", "using X; using Y;\nclass C { $0 }"),
        ("/x.cs", "namespace X { class Both { } } namespace Y { class Both { } class Both<T> { } }"),
    ];
    assert_eq!(resolve(&files, "Both"), None);
    assert_eq!(resolve(&files, "Both<int>").unwrap(), "Y.Both`1");
}

#[test]
fn aliases_static_usings_and_global_usings() {
    let files = [
        ("/a.cs", "using Al = X.Real; using Ns = X; using static X.Holder;\nclass C { $0 }"),
        (
            "/x.cs",
            "namespace X { class Real { } class Holder { public class Nested { } } }\nnamespace G { class Everywhere { } }",
        ),
        ("/g.cs", "global using G; global using GA = X.Real;"),
    ];
    assert_eq!(resolve(&files, "Al").unwrap(), "X.Real`0");
    assert_eq!(resolve(&files, "Ns::Real").unwrap(), "X.Real`0");
    assert_eq!(resolve(&files, "Ns.Real").unwrap(), "X.Real`0");
    assert_eq!(resolve(&files, "Nested").unwrap(), "X.Holder.Nested`0");
    assert_eq!(resolve(&files, "Everywhere").unwrap(), "G.Everywhere`0");
    assert_eq!(resolve(&files, "GA").unwrap(), "X.Real`0");
}

#[test]
fn the_base_library_is_visible() {
    let files = [("/a.cs", "using System.Collections.Generic;\nclass C { $0 }")];
    assert_eq!(resolve(&files, "string").unwrap(), "System.String`0");
    assert_eq!(resolve(&files, "List<int>").unwrap(), "System.Collections.Generic.List`1");
    assert_eq!(resolve(&files, "StringBuilder"), None);
    assert_eq!(resolve(&files, "System.Text.StringBuilder").unwrap(), "System.Text.StringBuilder`0");
    assert_eq!(resolve(&files, "List<int>.Enumerator").unwrap(), "System.Collections.Generic.List.Enumerator`0");
}

#[test]
fn attributes_may_leave_out_their_suffix() {
    let (index, path, offset) = index(&[(
        "/a.cs",
        "using System;\nclass MineAttribute : Attribute { }\nclass C { $0 }\nclass Exact : Attribute { }",
    )]);
    let name = |n: &str| index.csharp().resolve_attribute(n, Path::new(&path), offset).map(|t| t.full_name());
    assert_eq!(name("Obsolete").unwrap(), "System.ObsoleteAttribute");
    assert_eq!(name("Mine").unwrap(), "MineAttribute");
    assert_eq!(name("MineAttribute").unwrap(), "MineAttribute");
    assert_eq!(name("Exact").unwrap(), "Exact");
    assert_eq!(name("Nowhere"), None);
}

#[test]
fn cyclic_bases_end() {
    let files = [("/a.cs", "class A : B.X { $0 } class B : A { } class X : X { } interface I : I { }")];
    assert_eq!(resolve(&files, "X").unwrap(), "X`0");
    let (index, ..) = index(&files);
    for name in ["A", "B", "X", "I"] {
        let ty = one(&index, name);
        index.csharp().all_members(&ty, "");
        index.csharp().bases(&ty);
    }
}

#[test]
fn parts_are_one_type() {
    let (index, ..) = index(&[
        ("/a.cs", "namespace N { partial class P : IA { int a; } }"),
        (
            "/b.cs",
            "namespace N { partial class P : IB { int b; } class P<T> { } enum P2 { } } interface IA { } interface IB { }",
        ),
    ]);
    let p = index.csharp().types_named("P");
    assert_eq!(p.len(), 2);
    let p = p.into_iter().find(|t| t.arity() == 0).unwrap();
    assert!(matches!(&p.origin, TypeOrigin::Source(parts) if parts.len() == 2));
    assert_eq!(names(&index.csharp().members(&p)), ["P.a", "P.b"]);
    let bases: Vec<_> = index.csharp().bases(&p).iter().map(|(t, r)| (t.to_string(), r.is_some())).collect();
    assert_eq!(bases, [("IA".to_string(), true), ("IB".to_string(), true)]);
}

#[test]
fn inherited_members_are_substituted() {
    let (index, ..) = index(&[(
        "/a.cs",
        "class Base<K, V> { public K Key; public Dictionary<K, V> Map; }\n\
         class Mid<T> : Base<string, List<T>>, IGo<T> { public T Item; }\n\
         class Leaf : Mid<int> { }\n interface IGo<E> { E Go(); }",
    )]);
    let leaf = one(&index, "Leaf");
    let members = index.csharp().all_members(&leaf, "");
    let text = |name: &str| {
        let member = members.iter().find(|m| m.declaration.name == name).unwrap();
        index.csharp().declared_type(member).0
    };
    assert_eq!(text("Item"), "int");
    assert_eq!(text("Key"), "string");
    assert_eq!(text("Map"), "Dictionary<string, List<int>>");
    assert_eq!(text("Go"), "int");
    assert!(members.iter().any(|m| m.owner.full_name() == "System.Object" && m.declaration.name == "GetHashCode"));
    let mid = one(&index, "Mid");
    let members = index.csharp().all_members(&mid, "Mid<bool>");
    let item = members.iter().find(|m| m.declaration.name == "Map").unwrap();
    assert_eq!(index.csharp().declared_type(item).0, "Dictionary<string, List<bool>>");
    let interface = one(&index, "IGo");
    assert_eq!(names(&index.csharp().all_members(&interface, "")), ["IGo.Go"]);
}

#[test]
fn library_bases_are_followed() {
    let (index, ..) = index(&[(
        "/a.cs",
        "using System.Collections.Generic;\nclass Mine : List<string> { }\nclass Done : System.IDisposable { }",
    )]);
    let mine = one(&index, "Mine");
    let members = index.csharp().all_members(&mine, "");
    let add = members.iter().find(|m| m.declaration.name == "Add").unwrap();
    assert_eq!(add.substitution, [("T".into(), "string".to_string())]);
    assert!(members.iter().any(|m| m.owner.declaration.name == "IEnumerable"));
    let done = index.csharp().bases(&one(&index, "Done"));
    assert_eq!(done[0].1.as_ref().unwrap().full_name(), "System.IDisposable");
    let disposable = done[0].1.clone().unwrap();
    assert!(index.csharp().is_derived_from(&one(&index, "Done"), &disposable));
    assert!(!index.csharp().is_derived_from(&mine, &disposable));
}

#[test]
fn records_have_their_positional_properties() {
    let (index, ..) = index(&[("/a.cs", "record R(int A, string B) { int c; } class K(int x) { }")]);
    let members = index.csharp().members(&one(&index, "R"));
    assert_eq!(names(&members), ["R.c", "R.A", "R.B"]);
    assert_eq!(members[1].declaration.kind, DeclarationKind::Property);
    assert!(index.csharp().members(&one(&index, "K")).is_empty());
}

#[test]
fn places_in_a_file() {
    let (index, path, offset) =
        index(&[("/a.cs", "using S;\nnamespace A.B {\n using T;\n class C { class D { $0 } }\n}")]);
    let cs = index.csharp();
    let path = Path::new(&path);
    assert_eq!(cs.enclosing_type(path, offset).unwrap().full_name(), "A.B.C.D");
    assert_eq!(cs.enclosing_type(path, 3), None);
    assert_eq!(cs.namespaces_in_scope(path, offset), ["A.B", "T", "A", "S"]);
    assert_eq!(cs.namespaces_in_scope(path, 3), ["S"]);
    let d = one(&index, "D");
    let TypeOrigin::Source(parts) = &d.origin else { panic!("D is source") };
    let ranges = index.ranges(&parts[0]).unwrap();
    assert_eq!(ranges.name.of(&index.text(path).unwrap()), "D");
    assert!(ranges.body.unwrap().contains(offset));
}

#[test]
fn extension_methods_are_found_by_name() {
    let (index, ..) =
        index(&[("/a.cs", "namespace N { static class E { public static int Twice(this int i) => 2 * i; } }")]);
    let found = index.csharp().extension_methods_named("Twice");
    assert_eq!(found[0].owner.full_name(), "N.E");
    let select = index.csharp().extension_methods_named("Select");
    assert!(select.iter().any(|m| m.owner.full_name() == "System.Linq.Enumerable"));
}

#[test]
fn an_edit_is_seen_at_once() {
    let (mut index, ..) = index(&[("/a.cs", "class A { }"), ("/b.cs", "class B { }")]);
    assert_eq!(index.csharp().types_named("Fresh").len(), 0);
    index.set_text(Path::new("/a.cs"), Some("class Fresh { }".into()));
    assert_eq!(index.csharp().types_named("Fresh").len(), 1);
    assert!(index.csharp().types_named("A").is_empty());
    index.set_text(Path::new("/a.cs"), None);
    assert_eq!(index.csharp().types_named("Fresh").len(), 0);
    assert_eq!(index.csharp().types_named("A").len(), 1);
}
