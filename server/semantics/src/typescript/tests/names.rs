//! Names, places, other files, and what cannot be told.

use super::{Workspace, check_types, type_in};
use crate::typescript::Ternary;

#[test]
fn other_files_are_followed() {
    let b = "export interface Result { ok: boolean } export class Service { constructor(n: string) {} run(x: number): Result { return null! }
        async later() { return { ok: true } } }
        export const config = { port: 80, host: 'x' }; export default function make() { return new Service(''); } export enum Kind { One }";
    let import =
        "import make, { Service, config as cfg } from './b'; import * as all from './b'; const s = new Service('x'); ";
    for (asked, expected) in [
        ("$0s.run(1);", "Result"),
        ("$0cfg;", "{ port: number; host: string; }"),
        ("$0make();", "Service"),
        ("$0all.config.port;", "number"),
        ("$0s.later();", "Promise<{ ok: boolean; }>"),
        ("$0all.Kind.One;", "Kind"),
    ] {
        assert_eq!(type_in(&[("/a.ts", &format!("{import}{asked}")), ("/b.ts", b)]), expected, "{asked}");
    }
}

#[test]
fn namespaces_of_packages_are_followed() {
    let react =
        "declare namespace React { interface Ctx<T> { value: T } function make(): Ctx<Item>; interface Item { i: 1 }
        function state<S>(s: S): [S, Dispatch<S>]; type Dispatch<A> = (a: A) => void; } export = React;";
    for (asked, expected) in [
        ("$0React.make();", "Ctx<Item>"),
        ("$0React.make().value;", "Item"),
        ("$0React.state('');", "[string, Dispatch<string>]"),
    ] {
        let text = format!("import React from './react'; {asked}");
        assert_eq!(type_in(&[("/a.ts", &text), ("/react.d.ts", react)]), expected, "{asked}");
    }
}

#[test]
fn what_cannot_be_told_is_not() {
    check_types(&[
        ("$0nobody;", "?"),
        ("$0nobody.x;", "?"),
        ("$0nobody();", "?"),
        ("$0new Nobody();", "?"),
        ("$0import('x');", "?"),
        ("const a = $0b; const b = a;", "?"),
        ("function f() { return g(); } function g() { return f(); } $0f();", "?"),
    ]);
    let deep = format!("const x = $0{}1;", "[".repeat(5000));
    check_types(&[(&deep, "?")]);
}

#[test]
fn places_expect_types() {
    let text = "interface P { a: string; cb: (n: number) => boolean; list: Date[] } async function g(): Promise<Date> { return h; } ";
    for (asked, expected) in [
        ("const p: P = { a: $0x };", "string"),
        ("const p: P = { cb: $0y };", "(n: number) => boolean"),
        ("const p: P = { list: [$0z] };", "Date"),
        ("function f(a: number, ...rest: string[]): P { return $0r; }", "P"),
        ("declare function f(a: number, ...rest: string[]): P; f(1, 'a', $0d);", "string"),
        ("class K { constructor(a: Date) {} } new K($0e);", "Date"),
        ("let s: bigint; s = $0q;", "bigint"),
    ] {
        let text = format!("{text}{asked}");
        let workspace = Workspace::new(&[("/a.ts", &text)]);
        let model = workspace.model();
        let found = model.expected_type(workspace.node()).and_then(|t| model.display(&t));
        assert_eq!(found.as_deref(), Some(expected), "{asked}");
    }
}

#[test]
fn assignability_has_three_answers() {
    for (from, to, expected) in [
        ("'a'", "string", Ternary::Yes),
        ("string", "'a'", Ternary::No),
        ("string", "string | undefined", Ternary::Yes),
        ("string | null", "string", Ternary::No),
        ("{ a: 1; b: 2 }", "{ a: number }", Ternary::Yes),
        ("{ a?: 1 }", "{ a: number }", Ternary::No),
        ("string[]", "readonly string[]", Ternary::Yes),
        ("readonly string[]", "string[]", Ternary::No),
        ("[string, number]", "(string | number)[]", Ternary::Yes),
        ("Map<string, 1>", "Map<string, number>", Ternary::Yes),
        ("(a: string) => void", "(a: string, b: number) => void", Ternary::Yes),
        ("Nowhere", "string", Ternary::Unknown),
    ] {
        let text = format!("declare const from: {from}; declare const to: {to}; [from, to, $0from];");
        let workspace = Workspace::new(&[("/a.ts", &text)]);
        let model = workspace.model();
        let array = workspace.node().parent().unwrap();
        let (a, b) = (model.type_of(array.named_child(0).unwrap()), model.type_of(array.named_child(1).unwrap()));
        let found = match (a, b) {
            (Some(a), Some(b)) => model.assignable(&a, &b),
            _ => Ternary::Unknown,
        };
        assert_eq!(found, expected, "{from} to {to}");
    }
}

#[test]
fn names_lead_to_symbols_and_can_be_listed() {
    let text = "import { z } from './z'; const top = 1; function f(a: string) { const inner = 2; { let later = 3; $0inner; } }";
    let workspace = Workspace::new(&[("/a.ts", text)]);
    let model = workspace.model();
    assert_eq!(model.resolve(workspace.node()).unwrap().name(), "inner");
    let names: Vec<String> = model.visible_names(workspace.node()).into_iter().map(|v| v.name.to_string()).collect();
    assert_eq!(names, ["later", "inner", "a", "top", "f", "z"]);
}

#[test]
fn all_names_in_scope_are_listed() {
    let text = "import { z } from './z'; type Own = string; namespace N { export const deep = 1 }\n\
                class C<T> { m<U>(a: string) { const inner = 2; $0inner; } }";
    let workspace = Workspace::new(&[("/a.ts", text), ("/g.d.ts", "declare const shared: number;")]);
    let names = workspace.model().names_in_scope(workspace.node());
    for name in
        ["inner", "a", "U", "T", "C", "N", "Own", "z", "shared", "arguments", "Array", "undefined", "globalThis"]
    {
        assert!(names.iter().any(|n| n == name), "{name}");
    }
    assert!(!names.iter().any(|n| n == "deep" || n == "m"));
}

#[test]
fn what_cannot_be_named_at_a_place_is_displayed_as_what_it_stands_for() {
    let other = "type Hidden = { a: number }; export type Shown = { b: number };\n\
                 export declare function f(h: Hidden): Shown; export declare const h: Hidden;";
    let shown = |text: &str| {
        let workspace = Workspace::new(&[("/a.ts", text), ("/o.ts", other)]);
        let model = workspace.model();
        model.type_of(workspace.node()).and_then(|t| model.display_in_source(&t))
    };
    assert_eq!(shown("import { h } from './o'; $0h;").as_deref(), Some("{ a: number; }"));
    assert_eq!(shown("import { f } from './o'; $0f;").as_deref(), Some("(h: { a: number; }) => Shown"));
    assert_eq!(shown("import { f, Shown as Other } from './o'; $0f;").as_deref(), Some("(h: { a: number; }) => Other"));
}

#[test]
fn expected_types_have_the_type_arguments_that_were_inferred() {
    let expected = |text: &str| {
        let workspace = Workspace::new(&[("/a.ts", text)]);
        let model = workspace.model();
        model.expected_type(workspace.node()).and_then(|t| model.display_in_source(&t))
    };
    let same = "declare function same<T>(a: T, b?: T): T; declare function late(a?: string): void;";
    assert_eq!(expected(&format!("{same} same($0[1]);")).as_deref(), Some("number[]"));
    assert_eq!(expected(&format!("{same} late($0'x');")).as_deref(), Some("string | undefined"));
}
