//! The question where a declaration is named, put to the model of its language.

use crate::uses::Uses;
use crate::{Semantics, csharp, typescript};
use index::{DeclarationId, Index};
use std::path::Path;
use syntax::LanguageFamily;
use text::TextRange;

/// The places where a declaration of the workspace is named. `None` when it has no name of its own, is not of the workspace, or its name stands in
/// too many files.
pub fn uses(index: &Index, declaration: &DeclarationId) -> Option<Uses> {
    let source = index.source(&declaration.path)?;
    let sema = Semantics::new(index, &source);
    match source.parsed.language().family() {
        LanguageFamily::CSHARP => csharp::uses::uses(sema, declaration),
        LanguageFamily::TYPESCRIPT => typescript::uses::uses(sema, declaration),
        _ => None,
    }
}

/// The places where something is named whose name stands at `name` in a file, and which the outline does not hold: a member of a type or an object
/// that is written inside another declaration. TypeScript only.
pub fn uses_at(index: &Index, path: &Path, name: TextRange) -> Option<Uses> {
    let source = index.source(path)?;
    let is_typescript = source.parsed.language().family() == LanguageFamily::TYPESCRIPT;
    is_typescript.then(|| typescript::uses::uses_at(Semantics::new(index, &source), name))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UseKind;
    use index::Source;
    use std::sync::Arc;

    /// Where the declaration at `$0` is named: `file:line` with `=` for a declaration, `~` for what goes with it, `{}` for a shorthand, `?` for
    /// what is not known.
    fn uses_of(extension: &str, files: &[&str]) -> String {
        let texts: Vec<String> = files.iter().map(|f| f.replace("$0", "")).collect();
        let names: Vec<String> = (0..files.len()).map(|i| format!("/f{i}.{extension}")).collect();
        let index = Index::in_memory(names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)));
        let file = files.iter().position(|f| f.contains("$0")).expect("a mark");
        let at = files[file].find("$0").expect("a mark");
        let path: Arc<Path> = Path::new(&names[file]).into();
        let count = index.outline(&path).expect("an outline").declarations.len();
        let mut ids = (0..count).map(|i| DeclarationId { path: path.clone(), index: i as u32 });
        let id = ids.find(|id| index.ranges(id).is_some_and(|r| r.name.start == at)).expect("a declaration");
        let found = uses(&index, &id).expect("not too many files");
        let line = |s: &Source, r: TextRange| s.parsed.text()[..r.start].matches('\n').count() + 1;
        let name = |s: &Source| s.path.file_stem().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
        let certain = found.certain.iter().map(|u| {
            let kind = match u.kind {
                UseKind::Declaration => "=",
                UseKind::Related => "~",
                UseKind::Reference => "",
                UseKind::Shorthand => "{}",
            };
            format!("{}:{}{kind}", name(&u.source), line(&u.source, u.range))
        });
        let possible = found.possible.iter().map(|(s, r)| format!("{}:{}?", name(s), line(s, *r)));
        certain.chain(possible).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn members_of_csharp() {
        let found = uses_of(
            "cs",
            &[
                "class Order\n{\n    public int $0Place(int a) => a;\n    public int Place() => Place(1);\n    int Place2;\n}\n",
                "class Other { public int Place(int a) => a; }\nclass Use\n{\n    int M(Order o, Other p, dynamic d)\n    {\n        o.Place(1);\n        p.Place(1);\n        d.Place(1);\n        int Place = 1;\n        return Place;\n    }\n    System.Func<int, int> F(Order o) => o.Place;\n}\n",
            ],
        );
        assert_eq!(found, "f0:3= f0:4 f1:6 f1:12 f1:8?");
    }

    #[test]
    fn an_overload_is_told_by_the_number_of_arguments_where_types_are_not_known() {
        let found = uses_of(
            "cs",
            &[
                "class Order\n{\n    public static int $0Place(Unknown a, out int b) => 1;\n    public static int Place(Unknown a, int b, int c = 1) => 1;\n    public static int Other(Unknown a) => 1;\n}\n",
                "class Use\n{\n    void M(Strange s, int i)\n    {\n        Order.Place(s.A(), out i);\n        Order.Place(s.A(), i);\n        Order.Place(s.A(), i, i);\n        Order.Place(s.A());\n    }\n}\n",
            ],
        );
        assert_eq!(found, "f0:3= f1:5 f1:8?");
    }

    #[test]
    fn parameters_of_lambdas_where_no_library_tells_what_func_is() {
        let found = uses_of(
            "cs",
            &[
                "using System;\nclass Order\n{\n    public int $0Count;\n    Func<Order, int> M() => o => o.Count;\n    Action<Order> N(Predicate<Order> p) { N(x => x.Count > 1); return o => { o.Count = 1; }; }\n}\n",
            ],
        );
        assert_eq!(found, "f0:4= f0:5 f0:6 f0:6");
    }

    #[test]
    fn properties_in_patterns_and_attributes() {
        let found = uses_of(
            "cs",
            &[
                "class Order { public int $0Count { get; set; } public Order Next; }\nclass MarkAttribute : System.Attribute { public int Count { get; set; } }\n",
                "class Use\n{\n    bool A(Order o) => o is { Count: 1 };\n    bool B(object o) => o is Order { Count: > 1, Next: { Count: 2 } };\n    bool C(string o) => o is { Count: 1 };\n    [Mark(Count = 1)] void M() { }\n    object D() => new Order { Count = 1 };\n}\n",
            ],
        );
        assert_eq!(found, "f0:1= f1:3 f1:4 f1:4 f1:7 f1:5?");
        let found = uses_of(
            "cs",
            &[
                "class MarkAttribute : System.Attribute { public int $0Count { get; set; } }\n[Mark(Count = 1)] class Use { }\n",
            ],
        );
        assert_eq!(found, "f0:1= f0:2");
    }

    #[test]
    fn branches_that_declare_a_member_again_are_one_member() {
        let found = uses_of(
            "cs",
            &[
                "class Order\n{\n#if OLD\n    public static int Place(Unknown a) => 1;\n#else\n    public static int $0Place(Unknown a) => 2;\n#endif\n}\n",
                "class Use\n{\n    int M(Strange s) => Order.Place(s.A());\n}\n",
            ],
        );
        assert_eq!(found, "f0:4~ f0:6= f1:3");
    }

    #[test]
    fn members_of_csharp_behind_a_question_mark() {
        let found = uses_of(
            "cs",
            &[
                "class Order\n{\n    public Order $0Next;\n    public int Place(int a) => a;\n}\n",
                "class Use\n{\n    void M(Order o)\n    {\n        var a = o?.Next;\n        var b = o?.Next.Place(1);\n        o?.Next?.Place(2);\n    }\n}\n",
            ],
        );
        assert_eq!(found, "f0:3= f1:5 f1:6 f1:7");
    }

    #[test]
    fn what_overrides_and_implements_goes_with_it() {
        let found = uses_of(
            "cs",
            &[
                "interface IShape { double $0Area(); }\nclass Square : IShape\n{\n    public virtual double Area() => 1;\n}\nclass Big : Square\n{\n    public override double Area() => base.Area();\n}\nclass Hides : Square { public new double Area() => 2; }\nclass No { public double Area() => 2; }\n",
                "class Use { double M(Big b, No n, IShape s) => b.Area() + n.Area() + s.Area(); }\n",
            ],
        );
        assert_eq!(found, "f0:1= f0:4~ f0:8~ f0:8 f1:1 f1:1");
    }

    #[test]
    fn types_of_csharp() {
        let found = uses_of(
            "cs",
            &[
                "namespace A { public partial class $0Order { public Order() { } public static int Count; } }\nnamespace B { public class Order { } }\n",
                "namespace A { partial class Order { } }\n",
                "using A;\nclass Use : Order\n{\n    Order Field = new Order();\n    int N = Order.Count;\n    B.Order Other;\n    A.Order Same;\n    System.Collections.Generic.List<Order> All;\n    string S = nameof(Order);\n    int Order2; object Order3(object Order) => Order;\n}\n",
            ],
        );
        assert_eq!(found, "f0:1= f0:1= f1:1= f2:2 f2:4 f2:4 f2:5 f2:7 f2:8 f2:9");
    }

    #[test]
    fn attributes_are_named_without_their_suffix() {
        let found = uses_of(
            "cs",
            &[
                "class $0MarkAttribute : System.Attribute { }\n",
                "[Mark] class A { }\n[MarkAttribute] class B { int Mark; }\n",
            ],
        );
        assert_eq!(found, "f0:1= f1:1 f1:2");
    }

    #[test]
    fn exports_of_typescript() {
        let found = uses_of(
            "ts",
            &[
                "export function $0place(n: number) { return n; }\nexport const other = place(1);\n",
                "import { place } from './f0';\nplace(2);\nconst o = { place };\nfunction f(place: number) { return place; }\n",
                "import { place as put } from './f0';\nput(1);\nexport { place } from './f0';\n",
                "import { place } from './f2';\nimport * as all from './f0';\nplace(1);\nall.place(2);\n",
                "const place = 1;\nexport const x = place;\n",
            ],
        );
        assert_eq!(found, "f0:1= f0:2 f1:1 f1:2 f1:3{} f2:1 f2:3 f3:1 f3:3 f3:4");
    }

    #[test]
    fn members_of_typescript() {
        let found = uses_of(
            "ts",
            &[
                "export interface Shape {\n  $0area: number;\n}\nexport class Square implements Shape {\n  area = 1;\n  twice() { return this.area * 2; }\n}\nexport class No { area = 1; }\n",
                "import { Shape, Square, No } from './f0';\nfunction f(s: Shape, q: Square, n: No, x: any) {\n  const { area } = s;\n  const { area: a } = q;\n  return s.area + q.area + n.area + area + x.area;\n}\nconst made: Shape = { area: 1 };\nconst free = { area: 1 };\n",
            ],
        );
        assert_eq!(found, "f0:2= f0:5~ f0:6 f1:3{} f1:4 f1:5 f1:5 f1:7 f1:5? f1:8?");
    }

    #[test]
    fn types_of_typescript() {
        let found = uses_of(
            "ts",
            &[
                "export interface $0Order { id: number }\nexport interface Order { more: number }\n",
                "import type { Order } from './f0';\nlet a: Order, b: Array<Order>;\nnamespace N { export type Order = 1; export let c: Order; }\n",
                "import * as m from './f0';\nlet a: m.Order;\nlet b: import('./f0').Order;\n",
            ],
        );
        assert_eq!(found, "f0:1= f0:2= f1:1 f1:2 f1:2 f2:2 f2:3");
    }

    #[test]
    fn members_that_are_written_inside_are_found_by_place() {
        let found = |text: &str, use_: &str| {
            let at = text.find("$0").expect("a mark");
            let text = text.replace("$0", "");
            let index = Index::in_memory([("/a.ts", text.as_str()), ("/b.ts", use_)]);
            let name = TextRange::new(at, at + text[at..].find(|c: char| !c.is_alphanumeric()).expect("an end"));
            let uses = uses_at(&index, Path::new("/a.ts"), name).expect("uses");
            let list = uses.references().map(|u| format!("{}:{}", u.source.path.display(), u.range.start));
            list.collect::<Vec<_>>()
        };
        let alias =
            "export type Node = Readonly<{ kind: string; $0child(): Node }>;\nexport type Other = { child: number };\n";
        let user = "import { Node, Other } from './a';\nexport const f = (n: Node, o: Other) => n.child().child() + o.child;\n";
        assert_eq!(found(alias, user), ["/b.ts:77", "/b.ts:85"]);
        let object = "export const api = {\n  $0load(id: number) { return id; },\n  other: 1,\n};\n";
        let user = "import { api } from './a';\nexport const x = api.load(1);\nexport const { load } = api;\n";
        assert_eq!(found(object, user), ["/b.ts:48", "/b.ts:72"]);
    }
}
