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

/// The causes of diagnostics of a build, those of project files at their start; each given by file, word (none: the start), code, severity
/// and message.
fn causes_of_projects(files: &[(&str, &str)], build: &[(&str, &str, &str, Severity, &str)]) -> Vec<String> {
    let index = Index::in_memory(files.iter().copied());
    let placed: Vec<SourceDiagnostic> = build
        .iter()
        .map(|(file, word, code, severity, message)| {
            let text = index.text(Path::new(file)).unwrap();
            let code = Code::new(*code);
            SourceDiagnostic {
                path: Path::new(file).into(),
                range: TextRange::empty(text.find(word).unwrap()),
                text_hash: ContentHash::of(text.as_bytes()),
                severity: *severity,
                arguments: arguments_of(&code, message).into(),
                trust: Default::default(),
                message: (*message).into(),
                code,
            }
        })
        .collect();
    let set = DiagnosticSet::new(placed.iter().cloned());
    let of = |d: &SourceDiagnostic| {
        let cause = match index.source(&d.path) {
            Some(source) => language::cause(&RuleContext::new(d, Semantics::new(&index, &source), &set)),
            None => language::project_cause(&ProjectContext { diagnostic: d, index: &index, diagnostics: &set }),
        };
        cause.map(|c| c.to_string()).unwrap_or_default()
    };
    placed.iter().map(of).collect()
}

#[test]
fn what_follows_from_a_reference_to_a_project_that_was_moved() {
    let app = PROJECT
        .replace("</Project>", "<ItemGroup><ProjectReference Include=\"../Core/Core.csproj\" /></ItemGroup></Project>");
    let files = [
        ("/App/App.csproj", app.as_str()),
        ("/App/a.cs", "using Shop.Core;\nclass A { Order o; Missing m; }\n"),
        ("/lib/Core/Core.csproj", PROJECT),
        ("/lib/Core/o.cs", "namespace Shop.Core { public class Order { } }\n"),
    ];
    let found = causes_of_projects(
        &files,
        &[
            (
                "/App/App.csproj",
                "",
                "MSB9008",
                Severity::Warning,
                "The referenced project ../Core/Core.csproj does not exist.",
            ),
            ("/App/a.cs", "Shop", "CS0246", Severity::Error, &not_found("Shop")),
            ("/App/a.cs", "Order", "CS0246", Severity::Error, &not_found("Order")),
        ],
    );
    let moved = "project 'App' refers to the project '../Core/Core.csproj', which does not exist; it is in 'lib/Core/Core.csproj'; correct the path";
    assert_eq!(found, [moved, moved, moved]);
}

#[test]
fn packages_of_a_lost_project_are_lost_with_it() {
    let data = PROJECT.replace(
        "</Project>",
        "<ItemGroup><PackageReference Include=\"Dapper\" Version=\"2.1.35\" /></ItemGroup></Project>",
    );
    let files = [
        ("/Data/Data.csproj", data.as_str()),
        ("/Data/d.cs", "namespace Shop.Data { public class Db { } }\n"),
        ("/App/App.csproj", PROJECT),
        ("/App/a.cs", "using Dapper;\nusing Shop.Data;\nclass A { Db d; }\n"),
    ];
    let build =
        [("/App/a.cs", "Dapper", "CS0246", not_found("Dapper")), ("/App/a.cs", "Shop", "CS0246", not_found("Shop"))];
    let build: Vec<_> = build.iter().map(|(f, w, c, m)| (*f, *w, *c, m.as_str())).collect();
    let lost = "project 'App' has no reference to 'Data', which declares it; add the reference";
    assert_eq!(causes(&files, &build), [lost, lost]);
}

#[test]
fn what_the_build_writes_for_a_project_is_about_the_project() {
    let tests = PROJECT.replace("</Project>", "<ItemGroup><Using Include=\"Xunit\" /></ItemGroup></Project>");
    let files = [("/T/T.csproj", tests.as_str()), ("/T/t.cs", "class T { [Fact] void M() { } }\n")];
    let found = causes_of_projects(
        &files,
        &[
            ("/T/T.csproj", "", "CS0246", Severity::Error, &not_found("Xunit")),
            ("/T/t.cs", "Fact", "CS0246", Severity::Error, &not_found("Fact")),
            ("/T/t.cs", "Fact", "CS0246", Severity::Error, &not_found("FactAttribute")),
        ],
    );
    let package = "the namespace 'Xunit' is in the package 'xunit', to which the project does not refer; run `dotnet add T/T.csproj package xunit`";
    assert_eq!(found, [package, package, package]);
}

#[test]
fn a_project_in_the_folder_of_another_one() {
    let files = [
        ("/App/App.csproj", PROJECT),
        ("/App/Tests/Tests.csproj", PROJECT),
        ("/App/Tests/t.cs", "class T { Missing m; }\n"),
    ];
    let twice = "Duplicate 'System.Reflection.AssemblyCompanyAttribute' attribute";
    let build = [
        ("/App/App.csproj", "", "CS0579", Severity::Error, twice),
        ("/App/Tests/t.cs", "Missing", "CS0246", Severity::Error, &not_found("Missing")),
    ];
    let nested = "project 'App' compiles the files of project 'Tests', which lies in its folder; add <Compile Remove=\"Tests\\**\" />, or move one of them";
    assert_eq!(causes_of_projects(&files, &build), [nested, nested]);
    let removed = PROJECT.replace("</Project>", "<ItemGroup><Compile Remove=\"Tests/**\" /></ItemGroup></Project>");
    let named = PROJECT.replace(
        "</Project>",
        "<PropertyGroup><EnableDefaultCompileItems>false</EnableDefaultCompileItems></PropertyGroup></Project>",
    );
    for app in [removed, named] {
        let files = [("/App/App.csproj", app.as_str()), files[1], files[2]];
        assert_eq!(causes_of_projects(&files, &build), ["", ""]);
    }
}

#[test]
fn code_of_generators() {
    let files = [
        ("/A/A.csproj", PROJECT),
        ("/A/a.cs", "using Shop.Greet;\nclass A : Greeter.GreeterBase { string s = Texts.Hello; }\n"),
        ("/A/Protos/greet.proto", "option csharp_namespace = \"Shop.Greet\";\nservice Greeter { }\n"),
        ("/A/Properties/Texts.resx", "<root/>"),
        ("/A/Properties/Texts.de.resx", "<root/>"),
    ];
    let found = causes_of_projects(
        &files,
        &[
            ("/A/a.cs", "Shop", "CS0246", Severity::Error, &not_found("Shop")),
            ("/A/a.cs", "Greeter.", "CS0246", Severity::Error, &not_found("Greeter")),
            ("/A/a.cs", "Texts", "CS0103", Severity::Error, "The name 'Texts' does not exist in the current context"),
        ],
    );
    let proto = "what is generated from 'Protos/greet.proto' of project 'A' is missing; add <Protobuf Include=\"Protos\\greet.proto\" /> to the project";
    let texts = "what is generated from 'Properties/Texts.resx' of project 'A' is missing; bring 'Texts.Designer.cs' back (`git checkout`), or let the designer write it again";
    assert_eq!(found, [proto, proto, texts]);
}

#[test]
fn a_method_of_a_package() {
    let web = PROJECT.replace("Microsoft.NET.Sdk", "Microsoft.NET.Sdk.Web");
    let files = [
        ("/W/W.csproj", web.as_str()),
        ("/W/p.cs", "class P { void M(object services) { services.AddOpenApi(); services.AddOwn(); } }\n"),
    ];
    let missing = |name: &str| {
        format!(
            "'IServiceCollection' does not contain a definition for '{name}' and no accessible extension method '{name}' accepting a first argument of type 'IServiceCollection' could be found (are you missing a using directive or an assembly reference?)"
        )
    };
    let found = causes_of_projects(
        &files,
        &[
            ("/W/p.cs", "AddOpenApi", "CS1061", Severity::Error, &missing("AddOpenApi")),
            ("/W/p.cs", "AddOwn", "CS1061", Severity::Error, &missing("AddOwn")),
        ],
    );
    let package = "the method 'AddOpenApi' is in the package 'Microsoft.AspNetCore.OpenApi', to which the project does not refer; run `dotnet add W/W.csproj package Microsoft.AspNetCore.OpenApi`";
    assert_eq!(found, [package, ""]);
}
