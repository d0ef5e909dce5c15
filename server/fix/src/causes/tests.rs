//! Causes of whole builds.

use super::*;
use crate::{DiagnosticSet, RuleContext, language};
use diagnostics::{Code, SourceDiagnostic, arguments_of};
use index::Index;
use semantics::Semantics;
use std::path::Path;
use text::{ContentHash, TextRange};

/// The causes of the diagnostics of a build, each given by file, word, code and message, in words.
fn causes(files: &[(&str, &str)], build: &[(&str, &str, &str, &str)]) -> Vec<String> {
    let index = Index::in_memory(files.iter().copied());
    let placed: Vec<SourceDiagnostic> = build
        .iter()
        .map(|(file, word, code, message)| {
            let text = index.text(Path::new(file)).unwrap();
            let start = text.find(word).unwrap();
            let code = Code::new(*code);
            SourceDiagnostic {
                path: Path::new(file).into(),
                range: TextRange::empty(start),
                text_hash: ContentHash::of(text.as_bytes()),
                severity: Severity::Error,
                arguments: arguments_of(&code, message).into(),
                trust: Default::default(),
                message: (*message).into(),
                code,
            }
        })
        .collect();
    let set = DiagnosticSet::new(placed.iter().cloned());
    let of = |d: &SourceDiagnostic| {
        let source = index.source(&d.path).unwrap();
        let ctx = RuleContext::new(d, Semantics::new(&index, &source), &set);
        language::cause(&ctx).map(|c| c.to_string()).unwrap_or_default()
    };
    placed.iter().map(of).collect()
}

fn not_found(name: &str) -> String {
    format!(
        "The type or namespace name '{name}' could not be found (are you missing a using directive or an assembly reference?)"
    )
}

fn not_in(name: &str, namespace: &str) -> String {
    format!(
        "The type or namespace name '{name}' does not exist in the namespace '{namespace}' (are you missing an assembly reference?)"
    )
}

const PROJECT: &str = "<Project Sdk=\"Microsoft.NET.Sdk\">\n</Project>\n";

#[test]
fn a_reference_to_a_project_of_the_tree() {
    let found = causes(
        &[
            ("/Lib/Lib.csproj", PROJECT),
            ("/Lib/o.cs", "namespace Shop.Lib { public class Order { } }\n"),
            ("/App/App.csproj", PROJECT),
            ("/App/a.cs", "using Shop.Lib;\nnamespace Shop.App { class A { Order o; Ordr p; List<int> l; } }\n"),
        ],
        &[
            ("/App/a.cs", "Lib", "CS0234", &not_in("Lib", "Shop")),
            ("/App/a.cs", "Order", "CS0246", &not_found("Order")),
            ("/App/a.cs", "List", "CS0246", &not_found("List<>")),
        ],
    );
    let lost = "project 'App' has no reference to 'Lib', which declares it; add the reference";
    assert_eq!(found, [lost, lost, ""]);
}

#[test]
fn implicit_usings_that_a_project_lost() {
    let code = |class: &str| {
        format!("namespace Shop {{ class {class} {{ List<int> l; Task Run() {{ Console.Beep(); }} Odd o; }} }}\n")
    };
    let (a, b, c) = (code("A"), code("B"), code("C"));
    let own = "using System;\nnamespace Shop { class D { DateTime t; } }\n";
    let missed = |file: &'static str| {
        [
            (file, "List", "CS0246", not_found("List<>")),
            (file, "Console", "CS0103", "The name 'Console' does not exist in the current context".to_owned()),
            (file, "Odd", "CS0246", not_found("Odd")),
        ]
    };
    let all: Vec<_> = ["/App/a.cs", "/App/b.cs", "/App/c.cs"].into_iter().flat_map(missed).collect();
    let build: Vec<_> = all.iter().map(|(f, w, c, m)| (*f, *w, *c, m.as_str())).collect();
    let mut files = vec![
        ("/App/App.csproj", PROJECT),
        ("/App/a.cs", &*a),
        ("/App/b.cs", &*b),
        ("/App/c.cs", &*c),
        ("/App/d.cs", own),
    ];
    let lost = "project 'App' has no implicit usings, and 3 of its files rely on them; set <ImplicitUsings>enable</ImplicitUsings>";
    assert_eq!(causes(&files, &build), [lost, lost, "", lost, lost, "", lost, lost, ""]);
    // Two files say little, and most files have their own directives.
    assert_eq!(causes(&files, &build[..6]), [""; 6]);
    files.extend([("/App/e.cs", own), ("/App/f.cs", own)]);
    assert_eq!(causes(&files, &build), [""; 9]);
}

#[test]
fn a_package_that_is_not_there() {
    let with = PROJECT.replace(
        "</Project>",
        "<ItemGroup><PackageReference Include=\"Some.Mediator.Core\" Version=\"1\" /></ItemGroup></Project>",
    );
    let code = "using Some.Mediator;\nusing Sytem.Text;\nclass Ping : IRequest { Result r; List<int> l; }\n";
    let build = [
        ("/App/a.cs", "Some", "CS0246", not_found("Some")),
        ("/App/a.cs", "Sytem", "CS0246", not_found("Sytem")),
        ("/App/a.cs", "IRequest", "CS0246", not_found("IRequest")),
        ("/App/a.cs", "Result", "CS0246", not_found("Result")),
        ("/App/a.cs", "List", "CS0246", not_found("List<>")),
    ];
    let build: Vec<_> = build.iter().map(|(f, w, c, m)| (*f, *w, *c, m.as_str())).collect();
    let listed = "package 'Some.Mediator.Core' of project 'App' is not restored; run `dotnet restore`";
    assert_eq!(causes(&[("/App/App.csproj", &with), ("/App/a.cs", code)], &build), [listed, "", listed, listed, ""]);
    // Several packages of a project are one cause.
    let two = with.replace("</ItemGroup>", "<PackageReference Include=\"Maps\" /></ItemGroup>");
    let code_of_two = code.replace("using Sytem.Text;", "using Maps.Core;");
    let mut build_of_two = build.clone();
    let maps = not_found("Maps");
    build_of_two[1] = ("/App/a.cs", "Maps", "CS0246", &maps);
    let both = "packages 'Maps', 'Some.Mediator.Core' of project 'App' are not restored; run `dotnet restore`";
    let files = [("/App/App.csproj", two.as_str()), ("/App/a.cs", code_of_two.as_str())];
    assert_eq!(causes(&files, &build_of_two), [both, both, both, both, ""]);
    // Another project refers to it.
    let other = "the namespace 'Some.Mediator' is in the package 'Some.Mediator.Core', to which the project does not refer; run `dotnet add App/App.csproj package Some.Mediator.Core --version 1`";
    let files = [("/App/App.csproj", PROJECT), ("/App/a.cs", code), ("/B/B.csproj", &with)];
    assert_eq!(causes(&files, &build), [other, "", other, other, ""]);
}

#[test]
fn a_base_type_that_is_not_found() {
    let found = causes(
        &[("/a.cs", "class Db : Context, IDb { }\nclass E : IMissing, IDb { }\ninterface IDb { void M(); }\n")],
        &[
            ("/a.cs", "Context", "CS0246", &not_found("Context")),
            ("/a.cs", "IMissing", "CS0246", &not_found("IMissing")),
            ("/a.cs", "IDb", "CS0535", "'Db' does not implement interface member 'IDb.M()'"),
            ("/a.cs", "IDb { }\ninterface", "CS0535", "'E' does not implement interface member 'IDb.M()'"),
        ],
    );
    assert_eq!(found, ["", "", "the base type 'Context' is not found; repair that first", ""]);
}

#[test]
fn dependencies_that_are_not_installed() {
    let gone = |module: &str| format!("Cannot find module '{module}' or its corresponding type declarations.");
    let files = [
        ("/package.json", "{ \"dependencies\": { \"express\": \"4\" } }"),
        (
            "/a.ts",
            "import e from 'express';\nimport o from 'other';\nimport '@/alias';\nimport 'fs';\ne((req) => req);\n",
        ),
    ];
    let build = [
        ("/a.ts", "'express'", "TS2307", gone("express")),
        ("/a.ts", "'other'", "TS2307", gone("other")),
        ("/a.ts", "'@/alias'", "TS2307", gone("@/alias")),
        ("/a.ts", "'fs'", "TS2307", gone("fs")),
        ("/a.ts", "req", "TS7006", "Parameter 'req' implicitly has an 'any' type.".into()),
    ];
    let build: Vec<_> = build.iter().map(|(f, w, c, m)| (*f, *w, *c, m.as_str())).collect();
    let other = "package 'other' is neither listed in package.json nor installed; run `npm install other`";
    let node = "the types of Node.js are not installed; add '@types/node'";
    let missing = "node_modules is missing; run `npm install`";
    assert_eq!(causes(&files, &build), [missing, other, "", node, missing]);
    let some = [files[0], files[1], ("/node_modules/x/index.d.ts", ""), ("/yarn.lock", "")];
    let listed = "package 'express' is listed but not installed; run `yarn install`";
    let other = "package 'other' is neither listed in package.json nor installed; run `yarn add other`";
    assert_eq!(causes(&some, &build), [listed, other, "", node, listed]);
}

#[test]
fn code_that_is_not_generated_or_built() {
    let files = [
        (
            "/package.json",
            "{ \"dependencies\": { \"@prisma/client\": \"5\" }, \"scripts\": { \"api:codegen\": \"x\" } }",
        ),
        (
            "/s.ts",
            "import { PrismaClient } from '@prisma/client';\nimport { api } from './generated/api';\nexport class Service extends PrismaClient {}\n",
        ),
        ("/u.ts", "import { Service } from './s';\nnew Service().user;\n"),
        ("/node_modules/@prisma/client/index.d.ts", "export {};\n"),
    ];
    let found = causes(
        &files,
        &[
            ("/s.ts", "PrismaClient", "TS2305", "Module '\"@prisma/client\"' has no exported member 'PrismaClient'."),
            (
                "/s.ts",
                "'./gen",
                "TS2307",
                "Cannot find module './generated/api' or its corresponding type declarations.",
            ),
            ("/u.ts", "user", "TS2339", "Property 'user' does not exist on type 'Service'."),
        ],
    );
    let client = "'@prisma/client' is not generated yet; run `npx prisma generate`";
    assert_eq!(found, [client, "'./generated/api' is not generated yet; run `npm run api:codegen`", client]);
    let found = causes(
        &[
            ("/core/package.json", "{ \"name\": \"@x/core\", \"types\": \"dist/index.d.ts\" }"),
            ("/core/dist/index.d.ts", "export declare const old: 1;\n"),
            ("/core/src/index.ts", "export const old = 1;\nexport const fresh = 2;\n"),
            ("/app/package.json", "{ \"name\": \"app\", \"dependencies\": { \"@x/core\": \"*\" } }"),
            ("/app/a.ts", "import { fresh, gone } from '@x/core';\n"),
        ],
        &[
            ("/app/a.ts", "fresh", "TS2305", "Module '\"@x/core\"' has no exported member 'fresh'."),
            ("/app/a.ts", "gone", "TS2305", "Module '\"@x/core\"' has no exported member 'gone'."),
        ],
    );
    assert_eq!(found, ["what package '@x/core' was built to is older than its sources; build it first", ""]);
}

#[test]
fn causes_are_sentences_that_say_what_to_do() {
    let lost = Cause::LostProject { from: "Shop.Tests".into(), to: vec!["Shop.Core".into()] };
    assert_eq!(
        lost.to_string(),
        "project 'Shop.Tests' has no reference to 'Shop.Core', which declares it; add the reference"
    );
    let module = Cause::NotGenerated { module: "./gen/api".into(), command: String::new() };
    assert_eq!(module.to_string(), "'./gen/api' is not generated yet; run its generator");
}
