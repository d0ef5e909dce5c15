#!/usr/bin/env python3
"""Everyday troubles of .NET projects, with the real SDK: fresh `dotnet new` projects, each broken in one way.

usage: troubles.py BUILDFIX WORK_FOLDER [NAME…]   (`dotnet` on PATH; NAME: only these troubles; KEEP=1 keeps the diffs in the folder)

For each trouble: `buildfix fix` (the first sentence), `fix --write` (safe edits), and `fix --unsafe --write --verify`, each on a fresh copy. Prints a table,
and ends with 1 when something is not as it is expected. The templates are made once and copied.
"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PROGRAM, WORK = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2]).resolve()
ONLY = set(sys.argv[3:])
BUILD = "dotnet build -m:1 -nr:false -v:q -clp:NoSummary"
TEMPLATES = WORK / "templates"
ENVIRONMENT = dict(os.environ, DOTNET_CLI_TELEMETRY_OPTOUT="1", MSBUILDDISABLENODEREUSE="1", DOTNET_NOLOGO="1", DOTNET_CLI_USE_MSBUILD_SERVER="0")


def run(command, folder, **variables):
    return subprocess.run(command, cwd=folder, shell=isinstance(command, str), env=dict(ENVIRONMENT, **variables),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)


def new(template, folder, *options):
    done = run(["dotnet", "new", template, "-o", str(folder), "--no-restore", *options], WORK)
    assert done.returncode == 0, done.stdout


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def replace(path, old, text, count=1):
    before = path.read_text()
    assert old in before, f"{old!r} is not in {path}:\n{before}"
    path.write_text(before.replace(old, text, count))


def shop():
    """A solution: a library, a program, tests; a space in one name."""
    at = TEMPLATES / "shop"
    if not at.exists():
        new("classlib", at / "src/Shop Core", "-n", "Shop.Core")
        new("console", at / "src/App", "-n", "Shop.App")
        new("xunit", at / "tests/Shop.Tests")
        (at / "src/Shop Core/Class1.cs").unlink()
        (at / "tests/Shop.Tests/UnitTest1.cs").unlink()
        write(at / "src/Shop Core/Order.cs", """namespace Shop.Core;

public class Order
{
    public List<string> Lines { get; } = new();
    public Task<int> CountAsync() => Task.FromResult(Lines.Count);
    internal string Secret() => string.Join(",", Lines);
}
""")
        write(at / "src/Shop Core/Basket.cs", "namespace Shop.Core;\n\npublic class Basket\n{\n    public Dictionary<string, int> Counts { get; } = new();\n    public DateTime Made { get; } = DateTime.Now;\n}\n")
        write(at / "src/Shop Core/Log.cs", "namespace Shop.Core;\n\npublic static class Log\n{\n    public static void Write(string text) => Console.WriteLine(text);\n}\n")
        write(at / "src/App/Program.cs", "using Shop.Core;\n\nvar order = new Order();\norder.Lines.Add(\"tea\");\nConsole.WriteLine(await order.CountAsync());\n")
        write(at / "tests/Shop.Tests/OrderTests.cs", """using Shop.Core;

namespace Shop.Tests;

public class OrderTests
{
    [Fact]
    public async Task Counts()
    {
        var order = new Order();
        Assert.Equal(0, await order.CountAsync());
    }
}
""")
        run(["dotnet", "new", "sln", "-n", "Shop"], at)
        core = "src/Shop Core/Shop.Core.csproj"
        for project in [core, "src/App/Shop.App.csproj", "tests/Shop.Tests/Shop.Tests.csproj"]:
            run(["dotnet", "sln", "add", project], at)
        for project in ["src/App/Shop.App.csproj", "tests/Shop.Tests/Shop.Tests.csproj"]:
            run(["dotnet", "add", project, "reference", core], at)
    return at


def single(template, *options):
    at = TEMPLATES / template
    if not at.exists():
        new(template, at, "-n", template.capitalize(), *options)
    return at


def central():
    at = TEMPLATES / "central"
    if not at.exists():
        new("classlib", at / "Lib", "-n", "Lib")
        new("console", at / "App", "-n", "App")
        write(at / "Directory.Packages.props", "<Project>\n  <PropertyGroup>\n    <ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>\n  </PropertyGroup>\n  <ItemGroup>\n    <!-- JSON -->\n    <PackageVersion Include=\"Newtonsoft.Json\" Version=\"13.0.3\" />\n  </ItemGroup>\n</Project>\n")
        write(at / "Lib/Class1.cs", "using Newtonsoft.Json;\n\nnamespace Lib;\n\npublic class Class1\n{\n    public string Text(object o) => JsonConvert.SerializeObject(o);\n}\n")
        replace(at / "Lib/Lib.csproj", "</Project>", "  <ItemGroup>\n    <PackageReference Include=\"Newtonsoft.Json\" />\n  </ItemGroup>\n\n</Project>")
        run(["dotnet", "new", "sln", "-n", "All"], at)
        for name in ["Lib", "App"]:
            run(["dotnet", "sln", "add", f"{name}/{name}.csproj"], at)
    return at


CORE, APP, TESTS = "src/Shop Core/Shop.Core.csproj", "src/App/Shop.App.csproj", "tests/Shop.Tests/Shop.Tests.csproj"


def drop(path, pattern):
    text = path.read_text()
    after = re.sub(pattern, "", text, count=1)
    assert after != text, f"{pattern} is not in {path}:\n{text}"
    path.write_text(after)


def lost_reference(at):
    drop(at / TESTS, r"\s*<ProjectReference[^>]*/>")


def lost_both(at):
    drop(at / TESTS, r"\s*<ProjectReference[^>]*/>")
    drop(at / APP, r"\s*<ProjectReference[^>]*/>")


def no_implicit(at):
    drop(at / CORE, r"\s*<ImplicitUsings>.*</ImplicitUsings>")


def lost_test_package(at):
    drop(at / TESTS, r"\s*<PackageReference Include=\"xunit\"[^>]*/>")
    drop(at / TESTS, r"\s*<PackageReference Include=\"xunit.runner[^>]*/>")


def misspelt_package(at):
    replace(at / CORE, "</Project>", "  <ItemGroup>\n    <PackageReference Include=\"Newtonsof.Json\" Version=\"13.0.3\" />\n  </ItemGroup>\n\n</Project>")


def unknown_version(at):
    replace(at / CORE, "</Project>", "  <ItemGroup>\n    <PackageReference Include=\"Newtonsoft.Json\" Version=\"99.0.0\" />\n  </ItemGroup>\n\n</Project>")


def not_restored(at):
    pass


def broken_end(at):
    replace(at / CORE, "</PropertyGroup>", "</PropertyGrop>")


def broken_open(at):
    replace(at / APP, "</Nullable>", "")


def broken_amp(at):
    replace(at / CORE, "</PropertyGroup>", "  <Company>Tea & Sons</Company>\n  </PropertyGroup>")


def moved_project(at):
    (at / "lib").mkdir()
    shutil.move(at / "src/Shop Core", at / "lib/Core")
    replace(at / "Shop.slnx", "src/Shop Core/", "lib/Core/")


def wrong_case_path(at):
    replace(at / APP, "Shop Core", "ShopCore")


def unknown_target(at):
    replace(at / APP, "net10.0", "net11.0")


def short_target(at):
    replace(at / APP, "net10.0", "net10")


def older_target(at):
    replace(at / APP, "net10.0", "net8.0")
    replace(at / APP, "</PropertyGroup>", "  <UseAppHost>false</UseAppHost>\n  </PropertyGroup>")


def internals(at):
    replace(at / "tests/Shop.Tests/OrderTests.cs", "Assert.Equal(0", "Assert.Equal(\"\", order.Secret());\n        Assert.Equal(0")


def old_language(at):
    replace(at / CORE, "</PropertyGroup>", "  <LangVersion>9</LangVersion>\n  </PropertyGroup>")


def unsafe_code(at):
    replace(at / "src/Shop Core/Log.cs", "public static void Write", "public static unsafe int Size() => sizeof(nint*);\n    public static void Write")


def listed_file(at):
    replace(at / CORE, "</Project>", "  <ItemGroup>\n    <Compile Include=\"Order.cs\" />\n  </ItemGroup>\n\n</Project>")


def asp_net_library(at):
    write(at / "src/Shop Core/Routes.cs", "using Microsoft.AspNetCore.Http;\n\nnamespace Shop.Core;\n\npublic class Routes\n{\n    public string Path(HttpContext context) => context.Request.Path;\n}\n")


def misspelt_sdk(at):
    replace(at / CORE, "Microsoft.NET.Sdk", "Microsoft.NET.Skd")


def misspelt_group(at):
    replace(at / CORE, "<PropertyGroup>", "<PropertyGrup>")
    replace(at / CORE, "</PropertyGroup>", "</PropertyGrup>")


def web_no_implicit(at):
    drop(at / "Web.csproj", r"\s*<ImplicitUsings>.*</ImplicitUsings>")


def worker_package(at):
    drop(at / "Worker.csproj", r"\s*<PackageReference[^>]*/>")


def webapi_package(at):
    drop(at / "Webapi.csproj", r"\s*<PackageReference[^>]*/>")


def central_own_version(at):
    replace(at / "Lib/Lib.csproj", "Include=\"Newtonsoft.Json\"", "Include=\"Newtonsoft.Json\" Version=\"13.0.3\"")


def central_missing(at):
    drop(at / "Directory.Packages.props", r"\s*<PackageVersion[^>]*/>")


def central_lost_reference(at):
    drop(at / "Lib/Lib.csproj", r"\s*<PackageReference[^>]*/>")


def resource(at):
    write(at / "src/Shop Core/Properties/Texts.resx", "<root></root>\n")
    replace(at / "src/Shop Core/Log.cs", "Console.WriteLine(text)", "Console.WriteLine(Texts.Hello + text)")


def generated_grpc(at):
    write(at / "src/Shop Core/Protos/greet.proto", "syntax = \"proto3\";\noption csharp_namespace = \"Shop.Greet\";\nservice Greeter { rpc Hi (HiRequest) returns (HiReply); }\nmessage HiRequest { string name = 1; }\nmessage HiReply { string text = 1; }\n")
    write(at / "src/Shop Core/Greet.cs", "using Shop.Greet;\n\nnamespace Shop.Core;\n\npublic class MyGreeter : Greeter.GreeterBase\n{\n    public HiReply Reply(HiRequest request) => new HiReply();\n}\n")


def several_targets(at):
    replace(at / CORE, "<TargetFramework>net10.0</TargetFramework>", "<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>")
    drop(at / TESTS, r"\s*<ProjectReference[^>]*/>")
    replace(at / CORE, "</PropertyGroup>", "  <LangVersion>latest</LangVersion>\n  </PropertyGroup>")


def nested(at):
    shutil.move(at / "tests/Shop.Tests", at / "src/App/Tests")
    replace(at / "Shop.slnx", "tests/Shop.Tests/", "src/App/Tests/")
    replace(at / "src/App/Tests/Shop.Tests.csproj", "..\\..\\src\\", "..\\..\\")


def props_broken(at):
    write(at / "Directory.Build.props", "<Project>\n  <PropertyGroup>\n    <Deterministic>true</Deterministic>\n  </PropertyGroup\n</Project>\n")


# name, template, what breaks it, what the first sentence must say, whether it builds after Safe and after --unsafe --verify, other options
TROUBLES = [
    ("lost-reference", shop, lost_reference, r"'Shop.Tests' has no reference to 'Shop.Core'", True, True),
    ("two-lost-references", shop, lost_both, r"has no reference to 'Shop.Core'", True, True),
    ("no-implicit-usings", shop, no_implicit, r"'Shop.Core' has no implicit usings", True, True),
    ("lost-test-packages", shop, lost_test_package, r"'Xunit' is in the package 'xunit'.*dotnet add tests/Shop.Tests/Shop.Tests.csproj package xunit", False, True),
    ("misspelt-package", shop, misspelt_package, r"no package source has the package 'Newtonsof.Json'.*correct its name to 'Newtonsoft.Json'", False, True),
    ("unknown-version", shop, unknown_version, r"no package source has version \(>= 99.0.0\) of the package 'Newtonsoft.Json'.*nearest version is", False, True),
    ("broken-end-tag", shop, broken_end, r"file of project 'Shop.Core' is no well-formed XML in line \d+", True, True),
    ("broken-open-tag", shop, broken_open, r"file of project 'Shop.App' is no well-formed XML in line \d+", True, True),
    ("broken-ampersand", shop, broken_amp, r"file of project 'Shop.Core' is no well-formed XML in line \d+", True, True),
    ("broken-props", shop, props_broken, r"file 'Directory.Build.props' is no well-formed XML in line \d+", True, True),
    ("moved-project", shop, moved_project, r"refers? to the project '.*Shop.Core.csproj', which does not exist; it is in 'lib/Core/Shop.Core.csproj'", True, True),
    ("wrong-path", shop, wrong_case_path, r"refers? to the project '.*Shop.Core.csproj', which does not exist; it is in 'src/Shop Core/Shop.Core.csproj'", True, True),
    ("unknown-target", shop, unknown_target, r"SDK does not support the target framework .NET 11.0 of project 'Shop.App'", False, True),
    ("short-target", shop, short_target, r"'net10' of project 'Shop.App' is one of .NET Framework; write 'net10.0'", True, True),
    ("older-target", shop, older_target, r"'Shop.App' refers to project 'Shop.Core', which does not support net8.0", False, True),
    ("internals", shop, internals, None, False, True),
    ("old-language", shop, old_language, r"code of project 'Shop.Core' needs C# 10.0, and the project sets 9", False, True),
    ("unsafe-code", shop, unsafe_code, r"project 'Shop.Core' does not allow unsafe code", True, True),
    ("listed-file", shop, listed_file, r"'Shop.Core' lists Compile items that the SDK includes by itself", True, True),
    ("asp-net-library", shop, asp_net_library, r"'Microsoft.AspNetCore.Http' is in ASP.NET Core, to which project 'Shop.Core' does not refer", False, True),
    ("misspelt-sdk", shop, misspelt_sdk, r"'Microsoft.NET.Skd', which is not found; correct its name to 'Microsoft.NET.Sdk'", True, True),
    ("misspelt-group", shop, misspelt_group, r"element 'PropertyGrup'.*correct it to 'PropertyGroup'", True, True),
    ("lost-resource-class", shop, resource, r"'Properties/Texts.resx' of project 'Shop.Core' is missing", False, False),
    ("not-generated-grpc", shop, generated_grpc, r"'Protos/greet.proto' of project 'Shop.Core' is missing; add <Protobuf", False, False),
    ("nested-project", shop, nested, r"'Shop.App' compiles the files of project 'Shop.Tests', which lies in its folder", True, True),
    ("several-targets", shop, several_targets, r"'Shop.Tests' has no reference to 'Shop.Core'", None, None),
    ("web-no-implicit", lambda: single("web"), web_no_implicit, None, True, True),
    ("webapi-package", lambda: single("webapi"), webapi_package, r"'AddOpenApi' is in the package 'Microsoft.AspNetCore.OpenApi'.*dotnet add package Microsoft.AspNetCore.OpenApi", False, None),
    ("worker-package", lambda: single("worker"), worker_package, r"'Microsoft.Extensions.Hosting'.*dotnet add package Microsoft.Extensions.Hosting", False, None),
    ("central-own-version", central, central_own_version, r"manages the versions of packages centrally, and has its own for 'Newtonsoft.Json'", True, True),
    ("central-missing", central, central_missing, r"no version of 'Newtonsoft.Json'", False, True),
    ("central-lost-reference", central, central_lost_reference, r"'Newtonsoft.Json' is in the package 'Newtonsoft.Json'.*dotnet add Lib/Lib.csproj package Newtonsoft.Json", False, True),
]


def first_sentence(output):
    return next((l for l in output.splitlines() if " from this: " in l), output.splitlines()[0] if output.splitlines() else "")


def changed(before, after):
    files = {p.relative_to(after) for p in after.rglob("*") if p.is_file() and not {"bin", "obj", ".buildfix"} & set(p.parts)}
    return sorted(str(f) for f in files if not (before / f).exists() or (before / f).read_bytes() != (after / f).read_bytes())


def main():
    shutil.rmtree(WORK / "runs", ignore_errors=True)
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    wrong = 0
    print(f"{'trouble':24} {'sentence':8} {'safe':10} {'unsafe':10} files (safe | unsafe)")
    for name, template, breaks, sentence, safe, unsafe in TROUBLES:
        if ONLY and name not in ONLY:
            continue
        source = template()
        at = {k: WORK / "runs" / name / k for k in ["before", "safe", "unsafe"]}
        shutil.copytree(source, at["before"])
        breaks(at["before"])
        for k in ["safe", "unsafe"]:
            shutil.copytree(at["before"], at[k])
        state = {"BUILDFIX_STATE_DIR": str(WORK / "state" / name)}
        log = run(BUILD, at["safe"]).stdout
        (WORK / "runs" / name / "build.log").write_text(log)
        seen = run([PROGRAM, "fix", ".", "--trust", "--write", "--diff"], at["safe"], **state).stdout
        (WORK / "runs" / name / "safe.txt").write_text(seen)
        said = first_sentence(seen)
        built = run(BUILD, at["safe"]).returncode == 0
        verified = run([PROGRAM, "fix", ".", "--trust", "--write", "--unsafe", "--verify", "--diff"], at["unsafe"], **state).stdout
        (WORK / "runs" / name / "unsafe.txt").write_text(verified)
        built_unsafe = run(BUILD, at["unsafe"]).returncode == 0
        right = [sentence is None or re.search(sentence, said) is not None, safe in (None, built), unsafe in (None, built_unsafe)]
        wrong += not all(right)
        word = lambda ok, does: ("builds" if does else "fails") + ("" if ok else " !")
        files = f"{' '.join(changed(at['before'], at['safe'])) or '-'} | {' '.join(changed(at['before'], at['unsafe'])) or '-'}"
        print(f"{name:24} {'right' if right[0] else 'WRONG':8} {word(right[1], built):10} {word(right[2], built_unsafe):10} {files}", flush=True)
        if not right[0]:
            print(f"    said: {said}")
    print(f"{wrong} not as expected")
    return 1 if wrong else 0


sys.exit(main())
