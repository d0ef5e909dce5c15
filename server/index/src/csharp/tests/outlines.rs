//! Outlines of whole and of broken files.

use crate::csharp::outline::located_outline;
use crate::{Declaration, ImportKind, Modifiers};
use syntax::{Language, Parsed};

/// One line a declaration: `parent/parent Kind Name(parameter types): type`.
fn show(text: &str) -> Vec<String> {
    let located = located_outline(&Parsed::new(Language::CSHARP, text));
    let declarations = &located.outline.declarations;
    assert_eq!(declarations.len(), located.ranges.len());
    let line = |d: &Declaration| {
        let parent = d.parent.map(|p| format!("{}/", declarations[p as usize].name)).unwrap_or_default();
        let parameters: Vec<String> = d
            .parameters
            .iter()
            .map(|p| [p.modifiers.as_str(), p.type_text.as_str()].join(" ").trim().to_string())
            .collect();
        let parameters = if parameters.is_empty() { String::new() } else { format!("({})", parameters.join(", ")) };
        let ty = if d.type_text.is_empty() { String::new() } else { format!(": {}", d.type_text) };
        format!("{parent}{:?} {}{parameters}{ty}", d.kind, d.name)
    };
    for (d, r) in declarations.iter().zip(&located.ranges) {
        assert!(r.full.contains_range(r.name), "{}", d.name);
        assert!(text.get(r.full.start..r.full.end).is_some() && text.get(r.name.start..r.name.end).is_some());
        assert!(d.parent.is_none_or(|p| declarations[p as usize].kind.is_type()));
    }
    declarations.iter().map(line).collect()
}

fn only(text: &str) -> Declaration {
    located_outline(&Parsed::new(Language::CSHARP, text)).outline.declarations.remove(0)
}

#[test]
fn every_kind_of_member() {
    let text = r#"
namespace N.M {
  public partial class C<T, [A] U> : Base<T>, IFoo<(int, U)> where T : class, new() where U : struct {
    private readonly int a = 1, b;
    const string K = "x";
    public event System.EventHandler? E1, E2;
    event Action E3 { add { } remove { } }
    public int P { get; private set; }
    public int Q => 1;
    required public string R { get; init; } = "";
    int this[int i, string s] { get => 1; set { } }
    C(int x = 5) : base(x) { }
    ~C() { }
    public static async Task<List<T>> F<V>(ref V v, out int o, params object[] rest) where V : notnull => null;
    void IFoo<(int, U)>.G() { }
    int IList.this[int i] => 0;
    public static C<T, U> operator +(C<T, U> l, C<T, U> r) => l;
    public static implicit operator int(C<T, U> c) => 1;
    delegate int D(string s);
    enum E : byte { A, [Obsolete] B = 2 }
    struct S { }
    record R1(int X, string Y = "  ");
    readonly record struct R2(int Z) { public int W; }
    interface I { void M(); }
  }
}
"#;
    let expected = [
        "Class C",
        "C/Field a: int",
        "C/Field b: int",
        "C/Field K: string",
        "C/Event E1: System.EventHandler?",
        "C/Event E2: System.EventHandler?",
        "C/Event E3: Action",
        "C/Property P: int",
        "C/Property Q: int",
        "C/Property R: string",
        "C/Indexer this[](int, string): int",
        "C/Constructor .ctor(int)",
        "C/Destructor ~C",
        "C/Method F(ref V, out int, params object[]): Task<List<T>>",
        "C/Method G: void",
        "C/Indexer this[](int): int",
        "C/Operator operator +(C<T, U>, C<T, U>): C<T, U>",
        "C/ConversionOperator implicit operator(C<T, U>): int",
        "C/Delegate D(string): int",
        "C/Enum E",
        "E/EnumMember A",
        "E/EnumMember B",
        "C/Struct S",
        "C/Record R1(int, string)",
        "C/RecordStruct R2(int)",
        "R2/Field W: int",
        "C/Interface I",
        "I/Method M: void",
    ];
    assert_eq!(show(text), expected);
    let outline = located_outline(&Parsed::new(Language::CSHARP, text)).outline;
    let by_name = |n: &str| outline.declarations.iter().find(|d| d.name == n).unwrap();
    let c = by_name("C");
    assert_eq!(c.namespace, "N.M");
    assert_eq!(c.modifiers, Modifiers::PUBLIC | Modifiers::PARTIAL | Modifiers::HAS_BODY);
    assert_eq!(c.bases, ["Base<T>", "IFoo<(int, U)>"]);
    assert_eq!(c.type_parameters[0].constraint, "class, new()");
    assert_eq!(c.type_parameters[1].name, "U");
    assert_eq!(c.type_parameters[1].constraint, "struct");
    assert_eq!(by_name("P").modifiers, Modifiers::PUBLIC | Modifiers::GET | Modifiers::SET);
    assert_eq!(by_name("Q").modifiers, Modifiers::PUBLIC | Modifiers::GET | Modifiers::HAS_BODY);
    let required = Modifiers::REQUIRED | Modifiers::PUBLIC | Modifiers::GET | Modifiers::INIT | Modifiers::HAS_BODY;
    assert_eq!(by_name("R").modifiers, required);
    assert_eq!(by_name("a").modifiers, Modifiers::PRIVATE | Modifiers::READONLY | Modifiers::HAS_BODY);
    assert_eq!(by_name("b").modifiers, Modifiers::PRIVATE | Modifiers::READONLY);
    assert_eq!(by_name("G").explicit_interface, "IFoo<(int, U)>");
    assert!(by_name("B").modifiers.contains(Modifiers::DEPRECATED));
    assert_eq!(by_name("F").type_parameters[0].constraint, "notnull");
    assert!(by_name("F").parameters[2].rest && by_name("F").parameters[2].optional);
    assert_eq!(by_name(".ctor").parameters[0].default, "5");
    assert_eq!(by_name("R1").parameters[1].default, "\"  \"");
    assert!(!by_name("M").modifiers.contains(Modifiers::HAS_BODY));
}

#[test]
fn namespaces_and_usings() {
    let text = "global using G;\nglobal using static G.S;\nusing A = X.Y<int>;\nusing static System . Math;\nnamespace F.G;\n\
                using L;\nclass C { }\n";
    let outline = located_outline(&Parsed::new(Language::CSHARP, text)).outline;
    let imports: Vec<_> =
        outline.imports.iter().map(|i| (i.kind, i.target.as_str(), i.alias.as_str(), i.within.as_str())).collect();
    assert_eq!(imports[0], (ImportKind::GlobalUsing, "G", "", ""));
    assert_eq!(imports[1], (ImportKind::GlobalUsingStatic, "G.S", "", ""));
    assert_eq!(imports[2], (ImportKind::UsingAlias, "X.Y<int>", "A", ""));
    assert_eq!(imports[3].0, ImportKind::UsingStatic);
    assert_eq!(imports[4], (ImportKind::Using, "L", "", "F.G"));
    assert_eq!(outline.declarations[0].namespace, "F.G");
    let nested =
        located_outline(&Parsed::new(Language::CSHARP, "namespace A { namespace B.C { class X { } } class Y { } }"));
    let namespaces: Vec<_> = nested.outline.declarations.iter().map(|d| d.namespace.as_str()).collect();
    assert_eq!(namespaces, ["A.B.C", "A"]);
    assert_eq!(nested.namespace_at(30), "A.B.C");
    assert_eq!(nested.namespace_at(52), "A");
}

#[test]
fn extension_methods_and_parameter_modifiers() {
    let d = located_outline(&Parsed::new(
        Language::CSHARP,
        "static class E { public static void M(this ref readonly List<int> l, scoped Span<int> s, in int i) { } }",
    ))
    .outline;
    let m = &d.declarations[1];
    assert!(m.modifiers.contains(Modifiers::EXTENSION | Modifiers::STATIC | Modifiers::PUBLIC));
    assert_eq!(m.parameters[0].type_text, "List<int>");
    assert_eq!(m.parameters[0].modifiers, "this ref readonly");
    assert_eq!((m.parameters[1].type_text.as_str(), m.parameters[1].modifiers.as_str()), ("Span<int>", "scoped"));
    assert_eq!(m.parameters[2].modifiers, "in");
}

#[test]
fn members_are_kept_when_a_method_lacks_a_brace() {
    let text = "namespace N {\npublic class Foo {\n  public int X { get; }\n  void M() { if (x) { y(); }\n  public int F() { return 1; }\n  private int g = 2;\n}\nclass Bar { int q; }\n}\n";
    let shown = show(text);
    for line in ["Class Foo", "Foo/Property X: int", "Foo/Method M: void", "Foo/Method F: int", "Foo/Field g: int"] {
        assert!(shown.iter().any(|s| s == line), "{line} in {shown:?}");
    }
    assert!(shown.iter().any(|s| s.ends_with("Class Bar")));
    assert_eq!(only(text).namespace, "N");
}

#[test]
fn members_are_kept_with_a_surplus_brace() {
    let shown =
        show("class A {\n  public int X;\n  void M() { } }\n  public int Y() { return 1; }\n  private int f = 3;\n}\n");
    assert_eq!(shown, ["Class A", "A/Field X: int", "A/Method M: void", "A/Method Y: int", "A/Field f: int"]);
}

#[test]
fn directives_inside_a_method_do_not_split_the_class() {
    let text = "using System;\nnamespace N;\npublic sealed class Foo : Base {\n#if A\n  public int X() {\n#else\n  public int Y() {\n#endif\n    return 1;\n  }\n  public void After() { }\n  public int Last;\n}\npublic record R(int A) : Q(A), IZ;\n";
    let shown = show(text);
    for line in ["Class Foo", "Foo/Method X: int", "Foo/Method After: void", "Foo/Field Last: int"] {
        assert!(shown.iter().any(|s| s == line), "{line} in {shown:?}");
    }
    let foo = only(text);
    assert_eq!((foo.namespace.as_str(), foo.bases[0].as_str()), ("N", "Base"));
    assert!(foo.modifiers.contains(Modifiers::PUBLIC | Modifiers::SEALED));
}

#[test]
fn both_branches_of_directives_count() {
    let shown =
        show("class A {\n#if X\n  int a;\n#elif Y\n  int b;\n#else\n  int c;\n#endif\n}\n#if Z\nclass B { }\n#endif\n");
    assert_eq!(shown, ["Class A", "A/Field a: int", "A/Field b: int", "A/Field c: int", "Class B"]);
}

#[test]
fn an_unclosed_file_keeps_its_types() {
    let shown = show("namespace N {\nclass A : B {\n  public int X;\n  public void M() { }\n");
    assert_eq!(shown, ["Class A", "A/Field X: int", "A/Method M: void"]);
    assert_eq!(only("namespace N {\nclass A : B {\n  public int X;\n").namespace, "N");
}

#[test]
fn deep_nesting_is_bounded() {
    for (open, n) in
        [("class A { ", 100_000), ("namespace a { ", 20_000), ("{", 100_000), ("class A { void M() { ", 30_000)]
    {
        let _ = located_outline(&Parsed::new(Language::CSHARP, open.repeat(n)));
    }
}

#[test]
fn outlines_have_no_positions() {
    let a = located_outline(&Parsed::new(Language::CSHARP, "class A { void M(int  a) { x(); } }")).outline;
    let b =
        located_outline(&Parsed::new(Language::CSHARP, "// hello\nclass A {\n\n void M(int /*c*/ a) { yyy(1); } }"))
            .outline;
    assert_eq!(a, b);
}
