#!/usr/bin/env python3
"""Compares the answers of the semantic model about expressions with those of the real compilers.

    tests/semantics/compare.py --language csharp --corpus DIR... --seed 1 --count 500
    tests/semantics/compare.py --language typescript --corpus DIR... --seed 1 --count 500 --typescript node_modules/typescript

Expressions of each code base are sampled by seed. The compiler reports their types, converted types (TypeScript: contextual types), symbols,
and for some of them the names in scope. `cargo run -p semantics --example types` reports the answers of the model. The output is a Markdown
table: how many answers are right, missing (silent) and wrong, by kind of expression.

C# needs `dotnet` 10 or later on PATH or in DOTNET_ROOT. The program in roslyn/ is built once, into .cache/. TypeScript needs node and the
package `typescript` (tests/toolchains/install typescript prints a folder that has it as node_modules/ts59).
`--options FILE` is a JSON list of compiler options for a code base, by its folder's name: {"name": …, "lang": "cs" or "ts",
"args": ["-nullable:enable", "--implicit-usings=sdk", "--ref=aspnet"], "define": […], "undefine": […]}. Without it, the options
come from the C# project file.
`--files PATTERN` keeps only files whose path matches a regular expression. `--examples N` lists N disagreements of each sort.
"""
import argparse, collections, glob, json, os, re, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SDK_USINGS = ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"]
QUESTIONS = ("type", "converted", "symbol")


def fail(message):
    sys.exit("compare.py: " + message)


def dotnet():
    """The program, the folder of reference packs, and what to set for its users."""
    root = os.environ.get("DOTNET_ROOT")
    program = os.path.join(root, "dotnet") if root else shutil.which("dotnet")
    if not program or not os.path.exists(program):
        fail("C# needs dotnet 10 or later: set DOTNET_ROOT or put it on PATH")
    root = root or os.path.dirname(os.path.realpath(program))
    return program, root


def csharp_program(program):
    """Builds roslyn/ once for its sources."""
    source = os.path.join(HERE, "roslyn")
    digest = "".join(f"{os.path.getmtime(f):.0f}-" for f in sorted(glob.glob(source + "/*")) if os.path.isfile(f))
    out = os.path.join(os.environ.get("BUILDFIX_TEST_CACHE", os.path.join(ROOT, ".cache")), "roslyn-types-" + digest.strip("-"))
    if not os.path.exists(os.path.join(out, "types.dll")):
        with tempfile.TemporaryDirectory() as scratch:
            copy = shutil.copytree(source, os.path.join(scratch, "roslyn"))
            run = subprocess.run([program, "build", "-c", "Release", "-o", out, "-m:1", "-nr:false", copy], capture_output=True, text=True)
        if run.returncode:
            fail("the Roslyn program does not build:\n" + run.stdout[-2000:])
    return os.path.join(out, "types.dll")


def newest_pack(root, name):
    version = lambda path: [int(n) for n in re.findall(r"\d+", os.path.basename(path))]
    packs = sorted(glob.glob(f"{root}/packs/{name}.Ref/*"), key=version)
    folders = sorted(glob.glob(packs[-1] + "/ref/*")) if packs else []
    if not folders:
        fail(f"there is no reference pack {name} in {root}/packs")
    return folders[-1]


def csharp_truth(corpus, options, arguments):
    program, root = dotnet()
    args = options.get("args")
    if args is None:
        projects = "".join(open(f, encoding="utf-8-sig").read() for f in glob.glob(corpus + "/*.csproj"))
        args = ["-nullable:enable"] if re.search(r"<Nullable>\s*enable", projects) else []
        args += ["--implicit-usings=sdk"] if re.search(r"<ImplicitUsings>\s*(enable|true)", projects) else []
    packs = ["Microsoft.NETCore.App"] + (["Microsoft.AspNetCore.App"] if "--ref=aspnet" in args else [])
    frameworks = ["NET", "NETCOREAPP", "TRACE", "NET9_0"] + [f"NET{v}_0_OR_GREATER" for v in range(5, 10)]
    frameworks += [f"NETCOREAPP{v}_OR_GREATER" for v in ("1_0", "1_1", "2_0", "2_1", "2_2", "3_0", "3_1")]
    defines = [d for d in frameworks if d not in options.get("undefine", [])] + options.get("define", [])
    request = {
        "root": corpus, "references": [newest_pack(root, pack) for pack in packs], "defines": defines,
        "globalUsings": SDK_USINGS if "--implicit-usings=sdk" in args else [], "nullable": "-nullable:enable" in args,
        "seed": arguments.seed, "count": arguments.count, "namesEvery": arguments.names_every, "languageVersion": "12", "files": arguments.files,
    }
    return [program, csharp_program(program)], request, {"DOTNET_ROOT": root}


def typescript_truth(corpus, options, arguments):
    package = arguments.typescript or os.environ.get("TYPESCRIPT_PACKAGE")
    if not shutil.which("node"):
        fail("TypeScript needs node on PATH")
    if not package or not os.path.exists(os.path.join(package, "package.json")):
        fail("TypeScript needs the package typescript: --typescript FOLDER, or TYPESCRIPT_PACKAGE")
    request = {
        "root": corpus, "typescript": os.path.abspath(package), "seed": arguments.seed, "count": arguments.count,
        "namesEvery": arguments.names_every, "files": arguments.files,
    }
    return ["node", "--max-old-space-size=4000", os.path.join(HERE, "typescript.cjs")], request, {}


def copied(corpus, framework, web, scratch):
    """A copy whose projects have one target framework: the model is told what the compiler is told."""
    copy = os.path.join(scratch, os.path.basename(corpus))
    shutil.copytree(corpus, copy, ignore=shutil.ignore_patterns(".git", "bin", "obj"))
    for project in glob.glob(copy + "/**/*.csproj", recursive=True) + glob.glob(copy + "/**/*.props", recursive=True):
        with open(project, encoding="utf-8-sig") as file: text = file.read()
        text = re.sub(r"<TargetFramework(s?)\b[^>]*>.*?</TargetFramework\1>", f"<TargetFramework>{framework}</TargetFramework>", text, flags=re.S)
        if web and project.endswith(".csproj"):
            text = text.replace("</Project>", '<ItemGroup><FrameworkReference Include="Microsoft.AspNetCore.App" /></ItemGroup></Project>')
        with open(project, "w", encoding="utf-8") as file: file.write(text)
    return copy


def ask(command, request, env, what):
    run = subprocess.run(command, input=request, capture_output=True, text=True, encoding="utf-8", env=dict(os.environ, **env))
    if run.returncode:
        fail(f"{what} failed:\n{run.stderr[-3000:]}")
    return [json.loads(line) for line in run.stdout.split("\n") if line.startswith("{")]


# ---------------------------------------------------------------- normal forms

def normal(language, text):
    """The text in a form that is equal for equal answers."""
    if text is None:
        return None
    text = re.sub(r"\s+", " ", text.strip())
    if language == "csharp":
        text = text.replace("global::", "").replace("@", "")
        text = re.sub(r"\bSystem\.IntPtr\b", "nint", text)
        return re.sub(r"\bSystem\.UIntPtr\b", "nuint", text)
    text = re.sub(r'import\("[^"]*"\)\.', "", text)
    return unordered(STRING.sub(same_quotes, text))


STRING = re.compile(r"""`(?:[^`\\]|\\.)*`|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")


def same_quotes(found):
    """A string in single quotes, its signs as hexadecimal numbers: none of them separates anything."""
    text = found.group()
    if text[0] == "`":
        return text
    inner = re.sub(r"\\(['\"])", r"\1", text[1:-1])
    return "'" + re.sub(r"[^\w ./#@$~*-]", lambda sign: "%" + format(ord(sign.group()), "x"), inner) + "'"


def unordered(text):
    """Members of all unions in one order; the compiler orders them by when it met them."""
    out, depth, start = "", 0, 0
    for i, c in enumerate(text):
        if c in "<({[":
            if depth == 0:
                out += text[start : i + 1]
                start = i + 1
            depth += 1
        elif c in ">)}]" and text[i - 1 : i + 1] != "=>":
            depth -= 1
            if depth == 0:
                out += unordered(text[start:i])
                start = i
    return "".join(p if i % 2 else unordered_union(p) for i, p in enumerate(separated(out + text[start:])))


def separated(text):
    """The text cut at what separates types outside of brackets; every second piece is such a separator."""
    out, depth, start, i = [], 0, 0, 0
    separator = re.compile(r"[,;] |=> |: | \? | (?:extends|is) ")
    while i < len(text):
        found = separator.match(text, i) if depth == 0 else None
        if found:
            out += [text[start:i], found.group()]
            start = i = found.end()
            continue
        if text[i] in "<({[": depth += 1
        elif text[i] in ">)}]" and text[i - 1 : i + 1] != "=>": depth -= 1
        i += 1
    return out + [text[start:]]


def unordered_union(text):
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        if c in "<({[": depth += 1
        elif c in ">)}]" and text[i - 1 : i + 1] != "=>": depth -= 1
        elif c == "|" and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
        elif text[i : i + 2] == "=>" and depth == 0:
            return text
    return " | ".join(sorted(parts + [text[start:].strip()]))


def without_nullability(text):
    return text and text.replace("?", "")


class Table:
    def __init__(self, language):
        self.language = language
        self.rows = collections.defaultdict(collections.Counter)
        self.examples = collections.defaultdict(list)
        self.names = collections.Counter()

    def add(self, truth, ours):
        group = "type names" if truth["kind"] == "TypeOrNamespace" else "expressions"
        for question in QUESTIONS:
            theirs, own = normal(self.language, truth.get(question)), normal(self.language, ours.get(question))
            if theirs is None:
                # The compiler says nothing: only an answer can be wrong. That an expression has the type of its surroundings is no other answer.
                if own is not None and question == "type" and own not in ("void", normal(self.language, truth["converted"])):
                    self.count(truth, group, question, "wrong", own)
                continue
            outcome = "silent" if own is None else "right" if own == theirs else "wrong"
            self.count(truth, group, question, outcome, own)
        if truth.get("annotated") and normal(self.language, truth["type"]) == normal(self.language, ours.get("type")):
            same = normal(self.language, truth["annotated"]) == normal(self.language, ours.get("annotated"))
            self.rows[(group, "nullability")]["right" if same else "wrong"] += 1
        if truth.get("names") is not None:
            theirs, own = set(truth["names"]), set(ours.get("names") or [])
            self.names.update(positions=1, theirs=len(theirs), right=len(theirs & own), wrong=len(own - theirs))
            for name in sorted(theirs - own)[:20]: self.examples[("names", "silent")].append((truth, name, None))
            for name in sorted(own - theirs)[:20]: self.examples[("names", "wrong")].append((truth, None, name))

    def count(self, truth, group, question, outcome, own):
        self.rows[(group, question)][outcome] += 1
        if question == "type" and group == "expressions":
            self.rows[("kind", truth["kind"])][outcome] += 1
        if outcome != "right":
            self.examples[(question, outcome)].append((truth, truth.get(question), own))

    def line(self, name, row):
        total = sum(row[o] for o in ("right", "silent", "wrong"))
        percent = lambda n: f"{100 * n / total:.1f} %" if total else "–"
        return f"| {name} | {total} | {percent(row['right'])} | {percent(row['silent'])} | {percent(row['wrong'])} |"

    def print(self, by_kind):
        print("| question | count | right | silent | wrong |\n|---|---|---|---|---|")
        titles = {"type": "types", "converted": "converted types" if self.language == "csharp" else "contextual types", "symbol": "symbols"}
        for group in ("expressions", "type names"):
            for question in QUESTIONS:
                if self.rows[(group, question)]: print(self.line(f"{titles[question]} of {group}", self.rows[(group, question)]))
        if self.names["theirs"]:
            n = self.names
            print(f"| visible names at {n['positions']} places | {n['theirs']} | {100 * n['right'] / n['theirs']:.1f} % | "
                  f"{100 * (n['theirs'] - n['right']) / n['theirs']:.1f} % | {100 * n['wrong'] / max(1, n['right'] + n['wrong']):.1f} % |")
        row = self.rows[("expressions", "nullability")]
        if row: print(f"\nNullability of right types agrees: {100 * row['right'] / sum(row.values()):.1f} %")
        if by_kind:
            print("\n| types by kind of expression | count | right | silent | wrong |\n|---|---|---|---|---|")
            kinds = [(kind, row) for (group, kind), row in self.rows.items() if group == "kind"]
            for kind, row in sorted(kinds, key=lambda k: -sum(k[1].values())): print(self.line(kind, row))


def expression_text(truth):
    with open(truth["file"], "rb") as file: text = file.read()
    text = text[3:] if text.startswith(b"\xef\xbb\xbf") else text
    return re.sub(r"\s+", " ", text[truth["start"] : truth["end"]].decode("utf-8", "replace"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--language", required=True, choices=["csharp", "typescript"])
    parser.add_argument("--corpus", required=True, nargs="+", metavar="DIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=500, help="expressions of each code base")
    parser.add_argument("--names-every", type=int, default=50, help="visible names at every so manieth expression")
    parser.add_argument("--files", help="regular expression for the paths below the folder")
    parser.add_argument("--options", help="JSON file, see above")
    parser.add_argument("--typescript", help="folder of the package typescript")
    parser.add_argument("--ours", help="the built example, instead of cargo run")
    parser.add_argument("--examples", type=int, default=0, metavar="N")
    parser.add_argument("--only", help="examples whose kind of expression matches this regular expression")
    parser.add_argument("--each", action="store_true", help="a table for every code base")
    arguments = parser.parse_args()
    known = {}
    if arguments.options:
        with open(arguments.options, encoding="utf-8") as file: known = {o["name"]: o for o in json.load(file)}
    prepare = csharp_truth if arguments.language == "csharp" else typescript_truth
    total = Table(arguments.language)
    scratch = tempfile.TemporaryDirectory()
    for corpus in arguments.corpus:
        corpus = os.path.abspath(corpus)
        if not os.path.isdir(corpus): fail(f"{corpus} is no folder")
        options = known.get(os.path.basename(corpus), {})
        if arguments.language == "csharp":
            framework = os.path.basename(newest_pack(dotnet()[1], "Microsoft.NETCore.App"))
            corpus = copied(corpus, framework, "--ref=aspnet" in options.get("args", []), scratch.name)
        command, request, env = prepare(corpus, options, arguments)
        head, *truths = ask(command, json.dumps(request), env, "the compiler")
        asked = "".join(json.dumps({"file": t["file"], "start": t["start"], "end": t["end"], "names": t.get("names") is not None}) + "\n" for t in truths)
        ours = [arguments.ours] if arguments.ours else ["cargo", "run", "-q", "-p", "semantics", "--example", "types", "--"]
        answers = ask(ours + ["--language", arguments.language, corpus], asked, env, "the example `types`")
        if len(answers) != len(truths): fail(f"{len(truths)} questions, {len(answers)} answers")
        one = Table(arguments.language)
        for truth, own in zip(truths, answers):
            truth["place"] = os.path.join(os.path.basename(corpus), os.path.relpath(truth["file"], corpus))
            total.add(truth, own)
            one.add(truth, own)
        row = one.rows[("expressions", "type")]
        print(f"{os.path.basename(corpus)}: {head['files']} files, {head['expressions']} expressions, {head['errors']} errors; {len(truths)} drawn; types " + one.line("", row).strip("| "), file=sys.stderr)
        if arguments.each:
            print(f"\n**{os.path.basename(corpus)}**\n")
            one.print(False)
            print()
    total.print(True)
    print_examples(total, arguments)


def print_examples(total, arguments):
    for (question, outcome), examples in sorted(total.examples.items()):
        shown = [e for e in examples if not arguments.only or re.search(arguments.only, e[0]["kind"])][: arguments.examples]
        if shown: print(f"\n{question}, {outcome}:\n")
        for truth, theirs, own in shown:
            print(f"- {truth['place']}:{truth['line']} {truth['kind']} `{expression_text(truth)[:160]}`: {theirs} / {own}")


if __name__ == "__main__":
    main()
