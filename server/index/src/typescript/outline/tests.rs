use super::*;
use crate::ImportKind;
use syntax::Language;

fn of(text: &str) -> Outline {
    outline(&Parsed::new(Language::TYPESCRIPT, text))
}

fn names(outline: &Outline) -> Vec<&str> {
    outline.declarations.iter().map(|d| d.name.as_str()).collect()
}

fn get<'o>(outline: &'o Outline, name: &str) -> &'o Declaration {
    outline.declarations.iter().find(|d| d.name == name).unwrap_or_else(|| panic!("{name} in {:?}", names(outline)))
}

#[test]
fn classes_have_all_their_members() {
    let o = of("export abstract class A<T extends object = {}> extends B<T> implements C, D<string> {
        static #count = 0;
        protected readonly name?: string;
        declare x: number; y!: T; accessor z = 1;
        constructor(private readonly a: string, public b = 2, c?: number) { super(); }
        m(x: string): void;
        m(x: number): void;
        m(x: any): void {}
        abstract run(...args: T[]): Promise<void>;
        get size(): number { return 1 } set size(v: number) {}
        async *[Symbol.asyncIterator](): AsyncIterator<T> {}
        [key: string]: unknown;
        static { init(); }
        'quoted-name' = 1; 'plain' = 2;
        /** @deprecated use m */ private override old = (a: number): string => '';
    }");
    let a = get(&o, "A");
    assert_eq!(a.modifiers, Modifiers::EXPORT | Modifiers::ABSTRACT);
    assert_eq!(a.bases, ["B<T>", "C", "D<string>"]);
    assert_eq!(a.extends_count, 1);
    assert_eq!((a.type_parameters[0].constraint.as_str(), a.type_parameters[0].default.as_str()), ("object", "{}"));
    assert_eq!(
        names(&o)[1..],
        [
            "#count",
            "name",
            "x",
            "y",
            "z",
            "constructor",
            "a",
            "b",
            "m",
            "m",
            "m",
            "run",
            "size",
            "size",
            "[Symbol.asyncIterator]",
            "[]",
            "'quoted-name'",
            "plain",
            "old"
        ]
    );
    assert!(get(&o, "#count").modifiers.contains(Modifiers::PRIVATE | Modifiers::STATIC));
    assert!(get(&o, "name").modifiers.contains(Modifiers::PROTECTED | Modifiers::READONLY | Modifiers::OPTIONAL));
    assert!(get(&o, "y").modifiers.contains(Modifiers::DEFINITE));
    assert!(get(&o, "z").modifiers.contains(Modifiers::ACCESSOR));
    let constructor = get(&o, "constructor");
    assert_eq!(constructor.kind, DeclarationKind::Constructor);
    assert_eq!(constructor.parameters[0].modifiers, "private readonly");
    assert!(constructor.parameters[1].optional && constructor.parameters[2].optional);
    assert_eq!(get(&o, "a").type_text, "string");
    assert_eq!(get(&o, "a").kind, DeclarationKind::Field);
    let run = get(&o, "run");
    assert!(run.parameters[0].rest && run.parameters[0].name == "args" && run.parameters[0].type_text == "T[]");
    assert!(run.modifiers.contains(Modifiers::ABSTRACT) && !run.modifiers.contains(Modifiers::HAS_BODY));
    let kinds: Vec<_> = o.declarations.iter().filter(|d| d.name == "size").map(|d| d.kind).collect();
    assert_eq!(kinds, [DeclarationKind::Getter, DeclarationKind::Setter]);
    assert!(get(&o, "[Symbol.asyncIterator]").modifiers.contains(Modifiers::ASYNC | Modifiers::EXTENSION));
    assert_eq!(get(&o, "[]").type_text, "unknown");
    let old = get(&o, "old");
    assert!(old.modifiers.contains(Modifiers::DEPRECATED | Modifiers::OVERRIDE | Modifiers::PRIVATE));
    assert_eq!(old.type_text, "(a: number) => string");
}

#[test]
fn interfaces_aliases_enums_and_functions() {
    let o =
        of("interface I extends J, K<string> { a?: string; readonly b: number; m?<T>(x: T): T; (x: number): string;
          new (y: string): I; [k: string]: any; get g(): number }
        type P = { x: number } & Base & { y?: string };
        type F = (a: string) => void;
        type M = { [K in keyof I]: I[K] };
        const enum E { A = 1, B, 'c-d' = 'x' }
        declare function f(a: string): void;
        export function f(a: any, { b, c }: { b: string, c: number }, [d] = [1]): asserts a is string {}
        export async function* gen() {}");
    assert_eq!(get(&o, "I").bases, ["J", "K<string>"]);
    assert_eq!(get(&o, "I").extends_count, 2);
    let kinds: Vec<_> = o.members(0).map(|(_, d)| d.kind).collect();
    use DeclarationKind::*;
    assert_eq!(kinds, [Property, Property, Method, CallSignature, ConstructSignature, IndexSignature, Getter]);
    let p = o.declarations.iter().position(|d| d.name == "P").unwrap();
    assert_eq!(o.declarations[p].bases, ["Base"]);
    assert_eq!(o.members(p as u32).map(|(_, d)| d.name.as_str()).collect::<Vec<_>>(), ["x", "y"]);
    assert_eq!(get(&o, "F").type_text, "(a: string) => void");
    assert!(!names(&o).contains(&"K"));
    assert!(get(&o, "E").modifiers.contains(Modifiers::CONST));
    assert!(names(&o).contains(&"'c-d'"));
    let f: Vec<_> = o.declarations.iter().filter(|d| d.name == "f").collect();
    assert_eq!(f.len(), 2);
    assert!(f[0].modifiers.contains(Modifiers::DECLARE));
    assert_eq!(f[1].parameters[1].name, "{ b, c }");
    assert_eq!(f[1].type_text, "asserts a is string");
    assert!(get(&o, "gen").modifiers.contains(Modifiers::ASYNC | Modifiers::EXTENSION | Modifiers::EXPORT));
    assert!(o.is_module);
}

#[test]
fn variables_and_namespaces() {
    let o = of("export const a = 1, b: string = '';
        const { c, d: { e = 1 }, ...rest } = x, [g, , h] = y;
        let fn = async <T,>(p: T): Promise<T> => p;
        const k = class<Q> extends Z { m() {} };
        namespace N.O { export const q = 1; function hidden() {} }
        declare module 'lib' { import { x } from 'y'; export { x as z }; export = thing; }
        declare global { interface Window { a: string } }
        import R = N.O;");
    assert_eq!(get(&o, "b").type_text, "string");
    for n in ["c", "e", "rest", "g", "h"] {
        assert_eq!(get(&o, n).kind, DeclarationKind::Variable);
    }
    assert!(!names(&o).contains(&"d"));
    assert_eq!(get(&o, "fn").type_text, "<T,>(p: T) => Promise<T>");
    assert_eq!(get(&o, "fn").parameters[0].name, "p");
    let m = get(&o, "m");
    assert_eq!(o.declarations[m.parent.unwrap() as usize].name, "k");
    assert_eq!(get(&o, "k").bases, ["Z"]);
    let q = get(&o, "q");
    assert_eq!(o.declarations[q.parent.unwrap() as usize].name, "O");
    assert!(names(&o).contains(&"\"lib\""));
    assert_eq!(o.imports[0].within, "\"lib\"");
    let listed: Vec<_> =
        o.imports[1..].iter().flat_map(|i| &i.names).map(|n| (n.name.as_str(), n.local.as_str())).collect();
    assert_eq!(listed, [("x", "z"), ("thing", "=")]);
    assert!(o.exports.is_empty());
    let window = get(&o, "Window");
    assert_eq!(o.declarations[window.parent.unwrap() as usize].name, "global");
    assert_eq!(get(&o, "R").type_text, "N.O");
}

#[test]
fn imports_of_every_kind() {
    let o = of("import 'side'; import d, { a, type b, c as e, type, default as f } from \"m\"; import type { T } from './t.js';
        import * as ns from 'ns'; import x = require('req'); import type y, * as z from 'q';
        export * from './all'; export * as sub from './sub'; export type { U, V as W } from './u';
        export { a, b as g, default } from './h'; export { d as default, e };
        export type * from './types';");
    let show = |i: &Import| {
        let n: Vec<String> = i
            .names
            .iter()
            .map(|n| format!("{}{}>{}", if n.type_only { "type " } else { "" }, n.name, n.local))
            .collect();
        format!("{:?} {}{} {}", i.kind, i.target, if i.type_only { " type" } else { "" }, n.join(" "))
    };
    let all: Vec<String> = o.imports.iter().map(show).collect();
    assert_eq!(
        all,
        [
            "Import side ",
            "Import m default>d a>a type b>b c>e type>type default>f",
            "Import ./t.js type T>T",
            "Import ns *>ns",
            "ImportRequire req *>x",
            "Import q type default>y *>z",
            "ReExport ./all *>*",
            "ReExport ./sub *>sub",
            "ReExport ./u type U>U V>W",
            "ReExport ./h a>a b>g default>default",
            "ReExport ./types type *>*",
        ]
    );
    assert_eq!(o.exports.iter().map(|n| n.local.as_str()).collect::<Vec<_>>(), ["default", "e"]);
}

#[test]
fn default_exports_and_assignments() {
    let o = of("export default class Foo {}");
    assert_eq!(get(&o, "Foo").modifiers, Modifiers::EXPORT | Modifiers::DEFAULT);
    let o = of("export default class { m() {} }");
    assert_eq!(names(&o), ["default", "m"]);
    let o = of("export default function (a: string) {}");
    assert_eq!((get(&o, "default").kind, get(&o, "default").parameters.len()), (DeclarationKind::Function, 1));
    let o = of("const x = 1; export default x;");
    assert_eq!(o.exports, [ImportedName { name: "x".into(), local: "default".into(), type_only: false }]);
    let o = of("export default { a: 1 };");
    assert_eq!(get(&o, "default").kind, DeclarationKind::Variable);
    let o = of("class K {} export = K;");
    assert_eq!((o.exports[0].name.as_str(), o.exports[0].local.as_str(), o.is_module), ("K", "=", true));
    let o = of("export default interface I { a: 1 }");
    assert!(get(&o, "I").modifiers.contains(Modifiers::DEFAULT));
    assert!(!of("const a = 1; function f() {}").is_module);
    assert!(of("export {};").is_module);
}

#[test]
fn commonjs() {
    let o = outline(&Parsed::new(
        Language::TSX,
        "const fs = require('fs'); const { a, b: c } = require('./x'); function f() {}\nexports.g = function (x) {};\n\
         exports.h = f;\nmodule.exports = { f, k: a, m() {}, n: 1 };",
    ));
    let imports: Vec<_> = o.imports.iter().map(|i| (i.kind, i.target.as_str(), i.names.len())).collect();
    assert_eq!(imports, [(ImportKind::Require, "fs", 1), (ImportKind::Require, "./x", 2)]);
    assert!(get(&o, "g").modifiers.contains(Modifiers::EXPORT));
    let listed: Vec<_> = o.exports.iter().map(|n| (n.name.as_str(), n.local.as_str())).collect();
    assert_eq!(listed, [("f", "h"), ("f", "f"), ("a", "k")]);
    assert!(names(&o).contains(&"m") && names(&o).contains(&"n"));
    assert!(o.is_module);
}

#[test]
fn declarations_beside_errors_are_read() {
    let o = of(
        "export class A {\n  x: string\n  m(: void {}\n  n(): number { return 1 }\n}\nexport function g( {}\nexport const z = 1;",
    );
    assert!(names(&o).contains(&"A"), "{:?}", names(&o));
    let o = of("import { a } from './a';\nexport interface I { b: string;\n\nexport class K { c() {} }\n");
    assert_eq!(o.imports.len(), 1);
    assert!(names(&o).contains(&"I") && names(&o).contains(&"b"), "{:?}", names(&o));
    let o = of("class A {\n  m() {\n    if (x) {\n  }\n  n() {}\n}\n");
    assert!(names(&o).contains(&"A"), "{:?}", names(&o));
}

#[test]
fn ranges_go_with_declarations() {
    let text = "@dec()\nexport class A {\n  @in() x = 1;\n  m() { }\n}\nexport const f = () => { }, g = 2;\n";
    let parsed = Parsed::new(Language::TYPESCRIPT, text);
    let located = located_outline(&parsed);
    let at = |name: &str| {
        let i = located.outline.declarations.iter().position(|d| d.name == name).unwrap();
        let r = located.ranges[i];
        (r.full.of(text), r.name.of(text), r.body.map(|b| b.of(text)))
    };
    assert!(at("A").0.starts_with("@dec()") && at("A").0.ends_with('}'));
    assert_eq!(at("x"), ("@in() x = 1;", "x", None));
    assert_eq!(at("m"), ("m() { }", "m", Some("{ }")));
    assert_eq!(at("f"), ("f = () => { }", "f", Some("{ }")));
    assert_eq!(at("g").0, "g = 2");
    assert_eq!(located.ranges.len(), located.outline.declarations.len());
}

#[test]
fn deep_nesting_ends() {
    for (open, close) in
        [("namespace A { ", ""), ("class A { x = ", ""), ("{", "}"), ("type A = { a: ", "}"), ("[", "]")]
    {
        let text = format!("{}{}", open.repeat(30_000), close.repeat(30_000));
        let parsed = Parsed::new(Language::TYPESCRIPT, text);
        let located = located_outline(&parsed);
        assert_eq!(located.ranges.len(), located.outline.declarations.len());
    }
}
