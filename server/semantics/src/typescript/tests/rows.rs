//! Expressions of all kinds.

use super::check_types;

#[test]
fn expressions_have_the_types_that_the_compiler_says() {
    check_types(ROWS);
}

const ROWS: &[(&str, &str)] = &[
    ("$0'a';", r#""a""#),
    ("$0-1;", "-1"),
    ("$0`t`;", r#""t""#),
    ("declare const s: string; $0`a${s}`;", "string"),
    ("$0[1, 'a'];", "(string | number)[]"),
    (
        "const oo = $0{ a: 1, 'b-c': 'x', m(y: string) { return 1; } };",
        "{ a: number; 'b-c': string; m(y: string): number; }",
    ),
    ("$0[{ a: 1 }, { b: 2 }] as const;", "readonly [{ readonly a: 1; }, { readonly b: 2; }]"),
    ("let l = 1; $0l;", "number"),
    ("const c = 1; $0c;", "1"),
    ("const { p, q: { r }, ...rest } = { p: 'x', q: { r: true }, t: 1 }; $0rest;", "{ t: number; }"),
    ("const [f = 'd', ...g] = [1, 2] as (number | undefined)[]; $0f;", r#"number | "d""#),
    (
        "function fn(a: number, b?: string, c = 3, ...d: Date[]) { return b; } $0fn;",
        "(a: number, b?: string | undefined, c?: number, ...d: Date[]) => string | undefined",
    ),
    ("for (const [k, v] of new Map<string, Date>()) { $0v; }", "Date"),
    ("for (const k in { a: 1 }) { $0k; }", "string"),
    ("try { } catch (e) { $0e; }", "unknown"),
    (
        "class Base<T> { value!: T; get first() { return [this.value][0]; } static made = 1; self() { return this; } } class C extends Base<Date> { m() { $0this; } }",
        "this",
    ),
    (
        "class Base<T> { value!: T; self() { return this; } } class C extends Base<Date> { n = 1 } $0new C().self().value;",
        "Date",
    ),
    ("class Base<T> { static made = 1; constructor(readonly x: T) { } } $0new Base('a');", "Base<string>"),
    ("class K { static s = 1; } $0K;", "typeof K"),
    ("abstract class A { abstract m(): string; } declare const a: A; $0a.m();", "string"),
    ("enum E { A, B } $0E.A;", "E.A"),
    ("enum E { A, B } let e = E.A; function q() { return $0e; }", "E"),
    ("enum E { A = 'x', B = 'y' } declare const e: E; if (e !== E.A) { $0e; }", "E.B"),
    ("interface O { a?: { b: number } } declare const o: O; $0o.a?.b;", "number | undefined"),
    ("interface O { a?: { b: number } } declare const o: O; $0o.a!.b;", "number"),
    ("declare const o: { f?(): string }; $0o.f?.();", "string | undefined"),
    ("function id<T>(x: T): T { return x; } $0id('x');", r#""x""#),
    ("function id<T>(x: T): T { return x; } let y = id('x'); $0y;", "string"),
    ("function arr<T>(x: T): T[] { return [x]; } $0arr('x');", "string[]"),
    ("function pair<A, B>(a: A, b: B[]): Map<A, B> { return null!; } $0pair('a', [1]);", "Map<string, number>"),
    (
        "function over(a: string): string; function over(a: number): number; function over(a: any) { return a; } $0over(1);",
        "number",
    ),
    ("async function load() { return { ok: true }; } $0load();", "Promise<{ ok: boolean; }>"),
    ("async function f() { const r = await fetch('x'); $0r.status; }", "number"),
    ("function* gen() { yield 1; yield 2; } $0gen;", "() => Generator<1 | 2, void, unknown>"),
    ("const add = (a: number, b: number) => a + b; $0add;", "(a: number, b: number) => number"),
    ("function maybe(x: boolean) { if (x) { return 'a'; } return; } $0maybe(true);", r#""a" | undefined"#),
    ("function fail(): never { throw 1; } function g(x?: string) { if (!x) { fail(); } return $0x; }", "string"),
    (
        "interface User { name: string; age: number } declare const users: User[]; $0users.map(u => ({ n: u.age }));",
        "{ n: number; }[]",
    ),
    (
        "interface User { name: string; age: number } declare const users: User[]; $0users.find(u => u.name === '');",
        "User | undefined",
    ),
    (
        "interface User { name: string; age: number } declare const users: User[]; $0users.reduce((sum, u) => sum + u.age, 0);",
        "number",
    ),
    (
        "interface User { name: string; age: number } declare const users: User[]; users.forEach((u, i) => { $0i; });",
        "number",
    ),
    ("const m = new Map<string, number>(); $0m.get('a');", "number | undefined"),
    ("$0Object.entries({ a: 1, b: 2 });", "[string, number][]"),
    ("$0Promise.all([Promise.resolve(1), 'a']);", "Promise<[number, string]>"),
    ("$0document.createElement('div');", "HTMLDivElement"),
    ("$0document.querySelector('canvas');", "HTMLCanvasElement | null"),
    ("window.addEventListener('keydown', e => { $0e; });", "KeyboardEvent"),
    ("$0JSON.stringify({});", "string"),
    ("$0[3, 1].sort((a, b) => a - b);", "number[]"),
    ("$0'a,b'.split(',').filter(Boolean);", "string[]"),
    ("declare let a: string | null; if (a) { $0a; }", "string"),
    ("declare let a: string | null; if (!a) { $0a; }", "string | null"),
    ("declare let a: string | number | undefined; if (typeof a === 'string') { } else { $0a; }", "number | undefined"),
    ("declare const e: unknown; if (e instanceof Error) { $0e; }", "Error"),
    (
        "declare const s: { kind: 'a'; x: number } | { kind: 'b'; y: string }; if (s.kind === 'a') { $0s; }",
        r#"{ kind: "a"; x: number; }"#,
    ),
    (
        "declare const s: { kind: 'a'; x: number } | { kind: 'b'; y: string }; switch (s.kind) { case 'a': break; default: $0s.y; }",
        "string",
    ),
    ("declare const s: { x: number } | { y: string }; if ('x' in s) { $0s; }", "{ x: number; }"),
    (
        "function isS(x: unknown): x is string { return true; } declare const v: string | number; if (!isS(v)) { $0v; }",
        "number",
    ),
    ("declare const list: (string | null)[]; $0list.filter(x => x !== null);", "string[]"),
    ("let x: string | number = 'a'; $0x;", "string"),
    ("let x: string | undefined; x = 'a'; $0x;", "string"),
    (
        "function f(x: string | null) { while (x === null) { x = Math.random() > 0.5 ? 'a' : null; } return $0x; }",
        "string",
    ),
    ("function f(x?: string) { if (x === undefined) { return; } const g = () => $0x; }", "string"),
    ("type P = Partial<{ a: string; b: number }>; declare const p: P; $0p;", "Partial<{ a: string; b: number; }>"),
    ("declare const p: Pick<{ a: string; b: number }, 'a'>; $0p.a;", "string"),
    ("declare const p: Omit<{ a: string; b: number }, 'a'>; $0p.b;", "number"),
    ("declare const p: Record<'a' | 'b', number>; $0p.a;", "number"),
    ("declare const x: Exclude<'a' | 'b' | 'c', 'a'>; $0x;", r#""b" | "c""#),
    ("declare const x: NonNullable<string | null>; $0x;", "string"),
    ("declare const x: ReturnType<() => Date>; $0x;", "Date"),
    ("declare const x: Parameters<(a: string, b?: number) => void>; $0x;", "[a: string, b?: number | undefined]"),
    ("declare const x: Awaited<Promise<Promise<string>>>; $0x;", "string"),
    ("class K { a = 1 } declare const x: InstanceType<typeof K>; $0x;", "K"),
    (
        "type Unwrap<T> = T extends (infer U)[] ? U : T; declare const x: Unwrap<string[] | number>; $0x;",
        "string | number",
    ),
    (
        "type Keys<T> = { [K in keyof T as `get${Capitalize<K & string>}`]: () => T[K] }; declare const x: Keys<{ a: string }>; $0x.getA;",
        "() => string",
    ),
    ("declare const k: keyof { a: 1; b: 2 }; $0k;", r#""a" | "b""#),
    ("type Json = string | number | Json[] | { [key: string]: Json }; declare const j: Json; $0j;", "Json"),
    ("type U = 'a' | 'b'; declare const u: U | undefined; $0u;", "U | undefined"),
    (
        "interface Tree<T> { value: T; children: Tree<T>[] } declare const t: Tree<number>; $0t.children[0].value;",
        "number",
    ),
    ("declare const t: [string, number?, ...boolean[]]; $0t[2];", "boolean"),
    ("const t = ['a', 1] as const; $0t[0];", r#""a""#),
    ("interface A { x: number } interface A { y: string } declare const a: A; $0a.y;", "string"),
    ("declare const a: { x: number } & { y: string }; $0a;", "{ x: number; } & { y: string; }"),
    ("const base = { a: 1, b: 'x' }; const bb = $0{ ...base, b: true };", "{ b: boolean; a: number; }"),
    ("function f<T extends { id: string }>(x: T) { return $0x.id; }", "string"),
    (
        "function f<K extends keyof HTMLElementTagNameMap>(k: K): HTMLElementTagNameMap[K] { return null!; } $0f('a');",
        "HTMLAnchorElement",
    ),
    (
        "declare function on(h: (this: Window, n: number) => boolean): void; on($0n => n > 1);",
        "(this: Window, n: number) => boolean",
    ),
    ("const o: { cb: (n: number, s?: string) => void } = { cb: (n, s) => { $0s; } };", "string | undefined"),
    ("declare const f: <T>(x: T) => T[]; $0f;", "<T>(x: T) => T[]"),
    ("declare const b: boolean | null; $0b ?? 'x';", r#"boolean | "x""#),
    ("declare const n: number | undefined; $0n || 5;", "number"),
    ("declare const b: boolean; $0b && 'x';", r#"false | "x""#),
    ("declare const a: any; $0a.b.c;", "any"),
    ("declare const x: string[] | undefined; $0x?.length;", "number | undefined"),
    ("declare const x: { [key: string]: Date }; $0x.foo;", "Date"),
    ("const sym = Symbol(); const o = { [sym]: 1, ['k']: 2 }; $0o.k;", "number"),
    ("namespace N { export const q = 1; export interface I { z: string } } declare const i: N.I; $0i.z;", "string"),
    ("namespace N { export const q = 1; } $0N.q;", "1"),
    ("declare const d: Date | string; $0d.toString();", "string"),
    ("const x = null; $0x;", "null"),
    ("$0(() => { throw 1; });", "() => never"),
    ("let v: { a: string } | undefined = { a: '' }; $0v;", "{ a: string; }"),
    (
        "declare function assertStr(x: unknown): asserts x is string; declare const u: string | number; assertStr(u); $0u;",
        "string",
    ),
    ("declare const w: WeakMap<object, string>; $0w.get({});", "string | undefined"),
    ("declare const pr: Promise<void>; $0pr.then(() => 1);", "Promise<number>"),
];

/// Each row is a kind that was told otherwise than the compiler tells it.
#[test]
fn conditions_flow_and_names_are_as_the_compiler_says() {
    check_types(COMPILER_ROWS);
}

const COMPILER_ROWS: &[(&str, &str)] = &[
    (
        "declare const x: { [key: string]: any }; interface I { a: 1 } declare function f<T extends { [k: string]: any }>(x: T): T; declare const i: I; $0f(i);",
        "I",
    ),
    (
        "type Item<T> = T extends readonly (infer I)[] ? I : never; const L = ['a', 'b'] as const; type K = Item<typeof L>; declare const k: K; $0k;",
        r#""a" | "b""#,
    ),
    ("type Not<T> = T extends null ? never : T; type K = Not<'a' | 'b' | null>; declare const k: K; $0k;", "K"),
    ("type U = Uppercase<'a' | 'b'>; declare const u: U; $0u;", r#""A" | "B""#),
    ("async function f<T>(p: Promise<T>) { return await p; } $0f;", "<T>(p: Promise<T>) => Promise<T>"),
    (
        "async function f<T>(p: () => Promise<T>) { const r = await p(); return r; } $0f;",
        "<T>(p: () => Promise<T>) => Promise<T>",
    ),
    ("const o = { m() { throw 1; } }; $0o.m;", "() => never"),
    ("class E1 extends Error { a = 1 } function f(e: unknown) { if (e instanceof E1) { $0e; } }", "E1"),
    ("class A { x = 1 } class B { x = 1 } declare const c: boolean; const v = $0c ? new A() : new B();", "A | B"),
    (
        "function id<T>(x: T): T { return x; } declare const c: boolean; declare const f: (v: string[]) => string[]; const g = $0c ? f : f;",
        "(v: string[]) => string[]",
    ),
    ("class K<T> { v!: T } $0K.prototype;", "K<any>"),
    ("declare const t: symbol; const s = $0Symbol.for('x');", "typeof s"),
    ("const s = Symbol.for('x'); $0s;", "typeof s"),
    ("class P { [k: string]: number; m() { return $0this['a']; } }", "number"),
    ("function f<K extends string, V>(r: Record<K, V>, k: K) { return $0r[k]; }", "Record<K, V>[K]"),
    ("enum E { A = 1, B } declare const e: E.A | E.B; $0e;", "E"),
    ("function f<O>(x: O | O[]) { if (Array.isArray(x)) { $0x; } }", "O[]"),
    (
        "function isR(x: unknown): x is Record<string, unknown> { return true; } interface N { n: true } function f(x: string | N) { if (isR(x)) { } $0x; }",
        "string | N",
    ),
    (
        "declare function set(x: string): void; function f(m: Map<string, string>) { let v = m.get('a'); if (!v) { set((v = 'b')); } return $0v; }",
        "string",
    ),
    (
        "interface X { a: number } declare const u: { [K in keyof (X & { [k: string]: unknown })]: 1 }; $0u;",
        "{ [x: string]: 1; a: 1; }",
    ),
    (
        "type Opt<T> = { readonly [K in keyof T]?: T[K] }; declare const u: Opt<{ [k: string]: number }>; $0u;",
        "Opt<{ [k: string]: number; }>",
    ),
    (
        "type R = { kind: 'a'; x: 1 } | { kind: 'b' }; declare const rs: R[]; const f = $0rs.find(r => r.kind === 'a');",
        r#"{ kind: "a"; x: 1; } | undefined"#,
    ),
    ("declare const a: { b: 1 } & { c: 2 }; const v = $0a || 5;", "{ b: 1; } & { c: 2; }"),
    ("enum M { A = 'x', B = 'y' } declare const m: M; const v = $0!m;", "false"),
    ("type U = { a: 1 } | { b: 2 }; declare const i: U & { c: 3 }; $0i;", "U & { c: 3; }"),
    ("type U = { a: 1 } | { b: 2 }; declare const i: U & { c: 3 }; const l = [i]; $0l;", "(U & { c: 3; })[]"),
    (
        "declare const a: any; function isO(x: unknown): x is object { return true; } if (a instanceof Object) { $0a; }",
        "any",
    ),
    ("declare function tup<const T extends readonly unknown[]>(...xs: T): T; $0tup('a', 1);", r#"readonly ["a", 1]"#),
    ("type Handler<E> = { h(e: E): void }['h']; type Click = Handler<string>; declare const c: Click; $0c;", "Click"),
    (
        "type U = { a: 1 } | { b: string }; declare const p: Promise<U>; async function f() { const [x] = await Promise.all([p]); $0x; }",
        "U",
    ),
    (
        "declare const p: Promise<number>; const v = $0p.then(async () => { if (Math.random() > 1) { return; } });",
        "Promise<void>",
    ),
    (
        "interface N { then: 1 } declare const v: void | undefined; declare const c: boolean; const w = $0c ? v : undefined;",
        "void",
    ),
    ("function f(h: <I>(x: I) => I[]) { } f($0x => [x]);", "<I>(x: I) => I[]"),
    ("declare const ds: ({ run(): { a: 1; b: 2 } } | { run(): { a: 1 } }); const v = $0ds.run();", "{ a: 1; }"),
    ("namespace console2 { export interface O { } } declare var console2: Date; $0console2;", "Date"),
];
