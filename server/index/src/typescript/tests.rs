use crate::{DeclarationKind, Index};
use std::path::Path;

fn p(text: &str) -> &Path {
    Path::new(text)
}

fn resolved(index: &Index, from: &str, specifier: &str) -> String {
    let found = index.typescript().resolve_module(p(from), specifier);
    found.map(|f| f.to_string_lossy().into_owned()).unwrap_or_default()
}

#[test]
fn relative_modules_resolve_with_every_spelling() {
    let index = Index::in_memory([
        ("/s/a.ts", ""),
        ("/s/b.tsx", ""),
        ("/s/c.mts", ""),
        ("/s/d/index.ts", ""),
        ("/s/e.d.ts", ""),
        ("/s/f.js", ""),
        ("/s/g.json", "{}"),
        ("/s/x.service.ts", ""),
        ("/s/style.css", ""),
        ("/s/style.d.css.ts", ""),
        ("/s/d/deep/h.ts", ""),
    ]);
    for (specifier, file) in [
        ("./a", "/s/a.ts"),
        ("./a.js", "/s/a.ts"),
        ("./a.ts", "/s/a.ts"),
        ("./b", "/s/b.tsx"),
        ("./b.jsx", "/s/b.tsx"),
        ("./b.js", "/s/b.tsx"),
        ("./c.mjs", "/s/c.mts"),
        ("./d", "/s/d/index.ts"),
        ("./d/", "/s/d/index.ts"),
        ("./d/index.js", "/s/d/index.ts"),
        ("./e", "/s/e.d.ts"),
        ("./f", "/s/f.js"),
        ("./g.json", "/s/g.json"),
        ("./x.service", "/s/x.service.ts"),
        ("./style.css", "/s/style.d.css.ts"),
        ("./nothing", ""),
    ] {
        assert_eq!(resolved(&index, "/s/main.ts", specifier), file, "{specifier}");
    }
    assert_eq!(resolved(&index, "/s/d/deep/h.ts", "../.."), "");
    assert_eq!(resolved(&index, "/s/d/deep/h.ts", ".."), "/s/d/index.ts");
    assert_eq!(resolved(&index, "/s/d/x.ts", "."), "/s/d/index.ts");
}

#[test]
fn paths_base_url_and_root_dirs() {
    let index = Index::in_memory([
        (
            "/w/tsconfig.json",
            r#"{"compilerOptions": {"baseUrl": "src", "paths": {"@/*": ["*"], "@/gen/*": ["../gen/*"], "conf": ["config/main.ts"]},
               "rootDirs": ["src", "out"]}}"#,
        ),
        ("/w/src/a/b.ts", ""),
        ("/w/gen/c.ts", ""),
        ("/w/src/config/main.ts", ""),
        ("/w/out/a/made.ts", ""),
    ]);
    let from = "/w/src/a/x.ts";
    assert_eq!(resolved(&index, from, "@/a/b"), "/w/src/a/b.ts");
    assert_eq!(resolved(&index, from, "@/gen/c"), "/w/gen/c.ts");
    assert_eq!(resolved(&index, from, "conf"), "/w/src/config/main.ts");
    assert_eq!(resolved(&index, from, "a/b"), "/w/src/a/b.ts");
    assert_eq!(resolved(&index, from, "./made"), "/w/out/a/made.ts");
}

fn packages() -> Index {
    Index::in_memory([
        (
            "/w/package.json",
            r##"{"name": "app", "exports": {".": "./src/index.ts"}, "imports": {"#u/*": "./src/u/*.ts"},
                "dependencies": {"exp": "1", "old": "1", "js": "1", "@w/ui": "*"}}"##,
        ),
        ("/w/tsconfig.json", r#"{"compilerOptions": {"module": "esnext", "moduleResolution": "bundler"}}"#),
        ("/w/src/index.ts", "import { thing } from 'exp'; import * as fs from 'node:fs'; import old from 'old';"),
        ("/w/src/u/q.ts", "export const q = 1;"),
        (
            "/w/node_modules/exp/package.json",
            r#"{"name": "exp", "exports": {".": {"types": "./t/index.d.ts", "default": "./i.js"}, "./sub/*": "./t/sub/*.js"}}"#,
        ),
        ("/w/node_modules/exp/t/index.d.ts", "export * from './inner'; export { Thing as Renamed } from './inner';"),
        ("/w/node_modules/exp/t/inner.d.ts", "export declare const thing: Thing; export interface Thing { a: string }"),
        ("/w/node_modules/exp/t/sub/x.d.ts", "export declare function subbed(): void;"),
        ("/w/node_modules/old/package.json", r#"{"name": "old", "main": "lib/old", "typings": "lib/old.d.ts"}"#),
        (
            "/w/node_modules/old/lib/old.d.ts",
            "declare function old(): old.Options; declare namespace old { interface Options { x: number } } export = old;",
        ),
        ("/w/node_modules/js/package.json", r#"{"name": "js", "main": "main.js"}"#),
        ("/w/node_modules/js/main.js", ""),
        ("/w/node_modules/@types/js/package.json", r#"{"name": "@types/js", "types": "index.d.ts"}"#),
        ("/w/node_modules/@types/js/index.d.ts", "export function js(): void;"),
        ("/w/node_modules/@types/node/package.json", r#"{"name": "@types/node", "types": "index.d.ts"}"#),
        (
            "/w/node_modules/@types/node/index.d.ts",
            "/// <reference path=\"fs.d.ts\" />\ndeclare var process: NodeJS.Process; declare namespace NodeJS { interface Process { pid: number } }",
        ),
        (
            "/w/node_modules/@types/node/fs.d.ts",
            "declare module 'fs' { export function readFileSync(p: string): string; }\ndeclare module 'node:fs' { export * from 'fs'; }",
        ),
        ("/w/packages/ui/package.json", r#"{"name": "@w/ui", "main": "dist/index.js"}"#),
        ("/w/packages/ui/src/index.ts", "export * from './button';"),
        ("/w/packages/ui/src/button.ts", "export class Button {}"),
    ])
}

#[test]
fn packages_resolve() {
    let index = packages();
    let from = "/w/src/index.ts";
    for (specifier, file) in [
        ("exp", "/w/node_modules/exp/t/index.d.ts"),
        ("exp/sub/x", "/w/node_modules/exp/t/sub/x.d.ts"),
        ("old", "/w/node_modules/old/lib/old.d.ts"),
        ("js", "/w/node_modules/@types/js/index.d.ts"),
        ("fs", "/w/node_modules/@types/node/fs.d.ts"),
        ("node:fs", "/w/node_modules/@types/node/fs.d.ts"),
        ("#u/q", "/w/src/u/q.ts"),
        ("app", "/w/src/index.ts"),
        ("@w/ui", "/w/packages/ui/src/index.ts"),
        ("absent", ""),
    ] {
        assert_eq!(resolved(&index, from, specifier), file, "{specifier}");
    }
}

#[test]
fn exported_names_are_found_with_their_modules() {
    let index = packages();
    let ts = index.typescript();
    let of = |name: &str| {
        let mut all: Vec<String> = ts
            .exports_named(name)
            .iter()
            .map(|e| {
                let first = ts.specifiers_of(p("/w/src/index.ts"), e).first().cloned().unwrap_or_default();
                format!("{}{} {first}", if e.type_only { "type " } else { "" }, e.name)
            })
            .collect();
        all.dedup();
        all
    };
    assert_eq!(of("thing"), ["thing exp"]);
    assert_eq!(of("Renamed"), ["type Renamed exp"]);
    assert_eq!(of("Options"), ["type Options old"]);
    assert_eq!(of("old"), ["= old"]);
    assert_eq!(of("readFileSync"), ["readFileSync node:fs"]);
    assert_eq!(of("q"), ["q #u/q"]);
    assert_eq!(of("Button"), ["Button @w/ui/src/button", "Button @w/ui"]);
    let exports = ts.exports_of(p("/w/node_modules/exp/t/index.d.ts"));
    assert_eq!(exports.iter().map(|e| e.name.as_str()).collect::<Vec<_>>(), ["Renamed", "thing", "Thing"]);
    assert_eq!(&*exports[0].declaration.as_ref().unwrap().path, p("/w/node_modules/exp/t/inner.d.ts"));
    let fs = ts.exports_of_specifier(p("/w/src/index.ts"), "node:fs");
    assert_eq!(fs.iter().map(|e| e.name.as_str()).collect::<Vec<_>>(), ["readFileSync"]);
}

#[test]
fn default_exports_are_found_by_their_name_and_their_file() {
    let index = Index::in_memory([
        ("/user-service.ts", "export default class { }"),
        ("/b.ts", "class Box {} export default Box;"),
        ("/c.ts", "export { default as Crate } from './b'; export * from './user-service';"),
        ("/d.ts", "const lib = 1; export = lib;"),
    ]);
    let ts = index.typescript();
    let names = |n: &str| {
        ts.exports_named(n).iter().map(|e| format!("{} {} {}", e.module.display(), e.name, e.local)).collect::<Vec<_>>()
    };
    assert_eq!(names("userService"), ["/user-service.ts default default"]);
    assert_eq!(names("UserService"), ["/user-service.ts default default"]);
    assert_eq!(names("Box"), ["/b.ts default Box"]);
    assert_eq!(names("Crate"), ["/c.ts Crate Box"]);
    assert_eq!(names("lib"), ["/d.ts = lib"]);
}

#[test]
fn the_table_follows_edits() {
    let mut index = Index::in_memory([("/a.ts", "export const one = 1;"), ("/b.ts", "export * from './a';")]);
    assert_eq!(index.typescript().exports_named("one").len(), 2);
    index.set_text(p("/a.ts"), Some("export const two = 1;".into()));
    assert_eq!(index.typescript().exports_named("one").len(), 0);
    assert_eq!(index.typescript().exports_named("two").len(), 2);
    index.set_text(p("/c.ts"), Some("export const three = 3; export { two as four } from './a';".into()));
    assert_eq!(index.typescript().exports_named("three").len(), 1);
    let four = index.typescript().exports_named("four");
    assert_eq!(&*four[0].declaration.as_ref().unwrap().path, p("/a.ts"));
}

#[test]
fn cycles_of_re_exports_end() {
    let index = Index::in_memory([
        ("/a.ts", "export * from './b'; export { x } from './b'; export const y = 1;"),
        ("/b.ts", "export * from './a'; export { x } from './a';"),
    ]);
    let ts = index.typescript();
    assert!(ts.exports_named("y").len() == 2);
    let _ = ts.exports_named("x");
    assert!(ts.exports_of(p("/b.ts")).iter().any(|e| e.name == "y"));
}

#[test]
fn specifiers_follow_the_style_of_the_project() {
    let with = |files: &[(&str, &str)], from: &str, to: &str| {
        let index = Index::in_memory(files.iter().copied());
        index.typescript().module_specifiers(p(from), p(to)).first().cloned().unwrap_or_default()
    };
    let base = [("/s/a.ts", "export const a = 1"), ("/s/d/index.ts", "export const d = 1"), ("/s/e/x.ts", "")];
    assert_eq!(with(&base, "/s/m.ts", "/s/a.ts"), "./a");
    assert_eq!(with(&base, "/s/m.ts", "/s/d/index.ts"), "./d");
    assert_eq!(with(&base, "/s/e/x.ts", "/s/a.ts"), "../a");
    assert_eq!(with(&base, "/s/d/x.ts", "/s/d/index.ts"), ".");
    let plus = |extra: &[(&'static str, &'static str)]| [&base[..], extra].concat();
    // The file's own imports, then the project's.
    assert_eq!(with(&plus(&[("/s/m.ts", "import './e/x.js';")]), "/s/m.ts", "/s/d/index.ts"), "./d/index.js");
    assert_eq!(with(&plus(&[("/s/o.ts", "import './e/x.ts';")]), "/s/m.ts", "/s/a.ts"), "./a.ts");
    assert_eq!(with(&plus(&[("/s/m.ts", "import '../s/d/index';")]), "/s/m.ts", "/s/d/index.ts"), "./d/index");
    // A folder beside a file of the same name needs its index.
    assert_eq!(with(&plus(&[("/s/d.ts", "export {}")]), "/s/m.ts", "/s/d/index.ts"), "./d/index");
    // `nodenext` in an ES module requires extensions.
    let esm = [
        ("/s/package.json", r#"{"type": "module"}"#),
        ("/s/tsconfig.json", r#"{"compilerOptions": {"module": "nodenext"}}"#),
    ];
    assert_eq!(with(&plus(&esm), "/s/m.ts", "/s/d/index.ts"), "./d/index.js");
    let alias = [("/s/tsconfig.json", r#"{"compilerOptions": {"paths": {"@/*": ["./*"]}}}"#)];
    assert_eq!(with(&plus(&alias), "/s/e/y/z.ts", "/s/a.ts"), "@/a");
    assert_eq!(with(&plus(&alias), "/s/m.ts", "/s/a.ts"), "./a");
    let used = [alias[0], ("/s/m.ts", "import { x } from '@/e/x';")];
    assert_eq!(with(&plus(&used), "/s/m.ts", "/s/a.ts"), "@/a");
    let unused = [alias[0], ("/s/e/y/z.ts", "import { d } from '../../d';")];
    assert_eq!(with(&plus(&unused), "/s/e/y/z.ts", "/s/a.ts"), "../../a");
}

fn members(index: &Index, file: &str, name: &str) -> Vec<String> {
    let ts = index.typescript();
    let ids = ts.resolve(name, p(file), 0);
    let id = ids.first().unwrap_or_else(|| panic!("{name}"));
    ts.all_members(id).iter().map(|m| format!("{}: {}", m.declaration.name, ts.member_type(m))).collect()
}

#[test]
fn inherited_members_have_type_arguments_substituted() {
    let index = Index::in_memory([
        (
            "/a.ts",
            "export interface Base<T, U = T[]> { one: T; two(x: T): U; own<T>(y: T): T }\nexport interface Mid<K> extends Base<Map<K, string>> { mid: K }",
        ),
        (
            "/b.ts",
            "import { Mid as M } from './a'; import * as all from './a';\ninterface Leaf extends M<number> { leaf: string }\ninterface Leaf { merged: 1 }\n\
             class C implements M<string> { c = 1 } class D<T> extends C { constructor(readonly d: T) { super() } }\n\
             type Some = Pick<Leaf, 'leaf' | 'mid'> & { extra?: Date }; type Req = Required<Some>; type NS = all.Base<string>;",
        ),
    ]);
    assert_eq!(
        members(&index, "/b.ts", "Leaf"),
        [
            "leaf: string",
            "merged: 1",
            "mid: number",
            "one: Map<number, string>",
            "two: Map<number, string>[]",
            "own: T"
        ]
    );
    assert_eq!(members(&index, "/b.ts", "C"), ["c: "]);
    assert_eq!(members(&index, "/b.ts", "D"), ["constructor: ", "d: T", "c: "]);
    assert_eq!(members(&index, "/b.ts", "NS"), ["one: string", "two: string[]", "own: T"]);
    assert_eq!(members(&index, "/b.ts", "Some"), ["extra: Date", "leaf: string", "mid: number"]);
    let ts = index.typescript();
    let req = ts.all_members(&ts.resolve("Req", p("/b.ts"), 0)[0]);
    assert!(req.iter().all(|m| !m.declaration.modifiers.contains(crate::Modifiers::OPTIONAL)));
    let literal = ts.members_of_type("{ a: string } & Partial<Leaf>", p("/b.ts"));
    assert_eq!(literal[0].declaration.name, "a");
    assert_eq!(literal[0].id.index, super::NO_PLACE);
    assert!(literal.len() == 7);
}

#[test]
fn the_built_in_library_is_indexed() {
    let index = Index::in_memory([
        ("/a.ts", "class X {} interface Array<T> { mine(): T }"),
        ("/b.ts", "export {}; declare global { interface Window { here: 1 } }"),
    ]);
    let ts = index.typescript();
    for name in
        ["Array", "Promise", "Map", "Iterable", "HTMLElement", "Event", "Partial", "console", "parseInt", "JSON"]
    {
        assert!(!ts.globals_named(name).is_empty(), "{name}");
    }
    let array = ts.members_of_type("string[]", p("/b.ts"));
    let of = |name: &str| array.iter().find(|m| m.declaration.name == name).unwrap_or_else(|| panic!("{name}"));
    assert_eq!(ts.member_type(of("pop")), "string | undefined");
    assert_eq!(ts.substituted(of("push")).parameters[0].type_text, "string[]");
    assert_eq!(ts.member_type(of("mine")), "string");
    assert!(
        array.iter().any(|m| m.declaration.name == "flatMap") && array.iter().any(|m| m.declaration.name == "findLast")
    );
    assert!(ts.members_of_type("Window", p("/b.ts")).iter().any(|m| m.declaration.name == "here"));
    let element = ts.members_of_type("HTMLInputElement", p("/b.ts"));
    for name in ["value", "addEventListener", "children", "innerHTML"] {
        assert!(element.iter().any(|m| m.declaration.name == name), "{name}");
    }
    assert!(ts.members_of_type("'x'", p("/b.ts")).iter().any(|m| m.declaration.name == "toUpperCase"));
    // No DOM in a project that excludes it.
    let index = Index::in_memory([("/a.ts", ""), ("/tsconfig.json", r#"{"compilerOptions": {"lib": ["ES2019"]}}"#)]);
    let ts = index.typescript();
    assert!(ts.globals_for(p("/a.ts"), "HTMLElement").is_empty());
    assert!(!ts.members_of_type("string[]", p("/a.ts")).iter().any(|m| m.declaration.name == "findLast"));
    assert!(ts.members_of_type("string[]", p("/a.ts")).iter().any(|m| m.declaration.name == "flatMap"));
}

#[test]
fn types_packages_bring_globals() {
    let index = packages();
    let ts = index.typescript();
    let process = ts.globals_named("process");
    assert_eq!(ts.declaration(&process[0]).unwrap().kind, DeclarationKind::Variable);
    let ids = ts.resolve("NodeJS.Process", p("/w/src/index.ts"), 0);
    assert_eq!(ts.declaration(&ids[0]).unwrap().kind, DeclarationKind::Interface);
}

#[test]
fn names_mean_the_nearest_declaration() {
    let text = "namespace A { export interface X { inner: 1 } namespace B { let here: X; } }\ninterface X { outer: 1 }\nimport Q = A.X;";
    let index = Index::in_memory([("/a.ts", text)]);
    let ts = index.typescript();
    let at = text.find("here").unwrap();
    let name = |ids: Vec<crate::DeclarationId>| {
        ts.all_members(&ids[0]).first().map(|m| m.declaration.name.to_string()).unwrap_or_default()
    };
    assert_eq!(name(ts.resolve("X", p("/a.ts"), at)), "inner");
    assert_eq!(name(ts.resolve("X", p("/a.ts"), text.len())), "outer");
    assert_eq!(name(ts.resolve("A.X", p("/a.ts"), text.len())), "inner");
    assert_eq!(name(ts.resolve("Q", p("/a.ts"), text.len())), "inner");
}

#[test]
fn listed_packages_are_used_last() {
    let index = Index::in_memory([
        ("/package.json", r#"{"dependencies": {"left-pad": "1", "zod": "3"}, "devDependencies": {"@types/node": "1"}}"#),
        ("/a.ts", ""),
        ("/node_modules/left-pad/package.json", r#"{"name": "left-pad", "types": "i.d.ts"}"#),
        ("/node_modules/left-pad/i.d.ts", "declare function pad(s: string): string; export = pad;"),
        ("/node_modules/zod/package.json", r#"{"name": "zod", "types": "i.d.ts"}"#),
        ("/node_modules/zod/i.d.ts", "export declare const z: number;"),
        ("/node_modules/@types/node/package.json", r#"{"name": "@types/node", "types": "index.d.ts"}"#),
        ("/node_modules/@types/node/index.d.ts", ""),
        (
            "/node_modules/@types/node/path.d.ts",
            "declare module 'path' { namespace path { interface P { join(...p: string[]): string } } const path: path.P; export = path; }
             declare module 'node:path' { import path = require('path'); export = path; }",
        ),
        ("/node_modules/@types/node/fs/promises.d.ts", "declare module 'fs/promises' { function readFile(p: string): string; }"),
    ]);
    let ts = index.typescript();
    let of = |name: &str| {
        let all = ts.exports_named(name);
        all.iter().map(|e| format!("{} {}", e.name, ts.specifiers_of(p("/a.ts"), e)[0])).collect::<Vec<_>>()
    };
    assert_eq!(of("z"), ["z zod"]);
    assert_eq!(of("leftPad"), ["= left-pad"]);
    assert_eq!(of("path"), ["= node:path"]);
    assert_eq!(of("readFile"), ["readFile fs/promises"]);
    assert!(of("nothing").is_empty());
}

#[test]
fn installed_packages_are_used_where_none_are_listed() {
    let index = Index::in_memory([
        ("/src/a.ts", ""),
        ("/node_modules/plain/index.d.ts", "export declare const plain: number;"),
        ("/node_modules/@types/typed/index.d.ts", "export declare const typed: number;"),
        ("/node_modules/@own/scoped/index.d.ts", "export declare const scoped: number;"),
        ("/node_modules/outer/package.json", r#"{"name": "outer", "types": "index.d.ts"}"#),
        ("/node_modules/outer/index.d.ts", "export * from './inner';"),
        ("/node_modules/outer/inner/package.json", r#"{"name": "else", "types": "src/index.d.ts"}"#),
        ("/node_modules/outer/inner/src/index.d.ts", "export declare const inner: number;"),
    ]);
    let ts = index.typescript();
    let of = |name: &str| {
        let all = ts.exports_named(name);
        all.iter().map(|e| ts.specifiers_of(p("/src/a.ts"), e)[0].clone()).collect::<Vec<_>>()
    };
    assert_eq!(of("plain"), ["plain"]);
    assert_eq!(of("typed"), ["typed"]);
    assert_eq!(of("scoped"), ["@own/scoped"]);
    assert_eq!(of("inner"), ["outer"]);
    assert_eq!(
        ts.module_specifiers(p("/src/a.ts"), p("/node_modules/outer/inner/src/index.d.ts")),
        ["outer/inner", "outer/inner/src"]
    );
}

mod any_text {
    use crate::typescript::{outline, types};
    use proptest::prelude::*;
    use syntax::{Language, Parsed};

    /// Tokens: they cause more parse errors than random characters.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("class "),
            Just("interface "),
            Just("enum "),
            Just("type "),
            Just("A"),
            Just("b"),
            Just("{"),
            Just("}"),
            Just("("),
            Just(")"),
            Just("<"),
            Just(">"),
            Just("="),
            Just("=>"),
            Just(";"),
            Just(":"),
            Just("?"),
            Just("["),
            Just("]"),
            Just("export "),
            Just("import "),
            Just("default "),
            Just("* "),
            Just("as "),
            Just("from "),
            Just("'m'"),
            Just("\""),
            Just("`${"),
            Just("extends "),
            Just("declare "),
            Just("module "),
            Just("global "),
            Just("namespace "),
            Just("const "),
            Just("function "),
            Just("get "),
            Just("static "),
            Just("@d "),
            Just("#x"),
            Just("é"),
            Just("\u{1F600}"),
            Just("\n"),
            Just("// @deprecated\n"),
            Just("|"),
            Just("&"),
            Just(","),
            Just("..."),
            Just("require("),
            Just("module.exports"),
            Just("abstract "),
            Just("new "),
            Just("this"),
            Just("/"),
            Just("0n"),
        ];
        prop::collection::vec(piece, 0..60).prop_map(|p| p.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn gives_an_outline_with_ranges(text in prop_oneof![pieces(), any::<String>()]) {
            for language in [Language::TYPESCRIPT, Language::TSX] {
                let parsed = Parsed::new(language, text.clone());
                let located = outline::located_outline(&parsed);
                let outline = &located.outline;
                for (i, declaration) in outline.declarations.iter().enumerate() {
                    prop_assert!(declaration.parent.is_none_or(|p| (p as usize) < i));
                    let ranges = located.ranges.get(i).copied();
                    prop_assert!(ranges.is_some_and(|r| r.full.end <= text.len() && text.get(r.name.start..r.name.end).is_some()));
                }
                prop_assert_eq!(located.ranges.len(), outline.declarations.len());
            }
        }

        #[test]
        fn is_parsed_as_a_type(text in prop_oneof![pieces(), any::<String>()]) {
            let union = types::union(&text);
            let joined = types::join_union(&union);
            let _ = (types::intersection(&text), types::reference(&text), types::element(&text), types::tuple(&text));
            let _ = (types::function(&text), types::array_of(&joined));
            // Without substitutions the text is unchanged.
            prop_assert_eq!(types::substitute(&text, &[("Absent".into(), "X".into())]), text.clone());
            let _ = types::substitute(&text, &[("A".into(), "B | C".into()), ("b".into(), "() => A".into())]);
        }
    }
}

#[test]
fn a_value_that_is_a_module_exports_its_properties() {
    let index = Index::in_memory([
        (
            "/node_modules/@types/node/path.d.ts",
            "declare module \"path\" {\n  namespace path { interface Platform { join(...p: string[]): string; readonly sep: string; \"a-b\": 1 } }\n\
             const path: path.Platform;\n  export = path;\n}\n",
        ),
        ("/a.ts", "import 'path';\n"),
    ]);
    let ts = index.typescript();
    let names: Vec<String> =
        ts.exports_of_specifier(Path::new("/a.ts"), "path").iter().map(|e| e.name.to_string()).collect();
    assert!(names.contains(&"join".into()) && names.contains(&"sep".into()) && !names.iter().any(|n| n.contains('-')));
    let found = ts.exports_named("join");
    assert!(found.iter().any(|e| e.ambient.as_deref() == Some("path") && !e.type_only), "{found:?}");
}
