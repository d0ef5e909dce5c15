//! Programs with `/*?*/` before each expression that is asked about.

use super::expression_at;
use crate::Semantics;
use crate::typescript::SemanticModel;
use index::Index;
use std::path::Path;

const MARK: &str = "/*?*/";

fn types_in(files: &[(&str, &str)], expected: bool) -> Vec<String> {
    let index = Index::in_memory(files.iter().copied());
    let (path, text) = files[0];
    let source = index.source(Path::new(path)).unwrap();
    let model = SemanticModel::new(Semantics::new(&index, &source));
    let asked = text.match_indices(MARK).map(|(at, _)| {
        let node = expression_at(source.parsed.root(), at + MARK.len());
        let ty = if expected { model.expected_type(node) } else { model.type_of(node) };
        ty.and_then(|t| model.display_in_source(&t)).unwrap_or_else(|| "?".to_owned())
    });
    asked.collect()
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(types_in(&[("/a.ts", text)], false), expected, "{text}");
}

fn check_context(text: &str, expected: &[&str]) {
    assert_eq!(types_in(&[("/a.ts", text)], true), expected, "{text}");
}

#[test]
fn literals_and_operators() {
    check(
        "x = [/*?*/'a', /*?*/5, /*?*/true, /*?*/`t`, /*?*/null, /*?*/undefined, /*?*/10n, /*?*/-1, /*?*/!x, /*?*//r/, /*?*/typeof x];",
        &[
            "\"a\"",
            "5",
            "true",
            "\"t\"",
            "null",
            "undefined",
            "10n",
            "-1",
            "boolean",
            "RegExp",
            "\"string\" | \"number\" | \"bigint\" | \"boolean\" | \"symbol\" | \"undefined\" | \"object\" | \"function\"",
        ],
    );
    check(
        "declare let i: number; declare const a: number, b: number; x = [/*?*/1 + 2, /*?*/'a' + 1, /*?*/1 < 2, /*?*/a === b, /*?*/y ? 1 : 'b', /*?*/i++, /*?*/null ?? 3, /*?*/a - b];",
        &["number", "string", "boolean", "boolean", "1 | \"b\"", "number", "3", "number"],
    );
    check(
        "interface Foo { } x = [/*?*/[1, 2], /*?*/['a', 1], /*?*/{ a: 1, 'b-c': 'x', m(y: string) { return 1; } }, /*?*/x as Foo, /*?*/{}];",
        &["number[]", "(string | number)[]", "{ a: number; 'b-c': string; m(y: string): number; }", "Foo", "{}"],
    );
}

#[test]
fn names_lead_to_their_declarations() {
    check(
        "const c = 1; let l = 1; let a: string | null; const { p, q: { r }, s = 2, ...rest } = { p: 'x', q: { r: true }, s: 1 };
         const [f, g] = [1, 2]; function fn(a: number, b?: string, c = 3, ...d: Date[]) { /*?*/a; /*?*/b; /*?*/c; /*?*/d; }
         /*?*/c; /*?*/l; /*?*/a; /*?*/p; /*?*/r; /*?*/s; /*?*/f; /*?*/fn;",
        &[
            "number", "string | undefined", "number", "Date[]", "1", "number", "string | null", "string", "boolean",
            "number", "number", "(a: number, b?: string, c?: number, ...d: Date[]) => void",
        ],
    );
    check(
        "const xs = ['a']; for (const x of xs) { /*?*/x; } for (const k in xs) { /*?*/k; }
         for (const [k, v] of new Map<string, Date>()) { /*?*/k; /*?*/v; }
         try {} catch (e) { /*?*/e; } { const xs = 5; /*?*/xs; }",
        &["string", "string", "string", "Date", "unknown", "5"],
    );
}

#[test]
fn classes_and_members() {
    check(
        "class Base<T> { value!: T; list: T[] = []; get first() { return this.list[0]; } static made = 1; }
         enum E { A, B }
         interface Opts { name?: string; nested: { deep: number }; on(cb: (e: Event) => void): this }
         class C extends Base<Date> { #n = 'x'; constructor(private readonly dep: Opts) { super(); }
           m() { /*?*/this; /*?*/this.value; /*?*/this.dep.nested.deep; /*?*/this.#n; /*?*/this.dep.name; return [this.value]; }
           static s() { return /*?*/this; } }
         const c = new C(null!); /*?*/c; /*?*/c.list; /*?*/c.m(); /*?*/E.A; /*?*/C.made; /*?*/C; /*?*/c?.list?.length;
         /*?*/c.first;",
        &[
            "this", "Date", "number", "string", "string | undefined", "typeof C", "C", "Date[]", "Date[]", "E.A", "number",
            "typeof C", "number", "Date",
        ],
    );
}

#[test]
fn functions_and_calls() {
    check(
        "function id<T>(x: T): T { return x; } function pair<A, B>(a: A, b: B[]): Map<A, B> { return null!; }
         async function load(u: string) { const r = await fetch(u); return r.status; }
         function noReturn() { } function maybe(x: boolean) { if (x) { return 'a'; } return; }
         const add = (a: number, b: number) => a + b;
         function over(a: string): string; function over(a: number): number; function over(a: any) { return a; }
         /*?*/id('x'); /*?*/id<Date>(null!); /*?*/pair('a', [1]); /*?*/load('x'); /*?*/noReturn(); /*?*/maybe(true); /*?*/add(1, 2);
         /*?*/over('x'); /*?*/over(1); const v = await load('y'); /*?*/v;",
        &[
            "\"x\"", "Date", "Map<string, number>", "Promise<number>", "void", "\"a\" | undefined", "number", "string",
            "number", "number",
        ],
    );
}

#[test]
fn the_standard_library() {
    check(
        "interface User { name: string; age: number } declare const users: User[]; const m = new Map<string, User>();
         /*?*/users.map(u => u.name); /*?*/users.filter(u => u.age > 1); /*?*/users.find(u => u.name === ''); /*?*/users.length;
         /*?*/m.get('a'); /*?*/new Set([1]); /*?*/new Map(); /*?*/'a'.split(','); /*?*/JSON.stringify({}); /*?*/Object.keys(users);
         /*?*/new Date().getTime(); /*?*/parseInt('1'); /*?*/users[0].name; /*?*/Promise.resolve(1); /*?*/Math.max(1, 2);
         /*?*/document.getElementById('x'); users.forEach((u, i) => { /*?*/u; /*?*/i; }); /*?*/users.map(u => ({ n: u.age }));
         /*?*/users.reduce((sum, u) => sum + u.age, 0);",
        &[
            "string[]", "User[]", "User | undefined", "number", "User | undefined", "Set<number>", "Map<any, any>", "string[]",
            "string", "string[]", "number", "number", "string", "Promise<number>", "number", "HTMLElement | null", "User", "number",
            "{ n: number; }[]", "number",
        ],
    );
}

#[test]
fn other_files_are_followed() {
    let files = [
        (
            "/a.ts",
            "import make, { Service, config as cfg } from './b'; import * as all from './b';
             const s = new Service('x'); /*?*/s.run(1); /*?*/cfg.port; /*?*/cfg; /*?*/make(); /*?*/all.config.port; /*?*/s.later();
             /*?*/all.Kind.One;",
        ),
        (
            "/b.ts",
            "export interface Result { ok: boolean } export class Service { constructor(n: string) {} run(x: number): Result { return null! }
             async later() { return { ok: true } } }
             export const config = { port: 80, host: 'x' }; export default function make() { return new Service(''); } export enum Kind { One }",
        ),
    ];
    assert_eq!(
        types_in(&files, false),
        [
            "all.Result",
            "number",
            "{ port: number; host: string; }",
            "Service",
            "number",
            "Promise<{ ok: boolean; }>",
            "all.Kind"
        ]
    );
}

#[test]
fn places_want_types() {
    check_context(
        "interface P { a: string; cb: (n: number) => boolean; list: Date[] }
         const p: P = { a: /*?*/x, cb: /*?*/y, list: [/*?*/z] }; let s: string; s = /*?*/q;
         function f(a: number, ...rest: string[]): P { return /*?*/r; } f(/*?*/b, /*?*/c, /*?*/d);
         async function g(): Promise<Date> { return /*?*/h; } const k = (): boolean => /*?*/m; if (/*?*/n) {}
         const o: P = { cb: (v) => /*?*/w } as P; const t: [string, number] = [/*?*/u, /*?*/v]; const z = 5 - /*?*/i; j === /*?*/l;
         class K { f: Map<string, P> = /*?*/x; constructor(a: Date) {} } new K(/*?*/e); const dflt = (a: bigint = /*?*/b) => a; s ?? /*?*/aa;",
        &[
            "string", "(n: number) => boolean", "Date", "string", "P", "number", "string", "string", "Date | PromiseLike<Date>",
            "boolean", "?", "boolean", "string", "number", "?", "?", "Map<string, P>", "Date", "bigint", "string",
        ],
    );
    check(
        "interface P { cb: (n: number, s?: string) => boolean } const p: P = { cb: (n, s) => { /*?*/n; /*?*/s; return true; } };
         declare function on(name: string, handler: (this: void, e: MouseEvent) => void): void; on('x', e => { /*?*/e; });
         const h: (a: Date[]) => void = a => { /*?*/a; };",
        &["number", "string | undefined", "MouseEvent", "Date[]"],
    );
}

#[test]
fn what_cannot_be_told_is_not() {
    check(
        "/*?*/nobody; /*?*/nobody.x; /*?*/nobody(); /*?*/new Nobody(); /*?*/import('x');",
        &["?", "?", "?", "?", "?"],
    );
    // Endless inference ends.
    check(
        "const a = b; const b = a; function f() { return g(); } function g() { return f(); } /*?*/a; /*?*/f();",
        &["?", "?"],
    );
    let deep = format!("const x = {MARK}{}1;", "[".repeat(5000));
    assert_eq!(types_in(&[("/a.ts", &deep)], false), ["?"]);
}

#[test]
fn conditions_narrow() {
    check(
        "declare let a: string | null, b: Date | undefined, c: string | number | undefined, e: unknown; interface O { p?: Date } declare const o: O;
         function f() { if (a) { /*?*/a; } else { /*?*/a; } if (!b) { return; } /*?*/b; a && /*?*/a; c === undefined ? 1 : /*?*/c;
           if (typeof c === 'string') { /*?*/c; } if (e instanceof Error) { /*?*/e; } if (o.p != null && c) { /*?*/o.p; /*?*/c; }
           if (a?.length) { /*?*/a; } /*?*/a; }",
        &[
            "string", "string | null", "Date", "string", "string | number", "string", "Error", "Date", "string | number",
            "string", "string | null",
        ],
    );
}

#[test]
fn what_arguments_decide_unseen_stays_open() {
    check(
        "class Box<T> { constructor(f: (x: { deep: T }) => void) {} } interface P { k: string } declare function make<T>(x: T & { a: 1 }): T[];
         /*?*/new Box(nobody); const b: Box<Date> = /*?*/new Box(nobody); /*?*/make(nobody); declare const ps: P[];
         /*?*/ps.reduce<string[]>((all, p) => all, []); const grown = []; /*?*/grown; function g(h: (n: number) => void) { return /*?*/h.bind(1); }
         type L = { inner: P['k'] }; declare const l: L; /*?*/l.inner.length;",
        &["?", "?", "?", "string[]", "?", "?", "number"],
    );
}

#[test]
fn namespaces_are_named() {
    let files = [
        ("/a.ts", "import React from './react'; /*?*/React.make(); /*?*/React.make().value; /*?*/React.state('');"),
        (
            "/react.d.ts",
            "declare namespace React { interface Ctx<T> { value: T } function make(): Ctx<Item>; interface Item { i: 1 }
             function state<S>(s: S): [S, Dispatch<S>]; type Dispatch<A> = (a: A) => void; } export = React;",
        ),
    ];
    assert_eq!(types_in(&files, false), ["React.Ctx<React.Item>", "React.Item", "[string, React.Dispatch<string>]"]);
}

#[test]
fn keys_choose_overloads() {
    check(
        "/*?*/document.createElement('div'); /*?*/document.querySelector('.x'); /*?*/document.querySelector('canvas');
         window.addEventListener('keydown', e => { /*?*/e; }); declare const p: Promise<void>; /*?*/p.then(() => 1); /*?*/Object.keys;",
        &["HTMLDivElement", "Element | null", "HTMLCanvasElement | null", "KeyboardEvent", "Promise<number>", "{ (o: object): string[]; (o: {}): string[]; }"],
    );
}
